//! Tags and the life of a case through the program.

use std::{fs, path::Path};

use serde_json::Value;

use crate::support::{json, program, root};

const CASE: &str = "CAS-12143-P0Y2F1";
const ZH: &str = "tms-krnlmgr-blocks-services-zh";

/// A store that holds the sample case.
fn stored() -> tempfile::TempDir {
    let data = tempfile::tempdir().unwrap();
    let report = json(data.path(), &["ingest", root("corpus/cases/cas-12143").to_str().unwrap()]);
    assert_eq!(report["tagged"]["waiting"], 0, "{report}");
    data
}

/// Runs the program on a store; its standard output.
#[track_caller]
fn run(data: &Path, arguments: &[&str], status: i32) -> String {
    let output = program().arg("--data").arg(data).args(arguments).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(status), "{arguments:?}: {text}{errors}");
    text
}

/// The tags of the case with the rule that gave each.
fn tags(data: &Path) -> Vec<(String, Option<String>)> {
    let shown = json(data, &["case", "show", CASE]);
    let text = |value: &Value| value.as_str().map(str::to_string);
    let tags = shown["case"]["tags"].as_array().unwrap().iter();
    tags.map(|tag| (text(&tag["tag"]).unwrap(), text(&tag["rule"]))).collect()
}

#[test]
fn mail_that_comes_in_is_matched_and_tagged() {
    let data = stored();
    let shown = json(data.path(), &["case", "show", CASE]);
    assert_eq!(shown["findings"]["verdict"], "known");
    assert_eq!(shown["findings"]["matches"][0]["article"], ZH);
    assert!(!shown["findings"]["matches"][0]["evidence"].as_array().unwrap().is_empty());
    // The same as a triage of the same mail says.
    let triage = json(data.path(), &["triage", root("corpus/cases/cas-12143").to_str().unwrap()]);
    for key in ["verdict", "confidence", "score"] {
        assert_eq!(shown["findings"]["matches"][0][key], triage["matches"][0][key], "{key}");
    }
    let tags = tags(data.path());
    let by = |tag: &str| tags.iter().find(|(name, _)| name == tag).and_then(|(_, rule)| rule.as_deref());
    assert_eq!(by("cause/third-party-driver"), Some(format!("article:{ZH}").as_str()), "{tags:?}");
    assert_eq!(by("product/windows-7"), Some(format!("article:{ZH}").as_str()), "{tags:?}");
    assert_eq!(by("customer/icbc"), Some("customer-by-field"), "{tags:?}");
    let text = run(data.path(), &["case", "show", CASE], 0);
    for word in ["Matches", "known", "krnlmgr.sys", "customer/icbc (rule customer-by-field: customer is ICBC)"] {
        assert!(text.contains(word), "`{word}` is not in\n{text}");
    }
    let listed = json(data.path(), &["case", "list", "--tag", "customer/icbc", "--match", ZH, "--verdict", "known"]);
    assert_eq!(listed["cases"][0]["id"], CASE);
    assert!(listed["cases"][0]["messages"].as_u64().unwrap() > 0);
    let columns = run(data.path(), &["case", "list", "--columns", "case,tags"], 0);
    assert!(columns.contains("customer/icbc") && !columns.contains("mails"), "{columns}");
}

#[test]
fn what_people_set_and_took_away_outlasts_every_matching() {
    let data = stored();
    run(data.path(), &["case", "tag", CASE, "+Team/Storage", "-customer/icbc", "+component/servicing"], 0);
    run(data.path(), &["tag", "apply", "--all"], 0);
    let tags = tags(data.path());
    let by = |tag: &str| tags.iter().find(|(name, _)| name == tag).map(|(_, rule)| rule.clone());
    assert_eq!(by("team/storage"), Some(None));
    assert_eq!(by("component/servicing"), Some(None));
    assert_eq!(by("customer/icbc"), None);
    for spelling in [["tag", "explain", CASE], ["tag", "--explain", CASE]] {
        let told = json(data.path(), &spelling);
        let state = |tag: &str| {
            let rows = told["tags"].as_array().unwrap();
            rows.iter().find(|row| row["tag"] == tag).map(|row| row["state"].as_str().unwrap().to_string())
        };
        assert_eq!(state("customer/icbc").as_deref(), Some("taken-away"), "{told}");
        assert_eq!(state("team/storage").as_deref(), Some("by-hand"));
        assert_eq!(state("component/servicing").as_deref(), Some("by-hand"));
    }
    run(data.path(), &["case", "tag", CASE, "storage"], 2);
    run(data.path(), &["case", "tag", "CAS-9", "+a/b"], 2);
}

