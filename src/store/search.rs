//! Search over what a store keeps.
//!
//! [`CaseSearch`] stands beside [`CaseStore`](super::CaseStore), as narrow: terms that are ready go in, cases come out. It has
//! no query language, so that any engine can stand behind it. What it knows is derived from the store, and may lag behind it
//! until [`CaseStore::refresh`](super::CaseStore::refresh).

use std::collections::HashMap;

use super::{CaseFilter, CaseId, CaseRecord, Cursor, MessageHash, Page, SignatureCount, StoreError};
use crate::{
    index::cases::{Clause, Group, MessageFilter},
    signature::Signature,
};

/// What is looked for.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct CaseQuery {
    /// What a message says. Without any, every message fits that the filters let through.
    pub groups: Vec<Group>,
    /// What the message must be.
    pub message: MessageFilter,
    /// What its case must be.
    pub case: CaseFilter,
}

/// A case that was found.
#[derive(Debug, Clone, PartialEq)]
pub struct FoundCase {
    /// The case.
    pub case: CaseRecord,
    /// Higher is better; comparable within one search.
    pub score: f32,
    /// Its message that fits best.
    pub message: MessageHash,
    /// When that was sent.
    pub date: i64,
    /// How many of its messages fit.
    pub messages: u32,
}

/// Whether the search knows all that the store has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lag {
    /// It does.
    None,
    /// It lacks so many changes.
    Changes(u64),
    /// There is no index, or it is being built.
    NoIndex,
}

/// What of the search does not agree with the store.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Disagreement {
    /// Messages of the store that the search does not know.
    pub missing: u64,
    /// Messages that the search knows and the store does not.
    pub surplus: u64,
    /// Messages that the search knows in another case.
    pub elsewhere: u64,
}

/// The one interface to search over stored cases.
pub trait CaseSearch {
    /// The cases that a query finds, best first, page by page.
    fn search(&self, query: &CaseQuery, after: Option<&Cursor>, limit: usize) -> Result<Page<FoundCase>, StoreError>;

    /// For each clause the cases with it, with what it scores there; none for a clause that more than a tenth of all
    /// messages have.
    fn cases_by_clause(&self, clauses: &[Clause]) -> Result<Vec<HashMap<CaseId, f32>>, StoreError>;

    /// Where these signatures were seen in a case, the strongest standing first.
    fn sightings(&self, case: &CaseId, signatures: &[Signature]) -> Result<Vec<SignatureCount>, StoreError>;

    /// How many messages it knows.
    fn size(&self) -> Result<u64, StoreError>;

    /// Whether it knows all that the store has.
    fn lag(&self) -> Result<Lag, StoreError>;

    /// Compares it with the store, message by message.
    fn disagreement(&self) -> Result<Disagreement, StoreError>;

    /// Builds it anew from the store; `progress` is told how many messages are in.
    fn rebuild(&mut self, progress: &mut dyn FnMut(u64)) -> Result<u64, StoreError>;
}
