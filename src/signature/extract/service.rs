//! Windows services by their short names.

use crate::signature::SignatureKind as Kind;

use super::{
    Scan,
    flags::Flags,
    lex,
    service_words::{BEFALLS, DONE, EVERYDAY, MANAGER_SAYS, NO_NAMES},
};

/// Length of the longest of them.
const LONGEST_NO_NAME: usize = 10;

fn is_no_name(name: &str) -> bool {
    // The first byte decides nearly always; comparing costs a call.
    let is = |word: &str| word.len() == name.len() && lex::has(name.as_bytes(), 0, word);
    name.len() <= LONGEST_NO_NAME && NO_NAMES.iter().any(|word| is(word))
}

/// Whether a text can be the short name of a service.
pub(super) fn is_name(name: &str) -> bool {
    let fits = (2..=64).contains(&name.len())
        && name.bytes().all(|byte| lex::is_word(byte) || matches!(byte, b'-' | b'.' | b'$' | b'@' | b'#'))
        && name.bytes().any(|byte| byte.is_ascii_alphabetic());
    let is_program = name.len().checked_sub(4).is_some_and(|dot| lex::has(name.as_bytes(), dot, ".exe"));
    fits && !is_no_name(name) && !is_program
}

/// A name behind `net start`, `AddService=`, `SERVICE_NAME:`; `at` is the words' end.
pub(super) fn after_words(scan: &mut Scan<'_>, at: usize) {
    let bytes = scan.bytes;
    if lex::is_word(lex::byte(bytes, at)) {
        return; // the words go on: `net starting`
    }
    let mut start =
        lex::skip_separators(bytes, at, 24, &["-name ", "created service ", "modified existing service ", "\\"]);
    start = lex::skip_while(bytes, start, 1, |byte| byte == b',');
    start = past_length(bytes, start);
    propose(scan, start);
}

/// Past the length that component servicing prints before a text: `[30]"clr_optimization_v4"`.
fn past_length(bytes: &[u8], start: usize) -> usize {
    let digits = match lex::byte(bytes, start) {
        b'[' => start + 1,
        _ if lex::before(bytes, start) == b'[' => start,
        _ => return start,
    };
    let close = lex::skip_digits(bytes, digits);
    if close > digits && lex::has(bytes, close, "]\"") { close + 2 } else { start }
}

/// The first parameter of an event of the service control manager, as XML gives it: the service's name, unless blanks say that
/// it is the display name; `at` is where the element begins, `start` where its text does.
pub(super) fn event_parameter(scan: &mut Scan<'_>, at: usize, start: usize) {
    const BACK: usize = 1_600;
    let bytes = scan.bytes;
    let end = lex::skip_while(bytes, start, 65, |byte| byte != b'<' && byte != b'\n');
    let from = scan.text.ceil_char_boundary(at.saturating_sub(BACK));
    let manager = lex::find_any(bytes, from..at, &["service control manager"]).is_some();
    if manager && lex::byte(bytes, end) == b'<' {
        propose_before(scan, start, end);
    }
}

/// `sc query NAME`, `sc.exe config NAME`; the command begins at `start`, and what it is to do at `at`.
pub(super) fn after_sc(scan: &mut Scan<'_>, start: usize, at: usize) {
    if !matches!(
        lex::before(scan.bytes, start),
        0 | b' ' | b'\n' | b'>' | b'`' | b'"' | b'\t' | b'\'' | b'(' | b'|' | b'&' | 0x80..
    ) {
        return;
    }
    let verbs = &[
        "query ",
        "queryex ",
        "start ",
        "stop ",
        "config ",
        "qc ",
        "delete ",
        "create ",
        "failure ",
        "sdshow ",
        "sdset ",
        "qfailure ",
    ];
    if let Some(start) = lex::skip_any(scan.bytes, at, verbs) {
        let start = lex::skip_while(scan.bytes, start, 2, |byte| matches!(byte, b'"' | b' '));
        propose(scan, start);
    }
}

/// Proposes the name that begins at `start`, if it is one.
fn propose(scan: &mut Scan<'_>, start: usize) {
    let bytes = scan.bytes;
    let end = lex::skip_while(bytes, start, 65, |byte| lex::is_word(byte) || matches!(byte, b'-' | b'.' | b'$'));
    let Some(name) = scan.text.get(start..end) else { return };
    let name = name.trim_end_matches(['.', '-']);
    // `krbtgt/domain` and paths are none; a blank and a capital letter begin a display name.
    if !is_name(name) || matches!(lex::byte(bytes, end), b'/' | b'\\' | b'@' | b':') && !lex::ends_word(bytes, end + 1)
    {
        return;
    }
    if scan.line_flags(start).any(Flags::KERBEROS) {
        return;
    }
    scan.push(Kind::Service, name, start..start + name.len());
}

