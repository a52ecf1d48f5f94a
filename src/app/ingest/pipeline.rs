//! The threads of an ingest: one reads, several take units apart, the caller writes.
//!
//! ```text
//! reader ─(number, unit)─▶ workers ─(number, outcome)─▶ writer, in the order of numbers
//! ```
//!
//! Units go through a [`Queue`], outcomes through a channel, several at a time. The reader waits while more than [`IN_FLIGHT`]
//! bytes are on the way. When the writer fails, the workers find their channel closed and end, and the reader finds nobody left.

use std::{
    collections::BTreeMap,
    num::NonZeroUsize,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Condvar, Mutex, PoisonError,
        mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel},
    },
    thread,
    time::Duration,
};

use super::{
    IngestReport, Options,
    analyze::{self, Analyzed, PARSER, Reading},
    feed::{Feed, Feeder, Folders, Unit},
    queue::Queue,
};
use crate::{
    parsed::Warning,
    store::{CaseStore, MessageHash, NewMessage, Quarantined, StoreError, packed},
};

/// Bytes of units that were read and are not yet written. A unit takes about twice its size while it is taken apart. So many that
/// an ingest stays below 500 MB of memory: one of 200,000 mails took 415 MB.
const IN_FLIGHT: u64 = 48 << 20;

/// Messages per transaction: each costs a wait for the disk and writes anew the pages that most transactions touch, and a kill
/// loses at most one.
const BATCH: usize = 2_048;

/// Lists of outcomes waiting for the writer: so many that nobody waits for it while it writes a batch. [`IN_FLIGHT`] is what
/// bounds them.
const OUTCOMES: usize = 4 * BATCH;

/// Compressed bytes per transaction.
const BATCH_BYTES: usize = 16 << 20;

/// How long the writer waits for more before it writes what it has.
const PATIENCE: Duration = Duration::from_millis(100);

/// Number of threads that take units apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Threads(pub usize);

impl Threads {
    /// The number given, or as many as there are processors for 0.
    pub(in crate::app) fn count(self) -> usize {
        match self.0 {
            0 => thread::available_parallelism().map_or(1, NonZeroUsize::get),
            count => count.min(64),
        }
    }
}

/// How far an ingest is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Progress {
    /// Units that are written or were there.
    pub units: u64,
    /// Bytes of them.
    pub bytes: u64,
}

/// What goes to the store.
pub(super) enum Batch {
    Messages(Vec<NewMessage>),
    Broken(Quarantined),
}

/// What became of a unit.
enum Outcome {
    Read(Analyzed),
    /// It was in the store before.
    Known,
    Broken(Quarantined),
    /// No unit: something to tell.
    Warning(Warning),
}

/// A numbered outcome with the size of its unit.
type Numbered = (u64, u64, Outcome);

/// Counts the bytes that are on the way.
#[derive(Default)]
pub(super) struct Gate {
    held: Mutex<u64>,
    freed: Condvar,
}

impl Gate {
    /// Waits until there is room, then takes it. A unit larger than all the room is let through alone.
    pub(super) fn enter(&self, bytes: u64) {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        while *held > 0 && *held + bytes > IN_FLIGHT {
            held = self.freed.wait(held).unwrap_or_else(PoisonError::into_inner);
        }
        *held += bytes;
    }

    fn leave(&self, bytes: u64) {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        *held = held.saturating_sub(bytes);
        self.freed.notify_all();
    }
}

/// Where the reader's units go.
pub(super) struct Outlet<'p> {
    gate: &'p Gate,
    work: &'p Queue,
    outcomes: SyncSender<Vec<Numbered>>,
    number: u64,
    now: i64,
    history: bool,
    /// Nobody takes units any more.
    pub(super) closed: bool,
}

