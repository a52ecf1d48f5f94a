//! Several ids of Windows events in one sentence, and an id some words behind what says that events are spoken of.

use crate::signature::SignatureKind as Kind;

use super::{
    Scan,
    event::{AFTER_ID, list},
    lex,
};

/// What joins the ids of a list.
const JOINTS: &[&str] = &[
    "、", ", and ", ", or ", ", ", ",", "/", " and ", " or ", " & ", "; ", ";", "和", " 和 ", "与", " 与 ", "以及",
    "及", "或", " 或 ", " / ", "|", "-and-",
];

/// Where the words begin that join an id at `at` to the one before.
pub(super) fn joint_before(bytes: &[u8], at: usize) -> Option<usize> {
    let begins = |joint: &&&str| at.checked_sub(joint.len()).is_some_and(|start| lex::has(bytes, start, joint));
    JOINTS.iter().filter(begins).max_by_key(|joint| joint.len()).map(|joint| at - joint.len())
}

/// Most ids read from one list.
const MOST_LISTED: usize = 32;

/// `two events - 7000, 7009`, `events 6008 and 41`: a list of ids, or one of four digits that counts nothing; `at` is
/// where the plural ends.
pub(super) fn several(scan: &mut Scan<'_>, at: usize) {
    let bytes = scan.bytes;
    let start = lex::skip_while(bytes, at, 4, |byte| matches!(byte, b' ' | b'-' | b':' | b'#' | b'('));
    // `events with IDs such as 7031 (a service), 10016 or 1074`
    let ids = lex::skip_any(bytes, at, &[" with event id", " with the id", " with id", " having id", " whose id"])
        .map(|past| if matches!(lex::byte(bytes, past), b's' | b'S') { past + 1 } else { past })
        .map(|past| lex::skip_separators(bytes, past, 24, AFTER_ID));
    let start = ids.unwrap_or(start);
    if start == at || !scan.is_prose() {
        return;
    }
    let Some((value, end)) = lex::decimal(bytes, start) else { return };
    let next = lex::skip_any(bytes, past_gloss(bytes, end), JOINTS).unwrap_or(end);
    let is_list = next > end && lex::decimal(bytes, next).is_some_and(|(second, _)| second >= 10) || ids.is_some();
    let alone = value >= 1000 && matches!(lex::byte(bytes, end), b'.' | b',' | b')' | b'\n' | b'\r' | 0);
    if value >= 10 && is_list || alone {
        listed(scan, start, None);
    }
}

/// Whose ids are no events'.
const OTHER_IDS: &[&str] =
    &["用户", "使用者", "线程", "进程", "会话", "任务", "设备", "登录", "请求", "产品", "帐户", "账户"];

/// 在“包括事件ID”栏中,输入关键ID:41、6008; 事件日志里有 ID 为 10016 的错误
pub(super) fn id_further_on(scan: &mut Scan<'_>, word: usize, from: usize) {
    let bytes = scan.bytes;
    let limit = scan.text.floor_char_boundary((from + 60).min(bytes.len()));
    let line = from..lex::line_end(bytes, from, limit - from);
    if let Some(again) = lex::find_any(bytes, line.clone(), &["id:", "id 为", "id为", "id 是", "id是", "id=", "id "])
    {
        let start = lex::skip_blanks(bytes, again.end);
        if lex::byte(bytes, start).is_ascii_digit()
            && lex::starts_word(bytes, again.start)
            && !bytes[line.start..again.start].is_ascii()
            && !OTHER_IDS.iter().any(|other| scan.text[..again.start].trim_end().ends_with(other))
        {
            list(scan, start, word);
        }
    }
}

/// The ids themselves, with the source that is theirs.
pub(super) fn listed(scan: &mut Scan<'_>, start: usize, source: Option<String>) {
    let bytes = scan.bytes;
    let mut here = start;
    for place in 0..MOST_LISTED {
        let end = lex::skip_digits(bytes, here);
        let length = end - here;
        // A table copied without its columns: `Event ID: 7023Service Control Manager`.
        let fused =
            place == 0 && lex::byte(bytes, end).is_ascii_uppercase() && lex::byte(bytes, end + 1).is_ascii_lowercase();
        let goes_on = lex::is_word(lex::byte(bytes, end)) && !fused
            || matches!(lex::byte(bytes, end), b'.' | b':' | b'-') && lex::byte(bytes, end + 1).is_ascii_digit();
        let Some(value) = scan.text.get(here..end).and_then(|digits| digits.parse::<u32>().ok()) else { return };
        if !(1..=5).contains(&length) || goes_on || value == 0 || value > 65535 {
            return;
        }
        if place > 0 && lex::skip_any(bytes, lex::skip_blanks(bytes, end), &["次", "个", "条", "times", "个"]).is_some()
        {
            return;
        }
        let value = source.as_ref().map_or_else(|| value.to_string(), |source| format!("{source}/{value}"));
        scan.push(Kind::Event, value, here..end);
        let next = lex::skip_any(bytes, past_gloss(bytes, end), JOINTS);
        match next {
            Some(next) if lex::byte(bytes, next).is_ascii_digit() => here = next,
            _ => return,
        }
    }
}

/// Past what stands in brackets behind an id of a list: `7031 (a service), 1074 (重启)`.
fn past_gloss(bytes: &[u8], end: usize) -> usize {
    const LONGEST: usize = 72;
    let open = lex::skip_blanks(bytes, end);
    // Full width, as Chinese text has it.
    if let Some(inside) = lex::skip_any(bytes, open, &["（"]) {
        let close = lex::find_any(bytes, inside..lex::line_end(bytes, inside, LONGEST), &["）"]);
        return close.map_or(end, |close| close.end);
    }
    if lex::byte(bytes, open) != b'(' {
        return end;
    }
    let close = lex::skip_while(bytes, open + 1, LONGEST, |byte| !matches!(byte, b')' | b'(' | b'\n'));
    if lex::byte(bytes, close) == b')' { close + 1 } else { end }
}
