//! The embedded store: one SQLite file in the data folder. All SQL of casebook stands in this folder.
//!
//! One process writes, any number read (WAL). A commit is on the disk before the call returns, so that a mail server
//! that was told "taken" may forget the mail. Erased rows are overwritten with zeros (`secure_delete`), since a case can
//! be erased for the sake of privacy.

mod add;
mod cases;
pub(super) mod check;
mod copy;
mod erase;
mod figures;
pub(super) mod follow;
mod keywords;
mod lines;
mod mailbox;
mod open;
mod place;
mod quarantine;
mod read;
mod sightings;
mod work;

use std::{
    fs,
    path::{Path, PathBuf},
};

use rusqlite::{Connection, ErrorCode};

use super::{
    Added, CaseChange, CaseDecision, CaseFilter, CaseId, CaseRecord, CaseStore, Cursor, Event, Forgotten, KnownSource,
    MailGlimpse, MailboxMark, MessageHash, MessageRecord, NewMessage, Page, Quarantined, SignatureCount, Sort,
    StoreError, ThreadKey, Update,
};
use crate::signature::{Signature, Standing};

pub use copy::{Copied, CopyError};
use open::{Opening, opened};
pub(super) use read::unpack;

/// The store's file in the data folder.
pub const FILE: &str = "cases.db";

/// A store in one SQLite file.
#[derive(Debug)]
pub struct SqliteStore {
    connection: Connection,
    path: PathBuf,
}

/// What a connection may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Read and write; the file is made where there is none.
    Write,
    /// Read only; the file must be there.
    Read,
}

impl SqliteStore {
    /// Opens the store in a data folder. `None` when it is opened to be read and there is none.
    ///
    /// # Errors
    /// When folder or file cannot be used, are no store, or come from a later casebook.
    pub fn open(folder: &Path, access: Access) -> Result<Option<Self>, StoreError> {
        let path = folder.join(FILE);
        if folder.is_file() {
            return Err(StoreError::Folder { path: folder.into(), source: std::io::ErrorKind::NotADirectory.into() });
        }
        if access == Access::Read && !path.exists() {
            return Ok(None);
        }
        if access == Access::Write {
            make_folder(folder).map_err(|source| StoreError::Folder { path: folder.into(), source })?;
        }
        match opened(&path, access) {
            Ok(connection) => Ok(Some(SqliteStore { connection, path })),
            Err(Opening::Sqlite(error)) => Err(fault(&path, error)),
            Err(Opening::LogUnreadable) => {
                let said =
                    format!("what was written last lies in `{FILE}-wal`, which is read by who may write to the folder");
                let source = std::io::Error::new(std::io::ErrorKind::PermissionDenied, said);
                Err(StoreError::Folder { path: folder.into(), source })
            }
            Err(Opening::TooNew) => Err(StoreError::TooNew { path }),
            Err(Opening::Migration(Access::Read, source)) => {
                Err(StoreError::TooOld { path, source: open::bare(source) })
            }
            Err(Opening::Migration(Access::Write, rusqlite_migration::Error::RusqliteError { err, .. })) => {
                Err(fault(&path, err))
            }
            Err(Opening::Migration(Access::Write, source)) => {
                Err(StoreError::Database { path, source: Box::new(source) })
            }
        }
    }

    /// Its connection, for what follows the store.
    pub(super) fn connection(&self) -> &Connection {
        &self.connection
    }

    /// The same, for a change.
    pub(super) fn connection_mut(&mut self) -> &mut Connection {
        &mut self.connection
    }

    /// Where these signatures were seen in a case.
    pub(super) fn sightings(&self, case: &CaseId, signatures: &[Signature]) -> Result<Vec<SignatureCount>, StoreError> {
        read::sightings(&self.connection, case, signatures).map_err(|error| self.fault(error))
    }

    /// Sees to it that no file holds what was erased; `false` if another process still reads an earlier state.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn settle(&self) -> Result<bool, StoreError> {
        erase::settle(&self.connection).map_err(|error| self.fault(error))
    }

    /// The store's file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn fault(&self, error: rusqlite::Error) -> StoreError {
        fault(&self.path, error)
    }
}

