//! The structure of a mail put in order before mail-parser reads it.
//!
//! mail-parser takes `--boundary` for a delimiter wherever it stands, even within a line and before more letters, reads on
//! in the inner parts where their end is missing, and stops at the first end of the outer ones. It has no bound on
//! nesting: messages in messages are dropped by recursion, which ends the stack at some thousands. So headers and
//! ends are mended here, false delimiters are masked, and enclosed messages are shown to it as opaque parts.

use std::{
    borrow::Cow,
    collections::{HashMap, HashSet},
    ops::Range,
    sync::LazyLock,
};

use aho_corasick::{AhoCorasick, MatchKind};
use mail_parser::parsers::MessageStream;
use regex::bytes::Regex;

use super::{head::Head, lines, parameters::Parameters};

/// Said where a boundary had to be guessed.
const GUESSED: &str = "boundary lines differ from the declared boundary";
/// Said where the end is missing.
const CUT: &str = "mail ends inside a part";
/// Multiparts within each other that mail-parser is shown.
const MAX_MULTIPARTS: usize = 256;
/// Different boundaries of one mail.
const MAX_BOUNDARIES: usize = 2_000;
/// Bytes of a boundary: RFC 2046 allows 70.
const MAX_BOUNDARY: usize = 200;

/// Boundaries up to which each is tried at every `--`: more are searched for at once, which takes longer to prepare than most
/// mails to pass.
const FEW: usize = 8;

static DECLARED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#"(?i-u)boundary(?:\*[0-9]?\*?)?[ \t]*=[ \t]*(?:"([^"\r\n]+)|([^\s";]+))"#)
        .expect("a fixed pattern, compiled by the tests")
});

/// The subtypes of messages and of what holds messages.
static OPAQUE: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(?i-u)rfc822|global|digest").expect("a fixed pattern, compiled by the tests"));

/// A line that parts the pieces of a multipart.
#[derive(Debug, Clone, Copy)]
struct Delimiter {
    at: usize,
    /// Where the line behind it begins.
    next: usize,
    /// Which boundary it has.
    boundary: usize,
    closing: bool,
}

/// The boundaries that a mail names, and where they stand.
struct Boundaries {
    numbers: HashMap<Vec<u8>, usize>,
    /// Lines that may be delimiters.
    lines: Vec<Delimiter>,
    /// Every place of `--boundary`, even within a line.
    hits: Vec<usize>,
}

impl Boundaries {
    fn find(bytes: &[u8]) -> Self {
        let mut found = Boundaries { numbers: HashMap::new(), lines: Vec::new(), hits: Vec::new() };
        let mut patterns: Vec<Vec<u8>> = Vec::new();
        for value in DECLARED.captures_iter(bytes).filter_map(|groups| groups.get(1).or_else(|| groups.get(2))) {
            let value = value.as_bytes().trim_ascii_end();
            let fits = !value.is_empty() && value.len() <= MAX_BOUNDARY && patterns.len() < MAX_BOUNDARIES;
            if fits && !found.numbers.contains_key(value) {
                found.numbers.insert(value.to_vec(), patterns.len());
                patterns.push([b"--", value].concat());
            }
        }
        if patterns.len() > FEW {
            // Building fails on millions of patterns only.
            let longest = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(&patterns);
            for hit in longest.iter().flat_map(|finder| finder.find_iter(bytes)) {
                found.hit(bytes, hit.range(), hit.pattern().as_usize());
            }
        } else if !patterns.is_empty() {
            // A log in base64 has no `--`: this passes over it many times as fast.
            let mut at = 0;
            while let Some(start) = memchr::memmem::find(&bytes[at..], b"--").map(|found| at + found) {
                let stand = patterns.iter().enumerate().filter(|(_, pattern)| bytes[start..].starts_with(pattern));
                match stand.max_by_key(|(_, pattern)| pattern.len()) {
                    Some((number, pattern)) => {
                        at = start + pattern.len();
                        found.hit(bytes, start..at, number);
                    }
                    None => at = start + 1,
                }
            }
        }
        found
    }

    /// Takes a place of `--boundary`.
    fn hit(&mut self, bytes: &[u8], hit: Range<usize>, boundary: usize) {
        self.hits.push(hit.start);
        let (range, next) = lines::next_line(bytes, hit.end).unwrap_or((hit.end..hit.end, hit.end));
        let rest = bytes[range].trim_ascii_end();
        let at_line = hit.start == 0 || bytes[hit.start - 1] == b'\n';
        if at_line && (rest.is_empty() || rest == b"--") {
            self.lines.push(Delimiter { at: hit.start, next, boundary, closing: !rest.is_empty() });
        }
    }
}

/// What is to be done with a mail.
#[derive(Default)]
struct Plan {
    /// In order of place.
    edits: Vec<(Range<usize>, Vec<u8>)>,
    /// Where the delimiters stand that part the pieces of this message: not those of enclosed ones or in texts.
    kept: HashSet<usize>,
    /// Types of what mail-parser must not open: enclosed messages, and digests, whose parts are messages without saying so.
    opaque: Vec<Range<usize>>,
    notes: Vec<&'static str>,
}

