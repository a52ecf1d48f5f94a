//! Mails as bytes: character sets, attachments, archives. Nothing in them depends on the clock or the machine.

use std::io::Write;

use base64::{Engine, engine::general_purpose::STANDARD};
use encoding_rs::GB18030;
use flate2::{Compression, write::GzEncoder};
use mail_builder::{
    MessageBuilder,
    headers::{HeaderType, address::Address, content_type::ContentType, raw::Raw, text::Text},
    mime::MimePart,
};
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

use super::{log::Log, people::Person, random::Random};

/// How a mail is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// Plain text in UTF-8.
    Plain,
    /// A page in UTF-8, as some mail programs send nothing else.
    Html,
    /// Plain text and header fields in GB 18030.
    Gb18030,
}

/// A file that goes with a mail.
pub(super) struct Attachment {
    name: String,
    kind: &'static str,
    bytes: Vec<u8>,
}

impl Attachment {
    /// A log as it is, or packed. What is packed is stored without compression, whose result may change with its library.
    pub(super) fn of(random: &mut Random, log: Log) -> Self {
        let share = random.unit();
        let plain = |log: Log| Attachment { name: log.name.into(), kind: "text/plain", bytes: log.text.into_bytes() };
        if share < 0.2 {
            let packed = zipped(&log);
            packed.map(|bytes| Attachment { name: "logs.zip".into(), kind: "application/zip", bytes })
        } else if share < 0.3 {
            let packed = gzipped(&log);
            packed.map(|bytes| Attachment { name: format!("{}.gz", log.name), kind: "application/gzip", bytes })
        } else {
            None
        }
        .unwrap_or_else(|| plain(log))
    }
}

fn zipped(log: &Log) -> Option<Vec<u8>> {
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Stored)
        .last_modified_time(zip::DateTime::default());
    let mut zip = ZipWriter::new(std::io::Cursor::new(Vec::new()));
    zip.start_file(log.name, options).ok()?;
    zip.write_all(log.text.as_bytes()).ok()?;
    Some(zip.finish().ok()?.into_inner())
}

fn gzipped(log: &Log) -> Option<Vec<u8>> {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::none());
    gzip.write_all(log.text.as_bytes()).ok()?;
    gzip.finish().ok()
}

/// A mail before it is bytes.
pub(super) struct Mail<'m> {
    pub(super) from: &'m Person,
    pub(super) to: &'m Person,
    /// As the field has it.
    pub(super) date: String,
    pub(super) id: &'m str,
    /// Ids of the mails before it in its thread, oldest first.
    pub(super) references: Vec<&'m str>,
    pub(super) subject: &'m str,
    pub(super) text: &'m str,
    pub(super) attachment: Option<&'m Attachment>,
    pub(super) form: Form,
}

impl Mail<'_> {
    /// The mail by RFC 5322, with line ends as mail has them.
    pub(super) fn bytes(&self) -> Vec<u8> {
        let mut message = MessageBuilder::new()
            .header("From", self.mailbox(self.from))
            .header("To", self.mailbox(self.to))
            .header("Subject", self.field(self.subject))
            .header("Date", Raw::new(self.date.as_str()))
            .message_id(self.id);
        if let Some(answered) = self.references.last() {
            message = message.in_reply_to(*answered).references(self.references.clone());
        }
        let body = match self.attachment {
            None => self.body(),
            Some(file) => {
                let part =
                    MimePart::new(ContentType::new(file.kind), file.bytes.as_slice()).attachment(file.name.as_str());
                let kind = ContentType::new("multipart/mixed")
                    .attribute("boundary", format!("=_{}", self.id.replace('@', "_")));
                MimePart::new(kind, vec![self.body(), part])
            }
        };
        // Memory never refuses.
        message.body(body).write_to_vec().unwrap_or_default()
    }

    fn body(&self) -> MimePart<'_> {
        match self.form {
            Form::Plain => MimePart::new("text/plain", self.text),
            Form::Html => MimePart::new("text/html", page(self.text)),
            Form::Gb18030 => {
                let bytes = GB18030.encode(self.text).0.into_owned();
                MimePart::new(ContentType::new("text/plain").attribute("charset", "gb18030"), bytes)
            }
        }
    }

    fn field<'f>(&self, text: &'f str) -> HeaderType<'f> {
        match self.form {
            Form::Gb18030 => Raw::new(encoded_words(text)).into(),
            Form::Plain | Form::Html => Text::new(text).into(),
        }
    }

    fn mailbox<'p>(&self, person: &'p Person) -> HeaderType<'p> {
        match self.form {
            Form::Gb18030 => Raw::new(format!("{} <{}>", encoded_words(&person.name), person.address)).into(),
            Form::Plain | Form::Html => {
                Address::new_address(Some(person.name.as_str()), person.address.as_str()).into()
            }
        }
    }
}

/// Text as encoded words in GB 18030 (RFC 2047), none longer than 75 characters.
fn encoded_words(text: &str) -> String {
    let characters: Vec<char> = text.chars().collect();
    let word = |part: &[char]| {
        let part: String = part.iter().collect();
        format!("=?gb18030?B?{}?=", STANDARD.encode(GB18030.encode(&part).0))
    };
    characters.chunks(11).map(word).collect::<Vec<_>>().join(" ")
}

/// Text as a page: a line is a line.
fn page(text: &str) -> String {
    let lines: Vec<String> =
        text.lines().map(|line| format!("<div>{}</div>", crate::report::html::escape(line))).collect();
    let lines = lines.join("\n").replace("<div></div>", "<div><br></div>");
    format!("<html><head><meta charset=\"utf-8\"></head><body>\n{lines}\n</body></html>\n")
}
