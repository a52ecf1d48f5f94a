//! Lines that tell what was done to a machine, whatever their level: the list is short on purpose, and `docs/timeline.md`
//! shows it.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};

/// What a notable line tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Notable {
    /// The system was started.
    Boot,
    /// The system was shut down or restarted on purpose.
    Shutdown,
    /// It went down without being told to, or a service did.
    Crash,
    /// A service or server was started.
    Start,
    /// A service or server was stopped.
    Stop,
    /// An update, driver or package was put in or removed.
    Install,
    /// An update was taken back.
    Rollback,
    /// The clock was set.
    Clock,
}

impl Notable {
    /// Every kind.
    pub const ALL: [Notable; 8] = [
        Notable::Boot,
        Notable::Shutdown,
        Notable::Crash,
        Notable::Start,
        Notable::Stop,
        Notable::Install,
        Notable::Rollback,
        Notable::Clock,
    ];

    /// The name in output, `boot`.
    pub fn name(self) -> &'static str {
        match self {
            Notable::Boot => "boot",
            Notable::Shutdown => "shutdown",
            Notable::Crash => "crash",
            Notable::Start => "start",
            Notable::Stop => "stop",
            Notable::Install => "install",
            Notable::Rollback => "rollback",
            Notable::Clock => "clock",
        }
    }
}

/// Words by which a notable line is known: system messages as the vendors print them, in English and Chinese.
///
/// Sources: Windows System log (EventLog 6005, 6006, 6008, 6013; Kernel-General 1, 12, 13; Kernel-Power 41; User32 1074; Service
/// Control Manager 7034, 7036; WindowsUpdateClient 19, 20), component servicing, setupapi, the Linux kernel, systemd, dpkg,
/// dnf, and the start messages of common servers.
const WORDS: &[(Notable, &[&str])] = &[
    (
        Notable::Boot,
        &[
            "The Event log service was started",
            "事件日志服务已启动",
            "事件記錄服務已啟動",
            "The operating system started at system time",
            "操作系统已在系统时间",
            "[Boot Session: ",
            "Linux version ",
            "-- Reboot --",
            "-- Boot ",
            "systemd[1]: Startup finished",
        ],
    ),
    (
        Notable::Shutdown,
        &[
            "The Event log service was stopped",
            "事件日志服务已停止",
            "事件記錄服務已停止",
            "The operating system is shutting down at system time",
            "操作系统将在系统时间",
            "has initiated the restart of computer",
            "has initiated the power off of computer",
            "has initiated the shutdown of computer",
            "启动了计算机",
            "reboot: Restarting system",
            "reboot: Power down",
            "Reached target Reboot",
            "Reached target System Reboot",
            "Reached target Power-Off",
            "Reached target System Power Off",
            "The system is going down for",
            "Initiating a reboot",
            "Initiating system restart",
        ],
    ),
    (
        Notable::Crash,
        &[
            "was unexpected.",
            "的关闭是意外的",
            "关机是意外的",
            "rebooted without cleanly shutting down first",
            "在未先正常关机的情况下重新启动",
            "has rebooted from a bugcheck",
            "已经从检测错误后重新启动",
            "terminated unexpectedly",
            "意外终止",
            "意外地终止",
            "database system was interrupted",
            "database system was not properly shut down",
            "Main process exited, code=killed",
            "Main process exited, code=dumped",
        ],
    ),
    (
        Notable::Start,
        &[
            "service entered the running state",
            "服务处于 正在运行 状态",
            "服务处于 运行 状态",
            "服务处于正在运行状态",
            "systemd[1]: Started ",
            "Server startup in ",
            "database system is ready to accept connections",
            "ready for connections",
            "SQL Server is now ready for client connections",
            "Starting ORACLE instance",
        ],
    ),
    (
        Notable::Stop,
        &[
            "service entered the stopped state",
            "服务处于 停止 状态",
            "服务处于 已停止 状态",
            "服务处于停止状态",
            "systemd[1]: Stopped ",
            "database system is shut down",
            "mysqld: Shutdown complete",
            "SQL Server is terminating",
            "Shutting down ORACLE instance",
            "Stopping service [Catalina]",
        ],
    ),
    (
        Notable::Install,
        &[
            "Installation Successful: Windows successfully installed",
            "安装成功: Windows 成功安装了",
            "安装成功: Windows 已成功安装",
            "was successfully changed to the Installed state",
            "已成功更改为“已安装”状态",
            " status installed ",
            "dnf.rpm: Installed: ",
            "yum: Installed: ",
            "yum: Updated: ",
            "A service was installed in the system",
            "系统中已安装服务",
            "Windows Installer installed the product",
            "Windows Installer 已安装产品",
            "Product: ",
        ],
    ),
    (Notable::Rollback, &["Rolling back", "Reverting changes", "正在撤消更改", "正在撤销更改", "正在还原更改"]),
    (
        Notable::Clock,
        &[
            "The system time has changed to",
            "系统时间已从",
            "系统时间已更改为",
            "Time has been changed",
            "Time jumped backwards",
            "System clock wrong by",
            "System clock was stepped by",
        ],
    ),
];

