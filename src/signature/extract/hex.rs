//! Hexadecimal codes: `0x80070005`, `0*80070005`, `hr=8024000C`, stop codes with their parameters.

use std::borrow::Cow;

use crate::signature::SignatureKind as Kind;

use super::{
    Scan, beside, codes, event_message,
    flags::Flags,
    kerberos,
    label::{self, Label},
    lex, said, setup,
    stop_code::{is_stop_code, parameters_end},
};

/// A hexadecimal number as written.
pub(super) struct Literal {
    pub(super) value: u32,
    /// Digits as written.
    pub(super) digits: usize,
    pub(super) start: usize,
    pub(super) end: usize,
}

/// A number behind `0x`; `at` is where the zero stands.
pub(super) fn prefixed(scan: &mut Scan<'_>, at: usize) {
    // `0x00000000`: all went well, as logs say a million times. Whatever stands around it, it is no code.
    if scan.bytes.get(at + 2..at + 10).is_some_and(|digits| digits == b"00000000")
        && lex::ends_word(scan.bytes, at + 10)
    {
        return;
    }
    let before = lex::before(scan.bytes, at);
    let processor = || ["x64_", "x86_", "arm64_"].iter().any(|word| lex::has_before(scan.bytes, at, word));
    if lex::is_word(before) && processor() {
        return debugger_bucket(scan, at);
    }
    let apart = || {
        lex::after_colour(scan.bytes, at)
            || lex::escape_before(scan.bytes, at).is_some()
            || beside::glued_to_label(scan.bytes, at)
    };
    if lex::is_word(before) && !apart() || matches!(before, b'@' | b'+' | b'%' | b'$') {
        return;
    }
    // `0xC1900101-0x20017`: the second number is the phase of the set-up, no code.
    if before == b'-' && lex::back_while(scan.bytes, at - 1, 8, |byte| byte.is_ascii_hexdigit()) + 8 == at - 1 {
        return;
    }
    // `ZRC=0x8004006D=-2147221395` is DB2's own; `code=0x1 addr=0x0` tells why a signal came.
    if lex::has_before(scan.bytes, at, "zrc=") || lex::has_before(scan.bytes, at, "violation code=") {
        return;
    }
    let Some(literal) = read_prefixed(scan, at) else { return debugger_bucket(scan, at) };
    decide(scan, &literal);
}

/// `0x133_ISR_nt!KeAccumulateTicks`, `0x3B_C0000006_VRF_nt!Hvp`, `0x9F_3_POWER_DOWN_IMAGE_disk.sys`: the debugger's name for a kind of
/// crash, with the stop code in front; behind `BUGCHECK_STR:` without a function too. `at` is where the zero stands.
fn debugger_bucket(scan: &mut Scan<'_>, at: usize) {
    const LONGEST: usize = 160;
    let bytes = scan.bytes;
    let digits = lex::skip_while(bytes, at + 2, 9, |byte| byte.is_ascii_hexdigit());
    if lex::byte(bytes, digits) != b'_' {
        return;
    }
    let is_part = |byte: u8| lex::is_word(byte) || matches!(byte, b'!' | b'.' | b'-' | b':');
    let end = lex::skip_while(bytes, digits, LONGEST, is_part);
    let Some((code, rest)) = scan.text.get(at + 2..digits).zip(scan.text.get(digits + 1..end)) else { return };
    let Ok(code) = u32::from_str_radix(code, 16) else { return };
    let name = lex::back_while(bytes, at, 48, |byte| lex::is_word(byte) || matches!(byte, b' ' | b':' | b'='));
    let called = || lex::find_any(bytes, name..at, &["bugcheck_str", "bucket_id"]).is_some();
    if !codes::is_bugcheck(code) || !(rest.contains('!') || rest.contains("IMAGE_") || called()) {
        return;
    }
    let status =
        rest.get(..9).filter(|head| head.ends_with('_')).and_then(|head| u32::from_str_radix(&head[..8], 16).ok());
    scan.push(Kind::Bugcheck, format!("0x{code:X}"), at..digits);
    if let Some(status) = status.filter(|&status| codes::is_ntstatus(status)) {
        scan.push(Kind::Ntstatus, format!("0x{status:08X}"), digits + 1..digits + 9);
    }
}

