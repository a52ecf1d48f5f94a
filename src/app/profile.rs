//! What the scan for signatures spends its time on: each recognizer and each rule over mails and logs.

use std::{
    io::Read,
    ops::ControlFlow,
    time::{Duration, Instant},
};

use serde::Serialize;

use super::triage::Input;
use crate::{
    case::{
        Part, Sink,
        read::{Stretch, message_texts, read_log},
    },
    intake,
    mail::Message,
    parsed::Warning,
    signature::extract::{
        Context, Extractor,
        profile::{Stopwatch, Tally},
    },
};

/// Name and version of the JSON form.
pub const SCHEMA: &str = "casebook.kb-profile/1";

/// What a row of a profile tells of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Source {
    /// A recognizer that is built in.
    Recognizer,
    /// A rule of a file.
    Rule,
    /// The search for triggers, and what else belongs to no single one.
    Scan,
}

/// What one recognizer or rule took.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ProfileRow {
    /// What it is.
    pub source: Source,
    /// Its name, or the rule's id.
    pub name: String,
    /// How often it looked.
    pub looks: u64,
    /// How many signatures it proposed.
    pub hits: u64,
    /// Microseconds that it took.
    pub micros: u64,
    /// Share of the whole scan, 0 to 1.
    pub share: f64,
    /// Stretches of text in which the rule was left off because it looked at more than its share.
    pub switched_off: u64,
}

/// A profile.
#[derive(Debug, Clone, Serialize)]
pub struct ProfileReport {
    /// [`SCHEMA`].
    pub schema: &'static str,
    /// Bytes of text that were scanned.
    pub bytes: u64,
    /// Microseconds that the scan took, as it watched itself: an ordinary one takes less.
    pub micros: u64,
    /// Share of all rules together, 0 to 1.
    pub rules_share: f64,
    /// What took most first.
    pub rows: Vec<ProfileRow>,
    /// What could not be read.
    pub warnings: Vec<Warning>,
}

/// Warnings kept: a thousand broken parts are told by the first hundred.
const MOST_WARNINGS: usize = 100;

/// Scans inputs and tells what took how long; `None` where nothing could be read.
pub fn profile(inputs: &[Input], extractor: &Extractor, tap: &intake::Tap<'_>) -> Option<ProfileReport> {
    let mut watcher = Watcher {
        extractor,
        watch: Stopwatch::default(),
        bytes: 0,
        time: Duration::ZERO,
        warnings: Vec::new(),
        read: false,
    };
    extractor.rules().take_exceeded();
    inputs.iter().for_each(|input| input.read(tap, &mut watcher));
    watcher.read.then(|| watcher.report())
}

struct Watcher<'a> {
    extractor: &'a Extractor,
    watch: Stopwatch,
    bytes: u64,
    time: Duration,
    warnings: Vec<Warning>,
    read: bool,
}

impl Watcher<'_> {
    fn scan(&mut self, text: &str, context: Context) {
        let begun = Instant::now();
        self.extractor.extract_watched(text, context, &mut self.watch);
        self.time += begun.elapsed();
        self.bytes += text.len() as u64;
    }

    fn report(self) -> ProfileReport {
        let rules: Vec<_> = self.extractor.rules().rules().collect();
        let exceeded = self.extractor.rules().take_exceeded();
        let row = |source: Source, name: String, tally: Tally| ProfileRow {
            source,
            name,
            looks: tally.looks,
            hits: tally.hits,
            micros: micros(tally.time),
            share: share(tally.time, self.time),
            switched_off: 0,
        };
        let mut rows: Vec<ProfileRow> =
            self.watch.recognizers().map(|(name, tally)| row(Source::Recognizer, name, tally)).collect();
        let looked: Duration = self.watch.recognizers().map(|(_, tally)| tally.time).sum();
        let by_rules: Duration = self.watch.rules().map(|(_, tally)| tally.time).sum();
        rows.extend(self.watch.rules().filter_map(|(place, tally)| {
            let rule = rules.get(place)?;
            let off = exceeded.iter().find(|(other, _)| other.id() == rule.id()).map_or(0, |(_, count)| *count);
            Some(ProfileRow { switched_off: off, ..row(Source::Rule, rule.id().to_string(), tally) })
        }));
        let rest = self.time.saturating_sub(looked + by_rules);
        rows.push(row(Source::Scan, "search for triggers".to_string(), Tally { looks: 0, hits: 0, time: rest }));
        rows.sort_by(|a, b| (b.micros, b.looks, &a.name).cmp(&(a.micros, a.looks, &b.name)));
        ProfileReport {
            schema: SCHEMA,
            bytes: self.bytes,
            micros: micros(self.time),
            rules_share: share(by_rules, self.time),
            rows,
            warnings: self.warnings,
        }
    }
}

fn micros(time: Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX)
}

/// Four digits: a share of a ten-thousandth is none.
fn share(part: Duration, whole: Duration) -> f64 {
    if whole.is_zero() { 0.0 } else { (part.as_secs_f64() / whole.as_secs_f64() * 10_000.0).round() / 10_000.0 }
}

impl Sink for Watcher<'_> {
    fn message(&mut self, message: &Message) {
        self.read = true;
        for text in message_texts(message) {
            self.scan(text.text, Context::Prose);
        }
    }

    fn log(&mut self, part: &str, content: &mut dyn Read) {
        self.read = true;
        let read = read_log(part, content, |stretch| {
            match stretch {
                Stretch::Note(note) => self.scan(note.text, Context::Prose),
                Stretch::Log { chunk, .. } => self.scan(chunk.text, Context::Log(chunk.format)),
            }
            ControlFlow::Continue(())
        });
        read.warnings.into_iter().for_each(|warning| self.warn(warning));
    }

    fn part(&mut self, _: Part) {}

    fn warn(&mut self, warning: Warning) {
        if self.warnings.len() < MOST_WARNINGS {
            self.warnings.push(warning);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn looks_and_hits_are_counted_by_recognizer_and_rule() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("sw.log");
        let line = "2024-09-10 14:32:53 ERROR %LINK-3-UPDOWN: down, 0x80070005\n";
        std::fs::write(&path, line.repeat(50)).unwrap();
        let report = profile(&[Input::Path(path)], &Extractor::new(), &|_| ()).unwrap();
        assert_eq!(report.bytes, 50 * line.len() as u64);
        let find = |source: Source, name: &str| {
            report.rows.iter().find(|row| row.source == source && row.name == name).unwrap()
        };
        let cisco = find(Source::Rule, "cisco-syslog");
        assert_eq!((cisco.looks, cisco.hits), (50, 50));
        assert_eq!(find(Source::Recognizer, "hex").hits, 50);
        assert!(report.rows.windows(2).all(|pair| pair[0].micros >= pair[1].micros));
        let shares: f64 = report.rows.iter().map(|row| row.share).sum();
        assert!((0.5..1.1).contains(&shares), "{shares}");
    }

    #[test]
    fn nothing_read_is_no_profile() {
        assert!(profile(&[Input::Path("no/such/file".into())], &Extractor::new(), &|_| ()).is_none());
    }
}
