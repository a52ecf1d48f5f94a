//! How signals combine into a score and a confidence; every weight is named here.
//!
//! Signatures: each of the article's signatures that is seen gives a probability
//! `base × rarity × standing × equivalence`; they combine as independent hints,
//! `S = 1 - Π(1 - p)`. Text relevance `T` (0 to 1) comes from [`crate::text::relevance`]. The score is
//! `1 - (1 - S)(1 - TEXT × T)`: either alone can carry an article, both together carry further.
//! Confidence is the score brought under the caps below.

use crate::signature::Standing;

/// A failing strong signature that no other article names: short of certain, since codes are shared
/// by causes that no article describes yet.
pub const STRONG: f64 = 0.60;

/// A weak signature goes with the issue, and with many others.
pub const WEAK: f64 = 0.15;

/// `hresult:0x80070005` for `win32:5`: the same meaning, but the reporting layer differs.
pub const EQUIVALENT: f64 = 0.9;

/// Share of full text relevance in the score: words alone do not reach the threshold of known.
pub const TEXT: f64 = 0.70;

/// What a condition that holds gives at least: known, with room above for agreement of the rest.
pub const CERTAIN: f64 = 0.82;

/// Cap where an article has a condition and it does not hold: its author said what makes it certain.
pub const UNCERTAIN: f64 = 0.60;

/// What a condition gives of which one demand alone is missing: worth a look, with the missing thing named.
pub const NEAR: f64 = 0.40;

/// Demands that such a condition must have: of two or three, one is missing in anything.
pub const NEAR_OF: usize = 4;

/// Score that must stand behind it: in a condition of common words nearly all demands are met by any mail.
pub const NEAR_TOTAL: f64 = 0.10;

/// Cap where a condition holds by quoted history alone.
pub const QUOTED_ONLY: f64 = 0.70;

/// Cap for generic articles: a code in general explains no case.
pub const GENERIC: f64 = 0.50;

/// Cap where the subject says that the text is no case: release notes, training, a newsletter.
pub const NOTICE: f64 = 0.60;

/// Cap where the facts of the machine contradict the article, or it is for other systems.
pub const CONTRADICTED: f64 = 0.40;

/// Cap where the fix is on the machine and it fails all the same: the cause is likely to be another one.
pub const FIX_INSTALLED: f64 = 0.70;

/// Signatures of an article that somebody who answers names of himself, from which it is what he found out, not a guess.
pub const FINDING: usize = 3;

/// From here on a match is `known`.
pub const KNOWN: f64 = 0.80;

/// From here on a match is `possible`; below, it is noise and is not shown.
pub const POSSIBLE: f64 = 0.30;

/// What the standing of a sighting is worth.
pub fn standing(standing: Standing) -> f64 {
    match standing {
        Standing::Failing => 1.0,
        Standing::Mentioned => 0.55,
        // Taken so low that a healthy log that names every driver of an article stays below POSSIBLE.
        Standing::Listed => 0.05,
        // A failure that the program itself got over explains no case, but may be its first sign.
        Standing::Recovered => 0.10,
        // The support may be right, and quotes what it was told; nobody says that he met it.
        Standing::Cited => 0.25,
        Standing::Quoted => 0.25,
        Standing::Denied => 0.0,
    }
}

/// How telling a signature is: 1 when one article of `articles` names it, falling with the logarithm of
/// the number that do.
pub fn rarity(named_by: usize, articles: usize) -> f64 {
    let all = (articles.max(1) + 1) as f64;
    ((all / named_by.max(1) as f64).ln() / all.ln()).clamp(0.0, 1.0)
}

/// Independent hints together: `1 - Π(1 - p)`.
pub fn combine(hints: impl IntoIterator<Item = f64>) -> f64 {
    1.0 - hints.into_iter().fold(1.0, |rest, hint| rest * (1.0 - hint.clamp(0.0, 1.0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rarity_falls_with_sharing() {
        assert_eq!(rarity(1, 20), 1.0);
        assert!(rarity(5, 20) < rarity(2, 20));
        assert!(rarity(20, 20) < 0.05);
        assert_eq!(rarity(0, 0), 1.0);
    }

    #[test]
    fn hints_never_exceed_one() {
        assert_eq!(combine([]), 0.0);
        assert!((combine([0.5, 0.5]) - 0.75).abs() < 1e-9);
        assert_eq!(combine([1.0, 0.3, 2.0]), 1.0);
    }

    #[test]
    fn thresholds_are_in_order() {
        let order = [POSSIBLE, CONTRADICTED, GENERIC, UNCERTAIN, QUOTED_ONLY, FIX_INSTALLED, KNOWN, CERTAIN];
        assert!(order.is_sorted());
    }
}
