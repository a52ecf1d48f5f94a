//! Codes of 32 bits in decimal: `-2147024891`, `2147942405`, `exit code 3221225477`.

use super::{
    Scan, codes, hex,
    label::{self, Label},
    lex,
};
use crate::signature::SignatureKind as Kind;

/// A negative decimal that is a 32-bit code: `-2147024891`; `at` is the sign.
pub(super) fn signed(scan: &mut Scan<'_>, at: usize) {
    let bytes = scan.bytes;
    let before = lex::before(bytes, at);
    if lex::is_word(before) || matches!(before, b'-' | b'.' | b'/') {
        return;
    }
    // `RegOpenKey(Root=-2147483646`: HKEY_LOCAL_MACHINE, a handle.
    if lex::has_before(bytes, at, "root=") {
        return;
    }
    // `ZRC=0x8004006D=-2147221395`: the same number twice.
    if before == b'=' && lex::before(bytes, at - 1).is_ascii_hexdigit() {
        return;
    }
    let Some((value, end)) = lex::decimal(bytes, at + 1) else { return };
    // Two's complement of 32 bits.
    let Some(code) = 0x1_0000_0000_u64.checked_sub(value).and_then(|code| u32::try_from(code).ok()) else { return };
    if code < 0x8000_0000 {
        return;
    }
    // `krb5_get_init_creds failed: -1765328360`: no other list has such numbers.
    if let Some(error) = codes::library_kerberos(code) {
        scan.push(Kind::Kerberos, error, at..end);
        return;
    }
    severe(scan, code, at, end);
}

/// A ten-digit decimal that is a 32-bit code: `2147942405`, `3221225477`.
pub(super) fn unsigned(scan: &mut Scan<'_>, at: usize) {
    let bytes = scan.bytes;
    let before = lex::before(bytes, at);
    if lex::is_word(before) || matches!(before, b'-' | b'.' | b'/' | b'+' | b':' | b'@') {
        return;
    }
    let Some((value, end)) = lex::decimal(bytes, at) else { return };
    if end - at != 10 || lex::byte(bytes, end) == b'@' {
        return;
    }
    if let Ok(code) = u32::try_from(value)
        && code > 0x8000_0000
        && codes::is_severe(code)
    {
        severe(scan, code, at, end);
    }
}

fn severe(scan: &mut Scan<'_>, code: u32, start: usize, end: usize) {
    let label = label::before(scan.bytes, start);
    let known = codes::is_severe(code) || codes::is_package_manager(code) || codes::is_dotnet_host(code);
    // What Office and its scripts raise stands deep in a tuple: `com_error: (-2147352567, '…', (0, …, -2146827284), None)`.
    let of_script = code >> 16 == 0x800A && {
        const FAR: usize = 300;
        let around = start.saturating_sub(FAR)..start;
        lex::find_any(scan.bytes, around, &["com_error", "comexception", "exception occurred", "发生意外"]).is_some()
    };
    if of_script {
        scan.push(Kind::Hresult, format!("0x{code:08X}"), start..end);
        return;
    }
    if label == Label::Other || !known && label == Label::None {
        return;
    }
    if let Some(kind) = hex::severe_kind(code, label) {
        scan.push(kind, format!("0x{code:08X}"), start..end);
    }
}
