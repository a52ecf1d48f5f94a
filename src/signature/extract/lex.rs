//! Small readers over bytes that all recognizers share.
//!
//! Offsets are byte offsets into the folded text. Only ASCII is looked at, so that every offset
//! handed back next to an ASCII byte is a character boundary; Han characters count as no word, so
//! that `错误5，` needs no blanks.

use std::ops::Range;

/// Whether a byte belongs to an ASCII word.
#[inline]
pub(super) fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// The byte at an offset, 0 past the end.
#[inline]
pub(super) fn byte(bytes: &[u8], at: usize) -> u8 {
    bytes.get(at).copied().unwrap_or(0)
}

/// The byte before an offset, 0 at the beginning.
#[inline]
pub(super) fn before(bytes: &[u8], at: usize) -> u8 {
    if at == 0 { 0 } else { byte(bytes, at - 1) }
}

/// No word character stands before `at`.
#[inline]
pub(super) fn starts_word(bytes: &[u8], at: usize) -> bool {
    !is_word(before(bytes, at))
}

/// No word character stands at `at`.
#[inline]
pub(super) fn ends_word(bytes: &[u8], at: usize) -> bool {
    !is_word(byte(bytes, at))
}

/// First offset from `at` whose byte does not satisfy `test`, looking at no more than `limit` bytes.
#[inline]
pub(super) fn skip_while(bytes: &[u8], at: usize, limit: usize, test: impl Fn(u8) -> bool) -> usize {
    let end = bytes.len().min(at.saturating_add(limit));
    let mut at = at;
    while at < end && test(bytes[at]) {
        at += 1;
    }
    at
}

/// Offset to which one can go back from `at` over bytes that satisfy `test`, at most `limit`.
#[inline]
pub(super) fn back_while(bytes: &[u8], at: usize, limit: usize, test: impl Fn(u8) -> bool) -> usize {
    let end = at.saturating_sub(limit);
    let mut at = at;
    while at > end && test(bytes[at - 1]) {
        at -= 1;
    }
    at
}

/// Whether a colour ends before `at` whose escape was lost or written out: `[31m`, `\\u001b[1;31m`.
pub(super) fn after_colour(bytes: &[u8], at: usize) -> bool {
    let Some(mark) = at.checked_sub(1).filter(|&mark| bytes[mark] == b'm') else { return false };
    let start = back_while(bytes, mark, 8, |byte| byte.is_ascii_digit() || byte == b';');
    start < mark && before(bytes, start) == b'['
}

/// Where the escape of a line end or a tab begins that ends at `at`: a message inside JSON has `Status:\t0xC000006D`.
pub(super) fn escape_before(bytes: &[u8], at: usize) -> Option<usize> {
    let start = at.checked_sub(2)?;
    // Of a doubled backslash the letter is the beginning of a name.
    (bytes[start] == b'\\' && matches!(bytes[start + 1], b'n' | b'r' | b't') && before(bytes, start) != b'\\')
        .then_some(start)
}

/// Past blanks and tabs, at most 16.
#[inline]
pub(super) fn skip_blanks(bytes: &[u8], at: usize) -> usize {
    skip_while(bytes, at, 16, |byte| byte == b' ' || byte == b'\t')
}

/// Past decimal digits, at most 40.
#[inline]
pub(super) fn skip_digits(bytes: &[u8], at: usize) -> usize {
    skip_while(bytes, at, 40, |byte| byte.is_ascii_digit())
}

/// Whether `bytes` has `word` (lower case) at `at`, ASCII case ignored.
#[inline(always)]
pub(super) fn has(bytes: &[u8], at: usize, word: &str) -> bool {
    // The first byte decides nearly always; comparing costs a call.
    if let (Some(&byte), Some(&first)) = (bytes.get(at), word.as_bytes().first())
        && (byte ^ first) & !0x20 != 0
    {
        return false;
    }
    has_whole(bytes, at, word)
}

#[inline(never)]
fn has_whole(bytes: &[u8], at: usize, word: &str) -> bool {
    bytes.get(at..at.saturating_add(word.len())).is_some_and(|part| part.eq_ignore_ascii_case(word.as_bytes()))
}

/// Whether `word` (lower case) ends at `end`, ASCII case ignored, and does not begin within a word.
#[inline]
pub(super) fn has_before(bytes: &[u8], end: usize, word: &str) -> bool {
    let Some(start) = end.checked_sub(word.len()) else { return false };
    let first = word.as_bytes().first().copied().unwrap_or(b' ');
    has(bytes, start, word) && (!is_word(first) || starts_word(bytes, start))
}

/// Past the first of `words` that stands at `at`.
#[inline]
pub(super) fn skip_any(bytes: &[u8], at: usize, words: &[&str]) -> Option<usize> {
    words.iter().find(|word| has(bytes, at, word)).map(|word| at + word.len())
}

/// Words (lower case) that are looked for, with the bytes that they begin with: at most places stands none of these.
pub(super) struct Words<'w> {
    words: &'w [&'w str],
    /// One bit for each byte.
    begins: [u64; 4],
}

