//! What triage asks for where no article is known.

use std::{fmt::Write, fs, path::Path};

use casebook::{
    app::{App, triage::TriageReport},
    mail,
    matching::{Verdict, ask::source::Source},
};

use crate::support::{app, json, program, root, rows, small_cases, triage};

#[test]
fn a_known_case_is_asked_for_nothing() {
    let report = triage(&app(), &[root("corpus/cases/cas-12143")]);
    assert_eq!(report.verdict, Verdict::Known);
    assert!(report.requests.is_empty(), "{:?}", report.requests);
}

/// Whether the requests name a log.
fn name(report: &TriageReport, log: &str) -> bool {
    // `kubectl describe pod` is a `kubectl describe`.
    let is = |name: &str| name.to_lowercase().starts_with(&log.to_lowercase());
    report.requests.iter().any(|request| request.name.as_deref().is_some_and(is))
}

#[test]
fn a_log_that_was_left_out_is_asked_for() {
    let app = app();
    let (mut right, mut count, mut wrong) = (0, 0, String::new());
    let mut tried = |case: &str, logs: &[&str], report: &TriageReport| {
        // Where it is known without, nothing is asked for.
        if report.verdict == Verdict::Known {
            return;
        }
        count += 1;
        assert!(report.requests.len() <= 3, "{case}: {:?}", report.requests);
        if logs.iter().any(|log| name(report, log)) {
            right += 1;
        } else {
            let named: Vec<_> = report.requests.iter().map(|one| (&one.name, &one.decides, one.gain)).collect();
            let _ = writeln!(wrong, "{case}: wanted {logs:?}, {} {named:?}", report.verdict.name());
        }
    };
    for case in small_cases("tests/data/requests.txt") {
        let logs: Vec<&str> = case.cells[1].split(',').map(str::trim).collect();
        tried(case.name(), &logs, &case.triage(&app));
    }
    for row in rows("corpus/labels.tsv") {
        for (file, log) in logs_of(&root(&format!("corpus/cases/{}", row["case"]))) {
            let report = without(&app, &row["case"], &file);
            tried(&format!("{} without {file}", row["case"]), &[&log], &report);
        }
    }
    println!("{right} of {count} named\n{wrong}");
    assert!(count >= 20, "only {count}");
    assert!(right * 100 >= count * 80, "{right} of {count}:\n{wrong}");
}

#[test]
fn what_is_asked_for_fits_the_system_and_is_asked_once() {
    let app = app();
    let folder = tempfile::tempdir().unwrap();
    for (said, wanted, foreign) in [
        (
            "The last replication attempt failed, result 1722 (0x6ba): The RPC server is unavailable.",
            "event log",
            "nslookup",
        ),
        (
            "ORA-01555: snapshot too old: rollback segment number 9 too small. The report rolled back.",
            "database log",
            "CBS.log",
        ),
        (
            "docker: Error response from daemon: driver failed programming external connectivity: bind: address already in use",
            "journal",
            "setupapi.dev.log",
        ),
        ("Kafka 消费者升级后报错，延迟一直涨。", "application log", "setupact.log"),
        (
            "Our pod billing-7d9 is in CrashLoopBackOff. panic: runtime error: nil pointer",
            "kubectl describe",
            "journal",
        ),
    ] {
        let path = folder.path().join("note.txt");
        fs::write(&path, format!("{said}\n")).unwrap();
        let report = triage(&app, &[path]);
        assert!(name(&report, wanted), "{said}: {:?}", report.requests);
        assert!(!name(&report, foreign), "{said}: {:?}", report.requests);
        let mut asked: Vec<&str> = report.requests.iter().map(|one| one.ask.en.as_str()).collect();
        asked.sort_unstable();
        let all = asked.len();
        asked.dedup();
        assert_eq!(asked.len(), all, "{said}: {:?}", report.requests);
    }
}

/// The files that are logs, attached or beside the mails, with what they are called.
fn logs_of(case: &Path) -> Vec<(String, String)> {
    let app = app();
    let report = triage(&app, &[case.to_path_buf()]);
    let mut logs: Vec<(String, String)> = Vec::new();
    for part in report.parts.iter().filter(|part| part.kind == casebook::case::PartKind::Log) {
        let file = part.part.rsplit('/').next().unwrap_or_default().to_string();
        if let Some(source) = Source::named(&file) {
            logs.push((file, source.name.clone()));
        }
    }
    logs
}

/// A case of which only the subject is left of what people wrote, and all logs but one.
fn without(app: &App, case: &str, left_out: &str) -> TriageReport {
    let folder = tempfile::tempdir().unwrap();
    let whole = triage(app, &[root(&format!("corpus/cases/{case}"))]);
    let subject =
        format!("Subject: {}\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\n", whole.case.subject);
    fs::write(folder.path().join("mail.eml"), subject).unwrap();
    for (name, bytes) in files(&root(&format!("corpus/cases/{case}"))) {
        if !name.contains(left_out) && !left_out.contains(&name) {
            fs::write(folder.path().join(name), bytes).unwrap();
        }
    }
    triage(app, &[folder.path().to_path_buf()])
}

