//! A clock that is decided: each stamp gets its place.

use jiff::{
    Timestamp, ToSpan,
    civil::{Date, DateTime},
};

use super::{Day, Order, Reading, Seen, Zone, ZoneSource};

/// The year of stamps that have none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Year {
    /// Another line of the log states it.
    Stated {
        /// The year of the log's last lines.
        year: i16,
        /// The line.
        line: u64,
    },
    /// The name of the log has a date near its end.
    Named {
        /// The year of the log's last lines.
        year: i16,
    },
    /// Taken so that the log ends at or before a day known from elsewhere.
    Assumed {
        /// The year of the log's last lines.
        year: i16,
    },
}

impl Year {
    /// The year of the log's last lines.
    pub fn of_last(self) -> i16 {
        match self {
            Year::Stated { year, .. } | Year::Named { year } | Year::Assumed { year } => year,
        }
    }
}

/// Where a stamp stands in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// The wall clock as the log has it, year and all.
    pub civil: DateTime,
    /// The instant; `None` while the zone is unknown.
    pub instant: Option<Timestamp>,
    /// The wall clock stands in an hour that the zone has twice or leaves out.
    pub doubtful: bool,
}

/// The clock of a log, decided.
#[derive(Debug, Clone)]
pub struct SettledClock(Settling);

#[derive(Debug, Clone)]
pub(super) struct Settling {
    pub(super) order: Option<(Order, bool)>,
    pub(super) year: Option<Year>,
    pub(super) turns: u32,
    pub(super) zone: Option<Zone>,
    pub(super) source: ZoneSource,
    /// The log states its offset anew, when it changes.
    pub(super) follow_local: bool,
    pub(super) boot: Option<Timestamp>,
    pub(super) first: Option<Seen>,
    pub(super) last: Option<Seen>,
}

impl SettledClock {
    pub(super) fn new(settling: Settling) -> Self {
        SettledClock(settling)
    }

    /// The zone, unless it is unknown or each stamp has its own.
    pub fn zone(&self) -> Option<&Zone> {
        self.0.zone.as_ref()
    }

    /// How the zone was found.
    pub fn source(&self) -> &ZoneSource {
        &self.0.source
    }

    /// The order of day, month and year, and whether the log's own numbers told it; `None` where it is not in question.
    pub fn order(&self) -> Option<(Order, bool)> {
        self.0.order
    }

    /// The year of stamps without one; `None` where every stamp has its year, or nothing gives one.
    pub fn year(&self) -> Option<Year> {
        self.0.year
    }

    /// The log's first and last stamp, the earlier first.
    pub fn span(&self) -> Option<(Place, Place)> {
        let first = self.place(&self.0.first?, None)?;
        let last = self.place(&self.0.last?, None)?;
        Some(if last.civil < first.civil { (last, first) } else { (first, last) })
    }

    /// Places a stamp; `None` where its day or year is not known. `after` is the instant of the line before: in the hour that a
    /// zone has twice it tells which one is meant.
    pub fn place(&self, seen: &Seen, after: Option<Timestamp>) -> Option<Place> {
        let utc = |instant| Place { civil: Zone::utc().wall_clock(instant), instant: Some(instant), doubtful: false };
        let (day, time, offset) = match seen.reading {
            Reading::Instant(instant) => return Some(utc(instant)),
            Reading::SinceBoot(elapsed) => return self.0.boot?.checked_add(elapsed).ok().map(utc),
            Reading::Civil { day, time, offset } => (day, time, offset),
        };
        let date = match day {
            Day::Numbers(numbers) => numbers.in_order(self.0.order?.0)?,
            Day::NoYear { month, day } => {
                let back = i16::try_from(self.0.turns.saturating_sub(seen.turn)).ok()?;
                Date::new(self.0.year?.of_last().checked_sub(back)?, month, day).ok()?
            }
            Day::Full(date) => date,
            Day::None => return None,
        };
        let date = date.checked_add(seen.midnights.days()).ok()?;
        let civil = date.to_datetime(time);
        let local = seen.local.filter(|_| self.0.follow_local);
        if let Some(offset) = offset.or(local) {
            return Some(Place { civil, instant: offset.to_timestamp(civil).ok(), doubtful: false });
        }
        let placed = match &self.0.zone {
            Some(zone) => Some(zone.place(civil, after)?),
            None => None,
        };
        let doubtful = placed.as_ref().is_some_and(|placed| placed.doubtful);
        Some(Place { civil, instant: placed.map(|placed| placed.instant), doubtful })
    }
}

/// The date of a day that needs no log to be known: the first order that is possible.
pub(super) fn full_date(day: Day) -> Option<Date> {
    match day {
        Day::Full(date) => Some(date),
        Day::Numbers(numbers) => Order::ALL.iter().find_map(|order| numbers.in_order(*order)),
        Day::NoYear { .. } | Day::None => None,
    }
}

/// What is known of a stamp before its log's clock is settled.
impl Seen {
    /// The wall clock where year, month and day are written in a fixed order, or universal time.
    pub fn certain(&self) -> Option<DateTime> {
        match self.reading {
            Reading::Instant(instant) => Some(Zone::utc().wall_clock(instant)),
            Reading::Civil { day: Day::Full(date), time, .. } => {
                date.checked_add(self.midnights.days()).ok().map(|date| date.to_datetime(time))
            }
            _ => None,
        }
    }

    /// Seconds on a scale of this log alone: good enough to tell how far two of its lines stand apart.
    pub fn rough_seconds(self) -> Option<i64> {
        let (day, time) = match self.reading {
            Reading::Instant(instant) => return Some(instant.as_second()),
            Reading::SinceBoot(elapsed) => return Some(elapsed.as_secs()),
            Reading::Civil { day, time, .. } => (day, time),
        };
        let date = match day {
            Day::NoYear { month, day } => {
                let year = 2000 + i16::try_from(self.turn).ok().filter(|turn| *turn < 1000)?;
                Date::new(year, month, day).or_else(|_| Date::new(year, month, 28)).ok()?
            }
            other => full_date(other)?,
        };
        let date = date.checked_add(self.midnights.days()).ok()?;
        Some(date.to_datetime(time).duration_since(DateTime::constant(1970, 1, 1, 0, 0, 0, 0)).as_secs())
    }
}
