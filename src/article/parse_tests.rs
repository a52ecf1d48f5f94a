use super::*;
use crate::article::{ArticleKind, ArticleStatus, Audience, Condition, SectionKind};

const WHOLE: &str = r#"---
id: disk-full
title: "Backup fails: disk full"
language: en
translations: [disk-full-zh]
status: validated
kind: specific
products: [windows-7]
components: servicing
severity: P2
applies_to:
  - {product: windows-7, build_min: 6.1.7600, build_max: 10.0, architecture: x64}
fixed_in: [KB1234567]
signatures:
  strong: [win32:112]
  weak: ["event:srv/2013"]
condition:
  any:
    - all: [failing: win32:112, inf:cpu.inf]
    - not: {text: "disk & full | 磁盘 & 满 | rollback"}
tags: [cause/disk-full]
references:
  - {id: KB1234567, title: About space, url: "https://example.com/1"}
  - KB7654321
examples:
  match: ["disk is full"]
  reject:
    - |
      disk is
      fine
---

# Title

## Symptoms

It stops.

## 解决办法

1. Free space.
"#;

#[test]
fn every_key_is_read() {
    let parsed = parse("disk-full.md", WHOLE).unwrap();
    assert_eq!(parsed.warnings, []);
    let article = parsed.value;
    assert_eq!(article.id.0, "disk-full");
    assert_eq!(article.title, "Backup fails: disk full");
    assert_eq!((article.status, article.kind), (ArticleStatus::Validated, ArticleKind::Specific));
    assert_eq!(article.components, ["servicing"]);
    assert_eq!(article.applies_to[0].build_max.as_deref(), Some("10.0"));
    assert_eq!(article.weak[0].to_string(), "event:srv/2013");
    assert_eq!(article.references.len(), 2);
    assert_eq!(article.references[1].id, "KB7654321");
    assert_eq!(article.rejected_examples, ["disk is\nfine"]);
    assert_eq!(article.section(SectionKind::Resolution).unwrap().text, "1. Free space.");
    assert_eq!(article.source, "disk-full.md");
    let Some(Condition::Any(branches)) = article.condition.as_deref() else { panic!("no condition") };
    let words = |text: &str| text.split('&').map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(
        *branches,
        [
            Condition::All(vec![
                Condition::Failing("win32:112".parse().unwrap()),
                Condition::Signature("inf:cpu.inf".parse().unwrap()),
            ]),
            Condition::Not(Box::new(Condition::Text(
                vec![words("disk&full"), words("磁盘&满"), words("rollback")].into()
            ))),
        ]
    );
}

#[test]
fn line_ends_and_byte_order_mark_change_nothing() {
    let plain = parse("t.md", WHOLE).unwrap();
    assert_eq!(parse("t.md", &format!("\u{feff}{}", WHOLE.replace('\n', "\r\n"))).unwrap(), plain);
}

/// Replaces one line's text and expects an error that says all of `parts`.
#[track_caller]
fn check_error(from: &str, to: &str, parts: &[&str]) {
    assert!(WHOLE.contains(from), "{from} is not in the text");
    let error = parse("t.md", &WHOLE.replacen(from, to, 1)).expect_err(to);
    let message = format!("{error} {:?}", std::error::Error::source(&error).map(ToString::to_string));
    for part in parts {
        assert!(message.contains(part), "`{part}` is not in: {message}");
    }
}

#[test]
fn unknown_key() {
    check_error("severity: P2", "sevrity: P2", &["`t.md` line 10", "`sevrity`", "severity"])
}
#[test]
fn unknown_key_below_another() {
    check_error("build_min:", "build_from:", &["line 12", "`applies_to.build_from`", "build_min"])
}
#[test]
fn bad_severity() {
    check_error("P2", "high", &["line 10", "`severity`", "`high`", "P1, P2, P3, P4"])
}
#[test]
fn bad_language() {
    check_error("language: en", "language: fr", &["line 4", "`fr`"])
}
#[test]
fn bad_id() {
    check_error("id: disk-full", "id: Disk Full", &["line 2", "`Disk Full`"])
}
#[test]
fn missing_title() {
    check_error("title: \"Backup fails: disk full\"\n", "", &["`title` is missing"])
}
#[test]
fn signature_of_unknown_kind() {
    check_error("[win32:112]", "[windows:112]", &["line 15", "`signatures.strong`", "`windows`"])
}
#[test]
fn signature_that_is_none() {
    check_error("[win32:112]", "[hresult:112]", &["line 15", "`hresult:112`", "0x80070005"])
}
#[test]
fn bad_url() {
    check_error("https://example.com/1", "example.com", &["`references.url`", "`example.com`"])
}
#[test]
fn bad_tag() {
    check_error("cause/disk-full", "disk full", &["`tags`", "group/name"])
}
#[test]
fn condition_with_an_unknown_word() {
    check_error("any:", "either:", &["line 18", "`condition.either`", "all, any, not"])
}
#[test]
fn condition_with_two_keys() {
    check_error("- not: {", "- not: {signature: win32:5, ", &["exactly one key"])
}
#[test]
fn text_with_an_empty_word() {
    check_error("| rollback", "| rollback &", &["`condition.any.not.text`", "none of them empty"])
}
#[test]
fn word_that_is_no_signature_in_a_condition() {
    check_error("inf:cpu.inf", "rollback", &["line 19", "`rollback`"])
}
#[test]
fn yaml_that_is_none() {
    check_error("[cause/disk-full]", "[cause/disk-full", &["`t.md` line"])
}
#[test]
fn list_where_a_text_belongs() {
    check_error("id: disk-full", "id: [a, b]", &["`id`", "a list"])
}
#[test]
fn no_front_matter() {
    assert_eq!(parse("t.md", "# Text\n"), Err(ArticleError::NoFrontMatter { file: "t.md".into() }));
}
#[test]
fn open_front_matter() {
    assert_eq!(parse("t.md", "---\nid: a\n"), Err(ArticleError::UnclosedFrontMatter { file: "t.md".into() }));
}
#[test]
fn empty_front_matter() {
    assert!(parse("t.md", "---\n---\n").is_err());
}
#[test]
fn too_large() {
    let text = "x".repeat(MAX_ARTICLE_BYTES + 1);
    assert!(matches!(parse("t.md", &text), Err(ArticleError::TooLarge { .. })));
}

