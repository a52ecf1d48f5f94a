//! Whether a line is a command: typed at a prompt, or a known program with what it is to do.

use std::{collections::HashMap, sync::LazyLock};

use regex::Regex;

use super::programs::{
    Needs::{self, Argument, Verb},
    PROGRAMS,
};

/// Prompts of Windows, PowerShell, Unix shells and database clients, at the beginning of a line.
static PROMPT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?x)^[\ \t]*(?:
            (?:\([^()\ ]+\)\ )?PS(?:\ [^>]+)?>\ ?
            | (?:[Aa]dministrator:\ )?[A-Za-z]:\\[^<>|?*\x22]*>
            | (?:\([^()\ ]+\)\ )?\[[A-Za-z0-9_.-]+@[A-Za-z0-9_.-]+(?:\ [^\]]+)?\][\#$]\ ?
            | [A-Za-z0-9_.-]+@[A-Za-z0-9_.-]+:[^\ \#$]*[\#$]\ 
            | (?:mysql|MariaDB\ \[[^\]]+\]|SQL|[A-Za-z0-9_-]+=[\#]?|DISKPART|diskpart|RMAN|sqlite|ASMCMD|LSNRCTL)>\ 
        )",
    )
    .expect("a fixed pattern, compiled by the tests")
});

static BY_NAME: LazyLock<HashMap<&str, Needs>> = LazyLock::new(|| PROGRAMS.iter().copied().collect());

/// Words of sentences: a line that has one outside of quotes tells of a command.
const SENTENCE: &[&str] = &[
    "a",
    "after",
    "again",
    "also",
    "an",
    "and",
    "are",
    "as",
    "because",
    "before",
    "but",
    "did",
    "do",
    "does",
    "done",
    "error",
    "errors",
    "fail",
    "failed",
    "failing",
    "fails",
    "fine",
    "gave",
    "get",
    "gets",
    "gives",
    "got",
    "had",
    "has",
    "have",
    "he",
    "helped",
    "i",
    "is",
    "it",
    "its",
    "my",
    "no",
    "not",
    "nothing",
    "now",
    "ok",
    "okay",
    "our",
    "reported",
    "reports",
    "result",
    "results",
    "returned",
    "returns",
    "said",
    "says",
    "she",
    "should",
    "show",
    "showed",
    "shows",
    "still",
    "succeeded",
    "than",
    "that",
    "the",
    "then",
    "there",
    "these",
    "they",
    "this",
    "those",
    "was",
    "we",
    "were",
    "when",
    "which",
    "while",
    "will",
    "with",
    "without",
    "worked",
    "works",
    "you",
    "your",
];

/// Bytes of a line that can be a command.
const LONGEST: usize = 2_000;

/// Where the command begins that was typed at a prompt; `None`: the line has no prompt, or nothing behind it.
pub(super) fn behind_prompt(line: &str) -> Option<&str> {
    // Most lines have none of the signs that end a prompt.
    if line.len() > LONGEST || !line.contains(['>', '#', '$']) {
        return None;
    }
    let prompt = PROMPT.find(line)?;
    let typed = line[prompt.end()..].trim();
    (!typed.is_empty() && !typed.starts_with('>')).then_some(typed)
}

/// Whether a line is a command, with whatever number or dash stands before it.
pub(super) fn is_command(line: &str) -> bool {
    if line.len() > LONGEST {
        return false;
    }
    let line = unlisted(line.trim()).trim_end_matches(['.', ';']);
    let line = ["$ ", "# ", "> ", "sudo "]
        .iter()
        .fold(line, |line, mark| line.strip_prefix(mark).unwrap_or(line).trim_start());
    let mut words = line.split_whitespace();
    let Some(program) = words.next() else { return false };
    let Some(needs) = BY_NAME.get(name(program).as_str()) else { return false };
    let rest = line[program.len()..].trim();
    let fits = match needs {
        Argument => rest.split_whitespace().any(is_argument),
        Verb(verbs) => rest.split_whitespace().next().is_some_and(|verb| verbs.contains(&verb.to_lowercase().as_str())),
    };
    // A second word that is a verb of its own is none of a sentence: `kubectl get pods`.
    let told = match needs {
        Verb(_) => rest.split_once(char::is_whitespace).map_or("", |(_, rest)| rest),
        Argument => rest,
    };
    fits && !tells(told)
}

/// The name of a program: without path, quotes and ending.
fn name(word: &str) -> String {
    let word = word.trim_matches(['"', '\'', '&']).rsplit(['\\', '/']).next().unwrap_or_default().to_lowercase();
    for ending in [".exe", ".vbs", ".cmd", ".com", ".bat"] {
        if let Some(stem) = word.strip_suffix(ending) {
            return stem.to_string();
        }
    }
    word
}

/// Whether a word looks like an argument: a switch, a path, an assignment, an address.
fn is_argument(word: &str) -> bool {
    let word = word.trim_start_matches(['"', '\'', '(', '[', '<', '{']);
    let switch = |sign: &str| {
        word.strip_prefix(sign).is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '-'))
    };
    switch("/") || switch("-") || word.contains(['\\', '=', '$', '%', '*', '|']) || word.contains('/') && word.len() > 2
}

