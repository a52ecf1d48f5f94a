//! JSON as other programs write it, as JSON that can be read: one text or number that is none must not lose all records behind it.
//!
//! Within texts, halves of characters (`\ud83d` alone) become U+FFFD, unknown escapes (`C:\Work`) stand for themselves, and control
//! characters and line ends are taken as if they were escaped. Numbers that JSON does not know (`NaN`, `007`) or that are too large
//! (`1e400`) become texts. What is wrong between values stays wrong.

use std::io::{self, Read};

use super::{json_value::Spent, text::Text};

/// Longest word that may be a number: a longer one is none that could be kept.
const LONGEST_WORD: usize = 400;

/// Bytes mended at once, so far from the end of a record's room: near it each is looked at alone.
const PIECE: usize = 4096;

/// Mends JSON piece by piece.
#[derive(Debug, Default)]
pub(super) struct Mender {
    state: State,
    /// An escape, or a word outside of texts, as far as it was read.
    held: Vec<u8>,
    /// Line ends within texts, which the reader behind does not see.
    pub(super) lines: usize,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum State {
    #[default]
    Outside,
    /// In a word that is no text.
    Word,
    /// In a word that is longer than any number; it is given out as a text.
    LongWord,
    Text,
    Escape,
}

/// What an escape is, as far as it was read.
enum Escape {
    Unfinished,
    /// So many bytes of it are to be written so.
    Is(usize, &'static [u8]),
    /// So many bytes of it are good as they stand.
    Good(usize),
}

impl Mender {
    /// Mends bytes; `keep`: whether what stands in texts is wanted.
    pub(super) fn mend(&mut self, bytes: &[u8], keep: bool, out: &mut Vec<u8>) {
        let mut at = 0;
        while let Some(byte) = bytes.get(at).copied() {
            if self.state == State::Text {
                let plain = bytes[at..].iter().position(|byte| *byte < b' ' || matches!(byte, b'"' | b'\\'));
                let plain = plain.unwrap_or(bytes.len() - at);
                if plain > 0 {
                    if keep {
                        out.extend_from_slice(&bytes[at..at + plain]);
                    }
                    at += plain;
                    continue;
                }
            }
            self.byte(byte, keep, out);
            at += 1;
        }
    }

    /// Gives out what is held at the end of the text.
    pub(super) fn finish(&mut self, out: &mut Vec<u8>) {
        match self.state {
            State::Word | State::LongWord => self.end_word(out),
            _ => out.append(&mut self.held),
        }
    }

    fn byte(&mut self, byte: u8, keep: bool, out: &mut Vec<u8>) {
        let in_word = byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.' | b'_');
        match self.state {
            State::Outside if byte == b'"' => {
                self.state = State::Text;
                out.push(byte);
            }
            State::Outside if in_word => {
                self.state = State::Word;
                self.held.push(byte);
            }
            State::Outside => out.push(byte),
            State::Word if in_word => {
                self.held.push(byte);
                if self.held.len() > LONGEST_WORD {
                    self.state = State::LongWord;
                    out.push(b'"');
                    out.append(&mut self.held);
                }
            }
            State::LongWord if in_word => {
                if keep {
                    out.push(byte);
                }
            }
            State::Word | State::LongWord => {
                self.end_word(out);
                self.byte(byte, keep, out);
            }
            State::Text => match byte {
                b'"' => {
                    self.state = State::Outside;
                    out.push(byte);
                }
                b'\\' => {
                    self.state = State::Escape;
                    self.held.push(byte);
                }
                ..b' ' => {
                    self.lines += usize::from(byte == b'\n');
                    if keep {
                        out.extend_from_slice(format!("\\u{byte:04x}").as_bytes());
                    }
                }
                _ if keep => out.push(byte),
                _ => {}
            },
            State::Escape => {
                self.held.push(byte);
                self.escape(keep, out);
            }
        }
    }

