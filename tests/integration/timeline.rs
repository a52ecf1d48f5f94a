//! Mails and logs on one time line, and two bundles held against one another.

use crate::support::{program, root};

const BUNDLE: &str = "tests/data/timeline/bundle";

/// Standard output, for a run that must end with this status.
fn print(arguments: &[&str], status: i32) -> String {
    let output = program().current_dir(root(".")).args(arguments).output().unwrap();
    let error = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(status), "{arguments:?}: {error}");
    String::from_utf8(output.stdout).unwrap()
}

fn json(arguments: &[&str]) -> serde_json::Value {
    serde_json::from_str(&print(&[arguments, &["--format", "json"]].concat(), 0)).unwrap()
}

#[test]
fn bundle_of_several_zones_as_people_read_it() {
    insta::assert_snapshot!("timeline", print(&["timeline", BUNDLE], 0));
    insta::assert_snapshot!(
        "timeline-markdown",
        print(&["timeline", BUNDLE, "--format", "md", "--tz", "+08:00", "--failing"], 0)
    );
}

#[test]
fn zones_are_found_given_or_unknown() {
    let zones = |arguments: &[&str]| -> Vec<(String, String)> {
        let report = json(&[&["timeline", BUNDLE], arguments].concat());
        let logs = report["logs"].as_array().unwrap();
        let text = |value: &serde_json::Value| value.as_str().unwrap_or("none").to_owned();
        logs.iter()
            .map(|log| (text(&log["part"]), format!("{} {}", text(&log["zone"]["by"]), text(&log["zone"]["zone"]))))
            .collect()
    };
    let pairs = |found: &[(&str, &str)]| -> Vec<(String, String)> {
        found.iter().map(|(part, zone)| (part.to_string(), zone.to_string())).collect()
    };
    let found = [
        ("CBS.log", "beside +08:00"),
        ("agent.log", "stamps none"),
        ("fileserver-messages", "unknown none"),
        ("setupapi.dev.log", "unknown none"),
        ("u_ex240910.log", "format +00:00"),
    ];
    assert_eq!(zones(&[]), pairs(&found));
    let given = [
        ("CBS.log", "beside +08:00"),
        ("agent.log", "stamps none"),
        ("fileserver-messages", "given Europe/Berlin"),
        ("setupapi.dev.log", "default +08:00"),
        ("u_ex240910.log", "format +00:00"),
    ];
    assert_eq!(zones(&["--tz", "file*=Europe/Berlin", "--tz", "+08:00"]), pairs(&given));
}

#[test]
fn same_events_hint_at_a_zone_that_is_not_applied() {
    let report = json(&["timeline", BUNDLE]);
    let hint = &report["hints"][0];
    assert_eq!((hint["part"].as_str(), hint["zone"].as_str()), (Some("fileserver-messages"), Some("+02:00")));
    let row = report["rows"].as_array().unwrap().iter().find(|row| row["part"] == "fileserver-messages").unwrap();
    assert_eq!(row["time"], "2024-09-10T08:20:08");
}

#[test]
fn year_of_a_syslog_is_assumed_from_the_mails() {
    let report = json(&["timeline", BUNDLE]);
    let log = report["logs"].as_array().unwrap().iter().find(|log| log["part"] == "fileserver-messages").unwrap();
    assert_eq!(log["year"], serde_json::json!({ "year": 2024, "from": "the mails", "assumed": true }));
}

