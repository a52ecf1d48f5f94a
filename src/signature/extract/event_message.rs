//! Windows events told by what they say: `7009: A timeout was reached …`, `[4768(S, F)](event-4768.md). A Kerberos …`,
//! `4740 事件`; a number before the words of an event, and numbers that are known as ids where events are spoken of.

use std::ops::Range;

use crate::signature::SignatureKind as Kind;

use super::{Scan, event_list, flags::Flags, lex};

/// Ids of the security log and of the system's own sources that people name without more words, in order.
///
/// Source: the documentation of security audit events, and the messages of the service control manager, the event log, the
/// user profile service, netlogon and DCOM; from knowledge.
#[rustfmt::skip]
const KNOWN: &[u32] = &[
    1000, 1001, 1002, 1014, 1026, 1058, 1074, 1102, 1129, 1500, 1502, 1505, 1508, 1509, 1511, 1515, 1521, 1530, 1534, 2004,
    3210, 4608, 4616, 4624, 4625, 4627, 4634, 4647, 4648, 4656, 4657, 4658, 4660, 4661, 4662, 4663, 4670, 4672, 4673, 4674,
    4688, 4689, 4697, 4698, 4699, 4700, 4701, 4702, 4703, 4704, 4719, 4720, 4722, 4723, 4724, 4725, 4726, 4728, 4729, 4732,
    4733, 4735, 4738, 4739, 4740, 4741, 4742, 4743, 4756, 4757, 4767, 4768, 4769, 4770, 4771, 4772, 4776, 4778, 4779, 4781,
    4797, 4798, 4799, 4800, 4801, 4886, 4887, 4964, 5136, 5137, 5140, 5141, 5145, 5152, 5156, 5157, 5158, 5719, 5722, 5723,
    5774, 5783, 5805, 6005, 6006, 6008, 6009, 6013, 7000, 7001, 7003, 7009, 7011, 7022, 7023, 7024, 7026, 7030, 7031, 7032,
    7034, 7035, 7036, 7038, 7040, 7041, 7043, 7045, 8193, 8194, 10005, 10010, 10016, 10028, 12289, 36874, 36882, 36887, 36888,
];

/// Known ids that are round numbers, which count things more often.
const ROUND: &[u32] = &[1000, 1500, 7000];

fn is_known(id: u32) -> bool {
    KNOWN.binary_search(&id).is_ok()
}

/// How an event's message begins, in lower case, and the ids that have it. They stand directly behind the id.
pub(super) const OPENINGS: &[(&str, &[u32])] = &[
    ("the system has rebooted without cleanly", &[41]),
    ("the previous system shutdown at", &[6008]),
    ("the event log service was st", &[6005, 6006]),
    ("the computer has rebooted from a bugcheck", &[1001]),
    ("faulting application name", &[1000]),
    ("a timeout was reached", &[7009, 7011]),
    ("a timeout (", &[7009, 7011]),
    ("the following boot-start or system-start", &[7026]),
    ("the service control manager tried to take", &[7032]),
    ("a service was installed in the system", &[4697, 7045]),
    ("the application-specific permission settings", &[10016]),
    ("the machine-default permission settings", &[10016]),
    ("dcom was unable to communicate", &[10028, 10009]),
    ("dcom got error", &[10005]),
    ("this computer was not able to set up a secure session", &[5719]),
    ("the session setup from the computer", &[5722, 5723, 5805]),
    ("the dynamic registration of the dns record", &[5774]),
    ("the processing of group policy failed", &[1006, 1030, 1053, 1054, 1055, 1058, 1096, 1129]),
    ("windows cannot find the local profile", &[1511]),
    ("windows has backed up this user profile", &[1515]),
    ("windows cannot log you on because your profile", &[1500]),
    ("windows detected your registry file is still in use", &[1530]),
    ("name resolution for the name", &[1014]),
    ("windows successfully diagnosed a low virtual memory", &[2004]),
    ("volume shadow copy service error", &[8193, 8194, 12289, 12293, 12310]),
    ("volume shadow copy error", &[8193, 12289]),
    ("tcp/ip failed to establish an outgoing", &[4227]),
    ("the io operation at logical block address", &[153]),
    ("reset to device, \\device", &[129]),
    ("the driver detected a controller error", &[11]),
    ("an error was detected on device", &[51]),
    ("the file system structure on the disk is corrupt", &[55]),
    ("the server was unable to allocate from the system", &[2019, 2020]),
    ("a fatal alert was ", &[36887, 36888]),
    ("a fatal error occurred while creating", &[36871]),
    ("dump file creation failed", &[161]),
    ("installation failure: windows failed to install", &[20]),
    ("系统已在未先正常关机的情况下", &[41]),
    ("计算机已经从检测错误后重新启动", &[1001]),
    ("由于下列错误", &[7000]),
    ("等待 ", &[7009, 7011]),
    ("事件日志服务已", &[6005, 6006]),
    ("应用程序-特定权限设置并未", &[10016]),
    ("应用程序-特定 权限设置并未", &[10016]),
    ("此计算机无法与域", &[5719]),
    ("找不到本地配置文件", &[1511]),
];

