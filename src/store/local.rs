//! The embedded engine: SQLite for what is kept, tantivy for the search over it, in one data folder.
//!
//! SQLite is the truth. The index follows its list of changes: it takes what a call of [`CaseStore::add`] brings straight from
//! memory, and reads everything else again from the store. With each commit it keeps the number of the last change that is in
//! it, so that after a kill it goes on from there; where it is missing, of another format or of another store, it is built
//! anew. A process that finds another one writing to the index leaves it to that one.

mod health;
mod keep;

use std::{
    cell::OnceCell,
    collections::{HashMap, HashSet},
    path::{Path, PathBuf},
    thread,
    time::{Duration, Instant},
};

use super::{
    CaseFilter, CaseId, CaseStore, Cursor, MessageHash, NewMessage, Page, SignatureCount, StoreError,
    search::{CaseQuery, CaseSearch, Disagreement, FoundCase, Lag},
    sqlite::{
        Access, SqliteStore,
        follow::{self, Change},
    },
};
use crate::{
    case::words::MessageWords,
    index::cases::{CaseHit, CaseIndex, CaseIndexError, CaseIndexWriter, Clause, Document, Found},
    signature::Signature,
    text::terms::Terms,
};

/// The index's folder in the data folder.
pub const INDEX: &str = "cases.index";

/// Changes of the index before it commits by itself. A kill costs the reading again of so many messages, some seconds.
const COMMIT_EVERY: u64 = 20_000;

/// Changes that are read from the store at a time.
const AT_A_TIME: usize = 1_000;

/// How long another process may write into the index before a task that cannot do without it gives up.
const PATIENCE: Duration = Duration::from_secs(20);

/// A stored message, to be read for its words again.
#[derive(Debug, Clone, Copy)]
pub struct RawMessage<'r> {
    /// The bytes as they came.
    pub raw: &'r [u8],
    /// What it is called: its subject, or the name of a loose log.
    pub name: &'r str,
    /// Whether it is no mail but a log or note that lay beside mails.
    pub loose: bool,
}

/// What the store asks of whoever opens it: the analysis of text.
pub trait WordReader: Send + Sync {
    /// Words that mean the same.
    fn terms(&self) -> &Terms;
    /// The words of every message in these bytes, in order.
    fn words(&self, raw: RawMessage<'_>) -> Vec<MessageWords>;
}

/// A store with its index.
pub struct LocalStore {
    sqlite: SqliteStore,
    folder: PathBuf,
    reader: Box<dyn WordReader>,
    writer: Option<CaseIndexWriter>,
    index: OnceCell<Option<CaseIndex>>,
}

/// What the index refuses, as an error of the store.
fn fault(path: PathBuf, source: CaseIndexError) -> StoreError {
    match source {
        CaseIndexError::Full(error) => StoreError::Disk { path, source: Box::new(error) },
        source => StoreError::Index { path, source },
    }
}

impl LocalStore {
    /// Opens the store in a data folder. `None` when it is opened to be read and there is none.
    ///
    /// # Errors
    /// As [`SqliteStore::open`].
    pub fn open(folder: &Path, access: Access, reader: Box<dyn WordReader>) -> Result<Option<Self>, StoreError> {
        let Some(sqlite) = SqliteStore::open(folder, access)? else { return Ok(None) };
        Ok(Some(LocalStore { sqlite, folder: folder.join(INDEX), reader, writer: None, index: OnceCell::new() }))
    }

    /// The store without its index.
    pub fn sqlite(&self) -> &SqliteStore {
        &self.sqlite
    }

    fn sql<T>(&self, result: rusqlite::Result<T>) -> Result<T, StoreError> {
        result.map_err(|error| self.sqlite.fault(error))
    }

    fn fault(&self, source: CaseIndexError) -> StoreError {
        fault(self.folder.clone(), source)
    }

    fn opened(&self) -> Result<Option<&CaseIndex>, StoreError> {
        if self.index.get().is_none() {
            let opened = CaseIndex::open(&self.folder).map_err(|error| self.fault(error))?;
            let identity = self.sql(follow::identity(self.sqlite.connection()))?;
            // Another store's index, left behind.
            let opened = opened.filter(|index| index.mark().store == identity);
            return Ok(self.index.get_or_init(|| opened).as_ref());
        }
        Ok(self.index.get().and_then(Option::as_ref))
    }

    /// Opens the index for writing; `false` if another process does.
    fn take_writer(&mut self) -> Result<bool, StoreError> {
        if self.writer.is_some() {
            return Ok(true);
        }
        let identity = self.sql(follow::identity(self.sqlite.connection()))?;
        match CaseIndexWriter::open(&self.folder, &identity, self.reader.terms()) {
            Ok(writer) => {
                self.writer = Some(writer);
                Ok(true)
            }
            Err(CaseIndexError::Busy) => Ok(false),
            Err(error) => Err(self.fault(error)),
        }
    }

