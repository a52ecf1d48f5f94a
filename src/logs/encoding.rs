//! Which encoding is it? Detection of text and of its encoding on the first bytes.
//!
//! Support logs come as UTF-8, UTF-16 from Windows tools (with and without a byte order mark), and in
//! the ANSI code page of the machine, which for Chinese is GBK. The order of the tests goes from what
//! cannot be wrong (a byte order mark) to what is a guess (statistics). This module does no I/O.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{BIG5, EUC_JP, EUC_KR, Encoding, GB18030, GBK, SHIFT_JIS, UTF_8, UTF_16BE, UTF_16LE};

/// How many bytes detection looks at: enough for hundreds of lines, and the statistical guess runs at
/// only 6 MB/s, so more would show in the time of a small mail.
pub const HEAD: usize = if cfg!(fuzzing) { 256 } else { 16 * 1024 };

/// First bytes of things that are not text, whatever follows.
const BINARY_MAGIC: &[&[u8]] = &[
    b"PK\x03\x04",
    b"PK\x05\x06",
    b"\x1f\x8b",
    b"BZh",
    b"\xfd7zXZ\0",
    b"7z\xbc\xaf\x27\x1c",
    b"Rar!\x1a\x07",
    b"\x28\xb5\x2f\xfd",
    b"MSCF\0\0\0\0",
    b"\x7fELF",
    b"\x89PNG\r\n\x1a\n",
    b"\xff\xd8\xff",
    b"GIF87a",
    b"GIF89a",
    b"%PDF-",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    b"ElfFile\0",
    b"SQLite format 3\0",
    b"MDMP",
    b"PAGEDU",
    b"MZ\x90\0",
    b"regf",
];

/// What the head of a text says of its encoding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Detected {
    /// Only ASCII so far: the first other bytes will tell.
    Ascii,
    /// This encoding; the byte order mark, if any, is so many bytes long.
    Known(&'static Encoding, usize),
    /// UTF-32, told by its byte order mark of four bytes.
    Utf32(ByteOrder),
}

/// Which byte of a unit comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ByteOrder {
    /// The least.
    Little,
    /// The greatest.
    Big,
}

/// What the bytes at the head of a file are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Content {
    /// Text in some encoding.
    Text,
    /// Lines of text with bytes between them that are none, as a power cut leaves them in a log.
    Torn,
    /// No text in any encoding.
    Binary,
}

/// Fewest NULs in a row that are padding or a gap, not data between the text.
const GAP: usize = 16;

/// Shortest line that speaks for a text: among random bytes hardly any is so long and has no control character.
const SOUND_LINE: usize = 16;

/// What the bytes at the head of a file are.
///
/// `head` is the beginning of the file, at best [`HEAD`] bytes. An empty file is text. Runs of NUL, as a
/// crash leaves them in a log, don't make a text binary; nothing but NUL is binary as far as it can be seen.
pub fn content(head: &[u8]) -> Content {
    let head = &head[..head.len().min(HEAD)];
    if BINARY_MAGIC.iter().any(|magic| head.starts_with(magic)) {
        return Content::Binary;
    }
    let behind = &head[leading_gap(head)..];
    if utf32_bom(behind).is_some() || bom(behind).is_some() {
        return Content::Text;
    }
    if let Some((narrow, _)) = wide_from(behind)
        && narrow > 0
    {
        // What was appended is text; is what stands before it?
        return content(&behind[..narrow]);
    }
    if utf16_at_head(behind).is_some() {
        return Content::Text;
    }
    let (mut text, mut nul, mut control, mut nul_run) = (0usize, 0usize, 0usize, 0usize);
    for &byte in head {
        if byte == 0 {
            nul_run += 1;
            continue;
        }
        if nul_run < GAP {
            nul += nul_run;
        }
        nul_run = 0;
        if is_control(byte) {
            control += 1;
        } else {
            text += 1;
        }
    }
    if text == 0 && !head.is_empty() {
        return Content::Binary;
    }
    // Random bytes hold 9 % of such controls; logs hold none, bar a few that a terminal left.
    if (control + nul) * 50 <= head.len() && nul * 100 <= text {
        return Content::Text;
    }
    let sound = |line: &&[u8]| {
        line.len() >= SOUND_LINE
            && line.ends_with(b"\n")
            && !line.iter().any(|&byte| byte == 0 || is_control(byte))
            && (std::str::from_utf8(line).is_ok() || is_everyday_gbk(line))
    };
    let sound: usize = head.split_inclusive(|&byte| byte == b'\n').filter(sound).map(<[u8]>::len).sum();
    if sound * 2 >= text + control + nul { Content::Torn } else { Content::Binary }
}

