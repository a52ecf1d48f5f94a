//! `casebook ingest --watch`, from its start to the signal that ends it.

#![cfg(unix)]

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::{Read, Write},
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    sync::{Arc, Mutex},
    thread,
    time::{Duration, Instant, SystemTime},
};

use serde_json::Value;

use crate::support::{json, program, root};

/// Longer than anything takes on a loaded machine.
const PATIENCE: Duration = Duration::from_secs(300);

/// A running watch.
struct Watched {
    child: Child,
    said: Arc<Mutex<String>>,
    warned: Arc<Mutex<String>>,
}

impl Watched {
    fn start(data: &Path, arguments: &[&str]) -> Self {
        let mut child = Command::new(assert_cmd::cargo::cargo_bin("casebook"))
            .env("XDG_CONFIG_HOME", root("tests/data/no-such-folder"))
            .arg("--data")
            .arg(data)
            .args(["ingest", "--watch"])
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let said = collect(child.stdout.take().unwrap());
        let warned = collect(child.stderr.take().unwrap());
        Watched { child, said, warned }
    }

    #[track_caller]
    fn until(&mut self, what: &str, mut is_so: impl FnMut(&str, &str) -> bool) {
        let end = Instant::now() + PATIENCE;
        loop {
            let (said, warned) = (self.said.lock().unwrap().clone(), self.warned.lock().unwrap().clone());
            if is_so(&said, &warned) {
                return;
            }
            let ended = self.child.try_wait().unwrap();
            assert!(ended.is_none() && Instant::now() < end, "{what} ({ended:?}): {said}\n{warned}");
            thread::sleep(Duration::from_millis(50));
        }
    }

    /// Ends it by a signal; its status and what it said.
    fn end(mut self, signal: &str) -> (ExitStatus, String) {
        let killed = Command::new("kill").arg(signal).arg(self.child.id().to_string()).status().unwrap();
        assert!(killed.success());
        let status = self.child.wait().unwrap();
        // The readers end with the pipes.
        while Arc::strong_count(&self.said) > 1 {
            thread::sleep(Duration::from_millis(5));
        }
        let said = self.said.lock().unwrap().clone();
        (status, said)
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        // Ended already, unless the test failed.
        let _ = self.child.kill();
    }
}

fn collect(mut from: impl Read + Send + 'static) -> Arc<Mutex<String>> {
    let into = Arc::new(Mutex::new(String::new()));
    let held = Arc::clone(&into);
    thread::spawn(move || {
        let mut buffer = [0; 4096];
        while let Ok(count @ 1..) = from.read(&mut buffer) {
            held.lock().unwrap().push_str(&String::from_utf8_lossy(&buffer[..count]));
        }
    });
    into
}

/// Messages by case.
fn cases(data: &Path) -> BTreeMap<String, u64> {
    if !data.join("cases.db").exists() {
        return BTreeMap::new();
    }
    let list = json(data, &["case", "list", "--limit", "1000"]);
    let case = |case: &Value| (case["id"].as_str().unwrap().to_string(), case["messages"].as_u64().unwrap());
    list["cases"].as_array().unwrap().iter().map(case).collect()
}

fn mail(number: u32) -> String {
    format!(
        "From: Ann <ann@example.com>\nTo: s@example.org\nSubject: INC{number:07} printer\nMessage-ID: <{number}@example.com>\n\
         Date: Tue, 10 Sep 2024 14:00:00 +0800\n\nIt fails with 0x80070005, mail {number}.\n"
    )
}

/// Content and time of all files.
fn files(folder: &Path) -> BTreeMap<PathBuf, (Vec<u8>, SystemTime)> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            let modified = fs::metadata(&path).unwrap().modified().unwrap();
            found.insert(path.clone(), (fs::read(&path).unwrap(), modified));
        }
    }
    found
}

fn maildir(folder: &Path) {
    for name in ["cur", "new", "tmp"] {
        fs::create_dir_all(folder.join(name)).unwrap();
    }
}

