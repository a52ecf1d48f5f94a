//! What every store must do with what is derived, as tests over the interface.

use super::{
    CaseChange, CaseId, CaseTag, CaseWork, NewMessage, ThreadKey, Update,
    conformance::{add, answering, message, numbered, source},
    work::{Findings, Noise, Settlement, StoredMatch, Told, WorkFilter},
};
use crate::{
    matching::{Outcome, OutcomeKind, ask::Request, outcome::FixState},
    signature::Standing,
    text::Bilingual,
};

/// Makes an empty store.
pub(super) type Make<'m> = dyn Fn() -> Box<dyn CaseWork> + 'm;

/// Runs every check, each on an empty store of its own.
pub(super) fn run(make: &Make<'_>) {
    for check in CHECKS {
        check(&mut *make());
    }
}

const CHECKS: &[fn(&mut dyn CaseWork)] = &[
    what_changed_waits_until_it_is_settled,
    settling_needs_the_version,
    old_mail_waits_quietly,
    cases_that_become_one_wait_as_loudly_as_the_louder,
    changes_are_kept_for_keywords_until_they_are_given,
    other_knowledge_is_behind,
    tags_are_renamed_and_what_people_did_stands,
    noise_is_kept_and_ends,
    news_are_kept_until_they_are_told,
    cases_of_a_signature_or_an_article_are_touched,
];

fn outcome() -> Outcome {
    let fix = FixState { install: vec!["KB1234567".into()], ..FixState::default() };
    Outcome { outcome: OutcomeKind::FixNotInstalled, fix }
}

fn findings(knowledge: &str, articles: &[&str]) -> Findings {
    let found = |article: &&str| StoredMatch {
        fault: Some(1),
        article: article.to_string(),
        title: "title".into(),
        verdict: "known".into(),
        confidence: 0.9,
        score: 0.8,
        evidence: serde_json::json!([{ "part": "a" }]),
        against: vec!["missing".into()],
        outcome: Some(outcome()),
        silenced: None,
    };
    let matches = articles.iter().map(found).collect();
    Findings {
        knowledge: knowledge.into(),
        verdict: "known".into(),
        language: "en".into(),
        primary: Some("win32:5".parse().unwrap()),
        matches,
        requests: vec![Request { ask: Bilingual::new("the log", "日志"), ..Request::default() }],
        solved: vec!["ora:ORA-12514".parse().unwrap()],
    }
}

fn settlement(store: &dyn CaseWork, case: &CaseId, changes: Vec<CaseChange>) -> Settlement {
    let expected = store.case(case).unwrap().unwrap().version;
    let findings = findings("k1", &["article"]);
    Settlement { case: case.clone(), expected, findings, changes, news: None, at: 9 }
}

fn tag(tag: &str, rule: Option<&str>) -> CaseChange {
    CaseChange::Tag(CaseTag { tag: tag.into(), rule: rule.map(str::to_string), why: "why".into() })
}

fn change(store: &mut dyn CaseWork, case: &CaseId, changes: &[CaseChange]) {
    let version = store.case(case).unwrap().unwrap().version;
    assert!(matches!(store.update(case, version, changes).unwrap(), Update::Done(_)));
    store.refresh().unwrap();
}

fn waiting(store: &dyn CaseWork) -> Vec<CaseId> {
    store.work(&WorkFilter::Waiting, None, 100).unwrap()
}

