//! Streaming decoder: bytes of any encoding in, UTF-8 text out.
//!
//! Text that is UTF-8 already is validated block by block and copied once. A text that begins in ASCII
//! is decided only where its first other bytes stand, be it in megabyte three. Logs to which several
//! programs write mix encodings: a line that is broken in the text's encoding but sound in the other
//! usual one (GBK in UTF-8, UTF-8 in GBK) is read in that. Broken sequences become U+FFFD and are
//! counted, never dropped with what stands around them. So is UTF-16 that was appended to another encoding,
//! and the other way around: the text is decoded anew from there on.
//!
//! ```
//! use casebook::logs::decode::decode;
//! let text = decode(b"\xbe\xdc\xbe\xf8\xb7\xc3\xce\xca 0x80070005\r\n"); // GBK
//! assert_eq!(text.value, "拒绝访问 0x80070005\r\n");
//! ```

use std::io::{self, Read};

use encoding_rs::{Decoder, Encoding, GB18030, UTF_8, UTF_16BE, UTF_16LE};

use super::{
    block::{BLOCK, Block},
    encoding::{self, ByteOrder, Detected, HEAD},
};
use crate::parsed::{Parsed, Warning};

/// After so many bytes beyond ASCII a guess is no longer revised.
const FIRM: usize = 256;

/// Decodes a stream to UTF-8, block by block, in bounded memory.
pub struct TextReader<R> {
    inner: R,
    /// Bytes read and not yet decoded; at most [`BLOCK`].
    raw: Block,
    /// No more bytes will come.
    end: bool,
    /// What a decoder kept of a torn character was asked for.
    flushed: bool,
    /// An error of the source, handed out after all text that was read before it.
    error: Option<io::Error>,
    bytes: u64,
    state: State,
    hint: Option<&'static Encoding>,
    /// How many of the bytes of `raw` are in the present encoding, where another one begins in them.
    until: Option<usize>,
    /// The encoding that the text began with, the one that it changed to first, and how often it changed.
    changed: Option<(&'static str, &'static str, u64)>,
    /// The last character handed out, for runs of NUL that go across blocks.
    last: char,
    found: Findings,
}

/// What was wrong with the bytes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Findings {
    broken: u64,
    nul: u64,
    other_encoding: u64,
}

enum State {
    Start,
    /// Nothing but ASCII so far.
    Ascii,
    Utf8,
    /// UTF-16, whose blocks cannot be cut at line ends.
    Wide(Decoder),
    /// UTF-32.
    Quads(ByteOrder),
    /// An encoding in which ASCII stands for itself, decoded line by line.
    Lines {
        encoding: &'static Encoding,
        /// Bytes beyond ASCII seen since the guess was made.
        seen: usize,
        /// Set within a line that is longer than a block.
        long_line: Option<Decoder>,
    },
}

impl<R: Read> TextReader<R> {
    /// A decoder over `inner`. Nothing is read yet; `inner` needs no buffer of its own.
    pub fn new(inner: R) -> Self {
        TextReader {
            inner,
            raw: Block::default(),
            end: false,
            flushed: false,
            error: None,
            bytes: 0,
            state: State::Start,
            hint: None,
            until: None,
            changed: None,
            last: '\n',
            found: Findings::default(),
        }
    }

    /// Appends the next block of text to `out`; `false` at the end of the stream.
    ///
    /// May append nothing and yet return `true`.
    ///
    /// # Errors
    /// An error of the source, once all text read before it was handed out.
    pub fn read_into(&mut self, out: &mut String) -> io::Result<bool> {
        self.fill();
        if self.raw.is_empty() {
            // A torn character at the very end stays in the decoder of UTF-16.
            if let State::Wide(decoder) = &mut self.state
                && !self.flushed
            {
                self.flushed = true;
                let start = out.len();
                out.reserve(16);
                let (_, _, broken) = decoder.decode_to_string(b"", out, true);
                self.found.broken += u64::from(broken);
                if out.len() > start {
                    return Ok(true);
                }
            }
            return self.error.take().map_or(Ok(false), Err);
        }
        if matches!(self.state, State::Start) && !self.start() {
            return Ok(true);
        }
        let start = out.len();
        self.find_seam(out);
        self.decode_block(out);
        self.settle_nuls(out, start);
        Ok(true)
    }

