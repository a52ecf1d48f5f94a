//! A place in a short text that moves on as pieces are read.

/// Reads pieces of a text from its beginning. A piece that is not there leaves the cursor where it is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cursor<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Cursor<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Cursor { text, at: 0 }
    }

    /// Bytes read so far.
    pub(super) fn at(&self) -> usize {
        self.at
    }

    pub(super) fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    /// A number of `min` to `max` digits with no further digit behind it, and how many digits it has.
    pub(super) fn number(&mut self, min: usize, max: usize) -> Option<(u64, usize)> {
        let count = super::super::stamp::digits(self.rest(), min, max)?;
        let value = self.rest()[..count].parse().ok()?;
        self.at += count;
        Some((value, count))
    }

    /// A number of one or two digits.
    pub(super) fn short(&mut self) -> Option<u16> {
        self.number(1, 2).and_then(|(value, _)| value.try_into().ok())
    }

    /// The next `count` digits, whatever follows them.
    pub(super) fn fixed(&mut self, count: usize) -> Option<u16> {
        let digits = self.rest().get(..count)?;
        let value = digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok())??;
        self.at += count;
        Some(value)
    }

    pub(super) fn eat(&mut self, word: &str) -> bool {
        let found = self.rest().starts_with(word);
        self.at += if found { word.len() } else { 0 };
        found
    }

    pub(super) fn eat_one(&mut self, chars: &[char]) -> Option<char> {
        let found = self.peek().filter(|c| chars.contains(c))?;
        self.at += found.len_utf8();
        Some(found)
    }

    /// Passes over at most `most` blanks and tabs, and says how many there were.
    pub(super) fn blanks(&mut self, most: usize) -> usize {
        let count = self.rest().bytes().take(most).take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        self.at += count;
        count
    }

    /// A word of ASCII letters of at most `most` bytes.
    pub(super) fn word(&mut self, most: usize) -> Option<&'t str> {
        let rest = self.rest();
        let count = rest.bytes().take(most + 1).take_while(u8::is_ascii_alphabetic).count();
        (1..=most).contains(&count).then(|| {
            self.at += count;
            &rest[..count]
        })
    }

    /// Reads a piece; where it gives nothing, the cursor stays.
    pub(super) fn attempt<T>(&mut self, read: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        let before = self.at;
        let found = read(self);
        if found.is_none() {
            self.at = before;
        }
        found
    }
}
