//! What an imported article has in common with a case as numbers, and what each is worth: [`super::drawn`] has the formulas,
//! `kb/weights.toml` the weights.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize, de::Error as _};

use super::{drawn::PRIOR, open::Open};

static BUILTIN: LazyLock<Weights> =
    LazyLock::new(|| toml::from_str(include_str!("../../kb/weights.toml")).unwrap_or_default());

/// The score of an article of another fault, as most articles of a large collection have it.
const ELSEWHERE: f64 = 5.0;
/// Articles that may be right together, or stand so near each other that one of them is: rivals say nothing against there being
/// an answer.
const RIVALS: usize = 2;
/// Keeps the logarithm of a share finite.
const LEAST_SHARE: f64 = 1e-12;
/// Keeps the logarithm of what is explained from falling without end.
const SMOOTH: f64 = 0.01;
/// Logarithm of the number of terms from which a case is as long as any: logs add words, not what is asked.
const LONGEST: f64 = 5.5;

/// What an article has in common with a case, each about 0 to 5.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Features {
    /// Square root of its best passage's BM25: one passage full of the same words is no proof.
    pub passage: f64,
    /// BM25 of its title.
    pub title: f64,
    /// BM25 of its title with its symptoms.
    pub symptoms: f64,
    /// How alike both are letter by letter.
    pub letters: f64,
    /// How alike the case is, letter by letter, to how people and machines speak of the article's subject.
    pub spoken: f64,
    /// BM25 of the whole article for the subjects alone.
    pub subject: f64,
    /// Signatures that are seen, by rarity, standing and rank, for an article that names few more than for a list.
    pub codes: f64,
}

impl Features {
    /// How many there are.
    pub const COUNT: usize = 7;

    /// From numbers in the order of the fields.
    pub fn of([passage, title, symptoms, letters, spoken, subject, codes]: [f64; Self::COUNT]) -> Features {
        Features { passage, title, symptoms, letters, spoken, subject, codes }
    }

    /// As numbers, in the order of the fields.
    pub fn values(&self) -> [f64; Self::COUNT] {
        [self.passage, self.title, self.symptoms, self.letters, self.spoken, self.subject, self.codes]
    }

    /// As weights: the score of an article with these features.
    pub fn score(&self, features: &Features) -> f64 {
        features.values().iter().zip(self.values()).map(|(value, weight)| value * weight).sum()
    }

    /// As numbers with their names, in the same order.
    pub fn named(&self) -> [(&'static str, f64); Self::COUNT] {
        let names = ["passage", "title", "symptoms", "letters", "spoken", "subject", "codes"];
        std::array::from_fn(|at| (names[at], self.values()[at]))
    }
}

/// What features are worth.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Weights {
    /// Which article is first.
    pub order: Order,
    /// Whether any article answers.
    pub answered: Answered,
}

/// What each feature is worth.
pub type Order = Features;

/// Weights of a logistic curve.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answered {
    /// Where it begins.
    pub constant: f64,
    /// Of [`Question::share`].
    pub share: f64,
    /// Of the logarithm of the share of the case that the first explains.
    pub explained: f64,
    /// Of the logarithm of the number of terms.
    pub length: f64,
    /// Of [`Open::foreign`].
    pub foreign: f64,
    /// Of [`Open::unmet`].
    pub unmet: f64,
    /// Of [`Open::ahead`].
    pub ahead: f64,
    /// Of [`Question::calm`].
    pub calm: f64,
}

impl Weights {
    /// The built-in ones.
    pub fn builtin() -> &'static Weights {
        &BUILTIN
    }

    /// Reads weights.
    ///
    /// # Errors
    /// When it is not TOML of this form, a weight is no finite number, or one of the order is negative.
    pub fn from_toml(text: &str) -> Result<Weights, toml::de::Error> {
        let weights: Weights = toml::from_str(text)?;
        let finite =
            weights.answered.constant.is_finite() && weights.answered.weights().iter().all(|one| one.is_finite());
        if finite && weights.order.values().iter().all(|weight| weight.is_finite() && *weight >= 0.0) {
            Ok(weights)
        } else {
            Err(toml::de::Error::custom("weights are finite numbers, those of `order` from 0 on"))
        }
    }
}

