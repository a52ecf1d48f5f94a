//! Where in its log a line with a signature stands: when it was written, and in which section.
//!
//! Kept for the lines of the sightings that are kept, and read from the text once, in the order of its lines: the work is linear in
//! the log, the memory bounded. What a stamp does not say (the zone, the year of syslog) is the same for two lines of one log, and only
//! lines of one log are compared.

use std::collections::HashMap;

use crate::logs::{
    LogFormat,
    clock::{self, Day, Order, Reading},
    kind::LogKind,
    reader::Chunk,
};

/// Lines of which the place is kept per case.
const MOST: usize = 100_000;
/// Lines before a line that are looked at for its stamp: the head of an entry of many lines.
const BEFORE: usize = 40;
/// Seconds of a day.
const DAY: i64 = 86_400;

/// When a line was written, as far as lines of one log can be compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// Moments of different scales are not compared: seconds since a calendar's beginning, of the day, since the start.
    scale: u8,
    /// In seconds.
    seconds: i64,
}

impl Moment {
    /// Seconds from another moment to this one; `None` where they cannot be compared.
    pub fn since(self, other: Moment) -> Option<i64> {
        (self.scale == other.scale).then(|| self.seconds - other.seconds)
    }

    fn of(reading: Reading) -> Option<Moment> {
        let (scale, seconds) = match reading {
            Reading::Instant(instant) => (0, instant.as_second()),
            Reading::SinceBoot(since) => (1, since.as_secs()),
            Reading::Civil { day, time, offset } => {
                let of_day = i64::from(time.hour()) * 3600 + i64::from(time.minute()) * 60 + i64::from(time.second());
                let (scale, days) = match day {
                    Day::Full(date) => (2, days(date)),
                    // In which order the numbers stand is the same for all lines of a log.
                    Day::Numbers(numbers) => (3, days(Order::ALL.iter().find_map(|order| numbers.in_order(*order))?)),
                    // A leap year has all days.
                    Day::NoYear { month, day } => (4, days(jiff::civil::Date::new(2024, month, day).ok()?)),
                    Day::None => (5, 0),
                };
                let offset = offset.map_or(0, |offset| i64::from(offset.seconds()));
                (scale, days * DAY + of_day - offset)
            }
        };
        Some(Moment { scale, seconds })
    }
}

/// Days since 1970.
fn days(date: jiff::civil::Date) -> i64 {
    let midnight = jiff::tz::Offset::UTC.to_timestamp(date.at(0, 0, 0, 0));
    midnight.map_or(0, |midnight| midnight.as_second().div_euclid(DAY))
}

/// The place of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Place {
    /// When it was written; `None`: neither it nor the lines right before it say.
    pub moment: Option<Moment>,
    /// The line with which its section begins; `None`: it stands in none.
    pub section: Option<u64>,
}

/// The places of the lines of a case.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Places {
    logs: HashMap<String, LogPlaces>,
    count: usize,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct LogPlaces {
    kind: LogKind,
    lines: HashMap<u64, Place>,
}

impl Places {
    /// What sort of log a part is; `None`: it is no log.
    pub fn kind(&self, part: &str) -> Option<LogKind> {
        self.logs.get(part).map(|log| log.kind)
    }

    /// Where a line of a part stands.
    pub fn place(&self, part: &str, line: u64) -> Place {
        self.logs.get(part).and_then(|log| log.lines.get(&line)).copied().unwrap_or_default()
    }

    fn keep(&mut self, part: &str, kind: LogKind, line: Option<(u64, Place)>) {
        let log = match self.logs.get_mut(part) {
            Some(log) => log,
            None => self.logs.entry(part.to_string()).or_insert_with(|| LogPlaces { kind, lines: HashMap::new() }),
        };
        if let Some((number, place)) = line.filter(|_| self.count < MOST)
            && log.lines.insert(number, place).is_none()
        {
            self.count += 1;
        }
    }
}

/// Goes through one log after the other and finds the places of lines, asked in their order.
#[derive(Debug, Default)]
pub(super) struct PlaceFinder {
    places: Places,
    log: Option<OpenLog>,
}

#[derive(Debug)]
struct OpenLog {
    kind: LogKind,
    /// Where the section begins that is open at `line`.
    section: Option<u64>,
    /// The line up to which sections were read, and where it begins in the chunk.
    line: u64,
    at: usize,
    /// The line that was looked at last for a stamp, and the last stamp before its end.
    stamped: Option<(u64, Option<Moment>)>,
}

impl PlaceFinder {
    /// A stretch of a log comes; with the first one the log begins.
    pub(super) fn chunk(&mut self, part: &str, chunk: &Chunk<'_>) {
        let first_line = chunk.first_line;
        match &mut self.log {
            Some(log) => (log.line, log.at) = (first_line, 0),
            None => {
                let kind = LogKind::of(chunk.format, chunk.text);
                self.places.keep(part, kind, None);
                self.log = Some(OpenLog { kind, section: None, line: first_line, at: 0, stamped: None });
            }
        }
    }

