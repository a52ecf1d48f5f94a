//! Sightings: what the extractor finds, with line number, line and standing.

use std::ops::Range;

use super::{
    Signature, SignatureKind, Standing, Whose,
    extract::{Context, Extractor, Memory, stop_code},
    recovered, standing,
};
use crate::logs::{self, Level, reader::Chunk};

/// A signature seen in a line of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sighting<'t> {
    /// What was seen.
    pub signature: Signature,
    /// Number of the line.
    pub line: u64,
    /// The line, without its end.
    pub text: &'t str,
    /// Where in the line it begins, in bytes.
    pub at: usize,
    /// Where in the whole text it stands.
    pub span: Range<usize>,
    /// What the line says of it.
    pub standing: Standing,
    /// Whose words the line is, where it is [`Standing::Cited`].
    pub whose: Option<Whose>,
    /// The parameters of a stop code, `0xC0000005`; empty where none are given, and for all other kinds.
    pub parameters: Vec<String>,
}

/// Characters of a line kept around a sighting.
const EXCERPT: usize = 240;

impl Sighting<'_> {
    /// The line, or a window of it around the sighting where it is long.
    pub fn excerpt(&self) -> String {
        excerpt(self.text, self.at)
    }

    /// The same in pieces that need no memory of their own.
    pub fn excerpt_parts(&self) -> [&str; 3] {
        excerpt_parts(self.text, self.at)
    }
}

/// Finds the signatures of a text whose first line has the number `first_line`, in order.
pub fn sight<'t>(
    extractor: &Extractor,
    text: &'t str,
    first_line: u64,
    context: Context,
    each: impl FnMut(Sighting<'t>),
) {
    sight_ahead(extractor, [text; 2], first_line, context, &mut SightMemory::default(), each);
}

/// Finds the signatures of a stretch of a log, in order. The lines ahead of it tell of some failures that they were
/// recovered from. The memory is that of the stretch before: hundreds of kilobytes, which take longer to get and to give
/// back than to fill.
pub fn sight_chunk<'t>(
    extractor: &Extractor,
    chunk: &Chunk<'t>,
    memory: &mut SightMemory,
    each: impl FnMut(Sighting<'t>),
) {
    let texts = [chunk.text, chunk.with_ahead];
    sight_ahead(extractor, texts, chunk.first_line, Context::Log(chunk.format), memory, each);
}

/// Memory for the sightings of a text, to be used for the next.
#[derive(Debug, Default)]
pub struct SightMemory {
    found: Memory,
    /// Of no text between two.
    line: standing::Line<'static>,
    /// Empty between two texts.
    seen: Vec<Sighting<'static>>,
}

