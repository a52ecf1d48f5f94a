//! How often the report cries wolf: made-up years of cases that come in clusters by customer, with two outbreaks each, and what is
//! called rising in them by the report's rule and by two others.
//!
//! `cargo bench --bench rising` prints the table of `docs/report.md`; `-- --seeds N` takes another number of years than 50.

#![allow(clippy::print_stdout, reason = "it is read by people")]

use std::collections::{BTreeMap, BTreeSet};

use casebook::{
    report::{
        Ask, Filter,
        material::{Builder, FormNo, Material, NewCase},
        span::Span,
        stats::{discovery, trend::Counts},
    },
    signature::{Signature, SignatureKind},
};
use jiff::{Timestamp, civil::Date, tz::TimeZone};

/// Months of a made-up year and a half; each from the fourth on has its report.
const MONTHS: usize = 18;
/// Cases of a month before the season: about 3,000 a year.
const CASES: f64 = 250.0;
const CUSTOMERS: usize = 150;
const SIGNATURES: usize = 90;
/// Further cases that a customer opens for the same trouble, in the middle.
const FURTHER: f64 = 0.8;
/// The share of false ones at which the rules call.
const CALLED: f64 = 0.1;
/// Outbreaks: the month, from 0, and the signature of which it has three times as many.
const OUTBREAKS: [(usize, usize); 2] = [(8, 2), (14, 1)];

/// SplitMix64, so that a seed gives the same year on every machine.
struct Random(u64);

impl Random {
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) >> 11) as f64 / (1u64 << 53) as f64
    }

    fn poisson(&mut self, mean: f64) -> usize {
        let (end, mut product, mut count) = ((-mean).exp(), self.next(), 0);
        while product > end {
            product *= self.next();
            count += 1;
        }
        count
    }

    fn choose(&mut self, sums: &[f64]) -> usize {
        let at = self.next() * sums.last().copied().unwrap_or(0.0);
        sums.partition_point(|sum| *sum <= at).min(sums.len() - 1)
    }
}

/// Sums of weights by a Zipf law.
fn zipf(count: usize, power: f64) -> Vec<f64> {
    let mut sum = 0.0;
    let weights = (1..=count).map(|rank| (rank as f64).powf(-power));
    weights
        .map(|weight| {
            sum += weight;
            sum
        })
        .collect()
}

fn month(number: usize) -> Date {
    let (years, months) = (number / 12, number % 12);
    Date::constant(2023 + years as i16, 1 + months as i8, 1)
}

fn second(day: Date) -> i64 {
    day.at(0, 0, 0, 0).to_zoned_datetime(TimeZone::UTC).map_or(0, |at| at.timestamp().as_second())
}

/// A trouble that some customers have: month, signature, customer and how many cases it makes.
struct Trouble {
    month: usize,
    signature: usize,
    customer: usize,
    cases: usize,
}

fn troubles(seed: u64) -> Vec<Trouble> {
    let mut random = Random(seed.wrapping_mul(0x1000_0000_01B3) ^ 0xCBF2_9CE4_8422_2325);
    let (customers, signatures) = (zipf(CUSTOMERS, 0.7), zipf(SIGNATURES, 0.9));
    let whole = signatures[SIGNATURES - 1];
    let mut all = Vec::new();
    for month in 0..MONTHS {
        // A season of a third up and down over the year.
        let season = 1.0 + 0.33 * (month as f64 / 12.0 * std::f64::consts::TAU).sin();
        let mut before = 0.0;
        for (signature, sum) in signatures.iter().enumerate() {
            let weight = sum - before;
            before = *sum;
            let times = if OUTBREAKS.contains(&(month, signature)) { 3.0 } else { 1.0 };
            let mean = CASES * season * weight / whole / (1.0 + FURTHER) * times;
            for _ in 0..random.poisson(mean) {
                let (customer, cases) = (random.choose(&customers), 1 + random.poisson(FURTHER));
                all.push(Trouble { month, signature, customer, cases });
            }
        }
    }
    all
}

fn name(signature: usize) -> Signature {
    Signature::new(SignatureKind::Exception, format!("made.up.Trouble{signature}"))
}

fn material(troubles: &[Trouble], seed: u64) -> Material {
    let mut random = Random(seed);
    let mut builder = Builder::default();
    let mut number = 0;
    for trouble in troubles {
        let form: FormNo = builder.signature(&name(trouble.signature));
        let customer = format!("customer {}", trouble.customer);
        for _ in 0..trouble.cases {
            number += 1;
            let length = second(month(trouble.month + 1)) - second(month(trouble.month));
            let opened = second(month(trouble.month)) + (random.next() * length as f64) as i64;
            builder.case(&NewCase {
                id: &format!("CASE-{number}"),
                opened,
                customer: Some(&customer),
                primary: Some(form),
                failing: &[form],
                ..NewCase::default()
            });
        }
    }
    builder.finish(0)
}

