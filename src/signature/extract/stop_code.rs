//! Stop codes: which numbers are one, and what stands beside them.
//!
//! A stop code is written with eight digits, or with the two or three that matter, behind a label, on a screen with its
//! four parameters, or bare in a sentence; most of these numbers are Win32 errors too, so that the words decide.

use crate::signature::SignatureKind as Kind;

use super::{Scan, beside, codes, flags::Flags, hex::Literal, label::Label, lex};

/// Whether a number is a stop code: it is called one, or it is a known one where a stop screen is
/// spoken of.
pub(super) fn is_stop_code(scan: &mut Scan<'_>, literal: &Literal, label: Label) -> bool {
    let Literal { value, digits, start, end } = *literal;
    // `unsigned char stop = 0x81`, `stop code: 2^n`: of a program.
    if digits < 8 && lex::before(scan.bytes, lex::back_while(scan.bytes, start, 1, |byte| byte == b' ')) == b'=' {
        return false;
    }
    if label == Label::Stop {
        return codes::is_bugcheck(value)
            || digits >= 7 && value < 0x1_0000
            || value >> 28 == 0xC && has_four_parameters(scan.bytes, end);
    }
    let of_driver = matches!(label, Label::Win32 | Label::Error)
        && digits == 8
        && scan.is_prose()
        && POPULAR.contains(&value)
        && speaks_of_drivers(scan.bytes, start)
        && codes::message_beside(scan.text, start, end) != Some(value);
    if value >= 0x8000_0000
        || matches!(label, Label::Win32 | Label::Hresult | Label::Ntstatus | Label::Errno | Label::Audit) && !of_driver
    {
        return false;
    }
    // Most numbers can be none, whatever their line speaks of.
    let is_known = codes::is_bugcheck(value);
    if !(is_known || digits == 8 && value < 0x1000) {
        return false;
    }
    let line = scan.line_flags(start);
    if line.any(Flags::PRINTER) && !line.any(Flags::STOP) {
        return false;
    }
    // Written as a stop code is where one is spoken of, it is one that the catalog does not know.
    let padded = digits == 8 && value < 0x1000 && line.any(Flags::STOP) && label != Label::Weak;
    // `the first parameter of bugcheck 0x139 is 0x3a`: only the first number is the code.
    if !is_known && !padded || is_parameter(scan, start) {
        return false;
    }
    // 蓝屏代码 0x7B on the line; or the number stands alone below `BSOD with stop error:`.
    let listed = parameters_end(scan.bytes, end) > end;
    line.any(Flags::STOP) && (digits != 1 || beside::listed_behind_stop_code(scan, start))
        || of_driver
        || digits == 8 && label == Label::None && next_in_list(scan, start)
        || (listed || digits == 8 && stands_alone(scan.bytes, start, end)) && scan.near_flags(start).any(Flags::STOP)
        || listed && has_four_parameters(scan.bytes, end)
        || digits == 8
            && (label != Label::Error || speaks_of_hardware(scan.bytes, start))
            && stands_bare(scan, start, end)
        || match codes::symbol_before(scan.text, start) {
            Some(kind) => kind == Kind::Bugcheck,
            None => digits == 8 && (capitals_before(scan.bytes, start) || capitals_behind(scan.text, end)),
        }
}

/// Stop codes that people meet, and name without saying what they are. As Win32 errors these numbers are rare, or
/// stand behind a label.
const POPULAR: &[u32] = &[
    0x0A, 0x19, 0x1A, 0x1E, 0x24, 0x3B, 0x4E, 0x50, 0x74, 0x77, 0x7A, 0x7B, 0x7E, 0x7F, 0x8E, 0x9C, 0x9F, 0xBE, 0xC2,
    0xC4, 0xC5, 0xCA, 0xCE, 0xD1, 0xEA, 0xED, 0xEF, 0xF4, 0xF7, 0xFC, 0xFE, 0x101, 0x109, 0x10E, 0x113, 0x116, 0x117,
    0x119, 0x124, 0x133, 0x139, 0x13A, 0x144, 0x154, 0x15E, 0x1000007E, 0x1000008E, 0x100000D1,
];

