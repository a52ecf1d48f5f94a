//! Replies of mail servers and enhanced mail status codes (RFC 5321, RFC 3463).

use crate::signature::SignatureKind as Kind;

use super::{Scan, flags::Flags, lex};

/// Whether a number is a failing reply of a mail server (RFC 5321, RFC 4954 and usual extensions).
pub(super) fn is_mail_reply(code: u32) -> bool {
    matches!(code, 421 | 432 | 450..=455 | 471 | 500..=504 | 510..=523 | 530..=535 | 538 | 541 | 550..=556 | 571)
}

/// An enhanced mail status (RFC 3463) whose first digits stand at `at`: `550 5.7.1`, `dsn=4.4.1`.
pub(super) fn enhanced_status(scan: &mut Scan<'_>, at: usize) {
    let bytes = scan.bytes;
    let before = lex::before(bytes, at);
    // `550.5.7.0`: the reply code and the status joined.
    let joined = before == b'.' && {
        let reply = lex::back_while(bytes, at - 1, 4, |byte| byte.is_ascii_digit());
        at - 1 - reply == 3 && bytes[reply] == bytes[at] && !matches!(lex::before(bytes, reply), b'.' | b'-' | b'/')
    };
    if lex::is_word(before) && before != b'_' || !joined && matches!(before, b'.' | b'/' | b'\\' | b'+' | b'@') {
        return;
    }
    let subject = lex::skip_digits(bytes, at + 2);
    let start = subject + 1;
    let end = lex::skip_digits(bytes, start);
    let fits = (1..=3).contains(&(subject - (at + 2)))
        && lex::byte(bytes, subject) == b'.'
        && (1..=3).contains(&end.saturating_sub(start));
    let after = lex::byte(bytes, end);
    let goes_on = after.is_ascii_alphanumeric()
        || matches!(after, b'.' | b'-') && lex::is_word(lex::byte(bytes, end + 1))
        || after == b'/';
    if !fits || goes_on {
        return;
    }
    // Subjects 0 to 7 are registered.
    if !matches!(&scan.text[at + 2..subject], "0" | "1" | "2" | "3" | "4" | "5" | "6" | "7") {
        return;
    }
    if !joined && !is_mail_status(scan, at) && !heads_line(scan, at, end) && !exchange_follows(bytes, end) {
        return;
    }
    scan.push(Kind::Smtp, &scan.text[at..end], at..end);
}

/// Whether the next lines speak of mail.
fn mail_follows(bytes: &[u8], end: usize) -> bool {
    const FAR: usize = 300;
    lex::find_any(bytes, end..end + FAR, &["smtp", "mailbox", "recipient", "exchange", "邮件", "收件人", "郵件"])
        .is_some()
}

/// `5.2.0 STOREDRV.Submission.Exception`: the part of Exchange that gave the status.
fn exchange_follows(bytes: &[u8], end: usize) -> bool {
    let agents = [
        " storedrv.",
        " smtpsend.",
        " resolver.",
        " routing.",
        " approval.",
        " submission.",
        " mapi.",
        " queue.",
        " transport.",
        " agent.",
    ];
    lex::skip_any(bytes, end, &agents).is_some()
}

/// `4.4.7 - Problem with …`: a status that heads a line of a list, where mail is spoken of before.
fn heads_line(scan: &mut Scan<'_>, at: usize, end: usize) -> bool {
    let start = lex::back_while(scan.bytes, at, 6, |byte| matches!(byte, b' ' | b'*' | b'-' | b'|' | b'\t' | b'#'));
    let next = lex::skip_blanks(scan.bytes, end);
    let after_status =
        || scan.candidates.last().is_some_and(|last| last.kind == Kind::Smtp && at - last.span.end < 400);
    matches!(lex::before(scan.bytes, start), 0 | b'\n')
        && matches!(lex::byte(scan.bytes, next), b'-' | b':' | b'|')
        && (after_status() || scan.near_flags(at).any(Flags::MAIL) || mail_follows(scan.bytes, end))
}

