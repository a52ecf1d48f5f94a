//! What cases cost, and what one that nobody closed does to it.

use jiff::{civil::date, tz::TimeZone};

use super::{Row, add, at, september};
use crate::report::{
    Ask, Report, build,
    material::{Builder, Verdict},
    section::known::Group,
    sheet::{Lang, sheets},
    span::Span,
};

/// Twenty cases of a day each, half of them explained, of which one more of the new ones is closed then, or not yet.
fn of(cases: usize, last_closed: Option<&str>, made: &str) -> Report {
    let mut builder = Builder::default();
    for number in 0..cases {
        let id = format!("C{number:02}");
        let row: Row<'_> = (&id, "2024-09-10", Some("2024-09-11"), Some("a"), &["win32:5"]);
        add(&mut builder, &[row], |case| {
            if number % 2 == 0 {
                case.verdict = Some(Verdict::Known);
            }
        });
    }
    add(&mut builder, &[("LAST", "2024-09-10", last_closed, Some("a"), &["http:503"])], |_| ());
    let span = Span::month(date(2024, 9, 1), &TimeZone::UTC, at(made)).unwrap();
    build(&builder.finish(0), &Ask { span, ..september(&TimeZone::UTC) })
}

fn hours(report: &Report) -> f64 {
    report.known.iter().filter(|row| row.group == Group::New).map(|row| row.hours).sum()
}

#[test]
fn one_open_case_costs_no_more_than_nine_in_ten_take() {
    let closed = of(20, Some("2024-09-11"), "2024-10-01T00:00:00Z");
    assert_eq!((closed.most_hours, hours(&closed)), (Some(24.0), 11.0 * 24.0));
    for made in ["2024-10-01T00:00:00Z", "2026-10-01T00:00:00Z"] {
        let open = of(20, None, made);
        assert_eq!((open.most_hours, hours(&open)), (Some(24.0), 11.0 * 24.0), "made {made}");
        assert_eq!(open.lead[2], closed.lead[2]);
        // What to write next is not led by what somebody forgot to close.
        let next: Vec<String> = open.write.rows.iter().map(|row| row.named.signature.to_string()).collect();
        assert_eq!(next, ["win32:5", "http:503"]);
        assert_eq!((open.write.rows[1].hours, open.write.rows[1].weight), (None, 24.0));
    }
}

#[test]
fn a_closed_case_costs_what_it_took() {
    let late = of(20, Some("2024-09-20"), "2024-10-01T00:00:00Z");
    assert_eq!((late.most_hours, hours(&late)), (Some(24.0), 10.0 * 24.0 + 240.0));
    assert_eq!(late.write.rows[0].hours, Some(24.0));
    assert_eq!(late.write.rows.iter().map(|row| row.weight).sum::<f64>(), hours(&late));
}

#[test]
fn of_few_cases_the_longest_that_was_closed_is_the_most() {
    let open = of(3, None, "2026-10-01T00:00:00Z");
    assert_eq!((open.most_hours, hours(&open)), (Some(24.0), 48.0));
    let note = |report: &Report, lang| {
        sheets(report, lang).into_iter().find(|sheet| sheet.key == "known").map(|sheet| sheet.notes.join(" ")).unwrap()
    };
    assert!(
        note(&open, Lang::En).contains("but 24 h at most: the longest that a closed case"),
        "{}",
        note(&open, Lang::En)
    );
    // Of twelve seven took a day and five are open since: the curve ends there.
    let mut builder = Builder::default();
    for number in 0..12 {
        let id = format!("C{number:02}");
        let end = Some("2024-09-11").filter(|_| number < 7);
        add(&mut builder, &[(&id, "2024-09-10", end, Some("a"), &["win32:5"])], |_| ());
    }
    let stopped = build(&builder.finish(0), &september(&TimeZone::UTC));
    assert_eq!(stopped.most_hours, Some(24.0));
    for (lang, told) in [(Lang::En, "ends before nine in ten are closed"), (Lang::Zh, "曲线在九成案例关闭之前即终止")]
    {
        let note = note(&stopped, lang);
        assert!(note.contains(told) && !note.contains("take no longer") && !note.contains("不超过"), "{note}");
    }
    assert!(note(&open, Lang::Zh).contains("最多计 24 小时"), "{}", note(&open, Lang::Zh));
    let none_closed = of(0, None, "2024-09-12T12:00:00Z");
    assert_eq!((none_closed.most_hours, hours(&none_closed)), (None, 48.0));
    assert!(note(&none_closed, Lang::En).contains("no case of the store is closed"));
}
