//! New and returned signatures, and when a signature came.

use jiff::tz::TimeZone;

use super::{Row, add, add_brought, at, ids, month, said};
use crate::report::{
    Ask, Filter, Report, build,
    material::{Builder, Material, Silence},
    section::fresh::NewRow,
    sheet::Lang,
};

fn names(rows: &[NewRow]) -> Vec<String> {
    rows.iter().map(|row| row.named.signature.to_string()).collect()
}

fn of(material: &Material, number: i8) -> Report {
    build(material, &month(number, &TimeZone::UTC))
}

#[test]
fn new_signatures_need_two_customers_or_the_first_severity() {
    let mut builder = Builder::default();
    builder.silence(&Silence { signature: "exit:7".parse().unwrap(), customer: None });
    add(
        &mut builder,
        &[
            ("OLD", "2024-08-20", None, Some("a"), &["errno:EIO"]),
            ("BEFORE", "2024-03-01", None, Some("a"), &["errno:EPERM"]),
            ("A1", "2024-09-01", None, Some("a"), &["win32:32", "errno:EIO", "errno:EPERM"]),
            ("B1", "2024-09-02", None, Some("b"), &["win32:32", "http:503", "exit:7"]),
            ("B2", "2024-09-03", None, Some("b"), &["http:503"]),
        ],
        |_| (),
    );
    add(&mut builder, &[("P1", "2024-09-04", None, Some("c"), &["http:404"])], |case| case.severity = Some("P1"));
    let found = of(&builder.finish(0), 9);
    assert_eq!(names(&found.fresh.new), ["win32:32", "http:404"]);
    assert_eq!(ids(&found.fresh.new[1].severe), ["P1"]);
    assert_eq!((names(&found.fresh.singletons), found.fresh.found), (vec!["http:503".to_string()], 3));
    let returned = &found.fresh.returned[..];
    assert!(
        matches!(returned, [row] if row.named.signature.to_string() == "errno:EPERM" && row.silent_days == 184),
        "{returned:?}"
    );
    // Two sightings before, both of what was seen once: of the seven of this month seven are to be expected.
    assert_eq!(found.fresh.expected.map(|chance| chance.count), Some(7.0));
    assert_eq!(ids(&found.signatures.silenced[0].cases), ["B1"]);
    assert!(!found.signatures.rows.iter().any(|row| row.named.signature.to_string() == "exit:7"));
}

#[test]
fn a_signature_is_new_in_the_month_in_which_it_reaches_a_second_customer_or_a_severe_case() {
    let mut builder = Builder::default();
    let rows: [Row<'_>; 4] = [
        ("A", "2024-08-30", None, Some("a"), &["win32:32"]),
        ("A2", "2024-08-31", None, Some("a"), &["win32:32", "http:503"]),
        ("B", "2024-09-02", None, Some("b"), &["win32:32"]),
        ("C", "2024-10-02", None, Some("c"), &["win32:32"]),
    ];
    add(&mut builder, &rows, |_| ());
    add(&mut builder, &[("P1", "2024-09-03", None, Some("a"), &["http:503"])], |case| case.severity = Some("P1"));
    let material = builder.finish(0);
    let months = [8, 9, 10].map(|number| of(&material, number));
    let new = months.each_ref().map(|found| names(&found.fresh.new).join(" "));
    assert_eq!(new, ["", "win32:32 http:503", ""]);
    let single = months.each_ref().map(|found| names(&found.fresh.singletons).join(" "));
    assert_eq!(single, ["win32:32 http:503", "", ""]);
    assert_eq!(months.each_ref().map(|found| found.fresh.found), [2, 0, 0], "first seen in August");
    let row = &months[1].fresh.new[0];
    assert_eq!((ids(&row.cases), row.customers), (vec!["A", "A2", "B"], 2), "with the case that began it");
    assert_eq!((row.first, row.reached), (at("2024-08-30T12:00:00Z"), Some(at("2024-09-02T12:00:00Z"))));
    assert!(months[1].lead[3].en.contains("2 new signatures reached"), "{:?}", months[1].lead[3]);
    // To whoever looks at one customer it is new in the same month, and the page says by what.
    let filter = Filter { customer: Some("b".into()), ..Filter::default() };
    let of_b = build(&material, &Ask { filter, ..month(9, &TimeZone::UTC) });
    assert_eq!((names(&of_b.fresh.new), ids(&of_b.fresh.new[0].cases)), (vec!["win32:32".to_string()], vec!["B"]));
    assert!(said(&of_b, Lang::En).contains("judged over the whole store"));
}

