//! What can be wrong with a store, as values.

use serde::Serialize;

/// Something that is wrong with a store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// What.
    pub kind: FaultKind,
    /// How often.
    pub count: u64,
    /// Some of those: cases, messages, or what the database says.
    pub examples: Vec<String>,
    /// Whether it was put right.
    pub mended: bool,
}

/// What can be wrong with a store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum FaultKind {
    /// The database file is damaged.
    File,
    /// The store is empty, but an index beside it has messages: the file was lost or emptied.
    Lost,
    /// A row points to one that is not there.
    Reference,
    /// Stored bytes are not what their hash says.
    Bytes,
    /// Lines in which a source only lists signatures are lost; the signatures, their counts and the numbers of the lines are not.
    Lines,
    /// A case has no messages.
    EmptyCase,
    /// Stored bytes belong to no message.
    UnusedBytes,
    /// A source belongs to no message.
    UnusedSource,
    /// A case's count of messages or dates are not those of its messages.
    CaseRow,
    /// A case has not the sources of its messages.
    CaseSources,
    /// A case's signatures are not those of its sources.
    CaseSignatures,
    /// The index is of another format or store.
    NoIndex,
    /// Files of the index are not what was written.
    IndexDamaged,
    /// The index lacks messages.
    IndexMissing,
    /// The index has messages that the store has not.
    IndexSurplus,
    /// The index has messages in a case that they are not in.
    IndexElsewhere,
}

impl FaultKind {
    /// For people.
    pub fn describe(self) -> &'static str {
        match self {
            FaultKind::File => "the database file is damaged",
            FaultKind::Lost => "the store is empty, but the index beside it is of a store with messages",
            FaultKind::Reference => "rows that point to nothing",
            FaultKind::Bytes => "stored mails whose bytes are not what they were",
            FaultKind::Lines => {
                "attachments that lost lines which only list signatures; what was found is kept, and the mails have the lines"
            }
            FaultKind::EmptyCase => "cases without messages",
            FaultKind::UnusedBytes => "stored bytes that belong to no message",
            FaultKind::UnusedSource => "attachments that belong to no message",
            FaultKind::CaseRow => "cases with a wrong count of messages or wrong dates",
            FaultKind::CaseSources => "cases with a wrong list of attachments",
            FaultKind::CaseSignatures => "cases with wrong counts of signatures",
            FaultKind::NoIndex => "the index of cases does not fit the store",
            FaultKind::IndexDamaged => "damaged files of the index of cases",
            FaultKind::IndexMissing => "messages that the index lacks",
            FaultKind::IndexSurplus => "messages in the index that are not in the store",
            FaultKind::IndexElsewhere => "messages that the index has in another case",
        }
    }
}