#[test]
fn changed_rules_are_shown_before_they_are_applied() {
    let data = stored();
    let rules = data.path().join("own.toml");
    let rule = "[[rule]]\nid = \"bank\"\ntag = \"team/bank\"\nwhen = { field = { customer = \"ICBC\" } }\nmatches = [\"Customer: ICBC\"]\nrejects = [\"x\"]\n";
    fs::write(&rules, rule).unwrap();
    let own = ["--tags", rules.to_str().unwrap()];
    let with = |arguments: &[&str]| json(data.path(), &[&own[..], arguments].concat());
    let preview = with(&["tag", "apply", "--dry-run"]);
    assert_eq!(preview["changes"][0]["added"][0]["tag"], "team/bank", "{preview}");
    assert!(!tags(data.path()).iter().any(|(tag, _)| tag == "team/bank"));
    let applied = with(&["tag", "apply"]);
    assert_eq!((applied["cases"].as_u64(), applied["added"].as_u64()), (Some(1), Some(1)));
    assert_eq!(with(&["tag", "apply"])["cases"], 0, "nothing is behind any more");
    assert!(tags(data.path()).contains(&("team/bank".into(), Some("bank".into()))));
    // Without the rule the tag goes.
    let gone = json(data.path(), &["tag", "apply"]);
    assert_eq!(gone["changes"][0]["removed"][0], "team/bank", "{gone}");
    fs::write(&rules, rule.replace("customer", "colour")).unwrap();
    let output = program().arg("--data").arg(data.path()).args(own).args(["tag", "list"]).output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(errors.contains("own.toml:4") && errors.contains("`colour` is no field"), "{errors}");
}

#[test]
fn examples_of_tag_rules_hold() {
    let data = tempfile::tempdir().unwrap();
    let report = json(data.path(), &["tag", "test"]);
    assert!(report["tried"]["tags"].as_u64().unwrap() > 250, "{report}");
    assert_eq!(report["failures"], serde_json::json!([]));
    let rules = data.path().join("own.toml");
    let wrong = "[[rule]]\nid = \"w\"\ntag = \"a/b\"\nwhen = { text = \"disk\" }\nmatches = [\"printer\"]\nrejects = [\"disk\"]\n";
    fs::write(&rules, wrong).unwrap();
    let text = run(data.path(), &["--tags", rules.to_str().unwrap(), "tag", "test"], 1);
    assert!(text.contains("own.toml:5: rule `w`: must give a tag") && text.contains("own.toml:6"), "{text}");
}

#[test]
fn a_tag_is_renamed_in_cases_rules_and_articles() {
    let data = stored();
    let (rules, kb) = (data.path().join("own.toml"), data.path().join("kb"));
    let rule = "[[rule]]\nid = \"bank\"\ntag = \"team/bank\"\nwhen = { field = { customer = \"ICBC\" } }\nmatches = [\"Customer: ICBC\"]\nrejects = [\"x\"]\n";
    fs::write(&rules, rule).unwrap();
    fs::create_dir(&kb).unwrap();
    let article = fs::read_to_string(root("kb/articles/kerberos-clock-skew.md")).unwrap();
    fs::write(
        kb.join("own.md"),
        article.replace("tags: [component/kerberos, cause/time]", "tags: [team/bank, cause/time]"),
    )
    .unwrap();
    let own = ["--tags", rules.to_str().unwrap(), "--kb", "builtin", "--kb", kb.to_str().unwrap()];
    let with = |arguments: &[&str]| json(data.path(), &[&own[..], arguments].concat());
    with(&["tag", "apply"]);
    let preview = with(&["tag", "rename", "team/bank", "team/banking", "--dry-run"]);
    assert_eq!((preview["cases"].as_u64(), preview["files"].as_array().unwrap().len()), (Some(1), 2), "{preview}");
    assert_eq!(fs::read_to_string(&rules).unwrap(), rule);
    with(&["tag", "rename", "team/bank", "Team/Banking"]);
    assert!(fs::read_to_string(&rules).unwrap().contains("tag = \"team/banking\""));
    assert!(fs::read_to_string(kb.join("own.md")).unwrap().contains("tags: [team/banking, cause/time]"));
    assert_eq!(with(&["tag", "apply"])["changed"], 0, "the rule gives the new name");
    assert!(tags(data.path()).iter().any(|(tag, _)| tag == "team/banking"));
    run(data.path(), &["case", "tag", CASE, "+team/finance"], 0);
    let text = run(data.path(), &["tag", "rename", "team/banking", "team/finance"], 2);
    assert_eq!(text, "");
    with(&["tag", "merge", "team/banking", "team/finance"]);
    let found: Vec<_> = tags(data.path()).into_iter().filter(|(tag, _)| tag.starts_with("team/")).collect();
    assert_eq!(found, [("team/finance".to_string(), None)], "what a person set stands");
    run(data.path(), &["tag", "rename", "none/such", "none/other"], 1);
}

