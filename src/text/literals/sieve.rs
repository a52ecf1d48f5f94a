//! What a place begins whose first bytes may be an anchor: literals by a hash of these bytes, and what stands around.
//!
//! Places are told apart without a branch, for which of them stand the test is not to be foreseen: by what all literals of
//! a hash have in common in the sixteen bytes around their anchors. A literal is hashed by as many of its bytes as are
//! looked at, so that few have a hash together and much in common.

use super::{
    anchor::FOLD,
    heads::{Heads, LONG, hash},
};

/// Literals are hashed by so many bytes from the anchor on: by the most that each has. A short one has three with what may
/// stand behind it.
const LENGTHS: [usize; 3] = [3, 4, LONG];

/// Bits of the hashes that choose the literals to compare. Most are long; the tables of the others leave room in the
/// first-level cache.
const BITS: [u32; LENGTHS.len()] = [10, 11, 13];

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
    numbers: Numbers,
    buckets: Vec<Bucket>,
    entries: Vec<Entry>,
}

type Numbers = (Box<[u16; 1 << BITS[0]]>, Box<[u16; 1 << BITS[1]]>, Box<[u16; 1 << BITS[2]]>);

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
        let mut listed: [Vec<Vec<Entry>>; LENGTHS.len()] = BITS.map(|bits| vec![Vec::new(); 1 << bits]);
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
                let own = &mut listed[by][hash(head, LENGTHS[by], BITS[by])];
                if own.last().is_none_or(|last| last.place != place) {
                    own.push(entry);
                }
            }
        }
        // Its bytes stand nowhere: all are folded.
        let nothing = Sides { before_mask: u64::from(FOLD), ..Sides::default() };
        let mut buckets = vec![Bucket { sides: nothing, ..Bucket::default() }];
        let mut entries = Vec::new();
        let [short, middle, long] = listed;
        let short = numbers(short, &mut buckets, &mut entries);
        let middle = numbers(middle, &mut buckets, &mut entries);
        let long = numbers(long, &mut buckets, &mut entries);
        Sieve { heads, numbers: (short, middle, long), buckets, entries }
    }

    /// Which places may begin an anchor, by their first bytes alone.
    pub(super) fn heads(&self) -> &Heads {
        &self.heads
    }

    /// Writes down for which of the places, given as distances from `window`, which bucket has literals that may have their
    /// anchor there; how many there are.
    pub(super) fn sift(&self, bytes: &[u8], window: usize, places: &[u16], sure: &mut Vec<Sure>) -> usize {
        // Each place may have one of each length, and one more is written than counts.
        let needed = LENGTHS.len() * (places.len() + 1);
        if sure.len() < needed {
            sure.resize(needed, Sure::default());
        }
        let mut sifted = 0;
        for &place in places {
            let (before, behind) = sides(bytes, window + usize::from(place));
            let [short, middle, long] = self.numbers_at(behind);
            let allows = |bucket: u16| usize::from(self.buckets[usize::from(bucket)].sides.allow(before, behind));
            // Written in any case and counted if it is one: which are is not to be foreseen.
            sure[sifted] = Sure { place, bucket: short };
            sifted += allows(short);
            sure[sifted] = Sure { place, bucket: middle };
            sifted += allows(middle);
            sure[sifted] = Sure { place, bucket: long };
            sifted += allows(long);
        }
        sifted
    }

    /// Hands on the literals that may have their anchor at a place.
    #[inline]
    pub(super) fn each_at(&self, bytes: &[u8], at: usize, sure: Sure, mut each: impl FnMut(&Entry)) {
        let bucket = &self.buckets[usize::from(sure.bucket)];
        let entries = &self.entries[usize::from(bucket.begin)..usize::from(bucket.end)];
        if let [entry] = entries {
            // What all literals of the bucket have in common is all that it has.
            return each(entry);
        }
        let (before, behind) = sides(bytes, at);
        entries.iter().filter(|entry| entry.sides.allow(before, behind)).for_each(each);
    }

    /// The numbers of the buckets for the bytes from a place on.
    #[inline(always)]
    fn numbers_at(&self, behind: u64) -> [u16; LENGTHS.len()] {
        let (short, middle, long) = &self.numbers;
        // One by one: what arrays do with closures is compiled as calls.
        let short = short[hash(behind, LENGTHS[0], BITS[0])];
        let middle = middle[hash(behind, LENGTHS[1], BITS[1])];
        let long = long[hash(behind, LENGTHS[2], BITS[2])];
        [short, middle, long]
    }
}

/// A place, as its distance from its window, and the number of a bucket whose literals may have their anchor there.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Sure {
    pub(super) place: u16,
    bucket: u16,
}

/// Puts the literals of each hash into a bucket; the numbers of the buckets.
fn numbers<const HASHES: usize>(
    listed: Vec<Vec<Entry>>,
    buckets: &mut Vec<Bucket>,
    entries: &mut Vec<Entry>,
) -> Box<[u16; HASHES]> {
    let mut numbers = Box::new([0; HASHES]);
    for (number, own) in numbers.iter_mut().zip(listed) {
        let Some(sides) = own.iter().map(|entry| entry.sides).reduce(Sides::common) else { continue };
        let begin = short(entries.len());
        entries.extend(own);
        *number = short(buckets.len());
        buckets.push(Bucket { sides, begin, end: short(entries.len()) });
    }
    numbers
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

/// The same near the beginning or the end of a text, behind which zeros stand.
#[cold]
fn sides_at_edge(bytes: &[u8], at: usize) -> (u64, u64) {
    let (Some(first), Some(last)) = (bytes.first_chunk::<SIDE>(), bytes.last_chunk::<SIDE>()) else {
        return sides_of_short(bytes, at);
    };
    let whole = |from: usize| bytes.get(from..).unwrap_or_default().first_chunk::<SIDE>().copied();
    // Shifted to where they stand; more than a word is nothing.
    let before = match at.checked_sub(SIDE) {
        Some(from) => whole(from).map_or(0, u64::from_le_bytes),
        None => u64::from_le_bytes(*first).checked_shl(8 * (SIDE - at) as u32).unwrap_or(0),
    };
    let behind = match whole(at) {
        Some(behind) => u64::from_le_bytes(behind),
        None => {
            let missing = (at + SIDE - bytes.len()).min(SIDE);
            u64::from_le_bytes(*last).checked_shr(8 * missing as u32).unwrap_or(0)
        }
    };
    (before | FOLD_WORD, behind | FOLD_WORD)
}

/// The same in a text that is shorter than what is looked at.
#[cold]
fn sides_of_short(bytes: &[u8], at: usize) -> (u64, u64) {
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