impl Plan {
    fn make(bytes: &[u8], boundaries: &Boundaries) -> Self {
        let mut plan = Plan::default();
        let texts: HashMap<usize, &[u8]> =
            boundaries.numbers.iter().map(|(text, number)| (*number, text.as_slice())).collect();
        let line = |number: usize, end: &str| {
            [b"--", texts.get(&number).copied().unwrap_or_default(), end.as_bytes(), b"\n"].concat()
        };
        let lines = &boundaries.lines;
        // Multiparts that are open, and the one whose header was read last: its delimiter comes next.
        let mut open: Vec<usize> = Vec::new();
        let mut begun = plan.header(bytes, 0..bytes.len(), boundaries, lines.first(), &open);
        for (number, delimiter) in lines.iter().enumerate() {
            let following = lines.get(number + 1);
            let boundary = delimiter.boundary;
            let level = open.iter().rposition(|one| *one == boundary);
            if begun == Some(boundary) && open.len() < MAX_MULTIPARTS {
                open.push(boundary);
            } else if let Some(level) = level {
                // Inner multiparts without an end are ended where an outer one goes on.
                let missing: Vec<u8> = open.drain(level + 1..).rev().flat_map(|one| line(one, "--")).collect();
                if !missing.is_empty() {
                    plan.edits.push((delimiter.at..delimiter.at, missing));
                }
            } else {
                continue;
            }
            begun = None;
            plan.kept.insert(delimiter.at);
            if !delimiter.closing {
                let piece = delimiter.next..following.map_or(bytes.len(), |next| next.at);
                begun = plan.header(bytes, piece, boundaries, following, &open);
            } else if following.is_some_and(|next| next.boundary == boundary && !next.closing) {
                // Parts behind the end, as in joined reports: the end is made the beginning of one more part.
                plan.edits.push((delimiter.at..delimiter.next, line(boundary, "\n")));
            } else {
                open.pop();
            }
        }
        if !open.is_empty() {
            plan.notes.push(CUT);
            let ends: Vec<u8> = open.iter().rev().flat_map(|one| line(*one, "--")).collect();
            plan.edits.push((bytes.len()..bytes.len(), [b"\n".as_slice(), &ends].concat()));
        }
        plan
    }

    /// Puts the header at the beginning of a piece in order, and says which boundary it begins.
    fn header(
        &mut self,
        bytes: &[u8],
        piece: Range<usize>,
        boundaries: &Boundaries,
        following: Option<&Delimiter>,
        open: &[usize],
    ) -> Option<usize> {
        let begin = piece.start;
        let piece = &bytes[piece];
        // A header may be empty: then the first line is blank, or no field at all.
        if begin > 0 && matches!(piece, [b'\n', ..] | [b'\r', b'\n', ..]) {
            return None;
        }
        let head = Head::read(piece);
        if head.is_empty() {
            let skipped = if begin == 0 { head.body } else { 0 };
            self.edits.push((begin..begin + skipped, b"\n".to_vec()));
            return None;
        }
        let (mut content_type, mut begun) = (None, None);
        let declared_type = head.content_type(piece);
        if declared_type.as_ref().is_some_and(|(value, _)| opens_messages(value)) {
            self.opaque.extend(head.content_type_lines().map(|lines| lines.start + begin..lines.end + begin));
        }
        if let Some((value, kind)) = declared_type.filter(|(_, kind)| kind.value.starts_with("multipart/")) {
            let declared = kind.named.get("boundary").map(|boundary| boundary.trim_end());
            let number = declared.and_then(|declared| boundaries.numbers.get(declared.as_bytes())).copied();
            // A boundary that an outer multipart has already is the outer one's.
            let stands = |number: usize| following.is_some_and(|next| next.boundary == number && !next.closing);
            begun = number.filter(|number| stands(*number) && !open.contains(number));
            if begun.is_none() {
                // Without a boundary mail-parser takes it for one part and does not look for its parts elsewhere.
                let guessed = guess(&piece[head.body..], declared);
                self.notes.extend(guessed.is_some().then_some(GUESSED));
                content_type = Some(render(&kind, guessed.as_deref()));
            } else if library_boundary(&value).as_deref() != declared {
                content_type = Some(render(&kind, declared));
            }
        }
        if !head.in_order || content_type.is_some() {
            self.edits.push((begin..begin + head.body, head.mended(piece, content_type.as_deref())));
        }
        begun
    }
}

