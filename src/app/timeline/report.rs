//! The time line as output knows it.

use jiff::{Timestamp, civil::DateTime, tz::Offset};
use serde::{Serialize, Serializer};

use crate::{
    logs::clock::{Order, Zone, ZoneSource},
    parsed::Warning,
    timeline::{Kind, hint::Hint},
};

/// A time of the output: on the clock of the output's zone, or the log's own wall clock where its zone is unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct When {
    /// What the clock shows.
    pub civil: DateTime,
    /// Its offset; `None` where the zone is unknown.
    pub offset: Option<Offset>,
}

impl When {
    /// An instant on the clock of a zone.
    pub fn at(instant: Timestamp, zone: &Zone) -> Self {
        When { civil: zone.wall_clock(instant), offset: Some(zone.offset_at(instant)) }
    }
}

/// RFC 3339, `2024-09-10T14:32:53.379+08:00`; without the offset where it is unknown.
impl Serialize for When {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.offset {
            Some(offset) => serializer.collect_str(&format_args!("{}{}", self.civil, Zone::fixed(offset))),
            None => serializer.collect_str(&self.civil),
        }
    }
}

/// The whole time line.
#[derive(Debug, Clone, Serialize)]
pub struct Report {
    /// [`super::SCHEMA`].
    pub schema: &'static str,
    /// The zone in which times are given.
    pub zone: Zone,
    /// The logs, in the order of the input.
    pub logs: Vec<LogReport>,
    /// What suggests the zone of a log; never applied.
    pub hints: Vec<Hint>,
    /// What happened, in order; what has no time comes last.
    pub rows: Vec<Row>,
    /// Rows that the limit left out.
    pub left_out: usize,
    /// What could not be read.
    pub warnings: Vec<Warning>,
}

/// A log and its clock.
#[derive(Debug, Clone, Serialize)]
pub struct LogReport {
    /// Its name in the output.
    pub part: String,
    /// Its format.
    pub format: String,
    /// Lines read.
    pub lines: u64,
    /// Lines without a time of their own.
    pub undated: u64,
    /// Its first time.
    pub first: Option<When>,
    /// Its last time.
    pub last: Option<When>,
    /// Its zone.
    pub zone: ZoneReport,
    /// The order of day and month, where it is in question.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order: Option<OrderReport>,
    /// The year, where its stamps have none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub year: Option<YearReport>,
    /// Rows whose wall clock stands in an hour that the zone has twice or leaves out.
    #[serde(skip_serializing_if = "is_zero")]
    pub doubtful: u64,
}

fn is_zero(number: &u64) -> bool {
    *number == 0
}

/// The zone of a log.
#[derive(Debug, Clone, Serialize)]
pub struct ZoneReport {
    /// The zone; `None` where it is unknown, or each stamp has its own.
    pub zone: Option<Zone>,
    /// How it was found.
    #[serde(flatten)]
    pub source: ZoneSource,
}

/// The order of day, month and year.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct OrderReport {
    /// The order taken.
    pub order: Order,
    /// The log leaves the choice.
    pub assumed: bool,
}

/// The year of stamps that have none.
#[derive(Debug, Clone, Serialize)]
pub struct YearReport {
    /// The year of the log's last lines.
    pub year: i16,
    /// From where: `line 12`, `its name`, `the mails`, `the other logs`, `today`.
    pub from: String,
    /// It was taken from what stands beside the log.
    pub assumed: bool,
}

/// One row.
#[derive(Debug, Clone, Serialize)]
pub struct Row {
    /// When; `None` where nothing tells.
    pub time: Option<When>,
    /// The time is that of the last line before that has one.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub inherited: bool,
    /// The wall clock stands in an hour that the zone has twice or leaves out.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub doubtful: bool,
    /// Where: the part.
    pub part: String,
    /// Line in the part, from 1; in a mail 0 for the subject.
    pub line: u64,
    /// What it is.
    pub kind: Kind,
    /// The signatures that fail, as `kind:value`.
    pub signatures: Vec<String>,
    /// The line without its time, or what there is to say.
    pub text: String,
    /// How often, repeats and all.
    pub count: u64,
    /// When it was last, if it was repeated; the end of a gap.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<When>,
    /// How much it matters, from 0.
    #[serde(skip)]
    pub(super) rank: u8,
}
