//! Windows events: an id, with its source where one is named.

use crate::signature::SignatureKind as Kind;

use super::{Scan, lex};

/// Most ids read from one list.
const MOST_LISTED: usize = 32;

/// Sources that people write beside an id without calling them so: as written, lower case.
pub(super) const SOURCES: &[(&str, &str)] = &[
    ("Service Control Manager", "service control manager"),
    ("Kernel-Power", "kernel-power"),
    ("Kernel-General", "kernel-general"),
    ("Kernel-PnP", "kernel-pnp"),
    ("WHEA-Logger", "whea-logger"),
    ("DistributedCOM", "distributedcom"),
    ("Application Error", "application error"),
    ("Application Hang", "application hang"),
    (".NET Runtime", ".net runtime"),
    ("WER-SystemErrorReporting", "wer-systemerrorreporting"),
    ("VSS", "vss"),
    ("volsnap", "volsnap"),
    ("volmgr", "volmgr"),
    ("EventLog", "eventlog"),
    ("Ntfs", "ntfs"),
    ("disk", "disk"),
    ("NETLOGON", "netlogon"),
    ("MsiInstaller", "msiinstaller"),
    ("WindowsUpdateClient", "windowsupdateclient"),
    ("TermDD", "termdd"),
    ("Schannel", "schannel"),
    ("W32Time", "w32time"),
    ("GroupPolicy", "grouppolicy"),
    ("User Profile Service", "user profile service"),
    ("User Profiles Service", "user profiles service"),
    ("Windows Error Reporting", "windows error reporting"),
    ("SideBySide", "sidebyside"),
    ("Security-Auditing", "security-auditing"),
    ("Security-Kerberos", "security-kerberos"),
    ("Security-SPP", "security-spp"),
    ("Time-Service", "time-service"),
    ("DNS-Client", "dns-client"),
    ("Kernel-Boot", "kernel-boot"),
    ("Kernel-Processor-Power", "kernel-processor-power"),
    ("DriverFrameworks-UserMode", "driverframeworks-usermode"),
    ("PrintService", "printservice"),
    ("ESENT", "esent"),
    ("Perflib", "perflib"),
    ("Winlogon", "winlogon"),
    ("Wininit", "wininit"),
    ("LsaSrv", "lsasrv"),
    ("storahci", "storahci"),
    ("nvlddmkm", "nvlddmkm"),
];

/// Words between `event` and `id`, and between `id` and the number.
const AFTER_EVENT: &[&str] = &[
    " identifier",
    " ids",
    " id's",
    " id",
    "ids",
    "id",
    "_id",
    "-id",
    " code",
    "code",
    " number",
    "识别码",
    "識別碼",
    "标识",
    "编号",
    "編號",
    "代码",
    "代碼",
    "号",
    "号码",
];
const AFTER_ID: &[&str] = &["为", "是", "為", "号", "号码", "编号", "编码", " is", " are", " of", ">", "'", "\\"];

/// An id behind `event` or `事件`; `at` is the word's end.
pub(super) fn after_word(scan: &mut Scan<'_>, word: usize, at: usize) {
    let bytes = scan.bytes;
    let before = lex::before(bytes, word);
    if before.is_ascii_alphabetic() && !lex::byte(bytes, word).is_ascii_uppercase() {
        return; // prevent, revents
    }
    let blank = lex::skip_blanks(bytes, at);
    let named = lex::skip_any(bytes, at, AFTER_EVENT).or_else(|| lex::skip_any(bytes, blank, AFTER_EVENT));
    let Some(id) = named else {
        without_id_word(scan, at);
        return;
    };
    if lex::byte(bytes, id).is_ascii_alphabetic() && !lex::has(bytes, id, "qualifiers") {
        return; // events, eventide
    }
    let mut start = id;
    if lex::skip_any(bytes, lex::skip_blanks(bytes, id), &["qualifiers"]).is_some() {
        // <EventID Qualifiers="49152">7000</EventID>
        start = lex::skip_while(bytes, id, 40, |byte| byte != b'>');
    }
    start = lex::skip_separators(bytes, start, 16, AFTER_ID);
    if lex::byte(bytes, start).is_ascii_digit() {
        list(scan, start, word);
        return;
    }
    // 在“包括事件ID”栏中,输入关键ID:41、6008
    let limit = scan.text.floor_char_boundary((id + 60).min(bytes.len()));
    let window = &bytes[id..limit];
    let line = memchr::memchr(b'\n', window).map_or(window, |end| &window[..end]);
    if let Some(again) = memchr::memmem::find(line, b"ID:").or_else(|| memchr::memmem::find(line, b"id:")) {
        let start = lex::skip_blanks(bytes, id + again + 3);
        if lex::byte(bytes, start).is_ascii_digit() && !line[..again].is_ascii() {
            list(scan, start, word);
        }
    }
}

