//! Mail intake: bytes in, messages out.
//!
//! Reads RFC 5322 messages with MIME parts, mbox streams and plain-text thread exports. This module
//! does no I/O beyond the readers handed to it and never fails on bad input: it warns. Opening attachments
//! and finding evidence in texts is left to others.
//!
//! mail-parser takes mail apart and html5gum reads the tokens of HTML; what is here puts in order what they are known to
//! read wrongly, each repair with its reason in the file that makes it: `head` and `mend` before the structure is read,
//! `words`, `parameters`, `address`, `date` and `transfer` around single values, `charset` where the named character set
//! is absent or false. uuencode (`uu`, `transfer`) is read here, because no library that is used knows it.
//!
//! ```
//! let mail = b"From: Li Lei <li.lei@example.cn>\nSubject: setup\n\nIt fails.\n\n-- \nLi Lei\n";
//! let parsed = casebook::mail::parse("mail.eml", mail);
//! assert_eq!(parsed.value[0].text_of(casebook::mail::BlockKind::New), "It fails.");
//! ```

mod address;
mod automatic;
pub(crate) mod base64;
mod bounced;
mod charset;
mod date;
mod export;
mod head;
mod header;
pub(crate) mod html;
mod lines;
mod mbox;
mod mend;
mod message;
mod mime;
mod name;
mod parameters;
mod quote;
mod reply;
pub mod role;
mod sendable;
mod sniff;
mod subject;
mod transfer;
mod uu;
mod words;

pub use export::{looks_like_thread_export, parse_thread_export};
pub use mbox::{MboxMessage, MboxReader, looks_like_mbox, without_envelope};
pub use message::parse;
pub use reply::Reply;
pub use role::{Role, Roles};
pub use sendable::sendable;
pub use sniff::{looks_like_mail, may_be_mail};
pub use subject::strip_prefixes;

use jiff::Timestamp;
use serde::Serialize;

/// One e-mail, decoded.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Message {
    /// Where it was found: `mail-1.eml`, `inbox.mbox#3`, `mail.eml/forwarded.eml`.
    pub part: String,
    /// `Message-ID` without angle brackets.
    pub message_id: Option<String>,
    /// `In-Reply-To`, without angle brackets.
    pub in_reply_to: Vec<String>,
    /// `References`, oldest first, without angle brackets.
    pub references: Vec<String>,
    /// Decoded subject as sent, prefixes and all.
    pub subject: String,
    /// The author.
    pub from: Option<Mailbox>,
    /// `To` and `Cc` recipients.
    pub recipients: Vec<Mailbox>,
    /// When it was sent, in UTC.
    pub date: Option<Timestamp>,
    /// When servers took it in, from the first to the last, as each wrote it into its `Received` field; UTC.
    pub received: Vec<Timestamp>,
    /// Why it is taken for an automatic message, e.g. `Auto-Submitted: auto-replied`; empty for a
    /// person's mail.
    pub automatic: Option<String>,
    /// Of a report that mail was not delivered: which mail, as far as the report encloses or shows it.
    pub bounced: Option<Bounced>,
    /// The body, in order, told apart by who wrote it.
    pub body: Vec<Block>,
    /// Parts that are not the body. Enclosed messages are not here: they are messages themselves.
    pub attachments: Vec<Attachment>,
}

/// The mail that a delivery report is about.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Bounced {
    /// Its subject as sent.
    pub subject: String,
    /// Its `Message-ID`, and before it the ids of what it answers, oldest first; without angle brackets.
    pub ids: Vec<String>,
    /// Who sent it.
    pub from: Option<Mailbox>,
}

/// A name and address of a header field.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Mailbox {
    /// Display name, decoded; may be empty.
    pub name: String,
    /// `local@domain`; may be empty in exports that give only names.
    pub address: String,
}

/// A run of body lines of one sort.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// Who wrote it, or what it is.
    pub kind: BlockKind,
    /// The lines, LF between them.
    pub text: String,
    /// Line of the decoded body where it begins, from 1.
    pub first_line: u64,
}

/// What a run of body lines is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum BlockKind {
    /// What the author of this message wrote.
    New,
    /// History: quoted from an earlier message.
    Quoted,
    /// A message passed on below a forwarding line: not history, the sender wants it read.
    Forwarded,
    /// The author's signature block.
    Signature,
    /// Legal or security notice.
    Disclaimer,
}

impl BlockKind {
    /// The name in output, `new`.
    pub fn name(self) -> &'static str {
        match self {
            BlockKind::New => "new",
            BlockKind::Quoted => "quoted",
            BlockKind::Forwarded => "forwarded",
            BlockKind::Signature => "signature",
            BlockKind::Disclaimer => "disclaimer",
        }
    }
}

/// A part of a message that is not its body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    /// Where: the message's part, a slash, and a safe form of the name.
    pub part: String,
    /// The file name as sent, decoded; never used as a path.
    pub name: Option<String>,
    /// Lower-case media type, `application/zip`.
    pub content_type: String,
    /// The content after transfer decoding, not recoded.
    pub bytes: Vec<u8>,
}

impl Message {
    /// Whether a machine sent it by itself (`Auto-Submitted: auto-generated`, RFC 3834, or to many): an alert, which reports something
    /// new, unlike an answer, which echoes what it answers.
    pub fn is_generated(&self) -> bool {
        self.automatic.as_ref().is_some_and(|reason| automatic::is_news(reason))
    }

    /// Whether a machine sent it in answer to another: it repeats a subject and quotes, and says nothing of its own.
    pub fn is_echo(&self) -> bool {
        self.automatic.is_some() && !self.is_generated()
    }

    /// Whether a mail system reports with it that mail was not delivered (RFC 3464, or the form before it): its words are the
    /// finding, though its subject says nothing.
    pub fn is_delivery_report(&self) -> bool {
        let report =
            self.automatic.as_ref().is_some_and(|reason| reason.starts_with("multipart/report: delivery-status"));
        let sender = self.from.as_ref().and_then(|from| from.address.split('@').next());
        report || self.automatic.is_some() && sender.is_some_and(automatic::is_daemon)
    }

    /// Whether its fields or its subject say that it answers another.
    pub fn is_answer(&self) -> bool {
        let fields = !self.in_reply_to.is_empty() || !self.references.is_empty();
        subject::context(&self.subject, fields) == quote::Context::Reply
    }

    /// Whether its subject begins as programs begin that of an answer or of a mail that is passed on.
    pub fn has_prefix(&self) -> bool {
        strip_prefixes(&self.subject).len() < self.subject.trim().len()
    }

    /// The text of all blocks of a kind, joined by LF.
    pub fn text_of(&self, kind: BlockKind) -> String {
        let texts: Vec<&str> =
            self.body.iter().filter(|block| block.kind == kind).map(|block| block.text.as_str()).collect();
        texts.join("\n")
    }
}

/// The text of an HTML document, as mail shows it: lines follow the block elements, hidden text is dropped.
pub fn html_text(html: &str) -> String {
    html::to_text(html)
}

#[cfg(test)]
mod hostile_tests;
