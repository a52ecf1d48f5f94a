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

/// A store with mails of one thread: who sends each, its subject and its text. All but the first answer the one before.
fn thread(mails: &[(&str, &str, &str)]) -> tempfile::TempDir {
    let data = tempfile::tempdir().unwrap();
    for (number, (from, subject, body)) in mails.iter().enumerate() {
        let to = if from.contains("example.org") { "Ann <ann@example.com>" } else { "Support <support@example.org>" };
        let answers = number.checked_sub(1).map_or(String::new(), |last| format!("In-Reply-To: <{last}@x>\n"));
        let mail = format!(
            "From: {from}\nTo: {to}\nMessage-ID: <{number}@x>\n{answers}Date: Wed, 9 Oct 2024 1{number}:00:00 +0000\n\
             Subject: {subject}\nContent-Type: text/plain; charset=utf-8\n\n{body}\n"
        );
        let file = data.path().join(format!("{number}.eml"));
        fs::write(&file, mail).unwrap();
        program().arg("--data").arg(data.path()).arg("ingest").arg(&file).assert().success();
    }
    data
}

fn shown(data: &tempfile::TempDir, case: &str) -> String {
    let output = program().arg("--data").arg(data.path()).args(["case", "show", case]).output().unwrap();
    String::from_utf8(output.stdout).unwrap()
}

const ORACLE: (&str, &str, &str) = (
    "王小明 <wang@example.com>",
    "INC0004001 ERP 系统连不上数据库 ORA-12514",
    "各位好：\n\n今天早上重启之后，应用连不上 Oracle，报 ORA-12514: TNS: 监听程序当前无法识别连接描述符中请求的服务。",
);

#[test]
fn what_is_quoted_of_the_own_side_proves_nothing() {
    let quote = "发件人： 技术支持\n发送时间： 2024-10-09 09:20\n收件人： 王小明\n主题： Re: INC0004001\n王工你好，\n请执行 alter system register; 然后 lsnrctl services 看看是否有 ORA-12528 的情况。";
    let body = format!("还是报 ORA-12514，lsnrctl status 正常。\n\n\n{quote}");
    let data = thread(&[ORACLE, ("王小明 <wang@example.com>", "回复: INC0004001 ERP 系统连不上数据库", &body)]);
    let (draft, errors) = draft(&data, &["INC0004001"]);
    let text = draft["text"].as_str().unwrap();
    assert!(text.contains("依据如下") && text.contains("ORA-12514"), "{text} {errors}");
    assert!(!text.contains("请执行 alter system register"), "{text}");
    let shown = shown(&data, "INC0004001");
    let marked = shown.lines().filter(|line| line.contains("请执行 alter system register"));
    assert!(marked.clone().all(|line| line.contains("(quoted)")), "{shown}");
}

#[test]
fn what_who_answers_wrote_proves_nothing() {
    let data = thread(&[
        ("Ann <ann@example.com>", "INC0004002 updates", "KB5043050 fails with 0x80073712 on Windows Server 2019."),
        (
            "Support <support@example.org>",
            "RE: INC0004002 updates",
            "please run DISM /Online /Cleanup-Image /RestoreHealth. If it ends with 0x800f081f, use a mounted ISO as source.",
        ),
        (
            "Ann <ann@example.com>",
            "Re: INC0004002 updates",
            "DISM ended with Error: 0x800f081f \"The source files could not be found.\"",
        ),
    ]);
    let (whole, errors) = draft(&data, &["INC0004002"]);
    let text = whole["text"].as_str().unwrap();
    assert!(!text.contains("please run DISM"), "{text}");
    // What is known beside it is told, and the step that was done in vain.
    let given: Vec<&str> = whole["articles"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
    let other = ["component-store-corrupt-0x80073712", "restorehealth-no-source-0x800f081f"];
    let other = other.into_iter().find(|id| !given.contains(id));
    assert!(other.is_none_or(|id| errors.contains(&format!("not in the draft: `{id}`"))), "{errors}");
    assert!(errors.contains("asks for dism, which the customer has done: “DISM ended with"), "{errors}");
    assert!(errors.contains("(mail 3:1)"), "{errors}");
}

#[test]
fn the_draft_is_about_what_is_open() {
    let second = (
        "王小明 <wang@example.com>",
        "回复: INC0004001 ERP 系统连不上数据库 ORA-12514",
        "按你说的 alter system register 之后好了，谢谢！\n但是现在有的会话报 ORA-04031，共享池不够。",
    );
    let data = thread(&[ORACLE, second]);
    let (whole, errors) = draft(&data, &["INC0004001"]);
    assert!(whole["article"].is_null(), "{whole}");
    assert!(errors.contains("not answered: ora:ORA-04031 (mail 2:2)"), "{errors}");
    let shown = shown(&data, "INC0004001");
    assert!(shown.contains("ora:ORA-12514  recovered"), "{shown}");
    assert!(shown.contains("ora:ORA-04031  failing"), "{shown}");
    // It came back.
    let again = ("王小明 <wang@example.com>", second.1, "好了，谢谢。但是过了一会儿又报 ORA-12514。");
    let data = thread(&[ORACLE, again]);
    let (whole, _) = draft(&data, &["INC0004001"]);
    assert_eq!(whole["article"], "oracle-listener-service-unknown-ora-12514");
    // All is well: whoever answers all the same is told.
    let data = thread(&[ORACLE, ("王小明 <wang@example.com>", second.1, "按你说的做之后好了，谢谢！")]);
    let (_, errors) = draft(&data, &["INC0004001"]);
    assert!(errors.contains("the customer says that it is solved: ora:ORA-12514"), "{errors}");
}

#[test]
fn a_code_that_no_article_of_the_draft_is_about_is_told() {
    let body = "On SRV1 0x80070422 when I look for updates: the service is disabled.\n\nOur accounting program stops with ORA-00942.";
    let data = stored("INC0004003 updates", body);
    let (whole, errors) = draft(&data, &["INC0004003"]);
    assert!(whole["article"].is_string(), "{whole}");
    assert!(errors.contains("not answered: ora:ORA-00942 (mail 1:3)"), "{errors}");
    assert_eq!(whole["notes"][0], "not answered: ora:ORA-00942 (mail 1:3)");
}
