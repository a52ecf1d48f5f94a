//! The files of a folder of articles or documents, in the order of their names.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// Folders below the one that is named are read down to this depth: deeper is a loop or a mistake.
const DEPTH: usize = 16;

/// A file.
pub(super) struct Document<F> {
    pub(super) path: PathBuf,
    /// Its place below the folder, parted by `/`.
    pub(super) place: String,
    /// What its name says that it is.
    pub(super) form: F,
    /// Its size in bytes.
    pub(super) bytes: u64,
}

/// Finds the files of which `form` knows what they are; links are not followed, hidden folders are passed over. `tell` is told
/// of a folder below that cannot be read, by path and place.
///
/// # Errors
/// When the folder itself cannot be read.
pub(super) fn find<F>(
    folder: &Path,
    form: &dyn Fn(&Path) -> Option<F>,
    tell: &mut dyn FnMut(&Path, &str, io::Error),
) -> io::Result<Vec<Document<F>>> {
    let mut found = Vec::new();
    walk(folder, "", 0, form, tell, &mut found)?;
    Ok(found)
}

fn walk<F>(
    folder: &Path,
    below: &str,
    depth: usize,
    form: &dyn Fn(&Path) -> Option<F>,
    tell: &mut dyn FnMut(&Path, &str, io::Error),
    found: &mut Vec<Document<F>>,
) -> io::Result<()> {
    let mut entries: Vec<fs::DirEntry> = fs::read_dir(folder)?.collect::<io::Result<_>>()?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let (path, kind) = (entry.path(), entry.file_type()?);
        let name = entry.file_name().to_string_lossy().into_owned();
        let place = if below.is_empty() { name.clone() } else { format!("{below}/{name}") };
        if kind.is_dir() && !name.starts_with('.') && depth < DEPTH {
            if let Err(error) = walk(&path, &place, depth + 1, form, tell, found) {
                tell(&path, &place, error);
            }
        } else if kind.is_file()
            && let Some(form) = form(&path)
        {
            let bytes = entry.metadata().map_or(0, |metadata| metadata.len());
            found.push(Document { path, place, form, bytes });
        }
    }
    Ok(())
}
