//! The beginning of a word, ready to be compared.

use super::anchor::FOLD;

/// The first eight bytes of a word in lower case: most are no longer, and one comparison decides.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Head {
    lower: u64,
    /// The case of letters, which does not count.
    fold: u64,
    /// Which of the eight bytes the word has.
    mask: u64,
    length: u32,
}

/// Bytes of a [`Head`].
const HEAD: usize = 8;

impl Head {
    pub(crate) fn new(word: &str) -> Self {
        let (mut lower, mut fold, mut mask) = ([0; HEAD], [0; HEAD], [0; HEAD]);
        for (at, byte) in word.bytes().take(HEAD).enumerate() {
            lower[at] = byte.to_ascii_lowercase();
            fold[at] = if byte.is_ascii_alphabetic() { FOLD } else { 0 };
            mask[at] = u8::MAX;
        }
        let [lower, fold, mask] = [lower, fold, mask].map(u64::from_le_bytes);
        Head { lower, fold, mask, length: u32::try_from(word.len()).unwrap_or(u32::MAX) }
    }

    /// Whether the word begins so at a place of a text; `None` where the text ends too soon to tell at once.
    #[inline]
    pub(crate) fn stands_at(&self, bytes: &[u8], at: usize) -> Option<bool> {
        let text = bytes.get(at..at.checked_add(HEAD)?)?.try_into().ok()?;
        Some((u64::from_le_bytes(text) | self.fold) & self.mask == self.lower)
    }

    /// Whether there is no more of the word.
    #[inline]
    pub(crate) fn is_whole(&self) -> bool {
        self.length as usize <= HEAD
    }

    /// Bytes of the word.
    #[inline]
    pub(super) fn length(&self) -> usize {
        self.length as usize
    }
}
