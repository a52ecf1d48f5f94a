use super::*;
use crate::signature::Standing;

fn analyze(raw: &str) -> Analyzed {
    let (extractor, rules) = (Extractor::new(), FieldRules::builtin());
    let sources = KnownSources::default();
    let (terms, now, roles) = (Terms::builtin(), 5, Roles::default());
    let reading =
        Reading { extractor: &extractor, terms, rules: &rules, now, history: false, sources: &sources, roles: &roles };
    whole("in.eml", raw.as_bytes(), MessageHash::of(raw.as_bytes()), reading)
}

const MAIL: &str = "From: Ann <ann@example.com>\nTo: s@example.org\nSubject: RE: [案例号: CAS-12143-P0Y2F1 ] setup\n\
    Message-ID: <2@x>\nIn-Reply-To: <1@x>\nDate: Tue, 10 Sep 2024 14:32:53 +0800\nContent-Type: multipart/mixed; boundary=b\n\n\
    --b\n\nIt fails with 0x80070005.\n\n> 0x800f0922 was yesterday\n\
    --b\nContent-Type: text/plain; name=CBS.log\nContent-Disposition: attachment; filename=CBS.log\n\n\
    2024-09-10 14:32:53, Error   CBS    Failed [HRESULT = 0x80070005]\n2024-09-10 14:32:53, Info   CBS    KB4474419\n\
    2024-09-10 14:32:54, Info   CBS    Session\n--b--\n";

#[test]
fn a_mail_with_its_parts() {
    let analyzed = analyze(MAIL);
    assert_eq!(analyzed.messages.len(), 1, "{:?}", analyzed.warnings);
    let message = &analyzed.messages[0];
    assert_eq!(message.id, MessageHash::of(MAIL.as_bytes()));
    assert_eq!(message.fields.numbers, ["CAS-12143-P0Y2F1"]);
    assert!(message.reply && !message.automatic);
    assert_eq!(message.date, Some(1_725_949_973));
    let parts: Vec<&str> = message.sources.iter().map(|source| source.part.as_str()).collect();
    assert_eq!(parts, ["", "CBS.log"]);
    let found = |source: usize| -> Vec<(String, Standing)> {
        message.sources[source].found.iter().map(|one| (one.signature.to_string(), one.standing)).collect()
    };
    assert_eq!(found(0)[0], ("hresult:0x80070005".to_string(), Standing::Failing));
    assert!(found(1).contains(&("kb:KB4474419".to_string(), Standing::Listed)), "{:?}", found(1));
    let raw = packed::unpack(&message.raw, MAIL.len()).unwrap();
    assert_eq!(raw, MAIL.as_bytes());
}

#[test]
fn the_same_attachment_is_the_same_source() {
    let other = MAIL.replace("It fails", "Again it fails").replace("<2@x>", "<3@x>");
    let (first, second) = (analyze(MAIL), analyze(&other));
    let hashes = |analyzed: &Analyzed| -> Vec<MessageHash> {
        analyzed.messages[0].sources.iter().map(|source| source.hash).collect()
    };
    assert_ne!(hashes(&first)[0], hashes(&second)[0]);
    assert_eq!(hashes(&first)[1], hashes(&second)[1]);
    assert_ne!(first.messages[0].content, second.messages[0].content);
}

#[test]
fn an_attachment_that_was_read_before_is_not_read_again() {
    let log = "2024-09-10 14:32:53, Error   CBS    Failed [HRESULT = 0x80070005]\n".repeat(1_200);
    let mail = MAIL.replace("2024-09-10 14:32:54, Info   CBS    Session\n", &log);
    let (extractor, rules, sources) = (Extractor::new(), FieldRules::builtin(), KnownSources::default());
    let (terms, now, roles) = (Terms::builtin(), 5, Roles::default());
    let reading =
        Reading { extractor: &extractor, terms, rules: &rules, now, history: false, sources: &sources, roles: &roles };
    let read =
        |mail: &str| whole("in.eml", mail.as_bytes(), MessageHash::of(mail.as_bytes()), reading).messages.remove(0);
    let first = read(&mail).sources.remove(1);
    assert!(first.found.iter().any(|one| one.count > 1_000), "{:?}", first.found);
    // Other findings in its place: what comes of the second reading tells that there was none.
    let made_up = Sourced { count: 7, ..first.found[0].clone() };
    let known = KnownSource { found: vec![made_up], product: Some("windows-7".into()) };
    sources.keep(first.hash, Arc::new(known.clone()));
    let second = read(&mail.replace("It fails", "Again"));
    assert_eq!((second.sources[1].hash, second.sources[1].bytes), (first.hash, first.bytes));
    assert_eq!(second.sources[1].found, known.found);
    assert_eq!(second.fields.product, known.product);
}