fn read_prefixed(scan: &Scan<'_>, at: usize) -> Option<Literal> {
    let bytes = scan.bytes;
    let is_hex = |byte: u8| byte.is_ascii_hexdigit();
    let start = at + 2;
    let mut end = lex::skip_while(bytes, start, 17, is_hex);
    let mut digits = Cow::Borrowed(scan.text.get(start..end)?);
    if scan.is_prose() && digits.len() < 8 {
        // A mail program broke the line inside the code, or a translator tore it: only if both pieces make 8 digits, and on one
        // line a known code.
        let torn = (lex::byte(bytes, end) == b' ').then_some(end + 1);
        if let Some(next) = over_line_end(bytes, end).or(torn) {
            let rest = lex::skip_while(bytes, next, 9, is_hex);
            if rest > next
                && digits.len() + (rest - next) == 8
                && lex::ends_word(bytes, rest)
                && bytes[rest..].first() != Some(&b'-')
            {
                let whole = format!("{digits}{}", scan.text.get(next..rest)?);
                if torn != Some(next) || u32::from_str_radix(&whole, 16).is_ok_and(codes::is_severe) {
                    digits = Cow::Owned(whole);
                    end = rest;
                }
            }
        }
    }
    let mut after = end;
    // `0x00000002H` says twice that it is hexadecimal.
    if digits.len() == 8 && matches!(lex::byte(bytes, after), b'H' | b'h') {
        after += 1;
    }
    if matches!(lex::byte(bytes, after), b'L' | b'l' | b'u' | b'U' | b'_' | b'i') {
        const OF_RUST: &[&str] = &["_u32", "u32", "_i32", "i32", "_u64", "u64", "_i64", "i64"];
        after = lex::skip_any(bytes, after, OF_RUST)
            .unwrap_or_else(|| lex::skip_while(bytes, after, 3, |byte| matches!(byte, b'L' | b'l' | b'u' | b'U')));
    }
    // Copied without its columns: `0XC000005EThere are currently …`.
    let value = |known: fn(u32) -> bool| u32::from_str_radix(&digits, 16).is_ok_and(known);
    let glued = digits.len() == 8
        && scan.is_prose()
        && lex::byte(bytes, end).is_ascii_uppercase()
        && (lex::byte(bytes, end + 1).is_ascii_lowercase() && value(codes::is_severe)
            || name_goes_on(bytes, end) && value(codes::is_bugcheck));
    if digits.is_empty() || !lex::ends_word(bytes, after) && !glued {
        return None;
    }
    // WinDbg writes 64-bit addresses as 0xfffff803`213d0000.
    if lex::byte(bytes, end) == b'`' && lex::byte(bytes, end + 1).is_ascii_hexdigit() {
        return None;
    }
    if lex::byte(bytes, end) == b'-' && lex::skip_while(bytes, end + 1, 5, is_hex) == end + 5 {
        return None; // the head of a GUID
    }
    let value = match digits.len() {
        // One zero too many at the front.
        9 if digits.starts_with("08007") && scan.is_prose() => {
            u32::from_str_radix(&digits, 16).ok().filter(|&value| codes::is_severe(value))?
        }
        1..=8 => u32::from_str_radix(&digits, 16).ok()?,
        16 => match u64::from_str_radix(&digits, 16).ok()? {
            // Sign-extended to 64 bits, or a 32-bit value printed wide.
            wide if wide >> 32 == 0xFFFF_FFFF || wide >> 32 == 0 => wide as u32,
            _ => return None,
        },
        _ => return None,
    };
    Some(Literal { value, digits: digits.len(), start: at, end })
}

/// `0x000000D1RIVER_IRQL_NOT_LESS_OR_EQUAL`: whether the name of a stop code is glued on, less the letters that look like digits.
fn name_goes_on(bytes: &[u8], at: usize) -> bool {
    let end = lex::skip_while(bytes, at, 64, |byte| byte.is_ascii_uppercase() || byte == b'_');
    lex::ends_word(bytes, end) && bytes[at..end].iter().filter(|byte| **byte == b'_').count() >= 2
}

/// Past a line end with what mail puts at the beginning of the next line.
fn over_line_end(bytes: &[u8], at: usize) -> Option<usize> {
    let mut here = lex::skip_while(bytes, at, 2, |byte| matches!(byte, b' ' | b'='));
    if lex::byte(bytes, here) == b'\r' {
        here += 1;
    }
    if lex::byte(bytes, here) != b'\n' {
        return None;
    }
    Some(lex::skip_while(bytes, here + 1, 8, |byte| matches!(byte, b' ' | b'\t' | b'>')))
}