/// How many NULs stand before a text, as where a file was made longer and the power went before it was written. An even
/// number: behind them may stand UTF-16 that begins with half a NUL.
pub(super) fn leading_gap(bytes: &[u8]) -> usize {
    let nuls = bytes.iter().take_while(|&&byte| byte == 0).count();
    if nuls < GAP { 0 } else { nuls & !1 }
}

/// A control character that no log has, bar what a terminal leaves.
fn is_control(byte: u8) -> bool {
    !matches!(byte, b'\t' | b'\n' | b'\r' | 0x0c | 0x1b | 0x08 | 0x1a) && (byte < 0x20 || byte == 0x7f)
}

/// The encoding by the first bytes of a text; see [`HEAD`].
///
/// `whole` tells that nothing follows `head`, so that a character cut at its end is broken, not torn.
pub fn detect(head: &[u8], whole: bool) -> Detected {
    if let Some(order) = utf32_bom(head) {
        return Detected::Utf32(order);
    }
    if let Some((encoding, length)) = bom(head) {
        return Detected::Known(encoding, length);
    }
    if let Some((narrow, _)) = wide_from(head)
        && narrow > 0
    {
        return detect(&head[..narrow], true);
    }
    if let Some(encoding) = utf16_at_head(head) {
        return Detected::Known(encoding, 0);
    }
    if head.is_ascii() { Detected::Ascii } else { Detected::Known(decide(head, declared(head), whole), 0) }
}

