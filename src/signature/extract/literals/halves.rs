//! The filter by halves of bytes, for processors that look up 16 bytes at once.
//!
//! The anchors are dealt out to 32 buckets, alike ones together. For each of four bytes and each bucket
//! two tables of 16 say which lower and upper halves of a byte occur there; a place is marked if some
//! bucket allows all four. 64 places are looked up at a time (the *Teddy* of Hyperscan, as in the
//! `aho-corasick` crate, made wide enough for hundreds of literals).

use fearless_simd::{Simd, prelude::*, u8x64};

use super::{
    anchor::{ANCHOR, FOLD},
    filter::{Allowed, BLOCK, LANES, WINDOW, block, weight},
};

/// Buckets by eights: one bit of a byte each.
const SETS: usize = 4;
const BUCKETS: usize = 8 * SETS;

/// Masks per window.
const MASKS: usize = WINDOW / LANES;

/// Bytes by their halves: a byte is in the set if both of its halves are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
struct ByteSet {
    low: u16,
    high: u16,
}

impl ByteSet {
    const ALL: ByteSet = ByteSet { low: u16::MAX, high: u16::MAX };

    fn of(byte: Allowed<'_>) -> Self {
        let one = |byte: u8| ByteSet { low: 1 << (byte & 15), high: 1 << (byte >> 4) };
        match byte {
            Allowed::Only(byte) => one(byte),
            Allowed::Of(bytes) => bytes.iter().fold(ByteSet::default(), |set, &byte| set.and(one(byte))),
            Allowed::Any => ByteSet::ALL,
        }
    }

    fn and(self, other: Self) -> Self {
        ByteSet { low: self.low | other.low, high: self.high | other.high }
    }
}

/// By byte of the anchor and set of buckets: which buckets of the set allow a lower, an upper half.
/// Each table stands there four times, as wide as it is used: widening it anew for every window costs more than the
/// window's look-ups.
pub(super) type Tables = [[[[u8; LANES]; 2]; SETS]; ANCHOR];

/// The tables for anchors, given as what each of their bytes may be.
pub(super) fn tables(anchors: &[[Allowed<'_>; ANCHOR]]) -> Box<Tables> {
    let mut anchors: Vec<[ByteSet; ANCHOR]> = anchors.iter().map(|anchor| anchor.map(ByteSet::of)).collect();
    anchors.sort_unstable();
    anchors.dedup();
    let shares = Shares::new();
    // The commonest first: they part the buckets, and the rarer join whom they resemble.
    anchors.sort_by(|one, other| shares.of(other).total_cmp(&shares.of(one)));
    let mut buckets = [[ByteSet::default(); ANCHOR]; BUCKETS];
    let mut costs = [0.0_f32; BUCKETS];
    for anchor in &anchors {
        let joined =
            |bucket: &[ByteSet; ANCHOR]| -> [ByteSet; ANCHOR] { std::array::from_fn(|at| bucket[at].and(anchor[at])) };
        let grown = |index: usize| shares.of(&joined(&buckets[index])) - costs[index];
        let best = (0..BUCKETS).map(|index| (index, grown(index))).min_by(|a, b| a.1.total_cmp(&b.1));
        if let Some((index, growth)) = best {
            buckets[index] = joined(&buckets[index]);
            costs[index] += growth;
        }
    }
    let mut tables = Box::new([[[[0; LANES]; 2]; SETS]; ANCHOR]);
    for (index, bucket) in buckets.iter().enumerate() {
        for (sets, byte) in tables.iter_mut().zip(bucket) {
            for (table, allowed) in sets[index / 8].iter_mut().zip([byte.low, byte.high]) {
                for (lane, buckets) in table.iter_mut().enumerate() {
                    *buckets |= u8::from(allowed >> (lane % 16) & 1 == 1) << (index % 8);
                }
            }
        }
    }
    tables
}

/// Lists the marked ones of `count` places from `from` on, as their distances from it; how many.
#[inline(always)]
pub(super) fn list<S: Simd>(
    simd: S,
    tables: &Tables,
    bytes: &[u8],
    from: usize,
    count: usize,
    places: &mut [u16],
) -> usize {
    let mut masks = [0; MASKS];
    let masks = &mut masks[..count.div_ceil(LANES).min(MASKS)];
    mark(simd, tables, bytes, from, masks);
    list_marked(masks, places)
}

/// Lists the places marked in masks; how many.
#[inline(always)]
fn list_marked(masks: &[u64], places: &mut [u16]) -> usize {
    let mut marked = 0;
    for (block, &mask) in masks.iter().enumerate() {
        let (mut mask, count) = (mask, mask.count_ones() as usize);
        // Four at a time, some of them in vain and written over: the end of a loop costs more than they.
        for begin in (marked..marked + count).step_by(4) {
            for place in begin..begin + 4 {
                if let Some(place) = places.get_mut(place) {
                    *place = (block * LANES) as u16 + mask.trailing_zeros() as u16;
                }
                mask &= mask.wrapping_sub(1);
            }
        }
        marked += count;
    }
    marked
}

/// Plain loops only: what the standard library does with closures is compiled for the least of processors.
#[inline(always)]
fn mark<S: Simd>(simd: S, tables: &Tables, bytes: &[u8], from: usize, masks: &mut [u64]) {
    let (fold, low, none) = (u8x64::splat(simd, FOLD), u8x64::splat(simd, 15), u8x64::splat(simd, 0));
    let mut at = from;
    for mask in masks {
        let mut padded = [0; BLOCK];
        let block = block(bytes, at, &mut padded);
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

    fn of(&self, anchor: &[ByteSet; ANCHOR]) -> f32 {
        let byte = |set: &ByteSet| -> f32 {
            let rows = (0..16).filter(|high| set.high >> high & 1 == 1);
            let (lower, upper) = (usize::from(set.low & 0xFF), usize::from(set.low >> 8));
            rows.map(|high| self.0[2 * high][lower] + self.0[2 * high + 1][upper]).sum()
        };
        anchor.iter().map(byte).product()
    }
}
