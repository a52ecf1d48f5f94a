//! Strings of JSON (RFC 8259, section 7), appended to bytes: quotes, backslashes and what a terminal could act on escaped.

use fearless_simd::{Level, Simd, dispatch, prelude::*, u8x16, u8x32};

use crate::text::unseen::is_unseen;

/// Bytes looked at together, and of what is left.
const LANES: usize = 32;
const FEW: usize = 16;

/// Bytes stored for a byte that is escaped, of which six at most count: as many as are stored at once.
const ESCAPED: usize = 8;

/// Most bytes that one is written as.
const LONGEST: usize = 6;

/// Output written piece by piece into room that is there already: to ask for room at each piece, millions of which are a few
/// bytes long, takes as long as to write them.
#[derive(Debug, Default)]
pub(super) struct Output {
    room: Vec<u8>,
    written: usize,
}

impl Output {
    /// What was written.
    pub(super) fn written(&self) -> &[u8] {
        &self.room[..self.written]
    }

    /// Forgets what was written; the room stays.
    pub(super) fn clear(&mut self) {
        self.written = 0;
    }

    /// Makes room for so many bytes.
    pub(super) fn reserve(&mut self, bytes: usize) {
        let needed = self.written + bytes;
        if self.room.len() < needed {
            self.room.resize(needed.max(2 * self.room.len()), 0);
        }
    }

    /// Appends bytes, for which there is room.
    #[inline(always)]
    pub(super) fn push<const LENGTH: usize>(&mut self, bytes: &[u8; LENGTH]) {
        store(&mut self.room, self.written, bytes);
        self.written += LENGTH;
    }

    /// Appends as many bytes as there are, for which there is room.
    pub(super) fn push_all(&mut self, bytes: &[u8]) {
        self.room[self.written..self.written + bytes.len()].copy_from_slice(bytes);
        self.written += bytes.len();
    }

    /// Appends a piece, for the longest of which there is room.
    #[inline(always)]
    pub(super) fn push_piece(&mut self, piece: &Piece) {
        store(&mut self.room, self.written, &piece.bytes);
        self.written += piece.length;
    }

    /// Appends a number, for the longest of which there is room.
    pub(super) fn push_number(&mut self, number: u64) {
        let digits = number.checked_ilog10().unwrap_or(0) as usize + 1;
        let mut rest = number;
        for place in self.room[self.written..self.written + digits].iter_mut().rev() {
            *place = b'0' + (rest % 10) as u8;
            rest /= 10;
        }
        self.written += digits;
    }
}

/// Stores a block whole, for which there is room: what is of fixed length is stored without a call.
#[inline(always)]
fn store<const LENGTH: usize>(out: &mut [u8], at: usize, block: &[u8; LENGTH]) {
    let room = out.get_mut(at..).and_then(<[u8]>::first_chunk_mut);
    debug_assert!(room.is_some(), "no room for {LENGTH} bytes");
    if let Some(room) = room {
        *room = *block;
    }
}

/// A few bytes that are written again and again, stored as a block of which only so many count.
#[derive(Debug, Clone, Copy)]
pub(super) struct Piece {
    bytes: [u8; Piece::MOST],
    length: usize,
}

impl Piece {
    /// Most bytes of a piece.
    pub(super) const MOST: usize = 64;

    /// `None` where there are too many.
    pub(super) fn new(parts: &[&[u8]]) -> Option<Self> {
        let whole = parts.concat();
        let mut bytes = [0; Piece::MOST];
        bytes.get_mut(..whole.len())?.copy_from_slice(&whole);
        Some(Piece { bytes, length: whole.len() })
    }
}

/// Writes strings with what the processor can do.
#[derive(Debug, Clone, Copy)]
pub(super) struct Quoting(Level);

impl Default for Quoting {
    fn default() -> Self {
        Quoting(Level::new())
    }
}

