//! HTTP status codes.

use crate::signature::SignatureKind as Kind;

use super::{Scan, flags::Flags, lex, many, smtp};

/// Whether a number is a failing HTTP status that servers send (RFC 9110 and the registry).
pub(super) fn is_failing_status(number: u32) -> bool {
    matches!(number, 400..=417 | 421..=426 | 428 | 429 | 431 | 451 | 494..=499 | 500..=508 | 510 | 511 | 520..=527)
}

/// Words between a label and the status.
static BETWEEN: lex::Words<'_> = lex::Words::new(&[
    "errors ",
    "codes ",
    "of ",
    "is ",
    "a ",
    " status",
    "status",
    " error",
    "error",
    " code",
    "code",
    " response",
    " returned",
    "为",
    "是",
    "错误",
    "錯誤",
    "状态码",
    "状态",
    "狀態碼",
    "响应码",
    "响应",
    "返回",
    "报错",
    "为:",
    " is",
    " was",
    "was ",
    " of",
    "代码",
    "-",
    "_",
    "\\",
    "/1.0",
    "/1.1",
    "/2.0",
    "/2",
    "/3",
]);

/// How much of a trigger is the word `http` or `status` itself; what follows is read again.
pub(super) fn label_length(trigger: &str) -> usize {
    match trigger {
        _ if trigger.starts_with("http") => "http".len(),
        _ if trigger.starts_with("status") => "status".len(),
        _ => trigger.len(),
    }
}

/// A status behind `HTTP` or `status`; `at` is the word's end.
pub(super) fn http(scan: &mut Scan<'_>, word: usize, at: usize) {
    let bytes = scan.bytes;
    if lex::before(bytes, word).is_ascii_alphabetic() && lex::byte(bytes, word).is_ascii_lowercase() {
        return;
    }
    if lex::has(bytes, at, "s:") || lex::has(bytes, at, "://") {
        return;
    }
    let start = lex::skip_separators_and(bytes, at, 28, &BETWEEN);
    let Some((value, end)) = status_at(bytes, start) else { return };
    if start == at {
        return;
    }
    let is_status_word = lex::has(bytes, word, "status");
    if is_status_word {
        let coded = lex::has(bytes, at, "code") || lex::has(bytes, at, " code") || lex::has(bytes, at, "_code");
        let member = lex::before(bytes, word) == b'"' && lex::byte(bytes, at) == b'"';
        let exit = lex::has_before(bytes, word, "exit ") || lex::has_before(bytes, word, "error ");
        if exit || !coded && !member && !scan.line_flags(word).any(Flags::HTTP) && !is_of_answer(scan, word) {
            return;
        }
    } else if !lex::byte(bytes, word).is_ascii() && scan.line_flags(word).any(Flags::ANY_MAIL) {
        // 服务器返回 503 may be a mail server's.
        return;
    }
    scan.push(Kind::Http, value, start..end);
    many::further(scan, Kind::Http, end);
}

/// `Returned status: 404`, `responded with a status of 403`, `Request failed. Status: 502`: whether a status, the word for which
/// stands at `word`, is that of an answer.
fn is_of_answer(scan: &mut Scan<'_>, word: usize) -> bool {
    const ANSWERS: &[&str] =
        &["returned", "response", "responded", "answered", "replied", "reply", "返回", "响应", "回應"];
    const REQUESTS: &[&str] = &[
        "request", "download", "upload", "fetch", "url", "endpoint", "webhook", "proxy", "请求", "接口", "下载", "网关",
    ];
    let bytes = scan.bytes;
    let line = lex::line_start(bytes, word, 120);
    lex::find_any(bytes, word.saturating_sub(20).max(line)..word, ANSWERS).is_some()
        || lex::find_any(bytes, line..word, REQUESTS).is_some() && scan.line_flags(word).any(Flags::FAILING)
}

/// `Not Found (404).`: the status in brackets behind its reason, which ends at `at`.
pub(super) fn behind_reason(scan: &mut Scan<'_>, at: usize) {
    let bytes = scan.bytes;
    if !lex::has(bytes, at, " (") {
        return;
    }
    let start = at + " (".len();
    if let Some((value, end)) = status_at(bytes, start)
        && lex::byte(bytes, end) == b')'
        && !scan.line_flags(start).any(Flags::ANY_MAIL)
    {
        scan.push(Kind::Http, value, start..end);
    }
}

