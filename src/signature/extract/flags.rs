//! What the words around a number speak of: a stop screen, an installer, a mail server.
//!
//! A bare number has no kind; its line gives it one. The line is read once, whatever the number of
//! candidates on it; of very long lines only the part around the candidate.

use std::ops::{BitOr, BitOrAssign, Range};

use memchr::{memchr, memrchr};

use super::{flag_words::WORDS, lex};
use crate::text::literals::{HitBuffer, Literals};

/// A set of subjects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Flags(pub(super) u32);

impl Flags {
    pub(super) const STOP: Flags = Flags(1);
    pub(super) const KERNEL: Flags = Flags(1 << 1);
    pub(super) const INSTALLER: Flags = Flags(1 << 2);
    pub(super) const MAIL: Flags = Flags(1 << 3);
    pub(super) const HTTP: Flags = Flags(1 << 4);
    pub(super) const KERBEROS: Flags = Flags(1 << 5);
    pub(super) const MYSQL: Flags = Flags(1 << 6);
    pub(super) const MSSQL: Flags = Flags(1 << 7);
    pub(super) const FAILING: Flags = Flags(1 << 8);
    pub(super) const MAKE: Flags = Flags(1 << 9);
    pub(super) const WINDOWS: Flags = Flags(1 << 10);
    pub(super) const UNIX: Flags = Flags(1 << 11);
    pub(super) const EVENT: Flags = Flags(1 << 12);
    pub(super) const POWER_EVENT: Flags = Flags(1 << 13);

    pub(super) const PRINTER: Flags = Flags(1 << 14);
    /// Mail is sent by a program or a person: a reply code may be meant, other words mean what they always do.
    pub(super) const SENDING: Flags = Flags(1 << 17);
    /// Mail, however it is spoken of.
    pub(super) const ANY_MAIL: Flags = Flags(Self::MAIL.0 | Self::SENDING.0);
    /// Requests are spoken of, and not merely an address given.
    pub(super) const WEB: Flags = Flags(1 << 16);
    pub(super) const INNODB: Flags = Flags(1 << 15);
    pub(super) const CONTAINER: Flags = Flags(1 << 20);

    /// Whether any subject of `other` is in this set.
    pub(super) fn any(self, other: Flags) -> bool {
        self.0 & other.0 != 0
    }
}

impl BitOr for Flags {
    type Output = Flags;

    fn bitor(self, other: Flags) -> Flags {
        Flags(self.0 | other.0)
    }
}

impl BitOrAssign for Flags {
    fn bitor_assign(&mut self, other: Flags) {
        self.0 |= other.0;
    }
}

/// The subject words, with room for those of a line.
#[derive(Debug)]
pub(super) struct FlagWords<'w> {
    words: &'w Literals,
    buffer: HitBuffer,
}

impl<'w> FlagWords<'w> {
    /// With memory that was used before.
    pub(super) fn new(words: &'w Literals, buffer: HitBuffer) -> Self {
        FlagWords { words, buffer }
    }

    /// The memory used, for the next text.
    pub(super) fn into_buffer(self) -> HitBuffer {
        self.buffer
    }

    /// The subjects spoken of in a part of a text.
    fn read(&mut self, bytes: &[u8], part: Range<usize>) -> Flags {
        let mut flags = Flags::default();
        let mut hits = self.words.find_iter_with(bytes, part, std::mem::take(&mut self.buffer));
        for (place, at) in hits.by_ref() {
            let (word, flag) = WORDS[place];
            let begins =
                !word.as_bytes()[0].is_ascii_alphanumeric() || !lex::before(bytes, at.start).is_ascii_alphabetic();
            // Failing words also stand inside others: `OperationalError`, `LoadFailed`.
            if begins || flag == Flags::FAILING {
                flags |= flag;
            }
        }
        self.buffer = hits.into_buffer();
        flags
    }
}

/// The subject words, compiled.
pub(super) fn literals() -> Literals {
    Literals::new(WORDS.iter().map(|&(word, _)| word.into()).collect(), |_| true)
}

