//! Writing imported articles: under which id, and over what.

use std::{
    collections::HashMap,
    fs, io,
    path::{Path, PathBuf},
};

use super::{ImportError, ImportReport, ImportedArticle, SCHEMA, State};
use crate::{
    article::{self},
    import::{self, Source, Touched},
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
    /// Of each id that was given, the document.
    ids: HashMap<String, String>,
}

/// Under which id a document becomes an article, and what is there.
struct Slot {
    id: String,
    file: PathBuf,
    known: Option<String>,
}

impl<'a> Keeper<'a> {
    pub(super) fn new(to: &'a Path, extractor: &'a Extractor, force: bool, warnings: Vec<Warning>) -> Self {
        let report = ImportReport {
            schema: SCHEMA,
            created: 0,
            updated: 0,
            unchanged: 0,
            edited: 0,
            failed: 0,
            left_out: 0,
            articles: Vec::new(),
            warnings,
        };
        Keeper { to, extractor, force, report, ids: HashMap::new() }
    }

    pub(super) fn finish(self) -> ImportReport {
        self.report
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

    /// Makes an article of a document and writes it where it belongs.
    ///
    /// # Errors
    /// When it cannot be written. A document that gives none is counted and told.
    pub(super) fn keep(&mut self, mut source: Source, at: &Place) -> Result<(), ImportError> {
        let slot = match self.slot(&source.path) {
            Ok(slot) => slot,
            Err(message) => {
                self.fail(at, message);
                return Ok(());
            }
        };
        source.id = Some(slot.id.clone());
        let imported = match import::compose(source, self.extractor) {
            Ok(imported) => imported,
            Err(error) => {
                self.fail(at, error.to_string());
                return Ok(());
            }
        };
        if let Err(error) = article::parse(&imported.source, &imported.text) {
            self.fail(at, format!("gives no article: {error}"));
            return Ok(());
        }
        self.ids.insert(slot.id, imported.source.clone());
        let (state, count) = match &slot.known {
            None => (State::Created, &mut self.report.created),
            Some(known) if *known == imported.text => (State::Unchanged, &mut self.report.unchanged),
            Some(known) if !self.force && import::touched(known) == Touched::Edited => {
                (State::Edited, &mut self.report.edited)
            }
            Some(_) => (State::Updated, &mut self.report.updated),
        };
        *count += 1;
        if matches!(state, State::Created | State::Updated) {
            write(&slot.file, &imported.text)?;
        }
        let article = ImportedArticle { id: imported.id, title: imported.title, source: imported.source, state };
        self.report.articles.push(article);
        Ok(())
    }

    /// The plain id of a path, or, where another document has that, one with digits of the path's hash. A document keeps the id that
    /// it has, whatever comes and goes beside it.
    fn slot(&self, path: &str) -> Result<Slot, String> {
        let slot = |id: String| -> Result<Slot, String> {
            let file = self.to.join(format!("{id}.md"));
            let known = match fs::read_to_string(&file) {
                Ok(known) => Some(known),
                Err(error) if error.kind() == io::ErrorKind::NotFound => None,
                Err(error) => {
                    return Err(format!("the article `{}` that is there cannot be read: {error}", file.display()));
                }
            };
            Ok(Slot { id, file, known })
        };
        let origin = |slot: &Slot| {
            let known = slot.known.as_ref()?;
            article::parse(path, known).ok().and_then(|article| article.value.origin)
        };
        let distinct = slot(import::distinct_id(path))?;
        if self.ids.get(&distinct.id).is_some_and(|other| other == path) {
            return Err("was there already".to_string());
        }
        if origin(&distinct).as_deref() == Some(path) {
            return Ok(distinct);
        }
        let plain = slot(import::plain_id(path))?;
        match self.ids.get(&plain.id) {
            Some(other) if other == path => return Err("was there already".to_string()),
            Some(_) => return free(distinct),
            None => {}
        }
        match (&plain.known, origin(&plain)) {
            (None, _) => Ok(plain),
            (Some(_), Some(origin)) if origin == path => Ok(plain),
            (Some(_), Some(_)) => free(distinct),
            (Some(_), None) => {
                Err(format!("`{}` is there and was not made of it: left as it is", plain.file.display()))
            }
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

/// Writes beside and moves: no reader sees half an article.
fn write(file: &Path, text: &str) -> Result<(), ImportError> {
    let beside = file.with_extension("md.new");
    let written = fs::write(&beside, text).and_then(|()| fs::rename(&beside, file));
    written.map_err(|source| ImportError::Write { path: file.to_path_buf(), source })
}
