//! Tags of stored cases: matched, tagged, explained, changed by hand, renamed.
//!
//! Matching is a pass of its own behind the taking in of mail: messages are safe first, and the store knows which cases
//! wait ([`crate::store::work`]). The pass reads the raw messages of a case again, so that its matches are those of a
//! triage of the same mail. It may be killed at any moment and goes on where it was.

mod apply;
mod change;
mod explain;
mod judge;
mod load;
mod rename;
mod reread;
mod test;
mod verdicts;

use std::path::PathBuf;

pub(in crate::app) use apply::touch;
pub use apply::{ApplyOptions, ApplyReport, CaseTags, OpenReader, Progress, Told};
pub use change::parse_changes;
pub use explain::{ExplainReport, Explained, TagList, TagListRow};
pub(in crate::app) use judge::Judged;
pub use load::load_checked;
pub use rename::{Into, RenameReport, RenamedFile};
pub(in crate::app) use reread::Reader;
pub use reread::part_of;
pub(in crate::app) use test::failed_example;
pub use verdicts::{Closed, CompareReport, Difference, Said, Split};

use super::{AppError, cases::CaseError, outgoing::OutgoingError};
use crate::{store::StoreError, tag::NotATag};

/// Why tags could not be read, made or changed.
#[derive(Debug, thiserror::Error)]
pub enum TagsError {
    /// A service could not be started.
    #[error(transparent)]
    App(#[from] AppError),
    /// The store refuses.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A case cannot be read or changed.
    #[error(transparent)]
    Case(#[from] CaseError),
    /// Others cannot be told.
    #[error(transparent)]
    Outgoing(#[from] OutgoingError),
    /// A text is no tag.
    #[error(transparent)]
    Tag(#[from] NotATag),
    /// A change that says neither to give nor to take.
    #[error("`{0}` says neither to give nor to take a tag: write +group/name or -group/name")]
    Change(String),
    /// A tag is to get a name that is in use.
    #[error("there is a tag `{0}` already")]
    InUse(String),
    /// A file cannot be written.
    #[error("cannot write `{}`", .path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
}
