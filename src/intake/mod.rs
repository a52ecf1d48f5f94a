//! Intake: files, folders and standard input become messages and logs.
//!
//! What a thing is is told by its content, never by its name alone: mailbox, mail, thread export,
//! archive, text or neither. Nothing found inside a mail or an archive is ever used as a path. What cannot be
//! read is a warning to the [`Sink`], and the rest goes on.

mod folder;
pub mod watch;

use std::{
    fs::{self, File},
    io::{self, BufReader, Cursor, Read, Seek},
    path::{Path, PathBuf},
    sync::Arc,
};

use crate::{
    archive::{self, Budget},
    case::{Part, PartKind, Sink},
    logs::{self, Content, decode},
    mail::{self, Message},
    parsed::{Parsed, Warning},
};

/// A mail larger than this is read to here: twice what mail servers let through, and small enough
/// to be held with its decoded parts.
pub const MOST_MAIL: u64 = 64 << 20;

/// A mail larger than [`MOST_MAIL`], up to this, is held to be set aside where a sink wants that: more than mail servers let
/// through, and small enough to be held with its packed form twice.
pub const MOST_ASIDE: u64 = 160 << 20;

/// A thread export is text alone: a thousand long mails fit. It is held in several forms at once.
const MOST_EXPORT: u64 = 6 << 20;

/// Bytes of mails and archives held at one time, one inside the other: with their decoded parts, which are no larger,
/// the whole stays below 300 MB.
const MOST_HELD: u64 = 100 << 20;

/// NULs before a log that are passed over: what a file system sets aside for a file that grows is far less.
const MOST_GAP: u64 = 64 << 20;

/// Mails in archives in mails: deeper than this nobody packs.
const DEPTH: usize = 8;

/// Is told how many bytes were read since it was told last: for a progress bar.
pub type Tap<'t> = dyn Fn(u64) + 't;

/// Reads a file or a folder with all below it. Problems are warnings.
pub fn read_path(path: &Path, tap: &Tap<'_>, sink: &mut dyn Sink) {
    read(path, Intake::new(tap, sink));
}

/// The same without a limit on the number of files: for a sink that keeps nothing of them in memory.
pub fn read_mailbox(path: &Path, tap: &Tap<'_>, sink: &mut dyn Sink) {
    read(path, Intake { most_files: usize::MAX, ..Intake::new(tap, sink) });
}

/// Reads a file by its content; `part` is its name in the output. What cannot be read of it is a warning.
///
/// # Errors
/// When it cannot be opened.
pub fn read_file(path: &Path, part: &str, tap: &Tap<'_>, sink: &mut dyn Sink) -> io::Result<()> {
    let file = File::open(path)?;
    let path = Some(path.to_path_buf());
    Intake { path, ..Intake::new(tap, sink) }.open_file(part, Tapped { inner: file, tap });
    Ok(())
}

/// Reads a mail or a thread export that is held in memory: what a sink kept whole before.
pub fn read_whole(part: &str, raw: &[u8], sink: &mut dyn Sink) {
    Intake::new(&|_| (), sink).messages(messages_of(part, raw));
}

/// The messages of a mail or a thread export that is held in memory, as [`read_whole`] reads them; what is attached is not
/// opened.
pub fn messages_of(part: &str, raw: &[u8]) -> Parsed<Vec<Message>> {
    if mail::looks_like_mail(raw)
        || !mail::looks_like_thread_export(&decode::decode(&raw[..raw.len().min(archive::HEAD)]).value)
    {
        mail::parse(part, raw)
    } else {
        mail::parse_thread_export(part, &decode::decode(raw).value)
    }
}

/// Reads one thing that is held in memory, by its content: what was stored before.
pub fn read_held(part: &str, mut raw: &[u8], sink: &mut dyn Sink) {
    Intake::new(&|_| (), sink).stream(part, &mut raw);
}

/// Whether bytes are a mail or a thread export, as [`read_whole`] takes them.
pub fn is_whole(raw: &[u8]) -> bool {
    let head = &raw[..raw.len().min(archive::HEAD)];
    mail::looks_like_mail(head) || mail::looks_like_thread_export(&decode::decode(head).value)
}

fn read(path: &Path, mut intake: Intake<'_>) {
    match fs::metadata(path) {
        Ok(metadata) if metadata.is_dir() => intake.folder(path),
        // A named pipe, or a command in <( ): asked for by name, it is read like standard input.
        Ok(metadata) if !metadata.is_file() => match File::open(path) {
            Ok(file) => intake.stream(&path.display().to_string(), &mut Tapped { inner: file, tap: intake.tap }),
            Err(error) => intake.sink.warn(Warning::new(path.display().to_string(), format!("cannot open: {error}"))),
        },
        Ok(metadata) => {
            let name = path.file_name().map_or_else(|| path.display().to_string(), |n| n.to_string_lossy().into());
            intake.file(path, &name, &metadata);
        }
        Err(error) => intake.sink.warn(Warning::new(path.display().to_string(), format!("cannot read: {error}"))),
    }
}

