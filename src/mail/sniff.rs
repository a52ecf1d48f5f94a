//! Mail told by content: file endings lie.

use super::lines;

/// Lines looked at: the fields that decide stand within the first dozens.
const MAX_LINES: usize = 120;

/// Fields that hardly anything but mail has; one of them suffices beside another known field.
const STRONG: &[&str] = &[
    "message-id",
    "received",
    "mime-version",
    "return-path",
    "delivered-to",
    "x-mailer",
    "dkim-signature",
    "in-reply-to",
    "references",
    "content-transfer-encoding",
    "received-spf",
    "authentication-results",
    "arc-seal",
    "thread-index",
    "x-originating-ip",
    "x-ms-has-attach",
    "envelope-to",
    "x-mozilla-status",
    "list-unsubscribe",
    "x-received",
];

/// Whether the beginning of a file is the header of a mail.
///
/// `head` should hold the first 4 to 16 KB. Lines such as `Name: value` are common in logs and YAML; so the fields must be
/// those of mail, different ones, and nearly all lines from the first on must be fields. A `From ` line, a byte order mark
/// and blank lines may stand before.
pub fn looks_like_mail(head: &[u8]) -> bool {
    look(head) == Look::Mail
}

/// Whether the beginning of a file may be that of a mail whose header goes on behind it: every line so far is one of a header,
/// and none says what it is the header of. Who has word from elsewhere that it is a mail may believe it.
pub fn may_be_mail(head: &[u8]) -> bool {
    look(head) != Look::Other
}

/// What the beginning of a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Look {
    Mail,
    /// A header without an end, of what cannot be told.
    Header,
    Other,
}

fn look(head: &[u8]) -> Look {
    let header = &head[..head.len().min(64 * 1024)];
    if is_wide_or_binary(header) {
        return Look::Other;
    }
    let converted;
    let header = if header.contains(&b'\r') && !header.contains(&b'\n') {
        converted = header.iter().map(|byte| if *byte == b'\r' { b'\n' } else { *byte }).collect::<Vec<u8>>();
        &converted
    } else {
        header
    };
    let mut seen: Vec<String> = Vec::new();
    let (mut fields, mut junk, mut at, mut strong, mut traces) = (0usize, 0usize, 0usize, 0usize, 0usize);
    let mut ended = false;
    if header.starts_with(b"\xef\xbb\xbf") {
        at = 3;
    }
    for _ in 0..MAX_LINES {
        let Some((range, next)) = lines::next_line(header, at) else { break };
        let (line, is_last) = (&header[range], next >= header.len());
        at = next;
        if line.trim_ascii().is_empty() {
            if fields > 0 {
                ended = true;
                break;
            }
            continue;
        }
        let mbox = line.starts_with(b"From ") || line.starts_with(b">From ");
        if fields == 0 && mbox || (fields > 0 && matches!(line[0], b' ' | b'\t')) {
            continue;
        }
        let Some(length) = lines::field_name(line) else {
            junk += usize::from(!is_last);
            if junk > 1 + fields / 3 {
                break;
            }
            continue;
        };
        fields += 1;
        traces += usize::from(is_trace(line));
        let name = String::from_utf8_lossy(&line[..length]).to_ascii_lowercase();
        if lines::is_known_field(line) && !seen.contains(&name) {
            strong += usize::from(STRONG.contains(&name.as_str()));
            seen.push(name);
        }
    }
    let has = |name: &str| seen.iter().any(|known| known == name);
    let core = ["from", "to", "subject", "date", "sender", "cc", "reply-to"].iter().filter(|name| has(name)).count();
    // YAML front matter and reports may have `subject`, `from` and `date`; then other fields stand between.
    let mostly_known = seen.len() * 2 > fields || strong >= 2;
    let mime = has("content-type") && (strong > 0 || core > 0);
    // A mail that went round in a loop begins with more traces than are looked at.
    let all_traces = !ended && traces == fields && fields > 10;
    let is_mail = mostly_known
        && junk <= 1 + fields / 3
        && ((strong > 0 && seen.len() >= 2)
            || mime
            || (core >= 3 && has("from"))
            || (core >= 2 && has("from") && has("subject") && junk == 0))
        || all_traces && junk == 0;
    match is_mail {
        true => Look::Mail,
        false if fields > 0 && junk == 0 && !ended => Look::Header,
        false => Look::Other,
    }
}