/// The same for a text, and that text with what follows it.
fn sight_ahead<'t>(
    extractor: &Extractor,
    [text, with_ahead]: [&'t str; 2],
    first_line: u64,
    context: Context,
    memory: &mut SightMemory,
    each: impl FnMut(Sighting<'t>),
) {
    let mut lines = LineCursor::new(text, first_line);
    // A line may hold thousands of sightings: what it says of itself is read once.
    let mut asked: (usize, standing::Line<'t>) = (usize::MAX, std::mem::take(&mut memory.line));
    let mut harmless = (usize::MAX, false);
    let found = extractor.extract_with(text, context, &mut memory.found);
    let mut seen: Vec<Sighting<'t>> = std::mem::take(&mut memory.seen);
    seen.reserve(found.len());
    for found in found {
        let (line, range) = lines.at(found.span.start);
        let said = &text[range.clone()];
        let at = found.span.start - range.start;
        let within = at..found.span.end.clamp(found.span.start, range.end) - range.start;
        if asked.0 != range.start {
            let level = match context {
                Context::Prose => Level::Unknown,
                Context::Log(format) => logs::read_record(format, said).level,
            };
            asked = (range.start, asked.1.next(text, range.clone(), level));
        }
        let named = if matches!(context, Context::Log(_)) { Standing::Listed } else { Standing::Mentioned };
        let by_itself = match found.failing {
            Some(true) => Some(Standing::Failing),
            Some(false) => Some(Standing::Mentioned),
            None => None,
        };
        let standing = match (asked.1.said(within.clone()).or(by_itself), context) {
            _ if found.signature.kind.reports_failure() => Standing::Failing,
            (Some(Standing::Failing), Context::Log(_)) if asked.1.is_over(within.clone()) => Standing::Recovered,
            (None, Context::Log(format))
                if asked.1.marks_itself(found.signature.kind, within)
                    && !standing::is_part_of_more(text, range.clone(), found.signature.kind, format) =>
            {
                Standing::Failing
            }
            (Some(Standing::Mentioned) | None, Context::Log(_)) => Standing::Listed,
            // Who writes a bare error code into a mail has met it.
            (None, Context::Prose) if found.signature.kind.is_code() => Standing::Failing,
            (None, Context::Prose) => Standing::Mentioned,
            (Some(other), _) => other,
        };
        let standing = if standing == Standing::Failing {
            if harmless.0 != range.start {
                harmless = (range.start, extractor.benign().find(said).is_some());
            }
            if harmless.1 { named } else { standing }
        } else {
            standing
        };
        let parameters = match found.signature.kind {
            SignatureKind::Bugcheck => stop_code::parameters(text, found.span.end),
            _ => Vec::new(),
        };
        let (signature, span) = (found.signature, found.span);
        seen.push(Sighting { signature, line, text: said, at, span, standing, whose: None, parameters });
    }
    if let Context::Log(format) = context {
        recovered::settle(with_ahead, text.len(), format, &mut seen);
    }
    memory.line = asked.1.next("", 0..0, Level::Unknown);
    seen.drain(..).for_each(each);
    // There are none left: this only says that the memory holds none of this text. That `collect` takes the room of what it is
    // given is not promised by the standard library; were it not so, the next text would get new room, and nothing else change.
    memory.seen = seen.into_iter().map_while(|_| None).collect();
}

/// The line, or a window of it around a byte offset where it is long.
pub fn excerpt(line: &str, around: usize) -> String {
    excerpt_parts(line, around).concat()
}

/// An excerpt, and before and behind it an ellipsis where something was left out.
fn excerpt_parts(line: &str, around: usize) -> [&str; 3] {
    let line = if ends_graphic(line.as_bytes().last()) { line } else { line.trim_end() };
    if line.len() <= EXCERPT {
        return ["", if ends_graphic(line.as_bytes().first()) { line } else { line.trim_start() }, ""];
    }
    let start = line.floor_char_boundary(around.saturating_sub(EXCERPT / 2).min(line.len() - EXCERPT));
    let end = line.floor_char_boundary((start + EXCERPT).min(line.len()));
    let ellipsis = |left_out: bool| if left_out { "…" } else { "" };
    [ellipsis(start > 0), line[start..end].trim(), ellipsis(end < line.len())]
}

/// Whether a line ends there with a mark of ASCII: then nothing is to be trimmed, which most lines need not be asked for.
#[inline]
fn ends_graphic(byte: Option<&u8>) -> bool {
    byte.is_some_and(u8::is_ascii_graphic)
}

/// Finds line and number of rising offsets in a text in one pass.
struct LineCursor<'t> {
    text: &'t str,
    number: u64,
    start: usize,
    /// End of the line that begins at `start`, without its line end; not known before the first question.
    end: Option<usize>,
}

impl<'t> LineCursor<'t> {
    fn new(text: &'t str, first_line: u64) -> Self {
        LineCursor { text, number: first_line, start: 0, end: None }
    }

    /// The number and the byte range, without line end, of the line that holds `offset`. Offsets in one line or
    /// a later one than before.
    fn at(&mut self, offset: usize) -> (u64, Range<usize>) {
        let bytes = self.text.as_bytes();
        let offset = offset.max(self.start);
        // In a long line with many sightings the search for its end would make the whole quadratic.
        if let Some(end) = self.end.filter(|end| offset <= *end) {
            return (self.number, self.start..end);
        }
        // The end of the line at hand is known: the search goes on behind it.
        let next = self.end.map(|end| end + if bytes[end] == b'\r' { 2 } else { 1 });
        if let Some(next) = next.filter(|next| *next <= offset) {
            (self.number, self.start) = (self.number + 1, next);
        }
        let passed = &bytes[self.start..offset];
        if let Some(last) = memchr::memrchr(b'\n', passed) {
            self.number += memchr::memchr_iter(b'\n', passed).count() as u64;
            self.start += last + 1;
        }
        let end = memchr::memchr(b'\n', &bytes[offset..]).map_or(bytes.len(), |length| offset + length);
        let end = if end > offset && bytes[end - 1] == b'\r' { end - 1 } else { end };
        self.end = Some(end);
        (self.number, self.start..end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cursor_finds_lines_with_either_ending() {
        let text = "one\r\ntwo\nthree";
        let mut cursor = LineCursor::new(text, 10);
        assert_eq!(cursor.at(1), (10, 0..3));
        assert_eq!(cursor.at(5), (11, 5..8));
        assert_eq!(cursor.at(6), (11, 5..8));
        assert_eq!(cursor.at(12), (12, 9..14));
        assert_eq!(cursor.at(13), (12, 9..14));
    }

    #[test]
    fn long_lines_are_cut_around_the_sighting() {
        let line = format!("{}KB4474419{}", "前".repeat(300), "后".repeat(300));
        let shown = excerpt(&line, 900);
        assert!(shown.contains("KB4474419") && shown.starts_with('…') && shown.ends_with('…'), "{shown}");
        assert!(shown.len() <= EXCERPT + 6);
    }
}
