//! Watches the lines of one log and gathers what its stamps leave open.

use jiff::{
    Timestamp,
    civil::{Date, DateTime, Time},
    tz::Offset,
};

use super::{
    Day, Reading, Zone,
    cursor::Cursor,
    find::{Stamp, read},
    order::OrderVotes,
    settle::{SettledClock, Settling, Year},
    written,
    zone::ZoneSource,
};
use crate::logs::record::floor;

/// A clock that falls by more than this within a log has passed midnight; smaller steps back are lines out of order.
const MIDNIGHT: i64 = 6 * 3600;

/// Months by which the month must fall for the year to have turned.
const YEAR_TURN: i8 = 6;

/// Universal and local time on one line are written within this of one another, in seconds.
const BESIDE: i64 = 120;

/// A stamp with what the lines before it add.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seen {
    pub(super) reading: Reading,
    /// How often the year has turned before it.
    pub(super) turn: u32,
    /// Midnights since the day of the reading, where the line has only a time of day.
    pub(super) midnights: i32,
    /// The offset that the log last stated for its local time.
    pub(super) local: Option<Offset>,
}

/// What one log says of its own clock, line by line.
#[derive(Debug, Clone, Default)]
pub struct LogClock {
    orders: OrderVotes,
    turn: u32,
    /// Month and turn of the last stamp without a year.
    month: Option<i8>,
    /// The last stamp without a year, and whether there was a 29th of February, by turn.
    last_day: Option<(i8, i8)>,
    leap: Option<u32>,
    /// A year that a line states, with the turn that it belongs to.
    year: Option<(i16, u32, u64)>,
    /// Date in the name of the log.
    name_date: Option<Date>,
    /// Day of the last stamp with one, and the midnights since.
    day: Option<(Day, u32)>,
    midnights: i32,
    clock: Option<Time>,
    local: Option<Offset>,
    first_local: Option<Offset>,
    local_source: Option<ZoneSource>,
    utc: bool,
    /// When the machine was started: what times since then count from.
    boot: Option<Timestamp>,
    /// The zone that the machine is set to, where this is a report on the machine.
    machine: Option<(Zone, u64)>,
    zoned: u64,
    unzoned: u64,
    dated: u64,
    undated: u64,
    first: Option<Seen>,
    last: Option<Seen>,
}

impl LogClock {
    /// The clock of a log of which no line was seen. The date in its name (`messages-20240910`) is a hint for the year.
    pub fn new(name: &str) -> Self {
        LogClock { name_date: date_in_name(name), ..LogClock::default() }
    }

    /// Takes in the next line: its stamp, or `None` where it has none.
    pub fn line(&mut self, number: u64, line: &str) -> Option<Seen> {
        let stamp = read(line);
        self.hints(number, line, stamp.as_ref());
        let Some(stamp) = stamp else {
            self.undated += 1;
            return None;
        };
        let seen = self.follow(number, stamp.reading);
        match seen {
            Some(seen) => {
                self.dated += 1;
                self.first = self.first.or(Some(seen));
                self.last = Some(seen);
            }
            None => self.undated += 1,
        }
        seen
    }

    /// Lines with a stamp, so far.
    pub fn dated(&self) -> u64 {
        self.dated
    }

    /// Lines without one.
    pub fn undated(&self) -> u64 {
        self.undated
    }

    /// The zone that the machine is set to, where the text is a report on the machine (`Time Zone: (UTC+08:00) …`), and the
    /// line that says so. It holds for the machine, not for every log found beside it: whoever asks decides.
    pub fn machine_zone(&self) -> Option<(&Zone, u64)> {
        self.machine.as_ref().map(|(zone, line)| (zone, *line))
    }

    /// The stamp's day where it has year, month and day in a fixed order.
    pub fn last_full_date(&self) -> Option<Date> {
        self.year.and(self.last.as_ref()).and_then(|seen| match seen.reading {
            Reading::Civil { day: Day::Full(date), .. } => Some(date),
            Reading::Instant(instant) => Some(Zone::utc().wall_clock(instant).date()),
            _ => None,
        })
    }

