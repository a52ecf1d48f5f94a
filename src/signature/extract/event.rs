//! Windows events: an id, with its source where one is named.

use crate::signature::SignatureKind as Kind;

use super::{Scan, event_list, event_message, event_table, lex};

/// Sources that people write beside an id without calling them so: as written, lower case.
pub(super) const SOURCES: &[(&str, &str)] = &[
    ("Service Control Manager", "service control manager"),
    ("Kernel-Power", "kernel-power"),
    ("Kernel-Power", "kernel power"),
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
    ("DCOM", "dcom"),
];

/// Ids by which support knows a source whose name is short or a common word, so that `Schannel 36887` needs no other
/// word. (Microsoft's event documentation of each source.)
const WELL_KNOWN: &[(&str, &[u64])] = &[
    ("vss", &[12289, 12290, 12292, 12293, 12298, 12302, 12305, 12310, 12347, 8193, 8194, 8211, 8220, 8224]),
    ("volsnap", &[14, 16, 25, 27, 33, 35, 36]),
    ("ntfs", &[50, 55, 57, 98, 130, 131, 132, 137, 140]),
    ("disk", &[7, 11, 15, 50, 51, 52, 129, 153, 154, 157, 158]),
    ("netlogon", &[3210, 5513, 5516, 5719, 5722, 5723, 5774, 5775, 5781, 5783, 5807, 5816, 5817, 5823, 5827, 5829]),
    ("termdd", &[50, 56]),
    ("schannel", &[36864, 36867, 36870, 36871, 36872, 36874, 36880, 36882, 36884, 36885, 36886, 36887, 36888]),
    ("w32time", &[22, 24, 29, 35, 36, 38, 47, 50, 129, 134, 142]),
    ("esent", &[104, 327, 439, 447, 454, 455, 467, 474, 482, 489, 490, 491, 492, 508, 510, 533]),
    ("perflib", &[1008, 1010, 1017, 1020, 1023, 2002, 2003]),
    ("winlogon", &[4001, 4005, 6000, 6003, 6004, 6005, 6006]),
    ("wininit", &[1001, 1015, 11, 12]),
    ("lsasrv", &[5000, 6035, 6037, 6038, 6147, 40960, 40961, 45058]),
    ("storahci", &[11, 129]),
    ("nvlddmkm", &[0, 13, 14, 153]),
    ("dcom", &[10000, 10001, 10005, 10006, 10009, 10010, 10016, 10028, 10031, 10036]),
    ("eventlog", &[6005, 6006, 6008, 6009, 6013]),
];

/// Words between a source and its id that leave no doubt: an error of the log, not a count of things.
const CALLED: &[&str] = &[
    "error id ",
    "error ",
    "errors ",
    "warning ",
    "错误id ",
    "错误id",
    "错误 id ",
    "错误代码",
    "错误：",
    "错误:",
    "错误 ",
    "错误",
    "警告 ",
    "警告",
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
    ".code",
    ".id",
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
pub(super) const AFTER_ID: &[&str] = &[
    "分别是",
    "分别为",
    "分别",
    "包括",
    "为",
    "是",
    "為",
    "号",
    "号码",
    "编号",
    "编码",
    " is",
    " are",
    "is ",
    "are ",
    " of",
    ">",
    "&gt;",
    "'",
    "\\",
    "-eq ",
    "-in ",
    "in ",
    "such as",
    "like",
    "including",
    "e.g.",
    "例如",
    "如",
    "包括",
    "有",
];

/// An id behind `event` or `事件`; `at` is the word's end.
pub(super) fn after_word(scan: &mut Scan<'_>, word: usize, at: usize) {
    let bytes = scan.bytes;
    let before = lex::before(bytes, word);
    if before.is_ascii_alphabetic() && !lex::byte(bytes, word).is_ascii_uppercase() {
        return; // prevent, revents
    }
    event_message::before_word(scan, word, at);
    if lex::byte(bytes, at) == b'-' && lex::byte(bytes, at + 1).is_ascii_digit() {
        event_message::in_address(scan, at);
    }
    let blank = lex::skip_blanks(bytes, at);
    let named = lex::skip_any(bytes, at, AFTER_EVENT).or_else(|| lex::skip_any(bytes, blank, AFTER_EVENT));
    let Some(id) = named else {
        if matches!(lex::byte(bytes, at), b's' | b'S') {
            event_list::several(scan, at + 1);
        } else {
            without_id_word(scan, at);
            // 事件日志, 事件查看器: the id may come further on.
            if !lex::byte(bytes, word).is_ascii() && !lex::byte(bytes, blank).is_ascii_digit() {
                event_list::id_further_on(scan, word, at);
            }
        }
        return;
    };
    if lex::byte(bytes, id).is_ascii_alphabetic() && !lex::has(bytes, id, "qualifiers") {
        return; // events, eventide
    }
    if event_table::rows(scan, word, id) {
        return;
    }
    let mut start = id;
    if lex::skip_any(bytes, lex::skip_blanks(bytes, id), &["qualifiers"]).is_some() {
        // <EventID Qualifiers="49152">7000</EventID>
        start = lex::skip_while(bytes, id, 40, |byte| byte != b'>');
    }
    start = lex::skip_separators(bytes, start, 16, AFTER_ID);
    // The viewer's fields copied with a line for each label and each value.
    if matches!(lex::byte(bytes, start), b'\r' | b'\n') && lex::before(bytes, start) == b':' && scan.is_prose() {
        start = lex::skip_while(bytes, start, 2, |byte| matches!(byte, b'\r' | b'\n'));
    }
    if lex::byte(bytes, start).is_ascii_digit() {
        list(scan, start, word);
        return;
    }
    event_list::id_further_on(scan, word, id);
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
        None => event_list::listed(scan, start, None),
    }
}

