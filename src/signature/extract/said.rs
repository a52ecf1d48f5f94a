//! Codes that other words than `error` lead to: a system message, a function's name, a further `code` of a report.

use crate::signature::SignatureKind as Kind;

use super::{
    Scan, codes, errno,
    flags::Flags,
    framed, hex,
    label::{self, Label},
    lex,
    number::counted,
};

/// What a system message says beside itself without a code: `"message": "Access is denied", "code": 5` over two lines,
/// and `Failed to open the key: Access is denied.` that names the system error by its text alone.
pub(super) fn beside_message(scan: &mut Scan<'_>, start: usize, end: usize) {
    let bytes = scan.bytes;
    let Some(value) = codes::message_value(scan.text, start, end) else { return };
    let next = lex::skip_while(bytes, end, 12, |byte| {
        byte.is_ascii_whitespace() || matches!(byte, b'.' | b'"' | b'\'' | b',' | b'#' | b'-')
    });
    if let Some(label) = lex::skip_any(bytes, next, &["errorcode", "error_code", "code", "nativeerrorcode"]) {
        let number = lex::skip_separators(bytes, label, 8, &[]);
        if number > label
            && let Some((code, stop)) = lex::decimal(bytes, number)
            && code == u64::from(value)
        {
            scan.push(Kind::Win32, value.to_string(), number..stop);
            return;
        }
    }
    if ends_statement(bytes, end) && follows_failed_action(scan, start) && !scan.line_flags(start).any(Flags::ANY_MAIL)
    {
        scan.push(Kind::Win32, value.to_string(), start..end);
    }
}

/// Whether the sentence or line ends at `at`.
fn ends_statement(bytes: &[u8], at: usize) -> bool {
    let at = if lex::byte(bytes, at) == b'.' { at + 1 } else { lex::skip_any(bytes, at, &["。"]).unwrap_or(at) };
    let at = lex::skip_while(bytes, at, 4, |byte| matches!(byte, b' ' | b'"' | b'\''));
    at >= bytes.len() || matches!(bytes[at], b'\r' | b'\n')
}

/// Words of an action that failed, before a colon and the system's message.
const FAILED_ACTIONS: &[&str] = &[
    "failed to ",
    "unable to ",
    "could not ",
    "couldn't ",
    "cannot ",
    "can't ",
    "failed:",
    "failure to ",
    "error opening ",
    "error starting ",
    "error creating ",
    "error deleting ",
    "error writing ",
    "error reading ",
    "无法",
    "無法",
    "失败",
    "失敗",
    "不能",
];

/// `Failed to open X: ` before a message at `at`; a number before the colon is what the message explains.
fn follows_failed_action(scan: &Scan<'_>, at: usize) -> bool {
    let bytes = scan.bytes;
    let colon = lex::back_while(bytes, at, 2, |byte| byte == b' ');
    if lex::before(bytes, colon) != b':' {
        return false;
    }
    let subject = lex::before(bytes, colon - 1);
    if subject.is_ascii_digit() || matches!(subject, b')' | b']') {
        return false;
    }
    lex::find_any(bytes, lex::line_start(bytes, at, 200)..colon, FAILED_ACTIONS).is_some()
}

/// `SetupDiInstallDevice: 1010 action fail`: the error behind a function of the set-up interface; `at` is past `SetupDi`.
pub(super) fn setup_function(scan: &mut Scan<'_>, at: usize) {
    let bytes = scan.bytes;
    let name = lex::skip_while(bytes, at, 48, lex::is_word);
    let call = lex::skip_any(bytes, name, &["()"]).unwrap_or(name);
    if !matches!(lex::byte(bytes, lex::skip_blanks(bytes, call)), b':' | b'=') || name == at {
        return;
    }
    let start = lex::skip_separators(bytes, call, 6, &[]);
    if let Some((value, end)) = lex::decimal(bytes, start)
        && let Ok(value) = u32::try_from(value)
        && value > 1
        && codes::is_win32(value)
        && !counted(bytes, end)
        && scan.line_flags(start).any(Flags::FAILING)
    {
        scan.push(Kind::Win32, value.to_string(), start..end);
    }
}

