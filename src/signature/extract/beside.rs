//! What stands beside a number in hexadecimal and says that it is a code, or that it is none.

use std::ops::Range;

use crate::signature::SignatureKind as Kind;

use super::{
    Scan, codes,
    flags::Flags,
    label::{self, Label},
    lex,
};

/// `- 8009019E:…`: whether a number begins an item of a list, before a colon.
pub(super) fn heads_item(bytes: &[u8], start: usize, end: usize) -> bool {
    let line = lex::back_while(bytes, start, 6, |byte| matches!(byte, b' ' | b'-' | b'*' | b'\t' | b'|'));
    matches!(lex::before(bytes, line), 0 | b'\n') && matches!(lex::byte(bytes, end), b':' | b' ' | b'|')
}

/// `host.cpp,1470,80073CF6;`: a result behind the place in the source that gave it.
pub(super) fn behind_source_line(bytes: &[u8], at: usize) -> bool {
    let number = at.saturating_sub(1);
    let comma = lex::back_while(bytes, number, 6, |byte| byte.is_ascii_digit());
    lex::before(bytes, at) == b','
        && comma < number
        && [".cpp,", ".cxx,", ".c,"]
            .iter()
            .any(|ending| comma >= ending.len() && lex::has(bytes, comma - ending.len(), ending))
}

/// `80073712/80244019`, `8024A10A/0x800F0922`: whether a bar or slash joins a number to another of its shape.
pub(super) fn beside_another(bytes: &[u8], start: usize, end: usize) -> bool {
    let is_code = |at: usize| {
        let at = if lex::has(bytes, at, "0x") { at + 2 } else { at };
        lex::byte(bytes, at) == b'8' && lex::skip_while(bytes, at, 9, |byte| byte.is_ascii_hexdigit()) == at + 8
    };
    let next = lex::byte(bytes, end) == b'/' && is_code(end + 1);
    let previous = lex::before(bytes, start) == b'/' && start >= 9 && is_code(start - 9);
    next || previous
}

/// `Exception(2) tid(b20) 800705AA Insufficient …`: the form in which Windows' own components log a result.
pub(super) fn behind_thread_id(bytes: &[u8], at: usize) -> bool {
    let close = at.saturating_sub(2);
    let open = lex::back_while(bytes, close, 8, |byte| byte.is_ascii_hexdigit());
    lex::has(bytes, close, ") ") && lex::has_before(bytes, open, "tid(")
}

/// `status = C000009A`.
pub(super) fn called_status(bytes: &[u8], at: usize) -> bool {
    let end = lex::back_while(bytes, at, 4, |byte| matches!(byte, b' ' | b'=' | b':'));
    end < at && ["status", "状态", "狀態"].iter().any(|word| lex::has_before(bytes, end, word))
}

/// `a status code of C000009C`.
pub(super) fn called_status_code(bytes: &[u8], at: usize) -> bool {
    let line = lex::line_start(bytes, at, 24);
    lex::find_any(bytes, line..at, &["status code", "status codes", "状态代码", "状态码"]).is_some()
}

/// `resultMapped=80070643`: the value of a field whose name speaks of a result.
pub(super) fn named_result(bytes: &[u8], at: usize) -> bool {
    let sign = lex::back_while(bytes, at, 2, |byte| byte == b' ');
    if !matches!(lex::before(bytes, sign), b'=' | b':') {
        return false;
    }
    let end = lex::back_while(bytes, sign - 1, 2, |byte| matches!(byte, b' ' | b'"'));
    let start = lex::back_while(bytes, end, 40, lex::is_word);
    lex::find_any(bytes, start..end, &["result", "hresult", "error", "errcode", "status", "exitcode"]).is_some()
}

/// `Error code: 0x904 Extended error code: 0x7`: the remote desktop client counts in a way of its own.
pub(super) fn is_remote_desktop(bytes: &[u8], at: usize) -> bool {
    // The extended code stands on the line below.
    let line = lex::line_start(bytes, at, 160)..(at + 160).min(bytes.len());
    let words = ["extended error", "remote desktop", "rdp", "mstsc", "远程桌面", "扩展错误", "遠端桌面", "延伸錯誤"];
    lex::find_any(bytes, line, &words).is_some()
}

