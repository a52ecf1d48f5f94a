//! Signatures on several threads: whole lines of a log go to workers chunk by chunk, and what these make of them
//! comes back in the order of the input.
//!
//! At most a few chunks per worker are on their way, and a worker hands over what it has as soon as that is
//! [`BATCH`] bytes or so: memory does not grow with the input, nor with how much is found in it.

use std::{
    collections::{HashSet, VecDeque},
    num::NonZeroUsize,
    ops::ControlFlow,
    sync::{
        Arc, Mutex, PoisonError,
        mpsc::{Receiver, SyncSender, sync_channel},
    },
    thread,
};

use super::{SignaturesError, Watch, read_inputs};
use crate::{
    app::triage::Input,
    case::{
        read::{MessageText, Reader},
        uncoded::Uncoded,
    },
    intake,
    logs::{LogFormat, reader::Chunk},
    parsed::Warning,
    signature::{
        extract::Extractor,
        sight::{SightMemory, Sighting, sight_chunk},
    },
};

/// A batch this large, in bytes, is handed over. Larger ones gain nothing.
const BATCH: usize = 128 << 10;

/// One reader feeds no more workers than this: it reads some 1500 MB/s, a worker does at least 100.
const MOST_WORKERS: usize = 16;

/// Chunks on their way beyond one for each worker.
const WAITING: usize = 2;

/// Batches of a chunk that wait to be taken before its worker does: with fewer it stands still while older chunks are
/// handed over.
const BATCHES: usize = 8;

/// What is made of sightings before it is handed over: rows of output, say.
pub trait Batch: Send {
    /// An empty one that takes in what this one does.
    fn fresh(&self) -> Self;

    /// Takes in a sighting.
    fn add(&mut self, part: &str, sighting: Sighting<'_>);

    /// Its size in memory, in bytes.
    fn size(&self) -> usize;
}

/// What comes while inputs are read.
#[derive(Debug)]
pub enum Event<'e, B> {
    /// Sightings, in the order of the input. The batch is used again: what is left in it comes again.
    Batch(&'e mut B),
    /// Something could not be read.
    Warning(Warning),
}

/// Reads inputs on several threads (one: the caller's alone) and hands what batches like `batch` make of the sightings
/// to `each`, in the order of the input, until `each` breaks off; `tap` is told of the bytes read.
///
/// # Errors
/// When nothing at all could be read.
pub fn signatures<B: Batch>(
    inputs: &[Input],
    reader: Reader<'_>,
    batch: B,
    threads: NonZeroUsize,
    tap: &intake::Tap<'_>,
    each: &mut dyn FnMut(Event<'_, B>) -> ControlFlow<()>,
) -> Result<(), SignaturesError> {
    let workers = threads.get().min(MOST_WORKERS);
    if workers == 1 {
        let mut alone = Alone::new(reader, batch, each);
        return read_inputs(inputs, reader, tap, &mut alone);
    }
    let (jobs, taken) = sync_channel::<Job<B>>(workers + WAITING);
    let (taken, used) = (Mutex::new(taken), Used::default());
    thread::scope(|scope| {
        for _ in 0..workers {
            let (batch, taken, used) = (batch.fresh(), &taken, &used);
            scope.spawn(move || work(reader.extractor, batch, taken, used));
        }
        let alone = Alone::new(reader, batch, each);
        let (pending, most, part) = (VecDeque::new(), workers + WAITING, Arc::from(""));
        let mut shared = Shared { alone, jobs, pending, most, part, used: &used };
        read_inputs(inputs, reader, tap, &mut shared)
        // The jobs' sender goes with `shared`: the workers end.
    })
}

/// Reads inputs on the caller's thread and hands what batches like `batch` make of the sightings to `each`, in the order of
/// the input; behind those of a log come sightings of its rare failing templates: the first lines of each. A triage takes them
/// alike, but of the first 32 MB of a log, and of 512 MB in a case.
///
/// # Errors
/// As [`signatures`].
pub fn signatures_and_templates<B: Batch>(
    inputs: &[Input],
    reader: Reader<'_>,
    batch: B,
    tap: &intake::Tap<'_>,
    each: &mut dyn FnMut(Event<'_, B>) -> ControlFlow<()>,
) -> Result<(), SignaturesError> {
    let mut alone = Alone { uncoded: Some(Uncoded::default()), ..Alone::new(reader, batch, each) };
    read_inputs(inputs, reader, tap, &mut alone)
}

/// All work on the thread that reads.
struct Alone<'a, B> {
    reader: Reader<'a>,
    batch: B,
    each: &'a mut dyn FnMut(Event<'_, B>) -> ControlFlow<()>,
    memory: SightMemory,
    /// Failing lines without a code of the log that is read, where their templates are asked for.
    uncoded: Option<Uncoded>,
}

impl<'a, B: Batch> Alone<'a, B> {
    fn new(reader: Reader<'a>, batch: B, each: &'a mut dyn FnMut(Event<'_, B>) -> ControlFlow<()>) -> Self {
        Alone { reader, batch, each, memory: SightMemory::default(), uncoded: None }
    }

    fn add(&mut self, part: &str, sighting: Sighting<'_>) -> ControlFlow<()> {
        self.batch.add(part, sighting);
        if self.batch.size() >= BATCH { self.hand_over() } else { ControlFlow::Continue(()) }
    }

    fn hand_over(&mut self) -> ControlFlow<()> {
        if self.batch.size() == 0 {
            return ControlFlow::Continue(());
        }
        (self.each)(Event::Batch(&mut self.batch))
    }
}

impl<B: Batch> Watch for Alone<'_, B> {
    fn prose(&mut self, part: &str, text: &MessageText<'_>) -> ControlFlow<()> {
        let mut flow = ControlFlow::Continue(());
        let reader = self.reader;
        reader.sight_prose(text, |sighting| {
            if flow.is_continue() {
                flow = self.add(part, sighting);
            }
        });
        flow
    }

