//! Causal chains: which failure led to which, from the logs and mails of a case.
//!
//! A [`Chain`] is a row of steps from what failed first to what was noticed: the driver set-up file that was being
//! installed, the operation that was refused, the error, the code that it bubbled up as, the update that was rolled back.
//! Each reader finds pieces of chains in one sort of text: `sections` in device installation logs, `frames` in
//! servicing and update logs and those of installers, `trace` in stack traces, `prose` in what people write.
//! `join` ties the pieces of one case together. Only what the text itself ties is tied: two errors that merely stand
//! near each other are no chain.
//!
//! Memory is bounded: readers keep the last few runs of lines, the case a bounded number of pieces.

mod frames;
pub(super) mod generic;
mod join;
mod prose;
mod sections;
mod trace;

use std::fmt;

use serde::{Serialize, Serializer};

use super::read::MessageText;
use crate::{
    catalog,
    logs::{LogFormat, reader::Chunk},
    signature::{
        Signature, SignatureKind, Standing,
        sight::{Sighting, excerpt},
    },
};

/// Pieces of chains kept per case.
const MOST_PIECES: usize = 256;

/// Chains told of a case: an engineer reads the first.
const MOST_CHAINS: usize = 8;

/// Steps of a chain.
const MOST_STEPS: usize = 12;

/// What a step has to do with the one before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Relation {
    /// What was being worked on: a driver set-up file.
    Subject,
    /// What was being done when it failed.
    FailedOperation,
    /// The error that it failed with.
    FailedWith,
    /// The same failure as the caller reports it.
    BubbledUpAs,
    /// A code that the log says was put in place of the one before.
    RemappedTo,
    /// What failed because of it, as a person says or as the log reports at its end.
    LedTo,
}

impl Relation {
    /// The relation in words.
    pub fn words(self) -> &'static str {
        match self {
            Relation::Subject => "working on",
            Relation::FailedOperation => "failed operation",
            Relation::FailedWith => "failed with",
            Relation::BubbledUpAs => "bubbled up as",
            Relation::RemappedTo => "remapped to",
            Relation::LedTo => "led to",
        }
    }
}

/// One step of a chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// What failed.
    pub signature: Signature,
    /// What it has to do with the step before.
    pub relation: Relation,
    /// What was done, as the log calls it: `AddService`.
    pub operation: Option<&'static str>,
    /// Where it is said.
    pub part: String,
    /// Line of the part, from 1; 0 for a subject.
    pub line: u64,
    /// The line, shortened around it when long.
    pub text: String,
}

impl Step {
    fn new(part: &str, sighting: &Sighting<'_>, relation: Relation) -> Self {
        Step {
            signature: sighting.signature.clone(),
            relation,
            operation: None,
            part: part.into(),
            line: sighting.line,
            text: excerpt(sighting.text, sighting.at),
        }
    }

    fn means(&self, signature: &Signature) -> bool {
        same_meaning(&self.signature, signature)
    }
}

impl fmt::Display for Step {
    /// As it stands in a row: `cpu.inf`, `AddService AmdK8`, `win32:5`, `0x80070005`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(operation) = self.operation {
            write!(f, "{operation} ")?;
        }
        let Signature { kind, value } = &self.signature;
        match kind {
            // A bare number needs its kind; the others tell themselves by their shape.
            _ if value.bytes().all(|byte| byte.is_ascii_digit()) => write!(f, "{kind}:{value}"),
            _ => f.write_str(value),
        }
    }
}

impl Serialize for Step {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Form<'a> {
            kind: SignatureKind,
            value: &'a str,
            relation: Relation,
            #[serde(skip_serializing_if = "Option::is_none")]
            operation: Option<&'a str>,
            part: &'a str,
            line: u64,
            text: &'a str,
        }
        let Step { signature, relation, operation, part, line, text } = self;
        Form {
            kind: signature.kind,
            value: &signature.value,
            relation: *relation,
            operation: *operation,
            part,
            line: *line,
            text,
        }
        .serialize(serializer)
    }
}

/// What led to what, from the root on; two steps at least.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Chain {
    /// The steps in order.
    pub steps: Vec<Step>,
}

impl Chain {
    /// The first error in it: what the rest follows from.
    pub fn root(&self) -> Option<&Step> {
        let code = |step: &&Step| step.signature.kind.is_code();
        let specific = |step: &&Step| code(step) && !generic::is_generic(&step.signature);
        self.steps.iter().find(specific).or_else(|| self.steps.iter().find(code)).or_else(|| self.steps.first())
    }
}