/// `bytes` with headers and ends of parts as they should have been, the same bytes where all is in order; and a copy of that
/// for mail-parser, of the same length, so that what it finds stands at the same place: false delimiters and what it must not
/// open are made unreadable in it. `None` where there is nothing of the kind, as in most mails.
pub(super) fn mend<'a>(bytes: &'a [u8], notes: &mut Vec<&'static str>) -> (Cow<'a, [u8]>, Option<Vec<u8>>) {
    let mended = match once(bytes, notes) {
        Once::InOrder(masked) => return (Cow::Borrowed(bytes), masked),
        Once::Mended(mended) => mended,
    };
    // A boundary that was guessed is known from now on: its parts are put in order too.
    let (mended, masked) = match notes.contains(&GUESSED).then(|| once(&mended, notes)) {
        Some(Once::Mended(again)) => (again, None),
        Some(Once::InOrder(masked)) => (mended, Some(masked)),
        None => (mended, None),
    };
    let masked = masked.unwrap_or_else(|| {
        let boundaries = Boundaries::find(&mended);
        mask(&mended, &boundaries, &Plan::make(&mended, &boundaries))
    });
    (Cow::Owned(mended), masked)
}

/// What putting a mail in order once gave.
enum Once {
    /// It is: the copy for mail-parser, where it needs one.
    InOrder(Option<Vec<u8>>),
    Mended(Vec<u8>),
}

fn once(bytes: &[u8], notes: &mut Vec<&'static str>) -> Once {
    let boundaries = Boundaries::find(bytes);
    let mut plan = Plan::make(bytes, &boundaries);
    notes.append(&mut plan.notes);
    match plan.edits.is_empty() {
        true => Once::InOrder(mask(bytes, &boundaries, &plan)),
        false => Once::Mended(apply(bytes, plan.edits)),
    }
}

fn apply(bytes: &[u8], edits: Vec<(Range<usize>, Vec<u8>)>) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len() + 4096);
    let mut at = 0;
    for (range, text) in edits {
        // Edits come in order; one inside of another is none.
        if range.start < at {
            continue;
        }
        out.extend_from_slice(&bytes[at..range.start]);
        out.extend_from_slice(&text);
        at = range.end;
    }
    out.extend_from_slice(&bytes[at..]);
    out
}

/// Whether mail-parser takes a part of this type for a message, or its parts for messages.
fn opens_messages(value: &str) -> bool {
    let line = format!("{value}\n");
    let found = MessageStream::new(line.as_bytes()).parse_content_type();
    found.as_content_type().is_some_and(|kind| kind.ctype() == "message" || kind.subtype() == Some("digest"))
}

/// The boundary as mail-parser reads it.
fn library_boundary(value: &str) -> Option<String> {
    let line = format!("{value}\n");
    let found = MessageStream::new(line.as_bytes()).parse_content_type();
    found.as_content_type().and_then(|kind| kind.attribute("boundary")).map(str::to_owned)
}

fn render(kind: &Parameters, boundary: Option<&str>) -> String {
    let mut out = kind.value.clone();
    if let Some(boundary) = boundary {
        out.push_str(&format!("; boundary=\"{boundary}\""));
    }
    for (name, value) in kind.named.iter().filter(|(name, _)| *name != "boundary") {
        out.push_str(&format!("; {name}=\"{}\"", value.replace(['"', '\\'], "")));
    }
    out
}

/// The boundary where the declared one does not stand: that of the first line that looks like one.
fn guess(body: &[u8], declared: Option<&str>) -> Option<String> {
    let mut at = 0;
    while let Some((range, next)) = lines::next_line(body, at) {
        let line = body[range].trim_ascii_end();
        if line.len() > 2 && line.len() < MAX_BOUNDARY && line.starts_with(b"--") {
            let guessed = &line[2..];
            let same = declared.is_some_and(|declared| declared.as_bytes().eq_ignore_ascii_case(guessed));
            let header_follows =
                lines::next_line(body, next).is_some_and(|(after, _)| lines::is_known_field(&body[after]));
            // A rule of dashes above a `Name: value` line is no boundary.
            let shaped = line.len() > 4 && !guessed.iter().all(|byte| *byte == b'-');
            if same || (shaped && header_follows) {
                return str::from_utf8(guessed).ok().filter(|text| !text.contains(['"', '\\'])).map(str::to_owned);
            }
        }
        at = next;
    }
    None
}

/// The copy for mail-parser; `None` where nothing is to be hidden from it.
fn mask(mended: &[u8], boundaries: &Boundaries, plan: &Plan) -> Option<Vec<u8>> {
    let mut hidden = boundaries.hits.iter().filter(|at| !plan.kept.contains(at)).peekable();
    if hidden.peek().is_none() && plan.opaque.is_empty() {
        return None;
    }
    let mut copy = mended.to_vec();
    for at in hidden {
        copy[at + 1] = b'.';
    }
    for lines in &plan.opaque {
        // The type stands before all parameters. `rfc822` becomes `rfc82-`, which it does not know.
        if let Some(word) = OPAQUE.find(&mended[lines.clone()]) {
            copy[lines.start + word.end() - 1] = b'-';
        }
    }
    Some(copy)
}

#[cfg(test)]
mod tests;
