//! Where in a line its stamp stands.
//!
//! A date in the middle of a sentence is what the line speaks of, not when it was written; so a stamp is taken only at the
//! head of the line, behind what loggers put before it, or behind a key that means nothing else.

use std::{ops::Range, sync::LazyLock};

use aho_corasick::AhoCorasick;
use jiff::{SignedDuration, Timestamp};

use super::{Day, Reading, cursor::Cursor, written};
use crate::logs::record::floor;

/// How much of a line is looked at for a stamp: structured data puts it behind other keys.
const HEAD: usize = 512;

/// A stamp found in a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stamp {
    /// What it says.
    pub reading: Reading,
    /// Where it stands in the line, in bytes.
    pub span: Range<usize>,
}

/// Reads the stamp of a line, whatever program wrote it.
///
/// ```
/// use casebook::logs::clock::read;
/// assert!(read("<34>1 2024-09-10T14:32:53.379+08:00 host app - - - started").is_some());
/// assert!(read("the licence ends on 2024-09-10 14:32:53").is_none());
/// ```
pub fn read(line: &str) -> Option<Stamp> {
    let line = floor(line, HEAD);
    at_head(line).or_else(|| behind_key(line)).or_else(|| access_log(line)).or_else(|| behind_fields(line))
}

fn stamp_at(line: &str, at: usize) -> Option<Stamp> {
    let (reading, length) = written::stamp(&line[at..])?;
    Some(Stamp { reading, span: at..at + length })
}

fn at_head(line: &str) -> Option<Stamp> {
    let mut text = line.trim_start_matches([' ', '\t', '\u{feff}']);
    // `<34>1 `: priority and version of syslog.
    if let Some(rest) = text.strip_prefix('<')
        && let Some(end) = floor(rest, 4).find('>').filter(|end| rest[..*end].bytes().all(|b| b.is_ascii_digit()))
    {
        text = rest[end + 1..].strip_prefix("1 ").unwrap_or(&rest[end + 1..]);
    }
    // `>>>  Section start 2024/09/10 14:32:53.379`, `[Boot Session: 2024/09/10 14:32:53.379]`
    for frame in [">>>  Section start ", "<<<  Section end ", "[Boot Session: "] {
        text = text.strip_prefix(frame).unwrap_or(text);
    }
    let open = text.trim_start_matches(['[', '(', '"', '\'', '#', '<', '{', '*']);
    let at = line.len() - open.len();
    let since_boot = || text.strip_prefix('[').and_then(|inner| since_boot(inner, line.len() - inner.len()));
    stamp_at(line, at)
        .or_else(since_boot)
        .or_else(|| klog(line, at))
        .or_else(|| epoch_at(line, at))
        .or_else(|| after_mark(open).and_then(|rest| epoch_at(line, line.len() - rest.len())))
}

/// What follows the mark of clusters' system logs, before the seconds since 1970: `-`, or the class of an alert, `KERNDTLB`.
fn after_mark(text: &str) -> Option<&str> {
    let (mark, rest) = text.split_once(' ')?;
    let class = (2..=16).contains(&mark.len()) && mark.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_');
    (class || mark == "-").then_some(rest)
}

/// `[   12.345678] text`: kernel messages, seconds since the start.
fn since_boot(inner: &str, at: usize) -> Option<Stamp> {
    let mut c = Cursor::new(inner);
    c.blanks(8);
    let (seconds, _) = c.number(1, 8)?;
    c.eat(".").then_some(())?;
    let (fraction, digits) = c.number(3, 9)?;
    c.eat("]").then_some(())?;
    let nanoseconds = i32::try_from(fraction * 10u64.pow(9 - u32::try_from(digits).ok()?)).ok()?;
    let elapsed = SignedDuration::new(i64::try_from(seconds).ok()?, nanoseconds);
    Some(Stamp { reading: Reading::SinceBoot(elapsed), span: at..at + c.at() - 1 })
}

/// `E0910 14:32:53.379123`: the level's letter, month and day.
fn klog(line: &str, at: usize) -> Option<Stamp> {
    let mut c = Cursor::new(&line[at..]);
    c.eat_one(&['I', 'W', 'E', 'F'])?;
    let (month, day) = (c.fixed(2)?, c.fixed(2)?);
    c.eat(" ").then_some(())?;
    let begin = at + c.at();
    let found = stamp_at(line, begin)?;
    let Reading::Civil { day: Day::None, time, offset } = found.reading else { return None };
    let (month, day) = (i8::try_from(month).ok()?, i8::try_from(day).ok()?);
    jiff::civil::Date::new(2000, month, day).ok()?;
    Some(Stamp {
        reading: Reading::Civil { day: Day::NoYear { month, day }, time, offset },
        span: at + 1..found.span.end,
    })
}

