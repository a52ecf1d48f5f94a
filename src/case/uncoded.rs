//! Failing log lines in which no code stands: the rare ones among them become `template` signatures.
//!
//! What fails all day long fails on sound machines too; what failed once or a few times is worth a look.

use std::collections::HashMap;

use crate::{
    logs::{self, Level, LogFormat},
    signature::{
        Signature, SignatureKind, Standing,
        benign::BenignRules,
        sight::{Sighting, excerpt},
        standing::line_fails,
    },
    template::{MessageId, Miner, TemplateId, mask},
};

/// Sightings up to which a template is rare in any log.
const RARE: u64 = 3;

/// The same in a long log, as lines of the log per sighting: one line in two thousand.
const RARE_SHARE: u64 = 2_000;

/// Templates taken from one log, the rarest first: more than an engineer reads.
const MOST_TEMPLATES: usize = 20;

/// Lines kept of one log.
const MOST_LINES: usize = 1_000;

/// Collects the failing lines of one log in which no code was found.
#[derive(Debug, Default)]
pub(crate) struct Uncoded {
    miner: Miner,
    lines: Vec<(MessageId, u64, String)>,
}

/// A rare failing template with its lines.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct RareTemplate {
    pub id: TemplateId,
    /// The message with what varies masked.
    pub text: String,
    /// Number and text of its lines.
    pub lines: Vec<(u64, String)>,
}

impl RareTemplate {
    /// Its sightings, all failing.
    pub fn sightings(&self) -> impl Iterator<Item = Sighting<'_>> {
        self.lines.iter().map(|(line, text)| Sighting {
            signature: self.signature(),
            line: *line,
            text,
            at: 0,
            span: 0..text.len(),
            standing: Standing::Failing,
            whose: None,
            parameters: Vec::new(),
        })
    }

    /// The template as a signature.
    pub fn signature(&self) -> Signature {
        Signature::new(SignatureKind::Template, self.id.to_string())
    }
}

impl Uncoded {
    /// Takes a line that holds no code, if it says that something failed.
    ///
    /// Where the log states levels, they decide; a line without one must have a time stamp, or it is no message of its own
    /// (a stack frame, a table), and say in words that something failed.
    pub fn feed(
        &mut self,
        number: u64,
        line: &str,
        format: LogFormat,
        record: &logs::LogRecord<'_>,
        benign: &BenignRules,
    ) {
        let failing = match record.level {
            Level::Error => line_fails(line, Level::Error),
            // A word in a path or another name says nothing: `logging to C:\\Log\\ERRORLOG`.
            Level::Unknown if record.time.is_some() && line_fails(line, Level::Unknown) => {
                let mut masked = String::new();
                mask(record.message, &mut masked);
                line_fails(&masked, Level::Unknown)
            }
            Level::Unknown => false,
            Level::Warning | Level::Info | Level::Debug => false,
        };
        if failing && benign.find(line).is_none() {
            let message = self.miner.feed(number, line, format);
            if self.lines.len() < MOST_LINES {
                self.lines.push((message, number, excerpt(line, 0)));
            }
        }
    }

    /// The rare templates of a log of so many lines, the rarest first.
    pub fn finish(self, log_lines: u64) -> Vec<RareTemplate> {
        let templates = self.miner.finish();
        let most = RARE.max(log_lines / RARE_SHARE);
        // A template without words is no event: a rule, a row of numbers.
        let worded = |text: &str| text.split(' ').filter(|word| word.chars().any(char::is_alphabetic)).count() > 1;
        let mut rare: Vec<_> = templates
            .list()
            .iter()
            .filter(|template| template.count <= most && (worded(&template.text) || !template.text.is_ascii()))
            .collect();
        rare.sort_by_key(|template| (template.count, template.first_line));
        rare.truncate(MOST_TEMPLATES);
        let mut lines: HashMap<TemplateId, Vec<(u64, String)>> = HashMap::new();
        for (message, number, text) in self.lines {
            lines.entry(templates.of(message).id).or_default().push((number, text));
        }
        rare.into_iter()
            .filter_map(|template| {
                let lines = lines.remove(&template.id)?;
                Some(RareTemplate { id: template.id, text: template.text.clone(), lines })
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fed(lines: &[&str]) -> Uncoded {
        let mut uncoded = Uncoded::default();
        for (number, line) in (1..).zip(lines) {
            uncoded.feed(
                number,
                line,
                LogFormat::Plain,
                &logs::read_record(LogFormat::Plain, line),
                BenignRules::builtin(),
            );
        }
        uncoded
    }

    /// Texts of the rare failing templates of a log.
    fn rare(lines: &[&str]) -> Vec<String> {
        fed(lines).finish(lines.len() as u64).into_iter().map(|template| template.text).collect()
    }

    #[test]
    fn rare_failures_are_taken() {
        assert_eq!(rare(&["2024-01-02 10:11:12 ERROR mixer: valve 3 is stuck"]), ["valve <*> is stuck"]);
        assert_eq!(rare(&["Jan  2 10:11:12 web01 mixer[12]: cannot turn valve 3"]), ["cannot turn valve <*>"]);
    }

    #[test]
    fn sound_frequent_and_stray_lines_are_not() {
        assert_eq!(rare(&["2024-01-02 10:11:12 INFO mixer: valve 3 is open"]), [""; 0]);
        assert_eq!(rare(&["2024-01-02 10:11:12 WARN mixer: valve 3 failed, trying again"]), [""; 0]);
        assert_eq!(rare(&["\tat org.example.ErrorHandler.fail(ErrorHandler.java:12)"]), [""; 0]);
        assert_eq!(rare(&["2024-01-02 10:11:12 ERROR mixer: valve 3 is stuck"; 4]), [""; 0]);
        assert_eq!(rare(&["Jul  1 00:00:03 a kernel: ACPI BIOS Error (bug): Could not resolve symbol"]), [""; 0]);
        assert_eq!(rare(&["2024-05-06 03:19:07 Server  Logging to file 'C:\\DB\\Log\\ERRORLOG'."]), [""; 0]);
        assert_eq!(rare(&["Jul  1 00:00:03 a kernel: sda1: mounted. Opts: errors=remount-ro"]), [""; 0]);
    }

    #[test]
    fn two_machines_have_one_signature() {
        let signature = |lines: &[&str]| fed(lines).finish(100).iter().map(RareTemplate::signature).collect::<Vec<_>>();
        let first = signature(&[
            "Jan  2 10:11:12 web01 mixer[12]: cannot turn valve 3 for user ana in /var/a",
            "Jan  2 10:11:13 web01 mixer[12]: pump 1 failed",
        ]);
        let mut second = signature(&[
            "Feb  3 00:00:01 db-east mixer[7]: pump 22 failed",
            "Feb  3 00:00:02 db-east mixer[7]: lost contact, timeout after 3 s",
            "Feb  3 00:00:09 db-east mixer[7]: cannot turn valve 99 for user bo in /srv/b/c",
        ]);
        second.remove(1);
        second.reverse();
        assert_eq!(first, second);
    }
}
