//! The whole store copied: to a backup while others write, and back from one.

use std::{
    fs,
    path::{Path, PathBuf},
};

use rusqlite::{Connection, OpenFlags, backup};

use super::{
    Access, SqliteStore, fault, follow,
    open::{Version, version},
};
use crate::store::StoreError;

/// Why a store could not be copied.
#[derive(Debug, thiserror::Error)]
pub enum CopyError {
    /// The store, or the file that it is copied to or from, refuses.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// There is something already.
    #[error("`{}` exists already", .path.display())]
    Exists {
        /// What.
        path: PathBuf,
    },
    /// The backup cannot be written.
    #[error("cannot write `{}`", .path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// What was copied is damaged: an earlier backup is worth more.
    #[error("the case store is damaged ({reason}); no backup was written")]
    Damaged {
        /// What is wrong.
        reason: String,
    },
    /// What should be restored is no store.
    #[error("`{}` is no backup of a case store: {reason}", .path.display())]
    NoBackup {
        /// The file.
        path: PathBuf,
        /// Why not.
        reason: String,
    },
}

/// Messages and cases of a copied store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Copied {
    /// How many messages.
    pub messages: u64,
    /// How many cases.
    pub cases: u64,
}

impl SqliteStore {
    /// Copies the store into one file, as it stood at one moment, whoever writes meanwhile. The file is there whole or not at
    /// all.
    ///
    /// # Errors
    /// When the file exists and may not be replaced, or cannot be written.
    pub fn backup(&self, file: &Path, replace: bool) -> Result<Copied, CopyError> {
        if !replace && file.exists() {
            return Err(CopyError::Exists { path: file.into() });
        }
        let write = |source| CopyError::Write { path: file.into(), source };
        let refuse = |why: &str| Err(write(std::io::Error::other(why.to_string())));
        // A device would be replaced by a file, and the store by its own copy under whoever has it open.
        match fs::metadata(file) {
            Ok(there) if !there.is_file() => return refuse("it is no regular file"),
            Ok(_) if self.is_own(file) => return refuse("it belongs to the case store itself"),
            _ => {}
        }
        let mut name = file.file_name().unwrap_or_default().to_os_string();
        name.push(".part");
        let part = file.with_file_name(name);
        match fs::remove_file(&part) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(write(error)),
            _ => {}
        }
        // Made before SQLite does, for its owner alone.
        make_private(&part).map_err(write)?;
        let copied = Connection::open(&part).and_then(|mut into| {
            copy(&self.connection, &mut into)?;
            // One file, that can be read from where nobody may write.
            into.pragma_update(None, "journal_mode", "delete")?;
            // A damaged store must not take the place of a backup that was whole.
            Ok((quick_check(&into)?, counts(&into)?))
        });
        let renamed = match copied {
            Ok((Some(reason), _)) => Err(CopyError::Damaged { reason }),
            Ok((None, copied)) => {
                fs::File::open(&part).and_then(|file| file.sync_all()).map(|()| copied).map_err(write)
            }
            Err(error) => Err(CopyError::Store(fault(&part, error))),
        };
        let renamed = renamed.and_then(|copied| fs::rename(&part, file).map(|()| copied).map_err(write));
        if renamed.is_err() {
            // The first error is the one to tell.
            let _ = fs::remove_file(&part);
        }
        renamed
    }

    /// Whether a file is the store's own database, or lies beside it under its name.
    fn is_own(&self, file: &Path) -> bool {
        let own = self.connection.path().and_then(|own| fs::canonicalize(own).ok());
        let (Some(own), Ok(file)) = (own, fs::canonicalize(file)) else { return false };
        let name = |path: &Path| path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        own.parent() == file.parent() && name(&file).starts_with(&name(&own))
    }

    /// Puts a backup in the place of the store in a data folder. Who has the store open reads the old one or the new one, and
    /// a kill leaves one of the two.
    ///
    /// # Errors
    /// When there is a store that may not be replaced, the file is no store, or another process writes to the store.
    pub fn restore(folder: &Path, file: &Path, replace: bool) -> Result<Copied, CopyError> {
        let there = folder.join(super::FILE);
        if !replace && there.exists() {
            return Err(CopyError::Exists { path: there });
        }
        let no_backup =
            |reason: &dyn std::fmt::Display| CopyError::NoBackup { path: file.into(), reason: reason.to_string() };
        if !file.is_file() {
            return Err(no_backup(&"there is no such file"));
        }
        let from =
            Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX);
        let from = from.map_err(|error| no_backup(&error))?;
        check(&from, file)?;
        let restore = || {
            let Some(mut store) = SqliteStore::open(folder, Access::Write)? else { return Ok(()) };
            copy(&from, &mut store.connection).map_err(|error| fault(&there, error))
        };
        match restore() {
            Err(StoreError::Database { source, .. }) if super::is_damaged(source.as_ref()) => {
                set_aside(&there).map_err(|source| CopyError::Write { path: there.clone(), source })?;
                restore()?;
            }
            restored => restored?,
        }
        // An older one is brought up to date by being opened.
        let Some(store) = SqliteStore::open(folder, Access::Write)? else {
            return Err(CopyError::Exists { path: there });
        };
        follow::renew_identity(&store.connection).map_err(|error| store.fault(error))?;
        counts(&store.connection).map_err(|error| CopyError::Store(store.fault(error)))
    }
}

