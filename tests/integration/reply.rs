//! Drafts of answers to stored cases, through the program.

use std::fs;

use serde_json::Value;

use crate::support::{json, program};

/// A store with one mail.
fn stored(subject: &str, body: &str) -> tempfile::TempDir {
    let data = tempfile::tempdir().unwrap();
    let mail = format!(
        "From: Ann Moor <ann.moor@example.com>\nTo: Support <support@example.org>\nMessage-ID: <1@example.com>\n\
         Date: Mon, 2 Sep 2024 10:00:00 +0000\nSubject: {subject}\nContent-Type: text/plain; charset=utf-8\n\n{body}\n"
    );
    let file = data.path().join("mail.eml");
    fs::write(&file, mail).unwrap();
    program().arg("--data").arg(data.path()).arg("ingest").arg(&file).assert().success();
    data
}

/// The draft as JSON, and what was said on standard error.
fn draft(data: &tempfile::TempDir, arguments: &[&str]) -> (Value, String) {
    let arguments = [&["case", "reply"][..], arguments].concat();
    let output = program().arg("--data").arg(data.path()).args(&arguments).args(["--format", "json"]).output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    let draft = serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}; {errors}"));
    (draft, errors)
}

const TWO_FAULTS: &str = "On SRV1 0x80070422 when I look for updates: the service is disabled.\n\n\
    On the other one our SQL Server says error 9002, the transaction log is full due to LOG_BACKUP.";

#[test]
fn each_fault_that_is_known_has_its_part() {
    let data = stored("INC0002001 Two servers", TWO_FAULTS);
    let (whole, errors) = draft(&data, &["INC0002001"]);
    let ids: Vec<&str> = whole["articles"].as_array().unwrap().iter().map(|id| id.as_str().unwrap()).collect();
    assert_eq!(ids.len(), 2, "{whole}");
    let text = whole["text"].as_str().unwrap();
    assert!(text.contains("=== Issue 1 ===") && text.contains("=== Issue 2 ==="), "{text}");
    assert!(text.contains("0x80070422") && text.contains("9002"), "{text}");
    assert_eq!(text.matches("What helps:").count(), 2, "{text}");
    assert!(whole["eml"].as_str().unwrap().matches("X-Casebook-Article:").count() == 2, "{whole}");
    assert!(!errors.contains("not in the draft"), "{errors}");
    // Who names one gets that one, and is told of the other.
    let (one, errors) = draft(&data, &["INC0002001", "--article", ids[0]]);
    assert_eq!(one["articles"], serde_json::json!([ids[0]]));
    assert!(!one["text"].as_str().unwrap().contains("Issue 1"), "{one}");
    assert!(errors.contains(&format!("not in the draft: `{}`", ids[1])), "{errors}");
    assert_eq!(one["left_out"][0]["article"], ids[1]);
    let (both, errors) = draft(&data, &["INC0002001", "--article", ids[1], "--article", ids[0]]);
    assert_eq!(both["articles"], serde_json::json!([ids[1], ids[0]]));
    assert!(!errors.contains("not in the draft"), "{errors}");
    // What was accepted for one fault leaves the other.
    let accept = ["case", "accept", "INC0002001", ids[1]];
    program().arg("--data").arg(data.path()).args(accept).assert().success();
    let (whole, _) = draft(&data, &["INC0002001"]);
    assert_eq!(whole["articles"], serde_json::json!([ids[1], ids[0]]));
    // The case was closed with one.
    json(data.path(), &["case", "close", "INC0002001", "--article", ids[0]]);
    let (closed, errors) = draft(&data, &["INC0002001"]);
    assert_eq!(closed["articles"], serde_json::json!([ids[0]]));
    assert!(errors.contains("explains another fault"), "{errors}");
}

#[test]
fn each_fault_has_its_part_in_chinese() {
    let body = "一台服务器检查更新时报 0x80070422，服务被禁用。\n\n另一台 SQL Server 报错误 9002，由于 LOG_BACKUP，事务日志已满。";
    let data = stored("INC0002002", body);
    let (whole, _) = draft(&data, &["INC0002002"]);
    let text = whole["text"].as_str().unwrap();
    assert!(text.contains("=== 问题 1 ===") && text.contains("=== 问题 2 ==="), "{text}");
}

