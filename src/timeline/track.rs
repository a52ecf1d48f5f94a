//! One log on its way to the time line: what is kept of it, repeats folded.

use std::{
    collections::HashMap,
    hash::{DefaultHasher, Hash, Hasher},
};

use super::{Gap, Kind, notable, silence::Silence};
use crate::{
    logs::{
        self, Level, LogFormat,
        clock::{LogClock, Seen},
        reader::Chunk,
    },
    signature::{
        Signature, Standing,
        extract::Extractor,
        sight::{SightMemory, excerpt, sight_chunk},
    },
};

/// Rows kept of one log: more than anyone reads, few enough for a bundle of a thousand logs.
const MOST_ENTRIES: usize = 20_000;

/// A repeat within this many seconds of the last is folded into its row: one trouble, seen again and again.
const FOLD: i64 = 600;

/// Rows of equal content kept of one log; further repeats are folded into the last, however late they come.
const MOST_EQUAL: u32 = 20;

/// Signatures named in one row.
const MOST_SIGNATURES: usize = 12;

/// A row of a log, its time not yet placed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// What the line is.
    pub kind: Kind,
    /// Its number.
    pub line: u64,
    /// Its stamp, or that of the last line before it that has one.
    pub seen: Option<Seen>,
    /// The stamp is that of a line before.
    pub inherited: bool,
    /// The signatures that fail on it, as `kind:value`.
    pub signatures: Vec<String>,
    /// The line, shortened when long.
    pub text: String,
    /// Further lines like it.
    pub repeat: Option<Repeat>,
}

/// Lines like one that was kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Repeat {
    /// How many.
    pub count: u64,
    /// Number of the last.
    pub last_line: u64,
    /// Its stamp.
    pub last: Option<Seen>,
}

/// What a line is told by.
#[derive(Debug)]
struct Told {
    line: u64,
    kind: Kind,
    signatures: Vec<String>,
    at: usize,
}

/// A row whose record may go on: the lines of a stack trace have no time of their own.
#[derive(Debug)]
struct Pending {
    told: Told,
    line: String,
    seen: Option<Seen>,
}

impl Pending {
    /// Takes in a further line of the record.
    fn go_on(&mut self, told: Told) {
        if self.told.kind == Kind::Error {
            self.told.kind = told.kind;
        }
        for name in told.signatures {
            if self.told.signatures.len() < MOST_SIGNATURES && !self.told.signatures.contains(&name) {
                self.told.signatures.push(name);
            }
        }
    }
}

/// Watches a log go by.
#[derive(Debug)]
pub struct LogTrack {
    clock: LogClock,
    entries: Vec<Entry>,
    /// The last row of each content, and how many there are.
    known: HashMap<u64, (usize, u32)>,
    dropped: u64,
    last: Option<Seen>,
    silence: Silence,
    /// A row whose record may go on in further lines.
    pending: Option<Pending>,
    memory: SightMemory,
}

impl LogTrack {
    /// A log of which no line was seen.
    pub fn new(name: &str) -> Self {
        LogTrack {
            clock: LogClock::new(name),
            entries: Vec::new(),
            known: HashMap::new(),
            dropped: 0,
            last: None,
            silence: Silence::default(),
            pending: None,
            memory: SightMemory::default(),
        }
    }

    /// Takes in lines, in order. `wanted` is asked of each line's stamp that needs no more to be known: what is certainly not
    /// wanted is not kept.
    pub fn chunk(&mut self, extractor: &Extractor, chunk: &Chunk<'_>, wanted: &dyn Fn(Seen) -> bool) {
        let mut told = tell(extractor, chunk, &mut self.memory).into_iter().peekable();
        for (number, line) in chunk.lines() {
            let stamp = self.clock.line(number, line);
            if let Some(seen) = stamp {
                self.silence.line(number, seen);
                self.last = Some(seen);
                self.settle();
            }
            while let Some(told) = told.next_if(|told| told.line <= number) {
                let seen = stamp.or(self.last);
                if seen.is_some_and(|seen| !wanted(seen)) {
                    continue;
                }
                if stamp.is_none()
                    && chunk.format != LogFormat::SetupApi
                    && let Some(pending) = &mut self.pending
                {
                    pending.go_on(told);
                    continue;
                }
                let pending = Pending { told, line: line.to_owned(), seen };
                if stamp.is_some() {
                    self.settle();
                    self.pending = Some(pending);
                } else {
                    self.keep(pending, true);
                }
            }
        }
    }

    /// Rows kept so far.
    pub fn rows(&self) -> usize {
        self.entries.len()
    }

    /// The clock, the rows, the gap that stands out, and how many lines found no room.
    pub fn finish(mut self) -> (LogClock, Vec<Entry>, Option<Gap>, u64) {
        self.settle();
        (self.clock, self.entries, self.silence.gap(), self.dropped)
    }