/// `1725949973`, `1725949973.379`, `1725949973379`, and micro- and nanoseconds.
fn epoch_at(line: &str, at: usize) -> Option<Stamp> {
    let mut c = Cursor::new(&line[at..]);
    let (value, digits) = c.number(10, 19)?;
    let unit = match digits {
        10 => 1_000_000_000,
        13 => 1_000_000,
        16 => 1_000,
        19 => 1,
        _ => return None,
    };
    let mut nanoseconds = i128::from(value) * unit;
    if digits == 10 && c.eat(".") {
        let (fraction, digits) = c.number(1, 9)?;
        nanoseconds += i128::from(fraction) * 10i128.pow(9 - u32::try_from(digits).ok()?);
    }
    (!c.peek().is_some_and(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '/'))).then_some(())?;
    let instant = Timestamp::from_nanosecond(nanoseconds).ok()?;
    // From 2001 to 2100: what lies outside is a number of something else.
    (978_307_200..4_102_444_800).contains(&instant.as_second()).then_some(())?;
    Some(Stamp { reading: Reading::Instant(instant), span: at..at + c.at() })
}

/// Keys behind which the time of an entry stands: JSON and logfmt loggers, event exports, crash dumps, installers.
const KEYS: &[&str] = &[
    "\"@timestamp\":",
    "\"timestamp\":",
    "\"time\":",
    "\"ts\":",
    "\"$date\":",
    "\"datetime\":",
    "\"eventTime\":",
    "\"TimeCreated\":",
    "\"__REALTIME_TIMESTAMP\":",
    "SystemTime=",
    "<TimeCreated>",
    "msg=audit(",
    " ts=",
    " time=",
    "time=\"",
];

/// The same at the beginning of the line only: elsewhere they are words.
const HEAD_KEYS: &[&str] = &[
    "ts=",
    "time=",
    "timestamp=",
    "date:",
    "日期:",
    "日期：",
    "timecreated",
    "logged:",
    "记录时间:",
    "记录时间：",
    "debug session time:",
    "=== verbose logging started:",
    "=== logging started:",
    "=== verbose logging stopped:",
    "=== logging stopped:",
    "action ",
    "#date:",
    "msi (",
    "<![log[",
];

static KEY: LazyLock<AhoCorasick> = LazyLock::new(|| AhoCorasick::new(KEYS).expect("the keys are few and constant"));

fn behind_key(line: &str) -> Option<Stamp> {
    let text = line.trim_start();
    let indent = line.len() - text.len();
    if let Some(key) = HEAD_KEYS.iter().find(|key| starts_with(text, key)) {
        let rest = &text[key.len()..];
        match *key {
            "msi (" => return installer(line),
            "<![log[" => {}
            "action " => {
                // `Action 14:32:53: InstallFiles.`, `Action ended 14:32:53: …`
                let rest = ["ended ", "start "].iter().find_map(|word| rest.strip_prefix(word)).unwrap_or(rest);
                return stamp_at(line, line.len() - rest.len())
                    .filter(|found| line[found.span.end..].starts_with(':') && is_clock(&found.reading));
            }
            _ => {
                let value = rest.trim_start_matches([' ', '\t', ':', '"', '\'']);
                return value_at(line, indent + text.len() - value.len());
            }
        }
    }
    if let Some(found) = cmtrace(line) {
        return Some(found);
    }
    for key in KEY.find_iter(line) {
        let value = line[key.end()..].trim_start_matches([' ', '"', '\'', '{']);
        if let Some(found) = value_at(line, line.len() - value.len()).filter(|found| !is_clock(&found.reading)) {
            return Some(found);
        }
    }
    None
}

fn is_clock(reading: &Reading) -> bool {
    matches!(reading, Reading::Civil { day: Day::None, .. })
}

fn value_at(line: &str, at: usize) -> Option<Stamp> {
    stamp_at(line, at).or_else(|| epoch_at(line, at))
}

fn starts_with(text: &str, prefix: &str) -> bool {
    text.get(..prefix.len()).is_some_and(|head| head.eq_ignore_ascii_case(prefix))
}

/// `MSI (s) (A8:5C) [14:32:53:379]: text`
fn installer(line: &str) -> Option<Stamp> {
    let open = line.find(" [")? + 2;
    stamp_at(line, open).filter(|found| line[found.span.end..].starts_with("]:") && is_clock(&found.reading))
}

