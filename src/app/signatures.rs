//! Signatures: every sighting in files and folders, in the order of the input, as it is read.
//!
//! What a sighting is worth is decided as in a triage; see [`crate::case::read`]. Nothing is kept, so that inputs of any
//! size stream through.

mod batches;
mod json;
mod lines;

use std::{io::Read, ops::ControlFlow};

use serde::Serialize;

use super::triage::Input;
use crate::{
    case::{
        Part, Sink,
        read::{MessageText, Reader, Stretch, read_log},
    },
    intake,
    logs::reader::Chunk,
    mail::Message,
    parsed::Warning,
    signature::{SignatureKind, Standing, Whose, sight::Sighting},
};

pub use batches::{Batch, Event, signatures, signatures_and_templates};
pub use lines::JsonLines;

/// Name and version of the JSON form.
pub const SCHEMA: &str = "casebook.signatures/1";

/// One sighting as it stands in the output.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Row {
    /// Kind of the signature.
    pub kind: SignatureKind,
    /// Its value in normal form.
    pub value: String,
    /// Where: the part.
    pub part: String,
    /// Line in the part, from 1; 0 for a subject.
    pub line: u64,
    /// What the line says of it.
    pub standing: Standing,
    /// Of a mention, whose words these are, where they are no report.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub whose: Option<Whose>,
    /// The line, shortened around the sighting when long.
    pub text: String,
    /// The parameters of a stop code.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub parameters: Vec<String>,
}

impl Row {
    /// A sighting in a part.
    pub fn new(part: &str, sighting: Sighting<'_>) -> Self {
        let text = sighting.excerpt();
        let Sighting { signature, line, standing, whose, parameters, .. } = sighting;
        Row { kind: signature.kind, value: signature.value, part: part.into(), line, standing, whose, text, parameters }
    }
}

/// Rows as they come.
impl Batch for Vec<Row> {
    fn fresh(&self) -> Self {
        Vec::new()
    }

    fn add(&mut self, part: &str, sighting: Sighting<'_>) {
        self.push(Row::new(part, sighting));
    }

    fn size(&self) -> usize {
        self.len() * 512
    }
}

/// Why no signatures could be looked for.
#[derive(Debug, thiserror::Error)]
pub enum SignaturesError {
    /// None of the inputs gave anything to read; the warnings said why.
    #[error("nothing to read in {}", .inputs.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "))]
    Nothing {
        /// The inputs as given.
        inputs: Vec<Input>,
    },
}

/// What is done with the texts of the inputs, in their order. Whoever breaks off wants no more.
trait Watch {
    /// What a person wrote.
    fn prose(&mut self, part: &str, text: &MessageText<'_>) -> ControlFlow<()>;
    /// Whole lines of a log.
    fn chunk(&mut self, part: &str, chunk: &Chunk<'_>) -> ControlFlow<()>;
    /// A log is read to its end.
    fn log_end(&mut self, _part: &str) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }
    /// What could not be read.
    fn warning(&mut self, warning: Warning) -> ControlFlow<()>;
    /// What was read so far is to be looked at now.
    fn settle(&mut self) -> ControlFlow<()>;
}

fn read_inputs(
    inputs: &[Input],
    reader: Reader<'_>,
    tap: &intake::Tap<'_>,
    watch: &mut dyn Watch,
) -> Result<(), SignaturesError> {
    let mut watcher = Watcher { watch, reader, flow: ControlFlow::Continue(()), read: false };
    for input in inputs {
        if watcher.flow.is_break() {
            return Ok(());
        }
        input.read(tap, &mut watcher);
    }
    if watcher.flow.is_continue() {
        // Broken off or not, this was the last.
        let _ = watcher.watch.settle();
    }
    if watcher.read { Ok(()) } else { Err(SignaturesError::Nothing { inputs: inputs.to_vec() }) }
}

/// Hands on what intake brings.
struct Watcher<'a> {
    reader: Reader<'a>,
    watch: &'a mut dyn Watch,
    /// Broken off: whoever listens wants no more.
    flow: ControlFlow<()>,
    /// Whether a message or a log was read.
    read: bool,
}

