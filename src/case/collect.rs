//! Collects the evidence of one case from its messages and logs, as they come.
//!
//! Memory is bounded whatever comes: sightings, distinct signatures and text are all capped, and logs are read
//! in chunks. Readers are handed in; this module opens nothing.

mod tally;

use std::{
    cell::OnceCell,
    collections::{HashMap, HashSet},
    io::Read,
    ops::ControlFlow,
};

use jiff::Timestamp;
use serde::Serialize;

use super::{
    CaseEvidence, CaseFields, Part, PartKind, Sink, TextEvidence, TextKind,
    chain::ChainFinder,
    fields::FieldRules,
    over::Thread,
    pasted,
    places::PlaceFinder,
    primary::primary,
    read::{LONGEST_PROSE, MessageText, NOBODY, Stretch, pasted_in, read_log, sight_analyzed, texts_by},
    uncoded::Uncoded,
};
use crate::{
    facts::FactFinder,
    logs::{self, Level, piece, reader::Chunk},
    mail::{BlockKind, Message, Role, Roles},
    parsed::Warning,
    signature::{
        Standing,
        extract::Extractor,
        sight::{SightMemory, Sighting, excerpt, sight_chunk},
    },
    text::{phrase::AnalyzedText, terms::Terms},
};
use tally::{Counted, MOST_SIGNATURES, Tally};

/// Bytes of text kept per block of a message for the search for words.
const MOST_TEXT: usize = 64 << 10;

// What was analyzed to tell denials is handed on with a text that is kept whole: it must not end before the text does.
const _: () = assert!(MOST_TEXT <= LONGEST_PROSE);

/// Bytes of text kept per case: a case of a thousand mails is a mailbox.
const MOST_CASE_TEXT: usize = 4 << 20;

/// Messages and other parts listed per case; further ones are read and counted, not listed.
const MOST_LISTED: usize = 20_000;

/// Failing log lines kept per case for the search for words; lines that differ in digits alone count once.
const MOST_LOG_LINES: usize = 400;

/// Bytes of a log whose lines are each asked for their level, so that failing lines without any
/// signature give their words. Beyond, only lines with a signature are looked at.
const LEVELS_READ: u64 = 32 << 20;

/// The same of all logs of a case: a thousand logs of blank lines come in a mail of some kilobytes.
const CASE_LEVELS_READ: u64 = 512 << 20;

/// Warnings kept per case: a thousand broken parts are told by the first hundred.
const MOST_WARNINGS: usize = 100;

/// One message of a case, without its body.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MessageSummary {
    /// Where it was found.
    pub part: String,
    /// When it was sent, UTC.
    pub date: Option<Timestamp>,
    /// Name or address of the author.
    pub from: String,
    /// Whose it is.
    pub role: Role,
    /// The subject as sent.
    pub subject: String,
    /// Why it is taken for an automatic message.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub automatic: Option<String>,
    /// The head of what its author newly wrote, for the field rules; empty where a machine echoes what it answers.
    #[serde(skip)]
    head: String,
}

/// Notes that the field rules get: a form or a pasted mail is one file, a folder of remarks is none.
const MOST_NOTES: usize = 16;

/// Bytes of a message's new text that the field rules get.
const HEAD: usize = 8 << 10;

/// Bytes of the own team's messages that are held until it is known whether anybody else wrote.
const MOST_HELD: usize = 1 << 20;

/// Collects a case.
pub struct Collector<'a> {
    extractor: &'a Extractor,
    terms: &'a Terms,
    roles: &'a Roles,
    /// Whether somebody from outside reported: a person, an alert, a note.
    reported: bool,
    /// Messages of the own team that answer none: where nobody else reports, they write down what was told by telephone.
    held: Vec<Message>,
    held_bytes: usize,
    facts: FactFinder,
    chains: ChainFinder,
    thread: Thread,
    places: PlaceFinder,
    memory: SightMemory,
    tally: Tally,
    /// Whether it is told that signatures are left out.
    dropped: bool,
    overfull: bool,
    last_failing: u64,
    /// Bytes of logs whose lines were asked for their level.
    levels_read: u64,
    /// Failing lines without a code of the log that is read.
    uncoded: Uncoded,
    /// Texts of the templates taken from them, by id.
    templates: HashMap<String, String>,
    texts: Vec<TextEvidence>,
    text_bytes: usize,
    log_lines: HashSet<u64>,
    messages: Vec<MessageSummary>,
    /// Heads of the loose notes.
    notes: Vec<String>,
    parts: Vec<Part>,
    warnings: Vec<Warning>,
    suppressed: usize,
}

