//! What all archive formats share: handing out an entry within the limits.

use std::{
    collections::HashMap,
    io::{self, Read},
};

use super::{Budget, Entry, HEAD, Sink, safe_name};
use crate::parsed::{Parsed, Warning};

/// Ratio is not looked at before so many bytes: small files of blanks compress to nothing.
const RATIO_FROM: u64 = 1024 * 1024;

/// Warnings kept per archive: a broken one can have ten thousand broken entries.
const MAX_WARNINGS: usize = 50;

/// One archive being walked through.
pub(super) struct Walk<'a, 'b> {
    part: &'a str,
    depth: u32,
    budget: &'a Budget,
    sink: &'a mut Sink<'b>,
    warnings: Vec<Warning>,
    silenced: u64,
    /// Names seen, with how often: the second `a.log` becomes `a.log#2`.
    names: HashMap<String, u32>,
    stopped: bool,
}

impl<'a, 'b> Walk<'a, 'b> {
    pub(super) fn new(part: &'a str, depth: u32, budget: &'a Budget, sink: &'a mut Sink<'b>) -> Self {
        let names = HashMap::new();
        Walk { part, depth, budget, sink, warnings: Vec::new(), silenced: 0, names, stopped: false }
    }

    /// The archive's part.
    pub(super) fn part(&self) -> &'a str {
        self.part
    }

    pub(super) fn budget(&self) -> &'a Budget {
        self.budget
    }

    /// Whether a limit was reached, so that nothing more is to be handed out.
    pub(super) fn stopped(&self) -> bool {
        self.stopped
    }

    /// A warning about the archive.
    pub(super) fn warn(&mut self, message: String) {
        self.warn_part(self.part.to_owned(), message);
    }

    /// A warning about an entry by its raw name.
    pub(super) fn warn_entry(&mut self, raw_name: &[u8], message: String) {
        self.warn_part(format!("{}/{}", self.part, safe_name(raw_name)), message);
    }

    fn warn_part(&mut self, part: String, message: String) {
        if self.warnings.len() < MAX_WARNINGS {
            self.warnings.push(Warning::new(part, message));
        } else {
            self.silenced += 1;
        }
    }

    pub(super) fn finish(mut self) -> Parsed<()> {
        if self.silenced > 0 {
            let message = format!("{} more warnings about this archive", self.silenced);
            self.warnings.push(Warning::new(self.part, message));
        }
        Parsed { value: (), warnings: self.warnings }
    }

    /// Hands out one file.
    ///
    /// `compressed` is how many bytes of the archive it comes from, if that is known.
    pub(super) fn entry(&mut self, raw_name: &[u8], size: Option<u64>, compressed: Option<u64>, reader: &mut dyn Read) {
        if self.stopped {
            return;
        }
        if !self.budget.take_entry() {
            self.stopped = true;
            let limit = self.budget.limits().entries;
            return self.warn(format!("the rest is not read: more than {limit} entries"));
        }
        let mut name = safe_name(raw_name);
        let seen = self.names.entry(name.clone()).or_insert(0);
        *seen += 1;
        if *seen > 1 {
            name = format!("{name}#{seen}");
        }
        let part = format!("{}/{name}", self.part);
        let most = compressed.map(|bytes| bytes.saturating_mul(self.budget.limits().ratio).max(RATIO_FROM));
        let mut limited = Limited { inner: reader, budget: self.budget, most, read: 0, problem: None };
        let mut head = Vec::new();
        // `Limited` gives no errors.
        let _ = limited.by_ref().take(HEAD as u64).read_to_end(&mut head);
        let entry = Entry { part, name, depth: self.depth + 1, size, head };
        {
            let mut content = entry.head.as_slice().chain(&mut limited);
            (self.sink)(&entry, &mut content);
        }
        match limited.problem {
            None => {}
            Some(Problem::Broken(error)) => {
                let read = limited.read;
                self.warn_part(entry.part, format!("broken after {read} bytes: {error}"));
            }
            Some(Problem::Ratio) => {
                let ratio = self.budget.limits().ratio;
                self.warn_part(
                    entry.part,
                    format!("the rest is not read: it unpacks to more than {ratio} times its size"),
                );
            }
            Some(Problem::Bytes) => {
                self.stopped = true;
                let limit = self.budget.most();
                self.warn_part(entry.part, format!("the rest is not read: archives unpack to more than {limit} bytes"));
            }
        }
    }
}

enum Problem {
    Broken(io::Error),
    Ratio,
    Bytes,
}

/// A reader that ends where a limit is reached or the data is broken, and remembers why.
struct Limited<'a> {
    inner: &'a mut dyn Read,
    budget: &'a Budget,
    most: Option<u64>,
    read: u64,
    problem: Option<Problem>,
}

impl Read for Limited<'_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        if self.problem.is_some() || buf.is_empty() {
            return Ok(0);
        }
        let count = loop {
            match self.inner.read(buf) {
                Ok(count) => break count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    self.problem = Some(Problem::Broken(error));
                    return Ok(0);
                }
            }
        };
        let left = self.budget.left();
        self.budget.spend(count as u64);
        self.read += count as u64;
        if count as u64 > left {
            self.problem = Some(Problem::Bytes);
            return Ok(usize::try_from(left).unwrap_or(count).min(count));
        }
        if self.most.is_some_and(|most| self.read > most) {
            self.problem = Some(Problem::Ratio);
        }
        Ok(count)
    }
}

/// A reader of so many bytes that says so when the data ends before.
pub(super) struct Exactly<R> {
    inner: io::Take<R>,
}

impl<R: Read> Exactly<R> {
    pub(super) fn new(inner: R, length: u64) -> Self {
        Exactly { inner: inner.take(length) }
    }
}

impl<R: Read> Read for Exactly<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buf)?;
        if count == 0 && !buf.is_empty() && self.inner.limit() > 0 {
            return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the archive is cut here"));
        }
        Ok(count)
    }
}
