//! Reports of the Linux kernel about itself: oops, panic, lockup, stall, warning, disk errors.
//!
//! The value is `<sort>/<where>`: the function that the instruction pointer stood in, which a report
//! names some lines further on, the reason of a panic, or the task that hangs. Addresses, offsets,
//! processors, process ids and compiler suffixes are left out, so that it stays the same from one
//! machine to the next. The forms follow the kernel's own format strings (arch/*/mm/fault.c,
//! kernel/panic.c, kernel/watchdog.c, kernel/rcu/tree_stall.h, kernel/hung_task.c).

use crate::signature::SignatureKind as Kind;

use super::{
    super::{Scan, lex, lines},
    crash::stable_name,
};

/// What a trigger announces.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(in super::super) enum Sort {
    Oops,
    Bug,
    Exception,
    Panic,
    SoftLockup,
    HardLockup,
    Hung,
    Rcu,
    Mce,
    Warning,
    Sanitizer,
    Watchdog,
    Io,
    Timeout,
    FileSystem,
    Allocation,
}

/// How far a report is read for the function: registers and modules stand between.
const REPORT: usize = 6000;
/// And no more than this many lines.
const REPORT_LINES: usize = 60;

/// Reads the report that a trigger at `at..end` announces.
pub(super) fn report(scan: &mut Scan<'_>, sort: Sort, at: usize, end: usize) {
    let rest = lines::rest(scan.text, end);
    let line_end = end + rest.len();
    // A report repeats itself: `BUG: unable to handle …` is followed by `Oops: 0002 [#1]`.
    let inside = at < scan.report_end;
    let value = match sort {
        Sort::Oops => {
            let announced = lex::has(scan.bytes, at, "oops") || lex::has(scan.bytes, at, "internal error");
            if inside || announced && !rest.contains("[#") {
                return;
            }
            let name = if rest.starts_with("general protection") { "gpf" } else { "oops" };
            with_function(scan, name, at, end).unwrap_or_else(|| oops_reason(name, rest))
        }
        Sort::Exception => {
            if inside {
                return;
            }
            let Some(name) = exception_name(lines::before(scan.text, at)) else { return };
            with_function(scan, name, at, end).unwrap_or_else(|| name.to_owned())
        }
        Sort::Bug => {
            let fallback = if lex::has(scan.bytes, at, "kernel") {
                // `kernel BUG at fs/ext4/inode.c:2719!`
                let Some(file) = rest
                    .split([':', '!'])
                    .next()
                    .filter(|file| file.ends_with(".c") || file.ends_with(".h") || file.ends_with(".rs"))
                else {
                    return;
                };
                file.rsplit("/linux/").next().unwrap_or(file).trim_start_matches("./").to_owned()
            } else {
                slug(&scan.text[at + 5..end])
            };
            let named = lex::has(scan.bytes, at, "kernel").then(|| with_function(scan, "bug", at, end)).flatten();
            named.unwrap_or_else(|| format!("bug/{fallback}"))
        }
        Sort::Panic => {
            let reason = slug(panic_reason(rest));
            if reason.is_empty() { "panic".to_owned() } else { format!("panic/{reason}") }
        }
        Sort::SoftLockup => with_function(scan, "soft-lockup", at, end)
            .or_else(|| bracketed_task(rest).map(|task| format!("soft-lockup/{task}")))
            .unwrap_or_else(|| "soft-lockup".to_owned()),
        Sort::HardLockup => with_function(scan, "hard-lockup", at, end).unwrap_or_else(|| "hard-lockup".to_owned()),
        Sort::Hung => {
            let Some(task) = rest.find(" blocked for more than ").and_then(|stop| task_name(&rest[..stop])) else {
                return;
            };
            format!("hung-task/{task}")
        }
        Sort::Rcu => with_function(scan, "rcu-stall", at, end).unwrap_or_else(|| "rcu-stall".to_owned()),
        Sort::Mce => "mce".to_owned(),
        Sort::Warning => match function_in(rest) {
            Some(function) => format!("warning/{function}"),
            None => return,
        },
        Sort::Sanitizer => {
            let tool = scan.text[at..end].trim_start_matches("BUG: ").trim_end_matches(": ").to_ascii_lowercase();
            let fault = rest.split(" in ").next().map(slug).unwrap_or_default();
            match function_in(rest) {
                Some(function) => format!("{tool}-{fault}/{function}"),
                None => format!("{tool}-{fault}"),
            }
        }
        // `NETDEV WATCHDOG: eth0 (e1000e): transmit queue 0 timed out`
        Sort::Watchdog => {
            let Some(driver) =
                rest.split_once('(').and_then(|(_, rest)| rest.split_once(')')).map(|(driver, _)| driver)
            else {
                return;
            };
            format!("transmit-timeout/{driver}")
        }
        Sort::Io => "io-error".to_owned(),
        // `nvme nvme0: I/O 22 QID 3 timeout, aborting`
        Sort::Timeout => {
            let head = lines::before(scan.text, at);
            if !head.contains("nvme") || !head.contains(" QID ") {
                return;
            }
            "io-timeout/nvme".to_owned()
        }
        Sort::FileSystem => {
            let Some(function) = rest.split_once("): ").and_then(|(_, rest)| rest.split(':').next()) else { return };
            let function = function.trim();
            if !is_function(function) {
                return;
            }
            format!("fs-error/{}", plain_function(function))
        }
        Sort::Allocation => {
            let head = lines::before(scan.text, at).trim_end().trim_end_matches(':');
            match head.rsplit([' ', ']']).next().and_then(stable_name) {
                Some(task) => format!("page-allocation-failure/{task}"),
                None => return,
            }
        }
    };
    scan.report_end = scan.report_end.max(line_end);
    let stop = if matches!(sort, Sort::Exception) { line_end.min(end + 3) } else { end };
    let trimmed = lex::back_while(scan.bytes, stop, 4, |byte| matches!(byte, b' ' | b':' | b'('));
    scan.push(Kind::Kernel, value, at..trimmed.max(at + 1));
}