/// A reply code or a mail label before an enhanced status, or a line about mail.
fn is_mail_status(scan: &mut Scan<'_>, at: usize) -> bool {
    let bytes = scan.bytes;
    let class = lex::byte(bytes, at);
    let stop = lex::back_while(bytes, at, 6, |byte| {
        matches!(byte, b' ' | b'-' | b'#' | b'|' | b'_' | b'(' | b'\t' | b':' | b'<' | b'[' | b';')
    });
    let reply = lex::back_while(bytes, stop, 4, |byte| byte.is_ascii_digit());
    // `550 4.4.7 QUEUE.Expired`: what was put off until it failed keeps its status.
    let same_class = lex::byte(bytes, reply) == class || (lex::byte(bytes, reply), class) == (b'5', b'4');
    if stop - reply == 3 && stop < at && same_class && lex::starts_word(bytes, reply) {
        return true;
    }
    if lex::before(bytes, at) == b'#' {
        return true;
    }
    let label = lex::back_while(bytes, at, 3, |byte| matches!(byte, b' ' | b'=' | b':' | b'('));
    let version = ["version", "v", "ver", "版本", "release", "build", "kernel", "linux"];
    if version.iter().any(|word| lex::has_before(bytes, label, word)) {
        return false;
    }
    if ["dsn", "status", "enhanced status code", "smtp"].iter().any(|word| lex::has_before(bytes, label, word))
        && label < at
    {
        return true;
    }
    scan.line_flags(at).any(Flags::MAIL) && !lex::before(bytes, at).is_ascii_alphabetic()
}

/// A basic mail reply where no enhanced status follows: `SMTP 554`, `said: 550 no such user`; `at` is
/// the end of the word that speaks of mail.
pub(super) fn basic_reply(scan: &mut Scan<'_>, at: usize) {
    let bytes = scan.bytes;
    let between = &[
        " error",
        "auth ",
        "login ",
        " code",
        " reply",
        " response",
        " status",
        "status ",
        "reply code ",
        "reply ",
        "错误",
        "代码",
        "错误代码",
        "错误码",
        "返回",
        "; ",
        ";",
        "-",
        "为",
    ];
    let start = lex::skip_separators(bytes, at, 24, between);
    if start == at && lex::before(bytes, at) != b':' {
        return;
    }
    let end = lex::skip_digits(bytes, start);
    let code: Option<u32> = scan.text.get(start..end).and_then(|digits| digits.parse().ok());
    if !code.is_some_and(is_mail_reply) {
        return;
    }
    if !matches!(
        lex::byte(bytes, end),
        b' ' | b'-' | b'"' | b'\'' | b')' | b',' | b':' | b'.' | b'\n' | b'\r' | b'|' | b';' | 0 | 0x80..
    ) {
        return;
    }
    if !status_before(scan, start) && !enhanced_follows(bytes, end) {
        scan.push(Kind::Smtp, &scan.text[start..end], start..end);
    }
}

/// `#5.5.1 smtp;550 …`: whether an enhanced status stood just before a reply code at `at`.
fn status_before(scan: &Scan<'_>, at: usize) -> bool {
    scan.candidates.last().is_some_and(|last| {
        last.kind == Kind::Smtp && last.value.contains('.') && at.saturating_sub(last.span.end) <= " smtp; ".len()
    })
}

/// Whether an enhanced status stands right behind a reply code: `550 5.1.1`, `(535, b'5.7.8`.
pub(super) fn enhanced_follows(bytes: &[u8], end: usize) -> bool {
    let mark =
        |byte: u8| matches!(byte, b' ' | b'-' | b'#' | b'|' | b'_' | b'(' | b',' | b'\'' | b'"' | b'b' | b'[' | b'\t');
    let next = lex::skip_while(bytes, end, 6, mark);
    matches!(lex::byte(bytes, next), b'4' | b'5')
        && lex::byte(bytes, next + 1) == b'.'
        && lex::byte(bytes, next + 2).is_ascii_digit()
}

/// Texts that RFC 5321, 4.2.3 gives to failing replies: they are a mail server's whatever stands around.
const REPLY_TEXTS: &[&str] = &[
    "syntax error",
    "command not implemented",
    "command parameter not implemented",
    "bad sequence of commands",
    "requested mail action",
    "requested action not taken",
    "requested action aborted",
    "transaction failed",
    "mailbox unavailable",
    "mailbox name not allowed",
    "user not local",
    "error: bad syntax",
    "bad address syntax",
    "bad recipient address",
    "bad sender address",
    "error: content rejected",
    "error: need ehlo",
    "error: need helo",
    "error: need mail",
    "error: need rcpt",
    "error: send h",
    "error: nested mail",
    "service not available, closing",
];

/// Whether such words stand at `at`, with which a number before them is no web server's.
pub(super) fn is_reply_text(bytes: &[u8], at: usize) -> bool {
    lex::skip_any(bytes, at, REPLY_TEXTS).is_some()
}