/// Cases of a signature and of all, by month.
fn cases(troubles: &[Trouble]) -> (BTreeMap<usize, [f64; MONTHS]>, [f64; MONTHS]) {
    let (mut by_signature, mut all): (BTreeMap<usize, [f64; MONTHS]>, _) = (BTreeMap::new(), [0.0; MONTHS]);
    for one in troubles {
        by_signature.entry(one.signature).or_insert([0.0; MONTHS])[one.month] += one.cases as f64;
        all[one.month] += one.cases as f64;
    }
    (by_signature, all)
}

/// What the report calls rising.
fn by_report(material: &Material, at: usize) -> BTreeSet<String> {
    let now = second(month(MONTHS + 1));
    let Ok(span) = Span::month(month(at), &TimeZone::UTC, now) else { return BTreeSet::new() };
    let ask = Ask { span, by: None, filter: Filter::default(), rows: 20 };
    let report = casebook::report::build(material, &ask);
    report.rising.risers.iter().map(|trend| trend.named.signature.to_string()).collect()
}

/// A Poisson test of cases against the six months before, with the same correction.
fn by_poisson(troubles: &[Trouble], at: usize) -> BTreeSet<String> {
    let (by_signature, all) = cases(troubles);
    let from = at.saturating_sub(6);
    let sum = |counts: &[f64; MONTHS]| counts[from..at].iter().sum::<f64>();
    let tests: Vec<(usize, f64)> = by_signature
        .iter()
        .filter_map(|(signature, counts)| {
            let (now, before) = (counts[at], sum(counts));
            let counts = Counts { now, before, volume_now: all[at], volume_before: sum(&all), dispersion: 1.0 };
            (now + before >= 8.0).then(|| counts.tails()).flatten().map(|tails| (*signature, tails.rising))
        })
        .collect();
    let adjusted = discovery::adjusted(&tests.iter().map(|test| test.1).collect::<Vec<_>>());
    let called = tests.iter().zip(adjusted).filter(|(_, q)| *q <= CALLED);
    called.map(|((signature, _), _)| name(*signature).to_string()).collect()
}

/// Half as many again as last month.
fn by_eye(troubles: &[Trouble], at: usize) -> BTreeSet<String> {
    let (by_signature, _) = cases(troubles);
    let risen = by_signature.iter().filter(|(_, counts)| counts[at] >= 5.0 && counts[at] >= 1.5 * counts[at - 1]);
    risen.map(|(signature, _)| name(*signature).to_string()).collect()
}

#[derive(Default)]
struct Tally {
    months: usize,
    called: usize,
    false_ones: usize,
    /// Of each outbreak, in how many years it was called.
    found: [usize; OUTBREAKS.len()],
}

impl Tally {
    fn count(&mut self, at: usize, called: &BTreeSet<String>) {
        let real: BTreeSet<String> = OUTBREAKS
            .iter()
            .filter(|(month, _)| *month == at)
            .map(|(_, signature)| name(*signature).to_string())
            .collect();
        self.months += 1;
        self.called += called.len();
        self.false_ones += called.difference(&real).count();
        for (found, (month, signature)) in self.found.iter_mut().zip(OUTBREAKS) {
            *found += usize::from(month == at && called.contains(&name(signature).to_string()));
        }
    }
}

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let given = arguments.iter().position(|one| one == "--seeds").and_then(|at| arguments.get(at + 1)?.parse().ok());
    let seeds: u64 = given.unwrap_or(50);
    let begun = Timestamp::now();
    let mut tallies = [Tally::default(), Tally::default(), Tally::default()];
    for seed in 1..=seeds {
        let troubles = troubles(seed);
        let material = material(&troubles, seed);
        for at in 3..MONTHS {
            let called = [by_report(&material, at), by_poisson(&troubles, at), by_eye(&troubles, at)];
            tallies.iter_mut().zip(&called).for_each(|(tally, called)| tally.count(at, called));
        }
    }
    let took = Timestamp::now().duration_since(begun).as_secs_f64();
    println!("{seeds} made-up years and a half, {} monthly reports; {took:.1} s\n", tallies[0].months);
    println!("| rule | called a month | false a month | false among called | outbreaks found, of {seeds} each |");
    println!("| --- | --- | --- | --- | --- |");
    let rules = ["the report", "Poisson test of cases", "half as many again as last month"];
    for (rule, tally) in rules.iter().zip(&tallies) {
        let (months, called) = (tally.months as f64, tally.called as f64);
        let wrong = tally.false_ones as f64;
        let share = if called > 0.0 { wrong / called } else { 0.0 };
        let found = tally.found.map(|found| found.to_string()).join(" and ");
        println!("| {rule} | {:.2} | {:.2} | {share:.2} | {found} |", called / months, wrong / months);
    }
}
