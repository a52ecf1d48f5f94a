//! Ids of Windows events where a log is exported, tabulated or shown by the event viewer in another language.

use super::{
    Scan,
    event::{SOURCES, list},
    event_list::listed,
    event_message, lex,
};
use crate::signature::SignatureKind as Kind;

/// Ids behind the event viewer's label in another language; `at` is the label's end.
pub(super) fn after_label(scan: &mut Scan<'_>, word: usize, at: usize) {
    let start = lex::skip_separators(scan.bytes, at, 12, &[]);
    if lex::byte(scan.bytes, start).is_ascii_digit() {
        list(scan, start, word);
    }
}

/// Longest table of events that is read behind its head, in bytes.
const TABLE: usize = 8000;

/// `| Event ID | Message |`: the ids that the rows of a table have in the column whose head stands at `word..end`.
/// True where it is the head of a table.
pub(super) fn rows(scan: &mut Scan<'_>, word: usize, end: usize) -> bool {
    let bytes = scan.bytes;
    let cell = lex::skip_while(bytes, end, 3, |byte| matches!(byte, b' ' | b'*'));
    if lex::byte(bytes, cell) != b'|' || !scan.is_prose() {
        return false;
    }
    let line = lex::line_start(bytes, word, 200);
    // A bar that leads its row parts no columns.
    let leads = |start: usize| usize::from(lex::byte(bytes, lex::skip_blanks(bytes, start)) == b'|');
    let bars = bytes[line..word].iter().filter(|&&byte| byte == b'|').count();
    let column = bars.saturating_sub(leads(line));
    let mut here = lex::line_end(bytes, end, 400) + 1;
    let stop = bytes.len().min(end + TABLE);
    while here < stop {
        let row_end = lex::line_end(bytes, here, 2000);
        if !bytes[here..row_end].contains(&b'|') {
            break;
        }
        let mut start = here;
        for _ in 0..column + leads(here) {
            start = memchr::memchr(b'|', &bytes[start..row_end]).map_or(row_end, |bar| start + bar + 1);
        }
        start = lex::skip_while(bytes, start, 8, |byte| matches!(byte, b' ' | b'*' | b'`'));
        let digits = lex::skip_digits(bytes, start);
        let cell_end = lex::skip_while(bytes, digits, 8, |byte| matches!(byte, b' ' | b'*' | b'`' | b'\r'));
        if (2..=5).contains(&(digits - start)) && (cell_end == row_end || lex::byte(bytes, cell_end) == b'|') {
            listed(scan, start, None);
        }
        here = row_end + 1;
    }
    true
}

/// `7031,ERROR,Service Control Manager,…`: a line of an exported log, which begins with the id; `at` is its first comma.
pub(super) fn level_column(scan: &mut Scan<'_>, at: usize) {
    let bytes = scan.bytes;
    let start = lex::back_while(bytes, at, 6, |byte| byte.is_ascii_digit());
    if (2..=5).contains(&(at - start)) && matches!(lex::before(bytes, start), 0 | b'\n') {
        scan.push(Kind::Event, &scan.text[start..at], start..at);
    }
}

/// `…|Microsoft-Windows-TPM-WMI|1801|…`, `|3050|Microsoft-Windows-Hyper-V-Worker|…`: the column behind a provider's or else the one
/// before; `at` is where its name begins.
pub(super) fn provider_column(scan: &mut Scan<'_>, at: usize) {
    let bytes = scan.bytes;
    let mark = lex::before(bytes, at);
    let name = lex::skip_while(bytes, at, 80, |byte| lex::is_word(byte) || matches!(byte, b'-' | b' ' | b'/'));
    let end = lex::skip_digits(bytes, name + 1);
    if lex::byte(bytes, name) != mark {
        return;
    }
    let behind = Some(name + 1..end).filter(|_| lex::byte(bytes, end) == mark);
    let before = lex::back_while(bytes, at - 1, 6, |byte| byte.is_ascii_digit());
    // With commas or tabs it may as well be the process.
    let before = Some(before..at - 1).filter(|_| mark == b'|' && lex::before(bytes, before) == mark);
    if let Some(id) = behind.or(before).filter(|id| (1..=5).contains(&id.len())) {
        let source = &scan.text[at..name];
        // Sources that are known by their short name have one name.
        let short = source.get("Microsoft-Windows-".len()..).unwrap_or_default();
        let source = SOURCES.iter().find(|(name, _)| short.eq_ignore_ascii_case(name)).map_or(source, |(name, _)| name);
        scan.push(Kind::Event, format!("{source}/{}", &scan.text[id.clone()]), id);
    }
}

