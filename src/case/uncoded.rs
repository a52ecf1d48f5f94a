//! Failing log lines in which no code stands: the rare ones among them become `template` signatures.
//!
//! What fails all day long fails on sound machines too; what failed once or a few times is worth a look.

use std::collections::{HashMap, HashSet};

use crate::{
    logs::{self, Level, LogFormat, reader::Chunk},
    signature::{
        Signature, SignatureKind, Standing,
        benign::BenignRules,
        sight::{Sighting, excerpt},
        standing::line_fails,
    },
    template::{MessageId, Miner, Template, TemplateId, mask},
};

/// Sightings up to which a template is rare in any log.
const RARE: u64 = 3;

/// The same in a long log, as lines of the log per sighting: one line in two thousand.
const RARE_SHARE: u64 = 2_000;

/// Templates taken from one log, the rarest first: more than an engineer reads.
const MOST_TEMPLATES: usize = 20;

/// Lines kept of a message and of a template: a rare one has more in a log of 200,000 lines only.
const MOST_OF_ONE: usize = 100;

/// Lines kept of one log beyond the first of each message. The miner bounds the messages: some 60,000 excerpts in all, 20 MB.
const MOST_LINES: usize = 10_000;

/// Collects the failing lines of one log in which no code was found.
#[derive(Debug, Default)]
pub(crate) struct Uncoded {
    miner: Miner,
    /// Lines of the log, failing or not.
    log_lines: u64,
    /// Number and text of the first lines of each message.
    lines: HashMap<MessageId, Vec<(u64, String)>>,
    /// How many are kept beyond the first of each.
    further: usize,
}

/// A rare failing template with its lines.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct RareTemplate {
    pub id: TemplateId,
    /// The message with what varies masked.
    pub text: String,
    /// Lines that have it.
    pub count: u64,
    /// Number and text of its first lines.
    pub lines: Vec<(u64, String)>,
}

impl RareTemplate {
    /// Sightings of its first lines, all failing.
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
    /// Takes lines of the log, but for those in which a code was found (`coded`, by number), and tells `each` the number, the
    /// text and the level of every line that is not blank.
    pub fn chunk(
        &mut self,
        chunk: &Chunk<'_>,
        coded: &HashSet<u64>,
        benign: &BenignRules,
        mut each: impl FnMut(u64, &str, Level),
    ) {
        for (number, line) in chunk.lines() {
            self.log_lines += 1;
            if line.trim_ascii().is_empty() {
                continue;
            }
            let record = logs::read_record(chunk.format, line);
            if !coded.contains(&number) {
                self.feed(number, line, chunk.format, &record, benign);
            }
            each(number, line, record.level);
        }
    }

    /// Takes a line that holds no code, if it says that something failed.
    ///
    /// Where the log states levels, they decide; a line without one must have a time stamp, or it is no message of its own
    /// (a stack frame, a table), and say in words that something failed.
    fn feed(&mut self, number: u64, line: &str, format: LogFormat, record: &logs::LogRecord<'_>, benign: &BenignRules) {
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
            let lines = self.lines.entry(self.miner.feed(number, line, format)).or_default();
            // What is rare may come late: the first line of a message always finds room.
            let first = lines.is_empty();
            if first || lines.len() < MOST_OF_ONE && self.further < MOST_LINES {
                lines.push((number, excerpt(line, 0)));
                self.further += usize::from(!first);
            }
        }
    }

    /// The rare templates of the log, the rarest first.
    pub fn finish(self) -> Vec<RareTemplate> {
        let templates = self.miner.finish();
        let most = RARE.max(self.log_lines / RARE_SHARE);
        // A template without words is no event: a rule, a row of numbers.
        let worded = |text: &str| text.split(' ').filter(|word| word.chars().any(char::is_alphabetic)).count() > 1;
        let mut rare: Vec<_> = templates
            .list()
            .iter()
            .filter(|template| template.count <= most && (worded(&template.text) || !template.text.is_ascii()))
            .collect();
        rare.sort_by_key(|template| (template.count, template.first_line));
        rare.truncate(MOST_TEMPLATES);
        let mut rare: Vec<RareTemplate> = rare
            .into_iter()
            .map(|Template { id, text, count, .. }| RareTemplate {
                id: *id,
                text: text.clone(),
                count: *count,
                lines: Vec::new(),
            })
            .collect();
        let places: HashMap<TemplateId, usize> = rare.iter().enumerate().map(|(at, one)| (one.id, at)).collect();
        for (message, lines) in self.lines {
            if let Some(at) = places.get(&templates.of(message).id) {
                rare[*at].lines.extend(lines);
            }
        }
        for one in &mut rare {
            one.lines.sort_unstable_by_key(|(number, _)| *number);
            one.lines.truncate(MOST_OF_ONE);
        }
        rare
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fed(lines: &[&str]) -> Uncoded {
        let mut uncoded = Uncoded::default();
        let text = lines.join("\n");
        let chunk = Chunk { text: &text, with_ahead: &text, first_line: 1, format: LogFormat::Plain };
        uncoded.chunk(&chunk, &HashSet::new(), BenignRules::builtin(), |_, _, _| ());
        uncoded
    }

    /// Texts of the rare failing templates of a log.
    fn rare(lines: &[&str]) -> Vec<String> {
        fed(lines).finish().into_iter().map(|template| template.text).collect()
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
    fn what_fails_late_in_a_long_log_is_taken() {
        let frequent = "2024-01-02 10:11:12 ERROR mixer: valve 3 is stuck";
        let rare = "2024-01-02 10:11:13 ERROR mixer: lost contact to pump 7";
        let lines = [&[frequent; 3_000][..], &[rare; 2]].concat();
        let found = fed(&lines).finish();
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!((&found[0].text[..], found[0].count), ("lost contact to pump <*>", 2));
        assert_eq!(found[0].lines, [(3_001, rare.to_string()), (3_002, rare.to_string())]);
    }

    #[test]
    fn lines_are_bounded_and_all_are_counted() {
        let sound = "2024-01-02 10:11:12 INFO mixer: valve 3 is open";
        let rare = "2024-01-02 10:11:13 ERROR mixer: lost contact to pump 7";
        let count = MOST_OF_ONE + 10;
        let lines = [&vec![sound; count * RARE_SHARE as usize][..], &vec![rare; count]].concat();
        let found = fed(&lines).finish();
        assert_eq!((found[0].count, found[0].lines.len()), (count as u64, MOST_OF_ONE));

        // As many messages as there is room for, each with two lines.
        let word = |n: usize| (0..4).map(|at| char::from(b'g' + (n / 19_usize.pow(at) % 19) as u8)).collect::<String>();
        let lines: Vec<String> = (0..2 * MOST_LINES + 200)
            .map(|n| format!("2024-01-02 10:11:13 ERROR mixer: {} failed", word(n / 2)))
            .collect();
        let fed = fed(&lines.iter().map(String::as_str).collect::<Vec<_>>());
        assert_eq!((fed.lines.len(), fed.further), (MOST_LINES + 100, MOST_LINES));
    }

    #[test]
    fn two_machines_have_one_signature() {
        let signature = |lines: &[&str]| fed(lines).finish().iter().map(RareTemplate::signature).collect::<Vec<_>>();
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
