//! The report through the program: its figures against plain SQL over the store, its formats, its alarm.

use std::{collections::BTreeSet, fs, path::Path};

use rusqlite::Connection;
use serde_json::Value;
use tempfile::TempDir;

use crate::support::{json, program, root};

/// What the mails of a case say failed; the last says nothing that fails.
const CODES: [&str; 5] = ["0x80070005", "0x800F081F", "ORA-12514", "0xC1900101-0x20017", ""];

/// Mails of September that no person wrote: a newsletter, an alert, and an alert that somebody answered, which is a case.
const MACHINES: [(&str, &str); 4] = [
    ("news", "List-Unsubscribe: <https://example.com/u>"),
    ("alert", "Auto-Submitted: auto-generated"),
    ("answered", "Auto-Submitted: auto-generated"),
    ("answer", "In-Reply-To: <answered@example.com>"),
];

/// What a customer has in September, and another one, who writes it in a later mail of a case of August.
const NEW: &str = "0x8024402C";

/// Mails of 54 cases of July to September 2024 from six domains, of which one is named in a case; one undated; some closed, one with an
/// article. Beside them [`MACHINES`], and two mails that bring [`NEW`].
fn store() -> TempDir {
    let (data, mail) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    for case in 0..54 {
        let (month, day) = (7 + case / 18, 1 + case % 18);
        let code = CODES[(case * 7 / 3) % CODES.len()];
        let said = if code.is_empty() {
            "Please call us back.".into()
        } else {
            format!("The update failed with error {code}.")
        };
        let named = if case == 37 { "Customer: Northwind\n" } else { "" };
        // What is noise is so alone: no article may explain it by what is quoted.
        let quoted = match code {
            "ORA-12514" => "",
            _ => "\nOn Monday Bob wrote:\n> it failed with error 0x80240017\n> and again\n",
        };
        let date = if case == 40 {
            String::new()
        } else {
            format!("Date: {day} {} 2024 10:{case:02}:00 +0000\n", ["Jul", "Aug", "Sep"][month - 7])
        };
        let text = format!(
            "From: Ann <ann@c{}.example.com>\nTo: s@example.org\nSubject: INC00{case:05} trouble\nMessage-ID: <{case}@example.com>\n{date}\n{named}{said}\n{quoted}",
            case % 6
        );
        fs::write(mail.path().join(format!("{case}.eml")), text).unwrap();
    }
    for (name, field) in MACHINES {
        let text = format!(
            "From: {name}@{name}.example.com\nTo: s@example.org\nSubject: {name} of the day\nMessage-ID: <{name}@example.com>\nDate: 20 Sep 2024 12:00:00 +0000\n{field}\n\nThe update failed with error 0x80070005.\n"
        );
        fs::write(mail.path().join(format!("{name}.eml")), text).unwrap();
    }
    for (name, domain, subject, day) in
        [("first", 0, "INC0000060 update", 10), ("later", 2, "RE: INC0000020 trouble", 12)]
    {
        let answers = if name == "later" { "In-Reply-To: <20@example.com>\n" } else { "" };
        let text = format!(
            "From: Ann <ann@c{domain}.example.com>\nTo: s@example.org\nSubject: {subject}\nMessage-ID: <{name}@example.com>\n{answers}Date: {day} Sep 2024 10:00:00 +0000\n\nThe update failed with error {NEW}.\n"
        );
        fs::write(mail.path().join(format!("{name}.eml")), text).unwrap();
    }
    json(data.path(), &["ingest", mail.path().to_str().unwrap()]);
    json(data.path(), &["noise", "add", "ora:ORA-12514", "--reason", "a scanner"]);
    // The program closes a case now; these were closed in their time.
    let connection = open(data.path());
    let numbered = "name LIKE 'INC%'";
    let close = format!("UPDATE cases SET closed = opened + 3600 * (1 + id % 90) WHERE id % 4 <> 0 AND {numbered}");
    connection.execute(&close, []).unwrap();
    connection.execute("UPDATE cases SET article = 'own-article' WHERE closed IS NOT NULL AND id % 9 = 0", []).unwrap();
    // A newsletter that was put away is none the less one.
    connection.execute(&format!("UPDATE cases SET closed = opened + 60 WHERE NOT {numbered}"), []).unwrap();
    drop(connection);
    data
}

