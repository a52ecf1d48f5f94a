//! mbox: a stream of messages, split without reading it whole.
//!
//! All dialects: `>From ` escaped once (mboxo) or at any depth (mboxrd). Writers that do not escape are told by the
//! shape of the line, the blank line before it and the header after it.

use std::io::{self, BufRead};

use super::lines;

/// Bytes of one message that are kept; behind that it is cut, so that a broken file cannot fill the memory. Twice what mail
/// servers let through.
const MAX_MESSAGE: usize = 64 * 1024 * 1024;
/// A `From ` line is short.
const MAX_FROM_LINE: usize = 400;

/// One message of an mbox file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MboxMessage {
    /// Its place in the file, from 1.
    pub number: u64,
    /// Line of the file on which its header begins, from 1.
    pub first_line: u64,
    /// Its bytes as they were before they were put into the mbox: the `From ` line is gone, one level of
    /// escaping is undone.
    pub bytes: Vec<u8>,
    /// It was too long and is cut.
    pub cut: bool,
}

/// Reads the messages of an mbox file one by one; memory holds one message.
///
/// ```
/// let file = b"From a@example.com Mon Jan  1 00:00:00 2024\nSubject: one\n\nx\n\nFrom b@example.com Mon Jan  1 00:00:00 2024\nSubject: two\n\ny\n";
/// let messages: Vec<_> = casebook::mail::MboxReader::new(&file[..]).collect::<Result<_, _>>().unwrap();
/// assert_eq!(messages.len(), 2);
/// assert_eq!(messages[1].bytes, b"Subject: two\n\ny\n");
/// ```
#[derive(Debug)]
pub struct MboxReader<R> {
    input: R,
    line: Vec<u8>,
    line_number: u64,
    /// A separator was read; the message behind it is next.
    pending: bool,
    /// A line after a separator that turned out to be none, or the first line of the next message.
    ahead: Option<Vec<u8>>,
    number: u64,
    done: bool,
    most: usize,
}

impl<R: BufRead> MboxReader<R> {
    /// A reader over the bytes of an mbox file.
    pub fn new(input: R) -> Self {
        let most = MAX_MESSAGE;
        MboxReader {
            input,
            line: Vec::new(),
            line_number: 0,
            pending: false,
            ahead: None,
            number: 0,
            done: false,
            most,
        }
    }

    /// Keeps so many bytes of a message, in place of 64 MiB.
    #[must_use]
    pub fn up_to(self, most: usize) -> Self {
        MboxReader { most, ..self }
    }

    /// The next line with its end; false at the end of the input.
    fn read_line(&mut self) -> io::Result<bool> {
        if let Some(line) = self.ahead.take() {
            self.line = line;
            return Ok(true);
        }
        self.line.clear();
        // A line longer than a message may be is taken in pieces.
        let read = io::Read::take(&mut self.input, MAX_MESSAGE as u64).read_until(b'\n', &mut self.line)?;
        self.line_number += u64::from(read > 0);
        if self.line_number == 1 && self.line.starts_with(b"\xef\xbb\xbf") {
            self.line.drain(..3);
        }
        Ok(read > 0)
    }

    /// Whether the line just read parts two messages; looks one line ahead.
    fn is_separator(&mut self, after_blank: bool) -> io::Result<bool> {
        let strength = from_line(&self.line);
        if strength == Shape::None {
            return Ok(false);
        }
        let line = std::mem::take(&mut self.line);
        let more = self.read_line()?;
        let next = std::mem::replace(&mut self.line, line);
        let next_line = next.trim_ascii_end();
        // Old writers put `>From ` lines of the way the mail took below.
        let field = lines::is_known_field(next_line)
            || next_line.starts_with(b">From ")
            || lines::field_name(next_line).is_some_and(|_| strength == Shape::Dated);
        let separates = match strength {
            Shape::Dated => field || (after_blank && next_line.is_empty()),
            Shape::Bare if lines::is_known_field(next_line) => true,
            _ => after_blank && field,
        };
        if more {
            self.ahead = Some(next);
        }
        Ok(separates)
    }

