//! What a place begins whose first bytes may be an anchor: literals by a hash of these bytes, and what stands around.
//!
//! Places are told apart without a branch, for which of them stand the test is not to be foreseen: by what all literals of
//! a hash have in common in the sixteen bytes around their anchors. A literal is hashed by as many of its bytes as are
//! looked at, so that few have a hash together and much in common.

use super::{
    anchor::FOLD,
    heads::{Heads, LONG, hash},
};

/// Bits of the hashes that choose the literals to compare.
const HASH_BITS: u32 = 13;

/// Literals are hashed by so many bytes from the anchor on: by the most that each has. A short one has three with what may
/// stand behind it.
const LENGTHS: [usize; 3] = [3, 4, LONG];

/// Bytes before an anchor that are looked at, and as many from its beginning on.
const SIDE: usize = 8;
const FOLD_WORD: u64 = 0x0101_0101_0101_0101 * FOLD as u64;

/// Where a literal's anchor stands in it, and what may stand behind its last bytes.
#[derive(Debug)]
pub(super) struct Anchored<'a> {
    pub(super) word: &'a str,
    pub(super) offset: u8,
}

impl Anchored<'_> {
    /// The bytes from the anchor on, folded; as many as are looked at.
    fn known(&self) -> Vec<u8> {
        self.word.bytes().skip(usize::from(self.offset)).take(LONG).map(|byte| byte | FOLD).collect()
    }
}

#[derive(Debug)]
pub(super) struct Sieve {
    heads: Heads,
    /// For each of [`LENGTHS`], by hash: the number of a bucket.
    numbers: [Box<Numbers>; LENGTHS.len()],
    buckets: Vec<Bucket>,
    entries: Vec<Entry>,
}

type Numbers = [u16; 1 << HASH_BITS];

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
        let mut heads = Heads::new();
        let mut listed: [Vec<Vec<Entry>>; LENGTHS.len()] = std::array::from_fn(|_| vec![Vec::new(); 1 << HASH_BITS]);
        for (place, literal) in literals {
            let known = literal.known();
            let [_, _, rest @ ..] = known.as_slice() else { continue };
            let entry = Entry { sides: Sides::of(&literal), place, offset: literal.offset };
            let thirds = rest.first().map_or(behind, std::slice::from_ref);
            let by = LENGTHS.iter().rposition(|&length| known.len() >= length).unwrap_or(0);
            for &third in thirds {
                let mut head = [0; SIDE];
                head[..known.len()].copy_from_slice(&known);
                head[2] = third;
                let head = u64::from_le_bytes(head);
                heads.add(head, known.len());
                let own = &mut listed[by][hash(head, LENGTHS[by], HASH_BITS)];
                if own.last().is_none_or(|last| last.place != place) {
                    own.push(entry);
                }
            }
        }
        // Its bytes stand nowhere: all are folded.
        let nothing = Sides { before_mask: u64::from(FOLD), ..Sides::default() };
        let mut sieve = Sieve {
            heads,
            numbers: std::array::from_fn(|_| Box::new([0; 1 << HASH_BITS])),
            buckets: vec![Bucket { sides: nothing, ..Bucket::default() }],
            entries: Vec::new(),
        };
        sieve.numbers = listed.map(|listed| sieve.numbers(listed));
        sieve
    }

    /// Puts the literals of each hash into a bucket; the numbers of the buckets.
    fn numbers(&mut self, listed: Vec<Vec<Entry>>) -> Box<Numbers> {
        let mut numbers = Box::new([0_u16; 1 << HASH_BITS]);
        for (number, own) in numbers.iter_mut().zip(listed) {
            let Some(sides) = own.iter().map(|entry| entry.sides).reduce(Sides::common) else { continue };
            let begin = short(self.entries.len());
            self.entries.extend(own);
            *number = short(self.buckets.len());
            self.buckets.push(Bucket { sides, begin, end: short(self.entries.len()) });
        }
        numbers
    }

    /// Which places may begin an anchor, by their first bytes alone.
    pub(super) fn heads(&self) -> &Heads {
        &self.heads
    }

    /// Keeps those of the places, given as distances from `window`, where a literal may have its anchor; how many.
    pub(super) fn sift(&self, bytes: &[u8], window: usize, places: &mut [u16]) -> usize {
        let mut sure = 0;
        for index in 0..places.len() {
            let place = places[index];
            let (before, behind) = sides(bytes, window + usize::from(place));
            let [short, middle, long] = self.buckets(behind);
            let short = short.sides.allow(before, behind);
            let middle = middle.sides.allow(before, behind);
            let long = long.sides.allow(before, behind);
            places[sure] = place;
            sure += usize::from(short | middle | long);
        }
        sure
    }

    /// Hands on the literals that may have their anchor at a place.
    #[inline]
    pub(super) fn each_at(&self, bytes: &[u8], at: usize, mut each: impl FnMut(&Entry)) {
        let (before, behind) = sides(bytes, at);
        for bucket in self.buckets(behind) {
            if bucket.sides.allow(before, behind) {
                for entry in &self.entries[usize::from(bucket.begin)..usize::from(bucket.end)] {
                    if entry.sides.allow(before, behind) {
                        each(entry);
                    }
                }
            }
        }
    }

    /// The buckets for the bytes from a place on.
    #[inline(always)]
    fn buckets(&self, behind: u64) -> [&Bucket; LENGTHS.len()] {
        let [short, middle, long] = &self.numbers;
        let [three, four, six] = LENGTHS;
        let short = short[hash(behind, three, HASH_BITS)];
        let middle = middle[hash(behind, four, HASH_BITS)];
        let long = long[hash(behind, six, HASH_BITS)];
        [&self.buckets[usize::from(short)], &self.buckets[usize::from(middle)], &self.buckets[usize::from(long)]]
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
    #[inline(always)]
    fn allow(&self, before: u64, behind: u64) -> bool {
        (before ^ self.before) & self.before_mask | (behind ^ self.behind) & self.behind_mask == 0
    }
}

/// The bytes before a place and from it on, folded.
#[inline(always)]
fn sides(bytes: &[u8], at: usize) -> (u64, u64) {
    if at < SIDE {
        return sides_at_edge(bytes, at);
    }
    let Some(around) = bytes.get(at - SIDE..).unwrap_or_default().first_chunk::<{ 2 * SIDE }>() else {
        return sides_at_edge(bytes, at);
    };
    let both = u128::from_le_bytes(*around);
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