fn open(data: &Path) -> Connection {
    Connection::open(data.join("cases.db")).unwrap()
}

fn sql(data: &Path, query: &str) -> BTreeSet<String> {
    let connection = open(data);
    let mut statement = connection.prepare(query).unwrap();
    statement.query_map([], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap()
}

fn ids(figure: &Value) -> BTreeSet<String> {
    let all: Vec<String> =
        figure["cases"].as_array().unwrap().iter().map(|id| id.as_str().unwrap().to_string()).collect();
    let once: BTreeSet<String> = all.iter().cloned().collect();
    assert_eq!((once.len(), Some(all.len() as u64)), (all.len(), figure["count"].as_u64()), "{figure}");
    once
}

/// Every figure of a JSON value: its count is that of its cases, each named once.
fn walk(value: &Value, seen: &mut usize) {
    match value {
        Value::Object(fields) if fields.contains_key("cases") && fields.contains_key("count") => {
            ids(value);
            *seen += 1;
        }
        Value::Object(fields) => fields.values().for_each(|value| walk(value, seen)),
        Value::Array(items) => items.iter().for_each(|value| walk(value, seen)),
        _ => {}
    }
}

const SEPTEMBER: [&str; 3] = ["report", "--month", "2024-09"];

/// Opened in September, as SQL.
const OPENED: &str = "c.opened >= unixepoch('2024-09-01') AND c.opened < unixepoch('2024-10-01')";

#[test]
fn every_total_is_what_sql_counts() {
    let data = store();
    let report = json(data.path(), &[&SEPTEMBER[..], &["--by", "customer", "--rows", "1000"]].concat());
    let schema = serde_json::from_str(&fs::read_to_string(root("docs/report.schema.json")).unwrap()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let errors: Vec<String> =
        validator.iter_errors(&report).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(errors.is_empty(), "{errors:?}");
    let mut seen = 0;
    walk(&report, &mut seen);
    assert!(seen > 40, "{seen} figures");
    let people = "EXISTS (SELECT 1 FROM messages m WHERE m.case_id = c.id AND NOT m.automatic)";
    let select = |condition: &str| {
        let from = "cases c LEFT JOIN findings f ON f.case_id = c.id";
        sql(data.path(), &format!("SELECT c.name FROM {from} WHERE {condition}"))
    };
    let check = |figure: &Value, condition: &str| {
        assert_eq!(ids(figure), select(&format!("{people} AND ({condition})")), "{condition}");
    };
    let volume = &report["volume"];
    check(&volume["opened"], OPENED);
    check(&volume["closed"], "c.closed >= unixepoch('2024-09-01') AND c.closed < unixepoch('2024-10-01')");
    let open_at =
        |day: &str| format!("c.opened < unixepoch('{day}') AND (c.closed IS NULL OR c.closed >= unixepoch('{day}'))");
    check(&volume["backlog"], &open_at("2024-10-01"));
    check(&volume["backlog_before"], &open_at("2024-09-01"));
    check(&volume["opened_before"], "c.opened >= unixepoch('2024-08-01') AND c.opened < unixepoch('2024-09-01')");
    for period in volume["periods"].as_array().unwrap() {
        let month = period["period"].as_str().unwrap();
        check(&period["opened"], &format!("strftime('%Y-%m', c.opened, 'unixepoch') = '{month}'"));
        check(&period["closed"], &format!("strftime('%Y-%m', c.closed, 'unixepoch') = '{month}'"));
    }
    assert_eq!(volume["periods"].as_array().unwrap().len(), 3);
    let linked = "(c.article IS NOT NULL AND c.closed IS NOT NULL OR EXISTS (SELECT 1 FROM decisions d WHERE d.case_id = c.id AND d.accepted))";
    let failing =
        "SELECT n.kind || ':' || n.value AS what FROM case_signatures s JOIN signatures n ON n.id = s.signature
                   WHERE s.case_id = c.id AND s.standing = 0 UNION SELECT f.primary_kind || ':' || f.primary_value
                   WHERE f.primary_kind IS NOT NULL";
    let counts = format!("EXISTS (SELECT 1 FROM ({failing}) WHERE what <> 'ora:ORA-12514')");
    let noise = format!("(NOT {counts} AND EXISTS (SELECT 1 FROM ({failing}) WHERE what = 'ora:ORA-12514'))");
    let groups = [
        ("linked", linked.to_string()),
        ("explained", format!("f.verdict = 'known' AND NOT {linked}")),
        ("possible", format!("f.verdict = 'possible' AND NOT {linked}")),
        ("new", format!("f.verdict = 'unknown' AND NOT {linked} AND NOT {noise}")),
        ("silenced", format!("f.verdict = 'unknown' AND NOT {linked} AND {noise}")),
        ("unmatched", format!("f.verdict IS NULL AND NOT {linked}")),
    ];
    for (row, (group, condition)) in report["known"].as_array().unwrap().iter().zip(groups) {
        assert_eq!(row["group"], group);
        check(&row["cases"], &format!("{OPENED} AND {condition}"));
        let (made, most) = (report["made"].as_i64().unwrap(), report["most_hours"].as_f64().unwrap());
        let hours = format!(
            "SELECT printf('%.1f', coalesce(sum(CASE WHEN c.closed IS NULL THEN min(({made} - c.opened) / 3600.0, {most})
                                                     ELSE (c.closed - c.opened) / 3600.0 END), 0))
             FROM cases c LEFT JOIN findings f ON f.case_id = c.id WHERE {people} AND {OPENED} AND {condition}"
        );
        let said = format!("{:.1}", row["hours"].as_f64().unwrap());
        assert_eq!(sql(data.path(), &hours), BTreeSet::from([said]), "{group}");
    }
    assert!(!ids(&report["known"][4]["cases"]).is_empty(), "some of them are noise");
    // A signature counts where it fails or the case is about it; those that mean the same count as one.
    let forms = |row: &Value| {
        let also = row["also"].as_array().into_iter().flatten();
        let all: Vec<String> =
            also.chain([&row["signature"]]).map(|form| format!("'{}'", form.as_str().unwrap())).collect();
        all.join(", ")
    };
    let has = |forms: &str| {
        format!(
            "(f.primary_kind || ':' || f.primary_value IN ({forms}) OR EXISTS (SELECT 1 FROM case_signatures s
              JOIN signatures n ON n.id = s.signature WHERE s.case_id = c.id AND s.standing = 0 AND n.kind || ':' || n.value IN ({forms})))"
        )
    };
    let rows = report["signatures"]["rows"].as_array().unwrap();
    assert!(rows.len() >= 3, "{rows:?}");
    for row in rows {
        check(&row["cases"], &format!("{OPENED} AND {}", has(&forms(row))));
        check(&row["primary"], &format!("{OPENED} AND f.primary_kind || ':' || f.primary_value IN ({})", forms(row)));
    }
    assert!(
        !rows.iter().any(|row| row["signature"].as_str().unwrap().contains("80240017")),
        "what is only quoted never counts"
    );
    let silenced = &report["signatures"]["silenced"][0];
    assert_eq!(silenced["signature"], "ora:ORA-12514");
    check(&silenced["cases"], &format!("{OPENED} AND {}", has("'ora:ORA-12514'")));
    for row in report["write"]["rows"].as_array().unwrap() {
        let about = format!("f.primary_kind || ':' || f.primary_value IN ({})", forms(row));
        check(&row["cases"], &format!("{OPENED} AND {about} AND f.verdict <> 'known' AND NOT {linked}"));
    }
    check(
        &report["write"]["cases"],
        &format!("{OPENED} AND f.verdict IN ('possible', 'unknown') AND NOT {linked} AND NOT {noise}"),
    );
    check(&report["quality"]["no_signature"], &format!("{OPENED} AND NOT {counts}"));
    // New is what reached two customers in the month, by the mails that brought it.
    let brought = |forms: &str, until: &str| {
        format!(
            "SELECT m.case_id AS of, coalesce(m.date, m.taken) AS at FROM messages m JOIN message_sources ms ON ms.message = m.id
             JOIN source_signatures s ON s.source = ms.source JOIN signatures n ON n.id = s.signature
             WHERE s.standing = 0 AND n.kind || ':' || n.value IN ({forms}) AND coalesce(m.date, m.taken) < unixepoch('{until}')"
        )
    };
    let fresh = &report["fresh"];
    let [new] = &fresh["new"].as_array().unwrap()[..] else { panic!("{fresh}") };
    assert_eq!(new["signature"], format!("hresult:{NEW}"));
    check(&new["cases"], &format!("c.id IN (SELECT of FROM ({}))", brought(&forms(new), "2024-10-01")));
    assert_eq!(ids(&new["cases"]), BTreeSet::from(["INC0000020".to_string(), "INC0000060".to_string()]));
    let times = format!("SELECT CAST(at AS TEXT) FROM ({})", brought(&forms(new), "2024-10-01"));
    let told = ["first", "reached"].map(|key| new[key].to_string());
    assert_eq!(sql(data.path(), &times), BTreeSet::from(told), "of two mails the one began it, the other reached");
    assert_eq!((&fresh["found"], &fresh["silenced"]), (&1.into(), &0.into()));
    for row in report["tags"].as_array().unwrap() {
        let tag = row["name"].as_str().unwrap();
        check(
            &row["cases"],
            &format!(
                "{OPENED} AND EXISTS (SELECT 1 FROM tags t WHERE t.case_id = c.id AND t.tag = '{tag}' AND NOT t.removed)"
            ),
        );
    }
    for row in report["articles"]["rows"].as_array().unwrap() {
        let article = row["article"].as_str().unwrap();
        let closed = "c.closed >= unixepoch('2024-09-01') AND c.closed < unixepoch('2024-10-01')";
        check(&row["resolved"], &format!("c.article = '{article}' AND {closed}"));
    }
    for row in report["by"]["rows"].as_array().unwrap() {
        // The one of which a case says whose it is.
        let domain =
            row["name"].as_str().map(|name| if name == "Northwind" { "c1.example.com" } else { name }).unwrap();
        let of = format!("EXISTS (SELECT 1 FROM messages m WHERE m.case_id = c.id AND m.address LIKE '%@{domain}')");
        check(&row["opened"], &format!("{OPENED} AND {of}"));
    }
    check(
        &report["quality"]["undated"],
        &format!("{OPENED} AND EXISTS (SELECT 1 FROM messages m WHERE m.case_id = c.id AND m.date IS NULL)"),
    );
    let names: Vec<&str> =
        report["by"]["rows"].as_array().unwrap().iter().map(|row| row["name"].as_str().unwrap()).collect();
    assert!(names.contains(&"Northwind") && !names.contains(&"c1.example.com"), "{names:?}");
    check(&report["quality"]["no_customer"], "0");
    let machines = ids(&report["quality"]["by_machines"]);
    assert_eq!((machines.len(), machines), (2, select(&format!("{OPENED} AND NOT {people}"))));
    let sentences = report["lead"].as_array().unwrap();
    assert_eq!(sentences.len(), 5);
}

