//! What a change of articles would do to past cases: one article tried, the articles of another revision.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use super::{
    App,
    git::{self, GitError},
    layers::{self, MANIFEST},
    library::{Library, LibraryError, is_readme, read_layer},
};
use crate::{
    article::{self, ArticleError, ArticleStatus},
    config::BUILTIN,
    parsed::Warning,
    utf8,
};

/// Why nothing can be tried.
#[derive(Debug, thiserror::Error)]
pub enum TryError {
    /// The articles cannot be loaded.
    #[error(transparent)]
    Library(#[from] LibraryError),
    /// The file cannot be read.
    #[error("cannot read `{}`", .path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The file is no article.
    #[error("cannot try the article")]
    Article(#[from] ArticleError),
    /// Neither a file nor an article in use.
    #[error("there is neither a file nor an article `{0}`")]
    Missing(String),
    /// There is no folder that could have another revision.
    #[error("the articles in use are those of the program: they have no revisions")]
    NoFolder,
    /// Git does not give the revision.
    #[error(transparent)]
    Git(#[from] GitError),
}

/// Two sets of articles to be compared.
pub struct Trial {
    /// Without the change.
    pub before: App,
    /// With it.
    pub after: App,
    /// What the change is, in words.
    pub what: String,
    /// What could not be read of an earlier revision.
    pub warnings: Vec<Warning>,
}

impl App {
    /// The articles in use without and with one: a file that is new or was changed, or one in use by its id. The one that is tried
    /// counts as validated: what it will do is asked, not how far it is trusted today.
    ///
    /// # Errors
    /// When there is no such article, or the file is none.
    pub fn trial(&self, wanted: &str) -> Result<Trial, TryError> {
        let path = PathBuf::from(wanted);
        let mut article = if path.is_file() {
            let text = fs::read(&path).and_then(|bytes| Ok(utf8::text(bytes)?));
            let text = text.map_err(|source| TryError::Read { path, source })?;
            article::parse(wanted, &text)?.value
        } else {
            self.library.find(wanted).cloned().ok_or_else(|| TryError::Missing(wanted.to_string()))?
        };
        if !article.status.is_retired() {
            article.status = ArticleStatus::Validated;
        }
        let (mut before, mut after) = (self.library.articles.clone(), self.library.articles.clone());
        let what = format!("article `{}`", article.id);
        match after.iter().position(|one| one.id == article.id) {
            // By its id: what it does today is compared with none at all.
            Some(place) if self.library.find(wanted).is_some() => {
                before.remove(place);
                after[place] = article;
            }
            Some(place) => after[place] = article,
            None => after.push(article),
        }
        let app = |articles| self.with_library(Library { articles, ..self.library.clone() });
        Ok(Trial { before: app(before), after: app(after), what, warnings: Vec::new() })
    }

    /// The articles in use, and those that the same folders had at a revision of git.
    ///
    /// # Errors
    /// When there is no folder of one's own, or git does not give the revision of one.
    pub fn since(&self, revision: &str) -> Result<Trial, TryError> {
        let folders = &self.settings.kb.value;
        if folders.iter().all(|folder| folder == BUILTIN) {
            return Err(TryError::NoFolder);
        }
        let mut layers = Vec::new();
        for folder in folders {
            if folder == BUILTIN {
                let layer = layers::builtin();
                // The built-in set has no file that could not be read.
                let texts = read_layer(&layer, &mut Vec::new())?;
                layers.push((layer, texts));
                continue;
            }
            let files = git::files_at(&PathBuf::from(folder), revision)?;
            let manifest = files.iter().find(|(name, _)| name == MANIFEST).map(|(_, text)| text.as_str());
            let layer = layers::read_manifest(folder, manifest.unwrap_or_default())?;
            let texts = files.into_iter().filter(|(name, text)| is_article(name, text));
            layers.push((layer, texts.map(|(name, text)| (format!("{folder}/{name}").into(), text.into())).collect()));
        }
        layers.sort_by_key(|(layer, _)| layer.layer);
        let library = Library::build(layers);
        let warnings = library.warnings.clone();
        let after = self.with_library(self.library.clone());
        Ok(Trial {
            before: self.with_library(library),
            after,
            what: format!("the articles since `{revision}`"),
            warnings,
        })
    }
}

/// As in a folder: Markdown, and no README without front matter.
fn is_article(name: &str, text: &str) -> bool {
    let name = name.to_lowercase();
    let file = name.rsplit('/').next().unwrap_or(&name);
    file.ends_with(".md") && !is_readme(Path::new(file), text) && !name.split('/').any(|part| part.starts_with('.'))
}