#[test]
fn a_rejected_match_stays_away() {
    let data = stored();
    run(data.path(), &["case", "reject", CASE, "no-such-article"], 2);
    let said = run(data.path(), &["case", "reject", CASE, ZH, "--reason", "another driver"], 0);
    assert!(!said.contains("known") || said.contains("unknown"), "{said}");
    for again in [&["tag", "apply", "--all"][..], &["case", "show", CASE]] {
        run(data.path(), again, 0);
        let shown = json(data.path(), &["case", "show", CASE]);
        let articles: Vec<&str> = shown["findings"]["matches"]
            .as_array()
            .unwrap()
            .iter()
            .map(|found| found["article"].as_str().unwrap())
            .collect();
        assert!(!articles.iter().any(|id| id.starts_with("tms-krnlmgr")), "{articles:?}");
        assert!(!tags(data.path()).iter().any(|(_, rule)| rule.as_deref() == Some(&format!("article:{ZH}"))));
    }
    let decisions = json(data.path(), &["case", "decisions"]);
    assert_eq!(decisions["decisions"][0]["reason"], "another driver");
    // Who changes his mind has it back.
    let said = run(data.path(), &["case", "accept", CASE, ZH], 0);
    assert!(said.contains("  known"), "{said}");
}

#[test]
fn noise_is_silenced_and_still_counted() {
    let data = stored();
    run(data.path(), &["noise", "list"], 1);
    run(data.path(), &["noise", "add", "no-such-article", "--reason", "x"], 2);
    run(data.path(), &["noise", "add", ZH, "--reason", "known to all", "--customer", "Northwind"], 0);
    assert_eq!(json(data.path(), &["case", "show", CASE])["findings"]["verdict"], "known");
    run(data.path(), &["noise", "add", ZH, "--reason", "known to all", "--customer", "icbc"], 0);
    let shown = json(data.path(), &["case", "show", CASE]);
    assert_eq!(shown["findings"]["matches"][0]["silenced"], "known to all", "{}", shown["findings"]);
    assert_ne!(shown["findings"]["verdict"], "known");
    run(data.path(), &["noise", "add", "win32:5", "--reason", "their scanner"], 0);
    let shown = json(data.path(), &["case", "show", CASE]);
    let signatures = shown["signatures"].as_array().unwrap();
    let denied = signatures.iter().find(|one| one["signature"] == "hresult:0x80070005").unwrap();
    assert_eq!(denied["silenced"], "their scanner", "an equivalent is silenced with it");
    assert!(denied["count"].as_u64().unwrap() > 0);
    assert!(!tags(data.path()).iter().any(|(tag, _)| tag == "cause/access-denied"), "{:?}", tags(data.path()));
    let list = json(data.path(), &["noise", "list"]);
    assert_eq!(list["noise"].as_array().unwrap().len(), 3);
    run(data.path(), &["noise", "remove", "2"], 0);
    run(data.path(), &["noise", "remove", "3"], 0);
    run(data.path(), &["noise", "remove", "3"], 2);
    assert_eq!(json(data.path(), &["case", "show", CASE])["findings"]["verdict"], "known");
}