impl Quoting {
    /// Appends a string of pieces.
    pub(super) fn push(self, out: &mut Output, pieces: &[&str]) {
        let length: usize = pieces.iter().map(|piece| piece.len()).sum();
        // Whole blocks are written at the end of a piece too, and both quotes.
        out.reserve(LONGEST * length + LANES + 2);
        out.push(b"\"");
        for piece in pieces.iter().filter(|piece| !piece.is_empty()) {
            if may_hold_unseen(piece.as_bytes()) {
                self.push_watchful(out, piece);
            } else {
                self.push_plain(out, piece);
            }
        }
        out.push(b"\"");
    }

    #[inline(always)]
    fn push_plain(self, out: &mut Output, piece: &str) {
        let room = &mut out.room[out.written..];
        out.written += dispatch!(self.0, simd => push_text(simd, room, piece.as_bytes()));
    }

    /// Appends a piece that may hold characters beyond those that JSON wants escaped.
    #[cold]
    fn push_watchful(self, out: &mut Output, piece: &str) {
        let mut rest = piece;
        while let Some(at) = rest.find(|c| c >= '\x7f' && is_unseen(c)) {
            self.push_plain(out, &rest[..at]);
            let c = rest[at..].chars().next().unwrap_or_default();
            for unit in c.encode_utf16(&mut [0; 2]) {
                let digit = |shift: u32| HEX[usize::from(*unit >> shift & 15)];
                out.push(&[b'\\', b'u', digit(12), digit(8), digit(4), digit(0)]);
            }
            rest = &rest[at + c.len_utf8()..];
        }
        self.push_plain(out, rest);
    }
}

/// Whether a text may hold a character beyond U+0020 that is not seen. Most lines are ASCII, which one look tells.
#[inline(always)]
fn may_hold_unseen(text: &[u8]) -> bool {
    // DEL and all beyond ASCII; 0xFF stands in no text.
    let high = text.iter().fold(0, |all, byte| all | byte.wrapping_add(1));
    // How those begin: U+007F, U+0080, U+061C, U+180E, U+200B, U+FEFF, U+E0000 and what stands around them.
    high >= 0x80
        && text.iter().fold(false, |any, byte| any | matches!(byte, 0x7F | 0xC2 | 0xD8 | 0xE1 | 0xE2 | 0xEF | 0xF3))
}

/// Writes a text and says how long it became. Whole blocks are written, and what is wrong of them is written over: lines of
/// logs have tabs and backslashes everywhere, and pieces between these are too short to be copied one by one.
#[inline(always)]
fn push_text<S: Simd>(simd: S, out: &mut [u8], text: &[u8]) -> usize {
    let mut rest = text;
    // A closure that is not compiled into its caller would do without what the processor can do.
    let at = push_blocks::<LANES>(
        out,
        0,
        &mut rest,
        #[inline(always)]
        |block| escaped(simd, block),
    );
    let mut at = push_blocks::<FEW>(
        out,
        at,
        &mut rest,
        #[inline(always)]
        |block| escaped_of_few(simd, block),
    );
    if let Some(last) = text.last_chunk::<FEW>() {
        // Those before the rest do not count.
        let passed = FEW - rest.len();
        if escaped_of_few(simd, last) >> passed == 0 {
            let block = u128::from_le_bytes(*last).checked_shr(8 * passed as u32).unwrap_or(0);
            store(out, at, &block.to_le_bytes());
            return at + rest.len();
        }
    }
    for &byte in rest {
        if is_escaped(byte) {
            at = push_escaped(out, at, byte);
        } else {
            out[at] = byte;
            at += 1;
        }
    }
    at
}

/// Writes the whole blocks that a text begins with, and leaves the rest of it; where they end. Behind a byte that is escaped the
/// next block begins.
#[inline(always)]
fn push_blocks<const LENGTH: usize>(
    out: &mut [u8],
    mut at: usize,
    text: &mut &[u8],
    escaped: impl Fn(&[u8; LENGTH]) -> u64,
) -> usize {
    while let Some(block) = text.first_chunk::<LENGTH>() {
        store(out, at, block);
        let plain = escaped(block).trailing_zeros() as usize;
        if plain < LENGTH {
            at = push_escaped(out, at + plain, block[plain]);
            *text = &text[plain + 1..];
        } else {
            at += LENGTH;
            *text = &text[LENGTH..];
        }
    }
    at
}

