//! The lines of a stack: prefixes, line ends, heads of exceptions.

use std::ops::Range;

use super::super::lines;

/// Longest line read, in bytes: past a longer one nothing is looked for, so that time stays linear.
const LINE: usize = 4000;

/// A line with its place in the text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Line<'t> {
    pub(super) start: usize,
    pub(super) text: &'t str,
}

/// The lines that follow a place. Where a stack was folded into one line, as JSON does, `\n` ends a line.
#[derive(Debug, Clone)]
pub(super) struct Block<'t> {
    text: &'t str,
    next: Option<usize>,
    limit: usize,
}

impl<'t> Block<'t> {
    /// Lines behind the one that holds `at`, within `reach` bytes.
    pub(super) fn following(text: &'t str, at: usize, reach: usize) -> Self {
        let limit = text.floor_char_boundary(at.saturating_add(reach).min(text.len()));
        let next = line_end(text, at.min(limit), limit.min(text.floor_char_boundary(at + LINE))).map(|(_, next)| next);
        Block { text, next, limit }
    }
}

impl<'t> Iterator for Block<'t> {
    type Item = Line<'t>;

    fn next(&mut self) -> Option<Line<'t>> {
        let start = self.next.filter(|&start| start < self.limit)?;
        let limit = self.text.floor_char_boundary(self.limit.min(start + LINE));
        let found = line_end(self.text, start, limit);
        self.next = found.map(|(_, next)| next);
        let end = found.map_or(limit, |(end, _)| end);
        let text = self.text[start..end].trim_end_matches('\r');
        Some(Line { start, text })
    }
}

/// Where a line ends and the next begins, looking from `at` to `limit`.
fn line_end(text: &str, at: usize, limit: usize) -> Option<(usize, usize)> {
    let bytes = text.as_bytes();
    let mut from = at;
    while let Some(found) = memchr::memchr2(b'\n', b'\\', &bytes[from..limit]).map(|found| from + found) {
        if bytes[found] == b'\n' {
            return Some((found, found + 1));
        }
        // `\r\n` and `\n` as JSON writes them, not the `\n` in `C:\new`.
        let folded = &bytes[found..limit];
        if folded.starts_with(b"\\r\\n") {
            return Some((found, found + 4));
        }
        let next = folded.get(2).copied().unwrap_or(b' ');
        if folded.starts_with(b"\\n") && !next.is_ascii_lowercase()
            || folded.starts_with(b"\\nat ")
            || folded.starts_with(b"\\ngoroutine ")
            || folded.starts_with(b"\\njava")
            || folded.starts_with(b"\\norg.")
            || folded.starts_with(b"\\ncom.")
        {
            return Some((found, found + 2));
        }
        from = found + 1;
    }
    None
}

/// The rest of the line from `at`, a folded line end counted, at most some kilobytes.
pub(super) fn rest(text: &str, at: usize) -> &str {
    let limit = text.floor_char_boundary((at + 2000).min(text.len()));
    let end = line_end(text, at.min(limit), limit).map_or(limit, |(end, _)| end);
    lines::slice(text, at, end)
}

/// Takes off the log prefix that the first line of a block had, times and numbers apart.
pub(super) fn without_prefix<'t>(line: &'t str, prefix: &str) -> &'t str {
    let alike = |(a, b): (u8, u8)| a == b || a.is_ascii_digit() && b.is_ascii_digit();
    match (line.get(..prefix.len()), line.get(prefix.len()..)) {
        (Some(head), Some(rest)) if head.bytes().zip(prefix.bytes()).all(alike) => rest,
        _ => line,
    }
}

/// A cause named by a line, and its class.
pub(super) struct Cause {
    pub(super) name: Range<usize>,
    /// The line names what wrapped the one before.
    pub(super) is_wrapper: bool,
}

/// `Caused by: a.B: text`, ` ---> A.B: text`, `[cause]: TypeError: text`, `Wrapped by: …`.
pub(super) fn cause(line: &str) -> Option<Cause> {
    let line = lines::slice(line, 0, 600);
    if let Some(name) = last_inner(line) {
        return Some(Cause { name, is_wrapper: false });
    }
    let (place, is_wrapper) =
        [("Caused by: ", false), ("[cause]: ", false), ("Caused by ", false), ("Wrapped by: ", true)]
            .iter()
            .find_map(|&(mark, wrapper)| line.find(mark).map(|found| (found + mark.len(), wrapper)))?;
    let end = place + class_length(&line[place..]);
    (end > place).then_some(Cause { name: place..end, is_wrapper })
}

/// The last class behind `--->` of .NET.
pub(super) fn last_inner(line: &str) -> Option<Range<usize>> {
    let line = lines::slice(line, 0, 2000);
    let mark = "---> ";
    let place = line.rfind(mark)? + mark.len();
    // `---> (Inner Exception #0) System.X: text`
    let place = if line[place..].starts_with('(') { place + line[place..].find(") ")? + 2 } else { place };
    let end = place + class_length(&line[place..]);
    (end > place).then_some(place..end)
}

pub(super) fn is_inner_end(line: &str) -> bool {
    line.contains("--- End of inner exception stack trace ---")
        || line.contains("--- 内部异常堆栈跟踪的结尾 ---")
        || line.contains("--- 內部例外狀況堆疊追蹤的結尾 ---")
}

pub(super) fn is_suppressed(line: &str) -> bool {
    line.starts_with("Suppressed: ") || line.contains("\tSuppressed: ")
}

/// The length of the class name at the beginning of a text, 0 where there is none.
fn class_length(text: &str) -> usize {
    let length = text
        .bytes()
        .take(200)
        .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'$' | b'\\' | b'`' | b'+'))
        .count();
    let name = text[..length].trim_end_matches('.');
    let class = name.rsplit(['.', '\\', '$', '+']).next().unwrap_or(name);
    let fits = class.starts_with(|character: char| character.is_ascii_uppercase()) && class.len() > 2;
    if fits { name.len() } else { 0 }
}

/// The class of a line that is the head of an exception: it begins the line, perhaps behind words of the runtime, and
/// text or nothing follows.
pub(super) fn class_head(line: &str) -> Option<Range<usize>> {
    let mut at = line.len() - line.trim_start().len();
    for words in ["Exception in thread ", "Unhandled exception. ", "Unhandled Exception: ", "Uncaught ", "> "] {
        if line[at..].starts_with(words) {
            at += words.len();
            // The thread's name in quotes.
            if words.ends_with("thread ")
                && let Some(close) = line[at..].find("\" ")
            {
                at += close + 2;
            }
        }
    }
    let length = class_length(&line[at..]);
    let name = &line[at..at + length];
    let named = ["Exception", "Error", "Throwable", "Failure", "Fault"].iter().any(|ending| name.ends_with(ending));
    let next = line[at + length..].bytes().next();
    (named && matches!(next, None | Some(b':' | b' '))).then_some(at..at + length)
}
