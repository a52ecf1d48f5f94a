//! Whether something is seen more often now than before: the conditional binomial test of two Poisson counts, with the volume of
//! each time as offset.
//!
//! Of `now + before` sightings, those of now are binomial with the share of the volume that is now's, if nothing changed.
//! Source: Przyborowski and Wilenski, Biometrika 31 (1940); the interval of the ratio by Clopper and Pearson, Biometrika 26
//! (1934). Where counts scatter more than a Poisson law, both counts are divided by the dispersion, as Rao and Scott do
//! (Biometrics 48, 1992): the same test, of as many independent sightings as there are in effect.

use statrs::{
    distribution::{Beta, ContinuousCDF},
    function::beta::beta_reg,
};

/// Two counts and the volumes that they are part of.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Counts {
    /// Sightings now.
    pub now: f64,
    /// Sightings before.
    pub before: f64,
    /// Volume now, with the season in it.
    pub volume_now: f64,
    /// Volume before.
    pub volume_before: f64,
    /// Variance by mean of the counts; 1 for a Poisson law.
    pub dispersion: f64,
}

/// How likely so many, or so few, are if nothing changed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tails {
    /// At least as many.
    pub rising: f64,
    /// At most as many.
    pub fading: f64,
}

/// How often now for each time before, with its 95% interval; `None` is without bound, or not defined.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ratio {
    /// The ratio of the rates.
    pub ratio: Option<f64>,
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: Option<f64>,
}

impl Counts {
    /// Share of the volume that is now's; `None` where one of them is nothing.
    fn share(&self) -> Option<f64> {
        let share = self.volume_now / (self.volume_now + self.volume_before);
        (share > 0.0 && share < 1.0).then_some(share)
    }

    fn scaled(&self) -> (f64, f64) {
        let by = self.dispersion.max(1.0);
        (self.now / by, self.before / by)
    }

    /// What would be expected now, of what was before.
    pub fn expected(&self) -> Option<f64> {
        (self.volume_before > 0.0).then(|| self.before * self.volume_now / self.volume_before)
    }

    /// The test; `None` where there is no volume to compare with.
    pub fn tails(&self) -> Option<Tails> {
        let share = self.share()?;
        let (now, before) = self.scaled();
        let rising = if now > 0.0 { beta_reg(now, before + 1.0, share) } else { 1.0 };
        let fading = if before > 0.0 { beta_reg(before, now + 1.0, 1.0 - share) } else { 1.0 };
        Some(Tails { rising, fading })
    }

    /// The ratio of the rates; `None` where there is no volume to compare with, or nothing was seen.
    pub fn ratio(&self) -> Option<Ratio> {
        let share = self.share()?;
        let (now, before) = self.scaled();
        if now + before <= 0.0 {
            return None;
        }
        let odds = (1.0 - share) / share;
        let rate = |of: f64| of / (1.0 - of) * odds;
        let bound = |a: f64, b: f64, at: f64| Beta::new(a, b).ok().map(|beta| beta.inverse_cdf(at));
        let low = if now > 0.0 { bound(now, before + 1.0, 0.025)? } else { 0.0 };
        let high = if before > 0.0 { Some(bound(now + 1.0, before, 0.975)?) } else { None };
        let ratio = (before > 0.0).then(|| now / before * odds);
        Some(Ratio { ratio, low: rate(low), high: high.map(rate).filter(|high| high.is_finite()) })
    }
}

/// What a season counts against chance: with so many sightings a year ago it counts for half.
const SEASON_WEIGHT: f64 = 10.0;

