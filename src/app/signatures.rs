//! Signatures: every sighting in files and folders, in the order of the input, as it is read.
//!
//! What a sighting is worth is decided as in a triage; see [`crate::case::read`]. Nothing is kept, so that inputs of any
//! size stream through.

use std::{io::Read, ops::ControlFlow};

use serde::Serialize;

use super::triage::Input;
use crate::{
    case::{
        Part, Sink,
        read::{Stretch, message_texts, read_log, sight_prose},
    },
    intake,
    mail::Message,
    parsed::Warning,
    signature::{
        SignatureKind, Standing,
        extract::{Context, Extractor},
        sight::{Sighting, sight},
    },
    text::terms::Terms,
};

/// Name and version of the JSON form.
pub const SCHEMA: &str = "casebook.signatures/1";

/// What comes while inputs are read.
#[derive(Debug)]
pub enum Event<'e> {
    /// A signature was seen in a part.
    Seen {
        /// The part as named in the output.
        part: &'e str,
        /// What was seen.
        sighting: Sighting<'e>,
    },
    /// Something could not be read.
    Warning(Warning),
}

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
    /// The line, shortened around the sighting when long.
    pub text: String,
}

impl Row {
    /// A sighting in a part.
    pub fn new(part: &str, sighting: Sighting<'_>) -> Self {
        let text = sighting.excerpt();
        let Sighting { signature, line, standing, .. } = sighting;
        Row { kind: signature.kind, value: signature.value, part: part.into(), line, standing, text }
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

/// Reads inputs and hands every sighting to `each` as it comes, until `each` breaks off; `tap` is told of the bytes read.
///
/// # Errors
/// When nothing at all could be read.
pub fn signatures(
    inputs: &[Input],
    extractor: &Extractor,
    terms: &Terms,
    tap: &intake::Tap<'_>,
    each: &mut dyn FnMut(Event<'_>) -> ControlFlow<()>,
) -> Result<(), SignaturesError> {
    let mut watcher = Watcher { extractor, terms, each, flow: ControlFlow::Continue(()), read: false };
    for input in inputs {
        if watcher.flow.is_break() {
            return Ok(());
        }
        input.read(tap, &mut watcher);
    }
    if watcher.read { Ok(()) } else { Err(SignaturesError::Nothing { inputs: inputs.to_vec() }) }
}

/// Hands on what intake brings.
struct Watcher<'a> {
    extractor: &'a Extractor,
    terms: &'a Terms,
    each: &'a mut dyn FnMut(Event<'_>) -> ControlFlow<()>,
    /// Broken off: whoever listens wants no more.
    flow: ControlFlow<()>,
    /// Whether a message or a log was read.
    read: bool,
}

impl Watcher<'_> {
    fn tell(&mut self, event: Event<'_>) {
        if self.flow.is_continue() {
            self.flow = (self.each)(event);
        }
    }

    /// Tells which rules took more than their share of a part.
    fn warn_of_rules(&mut self, part: &str) {
        for warning in self.extractor.rules().take_warnings(part) {
            self.tell(Event::Warning(warning));
        }
    }
}

impl Sink for Watcher<'_> {
    fn message(&mut self, message: &Message) {
        self.read = true;
        let part = &message.part;
        for text in message_texts(message) {
            sight_prose(self.extractor, self.terms, &text, |sighting| self.tell(Event::Seen { part, sighting }));
        }
        self.warn_of_rules(part);
    }

    fn log(&mut self, part: &str, content: &mut dyn Read) {
        self.read = true;
        if self.flow.is_break() {
            return;
        }
        let (extractor, terms) = (self.extractor, self.terms);
        let read = read_log(part, content, |stretch| {
            match stretch {
                Stretch::Note(note) => {
                    sight_prose(extractor, terms, &note, |sighting| self.tell(Event::Seen { part, sighting }));
                }
                Stretch::Log { chunk, .. } => {
                    let context = Context::Log(chunk.format);
                    sight(extractor, chunk.text, chunk.first_line, context, |sighting| {
                        self.tell(Event::Seen { part, sighting });
                    });
                }
            }
            self.flow
        });
        for warning in read.warnings {
            self.warn(warning);
        }
        self.warn_of_rules(part);
    }

    fn part(&mut self, _: Part) {}

    fn warn(&mut self, warning: Warning) {
        self.tell(Event::Warning(warning));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{path::PathBuf, sync::LazyLock};

    static EXTRACTOR: LazyLock<Extractor> = LazyLock::new(Extractor::new);

    /// Rows and warnings of one file with that content.
    fn read(content: &[u8]) -> (Result<(), SignaturesError>, Vec<Row>, Vec<Warning>) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("in");
        std::fs::write(&path, content).unwrap();
        let (mut rows, mut warnings) = (Vec::new(), Vec::new());
        let outcome = signatures(&[Input::Path(path)], &EXTRACTOR, Terms::builtin(), &|_| (), &mut |event| {
            match event {
                Event::Seen { part, sighting } => rows.push(Row::new(part, sighting)),
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
    fn what_is_no_text_is_named_and_is_nothing_to_read() {
        let (outcome, rows, warnings) = read(b"%PDF-1.7\n\x00\x01\x02\xff\xfe\x00\x00\x00\x07\x00\x00\x10");
        assert!(matches!(outcome, Err(SignaturesError::Nothing { .. })));
        assert_eq!((rows.len(), warnings.len()), (0, 1));
        assert!(warnings[0].message.contains("not text and not a known container"), "{warnings:?}");
    }

    #[test]
    fn missing_inputs_are_an_error_after_their_warning() {
        let mut warnings = 0;
        let outcome = signatures(
            &[Input::Path(PathBuf::from("no/such/file"))],
            &EXTRACTOR,
            Terms::builtin(),
            &|_| (),
            &mut |event| {
                warnings += u32::from(matches!(event, Event::Warning(_)));
                ControlFlow::Continue(())
            },
        );
        assert_eq!(outcome.unwrap_err().to_string(), "nothing to read in `no/such/file`");
        assert_eq!(warnings, 1);
    }

    #[test]
    fn reading_ends_where_it_is_broken_off() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("in");
        std::fs::write(&path, "0x80070005 failed\n".repeat(100)).unwrap();
        let mut seen = 0;
        signatures(&[Input::Path(path)], &EXTRACTOR, Terms::builtin(), &|_| (), &mut |_| {
            seen += 1;
            ControlFlow::Break(())
        })
        .unwrap();
        assert_eq!(seen, 1);
    }
}