/// Decides on a sample that holds bytes beyond ASCII and is no UTF-16.
///
/// `hint` is what the text declares of itself; it counts only if the bytes agree.
pub fn decide(sample: &[u8], hint: Option<&'static Encoding>, whole: bool) -> &'static Encoding {
    let (valid, broken) = utf8_counts(sample, whole);
    if valid > 0 && (broken * 4 <= valid || mostly_utf8_lines(sample)) {
        return UTF_8;
    }
    // UTF-16 would have been seen before: its declaration was copied with the text from another file.
    if let Some(hint) = hint.filter(|hint| ![UTF_8, UTF_16LE, UTF_16BE].contains(hint))
        && hint.decode_without_bom_handling_and_without_replacement(torn_off(sample)).is_some()
    {
        return if hint == GBK { GB18030 } else { hint };
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(sample, whole);
    let guess = detector.guess(None, Utf8Detection::Deny);
    if guess == GBK || guess == GB18030 || chinese_rather_than(guess, sample) { GB18030 } else { guess }
}

/// The encoding that the beginning of an XML or HTML text declares.
pub fn declared(head: &[u8]) -> Option<&'static Encoding> {
    let head = &head[..head.len().min(1024)];
    for key in [&b"encoding="[..], b"charset="] {
        if let Some(at) = memchr::memmem::find(&head.to_ascii_lowercase(), key) {
            let value = &head[at + key.len()..];
            let value = value.strip_prefix(b"\"").or_else(|| value.strip_prefix(b"'")).unwrap_or(value);
            let end = value.iter().position(|byte| !(byte.is_ascii_alphanumeric() || b"-_:.".contains(byte)));
            return Encoding::for_label(&value[..end.unwrap_or(value.len())]);
        }
    }
    None
}

/// Whether all that is not ASCII in `bytes` reads as everyday Chinese in GBK.
///
/// Everyday means the characters of GB 2312, at least three quarters of them of its first level (the
/// 3,755 commonest), next to its punctuation.
pub fn is_everyday_gbk(bytes: &[u8]) -> bool {
    let pairs = GbPairs::count(bytes);
    pairs.level1 > 0 && pairs.other == 0 && pairs.level1 * 4 >= (pairs.level1 + pairs.level2) * 3
}

fn bom(head: &[u8]) -> Option<(&'static Encoding, usize)> {
    match head {
        [0xef, 0xbb, 0xbf, ..] => Some((UTF_8, 3)),
        [0xff, 0xfe, ..] => Some((UTF_16LE, 2)),
        [0xfe, 0xff, ..] => Some((UTF_16BE, 2)),
        _ => None,
    }
}

/// The mark of UTF-16 with a NUL behind it would begin in the same way; no text begins with that.
fn utf32_bom(head: &[u8]) -> Option<ByteOrder> {
    match head {
        [0xff, 0xfe, 0, 0, _, _, _, 0, ..] => Some(ByteOrder::Little),
        [0, 0, 0xfe, 0xff, ..] => Some(ByteOrder::Big),
        _ => None,
    }
}

/// Bytes looked at behind a place where the encoding may change.
const SEAM: usize = 1024;

/// Fewest bytes that tell of a change: a few words.
const SHORTEST_SEAM: usize = 16;

/// NULs looked at for a change in one block: where there are more, they are no text.
const MOST_NULS: usize = 32;

/// Fewest bytes of a line without its end that are another encoding: fewer characters of UTF-16 look like it by chance.
const FEWEST_NARROW: usize = 8;

/// Where in a text whose bytes of ASCII stand for themselves UTF-16 goes on, and in which byte order: what PowerShell appends
/// with `>>`. A byte order mark there counts to it.
pub(super) fn wide_from(bytes: &[u8]) -> Option<(usize, &'static Encoding)> {
    // Behind a NUL that was looked at the next are those of the same line or gap: they are passed.
    let (mut from, mut looked) = (0, 0);
    while looked < MOST_NULS {
        let nul = from + memchr::memchr(0, &bytes[from..])?;
        let line = memchr::memrchr(b'\n', &bytes[..nul]).map_or(0, |at| at + 1);
        let places = [little_from(bytes, line, nul), big_from(bytes, line, nul)];
        for (at, wanted) in places.into_iter().zip([UTF_16LE, UTF_16BE]).filter_map(|(at, wanted)| Some((at?, wanted)))
        {
            let sample = &bytes[at..bytes.len().min(at + SEAM)];
            if is_wide(sample, wanted) {
                return Some((at, wanted));
            }
        }
        from = nul + bytes[nul..].iter().take_while(|byte| **byte == 0).count();
        looked += 1;
    }
    None
}

/// Where UTF-16LE would begin whose first NUL stands there, in the line that begins at `line`.
fn little_from(bytes: &[u8], line: usize, nul: usize) -> Option<usize> {
    let first = nul.checked_sub(1).filter(|first| *first >= line)?;
    let said = &bytes[line..first];
    let in_step = !(nul - line).is_multiple_of(2);
    // A line whose end was not written stays with what stands before it.
    let torn = is_utf8(said) && (said.is_empty() || said.len() >= FEWEST_NARROW || !in_step);
    if torn { Some(first) } else { in_step.then_some(line) }
}

/// The same of UTF-16BE.
fn big_from(bytes: &[u8], line: usize, nul: usize) -> Option<usize> {
    // Behind half of a line end everything is out of step.
    if line >= 2 && bytes[line - 2] == 0 {
        return None;
    }
    let said = &bytes[line..nul];
    let in_step = (nul - line).is_multiple_of(2);
    let torn = is_utf8(said) && (said.is_empty() || said.len() >= FEWEST_NARROW || !in_step);
    if torn { Some(nul) } else { in_step.then_some(line) }
}

/// Whether bytes are text of UTF-8 without control characters.
fn is_utf8(bytes: &[u8]) -> bool {
    std::str::from_utf8(bytes).is_ok()
        && bytes.iter().all(|&byte| byte >= 0x80 || matches!(byte, b'\t' | b'\r') || is_printable(byte))
}

/// Whether a sample is UTF-16 and not text with NULs in it: as many of its units could be two letters of ASCII as chance has it.
fn is_wide(sample: &[u8], wanted: &'static Encoding) -> bool {
    let sample = &sample[..sample.len() & !1];
    if sample.len() < SHORTEST_SEAM || utf16_without_bom(sample) != Some(wanted) {
        return false;
    }
    let (mut ascii, mut blanks, mut pairs, mut others) = (0, 0, 0, 0);
    for unit in sample.chunks_exact(2) {
        let (low, high) = if wanted == UTF_16LE { (unit[0], unit[1]) } else { (unit[1], unit[0]) };
        match (low, high) {
            (b' ' | b'\n', 0) => blanks += 1,
            (_, 0) => ascii += 1,
            _ if is_printable(low) && is_printable(high) => pairs += 1,
            _ => others += 1,
        }
    }
    blanks > 0 && pairs <= others + ascii / 8
}

/// Where in UTF-16, which `bytes` begin with a unit of, text goes on whose bytes of ASCII stand for themselves: behind the end
/// of a line, as may stand before `bytes`.
pub(super) fn narrow_from(bytes: &[u8], encoding: &'static Encoding, behind_line: bool) -> Option<usize> {
    if behind_line && is_narrow(bytes) {
        return Some(0);
    }
    line_ends(bytes, encoding).find(|end| is_narrow(&bytes[*end..]))
}

/// Where the last line that is whole ends, in UTF-16 that may go on in another encoding, if no more than so few bytes follow
/// that they do not tell.
pub(super) fn undecided_from(bytes: &[u8], encoding: &'static Encoding) -> Option<usize> {
    let from = bytes.len().saturating_sub(UNDECIDED) & !1;
    line_ends(&bytes[from..], encoding).last().map(|end| from + end)
}

/// Bytes at the end of a block that do not tell whether the encoding changes in them.
pub(super) const UNDECIDED: usize = 2 * SHORTEST_SEAM;

/// The ends of lines in UTF-16.
fn line_ends(bytes: &[u8], encoding: &'static Encoding) -> impl Iterator<Item = usize> {
    let (before, behind) = if encoding == UTF_16LE { (0, 1) } else { (1, 0) };
    memchr::memchr_iter(b'\n', bytes).filter_map(move |at| {
        let unit = at.checked_sub(before).filter(|unit| unit.is_multiple_of(2))?;
        (bytes.get(unit + behind) == Some(&0)).then_some(unit + 2)
    })
}

/// Whether bytes begin with a line that is no UTF-16: of ASCII or UTF-8, and so long that it is hardly chance.
fn is_narrow(bytes: &[u8]) -> bool {
    let sample = &bytes[..bytes.len().min(UNDECIDED)];
    let line = memchr::memchr(b'\n', sample).map_or(sample, |end| &sample[..end]);
    let line = match std::str::from_utf8(line) {
        // Torn by the sample's end.
        Err(error) if error.error_len().is_none() => &line[..error.valid_up_to()],
        _ => line,
    };
    line.len() >= SHORTEST_SEAM && is_utf8(line)
}

fn is_printable(byte: u8) -> bool {
    matches!(byte, b' '..=b'~')
}

/// UTF-16 without a mark, all through or up to where another encoding was appended.
fn utf16_at_head(head: &[u8]) -> Option<&'static Encoding> {
    let before_narrow = |encoding: &&'static Encoding| {
        narrow_from(head, encoding, false).is_some_and(|at| utf16_without_bom(&head[..at]) == Some(*encoding))
    };
    utf16_without_bom(head).or_else(|| [UTF_16LE, UTF_16BE].into_iter().find(before_narrow))
}