/// Pieces of messages that begin with a name, `The Acme service terminated unexpectedly`, and the ids that have them.
pub(super) const PIECES: &[(&str, &[u32])] = &[
    ("service terminated unexpectedly", &[7031, 7034]),
    ("service terminated with", &[7023, 7024]),
    ("service failed to start due to the following", &[7000]),
    ("service depends on the", &[7001, 7003]),
    ("service hung on starting", &[7022]),
    ("service entered the", &[7036]),
    ("service was unable to log on", &[7038]),
    ("service did not shut down properly", &[7043]),
    ("service was successfully sent a", &[7035]),
    ("service was changed from", &[7040]),
    ("has initiated the restart of", &[1074]),
    ("has initiated the power off of", &[1074]),
    ("stopped interacting with windows", &[1002]),
    ("关闭是意外的", &[6008]),
];

/// The same behind 服务, which has a trigger of its own.
const CHINESE_SERVICE: &[(&str, &[u32])] = &[
    ("意外终止", &[7031, 7034]),
    ("意外停止", &[7031, 7034]),
    ("处于", &[7036]),
    ("进入", &[7036]),
    ("启动失败", &[7000]),
    ("挂起", &[7022]),
];

/// Words of the logs that ids stand behind: `the System log has 7022`.
pub(super) const LOGS: &[&str] =
    &["系统日志", "安全日志", "应用程序日志", "系統記錄檔", "system log ", "security log ", "application log "];

/// An id before the beginning of its message, which stands at `at`.
pub(super) fn before_opening(scan: &mut Scan<'_>, at: usize, opening: &str) {
    if let Some((_, ids)) = OPENINGS.iter().find(|(words, _)| *words == opening) {
        propose(scan, at, ids);
    }
}

/// An id before a message with a name in it, of which a piece begins at `at`.
pub(super) fn before_piece(scan: &mut Scan<'_>, at: usize, piece: &str) {
    const LONGEST_NAME: usize = 120;
    let Some((_, ids)) = PIECES.iter().find(|(words, _)| *words == piece) else { return };
    let bytes = scan.bytes;
    let from = scan.text.ceil_char_boundary(lex::line_start(bytes, at, LONGEST_NAME));
    let Some(before) = scan.text.get(from..at) else { return };
    // The nearest article begins the message; Chinese has none, and its message begins behind the number's mark.
    let begins = ["The ", "the ", "“", "\"", "上一次", "服务器 "].iter().filter_map(|word| before.rfind(word)).max();
    if let Some(begins) = begins {
        propose(scan, from + begins, ids);
    }
}

/// `7036 服务进入停止状态`, `7034：打印服务意外终止`: 服务 stands at `at`.
pub(super) fn before_chinese_service(scan: &mut Scan<'_>, at: usize) {
    const LONGEST_NAME: usize = 60;
    let bytes = scan.bytes;
    let Some((_, ids)) = CHINESE_SERVICE.iter().find(|(words, _)| lex::has(bytes, at + "服务".len(), words)) else {
        return;
    };
    let from = scan.text.ceil_char_boundary(lex::line_start(bytes, at, LONGEST_NAME));
    let Some(before) = scan.text.get(from..at) else { return };
    // The name holds no digits that are parted from it.
    let digits = before.rfind(|one: char| one.is_ascii_digit()).map_or(at, |last| from + last + 1);
    let parted = lex::skip_while(bytes, digits, 4, |byte| matches!(byte, b' ' | b':' | b'-' | b'.' | b','));
    if parted > digits || digits == at {
        propose(scan, parted, ids);
    }
}

/// An event's words by which a server of COM is told to have been late stand at `at`.
pub(super) fn before_late_server(scan: &mut Scan<'_>, at: usize) {
    const LONGEST: usize = 80;
    let from = scan.text.ceil_char_boundary(lex::line_start(scan.bytes, at, LONGEST));
    if let Some(begins) = scan.text.get(from..at).and_then(|before| before.rfind("The server ")) {
        propose(scan, from + begins, &[10_010]);
    }
}

