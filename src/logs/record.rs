//! One line taken apart by the grammar of its log format.
//!
//! Only the head of a line is looked at, so the work does not grow with its length.

use super::{
    Level, LogFormat, LogRecord, plain,
    stamp::{date_time, digits, leading_blanks, month_day_time, time},
};

/// Reads what a line says of itself.
///
/// `line` comes without its line end. A line that does not follow the format (a continuation, a foreign
/// line) is a message without time and with [`Level::Unknown`].
pub fn read_record(format: LogFormat, line: &str) -> LogRecord<'_> {
    let line = line.trim_end_matches(['\r', '\n']);
    let record = match format {
        LogFormat::Cbs => servicing(line),
        LogFormat::Dism => servicing(line).map(dism_provider),
        LogFormat::SetupApi => Some(setupapi(line)),
        LogFormat::WindowsUpdate => windows_update(line),
        LogFormat::Syslog => syslog(line),
        LogFormat::Plain => Some(plain::read(line)),
    };
    record.unwrap_or(LogRecord { message: line, ..LogRecord::default() })
}

/// `2016-09-28 04:30:31, Info                  CBS    text`; the time may be cut off.
pub(super) fn servicing(line: &str) -> Option<LogRecord<'_>> {
    let time = date_time(line).map(|end| &line[..end]);
    let rest = &line[time.map_or(0, str::len)..];
    let rest = if time.is_some() { rest.strip_prefix(',')? } else { rest.strip_prefix(',').unwrap_or(rest) };
    let rest = rest.trim_start_matches(' ');
    let (word, rest) = split_word(rest);
    let level = servicing_level(word)?;
    let gap = leading_blanks(rest);
    // Without a time, only the wide gap tells the grammar from a sentence that begins with "Error".
    if time.is_none() && gap < 4 {
        return None;
    }
    let rest = &rest[gap..];
    let (component, message) = split_word(rest);
    let named = !component.is_empty()
        && component.len() <= 16
        && component.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    // Two blanks or the end set the component off; else it is the first word of the message.
    if named && (message.is_empty() || leading_blanks(message) >= 2 || message.starts_with('\t')) {
        return Some(LogRecord { time, level, component: Some(component), message: message.trim_start() });
    }
    Some(LogRecord { time, level, component: None, message: rest })
}

fn servicing_level(word: &str) -> Option<Level> {
    Some(match word {
        "Info" | "Information" => Level::Info,
        "Warning" | "Warn" => Level::Warning,
        "Error" | "Fatal" | "FatalError" | "Critical" => Level::Error,
        "Perf" | "Debug" | "Verbose" => Level::Debug,
        _ => return None,
    })
}

/// `DISM   DISM Package Manager: PID=4 TID=8 text`: the provider is the component.
fn dism_provider(record: LogRecord<'_>) -> LogRecord<'_> {
    let head = floor(record.message, 80);
    let Some(colon) = head.find(": ").filter(|at| head[..*at].starts_with("DISM")) else { return record };
    let component = Some(&record.message[..colon]);
    let mut message = &record.message[colon + 2..];
    for key in ["PID=", "TID="] {
        if let Some(rest) = message.strip_prefix(key) {
            message = rest.trim_start_matches(|c: char| c.is_ascii_digit()).trim_start();
        }
    }
    LogRecord { component, message, ..record }
}

/// `!!!  dvi: text`, five columns of marks, then a category of three letters.
fn setupapi(line: &str) -> LogRecord<'_> {
    let text = line.trim_start_matches(['!', ' ', '\t', '>', '<', '.']);
    let marks = &line[..line.len() - text.len()];
    let level = match marks.bytes().take_while(|byte| *byte == b'!').count() {
        0 if marks.is_empty() => Level::Unknown,
        0 => Level::Info,
        3.. => Level::Error,
        _ => Level::Warning,
    };
    let bytes = text.as_bytes();
    if bytes.len() >= 4 && bytes[..3].iter().all(u8::is_ascii_lowercase) && bytes[3] == b':' {
        return LogRecord { time: None, level, component: Some(&text[..3]), message: text[4..].trim_start() };
    }
    let time = ["Section start ", "Section end "]
        .iter()
        .find_map(|key| text.strip_prefix(key))
        .and_then(|rest| date_time(rest).map(|end| &rest[..end]));
    // `<<<  [Exit status: FAILURE(0x00000005)]`: the section failed, whatever marks its lines bore.
    let level = if text.starts_with("[Exit status: FAILURE") { Level::Error } else { level };
    LogRecord { time, level, component: None, message: text }
}

