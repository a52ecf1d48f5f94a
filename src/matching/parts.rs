//! What the score and the confidence of a match are made of: both are computed from these parts, and shown by them.

use serde::{Serialize, Serializer};

use super::{
    applies::Fit,
    fitting::Fitting,
    score,
    weights::{Features, Order},
};
use crate::signature::{Signature, Standing};

/// The parts of a match.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Parts {
    /// The article's signatures that are seen.
    pub signatures: Vec<SignaturePart>,
    /// Text relevance `T`, 0 to 1.
    #[serde(serialize_with = "short")]
    pub words: f64,
    /// Of an article without conditions: what it has in common with the case.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub drawn: Option<DrawnParts>,
    /// What the article's condition says.
    pub condition: ConditionPart,
    /// What keeps the confidence below a value, in the order in which it is applied.
    pub caps: Vec<Cap>,
    /// How the machine and `applies_to` go together.
    pub applies: Applies,
    /// How products and components go together.
    pub fitting: Fitting,
}

/// What one signature gives: the product of its factors.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SignaturePart {
    /// The article's signature.
    pub signature: Signature,
    /// Whether the article calls it strong.
    pub strong: bool,
    /// [`score::STRONG`] or [`score::WEAK`].
    #[serde(serialize_with = "short")]
    pub base: f64,
    /// How telling it is, see [`score::rarity`].
    #[serde(serialize_with = "short")]
    pub rarity: f64,
    /// How many issues name it.
    pub named_by: usize,
    /// What the strongest line says of it.
    pub standing: Standing,
    /// What that is worth, see [`score::standing`].
    #[serde(serialize_with = "short")]
    pub standing_worth: f64,
    /// 1 where it was seen as such, [`score::EQUIVALENT`] where something that means the same was.
    #[serde(serialize_with = "short")]
    pub equivalence: f64,
}

impl SignaturePart {
    /// The probability that it gives.
    pub fn weight(&self) -> f64 {
        self.base * self.rarity * self.standing_worth * self.equivalence
    }
}

/// What an article without conditions has in common with a case.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
pub struct DrawnParts {
    /// The features.
    #[serde(serialize_with = "short_features")]
    pub features: Features,
    /// What each is worth.
    pub weights: Order,
    /// Its share among these articles, 0 to 1.
    #[serde(serialize_with = "short")]
    pub share: f64,
    /// How probable it is that any of them answers.
    #[serde(serialize_with = "short")]
    pub answered: f64,
}

impl DrawnParts {
    /// The weighted sum.
    pub fn score(&self) -> f64 {
        self.weights.score(&self.features)
    }

    /// Probability that any answers, times the share.
    pub fn confidence(&self) -> f64 {
        self.answered * self.share
    }
}

/// What the condition of an article says of a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ConditionPart {
    /// It has none; a strong signature of it fails.
    NoneStrongFails,
    /// It has none, and none does.
    None,
    /// It holds.
    Holds,
    /// It holds by quoted history alone.
    HoldsQuoted,
    /// It does not hold.
    Fails,
    /// It does not hold, and one demand of [`score::NEAR_OF`] or more alone is missing.
    Near,
}

impl ConditionPart {
    /// The confidence that a score gives with it.
    fn confidence(self, total: f64) -> f64 {
        match self {
            ConditionPart::Holds => score::CERTAIN + (1.0 - score::CERTAIN) * total,
            ConditionPart::HoldsQuoted => score::QUOTED_ONLY.min(score::CERTAIN * (0.5 + 0.5 * total)),
            ConditionPart::NoneStrongFails => total,
            ConditionPart::None | ConditionPart::Fails => total.min(score::UNCERTAIN),
            ConditionPart::Near => total.clamp(score::NEAR, score::UNCERTAIN),
        }
    }

    /// The rule in words, with its constants.
    pub fn rule(self) -> String {
        match self {
            ConditionPart::Holds => {
                format!("the condition holds: {:.2} + {:.2} × score", score::CERTAIN, 1.0 - score::CERTAIN)
            }
            ConditionPart::HoldsQuoted => {
                let half = score::CERTAIN / 2.0;
                format!(
                    "the condition holds by quoted history alone: {half:.2} + {half:.2} × score, at most {:.2}",
                    score::QUOTED_ONLY
                )
            }
            ConditionPart::NoneStrongFails => "no condition, a strong signature fails: the score".to_string(),
            ConditionPart::None => {
                format!("no condition, no strong signature fails: the score, at most {:.2}", score::UNCERTAIN)
            }
            ConditionPart::Fails => format!("the condition does not hold: the score, at most {:.2}", score::UNCERTAIN),
            ConditionPart::Near => format!(
                "one demand of the condition is missing: the score, at least {:.2}, at most {:.2}",
                score::NEAR,
                score::UNCERTAIN
            ),
        }
    }
}

/// Why the confidence is kept below a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cap {
    /// The subject announces a text that is no case.
    Notice,
    /// The article is of a code in general.
    Generic,
    /// Facts of the machine contradict it.
    Contradicted,
    /// The fix is on the machine, and it fails all the same.
    FixInstalled,
    /// Only history, answers and what was pasted name what it rests on.
    Hearsay,
    /// The mails report no fault.
    Errand,
}

impl Cap {
    /// The value.
    pub fn at(self) -> f64 {
        match self {
            Cap::Notice | Cap::Errand => score::NOTICE,
            Cap::FixInstalled => score::FIX_INSTALLED,
            Cap::Hearsay => score::QUOTED_ONLY,
            Cap::Generic => score::GENERIC,
            Cap::Contradicted => score::CONTRADICTED,
        }
    }

