//! Logs and outputs that a case can be asked for, and which of them it has.

use std::{collections::BTreeSet, sync::LazyLock};

use serde::Deserialize;

use super::{
    super::{fitting, view::CaseView},
    words::Words,
};
use crate::{
    case::PartKind,
    signature::{Signature, SignatureEvidence, SignatureKind, Standing},
    text::Bilingual,
};

static BUILTIN: LazyLock<File> = LazyLock::new(|| {
    let mut file: File = toml::from_str(include_str!("../../../kb/sources.toml")).unwrap_or_default();
    (0..).zip(&mut file.source).for_each(|(number, source)| source.number = number);
    file
});

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    pub(super) trouble: Vec<String>,
    pub(super) system: Vec<System>,
    pub(super) source: Vec<Source>,
}

impl File {
    pub(super) fn builtin() -> &'static File {
        &BUILTIN
    }
}

/// A system that a case may speak of.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct System {
    name: String,
    /// Words that speak of it, in lower case.
    pub(super) words: Vec<String>,
    /// Names of the kinds of signatures that only it has.
    #[serde(default)]
    kinds: Vec<String>,
}

/// The systems that a case speaks of; none: it does not say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::matching) struct Systems(BTreeSet<&'static str>);

impl Systems {
    /// Those of which what is reported speaks, or that have signatures of such kinds.
    pub(in crate::matching) fn of<'k>(said: &Words, kinds: impl Iterator<Item = &'k SignatureKind> + Clone) -> Self {
        let is = |(number, system): &(usize, &System)| {
            said.speaks_of(*number) || kinds.clone().any(|kind| system.kinds.iter().any(|name| name == kind.name()))
        };
        Systems(BUILTIN.system.iter().enumerate().filter(is).map(|(_, system)| system.name.as_str()).collect())
    }

    /// Whether products are all of systems of which a case that speaks of others says nothing.
    pub(super) fn rule_out(&self, products: &[String]) -> bool {
        let foreign = |product: &String| fitting::system(product).is_some_and(|system| !self.0.contains(system));
        !self.0.is_empty() && !products.is_empty() && products.iter().all(foreign)
    }
}

/// Something that a case can be asked for.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// Its place among all.
    #[serde(skip)]
    pub(super) number: usize,
    /// As people call it.
    pub name: String,
    /// The request.
    pub ask: Bilingual,
    /// What the name of its file contains, in lower case.
    #[serde(default)]
    files: Vec<String>,
    /// The formats of logs that it is.
    #[serde(default)]
    formats: Vec<String>,
    /// What its lines contain, in lower case.
    #[serde(default)]
    pub(super) shows: Vec<String>,
    /// Names of the kinds of signatures that stand in it.
    #[serde(default)]
    kinds: Vec<String>,
    /// Signatures that only it explains.
    #[serde(default)]
    signatures: Vec<Signature>,
    /// Whether it is the log of the program that fails.
    #[serde(default)]
    programs: bool,
    /// Whether it tells of all parts of its system: nothing in a case need speak of it.
    #[serde(default)]
    pub(super) general: bool,
    /// Parts of a system that it tells of.
    #[serde(default)]
    components: Vec<String>,
    /// Words of a case that it may explain, in lower case.
    #[serde(default)]
    pub(super) words: Vec<String>,
    /// The systems that have it; none: any may.
    #[serde(default)]
    systems: Vec<String>,
}

impl Source {
    /// Those of `kb/sources.toml`, those that tell most first.
    pub fn all() -> &'static [Source] {
        &BUILTIN.source
    }

    /// The source with a name, or that a file of that name is.
    pub fn named(name: &str) -> Option<&'static Source> {
        let wanted = name.to_lowercase();
        let is = |source: &&Source| source.name.to_lowercase() == wanted;
        let file = |source: &&Source| source.files.iter().any(|file| wanted.contains(file.as_str()));
        Source::all().iter().find(is).or_else(|| Source::all().iter().find(file))
    }

    /// How much kinds of signatures, components and words point to it; 0: nothing does.
    pub(super) fn fits<'k>(
        &self,
        kinds: impl IntoIterator<Item = &'k SignatureKind>,
        components: &[String],
        said: &Words,
    ) -> usize {
        let kinds = kinds.into_iter().filter(|kind| self.kinds.iter().any(|name| name == kind.name())).count().min(2);
        // The first component is what an issue is about.
        let place = components.iter().position(|component| self.components.contains(component));
        let component = place.map_or(0, |place| 3_usize.saturating_sub(place).max(1));
        2 * kinds + component + said.of_source(self).min(3)
    }

    /// How much the case itself points to it, by what it reports; 0: nothing does.
    pub(super) fn fits_case(&self, view: &CaseView<'_>) -> usize {
        let reported = || view.reported().filter(|one| !matches!(one.standing, Standing::Recovered | Standing::Listed));
        let explains = |one: &SignatureEvidence| self.signatures.iter().any(|wanted| same(wanted, &one.signature));
        let telling = if reported().any(explains) { TELLING } else { 0 };
        let kinds: Vec<SignatureKind> = view.reported().map(|evidence| evidence.signature.kind).collect();
        telling + self.fits(&kinds, &[], view.source_words())
    }

    /// Whether a case that speaks of these systems may have it.
    pub(super) fn is_of(&self, systems: &Systems) -> bool {
        let Systems(said) = systems;
        said.is_empty() || self.systems.is_empty() || self.systems.iter().any(|one| said.contains(one.as_str()))
    }

    /// The parts of a system that it tells of.
    pub(in crate::matching) fn components(&self) -> impl Iterator<Item = &str> {
        self.components.iter().map(String::as_str)
    }

    /// Whether a case has it.
    pub fn is_in(&self, view: &CaseView<'_>) -> bool {
        let read = view.case.parts.iter().filter(|part| part.kind != PartKind::Message);
        let is = |part: &crate::case::Part| {
            let name = file_name(&part.part);
            self.files.iter().any(|file| name.contains(file.as_str())) || self.formats.contains(&part.format)
        };
        // The last is the log of the program that fails: any log in which something fails, if it is of no part of the system.
        let others = || Source::all().iter().filter(|source| !source.programs);
        let of_system = |part: &crate::case::Part| {
            let name = file_name(&part.part);
            others().any(|other| {
                other.files.iter().any(|file| name.contains(file.as_str())) || other.formats.contains(&part.format)
            })
        };
        let is_program = |part: &crate::case::Part| {
            self.number + 1 == Source::all().len() && view.fails_in(&part.part) && !of_system(part)
        };
        view.source_words().shows(self) || read.clone().any(is) || read.clone().any(is_program)
    }
}