/// `<![LOG[text]LOG]!><time="14:32:53.379-480" date="09-10-2024" component=…>`: the bias is what is to be added to reach UTC,
/// in minutes. The message may be longer than the head, so the end of the line is looked at.
fn cmtrace(line: &str) -> Option<Stamp> {
    let at = line.rfind("<time=\"")? + 7;
    let clock = stamp_at(line, at)?;
    let Reading::Civil { day: Day::None, time, offset: None } = clock.reading else { return None };
    let mut c = Cursor::new(&line[clock.span.end..]);
    let bias = c.attempt(|c| {
        let sign = c.eat_one(&['+', '-'])?;
        let (minutes, _) = c.number(1, 3)?;
        let minutes = i32::try_from(minutes).ok()?;
        Some(if sign == '-' { minutes } else { -minutes })
    });
    (c.eat("\"") && c.blanks(2) > 0 && c.eat("date=\"")).then_some(())?;
    let (month, _, day) = (c.short()?, c.eat("-"), c.short()?);
    c.eat("-").then_some(())?;
    let (year, _) = c.number(4, 4)?;
    let date =
        jiff::civil::Date::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()?;
    let offset = bias.filter(|minutes| minutes.abs() <= 14 * 60).and_then(written::of_minutes);
    let reading = Reading::Civil { day: Day::Full(date), time, offset };
    Some(Stamp { reading, span: at..clock.span.end + c.at() })
}

/// `192.0.2.7 - - [10/Oct/2000:13:55:36 -0700] "GET /`: the time stands in the fourth field.
fn access_log(line: &str) -> Option<Stamp> {
    for (bracket, _) in floor(line, 200).match_indices('[').take(3) {
        let text = &line[bracket + 1..];
        if text.as_bytes().get(2) == Some(&b'/') && text.as_bytes().get(6) == Some(&b'/') {
            return stamp_at(line, bracket + 1);
        }
    }
    None
}

/// Fields that may stand before the stamp.
const MOST_FIELDS: usize = 4;

/// How far in the last of them may end: a name of a file, a level.
const FIELDS: usize = 120;

/// `Error,2024/9/10 14:32:53,…`, `[ERROR] 2024-09-10 …`, `INFO  [main] 2024-09-10 …`, `api.log 2024-09-10 …`: a stamp with
/// its day behind fields that are a level, a name in brackets, a number or the name of a log.
fn behind_fields(line: &str) -> Option<Stamp> {
    let mut at = line.len() - line.trim_start().len();
    for _ in 0..MOST_FIELDS {
        let rest = &line[at..];
        let field_end = if rest.starts_with(['[', '(']) {
            floor(rest, FIELDS).find([']', ')']).map(|end| end + 1)?
        } else {
            let head = floor(rest, FIELDS);
            // The name of a file before a colon, as grep and collectors put it.
            let named = [".log:", ".txt:"].iter().find_map(|mark| head.find(mark)).map(|end| end + 4);
            named.filter(|end| !head[..*end].contains(' ')).or_else(|| head.find([' ', '\t', ',', '|', ';', ':']))?
        };
        let field = rest[..field_end].trim_matches(['"', '\'']);
        if !is_field(field) {
            return None;
        }
        let after = rest[field_end..].trim_start_matches([' ', '\t', ',', '|', ';', ':', '-', '"', '\'']);
        at = line.len() - after.len();
        if at > FIELDS {
            return None;
        }
        let inner = after.trim_start_matches(['[', '(']);
        if let Some(found) = stamp_at(line, line.len() - inner.len()).filter(|found| !is_clock(&found.reading)) {
            return Some(found);
        }
    }
    None
}

fn is_field(field: &str) -> bool {
    const LEVELS: &[&str] = &[
        "error",
        "err",
        "warning",
        "warn",
        "info",
        "information",
        "debug",
        "trace",
        "fatal",
        "critical",
        "notice",
        "severe",
        "verbose",
        "audit success",
        "audit failure",
        "错误",
        "警告",
        "信息",
        "严重",
        "关键",
        "详细",
        "审核成功",
        "审核失败",
    ];
    field.starts_with(['[', '('])
        || !field.is_empty() && field.bytes().all(|byte| byte.is_ascii_digit())
        || field.contains(".log")
        || field.ends_with(".txt")
        || LEVELS.iter().any(|level| field.eq_ignore_ascii_case(level))
}
