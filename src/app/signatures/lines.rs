//! Rows as JSON lines, written straight from what was seen: millions of them come from one log.

use super::Batch;
use crate::signature::{Standing, sight::Sighting};

/// JSON lines, one per sighting; the same bytes that [`super::Row`] serializes to.
#[derive(Debug, Default)]
pub struct JsonLines {
    /// The lines, each with its line end.
    pub text: Vec<u8>,
    /// How many.
    pub rows: u64,
    failing: bool,
    /// The part of the last row and how it is written: thousands of rows have the same.
    part: (String, Vec<u8>),
}

impl JsonLines {
    /// No lines yet; only of sightings that are failing if `failing`.
    pub fn new(failing: bool) -> Self {
        JsonLines { failing, ..JsonLines::default() }
    }
}

impl Batch for JsonLines {
    fn fresh(&self) -> Self {
        JsonLines::new(self.failing)
    }

    fn add(&mut self, part: &str, sighting: Sighting<'_>) {
        if self.failing && sighting.standing != Standing::Failing {
            return;
        }
        self.rows += 1;
        let out = &mut self.text;
        // The names of kinds and standings hold nothing that is escaped.
        out.extend_from_slice(b"{\"kind\":\"");
        out.extend_from_slice(sighting.signature.kind.name().as_bytes());
        out.extend_from_slice(b"\",\"value\":");
        push_string(out, &[&sighting.signature.value]);
        if self.part.0 != part || self.part.1.is_empty() {
            self.part = (part.to_owned(), b",\"part\":".to_vec());
            push_string(&mut self.part.1, &[part]);
            self.part.1.extend_from_slice(b",\"line\":");
        }
        out.extend_from_slice(&self.part.1);
        push_number(out, sighting.line);
        out.extend_from_slice(b",\"standing\":\"");
        out.extend_from_slice(sighting.standing.name().as_bytes());
        if let Some(whose) = sighting.whose {
            out.extend_from_slice(b"\",\"whose\":\"");
            out.extend_from_slice(whose.name().as_bytes());
        }
        out.extend_from_slice(b"\",\"text\":");
        push_string(out, &sighting.excerpt_parts());
        for (place, parameter) in sighting.parameters.iter().enumerate() {
            out.extend_from_slice(if place == 0 { b",\"parameters\":[" } else { b"," });
            push_string(out, &[parameter]);
        }
        out.extend_from_slice(if sighting.parameters.is_empty() { b"}\n" } else { b"]}\n" });
    }

    fn size(&self) -> usize {
        self.text.len()
    }
}

