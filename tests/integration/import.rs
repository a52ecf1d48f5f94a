//! Documents imported as articles, found by cases, and measured, through the program.

use std::{fs, path::Path};

use serde_json::Value;

use crate::support::{program, root};

/// Documents as teams have them: a runbook, a page, a Chinese guide of several problems.
const DOCUMENTS: &[(&str, &str)] = &[
    (
        "ops/ValvePressureLow.md",
        "---\ntitle: Valve pressure low\nweight: 3\n---\n\n# ValvePressureLow\n\n## Meaning\n\nThe relief valve of a pump reports a pressure \
         below its limit for ten minutes.\n\n## Diagnosis\n\nA cold night stiffens the seal of the valve.\n\n## Mitigation\n\nWarm the seal and \
         restart the pump.\n",
    ),
    (
        "pages/login.html",
        "<html><head><title>Badge reader refuses all badges</title></head><body><h1>Badge reader refuses all badges</h1>\
         <h2>Symptoms</h2><p>The reader blinks red for every badge and logs error 0x80090325.</p><h2>Cause</h2><p>The certificate of \
         the door controller has an untrusted root.</p><h2>Resolution</h2><ol><li>Import the root.</li></ol></body></html>",
    ),
    (
        "手册/传送带.md",
        "# 传送带常见问题\n\n## 传送带突然停止\n\n### 问题现象\n\n传送带运行中突然停止，面板显示急停。\n\n### 解决办法\n\n复位急停按钮。\n\n## 传送带跑偏\n\n### 问题现象\n\n\
         皮带向一侧偏移，边缘磨损。\n\n### 解决办法\n\n调整滚筒。\n",
    ),
    ("README.md", "About this folder."),
    ("broken/empty.md", "---\ntitle: nothing\n---\n"),
];

const CASES: &[(&str, &str, &str)] = &[
    (
        "valve",
        "ops/ValvePressureLow.md",
        "Subject: pump\n\nSince the cold night the relief valve of pump 4 reports a pressure below its limit, for ten minutes at a time. The seal of the \
     valve feels stiff. We restarted the pump twice, and warmed the seal once.\n",
    ),
    (
        "door",
        "pages/login.html",
        "Subject: no one gets in\n\nThe badge reader at the door blinks red for every badge and refuses all badges. The log of the door controller says error \
     0x80090325; is its certificate from a root that is not trusted?\n",
    ),
    (
        "belt",
        "手册/传送带.md",
        "Subject: =?utf-8?B?5Lyg6YCB5bim?=\nContent-Type: text/plain; charset=utf-8\n\n传送带跑偏：传送带的皮带一直向左侧偏移，皮带边缘已经磨损了，滚筒要怎么调整？传送带运行中没有停止，也没有急停。\n",
    ),
    ("invoice", "-", "Subject: invoice\n\nPlease send the invoice for March to our new address.\n"),
];

#[track_caller]
pub fn json(arguments: &[&str], status: i32) -> Value {
    let output = program().args(arguments).args(["--format", "json"]).output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(status), "{arguments:?}: {errors}");
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{arguments:?}: {error}; {errors}"))
}

fn write(folder: &Path, name: &str, text: &str) {
    let file = folder.join(name);
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(file, text).unwrap();
}

