//! Fitting [`Weights`] to labelled cases.
//!
//! The order is fitted by the likelihood of a right article under the softmax of scores, over the cases that some article
//! resolves (the top-one probability of Cao et al., Learning to Rank: From Pairwise Approach to Listwise Approach, 2007), and
//! whether any answers by logistic regression over all. Weights of the order are not negative: each feature speaks for
//! an article. Both sums are convex, and every step is the same on every machine: the same cases give the same weights.

use super::{
    open::Open,
    weights::{Answered, Features, Order, Question, Weights},
};

/// Strength of the penalty on squared weights: some hundred cases are few.
const PENALTY: f64 = 0.003;
/// The same for the logistic curve, whose features are brought to one scale before.
const ANSWERED_PENALTY: f64 = 0.01;
/// Steps of the descent, and the length of each.
const STEPS: usize = 3_000;
const STEP: f64 = 0.05;
/// Parts that cases are split into for cross-validation.
pub const FOLDS: usize = 10;

/// A labelled case with what it has in common with each article.
#[derive(Debug, Clone, Default)]
pub struct Sample {
    /// Features, an entry per article.
    pub features: Vec<Features>,
    /// What each article leaves open.
    pub open: Vec<Open>,
    /// How many terms the case has.
    pub terms: usize,
    /// [`Question::calm`].
    pub calm: f64,
    /// Places of the right articles; none where no article applies.
    pub right: Vec<usize>,
}

impl Sample {
    /// What tells whether any article answers.
    pub fn question(&self, order: &Order) -> Question {
        let scores = self.features.iter().map(|features| order.score(features));
        Question::of(scores.zip(self.open.iter().copied()), self.terms, self.calm)
    }
}

/// Fits weights to cases.
pub fn fit(samples: &[&Sample]) -> Weights {
    let order = fit_order(samples);
    let asked: Vec<(Question, bool)> =
        samples.iter().map(|sample| (sample.question(&order), !sample.right.is_empty())).collect();
    Weights { order, answered: fit_answered(&asked) }
}

/// For each case the weights that were fitted without it, by [`FOLDS`] parts.
pub fn cross_fit(samples: &[Sample]) -> Vec<Weights> {
    let fitted: Vec<Weights> = (0..FOLDS.min(samples.len()))
        .map(|fold| {
            let others = samples.iter().enumerate().filter(|(number, _)| number % FOLDS != fold);
            fit(&others.map(|(_, sample)| sample).collect::<Vec<_>>())
        })
        .collect();
    (0..samples.len()).map(|number| fitted[number % FOLDS]).collect()
}

fn fit_order(samples: &[&Sample]) -> Order {
    let answerable: Vec<&&Sample> = samples.iter().filter(|sample| !sample.right.is_empty()).collect();
    let count = answerable.len().max(1) as f64;
    let gradient = |weights: &[f64; Features::COUNT]| {
        let mut sum = weights.map(|weight| PENALTY * weight);
        let order = Order::of(*weights);
        for sample in &answerable {
            let scores: Vec<f64> = sample.features.iter().map(|features| order.score(features)).collect();
            let best = scores.iter().copied().fold(f64::MIN, f64::max);
            let likely: Vec<f64> = scores.iter().map(|score| (score - best).exp()).collect();
            let all: f64 = likely.iter().sum();
            let right: f64 = sample.right.iter().filter_map(|at| likely.get(*at)).sum();
            for (at, features) in sample.features.iter().enumerate() {
                let is_right = sample.right.contains(&at) && right > 0.0;
                let pull = likely[at] / all - if is_right { likely[at] / right } else { 0.0 };
                for (sum, value) in sum.iter_mut().zip(features.values()) {
                    *sum += pull * value / count;
                }
            }
        }
        sum
    };
    Order::of(descend([1.0; Features::COUNT], gradient, 0.0))
}

