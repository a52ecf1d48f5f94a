//! What every store must do, as tests over the interface: run against each implementation.
//!
//! Sets, order of clearly separated rows, idempotence, conflicts and cursors are compared; nothing else.

use super::{
    Added, CaseChange, CaseFilter, CaseId, CaseStatus, CaseStore, CaseTag, Decision, EventKind, Forgotten, MailGlimpse,
    MailboxMark, MessageHash, NewMessage, Quarantined, Sort, Source, Sourced, ThreadKey, Update,
};
use crate::{
    case::{CaseFields, words::MessageWords},
    signature::{Signature, Standing},
};

/// Makes an empty store.
pub(super) type Make<'m> = dyn Fn() -> Box<dyn CaseStore> + 'm;

/// Runs every check, each on an empty store of its own.
pub(super) fn run(make: &Make<'_>) {
    for check in CHECKS {
        check(&mut *make());
    }
}

const CHECKS: &[fn(&mut dyn CaseStore)] = &[
    adding_twice_changes_nothing,
    the_same_mail_by_two_ways_is_one,
    a_reused_message_id_is_two_mails,
    raw_bytes_come_back,
    replies_join_in_any_order,
    numbers_tie_and_keep_apart,
    loose_texts_join_the_mails_beside_them,
    the_earliest_message_names_the_case,
    an_attachment_sent_again_counts_once,
    a_case_with_several_of_a_group_counts_once,
    evidence_names_its_place,
    lists_are_filtered_sorted_and_paged,
    changes_need_the_version,
    closed_cases_reopen_by_new_mail_only,
    closing_again_puts_right_what_resolved_it,
    tags_by_hand_outlast_rules,
    decisions_are_kept,
    forgetting_erases_all_but_what_others_share,
    quarantine_keeps_and_releases,
    mailboxes_keep_how_far_they_are,
    mails_are_known_by_what_a_server_tells,
];

pub(super) fn message(n: u8) -> NewMessage {
    let raw = format!("Message-ID: <{n}@example.com>\n\ntext {n}\n").into_bytes();
    NewMessage {
        id: MessageHash::of(&raw),
        blob: MessageHash::of(&raw),
        piece: 0,
        raw_len: raw.len() as u64,
        raw: zstd::bulk::compress(&raw, 3).unwrap().into(),
        message_id: Some(format!("{n}@example.com")),
        content: MessageHash::of(&[n]),
        keys: vec![ThreadKey::id(&format!("{n}@example.com"))],
        date: Some(1_000 + i64::from(n)),
        taken: 5_000,
        from: format!("Sender {n}"),
        address: format!("s{n}@example.com"),
        subject: format!("subject {n}"),
        reply: false,
        automatic: false,
        own: false,
        quiet: false,
        parser: 1,
        fields: CaseFields { subject: format!("subject {n}"), ..CaseFields::default() },
        sources: Vec::new(),
        words: MessageWords::default(),
    }
}

pub(super) fn answering(n: u8, to: u8) -> NewMessage {
    let mut message = message(n);
    message.keys.insert(0, ThreadKey::id(&format!("{to}@example.com")));
    message.reply = true;
    message
}

/// A loose log that lies beside these mails.
pub(super) fn loose(n: u8, beside: &[MessageHash]) -> NewMessage {
    let mut log = message(n);
    log.keys = beside.iter().map(|id| ThreadKey::Beside(*id)).collect();
    (log.message_id, log.date, log.automatic) = (None, None, true);
    (log.from, log.address) = (String::new(), String::new());
    log
}

pub(super) fn numbered(n: u8, number: &str) -> NewMessage {
    let mut message = message(n);
    message.keys.insert(0, ThreadKey::number(number));
    message.fields.numbers = vec![number.into()];
    message
}

pub(super) fn source(name: &str, found: &[(&str, Standing, u64)]) -> Source {
    let found = found
        .iter()
        .map(|&(signature, standing, count)| Sourced {
            signature: signature.parse().unwrap(),
            standing,
            count,
            line: 7,
            text: format!("line with {signature}"),
        })
        .collect();
    Source { hash: MessageHash::of(name.as_bytes()), part: name.into(), bytes: 10, found }
}

fn created(added: &[Added]) -> Vec<CaseId> {
    added
        .iter()
        .map(|added| match added {
            Added::Created(case) => case.clone(),
            Added::Exists(case) => panic!("exists already, in {case}"),
        })
        .collect()
}

