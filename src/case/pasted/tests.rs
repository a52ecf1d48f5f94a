use super::*;

/// The pasted stretches, each as whose and its text.
fn found(text: &str) -> Vec<(Whose, &str)> {
    pasted(text).into_iter().map(|one| (one.whose, &text[one.span])).collect()
}

#[track_caller]
fn check(text: &str, expected: &[(Whose, &str)]) {
    assert_eq!(found(text), expected, "in {text}");
}

const COMMAND: Whose = Whose::Command;
const SCRIPT: Whose = Whose::Script;

#[test]
fn a_command_among_sentences() {
    let command = "  reg add HKLM\\SYSTEM\\CurrentControlSet\\Services\\AmdK8 /v Start /t REG_DWORD /d 3 /f\n";
    check(&format!("We ran\n{command}and it says access denied.\n"), &[(COMMAND, command)]);
    check("We ran `sc start wuauserv` and got `0x80070422`.", &[(COMMAND, "sc start wuauserv")]);
    check("先执行 `net stop wuauserv`，报错 0x80070005", &[(COMMAND, "net stop wuauserv")]);
    check("The window says 0x80070005\n", &[]);
}

#[test]
fn what_a_command_printed_stays() {
    let text = "C:\\>net start spooler\nSystem error 5 has occurred.\n\nAccess is denied.\n";
    check(text, &[(COMMAND, "C:\\>net start spooler\n")]);
    check(&format!("```\n{text}```\n"), &[(COMMAND, "C:\\>net start spooler\n")]);
    check(
        "```powershell\nGet-Service spooler\nGet-Service : Cannot find any service\n    + CategoryInfo : 0x80070005\n```\n",
        &[(COMMAND, "Get-Service spooler\n")],
    );
    check("```\n2024-01-01 10:00:00 ERROR 0x80070005\n2024-01-01 10:00:01 ERROR again\n```\n", &[]);
    check("```java\njava.io.IOException: no\n\tat a.B.c(B.java:1)\n```\n", &[]);
}

#[test]
fn scripts_with_and_without_fences() {
    let script = "@echo off\nrem 0x80070005 means access denied\nif errorlevel 5 (\n  echo 0x80070005\n)\n";
    let unfenced = "@echo off\nrem 0x80070005 means access denied\nif errorlevel 5 (\n  echo 0x80070005\n";
    check(&format!("Hello,\n{script}\nIt is still broken.\n"), &[(SCRIPT, unfenced)]);
    check(&format!("Hello,\n```bat\n{script}```\nIt is still broken.\n"), &[(SCRIPT, script)]);
    let python = "codes = {5: 'denied'}\nprint(0x80070005)\n";
    check(&format!("```python\n{python}```\n"), &[(SCRIPT, python)]);
    check("```\nopen fence\n$x = 0x80070005\n", &[(SCRIPT, "$x = 0x80070005\n")]);
}

const ARTICLE: &str = "Printing fails with 0x0000011b\n\nApplies to: Windows 10\n\nSymptoms\n\nYou get 0x0000011b.\n\nCause\n\nA hardening of RPC.\n\nResolution\n\nWe recommend that you update.\n\n";

#[test]
fn an_article_ends_where_its_sender_speaks_again() {
    let text = format!("Hello,\nwe read this:\n\n{ARTICLE}We did that and now get 0x80070005.\n");
    check(&text, &[(Whose::Article, ARTICLE)]);
    let chinese = "原始 KB 编号： 123\n\n症状\n报错 0x0000011b\n\n解决方案\n安装更新。\n\n";
    check(&format!("您好：\n{chinese}我们装了，还是报错 0x80070005。\n"), &[(Whose::Article, chinese)]);
    let announced = "This is the article:\n\nIssue\nmount fails with EIO\n\nResolution\nreplace the disk\n\n";
    check(&format!("{announced}Can you tell whether it is ours?\n"), &[(Whose::Article, announced)]);
}

#[test]
fn headings_alone_are_a_report() {
    check("现象\n安装失败 0x80070005\n\n原因\n不清楚\n\n解决方案\n请协助\n", &[]);
    check("https://support.example.com/tickets/17\n\nProblem\n0x80070005\n\nCause\nunknown\n", &[]);
    check("Applies to: all our branches\n\nThe update fails with 0x80070005.\n", &[]);
}

#[test]
fn blanks_keep_every_place() {
    let text = "装了\r\nset service=wuauserv\r\n`net stop spooler` 失败\r\n";
    let pasted = pasted(text);
    let told = without(text, &pasted);
    assert_eq!(told.len(), text.len());
    assert_eq!(told.lines().count(), text.lines().count());
    // A command's words tell what it is about, a script's do not.
    assert!(told.contains("装了") && told.contains("spooler") && !told.contains("wuauserv"), "{told}");
    assert_eq!(without("x", &[]), "x");
}

proptest::proptest! {
    #[test]
    fn stretches_are_in_order_within_the_text(text in "(```|C:\\\\>|sc query x|症状|Cause|Applies to:|`|\\$x = 1|\r?\n|\\PC){0,40}") {
        let pasted = pasted(&text);
        let mut at = 0;
        for one in &pasted {
            proptest::prop_assert!(one.span.start >= at && one.span.start < one.span.end);
            proptest::prop_assert!(text.get(one.span.clone()).is_some());
            at = one.span.end;
        }
        proptest::prop_assert_eq!(without(&text, &pasted).len(), text.len());
    }
}
