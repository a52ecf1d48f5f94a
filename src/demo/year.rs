//! The simulator: which cases a year has, when, of whom and about what, and the truths that are hidden among them.
//!
//! Troubles come by a Zipf law, with a season of a third up and down, to customers by another; a customer that has a trouble opens
//! further cases for it in the same month. Cases are drawn one trouble after the other until there are as many as asked for, which
//! is the Poisson process of those rates with its total given.

use std::{collections::BTreeSet, f64::consts::TAU};

use jiff::{
    ToSpan as _,
    civil::{Date, date},
    tz::TimeZone,
};
use serde::Serialize;

use super::{
    people::{Customer, customer},
    random::Random,
    troubles::{Trouble, place, troubles},
};
use crate::{
    report::material::{Builder, Material, NewCase, Verdict},
    signature::Signature,
};

/// Months of the year.
pub const MONTHS: usize = 12;

/// Its first day: a year that is over, so that its reports are the same whenever they are made.
const FIRST: Date = date(2024, 1, 1);

/// Further cases that a customer opens for the same trouble in the month, in the middle.
const FURTHER: f64 = 0.8;

/// Power of the Zipf law over troubles.
const TROUBLES: f64 = 0.9;

/// Power of the Zipf law over customers.
const CUSTOMERS: f64 = 0.7;

/// How much the season takes from and adds to the volume.
const SEASON: f64 = 0.33;

/// How many times as often a trouble comes in its outbreak.
const OUTBREAK: f64 = 3.0;

/// Outbreaks: the month, from 0, and the trouble.
const OUTBREAKS: [(usize, &str); 2] = [(6, "update-store-corrupt"), (10, "oracle-listener")];

/// The bad update: its trouble, the first month, and the share of an ordinary month's volume that it brings from then on.
const BAD_UPDATE: (&str, usize, [f64; 3]) = ("stop-after-update", 8, [0.1, 0.05, 0.015]);

/// The day of its first month on which the bad update comes: the second Tuesday.
const PATCH_DAY: i8 = 10;

/// What is noise: its trouble, the customer whose probes flood the desk, the months of floods, and the share of an ordinary
/// month's volume that a flood has.
const NOISE: (&str, usize, [usize; 3], f64) = ("monitor-timeout", 3, [4, 7, 9], 0.07);

/// What kind of year is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Plan {
    /// The same seed makes the same year.
    pub seed: u64,
    /// Cases in all.
    pub cases: usize,
    /// Customers that may have them.
    pub customers: usize,
}

impl Default for Plan {
    fn default() -> Self {
        Plan { seed: 1, cases: 3_000, customers: 180 }
    }
}

/// A made-up case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DemoCase {
    /// From 1, in order of opening.
    pub number: u32,
    /// Its trouble, as a place in [`troubles`].
    pub trouble: usize,
    /// Its customer, by number.
    pub customer: usize,
    /// The month that it was opened in, from 0.
    pub month: usize,
    /// When it was opened, in seconds since 1970.
    pub opened: i64,
    /// When it was closed.
    pub closed: i64,
    /// 1 to 4, as in `P1`.
    pub severity: u8,
}

/// A made-up year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Year {
    /// What it was made by.
    pub plan: Plan,
    /// In order of opening.
    pub cases: Vec<DemoCase>,
}

/// What is hidden in a year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Hidden {
    /// A trouble comes three times as often for a month: to be called rising.
    Outbreak,
    /// A trouble that nobody had before an update: to be called new, and rising while it lasts.
    BadUpdate,
    /// One customer's probes flood the desk: never to be called rising.
    Noise,
}

/// Something that is known of a year, and that a report should find or not fall for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Truth {
    /// What.
    pub hidden: Hidden,
    /// The trouble, as a place in [`troubles`].
    pub trouble: usize,
    /// The months in which it shows, from 0.
    pub months: Vec<usize>,
}