fn fit_answered(asked: &[(Question, bool)]) -> Answered {
    const COUNT: usize = Question::COUNT;
    let count = asked.len().max(1) as f64;
    let mean: [f64; COUNT] =
        std::array::from_fn(|at| asked.iter().map(|(question, _)| question.values()[at]).sum::<f64>() / count);
    let spread: [f64; COUNT] = std::array::from_fn(|at| {
        let squares = asked.iter().map(|(question, _)| (question.values()[at] - mean[at]).powi(2)).sum::<f64>();
        (squares / count).sqrt().max(1e-9)
    });
    // The constant stands first.
    let scaled = |question: &Question| -> [f64; COUNT + 1] {
        let values = question.values();
        std::array::from_fn(|at| at.checked_sub(1).map_or(1.0, |at| (values[at] - mean[at]) / spread[at]))
    };
    let gradient = |weights: &[f64; COUNT + 1]| {
        let mut sum = weights.map(|weight| ANSWERED_PENALTY * weight);
        sum[0] = 0.0;
        for (question, answered) in asked {
            let values = scaled(question);
            let total: f64 = values.iter().zip(weights).map(|(value, weight)| value * weight).sum();
            let pull = 1.0 / (1.0 + (-total).exp()) - f64::from(u8::from(*answered));
            for (sum, value) in sum.iter_mut().zip(values) {
                *sum += pull * value / count;
            }
        }
        sum
    };
    let found = descend([0.0; COUNT + 1], gradient, f64::MIN);
    let weights: [f64; COUNT] = std::array::from_fn(|at| found[at + 1] / spread[at]);
    let moved: f64 = weights.iter().zip(mean).map(|(weight, mean)| weight * mean).sum();
    Answered::of(found[0] - moved, weights)
}

/// Goes down a convex sum by its gradient with steps scaled by its past (Kingma and Ba, Adam, 2015), never below `least`.
fn descend<const N: usize>(mut at: [f64; N], gradient: impl Fn(&[f64; N]) -> [f64; N], least: f64) -> [f64; N] {
    let (mut mean, mut square) = ([0.0; N], [0.0; N]);
    for step in 1..=STEPS {
        let found = gradient(&at);
        // Steps grow shorter, so that it settles.
        let length = STEP / (1.0 + 10.0 * step as f64 / STEPS as f64);
        for part in 0..N {
            mean[part] = 0.9 * mean[part] + 0.1 * found[part];
            square[part] = 0.999 * square[part] + 0.001 * found[part].powi(2);
            let unbiased = mean[part] / (1.0 - 0.9f64.powi(step as i32));
            let scale = (square[part] / (1.0 - 0.999f64.powi(step as i32))).sqrt() + 1e-9;
            at[part] = (at[part] - length * unbiased / scale).max(least);
        }
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Cases in which the codes name the right article and titles say nothing; every fourth has no answer, and explains less.
    fn samples() -> Vec<Sample> {
        let sample = |number: usize| {
            let noise = |salt: usize| ((number * 7919 + salt * 104_729) % 97) as f64 / 97.0;
            let none = number.is_multiple_of(4);
            let article = |at: usize| Features {
                title: 3.0 * noise(at),
                codes: if at == 1 && !none { 1.5 } else { 0.3 * noise(at + 50) },
                passage: 1.0 + noise(at + 20),
                ..Features::default()
            };
            Sample {
                features: (0..8).map(article).collect(),
                open: (0..8)
                    .map(|at| Open {
                        explained: if none { 0.02 } else { 0.2 + 0.1 * noise(at + 70) },
                        ..Open::default()
                    })
                    .collect(),
                terms: 60 + number,
                calm: 0.0,
                right: if none { Vec::new() } else { vec![1] },
            }
        };
        (1..41).map(sample).collect()
    }

    #[test]
    fn what_tells_gets_weight_and_what_does_not_gets_little() {
        let samples = samples();
        let weights = fit(&samples.iter().collect::<Vec<_>>());
        assert!(weights.order.codes > 4.0 * weights.order.title.max(weights.order.passage), "{weights:?}");
        assert!(weights.answered.explained > 0.0, "{weights:?}");
        let right = samples.iter().all(|sample| {
            let probability = weights.answered.probability(&sample.question(&weights.order));
            (probability > 0.5) != sample.right.is_empty()
        });
        assert!(right, "{weights:?}");
    }

    #[test]
    fn the_same_cases_give_the_same_weights_and_none_give_some() {
        let samples = samples();
        let all: Vec<&Sample> = samples.iter().collect();
        assert_eq!(fit(&all), fit(&all));
        let weights = fit(&[]);
        assert!(weights.order.passage.is_finite() && weights.answered.constant.is_finite());
        assert!(cross_fit(&[]).is_empty());
        assert_eq!(cross_fit(&samples[..3]).len(), 3);
    }
}