    /// Looks where in the block another encoding begins, and takes it up where that is at its beginning.
    fn find_seam(&mut self, out: &mut String) {
        let (to, undecided) = match &self.state {
            State::Start | State::Quads(_) => (None, None),
            State::Wide(decoder) => {
                let (encoding, behind_line) = (decoder.encoding(), self.last == '\n');
                let to = encoding::narrow_from(&self.raw, encoding, behind_line).map(|at| (at, State::Ascii));
                (to, encoding::undecided_from(&self.raw, encoding))
            }
            State::Ascii | State::Utf8 | State::Lines { .. } => {
                let to = encoding::wide_from(&self.raw).map(|(at, encoding)| (at, enter(encoding)));
                let tail = self.raw.len().saturating_sub(encoding::UNDECIDED);
                let nul = memchr::memchr(0, &self.raw[tail..]).map(|at| tail + at);
                (to, nul.and_then(|nul| memchr::memrchr(b'\n', &self.raw[..nul])).map(|at| at + 1))
            }
        };
        self.until = match &to {
            Some((at, _)) => Some(*at),
            // Looked at again with what follows.
            None => undecided.filter(|at| !self.end && *at > 0),
        };
        let Some((0, state)) = to else { return };
        let before = self.encoding();
        if let State::Wide(decoder) = &mut self.state {
            out.reserve(16);
            let (_, _, broken) = decoder.decode_to_string(b"", out, true);
            self.found.broken += u64::from(broken);
        }
        self.state = state;
        let after = self.present_encoding();
        if before != after || self.changed.is_some() {
            let (_, _, count) = self.changed.get_or_insert((before, after, 0));
            *count += 1;
        }
        // The marks of UTF-8 and UTF-16 are what they stand for: no characters of the text.
        let mark = [&b"\xff\xfe"[..], b"\xfe\xff", b"\xef\xbb\xbf"].into_iter().find(|mark| self.raw.starts_with(mark));
        self.raw.pass(mark.map_or(0, <[u8]>::len));
        self.until = None;
    }

    /// The bytes at hand that are in the present encoding.
    fn here(&self) -> &[u8] {
        &self.raw[..self.until.unwrap_or(self.raw.len())]
    }

    /// Whether the present encoding ends with them.
    fn ends(&self) -> bool {
        self.end || self.until.is_some()
    }

