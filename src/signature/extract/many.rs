//! Several errors in one sentence: `errors 1722 and 1753`, `1068 和 1079 错误`; and numbers that only count what is listed.

use std::{iter, ops::Range};

use crate::signature::SignatureKind as Kind;

use super::{
    Scan, codes, database,
    flags::Flags,
    installer,
    label::{self, Label},
    lex,
    number::counted,
    smtp, web,
};

/// What joins the numbers of a list.
const JOINTS: &[&str] = &[
    ", and ", ", or ", " and ", " or ", ", ", " & ", "、", " 和 ", "和", " 或 ", "或", " 与 ", "与", "及", " / ", "/",
    ",",
];
/// Most numbers of a list.
const MOST: usize = 8;

/// `因 1068 错误无法启动`, `a 1722 error`, `17053 和 17054 错误`: numbers that support knows, before the word, which stands at
/// `at..end`.
pub(super) fn before_word(scan: &mut Scan<'_>, at: usize, end: usize) {
    let bytes = scan.bytes;
    let stop = lex::back_while(bytes, at, 1, |byte| byte == b' ');
    let Some(start) = number_before(bytes, stop) else { return };
    let plural = matches!(lex::byte(bytes, end), b's');
    let end = end + usize::from(plural);
    if !lex::ends_word(bytes, end) || bytes[at].is_ascii_uppercase() {
        return;
    }
    let behind = lex::skip_blanks(bytes, end);
    if lex::skip_any(bytes, behind, &["message", "log", "line", "rate", "count", "report", "日志"]).is_some()
        || label::before(bytes, start) == Label::Other
    {
        return;
    }
    let Some(kind) = kind_of(scan, start, stop) else { return };
    let mut found: Vec<Range<usize>> = iter::once(start..stop).collect();
    while found.len() < MOST
        && let Some(first) = found.last().map(|last| last.start)
        && let Some(joint) = joint_before(bytes, first)
        && let Some(start) = number_before(bytes, joint)
        && kind_of(scan, start, joint) == Some(kind)
    {
        found.push(start..joint);
    }
    // `1053 errors` is a count.
    if !plural || found.len() > 1 {
        for span in found {
            scan.push(kind, &scan.text[span.clone()], span);
        }
    }
}

/// Where a number of four or five digits begins that ends at `stop`; of three, where it may be a mail server's. Shorter numbers
/// count things.
fn number_before(bytes: &[u8], stop: usize) -> Option<usize> {
    let start = lex::back_while(bytes, stop, 6, |byte| byte.is_ascii_digit());
    // `1,068`, `3.1068`; behind Chinese text a comma parts sentences.
    let goes_on = match lex::before(bytes, start) {
        b'-' | b'#' | b'$' | b'+' => true,
        b'.' | b':' | b',' => start >= 2 && bytes[start - 2].is_ascii_digit(),
        b'/' => start >= 2 && !bytes[start - 2].is_ascii_digit(),
        _ => false,
    };
    ((3..=5).contains(&(stop - start)) && lex::starts_word(bytes, start) && !goes_on).then_some(start)
}

/// Where the words begin that join a number at `at` to the one before.
fn joint_before(bytes: &[u8], at: usize) -> Option<usize> {
    let begins = |joint: &&&str| at.checked_sub(joint.len()).is_some_and(|start| lex::has(bytes, start, joint));
    JOINTS.iter().find(begins).map(|joint| at - joint.len())
}

/// Whose error a number is that stands before the word, at `start..stop`.
fn kind_of(scan: &mut Scan<'_>, start: usize, stop: usize) -> Option<Kind> {
    let value = scan.text.get(start..stop)?.parse::<u32>().ok()?;
    if stop - start == 3 {
        // 500 to 504 are replies of web servers too.
        let line = scan.line_flags(start);
        let mail = line.any(Flags::ANY_MAIL) && !line.any(Flags::WEB);
        if mail && smtp::is_mail_reply(value) && !(500..=504).contains(&value) {
            return Some(Kind::Smtp);
        }
        return (is_of_remote_access(scan, value, start) && is_called(scan, start)).then_some(Kind::Win32);
    }
    if codes::is_installer_result(value) {
        Some(Kind::Msi)
    } else if database::is_server_number(scan, value, start) {
        Some(Kind::Mssql)
    } else if database::is_client_number(scan, value, start) {
        Some(Kind::Mysql)
    } else if installer::is_internal_installer_error(scan, value, start) {
        Some(Kind::Msi)
    } else {
        let known = codes::is_common_win32(value) || codes::is_win32(value) && is_called(scan, start);
        known.then_some(Kind::Win32)
    }
}