pub(super) fn add<S: CaseStore + ?Sized>(store: &mut S, messages: &[NewMessage]) -> Vec<CaseId> {
    let cases = created(&store.add(messages).unwrap());
    store.refresh().unwrap();
    cases
}

fn names(store: &dyn CaseStore, filter: &CaseFilter) -> Vec<String> {
    let page = store.list(filter, Sort::Id, None, 100).unwrap();
    assert_eq!(page.next, None);
    page.items.into_iter().map(|case| case.id.0).collect()
}

fn adding_twice_changes_nothing(store: &mut dyn CaseStore) {
    let messages = [message(1), message(2)];
    let cases = add(store, &messages);
    let before: Vec<_> = cases.iter().map(|case| store.case(case).unwrap().unwrap()).collect();
    let again = store.add(&messages).unwrap();
    assert_eq!(again, cases.iter().cloned().map(Added::Exists).collect::<Vec<_>>());
    // Twice in one batch is the same.
    let twice = store.add(&[message(3), message(3)]).unwrap();
    assert!(matches!(twice.as_slice(), [Added::Created(a), Added::Exists(b)] if a == b), "{twice:?}");
    store.refresh().unwrap();
    let after: Vec<_> = cases.iter().map(|case| store.case(case).unwrap().unwrap()).collect();
    assert_eq!(before, after);
    assert_eq!(store.known(&[messages[0].id, message(9).id]).unwrap(), [true, false]);
}

fn the_same_mail_by_two_ways_is_one(store: &mut dyn CaseStore) {
    let first = message(1);
    let case = add(store, std::slice::from_ref(&first)).remove(0);
    let other_way = NewMessage { id: MessageHash::of(b"with another Received line"), ..first };
    assert_eq!(store.add(&[other_way]).unwrap(), [Added::Exists(case)]);
}

fn a_reused_message_id_is_two_mails(store: &mut dyn CaseStore) {
    let first = message(1);
    let other =
        NewMessage { id: MessageHash::of(b"other"), content: MessageHash::of(b"other content"), ..first.clone() };
    let case = add(store, &[first, other]).remove(0);
    assert_eq!(store.messages(&case).unwrap().len(), 2);
}

fn raw_bytes_come_back(store: &mut dyn CaseStore) {
    let raw = b"From: x\r\n\r\n\x00\xff raw \n".repeat(1000);
    let id = MessageHash::of(&raw);
    let whole = NewMessage {
        id,
        blob: id,
        raw: zstd::bulk::compress(&raw, 3).unwrap().into(),
        raw_len: raw.len() as u64,
        ..message(1)
    };
    // Two messages in the same bytes.
    let second = NewMessage { id: id.piece(b"1"), piece: 1, content: id, ..whole.clone() };
    add(store, &[whole, second]);
    for id in [id, id.piece(b"1")] {
        assert_eq!(store.raw(id).unwrap().as_deref(), Some(raw.as_slice()));
    }
    assert_eq!(store.raw(MessageHash::of(b"never")).unwrap(), None);
}

fn replies_join_in_any_order(store: &mut dyn CaseStore) {
    // 2 answers 1 and 3 answers 2; 3 comes first, 2 last ties all.
    let cases = add(store, &[answering(3, 2), message(1)]);
    assert_ne!(cases[0], cases[1]);
    let last = add(store, &[answering(2, 1)]).remove(0);
    for case in cases.iter().chain([&last]) {
        let found = store.case(case).unwrap().unwrap_or_else(|| panic!("{case} leads nowhere"));
        assert_eq!((found.id, found.messages), (store.case(&last).unwrap().unwrap().id, 3));
    }
    let order: Vec<String> = store.messages(&last).unwrap().into_iter().map(|one| one.subject).collect();
    assert_eq!(order, ["subject 1", "subject 2", "subject 3"]);
    assert_eq!(names(store, &CaseFilter::default()).len(), 1);
}

fn numbers_tie_and_keep_apart(store: &mut dyn CaseStore) {
    let cases = add(store, &[numbered(1, "CAS-100"), numbered(2, "cas-100"), numbered(3, "CAS-200")]);
    assert_eq!(cases, [CaseId("CAS-100".into()), CaseId("CAS-100".into()), CaseId("CAS-200".into())]);
    // A new ticket in an answer to an old one.
    let mut other = answering(4, 1);
    other.keys.insert(0, ThreadKey::number("CAS-300"));
    other.fields.numbers = vec!["CAS-300".into()];
    assert_eq!(add(store, &[other]), [CaseId("CAS-300".into())]);
    assert_eq!(store.case_of(&ThreadKey::number("Cas-200")).unwrap(), Some(CaseId("CAS-200".into())));
    assert_eq!(store.case(&CaseId("cas-200".into())).unwrap().unwrap().numbers, ["CAS-200"]);
}