fn what_changed_waits_until_it_is_settled(store: &mut dyn CaseWork) {
    let cases = add(store, &[message(1), message(2)]);
    assert_eq!(waiting(store), cases);
    assert_eq!(store.work(&WorkFilter::Waiting, Some(&cases[0]), 100).unwrap(), [cases[1].clone()]);
    assert_eq!(store.findings(&cases[0]).unwrap(), None);
    let item = settlement(store, &cases[0], vec![tag("a/b", Some("r"))]);
    assert_eq!(store.settle(std::slice::from_ref(&item)).unwrap(), [Update::Done(item.expected + 1)]);
    assert_eq!(store.findings(&cases[0]).unwrap(), Some(item.findings));
    assert_eq!(waiting(store), [cases[1].clone()]);
    // The same again changes no version; new mail makes it wait, and so does a judgement.
    let again = settlement(store, &cases[0], Vec::new());
    assert_eq!(store.settle(std::slice::from_ref(&again)).unwrap(), [Update::Done(again.expected)]);
    add(store, &[answering(3, 1)]);
    assert_eq!(store.work_count(&WorkFilter::Waiting).unwrap(), 2);
    let item = settlement(store, &cases[0], Vec::new());
    store.settle(&[item]).unwrap();
    let decide = CaseChange::Decide {
        article: "article".into(),
        decision: super::Decision::Rejected,
        reason: String::new(),
        at: 9,
    };
    change(store, &cases[0], &[decide]);
    assert_eq!(store.work_count(&WorkFilter::Waiting).unwrap(), 2);
}

fn settling_needs_the_version(store: &mut dyn CaseWork) {
    let case = add(store, &[message(1)]).remove(0);
    let late = settlement(store, &case, vec![tag("a/b", Some("r"))]);
    add(store, &[answering(2, 1)]);
    let missing = Settlement { case: CaseId("none".into()), ..late.clone() };
    let outcomes = store.settle(&[late, missing]).unwrap();
    assert!(matches!(outcomes[..], [Update::Conflict(_), Update::Missing]), "{outcomes:?}");
    assert_eq!(waiting(store), std::slice::from_ref(&case));
    assert_eq!(store.tag_rows(&case).unwrap(), []);
}

fn old(message: NewMessage) -> NewMessage {
    NewMessage { quiet: true, ..message }
}

fn old_mail_waits_quietly(store: &mut dyn CaseWork) {
    // Taken in at the same time, by two processes: each message says for itself what it is.
    let cases = add(store, &[old(message(1)), old(message(2)), message(3), answering(4, 2)]);
    let quiet: Vec<bool> = cases[..3].iter().map(|case| store.is_quiet(case).unwrap()).collect();
    assert_eq!(quiet, [true, false, false], "new mail is told of");
    for case in &cases[..3] {
        let item = settlement(store, case, Vec::new());
        store.settle(&[item]).unwrap();
    }
    assert!(store.is_quiet(&cases[0]).unwrap(), "however often it is matched");
    // Old mail of a case that is told of changes nothing that others hear of; new mail, or a person, does.
    add(store, &[old(answering(5, 3)), answering(6, 1)]);
    let quiet: Vec<bool> = cases[..3].iter().map(|case| store.is_quiet(case).unwrap()).collect();
    assert_eq!(quiet, [false, false, true]);
    let other = add(store, &[old(message(7))]).remove(0);
    let item = settlement(store, &other, Vec::new());
    store.settle(&[item]).unwrap();
    store.touch(&[], Some("article")).unwrap();
    assert!(store.is_quiet(&other).unwrap(), "what is silenced or no more");
    let decide = CaseChange::Decide {
        article: "article".into(),
        decision: super::Decision::Rejected,
        reason: String::new(),
        at: 9,
    };
    change(store, &cases[2], &[decide]);
    assert!(!store.is_quiet(&cases[2]).unwrap());
}

fn cases_that_become_one_wait_as_loudly_as_the_louder(store: &mut dyn CaseWork) {
    let cases = add(store, &[message(1), message(3)]);
    let item = settlement(store, &cases[0], Vec::new());
    store.settle(&[item]).unwrap();
    // It answers both, and is old: the second case waits to be told of all the same.
    let mut both = old(answering(4, 1));
    both.keys.insert(1, ThreadKey::id("3@example.com"));
    let joined = add(store, &[both]).remove(0);
    assert_eq!(store.case(&cases[1]).unwrap().unwrap().id, joined);
    assert!(!store.is_quiet(&joined).unwrap());
}

fn keyword_work(store: &dyn CaseWork, folder: &str) -> Vec<CaseId> {
    store.keyword_work("ann@x", folder, 100).unwrap().into_iter().map(|(_, case)| case).collect()
}

