//! New signatures, how many of them chance alone brings, and those that came back. A signature is dated by the message that brought it
//! into its case, which may be a later one than that which opened it.

use std::collections::HashSet;

use serde::Serialize;

use super::{Named, top};
use crate::report::{
    Figure,
    life::{is_severe, lives, sighted},
    material::{ClassNo, ReportCase, Sighting},
    rounded,
    stats::turing,
    view::View,
};

/// A signature that was not seen for so long came back.
pub const SILENT_DAYS: i64 = 90;

const DAY: i64 = 86_400;

/// New and returned signatures.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Fresh {
    /// Those that reached a second customer, or a case of the first severity, in the span.
    pub new: Vec<NewRow>,
    /// Further ones that are not listed.
    pub new_left_out: usize,
    /// First seen ever, at one customer only: most of them are never seen again.
    pub singletons: Vec<NewRow>,
    /// Further ones at one customer that are not listed.
    pub singletons_left_out: usize,
    /// Signatures never seen before the span, at however many customers, with those that are not listed.
    pub found: usize,
    /// Signatures that nobody had, not even as noise, before the span and that are silenced wherever they were seen: neither new nor found.
    pub silenced: usize,
    /// Their cases.
    pub silenced_cases: Figure,
    /// How many chance alone brings; `None` where the store has no earlier case with a signature.
    pub expected: Option<ExpectedNew>,
    /// Seen again after 90 days of silence.
    pub returned: Vec<ReturnedRow>,
    /// Further ones that are not listed.
    pub returned_left_out: usize,
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
    /// Its cases up to the span's end, in order of their sightings.
    pub cases: Figure,
    /// Their customers.
    pub customers: usize,
    /// Those of the first severity.
    pub severe: Figure,
    /// When it was first seen in the store, in seconds since 1970.
    pub first: i64,
    /// When it reached a second customer, or a case of the first severity; `None`: it did not.
    pub reached: Option<i64>,
}

/// A signature that came back.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ReturnedRow {
    /// Which.
    #[serde(flatten)]
    pub named: Named,
    /// Its cases that had it in the span.
    pub cases: Figure,
    /// Their customers.
    pub customers: usize,
    /// When it was seen last before, in seconds since 1970.
    pub last: i64,
    /// Days between.
    pub silent_days: i64,
}

/// The sightings of a signature.
type Sightings<'m> = Vec<(i64, &'m ReportCase)>;

fn customers(sightings: &Sightings<'_>) -> usize {
    sightings.iter().map(|(_, case)| case.customer).collect::<HashSet<_>>().len()
}

pub(in crate::report) fn section(view: &View<'_>) -> Fresh {
    let period = &view.span.period;
    let seen = |one: &Sighting| one.seen;
    // Of all cases, whatever the filter: what another customer had is not new.
    let lives = lives(view.material, period, seen);
    let sighted_here = sighted(&view.cases, period.until, seen, false);
    let (mut new, mut singletons, mut returned) = (Vec::new(), Vec::new(), Vec::new());
    let (mut sightings, mut found) = (0, 0);
    for (class, all) in sighted_here {
        let Some(life) = lives.get(&class) else { continue };
        let here: Sightings<'_> = all.iter().copied().filter(|(at, _)| period.holds(*at)).collect();
        let Some(first_here) = life.here.filter(|_| !here.is_empty()) else { continue };
        sightings += here.len();
        found += usize::from(life.first >= period.from);
        // Silent until the first in the span, whoever had it.
        let silent =
            life.last_before.map(|last| (last, first_here - last)).filter(|(_, time)| *time >= SILENT_DAYS * DAY);
        match (silent, life.reached()) {
            (Some((last, time)), _) => returned.push((class, (here, last, time / DAY))),
            (None, Some(at)) if period.holds(at) => new.push((class, (all, life.first, Some(at)))),
            (None, None) if life.first >= period.from => singletons.push((class, (all, life.first, None))),
            (None, _) => {}
        }
    }
    let once = lives.values().filter(|life| life.cases_before == 1).count();
    let before: u64 = lives.values().map(|life| life.cases_before).sum();
    let expected = turing::expected(once as u64, before, sightings as u64).map(|found| ExpectedNew {
        count: rounded(found.count, 1),
        low: rounded(found.low, 1),
        high: rounded(found.high, 1),
    });
    let mut noise = sighted(&view.cases, period.until, seen, true);
    noise.retain(|class, _| !lives.contains_key(class));
    // Noise of another customer is no new noise either.
    for one in view.material.cases.iter().flat_map(|case| &case.silenced).filter(|one| seen(one) < period.from) {
        noise.remove(&one.class);
    }
    let mut told = HashSet::new();
    let noisy = noise.values().flatten().map(|(_, case)| *case).filter(|case| told.insert(&*case.id));
    let weight = |sightings: &Sightings<'_>| (customers(sightings) * 1_000_000 + sightings.len()) as f64;
    let row = |(class, (all, first, reached)): (ClassNo, (Sightings<'_>, i64, Option<i64>))| NewRow {
        named: Named::of(view.material.class(class)),
        customers: customers(&all),
        severe: Figure::of(all.iter().map(|(_, case)| *case).filter(|case| is_severe(view.material, case))),
        first,
        reached,
        cases: Figure::of(all.into_iter().map(|(_, case)| case)),
    };
    let back = |(class, (here, last, silent_days)): (ClassNo, (Sightings<'_>, i64, i64))| ReturnedRow {
        named: Named::of(view.material.class(class)),
        customers: customers(&here),
        cases: Figure::of(here.into_iter().map(|(_, case)| case)),
        last,
        silent_days,
    };
    let silenced_cases = Figure::of(noisy);
    let (new, new_left_out) = top(view, new, |(all, ..)| weight(all));
    let (singletons, singletons_left_out) = top(view, singletons, |(all, ..)| weight(all));
    let (returned, returned_left_out) = top(view, returned, |(here, ..)| weight(here));
    Fresh {
        new: new.into_iter().map(row).collect(),
        new_left_out,
        singletons: singletons.into_iter().map(row).collect(),
        singletons_left_out,
        found,
        silenced: noise.len(),
        silenced_cases,
        expected,
        returned: returned.into_iter().map(back).collect(),
        returned_left_out,
    }
}