/// Eight digits without `0x`, as WindowsUpdate.log and people on the phone write them; `at` is where
/// they begin.
pub(super) fn bare(scan: &mut Scan<'_>, at: usize) {
    let bytes = scan.bytes;
    // Sign-extended to 64 bits, as the debugger prints parameters: `Arg1: ffffffffc0000005`.
    let wide = at
        .checked_sub(8)
        .filter(|&start| lex::has(bytes, start, "ffffffff") || lex::has(bytes, start, "00000000"))
        .filter(|_| lex::has(bytes, at, "c") || lex::has(bytes, at, "8000000"));
    let start = wide.unwrap_or(at);
    let before = lex::before(bytes, start);
    let in_list = start < scan.parameters_end && scan.candidates.last().is_some_and(|last| last.span.end <= start);
    if lex::is_word(before) && !beside::glued_to_error(bytes, start)
        || matches!(before, b'-' | b'.' | b'@' | b'+' | b'\\' | b'#' | b'~')
        || before == b'{' && !in_list
        || before == b'/' && !beside::beside_another(bytes, start, start + 8)
    {
        return;
    }
    let end = lex::skip_while(bytes, at, 9, |byte| byte.is_ascii_hexdigit());
    if end - at != 8 || !lex::ends_word(bytes, end) || matches!(lex::byte(bytes, end), b'`' | b'-' | b'@' | b'~') {
        return;
    }
    if lex::byte(bytes, end) == b'.' && lex::is_word(lex::byte(bytes, end + 1)) {
        return;
    }
    let Some(value) = scan.text.get(at..end).and_then(|digits| u32::from_str_radix(digits, 16).ok()) else { return };
    let literal = Literal { value, digits: 8, start, end };
    let label = label::before(bytes, start);
    let known = codes::is_severe(value);
    // `promo code 80241122`, `the code 80070005 at the door`: of a shop, of a lock.
    if label == Label::Weak && beside::is_code_of_things(bytes, start) {
        return;
    }
    // 64-bit columns of a list of crashes: `0x0000003b 00000000`c0000005 …`.
    if before == b'`' && ["00000000`", "ffffffff`"].iter().any(|high| lex::has_before(bytes, start, high)) {
        if value >= 0xC000_0000 && codes::is_ntstatus(value) && behind_stop_code(scan, start) {
            scan.push(Kind::Ntstatus, format!("0x{value:08X}"), start..end);
        }
        return;
    }
    // `BugCheck 3B, {c0000005, …}`
    if in_list {
        decide(scan, &literal);
        return;
    }
    let bracketed = before == b'[' && lex::byte(bytes, end) == b']';
    let in_brackets = before == b'(' && lex::byte(bytes, end) == b')';
    let said = matches!(
        label,
        Label::Error | Label::Hresult | Label::Weak | Label::Ntstatus | Label::Win32 | Label::Returned | Label::Stop
    );
    let accepted = match label {
        Label::Other => false,
        Label::Parameter => true,
        _ if wide.is_some() => false,
        _ if said => {
            let informs = label == Label::Ntstatus && value >> 28 == 4 && codes::is_ntstatus(value);
            known || codes::plausible(value) || label == Label::Stop || informs
        }
        // `- 8009019E:工作集超时`: an item of a person's list.
        _ if !known => {
            let item = scan.is_prose() && codes::usual_facility(value) && beside::heads_item(bytes, start, end);
            item && scan.near_flags(at).any(Flags::FAILING)
        }
        // A column or bracket of a log; in prose a number that is exactly a known code.
        _ => {
            known
                && (bracketed
                    || in_brackets && scan.line_flags(at).any(Flags::FAILING)
                    || beside::behind_thread_id(bytes, start)
                    || beside::behind_source_line(bytes, start)
                    || scan.is_prose() && beside::beside_another(bytes, start, end)
                    || beside::named_result(bytes, start)
                    || beside::called_status(bytes, start)
                    || scan.is_prose() && scan.near_flags(at).any(Flags::FAILING))
        }
    };
    if accepted && scan.parameters_end <= at {
        decide(scan, &literal);
    }
}

/// Whether the last code found is a stop code on the same line, or on the one above a line of parameters.
fn behind_stop_code(scan: &Scan<'_>, at: usize) -> bool {
    let own = lex::line_start(scan.bytes, at, 200);
    let listed = lex::find_any(scan.bytes, own..at, &["parameters", "参数"]).is_some();
    let line = if listed { lex::line_start(scan.bytes, own.saturating_sub(1), 200) } else { own };
    scan.candidates.iter().rev().take(3).any(|one| one.kind == Kind::Bugcheck && one.span.start >= line)
}

