//! Base64 in lines of one length, as mail carries attachments: decoded block by block, and written again byte for byte.
//!
//! Strict, so that what is read here can be written again as it was: whatever is left of broken base64 is
//! [`super::transfer`]'s to mend.

use std::sync::LazyLock;

use base64::{
    Engine,
    engine::{GeneralPurposeConfig, Simd},
};

/// Characters that are decoded at once: they stay in the nearest cache.
const BLOCK: usize = 24 << 10;

static ENGINE: LazyLock<Simd> = LazyLock::new(|| Simd::standard(GeneralPurposeConfig::new()));

/// How a stretch of base64 is cut into lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Lines {
    /// Characters of each line but the last, which may be shorter: a multiple of 4.
    pub(crate) length: usize,
    /// Whether lines end with CRLF, else with LF.
    pub(crate) crlf: bool,
    /// Bytes of the stretch, without the end of its last line.
    pub(crate) taken: usize,
}

impl Lines {
    fn end(crlf: bool) -> &'static [u8] {
        if crlf { b"\r\n" } else { b"\n" }
    }
}

/// Decodes the lines of base64 that a text begins with, behind what is in `out`; `None` where it begins with none.
pub(crate) fn read(text: &[u8], out: &mut Vec<u8>) -> Option<Lines> {
    let first = memchr::memchr(b'\n', text);
    let (length, crlf) = match first {
        Some(end) if end > 0 && text[end - 1] == b'\r' => (end - 1, true),
        Some(end) => (end, false),
        None => (text.len(), false),
    };
    if length == 0 || length % 4 != 0 {
        return None;
    }
    let (end, before) = (Lines::end(crlf), out.len());
    let step = length + end.len();
    let mut block = Vec::with_capacity(BLOCK.max(length).min(text.len()));
    let (mut at, mut ended) = (0, false);
    while !ended {
        block.clear();
        let mut next = at;
        while block.len() + length <= BLOCK.max(length) && text.get(next + length..next + step) == Some(end) {
            block.extend_from_slice(&text[next..next + length]);
            next += step;
        }
        if block.is_empty() {
            break;
        }
        if decode(&block, out) {
            at = next;
            ended = block.ends_with(b"=");
            continue;
        }
        // Something else begins in here: at the start of a line, or it is all lost.
        for line in block.chunks(length) {
            if ended || !decode(line, out) {
                break;
            }
            at += step;
            ended = line.ends_with(b"=");
        }
        break;
    }
    let mut taken = at.saturating_sub(end.len());
    if !ended {
        let rest = &text[at..text.len().min(at + step)];
        let line = memchr::memchr(b'\n', rest).map_or(rest, |end| &rest[..end]);
        let line = if crlf { line.strip_suffix(b"\r").unwrap_or(line) } else { line };
        if !line.is_empty() && line.len() <= length && line.len() % 4 == 0 && decode(line, out) {
            taken = at + line.len();
        }
    }
    (out.len() > before).then_some(Lines { length, crlf, taken })
}

/// Decodes what is base64 as a whole; else nothing is added.
fn decode(text: &[u8], out: &mut Vec<u8>) -> bool {
    let before = out.len();
    out.resize(before + text.len() / 4 * 3 + 3, 0);
    let decoded = ENGINE.decode_slice(text, &mut out[before..]);
    out.truncate(before + decoded.as_ref().copied().unwrap_or(0));
    decoded.is_ok()
}

/// Writes bytes as base64 in lines behind what is in `out`, without the end of the last line: what [`read`] read.
pub(crate) fn write(bytes: &[u8], length: usize, crlf: bool, out: &mut Vec<u8>) {
    let per_line = (length / 4 * 3).max(3);
    let end = Lines::end(crlf);
    let mut line = vec![0; length.max(4)];
    for (number, piece) in bytes.chunks(per_line).enumerate() {
        if number > 0 {
            out.extend_from_slice(end);
        }
        // A line always takes the characters of its bytes.
        let written = ENGINE.encode_slice(piece, &mut line).unwrap_or(0);
        out.extend_from_slice(&line[..written]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// What is decoded of a text, and what is left behind it.
    #[track_caller]
    fn check(text: &str, decoded: Option<&str>, rest: &str) {
        let mut out = b"before ".to_vec();
        let lines = read(text.as_bytes(), &mut out);
        assert_eq!(lines.map(|_| String::from_utf8_lossy(&out[7..]).into_owned()).as_deref(), decoded, "in {text:?}");
        assert_eq!(&text[lines.map_or(0, |lines| lines.taken)..], rest, "in {text:?}");
        if let Some(lines) = lines {
            let mut again = Vec::new();
            write(&out[7..], lines.length, lines.crlf, &mut again);
            assert_eq!(again, &text.as_bytes()[..lines.taken], "in {text:?}");
        }
    }

    #[test]
    fn lines_are_read_to_their_end() {
        check("RXJyb3IgMHg4MDA3\r\nMDAwNQ==\r\n", Some("Error 0x80070005"), "\r\n");
        check("RXJyb3IgMHg4MDA3\nMDAwNQ==", Some("Error 0x80070005"), "");
        check("MDAwNQ==\r\n\r\n--b\r\n", Some("0005"), "\r\n\r\n--b\r\n");
        check("MDAw\r\nMDAw\r\n--b-\r\n", Some("000000"), "\r\n--b-\r\n");
        // A line that is cut short, or runs on, is no part of it.
        check("MDAwMDAw\nMDAwM", Some("000000"), "\nMDAwM");
        check("MDAw\nMDAwMDAw\n", Some("000"), "\nMDAwMDAw\n");
        // Another line end than before.
        check("MDAw\r\nMDAw\nMDAw\n", Some("000000"), "\nMDAw\n");
    }

    #[test]
    fn what_could_not_be_written_again_is_not_read() {
        check("hello world\n", None, "hello world\n");
        check("", None, "");
        check("\nMDAw\n", None, "\nMDAw\n");
        // Bits behind the last byte, and padding that is absent.
        check("MDAwNR==\n", None, "MDAwNR==\n");
        check("MDAwNQ\n", None, "MDAwNQ\n");
        check("MDAwNQ==\nMDAwNQ==\n", Some("0005"), "\nMDAwNQ==\n");
    }

    proptest! {
        #[test]
        fn what_is_read_is_written_again(
            bytes in prop::collection::vec(any::<u8>(), 0..60_000), length in 1..30_usize, crlf: bool, tail in "[A-Za-z0-9+/=\r\n -]{0,20}"
        ) {
            let mut text = Vec::new();
            write(&bytes, length * 4, crlf, &mut text);
            text.extend_from_slice(tail.as_bytes());
            let mut out = Vec::new();
            if let Some(lines) = read(&text, &mut out) {
                let mut again = Vec::new();
                write(&out, lines.length, lines.crlf, &mut again);
                prop_assert_eq!(&again[..], &text[..lines.taken]);
            } else {
                prop_assert!(bytes.is_empty() || !tail.starts_with(['\r', '\n']));
            }
        }
    }
}