#[test]
fn other_spelling_of_a_code_is_put_right_and_told() {
    let parsed = parse("t.md", &WHOLE.replace("[win32:112]", "[hresult:0x800f0831]")).unwrap();
    assert_eq!(parsed.value.strong[0].value, "0x800F0831");
    assert_eq!(parsed.warnings.len(), 1);
    assert_eq!(parsed.warnings[0].line, Some(15));
}

#[test]
fn signature_leaf_may_be_a_list() {
    let parsed = parse("t.md", &WHOLE.replace("failing: win32:112", "failing: [win32:112, win32:39]")).unwrap();
    let Some(Condition::Any(branches)) = parsed.value.condition.as_deref() else { panic!("no condition") };
    let Condition::All(parts) = &branches[0] else { panic!("no all") };
    assert!(matches!(&parts[0], Condition::Any(codes) if codes.len() == 2));
}

#[test]
fn broken_article_is_a_warning_and_the_others_stay() {
    let all = parse_all([("a.md", WHOLE), ("b.md", "no article")]);
    assert_eq!(all.value.len(), 1);
    assert_eq!(all.warnings.len(), 1);
    assert_eq!(all.warnings[0].part, "b.md");
}

#[test]
fn later_article_of_one_id_wins() {
    let all = parse_all([("a.md", WHOLE), ("b.md", &WHOLE.replace("Backup fails", "Backup stops"))]);
    assert_eq!(all.value.len(), 1);
    assert_eq!(all.value[0].source, "b.md");
    assert!(all.warnings[0].message.contains("`a.md`"), "{}", all.warnings[0].message);
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(64))]
    #[test]
    fn no_text_panics(text in "\\PC{0,200}") {
        let _ = parse("t.md", &format!("---\n{text}\n---\n{text}"));
    }

    #[test]
    fn no_cut_of_an_article_panics(start in 0..WHOLE.len(), length in 0..40usize) {
        let end = (start + length).min(WHOLE.len());
        if let (Some(head), Some(tail)) = (WHOLE.get(..start), WHOLE.get(end..)) {
            let _ = parse("t.md", &format!("{head}{tail}"));
        }
    }
}

#[track_caller]
fn check_state(front: &str, expected: ArticleStatus, by: Option<&str>) {
    let text = format!("---\nid: a\ntitle: x\nlanguage: en\n{front}\n---\n");
    let article = parse("t.md", &text).unwrap_or_else(|error| panic!("{front}: {error}")).value;
    assert_eq!((article.status, article.superseded_by.map(|id| id.0).as_deref()), (expected, by), "{front}");
}

#[test]
fn states_of_an_article() {
    check_state("kind: specific", ArticleStatus::NotValidated, None);
    check_state("status: wip", ArticleStatus::Wip, None);
    check_state("superseded_by: b", ArticleStatus::Superseded, Some("b"));
    check_state("status: archived\nsuperseded_by: b", ArticleStatus::Superseded, Some("b"));
    let text = "---\nid: a\ntitle: x\nlanguage: en\nstatus: validated\nowner: Storage team\nreview: 2027-01-31\n\
                dates: {wip: 2026-01-02, validated: 2026-02-03}\n---\n";
    let article = parse("t.md", text).unwrap().value;
    assert_eq!(article.owner.as_deref(), Some("Storage team"));
    assert_eq!(article.review.map(|day| day.to_string()).as_deref(), Some("2027-01-31"));
    assert_eq!(article.dates[&ArticleStatus::Validated].to_string(), "2026-02-03");
    assert_eq!((article.line_of("owner"), article.line_of("tags")), (6, 1));
}

#[track_caller]
fn check_wrong(front: &str, line: u64, words: &str) {
    let text = format!("---\nid: a\ntitle: x\nlanguage: en\n{front}\n---\n");
    let error = parse("t.md", &text).unwrap_err();
    assert_eq!(error.line(), Some(line), "{error}");
    assert!(error.to_string().contains(words), "{error}");
}

#[test]
fn states_that_cannot_be() {
    check_wrong("status: superseded", 5, "superseded_by: ID");
    check_wrong("status: validated\nsuperseded_by: b", 5, "drop one of the two");
    check_wrong("dates: {draft: 2026-01-02}", 5, "unknown key `dates.draft`");
    check_wrong("review: 31.03.2027", 5, "a day");
    check_wrong("review: 2027-02-30", 5, "a day");
}

#[test]
fn a_slip_in_the_audience_lets_nothing_out() {
    let text = "---\nid: a\ntitle: x\nlanguage: en\n---\n## Cause\n\naudience: intern\n\nc\n";
    let error = parse("t.md", text).unwrap_err();
    assert_eq!(error.line(), Some(8), "{error}");
    let article = parse("t.md", &text.replace("intern\n", "internal\n")).unwrap().value;
    assert_eq!((article.sections[0].audience, article.sections[0].line), (Audience::Internal, 6));
}
