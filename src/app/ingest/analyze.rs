//! One unit of intake (a mail, a thread export, a loose log) read into messages that can be stored.
//!
//! Values in, values out: no store, no clock. The same reading as in a triage; see [`crate::case::read`].

use std::{
    cell::OnceCell,
    collections::{BTreeMap, HashMap},
    io::{self, Read},
    ops::ControlFlow,
    sync::Arc,
};

use super::{
    feed::{Unit, UnitKind},
    sources::KnownSources,
};
use crate::{
    case::{
        CaseFields, Part, PartKind, Sink,
        fields::FieldRules,
        pasted,
        read::{Stretch, pasted_in, read_log, sight_analyzed, sight_prose, texts_by},
        words::{MessageWords, answers},
    },
    facts::FactFinder,
    intake,
    logs::piece,
    mail::{BlockKind, Message, Role, Roles},
    parsed::Warning,
    signature::{
        SignatureKind,
        extract::Extractor,
        sight::{SightMemory, Sighting, sight_chunk},
    },
    store::{KnownSource, MessageHash, NewMessage, Source, Sourced, ThreadKey, packed, thread},
    text::terms::Terms,
};

/// Version of what reads messages. It rises when stored messages should be read again.
pub const PARSER: u32 = 2;

/// Different signatures kept of one source: an inventory of drivers names thousands of files.
const MOST_FOUND: usize = 2_000;

/// Bytes of a message's new text that the field rules get.
const HEAD: usize = 8 << 10;

/// What is needed to read a unit.
#[derive(Debug, Clone, Copy)]
pub struct Reading<'a> {
    /// Finds signatures.
    pub extractor: &'a Extractor,
    /// Words that mean the same.
    pub terms: &'a Terms,
    /// Reads numbers, severity and customer.
    pub rules: &'a FieldRules,
    /// Now, in seconds since 1970: when messages are taken in.
    pub now: i64,
    /// Whether the mail is old: then each was taken in when its last server took it in.
    pub history: bool,
    /// Attachments that were read before.
    pub sources: &'a KnownSources,
    /// By which domains it is told who reports and who answers.
    pub roles: &'a Roles,
}

/// A unit that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Analyzed {
    /// Its messages, in order.
    pub messages: Vec<NewMessage>,
    /// What could not be read of it.
    pub warnings: Vec<Warning>,
}

/// Reads a unit.
pub(super) fn unit(unit: &Unit, reading: Reading<'_>) -> Analyzed {
    match &unit.kind {
        UnitKind::Whole => whole(&unit.part, &unit.raw, unit.id, reading),
        UnitKind::Loose(beside) => loose(&unit.part, &unit.raw, unit.id, beside, reading),
    }
}

/// Reads a mail or a thread export.
fn whole(part: &str, raw: &[u8], id: MessageHash, reading: Reading<'_>) -> Analyzed {
    let mut parts = Parts::new(part, reading);
    intake::read_whole(part, raw, &mut parts);
    parts.finish(raw, id)
}

/// Reads a loose log or note. `beside` are the mails in its folder.
fn loose(part: &str, raw: &[u8], id: MessageHash, beside: &[MessageHash], reading: Reading<'_>) -> Analyzed {
    let mut parts = Parts::new(part, reading);
    // A message of its own, so that there is something that the log is part of.
    parts.begin(Message { part: part.into(), subject: part.into(), ..Message::default() });
    parts.log(part, &mut { raw });
    let mut analyzed = parts.finish(raw, id);
    for message in &mut analyzed.messages {
        // The same log beside another case's mails is another find.
        message.id = beside.first().map_or(message.blob, |first| message.blob.piece(&first.0));
        message.content = message.id;
        message.keys = beside.iter().map(|id| ThreadKey::Beside(*id)).collect();
        message.automatic = true;
    }
    analyzed
}