/// Whether a line is a `Received` field as servers write it.
fn is_trace(line: &[u8]) -> bool {
    let Some(value) = line.split_at_checked(9).filter(|(name, _)| name.eq_ignore_ascii_case(b"received:")) else {
        return false;
    };
    let value = value.1.trim_ascii_start();
    [&b"from "[..], b"by ", b"("].iter().any(|begin| value.starts_with(begin))
}

/// Whether the lines before the first blank one hold NUL bytes as UTF-16 and binary data do. A NUL or two in a field is what
/// broken mail programs leave, and what stands behind the header is the parser's matter: binary transfer is allowed.
fn is_wide_or_binary(head: &[u8]) -> bool {
    let end = memchr::memmem::find(head, b"\n\n").or_else(|| memchr::memmem::find(head, b"\r\n\r\n"));
    let header = &head[..end.unwrap_or(head.len())];
    memchr::memchr_iter(0, header).count() > (header.len() / 100).max(2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(head: &str, expected: bool) {
        assert_eq!(looks_like_mail(head.as_bytes()), expected, "of {head:?}");
        assert_eq!(looks_like_mail(head.replace('\n', "\r\n").as_bytes()), expected, "with CRLF, of {head:?}");
    }

    #[test]
    fn mail() {
        check("From: a@example.com\nTo: b@example.com\nSubject: x\nDate: y\n\nbody", true);
        check("\u{feff}Received: by x\n\twith y\nReturn-Path: <>\n\n", true);
        check("From a@example.com Mon Jan 1 00:00:00 2024\nSubject: x\nMessage-ID: <1@x>\n\n", true);
        check("Content-Type: multipart/mixed;\n boundary=x\nMIME-Version: 1.0\n\n--x", true);
        check("From: a\nSubject: b\n\nbody", true);
        check("From: a@example.com\nSubject: a\0b\nMessage-ID: <1@x>\n\nbody", true);
        check(&format!("From: a@example.com\nMessage-ID: <1@x>\n\nPK{}", "\0".repeat(400)), true);
        check("\n  \nDelivered-To: a@example.com\nSubject: x\n", true);
    }

    #[test]
    fn headers_without_end() {
        let looped = "Received: from a.example.com by b.example.com; Tue, 10 Sep 2024 14:32:53 +0800\n".repeat(300);
        check(&looped, true);
        check(&"Received: 12 bytes\n".repeat(300), false);
        let long = format!("X-Long: {}", "a".repeat(20_000));
        check(&long, false);
        assert!(may_be_mail(long.as_bytes()));
        assert!(!may_be_mail(b"2024-01-01 10:00:00, Info CBS Starting\n"));
        assert!(!may_be_mail(b"name: casebook\n\nversion: 1\n"));
    }

    #[test]
    fn other_texts() {
        check("name: casebook\nversion: 1\nsubject: x\n", false);
        check("---\ntitle: x\ndate: 2024-01-01\nfrom: 1\n---\ntext", false);
        check("Info: started\nError: failed\nWarning: x\n", false);
        check("2024-01-01 10:00:00, Info CBS Starting\n", false);
        check("Host: example.com\nUser-Agent: x\nAccept: y\nContent-Type: text/html\n", false);
        check("邮件主题：回复: x\n\n====第1封邮件====\n\n发件人：A", false);
        check(&"From: a\nSubject: b\n".chars().flat_map(|c| [c, '\0']).collect::<String>(), false);
        check("", false);
    }
}
