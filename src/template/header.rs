//! Where the message of a raw line begins: told by what stands before it, not by a format that somebody gives.
//!
//! Time stamps and levels are the anchors: a message has none of its own near its beginning. Behind the last of
//! them come, each optional, the host, numbers (process, thread), bracketed groups (thread, request), and the
//! component, which a colon, a hyphen between blanks or a bracket sets off.

use super::vocabulary;
use crate::logs::Level;

/// Leading words that may belong to a header; the longest headers in use have twelve.
const HEADER_WORDS: usize = 16;

/// Words without a stamp or level that may stand between two anchors: host, facility, process, zone.
const GAP: usize = 4;

/// The header lies within so many bytes, or there is none.
const HEADER_BYTES: usize = 400;

/// Longest bracketed group that is passed over: the request ids of web services are the longest.
const BRACKET: usize = 200;

/// Bracketed groups passed over behind the last anchor: thread, class, request.
const BRACKETS: usize = 3;

/// What the head of a line says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Head {
    /// The level that stands in the header, where one does.
    pub level: Level,
    /// Byte offset at which the message begins: 0 where the line has no header.
    pub message: usize,
}

/// Finds the message of a line, which comes without its line end.
pub(super) fn read(line: &str) -> Head {
    let head = &line.as_bytes()[..line.floor_char_boundary(HEADER_BYTES)];
    let mut scan = Scan { head, at: 0, end: 0, since: 0, last: (0, 0), timed: false, level: Level::Unknown };
    let message = match scan.run() {
        Some(message) => message,
        None if scan.end == 0 => 0,
        None => behind_anchor(head, scan.end),
    };
    let message = if rest_is_blank(line, message) { fallback(line, head, scan.end, scan.timed) } else { message };
    Head { level: scan.level, message }
}

/// A header and nothing behind it: the last words that could be a message are one.
fn fallback(line: &str, head: &[u8], anchor: usize, timed: bool) -> usize {
    if !rest_is_blank(line, anchor) {
        return skip_blanks(head, anchor);
    }
    if timed {
        return 0;
    }
    line.trim_end().rfind([' ', '\t']).map_or(0, |blank| blank + 1)
}

fn rest_is_blank(line: &str, at: usize) -> bool {
    line.as_bytes()[at.min(line.len())..].iter().all(u8::is_ascii_whitespace)
}

/// The walk over the leading words, from anchor to anchor.
struct Scan<'a> {
    head: &'a [u8],
    at: usize,
    /// End of the last anchor; 0 before the first.
    end: usize,
    /// Words since the last anchor.
    since: usize,
    /// The last word.
    last: (usize, usize),
    /// The last anchor was a time stamp.
    timed: bool,
    level: Level,
}

impl Scan<'_> {
    /// Where the message begins, if a component's colon or a known layout says it.
    fn run(&mut self) -> Option<usize> {
        let head = self.head;
        if let Some(end) = seconds_since_boot(head) {
            self.anchor(end, true);
        }
        let mut count = 0;
        while let Some((from, to)) = next_word(head, self.at) {
            count += 1;
            if count > HEADER_WORDS || self.since > GAP {
                return None;
            }
            self.at = to;
            let word = &head[from..to];
            if let Some(message) = piped(head, from, to) {
                self.anchor(to, true);
                return Some(message);
            }
            if count == 1 && is_klog(word) && next_word(head, to).is_some_and(|(from, to)| is_stamp(&head[from..to])) {
                self.level = vocabulary::level(&word[..1], true).unwrap_or_default();
                self.anchor(to, true);
                continue;
            }
            let stamp = is_stamp(word) || is_epoch(word) || count <= 2 && is_six_digits(word);
            if stamp && vocabulary::leads_to_time(&head[self.last.0..self.last.1]) {
                return None;
            }
            self.last = (from, to);
            if stamp {
                // A stamp may go on to its bracket, `[Sun Dec 04 04:47:44 2005]`.
                let close = find(head, to, b']', 24).filter(|close| !head[to..*close].contains(&b'['));
                let open = head[..from].iter().rposition(|byte| *byte == b'[').is_some() || word[0] == b'[';
                let end = close.filter(|_| open && !word.ends_with(b"]")).map_or(to, |close| close + 1);
                self.anchor(end, true);
                if count == 2 && is_priority(head) {
                    return Some(after_syslog_fields(head, end));
                }
                continue;
            }
            let after_anchor = self.end > 0 && self.since == 0;
            if let Some(level) = header_level(word, after_anchor) {
                self.level = level;
                self.anchor(to, false);
                continue;
            }
            if self.end > 0 && word[0] == b'[' && !word.contains(&b']') {
                if let Some(close) = find(head, to, b']', BRACKET) {
                    self.at = close + 1;
                }
                continue;
            }
            // The component; what follows is message. A host may stand between a time and it.
            if self.end > 0 && is_component(word) && (self.since == 0 || self.since == 1 && self.timed) {
                let message = skip_blanks(head, to);
                return Some(if message < head.len() { message } else { from });
            }
            if !is_number(word) && word.iter().any(u8::is_ascii_alphanumeric) {
                self.since += 1;
            }
        }
        None
    }

    fn anchor(&mut self, end: usize, timed: bool) {
        (self.at, self.end, self.since, self.timed) = (end, end, 0, timed);
    }
}

