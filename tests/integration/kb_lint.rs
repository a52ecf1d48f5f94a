//! `casebook kb lint` through the program, and the schema of the front matter.

use std::fs;

use casebook::article::{self, ArticleError};
use serde_json::Value;

use crate::{
    kb::{PUMP, Place},
    support::root,
};

/// An article with something wrong in most of its places.
const WRONG: &str = "---
id: valve-stuck
title: Valve stuck on pump-07.plant.corp
language: en
status: validated
owner: Valve team
review: 2026-01-31
signatures: {strong: [hresult:0x8007abcd]}
condition: {failing: hresult:0x8007ABCD}
tags: [cause/acess-denied, component/services]
translations: [valve-stuck-zh]
references: [V-1]
examples: {match: [a, b, c], reject: [d, e]}
---
## Symptoms

The valve sticks, see [the pump](pump-stuck.md) and [the other](gone.md).

## Cause

A secret of Project Tern.

## Resolution

1. Open `regedit`.
";

#[test]
fn what_an_article_lacks_is_told_at_its_line() {
    let place = Place::new();
    place.write("kb/pump.md", PUMP);
    let file = place.write("kb/valve.md", WRONG);
    let config = place.write("casebook.toml", "internal = [\"Project Tern\"]\n");
    let lint = ["--config", &config, "kb", "lint", "--today", "2026-03-01"];
    let expected = [
        "kb/valve.md:3: `pump-07.plant.corp` is a host of one network; customers do not need it [internal]",
        "kb/valve.md:7: was to be looked at again by Valve team by 2026-01-31",
        "[review-passed]",
        "kb/valve.md:10: tag `cause/acess-denied` is not known; did you mean `cause/access-denied`? [unknown-tag]",
        "kb/valve.md:11: translation `valve-stuck-zh` does not exist [translation]",
        "kb/valve.md:17: `gone.md` leads to no article [dead-reference]",
        "kb/valve.md:21: `Project Tern` is not for customers",
        "kb/valve.md:25: section Verify is missing, though the steps touch `regedit` [missing-section]",
        "kb/valve.md:8: `signatures.strong`: `hresult:0x8007abcd` is read as its normal form `hresult:0x8007ABCD`",
        "2 articles, 9 findings",
    ];
    place.check(&lint, 1, &expected);
    let report = place.json(&lint);
    let findings = report["findings"].as_array().unwrap();
    assert_eq!(findings.len(), 8, "{report}");
    assert!(findings.iter().any(|one| one["rule"] == "unknown-tag" && one["line"] == 10), "{report}");
    let shown = place.check(
        &[&lint[..], &["--format", "github"]].concat(),
        1,
        &["::error file=kb/valve.md,line=17,title=dead-reference::"],
    );
    assert!(shown.lines().all(|line| line.starts_with("::error file=")), "{shown}");
    // As a hook: the files that a commit changes, among all that are in use.
    place.check(&["--config", &config, "kb", "lint", "kb/pump.md"], 0, &["1 article, 0 findings"]);
    let named = [&lint[..], &["kb/valve.md"]].concat();
    place.check(&named, 1, &["kb/valve.md:17: `gone.md` leads to no article", "1 article, 9 findings"]);
    place.check(&["kb", "lint", "no/such.md"], 2, &["cannot read `no/such.md`"]);
    // A team's own words for its tags.
    place.write("tags.toml", "vocabulary = [\"cause/acess-denied\"]\n");
    let own = place.check(&[&lint[..], &["--tags", "tags.toml"]].concat(), 1, &["8 findings"]);
    assert!(!own.contains("unknown-tag"), "{own}");
    fs::write(file, "no article").unwrap();
    place.check(&["kb", "lint", "kb/valve.md"], 1, &["front matter must start"]);
}

#[test]
fn what_cannot_be_read_is_a_finding() {
    let place = Place::new();
    place.write(
        "kb/pump.md",
        &PUMP.replace("title: \"Pump does not start: access denied (PMP-77)\"", "title: Pump: fails at 9"),
    );
    let (status, out, errors) = place.run(&["kb", "lint"]);
    assert_eq!((status, errors.as_str()), (1, ""), "{out}");
    assert!(out.contains("kb/pump.md:3: ") && out.contains("[unreadable]"), "{out}");
    assert!(out.contains("in quotes: title: \"Pump: fails at 9\"") && out.contains("0 articles, 1 finding"), "{out}");
    let (_, out, _) = place.run(&["kb", "lint", "--format", "md"]);
    assert!(out.starts_with("- kb/pump.md:3"), "{out}");
}