/// `general protection fault: 0000 [#1]` of the kernel itself. False where a program had it.
pub(super) fn protection(scan: &mut Scan<'_>, at: usize, end: usize) -> bool {
    let rest = lines::rest(scan.text, end);
    if !lex::has(scan.bytes, at, "general protection fault") || !rest.contains("[#") {
        return false;
    }
    if at >= scan.report_end {
        let line_end = end + rest.len();
        let value = with_function(scan, "gpf", at, end).unwrap_or_else(|| "gpf".to_owned());
        scan.report_end = scan.report_end.max(line_end);
        scan.push(Kind::Kernel, value, at..end);
    }
    true
}

/// What kind of exception stands before `: 0000 [#1]`.
fn exception_name(head: &str) -> Option<&'static str> {
    const NAMES: &[(&str, &str)] = &[
        ("invalid opcode", "invalid-opcode"),
        ("divide error", "divide-error"),
        ("double fault", "double-fault"),
        ("stack segment", "stack-segment"),
        ("general protection fault", "gpf"),
        ("alignment check", "alignment-check"),
        ("int3", "int3"),
    ];
    NAMES.iter().find(|(words, _)| head.ends_with(words)).map(|&(_, name)| name)
}

/// Where no function is told, what the first line says: a null pointer or a wrong address.
fn oops_reason(name: &str, rest: &str) -> String {
    if rest.contains("NULL pointer") {
        format!("{name}/null-pointer")
    } else if rest.contains("paging request") || rest.contains("page fault") {
        format!("{name}/paging-request")
    } else {
        name.to_owned()
    }
}

