//! Ingest: mail of any kind into the case store.
//!
//! One thread reads, the others take units apart, and the calling thread alone writes, in the order of the input, so that
//! a run gives the same cases however many threads there are. Memory is bounded by the bytes that are on the way. A unit
//! that breaks its reader is set aside with its bytes and the rest goes on.

mod analyze;
mod feed;
mod pipeline;
mod plan;
mod queue;
mod retry;
mod session;
mod sources;
mod words;

use serde::Serialize;

pub use analyze::{Analyzed, PARSER, Reading};
pub use pipeline::{Progress, Threads};
pub use plan::Planned;
pub use session::{Fate, Ingest, Known, Mail};
pub use sources::KnownSources;
pub use words::Rereader;

use super::{App, AppError, triage::Input};
use crate::{
    case::fields::FieldRules,
    parsed::Warning,
    store::{Added, CaseId, CaseStore, StoreError},
};

/// Name and version of the JSON form.
pub const SCHEMA: &str = "casebook.ingest/1";

/// Warnings kept for the report; further ones are counted.
const MOST_WARNINGS: usize = 1_000;

/// How to take mail in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// Store nothing, say what would be.
    pub dry_run: bool,
    /// Threads that take units apart.
    pub threads: Threads,
    /// Now, in seconds since 1970.
    pub now: i64,
    /// Messages sent after this are left out (seconds since 1970).
    pub until: Option<i64>,
    /// Years of old mail: times are those of the servers that it came by, and nothing goes out because of it.
    pub history: bool,
}

/// What was taken in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct IngestReport {
    /// [`SCHEMA`].
    pub schema: &'static str,
    /// Whether nothing was stored.
    pub dry_run: bool,
    /// Mails, exports and loose logs read.
    pub units: u64,
    /// Bytes of them.
    pub bytes: u64,
    /// Messages that are new in the store.
    pub created: u64,
    /// Messages that were there already.
    pub existing: u64,
    /// Messages left out, being sent after `--until`.
    pub later: u64,
    /// Units set aside.
    pub quarantined: u64,
    /// Cases that got a message, in the order of their first; at most 1,000.
    pub cases: Vec<CaseId>,
    /// Of a dry run: which of them would be new.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub planned: Option<Planned>,
    /// What could not be read, at most 1,000.
    pub warnings: Vec<Warning>,
    /// Further warnings.
    pub more_warnings: u64,
}

/// Why mail could not be taken in.
#[derive(Debug, thiserror::Error)]
pub enum IngestError {
    /// A service could not be started.
    #[error(transparent)]
    App(#[from] AppError),
    /// The store refuses.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// None of the inputs gave anything to read.
    #[error("nothing to read in {}", .inputs.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "))]
    Nothing {
        /// The inputs as given.
        inputs: Vec<Input>,
        /// Why, one by one.
        warnings: Vec<Warning>,
    },
}

impl IngestReport {
    /// Of nothing yet.
    pub fn new(dry_run: bool) -> Self {
        IngestReport {
            schema: SCHEMA,
            dry_run,
            units: 0,
            bytes: 0,
            created: 0,
            existing: 0,
            later: 0,
            quarantined: 0,
            cases: Vec::new(),
            planned: None,
            warnings: Vec::new(),
            more_warnings: 0,
        }
    }

    /// Adds what another batch brought.
    pub fn absorb(&mut self, other: IngestReport) {
        self.units += other.units;
        self.bytes += other.bytes;
        self.created += other.created;
        self.existing += other.existing;
        self.later += other.later;
        self.quarantined += other.quarantined;
        other.cases.into_iter().for_each(|case| self.case(case));
        // It tells of all batches so far.
        self.planned = other.planned.or(self.planned.take());
        other.warnings.into_iter().for_each(|warning| self.warn(warning));
        self.more_warnings += other.more_warnings;
    }

    fn case(&mut self, case: CaseId) {
        if self.cases.len() < MOST_WARNINGS && !self.cases.contains(&case) {
            self.cases.push(case);
        }
    }

    /// Adds a warning, or counts it.
    pub fn warn(&mut self, warning: Warning) {
        if self.warnings.len() < MOST_WARNINGS {
            self.warnings.push(warning);
        } else {
            self.more_warnings += 1;
        }
    }

    fn count(&mut self, added: &[Added]) {
        for one in added {
            match one {
                Added::Created(case) => {
                    self.created += 1;
                    self.case(case.clone());
                }
                Added::Exists(_) => self.existing += 1,
            }
        }
    }
}

impl App {
    /// With what mails are read and taken apart.
    fn reading<'a>(
        &'a self,
        rules: &'a FieldRules,
        sources: &'a KnownSources,
        options: Options,
    ) -> Result<Reading<'a>, IngestError> {
        Ok(Reading {
            extractor: self.extractor()?,
            terms: &self.terms,
            rules,
            now: options.now,
            history: options.history,
            sources,
            roles: &self.roles,
        })
    }

    /// Takes inputs into a store. `known` are two more handles on the same store, as in [`App::open_ingest`].
    ///
    /// # Errors
    /// When the store refuses, or nothing at all could be read. What cannot be read of the rest is in the report.
    pub fn ingest(
        &self,
        inputs: &[Input],
        store: &mut dyn CaseStore,
        known: Known,
        options: Options,
        progress: &(dyn Fn(Progress) + Sync),
    ) -> Result<IngestReport, IngestError> {
        let report = self.open_ingest(known)?.inputs(inputs, store, options, progress)?;
        if report.units == 0 {
            return Err(IngestError::Nothing { inputs: inputs.to_vec(), warnings: report.warnings });
        }
        Ok(report)
    }
}
