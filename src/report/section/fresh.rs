//! Signatures never seen before, how many of them chance alone brings, and those that came back.

use std::collections::HashMap;

use serde::Serialize;

use super::{Named, top};
use crate::report::{
    Figure,
    material::{ClassNo, ReportCase},
    rounded,
    stats::turing,
    view::{Seen, View},
};

/// A signature that was not seen for so long came back.
pub const SILENT_DAYS: i64 = 90;

const DAY: i64 = 86_400;

/// New and returned signatures.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Fresh {
    /// First seen ever, at two customers or in a case of the first severity.
    pub new: Vec<NewRow>,
    /// First seen ever, at one customer only: most of them are never seen again.
    pub singletons: Vec<NewRow>,
    /// New ones in all, with those that are not listed.
    pub found: usize,
    /// How many chance alone brings; `None` where the store has no earlier case with a signature.
    pub expected: Option<ExpectedNew>,
    /// Seen again after 90 days of silence.
    pub returned: Vec<ReturnedRow>,
}

/// How many new signatures are to be expected.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct ExpectedNew {
    /// The number.
    pub count: f64,
    /// Lower end of its 95% interval.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// A new signature.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct NewRow {
    /// Which.
    #[serde(flatten)]
    pub named: Named,
    /// Its cases.
    pub cases: Figure,
    /// Their customers.
    pub customers: usize,
    /// Those of the first severity.
    pub severe: Figure,
    /// When it was first seen, in seconds since 1970.
    pub first: i64,
}

/// A signature that came back.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ReturnedRow {
    /// Which.
    #[serde(flatten)]
    pub named: Named,
    /// Its cases.
    pub cases: Figure,
    /// Their customers.
    pub customers: usize,
    /// When it was seen last before, in seconds since 1970.
    pub last: i64,
    /// Days between.
    pub silent_days: i64,
}

/// What was seen of a signature before the span.
#[derive(Default)]
struct Past {
    cases: u64,
    last: i64,
}

/// Whether a case has the first severity.
pub(in crate::report) fn is_severe(view: &View<'_>, case: &ReportCase) -> bool {
    case.severity.is_some_and(|name| matches!(view.material.name(name), "P1" | "p1"))
}

/// All that was seen before the span, whatever the filter: what another customer had is not new.
fn past(view: &View<'_>) -> HashMap<ClassNo, Past> {
    let mut all: HashMap<ClassNo, Past> = HashMap::new();
    for case in view.material.cases.iter().take_while(|case| case.opened < view.span.period.from) {
        for class in case.counted.iter().chain(&case.silenced) {
            let past = all.entry(*class).or_default();
            past.cases += 1;
            past.last = case.opened;
        }
    }
    all
}

pub(in crate::report) fn section(view: &View<'_>) -> Fresh {
    let past = past(view);
    let seen = view.seen(&view.span.period);
    let sightings: usize = seen.values().map(|seen| seen.cases.len()).sum();
    let once = past.values().filter(|past| past.cases == 1).count();
    let before: u64 = past.values().map(|past| past.cases).sum();
    let expected = turing::expected(once as u64, before, sightings as u64).map(|found| ExpectedNew {
        count: rounded(found.count, 1),
        low: rounded(found.low, 1),
        high: rounded(found.high, 1),
    });
    let (mut new, mut singletons, mut returned) = (Vec::new(), Vec::new(), Vec::new());
    for (class, seen) in seen {
        let first = seen.cases.first().map_or(0, |case| case.opened);
        match past.get(&class) {
            None if seen.customers.len() > 1 || seen.cases.iter().any(|case| is_severe(view, case)) => {
                new.push((class, seen));
            }
            None => singletons.push((class, seen)),
            Some(past) if first - past.last >= SILENT_DAYS * DAY => returned.push((class, (seen, past.last, first))),
            Some(_) => {}
        }
    }
    let found = new.len() + singletons.len();
    let weight = |seen: &Seen<'_>| (seen.customers.len() * 1_000_000 + seen.cases.len()) as f64;
    let row = |(class, seen): (ClassNo, Seen<'_>)| NewRow {
        named: Named::of(view.material.class(class)),
        customers: seen.customers.len(),
        severe: Figure::of(seen.cases.iter().copied().filter(|case| is_severe(view, case))),
        first: seen.cases.first().map_or(0, |case| case.opened),
        cases: Figure::of(seen.cases),
    };
    let back = |(class, (seen, last, first)): (ClassNo, (Seen<'_>, i64, i64))| ReturnedRow {
        named: Named::of(view.material.class(class)),
        customers: seen.customers.len(),
        cases: Figure::of(seen.cases),
        last,
        silent_days: (first - last) / DAY,
    };
    Fresh {
        new: top(view, new, weight).0.into_iter().map(row).collect(),
        singletons: top(view, singletons, weight).0.into_iter().map(row).collect(),
        found,
        expected,
        returned: top(view, returned, |(seen, ..)| weight(seen)).0.into_iter().map(back).collect(),
    }
}
