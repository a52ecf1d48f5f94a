//! What people read of each sample case, held whole: a change is looked at before it is accepted
//! (`cargo insta review`, or `INSTA_UPDATE=always cargo test` and `git diff`).

use crate::support::{program, root, rows};

#[test]
fn sample_cases_as_people_read_them() {
    for row in rows("corpus/labels.tsv") {
        let case = &row["case"];
        let output = program()
            .current_dir(root("."))
            .args(["triage", &format!("corpus/cases/{case}"), "--limit", "2"])
            .output()
            .unwrap();
        insta::assert_snapshot!(case.as_str(), String::from_utf8(output.stdout).unwrap());
    }
}

#[test]
fn markdown_and_code_as_people_read_them() {
    let print = |arguments: &[&str]| {
        let output = program().current_dir(root(".")).args(arguments).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    insta::assert_snapshot!("markdown", print(&["triage", "corpus/cases/kms-zh", "--format", "md", "--limit", "1"]));
    insta::assert_snapshot!("code", print(&["code", "0x80070005", "0x7B", "0xC1900101-0x20017", "0x8007005"]));
    insta::assert_snapshot!("kb-list", print(&["kb", "list"]));
}
