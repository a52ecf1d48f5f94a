//! Import: a folder of documents becomes a folder of articles.

use std::{
    collections::HashMap,
    fs, io,
    path::{Path, PathBuf},
};

use serde::Serialize;

use super::{
    App, AppError,
    documents::{self, Document},
};
use crate::{
    article::{self, MAX_ARTICLE_BYTES},
    import::{self, Form},
    parsed::Warning,
};

/// Name and version of the JSON form.
pub const SCHEMA: &str = "casebook.kb-import/1";

/// Of so many characters of a text one may be a control character: what a terminal left, or a torn place.
const SHARE_ODD: usize = 100;

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
    /// Each article, in the order of the documents.
    pub articles: Vec<ImportedArticle>,
    /// Documents that could not be imported, and why.
    pub warnings: Vec<Warning>,
}

/// An article that an import wrote or found the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ImportedArticle {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// The document, below the folder that was imported.
    pub source: String,
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
    #[error("no document to import in `{}`: Markdown (.md, .markdown) and HTML (.html, .htm) are read", .path.display())]
    Nothing {
        /// The folder.
        path: PathBuf,
    },
}

impl App {
    /// Imports the documents of a folder, or one document, into a folder of articles. What an import made of the same document is
    /// updated in place; what is there from elsewhere stays.
    ///
    /// # Errors
    /// When the folder cannot be read, has no documents, or an article cannot be written. A document that cannot be imported is
    /// a warning.
    pub fn import(&self, from: &Path, to: &Path) -> Result<ImportReport, ImportError> {
        let extractor = self.extractor()?;
        let mut report = ImportReport {
            schema: SCHEMA,
            created: 0,
            updated: 0,
            unchanged: 0,
            articles: Vec::new(),
            warnings: Vec::new(),
        };
        let read = |source| ImportError::Read { path: from.to_path_buf(), source };
        let given = fs::metadata(from).map_err(read)?;
        let whole = |path: &Path| fs::canonicalize(path).or_else(|_| std::path::absolute(path));
        if let (Ok(from), Ok(into)) = (whole(from), whole(to))
            && given.is_dir()
            && into.starts_with(&from)
        {
            return Err(ImportError::Among { to: to.to_path_buf() });
        }
        let documents = if given.is_dir() {
            documents::find(from, &|path| form(path).filter(|_| !is_readme(path)), &mut |_, place, error| {
                report.warnings.push(Warning::new(place, format!("cannot read folder: {error}")));
            })
            .map_err(read)?
        } else {
            let place = from.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let one = |form| Document { path: from.to_path_buf(), place, form, bytes: given.len() };
            form(from).map(one).into_iter().collect()
        };
        if documents.is_empty() {
            return Err(ImportError::Nothing { path: from.to_path_buf() });
        }
        fs::create_dir_all(to).map_err(|source| ImportError::Write { path: to.to_path_buf(), source })?;
        let mut ids: HashMap<String, String> = HashMap::new();
        for Document { path, place, form, bytes } in documents {
            let mut warn = |message: String| report.warnings.push(Warning::new(place.clone(), message));
            if bytes > MAX_ARTICLE_BYTES as u64 {
                warn(format!("{bytes} bytes are more than an article may have ({MAX_ARTICLE_BYTES})"));
                continue;
            }
            let bytes = match fs::read(&path) {
                Ok(bytes) => bytes,
                Err(error) => {
                    warn(format!("cannot be read: {error}"));
                    continue;
                }
            };
            let text = crate::logs::decode::decode(&bytes).value;
            if !is_text(&text) {
                warn("is no text".to_string());
                continue;
            }
            let imported = match import::document(&place, &text, form, extractor) {
                Ok(imported) => imported,
                Err(error) => {
                    warn(error.to_string());
                    continue;
                }
            };
            if let Err(error) = article::parse(&place, &imported.text) {
                warn(format!("gives no article: {error}"));
                continue;
            }
            if let Some(other) = ids.insert(imported.id.clone(), place.clone()) {
                warn(format!("has the same id as `{other}`: left out"));
                ids.insert(imported.id, other);
                continue;
            }
            let file = to.join(format!("{}.md", imported.id));
            let known = match fs::read_to_string(&file) {
                Ok(known) => Some(known),
                Err(error) if error.kind() == io::ErrorKind::NotFound => None,
                Err(error) => {
                    warn(format!("the article `{}` that is there cannot be read: {error}", file.display()));
                    continue;
                }
            };
            let origin = |known: &String| article::parse(&place, known).ok().and_then(|article| article.value.origin);
            if known.as_ref().is_some_and(|known| origin(known).as_ref() != Some(&place)) {
                warn(format!("`{}` is there and was not made of it: left as it is", file.display()));
                continue;
            }
            let count = match &known {
                None => &mut report.created,
                Some(known) if *known == imported.text => &mut report.unchanged,
                Some(_) => &mut report.updated,
            };
            *count += 1;
            if known.as_ref() != Some(&imported.text) {
                write(&file, &imported.text)?;
            }
            report.articles.push(ImportedArticle { id: imported.id, title: imported.title, source: place });
        }
        Ok(report)
    }
}

/// Whether a text is one: a program or a picture under the name of one decodes to control characters.
fn is_text(text: &str) -> bool {
    let odd = |c: &char| *c == '\u{FFFD}' || c.is_control() && !matches!(c, '\n' | '\r' | '\t' | '\u{C}' | '\u{1B}');
    text.chars().filter(odd).count() * SHARE_ODD <= text.chars().count()
}

/// Writes beside and moves: no reader sees half an article.
fn write(file: &Path, text: &str) -> Result<(), ImportError> {
    let beside = file.with_extension("md.new");
    let written = fs::write(&beside, text).and_then(|()| fs::rename(&beside, file));
    written.map_err(|source| ImportError::Write { path: file.to_path_buf(), source })
}

/// Tells about its folder.
fn is_readme(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.to_string_lossy().to_lowercase().starts_with("readme."))
}

fn form(path: &Path) -> Option<Form> {
    let ending = path.extension()?.to_string_lossy().to_lowercase();
    match ending.as_str() {
        "md" | "markdown" => Some(Form::Markdown),
        "html" | "htm" => Some(Form::Html),
        _ => None,
    }
}