/// What servers say of accounts and senders: with a code that no web server answers it is a mail server's.
const ACCOUNT_TEXTS: &[&str] = &[
    "authentication failed",
    "error: authentication",
    "authentication required",
    "incorrect authentication",
    "login fail",
    "tls not available",
    "must issue a starttls",
    "no such user",
    "user unknown",
    "user not found",
    "mailbox not found",
    "mailbox full",
    "mailbox is full",
    "relay not permitted",
    "relaying denied",
    "unable to relay",
    "invalid recipient",
];

/// Whether a code heads its line, the next line or the one before is headed by another, and the stretch speaks of mail: a list
/// of what a server answers.
fn in_list_of_replies(bytes: &[u8], at: usize) -> bool {
    const FAR: usize = 500;
    let code = |start: usize| {
        matches!(lex::byte(bytes, start), b'4' | b'5')
            && lex::skip_digits(bytes, start) == start + 3
            && matches!(lex::byte(bytes, start + 3), b' ' | b'-')
    };
    if !matches!(lex::before(bytes, at), 0 | b'\n') {
        return false;
    }
    // A bar alone on a line is what is left of a table.
    let line = |from: usize| lex::skip_while(bytes, from, 4, |byte| matches!(byte, b'|' | b' ' | b'\r' | b'\n'));
    let next = line(lex::line_end(bytes, at, FAR) + 1);
    let mut previous = lex::line_start(bytes, at.saturating_sub(1), FAR);
    if matches!(lex::byte(bytes, previous), b'|') && at - previous < 4 {
        previous = lex::line_start(bytes, previous.saturating_sub(1), FAR);
    }
    let words = ["rcpt", "helo", "mailbox", "smtp", "mail ", "邮件", "邮箱", "郵件", "发件人", "收件人", "退信"];
    let stretch = at.saturating_sub(FAR)..at.saturating_add(FAR).min(bytes.len());
    (code(next) || previous < at && code(previous)) && lex::find_any(bytes, stretch, &words).is_some()
}

/// `451DT:SPM`, as Chinese mail services write reply and reason in one; the code begins at `at`.
pub(super) fn fused_reply(scan: &mut Scan<'_>, at: usize, end: usize) {
    if lex::starts_word(scan.bytes, at) && lex::byte(scan.bytes, end).is_ascii_uppercase() {
        scan.push(Kind::Smtp, &scan.text[at..at + 3], at..at + 3);
    }
}

/// A reply of a mail server that begins its text or follows a colon: `RCPT TO:<…>: 550 No such user`, `退信提示：550 Mailbox
/// not found`, `SMTP 服务器返回 535 Error`; the code stands at `at..end`.
pub(super) fn reply_code(scan: &mut Scan<'_>, at: usize, end: usize) {
    let bytes = scan.bytes;
    let stop = lex::back_while(bytes, at, 4, |byte| matches!(byte, b' ' | b'"' | b'\'' | b'(' | b'#' | b'+'));
    let before = lex::before(bytes, stop);
    let begins = matches!(before, 0 | b'\n' | b':' | b'|' | b'>' | b'<' | b';' | b',' | b'=')
        || before >= 0x80
        // `with message "550 …"`, `SMTPServerBusy (450 …)`
        || lex::has_before(bytes, at, "message \"")
        // `Unable to send mail - 550 Denied`, `connect() failed. 535 …`, `… exception is 535 Error: authentication failed`
        || matches!(before, b'-' | b'.') && lex::before(bytes, at) == b' ' && scan.line_flags(at).any(Flags::ANY_MAIL)
        || lex::before(bytes, at) == b' ' && lex::skip_any(bytes, lex::skip_blanks(bytes, end), ACCOUNT_TEXTS).is_some()
        || lex::before(bytes, at) == b'`' && scan.line_flags(at).any(Flags::ANY_MAIL)
        || lex::before(bytes, at) == b'(' && is_mail_class(bytes, stop)
        // `8) 501 Bad address syntax`
        || matches!(before, b')' | b'.') && lex::skip_any(bytes, lex::skip_blanks(bytes, end), REPLY_TEXTS).is_some();
    let text = lex::skip_while(bytes, end, 2, |byte| matches!(byte, b' ' | b'-'));
    let says = lex::byte(bytes, text).is_ascii_alphabetic()
        || matches!(lex::byte(bytes, text), b'<' | b'"' | b'[' | b'|' | 0x80..);
    if !lex::starts_word(bytes, at) || !begins || !says || enhanced_follows(bytes, end) || status_before(scan, at) {
        return;
    }
    // Sizes, times and counts in a line about mail are no replies.
    let counted = [
        "kb",
        "mb",
        "bytes",
        "byte",
        "ms",
        "sec",
        "messages",
        "mails",
        "emails",
        "users",
        "people",
        "accounts",
        "mailboxes",
        "unread",
        "items",
        "files",
        "recipients",
        "封",
        "个",
        "次",
        "条",
        "秒",
        "年",
        "号",
    ];
    if lex::skip_any(bytes, text, &counted)
        .is_some_and(|past| !lex::byte(bytes, text).is_ascii() || lex::ends_word(bytes, past))
    {
        return;
    }
    let line = scan.line_flags(at);
    // `554 DT:SPM`: reason codes of Chinese mail services.
    let reason = bytes.get(text..text + 6).is_some_and(|code| {
        code[2] == b':' && [&code[..2], &code[3..]].iter().all(|part| part.iter().all(u8::is_ascii_uppercase))
    });
    if reason {
        scan.push(Kind::Smtp, &scan.text[at..end], at..end);
        return;
    }
    let own = lex::skip_any(bytes, text, REPLY_TEXTS).is_some();
    let mail = own
        || lex::byte(bytes, at + 1) != b'0' && lex::skip_any(bytes, text, ACCOUNT_TEXTS).is_some()
        || in_list_of_replies(bytes, at)
        || line.any(Flags::ANY_MAIL)
        || matches!(before, 0 | b'\n' | b':' | b'<') && scan.near_flags(at).any(Flags::ANY_MAIL);
    // Many replies end in the address of a page that explains them.
    if own || mail && !line.any(Flags::WEB) {
        scan.push(Kind::Smtp, &scan.text[at..end], at..end);
        if matches!(before, 0 | b'\n' | b'<') {
            replies_below(scan, end);
        }
    }
}

