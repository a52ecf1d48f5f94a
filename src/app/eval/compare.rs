//! Two evaluations of the same cases side by side, and how likely chance alone makes such a difference.
//!
//! Reciprocal ranks are tested by randomization: which of the two a case's figure came from does not matter if there is no
//! difference (Smucker, Allan and Carterette, A Comparison of Statistical Significance Tests for Information Retrieval
//! Evaluation, 2007). Shares of cases that are right are tested by the cases that only one of the two gets right (McNemar's
//! exact test).

use std::collections::HashMap;

use rand_chacha::{
    ChaCha8Rng,
    rand_core::{RngCore, SeedableRng},
};
use serde::{Deserialize, Serialize};
use statrs::distribution::{Binomial, DiscreteCDF};

use super::{CaseResult, EvalReport, SCHEMA, rounded};

/// Cases that differ up to which all ways to swap them are tried.
const ALL_WAYS: usize = 16;
/// Ways that are drawn where there are more.
const DRAWN: u32 = 100_000;
/// The same draws each time.
const SEED: u64 = 7;

/// How an evaluation stands against an earlier one.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Comparison {
    /// Cases that both have.
    pub cases: usize,
    /// Cases that only one of them has: nothing is said of these.
    pub unpaired: usize,
    /// Measure by measure.
    pub differences: Vec<Difference>,
}

/// How one measure differs.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Difference {
    /// The measure.
    pub measure: &'static str,
    /// What it was, over the cases that both have.
    pub before: f64,
    /// What it is.
    pub now: f64,
    /// Cases that are better now.
    pub better: usize,
    /// Cases that are worse now.
    pub worse: usize,
    /// Probability of a difference as large or larger, either way, if there is none.
    pub p: f64,
}

/// Why an earlier evaluation cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum EarlierError {
    /// It is no JSON of `casebook eval`.
    #[error("is no output of `casebook eval --format json`")]
    Json(#[from] serde_json::Error),
    /// It is of another form.
    #[error("has the form `{0}`, not `{SCHEMA}`")]
    Schema(String),
}

#[derive(Deserialize)]
struct Earlier {
    schema: String,
    cases: Vec<CaseResult>,
}

/// The cases of an earlier evaluation, as `casebook eval --format json` printed it.
///
/// # Errors
/// When it is something else.
pub fn earlier(text: &str) -> Result<Vec<CaseResult>, EarlierError> {
    let read: Earlier = serde_json::from_str(text)?;
    if read.schema == SCHEMA { Ok(read.cases) } else { Err(EarlierError::Schema(read.schema)) }
}

impl EvalReport {
    /// Holds it against the cases of an earlier evaluation.
    pub fn compare(&mut self, before: &[CaseResult]) {
        self.comparison = Some(compare(before, &self.cases));
    }
}

fn compare(before: &[CaseResult], now: &[CaseResult]) -> Comparison {
    // A case that is listed twice, or was labelled otherwise, pairs with its like.
    let mut known: HashMap<(&str, bool), Vec<&CaseResult>> = HashMap::new();
    for one in before.iter().rev() {
        known.entry((&one.case, one.answerable)).or_default().push(one);
    }
    let pairs: Vec<(&CaseResult, &CaseResult)> =
        now.iter().filter_map(|one| Some((known.get_mut(&(one.case.as_str(), one.answerable))?.pop()?, one))).collect();
    let of = |measure: &'static str, worth: fn(&CaseResult) -> Option<f64>| {
        let values: Vec<(f64, f64)> =
            pairs.iter().filter_map(|(before, now)| Some((worth(before)?, worth(now)?))).collect();
        difference(measure, &values)
    };
    Comparison {
        cases: pairs.len(),
        unpaired: before.len() + now.len() - 2 * pairs.len(),
        differences: vec![
            of("mrr", |one| one.answerable.then(|| if one.rank > 0 { 1.0 / one.rank as f64 } else { 0.0 })),
            of("recall@1", |one| one.answerable.then(|| share(one.rank == 1))),
            of("none right", |one| Some(share(one.said_none != one.answerable))),
        ],
    }
}

fn share(well: bool) -> f64 {
    f64::from(u8::from(well))
}

fn difference(measure: &'static str, values: &[(f64, f64)]) -> Difference {
    let count = values.len().max(1) as f64;
    let changes: Vec<f64> = values.iter().map(|(before, now)| now - before).filter(|change| *change != 0.0).collect();
    let better = changes.iter().filter(|change| **change > 0.0).count();
    let worse = changes.len() - better;
    let is_share = changes.iter().all(|change| change.abs() == 1.0);
    Difference {
        measure,
        before: rounded(values.iter().map(|(before, _)| before).sum::<f64>() / count),
        now: rounded(values.iter().map(|(_, now)| now).sum::<f64>() / count),
        better,
        worse,
        p: if is_share { mcnemar(better, worse) } else { randomization(&changes) },
    }
}

