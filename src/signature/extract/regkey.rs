//! Registry keys, and the services whose keys they are.
//!
//! Where a key ends is the difficulty: names of keys may hold blanks (`Windows NT`), Chinese text
//! follows without a blank, and log lines go on after it.

use std::ops::Range;

use crate::signature::SignatureKind as Kind;

use super::{Scan, lex, service};

/// Longest key read, in bytes. A key name has at most 255 characters, real paths under 300.
const LONGEST: usize = 512;
/// Most names read from a list of subkeys.
const MOST_LISTED: usize = 32;

/// Names with a blank in which a key may end, lower case; elsewhere a blank ends the last name.
const ENDS_WITH_BLANK: &[&str] = &[
    "windows nt",
    "session manager",
    "memory management",
    "image file execution options",
    "internet settings",
    "internet explorer",
    "component based servicing",
    "control panel",
    "terminal server",
    "windows defender",
    "windows update",
    "shell folders",
    "user shell folders",
    "app paths",
    "windows search",
    "windows error reporting",
    "safeboot minimal",
    "policy manager",
    "group policy",
    "windows script host",
    "shared tools",
    "side by side",
    "net framework setup",
    "media player",
    "known dlls",
    "windows firewall",
];

/// A key whose hive name stands at `at..end`.
pub(super) fn key(scan: &mut Scan<'_>, at: usize, end: usize) {
    if at < scan.key_end || !lex::starts_word(scan.bytes, at) {
        return;
    }
    let Some((hive, path)) = hive(scan.bytes, at, end) else { return };
    let (names, key_end) = read_names(scan, path, closing(scan.bytes, at));
    if names.is_empty() {
        return;
    }
    scan.key_end = key_end;
    let mut value = String::with_capacity(hive.len() + (key_end - path) + CURRENT.len());
    value.push_str(hive);
    for name in &names {
        value.push('\\');
        value.push_str(name);
    }
    if let Some(name) = service_name(&names) {
        let start = key_end - names.last().map_or(0, |name| name.len());
        let span = if names.len() == 4 { start..key_end } else { at..key_end };
        scan.push(Kind::Service, name, span);
    }
    let is_services = names.len() == 3 && names[2].eq_ignore_ascii_case("services");
    if is_services {
        for (name, span) in listed(scan, key_end) {
            scan.push(Kind::Regkey, format!("{value}\\{name}"), span.clone());
            scan.push(Kind::Service, name, span);
        }
    }
    scan.push(Kind::Regkey, value, at..key_end);
}

/// Short hive name, and where the path begins (past the backslash).
fn hive(bytes: &[u8], at: usize, end: usize) -> Option<(&'static str, usize)> {
    const HIVES: &[(&str, &str)] = &[
        ("hkey_local_machine", "HKLM"),
        ("hkey_current_user", "HKCU"),
        ("hkey_classes_root", "HKCR"),
        ("hkey_users", "HKU"),
        ("hkey_current_config", "HKCC"),
        ("hklm", "HKLM"),
        ("hkcu", "HKCU"),
        ("hkcr", "HKCR"),
        ("hku", "HKU"),
        ("hkcc", "HKCC"),
    ];
    if lex::byte(bytes, at) == b'\\' {
        // Kernel names: \Registry\Machine\System\… and \Registry\User\….
        let short = if lex::has_before(bytes, end, "machine\\") { "HKLM" } else { "HKU" };
        return Some((short, end));
    }
    let &(long, short) = HIVES.iter().find(|(long, _)| lex::has(bytes, at, long))?;
    let mut here = at + long.len();
    // PowerShell writes HKLM:\…; .inf files HKLM,"…".
    here = lex::skip_while(bytes, here, 1, |byte| byte == b':');
    if lex::has(bytes, here, ",\"") {
        return Some((short, here + 2));
    }
    let slashes = lex::skip_while(bytes, here, 4, |byte| byte == b'\\');
    if slashes == here && lex::byte(bytes, here) == b'/' {
        // `HKLM/Software/…`, as people who know other systems write it; `HKLM/HKCU` are two hives.
        let first = ["software/", "system/", "security/", "hardware/", "classes/"];
        return lex::skip_any(bytes, here + 1, &first).map(|_| (short, here + 1));
    }
    (slashes > here).then_some((short, slashes))
}