impl Watcher<'_> {
    /// Tells which rules took more than their share of a part.
    fn warn_of_rules(&mut self, part: &str) {
        if self.flow.is_continue() {
            self.flow = self.watch.settle();
        }
        for warning in self.reader.extractor.rules().take_warnings(part) {
            self.warn(warning);
        }
    }
}

impl Sink for Watcher<'_> {
    fn message(&mut self, message: &Message) {
        self.read = true;
        for text in self.reader.texts(message) {
            if self.flow.is_continue() {
                self.flow = self.watch.prose(&message.part, &text);
            }
        }
        self.warn_of_rules(&message.part);
    }

    fn log(&mut self, part: &str, content: &mut dyn Read) {
        self.read = true;
        if self.flow.is_break() {
            return;
        }
        let read = read_log(part, content, |stretch| {
            self.flow = match stretch {
                Stretch::Note(note) => self.watch.prose(part, &note),
                Stretch::Log { chunk, .. } => self.watch.chunk(part, &chunk),
            };
            self.flow
        });
        if self.flow.is_continue() {
            self.flow = self.watch.log_end(part);
        }
        for warning in read.warnings {
            self.warn(warning);
        }
        self.warn_of_rules(part);
    }

    fn part(&mut self, _: Part) {}

    fn warn(&mut self, warning: Warning) {
        if self.flow.is_continue() {
            self.flow = self.watch.warning(warning);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{num::NonZeroUsize, path::PathBuf, sync::LazyLock};

    use super::*;
    use crate::{mail::Roles, signature::extract::Extractor};

    static EXTRACTOR: LazyLock<Extractor> = LazyLock::new(Extractor::new);
    static ROLES: LazyLock<Roles> = LazyLock::new(|| Roles::new(&["desk.example".into()], &["vendor.example".into()]));
    static READER: LazyLock<Reader<'static>> =
        LazyLock::new(|| Reader { extractor: &EXTRACTOR, terms: None, roles: &ROLES });
    const ONE: NonZeroUsize = NonZeroUsize::MIN;

    /// A stack gets the same fingerprint wherever in a log it stands, also where the log is read in pieces.
    #[test]
    fn a_stack_at_a_seam_is_whole() {
        let stack = "2024-03-05 10:00:00 ERROR worker java.lang.IllegalStateException: no pool\n\
                     \tat com.example.Pool.take(Pool.java:10)\n\tat com.example.Job.run(Job.java:20)\n\
                     \tat java.base/java.lang.Thread.run(Thread.java:840)\n";
        let log = stack.repeat(5000);
        let (outcome, rows, _) = read(log.as_bytes());
        outcome.unwrap();
        let stacks: Vec<&str> =
            rows.iter().filter(|row| row.kind == SignatureKind::Stack).map(|row| row.value.as_str()).collect();
        assert_eq!(stacks.len(), 5000);
        assert!(stacks.iter().all(|value| *value == stacks[0]));
    }

    /// Kind, part, line and value of what is seen in logs, with their templates.
    fn with_templates(logs: &[String]) -> Vec<(SignatureKind, usize, u64, String)> {
        let folder = tempfile::tempdir().unwrap();
        let mut inputs = Vec::new();
        for (number, log) in logs.iter().enumerate() {
            let path = folder.path().join(format!("{number}.log"));
            std::fs::write(&path, log).unwrap();
            inputs.push(Input::Path(path));
        }
        let mut rows: Vec<Row> = Vec::new();
        signatures_and_templates(&inputs, *READER, Vec::new(), &|_| (), &mut |event| {
            if let Event::Batch(batch) = event {
                rows.append(batch);
            }
            ControlFlow::Continue(())
        })
        .unwrap();
        assert!(rows.iter().all(|row| row.standing == Standing::Failing), "{rows:?}");
        let log_of = |row: &Row| inputs.iter().position(|input| input.to_string().contains(&row.part)).unwrap();
        rows.iter().map(|row| (row.kind, log_of(row), row.line, row.value.clone())).collect()
    }

    fn logged(lines: &[&str]) -> String {
        let stamp = |(number, said): (usize, &&str)| {
            format!("2024-03-05 10:{:02}:{:02} {said}\n", number / 60 % 60, number % 60)
        };
        lines.iter().enumerate().map(stamp).collect()
    }

    #[test]
    fn rare_failing_lines_without_a_code_come_behind_their_log() {
        let failing = [
            "ERROR worker 7 lost its lease on queue orders",
            "ERROR upload failed: 0x80070005",
            "ERROR worker 9 lost its lease on queue orders",
        ];
        let first = logged(&[&["INFO took 3 ms"; 50][..], &failing].concat());
        // Rare in each log, though not in both.
        let second = logged(&["ERROR worker 1 lost its lease on queue orders"; 2]);
        let seen = with_templates(&[first, second]);
        let template = seen[1].3.clone();
        let row = |log, line| (SignatureKind::Template, log, line, template.clone());
        assert_eq!(seen[0], (SignatureKind::Hresult, 0, 52, "0x80070005".into()));
        // One event, whichever worker it was.
        assert_eq!(seen[1..], [row(0, 51), row(0, 53), row(1, 1), row(1, 2)]);
    }

    #[test]
    fn a_rare_failure_behind_a_thousand_of_another_is_taken() {
        let lines = [&["ERROR cannot reach the store"; 1_500][..], &["ERROR worker 7 lost its lease"]].concat();
        let seen = with_templates(&[logged(&lines)]);
        assert_eq!(
            seen.iter().map(|(kind, _, line, _)| (*kind, *line)).collect::<Vec<_>>(),
            [(SignatureKind::Template, 1_501)]
        );
    }

    /// A log is read in pieces, and what becomes of a failure may be told in the next one.
    #[test]
    fn a_success_behind_a_seam_answers_the_failure_before_it() {
        let lines = |number: u32| {
            format!(
                "2024-03-05 10:00:00 ERROR upload of report{number}.pdf failed: 0x80072EE2\n\
                 2024-03-05 10:00:01 INFO heartbeat\n\
                 2024-03-05 10:00:09 INFO upload of report{number}.pdf succeeded\n"
            )
        };
        let log: String = (0..12_000).map(lines).collect();
        for threads in [1, 3] {
            let (outcome, rows, _) = read_on(log.as_bytes(), NonZeroUsize::new(threads).unwrap());
            outcome.unwrap();
            assert_eq!(rows.len(), 12_000);
            let other: Vec<&Row> = rows.iter().filter(|row| row.standing != Standing::Recovered).collect();
            assert_eq!(other, Vec::<&Row>::new());
        }
    }

    /// A log that begins with more NULs than are looked at, and one that is torn.
    #[test]
    fn logs_that_a_power_cut_left_are_read() {
        let line = "2024-09-09 10:00:00 ERROR job 7 failed: 0x80070005\n";
        let mut gap = vec![0; 200_000];
        gap.extend_from_slice(line.as_bytes());
        let (outcome, rows, warnings) = read(&gap);
        outcome.unwrap();
        assert_eq!(rows.iter().map(|row| row.line).collect::<Vec<_>>(), [1]);
        assert_eq!(warnings.len(), 1, "{warnings:?}");
        assert_eq!(warnings[0].message, "200000 NUL characters were left out");

        let torn = [line.repeat(20).as_bytes(), &b"\x01\x02\x03\x04\x05\x06\n".repeat(20), line.as_bytes()].concat();
        let (outcome, rows, warnings) = read(&torn);
        outcome.unwrap();
        assert_eq!(rows.len(), 21);
        assert!(warnings[0].message.contains("torn"), "{warnings:?}");

        let (outcome, _, warnings) = read(&[0; 200_000]);
        outcome.unwrap_err();
        assert!(warnings[0].message.contains("not text"), "{warnings:?}");
    }

    /// Rows and warnings of one file with that content.
    fn read(content: &[u8]) -> (Result<(), SignaturesError>, Vec<Row>, Vec<Warning>) {
        read_on(content, ONE)
    }

    fn read_on(content: &[u8], threads: NonZeroUsize) -> (Result<(), SignaturesError>, Vec<Row>, Vec<Warning>) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("in");
        std::fs::write(&path, content).unwrap();
        let (mut rows, mut warnings) = (Vec::new(), Vec::new());
        let outcome = signatures(&[Input::Path(path)], *READER, Vec::new(), threads, &|_| (), &mut |event| {
            match event {
                Event::Batch(batch) => rows.append(batch),
                Event::Warning(warning) => warnings.push(warning),
            }
            ControlFlow::Continue(())
        });
        (outcome, rows, warnings)
    }

    #[track_caller]
    fn check(content: &str, expected: &[(&str, u64, Standing)]) {
        let (outcome, rows, _) = read(content.as_bytes());
        outcome.unwrap();
        let rows: Vec<_> = rows.iter().map(|row| (row.value.as_str(), row.line, row.standing)).collect();
        assert_eq!(rows, expected, "of {content}");
    }

    #[test]
    fn notes_are_read_as_what_a_person_wrote() {
        check("Setup says 0x80070005\n", &[("0x80070005", 1, Standing::Failing)]);
        check("这里没有 krnlmgr.sys。\n", &[("krnlmgr.sys", 1, Standing::Denied)]);
    }

    #[test]
    fn answers_of_machines_are_quotes() {
        let mail = "From: a@example.com\nSubject: Automatic reply: 0x80070005\nAuto-Submitted: auto-replied\n\n0x80070005 failed\n";
        check(mail, &[("0x80070005", 0, Standing::Quoted), ("0x80070005", 1, Standing::Quoted)]);
    }

    #[test]
    fn what_an_answer_names_is_a_mention() {
        let mail = |from: &str, answers: &str| {
            format!("From: {from}\nSubject: Re: update\n{answers}\nThe setup failed with 0x80070005\n")
        };
        let answers = "In-Reply-To: <1@example.com>\n";
        check(&mail("ann@example.com", answers), &[("0x80070005", 1, Standing::Failing)]);
        check(&mail("bo@desk.example", answers), &[("0x80070005", 1, Standing::Cited)]);
        check(&mail("cy@vendor.example", answers), &[("0x80070005", 1, Standing::Cited)]);
    }

    #[test]
    fn what_is_no_text_is_named_and_is_nothing_to_read() {
        let (outcome, rows, warnings) = read(b"%PDF-1.7\n\x00\x01\x02\xff\xfe\x00\x00\x00\x07\x00\x00\x10");
        assert!(matches!(outcome, Err(SignaturesError::Nothing { .. })));
        assert_eq!((rows.len(), warnings.len()), (0, 1));
        assert!(warnings[0].message.contains("not text and not a known container"), "{warnings:?}");
    }

    #[test]
    fn missing_inputs_are_an_error_after_their_warning() {
        let mut warnings = 0;
        let inputs = [Input::Path(PathBuf::from("no/such/file"))];
        let outcome = signatures(&inputs, *READER, Vec::<Row>::new(), ONE, &|_| (), &mut |event| {
            warnings += u32::from(matches!(event, Event::Warning(_)));
            ControlFlow::Continue(())
        });
        assert_eq!(outcome.unwrap_err().to_string(), "nothing to read in `no/such/file`");
        assert_eq!(warnings, 1);
    }

    /// A log of many chunks.
    fn long_log() -> String {
        let line = |number: u32| match number % 7 {
            0 => format!("2024-09-09 10:00:00 ERROR job {number} failed: 0x80070005\n"),
            _ => format!("2024-09-09 10:00:00 INFO job {number} of service loader ended after {number} ms\n"),
        };
        (0..30_000).map(line).collect()
    }

    #[test]
    fn threads_change_nothing() {
        let log = long_log();
        let (_, alone, alone_warned) = read(log.as_bytes());
        let (outcome, shared, shared_warned) = read_on(log.as_bytes(), NonZeroUsize::new(3).unwrap());
        outcome.unwrap();
        assert_eq!(alone.len(), 30_000usize.div_ceil(7));
        assert_eq!(alone[1].line, 8);
        assert_eq!(alone, shared);
        assert_eq!(alone_warned, shared_warned);
    }

    #[test]
    fn reading_ends_where_it_is_broken_off() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("in");
        std::fs::write(&path, long_log()).unwrap();
        for threads in [1, 3] {
            let (mut batches, threads) = (0, NonZeroUsize::new(threads).unwrap());
            let inputs = [Input::Path(path.clone())];
            signatures(&inputs, *READER, Vec::<Row>::new(), threads, &|_| (), &mut |_| {
                batches += 1;
                ControlFlow::Break(())
            })
            .unwrap();
            assert_eq!(batches, 1);
        }
    }
}