/// Whether a number of eight digits stands in a person's sentence without any word that says what it is, where no other
/// number beside it says that addresses or fields are listed.
fn stands_bare(scan: &Scan<'_>, start: usize, end: usize) -> bool {
    const FAR: usize = 160;
    let popular = |at: usize| lex::hexadecimal(scan.bytes, at).is_some_and(|(value, _)| POPULAR.contains(&value));
    // An operator or field makes it a value: `dwType=0x0000000A`, `0x0000007E:` of a dump.
    let plain = !matches!(lex::before(scan.bytes, start), b'=' | b'[' | b'<' | b'&' | b'|' | b'@')
        && !matches!(lex::byte(scan.bytes, end), b':' | b'=' | b']' | b'`' | b'h');
    if !scan.is_prose() || !plain || !popular(start) {
        return false;
    }
    let line = lex::line_start(scan.bytes, start, FAR)..lex::line_end(scan.bytes, end, FAR);
    let words = [line.start..start, end..line.end].into_iter().any(|side| {
        scan.bytes[side].iter().filter(|byte| byte.is_ascii_alphabetic() || !byte.is_ascii()).nth(3).is_some()
    });
    let numbers = memchr::memmem::find_iter(&scan.bytes[line.clone()], b"0x");
    words && numbers.map(|offset| line.start + offset).all(popular)
}

/// Whether a line speaks of what stop codes come from: `错误代码0x0000007B通常表示启动硬盘出现问题`.
fn speaks_of_hardware(bytes: &[u8], at: usize) -> bool {
    let words = [
        "内存",
        "記憶體",
        "硬盘",
        "硬碟",
        "驱动程序",
        "驅動程式",
        "显卡",
        "主板",
        "开机",
        "memory",
        "ram ",
        "driver",
        "boot",
        "hardware",
        "disk",
    ];
    lex::find_any(bytes, lex::line_start(bytes, at, 240)..lex::line_end(bytes, at, 240), &words).is_some()
}

/// Whether the text around speaks of drivers and the kernel, and of no network or printer, whose errors are Win32's: 系统错误码
/// 0x000000D1 of a driver is a stop code.
fn speaks_of_drivers(bytes: &[u8], at: usize) -> bool {
    const FAR: usize = 240;
    let around = at.saturating_sub(FAR)..at.saturating_add(FAR);
    let others = [
        "网络", "網路", "共享", "打印", "列印", "服务", "服務", "network", "share", "printer", "net use", "service",
        ".dll",
    ];
    let drivers = ["驱动", "驅動", "内核", "核心", "driver", "kernel"];
    lex::find_any(bytes, around.clone(), &drivers).is_some() && lex::find_any(bytes, around, &others).is_none()
}

/// `- 0x00000074(…)` below `- 0x00000050(…)`: whether a number heads an item of a list whose item before is a stop code.
fn next_in_list(scan: &Scan<'_>, start: usize) -> bool {
    const FAR: usize = 120;
    let is_mark =
        |byte: u8| matches!(byte, b' ' | b'\t' | b'-' | b'*' | b'|' | b'.' | b')' | b'`') || byte.is_ascii_digit();
    let heads = |at: usize| matches!(lex::before(scan.bytes, lex::back_while(scan.bytes, at, 10, is_mark)), 0 | b'\n');
    scan.candidates.iter().rev().find(|last| last.span.start < start).is_some_and(|last| {
        last.kind == Kind::Bugcheck
            && start - last.span.end < FAR
            && heads(start)
            && heads(last.span.start)
            && scan.bytes[last.span.end..start].iter().filter(|&&byte| byte == b'\n').count() == 1
    })
}

/// `0x00000116: VIDEO_TDR_ERROR`: a name in capitals behind a number, that the catalog does not know as another's.
fn capitals_behind(text: &str, end: usize) -> bool {
    let bytes = text.as_bytes();
    let start =
        lex::skip_while(bytes, end, 4, |byte| matches!(byte, b' ' | b':' | b'-' | b'(' | b'|' | b'\t' | b'*' | b'`'));
    let stop = lex::skip_while(bytes, start, 64, |byte| byte.is_ascii_uppercase() || byte == b'_');
    start > end && lex::ends_word(bytes, stop) && is_stop_name_shape(&text[start..stop])
}

/// Whether a word in capitals can be the name of a stop code: Win32 errors and statuses begin with what they are.
fn is_stop_name_shape(name: &str) -> bool {
    name.len() > 8
        && name.contains('_')
        && !["ERROR_", "WSA", "STATUS_", "DNS_", "RPC_", "E_", "S_", "REG_"].iter().any(|head| name.starts_with(head))
        && codes::named(name).is_none_or(|signature| signature.kind == Kind::Bugcheck)
}

/// `STATE_FAILURE (0x0000009F)`: a name in capitals that is cut or misspelt. Names of Win32 errors say that they are.
fn capitals_before(bytes: &[u8], at: usize) -> bool {
    let end = lex::back_while(bytes, at, 3, |byte| matches!(byte, b' ' | b'('));
    let start = lex::back_while(bytes, end, 64, |byte| byte.is_ascii_uppercase() || byte == b'_');
    let name = &bytes[start..end];
    end < at
        && lex::before(bytes, at) == b'('
        && lex::starts_word(bytes, start)
        && std::str::from_utf8(name).is_ok_and(is_stop_name_shape)
}

