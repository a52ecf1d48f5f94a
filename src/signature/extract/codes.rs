//! What the extraction asks of the catalog: is this number a known code, what does this name mean?

use std::ops::Range;

use crate::{
    catalog::{self, Family},
    signature::{Signature, SignatureKind as Kind},
};

fn has_family(number: u32, family: Family) -> bool {
    catalog::is_in_family(family, number)
}

/// A known HRESULT that says failure, also one that wraps a known Win32 error.
pub(super) fn is_hresult(number: u32) -> bool {
    has_family(number, Family::Hresult) || number >> 16 == 0x8007 && is_win32(number & 0xFFFF)
}

/// A 32-bit number that the system error list itself holds, such as 0xC03A001A of virtual disks: APIs
/// hand it on as an HRESULT, though the kernel has a status of the same number.
pub(super) fn is_wide_win32(number: u32) -> bool {
    number >= 0x8000_0000 && has_family(number, Family::Win32)
}

/// A known NTSTATUS that says failure or warning.
pub(super) fn is_ntstatus(number: u32) -> bool {
    has_family(number, Family::Ntstatus)
}

/// A known HRESULT or NTSTATUS.
pub(super) fn is_severe(number: u32) -> bool {
    number >= 0x8000_0000 && (is_hresult(number) || is_ntstatus(number))
}

/// A known error of SQL Server.
pub(super) fn is_sql_server(number: u32) -> bool {
    has_family(number, Family::Mssql)
}

/// A known Win32 error other than success.
pub(super) fn is_win32(number: u32) -> bool {
    number != 0 && number <= 0xFFFF && has_family(number, Family::Win32)
}

/// A known error of remote access, whose numbers stand among those of the system.
pub(super) fn is_remote_access(number: u32) -> bool {
    has_family(number, Family::Ras)
}

/// A Win32 error that support meets often.
pub(super) fn is_common_win32(number: u32) -> bool {
    is_win32(number) && catalog::is_common(Family::Win32, number)
}

/// An error of the service control manager: ERROR_DEPENDENT_SERVICES_RUNNING (1051) to ERROR_SERVICE_EXISTS (1073), and
/// what it says of accounts and dependencies around (1075 to 1079). MySQL uses the same numbers.
pub(super) fn is_service_error(number: u32) -> bool {
    matches!(number, 1051..=1073 | 1075..=1079)
}

/// A known error of the Kerberos protocol.
pub(super) fn is_kerberos(number: u32) -> bool {
    number != 0 && has_family(number, Family::Kerberos)
}

/// The Kerberos error that a number of a Kerberos library stands for, as a signature holds it: 0x18 for -1765328360.
pub(super) fn library_kerberos(number: u32) -> Option<String> {
    if !has_family(number, Family::Krb5) {
        return None;
    }
    Some(match catalog::kerberos_in_library(number) {
        Some(error) => format!("0x{error:X}"),
        None => format!("0x{number:08X}"),
    })
}

/// A known stop code.
pub(super) fn is_bugcheck(number: u32) -> bool {
    // 0x10000000 is added when the dump was written another way: 0x1000007E.
    has_family(number, Family::Bugcheck) || number >> 28 == 1 && has_family(number & 0x0FFF_FFFF, Family::Bugcheck)
}

/// A number of the Windows Installer's own message table (1101 and up), or one of its results.
pub(super) fn is_msi(number: u32) -> bool {
    (1101..=3002).contains(&number)
}

/// A result of an installation that is no Win32 error of another subject: 1601 to 1654.
///
/// 1641 (restart begun) and 3010 (restart needed) say success.
pub(super) fn is_installer_result(number: u32) -> bool {
    (1601..=1654).contains(&number) && number != 1641
}

/// A result of the Windows package manager, whose list begins at 0x8A150001.
pub(super) fn is_package_manager(number: u32) -> bool {
    (0x8A15_0001..=0x8A15_02FF).contains(&number)
}

/// A result of the host that starts programs of .NET (its error codes are a documented list that begins here).
pub(super) fn is_dotnet_host(number: u32) -> bool {
    (0x8000_8081..=0x8000_80A6).contains(&number)
}

/// Whether a number that the catalog does not know may be an HRESULT or NTSTATUS at all.
pub(super) fn plausible(number: u32) -> bool {
    let facility = number >> 16 & 0x7FF;
    match number >> 28 {
        // Facilities reach to about 0x100 (Visual Studio, gaming: 0x7E1, 0x7AF, 0x7D0 by products).
        // 0x8A15 is the package manager's.
        0x8 => facility < 0x200 || is_package_manager(number) || (0x700..0x800).contains(&facility),
        0xC => number >> 16 & 0xFFF < 0x200,
        // The camera's.
        0xA => number >> 16 == 0xA00F,
        0xD => number >> 16 & 0xFFF == 0,
        // SetupAPI: 0xE0000200 and up.
        0xE => (0xE000_0101..=0xE000_024F).contains(&number),
        _ => false,
    }
}

/// Whether a number's upper half is one that support mail is full of, so that it needs no label.
pub(super) fn usual_facility(number: u32) -> bool {
    matches!(
        number >> 16,
        0x8004
            | 0x8007
            | 0x8009
            | 0x800C
            | 0x800B
            | 0x800F
            | 0x8013
            | 0x8018
            | 0x8019
            | 0x801C
            | 0x8024
            | 0x8037
            | 0x803D
            | 0x803F
            | 0x8078
            | 0x80D0
            | 0x8A15
            | 0xC180
            | 0xA00F
            | 0x87AF
            | 0x87D0
            | 0x87D1
            | 0x87D3
            | 0x87E1
            | 0x87E5
            | 0xC004
            | 0xC190
    )
}