fn loose_texts_join_the_mails_beside_them(store: &mut dyn CaseStore) {
    let (one, other, apart) = (message(1), answering(2, 1), message(3));
    let log = loose(4, &[one.id, other.id]);
    // Mails of two cases in one folder: it cannot be said whose the log is.
    let unclear = loose(5, &[one.id, apart.id]);
    let cases = add(store, &[one, other, apart, log, unclear]);
    assert_eq!(cases[3], cases[0]);
    assert!(cases[4] != cases[0] && cases[4] != cases[2]);
    // When it was taken in makes no case look newer.
    let latest = |case: &CaseId| store.case(case).unwrap().unwrap().latest;
    assert_eq!((latest(&cases[0]), latest(&cases[4])), (1002, 5000));
}

fn the_earliest_message_names_the_case(store: &mut dyn CaseStore) {
    let mut late = answering(2, 1);
    late.fields = CaseFields { subject: "late".into(), customer: Some("Late Ltd".into()), ..CaseFields::default() };
    let mut early = message(1);
    early.fields = CaseFields { subject: "early".into(), severity: Some("P2".into()), ..CaseFields::default() };
    let case = add(store, &[late, early]).remove(1);
    let found = store.case(&case).unwrap().unwrap();
    assert_eq!((found.subject.as_str(), found.severity.as_deref()), ("early", Some("P2")));
    assert_eq!((found.customer.as_deref(), found.opened, found.latest), (Some("Late Ltd"), 1001, 1002));
}

fn an_attachment_sent_again_counts_once(store: &mut dyn CaseStore) {
    let log = source("CBS.log", &[("hresult:0x80070005", Standing::Failing, 14)]);
    let (mut first, mut second, mut elsewhere) = (message(1), answering(2, 1), message(3));
    first.sources = vec![log.clone()];
    second.sources = vec![log.clone(), source("body", &[("hresult:0x80070005", Standing::Mentioned, 1)])];
    elsewhere.sources = vec![log];
    let cases = add(store, &[first, second, elsewhere]);
    let counts: Vec<u64> = [&cases[0], &cases[2]].iter().map(|case| store.evidence(case).unwrap()[0].count).collect();
    assert_eq!(counts, [15, 14]);
    let known = store.source(MessageHash::of(b"CBS.log"), 1).unwrap().unwrap();
    assert_eq!((known.found.len(), known.found[0].count, known.product), (1, 14, None));
    // Another parser may find more in it; and nobody has read this one.
    assert_eq!(store.source(MessageHash::of(b"CBS.log"), 2).unwrap(), None);
    assert_eq!(store.source(MessageHash::of(b"other"), 1).unwrap(), None);
    let signature: Signature = "hresult:0x80070005".parse().unwrap();
    assert_eq!(store.case_counts(&[vec![signature], vec!["win32:5".parse().unwrap()]]).unwrap(), [2, 0]);
}

fn a_case_with_several_of_a_group_counts_once(store: &mut dyn CaseStore) {
    let (mut both, mut one, mut listed) = (message(1), message(2), message(3));
    both.sources =
        vec![source("a.log", &[("hresult:0x80070005", Standing::Failing, 1), ("win32:5", Standing::Mentioned, 2)])];
    one.sources = vec![source("b.log", &[("win32:5", Standing::Failing, 1)])];
    listed.sources = vec![source("c.log", &[("win32:5", Standing::Listed, 1)])];
    add(store, &[both, one, listed]);
    let group = |texts: &[&str]| texts.iter().map(|text| text.parse().unwrap()).collect::<Vec<Signature>>();
    let groups = [group(&["hresult:0x80070005", "win32:5"]), group(&["hresult:0x80070005"]), group(&[])];
    assert_eq!(store.case_counts(&groups).unwrap(), [2, 1, 0]);
}