#[test]
fn what_one_customer_had_long_ago_returns_and_is_not_new() {
    let mut builder = Builder::default();
    let rows: [Row<'_>; 4] = [
        ("A", "2024-01-10", None, Some("a"), &["win32:32"]),
        ("B", "2024-09-02", None, Some("b"), &["win32:32"]),
        ("A3", "2024-07-10", None, Some("a"), &["http:503"]),
        ("B3", "2024-09-02", None, Some("b"), &["http:503"]),
    ];
    add(&mut builder, &rows, |_| ());
    let found = of(&builder.finish(0), 9);
    assert_eq!(names(&found.fresh.new), ["http:503"], "two months of silence are none");
    assert!(matches!(&found.fresh.returned[..], [row] if ids(&row.cases) == ["B"] && row.silent_days == 236));
}

#[test]
fn a_signature_is_dated_by_the_mail_that_brought_it() {
    let mut builder = Builder::default();
    let late = "2024-09-20T08:00:00Z";
    add_brought(&mut builder, ("OLD", "2024-08-01", None, Some("a"), &["http:503"]), late, late);
    add(&mut builder, &[("NEW", "2024-09-10", None, Some("b"), &["http:503"])], |_| ());
    let material = builder.finish(0);
    let august = of(&material, 8);
    assert_eq!((august.fresh.found, ids(&august.signatures.rows[0].cases)), (0, vec!["OLD"]));
    let september = of(&material, 9);
    let [row] = &september.fresh.new[..] else { panic!("{:?}", september.fresh) };
    assert_eq!(
        (ids(&row.cases), row.first, row.reached),
        (vec!["NEW", "OLD"], at("2024-09-10T12:00:00Z"), Some(at(late)))
    );
    assert_eq!(september.fresh.found, 1);
}

#[test]
fn what_is_silenced_is_no_news_and_its_count_is_told() {
    let mut builder = Builder::default();
    builder.silence(&Silence { signature: "exit:7".parse().unwrap(), customer: None });
    builder.silence(&Silence { signature: "http:503".parse().unwrap(), customer: Some("a".into()) });
    let rows: [Row<'_>; 4] = [
        ("BEFORE", "2024-08-01", None, Some("a"), &["errno:EIO"]),
        ("A", "2024-09-01", None, Some("a"), &["exit:7", "http:503"]),
        ("B", "2024-09-02", None, Some("b"), &["exit:7"]),
        ("C", "2024-09-03", None, Some("c"), &["http:503"]),
    ];
    add(&mut builder, &rows, |_| ());
    let found = of(&builder.finish(0), 9);
    assert_eq!(found.fresh.new, []);
    assert_eq!(names(&found.fresh.singletons), ["http:503"], "one customer takes it for noise, another has it");
    assert_eq!((found.fresh.found, found.fresh.silenced, ids(&found.fresh.silenced_cases)), (1, 1, vec!["A", "B"]));
    let groups: Vec<_> = found.known.iter().map(|row| (row.group.name(), ids(&row.cases).join(" "))).collect();
    assert_eq!(groups[3..5], [("new", "C".to_string()), ("silenced", "A B".to_string())]);
    assert!(
        found.lead[2].en.contains("1 is new") && found.lead[2].en.contains("2 are silenced"),
        "{:?}",
        found.lead[2]
    );
    assert_eq!(ids(&found.write.cases), ["C"], "nobody writes about noise");
    let told = [(Lang::En, "Silenced, and therefore not among them: 1 signature"), (Lang::Zh, "已静音而未列入")];
    for (lang, words) in told {
        assert!(said(&found, lang).contains(words), "{}", said(&found, lang));
    }
}