    fn chunk(&mut self, part: &str, chunk: &Chunk<'_>) -> ControlFlow<()> {
        let mut flow = ControlFlow::Continue(());
        let mut memory = std::mem::take(&mut self.memory);
        let with_templates = self.uncoded.is_some();
        let mut coded = HashSet::new();
        sight_chunk(self.reader.extractor, chunk, &mut memory, |sighting| {
            if with_templates && sighting.signature.kind.is_code() {
                coded.insert(sighting.line);
            }
            if flow.is_continue() {
                flow = self.add(part, sighting);
            }
        });
        self.memory = memory;
        if let Some(uncoded) = &mut self.uncoded {
            uncoded.chunk(chunk, &coded, self.reader.extractor.benign(), |_, _, _| ());
        }
        flow
    }

    fn log_end(&mut self, part: &str) -> ControlFlow<()> {
        let Some(uncoded) = &mut self.uncoded else { return ControlFlow::Continue(()) };
        for template in std::mem::take(uncoded).finish() {
            for sighting in template.sightings() {
                self.add(part, sighting)?;
            }
        }
        ControlFlow::Continue(())
    }

    fn warning(&mut self, warning: Warning) -> ControlFlow<()> {
        self.hand_over()?;
        (self.each)(Event::Warning(warning))
    }