/// Where the quotes close that a hive's name at `at` opens: within them a name may be in any script.
fn closing(bytes: &[u8], at: usize) -> Option<usize> {
    let pairs = [("`", "`"), ("\"", "\""), ("'", "'"), ("“", "”"), ("「", "」"), ("[", "]"), ("『", "』")];
    let &(_, close) = pairs.iter().find(|(open, _)| at >= open.len() && bytes[..at].ends_with(open.as_bytes()))?;
    let line = at..lex::line_end(bytes, at, LONGEST);
    memchr::memmem::find(&bytes[line], close.as_bytes()).map(|offset| at + offset)
}

/// The names of a key's path and where it ends; `closed`: where quotes around it close.
fn read_names<'t>(scan: &Scan<'t>, path: usize, closed: Option<usize>) -> (Vec<&'t str>, usize) {
    let bytes = scan.bytes;
    let parts = if lex::before(bytes, path) == b'/' { b'/' } else { b'\\' };
    let limit = bytes.len().min(path + LONGEST);
    let mut names = Vec::with_capacity(8);
    let mut end = path;
    let mut here = path;
    while here < limit {
        let mut stop = name_end(bytes, here, limit);
        if let Some(closed) = closed.filter(|&closed| stop < closed && !lex::byte(bytes, stop).is_ascii()) {
            stop = lex::skip_while(bytes, stop, closed - stop, |byte| byte != parts);
        }
        // A blank belongs to the name if further on, past capitalised words, another backslash comes.
        while lex::byte(bytes, stop) == b' ' {
            let Some(next) = word_after_blank(bytes, stop, limit) else { break };
            stop = next;
        }
        let name = scan.text.get(here..stop).unwrap_or_default();
        let trimmed = name.trim_end_matches(['.', ' ', ':', ';', '-', '!', '?', '\'']);
        if trimmed.is_empty() || has_ellipsis(trimmed) {
            break;
        }
        names.push(current(names.len(), trimmed));
        end = here + trimmed.len();
        let slashes = lex::skip_while(bytes, stop, 4, |byte| byte == parts);
        if slashes == stop || trimmed.len() != name.len() {
            break;
        }
        here = slashes;
    }
    (names, end)
}

/// Whether something of a name was left out. Most names have no dot at all.
fn has_ellipsis(name: &str) -> bool {
    memchr::memchr(b'.', name.as_bytes()).is_some_and(|dot| name[dot..].contains("..."))
}

/// End of the part of a name that has no blank.
fn name_end(bytes: &[u8], from: usize, limit: usize) -> usize {
    if lex::byte(bytes, from) == b'{' {
        // A class id; `{a,b}` is a list and no name.
        let close = lex::skip_while(bytes, from + 1, 40, |byte| byte.is_ascii_hexdigit() || byte == b'-');
        return if lex::byte(bytes, close) == b'}' { (close + 1).min(limit) } else { from };
    }
    let is_name = |byte: u8| {
        byte.is_ascii_alphanumeric()
            || matches!(byte, b'_' | b'-' | b'.' | b'+' | b'~' | b'&' | b'#' | b'$' | b'%' | b'!' | b'@' | b':' | b'?')
    };
    lex::skip_while(bytes, from, limit - from.min(limit), is_name)
}

/// If the blank at `at` belongs to a name: the end of the word behind it.
fn word_after_blank(bytes: &[u8], at: usize, limit: usize) -> Option<usize> {
    let start = lex::back_while(bytes, at, 80, |byte| byte != b'\\' && byte != b'\n');
    let mut here = at;
    for _ in 0..4 {
        let word = here + 1;
        let first = lex::byte(bytes, word);
        if !(first.is_ascii_uppercase() || first.is_ascii_digit() || first == b'-' || lex::has(bytes, word, "by ")) {
            break;
        }
        let stop = lex::skip_while(bytes, word, limit.saturating_sub(word), |byte| {
            byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'+' | b'&')
        });
        if stop == word || lex::has(bytes, word, "hk") {
            break;
        }
        match lex::byte(bytes, stop) {
            // A drive or another hive would have a colon before its backslash.
            b'\\' => return Some(stop),
            b' ' => here = stop,
            _ => break,
        }
    }
    // The last name: only names known to hold a blank.
    ENDS_WITH_BLANK.iter().find_map(|name| {
        let end = start + name.len();
        (end > at && end <= limit && lex::has(bytes, start, name) && lex::ends_word(bytes, end)).then_some(end)
    })
}

