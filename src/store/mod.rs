//! The case store: messages byte for byte, the cases that they belong to, and what was found in them.
//!
//! [`CaseStore`] is the one narrow interface: services know nothing else, so that a distributed engine can stand behind
//! it. [`CaseSearch`] stands beside it. [`local`] is the embedded engine:
//! [`sqlite`] for what is kept, an index for the search. What every implementation must do is written down as a test suite over the
//! interface (`conformance`). [`thread`] says which case a message belongs to, as a pure rule.
//!
//! Promises, in the words of an engine that has no transaction over several documents:
//! - a message is taken in whole (raw bytes, case, evidence) or not at all; adding it again answers [`Added::Exists`];
//! - a change of a case carries the version that it was made for, and is refused when another came first;
//! - lists go on by cursor; what was written is read after [`CaseStore::refresh`].
//!
//! SQL stands only below [`sqlite`]; this module knows no file system but there, and no clock: times are arguments.

#[cfg(test)]
mod conformance;
#[cfg(test)]
mod conformance_figures;
#[cfg(test)]
mod conformance_search;
#[cfg(test)]
mod conformance_work;
pub mod figures;
pub mod health;
pub mod local;
pub mod packed;
pub mod record;
pub mod search;
pub mod sqlite;
pub mod thread;
pub mod work;

use std::{io::ErrorKind, path::PathBuf};

pub use figures::CaseReports;
pub use record::{
    Added, CaseChange, CaseDecision, CaseFilter, CaseId, CaseRecord, CaseStatus, CaseTag, Cursor, Decision, Event,
    EventKind, Evidence, Forgotten, KnownSource, MailGlimpse, MailboxMark, MessageHash, MessageRecord, NewMessage,
    Page, Quarantined, SignatureCount, Sort, Source, Sourced, Update,
};
pub use search::CaseSearch;
pub use thread::ThreadKey;
pub use work::CaseWork;

use crate::{index::cases::CaseIndexError, signature::Signature};

