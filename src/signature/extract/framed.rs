//! Decimal codes in the frame of one program: `%%1068`, `(OS 10048)`, `[SC] OpenService FAILED 5:`, `Win32Exception (5)`.

use crate::signature::SignatureKind as Kind;

use super::{Scan, codes, errno, flags::Flags, hex, label::Label, lex, number::counted, wide::signed};

/// A known Win32 error in decimal at `at`, and where its digits end.
fn win32_at(bytes: &[u8], at: usize) -> Option<(u32, usize)> {
    let (value, end) = lex::decimal(bytes, at)?;
    let value = u32::try_from(value).ok().filter(|&value| codes::is_win32(value))?;
    Some((value, end))
}

/// `Win32Exception (5): …`, `SocketException (10061): …`: the number in brackets behind a class of .NET; `at` is the end of
/// the class's name.
pub(super) fn in_class_brackets(scan: &mut Scan<'_>, at: usize) {
    let open = lex::skip_blanks(scan.bytes, at);
    let class = lex::back_while(scan.bytes, at, 40, lex::is_word);
    if lex::byte(scan.bytes, open) != b'('
        || !matches!(scan.text.get(class..at), Some("Win32Exception" | "SocketException"))
    {
        return;
    }
    if let Some((value, end)) = win32_at(scan.bytes, open + 1)
        && lex::byte(scan.bytes, end) == b')'
    {
        scan.push(Kind::Win32, value.to_string(), open + 1..end);
    }
}

/// `(OS 10048)…`, as Apache's library writes an error of Windows before its words; `at` is where the number stands, perhaps on the
/// next line.
pub(super) fn apache_system(scan: &mut Scan<'_>, at: usize) {
    let start = lex::skip_while(scan.bytes, at, 2, |byte| matches!(byte, b'\r' | b'\n'));
    if let Some((value, end)) = win32_at(scan.bytes, start)
        && lex::byte(scan.bytes, end) == b')'
    {
        scan.push(Kind::Win32, value.to_string(), start..end);
    }
}

/// `(740, 'CreateProcess', '…')`: number, function and words as Python's extensions for Windows raise them; `at` is where the
/// number ends.
pub(super) fn call_tuple(scan: &mut Scan<'_>, at: usize) {
    let start = lex::back_while(scan.bytes, at, 6, |byte| byte.is_ascii_digit());
    if start < at
        && lex::before(scan.bytes, start) == b'('
        && let Some((value, end)) = win32_at(scan.bytes, start)
        && end == at
    {
        scan.push(Kind::Win32, value.to_string(), start..end);
    }
}

/// `%%1068` as the service control manager writes it into events; `at` is past the signs.
pub(super) fn percent(scan: &mut Scan<'_>, start: usize, at: usize) {
    if let Some((value, end)) = win32_at(scan.bytes, at) {
        scan.push(Kind::Win32, value.to_string(), start..end);
    } else if let Some((value, end)) = lex::decimal(scan.bytes, at)
        && let Ok(code) = u32::try_from(value)
        && code >= 0x8000_0000
        && let Some(kind) = hex::severe_kind(code, Label::Error)
    {
        scan.push(kind, format!("0x{code:08X}"), start..end);
    } else if lex::byte(scan.bytes, at) == b'-' {
        signed(scan, at);
    }
}

/// `StartService FAILED 577`: as service programs report a call; `at` is where the number stands.
pub(super) fn service_call(scan: &mut Scan<'_>, at: usize) {
    let at = lex::skip_separators(scan.bytes, at, 4, &[]);
    if let Some((value, end)) = win32_at(scan.bytes, at) {
        scan.push(Kind::Win32, value.to_string(), at..end);
    }
}

/// `[#0000000D] The data is invalid.`: an error of Windows in eight digits before its words; `at` is where the digits begin.
pub(super) fn hash_hexadecimal(scan: &mut Scan<'_>, at: usize) {
    let end = lex::skip_while(scan.bytes, at, 9, |byte| byte.is_ascii_hexdigit());
    let value = scan.text.get(at..end).and_then(|digits| u32::from_str_radix(digits, 16).ok());
    if let Some(value) = value
        && end == at + 8
        && lex::byte(scan.bytes, end) == b']'
        && codes::is_win32(value)
    {
        scan.push(Kind::Win32, value.to_string(), at..end);
    }
}

/// A number in brackets behind a system message: `Access is denied. (5)`, `(10061)`; `at` is where
/// the digits begin.
pub(super) fn bracketed_socket_error(scan: &mut Scan<'_>, at: usize) {
    let Some((value, end)) = lex::decimal(scan.bytes, at) else { return };
    if !(10_004..12_000).contains(&value) || !codes::is_win32(value as u32) {
        return;
    }
    // `sshd(pam_unix)[10035]:` is a process id.
    let after_word = lex::before(scan.bytes, at) == b'['
        && matches!(lex::before(scan.bytes, at - 1), b')' | b'a'..=b'z' | b'A'..=b'Z');
    if after_word || scan.line_flags(at).any(Flags::UNIX) {
        return;
    }
    let closes = matches!(lex::byte(scan.bytes, end), b')' | b']' | b' ' | b',' | b':');
    if closes && scan.near_flags(at).any(Flags::FAILING) {
        scan.push(Kind::Win32, value.to_string(), at..end);
    }
}