#[test]
fn a_triage_heeds_the_list_of_noise() {
    let data = stored();
    let case = root("corpus/cases/cas-12143");
    let triage = |data: &Path| json(data, &["triage", case.to_str().unwrap()]);
    let added = json(data.path(), &["noise", "add", ZH, "--reason", "known to all", "--customer", "icbc"]);
    assert_eq!(
        (&added["id"], &added["outcome"], &added["cases"]),
        (&1.into(), &"silenced".into(), &1.into()),
        "{added}"
    );
    let report = triage(data.path());
    assert_ne!(report["verdict"], "known");
    let matches = report["matches"].as_array().unwrap();
    let silenced = matches.iter().find(|one| one["article"]["id"] == ZH);
    assert!(silenced.is_none_or(|one| one["silenced"] == "known to all"), "{report}");
    json(data.path(), &["noise", "add", "win32:5", "--reason", "their scanner"]);
    let report = triage(data.path());
    let denied = report["signatures"].as_array().unwrap().iter().find(|one| one["value"] == "0x80070005").unwrap();
    assert_eq!((&denied["silenced"], &denied["standing"]), (&"their scanner".into(), &"denied".into()));
    assert!(denied["count"].as_u64().unwrap() > 0);
    assert!(!report["primary"].to_string().contains("0x80070005"), "{}", report["primary"]);
    let heard = json(data.path(), &["noise", "remove", "1"]);
    assert_eq!((&heard["outcome"], &heard["what"]), (&"heard".into(), &ZH.into()), "{heard}");
    json(data.path(), &["noise", "remove", "2"]);
    assert_eq!(triage(data.path())["verdict"], "known");
}

#[test]
fn decisions_are_told_as_json() {
    let data = stored();
    let decided = json(data.path(), &["case", "reject", CASE, ZH, "--reason", "no such product there"]);
    assert_eq!((&decided["decision"], &decided["matched"]), (&"rejected".into(), &false.into()), "{decided}");
    assert_ne!(decided["verdict"], "known");
    let decided = json(data.path(), &["case", "accept", CASE, ZH]);
    assert_eq!((&decided["article"], &decided["verdict"]), (&ZH.into(), &"known".into()), "{decided}");
}

#[test]
fn noise_ends_by_itself() {
    let data = stored();
    run(data.path(), &["noise", "add", ZH, "--reason", "for a day", "--until", "2020-01-01"], 0);
    assert_eq!(json(data.path(), &["case", "show", CASE])["findings"]["verdict"], "known");
    assert_eq!(json(data.path(), &["noise", "list"])["noise"][0]["over"], true);
}

#[test]
fn a_draft_answers_in_the_thread_and_in_the_language_of_the_customer() {
    let data = tempfile::tempdir().unwrap();
    let mail = data.path().join("mail.eml");
    let text = "From: 林某 <lin@example.cn>\nTo: support@example.org\nSubject: 回复: [案例号: CAS-20001-AAAA11] 补丁安装失败\n\
        Message-ID: <q2@example.cn>\nReferences: <q1@example.org>\nDate: Tue, 10 Sep 2024 14:32:53 +0800\n\
        Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n\
        Windows 10 安装更新时报错 0x800f0922，系统保留分区空间不足，请协助处理，谢谢。\n";
    fs::write(&mail, text).unwrap();
    run(data.path(), &["ingest", mail.to_str().unwrap()], 0);
    let article = ["--article", "system-reserved-partition-full-0x800f0922"];
    let draft = json(data.path(), &[&["case", "reply", "CAS-20001-AAAA11"][..], &article].concat());
    assert_eq!(draft["article"], "system-reserved-partition-full-0x800f0922-zh");
    assert_eq!((draft["language"].as_str(), draft["to"]["address"].as_str()), (Some("zh"), Some("lin@example.cn")));
    assert_eq!(draft["from"]["address"], "support@example.org");
    let text = draft["text"].as_str().unwrap();
    assert!(text.contains("CAS-20001-AAAA11") && text.contains("处理方法"), "{text}");
    let parsed = mail_parser::MessageParser::new().parse(draft["eml"].as_str().unwrap().as_bytes()).unwrap();
    assert_eq!(parsed.in_reply_to().as_text(), Some("q2@example.cn"));
    let references: Vec<&str> = parsed.references().as_text_list().unwrap().iter().map(|id| id.as_ref()).collect();
    assert_eq!(references, ["q1@example.org", "q2@example.cn"]);
    assert_eq!(parsed.subject(), Some("Re: [案例号: CAS-20001-AAAA11] 补丁安装失败"));
    let file = data.path().join("draft.eml");
    let output = [&["case", "reply", "CAS-20001-AAAA11", "-o", file.to_str().unwrap()][..], &article].concat();
    run(data.path(), &output, 0);
    assert!(fs::read_to_string(&file).unwrap().contains("X-Casebook-Case: CAS-20001-AAAA11"));
    run(data.path(), &["case", "reply", "CAS-20001-AAAA11", "--article", "none"], 2);
}

