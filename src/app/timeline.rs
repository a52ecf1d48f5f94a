//! The time line: inputs are read once, each log is followed, and what is kept is placed and merged at the end, when the
//! clock of every log is known.

mod place;
mod report;

use std::{io::Read, ops::ControlFlow};

use jiff::{SignedDuration, Timestamp};

pub use report::{LogReport, OrderReport, Report, Row, When, YearReport, ZoneReport};

use super::triage::Input;
use crate::{
    case::{
        Part, Sink, TextKind,
        read::{MessageText, Reader, Stretch, read_log},
    },
    intake,
    logs::clock::{Given, GivenError, Seen, Zone, parse_time},
    mail::Message,
    parsed::Warning,
    signature::Standing,
    timeline::LogTrack,
};

/// Name and version of the JSON form.
pub const SCHEMA: &str = "casebook.timeline/1";

/// Logs whose lines are kept; of further ones only their names.
const MOST_LOGS: usize = 5_000;

/// Mails and notes on one time line.
const MOST_MAILS: usize = 20_000;

/// Rows kept over all logs, so that a thousand logs stay in memory.
const MOST_ROWS: usize = 200_000;

/// A wall clock is within this of the instant, whatever its zone.
const ANY_ZONE: SignedDuration = SignedDuration::from_hours(15);

/// What the user asks for.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Zones of logs, and the default.
    pub zones: Vec<Given>,
    /// Only what is within `window` of this time.
    pub around: Option<String>,
    /// See `around`.
    pub window: SignedDuration,
    /// Only from this time on.
    pub from: Option<String>,
    /// Only up to this time.
    pub to: Option<String>,
    /// Only what fails, and mails that name it.
    pub failing: bool,
    /// Rows at most; the ones that matter least are left out. `None` is all.
    pub limit: Option<usize>,
}

impl Options {
    /// The default zone: that for times of the user, and of logs of which nothing else is known.
    fn default_zone(&self) -> Option<&Zone> {
        self.zones.iter().rev().find(|given| given.pattern.is_none()).map(|given| &given.zone)
    }

    /// The time that is asked for, with times of the user read in `zone`.
    fn span(&self, zone: &Zone) -> Result<(Option<Timestamp>, Option<Timestamp>), GivenError> {
        let time = |text: &Option<String>| text.as_deref().map(|text| parse_time(text, zone)).transpose();
        let (mut from, mut to) = (time(&self.from)?, time(&self.to)?);
        if let Some(around) = time(&self.around)? {
            let begin = around.checked_sub(self.window).unwrap_or(Timestamp::MIN);
            let end = around.checked_add(self.window).unwrap_or(Timestamp::MAX);
            from = Some(from.map_or(begin, |from| from.max(begin)));
            to = Some(to.map_or(end, |to| to.min(end)));
        }
        Ok((from, to))
    }
}

/// Why no time line could be made.
#[derive(Debug, thiserror::Error)]
pub enum TimelineError {
    /// A time or zone given by the user is not understood.
    #[error("cannot use the time asked for")]
    Given(#[from] GivenError),
    /// None of the inputs gave anything to read; the warnings said why.
    #[error("nothing to read in {}", .inputs.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "))]
    Nothing {
        /// The inputs as given.
        inputs: Vec<Input>,
    },
}

/// Reads inputs and lays what they tell on one time line. `now` is the current time: a log without any year ends before it.
/// `tap` is told of the bytes read, `warn` of what cannot be read, as it comes.
///
/// # Errors
/// When a time of the user is not understood, or nothing at all could be read.
pub fn timeline(
    inputs: &[Input],
    options: &Options,
    reader: Reader<'_>,
    now: Timestamp,
    tap: &intake::Tap<'_>,
    warn: &mut dyn FnMut(&Warning),
) -> Result<Report, TimelineError> {
    let utc = Zone::utc();
    // Wrong times are told before a gigabyte was read.
    let (from, to) = options.span(options.default_zone().unwrap_or(&utc))?;
    let wanted = move |seen: Seen| {
        let Some(civil) = seen.certain() else { return true };
        let Ok(instant) = utc_instant(civil) else { return true };
        from.is_none_or(|from| instant.duration_since(from) >= -ANY_ZONE - ANY_ZONE)
            && to.is_none_or(|to| instant.duration_since(to) <= ANY_ZONE + ANY_ZONE)
    };
    let mut watcher = Watcher {
        reader,
        wanted: &wanted,
        warn,
        logs: Vec::new(),
        mails: Vec::new(),
        warnings: Vec::new(),
        mails_left_out: 0,
        rows: 0,
        read: false,
    };
    for input in inputs {
        input.read(tap, &mut watcher);
    }
    if !watcher.read {
        return Err(TimelineError::Nothing { inputs: inputs.to_vec() });
    }
    if watcher.mails_left_out > 0 {
        let message = format!("more than {MOST_MAILS} mails and notes: {} are left out", watcher.mails_left_out);
        watcher.warn(Warning::new("", message));
    }
    let Watcher { logs, mails, warnings, .. } = watcher;
    let told = warnings.len();
    let report = place::place(logs, mails, warnings, options, now)?;
    report.warnings[told..].iter().for_each(warn);
    Ok(report)
}

fn utc_instant(civil: jiff::civil::DateTime) -> Result<Timestamp, jiff::Error> {
    jiff::tz::Offset::UTC.to_timestamp(civil)
}

/// A log that was read.
struct ReadLog {
    part: Part,
    track: LogTrack,
}

/// A mail or a note.
struct ReadMail {
    part: String,
    /// A note has none.
    date: Option<Timestamp>,
    /// When it reached its last server.
    received: Option<Timestamp>,
    note: bool,
    text: String,
    /// The first line that fails: 0 is the subject.
    line: u64,
    signatures: Vec<String>,
}

/// Signatures named in the row of a mail.
const MOST_SIGNATURES: usize = 12;

/// Follows what intake brings.
struct Watcher<'a> {
    reader: Reader<'a>,
    wanted: &'a dyn Fn(Seen) -> bool,
    warn: &'a mut dyn FnMut(&Warning),
    logs: Vec<ReadLog>,
    mails: Vec<ReadMail>,
    warnings: Vec<Warning>,
    mails_left_out: u64,
    rows: usize,
    read: bool,
}

