//! How a process ended: by a signal, with an exit status, as a container.

use crate::{
    catalog::{self, Family},
    signature::SignatureKind as Kind,
};

use super::super::{Scan, flags::Flags, lex, lines};

/// Names of signals that end processes or tell them to; the rest (SIGCHLD, SIGWINCH) is daily business.
pub(super) const NAMES: &[&str] = &[
    "sighup",
    "sigint",
    "sigquit",
    "sigill",
    "sigtrap",
    "sigabrt",
    "sigbus",
    "sigfpe",
    "sigkill",
    "sigsegv",
    "sigusr1",
    "sigusr2",
    "sigpipe",
    "sigalrm",
    "sigterm",
    "sigstkflt",
    "sigxcpu",
    "sigxfsz",
    "sigsys",
    "sigiot",
];

/// What shells and the C library call a signal, and which it is. Source: strsignal(3) and its Chinese catalog.
const SIGNAL_WORDS: &[(&str, &str)] = &[
    ("segmentation fault", "SIGSEGV"),
    ("段错误", "SIGSEGV"),
    ("區段錯誤", "SIGSEGV"),
    ("程序記憶體區段錯誤", "SIGSEGV"),
    ("aborted (core dumped)", "SIGABRT"),
    ("已放弃 (核心已转储)", "SIGABRT"),
    ("已放弃(核心已转储)", "SIGABRT"),
    ("已放弃 (吐核)", "SIGABRT"),
    ("已放弃(吐核)", "SIGABRT"),
    ("已中止 (核心已转储)", "SIGABRT"),
    ("已中止(核心已转储)", "SIGABRT"),
    ("已经终止 (核心已转储)", "SIGABRT"),
    ("bus error", "SIGBUS"),
    ("总线错误", "SIGBUS"),
    ("匯流排錯誤", "SIGBUS"),
    ("illegal instruction", "SIGILL"),
    ("非法指令", "SIGILL"),
    ("floating point exception", "SIGFPE"),
    ("floating-point exception", "SIGFPE"),
    ("浮点数例外", "SIGFPE"),
    ("浮点异常", "SIGFPE"),
];

/// The words of [`SIGNAL_WORDS`], for the triggers.
pub(super) const WORDS: &[&str] = &{
    let mut words = [""; SIGNAL_WORDS.len()];
    let mut place = 0;
    while place < words.len() {
        words[place] = SIGNAL_WORDS[place].0;
        place += 1;
    }
    words
};

/// What Go prints behind `signal:`. Source: the table of its package syscall for Linux.
const GO_WORDS: &[(&str, &str)] = &[
    ("killed", "SIGKILL"),
    ("segmentation fault", "SIGSEGV"),
    ("aborted", "SIGABRT"),
    ("abort trap", "SIGABRT"),
    ("terminated", "SIGTERM"),
    ("interrupt", "SIGINT"),
    ("hangup", "SIGHUP"),
    ("quit", "SIGQUIT"),
    ("bus error", "SIGBUS"),
    ("broken pipe", "SIGPIPE"),
    ("illegal instruction", "SIGILL"),
    ("floating point exception", "SIGFPE"),
    ("bad system call", "SIGSYS"),
];

/// The name of a signal by its number on Linux.
fn by_number(number: u64) -> Option<&'static str> {
    let number = u32::try_from(number).ok()?;
    catalog::by_family(Family::Signal, number).first().map(|entry| entry.symbol)
}

fn push(scan: &mut Scan<'_>, name: &str, start: usize, end: usize) {
    let name = if name == "SIGIOT" { "SIGABRT" } else { name };
    scan.push(Kind::Signal, name, start..end);
}

/// `SIGSEGV`; a name at `at..end`.
pub(super) fn name(scan: &mut Scan<'_>, at: usize, end: usize) {
    let bytes = scan.bytes;
    let upper = bytes[at..end].iter().all(|byte| !byte.is_ascii_lowercase());
    // `SIGTERM_TIMEOUT`, `--kill-signal=SIGTERM`, `killSignal: SIGTERM` are settings.
    let setting = lines::before(scan.text, at).trim_end_matches(['=', ':', ' ', '"', '\'']).ends_with(['l', 'L'])
        && matches!(lex::before(bytes, at), b'=' | b' ')
        && ["kill-signal", "stop-signal", "stopsignal", "killsignal", "kill_signal", "stop_signal"].iter().any(
            |word| {
                let end = lex::back_while(bytes, at, 4, |byte| matches!(byte, b'=' | b':' | b' ' | b'"' | b'\''));
                end >= word.len() && lex::has(bytes, end - word.len(), word)
            },
        );
    if upper && lex::starts_word(bytes, at) && lex::ends_word(bytes, end) && !setting {
        let name = scan.text[at..end].to_owned();
        push(scan, &name, at, end);
    }
}