#[test]
fn events_are_told_from_mail_and_people() {
    let data = tempfile::tempdir().unwrap();
    let config = data.path().join("casebook.toml");
    fs::write(&config, "own_domains = [\"example.org\"]\n").unwrap();
    let mail = |name: &str, from: &str, hour: u32, reply: &str| {
        let text = format!(
            "From: {from}\nTo: x@example.net\nSubject: {reply}INC0071234 printer offline\nMessage-ID: <{name}@x>\n\
             In-Reply-To: <a@x>\nDate: Tue, 10 Sep 2024 {hour:02}:00:00 +0000\n\nText {name}\n"
        );
        let path = data.path().join(format!("{name}.eml"));
        fs::write(&path, text).unwrap();
        run(data.path(), &["ingest", path.to_str().unwrap()], 0);
    };
    mail("a", "ann@example.com", 8, "");
    mail("b", "sue@support.example.org", 10, "Re: ");
    run(data.path(), &["case", "close", "INC0071234", "--resolution", "paper"], 0);
    let arguments = ["--config", config.to_str().unwrap(), "case", "show", "INC0071234"];
    let shown = json(data.path(), &arguments);
    let kinds = |shown: &Value| -> Vec<String> {
        shown["events"].as_array().unwrap().iter().map(|event| event["kind"].as_str().unwrap().to_string()).collect()
    };
    assert_eq!(kinds(&shown), ["opened", "answered", "closed"]);
    assert_eq!(shown["events"][1]["at"], 1_725_962_400);
}

/// A run of `tag apply` that is killed at any moment loses no tag and gives none twice.
#[test]
fn a_kill_while_tagging_loses_nothing() {
    let kills: u64 = std::env::var("CASEBOOK_KILLS").ok().and_then(|count| count.parse().ok()).unwrap_or(6);
    let (data, mail) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    for case in 0..24 {
        let text = format!(
            "From: ann@example.com\nTo: s@example.org\nSubject: INC00{case:05} update fails\nMessage-ID: <{case}@x>\n\
             Date: Tue, 10 Sep 2024 08:00:00 +0000\n\nWindows 10: the update fails with 0x80070005 on server WEB-{case:02}.\n"
        );
        fs::write(mail.path().join(format!("{case}.eml")), text).unwrap();
    }
    run(data.path(), &["ingest", "--matching", "later", mail.path().to_str().unwrap()], 0);
    run(data.path(), &["case", "tag", "INC0000007", "+team/seven", "-cause/access-denied"], 0);
    run(data.path(), &["tag", "apply"], 0);
    let all = |data: &Path| json(data, &["case", "list", "--limit", "1000"])["cases"].clone();
    let without_versions = |mut cases: Value| {
        for case in cases.as_array_mut().unwrap() {
            case.as_object_mut().unwrap().remove("version");
        }
        cases
    };
    let expected = without_versions(all(data.path()));
    assert!(expected.to_string().contains("server/web-07"), "{expected}");
    // Two rule sets in turn, so that every run has something to change.
    let other = data.path().join("other.toml");
    let rule = "[[rule]]\nid = \"cause-access-denied\"\ntag = \"cause/refused\"\nwhen = { text = \"update\" }\nmatches = [\"update\"]\nrejects = [\"x\"]\n";
    fs::write(&other, rule).unwrap();
    let mut cut = 0;
    for kill in 0..kills {
        let mut command = std::process::Command::new(assert_cmd::cargo::cargo_bin("casebook"));
        command.arg("--data").arg(data.path()).env("CASEBOOK_CONFIG", "").args(["tag", "apply", "--all"]);
        if kill % 2 == 0 {
            command.arg("--tags").arg(&other);
        }
        let null = std::process::Stdio::null;
        let mut child = command.stdout(null()).stderr(null()).spawn().unwrap();
        std::thread::sleep(std::time::Duration::from_millis((kill * 7_919 + 13) % 900));
        // It may have ended already.
        let _ = child.kill();
        cut += u64::from(!child.wait().unwrap().success());
        let seen = all(data.path());
        for case in seen.as_array().unwrap() {
            let names: Vec<&str> =
                case["tags"].as_array().unwrap().iter().map(|tag| tag["tag"].as_str().unwrap()).collect();
            let refused = names.contains(&"cause/refused");
            // Each case is as one rule set has it: never half of it, never both.
            let denied = names.contains(&"cause/access-denied");
            let by_hand = case["id"] == "INC0000007" && !denied;
            assert!(by_hand || refused != denied, "{case}");
            assert_eq!(names.iter().collect::<std::collections::BTreeSet<_>>().len(), names.len(), "{case}");
        }
        run(data.path(), &["tag", "apply"], 0);
        assert_eq!(without_versions(all(data.path())), expected, "after kill {kill}");
    }
    assert!(cut > 0, "no run was cut short");
}

