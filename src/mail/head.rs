//! Headers put in order before mail-parser reads them.
//!
//! mail-parser ends a header at a blank line and nowhere else: where that line is missing, it reads the body as fields
//! and skips what is none, and a line with blanks in it does not end a header. Mended here: a byte order mark, blank
//! lines or a `From ` line before the first field, lines among the fields that are none, blank lines with blanks in
//! them, no blank line before the body, `Content-Type` given twice, thousands of fields.

use std::ops::Range;

use super::{
    lines::{field_name, is_known, is_known_field, next_line},
    parameters::{self, Parameters},
};

/// Fields beyond this are dropped: real mail has below 200.
const MAX_FIELDS: usize = 2_000;
/// Fields behind them that are kept all the same: those that say what a mail is. A mail that went round in a loop has them
/// behind thousands of traces.
pub(super) const MOST_BEHIND: usize = 100;
/// Their names, beside those that begin with `content-`.
const TELLING: &[&str] = &[
    "from",
    "to",
    "cc",
    "subject",
    "date",
    "sender",
    "reply-to",
    "message-id",
    "in-reply-to",
    "references",
    "mime-version",
    "auto-submitted",
];
/// Bytes of a `Content-Type` or `Content-Disposition`: mail-parser joins the pieces of a value in quadratic time.
const MAX_TYPE: usize = 16 * 1024;

/// A field: its lower-case name and its lines, line ends included.
#[derive(Debug)]
struct Lines {
    name: String,
    lines: Vec<Range<usize>>,
}

/// A header as it stands in raw mail.
#[derive(Debug)]
pub(super) struct Head {
    fields: Vec<Lines>,
    /// Where the body begins.
    pub body: usize,
    /// mail-parser reads it as it should be read.
    pub in_order: bool,
}

impl Head {
    /// Reads the header at the beginning of `bytes`.
    pub fn read(bytes: &[u8]) -> Self {
        let mut at = skip_preamble(bytes);
        let mut head = Head { fields: Vec::new(), body: bytes.len(), in_order: at == 0 };
        let mut ended = false;
        while let Some((range, next)) = next_line(bytes, at) {
            let (line, whole) = (&bytes[range], at..next);
            if line.is_empty() {
                head.body = next;
                ended = true;
                break;
            }
            if line.trim_ascii().is_empty() {
                // A folded blank line of a field, unless no field follows.
                let goes_on = next_line(bytes, next).is_some_and(|(after, _)| {
                    is_known_field(&bytes[after.clone()]) || matches!(bytes.get(after.start), Some(b' ' | b'\t'))
                });
                head.in_order = false;
                if !goes_on {
                    head.body = next;
                    break;
                }
            } else if matches!(line[0], b' ' | b'\t') && !head.fields.is_empty() {
                if let Some(field) = head.fields.last_mut() {
                    field.lines.push(whole);
                }
            } else if let Some(length) = field_name(line).filter(|_| !line.starts_with(b"--")) {
                let name = String::from_utf8_lossy(&line[..length]).to_ascii_lowercase();
                head.fields.push(Lines { name, lines: vec![whole] });
            } else {
                head.in_order = false;
                if !is_junk(bytes, next) {
                    head.body = head.unknown_tail().unwrap_or(at);
                    break;
                }
            }
            at = next;
        }
        head.in_order &= ended;
        head.drop_surplus(bytes);
        head
    }

