//! Demands of tag rules on a case, held against its evidence.

use std::collections::BTreeMap;

use regex::Regex;

use super::Glob;
use crate::{
    case::{Part, PartKind, TextEvidence, TextKind},
    matching::{CaseView, Verdict},
    signature::{Signature, SignatureEvidence, SignatureKind, Standing},
    text::Alternatives,
};

/// What tags look at: a case with its matches.
#[derive(Clone, Copy)]
pub struct TagCase<'a> {
    /// The evidence, prepared.
    pub view: &'a CaseView<'a>,
    /// The articles proposed for it.
    pub matches: &'a [TagMatch],
    /// What triage says of it.
    pub verdict: Verdict,
}

/// A match as tags look at it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TagMatch {
    /// The article's id.
    pub article: String,
    /// What it alone gives as verdict.
    pub verdict: Verdict,
    /// The tags that it brings.
    pub tags: Vec<String>,
}

/// A tree of demands.
#[derive(Debug)]
pub enum Demand {
    /// Every one must hold.
    All(Vec<Demand>),
    /// One must hold.
    Any(Vec<Demand>),
    /// It must not hold.
    Not(Box<Demand>),
    /// So many of them must hold.
    Count(u64, Vec<Demand>),
    /// Signatures that were seen, or equivalents of them.
    Signature {
        /// Any of them.
        any: Vec<Sought>,
        /// They must be failing.
        failing: bool,
        /// So many sightings together.
        least: u64,
    },
    /// Words in what people newly wrote, in subjects and in failing log lines.
    Words(Alternatives),
    /// Words in a subject.
    Subject(Alternatives),
    /// A fact of the machine has one of these values.
    Fact(Fact, Vec<Glob>),
    /// A field of the case has one of these values.
    Field(Field, Vec<Glob>),
    /// Attachments by name.
    Attachment(Vec<Glob>, u64),
    /// Attachments by what they were read as, `archive`, `log`, or their format, `cbs`.
    AttachmentKind(Vec<Glob>, u64),
    /// An article matches, with this verdict at least.
    Article(Vec<Glob>, Verdict),
    /// The case has one of these verdicts.
    Verdict(Vec<Verdict>),
    /// A regular expression finds something; its groups fill placeholders.
    Capture(Regex, Vec<Place>),
}

/// A signature that is sought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sought {
    /// This one, or an equivalent.
    One(Signature),
    /// Any of a kind whose value fits.
    Like(SignatureKind, Glob),
}

macro_rules! names {
    ($(#[$doc:meta])* $type:ident { $($(#[$of:meta])* $variant:ident = $name:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum $type { $($(#[$of])* $variant,)+ }

        impl $type {
            /// The names in rule files, in order.
            pub const NAMES: &'static [&'static str] = &[$($name,)+];

            /// The name in rule files.
            pub fn name(self) -> &'static str {
                match self { $($type::$variant => $name,)+ }
            }

            /// The one of that name.
            pub fn from_name(name: &str) -> Option<Self> {
                match name { $($name => Some($type::$variant),)+ _ => None }
            }
        }
    };
}

names! {
    /// A fact of the machine.
    Fact {
        /// Product id.
        Product = "product",
        /// Build.
        Build = "build",
        /// Edition.
        Edition = "edition",
        /// Architecture.
        Architecture = "architecture",
        /// Language tag.
        Language = "language",
        /// An installed update.
        Update = "update",
    }
}

names! {
    /// A field of the case.
    Field {
        /// A number of any ticket system.
        Number = "number",
        /// Severity.
        Severity = "severity",
        /// Customer.
        Customer = "customer",
        /// Product, as named by the ticket system or by the machine.
        Product = "product",
    }
}

names! {
    /// Where a capture looks.
    Place {
        /// Subjects.
        Subject = "subject",
        /// What people newly wrote.
        Text = "text",
        /// Failing log lines, and lines in which a signature was seen.
        Log = "log",
        /// Names of attachments.
        Attachment = "attachment",
    }
}

/// A demand that holds: why, and what it gives to placeholders.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Held {
    /// Evidence in words, in the order of the demand.
    pub why: Vec<String>,
    /// Values by name, each set with where it stands.
    pub values: Vec<(BTreeMap<String, String>, String)>,
}

/// Values of a capture at most: a list of all servers is no tag.
const MOST_VALUES: usize = 20;

/// Characters of a line in a why.
const LONGEST_WHY: usize = 120;

