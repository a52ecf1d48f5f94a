//! A new article's file, with what is to be filled in.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use super::new_file::{self, Readers};
use crate::article::{
    ArticleId, is_slug,
    template::{Template, render},
};

/// Why no file was made.
#[derive(Debug, thiserror::Error)]
pub enum NewArticleError {
    /// The id is none.
    #[error("`{0}` is no article id: lower-case words joined by hyphens, such as `spooler-access-denied`")]
    Id(ArticleId),
    /// The file is there.
    #[error("`{}` is there already; nothing was changed", .path.display())]
    Exists {
        /// The file.
        path: PathBuf,
    },
    /// The file cannot be written.
    #[error("cannot write `{}`", .path.display())]
    Write {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

/// Writes a new article into a folder, which is made where it is not there; gives the file.
///
/// # Errors
/// When the id is none, a file of that name is there, or it cannot be written.
pub fn new_article(template: &Template<'_>, folder: &Path) -> Result<PathBuf, NewArticleError> {
    if !is_slug(&template.id.0) {
        return Err(NewArticleError::Id(template.id.clone()));
    }
    write_article(folder, template.id, &render(template))
}

/// Writes an article's text into a folder under its id, and over no other; gives the file.
///
/// # Errors
/// When a file of that name is there, or it cannot be written.
pub fn write_article(folder: &Path, id: &ArticleId, text: &str) -> Result<PathBuf, NewArticleError> {
    fs::create_dir_all(folder).map_err(|source| NewArticleError::Write { path: folder.into(), source })?;
    let path = folder.join(format!("{id}.md"));
    let failed = |source: io::Error| match source.kind() {
        io::ErrorKind::AlreadyExists => NewArticleError::Exists { path: path.clone() },
        _ => NewArticleError::Write { path: path.clone(), source },
    };
    new_file::write(&path, text.as_bytes(), Readers::Usual).map_err(failed)?;
    Ok(path)
}
