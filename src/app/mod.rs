//! The services: one per user request, used alike by every edge.
//!
//! A service joins core, index and intake and returns a value: it never prints. [`App`] holds what they
//! share; each part is built only when a service needs it. Services that need no articles ([`code`], [`parse`],
//! [`signatures`], [`timeline`], [`diff`]) are functions.

pub mod care;
pub mod cases;
pub mod code;
pub mod demo;
pub mod diff;
mod documents;
pub mod draft;
pub mod eval;
pub mod git;
pub mod import;
pub mod ingest;
mod input;
pub mod kb_new;
pub mod kb_test;
pub mod kb_try;
pub mod layers;
pub mod library;
pub mod lint;
pub mod mailbox;
mod matcher;
pub mod new_file;
pub mod noise;
pub mod outgoing;
pub mod packs;
pub mod parse;
mod prepared;
pub mod profile;
pub mod reply;
pub mod report;
pub mod rules;
pub mod search;
pub mod signatures;
pub mod similar;
pub mod superseded;
pub mod tags;
pub mod team;
pub mod templates;
pub mod timeline;
pub mod triage;
pub mod tune;

use std::{
    borrow::Cow,
    cell::OnceCell,
    fs,
    io::{self, Read},
    path::{Path, PathBuf},
};

use crate::{
    article::Article,
    case::fields::{FieldRules, FieldRulesError},
    config::Settings,
    index::{ArticleIndex, IndexError},
    mail::Roles,
    matching::{
        profile::{passages, profiles, subjects},
        rank::Named,
        weights::Weights,
    },
    parsed::Parsed,
    signature::{
        benign::{BenignError, BenignRules},
        extract::Extractor,
        rules::RuleSet,
    },
    store::{
        StoreError,
        local::LocalStore,
        sqlite::{Access, SqliteStore},
        work::Noise,
    },
    text::{
        grams::GramIndex,
        passage::PassageIndex,
        phrase::PhraseBook,
        relevance::Profiles,
        terms::{Terms, TermsError},
    },
    utf8,
};
use library::{Library, LibraryError};
use matcher::Matcher;
use prepared::Prepared;

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
    /// Own weights are wrong.
    #[error("cannot use the weights in `{}`: they may be of another version (`casebook eval --tune` makes new ones)", .path.display())]
    Weights {
        /// The file.
        path: PathBuf,
        /// Why.
        source: toml::de::Error,
    },
    /// Own terms are wrong.
    #[error("cannot use the terms in `{}`", .path.display())]
    Terms {
        /// The file.
        path: PathBuf,
        /// Why.
        source: TermsError,
    },
    /// The own list of harmless lines is wrong.
    #[error("cannot use the list of harmless lines")]
    Benign(#[from] BenignError),
    /// A folder of own rules cannot be read.
    #[error("cannot read the rules in `{}`", .path.display())]
    Rules {
        /// The folder.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A file or folder of own tag rules cannot be read.
    #[error("cannot read the tag rules in `{}`", .path.display())]
    TagRules {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The articles cannot be loaded.
    #[error("cannot load the articles")]
    Library(#[from] LibraryError),
    /// Nobody says where cases are kept.
    #[error("no folder for the case store is known")]
    NoData,
    /// The case store refuses.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The full-text index cannot be built.
    #[error("cannot build the article index")]
    Index(#[from] IndexError),
}

/// Articles, terms, rules and index in use.
pub struct App {
    settings: Settings,
    library: Library,
    terms: Cow<'static, Terms>,
    weights: Cow<'static, Weights>,
    rules: RuleSet,
    /// Who reports and who answers, by the domains of the settings.
    roles: Roles,
    extractor: OnceCell<Extractor>,
    named: OnceCell<Named>,
    profiles: OnceCell<Profiles>,
    /// What articles without conditions are matched by: their passages, and how their subjects are spoken of.
    drawn: OnceCell<Option<(PassageIndex, GramIndex)>>,
    /// The terms with the glossary, where some article wants them.
    wide: OnceCell<Terms>,
    index: OnceCell<ArticleIndex>,
    prepared: OnceCell<Prepared>,
    /// Phrases that are compiled already, for the next case.
    book: PhraseBook,
    knowledge: OnceCell<String>,
    heeded: Heeded,
}

/// What a triage heeds of the list of noise, and at what time.
#[derive(Default)]
struct Heeded {
    noise: Vec<Noise>,
    now: i64,
}

impl App {
    /// Loads articles, terms and rules by the settings.
    ///
    /// # Errors
    /// When a file or folder named in the settings cannot be used. A broken article or
    /// rule is a warning of the library instead.
    pub fn open(settings: Settings) -> Result<Self, AppError> {
        let terms = terms(&settings)?;
        let weights = weights(&settings)?;
        let mut library = Library::load_kept(&settings.kb.value, settings.cache.value.as_deref())?;
        let rules = rules::load(&settings)?;
        library.warnings.extend(rules.warnings);
        Ok(App::of(settings, library, (terms, weights, rules.value)))
    }

    /// The same services with other articles.
    fn with_library(&self, library: Library) -> Self {
        let same = (self.terms.clone(), self.weights.clone(), self.rules.clone());
        // What is kept is told apart by what was read from files: a set that was put together is none of these.
        let mut settings = self.settings.clone();
        settings.cache.value = None;
        App::of(settings, library, same)
    }

    /// Services of which nothing is built yet.
    fn of(
        settings: Settings,
        library: Library,
        (terms, weights, rules): (Cow<'static, Terms>, Cow<'static, Weights>, RuleSet),
    ) -> Self {
        App {
            roles: roles(&settings),
            settings,
            library,
            terms,
            weights,
            rules,
            extractor: OnceCell::new(),
            named: OnceCell::new(),
            profiles: OnceCell::new(),
            drawn: OnceCell::new(),
            wide: OnceCell::new(),
            index: OnceCell::new(),
            prepared: OnceCell::new(),
            book: PhraseBook::default(),
            knowledge: OnceCell::new(),
            heeded: Heeded::default(),
        }
    }

    /// Opens the case store of the settings; `None` when it is only read and there is none.
    ///
    /// # Errors
    /// When the system names no folder and the settings none either, or the store cannot be used.
    pub fn store(settings: &Settings, access: Access) -> Result<Option<LocalStore>, AppError> {
        let folder = settings.data.value.as_ref().ok_or(AppError::NoData)?;
        Ok(LocalStore::open(folder, access, Box::new(ingest::Rereader::new(settings)?))?)
    }

    /// The same without its index: enough for what is derived of cases.
    ///
    /// # Errors
    /// As [`App::store`].
    pub fn kept(settings: &Settings, access: Access) -> Result<Option<SqliteStore>, AppError> {
        let folder = settings.data.value.as_ref().ok_or(AppError::NoData)?;
        Ok(SqliteStore::open(folder, access)?)
    }

    /// Has a triage heed what is silenced at `now`, in seconds since 1970. Stored cases heed it by themselves.
    pub fn heed(&mut self, noise: Vec<Noise>, now: i64) {
        self.heeded = Heeded { noise, now };
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

    fn extractor(&self) -> Result<&Extractor, AppError> {
        match self.extractor.get() {
            Some(extractor) => Ok(extractor),
            None => {
                let built = Extractor::with_rules(self.rules.clone()).with_benign(benign(&self.settings)?);
                Ok(self.extractor.get_or_init(|| built))
            }
        }
    }

    fn profiles(&self) -> &Profiles {
        self.profiles
            .get_or_init(|| self.prepared().value("profiles", || profiles(&self.library.articles, &self.terms)))
    }

    fn prepared(&self) -> &Prepared {
        self.prepared.get_or_init(|| {
            // Terms that cannot be read any more were read a moment ago: nothing is found for them.
            let terms = self.settings.terms.value.as_ref().map(|path| fs::read(path).unwrap_or_default());
            let parts: [&[u8]; 2] = [&self.library.fingerprint, terms.as_deref().unwrap_or_default()];
            Prepared::of(self.settings.cache.value.as_deref(), self.library.articles.len(), &parts)
        })
    }

    fn wide_terms(&self) -> &Terms {
        self.wide.get_or_init(|| self.prepared().value("wide", || self.terms.with_glossary()))
    }

    fn matcher(&self) -> Matcher<'_> {
        let drawn = self.drawn.get_or_init(|| {
            self.library.articles.iter().any(Article::is_drawn).then(|| {
                let cache = self.settings.cache.value.as_deref();
                // They are the program's own: one set for all folders of articles.
                let subjects = Prepared::of(cache, prepared::WORTH, &[b"subjects"]).value("subjects", subjects);
                let make = || passages(&self.library.articles, self.wide_terms());
                (self.prepared().value("passages", make), subjects)
            })
        });
        Matcher {
            articles: &self.library.articles,
            named: self.named.get_or_init(|| Named::of(&self.library.articles)),
            profiles: self.profiles(),
            drawn: drawn.as_ref().map(|(passages, subjects)| (passages, subjects)),
            wide: if drawn.is_some() { self.wide_terms() } else { &self.terms },
            weights: &self.weights,
            terms: &self.terms,
            known_from: self.settings.known_from.value,
        }
    }

    fn index(&self) -> Result<&ArticleIndex, AppError> {
        match self.index.get() {
            Some(index) => Ok(index),
            None => {
                let built = self.prepared().index(&self.library.articles, &self.terms)?;
                Ok(self.index.get_or_init(|| built))
            }
        }
    }
}

/// The built-in terms with those that the settings name.
///
/// # Errors
/// When the file of own terms cannot be used.
pub fn terms(settings: &Settings) -> Result<Cow<'static, Terms>, AppError> {
    let own = own_terms_text(settings)?;
    let text = own.as_ref().map_or("", |(_, text)| text);
    let prepared = Prepared::of(settings.cache.value.as_deref(), prepared::WORTH, &[b"terms", text.as_bytes()]);
    if let Some(kept) = prepared.kept("terms") {
        return Ok(Cow::Owned(kept));
    }
    let terms = with_own(own)?.map_or_else(|| Cow::Borrowed(Terms::builtin()), Cow::Owned);
    prepared.keep("terms", terms.as_ref());
    Ok(terms)
}

/// The weights of the settings, or the built-in ones.
///
/// # Errors
/// When the file of own weights cannot be used.
fn weights(settings: &Settings) -> Result<Cow<'static, Weights>, AppError> {
    let Some(path) = &settings.weights.value else { return Ok(Cow::Borrowed(Weights::builtin())) };
    let weights = Weights::from_toml(&read(path.clone())?);
    weights.map(Cow::Owned).map_err(|source| AppError::Weights { path: path.clone(), source })
}

/// The built-in terms with those of one's own; `None`: the built-in ones alone, which are read where they are needed.
///
/// # Errors
/// When the file of own terms cannot be used.
pub fn own_terms(settings: &Settings) -> Result<Option<Terms>, AppError> {
    with_own(own_terms_text(settings)?)
}

/// The file of own terms, with what stands in it.
fn own_terms_text(settings: &Settings) -> Result<Option<(PathBuf, String)>, AppError> {
    let path = settings.terms.value.clone();
    path.map(|path| read(path.clone()).map(|text| (path, text))).transpose()
}

fn with_own(own: Option<(PathBuf, String)>) -> Result<Option<Terms>, AppError> {
    let Some((path, text)) = own else { return Ok(None) };
    let mut terms = Terms::builtin().clone();
    terms.add_toml(&text).map_err(|source| AppError::Terms { path, source })?;
    Ok(Some(terms))
}

/// Who reports and who answers, by the domains of the settings.
pub fn roles(settings: &Settings) -> Roles {
    Roles::new(&settings.own_domains.value, &settings.vendor_domains.value)
}

/// An extractor with the signature rules and the harmless lines that the settings name. A rule that is wrong is a warning.
///
/// # Errors
/// When a file or folder of rules cannot be read, or the file of own harmless lines cannot be used.
pub fn extractor(settings: &Settings) -> Result<Parsed<Extractor>, AppError> {
    let Parsed { value, warnings } = rules::load(settings)?;
    Ok(Parsed { value: Extractor::with_rules(value).with_benign(benign(settings)?), warnings })
}

/// The harmless lines of one's own with the built-in ones; `None`: the built-in ones alone.
fn benign(settings: &Settings) -> Result<Option<BenignRules>, AppError> {
    let Some(path) = &settings.benign.value else { return Ok(None) };
    Ok(Some(BenignRules::with_own(&path.display().to_string(), &read(path.clone())?)?))
}

/// A file of rules or terms larger than this is none.
const LARGEST: u64 = 4 << 20;

fn read(path: PathBuf) -> Result<String, AppError> {
    let text = read_bytes(&path).and_then(|bytes| Ok(utf8::text(bytes)?));
    text.map_err(|source| AppError::Read { path, source })
}

/// A file whole, within [`LARGEST`].
fn read_bytes(path: &Path) -> io::Result<Vec<u8>> {
    read_most(path, LARGEST)
}

/// A file whole, unless it has more than `most` bytes: [`io::ErrorKind::FileTooLarge`].
fn read_most(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    fs::File::open(path)?.take(most + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > most {
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, format!("larger than {most} bytes")));
    }
    Ok(bytes)
}
