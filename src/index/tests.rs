use super::*;
use crate::{
    article::{ArticleKind, ArticleStatus, Audience, Section, SectionKind},
    signature::Signature,
};

fn article(id: &str, title: &str, symptoms: &str, cause: &str, resolution: &str, codes: &[&str]) -> Article {
    let section = |kind, heading: &str, text: &str| Section {
        kind,
        heading: heading.into(),
        text: text.into(),
        audience: Audience::Customer,
        line: 1,
        text_line: 2,
    };
    Article {
        id: ArticleId(id.into()),
        title: title.into(),
        language: if title.is_ascii() { "en" } else { "zh" }.into(),
        translations: Vec::new(),
        status: ArticleStatus::Validated,
        superseded_by: None,
        dates: Default::default(),
        owner: None,
        review: None,
        kind: ArticleKind::Specific,
        products: vec!["windows-7".into()],
        components: vec!["servicing".into()],
        severity: None,
        applies_to: Vec::new(),
        fixed_in: Vec::new(),
        discriminators: Vec::new(),
        strong: codes.iter().map(|code| code.parse::<Signature>().unwrap()).collect(),
        weak: Vec::new(),
        condition: None,
        tags: vec!["cause/access-denied".into()],
        references: Vec::new(),
        matching_examples: Vec::new(),
        rejected_examples: Vec::new(),
        sections: vec![
            section(SectionKind::Symptoms, "Symptoms", symptoms),
            section(SectionKind::Cause, "Cause", cause),
            section(SectionKind::Resolution, "Resolution", resolution),
        ],
        origin: None,
        subjects: Vec::new(),
        lines: Default::default(),
        source: format!("{id}.md"),
    }
}

fn articles() -> Vec<Article> {
    vec![
        article(
            "servicing-registry-protected",
            "管控软件保护注册表，补丁安装后回滚",
            "安装补丁重启到一定进度后系统回滚，CBS日志中更新驱动cpu.inf失败，错误0x80070005。卸载管控软件后可以安装。",
            r"内核驱动krnlmgr.sys不允许修改HKLM\SYSTEM\CurrentControlSet\Services\AmdK8下的键值。",
            r"请厂商放行C:\Windows\servicing\TrustedInstaller.exe。",
            &["hresult:0x80070005", "inf:cpu.inf", "file:krnlmgr.sys"],
        ),
        article(
            "spooler-stops",
            "Print spooler stops when a damaged driver is loaded",
            "Printing stops for all users; the spooler service terminates unexpectedly, event 7031.",
            "A damaged printer driver crashes the spooler.",
            "Remove the driver package and install the current one.",
            &["event:Service Control Manager/7031"],
        ),
        article(
            "clock-skew-logon",
            "Logon to the domain fails because the clock is wrong",
            "Users cannot log on; Kerberos reports clock skew.",
            "The clock of the machine differs by more than five minutes from the domain controller.",
            "Synchronize the time with the domain controller.",
            &["kerberos:0x25"],
        ),
        article(
            "boot-device",
            "启动蓝屏0x7B",
            "更换存储控制器模式后开机蓝屏，停止代码0x0000007B。",
            "存储驱动没有设为开机启动。",
            "在恢复环境中恢复存储驱动的启动类型。",
            &["bugcheck:0x7B"],
        ),
    ]
}

fn query(index: &ArticleIndex, text: &str) -> Query {
    index.query(text, &[]).unwrap()
}

fn index() -> ArticleIndex {
    ArticleIndex::build(&articles(), Terms::builtin()).unwrap()
}

fn ids(text: &str) -> Vec<String> {
    let index = index();
    index.search(&query(&index, text), 10).unwrap().into_iter().map(|hit| hit.id.0).collect()
}

#[track_caller]
fn first(query: &str, expected: &str) {
    assert_eq!(ids(query).first().map(String::as_str), Some(expected), "for {query}");
}

#[test]
fn chinese_words_of_two_characters_are_found() {
    first("回滚", "servicing-registry-protected");
    first("蓝屏", "boot-device");
    first("放行", "servicing-registry-protected");
}

#[test]
fn traditional_finds_simplified() {
    first("藍屏", "boot-device");
    first("登錄檔", "servicing-registry-protected");
}

#[test]
fn codes_are_found_in_every_spelling() {
    for query in ["80070005", "0x80070005", "-2147024891", "０ｘ８００７０００５", "code 0X80070005!"] {
        first(query, "servicing-registry-protected");
    }
    first("0x7b", "boot-device");
}

#[test]
fn parts_of_names_are_found() {
    for query in
        ["krnlmgr", "krnlmgr.sys", r"CurrentControlSet\Services", "amdk8", r"C:\Windows\servicing", "trusted installer"]
    {
        first(query, "servicing-registry-protected");
    }
}

#[test]
fn words_meet_over_languages() {
    first("rolled back", "servicing-registry-protected");
    first("打印机", "spooler-stops");
    first("时间不同步", "clock-skew-logon");
    first("无法登录", "clock-skew-logon");
}

