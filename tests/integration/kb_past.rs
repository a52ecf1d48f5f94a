//! Articles and past cases: tried, compared with a revision, drafted.

use std::{fs, process::Command};

use crate::kb::{PUMP, Place, other};

/// A mail of a case, closed or not.
fn mail(number: u32, text: &str) -> String {
    format!(
        "From: Ann Lee <ann.lee@north.fjord.example>\nTo: Bob Reed <bob@support.example>\nSubject: [CAS-0000{number}-AAAAAA] Pump {number} does not start\n\
         Message-ID: <{number}@example.com>\nDate: Tue, 10 Sep 2024 14:3{number}:00 +0000\n\n{text}\n"
    )
}

const STUCK: &str = "The pump service failed with error 5: access is denied.";

/// Five cases about the pump, closed in several ways, and one about nothing.
fn place() -> Place {
    let place = Place::new();
    place.write("kb/other.md", &other());
    for number in 1..6 {
        place.write(&format!("mail/{number}.eml"), &mail(number, STUCK));
    }
    place.write("mail/6.eml", &mail(6, "Please send the invoice for March."));
    place.check(&["ingest", "mail"], 0, &[]);
    place.write("draft/pump.md", &PUMP.replace("status: validated", "status: wip"));
    place
}

#[test]
fn a_draft_is_tried_over_past_cases() {
    let place = place();
    let close = |case: &str, how: &[&str]| {
        let id = format!("CAS-0000{case}-AAAAAA");
        place.check(&[&["case", "close", &id][..], how].concat(), 0, &[]);
    };
    close("1", &["--resolution", "rights given back"]);
    let tried = place.json(&["kb", "try", "draft/pump.md"]);
    assert_eq!(
        (&tried["cases"], &tried["gained"]["cases"], &tried["lost"]["cases"]),
        (&6.into(), &5.into(), &0.into()),
        "{tried}"
    );
    assert_eq!((&tried["gained"]["words"], &tried["gained"]["open"]), (&1.into(), &4.into()));
    assert_eq!(
        (&tried["differences"][0]["after"]["article"], &tried["contradicted"]["warning"]),
        (&"pump-stuck".into(), &false.into())
    );
    // Closed with what it will replace: that is no contradiction; with something else: it is.
    close("2", &["--article", "other"]);
    place.check(
        &["kb", "try", "draft/pump.md"],
        1,
        &["gained", "with other", "1 of 1 case that were closed with an article speak against"],
    );
    // In use, and asked for by its id.
    fs::copy(place.path("draft/pump.md"), place.path("kb/pump.md")).unwrap();
    place.check(&["kb", "try", "pump-stuck"], 1, &["article `pump-stuck`: 6 cases of the store matched twice"]);
    place.check(&["kb", "try", "no-such"], 2, &["neither a file nor an article `no-such`"]);
    fs::remove_dir_all(place.path("data")).unwrap();
    place.check(&["kb", "try", "pump-stuck"], 2, &["there is no case store"]);
}

#[test]
fn articles_are_compared_with_a_revision() {
    let place = place();
    let git = |arguments: &[&str]| {
        let identity = ["-c", "user.name=Test", "-c", "user.email=test@example.com", "-c", "init.defaultBranch=main"];
        Command::new("git").current_dir(place.path("kb")).args(identity).args(arguments).output()
    };
    if git(&["init", "-q", ".."]).is_err() {
        eprintln!("SKIPPED: there is no git");
        return;
    }
    place.write("kb/pump.md", PUMP);
    place.check(&["kb", "diff", "HEAD"], 2, &["there is no such revision"]);
    git(&["add", "."]).unwrap();
    assert!(git(&["commit", "-qm", "pump"]).unwrap().status.success());
    place.check(&["kb", "diff", "HEAD"], 0, &["the articles since `HEAD`: 6 cases of the store matched twice"]);
    place.write("kb/pump.md", &PUMP.replace("failing: win32:5", "failing: win32:32"));
    let report = place.json(&["kb", "diff", "HEAD"]);
    assert_eq!((&report["lost"]["cases"], &report["gained"]["cases"]), (&5.into(), &0.into()), "{report}");
    assert_eq!(report["differences"][0]["before"]["verdict"], "known");
    place.check(&["kb", "diff", "--", "--upload-pack=x"], 2, &["does not begin with"]);
    // An object that is gone is no article that was not there.
    let id = git(&["rev-parse", "HEAD:kb/pump.md"]).unwrap().stdout;
    let id = String::from_utf8(id).unwrap();
    let object = place.path(&format!(".git/objects/{}/{}", &id[..2], id[2..].trim()));
    let aside = place.path("object");
    fs::rename(&object, &aside).unwrap();
    place.check(&["kb", "diff", "HEAD"], 2, &["has lost `pump.md`"]);
    fs::rename(&aside, &object).unwrap();
    place.check(&["--kb", "builtin", "kb", "diff", "no-such-revision"], 2, &["there is no such revision"]);
    let output = crate::support::program()
        .current_dir(place.path("."))
        .env("PATH", "")
        .args(["--kb", "kb", "--data", "data", "kb", "diff", "HEAD"])
        .output()
        .unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(errors.contains("the `git` command cannot be run"), "{errors}");
}