/// `1068: The dependency service …`, `740，请求的操作需要提升`, `code 193.` and the message in the next line: a number before the
/// message that is its own; a piece of the message stands at `at`.
pub(super) fn number_before_message(scan: &mut Scan<'_>, at: usize) {
    let bytes = scan.bytes;
    // Most messages stand without one, and looking for a message costs more than looking for a digit.
    if !bytes[at.saturating_sub(codes::MESSAGE_REACH + 16)..at].iter().any(u8::is_ascii_digit) {
        return;
    }
    let Some((message, value)) = codes::message_around(scan.text, at) else { return };
    // `193, %1 is not a valid Win32 application`: where the program's name would stand.
    let mut stop = ["%1 ", "%1"]
        .iter()
        .find_map(|name| message.start.checked_sub(name.len()).filter(|&start| lex::has(bytes, start, name)))
        .unwrap_or(message.start);
    for _ in 0..8 {
        let mark = lex::before(bytes, stop);
        stop = match mark {
            b' ' | b':' | b'-' | b',' | b'(' | b')' | b'[' | b']' | b'.' | b'"' | b'\'' | b'\r' | b'\n' | b'=' => {
                stop - 1
            }
            0x80.. => match ["。", "“", "、", "‘", "「"].iter().find(|mark| scan.text[..stop].ends_with(**mark))
            {
                Some(mark) => stop - mark.len(),
                None => break,
            },
            _ => break,
        };
    }
    let start = lex::back_while(bytes, stop, 6, |byte| byte.is_ascii_digit());
    let apart = lex::starts_word(bytes, start) && !matches!(lex::before(bytes, start), b'.' | b'-' | b'/' | b'$');
    // `5. Access is denied`: the fifth of a list.
    let item = matches!(lex::before(bytes, start), 0 | b'\n') && matches!(lex::byte(bytes, stop), b'.' | b')');
    if stop < message.start && apart && !item && scan.text[start..stop].parse() == Ok(value) {
        let kind = if codes::is_installer_result(value) { Kind::Msi } else { Kind::Win32 };
        scan.push(kind, value.to_string(), start..stop);
    }
}

/// `is not a valid Win32 application (193)`: the message's own number in brackets behind it; a piece of the message stands at `at`.
pub(super) fn number_behind_message(scan: &mut Scan<'_>, at: usize) {
    if let Some((message, _)) = codes::message_around(scan.text, at) {
        framed::after_message(scan, message.end);
    }
}

/// `CreateFile failed (32)`: the error of a call of Windows in brackets; `at` is where the number begins.
pub(super) fn failed_call(scan: &mut Scan<'_>, word: usize, at: usize) {
    if let Some((value, end)) = lex::decimal(scan.bytes, at)
        && lex::byte(scan.bytes, end) == b')'
        && let Ok(value) = u32::try_from(value)
        && value > 1
        && codes::is_win32(value)
        && by_call(scan.bytes, word)
    {
        scan.push(Kind::Win32, value.to_string(), at..end);
    }
}

/// Whether a number belongs to a line in which joining a domain is logged (NetSetup.log): there the functions of the network say
/// their Win32 errors in hexadecimal, `NetpDoDomainJoin: status: 0x52e`.
pub(super) fn by_network_setup(bytes: &[u8], at: usize) -> bool {
    const FUNCTIONS: [&[u8]; 5] = [b"Netp", b"NetUse", b"NetUser", b"NetJoin", b"NetProvision"];
    let told = lex::has(bytes, at.saturating_sub(2), ": ") || lex::has(bytes, at.saturating_sub(9), "returned ");
    let line = &bytes[lex::line_start(bytes, at, 240)..at];
    told && FUNCTIONS.iter().filter_map(|name| Some((memchr::memmem::find(line, name)?, name.len()))).any(
        |(place, length)| {
            !lex::is_word(lex::before(line, place)) && lex::byte(line, place + length).is_ascii_uppercase()
        },
    )
}

/// Functions of Windows whose failure programs tell with a bare number.
const CALLS: &[&str] = &[
    "createprocess",
    "createfile",
    "openprocess",
    "shellexecute",
    "movefile",
    "copyfile",
    "deletefile",
    "replacefile",
    "createdirectory",
    "removedirectory",
    "readfile",
    "writefile",
    "findfirstfile",
    "setfileattributes",
    "loadlibrary",
    "getprocaddress",
    "deviceiocontrol",
    "regopenkey",
    "regcreatekey",
    "regsetvalue",
    "regqueryvalue",
    "regdeletekey",
    "openscmanager",
    "openservice",
    "createservice",
    "startservice",
    "controlservice",
    "deleteservice",
    "logonuser",
    "openprocesstoken",
    "adjusttokenprivileges",
    "wnetaddconnection",
    "dsgetdcname",
    "netuseradd",
    "waitforsingleobject",
    "virtualalloc",
    "mapviewoffile",
    "createfilemapping",
];

/// Whether a call of Windows is named close before `at`, on its line.
pub(super) fn by_call(bytes: &[u8], at: usize) -> bool {
    const FAR: usize = 48;
    lex::find_any(bytes, lex::line_start(bytes, at, FAR)..at, CALLS)
        .is_some_and(|call| lex::starts_word(bytes, call.start) && bytes[call.start].is_ascii_uppercase())
}

