//! Crashes: the faulting module together with the exception code, in the words of the event log, of error
//! reporting, of the debugger and of the Java runtime.

use std::ops::Range;

use crate::signature::SignatureKind as Kind;

use super::{Scan, codes, hex, label::Label, lex};

/// How far behind the module's name its exception code may stand: four lines of an event with long paths.
const REACH: usize = 700;
/// How far before it the application's name may stand.
const BACK: usize = 400;

/// Words with which the next crash begins.
const NEXT: &[&str] =
    &["faulting application", "faulting module name", "错误应用程序", "出错应用程序", "错误模块名称", "失敗的應用程式"];

const CODE_LABELS: &[&str] = &[
    "exception code",
    "exceptioncode",
    "exception_code",
    "异常代码",
    "異常代碼",
    "例外状况代码",
    "例外狀況代碼",
    "例外代码",
    "例外代碼",
];

/// `Faulting module name: ntdll.dll, … Exception code: 0xc0000005`, on one line or over several; `at` is the end
/// of the words before the module's name.
pub(super) fn faulting_module(scan: &mut Scan<'_>, at: usize) {
    let bytes = scan.bytes;
    if lex::has(bytes, at, "path") || lex::has(bytes, at, "package") {
        return; // said again further on
    }
    let Some(module) = name_at(scan, at) else { return };
    let stop = scan.text.floor_char_boundary((module.end + REACH).min(bytes.len()));
    // The next crash begins with its application: what follows is not this one's.
    let stop = lex::find_any(bytes, module.end..stop, NEXT).map_or(stop, |next| next.start);
    let Some(label) = lex::find_any(bytes, module.end..stop, CODE_LABELS) else { return };
    let Some((code, _)) = code_behind(scan, label.end) else { return };
    let name = scan.text[module.clone()].to_ascii_lowercase();
    let name = match name.as_str() {
        "unknown" | "stackhash" | "bad_module_info" => application_before(scan, at).unwrap_or(name),
        _ => name,
    };
    scan.push(Kind::Crash, format!("{name}/0x{code:08X}"), module);
}

/// The name of a file at `at`, behind separators; of a path the last part. An error report puts the name into the next
/// line: `Sig[3].Name=Fault Module Name`, `Sig[3].Value=ntdll.dll`.
fn name_at(scan: &Scan<'_>, at: usize) -> Option<Range<usize>> {
    let bytes = scan.bytes;
    let mut start = lex::skip_separators(bytes, at, 12, &["名称", "名稱", "为", "是", ">"]);
    let next = lex::skip_while(bytes, start, 3, |byte| matches!(byte, b'\r' | b'\n'));
    if next > start && lex::has(bytes, next, "sig[") {
        start = lex::find_any(bytes, next..(next + 24).min(bytes.len()), &["value="])?.end;
    }
    let is_path = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.+~$\\/:()".contains(&byte) || byte >= 0x80;
    let mut end = lex::skip_while(bytes, start, 200, is_path);
    while end > start && matches!(bytes[end - 1], b'.' | b':' | b')') {
        end -= 1;
    }
    let path = scan.text.get(start..end)?;
    let name = start + path.rfind(['\\', '/']).map_or(0, |slash| slash + 1);
    (name < end && scan.text[name..end].is_ascii()).then_some(name..end)
}

/// An exception code behind its label: `: 0xc0000005`, `：c0000005`, `Sig[6].Value=c0000005`, `: (NTSTATUS) 0xc0000005`.
fn code_behind(scan: &Scan<'_>, at: usize) -> Option<(u32, Range<usize>)> {
    let bytes = scan.bytes;
    let mut start = lex::skip_separators(bytes, at, 16, &["为", "是", "ntstatus) ", ">"]);
    let next = lex::skip_while(bytes, start, 3, |byte| matches!(byte, b'\r' | b'\n'));
    if next > start && lex::has(bytes, next, "sig[") {
        start = lex::find_any(bytes, next..(next + 24).min(bytes.len()), &["value="])?.end;
    }
    lex::hexadecimal(bytes, start).filter(|&(code, _)| is_exception(code))
}

