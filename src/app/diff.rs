//! Two logs or bundles held against one another: each is read once and counted, then the counts are compared.

use std::{
    collections::{HashMap, HashSet},
    io::Read,
    ops::ControlFlow,
};

use serde::Serialize;

use super::triage::Input;
use crate::{
    case::{
        Part, Sink, TextKind,
        read::{Reader, Stretch, read_log},
    },
    compare::{Difference, How, Sight, Tally, compare, masked},
    facts::{FactFinder, MachineFacts},
    intake,
    logs::{clock::LogClock, reader::Chunk},
    mail::Message,
    parsed::Warning,
    signature::{
        Signature, Standing,
        sight::{SightMemory, Sighting, excerpt, sight_chunk},
    },
    template::{MessageId, Miner},
    timeline::{Silence, notable},
};

/// Name and version of the JSON form.
pub const SCHEMA: &str = "casebook.diff/1";

/// What differs.
#[derive(Debug, Clone, Serialize)]
pub struct Report {
    /// [`SCHEMA`].
    pub schema: &'static str,
    /// What was read of the good side.
    pub good: Side,
    /// What was read of the bad side.
    pub bad: Side,
    /// Signatures, as `kind:value`.
    pub signatures: Vec<Difference>,
    /// Forms of log lines, as `template:id`.
    pub templates: Vec<Difference>,
    /// Kinds of notable lines, and gaps.
    pub events: Vec<Difference>,
    /// Facts of the machine.
    pub facts: Vec<FactDifference>,
    /// What could not be read.
    pub warnings: Vec<Warning>,
}

impl Report {
    /// Whether the bad side has anything that the good one has not, or another machine.
    pub fn differs(&self) -> bool {
        let lists = [&self.signatures, &self.templates, &self.events];
        !self.facts.is_empty() || lists.iter().any(|list| !list.is_empty())
    }
}

/// What was read of a side.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Side {
    /// Logs, notes and mails.
    pub parts: u64,
    /// Lines of its logs.
    pub lines: u64,
}

/// A fact in which the machines differ.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FactDifference {
    /// `product`, `build`, `edition`, `architecture`, `language`, `update`.
    pub fact: &'static str,
    /// What the good machine has; `None` where it is not told, for an update where it is not installed.
    pub good: Option<String>,
    /// What the bad machine has.
    pub bad: Option<String>,
}

/// Why nothing was compared.
#[derive(Debug, thiserror::Error)]
pub enum DiffError {
    /// A side gave nothing to read; the warnings said why.
    #[error("nothing to read in {input}")]
    Nothing {
        /// The side.
        input: Input,
    },
}

/// Reads two sides and tells what only the bad one has, and with `both` what only the good one has. `tap` is told of the bytes
/// read, `warn` of what cannot be read, as it comes.
///
/// # Errors
/// When a side gives nothing to read.
pub fn diff(
    good: &Input,
    bad: &Input,
    both: bool,
    reader: Reader<'_>,
    tap: &intake::Tap<'_>,
    warn: &mut dyn FnMut(&Warning),
) -> Result<Report, DiffError> {
    let mut miner = Miner::default();
    let mut messages: HashMap<MessageId, [Lines; 2]> = HashMap::new();
    let mut warnings = Vec::new();
    let mut read = |input: &Input, number: usize| -> Result<SideRead, DiffError> {
        let side = SideRead::default();
        let mut watcher = Watcher {
            memory: SightMemory::default(),
            reader,
            miner: &mut miner,
            messages: &mut messages,
            number,
            side,
            warn: &mut *warn,
            warnings: &mut warnings,
        };
        input.read(tap, &mut watcher);
        let side = watcher.side;
        if side.told.parts == 0 { Err(DiffError::Nothing { input: input.clone() }) } else { Ok(side) }
    };
    let (good, bad) = (read(good, 0)?, read(bad, 1)?);
    let lines = (good.told.lines, bad.told.lines);
    let templates = templates(miner, messages);
    let dropped = good.signatures.dropped() + bad.signatures.dropped();
    if dropped > 0 {
        let warning = Warning::new("", format!("too many different names: {dropped} sightings are not compared"));
        warn(&warning);
        warnings.push(warning);
    }
    let compared = |good: &Tally, bad: &Tally| -> Vec<Difference> {
        let differences = compare(good, bad, lines);
        differences.into_iter().filter(|difference| both || difference.how != How::OnlyGood).collect()
    };
    Ok(Report {
        schema: SCHEMA,
        signatures: compared(&good.signatures, &bad.signatures),
        templates: compared(&templates[0], &templates[1]),
        events: compared(&good.events, &bad.events),
        facts: facts(&good.facts.finish(), &bad.facts.finish()),
        good: good.told,
        bad: bad.told,
        warnings,
    })
}