/// `WSARecv() ERROR: io:0000000012345678 10053`: the error that ends a line about a call of Winsock; `at` is past `WSA`. (Windows Sockets
/// Error Codes: 10004 to 11031.)
pub(super) fn winsock_call(scan: &mut Scan<'_>, at: usize) {
    const FAR: usize = 120;
    let bytes = scan.bytes;
    // `WSAECONNRESET` is the error itself.
    if !lex::byte(bytes, at).is_ascii_uppercase() || !lex::byte(bytes, at + 1).is_ascii_lowercase() {
        return;
    }
    let line = lex::line_end(bytes, at, FAR);
    if !matches!(lex::byte(bytes, line), 0 | b'\n') {
        return;
    }
    let end = lex::back_while(bytes, line, 4, |byte| byte.is_ascii_whitespace() || byte == b'.');
    let start = lex::back_while(bytes, end, 6, |byte| byte.is_ascii_digit());
    if lex::before(bytes, start) == b' '
        && let Ok(value @ 10_004..=11_031) = scan.text[start..end].parse::<u32>()
        && codes::is_win32(value)
        && label::before(bytes, start) != Label::Other
        && !["port", "socket", "id", "session", "handle"].iter().any(|word| lex::has_before(bytes, start - 1, word))
        && scan.line_flags(start).any(Flags::FAILING)
    {
        scan.push(Kind::Win32, value.to_string(), start..end);
    }
}

/// `CreateProcess failed; code 740.`: the error of a call that is named, or that its message in the next line repeats; `at` is
/// where the number begins, behind the word at `word`.
fn failed_code(scan: &mut Scan<'_>, word: usize, at: usize) -> bool {
    let bytes = scan.bytes;
    let failed = ["failed; ", "failed, ", "failed: ", "failed (", "failed - "];
    if !failed.iter().any(|lead| lex::has_before(bytes, word, lead)) {
        return false;
    }
    let Some((value, end)) = lex::decimal(bytes, at) else { return false };
    let Ok(value) = u32::try_from(value) else { return false };
    let said = codes::message_after(scan.text, end) == Some(value);
    if said || value > 1 && codes::is_win32(value) && by_call(bytes, word) {
        scan.push(Kind::Win32, value.to_string(), at..end);
        return true;
    }
    false
}

/// How far a second code may stand behind the first.
const SECOND: usize = 200;

/// `… with error code 5; code 740 after that`: a further code in the same report; `at` is where its number begins.
pub(super) fn second_code(scan: &mut Scan<'_>, word: usize, at: usize) {
    let bytes = scan.bytes;
    // `gave up with a Code 80080005`
    if lex::skip_while(bytes, at, 9, |byte| byte.is_ascii_hexdigit()) == at + 8 {
        if lex::hexadecimal(bytes, at).is_some_and(|(value, _)| codes::is_severe(value)) {
            hex::bare(scan, at);
        }
        return;
    }
    if failed_code(scan, word, at) {
        return;
    }
    let begins = lex::back_while(bytes, word, 8, |byte| byte.is_ascii_whitespace() || byte == b'>');
    let led = begins == 0
        || matches!(lex::before(bytes, begins), b'.' | b',' | b';' | b':' | b'(')
        || bytes[begins..word].contains(&b'\n')
        || ["and", "or", "then", "with", "also", "now"].iter().any(|lead| lex::has_before(bytes, begins, lead));
    if !led || !lex::starts_word(bytes, word) {
        return;
    }
    let after_first = scan
        .candidates
        .iter()
        .rev()
        .take(4)
        .any(|first| first.kind == Kind::Win32 && first.span.end <= word && word - first.span.end <= SECOND);
    if after_first
        && let Some((value, end)) = lex::decimal(bytes, at)
        && let Ok(value) = u32::try_from(value)
        && value >= 10
        && codes::is_common_win32(value)
        && !counted(bytes, end)
    {
        scan.push(Kind::Win32, value.to_string(), at..end);
    }
}

/// `Os { code: 5, kind: PermissionDenied, message: "Access is denied." }` as Rust shows an error of the system; the
/// message says which system's. `at` is where the number begins.
pub(super) fn rust_error(scan: &mut Scan<'_>, at: usize) {
    let bytes = scan.bytes;
    let Some((value, end)) = lex::decimal(bytes, at) else { return };
    let Ok(value) = u32::try_from(value) else { return };
    let near = end..(end + 80).min(bytes.len());
    let Some(message) = lex::find_any(bytes, near, &["message: \""]) else { return };
    let words = lex::skip_while(bytes, message.end, 160, |byte| byte != b'"' && byte != b'\n');
    if codes::message_within(scan.text, message.end, words) == Some(value) || value >= 10_000 && codes::is_win32(value)
    {
        scan.push(Kind::Win32, value.to_string(), at..end);
    } else if !scan.text[message.end..scan.text.floor_char_boundary(words)].is_ascii() && codes::is_common_win32(value)
    {
        // Linux speaks English to Rust; Windows the language of the machine.
        scan.push(Kind::Win32, value.to_string(), at..end);
    } else if let Some(name) = errno::said_behind(scan.text, message.end, value)
        .or_else(|| errno::name_of_message(scan.text, message.end).filter(|&name| errno::name(value) == Some(name)))
    {
        scan.push(Kind::Errno, name, at..end);
    }
}
