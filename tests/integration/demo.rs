//! The made-up year through the program and through triage: its mails say what it knows of them.

use std::{fs, path::Path};

use casebook::{
    demo::{
        letter::letters,
        troubles::troubles,
        year::{DemoCase, Plan},
    },
    matching::Verdict,
};
use serde_json::Value;

use crate::support::{app, program, triage};

/// A case of a trouble. Customers 0 and 2 write English, the one into the portal, the other pages; 1 and 4 Chinese, in two character
/// sets.
fn case(trouble: usize, customer: usize, number: u32) -> DemoCase {
    let opened = 1_720_000_000;
    DemoCase { number, trouble, customer, month: 6, opened, closed: opened + 20 * 3600, severity: 3 }
}

/// What a triage of a thread finds against what the table of troubles says.
fn wrong(app: &casebook::app::App, case: &DemoCase, folder: &Path) -> Option<String> {
    let _ = fs::remove_dir_all(folder);
    for letter in letters(Plan::default(), case) {
        let path = folder.join(&letter.name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, letter.raw).unwrap();
    }
    let trouble = case.trouble();
    let report = triage(app, &[folder.to_path_buf()]);
    let found = report.primary.as_ref().map(|primary| format!("{}:{}", primary.kind, primary.value));
    let expected = trouble.signature.as_ref().map(ToString::to_string);
    let known =
        report.matches.first().filter(|_| report.verdict == Verdict::Known).map(|found| found.article.id.to_string());
    let known = known.map(|id| id.trim_end_matches("-zh").to_string());
    let right = found == expected && known == trouble.article;
    (!right).then(|| format!("{} {}: {found:?} {known:?}", trouble.id, case.customer().name))
}

#[test]
fn mails_say_what_the_table_says() {
    let app = app();
    let folder = tempfile::tempdir().unwrap();
    let mut all = Vec::new();
    for trouble in 0..troubles().len() {
        for customer in if trouble % 2 == 0 { [0, 4] } else { [2, 1] } {
            let number = (trouble * 5 + customer) as u32 + 1;
            all.extend(wrong(&app, &case(trouble, customer, number), folder.path()));
        }
    }
    assert!(all.is_empty(), "{all:#?}");
}

#[test]
fn a_small_year_is_made_and_reported() {
    let folder = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str]| {
        let output = program().current_dir(folder.path()).args(arguments).output().unwrap();
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(0), "{arguments:?}: {errors}");
        assert_eq!(errors, "", "{arguments:?}");
        output.stdout
    };
    let made: Value =
        serde_json::from_slice(&run(&["demo", "a year", "--cases", "40", "--seed", "3", "--format", "json"])).unwrap();
    assert_eq!((&made["schema"], &made["cases"]), (&"casebook.demo/1".into(), &40.into()));
    assert_eq!(made["hidden"].as_array().unwrap().len(), 4);
    assert!(made["known"].as_u64().unwrap() > 10, "{made}");
    let reports: Vec<&str> = made["reports"].as_array().unwrap().iter().map(|path| path.as_str().unwrap()).collect();
    assert_eq!(reports.len(), 27);
    assert!(reports.iter().all(|path| folder.path().join(path).exists()));
    let config = made["config"].as_str().unwrap();
    let all: Value =
        serde_json::from_slice(&run(&["--config", config, "case", "list", "--limit", "100", "--format", "json"]))
            .unwrap();
    let cases = all["cases"].as_array().unwrap();
    assert_eq!(cases.len(), 40, "each thread is one case");
    for case in cases {
        assert!(case["id"].as_str().unwrap().starts_with('C'), "{case}");
        assert_eq!(case["status"], "closed");
        assert!(case["customer"].is_string() && case["severity"].is_string() && case["product"].is_string(), "{case}");
    }
    // Another year takes its place, told in words; what else lies in the folder stays.
    fs::write(folder.path().join("a year/notes.txt"), "mine").unwrap();
    let told = String::from_utf8(run(&["demo", "a year", "--cases", "10", "--seed", "3"])).unwrap();
    assert!(told.contains("10 cases of") && told.contains("Hidden in it"), "{told}");
    assert!(folder.path().join("a year/notes.txt").exists());
    // Each command that it names works as it stands.
    let named: Vec<&str> = told.lines().filter_map(|line| line.trim().strip_prefix("casebook ")).collect();
    assert!(named.len() >= 3, "{told}");
    for command in named {
        let quoted = command.split('"').enumerate();
        let arguments: Vec<&str> = quoted
            .flat_map(|(place, part)| if place % 2 == 1 { vec![part] } else { part.split_whitespace().collect() })
            .collect();
        // In so small a year there may be no similar case.
        let status = program().current_dir(folder.path()).args(&arguments).output().unwrap().status.code();
        assert!(matches!(status, Some(0 | 1)), "{command}: {status:?}");
    }
}

#[test]
fn wrong_use_touches_nothing() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("precious"), "x").unwrap();
    for (arguments, said) in
        [(&["demo", "."][..], "name a new folder"), (&["demo", "new", "--cases", "0"], "--cases"), (&["demo"], "DIR")]
    {
        let output = program().current_dir(folder.path()).args(arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(String::from_utf8_lossy(&output.stderr).contains(said), "{arguments:?}");
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}