/// Whether words say something of a command: Chinese outside of quotes, a word of a sentence, an arrow to what came of it.
pub(super) fn tells(words: &str) -> bool {
    let mut quote = None;
    let plain: String = words
        .chars()
        .map(|c| match quote {
            Some(open) if c == open => {
                quote = None;
                ' '
            }
            Some(_) => ' ',
            None if matches!(c, '"' | '\'') => {
                quote = Some(c);
                ' '
            }
            None => c,
        })
        .collect();
    // An apostrophe opens no quote that nothing closes.
    let plain = if quote.is_some() { words } else { &plain };
    let is_told = |word: &str| {
        let word = word.trim_matches([',', '.', ';', ':', '!', '?', '(', ')']);
        SENTENCE.binary_search(&word.to_ascii_lowercase().as_str()).is_ok()
            || matches!(word, "=>" | "->" | "→" | "⇒" | "–" | "—")
    };
    plain.chars().any(|c| matches!(c, '\u{3000}'..='\u{9fff}' | '\u{ff00}'..='\u{ffef}'))
        || plain.split_whitespace().any(is_told)
}

/// A line without the number, letter or dash of a list before it, and without a label such as `Run:`.
fn unlisted(line: &str) -> &str {
    let line = line.trim_start_matches(['-', '*', '•', '·', '‣', '▪']).trim_start();
    let number = line.find(|c: char| !c.is_ascii_digit()).unwrap_or(0);
    let behind = &line[number..];
    let ended = number > 0 && number < 4 && behind.starts_with(['.', ')', '、', '）', '．']);
    let line = if ended { behind.trim_start_matches(['.', ')', '、', '）', '．']).trim_start() } else { line };
    // `Run: sc query`, `执行命令：sc query`; a drive's letter has no blank behind its colon, and a path no such label.
    for colon in [": ", "："] {
        if let Some((label, command)) = line.split_once(colon)
            && label.chars().count() <= 24
            && !label.contains(['\\', '/', '='])
        {
            let folded = label.to_lowercase();
            if ["run", "execute", "command", "执行", "运行", "命令", "執行", "輸入", "输入"]
                .iter()
                .any(|word| folded.contains(word))
            {
                return command.trim_start();
            }
        }
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_in_order_and_name_each_once() {
        assert!(SENTENCE.is_sorted());
        assert_eq!(BY_NAME.len(), PROGRAMS.len());
    }

    #[track_caller]
    fn check(line: &str, expected: bool) {
        assert_eq!(is_command(line), expected, "{line}");
    }

    #[test]
    fn commands() {
        for line in [
            r"reg add HKLM\SYSTEM\CurrentControlSet\Services\AmdK8 /v Start /t REG_DWORD /d 3 /f",
            r#"1. reg query "HKLM\SOFTWARE\The error is here" /s"#,
            "- sc.exe config wuauserv start= auto",
            "net stop wuauserv",
            "net helpmsg 5",
            "DISM /Online /Cleanup-Image /RestoreHealth",
            r"C:\Windows\System32\dism.exe /online /get-packages",
            "sudo systemctl restart kubelet",
            "# journalctl -u kubelet",
            "kubectl get pods -n kube-system",
            "执行命令：sfc /scannow",
            "cscript slmgr.vbs /ato",
            "certutil -error 0x80070005",
        ] {
            check(line, true);
        }
    }

    #[test]
    fn sentences_about_commands() {
        for line in [
            "reg add fails with 0x80070005",
            "用 reg add 写同一项，直接提示“拒绝访问”",
            "reg add HKLM\\SYSTEM\\Setup /v x 提示拒绝访问",
            "DISM /Online /Cleanup-Image /RestoreHealth failed: 0x800f081f",
            "DISM /Online /Cleanup-Image /RestoreHealth -> 0x800f081f",
            "dism /online /cleanup-image 报错 0x800f081f",
            "net stop wuauserv gives error 5",
            "copy of the log is attached",
            "Service wuauserv does not start",
            "ping me when it is done",
            "mount point /data is read-only",
            "cat 0x80070005",
            "0x80070005",
            "",
        ] {
            check(line, false);
        }
    }

    #[test]
    fn what_is_typed_at_a_prompt() {
        for (line, expected) in [
            (r"C:\Windows\system32>sc start wuauserv", Some("sc start wuauserv")),
            (r"PS C:\Users\ann> Start-Service wuauserv", Some("Start-Service wuauserv")),
            ("[root@node1 ~]# mount /data", Some("mount /data")),
            ("ann@node1:/var/log$ tail syslog", Some("tail syslog")),
            ("SQL> startup", Some("startup")),
            ("mysql> select 1;", Some("select 1;")),
            (r"C:\>", None),
            (r"C:\Windows\Logs\CBS\CBS.log: 0x80070005", None),
            ("> quoted", None),
            (">>>  [Device Install]", None),
        ] {
            assert_eq!(behind_prompt(line), expected, "{line}");
        }
    }
}