#[test]
fn trace_fields_do_not_change_the_content() {
    let other = format!("Received: by mx; Tue, 10 Sep 2024 14:32:53 +0800\n{MAIL}");
    let (first, second) = (analyze(MAIL), analyze(&other));
    assert_ne!(first.messages[0].id, second.messages[0].id);
    assert_eq!(first.messages[0].content, second.messages[0].content);
}

#[test]
fn an_export_gives_its_messages_and_ties_them() {
    let export = "邮件主题：回复: 补丁安装失败\n====第1封邮件====\n发件人：李雷\n发送时间：2024-09-10 14:32:53+00:00\n邮件内容:\n报错 0x80070005\n\
        ====第2封邮件====\n发件人：韩梅\n发送时间：2024-09-11 14:32:53+00:00\n邮件内容:\n好的\n";
    let messages = analyze(export).messages;
    assert_eq!(messages.len(), 2);
    assert_ne!(messages[0].id, messages[1].id);
    assert_eq!(messages[0].blob, messages[1].blob);
    assert_eq!(messages[0].keys.last(), messages[1].keys.last());
    assert_eq!(messages[1].from, "韩梅");
}

#[test]
fn a_loose_log_lies_beside_mails() {
    let (extractor, rules) = (Extractor::new(), FieldRules::builtin());
    let sources = KnownSources::default();
    let (terms, now, roles) = (Terms::builtin(), 5, Roles::default());
    let reading =
        Reading { extractor: &extractor, terms, rules: &rules, now, history: false, sources: &sources, roles: &roles };
    let log = "2024-09-10 14:32:53, Error   CBS    Failed [HRESULT = 0x80070005]\n".repeat(4);
    let mail = MessageHash::of(b"mail");
    let analyzed = loose("case/CBS.log", log.as_bytes(), MessageHash::of(log.as_bytes()), &[mail], reading);
    let message = &analyzed.messages[0];
    assert_eq!(message.keys, [ThreadKey::Beside(mail)]);
    assert_eq!((message.sources.len(), message.sources[0].found[0].count), (1, 4));
    assert_ne!(
        message.id,
        loose("case/CBS.log", log.as_bytes(), MessageHash::of(log.as_bytes()), &[], reading).messages[0].id
    );
}

#[test]
fn answers_of_the_own_team_are_mentions() {
    let (extractor, rules) = (Extractor::new(), FieldRules::builtin());
    let sources = KnownSources::default();
    let roles = Roles::new(&["example.com".into()], &[]);
    let reading = Reading {
        extractor: &extractor,
        terms: Terms::builtin(),
        rules: &rules,
        now: 5,
        history: false,
        sources: &sources,
        roles: &roles,
    };
    let standings = |raw: &str| -> Vec<(String, Standing)> {
        let message = whole("in.eml", raw.as_bytes(), MessageHash::of(raw.as_bytes()), reading).messages.remove(0);
        assert!(message.own);
        message.sources[0].found.iter().map(|one| (one.signature.to_string(), one.standing)).collect()
    };
    let mail = "From: Bob <bob@example.com>\nSubject: HEAD\n\nThe installation fails with 0x80070005.\n";
    assert_eq!(standings(&mail.replace("HEAD", "Re: setup")), [("hresult:0x80070005".to_string(), Standing::Cited)]);
    // It answers none: what somebody said on the telephone.
    assert_eq!(standings(&mail.replace("HEAD", "call")), [("hresult:0x80070005".to_string(), Standing::Failing)]);
}