/// The files of a case that are no mails: beside them, or attached.
fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() {
            continue;
        }
        let bytes = fs::read(&path).unwrap();
        if !name.ends_with(".eml") && !name.ends_with(".mbox") {
            found.push((name, bytes));
            continue;
        }
        for message in mail::parse(&name, &bytes).value {
            let attached = message.attachments.into_iter();
            found.extend(
                attached.map(|one| (one.part.rsplit('/').next().unwrap_or_default().to_string(), one.bytes.to_vec())),
            );
        }
    }
    found
}

/// A store with one mail.
fn stored(mail: &str) -> tempfile::TempDir {
    let data = tempfile::tempdir().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let head = "From: Ann Moor <ann.moor@example.com>\nTo: Support <support@example.org>\nMessage-ID: <1@example.com>\n\
                Date: Mon, 2 Sep 2024 10:00:00 +0000\nContent-Type: text/plain; charset=utf-8\n";
    fs::write(folder.path().join("mail.eml"), format!("{head}{mail}")).unwrap();
    program().arg("--data").arg(data.path()).arg("ingest").arg(folder.path()).assert().success();
    data
}

#[test]
fn a_reply_asks_where_nothing_is_known() {
    let data = stored(
        "Subject: INC0001001 Blue screens\n\nTwo notebooks have had a blue screen every day. We did not write down the code.\n",
    );
    let draft = json(data.path(), &["case", "reply", "INC0001001"]);
    assert_eq!(draft["article"], serde_json::Value::Null, "{draft}");
    let text = draft["text"].as_str().unwrap();
    assert!(text.contains("Please send us:\n1. ") && text.contains("Minidump"), "{text}");
    let shown = json(data.path(), &["case", "show", "INC0001001"]);
    assert_eq!(shown["case"]["id"], "INC0001001");
    assert!(shown["findings"]["requests"][0]["ask"]["zh"].as_str().unwrap().contains("蓝屏"), "{shown}");
    let data = stored(
        "Subject: INC0001002 =?utf-8?B?6aKR57mB6JOd5bGP?=\n\n财务的两台电脑每天蓝屏一两次，代码没记下来，重启后正常。\n",
    );
    let draft = json(data.path(), &["case", "reply", "INC0001002"]);
    assert!(draft["text"].as_str().unwrap().contains("请提供以下信息：\n1. "), "{draft}");
}

#[test]
fn a_reply_does_not_tell_to_install_what_is_there() {
    let mail = "Subject: INC0001003 Updates fail\n\nOur Windows 7 PCs take no update, it fails with 0x80092004. KB4490628 is installed, but KB4474419 is not installed.\n";
    let data = stored(mail);
    let draft = json(data.path(), &["case", "reply", "INC0001003", "--article", "sha2-support-missing"]);
    let text = draft["text"].as_str().unwrap();
    assert!(text.contains("the fix is not installed: KB4474419."), "{text}");
    assert!(!text.contains("Install the servicing stack first") && text.contains("Install SHA-2 support"), "{text}");
    let shown = json(data.path(), &["case", "show", "INC0001003"]);
    let found = shown["findings"]["matches"].as_array().unwrap();
    let found = found.iter().find(|found| found["article"] == "sha2-support-missing").unwrap();
    assert_eq!(found["outcome"], "fix-not-installed", "{found}");
    assert_eq!(found["fix"]["install"][0], "KB4474419", "{found}");
}

/// What a mail with a log is asked for, by name.
fn asked_for(mail: &str, log: &str) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let head = "Subject: setup\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\n";
    fs::write(folder.path().join("mail.eml"), format!("{head}{mail}\n")).unwrap();
    fs::write(folder.path().join("install.log"), log).unwrap();
    let report = triage(&app(), &[folder.path().to_path_buf()]);
    assert_ne!(report.verdict, Verdict::Known, "{:?}", report.matches);
    report.requests.iter().filter_map(|one| one.name.clone()).collect()
}

#[test]
fn a_service_that_an_installer_cannot_start_is_asked_for_its_account_and_the_events() {
    let log = "MSI (s) (A4:1C) [10:22:31:444]: Product: Contoso Agent -- Error 1920. Service 'Contoso Agent' (ContosoAgent) failed to start.  Verify that you have sufficient privileges to start system services.\n\
               Action ended 10:22:32: InstallFinalize. Return value 3.\n\
               MSI (s) (A4:1C) [10:22:40:101]: Windows Installer installed the product. Product Name: Contoso Agent. Product Version: 5.1.0. Product Language: 1033. Manufacturer: Contoso. Installation success or error status: 1603.\n\
               MSI (c) (10:44) [10:22:40:222]: MainEngineThread is returning 1603\n";
    let asked = asked_for(
        "Hi, the agent 5.1 setup fails on 12 servers with 1603. Earlier version 5.0 worked. Log attached.",
        log,
    );
    assert!(asked.iter().any(|name| name == "service account"), "{asked:?}");
    assert!(asked.iter().any(|name| name == "event log"), "{asked:?}");
    for foreign in ["WindowsUpdate.log", "CBS.log", "installer log", "application log"] {
        assert!(!asked.iter().any(|name| name == foreign), "{asked:?}");
    }
}

#[test]
fn the_log_of_the_program_that_is_there_is_not_asked_for() {
    let log = "2024-10-18 10:22:31 ERROR job 7 failed: ECONNRESET\n".repeat(4);
    let asked = asked_for("The nightly job of our accounting program fails, log attached.", &log);
    assert!(!asked.iter().any(|name| name == "application log"), "{asked:?}");
}
