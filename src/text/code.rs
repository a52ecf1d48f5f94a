//! Normal forms of numbers and codes: one spelling, however it was written.
//!
//! `0x80070005`, `80070005`, `2147942405` and `-2147024891` are one HRESULT. This module only spells; what a code
//! means is the catalog's, and what counts as a signature is `signature`'s.

use compact_str::{CompactString, ToCompactString, format_compact};

use super::TokenKind;

/// Lowest HRESULT or NTSTATUS with the severity bit.
const SEVERE: u64 = 0x8000_0000;
/// Negative numbers above this are counts and offsets, not codes: the highest code in use is about -1,000,000,000
/// (NTSTATUS 0xC...), HRESULTs are lower still.
const HIGHEST_NEGATIVE: i64 = -1_000_000;

/// Normal form and kind of one atom of letters and digits, lower case; `negative` if a minus stands before it.
pub(super) fn normal_form(atom: &str, negative: bool) -> (CompactString, TokenKind) {
    let bytes = atom.as_bytes();
    let digits = bytes.iter().all(u8::is_ascii_digit);
    if negative && let Some(code) = from_negative(atom) {
        return (code, TokenKind::Code);
    }
    if digits {
        return match atom.parse::<u64>() {
            Ok(value) if atom.len() == 10 && (SEVERE..=u64::from(u32::MAX)).contains(&value) => {
                (hex(value), TokenKind::Code)
            }
            // Decimal digits only: HRESULTs of facility 0 to 15 (0x800...) and no others, such as dates and case
            // numbers.
            _ if atom.len() == 8 && atom.starts_with("800") => (format_compact!("0x{atom}"), TokenKind::Code),
            _ => (atom.to_compact_string(), TokenKind::Number),
        };
    }
    if let Some(value) = atom.strip_prefix("0x").filter(|rest| (1..=16).contains(&rest.len()))
        && let Ok(value) = u64::from_str_radix(value, 16)
    {
        // A sign-extended 32-bit code.
        let low = if value >> 32 == 0xFFFF_FFFF { value & 0xFFFF_FFFF } else { value };
        return (hex(low), TokenKind::Code);
    }
    let eight_hex = bytes.len() == 8 && bytes.iter().all(u8::is_ascii_hexdigit) && bytes.iter().any(u8::is_ascii_digit);
    if eight_hex
        && let Ok(value) = u64::from_str_radix(atom, 16)
        && value >= SEVERE
    {
        return (hex(value), TokenKind::Code);
    }
    if is_update(atom) {
        return (atom.to_compact_string(), TokenKind::Code);
    }
    if bytes.iter().all(u8::is_ascii_alphabetic) {
        return (super::stem::stem(atom), TokenKind::Word);
    }
    let kind = if bytes.iter().any(u8::is_ascii_digit) { TokenKind::Name } else { TokenKind::Word };
    (atom.to_compact_string(), kind)
}

/// Whether this is the number of a Microsoft update or article: `kb` and five to eight digits.
pub(super) fn is_update(atom: &str) -> bool {
    atom.strip_prefix("kb")
        .is_some_and(|number| (5..=8).contains(&number.len()) && number.bytes().all(|b| b.is_ascii_digit()))
}

fn from_negative(digits: &str) -> Option<CompactString> {
    let value: i64 = digits.parse::<i64>().ok()?.checked_neg()?;
    let code = i32::try_from(value).ok().filter(|_| value <= HIGHEST_NEGATIVE)?;
    Some(hex(u64::from(code as u32)))
}

fn hex(value: u64) -> CompactString {
    format_compact!("0x{value:x}")
}