#[test]
fn imported_documents_are_found_shown_and_measured() {
    let folder = tempfile::tempdir().unwrap();
    let (from, to) = (folder.path().join("docs"), folder.path().join("kb"));
    DOCUMENTS.iter().for_each(|(name, text)| write(&from, name, text));
    let paths = [from.to_str().unwrap(), to.to_str().unwrap()];
    let import = |status| json(&["kb", "import", paths[0], "--to", paths[1]], status);
    // One document has no text: the others are there all the same.
    let first = import(1);
    assert_eq!((&first["created"], &first["unchanged"]), (&3.into(), &0.into()), "{first}");
    assert!(first["warnings"][0]["part"] == "broken/empty.md", "{first}");
    assert_eq!(import(1)["unchanged"], 3);
    let changed = DOCUMENTS[0].1.replace("Warm the seal", "Warm the seal gently");
    write(&from, DOCUMENTS[0].0, &changed);
    let again = import(1);
    assert_eq!((&again["updated"], &again["unchanged"]), (&1.into(), &2.into()), "{again}");

    let mut table = String::from("case\tarticles\tlang\tstyle\n");
    for (case, article, mail) in CASES {
        write(folder.path(), &format!("cases/{case}/mail.eml"), mail);
        table += &format!("{case}\t{article}\ten\twords\n");
    }
    write(folder.path(), "cases/labels.tsv", &table);
    let labels = folder.path().join("cases/labels.tsv");
    let arguments = ["eval", labels.to_str().unwrap(), "--kb", paths[1]];
    let report = json(&[&arguments[..], &["--floor", "recall@1=0.1"]].concat(), 0);
    assert_eq!((&report["all"]["cases"], &report["all"]["answerable"]), (&4.into(), &3.into()), "{report}");
    assert_eq!(report["all"]["recall_at_1"], 1.0, "{report}");
    assert_eq!(json(&[&arguments[..], &["--floor", "none-f1=1.1"]].concat(), 1)["schema"], "casebook.eval/1");

    let mail = folder.path().join("cases").join(CASES[0].0);
    let explained = json(&["triage", "--explain", "--kb", paths[1], mail.to_str().unwrap()], 0);
    assert!(explained["explained"][0]["parts"]["drawn"]["features"]["spoken"].is_number(), "{explained}");
    let schema = serde_json::from_str(&fs::read_to_string(root("docs/triage.schema.json")).unwrap()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let problems: Vec<String> =
        validator.iter_errors(&explained).map(|error| format!("{error} at {}", error.instance_path())).collect();
    assert!(problems.is_empty(), "{problems:#?}");

    let before = folder.path().join("before.json");
    fs::write(&before, report.to_string()).unwrap();
    let compared = json(&[&arguments[..], &["--compare", before.to_str().unwrap()]].concat(), 0);
    assert_eq!((&compared["comparison"]["cases"], &compared["comparison"]["unpaired"]), (&4.into(), &0.into()));
    assert_eq!(compared["comparison"]["differences"][0]["p"], 1.0, "{compared}");

    let weights = folder.path().join("weights.toml");
    let weights = weights.to_str().unwrap();
    let tuned = json(&[&arguments[..], &["--tune", weights]].concat(), 0);
    assert_eq!((&tuned["cases"], &tuned["before"]["recall_at_1"]), (&4.into(), &1.0.into()), "{tuned}");
    let again = json(&[&arguments[..], &["--weights", weights]].concat(), 0);
    assert_eq!(again["all"]["recall_at_1"], 1.0, "{again}");
    // What is there already may be somebody's work.
    let output = program().args(arguments).args(["--tune", weights]).output().unwrap();
    assert_eq!(output.status.code(), Some(2), "{output:?}");

    let door = folder.path().join("cases/door");
    let triage = json(&["triage", door.to_str().unwrap(), "--kb", paths[1]], 0);
    assert_eq!(triage["matches"][0]["article"]["source"], "pages/login.html", "{triage}");
    let belt = folder.path().join("cases/belt");
    let output = program().args(["triage", belt.to_str().unwrap(), "--kb", paths[1]]).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(text.contains("section: 传送带跑偏") && text.contains("- words: "), "{text}");
}

#[test]
fn an_import_touches_only_what_it_made() {
    let folder = tempfile::tempdir().unwrap();
    let (docs, to) = (folder.path().join("docs"), folder.path().join("kb"));
    write(&docs, "pump.md", "# Pump sticks\n\nIt sticks with 0x80070005.\n");
    write(&docs, "program.md", "\u{7f}ELF\0\0\u{1}\0\0\u{2}\0\0");
    write(&docs, "escape.md", "# Door\n\nIt is \u{1b}[31mred\u{1b}[0m, says the log of the door, again and again.\n");
    let own = "---\nid: pump\ntitle: \"Written by hand\"\nlanguage: en\n---\n## Symptoms\nours\n";
    write(&to, "pump.md", own);
    let paths = [docs.to_str().unwrap(), to.to_str().unwrap()];
    let report = json(&["kb", "import", paths[0], "--to", paths[1]], 1);
    assert_eq!(report["created"], 1, "{report}");
    assert_eq!(std::fs::read_to_string(to.join("pump.md")).unwrap(), own);
    let said = report["warnings"].to_string();
    assert!(said.contains("left as it is") && said.contains("is no text"), "{said}");
    assert!(!std::fs::read_to_string(to.join("escape.md")).unwrap().contains('\u{1b}'));
}

#[test]
fn what_cannot_be_imported_or_measured_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let to = folder.path().join("kb");
    let fails = |arguments: &[&str], words: &str| {
        let output = program().args(arguments).output().unwrap();
        let errors = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {errors}");
        assert!(errors.contains(words), "{arguments:?}: {errors}");
    };
    let docs = folder.path().join("docs");
    std::fs::create_dir(&docs).unwrap();
    fails(&["kb", "import", docs.to_str().unwrap(), "--to", to.to_str().unwrap()], "no document to import");
    // What is made would be taken for a document the next time.
    fails(&["kb", "import", folder.path().to_str().unwrap(), "--to", to.to_str().unwrap()], "among the documents");
    fails(&["kb", "import", "/no/such/place", "--to", to.to_str().unwrap()], "cannot read");
    assert!(!to.exists());
    write(folder.path(), "t.tsv", "case\tlang\n");
    fails(&["eval", folder.path().join("t.tsv").to_str().unwrap()], "there is no column `articles`");
    fails(&["eval", folder.path().join("t.tsv").to_str().unwrap(), "--floor", "speed=1"], "is no measure");
    let mail = "Subject: door\n\nThe door is stuck.\n";
    write(folder.path(), "door.eml", mail);
    write(folder.path(), "t.tsv", "case\tarticles\ndoor.eml\t-\n");
    let (table, weights) = (folder.path().join("t.tsv"), folder.path().join("w.toml"));
    let tune = ["eval", table.to_str().unwrap(), "--tune", weights.to_str().unwrap()];
    fails(&tune, "nothing to fit weights to");
    write(folder.path(), "before.json", "{}");
    let before = folder.path().join("before.json");
    let compare = ["eval", table.to_str().unwrap(), "--compare", before.to_str().unwrap()];
    fails(&compare, "cannot use the earlier evaluation");
    assert!(!weights.exists());
    write(folder.path(), "w.toml", "[order]\npassage = \"much\"\n");
    fails(&["triage", "--weights", weights.to_str().unwrap(), table.to_str().unwrap()], "cannot use the weights in");
}

