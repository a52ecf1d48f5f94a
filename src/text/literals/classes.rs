//! The filter by classes of bytes, for processors that look up 64 bytes at once.
//!
//! Of a byte of ASCII, case set aside, six bits are left: its class. The anchors are dealt out to 64 buckets, alike
//! ones together; for each of four bytes a table of 64 says which buckets have a class there, and a place is listed if
//! some bucket allows all four. Unlike with halves of bytes, a bucket allows no byte that none of its anchors has.

use fearless_simd::{Simd, mask8x64, prelude::*, u8x64, u16x32};

use super::{
    anchor::ANCHOR,
    deal,
    filter::{BLOCK, LANES, block, weight},
};

/// Buckets by eights: one bit of a byte each. The last eight are for anchors that do not begin in ASCII.
const SETS: usize = 8;
const BUCKETS: usize = 8 * SETS;
const ASCII_BUCKETS: usize = BUCKETS - 8;

/// By set of buckets and byte of the anchor: which buckets of the set allow a class.
pub(super) type Tables = [[[u8; LANES]; ANCHOR]; SETS];

/// The class of a byte: all of its bits but those for case and for being beyond ASCII.
fn class(byte: u8) -> u32 {
    u32::from(byte & 0x1F | byte >> 1 & 0x20)
}

/// Classes of bytes, one bit each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct ClassSet(u64);

impl deal::ByteSet for ClassSet {
    const SORTS: usize = LANES;

    type Weights = [f32; LANES];

    fn sort(byte: u8) -> usize {
        class(byte) as usize
    }

    fn of_sort(sort: usize) -> Self {
        ClassSet(1 << sort)
    }

    fn with(self, other: Self) -> Self {
        ClassSet(self.0 | other.0)
    }

    fn share(self, weights: &[f32; LANES]) -> f32 {
        let (mut share, mut rest) = (0.0, self.0);
        while rest != 0 {
            share += weights[rest.trailing_zeros() as usize];
            rest &= rest - 1;
        }
        share
    }
}

pub(super) type Buckets = deal::Buckets<ClassSet, BUCKETS>;

/// Empty buckets.
pub(super) fn buckets() -> Buckets {
    let weights = std::array::from_fn(|class| {
        let class = class as u8;
        weight(class & 0x1F | (class & 0x20) << 1) / 1000.0
    });
    Buckets::new(weights, BUCKETS - ASCII_BUCKETS)
}

/// The tables for the anchors in these buckets.
pub(super) fn tables(buckets: &Buckets) -> Box<Tables> {
    let mut tables = Box::new([[[0; LANES]; ANCHOR]; SETS]);
    for (index, bucket) in buckets.sets.iter().enumerate() {
        for (table, &allowed) in tables[index / 8].iter_mut().zip(bucket) {
            for (class, buckets) in table.iter_mut().enumerate() {
                *buckets |= u8::from(allowed.0 >> class & 1 == 1) << (index % 8);
            }
        }
    }
    tables
}

/// Lists the marked ones of `count` places from `from` on, as their distances from it; how many.
///
/// Plain loops only: what the standard library does with closures is compiled for the least of processors.
#[inline(always)]
pub(super) fn list<S: Simd>(
    simd: S,
    tables: &Tables,
    bytes: &[u8],
    from: usize,
    count: usize,
    places: &mut [u16],
) -> usize {
    let mut numbers = [0; LANES];
    let mut number = 0;
    while number < LANES {
        numbers[number] = number as u8;
        number += 1;
    }
    let numbers = u8x64::from_slice(simd, &numbers);
    let (none, low, high) = (u8x64::splat(simd, 0), u8x64::splat(simd, 0x1F), u8x64::splat(simd, 0x20));
    let mut listed = 0;
    let mut first = 0;
    while first < count {
        let mut padded = [0; BLOCK];
        let block = block(bytes, from + first, &mut padded);
        let mut classes = [none; ANCHOR];
        let mut byte = 0;
        while byte < ANCHOR {
            let text = u8x64::from_slice(simd, &block[byte..byte + LANES]);
            classes[byte] = (text & low) | ((text >> 1) & high);
            byte += 1;
        }
        let mut any = none;
        let mut set = 0;
        while set < SETS - 1 {
            any |= allowed(simd, &tables[set], &classes);
            set += 1;
        }
        let mut mask = !any.simd_eq(none).to_bitmask();
        let beyond = u8x64::from_slice(simd, &block[..LANES]).simd_ge(u8x64::splat(simd, 0x80)).to_bitmask();
        if beyond != 0 {
            let any = allowed(simd, &tables[SETS - 1], &classes);
            mask = (mask & !beyond) | (!any.simd_eq(none).to_bitmask() & beyond);
        }
        if mask != 0 {
            let packed = numbers.compress(mask8x64::from_bitmask(simd, mask));
            let (lower, upper) = simd.widen_u8x64(packed);
            let base = u16x32::splat(simd, first as u16);
            // No more are listed than there are places before the block.
            let Some(out) = places.get_mut(listed..listed + LANES) else { break };
            (lower + base).store_slice(&mut out[..LANES / 2]);
            (upper + base).store_slice(&mut out[LANES / 2..]);
            listed += mask.count_ones() as usize;
        }
        first += LANES;
    }
    listed
}

/// The buckets of a set that allow the four bytes at each place.
#[inline(always)]
fn allowed<S: Simd>(simd: S, tables: &[[u8; LANES]; ANCHOR], classes: &[u8x64<S>; ANCHOR]) -> u8x64<S> {
    u8x64::from_slice(simd, &tables[0]).swizzle_dyn(classes[0])
        & u8x64::from_slice(simd, &tables[1]).swizzle_dyn(classes[1])
        & u8x64::from_slice(simd, &tables[2]).swizzle_dyn(classes[2])
        & u8x64::from_slice(simd, &tables[3]).swizzle_dyn(classes[3])
}