/// `Event 41, Kernel-Power`.
pub(super) fn source_beside(scan: &Scan<'_>, end: usize) -> Option<&'static str> {
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
    let Some(source) = SOURCES.iter().find(|(_, lower)| lex::has(bytes, at, lower) && end - at <= lower.len() + 2)
    else {
        return;
    };
    let end = at + source.1.len();
    if lex::before(bytes, at) == b'(' && lex::byte(bytes, end) == b')' {
        before_bracketed_source(scan, at - 1, source);
        return;
    }
    let gap =
        lex::skip_while(bytes, end, 4, |byte| matches!(byte, b' ' | b'/' | b':' | b'(' | b'\t' | b',' | b'"' | b'|'));
    let gap = lex::skip_any(bytes, gap, &["event id ", "event ", "id ", "事件 ", "事件id ", "事件"]).unwrap_or(gap);
    // `Service Control Manager, ID: 7031`
    let said = lex::skip_any(bytes, gap, &["event id:", "事件id:", "事件 id:", "id:", "id=", "id为", "id 为"])
        .map(|past| lex::skip_blanks(bytes, past));
    let gap = said.unwrap_or(gap);
    let called = lex::skip_any(bytes, gap, CALLED).map(|past| lex::skip_separators(bytes, past, 4, &[]));
    let gap = called.unwrap_or(gap);
    let Some((value, stop)) = lex::decimal(bytes, gap).filter(|_| gap > end) else { return };
    // `Eventlog: 3210 (1) "CORP"`: netlogon.log notes what it writes to the event log.
    if source.1 == "eventlog" && lex::byte(bytes, end) == b':' && lex::has(bytes, stop, " (") && value <= 65_535 {
        scan.push(Kind::Event, value.to_string(), gap..stop);
        return;
    }
    // `disk 1` and `VSS 3` are no events: short common names need the slash, or the columns of a table.
    let column = matches!(lex::byte(bytes, end), b'\t' | b',' | b'"' | b'|')
        && matches!(lex::byte(bytes, stop), b'\t' | b',' | b'"' | b'|' | b' ')
        && matches!(lex::before(bytes, at), b'\t' | b',' | b'"' | b'|' | b' ' | b'-');
    let well_known = || is_well_known(source.1, value);
    let counted =
        lex::skip_any(bytes, lex::skip_blanks(bytes, stop), &["gb", "mb", "tb", "kb", "%", "个", "块"]).is_some();
    let sure = said.is_some()
        || source.1.len() > 8 && !matches!(lex::byte(bytes, end), b',')
        || lex::byte(bytes, end) == b'/'
        || column
        || !counted && well_known();
    if (1..=65535).contains(&value) && sure {
        scan.push(Kind::Event, format!("{}/{value}", source.0), gap..stop);
    }
}

/// `ID 1000 (Application Error)`: the id before a source in brackets, which open at `open`.
fn before_bracketed_source(scan: &mut Scan<'_>, open: usize, source: &(&str, &str)) {
    let bytes = scan.bytes;
    let stop = lex::back_while(bytes, open, 1, |byte| byte == b' ');
    let start = lex::back_while(bytes, stop, 6, |byte| byte.is_ascii_digit());
    let said = ["id ", "ids ", "event ", "events ", "and ", "or ", "事件 ", "事件"];
    let apart = !matches!(lex::before(bytes, start), b'.' | b'-' | b'/' | b':' | b'$');
    if let Ok(id) = scan.text[start..stop].parse::<u64>()
        && (1..=65_535).contains(&id)
        && lex::starts_word(bytes, start)
        && apart
        && (is_well_known(source.1, id) || said.iter().any(|word| lex::has_before(bytes, start, word)))
    {
        scan.push(Kind::Event, format!("{}/{id}", source.0), start..stop);
    }
}

fn is_well_known(source: &str, id: u64) -> bool {
    WELL_KNOWN.iter().any(|&(lower, ids)| lower == source && ids.contains(&id))
}

/// Ids from `start` on: one, or several parted by commas.
pub(super) fn list(scan: &mut Scan<'_>, start: usize, word: usize) {
    let source = source_near(scan, word);
    event_list::listed(scan, start, source);
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