impl Outlet<'_> {
    pub(super) fn unit(&mut self, unit: Unit) {
        let bytes = unit.raw.len() as u64;
        self.gate.enter(bytes);
        self.closed |= !self.work.push((self.number, unit));
        self.number += 1;
    }

    pub(super) fn known(&mut self, bytes: u64) {
        self.tell(bytes, Outcome::Known);
    }

    pub(super) fn warn(&mut self, warning: Warning) {
        self.tell(0, Outcome::Warning(warning));
    }

    /// What is not taken apart and kept all the same.
    pub(super) fn aside(&mut self, part: &str, raw: &[u8], why: &str) {
        let (at, history) = (self.now, self.history);
        let item = quarantined(part.to_string(), raw, MessageHash::of(raw), why, at, history);
        self.tell(raw.len() as u64, Outcome::Broken(item));
    }

    fn tell(&mut self, bytes: u64, outcome: Outcome) {
        self.gate.enter(bytes);
        self.closed |= self.outcomes.send(vec![(self.number, bytes, outcome)]).is_err();
        self.number += 1;
    }
}

impl Drop for Outlet<'_> {
    fn drop(&mut self) {
        self.work.close();
    }
}

/// What is read, and by what.
pub(super) struct Job<'j> {
    pub(super) feed: Feed<'j>,
    /// The mails of folders that were read before.
    pub(super) folders: &'j mut Folders,
    pub(super) reading: Reading<'j>,
    pub(super) known: Option<&'j mut (dyn CaseStore + Send + 'static)>,
    pub(super) options: Options,
}

/// Reads everything and hands batches to `write`, in order.
pub(super) fn run(
    job: Job<'_>,
    progress: &(dyn Fn(Progress) + Sync),
    report: &mut IngestReport,
    write: &mut dyn FnMut(Batch, &mut IngestReport) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let Job { feed, folders, reading, known, options } = job;
    let Reading { now, history, .. } = reading;
    let threads = options.threads.count();
    let (gate, queue) = (Gate::default(), Queue::new(threads));
    thread::scope(|scope| {
        let (outcomes, done) = sync_channel(OUTCOMES);
        let outlet =
            Outlet { gate: &gate, work: &queue, outcomes: outcomes.clone(), number: 0, now, history, closed: false };
        scope.spawn(move || Feeder::new(outlet, known, folders).read(feed));
        for _ in 0..threads {
            let worker = Worker { units: &queue, outcomes: outcomes.clone(), reading };
            scope.spawn(move || worker.run());
        }
        drop(outcomes);
        let written = Writer { gate: &gate, done, progress, report, write, told: Progress::default() }.run();
        if written.is_err() {
            // The reader may wait for room that nobody would free.
            gate.leave(u64::MAX);
        }
        written
    })
}

/// A thread that takes units apart.
struct Worker<'w> {
    units: &'w Queue,
    outcomes: SyncSender<Vec<Numbered>>,
    reading: Reading<'w>,
}

impl Worker<'_> {
    fn run(self) {
        loop {
            let taken = self.units.take();
            if taken.is_empty() {
                return;
            }
            let outcomes = taken.into_iter().map(|(number, unit)| {
                let bytes = unit.raw.len() as u64;
                (number, bytes, take_apart(unit, self.reading))
            });
            if self.outcomes.send(outcomes.collect()).is_err() {
                return;
            }
        }
    }
}

impl Drop for Worker<'_> {
    fn drop(&mut self) {
        self.units.leave();
    }
}

fn take_apart(unit: Unit, reading: Reading<'_>) -> Outcome {
    match catch_unwind(AssertUnwindSafe(|| analyze::unit(&unit, reading))) {
        // Nothing of it could be stored, and its bytes must not be lost.
        Ok(analyzed) if analyzed.messages.is_empty() => {
            let why = analyzed.warnings.first().map_or("no message is in it", |warning| &warning.message);
            Outcome::Broken(broken(unit, why, reading.now, reading.history))
        }
        Ok(analyzed) => Outcome::Read(analyzed),
        Err(cause) => Outcome::Broken(broken(unit, said(&*cause), reading.now, reading.history)),
    }
}