impl<'a> Collector<'a> {
    /// An empty case.
    pub fn new(extractor: &'a Extractor, terms: &'a Terms) -> Self {
        Collector {
            extractor,
            terms,
            roles: &NOBODY,
            reported: false,
            held: Vec::new(),
            held_bytes: 0,
            facts: FactFinder::default(),
            chains: ChainFinder::default(),
            thread: Thread::default(),
            places: PlaceFinder::default(),
            memory: SightMemory::default(),
            tally: Tally::default(),
            dropped: false,
            overfull: false,
            last_failing: 0,
            levels_read: 0,
            uncoded: Uncoded::default(),
            templates: HashMap::new(),
            texts: Vec::new(),
            text_bytes: 0,
            log_lines: HashSet::new(),
            messages: Vec::new(),
            notes: Vec::new(),
            parts: Vec::new(),
            warnings: Vec::new(),
            suppressed: 0,
        }
    }

    /// Tells by these domains who reports and who answers.
    #[must_use]
    pub fn with_roles(self, roles: &'a Roles) -> Self {
        Collector { roles, ..self }
    }

    /// Takes the texts of a message whose author has a role.
    fn texts_of(&mut self, message: &Message, role: Role) {
        for text in texts_by(message, role, self.roles) {
            self.prose(&message.part, &text);
        }
    }

    /// Takes text that a person wrote.
    fn prose(&mut self, part: &str, written: &MessageText<'_>) {
        let MessageText { line, kind, text } = *written;
        if text.trim().is_empty() {
            return;
        }
        let pasted = pasted_in(written);
        let told = pasted::without(text, &pasted);
        if kind.tells_facts() {
            self.facts.words(part, line, &told);
        }
        let mut seen = Vec::new();
        let analyzed = OnceCell::new();
        sight_analyzed(self.extractor, self.terms, written, &pasted, &analyzed, |sighting| seen.push(sighting));
        self.chains.prose(part, written, &seen);
        for sighting in seen {
            self.occurrence(part, sighting);
        }
        // What was blanked out of the text is in its analysis.
        let analyzed = analyzed.into_inner().filter(|_| pasted.iter().all(|one| one.told));
        self.text(part, line, kind, &told, analyzed);
        for one in pasted.into_iter().filter(|one| !one.told) {
            let line = line + text[..one.span.start].bytes().filter(|byte| *byte == b'\n').count() as u64;
            self.text(part, line, TextKind::Cited(one.whose), &text[one.span], None);
        }
    }

    /// Keeps a text for the search for words, as far as there is room.
    fn text(&mut self, part: &str, line: u64, kind: TextKind, text: &str, analyzed: Option<AnalyzedText>) {
        let room = MOST_CASE_TEXT.saturating_sub(self.text_bytes);
        let end = text.floor_char_boundary(MOST_TEXT.min(room));
        self.text_bytes += end;
        let analyzed = analyzed.filter(|_| end == text.len());
        if !text[..end].trim().is_empty() {
            self.texts.push(TextEvidence::new(part, line, kind, &text[..end]).with_analysis(analyzed));
        }
    }