/// Proposes the id before `at`, where it is one of `ids`.
fn propose(scan: &mut Scan<'_>, at: usize, ids: &[u32]) {
    if let Some((id, span)) = id_before(scan, at)
        && ids.contains(&id)
    {
        push(scan, span);
    }
}

/// Proposes the id at a place, unless it was found there with its source.
fn push(scan: &mut Scan<'_>, span: Range<usize>) {
    let known = scan.candidates.iter().rev().take(8).any(|one| one.kind == Kind::Event && one.span == span);
    if !known {
        scan.push(Kind::Event, &scan.text[span.clone()], span);
    }
}

/// The number before words that stand at `at`, over marks, what audits it (`(S, F)`) and the rest of a link
/// (`](event-4768.md)`).
pub(super) fn id_before(scan: &Scan<'_>, at: usize) -> Option<(u32, Range<usize>)> {
    const LONGEST_LINK: usize = 80;
    let bytes = scan.bytes;
    let is_mark = |byte: u8| {
        matches!(byte, b' ' | b'*' | b'|' | b'-' | b':' | b'`' | b'(' | b'.' | b',' | b'"' | b'\'' | b'\t' | b']')
    };
    let mut end = past_quotes(bytes, lex::back_while(bytes, at, 8, is_mark));
    end = lex::back_while(bytes, end, 4, is_mark);
    if lex::before(bytes, end) == b')' {
        let open = lex::back_while(bytes, end - 1, LONGEST_LINK, |byte| !matches!(byte, b'(' | b')' | b'\n'));
        let inside = bytes.get(open..end - 1)?;
        let audits = matches!(inside, b"S" | b"F" | b"S, F" | b"S,F");
        let link = lex::before(bytes, open.saturating_sub(1)) == b']';
        if lex::before(bytes, open) != b'(' || !(audits || link) {
            return None;
        }
        end = lex::back_while(bytes, open - 1, 2, |byte| matches!(byte, b' ' | b']' | b'\\'));
    }
    let start = lex::back_while(bytes, end, 6, |byte| byte.is_ascii_digit());
    let apart =
        lex::starts_word(bytes, start) && !matches!(lex::before(bytes, start), b'.' | b'-' | b'/' | b'$' | b'#');
    // `10:41 The …`, `v2.41: …`: of a time, of a version.
    let of_time = lex::before(bytes, start) == b':' && start > 1 && bytes[start - 2].is_ascii_digit();
    let id = scan.text.get(start..end)?.parse().ok()?;
    (end < at && start < end && apart && !of_time).then_some((id, start..end))
}

fn past_quotes(bytes: &[u8], end: usize) -> usize {
    ["“", "”", "「", "，", "、", "。"]
        .iter()
        .find_map(|mark| end.checked_sub(mark.len()).filter(|&start| lex::has(bytes, start, mark)))
        .unwrap_or(end)
}

/// `failed 4768 events`, `a 7034 event`, `1511 和 1515 事件`: known ids before the word, which stands at `at..end`.
pub(super) fn before_word(scan: &mut Scan<'_>, at: usize, end: usize) {
    let bytes = scan.bytes;
    let stop = lex::back_while(bytes, at, 1, |byte| byte == b' ');
    if !scan.is_prose() || !lex::before(bytes, stop).is_ascii_digit() {
        return;
    }
    let chinese = !lex::byte(bytes, at).is_ascii();
    let plural = matches!(lex::byte(bytes, end), b's' | b'S');
    let past = end + usize::from(plural);
    if !chinese && !lex::ends_word(bytes, past) || lex::skip_any(bytes, past, &[" per ", "/s", " a second"]).is_some() {
        return;
    }
    let mut found: Vec<Range<usize>> = Vec::new();
    let mut stop = stop;
    while let Some((id, span)) = known_before(scan, stop) {
        if plural && ROUND.contains(&id) && found.is_empty() {
            return;
        }
        let start = span.start;
        found.push(span);
        match event_list::joint_before(bytes, start) {
            Some(joint) => stop = joint,
            None => break,
        }
    }
    // A plural counts, unless the sentence speaks of what such events tell.
    let told = || {
        let line = lex::line_start(bytes, at, 160)..lex::line_end(bytes, at, 160);
        scan.text.get(scan.text.ceil_char_boundary(line.start)..scan.text.floor_char_boundary(line.end)).is_some_and(
            |line| {
                let line = line.to_ascii_lowercase();
                ["fail", "log", "security", "audit", "kerberos", "domain", "controller", "service"]
                    .iter()
                    .any(|word| line.contains(word))
            },
        )
    };
    if found.is_empty() || plural && found.len() == 1 && !told() {
        return;
    }
    for span in found.into_iter().rev() {
        push(scan, span);
    }
}

