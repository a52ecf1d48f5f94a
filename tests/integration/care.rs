//! Search over stored cases and the care of the store, through the program.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Output,
};

use serde_json::Value;

use crate::support::{program, root};

fn run(data: &Path, arguments: &[&str]) -> Output {
    program().arg("--data").arg(data).args(arguments).output().unwrap()
}

/// Standard output as JSON, with the exit status.
#[track_caller]
fn json(data: &Path, arguments: &[&str]) -> (Value, i32) {
    let output = program().arg("--data").arg(data).args(["--color", "never"]).args(arguments).output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    let value = serde_json::from_slice(&output.stdout);
    (value.unwrap_or_else(|error| panic!("{arguments:?}: {error}; {errors}")), output.status.code().unwrap())
}

#[track_caller]
fn fails(data: &Path, arguments: &[&str], words: &str) {
    let output = run(data, arguments);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{arguments:?}: {errors}");
    assert!(errors.contains(words), "{arguments:?}: {errors}");
}

/// Ids of the cases that a search finds.
#[track_caller]
fn found(data: &Path, query: &[&str]) -> Vec<String> {
    let mut arguments = vec!["search", "--in", "cases", "--format", "json", "--limit", "20", "--"];
    arguments.extend(query);
    let (report, status) = json(data, &arguments);
    let mut ids: Vec<String> =
        report["cases"].as_array().unwrap().iter().map(|case| case["id"].as_str().unwrap().to_string()).collect();
    assert_eq!(status, i32::from(ids.is_empty()), "{query:?}");
    ids.sort();
    ids
}

const MAILS: &[&str] = &[
    "From: Ann <ann@northwind.example>\nTo: s@example.org\nSubject: INC0001001 Update rolls back\nMessage-ID: <1@x>\n\
     Date: Mon, 2 Sep 2024 10:00:00 +0000\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\n\
     The machine rolls back, see the log.\n--b\nContent-Type: text/plain; name=CBS.log\n\
     Content-Disposition: attachment; filename=CBS.log\n\n\
     2024-09-02 09:32:53, Error   CBS    Failed to resolve Package_for_KB4474419~31bf3856ad364e35~amd64~~6.1.3.2 [HRESULT = 0x800f0922]\n\
     2024-09-02 09:32:54, Error   CBS    Failed to install krnlmgr.sys [HRESULT = 0x80070005]\n\
     2024-09-02 09:32:55, Info    CBS    Session end\n--b--\n",
    "From: 李雷 <lilei@orchid.example>\nTo: s@example.org\nSubject: INC0001002 补丁安装失败\nMessage-ID: <2@x>\n\
     Date: Tue, 10 Sep 2024 10:00:00 +0000\nContent-Type: text/plain; charset=utf-8\n\n安装补丁后提示拒绝访问，错误 -2147024891。\n",
    "From: Bob <bob@fjord.example>\nTo: s@example.org\nSubject: INC0001003 printer offline\nMessage-ID: <3@x>\n\
     Date: Fri, 20 Sep 2024 10:00:00 +0000\n\nThe printer in the hall does not print.\n",
];

fn stored() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let mails = folder.path().join("mails");
    fs::create_dir(&mails).unwrap();
    for (number, mail) in MAILS.iter().enumerate() {
        fs::write(mails.join(format!("{number}.eml")), mail).unwrap();
    }
    let data = folder.path().join("data");
    let (report, _) = json(&data, &["ingest", "--format", "json", mails.to_str().unwrap()]);
    assert_eq!(report["created"], 3, "{report}");
    (folder, data)
}

