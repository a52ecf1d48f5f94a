//! What a bad bundle has that a good one has not.
//!
//! Each side is counted into a [`Tally`]: what was seen, how often, where first. [`compare`] lays two of them side by side. What
//! names one machine, one user or one run is masked beforehand ([`masked`]), so that two machines compare. Reading is left to
//! the service. No I/O.

mod mask;
mod share;

pub use mask::masked;
pub use share::{Share, far_more};

use std::collections::HashMap;

use serde::Serialize;

/// Different things counted per side: more are an inventory, of which none matters.
const MOST: usize = 100_000;

/// Something counted on one side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counted {
    /// The name as first written: case does not part names.
    pub name: String,
    /// How often it was seen.
    pub count: u64,
    /// How often its line said that it failed.
    pub failing: u64,
    /// Where it was seen first; first failing, if it ever fails.
    pub first: Sight,
}

/// A place in the input with what stands there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Sight {
    /// The part.
    pub part: String,
    /// The line in it.
    pub line: u64,
    /// What stands there, shortened when long.
    pub text: String,
}

/// Counts what one side has, by name.
#[derive(Debug, Default)]
pub struct Tally {
    counted: HashMap<String, Counted>,
    dropped: u64,
}

impl Tally {
    /// Counts one sighting; `first` is asked for where it is the first.
    pub fn add(&mut self, name: &str, failing: bool, first: impl FnOnce() -> Sight) {
        self.add_many(name, 1, u64::from(failing), first);
    }

    /// Counts several sightings, of which some fail.
    pub fn add_many(&mut self, name: &str, count: u64, failing: u64, first: impl FnOnce() -> Sight) {
        let key = name.to_lowercase();
        if let Some(counted) = self.counted.get_mut(&key) {
            if counted.failing == 0 && failing > 0 {
                counted.first = first();
            }
            counted.count += count;
            counted.failing += failing;
        } else if self.counted.len() < MOST {
            self.counted.insert(key, Counted { name: name.to_owned(), count, failing, first: first() });
        } else {
            self.dropped += 1;
        }
    }

    /// Sightings that found no room.
    pub fn dropped(&self) -> u64 {
        self.dropped
    }
}

/// How the sides differ in something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum How {
    /// It fails, and on the good side it does not.
    FailsInBad,
    /// Only the bad side has it.
    OnlyBad,
    /// Both have it, the bad side far more.
    FarMore,
    /// Only the good side has it.
    OnlyGood,
}

impl How {
    /// The name in output, `only-bad`.
    pub fn name(self) -> &'static str {
        match self {
            How::FailsInBad => "fails-in-bad",
            How::OnlyBad => "only-bad",
            How::FarMore => "far-more",
            How::OnlyGood => "only-good",
        }
    }
}

/// Something in which the sides differ.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// What: a signature, a template, a kind of event.
    pub name: String,
    /// How the sides differ.
    pub how: How,
    /// How often it was seen in the good one.
    pub good: u64,
    /// How often in the bad one.
    pub bad: u64,
    /// Where it was first, in the side that `how` speaks of.
    pub first: Sight,
}

/// Lays two sides side by side; `lines` are how many lines each has, good and bad.
///
/// What fails comes first, then what only the bad side has, then what it has far more of, then what only the good one has; within
/// each the rarest first (of what it has far more of, the most), then in the order of the input.
pub fn compare(good: &Tally, bad: &Tally, lines: (u64, u64)) -> Vec<Difference> {
    let share = |good, bad| Share { good, bad, good_lines: lines.0, bad_lines: lines.1 };
    let mut differences = Vec::new();
    for (key, counted) in &bad.counted {
        let other = good.counted.get(key);
        let (seen, failing) = other.map_or((0, 0), |other| (other.count, other.failing));
        let (how, before, now) = if counted.failing > 0 && failing == 0 {
            (How::FailsInBad, seen, counted.failing)
        } else if seen == 0 {
            (How::OnlyBad, 0, counted.count)
        } else if counted.failing > 0 && far_more(share(failing, counted.failing)) {
            (How::FarMore, failing, counted.failing)
        } else if failing == 0 && counted.failing == 0 && far_more(share(seen, counted.count)) {
            (How::FarMore, seen, counted.count)
        } else {
            continue;
        };
        differences.push(Difference {
            name: counted.name.clone(),
            how,
            good: before,
            bad: now,
            first: counted.first.clone(),
        });
    }
    for (_, counted) in good.counted.iter().filter(|(key, _)| !bad.counted.contains_key(*key)) {
        let (name, first) = (counted.name.clone(), counted.first.clone());
        differences.push(Difference { name, how: How::OnlyGood, good: counted.count, bad: 0, first });
    }
    differences.sort_by(|a, b| {
        let rare = |difference: &Difference| match difference.how {
            // Of what both have, the most telling is what grew most.
            How::FarMore => u64::MAX - difference.bad,
            How::OnlyGood => difference.good,
            How::FailsInBad | How::OnlyBad => difference.bad,
        };
        (a.how, rare(a), &a.first.part, a.first.line, &a.name).cmp(&(
            b.how,
            rare(b),
            &b.first.part,
            b.first.line,
            &b.name,
        ))
    });
    differences
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tally(seen: &[(&str, u64, u64)]) -> Tally {
        let mut tally = Tally::default();
        for (line, (name, count, failing)) in (1..).zip(seen) {
            tally.add_many(name, *count, *failing, || Sight { part: "a.log".into(), line, text: name.to_string() });
        }
        tally
    }

    #[track_caller]
    fn check(good: &[(&str, u64, u64)], bad: &[(&str, u64, u64)], expected: &[(&str, How)]) {
        let found = compare(&tally(good), &tally(bad), (10_000, 10_000));
        let found: Vec<(&str, How)> = found.iter().map(|found| (found.name.as_str(), found.how)).collect();
        assert_eq!(found, expected, "{good:?} and {bad:?}");
    }

    #[test]
    fn what_fails_comes_first_and_the_rarest_first() {
        let bad = [("often", 90, 90), ("once", 1, 1), ("named", 1, 0), ("shared", 5, 0)];
        let expected = [("once", How::FailsInBad), ("often", How::FailsInBad), ("named", How::OnlyBad)];
        check(&[("shared", 5, 0)], &bad, &expected);
    }

    #[test]
    fn name_that_is_listed_in_both_may_fail_in_one() {
        check(&[("a", 7, 0)], &[("a", 7, 2)], &[("a", How::FailsInBad)]);
        check(&[("a", 7, 2)], &[("a", 7, 2)], &[]);
        check(&[("a", 7, 2)], &[("a", 7, 0)], &[]);
    }

    #[test]
    fn far_more_of_the_same_counts() {
        check(&[("a", 2, 2)], &[("a", 60, 60)], &[("a", How::FarMore)]);
        check(&[("a", 2, 0)], &[("a", 60, 0)], &[("a", How::FarMore)]);
        check(&[("a", 20, 20)], &[("a", 60, 60)], &[]);
        check(&[("a", 1, 1)], &[("a", 4, 4)], &[]);
        check(&[("a", 60, 60)], &[("a", 2, 2)], &[]);
    }

    #[test]
    fn what_only_the_good_one_has_comes_last() {
        check(
            &[("a", 3, 0), ("b", 1, 0)],
            &[("c", 1, 0)],
            &[("c", How::OnlyBad), ("b", How::OnlyGood), ("a", How::OnlyGood)],
        );
        check(&[], &[], &[]);
    }
}