/// The message behind the last anchor: numbers, brackets, hyphens and a component are passed over.
fn behind_anchor(head: &[u8], mut at: usize) -> usize {
    let mut brackets = 0;
    let mut named = false;
    while let Some((from, to)) = next_word(head, at) {
        let word = &head[from..to];
        if matches!(word, b"-" | b":" | b"--" | b"---" | b"|") || is_number(word) {
            at = to;
            continue;
        }
        // Not `[instance: 4f1c] text`: a group with a key in it belongs to the message.
        if word[0] == b'['
            && brackets < BRACKETS
            && let Some(close) = find(head, from, b']', BRACKET)
            && !head[from..close].windows(2).any(|pair| pair == b": ")
        {
            brackets += 1;
            at = close + 1;
            continue;
        }
        if is_component(word) {
            return skip_blanks(head, to);
        }
        // `INFO nova.compute.manager [request] text`: a name of several parts before a bracket.
        if !named && is_dotted_name(word) && head.get(skip_blanks(head, to)) == Some(&b'[') {
            named = true;
            at = to;
            continue;
        }
        return set_off(head, from).unwrap_or(from);
    }
    head.len()
}

/// `chrome.exe *64 - message`, `host Some Program[14463]: message`: what within three words sets the message off.
fn set_off(head: &[u8], from: usize) -> Option<usize> {
    let mut at = from;
    for _ in 0..3 {
        let (start, end) = next_word(head, at)?;
        let word = &head[start..end];
        if start > from && matches!(word, b"-" | b"--" | b":") || word.ends_with(b"]:") || word.ends_with(b"]):") {
            return Some(skip_blanks(head, end));
        }
        at = end;
    }
    None
}

/// `20171223-22:15:29:606|Component|30002312|message`: fields without blanks before the message.
fn piped(head: &[u8], from: usize, to: usize) -> Option<usize> {
    let first = head[from..to].iter().position(|byte| *byte == b'|')?;
    if !is_stamp(&head[from..from + first]) {
        return None;
    }
    let mut at = from + first + 1;
    while let Some(length) = head[at..].iter().take(64).position(|byte| *byte == b'|' || is_blank(*byte)) {
        if head[at + length] != b'|' {
            break;
        }
        at += length + 1;
    }
    Some(skip_blanks(head, at))
}

/// `<34>1 2024-01-02T10:11:12Z host app 42 ID47 [data] message` (RFC 5424): begins with priority and version?
fn is_priority(head: &[u8]) -> bool {
    let Some(rest) = head.strip_prefix(b"<") else { return false };
    let digits = rest.iter().take(3).take_while(|byte| byte.is_ascii_digit()).count();
    digits > 0 && rest[digits..].starts_with(b">1 ")
}

/// Passes over host, application, process, message id and structured data (RFC 5424, section 6).
fn after_syslog_fields(head: &[u8], mut at: usize) -> usize {
    for _ in 0..4 {
        match next_word(head, at) {
            Some((_, to)) => at = to,
            None => return head.len(),
        }
    }
    let mut data = skip_blanks(head, at);
    if head.get(data) == Some(&b'-') {
        return skip_blanks(head, data + 1);
    }
    while head.get(data) == Some(&b'[')
        && let Some(close) = find(head, data, b']', BRACKET)
    {
        data = close + 1;
    }
    skip_blanks(head, data)
}

/// `[   12.345678] text`, as kernels print it: the end of the bracket.
fn seconds_since_boot(head: &[u8]) -> Option<usize> {
    let inner = head.strip_prefix(b"[")?;
    let blanks = skip_blanks(inner, 0);
    let close = find(inner, blanks, b']', 20)?;
    let stamp = &inner[blanks..close];
    let dots = stamp.iter().filter(|byte| **byte == b'.').count();
    let digits = stamp.iter().filter(|byte| byte.is_ascii_digit()).count();
    (dots == 1 && digits >= 4 && dots + digits == stamp.len()).then_some(close + 2)
}