/// What tells whether any article answers a case.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Question {
    /// Logarithm of the share of the best `RIVALS`.
    pub share: f64,
    /// Logarithm of the share that the first explains.
    pub explained: f64,
    /// Logarithm of the number of terms.
    pub length: f64,
    /// [`Open::foreign`] of the first.
    pub foreign: f64,
    /// [`Open::unmet`] of the first.
    pub unmet: f64,
    /// [`Open::ahead`] of the first.
    pub ahead: f64,
    /// How little the case reports a fault, [`crate::case::errand::Purpose::calm`].
    pub calm: f64,
}

impl Question {
    /// How many numbers it has.
    pub const COUNT: usize = 7;

    /// Of scores with what the article of each leaves open, for a case with so many terms that is so calm. As if there were some hundred
    /// articles of other faults beside a few: the only article is not right for being the first.
    pub fn of(scored: impl IntoIterator<Item = (f64, Open)>, terms: usize, calm: f64) -> Question {
        let mut scored: Vec<(f64, Open)> = scored.into_iter().collect();
        // A stable sort: of equals the earlier one.
        scored.sort_by(|a, b| b.0.total_cmp(&a.0));
        let (first, open) = scored.first().copied().filter(|(score, _)| *score > 0.0).unwrap_or_default();
        let others = (PRIOR - scored.len() as f64).max(0.0) * (ELSEWHERE - first).exp();
        let likely = |scored: &[(f64, Open)]| scored.iter().map(|(score, _)| (score - first).exp()).sum::<f64>();
        let best = likely(&scored[..scored.len().min(RIVALS)]);
        let Open { explained, foreign, unmet, ahead } = open;
        Question {
            share: (best / (others + likely(&scored))).max(LEAST_SHARE).ln(),
            explained: (SMOOTH + explained).ln(),
            length: (terms as f64).ln_1p().min(LONGEST),
            foreign,
            unmet,
            ahead,
            calm,
        }
    }

    /// As numbers, in the order of the fields.
    pub fn values(&self) -> [f64; Self::COUNT] {
        [self.share, self.explained, self.length, self.foreign, self.unmet, self.ahead, self.calm]
    }
}

impl Answered {
    /// From a constant and weights in the order of [`Question::values`].
    pub fn of(
        constant: f64,
        [share, explained, length, foreign, unmet, ahead, calm]: [f64; Question::COUNT],
    ) -> Answered {
        Answered { constant, share, explained, length, foreign, unmet, ahead, calm }
    }

    fn weights(&self) -> [f64; Question::COUNT] {
        [self.share, self.explained, self.length, self.foreign, self.unmet, self.ahead, self.calm]
    }

    /// The probability that the article with the best score answers, or another one.
    pub fn probability(&self, question: &Question) -> f64 {
        let weighted = question.values().into_iter().zip(self.weights()).map(|(value, weight)| value * weight);
        let sum = self.constant + weighted.sum::<f64>();
        1.0 / (1.0 + (-sum).exp())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn built_in_weights_are_read() {
        let weights = Weights::from_toml(include_str!("../../kb/weights.toml")).unwrap();
        assert_eq!(weights, *Weights::builtin());
        assert!(weights.order.passage > 0.0 && weights.answered.explained > 0.0);
        assert!(Weights::from_toml("[order]\npassage = 1").is_err());
        for wrong in ["nan", "inf", "-1.0"] {
            let text = include_str!("../../kb/weights.toml").replace("passage = ", &format!("passage = {wrong} #"));
            assert!(Weights::from_toml(&text).is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_only_article_is_not_right_for_being_the_first() {
        let question = |scores: &[f64]| Question::of(scores.iter().map(|score| (*score, Open::default())), 80, 0.0);
        assert!(question(&[4.0]).share < -4.0);
        assert!(question(&[16.0]).share > -0.1);
        assert!(question(&[16.0, 16.0, 16.0]).share < question(&[16.0, 12.0, 12.0]).share);
        assert!(question(&[16.0, 16.0]).share > -0.1, "one of two rivals answers");
        assert!(question(&[0.0, 0.0]).share < -4.0);
        assert!(question(&[]).share.is_finite());
    }
}