#[test]
fn cases_are_found_by_codes_words_and_conditions() {
    let (_folder, data) = stored();
    for (query, expected) in [
        // The mail names the package only.
        (&["KB4474419"][..], &["INC0001001"][..]),
        // The English mail says Update.
        (&["补丁"], &["INC0001001", "INC0001002"]),
        (&["拒绝访问"], &["INC0001002"]),
        (&["access denied"], &["INC0001002"]),
        (&["-2147024891"], &["INC0001001", "INC0001002"]),
        (&["0x80070005"], &["INC0001001", "INC0001002"]),
        (&["E_ACCESSDENIED"], &["INC0001001", "INC0001002"]),
        (&["krnlmgr.sys"], &["INC0001001"]),
        (&["krnlmgr"], &["INC0001001"]),
        (&["printer", "hall"], &["INC0001003"]),
        (&["\"does not print\""], &["INC0001003"]),
        (&["hresult:0x80070005", "after:2024-09-05"], &["INC0001002"]),
        (&["before:2024-09-05"], &["INC0001001"]),
        (&["has:attachment"], &["INC0001001"]),
        (&["from:bob@fjord.example"], &["INC0001003"]),
        (&["from:fjord.example", "status:open"], &["INC0001003"]),
        (&["printer", "status:closed"], &[]),
        (&["win32:5"], &["INC0001001", "INC0001002"]),
        // No mail says both: those that say one.
        (&["printer", "krnlmgr.sys"], &["INC0001001", "INC0001003"]),
        (&["nothing-like-it.sys"], &[]),
    ] {
        assert_eq!(found(&data, query), expected, "{query:?}");
    }
    fails(&data, &["search", "after:yesterday"], "not a date");
    fails(&data, &["search", "--in", "cases", "title:setup"], "articles alone");
}

