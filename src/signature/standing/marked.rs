//! Lines that mark themselves as messages of failures, where the log states no level for them: what a database client, a shell or
//! an interpreter prints among the lines of the program that called it.
//!
//! A code that heads such a line is its message (`ORA-12514: TNS:listener does not …`), and so are the words of the system
//! behind what a program was at (`ssh: connect to host …: No route to host`). A list of codes has the same shape; the line above
//! it says what it lists.

use std::ops::Range;

use crate::{
    logs::{self, Level, LogFormat},
    signature::SignatureKind as Kind,
};

/// See [`super::Line::marks_itself`].
pub(super) fn marks_itself(line: &str, kind: Kind, span: Range<usize>) -> bool {
    let (Some(before), Some(code), Some(behind)) =
        (line.get(..span.start), line.get(span.clone()), line.get(span.end..))
    else {
        return false;
    };
    match kind {
        // `ORA-06512: at "OWNER.NAME", line 5` is a frame of the stack.
        Kind::Ora => heads(line, before) && behind.starts_with(": ") && !behind.starts_with(": at "),
        // Codes of DB2 end in their severity: errors are N, C and E.
        Kind::Db2 => heads(line, before) && code.ends_with(['N', 'C', 'E']) && behind.starts_with("  "),
        Kind::Mssql => {
            (1..WORD).contains(&before.len())
                && before.trim_end().split(' ').count() == 1
                && level_behind(behind).is_some_and(|level| level >= GRAVE_FROM)
        }
        Kind::Exception => {
            (heads(line, before) || before == "Caused by: ") && (behind.is_empty() || behind.starts_with(": "))
        }
        // The system's words, not a name: `bash: /opt/run.sh: Permission denied`. With a time before it the line is a log's own.
        Kind::Errno => {
            behind.len() < REST
                && (code.contains(' ') || !code.is_ascii())
                && before.ends_with(": ")
                && !before.starts_with(' ')
                && logs::read_record(LogFormat::Plain, line).time.is_none()
        }
        _ => false,
    }
}

/// Bytes that may follow the words of the system: they are the last that a line says.
const REST: usize = 40;

/// Bytes of the word before the number of a message of SQL Server, in any language.
const WORD: usize = 24;

/// The least level of a message of SQL Server that is an error; below, it only informs.
const GRAVE_FROM: u32 = 11;

/// Whether nothing but a time stands before the message that begins behind `before`.
fn heads(line: &str, before: &str) -> bool {
    before.is_empty() || {
        let record = logs::read_record(LogFormat::Plain, line);
        record.time.is_some() && line.len() - record.message.len() == before.len()
    }
}

/// The level in `, Level 13, State 51`, 消息 1205，级别 13，状态 51: the second number of the head of a message.
fn level_behind(behind: &str) -> Option<u32> {
    let rest = behind.strip_prefix([',', '，'])?.trim_start();
    let name = rest.find(|c: char| c.is_ascii_digit()).filter(|at| *at <= 16)?;
    let digits = &rest[name..];
    let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
    digits[end..].starts_with([',', '，']).then(|| digits[..end].parse().ok()).flatten()
}

/// Lines above an entry in which the head of its list is looked for.
const LIST_LINES: usize = 30;

/// Entries from which on they are a list, whatever the line above calls them.
const LIST_FROM: usize = 3;

/// What the head of a list says of its entries, lower case.
const OF_LISTS: &[&str] = &[
    "ignor",
    "retryable",
    "retriable",
    "retry on",
    "retries on",
    "retried",
    " known",
    "handled",
    "handling",
    "allowlist",
    "whitelist",
    "skip",
    "catalog",
    "codes",
    "list of",
    "mapping",
    "registered",
    "supported",
    "忽略",
    "已知",
    "可重试",
    "列表",
    "错误码",
    "白名单",
    "对照",
    "清单",
];

/// Whether a line, at this place of a text, has a stack's frames below it, or above it as Python writes them: the stack is the report
/// then.
pub(super) fn has_frames(text: &str, line: Range<usize>) -> bool {
    let below = text[line.end..].lines().nth(1).unwrap_or_default().trim_start();
    let above = text[..line.start].lines().next_back().unwrap_or_default();
    ["at ", "在 ", "... "].iter().any(|frame| below.starts_with(frame)) || above.starts_with("    ")
}

/// Whether the lines above the one that begins at `start` make it an entry of a list.
pub(super) fn is_in_list(text: &str, start: usize, format: LogFormat) -> bool {
    let entry = text[start..].lines().next().unwrap_or_default();
    let mut entries =
        1 + text[start..].lines().skip(1).take(LIST_FROM).take_while(|line| is_alike(line, entry)).count();
    for line in text[..start].lines().rev().take(LIST_LINES) {
        if is_alike(line, entry) {
            entries += 1;
            continue;
        }
        let head = line.trim_end();
        let level = logs::read_record(format, head).level;
        if level >= Level::Warning || head.is_empty() {
            return false;
        }
        let head = head.to_lowercase();
        let opens = head.ends_with([':', '：']);
        let named = OF_LISTS.iter().any(|word| head.contains(word));
        let of_codes = ["code", "error", "错误", "代码"].iter().any(|word| head.contains(word));
        return opens && (named || entries >= LIST_FROM) || named && of_codes && level != Level::Unknown;
    }
    false
}

/// Whether a line begins with a code of the family of another's, `ORA-`.
fn is_alike(line: &str, entry: &str) -> bool {
    let family = entry.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(entry.len());
    family > 1
        && line.get(..family) == entry.get(..family)
        && line[family..].starts_with(|c: char| !c.is_ascii_alphabetic())
}
