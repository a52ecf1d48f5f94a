//! What every search over a store must do, as tests over the interface.
//!
//! Sets, order of clearly separated hits, cursors and healing are compared, never scores.

use std::collections::BTreeMap;

use super::{
    CaseChange, CaseFilter, CaseId, CaseSearch, CaseStatus, CaseStore, Forgotten, MessageHash, NewMessage,
    SignatureCount,
    conformance::{add, answering, message, numbered, source},
    search::{CaseQuery, Disagreement, Lag},
};
use crate::{
    index::cases::{ANY_ATTACHMENT, Clause, Field, Group, MessageFilter, Reach},
    signature::{Signature, Standing},
    text::{phrase::required_parts, terms::Terms},
};

/// Runs every check, each on an empty store of its own.
pub(super) fn run<S: CaseStore + CaseSearch>(make: &dyn Fn() -> S) {
    for check in [
        words_find_their_case::<S>,
        every_required_group_must_hold::<S>,
        phrases_are_in_a_row::<S>,
        signatures_are_found_and_failing_comes_first::<S>,
        filters_of_case_and_message_hold::<S>,
        pages_go_on_where_they_ended::<S>,
        a_joined_case_is_found_under_its_name::<S>,
        a_forgotten_case_is_not_found::<S>,
        clauses_name_their_cases::<S>,
        building_anew_finds_the_same::<S>,
        a_log_that_lists_much_shows_its_lines::<S>,
    ] {
        check(&mut make());
    }
}

/// A message whose bytes are its text: it can be read again.
fn saying(mut message: NewMessage, text: &str) -> NewMessage {
    message.words.push_note(text, Terms::builtin());
    let raw = format!("{text}\n\n{}", message.message_id.as_deref().unwrap_or_default());
    message.id = MessageHash::of(raw.as_bytes());
    message.blob = message.id;
    message.raw = zstd::bulk::compress(raw.as_bytes(), 3).unwrap().into();
    message.raw_len = raw.len() as u64;
    message
}

fn group(clauses: &[Clause]) -> Group {
    Group { any: clauses.to_vec(), required: true }
}

fn word(text: &str) -> Group {
    group(&[Clause::term(Field::Text, text, 1.0)])
}

fn found(store: &impl CaseSearch, query: &CaseQuery) -> Vec<String> {
    let page = store.search(query, None, 100).unwrap();
    assert_eq!(page.next, None);
    page.items.into_iter().map(|hit| hit.case.id.0).collect()
}

fn asking(groups: &[Group]) -> CaseQuery {
    CaseQuery { groups: groups.to_vec(), ..CaseQuery::default() }
}

fn a_log_that_lists_much_shows_its_lines<S: CaseStore + CaseSearch>(store: &mut S) {
    let names: Vec<String> = (0..40).map(|number| format!("file:driver{number}.sys")).collect();
    let mut found: Vec<(&str, Standing, u64)> = names.iter().map(|name| (name.as_str(), Standing::Listed, 1)).collect();
    found.push(("win32:5", Standing::Failing, 1));
    let log = source("CBS.log", &found);
    let mut first = message(1);
    first.sources = vec![log.clone()];
    let case = add(store, &[first]).remove(0);
    let lines = |found: Vec<SignatureCount>| -> BTreeMap<Signature, String> {
        found.into_iter().map(|one| (one.signature, one.evidence.text)).collect()
    };
    let expected: BTreeMap<Signature, String> =
        log.found.iter().map(|one| (one.signature.clone(), one.text.clone())).collect();
    assert_eq!(lines(store.evidence(&case).unwrap()), expected);
    let wanted: Vec<Signature> = expected.keys().cloned().collect();
    assert_eq!(lines(store.sightings(&case, &wanted).unwrap()), expected);
    let known = store.source(log.hash, 1).unwrap().unwrap().found;
    let known: BTreeMap<Signature, String> = known.into_iter().map(|one| (one.signature, one.text)).collect();
    assert_eq!(known, expected);
}

fn words_find_their_case<S: CaseStore + CaseSearch>(store: &mut S) {
    assert_eq!(found(store, &asking(&[word("补丁")])), Vec::<String>::new());
    add(
        store,
        &[
            saying(numbered(1, "CAS-100"), "安装补丁失败"),
            saying(numbered(2, "CAS-200"), "the printer is offline"),
            saying(numbered(3, "CAS-200"), "the printer, the printer, the printer"),
        ],
    );
    assert_eq!(found(store, &asking(&[word("补丁")])), ["CAS-100"]);
    let printer = store.search(&asking(&[word("printer")]), None, 10).unwrap().items;
    assert_eq!((printer.len(), printer[0].messages), (1, 2));
    assert_eq!(printer[0].date, 1_003);
    assert_eq!(found(store, &asking(&[])).len(), 2);
}

