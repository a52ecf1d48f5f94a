//! Decimal codes in the frame of one program: `%%1068`, `(OS 10048)`, `[SC] OpenService FAILED 5:`, `Win32Exception (5)`.

use crate::signature::SignatureKind as Kind;

use super::{Scan, codes, errno, flags::Flags, hex, label::Label, lex, wide::signed};

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

/// `ConnectionResetError(10054, '…', None, 10054, None)` as Python shows an error of Windows: errno, words, and behind them the
/// system's own number; `at` is where that begins.
pub(super) fn system_tuple(scan: &mut Scan<'_>, words_end: usize, at: usize) {
    const FAR: usize = 200;
    let bytes = scan.bytes;
    let Some((value, end)) = win32_at(bytes, at) else { return };
    if !lex::has(bytes, end, ", none") {
        return;
    }
    let line = lex::line_start(bytes, words_end, FAR);
    let raised = || lex::find_any(bytes, line..words_end, &["error("]).is_some();
    let foreign = || value >= 10_000 && !bytes[line..words_end].is_ascii();
    if codes::message_before(scan.text, words_end) == Some(value) || raised() || foreign() {
        scan.push(Kind::Win32, value.to_string(), at..end);
    }
}

/// Whether a number that ends at `end` is the first of such a tuple, where it only repeats the last in the C library's list.
pub(super) fn heads_system_tuple(bytes: &[u8], end: usize) -> bool {
    const FAR: usize = 200;
    let line = end..lex::line_end(bytes, end, FAR);
    matches!(lex::byte(bytes, end), b',')
        && matches!(lex::byte(bytes, lex::skip_blanks(bytes, end + 1)), b'\'' | b'"')
        && lex::find_any(bytes, line, &["', none, ", "\", none, "]).is_some_and(|tail| {
            let stop = lex::skip_digits(bytes, tail.end);
            stop > tail.end && lex::has(bytes, stop, ", none")
        })
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
    // `Key (id)=(10061)` is a value, `[2817], [10053], [10061]` a list of arguments.
    let lead = lex::back_while(scan.bytes, at - 1, 2, |byte| matches!(byte, b' ' | b','));
    if matches!(lex::before(scan.bytes, lead), b'=' | b']' | b')') {
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
    if let Some(start) = lex::skip_any(
        bytes,
        failed,
        &[
            "failed ",
            "失败 ",
            "失敗 ",
            "fehler ",
            "Échec(s) ",
            "Échec ",
            "ÉCHEC(S) ",
            "ÉCHEC(s) ",
            "ÉCHEC ",
            "error ",
            "errore ",
            "erro ",
        ],
    ) {
        service_call(scan, start);
    }
}
