//! The time line: what several mails and logs tell, in the order in which it happened.
//!
//! A [`LogTrack`] watches one log go by and keeps what belongs on a time line: lines that fail, and the few kinds of lines in
//! [`notable`] that tell what was done to the machine. Repeats are folded, so that memory is bounded whatever comes.
//! [`crate::logs::clock`] places the lines in time; [`hint`] tells what the logs say of one another's zones. Reading inputs
//! and merging them is left to the service. No I/O.

pub mod hint;
pub mod notable;
mod silence;
mod track;

pub use notable::Notable;
pub use silence::{Gap, Silence};
pub use track::{Entry, LogTrack, Repeat};

use serde::{Serialize, Serializer};

/// What a row of the time line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// A mail was sent.
    Mail,
    /// A mail reached its last server much later than it was sent, or before.
    Received,
    /// A line that fails with a signature.
    Failing,
    /// A line that its log calls an error, without any signature.
    Error,
    /// A line that tells what was done to the machine.
    Notable(Notable),
    /// Nothing was written for long.
    Gap,
}

impl Kind {
    /// The name in output, `failing`, `boot`.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Mail => "mail",
            Kind::Received => "received",
            Kind::Failing => "failing",
            Kind::Error => "error",
            Kind::Notable(notable) => notable.name(),
            Kind::Gap => "gap",
        }
    }

    /// Whether something failed.
    pub fn fails(self) -> bool {
        matches!(self, Kind::Failing | Kind::Error | Kind::Notable(Notable::Crash | Notable::Rollback))
    }
}

impl Serialize for Kind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}