impl Truth {
    /// Its trouble.
    pub fn trouble(&self) -> &'static Trouble {
        &troubles()[self.trouble]
    }

    /// Whether its signature comes more often than before in a month.
    pub fn rises_in(&self, month: usize) -> bool {
        self.hidden != Hidden::Noise && self.months.contains(&month)
    }
}

/// What is hidden in every year.
pub fn truths() -> Vec<Truth> {
    let outbreak =
        |(month, id): (usize, &str)| Truth { hidden: Hidden::Outbreak, trouble: place(id), months: vec![month] };
    let mut all: Vec<Truth> = OUTBREAKS.into_iter().map(outbreak).collect();
    let (id, first, shares) = BAD_UPDATE;
    let months = (first..first + shares.len()).collect();
    all.push(Truth { hidden: Hidden::BadUpdate, trouble: place(id), months });
    let (id, _, months, _) = NOISE;
    all.push(Truth { hidden: Hidden::Noise, trouble: place(id), months: months.to_vec() });
    all
}

/// The signatures that come more often than before in a month, from 0.
pub fn rising(month: usize) -> BTreeSet<Signature> {
    let rising = truths().into_iter().filter(|truth| truth.rises_in(month));
    rising.filter_map(|truth| truth.trouble().signature.clone()).collect()
}

/// The first day of a month, from 0; 12 is the month behind the year.
pub fn month(number: usize) -> Date {
    FIRST.saturating_add((number as i64).months())
}

/// The beginning of a day, UTC, in seconds since 1970.
pub(super) fn midnight(day: Date) -> i64 {
    day.at(0, 0, 0, 0).to_zoned_datetime(TimeZone::UTC).map_or(0, |at| at.timestamp().as_second())
}

/// Sums of weights by a Zipf law.
fn zipf(count: usize, power: f64) -> Vec<f64> {
    sums((1..=count).map(|rank| (rank as f64).powf(-power)))
}

fn sums(weights: impl Iterator<Item = f64>) -> Vec<f64> {
    let add = |sum: &mut f64, weight: f64| {
        *sum += weight;
        Some(*sum)
    };
    weights.scan(0.0, add).collect()
}

/// Weights of each trouble in each month, added up: month by month.
fn rates() -> Vec<f64> {
    let count = troubles().len();
    let (bad, first, shares) = BAD_UPDATE;
    let bad = place(bad);
    let outbreaks = OUTBREAKS.map(|(month, id)| (month, place(id)));
    let common = |trouble: usize| ((trouble + 1) as f64).powf(-TROUBLES);
    let whole: f64 = (0..count).filter(|trouble| *trouble != bad).map(common).sum();
    let cell = |at: usize| {
        let (month, trouble) = (at / count, at % count);
        let season = 1.0 + SEASON * (month as f64 / MONTHS as f64 * TAU).sin();
        let rate = match month.checked_sub(first).and_then(|since| shares.get(since)) {
            Some(share) if trouble == bad => share * whole,
            _ if trouble == bad => 0.0,
            _ => common(trouble),
        };
        rate * season * if outbreaks.contains(&(month, trouble)) { OUTBREAK } else { 1.0 }
    };
    sums((0..count * MONTHS).map(cell))
}

impl Year {
    /// Makes the year of a plan.
    pub fn new(plan: Plan) -> Self {
        let mut random = Random::new(plan.seed, 0);
        let mut cases = Vec::with_capacity(plan.cases);
        let (noise, robot, floods, share) = NOISE;
        let flood = (plan.cases as f64 / MONTHS as f64 * share).round() as usize;
        let robot = robot.min(plan.customers.saturating_sub(1));
        for month in floods {
            cases.extend((0..flood).map(|_| case(&mut random, place(noise), robot, month)));
        }
        let (rates, customers) = (rates(), zipf(plan.customers.max(1), CUSTOMERS));
        while cases.len() < plan.cases {
            let cell = random.place(&rates);
            let (month, trouble) = (cell / troubles().len(), cell % troubles().len());
            let (customer, further) = (random.place(&customers), random.poisson(FURTHER));
            for _ in 0..(1 + further).min(plan.cases - cases.len()) {
                cases.push(case(&mut random, trouble, customer, month));
            }
        }
        cases.sort_by_key(|case| (case.opened, case.trouble, case.customer));
        (1..).zip(&mut cases).for_each(|(number, case)| case.number = number);
        Year { plan, cases }
    }