/// `killed by signal 9`, `exited on signal 11`, `signal: killed`, `被信号 9 终止`; the word stands at `at..end`.
pub(super) fn signal(scan: &mut Scan<'_>, at: usize, end: usize) {
    let bytes = scan.bytes;
    let chinese = !bytes[at].is_ascii();
    if !chinese && lex::is_word(lex::before(bytes, at)) && !lex::has_before(bytes, end, "exit_signal") {
        return;
    }
    let start = lex::skip_while(bytes, end, 6, |byte| matches!(byte, b' ' | b':' | b'=' | b'#' | b'"' | b'\'' | b'('));
    if start == end && !chinese {
        return;
    }
    if !lex::byte(bytes, start).is_ascii_digit() {
        let colon = lex::byte(bytes, end) == b':';
        let word = GO_WORDS.iter().find(|(word, _)| colon && lex::has(bytes, start, word));
        if let Some(&(word, name)) = word
            && lex::ends_word(bytes, start + word.len())
        {
            push(scan, name, start, start + word.len());
        }
        // `signal=SEGV` of older service managers.
        let stop = lex::skip_while(bytes, start, 8, |byte| byte.is_ascii_uppercase());
        if lex::byte(bytes, end) == b'=' && stop > start {
            let name = format!("SIG{}", &scan.text[start..stop]);
            if NAMES.contains(&name.to_ascii_lowercase().as_str()) {
                push(scan, &name, start, stop);
            }
        }
        return;
    }
    let Some((number, stop)) = lex::decimal(bytes, start) else { return };
    let Some(name) = by_number(number) else { return };
    if name_follows(scan.text, stop) {
        return; // `signal 11 (SIGSEGV)`: the name is found by itself
    }
    let counted =
        lex::skip_any(bytes, lex::skip_blanks(bytes, stop), &["格", "bar", "db", "强", "handlers", "个", "條", "%"]);
    if counted.is_some() {
        return;
    }
    let led = if chinese {
        let before = lines::before(scan.text, at);
        let after = lines::rest(scan.text, stop);
        ["被", "收到", "因", "由", "为", "的", "致命", "捕获"].iter().any(|word| before.trim_end().ends_with(word))
            || ["终止", "杀", "退出", "结束", "中断", "終止", "結束", "崩溃"]
                .iter()
                .any(|word| after.trim_start().starts_with(word))
    } else {
        let before = lex::back_while(bytes, at, 2, |byte| byte == b' ');
        [
            "by",
            "on",
            "caught",
            "got",
            "received",
            "fatal",
            "with",
            "unhandled",
            "unexpected",
            "from",
            "via",
            "to",
            "deadly",
            "terminating",
        ]
        .iter()
        .any(|word| lex::has_before(bytes, before, word))
            || matches!(lex::before(bytes, before), b'(' | b'[')
            || lex::byte(bytes, end) == b':' && lex::byte(bytes, at) == b'S'
            || lex::byte(bytes, end) == b'=' && scan.line_flags(at).any(Flags::FAILING | Flags::CONTAINER)
            || lex::has(bytes, stop, " (core dumped")
    };
    if led {
        push(scan, name, start, stop);
    }
}

/// Whether a signal's name stands behind its number: ` (SIGSEGV)`, `/SEGV`.
fn name_follows(text: &str, at: usize) -> bool {
    let bytes = text.as_bytes();
    let next = lex::skip_while(bytes, at, 4, |byte| matches!(byte, b' ' | b'(' | b',' | b':' | b'[' | b'='));
    NAMES.iter().any(|name| lex::has(bytes, next, name))
}

/// `Segmentation fault (core dumped)`, `段错误`; the words stand at `at..end`.
pub(super) fn words(scan: &mut Scan<'_>, at: usize, end: usize) {
    let Some(&(_, name)) =
        SIGNAL_WORDS.iter().find(|(word, _)| word.len() == end - at && lex::has(scan.bytes, at, word))
    else {
        return;
    };
    if scan.bytes[at].is_ascii() && !(lex::starts_word(scan.bytes, at) && lex::ends_word(scan.bytes, end)) {
        return;
    }
    // `SIGSEGV: segmentation fault`, `signal: bus error` were taken by name.
    let before = lex::back_while(scan.bytes, at, 4, |byte| matches!(byte, b' ' | b':' | b'(' | b','));
    let named = NAMES.iter().any(|name| lex::has_before(scan.bytes, before, name));
    // Go's own crash report repeats it as a Go error: `[signal SIGSEGV: segmentation violation`.
    if !named {
        push(scan, name, at, end);
    }
}

