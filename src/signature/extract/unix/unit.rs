//! Units of systemd that failed, with the result that systemd gives: `nginx.service/exit-code`.
//!
//! Results are those of systemd.service(5), `$SERVICE_RESULT`: exit-code, signal, core-dump, watchdog,
//! timeout, start-limit-hit, oom-kill, resources, protocol; of jobs `dependency`; beside them `failed`
//! where no result is told, `not-found` and `masked`.

use crate::signature::SignatureKind as Kind;

use super::{
    super::{Scan, flags::Flags, lex, lines},
    process,
};

/// Longest unit name taken.
const NAME: usize = 160;
/// Endings of unit names.
const ENDINGS: &[&str] = &[
    ".service",
    ".mount",
    ".socket",
    ".timer",
    ".swap",
    ".slice",
    ".scope",
    ".target",
    ".path",
    ".device",
    ".automount",
];

fn is_unit_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'@' | b'-' | b':' | b'\\')
}

/// What stands behind a unit's name, and the result that it tells. Lower case; the first that fits wins.
const BEHIND: &[(&str, &str)] = &[
    (": start request repeated too quickly", "start-limit-hit"),
    (" start request repeated too quickly", "start-limit-hit"),
    (": start-limit-hit", "start-limit-hit"),
    (": failed at step ", "exit-code"),
    (": a process of this unit has been killed by the oom killer", "oom-kill"),
    (": start operation timed out", "timeout"),
    (" start operation timed out", "timeout"),
    (": start-pre operation timed out", "timeout"),
    (": stopping timed out", "timeout"),
    (": state 'stop", "timeout"),
    (" operation timed out", "timeout"),
    (": watchdog timeout", "watchdog"),
    (" watchdog timeout", "watchdog"),
    (" failed because the control process exited with error code", "exit-code"),
    (" failed because a timeout was exceeded", "timeout"),
    (" failed because a fatal signal was delivered", "signal"),
    (" failed because a configured resource limit was exceeded", "resources"),
    (" failed because of unavailable resources", "resources"),
    (" failed because the service did not take the steps required", "protocol"),
    (" failed because start of the service was attempted too often", "start-limit-hit"),
    (" failed because the control process", "exit-code"),
    (" failed. see ", "failed"),
    (" entered failed state", "failed"),
    (" has failed", "failed"),
    (" failed to start", "failed"),
    (" failed.", "failed"),
    (": unit entered failed state", "failed"),
    (": unit not found", "not-found"),
    (" not found.", "not-found"),
    (" not found", "not-found"),
    (" could not be found", "not-found"),
    (" does not exist", "not-found"),
    (" is masked", "masked"),
    (" not loaded properly", "bad-setting"),
    (" has a bad unit file setting", "bad-setting"),
    (": main process exited, code=dumped", "core-dump"),
    ("启动失败", "failed"),
    ("啟動失敗", "failed"),
    ("服务启动失败", "failed"),
    ("服務啟動失敗", "failed"),
    ("无法启动", "failed"),
    ("無法啟動", "failed"),
    ("启动不了", "failed"),
    ("起不来", "failed"),
    ("单元已失败", "failed"),
    ("单元启动失败", "failed"),
    ("单元进入失败状态", "failed"),
    ("已失败", "failed"),
    ("已经失败", "failed"),
    ("启动超时", "timeout"),
    ("未找到", "not-found"),
    ("不存在", "not-found"),
    ("被屏蔽", "masked"),
];

