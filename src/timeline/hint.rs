//! What logs say of one another's zones. Hints are for people: nothing is ever placed by them.

use std::collections::{BTreeMap, HashMap};

use serde::Serialize;

/// Times of one event compared per log: an event that comes more often tells no more.
const MOST_TIMES: usize = 16;

/// Logs compared: pairs grow with the square.
const MOST_LOGS: usize = 200;

/// Two logs write of one event within this, in seconds: logs that keep whole seconds cut them off.
const NEAR: i64 = 1;

/// One quarter of an hour, in seconds: zones differ by whole ones.
const QUARTER: i64 = 900;

/// Comparisons from which one more match is asked for: by chance, one in three hundred fits.
const BY_CHANCE: usize = 100;

/// What suggests the zone of a log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "by")]
pub enum Hint {
    /// The same events stand in another log, whose zone is known, at a constant distance.
    SameEvents {
        /// The log whose zone is not known.
        part: String,
        /// The zone that would lay the events on one another, `+08:00`.
        zone: String,
        /// How many events fit.
        events: usize,
        /// The other log.
        other: String,
    },
    /// A report on the machine says which zone it is set to.
    Machine {
        /// The report.
        part: String,
        /// Its line.
        line: u64,
        /// The zone.
        zone: String,
    },
}

/// When the events of a log happened.
#[derive(Debug, Clone)]
pub struct Events<'a> {
    /// The log.
    pub part: &'a str,
    /// Whether its zone is known: then times are UTC, else they are wall clock.
    pub zoned: bool,
    /// What happened, and when, in seconds.
    pub times: Vec<(&'a str, i64)>,
}

/// Compares logs whose zone is unknown with those where it is known. At most one hint per log: the best.
pub fn same_events(logs: &[Events<'_>]) -> Vec<Hint> {
    let by_event: Vec<HashMap<&str, Vec<i64>>> = logs
        .iter()
        .take(MOST_LOGS)
        .map(|log| {
            let mut times: HashMap<&str, Vec<i64>> = HashMap::new();
            for (event, time) in &log.times {
                let times = times.entry(event).or_default();
                if times.len() < MOST_TIMES {
                    times.push(*time);
                }
            }
            times
        })
        .collect();
    let mut hints = Vec::new();
    for (log, own) in logs.iter().zip(&by_event).filter(|(log, _)| !log.zoned) {
        let against = logs.iter().zip(&by_event).filter(|(other, _)| other.zoned);
        let best = against.filter_map(|(other, theirs)| Some((distance(own, theirs)?, other.part)));
        // Of equals the first.
        if let Some(((quarters, events), other)) = best.rev_max() {
            let minutes = quarters * 15;
            let sign = if minutes < 0 { '-' } else { '+' };
            let zone = format!("{sign}{:02}:{:02}", minutes.abs() / 60, minutes.abs() % 60);
            hints.push(Hint::SameEvents { part: log.part.into(), zone, events, other: other.into() });
        }
    }
    hints
}

/// The first of the items with the most events.
trait First<'a>: Iterator<Item = ((i64, usize), &'a str)> + Sized {
    fn rev_max(self) -> Option<Self::Item> {
        self.reduce(|best, next| if next.0.1 > best.0.1 { next } else { best })
    }
}

impl<'a, I: Iterator<Item = ((i64, usize), &'a str)>> First<'a> for I {}

/// How far the clocks of two logs stand apart, in quarters of an hour, and the events that fit; `None` where they have none in
/// common, or where several distances fit as well.
fn distance(own: &HashMap<&str, Vec<i64>>, theirs: &HashMap<&str, Vec<i64>>) -> Option<(i64, usize)> {
    let mut fitting: BTreeMap<i64, usize> = BTreeMap::new();
    let mut compared = 0;
    for (event, times) in own {
        let Some(others) = theirs.get(event) else { continue };
        compared += times.len() * others.len();
        for time in times {
            let mut quarters: Vec<i64> = others
                .iter()
                .map(|other| time - other)
                .filter(|apart| {
                    let rest = apart.rem_euclid(QUARTER);
                    rest <= NEAR || rest >= QUARTER - NEAR
                })
                .map(|apart| (apart + QUARTER / 2).div_euclid(QUARTER))
                .filter(|quarters| (-12 * 4..=14 * 4).contains(quarters))
                .collect();
            quarters.sort_unstable();
            quarters.dedup();
            for quarter in quarters {
                *fitting.entry(quarter).or_default() += 1;
            }
        }
    }
    let most = *fitting.values().max()?;
    let mut best = fitting.iter().filter(|(_, events)| **events == most);
    let (quarters, _) = best.next()?;
    (best.next().is_none() && most > compared / BY_CHANCE).then_some((*quarters, most))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn events<'a>(part: &'a str, zoned: bool, times: &[(&'a str, i64)]) -> Events<'a> {
        Events { part, zoned, times: times.to_vec() }
    }

    #[test]
    fn constant_distance_is_a_hint() {
        let known = events("a.log", true, &[("x", 1000), ("y", 5000), ("z", 9000)]);
        let own = events("b.log", false, &[("x", 1000 + 28_800), ("y", 5001 + 28_800), ("w", 5)]);
        let expected =
            Hint::SameEvents { part: "b.log".into(), zone: "+08:00".into(), events: 2, other: "a.log".into() };
        assert_eq!(same_events(&[known.clone(), own]), [expected]);
        let west = events("c.log", false, &[("x", 1000 - 12_600)]);
        let expected =
            Hint::SameEvents { part: "c.log".into(), zone: "-03:30".into(), events: 1, other: "a.log".into() };
        assert_eq!(same_events(&[west, known]), [expected]);
    }

    #[test]
    fn no_distance_is_no_hint() {
        let known = events("a.log", true, &[("x", 1000), ("y", 5000)]);
        // Off by ten seconds; nothing in common; two distances fit; a day apart.
        for times in [&[("x", 1010i64)][..], &[("z", 1000)], &[("x", 1900), ("y", 5000)], &[("x", 87_400)]] {
            assert_eq!(same_events(&[known.clone(), events("b.log", false, times)]), [], "{times:?}");
        }
        assert_eq!(same_events(&[known]), []);
    }

    #[test]
    fn many_repeats_fit_by_chance() {
        let often: Vec<(&str, i64)> = (0..16).map(|n| ("x", n * 37)).collect();
        let also: Vec<(&str, i64)> = (0..16).map(|n| ("x", n * 61 + 7_000)).collect();
        assert_eq!(same_events(&[events("a", true, &often), events("b", false, &also)]), []);
    }
}