/// Whether a number follows a code in one list: `0x80070BC9, 0x80CFD015`.
pub(super) fn listed_behind_code(scan: &Scan<'_>, at: usize) -> bool {
    let joins = |gap: &str| {
        (1..=8).contains(&gap.len())
            && gap.chars().all(|one| matches!(one, ' ' | ',' | '/' | '|' | '、' | '`' | '和' | '或'))
    };
    scan.candidates
        .last()
        .filter(|last| matches!(last.kind, Kind::Hresult | Kind::Ntstatus))
        .and_then(|last| scan.text.get(last.span.end..at))
        .is_some_and(joins)
}

/// `0x0000011b 错误`, `0x80370109 error`: the label follows.
pub(super) fn called_error_behind(bytes: &[u8], end: usize) -> bool {
    let next = lex::skip_while(bytes, end, 2, |byte| matches!(byte, b' ' | b'"' | b'\''));
    // 0x0000011b等错误代码, 0x0000011b这个错误
    let next = lex::skip_any(bytes, next, &["等", "这个", "這個", "这类", "這類", "的"]).unwrap_or(next);
    lex::skip_any(bytes, next, &["错误", "錯誤", "报错", "報錯"]).is_some()
        || lex::skip_any(bytes, next, &["error"]).is_some_and(|past| lex::ends_word(bytes, past))
}

/// `vis=0xC0000700`: the value of a field whose name speaks of no result.
pub(super) fn assigned_elsewhere(bytes: &[u8], start: usize) -> bool {
    if lex::before(bytes, start) != b'=' {
        return false;
    }
    let name = lex::back_while(bytes, start - 1, 40, lex::is_word);
    let name = bytes[name..start - 1].to_ascii_lowercase();
    let speaks = ["err", "stat", "code", "ret", "res", "fail", "exc"];
    // `arch=` is no return code.
    let short = name.starts_with(b"nt") || ["hr", "rc", "nt"].iter().any(|word| name.ends_with(word.as_bytes()));
    !name.is_empty() && !short && !speaks.iter().any(|word| memchr::memmem::find(&name, word.as_bytes()).is_some())
}

/// `result 8453 (0x2105)`: the same number in decimal before the brackets, where that is a result or an error.
pub(super) fn said_in_decimal(scan: &mut Scan<'_>, value: u32, start: usize) -> Option<Range<usize>> {
    let bytes = scan.bytes;
    let open = lex::back_while(bytes, start, 2, |byte| matches!(byte, b'(' | b'['));
    let end = lex::back_while(bytes, open, 2, |byte| byte == b' ');
    let digits = lex::back_while(bytes, end, 5, |byte| byte.is_ascii_digit());
    if open == start
        || scan.text[digits..end].parse() != Ok(value)
        || !lex::starts_word(bytes, digits)
        || matches!(lex::before(bytes, digits), b'.' | b'-' | b'/' | b'+')
    {
        return None;
    }
    if codes::message_before(scan.text, digits) == Some(value) {
        return Some(digits..end);
    }
    let label = label::before(bytes, digits);
    let called = match label {
        Label::Error | Label::Win32 | Label::Weak => true,
        Label::Returned | Label::None | Label::Audit => {
            let result = label != Label::None || called_status(bytes, digits);
            // The exit status of a process is its own.
            let word = lex::back_while(bytes, digits, 3, |byte| matches!(byte, b' ' | b':' | b'='));
            let other = ["exit code", "exitcode", "exit status", "reason", "退出代码", "退出码"];
            result
                && !other.iter().any(|said| lex::has_before(bytes, word, said))
                && (codes::is_installer_result(value) || scan.near_flags(digits).any(Flags::FAILING))
        }
        _ => false,
    };
    called.then_some(digits..end)
}

/// `ACME_TOKEN_GONE(0x801c0f95)`, `0x887A0005 DXGI_…`: whether a constant stands beside a number, whose name is that of a
/// result, so that a facility that few programs use needs no other word.
pub(super) fn constant_beside(bytes: &[u8], value: u32, start: usize, end: usize) -> bool {
    let mark = |byte: u8| matches!(byte, b' ' | b'(' | b':' | b'=' | b'|' | b'\t' | b'`' | b'*' | b'"' | b')' | b'-');
    let is_name = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_';
    let names_result = |name: &[u8]| {
        let parts = [&b"FLAG"[..], b"MASK", b"ADDR", b"HKEY", b"IOCTL", b"STYLE", b"BASE"];
        name.len() >= 8
            && name.contains(&b'_')
            && name[0].is_ascii_uppercase()
            && !parts.iter().any(|part| memchr::memmem::find(name, part).is_some())
    };
    // Flags have few bits; a result has a facility and a number.
    if value >> 28 != 8 || value >> 16 & 0x7FFF == 0 || value & 0xFFFF == 0 {
        return false;
    }
    let last = lex::back_while(bytes, start, 4, mark);
    let first = lex::back_while(bytes, last, 80, is_name);
    let next = lex::skip_while(bytes, end, 4, mark);
    let stop = lex::skip_while(bytes, next, 80, is_name);
    last > first && last < start && lex::starts_word(bytes, first) && names_result(&bytes[first..last])
        || stop > next && next > end && lex::ends_word(bytes, stop) && names_result(&bytes[next..stop])
}

