//! Reads a log of any size in chunks of whole lines, in a few megabytes of memory.
//!
//! Decoding is left to [`super::decode`], the meaning of a line to [`super::read_record`].

use std::io::{self, Read};

use super::{LogFormat, decode::TextReader, detect::detect, piece, seam};
use crate::parsed::Warning;

/// Text per chunk: large enough that work per chunk does not count, small enough for the cache.
const CHUNK: usize = 256 * 1024;

/// Text shown ahead of a chunk: some 400 lines of logs. What becomes of a failure at a chunk's end is told there.
pub const AHEAD: usize = 64 * 1024;

/// A line longer than this is handed out in pieces, cut between words. The longest honest lines (a JSON document, a base64
/// attachment) carry nothing past their first megabyte that a person would read.
pub const MAX_LINE: usize = 1024 * 1024;

/// A run of whole lines of a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Chunk<'a> {
    /// The lines, each with its LF or CRLF but perhaps the last of the file. Where a file ends its lines
    /// with CR alone, LF stands here instead.
    pub text: &'a str,
    /// The lines and those that follow, up to [`AHEAD`] bytes of them: they come again as the text of later chunks.
    pub with_ahead: &'a str,
    /// Number of the first line, from 1.
    ///
    /// The pieces of a line that had to be split bear the same number.
    pub first_line: u64,
    /// The log's format, as told by its first chunk.
    pub format: LogFormat,
}

impl<'a> Chunk<'a> {
    /// The lines with their numbers, without their line ends.
    pub fn lines(&self) -> impl Iterator<Item = (u64, &'a str)> + use<'a> {
        let first = self.first_line;
        self.text
            .split_inclusive('\n')
            .enumerate()
            .map(move |(index, line)| (first + index as u64, line.trim_end_matches(['\n', '\r'])))
    }
}

/// Reads a log chunk by chunk.
///
/// ```
/// use casebook::logs::reader::LogReader;
/// let mut reader = LogReader::new("one\r\ntwo\r\n".as_bytes());
/// let chunk = reader.next_chunk().unwrap().unwrap();
/// assert_eq!(chunk.lines().collect::<Vec<_>>(), [(1, "one"), (2, "two")]);
/// ```
pub struct LogReader<R> {
    text: TextReader<R>,
    /// Decoded text; `..taken` was handed out.
    buffer: String,
    taken: usize,
    /// Up to here the buffer was searched for a line end, to search each byte once.
    searched: usize,
    format: LogFormat,
    line_end: LineEnd,
    /// Number of the line at `taken`, from 1.
    line: u64,
    lines: u64,
    end: bool,
    error: Option<io::Error>,
    /// Numbers of the first lines that were split, and how many were.
    split: Option<(u64, u64)>,
    in_split_line: bool,
    started: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum LineEnd {
    Lf,
    Cr,
}

impl<R: Read> LogReader<R> {
    /// A reader over the bytes of a log. Nothing is read yet.
    pub fn new(reader: R) -> Self {
        LogReader {
            text: TextReader::new(reader),
            buffer: String::new(),
            taken: 0,
            searched: 0,
            format: LogFormat::Plain,
            line_end: LineEnd::Lf,
            line: 1,
            lines: 0,
            end: false,
            error: None,
            split: None,
            in_split_line: false,
            started: false,
        }
    }

