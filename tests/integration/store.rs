//! The case store through the program: taking in, taking in again, being killed.

use std::{
    collections::BTreeMap,
    fs,
    path::Path,
    process::{Command, Stdio},
    thread,
    time::Duration,
};

use serde_json::Value;

use crate::support::{json, program, root};

/// Messages by case, over all cases.
fn cases(data: &Path) -> BTreeMap<String, u64> {
    let list = json(data, &["case", "list", "--limit", "100000"]);
    let case = |case: &Value| (case["id"].as_str().unwrap().to_string(), case["messages"].as_u64().unwrap());
    list["cases"].as_array().unwrap().iter().map(case).collect()
}

/// Threads of mails in a Maildir, each with a log every third mail.
fn maildir(folder: &Path, threads: usize) -> usize {
    for name in ["cur", "new", "tmp"] {
        fs::create_dir_all(folder.join(name)).unwrap();
    }
    let mut written = 0;
    for thread in 0..threads {
        for place in 0..1 + thread % 4 {
            let answers = if place == 0 { String::new() } else { format!("In-Reply-To: <{thread}.0@example.com>\n") };
            let prefix = if place == 0 { "" } else { "Re: " };
            let log: String = (0..40)
                .map(|line| {
                    format!(
                        "2024-09-10 14:32:{line:02}, Error   CBS    Failed {thread} [HRESULT = 0x800f0{thread:03}]\n"
                    )
                })
                .collect();
            let attachment = if place % 3 == 0 {
                format!(
                    "--b\nContent-Type: text/plain; name=CBS.log\nContent-Disposition: attachment; filename=CBS.log\n\n{log}"
                )
            } else {
                String::new()
            };
            let mail = format!(
                "From: Ann <ann@example.com>\nTo: s@example.org\nSubject: {prefix}Machine {thread} rolls back\n\
                 Message-ID: <{thread}.{place}@example.com>\n{answers}Date: Tue, 10 Sep 2024 14:{:02}:00 +0800\n\
                 Content-Type: multipart/mixed; boundary=b\n\n--b\n\nIt fails, mail {thread}.{place}\n{attachment}--b--\n",
                place
            );
            fs::write(folder.join("cur").join(format!("{thread}.{place}:2,S")), mail).unwrap();
            written += 1;
        }
    }
    written
}

#[test]
fn a_case_folder_is_one_case() {
    let data = tempfile::tempdir().unwrap();
    let folder = root("corpus/cases/cas-12143");
    let report = json(data.path(), &["ingest", folder.to_str().unwrap()]);
    assert_eq!(report["cases"], serde_json::json!(["CAS-12143-P0Y2F1"]), "{report}");
    let shown = json(data.path(), &["case", "show", "cmit:0001339"]);
    assert_eq!(shown["case"]["id"], "CAS-12143-P0Y2F1");
    let signatures = shown["signatures"].as_array().unwrap();
    let service = signatures.iter().any(|one| one["signature"] == "service:AmdK8" && one["standing"] == "failing");
    assert!(service, "{signatures:?}");
    let again = json(data.path(), &["ingest", folder.to_str().unwrap()]);
    assert_eq!((again["created"].as_u64(), again["existing"].as_u64()), (Some(0), report["created"].as_u64()));
}

#[test]
fn taking_in_again_changes_nothing_and_threads_stay_together() {
    let (data, mail) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let written = maildir(mail.path(), 40);
    let path = mail.path().to_str().unwrap();
    let dry = json(data.path(), &["ingest", "--dry-run", path]);
    assert_eq!(dry["created"].as_u64(), Some(written as u64));
    assert!(cases(data.path()).is_empty());
    for threads in ["1", "3"] {
        json(data.path(), &["ingest", "--threads", threads, path]);
        let found = cases(data.path());
        assert_eq!((found.len(), found.values().sum::<u64>()), (40, written as u64));
    }
    let failing = json(data.path(), &["case", "list", "--signature", "hresult:0x800F0007", "--failing"]);
    assert_eq!(failing["cases"].as_array().unwrap().len(), 1, "{failing}");
}

#[test]
fn a_log_beside_mails_is_stored_once_when_a_mail_comes_that_stands_before_them() {
    let (data, case) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let mail = |name: &str| {
        let text =
            format!("From: Ann <ann@example.com>\nSubject: INC0000001 x\nMessage-ID: <{name}@x>\n\nmail {name}\n");
        fs::write(case.path().join(name), text).unwrap();
    };
    let log = "2024-09-10 14:32:53, Error   CBS    Failed [HRESULT = 0x800f0922]\n".repeat(9);
    fs::write(case.path().join("CBS.log"), log).unwrap();
    let path = case.path().to_str().unwrap();
    mail("b.eml");
    assert_eq!(json(data.path(), &["ingest", path])["created"], 2);
    mail("a.eml");
    let report = json(data.path(), &["ingest", path]);
    assert_eq!((&report["created"], &report["existing"]), (&1.into(), &2.into()), "{report}");
    assert_eq!(cases(data.path()), BTreeMap::from([("INC0000001".to_string(), 3)]));
}

