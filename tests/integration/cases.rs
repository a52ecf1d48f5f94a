//! The life of a case through the program: whose it is, closing and reopening, earlier cases like it.

use std::{fs, path::Path};

use crate::support::program;

/// A data folder with settings beside it in which `example.org` is the own team.
struct Desk(tempfile::TempDir);

impl Desk {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("casebook.toml"), "own_domains = [\"example.org\"]\n").unwrap();
        Desk(folder)
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    /// What a command prints; it must end with this status.
    #[track_caller]
    fn run(&self, arguments: &[&str], status: i32) -> String {
        let mut command = program();
        command.arg("--config").arg(self.path().join("casebook.toml")).arg("--data").arg(self.path().join("data"));
        let output = command.args(arguments).output().unwrap();
        let errors = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(status), "{arguments:?}: {errors}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// Takes a mail in.
    #[track_caller]
    fn take(&self, mail: &str) {
        let path = self.path().join("m.eml");
        fs::write(&path, mail).unwrap();
        self.run(&["ingest", path.to_str().unwrap()], 0);
    }

    /// The ids of the cases that a list has.
    #[track_caller]
    fn list(&self, arguments: &[&str]) -> Vec<String> {
        let all = [&["case", "list", "--sort", "id", "--format", "json"], arguments].concat();
        let mut command = program();
        command.arg("--config").arg(self.path().join("casebook.toml")).arg("--data").arg(self.path().join("data"));
        let output = command.args(all).output().unwrap();
        let list: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        list["cases"].as_array().unwrap().iter().map(|case| case["id"].as_str().unwrap().to_string()).collect()
    }
}

fn mail(number: u32, from: &str, subject: &str, more: &str, body: &str) -> String {
    format!(
        "From: {from}\nTo: support@example.org\nSubject: {subject}\nMessage-ID: <{number}@x>\n{more}Date: Tue, 10 Sep 2024 08:00:00 +0000\n\n{body}\n"
    )
}

#[test]
fn where_no_mail_names_the_customer_the_domain_stands_for_it() {
    let desk = Desk::new();
    desk.take(&mail(1, "ann@northwind.example.com", "INC0000001 printer", "", "It prints nothing."));
    desk.take(&mail(2, "bob@northwind.example.com", "INC0000002 printer", "", "Customer: Northwind\n\nNothing."));
    desk.take(&mail(3, "support@example.org", "INC0000003 printer", "", "A customer called."));
    assert_eq!(desk.list(&["--customer", "Northwind.EXAMPLE.com"]), ["INC0000001"]);
    assert_eq!(desk.list(&["--customer", "northwind"]), ["INC0000002"]);
    assert_eq!(desk.list(&["--customer", "example.com"]), [""; 0], "another domain");
    assert_eq!(desk.list(&["--customer", "example.org"]), [""; 0], "the own team is nobody's customer");
    assert!(desk.run(&["case", "list"], 0).contains("northwind.example.com"));
    let found = desk.run(&["search", "customer:northwind.example.com", "printer", "--in", "cases"], 0);
    assert!(found.contains("INC0000001") && !found.contains("INC0000002"), "{found}");
}

#[test]
fn closing_again_corrects_and_only_mail_of_others_opens_again() {
    let desk = Desk::new();
    desk.take(&mail(1, "ann@northwind.example.com", "INC0000001 printer", "", "It prints nothing."));
    let close = |words: &str, status: i32| desk.run(&["case", "close", "INC0000001", "--resolution", words], status);
    assert!(close("a cable", 0).contains("closed"));
    assert!(close("a cable", 1).contains("closed already"));
    assert!(close("a new cable", 0).contains("put right"));
    let shown = desk.run(&["case", "show", "INC0000001"], 0);
    assert!(shown.contains("corrected  a new cable") && shown.contains("resolution a new cable"), "{shown}");
    let later = |number: u32, from: &str| {
        mail(number, from, "Re: INC0000001 printer", "In-Reply-To: <1@x>\n", "And now?")
            .replace("2024 08:00", "2099 08:00")
            .replace("Tue, 10", "Thu, 10")
    };
    desk.take(&later(2, "support@example.org"));
    assert_eq!(desk.list(&["--status", "closed"]), ["INC0000001"], "the own team's answer opens nothing");
    desk.take(&later(3, "ann@northwind.example.com"));
    assert_eq!(desk.list(&["--status", "open"]), ["INC0000001"]);
}