/// Whether what stands before a number says that it is one thing and no count: `an 1275 error`, `报 1275 错误`.
fn is_called(scan: &Scan<'_>, start: usize) -> bool {
    let stop = lex::back_while(scan.bytes, start, 1, |byte| byte == b' ');
    let words =
        ["a", "an", "the", "this", "that", "with", "报", "報", "提示", "出现", "出現", "显示", "顯示", "遇到", "的"];
    scan.is_prose() && words.iter().any(|word| lex::has_before(scan.bytes, stop, word))
}

/// Whether a number is one of remote access, whose errors have three digits, on a line that speaks of it. (Routing and Remote Access
/// Error Codes: 600 to 900.)
fn is_of_remote_access(scan: &Scan<'_>, value: u32, at: usize) -> bool {
    const FAR: usize = 120;
    let line = lex::line_start(scan.bytes, at, FAR)..lex::line_end(scan.bytes, at, FAR);
    (600..900).contains(&value)
        && (codes::is_win32(value) || codes::is_remote_access(value))
        && lex::find_any(
            scan.bytes,
            line,
            &["vpn", "l2tp", "pptp", "pppoe", "拨号", "撥號", "宽带连接", "寬頻連線", "dial-up"],
        )
        .is_some()
}

/// `errors 1722 and 1753`: a list behind the plural, whose first number stands at `at`. One alone would be a count.
pub(super) fn behind_plural(scan: &mut Scan<'_>, at: usize) {
    let bytes = scan.bytes;
    let end = lex::skip_digits(bytes, at);
    if end - at < 4 || !scan.is_prose() || number_before(bytes, end) != Some(at) {
        return;
    }
    if let Some(kind) = kind_of(scan, at, end)
        && further(scan, kind, end)
    {
        scan.push(kind, &scan.text[at..end], at..end);
    }
}

/// Words that make several errors of one.
const PLURALS: &[&str] = &["s codes", " codes", "codes", " numbers", "s"];

/// Words that lead to examples.
const EXAMPLES: &[&str] =
    &["e.g.", "eg.", "such as", "for example", "for instance", "like", "including", "例如", "比如", "譬如"];

/// `error codes (e.g., 87, 1117)`, `错误代码（例如 1603、1618）`: where the numbers begin of a list that a word for errors, which ends at
/// `at`, leads to.
pub(super) fn listed_at(bytes: &[u8], at: usize) -> Option<usize> {
    let is_mark = |byte: u8| matches!(byte, b' ' | b'(' | b':' | b',' | b'"');
    let plural = lex::skip_any(bytes, at, PLURALS).filter(|&end| lex::ends_word(bytes, end));
    let word = plural
        .or_else(|| lex::skip_any(bytes, at, &[" code", "误代码", "誤代碼", "代码", "代碼", "误码", "码", "碼"]))
        .unwrap_or(at);
    let marks = lex::skip_while(bytes, word, 3, is_mark);
    let examples = lex::skip_any(bytes, marks, EXAMPLES);
    let start = lex::skip_while(bytes, examples.unwrap_or(marks), 3, is_mark);
    let leads = examples.is_some() || plural.is_some_and(|end| end > at + 1);
    (leads && start > word && lex::byte(bytes, start).is_ascii_digit()).then_some(start)
}

/// The numbers of such a list, the first of which stands at `at`. Small ones are anybody's, but where Windows is spoken of.
pub(super) fn listed(scan: &mut Scan<'_>, at: usize) {
    let Some((value, end)) = lex::decimal(scan.bytes, at).or_else(|| slashed(scan.bytes, at)) else { return };
    let Ok(value) = u32::try_from(value) else { return };
    // `errors like 12 or 30` are counts; `error codes, 30 lines each` goes on with what it counts.
    let of_codes = lex::find_any(scan.bytes, at.saturating_sub(32)..at, &["code", "number", "码", "碼"]).is_some();
    let goes_on = lex::byte(scan.bytes, end) == b' '
        && lex::byte(scan.bytes, end + 1).is_ascii_alphabetic()
        && lex::skip_any(scan.bytes, end, JOINTS).is_none();
    if goes_on {
        return;
    }
    let small =
        value > 1 && of_codes && codes::is_win32(value) && scan.near_flags(at).any(Flags::WINDOWS | Flags::INSTALLER);
    let kind = match (3..=5).contains(&(end - at)) {
        true => kind_of(scan, at, end).or(small.then_some(Kind::Win32)),
        false => small.then_some(Kind::Win32),
    };
    if let Some(kind) = kind.filter(|_| scan.is_prose() && !counted(scan.bytes, end)) {
        scan.push(kind, &scan.text[at..end], at..end);
        further(scan, kind, end);
    }
}

