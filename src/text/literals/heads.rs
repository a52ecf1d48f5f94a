//! Whether the bytes at a place may begin an anchor, told without a branch: which places do is not to be foreseen.
//!
//! Literals that go on behind the anchor are looked up by six bytes, of which hardly any stand in a text by chance; only
//! those that end before are looked up by fewer.

use super::anchor::{ANCHOR, FOLD};

/// Bytes at a place that are looked at.
pub(super) const HEAD: usize = 8;

/// Bytes from an anchor's beginning on by which long literals are told apart.
pub(super) const LONG: usize = 6;

/// Bits of the hash of the first three bytes: its table fits the first-level cache.
const SHORT_BITS: u32 = 13;

/// Bits of the hash of six bytes, for each of which there is one bit.
const LONG_BITS: u32 = 16;

#[derive(Debug)]
pub(super) struct Heads {
    /// By the hash of the first three bytes: bit 0 if there is no fourth, else the class of the fourth.
    short: Box<[u8; 1 << SHORT_BITS]>,
    /// The class that a fourth byte belongs to, and bit 0.
    classes: [u8; 256],
    /// A bit for each hash of six bytes.
    long: Box<[u8; 1 << (LONG_BITS - 3)]>,
}

impl Heads {
    pub(super) fn new() -> Self {
        Heads {
            short: Box::new([0; 1 << SHORT_BITS]),
            classes: std::array::from_fn(|byte| class(byte as u8) | 1),
            long: Box::new([0; 1 << (LONG_BITS - 3)]),
        }
    }

    /// Adds the beginning of an anchor, of which so many bytes are known: three at least.
    pub(super) fn add(&mut self, head: u64, known: usize) {
        if known >= LONG {
            let hash = hash(head, LONG, LONG_BITS);
            self.long[hash >> 3] |= 1 << (hash & 7);
        } else {
            self.short[hash(head, 3, SHORT_BITS)] |= if known < ANCHOR { 1 } else { class((head >> 24) as u8) };
        }
    }

    /// Whether these bytes, folded, may begin an anchor.
    #[inline(always)]
    pub(super) fn may_begin(&self, head: u64) -> bool {
        let short = self.short[hash(head, 3, SHORT_BITS)] & self.classes[(head >> 24) as usize & 0xFF];
        let hash = hash(head, LONG, LONG_BITS);
        let long = self.long[hash >> 3] >> (hash & 7) & 1;
        short | long != 0
    }

    /// Keeps those of the places, given as distances from `window`, that may begin an anchor; how many.
    pub(super) fn keep(&self, bytes: &[u8], window: usize, places: &mut [u16]) -> usize {
        let text = bytes.get(window..).unwrap_or_default();
        let mut kept = 0;
        for index in 0..places.len() {
            let place = places[index];
            // Written in any case and counted if it is one: a branch would be mispredicted half of the time.
            places[kept] = place;
            kept += usize::from(self.may_begin(head(text, usize::from(place))));
        }
        kept
    }
}

/// The bytes at a place, folded; what is behind the text's end is nothing that a literal has.
#[inline(always)]
fn head(bytes: &[u8], at: usize) -> u64 {
    match bytes.get(at..).unwrap_or_default().first_chunk::<HEAD>() {
        Some(head) => fold(u64::from_le_bytes(*head)),
        None => head_at_end(bytes, at),
    }
}

#[cold]
fn head_at_end(bytes: &[u8], at: usize) -> u64 {
    let mut head = [0; HEAD];
    let rest = bytes.get(at..).unwrap_or_default();
    head.iter_mut().zip(rest).for_each(|(byte, &own)| *byte = own);
    fold(u64::from_le_bytes(head))
}

#[inline(always)]
pub(super) fn fold(bytes: u64) -> u64 {
    bytes | (0x0101_0101_0101_0101 * FOLD as u64)
}

/// Multiplicative hash (Knuth) of the first bytes: the upper bits of the product depend on all of them.
#[inline(always)]
pub(super) fn hash(head: u64, length: usize, bits: u32) -> usize {
    ((head << (64 - 8 * length)).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> (64 - bits)) as usize
}

/// One of seven classes of fourth bytes, as a bit.
fn class(fourth: u8) -> u8 {
    2 << ((fourth | FOLD) % 7)
}
