//! Whose words count: answers, commands and pasted articles name what nobody need have met.

use std::{fs, path::Path};

use serde_json::Value;

use crate::support::{json, program, root};

/// A folder with mails and settings in which `example.org` is the own team.
struct Desk(tempfile::TempDir);

const OWN: &str = "own_domains = [\"example.org\"]\nvendor_domains = [\"vendor.example\"]\n";

impl Desk {
    fn new(settings: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("casebook.toml"), settings).unwrap();
        fs::create_dir(folder.path().join("mail")).unwrap();
        Desk(folder)
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.0.path().join(name)
    }

    /// Adds a mail; an answer names the first one.
    fn mail(&self, number: u32, from: &str, subject: &str, body: &str) -> &Self {
        let answers = if subject.starts_with("Re:") { "In-Reply-To: <1@x>\n" } else { "" };
        let text = format!(
            "From: {from}\nTo: all@example.net\nSubject: {subject}\nMessage-ID: <{number}@x>\n{answers}\
             Date: Tue, 10 Sep 2024 0{number}:00:00 +0000\nContent-Type: text/plain; charset=utf-8\n\n{body}\n"
        );
        fs::write(self.path("mail").join(format!("{number}.eml")), text).unwrap();
        self
    }

    fn triage(&self, path: &Path) -> Value {
        let config = self.path("casebook.toml");
        let output =
            program().arg("--config").arg(config).arg("triage").arg(path).args(["--format", "json"]).output().unwrap();
        let errors = String::from_utf8_lossy(&output.stderr);
        serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {errors}"))
    }

    fn mails(&self) -> Value {
        self.triage(&self.path("mail"))
    }
}

/// Standing of a signature and whose words its first sighting is.
fn standing(report: &Value, value: &str) -> Option<(String, Option<String>)> {
    let all = report["signatures"].as_array().unwrap();
    let found = all.iter().find(|one| one["value"] == value)?;
    let whose = found["occurrences"][0]["whose"].as_str().map(str::to_string);
    Some((found["standing"].as_str().unwrap().to_string(), whose))
}

fn cited(whose: &str) -> Option<(String, Option<String>)> {
    Some(("mentioned".to_string(), Some(whose.to_string())))
}

const REPORT: &str = "Printing stopped this morning on all our machines.\n";

#[test]
fn codes_of_answers_are_mentions_and_never_primary() {
    let answer =
        "I think that the installation of KB4474419 fails with 0x80070005. Which error does the printer show?\n";
    let desk = |settings: &str| {
        let desk = Desk::new(settings);
        desk.mail(1, "Ann <ann@example.com>", "printer", REPORT)
            .mail(2, "Bob <bob@example.org>", "Re: printer", answer)
            .mail(3, "Vic <vic@vendor.example>", "Re: printer", "We know that 0x800f0922 comes of our update.\n");
        desk.mails()
    };
    let report = desk(OWN);
    assert_eq!(standing(&report, "0x80070005"), cited("own-team"), "{report}");
    assert_eq!(standing(&report, "0x800F0922"), cited("vendor"), "{report}");
    assert_eq!(report["primary"], Value::Null);
    let roles: Vec<&str> =
        report["messages"].as_array().unwrap().iter().map(|one| one["role"].as_str().unwrap()).collect();
    assert_eq!(roles, ["customer", "own-team", "vendor"]);
    assert!(report["matches"].as_array().unwrap().iter().all(|found| found["verdict"] != "known"), "{report}");
    // Without settings everybody reports, as before.
    let report = desk("");
    assert_eq!(standing(&report, "0x80070005"), Some(("failing".into(), None)));
    assert!(report["primary"].is_object());
}