#[test]
fn articles_and_cases_are_told_apart() {
    let (_folder, data) = stored();
    let (both, _) = json(&data, &["search", "0x80070005", "--format", "json"]);
    assert!(!both["hits"].as_array().unwrap().is_empty() && both["cases"].as_array().unwrap().len() == 2, "{both}");
    let case = &both["cases"][0];
    assert_eq!(case["signatures"][0]["standing"], "failing", "{case}");
    let snippet = &case["snippet"];
    let span = |at: usize| snippet["highlights"][0][at].as_u64().unwrap() as usize;
    let marked = &snippet["text"].as_str().unwrap()[span(0)..span(1)];
    assert!(["0x80070005", "-2147024891"].contains(&marked), "{snippet}");
    let (articles, _) = json(&data, &["search", "0x80070005", "--in", "articles", "--format", "json"]);
    assert_eq!(articles["cases"], serde_json::json!([]));
    // A condition that no article can meet.
    let (cases, _) = json(&data, &["search", "0x80070005 status:open", "--format", "json"]);
    assert!(cases["hits"].as_array().unwrap().is_empty() && !cases["cases"].as_array().unwrap().is_empty());
    // Without a store, articles are searched as ever.
    let none = data.join("none");
    let (alone, status) = json(&none, &["search", "0x80070005", "--format", "json"]);
    assert!(status == 0 && !alone["hits"].as_array().unwrap().is_empty());
    fails(&none, &["search", "--in", "cases", "x"], "casebook ingest");
    let text = run(&data, &["search", "拒绝访问", "--in", "cases"]);
    insta::assert_snapshot!(String::from_utf8(text.stdout).unwrap(), @r"
    Cases
    1. INC0001002  INC0001002 补丁安装失败
       open, orchid.example, 2024-09-10 to 2024-09-10; 1 mail
       mail:1: 安装补丁后提示拒绝访问，错误 -2147024891。
    ");
}

#[test]
fn earlier_cases_that_resemble_one_tell_how_they_ended() {
    let (_folder, data) = stored();
    let close = run(&data, &["case", "close", "INC0001001", "--resolution", "policy changed"]);
    assert!(close.status.success());
    let (report, _) = json(&data, &["case", "similar", "inc0001002", "--format", "json"]);
    let first = &report["similar"][0];
    assert_eq!((&first["id"], &first["resolution"]), (&"INC0001001".into(), &"policy changed".into()), "{report}");
    assert_eq!(first["signatures"][0]["cases"], 2, "{first}");
    // Later ones are no earlier ones.
    let (report, _) = json(&data, &["case", "similar", "INC0001001", "--format", "json"]);
    assert_eq!(report["similar"], serde_json::json!([]));
    fails(&data, &["case", "similar", "INC9"], "there is no case");
}

#[test]
fn what_is_forgotten_is_gone_and_a_backup_brings_it_back() {
    let (folder, data) = stored();
    let file = folder.path().join("backup.db");
    let name = file.to_str().unwrap();
    let (backup, _) = json(&data, &["backup", name, "--format", "json"]);
    assert_eq!((&backup["messages"], &backup["cases"]), (&3.into(), &3.into()));
    fails(&data, &["backup", name], "--force");
    // Nobody can answer: nothing goes.
    fails(&data, &["forget", "INC0001001"], "--yes");
    assert_eq!(found(&data, &["krnlmgr.sys"]).len(), 1);
    let (gone, _) = json(&data, &["forget", "INC0001001", "--yes", "--format", "json"]);
    assert_eq!((&gone["erased"], &gone["messages"], &gone["attachments"]), (&true.into(), &1.into(), &1.into()));
    assert_eq!(found(&data, &["krnlmgr.sys"]), Vec::<String>::new());
    fails(&data, &["case", "show", "INC0001001"], "there is no case");
    assert_eq!(json(&data, &["doctor", "--format", "json"]).1, 0);
    fails(&data, &["restore", name], "--force");
    let (restored, _) = json(&data, &["restore", name, "--force", "--format", "json"]);
    assert_eq!(restored["messages"], 3);
    assert_eq!(found(&data, &["krnlmgr.sys"]), ["INC0001001"]);
    let elsewhere = folder.path().join("elsewhere");
    json(&elsewhere, &["restore", name, "--format", "json"]);
    assert_eq!(found(&elsewhere, &["拒绝访问"]), ["INC0001002"]);
    let log = root("corpus/cases/cas-12143");
    fails(&elsewhere, &["restore", log.to_str().unwrap(), "--force"], "no backup");
}

#[test]
fn the_doctor_finds_and_mends_an_index_that_is_wrong() {
    let (_folder, data) = stored();
    let well = json(&data, &["doctor", "--format", "json"]);
    assert_eq!((&well.0["faults"], &well.0["messages"], well.1), (&serde_json::json!([]), &3.into(), 0));
    // Another program's.
    let meta = data.join("cases.index/meta.json");
    fs::write(&meta, fs::read_to_string(&meta).unwrap().replacen("\"payload\": \"1 ", "\"payload\": \"999 ", 1))
        .unwrap();
    let (ill, status) = json(&data, &["doctor", "--format", "json"]);
    assert_eq!((&ill["faults"][0]["kind"], status), (&"no-index".into(), 1), "{ill}");
    assert_eq!(json(&data, &["doctor", "--fix", "--format", "json"]).1, 0);
    assert_eq!(json(&data, &["doctor", "--format", "json"]).1, 0);
    assert_eq!(found(&data, &["拒绝访问"]), ["INC0001002"]);
    let (report, _) = json(&data, &["reindex", "--format", "json"]);
    assert_eq!(report["messages"], 3);
    assert_eq!(found(&data, &["拒绝访问"]), ["INC0001002"]);
    fails(&data.join("none"), &["doctor"], "casebook ingest");
    assert!(!data.join("none").exists());
}

/// Files of the index of cases by their ending.
fn of_index(data: &Path, ending: &str) -> Vec<PathBuf> {
    let files = fs::read_dir(data.join("cases.index")).unwrap().map(|file| file.unwrap().path());
    files.filter(|file| file.extension().is_some_and(|extension| extension == ending)).collect()
}

#[test]
fn a_damaged_index_is_told_and_built_anew() {
    let (folder, data) = stored();
    let copy = folder.path().join("copy");
    let again = || {
        let _ = fs::remove_dir_all(&copy);
        fs::create_dir_all(copy.join("cases.index")).unwrap();
        for file in fs::read_dir(data.join("cases.index")).unwrap().map(|file| file.unwrap().path()) {
            fs::copy(&file, copy.join("cases.index").join(file.file_name().unwrap())).unwrap();
        }
        fs::copy(data.join("cases.db"), copy.join("cases.db")).unwrap();
    };
    for ending in ["term", "idx", "pos", "store", "fast", "fieldnorm"] {
        again();
        for damage in ["flipped", "emptied", "gone"] {
            let file = of_index(&copy, ending).pop().unwrap();
            let mut bytes = fs::read(&file).unwrap();
            match damage {
                "flipped" => {
                    bytes.iter_mut().step_by(3).for_each(|byte| *byte ^= 0x41);
                    fs::write(&file, bytes).unwrap();
                }
                "emptied" => fs::write(&file, "").unwrap(),
                _ => fs::remove_file(&file).unwrap(),
            }
            let what = format!("{ending} {damage}");
            for arguments in [&["search", "--in", "cases", "0x80070005"][..], &["search", "--in", "cases", "roll*"]] {
                let output = run(&copy, arguments);
                let errors = String::from_utf8_lossy(&output.stderr);
                assert!(output.status.code().is_some_and(|status| status <= 2), "{what}: {:?} {errors}", output.status);
                assert!(!errors.contains("panicked"), "{what}: {errors}");
                assert!(output.status.code() != Some(2) || errors.contains("casebook reindex"), "{what}: {errors}");
            }
            // A search builds anew what it cannot even open.
            let (ill, status) = json(&copy, &["doctor", "--format", "json"]);
            assert_eq!(ill["messages"], 3, "{what}: {ill}");
            assert!(status == 0 || ill["faults"][0]["kind"] == "index-damaged", "{what}: {ill}");
            assert_eq!(json(&copy, &["doctor", "--fix", "--format", "json"]).1, 0, "{what}");
            assert_eq!(json(&copy, &["doctor", "--format", "json"]).1, 0, "{what}");
            assert_eq!(found(&copy, &["拒绝访问"]), ["INC0001002"], "{what}");
        }
        again();
        fs::remove_file(of_index(&copy, ending).pop().unwrap()).unwrap();
        let (ill, status) = json(&copy, &["doctor", "--format", "json"]);
        assert_eq!((&ill["faults"][0]["kind"], status), (&"index-damaged".into(), 1), "{ending}: {ill}");
        // Mail is taken in all the same.
        let (taken, status) =
            json(&copy, &["ingest", "--format", "json", root("corpus/cases/cas-12143").to_str().unwrap()]);
        assert!(taken["created"] != 0 && status == 0, "{ending}: {taken}");
        assert_eq!(json(&copy, &["doctor", "--fix", "--format", "json"]).1, 0, "{ending}");
        assert_eq!(json(&copy, &["doctor", "--format", "json"]).1, 0, "{ending}");
    }
}

#[test]
fn a_damaged_store_is_restored_from_a_backup() {
    let (folder, data) = stored();
    let (file, backup) = (data.join("cases.db"), folder.path().join("kept"));
    let name = backup.to_str().unwrap();
    assert_eq!(json(&data, &["backup", name, "--format", "json"]).1, 0);
    let whole = fs::read(&file).unwrap();
    let mut garbage = whole.clone();
    garbage[..200].fill(0xA5);
    for damaged in [garbage, whole[..3 * 8192].to_vec(), b"no store".repeat(4_000)] {
        fs::write(&file, damaged).unwrap();
        let output = run(&data, &["case", "list"]);
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success() || errors.contains("casebook restore FILE --force"), "{errors}");
        let (restored, _) = json(&data, &["restore", name, "--force", "--format", "json"]);
        assert_eq!(restored["messages"], 3);
        assert_eq!(json(&data, &["doctor", "--format", "json"]).1, 0);
    }
}