    /// The record has ended.
    fn settle(&mut self) {
        if let Some(pending) = self.pending.take() {
            self.keep(pending, false);
        }
    }

    fn keep(&mut self, pending: Pending, inherited: bool) {
        let Pending { told: Told { line: number, kind, mut signatures, at }, line, seen } = pending;
        // Codes say more than names.
        signatures.sort_by_key(|signature| !signature.parse::<Signature>().is_ok_and(|found| found.kind.is_code()));
        let key = content(kind, &signatures, &line, seen.is_some());
        let known = self.known.get(&key).copied();
        if let Some((index, equal)) = known
            && let Some(entry) = self.entries.get_mut(index)
        {
            let last = entry.repeat.map_or(entry.seen, |repeat| repeat.last);
            let apart = match (last.and_then(Seen::rough_seconds), seen.and_then(Seen::rough_seconds)) {
                (Some(last), Some(now)) => (now - last).abs(),
                _ => 0,
            };
            if apart <= FOLD || equal >= MOST_EQUAL || self.entries.len() >= MOST_ENTRIES {
                let entry = &mut self.entries[index];
                let count = entry.repeat.map_or(0, |repeat| repeat.count) + 1;
                entry.repeat = Some(Repeat { count, last_line: number, last: seen });
                return;
            }
        }
        if self.entries.len() >= MOST_ENTRIES {
            self.dropped += 1;
            return;
        }
        self.known.insert(key, (self.entries.len(), known.map_or(1, |(_, equal)| equal + 1)));
        // The time stands in the row already.
        let head = logs::clock::read(&line).filter(|stamp| stamp.span.start < 40).map_or(0, |stamp| stamp.span.end);
        let cut = line.len() - line[head..].trim_start_matches([',', ' ', '\t', ']', '|', ':', '-', ';']).len();
        let text = match excerpt(&line[cut..], at.saturating_sub(cut)) {
            // `[Boot Session: 2024/09/10 06:12:01.492]`: the time is the line's end.
            text if text.is_empty() => excerpt(&line, at),
            text => text,
        };
        self.entries.push(Entry {
            kind,
            line: number,
            seen,
            inherited: inherited && seen.is_some(),
            signatures,
            text,
            repeat: None,
        });
    }
}

/// What makes two lines repeats of one another: what fails on them, or else their words.
fn content(kind: Kind, signatures: &[String], line: &str, dated: bool) -> u64 {
    let mut hasher = DefaultHasher::new();
    (kind, signatures, dated).hash(&mut hasher);
    if signatures.is_empty() {
        logs::shape(line).hash(&mut hasher);
    }
    hasher.finish()
}

/// The lines of a chunk that belong on the time line, in order: what fails goes before what is notable.
fn tell(extractor: &Extractor, chunk: &Chunk<'_>, memory: &mut SightMemory) -> Vec<Told> {
    let mut told: Vec<Told> = Vec::new();
    sight_chunk(extractor, chunk, memory, |sighting| {
        if sighting.standing != Standing::Failing {
            return;
        }
        let name = sighting.signature.to_string();
        match told.last_mut().filter(|told| told.line == sighting.line) {
            Some(told) if told.signatures.len() >= MOST_SIGNATURES || told.signatures.contains(&name) => {}
            Some(told) => told.signatures.push(name),
            None => {
                told.push(Told { line: sighting.line, kind: Kind::Failing, signatures: vec![name], at: sighting.at })
            }
        }
    });
    let mut others: Vec<Told> = Vec::new();
    let mut notable = notable::find(chunk.text).peekable();
    let mut failing = told.iter().map(|told| told.line).peekable();
    for (number, line) in chunk.lines() {
        let end = line.as_ptr() as usize - chunk.text.as_ptr() as usize + line.len();
        let mut kind = None;
        while let Some((_, found)) = notable.next_if(|(at, _)| *at < end) {
            kind = kind.or(Some(Kind::Notable(found)));
        }
        let fails = failing.next_if(|line| *line <= number).is_some();
        if kind.is_none() && !fails && logs::read_record(chunk.format, line).level == Level::Error {
            kind = Some(Kind::Error);
        }
        if let Some(kind) = kind.filter(|kind| !fails || kind.fails()) {
            others.push(Told { line: number, kind, signatures: Vec::new(), at: 0 });
        }
    }
    // What fails with a signature, told also by words: one row, which bears the signature.
    told.extend(others);
    told.sort_by_key(|told| told.line);
    told.dedup_by(|later, first| {
        let same = later.line == first.line;
        if same {
            first.kind = later.kind;
        }
        same
    });
    told
}
