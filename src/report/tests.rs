//! The whole report over made-up cases.

use jiff::{Timestamp, civil::date, tz::TimeZone};

mod alarm;
mod cost;
mod fresh;
mod season;
mod times;
mod words;

use super::{
    Ask, By, Figure, Filter, Report, build, html,
    material::{Builder, Material, NewCase, Since, Verdict},
    section::{known::Group, rising::Rising},
    sheet::{Cell, Lang, csv, sheets},
    span::Span,
};

fn at(text: &str) -> i64 {
    text.parse::<Timestamp>().unwrap().as_second()
}

/// A case by a few words: id, day of opening, day of closing, customer, signatures of which the first is primary.
type Row<'r> = (&'r str, &'r str, Option<&'r str>, Option<&'r str>, &'r [&'r str]);

fn add(builder: &mut Builder, rows: &[Row<'_>], more: impl Fn(&mut NewCase<'_>)) {
    rows.iter().for_each(|row| add_one(builder, row, None, &more));
}

/// A case whose signatures a mail brought that was sent and taken in at these times.
fn add_brought(builder: &mut Builder, row: Row<'_>, seen: &str, came: &str) {
    add_one(builder, &row, Some((at(seen), at(came))), |_| ());
}

fn add_one(builder: &mut Builder, row: &Row<'_>, brought: Option<(i64, i64)>, more: impl Fn(&mut NewCase<'_>)) {
    let (id, opened, closed, customer, signatures) = row;
    let forms: Vec<_> = signatures.iter().map(|text| builder.signature(&text.parse().unwrap())).collect();
    let since: Vec<Since> = brought
        .iter()
        .flat_map(|(seen, came)| forms.iter().map(|form| Since { form: *form, seen: *seen, came: *came }))
        .collect();
    let moment = |day: &str| if day.contains('T') { at(day) } else { at(&format!("{day}T12:00:00Z")) };
    let mut case = NewCase {
        id,
        opened: moment(opened),
        closed: closed.map(moment),
        customer: *customer,
        primary: forms.first().copied(),
        failing: &forms,
        since: &since,
        verdict: Some(Verdict::Unknown),
        parsers: (1, 1),
        ..NewCase::default()
    };
    more(&mut case);
    builder.case(&case);
}

