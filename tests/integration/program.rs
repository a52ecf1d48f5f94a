//! The program as its user sees it: exit status, output, help.

use std::{collections::HashSet, fs};

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
    check(&["code", "-2147O24891", "--format", "json"], 0, &["E_ACCESSDENIED", "\"query\": \"-2147O24891\""]);
    check(&["code", "--color", "never", "-2147O24891", "5"], 0, &["E_ACCESSDENIED", "ERROR_ACCESS_DENIED  5"]);
    check(&["code", "--", "-2147O24891"], 0, &["E_ACCESSDENIED"]);
    check(&["code", "--fromat", "json", "5"], 2, &[]);
    check(&["code", "no-such-code-at-all"], 1, &[]);
    check(&["code", "VPN", "error", "809"], 0, &["ERROR_VPN_TIMEOUT  809"]);
    check(&["code", "0xC1900101", "-", "0x20017"], 0, &["first part of 0xC1900101-0x20017"]);
    check(&["code", "5", "0x7B", "E_FAIL"], 0, &["ERROR_ACCESS_DENIED", "INACCESSIBLE_BOOT_DEVICE", "E_FAIL"]);
    check(&["code", "VPN"], 0, &["the name contains `VPN`"]);
    check(&["code", "密码错误"], 0, &["ERROR_LOGON_FAILURE"]);
    check(&["code", ""], 2, &[]);
    check(&["code", "5", "  "], 2, &[]);
}

#[test]
fn search_finds_by_code_and_by_words() {
    check(&["search", "0x800f0831"], 0, &["cbs-store-corruption-0x800f0831"]);
    check(&["search", "终端管控", "回滚"], 0, &["tms-krnlmgr"]);
    check(&["search", "zzzzqqqq"], 1, &[]);
    check(&["search", "-2147O24891"], 0, &["access-denied-generic-0x80070005"]);
    check(&["search", "--in", "articles", "-2147024891"], 0, &["access-denied-generic-0x80070005"]);
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
    let found: Vec<[&str; 3]> =
        lines.iter().map(|line| ["kind", "value", "standing"].map(|key| line[key].as_str().unwrap())).collect();
    assert_eq!(found, [["kb", "KB4474419", "failing"], ["hresult", "0x80070005", "failing"]]);
}

#[test]
fn templates_are_signatures_where_asked_for() {
    let log = "2024-03-05 10:00:00 INFO took 3 ms\n\
               2024-03-05 10:00:01 ERROR worker 7 lost its lease\n\
               2024-03-05 10:00:02 INFO loaded krnlmgr.sys\n\
               2024-03-05 10:00:03 ERROR upload failed: 0x80070002\n";
    let rows = |further: &[&str]| -> Vec<(String, u64)> {
        let command =
            program().args(["signatures", "-", "--format", "jsonl"]).args(further).write_stdin(log).output().unwrap();
        let text = String::from_utf8(command.stdout).unwrap();
        let row = |line: &str| {
            let row: serde_json::Value = serde_json::from_str(line).unwrap();
            (row["kind"].as_str().unwrap().to_string(), row["line"].as_u64().unwrap())
        };
        text.lines().map(row).collect()
    };
    let (plain, failing) = (rows(&[]), rows(&["--failing"]));
    assert!(failing.len() < plain.len(), "{plain:?}");
    for (without, with) in [(plain, rows(&["--templates"])), (failing, rows(&["--templates", "--failing"]))] {
        let (seen, templates) = with.split_at(without.len());
        assert_eq!(seen, without);
        assert_eq!(templates, [("template".to_string(), 2)]);
    }
}

#[test]
fn an_input_that_is_missing_beside_good_ones_is_told_by_the_status() {
    let good = "corpus/cases/cas-12143";
    for command in [&["triage"][..], &["signatures"], &["signatures", "--format", "jsonl"], &["templates"]] {
        check(&[command, &[good][..]].concat(), 0, &[]);
    }
    let commands: &[(&[&str], &str)] = &[
        (&["triage"], "AmdK8"),
        (&["signatures"], "AmdK8"),
        (&["signatures", "--format", "jsonl"], "AmdK8"),
        (&["templates"], "failed"),
        (&["templates", "--format", "tsv"], "1\t"),
        (&["timeline"], "rollback"),
        (&["timeline", "--format", "jsonl"], "0x80070005"),
        (&["kb", "profile"], "recognizer"),
    ];
    for (command, shown) in commands {
        // What is good is printed all the same.
        check(&[command, &[good, "no/such/file.log"][..]].concat(), 2, &[shown]);
    }
    // Both sides of a comparison are needed.
    check(&["diff", "no/such/file.log", good], 2, &[]);
    check(&["diff", good, "no/such/file.log"], 2, &[]);
}