/// `2018-10-04<tab>16:10:28:661<tab> 121<tab>2a2b<tab>PT<tab>WARNING: text`, or
/// `2024/01/02 10:11:12.1234567 1234  5678  Agent           text`.
pub(super) fn windows_update(line: &str) -> Option<LogRecord<'_>> {
    let end = date_time(line).filter(|end| *end > 12)?;
    let mut rest = trim_start(&line[end..]);
    for _ in 0..2 {
        let (word, after) = split_word(rest);
        let id = !word.is_empty() && word.len() <= 8 && word.bytes().all(|byte| byte.is_ascii_hexdigit());
        rest = id.then(|| trim_start(after))?;
    }
    let (component, message) = split_word(rest);
    let named = component.len() <= 32
        && component.as_bytes().first().is_some_and(u8::is_ascii_alphabetic)
        && component.as_bytes().last() != Some(&b':');
    let (component, message) = if named { (Some(component), trim_start(message)) } else { (None, rest) };
    // The first byte decides nearly always; comparing costs a call.
    let level = match message.as_bytes().first() {
        Some(b'W') if message.starts_with("WARNING") || message.starts_with("Warning:") => Level::Warning,
        Some(b'F' | b'E') if message.starts_with("FATAL") || message.starts_with("ERROR") => Level::Error,
        Some(_) if floor(message, 80).contains("*FAILED*") => Level::Error,
        _ => Level::Info,
    };
    Some(LogRecord { time: Some(&line[..end]), level, component, message })
}

/// `Jul  1 09:19:03 host kernel[0]: text`, `<34>1 2024-01-02T10:11:12Z host app 1 ID - text`, and
/// `2024-01-02T10:11:12+0800 host sshd[12]: text`.
pub(super) fn syslog(line: &str) -> Option<LogRecord<'_>> {
    let (severity, rest) = priority(line);
    if let Some(rest) = rest.strip_prefix("1 ")
        && severity.is_some()
    {
        return Some(rfc5424(severity.unwrap_or_default(), rest));
    }
    let end = match month_day_time(rest) {
        Some(end) => end,
        // With a year: only the form with T, which programs of their own rarely write with a host after it.
        None => date_time(rest).filter(|end| rest[..*end].contains('T'))?,
    };
    let stamp = &rest[..end];
    let rest = rest[end..].trim_start();
    let (host, rest) = split_word(rest);
    let rest = rest.trim_start();
    (!host.is_empty() && !host.starts_with(['[', '{', '"'])).then_some(())?;
    let head = floor(rest, 80);
    let tag_end = head.find([':', ' ']).unwrap_or(head.len());
    let (tag, message) = if head[tag_end..].starts_with(':') {
        (Some(&rest[..tag_end]), rest[tag_end + 1..].trim_start())
    } else {
        (None, rest)
    };
    let component = tag.map(|tag| tag.split(['[', '(']).next().unwrap_or(tag));
    let level = severity.unwrap_or_else(|| plain::level_of(message));
    Some(LogRecord { time: Some(stamp), level, component, message })
}

fn rfc5424(level: Level, rest: &str) -> LogRecord<'_> {
    let (time, rest) = split_word(rest);
    let (_host, rest) = split_word(rest.trim_start());
    let (app, rest) = split_word(rest.trim_start());
    let (_process, rest) = split_word(rest.trim_start());
    let (_id, rest) = split_word(rest.trim_start());
    let rest = rest.trim_start();
    let message = match rest.strip_prefix('-') {
        Some(message) => message,
        // Structured data: elements in brackets, whose values may hold escaped brackets.
        None => {
            let (mut quoted, mut escaped, mut depth, mut end) = (false, false, 0u32, 0);
            for (at, byte) in rest.bytes().enumerate() {
                match byte {
                    _ if escaped => escaped = false,
                    b'\\' => escaped = true,
                    b'"' => quoted = !quoted,
                    b'[' if !quoted => depth += 1,
                    b']' if !quoted => {
                        depth = depth.saturating_sub(1);
                        end = at + 1;
                    }
                    _ if depth == 0 => break,
                    _ => {}
                }
            }
            &rest[end..]
        }
    };
    let known = |word: &'_ str| !word.is_empty() && word != "-";
    LogRecord {
        time: Some(time).filter(|time| known(time)),
        level,
        component: Some(app).filter(|app| known(app)),
        message: message.trim_start_matches([' ', '\u{feff}']),
    }
}

/// The level of `<34>`, by RFC 5424 section 6.2.1: the three low bits are the severity.
fn priority(line: &str) -> (Option<Level>, &str) {
    let number = line.strip_prefix('<').and_then(|rest| {
        let count = digits(rest, 1, 3)?;
        let after = rest[count..].strip_prefix('>')?;
        Some((rest[..count].parse::<u16>().ok()?, after))
    });
    match number {
        Some((number, after)) if number < 192 => {
            let level = match number & 7 {
                0..=3 => Level::Error,
                4 => Level::Warning,
                5 | 6 => Level::Info,
                _ => Level::Debug,
            };
            (Some(level), after)
        }
        _ => (None, line),
    }
}

/// A text without the white space before it, most of which is blanks and tabs.
fn trim_start(text: &str) -> &str {
    let text = &text[leading_blanks(text)..];
    if text.as_bytes().first().is_some_and(u8::is_ascii_graphic) { text } else { text.trim_start() }
}

/// The first word and what follows it, with its blanks. Words are short: a vector search takes longer.
pub(super) fn split_word(text: &str) -> (&str, &str) {
    let end = text.bytes().position(|byte| matches!(byte, b' ' | b'\t')).unwrap_or(text.len());
    text.split_at(end)
}

/// The beginning of a text, at most `limit` bytes, cut between characters.
pub(super) fn floor(text: &str, limit: usize) -> &str {
    &text[..text.floor_char_boundary(limit)]
}

/// Whether a line begins with a time of day and nothing before it.
pub(super) fn begins_with_time(line: &str) -> bool {
    time(line).is_some()
}