/// `错误 1068、1075`: the further numbers of a list whose first, of this kind, ends at `end`. Whether there are any.
pub(super) fn further(scan: &mut Scan<'_>, kind: Kind, end: usize) -> bool {
    let bytes = scan.bytes;
    let mut here = end;
    for place in 0..MOST {
        let Some(start) = lex::skip_any(bytes, here, JOINTS).filter(|_| scan.is_prose()) else { return place > 0 };
        let stop = lex::skip_digits(bytes, start);
        let fits = (lex::decimal(bytes, start).is_some() || slashed(bytes, start).is_some())
            && !counted(bytes, stop)
            && is_further(scan, kind, start..stop);
        if !fits {
            return place > 0;
        }
        scan.push(kind, &scan.text[start..stop], start..stop);
        here = stop;
    }
    true
}

/// Marks behind the number of an item.
const ITEM_MARKS: &[&str] = &[": ", ". ", ".", "、", ") ", ")"];

/// `0: failed to listen 1: io error 2: …`, `1. 密码错误 2. …`: whether a number, which ends at `end`, is the next place of a list
/// that its line writes out.
pub(super) fn is_place_in_list(bytes: &[u8], value: u32, start: usize, end: usize) -> bool {
    let Some(previous) = value.checked_sub(1) else { return false };
    let Some(mark) = ITEM_MARKS.iter().find(|mark| lex::has(bytes, end, mark)) else { return false };
    let line = lex::line_start(bytes, end, 240);
    // `v4.0 … error 5.`, `(error 2) … (error 3)` are no lists.
    lex::find_any(bytes, line..start, &[&format!("{previous}{mark}")]).is_some_and(|item| {
        lex::starts_word(bytes, item.start)
            && !matches!(lex::before(bytes, item.start), b'.' | b'-')
            && !lex::byte(bytes, item.end).is_ascii_digit()
            && (label::before(bytes, item.start) == Label::None
                || value > 1 && is_place_in_list(bytes, previous, item.start, item.end - mark.len()))
    })
}

/// Whether a further number of a list is of the kind that its first has.
fn is_further(scan: &mut Scan<'_>, kind: Kind, span: Range<usize>) -> bool {
    if span.len() >= 4 && kind_of(scan, span.start, span.end) == Some(kind) {
        return true;
    }
    let Some(value) = scan.text.get(span.clone()).and_then(|digits| digits.parse::<u32>().ok()) else { return false };
    let known = match kind {
        Kind::Msi => codes::is_installer_result(value) || installer::is_own_number(value) && span.len() == 4,
        Kind::Win32 => value > 1 && codes::is_win32(value),
        Kind::Http => web::is_failing_status(value),
        Kind::Mysql => database::is_client_number(scan, value, span.start),
        _ => false,
    };
    known && ends_there(scan.bytes, span.end)
}

/// Whether nothing follows a number that it could count: `53 and 67 files`.
pub(super) fn ends_there(bytes: &[u8], end: usize) -> bool {
    const GO_ON: &[&str] = &[
        "when",
        "on ",
        "in ",
        "at ",
        "after",
        "if ",
        "from",
        "with ",
        "while",
        "is ",
        "are ",
        "was ",
        "were ",
        "and ",
        "or ",
        "appear",
        "depending",
        "again",
        "as ",
        "but ",
        "error",
        "since",
        "during",
        "for ",
        "instead",
        "every",
        "came",
        "come",
        "show",
        "pop",
        "status",
    ];
    let next = lex::skip_blanks(bytes, end);
    !lex::is_word(lex::byte(bytes, next)) || lex::skip_any(bytes, next, GO_ON).is_some()
}

/// `1603/1618`, `691/619/678`: the first number of several that slashes join, and where it ends. Dates and shares of a whole have
/// fewer digits, or a year and days.
pub(super) fn slashed(bytes: &[u8], at: usize) -> Option<(u64, usize)> {
    let first = lex::skip_digits(bytes, at);
    let mut end = first;
    let mut joined = false;
    while lex::byte(bytes, end) == b'/' && lex::byte(bytes, end + 1).is_ascii_digit() {
        let stop = lex::skip_digits(bytes, end + 1);
        if !(3..=5).contains(&(stop - end - 1)) {
            return None;
        }
        (end, joined) = (stop, true);
    }
    let goes_on = lex::is_word(lex::byte(bytes, end))
        || matches!(lex::byte(bytes, end), b'.' | b':' | b'-') && lex::byte(bytes, end + 1).is_ascii_digit();
    if !(3..=5).contains(&(first - at)) || !joined || goes_on || lex::byte(bytes, end) == b'%' {
        return None;
    }
    let value = std::str::from_utf8(bytes.get(at..first)?).ok()?.parse().ok()?;
    Some((value, first))
}