#[test]
fn what_is_there_and_what_comes_is_stored_once_and_nothing_is_touched() {
    let folder = tempfile::tempdir().unwrap();
    let (data, mailbox, drop_folder) =
        (folder.path().join("data"), folder.path().join("Maildir"), folder.path().join("drop"));
    maildir(&mailbox);
    fs::create_dir(&drop_folder).unwrap();
    fs::write(mailbox.join("cur/1.a:2,S"), mail(1)).unwrap();
    fs::write(mailbox.join("new/2.a"), mail(2)).unwrap();
    fs::write(mailbox.join("tmp/9.a"), mail(9)).unwrap();
    fs::write(drop_folder.join("3.eml"), mail(3)).unwrap();
    let arguments = [mailbox.to_str().unwrap(), drop_folder.to_str().unwrap()];
    let mut watched = Watched::start(&data, &arguments);
    watched.until("the first three", |_, _| cases(&data).len() == 3);

    // Delivered, and marked as seen at once.
    fs::write(mailbox.join("tmp/4.a"), mail(4)).unwrap();
    fs::rename(mailbox.join("tmp/4.a"), mailbox.join("new/4.a")).unwrap();
    fs::rename(mailbox.join("new/4.a"), mailbox.join("cur/4.a:2,S")).unwrap();
    // Marked after it was taken in.
    fs::rename(mailbox.join("new/2.a"), mailbox.join("cur/2.a:2,RS")).unwrap();
    // Written slowly, with a rest longer than a file must have been left alone.
    let (whole, half) = (mail(5), 60);
    let mut slow = File::create(drop_folder.join("5.eml")).unwrap();
    slow.write_all(&whole.as_bytes()[..half]).unwrap();
    // Written elsewhere and moved.
    fs::write(drop_folder.join(".6.part"), mail(6)).unwrap();
    fs::rename(drop_folder.join(".6.part"), drop_folder.join("6.eml")).unwrap();
    watched.until("moved mails", |_, _| cases(&data).len() == 5);
    thread::sleep(Duration::from_millis(1_500));
    slow.write_all(&whole.as_bytes()[half..]).unwrap();
    drop(slow);
    // A mailbox, and a case folder with its log.
    let mbox: String =
        [7, 8].map(|number| format!("From a@example.com Mon Jan  1 00:00:00 2024\n{}\n", mail(number))).concat();
    fs::write(drop_folder.join("inbox.mbox"), mbox).unwrap();
    let case = drop_folder.join("case");
    fs::create_dir(&case).unwrap();
    fs::write(case.join("CBS.log"), "2024-09-10 14:32:53, Error   CBS    Failed [HRESULT = 0x800f0922]\n".repeat(9))
        .unwrap();
    fs::write(case.join("10.eml"), mail(10)).unwrap();
    watched.until("all of them", |_, _| cases(&data).len() == 9 && cases(&data).get("INC0000010") == Some(&2));
    // Each was matched behind its batch.
    watched.until("the matching", |_, _| json(&data, &["tag", "apply", "--dry-run"])["cases"] == 0);
    let before = files(folder.path());
    let (status, said) = watched.end("-TERM");
    assert!(status.success(), "{status:?} {said}");
    let last = said.lines().last().unwrap();
    assert!(last.starts_with("in all: 10 new messages"), "{said}");
    let found = cases(&data);
    assert_eq!(found.values().sum::<u64>(), 10, "{found:?}");
    assert_eq!(json(&data, &["ingest", "--failed", "list"])["failed"], serde_json::json!([]));
    let after = files(folder.path());
    for (path, file) in before.iter().filter(|(path, _)| !path.starts_with(&data)) {
        assert_eq!(after.get(path), Some(file), "{}", path.display());
    }
    assert_eq!(files(&mailbox).len() + files(&drop_folder).len(), 10);

    // Once more from the start: nothing is new, in another way to look.
    let mut again = Watched::start(&data, &[&arguments[..], &["--poll", "1", "--format", "json"]].concat());
    let existing = |said: &str| -> u64 {
        let lines = said.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
        lines.filter(|line| line["schema"] == "casebook.ingest/1").map(|line| line["existing"].as_u64().unwrap()).sum()
    };
    again.until("all known", |said, _| existing(said) == 10);
    let (status, said) = again.end("-INT");
    assert!(status.success(), "{status:?} {said}");
    let totals: Value = serde_json::from_str(said.lines().last().unwrap()).unwrap();
    assert_eq!((&totals["schema"], &totals["created"]), (&"casebook.watch/1".into(), &0.into()), "{said}");
}

