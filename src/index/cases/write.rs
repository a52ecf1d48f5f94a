//! Writing the index of cases.

use std::{collections::HashMap, fs, path::Path};

use tantivy::{
    Index, IndexSettings, IndexWriter, TantivyDocument,
    indexer::{IndexWriterOptions, LogMergePolicy, NoMergePolicy},
};

use super::{
    CaseIndexError, Field, Mark, Result,
    guard::guarded,
    number_term, open,
    query::ANY_ATTACHMENT,
    schema::{Fields, fields, schema},
    tokens,
};
use crate::{
    case::words::MessageWords,
    signature::{Signature, Standing},
    text::{
        flat::{FlatTokens, flat_term},
        terms::Terms,
    },
};

/// Memory for messages that are not yet on the disk, in bytes.
const HEAP: usize = 64 << 20;

/// Failing lines of one message whose words are indexed. A log that fails in a thousand ways fails in one first.
const MOST_LINES: usize = 40;

/// Bytes of such a line.
const LONGEST_LINE: usize = 400;

/// Bytes of a signature's value: beyond, no two differ.
const LONGEST_VALUE: usize = 200;

/// Signatures whose terms are kept ready; the same ones come again and again.
const MOST_KNOWN: usize = 50_000;

/// A signature that was found in a message.
#[derive(Debug, Clone, Copy)]
pub struct Found<'f> {
    /// Which.
    pub signature: &'f Signature,
    /// The strongest standing.
    pub standing: Standing,
    /// The line of that sighting.
    pub line: &'f str,
}

/// What is indexed of a message.
#[derive(Debug)]
pub struct Document<'d> {
    /// Its number in the store.
    pub message: u64,
    /// That of its case.
    pub case: u64,
    /// When it was sent.
    pub date: i64,
    /// Name of its sender.
    pub from: &'d str,
    /// The sender's address.
    pub address: &'d str,
    /// Names of its attachments.
    pub attachments: Vec<&'d str>,
    /// Its words.
    pub words: &'d MessageWords,
    /// What was found in it.
    pub found: Vec<Found<'d>>,
}

/// The index, opened for writing. Other processes can read it meanwhile, as it was at the last commit.
pub struct CaseIndexWriter {
    writer: IndexWriter,
    fields: Fields,
    mark: Mark,
    terms: Terms,
    known: HashMap<Signature, (String, FlatTokens)>,
    /// Documents since the last commit.
    waiting: u64,
}

impl CaseIndexWriter {
    /// Opens the index of a store in a folder. What is there of another format or another store, or cannot be read, is thrown
    /// away, and the [`Mark`] begins at 0.
    ///
    /// # Errors
    /// When another process writes to it, or its files cannot be used.
    pub fn open(folder: &Path, store: &str, terms: &Terms) -> Result<Self> {
        let opened = guarded(|| {
            let Some((index, mark)) = open(folder, |directory| directory)?.filter(|(_, mark)| mark.store == store)
            else {
                return Ok(None);
            };
            let writer = index.writer_with_options(options())?;
            Ok(Some((index, mark, writer)))
        });
        let (index, mark, writer): (Index, Mark, IndexWriter) = match opened {
            Ok(Some(opened)) => opened,
            // What is damaged is as good as none.
            Ok(None) | Err(CaseIndexError::Damaged(_)) => {
                let (index, mark) = Self::create(folder, store)?;
                let writer = index.writer_with_options(options())?;
                (index, mark, writer)
            }
            Err(error) => return Err(error),
        };
        let mut merging = LogMergePolicy::default();
        // What was erased leaves the files soon, by the next merge at the latest; forgetting does not wait for it.
        merging.set_del_docs_ratio_before_merge(0.2);
        writer.set_merge_policy(Box::new(merging));
        let fields = fields(&index.schema())?;
        Ok(CaseIndexWriter { writer, fields, mark, terms: terms.clone(), known: HashMap::new(), waiting: 0 })
    }