#[test]
fn machines_are_for_the_own_team() {
    let place = Place::new();
    let text = PUMP.replace("Pump does not start", "Pump of SRV-DB02 does not start");
    place
        .write("kb/pump.md", &text.replace("The pump service does not start.", "The pump service of host dc03 stops."));
    place.check(
        &["kb", "lint"],
        1,
        &["kb/pump.md:3: `SRV-DB02` is the name of a machine", "`dc03` is the name of a machine", "2 findings"],
    );
    let anybodys = "The pump service of `server1.example.com`, dc01 and web01.contoso.com";
    place.write("kb/pump.md", &PUMP.replace("The pump service", anybodys));
    place.check(&["kb", "lint"], 0, &["0 findings"]);
}

#[test]
fn articles_that_say_the_same_are_told_of() {
    let place = Place::new();
    let words: Vec<String> = (0..90).map(|n| format!("word{n}")).collect();
    let text = PUMP.replace("The rights of its folder were taken away.", &words.join(" "));
    place.write("kb/a.md", &text);
    place.write("kb/b.md", &text.replace("id: pump-stuck", "id: pump-again").replace("word7 ", "other "));
    place.check(
        &["kb", "lint"],
        1,
        &["kb/b.md:2: says much the same as `pump-stuck`", "[duplicate-text]", "1 finding"],
    );
    // One in two languages, or in the other's place, is no second one.
    place.write(
        "kb/b.md",
        &text.replace("id: pump-stuck", "id: pump-again").replace("status: validated", "superseded_by: pump-stuck"),
    );
    place.check(&["kb", "lint"], 0, &["2 articles, 0 findings"]);
}

/// The front matter of an article as JSON, as an editor sees it.
fn front(text: &str) -> Value {
    let yaml = text.strip_prefix("---\n").unwrap().split("\n---").next().unwrap();
    serde_saphyr::from_str(yaml).unwrap_or_else(|error| panic!("{error}\n{yaml}"))
}

#[test]
fn schema_and_reader_agree() {
    let schema: Value = serde_json::from_str(&fs::read_to_string(root("docs/article.schema.json")).unwrap()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    // The same keys in the reader, the schema and the document.
    let unknown = article::parse("t.md", "---\nid: a\ntitle: x\nlanguage: en\nzzz: 1\n---\n").unwrap_err();
    let ArticleError::UnknownKey { known, .. } = unknown else { panic!("{unknown}") };
    let mut known: Vec<&str> = known.split(", ").collect();
    known.sort_unstable();
    let mut published: Vec<&str> = schema["properties"].as_object().unwrap().keys().map(String::as_str).collect();
    published.sort_unstable();
    assert_eq!(known, published);
    let document = fs::read_to_string(root("docs/articles.md")).unwrap();
    for key in &known {
        assert!(document.lines().any(|line| line.starts_with("| ") && line.contains(&format!("`{key}`"))), "{key}");
    }
    // What one takes, the other takes.
    let mut tried = 0;
    for (name, text) in article::builtin() {
        let errors: Vec<String> = validator.iter_errors(&front(text)).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{name}: {errors:?}");
        tried += 1;
    }
    assert!(tried > 100, "{tried}");
    for (line, fits) in [
        ("status: wip", true),
        ("status: draft", false),
        ("superseded_by: b", true),
        ("status: superseded", false),
        ("status: validated\nsuperseded_by: b", false),
        ("dates: {wip: 2026-01-02}", true),
        ("dates: {begun: 2026-01-02}", false),
        ("review: tomorrow", false),
        ("owner: Team 7", true),
        ("kind: general", false),
        ("severity: P5", false),
        ("products: windows-7", true),
        ("products: [Windows 7]", false),
        ("applies_to: [{product: windows-10, build_min: 10.0}]", true),
        ("applies_to: [{build_min: ten}]", false),
        ("applies_to: [{edition: x}]", false),
        ("signatures: {strong: win32:5, weak: [kb:KB4474419]}", true),
        ("signatures: {strong: [five]}", false),
        ("signatures: [win32:5]", false),
        ("condition: {all: [win32:5, {not: {text: [a, b]}}]}", true),
        ("condition: {all: []}", false),
        ("condition: {all: [win32:5], any: [win32:6]}", false),
        ("condition: {each: [win32:5]}", false),
        ("tags: cause/disk-full", true),
        ("tags: [disk full]", false),
        ("references: [KB1, {id: a, url: \"https://example.com\"}]", true),
        ("references: [{title: a}]", false),
        ("references: [{id: a, url: ftp://example.com}]", false),
        ("examples: {match: a, reject: [b]}", true),
        ("examples: {matches: a}", false),
        ("fixed_in: [KB1, 10.0]", true),
        ("source: a/b.md", true),
        ("nonsense: 1", false),
    ] {
        let text = format!("---\nid: a\ntitle: x\nlanguage: en\n{line}\n---\n");
        assert_eq!(article::parse("t.md", &text).is_ok(), fits, "reader: {line}");
        assert_eq!(validator.is_valid(&front(&text)), fits, "schema: {line}");
    }
    let printed = Place::new().check(&["kb", "schema"], 0, &[]);
    assert_eq!(serde_json::from_str::<Value>(&printed).unwrap(), schema);
}