impl Demand {
    /// Holds the demand against a case; `None`: it does not hold.
    pub fn hold<'a>(&'a self, case: &TagCase<'a>) -> Option<Held> {
        match self {
            Demand::All(parts) => parts.iter().try_fold(Held::default(), |mut all, part| {
                let held = part.hold(case)?;
                all.why.extend(held.why);
                all.values.extend(held.values);
                Some(all)
            }),
            Demand::Any(parts) => parts.iter().find_map(|part| part.hold(case)),
            Demand::Not(part) => part.hold(case).is_none().then(Held::default),
            Demand::Count(least, parts) => {
                let held: Vec<Held> = parts.iter().filter_map(|part| part.hold(case)).collect();
                (held.len() as u64 >= *least).then(|| Held {
                    why: held.iter().flat_map(|one| one.why.clone()).collect(),
                    values: held.into_iter().flat_map(|one| one.values).collect(),
                })
            }
            Demand::Signature { any, failing, least } => signatures(case, any, *failing, *least),
            Demand::Words(alternatives) => {
                let found = case.view.words(alternatives)?;
                (found.text.kind.reports() || tells(found.text.kind))
                    .then(|| said(&found.text.text()[found.span.clone()], &found.text.part))
            }
            Demand::Subject(alternatives) => {
                let found = case.view.words_of(alternatives, TextKind::Subject)?;
                Some(said(&found.text.text()[found.span.clone()], "the subject"))
            }
            Demand::Fact(fact, wanted) => facts(case, *fact, wanted),
            Demand::Field(field, wanted) => fields(case, *field, wanted),
            Demand::Attachment(wanted, least) => attachments(case, *least, |part| fits(wanted, name_of(part))),
            Demand::AttachmentKind(wanted, least) => {
                attachments(case, *least, |part| fits(wanted, kind_of(part)) || fits(wanted, &part.format))
            }
            Demand::Article(wanted, verdict) => {
                let found = case.matches.iter().find(|one| one.verdict >= *verdict && fits(wanted, &one.article))?;
                Some(held(format!("article {} is {}", found.article, found.verdict.name())))
            }
            Demand::Verdict(wanted) => {
                wanted.contains(&case.verdict).then(|| held(format!("the verdict is {}", case.verdict.name())))
            }
            Demand::Capture(regex, places) => capture(case, regex, places),
        }
    }

    /// The names that the demand can give to placeholders.
    pub fn names(&self) -> Vec<&str> {
        match self {
            Demand::All(parts) | Demand::Any(parts) | Demand::Count(_, parts) => {
                parts.iter().flat_map(Demand::names).collect()
            }
            Demand::Not(_) => Vec::new(),
            Demand::Fact(fact, _) => vec![fact.name()],
            Demand::Field(field, _) => vec![field.name()],
            Demand::Signature { .. } => vec!["kind", "value"],
            Demand::Capture(regex, _) => regex.capture_names().flatten().collect(),
            _ => Vec::new(),
        }
    }
}

fn held(why: String) -> Held {
    Held { why: vec![why], values: Vec::new() }
}

/// Words that were found.
fn said(passage: &str, place: &str) -> Held {
    held(format!("says “{}” in {place}", shortened(passage)))
}

fn shortened(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(LONGEST_WHY) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

fn fits(wanted: &[Glob], text: &str) -> bool {
    wanted.iter().any(|glob| glob.fits(text))
}

fn signatures<'a>(case: &TagCase<'a>, any: &[Sought], failing: bool, least: u64) -> Option<Held> {
    // What only an old mail says, in a quote, may be over; what an answer names, nobody need have met.
    let counts = |one: &SignatureEvidence| match failing {
        true => one.standing == Standing::Failing,
        false => !matches!(one.standing, Standing::Cited | Standing::Quoted),
    };
    let mut found: Vec<&'a SignatureEvidence> = Vec::new();
    for sought in any {
        match sought {
            Sought::One(signature) => {
                found.extend(case.view.signature(signature).map(|one| one.evidence).filter(|one| counts(one)));
            }
            Sought::Like(kind, glob) => found.extend(
                case.view
                    .counting()
                    .filter(|one| one.signature.kind == *kind && counts(one) && glob.fits(&one.signature.value)),
            ),
        }
        if least <= 1 && !found.is_empty() {
            break;
        }
    }
    found.dedup_by_key(|one| &one.signature);
    if found.is_empty() || found.iter().map(|one| one.count).sum::<u64>() < least {
        return None;
    }
    let mut all = Held::default();
    for one in found.into_iter().take(MOST_VALUES) {
        let place = case
            .view
            .best_occurrence(one)
            .map_or_else(String::new, |at| format!(" in {}: {}", place_of(&at.part, at.line), shortened(&at.text)));
        let why = format!("{} {}{place}", one.signature, one.standing.name());
        let values = [("kind", one.signature.kind.name()), ("value", one.signature.value.as_str())];
        all.values.push((values.map(|(name, value)| (name.to_string(), value.to_string())).into(), why.clone()));
        all.why.push(why);
    }
    Some(all)
}