#[test]
fn what_was_edited_since_is_kept_and_force_writes_over_it() {
    let folder = tempfile::tempdir().unwrap();
    let (docs, to) = (folder.path().join("docs"), folder.path().join("kb"));
    write(&docs, "pump.md", "Pump sticks\n===========\n\nIt sticks with 0x80070005.\n");
    let paths = [docs.to_str().unwrap(), to.to_str().unwrap()];
    let import = |more: &[&str]| json(&[&["kb", "import", paths[0], "--to", paths[1]], more].concat(), 0);
    assert_eq!(import(&[])["articles"][0]["title"], "Pump sticks");
    let file = to.join("pump.md");
    let ours = fs::read_to_string(&file).unwrap().replace("It sticks", "It often sticks");
    fs::write(&file, &ours).unwrap();
    write(&docs, "pump.md", "# Pump sticks\n\nIt sticks with 0x80070005, always.\n");
    let kept = import(&[]);
    assert_eq!((&kept["edited"], &kept["articles"][0]["state"]), (&1.into(), &"edited".into()), "{kept}");
    assert_eq!(fs::read_to_string(&file).unwrap(), ours);
    let output = program().args(["kb", "import", paths[0], "--to", paths[1]]).output().unwrap();
    assert!(String::from_utf8_lossy(&output.stdout).contains("edited, kept: 1 (pump)"), "{output:?}");
    assert_eq!(import(&["--force"])["updated"], 1);
    assert!(fs::read_to_string(&file).unwrap().contains("always"));
    assert_eq!(import(&[])["unchanged"], 1);
}

