//! The time that a report is about, and the times before it that it is compared with.
//!
//! A span is cut in the report's time zone, so that a day of 23 or 25 hours is a day. Of whole months the periods before it are
//! months; of any other span they are as long as it is.

use jiff::{
    Span as Length, Timestamp, ToSpan as _,
    civil::{Date, DateTime},
    tz::TimeZone,
};

/// Periods before the span that are told.
const EARLIER: i64 = 12;

/// Years before the span whose same time tells its season.
const YEARS: i64 = 3;

/// Why a span cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SpanError {
    /// It has no length.
    #[error("the span from {from} to {until} has no length")]
    Empty {
        /// Its first day.
        from: Date,
        /// The day behind it.
        until: Date,
    },
    /// Its last day lies before its first one.
    #[error("the span from {from} to {to} ends before it begins")]
    Backwards {
        /// Its first day.
        from: Date,
        /// Its last day, as it was given.
        to: Date,
    },
    /// It begins before the calendar does, or ends after it.
    #[error("the span leaves the calendar")]
    Calendar,
    /// It has not begun yet.
    #[error("the span begins in the future, on {0}")]
    Future(Date),
}

/// A time, half open, in seconds since 1970.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Period {
    /// `2024-09`, or its first and last day `2024-09-01..2024-09-07`.
    pub label: String,
    /// Its beginning.
    pub from: i64,
    /// The moment behind it.
    pub until: i64,
}

impl Period {
    /// Whether a moment lies in it.
    pub fn holds(&self, at: i64) -> bool {
        self.from <= at && at < self.until
    }
}

/// The time that a report is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    /// The time itself; it ends now where it is under way.
    pub period: Period,
    /// The periods before it, the latest first.
    pub earlier: Vec<Period>,
    /// The same time of earlier years, the latest first.
    pub years: Vec<Period>,
    /// Whether it is not over yet.
    pub under_way: bool,
    /// The name of the time zone.
    pub zone: String,
    /// The zone, for days in the output.
    pub time_zone: TimeZone,
    /// Now, in seconds since 1970.
    pub now: i64,
}

impl Span {
    /// The month that a day lies in.
    ///
    /// # Errors
    /// When it has not begun, or leaves the calendar.
    pub fn month(day: Date, zone: &TimeZone, now: i64) -> Result<Self, SpanError> {
        let first = day.first_of_month();
        let next = first.checked_add(1.month()).map_err(|_| SpanError::Calendar)?;
        Self::days(first, next, zone, now)
    }

    /// The last month that is over.
    ///
    /// # Errors
    /// When it leaves the calendar.
    pub fn last_month(zone: &TimeZone, now: i64) -> Result<Self, SpanError> {
        let today = local(zone, now)?.date();
        let day = today.first_of_month().checked_sub(1.day()).map_err(|_| SpanError::Calendar)?;
        Self::month(day, zone, now)
    }

    /// The days from one up to another, which is not part of it.
    ///
    /// # Errors
    /// When it has no length, has not begun, or leaves the calendar.
    pub fn days(from: Date, until: Date, zone: &TimeZone, now: i64) -> Result<Self, SpanError> {
        if from >= until {
            return Err(SpanError::Empty { from, until });
        }
        let months = if from.day() == 1 && until.day() == 1 {
            i64::from(until.year() - from.year()) * 12 + i64::from(until.month() - from.month())
        } else {
            0
        };
        let step = if months > 0 { months.months() } else { from.duration_until(until).as_hours().hours() };
        Self::new(from.at(0, 0, 0, 0), until.at(0, 0, 0, 0), step, zone, now)
    }

    /// The last `hours` hours until now.
    ///
    /// # Errors
    /// When it has no length or leaves the calendar.
    pub fn last_hours(hours: i64, zone: &TimeZone, now: i64) -> Result<Self, SpanError> {
        let until = local(zone, now)?;
        let step = Length::new().try_hours(hours).map_err(|_| SpanError::Calendar)?;
        let from = until.checked_sub(step).map_err(|_| SpanError::Calendar)?;
        if from >= until {
            return Err(SpanError::Empty { from: from.date(), until: until.date() });
        }
        Self::new(from, until, step, zone, now)
    }

