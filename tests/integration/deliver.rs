//! `casebook ingest --deliver`: one mail from a transport, and the status that it is told.

use std::{
    fs,
    path::Path,
    process::{Command, Output, Stdio},
    time::Duration,
};

use crate::support::{json, program};

const MAIL: &str = "From: Ann <ann@example.com>\nTo: s@example.org\nSubject: INC0001001 Update rolls back\n\
     Message-ID: <1@example.com>\nDate: Mon, 2 Sep 2024 10:00:00 +0000\n\nIt fails with 0x80070005.\n";

fn deliver(data: &Path, arguments: &[&str], mail: &str) -> Output {
    program()
        .arg("--data")
        .arg(data)
        .args(["ingest", "--deliver"])
        .args(arguments)
        .write_stdin(mail)
        .timeout(Duration::from_secs(60))
        .output()
        .unwrap()
}

#[track_caller]
fn ends(output: &Output, status: i32) {
    let said = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert_eq!(output.status.code(), Some(status), "{said:?}");
    assert!(output.stdout.is_empty(), "{said:?}");
    assert_eq!(output.stderr.is_empty(), status == 0, "{said:?}");
}

#[test]
fn a_mail_is_stored_once_in_silence_and_waits_to_be_matched() {
    let data = tempfile::tempdir().unwrap();
    ends(&deliver(data.path(), &[], MAIL), 0);
    let again = format!("From ann@example.com Mon Sep  2 10:00:00 2024\n{MAIL}");
    ends(&deliver(data.path(), &[], &again), 0);
    // Another server's line ends.
    ends(&deliver(data.path(), &[], &again.replace('\n', "\r\n")), 0);
    let list = json(data.path(), &["case", "list"]);
    assert_eq!((&list["cases"][0]["id"], &list["cases"][0]["messages"]), (&"INC0001001".into(), &1.into()), "{list}");
    let doctor = json(data.path(), &["doctor"]);
    assert_eq!(doctor["messages"], 1, "{doctor}");
    let tagged = json(data.path(), &["tag", "apply"]);
    assert_eq!(tagged["cases"], 1, "{tagged}");
    let found = json(data.path(), &["search", "--in", "cases", "0x80070005"]);
    assert_eq!(found["cases"].as_array().unwrap().len(), 1, "{found}");
}

#[test]
fn what_is_no_mail_is_kept_all_the_same_but_nothing_is_refused() {
    let data = tempfile::tempdir().unwrap();
    for nothing in ["", "\r\n\n", "From ann@example.com Mon Sep  2 10:00:00 2024\n"] {
        ends(&deliver(data.path(), &[], nothing), 65);
        ends(&deliver(data.path(), &["--defer"], nothing), 65);
    }
    assert!(!data.path().join("cases.db").exists());
    ends(&deliver(data.path(), &[], "no header, no body: \u{1}\u{2}"), 0);
    assert_eq!(json(data.path(), &["doctor"])["messages"], 1);
}

#[test]
fn wrong_use_and_wrong_settings_are_told_apart() {
    let data = tempfile::tempdir().unwrap();
    ends(&deliver(data.path(), &["--matching", "all"], MAIL), 64);
    ends(&deliver(data.path(), &["--no-such-flag"], MAIL), 64);
    // What a delivery would not heed it refuses.
    for flags in [&["--folder", "A"][..], &["--all-folders"], &["--plaintext"], &["--write-keywords"], &["--poll", "9"]]
    {
        ends(&deliver(data.path(), flags, MAIL), 64);
    }
    assert!(!data.path().join("cases.db").exists());
    ends(&deliver(data.path(), &["--config", "no/such/file.toml"], MAIL), 78);
    ends(&deliver(data.path(), &["--config", "no/such/file.toml", "--defer"], MAIL), 75);
    let file = data.path().join("file");
    fs::write(&file, "x").unwrap();
    ends(&deliver(&file, &[], MAIL), 78);
    // Something else than a store.
    let other = data.path().join("other");
    fs::create_dir(&other).unwrap();
    fs::write(other.join("cases.db"), "a text that is long enough to be looked at as a page of a database").unwrap();
    ends(&deliver(&other, &[], MAIL), 78);
    assert!(fs::read(other.join("cases.db")).unwrap().starts_with(b"a text"));
}

#[test]
fn a_store_that_another_process_holds_makes_mail_wait() {
    let data = tempfile::tempdir().unwrap();
    ends(&deliver(data.path(), &[], MAIL), 0);
    let holder = rusqlite::Connection::open(data.path().join("cases.db")).unwrap();
    holder.execute_batch("BEGIN IMMEDIATE").unwrap();
    let other = MAIL.replace("1@example", "2@example");
    ends(&deliver(data.path(), &[], &other), 75);
    holder.execute_batch("ROLLBACK").unwrap();
    ends(&deliver(data.path(), &[], &other), 0);
    assert_eq!(json(data.path(), &["doctor"])["messages"], 2);
}

