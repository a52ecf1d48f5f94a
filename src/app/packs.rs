//! Sets of knowledge that travel: a layer's folder packed and signed, a pack checked and put in place.

use std::{
    collections::HashMap,
    fs::{self, File, OpenOptions},
    io::{self, Read, Write},
    path::{Path, PathBuf},
};

use jiff::Timestamp;
use serde::Serialize;

use super::{
    App,
    documents::{self, Document},
    kb_try::Trial,
    layers::{self, MANIFEST},
    library::{Library, LibraryError, read_layer},
};
use crate::{
    article::{self, ArticleError},
    config::Settings,
    imap::auth::read_secret_file,
    pack::{self, KeyError, Listed, MAX_PACK, Manifest, NewKey, Pack, PackError, PrivateKey, PublicKey},
    parsed::Warning,
};

/// Name and version of the JSON form of what was packed.
pub const PACK_SCHEMA: &str = "casebook.kb-pack/1";

/// The file in an installed set that holds the manifest of its pack.
const INSTALLED: &str = ".casebook-pack.json";

/// Bytes of a key file at most.
const MAX_KEY: u64 = 64 << 10;

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
/// When the folder or key cannot be read, an article is broken, a limit is passed, or the file is there or cannot be written.
pub fn pack(folder: &Path, name: &str, key: &Path, to: &Path, now: Timestamp) -> Result<PackReport, PacksError> {
    let private = private_key(key)?;
    let files = collect(folder)?;
    let mut articles = 0;
    for (path, bytes) in files.iter().filter(|(path, _)| path.ends_with(".md")) {
        let text = String::from_utf8_lossy(bytes);
        if !is_readme(path, &text) {
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
    let date = now.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
    let failed = |source| PacksError::Pack { path: folder.into(), source };
    let sealed = pack::seal(name, &date, &files, &private).map_err(failed)?;
    write_new(to, &sealed, false)?;
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

fn is_readme(path: &str, text: &str) -> bool {
    path.to_lowercase().ends_with("readme.md") && !text.starts_with("---")
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
    write_new(file, key.private.as_bytes(), true)?;
    write_new(&public, key.public.as_bytes(), false)?;
    Ok(public)
}

fn private_key(path: &Path) -> Result<PrivateKey, PacksError> {
    let bytes = read_secret_file(path).map_err(|source| PacksError::Read { path: path.into(), source })?;
    let bytes = bytes.ok_or_else(|| PacksError::Open(path.into()))?;
    PrivateKey::from_pem(&String::from_utf8_lossy(&bytes))
        .map_err(|source| PacksError::Key { path: path.into(), source })
}

/// A new file, over no other; one that is `secret` for its owner alone from the beginning.
fn write_new(path: &Path, bytes: &[u8], secret: bool) -> Result<(), PacksError> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    if secret {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    #[cfg(not(unix))]
    let _ = secret;
    let failed = |source| PacksError::Write { path: path.into(), source };
    let mut file = options.open(path).map_err(failed)?;
    file.write_all(bytes).and_then(|()| file.sync_all()).map_err(failed)
}

/// A pack that was checked, and where it goes.
pub struct Install {
    /// What is in it.
    pub pack: Pack,
    /// The folder that it goes to.
    pub folder: PathBuf,
    /// What stands there now.
    pub installed: Option<Manifest>,
    /// Whether the folder is among those of the settings.
    pub in_use: bool,
    /// What cannot be read of its articles.
    pub warnings: Vec<Warning>,
}

/// Checks a pack against a public key, and where it is to go.
///
/// # Errors
/// When it is not signed by the key, passes a limit, has a path that is not plain, is older than what is there (unless `older`), or
/// the folder holds anything else.
pub fn check(
    file: &Path,
    key: &Path,
    to: Option<&Path>,
    older: bool,
    settings: &Settings,
) -> Result<Install, PacksError> {
    let text = read_most(key, MAX_KEY)?;
    let public = PublicKey::from_pem(&String::from_utf8_lossy(&text))
        .map_err(|source| PacksError::Key { path: key.into(), source })?;
    let failed = |source| PacksError::Pack { path: file.into(), source };
    let pack = pack::open(&read_most(file, MAX_PACK)?, &public).map_err(failed)?;
    let folder = match to {
        Some(folder) => folder.to_path_buf(),
        None => settings.data.value.as_ref().ok_or(PacksError::NoFolder)?.join("kb").join(&pack.manifest.name),
    };
    // Without a slash at its end: what lies beside it only while it is put in place is named after it.
    let folder: PathBuf = folder.components().collect();
    if folder.file_name().is_none() {
        return Err(PacksError::Foreign(folder));
    }
    let installed = installed(&folder)?;
    if let Some(there) = &installed
        && let Some(path) = changed(&folder, there)?
    {
        return Err(PacksError::Changed(path));
    }
    if let Some(there) = &installed {
        if there.name != pack.manifest.name {
            return Err(PacksError::OtherName { path: folder, name: there.name.clone() });
        }
        // RFC 3339 in one zone and one form: later is greater.
        if there.date > pack.manifest.date && !older {
            let (installed, packed) = (there.date.clone(), pack.manifest.date.clone());
            return Err(PacksError::Older { installed, packed });
        }
    }
    let in_use = settings.kb.value.iter().any(|used| is_same(Path::new(used), &folder));
    let mut warnings = Vec::new();
    for (path, text) in articles(&pack) {
        match article::parse(&path, &text) {
            Ok(parsed) => warnings.extend(parsed.warnings),
            Err(error) => warnings.push(article::left_out(&path, &error)),
        }
    }
    if let Some((_, bytes)) = pack.files.iter().find(|(path, _)| path == MANIFEST) {
        layers::read_manifest(&folder.to_string_lossy(), &String::from_utf8_lossy(bytes))?;
    }
    Ok(Install { pack, folder, installed, in_use, warnings })
}

fn articles(pack: &Pack) -> impl Iterator<Item = (String, String)> {
    let texts = pack.files.iter().filter(|(path, _)| path.to_lowercase().ends_with(".md"));
    let texts = texts.map(|(path, bytes)| (path.clone(), String::from_utf8_lossy(bytes).into_owned()));
    texts.filter(|(path, text)| !is_readme(path, text))
}

fn is_same(a: &Path, b: &Path) -> bool {
    a == b || matches!((fs::canonicalize(a), fs::canonicalize(b)), (Ok(a), Ok(b)) if a == b)
}

/// A file whole, unless it is longer than a limit.
fn read_most(path: &Path, most: u64) -> Result<Vec<u8>, PacksError> {
    let mut bytes = Vec::new();
    let read = File::open(path).and_then(|file| file.take(most + 1).read_to_end(&mut bytes));
    read.map_err(|source| PacksError::Read { path: path.into(), source })?;
    if bytes.len() as u64 > most {
        let source = PackError::TooLarge { what: "the file".into(), most };
        return Err(PacksError::Pack { path: path.into(), source });
    }
    Ok(bytes)
}

/// The manifest of the set in a folder; `None`: the folder is not there, or empty.
fn installed(folder: &Path) -> Result<Option<Manifest>, PacksError> {
    let mut entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(source) => return Err(PacksError::Read { path: folder.into(), source }),
    };
    if entries.next().is_none() {
        return Ok(None);
    }
    let text = fs::read(folder.join(INSTALLED)).map_err(|_| PacksError::Foreign(folder.into()))?;
    serde_json::from_slice(&text).map(Some).map_err(|_| PacksError::Foreign(folder.into()))
}

/// The folder beside another that is there only while a set is put in place.
fn beside(folder: &Path, what: &str) -> PathBuf {
    let mut name = folder.as_os_str().to_owned();
    name.push(what);
    PathBuf::from(name)
}

/// The first file of an installed set that is not as it was installed.
fn changed(folder: &Path, installed: &Manifest) -> Result<Option<PathBuf>, PacksError> {
    let failed = |path: &Path| {
        let path = path.to_path_buf();
        move |source| PacksError::Read { path, source }
    };
    let mut listed: HashMap<PathBuf, &Listed> =
        installed.files.iter().map(|file| (folder.join(&file.path), file)).collect();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(inside) = folders.pop() {
        for entry in fs::read_dir(&inside).map_err(failed(&inside))? {
            let path = entry.map_err(failed(&inside))?.path();
            let kind = fs::symlink_metadata(&path).map_err(failed(&path))?;
            if kind.is_dir() {
                folders.push(path);
            } else if path != folder.join(INSTALLED) {
                let Some(file) = listed.remove(&path).filter(|file| kind.is_file() && kind.len() == file.bytes) else {
                    return Ok(Some(path));
                };
                if !file.is_of(&fs::read(&path).map_err(failed(&path))?) {
                    return Ok(Some(path));
                }
            }
        }
    }
    Ok(listed.into_keys().min())
}

/// Brings back what stood there when an earlier run was killed between the two moves.
fn recover(folder: &Path, name: &str) -> Result<(), PacksError> {
    let old = beside(folder, ".old");
    // Anything else of that name is somebody's own.
    if folder.exists() || !matches!(installed(&old), Ok(Some(there)) if there.name == name) {
        return Ok(());
    }
    fs::rename(&old, folder).map_err(|source| PacksError::Write { path: folder.into(), source })
}

impl Install {
    /// Puts the set in place: written beside, then moved, so that no reader sees a part of it.
    ///
    /// # Errors
    /// When something cannot be written.
    pub fn put(&self) -> Result<(), PacksError> {
        let (new, old) = (beside(&self.folder, ".new"), beside(&self.folder, ".old"));
        let failed = |path: &Path| {
            let path = path.to_path_buf();
            move |source| PacksError::Write { path, source }
        };
        if let Some(above) = self.folder.parent() {
            fs::create_dir_all(above).map_err(failed(above))?;
        }
        recover(&self.folder, &self.pack.manifest.name)?;
        for left in [&new, &old] {
            // What an earlier run left; nothing else is touched.
            if installed(left)?.is_some() {
                fs::remove_dir_all(left).map_err(failed(left))?;
            }
        }
        fs::create_dir_all(&new).map_err(failed(&new))?;
        let manifest = serde_json::to_vec_pretty(&self.pack.manifest)
            .map_err(|error| PacksError::Write { path: new.join(INSTALLED), source: error.into() })?;
        // First: by it a later run knows that the folder is its own.
        write_new(&new.join(INSTALLED), &manifest, false)?;
        for (path, bytes) in &self.pack.files {
            let file = new.join(path);
            if let Some(above) = file.parent() {
                fs::create_dir_all(above).map_err(failed(above))?;
            }
            write_new(&file, bytes, false)?;
        }
        if self.folder.exists() {
            fs::rename(&self.folder, &old).map_err(failed(&self.folder))?;
        }
        if let Err(source) = fs::rename(&new, &self.folder) {
            // The first error is the one to tell; what stood there stands there again.
            let _ = fs::rename(&old, &self.folder);
            return Err(failed(&self.folder)(source));
        }
        if old.exists() {
            fs::remove_dir_all(&old).map_err(failed(&old))?;
        }
        Ok(())
    }

    /// The articles in use as they are, and with those of the set in the place of what stands in its folder.
    ///
    /// # Errors
    /// When a folder of the settings cannot be read.
    pub fn trial(&self, app: &App) -> Result<Trial, PacksError> {
        let mut layers = Vec::new();
        let mut unread = Vec::new();
        for layer in layers::of(&app.settings.kb.value)? {
            if !is_same(Path::new(&layer.folder), &self.folder) {
                let texts = read_layer(&layer, &mut unread)?;
                layers.push((layer, texts));
            }
        }
        let folder = self.folder.display().to_string();
        let told = self.pack.files.iter().find(|(path, _)| path == MANIFEST);
        let told = told.map(|(_, bytes)| String::from_utf8_lossy(bytes)).unwrap_or_default();
        let layer = layers::read_manifest(&folder, &told)?;
        let texts = articles(&self.pack).map(|(path, text)| (format!("{folder}/{path}"), text)).collect();
        layers.push((layer, texts));
        layers.sort_by_key(|(layer, _)| layer.layer);
        let what = format!("the set `{}` of {}", self.pack.manifest.name, self.pack.manifest.date);
        let (before, after) = (app.with_library(app.library.clone()), app.with_library(Library::build(layers)));
        Ok(Trial { before, after, what, warnings: Vec::new() })
    }
}
