//! Lines and literals of a connection, within limits (RFC 9051 section 2.2).
//!
//! A response is a line, unless the line ends with `{n}`: then `n` bytes of any kind follow, and the line goes on behind them.
//! What the text after `OK`, `NO`, `BAD`, `BYE` and `+` ends with means nothing. Nothing that a server sends takes more memory
//! than was allowed for the command: a line, a literal and all of a command's responses have limits, and a command has a time
//! by which it is to be done.

use std::{
    io::{self, Read, Write},
    sync::Arc,
    time::{Duration, Instant},
};

use super::ImapError;

/// Bytes of a response without its literals. A `SEARCH` over [`super::client::WINDOW`] messages has 2.2 MB.
const MOST_LINE: usize = 4 << 20;

/// Literals in a response: three are the most that is asked for.
const MOST_LITERALS: usize = 64;

/// Bytes read at a time.
const CHUNK: usize = 32 << 10;

/// Is asked while nothing comes whether the program is to end.
pub type Stop = Arc<dyn Fn() -> bool + Send + Sync>;

/// A response as it came.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Raw {
    /// Its text, with `{n}` where a literal stands; without the last line end.
    pub text: Vec<u8>,
    /// Its literals, in order.
    pub literals: Vec<Vec<u8>>,
}

/// What a command may cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allowance {
    /// Bytes of all its responses.
    pub bytes: u64,
    /// Bytes of one literal.
    pub literal: u64,
    /// Time.
    pub time: Duration,
}

/// A connection read response by response. Reads of `S` return after half a second at the latest.
pub struct Wire<S> {
    stream: S,
    buffer: Vec<u8>,
    /// Where the unread part of the buffer begins.
    start: usize,
    left: u64,
    literal: u64,
    deadline: Instant,
    stop: Stop,
}

impl<S: Read + Write> Wire<S> {
    /// Nothing may be read until something is allowed.
    pub fn new(stream: S, stop: Stop) -> Self {
        Wire { stream, buffer: Vec::new(), start: 0, left: 0, literal: 0, deadline: Instant::now(), stop }
    }

    /// What the next responses may cost.
    pub fn allow(&mut self, allowance: Allowance) {
        self.left = allowance.bytes;
        self.literal = allowance.literal;
        self.deadline = Instant::now() + allowance.time;
    }

    /// Sends bytes.
    ///
    /// # Errors
    /// When the connection is lost.
    pub fn send(&mut self, bytes: &[u8]) -> Result<(), ImapError> {
        self.stream.write_all(bytes).and_then(|()| self.stream.flush()).map_err(ImapError::Lost)
    }

    /// The stream, for another wire over it: what was read beyond the last response is refused, as it was sent before TLS by
    /// whoever sits between.
    pub fn into_clean_stream(self) -> Result<S, ImapError> {
        match self.start == self.buffer.len() {
            true => Ok(self.stream),
            false => Err(ImapError::Protocol("it sends more in the clear after STARTTLS")),
        }
    }

    /// The next response; `None`: the time is over and nothing of one has come.
    ///
    /// # Errors
    /// When the connection is lost, a limit is passed, or the program is to end.
    pub fn receive(&mut self) -> Result<Option<Raw>, ImapError> {
        let mut raw = Raw::default();
        loop {
            let begin = raw.text.len();
            match self.line(&mut raw.text) {
                Err(ImapError::Lost(error)) if error.kind() == io::ErrorKind::TimedOut && self.is_empty(&raw) => {
                    return Ok(None);
                }
                line => line?,
            }
            let length = literal_length(&raw.text[begin..]).filter(|_| !is_free_text(&raw.text));
            let Some(length) = length else { return Ok(Some(raw)) };
            if length > self.literal || raw.literals.len() >= MOST_LITERALS {
                return Err(ImapError::Protocol("it sends a longer text than was asked for"));
            }
            raw.literals.push(self.exactly(length)?);
        }
    }

    fn is_empty(&self, raw: &Raw) -> bool {
        raw.text.is_empty() && raw.literals.is_empty() && self.start == self.buffer.len()
    }