/// Made for its owner alone: mail is nobody else's.
fn make_folder(folder: &Path) -> std::io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt;
        fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)
    }
    #[cfg(not(unix))]
    fs::create_dir_all(folder)
}

fn fault(path: &Path, error: rusqlite::Error) -> StoreError {
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => StoreError::Busy { path: path.into() },
        Some(ErrorCode::DiskFull) => StoreError::Full { path: path.into() },
        Some(ErrorCode::SystemIoFailure) => StoreError::Disk { path: path.into(), source: Box::new(error) },
        Some(ErrorCode::ReadOnly | ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => match refusal(path) {
            Some((path, source)) => StoreError::Folder { path, source },
            None => StoreError::Database { path: path.into(), source: Box::new(error) },
        },
        _ => StoreError::Database { path: path.into(), source: Box::new(error) },
    }
}

/// Why the system lets nobody write to the file, or beside it: SQLite does not tell.
fn refusal(path: &Path) -> Option<(PathBuf, std::io::Error)> {
    let folder = path.parent()?;
    if path.exists()
        && let Err(error) = fs::OpenOptions::new().append(true).open(path)
    {
        return Some((folder.into(), error));
    }
    // A name that nobody else has; it is gone at once.
    let probe = folder.join(format!(".casebook-{}", std::process::id()));
    let made = fs::OpenOptions::new().write(true).create_new(true).open(&probe);
    match made {
        Ok(_) => {
            let _ = fs::remove_file(&probe);
            None
        }
        Err(error) => Some((folder.into(), error)),
    }
}

/// Whether a cause says that the file is damaged, or something else than a store.
pub fn is_damaged(cause: &(dyn std::error::Error + 'static)) -> bool {
    let of = |error: &rusqlite::Error| {
        matches!(error.sqlite_error_code(), Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt))
    };
    match cause.downcast_ref() {
        Some(rusqlite_migration::Error::RusqliteError { err, .. }) => of(err),
        Some(_) => true,
        None => cause.downcast_ref().is_some_and(of),
    }
}