/// Exception codes are failures of the kernel's list (0xC…), breakpoints (0x8…) or those of a language (0xE…).
fn is_exception(code: u32) -> bool {
    matches!(code >> 28, 0x8 | 0xC | 0xE) && (codes::is_ntstatus(code) || codes::plausible(code) || code >> 28 == 0xE)
}

/// The application that crashed, where the module is not known.
fn application_before(scan: &Scan<'_>, at: usize) -> Option<String> {
    let from = scan.text.ceil_char_boundary(at.saturating_sub(BACK));
    let words = ["application name", "应用程序名称", "應用程式名稱", "faulting application"];
    let word = lex::find_any(scan.bytes, from..at, &words)?;
    name_at(scan, word.end).map(|name| scan.text[name].to_ascii_lowercase())
}

/// `P4: ntdll.dll … P7: c0000005`: the numbered parameters of an error report; where memory was protected, the code
/// stands in P8. `at` is where the module's name should begin.
pub(super) fn numbered_parameters(scan: &mut Scan<'_>, at: usize) {
    let bytes = scan.bytes;
    if lex::is_word(lex::before(bytes, at.saturating_sub("p4:".len()))) {
        return; // mp4:
    }
    let Some(module) = name_at(scan, at) else { return };
    let stop = scan.text.floor_char_boundary((module.end + 240).min(bytes.len()));
    let code = ["p7:", "p8:"].iter().find_map(|label| {
        let label = lex::find_any(bytes, module.end..stop, &[label])?;
        code_behind(scan, label.end)
    });
    let name = &scan.text[module.clone()];
    if let Some((code, span)) = code
        && (name.contains('.') || name.to_ascii_lowercase().starts_with("stackhash"))
    {
        scan.push(Kind::Crash, format!("{}/0x{code:08X}", name.to_ascii_lowercase()), module);
        push_code(scan, code, span);
    }
}

/// Proposes an exception code that stands without its `0x`: with it, it is found by that.
fn push_code(scan: &mut Scan<'_>, code: u32, span: Range<usize>) {
    if span.len() == 8
        && let Some(kind) = hex::severe_kind(code, Label::Ntstatus)
    {
        scan.push(kind, format!("0x{code:08X}"), span);
    }
}

/// `Sig[6].Name=Exception Code`, and below `Sig[6].Value=c0000374`: a value in the file of an error report; `at` is where it begins.
pub(super) fn report_value(scan: &mut Scan<'_>, at: usize) {
    const FAR: usize = 80;
    let from = lex::line_start(scan.bytes, lex::line_start(scan.bytes, at, FAR).saturating_sub(1), FAR);
    if let Some((code, span)) = lex::hexadecimal(scan.bytes, at).filter(|&(code, _)| is_exception(code))
        && lex::find_any(scan.bytes, from..at, CODE_LABELS).is_some()
    {
        push_code(scan, code, span);
    }
}

/// The exception code in the data of event 1000, which have no names: application, version, time stamp, module, version,
/// time stamp, code, offset; `at` is where the code begins.
pub(super) fn event_data(scan: &mut Scan<'_>, at: usize) {
    let bytes = scan.bytes;
    let Some((code, span)) = lex::hexadecimal(bytes, at) else { return };
    if !lex::has(bytes, span.end, "</data>") || !is_exception(code) {
        return;
    }
    let from = scan.text.ceil_char_boundary(at.saturating_sub(BACK));
    let Some(earlier) = scan.text.get(from..at) else { return };
    let module = earlier.rmatch_indices("<Data>").nth(3).map(|(place, tag)| from + place + tag.len());
    let Some(start) = module else { return };
    let end = lex::skip_while(bytes, start, 96, |byte| byte != b'<');
    // Two numbers of eight digits and a version between: nothing else has that shape.
    if !scan.text[start..end].contains('.') {
        return;
    }
    let name = scan.text[start..end].to_ascii_lowercase();
    scan.push(Kind::Crash, format!("{name}/0x{code:08X}"), start..end);
    scan.push(Kind::Ntstatus, format!("0x{code:08X}"), span);
}