    /// The encoding's name as in the WHATWG list, `UTF-8`, `UTF-16LE`, `gb18030`; pure ASCII counts as UTF-8. Where it changes,
    /// the first.
    pub fn encoding(&self) -> &'static str {
        self.changed.map_or_else(|| self.present_encoding(), |(first, ..)| first)
    }

    fn present_encoding(&self) -> &'static str {
        match &self.state {
            State::Quads(ByteOrder::Little) => "UTF-32LE",
            State::Quads(ByteOrder::Big) => "UTF-32BE",
            State::Wide(decoder) => decoder.encoding().name(),
            State::Lines { encoding, .. } => encoding.name(),
            State::Start | State::Ascii | State::Utf8 => UTF_8.name(),
        }
    }

    /// Bytes read from the source so far.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// What was wrong so far, as warnings about `part`.
    pub fn warnings(&self, part: &str) -> Vec<Warning> {
        let Findings { broken, nul, other_encoding } = self.found;
        let name = self.encoding();
        let mut warnings = Vec::new();
        if broken > 0 {
            warnings.push(Warning::new(part, format!("{broken} byte sequences are broken in {name}")));
        }
        if nul > 0 {
            warnings.push(Warning::new(part, format!("{nul} NUL characters were left out")));
        }
        if let Some((first, other, count)) = self.changed {
            let again = if count > 1 { format!(", and {} times more", count - 1) } else { String::new() };
            warnings.push(Warning::new(part, format!("the text changes from {first} to {other}{again}")));
        }
        if other_encoding > 0 {
            let other = if matches!(self.state, State::Utf8) { GB18030 } else { UTF_8 }.name();
            warnings.push(Warning::new(part, format!("{other_encoding} lines are in {other}, the text in {name}")));
        }
        warnings
    }

    fn fill(&mut self) {
        if self.end || self.raw.len() >= BLOCK {
            return;
        }
        let before = self.raw.len();
        let result = self.raw.fill(&mut self.inner);
        self.bytes += (self.raw.len() - before) as u64;
        self.end = self.raw.len() < BLOCK;
        if let Err(error) = result {
            self.end = true;
            self.error = Some(error);
        }
    }

    /// Decides on the head of the text; `false` if there was only a gap so far.
    fn start(&mut self) -> bool {
        let gap = encoding::leading_gap(&self.raw);
        if gap > 0 {
            self.found.nul += gap as u64;
            self.raw.pass(gap);
            // What decides must be there whole.
            if !self.end || self.raw.is_empty() {
                return false;
            }
        }
        let head = &self.raw[..self.raw.len().min(HEAD)];
        let whole = self.end && head.len() == self.raw.len();
        self.hint = encoding::declared(head);
        self.state = match encoding::detect(head, whole) {
            Detected::Ascii => State::Ascii,
            Detected::Known(encoding, mark) => {
                self.raw.pass(mark);
                enter(encoding)
            }
            Detected::Utf32(order) => {
                self.raw.pass(4);
                State::Quads(order)
            }
        };
        true
    }

    /// Decodes what can be decoded of the block and keeps the rest for the next.
    fn decode_block(&mut self, out: &mut String) {
        if matches!(self.state, State::Ascii) {
            let here = self.here();
            let plain = ascii_up_to(here);
            if plain < here.len() {
                let line = memchr::memrchr(b'\n', &here[..plain]).map_or(0, |at| at + 1);
                if line > 0 {
                    // The ASCII lines first, so that the sample for the decision is a full block.
                    return self.take_utf8(line, out);
                }
                let sample = &here[..here.len().min(HEAD + plain)];
                let whole = self.ends() && sample.len() == here.len();
                let encoding = encoding::decide(sample, self.hint, whole);
                self.state = enter(encoding);
            }
        }
        match self.state {
            State::Wide(_) => self.decode_wide(out),
            State::Quads(order) => self.decode_quads(order, out),
            State::Lines { .. } => self.decode_lines(out),
            _ => {
                let cut = self.cut().unwrap_or(self.raw.len());
                self.take_utf8(cut, out)
            }
        }
    }

    /// Where the last whole line of the block ends; `None` within a line longer than the block.
    fn cut(&self) -> Option<usize> {
        if self.ends() { Some(self.here().len()) } else { memchr::memrchr(b'\n', &self.raw).map(|at| at + 1) }
    }

    /// Hands out `raw[..cut]` as UTF-8 and keeps the rest.
    fn take_utf8(&mut self, cut: usize, out: &mut String) {
        let mut cut = cut;
        match std::str::from_utf8(&self.raw[..cut]) {
            Ok(text) => out.push_str(text),
            Err(error) if error.error_len().is_none() && !self.ends() => {
                // Torn at the end of a block within a long line: the rest is in the next block.
                cut = error.valid_up_to();
                out.push_str(std::str::from_utf8(&self.raw[..cut]).unwrap_or_default());
            }
            Err(_) => {
                let whole_lines = self.ends() || self.raw[..cut].ends_with(b"\n");
                if !whole_lines {
                    cut -= torn_utf8(&self.raw[..cut]);
                }
                for line in self.raw[..cut].split_inclusive(|byte| *byte == b'\n') {
                    self.found.push_utf8(line, whole_lines, out);
                }
            }
        }
        self.raw.pass(cut);
    }

    fn decode_wide(&mut self, out: &mut String) {
        let State::Wide(decoder) = &mut self.state else { return };
        let start = out.len();
        let cut = self.until.unwrap_or(self.raw.len());
        out.reserve(decoder.max_utf8_buffer_length(cut).unwrap_or(4 * BLOCK));
        let (_, _, broken) = decoder.decode_to_string(&self.raw[..cut], out, false);
        if broken {
            self.found.broken += count_replacements(&out[start..]);
        }
        // Whole units: else all that comes would be out of step.
        self.raw.pass(cut);
    }

    fn decode_quads(&mut self, order: ByteOrder, out: &mut String) {
        let cut = if self.end { self.raw.len() } else { self.raw.len() & !3 };
        for unit in self.raw[..cut].chunks(4) {
            let number = <[u8; 4]>::try_from(unit).map(|unit| match order {
                ByteOrder::Little => u32::from_le_bytes(unit),
                ByteOrder::Big => u32::from_be_bytes(unit),
            });
            let c = number.ok().and_then(char::from_u32);
            self.found.broken += u64::from(c.is_none());
            out.push(c.unwrap_or(char::REPLACEMENT_CHARACTER));
        }
        self.raw.pass(cut);
    }

    fn decode_lines(&mut self, out: &mut String) {
        let (cut, ends) = (self.cut(), self.ends());
        let State::Lines { encoding, seen, long_line } = &mut self.state else { return };
        let block = &self.raw[..cut.unwrap_or(self.raw.len())];
        let mut from = 0;
        if cut.is_none() || long_line.is_some() {
            let line_end = memchr::memchr(b'\n', block).map_or(block.len(), |at| at + 1);
            let line = &block[..line_end];
            let decoder = long_line.get_or_insert_with(|| encoding.new_decoder_without_bom_handling());
            let start = out.len();
            let last = line.ends_with(b"\n") || (ends && line_end == block.len());
            out.reserve(decoder.max_utf8_buffer_length(line.len()).unwrap_or(4 * BLOCK));
            let (_, _, broken) = decoder.decode_to_string(line, out, last);
            if broken {
                self.found.broken += count_replacements(&out[start..]);
            }
            if last {
                *long_line = None;
            }
            from = line_end;
        }
        let rest = &block[from..];
        if *seen < FIRM && from == 0 {
            // A guess made on a few bytes is looked at again while more of them come.
            let sample = lines_beyond_ascii(rest);
            if !sample.is_empty() {
                let guess = encoding::decide(&sample, self.hint, true);
                if guess != UTF_8 && *seen > 0 {
                    *encoding = guess;
                }
                *seen += sample.iter().filter(|byte| !byte.is_ascii()).count();
            }
        }
        self.found.push_legacy(rest, encoding, out);
        let cut = cut.unwrap_or(self.raw.len());
        self.raw.pass(cut);
    }

    /// Takes NUL characters out of what was appended: a run becomes one space, or nothing at a line's
    /// beginning, where a crash leaves a gap before the next record.
    fn settle_nuls(&mut self, out: &mut String, start: usize) {
        if memchr::memchr(0, &out.as_bytes()[start..]).is_some() {
            let tail = out.split_off(start);
            let mut last = self.last;
            for (index, piece) in tail.split('\0').enumerate() {
                if index > 0 {
                    self.found.nul += 1;
                    if !matches!(last, ' ' | '\n' | '\r') {
                        out.push(' ');
                        last = ' ';
                    }
                }
                out.push_str(piece);
                last = piece.chars().next_back().unwrap_or(last);
            }
            self.last = last;
        } else if let Some(last) = out[start..].chars().next_back() {
            self.last = last;
        }
    }
}