    /// The next lines, or `None` at the end.
    ///
    /// # Errors
    /// An error of the source (a cut archive entry, say), once all that was read before it was handed out.
    pub fn next_chunk(&mut self) -> io::Result<Option<Chunk<'_>>> {
        self.buffer.drain(..self.taken);
        self.searched = self.searched.saturating_sub(self.taken);
        self.taken = 0;
        let cut = self.fill();
        if cut == 0 {
            return self.error.take().map_or(Ok(None), Err);
        }
        let first_line = self.line;
        let text = &self.buffer[..cut];
        let ends = memchr::memchr_iter(b'\n', text.as_bytes()).count() as u64;
        self.line += ends;
        // The piece of a line that goes on: neither ended nor the last of the file.
        let last = self.end && cut == self.buffer.len();
        let torn = !last && !text.ends_with('\n');
        // Counted are line ends, and a last line without one.
        self.lines += ends + u64::from(last && !text.ends_with('\n'));
        if torn && !self.in_split_line {
            let (_, count) = self.split.get_or_insert((self.line, 0));
            *count += 1;
        }
        self.in_split_line = torn;
        self.taken = cut;
        if !self.started {
            self.started = true;
            self.format = detect(&self.buffer[..cut]);
        }
        let with_ahead = &self.buffer[..self.ahead(cut)];
        Ok(Some(Chunk { text: &self.buffer[..cut], with_ahead, first_line, format: self.format }))
    }

    /// The format by content; [`LogFormat::Plain`] before the first chunk.
    pub fn format(&self) -> LogFormat {
        self.format
    }

    /// The encoding's name, `UTF-8`, `UTF-16LE`, `gb18030`.
    pub fn encoding(&self) -> &'static str {
        self.text.encoding()
    }

    /// Bytes read so far, before decoding.
    pub fn bytes(&self) -> u64 {
        self.text.bytes()
    }

    /// Lines handed out so far; a split line counts once.
    pub fn lines(&self) -> u64 {
        self.lines
    }

    /// What could not be read so far, as warnings about `part`.
    pub fn warnings(&self, part: &str) -> Vec<Warning> {
        let mut warnings = self.text.warnings(part);
        if let Some((line, count)) = self.split {
            let message = format!("{count} lines longer than {MAX_LINE} bytes were read in pieces");
            warnings.push(Warning { part: part.to_owned(), line: Some(line), message });
        }
        warnings
    }

    /// Reads until there is a chunk, and returns its length: 0 at the end.
    fn fill(&mut self) -> usize {
        loop {
            if self.end {
                return self.capped(self.buffer.len());
            }
            // What is left behind the cut is shown ahead.
            let most = self.buffer.len().saturating_sub(AHEAD).max(self.searched);
            let found = memchr::memrchr(b'\n', &self.buffer.as_bytes()[self.searched..most]);
            if let Some(at) = found
                && most >= CHUNK
            {
                return self.capped(seam::record_start(&self.buffer, self.searched + at + 1));
            }
            if found.is_none() {
                self.searched = most;
            }
            if self.buffer.len() >= MAX_LINE + AHEAD {
                return self.capped(self.buffer.len());
            }
            let before = self.buffer.len();
            match self.text.read_into(&mut self.buffer) {
                Ok(true) => {}
                Ok(false) => self.end = true,
                Err(error) => {
                    self.end = true;
                    self.error = Some(error);
                }
            }
            self.settle_line_ends(before);
        }
    }

    /// Up to where whole lines are shown ahead of a chunk that ends at `cut`.
    fn ahead(&self, cut: usize) -> usize {
        let most = self.buffer.floor_char_boundary(cut + AHEAD);
        if self.end && most == self.buffer.len() {
            return most;
        }
        memchr::memrchr(b'\n', &self.buffer.as_bytes()[cut..most]).map_or(cut, |at| cut + at + 1)
    }

    /// At most [`MAX_LINE`] bytes of a line at once; what is left stays in the buffer.
    fn capped(&self, cut: usize) -> usize {
        let text = &self.buffer[..cut];
        if let Some(end) = memchr::memrchr(b'\n', text.as_bytes()) {
            let rest = cut - end - 1;
            return if rest == 0 || !self.end || rest > MAX_LINE {
                self.first_fit(end + 1)
            } else {
                self.first_fit(cut)
            };
        }
        if self.end && cut <= MAX_LINE { cut } else { piece::end(text, MAX_LINE) }
    }

