//! Intake: files, folders and standard input become messages and logs.
//!
//! What a thing is is told by its content, never by its name alone: mailbox, mail, thread export,
//! archive, text or neither. Nothing found inside a mail or an archive is ever used as a path. What cannot be
//! read is a warning to the [`Sink`], and the rest goes on.

mod folder;

use std::{
    fs::{self, File},
    io::{self, BufReader, Cursor, Read, Seek},
    path::Path,
};

use crate::{
    archive::{self, Budget},
    case::{Part, PartKind, Sink},
    logs::decode,
    mail::{self, Message},
    parsed::Warning,
};

/// A mail or thread export larger than this is read to here: twice what mail servers let through, and small enough
/// to be held with its decoded parts.
pub const MOST_MAIL: u64 = 64 << 20;

/// Bytes looked at to tell what a thing is.
const HEAD: usize = 16 << 10;

/// Mails in archives in mails: deeper than this nobody packs.
const DEPTH: usize = 8;

/// Reads a file or a folder with all below it. Problems are warnings.
pub fn read_path(path: &Path, sink: &mut dyn Sink) {
    let mut intake = Intake { sink, budget: Budget::default(), depth: 0 };
    match fs::metadata(path) {
        Ok(metadata) if metadata.is_dir() => intake.folder(path),
        Ok(metadata) => {
            let name = path.file_name().map_or_else(|| path.display().to_string(), |n| n.to_string_lossy().into());
            intake.file(path, &name, &metadata);
        }
        Err(error) => intake.sink.warn(Warning::new(path.display().to_string(), format!("cannot read: {error}"))),
    }
}

/// Reads one thing from standard input: a mail, a mailbox, an archive or a log.
pub fn read_stdin(mut input: impl Read, sink: &mut dyn Sink) {
    Intake { sink, budget: Budget::default(), depth: 0 }.stream("standard input", &mut input);
}

struct Intake<'s> {
    sink: &'s mut dyn Sink,
    /// What all archives of one path may take together.
    budget: Budget,
    depth: usize,
}

