//! Log readers: bytes to decoded lines, and lines to records with time, level and component.
//!
//! [`decode`] turns bytes of any encoding into UTF-8, [`reader`] hands out whole lines with their numbers,
//! [`detect()`] names the format by content, and [`read_record`] takes one line apart. [`setupapi`] follows
//! the sections of device installation logs. What a line means as evidence is left to `signature`; this
//! module does no I/O but on the readers handed to it.
//!
//! ```
//! use casebook::logs::{Level, LogFormat, read_record};
//! let line = "2024-01-02 10:11:12, Error                 CSI    0000011a (F) Failed [HRESULT = 0x80070005]";
//! let record = read_record(LogFormat::Cbs, line);
//! assert_eq!((record.level, record.component), (Level::Error, Some("CSI")));
//! ```

mod block;
pub mod clock;
pub mod decode;
mod detect;
pub mod encoding;
pub mod kind;
pub mod piece;
mod plain;
pub mod reader;
mod record;
mod seam;
pub mod setupapi;
mod stamp;

pub use detect::detect;
pub use encoding::{Content, content};
pub use record::read_record;

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

impl LogFormat {
    /// The name in output, `setup-api`.
    pub fn name(self) -> &'static str {
        match self {
            LogFormat::Cbs => "cbs",
            LogFormat::SetupApi => "setup-api",
            LogFormat::Dism => "dism",
            LogFormat::WindowsUpdate => "windows-update",
            LogFormat::Syslog => "syslog",
            LogFormat::Plain => "plain",
        }
    }
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

/// A number for a line's words without what varies from one writing to the next: lines that differ in digits and blanks
/// alone have the same.
pub fn shape(line: &str) -> u64 {
    use std::hash::{DefaultHasher, Hash, Hasher};
    let mut hasher = DefaultHasher::new();
    line.chars().filter(|c| !c.is_ascii_digit() && !c.is_whitespace()).for_each(|c| c.hash(&mut hasher));
    hasher.finish()
}

#[cfg(test)]
mod tests;