/// The values of a list that fit, each under a name.
fn named<'v>(name: &str, values: impl Iterator<Item = (&'v str, String)>, wanted: &[Glob]) -> Option<Held> {
    let mut all = Held::default();
    for (value, why) in values.filter(|(value, _)| fits(wanted, value)).take(MOST_VALUES) {
        all.values.push((BTreeMap::from([(name.to_string(), value.to_string())]), why.clone()));
        all.why.push(why);
    }
    (!all.why.is_empty()).then_some(all)
}

fn facts(case: &TagCase<'_>, fact: Fact, wanted: &[Glob]) -> Option<Held> {
    let known = &case.view.case.facts;
    let one = match fact {
        Fact::Product => &known.product,
        Fact::Build => &known.build,
        Fact::Edition => &known.edition,
        Fact::Architecture => &known.architecture,
        Fact::Language => &known.language,
        Fact::Update => &None,
    };
    let listed = if fact == Fact::Update { known.updates.as_slice() } else { &[] };
    let values = one.iter().chain(listed);
    let told = |one: &crate::facts::Fact| format!("{} {} in {}", fact.name(), one.value, place_of(&one.part, one.line));
    named(fact.name(), values.map(|one| (one.value.as_str(), told(one))), wanted)
}

fn fields(case: &TagCase<'_>, field: Field, wanted: &[Glob]) -> Option<Held> {
    let known = &case.view.case.fields;
    let values: Vec<&str> = match field {
        Field::Number => known.numbers.iter().map(String::as_str).collect(),
        Field::Severity => known.severity.iter().map(String::as_str).collect(),
        Field::Customer => known.customer.iter().map(String::as_str).collect(),
        Field::Product => known.product.iter().map(String::as_str).collect(),
    };
    named(field.name(), values.into_iter().map(|value| (value, format!("{} is {value}", field.name()))), wanted)
}

/// Parts that came with a message: not a message of its own.
fn is_attachment(part: &Part) -> bool {
    part.kind != PartKind::Message || part.part.contains('/')
}

/// The name of a part without the path to it.
fn name_of(part: &Part) -> &str {
    part.part.rsplit_once('/').map_or(part.part.as_str(), |(_, name)| name)
}

fn kind_of(part: &Part) -> &'static str {
    match part.kind {
        PartKind::Message => "message",
        PartKind::Log => "log",
        PartKind::Archive => "archive",
        PartKind::Skipped => "skipped",
    }
}

fn attachments(case: &TagCase<'_>, least: u64, wanted: impl Fn(&Part) -> bool) -> Option<Held> {
    let found: Vec<&Part> = case.view.case.parts.iter().filter(|part| is_attachment(part) && wanted(part)).collect();
    let first = found.first()?;
    (found.len() as u64 >= least).then(|| held(format!("attachment {}", first.part)))
}

/// Whether somebody tells with a text what the case is about, be it solved since, or answers.
fn tells(kind: TextKind) -> bool {
    matches!(kind, TextKind::New | TextKind::Over) || matches!(kind, TextKind::Cited(whose) if whose.answers())
}

fn capture(case: &TagCase<'_>, regex: &Regex, places: &[Place]) -> Option<Held> {
    let mut all = Held::default();
    let mut look = |text: &str, place: &dyn Fn() -> String| {
        for found in regex.captures_iter(text) {
            if all.values.len() >= MOST_VALUES {
                return;
            }
            let values: BTreeMap<String, String> = regex
                .capture_names()
                .flatten()
                .filter_map(|name| Some((name.to_string(), found.name(name)?.as_str().to_string())))
                .collect();
            if all.values.iter().any(|(known, _)| *known == values) {
                continue;
            }
            let whole = found.get(0).map_or("", |found| found.as_str());
            let why = format!("“{}” in {}", shortened(whole), place());
            all.why.push(why.clone());
            all.values.push((values, why));
        }
    };
    for place in places {
        match place {
            Place::Subject | Place::Text => {
                let wanted = |text: &&TextEvidence| match place {
                    Place::Subject => text.kind == TextKind::Subject || text.kind == TextKind::Over && text.line == 0,
                    _ => tells(text.kind),
                };
                for text in case.view.case.texts.iter().filter(wanted) {
                    look(text.text(), &|| text.part.clone());
                }
            }
            Place::Log => {
                for text in case.view.case.texts.iter().filter(|text| text.kind == TextKind::FailingLog) {
                    look(text.text(), &|| place_of(&text.part, text.line));
                }
                for (one, line) in case.view.sighted_lines() {
                    look(line, &|| place_of(&one.part, one.line));
                }
            }
            Place::Attachment => {
                for part in case.view.case.parts.iter().filter(|part| is_attachment(part)) {
                    look(name_of(part), &|| part.part.clone());
                }
            }
        }
    }
    (!all.why.is_empty()).then_some(all)
}
/// `part:line`, or that it is the subject.
fn place_of(part: &str, line: u64) -> String {
    if line == 0 { format!("{part} (subject)") } else { format!("{part}:{line}") }
}