/// Runs the program on a store; standard output and standard error as one.
#[track_caller]
fn told(data: &Path, arguments: &[&str], status: i32) -> String {
    let output = program().arg("--data").arg(data).args(arguments).output().unwrap();
    let text = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert_eq!(output.status.code(), Some(status), "{arguments:?}: {text}");
    text
}

#[test]
fn a_case_that_is_open_again_is_not_told_as_resolved() {
    let data = stored();
    run(data.path(), &["case", "close", CASE, "--article", ZH], 0);
    assert!(run(data.path(), &["search", CASE, "--in", "cases"], 0).contains(&format!("resolved by {ZH}")));
    let opened = json(data.path(), &["case", "reopen", CASE]);
    assert_eq!(
        (opened["schema"].as_str(), opened["case"]["status"].as_str()),
        (Some("casebook.case-changed/1"), Some("open"))
    );
    assert!(run(data.path(), &["case", "reopen", CASE], 1).contains("open already"));
    let events = json(data.path(), &["case", "show", CASE])["events"].clone();
    let reopened = events.as_array().unwrap().iter().filter(|event| event["kind"] == "reopened").count();
    assert_eq!(reopened, 1, "{events}");
    for arguments in [&["case", "show", CASE][..], &["search", CASE, "--in", "cases"]] {
        let text = run(data.path(), arguments, 0);
        assert!(text.contains(&format!("closed with {ZH}")) && !text.contains("resolved by"), "{text}");
    }
    let listed = run(data.path(), &["case", "list", "--columns", "case,article"], 0);
    assert!(!listed.contains(ZH), "{listed}");
}

#[test]
fn new_mail_in_a_closed_case_says_when_it_was_closed() {
    let data = tempfile::tempdir().unwrap();
    let mail = |name: &str, date: &str| {
        let text = format!(
            "From: ann@example.com\nTo: x@example.net\nSubject: INC0071235 printer offline\nMessage-ID: <{name}@x>\n\
             Date: {date}\n\nText {name}\n"
        );
        let path = data.path().join(format!("{name}.eml"));
        fs::write(&path, text).unwrap();
        run(data.path(), &["ingest", path.to_str().unwrap()], 0);
    };
    mail("a", "Tue, 10 Sep 2024 08:00:00 +0000");
    run(data.path(), &["case", "close", "INC0071235", "--resolution", "paper"], 0);
    mail("b", "Tue, 10 Sep 2999 08:00:00 +0000");
    let text = run(data.path(), &["case", "show", "INC0071235"], 0);
    let note = text.lines().find(|line| line.contains("after it was closed at")).unwrap();
    let at = note.rsplit("closed at ").next().unwrap();
    assert!(at.len() == 17 && at.starts_with("20") && at.ends_with('Z'), "{note}");
}

