//! Documents as their systems mark them: titles, sections and labels of many sorts, through the program.

use std::fs;

use crate::{import::json, support::program};

/// Documents whose sections and titles are marked in other ways than by `#` and `##`.
#[test]
fn sections_and_titles_are_read_however_they_are_marked() {
    let folder = tempfile::tempdir().unwrap();
    let (from, to) = (folder.path().join("docs"), folder.path().join("articles"));
    fs::create_dir(&from).unwrap();
    let sections = "<h3>Problem</h3><p>Windows says error 809.</p><h3>Solution</h3><p>Open UDP 4500.</p>";
    for (name, text) in [
        ("vpn.html", format!("<h1>VPN error 809</h1>{sections}")),
        ("bare.html", format!("<title>VPN stops</title>{sections}")),
        ("wiki.html", "<html><head><title>KB 12 - Company Wiki</title></head><body><div id=\"content\"><h1>Baz fails</h1><p>ORA-01555</p></div></body></html>".into()),
        ("words.md", "# Valve sticks\n\n**Symptoms:** It is loud.\n\n**Solution:** Warm it.\n".into()),
        ("hugo.md", "{\"title\": \"HAProxy 503 <NOSRV>\", \"tags\": [\"lb\"]}\n# HAProxy answers\n\nIt says 503.\n".into()),
    ] {
        fs::write(from.join(name), text).unwrap();
    }
    let import = || json(&["kb", "import", from.to_str().unwrap(), "--to", to.to_str().unwrap()], 0);
    let report = import();
    let titles: Vec<&str> =
        report["articles"].as_array().unwrap().iter().map(|one| one["title"].as_str().unwrap()).collect();
    assert_eq!(titles, ["VPN stops", "HAProxy 503 <NOSRV>", "VPN error 809", "Baz fails", "Valve sticks"]);
    let show = |id: &str| {
        let output = program().args(["kb", "show", id, "--kb", to.to_str().unwrap()]).output().unwrap();
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    for id in ["vpn", "bare"] {
        let text = show(id);
        assert!(text.contains("## Problem") && text.contains("## Solution") && !text.contains("## \n"), "{text}");
    }
    let text = show("words");
    assert!(text.contains("## Symptoms\n\nIt is loud.") && text.contains("## Solution\n\nWarm it."), "{text}");
    let text = show("hugo");
    assert!(!text.contains("\"tags\"") && !text.contains("## \n"), "{text}");
    // What is gone is told, and its article stays; what came first tells nothing of others.
    assert_eq!(report["absent"], serde_json::json!([]));
    fs::remove_file(from.join("words.md")).unwrap();
    let report = import();
    assert_eq!(report["absent"], serde_json::json!([{"id": "words", "source": "words.md"}]), "{report}");
    assert_eq!((&report["unchanged"], to.join("words.md").exists()), (&4.into(), true));
    let output = program().args(["kb", "import"]).arg(&from).arg("--to").arg(&to).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(text.contains("not among these documents any more: 1 (words.md); "), "{text}");
    let other = folder.path().join("other");
    fs::create_dir(&other).unwrap();
    fs::write(other.join("new.md"), "# New pump\n\nIt is new.\n").unwrap();
    let report = json(&["kb", "import", other.to_str().unwrap(), "--to", to.to_str().unwrap()], 0);
    assert_eq!(report["absent"], serde_json::json!([]));
}

#[cfg(unix)]
#[test]
fn an_import_writes_over_nothing_that_is_somebody_elses() {
    use std::os::unix::fs::symlink;

    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    fs::create_dir_all(at("s")).unwrap();
    fs::create_dir_all(at("t")).unwrap();
    fs::write(at("s/c.md"), "# Y\n\nThe pump sticks here.\n").unwrap();
    fs::write(at("s/d.md"), "# Z\n\nThe valve sticks there.\n").unwrap();
    fs::write(at("victim"), "victim").unwrap();
    symlink(at("victim"), at("t/c.md.new")).unwrap();
    fs::write(at("t/d.md.new"), "mine").unwrap();
    // What never ends, and what nobody writes to.
    symlink("/dev/zero", at("t/x.md")).unwrap();
    assert!(std::process::Command::new("mkfifo").arg(at("t/y.md")).status().unwrap().success());
    let import = || {
        let output = program().args(["kb", "import"]).arg(at("s")).arg("--to").arg(at("t")).output().unwrap();
        (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    assert_eq!(import().0, Some(0));
    assert_eq!(fs::read_to_string(at("victim")).unwrap(), "victim");
    assert_eq!(fs::read_to_string(at("t/d.md.new")).unwrap(), "mine");
    assert!(fs::symlink_metadata(at("t/c.md.new")).unwrap().is_symlink());
    assert!(fs::symlink_metadata(at("t/c.md")).unwrap().is_file());
    let left = fs::read_dir(at("t"))
        .unwrap()
        .filter(|entry| entry.as_ref().unwrap().file_name().to_string_lossy().starts_with('.'));
    assert_eq!(left.count(), 0);
    // An article that is a link stays one, and what it leads to stays.
    fs::rename(at("t/c.md"), at("elsewhere.md")).unwrap();
    symlink(at("elsewhere.md"), at("t/c.md")).unwrap();
    let before = fs::read_to_string(at("elsewhere.md")).unwrap();
    fs::write(at("s/c.md"), "# Y\n\nThe pump sticks here again.\n").unwrap();
    let (status, errors) = import();
    assert!(status == Some(1) && errors.contains("is a link"), "{errors}");
    assert_eq!(fs::read_to_string(at("elsewhere.md")).unwrap(), before);
    assert!(fs::symlink_metadata(at("t/c.md")).unwrap().is_symlink());
    // By a link to the documents the articles would lie among them too.
    symlink(at("s"), at("l")).unwrap();
    let into = program().args(["kb", "import"]).arg(at("l")).arg("--to").arg(at("l/new")).output().unwrap();
    assert_eq!(into.status.code(), Some(2), "{into:?}");
    assert!(!at("s/new").exists());
    let endless = program()
        .args(["kb", "import"])
        .arg(at("s"))
        .arg("--to")
        .arg(at("n"))
        .args(["--mapping", "/dev/zero"])
        .output();
    assert_eq!(endless.unwrap().status.code(), Some(2));
}

/// Documents that share a title are told apart by their lines when they were moved and changed.
#[test]
fn many_documents_of_one_title_are_known_again() {
    let folder = tempfile::tempdir().unwrap();
    let (from, to) = (folder.path().join("s"), folder.path().join("t"));
    let write = |name: &str, more: &str| {
        let _ = fs::remove_dir_all(&from);
        fs::create_dir_all(&from).unwrap();
        for number in 0..120 {
            let text = format!(
                "# Same title\n\nThe pump sticks.\n\nPart {number} of it.\n\nIt has the number {}.\n\nSee drawing {number}-A.\n{more}",
                number * 7
            );
            fs::write(from.join(format!("{name}-{number}.md")), text).unwrap();
        }
    };
    let import = || {
        let to = to.to_str().unwrap();
        crate::import::json(&["kb", "import", from.to_str().unwrap(), "--to", to], 0)
    };
    write("a", "");
    assert_eq!(import()["created"], 120);
    write("b", "\nNew.\n");
    let report = import();
    assert_eq!((&report["moved"], &report["created"]), (&120.into(), &0.into()), "{report}");
}
