//! Logs and outputs that a case can be asked for, and which of them it has.

use std::sync::LazyLock;

use serde::Deserialize;

use crate::{
    case::{CaseEvidence, PartKind},
    signature::SignatureKind,
    text::Bilingual,
};

static BUILTIN: LazyLock<File> =
    LazyLock::new(|| toml::from_str(include_str!("../../../kb/sources.toml")).unwrap_or_default());

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    trouble: Vec<String>,
    source: Vec<Source>,
}

/// Whether a text, in lower case, tells of something that does not work.
pub(super) fn tells_trouble(text: &str) -> bool {
    BUILTIN.trouble.iter().any(|word| text.contains(word.as_str()))
}

/// Something that a case can be asked for.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
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
    shows: Vec<String>,
    /// Names of the kinds of signatures that stand in it.
    #[serde(default)]
    kinds: Vec<String>,
    /// Parts of a system that it tells of.
    #[serde(default)]
    components: Vec<String>,
    /// Words of a case that it may explain, in lower case.
    #[serde(default)]
    words: Vec<String>,
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

    /// How much kinds of signatures, components and a text point to it; 0: nothing does.
    pub(super) fn fits<'k>(
        &self,
        kinds: impl IntoIterator<Item = &'k SignatureKind>,
        components: &[String],
        text: &str,
    ) -> usize {
        let kinds = kinds.into_iter().filter(|kind| self.kinds.iter().any(|name| name == kind.name())).count().min(2);
        // The first component is what an issue is about.
        let place = components.iter().position(|component| self.components.contains(component));
        let component = place.map_or(0, |place| 3_usize.saturating_sub(place).max(1));
        2 * kinds + component + self.said(text).min(3)
    }

    /// How many of the words that it may explain a text has, in lower case.
    pub(in crate::matching) fn said(&self, text: &str) -> usize {
        self.words.iter().filter(|word| text.contains(word.as_str())).count()
    }

    /// The parts of a system that it tells of.
    pub(in crate::matching) fn components(&self) -> impl Iterator<Item = &str> {
        self.components.iter().map(String::as_str)
    }

    /// Whether a case has it.
    pub fn is_in(&self, case: &CaseEvidence) -> bool {
        let read = case.parts.iter().filter(|part| part.kind != PartKind::Message);
        let is = |part: &crate::case::Part| {
            let name = file_name(&part.part);
            self.files.iter().any(|file| name.contains(file.as_str())) || self.formats.contains(&part.format)
        };
        read.clone().any(is) || self.shows.iter().any(|words| shows(case, words))
    }
}

/// Whether a case has a log, or the output of a command, of which nothing but the name is known.
pub(super) fn has_named(name: &str, case: &CaseEvidence) -> bool {
    let name = name.to_lowercase();
    let first = name.split([' ', '/', '\\']).find(|word| word.len() > 3).unwrap_or(&name);
    let stem = first.split('.').next().filter(|stem| stem.len() > 3).unwrap_or(first);
    let has = |part: &crate::case::Part| part.kind != PartKind::Message && file_name(&part.part).contains(stem);
    case.parts.iter().any(has) || name.contains(' ') && shows(case, &name)
}

fn shows(case: &CaseEvidence, words: &str) -> bool {
    // What an answer asks for is not there yet; a command that was typed is followed by what it printed.
    // What an answer asks for is not there yet.
    case.texts.iter().any(|text| text.kind.reports() && text.text.to_lowercase().contains(words))
}

/// The last name of a part, in lower case.
fn file_name(part: &str) -> String {
    part.rsplit('/').next().unwrap_or(part).to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn built_in_sources_are_read() {
        let file: File = toml::from_str(include_str!("../../../kb/sources.toml")).unwrap();
        assert_eq!(file.source, Source::all());
        assert!(Source::all().len() > 10);
        assert_eq!(Source::named("CBS.log").unwrap().name, "CBS.log");
        assert_eq!(Source::named("reagentc /info").unwrap().name, "reagentc /info");
        assert_eq!(Source::named("nothing-such"), None);
        for source in Source::all() {
            for kind in &source.kinds {
                assert!(kind.parse::<SignatureKind>().is_ok(), "{kind} of {}", source.name);
            }
            assert!(!source.ask.en.is_empty() && !source.ask.zh.is_empty(), "{}", source.name);
        }
    }
}
