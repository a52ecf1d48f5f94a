//! A mail taken apart: header, blocks by who wrote them, attachments.

use std::{
    fs::File,
    io::{self, Read},
};

use jiff::Timestamp;
use serde::Serialize;

use super::triage::Input;
use crate::{
    archive,
    intake::MOST_MAIL,
    logs::decode,
    mail::{self, BlockKind, Mailbox, MboxReader, Message},
    parsed::{Parsed, Warning},
};

/// Name and version of the JSON form.
pub const SCHEMA: &str = "casebook.parse/1";

/// The messages of a mail, a thread export or a mailbox.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ParseReport {
    /// [`SCHEMA`].
    pub schema: &'static str,
    /// Never empty; enclosed messages follow the one that holds them.
    pub messages: Vec<MessageReport>,
    /// What could not be read.
    pub warnings: Vec<Warning>,
}

/// One message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MessageReport {
    /// Where it was found.
    pub part: String,
    /// `Message-ID` without angle brackets.
    pub message_id: Option<String>,
    /// `In-Reply-To`.
    pub in_reply_to: Vec<String>,
    /// `References`, oldest first.
    pub references: Vec<String>,
    /// As sent, decoded.
    pub subject: String,
    /// The author.
    pub from: Option<Mailbox>,
    /// `To` and `Cc`.
    pub recipients: Vec<Mailbox>,
    /// When it was sent, UTC.
    pub date: Option<Timestamp>,
    /// Why it is taken for an automatic message.
    pub automatic: Option<String>,
    /// The body in order.
    pub blocks: Vec<BlockReport>,
    /// What is not the body.
    pub attachments: Vec<AttachmentReport>,
}

/// A run of body lines of one sort.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BlockReport {
    /// Who wrote it, or what it is.
    pub kind: BlockKind,
    /// Line of the decoded body where it begins, from 1.
    pub line: u64,
    /// The lines.
    pub text: String,
}

/// An attachment without its content.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AttachmentReport {
    /// Where: the message's part, a slash, and a safe form of the name.
    pub part: String,
    /// The name as sent.
    pub name: Option<String>,
    /// Media type.
    pub content_type: String,
    /// Size after transfer decoding.
    pub bytes: usize,
}

/// Why a mail could not be taken apart.
#[derive(Debug, thiserror::Error)]
pub enum ParseError {
    /// The input cannot be opened or read.
    #[error("cannot read {input}")]
    Read {
        /// The input as given.
        input: Input,
        /// Why.
        source: io::Error,
    },
    /// The input is empty, or a mailbox or export without a message.
    #[error("{input} holds no message")]
    Nothing {
        /// The input as given.
        input: Input,
    },
}

impl MessageReport {
    /// What the author newly wrote: the blocks of this kind, without the blank lines around them.
    pub fn new_text(&self) -> String {
        let new = self.blocks.iter().filter(|block| block.kind == BlockKind::New);
        new.map(|block| block.text.trim_matches('\n')).collect::<Vec<_>>().join("\n")
    }
}

impl From<Message> for MessageReport {
    fn from(message: Message) -> Self {
        let block = |block: mail::Block| BlockReport { kind: block.kind, line: block.first_line, text: block.text };
        let attachment = |attachment: mail::Attachment| AttachmentReport {
            part: attachment.part,
            name: attachment.name,
            content_type: attachment.content_type,
            bytes: attachment.bytes.len(),
        };
        MessageReport {
            part: message.part,
            message_id: message.message_id,
            in_reply_to: message.in_reply_to,
            references: message.references,
            subject: message.subject,
            from: message.from,
            recipients: message.recipients,
            date: message.date,
            automatic: message.automatic,
            blocks: message.body.into_iter().map(block).collect(),
            attachments: message.attachments.into_iter().map(attachment).collect(),
        }
    }
}

/// Takes a mail, a thread export or a mailbox apart; at most [`MOST_MAIL`] bytes of it.
///
/// A mailbox and a thread export are told by their content; anything else is read as a mail.
///
/// # Errors
/// When the input cannot be read or holds no message.
pub fn parse(input: &Input) -> Result<ParseReport, ParseError> {
    let mut bytes = read(input).map_err(|source| ParseError::Read { input: input.clone(), source })?;
    let part = input.part();
    let mut warnings = Vec::new();
    if bytes.len() as u64 > MOST_MAIL {
        bytes.pop();
        warnings.push(Warning::new(&part, format!("larger than {MOST_MAIL} bytes: read to there")));
    }
    let parsed = if bytes.is_empty() { Parsed::clean(Vec::new()) } else { messages(&part, &bytes) };
    if parsed.value.is_empty() {
        return Err(ParseError::Nothing { input: input.clone() });
    }
    warnings.extend(parsed.warnings);
    Ok(ParseReport { schema: SCHEMA, messages: parsed.value.into_iter().map(MessageReport::from).collect(), warnings })
}

fn read(input: &Input) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    match input {
        // One byte more than is kept tells that there was more.
        Input::Stdin => io::stdin().lock().take(MOST_MAIL + 1).read_to_end(&mut bytes)?,
        Input::Path(path) => File::open(path)?.take(MOST_MAIL + 1).read_to_end(&mut bytes)?,
    };
    Ok(bytes)
}

fn messages(part: &str, bytes: &[u8]) -> Parsed<Vec<Message>> {
    let head = &bytes[..bytes.len().min(archive::HEAD)];
    if mail::looks_like_mbox(head) {
        return mailbox(part, bytes);
    }
    if mail::looks_like_thread_export(&decode::decode(head).value) {
        return mail::parse_thread_export(part, &decode::decode(bytes).value);
    }
    mail::parse(part, bytes)
}

fn mailbox(part: &str, bytes: &[u8]) -> Parsed<Vec<Message>> {
    let mut all = Parsed::clean(Vec::new());
    // Reading from memory cannot fail.
    for message in MboxReader::new(bytes).filter_map(Result::ok) {
        let part = format!("{part}#{}", message.number);
        if message.cut {
            all.warnings.push(Warning::new(&part, "message is too long and was cut"));
        }
        let parsed = mail::parse(&part, &message.bytes);
        all.warnings.extend(parsed.warnings);
        all.value.extend(parsed.value);
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(content: &[u8], expected: &[(&str, &str)]) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("in");
        std::fs::write(&path, content).unwrap();
        let report = parse(&Input::Path(path)).unwrap();
        let found: Vec<(&str, String)> =
            report.messages.iter().map(|message| (message.part.as_str(), message.new_text())).collect();
        let found: Vec<(&str, &str)> = found.iter().map(|(part, text)| (*part, text.as_str())).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn mail_mailbox_and_bare_text_are_told_apart() {
        let mail = "From: a@example.com\nSubject: x\n\nIt fails.\n\n-- \nA\n";
        check(mail.as_bytes(), &[("in", "It fails.")]);
        let from = "From a@example.com Mon Jul  1 10:00:00 2024\n";
        check(format!("{from}{mail}\n{from}{mail}").as_bytes(), &[("in#1", "It fails."), ("in#2", "It fails.")]);
        check("安装失败。\n".as_bytes(), &[("in", "安装失败。")]);
    }

    #[test]
    fn empty_and_missing_inputs_are_errors() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("empty.eml");
        assert!(matches!(parse(&Input::Path(path.clone())), Err(ParseError::Read { .. })));
        std::fs::write(&path, "").unwrap();
        assert!(matches!(parse(&Input::Path(path)), Err(ParseError::Nothing { .. })));
    }
}
