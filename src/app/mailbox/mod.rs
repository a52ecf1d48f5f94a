//! Mail accounts: mail of an IMAP server into the case store.
//!
//! Folders are opened to be read (`EXAMINE`) and messages fetched without marking them (`BODY.PEEK`): nothing changes on the
//! server, unless keywords are asked for ([`crate::app::outgoing::keywords`]). How far a folder was taken in stands in the store:
//! it is noted after a batch is stored, so that a kill, a lost connection or a full disk loses nothing, and what was fetched and
//! not noted is known by its id the next time and not fetched again.

mod account;
mod take;
mod watch;

pub use account::Account;
pub use take::{Pending, Session, Taking, Tell, Told};
pub use watch::{Backoff, POLL};

use super::ingest::IngestError;
use crate::{
    imap::{ImapError, auth::SecretError},
    store::StoreError,
};

/// Why a mail account could not be taken in.
#[derive(Debug, thiserror::Error)]
pub enum MailboxError {
    /// The server.
    #[error(transparent)]
    Imap(#[from] ImapError),
    /// The password.
    #[error(transparent)]
    Secret(#[from] SecretError),
    /// The store, or what reads mails.
    #[error(transparent)]
    Ingest(#[from] IngestError),
    /// No folder has this name.
    #[error("the mail account has no folder `{name}`; it has {there}")]
    NoFolder {
        /// The name or pattern.
        name: String,
        /// Some of its folders.
        there: String,
    },
}

impl MailboxError {
    /// Whether the same may work later without anybody doing anything.
    pub fn is_passing(&self) -> bool {
        match self {
            MailboxError::Imap(error) => error.is_passing(),
            // Another process writes.
            MailboxError::Ingest(IngestError::Store(error)) => matches!(error, StoreError::Busy { .. }),
            _ => false,
        }
    }
}

impl From<StoreError> for MailboxError {
    fn from(error: StoreError) -> Self {
        MailboxError::Ingest(error.into())
    }
}