/// Whether the name that ends at `end` is that of a class of a mail library: `SMTPDataError`, `Net::SMTPServerBusy`.
pub(super) fn is_mail_class(bytes: &[u8], end: usize) -> bool {
    let end = lex::back_while(bytes, end, 1, |byte| byte == b' ');
    let start = lex::back_while(bytes, end, 48, lex::is_word);
    // A word of the protocol alone is no class.
    end - start > "smtp".len() && memchr::memmem::find(&bytes[start..end], b"SMTP").is_some()
}

/// `(550, b'No such user')`: code and text as Python's library raises them; the code stands at `at`.
pub(super) fn reply_tuple(scan: &mut Scan<'_>, at: usize) {
    let end = at + 3;
    let quote = lex::byte(scan.bytes, end + ", b".len());
    if matches!(quote, b'\'' | b'"') && !enhanced_follows(scan.bytes, end) {
        scan.push(Kind::Smtp, &scan.text[at..end], at..end);
    }
}

/// What a client says between the replies of a server.
const CLIENT_LINES: &[&str] = &[
    "helo",
    "ehlo",
    "mail from",
    "rcpt to",
    "data",
    "quit",
    "auth ",
    "rset",
    "starttls",
    "vrfy",
    "noop",
    "c:",
    ".",
    "{",
    "}",
];

/// The replies on the lines below one that heads its own, which ends before `at`: in a list or a talk, with whatever marks the
/// sides of it.
fn replies_below(scan: &mut Scan<'_>, at: usize) {
    const FAR: usize = 400;
    const MOST: usize = 24;
    let bytes = scan.bytes;
    let mark = |byte: u8| matches!(byte, b'#' | b'+' | b'<' | b'>' | b' ' | b'|' | b'*' | b'-' | b'\t');
    if at < scan.replies_end {
        return;
    }
    let mut line = lex::line_end(bytes, at, FAR) + 1;
    for _ in 0..MOST {
        if line >= bytes.len() {
            break;
        }
        let head = lex::skip_while(bytes, line, 5, mark);
        let start = lex::skip_any(bytes, head, &["s: "]).unwrap_or(head);
        let end = lex::skip_digits(bytes, start);
        let text = lex::skip_while(bytes, end, 2, |byte| matches!(byte, b' ' | b'-'));
        let says =
            lex::byte(bytes, text).is_ascii_alphabetic() || matches!(lex::byte(bytes, text), b'<' | b'"' | 0x80..);
        let is_reply = end - start == 3 && text > end && says && matches!(lex::byte(bytes, start), b'2'..=b'5');
        if is_reply
            && let Ok(code) = scan.text[start..end].parse()
            && is_mail_reply(code)
            && !enhanced_follows(bytes, end)
        {
            scan.push(Kind::Smtp, &scan.text[start..end], start..end);
        }
        if !is_reply && lex::skip_any(bytes, head, CLIENT_LINES).is_none() {
            break;
        }
        line = lex::line_end(bytes, line, FAR) + 1;
    }
    scan.replies_end = line;
}