fn push_number(out: &mut Vec<u8>, number: u64) {
    let mut digits = [0; 20];
    let (mut at, mut rest) = (digits.len(), number);
    loop {
        at -= 1;
        digits[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    out.extend_from_slice(&digits[at..]);
}

/// Bytes looked at together: the compiler makes one comparison of them.
const STRIDE: usize = 16;

/// Most bytes that a byte is written as.
const ESCAPED: usize = 6;

/// Bytes written before they are appended: enough for most lines of a log.
const WRITTEN: usize = 256;

/// Appends a JSON string of pieces (RFC 8259, section 7): quotes, backslashes and control characters escaped.
fn push_string(out: &mut Vec<u8>, pieces: &[&str]) {
    out.push(b'"');
    for piece in pieces {
        push_text(out, piece.as_bytes());
    }
    out.push(b'"');
}

/// Whole strides are written, also where something in them is escaped, and what is wrong of them is written over: lines
/// of logs have tabs and backslashes everywhere, and pieces between these are too short to be copied one by one.
fn push_text(out: &mut Vec<u8>, bytes: &[u8]) {
    let (mut written, mut length) = ([0; WRITTEN], 0);
    let mut rest = bytes;
    while !rest.is_empty() {
        if length > WRITTEN - STRIDE - ESCAPED {
            out.extend_from_slice(&written[..length]);
            length = 0;
        }
        let mut padded = [b' '; STRIDE];
        let (stride, own): (&[u8; STRIDE], usize) = match rest.first_chunk() {
            Some(stride) => (stride, STRIDE),
            None => {
                padded[..rest.len()].copy_from_slice(rest);
                (&padded, rest.len())
            }
        };
        written[length..length + STRIDE].copy_from_slice(stride);
        let plain = plain(stride).min(own);
        length += plain;
        if plain < own {
            length += escape(stride[plain], &mut written[length..]);
            rest = &rest[plain + 1..];
        } else {
            rest = &rest[own..];
        }
    }
    out.extend_from_slice(&written[..length]);
}

/// How many bytes stand before the first that is escaped.
fn plain(stride: &[u8; STRIDE]) -> usize {
    if !stride.iter().fold(false, |any, &byte| any | is_escaped(byte)) {
        return STRIDE;
    }
    const ONES: u128 = u128::MAX / 0xFF;
    let text = u128::from_le_bytes(*stride);
    // The top bit of each byte below so much, exact up to the first of them (Mycroft).
    let below = |text: u128, limit: u8| text.wrapping_sub(ONES * u128::from(limit)) & !text & (ONES << 7);
    let is = |byte: u8| below(text ^ (ONES * u128::from(byte)), 1);
    ((below(text, 0x20) | is(b'"') | is(b'\\')).trailing_zeros() / 8) as usize
}

fn is_escaped(byte: u8) -> bool {
    (byte < 0x20) | (byte == b'"') | (byte == b'\\')
}

/// Writes an escaped byte; the length of what it is written as.
fn escape(byte: u8, written: &mut [u8]) -> usize {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    let short = match byte {
        b'"' => b'"',
        b'\\' => b'\\',
        b'\t' => b't',
        b'\n' => b'n',
        b'\r' => b'r',
        0x08 => b'b',
        0x0C => b'f',
        _ => {
            let long = [b'\\', b'u', b'0', b'0', HEX[usize::from(byte >> 4)], HEX[usize::from(byte & 15)]];
            written[..ESCAPED].copy_from_slice(&long);
            return ESCAPED;
        }
    };
    written[..2].copy_from_slice(&[b'\\', short]);
    2
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{super::Row, *};
    use crate::signature::{Signature, SignatureKind, Whose};

    #[track_caller]
    fn check(value: &str, line: u64, text: &str, at: usize) {
        let sighting = Sighting {
            signature: Signature::new(SignatureKind::File, value),
            line,
            text,
            at,
            span: at..at,
            standing: Standing::Listed,
            whose: (line == u64::MAX).then_some(Whose::Command),
            parameters: if line == 0 { vec!["0xC0000005".into(), "0x0".into()] } else { Vec::new() },
        };
        let mut lines = JsonLines::new(false);
        lines.add("a \"part\".log", sighting.clone());
        let row = serde_json::to_string(&Row::new("a \"part\".log", sighting)).unwrap() + "\n";
        assert_eq!(String::from_utf8(lines.text).unwrap(), row);
        assert_eq!(lines.rows, 1);
    }

    #[test]
    fn lines_are_rows() {
        check("a.dll", 0, "", 0);
        check("a\\b\".dll", u64::MAX, "\t one \u{1}\u{8}\u{c}\u{1f}\u{7f} 错误 \\ \r\n", 3);
        check("a.dll", 1234, &"前 C:\\x\ty ".repeat(100), 500);
    }

    #[test]
    fn what_is_not_failing_is_left_out_where_asked() {
        let mut lines = JsonLines::new(true);
        let signature = Signature::new(SignatureKind::File, "a.dll");
        let sighting = Sighting {
            signature,
            line: 1,
            text: "a.dll",
            at: 0,
            span: 0..5,
            standing: Standing::Listed,
            whose: None,
            parameters: Vec::new(),
        };
        lines.add("a.log", sighting.clone());
        assert_eq!((lines.rows, lines.text.len()), (0, 0));
        lines.add("a.log", Sighting { standing: Standing::Failing, ..sighting });
        assert_eq!(lines.rows, 1);
    }

    proptest! {
        #[test]
        fn any_text_is_written_as_serde_writes_it(text in "[\\x00-\\x7f前é\u{2028}]{0,600}|[a-z\"\\\\\\t]{0,60}") {
            let mut out = Vec::new();
            push_string(&mut out, &[&text]);
            prop_assert_eq!(String::from_utf8(out).unwrap(), serde_json::to_string(&text).unwrap());
        }
    }
}
