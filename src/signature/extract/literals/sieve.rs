//! What a place that the filter listed begins: anchors by a hash of their bytes, and what stands around each.
//!
//! Places are told apart in two steps, both without a branch, for which of them stand the test is not to be foreseen:
//! a small table by the hash of three bytes, and what all literals of that hash have in common in the sixteen bytes
//! around their anchors.

use super::anchor::{ANCHOR, FOLD};

/// Bits of the hash of three bytes that chooses the literals to compare: its table fits the first-level cache.
const HASH_BITS: u32 = 13;

/// Bytes before an anchor that are looked at, and as many from its beginning on.
const SIDE: usize = 8;
const FOLD_WORD: u64 = 0x0101_0101_0101_0101 * FOLD as u64;

/// Where a literal's anchor stands in it, and what may stand behind its last bytes.
#[derive(Debug)]
pub(super) struct Anchored<'a> {
    pub(super) word: &'a str,
    pub(super) offset: u8,
    pub(super) anchor: &'a [u8],
}

#[derive(Debug)]
pub(super) struct Sieve {
    /// By the hash of an anchor's first three bytes: bit 0 if there is no fourth, else the class of the fourth.
    heads: Box<[u8; 1 << HASH_BITS]>,
    /// The class that a fourth byte belongs to, and bit 0.
    classes: [u8; 256],
    /// By the same hash: the number of the bucket.
    numbers: Box<[u16; 1 << HASH_BITS]>,
    buckets: Vec<Bucket>,
    entries: Vec<Entry>,
}

/// The literals of one hash: what they have in common, folded, and where they are in the list.
#[derive(Debug, Clone, Copy, Default)]
struct Bucket {
    sides: Sides,
    begin: u16,
    end: u16,
}

/// The bytes around a place.
#[derive(Debug, Clone, Copy, Default)]
struct Sides {
    before: u64,
    before_mask: u64,
    behind: u64,
    behind_mask: u64,
}

/// A literal that may stand where its anchor does.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entry {
    sides: Sides,
    /// Its number.
    pub(super) place: u16,
    /// Where in the literal the anchor begins.
    pub(super) offset: u8,
}

impl Sieve {
    /// A sieve for literals by their numbers; behind an anchor of two bytes stands one of `behind`.
    pub(super) fn new<'a>(literals: impl Iterator<Item = (u16, Anchored<'a>)>, behind: &[u8]) -> Self {
        let mut heads = Box::new([0_u8; 1 << HASH_BITS]);
        let mut listed: Vec<Vec<Entry>> = vec![Vec::new(); 1 << HASH_BITS];
        for (place, literal) in literals {
            let &[first, second, ref rest @ ..] = literal.anchor else { continue };
            let entry = Entry { sides: Sides::of(&literal), place, offset: literal.offset };
            let thirds = rest.first().map_or(behind, std::slice::from_ref);
            for &third in thirds {
                let hash = hash(u32::from_le_bytes([first, second, third, 0]));
                heads[hash] |= rest.get(1).map_or(1, |&fourth| class(fourth));
                if listed[hash].last().is_none_or(|last| last.place != place) {
                    listed[hash].push(entry);
                }
            }
        }
        let mut numbers = Box::new([0_u16; 1 << HASH_BITS]);
        // The first stands for what no literal has.
        let (mut buckets, mut entries) = (vec![Bucket::default()], Vec::new());
        for (number, own) in numbers.iter_mut().zip(listed) {
            let Some(sides) = own.iter().map(|entry| entry.sides).reduce(Sides::common) else { continue };
            let begin = short(entries.len());
            entries.extend(own);
            *number = short(buckets.len());
            buckets.push(Bucket { sides, begin, end: short(entries.len()) });
        }
        let classes = std::array::from_fn(|byte| class(byte as u8) | 1);
        Sieve { heads, classes, numbers, buckets, entries }
    }

    /// Keeps those of the places, given as distances from `window`, where a literal may have its anchor; how many.
    pub(super) fn sift(&self, bytes: &[u8], window: usize, places: &mut [u16]) -> usize {
        let heads: &[u8; 1 << HASH_BITS] = &self.heads;
        let text = bytes.get(window..).unwrap_or_default();
        let mut likely = 0;
        for index in 0..places.len() {
            let place = places[index];
            let head = head(text, usize::from(place));
            // Written in any case and counted if it is one: a branch would be mispredicted half of the time.
            places[likely] = place;
            likely += usize::from(heads[hash(head)] & self.classes[(head >> 24) as usize] != 0);
        }
        let mut sure = 0;
        for index in 0..likely.min(places.len()) {
            let place = places[index];
            let (before, behind) = sides(bytes, window + usize::from(place));
            let bucket = &self.buckets[usize::from(self.numbers[hash(behind as u32)])];
            places[sure] = place;
            sure += usize::from(bucket.sides.allow(before, behind));
        }
        sure
    }

    /// The literals that may have their anchor at a place.
    pub(super) fn at(&self, bytes: &[u8], at: usize) -> impl Iterator<Item = &Entry> {
        let (before, behind) = sides(bytes, at);
        let bucket = &self.buckets[usize::from(self.numbers[hash(behind as u32)])];
        let entries = &self.entries[usize::from(bucket.begin)..usize::from(bucket.end)];
        entries.iter().filter(move |entry| entry.sides.allow(before, behind))
    }
}

