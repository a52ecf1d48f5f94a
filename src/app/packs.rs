//! Sets of knowledge that travel: a layer's folder packed and signed, a pack checked and put in place.

mod install;
mod rules;

use std::{
    fs::File,
    io::{self, Read},
    path::{Path, PathBuf},
};

use jiff::Timestamp;
use serde::Serialize;

use super::{
    documents::{self, Document},
    layers::{self, MANIFEST},
    library::{LibraryError, is_readme},
    new_file::{self, Readers},
};
use crate::{
    article::{self, ArticleError},
    imap::auth::read_secret_file,
    pack::{self, KeyError, NewKey, PackError, PrivateKey},
    rule_file::RuleProblem,
};
pub use install::{Install, check};

/// Name and version of the JSON form of what was packed.
pub const PACK_SCHEMA: &str = "casebook.kb-pack/1";

/// How a PEM file says what it holds.
const PUBLIC: &[u8] = b"BEGIN PUBLIC KEY";
const PRIVATE: &[u8] = b"PRIVATE KEY";

/// Why a set cannot be packed or installed.
#[derive(Debug, thiserror::Error)]
pub enum PacksError {
    /// A file or folder cannot be read.
    #[error("cannot read `{}`", .path.display())]
    Read {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A file or folder cannot be written.
    #[error("cannot write `{}`", .path.display())]
    Write {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The private key is readable by others.
    #[error("others may read the key `{}`", .0.display())]
    Open(PathBuf),
    /// A public key was named where a private one is needed.
    #[error("`{}` is a public key: packing needs the private one", .0.display())]
    Public(PathBuf),
    /// A private key was named where a public one is needed.
    #[error("`{}` is a private key: installing needs the public one", .0.display())]
    Private(PathBuf),
    /// A key cannot be used.
    #[error("the key `{}` cannot be used", .path.display())]
    Key {
        /// Its file.
        path: PathBuf,
        /// Why.
        source: KeyError,
    },
    /// The pack cannot be made or used.
    #[error("`{}` cannot be used: it {source}", .path.display())]
    Pack {
        /// The pack, or the folder that is packed.
        path: PathBuf,
        /// Why.
        source: PackError,
    },
    /// An article of the set cannot be read by anybody.
    #[error("the set has a broken article")]
    Article(#[from] ArticleError),
    /// A rule of the set is wrong, or one of its examples fails.
    #[error("the set has a bad rule: {}", told(.0))]
    Rules(Vec<RuleProblem>),
    /// The file that tells of the layer is wrong.
    #[error(transparent)]
    Library(#[from] LibraryError),
    /// There is nothing in the folder.
    #[error("there is no article and no rule in `{}`", .0.display())]
    Empty(PathBuf),
    /// What is there was not installed from a pack.
    #[error("`{}` is there and is no installed set", .0.display())]
    Foreign(PathBuf),
    /// A file of the set that is there was added, edited or removed since: it would be gone.
    #[error("`{}` was not installed so: installing would undo that change", .0.display())]
    Changed(PathBuf),
    /// What is there is of another name.
    #[error("`{}` holds the set `{name}`", .path.display())]
    OtherName {
        /// The folder.
        path: PathBuf,
        /// The name of the set in it.
        name: String,
    },
    /// What is there is newer.
    #[error("the set of {installed} that is installed is newer than the one of {packed}")]
    Older {
        /// The date of the set that is there.
        installed: String,
        /// The date of the pack.
        packed: String,
    },
    /// Nobody says where sets are kept.
    #[error("no folder for installed sets is known")]
    NoFolder,
}

/// The first problem, and how many there are.
fn told(problems: &[RuleProblem]) -> String {
    let Some(first) = problems.first() else { return "unknown".to_string() };
    let rule = first.rule.as_ref().map(|rule| format!("rule `{rule}`: ")).unwrap_or_default();
    let more = match problems.len() - 1 {
        0 => String::new(),
        more => format!(" (and {more} more)"),
    };
    format!("`{}` line {}: {rule}{}{more}", first.file, first.line, first.message)
}

/// What was packed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PackReport {
    /// [`PACK_SCHEMA`].
    pub schema: &'static str,
    /// The pack.
    pub file: String,
    /// The set's name.
    pub name: String,
    /// Its date.
    pub date: String,
    /// Articles in it.
    pub articles: usize,
    /// Files in all.
    pub files: usize,
}

/// Packs the articles and rules of a folder under a name, dated and signed, into a new file.
///
/// # Errors
/// When the folder or key cannot be read, an article or rule is broken, a limit is passed, or the file is there or cannot be written.
pub fn pack(folder: &Path, name: &str, key: &Path, to: &Path, now: Timestamp) -> Result<PackReport, PacksError> {
    let private = private_key(key)?;
    let files = collect(folder)?;
    let mut articles = 0;
    for (path, bytes) in files.iter().filter(|(path, _)| path.ends_with(".md")) {
        let text = String::from_utf8_lossy(bytes);
        if !is_readme(Path::new(path), &text) {
            article::parse(path, &text)?;
            articles += 1;
        }
    }
    if files.iter().all(|(path, _)| path == MANIFEST) {
        return Err(PacksError::Empty(folder.into()));
    }
    if let Some((_, bytes)) = files.iter().find(|(path, _)| path == MANIFEST) {
        layers::read_manifest(&folder.to_string_lossy(), &String::from_utf8_lossy(bytes))?;
    }
    rules::check(&files)?;
    let date = now.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
    let failed = |source| PacksError::Pack { path: folder.into(), source };
    let sealed = pack::seal(name, &date, &files, &private).map_err(failed)?;
    new_file::write(to, &sealed, Readers::Usual).map_err(|source| PacksError::Write { path: to.into(), source })?;
    let files = files.len();
    Ok(PackReport { schema: PACK_SCHEMA, file: to.display().to_string(), name: name.into(), date, articles, files })
}

/// The files of a layer's folder that a pack takes: Markdown, and TOML at its top and in its folders of rules.
fn collect(folder: &Path) -> Result<Vec<(String, Vec<u8>)>, PacksError> {
    let read = |path: &Path| {
        let path = path.to_path_buf();
        move |source| PacksError::Read { path, source }
    };
    let form = |path: &Path| {
        let ending = path.extension()?.to_string_lossy().to_lowercase();
        matches!(ending.as_str(), "md" | "toml").then_some(())
    };
    let mut unreadable = None;
    let found = documents::find(folder, &form, &mut |path, _, error| {
        unreadable.get_or_insert((path.to_path_buf(), error));
    })
    .map_err(read(folder))?;
    // A set without a part of it would be a wrong one.
    if let Some((path, unread)) = unreadable {
        return Err(PacksError::Read { path, source: unread.into() });
    }
    let mut files = Vec::with_capacity(found.len());
    for Document { path, place, .. } in found {
        let is_rule = place == MANIFEST || place.starts_with("rules/") || place.starts_with("tags/");
        if place.ends_with(".toml") && !is_rule {
            continue;
        }
        let mut bytes = Vec::new();
        File::open(&path)
            .and_then(|file| file.take(pack::MAX_FILE + 1).read_to_end(&mut bytes))
            .map_err(read(&path))?;
        files.push((place, bytes));
    }
    Ok(files)
}

/// Makes a pair of keys: the private one in `file`, for its owner alone, the public one in `file.pub`, which is given.
///
/// # Errors
/// When one of the files is there or cannot be written.
pub fn new_key(file: &Path) -> Result<PathBuf, PacksError> {
    let key = NewKey::generate().map_err(|source| PacksError::Key { path: file.into(), source })?;
    let mut public = file.as_os_str().to_owned();
    public.push(".pub");
    let public = PathBuf::from(public);
    let write = |path: &Path, text: &str, readers| {
        new_file::write(path, text.as_bytes(), readers)
            .map_err(|source| PacksError::Write { path: path.into(), source })
    };
    write(file, &key.private, Readers::Owner)?;
    write(&public, &key.public, Readers::Usual)?;
    Ok(public)
}

fn private_key(path: &Path) -> Result<PrivateKey, PacksError> {
    // Whoever may read a public key, it is not the one.
    if install::read_most(path, install::MAX_KEY)?.windows(PUBLIC.len()).any(|part| part == PUBLIC) {
        return Err(PacksError::Public(path.into()));
    }
    let bytes = read_secret_file(path).map_err(|source| PacksError::Read { path: path.into(), source })?;
    let bytes = bytes.ok_or_else(|| PacksError::Open(path.into()))?;
    PrivateKey::from_pem(&String::from_utf8_lossy(&bytes))
        .map_err(|source| PacksError::Key { path: path.into(), source })
}