    fn escape(&mut self, keep: bool, out: &mut Vec<u8>) {
        let (read, written) = match escape(&self.held) {
            Escape::Unfinished => return,
            Escape::Is(read, written) => (read, written),
            Escape::Good(read) => (read, &self.held[..read]),
        };
        if keep {
            out.extend_from_slice(written);
        }
        let rest = self.held.split_off(read);
        self.held.clear();
        self.state = State::Text;
        for byte in rest {
            self.byte(byte, keep, out);
        }
    }

    fn end_word(&mut self, out: &mut Vec<u8>) {
        let is_long = self.state == State::LongWord;
        self.state = State::Outside;
        let word = self.held.as_slice();
        let odd = || {
            let is_number = word.first().is_some_and(|byte| matches!(byte, b'0'..=b'9' | b'+' | b'-' | b'.'));
            is_number && serde_json::from_slice::<f64>(word).is_err() || matches!(word, b"NaN" | b"Infinity")
        };
        if is_long {
            out.push(b'"');
        } else if odd() {
            out.push(b'"');
            out.extend_from_slice(word);
            out.push(b'"');
        } else {
            out.extend_from_slice(word);
        }
        self.held.clear();
    }
}

/// Reads an escape from its back slash on.
fn escape(held: &[u8]) -> Escape {
    // It stands for itself.
    const SLASH: Escape = Escape::Is(1, b"\\\\");
    const HALF: Escape = Escape::Is(6, b"\\ufffd");
    match held.get(1) {
        None => return Escape::Unfinished,
        Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => return Escape::Good(2),
        Some(b'u') => {}
        Some(_) => return SLASH,
    }
    let digits = &held[2..held.len().min(6)];
    if !digits.iter().all(u8::is_ascii_hexdigit) {
        return SLASH;
    }
    if digits.len() < 4 {
        return Escape::Unfinished;
    }
    let is = |digits: &[u8], second: &[u8]| {
        digits[0].eq_ignore_ascii_case(&b'd')
            && digits.get(1).is_none_or(|digit| second.contains(&digit.to_ascii_lowercase()))
    };
    const FIRST: &[u8] = b"89ab";
    const SECOND: &[u8] = b"cdef";
    if is(digits, SECOND) {
        return HALF;
    }
    if !is(digits, FIRST) {
        return Escape::Good(6);
    }
    let rest = &held[6..];
    let begins = rest.iter().zip(b"\\u").all(|(found, wanted)| found == wanted);
    let other = rest.get(2..).unwrap_or_default();
    if !begins || !other.iter().all(u8::is_ascii_hexdigit) || !other.is_empty() && !is(other, SECOND) {
        return HALF;
    }
    if other.len() < 4 { Escape::Unfinished } else { Escape::Good(12) }
}

/// Mended JSON as a reader. Where a record is over its room its texts are dropped, so that nothing takes memory.
pub(super) struct JsonText<'s, R> {
    text: Text<R>,
    spent: &'s Spent,
    mender: Mender,
    raw: Vec<u8>,
    raw_at: usize,
    out: Vec<u8>,
    at: usize,
    ended: bool,
}

impl<'s, R: Read> JsonText<'s, R> {
    pub(super) fn new(source: R, spent: &'s Spent) -> Self {
        let (raw, out) = (Vec::new(), Vec::new());
        JsonText { text: Text::new(source), spent, mender: Mender::default(), raw, raw_at: 0, out, at: 0, ended: false }
    }

    /// Line ends that stood within texts.
    pub(super) fn hidden_lines(&self) -> usize {
        self.mender.lines
    }