fn evidence_names_its_place(store: &mut dyn CaseStore) {
    let mut one = message(1);
    one.sources = vec![
        source("", &[("kb:KB4474419", Standing::Mentioned, 2), ("service:AmdK8", Standing::Mentioned, 1)]),
        source("logs.zip/CBS.log", &[("kb:KB4474419", Standing::Failing, 3), ("service:amdk8", Standing::Listed, 1)]),
    ];
    let id = one.id;
    let case = add(store, &[one]).remove(0);
    let found = store.evidence(&case).unwrap();
    let seen: Vec<(String, Standing, u64)> =
        found.iter().map(|one| (one.signature.to_string(), one.standing, one.count)).collect();
    assert_eq!(
        seen,
        [
            ("kb:KB4474419".into(), Standing::Failing, 5),
            // Compared without case, shown as first written.
            ("service:AmdK8".into(), Standing::Mentioned, 2),
        ]
    );
    let place = &found[0].evidence;
    assert_eq!((place.message, place.part.as_str(), place.line), (id, "logs.zip/CBS.log", 7));
    assert_eq!(store.messages(&case).unwrap()[0].attachments, ["logs.zip/CBS.log"]);
}

fn lists_are_filtered_sorted_and_paged(store: &mut dyn CaseStore) {
    let mut messages: Vec<NewMessage> = (1..=7).map(|n| numbered(n, &format!("CAS-{n}00"))).collect();
    messages[1].fields.customer = Some("Northwind".into());
    messages[2].sources = vec![source("a", &[("win32:5", Standing::Failing, 1)])];
    messages[3].sources = vec![source("b", &[("win32:5", Standing::Listed, 1)])];
    add(store, &messages);
    let with = |filter: CaseFilter| names(store, &filter);
    assert_eq!(with(CaseFilter { customer: Some("northwind".into()), ..Default::default() }), ["CAS-200"]);
    let signatures = vec!["win32:5".parse().unwrap()];
    let any = CaseFilter { signatures: signatures.clone(), ..Default::default() };
    assert_eq!(with(any.clone()), ["CAS-300", "CAS-400"]);
    assert_eq!(with(CaseFilter { failing: true, ..any }), ["CAS-300"]);
    assert_eq!(with(CaseFilter { since: Some(1006), ..Default::default() }), ["CAS-600", "CAS-700"]);
    assert_eq!(with(CaseFilter { until: Some(1002), ..Default::default() }), ["CAS-100"]);
    let mut listed = Vec::new();
    let mut after = None;
    loop {
        let page = store.list(&CaseFilter::default(), Sort::Latest, after.as_ref(), 3).unwrap();
        listed.extend(page.items.into_iter().map(|case| case.opened));
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(listed, [1007, 1006, 1005, 1004, 1003, 1002, 1001]);
}

fn changes_need_the_version(store: &mut dyn CaseStore) {
    let case = add(store, &[message(1)]).remove(0);
    let version = store.case(&case).unwrap().unwrap().version;
    let close = [CaseChange::Close { article: Some("a".into()), resolution: None, at: 2_000 }];
    assert_eq!(store.update(&case, version + 5, &close).unwrap(), Update::Conflict(version));
    let Update::Done(next) = store.update(&case, version, &close).unwrap() else { panic!("not done") };
    store.refresh().unwrap();
    let found = store.case(&case).unwrap().unwrap();
    assert_eq!((found.version, found.status, found.article.as_deref()), (next, CaseStatus::Closed, Some("a")));
    assert_eq!(store.update(&CaseId("none".into()), 1, &close).unwrap(), Update::Missing);
    let closed = CaseFilter { status: Some(CaseStatus::Closed), article: Some("a".into()), ..Default::default() };
    assert_eq!(names(store, &closed).len(), 1);
}

fn closed_cases_reopen_by_new_mail_only(store: &mut dyn CaseStore) {
    let case = add(store, &[message(1)]).remove(0);
    const DAY: i64 = 24 * 3600;
    let close = |store: &mut dyn CaseStore, at: i64| {
        let version = store.case(&case).unwrap().unwrap().version;
        store
            .update(&case, version, &[CaseChange::Close { article: None, resolution: Some("done".into()), at }])
            .unwrap();
    };
    let answer = |n: u8, date: i64, taken: i64| NewMessage { date: Some(date), taken, ..answering(n, 1) };
    let status = |store: &dyn CaseStore| store.case(&case).unwrap().unwrap().status;
    close(store, 10 * DAY);
    // Old mail from another mailbox, a machine's answer and the own team's open nothing.
    let machine = NewMessage { automatic: true, ..answer(3, 11 * DAY, 11 * DAY) };
    let own = NewMessage { own: true, ..answer(4, 11 * DAY, 11 * DAY) };
    add(store, &[answer(2, 6 * DAY, 11 * DAY), machine, own]);
    assert_eq!(status(store), CaseStatus::Closed);
    // What was there when it was closed, as old mail tells of itself, does not either.
    add(store, &[answer(5, 9 * DAY, 9 * DAY)]);
    assert_eq!(status(store), CaseStatus::Closed);
    add(store, &[answer(6, 12 * DAY, 13 * DAY)]);
    assert_eq!(status(store), CaseStatus::Open);
    // It was on its way when the case was closed.
    close(store, 20 * DAY);
    add(store, &[answer(7, 19 * DAY, 21 * DAY)]);
    assert_eq!(status(store), CaseStatus::Open);
    let kinds: Vec<(i64, EventKind)> =
        store.events(&case).unwrap().into_iter().map(|event| (event.at, event.kind)).collect();
    let (closed, reopened) = (EventKind::Closed, EventKind::Reopened);
    let expected = [(10 * DAY, closed), (12 * DAY, reopened), (20 * DAY, closed), (21 * DAY, reopened)];
    assert_eq!(kinds[1..], expected);
}

fn closing_again_puts_right_what_resolved_it(store: &mut dyn CaseStore) {
    let case = add(store, &[message(1)]).remove(0);
    for (article, at) in [("a", 2_000), ("b", 3_000)] {
        let version = store.case(&case).unwrap().unwrap().version;
        let close = CaseChange::Close { article: Some(article.into()), resolution: None, at };
        store.update(&case, version, &[close]).unwrap();
    }
    let found = store.case(&case).unwrap().unwrap();
    assert_eq!((found.closed, found.article.as_deref()), (Some(2_000), Some("b")));
    let kinds: Vec<(i64, EventKind)> =
        store.events(&case).unwrap().into_iter().map(|event| (event.at, event.kind)).collect();
    assert_eq!(kinds[1..], [(2_000, EventKind::Closed), (3_000, EventKind::Corrected)]);
}

fn tags_by_hand_outlast_rules(store: &mut dyn CaseStore) {
    let case = add(store, &[message(1)]).remove(0);
    let tag = |rule: Option<&str>, why: &str| {
        CaseChange::Tag(CaseTag { tag: "product/windows-7".into(), rule: rule.map(str::to_string), why: why.into() })
    };
    let mut change = |change: CaseChange| {
        let version = store.case(&case).unwrap().unwrap().version;
        assert!(matches!(store.update(&case, version, &[change]).unwrap(), Update::Done(_)));
        store.refresh().unwrap();
        store.case(&case).unwrap().unwrap().tags.into_iter().map(|tag| (tag.rule, tag.why)).collect::<Vec<_>>()
    };
    assert_eq!(change(tag(Some("r1"), "seen")), [(Some("r1".into()), "seen".into())]);
    assert_eq!(change(tag(None, "by hand")), [(None, "by hand".into())]);
    assert_eq!(change(tag(Some("r1"), "seen")), [(None, "by hand".into())]);
    let by_rule = CaseChange::Untag { tag: "product/windows-7".into(), by_hand: false };
    assert_eq!(change(by_rule), [(None, "by hand".into())]);
    let by_hand = CaseChange::Untag { tag: "product/windows-7".into(), by_hand: true };
    assert_eq!(change(by_hand), []);
    // Removed by a person: no rule gives it again, a person may.
    assert_eq!(change(tag(Some("r1"), "seen")), []);
    assert_eq!(change(tag(None, "again")), [(None, "again".into())]);
    let tagged = CaseFilter { tag: Some("product/windows-7".into()), ..Default::default() };
    assert_eq!(names(store, &tagged).len(), 1);
}

fn decisions_are_kept(store: &mut dyn CaseStore) {
    let case = add(store, &[message(1)]).remove(0);
    for (decision, reason) in [(Decision::Accepted, ""), (Decision::Rejected, "another driver")] {
        let version = store.case(&case).unwrap().unwrap().version;
        let change = CaseChange::Decide { article: "a".into(), decision, reason: reason.into(), at: 2_000 };
        store.update(&case, version, &[change]).unwrap();
    }
    store.refresh().unwrap();
    let found = store.decisions(&case).unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].decision, found[0].reason.as_str()), (Decision::Rejected, "another driver"));
}