#[test]
fn what_is_silenced_dates_nothing() {
    let mut builder = Builder::default();
    let signatures = ["http:503", "win32:32", "exit:7"];
    for signature in signatures {
        builder.silence(&Silence { signature: signature.parse().unwrap(), customer: Some("noisy".into()) });
    }
    let rows: [Row<'_>; 6] = [
        ("BEFORE", "2024-02-01", None, Some("a"), &["errno:EIO", "exit:7"]),
        ("NOISE", "2024-03-01", None, Some("noisy"), &["http:503", "win32:32"]),
        ("NOISE2", "2024-08-20", None, Some("noisy"), &["http:503", "exit:7"]),
        ("A", "2024-09-02", None, Some("a"), &["http:503", "win32:32"]),
        ("B", "2024-09-03", None, Some("b"), &["http:503"]),
        ("C", "2024-09-04", None, Some("c"), &["exit:7"]),
    ];
    add(&mut builder, &rows, |_| ());
    let found = of(&builder.finish(0), 9);
    let [new] = &found.fresh.new[..] else { panic!("{:?}", found.fresh) };
    assert_eq!((new.named.signature.to_string(), new.first), ("http:503".into(), at("2024-09-02T12:00:00Z")));
    assert_eq!(names(&found.fresh.singletons), ["win32:32"], "it does not return where only noise had it");
    assert_eq!(found.fresh.found, 2);
    let returned: Vec<_> = found.fresh.returned.iter().map(|row| (row.named.signature.to_string(), row.last)).collect();
    assert_eq!(returned, [("exit:7".to_string(), at("2024-02-01T12:00:00Z"))], "noise does not break a silence");
    // Two sightings before that count, both of what was seen once: of the four of this month four.
    assert_eq!(found.fresh.expected.map(|chance| chance.count), Some(4.0));
    let august = of(&material_of_noise(), 8);
    assert_eq!((august.fresh.silenced, ids(&august.fresh.silenced_cases)), (1, vec!["LATER"]));
}

/// Noise of two signatures, of which one was there before August.
fn material_of_noise() -> Material {
    let mut builder = Builder::default();
    for signature in ["http:503", "exit:7"] {
        builder.silence(&Silence { signature: signature.parse().unwrap(), customer: None });
    }
    let rows: [Row<'_>; 2] = [
        ("EARLY", "2024-07-01", None, Some("a"), &["http:503"]),
        ("LATER", "2024-08-02", None, Some("b"), &["http:503", "exit:7"]),
    ];
    add(&mut builder, &rows, |_| ());
    builder.finish(0)
}

#[test]
fn the_notes_of_new_signatures_say_what_their_tables_count() {
    let rows: [Row<'_>; 4] = [
        ("A", "2024-08-30", None, Some("a"), &["win32:32"]),
        ("B", "2024-09-02", None, Some("b"), &["win32:32"]),
        ("A2", "2024-08-30", None, Some("a"), &["http:503"]),
        ("C", "2024-10-02", None, Some("b"), &["exit:7"]),
    ];
    let mut builder = Builder::default();
    add(&mut builder, &rows, |_| ());
    let material = builder.finish(0);
    let (september, october) = (of(&material, 9), of(&material, 10));
    assert_eq!((names(&september.fresh.new).len(), september.fresh.found), (1, 0), "listed, but not first seen here");
    let told = [
        (&september, Lang::En, "1 signature reached a second customer, or a P1 case, in this span"),
        (&september, Lang::En, "First seen in this span, at however many customers: 0;"),
        (&september, Lang::En, "No signature was first seen in this span."),
        (&september, Lang::Zh, "本时段首次出现的签名（不论客户数）0 个"),
        (&october, Lang::En, "0 signatures reached a second customer"),
        (&october, Lang::En, "Of 1 signature first seen in this span 1 stayed"),
        (&october, Lang::Zh, "本时段首次出现的 1 个签名中，仅在一个客户且不在 P1 案例中的有 1 个"),
    ];
    for (report, lang, words) in told {
        let text = said(report, lang);
        assert!(text.contains(words) && !text.contains("No signature is new"), "{words}: {text}");
    }
}