/// Words that are glued to a number where columns were lost: `Error Code0x8007000d`.
const GLUED: &[&str] = &[
    "code",
    "error",
    "errorcode",
    "error_code",
    "errcode",
    "err",
    "hresult",
    "hr",
    "ntstatus",
    "status",
    "result",
    "failed",
    "failure",
    "with",
    "stop",
    "stopcode",
    "bugcheck",
    "check",
    "exception",
    "exceptioncode",
    "fehler",
    "fehlercode",
    "erreur",
    "returned",
    "returns",
];

/// Whether a word that speaks of a code ends at `at`, where a number with its `0x` begins; a short number wants one that says
/// error.
pub(super) fn glued_to_label(bytes: &[u8], at: usize) -> bool {
    let start = lex::back_while(bytes, at, 24, |byte| byte.is_ascii_alphabetic() || byte == b'_');
    let word = &bytes[start..at];
    let long = lex::skip_while(bytes, at + 2, 9, |byte| byte.is_ascii_hexdigit()) == at + 10;
    !word.is_empty()
        && !lex::before(bytes, start).is_ascii_digit()
        && GLUED.iter().any(|label| {
            word.eq_ignore_ascii_case(label.as_bytes()) && (long || label.starts_with("err") || *label == "code")
        })
}

/// `error8024402c`: whether the word for an error ends at `at`, where eight digits begin.
pub(super) fn glued_to_error(bytes: &[u8], at: usize) -> bool {
    ["error", "errorcode", "fehler"].iter().any(|word| lex::has_before(bytes, at, word))
}

/// Things that have codes of their own: `promo code 80075000`.
const THINGS: &[&str] = &[
    "zip",
    "postal",
    "post",
    "area",
    "promo",
    "coupon",
    "discount",
    "voucher",
    "gift",
    "article",
    "product",
    "item",
    "order",
    "colour",
    "color",
    "country",
    "bar",
    "qr",
    "verification",
    "activation",
    "access",
    "door",
    "pin",
    "entry",
    "license",
    "licence",
    "customer",
    "vendor",
    "supplier",
    "cost",
    "tax",
    "account",
    "course",
    "project",
    "station",
    "enter the",
    "type the",
    "邮政",
    "产品",
    "商品",
    "物料",
    "股票",
    "验证",
    "优惠",
    "地区",
    "行政",
    "组织机构",
    "信用",
    "科目",
    "项目",
    "设备",
    "客户",
    "供应商",
];

/// Whether the word `code` before a number, which begins at `at`, is that of a thing in the world.
pub(super) fn is_code_of_things(bytes: &[u8], at: usize) -> bool {
    let mark = lex::back_while(bytes, at, 4, |byte| matches!(byte, b' ' | b':' | b'=' | b'#'));
    ["code", "代码", "代碼"].iter().any(|label| {
        mark.checked_sub(label.len()).is_some_and(|start| {
            let thing = lex::back_while(bytes, start, 2, |byte| matches!(byte, b' ' | b'-' | b'_'));
            lex::has(bytes, start, label) && THINGS.iter().any(|word| lex::has_before(bytes, thing, word))
        })
    })
}

/// `0x50/0xA`, `0x3B、0x50 和 0xA`: whether a number follows a stop code in one list.
pub(super) fn listed_behind_stop_code(scan: &Scan<'_>, at: usize) -> bool {
    let joins = |gap: &str| {
        let gap = gap.trim_matches([' ', ',', '`', '"']);
        matches!(gap, "" | "/" | "、" | "|" | "和" | "或" | "与" | "及" | "and" | "or" | "&" | "，")
    };
    scan.candidates
        .last()
        .filter(|last| last.kind == Kind::Bugcheck && at > last.span.end && at - last.span.end <= 8)
        .and_then(|last| scan.text.get(last.span.end..at))
        .is_some_and(joins)
}