/// A unit whose ending stands at `at..end`: what follows tells its result.
pub(super) fn named(scan: &mut Scan<'_>, at: usize, end: usize) {
    let bytes = scan.bytes;
    // Behind most names in a log stands nothing of interest: a dot goes on as a host or class.
    let next = lex::byte(bytes, end);
    if !matches!(next, b':' | b' ' | b'\'' | b'"' | b'`' | 0x80..) {
        return;
    }
    let after = lex::skip_while(bytes, end, 2, |byte| matches!(byte, b'\'' | b'"' | b'`'));
    let Some(mut rest) = scan.text.get(after..) else { return };
    if !next.is_ascii() || rest.trim_start().starts_with(|character: char| !character.is_ascii()) {
        rest = rest.trim_start_matches([' ', '”', '」', '的']);
        rest = rest.strip_prefix("服务").or_else(|| rest.strip_prefix("服務")).unwrap_or(rest);
    }
    let Some(&(_, result)) = BEHIND.iter().find(|(words, _)| lex::has(rest.as_bytes(), 0, words)) else { return };
    let start = start_of(bytes, at);
    // `foo.service not found` is systemd's word on a unit, not on any file.
    let said = lines::before(scan.text, start);
    if matches!(result, "not-found" | "bad-setting")
        && !(said.trim_end().ends_with("Unit")
            || said.contains("systemd")
            || said.contains("systemctl")
            || !next.is_ascii())
    {
        return;
    }
    push(scan, start, end, result);
}

/// Where the name begins whose ending stands at `at`.
fn start_of(bytes: &[u8], at: usize) -> usize {
    let start = lex::back_while(bytes, at, NAME, is_unit_byte);
    lex::skip_while(bytes, start, NAME, |byte| matches!(byte, b'.' | b':'))
}

fn push(scan: &mut Scan<'_>, start: usize, end: usize, result: &str) {
    let Some(name) = scan.text.get(start..end).and_then(stable) else { return };
    scan.push(Kind::Systemd, format!("{name}/{result}"), start..end);
}

/// A unit's name without what numbers an instance: `user@1000.service` is `user@.service`.
fn stable(name: &str) -> Option<String> {
    let ending = ENDINGS.iter().find(|ending| name.ends_with(**ending))?;
    let stem = &name[..name.len() - ending.len()];
    if stem.is_empty() {
        return None;
    }
    Some(match stem.split_once('@') {
        Some((template, instance))
            if !instance.is_empty() && instance.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-') =>
        {
            format!("{template}@{ending}")
        }
        _ => name.to_owned(),
    })
}

/// The last unit named in `text`: its place.
fn last_unit(text: &str) -> Option<(usize, usize)> {
    let bytes = text.as_bytes();
    let (at, ending) = ENDINGS.iter().filter_map(|ending| text.rfind(ending).map(|at| (at, ending))).max()?;
    let start = start_of(bytes, at);
    (start < at).then_some((start, at + ending.len()))
}

/// The unit that the line speaks of before `at`, in the whole text.
fn unit_before(scan: &Scan<'_>, at: usize) -> Option<(usize, usize)> {
    let head = lines::before(scan.text, at);
    let from = at - head.len();
    last_unit(head).map(|(start, end)| (from + start, from + end))
}

/// `Failed with result 'exit-code'.`, `entered the 'failed' state with result 'timeout'`; the words end at `end`.
pub(super) fn result(scan: &mut Scan<'_>, at: usize, end: usize) {
    let bytes = scan.bytes;
    let stop = lex::skip_while(bytes, end, 24, |byte| byte.is_ascii_lowercase() || byte == b'-');
    let closed = lex::byte(bytes, stop) == b'\'' || scan.text.get(stop..).is_some_and(|rest| rest.starts_with('”'));
    if stop == end || !closed {
        return;
    }
    let result = scan.text[end..stop].to_owned();
    if matches!(result.as_str(), "success" | "done" | "canceled" | "skipped" | "none") {
        return;
    }
    if let Some((start, stop)) = unit_before(scan, at) {
        push(scan, start, stop, &result);
    }
}

