//! How far confidence can be taken at its word.

use serde::Serialize;

use super::rounded;

/// Bins of the reliability curve.
const BINS: usize = 10;

/// How far confidence can be taken at its word: the reliability curve of first matches.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Calibration {
    /// Expected calibration error: mean distance of confidence and share right, weighed by cases.
    pub ece: f64,
    /// Tenths of confidence that have cases.
    pub bins: Vec<Bin>,
}

/// A tenth of confidence.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Bin {
    /// Lower end.
    pub from: f64,
    /// Upper end.
    pub to: f64,
    /// First matches with such a confidence.
    pub cases: usize,
    /// Their mean confidence.
    pub confidence: f64,
    /// Share of them that are right.
    pub right: f64,
}

impl Calibration {
    /// Of first matches, each whether it is right and its confidence.
    pub(in crate::app) fn of(firsts: &[(bool, f64)]) -> Calibration {
        let mut found = Calibration::default();
        for bin in 0..BINS {
            let inside: Vec<_> = firsts
                .iter()
                .filter(|(_, confidence)| ((confidence * BINS as f64) as usize).min(BINS - 1) == bin)
                .collect();
            if inside.is_empty() {
                continue;
            }
            let count = inside.len() as f64;
            let confidence = inside.iter().map(|(_, confidence)| confidence).sum::<f64>() / count;
            let right = inside.iter().filter(|(right, _)| *right).count() as f64 / count;
            found.ece += (confidence - right).abs() * count / firsts.len() as f64;
            let end = |bin: usize| rounded(bin as f64 / BINS as f64);
            let (confidence, right) = (rounded(confidence), rounded(right));
            found.bins.push(Bin { from: end(bin), to: end(bin + 1), cases: inside.len(), confidence, right });
        }
        found.ece = rounded(found.ece);
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bins_hold_confidence_against_what_is_right() {
        let found = Calibration::of(&[(true, 0.95), (true, 0.91), (false, 1.0), (false, 0.31), (true, 0.3)]);
        let bins: Vec<_> =
            found.bins.iter().map(|bin| (bin.from, bin.to, bin.cases, bin.confidence, bin.right)).collect();
        assert_eq!(bins, [(0.3, 0.4, 2, 0.305, 0.5), (0.9, 1.0, 3, 0.9533, 0.6667)]);
        assert_eq!(found.ece, rounded((2.0 * 0.195 + 3.0 * (0.953_333 - 0.666_667)) / 5.0));
        assert_eq!(Calibration::of(&[]), Calibration::default());
    }
}
