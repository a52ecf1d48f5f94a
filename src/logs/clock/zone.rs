//! The zone of a log, and how it was found.

use std::fmt;

use jiff::{
    Timestamp,
    civil::DateTime,
    tz::{Offset, TimeZone},
};
use serde::{Serialize, Serializer};

/// A zone: an offset from UTC, or a name of the time zone database with its rules.
#[derive(Debug, Clone, PartialEq)]
pub struct Zone(TimeZone);

/// An instant, and whether its wall clock stands for two (the hour that is repeated) or for none (the hour left out).
pub(super) struct Placed {
    pub(super) instant: Timestamp,
    pub(super) doubtful: bool,
}

impl Zone {
    /// Universal time.
    pub fn utc() -> Self {
        Zone(TimeZone::UTC)
    }

    /// A fixed offset.
    pub fn fixed(offset: Offset) -> Self {
        Zone(TimeZone::fixed(offset))
    }

    pub(super) fn named(name: &str) -> Option<Self> {
        TimeZone::get(name).ok().map(Zone)
    }

    /// As the calendar has it.
    pub fn time_zone(&self) -> &TimeZone {
        &self.0
    }

    /// The offset at an instant.
    pub fn offset_at(&self, instant: Timestamp) -> Offset {
        self.0.to_offset(instant)
    }

    /// The wall clock at an instant.
    pub fn wall_clock(&self, instant: Timestamp) -> DateTime {
        self.0.to_datetime(instant)
    }

    /// The instant of a wall clock; in the hour that is repeated, the first.
    pub fn instant_of(&self, civil: DateTime) -> Option<Timestamp> {
        self.place(civil, None).map(|placed| placed.instant)
    }

    /// The instant of a wall clock. In the repeated hour it is the first, unless time would go back by it: `after` is the
    /// instant of the line before.
    pub(super) fn place(&self, civil: DateTime, after: Option<Timestamp>) -> Option<Placed> {
        let ambiguous = self.0.to_ambiguous_timestamp(civil);
        let doubtful = ambiguous.is_ambiguous();
        let first = ambiguous.compatible().ok()?;
        let instant = if doubtful && after.is_some_and(|after| first < after) {
            self.0.to_ambiguous_timestamp(civil).later().ok()?
        } else {
            first
        };
        Some(Placed { instant, doubtful })
    }
}

/// `+08:00`, or the name with its rules, `Europe/Berlin`.
impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.iana_name() {
            Some(name) if name != "UTC" => f.write_str(name),
            _ => write_offset(f, self.0.to_fixed_offset().unwrap_or(Offset::UTC)),
        }
    }
}

fn write_offset(f: &mut fmt::Formatter<'_>, offset: Offset) -> fmt::Result {
    let minutes = offset.seconds() / 60;
    let sign = if minutes < 0 { '-' } else { '+' };
    write!(f, "{sign}{:02}:{:02}", minutes.abs() / 60, minutes.abs() % 60)
}

impl Serialize for Zone {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// How the zone of a log was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "by")]
pub enum ZoneSource {
    /// The stamps have their offset, or are seconds since 1970.
    Stamps,
    /// The user said so for this log.
    Given,
    /// A line of the log says it.
    Header {
        /// The line.
        line: u64,
    },
    /// Lines carry universal time beside their local time.
    Beside {
        /// The first such line.
        line: u64,
    },
    /// The format is defined to be in universal time.
    Format,
    /// The zone that the user gave for all logs of which nothing else is known.
    Default,
    /// Nothing tells.
    Unknown,
}

impl fmt::Display for ZoneSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ZoneSource::Stamps => f.write_str("in the stamps"),
            ZoneSource::Given => f.write_str("given"),
            ZoneSource::Header { line } => write!(f, "line {line} says so"),
            ZoneSource::Beside { line } => write!(f, "UTC beside it in line {line}"),
            ZoneSource::Format => f.write_str("by its format"),
            ZoneSource::Default => f.write_str("default given"),
            ZoneSource::Unknown => f.write_str("unknown"),
        }
    }
}