    fn settle(&mut self) -> ControlFlow<()> {
        self.hand_over()
    }
}

/// Lines of a log for a worker.
struct Job<B> {
    part: Arc<str>,
    with_ahead: String,
    /// Of its own.
    length: usize,
    first_line: u64,
    format: LogFormat,
    done: SyncSender<B>,
}

/// Memory that comes back to be used again: what one thread frees of another's is slow to free, and new memory slow to
/// touch.
struct Used<B> {
    texts: Mutex<Vec<String>>,
    batches: Mutex<Vec<B>>,
}

impl<B> Default for Used<B> {
    fn default() -> Self {
        Used { texts: Mutex::default(), batches: Mutex::default() }
    }
}

fn give<T>(used: &Mutex<Vec<T>>, one: T) {
    used.lock().unwrap_or_else(PoisonError::into_inner).push(one);
}

fn take<T>(used: &Mutex<Vec<T>>) -> Option<T> {
    used.lock().unwrap_or_else(PoisonError::into_inner).pop()
}

/// Takes jobs until there are no more.
fn work<B: Batch>(extractor: &Extractor, mut batch: B, jobs: &Mutex<Receiver<Job<B>>>, used: &Used<B>) {
    let mut memory = SightMemory::default();
    loop {
        let job = jobs.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(Job { part, with_ahead, length, first_line, format, done }) = job else { return };
        let chunk = Chunk { text: &with_ahead[..length], with_ahead: &with_ahead, first_line, format };
        let mut wanted = true;
        sight_chunk(extractor, &chunk, &mut memory, |sighting| {
            if wanted {
                batch.add(&part, sighting);
                if batch.size() >= BATCH {
                    // Nobody takes it: the reader has broken off.
                    wanted = done.send(replace(&mut batch, used)).is_ok();
                }
            }
        });
        if !wanted {
            batch = batch.fresh();
        } else if batch.size() > 0 {
            // Nobody takes it: the reader has broken off, and the next job tells.
            let _ = done.send(replace(&mut batch, used));
        }
        give(&used.texts, with_ahead);
    }
}

/// The batch, with an empty one in its place.
fn replace<B: Batch>(batch: &mut B, used: &Used<B>) -> B {
    let empty = take(&used.batches).unwrap_or_else(|| batch.fresh());
    std::mem::replace(batch, empty)
}

/// Logs go to the workers; all else is done here, once what was read before it is handed over.
struct Shared<'a, B> {
    alone: Alone<'a, B>,
    jobs: SyncSender<Job<B>>,
    /// Of the jobs on their way, in the order of the input.
    pending: VecDeque<Receiver<B>>,
    most: usize,
    /// The part read last.
    part: Arc<str>,
    used: &'a Used<B>,
}

impl<B: Batch> Shared<'_, B> {
    /// Hands over what came of the oldest jobs until no more than `most` are on their way.
    fn wait(&mut self, most: usize) -> ControlFlow<()> {
        while self.pending.len() > most {
            let Some(oldest) = self.pending.pop_front() else { break };
            for mut batch in oldest {
                (self.alone.each)(Event::Batch(&mut batch))?;
                // What was left in it would come again elsewhere.
                if batch.size() == 0 {
                    give(&self.used.batches, batch);
                }
            }
        }
        ControlFlow::Continue(())
    }
}

impl<B: Batch> Watch for Shared<'_, B> {
    fn prose(&mut self, part: &str, text: &MessageText<'_>) -> ControlFlow<()> {
        self.wait(0)?;
        self.alone.prose(part, text)?;
        self.alone.settle()
    }

    fn chunk(&mut self, part: &str, chunk: &Chunk<'_>) -> ControlFlow<()> {
        self.wait(self.most - 1)?;
        if *self.part != *part {
            self.part = Arc::from(part);
        }
        let (done, result) = sync_channel(BATCHES);
        let &Chunk { text, with_ahead, first_line, format } = chunk;
        let mut own = take(&self.used.texts).unwrap_or_default();
        own.clear();
        own.push_str(with_ahead);
        let (with_ahead, length) = (own, text.len());
        let job = Job { part: Arc::clone(&self.part), with_ahead, length, first_line, format, done };
        // The workers live as long as this sender.
        if self.jobs.send(job).is_err() {
            return ControlFlow::Break(());
        }
        self.pending.push_back(result);
        ControlFlow::Continue(())
    }

    fn warning(&mut self, warning: Warning) -> ControlFlow<()> {
        self.wait(0)?;
        self.alone.warning(warning)
    }

    fn settle(&mut self) -> ControlFlow<()> {
        self.wait(0)
    }
}
