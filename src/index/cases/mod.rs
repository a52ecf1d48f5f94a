//! Full-text index over the messages of stored cases, on disk. Types of tantivy do not leave this module.
//!
//! One document per message: its words, its sender, its attachments' names, the signatures in it and the lines that fail.
//! Nothing is stored in it but numbers, so that a hit is read from the store, which is the truth. The index is derived: with
//! every commit it keeps a [`Mark`], how far it has followed the store, and [`FORMAT`].
//!
//! [`CaseIndex`] reads, [`CaseIndexWriter`] writes; one writer at a time.

mod collect;
mod directory;
mod guard;
mod query;
mod schema;
mod tokens;
mod write;

use std::{
    collections::{HashMap, HashSet},
    path::Path,
    sync::Arc,
};

use tantivy::{
    Index, IndexReader, ReloadPolicy, TantivyError, Term,
    directory::{
        MmapDirectory,
        error::{LockError, OpenReadError},
    },
    query::{AllQuery, BooleanQuery, Occur, Query},
};

pub use query::{ANY_ATTACHMENT, Clause, Field, Group, MessageFilter, Reach};
pub use write::{CaseIndexWriter, Document, Found, signature_term};

use collect::{BestOfCase, ByCase};
use directory::{Reading, is_denied};
use guard::guarded;
use schema::{Fields, fields};

/// Version of what the index holds. It rises when the same store would give another index.
pub const FORMAT: u32 = 1;