fn changes_are_kept_for_keywords_until_they_are_given(store: &mut dyn CaseWork) {
    let before = add(store, &[message(1)]).remove(0);
    store.keep_keywords("ann@x", "INBOX").unwrap();
    assert_eq!(keyword_work(store, "INBOX"), [], "what was before nobody asked for");
    let cases = add(store, &[message(2), old(message(3)), message(4)]);
    let item = settlement(store, &cases[1], vec![tag("a/b", Some("r"))]);
    store.settle(&[item]).unwrap();
    assert_eq!(keyword_work(store, "INBOX"), [cases[0].clone(), cases[2].clone()], "old mail is told to nobody");
    // Later for another folder, which has its own place.
    store.keep_keywords("ann@x", "A").unwrap();
    store.keep_keywords("ann@x", "INBOX").unwrap();
    assert_eq!(keyword_work(store, "A"), []);
    let first = store.keyword_work("ann@x", "INBOX", 1).unwrap()[0].0;
    store.keywords_given("ann@x", "INBOX", first).unwrap();
    assert_eq!(keyword_work(store, "INBOX"), [cases[2].clone()]);
    // A case stands once, behind what changed before it: by rule, by hand, by a new name, by an answer.
    let item = settlement(store, &cases[0], vec![tag("a/b", Some("r"))]);
    store.settle(&[item]).unwrap();
    change(store, &before, &[tag("c/d", None)]);
    assert_eq!(keyword_work(store, "A"), [cases[0].clone(), before.clone()]);
    assert_eq!(keyword_work(store, "INBOX"), [cases[2].clone(), cases[0].clone(), before.clone()]);
    store.rename_tag("a/b", "x/y").unwrap();
    add(store, &[answering(5, 4)]);
    let expected = [before.clone(), cases[0].clone(), cases[1].clone(), cases[2].clone()];
    assert_eq!(keyword_work(store, "INBOX"), expected);
    // What changes no tag is none; a mark never falls; who is forgotten is no work.
    let last = store.keyword_work("ann@x", "INBOX", 100).unwrap().last().unwrap().0;
    store.keywords_given("ann@x", "INBOX", last).unwrap();
    store.keywords_given("ann@x", "INBOX", first).unwrap();
    change(store, &before, &[CaseChange::Close { article: None, resolution: None, at: 9 }]);
    let item = settlement(store, &cases[0], Vec::new());
    store.settle(&[item]).unwrap();
    assert_eq!(keyword_work(store, "INBOX"), []);
    change(store, &before, &[CaseChange::Untag { tag: "c/d".into(), by_hand: true }]);
    store.forget(&before).unwrap();
    assert_eq!(keyword_work(store, "INBOX"), []);
    assert_eq!(store.keyword_work("bob@x", "INBOX", 9).unwrap(), []);
}

fn other_knowledge_is_behind(store: &mut dyn CaseWork) {
    let cases = add(store, &[message(1), message(2)]);
    for case in &cases {
        let item = settlement(store, case, Vec::new());
        store.settle(&[item]).unwrap();
    }
    let behind =
        |store: &dyn CaseWork, knowledge: &str| store.work_count(&WorkFilter::Behind(knowledge.into())).unwrap();
    assert_eq!((behind(store, "k1"), behind(store, "k2")), (0, 2));
    let item = Settlement { findings: findings("k2", &[]), ..settlement(store, &cases[1], Vec::new()) };
    store.settle(&[item]).unwrap();
    assert_eq!(store.work(&WorkFilter::Behind("k2".into()), None, 9).unwrap(), [cases[0].clone()]);
    assert_eq!(store.work_count(&WorkFilter::All).unwrap(), 2);
}