/// UTF-16 by statistics: nearly every unit is a character that text is made of, in one byte order.
fn utf16_without_bom(head: &[u8]) -> Option<&'static Encoding> {
    if head.len() < 4 {
        return None;
    }
    let units = head.len() / 2;
    let has_nul = memchr::memchr(0, head).is_some();
    // Without one NUL there is no space and no line end: only a few words of pure Chinese can be so,
    // and then both other readings must fail.
    if !has_nul
        && (units > 200
            || head.len() % 2 == 1
            || std::str::from_utf8(head).is_ok()
            || GB18030.decode_without_bom_handling_and_without_replacement(head).is_some())
    {
        return None;
    }
    let little = plausible_units(head, u16::from_le_bytes);
    let big = plausible_units(head, u16::from_be_bytes);
    let (best, other, encoding) = if little >= big { (little, big, UTF_16LE) } else { (big, little, UTF_16BE) };
    // ASCII bytes taken in pairs look like Han; NULs among them don't. One unit in twelve may be odd.
    let enough = if has_nul { best * 12 >= units * 11 } else { best == units };
    (enough && best > other).then_some(encoding)
}

fn plausible_units(head: &[u8], unit: fn([u8; 2]) -> u16) -> usize {
    let mut count = 0;
    for pair in head.chunks_exact(2) {
        count += usize::from(matches!(
            unit([pair[0], pair[1]]),
            0x09 | 0x0a | 0x0d | 0x20..=0x7e | 0xa0..=0xff | 0x2010..=0x2044 | 0x3000..=0x30ff | 0x4e00..=0x9fff | 0xac00..=0xd7a3 | 0xff00..=0xffef
        ));
    }
    count
}

