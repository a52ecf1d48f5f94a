//! Mail accounts through the program, against a real server.

mod dovecot;
mod proxy;

use std::{
    fs,
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

use serde_json::Value;

use crate::support::{json, program};
use dovecot::{Dovecot, PASSWORD};
use proxy::Proxy;

/// Looks into the store until something is there: a tenth of a second each.
const TRIES: u32 = 600;

fn mail(number: u32, body: &str) -> String {
    format!(
        "From: a{number}@example.com\nTo: support@example.com\nSubject: INC{number:07} printer\nMessage-ID: <{number}@example.com>\nDate: Tue, 10 Sep 2024 08:{:02}:00 +0000\n\n{body}\n",
        number % 60
    )
}

fn deliver(dovecot: &Dovecot, user: &str, wire: &str, numbers: std::ops::Range<u32>) {
    for number in numbers {
        dovecot.deliver(user, wire, &format!("{number:06}.test"), &mail(number, "It fails with 0x80070005."));
    }
}

/// An ingest whose report is returned.
#[track_caller]
fn ingest(data: &Path, arguments: &[&str]) -> Value {
    let output = ingest_output(data, &[arguments, &["--format", "json"]].concat());
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{arguments:?}: {error}; {errors}"))
}

fn ingest_output(data: &Path, arguments: &[&str]) -> std::process::Output {
    let mut program = program();
    program.env("CASEBOOK_IMAP_PASSWORD", PASSWORD).arg("--data").arg(data).arg("ingest").args(arguments);
    program.output().unwrap()
}

#[track_caller]
fn counts(report: &Value) -> (u64, u64) {
    (report["created"].as_u64().unwrap(), report["existing"].as_u64().unwrap())
}

#[track_caller]
fn check_fails(data: &Path, arguments: &[&str], words: &[&str]) {
    let output = ingest_output(data, arguments);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{errors}");
    words.iter().for_each(|words| assert!(errors.contains(words), "{words:?} in: {errors}"));
    assert!(!errors.contains(PASSWORD), "{errors}");
}

fn cases(data: &Path) -> usize {
    json(data, &["case", "list", "--limit", "100000"])["cases"].as_array().unwrap().len()
}

#[test]
fn mail_is_taken_in_once_and_nothing_changes_on_the_server() {
    let Some(dovecot) = Dovecot::start() else { return };
    let data = tempfile::tempdir().unwrap();
    deliver(&dovecot, "ann", "INBOX", 1..8);
    deliver(&dovecot, "ann", "&W6JiNw-", 10..13);
    deliver(&dovecot, "ann", "Support/A", 20..22);
    deliver(&dovecot, "ann", "Trash", 30..31);
    // In another folder again, as servers with labels show it.
    dovecot.deliver("ann", "Support/A", "copy", &mail(3, "It fails with 0x80070005."));
    let before = dovecot.mails("ann", "INBOX");
    let inbox = dovecot.address("ann", "");
    assert_eq!(counts(&ingest(data.path(), &[&inbox])), (7, 0));
    assert_eq!(counts(&ingest(data.path(), &[&inbox])), (0, 0), "nothing is looked at again");
    assert_eq!(dovecot.mails("ann", "INBOX"), before);
    let chinese = dovecot.address("ann", "客户");
    assert_eq!(counts(&ingest(data.path(), &[&chinese, "--dry-run"])), (3, 0));
    assert_eq!(counts(&ingest(data.path(), &[&chinese])), (3, 0), "a dry run notes nothing");
    assert_eq!(counts(&ingest(data.path(), &[&inbox, "--folder", "Support/*"])), (2, 1));
    assert_eq!(counts(&ingest(data.path(), &[&inbox, "--all-folders"])), (0, 0), "trash is left out");
    deliver(&dovecot, "ann", "INBOX", 40..42);
    assert_eq!(counts(&ingest(data.path(), &[&inbox, "--all-folders"])), (2, 0));
    assert_eq!(cases(data.path()), 14);
    check_fails(data.path(), &[&inbox, "--folder", "No such"], &["no folder `No such`", "客户", "Support/A"]);
}

#[test]
fn a_server_that_counts_anew_brings_nothing_twice() {
    let Some(dovecot) = Dovecot::start() else { return };
    let data = tempfile::tempdir().unwrap();
    deliver(&dovecot, "ann", "INBOX", 1..6);
    let proxy = Proxy::start(dovecot.port, None);
    let inbox = format!("imap://ann@127.0.0.1:{}/", proxy.port);
    assert_eq!(counts(&ingest(data.path(), &[&inbox])), (5, 0));
    assert_eq!(proxy.fetched().len(), 1);
    dovecot.forget_numbers("ann");
    deliver(&dovecot, "ann", "INBOX", 6..7);
    let report = ingest(data.path(), &[&inbox]);
    assert_eq!(counts(&report), (1, 5), "{report}");
    assert!(report["warnings"][0]["message"].as_str().unwrap().contains("UIDVALIDITY"), "{report}");
    let fetched = proxy.fetched();
    assert_eq!(fetched.len(), 2);
    assert!(!fetched[1].contains([':', ',']), "only the new one is fetched: {fetched:?}");
    assert!(proxy.said().iter().all(|line| !line.contains("SELECT") && !line.contains("STORE")));
}

#[test]
fn a_connection_that_is_cut_loses_nothing() {
    let Some(dovecot) = Dovecot::start() else { return };
    let data = tempfile::tempdir().unwrap();
    let long = "a long line of a long mail\n".repeat(1500);
    for number in 1..301 {
        dovecot.deliver("ann", "INBOX", &format!("{number:06}.test"), &mail(number, &long));
    }
    // 200 mails of 40 kB are fetched at once: the cut comes in the second batch.
    let proxy = Proxy::start(dovecot.port, Some(10_000_000));
    let inbox = format!("imap://ann@127.0.0.1:{}/", proxy.port);
    let output = ingest_output(data.path(), &[&inbox, "--matching", "later", "--format", "json"]);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{errors}");
    assert!(errors.contains("lost the connection") && errors.contains("trying again"), "{errors}");
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(counts(&report), (300, 0));
    let fetched = proxy.fetched();
    assert!(fetched[0].contains(" 1:200 ") && fetched.iter().filter(|line| line.contains(" 1:200 ")).count() == 1);
    // What came whole before the cut is kept.
    assert!(fetched[1].contains(" 201:300 ") && fetched.len() == 3, "{fetched:?}");
    let first: u32 = fetched[2].split([' ', ':']).find_map(|word| word.parse().ok()).unwrap();
    assert!(first > 210, "{fetched:?}");
    assert_eq!(cases(data.path()), 300);
}

/// A program that goes on, killed with the test.
struct Watching(Child);

impl Watching {
    fn start(data: &Path, arguments: &[&str]) -> Self {
        let child = Command::new(assert_cmd::cargo::cargo_bin("casebook"))
            .env("CASEBOOK_IMAP_PASSWORD", PASSWORD)
            .env("XDG_CONFIG_HOME", data)
            .arg("--data")
            .arg(data)
            .arg("ingest")
            .args(arguments)
            .arg("--watch")
            .stdout(Stdio::null())
            .stderr(fs::File::create(data.join("errors")).unwrap())
            .spawn();
        Watching(child.unwrap())
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[track_caller]
fn wait_for(what: &str, there: impl Fn() -> bool) {
    for _ in 0..TRIES {
        if there() {
            return;
        }
        thread::sleep(Duration::from_millis(100));
    }
    panic!("{what}: not in time");
}

fn has_case(data: &Path, case: &str) -> bool {
    data.join("cases.db").exists() && program().arg("--data").arg(data).args(["case", "show", case]).ok().is_ok()
}

/// A program that has the first mail of an inbox and waits for more, with what stands between it and the server.
fn idling(dovecot: &Dovecot, data: &Path) -> (Proxy, Watching) {
    deliver(dovecot, "ann", "INBOX", 1..2);
    let proxy = Proxy::start(dovecot.port, None);
    let inbox = format!("imap://ann@127.0.0.1:{}/", proxy.port);
    let watching = Watching::start(data, &[&inbox]);
    wait_for("the first mail", || has_case(data, "INC0000001"));
    wait_for("IDLE", || proxy.said().iter().any(|line| line.ends_with(" IDLE")));
    (proxy, watching)
}

#[test]
fn watched_mail_arrives_by_idle_and_after_a_cut() {
    let Some(dovecot) = Dovecot::start() else { return };
    let data = tempfile::tempdir().unwrap();
    let (proxy, _watching) = idling(&dovecot, data.path());
    deliver(&dovecot, "ann", "INBOX", 2..3);
    wait_for("mail by IDLE", || has_case(data.path(), "INC0000002"));
    // As a server that is restarted does: every process of the user's is ended.
    let ended = Command::new("doveadm").arg("-c").arg(dovecot.settings()).args(["kick", "ann"]).output().unwrap();
    assert!(ended.status.success(), "{ended:?}");
    deliver(&dovecot, "ann", "INBOX", 3..4);
    wait_for("mail after a cut", || has_case(data.path(), "INC0000003"));
    let errors = fs::read_to_string(data.path().join("errors")).unwrap();
    assert!(errors.contains("watching imap://ann@") && errors.contains("trying again in"), "{errors}");
    assert_eq!(proxy.fetched().len(), 3, "none twice");
}

#[test]
fn what_the_store_does_not_take_is_not_fetched_again() {
    let Some(dovecot) = Dovecot::start() else { return };
    let data = tempfile::tempdir().unwrap();
    let (proxy, _watching) = idling(&dovecot, data.path());
    let lock = rusqlite::Connection::open(data.path().join("cases.db")).unwrap();
    lock.execute_batch("BEGIN IMMEDIATE").unwrap();
    deliver(&dovecot, "ann", "INBOX", 2..4);
    let errors = || fs::read_to_string(data.path().join("errors")).unwrap();
    wait_for("word of it", || errors().contains("tried again until it works"));
    lock.execute_batch("COMMIT").unwrap();
    wait_for("the mails", || has_case(data.path(), "INC0000002") && has_case(data.path(), "INC0000003"));
    deliver(&dovecot, "ann", "INBOX", 4..5);
    wait_for("mail behind them", || has_case(data.path(), "INC0000004"));
    let fetched = proxy.fetched();
    let of_second = fetched.iter().filter(|line| line.split([' ', ':', ',']).any(|word| word == "2")).count();
    assert_eq!(of_second, 1, "{fetched:?}\n{}", errors());
}

#[test]
fn several_folders_are_watched_by_looking_again() {
    let Some(dovecot) = Dovecot::start() else { return };
    let data = tempfile::tempdir().unwrap();
    deliver(&dovecot, "ann", "INBOX", 1..2);
    deliver(&dovecot, "ann", "A", 2..3);
    let inbox = dovecot.address("ann", "");
    let _watching = Watching::start(data.path(), &[&inbox, "--all-folders", "--poll", "1"]);
    wait_for("the first mails", || has_case(data.path(), "INC0000001") && has_case(data.path(), "INC0000002"));
    deliver(&dovecot, "ann", "A", 3..4);
    wait_for("a further mail", || has_case(data.path(), "INC0000003"));
}

#[test]
fn what_is_refused_says_why() {
    let Some(dovecot) = Dovecot::start() else { return };
    let data = tempfile::tempdir().unwrap();
    let inbox = dovecot.address("ann", "");
    let mut wrong = program();
    wrong.env("CASEBOOK_IMAP_PASSWORD", "falsch").arg("--data").arg(data.path()).args(["ingest", &inbox, "--watch"]);
    let output = wrong.output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{errors}");
    assert!(errors.contains("refuses the login of `ann`") && !errors.contains("falsch"), "{errors}");
    let output = program().arg("--data").arg(data.path()).args(["ingest", &inbox]).output().unwrap();
    assert!(String::from_utf8_lossy(&output.stderr).contains("set CASEBOOK_IMAP_PASSWORD"));
    let tls = format!("imaps://ann@localhost:{}/", dovecot.tls_port);
    check_fails(data.path(), &[&tls], &["no secure connection", "invalid peer certificate", "`ca_file` below [imap]"]);
    let nobody = format!(
        "imap://ann@127.0.0.1:{}/",
        std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
    );
    check_fails(data.path(), &[&nobody], &["cannot reach the mail server", "port 993"]);
}

#[test]
fn addresses_with_passwords_are_refused_unseen() {
    let data = tempfile::tempdir().unwrap();
    check_fails(
        data.path(),
        &["imaps://ann:geheim@imap.example.com/"],
        &["holds a password", "CASEBOOK_IMAP_PASSWORD"],
    );
    check_fails(data.path(), &["imaps://ann@imap.example.com/", "a.eml"], &["a run of its own"]);
    check_fails(data.path(), &["a.eml", "--all-folders"], &["are for mail accounts"]);
    assert!(!data.path().join("cases.db").exists());
}

#[test]
fn tls_and_passwords_by_the_settings() {
    let Some(dovecot) = Dovecot::start() else { return };
    let data = tempfile::tempdir().unwrap();
    deliver(&dovecot, "ann", "INBOX", 1..3);
    let config = data.path().join("casebook.toml");
    let ca_file = dovecot.certificate();
    let settings =
        |more: &str| fs::write(&config, format!("[imap]\nca_file = '{}'\n{more}\n", ca_file.display())).unwrap();
    let run = |address: &str| {
        let mut program = program();
        program
            .arg("--data")
            .arg(data.path())
            .arg("--config")
            .arg(&config)
            .args(["ingest", "--format", "json", address]);
        program.output().unwrap()
    };
    let created = |output: std::process::Output| {
        let report: Value =
            serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {output:?}"));
        counts(&report)
    };
    fs::write(data.path().join("password"), format!("{PASSWORD}\n")).unwrap();
    settings("password_file = 'password'");
    set_mode(&data.path().join("password"), "644");
    let tls = format!("imaps://ann@localhost:{}/", dovecot.tls_port);
    let open = run(&tls);
    assert!(String::from_utf8_lossy(&open.stderr).contains("others than its owner"), "{open:?}");
    set_mode(&data.path().join("password"), "600");
    assert_eq!(created(run(&tls)), (2, 0));
    settings(&format!("password_command = ['printf', '{PASSWORD}']"));
    deliver(&dovecot, "ann", "INBOX", 3..4);
    assert_eq!(created(run(&tls)), (1, 0));
    // A number that does not tell that it is this machine: TLS by STARTTLS, with a certificate for another name.
    let starttls = run(&format!("imap://ann@0.0.0.0:{}/", dovecot.port));
    assert!(String::from_utf8_lossy(&starttls.stderr).contains("not valid for name"), "{starttls:?}");
    let shown = program().arg("--config").arg(&config).arg("config").output().unwrap();
    assert!(!String::from_utf8_lossy(&shown.stdout).contains(PASSWORD), "{shown:?}");
}

fn set_mode(path: &Path, mode: &str) {
    assert!(Command::new("chmod").arg(mode).arg(path).status().unwrap().success());
}

#[test]
fn a_full_disk_says_so_and_the_next_run_goes_on() {
    let Some(dovecot) = Dovecot::start() else { return };
    let data = tempfile::tempdir().unwrap();
    for number in 1..301 {
        // Nothing that a compressor makes small.
        let noise: String = (0..400)
            .map(|line| {
                format!(
                    "{}\n",
                    blake3::hash(&[number as u8, (number >> 8) as u8, line as u8, (line >> 8) as u8]).to_hex()
                )
            })
            .collect();
        dovecot.deliver("ann", "INBOX", &format!("{number:06}.test"), &mail(number, &noise));
    }
    let inbox = dovecot.address("ann", "");
    // No file may grow beyond 4 MB: writing fails as on a full disk, once the signal for it is ignored.
    let limited = "trap '' XFSZ; ulimit -f 4096; exec \"$@\"";
    let output = Command::new("bash")
        .args(["-c", limited, "bash"])
        .arg(assert_cmd::cargo::cargo_bin("casebook"))
        .env("CASEBOOK_IMAP_PASSWORD", PASSWORD)
        .env("XDG_CONFIG_HOME", data.path())
        .arg("--data")
        .arg(data.path())
        .args(["ingest", "--matching", "later", &inbox])
        .output()
        .unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{errors}");
    assert!(errors.contains("it may be full") && errors.contains("make room on the disk"), "{errors}");
    let before = cases(data.path());
    assert!(before < 300);
    let report = ingest(data.path(), &["--matching", "later", &inbox]);
    assert_eq!(counts(&report).0 as usize, 300 - before, "{report}");
    assert_eq!(cases(data.path()), 300);
}

#[test]
fn keywords_are_written_only_when_asked_for() {
    let Some(dovecot) = Dovecot::start() else { return };
    let data = tempfile::tempdir().unwrap();
    dovecot.deliver("ann", "INBOX", "1.test", &mail(1, "The disk is full: ENOSPC"));
    let inbox = dovecot.address("ann", "");
    ingest(data.path(), &[&inbox]);
    assert!(dovecot.mails("ann", "INBOX").keys().all(|name| name.starts_with("new/")), "untouched");
    dovecot.deliver("ann", "INBOX", "2.test", &mail(2, "The disk is full: ENOSPC"));
    ingest(data.path(), &[&inbox, "--write-keywords"]);
    let keywords = dovecot.keywords("ann");
    assert!(keywords.contains(&"$casebook_cause/disk-full".to_string()), "{keywords:?}");
    let flags = |name: &str| dovecot.mails("ann", "INBOX").into_keys().find(|file| file.contains(name)).unwrap();
    assert!(flags("1.test").ends_with(":2,"), "its case had no news: {}", flags("1.test"));
    let given = flags("2.test");
    let count = |name: &str| flags(name).split(":2,").nth(1).unwrap().chars().filter(char::is_ascii_lowercase).count();
    let first = count("2.test");
    assert!(first > 0, "{given}");
    // A tag that a person gave, with letters that no flag has; it goes to all messages of the case, and away from them.
    let tag = |change: &str| {
        program().arg("--data").arg(data.path()).args(["case", "tag", "INC0000002", change]).assert().code(0)
    };
    tag("+customer/示例");
    let answer = |number: u32| mail(number, "And now?").replace(&format!("INC{number:07}"), "Re: INC0000002");
    dovecot.deliver("ann", "INBOX", "3.test", &answer(3));
    ingest(data.path(), &[&inbox, "--write-keywords"]);
    assert!(
        dovecot.keywords("ann").contains(&"$casebook_customer/&eTpPiw-".to_string()),
        "{:?}",
        dovecot.keywords("ann")
    );
    assert_eq!((count("2.test"), count("3.test")), (first + 1, first + 1));
    tag("-customer/示例");
    assert_eq!(count("2.test"), first + 1, "nothing goes to the server by itself");
    dovecot.deliver("ann", "INBOX", "4.test", &answer(4));
    ingest(data.path(), &[&inbox, "--write-keywords"]);
    assert_eq!((count("2.test"), count("3.test"), count("4.test")), (first, first, first));
}

/// The settings of a store, in a file of its own.
fn config(data: &Path, text: &str) -> String {
    let path = data.join("casebook.toml");
    fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_string()
}

#[test]
fn tags_that_change_later_reach_the_mailbox_with_the_next_run() {
    let Some(dovecot) = Dovecot::start() else { return };
    let data = tempfile::tempdir().unwrap();
    let inbox = dovecot.address("ann", "");
    dovecot.deliver("ann", "INBOX", "0.test", &mail(99, "Old, and never asked for: ENOSPC"));
    ingest(data.path(), &[&inbox]);
    // More than a folder is searched for one by one; a person read one of them and marked another.
    for number in 1..61 {
        dovecot.deliver("ann", "INBOX", &format!("{number}.test"), &mail(number, "The disk is full: ENOSPC"));
    }
    let folder = dovecot.maildir("ann", "INBOX");
    fs::rename(folder.join("new/1.test"), folder.join("cur/1.test:2,FS")).unwrap();
    ingest(data.path(), &[&inbox, "--write-keywords", "--matching", "later"]);
    let flags = |number: u32| {
        let name = format!("/{number}.test:2,");
        let files = dovecot.mails("ann", "INBOX").into_keys();
        files.filter_map(|file| Some(file.split_once(&name)?.1.to_string())).next().unwrap_or_default()
    };
    let ours = |number: u32| flags(number).chars().filter(char::is_ascii_lowercase).count();
    assert_eq!((ours(1), ours(60)), (0, 0), "not matched yet");
    // By rules: nothing of it goes out before a run that may write.
    json(data.path(), &["tag", "apply"]);
    ingest(data.path(), &[&inbox]);
    assert_eq!((ours(1), ours(60)), (0, 0));
    ingest(data.path(), &[&inbox, "--write-keywords"]);
    let given = ours(60);
    assert!(given > 0 && (1..61).all(|number| ours(number) == given), "{:?}", dovecot.mails("ann", "INBOX").keys());
    assert!(flags(1).starts_with("FS"), "{}", flags(1));
    assert_eq!(ours(0), 0, "changed before anybody asked");
    // By hand, under another name, by rules that are gone; each is written by the next run, which brings no mail.
    let run = |arguments: &[&str]| program().arg("--data").arg(data.path()).args(arguments).assert().code(0);
    run(&["case", "tag", "INC0000002", "+team/storage"]);
    run(&["tag", "rename", "cause/disk-full", "cause/no-space"]);
    assert_eq!(ours(2), given);
    let report = ingest(data.path(), &[&inbox, "--write-keywords"]);
    assert_eq!(counts(&report), (0, 0), "{report}");
    assert_eq!((ours(2), ours(3)), (given + 1, given));
    let keywords = dovecot.keywords("ann");
    for keyword in ["$casebook_team/storage", "$casebook_cause/no-space"] {
        assert!(keywords.contains(&keyword.to_string()), "{keywords:?}");
    }
    run(&["case", "tag", "INC0000002", "-team/storage"]);
    ingest(data.path(), &[&inbox, "--write-keywords"]);
    assert_eq!(ours(2), given);
    assert!(flags(1).starts_with("FS"), "{}", flags(1));
}

#[test]
fn keywords_wait_while_the_server_is_away_and_a_watcher_writes_them() {
    let data = tempfile::tempdir().unwrap();
    let Some(dovecot) = Dovecot::start() else { return };
    let settings = config(data.path(), "[imap]\nkeywords = true\n");
    // The first connection, of the run that takes mail in, is let through; it is cut in the next one.
    dovecot.deliver("ann", "INBOX", "1.test", &mail(1, "The disk is full: ENOSPC"));
    let proxy = Proxy::start(dovecot.port, None);
    let inbox = format!("imap://ann@127.0.0.1:{}/", proxy.port);
    let flags = || dovecot.mails("ann", "INBOX").into_keys().next().unwrap_or_default();
    proxy.refuse_after(1);
    let output = ingest_output(data.path(), &["--config", &settings, &inbox]);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{errors}");
    assert!(errors.contains("keywords wait for the next run that writes them"), "{errors}");
    assert!(String::from_utf8_lossy(&output.stdout).contains("1 message new"), "{output:?}");
    assert!(flags().starts_with("new/"), "{}", flags());
    proxy.refuse_after(usize::MAX);
    let _watching = Watching::start(data.path(), &["--config", &settings, &inbox]);
    wait_for("what waited", || flags().split(":2,").nth(1).is_some_and(|flags| !flags.is_empty()));
    let before = flags();
    wait_for("IDLE", || proxy.said().iter().any(|line| line.ends_with(" IDLE")));
    program().arg("--data").arg(data.path()).args(["case", "tag", "INC0000001", "+team/storage"]).assert().code(0);
    wait_for("a tag by hand", || flags().len() > before.len());
}
