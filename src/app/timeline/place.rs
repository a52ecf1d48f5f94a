//! Clocks are settled, rows placed, merged, and cut to what is asked for.

use std::collections::HashSet;

use jiff::{
    SignedDuration, Timestamp,
    civil::{Date, DateTime},
};

use super::{
    Options, ReadLog, ReadMail, Report, SCHEMA,
    report::{LogReport, OrderReport, Row, When, YearReport, ZoneReport},
};
use crate::{
    logs::clock::{GivenError, Place, Seen, SettledClock, Year, Zone},
    parsed::Warning,
    timeline::{
        Entry, Gap, Kind, Notable,
        hint::{Events, Hint, same_events},
    },
};

/// A mail that took longer to its last server is told of; server clocks are a minute or two off, ordinarily.
const SLOW: SignedDuration = SignedDuration::from_mins(5);

/// A log with its clock settled.
struct Settled {
    part: crate::case::Part,
    clock: SettledClock,
    undated: u64,
    year_from: &'static str,
    entries: Vec<Entry>,
    gap: Option<Gap>,
    doubtful: u64,
}

/// A row with what it is ordered by: the instant, or the wall clock read in the zone of the output.
type Keyed = (Option<Timestamp>, Row);

/// Places what was read.
pub(super) fn place(
    logs: Vec<ReadLog>,
    mails: Vec<ReadMail>,
    mut warnings: Vec<Warning>,
    options: &Options,
    now: Timestamp,
) -> Result<Report, GivenError> {
    let mut hints = Vec::new();
    let mut settled = settle(logs, &mails, options, now, &mut hints, &mut warnings);
    let zone = shown_zone(&settled, options);
    let (from, to) = options.span(&zone)?;
    let mut rows: Vec<Keyed> = mails.iter().flat_map(|mail| mail_rows(mail, &zone)).collect();
    let mut events: Vec<Events<'_>> = Vec::new();
    for log in &mut settled {
        let first = rows.len();
        log_rows(log, &zone, &mut rows);
        log.doubtful = rows[first..].iter().filter(|(_, row)| row.doubtful).count() as u64;
    }
    for log in &settled {
        events.push(log_events(log));
    }
    hints.extend(same_events(&events));
    drop(events);
    let windowed = from.is_some() || to.is_some();
    rows.retain(|(key, row)| {
        let inside = match key {
            Some(key) => {
                from.is_none_or(|from| *key >= from || until_key(row, &zone).is_some_and(|until| until >= from))
                    && to.is_none_or(|to| *key <= to)
            }
            None => !windowed,
        };
        inside && (!options.failing || row.kind.fails() || !row.signatures.is_empty())
    });
    // What has no time comes last. Equal times keep the order of the input.
    rows.sort_by_key(|(key, _)| (key.is_none(), *key));
    let mut rows: Vec<Row> = rows.into_iter().map(|(_, row)| row).collect();
    let left_out = cut(&mut rows, options.limit);
    let logs = settled.iter().map(|log| log_report(log, &zone)).collect();
    Ok(Report { schema: SCHEMA, zone, logs, hints, rows, left_out, warnings })
}

fn settle(
    logs: Vec<ReadLog>,
    mails: &[ReadMail],
    options: &Options,
    now: Timestamp,
    hints: &mut Vec<Hint>,
    warnings: &mut Vec<Warning>,
) -> Vec<Settled> {
    let utc = Zone::utc();
    let of_mails: Option<Date> =
        mails.iter().filter_map(|mail| mail.date).max().map(|date| utc.wall_clock(date).date());
    let finished: Vec<_> = logs.into_iter().map(|log| (log.part, log.track.finish())).collect();
    let of_logs: Option<Date> = finished.iter().filter_map(|(_, (clock, ..))| clock.last_full_date()).max();
    let (anchor, year_from) = match (of_mails, of_logs) {
        (Some(date), _) => (date, "the mails"),
        (None, Some(date)) => (date, "the other logs"),
        (None, None) => (utc.wall_clock(now).date(), "today"),
    };
    let mut settled = Vec::new();
    for (part, (clock, entries, gap, dropped)) in finished {
        if dropped > 0 {
            warnings.push(Warning::new(&part.part, format!("more rows than are kept: {dropped} lines are left out")));
        }
        if let Some((zone, line)) = clock.machine_zone() {
            hints.push(Hint::Machine { part: part.part.clone(), line, zone: zone.to_string() });
        }
        let undated = clock.undated();
        let given = options.zones.iter().rev().find(|given| given.names(&part.part)).map(|given| &given.zone);
        let clock = clock.settle(given, options.default_zone(), Some(anchor));
        settled.push(Settled { part, clock, undated, year_from, entries, gap, doubtful: 0 });
    }
    for given in options.zones.iter().filter(|given| given.pattern.is_some()) {
        if !settled.iter().any(|log| given.names(&log.part.part)) {
            let pattern = given.pattern.as_deref().unwrap_or_default();
            warnings.push(Warning::new("", format!("--tz `{pattern}` names no log that was read")));
        }
    }
    // A report on the machine helps only where a zone is missing.
    if settled.iter().all(|log| log.clock.span().is_none_or(|(first, _)| first.instant.is_some())) {
        hints.clear();
    }
    settled
}