    /// Opens the index for writing, and waits for another process that writes a batch into it, as one that watches does.
    fn wait_for_writer(&mut self) -> Result<(), StoreError> {
        let until = Instant::now() + PATIENCE;
        while !self.take_writer()? {
            if Instant::now() >= until {
                return Err(self.fault(CaseIndexError::Busy));
            }
            thread::sleep(Duration::from_millis(50));
        }
        Ok(())
    }

    /// Brings the index up to the store. What stands in `fresh` need not be read again.
    fn follow(&mut self, fresh: &[NewMessage], progress: &mut dyn FnMut(u64)) -> Result<(), StoreError> {
        match self.take_writer() {
            Ok(true) => {}
            // Who may only read takes it as it is.
            Ok(false) | Err(StoreError::Index { source: CaseIndexError::Denied(_), .. }) => return Ok(()),
            Err(error) => return Err(error),
        }
        let Some(mut writer) = self.writer.take() else { return Ok(()) };
        let followed = self.follow_with(&mut writer, fresh, progress);
        self.writer = Some(writer);
        followed
    }

    fn follow_with(
        &self,
        writer: &mut CaseIndexWriter,
        fresh: &[NewMessage],
        progress: &mut dyn FnMut(u64),
    ) -> Result<(), StoreError> {
        let connection = self.sqlite.connection();
        let mut fresh = self.sql(follow::numbers(connection, fresh.iter()))?;
        let mut done = 0;
        if writer.mark().building {
            // What changes from here on is in the list of changes, and done again behind.
            if writer.mark().highest == 0 {
                writer.reached(self.sql(follow::last_change(connection))?);
            }
            loop {
                let list = self.sql(follow::all_messages(connection, writer.mark().highest, AT_A_TIME))?;
                if list.is_empty() {
                    break;
                }
                self.apply(writer, &list, &mut fresh)?;
                done += list.len() as u64;
                progress(done);
            }
            writer.built();
        }
        loop {
            let list = self.sql(follow::changes(connection, writer.mark().change, AT_A_TIME))?;
            let Some(last) = list.last() else { break };
            self.apply(writer, &list, &mut fresh)?;
            writer.reached(last.id);
            done += list.len() as u64;
            progress(done);
        }
        Ok(())
    }

    fn apply(
        &self,
        writer: &mut CaseIndexWriter,
        changes: &[Change],
        fresh: &mut HashMap<u64, &NewMessage>,
    ) -> Result<(), StoreError> {
        // Of several changes of a message the last tells how it stands; all were read at one time.
        let mut seen = HashSet::new();
        let mut read: Option<(MessageHash, Vec<MessageWords>)> = None;
        for change in changes {
            if !seen.insert(change.message) {
                continue;
            }
            let Some(case) = change.case else {
                writer.remove(change.message);
                continue;
            };
            let put = match fresh.remove(&change.message) {
                Some(message) => writer.put(&fresh_document(change.message, case, message)),
                None => {
                    let Some(stored) = self.sql(follow::message(self.sqlite.connection(), change.message))? else {
                        writer.remove(change.message);
                        continue;
                    };
                    self.put_stored(writer, &stored, &mut read)
                }
            };
            put.map_err(|error| self.fault(error))?;
            if writer.waiting() >= COMMIT_EVERY {
                writer.commit().map_err(|error| self.fault(error))?;
            }
        }
        Ok(())
    }

    /// Puts a message in that must be read again. `read` has the words of the bytes that were read last: several messages can
    /// stand in the same.
    fn put_stored(
        &self,
        writer: &mut CaseIndexWriter,
        stored: &follow::StoredMessage,
        read: &mut Option<(MessageHash, Vec<MessageWords>)>,
    ) -> Result<(), CaseIndexError> {
        if read.as_ref().is_none_or(|(blob, _)| *blob != stored.blob) {
            // Damaged bytes give no words; `doctor` tells of them.
            let raw = super::sqlite::unpack(stored.blob, &stored.raw, stored.raw_len).unwrap_or_default();
            let raw = RawMessage { raw: &raw, name: &stored.subject, loose: stored.loose };
            *read = Some((stored.blob, self.reader.words(raw)));
        }
        let empty = MessageWords::default();
        let words = read.as_ref().and_then(|(_, words)| words.get(stored.piece as usize)).unwrap_or(&empty);
        let found = stored.found.iter();
        writer.put(&Document {
            message: stored.message,
            case: stored.case,
            date: stored.at,
            from: &stored.from,
            address: &stored.address,
            attachments: stored.parts.iter().map(String::as_str).collect(),
            words,
            found: found.map(|(signature, standing, line)| Found { signature, standing: *standing, line }).collect(),
        })
    }