/// `-FilterHashtable @{LogName='System'; ID=41,1074}`: the ids that PowerShell is asked for; `at` is the option's end.
pub(super) fn filter_table(scan: &mut Scan<'_>, at: usize) {
    const FAR: usize = 240;
    let line = at..lex::line_end(scan.bytes, at, FAR);
    if let Some(label) = lex::find_any(scan.bytes, line, &["id=", "id =", "id = "])
        && lex::starts_word(scan.bytes, label.start)
    {
        let start = lex::skip_separators(scan.bytes, label.end, 4, &["@"]);
        listed(scan, start, None);
    }
}

/// Levels as PowerShell prints them in that column.
const LEVELS: &[&str] =
    &["information", "warning", "error", "critical", "verbose", "信息", "警告", "错误", "严重", "詳細"];

/// The table of `Get-WinEvent`: the number before the level of each row; `at` is the end of the head's words.
pub(super) fn powershell_rows(scan: &mut Scan<'_>, at: usize) {
    let bytes = scan.bytes;
    let stop = bytes.len().min(at + TABLE);
    let mut here = lex::line_end(bytes, at, 1000) + 1;
    while here < stop {
        let row_end = lex::line_end(bytes, here, 1000);
        if let Some(level) = lex::find_any(bytes, here..row_end.min(here + 80), LEVELS) {
            let end = lex::back_while(bytes, level.start, 8, |byte| byte == b' ');
            let start = lex::back_while(bytes, end, 6, |byte| byte.is_ascii_digit());
            if end < level.start && (1..=5).contains(&(end - start)) && lex::before(bytes, start) == b' ' {
                scan.push(Kind::Event, &scan.text[start..end], start..end);
            }
        }
        here = row_end + 1;
    }
}

/// `**4776** NTLM …`, `4771 - Kerberos pre-authentication failed`: an id of the security log just before what it is about,
/// which stands at `at`.
pub(super) fn before_audit_words(scan: &mut Scan<'_>, at: usize) {
    // The security log's ids since Windows Vista.
    if let Some((id, span)) = event_message::id_before(scan, at)
        && (id == 1102 || (4608..=5999).contains(&id))
    {
        scan.push(Kind::Event, id.to_string(), span);
    }
}

/// `2023/1/2 3:04:05    7034 错误  …`: a line of a table of events, time, id, level; `at` is where the level begins.
pub(super) fn before_level(scan: &mut Scan<'_>, at: usize) {
    let bytes = scan.bytes;
    let stop = lex::back_while(bytes, at, 1, |byte| byte == b' ');
    let start = lex::back_while(bytes, stop, 5, |byte| byte.is_ascii_digit());
    let time = lex::back_while(bytes, start, 24, |byte| byte == b' ');
    if stop == at || start == stop || start - time < 2 {
        return;
    }
    // The seconds of a time of day, or `AM`, `PM`.
    let digits = if matches!(lex::before(bytes, time), b'M' | b'm') { time.saturating_sub(3) } else { time };
    let seconds = lex::back_while(bytes, digits, 2, |byte| byte.is_ascii_digit());
    if digits - seconds == 2 && lex::before(bytes, seconds) == b':' {
        listed(scan, start, None);
    }
}

/// `4771,AUDIT FAILURE,…`: an exported security log; `at` is where the second column begins.
pub(super) fn audit_column(scan: &mut Scan<'_>, at: usize) {
    let bytes = scan.bytes;
    let end = lex::back_while(bytes, at, 3, |byte| matches!(byte, b',' | b' ' | b'"' | b'\t'));
    let start = lex::back_while(bytes, end, 6, |byte| byte.is_ascii_digit());
    if end < at && (3..=5).contains(&(end - start)) && lex::starts_word(bytes, start) {
        scan.push(Kind::Event, &scan.text[start..end], start..end);
    }
}

/// `error code 7000 and 7009 in the event viewer`: what is called an error there is an event; `at` is where the
/// viewer's name begins.
pub(super) fn before_viewer(scan: &mut Scan<'_>, at: usize) {
    let bytes = scan.bytes;
    let line = lex::line_start(bytes, at, 64);
    let Some(error) =
        lex::find_any(bytes, line..at, &["error code ", "error codes ", "errors ", "error ", "错误代码", "错误"])
    else {
        return;
    };
    let mut start = lex::skip_separators(bytes, error.end, 4, &[]);
    // No more than the line's few numbers, each behind a word that joins them.
    while let Some((value, end)) = lex::decimal(bytes, start) {
        if end > at || !(1000..=0xFFFF).contains(&value) {
            return;
        }
        scan.push(Kind::Event, value.to_string(), start..end);
        let Some(next) = lex::skip_any(bytes, end, &[" and ", ", ", " & ", "、", "和", "与"]) else { return };
        start = next;
    }
}
