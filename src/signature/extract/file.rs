//! Programs, drivers, libraries and driver set-up files, by their base names.

use crate::signature::SignatureKind as Kind;

use super::{Scan, lex};

/// Longest file name looked at; Windows allows 255, real drivers have under 40.
const LONGEST: usize = 96;

/// A file that support knows by its whole name, in the folder that holds it: `C:\inetpub\wwwroot\web.config`. By itself the name is
/// one that people explain; the name, or its ending, stands at `at..end`.
pub(super) fn named(scan: &mut Scan<'_>, at: usize, end: usize) {
    let bytes = scan.bytes;
    let start = lex::back_while(bytes, at, LONGEST, |byte| lex::is_word(byte) || matches!(byte, b'-' | b'.'));
    let whole = start == at || lex::byte(bytes, at) == b'.';
    if whole && matches!(lex::before(bytes, start), b'\\' | b'/') && lex::ends_word(bytes, end) {
        scan.push(Kind::File, scan.text[start..end].to_ascii_lowercase(), start..end);
    }
}

/// A file whose ending stands at `at..end`, the dot included.
pub(super) fn with_ending(scan: &mut Scan<'_>, at: usize, end: usize) {
    let bytes = scan.bytes;
    let setup = lex::has(bytes, at, ".inf");
    // The driver store keeps `cpu.inf` in a folder `cpu.inf_amd64_neutral_…`.
    let in_store =
        setup && lex::skip_any(bytes, end, &["_amd64", "_x86", "_arm64", "_ia64", "_wow64", "_arm"]).is_some();
    let after = lex::byte(bytes, end);
    let goes_on = lex::is_word(after)
        || matches!(after, b'-' | b'@')
        || after == b'.' && lex::is_word(lex::byte(bytes, end + 1))
        || after == b'(' && setup;
    if goes_on && !in_store {
        return;
    }
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'+' | b'~' | b'$');
    let mut start = lex::back_while(bytes, at, LONGEST, is_name);
    // A pattern (`*.sys`, `%s.dll`), a mail address or a host is no file.
    // `**name.dll**` is bold.
    let bold = lex::has(bytes, start.saturating_sub(2), "**") && lex::byte(bytes, end) == b'*';
    if matches!(lex::before(bytes, start), b'*' | b'?' | b'%') && !bold
        || lex::before(bytes, start) == b'@' && start > 1 && lex::is_word(bytes[start - 2])
        || at - start == LONGEST
    {
        return;
    }
    if lex::before(bytes, start) == b'/'
        && lex::before(bytes, start - 1) == b'/'
        && start >= 3
        && bytes[start - 3] == b':'
    {
        return; // https://host.sys
    }
    // `0x9F_3_POWER_DOWN_IMAGE_disk.sys`: what the debugger puts before the module that it blames.
    let joined = memchr::memchr(b'_', &bytes[start..at]).map(|offset| start + offset);
    if let Some(image) = joined.and_then(|joined| lex::find_any(bytes, joined..at, &["_image_"])) {
        start = image.end;
    }
    // 分析_ntoskrnl.exe: what joins a title in Chinese to the name.
    if !lex::before(bytes, start).is_ascii() {
        start = lex::skip_while(bytes, start, 4, |byte| byte == b'_');
    }
    start =
        lex::skip_while(bytes, start, LONGEST, |byte| !byte.is_ascii_alphanumeric() && !matches!(byte, b'_' | b'$'));
    if start >= at || !bytes[start..at].iter().any(u8::is_ascii_alphanumeric) {
        return;
    }
    let name = scan.text[start..end].to_ascii_lowercase();
    scan.push(if setup { Kind::Inf } else { Kind::File }, name, start..end);
}