/// The zone of the output: the user's default, else that of the logs if those that are not in universal time agree.
fn shown_zone(logs: &[Settled], options: &Options) -> Zone {
    if let Some(zone) = options.default_zone() {
        return zone.clone();
    }
    let mut known = logs.iter().filter_map(|log| {
        let (_, last) = log.clock.span()?;
        if let Some(zone) = log.clock.zone() {
            return Some(zone.clone());
        }
        let ahead = last.civil.duration_since(Zone::utc().wall_clock(last.instant?)).as_secs();
        jiff::tz::Offset::from_seconds(i32::try_from(ahead).ok()?).ok().map(Zone::fixed)
    });
    let mut known = known.by_ref().filter(|zone| *zone != Zone::utc());
    match known.next() {
        Some(first) if known.all(|zone| zone == first) => first,
        _ => Zone::utc(),
    }
}

fn until_key(row: &Row, zone: &Zone) -> Option<Timestamp> {
    let until = row.until?;
    match until.offset {
        Some(offset) => offset.to_timestamp(until.civil).ok(),
        None => zone.instant_of(until.civil),
    }
}

fn mail_rows(mail: &ReadMail, zone: &Zone) -> Vec<Keyed> {
    let kind = if mail.note { Kind::Failing } else { Kind::Mail };
    let row = Row {
        time: mail.date.map(|date| When::at(date, zone)),
        inherited: false,
        doubtful: false,
        part: mail.part.clone(),
        line: mail.line,
        kind,
        signatures: mail.signatures.clone(),
        text: mail.text.clone(),
        count: 1,
        until: None,
        rank: 0,
    };
    let mut rows = Vec::with_capacity(2);
    if let (Some(sent), Some(received)) = (mail.date, mail.received) {
        let took = received.duration_since(sent);
        let text = if took > SLOW {
            Some(format!("reached its last server {} after it was sent", length(took.as_secs())))
        } else if took < -SLOW {
            let early = length(took.as_secs().abs());
            Some(format!("reached its last server {early} before it was sent: one of the clocks is wrong"))
        } else {
            None
        };
        if let Some(text) = text {
            let time = Some(When::at(received, zone));
            let row = Row { time, line: 0, kind: Kind::Received, signatures: Vec::new(), text, rank: 1, ..row.clone() };
            rows.push((Some(received), row));
        }
    }
    rows.push((mail.date, row));
    rows
}

fn log_rows(log: &Settled, zone: &Zone, rows: &mut Vec<Keyed>) {
    let mut met: HashSet<(&[String], Kind)> = HashSet::new();
    let mut after = None;
    let part = &log.part.part;
    for entry in &log.entries {
        let place = entry.seen.and_then(|seen| log.clock.place(&seen, after));
        after = place.and_then(|place| place.instant).or(after);
        let last = entry.repeat.and_then(|repeat| repeat.last).and_then(|seen| log.clock.place(&seen, after));
        // An export of the event log has the newest first: then the last repeat read is the earliest.
        let (place, last) = match (place, last) {
            (Some(first), Some(last)) if last.civil < first.civil => (Some(last), Some(first)),
            other => other,
        };
        let (key, time) = key_and_time(place, zone);
        let until = last.and_then(|last| key_and_time(Some(last), zone).1).filter(|until| Some(*until) != time);
        let new = met.insert((&entry.signatures, entry.kind));
        rows.push((
            key,
            Row {
                time,
                inherited: entry.inherited && time.is_some(),
                doubtful: place.is_some_and(|place| place.doubtful),
                part: part.clone(),
                line: entry.line,
                kind: entry.kind,
                signatures: entry.signatures.clone(),
                text: entry.text.clone(),
                count: 1 + entry.repeat.map_or(0, |repeat| repeat.count),
                until,
                rank: rank(entry.kind, new),
            },
        ));
    }
    if let Some(gap) = &log.gap {
        let ends = log.clock.place(&gap.from, None).zip(log.clock.place(&gap.to, None));
        let Some((from, to)) = ends else { return };
        let seconds = to.civil.duration_since(from.civil).as_secs();
        // The order of day and month, once known, may have closed it.
        if seconds < gap.seconds.min(900) {
            return;
        }
        let (key, time) = key_and_time(Some(from), zone);
        rows.push((
            key,
            Row {
                time,
                inherited: false,
                doubtful: from.doubtful,
                part: part.clone(),
                line: gap.line,
                kind: Kind::Gap,
                signatures: Vec::new(),
                text: format!("nothing written for {}", length(seconds)),
                count: 1,
                until: key_and_time(Some(to), zone).1,
                rank: 1,
            },
        ));
    }
}