/// A short number in round brackets behind a system message: `拒绝访问 (5)`; `at` is the message's end.
pub(super) fn after_message(scan: &mut Scan<'_>, at: usize) {
    let bytes = scan.bytes;
    let open = lex::skip_while(bytes, at, 4, |byte| matches!(byte, b'.' | b' '));
    let open = lex::skip_any(bytes, open, &["。", "。 "]).unwrap_or(open);
    let open = lex::skip_blanks(bytes, open);
    if !matches!(lex::byte(bytes, open), b'(' | b'[') {
        return;
    }
    let Some((value, end)) = lex::decimal(bytes, open + 1) else { return };
    if !matches!(lex::byte(bytes, end), b')' | b']') || value > 0xFFFF {
        return;
    }
    let value = value as u32;
    if codes::message_before(scan.text, open) == Some(value) {
        scan.push(Kind::Win32, value.to_string(), open + 1..end);
    } else if let Some(name) =
        errno::name_of_message_before(scan.text, open).filter(|name| errno::name(value) == Some(name))
    {
        scan.push(Kind::Errno, name, open + 1..end);
    }
}

/// What `sc` prints: `[SC] OpenService FAILED 5:`, `[SC] StartService 失败 1053:`; `at` is past `[SC]`.
pub(super) fn service_control(scan: &mut Scan<'_>, at: usize) {
    let bytes = scan.bytes;
    let verb = lex::skip_while(bytes, lex::skip_blanks(bytes, at), 40, |byte| byte.is_ascii_alphanumeric());
    let failed = lex::skip_blanks(bytes, verb);
    if let Some(start) = lex::skip_any(bytes, failed, &["failed ", "失败 ", "失敗 "]) {
        service_call(scan, start);
    }
}

/// `fails to install with 3010`: a well-known result of an installation that stands at `start..end`, where one is spoken of.
pub(super) fn bare_installer_result(scan: &mut Scan<'_>, start: usize, end: usize) {
    let line = lex::line_start(scan.bytes, start, 160)..lex::line_end(scan.bytes, end, 160);
    if scan.is_prose()
        && lex::ends_word(scan.bytes, end)
        && !counted(scan.bytes, end)
        && lex::find_any(scan.bytes, line, &["install", "setup", "msi", "安装", "安裝", "卸载"]).is_some()
    {
        scan.push(Kind::Msi, &scan.text[start..end], start..end);
    }
}

/// Internal errors of the Windows Installer that people are shown (Windows Installer Error Messages); as Win32 errors these
/// numbers are rare.
const INTERNAL: &[u32] = &[
    2203, 2318, 2324, 2330, 2336, 2349, 2350, 2351, 2352, 2355, 2502, 2503, 2602, 2709, 2711, 2715, 2717, 2727, 2738,
    2739, 2753, 2755, 2761, 2762, 2765, 2769, 2810, 2826, 2835, 2854, 2867, 2869, 2878, 2885, 2898, 2908, 2911, 2920,
    2932,
];

/// Messages that the installer shows to people, by numbers that are no common Win32 errors (same source).
const SHOWN: &[u32] = &[
    1303, 1304, 1305, 1306, 1308, 1309, 1310, 1316, 1324, 1325, 1328, 1330, 1334, 1335, 1401, 1402, 1403, 1404, 1406,
    1706, 1713, 1714, 1719, 1720, 1721, 1723, 1901, 1903, 1904, 1905, 1911, 1913, 1918, 1919, 1920, 1921, 1922, 1923,
    1925, 1926, 1931, 1933, 1934, 1935, 1937,
];

/// Whether the installer's own words follow a number.
pub(super) fn installer_follows(bytes: &[u8], end: usize) -> bool {
    const FAR: usize = 160;
    lex::find_any(bytes, end..end + FAR, &["mainenginethread", "windows installer package", "assembly component"])
        .is_some()
}

/// Whether a number behind `error` is such an error: an installation is spoken of near it.
pub(super) fn is_internal_installer_error(scan: &Scan<'_>, value: u32, at: usize) -> bool {
    const FAR: usize = 240;
    (INTERNAL.contains(&value) || SHOWN.contains(&value) && !codes::is_common_win32(value))
        && lex::find_any(
            scan.bytes,
            at.saturating_sub(FAR)..at + FAR,
            &["install", "setup", "msi", "安装", "安裝", "卸载"],
        )
        .is_some()
}

/// `2503 followed by 2502`: the one that comes with it; `at` is where the first ends.
pub(super) fn next_internal_error(scan: &mut Scan<'_>, at: usize) {
    let joints = [" followed by ", " and ", " or ", ", ", "/", "、", "和", " 和 ", "或", " then "];
    let Some(start) = lex::skip_any(scan.bytes, at, &joints) else { return };
    if let Some((value, end)) = lex::decimal(scan.bytes, start)
        && u32::try_from(value).is_ok_and(|value| INTERNAL.contains(&value))
    {
        scan.push(Kind::Msi, value.to_string(), start..end);
    }
}

/// Numbers of the Windows Installer behind its own words: `MainEngineThread is returning 1603`; `at`
/// is the words' end.
pub(super) fn installer(scan: &mut Scan<'_>, at: usize) {
    let start = lex::skip_separators(scan.bytes, at, 8, &[]);
    // The engine's own name stays in every language: `Wątek MainEngineThread zwraca wartość 1619`.
    let start = match lex::has_before(scan.bytes, at, "mainenginethread") {
        true => lex::skip_while(scan.bytes, at, 32, |byte| !byte.is_ascii_digit() && byte != b'\n'),
        false => start,
    };
    if let Some((value, end)) = lex::decimal(scan.bytes, start)
        && let Ok(value) = u32::try_from(value)
        && (codes::is_installer_result(value) || codes::is_msi(value))
    {
        scan.push(Kind::Msi, value.to_string(), start..end);
    }
}