    /// Appends a line without its end to `text`.
    fn line(&mut self, text: &mut Vec<u8>) -> Result<(), ImapError> {
        let mut searched = self.start;
        loop {
            if let Some(end) = memchr::memchr(b'\n', &self.buffer[searched..]).map(|at| searched + at) {
                let line = &self.buffer[self.start..end];
                text.extend_from_slice(line.strip_suffix(b"\r").unwrap_or(line));
                self.start = end + 1;
                return if text.len() > MOST_LINE { Err(TOO_LONG) } else { Ok(()) };
            }
            if text.len() + self.buffer.len() - self.start > MOST_LINE {
                return Err(TOO_LONG);
            }
            let seen = self.buffer.len() - self.start;
            self.fill()?;
            searched = self.start + seen;
        }
    }

    fn exactly(&mut self, length: u64) -> Result<Vec<u8>, ImapError> {
        let length = usize::try_from(length).map_err(|_| TOO_LONG)?;
        // Grows as bytes come: an announcement alone costs nothing.
        let mut bytes = Vec::new();
        loop {
            let unread = &self.buffer[self.start..];
            let taken = unread.len().min(length - bytes.len());
            bytes.extend_from_slice(&unread[..taken]);
            self.start += taken;
            if bytes.len() == length {
                return Ok(bytes);
            }
            self.fill()?;
        }
    }

    /// Reads some more.
    fn fill(&mut self) -> Result<(), ImapError> {
        self.buffer.drain(..self.start);
        self.start = 0;
        let kept = self.buffer.len();
        loop {
            if (self.stop)() {
                return Err(ImapError::Stopped);
            }
            // Before each read, not in silence alone: a server may send a byte at a time, for ever.
            if Instant::now() >= self.deadline {
                return Err(ImapError::lost(io::ErrorKind::TimedOut, "the server did not answer in time"));
            }
            self.buffer.resize(kept + CHUNK, 0);
            let read = self.stream.read(&mut self.buffer[kept..]);
            self.buffer.truncate(kept + read.as_ref().map_or(0, |read| *read));
            match read {
                Ok(0) => return Err(ImapError::lost(io::ErrorKind::UnexpectedEof, "it was closed")),
                Ok(read) => {
                    self.left = self.left.checked_sub(read as u64).ok_or(TOO_MUCH)?;
                    return Ok(());
                }
                Err(error) => match error.kind() {
                    io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut | io::ErrorKind::Interrupted => {}
                    _ => return Err(ImapError::Lost(error)),
                },
            }
        }
    }
}

const TOO_LONG: ImapError = ImapError::Protocol("it sends a line without end");
const TOO_MUCH: ImapError = ImapError::Protocol("it sends more than was asked for");

/// The length of the literal that a line announces: `{12}`, `{12+}` or `~{12}` at its end.
fn literal_length(line: &[u8]) -> Option<u64> {
    let inside = line.strip_suffix(b"}")?;
    let open = memchr::memrchr(b'{', inside)?;
    let digits = inside[open + 1..].strip_suffix(b"+").unwrap_or(&inside[open + 1..]);
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    // More digits than a number holds are a longer text than anybody asks for.
    Some(str::from_utf8(digits).ok()?.parse().unwrap_or(u64::MAX))
}