    /// A line of the stretch holds a sighting that is kept. `start` is where the line begins in the stretch.
    pub(super) fn line(&mut self, part: &str, chunk: &Chunk<'_>, number: u64, start: usize) {
        let Some(log) = &mut self.log else { return };
        // A line may hold thousands of sightings: one place serves all.
        if start < log.at || self.places.count >= MOST || log.stamped.is_some_and(|(last, _)| last == number) {
            return;
        }
        log.advance(chunk, number, start);
        let moment = log.moment(chunk, number, start);
        let place = Place { moment, section: log.section };
        self.places.keep(part, log.kind, Some((number, place)));
    }

    /// The rest of a stretch has no sighting: sections that begin in it go on in the next one.
    pub(super) fn end_chunk(&mut self, chunk: &Chunk<'_>) {
        if let Some(log) = self.log.as_mut().filter(|log| log.has_sections(chunk.format)) {
            let last = chunk.first_line + memchr::memchr_iter(b'\n', chunk.text.as_bytes()).count() as u64;
            log.advance(chunk, last, chunk.text.len());
        }
    }

    pub(super) fn end_log(&mut self) {
        self.log = None;
    }

    pub(super) fn finish(self) -> Places {
        self.places
    }
}

impl OpenLog {
    fn has_sections(&self, format: LogFormat) -> bool {
        format == LogFormat::SetupApi || self.kind == LogKind::EventLog
    }

    /// Reads the lines up to and with the one at `start`, to know in which section it stands.
    fn advance(&mut self, chunk: &Chunk<'_>, number: u64, start: usize) {
        if self.has_sections(chunk.format) && start >= self.at {
            let end = chunk.text[start..].find('\n').map_or(chunk.text.len(), |length| start + length);
            for (line, text) in (self.line..).zip(chunk.text[self.at..end].split('\n')) {
                match self.kind {
                    LogKind::EventLog if begins_event(text) => self.section = Some(line),
                    LogKind::EventLog => {}
                    // A section has a line for what is done, and one for when it began.
                    _ if text.starts_with(">>>  [") => self.section = Some(line),
                    _ if text.starts_with("<<<  [") => self.section = None,
                    _ => {}
                }
            }
        }
        self.line = number;
        self.at = start;
    }

    /// The stamp of a line, or of the nearest of those before it.
    fn moment(&mut self, chunk: &Chunk<'_>, number: u64, start: usize) -> Option<Moment> {
        let known = self.stamped;
        let mut found = None;
        let end = chunk.text[start..].find('\n').map_or(chunk.text.len(), |length| start + length);
        for (back, text) in chunk.text[..end].rsplit('\n').take(BEFORE).enumerate() {
            let line = number.saturating_sub(back as u64);
            if let Some((last, moment)) = known.filter(|(last, _)| line <= *last) {
                // Looked at before; further back than it was looked is too far from here.
                found = moment.filter(|_| number - last <= BEFORE as u64);
                break;
            }
            found = clock::read(text).and_then(|stamp| Moment::of(stamp.reading));
            if found.is_some() {
                break;
            }
        }
        self.stamped = Some((number, found));
        found
    }
}

/// Whether a line begins an entry of an exported event log.
fn begins_event(line: &str) -> bool {
    let line = line.trim_start();
    ["Log Name:", "Event[", "<Event ", "<Event>", "日志名称:"].iter().any(|mark| line.starts_with(mark))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The places of the lines of a log in which a word stands.
    fn places(log: &str, format: LogFormat, word: &str) -> (Places, Vec<Place>) {
        let mut finder = PlaceFinder::default();
        let chunk = Chunk { text: log, with_ahead: log, first_line: 1, format };
        finder.chunk("a.log", &chunk);
        let mut start = 0;
        let mut lines = Vec::new();
        for (number, line) in chunk.lines() {
            if line.contains(word) {
                finder.line("a.log", &chunk, number, start);
                lines.push(number);
            }
            start += line.len() + 1;
        }
        finder.end_chunk(&chunk);
        finder.end_log();
        let places = finder.finish();
        let found = lines.iter().map(|line| places.place("a.log", *line)).collect();
        (places, found)
    }

    #[test]
    fn moments_are_those_of_the_entry() {
        let log = "2024-05-06 10:00:00 ERROR x one\n  x more\nDay\n2024-05-06 10:00:30 INFO y\n2024-05-07 10:00:00 ERROR x two\n";
        let (_, found) = places(log, LogFormat::Plain, "x ");
        let moments: Vec<_> = found.iter().map(|place| place.moment.unwrap()).collect();
        assert_eq!(moments[1].since(moments[0]), Some(0));
        assert_eq!(moments[2].since(moments[0]), Some(86_400));
        let (_, none) = places("x a\nx b\n", LogFormat::Plain, "x");
        assert_eq!(none, [Place::default(); 2]);
    }

    #[test]
    fn sections_are_told_apart() {
        let log = ">>>  [Device Install - a]\n>>>  Section start 2024/05/06 10:00:00.000\n     x one\n<<<  Section end\n<<<  [Exit status: SUCCESS]\n     x out\n>>>  [Device Install - b]\n     x two\n     x three\n";
        let (places, found) = places(log, LogFormat::SetupApi, "x ");
        let sections: Vec<_> = found.iter().map(|place| place.section).collect();
        assert_eq!(sections, [Some(1), None, Some(7), Some(7)]);
        assert_eq!(places.kind("a.log"), Some(LogKind::Setupapi));
        assert_eq!(places.kind("b.log"), None);
    }
}