    /// Decides what the log left open. `given` is the user's zone for this log, `default` that for all logs of which nothing
    /// else is known; `anchor` is a day near the log's end that is known from elsewhere, for years and the order of dates.
    pub fn settle(self, given: Option<&Zone>, default: Option<&Zone>, anchor: Option<Date>) -> SettledClock {
        let near = self.name_date.or(anchor);
        let (zone, source) = match (given, &self.local_source) {
            // An offset in the stamp is read with the stamp, whatever the zone of the log.
            (None, _) if self.unzoned == 0 && self.zoned > 0 => (None, ZoneSource::Stamps),
            (Some(zone), _) => (Some(zone.clone()), ZoneSource::Given),
            (None, Some(source)) => (self.first_local.map(Zone::fixed), source.clone()),
            (None, None) if self.utc => (Some(Zone::utc()), ZoneSource::Format),
            (None, None) => match default {
                Some(zone) => (Some(zone.clone()), ZoneSource::Default),
                None => (None, ZoneSource::Unknown),
            },
        };
        let follow_local = matches!(source, ZoneSource::Header { .. } | ZoneSource::Beside { .. });
        SettledClock::new(Settling {
            order: self.orders.decide(near),
            year: self.decide_year(near),
            turns: self.turn,
            zone,
            source,
            follow_local,
            boot: self.boot,
            first: self.first,
            last: self.last,
        })
    }

    /// The year of the stamps after the last turn.
    fn decide_year(&self, near: Option<Date>) -> Option<Year> {
        let (month, day) = self.last_day?;
        if let Some((year, turn, line)) = self.year {
            let year = year.saturating_add(i16::try_from(self.turn.saturating_sub(turn)).unwrap_or(i16::MAX));
            return Some(Year::Stated { year, line });
        }
        let near = near?;
        // The last year in which the log's end is not after the day that is known; a day more, for another zone.
        let latest = near.tomorrow().unwrap_or(near);
        let after = (month, day) > (latest.month(), latest.day());
        let mut year = latest.year() - i16::from(after);
        if let Some(turn) = self.leap {
            let back = i16::try_from(self.turn.saturating_sub(turn)).unwrap_or(0);
            while year > 1970 && Date::new(year - back, 2, 29).is_err() {
                year -= 1;
            }
        }
        Some(if self.name_date.is_some() { Year::Named { year } } else { Year::Assumed { year } })
    }

    fn follow(&mut self, number: u64, reading: Reading) -> Option<Seen> {
        let mut seen = Seen { reading, turn: self.turn, midnights: 0, local: self.local };
        match reading {
            Reading::Instant(instant) => {
                self.zoned += 1;
                self.year = Some((Zone::utc().wall_clock(instant).year(), self.turn, number));
            }
            Reading::SinceBoot(_) => {}
            Reading::Civil { day, time, offset } => {
                if offset.is_some() {
                    self.zoned += 1;
                } else {
                    self.unzoned += 1;
                }
                match day {
                    Day::Full(date) => self.year = Some((date.year(), self.turn, number)),
                    Day::Numbers(numbers) => self.orders.see(numbers),
                    Day::NoYear { month, day } => seen.turn = self.turn_of(month, day),
                    Day::None => {
                        let (day, turn) = self.day?;
                        if self.clock.is_some_and(|last| seconds(last) - seconds(time) > MIDNIGHT) {
                            self.midnights += 1;
                        }
                        self.clock = Some(time);
                        seen.reading = Reading::Civil { day, time, offset };
                        seen.turn = turn;
                        seen.midnights = self.midnights;
                        return Some(seen);
                    }
                }
                (self.day, self.midnights, self.clock) = (Some((day, seen.turn)), 0, Some(time));
            }
        }
        Some(seen)
    }

    /// The turn of the year that a stamp without a year belongs to.
    fn turn_of(&mut self, month: i8, day: i8) -> u32 {
        let fall = self.month.map_or(0, |last| last - month);
        // December again after the first lines of January: written out of order.
        if fall <= -YEAR_TURN && self.turn > 0 {
            return self.turn - 1;
        }
        if fall >= YEAR_TURN {
            self.turn += 1;
        }
        self.month = Some(month);
        self.last_day = Some((month, day));
        if (month, day) == (2, 29) {
            self.leap = Some(self.turn);
        }
        self.turn
    }

    /// What lines say of the clock beside their stamp.
    fn hints(&mut self, number: u64, line: &str, stamp: Option<&Stamp>) {
        let head = floor(line, 400);
        if let Some(local) = stated_offset(head) {
            self.state_local(local, ZoneSource::Header { line: number });
        } else if let Some(Stamp { reading: Reading::Civil { day: Day::Full(date), time, offset: None }, span }) = stamp
            && let Some(local) = beside(&head[span.end.min(head.len())..], date.to_datetime(*time))
        {
            self.state_local(local, ZoneSource::Beside { line: number });
        }
        match stamp {
            None if head.starts_with('#') => {
                // W3C extended log file format: times are UTC; a firewall log says where they are not.
                self.utc |= head.starts_with("#Software: Microsoft") || head.starts_with("#Version: 1.0");
                if head.starts_with("#Time Format: Local") {
                    self.utc = false;
                }
            }
            None if number < 400 && self.machine.is_none() => {
                self.machine = machine_zone(head).map(|zone| (zone, number));
            }
            Some(Stamp { reading: Reading::SinceBoot(elapsed), .. }) => {
                if let Some(set) = clock_set_to(head) {
                    self.boot = set.checked_sub(*elapsed).ok().or(self.boot);
                }
            }
            _ => {}
        }
    }

