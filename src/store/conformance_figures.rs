//! What every store must hand over for a report, as tests over the interface.

use super::{
    CaseChange, CaseId, CaseReports, CaseTag, CaseWork, Quarantined,
    conformance::{add, answering, message, numbered, source},
    figures::{CaseFigures, FailingFigure, FiguresSink},
    work::{Findings, Settlement, StoredMatch},
};
use crate::signature::{Signature, Standing};

/// A store with both interfaces.
pub(super) trait Both: CaseWork + CaseReports {}
impl<S: CaseWork + CaseReports> Both for S {}

/// Makes an empty store.
pub(super) type Make<'m> = dyn Fn() -> Box<dyn Both> + 'm;

/// Runs every check, each on an empty store of its own.
pub(super) fn run(make: &Make<'_>) {
    for check in [
        every_case_is_told_in_order,
        what_is_not_in_force_is_left_out,
        what_was_set_aside_is_counted,
        what_only_machines_wrote_is_marked,
        signatures_are_dated_by_the_message_that_brought_them,
    ] {
        check(&mut *make());
    }
}

/// Writes what it is handed, a line per case.
#[derive(Default)]
struct Lines {
    names: Vec<(u32, Signature)>,
    lines: Vec<String>,
    /// When each signature came.
    firsts: Vec<String>,
}

impl FiguresSink for Lines {
    fn signature(&mut self, number: u32, signature: Signature) {
        self.names.push((number, signature));
    }

    fn case(&mut self, case: CaseFigures<'_>) {
        let name = |one: &FailingFigure| {
            let found = self.names.iter().find(|(own, _)| *own == one.number);
            let name = &found.unwrap_or_else(|| panic!("{one:?} was not named")).1;
            self.firsts.push(format!("{} {name} {} {}", case.id, one.first.seen, one.first.came));
            name.to_string()
        };
        let failing: Vec<String> = case.failing.iter().map(name).collect();
        let matches: Vec<String> = case.matches.iter().map(|one| format!("{}={}", one.article, one.verdict)).collect();
        self.lines.push(format!(
            "{} {} {:?} {:?} {} {:?} {:?} {:?} {:?} {:?} {:?} {} {:?}{}",
            case.id,
            case.opened,
            case.closed,
            case.customer,
            case.sender,
            case.article,
            case.verdict,
            case.primary.map(ToString::to_string),
            failing,
            case.tags,
            matches,
            case.undated,
            case.parsers,
            if case.by_machines { " by machines" } else { "" }
        ));
    }
}

/// Signatures with when they were first seen and when they came; those that cases are about apart.
fn firsts(store: &dyn Both) -> (Vec<String>, Vec<String>) {
    struct Primaries(Lines, Vec<String>);
    impl FiguresSink for Primaries {
        fn signature(&mut self, number: u32, signature: Signature) {
            self.0.signature(number, signature);
        }
        fn case(&mut self, case: CaseFigures<'_>) {
            if let Some(primary) = case.primary {
                let first = case.primary_first;
                self.1.push(format!("{} {primary} {} {}", case.id, first.seen, first.came));
            }
            self.0.case(case);
        }
    }
    let mut found = Primaries(Lines::default(), Vec::new());
    store.figures(9_000, &mut found).unwrap();
    (found.0.firsts, found.1)
}

fn signatures_are_dated_by_the_message_that_brought_them(store: &mut dyn Both) {
    let sourced = |mut message: super::NewMessage, name, found: &[(&str, Standing, u64)]| {
        message.sources = vec![source(name, found)];
        message
    };
    let mut first =
        sourced(numbered(1, "INC1"), "a", &[("win32:5", Standing::Quoted, 1), ("win32:2", Standing::Mentioned, 1)]);
    first.taken = 1_001;
    let mut second =
        sourced(answering(3, 1), "b", &[("win32:5", Standing::Failing, 1), ("errno:EIO", Standing::Failing, 1)]);
    second.taken = 1_500;
    // Sent before, and taken in after: a mail that was on its way.
    let mut slow = sourced(answering(2, 1), "c", &[("errno:EIO", Standing::Failing, 1)]);
    slow.taken = 2_000;
    let mut undated = sourced(answering(4, 1), "d", &[("http:503", Standing::Failing, 1)]);
    (undated.date, undated.taken) = (None, 2_500);
    add(store, &[first]);
    store.add(&[second, slow, undated]).unwrap();
    store.refresh().unwrap();
    settle(store, "INC1", &[], &[]);
    let (mut failing, about) = firsts(store);
    failing.sort();
    assert_eq!(failing, ["INC1 errno:EIO 1002 1500", "INC1 http:503 2500 2500", "INC1 win32:5 1003 1500"]);
    assert_eq!(about, ["INC1 win32:5 1003 1500"]);
    let mut named = numbered(5, "INC2");
    named.sources = vec![source("e", &[("win32:5", Standing::Mentioned, 1)])];
    named.taken = 1_700;
    add(store, &[named]);
    settle(store, "INC2", &[], &[]);
    assert_eq!(firsts(store).1[1], "INC2 win32:5 1005 1700", "what a case is about need not fail in it");
}

