//! The files of a folder of articles or documents, in the order of their names.

use std::{
    ffi::OsStr,
    fmt, fs, io,
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

/// Why something in a folder was not read.
#[derive(Debug)]
pub(super) enum Unread {
    /// A folder below that cannot be read.
    Folder(io::Error),
    /// A folder that lies too deep.
    Deep,
    /// A link to a file or folder that would have been read: it may lead anywhere.
    Link,
}

impl fmt::Display for Unread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Unread::Folder(error) => write!(f, "cannot read folder: {error}"),
            Unread::Deep => write!(f, "not read: folders are read {DEPTH} deep"),
            Unread::Link => f.write_str("not read: links are not followed"),
        }
    }
}

impl From<Unread> for io::Error {
    fn from(unread: Unread) -> io::Error {
        match unread {
            Unread::Folder(error) => error,
            other => io::Error::other(other.to_string()),
        }
    }
}

/// Finds the files of which `form` knows what they are; hidden folders are passed over. `tell` is told of what was not read, by path
/// and place.
///
/// # Errors
/// When the folder itself cannot be read.
pub(super) fn find<F>(
    folder: &Path,
    form: &dyn Fn(&Path) -> Option<F>,
    tell: &mut dyn FnMut(&Path, &str, Unread),
) -> io::Result<Vec<Document<F>>> {
    let mut found = Vec::new();
    walk(folder, "", 0, form, tell, &mut found)?;
    Ok(found)
}

/// The name of a file as text. Bytes that are no text become their numbers: of two such names each stays itself.
fn shown(name: &OsStr) -> String {
    let mut shown = String::new();
    for chunk in name.as_encoded_bytes().utf8_chunks() {
        shown.push_str(chunk.valid());
        chunk.invalid().iter().for_each(|byte| shown.push_str(&format!("%{byte:02x}")));
    }
    shown
}

fn walk<F>(
    folder: &Path,
    below: &str,
    depth: usize,
    form: &dyn Fn(&Path) -> Option<F>,
    tell: &mut dyn FnMut(&Path, &str, Unread),
    found: &mut Vec<Document<F>>,
) -> io::Result<()> {
    let mut entries: Vec<fs::DirEntry> = fs::read_dir(folder)?.collect::<io::Result<_>>()?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let (path, kind) = (entry.path(), entry.file_type()?);
        let name = shown(&entry.file_name());
        let place = if below.is_empty() { name.clone() } else { format!("{below}/{name}") };
        if name.starts_with('.') && !kind.is_file() {
            continue;
        }
        if kind.is_dir() && depth >= DEPTH {
            tell(&path, &place, Unread::Deep);
        } else if kind.is_dir() {
            if let Err(error) = walk(&path, &place, depth + 1, form, tell, found) {
                tell(&path, &place, Unread::Folder(error));
            }
        } else if kind.is_symlink() {
            // What the link leads to is asked for its kind alone.
            if path.is_dir() || form(&path).is_some() {
                tell(&path, &place, Unread::Link);
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

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::ffi::OsStrExt;

    use super::*;

    #[test]
    fn names_that_are_no_text_stay_apart() {
        let names = [&b"a\xb1.md"[..], b"a\xb2.md", "泵.md".as_bytes()];
        assert_eq!(names.map(|name| shown(OsStr::from_bytes(name))), ["a%b1.md", "a%b2.md", "泵.md"]);
    }
}