    /// Commits the index, and reads it anew from then on.
    fn commit(&mut self) -> Result<(), StoreError> {
        let folder = self.folder.clone();
        if let Some(writer) = &mut self.writer {
            writer.commit().map_err(|source| fault(folder, source))?;
        }
        self.index = OnceCell::new();
        Ok(())
    }
}

impl Drop for LocalStore {
    fn drop(&mut self) {
        if let Some(writer) = self.writer.take() {
            // What is not committed is read again by the next process.
            let _ = writer.close();
        }
    }
}

fn fresh_document(message: u64, case: u64, new: &NewMessage) -> Document<'_> {
    let attachments = new.sources.iter().map(|source| source.part.as_str()).filter(|part| !part.is_empty());
    let found = new.sources.iter().flat_map(|source| &source.found);
    Document {
        message,
        case,
        date: new.date.unwrap_or(new.taken),
        from: &new.from,
        address: &new.address,
        attachments: attachments.collect(),
        words: &new.words,
        found: found.map(|one| Found { signature: &one.signature, standing: one.standing, line: &one.text }).collect(),
    }
}

impl CaseSearch for LocalStore {
    fn search(&self, query: &CaseQuery, after: Option<&Cursor>, limit: usize) -> Result<Page<FoundCase>, StoreError> {
        let none = Page { items: Vec::new(), next: None };
        let Some(index) = self.opened()? else { return Ok(none) };
        let connection = self.sqlite.connection();
        let cases = match query.case == CaseFilter::default() {
            true => None,
            false => Some(self.sql(follow::case_numbers(connection, &query.case))?.into_iter().collect()),
        };
        let after = after.and_then(|cursor| decode(&cursor.0));
        let found = index.search(&query.groups, &query.message, cases, after.as_ref(), limit);
        let (hits, more) = found.map_err(|error| self.fault(error))?;
        let next = hits.last().filter(|_| more).map(|last| Cursor(encode(last)));
        let mut items = Vec::with_capacity(hits.len());
        for hit in hits {
            // A case that changed since the last commit: found again when the index has followed.
            let Some((name, message)) = self.sql(follow::names(connection, hit.case, hit.message))? else { continue };
            let Some(case) = self.sqlite.case(&name)? else { continue };
            items.push(FoundCase { case, score: hit.score, message, date: hit.date, messages: hit.messages });
        }
        Ok(Page { items, next })
    }

    fn cases_by_clause(&self, clauses: &[Clause]) -> Result<Vec<HashMap<CaseId, f32>>, StoreError> {
        let Some(index) = self.opened()? else { return Ok(vec![HashMap::new(); clauses.len()]) };
        let most = (index.len() / 10).max(20);
        let found = index.best_by_clause(clauses, most).map_err(|error| self.fault(error))?;
        let mut names: HashMap<u64, Option<CaseId>> = HashMap::new();
        let mut named = Vec::with_capacity(found.len());
        for by_case in found {
            let mut cases = HashMap::with_capacity(by_case.len());
            for (number, score) in by_case {
                let name = match names.get(&number) {
                    Some(name) => name.clone(),
                    None => {
                        let name = self.sql(follow::case_name(self.sqlite.connection(), number))?;
                        names.insert(number, name.clone());
                        name
                    }
                };
                cases.extend(name.map(|name| (name, score)));
            }
            named.push(cases);
        }
        Ok(named)
    }

    fn sightings(&self, case: &CaseId, signatures: &[Signature]) -> Result<Vec<SignatureCount>, StoreError> {
        self.sqlite.sightings(case, signatures)
    }

    fn size(&self) -> Result<u64, StoreError> {
        Ok(self.opened()?.map_or(0, CaseIndex::len))
    }

    fn lag(&self) -> Result<Lag, StoreError> {
        let Some(index) = self.opened()? else {
            let empty = self.sql(follow::all_messages(self.sqlite.connection(), 0, 1))?.is_empty();
            return Ok(if empty { Lag::None } else { Lag::NoIndex });
        };
        let last = self.sql(follow::last_change(self.sqlite.connection()))?;
        Ok(match last.checked_sub(index.mark().change) {
            _ if index.mark().building => Lag::NoIndex,
            Some(0) => Lag::None,
            Some(changes) => Lag::Changes(changes),
            // It knows of changes that this store never saw.
            None => Lag::NoIndex,
        })
    }

    fn disagreement(&self) -> Result<Disagreement, StoreError> {
        health::disagreement(self)
    }

    fn rebuild(&mut self, progress: &mut dyn FnMut(u64)) -> Result<u64, StoreError> {
        self.wait_for_writer()?;
        let folder = self.folder.clone();
        if let Some(writer) = &mut self.writer {
            writer.clear().map_err(|source| fault(folder, source))?;
        }
        self.follow(&[], progress)?;
        self.commit()?;
        Ok(self.opened()?.map_or(0, CaseIndex::len))
    }
}

/// A hit as the place where a list goes on.
fn encode(hit: &CaseHit) -> String {
    format!("{} {} {}", hit.score.to_bits(), hit.date, hit.case)
}

fn decode(cursor: &str) -> Option<CaseHit> {
    let mut words = cursor.split(' ');
    let score = f32::from_bits(words.next()?.parse().ok()?);
    let (date, case) = (words.next()?.parse().ok()?, words.next()?.parse().ok()?);
    Some(CaseHit { case, message: 0, date, score, messages: 0 })
}

#[cfg(test)]
mod tests;