    /// The reason in words.
    pub fn why(self) -> &'static str {
        match self {
            Cap::Notice => "the subject reads like an announcement",
            Cap::Generic => "general advice on a code",
            Cap::Contradicted => "the facts of the machine contradict it",
            Cap::FixInstalled => "the fix is on the machine",
            Cap::Hearsay => "only history, answers or what was pasted name it: no verdict",
            Cap::Errand => "the mails report no fault: no verdict",
        }
    }
}

/// How the machine and `applies_to` go together, without the reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Applies {
    /// It is for this machine.
    Fits,
    /// Nothing speaks for or against it.
    CannotTell,
    /// It is not.
    Contradicts,
}

impl From<&Fit> for Applies {
    fn from(fit: &Fit) -> Self {
        match fit {
            Fit::Fits => Applies::Fits,
            Fit::CannotTell => Applies::CannotTell,
            Fit::Contradicts(_) => Applies::Contradicts,
        }
    }
}

/// How far below a threshold a confidence stays that evidence alone does not bring over it.
const BELOW: f64 = 0.001;

impl Parts {
    /// What the signatures give together, `S`.
    pub fn together(&self) -> f64 {
        score::combine(self.signatures.iter().map(SignaturePart::weight))
    }

    /// What signatures and words give together, before product and component.
    pub fn evidence(&self) -> f64 {
        score::combine([self.together(), score::TEXT * self.words])
    }

    /// The score.
    pub fn score(&self) -> f64 {
        match &self.drawn {
            Some(drawn) => drawn.score(),
            None => self.fitting.weigh(self.evidence()),
        }
    }

    /// Whether it gives no verdict, however well it fits: the machine is not one of those that it is for, nobody who reports has
    /// named it, or no fault is reported. It is listed, and nothing is asked because of it.
    pub fn is_withheld(&self) -> bool {
        self.applies == Applies::Contradicts || self.caps.iter().any(|cap| matches!(cap, Cap::Hearsay | Cap::Errand))
    }

    /// The confidence, caps and all.
    pub fn confidence(&self) -> f64 {
        let (plain, weighed) = match &self.drawn {
            Some(drawn) => (drawn.confidence(), self.fitting.weigh(drawn.confidence())),
            None => (self.condition.confidence(self.evidence()), self.condition.confidence(self.score())),
        };
        // That it is for such machines orders what may be; evidence alone makes a verdict.
        let above = [score::POSSIBLE, score::KNOWN].into_iter().filter(|threshold| plain < *threshold);
        let before = above.fold(weighed, |confidence, threshold| confidence.min(threshold - BELOW));
        self.caps.iter().fold(before, |confidence, cap| confidence.min(cap.at()))
    }
}

fn short<S: Serializer>(value: &f64, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64(four_digits(*value))
}

fn short_features<S: Serializer>(features: &Features, serializer: S) -> Result<S::Ok, S::Error> {
    Features::of(features.values().map(four_digits)).serialize(serializer)
}

/// Four digits: more would claim a precision that no score has.
fn four_digits(value: f64) -> f64 {
    (value * 10_000.0).round() / 10_000.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matching::fitting::ProductFit;

    fn parts(condition: ConditionPart, words: f64) -> Parts {
        Parts {
            signatures: Vec::new(),
            words,
            drawn: None,
            condition,
            caps: Vec::new(),
            applies: Applies::CannotTell,
            fitting: fitting(1.0),
        }
    }

    fn fitting(odds: f64) -> Fitting {
        Fitting { product: ProductFit::CannotTell, component: None, odds }
    }

    #[test]
    fn score_is_made_of_its_parts() {
        let mut one = parts(ConditionPart::Fails, 0.5);
        one.signatures.push(SignaturePart {
            signature: "hresult:0x80070005".parse().unwrap(),
            strong: true,
            base: score::STRONG,
            rarity: 0.5,
            named_by: 3,
            standing: Standing::Failing,
            standing_worth: 1.0,
            equivalence: score::EQUIVALENT,
        });
        assert!((one.together() - 0.27).abs() < 1e-9);
        assert!((one.score() - (1.0 - 0.73 * 0.65)).abs() < 1e-9);
        assert_eq!(one.confidence(), one.score());
        one.fitting = fitting(0.5);
        assert!(one.score() < 1.0 - 0.73 * 0.65 && one.confidence() == one.score());
        one.fitting = fitting(1.0);
        one.caps = vec![Cap::Generic, Cap::Contradicted];
        assert_eq!(one.confidence(), score::CONTRADICTED);
    }

    #[test]
    fn what_fits_orders_and_makes_no_verdict() {
        let mut one = parts(ConditionPart::Fails, 0.4);
        let plain = one.confidence();
        one.fitting = fitting(1.5);
        assert!(plain < score::POSSIBLE && one.confidence() > plain && one.confidence() < score::POSSIBLE);
        one.fitting = fitting(0.5);
        assert!(one.confidence() < plain);
    }

    #[test]
    fn conditions_lift_and_cap() {
        assert_eq!(parts(ConditionPart::Holds, 0.0).confidence(), score::CERTAIN);
        assert_eq!(parts(ConditionPart::HoldsQuoted, 1.0).confidence(), score::QUOTED_ONLY.min(score::CERTAIN * 0.85));
        assert_eq!(parts(ConditionPart::Near, 0.2).confidence(), score::NEAR);
        assert_eq!(parts(ConditionPart::None, 1.0).confidence(), score::UNCERTAIN);
    }
}