#[test]
fn documents_of_one_name_are_both_kept_and_keep_their_ids() {
    let folder = tempfile::tempdir().unwrap();
    let (docs, to) = (folder.path().join("docs"), folder.path().join("kb"));
    let import = || {
        let report = json(&["kb", "import", docs.to_str().unwrap(), "--to", to.to_str().unwrap()], 0);
        let articles = report["articles"].as_array().unwrap().clone();
        let mut ids: Vec<(String, String)> = articles
            .iter()
            .map(|one| (one["source"].as_str().unwrap().to_string(), one["id"].as_str().unwrap().to_string()))
            .collect();
        ids.sort();
        ids
    };
    write(&docs, "pump.md", "# Pump\n\nIt sticks.\n");
    assert_eq!(import(), [("pump.md".to_string(), "pump".to_string())]);
    // A page that comes first in order takes nothing from the document that was there.
    write(&docs, "pump.html", "<h1>Pump page</h1><p>It sticks as well.</p>");
    let both = import();
    assert_eq!((both.len(), both[1].1.as_str()), (2, "pump"), "{both:?}");
    assert!(both[0].1.starts_with("pump-"), "{both:?}");
    assert_eq!(import(), both);
    fs::remove_file(docs.join("pump.md")).unwrap();
    assert_eq!(import(), both[..1]);
}

#[cfg(unix)]
#[test]
fn links_are_told_and_not_followed() {
    let folder = tempfile::tempdir().unwrap();
    let (docs, to) = (folder.path().join("docs"), folder.path().join("kb"));
    write(&docs, "pump.md", "# Pump\n\nIt sticks.\n");
    write(folder.path(), "secret.md", "# Secret\n\nNot for the articles.\n");
    std::os::unix::fs::symlink(folder.path().join("secret.md"), docs.join("link.md")).unwrap();
    std::os::unix::fs::symlink(folder.path(), docs.join("up")).unwrap();
    let report = json(&["kb", "import", docs.to_str().unwrap(), "--to", to.to_str().unwrap()], 1);
    assert_eq!((report["created"].as_u64(), report["failed"].as_u64()), (Some(1), Some(0)), "{report}");
    let parts: Vec<_> =
        report["warnings"].as_array().unwrap().iter().map(|one| one["part"].as_str().unwrap()).collect();
    assert_eq!(parts, ["link.md", "up"]);
}

#[test]
fn exports_are_read_by_a_mapping() {
    let folder = tempfile::tempdir().unwrap();
    let to = folder.path().join("kb");
    write(
        folder.path(),
        "faq.csv",
        "faq_id,ispublished,question,answer,keywords,updated\n12,1,Badge reader refuses,<p>It logs 0x80090325.</p>,badge,2024-05-06\n13,1,,x,,\n14,0,Draft,x,,\n",
    );
    let file = folder.path().join("faq.csv");
    let arguments = ["kb", "import", file.to_str().unwrap(), "--to", to.to_str().unwrap(), "--mapping", "osticket"];
    let report = json(&arguments, 1);
    let counts = ["created", "failed", "left_out"].map(|key| report[key].as_u64().unwrap());
    assert_eq!(counts, [1, 1, 1], "{report}");
    assert_eq!(
        (&report["warnings"][0]["part"], &report["warnings"][0]["line"]),
        (&"faq.csv".into(), &3.into()),
        "{report}"
    );
    let article = fs::read_to_string(to.join("osticket-12.md")).unwrap();
    for words in ["source: \"osticket/12\"", "tags: [topic/badge]", "not-validated: 2024-05-06", "hresult:0x80090325"] {
        assert!(article.contains(words), "{words}: {article}");
    }
    let shown = json(&["kb", "show", "osticket-12", "--kb", to.to_str().unwrap()], 0);
    assert_eq!(shown["title"], "Badge reader refuses", "{shown}");
    assert_eq!(json(&["kb", "import", "--list-mappings"], 0)["mappings"][0]["name"], "confluence");

    let wrong = folder.path().join("wrong.toml");
    fs::write(&wrong, "id = \"a\"\ntitle = \"b\"\nbody = \"c\"\ncolour = 1\n").unwrap();
    for (mapping, words) in
        [(wrong.to_str().unwrap(), "line 4: unknown field `colour`"), ("nosuch", "no mapping that is built in")]
    {
        let output = program().args(&arguments[..5]).args(["--mapping", mapping]).output().unwrap();
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.code() == Some(2) && errors.contains(words), "{errors}");
    }
    let output = program().args(&arguments[..5]).output().unwrap();
    assert!(String::from_utf8_lossy(&output.stderr).contains("need `--mapping`"), "{output:?}");
}

