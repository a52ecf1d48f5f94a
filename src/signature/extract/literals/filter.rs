//! The filter before the search for literals: which places of a text may begin an anchor.
//!
//! The anchors are dealt out to 32 buckets, alike ones together. For each of four bytes and each bucket
//! two tables of 16 say which lower and upper halves of a byte occur there; a place is marked if some
//! bucket allows all four. 64 places are looked up at a time (the *Teddy* of Hyperscan, as in the
//! `aho-corasick` crate, made wide enough for hundreds of literals). Where the processor cannot do that,
//! every place is marked: the tables behind the filter decide alone.

use fearless_simd::{Level, Simd, dispatch, prelude::*, u8x64};

use super::{ANCHOR, FOLD};

/// Places that one mask holds.
pub(super) const LANES: usize = 64;
/// Places per window at most: enough that its beginning does not count, few enough that what is listed of it stays in
/// the first-level cache.
pub(super) const WINDOW: usize = 2048;
/// Masks per window.
pub(super) const MASKS: usize = WINDOW / LANES;

/// Buckets by eights: one bit of a byte each.
const SETS: usize = 4;
const BUCKETS: usize = 8 * SETS;

/// How often a folded byte stands in logs: parts in a thousand, measured over logs of Windows, Linux and Java programs.
fn weight(byte: u8) -> f32 {
    match byte | FOLD {
        b' ' => 117.0,
        b'0' => 58.0,
        b'e' => 57.0,
        b'1' => 39.0,
        b'2' => 32.0,
        b't' | b's' | b'r' | b'a' | b'o' => 35.0,
        b'n' | b'i' | b'-' | b'd' | b'c' | b':' => 27.0,
        b'3'..=b'5' | b'.' | b'l' | b'p' => 20.0,
        b'6'..=b'9' | b'm' | b'u' | b'f' | b'b' => 15.0,
        b'h' | b'v' | b'k' | b'g' | b'*' => 8.0,
        b')' | b',' | b'{' | b'}' | b'x' | b'y' | b'/' | b'w' | b'=' | 0x7F => 5.5,
        b'(' | b'|' => 3.0,
        b'j' | b'"' | b'q' | b'\'' | b'#' | b'z' => 1.0,
        0x80.. => 0.5,
        _ => 0.3,
    }
}

/// How rare a piece of text is, as if its bytes did not depend on each other.
pub(super) fn share(piece: &[u8]) -> f32 {
    piece.iter().map(|&byte| weight(byte) / 1000.0).product()
}

/// Bytes by their halves: a byte is in the set if both of its halves are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(super) struct ByteSet {
    low: u16,
    high: u16,
}

impl ByteSet {
    pub(super) const ALL: ByteSet = ByteSet { low: u16::MAX, high: u16::MAX };

    pub(super) fn of(bytes: impl IntoIterator<Item = u8>) -> Self {
        bytes
            .into_iter()
            .fold(ByteSet::default(), |set, byte| set.and(ByteSet { low: 1 << (byte & 15), high: 1 << (byte >> 4) }))
    }

    fn and(self, other: Self) -> Self {
        ByteSet { low: self.low | other.low, high: self.high | other.high }
    }
}

type Anchor = [ByteSet; ANCHOR];

/// By byte of the anchor and set of buckets: which buckets of the set allow a lower, an upper half.
/// Each table stands there four times, as wide as it is used: widening it anew for every window costs more than the
/// window's look-ups.
type Tables = [[[[u8; LANES]; 2]; SETS]; ANCHOR];

#[derive(Debug)]
pub(super) struct Filter {
    tables: Tables,
    /// What the processor can do; `None` if it cannot look up 16 bytes at once.
    level: Option<Level>,
}

impl Filter {
    /// A filter for anchors, given as what each of their bytes may be.
    pub(super) fn new(mut anchors: Vec<Anchor>) -> Self {
        anchors.sort_unstable();
        anchors.dedup();
        let shares = Shares::new();
        let mut buckets = [[ByteSet::default(); ANCHOR]; BUCKETS];
        let mut costs = [0.0_f32; BUCKETS];
        for anchor in &anchors {
            let joined = |bucket: &Anchor| -> Anchor { std::array::from_fn(|at| bucket[at].and(anchor[at])) };
            let grown = |index: usize| shares.of(&joined(&buckets[index])) - costs[index];
            let best = (0..BUCKETS).map(|index| (index, grown(index))).min_by(|a, b| a.1.total_cmp(&b.1));
            if let Some((index, growth)) = best {
                buckets[index] = joined(&buckets[index]);
                costs[index] += growth;
            }
        }
        let mut tables = [[[[0; LANES]; 2]; SETS]; ANCHOR];
        for (index, bucket) in buckets.iter().enumerate() {
            for (sets, byte) in tables.iter_mut().zip(bucket) {
                for (table, allowed) in sets[index / 8].iter_mut().zip([byte.low, byte.high]) {
                    for (lane, buckets) in table.iter_mut().enumerate() {
                        *buckets |= u8::from(allowed >> (lane % 16) & 1 == 1) << (index % 8);
                    }
                }
            }
        }
        // Without optimization the vectors cost more than they spare.
        let level = if cfg!(debug_assertions) { None } else { able() };
        Filter { tables, level }
    }