/// What stands for each control set.
const CURRENT: &str = "CurrentControlSet";

/// ControlSet001 is what CurrentControlSet stands for.
fn current(depth: usize, name: &str) -> &str {
    let numbered = name.len() == 13
        && lex::has(name.as_bytes(), 0, "controlset")
        && name.bytes().skip(10).all(|byte| byte.is_ascii_digit());
    if depth == 1 && numbered { CURRENT } else { name }
}

/// The service that a key below `SYSTEM\CurrentControlSet\Services` belongs to.
fn service_name<'n>(names: &[&'n str]) -> Option<&'n str> {
    match names {
        [system, set, services, name, ..]
            if system.eq_ignore_ascii_case("system")
                && set.eq_ignore_ascii_case("currentcontrolset")
                && services.eq_ignore_ascii_case("services") =>
        {
            service::is_name(name).then_some(*name)
        }
        _ => None,
    }
}

/// Names listed behind a key that ends in `Services`: `Services\下…如amdk8、amdppm项和devmgr`, `Services\:
/// the keys AmdK8, AmdPPM and Processor`, `Services\{AmdK8,AmdPPM}`.
fn listed(scan: &Scan<'_>, key_end: usize) -> Vec<(String, Range<usize>)> {
    let bytes = scan.bytes;
    let from = lex::skip_while(bytes, key_end, 2, |byte| byte == b'\\');
    let Some(mut here) = list_start(scan, from) else { return Vec::new() };
    let mut names = Vec::new();
    while names.len() < MOST_LISTED {
        let end = lex::skip_while(bytes, here, 64, |byte| lex::is_word(byte) || matches!(byte, b'-' | b'.' | b'$'));
        let trimmed = scan.text.get(here..end).unwrap_or_default().trim_end_matches(['.', '-']);
        if !service::is_name(trimmed) || matches!(lex::byte(bytes, end), b'\\' | b':') {
            break;
        }
        names.push((trimmed.to_owned(), here..here + trimmed.len()));
        if lex::has(bytes, end, "等") {
            break; // and so on: what follows is no part of the list
        }
        let past = lex::skip_any(bytes, end, &["项", "項", "键", "鍵", " 项", " 項"]).unwrap_or(end);
        let next = lex::skip_any(
            bytes,
            past,
            &[
                "、", ", and ", ", ", ",", " and ", " or ", "和", " 和 ", "及", " 及 ", "以及", "与", " 与 ", "或",
                " 、",
            ],
        );
        match next {
            Some(next) => here = lex::skip_blanks(bytes, next),
            None => break,
        }
    }
    // One word behind `Services` is a word; a list has two.
    if names.len() < 2 { Vec::new() } else { names }
}

/// Where the first listed name begins: at most 90 bytes on, in the same sentence.
fn list_start(scan: &Scan<'_>, from: usize) -> Option<usize> {
    let bytes = scan.bytes;
    if lex::byte(bytes, from) == b'{' {
        return Some(from + 1);
    }
    let limit = scan.text.floor_char_boundary((from + 90).min(bytes.len()));
    let window = scan.text.get(from..limit)?;
    let sentence = window.find(['。', '\n', ';', '；']).map_or(window, |end| &window[..end]);
    const LEADS: &[&str] = &[
        "如",
        "例如",
        "包括",
        "such as ",
        "including ",
        "the keys ",
        "keys ",
        "subkeys ",
        "the subkeys ",
        "下的",
        "底下的",
        "中的",
        "items ",
        "entries ",
        "like ",
    ];
    LEADS
        .iter()
        .filter_map(|lead| sentence.find(lead).map(|at| from + at + lead.len()))
        .max()
        .map(|at| lex::skip_while(bytes, at, 4, |byte| matches!(byte, b' ' | b':')))
}