/// What systemd starts and stops all day: nothing was done to the machine.
const ROUTINE: &[&str] = &["Session ", "User Manager", "User Runtime", "User runtime", "Daily ", "Run ", "Cleanup "];

struct Words {
    words: AhoCorasick,
    kinds: Vec<(Notable, &'static str)>,
}

static LISTED: LazyLock<Words> = LazyLock::new(|| {
    let kinds: Vec<(Notable, &'static str)> =
        WORDS.iter().flat_map(|&(kind, words)| words.iter().map(move |&word| (kind, word))).collect();
    let words = AhoCorasick::builder()
        .match_kind(MatchKind::LeftmostLongest)
        .build(kinds.iter().map(|(_, word)| word))
        .expect("the words are few and constant");
    Words { words, kinds }
});

/// The notable lines of a text: where the words stand that make them so, in order, and what they tell.
pub fn find(text: &str) -> impl Iterator<Item = (usize, Notable)> + '_ {
    LISTED.words.find_iter(text).filter_map(move |found| {
        let (kind, word) = LISTED.kinds[found.pattern().as_usize()];
        let rest = &text[found.end()..];
        let line = &rest[..memchr::memchr(b'\n', rest.as_bytes()).unwrap_or(rest.len())];
        let routine = match word {
            "systemd[1]: Started " | "systemd[1]: Stopped " => ROUTINE.iter().any(|word| line.starts_with(word)),
            // `Product: Example -- Installation completed successfully.`
            "Product: " => {
                !(line.contains(" -- Installation ") || line.contains(" -- Removal ") || line.contains(" -- 安装"))
            }
            // `The previous system shutdown at 14:32 on 2024/9/10 was unexpected.`
            "was unexpected." => {
                let before = &text[..found.start()];
                let start = memchr::memrchr(b'\n', before.as_bytes()).map_or(0, |at| at + 1);
                !before[start..].contains("shutdown")
            }
            _ => false,
        };
        (!routine).then_some((found.start(), kind))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(line: &str, expected: Option<Notable>) {
        assert_eq!(find(line).next().map(|(_, kind)| kind), expected, "in: {line}");
    }

    #[test]
    fn notable_lines() {
        check(
            "Information\t9/10/2024 2:32:53 PM\tEventLog\t6005\tThe Event log service was started.",
            Some(Notable::Boot),
        );
        check("信息\t2024/9/10 14:32:53\tEventLog\t6006\t事件日志服务已停止。", Some(Notable::Shutdown));
        check("The previous system shutdown at 14:30 on 9/10/2024 was unexpected.", Some(Notable::Crash));
        check("Sep 10 14:32:53 h systemd[1]: Started The nginx HTTP server.", Some(Notable::Start));
        check("The Print Spooler service entered the stopped state.", Some(Notable::Stop));
        check("Print Spooler 服务处于 停止 状态。", Some(Notable::Stop));
        check("2024-09-10 14:32:53 status installed nginx:amd64 1.24", Some(Notable::Install));
        check("MSI (s) Product: Example Agent -- Installation failed.", Some(Notable::Install));
        check("2024-09-10 14:32:53, Info  CBS    Doqe: Rolling back changes", Some(Notable::Rollback));
        check("chronyd[712]: System clock was stepped by 12.3 seconds", Some(Notable::Clock));
    }

    #[test]
    fn routine_is_not_notable() {
        check("Sep 10 14:32:53 h systemd[1]: Started Session 12 of User root.", None);
        check("Sep 10 14:32:53 h systemd[1]: Started Daily apt download activities.", None);
        check("the answer was unexpected.", None);
        check("Product: Example Agent", None);
        check("service started", None);
    }

    #[test]
    fn every_kind_is_known_by_some_words_and_is_documented() {
        let doc = include_str!("../../docs/timeline.md");
        for kind in Notable::ALL {
            assert!(WORDS.iter().any(|(listed, words)| *listed == kind && !words.is_empty()));
            assert!(doc.contains(&format!("| `{}` |", kind.name())), "{}", kind.name());
        }
    }
}