/// A failing status with an optional IIS sub-status: `500.19`.
fn status_at(bytes: &[u8], start: usize) -> Option<(String, usize)> {
    let end = lex::skip_digits(bytes, start);
    if end - start != 3 {
        return None;
    }
    let digits = std::str::from_utf8(&bytes[start..end]).ok()?;
    let status: u32 = digits.parse().ok()?;
    if !is_failing_status(status) {
        return None;
    }
    let sub = lex::skip_digits(bytes, end + 1);
    if lex::byte(bytes, end) == b'.' && (1..=3).contains(&sub.saturating_sub(end + 1)) {
        if !lex::ends_word(bytes, sub) || lex::byte(bytes, sub) == b'.' && lex::byte(bytes, sub + 1).is_ascii_digit() {
            return None;
        }
        let text = std::str::from_utf8(&bytes[start..sub]).ok()?;
        return Some((text.to_owned(), sub));
    }
    let goes_on = lex::is_word(lex::byte(bytes, end))
        || matches!(lex::byte(bytes, end), b':' | b'-') && lex::byte(bytes, end + 1).is_ascii_digit();
    (!goes_on).then(|| (digits.to_owned(), end))
}

/// A status before its reason: `502 Bad Gateway`, `(404) Not Found`; `at` is where the reason begins.
pub(super) fn before_reason(scan: &mut Scan<'_>, at: usize, reason_end: usize) {
    let bytes = scan.bytes;
    // `Status: 403 (Forbidden)`
    let bracketed = lex::before(bytes, at) == b'(' && lex::byte(bytes, reason_end) == b')';
    let at = if bracketed { at - 1 } else { at };
    let end = lex::back_while(bytes, at, 3, |byte| matches!(byte, b' ' | b')' | b'-' | b':' | b'"'));
    let start = lex::back_while(bytes, end, 8, |byte| byte.is_ascii_digit() || byte == b'.');
    if start == end || end == at || !lex::starts_word(bytes, start) {
        return;
    }
    if let Some((value, stop)) = status_at(bytes, start)
        && stop == end
    {
        scan.push(Kind::Http, value, start..end);
    }
}

/// `502错误`, `a 404 error`: a status that people meet often, before the word; `at` is where that stands.
pub(super) fn before_error(scan: &mut Scan<'_>, at: usize, end: usize) {
    let bytes = scan.bytes;
    let stop = lex::back_while(bytes, at, 1, |byte| byte == b' ');
    let Some(start) = stop.checked_sub(3) else { return };
    let usual = matches!(
        &bytes[start..stop],
        b"400"
            | b"401"
            | b"403"
            | b"404"
            | b"405"
            | b"408"
            | b"413"
            | b"429"
            | b"500"
            | b"501"
            | b"502"
            | b"503"
            | b"504"
    );
    let alone =
        lex::starts_word(bytes, start) && !matches!(lex::before(bytes, start), b'.' | b'-' | b':' | b'/' | b',');
    if usual && alone && lex::ends_word(bytes, end) && !smtp::is_reply_text(bytes, at) {
        scan.push(Kind::Http, &scan.text[start..stop], start..stop);
    }
}

/// A status in brackets: `The remote server returned an error: (503)`; `at` is where the digits begin.
pub(super) fn bracketed(scan: &mut Scan<'_>, at: usize) {
    if let Some((value, end)) = status_at(scan.bytes, at)
        && lex::byte(scan.bytes, end) == b')'
    {
        scan.push(Kind::Http, value, at..end);
    }
}

/// `500.19 (内部服务器错误)`: a status of IIS with its substatus, where web pages or errors are spoken of; `at` is its beginning.
pub(super) fn substatus(scan: &mut Scan<'_>, at: usize) {
    let bytes = scan.bytes;
    let end = lex::skip_digits(bytes, at + 4);
    let apart = lex::starts_word(bytes, at)
        && !matches!(lex::before(bytes, at), b'.' | b'-' | b'/' | b'v' | b'$')
        && lex::ends_word(bytes, end)
        && !(matches!(lex::byte(bytes, end), b'.' | b'-') && lex::is_word(lex::byte(bytes, end + 1)));
    if apart && scan.is_prose() && end - (at + 4) <= 2 && scan.near_flags(at).any(Flags::HTTP) {
        scan.push(Kind::Http, &scan.text[at..end], at..end);
    }
}