impl<'w> Words<'w> {
    pub(super) const fn new(words: &'w [&'w str]) -> Self {
        let mut begins = [0; 4];
        let mut place = 0;
        while place < words.len() {
            if let Some(&first) = words[place].as_bytes().first() {
                begins[(first >> 6) as usize] |= 1 << (first & 63);
                let upper = first.to_ascii_uppercase();
                begins[(upper >> 6) as usize] |= 1 << (upper & 63);
            }
            place += 1;
        }
        Words { words, begins }
    }

    #[inline]
    fn may_begin_with(&self, byte: u8) -> bool {
        self.begins[usize::from(byte >> 6)] >> (byte & 63) & 1 != 0
    }

    /// Past the first of the words that stands at `at`.
    pub(super) fn skip(&self, bytes: &[u8], at: usize) -> Option<usize> {
        let first = *bytes.get(at)?;
        if self.may_begin_with(first) { skip_any(bytes, at, self.words) } else { None }
    }

    /// The first place in `range` where one of the words stands. For short stretches.
    #[inline]
    pub(super) fn find(&self, bytes: &[u8], range: Range<usize>) -> Option<Range<usize>> {
        let end = range.end.min(bytes.len());
        let window = bytes.get(range.start..end).unwrap_or_default();
        window.iter().enumerate().filter(|&(_, &byte)| self.may_begin_with(byte)).find_map(|(offset, _)| {
            let at = range.start + offset;
            let past = skip_any(bytes, at, self.words)?;
            (past <= end).then_some(at..past)
        })
    }
}

/// Past separators between a label and its value: blanks, `:`, `=`, quotes, brackets, and the
/// words in `also`. At most `limit` bytes.
#[inline]
pub(super) fn skip_separators(bytes: &[u8], at: usize, limit: usize, also: &[&str]) -> usize {
    skip_separators_and(bytes, at, limit, &Words::new(also))
}

/// The same for words that are kept.
pub(super) fn skip_separators_and(bytes: &[u8], at: usize, limit: usize, also: &Words<'_>) -> usize {
    static QUOTED: Words<'_> = Words::new(QUOTES);
    let mut here = at;
    while here < bytes.len() && here - at < limit {
        match bytes[here] {
            b' ' | b'\t' | b':' | b'=' | b'"' | b'\'' | b'`' | b'(' | b'[' | b'#' | b'*' => here += 1,
            b'\\' if here > at && byte(bytes, here + 1) == b't' => here += 2,
            _ => match QUOTED.skip(bytes, here).or_else(|| also.skip(bytes, here)) {
                Some(next) => here = next,
                None => break,
            },
        }
    }
    here
}

/// Opening and closing marks that are no ASCII.
pub(super) const QUOTES: &[&str] = &["“", "”", "‘", "’", "「", "」", "『", "』", "【", "】", "《", "》"];

/// A decimal number at `at`: its value and end. `None` when there is no digit or it is longer than
/// 10 digits, or when it goes on as a word, a version, a time or a longer number.
pub(super) fn decimal(bytes: &[u8], at: usize) -> Option<(u64, usize)> {
    let end = skip_digits(bytes, at);
    if end == at || end - at > 10 || is_word(byte(bytes, end)) {
        return None;
    }
    let goes_on = matches!(byte(bytes, end), b'.' | b':' | b'-' | b'/') && byte(bytes, end + 1).is_ascii_digit()
        // `193:0xc1` says it twice.
        && !has(bytes, end, ":0x");
    let grouped = byte(bytes, end) == b',' && end - at <= 3 && {
        let group = skip_digits(bytes, end + 1);
        group - end == 4
    };
    if goes_on || grouped || byte(bytes, end) == b'%' {
        return None;
    }
    std::str::from_utf8(&bytes[at..end]).ok()?.parse().ok().map(|value| (value, end))
}

/// End of the line that `at` stands in, looking at no more than `limit` bytes.
#[inline]
pub(super) fn line_end(bytes: &[u8], at: usize, limit: usize) -> usize {
    let to = bytes.len().min(at.saturating_add(limit));
    memchr::memchr(b'\n', bytes.get(at..to).unwrap_or_default()).map_or(to, |found| at + found)
}

/// Beginning of the line that `at` stands in, looking at no more than `limit` bytes.
#[inline]
pub(super) fn line_start(bytes: &[u8], at: usize, limit: usize) -> usize {
    let from = at.saturating_sub(limit);
    memchr::memrchr(b'\n', bytes.get(from..at).unwrap_or_default()).map_or(from, |found| from + found + 1)
}

/// The first place in `range` where one of `words` (lower case) stands, ASCII case ignored. For short stretches.
#[inline]
pub(super) fn find_any(bytes: &[u8], range: Range<usize>, words: &[&str]) -> Option<Range<usize>> {
    Words::new(words).find(bytes, range)
}

/// A 32-bit number in hexadecimal at `at`, with `0x` or as eight digits, that ends where a word ends.
pub(super) fn hexadecimal(bytes: &[u8], at: usize) -> Option<(u32, Range<usize>)> {
    let prefixed = has(bytes, at, "0x");
    let start = if prefixed { at + 2 } else { at };
    let end = skip_while(bytes, start, 9, |byte| byte.is_ascii_hexdigit());
    let fits = if prefixed { (1..=8).contains(&(end - start)) } else { end - start == 8 };
    if !fits || !ends_word(bytes, end) {
        return None;
    }
    let digits = std::str::from_utf8(&bytes[start..end]).ok()?;
    u32::from_str_radix(digits, 16).ok().map(|value| (value, at..end))
}