fn forgetting_erases_all_but_what_others_share(store: &mut dyn CaseStore) {
    let shared = source("shared", &[("win32:5", Standing::Failing, 1)]);
    let own = source("own", &[("service:Secret", Standing::Failing, 1)]);
    let (mut first, mut second) = (message(1), message(2));
    first.sources = vec![shared.clone(), own];
    second.sources = vec![shared];
    let id = first.id;
    let cases = add(store, &[first.clone(), second]);
    assert_eq!(store.forget(&cases[0]).unwrap(), Forgotten::Erased);
    store.refresh().unwrap();
    assert_eq!(store.forget(&cases[0]).unwrap(), Forgotten::Missing);
    assert_eq!(store.case(&cases[0]).unwrap(), None);
    assert_eq!(store.raw(id).unwrap(), None);
    assert_eq!(store.case_of(&ThreadKey::id("1@example.com")).unwrap(), None);
    let counts =
        store.case_counts(&[vec!["win32:5".parse().unwrap()], vec!["service:Secret".parse().unwrap()]]).unwrap();
    assert_eq!(counts, [1, 0]);
    // It may come again.
    assert!(matches!(store.add(&[first]).unwrap().as_slice(), [Added::Created(_)]));
}

fn quarantine_keeps_and_releases(store: &mut dyn CaseStore) {
    let raw = b"no mail at all".to_vec();
    let item = Quarantined {
        id: MessageHash::of(&raw),
        raw: zstd::bulk::compress(&raw, 3).unwrap(),
        part: "in/1".into(),
        error: "cannot be read".into(),
        parser: "1".into(),
        at: 1,
        history: true,
    };
    store.quarantine(&item).unwrap();
    store.quarantine(&Quarantined { error: "still cannot".into(), ..item.clone() }).unwrap();
    store.refresh().unwrap();
    let listed = store.quarantined().unwrap();
    assert_eq!((listed.len(), listed[0].error.as_str(), listed[0].history), (1, "still cannot", true));
    assert_eq!(store.quarantined_raw(item.id).unwrap().as_deref(), Some(raw.as_slice()));
    assert!(store.release(item.id).unwrap());
    assert!(!store.release(item.id).unwrap());
    assert_eq!(store.quarantined_raw(item.id).unwrap(), None);
}