/// Who may only read. The superuser may write anywhere: there, the program runs as nobody.
#[cfg(unix)]
fn reading(folder: &Path, data: &Path) -> impl Fn(&[&str]) -> Output {
    use std::os::unix::{
        fs::{MetadataExt, PermissionsExt},
        process::CommandExt,
    };
    let mode = |path: &Path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    mode(folder, 0o755);
    let copy = folder.join("casebook");
    fs::copy(assert_cmd::cargo::cargo_bin("casebook"), &copy).unwrap();
    let index = data.join("cases.index");
    for folder in [data, &index] {
        for file in fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).filter(|file| file.is_file()) {
            mode(&file, 0o444);
        }
        mode(folder, 0o555);
    }
    let (home, data) = (folder.to_path_buf(), data.to_path_buf());
    move |arguments| {
        let mut command = std::process::Command::new(&copy);
        command.env("HOME", &home).arg("--data").arg(&data).args(arguments);
        if fs::metadata(&copy).unwrap().uid() == 0 {
            command.uid(65_534).gid(65_534);
        }
        command.output().unwrap()
    }
}

#[cfg(unix)]
#[test]
fn a_store_that_may_only_be_read_is_read() {
    let (folder, data) = stored();
    let read = reading(folder.path(), &data);
    for (arguments, words) in [
        (&["case", "list"][..], "INC0001002"),
        (&["case", "show", "INC0001001"], "Update rolls back"),
        (&["search", "--in", "cases", "拒绝访问"], "INC0001002"),
        (&["doctor"], "all is well"),
        (&["report", "--month", "2024-09"], "2024"),
    ] {
        let output = read(arguments);
        let (text, errors) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(output.status.success() && text.contains(words), "{arguments:?}: {text}{errors}");
        assert_eq!(errors, "", "{arguments:?}");
    }
    for arguments in [&["case", "close", "INC0001001", "--resolution", "x"][..], &["reindex"], &["doctor", "--fix"]] {
        let output = read(arguments);
        let errors = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {errors}");
        assert!(errors.contains("ermission denied") && errors.contains("the right to it"), "{arguments:?}: {errors}");
    }
}