/// `{DIF_REGISTERDEVICE - exit(0x00000005)}`, `{SetupCopyOEMInf exit (0x00000050)}`: whether a section of setupapi.dev.log ended with
/// the number.
fn is_section_exit(bytes: &[u8], start: usize, end: usize) -> bool {
    let word = lex::back_while(bytes, start.saturating_sub(1), 1, |byte| byte == b' ');
    lex::before(bytes, start) == b'(' && lex::has(bytes, end, ")}") && lex::has_before(bytes, word, "exit")
}

/// `{DrvSetupInstallDriver - exit(00000103)}`: the same without `0x`; `at` is behind the word and its bracket.
pub(super) fn section_exit(scan: &mut Scan<'_>, at: usize) {
    let end = lex::skip_while(scan.bytes, at, 9, |byte| byte.is_ascii_hexdigit());
    if end - at == 8
        && is_section_exit(scan.bytes, at, end)
        && let Ok(value) = u32::from_str_radix(&scan.text[at..end], 16)
        && value < 0x1_0000
    {
        decide(scan, &Literal { value, digits: 8, start: at, end });
    }
}

/// Says what a number is, and proposes it.
fn decide(scan: &mut Scan<'_>, literal: &Literal) {
    let Literal { value, digits, start, end } = *literal;
    if value == 0 {
        return;
    }
    let span = start..end;
    if start < scan.parameters_end {
        if value >= 0xC000_0000 && codes::is_ntstatus(value) {
            scan.push(Kind::Ntstatus, format!("0x{value:08X}"), span);
        }
        return;
    }
    // Between the words of system errors and the severe codes lie addresses and sizes, a few stop codes, and statuses
    // that only inform, with one of which a program may end itself (0x40000015).
    let informs = value >> 28 == 4 && digits == 8 && codes::is_ntstatus(value);
    if (0x1_0000..0x8000_0000).contains(&value) && !informs && !codes::is_bugcheck(value) {
        return;
    }
    if kerberos::is_status_of_ticket_event(scan.bytes, start) && codes::is_kerberos(value) && value < 0x80 {
        scan.push(Kind::Kerberos, format!("0x{value:X}"), span);
        return;
    }
    if is_section_exit(scan.bytes, start, end) && codes::is_win32(value) {
        scan.push(Kind::Win32, value.to_string(), span);
        return;
    }
    let label = match label::before(scan.bytes, start) {
        // `an I/O status code of 0xC000009C`: what a web server answers is no number of this size.
        Label::Other
            if value >= 0xC000_0000 && codes::is_ntstatus(value) && beside::called_status_code(scan.bytes, start) =>
        {
            Label::None
        }
        Label::Other => return,
        Label::Parameter => {
            // A stop is told of what only warns where nothing handled it.
            let warns = || value >> 28 == 8 && lex::find_any(scan.bytes, end..end + 40, &["exception code"]).is_some();
            if (value >= 0xC000_0000 || warns()) && codes::is_ntstatus(value) {
                scan.push(Kind::Ntstatus, format!("0x{value:08X}"), span);
            }
            return;
        }
        Label::None if digits == 8 && beside::called_error_behind(scan.bytes, end) => Label::Error,
        label => label,
    };
    if kerberos::is_result(scan, literal, label) {
        return;
    }
    if is_stop_code(scan, literal, label) {
        scan.push(Kind::Bugcheck, format!("0x{value:X}"), span);
        scan.parameters_end = parameters_end(scan.bytes, end);
        return;
    }
    // `STOP: c0000135 {Unable To Locate Component}`: the screen of a fatal system error.
    if label == Label::Stop && value >> 28 == 0xC && lex::byte(scan.bytes, lex::skip_blanks(scan.bytes, end)) == b'{' {
        scan.push(Kind::Bugcheck, format!("0x{value:X}"), span);
        return;
    }
    if value >= 0x8000_0000 {
        // In brackets behind words of failure, a number of a rare facility needs no label.
        let bracketed = lex::before(scan.bytes, start) == b'(' && lex::byte(scan.bytes, end) == b')' && digits == 8;
        let label = match label {
            Label::None if bracketed && scan.line_flags(start).any(Flags::FAILING) => Label::Weak,
            Label::None if digits == 8 && beside::constant_beside(scan.bytes, value, start, end) => Label::Weak,
            Label::None if digits == 8 && beside::listed_behind_code(scan, start) => Label::Weak,
            label => label,
        };
        if let Some(kind) = severe_kind(value, label)
            && !(kind == Kind::Ntstatus && label == Label::None && beside::assigned_elsewhere(scan.bytes, start))
        {
            scan.push(kind, format!("0x{value:08X}"), span);
            if kind == Kind::Ntstatus {
                event_message::before_logon_status(scan, value, start);
            }
            if kind == Kind::Hresult {
                setup::extended(scan, value, start, end);
            }
        }
        return;
    }
    if value > 0xFFFF {
        // 0x40000015, with which a program ends itself, is no error by its first bits.
        if label == Label::Ntstatus && digits == 8 && value >> 28 == 4 && codes::is_ntstatus(value) {
            scan.push(Kind::Ntstatus, format!("0x{value:08X}"), span);
        }
        return;
    }
    // S_FALSE is no failure, and 1 is any program's.
    if value == 1 && (digits < 8 || label == Label::Hresult) {
        return;
    }
    if let Some(decimal) = beside::said_in_decimal(scan, value, start)
        && codes::is_win32(value)
    {
        let kind = if codes::is_installer_result(value) { Kind::Msi } else { Kind::Win32 };
        scan.push(kind, value.to_string(), decimal);
        return;
    }
    let parenthesised = digits == 8
        && lex::before(scan.bytes, start) == b'('
        && lex::byte(scan.bytes, end) == b')'
        && scan.line_flags(start).any(Flags::FAILING);
    let said = match label {
        Label::Error | Label::Win32 | Label::Weak | Label::Hresult => true,
        Label::Returned => digits == 8 && scan.line_flags(start).any(Flags::FAILING),
        _ => false,
    };
    // `failed: 0x05: CR_INVALID_DEVNODE`: the configuration manager counts in a way of its own.
    if lex::has(scan.bytes, lex::skip_while(scan.bytes, end, 2, |byte| matches!(byte, b':' | b' ')), "cr_") {
        return;
    }
    // A known error, or one of eight digits that is called an error: printers say 0x0000011b.
    let called = digits == 8 && matches!(label, Label::Error | Label::Win32);
    // 0x00000709, 0x0000011b: what Windows says of a printer.
    let of_printer = digits == 8 && scan.is_prose() && scan.line_flags(start).any(Flags::PRINTER);
    let accepted = called
        || of_printer && (codes::is_win32(value) || value == 0x11B)
        || codes::is_win32(value) && said::by_network_setup(scan.bytes, start)
        || (said || parenthesised) && codes::is_win32(value)
        || !said && codes::message_beside(scan.text, start, end) == Some(value);
    if accepted && !(digits < 8 && beside::is_remote_desktop(scan.bytes, start)) {
        scan.push(Kind::Win32, value.to_string(), span);
    }
}