/// Whether what follows the first words of a response is text for people.
fn is_free_text(text: &[u8]) -> bool {
    let mut words = text.split(|byte| *byte == b' ');
    let (first, second) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    first == b"+"
        || first != b"*"
        || [&b"OK"[..], b"NO", b"BAD", b"BYE", b"PREAUTH"].iter().any(|word| second.eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// What a server sends, in pieces of this size; then it is gone.
    struct Server {
        sends: Vec<u8>,
        piece: usize,
        at: usize,
    }

    impl Read for Server {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let piece = self.piece.min(buffer.len()).min(self.sends.len() - self.at);
            buffer[..piece].copy_from_slice(&self.sends[self.at..self.at + piece]);
            self.at += piece;
            Ok(piece)
        }
    }

    impl Write for Server {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            Ok(bytes.len())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn wire(sends: &[u8], piece: usize) -> Wire<Server> {
        let mut wire = Wire::new(Server { sends: sends.to_vec(), piece, at: 0 }, Arc::new(|| false));
        wire.allow(Allowance { bytes: 1 << 30, literal: 100, time: Duration::from_secs(3600) });
        wire
    }

    #[track_caller]
    fn check(sends: &str, text: &str, literals: &[&str]) {
        for piece in [1, 3, 1000] {
            let raw = wire(sends.as_bytes(), piece).receive().unwrap().unwrap();
            assert_eq!(String::from_utf8(raw.text).unwrap(), text);
            assert_eq!(raw.literals, literals.iter().map(|one| one.as_bytes().to_vec()).collect::<Vec<_>>());
        }
    }

    #[test]
    fn lines_and_literals() {
        check("* 3 EXISTS\r\n* 4", "* 3 EXISTS", &[]);
        check("* 1 FETCH (BODY[] {5}\r\na\r\nb\n UID 7)\r\n", "* 1 FETCH (BODY[] {5} UID 7)", &["a\r\nb\n"]);
        check(
            "* 1 FETCH (A {0}\r\n B ~{1+}\r\nx)\n",
            "* 1 FETCH (A {0} B ~{1+}x)".replace('x', "").as_str(),
            &["", "x"],
        );
        check("* OK see {5}\r\n", "* OK see {5}", &[]);
        check("a1 NO see {500}\r\n", "a1 NO see {500}", &[]);
        check("+ {5}\r\n", "+ {5}", &[]);
    }

    #[track_caller]
    fn check_refused(mut wire: Wire<Server>, words: &str) {
        let error = wire.receive().unwrap_err();
        assert!(matches!(error, ImapError::Protocol(_)) && error.to_string().contains(words), "{error:?}");
    }

    #[test]
    fn limits_hold() {
        check_refused(wire(b"* 1 FETCH (BODY[] {101}\r\n", 1000), "longer text");
        check_refused(wire(b"* 1 FETCH (BODY[] {99999999999999999999999}\r\n", 1000), "longer text");
        check_refused(wire(&b"x".repeat(MOST_LINE + CHUNK), CHUNK), "without end");
        check_refused(wire(&b"* 1 FETCH (A {0}\r\n".repeat(MOST_LITERALS + 1), CHUNK), "longer text");
        let mut small = wire(b"* OK a very long text\r\n", 4);
        small.allow(Allowance { bytes: 7, literal: 0, time: Duration::from_secs(3600) });
        check_refused(small, "more than was asked for");
    }

    #[test]
    fn silence_is_told_from_half_a_response() {
        let mut silent = wire(b"* 3 EXISTS\r\n", 9);
        silent.allow(Allowance { bytes: 9, literal: 0, time: Duration::ZERO });
        assert_eq!(silent.receive().unwrap(), None);
        assert!(matches!(wire(b"", 9).receive(), Err(ImapError::Lost(_))));
        assert!(matches!(wire(b"* 3 EX", 9).receive(), Err(ImapError::Lost(_))));
        assert!(matches!(wire(b"* 1 FETCH (BODY[] {5}\r\n", 9).receive(), Err(ImapError::Lost(_))));
    }

    #[test]
    fn a_wish_to_end_is_heard() {
        let mut wire = Wire { stop: Arc::new(|| true), ..wire(b"* 3 EXISTS\r\n", 9) };
        assert!(matches!(wire.receive(), Err(ImapError::Stopped)));
    }

    proptest! {
        #[test]
        fn no_bytes_break_it(sends in proptest::collection::vec(prop_oneof![
            any::<u8>().prop_map(|byte| vec![byte]),
            "\\{[0-9]{1,3}\\+?\\}\r\n".prop_map(String::into_bytes),
            "\\* [0-9] FETCH ".prop_map(String::into_bytes),
            "\r\n".prop_map(String::into_bytes),
        ], 0..40), piece in 1..40_usize) {
            let mut wire = wire(&sends.concat(), piece);
            while let Ok(Some(_)) = wire.receive() {}
        }
    }
}
