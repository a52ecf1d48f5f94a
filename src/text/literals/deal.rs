//! Anchors chosen and dealt out to the buckets of a filter, both at once.
//!
//! A bucket allows whatever has, byte by byte, a byte that one of its anchors has there: few buckets for thousands of
//! anchors allow far more than these. So of all pieces that a literal has, one is its anchor that a bucket allows
//! already, or nearly so. Short literals, which have no choice, are dealt out first.

use super::{
    anchor::{self, ANCHOR},
    filter::Allowed,
};

/// What a filter can tell of a byte: some sets of bytes and no others.
pub(super) trait ByteSet: Copy + Default + PartialEq {
    /// How many sorts of bytes there are at most; bytes of one sort are in the same sets.
    const SORTS: usize;

    /// Sums that [`ByteSet::share`] needs.
    type Weights;

    fn sort(byte: u8) -> usize;
    fn of_sort(sort: usize) -> Self;
    /// The smallest set that has all of both.
    fn with(self, other: Self) -> Self;
    /// How often a byte of the set stands in logs.
    fn share(self, weights: &Self::Weights) -> f32;

    fn of(bytes: Allowed<'_>) -> Self {
        let all = |bytes: &mut dyn Iterator<Item = u8>| {
            bytes.fold(Self::default(), |set, byte| set.with(Self::of_sort(Self::sort(byte))))
        };
        match bytes {
            Allowed::Only(byte) => Self::of_sort(Self::sort(byte)),
            Allowed::Of(bytes) => all(&mut bytes.iter().copied()),
            Allowed::Any => all(&mut (0..=u8::MAX)),
        }
    }
}

/// What the bytes of an anchor may be.
pub(super) type AnchorBytes<'a> = [Allowed<'a>; ANCHOR];

