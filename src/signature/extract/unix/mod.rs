//! What Unix systems, Kubernetes and language runtimes say when something breaks: signals, exit
//! codes, kernel reports, units that failed, reasons of pods, stacks.
//!
//! Their evidence is words more than numbers, and often stands on several lines. Every look ahead is
//! bounded, and a report that was read is not read again from its middle.

mod crash;
mod kernel;

mod pod;
mod process;
mod unit;

use std::ops::Range;

use super::Scan;
pub(super) use process::{exit_code, negative_exit};

/// Who looks when a trigger of this half is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Unix {
    Signal,
    SignalName,
    SignalWords,
    Killed,
    UnitExit,
    Exited,
    ExitedBracket,
    NonZero,
    Kernel(kernel::Sort),
    Oom,
    OomTask,
    Segfault,
    Trap,
    Unit,
    UnitResult,
    UnitDescribed,
    UnitActive,
    UnitState,
    PodReason,
    PodMessage,
    PodEvent,
}

/// Triggers by recognizer, lower case.
pub(super) const TRIGGERS: &[(Unix, &[&str])] = &[
    (Unix::Signal, &["signal", "信号", "訊號", "信號"]),
    (Unix::SignalName, process::NAMES),
    (Unix::SignalWords, process::WORDS),
    (Unix::Killed, &["killed", "已杀死", "已殺死"]),
    (Unix::UnitExit, &["code=exited, ", "code=killed, ", "code=dumped, "]),
    (
        Unix::Exited,
        &[
            "exited with",
            "terminated with",
            "quit with",
            "died with",
            "exits with",
            "exit with",
            "退出状态",
            "結束代碼",
        ],
    ),
    (Unix::ExitedBracket, &["exited ("]),
    (Unix::NonZero, &["non-zero exit", "non-zero code", "nonzero exit", "non-zero status"]),
    (
        Unix::Kernel(kernel::Sort::Oops),
        &["unable to handle kernel", "bug: unable to handle page fault", "internal error: oops", "oops: "],
    ),
    (
        Unix::Kernel(kernel::Sort::Bug),
        &["kernel bug at ", "bug: scheduling while atomic", "bug: bad page state", "bug: bad rss-counter"],
    ),
    (Unix::Kernel(kernel::Sort::Exception), &[": 0000 [#"]),
    (Unix::Kernel(kernel::Sort::Panic), &["kernel panic - not syncing", "kernel panic: "]),
    (Unix::Kernel(kernel::Sort::SoftLockup), &["bug: soft lockup"]),
    (Unix::Kernel(kernel::Sort::HardLockup), &["detected hard lockup"]),
    (Unix::Kernel(kernel::Sort::Hung), &["info: task "]),
    (
        Unix::Kernel(kernel::Sort::Rcu),
        &["self-detected stall", "detected stalls on", "detected expedited stalls", "kthread starved for"],
    ),
    (
        Unix::Kernel(kernel::Sort::Mce),
        &[
            "machine check events logged",
            "machine check exception",
            "machine check: ",
            "uncorrected error, cpu",
            "[hardware error]: cpu",
        ],
    ),
    (Unix::Kernel(kernel::Sort::Warning), &["warning: cpu: ", "warning: at "]),
    (Unix::Kernel(kernel::Sort::Sanitizer), &["bug: kasan: ", "bug: kfence: ", "bug: kmsan: "]),
    (Unix::Kernel(kernel::Sort::Watchdog), &["netdev watchdog: "]),
    (Unix::Kernel(kernel::Sort::Io), &["i/o error, dev ", "i/o error on dev"]),
    (
        Unix::Kernel(kernel::Sort::Timeout),
        &[" timeout, aborting", " timeout, reset controller", " timeout, disable controller"],
    ),
    (Unix::Kernel(kernel::Sort::FileSystem), &["-fs error (device "]),
    (Unix::Kernel(kernel::Sort::Allocation), &["page allocation failure", "page allocation stalls"]),
    (Unix::Oom, &["out of memory: kill", "killed process ", "kill process ", "oom_reaper: reaped process "]),
    (Unix::OomTask, &["oom-kill:constraint", "oom-kill: constraint"]),
    (Unix::Segfault, &["segfault at "]),
    (
        Unix::Trap,
        &[
            "general protection",
            "trap invalid opcode",
            "trap divide error",
            "trap stack segment",
            "trap int3",
            "trap bounds",
            "trap overflow",
            "trap alignment check",
        ],
    ),
    (Unix::Unit, &[".service", ".mount", ".socket", ".timer", ".swap", ".slice", ".scope"]),
    (Unix::UnitResult, &["failed with result '", "with result '", "结果为“"]),
    (
        Unix::UnitDescribed,
        &[
            "failed to start ",
            "failed to mount ",
            "failed to listen on ",
            "dependency failed for ",
            "failed to activate swap ",
        ],
    ),
    (Unix::UnitActive, &["active: failed"]),
    (Unix::UnitState, &["loaded failed failed"]),
    (Unix::PodReason, pod::REASONS),
    (
        Unix::PodMessage,
        &[
            "back-off restarting failed",
            "back-off pulling image",
            "readiness probe failed",
            "liveness probe failed",
            "startup probe failed",
            "readiness probe errored",
            "liveness probe errored",
            "nodes are available: ",
            "the node was low on resource",
            "the node had condition: ",
        ],
    ),
    (Unix::PodEvent, pod::EVENTS),
];

/// Lets the recognizer of a trigger look at its place.
pub(super) fn recognize(scan: &mut Scan<'_>, recognizer: Unix, word: &'static str, at: Range<usize>) {
    let Range { start, end } = at;
    match recognizer {
        Unix::Signal => process::signal(scan, start, end),
        Unix::SignalName => process::name(scan, start, end),
        Unix::SignalWords => process::words(scan, start, end),
        Unix::Killed => process::killed(scan, start, end),
        Unix::UnitExit => unit::process_exit(scan, start, end),
        Unix::Exited => process::exited(scan, start, end),
        Unix::ExitedBracket => process::exited_bracket(scan, start, end),
        Unix::NonZero => process::non_zero(scan, end),
        Unix::Kernel(sort) => kernel::report(scan, sort, start, end),
        Unix::Oom => crash::killed(scan, start, end),
        Unix::OomTask => crash::oom_task(scan, start, end),
        Unix::Segfault => crash::fault(scan, start, start),
        Unix::Trap => {
            if !kernel::protection(scan, start, end) {
                crash::fault(scan, start, end);
            }
        }
        Unix::Unit => unit::named(scan, start, end),
        Unix::UnitResult => unit::result(scan, start, end),
        Unix::UnitDescribed => unit::described(scan, word, start, end),
        Unix::UnitActive => unit::active(scan, start, end),
        Unix::UnitState => unit::state(scan, start),
        Unix::PodReason => pod::reason(scan, start, end),
        Unix::PodMessage => pod::message(scan, word, start, end),
        Unix::PodEvent => pod::event(scan, start, end),
    }
}
