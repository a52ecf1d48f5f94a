//! What stands in the store: values that every implementation takes and gives.

use std::{fmt, str::FromStr, sync::Arc};

use serde::Serialize;

use super::thread::ThreadKey;
use crate::{
    case::words::MessageWords,
    signature::{Signature, Standing},
};

/// Which message: the BLAKE3 hash of its raw bytes.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct MessageHash(pub [u8; 32]);

impl MessageHash {
    /// The hash of raw bytes.
    pub fn of(raw: &[u8]) -> Self {
        MessageHash(*blake3::hash(raw).as_bytes())
    }

    /// The hash of a message that is not alone in its raw bytes, or of a text by what it lies beside.
    pub fn piece(self, mark: &[u8]) -> Self {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&self.0).update(mark);
        MessageHash(*hasher.finalize().as_bytes())
    }
}

impl fmt::Display for MessageHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for MessageHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MessageHash({self})")
    }
}

impl FromStr for MessageHash {
    type Err = NotAHash;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut bytes = [0; 32];
        let digits = text.trim().as_bytes();
        if digits.len() != 64 {
            return Err(NotAHash);
        }
        for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
            let pair = str::from_utf8(pair).map_err(|_| NotAHash)?;
            *byte = u8::from_str_radix(pair, 16).map_err(|_| NotAHash)?;
        }
        Ok(MessageHash(bytes))
    }
}

impl Serialize for MessageHash {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// A text is not the 64 hexadecimal digits of a hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not the 64 hexadecimal digits of a message")]
pub struct NotAHash;

/// Which case: the ticket system's number where one is named, else `C-` and digits of its first message's hash.
/// Compared without case.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct CaseId(pub String);

impl fmt::Display for CaseId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A message with everything that was read from it, ready to be stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMessage {
    /// Which message: [`MessageHash::of`] its raw bytes, [`MessageHash::piece`] where they hold several.
    pub id: MessageHash,
    /// Hash of the raw bytes.
    pub blob: MessageHash,
    /// Its place in the raw bytes, from 0: a thread export holds several messages.
    pub piece: u32,
    /// The raw bytes as [`super::packed`] keeps them.
    pub raw: Arc<[u8]>,
    /// Length of the raw bytes.
    pub raw_len: u64,
    /// `Message-ID`, without angle brackets.
    pub message_id: Option<String>,
    /// Hash over what its reader sees: author, subject, text and attachments. The same mail fetched from two mailboxes
    /// differs in its trace fields alone.
    pub content: MessageHash,
    /// What ties it to a case, see [`super::thread`].
    pub keys: Vec<ThreadKey>,
    /// When it was sent.
    pub date: Option<i64>,
    /// When it was taken in.
    pub taken: i64,
    /// Author: name or address.
    pub from: String,
    /// Author's address.
    pub address: String,
    /// Subject as sent.
    pub subject: String,
    /// Whether its subject calls it a reply.
    pub reply: bool,
    /// Whether a machine sent it by itself.
    pub automatic: bool,
    /// Whether the own team sent it.
    pub own: bool,
    /// Whether it is old mail, taken in by the year: nobody is told of what it changes.
    pub quiet: bool,
    /// Version of what read it: a later one may read it better.
    pub parser: u32,
    /// Case fields read from it; of the messages of a case the first that has one wins.
    pub fields: crate::case::CaseFields,
    /// Its body and its attachments, each with what was found in it.
    pub sources: Vec<Source>,
    /// Its words, for the search.
    pub words: MessageWords,
}

/// A body or an attachment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Hash of its bytes; the same in a case is read and counted once.
    pub hash: MessageHash,
    /// Where in the message: empty for the body, else `logs.zip/CBS.log`.
    pub part: String,
    /// Length in bytes.
    pub bytes: u64,
    /// What was found, each signature once.
    pub found: Vec<Sourced>,
}

/// A signature in a source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sourced {
    /// Which.
    pub signature: Signature,
    /// The strongest standing.
    pub standing: Standing,
    /// How often.
    pub count: u64,
    /// Line of the strongest sighting, from 1; 0 for a subject.
    pub line: u64,
    /// That line, shortened.
    pub text: String,
}

/// What was found in a source when it was read before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownSource {
    /// Each signature once.
    pub found: Vec<Sourced>,
    /// The product of the case that has it.
    pub product: Option<String>,
}