/// How much more of a signature the same time of earlier years had than what its present level makes expected: 1 for no season.
///
/// `seen` are its sightings in those times, `expected` what the level of the periods before now gives for their volume. Few
/// sightings say little, so that the factor stays near 1. A season only explains: it takes a rise (or a fall) back and never
/// makes one, so that a signature which was rarer a year ago is not called rising for that alone.
pub fn season(seen: f64, expected: f64) -> f64 {
    (seen + SEASON_WEIGHT) / (expected + SEASON_WEIGHT)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn counts(now: f64, before: f64, volume_now: f64, volume_before: f64) -> Counts {
        Counts { now, before, volume_now, volume_before, dispersion: 1.0 }
    }

    #[track_caller]
    fn near(found: f64, expected: f64) {
        assert!((found - expected).abs() <= 1e-6 * expected.abs().max(1e-3), "{found} is not {expected}");
    }

    #[test]
    fn tails_are_those_of_the_binomial_law() {
        // Exact: of 10 with share 1/2 at least 8: (45 + 10 + 1) / 1024; at most 8: 1 - 11 / 1024.
        let even = counts(8.0, 2.0, 1.0, 1.0).tails().unwrap();
        near(even.rising, 56.0 / 1024.0);
        near(even.fading, 1013.0 / 1024.0);
        // Exact: of 3 with share 1/7 all: 1/343.
        near(counts(3.0, 0.0, 1.0, 6.0).tails().unwrap().rising, 1.0 / 343.0);
        near(counts(0.0, 3.0, 1.0, 6.0).tails().unwrap().fading, 216.0 / 343.0);
        assert_eq!(counts(0.0, 3.0, 1.0, 6.0).tails().unwrap().rising, 1.0);
        assert_eq!(counts(5.0, 3.0, 0.0, 6.0).tails(), None);
        assert_eq!(counts(5.0, 3.0, 3.0, 0.0).tails(), None);
    }

    #[test]
    fn the_interval_is_clopper_and_pearsons() {
        // Clopper and Pearson of 8 of 10 is 0.4439 to 0.9748, in many tables.
        let share = |odds: f64| odds / (1.0 + odds);
        let ratio = counts(8.0, 2.0, 1.0, 1.0).ratio().unwrap();
        near(ratio.ratio.unwrap(), 4.0);
        assert!((share(ratio.low) - 0.4439).abs() < 5e-5, "{ratio:?}");
        assert!((share(ratio.high.unwrap()) - 0.9748).abs() < 5e-5, "{ratio:?}");
        // Of none before there is no upper end: of 5 of 5 the lower end is the fifth root of 0.025.
        let fresh = counts(5.0, 0.0, 1.0, 1.0).ratio().unwrap();
        let root = 0.025f64.powf(0.2);
        near(fresh.low, root / (1.0 - root));
        assert_eq!((fresh.ratio, fresh.high), (None, None));
        assert_eq!(counts(0.0, 0.0, 1.0, 1.0).ratio(), None);
    }

    /// References by SciPy 1.17: `binomtest(24, 75, 1/7)`, `special.betainc` and `beta.ppf` of the scaled counts.
    #[test]
    fn tails_and_intervals_as_another_library_has_them() {
        let plain = counts(24.0, 51.0, 1.0, 6.0);
        near(plain.tails().unwrap().rising, 7.748_014_609_293_449e-5);
        let ratio = plain.ratio().unwrap();
        near(ratio.low, 1.662_114_526_685_973);
        near(ratio.high.unwrap(), 4.672_178_573_672_128);
        let scattered = Counts { dispersion: 1.5, ..plain };
        near(scattered.tails().unwrap().rising, 0.001_155_719_416_038_844_8);
        let ratio = scattered.ratio().unwrap();
        near(ratio.low, 1.455_307_247_142_476_6);
        near(ratio.high.unwrap(), 5.256_905_551_131_926_5);
        near(counts(3.0, 97.0, 150.0, 850.0).tails().unwrap().fading, 9.285_145_440_612_449e-5);
    }

    #[test]
    fn volume_is_no_rise() {
        let grown = counts(20.0, 60.0, 200.0, 600.0);
        near(grown.ratio().unwrap().ratio.unwrap(), 1.0);
        assert!(grown.tails().unwrap().rising > 0.4);
        near(grown.expected().unwrap(), 20.0);
    }

    #[test]
    fn seasons_of_few_sightings_count_little() {
        assert_eq!(season(0.0, 0.0), 1.0);
        near(season(40.0, 10.0), 2.5);
        near(season(4.0, 1.0), 14.0 / 11.0);
    }

    proptest! {
        #[test]
        fn intervals_are_ordered_and_scatter_makes_them_wider(
            now in 0u32..200, before in 0u32..600, volumes in (1.0f64..1e4, 1.0f64..1e4), dispersion in 1.0f64..6.0
        ) {
            let plain = counts(f64::from(now), f64::from(before), volumes.0, volumes.1);
            let scattered = Counts { dispersion, ..plain };
            for counts in [plain, scattered] {
                let tails = counts.tails().unwrap();
                prop_assert!((0.0..=1.0).contains(&tails.rising) && (0.0..=1.0).contains(&tails.fading), "{tails:?}");
                let Some(ratio) = counts.ratio() else { continue };
                let middle = ratio.ratio.unwrap_or(f64::INFINITY);
                prop_assert!(ratio.low <= middle * (1.0 + 1e-6), "{ratio:?}");
                prop_assert!(middle <= ratio.high.unwrap_or(f64::INFINITY) * (1.0 + 1e-6), "{ratio:?}");
            }
            if let (Some(narrow), Some(wide)) = (plain.ratio(), scattered.ratio()) {
                prop_assert!(wide.low <= narrow.low * (1.0 + 1e-6) + 1e-9, "{narrow:?} {wide:?}");
            }
        }

        #[test]
        fn more_now_is_less_likely(now in 0u32..100, before in 0u32..300) {
            let tail = |now: u32| counts(f64::from(now), f64::from(before), 1.0, 6.0).tails().unwrap().rising;
            prop_assert!(tail(now + 1) <= tail(now) + 1e-12);
        }
    }
}