#[test]
fn the_rest_is_taken_in_where_one_of_several_inputs_is_missing() {
    let data = tempfile::tempdir().unwrap();
    let folder = root("corpus/cases/cas-12143");
    let run = |paths: &[&str]| program().arg("--data").arg(data.path()).arg("ingest").args(paths).output().unwrap();
    let output = run(&["no/such/mail.eml", folder.to_str().unwrap()]);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.code() == Some(2) && errors.contains("no/such/mail.eml"), "{errors}");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(said.contains("1 case matched"), "{said}");
    assert_eq!(cases(data.path()).len(), 1);
    assert_eq!(run(&[folder.to_str().unwrap()]).status.code(), Some(0));
}

#[test]
fn a_report_that_a_mail_came_back_belongs_to_the_case_of_that_mail() {
    let (data, mail) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let answer = "From: s@example.org\nTo: ann@example.com\nSubject: Re: Machine rolls back\nMessage-ID: <2@example.org>\nIn-Reply-To: <1@example.com>\nDate: Tue, 10 Sep 2024 15:00:00 +0000\n\nPlease restart it.\n";
    let report = format!(
        "From: MAILER-DAEMON@mx.example.org\nTo: s@example.org\nSubject: Undelivered Mail Returned to Sender\nMessage-ID: <9@mx.example.org>\nDate: Tue, 10 Sep 2024 15:01:00 +0000\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\n\nuser unknown\n--b\nContent-Type: message/rfc822\n\n{answer}\n--b--\n"
    );
    let opening = "From: ann@example.com\nTo: s@example.org\nSubject: Machine rolls back\nMessage-ID: <1@example.com>\nDate: Tue, 10 Sep 2024 14:00:00 +0000\n\nIt fails.\n";
    // The report comes first, and tells what its case is about all the same.
    for (name, text) in [("1.eml", report.as_str()), ("2.eml", opening)] {
        let path = mail.path().join(name);
        fs::write(&path, text).unwrap();
        json(data.path(), &["ingest", path.to_str().unwrap()]);
        let list = json(data.path(), &["case", "list"]);
        let subjects: Vec<&str> =
            list["cases"].as_array().unwrap().iter().map(|case| case["subject"].as_str().unwrap()).collect();
        assert_eq!(subjects, ["Machine rolls back"], "{list}");
    }
    assert_eq!(cases(data.path()).into_values().collect::<Vec<_>>(), [2]);
}

#[test]
fn a_closed_case_is_named_by_what_resolved_it() {
    let data = tempfile::tempdir().unwrap();
    let folder = root("corpus/cases/cas-12143");
    json(data.path(), &["ingest", folder.to_str().unwrap()]);
    let close = |arguments: &[&str]| {
        program().arg("--data").arg(data.path()).args(["case", "close", "CAS-12143-P0Y2F1"]).args(arguments).assert()
    };
    close(&["--article", "no-such-article"]).code(2);
    close(&["--article", "tms-krnlmgr-blocks-services-zh"]).code(0);
    let shown = json(data.path(), &["case", "show", "cas-12143-p0y2f1"]);
    assert_eq!(shown["case"]["status"], "closed");
    assert_eq!(shown["case"]["article"], "tms-krnlmgr-blocks-services-zh");
    let none = program().arg("--data").arg(data.path()).args(["case", "show", "CAS-9"]).assert().code(2);
    let errors = String::from_utf8_lossy(&none.get_output().stderr).into_owned();
    assert!(errors.contains("there is no case `CAS-9`") && errors.contains("case list"), "{errors}");
}

#[test]
fn without_a_store_the_way_to_one_is_told() {
    let data = tempfile::tempdir().unwrap();
    let assert = program().arg("--data").arg(data.path()).args(["case", "list"]).assert().code(2);
    let errors = String::from_utf8_lossy(&assert.get_output().stderr).into_owned();
    assert!(errors.contains("casebook ingest") && errors.contains(data.path().to_str().unwrap()), "{errors}");
}