impl Watcher<'_> {
    fn mail(&mut self, mail: ReadMail) {
        if self.mails.len() < MOST_MAILS {
            self.mails.push(mail);
        } else {
            self.mails_left_out += 1;
        }
    }

    /// The signatures that fail in a text that a person wrote, with the line of the first.
    fn failing(&self, texts: &[MessageText<'_>]) -> (u64, Vec<String>, Option<String>) {
        let (mut line, mut signatures, mut text) = (0, Vec::new(), None);
        for written in texts.iter().filter(|text| text.kind != TextKind::Quoted) {
            self.reader.sight_prose(written, |sighting| {
                let name = sighting.signature.to_string();
                if sighting.standing != Standing::Failing
                    || signatures.contains(&name)
                    || signatures.len() >= MOST_SIGNATURES
                {
                    return;
                }
                if signatures.is_empty() {
                    (line, text) = (sighting.line, Some(sighting.excerpt()));
                }
                signatures.push(name);
            });
        }
        (line, signatures, text)
    }
}

impl Sink for Watcher<'_> {
    fn message(&mut self, message: &Message) {
        self.read = true;
        let texts: Vec<MessageText<'_>> = self.reader.texts(message).collect();
        let (line, signatures, _) = self.failing(&texts);
        let from =
            message.from.as_ref().map_or("", |from| if from.name.is_empty() { &from.address } else { &from.name });
        let text = if from.is_empty() { message.subject.clone() } else { format!("{from}: {}", message.subject) };
        self.mail(ReadMail {
            part: message.part.clone(),
            date: message.date,
            received: message.received.last().copied(),
            note: false,
            text,
            line,
            signatures,
        });
    }

    fn log(&mut self, part: &str, content: &mut dyn Read) {
        self.read = true;
        let mut track = LogTrack::new(part);
        let mut note = None;
        let (extractor, wanted) = (self.reader.extractor, self.wanted);
        let room = self.logs.len() < MOST_LOGS && self.rows < MOST_ROWS;
        let read = read_log(part, content, |stretch| {
            match stretch {
                Stretch::Note(text) => note = Some(self.failing(&[text])),
                Stretch::Log { chunk, .. } if room => track.chunk(extractor, &chunk, wanted),
                Stretch::Log { .. } => return ControlFlow::Break(()),
            }
            ControlFlow::Continue(())
        });
        for warning in read.warnings {
            self.warn(warning);
        }
        if let Some((line, signatures, text)) = note {
            if let Some(text) = text {
                let part = part.to_string();
                self.mail(ReadMail { part, date: None, received: None, note: true, text, line, signatures });
            }
            return;
        }
        if room {
            self.rows += track.rows();
            self.logs.push(ReadLog { part: read.value, track });
        } else {
            self.warn(Warning::new(part, "no room is left on the time line: left out"));
        }
    }

    fn part(&mut self, _: Part) {}

    fn warn(&mut self, warning: Warning) {
        (self.warn)(&warning);
        self.warnings.push(warning);
    }
}