/// What the program prints on standard output as JSON.
#[track_caller]
fn json(arguments: &[&str]) -> serde_json::Value {
    let output = program().current_dir(root(".")).args(arguments).args(["--format", "json"]).output().unwrap();
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{arguments:?}: {error}"))
}

/// A sighting that a triage keeps is one that `signatures` prints.
#[track_caller]
fn check_agreement(path: &str) {
    let key = |kind: &serde_json::Value, value: &serde_json::Value, one: &serde_json::Value| {
        format!("{kind}:{value} {} {} {}", one["part"], one["line"], one["standing"]).to_lowercase()
    };
    let rows = json(&["signatures", path]);
    let printed: HashSet<String> =
        rows["occurrences"].as_array().unwrap().iter().map(|row| key(&row["kind"], &row["value"], row)).collect();
    let report = json(&["triage", path]);
    let mut kept = 0;
    for signature in report["signatures"].as_array().unwrap() {
        for one in signature["occurrences"].as_array().unwrap() {
            let wanted = key(&signature["kind"], &signature["value"], one);
            assert!(printed.contains(&wanted), "{path}: {wanted} is not among {printed:#?}");
            kept += 1;
        }
    }
    assert!(kept > 0, "{path} gives no sighting");
}

#[test]
fn signatures_and_triage_see_alike() {
    let folder = tempfile::tempdir().unwrap();
    let note = folder.path().join("note.txt");
    std::fs::write(
        &note,
        "Setup stops with 0x80070005, at amdk8.sys.\nWe never had krnlmgr.sys.\n没有安装KB4474419。\n",
    )
    .unwrap();
    check_agreement(note.to_str().unwrap());
    check_agreement("corpus/cases/cas-12143");
    check_agreement("corpus/cases/kms-zh");
    check_agreement("corpus/healthy");
}

#[test]
fn every_json_form_names_its_version() {
    let forms = [
        ("casebook.triage/1", vec!["triage", "corpus/cases/kms-zh"]),
        ("casebook.search/1", vec!["search", "0x80070005"]),
        ("casebook.code/1", vec!["code", "0x80070005"]),
        ("casebook.parse/1", vec!["parse", "corpus/cases/kms-zh/01-activation.eml"]),
        ("casebook.signatures/1", vec!["signatures", "corpus/cases/kms-zh"]),
        ("casebook.kb-list/1", vec!["kb", "list"]),
        ("casebook.kb-show/1", vec!["kb", "show", "tms-krnlmgr-blocks-services-en"]),
        ("casebook.kb-lint/1", vec!["kb", "lint"]),
        ("casebook.config/1", vec!["config"]),
    ];
    let documented = std::fs::read_to_string(root("docs/json.md")).unwrap();
    for (schema, arguments) in forms {
        assert_eq!(json(&arguments)["schema"], schema, "{arguments:?}");
        assert!(documented.contains(schema), "docs/json.md does not tell of {schema}");
    }
}

