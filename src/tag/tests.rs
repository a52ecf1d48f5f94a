//! The built-in rules as a file, wrong rules, and rules held against cases.

use proptest::prelude::*;

use super::*;
use crate::{
    case::{CaseEvidence, Sink, collect::Collector, fields::FieldRules},
    matching::{CaseView, Verdict},
    signature::extract::Extractor,
    text::terms::Terms,
};

#[test]
fn the_built_in_file_has_no_problem() {
    let mut rules = TagRules::default();
    let (file, text) = TagRules::builtin_file();
    let wrong = rules.add(file, text);
    assert!(wrong.is_empty(), "{wrong:?}");
    assert!(rules.rules().len() >= 60, "{} rules", rules.rules().len());
    assert_eq!(rules.rules().len(), TagRules::builtin().rules().len());
    for rule in rules.rules() {
        let told = |must: bool| rule.examples().iter().filter(move |one| one.must == must);
        assert!(told(true).count() >= 1 && told(false).count() >= 1, "{} has few examples", rule.id());
        assert!(told(true).any(|one| !one.text.is_ascii()), "{} has no Chinese example", rule.id());
    }
}

/// A rule with the keys that every rule needs, and these.
fn rule(keys: &str) -> String {
    format!("[[rule]]\nid = \"r\"\ntag = \"a/b\"\nmatches = [\"x\"]\nrejects = [\"y\"]\n{keys}\n")
}

#[track_caller]
fn check_problem(text: &str, line: u64, words: &str) {
    let problems = TagRules::default().add("own.toml", text);
    let [problem] = &problems[..] else { panic!("{problems:?} for {text}") };
    assert_eq!((problem.file.as_str(), problem.line), ("own.toml", line), "{problem}");
    assert!(problem.message.contains(words), "{problem}");
}

#[test]
fn what_is_wrong_is_told_with_its_line() {
    check_problem(&rule("when = { signatures = \"win32:5\" }"), 6, "unknown field `signatures`");
    check_problem(&rule("when = { signature = \"win99:5\" }"), 6, "`win99`");
    check_problem(&rule("when = { failing = [\"win32:5\", \"hresult:5\"] }"), 6, "normal form");
    check_problem(&rule("when = { fact = { colour = \"red\" } }"), 6, "no fact; there are product");
    check_problem(&rule("when = { capture = '(?<host>' }"), 6, "regex");
    check_problem(&rule("when = { capture = 'host' }"), 6, "no group");
    check_problem(&rule("when = { capture = '(?<h>x)', in = [\"body\"] }"), 6, "no place");
    check_problem(&rule("when = { text = \"a | | b\" }"), 6, "none of them empty");
    check_problem(&rule("when = { count = 2, text = \"a\" }"), 6, "`count` goes with");
    check_problem(&rule("when = { of = [{ text = \"a\" }] }"), 6, "`of` goes with");
    check_problem(&rule("when = { any = [] }"), 6, "empty list");
    check_problem(&rule("when = {}"), 6, "needs a key");
    check_problem(&rule("when = { text = \"a\" }\nstop = \"here\""), 7, "group");
    check_problem(&rule("when = { verdict = \"certain\" }"), 6, "no verdict");
    check_problem(&rule("when = { text = \"a\" }").replace("a/b", "ab"), 3, "no tag");
    check_problem(&rule("when = { text = \"a\" }").replace("a/b", "a/{x}"), 3, "nothing gives `{x}`");
    check_problem(&rule("when = { text = \"a\" }").replace("rejects = [\"y\"]", ""), 2, "needs examples");
    check_problem(&rule("when = { text = \"a\" }").replace("\"r\"", "\"R r\""), 2, "`id`");
    check_problem("[[rules]]\nid = \"r\"\n", 1, "unknown key `rules`");
}

#[test]
fn a_wrong_rule_does_not_take_the_others_with_it() {
    let mut rules = TagRules::default();
    let good = rule("when = { text = \"a\" }");
    let text = format!("{}{good}", rule("when = 5").replace("\"r\"", "\"bad\""));
    assert_eq!(rules.add("own.toml", &text).len(), 1);
    assert_eq!(rules.rules().len(), 1);
    // A file of one's own takes the place of a rule; twice in a file is a slip.
    assert_eq!(rules.add("other.toml", &good), []);
    assert_eq!(rules.rules()[0].file(), "other.toml");
    assert!(rules.add("twice.toml", &format!("{good}{good}"))[0].message.contains("earlier rule"));
}

fn case(texts: &[&str]) -> CaseEvidence {
    let extractor = Extractor::new();
    let mut collector = Collector::new(&extractor, Terms::builtin());
    for (number, text) in texts.iter().enumerate() {
        let part = format!("{number}.txt");
        if crate::mail::looks_like_mail(text.as_bytes()) {
            crate::mail::parse(&part, text.as_bytes()).value.iter().for_each(|message| collector.message(message));
        } else {
            collector.log(&part, &mut text.as_bytes());
        }
    }
    collector.finish(&FieldRules::builtin()).0
}

fn propose(rules: &str, texts: &[&str], matches: &[TagMatch]) -> Vec<(String, String, String)> {
    let mut all = TagRules::default();
    let problems = all.add("own.toml", rules);
    assert!(problems.is_empty(), "{problems:?}");
    let evidence = case(texts);
    let view = CaseView::new(&evidence, Terms::builtin());
    let verdict = matches.first().map_or(Verdict::Unknown, |found| found.verdict);
    let given = all.propose(&TagCase { view: &view, matches, verdict });
    given.into_iter().map(|one| (one.tag, one.rule, one.why)).collect()
}

