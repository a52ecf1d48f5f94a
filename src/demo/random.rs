//! Chance that is the same for a seed on every machine and in every version.

use rand_chacha::{
    ChaCha8Rng,
    rand_core::{RngCore, SeedableRng},
};

/// A stream of random values. Only raw words are taken from the cipher, whose stream is defined by its publication (Bernstein
/// 2008): what a library makes of them, ranges and distributions, may change between its versions.
pub(super) struct Random(ChaCha8Rng);

impl Random {
    /// The stream of that number for a seed: what is drawn from one moves nothing in another.
    pub(super) fn new(seed: u64, stream: u64) -> Self {
        let mut key = [0; 32];
        key[..8].copy_from_slice(&seed.to_le_bytes());
        let mut cipher = ChaCha8Rng::from_seed(key);
        cipher.set_stream(stream);
        Random(cipher)
    }

    /// From 0 up to 1, which is not reached.
    pub(super) fn unit(&mut self) -> f64 {
        (self.0.next_u64() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// From 0 up to `count`, which is not reached; 0 for 0.
    pub(super) fn below(&mut self, count: usize) -> usize {
        ((self.unit() * count as f64) as usize).min(count.saturating_sub(1))
    }

    /// From `low` up to `high`, which is not reached.
    pub(super) fn between(&mut self, low: i64, high: i64) -> i64 {
        low + (self.unit() * (high - low) as f64) as i64
    }

    /// Whether something of this probability happens.
    pub(super) fn chance(&mut self, probability: f64) -> bool {
        self.unit() < probability
    }

    /// One of several, which must not be none.
    pub(super) fn pick<'t, T>(&mut self, all: &'t [T]) -> &'t T {
        &all[self.below(all.len())]
    }

    /// The place in sums of weights that a random weight falls to.
    pub(super) fn place(&mut self, sums: &[f64]) -> usize {
        let at = self.unit() * sums.last().copied().unwrap_or(0.0);
        sums.partition_point(|sum| *sum <= at).min(sums.len().saturating_sub(1))
    }

    /// A count by Poisson's law, for small means (Knuth, The Art of Computer Programming 2, section 3.4.1).
    pub(super) fn poisson(&mut self, mean: f64) -> usize {
        let (end, mut product, mut count) = ((-mean).exp(), self.unit(), 0);
        while product > end {
            product *= self.unit();
            count += 1;
        }
        count
    }

    /// About normal with mean 0 and variance 1: twelve values from 0 to 1 added up. Its ends are at 6.
    pub(super) fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.unit()).sum::<f64>() - 6.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_gives_these_values_in_every_version() {
        let mut random = Random::new(1, 0);
        let found: Vec<usize> = (0..6).map(|_| random.below(1000)).collect();
        assert_eq!(found, [381, 294, 798, 916, 855, 139]);
        let other: Vec<usize> = (0..6).map(|_| Random::new(1, 1).below(1000)).collect();
        assert_ne!(found, other, "each stream is its own");
    }

    #[test]
    fn laws_have_their_means() {
        let mut random = Random::new(7, 0);
        let mean = |values: Vec<f64>| values.iter().sum::<f64>() / values.len() as f64;
        assert!((mean((0..20_000).map(|_| random.poisson(0.8) as f64).collect()) - 0.8).abs() < 0.03);
        let normal: Vec<f64> = (0..20_000).map(|_| random.normal()).collect();
        assert!(mean(normal.clone()).abs() < 0.03);
        assert!((mean(normal.iter().map(|value| value * value).collect()) - 1.0).abs() < 0.05);
        assert_eq!(random.below(0), 0);
        assert_eq!(random.place(&[0.0, 1.0]), 1, "what has no weight is not chosen");
    }
}