/// `nginx.service: Main process exited, code=exited, status=203/EXEC`; the words up to `code=…, ` end at `end`.
pub(super) fn process_exit(scan: &mut Scan<'_>, at: usize, end: usize) {
    let bytes = scan.bytes;
    let Some(start) = lex::skip_any(bytes, end, &["status=", "signal="]) else { return };
    let digits = lex::skip_digits(bytes, start);
    let value: Option<u64> = scan.text[start..digits].parse().ok();
    let exited = lex::has(bytes, at, "code=exited");
    let result = if exited {
        if value.is_none_or(|value| value == 0) {
            return;
        }
        process::exit_code_before_name(scan, start, digits);
        "exit-code"
    } else {
        let slash = digits + usize::from(lex::byte(bytes, digits) == b'/');
        let stop = lex::skip_while(bytes, slash, 8, |byte| byte.is_ascii_uppercase());
        let name = format!("SIG{}", &scan.text[slash..stop]);
        if !process::NAMES.contains(&name.to_ascii_lowercase().as_str()) {
            return;
        }
        scan.push(Kind::Signal, name.as_str(), start..stop);
        // The signals that systemd counts as a clean end.
        if matches!(name.as_str(), "SIGHUP" | "SIGINT" | "SIGTERM" | "SIGPIPE") {
            return;
        }
        if lex::has(bytes, at, "code=dumped") { "core-dump" } else { "signal" }
    };
    if lines::before(scan.text, at).contains("process exited,")
        && let Some((start, stop)) = unit_before(scan, at)
    {
        push(scan, start, stop, result);
    }
}

/// `Failed to start nginx.service - A web server.`, `Dependency failed for Remote File Systems.`; the words
/// stand at `at..end`.
pub(super) fn described(scan: &mut Scan<'_>, word: &str, at: usize, end: usize) {
    let head = lines::before(scan.text, at);
    let speaks = head.contains("systemd")
        || head.contains("[FAILED]")
        || head.contains("[DEPEND]")
        || head.contains("FAILED  ]");
    let rest = lines::rest(scan.text, end);
    let token = rest.split([' ', ':', ',', '\'', '"']).next().unwrap_or_default().trim_end_matches(['.', '。']);
    let is_unit = ENDINGS.iter().any(|ending| token.ends_with(ending));
    // `Failed to start x.service: Unit x.service not found.` says more further on.
    if is_unit && rest[token.len()..].starts_with(": Unit") || !is_unit && !speaks {
        return;
    }
    let result = if word.starts_with("dependency") { "dependency" } else { "failed" };
    if is_unit {
        push(scan, end, end + token.len(), result);
        return;
    }
    let description = rest.trim_end().trim_end_matches('.');
    let description = description.split(". ").next().unwrap_or(description).trim();
    if !description.is_empty() && description.len() <= 100 && rest.starts_with(description) {
        scan.push(Kind::Systemd, format!("{description}/{result}"), end..end + description.len());
    }
}

/// `Active: failed (Result: exit-code)` of `systemctl status`, which names the unit some lines before.
pub(super) fn active(scan: &mut Scan<'_>, at: usize, end: usize) {
    let rest = lines::rest(scan.text, end);
    let result = rest.split_once("Result: ").map_or("failed", |(_, rest)| {
        rest.split([')', ' ', ',']).next().filter(|word| !word.is_empty()).unwrap_or("failed")
    });
    let result = result.to_owned();
    let from = at.saturating_sub(800);
    let before = lines::slice(scan.text, from, at);
    // The head line of the status, not a file or a drop-in named below it.
    let begin = at - before.len();
    // `×` was folded into the letter.
    let mut offset = before.len();
    let place = before.split_inclusive('\n').rev().find_map(|line| {
        offset -= line.len();
        let head = line.trim_start();
        let mark = ["● ", "x ", "* ", "○ ", "✗ "].iter().find(|mark| head.starts_with(**mark))?;
        let name = head[mark.len()..].split([' ', '\r', '\n']).next()?;
        let start = begin + offset + (line.len() - head.len()) + mark.len();
        ENDINGS.iter().any(|ending| name.ends_with(ending)).then_some((start, start + name.len()))
    });
    match place {
        Some((start, stop)) if start >= scan.unit_end => {
            scan.unit_end = stop;
            push(scan, start, stop, &result);
        }
        _ => {}
    }
}

/// `● nginx.service loaded failed failed The web server`; the words begin at `at`.
pub(super) fn state(scan: &mut Scan<'_>, at: usize) {
    if let Some((start, stop)) = unit_before(scan, at)
        && !scan.line_flags(at).any(Flags::WINDOWS)
    {
        push(scan, start, stop, "failed");
    }
}