/// Kills at moments spread over the whole run. The number is small for the ordinary test run; CASEBOOK_KILLS sets another.
#[test]
fn a_kill_at_any_moment_loses_nothing() {
    let kills: u64 = std::env::var("CASEBOOK_KILLS").ok().and_then(|count| count.parse().ok()).unwrap_or(12);
    let mail = tempfile::tempdir().unwrap();
    let written = maildir(mail.path(), 150);
    let (mut cut, mut whole) = (0, 0);
    for kill in 0..kills {
        let data = tempfile::tempdir().unwrap();
        let mut child = Command::new(assert_cmd::cargo::cargo_bin("casebook"))
            .arg("--data")
            .arg(data.path())
            .args(["ingest", "--matching", "later"])
            // Every other run is one that would go on.
            .args((kill % 2 == 1).then_some("--watch"))
            .arg(mail.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        // A small generator: the moments differ, and are the same in every run of the test.
        let moment = (kill * 7_919 + 13) % 400;
        thread::sleep(Duration::from_millis(moment));
        child.kill().unwrap();
        let ended = child.wait().unwrap();
        let before = if data.path().join("cases.db").exists() { half_stored(data.path()) } else { 0 };
        cut += u64::from(before < written as u64);
        whole += u64::from(ended.success());
        let report = json(data.path(), &["ingest", "--matching", "later", mail.path().to_str().unwrap()]);
        assert_eq!(report["created"].as_u64().unwrap() + before, written as u64, "killed after {moment} ms");
        let found = cases(data.path());
        assert_eq!((found.len(), found.values().sum::<u64>()), (150, written as u64), "killed after {moment} ms");
        // The index has caught up, and neither lacks a message nor has one twice.
        let well = json(data.path(), &["doctor"]);
        assert_eq!(
            (&well["faults"], &well["messages"]),
            (&serde_json::json!([]), &written.into()),
            "killed after {moment} ms"
        );
        let last = json(data.path(), &["search", "--in", "cases", "hresult:0x800f0149", "--limit", "9"]);
        assert_eq!(last["cases"].as_array().unwrap().len(), 1, "killed after {moment} ms: {last}");
    }
    assert!(cut > 0, "no run was cut short: {whole} of {kills} ended before they were killed");
}

/// Messages in a store that a killed run left; each case has as many as it says.
fn half_stored(data: &Path) -> u64 {
    let output =
        program().arg("--data").arg(data).args(["case", "list", "--limit", "100000", "--format", "json"]).output();
    // Killed before the tables were made: nothing is stored.
    let Ok(list) = serde_json::from_slice::<Value>(&output.unwrap().stdout) else { return 0 };
    let listed = list["cases"].as_array().unwrap();
    for case in listed {
        let shown = json(data, &["case", "show", case["id"].as_str().unwrap()]);
        assert_eq!(shown["thread"].as_array().map(Vec::len), case["messages"].as_u64().map(|n| n as usize), "{case}");
        assert!(!shown["signatures"].as_array().unwrap().is_empty(), "{case}");
    }
    listed.iter().map(|case| case["messages"].as_u64().unwrap()).sum()
}

#[test]
fn a_mail_that_is_too_large_is_set_aside_whole() {
    let folder = tempfile::tempdir().unwrap();
    let (data, mails) = (folder.path().join("data"), folder.path().join("in"));
    fs::create_dir(&mails).unwrap();
    let small =
        |id: u32| format!("From: a@example.com\nSubject: INC000000{id} printer\nMessage-ID: <{id}@x>\n\nIt fails.\n");
    let mut large = small(7);
    large.push_str(&"a line of a long text that nobody reads\n".repeat(1_700_000));
    assert!(large.len() > 64 << 20);
    let from = "From a@example.com Mon Jan  1 00:00:00 2024\n";
    fs::write(mails.join("box"), format!("{from}{}\n{from}{large}\n{from}{}", small(1), small(2))).unwrap();
    let ingest = |arguments: &[&str]| json(&data, &[&["ingest", "--matching", "later"], arguments].concat());
    let report = ingest(&[mails.to_str().unwrap()]);
    assert_eq!((report["created"].as_u64(), report["quarantined"].as_u64()), (Some(2), Some(1)), "{report}");
    assert_eq!(cases(&data).into_keys().collect::<Vec<_>>(), ["INC0000001", "INC0000002"]);
    let failed = json(&data, &["ingest", "--failed", "list"]);
    let item = &failed["failed"][0];
    assert_eq!(
        (item["part"].as_str(), item["error"].as_str()),
        (Some("box#2"), Some("larger than 67108864 bytes: not read"))
    );
    assert_eq!(item["id"].as_str().unwrap(), blake3::hash(large.as_bytes()).to_hex().as_str());
    let again = ingest(&["--failed", "retry"]);
    assert_eq!((again["created"].as_u64(), again["quarantined"].as_u64()), (Some(0), Some(1)), "{again}");
}

#[test]
fn a_maildir_holds_mails_whatever_they_look_like() {
    let folder = tempfile::tempdir().unwrap();
    let (data, maildir) = (folder.path().join("data"), folder.path().join("Maildir"));
    for name in ["cur", "new", "tmp"] {
        fs::create_dir_all(maildir.join(name)).unwrap();
    }
    let mail = "From: a@example.com\nSubject: INC0000001 printer\nMessage-ID: <1@x>\n\nIt fails.\n";
    // A header that begins with 20 kB of something, and one that went round in a loop.
    fs::write(maildir.join("cur/1"), format!("X-Long: {}\n{mail}", "a".repeat(20_000))).unwrap();
    let traces = "Received: from a.example.com by b.example.com; Tue, 10 Sep 2024 14:32:53 +0800\n".repeat(3_000);
    fs::write(maildir.join("new/2"), format!("{traces}{}", mail.replace('1', "2"))).unwrap();
    let report = json(&data, &["ingest", maildir.to_str().unwrap()]);
    assert_eq!(report["created"].as_u64(), Some(2), "{report}");
    assert_eq!(cases(&data).into_keys().collect::<Vec<_>>(), ["INC0000001", "INC0000002"]);
}
