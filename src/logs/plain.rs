//! Lines of no particular format: time and level by the usual shapes at the head of the line.
//!
//! The word "error" in the middle of a sentence says nothing of the line's level; so only the place
//! where logging libraries print the level is looked at, and lower-case words count only where their
//! punctuation shows them to be a level.

use super::{
    Level, LogRecord,
    record::{begins_with_time, floor, servicing, split_word},
    stamp::{date_time, digits, leading_blanks, month_day_time, time},
};

/// The level stands in so many bytes or nowhere: time, host, thread and logger name fit before it.
const HEAD: usize = 200;

/// Words between time and level that are passed over: thread, logger, host, process.
const PASSED: usize = 4;

/// Reads a line of any text.
pub(super) fn read(line: &str) -> LogRecord<'_> {
    if let Some(record) = servicing(line) {
        return record;
    }
    if let Some(record) = klog(line) {
        return record;
    }
    let (time, rest) = stamp(line);
    let (level, message) = level_and_rest(rest, time.is_some());
    LogRecord { time, level, component: None, message }
}

/// The level that a message states at its head.
pub(super) fn level_of(message: &str) -> Level {
    level_and_rest(message, false).0
}

/// `E0102 10:11:12.123456   12345 controller.go:42] text`, as Kubernetes components print it.
fn klog(line: &str) -> Option<LogRecord<'_>> {
    let level = match line.as_bytes().first()? {
        b'I' => Level::Info,
        b'W' => Level::Warning,
        b'E' | b'F' => Level::Error,
        _ => return None,
    };
    let rest = &line[1..];
    digits(rest, 4, 4)?;
    let rest = rest[4..].strip_prefix(' ')?;
    let end = 6 + time(rest)?;
    let head = floor(&line[end..], HEAD);
    let bracket = head.find("] ")?;
    let component = head[..bracket].split_ascii_whitespace().next_back();
    Some(LogRecord { time: Some(&line[1..end]), level, component, message: &line[end + bracket + 2..] })
}

/// A stamp at the beginning, bare or in brackets, and what follows it.
fn stamp(line: &str) -> (Option<&str>, &str) {
    let text = line.trim_start();
    let (open, inner) = match text.strip_prefix('[') {
        Some(inner) => (true, inner),
        None => (false, text),
    };
    // `[Sun Dec 04 04:47:44 2005]`: the day of the week goes before.
    let weekday = if ["Mon ", "Tue ", "Wed ", "Thu ", "Fri ", "Sat ", "Sun "].iter().any(|day| inner.starts_with(day)) {
        4
    } else {
        0
    };
    let dated = &inner[weekday..];
    let end = date_time(dated).or_else(|| month_day_time(dated)).or_else(|| time(dated)).or_else(|| compact(dated));
    match end {
        Some(end) => {
            let mut rest = &dated[end..];
            if open {
                let Some((_, after)) = floor(rest, 16).find(']').map(|at| rest.split_at(at + 1)) else {
                    return (None, line);
                };
                rest = after;
            }
            (Some(&inner[..weekday + end]), rest)
        }
        None => after_file_name(line),
    }
}

/// `nova-api.log:2024-01-02 10:11:12 ...`, `app.log 2024-01-02 ...`: the name of the file goes before, as grep and
/// collectors put it.
fn after_file_name(line: &str) -> (Option<&str>, &str) {
    let head = floor(line, 120);
    let name_end = head.find(' ').unwrap_or(0);
    let colon = head.find(".log:").map(|at| at + 4);
    for at in colon.into_iter().chain((name_end > 0 && head[..name_end].contains(".log")).then_some(name_end)) {
        let rest = line[at + 1..].trim_start();
        if let Some(end) = date_time(rest) {
            return (Some(&rest[..end]), &rest[end..]);
        }
    }
    (None, line)
}

/// `03-17 16:13:38.811`, `081109 203615`, `17/06/09 20:10:40`, and the seconds since boot of `12.345678] text`.
fn compact(text: &str) -> Option<usize> {
    let (word, rest) = split_word(text);
    if begins_with_time(rest.trim_start())
        && word.len() >= 5
        && word.bytes().all(|b| b.is_ascii_digit() || b"-/.".contains(&b))
    {
        let blanks = leading_blanks(rest);
        return Some(word.len() + blanks + time(&rest[blanks..])?);
    }
    if digits(word, 6, 8) == Some(word.len()) {
        let (clock, _) = split_word(rest.trim_start());
        return (digits(clock, 6, 6) == Some(clock.len())).then(|| word.len() + leading_blanks(rest) + clock.len());
    }
    let blanks = leading_blanks(text);
    let seconds = digits(&text[blanks..], 1, 8)?;
    let rest = text[blanks + seconds..].strip_prefix('.')?;
    let fraction = digits(rest, 3, 6)?;
    rest[fraction..].starts_with(']').then_some(blanks + seconds + 1 + fraction)
}

