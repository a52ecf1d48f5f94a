//! What scores are made of, and matches grouped by the fault that they explain.

use std::fs;

use serde_json::Value;

use crate::support::{app, program, root, triage};

/// What the program prints as JSON.
fn printed(arguments: &[&str]) -> Value {
    let output = program().current_dir(root("")).args(arguments).args(["--format", "json"]).output().unwrap();
    serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&output.stderr)))
}

#[test]
fn parts_multiply_to_what_is_shown() {
    let report = printed(&["triage", "corpus/cases/kms-zh", "--explain"]);
    let schema = serde_json::from_str(&fs::read_to_string(root("docs/triage.schema.json")).unwrap()).unwrap();
    let problems: Vec<String> = jsonschema::validator_for(&schema)
        .unwrap()
        .iter_errors(&report)
        .map(|error| format!("{error} at {}", error.instance_path()))
        .collect();
    assert!(problems.is_empty(), "{problems:#?}");
    let one = &report["explained"][0];
    assert_eq!(one["article"], report["matches"][0]["article"]["id"]);
    let signatures = one["parts"]["signatures"].as_array().unwrap();
    assert!(!signatures.is_empty(), "{one}");
    let number = |value: &Value| value.as_f64().unwrap();
    let left: f64 = signatures
        .iter()
        .map(|part| {
            let factors = ["base", "rarity", "standing_worth", "equivalence"];
            1.0 - factors.iter().map(|key| number(&part[key])).product::<f64>()
        })
        .product();
    let plain = 1.0 - left * (1.0 - 0.70 * number(&one["parts"]["words"]));
    let odds = number(&one["parts"]["fitting"]["odds"]);
    let score = plain * odds / (1.0 - plain + plain * odds);
    assert!((score - number(&one["score"])).abs() < 0.002, "{score} is not the score of {one}");
    assert_eq!(one["parts"]["condition"], "holds");
    assert!((0.82 + 0.18 * score - number(&one["confidence"])).abs() < 0.002, "{one}");
    assert!(printed(&["triage", "corpus/cases/kms-zh"]).get("explained").is_none());
}

#[test]
fn the_table_and_the_evaluation_explain_too() {
    let output = program().args(["triage", "--explain"]).arg(root("corpus/cases/kms-zh")).output().unwrap();
    let shown = String::from_utf8_lossy(&output.stdout);
    for words in ["S = ", "× rarity ", "the condition holds: 0.82 + 0.18 × score", "products: ", "applies_to: "] {
        assert!(shown.contains(words), "{words} is not in {shown}");
    }
    let folder = tempfile::tempdir().unwrap();
    let table = folder.path().join("cases.tsv");
    let case = root("corpus/cases/kms-zh");
    fs::write(&table, format!("case\tarticles\n{}\tkms-host-unreachable-0xc004f074\n", case.display())).unwrap();
    let report = printed(&["eval", table.to_str().unwrap(), "--explain"]);
    assert!(report["explained"][0]["matches"][0]["parts"]["signatures"].is_array(), "{report}");
}

#[test]
fn two_faults_of_a_case_are_told_apart() {
    let folder = tempfile::tempdir().unwrap();
    let mail = "Subject: two things\nContent-Type: text/plain; charset=utf-8\n\n\
                Windows 10 upgrades from our WSUS on Server 2012 R2 fail on every client with 0xc1800118.\n\n\
                RDP to our terminal server fails: \"An authentication error has occurred. The function requested is not \
                supported. This could be due to CredSSP encryption oracle remediation.\"\n";
    fs::write(folder.path().join("mail.eml"), mail).unwrap();
    let report = triage(&app(), &[folder.path().to_path_buf()]);
    let fault = |id: &str| report.matches.iter().find(|found| found.article.id.0 == id).map(|found| found.fault);
    let (update, desktop) = (fault("wsus-upgrade-encrypted-0xc1800118"), fault("credssp-encryption-oracle"));
    assert!(update.is_some() && desktop.is_some() && update != desktop, "{update:?} {desktop:?}");
    let output = program().arg("triage").arg(folder.path()).output().unwrap();
    let shown = String::from_utf8_lossy(&output.stdout);
    assert!(shown.contains("Fault 1") && shown.contains("Fault 2"), "{shown}");
    // What is known of each fault is answered.
    let known = report.matches.iter().filter(|found| found.verdict.name() == "known").count();
    let answers = shown.matches("\nFault 1: ").count() + shown.matches("\nFault 2: ").count();
    assert_eq!((known, answers), (2, 2), "{shown}");
    let one = program().arg("triage").arg(root("corpus/cases/java-oracle-outage")).output().unwrap();
    assert!(!String::from_utf8_lossy(&one.stdout).contains("Fault 1"));
}