/// The subjects of a line and of what stands just before it.
#[derive(Debug)]
pub(super) struct Surroundings {
    /// For which offsets this was read.
    valid: Range<usize>,
    pub(super) line_flags: Flags,
    before: Range<usize>,
    /// Read when it is asked for: most numbers are decided by their line.
    before_flags: Option<Flags>,
}

/// Lines up to this length are read whole and once; of longer ones the part around the candidate.
/// Twice the length of a long CBS or IIS line.
const WHOLE_LINE: usize = 1200;
/// How far around a candidate a very long line is read, in bytes.
const REACH: usize = 400;
/// How much before the line is read: two or three lines of prose.
const BEFORE: usize = 240;

impl Surroundings {
    pub(super) fn read(bytes: &[u8], at: usize, words: &mut FlagWords<'_>) -> Self {
        let from = at.saturating_sub(WHOLE_LINE);
        let to = bytes.len().min(at + WHOLE_LINE);
        let start = memrchr(b'\n', &bytes[from..at]).map(|found| from + found + 1);
        let end = memchr(b'\n', &bytes[at..to]).map(|found| at + found);
        let start = start.or((from == 0).then_some(0));
        let end = end.or((to == bytes.len()).then_some(to));
        let (line, valid) = match (start, end) {
            (Some(start), Some(end)) => (start..end, start..end + 1),
            _ => {
                let start = start.unwrap_or(0).max(at.saturating_sub(REACH));
                let end = end.unwrap_or(to).min(at + REACH);
                // Half the reach on: a candidate further along gets its own reading.
                (start..end, at..(at + REACH / 2).min(end + 1))
            }
        };
        let before = line.start.saturating_sub(BEFORE)..line.start;
        Surroundings {
            valid,
            line_flags: words.read(bytes, line.clone()) | head_flags(&bytes[line]),
            before,
            before_flags: None,
        }
    }

    /// What the line and the stretch before it speak of.
    pub(super) fn near_flags(&mut self, bytes: &[u8], words: &mut FlagWords<'_>) -> Flags {
        let before = self.before.clone();
        self.line_flags | *self.before_flags.get_or_insert_with(|| words.read(bytes, before))
    }

    pub(super) fn covers(&self, at: usize) -> bool {
        self.valid.contains(&at)
    }
}

/// What the shape of a line's head says: `Jul  1 09:19:03 host` is a Unix system log.
fn head_flags(line: &[u8]) -> Flags {
    const SHAPE: &[u8] = b"Aaa 99 99:99:99 ";
    let syslog = line.len() > SHAPE.len()
        && SHAPE.iter().zip(line).all(|(&shape, &byte)| match shape {
            b'A' => byte.is_ascii_uppercase(),
            b'a' => byte.is_ascii_lowercase(),
            b'9' => byte.is_ascii_digit() || byte == b' ',
            _ => byte == shape,
        });
    // dmesg: `[  123.456789] md: …`
    let seconds = line.first() == Some(&b'[') && {
        let dot = lex::skip_while(line, 1, 10, |byte| byte.is_ascii_digit() || byte == b' ');
        let end = lex::skip_digits(line, dot + 1);
        dot > 1 && lex::byte(line, dot) == b'.' && end - dot == 7 && lex::byte(line, end) == b']'
    };
    // dmesg -T: `[Fri Jan  9 15:11:46 1970] md: …`.
    const DATED: &[u8] = b"[Aaa Aaa 99 99:99:99 9999] ";
    let dated = line.len() > DATED.len()
        && DATED.iter().zip(line).all(|(&shape, &byte)| match shape {
            b'A' => byte.is_ascii_uppercase(),
            b'a' => byte.is_ascii_lowercase(),
            b'9' => byte.is_ascii_digit() || byte == b' ',
            _ => byte == shape,
        });
    match (syslog, seconds || dated) {
        (true, _) => Flags::UNIX,
        (_, true) => Flags::UNIX | Flags::KERNEL,
        _ => Flags::default(),
    }
}
