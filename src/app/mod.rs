//! The services: one per user request, used alike by every edge.
//!
//! A service joins core, index and intake and returns a value: it never prints. [`App`] holds what they
//! share; each part is built only when a service needs it.

pub mod library;
pub mod search;
pub mod triage;

use std::{borrow::Cow, cell::OnceCell, fs, io, path::PathBuf};

use crate::{
    case::fields::{FieldRules, FieldRulesError},
    config::Settings,
    index::{ArticleIndex, IndexError},
    matching::profile::profiles,
    text::{
        relevance::Profiles,
        terms::{Terms, TermsError},
    },
};
use library::{Library, LibraryError};

/// Why a service could not be started.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// A file named in the settings cannot be read.
    #[error("cannot read `{}`", .path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Own field rules are wrong.
    #[error("cannot use the field rules")]
    Fields(#[from] FieldRulesError),
    /// Own terms are wrong.
    #[error("cannot use the terms in `{}`", .path.display())]
    Terms {
        /// The file.
        path: PathBuf,
        /// Why.
        source: TermsError,
    },
    /// The articles cannot be loaded.
    #[error("cannot load the articles")]
    Library(#[from] LibraryError),
    /// The full-text index cannot be built.
    #[error("cannot build the article index")]
    Index(#[from] IndexError),
}

/// Articles, terms, rules and index in use.
pub struct App {
    settings: Settings,
    library: Library,
    terms: Cow<'static, Terms>,
    profiles: OnceCell<Profiles>,
    index: OnceCell<ArticleIndex>,
}

impl App {
    /// Loads articles and terms by the settings.
    ///
    /// # Errors
    /// When a file or folder named in the settings cannot be used. A broken article is a warning of the
    /// library instead.
    pub fn open(settings: Settings) -> Result<Self, AppError> {
        let terms = match &settings.terms.value {
            None => Cow::Borrowed(Terms::builtin()),
            Some(path) => {
                let mut terms = Terms::builtin().clone();
                let text = read(path.clone())?;
                terms.add_toml(&text).map_err(|source| AppError::Terms { path: path.clone(), source })?;
                Cow::Owned(terms)
            }
        };
        let library = Library::load(&settings.kb.value)?;
        Ok(App { settings, library, terms, profiles: OnceCell::new(), index: OnceCell::new() })
    }

    /// The articles in use.
    pub fn library(&self) -> &Library {
        &self.library
    }

    fn field_rules(&self) -> Result<FieldRules, AppError> {
        let mut rules = FieldRules::builtin();
        if let Some(path) = &self.settings.fields.value {
            rules.prepend(&path.display().to_string(), &read(path.clone())?)?;
        }
        Ok(rules)
    }

    fn profiles(&self) -> &Profiles {
        self.profiles.get_or_init(|| profiles(&self.library.articles, &self.terms))
    }

    fn index(&self) -> Result<&ArticleIndex, AppError> {
        match self.index.get() {
            Some(index) => Ok(index),
            None => {
                let built = ArticleIndex::build(&self.library.articles, &self.terms)?;
                Ok(self.index.get_or_init(|| built))
            }
        }
    }
}

fn read(path: PathBuf) -> Result<String, AppError> {
    fs::read_to_string(&path).map_err(|source| AppError::Read { path, source })
}