/// Whether a cause says that the file is something else than a store: time does not help.
pub(super) fn is_no_store(cause: &(dyn std::error::Error + 'static)) -> bool {
    let of = |error: &rusqlite::Error| error.sqlite_error_code() == Some(ErrorCode::NotADatabase);
    match cause.downcast_ref::<rusqlite_migration::Error>() {
        Some(rusqlite_migration::Error::RusqliteError { err, .. }) => of(err),
        Some(_) => true,
        None => cause.downcast_ref().is_some_and(of),
    }
}

/// Whether a message is a loose log, in SQL.
macro_rules! loose {
    () => {
        "(automatic AND message_id IS NULL AND sender = '' AND address = '')"
    };
}

/// When a message was sent, in SQL. Of a loose log NULL: when it was found says nothing of the case that it lies with.
macro_rules! sent {
    () => {
        concat!("coalesce(date, CASE WHEN NOT ", $crate::store::sqlite::loose!(), " THEN taken END)")
    };
}

use {loose, sent};

/// A standing as it is kept: fixed numbers, the strongest the least, whatever the order of the enum.
fn standing_code(standing: Standing) -> i64 {
    match standing {
        Standing::Failing => 0,
        Standing::Recovered => 25,
        Standing::Mentioned => 20,
        Standing::Listed => 30,
        Standing::Cited => 35,
        Standing::Quoted => 40,
        Standing::Denied => 50,
    }
}

fn standing_of(code: i64) -> Standing {
    match code {
        ..=9 => Standing::Failing,
        10..=24 => Standing::Mentioned,
        25..=29 => Standing::Recovered,
        30..=34 => Standing::Listed,
        35..=39 => Standing::Cited,
        40..=49 => Standing::Quoted,
        50.. => Standing::Denied,
    }
}

impl CaseStore for SqliteStore {
    fn add(&mut self, messages: &[NewMessage]) -> Result<Vec<Added>, StoreError> {
        add::add(&mut self.connection, messages).map_err(|error| fault(&self.path, error))
    }

    fn known(&self, ids: &[MessageHash]) -> Result<Vec<bool>, StoreError> {
        read::known(&self.connection, ids).map_err(|error| self.fault(error))
    }

    fn source(&self, id: MessageHash, parser: u32) -> Result<Option<KnownSource>, StoreError> {
        follow::source(&self.connection, id, parser).map_err(|error| self.fault(error))
    }

    fn raw(&self, id: MessageHash) -> Result<Option<Vec<u8>>, StoreError> {
        match read::raw(&self.connection, id).map_err(|error| self.fault(error))? {
            Some((blob, data, length)) => read::unpack(blob, &data, length).map(Some),
            None => Ok(None),
        }
    }

    fn case(&self, id: &CaseId) -> Result<Option<CaseRecord>, StoreError> {
        cases::find(&self.connection, id).map_err(|error| self.fault(error))
    }

    fn case_of(&self, key: &ThreadKey) -> Result<Option<CaseId>, StoreError> {
        cases::of_key(&self.connection, &key.encode()).map_err(|error| self.fault(error))
    }

    fn messages(&self, case: &CaseId) -> Result<Vec<MessageRecord>, StoreError> {
        read::messages(&self.connection, case).map_err(|error| self.fault(error))
    }

    fn evidence(&self, case: &CaseId) -> Result<Vec<SignatureCount>, StoreError> {
        read::evidence(&self.connection, case).map_err(|error| self.fault(error))
    }

    fn decisions(&self, case: &CaseId) -> Result<Vec<CaseDecision>, StoreError> {
        read::decisions(&self.connection, case).map_err(|error| self.fault(error))
    }

    fn events(&self, case: &CaseId) -> Result<Vec<Event>, StoreError> {
        read::events(&self.connection, case).map_err(|error| self.fault(error))
    }

    fn list(
        &self,
        filter: &CaseFilter,
        sort: Sort,
        after: Option<&Cursor>,
        limit: usize,
    ) -> Result<Page<CaseRecord>, StoreError> {
        cases::list(&self.connection, filter, sort, after, limit).map_err(|error| self.fault(error))
    }

    fn case_counts(&self, groups: &[Vec<Signature>]) -> Result<Vec<u64>, StoreError> {
        read::case_counts(&self.connection, groups).map_err(|error| self.fault(error))
    }

    fn update(&mut self, case: &CaseId, expected: u64, changes: &[CaseChange]) -> Result<Update, StoreError> {
        cases::update(&mut self.connection, case, expected, changes).map_err(|error| fault(&self.path, error))
    }

    fn forget(&mut self, case: &CaseId) -> Result<Forgotten, StoreError> {
        erase::forget(&mut self.connection, case).map_err(|error| fault(&self.path, error))
    }

    fn quarantine(&mut self, item: &Quarantined) -> Result<(), StoreError> {
        quarantine::put(&self.connection, item).map_err(|error| self.fault(error))
    }

    fn quarantined(&self) -> Result<Vec<Quarantined>, StoreError> {
        quarantine::list(&self.connection).map_err(|error| self.fault(error))
    }

    fn quarantined_raw(&self, id: MessageHash) -> Result<Option<Vec<u8>>, StoreError> {
        match quarantine::raw(&self.connection, id).map_err(|error| self.fault(error))? {
            Some(data) => read::unpack_any(id, &data).map(Some),
            None => Ok(None),
        }
    }

    fn release(&mut self, id: MessageHash) -> Result<bool, StoreError> {
        quarantine::release(&self.connection, id).map_err(|error| self.fault(error))
    }

    fn holds(&self, mails: &[MailGlimpse]) -> Result<Vec<bool>, StoreError> {
        mailbox::holds(&self.connection, mails).map_err(|error| self.fault(error))
    }

    fn mailbox(&self, account: &str, folder: &str) -> Result<Option<MailboxMark>, StoreError> {
        mailbox::mark(&self.connection, account, folder).map_err(|error| self.fault(error))
    }

    fn set_mailbox(&mut self, account: &str, folder: &str, mark: MailboxMark) -> Result<(), StoreError> {
        mailbox::set_mark(&self.connection, account, folder, mark).map_err(|error| self.fault(error))
    }

    fn keep_keywords(&mut self, account: &str, folder: &str) -> Result<(), StoreError> {
        keywords::keep(&self.connection, account, folder).map_err(|error| self.fault(error))
    }

    /// A commit is readable at once: nothing to do.
    fn refresh(&mut self) -> Result<(), StoreError> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use rusqlite::params;

    use super::{
        open::{MIGRATIONS, STEPS},
        *,
    };
    use crate::store::{conformance, conformance_figures, conformance_work};

    #[test]
    fn it_does_what_every_store_must() {
        let folders = std::cell::RefCell::new(Vec::new());
        let make = || {
            let folder = tempfile::tempdir().unwrap();
            let store = SqliteStore::open(folder.path(), Access::Write).unwrap().unwrap();
            folders.borrow_mut().push(folder);
            Box::new(store)
        };
        conformance::run(&|| make());
        conformance_work::run(&|| make());
        conformance_figures::run(&|| make());
    }

    #[test]
    fn migrations_are_valid() {
        MIGRATIONS.validate().unwrap();
    }

    #[test]
    fn a_store_of_an_earlier_version_is_brought_up_to_date_by_who_reads_it() {
        let folder = tempfile::tempdir().unwrap();
        for step in 1..STEPS.len() {
            let path = folder.path().join(format!("{step}"));
            fs::create_dir(&path).unwrap();
            let mut old = Connection::open(path.join(FILE)).unwrap();
            MIGRATIONS.to_version(&mut old, step).unwrap();
            let message = conformance::message(1);
            // As the first version wrote it: the columns that came later have what they begin with.
            old.execute("INSERT INTO cases (name, opened, latest, messages) VALUES ('C-1', 1, 1, 1)", []).unwrap();
            old.execute(
                "INSERT INTO blobs (hash, raw_len, data) VALUES (?1, ?2, ?3)",
                params![&message.blob.0[..], message.raw_len as i64, &message.raw[..]],
            )
            .unwrap();
            old.execute(
                "INSERT INTO messages (hash, content, case_id, taken, sender, address, subject, automatic, parser, blob, piece)
                 VALUES (?1, ?1, 1, 1, '', '', '', 0, 1, 1, 0)",
                [&message.id.0[..]],
            )
            .unwrap();
            drop(old);
            let store = SqliteStore::open(&path, Access::Read).unwrap().unwrap();
            assert_eq!(store.known(&[message.id]).unwrap(), [true]);
            assert_eq!(follow::all_messages(store.connection(), 0, 9).unwrap().len(), 1);
            assert!(!follow::identity(store.connection()).unwrap().is_empty());
            assert_eq!(store.raw(message.id).unwrap().map(|raw| raw.len() as u64), Some(message.raw_len));
        }
    }

    #[test]
    fn a_store_of_a_later_version_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        drop(SqliteStore::open(folder.path(), Access::Write).unwrap());
        let connection = Connection::open(folder.path().join(FILE)).unwrap();
        connection.pragma_update(None, "user_version", 1000).unwrap();
        drop(connection);
        for access in [Access::Write, Access::Read] {
            assert!(matches!(SqliteStore::open(folder.path(), access), Err(StoreError::TooNew { .. })), "{access:?}");
        }
    }

    #[test]
    fn what_is_no_store_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(FILE), "this is a text and no database at all, long enough to be read as a page")
            .unwrap();
        assert!(matches!(SqliteStore::open(folder.path(), Access::Write), Err(StoreError::Database { .. })));
    }

    #[test]
    fn nothing_to_read_is_no_error() {
        let folder = tempfile::tempdir().unwrap();
        assert!(SqliteStore::open(folder.path(), Access::Read).unwrap().is_none());
        assert!(!folder.path().join(FILE).exists());
    }

    #[test]
    fn standings_keep_their_numbers() {
        for standing in [
            Standing::Failing,
            Standing::Recovered,
            Standing::Mentioned,
            Standing::Listed,
            Standing::Cited,
            Standing::Quoted,
            Standing::Denied,
        ] {
            assert_eq!(standing_of(standing_code(standing)), standing);
        }
    }
}