#[test]
fn window_and_failing_choose() {
    let rows = |arguments: &[&str]| -> Vec<String> {
        let report = json(&[&["timeline", BUNDLE, "--tz", "+08:00"], arguments].concat());
        report["rows"].as_array().unwrap().iter().map(|row| row["kind"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(rows(&["--around", "2024-09-10 14:20:30", "--window", "5s"]), ["rollback"]);
    assert_eq!(rows(&["--from", "2024-09-10T07:00:00Z", "--failing"]), ["mail"]);
    assert!(rows(&["--failing"]).iter().all(|kind| ["failing", "error", "rollback", "mail"].contains(&kind.as_str())));
    print(&["timeline", BUNDLE, "--from", "2025-01-01"], 1);
}

#[test]
fn times_are_in_order_and_rows_are_json_lines() {
    let text = print(&["timeline", BUNDLE, "--tz", "+08:00", "--format", "jsonl"], 0);
    let times: Vec<String> = text
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap()["time"].as_str().unwrap().to_owned())
        .collect();
    assert!(times.len() > 8, "{text}");
    assert!(times.is_sorted(), "{times:?}");
}

#[test]
fn repeats_of_an_export_with_the_newest_first_run_forward() {
    let log = "\
2024-09-10T10:09:00Z ERROR refused 0x80070005
2024-09-10T10:05:00Z ERROR refused 0x80070005
2024-09-10T10:01:00Z ERROR refused 0x80070005
";
    let output = program().args(["timeline", "-", "--format", "jsonl"]).write_stdin(log).output().unwrap();
    let row: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(row["time"], "2024-09-10T10:01:00+00:00");
    assert_eq!((row["until"].as_str(), row["count"].as_u64()), (Some("2024-09-10T10:09:00+00:00"), Some(3)));
}

#[test]
fn json_lines_move_no_cursor_and_a_reader_that_goes_away_is_no_failure() {
    let row = |n: u32| {
        format!("2024-09-10T10:{:02}:{:02}Z ERROR no {n} \u{202e}refused\u{9b}31m 0x8007{n:04x}\n", n / 60, n % 60)
    };
    let log: String = (1..3000).map(row).collect();
    let output = program().args(["timeline", "-", "--format", "jsonl"]).write_stdin(log.clone()).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.lines().count() > 1000 && text.contains("\\u202e"), "{}", text.lines().count());
    assert!(!text.contains(['\u{202e}', '\u{9b}']), "as it came");
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("app.log");
    std::fs::write(&path, log).unwrap();
    let mut child = std::process::Command::new(assert_cmd::cargo::cargo_bin("casebook"))
        .args(["timeline", "--format", "jsonl"])
        .arg(&path)
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let ended = child.wait_with_output().unwrap();
    assert_eq!((ended.status.code(), String::from_utf8_lossy(&ended.stderr).as_ref()), (Some(0), ""));
}

#[test]
fn wrong_times_and_zones_are_told() {
    for (arguments, word) in [
        (["--tz", "Nowhere/Land"], "Asia/Shanghai"),
        (["--around", "yesterday"], "2024-09-10 14:32"),
        (["--window", "soon"], "10m"),
    ] {
        let output = program().current_dir(root(".")).args(["timeline", BUNDLE]).args(arguments).output().unwrap();
        let error = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{error}");
        assert!(error.contains(word), "{error}");
    }
    let output =
        program().current_dir(root(".")).args(["timeline", BUNDLE, "--tz", "nosuch.log=UTC"]).output().unwrap();
    assert!(String::from_utf8(output.stderr).unwrap().contains("`nosuch.log` names no log"));
}

const GOOD: &str = "tests/data/timeline/good";
const BAD: &str = "tests/data/timeline/bad";

#[test]
fn bad_bundle_against_a_good_one_as_people_read_it() {
    insta::assert_snapshot!("diff", print(&["diff", GOOD, BAD, "--both"], 0));
    insta::assert_snapshot!("diff-markdown", print(&["diff", GOOD, BAD, "--format", "md"], 0));
}

#[test]
fn what_differs_is_told_by_name() {
    let report = json(&["diff", GOOD, BAD]);
    let names = |list: &str| -> Vec<&str> {
        report[list].as_array().unwrap().iter().map(|found| found["name"].as_str().unwrap()).collect()
    };
    assert_eq!(report["signatures"][0]["name"], "hresult:0x80070005");
    assert_eq!(report["signatures"][0]["how"], "fails-in-bad");
    assert!(!names("signatures").contains(&"hresult:0x800F0805"), "both have it");
    assert_eq!(names("events"), ["rollback"]);
    assert_eq!(report["facts"][0], serde_json::json!({ "fact": "architecture", "good": "x64", "bad": "x86" }));
    assert_eq!(report["facts"][1], serde_json::json!({ "fact": "update", "good": "KB4474419", "bad": null }));
    // The number of applicable updates, the session and its time are other; the form is the same.
    let texts: Vec<&str> =
        report["templates"].as_array().unwrap().iter().map(|found| found["first"]["text"].as_str().unwrap()).collect();
    assert!(texts.iter().any(|text| text.contains("Failed execution of queue item")), "{texts:?}");
    assert!(!texts.iter().any(|text| text.contains("applicability") || text.contains("initialized")), "{texts:?}");
}

#[test]
fn nothing_differs_from_itself() {
    assert!(print(&["diff", BAD, BAD], 1).contains("Nothing differs"));
    print(&["diff", "no/such/file", BAD], 2);
}