#[test]
fn spaces_and_archives_of_documents_are_read() {
    let folder = tempfile::tempdir().unwrap();
    let to = folder.path().join("kb");
    let pack = |name: &str, files: &[(&str, &str)]| {
        let path = folder.path().join(name);
        let mut zip = zip::ZipWriter::new(fs::File::create(&path).unwrap());
        for (name, text) in files {
            zip.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
            std::io::Write::write_all(&mut zip, text.as_bytes()).unwrap();
        }
        zip.finish().unwrap();
        path.to_str().unwrap().to_string()
    };
    let index = "<title>Ops</title><h2 class=\"pageSectionTitle\">Space Details:</h2>";
    let page = "<title>Ops : Pump</title><h1 id=\"title-heading\">Ops : Pump</h1><div id=\"main-content\"><p>It sticks.</p></div>";
    let html =
        pack("space-1.html.zip", &[("OPS/index.html", index), ("OPS/Pump_12.html", page), ("OPS/images/a.png", "x")]);
    let report = json(&["kb", "import", &html, "--to", to.to_str().unwrap()], 0);
    assert_eq!((&report["created"], &report["left_out"]), (&1.into(), &1.into()), "{report}");
    assert_eq!(
        (&report["articles"][0]["source"], &report["articles"][0]["title"]),
        (&"OPS/Pump_12.html".into(), &"Pump".into())
    );
    let entities = "<hibernate-generic><object class=\"Page\"><id name=\"id\">12</id><property name=\"title\">Pump</property></object>\
        <object class=\"BodyContent\"><id name=\"id\">1</id><property name=\"body\"><![CDATA[<p>It sticks.</p>]]></property><property \
        name=\"content\"><id name=\"id\">12</id></property></object></hibernate-generic>";
    let xml = pack("space-2.xml.zip", &[("entities.xml", entities), ("exportDescriptor.properties", "x")]);
    // The other form of the same export says the same: it is the same page.
    let report = json(&["kb", "import", &xml, "--to", to.to_str().unwrap()], 0);
    assert_eq!(states(&report), ["confluence/12 moved OPS/Pump_12.html"], "{report}");
    let other = folder.path().join("other");
    let report = json(&["kb", "import", &xml, "--to", other.to_str().unwrap()], 0);
    assert_eq!(report["articles"][0]["id"], "confluence-12", "{report}");
}

/// Each article of a report: source, state, and where it was or what it copies.
fn states(report: &Value) -> Vec<String> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_string();
    let articles = report["articles"].as_array().unwrap();
    articles
        .iter()
        .map(|one| {
            let other = text(&one["moved_from"]) + &text(&one["copy_of"]);
            format!("{} {} {other}", text(&one["source"]), text(&one["state"])).trim().to_string()
        })
        .collect()
}

