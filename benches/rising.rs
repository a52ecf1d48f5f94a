//! How often the report cries wolf: the made-up years of `casebook demo`, with what is hidden in each, and what is called rising in
//! them by the report's rule and by two others.
//!
//! `cargo bench --bench rising` prints the tables that `docs/report.md` speaks of; `-- --seeds N` takes another number of years than 50.

#![allow(clippy::print_stdout, reason = "it is read by people")]

use std::collections::{BTreeMap, BTreeSet};

use casebook::{
    demo::year::{self, Hidden, MONTHS, Plan, Year},
    report::{
        Ask, Filter,
        material::Material,
        span::Span,
        stats::{discovery, trend::Counts},
    },
    signature::Signature,
};
use jiff::{Timestamp, tz::TimeZone};

/// The first month, from 0, that has enough before it to be tested.
const FIRST: usize = 3;
/// The share of false ones at which the rules call.
const CALLED: f64 = 0.1;

/// Cases of a signature and of all, by month.
fn cases(year: &Year) -> (BTreeMap<&Signature, [f64; MONTHS]>, [f64; MONTHS]) {
    let (mut by_signature, mut all): (BTreeMap<_, [f64; MONTHS]>, _) = (BTreeMap::new(), [0.0; MONTHS]);
    for case in &year.cases {
        let Some(signature) = &case.trouble().signature else { continue };
        by_signature.entry(signature).or_insert([0.0; MONTHS])[case.month] += 1.0;
        all[case.month] += 1.0;
    }
    (by_signature, all)
}

/// What the report calls rising.
fn by_report(material: &Material, at: usize) -> BTreeSet<Signature> {
    let now = Timestamp::now().as_second();
    let Ok(span) = Span::month(year::month(at), &TimeZone::UTC, now) else { return BTreeSet::new() };
    let ask = Ask { span, by: None, filter: Filter::default(), rows: 20 };
    let report = casebook::report::build(material, &ask);
    report.rising.risers.into_iter().map(|trend| trend.named.signature).collect()
}

/// A Poisson test of cases against the six months before, with the same correction.
fn by_poisson(year: &Year, at: usize) -> BTreeSet<Signature> {
    let (by_signature, all) = cases(year);
    let from = at.saturating_sub(6);
    let sum = |counts: &[f64; MONTHS]| counts[from..at].iter().sum::<f64>();
    let tests: Vec<(&Signature, f64)> = by_signature
        .iter()
        .filter_map(|(signature, counts)| {
            let (now, before) = (counts[at], sum(counts));
            let counts = Counts { now, before, volume_now: all[at], volume_before: sum(&all), dispersion: 1.0 };
            (now + before >= 8.0).then(|| counts.tails()).flatten().map(|tails| (*signature, tails.rising))
        })
        .collect();
    let adjusted = discovery::adjusted(&tests.iter().map(|test| test.1).collect::<Vec<_>>());
    let called = tests.iter().zip(adjusted).filter(|(_, q)| *q <= CALLED);
    called.map(|((signature, _), _)| (*signature).clone()).collect()
}

/// Half as many again as last month.
fn by_eye(year: &Year, at: usize) -> BTreeSet<Signature> {
    let (by_signature, _) = cases(year);
    let risen = by_signature.iter().filter(|(_, counts)| counts[at] >= 5.0 && counts[at] >= 1.5 * counts[at - 1]);
    risen.map(|(signature, _)| (*signature).clone()).collect()
}

#[derive(Default)]
struct Tally {
    months: usize,
    called: usize,
    false_ones: usize,
    /// Of each outbreak, and of the bad update in its first month, in how many years it was called.
    found: [usize; 3],
    /// How often the noise was.
    noise: usize,
}

impl Tally {
    fn count(&mut self, at: usize, called: &BTreeSet<Signature>) {
        let real = year::rising(at);
        self.months += 1;
        self.called += called.len();
        self.false_ones += called.difference(&real).count();
        let is_called = |truth: &year::Truth| {
            truth.trouble().signature.as_ref().is_some_and(|signature| called.contains(signature))
        };
        let truths = year::truths();
        let (noise, rising): (Vec<_>, Vec<_>) = truths.iter().partition(|truth| truth.hidden == Hidden::Noise);
        for (found, truth) in self.found.iter_mut().zip(rising) {
            *found += usize::from(truth.months.first() == Some(&at) && is_called(truth));
        }
        self.noise += noise.into_iter().filter(|truth| is_called(truth)).count();
    }
}

fn measure(seeds: u64, customers: usize) {
    let begun = Timestamp::now();
    let mut tallies = [Tally::default(), Tally::default(), Tally::default()];
    for seed in 1..=seeds {
        let year = Year::new(Plan { seed, customers, ..Plan::default() });
        let material = year.material();
        for at in FIRST..MONTHS {
            let called = [by_report(&material, at), by_poisson(&year, at), by_eye(&year, at)];
            tallies.iter_mut().zip(&called).for_each(|(tally, called)| tally.count(at, called));
        }
    }
    let took = Timestamp::now().duration_since(begun).as_secs_f64();
    println!("\n{seeds} made-up years of {customers} customers, {} monthly reports; {took:.1} s\n", tallies[0].months);
    println!(
        "| rule | called a month | false a month | false among called | outbreaks found, of {seeds} each | bad update found | noise called |"
    );
    println!("| --- | --- | --- | --- | --- | --- | --- |");
    let rules = ["the report", "Poisson test of cases, same correction", "half as many again as last month"];
    for (rule, tally) in rules.iter().zip(&tallies) {
        let (months, called) = (tally.months as f64, tally.called as f64);
        let wrong = tally.false_ones as f64;
        let share = if called > 0.0 { wrong / called } else { 0.0 };
        let [first, second, update] = tally.found;
        let noise = tally.noise;
        println!(
            "| {rule} | {:.2} | {:.2} | {share:.2} | {first} and {second} | {update} | {noise} |",
            called / months,
            wrong / months
        );
    }
}

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let given = arguments.iter().position(|one| one == "--seeds").and_then(|at| arguments.get(at + 1)?.parse().ok());
    let seeds: u64 = given.unwrap_or(50);
    println!("Cases of the outbreaks' troubles in an ordinary month, in the middle of those years:");
    for truth in year::truths().iter().filter(|truth| truth.hidden == Hidden::Outbreak) {
        let ordinary = |year: &Year| {
            let of = |case: &&year::DemoCase| case.trouble == truth.trouble && !truth.months.contains(&case.month);
            year.cases.iter().filter(of).count() as f64 / (MONTHS - truth.months.len()) as f64
        };
        let all: f64 = (1..=seeds).map(|seed| ordinary(&Year::new(Plan { seed, ..Plan::default() }))).sum();
        println!("- {} {:.1}", truth.trouble().id, all / seeds as f64);
    }
    measure(seeds, Plan::default().customers);
    measure(seeds, 40);
}
