//! Whether one side has far more of something than the other.

/// Counts of one thing, with the lines that each side has.
#[derive(Debug, Clone, Copy)]
pub struct Share {
    /// How often the good side has it.
    pub good: u64,
    /// How often the bad side has it.
    pub bad: u64,
    /// Lines of the good side.
    pub good_lines: u64,
    /// Lines of the bad side.
    pub bad_lines: u64,
}

/// How many times its share of lines must be. Below, a busier day explains it.
const RATIO: f64 = 4.0;

/// The log-likelihood ratio from which a difference in share is no chance: the 99.99th percentile of the chi-squared
/// distribution with one degree of freedom. Rayson and Garside, "Comparing corpora using frequency profiling", 2000, advise it.
const CRITICAL: f64 = 15.13;

/// Whether the bad side has far more: at least `RATIO` times the share of its lines, by a log-likelihood ratio (Dunning,
/// "Accurate methods for the statistics of surprise and coincidence", 1993) of `CRITICAL` or more.
pub fn far_more(share: Share) -> bool {
    let Share { good, bad, good_lines, bad_lines } = share;
    #[allow(clippy::cast_precision_loss, reason = "counts of lines are far below 2^53")]
    let (good, bad, good_lines, bad_lines) =
        (good as f64, bad as f64, good_lines.max(1) as f64, bad_lines.max(1) as f64);
    if bad / bad_lines < RATIO * good / good_lines {
        return false;
    }
    let share = (good + bad) / (good_lines + bad_lines);
    let part = |seen: f64, lines: f64| if seen > 0.0 { seen * (seen / (lines * share)).ln() } else { 0.0 };
    2.0 * (part(good, good_lines) + part(bad, bad_lines)) >= CRITICAL
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(good: u64, bad: u64, good_lines: u64, bad_lines: u64, expected: bool) {
        assert_eq!(
            far_more(Share { good, bad, good_lines, bad_lines }),
            expected,
            "{good}/{good_lines} and {bad}/{bad_lines}"
        );
    }

    #[test]
    fn share_of_lines_counts_and_not_the_number() {
        check(5, 50, 1_000, 1_000, true);
        check(5, 50, 1_000, 10_000, false);
        check(5, 19, 1_000, 1_000, false);
    }

    #[test]
    fn few_are_chance() {
        check(1, 5, 1_000, 1_000, false);
        check(1, 30, 1_000, 1_000, true);
        check(0, 0, 0, 0, false);
    }
}