/// `E0102`, the level and date of Kubernetes components.
fn is_klog(word: &[u8]) -> bool {
    matches!(word, [b'I' | b'W' | b'E' | b'F', digits @ ..] if digits.len() == 4 && digits.iter().all(u8::is_ascii_digit))
}

/// A date, a time of day, or both in one word, brackets and trailing punctuation aside.
fn is_stamp(word: &[u8]) -> bool {
    // Most words have no digit at their beginning.
    if word.len() < 5 || word.len() > 48 || !word[..2].iter().any(u8::is_ascii_digit) {
        return false;
    }
    let open = matches!(word[0], b'[' | b'(' | b'<');
    let word = trim_brackets(word);
    let stamp_byte = |byte: &u8| byte.is_ascii_digit() || b":-/.,+TZ_".contains(byte);
    if word.len() < 5 || !word[0].is_ascii_digit() || !word.iter().all(stamp_byte) {
        return false;
    }
    let mut groups = word.split(|byte| !byte.is_ascii_digit()).map(value);
    let (Some((first, digits)), Some((second, second_digits))) = (groups.next(), groups.next()) else { return false };
    let third = groups.next();
    let year = |value: u32| (1970..=2099).contains(&value);
    match word[digits] {
        // `10:11:12`, `16:49`
        b':' => digits <= 2 && first <= 24 && second_digits == 2 && second <= 59,
        // `2024-01-02`, `17/06/09`, `03-17`, `20171223-22:15:29:606`
        b'-' | b'/' => match (digits, third) {
            (4, Some(_)) => year(first) && (1..=12).contains(&second) && second_digits <= 2,
            (1 | 2, Some((_, 2 | 4))) => (1..=31).contains(&first) && (1..=31).contains(&second) && second_digits <= 2,
            (2, None) => (1..=31).contains(&first) && second_digits == 2 && (1..=31).contains(&second),
            (8, Some(_)) => word.starts_with(b"19") || word.starts_with(b"20"),
            _ => false,
        },
        // `2005.06.09`, `02.01.2024`; `[10.30 16:49:29]` only behind a bracket
        b'.' => match (digits, third) {
            (4, Some((_, 2))) => year(first) && (1..=12).contains(&second),
            (1 | 2, Some((last, 4))) => first <= 31 && second <= 31 && year(last),
            (2, None) => open && word.len() == 5 && first <= 31 && second <= 31,
            _ => false,
        },
        // `20240102T101112`
        b'T' => digits == 8 && word.starts_with(b"20"),
        _ => false,
    }
}

/// Value and length of a group of digits; the value stops growing at nine.
fn value(digits: &[u8]) -> (u32, usize) {
    (digits.iter().take(9).fold(0, |sum, digit| sum * 10 + u32::from(digit - b'0')), digits.len())
}

/// Seconds since 1970 from 1998 (nine digits) to 2033, or milliseconds.
fn is_epoch(word: &[u8]) -> bool {
    is_number(word) && matches!((word.len(), word[0]), (10 | 13, b'1') | (9, b'9'))
}

/// `081109` or `203615`: a date or a time of day in six digits, at the beginning of a line only.
fn is_six_digits(word: &[u8]) -> bool {
    word.len() == 6 && is_number(word) && word[0] <= b'3'
}

/// Whole numbers, signed ones too.
fn is_number(word: &[u8]) -> bool {
    let digits = word.strip_prefix(b"-").unwrap_or(word);
    !digits.is_empty() && digits.iter().all(u8::is_ascii_digit)
}

/// The level that a word of a header states. Words in lower case need brackets, or the place behind an anchor.
fn header_level(word: &[u8], after_anchor: bool) -> Option<Level> {
    let bare = trim_brackets(word);
    let level = vocabulary::level(bare, after_anchor && bare.len() == word.len())?;
    let capitals = bare.iter().all(|byte| byte.is_ascii_uppercase());
    (capitals || after_anchor || word[0] == b'[').then_some(level)
}

/// A name with a colon behind it: `sshd[12]:`, `org.example.Main:`, `kernel:`.
fn is_component(word: &[u8]) -> bool {
    let [name @ .., b':'] = word else { return false };
    name.first().is_some_and(|first| *first != b'[')
        && !name.contains(&b'=')
        && !name.ends_with(b",")
        && name.iter().any(|byte| byte.is_ascii_alphabetic() || !byte.is_ascii())
}

