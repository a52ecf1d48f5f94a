//! Log readers: bytes to decoded lines, and lines to records with time, level and component.

use serde::Serialize;

/// The log formats that casebook knows. Anything else is read as plain lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum LogFormat {
    /// Component Based Servicing: `CBS.log`.
    Cbs,
    /// `setupapi.dev.log`, `setupapi.app.log`, with sections.
    SetupApi,
    /// `DISM.log`.
    Dism,
    /// `WindowsUpdate.log`, old style and as made by Get-WindowsUpdateLog.
    WindowsUpdate,
    /// BSD and RFC 5424 syslog, and journal text in the same shape.
    Syslog,
    /// Any text, one record per line.
    Plain,
}

/// How grave the log itself calls a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Trace, debug, verbose.
    Debug,
    /// Information.
    Info,
    /// The log does not say.
    #[default]
    Unknown,
    /// Warning; `!` in setupapi logs.
    Warning,
    /// Error and worse; `!!!` in setupapi logs.
    Error,
}

/// What a line says of itself. Slices point into the line.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LogRecord<'a> {
    /// The time stamp as written; no zone is assumed.
    pub time: Option<&'a str>,
    /// The level.
    pub level: Level,
    /// Component, provider or process.
    pub component: Option<&'a str>,
    /// The rest: the message itself.
    pub message: &'a str,
}