fn every_required_group_must_hold<S: CaseStore + CaseSearch>(store: &mut S) {
    add(store, &[saying(numbered(1, "CAS-100"), "blue screen"), saying(numbered(2, "CAS-200"), "blue sky")]);
    assert_eq!(found(store, &asking(&[word("blue"), word("screen")])), ["CAS-100"]);
    let optional = Group { required: false, ..word("screen") };
    assert_eq!(found(store, &asking(&[word("blue"), optional.clone()])), ["CAS-100"]);
    let sky = Group { required: false, ..word("sky") };
    let mut either = found(store, &asking(&[optional, sky]));
    either.sort();
    assert_eq!(either, ["CAS-100", "CAS-200"]);
    let alternatives = group(&[Clause::term(Field::Text, "screen", 1.0), Clause::term(Field::Text, "sky", 1.0)]);
    assert_eq!(found(store, &asking(&[word("blue"), alternatives])).len(), 2);
}

fn phrases_are_in_a_row<S: CaseStore + CaseSearch>(store: &mut S) {
    add(store, &[saying(numbered(1, "CAS-100"), "blue screen"), saying(numbered(2, "CAS-200"), "a screen in blue")]);
    let parts = vec![(0, "blue".to_string()), (1, "screen".to_string())];
    let phrase = group(&[Clause { field: Field::Text, parts, weight: 1.0, reach: Reach::Exact }]);
    assert_eq!(found(store, &asking(&[phrase])), ["CAS-100"]);
}

fn signatures_are_found_and_failing_comes_first<S: CaseStore + CaseSearch>(store: &mut S) {
    let (mut named, mut failing) = (numbered(1, "CAS-100"), numbered(2, "CAS-200"));
    named.sources = vec![source("", &[("kb:KB4474419", Standing::Mentioned, 1)])];
    failing.sources = vec![source("CBS.log", &[("kb:KB4474419", Standing::Failing, 3)])];
    let other = saying(numbered(3, "CAS-300"), "nothing");
    add(store, &[named, failing, other]);
    let code = group(&[
        Clause::term(Field::Failing, "kb:kb4474419", 2.0),
        Clause::term(Field::Signature, "kb:kb4474419", 1.0),
    ]);
    assert_eq!(found(store, &asking(&[code])), ["CAS-200", "CAS-100"]);
    // The line that failed gives its words, and values give their names.
    for text in ["line", "kb4474419"] {
        let words = group(&[Clause::term(Field::Found, text, 1.0)]);
        assert!(found(store, &asking(&[words])).contains(&"CAS-200".to_string()), "{text}");
    }
    let case = CaseId("CAS-200".into());
    let seen = store.sightings(&case, &["kb:kb4474419".parse().unwrap(), "win32:5".parse().unwrap()]).unwrap();
    assert_eq!((seen.len(), seen[0].count, seen[0].evidence.part.as_str()), (1, 3, "CBS.log"));
}

fn filters_of_case_and_message_hold<S: CaseStore + CaseSearch>(store: &mut S) {
    let mut first = saying(numbered(1, "CAS-100"), "printer");
    first.fields.customer = Some("Northwind".into());
    let mut second = saying(numbered(2, "CAS-200"), "printer");
    second.sources = vec![source("a.log", &[])];
    add(store, &[first, second]);
    let with = |store: &S, message: MessageFilter, case: CaseFilter| {
        found(store, &CaseQuery { groups: vec![word("printer")], message, case })
    };
    let message = MessageFilter::default;
    let customer = CaseFilter { customer: Some("northwind".into()), ..CaseFilter::default() };
    assert_eq!(with(store, message(), customer), ["CAS-100"]);
    let since = MessageFilter { since: Some(1_002), ..message() };
    assert_eq!(with(store, since, CaseFilter::default()), ["CAS-200"]);
    let until = MessageFilter { until: Some(1_002), ..message() };
    assert_eq!(with(store, until, CaseFilter::default()), ["CAS-100"]);
    let attachment = group(&[Clause::term(Field::Attachment, ANY_ATTACHMENT, 0.0)]);
    let attached = MessageFilter { all: vec![attachment], ..message() };
    assert_eq!(with(store, attached, CaseFilter::default()), ["CAS-200"]);
    let parts = required_parts("s1@example.com").unwrap();
    let from = group(&[Clause { field: Field::From, parts, weight: 0.0, reach: Reach::Exact }]);
    assert_eq!(with(store, MessageFilter { all: vec![from], ..message() }, CaseFilter::default()), ["CAS-100"]);
    // What changes of a case counts at once.
    let version = store.case(&CaseId("CAS-100".into())).unwrap().unwrap().version;
    let close = CaseChange::Close { article: None, resolution: Some("done".into()), at: 2_000 };
    store.update(&CaseId("CAS-100".into()), version, &[close]).unwrap();
    store.refresh().unwrap();
    let closed = CaseFilter { status: Some(CaseStatus::Closed), ..CaseFilter::default() };
    assert_eq!(with(store, message(), closed), ["CAS-100"]);
}