fn key_and_time(place: Option<Place>, zone: &Zone) -> (Option<Timestamp>, Option<When>) {
    match place {
        Some(Place { instant: Some(instant), .. }) => (Some(instant), Some(When::at(instant, zone))),
        // Where the zone is unknown, the wall clock stands beside the wall clocks of the output, and is marked.
        Some(Place { civil, .. }) => (zone.instant_of(civil), Some(When { civil, offset: None })),
        None => (None, None),
    }
}

/// How much a row matters when not all are shown: what is new goes before repeats, what fails before routine.
fn rank(kind: Kind, new: bool) -> u8 {
    match kind {
        Kind::Mail => 0,
        Kind::Failing if new => 0,
        Kind::Notable(Notable::Boot | Notable::Shutdown | Notable::Crash | Notable::Rollback | Notable::Clock) => 0,
        Kind::Received | Kind::Gap | Kind::Failing | Kind::Notable(Notable::Install) => 1,
        Kind::Error => 2,
        Kind::Notable(Notable::Start | Notable::Stop) => 3,
    }
}

/// Cuts to the rows that matter most, and says how many went. Of equals the earlier stay.
fn cut(rows: &mut Vec<Row>, limit: Option<usize>) -> usize {
    let Some(limit) = limit.filter(|limit| *limit < rows.len()) else { return 0 };
    let left_out = rows.len() - limit;
    let mut order: Vec<usize> = (0..rows.len()).collect();
    order.sort_by_key(|at| (rows[*at].rank, *at));
    let kept: HashSet<usize> = order.into_iter().take(limit).collect();
    let mut at = 0;
    rows.retain(|_| {
        at += 1;
        kept.contains(&(at - 1))
    });
    left_out
}

fn log_events(log: &Settled) -> Events<'_> {
    let place = |seen: Seen| {
        let place = log.clock.place(&seen, None)?;
        Some(place.instant.map_or_else(|| seconds_of(place.civil), |instant| instant.as_second()))
    };
    let zoned = log.clock.span().is_some_and(|(first, _)| first.instant.is_some());
    let times = log.entries.iter().filter(|entry| entry.kind == Kind::Failing && !entry.inherited);
    let times = times.filter_map(|entry| Some((entry.signatures.first()?.as_str(), place(entry.seen?)?)));
    Events { part: &log.part.part, zoned, times: times.collect() }
}

fn seconds_of(civil: DateTime) -> i64 {
    civil.duration_since(DateTime::constant(1970, 1, 1, 0, 0, 0, 0)).as_secs()
}

fn log_report(log: &Settled, zone: &Zone) -> LogReport {
    let span = log.clock.span();
    let when = |place: Place| key_and_time(Some(place), zone).1;
    let year = log.clock.year().map(|year| match year {
        Year::Stated { year, line } => YearReport { year, from: format!("line {line}"), assumed: false },
        Year::Named { year } => YearReport { year, from: "its name".into(), assumed: false },
        Year::Assumed { year } => YearReport { year, from: log.year_from.into(), assumed: true },
    });
    LogReport {
        part: log.part.part.clone(),
        format: log.part.format.clone(),
        lines: log.part.lines,
        undated: log.undated,
        first: span.and_then(|(first, _)| when(first)),
        last: span.and_then(|(_, last)| when(last)),
        zone: ZoneReport { zone: log.clock.zone().cloned(), source: log.clock.source().clone() },
        order: log.clock.order().map(|(order, told)| OrderReport { order, assumed: !told }),
        year,
        doubtful: log.doubtful,
    }
}

/// `45 s`, `12 min`, `2 h 13 min`, `3 d 4 h`.
fn length(seconds: i64) -> String {
    let (minutes, hours, days) = (seconds / 60, seconds / 3600, seconds / 86_400);
    match (days, hours, minutes) {
        (0, 0, 0) => format!("{seconds} s"),
        (0, 0, _) => format!("{minutes} min"),
        (0, _, _) if minutes % 60 == 0 => format!("{hours} h"),
        (0, _, _) => format!("{hours} h {} min", minutes % 60),
        _ if hours % 24 == 0 => format!("{days} d"),
        _ => format!("{days} d {} h", hours % 24),
    }
}
