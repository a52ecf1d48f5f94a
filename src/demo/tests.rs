//! The year is what it says it is, and the report finds what is hidden in it.

use std::collections::{BTreeSet, HashSet};

use jiff::tz::TimeZone;

use super::{
    letter::letters,
    year::{self, Hidden, MONTHS, Plan, Year},
};
use crate::{
    mail,
    report::{self, Ask, Filter, span::Span},
};

/// After the year, and every close of it.
const NOW: i64 = 1_800_000_000;

fn made(seed: u64, cases: usize) -> Year {
    Year::new(Plan { seed, cases, ..Plan::default() })
}

#[test]
fn a_year_has_what_was_asked_for_and_lies_in_its_months() {
    let year = made(1, 3_000);
    assert_eq!(year.cases.len(), 3_000);
    assert!(year.customers() >= 150, "{}", year.customers());
    let ids: HashSet<String> = year.cases.iter().map(year::DemoCase::id).collect();
    assert_eq!(ids.len(), 3_000);
    for case in &year.cases {
        let (begin, end) = (year::midnight(year::month(case.month)), year::midnight(year::month(case.month + 1)));
        assert!((begin..end).contains(&case.opened) && case.closed > case.opened, "{case:?}");
    }
    let of = |month: usize| year.cases.iter().filter(|case| case.month == month).count();
    assert!(of(2) + of(3) > of(7) + of(8), "spring has more than late summer");
    assert!(
        year.cases.iter().any(|case| case.customer().chinese) && year.cases.iter().any(|case| !case.customer().chinese)
    );
}

#[test]
fn a_seed_makes_the_same_bytes() {
    let hash = |seed: u64| {
        let year = made(seed, 60);
        let mut hasher = blake3::Hasher::new();
        for letter in year.cases.iter().flat_map(|case| letters(year.plan, case)) {
            hasher.update(letter.name.as_bytes()).update(&letter.raw);
        }
        hasher.finalize().to_hex()[..16].to_string()
    };
    assert_eq!(hash(1), hash(1));
    assert_ne!(hash(2), hash(1));
}

#[test]
fn mails_are_threads_with_dates_in_order() {
    let year = made(3, 200);
    let (mut mails, mut files, mut quoted) = (0, 0, 0);
    for case in &year.cases {
        let letters = letters(year.plan, case);
        assert!(letters.len() >= 2 && letters.is_sorted_by_key(|letter| letter.at), "{}", case.id());
        assert!(letters.last().is_some_and(|last| last.at < case.closed));
        let read: Vec<mail::Message> = letters
            .iter()
            .map(|letter| {
                let parsed = mail::parse(&letter.name, &letter.raw);
                assert!(parsed.warnings.is_empty(), "{}: {:?}", letter.name, parsed.warnings);
                parsed.value.into_iter().next().unwrap()
            })
            .collect();
        for (letter, message) in letters.iter().zip(&read) {
            assert_eq!(message.date.map(|date| date.as_second()), Some(letter.at), "{}", letter.name);
            files += message.attachments.len();
        }
        for pair in read.windows(2) {
            assert_eq!(pair[1].in_reply_to.first(), pair[0].message_id.as_ref(), "{}", case.id());
            quoted += usize::from(!pair[1].text_of(mail::BlockKind::Quoted).is_empty());
        }
        assert!(read[1..].iter().any(|message| message.subject.contains(&case.id())), "the desk names the case");
        mails += read.len();
    }
    assert!(
        files > 40 && quoted * 10 > (mails - year.cases.len()) * 9,
        "{files} files, {quoted} quotes in {mails} mails"
    );
}

/// Of few signatures, one would seem to rise because another falls.
#[test]
fn reports_on_a_part_cry_no_wolf_either() {
    let (mut reports, mut wrong) = (0, 0);
    for seed in 1..=10 {
        let material = made(seed, 3_000).material();
        let products: BTreeSet<&str> =
            material.cases.iter().filter_map(|case| case.product).map(|product| material.name(product)).collect();
        assert!(products.len() > 2, "{products:?}");
        for (month, product) in (3..MONTHS).flat_map(|month| products.iter().map(move |product| (month, *product))) {
            let span = Span::month(year::month(month), &TimeZone::UTC, NOW).unwrap();
            let filter = Filter { product: Some(product.to_string()), ..Filter::default() };
            let report = report::build(&material, &Ask { span, by: None, filter, rows: 20 });
            let called = report.rising.risers.iter().map(|trend| &trend.named.signature);
            wrong += called.filter(|signature| !year::rising(month).contains(*signature)).count();
            reports += 1;
        }
    }
    assert!(wrong as f64 <= 0.045 * reports as f64, "{wrong} false ones in {reports} reports");
}

#[test]
fn reports_find_what_is_hidden_and_cry_no_wolf() {
    const SEEDS: u64 = 50;
    let (mut reports, mut wrong, mut noise) = (0, 0, 0);
    let mut found = [0; 3];
    for seed in 1..=SEEDS {
        let material = made(seed, 3_000).material();
        for month in 3..MONTHS {
            let span = Span::month(year::month(month), &TimeZone::UTC, NOW).unwrap();
            let report = report::build(&material, &Ask { span, by: None, filter: Filter::default(), rows: 20 });
            let called: BTreeSet<_> = report.rising.risers.iter().map(|trend| trend.named.signature.clone()).collect();
            wrong += called.difference(&year::rising(month)).count();
            reports += 1;
            for (found, truth) in found.iter_mut().zip(year::truths()) {
                let signature = truth.trouble().signature.clone().unwrap();
                let first = truth.months[0] == month;
                *found += usize::from(first && called.contains(&signature));
                if truth.hidden == Hidden::BadUpdate && first {
                    let new = report.fresh.new.iter().any(|row| row.named.signature == signature);
                    assert!(new, "seed {seed}: nobody had it before");
                }
            }
            for truth in year::truths().iter().filter(|truth| truth.hidden == Hidden::Noise) {
                noise += usize::from(truth.trouble().signature.as_ref().is_some_and(|one| called.contains(one)));
            }
        }
    }
    let least = SEEDS.div_ceil(2) as usize;
    assert!(found.iter().all(|found| *found >= least), "{found:?} of {SEEDS}");
    assert!(wrong as f64 <= 0.2 * reports as f64, "{wrong} false ones in {reports} months");
    assert!(noise <= 2, "one customer's probes are no rise: {noise} of {reports}");
}

#[test]
fn years_of_few_cases_and_customers_are_years() {
    for (cases, customers) in [(1, 1), (7, 2), (50, 180), (0, 0)] {
        let year = Year::new(Plan { seed: 9, cases, customers });
        assert_eq!(year.cases.len(), cases);
        assert!(year.cases.iter().all(|case| !letters(year.plan, case).is_empty()));
    }
}
