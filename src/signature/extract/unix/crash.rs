//! Programs that the kernel stopped: for want of memory, or by a fault of their own.

use crate::signature::SignatureKind as Kind;

use super::super::{Scan, lex, lines};

/// Longest name of a program taken.
const NAME: usize = 64;

/// `Out of memory: Killed process 123 (java)`; the words stand at `at..end`.
pub(super) fn killed(scan: &mut Scan<'_>, at: usize, end: usize) {
    let rest = lines::rest(scan.text, end);
    // Past the process id, and past `, UID 0,` of older kernels; where the trigger ended earlier, past `ed process`.
    let rest_start = rest.find(|character: char| character.is_ascii_digit()).filter(|&place| place <= 12);
    let Some(digits) = rest_start else { return };
    let Some(open) = rest[digits..].find('(').map(|found| digits + found).filter(|&open| open < digits + 40) else {
        return;
    };
    let between = &rest[digits..open];
    if !between
        .bytes()
        .all(|byte| byte.is_ascii_digit() || matches!(byte, b' ' | b',' | b':') || byte.is_ascii_alphabetic())
    {
        return;
    }
    let Some(close) = closing(rest, open) else { return };
    // systemd: `Killed process 12 (x) with signal SIGKILL` ends left-over processes of a unit; `Killing process 12 (x)`.
    let tail = &rest[close + 1..];
    let orderly = tail.trim_start().starts_with("with signal")
        || lines::before(scan.text, at).trim_end().ends_with("systemd[1]:");
    if !orderly {
        victim(scan, &rest[open + 1..close], end + open + 1);
    }
}

/// `oom-kill:constraint=CONSTRAINT_MEMCG,…,task=java,pid=123,uid=0`; the words stand at `at..end`.
pub(super) fn oom_task(scan: &mut Scan<'_>, _at: usize, end: usize) {
    let rest = lines::rest(scan.text, end);
    let Some(start) = rest.find("task=").map(|found| found + 5) else { return };
    // The path of the group (`task_memcg=`) stands before; the name is followed by the process id.
    let name = rest[start..].split_once(",pid=").map_or(&rest[start..], |(name, _)| name);
    victim(scan, name, end + start);
}

fn victim(scan: &mut Scan<'_>, name: &str, start: usize) {
    if let Some(stable) = stable_name(name) {
        let end = start + name.len();
        scan.push(Kind::Oom, stable, start..end);
    }
}

/// The bracket that closes the one at `open`; a name may hold brackets: `((sd-pam))`.
fn closing(text: &str, open: usize) -> Option<usize> {
    let mut depth = 0_usize;
    for (place, byte) in text.bytes().enumerate().skip(open).take(NAME + 2) {
        match byte {
            b'(' => depth += 1,
            b')' if depth == 1 => return Some(place),
            b')' => depth -= 1,
            _ => {}
        }
    }
    None
}

/// A name of a program without what differs from run to run: numbers of workers and CPUs.
pub(super) fn stable_name(name: &str) -> Option<String> {
    let name = name.trim().trim_matches('"');
    // Kernel threads bear their processor or device: `kworker/3:1`, `jbd2/dm-0-8`.
    let name = name.split('/').next().unwrap_or(name);
    // `pool-3-thread-12`, `http-nio-8080-e`, `worker-7`: threads named by number.
    let stem = name.trim_end_matches(|character: char| character.is_ascii_digit());
    let name = if stem.len() < name.len() && stem.len() > 1 && stem.ends_with(['-', '#', '_', ':']) {
        &stem[..stem.len() - 1]
    } else {
        name
    };
    let fits = !name.is_empty()
        && name.len() <= NAME
        && !name.bytes().all(|byte| byte.is_ascii_digit())
        && !name.chars().any(|character| character.is_control());
    fits.then(|| name.to_owned())
}

/// `nginx[12]: segfault at … in libc.so.6[…]`, `traps: nginx[12] general protection … in …`; the word
/// stands at `at`, what follows it at `end`.
pub(super) fn fault(scan: &mut Scan<'_>, at: usize, end: usize) {
    let bytes = scan.bytes;
    // Back over `: ` to the process id in brackets, then to the name.
    let stop = lex::back_while(bytes, at, 3, |byte| matches!(byte, b' ' | b':'));
    if lex::before(bytes, stop) != b']' {
        return;
    }
    let open = lex::back_while(bytes, stop - 1, 8, |byte| byte.is_ascii_digit());
    if open + 1 == stop || lex::before(bytes, open) != b'[' {
        return;
    }
    let rest = lines::rest(scan.text, end);
    // A kernel line names the instruction.
    if !rest.contains("ip") || !rest.contains("error") {
        return;
    }
    let head = lines::slice(scan.text, lines::start(bytes, open - 1), open - 1);
    // The name begins behind the last blank that ends a time stamp or a tag; it may hold blanks itself
    // (`Web Content`), so tags decide.
    let name = ["traps: ", "] ", "kernel: ", ": "]
        .iter()
        .filter_map(|tag| head.rfind(tag).map(|found| found + tag.len()))
        .max()
        .map_or_else(|| head.rsplit(' ').next().unwrap_or(head), |start| &head[start..]);
    // A person's words before it: `日志:nginx[12]: segfault …`.
    let name = if name.is_ascii() {
        name
    } else {
        name.rsplit(|character: char| !character.is_ascii() || character == ':').next().unwrap_or(name)
    };
    let Some(program) = stable_name(name) else { return };
    let library = rest.rfind(" in ").map(|found| &rest[found + 4..]).and_then(|library| {
        let name = library.split(['[', ' ']).next().unwrap_or_default();
        let name = name.rsplit('/').next().unwrap_or(name);
        let fits = !name.is_empty() && name.len() <= NAME && library[name.len().min(library.len())..].contains('[');
        (fits && name != program).then_some(name)
    });
    let value = library.map_or_else(|| program.clone(), |library| format!("{program}/{library}"));
    let start = open - 1 - name.len();
    scan.push(Kind::Segfault, value, start..stop);
}