#[test]
fn a_document_that_moved_keeps_its_article() {
    let folder = tempfile::tempdir().unwrap();
    let (docs, to) = (folder.path().join("docs"), folder.path().join("kb"));
    let text = "# Pump sticks\n\n## Symptoms\n\nIt sticks with 0x80070005.\n\n## Cause\n\nA cold night.\n\n## Resolution\n\nWarm the seal.\n\nThen start the pump again.\n";
    write(&docs, "ops/pump.md", text);
    write(&docs, "ops/valve.md", &text.replace("Pump", "Valve").replace("sticks", "leaks"));
    let import = || json(&["kb", "import", docs.to_str().unwrap(), "--to", to.to_str().unwrap()], 0);
    assert_eq!(states(&import()), ["ops/pump.md created", "ops/valve.md created"]);

    // Moved and renamed; and moved with an edit.
    let move_to = |from: &str, to: &str, text: &str| {
        fs::remove_file(docs.join(from)).unwrap();
        write(&docs, to, text);
    };
    move_to("ops/pump.md", "manual/sticking-pump.md", text);
    let edited = fs::read_to_string(docs.join("ops/valve.md")).unwrap().replace("cold night", "very cold night");
    move_to("ops/valve.md", "manual/valve.md", &edited);
    let report = import();
    assert_eq!(
        states(&report),
        ["manual/sticking-pump.md moved ops/pump.md", "manual/valve.md moved ops/valve.md"],
        "{report}"
    );
    assert_eq!((&report["moved"], &report["created"]), (&2.into(), &0.into()));
    let files = || fs::read_dir(&to).unwrap().count();
    assert_eq!(files(), 2);
    let pump = fs::read_to_string(to.join("ops-pump.md")).unwrap();
    assert!(pump.contains("id: ops-pump\n") && pump.contains("source: \"manual/sticking-pump.md\""), "{pump}");
    assert!(fs::read_to_string(to.join("ops-valve.md")).unwrap().contains("very cold night"));
    assert_eq!(states(&import()), ["manual/sticking-pump.md unchanged", "manual/valve.md unchanged"]);

    // A copy shares the article, in whichever order the two come; once the first is gone, it is the copy's.
    write(&docs, "a-copy.md", text);
    write(&docs, "z-copy.md", text);
    let report = import();
    let expected = [
        "a-copy.md copy manual/sticking-pump.md",
        "manual/sticking-pump.md unchanged",
        "manual/valve.md unchanged",
        "z-copy.md copy manual/sticking-pump.md",
    ];
    assert_eq!(states(&report), expected, "{report}");
    assert_eq!((files(), &report["copies"]), (2, &2.into()));
    fs::remove_file(docs.join("manual/sticking-pump.md")).unwrap();
    fs::remove_file(docs.join("z-copy.md")).unwrap();
    assert_eq!(states(&import())[0], "a-copy.md moved manual/sticking-pump.md");
    assert_eq!(files(), 2);

    // What a person edited stays as it is, wherever its document lies.
    let article = to.join("ops-pump.md");
    fs::write(&article, fs::read_to_string(&article).unwrap().replace("Warm the seal", "Warm the seal by hand"))
        .unwrap();
    move_to("a-copy.md", "b.md", text);
    assert_eq!(states(&import())[0], "b.md edited a-copy.md");
    assert!(fs::read_to_string(&article).unwrap().contains("by hand"));

    // Another document under a title that is known is another article.
    write(
        &docs,
        "other/pump.md",
        "# Pump sticks\n\nQuite another pump, with another text: the rod is bent and has to be replaced by the vendor.\n",
    );
    let report = import();
    assert!(states(&report).contains(&"other/pump.md created".to_string()), "{report}");
}

#[test]
fn includes_stay_within_the_folder_and_are_no_articles() {
    let folder = tempfile::tempdir().unwrap();
    let (docs, to) = (folder.path().join("docs"), folder.path().join("kb"));
    write(folder.path(), "secret.md", "Not for the articles.\n");
    write(&docs, "includes/backup.md", "Back up the registry first.\n");
    write(&docs, "includes/alone.md", "# Alone\n\nNobody takes it in, so it is a document.\n");
    let text = "# Pump\n\n[!INCLUDE [b](includes/backup.md)]\n\n[!INCLUDE [s](../secret.md)]\n\n[!INCLUDE [l](link.md)]\n\n!!! warning\n    Stop it first.\n";
    write(&docs, "pump.md", text);
    #[cfg(unix)]
    std::os::unix::fs::symlink(folder.path().join("secret.md"), docs.join("link.md")).unwrap();
    let output = program()
        .args(["kb", "import", docs.to_str().unwrap(), "--to", to.to_str().unwrap(), "--format", "json"])
        .output();
    let report: Value = serde_json::from_slice(&output.unwrap().stdout).unwrap();
    assert_eq!(states(&report), ["pump.md created", "includes/alone.md created"], "{report}");
    assert_eq!((&report["left_out"], &report["missing_includes"]), (&1.into(), &2.into()), "{report}");
    let pump = fs::read_to_string(to.join("pump.md")).unwrap();
    assert!(pump.contains("Back up the registry first.") && pump.contains("**Warning:**\nStop it first."), "{pump}");
    assert!(!pump.contains("INCLUDE") && !pump.contains("Not for"), "{pump}");
}