#[test]
fn the_doctor_tells_of_a_lost_store_and_of_a_torn_one() {
    let (_folder, data) = stored();
    let file = data.join("cases.db");
    let whole = fs::read(&file).unwrap();
    // Emptied, as after a copy that failed: the index beside it is the last that tells of it, and stays.
    fs::write(&file, "").unwrap();
    for arguments in [&["doctor", "--format", "json"][..], &["doctor", "--fix", "--format", "json"]] {
        let (lost, status) = json(&data, arguments);
        assert_eq!((&lost["faults"][0]["kind"], &lost["faults"][0]["count"], status), (&"lost".into(), &3.into(), 1));
    }
    let (mut pages, mut told) = (0, 0);
    for at in (0..whole.len()).step_by(8192) {
        let mut torn = whole.clone();
        let end = whole.len().min(at + 4096);
        torn[at..end].fill(0xA5);
        fs::write(&file, &torn).unwrap();
        let output = run(&data, &["doctor"]);
        let (text, errors) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(!errors.contains("panicked"), "at {at}: {errors}");
        assert_eq!(output.status.success(), text.contains("all is well"), "at {at}: {text}{errors}");
        pages += 1;
        told += usize::from(text.contains("damaged") || errors.contains("cases.db"));
    }
    // A page that nothing stands in may be anything.
    assert!(told * 10 >= pages * 9, "{told} of {pages}");
}

#[test]
fn old_mail_has_the_times_of_its_servers() {
    let folder = tempfile::tempdir().unwrap();
    let mail = folder.path().join("old.eml");
    // The writer's clock stood in another century.
    let text = "Received: from a by b; Tue, 12 May 2015 10:00:05 +0000\nReceived: from pc by a; Tue, 12 May 2015 10:00:00 +0000\n\
         From: Ann <ann@example.com>\nSubject: INC0000001 old\nDate: Fri, 1 Jan 1999 00:00:00 +0000\nMessage-ID: <o@x>\n\nold\n";
    fs::write(&mail, text).unwrap();
    let path = mail.to_str().unwrap();
    for (history, opened) in [(&[][..], 915_148_800), (&["--history"], 1_431_424_800)] {
        let data = folder.path().join(format!("data{}", history.len()));
        json(&data, &[&["ingest", "--format", "json", path], history].concat());
        let (shown, _) = json(&data, &["case", "show", "INC0000001", "--format", "json"]);
        assert_eq!(shown["case"]["opened"], opened, "{history:?}");
    }
    let data = folder.path().join("later");
    let (report, _) = json(&data, &["ingest", "--history", "--until", "2015-05-11", "--format", "json", path]);
    assert_eq!((&report["later"], &report["created"]), (&1.into(), &0.into()));
    assert_eq!(json(&data, &["ingest", "--failed", "list", "--format", "json"]).1, 1);
    assert_eq!(json(&data, &["ingest", "--failed", "retry", "--format", "json"]).0["created"], 0);
}