impl Findings {
    /// Appends a line that should be UTF-8.
    fn push_utf8(&mut self, line: &[u8], whole: bool, out: &mut String) {
        if let Ok(text) = std::str::from_utf8(line) {
            return out.push_str(text);
        }
        if whole
            && encoding::is_everyday_gbk(line)
            && let Some(text) = GB18030.decode_without_bom_handling_and_without_replacement(line)
        {
            self.other_encoding += 1;
            return out.push_str(&text);
        }
        for chunk in line.utf8_chunks() {
            out.push_str(chunk.valid());
            if !chunk.invalid().is_empty() {
                out.push('\u{fffd}');
                self.broken += 1;
            }
        }
    }

    /// Appends lines that should be in `encoding`.
    fn push_legacy(&mut self, lines: &[u8], encoding: &'static Encoding, out: &mut String) {
        // Lines are decoded together up to one that is surely UTF-8.
        let (mut from, mut at) = (0, 0);
        for line in lines.split_inclusive(|byte| *byte == b'\n') {
            if let Some(text) = surely_utf8(line, encoding) {
                self.push_run(&lines[from..at], encoding, out);
                self.other_encoding += 1;
                out.push_str(text);
                from = at + line.len();
            }
            at += line.len();
        }
        self.push_run(&lines[from..], encoding, out);
    }