    /// Mends the next piece: one byte where a record nears the end of its room, since another may begin with the next.
    fn fill(&mut self) -> io::Result<()> {
        self.out.clear();
        self.at = 0;
        if self.raw_at == self.raw.len() {
            self.raw.resize(16 * PIECE, 0);
            let read = self.text.read(&mut self.raw)?;
            self.raw.truncate(read);
            self.raw_at = 0;
            if read == 0 {
                self.ended = true;
                self.mender.finish(&mut self.out);
                return Ok(());
            }
        }
        let near = self.spent.bytes() + 2 * PIECE > self.spent.most();
        let end = self.raw.len().min(self.raw_at + if near { 1 } else { PIECE });
        let piece = &self.raw[self.raw_at..end];
        self.mender.mend(piece, !self.spent.is_over(), &mut self.out);
        // What is dropped would not be counted where it is handed out.
        if self.out.is_empty() {
            self.spent.add(piece.len());
        }
        self.raw_at = end;
        Ok(())
    }
}

impl<R: Read> Read for JsonText<'_, R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        while self.at == self.out.len() {
            if self.ended {
                return Ok(0);
            }
            self.fill()?;
        }
        let rest = &self.out[self.at..];
        let count = rest.len().min(buf.len());
        buf[..count].copy_from_slice(&rest[..count]);
        self.at += count;
        self.spent.add(count);
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let mut whole = Vec::new();
        let mut mender = Mender::default();
        mender.mend(text.as_bytes(), true, &mut whole);
        mender.finish(&mut whole);
        assert_eq!(String::from_utf8(whole).unwrap(), expected, "in: {text}");
        // Byte by byte it is the same.
        let mut parts = Vec::new();
        let mut mender = Mender::default();
        text.bytes().for_each(|byte| mender.mend(&[byte], true, &mut parts));
        mender.finish(&mut parts);
        assert_eq!(String::from_utf8(parts).unwrap(), expected, "in: {text}");
    }

    #[test]
    fn sound_json_stays_as_it_is() {
        for text in [
            r#"{"a": [1, -2.5e3, 0, true, null], "泵": "\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00\\"}"#,
            "[]",
            "18446744073709551615",
            "not json",
            "\"open",
            "\"open\\",
        ] {
            check(text, text);
        }
    }

    #[test]
    fn what_is_wrong_within_a_text_is_put_right() {
        check(r#""cut \ud83d""#, r#""cut \ufffd""#);
        check(r#""\ud83dA\ude00 \uD83D\n""#, r#""\ufffdA\ufffd \ufffd\n""#);
        check(r#""\ud83d\ud83d\ude00""#, r#""\ufffd\ud83d\ude00""#);
        check(r#""\ud83d\u0041""#, r#""\ufffd\u0041""#);
        check(r#""C:\Work\users \u12x""#, r#""C:\\Work\\users \\u12x""#);
        check("\"a\tb\nc\"", "\"a\\u0009b\\u000ac\"");
    }

    #[test]
    fn numbers_that_are_none_become_texts() {
        check("[1e400,-1e400,007,NaN,-Infinity,1]", "[\"1e400\",\"-1e400\",\"007\",\"NaN\",\"-Infinity\",1]");
        let long = "9".repeat(1000);
        check(&format!("[{long}]"), &format!("[\"{long}\"]"));
    }

    #[test]
    fn a_record_over_its_room_is_dropped_and_the_next_is_whole() {
        use serde::de::DeserializeSeed;
        let spent = Spent::within(3 * PIECE);
        let text = format!("{{\"a\":\"{}\"}} {{\"a\":\"next\"}}", "x".repeat(100_000));
        let mut json = JsonText::new(text.as_bytes(), &spent);
        let mut read = || {
            spent.begin();
            let mut document = serde_json::Deserializer::from_reader(&mut json);
            super::super::json_value::Within(&spent).deserialize(&mut document).unwrap()
        };
        let kept = read().to_string().len();
        assert!(spent.is_over() && kept < 4 * PIECE, "{kept}");
        assert_eq!((read(), spent.is_over()), (serde_json::from_str::<Value>("{\"a\":\"next\"}").unwrap(), false));
    }
}