/// The parameters of a stop code whose number ends at `end`, in normal form (`0xC0000005`): those in brackets behind it,
/// or those that the next lines name as the debugger and error reporting do. Empty where there are none.
pub(in crate::signature) fn parameters(text: &str, end: usize) -> Vec<String> {
    let bytes = text.as_bytes();
    let close = parameters_end(bytes, end);
    let normal = |digits: &str| {
        let digits: String = digits.chars().filter(|&digit| digit != '`').collect();
        u64::from_str_radix(&digits, 16).ok().map(|value| format!("0x{value:X}"))
    };
    if close > end {
        return text[end..close]
            .split(|other: char| !other.is_ascii_hexdigit() && !matches!(other, 'x' | 'X' | '`'))
            .filter(|part| !part.is_empty())
            .filter_map(|part| normal(part.trim_start_matches("0x").trim_start_matches("0X")))
            .take(MOST_PARAMETERS)
            .collect();
    }
    let limit = text.floor_char_boundary(end.saturating_add(PARAMETER_REACH).min(text.len()));
    let mut found = Vec::new();
    for number in 1..=MOST_PARAMETERS {
        let value = PARAMETER_LABELS.iter().find_map(|label| {
            let label = format!("{label}{number}");
            let at = lex::find_any(bytes, end..limit, &[&label])?;
            let start = lex::skip_separators(bytes, at.end, 12, &["0x"]);
            let stop = lex::skip_while(bytes, start, 17, |byte| byte.is_ascii_hexdigit() || byte == b'`');
            (start > at.end && lex::ends_word(bytes, stop)).then(|| normal(&text[start..stop]))?
        });
        match value {
            Some(value) => found.push(value),
            None => break,
        }
    }
    found
}

/// A stop code has four.
const MOST_PARAMETERS: usize = 4;
/// How far behind the code the first lines of a report name the parameters, in bytes.
const PARAMETER_REACH: usize = 900;
/// What stands before the number of a parameter: the debugger, error reporting, event 41.
const PARAMETER_LABELS: &[&str] = &["arg", "bugcheck_p", "bcp", "bugcheckparameter", "parameter "];

/// Whether parameters are spoken of on the line and a stop code stands before a number.
fn is_parameter(scan: &Scan<'_>, start: usize) -> bool {
    let line = lex::line_start(scan.bytes, start, 160);
    let after_code = scan
        .candidates
        .last()
        .is_some_and(|last| last.kind == Kind::Bugcheck && last.span.start >= line && last.span.end < start);
    after_code && lex::find_any(scan.bytes, line..start, &["parameter", "参数", "參數"]).is_some()
}

/// Whether a number is all that its line holds, and the lines beside it hold words: no column of parameters.
fn stands_alone(bytes: &[u8], start: usize, end: usize) -> bool {
    const FAR: usize = 120;
    let line = lex::line_start(bytes, start, FAR)..lex::line_end(bytes, end, FAR);
    let blank = |part: &[u8]| part.iter().all(u8::is_ascii_whitespace);
    if !blank(&bytes[line.start..start]) || !blank(&bytes[end..line.end]) {
        return false;
    }
    let above = line.start.saturating_sub(1);
    let above = lex::line_start(bytes, above, FAR)..above;
    let below = (line.end + 1).min(bytes.len());
    let below = below..lex::line_end(bytes, below, FAR);
    [above, below].into_iter().all(|line| {
        let first = lex::skip_while(bytes, line.start, FAR, |byte| byte == b' ' || byte == b'\t');
        !lex::has(bytes, first, "0x")
    })
}

