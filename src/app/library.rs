//! The articles in use: folders of Markdown files and the built-in set.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use super::documents::{self, Document};
use crate::{
    article::{self, Article, ArticleId, MAX_ARTICLE_BYTES},
    config::BUILTIN,
    parsed::Warning,
};

/// Why the articles cannot be loaded.
#[derive(Debug, thiserror::Error)]
pub enum LibraryError {
    /// A folder named by the user cannot be read.
    #[error("cannot read article folder `{}`", .path.display())]
    Folder {
        /// The folder.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

/// The articles in use.
#[derive(Debug, Default)]
pub struct Library {
    /// In the order of the folders; ids are unique: of two the later one stands.
    pub articles: Vec<Article>,
    /// Articles that could not be read.
    pub warnings: Vec<Warning>,
    /// A hash of all their texts.
    pub fingerprint: [u8; 32],
}

impl Library {
    /// Loads folders in order; `builtin` stands for the built-in set.
    ///
    /// # Errors
    /// When a folder cannot be read. A broken article is a warning.
    pub fn load(folders: &[String]) -> Result<Self, LibraryError> {
        let mut texts: Vec<(String, String)> = Vec::new();
        let mut warnings = Vec::new();
        for folder in folders {
            if folder == BUILTIN {
                texts.extend(article::builtin().map(|(source, text)| (source.to_string(), text.to_string())));
            } else {
                let path = PathBuf::from(folder);
                read_folder(&path, &mut texts, &mut warnings)
                    .map_err(|source| LibraryError::Folder { path, source })?;
            }
        }
        let mut hasher = blake3::Hasher::new();
        for part in texts.iter().flat_map(|(source, text)| [source, text]) {
            hasher.update(&(part.len() as u64).to_le_bytes()).update(part.as_bytes());
        }
        let parsed = article::parse_all(texts.iter().map(|(source, text)| (source.as_str(), text.as_str())));
        warnings.extend(parsed.warnings);
        if parsed.value.is_empty() {
            warnings.push(Warning::new(folders.join(", "), "no article could be loaded: nothing can be known"));
        }
        Ok(Library { articles: parsed.value, warnings, fingerprint: *hasher.finalize().as_bytes() })
    }

    /// The article with an id.
    pub fn find(&self, id: &str) -> Option<&Article> {
        let id = ArticleId(id.to_string());
        self.articles.iter().find(|article| article.id == id)
    }
}

/// Reads the Markdown files of a folder.
fn read_folder(folder: &Path, texts: &mut Vec<(String, String)>, warnings: &mut Vec<Warning>) -> io::Result<()> {
    let is_markdown = |path: &Path| path.extension().filter(|ending| ending.eq_ignore_ascii_case("md")).map(|_| ());
    let found = documents::find(folder, &is_markdown, &mut |path, _, error| {
        warnings.push(Warning::new(path.display().to_string(), format!("cannot read folder: {error}")));
    })?;
    for Document { path, bytes, .. } in found {
        let name = path.display().to_string();
        if bytes > MAX_ARTICLE_BYTES as u64 {
            warnings.push(Warning::new(name, format!("larger than {MAX_ARTICLE_BYTES} bytes: not read as an article")));
            continue;
        }
        match fs::read_to_string(&path) {
            Ok(text) if !is_readme(&path, &text) => texts.push((name, text)),
            Ok(_) => {}
            Err(error) => warnings.push(Warning::new(name, format!("cannot read: {error}"))),
        }
    }
    Ok(())
}

/// A README without front matter tells about the folder and is no broken article.
fn is_readme(path: &Path, text: &str) -> bool {
    path.file_stem().is_some_and(|stem| stem.eq_ignore_ascii_case("readme")) && !text.starts_with("---")
}