/// A message being read, with what was found in its parts.
struct Open {
    message: Message,
    words: MessageWords,
    /// The product that attachments tell which were read before.
    product: Option<String>,
    /// By the name of the part within the unit; empty for the body.
    sources: BTreeMap<String, Finding>,
    facts: FactFinder,
}

/// What was found in one part.
#[derive(Default)]
struct Finding {
    /// The hash of its bytes, where it is known; else it comes from `hasher`.
    hash: Option<MessageHash>,
    hasher: blake3::Hasher,
    bytes: u64,
    found: Vec<Sourced>,
    places: HashMap<(SignatureKind, String), usize>,
}

impl Finding {
    fn known(hash: MessageHash, bytes: u64, known: &KnownSource) -> Self {
        Finding { hash: Some(hash), bytes, found: known.found.clone(), ..Finding::default() }
    }

    fn text(&mut self, text: &str) {
        self.hasher.update(text.as_bytes()).update(b"\n");
        self.bytes += text.len() as u64;
    }

    fn seen(&mut self, sighting: &Sighting<'_>) {
        let key = (sighting.signature.kind, sighting.signature.value.to_lowercase());
        if let Some(place) = self.places.get(&key) {
            let known = &mut self.found[*place];
            known.count += 1;
            if sighting.standing < known.standing {
                known.standing = sighting.standing;
                known.line = sighting.line;
                known.text = sighting.excerpt();
            }
        } else if self.found.len() < MOST_FOUND {
            self.places.insert(key, self.found.len());
            self.found.push(Sourced {
                signature: sighting.signature.clone(),
                standing: sighting.standing,
                count: 1,
                line: sighting.line,
                text: sighting.excerpt(),
            });
        }
    }
}

/// A log up to this size is held, so that it can be told whether it was read before. Longer ones are read as they come.
const MOST_HELD: u64 = 16 << 20;

/// A text up to this size may be a note, see [`crate::case::read`].
const LONGEST_NOTE: usize = 64 << 10;

/// Takes the parts of one unit.
struct Parts<'a> {
    unit: &'a str,
    reading: Reading<'a>,
    open: Vec<Open>,
    warnings: Vec<Warning>,
    memory: SightMemory,
}

impl<'a> Parts<'a> {
    fn new(unit: &'a str, reading: Reading<'a>) -> Self {
        Parts { unit, reading, open: Vec::new(), warnings: Vec::new(), memory: SightMemory::default() }
    }

    fn begin(&mut self, message: Message) {
        self.open.push(Open {
            message,
            words: MessageWords::default(),
            product: None,
            sources: BTreeMap::new(),
            facts: FactFinder::default(),
        });
    }

    /// Name of a part within the unit: `logs.zip/CBS.log`, empty for the unit itself and for a message of an export.
    fn within(&self, part: &str) -> String {
        let rest = part.strip_prefix(self.unit).unwrap_or(part);
        rest.strip_prefix('/').unwrap_or_default().to_string()
    }

    /// Reads a text as lines; what could not be read of it. `hash` is that of all its bytes, where it is known before.
    fn read_log(&mut self, part: &str, name: &str, content: &mut dyn Read, hash: Option<MessageHash>) -> Vec<Warning> {
        let Reading { extractor, terms, .. } = self.reading;
        let Some(open) = self.open.last_mut() else { return Vec::new() };
        let finding = open.sources.entry(name.to_string()).or_default();
        let (facts, words, memory) = (&mut open.facts, &mut open.words, &mut self.memory);
        let mut hashing = Hashing { inner: content, hasher: blake3::Hasher::new(), bytes: 0, wanted: hash.is_none() };
        let read = read_log(part, &mut hashing, |stretch| {
            match stretch {
                Stretch::Note(note) => {
                    if note.kind.tells_facts() {
                        facts.log("", note.line, note.text);
                    }
                    words.push_note(note.text, terms);
                    sight_prose(extractor, terms, &note, |sighting| finding.seen(&sighting));
                }
                Stretch::Log { chunk, .. } => {
                    facts.log("", chunk.first_line, chunk.text);
                    sight_chunk(extractor, &chunk, memory, |sighting| finding.seen(&sighting));
                }
            }
            ControlFlow::Continue(())
        });
        finding.hash = hash;
        finding.hasher = hashing.hasher;
        finding.bytes = hashing.bytes;
        read.warnings
    }

