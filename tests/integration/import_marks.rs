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