#[test]
fn errors_say_what_to_try() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_string()
    };
    let no_group = write("fields.toml", "[[rule]]\nname = \"own\"\nin = [\"subject\"]\npattern = 'x'\n");
    let bad_id = write("terms.toml", "[[term]]\nid = \"Two words\"\nwords = [\"x\"]\n");
    let bad_key = write("casebook.toml", "limits = 3\n");
    let mail = "corpus/cases/kms-zh/01-activation.eml";
    let config = ["cannot read settings file `no.toml`", "hint:  check the path given with --config"];
    check(&["--config", "no.toml", "kb", "list"], 2, &config);
    check(&["--config", &bad_key, "kb", "list"], 2, &["is not understood", "limits", "hint:  the file may set"]);
    check(&["--kb", "no/such/folder", "kb", "list"], 2, &["no/such/folder", "hint:  check the folder given with --kb"]);
    check(&["--fields", &no_group, "triage", mail], 2, &["rule `own`", "hint:  name the group"]);
    check(&["--fields", "no.toml", "triage", mail], 2, &["`no.toml`", "hint:  check the path given with --fields"]);
    check(&["--terms", &bad_id, "signatures", mail], 2, &["`Two words`", "hint:  write the id like"]);
    check(&["triage", "no/such"], 2, &["nothing to read in `no/such`", "hint:  name a mail"]);
    check(&["signatures", "no/such"], 2, &["nothing to read in `no/such`", "hint:  name a mail"]);
    check(&["parse", "no/such"], 2, &["cannot read `no/such`", "hint:  check the path"]);
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
fn limit_is_taken_from_its_variable_unless_a_flag_is_given() {
    let hits = |limit: &str, flags: &[&str]| {
        let mut command = program();
        command.env("CASEBOOK_LIMIT", limit).args(["search", "0x80070005", "--format", "json"]).args(flags);
        let output = command.output().unwrap();
        let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap_or_default();
        let found = report["hits"].as_array().map(Vec::len);
        (output.status.code(), found, String::from_utf8(output.stderr).unwrap())
    };
    assert_eq!(hits("1", &[]).1, Some(1));
    assert_eq!(hits("1", &["--limit", "2"]).1, Some(2));
    for wrong in ["0", "-3", "many"] {
        let (status, found, message) = hits(wrong, &[]);
        assert_eq!((status, found), (Some(2), None), "{message}");
        assert!(
            message.contains("CASEBOOK_LIMIT") && message.contains(wrong) && message.contains("hint:"),
            "{message}"
        );
    }
}

#[test]
fn a_file_that_is_no_text_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("scan.pdf");
    std::fs::write(&path, b"%PDF-1.7\n\x00\x01\x02\xff\xfe\x00\x00\x00\x07\x00\x00\x10").unwrap();
    let expected = ["scan.pdf: not text and not a known container: not read", "error: nothing to read in"];
    check(&["signatures", path.to_str().unwrap()], 2, &expected);
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

#[test]
fn examples_of_rules_are_tested_and_a_bad_one_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let rule = |value: &str| {
        format!(
            "[[rule]]\nid = \"billing\"\nkind = \"app\"\nregex = 'BILL-(?<value>E\\d{{4}})'\nmatches = [\n  {{ text = \"BILL-E1042\", value = \"{value}\" }},\n]\nrejects = [\"BILL-x\"]\n"
        )
    };
    let path = folder.path().join("own.toml");
    let own = path.to_str().unwrap();
    let kb = folder.path().join("kb");
    fs::create_dir(&kb).unwrap();
    let kb = kb.to_str().unwrap();
    fs::write(&path, rule("billing/E1042")).unwrap();
    check(&["kb", "test", "--rules", own, "--kb", kb], 0, &["0 failed", "fields "]);
    let log = folder.path().join("a.log");
    fs::write(&log, "10:31 BILL-E1042 posting refused\n").unwrap();
    let log = log.to_str().unwrap();
    check(&["signatures", log, "--rules", own], 0, &["app:billing/E1042"]);
    check(&["kb", "profile", log, "--rules", own], 0, &["billing", "all rules together", "left off"]);
    let profile = json(&["kb", "profile", log, "--rules", own]);
    assert!(profile["rows"].as_array().unwrap().iter().any(|row| row["name"] == "billing" && row["hits"] == 1));
    fs::write(&path, rule("billing/E1043")).unwrap();
    check(&["kb", "test", "--rules", own, "--kb", kb], 1, &["own.toml:6: rule `billing`", "1 failed"]);
    check(&["signatures", log, "--rules", own], 1, &["warning", "own.toml:6"]);
    check(&["signatures", log, "--rules", "no/such/rules"], 2, &["cannot read the rules", "hint:", "--rules"]);
    check(&["kb", "profile", "no/such/log"], 2, &["nothing to read"]);
    check(&["config", "--rules", own], 0, &["own.toml", "flag"]);
}