    /// What was read of bytes with this hash.
    fn finish(self, raw: &[u8], blob: MessageHash) -> Analyzed {
        let packed: Arc<[u8]> = packed::pack(raw).into();
        let mut warnings = self.warnings;
        if packed.is_empty() {
            warnings.push(Warning::new(self.unit, "cannot be compressed: not stored"));
            return Analyzed { messages: Vec::new(), warnings };
        }
        let several = self.open.len() > 1;
        let build = |(number, open): (usize, Open)| {
            let piece = u32::try_from(number).unwrap_or(u32::MAX);
            let mut message = build(open, self.reading);
            message.blob = blob;
            message.id = if piece == 0 { blob } else { blob.piece(&piece.to_le_bytes()) };
            message.piece = piece;
            message.raw = Arc::clone(&packed);
            message.raw_len = raw.len() as u64;
            if several {
                // An export names no ids: that its messages stand in one file ties them.
                message.keys.push(ThreadKey::Id(format!("export:{blob}")));
            }
            message
        };
        Analyzed { messages: self.open.into_iter().enumerate().map(build).collect(), warnings }
    }
}

/// A message to be stored, but for what is known of the unit alone.
fn build(open: Open, reading: Reading<'_>) -> NewMessage {
    let Open { message, words, product, sources, facts } = open;
    let mut fields = CaseFields::default();
    if let Some(bounced) = &message.bounced {
        // What a mail system calls its report is the subject of no case.
        reading.rules.read_subject(&bounced.subject, &mut fields);
    }
    reading.rules.read_subject(&message.subject, &mut fields);
    if !message.is_echo() {
        let mut head = message.text_of(BlockKind::New);
        head.truncate(piece::end(&head, HEAD));
        reading.rules.read_body(&head, &mut fields);
    }
    if let Some(product) = facts.finish().product.map(|product| product.value).or(product) {
        fields.product = Some(product);
    }
    let (date, taken) = times(&message, reading);
    let own = message.from.as_ref().is_some_and(|from| reading.roles.of_mailbox(from) == Role::OwnTeam);
    let from = message.from.clone().unwrap_or_default();
    let address = sender(&message).unwrap_or(&from.address).to_string();
    let mut content = blake3::Hasher::new();
    content.update(from.address.as_bytes()).update(b"\n").update(message.subject.as_bytes());
    let sources: Vec<Source> = sources
        .into_iter()
        .map(|(part, finding)| {
            let hash = finding.hash.unwrap_or_else(|| MessageHash(*finding.hasher.finalize().as_bytes()));
            content.update(&hash.0);
            Source { hash, part, bytes: finding.bytes, found: finding.found }
        })
        .collect();
    NewMessage {
        id: MessageHash([0; 32]),
        blob: MessageHash([0; 32]),
        piece: 0,
        raw: Arc::new([]),
        raw_len: 0,
        keys: thread::keys(&message, &fields.numbers),
        content: MessageHash(*content.finalize().as_bytes()),
        date,
        taken,
        from: if from.name.is_empty() { from.address } else { from.name },
        address,
        reply: message.has_prefix(),
        automatic: message.automatic.is_some(),
        own,
        quiet: reading.history,
        parser: PARSER,
        message_id: message.message_id,
        subject: message.subject,
        fields,
        sources,
        words,
    }
}

/// Whose a message is: a report that mail was not delivered is that of who sent the mail, or else of who is told of it. The mail
/// server is nobody's customer.
fn sender(message: &Message) -> Option<&str> {
    if !message.is_delivery_report() {
        return None;
    }
    let enclosed = message.bounced.as_ref().and_then(|bounced| bounced.from.as_ref());
    let whose = enclosed.or_else(|| message.recipients.first())?;
    whose.address.contains('@').then_some(whose.address.as_str())
}

