//! Writing imported articles: under which id, and over what; a document that moved keeps its article.

use std::{
    collections::{HashMap, HashSet},
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
};

use super::{
    super::{
        library::read_article,
        new_file::{self, Readers},
    },
    AbsentDocument, ImportError, ImportReport, ImportedArticle, State,
    shelf::Shelf,
};
use crate::{
    article::{self},
    import::{self, Content, Imported, Source, Touched},
    parsed::Warning,
    signature::extract::Extractor,
};

/// Where a document stands, for warnings.
#[derive(Debug, Clone)]
pub(super) struct Place {
    pub(super) part: String,
    pub(super) line: Option<u64>,
    /// The number of the record, from 1.
    pub(super) record: Option<u64>,
}

impl Place {
    pub(super) fn of(part: &str) -> Place {
        Place { part: part.to_string(), line: None, record: None }
    }
}

/// Writes articles and counts what becomes of them.
pub(super) struct Keeper<'a> {
    to: &'a Path,
    extractor: &'a Extractor,
    force: bool,
    report: ImportReport,
    /// What earlier imports made.
    shelf: Shelf,
    /// Of each id that was given, the document.
    ids: HashMap<String, String>,
    /// The documents that came.
    there: HashSet<String>,
    /// What was said so far, text and title, with the article that says it.
    said: HashMap<(u64, String), String>,
    /// Documents that may have lain elsewhere: known once all have come.
    waiting: Vec<Waiting>,
}

/// A document without an article that may be one that has.
struct Waiting {
    source: Source,
    at: Place,
    /// The place of its report among the others.
    number: usize,
}

/// Under which id a document becomes an article, and what is there.
struct Slot {
    id: String,
    file: PathBuf,
    known: Option<String>,
}

impl<'a> Keeper<'a> {
    pub(super) fn new(to: &'a Path, extractor: &'a Extractor, force: bool, warnings: Vec<Warning>) -> Self {
        let report = ImportReport { warnings, ..ImportReport::default() };
        Keeper {
            to,
            extractor,
            force,
            report,
            shelf: Shelf::open(to),
            ids: HashMap::new(),
            there: HashSet::new(),
            said: HashMap::new(),
            waiting: Vec::new(),
        }
    }

    /// Decides on what waits, and reports. `may_come` tells the documents that could have come.
    ///
    /// # Errors
    /// When an article cannot be written.
    pub(super) fn finish(mut self, may_come: impl Fn(&str) -> bool) -> Result<ImportReport, ImportError> {
        // Where each report belongs, as those that waited come last.
        let waiting = std::mem::take(&mut self.waiting);
        let numbers: HashSet<usize> = waiting.iter().map(|one| one.number).collect();
        let mut order: Vec<usize> = (0..self.report.articles.len() + waiting.len()).collect();
        order.retain(|number| !numbers.contains(number));
        for Waiting { source, at, number } in waiting {
            let before = self.report.articles.len();
            self.settle(source, &at)?;
            if self.report.articles.len() > before {
                order.push(number);
            }
        }
        let mut articles: Vec<_> = order.into_iter().zip(self.report.articles).collect();
        articles.sort_by_key(|(number, _)| *number);
        self.report.articles = articles.into_iter().map(|(_, article)| article).collect();
        let absent = self.shelf.absent(&self.there, may_come).into_iter();
        self.report.absent =
            absent.map(|held| AbsentDocument { id: held.id.clone(), source: held.content.source.clone() }).collect();
        Ok(self.report)
    }

    pub(super) fn warn(&mut self, at: &Place, message: String) {
        let message = match at.record {
            Some(record) => format!("record {record}: {message}"),
            None => message,
        };
        self.report.warnings.push(Warning { part: at.part.clone(), line: at.line, message });
    }

    /// Counts a document that gives no article, and says why.
    pub(super) fn fail(&mut self, at: &Place, message: String) {
        self.count_failed();
        self.warn(at, message);
    }

    pub(super) fn count_failed(&mut self) {
        self.report.failed += 1;
    }

    pub(super) fn leave_out(&mut self) {
        self.report.left_out += 1;
    }

    /// Makes an article of a document and writes it where it belongs. One that may have lain elsewhere waits until all have come.
    ///
    /// # Errors
    /// When it cannot be written. A document that gives none is counted and told.
    pub(super) fn keep(&mut self, source: Source, at: &Place) -> Result<(), ImportError> {
        if !self.there.insert(source.path.clone()) {
            self.fail(at, "was there already".to_string());
            return Ok(());
        }
        self.report.missing_includes += source.missing_includes;
        let Some((slot, imported, content)) = self.made(source.clone(), at) else { return Ok(()) };
        if slot.known.is_none() {
            if let Some(id) = self.said.get(&(content.text, content.title.clone())) {
                let id = id.clone();
                self.report_copy(imported, id);
                return Ok(());
            }
            if self.shelf.may_have(&content) {
                let number = self.report.articles.len() + self.waiting.len();
                self.waiting.push(Waiting { source, at: at.clone(), number });
                return Ok(());
            }
        } else if let Some(id) = self.said.get(&(content.text, content.title.clone())) {
            let message = format!(
                "says the same as `{id}`: one of the two articles hides the other; delete one of the documents and its article"
            );
            self.warn(at, message);
        }
        self.put(slot, imported, &content, None)
    }