#[test]
fn quoted_words_must_stand_together() {
    assert_eq!(ids("\"clock skew\""), ["clock-skew-logon"]);
    assert!(ids("\"skew clock\"").is_empty());
    assert_eq!(ids("“存储驱动”"), ["boot-device"]);
    assert_eq!(ids("\"cpu.inf\""), ["servicing-registry-protected"]);
}

#[test]
fn a_field_can_be_asked_for() {
    let index = index();
    let ids = |fields: &[(ArticleField, &str)]| -> Vec<String> {
        let fields: Vec<_> = fields.iter().map(|(field, value)| (*field, value.to_string())).collect();
        let found = index.search(&index.query("", &fields).unwrap(), 10).unwrap();
        found.into_iter().map(|hit| hit.id.0).collect()
    };
    assert_eq!(ids(&[(ArticleField::Language, "zh"), (ArticleField::Title, "蓝屏")]), ["boot-device"]);
    assert!(ids(&[(ArticleField::Title, "kerberos")]).is_empty());
    assert_eq!(ids(&[(ArticleField::Symptoms, "kerberos")]), ["clock-skew-logon"]);
    assert_eq!(ids(&[(ArticleField::Title, "spool*")]), ["spooler-stops"]);
    assert!(ids(&[(ArticleField::Title, "kerb*")]).is_empty());
}

#[test]
fn beginnings_of_words_are_found() {
    first("kerb*", "clock-skew-logon");
    first("krnl*", "servicing-registry-protected");
    first("0x8007*", "servicing-registry-protected");
    first("synchroniz*", "clock-skew-logon");
    // Longer than the word in its normal form.
    first("terminati*", "spooler-stops");
    first("Ｋerb*", "clock-skew-logon");
    // At the end of what is being typed.
    first("domain kerb", "clock-skew-logon");
    assert!(ids("k*").is_empty() && ids("zzz*").is_empty() && ids("*").is_empty() && ids("* **").is_empty());
}

#[test]
fn slips_in_words_are_forgiven_and_in_codes_and_names_they_are_not() {
    first("spoller terminats", "spooler-stops");
    first("kerbreos skwe", "clock-skew-logon");
    // In the first letter.
    first("merberos", "clock-skew-logon");
    first("sapooler", "spooler-stops");
    // Two words written as one.
    first("domaincontroller", "clock-skew-logon");
    // One that only its meaning finds, in the other language.
    first("registri", "servicing-registry-protected");
    first("存储空制器", "boot-device");
    for wrong in ["0x80070006", "KB4474418", "7032", "amdk9"] {
        assert!(ids(wrong).is_empty(), "{wrong}: {:?}", ids(wrong));
    }
    let index = index();
    let right = |text: &str| query(&index, text).put_right().iter().map(|one| one.term.clone()).collect::<Vec<_>>();
    assert_eq!(right("spoller of kerbreos"), ["spooler", "kerbero"]);
    assert!(right("spooler printing 0x80070006 krnlmgs.sys").is_empty());
}

#[test]
fn nothing_is_found_for_nothing() {
    assert!(ids("").is_empty());
    assert!(ids("!!! \"\" \"").is_empty());
    assert!(ids("unrelatedword").is_empty());
    let empty = ArticleIndex::build(&[], Terms::builtin()).unwrap();
    assert!(empty.is_empty() && empty.search(&query(&empty, "回滚"), 5).unwrap().is_empty());
}

#[test]
fn scores_are_explained() {
    let index = index();
    let query = query(&index, "回滚 krnlmgr.sys");
    let hits = index.search(&query, 1).unwrap();
    let sum: f32 = hits[0].contributions.iter().map(|part| part.score).sum();
    assert!((sum - hits[0].score).abs() < 1e-3);
    assert!(hits[0].contributions.iter().any(|part| part.term == "krnlmgr.sys" && part.field == ArticleField::Codes));
}

#[test]
fn ties_break_by_id() {
    let mut twins = vec![articles().remove(1), articles().remove(1)];
    twins[0].id = ArticleId("b".into());
    twins[1].id = ArticleId("a".into());
    let index = ArticleIndex::build(&twins, Terms::builtin()).unwrap();
    let hits = index.search(&query(&index, "spooler"), 10).unwrap();
    let found: Vec<(&str, usize)> = hits.iter().map(|hit| (hit.id.0.as_str(), hit.article)).collect();
    assert_eq!(found.len(), 2);
    assert!(found[0].0 == "a" || hits[0].score > hits[1].score, "{found:?}");
}

#[test]
fn matches_are_highlighted() {
    let index = index();
    let text = "補丁安裝後系統rolled back，krnlmgr.sys";
    let spans = highlight(text, &query(&index, "回滚 krnlmgr"), Terms::builtin());
    let words: Vec<&str> = spans.into_iter().map(|span| &text[span]).collect();
    assert_eq!(words, ["rolled back", "krnlmgr"]);
}