/// Which bytes of a block are escaped, one bit each.
#[inline(always)]
fn escaped<S: Simd>(simd: S, block: &[u8; LANES]) -> u64 {
    let bytes = u8x32::from_slice(simd, block);
    let mark = bytes.simd_eq(u8x32::splat(simd, b'"')) | bytes.simd_eq(u8x32::splat(simd, b'\\'));
    (mark | bytes.simd_lt(u8x32::splat(simd, 0x20))).to_bitmask()
}

/// The same of few.
#[inline(always)]
fn escaped_of_few<S: Simd>(simd: S, block: &[u8; FEW]) -> u64 {
    let bytes = u8x16::from_slice(simd, block);
    let mark = bytes.simd_eq(u8x16::splat(simd, b'"')) | bytes.simd_eq(u8x16::splat(simd, b'\\'));
    (mark | bytes.simd_lt(u8x16::splat(simd, 0x20))).to_bitmask()
}

#[inline(always)]
fn is_escaped(byte: u8) -> bool {
    (byte < 0x20) | (byte == b'"') | (byte == b'\\')
}

/// Writes a byte that is escaped; where it ends.
#[inline(always)]
fn push_escaped(out: &mut [u8], at: usize, byte: u8) -> usize {
    let (escape, length) = &ESCAPES[usize::from(byte & 0x7F)];
    store(out, at, escape);
    at + usize::from(*length)
}

/// What the bytes that are escaped are written as, and how long that is.
static ESCAPES: [([u8; ESCAPED], u8); 128] = {
    let mut escapes = [([0; ESCAPED], 0); 128];
    let mut byte = 0;
    while byte < escapes.len() {
        escapes[byte] = escape(byte as u8);
        byte += 1;
    }
    escapes
};

const HEX: &[u8; 16] = b"0123456789abcdef";

const fn escape(byte: u8) -> ([u8; ESCAPED], u8) {
    let short = match byte {
        b'"' => b'"',
        b'\\' => b'\\',
        b'\t' => b't',
        b'\n' => b'n',
        b'\r' => b'r',
        0x08 => b'b',
        0x0C => b'f',
        _ => return ([b'\\', b'u', b'0', b'0', HEX[(byte >> 4) as usize], HEX[(byte & 15) as usize], 0, 0], 6),
    };
    ([b'\\', short, 0, 0, 0, 0, 0, 0], 2)
}

/// JSON as it is printed: what is not seen is escaped in all of it.
#[cfg(test)]
pub(super) fn as_printed(json: &str) -> String {
    let units = |c: char| c.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04x}")).collect();
    json.chars().map(|c| if c != '\n' && is_unseen(c) { units(c) } else { String::from(c) }).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(text: &str) {
        let mut out = Output::default();
        Quoting::default().push(&mut out, &[text]);
        assert_eq!(str::from_utf8(out.written()).unwrap(), as_printed(&serde_json::to_string(text).unwrap()));
    }

    #[test]
    fn what_a_terminal_acts_on_is_escaped() {
        check("a\u{9b}31m\u{85}\u{7f}\u{2028}\u{202e}b\u{2066}c\u{e0001}\u{feff}");
    }

    #[test]
    fn every_unseen_character_begins_as_one_that_is_looked_for() {
        for c in ('\x7f'..=char::MAX).filter(|c| is_unseen(*c)) {
            assert!(may_hold_unseen(c.encode_utf8(&mut [0; 4]).as_bytes()), "{c:?}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_written_as_serde_writes_it(text in "[\\x00-\\x9f前é\u{2028}“\u{202e}]{0,600}|[a-z\"\\\\\\t]{0,60}") {
            check(&text);
        }
    }
}