/// Moves a file away that is damaged so that it cannot be opened as a store. Its log goes: it is of no other file.
fn set_aside(file: &Path) -> std::io::Result<()> {
    let beside = |ending: &str| file.with_file_name(format!("{}{ending}", super::FILE));
    for log in ["-wal", "-shm"] {
        match fs::remove_file(beside(log)) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    fs::rename(file, beside(".damaged"))
}

/// Whether a file is a whole store of this casebook or an earlier one.
fn check(from: &Connection, file: &Path) -> Result<(), CopyError> {
    let no_backup = |reason: String| CopyError::NoBackup { path: file.into(), reason };
    if let Some(damage) = quick_check(from).map_err(|error| no_backup(error.to_string()))? {
        return Err(no_backup(damage));
    }
    let tables: i64 = from
        .query_row("SELECT count(*) FROM sqlite_schema WHERE name IN ('cases', 'messages', 'blobs')", [], |row| {
            row.get(0)
        })
        .map_err(|error| no_backup(error.to_string()))?;
    if tables != 3 {
        return Err(no_backup("it holds no cases".into()));
    }
    match version(from) {
        Ok(Version::Present | Version::Earlier) => Ok(()),
        Err(_) => Err(CopyError::Store(StoreError::TooNew { path: file.into() })),
    }
}

/// What SQLite finds wrong with a file first, if anything.
fn quick_check(connection: &Connection) -> rusqlite::Result<Option<String>> {
    let mut check = connection.prepare("PRAGMA quick_check(1)")?;
    let found: Vec<String> = check.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
    Ok((found != ["ok"]).then(|| found.join("; ")))
}

/// Copies everything at one go: in steps, each write of another process would make it begin anew.
fn copy(from: &Connection, into: &mut Connection) -> rusqlite::Result<()> {
    let copying = backup::Backup::new(from, into)?;
    match copying.step(-1)? {
        backup::StepResult::Done => Ok(()),
        _ => Err(rusqlite::Error::SqliteFailure(rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_BUSY), None)),
    }
}

fn counts(connection: &Connection) -> rusqlite::Result<Copied> {
    let count = |table: &str| {
        connection.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0).map(super::cases::unsigned))
    };
    Ok(Copied { messages: count("messages")?, cases: count("cases")? })
}