/// What a signature that only one source explains counts, beside two kinds and three words.
const TELLING: usize = 8;

fn same(one: &Signature, other: &Signature) -> bool {
    one.kind == other.kind && one.value.eq_ignore_ascii_case(&other.value)
}

/// Whether a case has a log, or the output of a command, of which nothing but the name is known.
pub(super) fn has_named(name: &str, view: &CaseView<'_>) -> bool {
    let name = name.to_lowercase();
    let first = name.split([' ', '/', '\\']).find(|word| word.len() > 3).unwrap_or(&name);
    let stem = first.split('.').next().filter(|stem| stem.len() > 3).unwrap_or(first);
    let has = |part: &crate::case::Part| part.kind != PartKind::Message && file_name(&part.part).contains(stem);
    // What an answer asks for is not there yet; a command that was typed is followed by what it printed.
    view.case.parts.iter().any(has) || name.contains(' ') && view.said().contains(&name)
}

/// The last name of a part, in lower case.
fn file_name(part: &str) -> String {
    part.rsplit('/').next().unwrap_or(part).to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn may_ask(name: &str, said: &str) -> bool {
        let systems = Systems::of(&Words::of(&said.to_lowercase()), std::iter::empty());
        Source::named(name).unwrap().is_of(&systems)
    }

    #[test]
    fn logs_of_other_systems_are_not_asked_for() {
        for said in [
            "ORA-01555 in Oracle 19c: the report rolled back",
            "docker: driver failed programming external connectivity",
            "Kafka consumers lag since the broker upgrade",
            "Ubuntu22.04 更新后驱动装不上",
            "Citrix: Protocol Driver Error",
        ] {
            for name in ["CBS.log", "setupapi.dev.log", "setupact.log"] {
                assert!(!may_ask(name, said), "{name} for {said}");
            }
        }
        assert!(may_ask("journal", "Ubuntu22.04 更新后驱动装不上"));
        assert!(may_ask("CBS.log", "it rolled back") && may_ask("CBS.log", "the database of Windows 11, on MySQL"));
        assert!(!may_ask("journal", "Windows Server 2019: the service stops"));
        assert!(may_ask("CBS.log", "install the redistributable package of the sparkling server"));
    }

    #[test]
    fn words_begin_where_words_begin() {
        let log = Source::named("database log").unwrap();
        let said = |text| Words::of(text).of_source(log);
        assert_eq!(said("get-mailboxdatabasecopystatus shows failedandsuspended"), 0);
        assert_eq!(said("all databases are gone"), 1);
        assert_eq!(said("数据库起不来"), 1);
    }

    #[test]
    fn built_in_sources_are_read() {
        let file: File = toml::from_str(include_str!("../../../kb/sources.toml")).unwrap();
        let asks = |all: &[Source]| all.iter().map(|source| source.ask.clone()).collect::<Vec<_>>();
        assert_eq!(asks(&file.source), asks(Source::all()));
        assert!(Source::all().len() > 10);
        assert_eq!(Source::named("CBS.log").unwrap().name, "CBS.log");
        assert_eq!(Source::named("reagentc /info").unwrap().name, "reagentc /info");
        assert_eq!(Source::named("nothing-such"), None);
        for kind in file.system.iter().flat_map(|system| &system.kinds) {
            assert!(kind.parse::<SignatureKind>().is_ok(), "{kind}");
        }
        for source in Source::all() {
            for name in &source.systems {
                assert!(file.system.iter().any(|system| system.name == *name), "{name} of {}", source.name);
            }
            for kind in &source.kinds {
                assert!(kind.parse::<SignatureKind>().is_ok(), "{kind} of {}", source.name);
            }
            assert!(!source.ask.en.is_empty() && !source.ask.zh.is_empty(), "{}", source.name);
        }
    }
}