/// A known id that ends at `stop`.
fn known_before(scan: &Scan<'_>, stop: usize) -> Option<(u32, Range<usize>)> {
    let bytes = scan.bytes;
    let start = lex::back_while(bytes, stop, 6, |byte| byte.is_ascii_digit());
    let goes_on = match lex::before(bytes, start) {
        b'-' | b'#' | b'$' | b'+' | b'.' | b':' => true,
        b',' => start >= 2 && bytes[start - 2].is_ascii_digit(),
        _ => false,
    };
    let id = scan.text.get(start..stop)?.parse().ok().filter(|&id| is_known(id))?;
    (lex::starts_word(bytes, start) && !goes_on).then_some((id, start..stop))
}

/// `event-4768.md`, `auditing/event-4688`: a known id in an address; `at` is the dash.
pub(super) fn in_address(scan: &mut Scan<'_>, at: usize) {
    let bytes = scan.bytes;
    let end = lex::skip_digits(bytes, at + 1);
    let ends = lex::skip_any(bytes, end, &[".md", ".htm", ")", "/", "#", "?", "-"]).is_some()
        || matches!(lex::byte(bytes, end), 0 | b' ' | b'\r' | b'\n' | b'"' | b'>' | b'.' | b',');
    if let Some(digits) = scan.text.get(at + 1..end)
        && ends
        && digits.parse().is_ok_and(|id| is_known(id) && !ROUND.contains(&id))
    {
        push(scan, at + 1..end);
    }
}

/// `$_.Id -eq 4740`: the id that PowerShell compares with; `at` is where it stands.
pub(super) fn compared(scan: &mut Scan<'_>, at: usize) {
    let start = lex::skip_separators(scan.bytes, at, 4, &["@"]);
    let end = lex::skip_digits(scan.bytes, start);
    if scan.text.get(start..end).is_some_and(|digits| digits.parse().is_ok_and(is_known) || digits == "41") {
        event_list::listed(scan, start, None);
    }
}

/// `系统日志 7000、7009 两条`, `the Security log shows 4625`: known ids behind a log's name, which ends at `at`.
pub(super) fn behind_log(scan: &mut Scan<'_>, at: usize) {
    let bytes = scan.bytes;
    if !scan.is_prose() {
        return;
    }
    let words = [
        "id",
        "里",
        "中",
        "的",
        "只有",
        "有",
        "出现",
        "报",
        "是",
        "shows ",
        "has ",
        "only ",
        "is full of ",
        "entries ",
    ];
    let start = lex::skip_separators(bytes, at, 16, &words);
    let end = lex::skip_digits(bytes, start);
    if scan.text.get(start..end).is_some_and(|digits| digits.parse().is_ok_and(is_known)) && lex::ends_word(bytes, end)
    {
        event_list::listed(scan, start, None);
    }
}

/// Statuses with which a logon fails: no such user, wrong password, account restriction, hours, workstation, expired, disabled,
/// logon type, locked out, and the one that sums them up.
const LOGON: &[u32] = &[
    0xC000_0064,
    0xC000_006A,
    0xC000_006D,
    0xC000_006E,
    0xC000_006F,
    0xC000_0070,
    0xC000_0071,
    0xC000_0072,
    0xC000_0133,
    0xC000_015B,
    0xC000_0193,
    0xC000_0224,
    0xC000_0234,
    0xC000_0413,
];

/// `大量 4625，状态 0xC000006D`: the event that a status of a failed logon belongs to, by its bare id before the status, which stands
/// at `at`.
pub(super) fn before_logon_status(scan: &mut Scan<'_>, status: u32, at: usize) {
    const FAR: usize = 60;
    if !LOGON.contains(&status) || !scan.is_prose() || scan.line_flags(at).any(Flags::UNIX) {
        return;
    }
    let from = lex::line_start(scan.bytes, at, FAR);
    if let Some(id) = lex::find_any(scan.bytes, from..at, &["4625", "4776"])
        && lex::starts_word(scan.bytes, id.start)
        && lex::ends_word(scan.bytes, id.end)
        && !matches!(lex::before(scan.bytes, id.start), b'.' | b'-' | b':' | b'/' | b'=')
    {
        push(scan, id);
    }
}