#[test]
fn what_is_passed_on_and_what_was_told_by_telephone_is_a_report() {
    let desk = Desk::new(OWN);
    let forwarded = "Please take over.\n\n-------- Forwarded Message --------\nFrom: Ann <ann@example.com>\nSubject: printer\n\n\
                     The installation fails with 0x80070005.\n";
    desk.mail(1, "Bob <bob@example.org>", "Fwd: printer", forwarded);
    assert_eq!(standing(&desk.mails(), "0x80070005"), Some(("failing".into(), None)));
    let desk = Desk::new(OWN);
    desk.mail(1, "Bob <bob@example.org>", "call of Ms Lee", "The installation fails with 0x80070005.\n");
    assert_eq!(standing(&desk.mails(), "0x80070005"), Some(("failing".into(), None)));
    // Somebody from outside reports too.
    desk.mail(2, "Ann <ann@example.com>", "printer", REPORT);
    assert_eq!(standing(&desk.mails(), "0x80070005"), cited("own-team"));
}

#[test]
fn commands_scripts_and_articles_are_mentions_and_output_is_not() {
    let desk = Desk::new("");
    let body = "The service does not start.\n```\nC:\\>net helpmsg 1058 & reg query HKLM\\SYSTEM\\Setup\nSystem error 5 has occurred.\n```\n\
                We tried this script:\n\n@echo off\nif errorlevel 32 echo failed with 0x80070020\n\n\
                and found this:\n\nhttps://learn.microsoft.com/troubleshoot/windows-client/printing\n\nSymptoms\n\nPrinting fails with 0x800f0831.\n\n\
                Resolution\n\nInstall KB5034441.\n\nWe did, and it did not help.\n";
    desk.mail(1, "Ann <ann@example.com>", "service", body);
    fs::write(desk.path("mail").join("mend.ps1"), "if ($code -eq 0x80070002) { Write-Error 'file not found' }\n")
        .unwrap();
    let report = desk.mails();
    assert_eq!(standing(&report, "5"), Some(("failing".into(), None)), "{report}");
    assert_eq!(report["primary"]["value"], "5", "{report}");
    for (value, whose) in [
        (r"HKLM\SYSTEM\Setup", "command"),
        ("0x80070020", "script"),
        ("0x80070002", "script"),
        ("0x800F0831", "article"),
        ("KB5034441", "article"),
    ] {
        assert_eq!(standing(&report, value), cited(whose), "{value} in {report}");
    }
    // What the article is about is not what the case is about.
    let known = report["matches"].as_array().unwrap().iter().any(|found| found["verdict"] != "unknown");
    assert!(!known, "{report}");
}

#[test]
fn a_finding_of_our_engineer_is_still_found() {
    let own = "own_domains = [\"example.com\"]\n";
    let desk = Desk::new(own);
    // The logs prove it.
    let report = desk.triage(&root("corpus/cases/cas-12143"));
    assert_eq!(report["verdict"], "known");
    assert!(report["matches"][0]["article"]["id"].as_str().unwrap().starts_with("tms-krnlmgr"));
    // The summary alone says what it was: a match to look at, and no claim.
    let summary = "案例总结：\n安装 KB4474419 失败，重启时约 9% 回滚，卸载 TMS 后可以安装。CBS.log 显示更新驱动 cpu.inf 失败，添加 AmdK8 服务时报 0x00000005（拒绝访问）。\
                   删除 krnlmgr.sys 后可以修改 HKLM\\SYSTEM\\CurrentControlSet\\Services\\AmdK8。";
    desk.mail(1, "李 <li@example.cn>", "Win7 补丁安装失败", "补丁装不上，请协助。\n").mail(
        2,
        "沈 <shen@example.com>",
        "Re: Win7 补丁安装失败",
        summary,
    );
    let report = desk.mails();
    assert_eq!(report["verdict"], "possible", "{report}");
    assert!(report["matches"][0]["article"]["id"].as_str().unwrap().starts_with("tms-krnlmgr"));
}