    fn new(from: DateTime, until: DateTime, step: Length, zone: &TimeZone, now: i64) -> Result<Self, SpanError> {
        let cut = |from: DateTime, until: DateTime| -> Result<Period, SpanError> {
            let label = label(from, until);
            Ok(Period { label, from: moment(zone, from)?, until: moment(zone, until)? })
        };
        let mut period = cut(from, until)?;
        if period.from > now {
            return Err(SpanError::Future(from.date()));
        }
        let under_way = period.until > now;
        period.until = period.until.min(now.max(period.from + 1));
        // Each from the beginning of the span: the last of a month has no month before it on the same day.
        let back = |by: Length| from.checked_sub(by).map_err(|_| SpanError::Calendar);
        let times = |count: i64| step.checked_mul(count).map_err(|_| SpanError::Calendar);
        let mut earlier = Vec::new();
        for number in 1..=EARLIER {
            // Where the calendar begins, so do the periods.
            let Ok(begin) = times(number).and_then(back) else { break };
            let Ok(period) = times(number - 1).and_then(back).and_then(|end| cut(begin, end)) else { break };
            earlier.push(period);
        }
        let mut years = Vec::new();
        for year in 1..=YEARS {
            let by = year.years();
            let (Ok(begin), Ok(end)) = (from.checked_sub(by), until.checked_sub(by)) else { break };
            years.push(cut(begin, end)?);
        }
        let name = zone.iana_name().map_or_else(|| offset(zone, period.from), str::to_string);
        Ok(Span { period, earlier, years, under_way, zone: name, time_zone: zone.clone(), now })
    }

    /// The day of a moment in the report's zone.
    pub fn day(&self, at: i64) -> String {
        local(&self.time_zone, at).map_or_else(|_| "?".into(), |at| at.date().to_string())
    }

    /// The minute of a moment in the report's zone.
    pub fn minute(&self, at: i64) -> String {
        local(&self.time_zone, at).map_or_else(|_| "?".into(), |at| at.strftime("%Y-%m-%d %H:%M").to_string())
    }
}

fn local(zone: &TimeZone, at: i64) -> Result<DateTime, SpanError> {
    let at = Timestamp::from_second(at).map_err(|_| SpanError::Calendar)?;
    Ok(zone.to_datetime(at))
}

fn moment(zone: &TimeZone, at: DateTime) -> Result<i64, SpanError> {
    let at = zone.to_ambiguous_timestamp(at).compatible().map_err(|_| SpanError::Calendar)?;
    Ok(at.as_second())
}

fn offset(zone: &TimeZone, at: i64) -> String {
    let at = Timestamp::from_second(at).unwrap_or(Timestamp::UNIX_EPOCH);
    format!("UTC{}", zone.to_offset(at))
}