fn pages_go_on_where_they_ended<S: CaseStore + CaseSearch>(store: &mut S) {
    let messages: Vec<NewMessage> = (1..=7).map(|n| saying(numbered(n, &format!("CAS-{n}00")), "printer")).collect();
    add(store, &messages);
    let (mut listed, mut after) = (Vec::new(), None);
    loop {
        let page = store.search(&asking(&[word("printer")]), after.as_ref(), 3).unwrap();
        listed.extend(page.items.into_iter().map(|hit| hit.date));
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    // Equal scores: the latest first.
    assert_eq!(listed, [1_007, 1_006, 1_005, 1_004, 1_003, 1_002, 1_001]);
}

fn a_joined_case_is_found_under_its_name<S: CaseStore + CaseSearch>(store: &mut S) {
    add(store, &[saying(answering(3, 2), "printer"), saying(message(1), "scanner")]);
    let last = add(store, &[answering(2, 1)]).remove(0);
    let name = store.case(&last).unwrap().unwrap().id.0;
    for text in ["printer", "scanner"] {
        assert_eq!(found(store, &asking(&[word(text)])), std::slice::from_ref(&name), "{text}");
    }
    assert_eq!(store.disagreement().unwrap(), Disagreement::default());
}

fn a_forgotten_case_is_not_found<S: CaseStore + CaseSearch>(store: &mut S) {
    let secret = saying(message(1), "printer secretword");
    let case = add(store, &[secret.clone(), saying(numbered(2, "CAS-200"), "printer")]).remove(0);
    assert_eq!(store.forget(&case).unwrap(), Forgotten::Erased);
    store.refresh().unwrap();
    assert_eq!(found(store, &asking(&[word("printer")])), ["CAS-200"]);
    assert_eq!(found(store, &asking(&[word("secretword")])), Vec::<String>::new());
    assert_eq!(store.disagreement().unwrap(), Disagreement::default());
    // It may come again.
    add(store, &[secret]);
    assert_eq!(found(store, &asking(&[word("secretword")])).len(), 1);
}

fn clauses_name_their_cases<S: CaseStore + CaseSearch>(store: &mut S) {
    add(store, &[saying(numbered(1, "CAS-100"), "printer"), saying(numbered(2, "CAS-200"), "printer scanner")]);
    let clauses = [Clause::term(Field::Text, "printer", 1.0), Clause::term(Field::Text, "scanner", 2.0)];
    let found = store.cases_by_clause(&clauses).unwrap();
    let names = |number: usize| {
        let mut names: Vec<&str> = found[number].keys().map(|case| case.0.as_str()).collect();
        names.sort_unstable();
        names
    };
    assert_eq!((names(0), names(1)), (vec!["CAS-100", "CAS-200"], vec!["CAS-200"]));
}

fn building_anew_finds_the_same<S: CaseStore + CaseSearch>(store: &mut S) {
    let mut one = saying(numbered(1, "CAS-100"), "printer");
    one.sources = vec![source("a.log", &[("win32:5", Standing::Failing, 1)])];
    add(store, &[one, numbered(2, "CAS-200")]);
    let code = asking(&[group(&[Clause::term(Field::Failing, "win32:5", 1.0)])]);
    assert_eq!(found(store, &code), ["CAS-100"]);
    assert_eq!(store.rebuild(&mut |_| ()).unwrap(), 2);
    assert_eq!(found(store, &code), ["CAS-100"]);
    assert_eq!(store.lag().unwrap(), Lag::None);
    assert_eq!(store.disagreement().unwrap(), Disagreement::default());
}