/// Finds the level at the head of what follows the time.
fn level_and_rest(text: &str, after_time: bool) -> (Level, &str) {
    let head = floor(text, HEAD);
    if let Some(level) = keyed_level(head) {
        return (level, text.trim_start());
    }
    let mut passed = 0;
    let mut at = 0;
    while at < head.len() && passed <= if after_time { PASSED } else { 0 } {
        let rest = &head[at..];
        let word_start = at + rest.find(|c: char| c.is_alphanumeric()).unwrap_or(rest.len());
        let word_end =
            word_start + head[word_start..].find(|c: char| !c.is_alphanumeric()).unwrap_or(head.len() - word_start);
        let word = &head[word_start..word_end];
        if word.is_empty() {
            break;
        }
        let before = head[..word_start].chars().next_back();
        let after = &head[word_end..];
        if let Some(level) = level_word(word)
            && set_off(word, before, after, after_time, passed)
        {
            let rest = text[word_end..].trim_start_matches([']', ')', '>', '|', ':', '-', ' ', '\t', ',', '：']);
            return (level, rest);
        }
        // Numbers (a process id, a fraction) are no words; a bracketed thread name is one.
        if !word.bytes().all(|byte| byte.is_ascii_digit()) {
            passed += 1;
        }
        // On to the next blank: the parts of `org.example.Main` are one word.
        let blank = after.find([' ', '\t', ']', '|', ':']).map_or(head.len(), |skip| word_end + skip + 1);
        at = blank.max(word_end);
        while !head.is_char_boundary(at) {
            at += 1;
        }
    }
    (Level::Unknown, text.trim_start())
}

/// Whether punctuation and place show that a word is the level and not part of a sentence.
fn set_off(word: &str, before: Option<char>, after: &str, after_time: bool, passed: usize) -> bool {
    let next = after.chars().next();
    let opened = matches!(before, Some('[' | '(' | '<' | '|'));
    if opened {
        return matches!(next, Some(']' | ')' | '>' | '|' | ' ' | ':'));
    }
    let apart = matches!(before, None | Some(' ' | '\t' | '-' | ':' | ']' | '|' | '"' | ','));
    let column = next.is_none() || after.starts_with("  ") || matches!(next, Some(':' | '：' | '\t' | ',' | ']' | '|'));
    let capitals = word.len() == 1 || word.bytes().all(|byte| byte.is_ascii_uppercase());
    if word.len() == 1 {
        // `03-17 16:13:38.811  1702  2395 D WindowManager: text`: single letters only after a time and numbers.
        return after_time && passed == 0 && before == Some(' ') && next == Some(' ');
    }
    apart
        && if capitals {
            column || next == Some(' ')
        } else {
            column && passed == 0 || after_time && passed == 0 && next == Some(' ')
        }
}

/// The words that logging libraries and event viewers print, in English and Chinese.
fn level_word(word: &str) -> Option<Level> {
    // Longest is `Informational`.
    if word.len() > 15 {
        return None;
    }
    let mut buffer = [0; 15];
    let lower = &mut buffer[..word.len()];
    lower.copy_from_slice(word.as_bytes());
    lower.make_ascii_lowercase();
    Some(match std::str::from_utf8(lower).ok()? {
        "error" | "err" | "eror" | "fatal" | "critical" | "crit" | "severe" | "panic" | "emerg" | "alert"
        | "failure" | "错误" | "錯誤" | "严重" | "嚴重" | "关键" | "關鍵" | "重大" | "致命" => {
            Level::Error
        }
        "warning" | "warn" | "警告" => Level::Warning,
        "info" | "information" | "informational" | "notice" | "note" | "信息" | "資訊" | "通知" => Level::Info,
        "debug" | "trace" | "verbose" | "fine" | "finer" | "finest" | "调试" | "偵錯" | "详细" | "詳細" => {
            Level::Debug
        }
        _ => match word {
            "E" | "F" => Level::Error,
            "W" => Level::Warning,
            "I" => Level::Info,
            "D" | "V" => Level::Debug,
            _ => return None,
        },
    })
}

/// `level=error`, `"level":"error"`, `Level: Error`, `级别: 错误`.
fn keyed_level(head: &str) -> Option<Level> {
    for key in ["level", "Level", "severity", "lvl", "级别", "層級", "等級"] {
        let Some(at) = head.find(key) else { continue };
        if head[..at].chars().next_back().is_some_and(char::is_alphanumeric) {
            continue;
        }
        let rest = head[at + key.len()..].strip_prefix('"').unwrap_or(&head[at + key.len()..]);
        let Some(value) = rest.trim_start().strip_prefix(['=', ':', '：']) else { continue };
        let value = value.trim_start_matches([' ', '\t', '"', '\'']);
        let end = value.find(|c: char| !c.is_alphanumeric()).unwrap_or(value.len());
        if let Some(level) = level_word(&value[..end]) {
            return Some(level);
        }
    }
    None
}