    /// Decides what a document is that had no article, now that all have come: moved, a copy, or new.
    fn settle(&mut self, mut source: Source, at: &Place) -> Result<(), ImportError> {
        let Some((slot, imported, content)) = self.made(source.clone(), at) else { return Ok(()) };
        if let Some(id) = self.said.get(&(content.text, content.title.clone())) {
            let id = id.clone();
            self.report_copy(imported, id);
            return Ok(());
        }
        let Some(held) = self.shelf.moved(&imported.text, &content, &self.there, self.to) else {
            return self.put(slot, imported, &content, None);
        };
        let (id, from) = (held.id.clone(), held.content.source.clone());
        let slot = match slot_of(self.to, id.clone()) {
            Ok(slot) => slot,
            Err(message) => {
                self.fail(at, message);
                return Ok(());
            }
        };
        // Its article is taken.
        self.there.insert(from.clone());
        source.id = Some(id);
        match import::compose(source, self.extractor) {
            Ok(imported) => self.put(slot, imported, &content, Some(from)),
            Err(error) => {
                self.fail(at, error.to_string());
                Ok(())
            }
        }
    }

    /// The article of a document, the place for it, and what it says; `None`: it gives none, which is told.
    fn made(&mut self, mut source: Source, at: &Place) -> Option<(Slot, Imported, Content)> {
        let slot = match self.slot(&source.path) {
            Ok(slot) => slot,
            Err(message) => {
                self.fail(at, message);
                return None;
            }
        };
        source.id = Some(slot.id.clone());
        let imported = match import::compose(source, self.extractor) {
            Ok(imported) => imported,
            Err(error) => {
                self.fail(at, error.to_string());
                return None;
            }
        };
        if let Err(error) = article::parse(&imported.source, &imported.text) {
            self.fail(at, format!("gives no article: {error}"));
            return None;
        }
        let content = import::content(&imported.text)?;
        Some((slot, imported, content))
    }

    /// Writes an article, and reports what became of it.
    fn put(
        &mut self,
        slot: Slot,
        imported: Imported,
        content: &Content,
        moved_from: Option<String>,
    ) -> Result<(), ImportError> {
        self.ids.insert(slot.id.clone(), imported.source.clone());
        self.said.entry((content.text, content.title.clone())).or_insert(slot.id);
        let (state, count) = match &slot.known {
            None => (State::Created, &mut self.report.created),
            Some(known) if *known == imported.text => (State::Unchanged, &mut self.report.unchanged),
            Some(known) if !self.force && import::touched(known) == Touched::Edited => {
                (State::Edited, &mut self.report.edited)
            }
            Some(_) if moved_from.is_some() => (State::Moved, &mut self.report.moved),
            Some(_) => (State::Updated, &mut self.report.updated),
        };
        *count += 1;
        if matches!(state, State::Created | State::Updated | State::Moved) {
            write(&slot.file, &imported.text)?;
        }
        let Imported { id, title, source, .. } = imported;
        self.report.articles.push(ImportedArticle { id, title, source, state, moved_from, copy_of: None });
        Ok(())
    }

    /// A document that says what another one says gives no second article: the two would hide each other.
    fn report_copy(&mut self, imported: Imported, of: String) {
        self.report.copies += 1;
        let Imported { title, source, .. } = imported;
        let article = ImportedArticle {
            id: of.clone(),
            title,
            source,
            state: State::Copy,
            moved_from: None,
            copy_of: self.ids.get(&of).cloned(),
        };
        self.report.articles.push(article);
    }

    /// The id under which a document has an article; else the plain id of its path, or, where another document has that, one with digits
    /// of the path's hash. A document keeps the id that it has, whatever comes and goes beside it.
    fn slot(&self, path: &str) -> Result<Slot, String> {
        let slot = |id: String| slot_of(self.to, id);
        if let Some(id) = self.shelf.id_of(path).filter(|id| self.ids.get(*id).is_none_or(|other| other == path)) {
            return slot(id.to_string());
        }
        let plain = slot(import::plain_id(path))?;
        if self.ids.contains_key(&plain.id) {
            return free(slot(import::distinct_id(path))?);
        }
        let Some(known) = &plain.known else { return Ok(plain) };
        let origin = article::parse(path, known).ok().and_then(|article| article.value.origin);
        match origin {
            // Written so that the head alone did not tell.
            Some(origin) if origin == path => Ok(plain),
            Some(_) => free(slot(import::distinct_id(path))?),
            None => Err(format!("`{}` is there and was not made of it: left as it is", plain.file.display())),
        }
    }
}

/// A slot in which nothing is yet.
fn free(slot: Slot) -> Result<Slot, String> {
    match slot.known {
        None => Ok(slot),
        Some(_) => Err(format!("`{}` is there and was not made of it: left as it is", slot.file.display())),
    }
}

/// What stands where an article of this id belongs. A link is left alone: it is somebody's, and may lead anywhere.
fn slot_of(folder: &Path, id: String) -> Result<Slot, String> {
    let file = folder.join(format!("{id}.md"));
    if fs::symlink_metadata(&file).is_ok_and(|there| there.is_symlink()) {
        return Err(format!("`{}` is a link: left as it is", file.display()));
    }
    let known = match read_article(&file) {
        Ok(known) => Some(known),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => {
            return Err(format!("the article `{}` that is there cannot be read: {error}", file.display()));
        }
    };
    Ok(Slot { id, file, known })
}

/// Writes beside, under a name that nothing has, and moves: no reader sees half an article.
fn write(file: &Path, text: &str) -> Result<(), ImportError> {
    let folder = file.parent().unwrap_or(Path::new("."));
    let mut beside = tempfile::Builder::new();
    let beside = beside.prefix(".casebook-").suffix(".new");
    let written = beside.make_in(folder, |path| new_file::open(path, Readers::Usual)).and_then(|mut new| {
        new.write_all(text.as_bytes())?;
        new.persist(file).map(|_| ()).map_err(|failed| failed.error)
    });
    written.map_err(|source| ImportError::Write { path: file.to_path_buf(), source })
}