/// Lines of one message on one side.
#[derive(Debug, Default, Clone)]
struct Lines {
    count: u64,
    first: Option<Sight>,
}

/// What is kept of one side.
#[derive(Default)]
struct SideRead {
    told: Side,
    signatures: Tally,
    events: Tally,
    facts: FactFinder,
}

/// The templates of each side, counted: both were mined together, so that they have the same ids.
fn templates(miner: Miner, messages: HashMap<MessageId, [Lines; 2]>) -> [Tally; 2] {
    let templates = miner.finish();
    let mut tallies = [Tally::default(), Tally::default()];
    let mut messages: Vec<_> = messages.into_iter().collect();
    // Of messages that became one template, the first in the input gives the place.
    messages.sort_by_cached_key(|(_, sides)| {
        sides.iter().flat_map(|lines| &lines.first).map(|first| (first.part.clone(), first.line)).min()
    });
    for (message, sides) in messages {
        let template = templates.of(message);
        // Of an empty or wholly varying line there is nothing to say.
        if !template.text.chars().any(char::is_alphabetic) {
            continue;
        }
        let name = format!("template:{}", template.id);
        for (tally, lines) in tallies.iter_mut().zip(sides) {
            if let Some(first) = lines.first {
                tally.add_many(&name, lines.count, if template.failing { lines.count } else { 0 }, || first);
            }
        }
    }
    tallies
}

/// The facts in which two machines differ. What only one of them tells is no difference, but for updates where both list some.
fn facts(good: &MachineFacts, bad: &MachineFacts) -> Vec<FactDifference> {
    let single = [
        ("product", &good.product, &bad.product),
        ("build", &good.build, &bad.build),
        ("edition", &good.edition, &bad.edition),
        ("architecture", &good.architecture, &bad.architecture),
        ("language", &good.language, &bad.language),
    ];
    let mut differences: Vec<FactDifference> = single
        .into_iter()
        .filter_map(|(fact, good, bad)| {
            let (good, bad) = (&good.as_ref()?.value, &bad.as_ref()?.value);
            (good != bad).then(|| FactDifference { fact, good: Some(good.clone()), bad: Some(bad.clone()) })
        })
        .collect();
    if good.updates.is_empty() || bad.updates.is_empty() {
        return differences;
    }
    let values =
        |facts: &MachineFacts| -> HashSet<String> { facts.updates.iter().map(|fact| fact.value.clone()).collect() };
    let (of_good, of_bad) = (values(good), values(bad));
    let mut updates: Vec<FactDifference> = of_good
        .difference(&of_bad)
        .map(|update| FactDifference { fact: "update", good: Some(update.clone()), bad: None })
        .chain(of_bad.difference(&of_good).map(|update| FactDifference {
            fact: "update",
            good: None,
            bad: Some(update.clone()),
        }))
        .collect();
    updates.sort_by(|a, b| (a.good.is_some(), &a.good, &a.bad).cmp(&(b.good.is_some(), &b.good, &b.bad)));
    differences.extend(updates);
    differences
}

/// Counts what intake brings of one side.
struct Watcher<'a> {
    reader: Reader<'a>,
    miner: &'a mut Miner,
    messages: &'a mut HashMap<MessageId, [Lines; 2]>,
    /// 0 is the good side.
    number: usize,
    side: SideRead,
    memory: SightMemory,
    warn: &'a mut dyn FnMut(&Warning),
    warnings: &'a mut Vec<Warning>,
}