/// `Tunnel connection failed: 502`, as Python says of a proxy; `at` is where the digits begin.
pub(super) fn tunnel_reply(scan: &mut Scan<'_>, at: usize) {
    if let Some((value, end)) = status_at(scan.bytes, at)
        && lex::ends_word(scan.bytes, end)
    {
        scan.push(Kind::Http, value, at..end);
    }
}

/// `0/3001/-1/-1/3001 503 221 - - sQ-- 210/200/150/30/0 0/12 "GET …`: the status that HAProxy gave, behind its five timers (HAProxy
/// configuration manual, HTTP log format); `at` is the quotation mark.
fn proxy_status(scan: &mut Scan<'_>, at: usize) {
    const FAR: usize = 400;
    let line = lex::line_start(scan.bytes, at, FAR);
    let line = scan.text.ceil_char_boundary(line);
    let Some(text) = scan.text.get(line..at) else { return };
    // Other servers write no slashes before the request.
    if memchr::memchr_iter(b'/', text.as_bytes()).count() < 4 {
        return;
    }
    let is_timers = |word: &str| {
        word.split('/').count() == 5
            && word.split('/').all(|timer| {
                !timer.is_empty() && timer.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'-' | b'+'))
            })
    };
    let words: Vec<&str> = text.split(' ').collect();
    let Some(timers) = words.iter().position(|word| is_timers(word)) else { return };
    let start = line + words.iter().take(timers + 1).map(|word| word.len() + 1).sum::<usize>();
    let ended = words.get(timers + 5).is_some_and(|flags| flags.len() == 4 && flags.is_ascii());
    if let Some((value, end)) = status_at(scan.bytes, start)
        && ended
        && lex::byte(scan.bytes, end) == b' '
    {
        scan.push(Kind::Http, value, start..end);
    }
}

/// A line of an access log, combined format or IIS: the method of the request stands at `at`.
pub(super) fn request(scan: &mut Scan<'_>, at: usize) {
    let bytes = scan.bytes;
    // IIS: 2024-01-02 10:11:12 192.0.2.1 GET /path - 80 - 192.0.2.9 Agent - 500 19 5 15
    let line = memchr::memrchr(b'\n', &bytes[at.saturating_sub(120)..at])
        .map_or(at.saturating_sub(120), |found| at.saturating_sub(120) + found + 1);
    let dated = lex::skip_digits(bytes, line) == line + 4
        && lex::byte(bytes, line + 4) == b'-'
        && lex::byte(bytes, line + 10) == b' ';
    if lex::before(bytes, at) == b'"' {
        proxy_status(scan, at - 1);
    }
    if !dated || lex::before(bytes, at) != b' ' {
        return;
    }
    let limit = bytes.len().min(at + 2000);
    let end = memchr::memchr(b'\n', &bytes[at..limit]).map_or(limit, |found| at + found);
    let end = if lex::before(bytes, end) == b'\r' { end - 1 } else { end };
    // From the end: time-taken, sc-win32-status, sc-substatus, sc-status (bytes may stand between).
    let mut columns: Vec<(usize, usize)> = Vec::new();
    let mut stop = end;
    while columns.len() < 6 {
        let start = lex::back_while(bytes, stop, 10, |byte| byte.is_ascii_digit());
        if start == stop || lex::before(bytes, start) != b' ' {
            break;
        }
        columns.push((start, stop));
        stop = start - 1;
    }
    columns.reverse();
    let number =
        |&(start, end): &(usize, usize)| scan.text.get(start..end).and_then(|digits| digits.parse::<u32>().ok());
    let Some(&(start, end)) = columns.first() else { return };
    let values: Vec<u32> = columns.iter().filter_map(number).collect();
    if columns.len() < 3
        || values.len() != columns.len()
        || !is_failing_status(values[0])
        || end - start != 3
        || values[1] > 999
    {
        return;
    }
    let status = if values[1] > 0 { format!("{}.{}", values[0], values[1]) } else { values[0].to_string() };
    scan.push(Kind::Http, status, start..columns[1].1);
    // sc-win32-status; 64 and 1236 only say that the client went away, still what IIS says.
    if super::codes::is_win32(values[2]) {
        scan.push(Kind::Win32, values[2].to_string(), columns[2].0..columns[2].1);
    }
}