#[track_caller]
fn check(when: &str, text: &str, holds: bool) {
    let given = propose(&rule(&format!("when = {when}")), &[text], &[]);
    assert_eq!(!given.is_empty(), holds, "{when} on {text}: {given:?}");
}

#[test]
fn signatures_with_their_equivalents() {
    check("{ failing = \"win32:5\" }", "Setup fails with error 0x80070005", true);
    check("{ failing = \"hresult:0x80070005\" }", "安装失败：拒绝访问，错误 5", true);
    check("{ signature = \"win32:5\" }", "We never saw 0x80070005", false);
    check("{ failing = \"k8s:*\" }", "pod web: CrashLoopBackOff", true);
    check("{ signature = \"hresult:0x8024*\" }", "fails with 0x8024402c", true);
    check("{ signature = \"hresult:0x8024*\" }", "fails with 0x80070005", false);
    let log = "2024-09-10 14:32:53 ERROR setup failed 0x80070005\n".repeat(6);
    check("{ failing = \"win32:5\", count = 6 }", &log, true);
    check("{ failing = \"win32:5\", count = 7 }", &log, false);
}

#[test]
fn what_only_a_quote_says_counts_for_nothing() {
    let mail = "From: a@example.com\nSubject: Re: setup\n\nThank you.\n\nOn Mon, 1 Jul 2024 at 10:00, B wrote:\n> It fails with 0x80070005 and rolls back.\n";
    check("{ signature = \"win32:5\" }", mail, false);
    check("{ text = \"rolls back\" }", mail, false);
    check("{ subject = \"setup\" }", mail, true);
}

#[test]
fn words_fields_and_facts() {
    check("{ text = \"rollback & 9%\" }", "重启到 9% 时回滚", true);
    check(
        "{ field = { severity = [\"P1\", \"P2\"], customer = \"north*\" } }",
        "Customer: Northwind\nPriority: High\n",
        true,
    );
    check("{ field = { severity = \"P1\" } }", "Customer: Northwind\nPriority: High\n", false);
    check("{ fact = { product = \"windows-server-*\" } }", "It is a Windows Server 2019 machine.", true);
    check("{ not = { text = \"printer\" } }", "The disk is full", true);
    check(
        "{ count = 2, of = [{ text = \"disk\" }, { text = \"printer\" }, { text = \"mail\" }] }",
        "printer and disk",
        true,
    );
    check("{ count = 2, of = [{ text = \"disk\" }, { text = \"printer\" }, { text = \"mail\" }] }", "printer", false);
}

#[test]
fn articles_bring_their_tags_where_they_are_known() {
    let found = |verdict| TagMatch { article: "kms".into(), verdict, tags: vec!["component/activation".into()] };
    let none = rule("when = { article = \"kms*\", verdict = \"known\" }");
    let given = propose(&none, &["x"], &[found(Verdict::Known)]);
    let tags: Vec<(&str, &str)> = given.iter().map(|(tag, rule, _)| (tag.as_str(), rule.as_str())).collect();
    assert_eq!(tags, [("a/b", "r"), ("component/activation", "article:kms")]);
    assert_eq!(propose(&none, &["x"], &[found(Verdict::Possible)]), []);
}

#[test]
fn captures_fill_tags_and_say_where() {
    let rules = rule("when = { capture = '(?<host>srv-\\w+)' }").replace("a/b", "server/{host}");
    let given = propose(&rules, &["srv-a is down, srv-B too, srv-a again"], &[]);
    let tags: Vec<&str> = given.iter().map(|(tag, ..)| tag.as_str()).collect();
    assert_eq!(tags, ["server/srv-a", "server/srv-b"]);
    assert_eq!(given[0].2, "“srv-a” in 0.txt");
}

#[test]
fn priority_and_stop_decide_between_rules() {
    let one = |id: &str, tag: &str, more: &str| {
        format!(
            "[[rule]]\nid = \"{id}\"\ntag = \"{tag}\"\nwhen = {{ text = \"disk\" }}\n{more}\nmatches = [\"disk\"]\nrejects = [\"y\"]\n"
        )
    };
    let tags = |rules: String| -> Vec<String> {
        propose(&rules, &["the disk is full"], &[]).into_iter().map(|(tag, rule, _)| format!("{tag} {rule}")).collect()
    };
    let (low, other) = (one("low", "a/low", ""), one("other", "b/other", "priority = -1"));
    let group = one("high", "a/high", "priority = 5\nstop = \"group\"");
    assert_eq!(tags(format!("{low}{group}{other}")), ["a/high high", "b/other other"]);
    let all = one("high", "a/high", "priority = 5\nstop = true");
    assert_eq!(tags(format!("{low}{all}{other}")), ["a/high high"]);
    assert_eq!(tags(format!("{low}{}", one("high", "a/low", "priority = 5"))), ["a/low high"]);
}

proptest! {
    #[test]
    fn a_tag_in_normal_form_stays(text in "\\PC{0,80}") {
        if let Ok(tag) = parse_tag(&text) {
            prop_assert_eq!(parse_tag(&tag), Ok(tag.clone()));
            prop_assert_eq!(tag.matches('/').count(), 1);
        }
    }

    #[test]
    fn no_file_breaks_the_reader(text in "\\PC{0,200}") {
        let _ = TagRules::default().add("own.toml", &text);
        let _ = TagRules::default().add("own.toml", &rule(&format!("when = {{ text = {text:?} }}")));
    }
}