/// HRESULT or NTSTATUS, or neither: an address, flags.
pub(super) fn severe_kind(value: u32, label: Label) -> Option<Kind> {
    // The kernel's own use of facility 4 is event ids; what people meet is licensing and other interfaces.
    if value >> 16 == 0xC004 && label != Label::Ntstatus && label != Label::Stop {
        return (codes::is_hresult(value) || codes::usual_facility(value)).then_some(Kind::Hresult);
    }
    let (hresult, ntstatus) = (codes::is_hresult(value), codes::is_ntstatus(value));
    let said = matches!(
        label,
        Label::Error | Label::Hresult | Label::Ntstatus | Label::Weak | Label::Returned | Label::Win32 | Label::Stop
    );
    let nt_range = value >> 28 == 0xC && value >> 16 & 0xFFF < 0x100 || label == Label::Ntstatus;
    if label != Label::Ntstatus && codes::is_wide_win32(value) {
        return Some(Kind::Hresult);
    }
    match (hresult, ntstatus) {
        (true, true) => Some(if nt_range && label != Label::Hresult { Kind::Ntstatus } else { Kind::Hresult }),
        (true, false) => Some(Kind::Hresult),
        (false, true) => Some(Kind::Ntstatus),
        // Any program's facility, where the text calls the number an error.
        (false, false) if value >> 28 == 8 && matches!(label, Label::Error | Label::Hresult) => Some(Kind::Hresult),
        (false, false) if codes::plausible(value) && (said || codes::usual_facility(value)) => {
            Some(if value >> 28 == 0xC && !codes::usual_facility(value) || label == Label::Ntstatus {
                Kind::Ntstatus
            } else {
                Kind::Hresult
            })
        }
        // .NET and C++ exceptions carry letters in their number: 0xE0434352.
        (false, false) if label == Label::Ntstatus && value >> 28 == 0xE => Some(Kind::Ntstatus),
        _ => None,
    }
}