/// When a message was sent and taken in. Of old mail the servers on its way tell both, if any did: the clock of the machine
/// that it was written on may have been anything.
fn times(message: &Message, reading: Reading<'_>) -> (Option<i64>, i64) {
    let written = message.date.map(|date| date.as_second());
    if !reading.history {
        return (written, reading.now);
    }
    let first = message.received.first().map(|date| date.as_second());
    let last = message.received.last().map(|date| date.as_second());
    let sent = first.or(written);
    (sent, last.or(sent).unwrap_or(reading.now))
}

impl Sink for Parts<'_> {
    fn message(&mut self, message: &Message) {
        let name = self.within(&message.part);
        // A message of its own, or one enclosed in the mail, which is a part of it.
        if name.is_empty() || self.open.is_empty() {
            self.begin(Message { attachments: Vec::new(), ..message.clone() });
        }
        let Reading { extractor, terms, roles, .. } = self.reading;
        let Some(open) = self.open.last_mut() else { return };
        let answers = answers(message);
        let finding = open.sources.entry(name).or_default();
        for text in texts_by(message, roles.of_one(message), roles) {
            finding.text(text.text);
            let pasted = pasted_in(&text);
            if text.kind.tells_facts() {
                open.facts.words("", text.line, &pasted::without(text.text, &pasted));
            }
            let analyzed = OnceCell::new();
            sight_analyzed(extractor, terms, &text, &pasted, &analyzed, |sighting| finding.seen(&sighting));
            open.words.push(&text, answers, analyzed.get(), terms);
        }
    }

    fn log(&mut self, part: &str, content: &mut dyn Read) {
        let name = self.within(part);
        let mut head = Vec::new();
        let whole = content.take(MOST_HELD).read_to_end(&mut head).is_ok() && (head.len() as u64) < MOST_HELD;
        if !whole {
            let read = self.read_log(part, &name, &mut head.as_slice().chain(content), None);
            self.warnings.extend(read);
            return;
        }
        let id = MessageHash::of(&head);
        let sources = self.reading.sources;
        let Some(open) = self.open.last_mut() else { return };
        // A note gives words too: it is read again.
        if head.len() > LONGEST_NOTE
            && let Some(known) = sources.find(id)
        {
            open.product = open.product.take().or_else(|| known.product.clone());
            open.sources.insert(name, Finding::known(id, head.len() as u64, &known));
            return;
        }
        let warnings = self.read_log(part, &name, &mut head.as_slice(), Some(id));
        // What could not be read of it is told each time.
        if warnings.is_empty()
            && head.len() > LONGEST_NOTE
            && let Some(open) = self.open.last()
            && let Some(finding) = open.sources.get(&name)
        {
            let product = open.facts.product();
            sources.keep(id, Arc::new(KnownSource { found: finding.found.clone(), product }));
        }
        self.warnings.extend(warnings);
    }

    fn part(&mut self, part: Part) {
        // What cannot be read is listed among the attachments all the same.
        let name = self.within(&part.part);
        if part.kind == PartKind::Skipped
            && let Some(open) = self.open.last_mut()
        {
            let finding = open.sources.entry(name.clone()).or_default();
            finding.hasher.update(name.as_bytes()).update(&part.bytes.to_le_bytes());
            finding.bytes = part.bytes;
        }
    }

    fn warn(&mut self, warning: Warning) {
        self.warnings.push(warning);
    }
}

/// A reader that counts what it gives, and hashes it where that is wanted.
struct Hashing<'r> {
    inner: &'r mut dyn Read,
    hasher: blake3::Hasher,
    bytes: u64,
    wanted: bool,
}

impl Read for Hashing<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        if self.wanted {
            self.hasher.update(&buffer[..read]);
        }
        self.bytes += read as u64;
        Ok(read)
    }
}

#[cfg(test)]
mod tests;
