//! Names of codes: `E_ACCESSDENIED`, `ERROR_ACCESS_DENIED`, `STATUS_…`, stop-code names,
//! `HRESULT_FROM_WIN32(5)`. What a name means is the catalog's knowledge.

use crate::signature::SignatureKind as Kind;

use super::{Scan, codes, lex, stop_name};

/// Longest symbol in the catalog is under 100 characters.
const LONGEST: usize = 110;

/// A symbol of which a piece stands at `at`; the whole identifier around it is looked up.
pub(super) fn around(scan: &mut Scan<'_>, at: usize) {
    let bytes = scan.bytes;
    // Names of codes are written in upper case; this also refuses most of what a log holds quickly.
    if !lex::byte(bytes, at).is_ascii_uppercase() && lex::byte(bytes, at) != b'_' {
        return;
    }
    let start = lex::back_while(bytes, at, LONGEST, lex::is_word);
    let end = lex::skip_while(bytes, at, LONGEST, lex::is_word);
    if end - start > LONGEST {
        return;
    }
    if bytes[start..end].iter().any(|byte| byte.is_ascii_lowercase()) {
        stop_name::in_small_letters(scan, start..end);
        return;
    }
    if scan.candidates.iter().rev().take(4).any(|found| found.span == (start..end)) {
        return; // another piece of the same name led here before
    }
    let Some(name) = scan.text.get(start..end) else { return };
    if name == "HRESULT_FROM_WIN32" {
        from_win32(scan, start, end);
        return;
    }
    // Samba writes NT_STATUS_….
    let known = name.strip_prefix("NT_").filter(|rest| rest.starts_with("STATUS_")).unwrap_or(name);
    // MIT Kerberos writes KRB5KDC_ERR_… and KRB5KRB_AP_ERR_….
    let known =
        known.strip_prefix("KRB5").filter(|rest| rest.starts_with("KDC_") || rest.starts_with("KRB_")).unwrap_or(known);
    let Some(signature) = codes::named(known) else { return };
    if signature.kind == Kind::Kerberos {
        // `(14) KDC_ERR_ETYPE_NOSUPP`: the number is the protocol's.
        let number = |last: &super::Candidate| last.kind == Kind::Win32 && start.saturating_sub(last.span.end) <= 3;
        if scan.candidates.last().is_some_and(number) {
            scan.candidates.pop();
        }
    } else if says_the_number_before(scan, start, &signature.value) {
        return;
    }
    scan.push(signature.kind, signature.value, start..end);
}

/// `[HRESULT = 0x80070005 - ERROR_ACCESS_DENIED]`: the name repeats the number before it.
fn says_the_number_before(scan: &Scan<'_>, start: usize, value: &str) -> bool {
    let Some(last) = scan.candidates.last() else { return false };
    let Some(gap) = start.checked_sub(last.span.end) else { return false };
    if gap > 5 || !matches!(last.kind, Kind::Hresult | Kind::Win32 | Kind::Ntstatus) {
        return false;
    }
    let number = |text: &str| {
        text.strip_prefix("0x").map_or_else(|| text.parse().ok(), |digits| u32::from_str_radix(digits, 16).ok())
    };
    match (number(&last.value), number(value)) {
        (Some(first), Some(second)) => first & 0xFFFF == second & 0xFFFF,
        _ => false,
    }
}

/// `HRESULT_FROM_WIN32(5)`, also with the error's name in the brackets.
fn from_win32(scan: &mut Scan<'_>, start: usize, end: usize) {
    let open = lex::skip_blanks(scan.bytes, end);
    if lex::byte(scan.bytes, open) != b'(' {
        return;
    }
    let inner = lex::skip_blanks(scan.bytes, open + 1);
    let close = lex::skip_while(scan.bytes, inner, LONGEST, lex::is_word);
    let Some(argument) = scan.text.get(inner..close) else { return };
    let hexadecimal = argument.strip_prefix("0x").or_else(|| argument.strip_prefix("0X"));
    let number: Option<u32> = match hexadecimal {
        Some(digits) => u32::from_str_radix(digits, 16).ok(),
        None => argument.parse().ok().or_else(|| {
            codes::named(argument)
                .filter(|signature| signature.kind == Kind::Win32)
                .and_then(|signature| signature.value.parse().ok())
        }),
    };
    if let Some(number) = number.filter(|number| (1..=0xFFFF).contains(number)) {
        let close = if lex::byte(scan.bytes, close) == b')' { close + 1 } else { close };
        scan.push(Kind::Hresult, format!("0x8007{number:04X}"), start..close);
    }
}
