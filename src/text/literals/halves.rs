//! The filter by halves of bytes, for processors that look up 16 bytes at once.
//!
//! The anchors are dealt out to 32 buckets, alike ones together. For each of four bytes and each bucket
//! two tables of 16 say which lower and upper halves of a byte occur there; a place is marked if some
//! bucket allows all four. 64 places are looked up at a time (the *Teddy* of Hyperscan, as in the
//! `aho-corasick` crate, made wide enough for hundreds of literals).

use fearless_simd::{Simd, prelude::*, u8x64};

use super::{
    anchor::{ANCHOR, FOLD},
    deal,
    filter::{BLOCK, LANES, block, weight},
    heads::{self, HEAD, Heads},
};

/// Buckets by eights: one bit of a byte each.
const SETS: usize = 4;
const BUCKETS: usize = 8 * SETS;

/// Bytes by their halves: a byte is in the set if both of its halves are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(super) struct ByteSet {
    low: u16,
    high: u16,
}

impl deal::ByteSet for ByteSet {
    const SORTS: usize = 256;

    type Weights = Shares;

    fn sort(byte: u8) -> usize {
        usize::from(byte)
    }

    fn of_sort(sort: usize) -> Self {
        ByteSet { low: 1 << (sort & 15), high: 1 << (sort >> 4 & 15) }
    }

    fn with(self, other: Self) -> Self {
        ByteSet { low: self.low | other.low, high: self.high | other.high }
    }

    fn share(self, weights: &Shares) -> f32 {
        let rows = (0..16).filter(|high| self.high >> high & 1 == 1);
        let (lower, upper) = (usize::from(self.low & 0xFF), usize::from(self.low >> 8));
        rows.map(|high| weights.0[2 * high][lower] + weights.0[2 * high + 1][upper]).sum()
    }
}

pub(super) type Buckets = deal::Buckets<ByteSet, BUCKETS>;

/// Empty buckets.
pub(super) fn buckets() -> Buckets {
    Buckets::new(Shares::new(), 0)
}

/// By byte of the anchor and set of buckets: which buckets of the set allow a lower, an upper half.
/// Each table stands there four times, as wide as it is used: widening it anew for every window costs more than the
/// window's look-ups.
pub(super) type Tables = [[[[u8; LANES]; 2]; SETS]; ANCHOR];

/// The tables for the anchors in these buckets.
pub(super) fn tables(buckets: &Buckets) -> Box<Tables> {
    let mut tables = Box::new([[[[0; LANES]; 2]; SETS]; ANCHOR]);
    for (index, bucket) in buckets.sets.iter().enumerate() {
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

/// Lists those of the marked ones of `count` places from `from` on that may begin an anchor, as their distances from it;
/// how many.
///
/// Plain loops only: what the standard library does with closures is compiled for the least of processors.
#[inline(always)]
pub(super) fn list<S: Simd>(
    simd: S,
    tables: &Tables,
    heads: &Heads,
    bytes: &[u8],
    from: usize,
    count: usize,
    places: &mut [u16],
) -> usize {
    let (fold, low, none) = (u8x64::splat(simd, FOLD), u8x64::splat(simd, 15), u8x64::splat(simd, 0));
    let all = u8x64::splat(simd, u8::MAX);
    let (mut listed, mut first) = (0, 0);
    while first < count {
        let mut padded = [0; BLOCK];
        let block = block(bytes, from + first, &mut padded);
        let (mut one, mut two, mut three, mut four) = (all, all, all, all);
        let mut byte = 0;
        while byte < ANCHOR {
            let folded = u8x64::from_slice(simd, &block[byte..byte + LANES]) | fold;
            let (lower, upper) = (folded & low, folded >> 4);
            let sets = &tables[byte];
            one &= allowed(simd, &sets[0], lower, upper);
            two &= allowed(simd, &sets[1], lower, upper);
            three &= allowed(simd, &sets[2], lower, upper);
            four &= allowed(simd, &sets[3], lower, upper);
            byte += 1;
        }
        let mut mask = !(one | two | three | four).simd_eq(none).to_bitmask();
        // No more are listed than there are places before the block's end.
        let Some(out) = places.get_mut(..first + LANES) else { break };
        while mask != 0 {
            let place = mask.trailing_zeros() as usize % LANES;
            let Some(head) = block[place..].first_chunk::<HEAD>() else { break };
            // Written in any case and counted if it is one: a branch would be mispredicted half of the time.
            out[listed] = (first + place) as u16;
            listed += heads.may_begin(heads::fold(u64::from_le_bytes(*head))) as usize;
            mask &= mask - 1;
        }
        first += LANES;
    }
    listed
}

/// The buckets of a set that allow each byte, given as its halves.
#[inline(always)]
fn allowed<S: Simd>(simd: S, set: &[[u8; LANES]; 2], lower: u8x64<S>, upper: u8x64<S>) -> u8x64<S> {
    let [lowers, uppers] = set;
    u8x64::from_slice(simd, lowers).swizzle_dyn_within_blocks(lower)
        & u8x64::from_slice(simd, uppers).swizzle_dyn_within_blocks(upper)
}

/// Sums of weights by halves of bytes, so that a bucket's share takes a few additions.
pub(super) struct Shares(Vec<[f32; 256]>);

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
}