#[test]
fn ordinary_words_make_no_cases_alike() {
    let desk = Desk::new();
    let polite =
        "Hello,\n\nplease help us, we have a problem with our server since yesterday.\n\nThank you and kind regards";
    desk.take(&mail(1, "ann@a.example.com", "Problem with server", "", polite));
    desk.take(&mail(2, "bob@b.example.com", "Please help", "", polite));
    let zh = "您好，请协助处理这个问题，谢谢。";
    desk.take(&mail(3, "lin@c.example.cn", "请协助处理", "", zh));
    desk.take(&mail(4, "he@d.example.cn", "问题请协助", "", zh));
    desk.take(&mail(
        5,
        "eva@e.example.com",
        "Spooler leaks handles",
        "",
        "The spooler leaks handles in the tray driver.",
    ));
    desk.take(&mail(6, "leo@f.example.com", "Tray driver", "", "Our tray driver makes the spooler leak handles."));
    for case in desk.list(&["--columns", "case"]) {
        let subject = desk.run(&["case", "show", &case], 0).lines().next().unwrap().to_string();
        let status = i32::from(!subject.contains("Tray driver") && !subject.contains("Spooler"));
        let said = desk.run(&["case", "similar", &case], status);
        assert_eq!(status == 1, said.contains("no earlier case"), "{subject}: {said}");
    }
}

#[test]
fn a_stored_case_says_which_fault_a_match_explains() {
    let desk = Desk::new();
    let two = "Windows 10 upgrades from our WSUS on Server 2012 R2 fail on every client with 0xc1800118.\n\n\
               RDP to our terminal server fails: \"An authentication error has occurred. The function requested is not \
               supported. This could be due to CredSSP encryption oracle remediation.\"";
    desk.take(&mail(1, "ann@a.example.com", "INC0000001 two things", "", two));
    let shown = desk.run(&["case", "show", "INC0000001"], 0);
    assert!(shown.contains("  fault 1") && shown.contains("  fault 2"), "{shown}");
    let report = desk.run(&["case", "show", "INC0000001", "--format", "json"], 0);
    let report: serde_json::Value = serde_json::from_str(&report).unwrap();
    assert!(report["findings"]["matches"].as_array().unwrap().iter().all(|found| found["fault"].is_u64()), "{report}");
    // Of one fault there is no need to tell.
    desk.take(&mail(2, "bob@b.example.com", "INC0000002 one thing", "", two.split('\n').next().unwrap()));
    assert!(!desk.run(&["case", "show", "INC0000002"], 0).contains("  fault"));
}

#[test]
fn what_is_said_of_a_match_again_is_noted_once() {
    let desk = Desk::new();
    desk.take(&mail(1, "ann@a.example.com", "INC0000001 updates", "", "0x80070422 when I look for updates."));
    let reject = |reason: &[&str], status: i32| {
        let arguments = [&["case", "reject", "INC0000001", "access-denied-generic-0x80070005"][..], reason].concat();
        desk.run(&arguments, status)
    };
    reject(&["--reason", "another"], 0);
    assert!(reject(&["--reason", "another"], 1).contains("was rejected already"));
    assert!(reject(&[], 1).contains("was rejected already"));
    reject(&["--reason", "not that either"], 0);
    let shown = desk.run(&["case", "show", "INC0000001"], 0);
    assert_eq!(shown.matches("  rejected  access-denied-generic-0x80070005: ").count(), 2, "{shown}");
}

#[test]
fn customers_are_found_by_a_part_of_their_name_and_hinted_at() {
    let desk = Desk::new();
    desk.take(&mail(
        1,
        "ann@a.example.com",
        "INC0000001 printer",
        "",
        "Customer: Northwind Traders\n\nNothing prints.",
    ));
    desk.take(&mail(2, "bob@northsea.example.com", "INC0000002 printer", "", "It prints nothing."));
    desk.take(&mail(3, "tom@north.example.org", "INC0000003 printer", "", "A customer called about a printer."));
    assert_eq!(desk.list(&["--customer", "north*"]), ["INC0000001", "INC0000002"]);
    assert_eq!(desk.list(&["--customer", "*TRADERS"]), ["INC0000001"]);
    assert_eq!(desk.list(&["--customer", "north?ind traders"]), ["INC0000001"]);
    assert_eq!(desk.list(&["--customer", "100%"]), [""; 0]);
    let search = |query: &str| {
        let mut command = program();
        command.arg("--config").arg(desk.path().join("casebook.toml")).arg("--data").arg(desk.path().join("data"));
        let output = command.args(["search", query, "--in", "cases"]).output().unwrap();
        let [out, errors] = [output.stdout, output.stderr].map(|text| String::from_utf8(text).unwrap());
        (out, errors)
    };
    assert!(search("customer:north* printer").0.contains("INC0000001"));
    let (found, hint) = search("customer:northwind");
    assert!(!found.contains("INC0000001") && hint.contains("`Northwind Traders`"), "{found} {hint}");
    let mut command = program();
    command.arg("--config").arg(desk.path().join("casebook.toml")).arg("--data").arg(desk.path().join("data"));
    let output = command.args(["case", "list", "--customer", "northwind"]).output().unwrap();
    let hint = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.code() == Some(1) && hint.contains("`Northwind Traders`"), "{hint}");
    assert_eq!(desk.list(&["--tag", "customer/*"]), ["INC0000001"]);
    let list = desk.run(&["case", "list", "--sort", "id", "--format", "json"], 0);
    let list: serde_json::Value = serde_json::from_str(&list).unwrap();
    let customers: Vec<&serde_json::Value> =
        list["cases"].as_array().unwrap().iter().map(|one| &one["customer"]).collect();
    assert_eq!(customers[1], "northsea.example.com");
    assert!(customers[2].is_null(), "{list}");
}

