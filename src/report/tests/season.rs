//! Where the season changed what is called.

use jiff::tz::TimeZone;

use super::{add, at, ids, rising, said, september};
use crate::report::{
    Ask, Filter, alarm, build,
    material::{Builder, Material},
    section::rising::Way,
    sheet::{Lang, csv, notes, sheets},
    span::Span,
};

/// Two Septembers and the months from March to August, with so many customers of one signature, and of an article, beside a background.
fn years(last: usize, level: usize, now: usize) -> Material {
    let mut builder = Builder::default();
    builder.article("one", [], ("One", "en"), []);
    let mut fill = |year: u16, month: u8, count: usize| {
        let day = format!("{year}-{month:02}-15");
        for number in 0..60 {
            let (id, name) = (format!("{year}-{month}-{number}"), format!("customer {number}"));
            add(&mut builder, &[(&id, &day, None, Some(&name), &[&format!("http:{}", 400 + number % 12)])], |_| ());
        }
        for number in 0..count {
            let (id, name) = (format!("{year}-{month}-x-{number}"), format!("customer {number}"));
            add(&mut builder, &[(&id, &day, None, Some(&name), &["win32:5"])], |case| {
                case.matches = vec![("one", true)];
            });
        }
    };
    fill(2023, 9, last);
    (3..=8).for_each(|month| fill(2024, month, level));
    fill(2024, 9, now);
    builder.finish(0)
}

#[test]
fn a_season_takes_a_rise_back_and_that_is_told() {
    let material = years(24, 4, 14);
    let found = rising(&material);
    assert_eq!(found.years, 1);
    assert!(found.risers.is_empty(), "{:?}", found.risers);
    let [row] = &found.seasonal[..] else { panic!("{:?}", found.seasonal) };
    assert_eq!((row.way, row.trend.named.signature.to_string()), (Way::Up, "win32:5".into()));
    assert!(row.q_without <= 0.1 && row.trend.change.q > 0.1 && row.trend.season > 1.3, "{row:?}");
    assert!(row.ratio_without > row.trend.change.ratio, "{row:?}");
    assert_eq!((ids(&row.trend.change.cases).len(), row.trend.change.before.count()), (14, 24));
    let report = build(&material, &september(&TimeZone::UTC));
    assert!(report.lead[3].en.contains("(the season explains 1 rise)"), "{:?}", report.lead[3]);
    for (lang, words) in [(Lang::En, "The season explains 1 rise, which"), (Lang::Zh, "季节解释了 1 个上升")] {
        assert!(said(&report, lang).contains(words), "{}", said(&report, lang));
        assert!(crate::report::html::page(&report, lang).contains(words));
        let sheets = sheets(&report, lang);
        assert!(csv(&notes(&sheets, lang)).contains(words));
        let table = sheets.iter().find(|sheet| sheet.key == "seasonal").unwrap();
        assert!(csv(table).contains("win32:5"), "{}", csv(table));
    }
    let span = Span::month(jiff::civil::date(2024, 9, 1), &TimeZone::UTC, at("2024-11-01T00:00:00Z")).unwrap();
    let alarm = alarm::look(&material, &Ask { span, by: None, filter: Filter::default(), rows: 20 });
    assert!(!alarm.raised && alarm.rising_articles.is_empty());
    assert!(matches!(&alarm.seasonal_articles[..], [row] if row.article == "one"), "{alarm:?}");
}

#[test]
fn a_season_takes_a_fall_back_and_says_nothing_where_it_changes_nothing() {
    let fall = rising(&years(2, 14, 3));
    assert!(fall.faders.is_empty(), "{:?}", fall.faders);
    assert!(matches!(&fall.seasonal[..], [row] if row.way == Way::Down), "{:?}", fall.seasonal);
    let real = rising(&years(4, 4, 24));
    assert_eq!((real.risers.len(), real.seasonal.len()), (1, 0), "{real:?}");
    let level = rising(&years(4, 4, 4));
    assert!(level.risers.is_empty() && level.seasonal.is_empty(), "{level:?}");
}