    /// Whether there is no field at all.
    pub fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }

    /// The media type and its parameters.
    pub fn content_type(&self, bytes: &[u8]) -> Option<(String, Parameters)> {
        let field = self.fields.iter().find(|field| field.name == "content-type")?;
        let value = self.value(field, bytes);
        let parameters = parameters::parameters(&value);
        Some((value, parameters))
    }

    /// Where `Content-Type` stands, from its name to its last line.
    pub fn content_type_lines(&self) -> Option<Range<usize>> {
        let lines = &self.fields.iter().find(|field| field.name == "content-type")?.lines;
        Some(lines.first()?.start..lines.last()?.end)
    }

    /// The header as it should have been, with its blank line; `content_type` takes the place of the one given.
    pub fn mended(&self, bytes: &[u8], content_type: Option<&str>) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.body + 64);
        for field in self.fields.iter().filter(|field| content_type.is_none() || field.name != "content-type") {
            for line in &field.lines {
                out.extend_from_slice(&bytes[line.clone()]);
            }
            if !out.ends_with(b"\n") {
                out.push(b'\n');
            }
        }
        if let Some(content_type) = content_type {
            out.extend_from_slice(format!("Content-Type: {content_type}\n").as_bytes());
        }
        out.push(b'\n');
        out
    }

    fn value(&self, field: &Lines, bytes: &[u8]) -> String {
        let mut value = String::new();
        for line in &field.lines {
            value.push_str(String::from_utf8_lossy(&bytes[line.clone()]).trim());
            value.push(' ');
        }
        value.split_once(':').map_or("", |(_, value)| value).trim().to_owned()
    }

    fn drop_surplus(&mut self, bytes: &[u8]) {
        let count = self.fields.len();
        let (mut at, mut behind) = (0, 0);
        self.fields.retain(|field| {
            at += 1;
            let telling = || TELLING.contains(&field.name.as_str()) || field.name.starts_with("content-");
            let kept = at <= MAX_FIELDS || behind < MOST_BEHIND && telling();
            behind += usize::from(kept && at > MAX_FIELDS);
            kept
        });
        let length = |field: &Lines| field.lines.iter().map(|line| line.len()).sum::<usize>();
        self.fields.retain(|field| {
            !(matches!(field.name.as_str(), "content-type" | "content-disposition") && length(field) > MAX_TYPE)
        });
        // Where the field stands twice, the one that opens the parts wins.
        let types = self.fields.iter().filter(|field| field.name == "content-type");
        let types: Vec<Parameters> = types.map(|field| parameters::parameters(&self.value(field, bytes))).collect();
        if types.len() > 1 {
            let opens = types.iter().position(|one| one.named.contains_key("boundary"));
            let winner = opens.or_else(|| types.iter().position(|one| !one.value.is_empty())).unwrap_or(0);
            let mut number = 0;
            self.fields.retain(|field| {
                number += usize::from(field.name == "content-type");
                field.name != "content-type" || number == winner + 1
            });
        }
        self.in_order &= self.fields.len() == count;
    }

    /// Body lines of the form `Name: text` that were read as fields where the blank line is missing: they are given back.
    fn unknown_tail(&mut self) -> Option<usize> {
        let keep = self
            .fields
            .iter()
            .rposition(|field| is_known(field.name.as_bytes()) || field.name.contains('-'))
            .map_or(0, |last| last + 1);
        let at = self.fields.get(keep).and_then(|field| field.lines.first()).map(|line| line.start);
        self.fields.truncate(keep);
        at
    }
}

/// Where the first field begins: behind a byte order mark, blank lines and mbox `From ` lines.
fn skip_preamble(bytes: &[u8]) -> usize {
    let begin = if bytes.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
    let mut at = begin;
    // Real cases have one or two such lines.
    for _ in 0..16 {
        let Some((line, next)) = next_line(bytes, at) else { break };
        let text = bytes[line].trim_ascii();
        if text.is_empty() || text.starts_with(b"From ") || text.starts_with(b">From ") {
            at = next;
        } else if field_name(text).is_some() {
            return at;
        } else {
            break;
        }
    }
    begin
}

/// Whether the line before `next` is a stray one among fields: a known field follows within a few lines.
fn is_junk(bytes: &[u8], next: usize) -> bool {
    let mut at = next;
    for _ in 0..3 {
        let Some((line, after)) = next_line(bytes, at) else { return false };
        if line.is_empty() {
            return false;
        }
        if is_known_field(&bytes[line]) {
            return true;
        }
        at = after;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(mail: &str, names: &[&str], body: &str) {
        let head = Head::read(mail.as_bytes());
        let found: Vec<&str> = head.fields.iter().map(|field| field.name.as_str()).collect();
        assert_eq!(found, names, "in {mail:?}");
        assert_eq!(&mail[head.body..], body, "in {mail:?}");
        let mended = [head.mended(mail.as_bytes(), None), body.as_bytes().to_vec()].concat();
        let again = Head::read(&mended);
        assert!(again.in_order || names.is_empty(), "in {mail:?}");
        assert!(!head.in_order || mended.len() + 1 >= mail.len(), "in {mail:?}");
    }

    #[test]
    fn plain_header() {
        check("From: a\r\nTo: b\r\n\r\nbody\r\n", &["from", "to"], "body\r\n");
    }

    #[test]
    fn what_stands_before_the_first_field_is_skipped() {
        check("\u{feff}From: a\n\nbody", &["from"], "body");
        check("\n  \nFrom: a\n\nbody", &["from"], "body");
        check("From x@example.com Mon Jan 1 00:00:00 2024\nSubject: s\n\nbody", &["subject"], "body");
    }

    #[test]
    fn a_line_that_is_no_field_is_skipped() {
        check("From: a\nthis is none\nSubject: s\n\nbody", &["from", "subject"], "body");
        check("junk first\nFrom: a\n\nbody", &["from"], "body");
    }

    #[test]
    fn missing_blank_line_keeps_the_body() {
        check("From: a\nSubject: s\nHello there\nmore: text\n", &["from", "subject"], "Hello there\nmore: text\n");
        check("Subject: s\nNote: see below\nHello there\n", &["subject"], "Note: see below\nHello there\n");
        check("Subject: s\n \nHello there\n", &["subject"], "Hello there\n");
    }

    #[test]
    fn the_content_type_with_a_boundary_wins() {
        let mail = b"Content-Type: multipart/mixed; boundary=b\nContent-Type: text/plain\n\nx";
        let (_, kind) = Head::read(mail).content_type(mail).unwrap();
        assert_eq!(kind.named.get("boundary").map(String::as_str), Some("b"));
    }
}