/// Whether what the service manager writes follows ` service`, which ends at `end`.
fn is_told_by_manager(bytes: &[u8], end: usize) -> bool {
    const FAR: usize = 90;
    let depends = || {
        lex::has(bytes, end, " depends on the ")
            && lex::find_any(
                bytes,
                end..lex::line_end(bytes, end, FAR),
                &["following service", "service which", "group"],
            )
            .is_some()
    };
    lex::skip_any(bytes, end, MANAGER_SAYS).is_some() || depends()
}

fn is_everyday_word(name: &[u8]) -> bool {
    EVERYDAY.iter().any(|word| name.eq_ignore_ascii_case(word.as_bytes()))
}

/// `The NAME service failed …`: `at..end` is ` service`; only one-word names, a display name of
/// several words is not the short name.
pub(super) fn before_word(scan: &mut Scan<'_>, at: usize, end: usize) {
    let bytes = scan.bytes;
    let says = [
        " failed",
        " terminated",
        " entered",
        " depends",
        " hung",
        " could not",
        " cannot",
        " did not",
        " was unable",
        " is not",
        " has reported",
        " returned",
        " stopped",
        " won't",
        " is marked",
        " to connect",
    ];
    if lex::skip_any(bytes, end, &says).is_none() {
        return;
    }
    let stop = lex::back_while(bytes, at, 1, |byte| matches!(byte, b'\'' | b'"'));
    let start = lex::back_while(bytes, stop, 64, |byte| lex::is_word(byte) || matches!(byte, b'-' | b'.' | b'$'));
    let lead = lex::back_while(bytes, start, 1, |byte| matches!(byte, b'\'' | b'"'));
    // `the specified service failed` names none: a short name has a capital, a digit or a usual ending, or the service manager's own
    // sentence is about it.
    let told_by_manager =
        || stop - start > 3 && !is_everyday_word(&bytes[start..stop]) && is_told_by_manager(bytes, end);
    let peculiar = bytes[start..stop].iter().any(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
        || ["svc", "serv", "srv"].iter().any(|ending| bytes[start..stop].ends_with(ending.as_bytes()))
        || told_by_manager();
    if peculiar && (lex::has_before(bytes, lead, "the ") || lead < start) {
        propose_before(scan, start, stop);
    }
}

/// `添加AmdK8服务`, `wuauserv 服务无法启动`: the name before 服务; `at` is where that stands.
pub(super) fn before_chinese_word(scan: &mut Scan<'_>, at: usize) {
    let bytes = scan.bytes;
    named_in_quotes(scan, at + "服务".len());
    let open = lex::skip_blanks(bytes, at + "服务".len());
    if lex::byte(bytes, open) == b'(' {
        bracketed_name(scan, open + 1);
    }
    // 无法启动计算机“…”上的服务 Spooler
    let name = lex::skip_blanks(bytes, at + "服务".len());
    if lex::has_before(bytes, at, "上的") && name > at + "服务".len() {
        propose(scan, name);
    }
    let mut stop = lex::back_while(bytes, at, 2, |byte| matches!(byte, b' ' | b'"' | b'\''));
    for quote in ["”", "」", "』", "’", "》"] {
        if stop >= quote.len() && lex::has(bytes, stop - quote.len(), quote) {
            stop -= quote.len();
            break;
        }
    }
    let start = lex::back_while(bytes, stop, 64, |byte| lex::is_word(byte) || matches!(byte, b'-' | b'$'));
    // A blank and another English word before it make a display name: `Windows Update 服务`.
    let display = lex::before(bytes, start) == b' ' && start >= 2 && is_ascii_letter(bytes, start - 2);
    if start < stop && !display && !matches!(lex::before(bytes, start), b'.' | b'/' | b'\\' | b'@') {
        // 服务器 is a server; and a service is only meant where something is done with it or befalls it.
        let after = lex::skip_blanks(bytes, at + "服务".len());
        let lead = lex::back_while(bytes, start, 1, |byte| byte == b' ');
        let meant = lex::skip_any(bytes, after, BEFALLS).is_some()
            || DONE.iter().any(|word| lex::has_before(bytes, lead, word));
        if !meant {
            return;
        }
        let mixed = bytes[start..stop].iter().any(u8::is_ascii_lowercase) || stop - start >= 4;
        if mixed {
            propose_before(scan, start, stop);
        }
    }
}

/// `服务“Hyper-V 主机计算服务 (vmcompute)”`: the short name in brackets behind what the machine's language calls it; `at` is
/// where the quotation begins.
fn named_in_quotes(scan: &mut Scan<'_>, at: usize) {
    const LONGEST: usize = 120;
    let bytes = scan.bytes;
    let Some(open) = lex::skip_any(bytes, lex::skip_blanks(bytes, at), &["“", "\"", "「", "'"]) else { return };
    let end = lex::line_end(bytes, open, LONGEST);
    let Some(bracket) = memchr::memchr(b'(', &bytes[open..end]).map(|found| open + found + 1) else { return };
    let stop = lex::skip_while(bytes, bracket, 64, |byte| lex::is_word(byte) || matches!(byte, b'-' | b'.' | b'$'));
    let closes = lex::byte(bytes, stop) == b')' && lex::skip_any(bytes, stop + 1, &["”", "\"", "」", "'"]).is_some();
    if closes && stop > bracket {
        propose_before(scan, bracket, stop);
    }
}

/// `Service 'Acme Agent' (AcmeSvc) failed to start`: the short name in brackets behind the shown one, as the Windows Installer has
/// it; `at` is where the shown name begins.
pub(super) fn shown_with_name(scan: &mut Scan<'_>, at: usize) {
    const LONGEST: usize = 120;
    let bytes = scan.bytes;
    if lex::before(bytes, at) == b'(' {
        return bracketed_name(scan, at);
    }
    let end = lex::line_end(bytes, at, LONGEST);
    let Some(open) = lex::find_any(bytes, at..end, &["' (", "” (", "\" ("]).map(|found| found.end) else { return };
    let stop = lex::skip_while(bytes, open, 64, |byte| lex::is_word(byte) || matches!(byte, b'-' | b'.' | b'$'));
    if stop > open && lex::byte(bytes, stop) == b')' {
        propose_before(scan, open, stop);
    }
}

/// `The Wireless AutoConfig Service (wlansvc) is not running`, `打印服务 (spoolsv)`: a short name with a usual ending in brackets
/// behind the word; `at` is where the name begins.
fn bracketed_name(scan: &mut Scan<'_>, at: usize) {
    let bytes = scan.bytes;
    let stop = lex::skip_while(bytes, at, 64, |byte| lex::is_word(byte) || matches!(byte, b'-' | b'$'));
    let name = bytes[at..stop].to_ascii_lowercase();
    let usual = ["svc", "srv", "serv", "service"]
        .iter()
        .any(|ending| name.len() > ending.len() && name.ends_with(ending.as_bytes()));
    if usual && lex::byte(bytes, stop) == b')' {
        propose_before(scan, at, stop);
    }
}

fn is_ascii_letter(bytes: &[u8], at: usize) -> bool {
    lex::byte(bytes, at).is_ascii_alphabetic()
}

fn propose_before(scan: &mut Scan<'_>, start: usize, stop: usize) {
    if let Some(name) = scan.text.get(start..stop)
        && is_name(name)
    {
        scan.push(Kind::Service, name, start..stop);
    }
}

/// A service named by itself: names so peculiar that they mean nothing else.
pub(super) fn peculiar(scan: &mut Scan<'_>, at: usize, end: usize) {
    let bytes = scan.bytes;
    // The service of a database of Oracle ends in the name of that: `OracleServiceORCL`.
    let whole = lex::skip_while(bytes, end, 16, lex::is_word);
    let end = if lex::has(bytes, at, "oracleservice") && whole > end { whole } else { end };
    let apart = lex::starts_word(bytes, at)
        && lex::ends_word(bytes, end)
        && !matches!(lex::before(bytes, at), b'.' | b'\\' | b'/' | b'@' | b'-')
        && !(matches!(lex::byte(bytes, end), b'.' | b'\\' | b'/' | b'@' | b'-')
            && lex::is_word(lex::byte(bytes, end + 1)));
    if apart {
        scan.push(Kind::Service, &scan.text[at..end], at..end);
    }
}
