//! What cannot wait for the month's end.

use jiff::tz::TimeZone;

use super::{Row, add, add_brought, at, ids, material};
use crate::report::{
    Ask, Filter,
    alarm::{self, Alarm},
    material::{Builder, Material, Silence},
    span::Span,
};

fn look_back(hours: i64, material: &Material, now: &str) -> Alarm {
    let span = Span::last_hours(hours, &TimeZone::UTC, at(now)).unwrap();
    alarm::look(material, &Ask { span, by: None, filter: Filter::default(), rows: 20 })
}

fn look(material: &Material, now: &str) -> Alarm {
    look_back(7 * 24, material, now)
}

#[test]
fn an_alarm_when_a_new_signature_reaches_a_second_customer() {
    let material = material(&[
        ("A", "2024-09-01", None, Some("a"), &["win32:5"]),
        ("A2", "2024-09-02", None, Some("a"), &["win32:5"]),
        ("B", "2024-09-12", None, Some("b"), &["win32:5"]),
        ("C", "2024-09-13", None, Some("c"), &["win32:5"]),
    ]);
    let raised = look(&material, "2024-09-14T00:00:00Z");
    assert!(raised.raised);
    let [one] = &raised.new_signatures[..] else { panic!("{raised:?}") };
    assert_eq!(
        (ids(&one.cases), one.customers, one.reached),
        (vec!["A", "A2", "B", "C"], 3, at("2024-09-12T12:00:00Z"))
    );
    // Before the second customer, and a week after: once is enough.
    assert!(!look(&material, "2024-09-10T00:00:00Z").raised);
    assert!(!look(&material, "2024-09-20T00:00:00Z").raised);
}

#[test]
fn an_alarm_when_an_article_rises_within_days() {
    let mut builder = Builder::default();
    builder.article("one", [], ("One", "en"), []);
    for (week, day) in ["08-03", "08-10", "08-17", "08-24", "08-31", "09-07", "09-14"].iter().enumerate() {
        let day = format!("2024-{day}");
        for number in 0..30 {
            let (id, name) = (format!("{week}-{number}"), format!("customer {number}"));
            let explained = number < if week == 6 { 12 } else { 1 };
            add(&mut builder, &[(&id, &day, None, Some(&name), &["win32:5"])], |case| {
                case.matches = if explained { vec![("one", true)] } else { Vec::new() };
            });
        }
    }
    let material = builder.finish(0);
    let raised = look(&material, "2024-09-17T00:00:00Z");
    let [one] = &raised.rising_articles[..] else { panic!("{raised:?}") };
    assert_eq!((one.article.as_str(), one.change.customers, one.change.customers_before), ("one", 12, 6));
    assert!(!look(&material, "2024-09-10T00:00:00Z").raised);
}

/// Two cases of two customers with one signature, which a mail brought into the first of them at that time.
fn brought(opened: &str, seen: &str, came: &str) -> Material {
    let mut builder = Builder::default();
    add_brought(&mut builder, ("OLD", opened, None, Some("a"), &["win32:5"]), seen, came);
    add(&mut builder, &[("B", "2024-09-09", None, Some("b"), &["win32:5"])], |_| ());
    builder.finish(0)
}

#[test]
fn a_daily_alarm_sees_what_a_later_mail_of_an_old_case_brings() {
    for opened in ["2024-09-08", "2024-03-01"] {
        let material = brought(opened, "2024-09-12T10:00:00Z", "2024-09-12T10:01:00Z");
        let days = ["09", "10", "11", "12", "13", "14"].map(|day| format!("2024-09-{day}T00:00:00Z"));
        let raised = days.each_ref().map(|day| look_back(24, &material, day).raised);
        assert_eq!(raised, [false, false, false, false, true, false], "by the one run in whose span it came");
        let alarm = look_back(24, &material, &days[4]);
        let [one] = &alarm.new_signatures[..] else { panic!("{alarm:?}") };
        assert_eq!((ids(&one.cases), one.reached), (vec!["B", "OLD"], at("2024-09-12T10:01:00Z")));
    }
}

#[test]
fn mail_that_was_on_its_way_at_midnight_is_told_once() {
    let material = brought("2024-09-08", "2024-09-11T23:50:00Z", "2024-09-12T00:10:00Z");
    let days = ["12", "13", "14"].map(|day| look_back(24, &material, &format!("2024-09-{day}T00:00:00Z")).raised);
    assert_eq!(days, [false, true, false]);
}

#[test]
fn noise_raises_no_alarm() {
    let rows: [Row<'_>; 3] = [
        ("A", "2024-09-12", None, Some("a"), &["win32:5"]),
        ("B", "2024-09-12", None, Some("b"), &["win32:5"]),
        ("C", "2024-09-13", None, Some("c"), &["win32:5"]),
    ];
    for (customers, raised) in [(&[][..], true), (&["a"], true), (&["a", "b"], false)] {
        let mut builder = Builder::default();
        for customer in customers {
            let customer = Some(customer.to_string());
            builder.silence(&Silence { signature: "win32:5".parse().unwrap(), customer });
        }
        add(&mut builder, &rows, |_| ());
        assert_eq!(look(&builder.finish(0), "2024-09-14T00:00:00Z").raised, raised, "silenced for {customers:?}");
    }
}

#[test]
fn what_one_customer_silenced_long_ago_is_new_to_others() {
    let mut builder = Builder::default();
    builder.silence(&Silence { signature: "win32:5".parse().unwrap(), customer: Some("noisy".into()) });
    let rows: [Row<'_>; 3] = [
        ("NOISE", "2024-03-01", None, Some("noisy"), &["win32:5"]),
        ("A", "2024-09-12", None, Some("a"), &["win32:5"]),
        ("B", "2024-09-13", None, Some("b"), &["win32:5"]),
    ];
    add(&mut builder, &rows, |_| ());
    let raised = look(&builder.finish(0), "2024-09-14T00:00:00Z");
    let [one] = &raised.new_signatures[..] else { panic!("{raised:?}") };
    assert_eq!((ids(&one.cases), one.first), (vec!["A", "B"], at("2024-09-12T12:00:00Z")));
}
