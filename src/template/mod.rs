//! Log templates: lines grouped by what they say, for errors that have no code.
//!
//! Each line is taken apart without a configured format: `header` finds where its message begins, [`mask`] replaces what
//! varies, and equal messages are counted together. Once all lines are read, `merge` joins messages that differ in
//! a word with many values. A template's id is a hash of its text, which hosts, users, paths, numbers and the order of
//! lines do not change.
//!
//! Measured figures and how grouping works in more words: `docs/templates.md`. No I/O.
//!
//! ```
//! use casebook::{logs::LogFormat, template::Miner};
//! let mut miner = Miner::default();
//! for (number, line) in (1..).zip(["10:11:12 INFO 3 jobs done", "10:11:13 INFO 9 jobs done", "10:11:14 ERROR queue is full"]) {
//!     miner.feed(number, line, LogFormat::Plain);
//! }
//! let templates = miner.finish();
//! let failing: Vec<&str> = templates.list().iter().filter(|t| t.failing).map(|t| t.text.as_str()).collect();
//! assert_eq!(failing, ["queue is full"]);
//! ```

mod header;
mod id;
mod mask;
mod merge;
mod miner;
mod vocabulary;

use serde::Serialize;

pub use id::{NoTemplateId, TemplateId};
pub use mask::{WILD, mask};
pub use miner::{MessageId, Miner, Templates};

/// Lines that say the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Template {
    /// The stable name.
    pub id: TemplateId,
    /// The message with [`WILD`] where it varies. Empty for empty lines.
    pub text: String,
    /// Lines that have it.
    pub count: u64,
    /// Number of the first of them, as fed.
    pub first_line: u64,
    /// Whether one of them says that something failed.
    pub failing: bool,
}
