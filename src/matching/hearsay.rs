//! Whether anybody who reports names what a match rests on, or only those who answer, old mails and what was pasted.
//!
//! The support asks whether it is this or that, and quotes its own questions in the next mail: that names a code is no sign that
//! somebody met it.

use super::{
    parts::{ConditionPart, Parts},
    score,
};
use crate::signature::{SignatureEvidence, Standing, Whose};

/// Where it stands, behind what stands there.
pub(super) const FROM_OTHERS: &str = "stands only in quoted history, in answers of the support, or in what was pasted";

/// Share of words in the score of an imported article from which it rests on them, and not on codes.
const MOSTLY_WORDS: f64 = 0.5;

/// Whether somebody of the support names it newly, of whom a finding may come.
pub(super) fn is_answer(evidence: &SignatureEvidence) -> bool {
    let answers = evidence.occurrences.iter().filter_map(|one| one.whose).any(Whose::answers);
    evidence.standing == Standing::Cited && answers
}

/// Whether a match rests on hearsay. `words`: of an imported article the share of words in its score; `answered`: how many of
/// its signatures somebody who answers names.
pub(super) fn is_hearsay(parts: &Parts, words: Option<f64>, answered: usize) -> bool {
    let from_others = |standing| matches!(standing, Standing::Cited | Standing::Quoted);
    if parts.signatures.iter().any(|one| !from_others(one.standing)) || answered >= score::FINDING {
        return false;
    }
    match (parts.condition, words) {
        (ConditionPart::Holds, _) => false,
        (ConditionPart::HoldsQuoted, _) => true,
        _ if parts.signatures.is_empty() => false,
        (_, Some(words)) => words < MOSTLY_WORDS,
        (_, None) => score::TEXT * parts.words < score::POSSIBLE,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matching::{fitting::Fitting, parts::Applies, parts::SignaturePart};

    fn parts(condition: ConditionPart, standings: &[Standing], words: f64) -> Parts {
        let signature = |standing: &Standing| SignaturePart {
            signature: "hresult:0x80070005".parse().unwrap(),
            strong: true,
            base: score::STRONG,
            rarity: 1.0,
            named_by: 1,
            standing: *standing,
            standing_worth: score::standing(*standing),
            equivalence: 1.0,
        };
        Parts {
            signatures: standings.iter().map(signature).collect(),
            words,
            drawn: None,
            condition,
            caps: Vec::new(),
            applies: Applies::CannotTell,
            fitting: Fitting::default(),
        }
    }

    #[test]
    fn what_only_others_name_is_hearsay() {
        use ConditionPart::{Fails, Holds, HoldsQuoted};
        let (cited, quoted, failing) = (Standing::Cited, Standing::Quoted, Standing::Failing);
        for (condition, standings, words, answered, expected) in [
            (HoldsQuoted, &[quoted][..], 0.2, 0, true),
            (HoldsQuoted, &[cited, quoted], 0.2, 2, true),
            (HoldsQuoted, &[], 0.9, 0, true),
            (Fails, &[quoted, quoted, quoted], 0.1, 0, true),
            // Its words are said too, or somebody has met a part of it.
            (Fails, &[quoted], 0.6, 0, false),
            (HoldsQuoted, &[quoted, failing], 0.2, 0, false),
            (Holds, &[quoted], 0.2, 0, false),
            (Fails, &[], 0.2, 0, false),
            // What the support found out.
            (HoldsQuoted, &[cited, cited, cited], 0.2, 3, false),
        ] {
            let found = is_hearsay(&parts(condition, standings, words), None, answered);
            assert_eq!(found, expected, "{condition:?} {standings:?} {words} {answered}");
        }
        assert!(is_hearsay(&parts(ConditionPart::None, &[quoted], 0.9), Some(0.3), 0));
        assert!(!is_hearsay(&parts(ConditionPart::None, &[quoted], 0.9), Some(0.7), 0));
    }
}