/// `event 1001` and `事件 7031`: without the word id only in prose, or with a source beside it.
fn without_id_word(scan: &mut Scan<'_>, at: usize) {
    let bytes = scan.bytes;
    let start = lex::skip_while(bytes, at, 3, |byte| matches!(byte, b' ' | b'#' | b':'));
    if start == at && lex::byte(bytes, at).is_ascii_digit() && lex::before(bytes, at).is_ascii() {
        return; // event7000 is a name
    }
    let Some((value, end)) = lex::decimal(bytes, start) else { return };
    if !(10..=65535).contains(&value) {
        return;
    }
    let source = source_beside(scan, end).or_else(|| source_in_front(scan, at));
    if source.is_none() && !scan.is_prose() && lex::byte(bytes, end) != b')' {
        return;
    }
    match source {
        Some(source) => scan.push(Kind::Event, format!("{source}/{value}"), start..end),
        None => listed(scan, start, None),
    }
}

/// `Event 41, Kernel-Power`.
fn source_beside(scan: &Scan<'_>, end: usize) -> Option<&'static str> {
    let next = lex::skip_while(scan.bytes, end, 3, |byte| matches!(byte, b',' | b' ' | b'('));
    let next = lex::skip_any(scan.bytes, next, &["microsoft-windows-"]).unwrap_or(next);
    SOURCES.iter().find(|(_, lower)| lex::has(scan.bytes, next, lower)).map(|&(source, _)| source)
}

/// `(WER-SystemErrorReporting, event 1001)`.
fn source_in_front(scan: &Scan<'_>, at: usize) -> Option<&'static str> {
    let word = lex::back_while(scan.bytes, at, 12, |byte| byte.is_ascii_alphabetic());
    let end = lex::back_while(scan.bytes, word, 3, |byte| matches!(byte, b',' | b' ' | b':'));
    SOURCES.iter().find(|(_, lower)| lex::has_before(scan.bytes, end, lower)).map(|&(source, _)| source)
}

/// A source that stands beside its id: `Service Control Manager/7000`, `Kernel-Power 41`, `10016
/// DistributedCOM`.
pub(super) fn beside_source(scan: &mut Scan<'_>, at: usize, end: usize) {
    let bytes = scan.bytes;
    if !lex::starts_word(bytes, at) && lex::before(bytes, at) != b'-' {
        return;
    }
    let Some(source) = SOURCES.iter().find(|(_, lower)| lex::has(bytes, at, lower) && lower.len() == end - at) else {
        return;
    };
    let gap =
        lex::skip_while(bytes, end, 4, |byte| matches!(byte, b' ' | b'/' | b':' | b'(' | b'\t' | b',' | b'"' | b'|'));
    let gap = lex::skip_any(bytes, gap, &["event id ", "event ", "id ", "事件 ", "事件id ", "事件"]).unwrap_or(gap);
    let Some((value, stop)) = lex::decimal(bytes, gap).filter(|_| gap > end) else { return };
    // `disk 1` and `VSS 3` are no events: short common names need the slash, or the columns of a table.
    let column = matches!(lex::byte(bytes, end), b'\t' | b',' | b'"' | b'|')
        && matches!(lex::byte(bytes, stop), b'\t' | b',' | b'"' | b'|' | b' ')
        && matches!(lex::before(bytes, at), b'\t' | b',' | b'"' | b'|' | b' ' | b'-');
    let sure =
        (source.1.len() > 8 && !matches!(lex::byte(bytes, end), b',')) || lex::byte(bytes, end) == b'/' || column;
    if (1..=65535).contains(&value) && sure {
        scan.push(Kind::Event, format!("{}/{value}", source.0), gap..stop);
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

/// Ids from `start` on: one, or several parted by commas.
fn list(scan: &mut Scan<'_>, start: usize, word: usize) {
    let source = source_near(scan, word);
    listed(scan, start, source);
}

/// The ids themselves, with the source that is theirs.
fn listed(scan: &mut Scan<'_>, start: usize, source: Option<String>) {
    let bytes = scan.bytes;
    let mut here = start;
    for place in 0..MOST_LISTED {
        let end = lex::skip_digits(bytes, here);
        let length = end - here;
        let goes_on = lex::is_word(lex::byte(bytes, end))
            || matches!(lex::byte(bytes, end), b'.' | b':' | b'-') && lex::byte(bytes, end + 1).is_ascii_digit();
        let Some(value) = scan.text.get(here..end).and_then(|digits| digits.parse::<u32>().ok()) else { return };
        if !(1..=5).contains(&length) || goes_on || value == 0 || value > 65535 {
            return;
        }
        if place > 0 && lex::skip_any(bytes, lex::skip_blanks(bytes, end), &["次", "个", "条", "times", "个"]).is_some()
        {
            return;
        }
        let value = source.as_ref().map_or_else(|| value.to_string(), |source| format!("{source}/{value}"));
        scan.push(Kind::Event, value, here..end);
        let next = lex::skip_any(
            bytes,
            end,
            &["、", ", and ", ", ", ",", "/", " and ", " or ", "和", " 和 ", "与", " 与 ", "及", "或", " / ", "|"],
        );
        match next {
            Some(next) if lex::byte(bytes, next).is_ascii_digit() => here = next,
            _ => return,
        }
    }
}

/// The source named in the lines before the id, or just behind it, as the event viewer prints them.
fn source_near(scan: &Scan<'_>, word: usize) -> Option<String> {
    const REACH: usize = 260;
    let from = scan.text.ceil_char_boundary(word.saturating_sub(REACH));
    let earlier = scan.text.get(from..word)?;
    // Another event between the source and this id: the source is not this one's.
    let labels =
        ["Source:", "Source =", "来源:", "來源:", "Provider Name=", "Provider:", "SourceName=", "源:", "ProviderName:"];
    let lower = earlier.to_ascii_lowercase();
    let last_event = lower.rfind("event id").max(lower.rfind("事件 id")).max(lower.rfind("eventid"));
    let found = labels.iter().filter_map(|label| earlier.rfind(label).map(|at| (at, at + label.len()))).max();
    if let Some((at, end)) = found
        && last_event.is_none_or(|event| event < at)
    {
        return source_name(&earlier[end..]);
    }
    let to = scan.text.floor_char_boundary((word + 160).min(scan.bytes.len()));
    let later = scan.text.get(word..to)?;
    let mut lines = later.split('\n').take(4);
    let own = lines.next()?;
    let label_in = |line: &str| labels.iter().find_map(|label| line.find(label).map(|at| at + label.len()));
    if let Some(end) = label_in(own) {
        return source_name(&own[end..]);
    }
    for line in lines {
        let line_lower = line.to_ascii_lowercase();
        if line_lower.contains("event id")
            || line_lower.contains("事件 id")
            || line_lower.contains("log name")
            || line.contains("日志名称")
        {
            return None;
        }
        if let Some(end) = label_in(line).filter(|_| line.trim_start().len() < 80) {
            return source_name(&line[end..]);
        }
    }
    None
}

/// A source's name from the text behind its label; `None` where it is none.
fn source_name(text: &str) -> Option<String> {
    let line = text.split(['\n', '\r', '\t', ',', ';', '<', '>', '|', ')', '(']).next()?;
    let line = line.trim().trim_matches(['"', '\'', ' ']);
    let line = line.split("  ").next()?.split(['"', '\'']).next()?;
    let name = line.split(" Event").next()?.split(" Date").next()?.split(" 日期").next()?.trim();
    let fits = (2..=64).contains(&name.len())
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b' ' | b'-' | b'.' | b'_' | b'/' | b'$'))
        && name.bytes().next().is_some_and(|byte| byte.is_ascii_alphabetic() || byte == b'.');
    fits.then(|| name.trim_start_matches("Microsoft-Windows-").to_owned()).filter(|name| !name.is_empty()).map(
        |short| {
            // The long provider name stays as it is written.
            if name.starts_with("Microsoft-Windows-") { name.to_owned() } else { short }
        },
    )
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
