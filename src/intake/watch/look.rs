//! A look through a watched folder, and what its files are known by.

use std::{collections::HashSet, fs, path::Path, time::Instant};

use super::{Place, Watch, settle::Sight};
use crate::intake::folder::{FolderKind, Found, Visitor};

/// What a file is known by: a hash of its path, in a Maildir of its name without flags.
pub(super) type Id = [u8; 16];

/// A look through one watched folder.
pub(super) struct Look<'w> {
    pub(super) watch: &'w mut Watch,
    /// The folder that is listed.
    pub(super) place: Place,
    pub(super) now: Instant,
    pub(super) seen: HashSet<Id>,
    /// Nothing was left out.
    pub(super) whole: bool,
}

impl Visitor for Look<'_> {
    fn enter(&mut self, folder: &Path) {
        if self.watch.places.contains_key(folder) {
            return;
        }
        let refused = self.watch.events.as_mut().and_then(|events| events.watch(folder).err());
        if let Some(why) = refused {
            self.watch.no_events(why);
        }
    }

    fn listed(&mut self, folder: &Path, prefix: &str, kind: FolderKind) {
        self.place = Place { root: self.place.root, prefix: prefix.into(), kind };
        self.watch.places.insert(folder.into(), self.place.clone());
    }

    fn file(&mut self, file: Found) {
        // Below a folder its files may come behind those of a folder in it.
        let place = file.path.parent().and_then(|folder| self.watch.places.get(folder)).unwrap_or(&self.place);
        let (root, kind) = (place.root, place.kind);
        self.seen.extend(self.watch.found(file, root, kind, Sight::There, None, self.now));
    }

    fn warn(&mut self, part: &str, message: String) {
        self.whole = false;
        self.watch.unreadable(part, message);
    }
}

/// Device and number of a folder.
pub(super) type Identity = (u64, u64);

/// What tells a folder from another one of the same name; `None` if it is not there.
pub(super) fn identity(path: &Path) -> Option<Identity> {
    let metadata = fs::metadata(path).ok().filter(fs::Metadata::is_dir)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        Some((metadata.dev(), metadata.ino()))
    }
    #[cfg(not(unix))]
    {
        let _ = metadata;
        Some((0, 0))
    }
}

/// A file's own mark: its path, or in a Maildir the name of its mail, which is the same in `new` and in `cur` and with any flags.
pub(super) fn id_of(path: &Path, message: bool) -> Option<Id> {
    let mut hasher = blake3::Hasher::new();
    if message {
        let (folder, name) = (path.parent()?.parent()?, path.file_name()?.as_encoded_bytes());
        let name = name.split(|byte| *byte == b':').next()?;
        hasher.update(folder.as_os_str().as_encoded_bytes()).update(b"\0").update(name);
    } else {
        hasher.update(path.as_os_str().as_encoded_bytes());
    }
    let mut id = Id::default();
    hasher.finalize_xof().fill(&mut id);
    Some(id)
}