    fn chunk(&mut self, part: &str, chunk: &Chunk<'_>, before: u64) {
        let Chunk { text, first_line, .. } = *chunk;
        self.facts.log(part, first_line, text);
        self.places.chunk(part, chunk);
        let mut seen = Vec::new();
        let mut coded = HashSet::new();
        sight_chunk(self.extractor, chunk, &mut self.memory, |sighting| seen.push(sighting));
        self.chains.log(part, chunk, &seen);
        for sighting in seen {
            if sighting.signature.kind.is_code() {
                coded.insert(sighting.line);
            }
            if sighting.standing == Standing::Failing {
                self.failing_line(part, sighting.line, sighting.text);
            }
            let (line, start) = (sighting.line, sighting.span.start.saturating_sub(sighting.at));
            if self.occurrence(part, sighting) {
                self.places.line(part, chunk, line, start);
            }
        }
        self.places.end_chunk(chunk);
        if before < LEVELS_READ && self.levels_read < CASE_LEVELS_READ {
            self.levels_read += chunk.text.len() as u64;
            let benign = self.extractor.benign();
            let mut uncoded = std::mem::take(&mut self.uncoded);
            uncoded.chunk(chunk, &coded, benign, |number, line, level| {
                if level == Level::Error && benign.find(line).is_none() {
                    self.failing_line(part, number, line);
                }
            });
            self.uncoded = uncoded;
        }
    }

    /// Makes signatures of the rare failing lines of a log in which no code was found.
    fn rare_templates(&mut self, part: &str) {
        for template in std::mem::take(&mut self.uncoded).finish() {
            for sighting in template.sightings() {
                self.occurrence(part, sighting);
            }
            self.tally.add_further(&template.signature(), template.count - template.lines.len() as u64);
            self.templates.insert(template.id.to_string(), template.text);
        }
    }

    /// Keeps a failing line's words, once per shape.
    fn failing_line(&mut self, part: &str, line: u64, said: &str) {
        // Many sightings of one line come in a row; lines are numbered from 1.
        if std::mem::replace(&mut self.last_failing, line) == line {
            return;
        }
        if self.log_lines.len() < MOST_LOG_LINES && self.log_lines.insert(logs::shape(said)) {
            self.texts.push(TextEvidence::new(part, line, TextKind::FailingLog, excerpt(said, 0)));
        }
    }

    /// Counts a sighting; `true` where it is kept as one of the strongest.
    fn occurrence(&mut self, part: &str, sighting: Sighting<'_>) -> bool {
        let (line, standing) = (sighting.line, sighting.standing);
        let counted = self.tally.add(part, sighting);
        match counted {
            Counted::Kept(place) | Counted::Weak(place) => self.thread.sighting(place, part, line, standing),
            Counted::LeftOut if !std::mem::replace(&mut self.dropped, true) => {
                let message = format!("more than {MOST_SIGNATURES} different signatures: further ones are left out");
                self.warn(Warning::new(part, message));
            }
            Counted::LeftOut => {}
        }
        matches!(counted, Counted::Kept(_))
    }

    /// The case as collected: fields read, signatures in the order of what they tell.
    pub fn finish(mut self, rules: &FieldRules) -> (CaseEvidence, Vec<MessageSummary>) {
        let role = if self.reported { Role::OwnTeam } else { Role::Customer };
        for message in std::mem::take(&mut self.held) {
            self.texts_of(&message, role);
        }
        if self.suppressed > 0 {
            let message = format!("{} further warnings are left out", self.suppressed);
            self.warnings.push(Warning::new("", message));
        }
        // Oldest first, the undated at the end; automatic answers last, since their subjects are echoes.
        self.messages.sort_by_key(|message| (message.date.is_none(), message.date));
        let mut fields = CaseFields::default();
        let by_people = self.messages.iter().filter(|message| message.automatic.is_none());
        let by_machines = self.messages.iter().filter(|message| message.automatic.is_some());
        for message in by_people.clone().chain(by_machines.clone()) {
            rules.read_subject(&message.subject, &mut fields);
        }
        for message in by_people.chain(by_machines) {
            rules.read_body(&message.head, &mut fields);
        }
        for note in &self.notes {
            rules.read_note(note, &mut fields);
        }
        let facts = self.facts.finish();
        if let Some(product) = &facts.product {
            fields.product = Some(product.value.clone());
        }
        let mut chains = self.chains.finish();
        let mut signatures = self.tally.finish();
        let solved = self.thread.settle(&mut signatures, &mut self.texts, &mut chains);
        tally::sort(&mut signatures);
        let primary = primary(&signatures, &chains, &self.parts);
        let case = CaseEvidence {
            chains,
            primary,
            fields,
            facts,
            signatures,
            solved,
            templates: self.templates,
            places: self.places.finish(),
            texts: self.texts,
            parts: self.parts,
            warnings: self.warnings,
        };
        (case, self.messages)
    }
}