/// Why the index could not be used.
#[derive(Debug, thiserror::Error)]
pub enum CaseIndexError {
    /// Another process writes to it.
    #[error("the index of cases is being written by another process")]
    Busy,
    /// Its folder may not be written to.
    #[error("the index of cases may not be written to")]
    Denied(#[source] std::io::Error),
    /// Its files are not what was written. It is derived, and can be built anew.
    #[error("the index of cases is damaged")]
    Damaged(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The disk takes no more.
    #[error("the disk takes no more of the index of cases")]
    Full(#[source] std::io::Error),
    /// Its files cannot be read or written.
    #[error("the index of cases cannot be used")]
    Engine(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl From<TantivyError> for CaseIndexError {
    fn from(error: TantivyError) -> Self {
        match error {
            TantivyError::LockFailure(LockError::LockBusy, _) => CaseIndexError::Busy,
            TantivyError::LockFailure(LockError::IoError(error), _) => again(&error).into(),
            TantivyError::IoError(error) if is_full(&error) || is_denied(&error) => again(&error).into(),
            error if is_damage(&error) => CaseIndexError::Damaged(Box::new(super::EngineError::from(error))),
            error => CaseIndexError::Engine(Box::new(super::EngineError::from(error))),
        }
    }
}

impl From<std::io::Error> for CaseIndexError {
    fn from(error: std::io::Error) -> Self {
        match error {
            error if is_full(&error) => CaseIndexError::Full(error),
            error if is_denied(&error) => CaseIndexError::Denied(error),
            error => CaseIndexError::Engine(Box::new(error)),
        }
    }
}

/// An error that is shared, as one of its own.
fn again(error: &Arc<std::io::Error>) -> std::io::Error {
    std::io::Error::new(error.kind(), error.clone())
}

/// Whether an error says that files are missing or hold something else than was written.
fn is_damage(error: &TantivyError) -> bool {
    use std::io::ErrorKind;
    let of = |error: &std::io::Error| {
        matches!(error.kind(), ErrorKind::UnexpectedEof | ErrorKind::InvalidData | ErrorKind::InvalidInput)
    };
    match error {
        TantivyError::IoError(error) => of(error),
        TantivyError::OpenReadError(OpenReadError::IoError { io_error, .. }) => of(io_error),
        TantivyError::OpenReadError(_)
        | TantivyError::DataCorruption(_)
        | TantivyError::IncompatibleIndex(_)
        | TantivyError::FieldNotFound(_)
        | TantivyError::SchemaError(_)
        | TantivyError::InternalError(_)
        | TantivyError::DeserializeError(_) => true,
        _ => false,
    }
}

/// Whether a file cannot grow: the disk, a quota or a limit of the process is used up.
fn is_full(error: &std::io::Error) -> bool {
    use std::io::ErrorKind;
    // The engine wraps some errors, of which only the text is left: EFBIG and ENOSPC.
    let said = || error.to_string();
    matches!(error.kind(), ErrorKind::StorageFull | ErrorKind::FileTooLarge | ErrorKind::QuotaExceeded)
        || ["(os error 27)", "(os error 28)"].iter().any(|number| said().contains(number))
}

type Result<T> = std::result::Result<T, CaseIndexError>;

/// How far an index has followed a store.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Mark {
    /// Which store.
    pub store: String,
    /// The number of the last change that is in the index.
    pub change: u64,
    /// The highest number of a message that ever was in it: a higher one needs no look for an older form of itself.
    pub highest: u64,
    /// Whether the messages above `highest` that came before `change` are still to be put in: the index is being built.
    pub building: bool,
}

impl Mark {
    fn encode(&self) -> String {
        format!("{FORMAT} {} {} {} {}", self.store, self.change, self.highest, u8::from(self.building))
    }

    /// `None` for another format.
    fn decode(text: &str) -> Option<Self> {
        let mut words = text.split(' ');
        if words.next()?.parse() != Ok(FORMAT) {
            return None;
        }
        let store = words.next()?.to_string();
        let mut number = || words.next()?.parse::<u64>().ok();
        Some(Mark { store, change: number()?, highest: number()?, building: number()? != 0 })
    }
}

/// A case that was found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CaseHit {
    /// The number of the case in the store.
    pub case: u64,
    /// The number of its message that fits best.
    pub message: u64,
    /// When that was sent.
    pub date: i64,
    /// Higher is better; comparable within one search.
    pub score: f32,
    /// How many of its messages fit.
    pub messages: u32,
}

impl CaseHit {
    /// Best first: by score, then the latest, then by number.
    fn order(&self, other: &Self) -> std::cmp::Ordering {
        let by_score = other.score.total_cmp(&self.score);
        by_score.then(other.date.cmp(&self.date)).then(self.case.cmp(&other.case))
    }
}

/// The index, opened for reading as it was at its last commit.
pub struct CaseIndex {
    reader: IndexReader,
    fields: Fields,
    mark: Mark,
}

impl CaseIndex {
    /// Opens the index in a folder; `None` where there is none of this [`FORMAT`].
    ///
    /// # Errors
    /// When its files cannot be read.
    pub fn open(folder: &Path) -> Result<Option<Self>> {
        let opened = || {
            let Some((index, mark)) = open(folder, Reading)? else { return Ok(None) };
            let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
            Ok(Some(CaseIndex { reader, fields: fields(&index.schema())?, mark }))
        };
        // Who may not lock it may find files gone that a commit at the same moment replaced.
        guarded(opened)
            .or_else(|error| if matches!(error, CaseIndexError::Damaged(_)) { guarded(opened) } else { Err(error) })
    }

    /// What is wrong with its files, read whole and held against their checksums: the names of those that are damaged.
    ///
    /// # Errors
    /// When files are missing or cannot be read.
    pub fn damaged_files(&self) -> Result<Vec<String>> {
        let damaged = guarded(|| Ok(self.reader.searcher().index().validate_checksum()?))?;
        let mut names: Vec<String> = damaged.iter().map(|path| path.display().to_string()).collect();
        names.sort_unstable();
        Ok(names)
    }

    /// How far it has followed its store.
    pub fn mark(&self) -> &Mark {
        &self.mark
    }

    /// How many messages it holds.
    pub fn len(&self) -> u64 {
        self.reader.searcher().num_docs()
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Messages that were taken out and still stand in the files.
    #[cfg(test)]
    pub(crate) fn traces(&self) -> u64 {
        self.reader.searcher().segment_readers().iter().map(|segment| u64::from(segment.num_deleted_docs())).sum()
    }

    /// The numbers of all messages in it with those of their cases.
    ///
    /// # Errors
    /// When its files cannot be read.
    pub fn messages(&self) -> Result<HashMap<u64, u64>> {
        let every = ByCase { every_message: true, ..ByCase::default() };
        guarded(|| Ok(self.reader.searcher().search(&AllQuery, &every)?.messages))
    }

    /// The cases whose messages fit all that is required, best first, behind `after`, at most `limit`; whether there are
    /// more.
    ///
    /// # Errors
    /// When its files cannot be read.
    pub fn search(
        &self,
        groups: &[Group],
        filter: &MessageFilter,
        cases: Option<HashSet<u64>>,
        after: Option<&CaseHit>,
        limit: usize,
    ) -> Result<(Vec<CaseHit>, bool)> {
        let query = query::compile(groups, filter, &self.fields);
        let collector =
            ByCase { cases: cases.map(Arc::new), since: filter.since, until: filter.until, every_message: false };
        let mut hits: Vec<CaseHit> = guarded(|| Ok(self.reader.searcher().search(&*query, &collector)?.hits))?;
        if let Some(after) = after {
            hits.retain(|hit| after.order(hit) == std::cmp::Ordering::Less);
        }
        let more = hits.len() > limit;
        if more && limit > 0 {
            hits.select_nth_unstable_by(limit - 1, CaseHit::order);
        }
        hits.truncate(limit);
        hits.sort_unstable_by(CaseHit::order);
        Ok((hits, more))
    }

    /// For each clause the cases that have it, each with what its best message scores. A clause that more than
    /// `most_messages` have tells no case from another: it has none.
    ///
    /// # Errors
    /// When its files cannot be read.
    pub fn best_by_clause(&self, clauses: &[Clause], most_messages: u64) -> Result<Vec<HashMap<u64, f32>>> {
        guarded(|| self.best_of_each(clauses, most_messages))
    }

    fn best_of_each(&self, clauses: &[Clause], most_messages: u64) -> Result<Vec<HashMap<u64, f32>>> {
        let searcher = self.reader.searcher();
        let mut found = Vec::with_capacity(clauses.len());
        for clause in clauses {
            let terms = query::terms(clause, &self.fields);
            let mut common = false;
            for term in &terms {
                common |= searcher.doc_freq(term)? > most_messages;
            }
            if common || terms.is_empty() {
                found.push(HashMap::new());
                continue;
            }
            found.push(searcher.search(&*query::clause(clause, &self.fields), &BestOfCase)?);
        }
        Ok(found)
    }
}

/// Whether there is an index in a folder, of whatever format.
pub fn is_there(folder: &Path) -> bool {
    folder.join("meta.json").exists()
}

/// Opens the files, through a directory; `None` where there are none of this format.
fn open<D: tantivy::Directory>(folder: &Path, through: fn(MmapDirectory) -> D) -> Result<Option<(Index, Mark)>> {
    if !is_there(folder) {
        return Ok(None);
    }
    let directory = MmapDirectory::open(folder).map_err(TantivyError::from)?;
    let index = match Index::open(through(directory)) {
        Ok(index) => index,
        // Another version of the engine, or torn files: as good as none, it is derived.
        Err(TantivyError::IncompatibleIndex(_) | TantivyError::DataCorruption(_)) => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    if index.schema() != schema::schema() {
        return Ok(None);
    }
    let Some(mark) = index.load_metas()?.payload.as_deref().and_then(Mark::decode) else { return Ok(None) };
    index.tokenizers().register(tokens::NAME, tokens::FlatTokenizer::default());
    Ok(Some((index, mark)))
}

/// All of these.
fn every(parts: Vec<Box<dyn Query>>) -> Box<dyn Query> {
    match <[_; 1]>::try_from(parts) {
        Ok([one]) => one,
        Err(parts) => Box::new(BooleanQuery::new(parts.into_iter().map(|part| (Occur::Must, part)).collect())),
    }
}

fn number_term(field: tantivy::schema::Field, number: u64) -> Term {
    Term::from_field_u64(field, number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_come_back_and_other_formats_do_not() {
        let mark = Mark { store: "ab12".into(), change: 7, highest: 9, building: true };
        assert_eq!(Mark::decode(&mark.encode()), Some(mark.clone()));
        assert_eq!(Mark::decode(&mark.encode().replacen(&FORMAT.to_string(), "999", 1)), None);
        for torn in ["", "1", "1 ab12 7", "1 ab12 x 9 0"] {
            assert_eq!(Mark::decode(torn), None, "{torn}");
        }
    }
}
