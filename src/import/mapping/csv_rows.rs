//! Rows of a CSV file (RFC 4180), each whole or told as broken.
//!
//! A quote that is never closed would take all rows behind it into one field. It is told where it was opened, and reading goes on in
//! the line below: the rows there are somebody's.

use std::io::{self, Read};

use super::text::MOST_RECORD;

/// Bytes read at once.
const BLOCK: usize = 64 << 10;

/// How much is read of a file, and how often.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    /// Bytes of one row.
    pub(super) row: usize,
    /// Bytes that are read again behind quotes that are never closed. When they are spent a quote must end in its line: a file that has
    /// such a quote in every line would be read once for each.
    pub(super) again: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits { row: MOST_RECORD, again: 256 << 20 }
    }
}

/// Why a row is none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum RowError {
    #[error("has a quote, opened in line {line}, that is never closed")]
    Open { line: u64 },
    #[error("is larger than {most} bytes, or its quote, opened in line {line}, is never closed")]
    OpenOrLarge { most: usize, line: u64 },
    #[error("is larger than {most} bytes")]
    Large { most: usize },
}

/// A row.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Row {
    /// The line on which it begins, from 1.
    pub(super) line: u64,
    /// Its bytes in the file.
    pub(super) bytes: usize,
    pub(super) fields: Result<Vec<String>, RowError>,
}

/// The rows of a file one after the other.
pub(super) struct Rows<R> {
    source: R,
    delimiter: u8,
    limits: Limits,
    /// Fields that a row has at most, where that is known.
    columns: usize,
    /// What was read and not gone through, or not for good.
    window: Vec<u8>,
    /// Where the next row begins in it.
    start: usize,
    /// The line there.
    line: u64,
    /// Whether the last byte before was a carriage return: a line feed behind it begins no line.
    after_return: bool,
    ended: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    FieldStart,
    Plain,
    Quoted,
    /// Behind a quote within a quoted field: the end, or half of a quote that is meant.
    Quote,
}

/// A quote that is open.
#[derive(Clone, Copy)]
struct Open {
    /// Its place, from the beginning of the row.
    at: usize,
    line: u64,
}

impl<R: Read> Rows<R> {
    pub(super) fn new(source: R, delimiter: u8, limits: Limits) -> Self {
        let window = Vec::new();
        let (columns, start, line) = (usize::MAX, 0, 1);
        Rows { source, delimiter, limits, columns, window, start, line, after_return: false, ended: false }
    }

    /// Says how many fields a row has at most.
    pub(super) fn expect(&mut self, columns: usize) {
        self.columns = columns;
    }

    /// The next row; `None` at the end. Empty lines are none.
    pub(super) fn next(&mut self) -> io::Result<Option<Row>> {
        while let Some(byte) = self.byte(0)? {
            if !matches!(byte, b'\n' | b'\r') {
                return self.row().map(Some);
            }
            self.line += self.step(byte);
            self.start += 1;
        }
        Ok(None)
    }

    fn row(&mut self) -> io::Result<Row> {
        let begin = self.line;
        let mut state = State::FieldStart;
        let mut fields: Vec<Vec<u8>> = vec![Vec::new()];
        let first = Open { at: 0, line: begin };
        let mut open = first;
        let mut at = 0;
        loop {
            // With more fields than there are columns other rows lie within, and an earlier quote is the open one.
            let culprit = if fields.len() > self.columns { first } else { open };
            if at > self.limits.row {
                let most = self.limits.row;
                let error = if state == State::Quoted {
                    self.go_on_below(culprit, at)?;
                    RowError::OpenOrLarge { most, line: culprit.line }
                } else {
                    self.start += at;
                    self.pass_line()?;
                    RowError::Large { most }
                };
                return Ok(Row { line: begin, bytes: at, fields: Err(error) });
            }
            let byte = self.byte(at)?;
            let ends_line = matches!(byte, Some(b'\n' | b'\r'));
            let is_open = match (state, byte) {
                (State::Quoted, None) => true,
                (State::Quoted, Some(_)) => ends_line && self.limits.again == 0,
                // Behind lines of text a field begins where the quote would end: it is another row's.
                (State::Quote, Some(byte)) if !ends_line && byte != b'"' && byte != self.delimiter => {
                    let before = self.window[self.start + at - 2];
                    self.line > open.line && (before == self.delimiter || matches!(before, b'\n' | b'\r'))
                }
                _ => false,
            };
            if is_open {
                self.go_on_below(culprit, at)?;
                return Ok(Row { line: begin, bytes: at, fields: Err(RowError::Open { line: culprit.line }) });
            }
            let Some(byte) = byte else { break };
            if ends_line && state != State::Quoted {
                break;
            }
            match (state, byte) {
                (State::FieldStart, b'"') => {
                    open = Open { at, line: self.line };
                    state = State::Quoted;
                }
                (State::Quoted, b'"') => state = State::Quote,
                (State::Quote, b'"') => {
                    push(&mut fields, byte);
                    state = State::Quoted;
                }
                (State::Quoted, byte) => push(&mut fields, byte),
                (_, byte) if byte == self.delimiter => {
                    fields.push(Vec::new());
                    state = State::FieldStart;
                }
                (_, byte) => {
                    push(&mut fields, byte);
                    state = State::Plain;
                }
            }
            self.line += self.step(byte);
            at += 1;
        }
        self.start += at;
        let text =
            |bytes| String::from_utf8(bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into());
        Ok(Row { line: begin, bytes: at, fields: Ok(fields.into_iter().map(text).collect()) })
    }

