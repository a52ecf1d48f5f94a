//! Articles through their life, through the program: begun, trusted, out of use.

use std::{
    fs,
    path::{Path, PathBuf},
};

use serde_json::Value;

use crate::support::program;

/// An article about a pump, with what makes it certain.
pub const PUMP: &str = "---
id: pump-stuck
title: \"Pump does not start: access denied (PMP-77)\"
language: en
status: validated
signatures: {strong: [win32:5, \"service:PumpControl\"]}
condition: {all: [failing: win32:5, text: \"pump\"]}
references: [PUMP-1]
examples:
  match: [\"The pump service failed with error 5: access is denied.\", \"pump: error 5, access denied\", \"Pump cannot start, 拒绝访问 (5)\"]
  reject: [\"The pump is loud.\", \"The printer failed with error 5.\"]
---
## Symptoms

The pump service does not start.

## Cause

The rights of its folder were taken away.

## Resolution

1. Give the rights back.
";

/// A mail that the article explains.
const MAIL: &str = "From: Ann Lee <ann@example.com>\nTo: support@example.org\nSubject: [CAS-00001-AAAAAA] Pump does not start\n\
    Message-ID: <1@example.com>\nDate: Tue, 10 Sep 2024 14:32:00 +0000\n\nThe pump service failed with error 5: access is denied.\n";

/// An article about another pump with another code.
pub fn other() -> String {
    PUMP.replace("id: pump-stuck", "id: other")
        .replace("failing: win32:5", "failing: win32:32")
        .replace("win32:5", "win32:32")
}

/// A folder with articles and mails, and a store.
pub struct Place {
    folder: tempfile::TempDir,
}

impl Place {
    pub fn new() -> Self {
        Place { folder: tempfile::tempdir().unwrap() }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn write(&self, name: &str, text: &str) -> String {
        let file = self.path(name);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(&file, text).unwrap();
        file.to_str().unwrap().to_string()
    }

    /// Runs the program with the articles of `kb/` and the store of `data/`.
    pub fn run(&self, arguments: &[&str]) -> (i32, String, String) {
        let output = program()
            .current_dir(self.folder.path())
            .args(["--kb", "kb", "--data", "data"])
            .args(arguments)
            .output()
            .unwrap();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        (output.status.code().unwrap(), text(&output.stdout), text(&output.stderr))
    }

    /// As [`Place::run`]; the status must be this, and all words be there.
    #[track_caller]
    pub fn check(&self, arguments: &[&str], status: i32, words: &[&str]) -> String {
        let (code, out, errors) = self.run(arguments);
        assert_eq!(code, status, "{arguments:?}:\n{out}\n{errors}");
        for word in words {
            assert!(out.contains(word) || errors.contains(word), "{arguments:?}: no `{word}` in\n{out}\n{errors}");
        }
        out
    }

    /// As [`Place::run`], printed as JSON.
    #[track_caller]
    pub fn json(&self, arguments: &[&str]) -> Value {
        let (_, out, errors) = self.run(&[arguments, &["--format", "json"]].concat());
        serde_json::from_str(&out).unwrap_or_else(|error| panic!("{arguments:?}: {error}; {errors}"))
    }
}

fn text_of(path: &Path) -> String {
    fs::read_to_string(path).unwrap()
}

#[test]
fn a_new_article_is_a_draft_and_nothing_is_overwritten() {
    let place = Place::new();
    place.write("kb/pump.md", PUMP);
    place.check(&["kb", "new", "valve-stuck", "--title", "Valve: stuck"], 0, &["valve-stuck.md"]);
    place.check(&["kb", "new", "阀门"], 2, &["no article id"]);
    place.check(&["kb", "new", "../valve"], 2, &["no article id"]);
    place.check(&["kb", "new", "valve-zh", "--lang", "zh", "--kind", "generic", "--to", "kb/sub"], 0, &["valve-zh.md"]);
    // Drafts lack much, and that is no finding.
    place.check(&["kb", "lint"], 0, &["3 articles, 0 findings"]);
    let written = place.path("kb/valve-stuck.md");
    fs::write(&written, text_of(&written) + "mine\n").unwrap();
    place.check(&["kb", "new", "valve-stuck"], 2, &["is there already"]);
    assert!(text_of(&written).ends_with("mine\n"));
    let zh = text_of(&place.path("kb/sub/valve-zh.md"));
    assert!(zh.contains("## 解决方案") && zh.contains("kind: generic"), "{zh}");
    // A name that is taken by another file is told.
    place.check(&["kb", "new", "pump-stuck"], 0, &["there is an article `pump-stuck` already"]);
    // What was to be filled in counts once it is no draft any more.
    fs::write(&written, text_of(&written).replace("status: wip", "status: validated")).unwrap();
    place.check(&["kb", "lint"], 1, &["still to be written"]);
}

#[test]
fn how_far_an_article_is_trusted_decides_what_it_may_say() {
    let place = Place::new();
    let file = place.write("kb/pump.md", PUMP);
    let mail = place.write("mail.eml", MAIL);
    let state = |status: &str| fs::write(&file, PUMP.replace("status: validated", status)).unwrap();
    let verdict = |settings: &str| {
        let config = place.write("casebook.toml", settings);
        place.json(&["--config", &config, "triage", &mail])["verdict"].as_str().unwrap().to_string()
    };
    assert_eq!(verdict(""), "known");
    state("status: not-validated");
    assert_eq!((verdict("").as_str(), verdict("known_from = \"validated\"\n").as_str()), ("known", "possible"));
    state("status: wip");
    assert_eq!((verdict("").as_str(), verdict("known_from = \"wip\"\n").as_str()), ("possible", "known"));
    place.check(&["triage", &mail], 0, &["it is at most possible (status `wip`)", "still being written"]);
    // Examples are about the condition, not about trust.
    place.check(&["kb", "test"], 0, &[", 0 failed"]);
    state("status: archived");
    assert_eq!(verdict(""), "unknown");
    place.check(&["search", "PMP-77"], 1, &[]);
    state("superseded_by: pump-rights\ndates: {superseded: 2026-03-04}");
    place.write(
        "kb/new.md",
        "---\nid: pump-rights\ntitle: Rights of service folders\nlanguage: en\n---\n## Resolution\n\nx\n",
    );
    let report = place.json(&["triage", &mail]);
    assert_eq!(report["superseded"][0]["by"], "pump-rights", "{report}");
    place.check(&["triage", &mail], 1, &["`pump-stuck` fits and was superseded by `pump-rights`"]);
    place.check(
        &["kb", "show", "pump-stuck"],
        0,
        &["Status: superseded since 2026-03-04", "Superseded by: pump-rights"],
    );
}

#[test]
fn a_reply_holds_what_customers_may_read() {
    let place = Place::new();
    let article = PUMP.replace(
        "## Resolution\n\n1. Give the rights back.",
        "## Resolution\n\naudience: internal\n\nAsk Bob in room 7.\n\n## Fix\n\nGive the rights back.",
    );
    let file = place.write("kb/pump.md", &article);
    place.write("mail/1.eml", MAIL);
    let reply = ["case", "reply", "CAS-00001-AAAAAA", "--format", "text"];
    place.check(&["ingest", "mail"], 0, &[]);
    let text = place.check(&reply, 0, &["Give the rights back."]);
    assert!(!text.contains("Bob"), "{text}");
    place.check(&["triage", "mail"], 0, &["Resolution (internal)", "room 7"]);
    fs::write(&file, article.replace("## Fix", "### Fix")).unwrap();
    place.check(&reply, 2, &["neither a resolution nor a workaround for customers"]);
    fs::write(&file, article.replace("audience: internal", "audience: intenral")).unwrap();
    place.check(&["kb", "lint"], 1, &["audience", "one of internal, customer"]);
    fs::write(&file, article.replace("status: validated", "superseded_by: other")).unwrap();
    place.check(&reply, 2, &["was superseded by `other`"]);
    place.check(&["case", "close", "CAS-00001-AAAAAA", "--article", "pump-stuck"], 0, &["was superseded by `other`"]);
}

#[test]
fn what_no_article_can_have_is_told() {
    let search = |query: &str| {
        let output = program().args(["search", "--in", "articles", query]).output().unwrap();
        (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    for (query, status, words) in [
        ("", 2, "nothing to search for"),
        ("severity:P9", 2, "`P9` is not a severity"),
        ("product:win7", 1, "no article has `product:win7`; did you mean `product:windows-7`?"),
        ("产品:macos", 1, "no article has `product:macos`; articles have windows-"),
        ("product:windows-7 qqqqzzzz", 1, ""),
    ] {
        let (code, errors) = search(query);
        assert!(code == Some(status) && errors.contains(words), "{query}: {code:?} {errors}");
        assert!(!words.is_empty() || errors.is_empty(), "{query}: {errors}");
    }
}

#[test]
fn misspelt_words_are_put_right_and_codes_are_not() {
    let search = |query: &str| {
        let output = program().args(["search", "--in", "articles", query]).output().unwrap();
        (output.status.code(), String::from_utf8_lossy(&output.stdout).into_owned())
    };
    let (status, text) = search("multipaht");
    assert!(status == Some(0) && text.starts_with("did you mean: multipath\n"), "{text}");
    assert!(text.contains("1. ") && text.to_lowercase().contains("[mpio"), "{text}");
    let (_, text) = search("mulitpath iscis kerbreos clokc");
    assert!(text.contains("did you mean: multipath iscsi kerberos clock"), "{text}");
    let (_, text) = search("打引机 脱机");
    assert!(text.starts_with("did you mean: 打印机 脱机\n"), "{text}");
    for query in ["multipath", "0x80070006ff", "KB99999999"] {
        assert!(!search(query).1.contains("did you mean"), "{query}");
    }
}
