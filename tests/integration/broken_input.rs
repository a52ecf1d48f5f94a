//! Broken, empty and hostile input ends in a clear message or a correct result.

use std::{fs, io::Write, path::Path};

use crate::support::{program, root};

/// Runs triage on a path; gives exit status, standard output and standard error.
fn triage(path: &Path) -> (i32, String, String) {
    let output = program().arg("triage").arg(path).args(["--format", "json"]).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

#[track_caller]
fn check_message(path: &Path, expected: &str) {
    let (status, _, message) = triage(path);
    assert_eq!(status, 2, "{message}");
    assert!(message.contains(expected), "`{expected}` is not in: {message}");
    assert!(!message.contains("panicked"), "{message}");
}

#[track_caller]
fn check_warning(path: &Path, expected: &str) -> serde_json::Value {
    let (status, json, message) = triage(path);
    assert!(status < 2, "{message}");
    let report: serde_json::Value = serde_json::from_str(&json).unwrap();
    let warnings = report["warnings"].to_string();
    assert!(warnings.contains(expected), "`{expected}` is not in: {warnings}");
    report
}

#[test]
fn missing_path_is_named() {
    check_message(Path::new("no/such/mail.eml"), "no/such/mail.eml");
}

#[test]
fn empty_file_is_said_to_be_empty() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("empty.eml");
    fs::write(&path, "").unwrap();
    check_message(&path, "empty");
}

#[test]
fn folder_without_files_is_said_to_hold_none() {
    let folder = tempfile::tempdir().unwrap();
    check_message(folder.path(), "holds no file");
}

#[test]
fn other_inputs_are_read_where_one_is_missing() {
    let case = root("corpus/cases/cas-12143");
    let output = program().arg("triage").arg("no/such/file").arg(case).args(["--format", "json"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["verdict"], "known");
    assert!(report["warnings"].to_string().contains("no/such/file"));
}

#[test]
fn zip_of_noise_is_said_to_be_unreadable() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("logs.zip");
    let mut bytes = b"PK\x03\x04".to_vec();
    bytes.extend((0..4000u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8));
    fs::write(&path, bytes).unwrap();
    check_message(&path, "logs.zip: damaged zip");
}

#[test]
fn zip_cut_at_its_end_still_gives_its_logs() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("logs.zip");
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    zip.start_file("CBS.log", options).unwrap();
    zip.write_all("2024-09-09 10:00:00, Error  CBS  Failed. [HRESULT = 0x800f0831]\r\n".repeat(50).as_bytes()).unwrap();
    let whole = zip.finish().unwrap().into_inner();
    fs::write(&path, &whole[..whole.len() - 30]).unwrap();
    let report = check_warning(&path, "logs.zip");
    assert!(report["signatures"].to_string().contains("0x800F0831"), "{report}");
}

#[test]
fn one_archive_of_too_many_entries_does_not_hide_the_next() {
    let folder = tempfile::tempdir().unwrap();
    let options = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    let mut crowd = zip::ZipWriter::new(fs::File::create(folder.path().join("a.zip")).unwrap());
    for number in 0..10_001 {
        crowd.start_file(format!("{number}"), options).unwrap();
    }
    crowd.finish().unwrap();
    let mut next = zip::ZipWriter::new(fs::File::create(folder.path().join("b.zip")).unwrap());
    next.start_file("app.log", options).unwrap();
    next.write_all(b"Error 0xC004F074 while activating\n").unwrap();
    next.finish().unwrap();
    let report = check_warning(folder.path(), "a.zip");
    assert!(report["signatures"].to_string().contains("0xC004F074"), "{report}");
}

#[test]
fn logs_beside_a_maildir_are_read() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["cur", "new", "tmp"] {
        fs::create_dir(folder.path().join(name)).unwrap();
    }
    fs::write(folder.path().join("dovecot-uidlist"), "3 V1 N1 error 0x80070005").unwrap();
    fs::write(folder.path().join("app.log"), "Error 0xC004F074 while activating\n").unwrap();
    let (_, json, _) = triage(folder.path());
    assert!(json.contains("0xC004F074") && !json.contains("0x80070005"), "{json}");
}

#[test]
fn zip_bomb_is_cut_with_a_warning() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bomb.zip");
    let mut zip = zip::ZipWriter::new(fs::File::create(&path).unwrap());
    zip.start_file("zeros.log", zip::write::SimpleFileOptions::default().compression_level(Some(9))).unwrap();
    let block = vec![b'0'; 1 << 20];
    for _ in 0..16 {
        zip.write_all(&block).unwrap();
    }
    zip.finish().unwrap();
    let report = check_warning(&path, "the rest is not read: it unpacks to more than");
    let read = report["parts"].as_array().unwrap().iter().find(|part| part["part"] == "bomb.zip/zeros.log").unwrap();
    assert!(read["bytes"].as_u64().unwrap() < 16 << 20, "{read}");
}

#[test]
fn mail_cut_within_its_attachment_gives_what_is_there() {
    let case = root("corpus/cases/cas-12143");
    let folder = tempfile::tempdir().unwrap();
    let mut cut = 0;
    for entry in fs::read_dir(case).unwrap() {
        let path = entry.unwrap().path();
        let bytes = fs::read(&path).unwrap();
        fs::write(folder.path().join(path.file_name().unwrap()), &bytes[..bytes.len() * 2 / 3]).unwrap();
        cut += 1;
    }
    assert!(cut > 0);
    let (status, json, message) = triage(folder.path());
    assert!(status < 2, "{message}");
    let report: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(report["case"]["severity"], "P2");
}

#[cfg(unix)]
#[test]
fn unreadable_and_odd_files_are_warnings() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("note.txt"), "error 0x80070005").unwrap();
    symlink("/etc/hostname", folder.path().join("link.txt")).unwrap();
    let locked = folder.path().join("locked.log");
    fs::write(&locked, "secret").unwrap();
    fs::set_permissions(&locked, fs::Permissions::from_mode(0o000)).unwrap();
    let report = check_warning(folder.path(), "link.txt");
    // The super-user reads what nobody may read: then there is nothing to warn of.
    if fs::File::open(&locked).is_err() {
        assert!(report["warnings"].to_string().contains("locked.log"), "{report}");
    }
}

#[test]
fn terminal_codes_in_a_mail_do_not_reach_the_terminal() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mail.eml");
    fs::write(&path, "From: a@example.com\r\nSubject: \x1b]0;title\x07 0x80070005 failed\r\n\r\n\x1b[2Jerror 0x80070005 \x1b[31m\r\n").unwrap();
    let output = program().arg("triage").arg(&path).args(["--color", "always"]).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(!text.contains("\x1b]0") && !text.contains("\x1b[2J") && !text.contains("\x1b[31merror"), "{text:?}");
}
