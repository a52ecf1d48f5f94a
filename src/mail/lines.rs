//! Lines of mail and whether they begin a header field: shared by the readers that look at raw mail.

use std::ops::Range;

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

pub(super) fn is_known(name: &[u8]) -> bool {
    let name = name.to_ascii_lowercase();
    name.starts_with(b"x-") || name.starts_with(b"content-") || KNOWN.iter().any(|known| known.as_bytes() == name)
}

/// Whether a line begins a field that mail is known to have.
pub(super) fn is_known_field(line: &[u8]) -> bool {
    field_name(line).is_some_and(|length| is_known(&line[..length]))
}