    /// Looks places up with vectors, also where it does not pay; whether the processor can.
    #[cfg(test)]
    pub(super) fn use_vectors(&mut self) -> bool {
        self.level = able();
        self.level.is_some()
    }

    /// Marks the places from `from` on that may begin an anchor, [`LANES`] to a mask. What stands there is for the
    /// caller to look up: the end of the text and processors without the instructions have every place marked.
    pub(super) fn mark(&self, bytes: &[u8], from: usize, masks: &mut [u64]) {
        match self.level {
            Some(level) => dispatch!(level, simd => mark(simd, &self.tables, bytes, from, masks)),
            None => masks.fill(u64::MAX),
        }
    }
}

/// The processor's level if it is one that looks up bytes in a table of 16.
fn able() -> Option<Level> {
    let level = Level::new();
    #[cfg(target_arch = "x86_64")]
    let able = level.as_sse4_2().is_some();
    #[cfg(not(target_arch = "x86_64"))]
    let able = !level.is_fallback();
    able.then_some(level)
}

/// Bytes read for one mask.
const BLOCK: usize = LANES - 1 + ANCHOR;

/// Plain loops only: what the standard library does with closures is compiled for the least of processors.
#[inline(always)]
fn mark<S: Simd>(simd: S, tables: &Tables, bytes: &[u8], from: usize, masks: &mut [u64]) {
    let (fold, low, none) = (u8x64::splat(simd, FOLD), u8x64::splat(simd, 15), u8x64::splat(simd, 0));
    let mut at = from;
    for mask in masks {
        let mut padded = [0; BLOCK];
        let block: &[u8] = match bytes.get(at..at + BLOCK) {
            Some(block) => block,
            None => {
                let rest = bytes.get(at..).unwrap_or_default();
                padded[..rest.len()].copy_from_slice(rest);
                &padded
            }
        };
        let all = u8x64::splat(simd, u8::MAX);
        let (mut first, mut second, mut third, mut fourth) = (all, all, all, all);
        for byte in 0..ANCHOR {
            let folded = u8x64::from_slice(simd, &block[byte..byte + LANES]) | fold;
            let (lower, upper) = (folded & low, folded >> 4);
            let [one, two, three, four] = &tables[byte];
            first &= allowed(simd, one, lower, upper);
            second &= allowed(simd, two, lower, upper);
            third &= allowed(simd, three, lower, upper);
            fourth &= allowed(simd, four, lower, upper);
        }
        let any = first | second | third | fourth;
        *mask = !any.simd_eq(none).to_bitmask();
        at += LANES;
    }
}

/// The buckets of a set that allow each byte, given as its halves.
#[inline(always)]
fn allowed<S: Simd>(simd: S, set: &[[u8; LANES]; 2], lower: u8x64<S>, upper: u8x64<S>) -> u8x64<S> {
    let [lowers, uppers] = set;
    u8x64::from_slice(simd, lowers).swizzle_dyn_within_blocks(lower)
        & u8x64::from_slice(simd, uppers).swizzle_dyn_within_blocks(upper)
}

/// Sums of weights by halves of bytes, so that a bucket's share takes a few additions.
struct Shares(Vec<[f32; 256]>);

impl Shares {
    fn new() -> Self {
        let mut sums = vec![[0.0; 256]; 32];
        for (index, sum) in sums.iter_mut().enumerate() {
            // Upper half and which eight of the lower ones.
            let (high, eight) = (index / 2, index % 2);
            for set in 1..256_usize {
                let lowest = set.trailing_zeros() as usize;
                let byte = (high * 16 + eight * 8 + lowest) as u8;
                // Bytes without the folding bit do not occur.
                let weight = if byte & FOLD == 0 { 0.0 } else { weight(byte) / 1000.0 };
                sum[set] = sum[set & (set - 1)] + weight;
            }
        }
        Shares(sums)
    }

    fn of(&self, anchor: &Anchor) -> f32 {
        let byte = |set: &ByteSet| -> f32 {
            let rows = (0..16).filter(|high| set.high >> high & 1 == 1);
            let (lower, upper) = (usize::from(set.low & 0xFF), usize::from(set.low >> 8));
            rows.map(|high| self.0[2 * high][lower] + self.0[2 * high + 1][upper]).sum()
        };
        anchor.iter().map(byte).product()
    }
}
