//! The sample cases hold what their labels say, and the logs of healthy machines give no known issue.

use std::{fs, path::Path};

use casebook::signature::Standing;

use crate::support::{app, has, program, root, rows, triage};

#[test]
fn sample_cases_give_what_their_labels_say() {
    let app = app();
    for row in rows("corpus/labels.tsv") {
        let case = &row["case"];
        let report = triage(&app, &[root(&format!("corpus/cases/{case}"))]);
        assert_eq!(report.verdict.name(), row["verdict"], "verdict of {case}: {:?}", report.matches.first());
        if row["articles"] != "-" {
            let first = report.matches[0].article.id.to_string();
            assert!(row["articles"].split(';').any(|id| id == first), "first match of {case} is {first}");
        }
        for signature in row["signatures"].split(';').filter(|text| *text != "-") {
            assert!(has(&report, signature), "{case} lacks {signature}");
        }
        let or_dash = |value: &Option<String>| value.clone().unwrap_or_else(|| "-".into());
        assert_eq!(or_dash(&report.case.severity), row["severity"], "severity of {case}");
        assert_eq!(or_dash(&report.case.customer), row["customer"], "customer of {case}");
        for number in row["numbers"].split(';').filter(|text| *text != "-") {
            assert!(report.case.numbers.iter().any(|found| found == number), "{case}: {:?}", report.case.numbers);
        }
    }
}

#[test]
fn logs_of_healthy_machines_give_no_failure_and_no_known_issue() {
    let app = app();
    let mut count = 0;
    let mut wrong = Vec::new();
    for entry in fs::read_dir(root("corpus/healthy")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|ending| ending == "md") {
            continue;
        }
        let report = triage(&app, std::slice::from_ref(&path));
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        for signature in report.signatures.iter().filter(|one| one.standing == Standing::Failing) {
            let at = signature.occurrences.iter().find(|one| one.standing == Standing::Failing).unwrap();
            wrong.push(format!("{name}:{}: {}:{} in {}", at.line, signature.kind, signature.value, at.text));
        }
        wrong.extend(
            report
                .matches
                .iter()
                .filter(|found| found.verdict.name() != "unknown")
                .map(|found| format!("{name}: {} {:.2}", found.article.id, found.confidence)),
        );
        wrong.extend(report.chains.iter().map(|chain| format!("{name}: {chain}")));
        count += 1;
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(count >= 22, "only {count} healthy logs");
    assert_eq!(triage(&app, &[root("corpus/healthy")]).verdict.name(), "unknown");
}

/// The first case without its logs, and without the words of its mails.
#[test]
fn mail_alone_and_logs_alone_lead_to_the_same_issue() {
    let app = app();
    let case = root("corpus/cases/cas-12143");
    let folder = tempfile::tempdir().unwrap();
    let (mails, logs) = (folder.path().join("mails"), folder.path().join("logs"));
    fs::create_dir_all(&mails).unwrap();
    fs::create_dir_all(&logs).unwrap();
    let mut attachments = 0;
    for entry in fs::read_dir(case).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_string();
        let parsed = casebook::mail::parse(&name, &fs::read(&path).unwrap());
        for message in parsed.value {
            let text = casebook::mail::BlockKind::New;
            let mail = format!(
                "From: someone@example.cn\nSubject: {}\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\n{}\n",
                message.subject,
                message.text_of(text)
            );
            fs::write(mails.join(&name), mail).unwrap();
            for attachment in message.attachments {
                let file = Path::new(&attachment.part).file_name().unwrap().to_owned();
                fs::write(logs.join(file), attachment.bytes).unwrap();
                attachments += 1;
            }
        }
    }
    assert!(attachments > 0, "the case has no attachment");
    for part in [mails, logs] {
        let report = triage(&app, std::slice::from_ref(&part));
        assert_eq!(report.verdict.name(), "known", "{}: {:?}", part.display(), report.matches.first());
        assert!(report.matches[0].article.id.0.starts_with("tms-krnlmgr"), "{}", report.matches[0].article.id);
    }
}

/// The same words about a machine that the article is not for.
#[test]
fn facts_that_contradict_keep_an_article_from_being_known() {
    let app = app();
    let folder = tempfile::tempdir().unwrap();
    let story = "We installed KB4474419, at 9% after the restart it is rolled back. Without TMS it installs: krnlmgr.sys denies \
                 access to HKLM\\SYSTEM\\CurrentControlSet\\Services\\AmdK8, error 0x80070005, cpu.inf fails.\n";
    fs::write(folder.path().join("mail.txt"), story).unwrap();
    let paths = [folder.path().to_path_buf()];
    assert_eq!(triage(&app, &paths).verdict.name(), "known");
    let machine =
        "Host Name:     PC1\nOS Name:     Microsoft Windows 11 Pro\nOS Version:    10.0.22631 N/A Build 22631\n";
    fs::write(folder.path().join("systeminfo.txt"), machine).unwrap();
    let report = triage(&app, &paths);
    assert_ne!(report.verdict.name(), "known", "{:?}", report.facts);
    let found = report.matches.iter().find(|found| found.article.id.0.starts_with("tms-krnlmgr")).unwrap();
    assert!(found.against.iter().any(|text| text.contains("windows-11")), "{:?}", found.against);
}

#[test]
fn the_corpus_is_answered_as_labelled() {
    let floors = "mrr=1,recall@1=1,none-f1=1";
    let output = program().args(["eval", "--floor", floors]).arg(root("corpus/eval.tsv")).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}

#[test]
fn json_follows_its_schema() {
    let schema = serde_json::from_str(&fs::read_to_string(root("docs/triage.schema.json")).unwrap()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    for row in rows("corpus/labels.tsv") {
        let case = root(&format!("corpus/cases/{}", row["case"]));
        let output = program().arg("triage").arg(case).args(["--format", "json"]).output().unwrap();
        let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        let problems: Vec<String> =
            validator.iter_errors(&report).map(|e| format!("{e} at {}", e.instance_path())).collect();
        assert!(problems.is_empty(), "{}: {problems:#?}", row["case"]);
    }
}
