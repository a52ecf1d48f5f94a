//! The two halves of a failed Windows upgrade: `0xC1900101-0x20017`, also told in words.

use crate::signature::SignatureKind as Kind;

use super::{Scan, lex};

/// How far behind the result its extend code may stand, in bytes.
const REACH: usize = 64;

/// The extend code behind a result that ends at `end` and begins at `start`; the result is a signature of its own.
pub(super) fn extended(scan: &mut Scan<'_>, result: u32, start: usize, end: usize) {
    let Some((extend, stop)) = extend_code(scan, result, end) else { return };
    scan.push(Kind::Setup, format!("0x{result:08X}-0x{extend:X}"), start..stop);
}

fn extend_code(scan: &Scan<'_>, result: u32, end: usize) -> Option<(u32, usize)> {
    let bytes = scan.bytes;
    // Only blanks and a mark between: `0xC1900101 - 0x4000D`, `0xC1900101/0x30018`.
    let mut here = lex::skip_blanks(bytes, end);
    let marked = lex::skip_any(bytes, here, &["--", "-", "–", "—", "−", "/", "_", "~", ","]);
    here = lex::skip_blanks(bytes, marked.unwrap_or(here));
    let upgrade = result >> 16 == 0xC190;
    if (marked.is_some() || upgrade)
        && let Some(code) = phase_at(bytes, here)
    {
        return Some(code);
    }
    // `Result: 0xC1900101, ExtendCode 0x20017`; `result = 0xC1900101, extended = 0x20017`; 扩展代码.
    let stop = scan.text.floor_char_boundary(lex::line_end(bytes, end, REACH));
    let word = lex::find_any(bytes, end..stop, &["extend", "扩展", "擴充", "延伸"])?;
    let number = lex::find_any(bytes, word.end..stop, &["0x"])?;
    phase_at(bytes, number.start)
}

/// A number at `at` that names a phase and an operation.
fn phase_at(bytes: &[u8], at: usize) -> Option<(u32, usize)> {
    if !lex::has(bytes, at, "0x") {
        return None;
    }
    let (value, span) = lex::hexadecimal(bytes, at)?;
    // Phases 1 to 5; newer systems have operations behind those that the catalog names.
    let fits = (1..=5).contains(&(value >> 16)) && value & 0xFFFF < 0x60;
    fits.then_some((value, span.end))
}