/// The failing signature that a symbol stands for.
pub(super) fn named(symbol: &str) -> Option<Signature> {
    let entry = catalog::by_symbol(symbol).into_iter().find(|entry| kind_of(entry.family).is_some())?;
    if catalog::is_success(entry.family, entry.number) {
        return None;
    }
    let kind = kind_of(entry.family)?;
    let value = match kind {
        Kind::Win32 if is_installer_result(entry.number) => {
            return Some(Signature::new(Kind::Msi, entry.number.to_string()));
        }
        Kind::Win32 if entry.number > 0xFFFF => {
            return Some(Signature::new(Kind::Hresult, format!("0x{:08X}", entry.number)));
        }
        Kind::Hresult | Kind::Ntstatus => format!("0x{:08X}", entry.number),
        Kind::Bugcheck | Kind::Kerberos => format!("0x{:X}", entry.number),
        _ => entry.number.to_string(),
    };
    Some(Signature::new(kind, value))
}

fn kind_of(family: Family) -> Option<Kind> {
    match family {
        Family::Hresult => Some(Kind::Hresult),
        Family::Ntstatus => Some(Kind::Ntstatus),
        Family::Win32 => Some(Kind::Win32),
        Family::Bugcheck => Some(Kind::Bugcheck),
        Family::Kerberos => Some(Kind::Kerberos),
        _ => None,
    }
}

/// The kind of the symbol just before `at`: `MEMORY_MANAGEMENT (0x0000001A)`.
pub(super) fn symbol_before(text: &str, at: usize) -> Option<Kind> {
    let bytes = text.as_bytes();
    let end = super::lex::back_while(bytes, at, 4, |byte| matches!(byte, b' ' | b'(' | b'[' | b':' | b'=' | b'-'));
    let start = super::lex::back_while(bytes, end, 64, super::lex::is_word);
    if end - start < 6 {
        return None;
    }
    named(text.get(start..end)?).map(|signature| signature.kind)
}

/// How far from a number its system message may begin or end, in bytes.
pub(super) const MESSAGE_REACH: usize = 96;

/// The Win32 error whose system message stands on one side of a number, in brackets or behind a mark.
pub(super) fn message_beside(text: &str, start: usize, end: usize) -> Option<u32> {
    let bytes = text.as_bytes();
    // Only where a bracket or mark joins both: most numbers have a comma or a word beside them.
    let next = super::lex::byte(bytes, super::lex::skip_blanks(bytes, end));
    let behind = matches!(next, b'(' | b':' | b'-' | b'"' | b')' | b']' | 0x80..);
    if !behind {
        return None;
    }
    message_after(text, end).or_else(|| message_before(text, start))
}

/// The Win32 error whose system message follows a number: `5（拒绝访问）`, `5: Access is denied`.
pub(super) fn message_after(text: &str, at: usize) -> Option<u32> {
    let end = text.floor_char_boundary((at + MESSAGE_REACH).min(text.len()));
    let window = text.get(at..end)?;
    let (span, signature) = catalog::find_messages(window).into_iter().next()?;
    let gap = window.get(..span.start)?;
    (gap.len() <= 8 && gap.bytes().all(|byte| !byte.is_ascii_alphanumeric())).then(|| win32_of(&signature)).flatten()
}

/// The Win32 error whose system message stands before a number: `Access is denied. (5)`.
pub(super) fn message_before(text: &str, at: usize) -> Option<u32> {
    let start = text.ceil_char_boundary(at.saturating_sub(MESSAGE_REACH));
    let window = text.get(start..at)?;
    let (span, signature) = catalog::find_messages(window).into_iter().next_back()?;
    let gap = window.get(span.end..)?;
    (gap.len() <= 8 && gap.bytes().all(|byte| !byte.is_ascii_alphanumeric())).then(|| win32_of(&signature)).flatten()
}

/// The system message around a place, and its Win32 error.
pub(super) fn message_around(text: &str, at: usize) -> Option<(Range<usize>, u32)> {
    let start = text.ceil_char_boundary(at.saturating_sub(MESSAGE_REACH));
    let end = text.floor_char_boundary((at + MESSAGE_REACH).min(text.len()));
    let around = |(span, signature): (Range<usize>, Signature)| {
        let span = start + span.start..start + span.end;
        span.contains(&at).then(|| Some((span, win32_of(&signature)?))).flatten()
    };
    catalog::find_messages(text.get(start..end)?).into_iter().find_map(around)
}

/// The Win32 error that the message at `start..end` stands for.
pub(super) fn message_value(text: &str, start: usize, end: usize) -> Option<u32> {
    win32_of(&catalog::message_signature(text.get(start..end)?)?)
}

/// The Win32 error of the first system message between two places.
pub(super) fn message_within(text: &str, start: usize, end: usize) -> Option<u32> {
    let end = text.floor_char_boundary(end);
    catalog::find_messages(text.get(start..end)?).iter().find_map(|(_, signature)| win32_of(signature))
}

fn win32_of(signature: &Signature) -> Option<u32> {
    (signature.kind == Kind::Win32).then(|| signature.value.parse().ok()).flatten()
}