/// How far a folder of a mail account was taken in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MailboxMark {
    /// While this stays the same, a number stands for the same message (RFC 9051 section 2.3.1.1).
    pub uid_validity: u32,
    /// Every message up to this number was taken in; 0: none was.
    pub uid: u32,
}

/// What a mail server tells of a mail before it is fetched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailGlimpse {
    /// `Message-ID`, without angle brackets.
    pub message_id: String,
    /// `Date`, in seconds since 1970.
    pub date: i64,
    /// Its size.
    pub bytes: u64,
}

/// What became of a case that was to be erased.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Forgotten {
    /// It is not there.
    Missing,
    /// Nothing is left of it.
    Erased,
    /// It is gone for every reader to come, but another process reads an earlier state: until that ends, the files hold its
    /// bytes.
    Lingering,
}

/// What became of a message that was added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Added {
    /// It is new and now in this case.
    Created(CaseId),
    /// It was there already, in this case: nothing changed.
    Exists(CaseId),
}

/// State of a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum CaseStatus {
    /// Somebody waits for an answer.
    Open,
    /// Closed; new mail opens it again.
    Closed,
}

impl CaseStatus {
    /// The name in output.
    pub fn name(self) -> &'static str {
        match self {
            CaseStatus::Open => "open",
            CaseStatus::Closed => "closed",
        }
    }
}

/// A case as it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CaseRecord {
    /// Which.
    pub id: CaseId,
    /// Rises with every change.
    pub version: u64,
    /// Its subject without trimmings.
    pub subject: String,
    /// Numbers of all ticket systems.
    pub numbers: Vec<String>,
    /// `P1` to `P4`.
    pub severity: Option<String>,
    /// Who has the problem.
    pub customer: Option<String>,
    /// Address of who opened it: the sender of its earliest message that has one.
    pub sender: String,
    /// Product.
    pub product: Option<String>,
    /// Open or closed.
    pub status: CaseStatus,
    /// Date of its first message; where that has none, when it was taken in.
    pub opened: i64,
    /// The same of its latest message.
    pub latest: i64,
    /// When it was closed last.
    pub closed: Option<i64>,
    /// The article that resolved it.
    pub article: Option<String>,
    /// How it was resolved, in words.
    pub resolution: Option<String>,
    /// What matching said of it: `known`, `possible`, `unknown`; `None`: it was not matched yet.
    pub verdict: Option<String>,
    /// Number of messages.
    pub messages: u64,
    /// Tags in force.
    pub tags: Vec<CaseTag>,
}

/// A tag of a case.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct CaseTag {
    /// `group/name`.
    pub tag: String,
    /// The rule that gave it; `None`: a person did.
    pub rule: Option<String>,
    /// Why: the evidence in words.
    pub why: String,
}

/// A message of a case, without its bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MessageRecord {
    /// Hash of the raw bytes.
    pub id: MessageHash,
    /// `Message-ID`.
    pub message_id: Option<String>,
    /// When it was sent.
    pub date: Option<i64>,
    /// Author: name or address.
    pub from: String,
    /// Author's address.
    pub address: String,
    /// Subject as sent.
    pub subject: String,
    /// Whether a machine sent it by itself.
    pub automatic: bool,
    /// Its attachments as `part` names.
    pub attachments: Vec<String>,
}

/// A signature of a case with how often it was seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SignatureCount {
    /// Which.
    pub signature: Signature,
    /// The strongest standing.
    pub standing: Standing,
    /// How often in all sources of the case.
    pub count: u64,
    /// Where the strongest sighting is.
    pub evidence: Evidence,
}

/// A place in a stored message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Evidence {
    /// The first message with that source.
    pub message: MessageHash,
    /// Where in it; empty for the body.
    pub part: String,
    /// Line, from 1; 0 for a subject.
    pub line: u64,
    /// The line, shortened.
    pub text: String,
}

/// Something that happened to a case. Each kind is defined in `docs/cases.md`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Event {
    /// When.
    pub at: i64,
    /// What.
    pub kind: EventKind,
    /// In words: the article, the reason.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub note: String,
}

/// What can happen to a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum EventKind {
    /// Its first message was sent.
    Opened,
    /// The own team wrote for the first time. Told from the messages, not kept.
    Answered,
    /// Somebody closed it.
    Closed,
    /// What resolved it was put right while it was closed.
    Corrected,
    /// New mail or somebody opened it again.
    Reopened,
    /// A match was accepted.
    Accepted,
    /// A match was rejected.
    Rejected,
}

