use super::*;

fn build(cases: &[(&str, &[&str], Option<&str>)], silences: &[(&str, Option<&str>)]) -> Material {
    let mut builder = Builder::default();
    for (signature, customer) in silences {
        builder.silence(&Silence { signature: signature.parse().unwrap(), customer: customer.map(str::to_string) });
    }
    for (number, (customer, failing, primary)) in (0..).zip(cases) {
        let id = format!("C{number}");
        let mut form = |text: &&str| builder.signature(&text.parse().unwrap());
        let failing: Vec<FormNo> = failing.iter().map(&mut form).collect();
        let primary = primary.as_ref().map(&mut form);
        let customer = Some(*customer);
        builder.case(&NewCase { id: &id, opened: number, customer, failing: &failing, primary, ..NewCase::default() });
    }
    builder.finish(0)
}

#[test]
fn what_means_the_same_is_one_and_named_by_the_most_common_form() {
    let material = build(
        &[
            ("a", &["hresult:0x80070005", "win32:5"], Some("win32:5")),
            ("a", &["win32:5"], None),
            ("b", &["ntstatus:0xC0000022"], Some("file:a.sys")),
        ],
        &[],
    );
    let class = material.class(material.cases[0].counted[0].class);
    assert_eq!(class.name.to_string(), "win32:5");
    assert_eq!(class.also.len(), 2);
    assert_eq!(material.cases[0].counted.len(), 1);
    assert_eq!(material.cases[2].counted.len(), 2, "the primary signature counts where nothing proves it");
    assert_eq!(material.class(material.cases[2].primary.unwrap()).name.to_string(), "file:a.sys");
}

#[test]
fn phases_of_one_result_stay_apart() {
    let material =
        build(&[("a", &["setup:0xC1900101-0x20017", "setup:0xC1900101-0x30018", "hresult:0xC1900101"], None)], &[]);
    assert_eq!(material.cases[0].counted.len(), 3);
}

#[test]
fn what_is_silenced_counts_apart_for_its_customer() {
    let material = build(
        &[("Northwind", &["win32:5"], Some("win32:5")), ("Contoso", &["win32:5"], Some("win32:5"))],
        &[("hresult:0x80070005", Some("NORTHWIND"))],
    );
    let [northwind, contoso] = &material.cases[..] else { panic!() };
    assert_eq!((northwind.counted.len(), northwind.silenced.len(), northwind.primary), (0, 1, None));
    assert_eq!((contoso.counted.len(), contoso.silenced.len()), (1, 0));
}

#[test]
fn one_sender_with_and_without_a_customer_is_one_customer() {
    let mut builder = Builder::default();
    let silence = Silence { signature: "win32:5".parse().unwrap(), customer: Some("northwind".into()) };
    builder.silence(&silence);
    let form = builder.signature(&"win32:5".parse().unwrap());
    for (id, customer, sender) in [
        ("BEFORE", None, Some("northwind.example.com")),
        ("NAMED", Some("Northwind"), Some("Northwind.example.com")),
        ("AFTER", None, Some("northwind.example.com")),
        ("OTHER", None, Some("contoso.example.com")),
        ("ONE", Some("Fabrikam"), Some("partner.example.com")),
        ("TWO", Some("Litware"), Some("partner.example.com")),
        ("PARTNER", None, Some("partner.example.com")),
        ("NOBODY", None, None),
    ] {
        let failing = [form];
        builder.case(&NewCase { id, customer, sender, failing: &failing, ..NewCase::default() });
    }
    let material = builder.finish(0);
    let of = |id: &str| material.cases.iter().find(|case| &*case.id == id).unwrap();
    let name = |id: &str| of(id).customer.map(|name| material.name(name)).unwrap_or_default();
    for id in ["BEFORE", "NAMED", "AFTER"] {
        assert_eq!((name(id), of(id).silenced.len(), of(id).counted.len()), ("Northwind", 1, 0), "{id}");
    }
    assert_eq!(name("OTHER"), "contoso.example.com");
    assert_eq!(name("PARTNER"), "partner.example.com", "of several customers: nobody knows whose");
    assert_eq!((name("NOBODY"), of("OTHER").counted.len()), ("", 1));
}

#[test]
fn what_machines_wrote_counts_apart() {
    let mut builder = Builder::default();
    let forms = ["hresult:0x80070005", "win32:5"].map(|text| builder.signature(&text.parse().unwrap()));
    for (id, by_machines, form) in [("NEWS", true, 0), ("NEWS2", true, 0), ("CASE", false, 1)] {
        let failing = [forms[form]];
        let (customer, sender) = (by_machines.then_some("News"), Some("example.com"));
        builder.case(&NewCase { id, by_machines, customer, sender, failing: &failing, ..NewCase::default() });
    }
    let material = builder.finish(0);
    assert_eq!((material.cases.len(), material.by_machines.len()), (1, 2));
    assert_eq!(material.class(material.cases[0].counted[0].class).name.to_string(), "win32:5", "they name nothing");
    assert_eq!(material.cases[0].customer.map(|name| material.name(name)), Some("example.com"));
}

#[test]
fn translations_are_one_article_and_a_close_before_the_opening_is_at_once() {
    let mut builder = Builder::default();
    let signature: Signature = "win32:5".parse().unwrap();
    builder.article("one-zh", ["one-en"], ("一", "zh"), [&signature]);
    builder.article("one-en", ["one-zh"], ("One", "en"), [&signature]);
    let matches = vec![("one-zh", true), ("one-en", true), ("two", false)];
    let case = NewCase { id: "C", opened: 10, closed: Some(5), article: Some("one-zh"), matches, ..NewCase::default() };
    builder.case(&case);
    let material = builder.finish(0);
    let [article] = &material.articles[..] else { panic!() };
    assert_eq!((article.title.as_str(), article.title_zh.as_deref()), ("One", Some("一")));
    let case = &material.cases[0];
    assert_eq!((case.closed, case.article.map(|name| material.name(name))), (Some(10), Some("one-en")));
    assert_eq!(case.matches.len(), 2);
}