fn material(rows: &[Row<'_>]) -> Material {
    let mut builder = Builder::default();
    add(&mut builder, rows, |_| ());
    builder.finish(0)
}

fn september(zone: &TimeZone) -> Ask {
    month(9, zone)
}

/// A month of 2024, looked at after it.
fn month(month: i8, zone: &TimeZone) -> Ask {
    let span = Span::month(date(2024, month, 1), zone, at("2024-11-01T00:00:00Z")).unwrap();
    Ask { span, by: None, filter: Filter::default(), rows: 20 }
}

fn report(rows: &[Row<'_>]) -> Report {
    build(&material(rows), &september(&TimeZone::UTC))
}

fn ids(figure: &Figure) -> Vec<&str> {
    figure.cases().collect()
}

#[test]
fn volume_counts_by_opening_and_closing() {
    let found = report(&[
        ("OLD", "2024-08-10", Some("2024-09-02"), Some("a"), &[]),
        ("OLDER", "2024-01-10", None, Some("a"), &[]),
        ("A", "2024-09-01T00:00:00Z", Some("2024-09-03"), Some("a"), &[]),
        ("B", "2024-09-30T23:59:59Z", Some("2024-10-03"), Some("b"), &[]),
        ("LATER", "2024-10-01T00:00:00Z", None, Some("b"), &[]),
    ]);
    let volume = &found.volume;
    assert_eq!(ids(&volume.opened), ["A", "B"]);
    assert_eq!(ids(&volume.closed), ["OLD", "A"]);
    assert_eq!(ids(&volume.backlog), ["OLDER", "B"]);
    assert_eq!(ids(&volume.backlog_before), ["OLDER", "OLD"]);
    assert_eq!((volume.customers, volume.median), (2, None), "no time for two cases");
    assert_eq!(volume.periods.len(), 9, "from the store's first case on");
    assert!(found.lead[1].en.contains("fewer than 5"), "{:?}", found.lead);
}

#[test]
fn months_are_cut_in_the_zone() {
    // 00:30 on the first of September in Shanghai is August in UTC.
    let material =
        material(&[("A", "2024-08-31T16:30:00Z", None, None, &[]), ("B", "2024-09-30T16:30:00Z", None, None, &[])]);
    let of = |zone: &TimeZone| ids(&build(&material, &september(zone)).volume.opened).join(" ");
    assert_eq!(of(&TimeZone::UTC), "B");
    assert_eq!(of(&TimeZone::get("Asia/Shanghai").unwrap()), "A");
}

#[test]
fn an_empty_month_and_a_first_month_say_so() {
    for found in [report(&[]), report(&[("A", "2024-08-10", Some("2024-08-11"), Some("a"), &["win32:5"])])] {
        assert_eq!(found.volume.opened.count(), 0);
        assert!(found.lead[0].en.starts_with("No case was opened or closed in 2024-09"), "{:?}", found.lead[0]);
        for lang in [Lang::En, Lang::Zh] {
            assert!(html::page(&found, lang).contains("</html>"));
            assert!(!sheets(&found, lang).iter().any(|sheet| format!("{:?}", sheet.rows).contains("NaN")));
        }
    }
    let first = report(&[("A", "2024-09-10", Some("2024-09-11"), Some("a"), &["win32:5"])]);
    assert_eq!((first.volume.periods.len(), first.rising.history), (1, 0));
    assert!(first.lead[3].en.starts_with("There is too little history"), "{:?}", first.lead);
    assert_eq!(first.fresh.expected, None);
    assert_eq!(first.signatures.rows[0].change, None, "from nothing there is no change");
    assert!(sheets(&first, Lang::Zh).iter().flat_map(|sheet| &sheet.notes).any(|note| note.contains("仅给出计数")));
}

/// Whatever a report says in words, in one text.
fn said(found: &Report, lang: Lang) -> String {
    let lead = found.lead.iter().map(|one| one.text(lang).to_string());
    lead.chain(sheets(found, lang).into_iter().flat_map(|sheet| sheet.notes)).collect::<Vec<_>>().join("\n")
}

#[test]
fn one_is_no_plural() {
    let mut builder = Builder::default();
    builder.article("one", [], ("One", "en"), []);
    let row = |id, day| -> Row<'_> { (id, day, None, Some("a"), &["win32:5"]) };
    add(&mut builder, &[row("A", "2024-09-10"), row("B", "2024-08-10")], |_| ());
    add(&mut builder, &[("NEWS", "2024-09-11", None, Some("n"), &["win32:6"])], |case| case.by_machines = true);
    let ask = Ask { by: Some(By::Product), ..september(&TimeZone::UTC) };
    let mut material = builder.finish(0);
    let plural =
        regex::Regex::new(r"\b1 (\w+ )?(cases|customers|signatures|periods|articles|are|were|mails)\b").unwrap();
    for verdict in [Verdict::Known, Verdict::Unknown] {
        material.cases.iter_mut().for_each(|case| case.verdict = Some(verdict));
        let text = said(&build(&material, &ask), Lang::En);
        assert!(text.contains("1 customer opened cases") && text.contains("holds 1 period before"), "{text}");
        let found: Vec<&str> = plural.find_iter(&text).map(|found| found.as_str()).collect();
        assert!(found.is_empty(), "{found:?} in {text}");
    }
}

#[test]
fn an_empty_span_says_where_the_cases_are() {
    let rows: [Row<'_>; 2] =
        [("A", "2024-03-10", None, Some("Northwind"), &[]), ("B", "2024-08-20", None, Some("b"), &[])];
    let of = |filter| build(&material(&rows), &Ask { filter, ..september(&TimeZone::UTC) });
    assert!(said(&of(Filter::default()), Lang::En).contains("are of 2024-03-10 to 2024-08-20"));
    let filter = Filter { customer: Some("Northwnd".into()), ..Filter::default() };
    assert!(said(&of(filter.clone()), Lang::En).contains("No case of the store fits the filter"));
    assert!(said(&of(filter), Lang::Zh).contains("库中没有符合筛选条件的案例"));
    assert!(said(&report(&[]), Lang::En).contains("The store has no case up to the end of this span."));
}

#[test]
fn of_one_customer_nothing_is_tested() {
    let material = months(&[(9, 3)], |number| Some(format!("customer {number}")));
    let filter = Filter { customer: Some("customer 1".into()), ..Filter::default() };
    let found = build(&material, &Ask { filter, ..september(&TimeZone::UTC) });
    let text = said(&found, Lang::En);
    assert!(text.contains("these are cases of one") && !text.contains("Dispersion"), "{text}");
    // Seven sightings of one signature at seven customers are too few, eight of four customers in two months enough.
    let few = |counts: &[(&str, usize)]| {
        let mut builder = Builder::default();
        for day in ["2024-06-01", "2024-07-01", "2024-08-01", "2024-09-01"] {
            add(&mut builder, &[(day, day, None, None, &[])], |_| ());
        }
        for (day, count) in counts {
            for number in 0..*count {
                let (id, customer) = (format!("{day} {number}"), format!("c{number}"));
                add(&mut builder, &[(&id, day, None, Some(&customer), &["win32:5"])], |_| ());
            }
        }
        said(&build(&builder.finish(0), &september(&TimeZone::UTC)), Lang::En)
    };
    let text = few(&[("2024-09-10", 7)]);
    assert!(text.contains("no signature has 8 sightings in this span and the 3 before it together"), "{text}");
    let text = few(&[("2024-08-10", 4), ("2024-09-10", 4)]);
    assert!(text.contains("1 signature tested"), "{text}");
}

#[test]
fn the_top_signature_is_that_which_more_cases_are_about() {
    let rows: [Row<'_>; 2] = [
        ("A", "2024-09-10", None, Some("a"), &["win32:5", "http:503"]),
        ("B", "2024-09-11", None, Some("a"), &["win32:5", "http:503"]),
    ];
    let found = build(&material(&rows), &Ask { by: Some(By::Customer), ..september(&TimeZone::UTC) });
    let top = found.by.unwrap().rows.remove(0).top.unwrap();
    assert_eq!((top.named.signature.to_string(), ids(&top.cases)), ("win32:5".into(), vec!["A", "B"]));
}

#[test]
fn what_machines_wrote_is_left_out_and_told() {
    let mut builder = Builder::default();
    let row = |id, customer| -> Row<'_> { (id, "2024-09-10", None, Some(customer), &["win32:5"]) };
    add(&mut builder, &[row("CASE", "a")], |_| ());
    add(&mut builder, &[row("NEWS", "b"), row("ALERT", "c")], |case| case.by_machines = true);
    let material = builder.finish(0);
    let found = build(&material, &september(&TimeZone::UTC));
    assert_eq!((ids(&found.volume.opened), ids(&found.quality.by_machines)), (vec!["CASE"], vec!["ALERT", "NEWS"]));
    assert_eq!(ids(&found.signatures.rows[0].cases), ["CASE"]);
    assert!(said(&found, Lang::En).contains("2 newsletters and automatic mails that no person answered"));
    assert!(said(&found, Lang::Zh).contains("另有 2 个无人回复的群发或自动邮件未计入"));
    let filter = Filter { customer: Some("b".into()), ..Filter::default() };
    let of_one = build(&material, &Ask { filter, ..september(&TimeZone::UTC) });
    assert_eq!(ids(&of_one.quality.by_machines), ["NEWS"]);
}

#[test]
fn names_beside_signatures_are_those_that_are_meant() {
    let found = report(&[("A", "2024-09-10", None, Some("a"), &["hresult:0x80070070", "win32:691"])]);
    let told: Vec<(Option<&str>, Option<&str>)> = found
        .signatures
        .rows
        .iter()
        .map(|row| (row.named.symbol.as_deref(), row.named.meaning.map(|meaning| meaning.zh)))
        .collect();
    let expected = [
        (Some("ERROR_DISK_FULL"), Some("磁盘空间不足")),
        (Some("ERROR_AUTHENTICATION_FAILURE"), Some("用户名、密码或身份验证协议被拒绝")),
    ];
    assert_eq!(told, expected);
    assert!(found.lead[4].zh.contains("hresult:0x80070070（ERROR_DISK_FULL）"), "{:?}", found.lead[4]);
    // A label in English words is none in Chinese.
    let oracle = report(&[("A", "2024-09-10", None, Some("a"), &["ora:ORA-00060"])]);
    assert!(oracle.lead[4].zh.contains("ora:ORA-00060（发生死锁"), "{:?}", oracle.lead[4]);
}

#[test]
fn a_month_under_way_ends_now() {
    let material = material(&[("A", "2024-09-10", None, None, &[]), ("B", "2024-09-20", None, None, &[])]);
    let span = Span::month(date(2024, 9, 1), &TimeZone::UTC, at("2024-09-15T00:00:00Z")).unwrap();
    let found = build(&material, &Ask { span, ..september(&TimeZone::UTC) });
    assert_eq!((ids(&found.volume.opened), found.under_way), (vec!["A"], true));
    assert!(found.lead[0].en.contains("so far") && found.lead[0].zh.contains("进行中"), "{:?}", found.lead[0]);
}

#[test]
fn each_case_opened_is_explained_in_one_way() {
    let mut builder = Builder::default();
    let row = |id| -> Row<'_> { (id, "2024-09-10", Some("2024-09-11"), Some("a"), &["win32:5"]) };
    add(&mut builder, &[row("LINKED")], |case| case.article = Some("one"));
    add(&mut builder, &[row("ACCEPTED")], |case| case.accepted = vec![("one", 5)]);
    add(&mut builder, &[row("EXPLAINED")], |case| case.verdict = Some(Verdict::Known));
    add(&mut builder, &[row("POSSIBLE")], |case| case.verdict = Some(Verdict::Possible));
    add(&mut builder, &[row("NEW")], |_| ());
    add(&mut builder, &[row("WAITING")], |case| case.verdict = None);
    let found = build(&builder.finish(0), &september(&TimeZone::UTC));
    let groups: Vec<(Group, Vec<&str>)> = found.known.iter().map(|row| (row.group, ids(&row.cases))).collect();
    let expected = [
        (Group::Linked, vec!["ACCEPTED", "LINKED"]),
        (Group::Explained, vec!["EXPLAINED"]),
        (Group::Possible, vec!["POSSIBLE"]),
        (Group::New, vec!["NEW"]),
        (Group::Silenced, vec![]),
        (Group::Unmatched, vec!["WAITING"]),
    ];
    assert_eq!(groups, expected);
    assert_eq!(found.known[0].hours, 48.0);
    assert_eq!(ids(&found.write.rows[0].cases), ["NEW", "POSSIBLE"]);
    assert_eq!((found.write.rows[0].hours, found.write.rows[0].weight), (None, 48.0), "of two cases no median");
    assert!(found.lead[4].en.ends_with("2 cases that no article explains."), "{:?}", found.lead[4]);
    let lead = "An article explains 3 cases (50%), 1 of them not linked to it; 1 is new and took 17% of all hours, 1 is possibly explained, 1 is not matched yet.";
    assert_eq!(found.lead[2].en, lead, "its numbers are those of the cases opened");
    for part in ["文章能解释 3 个案例", "1 个为新问题", "1 个可能已解释", "1 个尚未匹配"] {
        assert!(found.lead[2].zh.contains(part), "{part}: {:?}", found.lead[2]);
    }
    let said = said(&found, Lang::En);
    assert!(said.contains("2 cases that no article explains, 1 of them possibly explained, 0 without"), "{said}");
}

/// Cases of a background of twelve signatures in each month from March on, and some of one more in chosen months.
fn months(rising: &[(u8, usize)], customers: impl Fn(usize) -> Option<String>) -> Material {
    let mut builder = Builder::default();
    let background: Vec<String> = (0..12).map(|number| format!("http:{}", 400 + number)).collect();
    for month in 3..=9u8 {
        let day = format!("2024-{month:02}-15");
        for (number, signature) in background.iter().enumerate() {
            for customer in 0..5 {
                let id = format!("{month}-{number}-{customer}");
                let name = format!("customer {}", (number + customer * 3) % 20);
                add(&mut builder, &[(&id, &day, None, Some(&name), &[signature])], |_| ());
            }
        }
        let count = rising.iter().find(|(at, _)| *at == month).map_or(2, |(_, count)| *count);
        for number in 0..count {
            let (id, name) = (format!("{month}-x-{number}"), customers(number));
            add(&mut builder, &[(&id, &day, None, name.as_deref(), &["win32:5"])], |_| ());
        }
    }
    builder.finish(0)
}

fn rising(material: &Material) -> Rising {
    build(material, &september(&TimeZone::UTC)).rising
}

#[test]
fn customers_rise_and_one_customers_flood_does_not() {
    let spread = rising(&months(&[(9, 16)], |number| Some(format!("customer {number}"))));
    let [trend] = &spread.risers[..] else { panic!("{spread:?}") };
    assert_eq!(
        (trend.named.signature.to_string(), trend.change.customers, trend.change.customers_before),
        ("win32:5".into(), 16, 12)
    );
    assert_eq!((trend.change.cases.count(), trend.change.before.count(), trend.change.expected), (16, 12, 2.0));
    assert_eq!(trend.change.ratio, Some(8.0));
    assert!(
        trend.change.low > 3.0
            && trend.change.high.is_some_and(|high| high > 8.0)
            && trend.p < 1e-6
            && trend.change.q >= trend.p,
        "{trend:?}"
    );
    assert!(spread.dispersion.is_some_and(|found| found < 0.5) && !spread.quasi, "{spread:?}");
    let flood = rising(&months(&[(9, 60)], |_| Some("one".into())));
    assert!(flood.risers.is_empty(), "{flood:?}");
    let unknown = rising(&months(&[(9, 60)], |_| None));
    assert!(unknown.risers.is_empty(), "those without a customer are one: {unknown:?}");
}

#[test]
fn fading_is_tested_and_little_is_watched() {
    let fading = rising(&months(&[(3, 16), (4, 16), (5, 16), (6, 16), (7, 16), (8, 16), (9, 0)], |number| {
        Some(format!("c {number}"))
    }));
    assert!(
        matches!(&fading.faders[..], [trend] if trend.change.cases.count() == 0 && trend.change.ratio == Some(0.0)),
        "{fading:?}"
    );
    let little = rising(&months(&[(3, 0), (4, 0), (5, 0), (6, 0), (7, 0), (8, 1), (9, 5)], |number| {
        Some(format!("c {number}"))
    }));
    assert!(little.risers.is_empty());
    assert!(matches!(&little.watch[..], [row] if row.customers == 5 && row.sum >= 3.0), "{little:?}");
}

#[test]
fn filters_and_breakdowns() {
    let mut builder = Builder::default();
    let row = |id, customer| -> Row<'_> { (id, "2024-09-10", Some("2024-09-11"), Some(customer), &["win32:5"]) };
    add(&mut builder, &[row("A", "Northwind"), row("B", "Contoso")], |case| case.product = Some("windows-7"));
    add(&mut builder, &[row("C", "northwind")], |case| case.tags = &["component/boot", "component/network"]);
    add(&mut builder, &[row("D", "gina@gmail.com"), row("E", "rolf@gmail.com")], |_| ());
    let material = builder.finish(0);
    let ask = |filter| Ask { by: Some(By::Component), filter, ..september(&TimeZone::UTC) };
    let opened = |filter| ids(&build(&material, &ask(filter)).volume.opened).join(" ");
    assert_eq!(opened(Filter { customer: Some("NORTHWIND".into()), ..Filter::default() }), "A C");
    for (customer, cases) in
        [("gina@Gmail.com", "D"), ("GMAIL.com", "D E"), ("@gmail.com", "D E"), ("mail.com", ""), ("gina", "")]
    {
        assert_eq!(opened(Filter { customer: Some(customer.into()), ..Filter::default() }), cases, "{customer}");
    }
    assert_eq!(opened(Filter { product: Some("windows-7".into()), ..Filter::default() }), "A B");
    assert_eq!(opened(Filter { component: Some("boot".into()), ..Filter::default() }), "C");
    assert_eq!(opened(Filter { tag: Some("component/network".into()), ..Filter::default() }), "C");
    assert_eq!(opened(Filter { signature: Some("hresult:0x80070005".parse().unwrap()), ..Filter::default() }), "");
    assert_eq!(opened(Filter { signature: Some("win32:5".parse().unwrap()), ..Filter::default() }), "A B C D E");
    let by = build(&material, &ask(Filter::default())).by.unwrap();
    let names: Vec<&str> = by.rows.iter().map(|row| row.name.as_str()).collect();
    assert_eq!((names, ids(&by.without)), (vec!["boot", "network"], vec!["A", "B", "D", "E"]));
    assert_eq!(by.rows[0].top.as_ref().map(|top| top.named.signature.to_string()).as_deref(), Some("win32:5"));
}

#[test]
fn tables_are_whole_and_nothing_of_a_mail_is_markup() {
    let mut builder = Builder::default();
    let bad = "<script>alert(1)</script>&\"'";
    builder.article("one", [], (bad, "en"), []);
    let rows: [Row<'_>; 1] = [("<b>ID</b>", "2024-09-10", None, Some(bad), &["exception:<img src=x>"])];
    add(&mut builder, &rows, |case| {
        case.product = Some("<i>product</i>");
        case.tags = &["<u>/tag"];
        case.matches = vec![("one", true)];
    });
    let ask = Ask { by: Some(By::Customer), ..september(&TimeZone::UTC) };
    let found = build(&builder.finish(3), &ask);
    for lang in [Lang::En, Lang::Zh] {
        for sheet in sheets(&found, lang) {
            assert!(!sheet.columns.is_empty() && !sheet.title.is_empty());
            assert!(sheet.rows.iter().all(|row| row.len() == sheet.columns.len()), "{}", sheet.key);
            assert_eq!(csv(&sheet).lines().count(), sheet.rows.len() + 1, "{}", sheet.key);
            for figure in sheet
                .rows
                .iter()
                .flatten()
                .filter_map(|cell| if let Cell::Figure(one) = cell { Some(one) } else { None })
            {
                assert_eq!(figure.count(), figure.cases().count());
            }
        }
        let page = html::page(&found, lang);
        for sign in ["<script", "<img", "<i>", "<u>", "<b>", "http://", "https://", "src=x>"] {
            assert!(!page.contains(sign), "{sign}");
        }
        assert!(page.contains("&lt;script&gt;"));
    }
}