impl EventKind {
    /// The name in output and in the store.
    pub fn name(self) -> &'static str {
        match self {
            EventKind::Opened => "opened",
            EventKind::Answered => "answered",
            EventKind::Closed => "closed",
            EventKind::Corrected => "corrected",
            EventKind::Reopened => "reopened",
            EventKind::Accepted => "accepted",
            EventKind::Rejected => "rejected",
        }
    }

    /// The kind of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Opened, Self::Closed, Self::Corrected, Self::Reopened, Self::Accepted, Self::Rejected]
            .into_iter()
            .find(|kind| kind.name() == name)
    }
}

/// A change of a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CaseChange {
    /// It is resolved, by an article or in words.
    Close {
        /// The article, if one did.
        article: Option<String>,
        /// In words.
        resolution: Option<String>,
        /// When.
        at: i64,
    },
    /// It is open again.
    Reopen {
        /// Why.
        why: String,
        /// When.
        at: i64,
    },
    /// Gives a tag. A rule's tag does not take the place of one set by hand, nor come back after a person removed it.
    Tag(CaseTag),
    /// Takes a tag away: by hand (remembered) or by a rule that no longer holds.
    Untag {
        /// The tag.
        tag: String,
        /// Whether a person did, so that no rule gives it again.
        by_hand: bool,
    },
    /// A person accepted or rejected a match.
    Decide {
        /// The article.
        article: String,
        /// How.
        decision: Decision,
        /// Why.
        reason: String,
        /// When.
        at: i64,
    },
}

/// What a person said of a match.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Decision {
    /// The article explains the case.
    Accepted,
    /// It does not: it stays away from this case.
    Rejected,
}

impl Decision {
    /// The name in output.
    pub fn name(self) -> &'static str {
        match self {
            Decision::Accepted => "accepted",
            Decision::Rejected => "rejected",
        }
    }
}

/// What a person said of a match of a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CaseDecision {
    /// The article.
    pub article: String,
    /// Accepted or rejected.
    pub decision: Decision,
    /// Why.
    pub reason: String,
    /// When.
    pub at: i64,
}

/// What became of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Update {
    /// Done; the case has this version now.
    Done(u64),
    /// Another change came first; the case has this version.
    Conflict(u64),
    /// There is no such case.
    Missing,
}

/// Which cases. Every part that is set must hold. In texts `*` stands for any text and `?` for one character, case ignored.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CaseFilter {
    /// With one of these signatures.
    pub signatures: Vec<Signature>,
    /// The signature must have failed.
    pub failing: bool,
    /// In this state.
    pub status: Option<CaseStatus>,
    /// Of this customer, case ignored.
    pub customer: Option<String>,
    /// With `customer`: those too that name no customer and were opened from this mail domain, case ignored.
    pub domain: Option<String>,
    /// The domains of the own team: whoever opened a case from one, or from below it, is no customer by it.
    pub own: Vec<String>,
    /// Of this product.
    pub product: Option<String>,
    /// Of this severity.
    pub severity: Option<String>,
    /// With this tag.
    pub tag: Option<String>,
    /// Opened at this time or later.
    pub since: Option<i64>,
    /// Opened before this time.
    pub until: Option<i64>,
    /// Resolved by this article.
    pub article: Option<String>,
    /// With a match of this article.
    pub matched: Option<String>,
    /// With this verdict.
    pub verdict: Option<String>,
}

/// Order of a list; ties are broken by id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sort {
    /// Latest message first.
    #[default]
    Latest,
    /// Opened last first.
    Opened,
    /// By id.
    Id,
}

/// Where a list goes on; opaque to its holder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor(pub(super) String);

/// A part of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// In order.
    pub items: Vec<T>,
    /// Where the list goes on; `None` at its end.
    pub next: Option<Cursor>,
}

/// A thing that could not be parsed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Quarantined {
    /// Hash of its bytes.
    pub id: MessageHash,
    /// Its bytes as [`super::packed`] keeps them; empty in lists.
    #[serde(skip)]
    pub raw: Vec<u8>,
    /// Where it came from.
    pub part: String,
    /// What was wrong.
    pub error: String,
    /// The parser that failed.
    pub parser: String,
    /// When.
    pub at: i64,
    /// Whether it is old mail, taken in by the year.
    pub history: bool,
}
