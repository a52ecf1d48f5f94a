//! A file that must not be there yet: what is there is somebody's.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write},
    path::Path,
};

/// Who may read a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Readers {
    /// Whoever the system lets by default.
    Usual,
    /// Its owner alone, from the beginning.
    Owner,
}

/// Makes an empty file to be written by and by. The system itself refuses what is there, a link to nowhere among it.
///
/// # Errors
/// When something of that name is there, or it cannot be made.
pub fn open(path: &Path, readers: Readers) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    if readers == Readers::Owner {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    #[cfg(not(unix))]
    let _ = readers;
    options.open(path)
}

/// Writes a new file whole; half of one would be in the way of the next try and is removed.
///
/// # Errors
/// When something of that name is there, or it cannot be written.
pub fn write(path: &Path, bytes: &[u8], readers: Readers) -> io::Result<()> {
    let mut file = open(path, readers)?;
    let written = file.write_all(bytes).and_then(|()| file.sync_all());
    if written.is_err() {
        // The first error is the one to tell.
        let _ = fs::remove_file(path);
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_there_stays() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a");
        write(&file, b"one", Readers::Owner).unwrap();
        assert_eq!(write(&file, b"two", Readers::Usual).unwrap_err().kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(fs::read(&file).unwrap(), b"one");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
            std::os::unix::fs::symlink("/no/such/place", folder.path().join("b")).unwrap();
            assert!(write(&folder.path().join("b"), b"two", Readers::Usual).is_err());
        }
    }
}
