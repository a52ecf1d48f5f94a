use super::*;
use crate::{
    article::{load_builtin, parse},
    tag::TagRules,
};

const CLEAN: &str = "---
id: disk-full
title: Disk full
language: en
signatures: {strong: [win32:112]}
condition: {failing: win32:112}
references: [KB12345]
examples: {match: [a, b, c], reject: [d, e]}
---
## Symptoms
s
## Cause
c
## Resolution
1. Free space.
";

#[track_caller]
fn check(from: &str, to: &str, expected: &[LintRule]) {
    assert!(CLEAN.contains(from), "{from} is not in the text");
    let article = parse("t.md", &CLEAN.replace(from, to)).unwrap().value;
    let rules: Vec<LintRule> = lint(&[article], Context::default()).into_iter().map(|finding| finding.rule).collect();
    assert_eq!(rules, expected, "{from} -> {to}");
}

#[test]
fn whole_article_is_clean() {
    check("disk-full", "disk-full-2", &[])
}
#[test]
fn cause_is_needed() {
    check("## Cause", "## Remarks", &[LintRule::MissingSection])
}
#[test]
fn heading_without_text() {
    check("\nc\n", "\n\n", &[LintRule::EmptySection])
}
#[test]
fn registry_step_needs_verify_and_risk() {
    check("Free space.", "Open `regedit`.", &[LintRule::MissingSection, LintRule::MissingSection])
}
#[test]
fn registry_step_with_verify_and_risk() {
    check("Free space.", "Open `regedit`.\n## Verify\nv\n## 风险\nr", &[])
}
#[test]
fn permission_step_in_chinese() {
    check("Free space.", "修改目录权限。", &[LintRule::MissingSection, LintRule::MissingSection])
}
#[test]
fn missing_translation() {
    check("language: en", "language: en\ntranslations: [gone]", &[LintRule::Translation])
}
#[test]
fn what_a_template_left_is_to_be_filled_in() {
    check("1. Free space.", "1. TODO: steps.", &[LintRule::Unfinished])
}
#[test]
fn a_draft_may_lack_what_it_needs() {
    check("references: [KB12345]", "status: wip", &[]);
    check(
        "references: [KB12345]\nexamples: {match: [a, b, c], reject: [d, e]}\n---\n## Symptoms\ns\n## Cause\nc",
        "status: wip\n---\n",
        &[],
    )
}
#[test]
fn no_reference() {
    check("[KB12345]", "[]", &[LintRule::NoReference])
}
#[test]
fn too_few_rejected_examples() {
    check("[d, e]", "[d]", &[LintRule::NoExamples])
}
#[test]
fn specific_article_needs_a_condition() {
    check("condition: {failing: win32:112}\n", "", &[LintRule::Condition])
}
#[test]
fn generic_article_needs_none() {
    check("condition: {failing: win32:112}\n", "kind: generic\n", &[])
}

#[test]
fn signature_in_another_form_is_found_in_conditions_too() {
    let mut article = parse("t.md", CLEAN).unwrap().value;
    article.condition =
        Some(Condition::Not(Box::new(Condition::Failing("hresult:0x8007abcd".parse().unwrap()))).into());
    assert_eq!(lint(&[article], Context::default())[0].rule, LintRule::SignatureForm);
}

#[test]
fn same_id_twice() {
    let first = parse("a.md", CLEAN).unwrap().value;
    let second = parse("b.md", CLEAN).unwrap().value;
    let findings = lint(&[first, second], Context::default());
    assert_eq!(findings.len(), 1);
    assert_eq!((findings[0].rule, findings[0].source.as_str()), (LintRule::DuplicateId, "b.md"));
}

#[test]
fn translation_must_link_back() {
    let one = CLEAN.replace("language: en", "language: en\ntranslations: [disk-full-zh]");
    let two = CLEAN.replace("id: disk-full", "id: disk-full-zh").replace("language: en", "language: zh");
    let findings = lint(&[parse("a.md", &one).unwrap().value, parse("b.md", &two).unwrap().value], Context::default());
    assert_eq!(findings.len(), 1);
    assert!(findings[0].to_string().contains("link back"), "{}", findings[0]);
}

