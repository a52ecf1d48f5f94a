//! Strings of JSON (RFC 8259, section 7), appended to bytes: quotes, backslashes and control characters escaped.

use fearless_simd::{Level, Simd, dispatch, prelude::*, u8x16};

/// Bytes looked at together.
const LANES: usize = 16;

/// Bytes stored for a byte that is escaped, of which six at most count: as many as are stored at once.
const ESCAPED: usize = 8;

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
    pub(super) fn push(self, out: &mut Vec<u8>, pieces: &[&str]) {
        out.push(b'"');
        for piece in pieces.iter().filter(|piece| !piece.is_empty()) {
            dispatch!(self.0, simd => push_text(simd, out, piece.as_bytes()));
        }
        out.push(b'"');
    }
}

/// Whole blocks are written, and what is wrong of them is taken back: lines of logs have tabs and backslashes everywhere,
/// and pieces between these are too short to be copied one by one.
#[inline(always)]
fn push_text<S: Simd>(simd: S, out: &mut Vec<u8>, text: &[u8]) {
    let mut rest = text;
    while let Some(block) = rest.first_chunk::<LANES>() {
        let plain = escaped(simd, block).trailing_zeros() as usize;
        let begin = out.len();
        out.extend_from_slice(block);
        if plain < LANES {
            out.truncate(begin + plain);
            push_escaped(out, block[plain]);
            rest = &rest[plain + 1..];
        } else {
            rest = &rest[LANES..];
        }
    }
    // Those before the rest do not count.
    let plain = text.last_chunk().is_some_and(|last| escaped(simd, last) >> (LANES - rest.len()) == 0);
    if plain {
        return out.extend_from_slice(rest);
    }
    for &byte in rest {
        if is_escaped(byte) { push_escaped(out, byte) } else { out.push(byte) }
    }
}

/// Which bytes of a block are escaped, one bit each.
#[inline(always)]
fn escaped<S: Simd>(simd: S, block: &[u8; LANES]) -> u64 {
    let bytes = u8x16::from_slice(simd, block);
    let mark = bytes.simd_eq(u8x16::splat(simd, b'"')) | bytes.simd_eq(u8x16::splat(simd, b'\\'));
    (mark | bytes.simd_lt(u8x16::splat(simd, 0x20))).to_bitmask()
}

#[inline(always)]
fn is_escaped(byte: u8) -> bool {
    (byte < 0x20) | (byte == b'"') | (byte == b'\\')
}

fn push_escaped(out: &mut Vec<u8>, byte: u8) {
    let (escape, length) = &ESCAPES[usize::from(byte & 0x7F)];
    let begin = out.len();
    out.extend_from_slice(escape);
    out.truncate(begin + usize::from(*length));
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

const fn escape(byte: u8) -> ([u8; ESCAPED], u8) {
    const HEX: &[u8; 16] = b"0123456789abcdef";
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn any_text_is_written_as_serde_writes_it(text in "[\\x00-\\x7f前é\u{2028}]{0,600}|[a-z\"\\\\\\t]{0,60}") {
            let mut out = Vec::new();
            Quoting::default().push(&mut out, &[&text]);
            prop_assert_eq!(String::from_utf8(out).unwrap(), serde_json::to_string(&text).unwrap());
        }
    }
}
