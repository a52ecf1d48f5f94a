//! What a report reads of the store: every case in a few words, in one pass.
//!
//! Beside [`CaseWork`](super::CaseWork), as an interface of its own: an engine answers it by one scan over its cases, not by
//! one question per case.

use std::ops::Range;

use super::StoreError;
use crate::signature::Signature;

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
    /// Numbers of the signatures that fail in it, ascending; names: [`FiguresSink::signature`].
    pub failing: &'r [u32],
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