/// `nova.compute.manager`
fn is_dotted_name(word: &[u8]) -> bool {
    word.contains(&b'.') && word.iter().all(|byte| byte.is_ascii_lowercase() || b"._".contains(byte))
}

fn trim_brackets(mut word: &[u8]) -> &[u8] {
    while let [b'[' | b'(' | b'<', rest @ ..] = word {
        word = rest;
    }
    while let [rest @ .., b']' | b')' | b'>' | b',' | b':' | b';'] = word {
        word = rest;
    }
    word
}

/// The next word at or behind an offset.
fn next_word(head: &[u8], at: usize) -> Option<(usize, usize)> {
    let from = skip_blanks(head, at);
    let length = head[from..].iter().position(|byte| is_blank(*byte)).unwrap_or(head.len() - from);
    (length > 0).then_some((from, from + length))
}

fn is_blank(byte: u8) -> bool {
    byte == b' ' || byte == b'\t'
}

fn skip_blanks(head: &[u8], at: usize) -> usize {
    let at = at.min(head.len());
    head[at..].iter().position(|byte| !is_blank(*byte)).map_or(head.len(), |blanks| at + blanks)
}

fn find(head: &[u8], from: usize, wanted: u8, within: usize) -> Option<usize> {
    head[from..].iter().take(within).position(|byte| *byte == wanted).map(|length| from + length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(line: &str, level: Level, message: &str) {
        let head = read(line);
        assert_eq!((head.level, &line[head.message..]), (level, message), "in: {line}");
    }

    #[test]
    fn headers_of_many_hands() {
        check("2024-01-02 10:11:12,123 INFO org.example.Main: started", Level::Info, "started");
        check("2024-01-02 10:11:12.123 [main-1] ERROR c.e.Foo - no such row", Level::Error, "no such row");
        check("[2024-01-02 10:11:12] prod.worker: queue is full", Level::Unknown, "queue is full");
        check("[Sun Dec 04 04:47:44 2005] [error] child died", Level::Error, "child died");
        check("2024-01-02 10:11:12, Warning               CSI    disk is slow", Level::Warning, "CSI    disk is slow");
        check("03-17 16:13:38.811  1702  2395 W Sensors: no reply", Level::Warning, "no reply");
        check("Jan  2 10:11:12 web01 sshd[12]: bye", Level::Unknown, "bye");
        check("2024-01-02T10:11:12+08:00 web01 nginx: bye", Level::Unknown, "bye");
        check("Jul  1 09:00:55 mac Some Program[14463]: bye", Level::Unknown, "bye");
        check(
            "E0102 10:11:12.123456   12345 controller.go:42] sync failed",
            Level::Error,
            "controller.go:42] sync failed",
        );
        check("<34>1 2024-01-02T10:11:12Z host app 42 ID47 [a b=\"c\"] bye", Level::Unknown, "bye");
        check("<34>1 2024-01-02T10:11:12Z host app - - - bye", Level::Unknown, "bye");
        check("[   12.345678] usb 1-1: reset", Level::Unknown, "usb 1-1: reset");
        check("2024-01-02 10:11:12.123  WARN 42 --- [ main] c.e.Pool  : slow", Level::Warning, "slow");
        check("20240102-10:11:12:606|Step|30002312|walked 3", Level::Unknown, "walked 3");
        check("[01.30 16:49:06] tool.exe *64 - opened", Level::Unknown, "opened");
        check("81 node-246 unix.hw state 1077804742 1 is up", Level::Unknown, "is up");
        check("2024-01-02 10:11:12 错误 服务: 打开失败", Level::Error, "打开失败");
        check("2024/01/02 10:11:12 main.go:42: bye", Level::Unknown, "bye");
    }

    #[test]
    fn messages_keep_what_only_looks_like_a_header() {
        check("connection closed at 10:11:12", Level::Unknown, "connection closed at 10:11:12");
        check("connection closed at 10:11:12 by peer", Level::Unknown, "connection closed at 10:11:12 by peer");
        check("key: value", Level::Unknown, "key: value");
        check("10.0.0.1:80 refused", Level::Unknown, "10.0.0.1:80 refused");
        check("", Level::Unknown, "");
        check("2024-01-02 10:11:12 ERROR", Level::Error, "ERROR");
        check("2024-01-02 10:11:12 INFO a.B: Exception:", Level::Info, "Exception:");
        check("2024-01-02 10:11:12 INFO a.b.c [-] [instance: 4f] up", Level::Info, "[instance: 4f] up");
        check("2024-01-02 10:11:12 FATAL data address: 0x0", Level::Error, "data address: 0x0");
    }
}