fn label(from: DateTime, until: DateTime) -> String {
    let last = until.checked_sub(1.nanosecond()).unwrap_or(until).date();
    let whole = from.date().first_of_month() == from.date() && last.last_of_month() == last;
    let midnight = from.time() == jiff::civil::Time::midnight() && until.time() == jiff::civil::Time::midnight();
    let month = |date: Date| date.strftime("%Y-%m").to_string();
    match (whole && midnight, month(from.date()) == month(last)) {
        (true, true) => month(last),
        (true, false) => format!("{}..{}", month(from.date()), month(last)),
        (false, _) if from.date() == last => last.to_string(),
        (false, _) => format!("{}..{last}", from.date()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    const NOW: i64 = 1_735_689_600; // 2025-01-01T00:00:00Z

    fn zone(name: &str) -> TimeZone {
        TimeZone::get(name).unwrap()
    }

    fn second(text: &str) -> i64 {
        text.parse::<Timestamp>().unwrap().as_second()
    }

    #[test]
    fn a_month_is_cut_in_its_zone() {
        let span = Span::month(date(2024, 9, 17), &zone("Asia/Shanghai"), NOW).unwrap();
        assert_eq!(span.period.label, "2024-09");
        assert_eq!(span.period.from, second("2024-08-31T16:00:00Z"));
        assert_eq!(span.period.until, second("2024-09-30T16:00:00Z"));
        assert!(span.period.holds(span.period.from) && !span.period.holds(span.period.until));
        assert_eq!(span.zone, "Asia/Shanghai");
        let labels: Vec<&str> = span.earlier.iter().map(|one| one.label.as_str()).collect();
        assert_eq!((labels.len(), labels[0], labels[11]), (12, "2024-08", "2023-09"));
        assert_eq!(
            span.years.iter().map(|one| one.label.as_str()).collect::<Vec<_>>(),
            ["2023-09", "2022-09", "2021-09"]
        );
    }

    #[test]
    fn periods_meet_without_gap_also_when_clocks_change() {
        let berlin = zone("Europe/Berlin");
        for span in [
            Span::month(date(2024, 3, 1), &berlin, NOW).unwrap(),
            Span::days(date(2024, 10, 21), date(2024, 10, 28), &berlin, NOW).unwrap(),
            Span::days(date(2024, 1, 1), date(2024, 4, 1), &berlin, NOW).unwrap(),
        ] {
            let mut end = span.period.from;
            for period in &span.earlier {
                assert_eq!(period.until, end, "{period:?}");
                assert!(period.from < period.until);
                end = period.from;
            }
        }
        let week = Span::days(date(2024, 10, 21), date(2024, 10, 28), &berlin, NOW).unwrap();
        assert_eq!(week.period.until - week.period.from, 7 * 86_400 + 3_600, "a day of 25 hours");
        assert_eq!(
            (week.period.label.as_str(), week.earlier[0].label.as_str()),
            ("2024-10-21..2024-10-27", "2024-10-14..2024-10-20")
        );
        let quarter = Span::days(date(2024, 1, 1), date(2024, 4, 1), &berlin, NOW).unwrap();
        assert_eq!(
            (quarter.period.label.as_str(), quarter.earlier[0].label.as_str()),
            ("2024-01..2024-03", "2023-10..2023-12")
        );
    }

    #[test]
    fn what_is_under_way_ends_now() {
        let now = second("2024-09-10T12:00:00Z");
        let span = Span::month(date(2024, 9, 1), &TimeZone::UTC, now).unwrap();
        assert!(span.under_way);
        assert_eq!((span.period.until, span.period.label.as_str()), (now, "2024-09"));
        assert_eq!(Span::last_month(&TimeZone::UTC, now).unwrap().period.label, "2024-08");
        // In Auckland September is there half a day earlier.
        let eve = second("2024-08-31T13:00:00Z");
        assert_eq!(Span::last_month(&TimeZone::UTC, eve).unwrap().period.label, "2024-07");
        assert_eq!(Span::last_month(&zone("Pacific/Auckland"), eve).unwrap().period.label, "2024-08");
        let week = Span::last_hours(168, &TimeZone::UTC, now).unwrap();
        assert_eq!((week.period.until, week.period.from, week.under_way), (now, now - 168 * 3_600, false));
    }

    #[test]
    fn what_makes_no_span() {
        let utc = TimeZone::UTC;
        assert!(matches!(Span::days(date(2024, 9, 2), date(2024, 9, 2), &utc, NOW), Err(SpanError::Empty { .. })));
        assert!(matches!(Span::month(date(2025, 2, 1), &utc, NOW), Err(SpanError::Future(_))));
        assert!(matches!(Span::last_hours(0, &utc, NOW), Err(SpanError::Empty { .. })));
        assert!(matches!(Span::last_hours(i64::MAX, &utc, NOW), Err(SpanError::Calendar)));
        assert!(matches!(Span::month(date(-9999, 1, 1), &utc, NOW), Err(SpanError::Calendar)));
        assert!(Span::month(date(-9999, 3, 1), &utc, NOW).is_ok_and(|span| span.earlier.len() < 3));
    }
}
