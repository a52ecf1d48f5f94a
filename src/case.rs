//! The case: what triage knows of it once all parts are read.

use serde::Serialize;

use crate::{facts::MachineFacts, parsed::Warning, signature::SignatureEvidence};

/// Fields of the case, read from subjects and bodies by the rules of `kb/fields.toml`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct CaseFields {
    /// The subject without reply prefixes and without what became a field.
    pub subject: String,
    /// Case numbers of all ticket systems, in the order seen.
    pub numbers: Vec<String>,
    /// `P1` to `P4` as named by the ticket system.
    pub severity: Option<String>,
    /// The customer.
    pub customer: Option<String>,
    /// Product id, from the fields or from the facts of the machine.
    pub product: Option<String>,
}

/// All the evidence of one case.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CaseEvidence {
    /// The case's fields.
    pub fields: CaseFields,
    /// Facts of the machine.
    pub facts: MachineFacts,
    /// Signatures, those that matter most first.
    pub signatures: Vec<SignatureEvidence>,
    /// Text in which words are looked for.
    pub texts: Vec<TextEvidence>,
    /// What was read.
    pub parts: Vec<Part>,
    /// What could not be read.
    pub warnings: Vec<Warning>,
}

/// Text of a case in which words are looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextEvidence {
    /// Where it stands.
    pub part: String,
    /// Line of its beginning, from 1; 0 for a subject.
    pub line: u64,
    /// What it is.
    pub kind: TextKind,
    /// The text.
    pub text: String,
}

/// What a text of a case is, from strongest to weakest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum TextKind {
    /// A subject line.
    Subject,
    /// What an author newly wrote, or passed on.
    New,
    /// A log line that says that something failed.
    FailingLog,
    /// Quoted history.
    Quoted,
}

/// One thing that was read: a message, an attachment, a log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Part {
    /// Its name in the output, `mail-1.eml/logs.zip/CBS.log`.
    pub part: String,
    /// What it was read as: `message`, `log`, `archive`, `skipped`.
    pub kind: PartKind,
    /// Format or media type: `cbs`, `application/zip`.
    pub format: String,
    /// Text encoding, where it is text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encoding: Option<String>,
    /// Bytes read, after decompression.
    pub bytes: u64,
    /// Lines read.
    pub lines: u64,
}

/// What a part was read as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum PartKind {
    /// An e-mail.
    Message,
    /// Text read as lines.
    Log,
    /// A container whose entries are parts themselves.
    Archive,
    /// Not text and not a container: not read.
    Skipped,
}