#[test]
fn translation_must_match_the_same() {
    let one = CLEAN.replace("language: en", "language: en\ntranslations: [disk-full-zh]");
    let two = one.replace("id: disk-full", "id: disk-full-zh").replace("language: en", "language: zh");
    let two = two.replace("[disk-full-zh]", "[disk-full]").replace("failing: win32:112", "failing: win32:39");
    let findings = lint(&[parse("a.md", &one).unwrap().value, parse("b.md", &two).unwrap().value], Context::default());
    assert_eq!(findings.len(), 2, "each is told of the other");
    assert!(findings[0].to_string().contains("differ"), "{}", findings[0]);
}

#[test]
fn starter_set_is_clean() {
    let articles = load_builtin();
    assert_eq!(articles.warnings, []);
    assert!(articles.value.len() >= 27, "{} articles", articles.value.len());
    let rules = TagRules::builtin();
    let tags = |tag: &str| if rules.knows(tag) { Ok(()) } else { Err("write another".to_string()) };
    let context = Context { today: None, tags: Some(&tags), internal: &[] };
    let findings: Vec<String> = lint(&articles.value, context).iter().map(ToString::to_string).collect();
    assert!(findings.is_empty(), "{}", findings.join("\n"));
}

#[track_caller]
fn check_line(from: &str, to: &str, rule: LintRule, line: u64) {
    assert!(CLEAN.contains(from), "{from} is not in the text");
    let article = parse("t.md", &CLEAN.replace(from, to)).unwrap().value;
    let internal = ["Tern".to_string()];
    let today = Some(jiff::civil::date(2026, 3, 1));
    let tags = |_: &str| Err("write another".to_string());
    let found = lint(&[article], Context { today, tags: Some(&tags), internal: &internal });
    let found: Vec<_> = found.into_iter().map(|one| (one.rule, one.line)).collect();
    assert_eq!(found, [(rule, line)], "{from} -> {to}");
}

#[test]
fn findings_stand_at_their_lines() {
    check_line("language: en", "language: en\ntags: [a/b]", LintRule::UnknownTag, 5);
    check_line("language: en", "language: en\nreview: 2026-02-28", LintRule::ReviewPassed, 5);
    check_line("language: en", "language: en\ndates: {wip: 2026-02-02, validated: 2026-02-01}", LintRule::Dates, 5);
    check_line("language: en", "language: en\nsuperseded_by: gone", LintRule::DeadReference, 5);
    check_line("title: Disk full", "title: Disk of Tern full", LintRule::Internal, 3);
    check_line("\nc\n", "\n\nx\n\nsee [it](../gone.md#a)\n", LintRule::DeadReference, 16);
    check_line("\nc\n", "\nx\naudience: internal\n", LintRule::Audience, 14);
    check_line("1. Free space.", "1. Free space.\n2. TODO", LintRule::Unfinished, 16);
}

#[test]
fn hosts_and_addresses_of_one_network() {
    for (text, found) in [
        ("see dc01.plant.corp.", true),
        ("see app.internal for it", true),
        ("ping 10.3.0.7", true),
        ("ping 192.168.4.20.", true),
        (r"copy \\filesrv3\share\x", true),
        ("mail lee@plant.de", true),
        ("see dc01.corp.example.com", false),
        ("pod.default.svc.cluster.local", false),
        ("version 10.2.0.4, build 10.0.17763.1, net 10.0.0.0", false),
        ("ping 192.0.2.1, listen on 127.0.0.1", false),
        (r"copy \\server\share\x, \\contoso\x", false),
        ("mail lee@example.com or user@contoso.com", false),
        ("/etc/rc.local", false),
    ] {
        let article = parse("t.md", &CLEAN.replace("Free space.", text)).unwrap().value;
        let rules: Vec<LintRule> = lint(&[article], Context::default()).into_iter().map(|one| one.rule).collect();
        let expected: &[LintRule] = if found { &[LintRule::Internal] } else { &[] };
        assert_eq!(rules, expected, "{text}");
    }
    // What is for the own team may name them.
    let text = CLEAN.replace("1. Free space.", "1. Free space.\n## Notes\naudience: internal\nOn 10.3.0.7.\n");
    assert_eq!(lint(&[parse("t.md", &text).unwrap().value], Context::default()), []);
}