    fn state_local(&mut self, local: Offset, source: ZoneSource) {
        self.local = Some(local);
        self.first_local = self.first_local.or(Some(local));
        self.local_source = self.local_source.take().or(Some(source));
    }
}

fn seconds(time: Time) -> i64 {
    i64::from(time.hour()) * 3600 + i64::from(time.minute()) * 60 + i64::from(time.second())
}

/// `Logging initialized (build: 7.6.7600.320, tz: +0800)` (Windows Update), `UTC adjustment: 8:00` (SQL Server).
fn stated_offset(head: &str) -> Option<Offset> {
    let (at, signed) = match (head.find("Logging initialized ("), head.find("UTC adjustment: ")) {
        (Some(at), _) => (at + head[at..].find("tz: ")? + 4, true),
        (None, Some(at)) => (at + "UTC adjustment: ".len(), false),
        (None, None) => return None,
    };
    let mut c = Cursor::new(&head[at..]);
    let sign = c.eat_one(&['+', '-']);
    if signed && sign.is_none() {
        return None;
    }
    let minutes = written::hours_and_minutes(&mut c, true)?;
    written::of_minutes(if sign == Some('-') { -minutes } else { minutes })
}

/// `CSI    00000001@2016/9/27:20:30:31.455 WcpInitialize`: component servicing prints universal time beside the local time of
/// the line.
fn beside(rest: &str, local: DateTime) -> Option<Offset> {
    let head = floor(rest, 80);
    let at = head.find("@20")?;
    head[..at].contains("CSI").then_some(())?;
    let (Reading::Civil { day: Day::Full(date), time, offset: None }, _) = written::stamp(&head[at + 1..])? else {
        return None;
    };
    let difference = local.duration_since(date.to_datetime(time)).as_secs();
    let quarters = (difference + 450).div_euclid(900);
    let near = (difference - quarters * 900).abs() <= BESIDE && quarters.abs() <= 14 * 4;
    near.then(|| written::of_minutes(i32::try_from(quarters * 15).ok()?)).flatten()
}

/// `rtc_cmos 00:00: setting system clock to 2024-09-10T06:32:53 UTC (1725949973)`
fn clock_set_to(head: &str) -> Option<Timestamp> {
    let rest = &head[head.find("setting system clock to ")?..];
    let seconds = rest.split_once('(')?.1.split_once(')')?.0;
    Timestamp::from_second(seconds.parse().ok()?).ok()
}

/// `Time Zone:  (UTC+08:00) Beijing` (systeminfo), `Time zone: Asia/Shanghai (CST, +0800)` (timedatectl), 时区.
fn machine_zone(head: &str) -> Option<Zone> {
    let text = head.trim();
    let rest = ["Time Zone:", "Time zone:", "时区:", "時區:", "时区：", "時區："]
        .iter()
        .find_map(|key| text.strip_prefix(key))?;
    let rest = rest.trim_start();
    let word = match rest.strip_prefix("(") {
        Some(inner) => inner.split(')').next()?,
        None => rest.split([' ', '\t', '(']).next()?,
    };
    super::parse_zone(word.trim()).ok()
}

/// `messages-20240910`, `app.2024-09-10.log`: the date in the last piece of a name.
fn date_in_name(name: &str) -> Option<Date> {
    let name = name.rsplit('/').next()?;
    let starts = name
        .char_indices()
        .filter(|(at, c)| c.is_ascii_digit() && !name[..*at].ends_with(|before: char| before.is_ascii_digit()));
    for (at, _) in starts.take(8) {
        let mut c = Cursor::new(&name[at..]);
        let Some(year) = c.fixed(4) else { continue };
        let dash = c.eat_one(&['-', '_', '.']).is_some();
        let Some(month) = c.fixed(2) else { continue };
        if dash && c.eat_one(&['-', '_', '.']).is_none() {
            continue;
        }
        let Some(day) = c.fixed(2) else { continue };
        let date = i16::try_from(year)
            .ok()
            .filter(|year| written::is_year(*year))
            .and_then(|year| Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok());
        if date.is_some() {
            return date;
        }
    }
    None
}