    /// Cuts before the first line that is too long, or within it if it is the first.
    fn first_fit(&self, cut: usize) -> usize {
        let text = &self.buffer[..cut];
        if text.len() <= MAX_LINE {
            return cut;
        }
        let mut start = 0;
        for end in memchr::memchr_iter(b'\n', text.as_bytes()) {
            if end + 1 - start > MAX_LINE {
                break;
            }
            start = end + 1;
        }
        if start == 0 { piece::end(text, MAX_LINE) } else { start }
    }

    /// Recognizes a file whose lines end with CR alone, and puts LF in its place.
    fn settle_line_ends(&mut self, before: usize) {
        if !self.started && self.line_end == LineEnd::Lf && (self.end || self.buffer.len() >= CHUNK) {
            let bytes = self.buffer.as_bytes();
            let has_cr = memchr::memchr(b'\r', &bytes[..bytes.len().saturating_sub(usize::from(!self.end))]).is_some();
            if has_cr && memchr::memchr(b'\n', bytes).is_none() {
                self.line_end = LineEnd::Cr;
                self.replace_cr(0);
                return;
            }
        }
        if self.line_end == LineEnd::Cr {
            // One byte back: a CR that ended the last block is settled now that its successor is known.
            let from = before.saturating_sub(1).max(self.taken);
            self.replace_cr(from);
        }
    }

    fn replace_cr(&mut self, from: usize) {
        let mut bytes = std::mem::take(&mut self.buffer).into_bytes();
        for at in from..bytes.len() {
            if bytes[at] == b'\r' && bytes.get(at + 1).map_or(self.end, |next| *next != b'\n') {
                bytes[at] = b'\n';
                self.searched = self.searched.min(at);
            }
        }
        self.buffer = String::from_utf8(bytes).expect("one ASCII byte replaced by another keeps text valid");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read_all(bytes: &[u8]) -> (Vec<(u64, String)>, LogReader<&[u8]>) {
        let mut reader = LogReader::new(bytes);
        let mut lines = Vec::new();
        while let Some(chunk) = reader.next_chunk().unwrap() {
            lines.extend(chunk.lines().map(|(number, line)| (number, line.to_owned())));
        }
        (lines, reader)
    }

    #[track_caller]
    fn check(bytes: &[u8], expected: &[(u64, &str)]) {
        let (lines, reader) = read_all(bytes);
        let lines: Vec<(u64, &str)> = lines.iter().map(|(number, line)| (*number, line.as_str())).collect();
        assert_eq!(lines, expected);
        assert_eq!(reader.lines(), expected.len() as u64);
        assert_eq!(reader.bytes(), bytes.len() as u64);
    }

    #[test]
    fn line_ends_of_all_three_kinds() {
        check(b"a\nb\n", &[(1, "a"), (2, "b")]);
        check(b"a\r\nb\r\n\r\nc", &[(1, "a"), (2, "b"), (3, ""), (4, "c")]);
        check(b"a\rb\r\rc", &[(1, "a"), (2, "b"), (3, ""), (4, "c")]);
        check(b"a\rb\r", &[(1, "a"), (2, "b")]);
        check(b"", &[]);
        check(b"\n", &[(1, "")]);
    }

    #[test]
    fn progress_bar_in_a_unix_file_is_one_line() {
        check(b"10%\r20%\r30%\ndone\n", &[(1, "10%\r20%\r30%"), (2, "done")]);
    }

    #[test]
    fn long_line_comes_in_pieces_of_one_number() {
        let mut bytes = b"first\n".to_vec();
        bytes.extend(std::iter::repeat_n(b'x', 2 * MAX_LINE + 10));
        bytes.extend_from_slice(b"\nlast\n");
        let (lines, reader) = read_all(&bytes);
        let numbers: Vec<(u64, usize)> = lines.iter().map(|(number, line)| (*number, line.len())).collect();
        let of_line_2: usize = numbers.iter().filter(|(number, _)| *number == 2).map(|(_, length)| length).sum();
        assert_eq!(numbers.first(), Some(&(1, 5)));
        assert_eq!(numbers.last(), Some(&(3, 4)));
        assert_eq!(of_line_2, 2 * MAX_LINE + 10);
        assert_eq!(reader.lines(), 3);
        assert_eq!(reader.warnings("x.log")[0].line, Some(2));
    }

    #[test]
    fn long_line_is_cut_between_words() {
        let mut text = "head ".to_owned();
        while text.len() < MAX_LINE - 4 {
            text.push_str("x ");
        }
        text.push_str(&"KB4474419 ".repeat(MAX_LINE / 10 + 10));
        let (lines, _) = read_all(text.as_bytes());
        assert!(lines.len() > 1);
        for (_, line) in &lines {
            assert!(line.split_whitespace().all(|word| matches!(word, "head" | "x" | "KB4474419")));
        }
        assert_eq!(lines.iter().map(|(_, line)| line.len()).sum::<usize>(), text.len());
    }

    #[test]
    fn memory_stays_small_on_one_endless_line() {
        let mut reader = LogReader::new(io::repeat(b'\xe4').take(24 * 1024 * 1024));
        while let Some(chunk) = reader.next_chunk().unwrap() {
            assert!(chunk.text.len() <= MAX_LINE);
        }
        assert!(reader.buffer.capacity() < 8 * MAX_LINE, "{}", reader.buffer.capacity());
    }

    #[test]
    fn what_was_read_before_an_error_is_handed_out() {
        struct Torn(bool);
        impl Read for Torn {
            fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
                if std::mem::replace(&mut self.0, true) {
                    return Err(io::Error::other("torn"));
                }
                buf[..6].copy_from_slice(b"a\nb\nc\n");
                Ok(6)
            }
        }
        let mut reader = LogReader::new(Torn(false));
        assert_eq!(reader.next_chunk().unwrap().unwrap().text, "a\nb\nc\n");
        assert!(reader.next_chunk().is_err());
        assert!(reader.next_chunk().unwrap().is_none());
    }