#[test]
fn a_store_that_is_busy_and_a_folder_that_is_gone_are_waited_for() {
    let folder = tempfile::tempdir().unwrap();
    let (data, drop_folder, away) =
        (folder.path().join("data"), folder.path().join("drop"), folder.path().join("away"));
    fs::create_dir(&drop_folder).unwrap();
    fs::write(drop_folder.join("1.eml"), mail(1)).unwrap();
    let mut watched = Watched::start(&data, &[drop_folder.to_str().unwrap(), "--matching", "later"]);
    watched.until("the first", |_, _| cases(&data).len() == 1);
    let holder = rusqlite::Connection::open(data.join("cases.db")).unwrap();
    holder.busy_timeout(PATIENCE).unwrap();
    holder.execute_batch("BEGIN IMMEDIATE").unwrap();
    fs::write(drop_folder.join("2.eml"), mail(2)).unwrap();
    watched.until("busy", |_, warned| warned.contains("busy") && warned.contains("tried again"));
    holder.execute_batch("ROLLBACK").unwrap();
    watched.until("the second", |_, _| cases(&data).len() == 2);
    fs::rename(&drop_folder, &away).unwrap();
    watched.until("gone", |_, warned| warned.contains("is gone"));
    fs::create_dir(&drop_folder).unwrap();
    fs::write(drop_folder.join("3.eml"), mail(3)).unwrap();
    watched.until("the third", |_, _| cases(&data).len() == 3);
    // What a transport delivered waits, as asked for.
    program().arg("--data").arg(&data).args(["ingest", "--deliver"]).write_stdin(mail(4)).assert().code(0);
    let (status, said) = watched.end("-TERM");
    assert!(status.success(), "{status:?} {said}");
    assert!(said.contains("in all: 3 new messages"), "{said}");
}

#[test]
fn what_cannot_be_watched_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let path = folder.path().to_str().unwrap();
    for (arguments, words) in [
        (&["no/such/folder"][..], "no/such/folder"),
        (&[path], "lies in the watched folder"),
        (&["-"], "cannot watch"),
        (&[path, "--history"], "--history"),
        (&[path, "--poll", "0"], "--poll"),
    ] {
        let run = program().arg("--data").arg(&data).args(["ingest", "--watch"]).args(arguments).output().unwrap();
        let errors = String::from_utf8_lossy(&run.stderr);
        assert!(run.status.code() == Some(2) && errors.contains(words), "{arguments:?}: {errors}");
    }
}

/// A path as it is from the current folder.
fn relative(path: &Path) -> String {
    let up = "../".repeat(std::env::current_dir().unwrap().components().count() - 1);
    format!("{up}{}", path.strip_prefix("/").unwrap().display())
}

#[test]
fn a_store_is_backed_up_forgotten_of_and_restored_beside_a_watcher() {
    let (folder, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (data, inbox) = (elsewhere.path().join("data"), folder.path().join("inbox"));
    maildir(&inbox);
    let bring = |number: u32| {
        let name = format!("{number}.test");
        fs::write(inbox.join("tmp").join(&name), mail(number)).unwrap();
        fs::rename(inbox.join("tmp").join(&name), inbox.join("new").join(&name)).unwrap();
    };
    let run = |arguments: &[&str]| program().arg("--data").arg(&data).args(arguments).assert().code(0);
    let has = |numbers: &[u32]| {
        let wanted: BTreeMap<String, u64> = numbers.iter().map(|number| (format!("INC{number:07}"), 1)).collect();
        cases(&data) == wanted
    };
    [1, 2].into_iter().for_each(bring);
    // Named from where the program runs.
    let mut watched = Watched::start(&data, &[&relative(&inbox)]);
    watched.until("the first mails", |_, _| has(&[1, 2]));
    let backup = elsewhere.path().join("store.backup");
    run(&["backup", backup.to_str().unwrap()]);
    run(&["forget", "INC0000001", "--yes"]);
    bring(3);
    watched.until("what is forgotten stays away, what comes is taken", |_, _| has(&[2, 3]));
    run(&["restore", backup.to_str().unwrap(), "--force"]);
    bring(4);
    watched.until("the restored store goes on", |_, _| has(&[1, 2, 4]));
    let (status, _) = watched.end("-TERM");
    assert_eq!(status.code(), Some(0));
    assert_eq!(json(&data, &["doctor"])["faults"], serde_json::json!([]));
    // What the backup lacks lies in the folder still: the next start finds it.
    let mut watched = Watched::start(&data, &[inbox.to_str().unwrap()]);
    watched.until("what came behind the backup", |_, _| has(&[1, 2, 3, 4]));
    // A later casebook brought the store up to date: this one does not touch it any more.
    rusqlite::Connection::open(data.join("cases.db")).unwrap().pragma_update(None, "user_version", 1000).unwrap();
    bring(5);
    let end = Instant::now() + PATIENCE;
    let status = loop {
        match watched.child.try_wait().unwrap() {
            Some(status) => break status,
            None => assert!(Instant::now() < end, "it goes on"),
        }
        thread::sleep(Duration::from_millis(50));
    };
    let warned = watched.warned.lock().unwrap().clone();
    assert!(status.code() == Some(2) && warned.contains("later version of casebook"), "{status}: {warned}");
}