#[test]
fn a_closed_case_becomes_a_draft_that_names_no_customer() {
    let place = Place::new();
    place.write(
        "kb/pump.md",
        &PUMP.replace("id: pump-stuck", "id: other-pump").replace("failing: win32:5", "failing: win32:32"),
    );
    let first = "Hello,\n\nsince Monday the pump service failed with error 5: access is denied, on dc01.north.fjord.example (10.3.0.7).\n\
                 Call me at +49 30 1234567.\n\nHost name: PUMPHOST\n\nAnn Lee";
    place.write("mail/1.eml", &mail(1, first));
    let last = mail(1, "Dear Ann Lee,\n\nI close the case.\n\nCase summary:\n----\nProblem: the pump of PUMPHOST does not start (error 5)\nCause:\n\
                        1. A policy took the rights of the folder.\n# audience\naudience: customer\nResolution: Give the rights of the folder back.\nStatus: closed by phone\n\nBest regards\nBob")
        .replace("<1@example.com>", "<2@example.com>")
        .replace("From: Ann Lee <ann.lee@north.fjord.example>\nTo: Bob Reed <bob@support.example>", "From: Bob Reed <bob@support.example>\nTo: Ann Lee <ann.lee@north.fjord.example>")
        .replace("14:31", "15:31");
    place.write("mail/2.eml", &last);
    place.check(&["ingest", "mail"], 0, &[]);
    place.check(&["case", "close", "CAS-00001-AAAAAA", "--resolution", "see the summary"], 0, &[]);
    let draft = ["kb", "draft", "--from", "CAS-00001-AAAAAA"];
    let text = place.check(
        &draft,
        0,
        &[
            "status: wip",
            "strong: [\"win32:5\"",
            "the pump of [host] does not start",
            "Give the rights of the folder back.",
        ],
    );
    for name in ["Ann", "Lee", "fjord", "10.3.0.7", "1234567", "PUMPHOST", "CAS-00001", "Reed", "Bob"] {
        assert!(!text.contains(name), "{name} in\n{text}");
    }
    assert!(text.contains("\\# audience") && text.contains("> audience: customer"), "{text}");
    assert!(text.contains("audience: internal\n") && text.contains("closed by phone"), "{text}");
    let written = [&draft[..], &["--to", "kb", "--id", "pump-rights"]].concat();
    place.check(&written, 0, &["pump-rights.md", "host"]);
    place.check(&written, 2, &["is there already"]);
    place.check(&["kb", "lint", "kb/pump-rights.md"], 0, &["0 findings"]);
    // A draft is found, and decides nothing.
    place.check(&["triage", "mail/1.eml"], 0, &["pump-rights"]);
    let given = [&draft[..], &["--resolution", "Restart it twice.", "--format", "json"]].concat();
    place.check(&given, 0, &["\"resolution\": \"given\"", "Restart it twice."]);
    place.write("more/3.eml", &mail(3, "It is slow."));
    place.check(&["ingest", "more"], 0, &[]);
    place.check(
        &["kb", "draft", "--from", "CAS-00003-AAAAAA"],
        1,
        &["is not closed", "nothing in the case says what helped", "TODO"],
    );
    place.check(&["kb", "draft", "--from", "CAS-00009-AAAAAA"], 2, &["there is no case"]);
    place.check(&[&draft[..], &["--id", "A B"]].concat(), 2, &["no article id"]);
}

#[test]
fn a_draft_has_what_the_customer_saw_and_nobody_who_signed() {
    let place = Place::new();
    place.write("kb/pump.md", PUMP);
    let write = |number: u32, from: &str, to: &str, text: &str| {
        let mail = format!(
            "From: {from}\nTo: {to}\nSubject: [CAS-77120-AB] scanner offline\nMessage-ID: <{number}@example.com>\n\
             Date: Tue, 10 Sep 2024 14:3{number}:00 +0000\n\n{text}\n"
        );
        place.write(&format!("mail/{number}.eml"), &mail);
    };
    let (ann, jane) = ("Ann Lee <ann.lee@north.fjord.example>", "Jane Roe <helpdesk@support.example>");
    let report = "Hello,\n\nthe scanner is offline since Monday.\n\nAMQ9208E: Error on receive from host 10.3.0.7.\n\
                  EXPLANATION: An error occurred receiving data over TCP/IP.\n\
                  2024-09-10 14:02:11 ERROR HikariPool-1 - Connection is not available, request timed out after 30000ms.\n\nAnn";
    write(1, ann, jane, report);
    let close = "Dear Ann Lee,\n\nCase summary:\nProblem: the scanner loses its queue\nCause: a firewall rule\n\
                 Resolution: Open port 1414.\n\nJane\nHelpline";
    write(2, jane, ann, close);
    place.check(&["ingest", "mail"], 0, &[]);
    let case = place.json(&["case", "list"])["cases"][0]["id"].as_str().unwrap().to_string();
    place.check(&["case", "close", &case, "--resolution", "see the summary"], 0, &[]);
    let text = place.check(&["kb", "draft", "--from", &case], 0, &["title: \"scanner offline\""]);
    for wanted in ["the scanner loses its queue", "AMQ9208E", "EXPLANATION", "HikariPool-1", "Open port 1414.\n"] {
        assert!(text.contains(wanted), "{wanted} in\n{text}");
    }
    assert!(!text.contains("Helpline") && !text.contains("[person]\n\n"), "{text}");
}