    fn read_message(&mut self) -> io::Result<Option<MboxMessage>> {
        let mut message = MboxMessage::default();
        let mut after_blank = true;
        let mut started = self.pending;
        message.first_line = self.line_number + 1 - u64::from(self.ahead.is_some());
        self.pending = false;
        while self.read_line()? {
            if self.is_separator(after_blank)? {
                let began = started && !message.bytes.is_empty();
                self.pending = true;
                if began || message.bytes.iter().any(|byte| !byte.is_ascii_whitespace()) {
                    break;
                }
                // Blank lines before the first separator, or an empty message.
                message.bytes.clear();
                started = true;
                message.first_line = self.line_number + 1 - u64::from(self.ahead.is_some());
                after_blank = false;
                continue;
            }
            after_blank = self.line.trim_ascii_end().is_empty();
            let line = unescaped(&self.line);
            let room = self.most.saturating_sub(message.bytes.len());
            message.cut |= line.len() > room;
            message.bytes.extend_from_slice(&line[..line.len().min(room)]);
        }
        if message.bytes.iter().all(u8::is_ascii_whitespace) {
            return Ok(None);
        }
        // The blank line before the next separator belongs to the mbox.
        if message.bytes.ends_with(b"\n\r\n") {
            message.bytes.truncate(message.bytes.len() - 2);
        } else if message.bytes.ends_with(b"\n\n") {
            message.bytes.truncate(message.bytes.len() - 1);
        }
        self.number += 1;
        message.number = self.number;
        Ok(Some(message))
    }
}

impl<R: BufRead> Iterator for MboxReader<R> {
    type Item = io::Result<MboxMessage>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.done {
            return None;
        }
        let message = self.read_message();
        self.done = !matches!(message, Ok(Some(_)));
        message.transpose()
    }
}

/// `>From ` at any depth less one.
fn unescaped(line: &[u8]) -> &[u8] {
    let marks = line.iter().take_while(|byte| **byte == b'>').count();
    if marks > 0 && line[marks..].starts_with(b"From ") { &line[1..] } else { line }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    None,
    /// A sender, no date.
    Bare,
    /// A sender and a date with a time.
    Dated,
}

/// How much a line looks like a separator.
fn from_line(line: &[u8]) -> Shape {
    let Some(rest) = line.strip_prefix(b"From ").filter(|_| line.len() <= MAX_FROM_LINE) else { return Shape::None };
    let rest = String::from_utf8_lossy(rest);
    let mut words = rest.split_whitespace();
    let Some(sender) = words.next() else { return Shape::None };
    let date: Vec<&str> = words.collect();
    let clock = date
        .iter()
        .any(|word| word.split(':').take(2).filter(|n| n.len() <= 2 && n.parse::<u8>().is_ok()).count() == 2);
    let year = date.iter().any(|word| word.len() == 4 && word.starts_with(['1', '2']) && word.parse::<u16>().is_ok());
    if clock && year {
        return Shape::Dated;
    }
    let address = sender.contains('@') || sender == "-" || sender.eq_ignore_ascii_case("MAILER-DAEMON");
    if date.is_empty() && (address || sender == "???@???") { Shape::Bare } else { Shape::None }
}

/// Whether the beginning of a file is that of an mbox: a `From ` line of the right shape and a header field.
///
/// `head` should hold the first kilobyte or more. A single mail that begins with a `From ` line is an mbox of one.
pub fn looks_like_mbox(head: &[u8]) -> bool {
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    let mut at = 0;
    while let Some((range, next)) = lines::next_line(head, at) {
        let line = &head[range];
        at = next;
        if line.trim_ascii().is_empty() {
            continue;
        }
        let below = lines::next_line(head, next).map(|(range, _)| &head[range]).unwrap_or_default();
        return from_line(line) != Shape::None && (lines::field_name(below).is_some() || below.starts_with(b">From "));
    }
    false
}

