//! Broken exports, tables, articles and search strings: what is wrong is told with its place, and nothing else is lost.

use std::fs;

use crate::{
    kb::{PUMP, Place},
    support::{json, program},
};

const MAPPING: &str = "prefix = \"p\"\nid = \"id\"\ntitle = \"title\"\nbody = \"body\"\nbody_format = \"markdown\"\n";

/// Imports an export; gives exit status, how many articles were made, and the warnings in a line each.
fn import(place: &Place, name: &str, text: &str) -> (Option<i32>, u64, Vec<String>) {
    place.write("m.toml", MAPPING);
    place.write(name, text);
    let arguments = ["kb", "import", name, "--mapping", "m.toml", "--to", &format!("out-{name}"), "--format", "json"];
    let output = program().current_dir(place.path(".")).args(arguments).output().unwrap();
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let line =
        |one: &serde_json::Value| format!("{}:{}: {}", one["part"].as_str().unwrap(), one["line"], one["message"]);
    let warnings = report["warnings"].as_array().unwrap().iter().map(line).collect();
    (output.status.code(), report["created"].as_u64().unwrap(), warnings)
}

#[test]
fn an_open_quote_loses_one_record_of_an_export() {
    let place = Place::new();
    let text = "id,title,body\n1,One,text one\n2,Two,\"text two\n3,Three,text three\n4,Four,\"text four\"\n";
    let (status, created, warnings) = import(&place, "q.csv", text);
    assert_eq!((status, created), (Some(1), 3), "{warnings:?}");
    assert_eq!(warnings, ["q.csv:3: \"record 2: has a quote, opened in line 3, that is never closed\""]);
}

#[test]
fn half_a_character_loses_no_record_of_an_export() {
    let place = Place::new();
    let text = r#"[{"id":1,"title":"One","body":"text one"},{"id":2,"title":"Two","body":"cut \ud83d"},{"id":1e400,"title":"T","body":"text three"}]"#;
    assert_eq!(import(&place, "s.json", text), (Some(0), 3, Vec::new()));
    assert!(fs::read_to_string(place.path("out-s.json/p-2.md")).unwrap().contains("cut \u{fffd}"));
}

#[test]
fn rows_and_labels_that_are_none_are_told_with_their_line() {
    let place = Place::new();
    place.write("door.eml", "Subject: door\n\nThe door is stuck.\n");
    place.write("t.tsv", "case\tarticles\ngone.eml\t-\ndoor.eml\tno-such\n");
    let eval = |more: &[&str], status: i32| {
        let output = program().current_dir(place.path(".")).args(["eval", "t.tsv"]).args(more).output().unwrap();
        let errors = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(status), "{errors}");
        errors
    };
    for more in [&[][..], &["--floor", "none-f1=0"]] {
        let errors = eval(more, 2);
        assert!(errors.contains("t.tsv:2: `gone.eml`: there is nothing to read"), "{errors}");
        assert!(errors.contains("t.tsv:3: `no-such` is no article in use"), "{errors}");
    }
    fs::write(place.path("t.tsv"), b"case\tarticles\ndoor.eml\t\xff\n").unwrap();
    assert!(eval(&[], 2).contains("line 2: is no UTF-8 text"));
}

#[test]
fn articles_that_are_no_text_are_told_with_their_line() {
    let place = Place::new();
    fs::create_dir_all(place.path("kb")).unwrap();
    fs::write(place.path("kb/gbk.md"), b"---\ntitle: \xbe\xdc\xbe\xf8\xb7\xc3\xce\xca\n---\n").unwrap();
    let output = program().current_dir(place.path(".")).args(["search", "door", "--kb", "kb"]).output().unwrap();
    let errors = String::from_utf8(output.stderr).unwrap();
    assert!(errors.contains("kb/gbk.md:2: is no UTF-8 text: it looks like GBK"), "{errors}");
}

#[test]
fn a_search_for_nothing_lists_no_cases() {
    let place = Place::new();
    place.write("kb/pump.md", PUMP);
    place.write("mail/1.eml", "Subject: [CAS-00001-AAAAAA] door\nMessage-ID: <1@example.com>\n\nThe door is stuck.\n");
    place.check(&["ingest", "mail"], 0, &[]);
    assert_eq!(json(&place.path("data"), &["search", "door", "--in", "cases"])["cases"].as_array().unwrap().len(), 1);
    for nothing in ["", "*", "(", "\u{200b}"] {
        place.check(&["search", nothing], 2, &["nothing to search for"]);
    }
    place.check(&["search", "kind:case"], 0, &["CAS-00001"]);
}