/// What a report with no verdict must not have: a match that is possible, and questions because of one.
#[track_caller]
fn nothing_is_claimed(report: &Value) {
    assert_eq!(report["verdict"], "unknown", "{report}");
    assert!(report["matches"].as_array().unwrap().iter().all(|found| found["verdict"] == "unknown"), "{report}");
    let decides = |request: &Value| !request["decides"].as_array().unwrap().is_empty();
    assert!(!report["requests"].as_array().unwrap().iter().any(decides), "{report}");
}

#[test]
fn what_only_the_support_names_is_not_possible() {
    let answer = "If updates fail with 0x80073712, please run DISM /Online /Cleanup-Image /RestoreHealth.\n\
                  If you see 0x800f081f, mount an image as source. STOP 0x7B would need another article.\n";
    // Quoted.
    let desk = Desk::new("");
    let quoted: String = answer.lines().map(|line| format!("> {line}\n")).collect();
    let body = format!("no, that does not fit. Our scanner is just not found, the display stays dark.\n\n{quoted}");
    desk.mail(1, "Ann <ann@example.com>", "Re: [CAS-77120-AB] scanner offline", &body);
    nothing_is_claimed(&desk.mails());
    // In the thread itself.
    let desk = Desk::new(OWN);
    desk.mail(1, "Ann <ann@example.com>", "slow printing", "Printing takes minutes.\n")
        .mail(2, "Bob <bob@example.org>", "Re: slow printing", answer)
        .mail(3, "Ann <ann@example.com>", "Re: slow printing", "No, none of these.\n");
    nothing_is_claimed(&desk.mails());
    // Thanks behind it.
    let desk = Desk::new("");
    let body = "更新已经装上了，不再报 0x800f0922，非常感谢。\n\n> 您好，0x800f0922 一般是系统保留分区空间不足，请扩大到 500 MB。\n";
    desk.mail(1, "李 <li@example.cn>", "Re: 更新", body);
    let report = desk.mails();
    nothing_is_claimed(&report);
    assert_eq!((&report["errand"], &report["requests"]), (&"closing".into(), &serde_json::json!([])), "{report}");
}

#[test]
fn a_newsletter_is_no_case() {
    let desk = Desk::new("");
    let body = "Known issue: KB5034441 fails with 0x80070643 when the WinRE partition is too small.\n";
    desk.mail(1, "News <news@example.com>", "Newsletter: Windows release health", body);
    let report = desk.mails();
    nothing_is_claimed(&report);
    assert_eq!(report["errand"], "newsletter", "{report}");
    // Somebody has it.
    desk.mail(1, "Ann <ann@example.com>", "KB5034441", &format!("{body}It fails on our laptops, please help.\n"));
    assert_ne!(desk.mails()["verdict"], "unknown");
}

#[test]
fn a_fix_that_is_there_is_never_known_and_another_machine_gives_no_verdict() {
    let desk = Desk::new("");
    let body = "Clients on 22631.5335 still fail with 0x80240069 when WSUS offers the upgrade to 24H2. KB5058405 is installed.\n";
    desk.mail(1, "Ann <ann@example.com>", "24H2", body);
    let report = desk.mails();
    assert_eq!(report["matches"][0]["outcome"], "fix-installed-still-failing", "{report}");
    assert_eq!(report["verdict"], "possible", "{report}");
    desk.mail(1, "Ann <ann@example.com>", "update", "Windows Server 2022: the update fails with 0x80092004.\n");
    let report = desk.mails();
    assert_eq!(report["matches"][0]["outcome"], "not-affected", "{report}");
    nothing_is_claimed(&report);
}