    fn push_run(&mut self, run: &[u8], encoding: &'static Encoding, out: &mut String) {
        let mut decoder = encoding.new_decoder_without_bom_handling();
        let start = out.len();
        out.reserve(decoder.max_utf8_buffer_length(run.len()).unwrap_or(4 * BLOCK));
        let (_, _, broken) = decoder.decode_to_string(run, out, true);
        if broken {
            self.broken += count_replacements(&out[start..]);
        }
    }
}

/// The text of a line that is not ASCII and hardly anything but UTF-8, among lines in `encoding`.
fn surely_utf8<'a>(line: &'a [u8], encoding: &'static Encoding) -> Option<&'a str> {
    let text = std::str::from_utf8(line).ok().filter(|text| !text.is_ascii())?;
    // Two-byte sequences can be a pair of GBK; three in that form are hardly ever.
    let surely =
        encoding.is_single_byte() || text.chars().any(|c| c.len_utf8() >= 3) && !encoding::is_everyday_gbk(line);
    surely.then_some(text)
}

/// Decodes a whole text that is in memory. The warnings name no part.
pub fn decode(bytes: &[u8]) -> Parsed<String> {
    let mut reader = TextReader::new(bytes);
    let mut value = String::with_capacity(bytes.len());
    // A slice gives no errors: the loop ends at its end.
    while let Ok(true) = reader.read_into(&mut value) {}
    Parsed { value, warnings: reader.warnings("") }
}

fn enter(encoding: &'static Encoding) -> State {
    if encoding == UTF_8 {
        State::Utf8
    } else if is_wide(encoding) {
        State::Wide(encoding.new_decoder_without_bom_handling())
    } else {
        State::Lines { encoding, seen: 0, long_line: None }
    }
}

/// How many bytes stand before the first beyond ASCII. Mostly there is none, which is told several times
/// faster than a place is found.
fn ascii_up_to(bytes: &[u8]) -> usize {
    if bytes.is_ascii() { bytes.len() } else { Encoding::ascii_valid_up_to(bytes) }
}

fn is_wide(encoding: &'static Encoding) -> bool {
    encoding == UTF_16LE || encoding == UTF_16BE
}

fn count_replacements(text: &str) -> u64 {
    memchr::memmem::find_iter(text.as_bytes(), "\u{fffd}").count() as u64
}

/// How many bytes at the end are the beginning of a character that goes on in the next block.
fn torn_utf8(bytes: &[u8]) -> usize {
    for back in 1..=bytes.len().min(3) {
        let byte = bytes[bytes.len() - back];
        if byte >= 0xc0 {
            let length = match byte {
                0xf0.. => 4,
                0xe0.. => 3,
                _ => 2,
            };
            return if length > back { back } else { 0 };
        }
        if byte.is_ascii() {
            return 0;
        }
    }
    0
}

/// The lines of a block with bytes beyond ASCII, up to 4 KB of them.
fn lines_beyond_ascii(block: &[u8]) -> Vec<u8> {
    let mut sample = Vec::new();
    for line in block.split_inclusive(|byte| *byte == b'\n') {
        if !line.is_ascii() {
            sample.extend_from_slice(&line[..line.len().min(4096)]);
            if sample.len() >= 4096 {
                break;
            }
        }
    }
    sample
}