impl Sink for Collector<'_> {
    fn warn(&mut self, warning: Warning) {
        if self.warnings.len() < MOST_WARNINGS {
            self.warnings.push(warning);
        } else {
            self.suppressed += 1;
        }
    }

    fn part(&mut self, part: Part) {
        if self.parts.len() < MOST_LISTED {
            self.parts.push(part);
        }
    }

    fn message(&mut self, message: &Message) {
        let lines = message.body.iter().map(|block| block.first_line + block.text.lines().count() as u64);
        self.part(Part {
            part: message.part.clone(),
            kind: PartKind::Message,
            format: "message/rfc822".into(),
            encoding: None,
            bytes: message.body.iter().map(|block| block.text.len() as u64).sum(),
            lines: lines.max().unwrap_or(1).saturating_sub(1),
        });
        let role = self.roles.of(message);
        self.thread.message(message, role);
        self.reported |= role == Role::Customer || role == Role::Machine && message.is_generated();
        let bytes: usize = message.body.iter().map(|block| block.text.len()).sum();
        if role == Role::OwnTeam && !message.is_answer() && self.held_bytes + bytes <= MOST_HELD {
            self.held_bytes += bytes;
            self.held.push(Message { attachments: Vec::new(), ..message.clone() });
        } else {
            self.texts_of(message, role);
        }
        let mut head = if message.is_echo() { String::new() } else { message.text_of(BlockKind::New) };
        head.truncate(piece::end(&head, HEAD));
        if self.messages.len() >= MOST_LISTED {
            if !std::mem::replace(&mut self.overfull, true) {
                self.warn(Warning::new(
                    &message.part,
                    format!("more than {MOST_LISTED} messages: only the first are listed"),
                ));
            }
            return;
        }
        self.messages.push(MessageSummary {
            part: message.part.clone(),
            date: message.date,
            from: message.from.as_ref().map_or_else(String::new, |from| {
                if from.name.is_empty() { from.address.clone() } else { from.name.clone() }
            }),
            role,
            subject: message.subject.clone(),
            automatic: message.automatic.clone(),
            head,
        });
    }

    fn log(&mut self, part: &str, content: &mut dyn Read) {
        self.last_failing = 0;
        let read = read_log(part, content, |stretch| {
            match stretch {
                Stretch::Note(note) => {
                    let reports = note.kind.reports();
                    self.reported |= reports;
                    if note.kind.tells_facts() {
                        self.facts.log(part, note.line, note.text);
                    }
                    if reports && self.notes.len() < MOST_NOTES {
                        self.notes.push(note.text[..piece::end(note.text, HEAD)].to_string());
                    }
                    self.prose(part, &note);
                }
                Stretch::Log { chunk, before } => self.chunk(part, &chunk, before),
            }
            ControlFlow::Continue(())
        });
        self.chains.end_log(part);
        self.places.end_log();
        let rules = self.extractor.rules().take_warnings(part);
        for warning in read.warnings.into_iter().chain(rules) {
            self.warn(warning);
        }
        self.rare_templates(part);
        self.part(read.value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn collected(log: &str) -> CaseEvidence {
        let extractor = Extractor::new();
        let mut collector = Collector::new(&extractor, Terms::builtin());
        collector.log("a.log", &mut log.as_bytes());
        collector.finish(&FieldRules::builtin()).0
    }

    #[test]
    fn many_names_do_not_take_the_place_of_a_code() {
        let mut log: String =
            (0..=MOST_SIGNATURES).map(|n| format!("2024-01-01 10:00:00 INFO loaded drv{n}.sys\n")).collect();
        log.push_str("2024-01-01 10:00:01 ERROR failed with 0x80070005\n");
        let case = collected(&log);
        assert_eq!(case.signatures[0].signature.to_string(), "hresult:0x80070005");
        assert_eq!(case.warnings.len(), 1, "{:?}", case.warnings);
    }
}