#[test]
fn a_fault_of_which_nothing_is_known_is_asked_the_first_questions() {
    for (subject, body, asked) in [
        ("INC0002003 SAP", "SAP GUI freezes when VA01 is opened.", "the exact message"),
        ("INC0002004 file server", "Our file server has been slow since Monday.", "since when it happens"),
        ("INC0002005", "文件服务器这两天特别慢，打开一个文件要等半分钟。", "从什么时候开始"),
    ] {
        let data = stored(subject, body);
        let (whole, _) = draft(&data, &[&subject[..10]]);
        let text = whole["text"].as_str().unwrap();
        assert!(text.contains(asked) || whole["article"].is_string() || text.contains("log"), "{text}");
        assert!(text.contains("1. "), "{text}");
    }
    // What reports no fault is asked for nothing.
    let body = "Thank you very much, the problem is solved. The case can be closed. Thanks again for your help!";
    let data = stored("INC0002006 Thank you, please close the case", body);
    program().arg("--data").arg(data.path()).args(["case", "reply", "INC0002006"]).assert().code(2);
}

#[test]
fn risk_and_check_go_with_the_steps_and_sentences_are_quoted_once() {
    let body = "您好，升级到 Windows 11 24H2 以后，访问 NAS 共享提示“你不能访问此共享文件夹，因为你组织的安全策略阻止未经身份验证的来宾访问”，错误 0x80070035。";
    let data = stored("INC0002007 NAS", body);
    let (whole, _) = draft(&data, &["INC0002007"]);
    let text = whole["text"].as_str().unwrap();
    assert!(whole["article"].is_string(), "{whole}");
    assert!(text.contains("操作之前请注意：") && text.contains("如何确认已经解决："), "{text}");
    let quoted: Vec<&str> = text.lines().filter(|line| line.contains("升级到 Windows 11 24H2 以后")).collect();
    assert!(quoted.len() <= 1 && quoted.iter().all(|line| !line.contains("您好")), "{text}");
    assert!(!text.contains('`'), "{text}");
}

#[test]
fn what_a_document_says_for_the_own_team_reaches_no_customer() {
    let data = stored("INC0099999 zorgblat frobnicator fails", "zorgblat 0x80070005 failed");
    let (source, kb) = (data.path().join("s"), data.path().join("kb"));
    fs::create_dir(&source).unwrap();
    let text = "# zorgblat frobnicator fails\n\n## Symptoms\nzorgblat 0x80070005\n\n## Resolution\n1. Restart it.\n\n## Workaround\n<!-- audience: internal -->\n\nSECRETHOST password\n";
    fs::write(source.join("c.md"), text).unwrap();
    program().args(["kb", "import"]).arg(&source).arg("--to").arg(&kb).assert().success();
    let kb = kb.to_str().unwrap();
    let (draft, errors) = draft(&data, &["INC0099999", "--article", "c", "--kb", kb]);
    let text = draft["text"].as_str().unwrap();
    assert!(text.contains("Restart it") && !draft.to_string().contains("SECRETHOST"), "{text} {errors}");
    let shown = program().args(["kb", "show", "c", "--kb", kb]).output().unwrap();
    assert!(String::from_utf8_lossy(&shown.stdout).contains("internal"), "{shown:?}");
}

#[test]
fn only_an_address_that_is_one_is_answered() {
    let data = tempfile::tempdir().unwrap();
    let write = |number: u32, from: &str, id: &str| {
        let mail = format!(
            "From: {from}\nTo: Support <support@example.org>\nMessage-ID: <{id}@example.com>\nDate: Mon, 2 Sep 2024 10:00:00 +0000\n\
             Subject: INC000300{number} updates\nContent-Type: text/plain; charset=utf-8\n\nOn SRV1 0x80070422 when I look for updates.\n"
        );
        let file = data.path().join(format!("{number}.eml"));
        fs::write(&file, mail).unwrap();
        program().arg("--data").arg(data.path()).arg("ingest").arg(&file).assert().success();
    };
    write(1, "\"x\" <b@中文.example>", &"m".repeat(3_000));
    write(2, "<b@c.example,evil@x.example>", "2");
    write(3, "<<b@c.example>>", "3");
    write(4, &format!("{}@c.example", "b".repeat(3_000)), "4");
    let eml = |number: u32| {
        let id = format!("INC000300{number}");
        let output = program().arg("--data").arg(data.path()).args(["case", "reply", &id]).output().unwrap();
        assert!(output.status.success() || output.stdout.is_empty(), "{output:?}");
        String::from_utf8(output.stdout).unwrap()
    };
    let first = eml(1);
    assert!(first.contains("<b@xn--fiq228c.example>") && first.is_ascii(), "{first}");
    assert!(first.lines().all(|line| line.len() <= 998) && !first.contains("In-Reply-To"), "{first}");
    assert!(!eml(2).contains("evil"), "{}", eml(2));
    let third = eml(3);
    assert!(third.is_empty() || third.contains("To: <b@c.example>"), "{third}");
    assert_eq!(eml(4), "");
}
