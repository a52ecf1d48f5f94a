//! What the rules may cost: bytes that their regexes look at, for each stretch of text.
//!
//! Bytes, not time: the same text gives the same result on every machine and with every number of threads. A stretch is
//! a mail body or a chunk of a log (256 kB). A look that finds something costs what it matched, one that
//! finds nothing costs the window that it may have read.

/// Bytes free for each stretch, for all rules together: a mail must not lose a rule because it is short.
pub const FREE: usize = 16 << 10;

/// All rules together may look at one byte for so many bytes of text.
pub const SHARE: usize = 4;

/// Bytes that a look costs at least: the call itself.
pub(super) const LEAST: usize = 4;

/// Bytes that all rules together may look at in a stretch of this length.
pub fn allowance(length: usize) -> usize {
    FREE.saturating_add(length / SHARE)
}