impl Sides {
    /// What stands around the anchor where a literal stands.
    fn of(literal: &Anchored<'_>) -> Self {
        let (mut bytes, mut mask) = ([0_u8; 2 * SIDE], [0_u8; 2 * SIDE]);
        // The anchor begins in the middle.
        let places = (SIDE + literal.word.len()).saturating_sub(usize::from(literal.offset) + literal.word.len());
        let skipped = usize::from(literal.offset).saturating_sub(SIDE);
        for (at, byte) in (places..2 * SIDE).zip(literal.word.bytes().skip(skipped)) {
            bytes[at] = byte | FOLD;
            mask[at] = u8::MAX;
        }
        let [[before, behind], [before_mask, behind_mask]] = [bytes, mask].map(|bytes| {
            let (before, behind) = bytes.split_at(SIDE);
            [before, behind].map(|side| u64::from_le_bytes(side.try_into().unwrap_or_default()))
        });
        Sides { before, before_mask, behind, behind_mask }
    }

    /// What two have in common.
    fn common(self, other: Sides) -> Self {
        // Which bytes of two words are the same.
        let same = |one: u64, other: u64| {
            let differs = (one ^ other).to_le_bytes();
            u64::from_le_bytes(differs.map(|byte| if byte == 0 { u8::MAX } else { 0 }))
        };
        let before_mask = self.before_mask & other.before_mask & same(self.before, other.before);
        let behind_mask = self.behind_mask & other.behind_mask & same(self.behind, other.behind);
        Sides { before: self.before & before_mask, before_mask, behind: self.behind & behind_mask, behind_mask }
    }

    /// Whether these bytes, folded, may stand around the anchor.
    #[inline]
    fn allow(&self, before: u64, behind: u64) -> bool {
        (before ^ self.before) & self.before_mask | (behind ^ self.behind) & self.behind_mask == 0
    }
}

/// The four bytes at a place, folded; what is behind the text's end is nothing that a literal has.
#[inline]
fn head(bytes: &[u8], at: usize) -> u32 {
    match bytes.get(at..).and_then(|rest| rest.first_chunk::<ANCHOR>()) {
        Some(head) => u32::from_le_bytes(*head) | FOLD_WORD as u32,
        None => sides_at_edge(bytes, at).1 as u32,
    }
}

/// The bytes before a place and from it on, folded.
#[inline]
fn sides(bytes: &[u8], at: usize) -> (u64, u64) {
    let around = at.checked_sub(SIDE).and_then(|from| bytes.get(from..from + 2 * SIDE));
    let Some(around) = around.and_then(|around| <[u8; 2 * SIDE]>::try_from(around).ok()) else {
        return sides_at_edge(bytes, at);
    };
    let both = u128::from_le_bytes(around);
    (both as u64 | FOLD_WORD, (both >> 64) as u64 | FOLD_WORD)
}

/// The same near the beginning or the end of a text.
#[cold]
fn sides_at_edge(bytes: &[u8], at: usize) -> (u64, u64) {
    let mut around = [0; 2 * SIDE];
    for (place, byte) in around.iter_mut().enumerate() {
        *byte = (at + place).checked_sub(SIDE).and_then(|at| bytes.get(at)).copied().unwrap_or(0);
    }
    let both = u128::from_le_bytes(around);
    (both as u64 | FOLD_WORD, (both >> 64) as u64 | FOLD_WORD)
}

fn short(number: usize) -> u16 {
    u16::try_from(number).unwrap_or(u16::MAX)
}

/// Multiplicative hash (Knuth) of the three low bytes: the upper bits of the product depend on all of them.
#[inline]
fn hash(head: u32) -> usize {
    ((head & 0x00FF_FFFF).wrapping_mul(0x9E37_79B1) >> (32 - HASH_BITS)) as usize
}

/// One of seven classes of fourth bytes, as a bit.
fn class(fourth: u8) -> u8 {
    2 << ((fourth | FOLD) % 7)
}
