//! Looking at lines from a place in one of them, over a bounded stretch.

/// Longest line looked at, in bytes to each side.
const LINE: usize = 2000;

/// Where the line that holds `at` begins, at most [`LINE`] bytes back.
pub(super) fn start(bytes: &[u8], at: usize) -> usize {
    let at = at.min(bytes.len());
    let from = at.saturating_sub(LINE);
    memchr::memrchr(b'\n', &bytes[from..at]).map_or(from, |found| from + found + 1)
}

/// Where the line that holds `at` ends, without its line end, at most [`LINE`] bytes on.
pub(super) fn end(bytes: &[u8], at: usize) -> usize {
    let at = at.min(bytes.len());
    let to = bytes.len().min(at + LINE);
    let end = memchr::memchr(b'\n', &bytes[at..to]).map_or(to, |found| at + found);
    if end > at && bytes[end - 1] == b'\r' { end - 1 } else { end }
}

/// The text from `at` to the end of its line.
pub(super) fn rest(text: &str, at: usize) -> &str {
    slice(text, at, end(text.as_bytes(), at))
}

/// The text from the beginning of the line that holds `at` up to it.
pub(super) fn before(text: &str, at: usize) -> &str {
    slice(text, start(text.as_bytes(), at), at)
}

/// A slice whose ends are moved inwards to character boundaries.
pub(super) fn slice(text: &str, from: usize, to: usize) -> &str {
    let to = text.floor_char_boundary(to.min(text.len()));
    let from = text.ceil_char_boundary(from.min(to));
    text.get(from..to).unwrap_or_default()
}

/// The lines behind the one that holds `at`: their places, within `reach` bytes.
pub(super) fn following(text: &str, at: usize, reach: usize) -> impl Iterator<Item = (usize, &str)> {
    let limit = text.floor_char_boundary(at.saturating_add(reach).min(text.len()));
    let bytes = text.as_bytes();
    let mut next = memchr::memchr(b'\n', &bytes[at.min(limit)..limit]).map(|found| at + found + 1);
    std::iter::from_fn(move || {
        let begin = next.filter(|&begin| begin < limit)?;
        let found = memchr::memchr(b'\n', &bytes[begin..limit]);
        next = found.map(|found| begin + found + 1);
        let line = &text[begin..found.map_or(limit, |found| begin + found)];
        Some((begin, line.strip_suffix('\r').unwrap_or(line)))
    })
}
