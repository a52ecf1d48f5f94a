//! The program as its user sees it: exit status, output, help.

use crate::support::{program, root};

#[track_caller]
fn check(arguments: &[&str], status: i32, expected: &[&str]) {
    let output = program().current_dir(root(".")).args(arguments).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(status), "{arguments:?}: {text}");
    for word in expected {
        assert!(text.contains(word), "`{word}` is not in the output of {arguments:?}:\n{text}");
    }
}

#[test]
fn triage_prints_fields_verdict_and_resolution() {
    let expected = ["CAS-12143-P0Y2F1", "P2", "ICBC", "KNOWN", "krnlmgr.sys", "TrustedInstaller.exe", "解决"];
    check(&["triage", "corpus/cases/cas-12143"], 0, &expected);
}

#[test]
fn triage_without_a_known_issue_says_so() {
    check(&["triage", "corpus/healthy"], 1, &["UNKNOWN", "no known issue fits"]);
}

#[test]
fn triage_reads_standard_input() {
    let mut command = program();
    let output = command.args(["triage", "-"]).write_stdin("Error 0x800f0831 while installing\n").output().unwrap();
    assert!(String::from_utf8(output.stdout).unwrap().contains("hresult:0x800F0831"));
}

#[test]
fn markdown_is_headed_by_the_subject() {
    check(&["triage", "corpus/cases/cas-12143", "--format", "md"], 0, &["# ", "## Signatures", "### 1."]);
}

#[test]
fn limit_cuts_the_matches() {
    let output = program()
        .current_dir(root("."))
        .args(["triage", "corpus/cases/cas-12143", "--format", "json", "--limit", "1"])
        .output()
        .unwrap();
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["matches"].as_array().unwrap().len(), 1);
}

#[test]
fn code_explains_and_says_when_it_cannot() {
    check(&["code", "0x80070005"], 0, &["E_ACCESSDENIED", "ERROR_ACCESS_DENIED", "-2147024891"]);
    check(&["code", "-2147024891"], 0, &["E_ACCESSDENIED"]);
    check(&["code", "no-such-code-at-all"], 1, &[]);
}

#[test]
fn search_finds_by_code_and_by_words() {
    check(&["search", "0x800f0831"], 0, &["cbs-store-corruption-0x800f0831"]);
    check(&["search", "终端管控", "回滚"], 0, &["tms-krnlmgr"]);
    check(&["search", "zzzzqqqq"], 1, &[]);
}

#[test]
fn articles_are_listed_and_shown() {
    check(&["kb", "list"], 0, &["tms-krnlmgr-blocks-services-en"]);
    check(&["kb", "show", "tms-krnlmgr-blocks-services-en"], 0, &["krnlmgr.sys", "Resolution"]);
    check(&["kb", "show", "no-such-article"], 1, &["no-such-article"]);
    check(&["kb", "lint"], 0, &[]);
}

#[test]
fn signatures_are_json_lines() {
    let output = program()
        .args(["signatures", "-", "--format", "jsonl"])
        .write_stdin("安装KB4474419失败，错误0x80070005\n")
        .output()
        .unwrap();
    let lines: Vec<serde_json::Value> =
        String::from_utf8(output.stdout).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let found: Vec<_> =
        lines.iter().map(|line| (line["kind"].as_str().unwrap(), line["value"].as_str().unwrap())).collect();
    assert_eq!(found, [("kb", "KB4474419"), ("hresult", "0x80070005")]);
}

#[test]
fn wrong_use_ends_with_2() {
    check(&["triage"], 2, &["Usage"]);
    check(&["no-such-command"], 2, &["no-such-command"]);
    check(&["--kb", "no/such/folder", "kb", "list"], 2, &["no/such/folder"]);
}

#[test]
fn help_and_version_end_with_0() {
    check(&["--help"], 0, &["triage", "Exit status"]);
    check(&["--version"], 0, &["casebook"]);
    check(&["triage", "--help"], 0, &["Examples"]);
}

#[test]
fn completions_and_man_pages_are_written() {
    check(&["completions", "bash"], 0, &["_casebook"]);
    check(&["man"], 0, &[".TH casebook"]);
}

#[test]
fn settings_tell_where_they_come_from() {
    let output = program().env("CASEBOOK_KB", "builtin").args(["config", "--format", "json"]).output().unwrap();
    let settings: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(settings["kb"]["origin"], "variable CASEBOOK_KB");
    assert_eq!(settings["limit"]["origin"], "default");
}

#[test]
fn own_articles_take_the_place_of_the_built_in_ones() {
    let folder = tempfile::tempdir().unwrap();
    let article = "---\nid: own-one\ntitle: Own issue\nlanguage: en\nstatus: validated\nsignatures:\n  strong: [hresult:0x8BADF00D]\n---\n\n## Symptoms\n\nFrobnicator stops.\n\n## Cause\n\nWear.\n\n## Resolution\n\nOil it.\n";
    std::fs::write(folder.path().join("own.md"), article).unwrap();
    let kb = folder.path().to_str().unwrap();
    check(&["--kb", kb, "kb", "list"], 0, &["own-one"]);
    let output = program().args(["--kb", kb, "kb", "list"]).output().unwrap();
    assert!(!String::from_utf8(output.stdout).unwrap().contains("tms-krnlmgr"));
    check(&["--kb", kb, "--kb", "builtin", "kb", "list"], 0, &["own-one", "tms-krnlmgr"]);
}