/// A shell's word on a process that got SIGKILL: `Killed` as all there is on its line, or in a column.
pub(super) fn killed(scan: &mut Scan<'_>, at: usize, end: usize) {
    let bytes = scan.bytes;
    if bytes[at].is_ascii() && !bytes[at..end].starts_with(b"Killed") {
        return;
    }
    let start = lines::start(bytes, at);
    let head = lines::slice(scan.text, start, at);
    let tail = lines::rest(scan.text, end);
    let alone = head.trim().is_empty() && tail.trim().is_empty();
    // `run.sh: line 3:  1234 Killed                  java -jar app.jar`
    let job = head.trim_end().ends_with(|character: char| character.is_ascii_digit())
        && (tail.starts_with("  ") || tail.trim().is_empty())
        && ["line ", "行", "[", "pid"].iter().any(|word| head.contains(word));
    if alone || job {
        push(scan, "SIGKILL", at, end);
    }
}

/// Words between `exited with` and its number.
const BETWEEN: &[&str] = &[
    "exit code",
    "exit status",
    "return code",
    "error code",
    "status code",
    "non-zero code",
    "non-zero status",
    "nonzero status",
    "non-zero exit code",
    "non-zero exit status",
    "an exit code",
    "code",
    "status",
    "value",
    "of ",
    "a ",
    "an error",
    "error",
    "abnormally",
    "状态码",
    "状态",
    "代码",
    "码",
    "为",
    "是",
    "值",
    "，",
];

/// `exited with code 1`, `terminated with exit code 137`, `exited with 3`; the words stand at `at..end`.
pub(super) fn exited(scan: &mut Scan<'_>, at: usize, end: usize) {
    let bytes = scan.bytes;
    let start = lex::skip_separators(bytes, end, 40, BETWEEN);
    if start == end {
        return;
    }
    // `exited with signal 9` is the signal's trigger's.
    if lex::byte(bytes, start) == b'-' {
        negative_exit(scan, start + 1);
        return;
    }
    // `web-1 exited with code 137`: a service of docker compose.
    let line = lines::before(scan.text, at).trim();
    let composed = line.rsplit_once(['-', '_']).is_some_and(|(stem, number)| {
        !stem.is_empty()
            && !stem.contains(' ')
            && !number.is_empty()
            && number.bytes().all(|byte| byte.is_ascii_digit())
    });
    push_exit(scan, start, composed);
}

/// `Exited (137) 3 minutes ago` as `docker ps` shows it; `at` is past the bracket.
pub(super) fn exited_bracket(scan: &mut Scan<'_>, at: usize, end: usize) {
    let Some((_, stop)) = lex::decimal(scan.bytes, end) else { return };
    if lex::byte(scan.bytes, stop) == b')' {
        push_exit(scan, end, scan.bytes[at] == b'E');
    }
}

/// `returned non-zero exit status 1.`, `returned a non-zero code: 2`; `at` is past the words.
pub(super) fn non_zero(scan: &mut Scan<'_>, at: usize) {
    let start = lex::skip_separators(scan.bytes, at, 16, &["code", "status", "value"]);
    if lex::byte(scan.bytes, start) == b'-' {
        negative_exit(scan, start + 1);
    } else if start > at {
        push_exit(scan, start, false);
    }
}

/// An exit status whose digits begin at `at`, behind words that say that it is one.
pub(in super::super) fn exit_code(scan: &mut Scan<'_>, at: usize) {
    push_exit(scan, at, false);
}

/// The exit status at `start..end` of a unit's process: a name may stand behind it, `203/EXEC`.
pub(super) fn exit_code_before_name(scan: &mut Scan<'_>, start: usize, end: usize) {
    let value = &scan.text[start..end];
    if value.parse::<u8>().is_ok_and(|value| value > 0) {
        scan.push(Kind::Exit, value, start..end);
    }
}

/// A negative exit status is a signal as Python and Node report it: `exit status -9`; `at` is past the sign.
pub(in super::super) fn negative_exit(scan: &mut Scan<'_>, at: usize) {
    if let Some((number, end)) = lex::decimal(scan.bytes, at)
        && matches!(number, 4 | 6..=9 | 11 | 15)
        && let Some(name) = by_number(number)
    {
        push(scan, name, at - 1, end);
    }
}

/// A status of 1 to 255: of a container where one is spoken of, else of a process.
fn push_exit(scan: &mut Scan<'_>, start: usize, container: bool) {
    let Some((value, end)) = lex::decimal(scan.bytes, start) else { return };
    if !(1..=255).contains(&value) || counted(scan.bytes, end) {
        return;
    }
    let kind = if container || scan.near_flags(start).any(Flags::CONTAINER) { Kind::Container } else { Kind::Exit };
    scan.push(kind, value.to_string(), start..end);
}

/// `exited with 3 errors`: a count.
fn counted(bytes: &[u8], end: usize) -> bool {
    let next = lex::skip_blanks(bytes, end);
    ["error", "warning", "failure", "test", "file", "time", "个", "次", "处"]
        .iter()
        .any(|word| lex::has(bytes, next, word))
}