/// `<name>/<function>` by the instruction pointer or the first frame of the call trace that follow.
/// What was read counts as one report.
fn with_function(scan: &mut Scan<'_>, name: &str, at: usize, end: usize) -> Option<String> {
    const POINTERS: &[&str] = &[
        "RIP: ",
        "RIP  ",
        "EIP: ",
        "EIP is at ",
        "IP: ",
        "PC is at ",
        "pc : ",
        "NIP [",
        "epc : ",
        "Krnl PSW : ",
        "RIP [",
    ];
    /// Frames of the report's own making.
    const MACHINERY: &[&str] = &[
        "dump_stack",
        "show_stack",
        "panic",
        "__warn",
        "report_bug",
        "dump_backtrace",
        "show_trace",
        "oops_end",
        "die",
        "nmi_",
        "watchdog_",
        "rcu_",
        "print_",
        "__dump_stack",
        "show_regs",
        "exc_",
        "asm_exc_",
        "page_fault",
        "do_page_fault",
        "error_code",
        "no_context",
        "bad_area",
        "__bad_area",
        "handle_bug",
        "do_trap",
        "do_error_trap",
        "invalid_op",
        "sched_show_task",
        "__nmi",
        "end_repeat_nmi",
        "general_protection",
        "trigger_",
        "arch_trigger",
        "check_cpu_stall",
        "perf_",
        "handle_irq",
        "apic_",
        "sysvec_",
        "asm_sysvec",
        "smp_",
        "hrtimer",
        "__hrtimer",
        "tick_",
        "update_process_times",
        "<irq>",
    ];
    let mut trace = false;
    let mut frame = None;
    let mut told = None;
    let mut last = end;
    for (begin, line) in lines::following(scan.text, at, REPORT).take(REPORT_LINES) {
        if line.contains("---[ end") || line.contains("Kernel panic") {
            last = begin + line.len();
            break;
        }
        // The next report begins.
        if line.contains("BUG: ") && !line.contains("Oops") || line.contains("cut here ]---") {
            break;
        }
        if let Some(found) = POINTERS.iter().find_map(|pointer| line.find(pointer).map(|found| found + pointer.len()))
            && let Some(function) = function_in(&line[found..])
        {
            told.get_or_insert(function);
            last = begin + line.len();
        }
        // The head of the same report may stand below the pointer.
        if line.contains("[#") {
            last = begin + line.len();
        }
        trace |= line.contains("Call Trace") || line.contains("Call trace") || line.contains("Backtrace:");
        if trace
            && frame.is_none()
            && !line.contains(" ? ")
            && let Some(function) = function_in(line)
            && !MACHINERY.iter().any(|own| function.starts_with(own))
        {
            frame = Some(function);
            last = last.max(begin + line.len());
        }
    }
    let function = told.or(frame)?;
    scan.report_end = scan.report_end.max(last);
    Some(format!("{name}/{function}"))
}

/// The first `function+0x1a/0x30` of a line, without offset and compiler suffix.
fn function_in(line: &str) -> Option<String> {
    let line = lines::slice(line, 0, 400);
    let stop = line.find("+0x")?;
    let start = line[..stop]
        .rfind(|character: char| !is_function_character(character))
        .map_or(0, |found| found + line[found..].chars().next().map_or(1, char::len_utf8));
    let function = &line[start..stop];
    is_function(function).then(|| plain_function(function).to_owned())
}

fn is_function_character(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '_' | '.' | '$')
}

fn is_function(text: &str) -> bool {
    text.len() > 1
        && text.len() < 120
        && text.chars().all(is_function_character)
        && text.starts_with(|character: char| character.is_ascii_alphabetic() || character == '_')
        // An address is no function.
        && !(text.len() >= 8 && text.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// `foo.isra.0`, `foo.constprop.5`, `foo.cold`: what the compiler made of `foo`.
fn plain_function(function: &str) -> &str {
    function.split('.').next().filter(|plain| !plain.is_empty()).unwrap_or(function)
}

/// `soft lockup - CPU#3 stuck for 22s! [kworker/3:1:1234]`
fn bracketed_task(rest: &str) -> Option<String> {
    let open = rest.find('[')?;
    let close = rest[open..].find(']')? + open;
    task_name(&rest[open + 1..close])
}

/// `java:1234` without its process id.
fn task_name(text: &str) -> Option<String> {
    let (name, id) = text.rsplit_once(':')?;
    id.bytes().all(|byte| byte.is_ascii_digit()).then(|| stable_name(name)).flatten()
}

/// What a panic line gives as its reason, without details that differ.
fn panic_reason(rest: &str) -> &str {
    let reason = rest.trim_start_matches([':', ' ', ',']);
    let stop = ["!", " on unknown", " (", "(", ". ", " exitcode", "...", " at ", " CPU ", " on CPU", " - "]
        .iter()
        .filter_map(|word| reason.find(word))
        .min()
        .unwrap_or(reason.len());
    &reason[..stop]
}

/// Words joined by dashes, lower case, without numbers and addresses.
fn slug(text: &str) -> String {
    let words = text.split(|character: char| !character.is_ascii_alphanumeric() && character != '_');
    let words = words.filter(|word| !word.is_empty() && !word.bytes().any(|byte| byte.is_ascii_digit()));
    words.take(9).map(str::to_ascii_lowercase).collect::<Vec<_>>().join("-")
}