/// `FAILURE_BUCKET_ID: INVALID_POINTER_READ_c0000005_foo.dll!Unknown`, as the debugger sums up a program's crash.
pub(super) fn bucket(scan: &mut Scan<'_>, at: usize) {
    let bytes = scan.bytes;
    let start = lex::skip_separators(bytes, at, 12, &[]);
    let end = lex::skip_while(bytes, start, 240, |byte| !byte.is_ascii_whitespace());
    let Some(bucket) = scan.text.get(start..end) else { return };
    let Some(bang) = bucket.find('!') else { return };
    // `…_c0000005_foo.dll`: eight hexadecimal digits between underscores, then the module.
    let mut parts = bucket[..bang].match_indices('_').map(|(place, _)| place);
    let Some(mark) = parts.find(|&place| {
        let digits = bucket.get(place + 1..place + 9).unwrap_or_default();
        digits.len() == 8 && digits.bytes().all(|byte| byte.is_ascii_hexdigit()) && bucket[place + 9..].starts_with('_')
    }) else {
        return;
    };
    let (digits, module) = (&bucket[mark + 1..mark + 9], &bucket[mark + 10..bang]);
    if let Ok(code) = u32::from_str_radix(digits, 16)
        && is_exception(code)
        && module.contains('.')
    {
        let span = start + mark + 10..start + bang;
        scan.push(Kind::Crash, format!("{}/0x{code:08X}", module.to_ascii_lowercase()), span);
    }
}

/// `# Problematic frame:` of a Java crash on Windows, with the module in the next line and the exception code above.
pub(super) fn problematic_frame(scan: &mut Scan<'_>, at: usize) {
    let bytes = scan.bytes;
    let stop = (at + 80).min(bytes.len());
    let Some(open) = memchr::memchr(b'[', &bytes[at..stop]).map(|found| at + found + 1) else { return };
    let end = lex::skip_while(bytes, open, 80, |byte| lex::is_word(byte) || matches!(byte, b'.' | b'-'));
    let from = scan.text.ceil_char_boundary(at.saturating_sub(BACK));
    let Some(named) = lex::find_any(bytes, from..at, &["exception_"]) else { return };
    let Some(number) = lex::find_any(bytes, named.end..at, &["(0x"]) else { return };
    let Some((code, _)) = lex::hexadecimal(bytes, number.start + 1) else { return };
    if lex::byte(bytes, end) == b'+' && is_exception(code) {
        scan.push(Kind::Crash, format!("{}/0x{code:08X}", scan.text[open..end].to_ascii_lowercase()), open..end);
    }
}

/// How far the list of an error report reaches: ten lines, some with paths.
const REPORT: usize = 900;

/// The fields of an error report, `P2: E0000247` or `Problem Signature 07: c0000374`: a status among versions and time
/// stamps is one that is known. `at` is the end of the words before the list.
pub(super) fn report_fields(scan: &mut Scan<'_>, at: usize) {
    let bytes = scan.bytes;
    if at < scan.report_fields_end {
        return;
    }
    let stop = (at + REPORT).min(bytes.len());
    scan.report_fields_end = stop;
    let mut line = at;
    while line < stop {
        let end = lex::line_end(bytes, line, stop - line);
        let mut value = end;
        while value > line && bytes[value - 1].is_ascii_whitespace() {
            value -= 1;
        }
        let start = lex::back_while(bytes, value, 9, |byte| byte.is_ascii_hexdigit());
        let mark = lex::back_while(bytes, start, 3, |byte| byte == b' ' || byte == b'\t');
        if value - start == 8
            && lex::before(bytes, mark) == b':'
            && lex::before(bytes, mark - 1).is_ascii_digit()
            && let Some((code, span)) = lex::hexadecimal(bytes, start)
            && (codes::is_severe(code) || code >> 12 == 0xE0000)
            && let Some(kind) = hex::severe_kind(code, Label::Error)
        {
            scan.push(kind, format!("0x{code:08X}"), span);
        }
        line = end + 1;
    }
}