impl Intake<'_> {
    /// A file by path; `part` is its name in the output.
    fn file(&mut self, path: &Path, part: &str, metadata: &fs::Metadata) {
        if !metadata.is_file() {
            return self.warn(part, "neither a file nor a folder: not read");
        }
        match File::open(path) {
            Ok(file) => self.open_file(part, file),
            Err(error) => self.warn(part, format!("cannot open: {error}")),
        }
    }

    fn open_file(&mut self, part: &str, mut file: File) {
        let head = match head(&mut file) {
            Ok(head) => head,
            Err(error) => return self.warn(part, format!("cannot read: {error}")),
        };
        if archive::kind_of(&head).is_some() {
            match file.rewind() {
                Ok(()) => self.archive(part, file),
                Err(error) => self.warn(part, format!("cannot read: {error}")),
            }
        } else {
            self.content(part, &head, &mut file);
        }
    }

    /// Something that can only be read forward: an attachment, an entry of an archive, standard input.
    fn stream(&mut self, part: &str, reader: &mut dyn Read) {
        if self.depth >= DEPTH {
            return self.warn(part, format!("nested more than {DEPTH} deep: not read"));
        }
        self.depth += 1;
        match head(reader) {
            Ok(head) if archive::kind_of(&head).is_some() => self.held_archive(part, head, reader),
            Ok(head) => self.content(part, &head, reader),
            Err(error) => self.warn(part, format!("cannot read: {error}")),
        }
        self.depth -= 1;
    }

    /// An archive that must be held in memory, since its directory stands at its end.
    fn held_archive(&mut self, part: &str, head: Vec<u8>, reader: &mut dyn Read) {
        let most = archive::MOST_HELD;
        let mut bytes = head;
        if let Err(error) = reader.take(most.saturating_sub(bytes.len() as u64) + 1).read_to_end(&mut bytes) {
            self.warn(part, format!("archive cannot be read to its end: {error}"));
        }
        if bytes.len() as u64 > most {
            bytes.truncate(usize::try_from(most).unwrap_or(usize::MAX));
            self.warn(part, format!("archive inside another is larger than {most} bytes: read to there"));
        }
        self.archive(part, Cursor::new(bytes));
    }

    fn archive(&mut self, part: &str, source: impl Read + Seek) {
        let mut budget = std::mem::take(&mut self.budget);
        let mut bytes = 0;
        let opened = archive::open(part, source, &mut budget, &mut |entry, reader| {
            let mut counted = Counted { reader, bytes: 0 };
            self.stream(&entry.part, &mut counted);
            bytes += counted.bytes;
        });
        self.budget = budget;
        for warning in opened.warnings {
            self.sink.warn(warning);
        }
        self.sink.part(Part {
            part: part.into(),
            kind: PartKind::Archive,
            format: opened.value.name().into(),
            encoding: None,
            bytes,
            lines: 0,
        });
    }

    /// A thing whose head is read and that is no archive.
    fn content(&mut self, part: &str, head: &[u8], rest: &mut dyn Read) {
        if head.is_empty() {
            return self.warn(part, "empty");
        }
        let all = head.chain(rest);
        if mail::looks_like_mbox(head) {
            self.mbox(part, all);
        } else if mail::looks_like_thread_export(&decode::decode_all(head).value) {
            let bytes = self.held_mail(part, all);
            let decoded = decode::decode_all(&bytes);
            self.messages(mail::parse_thread_export(part, &decoded.value));
        } else if mail::looks_like_mail(head) {
            let bytes = self.held_mail(part, all);
            self.messages(mail::parse(part, &bytes));
        } else if decode::is_binary(head) {
            self.sink.part(Part {
                part: part.into(),
                kind: PartKind::Skipped,
                format: "application/octet-stream".into(),
                encoding: None,
                bytes: head.len() as u64,
                lines: 0,
            });
        } else {
            let mut all = all;
            self.sink.log(part, &mut all);
        }
    }

    fn held_mail(&mut self, part: &str, reader: impl Read) -> Vec<u8> {
        let mut bytes = Vec::new();
        if let Err(error) = reader.take(MOST_MAIL + 1).read_to_end(&mut bytes) {
            self.warn(part, format!("cannot be read to its end: {error}"));
        }
        if bytes.len() as u64 > MOST_MAIL {
            bytes.pop();
            self.warn(part, format!("larger than {MOST_MAIL} bytes: read to there"));
        }
        bytes
    }

    fn mbox(&mut self, part: &str, reader: impl Read) {
        for (number, message) in (1..).zip(mail::MboxReader::new(BufReader::new(reader))) {
            match message {
                Ok(bytes) => self.messages(mail::parse(&format!("{part}#{number}"), &bytes)),
                Err(error) => {
                    self.warn(part, format!("mailbox cannot be read on from message {number}: {error}"));
                    break;
                }
            }
        }
    }

    fn messages(&mut self, parsed: crate::parsed::Parsed<Vec<Message>>) {
        for warning in parsed.warnings {
            self.sink.warn(warning);
        }
        for mut message in parsed.value {
            let attachments = std::mem::take(&mut message.attachments);
            self.sink.message(&message);
            for attachment in attachments {
                self.stream(&attachment.part, &mut attachment.bytes.as_slice());
            }
        }
    }

    fn warn(&mut self, part: &str, message: impl Into<String>) {
        self.sink.warn(Warning::new(part, message));
    }
}

/// The first bytes, [`HEAD`] of them unless there are fewer.
fn head(reader: &mut (impl Read + ?Sized)) -> io::Result<Vec<u8>> {
    let mut head = Vec::with_capacity(HEAD);
    reader.take(HEAD as u64).read_to_end(&mut head)?;
    Ok(head)
}

/// Counts what passes.
struct Counted<'r> {
    reader: &'r mut dyn Read,
    bytes: u64,
}

impl Read for Counted<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.reader.read(buffer)?;
        self.bytes += read as u64;
        Ok(read)
    }
}
