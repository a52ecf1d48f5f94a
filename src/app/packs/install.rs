//! A pack checked, and put in place of what stands there.

use std::{
    collections::HashMap,
    fs, io,
    path::{Path, PathBuf},
};

use super::{
    super::{
        App,
        kb_try::Trial,
        layers::{self, MANIFEST},
        library::{Library, is_readme, read_layer},
        new_file::{self, Readers},
    },
    PacksError, rules,
};
use crate::{
    app, article,
    config::Settings,
    pack::{self, Listed, MAX_PACK, Manifest, Pack, PackError, PublicKey},
    parsed::Warning,
};

/// The file in an installed set that holds the manifest of its pack.
const INSTALLED: &str = ".casebook-pack.json";

/// Bytes of a key file at most.
pub(super) const MAX_KEY: u64 = 64 << 10;

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
/// the folder holds anything else; or when one of its rules is wrong.
pub fn check(
    file: &Path,
    key: &Path,
    to: Option<&Path>,
    older: bool,
    settings: &Settings,
) -> Result<Install, PacksError> {
    let text = read_most(key, MAX_KEY)?;
    if text.windows(super::PRIVATE.len()).any(|part| part == super::PRIVATE) {
        return Err(PacksError::Private(key.into()));
    }
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
    // A link stays one: the set goes to where it leads.
    let folder = match fs::symlink_metadata(&folder) {
        Ok(there) if there.is_symlink() => {
            fs::canonicalize(&folder).map_err(|source| PacksError::Read { path: folder, source })?
        }
        _ => folder,
    };
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
        // A date that is none was not written by an installation.
        let then = there.packed_at().ok_or_else(|| PacksError::Foreign(folder.clone()))?;
        if pack.manifest.packed_at().is_some_and(|now| then > now) && !older {
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
    rules::check(&pack.files)?;
    Ok(Install { pack, folder, installed, in_use, warnings })
}

fn articles(pack: &Pack) -> impl Iterator<Item = (String, String)> {
    let texts = pack.files.iter().filter(|(path, _)| path.to_lowercase().ends_with(".md"));
    let texts = texts.map(|(path, bytes)| (path.clone(), String::from_utf8_lossy(bytes).into_owned()));
    texts.filter(|(path, text)| !is_readme(Path::new(path), text))
}

fn is_same(a: &Path, b: &Path) -> bool {
    a == b || matches!((fs::canonicalize(a), fs::canonicalize(b)), (Ok(a), Ok(b)) if a == b)
}

/// A file whole, unless it is longer than a limit.
pub(super) fn read_most(path: &Path, most: u64) -> Result<Vec<u8>, PacksError> {
    app::read_most(path, most).map_err(|source| match source.kind() {
        io::ErrorKind::FileTooLarge => {
            PacksError::Pack { path: path.into(), source: PackError::TooLarge { what: "the file".into(), most } }
        }
        _ => PacksError::Read { path: path.into(), source },
    })
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
    /// Whether this very set stands there already.
    pub fn is_there(&self) -> bool {
        self.installed.as_ref() == Some(&self.pack.manifest)
    }

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
        if let Err(error) = self.write(&new) {
            // What stands there was not touched; what was begun beside it must not stay in the way.
            let _ = fs::remove_dir_all(&new);
            return Err(error);
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

    /// Writes the set into a new folder.
    fn write(&self, new: &Path) -> Result<(), PacksError> {
        let failed = |path: &Path| {
            let path = path.to_path_buf();
            move |source| PacksError::Write { path, source }
        };
        // Somebody else's folder of that name is left alone: it was not removed before.
        fs::create_dir(new).map_err(failed(new))?;
        let manifest = serde_json::to_vec_pretty(&self.pack.manifest)
            .map_err(|error| PacksError::Write { path: new.join(INSTALLED), source: error.into() })?;
        // First: by it a later run knows that the folder is its own.
        let listed = new.join(INSTALLED);
        new_file::write(&listed, &manifest, Readers::Usual).map_err(failed(&listed))?;
        for (path, bytes) in &self.pack.files {
            let file = new.join(path);
            if let Some(above) = file.parent() {
                fs::create_dir_all(above).map_err(failed(above))?;
            }
            new_file::write(&file, bytes, Readers::Usual).map_err(failed(&file))?;
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
        let texts = articles(&self.pack).map(|(path, text)| (format!("{folder}/{path}").into(), text.into())).collect();
        layers.push((layer, texts));
        layers.sort_by_key(|(layer, _)| layer.layer);
        let what = format!("the set `{}` of {}", self.pack.manifest.name, self.pack.manifest.date);
        let (before, after) = (app.with_library(app.library.clone()), app.with_library(Library::build(layers)));
        Ok(Trial { before, after, what, warnings: Vec::new() })
    }
}
