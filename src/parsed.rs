//! What tolerant readers return: a value, and what of the input could not be understood.
//!
//! Broken input is ordinary in support mail. A reader gives as much as it can and says what it
//! could not read; errors are for what stops the work. This module does no I/O.

use serde::Serialize;

/// A value read from input that may have been partly broken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parsed<T> {
    /// What was read.
    pub value: T,
    /// In order of position. Empty when the whole input was understood.
    pub warnings: Vec<Warning>,
}

impl<T> Parsed<T> {
    /// A value whose whole input was understood.
    pub fn clean(value: T) -> Self {
        Parsed { value, warnings: Vec::new() }
    }
}

/// Something in the input that could not be read, and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Warning {
    /// The part it concerns, as named in the output: `mail.eml/logs.zip/CBS.log`.
    pub part: String,
    /// Line in the part, from 1, where it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u64>,
    /// What was wrong, in a few words: lower case, no full stop.
    pub message: String,
}

impl Warning {
    /// A warning about a whole part.
    pub fn new(part: impl Into<String>, message: impl Into<String>) -> Self {
        Warning { part: part.into(), line: None, message: message.into() }
    }
}