/// The store as an earlier casebook made it.
fn earlier_store(data: &Path, steps: usize) {
    fs::create_dir_all(data).unwrap();
    let store = rusqlite::Connection::open(data.join("cases.db")).unwrap();
    for step in 1..=steps {
        let sql = fs::read_to_string(root(&format!("src/store/sqlite/migrations/{step:04}.sql"))).unwrap();
        store.execute_batch(&sql).unwrap();
    }
    store.pragma_update(None, "user_version", steps as i64).unwrap();
}

#[test]
fn a_store_of_another_version_is_brought_up_to_date_or_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    // Read, it is brought up to date.
    let data = folder.path().join("earlier");
    earlier_store(&data, 3);
    assert_eq!(json(&data, &["case", "list", "--format", "json"]).0["cases"], serde_json::json!([]));
    // A later casebook's is left as it is by every command, and so is its backup.
    let (_kept, later) = stored();
    let path = later.join("cases.db");
    rusqlite::Connection::open(&path).unwrap().pragma_update(None, "user_version", 1000).unwrap();
    let backup = folder.path().join("b");
    let backup = backup.to_str().unwrap();
    for arguments in [
        &["case", "list"][..],
        &["tag", "apply"],
        &["doctor", "--fix"],
        &["backup", backup],
        &["forget", "CAS-1", "--yes"],
        &["ingest", "corpus/cases/cas-12143"],
    ] {
        fails(&later, arguments, "later version of casebook");
    }
    fails(&folder.path().join("new"), &["restore", path.to_str().unwrap()], "later version of casebook");
    assert!(!Path::new(backup).exists());
}

/// Who may only read an earlier store cannot bring it up to date, and is told why. The superuser may write anywhere: there,
/// the program runs as nobody.
#[cfg(unix)]
#[test]
fn an_earlier_store_that_may_only_be_read_is_told() {
    use std::os::unix::{
        fs::{MetadataExt, PermissionsExt},
        process::CommandExt,
    };
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    earlier_store(&data, 4);
    let mode = |path: &Path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    mode(folder.path(), 0o755);
    let copy = folder.path().join("casebook");
    fs::copy(assert_cmd::cargo::cargo_bin("casebook"), &copy).unwrap();
    mode(&data.join("cases.db"), 0o444);
    mode(&data, 0o555);
    let mut command = std::process::Command::new(&copy);
    command.env("HOME", folder.path()).arg("--data").arg(&data).args(["case", "list"]);
    if fs::metadata(&copy).unwrap().uid() == 0 {
        command.uid(65_534).gid(65_534);
    }
    let output = command.output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    mode(&data, 0o755);
    assert_eq!(output.status.code(), Some(2), "{errors}");
    assert!(errors.contains("made by an earlier version of casebook and cannot be changed"), "{errors}");
    assert!(!errors.contains("CREATE") && !errors.contains("ALTER"), "{errors}");
}

/// What another command holds on to is not erased before that ends.
#[test]
fn forgetting_beside_a_reader_is_told() {
    let (_folder, data) = stored();
    let reader = rusqlite::Connection::open(data.join("cases.db")).unwrap();
    reader.execute_batch("BEGIN; SELECT count(*) FROM messages").unwrap();
    let (gone, status) = json(&data, &["forget", "INC0001001", "--yes", "--format", "json"]);
    assert_eq!((&gone["erased"], &gone["lingering"], status), (&true.into(), &true.into(), 3), "{gone}");
    assert_eq!(json(&data, &["doctor", "--fix", "--format", "json"]).1, 3);
    drop(reader);
    assert_eq!(json(&data, &["doctor", "--fix", "--format", "json"]).1, 0);
}