    /// Goes on in the line below a quote that is never closed.
    fn go_on_below(&mut self, open: Open, at: usize) -> io::Result<()> {
        self.limits.again = self.limits.again.saturating_sub(at - open.at);
        self.line = open.line;
        self.after_return = false;
        self.start += open.at;
        self.pass_line()
    }

    /// Goes to the end of the line, which may be longer than what is kept.
    fn pass_line(&mut self) -> io::Result<()> {
        loop {
            if let Some(end) = memchr::memchr2(b'\n', b'\r', &self.window[self.start..]) {
                self.start += end;
                return Ok(());
            }
            self.start = self.window.len();
            if self.byte(0)?.is_none() {
                return Ok(());
            }
        }
    }

    /// How many lines begin behind a byte.
    fn step(&mut self, byte: u8) -> u64 {
        let begins = byte == b'\r' || byte == b'\n' && !self.after_return;
        self.after_return = byte == b'\r';
        u64::from(begins)
    }

    /// The byte so far behind the row's beginning.
    fn byte(&mut self, at: usize) -> io::Result<Option<u8>> {
        while !self.ended && self.start + at >= self.window.len() {
            self.window.drain(..self.start);
            self.start = 0;
            let read = self.source.by_ref().take(BLOCK as u64).read_to_end(&mut self.window)?;
            self.ended = read == 0;
        }
        Ok(self.window.get(self.start + at).copied())
    }
}

fn push(fields: &mut [Vec<u8>], byte: u8) {
    if let Some(field) = fields.last_mut() {
        field.push(byte);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each row: its line with its fields joined by `|`, or why it is none.
    fn rows(text: &str, limits: Limits) -> Vec<String> {
        let mut rows = Rows::new(text.as_bytes(), b',', limits);
        rows.expect(3);
        let mut found = Vec::new();
        while let Some(row) = rows.next().unwrap() {
            let said = row.fields.map_or_else(|error| error.to_string(), |fields| fields.join("|"));
            found.push(format!("{} {said}", row.line));
        }
        found
    }

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        assert_eq!(rows(text, Limits::default()), expected, "in: {text}");
        let returns = text.replace('\n', "\r\n");
        let expected: Vec<String> = expected.iter().map(|row| row.replace('\n', "\r\n")).collect();
        assert_eq!(rows(&returns, Limits::default()), expected, "in: {returns}");
    }

    #[test]
    fn rows_are_what_they_are_elsewhere() {
        check("a,b\n\n1,\"x, \"\"y\"\"\nz\"\n2,", &["1 a|b", "3 1|x, \"y\"\nz", "5 2|"]);
        check("\"\",\"a\"\n,\n", &["1 |a", "2 |"]);
        // A quote within a field is text, and so is what stands behind one.
        check("5\" pipe,\"a\"b\"c\n", &["1 5\" pipe|ab\"c"]);
        assert_eq!(rows("a,b\rc,d\r", Limits::default()), ["1 a|b", "2 c|d"]);
    }

    #[test]
    fn a_quote_that_is_never_closed_takes_no_other_row() {
        let open = |line| format!("{line} has a quote, opened in line {line}, that is never closed");
        check("1,a\n2,\"b\n3,c\n4,d\n", &["1 1|a", &open(2), "3 3|c", "4 4|d"]);
        check("2,\"b\n", &[&open(1)]);
        // The next quote would close it, and is the beginning of another field.
        check("2,\"b\n3,\"c\"\n4,\"d\ne\"\n", &[&open(1), "2 3|c", "3 4|d\ne"]);
        check("\"2,b\n\"3\",\"c\"\n", &[&open(1), "2 3|c"]);
        // The first field is sound and has two lines.
        let said = "1 has a quote, opened in line 2, that is never closed";
        check("\"a\nb\",\"c\n3,d\n", &[said, "3 3|d"]);
    }

    #[test]
    fn a_row_that_is_too_large_is_passed_over() {
        let limits = Limits { row: 8, again: 1000 };
        let large = "1 is larger than 8 bytes";
        assert_eq!(rows("123456789012345,b\n2,c\n", limits), [large, "2 2|c"]);
        let large = "1 is larger than 8 bytes, or its quote, opened in line 1, is never closed";
        assert_eq!(rows("1,\"3456\n7,x\n2,c\n", limits), [large, "2 7|x", "3 2|c"]);
        assert_eq!(rows("1,\"34567890\n2,c\n", limits), [large, "2 2|c"]);
    }

    #[test]
    fn a_file_of_open_quotes_is_not_read_once_for_each() {
        let text = "\",a\",\"b\n".repeat(50_000);
        let begin = std::time::Instant::now();
        assert_eq!(rows(&text, Limits { again: 1 << 20, ..Limits::default() }).len(), 50_000);
        assert!(begin.elapsed() < std::time::Duration::from_secs(5));
    }
}
