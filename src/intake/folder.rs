//! Folders: every file below, in the order of names; a Maildir by its rules.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use super::Intake;

/// Files read from one folder tree: more is a mailbox that belongs into the case store, not one case.
pub(super) const MOST_FILES: usize = 20_000;

/// Folders in folders: deeper is a loop of mounts.
const DEPTH: usize = 24;

/// A file found below a folder.
pub(super) struct Found {
    pub(super) path: PathBuf,
    /// Its name in the output: the path from the folder.
    pub(super) part: String,
}

/// What a folder is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FolderKind {
    Plain,
    /// A Maildir. Beside `cur` and `new` it holds mail not yet delivered (`tmp`) and its server's own files.
    Maildir,
    /// `cur` or `new` of a Maildir: what has its name there is whole.
    Messages,
}

impl FolderKind {
    /// Whether a folder in it is read.
    pub(super) fn wants_folder(self, name: &str) -> bool {
        if self == FolderKind::Maildir { name != "tmp" } else { !name.starts_with('.') }
    }

    /// Whether a file in it is read.
    pub(super) fn wants_file(self, name: &str) -> bool {
        !(name.starts_with('.') || self == FolderKind::Maildir && is_server_file(name))
    }
}

/// Is told what a walk through folders comes by.
pub(super) trait Visitor {
    /// A folder that is listed next.
    fn enter(&mut self, _folder: &Path) {}
    /// A folder that was listed, what is before the names of its files in the output, and what it is for.
    fn listed(&mut self, _folder: &Path, _prefix: &str, _kind: FolderKind) {}
    /// A file to be read.
    fn file(&mut self, file: Found);
    /// What cannot be read.
    fn warn(&mut self, part: &str, message: String);
}

/// Walks through a folder and all below it, in the order of names.
pub(super) fn walk(root: &Path, visitor: &mut dyn Visitor) {
    descend(root, "", None, 0, visitor);
}

fn descend(folder: &Path, prefix: &str, within: Option<FolderKind>, depth: usize, visitor: &mut dyn Visitor) {
    let name = if prefix.is_empty() { folder.display().to_string() } else { prefix.to_string() };
    if depth > DEPTH {
        return visitor.warn(&name, format!("folders nested more than {DEPTH} deep: not read"));
    }
    visitor.enter(folder);
    let entries = match sorted(folder) {
        Ok(entries) => entries,
        Err(error) => return visitor.warn(&name, format!("cannot read folder: {error}")),
    };
    let named = |wanted: &str| entries.iter().any(|entry| entry.file_name() == wanted);
    let kind = match within {
        Some(FolderKind::Maildir) if folder.ends_with("cur") || folder.ends_with("new") => FolderKind::Messages,
        _ if named("cur") && named("new") => FolderKind::Maildir,
        _ => FolderKind::Plain,
    };
    visitor.listed(folder, prefix, kind);
    for entry in entries {
        // A name that is not Unicode (GBK from an old archive) is shown with marks, and still opened.
        let file_name = entry.file_name().to_string_lossy().into_owned();
        let part = format!("{prefix}{file_name}");
        let entry_kind = match entry.file_type() {
            Ok(kind) => kind,
            Err(error) => {
                visitor.warn(&part, format!("cannot read: {error}"));
                continue;
            }
        };
        if entry_kind.is_dir() {
            if kind.wants_folder(&file_name) {
                descend(&entry.path(), &format!("{part}/"), Some(kind), depth + 1, visitor);
            }
        } else if entry_kind.is_symlink() {
            visitor.warn(&part, "symbolic link: not followed".into());
        } else if kind.wants_file(&file_name) {
            visitor.file(Found { path: entry.path(), part });
        }
    }
}

/// Takes the files of one folder tree, at most so many.
struct Listing<'l, 's> {
    intake: &'l mut Intake<'s>,
    files: Vec<Found>,
}

impl Visitor for Listing<'_, '_> {
    fn file(&mut self, file: Found) {
        // One more, so that it is told.
        if self.files.len() <= self.intake.most_files {
            self.files.push(file);
        }
    }

    fn warn(&mut self, part: &str, message: String) {
        self.intake.warn(part, message);
    }
}

impl Intake<'_> {
    /// A folder with all below it. Parts are named by their path from it.
    pub(super) fn folder(&mut self, root: &Path) {
        let mut listing = Listing { intake: self, files: Vec::new() };
        walk(root, &mut listing);
        let files = listing.files;
        let name = root.display().to_string();
        if files.is_empty() {
            self.warn(&name, "folder holds no file");
        }
        let most = self.most_files;
        if files.len() > most {
            self.warn(&name, format!("more than {most} files: further ones are not read"));
        }
        for Found { path, part } in files.into_iter().take(most) {
            match fs::metadata(&path) {
                Ok(metadata) => self.file(&path, &part, &metadata),
                Err(error) => self.warn(&part, format!("cannot read: {error}")),
            }
        }
    }
}

/// Whether a file lies in `cur` or `new` of a Maildir.
pub(super) fn is_in_maildir(path: &Path) -> bool {
    let Some(folder) = path.parent().filter(|folder| folder.ends_with("cur") || folder.ends_with("new")) else {
        return false;
    };
    folder.parent().is_some_and(|above| ["cur", "new", "tmp"].iter().all(|name| above.join(name).is_dir()))
}

/// Files that mail servers keep in a Maildir for themselves.
fn is_server_file(name: &str) -> bool {
    ["dovecot", "courier", "maildirfolder", "maildirsize", "subscriptions", "cyrus."]
        .iter()
        .any(|own| name.starts_with(own))
}

fn sorted(folder: &Path) -> io::Result<Vec<fs::DirEntry>> {
    let mut entries: Vec<_> = fs::read_dir(folder)?.collect::<io::Result<_>>()?;
    entries.sort_by_key(fs::DirEntry::file_name);
    Ok(entries)
}