fn tags_are_renamed_and_what_people_did_stands(store: &mut dyn CaseWork) {
    let cases = add(store, &[message(1), message(2), message(3)]);
    change(store, &cases[0], &[tag("old/a", Some("r"))]);
    change(store, &cases[1], &[tag("old/a", None), tag("new/a", Some("r"))]);
    let away = CaseChange::Untag { tag: "new/a".into(), by_hand: true };
    change(store, &cases[2], &[tag("old/a", Some("r")), away]);
    assert_eq!(store.rename_tag("old/a", "new/a").unwrap(), 3);
    store.refresh().unwrap();
    let row = |store: &dyn CaseWork, case: &CaseId| -> Vec<(String, Option<String>, bool)> {
        store.tag_rows(case).unwrap().into_iter().map(|row| (row.tag, row.rule, row.removed)).collect()
    };
    assert_eq!(row(store, &cases[0]), [("new/a".into(), Some("r".into()), false)]);
    assert_eq!(row(store, &cases[1]), [("new/a".into(), None, false)]);
    assert_eq!(row(store, &cases[2]), [("new/a".into(), None, true)]);
    assert_eq!(store.tag_counts().unwrap(), [("new/a".to_string(), 2)]);
}

fn noise_is_kept_and_ends(store: &mut dyn CaseWork) {
    let noise = |until| Noise {
        id: 0,
        what: "win32:5".into(),
        customer: Some("Northwind".into()),
        reason: "their scanner".into(),
        added: 1,
        until,
    };
    let id = store.add_noise(&noise(Some(100))).unwrap();
    store.add_noise(&noise(None)).unwrap();
    assert_eq!(store.noise().unwrap()[0], Noise { id, ..noise(Some(100)) });
    assert_eq!(store.ended_noise(99).unwrap(), []);
    assert_eq!(store.ended_noise(100).unwrap().len(), 1);
    store.note_ended(100).unwrap();
    assert_eq!(store.ended_noise(100).unwrap(), []);
    assert!(store.remove_noise(id).unwrap() && !store.remove_noise(id).unwrap());
    assert_eq!(store.noise().unwrap().len(), 1);
}

fn news_are_kept_until_they_are_told(store: &mut dyn CaseWork) {
    let case = add(store, &[message(1)]).remove(0);
    for text in ["first", "second"] {
        let item = Settlement { news: Some(text.into()), ..settlement(store, &case, Vec::new()) };
        store.settle(&[item]).unwrap();
    }
    let due = store.due_news(9, 10).unwrap();
    assert_eq!(due.iter().map(|one| one.body.as_str()).collect::<Vec<_>>(), ["first", "second"]);
    store.told(due[0].id, &Told::Done).unwrap();
    store.told(due[1].id, &Told::Failed { due: 50, error: "refused".into() }).unwrap();
    assert_eq!((store.due_news(49, 10).unwrap().len(), store.news_count().unwrap()), (0, 1));
    let again = &store.due_news(50, 10).unwrap()[0];
    assert_eq!((again.id, again.attempts, again.error.as_str()), (due[1].id, 1, "refused"));
    // An id is never used again.
    store.told(again.id, &Told::Done).unwrap();
    let item = Settlement { news: Some("third".into()), ..settlement(store, &case, Vec::new()) };
    store.settle(&[item]).unwrap();
    assert!(store.due_news(9, 10).unwrap()[0].id > again.id);
}

fn cases_of_a_signature_or_an_article_are_touched(store: &mut dyn CaseWork) {
    let mut with = numbered(1, "CAS-100");
    with.sources = vec![source("a", &[("win32:5", Standing::Failing, 1)])];
    let cases = add(store, &[with, numbered(2, "CAS-200")]);
    let settle = |store: &mut dyn CaseWork| {
        for case in &cases {
            let mut item = settlement(store, case, Vec::new());
            if case.0 == "CAS-100" {
                item.findings.matches.clear();
            }
            store.settle(&[item]).unwrap();
        }
        assert_eq!(waiting(store), []);
    };
    settle(store);
    store.touch(&["hresult:0x80070005".parse().unwrap(), "win32:5".parse().unwrap()], None).unwrap();
    assert_eq!(waiting(store), [cases[0].clone()]);
    settle(store);
    store.touch(&[], Some("article")).unwrap();
    assert_eq!(waiting(store), [cases[1].clone()]);
}