/// Counts one sighting of a signature.
fn count(tally: &mut Tally, part: &str, sighting: &Sighting<'_>) {
    if matches!(sighting.standing, Standing::Denied | Standing::Quoted | Standing::Cited) {
        return;
    }
    let Signature { kind, value } = &sighting.signature;
    tally.add(&format!("{kind}:{}", masked(value)), sighting.standing == Standing::Failing, || Sight {
        part: part.into(),
        line: sighting.line,
        text: sighting.excerpt(),
    });
}

impl Watcher<'_> {
    fn chunk(&mut self, part: &str, chunk: &Chunk<'_>, clock: &mut LogClock, silence: &mut Silence) {
        let side = &mut self.side;
        side.facts.log(part, chunk.first_line, chunk.text);
        sight_chunk(self.reader.extractor, chunk, &mut self.memory, |sighting| {
            count(&mut side.signatures, part, &sighting);
        });
        let mut notable = notable::find(chunk.text).peekable();
        for (number, line) in chunk.lines() {
            side.told.lines += 1;
            let sight = || Sight { part: part.into(), line: number, text: excerpt(line, 0) };
            let end = line.as_ptr() as usize - chunk.text.as_ptr() as usize + line.len();
            while let Some((_, kind)) = notable.next_if(|(at, _)| *at < end) {
                side.events.add(kind.name(), false, sight);
            }
            if let Some(seen) = clock.line(number, line) {
                silence.line(number, seen);
            }
            let lines = &mut self.messages.entry(self.miner.feed(number, line, chunk.format)).or_default()[self.number];
            lines.count += 1;
            if lines.first.is_none() {
                lines.first = Some(sight());
            }
        }
    }
}

impl Sink for Watcher<'_> {
    fn message(&mut self, message: &Message) {
        self.side.told.parts += 1;
        let reader = self.reader;
        for text in reader.texts(message).filter(|text| text.kind != TextKind::Quoted) {
            if text.kind.tells_facts() {
                self.side.facts.words(&message.part, text.line, text.text);
            }
            let tally = &mut self.side.signatures;
            reader.sight_prose(&text, |sighting| count(tally, &message.part, &sighting));
        }
    }

    fn log(&mut self, part: &str, content: &mut dyn Read) {
        self.side.told.parts += 1;
        let (mut clock, mut silence) = (LogClock::new(part), Silence::default());
        let read = read_log(part, content, |stretch| {
            match stretch {
                Stretch::Note(note) => {
                    self.side.facts.words(part, note.line, note.text);
                    let tally = &mut self.side.signatures;
                    self.reader.sight_prose(&note, |sighting| count(tally, part, &sighting));
                }
                Stretch::Log { chunk, .. } => self.chunk(part, &chunk, &mut clock, &mut silence),
            }
            ControlFlow::Continue(())
        });
        if let Some(gap) = silence.gap() {
            let text = format!("nothing written for {} minutes after this line", gap.seconds / 60);
            self.side.events.add("gap", false, || Sight { part: part.into(), line: gap.line, text });
        }
        for warning in read.warnings {
            self.warn(warning);
        }
    }

    fn part(&mut self, _: Part) {}

    fn warn(&mut self, warning: Warning) {
        (self.warn)(&warning);
        self.warnings.push(warning);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::Fact;

    fn machine(product: Option<&str>, updates: &[&str]) -> MachineFacts {
        let fact = |value: &&str| Fact { value: value.to_string(), part: "a".into(), line: 1 };
        MachineFacts {
            product: product.as_ref().map(fact),
            updates: updates.iter().map(fact).collect(),
            ..MachineFacts::default()
        }
    }

    #[test]
    fn only_what_both_tell_differs() {
        let shown = |good: &MachineFacts, bad: &MachineFacts| -> Vec<String> {
            let text = |value: &Option<String>| value.clone().unwrap_or("-".into());
            facts(good, bad)
                .iter()
                .map(|found| format!("{} {} {}", found.fact, text(&found.good), text(&found.bad)))
                .collect()
        };
        let (seven, ten) = (machine(Some("windows-7"), &["KB1", "KB2"]), machine(Some("windows-10"), &["KB2", "KB3"]));
        assert_eq!(shown(&seven, &ten), ["product windows-7 windows-10", "update - KB3", "update KB1 -"]);
        assert!(shown(&seven, &seven).is_empty());
        assert!(shown(&seven, &machine(None, &[])).is_empty());
    }
}