    /// Hands out its bytes in small uneven reads.
    struct Drip<'a>(&'a [u8], usize);
    impl Read for Drip<'_> {
        fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
            self.1 = self.1 * 7 % 4099 + 1;
            let n = self.1.min(buf.len()).min(self.0.len());
            buf[..n].copy_from_slice(&self.0[..n]);
            self.0 = &self.0[n..];
            Ok(n)
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        #[test]
        fn never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..4000)) {
            read_all(&bytes);
        }

        #[test]
        fn lf_and_crlf_give_equal_lines(lines in proptest::collection::vec("[ -~错误拒绝é]{0,40}", 0..50)) {
            let (lf, _) = read_all(lines.join("\n").as_bytes());
            let (crlf, _) = read_all(lines.join("\r\n").as_bytes());
            prop_assert_eq!(lf, crlf);
        }

        #[test]
        fn chunk_boundaries_never_change_the_lines(line in "[ -~错误]{1,60}", count in 1usize..9000, gbk in any::<bool>()) {
            let text: String = (0..count).map(|n| format!("{n} {line} 安装失败\n")).collect();
            let bytes = if gbk { encoding_rs::GB18030.encode(&text).0.into_owned() } else { text.clone().into_bytes() };
            let (lines, _) = read_all(&bytes);
            prop_assert_eq!(lines.len(), count);
            for ((number, got), (index, want)) in lines.iter().zip(text.lines().enumerate()) {
                prop_assert_eq!(*number, index as u64 + 1);
                prop_assert_eq!(got, want);
            }
            let mut reader = LogReader::new(Drip(&bytes, 5));
            let mut dripped = Vec::new();
            while let Some(chunk) = reader.next_chunk().unwrap() {
                dripped.extend(chunk.lines().map(|(number, line)| (number, line.to_owned())));
            }
            prop_assert_eq!(dripped, lines);
        }
    }
}