/// Numbers of the page with the ids that each opens to.
fn opened_figures(page: &str) -> Vec<(usize, usize)> {
    let one = |piece: &str| {
        let (count, rest) = piece.split_once("</summary><span class=\"ids\">")?;
        let (ids, _) = rest.split_once("</span>")?;
        Some((count.parse().unwrap(), ids.split_whitespace().count()))
    };
    page.split("<summary>").skip(1).filter_map(one).collect()
}

#[test]
fn every_format_names_the_cases_of_its_figures() {
    let data = store();
    let out = tempfile::tempdir().unwrap();
    let print = |arguments: &[&str]| {
        let output = program().arg("--data").arg(data.path()).args(SEPTEMBER).args(arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    let folder = out.path().join("csv");
    print(&["--format", "csv", "--out", folder.to_str().unwrap()]);
    let mut figures = 0;
    for file in fs::read_dir(&folder).unwrap() {
        let text = fs::read_to_string(file.unwrap().path()).unwrap();
        let mut lines = text.lines();
        let head: Vec<&str> = lines.next().unwrap().split(',').collect();
        for line in lines.filter(|line| !line.contains('"')) {
            let fields: Vec<&str> = line.split(',').collect();
            for (place, name) in head.iter().enumerate().filter(|(_, name)| name.ends_with("_ids")) {
                // An empty field is no figure.
                let count: usize = if fields[place - 1].is_empty() { 0 } else { fields[place - 1].parse().unwrap() };
                assert_eq!(fields[place].split_whitespace().count(), count, "{name}: {line}");
                figures += 1;
            }
        }
    }
    assert!(figures > 40, "{figures}");
    for lang in ["en", "zh"] {
        let page = print(&["--format", "html", "--lang", lang]);
        let found = opened_figures(&page);
        assert!(found.len() > 30, "{}", found.len());
        assert!(found.iter().all(|(count, ids)| count == ids), "{found:?}");
        for format in ["md", "table"] {
            let text = print(&["--format", format, "--lang", lang, "--cases"]);
            let behind = if lang == "en" { "The cases behind the figures" } else { "各数字对应的案例" };
            let (_, list) = text.split_once(behind).unwrap();
            assert!(list.contains("INC0000036") && list.contains("INC0000053"), "{list}");
        }
    }
    assert_eq!(print(&["--format", "csv", "--section", "volume"]).lines().next(), Some("what,cases,cases_ids"));
}

#[test]
fn empty_spans_wrong_use_and_the_alarm() {
    let data = store();
    let run =
        |arguments: &[&str]| program().arg("--data").arg(data.path()).arg("report").args(arguments).output().unwrap();
    let text = |output: &std::process::Output| String::from_utf8_lossy(&output.stdout).into_owned();
    let empty = run(&["--month", "2024-01"]);
    assert_eq!(empty.status.code(), Some(0));
    assert!(text(&empty).contains("No case was opened or closed in 2024-01"), "{}", text(&empty));
    let first = run(&["--month", "2024-07"]);
    assert!(text(&first).contains("Counts only"), "{}", text(&first));
    for (arguments, said) in [
        (&["--month", "2024-13"][..], "2024-09"),
        (&["--from", "2024-07-10", "--to", "2024-07-01"], "from 2024-07-10 to 2024-07-01 ends before it begins"),
        (&["--section", "by"], "--section by needs --by"),
        (&["--severity", "P5"], "a severity is P1, P2, P3 or P4"),
        (&["--format", "csv"], "--out"),
        (&["--section", "nothing"], "there is no section"),
        (&["--tz", "Nowhere"], "Nowhere"),
        (&["--month", "2124-01"], "future"),
    ] {
        let output = run(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(errors.contains(said), "{arguments:?}: {errors}");
    }
    // In Shanghai the month begins eight hours earlier.
    let shanghai = json(data.path(), &["report", "--month", "2024-09", "--tz", "Asia/Shanghai"]);
    assert_eq!(shanghai["from"].as_i64(), Some(1_725_148_800 - 28_800));
    let quiet = run(&["--alarm", "--month", "2024-08"]);
    assert_eq!(quiet.status.code(), Some(1), "{}", text(&quiet));
    let alarm: Value = serde_json::from_slice(&quiet.stdout).unwrap();
    assert_eq!((&alarm["schema"], &alarm["raised"]), (&"casebook.report-alarm/1".into(), &false.into()));
    let raised = run(&["--alarm", "--from", "2024-07-01", "--to", "2024-07-31"]);
    assert_eq!(raised.status.code(), Some(0), "{}", text(&raised));
    let alarm: Value = serde_json::from_slice(&raised.stdout).unwrap();
    assert!(alarm["new_signatures"].as_array().is_some_and(|all| !all.is_empty()), "{alarm}");
    // A later mail of an older case brings it to the second customer: told on that day, and on no other.
    let days = ["10", "11", "12", "13"].map(|day| {
        let day = format!("2024-09-{day}");
        text(&run(&["--alarm", "--from", &day, "--to", &day])).contains(NEW)
    });
    assert_eq!(days, [false, false, true, false]);
}

#[test]
fn notes_have_a_file_of_their_own_beside_the_tables() {
    let data = store();
    let out = tempfile::tempdir().unwrap();
    let folder = out.path().join("csv");
    let print = |arguments: &[&str]| {
        let output = program().arg("--data").arg(data.path()).args(SEPTEMBER).args(arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    for (lang, words) in [("en", "the store does not go back a year"), ("zh", "库中历史不足一年")] {
        print(&["--format", "csv", "--lang", lang, "--out", folder.to_str().unwrap()]);
        let notes = fs::read_to_string(folder.join("notes.csv")).unwrap();
        assert!(notes.starts_with("section,title,note\r\n") && notes.contains(words), "{notes}");
        assert_eq!(print(&["--format", "csv", "--section", "notes", "--lang", lang]).trim_end(), notes.trim_end());
        for section in ["volume", "known", "rising", "new", "never_matched"] {
            assert!(notes.lines().any(|line| line.starts_with(&format!("{section},"))), "{section}: {notes}");
        }
    }
    let json = program()
        .arg("--data")
        .arg(data.path())
        .args(SEPTEMBER)
        .args(["--section", "notes", "--format", "json"])
        .output();
    assert_eq!(json.unwrap().status.code(), Some(2));
}

#[test]
fn one_section_is_one_file() {
    let data = store();
    let out = tempfile::tempdir().unwrap();
    let write = |path: &Path| {
        let mut command = program();
        command.arg("--data").arg(data.path()).args(SEPTEMBER).args([
            "--format",
            "csv",
            "--section",
            "volume",
            "--out",
        ]);
        assert_eq!(command.arg(path).output().unwrap().status.code(), Some(0));
    };
    let file = out.path().join("r.csv");
    write(&file);
    assert!(fs::read_to_string(&file).unwrap().starts_with("what,cases,cases_ids\r\n"));
    // A folder stays one.
    write(out.path());
    assert!(out.path().join("volume.csv").is_file());
}

#[test]
fn in_sixty_columns_nothing_is_wider_and_ids_stay_whole() {
    let data = store();
    // Ids of mails without a number are long enough to break.
    for lang in ["en", "zh"] {
        let mut command = program();
        command.env("COLUMNS", "60").arg("--data").arg(data.path()).args(SEPTEMBER).args(["--cases", "--lang", lang]);
        let text = String::from_utf8(command.output().unwrap().stdout).unwrap();
        let wide: Vec<&str> = text.lines().filter(|line| textwrap::core::display_width(line) > 60).collect();
        assert!(wide.is_empty(), "{wide:#?}");
        assert!(text.contains("C-") && !text.lines().any(|line| line.ends_with("C-")), "{text}");
    }
}

#[test]
fn sections_as_people_read_them() {
    let data = store();
    let print = |arguments: &[&str]| {
        let output = program().arg("--data").arg(data.path()).args(SEPTEMBER).args(arguments).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    insta::assert_snapshot!("report-signatures", print(&["--section", "signatures"]));
    insta::assert_snapshot!(
        "report-volume-zh",
        print(&["--section", "volume", "--lang", "zh", "--format", "md", "--cases"])
    );
    insta::assert_snapshot!("report-rising-csv", print(&["--section", "rising", "--format", "csv"]));
}