/// Reads one thing from standard input: a mail, a mailbox, an archive or a log.
pub fn read_stdin(input: impl Read, tap: &Tap<'_>, sink: &mut dyn Sink) {
    Intake::new(tap, sink).stream("standard input", &mut Tapped { inner: input, tap });
}

struct Intake<'s> {
    tap: &'s Tap<'s>,
    sink: &'s mut dyn Sink,
    /// What all archives in one file may take together.
    budget: Arc<Budget>,
    /// How deep the archive lies that is read next.
    archive_depth: u32,
    /// Bytes held in memory around the thing that is read.
    held: u64,
    /// How deep the thing lies that is read, in mails and archives.
    depth: usize,
    /// The file that is read, where it is one.
    path: Option<PathBuf>,
    /// Files read from one folder tree.
    most_files: usize,
}

impl<'s> Intake<'s> {
    fn new(tap: &'s Tap<'s>, sink: &'s mut dyn Sink) -> Self {
        Intake {
            tap,
            sink,
            budget: Arc::default(),
            archive_depth: 0,
            held: 0,
            depth: 0,
            path: None,
            most_files: folder::MOST_FILES,
        }
    }

    /// A file by path; `part` is its name in the output.
    fn file(&mut self, path: &Path, part: &str, metadata: &fs::Metadata) {
        self.path = Some(path.to_path_buf());
        if !metadata.is_file() {
            return self.warn(part, "neither a file nor a folder: not read");
        }
        // Each file has its own: one bomb in a folder must not keep the others from being read.
        self.budget = Arc::default();
        match File::open(path) {
            Ok(file) => self.open_file(part, Tapped { inner: file, tap: self.tap }),
            Err(error) => self.warn(part, format!("cannot open: {error}")),
        }
    }

