//! The header of a message or part: fields taken from bytes that may break every rule.
//!
//! Tolerated: a byte order mark, blank lines or a `From ` line before the first field, lines among the fields
//! that are none, a blank line with blanks in it, no blank line before the body. Decoding of values is left
//! to `words`.

use std::ops::Range;

use super::charset;

/// Fields beyond this are dropped: real mail has below 200.
const MAX_FIELDS: usize = 2_000;
/// Bytes of one unfolded value: a `To` with thousands of recipients has some 100 KB.
const MAX_VALUE: usize = 256 * 1024;

/// Field names known to begin a header line even where the line before was none.
const KNOWN: &[&str] = &[
    "from",
    "to",
    "cc",
    "bcc",
    "subject",
    "date",
    "sender",
    "reply-to",
    "message-id",
    "in-reply-to",
    "references",
    "received",
    "return-path",
    "delivered-to",
    "mime-version",
    "content-type",
    "content-transfer-encoding",
    "content-disposition",
    "content-id",
    "content-description",
    "content-location",
    "content-language",
    "importance",
    "precedence",
    "auto-submitted",
    "organization",
    "user-agent",
    "priority",
    "keywords",
    "comments",
    "status",
    "list-id",
    "thread-topic",
    "thread-index",
    "dkim-signature",
    "errors-to",
    "mailing-list",
    "sent",
    "lines",
];

/// One field: lower-case name and the unfolded bytes of its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Field {
    pub name: String,
    pub value: Vec<u8>,
}

/// The fields of a header and where the body begins.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Header {
    pub fields: Vec<Field>,
    pub body: usize,
    /// The character set tried for raw bytes above ASCII, before guessing.
    pub hint: Option<String>,
}

impl Header {
    /// The first field of a name that is not blank, decoded to Unicode; encoded words still stand in it.
    pub fn get(&self, name: &str) -> Option<String> {
        let mut blank = None;
        for field in self.fields.iter().filter(|field| field.name == name) {
            let text = self.text(&field.value);
            if !text.is_empty() {
                return Some(text);
            }
            blank = Some(text);
        }
        blank
    }

    /// All values of a name, decoded to Unicode.
    pub fn all(&self, name: &str) -> Vec<String> {
        self.fields.iter().filter(|field| field.name == name).map(|field| self.text(&field.value)).collect()
    }

    fn text(&self, value: &[u8]) -> String {
        let value = value.trim_ascii();
        if !value.is_ascii()
            && str::from_utf8(value).is_err()
            && let Some(text) = self.hint.as_deref().and_then(|hint| charset::decode_exactly(value, hint))
        {
            return text;
        }
        charset::decode(value, None).text
    }
}

/// The lines of `bytes` from `start`: range without the line end, and where the next line begins.
pub(super) fn next_line(bytes: &[u8], start: usize) -> Option<(Range<usize>, usize)> {
    if start >= bytes.len() {
        return None;
    }
    let (mut end, next) = match memchr::memchr(b'\n', &bytes[start..]) {
        Some(at) => (start + at, start + at + 1),
        None => (bytes.len(), bytes.len()),
    };
    if end > start && bytes[end - 1] == b'\r' {
        end -= 1;
    }
    Some((start..end, next))
}

/// The length of the field name if `line` is a header line.
pub(super) fn field_name(line: &[u8]) -> Option<usize> {
    // RFC 5322 names are short; 76 leaves room for the longest extension fields.
    let colon = line.iter().take(77).position(|byte| *byte == b':')?;
    let name = line[..colon].trim_ascii_end();
    let fits = !name.is_empty() && name.iter().all(|byte| (33..=126).contains(byte));
    fits.then_some(name.len())
}

fn is_known(name: &[u8]) -> bool {
    let name = name.to_ascii_lowercase();
    name.starts_with(b"x-") || name.starts_with(b"content-") || KNOWN.iter().any(|known| known.as_bytes() == name)
}

/// Whether a line begins a field that mail is known to have.
pub(super) fn is_known_field(line: &[u8]) -> bool {
    field_name(line).is_some_and(|length| is_known(&line[..length]))
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

/// Reads the header at the beginning of `bytes`.
pub(super) fn read(bytes: &[u8]) -> Header {
    let mut header = Header { body: bytes.len(), ..Header::default() };
    let mut at = skip_preamble(bytes);
    let mut starts: Vec<usize> = Vec::new();
    while let Some((range, next)) = next_line(bytes, at) {
        let line = &bytes[range];
        if line.is_empty() {
            header.body = next;
            return header;
        }
        if line.trim_ascii().is_empty() {
            // A folded blank line of a field, unless no field follows.
            let goes_on = next_line(bytes, next).is_some_and(|(after, _)| {
                is_known_field(&bytes[after.clone()]) || matches!(bytes.get(after.start), Some(b' ' | b'\t'))
            });
            if !goes_on {
                header.body = next;
                return header;
            }
        } else if matches!(line[0], b' ' | b'\t') && !header.fields.is_empty() {
            if let Some(field) = header.fields.last_mut()
                && field.value.len() + line.len() <= MAX_VALUE
            {
                field.value.push(b' ');
                field.value.extend_from_slice(line.trim_ascii_start());
            }
        } else if let Some(length) = field_name(line).filter(|_| !line.starts_with(b"--")) {
            if header.fields.len() < MAX_FIELDS {
                let value = &line[line.iter().position(|byte| *byte == b':').map_or(length, |colon| colon + 1)..];
                let value = &value[..value.len().min(MAX_VALUE)];
                header.fields.push(Field {
                    name: String::from_utf8_lossy(&line[..length]).to_ascii_lowercase(),
                    value: value.to_vec(),
                });
                starts.push(at);
            }
        } else if !is_junk(bytes, next) {
            header.body = unknown_tail(&mut header, &starts).unwrap_or(at);
            return header;
        }
        at = next;
    }
    header
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

/// Body lines of the form `Name: text` that were read as fields where the blank line is missing: they are given back.
fn unknown_tail(header: &mut Header, starts: &[usize]) -> Option<usize> {
    let keep = header
        .fields
        .iter()
        .rposition(|field| is_known(field.name.as_bytes()) || field.name.contains('-'))
        .map_or(0, |last| last + 1);
    let at = starts.get(keep).copied();
    header.fields.truncate(keep);
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(mail: &str, names: &[&str], body: &str) {
        let header = read(mail.as_bytes());
        let found: Vec<&str> = header.fields.iter().map(|field| field.name.as_str()).collect();
        assert_eq!(found, names, "in {mail:?}");
        assert_eq!(&mail[header.body..], body, "in {mail:?}");
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
    }

    #[test]
    fn folded_values_are_joined() {
        let header = read(b"Subject: one\r\n two\r\n\tthree\r\n\r\n");
        assert_eq!(header.get("subject").as_deref(), Some("one two three"));
    }

    #[test]
    fn raw_bytes_are_decoded_with_the_hint() {
        let mut mail = b"Subject: ".to_vec();
        mail.extend_from_slice(&encoding_rs::GBK.encode("失败").0);
        mail.extend_from_slice(b"\n\n");
        let mut header = read(&mail);
        header.hint = Some("gbk".into());
        assert_eq!(header.get("subject").as_deref(), Some("失败"));
    }
}
