//! Tuning: weights of articles without conditions, fitted to labelled cases and tried on those left out.

use std::path::PathBuf;

use serde::Serialize;

use super::{
    App, AppError,
    eval::{Calibration, Labelled, rounded},
    triage::{Input, TriageError},
};
use crate::{
    matching::{
        drawn::ANSWERED,
        tune::{FOLDS, Sample, cross_fit, fit},
        weights::Weights,
    },
    parsed::Warning,
};

/// Name and version of the JSON form.
pub const SCHEMA: &str = "casebook.tune/1";

/// Why nothing could be tuned.
#[derive(Debug, thiserror::Error)]
pub enum TuneError {
    /// A service could not be started.
    #[error(transparent)]
    App(#[from] AppError),
    /// Weights are of articles without conditions.
    #[error(
        "no case could be read, or no article in use is an import without a condition: there is nothing to fit weights to"
    )]
    Nothing,
}

/// What tuning found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TuneReport {
    /// [`SCHEMA`].
    pub schema: &'static str,
    /// Labelled cases that were used.
    pub cases: usize,
    /// How well the weights in force do on them.
    pub before: Order,
    /// How well weights do on cases that they were not fitted to.
    pub cross_validated: Order,
    /// The reliability curve of weights on cases that they were not fitted to.
    pub calibration: Calibration,
    /// In how many parts the cases were split for that.
    pub folds: usize,
    /// Weights fitted to all cases.
    pub weights: Weights,
    /// Cases that could not be read.
    pub warnings: Vec<Warning>,
}

/// How well articles without conditions are ordered.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
pub struct Order {
    /// Mean of 1 / rank of the first right article.
    pub mrr: f64,
    /// Share of cases with a right article first.
    pub recall_at_1: f64,
    /// F1 of saying that none applies.
    pub none_f1: f64,
}

impl App {
    /// Fits weights to labelled cases.
    ///
    /// # Errors
    /// When a service cannot be started, or no article in use is without conditions.
    pub fn tune(&self, cases: &[Labelled], tell: &dyn Fn(usize)) -> Result<TuneReport, TuneError> {
        let (mut samples, mut warnings) = (Vec::new(), self.unknown_labels(cases));
        for (number, labelled) in cases.iter().enumerate() {
            match self.sample(labelled)? {
                Some(sample) => samples.push(sample),
                None => warnings.push(labelled.unread()),
            }
            tell(number + 1);
        }
        if samples.iter().all(|sample| sample.features.is_empty()) {
            return Err(TuneError::Nothing);
        }
        let without = cross_fit(&samples);
        let before = vec![*self.weights; samples.len()];
        Ok(TuneReport {
            schema: SCHEMA,
            cases: samples.len(),
            before: measure(&samples, &before),
            cross_validated: measure(&samples, &without),
            calibration: calibration(&samples, &without),
            folds: FOLDS,
            weights: fit(&samples.iter().collect::<Vec<_>>()),
            warnings,
        })
    }

    /// `None` where there is nothing to read.
    fn sample(&self, labelled: &Labelled) -> Result<Option<Sample>, AppError> {
        let case = match self.collect(&[Input::Path(PathBuf::from(&labelled.case))], &|_| ()) {
            Ok((case, _)) => case,
            Err(TriageError::App(error)) => return Err(error),
            Err(TriageError::Nothing { .. }) => return Ok(None),
        };
        let drawn = self.drawn(&case);
        let (mut features, mut right) = (Vec::new(), Vec::new());
        for (at, (number, found)) in drawn.articles.iter().enumerate() {
            let article = &self.library().articles[*number];
            if labelled.is_right(&article.id.0, article.origin.as_deref().unwrap_or(&article.source)) {
                right.push(at);
            }
            features.push(*found);
        }
        Ok(Some(Sample { features, open: drawn.open, terms: drawn.terms, calm: drawn.calm, right }))
    }
}

fn measure(samples: &[Sample], weights: &[Weights]) -> Order {
    let (mut found, mut answerable) = (Order::default(), 0.0);
    let (mut said, mut none, mut both) = (0.0, 0.0, 0.0);
    for (sample, weights) in samples.iter().zip(weights) {
        let says_none = weights.answered.probability(&sample.question(&weights.order)) < ANSWERED;
        let is_none = sample.right.is_empty();
        said += f64::from(u8::from(says_none));
        none += f64::from(u8::from(is_none));
        both += f64::from(u8::from(says_none && is_none));
        if is_none {
            continue;
        }
        answerable += 1.0;
        let scores: Vec<f64> = sample.features.iter().map(|features| weights.order.score(features)).collect();
        let best = sample.right.iter().filter_map(|at| scores.get(*at)).copied().fold(f64::MIN, f64::max);
        let rank = 1 + scores.iter().filter(|score| **score > best).count();
        found.mrr += 1.0 / rank as f64;
        found.recall_at_1 += f64::from(u8::from(rank == 1));
    }
    let share = |part: f64, of: f64| if of > 0.0 { rounded(part / of) } else { 0.0 };
    Order {
        mrr: share(found.mrr, answerable),
        recall_at_1: share(found.recall_at_1, answerable),
        none_f1: share(2.0 * both, said + none),
    }
}

/// Confidence of each case's first article against whether it is right.
fn calibration(samples: &[Sample], weights: &[Weights]) -> Calibration {
    let firsts = samples.iter().zip(weights).filter_map(|(sample, weights)| {
        let scores: Vec<f64> = sample.features.iter().map(|features| weights.order.score(features)).collect();
        let (first, best) = scores.iter().enumerate().rev().max_by(|a, b| a.1.total_cmp(b.1))?;
        let all: f64 = scores.iter().map(|score| (score - best).exp()).sum();
        let answered = weights.answered.probability(&sample.question(&weights.order));
        (*best > 0.0).then(|| (sample.right.contains(&first), answered / all))
    });
    Calibration::of(&firsts.collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matching::{open::Open, weights::Features};

    #[test]
    fn measures_count_ranks_and_what_is_said_of_none() {
        let weights = *Weights::builtin();
        let article = |passage| Features { passage, ..Features::default() };
        let sample = |explained: f64, right: &[usize]| Sample {
            features: vec![article(3.0), article(1.0)],
            open: vec![Open { explained, ..Open::default() }, Open::default()],
            terms: 90,
            calm: 0.0,
            right: right.to_vec(),
        };
        let samples = [sample(0.5, &[0]), sample(0.5, &[1]), sample(0.0, &[]), sample(0.5, &[])];
        let found = measure(&samples, &[weights; 4]);
        assert_eq!((found.mrr, found.recall_at_1), (0.75, 0.5));
        // One of two is said to have none, and rightly.
        assert_eq!(found.none_f1, 0.6667);
        assert_eq!(measure(&[], &[]), Order::default());
        let curve = calibration(&samples, &[weights; 4]);
        assert_eq!(curve.bins.iter().map(|bin| bin.cases).sum::<usize>(), 4);
        let right: f64 = curve.bins.iter().map(|bin| bin.right * bin.cases as f64).sum();
        // Of the two with an answer one has it first.
        assert!((right - 1.0).abs() < 0.01, "{curve:?}");
    }
}