#[test]
fn an_article_that_is_accepted_is_the_one_of_the_reply() {
    let data = tempfile::tempdir().unwrap();
    let mail = data.path().join("mail.eml");
    let text = "From: Ann <ann@example.com>\nTo: support@example.org\nSubject: INC0071236 printer offline\n\
        Message-ID: <q@example.com>\nDate: Tue, 10 Sep 2024 14:32:53 +0800\n\nThe printer is offline.\n";
    fs::write(&mail, text).unwrap();
    run(data.path(), &["ingest", mail.to_str().unwrap()], 0);
    let case = "INC0071236";
    assert!(run(data.path(), &["case", "reply", case], 0).contains("the exact message"));
    let said = told(data.path(), &["case", "accept", case, "install-failed-generic-1603-0x80070643"], 0);
    assert!(said.contains("not among the matches"), "{said}");
    let draft = run(data.path(), &["case", "reply", case, "--format", "text"], 0);
    assert!(draft.contains("general advice") && !draft.contains("known issue"), "{draft}");
    // Who names another one gets that.
    let named = json(data.path(), &["case", "reply", case, "--article", "kerberos-clock-skew"]);
    assert_eq!(named["article"], "kerberos-clock-skew");
    assert!(named["text"].as_str().unwrap().contains("points to a known issue"), "{named}");
}

#[test]
fn changes_are_told_as_json_and_what_changes_nothing_is_said() {
    let data = stored();
    for arguments in
        [["+team/a", "--format", "json"], ["--format", "json", "+team/a"], ["+team/a", "--format=json", "+team/b"]]
    {
        let text = run(data.path(), &[&["case", "tag", CASE][..], &arguments].concat(), 0);
        let changed: Value = serde_json::from_str(&text).unwrap();
        assert!(changed["case"]["tags"].to_string().contains("team/a"), "{changed}");
    }
    let missing = told(data.path(), &["case", "close", CASE], 2);
    assert!(missing.contains("--article") && missing.contains("--resolution"), "{missing}");
    let none = told(data.path(), &["tag", "merge", "no/such", "none/either"], 1);
    assert!(none.contains("no case and no own rule or article has no/such"), "{none}");
    run(data.path(), &["noise", "add", ZH, "--reason", "x"], 0);
    assert!(run(data.path(), &["noise", "add", ZH, "--reason", "y"], 0).contains("1  "));
    assert_eq!(json(data.path(), &["noise", "list"])["noise"].as_array().unwrap().len(), 1);
    let over = told(data.path(), &["noise", "add", ZH, "--reason", "x", "--until", "2020-01-01"], 0);
    assert!(over.contains("over already"), "{over}");
}

#[test]
fn what_a_search_leaves_out_and_does_not_know_is_said() {
    let data = tempfile::tempdir().unwrap();
    for number in 1..=2 {
        let text = format!(
            "From: ann@example.com\nTo: x@example.net\nSubject: INC007124{number} plotter offline\nMessage-ID: <{number}@x>\n\
             Date: Tue, 10 Sep 2024 08:00:00 +0000\n\nThe plotter is offline.\n"
        );
        fs::write(data.path().join(format!("{number}.eml")), text).unwrap();
    }
    let thanks = "From: ann@example.com\nTo: x@example.net\nSubject: INC0071241 more\nMessage-ID: <3@x>\n\
        Date: Tue, 10 Sep 2024 09:00:00 +0000\n\nIt is in room 7.\n";
    fs::write(data.path().join("3.eml"), thanks).unwrap();
    run(data.path(), &["ingest", data.path().to_str().unwrap()], 0);
    let search = |limit: &str| run(data.path(), &["search", "plotter", "--in", "cases", "--limit", limit], 0);
    // Of a case that has other mails too, how many of them say it.
    assert!(search("2").contains("; 1 of 2 mails\n") && search("2").contains("; 1 mail\n"), "{}", search("2"));
    assert!(search("1").contains("there are more cases"));
    assert!(!search("2").contains("there are more"));
    assert!(told(data.path(), &["search", "bogus:thing"], 2).contains("status:"));
    let narrow = program()
        .arg("--data")
        .arg(data.path())
        .env("COLUMNS", "20")
        .args([
            "case",
            "list",
            "--columns",
            "case,status,severity,customer,product,opened,latest,closed,messages,subject",
        ])
        .output()
        .unwrap();
    let narrow = String::from_utf8_lossy(&narrow.stdout).into_owned();
    assert!(narrow.contains("INC0071241") && narrow.contains("INC0071242"), "{narrow}");
    // A file is no data folder.
    let file = data.path().join("1.eml");
    let wrong = told(&file, &["case", "list"], 2);
    assert!(wrong.contains("1.eml") && !wrong.contains("no case store yet"), "{wrong}");
    let tags = told(data.path(), &["--tags", "no/such.toml", "tag", "list"], 2);
    assert!(tags.contains("CASEBOOK_TAGS") && !tags.contains("CASEBOOK_RULES"), "{tags}");
}