/// A mail without the lines that mail transports put before its header for whom they hand it to: `From sender date`, and
/// `>From ` of the transports before them. A field `From : x`, as RFC 5322 section 4.5 lets old mail write it, stays.
pub fn without_envelope(mail: &[u8]) -> &[u8] {
    let mut at = 0;
    while let Some((range, next)) = lines::next_line(mail, at) {
        let line = &mail[range];
        let envelope = line.starts_with(if at == 0 { &b"From "[..] } else { b">From " });
        if !envelope || lines::field_name(line).is_some() && from_line(line) == Shape::None {
            break;
        }
        at = next;
    }
    &mail[at..]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(file: &str, expected: &[&str]) {
        for file in [file.to_owned(), file.replace('\n', "\r\n")] {
            let messages: Vec<MboxMessage> = MboxReader::new(file.as_bytes()).collect::<Result<_, _>>().unwrap();
            let found: Vec<String> =
                messages.iter().map(|m| String::from_utf8_lossy(&m.bytes).replace("\r\n", "\n")).collect();
            assert_eq!(found, expected, "in {file:?}");
        }
    }

    const FROM: &str = "From a@example.com Mon Jan  1 00:00:00 2024\n";

    #[test]
    fn messages_are_parted() {
        check(
            &format!("{FROM}Subject: 1\n\nx\n\n{FROM}Subject: 2\n\ny\n"),
            &["Subject: 1\n\nx\n", "Subject: 2\n\ny\n"],
        );
        check(
            "From 12345@xxx\nSubject: 1\n\nx\n\nFrom 12346@xxx\nSubject: 2\n\ny",
            &["Subject: 1\n\nx\n", "Subject: 2\n\ny"],
        );
    }

    #[test]
    fn body_lines_are_not() {
        let body = "Subject: 1\n\nFrom the start it fails.\n\nFrom a@example.com I have\n\nFrom Mon 10:00 on\n";
        check(&format!("{FROM}{body}"), &[body]);
    }

    #[test]
    fn escapes_are_undone_once() {
        check(
            &format!("{FROM}Subject: 1\n\n>From x\n>>From y\n> From z\n"),
            &["Subject: 1\n\nFrom x\n>From y\n> From z\n"],
        );
    }

    #[test]
    fn no_blank_line_before_a_separator() {
        check(&format!("{FROM}Subject: 1\n\nx\n{FROM}Subject: 2\n\ny\n"), &["Subject: 1\n\nx\n", "Subject: 2\n\ny\n"]);
    }

    #[test]
    fn lines_of_the_file_are_counted() {
        let file = format!("{FROM}Subject: 1\n\nx\n\n{FROM}Subject: 2\n\ny\n");
        let lines: Vec<u64> = MboxReader::new(file.as_bytes()).map(|m| m.unwrap().first_line).collect();
        assert_eq!(lines, [2, 7]);
    }

    #[test]
    fn heads() {
        assert!(looks_like_mbox(format!("{FROM}Subject: 1\n").as_bytes()));
        assert!(looks_like_mbox(b"\n\nFrom - Mon Jan  1 00:00:00 2024\nX-Mozilla-Status: 0001\n"));
        assert!(!looks_like_mbox(b"From: a\nSubject: x\n"));
        assert!(!looks_like_mbox(b"From the log\nerror: x\n"));
        assert!(!looks_like_mbox(b""));
    }

    proptest::proptest! {
        #[test]
        fn anything_is_read_without_panic(
            lines in proptest::collection::vec("From a@b Mon Jan 1 00:00:00 2024|From x|>From y|Subject: z|text||From a@b", 0..20),
        ) {
            let file = lines.join("\n");
            let bytes: usize = MboxReader::new(file.as_bytes()).map(|m| m.unwrap().bytes.len()).sum();
            proptest::prop_assert!(bytes <= file.len());
        }
    }

    #[test]
    fn the_lines_of_transports_before_a_mail_go_and_its_own_stay() {
        for (mail, expected) in [
            ("From a@b.example Mon Jan  1 00:00:00 2024\nSubject: x\n\nFrom here\n", "Subject: x\n\nFrom here\n"),
            ("From a@b.example Mon Jan  1 00:00:00 2024\r\nTo: x\r\n\r\n", "To: x\r\n\r\n"),
            ("From uucp Mon Jan  1 00:00:00 2024\n>From a Mon Jan  1 00:00:00 2024 remote from b\nTo: x\n", "To: x\n"),
            ("From : Ann <a@b.example>\nTo: x\n", "From : Ann <a@b.example>\nTo: x\n"),
            ("From: Ann <a@b.example>\n", "From: Ann <a@b.example>\n"),
            (">From the first line of a note\n", ">From the first line of a note\n"),
            ("From somebody without a date\nTo: x\n", "To: x\n"),
            ("", ""),
        ] {
            assert_eq!(String::from_utf8_lossy(without_envelope(mail.as_bytes())), expected, "{mail}");
        }
    }
}
