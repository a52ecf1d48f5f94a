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
