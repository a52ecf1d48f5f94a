//! How many signatures are new by chance alone: by Good and Turing, the chance that the next sighting is of something never seen is
//! the share of what was seen once. Source: Good, Biometrika 40 (1953), formula (9).

use super::Z95;

/// How many new signatures are to be expected, with an interval of 95%.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Expected {
    /// The number.
    pub count: f64,
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// What `sightings` more would bring, when of `before` sightings so far `once` signatures were seen once. `None` without sightings
/// before.
///
/// The variance is that of the new number, about Poisson, and of the estimate, whose `once` is about Poisson itself.
pub fn expected(once: u64, before: u64, sightings: u64) -> Option<Expected> {
    if before == 0 {
        return None;
    }
    let times = sightings as f64 / before as f64;
    let count = once as f64 * times;
    let spread = Z95 * (count + once as f64 * times * times).sqrt();
    // No more can be new than are seen.
    let most = sightings as f64;
    Some(Expected {
        count: count.min(most),
        low: (count - spread).max(0.0).min(most),
        high: (count + spread).min(most),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_share_of_what_was_seen_once() {
        let found = expected(50, 1_000, 200).unwrap();
        assert_eq!(found.count, 10.0);
        // Variance 10 + 50 · 0.2² = 12.
        assert!((found.high - (10.0 + Z95 * 12f64.sqrt())).abs() < 1e-12, "{found:?}");
        assert!(found.low > 0.0 && found.low < found.count);
    }

    #[test]
    fn limits() {
        assert_eq!(expected(0, 0, 10), None);
        assert_eq!(expected(0, 100, 10), Some(Expected { count: 0.0, low: 0.0, high: 0.0 }));
        assert_eq!(expected(3, 3, 5).unwrap().high, 5.0);
    }
}
