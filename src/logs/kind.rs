//! What sort of log a text is, finer than the grammar of its lines: an exported event log is plain text to a reader of lines.

use serde::{Deserialize, Serialize};

use super::LogFormat;

/// The sorts of logs that a condition of an article can name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LogKind {
    /// `CBS.log`.
    Cbs,
    /// `setupapi.dev.log` and its kin.
    Setupapi,
    /// `DISM.log`.
    Dism,
    /// `WindowsUpdate.log`.
    WindowsUpdate,
    /// An event log of Windows, exported as text or XML.
    EventLog,
    /// Syslog of a Unix machine.
    Syslog,
    /// What `journalctl` printed.
    Journal,
    /// Any other.
    Plain,
}

/// How much of a log's beginning is looked at.
const HEAD: usize = 16 << 10;

/// Marks of an exported event log; two of one row stand in each of its forms.
const EVENT_LOG: [[&str; 2]; 4] = [
    ["Log Name:", "Event ID:"],
    ["<Event xmlns", "<EventID"],
    ["日志名称:", "事件 ID:"],
    ["EventRecordID", "ProviderName"],
];

/// Marks of what `journalctl` prints of itself.
const JOURNAL: [&str; 4] = ["-- Journal begins at", "-- Logs begin at", "-- Boot ", "-- No entries --"];

impl LogKind {
    /// All of them.
    pub const ALL: [LogKind; 8] = [
        LogKind::Cbs,
        LogKind::Setupapi,
        LogKind::Dism,
        LogKind::WindowsUpdate,
        LogKind::EventLog,
        LogKind::Syslog,
        LogKind::Journal,
        LogKind::Plain,
    ];

    /// The name in conditions, `windows-update`.
    pub fn name(self) -> &'static str {
        match self {
            LogKind::Cbs => "cbs",
            LogKind::Setupapi => "setupapi",
            LogKind::Dism => "dism",
            LogKind::WindowsUpdate => "windows-update",
            LogKind::EventLog => "event-log",
            LogKind::Syslog => "syslog",
            LogKind::Journal => "journal",
            LogKind::Plain => "plain",
        }
    }

    /// The sort of that name.
    pub fn from_name(name: &str) -> Option<LogKind> {
        LogKind::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// What a log is by the grammar of its lines and by how it begins.
    pub fn of(format: LogFormat, text: &str) -> LogKind {
        let head = &text[..text.floor_char_boundary(HEAD)];
        match format {
            LogFormat::Cbs => LogKind::Cbs,
            LogFormat::SetupApi => LogKind::Setupapi,
            LogFormat::Dism => LogKind::Dism,
            LogFormat::WindowsUpdate => LogKind::WindowsUpdate,
            LogFormat::Syslog | LogFormat::Plain if JOURNAL.iter().any(|mark| head.contains(mark)) => LogKind::Journal,
            LogFormat::Syslog => LogKind::Syslog,
            LogFormat::Plain => {
                let is_event_log = EVENT_LOG.iter().any(|marks| marks.iter().all(|mark| head.contains(mark)));
                if is_event_log { LogKind::EventLog } else { LogKind::Plain }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sorts_are_told_by_grammar_and_head() {
        assert_eq!(LogKind::of(LogFormat::Plain, "Log Name:  System\nSource: x\nEvent ID: 7"), LogKind::EventLog);
        assert_eq!(LogKind::of(LogFormat::Syslog, "-- Logs begin at Mon\n"), LogKind::Journal);
        assert_eq!(LogKind::of(LogFormat::Plain, "Event ID: 7"), LogKind::Plain);
        for kind in LogKind::ALL {
            assert_eq!(LogKind::from_name(kind.name()), Some(kind));
        }
    }
}
