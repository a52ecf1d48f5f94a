//! A watch over what is too small to test in one period: the cumulative sum of what comes beyond a doubled rate.
//!
//! Source: Lucas, Technometrics 27 (1985), counted-data CUSUM. It claims nothing: a list of what to look at.

/// The sum from which a signature is watched: about three customers more than twice its level would bring.
pub const WATCHED: f64 = 3.0;

/// Added to a history's count, so that a signature that was never seen before has a level too.
const LEAST_COUNT: f64 = 0.5;

/// The sum at the end of `history` and `now`, each a count with the volume that it is part of, oldest first. The level is that of
/// the history; each period adds what it has beyond the reference between the level and its double.
pub fn sum(history: &[(f64, f64)], now: (f64, f64)) -> f64 {
    let (count, volume) = history.iter().fold((0.0, 0.0), |(count, volume), one| (count + one.0, volume + one.1));
    if volume <= 0.0 {
        return 0.0;
    }
    let level = (count + LEAST_COUNT) / volume;
    // The reference of the most powerful sum for a change from one Poisson rate to its double.
    let reference = level / std::f64::consts::LN_2;
    history.iter().chain([&now]).fold(0.0, |sum: f64, (count, volume)| (sum + count - reference * volume).max(0.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_steady_level_is_not_watched_and_a_lasting_doubling_is() {
        assert!(sum(&[(1.0, 100.0); 6], (1.0, 100.0)) < WATCHED);
        assert!(sum(&[(0.0, 100.0), (0.0, 100.0), (0.0, 100.0), (2.0, 100.0), (2.0, 100.0)], (3.0, 100.0)) > WATCHED);
        assert_eq!(sum(&[], (3.0, 100.0)), 0.0);
        assert_eq!(sum(&[(0.0, 0.0)], (3.0, 100.0)), 0.0);
    }

    #[test]
    fn the_sum_by_hand() {
        // Level (2 + 0.5) / 100 = 0.025; reference 0.025 / ln 2 per unit, 1.803 for 50: 0, 0.197, then 3.394.
        let reference = 0.025 / std::f64::consts::LN_2 * 50.0;
        let expected = (2.0 - reference) + 5.0 - reference;
        assert!((sum(&[(0.0, 50.0), (2.0, 50.0)], (5.0, 50.0)) - expected).abs() < 1e-12);
    }
}