/// What a reader that broke said.
pub(super) fn said(cause: &(dyn std::any::Any + Send)) -> &str {
    let said = cause.downcast_ref::<String>().map(String::as_str).or_else(|| cause.downcast_ref::<&str>().copied());
    said.unwrap_or("the reader broke")
}

/// A unit that broke its reader, with its bytes.
pub(super) fn broken(unit: Unit, error: &str, at: i64, history: bool) -> Quarantined {
    quarantined(unit.part, &unit.raw, unit.id, error, at, history)
}

fn quarantined(part: String, raw: &[u8], id: MessageHash, error: &str, at: i64, history: bool) -> Quarantined {
    Quarantined { id, raw: packed::pack(raw), part, error: error.to_string(), parser: PARSER.to_string(), at, history }
}

/// The calling thread: puts outcomes in order and writes them.
struct Writer<'w> {
    gate: &'w Gate,
    done: Receiver<Vec<Numbered>>,
    progress: &'w (dyn Fn(Progress) + Sync),
    report: &'w mut IngestReport,
    write: &'w mut dyn FnMut(Batch, &mut IngestReport) -> Result<(), StoreError>,
    told: Progress,
}

impl Writer<'_> {
    fn run(mut self) -> Result<(), StoreError> {
        let mut early: BTreeMap<u64, (u64, Outcome)> = BTreeMap::new();
        let mut next = 0;
        let mut batch: Vec<NewMessage> = Vec::new();
        let (mut held, mut packed) = (0, 0);
        loop {
            let open = match self.done.recv_timeout(PATIENCE) {
                Ok(outcomes) => {
                    early.extend(outcomes.into_iter().map(|(number, bytes, outcome)| (number, (bytes, outcome))));
                    true
                }
                Err(RecvTimeoutError::Timeout) => {
                    self.flush(&mut batch, &mut held)?;
                    packed = 0;
                    true
                }
                Err(RecvTimeoutError::Disconnected) => false,
            };
            while let Some((bytes, outcome)) = early.remove(&next) {
                next += 1;
                held += bytes;
                let before = batch.len();
                self.take(bytes, outcome, &mut batch)?;
                packed += batch[before..].iter().map(|message| message.raw.len()).sum::<usize>();
                if batch.len() >= BATCH || packed >= BATCH_BYTES || held >= IN_FLIGHT / 2 {
                    self.flush(&mut batch, &mut held)?;
                    packed = 0;
                }
            }
            if !open {
                return self.flush(&mut batch, &mut held);
            }
        }
    }

    fn take(&mut self, bytes: u64, outcome: Outcome, batch: &mut Vec<NewMessage>) -> Result<(), StoreError> {
        if let Outcome::Warning(warning) = outcome {
            self.report.warn(warning);
            return Ok(());
        }
        self.report.units += 1;
        self.report.bytes += bytes;
        match outcome {
            Outcome::Read(analyzed) => {
                analyzed.warnings.into_iter().for_each(|warning| self.report.warn(warning));
                batch.extend(analyzed.messages);
            }
            Outcome::Known => self.report.existing += 1,
            Outcome::Broken(item) => {
                self.report.quarantined += 1;
                (self.write)(Batch::Broken(item), self.report)?;
            }
            Outcome::Warning(_) => {}
        }
        Ok(())
    }

    fn flush(&mut self, batch: &mut Vec<NewMessage>, held: &mut u64) -> Result<(), StoreError> {
        if !batch.is_empty() {
            (self.write)(Batch::Messages(std::mem::take(batch)), self.report)?;
        }
        self.gate.leave(std::mem::take(held));
        let now = Progress { units: self.report.units, bytes: self.report.bytes };
        if now != self.told {
            (self.progress)(now);
            self.told = now;
        }
        Ok(())
    }
}