fn told(store: &dyn Both, until: i64) -> Vec<String> {
    let mut lines = Lines::default();
    store.figures(until, &mut lines).unwrap();
    lines.lines
}

fn settle(store: &mut dyn Both, case: &str, matches: &[(&str, &str, Option<&str>)], tags: &[&str]) {
    let case = CaseId(case.into());
    let matches = matches
        .iter()
        .map(|(article, verdict, silenced)| StoredMatch {
            fault: None,
            article: article.to_string(),
            title: String::new(),
            verdict: verdict.to_string(),
            confidence: 0.9,
            score: 0.8,
            evidence: serde_json::json!([]),
            against: Vec::new(),
            outcome: None,
            silenced: silenced.map(str::to_string),
        })
        .collect();
    let primary = Some("win32:5".parse().unwrap());
    let (knowledge, verdict, language) = ("k".into(), "known".into(), "en".into());
    let findings =
        Findings { knowledge, verdict, language, primary, matches, requests: Vec::new(), solved: Vec::new() };
    let changes = tags
        .iter()
        .map(|tag| CaseChange::Tag(CaseTag { tag: tag.to_string(), rule: Some("r".into()), why: String::new() }))
        .collect();
    let expected = store.case(&case).unwrap().unwrap().version;
    store.settle(&[Settlement { case, expected, findings, changes, news: None, at: 9 }]).unwrap();
}

fn change(store: &mut dyn Both, case: &str, change: CaseChange) {
    let case = CaseId(case.into());
    let version = store.case(&case).unwrap().unwrap().version;
    store.update(&case, version, &[change]).unwrap();
}

fn every_case_is_told_in_order(store: &mut dyn Both) {
    let mut first = numbered(2, "INC1");
    first.sources = vec![source("a", &[("win32:5", Standing::Failing, 2), ("file:a.sys", Standing::Mentioned, 1)])];
    first.fields.customer = Some("Northwind".into());
    let mut answer = answering(3, 2);
    answer.date = None;
    let mut early = numbered(1, "INC2");
    early.sources = vec![source("b", &[("win32:5", Standing::Quoted, 1)])];
    add(store, &[first, early]);
    store.add(&[answer]).unwrap();
    settle(store, "INC1", &[("one", "known", None), ("two", "possible", None)], &["b/b", "a/a"]);
    change(store, "INC1", CaseChange::Close { article: Some("one".into()), resolution: None, at: 2_000 });
    store.refresh().unwrap();
    let early = r#"INC2 1001 None None s1@example.com None None None [] [] [] false (1, 1)"#;
    let first = concat!(
        r#"INC1 1002 Some(2000) Some("Northwind") s2@example.com Some("one") Some("known") Some("win32:5") ["win32:5"] "#,
        r#"["a/a", "b/b"] ["one=known", "two=possible"] true (1, 1)"#
    );
    assert_eq!(told(store, 5_000), [early, first]);
    assert_eq!(told(store, 1_002), [early], "opened before, not at that time");
    assert!(told(store, 1_001).is_empty());
}

fn what_is_not_in_force_is_left_out(store: &mut dyn Both) {
    add(store, &[numbered(1, "INC1")]);
    settle(store, "INC1", &[("one", "known", Some("noise")), ("two", "possible", None)], &["a/a", "b/b"]);
    change(store, "INC1", CaseChange::Untag { tag: "a/a".into(), by_hand: true });
    change(store, "INC1", CaseChange::Close { article: None, resolution: None, at: 2_000 });
    change(store, "INC1", CaseChange::Reopen { why: String::new(), at: 2_001 });
    store.refresh().unwrap();
    let line = r#"INC1 1001 None None s1@example.com None Some("known") Some("win32:5") [] ["b/b"] ["two=possible"] false (1, 1)"#;
    assert_eq!(told(store, 5_000), [line]);
    store.forget(&CaseId("INC1".into())).unwrap();
    add(store, &[message(2)]);
    assert_eq!(told(store, 5_000).len(), 1);
}

fn what_only_machines_wrote_is_marked(store: &mut dyn Both) {
    let automatic = |number: u8| super::NewMessage { automatic: true, ..message(number) };
    let log = super::NewMessage { message_id: None, from: String::new(), address: String::new(), ..automatic(2) };
    add(store, &[automatic(1), log, automatic(3)]);
    store.add(&[answering(4, 3)]).unwrap();
    let marked: Vec<bool> = told(store, 5_000).iter().map(|line| line.ends_with(" by machines")).collect();
    assert_eq!(marked, [true, false, false], "an alert, a log that was handed in, an alert that somebody answered");
}

fn what_was_set_aside_is_counted(store: &mut dyn Both) {
    for at in [10, 20, 30] {
        let item = Quarantined {
            id: super::MessageHash::of(&[at]),
            raw: Vec::new(),
            part: String::new(),
            error: String::new(),
            parser: String::new(),
            at: i64::from(at),
            history: false,
        };
        store.quarantine(&item).unwrap();
    }
    assert_eq!(store.set_aside(10..30).unwrap(), 2);
}
