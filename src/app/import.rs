//! Import: documents, and records of an export, become a folder of articles.
//!
//! `sources` finds what is there and reads it, `keep` writes the articles, `shelf` knows those of earlier imports.

mod keep;
mod mappings;
mod shelf;
mod sources;

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use serde::Serialize;

use super::{App, AppError};
use crate::{
    import::mapping::{Mapping, MappingError},
    parsed::Warning,
};
pub use mappings::{ListedMapping, MappingList, list_mappings, load_mapping};

/// Name and version of the JSON form.
pub const SCHEMA: &str = "casebook.kb-import/1";

/// What to import.
#[derive(Debug)]
pub struct ImportRequest<'a> {
    /// A folder of documents, a document, an archive of them, or an export.
    pub from: &'a Path,
    /// The folder of articles.
    pub to: &'a Path,
    /// How records of an export are read; `None`: documents are.
    pub mapping: Option<&'a Mapping>,
    /// Whether articles that were edited since they were imported are written over.
    pub force: bool,
}

/// What an import did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ImportReport {
    /// [`SCHEMA`].
    pub schema: &'static str,
    /// Articles that are new.
    pub created: u64,
    /// Articles that were there and changed.
    pub updated: u64,
    /// Articles that were there and are the same.
    pub unchanged: u64,
    /// Articles that were there and whose document lay elsewhere before.
    pub moved: u64,
    /// Documents that say what another one says: they share its article.
    pub copies: u64,
    /// Articles that somebody edited since they were imported, and that were kept.
    pub edited: u64,
    /// Documents and records that gave no article.
    pub failed: u64,
    /// Records that the mapping's filters leave out, lists of pages, and files that others took in.
    pub left_out: u64,
    /// Files that documents take in and that are not in the folder.
    pub missing_includes: u64,
    /// Each article, in the order of the documents.
    pub articles: Vec<ImportedArticle>,
    /// Articles of earlier imports whose document was not among these: it is gone, or from elsewhere. They are left as they are.
    pub absent: Vec<AbsentDocument>,
    /// What could not be imported, or not whole, and why.
    pub warnings: Vec<Warning>,
}

impl Default for ImportReport {
    fn default() -> Self {
        ImportReport {
            schema: SCHEMA,
            created: 0,
            updated: 0,
            unchanged: 0,
            moved: 0,
            copies: 0,
            edited: 0,
            failed: 0,
            left_out: 0,
            missing_includes: 0,
            articles: Vec::new(),
            absent: Vec::new(),
            warnings: Vec::new(),
        }
    }
}

/// What became of an article.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// It is new.
    Created,
    /// It was there and changed.
    Updated,
    /// It was there and is the same.
    Unchanged,
    /// Its document lay elsewhere before: it has the new path now, and its id still.
    Moved,
    /// Its document says what another one says: the article is that one's.
    Copy,
    /// Somebody edited it since it was imported: it was kept.
    Edited,
}

/// An article that an import wrote or left.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ImportedArticle {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// The document, below the folder that was imported, or the record.
    pub source: String,
    /// What became of it.
    pub state: State,
    /// Where its document lay before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub moved_from: Option<String>,
    /// The document that says the same, from which the article is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub copy_of: Option<String>,
}

/// An article of an earlier import whose document did not come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AbsentDocument {
    /// The article's id.
    pub id: String,
    /// The document, as it was known.
    pub source: String,
}

/// A path without links, whose end need not be there yet.
fn whole(path: &Path) -> io::Result<PathBuf> {
    let path = std::path::absolute(path)?;
    // `..` behind a link leads elsewhere than it seems: what is there is resolved whole.
    let there =
        path.ancestors().find_map(|above| Some((fs::canonicalize(above).ok()?, path.strip_prefix(above).ok()?)));
    Ok(there.map_or_else(|| path.clone(), |(above, rest)| above.join(rest)))
}

/// Why nothing could be imported.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// A service could not be started.
    #[error(transparent)]
    App(#[from] AppError),
    /// The folder or file to import cannot be read.
    #[error("cannot read `{}`", .path.display())]
    Read {
        /// The folder or file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// An article cannot be written.
    #[error("cannot write `{}`", .path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The articles would lie among the documents: the next import would take them for such, and one may be overwritten.
    #[error("the articles in `{}` would lie among the documents", .to.display())]
    Among {
        /// The folder of articles.
        to: PathBuf,
    },
    /// There is no document in it.
    #[error("no document to import in `{}`: {}", .path.display(), if *.by_mapping {
        "with a mapping, .csv, .tsv, .json, .jsonl and .ndjson are read"
    } else {
        "Markdown (.md, .markdown), HTML (.html, .htm), Word (.docx), entities.xml and .zip archives of them are read; records of a .csv or .json export need `--mapping`"
    })]
    Nothing {
        /// The folder.
        path: PathBuf,
        /// Whether an export was looked for.
        by_mapping: bool,
    },
    /// A mapping cannot be used.
    #[error("cannot use the mapping {source}")]
    Mapping {
        /// Why.
        #[from]
        source: MappingError,
    },
    /// There is no such mapping.
    #[error("`{name}` is no mapping that is built in ({known}), and no file")]
    NoMapping {
        /// What was asked for.
        name: String,
        /// Those that are built in.
        known: String,
    },
}

impl App {
    /// Imports documents or records into a folder of articles. What an import made of the same document is updated in place, unless
    /// somebody edited it since; what is there from elsewhere stays.
    ///
    /// # Errors
    /// When nothing can be read or there is nothing to import, or an article cannot be written. A document that cannot be imported
    /// is a warning.
    pub fn import(&self, request: &ImportRequest<'_>) -> Result<ImportReport, ImportError> {
        let ImportRequest { from, to, .. } = *request;
        let extractor = self.extractor()?;
        let given = fs::metadata(from).map_err(|source| ImportError::Read { path: from.to_path_buf(), source })?;
        if let (Ok(from), Ok(into)) = (whole(from), whole(to))
            && given.is_dir()
            && into.starts_with(&from)
        {
            return Err(ImportError::Among { to: to.to_path_buf() });
        }
        let mut warnings = Vec::new();
        let found = sources::find(from, given.is_dir(), request.mapping, &mut warnings)?;
        if found.is_empty() {
            return Err(ImportError::Nothing { path: from.to_path_buf(), by_mapping: request.mapping.is_some() });
        }
        fs::create_dir_all(to).map_err(|source| ImportError::Write { path: to.to_path_buf(), source })?;
        let mut keeper = keep::Keeper::new(to, extractor, request.force, warnings);
        let folder = sources::Folder::of(from, given.is_dir());
        // Files that are made to be taken in come last: one that was is no document of its own.
        let (fragments, documents): (Vec<_>, Vec<_>) =
            found.into_iter().partition(|document| crate::import::is_fragment(&document.place));
        for document in documents {
            sources::read(&document, request.mapping, &folder, &mut keeper)?;
        }
        for document in fragments {
            if folder.has_taken(&document.place) {
                keeper.leave_out();
            } else {
                sources::read(&document, request.mapping, &folder, &mut keeper)?;
            }
        }
        // One document says nothing of others, and those of a folder that gave no article are there all the same.
        let stem = from.file_stem().unwrap_or_default().to_string_lossy();
        let is_archive = from.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("zip"));
        keeper.finish(|source| match request.mapping {
            Some(mapping) => mapping.may_name(source, &stem),
            None if crate::import::Form::of(source).is_none() => false,
            None => is_archive || given.is_dir() && !from.join(source).exists(),
        })
    }
}