/// Why the store could not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The data folder cannot be made or read.
    #[error("cannot use the data folder `{}`", .path.display())]
    Folder {
        /// The folder.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The database refuses.
    #[error("the case store `{}` cannot be used", .path.display())]
    Database {
        /// The file.
        path: PathBuf,
        /// Why.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The disk fails, or takes no more of one file.
    #[error("the disk of the case store `{}` refuses: it may be full", .path.display())]
    Disk {
        /// The file.
        path: PathBuf,
        /// Why.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// Another process holds the store for writing.
    #[error("the case store `{}` is busy: another process is writing to it", .path.display())]
    Busy {
        /// The file.
        path: PathBuf,
    },
    /// The disk has no room.
    #[error("the case store `{}` cannot grow: the disk is full", .path.display())]
    Full {
        /// The file.
        path: PathBuf,
    },
    /// The store was written by a later casebook.
    #[error("the case store `{}` was made by a later version of casebook", .path.display())]
    TooNew {
        /// The file.
        path: PathBuf,
    },
    /// The store was written by an earlier casebook, and cannot be brought up to date by who only may read it.
    #[error("the case store `{}` was made by an earlier version of casebook and cannot be changed", .path.display())]
    TooOld {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The index of cases refuses.
    #[error("the index `{}` cannot be used", .path.display())]
    Index {
        /// Its folder.
        path: PathBuf,
        /// Why.
        source: CaseIndexError,
    },
    /// Stored bytes are not what they were: a fault of the disk, or of another program.
    #[error("message {id} in the case store is damaged: {reason}")]
    Damaged {
        /// The message.
        id: MessageHash,
        /// What is wrong.
        reason: String,
    },
}

/// What helps against a [`StoreError`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Remedy {
    /// Time, or room on the disk: the same call may succeed later.
    Wait,
    /// The right to the folder or the file.
    Permission,
    /// Somebody who mends the settings.
    Settings,
}

impl StoreError {
    /// What helps. Mail is told to come again for whatever may pass, a damaged store among it: a backup brings it back.
    pub fn remedy(&self) -> Remedy {
        match self {
            StoreError::Busy { .. } | StoreError::Full { .. } | StoreError::Disk { .. } => Remedy::Wait,
            StoreError::Damaged { .. } | StoreError::Index { .. } => Remedy::Wait,
            StoreError::Folder { source, .. } => match source.kind() {
                ErrorKind::PermissionDenied => Remedy::Permission,
                ErrorKind::NotADirectory | ErrorKind::AlreadyExists | ErrorKind::InvalidInput => Remedy::Settings,
                // A mount that is missing or read-only, too.
                _ => Remedy::Wait,
            },
            StoreError::Database { source, .. } if sqlite::is_no_store(source.as_ref()) => Remedy::Settings,
            StoreError::Database { .. } => Remedy::Wait,
            StoreError::TooNew { .. } | StoreError::TooOld { .. } => Remedy::Settings,
        }
    }
}

/// The one interface to stored cases.
///
/// Every call may fail with a [`StoreError`]. Times are seconds since 1970, UTC.
pub trait CaseStore {
    /// Takes in messages; the answers are in their order. A message is there whole or not at all; a batch that fails
    /// midway may be given again.
    fn add(&mut self, messages: &[NewMessage]) -> Result<Vec<Added>, StoreError>;

    /// Which of these messages are there already, in their order: they need not be read again.
    fn known(&self, ids: &[MessageHash]) -> Result<Vec<bool>, StoreError>;

    /// What was found in a source that this parser has read, with the product of the case that has it; `None` if there is
    /// none: it need not be read again.
    fn source(&self, id: MessageHash, parser: u32) -> Result<Option<KnownSource>, StoreError>;

    /// The raw bytes of a message; `None` if it is not there.
    fn raw(&self, id: MessageHash) -> Result<Option<Vec<u8>>, StoreError>;

    /// A case by its id, in any case of letters.
    fn case(&self, id: &CaseId) -> Result<Option<CaseRecord>, StoreError>;

    /// The case that a number of any ticket system or a Message-ID leads to.
    fn case_of(&self, key: &ThreadKey) -> Result<Option<CaseId>, StoreError>;

    /// The messages of a case, oldest first.
    fn messages(&self, case: &CaseId) -> Result<Vec<MessageRecord>, StoreError>;

    /// What was found in a case, the strongest standing first; an attachment that was sent again counts once.
    fn evidence(&self, case: &CaseId) -> Result<Vec<SignatureCount>, StoreError>;

    /// What people said of matches of a case, by article.
    fn decisions(&self, case: &CaseId) -> Result<Vec<CaseDecision>, StoreError>;

    /// What happened to a case, in order of time.
    fn events(&self, case: &CaseId) -> Result<Vec<Event>, StoreError>;

    /// The cases that a filter lets through, in an order, page by page.
    fn list(
        &self,
        filter: &CaseFilter,
        sort: Sort,
        after: Option<&Cursor>,
        limit: usize,
    ) -> Result<Page<CaseRecord>, StoreError>;

    /// In how many cases a signature of each group stands, failing or named. A group is what means the same: a case with
    /// several of it counts once.
    fn case_counts(&self, groups: &[Vec<Signature>]) -> Result<Vec<u64>, StoreError>;

    /// Changes a case that still has version `expected`.
    fn update(&mut self, case: &CaseId, expected: u64, changes: &[CaseChange]) -> Result<Update, StoreError>;

    /// Erases a case with its messages, their raw bytes and all that was derived.
    fn forget(&mut self, case: &CaseId) -> Result<Forgotten, StoreError>;

    /// Sets aside what could not be parsed, byte for byte; the same bytes again replace the entry.
    fn quarantine(&mut self, item: &Quarantined) -> Result<(), StoreError>;

    /// What was set aside, oldest first, without its bytes.
    fn quarantined(&self) -> Result<Vec<Quarantined>, StoreError>;

    /// The bytes of a thing set aside.
    fn quarantined_raw(&self, id: MessageHash) -> Result<Option<Vec<u8>>, StoreError>;

    /// Takes a thing out of quarantine; `false` if it is not there.
    fn release(&mut self, id: MessageHash) -> Result<bool, StoreError>;

    /// Which of these mails are there, in their order, by what a server tells of each: they need not be fetched. A mail of
    /// which not all of it agrees counts as not there.
    fn holds(&self, mails: &[MailGlimpse]) -> Result<Vec<bool>, StoreError>;

    /// How far a folder of a mail account was taken in; `None`: it never was.
    fn mailbox(&self, account: &str, folder: &str) -> Result<Option<MailboxMark>, StoreError>;

    /// Notes how far a folder was taken in: after its messages were added, so that a kill between the two loses none.
    fn set_mailbox(&mut self, account: &str, folder: &str, mark: MailboxMark) -> Result<(), StoreError>;

    /// From now on it is noted which cases change, so that their messages in a folder get other keywords
    /// ([`CaseWork::keyword_work`]). Where it is noted already, nothing happens.
    fn keep_keywords(&mut self, account: &str, folder: &str) -> Result<(), StoreError>;

    /// Makes what was written before readable by every reader.
    fn refresh(&mut self) -> Result<(), StoreError>;
}