#[test]
fn a_delivery_report_is_of_who_sent_the_mail() {
    let desk = Desk::new();
    desk.take(
        "From: MAILER-DAEMON@mx1.example.net\nTo: lisa@northwind.example.com\nSubject: Undelivered Mail Returned to Sender\n\
         Message-ID: <r@mx1>\nDate: Sat, 12 Oct 2024 08:00:00 +0000\nAuto-Submitted: auto-replied\nMIME-Version: 1.0\n\
         Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\n\nThis is the mail system at host mx1.example.net.\n\
         --b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx1.example.net\nAction: failed\nStatus: 5.7.1\n\
         Diagnostic-Code: smtp; 550 5.7.1 Service unavailable\n\n--b\nContent-Type: message/rfc822\n\n\
         From: Lisa <lisa@northwind.example.com>\nTo: bob@example.net\nSubject: Invoice October\nMessage-ID: <orig@x>\n\nHi Bob.\n\n--b--\n",
    );
    assert_eq!(desk.list(&["--customer", "northwind.example.com"]).len(), 1);
    let tags = desk.run(&["case", "list", "--columns", "tags"], 0);
    assert!(!tags.contains("component/dns") && !tags.contains("server/"), "{tags}");
}

#[test]
fn alike_are_whole_words_and_no_names() {
    let desk = Desk::new();
    let zh = |number, from: &str, subject: &str, body: &str| {
        let head = "MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n";
        desk.take(&mail(number, from, subject, head, body));
    };
    zh(1, "wang@jinhui.example.cn", "INC0000001 ERP 连不上数据库", "应用连不上 Oracle。\n\n公司：锦辉物流");
    zh(2, "chen@jinhui.example.cn", "INC0000002 数据库服务器半夜死机", "内核崩溃。\n\n公司：锦辉物流");
    assert!(desk.run(&["case", "similar", "INC0000002"], 1).contains("no earlier case"));
    let words = "The spooler leaks handles while invoices are undelivered";
    desk.take(&mail(3, "ann@a.example.com", "INC0000003 spooler", "", words));
    desk.take(&mail(4, "bob@b.example.com", "INC0000004 spooler", "", words));
    let said = desk.run(&["case", "similar", "INC0000004"], 0);
    let line = said.lines().find(|line| line.contains("words:")).unwrap();
    assert!(line.contains("undelivered") && line.contains("leaks") && !line.contains("undeliver,"), "{said}");
}

#[test]
fn a_dry_run_says_which_cases_mail_would_go_to() {
    let desk = Desk::new();
    desk.take(&mail(1, "ann@a.example.com", "INC0000001 printer", "", "It prints nothing."));
    let folder = desk.path().join("more");
    fs::create_dir(&folder).unwrap();
    let write = |number: u32, subject: &str, more: &str| {
        let text = mail(number, "ann@a.example.com", subject, more, "text");
        fs::write(folder.join(format!("{number}.eml")), text).unwrap();
    };
    write(2, "Re: printer", "In-Reply-To: <1@x>\n");
    write(3, "INC0000003 scanner", "");
    write(4, "Re: scanner", "References: <3@x>\n");
    write(5, "a screen that flickers", "");
    let run = |more: &[&str]| desk.run(&[&["ingest", "--dry-run", folder.to_str().unwrap()][..], more].concat(), 0);
    let said = run(&[]);
    assert!(said.contains("2 cases would be new, 1 that are there would get more"), "{said}");
    let planned: serde_json::Value = serde_json::from_str(&run(&["--format", "json"])).unwrap();
    let planned = &planned["planned"];
    assert_eq!((&planned["new"], &planned["extended"]), (&2.into(), &1.into()), "{planned}");
    assert_eq!(planned["extended_cases"], serde_json::json!(["INC0000001"]));
    let new: Vec<&str> = planned["new_cases"].as_array().unwrap().iter().filter_map(|id| id.as_str()).collect();
    desk.run(&["ingest", folder.to_str().unwrap()], 0);
    let there = desk.list(&[]);
    assert!(
        new.contains(&"INC0000003") && new.iter().all(|id| there.iter().any(|case| case == id)),
        "{new:?} {there:?}"
    );
}