#[test]
fn a_case_is_shown_with_mails_by_their_place() {
    let data = stored();
    run(data.path(), &["case", "tag", CASE, "+team/storage"], 0);
    let shown = json(data.path(), &["case", "show", CASE]);
    let text = run(data.path(), &["case", "show", CASE], 0);
    assert!(text.contains("   1. ") && text.contains("mail 1"), "{text}");
    for message in shown["thread"].as_array().unwrap() {
        assert!(!text.contains(&message["id"].as_str().unwrap()[..12]), "{text}");
    }
    assert!(text.contains("team/storage (by hand)"), "{text}");
    let matches: Vec<&str> = text
        .lines()
        .skip_while(|line| !line.starts_with("Matches"))
        .take_while(|line| !line.starts_with("Signatures"))
        .collect();
    assert!(matches.len() > 3 && matches.windows(2).all(|pair| pair[0] != pair[1]), "{text}");
    assert!(text.lines().filter(|line| line.starts_with("  tag ")).all(|line| line.chars().count() <= 100), "{text}");
}

#[test]
fn what_rules_an_article_out_is_named() {
    let data = tempfile::tempdir().unwrap();
    let mail = data.path().join("mail.eml");
    let text = "From: ann@example.com\nTo: support@example.org\nSubject: INC0071237 feature\nMessage-ID: <r@example.com>\n\
        Date: Tue, 10 Sep 2024 14:32:53 +0800\n\nOn Windows 10 adding .NET Framework 3.5 fails with 0x800F081F.\n\
        We ran dism with cleanup-image before.\n";
    fs::write(&mail, text).unwrap();
    run(data.path(), &["ingest", mail.to_str().unwrap()], 0);
    let text = run(data.path(), &["case", "show", "INC0071237"], 0);
    assert!(
        text.contains("but: ruled out by what is seen: “cleanup-image”") && !text.contains("missing: something"),
        "{text}"
    );
}

#[test]
fn a_file_of_rules_that_is_no_text_stops_no_other() {
    let data = stored();
    let rules = data.path().join("own");
    fs::create_dir(&rules).unwrap();
    let rule = "[[rule]]\nid = \"bank\"\ntag = \"team/bank\"\nwhen = { field = { customer = \"ICBC\" } }\nmatches = [\"Customer: ICBC\"]\nrejects = [\"x\"]\n";
    fs::write(rules.join("b.toml"), rule).unwrap();
    fs::write(rules.join("a.toml"), b"# one\n\xff\xfe\n").unwrap();
    let output =
        program().arg("--data").arg(data.path()).arg("--tags").arg(&rules).args(["tag", "apply"]).output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(errors.contains("a.toml:2: is no UTF-8 text"), "{errors}");
    assert!(tags(data.path()).iter().any(|(tag, _)| tag == "team/bank"), "{output:?}");
}

#[test]
fn evidence_of_a_tag_names_the_mail_by_its_place() {
    let data = stored();
    let rules = data.path().join("own.toml");
    let rule = "[[rule]]\nid = \"log\"\ntag = \"team/log\"\nwhen = { attachment = \"CBS.log\" }\nmatches = [{ text = \"x\", attachments = [\"CBS.log\"] }]\nrejects = [\"x\"]\n";
    fs::write(&rules, rule).unwrap();
    let applied = program().arg("--data").arg(data.path()).arg("--tags").arg(&rules).args(["tag", "apply"]).output();
    let applied = String::from_utf8(applied.unwrap().stdout).unwrap();
    assert!(applied.contains("+ team/log  (log: attachment mail "), "{applied}");
}
