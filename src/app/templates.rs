//! Templates: the lines of logs grouped by what they say.
//!
//! All inputs are grouped together, so that an event has one template wherever it was logged.

use std::{cmp::Reverse, io::Read};

use serde::Serialize;

use super::{signatures::SignaturesError, triage::Input};
use crate::{
    case::{Part, Sink},
    intake,
    logs::reader::LogReader,
    mail::Message,
    parsed::Warning,
    template::{MessageId, Miner, Template, TemplateId, Templates},
};

/// Name and version of the JSON form.
pub const SCHEMA: &str = "casebook.templates/1";

/// The order of templates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Order {
    /// Failing ones before sound ones, and the rarest first: what happened once is what changed.
    #[default]
    Rare,
    /// The most frequent first.
    Count,
    /// In the order of their first lines.
    First,
}

/// Logs, grouped.
#[derive(Debug)]
pub struct Grouped {
    templates: Templates,
    /// The logs that were read, in their order.
    pub logs: Vec<GroupedLog>,
    /// What could not be read.
    pub warnings: Vec<Warning>,
}

/// A log that was grouped with others.
#[derive(Debug)]
pub struct GroupedLog {
    /// The part as named in the output.
    pub part: String,
    /// Lines of the logs before it.
    before: u64,
    /// One entry per line, where they were asked for.
    lines: Vec<MessageId>,
}

/// A template as it stands in the output.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Row {
    /// The stable name.
    pub id: TemplateId,
    /// Lines that have it.
    pub count: u64,
    /// Whether one of them says that something failed.
    pub failing: bool,
    /// Where its first line stands: the part.
    pub part: String,
    /// Number of that line in the part, from 1.
    pub line: u64,
    /// The message with `<*>` where it varies.
    pub text: String,
}

/// Reads inputs and groups their lines; `tap` is told of the bytes read. With `keep_lines`, the template of each line
/// can be asked for afterwards, at four bytes a line.
///
/// # Errors
/// When nothing at all could be read.
pub fn templates(inputs: &[Input], keep_lines: bool, tap: &intake::Tap<'_>) -> Result<Grouped, SignaturesError> {
    let mut reader = Reader { miner: Miner::default(), keep_lines, logs: Vec::new(), warnings: Vec::new() };
    for input in inputs {
        input.read(tap, &mut reader);
    }
    if reader.logs.is_empty() {
        return Err(SignaturesError::Nothing { inputs: inputs.to_vec() });
    }
    Ok(Grouped { templates: reader.miner.finish(), logs: reader.logs, warnings: reader.warnings })
}

impl Grouped {
    /// The templates but that of empty lines, in some order.
    pub fn rows(&self, order: Order) -> Vec<Row> {
        let mut rows: Vec<&Template> =
            self.templates.list().iter().filter(|template| !template.text.is_empty()).collect();
        match order {
            Order::Rare => rows.sort_by_key(|template| (!template.failing, template.count, template.first_line)),
            Order::Count => rows.sort_by_key(|template| (Reverse(template.count), template.first_line)),
            Order::First => rows.sort_by_key(|template| template.first_line),
        }
        rows.into_iter().map(|template| self.row(template)).collect()
    }

    fn row(&self, template: &Template) -> Row {
        let after = self.logs.partition_point(|log| log.before < template.first_line);
        // There is a log before the first line of a template; an empty name would only be shown.
        let (part, before) = match after.checked_sub(1).and_then(|at| self.logs.get(at)) {
            Some(log) => (log.part.clone(), log.before),
            None => (String::new(), 0),
        };
        Row {
            id: template.id,
            count: template.count,
            failing: template.failing,
            part,
            line: template.first_line - before,
            text: template.text.clone(),
        }
    }

    /// Line number and template id of each line of a log, if lines were kept.
    pub fn lines<'g>(&'g self, log: &'g GroupedLog) -> impl Iterator<Item = (u64, TemplateId)> + 'g {
        (1..).zip(log.lines.iter().map(|message| self.templates.of(*message).id))
    }

