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
struct Found {
    path: PathBuf,
    /// Its name in the output: the path from the folder.
    part: String,
}

impl Intake<'_> {
    /// A folder with all below it. Parts are named by their path from it.
    pub(super) fn folder(&mut self, root: &Path) {
        let mut files = Vec::new();
        self.list(root, "", 0, &mut files);
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

    /// Lists the files below `folder`; stops one past [`MOST_FILES`].
    fn list(&mut self, folder: &Path, prefix: &str, depth: usize, files: &mut Vec<Found>) {
        let name = if prefix.is_empty() { folder.display().to_string() } else { prefix.to_string() };
        if depth > DEPTH {
            return self.warn(&name, format!("folders nested more than {DEPTH} deep: not read"));
        }
        let entries = match sorted(folder) {
            Ok(entries) => entries,
            Err(error) => return self.warn(&name, format!("cannot read folder: {error}")),
        };
        let named = |wanted: &str| entries.iter().any(|entry| entry.file_name() == wanted);
        // Beside cur/ and new/ a Maildir holds mail not yet delivered (tmp/) and its server's own files.
        let maildir = named("cur") && named("new");
        for entry in entries {
            // A name that is not Unicode (GBK from an old archive) is shown with marks, and still opened.
            let file_name = entry.file_name().to_string_lossy().into_owned();
            let part = format!("{prefix}{file_name}");
            let kind = match entry.file_type() {
                Ok(kind) => kind,
                Err(error) => {
                    self.warn(&part, format!("cannot read: {error}"));
                    continue;
                }
            };
            let hidden = file_name.starts_with('.');
            if kind.is_dir() {
                let wanted = if maildir { file_name != "tmp" } else { !hidden };
                if wanted {
                    self.list(&entry.path(), &format!("{part}/"), depth + 1, files);
                }
            } else if kind.is_symlink() {
                self.warn(&part, "symbolic link: not followed");
            } else if files.len() <= self.most_files && !(hidden || maildir && is_server_file(&file_name)) {
                files.push(Found { path: entry.path(), part });
            }
        }
    }
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
