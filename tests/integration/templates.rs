//! `casebook templates` through the program.

use std::{collections::HashMap, fs, path::Path};

use crate::support::program;

/// Standard output of `casebook templates` over a file, and its exit status.
fn templates(path: &Path, arguments: &[&str]) -> (String, Option<i32>) {
    let output = program().arg("templates").arg(path).args(arguments).output().unwrap();
    (String::from_utf8(output.stdout).unwrap(), output.status.code())
}

const LOG: &str = "Jan  2 10:11:12 web01 mixer[12]: valve 3 opened for user ana\n\
    Jan  2 10:11:13 web01 mixer[12]: valve 4 opened for user bo\n\
    \n\
    Jan  2 10:11:14 web01 mixer[12]: cannot turn valve 7: it is stuck\n\
    Jan  2 10:11:15 web01 mixer[12]: valve 99 opened for user cy";

/// Line numbers and cluster ids.
fn groups(text: &str) -> HashMap<u64, String> {
    let row = |line: &str| {
        let (number, id) = line.split_once('\t').unwrap_or_else(|| panic!("no tab in {line}"));
        (number.parse().unwrap(), id.to_string())
    };
    text.lines().map(row).collect()
}

#[test]
fn each_line_has_a_group_whatever_ends_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mixer.log");
    let mut seen = Vec::new();
    let utf16: Vec<u8> = "\u{feff}".encode_utf16().chain(LOG.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    for bytes in [LOG.into(), LOG.replace('\n', "\r\n").into_bytes(), format!("{LOG}\n").into_bytes(), utf16] {
        fs::write(&path, bytes).unwrap();
        let (text, status) = templates(&path, &["--format", "tsv"]);
        assert_eq!(status, Some(0));
        let found = groups(&text);
        assert_eq!(found[&1], found[&2]);
        assert_eq!(found[&1], found[&5]);
        assert_ne!(found[&1], found[&4]);
        seen.push(found);
    }
    assert!(seen.windows(2).all(|pair| pair[0] == pair[1]), "{seen:?}");
}

#[test]
fn another_machine_gives_the_same_ids() {
    let folder = tempfile::tempdir().unwrap();
    let (one, other) = (folder.path().join("a.log"), folder.path().join("b.log"));
    fs::write(&one, LOG).unwrap();
    let moved = LOG.replace("web01", "db-east").replace("Jan  2", "Mar 14").replace("mixer[12]", "mixer[4711]");
    fs::write(&other, moved).unwrap();
    let (first, second) = (templates(&one, &["--format", "tsv"]).0, templates(&other, &["--format", "tsv"]).0);
    assert_eq!(groups(&first), groups(&second));
}

#[test]
fn people_see_failures_first_and_programs_see_all() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mixer.log");
    fs::write(&path, LOG).unwrap();
    let (table, _) = templates(&path, &[]);
    let (stuck, opened) = (table.find("stuck").unwrap(), table.find("opened").unwrap());
    assert!(stuck < opened, "{table}");
    let (json, _) = templates(&path, &["--format", "json"]);
    let report: serde_json::Value = serde_json::from_str(&json).unwrap();
    let listed = report["templates"].as_array().unwrap();
    let counts: u64 = listed.iter().map(|one| one["count"].as_u64().unwrap()).sum();
    assert_eq!((listed.len(), counts), (2, 4), "{json}");
}