/// Complete multi-byte characters and broken sequences of a sample read as UTF-8.
fn utf8_counts(sample: &[u8], whole: bool) -> (usize, usize) {
    let (mut valid, mut broken) = (0, 0);
    let mut at = 0;
    for chunk in sample.utf8_chunks() {
        valid += chunk.valid().bytes().filter(|byte| *byte >= 0xc0).count();
        at += chunk.valid().len() + chunk.invalid().len();
        let torn = at == sample.len() && !whole && chunk.invalid().len() < 4;
        if !chunk.invalid().is_empty() && !torn {
            broken += 1;
        }
    }
    (valid, broken)
}

/// Whether at least half of the lines that are not ASCII are sound UTF-8, which other encodings hardly ever are:
/// a text to which programs with different code pages write.
fn mostly_utf8_lines(sample: &[u8]) -> bool {
    let (mut sound, mut other) = (0, 0);
    for line in sample.split(|byte| *byte == b'\n').filter(|line| !line.is_ascii()) {
        if std::str::from_utf8(line).is_ok() && !is_everyday_gbk(line) { sound += 1 } else { other += 1 }
    }
    sound > 0 && sound >= other
}

/// The sample without the bytes of a character that its end may have cut.
fn torn_off(sample: &[u8]) -> &[u8] {
    let end = sample.iter().rposition(u8::is_ascii).map_or(sample.len(), |at| at + 1);
    &sample[..end]
}

/// Whether a sample guessed to be something else is Chinese after all.
///
/// Short samples mislead the statistics: a support log often holds but a few Chinese words.
fn chinese_rather_than(guess: &'static Encoding, sample: &[u8]) -> bool {
    let pairs = GbPairs::count(sample);
    let hanzi = pairs.level1 + pairs.level2;
    if pairs.level1 < 2 || pairs.other * 50 > hanzi || pairs.level1 * 4 < hanzi * 3 || pairs.kana * 5 > hanzi {
        return false;
    }
    if guess == EUC_KR {
        // Hangul ends at lead byte C8; a fifth of everyday Chinese lies beyond. Half a dozen characters can be
        // either, and here they are Chinese far more often.
        return hanzi <= 6 || pairs.beyond_hangul * 5 >= hanzi;
    }
    if guess == BIG5 || guess == SHIFT_JIS || guess == EUC_JP {
        // In those, second bytes below A1 are common: none in a longer sample means GB 2312.
        return pairs.other == 0 && hanzi >= 4;
    }
    true
}

/// Pairs of bytes beyond ASCII, counted by where they lie in GB 2312.
#[derive(Default)]
struct GbPairs {
    /// Common characters, leads B0 to D7.
    level1: usize,
    /// Rarer characters, leads D8 to F7.
    level2: usize,
    /// Among the characters, leads C9 and above.
    beyond_hangul: usize,
    /// Kana.
    kana: usize,
    /// What lies outside of GB 2312, or is no pair.
    other: usize,
}

impl GbPairs {
    fn count(bytes: &[u8]) -> Self {
        let mut pairs = GbPairs::default();
        let mut rest = bytes;
        while let Some(start) = rest.iter().position(|byte| !byte.is_ascii()) {
            rest = &rest[start..];
            match rest {
                [lead @ 0xb0..=0xf7, 0xa1..=0xfe, ..] => {
                    if *lead < 0xd8 {
                        pairs.level1 += 1
                    } else {
                        pairs.level2 += 1
                    }
                    pairs.beyond_hangul += usize::from(*lead >= 0xc9);
                }
                [0xa4..=0xa5, 0xa1..=0xfe, ..] => pairs.kana += 1,
                [0xa1..=0xa9, 0xa1..=0xfe, ..] => {}
                [_] => break,
                _ => pairs.other += 1,
            }
            rest = rest.get(2..).unwrap_or_default();
        }
        pairs
    }
}