    fn create(folder: &Path, store: &str) -> Result<(Index, Mark)> {
        fs::create_dir_all(folder)?;
        let directory = tantivy::directory::MmapDirectory::open(folder).map_err(tantivy::TantivyError::from)?;
        // Nobody may write to what is thrown away.
        let lock = tantivy::directory::Directory::acquire_lock(&directory, &tantivy::directory::INDEX_WRITER_LOCK);
        let lock = lock.map_err(|error| tantivy::TantivyError::LockFailure(error, None))?;
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            let is_lock = path.file_name().is_some_and(|name| name.to_string_lossy().ends_with(".lock"));
            if path.is_file() && !is_lock {
                fs::remove_file(path)?;
            }
        }
        drop(lock);
        let index = Index::create(directory, schema(), IndexSettings::default())?;
        index.tokenizers().register(tokens::NAME, tokens::FlatTokenizer::default());
        Ok((index, Mark { store: store.to_string(), building: true, ..Mark::default() }))
    }

    /// How far it has followed its store, commit or no commit.
    pub fn mark(&self) -> &Mark {
        &self.mark
    }

    /// Documents that no reader sees yet.
    pub fn waiting(&self) -> u64 {
        self.waiting
    }

    /// Notes that everything up to this change of the store is in the index, or will be with the next commit.
    pub fn reached(&mut self, change: u64) {
        if change > self.mark.change {
            self.mark.change = change;
            self.waiting += 1;
        }
    }

    /// Notes that every message that was in the store when building began is in the index.
    pub fn built(&mut self) {
        if std::mem::take(&mut self.mark.building) {
            self.waiting += 1;
        }
    }

    /// Throws everything away, for the index to be built anew.
    ///
    /// # Errors
    /// When the files cannot be written.
    pub fn clear(&mut self) -> Result<()> {
        self.writer.delete_all_documents()?;
        self.mark = Mark { store: std::mem::take(&mut self.mark.store), building: true, ..Mark::default() };
        self.waiting += 1;
        self.commit()?;
        self.writer.garbage_collect_files().wait()?;
        Ok(())
    }

    /// Takes a message out.
    pub fn remove(&mut self, message: u64) {
        if message <= self.mark.highest {
            self.writer.delete_term(number_term(self.fields.message, message));
            self.waiting += 1;
        }
    }

    /// Puts a message in, in place of what it was before.
    ///
    /// # Errors
    /// When the files cannot be written.
    pub fn put(&mut self, document: &Document<'_>) -> Result<()> {
        self.remove(document.message);
        let fields = &self.fields;
        let mut built = TantivyDocument::new();
        built.add_u64(fields.message, document.message);
        built.add_u64(fields.case, document.case);
        built.add_i64(fields.date, document.date);
        let mut add = |field: Field, tokens: &FlatTokens| {
            if !tokens.is_empty() {
                built.add_text(fields.of(field), tokens.as_str());
            }
        };
        add(Field::Subject, &document.words.subject);
        add(Field::Text, &document.words.text);
        let mut from = FlatTokens::default();
        from.push_value(document.from);
        from.push_value(document.address);
        add(Field::From, &from);
        let mut names = FlatTokens::default();
        for name in &document.attachments {
            names.push_value(name);
        }
        if !document.attachments.is_empty() {
            names.push_term(ANY_ATTACHMENT);
        }
        add(Field::Attachment, &names);
        let (mut found, mut signatures, mut failing) = <(FlatTokens, FlatTokens, FlatTokens)>::default();
        let mut lines: Vec<&str> = Vec::new();
        for one in &document.found {
            if self.known.len() >= MOST_KNOWN {
                self.known.clear();
            }
            let (term, value) = self.known.entry(one.signature.clone()).or_insert_with(|| {
                let mut tokens = FlatTokens::default();
                let value = &one.signature.value;
                tokens.push_value(&value[..value.floor_char_boundary(LONGEST_VALUE)]);
                (signature_term(one.signature), tokens)
            });
            found.push_all(value);
            signatures.push_term(term);
            if one.standing == Standing::Failing {
                failing.push_term(term);
                if lines.len() < MOST_LINES && !lines.contains(&one.line) {
                    lines.push(one.line);
                }
            }
        }
        for line in lines {
            found.push_text(&line[..line.floor_char_boundary(LONGEST_LINE)], &self.terms);
        }
        add(Field::Found, &found);
        add(Field::Signature, &signatures);
        add(Field::Failing, &failing);
        self.writer.add_document(built)?;
        self.mark.highest = self.mark.highest.max(document.message);
        self.waiting += 1;
        Ok(())
    }

    /// Makes everything readable, and safe on the disk together with the [`Mark`].
    ///
    /// # Errors
    /// When the files cannot be written.
    pub fn commit(&mut self) -> Result<()> {
        if self.waiting == 0 {
            return Ok(());
        }
        let mut prepared = self.writer.prepare_commit()?;
        prepared.set_payload(&self.mark.encode());
        prepared.commit()?;
        self.waiting = 0;
        Ok(())
    }

    /// Writes anew what holds traces of messages that were taken out, and deletes the old files. Ends the writer: no merge
    /// that began before may come between.
    ///
    /// # Errors
    /// When the files cannot be written.
    pub fn purge(mut self) -> Result<()> {
        self.writer.set_merge_policy(Box::new(NoMergePolicy));
        self.commit()?;
        let index = self.writer.index().clone();
        self.writer.wait_merging_threads()?;
        let mut writer: IndexWriter = index.writer_with_options(options())?;
        writer.set_merge_policy(Box::new(NoMergePolicy));
        for segment in index.searchable_segment_metas()?.iter().filter(|segment| segment.has_deletes()) {
            writer.merge(&[segment.id()]).wait()?;
        }
        writer.garbage_collect_files().wait()?;
        Ok(writer.wait_merging_threads()?)
    }

    /// Waits until no thread of the index works any more.
    ///
    /// # Errors
    /// When one of them failed.
    pub fn close(mut self) -> Result<()> {
        self.commit()?;
        Ok(self.writer.wait_merging_threads()?)
    }
}

/// One thread builds and one merges: an ingest has the other processors busy.
fn options() -> IndexWriterOptions {
    IndexWriterOptions::builder().num_worker_threads(1).num_merge_threads(1).memory_budget_per_thread(HEAP).build()
}

/// A signature as the index knows it.
pub fn signature_term(signature: &Signature) -> String {
    let value = &signature.value[..signature.value.floor_char_boundary(LONGEST_VALUE)];
    flat_term(&format!("{}:{}", signature.kind.name(), value.to_lowercase()))
}