    /// How many customers have cases.
    pub fn customers(&self) -> usize {
        self.cases.iter().map(|case| case.customer).collect::<BTreeSet<_>>().len()
    }

    /// What the reports are made of, without mails and store: each case has the signature of its trouble.
    pub fn material(&self) -> Material {
        let mut builder = Builder::default();
        for case in &self.cases {
            let trouble = case.trouble();
            let form = trouble.signature.as_ref().map(|signature| builder.signature(signature));
            let severity = format!("P{}", case.severity);
            let verdict = if trouble.article.is_some() { Verdict::Known } else { Verdict::Unknown };
            builder.case(&NewCase {
                id: &case.id(),
                opened: case.opened,
                closed: Some(case.closed),
                severity: Some(&severity),
                customer: Some(&case.customer().name),
                product: Some(&trouble.product),
                verdict: Some(verdict),
                article: trouble.article.as_deref(),
                matches: trouble.article.iter().map(|article| (article.as_str(), true)).collect(),
                primary: form,
                failing: form.as_slice(),
                ..NewCase::default()
            });
        }
        builder.finish(0)
    }
}

impl DemoCase {
    /// Its number in the ticket system.
    pub fn id(&self) -> String {
        // The ending looks like those of such systems, and differs from case to case.
        let mark = (self.number.wrapping_mul(0x9E37_79B1) >> 12) % (36 * 36 * 36 * 36);
        let digit = |power: u32| char::from_digit(mark / 36u32.pow(power) % 36, 36).unwrap_or('0').to_ascii_uppercase();
        format!("CAS-{}-{}", 20_000 + self.number, (0..4).map(digit).collect::<String>())
    }

    /// Its trouble.
    pub fn trouble(&self) -> &'static Trouble {
        &troubles()[self.trouble]
    }

    /// Its customer.
    pub fn customer(&self) -> Customer {
        customer(self.customer)
    }
}

/// A case somewhere in a month, not numbered yet.
fn case(random: &mut Random, trouble: usize, by: usize, at: usize) -> DemoCase {
    let (begin, end) = (month(at), month(at + 1));
    let since = if (troubles()[trouble].id.as_str(), at) == (BAD_UPDATE.0, BAD_UPDATE.1) { PATCH_DAY - 1 } else { 0 };
    let days = begin.duration_until(end).as_hours() / 24;
    let mut day = begin.saturating_add(random.between(i64::from(since), days).days());
    // Few work at the weekend.
    for _ in 0..2 {
        if day.weekday().to_monday_zero_offset() >= 5 && random.chance(0.8) {
            day = begin.saturating_add(random.between(i64::from(since), days).days());
        }
    }
    // At work, from eight to six, by the customer's clock; the day is the same in UTC.
    let hour = 13.0 + 2.0 * random.normal().clamp(-2.0, 2.0) - f64::from(customer(by).hours_east);
    let opened = midnight(day) + (hour * 3600.0) as i64;
    let hours = f64::from(troubles()[trouble].hours) * (0.8 * random.normal()).exp();
    let severity = match (random.unit(), troubles()[trouble].id == BAD_UPDATE.0) {
        (share, true) if share < 0.4 => 1,
        (share, _) if share < 0.04 => 1,
        (share, _) if share < 0.25 => 2,
        (share, _) if share < 0.85 => 3,
        _ => 4,
    };
    let closed = opened + (hours.clamp(0.5, 45.0 * 24.0) * 3600.0) as i64;
    DemoCase { number: 0, trouble, customer: by, month: at, opened, closed, severity }
}