fn mailboxes_keep_how_far_they_are(store: &mut dyn CaseStore) {
    let (ann, bob) = ("ann@mail.example.com", "bob@mail.example.com");
    let mark = |uid_validity, uid| MailboxMark { uid_validity, uid };
    assert_eq!(store.mailbox(ann, "INBOX").unwrap(), None);
    store.set_mailbox(ann, "INBOX", mark(7, 12)).unwrap();
    store.set_mailbox(ann, "&W6JiNw-", mark(u32::MAX, u32::MAX)).unwrap();
    store.set_mailbox(bob, "INBOX", mark(7, 1)).unwrap();
    // A new counting begins anew: the mark may fall.
    store.set_mailbox(ann, "INBOX", mark(8, 3)).unwrap();
    store.refresh().unwrap();
    assert_eq!(store.mailbox(ann, "INBOX").unwrap(), Some(mark(8, 3)));
    assert_eq!(store.mailbox(ann, "&W6JiNw-").unwrap(), Some(mark(u32::MAX, u32::MAX)));
    assert_eq!(store.mailbox(bob, "INBOX").unwrap(), Some(mark(7, 1)));
    assert_eq!(store.mailbox(bob, "inbox").unwrap(), None);
}

fn mails_are_known_by_what_a_server_tells(store: &mut dyn CaseStore) {
    let message = message(1);
    let undated = NewMessage { date: None, ..self::message(2) };
    add(store, &[message.clone(), undated]);
    let glimpse = |id: &str, date, bytes| MailGlimpse { message_id: id.into(), date, bytes };
    let mails = [
        glimpse("1@example.com", 1_001, message.raw_len),
        glimpse("1@example.com", 1_001, message.raw_len + 1),
        glimpse("1@example.com", 1_000, message.raw_len),
        glimpse("2@example.com", 1_002, message.raw_len),
        glimpse("9@example.com", 1_001, message.raw_len),
    ];
    assert_eq!(store.holds(&mails).unwrap(), [true, false, false, false, false]);
}