/// A limit on the size of files stands in for a full disk: the same call fails, as it does behind Postfix local(8).
#[cfg(unix)]
#[test]
fn a_disk_without_room_makes_mail_wait_and_loses_none() {
    let data = tempfile::tempdir().unwrap();
    ends(&deliver(data.path(), &[], MAIL), 0);
    let mail = data.path().join("mail.eml");
    // Nothing that could be packed.
    let noise: String = (0u64..40_000).map(|n| format!("{:016x}\n", n.wrapping_mul(0x9E37_79B9_7F4A_7C15))).collect();
    fs::write(&mail, MAIL.replace("1@example", "2@example") + &noise).unwrap();
    let limited = |blocks: &str| {
        Command::new("sh")
            .arg("-c")
            .arg(format!("ulimit -f {blocks}; exec \"$@\""))
            .arg("sh")
            .arg(assert_cmd::cargo::cargo_bin("casebook"))
            .arg("--data")
            .arg(data.path())
            .args(["ingest", "--deliver"])
            .stdin(Stdio::from(fs::File::open(&mail).unwrap()))
            .output()
            .unwrap()
    };
    ends(&limited("300"), 75);
    assert_eq!(json(data.path(), &["doctor"])["messages"], 1);
    ends(&limited("unlimited"), 0);
    assert_eq!(json(data.path(), &["doctor"])["messages"], 2);
}

/// Nor does an ingest die of the limit without a word.
#[cfg(unix)]
#[test]
fn an_ingest_without_room_says_so() {
    let data = tempfile::tempdir().unwrap();
    let mail = data.path().join("mail.eml");
    let noise: String = (0u64..40_000).map(|n| format!("{:016x}\n", n.wrapping_mul(0x9E37_79B9_7F4A_7C15))).collect();
    fs::write(&mail, MAIL.to_owned() + &noise).unwrap();
    let mut shell = Command::new("sh");
    shell.args(["-c", "ulimit -f 300; exec \"$@\"", "sh"]).arg(assert_cmd::cargo::cargo_bin("casebook"));
    let output = shell.arg("--data").arg(data.path().join("data")).arg("ingest").arg(&mail).output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{errors}");
    assert!(errors.contains("may be full"), "{errors}");
}

/// What is delivered is indexed by the next search: until then nothing is wrong.
#[test]
fn the_doctor_takes_what_was_delivered_for_well() {
    let data = tempfile::tempdir().unwrap();
    ends(&deliver(data.path(), &[], MAIL), 0);
    let output = program().arg("--data").arg(data.path()).arg("doctor").output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && errors.contains("behind"), "{errors}");
}

/// Who may not write is told so. The superuser may write anywhere: there, the program runs as nobody.
#[cfg(unix)]
#[test]
fn a_data_folder_that_may_not_be_written_is_told() {
    use std::os::unix::{
        fs::{MetadataExt, PermissionsExt},
        process::CommandExt,
    };
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    ends(&deliver(&data, &[], MAIL), 0);
    let mode = |path: &Path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    mode(folder.path(), 0o755);
    let program = folder.path().join("casebook");
    fs::copy(assert_cmd::cargo::cargo_bin("casebook"), &program).unwrap();
    let superuser = fs::metadata(&data).unwrap().uid() == 0;
    let run = |data: &Path, defer: &[&str]| {
        let mail = folder.path().join("mail.eml");
        fs::write(&mail, MAIL.replace("1@example", "2@example")).unwrap();
        let mut command = Command::new(&program);
        command.env("HOME", folder.path()).arg("--data").arg(data).args(["ingest", "--deliver"]).args(defer);
        if superuser {
            command.uid(65_534).gid(65_534);
        }
        command.stdin(Stdio::from(fs::File::open(&mail).unwrap())).output().unwrap()
    };
    for name in fs::read_dir(&data).unwrap().map(|entry| entry.unwrap().path()) {
        mode(&name, 0o444);
    }
    mode(&data, 0o555);
    ends(&run(&data, &[]), 77);
    ends(&run(&data, &["--defer"]), 75);
    mode(&data, 0o000);
    ends(&run(&data, &[]), 77);
    ends(&run(&data.join("below"), &[]), 77);
    mode(&data, 0o755);
    for name in fs::read_dir(&data).unwrap().map(|entry| entry.unwrap().path()) {
        mode(&name, 0o644);
    }
    assert_eq!(json(&data, &["doctor"])["messages"], 1);
}