/// Something that anchors are dealt out to.
pub(super) trait Deal {
    /// How much more often a place of a log is listed with an anchor of these bytes, and in which bucket.
    fn growth(&self, bytes: &AnchorBytes<'_>) -> (f32, usize);
    /// Puts an anchor into a bucket.
    fn put(&mut self, bytes: &AnchorBytes<'_>, bucket: usize);
}

/// Lists every place, whatever the anchors.
pub(super) struct NoBuckets;

impl Deal for NoBuckets {
    fn growth(&self, _: &AnchorBytes<'_>) -> (f32, usize) {
        (0.0, 0)
    }

    fn put(&mut self, _: &AnchorBytes<'_>, _: usize) {}
}

/// Buckets of a filter.
pub(super) struct Buckets<S: ByteSet, const COUNT: usize> {
    /// What each allows.
    pub(super) sets: [[S; ANCHOR]; COUNT],
    weights: S::Weights,
    /// How often the bytes that a bucket allows stand in logs one after the other, as if they did not depend on each other.
    shares: [f32; COUNT],
    /// By byte of the anchor and sort of it: how often what each bucket would allow there stands in logs.
    grown: [Vec<[f32; COUNT]>; ANCHOR],
    /// Anchors that begin beyond ASCII go into the buckets from here on, others into those before.
    beyond_ascii: usize,
}

impl<S: ByteSet, const COUNT: usize> Buckets<S, COUNT> {
    /// Empty ones. The last few are for anchors that do not begin in ASCII, if they are to be apart.
    pub(super) fn new(weights: S::Weights, apart: usize) -> Self {
        let alone = (0..S::SORTS).map(|sort| [S::of_sort(sort).share(&weights); COUNT]).collect::<Vec<_>>();
        Buckets {
            sets: [[S::default(); ANCHOR]; COUNT],
            weights,
            shares: [0.0; COUNT],
            grown: std::array::from_fn(|_| alone.clone()),
            beyond_ascii: COUNT - apart,
        }
    }
}

impl<S: ByteSet, const COUNT: usize> Deal for Buckets<S, COUNT> {
    fn growth(&self, bytes: &AnchorBytes<'_>) -> (f32, usize) {
        let mut shares = [1.0; COUNT];
        for at in 0..ANCHOR {
            let mut several = [0.0; COUNT];
            let grown = match bytes[at] {
                Allowed::Only(byte) => &self.grown[at][S::sort(byte)],
                allowed => {
                    let set = S::of(allowed);
                    several
                        .iter_mut()
                        .zip(&self.sets)
                        .for_each(|(share, sets)| *share = sets[at].with(set).share(&self.weights));
                    &several
                }
            };
            shares.iter_mut().zip(grown).for_each(|(share, grown)| *share *= grown);
        }
        let beyond = self.beyond_ascii < COUNT && matches!(bytes[0], Allowed::Only(byte) if !byte.is_ascii());
        let among = if beyond { self.beyond_ascii..COUNT } else { 0..self.beyond_ascii };
        let growths = among.map(|index| (shares[index] - self.shares[index], index));
        growths.min_by(|one, other| one.0.total_cmp(&other.0)).unwrap_or_default()
    }

    fn put(&mut self, bytes: &AnchorBytes<'_>, bucket: usize) {
        for (at, byte) in bytes.iter().enumerate() {
            let set = self.sets[bucket][at].with(S::of(*byte));
            if set != self.sets[bucket][at] {
                self.sets[bucket][at] = set;
                for (sort, grown) in self.grown[at].iter_mut().enumerate() {
                    grown[bucket] = set.with(S::of_sort(sort)).share(&self.weights);
                }
            }
        }
        self.shares[bucket] = self.sets[bucket].iter().map(|set| set.share(&self.weights)).product();
    }
}

/// Chooses of each literal where in it the anchor begins.
pub(super) fn choose(words: &[Box<str>], behind: &[u8], buckets: &mut impl Deal) -> Vec<u8> {
    let rareness = anchor::Rareness::new();
    let mut order: Vec<usize> = (0..words.len()).filter(|&word| words[word].len() > 1).collect();
    order.sort_by_key(|&word| words[word].len());
    let mut offsets = vec![0; words.len()];
    for word in order {
        let folded: Vec<u8> = words[word].bytes().map(|byte| byte | anchor::FOLD).collect();
        let mut best: Option<(f32, usize, usize)> = None;
        for offset in 0..=folded.len().saturating_sub(ANCHOR).min(MOST) {
            let piece = &folded[offset..folded.len().min(offset + ANCHOR)];
            let bytes = anchor_bytes(piece, behind);
            let (growth, bucket) = buckets.growth(&bytes);
            let cost = growth + rareness.of(piece);
            if best.is_none_or(|(least, ..)| cost < least) {
                best = Some((cost, offset, bucket));
            }
        }
        if let Some((_, offset, bucket)) = best {
            let piece = &folded[offset..folded.len().min(offset + ANCHOR)];
            buckets.put(&anchor_bytes(piece, behind), bucket);
            offsets[word] = offset as u8;
        }
    }
    offsets
}

/// Furthest into a literal that an anchor begins.
const MOST: usize = 63;

/// What the bytes of an anchor may be: behind one of two bytes stands one of `behind`.
fn anchor_bytes<'a>(piece: &[u8], behind: &'a [u8]) -> AnchorBytes<'a> {
    std::array::from_fn(|at| match piece.get(at) {
        Some(&byte) => Allowed::Only(byte),
        None if at == 2 => Allowed::Of(behind),
        None => Allowed::Any,
    })
}

#[cfg(test)]
mod tests {
    use super::{super::halves, *};

    fn offsets(words: &[&str]) -> Vec<u8> {
        let words: Vec<Box<str>> = words.iter().map(|&word| word.into()).collect();
        choose(&words, b" ", &mut halves::buckets())
    }

    #[test]
    fn an_anchor_that_a_bucket_allows_costs_least() {
        // Of two pieces that are equally rare the first is chosen, unless another literal has the second.
        assert_eq!(offsets(&["vkgh - hgkv"]), [0]);
        assert_eq!(offsets(&["vkgh - hgkv", "hgkv"]), [7, 0]);
    }

    #[test]
    fn words_of_every_log_are_no_anchors() {
        let offset = offsets(&["the service was qzjqed"])[0];
        assert!((16..=18).contains(&offset), "{offset}");
    }

    #[test]
    fn an_anchor_stands_whole_in_its_literal() {
        let words = ["kb", "err", "eset", "a longer literal", &"far ".repeat(60)];
        for (word, offset) in words.iter().zip(offsets(&words)) {
            let last = word.len().saturating_sub(ANCHOR).min(MOST);
            assert!(usize::from(offset) <= last, "{word}: {offset}");
        }
    }
}