    fn open_file(&mut self, part: &str, mut file: Tapped<'_, File>) {
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
            Ok(head) if archive::kind_of(&head).is_some() => {
                // An archive's directory stands at its end: it must be held.
                match archive::hold(part, &mut head.chain(reader)) {
                    Ok(bytes) => self.holding(part, bytes, |intake, bytes| intake.archive(part, Cursor::new(bytes))),
                    Err(warning) => self.sink.warn(warning),
                }
            }
            Ok(head) => self.content(part, &head, reader),
            Err(error) => self.warn(part, format!("cannot read: {error}")),
        }
        self.depth -= 1;
    }

    /// Works on something held in memory, unless with what is held around it that is too much.
    fn holding(&mut self, part: &str, bytes: Vec<u8>, work: impl FnOnce(&mut Self, &[u8])) {
        let size = bytes.len() as u64;
        if self.held > 0 && self.held + size > MOST_HELD {
            return self.warn(part, format!("not read: with what it lies in it takes more than {MOST_HELD} bytes"));
        }
        self.held += size;
        work(self, &bytes);
        self.held -= size;
    }

    fn archive(&mut self, part: &str, source: impl Read + Seek) {
        let (budget, depth) = (Arc::clone(&self.budget), self.archive_depth);
        let before = budget.bytes_spent();
        let opened = archive::open(part, depth, source, &budget, &mut |entry, reader| {
            self.archive_depth = entry.depth;
            self.stream(&entry.part, reader);
        });
        self.archive_depth = depth;
        for warning in opened.warnings {
            self.sink.warn(warning);
        }
        self.sink.part(Part {
            part: part.into(),
            kind: PartKind::Archive,
            format: "archive".into(),
            encoding: None,
            bytes: budget.bytes_spent() - before,
            lines: 0,
        });
    }

    /// A thing whose head is read and that is no archive.
    fn content(&mut self, part: &str, head: &[u8], rest: &mut dyn Read) {
        if head.is_empty() {
            return self.warn(part, "empty");
        }
        if head.len() == archive::HEAD && head.iter().all(|&byte| byte == 0) {
            return self.behind_gap(part, rest);
        }
        let all = head.chain(rest);
        if mail::looks_like_mbox(head) {
            self.mbox(part, all);
        } else if mail::looks_like_thread_export(&decode::decode(head).value) {
            self.unit(part, all, MOST_EXPORT, |part, bytes| {
                mail::parse_thread_export(part, &decode::decode(bytes).value)
            });
        } else if mail::looks_like_mail(head) || self.is_said_to_be_mail(part, head) {
            self.unit(part, all, MOST_MAIL, mail::parse);
        } else if let Some(name) = archive::unsupported_name(head) {
            self.warn(part, format!("{name} archives cannot be opened yet"));
        } else {
            let mut all = all;
            self.log(part, head, &mut all);
        }
    }

    /// A log of which the beginning was never written: a power cut leaves NULs there.
    fn behind_gap(&mut self, part: &str, rest: &mut dyn Read) {
        let (mut gap, mut next) = (archive::HEAD as u64, Vec::new());
        while gap < MOST_GAP {
            next = match head(rest) {
                Ok(next) => next,
                Err(error) => return self.warn(part, format!("cannot read: {error}")),
            };
            if next.is_empty() || next.iter().any(|&byte| byte != 0) {
                break;
            }
            gap += next.len() as u64;
        }
        // The decoder tells how much is missing.
        let mut all = io::repeat(0).take(gap).chain(next.as_slice()).chain(rest);
        self.log(part, &next, &mut all);
    }

    /// A text by its head, or something that is none.
    fn log(&mut self, part: &str, head: &[u8], all: &mut dyn Read) {
        match logs::content(head) {
            Content::Text if !head.is_empty() => self.sink.log(part, all),
            Content::Torn => {
                self.warn(part, "bytes that are no text stand between its lines: read as a torn log");
                self.sink.log(part, all);
            }
            Content::Text | Content::Binary => {
                if self.depth == 0 {
                    // A picture in a mail is ordinary; a file that the user names is meant to be read.
                    self.warn(part, "not text and not a known container: not read");
                }
                self.sink.part(Part {
                    part: part.into(),
                    kind: PartKind::Skipped,
                    format: "application/octet-stream".into(),
                    encoding: None,
                    bytes: head.len() as u64,
                    lines: 0,
                });
            }
        }
    }

    /// Whether something that does not look like a mail is one by its place: whatever lies in `cur` and `new` of a Maildir, and
    /// a header without end in a file that is called a mail.
    fn is_said_to_be_mail(&self, part: &str, head: &[u8]) -> bool {
        if self.depth > 0 {
            return false;
        }
        let (stem, extension) = part.rsplit_once('.').unwrap_or_default();
        let named = !stem.is_empty() && extension.eq_ignore_ascii_case("eml");
        named && mail::may_be_mail(head) || self.path.as_deref().is_some_and(folder::is_in_maildir)
    }

    /// A mail or a thread export, of which at most so many bytes can be read.
    fn unit(
        &mut self,
        part: &str,
        reader: impl Read,
        most: u64,
        parse: impl FnOnce(&str, &[u8]) -> Parsed<Vec<Message>>,
    ) {
        let aside = self.sink.sets_aside();
        let mut bytes = Vec::new();
        if let Err(error) = reader.take(aside.unwrap_or(most) + 1).read_to_end(&mut bytes) {
            self.warn(part, format!("cannot be read to its end: {error}"));
        }
        let size = bytes.len() as u64;
        match aside {
            Some(aside) if size > aside => return self.warn(part, format!("larger than {aside} bytes: not stored")),
            Some(_) if size > most => {
                return self.sink.aside(part, &bytes, &format!("larger than {most} bytes: not read"));
            }
            None if size > most => {
                bytes.truncate(usize::try_from(most).unwrap_or(usize::MAX));
                self.warn(part, format!("larger than {most} bytes: read to there"));
            }
            _ => {}
        }
        self.holding(part, bytes, |intake, bytes| {
            if !intake.sink.whole(part, bytes) {
                intake.messages(parse(part, bytes));
            }
        });
    }

    fn mbox(&mut self, part: &str, reader: impl Read) {
        let mut read = 0;
        let aside = self.sink.sets_aside();
        let most = usize::try_from(aside.unwrap_or(MOST_MAIL)).unwrap_or(usize::MAX);
        for message in mail::MboxReader::new(BufReader::new(reader)).up_to(most) {
            match message {
                Ok(message) => {
                    read = message.number;
                    let part = format!("{part}#{read}");
                    match aside {
                        Some(aside) if message.cut => {
                            self.warn(&part, format!("larger than {aside} bytes: not stored"));
                            continue;
                        }
                        Some(_) if message.bytes.len() as u64 > MOST_MAIL => {
                            self.sink.aside(&part, &message.bytes, &format!("larger than {MOST_MAIL} bytes: not read"));
                            continue;
                        }
                        None if message.cut => self.warn(&part, "message is too long and was cut"),
                        _ => {}
                    }
                    if !self.sink.whole(&part, &message.bytes) {
                        self.messages(mail::parse(&part, &message.bytes));
                    }
                }
                Err(error) => {
                    self.warn(part, format!("mailbox cannot be read on after message {read}: {error}"));
                    break;
                }
            }
        }
    }

    fn messages(&mut self, parsed: Parsed<Vec<Message>>) {
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

/// The first bytes, [`archive::HEAD`] of them unless there are fewer.
fn head(reader: &mut (impl Read + ?Sized)) -> io::Result<Vec<u8>> {
    let mut head = Vec::with_capacity(archive::HEAD);
    reader.take(archive::HEAD as u64).read_to_end(&mut head)?;
    Ok(head)
}

/// A reader whose bytes are told to a tap.
struct Tapped<'t, R> {
    inner: R,
    tap: &'t Tap<'t>,
}

impl<R: Read> Read for Tapped<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        (self.tap)(read as u64);
        Ok(read)
    }
}

impl<R: Seek> Seek for Tapped<'_, R> {
    fn seek(&mut self, to: io::SeekFrom) -> io::Result<u64> {
        self.inner.seek(to)
    }
}