fn make_private(path: &Path) -> std::io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options.open(path).map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{CaseFilter, CaseStore, Sort, conformance::message};

    fn open(folder: &Path) -> SqliteStore {
        SqliteStore::open(folder, Access::Write).unwrap().unwrap()
    }

    #[test]
    fn a_damaged_store_replaces_no_backup() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("kept.backup");
        let data = folder.path().join("data");
        let mut store = open(&data);
        store.add(&[message(1)]).unwrap();
        store.backup(&file, false).unwrap();
        let before = std::fs::read(&file).unwrap();
        let root = "SELECT rootpage FROM sqlite_schema WHERE name = 'tags'";
        let page: usize = store.connection.query_row(root, [], |row| row.get::<_, i64>(0)).unwrap().try_into().unwrap();
        store.connection.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)").unwrap();
        drop(store);
        let path = data.join(crate::store::sqlite::FILE);
        let mut bytes = std::fs::read(&path).unwrap();
        // The number of cells of a table that is not asked when cases are counted.
        let header = (page - 1) * 8192;
        bytes[header + 3..header + 5].copy_from_slice(&[0x7F, 0xFF]);
        std::fs::write(&path, bytes).unwrap();
        let damaged = SqliteStore::open(&data, Access::Read).unwrap().unwrap();
        assert!(matches!(damaged.backup(&file, true), Err(CopyError::Damaged { .. })));
        assert_eq!(std::fs::read(&file).unwrap(), before);
    }

    #[test]
    fn two_that_make_a_store_at_once_both_have_it() {
        let folder = tempfile::tempdir().unwrap();
        let failed: Vec<String> = std::thread::scope(|scope| {
            let each = || SqliteStore::open(folder.path(), Access::Write).err().map(|error| format!("{error:?}"));
            let makers: Vec<_> = (0..8).map(|_| scope.spawn(each)).collect();
            makers.into_iter().filter_map(|maker| maker.join().unwrap()).collect()
        });
        assert!(failed.is_empty(), "{failed:?}");
    }

    fn cases(folder: &Path) -> usize {
        open(folder).list(&CaseFilter::default(), Sort::Id, None, 100).unwrap().items.len()
    }

    #[test]
    fn a_backup_brings_back_what_was() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("backup.db");
        let mut store = open(folder.path());
        store.add(&[message(1), message(2)]).unwrap();
        let taken = store.backup(&file, false).unwrap();
        assert_eq!(taken, Copied { messages: 2, cases: 2 });
        assert!(matches!(store.backup(&file, false), Err(CopyError::Exists { .. })));
        let identity = follow::identity(&store.connection).unwrap();
        store.add(&[message(3)]).unwrap();
        // Who has it open reads on, and sees the old state.
        assert!(matches!(SqliteStore::restore(folder.path(), &file, false), Err(CopyError::Exists { .. })));
        assert_eq!(SqliteStore::restore(folder.path(), &file, true).unwrap(), taken);
        assert_eq!(store.known(&[message(1).id, message(3).id]).unwrap(), [true, false]);
        assert_ne!(follow::identity(&store.connection).unwrap(), identity);
        let other = tempfile::tempdir().unwrap();
        SqliteStore::restore(other.path(), &file, false).unwrap();
        assert_eq!(cases(other.path()), 2);
    }

    #[test]
    fn what_is_no_backup_changes_nothing() {
        let folder = tempfile::tempdir().unwrap();
        open(folder.path()).add(&[message(1)]).unwrap();
        let file = folder.path().join("backup.db");
        let check = |what: &str| {
            let error = SqliteStore::restore(folder.path(), &file, true).unwrap_err();
            assert!(matches!(error, CopyError::NoBackup { .. }), "{what}: {error}");
            assert_eq!(cases(folder.path()), 1, "{what}");
        };
        check("none");
        fs::write(&file, "this is a text and no database at all, long enough to be read as a page").unwrap();
        check("text");
        fs::remove_file(&file).unwrap();
        Connection::open(&file).unwrap().execute_batch("CREATE TABLE other (x)").unwrap();
        check("another database");
    }
}
