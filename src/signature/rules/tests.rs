//! Rules as a whole: the built-in files, bad files, the budget, and that they take nothing from the recognizers.

use proptest::prelude::*;

use super::*;
use crate::{
    logs::LogFormat,
    signature::extract::{Context, Extractor},
};

fn found(rules: &RuleSet, text: &str, context: Context) -> Vec<String> {
    let extractor = Extractor::with_rules(rules.clone());
    extractor.extract(text, context).iter().map(|found| found.signature.to_string()).collect()
}

/// The problems of a file, as `line: message`.
fn problems(text: &str) -> (RuleSet, Vec<String>) {
    let mut rules = RuleSet::default();
    let problems = rules.add("own.toml", text);
    assert!(problems.iter().all(|problem| problem.file == "own.toml"));
    (rules, problems.iter().map(|problem| format!("{}: {}", problem.line, problem.message)).collect())
}

#[test]
fn the_built_in_files_have_no_problem() {
    let mut rules = RuleSet::default();
    let mut wrong = Vec::new();
    for (file, text) in RuleSet::builtin_files() {
        wrong.extend(rules.add(file, text).iter().map(ToString::to_string));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(rules.rules().len() >= 30);
    assert_eq!(rules.rules().len(), RuleSet::builtin().rules().len());
    for rule in rules.rules() {
        let (matching, rejected) = rule.examples();
        assert!(matching >= 2 && rejected >= 2, "{} has few examples", rule.id());
        assert!(
            rule.examples.iter().any(|one| one.value.is_some() && !one.text.is_ascii()),
            "{} has no Chinese example",
            rule.id()
        );
    }
}

/// In a whole scan, with all recognizers and rules, the examples give what they give alone.
#[test]
fn examples_hold_in_a_whole_scan() {
    let mut wrong = Vec::new();
    let rules = RuleSet::builtin();
    let extractor = Extractor::new();
    for rule in rules.rules() {
        for example in rule.examples.iter().filter(|example| example.value.is_some()) {
            let expected = format!("{}:{}", rule.kind(), example.value.as_deref().unwrap_or_default());
            for context in [Context::Prose, Context::Log(LogFormat::Plain)] {
                let found = extractor.extract(&example.text, context);
                if !found.iter().any(|found| found.signature.to_string() == expected) {
                    wrong.push(format!("{}: {expected} in {}", rule.id(), example.text));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// One rule that is right; `extra` lines are added to it.
fn own(extra: &str) -> String {
    format!(
        "[[rule]]\nid = \"own\"\nkind = \"app\"\nregex = 'OWN-(?<number>\\d+)'\nmatches = [{{ text = \"OWN-7 x\", value = \"own/OWN-7\" }}]\nrejects = [\"OWN-x\"]\n{extra}\n"
    )
}

#[track_caller]
fn bad(text: &str, line: u64, part: &str) {
    let (rules, problems) = problems(text);
    assert_eq!(problems.len(), 1, "{problems:?}");
    assert!(problems[0].starts_with(&format!("{line}: ")) && problems[0].contains(part), "{problems:?}");
    assert_eq!(rules.rules().len(), 0);
}

#[test]
fn a_bad_rule_is_told_with_its_line() {
    assert_eq!(problems(&own("")).1, Vec::<String>::new());
    bad(&own("colour = 1"), 7, "unknown field `colour`");
    bad(&own("within = 5"), 7, "`near`");
    bad(&own("near = ['a']"), 7, "two bytes");
    bad(&own("before = 5000"), 7, "at most");
    bad(&own("normalize = ['upper', 'no']"), 7, "`no` is no normalizer");
    bad(&own("value = '{no}'"), 7, "group `no`");
    bad(&own("value = '{number'"), 7, "without `}`");
    bad(&own("failing = { group = 'no', at_most = 4 }"), 7, "`failing`");
    bad(&own("standing = 'failing'\nfailing = { group = 'number' }"), 7, "keep one");
    bad(&own("standing = 'bad'"), 7, "bad");
    bad(&own("context = 'mail'"), 7, "mail");
    bad(&own("triggers = ['OW']"), 7, "shorter than 3");
    bad(&own("triggers = ['error']"), 7, "every other line");
    bad(&own("").replace("'OWN-", "'(?=OWN-"), 4, "look-around");
    bad(&own("").replace("'OWN-", "'(OWN-"), 4, "wrong at its character");
    bad(&own("").replace("'OWN-(?<number>\\d+)'", "'(?:OWN-1)?'"), 4, "empty text");
    bad(&own("").replace("'OWN-(?<number>\\d+)'", "'[A-Z]+\\d'"), 4, "fixed text");
    bad(&own("").replace("'OWN-(?<number>\\d+)'", "'OWN-(?:(?u:\\w){90}){90}'"), 4, "compiled");
    bad(&own("").replace("\"app\"", "\"apps\""), 3, "`apps` is no kind");
    bad(&own("").replace("\"own\"", "\"Own Rule\""), 2, "lower-case");
    bad(&own("").replace("own/OWN-7", "own/7"), 5, "gives `own/OWN-7`");
    bad(&own("").replace("[\"OWN-x\"]", "[\"OWN-8\"]"), 6, "is rejected");
    bad(&own("").replace("[\"OWN-x\"]", "[]"), 1, "examples are missing");
    bad("[[rules]]\nid = 'a'\n", 1, "unknown key `rules`");
    bad("rule = 1\n", 1, "[[rule]]");
    bad("[[rule]]\nid = 'a'\n", 1, "missing field");
    let error = &problems(&own("colour = 1")).1;
    assert_eq!(error.len(), 1);
}

#[test]
fn the_other_rules_of_a_file_go_on() {
    let text = own("").replace("\"own\"", "\"first\"").replace("own/", "first/")
        + "\n[[rule]]\nid = \"broken\"\nkind = \n"
        + &own("").replace("\"own\"", "\"last\"").replace("own/", "last/")
        + &own("colour = 1");
    let (rules, problems) = problems(&text);
    assert_eq!(rules.rules().map(Rule::id).collect::<Vec<_>>(), ["first", "last"]);
    assert_eq!(problems.len(), 2, "{problems:?}");
    assert!(problems[0].starts_with("11: "), "{problems:?}");
}

#[test]
fn a_later_rule_takes_the_place_of_one_with_its_id() {
    let mut rules = RuleSet::default();
    assert!(rules.add("a.toml", &own("")).is_empty());
    let other = own("normalize = ['lower']").replace("own/OWN-7", "own/own-7");
    assert_eq!(rules.add("b.toml", &other), []);
    assert_eq!(found(&rules, "OWN-12", Context::Prose), ["app:own/own-12"]);
    let twice = own("") + &own("");
    assert_eq!(rules.add("c.toml", &twice).len(), 1);
}

#[test]
fn rules_look_where_they_are_told() {
    let only = |extra: &str, text: &str, context: Context| {
        let (rules, wrong) = problems(&own(extra));
        assert_eq!(wrong, Vec::<String>::new());
        found(&rules, text, context)
    };
    let log = Context::Log(LogFormat::Plain);
    assert_eq!(only("context = 'log'", "see OWN-9", log), ["app:own/OWN-9"]);
    assert_eq!(only("context = 'log'", "see OWN-9", Context::Prose), Vec::<String>::new());
    assert_eq!(only("context = 'prose'", "see OWN-9", log), Vec::<String>::new());
    let near = "near = ['OWN-7', '订单']\nwithin = 20";
    assert_eq!(only(near, "订单 OWN-9", log), ["app:own/OWN-9"]);
    assert_eq!(only(near, "order OWN-9", log), Vec::<String>::new());
    assert_eq!(only(near, &format!("订单{}OWN-9", " ".repeat(40)), log), Vec::<String>::new());
    // A match never runs over its line's end, and full-width forms are read as elsewhere.
    assert_eq!(only("", "OWN-\n9", log), Vec::<String>::new());
    assert_eq!(only("", "错误ＯＷＮ－９。", Context::Prose), ["app:own/OWN-9"]);
}

#[test]
fn a_match_may_say_that_it_failed() {
    let (rules, wrong) = problems(&own("failing = { group = 'number', at_most = 4 }"));
    assert_eq!(wrong, Vec::<String>::new());
    let extractor = Extractor::with_rules(rules);
    let said: Vec<_> = extractor.extract("OWN-4, OWN-5", Context::Prose).iter().map(|found| found.failing).collect();
    assert_eq!(said, [Some(true), Some(false)]);
}

/// The recognizers find `error`, `0x` and `connection refused` inside and across a rule's triggers, and the other way round.
#[test]
fn triggers_hide_nothing_and_are_not_hidden() {
    let rule = |id: &str, regex: &str, text: &str| {
        format!(
            "[[rule]]\nid = \"{id}\"\nkind = \"app\"\nregex = '{regex}'\nmatches = [{{ text = \"{text}\", value = \"{id}/{text}\" }}]\nrejects = [\"nothing\"]\n"
        )
    };
    let text = rule("a", "Error 1110 of ACME", "Error 1110 of ACME")
        + &rule("b", "refused by ACME", "refused by ACME")
        + &rule("c", "ACME0x8007", "ACME0x8007")
        + &rule("d", "erro", "erro")
        + &rule("e", "by ACME0x80", "by ACME0x80");
    let (rules, wrong) = problems(&text);
    assert_eq!(wrong, Vec::<String>::new());
    let native = |text: &str| found(&RuleSet::default(), text, Context::Prose);
    for (text, expected) in [
        ("System Error 1110 of ACME", vec!["app:a/Error 1110 of ACME"]),
        ("[Errno 111] Connection refused by ACME", vec!["app:b/refused by ACME"]),
        ("code ACME0x80070005", vec!["app:c/ACME0x8007"]),
        ("system error 5", vec!["app:d/erro"]),
        ("refused by ACME0x80070005", vec!["app:b/refused by ACME", "app:e/by ACME0x80", "app:c/ACME0x8007"]),
    ] {
        let all = found(&rules, text, Context::Prose);
        for one in native(text).iter().map(String::as_str).chain(expected) {
            assert!(all.iter().any(|found| found == one), "{one} is missing in {all:?} of {text}");
        }
    }
}

/// A text made of triggers: the rules stop when they have had their share, and say so.
#[test]
fn a_rule_that_looks_too_much_is_switched_off() {
    let (rules, _) = problems(&own("triggers = ['OWN-']\nnormalize = ['lower']").replace("own/OWN-7", "own/own-7"));
    let text = format!("{}OWN-5", "OWN-x\n".repeat(100_000));
    let mut run = RuleRun::default();
    let mut at = 0;
    while let Some(next) = text[at..].find("OWN-") {
        run.look(&rules, 0, &text, at + next..at + next + 4, Context::Prose);
        at += next + 4;
    }
    let most = 2 * budget::allowance(text.len());
    assert!(run.spent() <= most + 1000, "{} of {most}", run.spent());
    let exceeded = rules.take_exceeded();
    assert_eq!((exceeded.len(), exceeded[0].1), (1, 1));
    assert_eq!(rules.take_warnings("a.log"), []);
}

fn piece() -> impl Strategy<Value = String> {
    let seeds: Vec<String> = RuleSet::builtin()
        .rules()
        .flat_map(|rule| {
            rule.triggers().iter().cloned().chain(rule.examples.iter().map(|one| one.text.clone())).collect::<Vec<_>>()
        })
        .collect();
    prop_oneof![
        prop::sample::select(seeds),
        "\\PC{0,6}",
        prop::sample::select(vec!["error ", "0x80070005", "错误：", "\n", " ", "%", "-3-", "(", "H:0x2", "ＯＷＮ"])
            .prop_map(str::to_owned),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn rules_only_add(pieces in prop::collection::vec(piece(), 0..12)) {
        static PLAIN: LazyLock<Extractor> = LazyLock::new(|| Extractor::with_rules(RuleSet::default()));
        static RULED: LazyLock<Extractor> = LazyLock::new(Extractor::new);
        let text = pieces.concat();
        for context in [Context::Prose, Context::Log(LogFormat::Plain)] {
            let plain = PLAIN.extract(&text, context);
            let ruled = RULED.extract(&text, context);
            for found in &ruled {
                prop_assert!(text.get(found.span.clone()).is_some_and(|part| !part.is_empty()));
                prop_assert!(!found.signature.value.is_empty());
            }
            // But for numbers that a rule claims, as part of its match or whole (`Error 1110` of a Citrix client):
            // then something else stands in their place.
            for found in &plain {
                let kept = ruled
                    .iter()
                    .any(|other| other.span.start < found.span.end && found.span.start < other.span.end);
                prop_assert!(kept, "{} is lost in {text:?}: {ruled:?}", found.signature);
            }
        }
    }

    #[test]
    fn any_file_is_read(text in "(?:\\[\\[rule\\]\\]|id|kind|regex|matches|rejects|=|'|\"|app|own|\\{|\\}|\\[|\\]|\n|\\PC){0,40}") {
        let mut rules = RuleSet::default();
        let lines = text.lines().count() as u64 + 1;
        for problem in rules.add("own.toml", &text) {
            prop_assert!(problem.line >= 1 && problem.line <= lines, "{problem}");
        }
        let _ = Extractor::with_rules(rules).extract(&text, Context::Prose);
    }
}
