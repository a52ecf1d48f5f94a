//! What a report reads of the store: every case in a few words, in one pass.
//!
//! Beside [`CaseWork`](super::CaseWork), as an interface of its own: an engine answers it by one scan over its cases, not by
//! one question per case.

use std::ops::Range;

use super::StoreError;
use crate::signature::Signature;

/// When a signature came into a case: by the first message that brought it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct First {
    /// When that was sent; of one without a date, when it was taken in.
    pub seen: i64,
    /// When the store had it, see [`came`].
    pub came: i64,
}

impl First {
    /// By a message that was sent and taken in at these times.
    pub fn of(date: Option<i64>, taken: i64) -> Self {
        First { seen: date.unwrap_or(taken), came: came(date, taken) }
    }

    /// The earlier of two, each time for itself.
    #[must_use]
    pub fn or_earlier(self, other: First) -> Self {
        First { seen: self.seen.min(other.seen), came: self.came.min(other.came) }
    }
}

/// Mail that is taken in later than this after it was sent came from an archive, in seconds: 30 days.
const ARCHIVED: i64 = 30 * 86_400;

/// When a message came: when it was taken in, so that nobody misses what was on its way for hours; of an archive when it was sent,
/// as if it had been taken in then. A clock that is ahead brings it when its time has come.
pub fn came(date: Option<i64>, taken: i64) -> i64 {
    match date {
        Some(date) if taken.saturating_sub(date) > ARCHIVED => date,
        Some(date) => date.max(taken),
        None => taken,
    }
}

/// A signature that fails in a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FailingFigure {
    /// Its number; name: [`FiguresSink::signature`].
    pub number: u32,
    /// When it first failed there.
    pub first: First,
}

/// A case in a few words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CaseFigures<'r> {
    /// Its id.
    pub id: &'r str,
    /// When it began, in seconds since 1970.
    pub opened: i64,
    /// When it was closed last; `None`: it is open.
    pub closed: Option<i64>,
    /// `P1` to `P4`.
    pub severity: Option<&'r str>,
    /// Who has the problem.
    pub customer: Option<&'r str>,
    /// Address of who sent its first message; empty where none is known.
    pub sender: &'r str,
    /// Product.
    pub product: Option<&'r str>,
    /// The article that it was closed with last.
    pub article: Option<&'r str>,
    /// What matching said of it; `None`: it was not matched yet.
    pub verdict: Option<&'r str>,
    /// Hash of the knowledge that it was matched with.
    pub knowledge: Option<&'r str>,
    /// The signature that it is about.
    pub primary: Option<&'r Signature>,
    /// When that was first seen in it, failing or not.
    pub primary_first: First,
    /// The signatures that fail in it, ascending.
    pub failing: &'r [FailingFigure],
    /// Tags in force, in order.
    pub tags: &'r [&'r str],
    /// Articles that match and are not silenced, best first.
    pub matches: &'r [MatchFigure<'r>],
    /// Whether one of its messages bears no date.
    pub undated: bool,
    /// Whether only machines wrote in it: each message is automatic, and none is a log that somebody handed in.
    pub by_machines: bool,
    /// The least and the greatest version of the reader that its messages were read by.
    pub parsers: (u32, u32),
}

/// An article that matches a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MatchFigure<'r> {
    /// Its id.
    pub article: &'r str,
    /// What it alone gives as verdict.
    pub verdict: &'r str,
}

/// Takes what a report reads.
pub trait FiguresSink {
    /// The name of a number, before any case that has it.
    fn signature(&mut self, number: u32, signature: Signature);
    /// A case.
    fn case(&mut self, case: CaseFigures<'_>);
}

/// The part of the store that a report reads.
pub trait CaseReports {
    /// Hands over every case that was opened before a time, in order of opening, then by id: what the store held at one
    /// moment.
    ///
    /// # Errors
    /// When the store refuses.
    fn figures(&self, until: i64, sink: &mut dyn FiguresSink) -> Result<(), StoreError>;

    /// How many things were set aside in a time because they could not be read.
    ///
    /// # Errors
    /// When the store refuses.
    fn set_aside(&self, span: Range<i64>) -> Result<u64, StoreError>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mail_comes_when_it_is_taken_in_and_archives_when_they_were_written() {
        const DAY: i64 = 86_400;
        assert_eq!(came(Some(1_000), 1_000 + 9 * 3_600), 1_000 + 9 * 3_600, "on its way overnight");
        assert_eq!(came(Some(1_000), 1_000 + 40 * DAY), 1_000, "of an archive");
        assert_eq!(came(Some(1_300), 1_000), 1_300, "by a clock that is five minutes ahead");
        assert_eq!(came(None, 1_000), 1_000);
        let both = First::of(Some(5), 9).or_earlier(First::of(Some(7), 8));
        assert_eq!(both, First { seen: 5, came: 8 });
    }
}