    /// Lines in all.
    pub fn line_count(&self) -> u64 {
        self.templates.lines()
    }
}

/// Feeds what intake brings.
struct Reader {
    miner: Miner,
    keep_lines: bool,
    logs: Vec<GroupedLog>,
    warnings: Vec<Warning>,
}

impl Sink for Reader {
    /// What people write has no templates; the logs attached to it come as parts of their own.
    fn message(&mut self, _: &Message) {}

    fn log(&mut self, part: &str, content: &mut dyn Read) {
        let mut reader = LogReader::new(content);
        let before = self.miner.lines();
        let mut log = GroupedLog { part: part.into(), before, lines: Vec::new() };
        let mut last = 0;
        loop {
            match reader.next_chunk() {
                Ok(Some(chunk)) => {
                    for (number, line) in chunk.lines() {
                        // The further pieces of a line that was too long bear its number.
                        if std::mem::replace(&mut last, number) != number {
                            let message = self.miner.feed(before + number, line, chunk.format);
                            if self.keep_lines {
                                log.lines.push(message);
                            }
                        }
                    }
                }
                Ok(None) => break,
                Err(error) => {
                    let message = format!("cannot read on after line {}: {error}", reader.lines());
                    self.warnings.push(Warning::new(part, message));
                    break;
                }
            }
        }
        self.warnings.extend(reader.warnings(part));
        self.logs.push(log);
    }

    fn part(&mut self, _: Part) {}

    fn warn(&mut self, warning: Warning) {
        self.warnings.push(warning);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Logs of some contents, grouped in one folder.
    fn grouped(contents: &[&[u8]]) -> Grouped {
        let folder = tempfile::tempdir().unwrap();
        for (number, content) in contents.iter().enumerate() {
            std::fs::write(folder.path().join(format!("{number}.log")), content).unwrap();
        }
        templates(&[Input::Path(folder.path().into())], true, &|_| ()).unwrap()
    }

    /// The ids of one log's lines.
    fn ids(content: &[u8]) -> Vec<(u64, TemplateId)> {
        let grouped = grouped(&[content]);
        grouped.lines(&grouped.logs[0]).collect()
    }

    const LOG: &str = "10:11:12 INFO took 3 ms\n\n10:11:13 ERROR pool is empty\n10:11:14 INFO took 9 ms";

    #[test]
    fn every_physical_line_has_an_id() {
        let ids = ids(LOG.as_bytes());
        assert_eq!(ids.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [1, 2, 3, 4]);
        assert_eq!(ids[0].1, ids[3].1);
        assert_ne!(ids[0].1, ids[2].1);
    }

    #[test]
    fn line_ends_and_encodings_change_no_id() {
        let expected = ids(LOG.as_bytes());
        assert_eq!(ids(LOG.replace('\n', "\r\n").as_bytes()), expected);
        assert_eq!(ids(format!("{LOG}\n").as_bytes()), expected);
        let wide: Vec<u8> = "\u{feff}".encode_utf16().chain(LOG.encode_utf16()).flat_map(u16::to_le_bytes).collect();
        assert_eq!(ids(&wide), expected);
    }

    #[test]
    fn lines_that_are_cut_count_once() {
        let long = format!("10:11:12 INFO start\n{}\n10:11:13 INFO end\n", "x".repeat(3 << 20));
        assert_eq!(ids(long.as_bytes()).len(), 3);
    }

    #[test]
    fn rare_failures_come_first() {
        let rows =
            grouped(&[LOG.as_bytes(), b"10:11:15 INFO took 2 ms\n10:11:16 ERROR disk is full\n"]).rows(Order::Rare);
        let shown: Vec<_> =
            rows.iter().map(|row| (row.text.as_str(), row.count, row.part.as_str(), row.line)).collect();
        let expected = [("pool is empty", 1, "0.log", 3), ("disk is full", 1, "1.log", 2), ("took <*>", 3, "0.log", 1)];
        assert_eq!(shown, expected);
    }
}