/// McNemar's exact test: of the cases that differ, as many are better as worse if there is no difference.
fn mcnemar(better: usize, worse: usize) -> f64 {
    let Ok(even) = Binomial::new(0.5, (better + worse) as u64) else { return 1.0 };
    (2.0 * even.cdf(better.min(worse) as u64)).min(1.0)
}

/// The share of the ways to give each change either sign whose sum is as far from 0 as the one that was seen, or farther.
fn randomization(changes: &[f64]) -> f64 {
    // Sums of the same changes in another order differ in their last digits.
    let seen = changes.iter().sum::<f64>().abs() - 1e-9;
    let sum = |signs: &dyn Fn(usize) -> bool| {
        let signed = changes.iter().enumerate().map(|(at, change)| if signs(at) { *change } else { -change });
        signed.sum::<f64>().abs()
    };
    if changes.len() <= ALL_WAYS {
        let ways = 1_u32 << changes.len();
        let far = (0..ways).filter(|way| sum(&|at| way >> at & 1 == 1) >= seen).count();
        return far as f64 / f64::from(ways);
    }
    let mut random = ChaCha8Rng::seed_from_u64(SEED);
    let mut bits = vec![0_u64; changes.len().div_ceil(64)];
    let mut far = 0_u32;
    for _ in 0..DRAWN {
        bits.iter_mut().for_each(|word| *word = random.next_u64());
        far += u32::from(sum(&|at| bits[at / 64] >> (at % 64) & 1 == 1) >= seen);
    }
    // What was seen is a way too: no probability is 0.
    f64::from(far + 1) / f64::from(DRAWN + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn result(case: usize, answerable: bool, rank: usize, said_none: bool) -> CaseResult {
        CaseResult { case: case.to_string(), answerable, rank, said_none }
    }

    #[test]
    fn published_values_of_the_tests() {
        // Of 10 that differ 9 are better: 2 × 11 / 1024.
        assert_eq!(rounded(mcnemar(9, 1)), 0.0215);
        assert_eq!(mcnemar(3, 3), 1.0);
        assert_eq!(mcnemar(0, 0), 1.0);
        // Of the 8 ways to sign 1, 2 and 3 two are as far as 6.
        assert_eq!(randomization(&[1.0, 2.0, 3.0]), 0.25);
        assert_eq!(randomization(&[]), 1.0);
        let many = [0.5; 40];
        assert!(randomization(&many) < 0.001);
        let even: Vec<f64> = (0..40).map(|at| if at % 2 == 0 { 0.5 } else { -0.5 }).collect();
        assert!(randomization(&even) > 0.9);
    }

    #[test]
    fn cases_are_paired_by_name() {
        let before = [result(1, true, 2, false), result(2, false, 0, true), result(9, true, 1, false)];
        let now = [result(1, true, 1, false), result(2, false, 0, false), result(3, true, 1, false)];
        let found = compare(&before, &now);
        assert_eq!((found.cases, found.unpaired), (2, 2));
        let [mrr, first, none] = &found.differences[..] else { panic!("{found:?}") };
        assert_eq!((mrr.before, mrr.now, mrr.better, mrr.worse, mrr.p), (0.5, 1.0, 1, 0, 1.0));
        assert_eq!((first.before, first.now, rounded(first.p)), (0.0, 1.0, 1.0));
        assert_eq!((none.before, none.now, none.better, none.worse), (1.0, 0.5, 0, 1));
        let twice = [now[0].clone(), now[0].clone(), now[2].clone()];
        let found = compare(&before, &twice);
        assert_eq!((found.cases, found.unpaired), (1, 4));
        let none = compare(&before[1..2], &now[1..2]).differences.remove(0);
        assert!(none.before.is_sign_positive() && none.now.is_sign_positive(), "{none:?}");
    }

    #[test]
    fn what_is_no_evaluation_is_told() {
        assert!(matches!(earlier("{}"), Err(EarlierError::Json(_))));
        assert!(matches!(earlier(r#"{"schema":"casebook.code/1","cases":[]}"#), Err(EarlierError::Schema(_))));
        assert!(matches!(earlier(r#"{"schema":"casebook.eval/1"}"#), Err(EarlierError::Json(_))));
    }
}
