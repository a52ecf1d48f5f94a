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