#[test]
fn reports_count_no_answers() {
    let desk = Desk::new(OWN);
    desk.mail(1, "Ann <ann@example.com>", "update", "The update fails with 0x800f0922.\n").mail(
        2,
        "Bob <bob@example.org>",
        "Re: update",
        "Here it fails with 0x80070005.\n",
    );
    let config = desk.path("casebook.toml");
    let data = desk.path("data");
    let with = ["--config", config.to_str().unwrap()];
    let ingest = program().args(with).arg("--data").arg(&data).arg("ingest").arg(desk.path("mail")).output().unwrap();
    assert!(ingest.status.success(), "{}", String::from_utf8_lossy(&ingest.stderr));
    let report = json(&data, &[&with[..], &["report", "--month", "2024-09"]].concat());
    let rows = report["signatures"]["rows"].as_array().unwrap();
    let counted: Vec<&str> = rows.iter().map(|row| row["signature"].as_str().unwrap()).collect();
    assert_eq!(counted, ["hresult:0x800F0922"], "{report}");
}

#[test]
fn general_advice_says_what_would_make_it_specific() {
    let desk = Desk::new("");
    desk.mail(1, "Ann <ann@example.com>", "setup", "The installer of our reader ends with 0x80070005.\n");
    let report = desk.mails();
    let generic = &report["matches"][0];
    assert_eq!(generic["article"]["kind"], "generic", "{report}");
    let specifics = generic["specifics"].as_array().unwrap();
    assert!(!specifics.is_empty() && specifics.len() <= 4, "{generic}");
    for one in specifics {
        assert!(!one["shares"].as_array().unwrap().is_empty(), "{one}");
        let told = one["would_tell"].as_array().unwrap();
        assert!(!told.is_empty() && told.len() <= 3, "{one}");
        assert!(told.iter().all(|one| one["what"]["en"] != "" && one["what"]["zh"] != ""), "{one}");
    }
    let schema = serde_json::from_str(&fs::read_to_string(root("docs/triage.schema.json")).unwrap()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let problems: Vec<String> = validator.iter_errors(&report).map(|error| error.to_string()).collect();
    assert!(problems.is_empty(), "{problems:?}");
    for (format, head) in
        [("table", "it would be a specific issue with:"), ("md", "- it would be a specific issue with:")]
    {
        let output = program().arg("triage").arg(desk.path("mail")).args(["--format", format]).output().unwrap();
        let shown = String::from_utf8_lossy(&output.stdout);
        assert!(shown.contains(head), "{shown}");
    }
    desk.mail(1, "李 <li@example.cn>", "安装失败", "阅读器安装程序报错 0x80070005，其他没有提示。\n");
    let output = program().arg("triage").arg(desk.path("mail")).output().unwrap();
    let shown = String::from_utf8_lossy(&output.stdout);
    assert!(shown.contains("有以下证据才能确定是哪个问题："), "{shown}");
}

#[test]
fn products_of_other_systems_count_against_an_article() {
    let desk = Desk::new("");
    let body = "Windows Server 2019 cannot be activated: slmgr /ato says 0xC004F074.\n";
    desk.mail(1, "Ann <ann@example.com>", "activation", body);
    let explained = |desk: &Desk| {
        let output = program().arg("triage").arg(desk.path("mail")).args(["--explain", "--format", "json"]).output();
        let report: Value = serde_json::from_slice(&output.unwrap().stdout).unwrap();
        let found = report["explained"]
            .as_array()
            .unwrap()
            .iter()
            .find(|one| one["article"].as_str().unwrap().starts_with("kms-host-unreachable-0xc004f074"));
        found.map(|one| (one["parts"]["fitting"].clone(), one["confidence"].as_f64().unwrap()))
    };
    let (fitting, fits) = explained(&desk).unwrap();
    assert_eq!((&fitting["product"], &fitting["component"]), (&"fits".into(), &"activation".into()), "{fitting}");
    desk.mail(1, "Ann <ann@example.com>", "activation", &body.replace("Windows Server 2019", "Ubuntu 22.04"));
    let (fitting, other) = explained(&desk).unwrap();
    assert_eq!(fitting["product"], "other-system");
    assert!(other < fits && other <= 0.40, "{other} and {fits}");
}