impl fmt::Display for Chain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, step) in self.steps.iter().enumerate() {
            let arrow = if index > 0 { " → " } else { "" };
            write!(f, "{arrow}{step}")?;
        }
        Ok(())
    }
}

/// A piece of a chain as one reader found it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Piece {
    steps: Vec<Step>,
    /// Seconds, counted from any beginning, of its first step; for how near two pieces are.
    time: Option<i64>,
    /// Whether a log says it, not a person.
    log: bool,
}

/// Follows the logs and mails of a case while they are read.
#[derive(Debug, Default)]
pub struct ChainFinder {
    pieces: Vec<Piece>,
    sections: sections::Reader,
    frames: frames::Reader,
    trace: trace::Reader,
    reported: Vec<prose::Reported>,
}

impl ChainFinder {
    /// Takes in a stretch of a log with what was seen in it, in order.
    pub fn log(&mut self, part: &str, chunk: &Chunk<'_>, sightings: &[Sighting<'_>]) {
        let mut found = Vec::new();
        match chunk.format {
            LogFormat::SetupApi => self.sections.feed(part, chunk, sightings, &mut found),
            _ if sightings.is_empty() => {}
            format => {
                self.frames.feed(part, format, chunk.text, sightings, &mut found);
                self.trace.feed(part, sightings, &mut found);
            }
        }
        self.keep(found);
    }

    /// Ends a log.
    pub fn end_log(&mut self, part: &str) {
        let mut found = Vec::new();
        self.sections.end(&mut found);
        self.frames.end(&mut found);
        self.trace.end(part, &mut found);
        self.keep(found);
    }

    /// Takes in what a person wrote with what was seen in it, in order.
    pub fn prose(&mut self, part: &str, written: &MessageText<'_>, sightings: &[Sighting<'_>]) {
        let mut found = Vec::new();
        prose::read(part, written, sightings, &mut found, &mut self.reported);
        self.keep(found);
    }

    fn keep(&mut self, found: Vec<Piece>) {
        for mut piece in found {
            let known = |other: &Piece| {
                other.log == piece.log
                    && other.steps.len() == piece.steps.len()
                    && other.steps.iter().zip(&piece.steps).all(|(a, b)| a.signature == b.signature)
            };
            // A log repeats one failure a thousand times; the first is told.
            if self.pieces.len() < MOST_PIECES && piece.steps.len() > 1 && !self.pieces.iter().any(known) {
                piece.steps.truncate(MOST_STEPS);
                self.pieces.push(piece);
            }
        }
    }

    /// The chains of the case, the one that tells most first.
    pub fn finish(self) -> Vec<Chain> {
        join::join(self.pieces, &self.reported)
    }
}

/// Whether two signatures are the same or mean the same.
fn same_meaning(a: &Signature, b: &Signature) -> bool {
    a.kind == b.kind && a.value.eq_ignore_ascii_case(&b.value)
        || a.kind.is_code()
            && b.kind.is_code()
            && (catalog::equivalents(a).contains(b) || catalog::equivalents(b).contains(a))
}

/// Whether a sighting is an error of its own that can stand in a chain.
fn is_error(sighting: &Sighting<'_>) -> bool {
    let kind = sighting.signature.kind;
    sighting.standing == Standing::Failing
        && kind.is_code()
        && !matches!(kind, SignatureKind::Stack | SignatureKind::Template)
}

/// Sightings line by line.
fn by_line<'s, 't>(sightings: &'s [Sighting<'t>]) -> impl Iterator<Item = &'s [Sighting<'t>]> {
    sightings.chunk_by(|a, b| a.line == b.line)
}

/// Seconds of a stamp, counted from any beginning: years, months and days are only as exact as nearness needs.
fn seconds(stamp: &str) -> Option<i64> {
    let mut numbers =
        stamp.split(|c: char| !c.is_ascii_digit()).filter(|run| !run.is_empty()).map(|run| run.parse::<i64>().ok());
    let mut next = || numbers.next().flatten();
    let (a, b, c) = (next()?, next()?, next()?);
    // Day first, or month first: nearness needs only that one log does as the other.
    let (year, month, day) = if a > 1900 { (a, b, c) } else { (c, a, b) };
    let (hour, minute, second) = (next()?, next()?, next().unwrap_or(0));
    let days = (year.min(9999) * 12 + month.min(99)) * 31 + day.min(99);
    Some(((days * 24 + hour.min(99)) * 60 + minute.min(99)) * 60 + second.min(99))
}

#[cfg(test)]
mod tests;
