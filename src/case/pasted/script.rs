//! Whether a line is code of a script: PowerShell, batch files, Unix shells, VBScript.

use std::sync::LazyLock;

use regex::Regex;

use super::{Line, Mark, command};

/// Lines that only scripts have.
static CODE: LazyLock<Regex> = LazyLock::new(|| {
    // Classes of ASCII alone: the pattern is compiled whenever a mail is read.
    let pattern = r"(?x)^[\ \t]*(?:
            # Batch files.
            (?i:@echo\ +(?:on|off) | @?rem\ | ::\ | (?:set|end)local[\ ]*$ | setlocal\ | exit\ +/b | call\ +:[A-Za-z0-9_]+ | goto\ +:?[A-Za-z0-9_]+[\ ]*$
                | if\ +(?:not\ +)?(?:errorlevel|exist\ |defined\ |\x22?%|/i\ ) | for\ +(?:/[dflr]\ +)?.*%%?[a-z]\ +in\ 
                | set\ +(?:/[ap]\ +)?\x22?[A-Za-z0-9_]+= | echo[\ .:][^\ ] | @?pause[\ ]*$ )
            | :[A-Za-z_][A-Za-z0-9_]*[\ ]*$
            # PowerShell and what looks like it.
            | \$[A-Za-z_{][A-Za-z0-9_:.}]*(?:\[[^\]]*\])?\ *[-+*/]?=(?:[^=]|$)
            | (?i:if|elseif|while|foreach|for|switch|until)\ *\(.*(?:\)[\ ]*$|[{};])
            | (?i:try|catch|finally|else|begin|process|end|do|trap)\ *(?:\[[A-Za-z0-9_.]+\]\ *)?\{
            | \}\ *(?i:catch|else|elseif|finally|while|until)
            | (?i:param)\ *\(
            | (?i:function)\ +[A-Za-z0-9_:-]+\ *(?:\([^)]*\))?\ *\{
            | (?i:throw|return)\ +[\x22'$(]
            | \[(?i:string|int|bool|switch|parameter|cmdletbinding|system\.[a-z.]+|void|xml|regex)[^\]]*\]\ *[$(:]
            # Unix shells.
            | \#!\ */
            | (?:if|while|until)\ +(?:!\ +)?(?:\[|test\ |grep\ |!)
            | (?:then|fi|done|esac)\ *;?[\ ]*$
            | for\ +[A-Za-z0-9_]+\ +in\ .*;\ *do[\ ]*$
            | export\ +[A-Z_][A-Za-z0-9_]*=
            # VBScript.
            | (?i:on\ error\ (?:resume\ next|goto\ 0)) | (?i:set)\ +[A-Za-z0-9_]+\ *=\ *(?i:createobject|getobject)\(
            | (?i:wscript\.(?:echo|quit|sleep)) | (?i:dim)\ +[A-Za-z0-9_]+(?:\ *,\ *[A-Za-z0-9_]+)*[\ ]*$
        )";
    Regex::new(pattern).expect("a fixed pattern, compiled by the tests")
});

/// Verbs of cmdlets (about_Functions_Advanced: approved verbs), as far as support uses them.
const VERBS: &[&str] = &[
    "add",
    "clear",
    "compare",
    "convert",
    "convertfrom",
    "convertto",
    "copy",
    "disable",
    "dismount",
    "enable",
    "export",
    "find",
    "foreach",
    "format",
    "get",
    "grant",
    "import",
    "initialize",
    "install",
    "invoke",
    "join",
    "measure",
    "mount",
    "move",
    "new",
    "optimize",
    "out",
    "publish",
    "read",
    "register",
    "remove",
    "rename",
    "repair",
    "reset",
    "resolve",
    "restart",
    "resume",
    "revoke",
    "save",
    "select",
    "send",
    "set",
    "show",
    "sort",
    "split",
    "start",
    "stop",
    "suspend",
    "test",
    "uninstall",
    "unregister",
    "update",
    "wait",
    "where",
    "write",
];

/// Lines that go with code and are none by themselves: brackets, and the end of a list.
fn is_filling(line: &str) -> bool {
    let line = line.trim();
    let comment = ["#", "//", "--", "<#", "#>", "'"].iter().any(|mark| line.starts_with(mark));
    comment || line.chars().all(|c| matches!(c, '{' | '}' | '(' | ')' | '[' | ']' | ';' | ',' | '|' | '`' | ' ' | '\t'))
}

/// Whether a line begins with a cmdlet that is called: `Get-Service wuauserv | Restart-Service`.
///
/// `Start-Service : Service … cannot be started` is what it prints when it fails, and stays.
pub(super) fn is_cmdlet(line: &str) -> bool {
    let line = line.trim();
    let Some(first) = line.split_whitespace().next() else { return false };
    let Some((verb, noun)) = first.split_once('-') else { return false };
    let is_name = |word: &str| word.bytes().all(|byte| byte.is_ascii_alphanumeric());
    // `Out-of-band`, `set-up`: a noun is one word that begins large, unless somebody typed all small.
    let is_noun = noun.len() > 2
        && is_name(noun)
        && (noun.starts_with(|c: char| c.is_ascii_uppercase())
            || verb.starts_with(|c: char| c.is_ascii_uppercase()) && noun.len() > 4);
    let called = VERBS.binary_search(&verb.to_ascii_lowercase().as_str()).is_ok() && is_noun;
    let rest = line[first.len()..].trim_start();
    called && !rest.starts_with([':', '：']) && !command::tells(rest)
}

/// What a line of pasted code is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sort {
    /// Typed at a prompt.
    Prompt,
    /// A program or a cmdlet that is called.
    Command,
    /// Code that only scripts have.
    Code,
    /// A bracket or a comment: goes with what stands around it.
    Filling,
    /// A blank line.
    Blank,
    /// Anything else: output, a log, words.
    Other,
}

pub(super) fn sort(line: &str) -> Sort {
    if line.trim().is_empty() {
        Sort::Blank
    } else if command::behind_prompt(line).is_some() {
        Sort::Prompt
    } else if line.len() <= LONGEST && CODE.is_match(line) {
        Sort::Code
    } else if command::is_command(line) || is_cmdlet(line) {
        Sort::Command
    } else if is_filling(line) {
        Sort::Filling
    } else {
        Sort::Other
    }
}

/// Bytes of a line that can be code.
const LONGEST: usize = 2_000;

/// Marks commands and code outside of fences, with what stands between two lines of it.
pub(super) fn mark(lines: &[Line<'_>], fenced: &[bool], marks: &mut [Option<Mark>]) {
    let mut open: Option<usize> = None;
    for (at, line) in lines.iter().enumerate() {
        if fenced[at] {
            open = None;
            continue;
        }
        match sort(line.text) {
            Sort::Prompt | Sort::Command => {
                marks[at] = Some(Mark::Command);
                open = None;
            }
            Sort::Code => {
                marks[open.unwrap_or(at)..=at].fill(Some(Mark::Script));
                open = Some(at);
            }
            Sort::Filling | Sort::Blank => {}
            Sort::Other => open = None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn verbs_are_in_order() {
        assert!(VERBS.is_sorted());
    }

    #[track_caller]
    fn check(line: &str, expected: Sort) {
        assert_eq!(sort(line), expected, "{line}");
    }

    #[test]
    fn code_of_scripts() {
        for line in [
            "@echo off",
            "if errorlevel 1 goto failed",
            "set CODE=0x80070005",
            "echo Failed with 0x80070005",
            ":failed",
            "$code = 0x80070005",
            "if ($result -eq 0x80070005) {",
            "} catch {",
            "throw \"0x80070005\"",
            "#!/bin/sh",
            "if [ $? -eq 13 ]; then",
            "On Error Resume Next",
            "Set fso = CreateObject(\"Scripting.FileSystemObject\")",
        ] {
            check(line, Sort::Code);
        }
    }

    #[test]
    fn cmdlets_are_commands() {
        for line in [
            "Write-Host 'Access is denied (5)'",
            "Get-WinEvent -FilterHashtable @{LogName='System'; Id=7031}",
            "Get-Service wuauserv | Restart-Service",
        ] {
            check(line, Sort::Command);
        }
    }

    #[test]
    fn what_is_no_code() {
        for line in [
            "Start-Service : Service 'Windows Update (wuauserv)' cannot be started",
            "Get-Service fails with 0x80070005",
            "Get-Service 报错 0x80070005",
            "set-up fails with 0x80070005",
            "If (and only if) the service stops we see 0x80070005",
            "Error 1058: the service cannot be started",
            "2024-01-01 10:00:00 ERROR 0x80070005",
            "Set up the printer again, 0x0000011b",
            "For weeks in a row it has failed",
            "    + CategoryInfo : OpenError",
            "return code 5",
            "Return value 3",
            "end of log",
        ] {
            check(line, Sort::Other);
        }
    }
}