/// End of the list in round or curly brackets behind a stop code; `end` where there is none.
pub(super) fn parameters_end(bytes: &[u8], end: usize) -> usize {
    let mut open = lex::skip_while(bytes, end, 4, |byte| matches!(byte, b' ' | b':' | b',' | b'\t'));
    // The debugger sets them apart: `*** Fatal System Error: 0x0000007b`, and below, indented, the list.
    if matches!(lex::byte(bytes, open), b'\r' | b'\n') {
        let below = lex::skip_while(bytes, open, 48, |byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n'));
        open = if lex::has(bytes, below, "(0x") { below } else { open };
    }
    if !matches!(lex::byte(bytes, open), b'(' | b'{') {
        return end;
    }
    let inside =
        |byte: u8| byte.is_ascii_hexdigit() || matches!(byte, b'x' | b'X' | b',' | b' ' | b'`' | b'\n' | b'\r');
    let close = lex::skip_while(bytes, open + 1, 120, inside);
    if matches!(lex::byte(bytes, close), b')' | b'}') && close > open + 4 { close + 1 } else { end }
}

/// `(0x…, 0x…, 0x…, 0x…)`: nothing but a stop code is followed by four parameters.
fn has_four_parameters(bytes: &[u8], end: usize) -> bool {
    let close = parameters_end(bytes, end);
    close > end && bytes[end..close].iter().filter(|&&byte| byte == b',').count() == 3
}

/// A stop code without `0x` behind its label: `BUGCHECK_CODE:  7f`, `BugCheck 7E, {…}`, `蓝屏代码7B`;
/// `at` is where the label ends.
pub(super) fn stop_label(scan: &mut Scan<'_>, at: usize) {
    let bytes = scan.bytes;
    let start = lex::skip_separators(
        bytes,
        at,
        24,
        &[" code", "code", "was", "is", "代码", "码", "代碼", "为", "错误", ">", "&gt;", "|"],
    );
    if start == at && lex::is_word(lex::byte(bytes, at)) && !lex::byte(bytes, at).is_ascii_digit() {
        return;
    }
    let start = if lex::has(bytes, start, "value=") { start + 6 } else { start };
    // The debugger's table: `Key  : Bugcheck.Code.KiBugCheckData`, and in the next line `Value: 0xa`.
    if lex::has(bytes, at, ".code.") {
        let name = lex::skip_while(bytes, at, 40, |byte| lex::is_word(byte) || byte == b'.');
        let next = lex::skip_while(bytes, name, 24, |byte| byte.is_ascii_whitespace());
        let value = lex::skip_separators(bytes, next, 24, &["value"]);
        if let Some((code, span)) = lex::hexadecimal(bytes, value)
            && codes::is_bugcheck(code)
        {
            scan.push(Kind::Bugcheck, format!("0x{code:X}"), span);
        }
        return;
    }
    let end = lex::skip_while(bytes, start, 9, |byte| byte.is_ascii_hexdigit());
    let length = end - start;
    if stop_name(scan, start) {
        return;
    }
    if lex::has(bytes, start, "0x") || !(1..=8).contains(&length) || !lex::ends_word(bytes, end) {
        return;
    }
    if matches!(lex::byte(bytes, end), b'.' | b'-') && lex::is_word(lex::byte(bytes, end + 1)) {
        return;
    }
    let Some(digits) = scan.text.get(start..end) else { return };
    // `BugCheck 1001`: source and id of the event that a stop leaves.
    if digits == "1001"
        && lex::has_before(bytes, at, "bugcheck")
        && lex::byte(bytes, lex::skip_blanks(bytes, end)) != b'{'
    {
        let more = lex::byte(bytes, end) == b',' && lex::has(bytes, lex::skip_blanks(bytes, end + 1), "{");
        if !more {
            scan.push(Kind::Event, "BugCheck/1001", start..end);
        }
        return;
    }
    // Event 41 gives BugcheckCode in decimal; the debugger's BUGCHECK_CODE is hexadecimal.
    let decimal =
        lex::has_before(bytes, at, "bugcheckcode") && digits.bytes().all(|byte| byte.is_ascii_digit()) && length <= 5;
    let Ok(value) = u32::from_str_radix(digits, if decimal { 10 } else { 16 }) else { return };
    // `stop 12 services` is an order: the bare verb wants capitals, a colon, or digits that are no count.
    let verb = lex::has_before(bytes, at, "stop ") && !bytes[at - 5..at].starts_with(b"STOP");
    let lone_word = verb && length < 6 && digits.bytes().all(|byte| byte.is_ascii_digit())
        || length == 1 && !lex::has_before(bytes, at, "code");
    let computed = matches!(lex::byte(bytes, lex::skip_blanks(bytes, end)), b'^' | b'+' | b'*');
    if value != 0 && !lone_word && !computed && codes::is_bugcheck(value) {
        scan.push(Kind::Bugcheck, format!("0x{value:X}"), start..end);
        scan.parameters_end = parameters_end(bytes, end);
    }
}

/// `7B蓝屏`, `d1 蓝屏`: a stop code of two or three digits, one of them a letter, before the word, which stands at `at`.
pub(super) fn before_screen(scan: &mut Scan<'_>, at: usize) {
    let bytes = scan.bytes;
    let end = lex::back_while(bytes, at, 1, |byte| byte == b' ');
    let start = lex::back_while(bytes, end, 4, |byte| byte.is_ascii_hexdigit());
    let digits = &scan.text[start..end];
    let told =
        digits.bytes().any(|byte| byte.is_ascii_alphabetic()) && digits.bytes().any(|byte| byte.is_ascii_digit());
    let apart = lex::starts_word(bytes, start) && !matches!(lex::before(bytes, start), b'.' | b'-' | b'/' | b'#');
    if (2..=3).contains(&digits.len())
        && told
        && apart
        && let Ok(value) = u32::from_str_radix(digits, 16)
        && codes::is_bugcheck(value)
    {
        scan.push(Kind::Bugcheck, format!("0x{value:X}"), start..end);
    }
}

/// The name of a stop code as people read it off the screen, with blanks: `Stop code: MEMORY MANAGEMENT`.
fn stop_name(scan: &mut Scan<'_>, start: usize) -> bool {
    let is_part = |byte: u8| lex::is_word(byte) || byte == b' ';
    let end = lex::skip_while(scan.bytes, start, 72, is_part);
    let Some(said) = scan.text.get(start..end) else { return false };
    // With underscores it is found by its own pieces; one word names no stop code.
    let words: Vec<&str> = said.split(' ').take(8).collect();
    if words.first().is_none_or(|word| word.len() < 3 || word.bytes().any(|byte| byte.is_ascii_digit() || byte == b'_'))
    {
        return false;
    }
    for count in (2..=words.len()).rev() {
        let name = words[..count].join("_");
        if let Some(signature) = codes::named(&name).filter(|signature| signature.kind == Kind::Bugcheck) {
            scan.push(Kind::Bugcheck, signature.value, start..start + name.len());
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signature::extract::{Context, Extractor};

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let found = Extractor::new().extract(text, Context::Prose);
        let values: Vec<String> = found.iter().map(|found| found.signature.to_string()).collect();
        assert_eq!(values, expected, "in: {text}");
    }

    #[test]
    fn a_popular_code_needs_no_word_in_a_sentence() {
        check("换了内存以后又是 0x0000007B，怎么办", &["bugcheck:0x7B"]);
        check("Since the swap it is 0x00000124 every other day", &["bugcheck:0x124"]);
        check("0x00000050、0x000000D1 轮流出现在这台机器上", &["bugcheck:0x50", "bugcheck:0xD1"]);
    }

    #[test]
    fn a_field_an_address_and_a_rare_number_are_none() {
        check("dwType=0x0000000A of the key", &[]);
        check("registers 0x0000000A and 0x7FFD1234 were dumped", &[]);
        check("the mask was 0x00000010 as before", &[]);
        check("memory at 0x0000007E could not be read", &[]);
    }

    #[test]
    fn a_misspelt_name_in_capitals() {
        check("DRVER_POWER_STATE_FAILURE (0x0000009F)错误", &["bugcheck:0x9F"]);
        check("ERROR_FOO_BAR (0x00000005)错误", &["win32:5"]);
    }

    #[track_caller]
    fn parameters_of(text: &str, expected: &[&str]) {
        let found = Extractor::new().extract(text, Context::Prose);
        let code = found.iter().find(|found| found.signature.kind == Kind::Bugcheck).expect("a stop code");
        assert_eq!(parameters(text, code.span.end), expected, "in: {text}");
    }

    #[test]
    fn parameters_in_brackets() {
        let all = ["0xFFFFFFFFC0000005", "0xFFFFF803213E7C00", "0x0", "0x2"];
        parameters_of("STOP: 0x0000007E (0xffffffffc0000005,0xfffff803213e7c00, 0x0000000000000000,0x00000002)", &all);
        parameters_of("BugCheck 7E, {ffffffffc0000005, fffff803`213e7c00, 0, 2}", &all);
    }

    #[test]
    fn parameters_on_lines_of_their_own() {
        parameters_of(
            "SYSTEM_SERVICE_EXCEPTION (3b)\nAn exception happened.\nArguments:\nArg1: 00000000c0000005, Exception code\n\
             Arg2: fffff801bb4f2700, Address\nArg3: ffff8087b460e0c0\nArg4: 0000000000000000, zero.\n",
            &["0xC0000005", "0xFFFFF801BB4F2700", "0xFFFF8087B460E0C0", "0x0"],
        );
        parameters_of("BCCode: 1000007e\n  BCP1: C0000005\n  BCP2: 82A3B4C5\n", &["0xC0000005", "0x82A3B4C5"]);
        parameters_of("blue screen with 0x0000007B today", &[]);
    }
}
