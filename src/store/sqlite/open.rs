//! The file opened, and brought to the present shape.

use std::{fs, path::Path, sync::LazyLock, time::Duration};

use rusqlite::{Connection, ErrorCode, OpenFlags};
use rusqlite_migration::{M, Migrations, SchemaVersion};

use super::{Access, FILE};

/// The steps from an empty file to the present shape; append, never edit one that has shipped.
pub(super) const STEPS: &[&str] = &[
    include_str!("migrations/0001.sql"),
    include_str!("migrations/0002.sql"),
    include_str!("migrations/0003.sql"),
    include_str!("migrations/0004.sql"),
    include_str!("migrations/0005.sql"),
    include_str!("migrations/0006.sql"),
    include_str!("migrations/0007.sql"),
    include_str!("migrations/0008.sql"),
    include_str!("migrations/0009.sql"),
    include_str!("migrations/0010.sql"),
    include_str!("migrations/0011.sql"),
    include_str!("migrations/0012.sql"),
];

pub(super) static MIGRATIONS: LazyLock<Migrations<'static>> =
    LazyLock::new(|| Migrations::new(STEPS.iter().map(|step| M::up(step)).collect()));

/// How long a writer waits for another: a batch takes a second at most.
const PATIENCE: Duration = Duration::from_secs(10);

/// Statements kept compiled per connection.
const STATEMENTS: usize = 64;

/// How often opening is tried, since two processes may make a new store at once, and the pause between.
const OPENING_TRIES: usize = 20;
const OPENING_PAUSE: Duration = Duration::from_millis(50);

/// Why the file could not be opened.
pub(super) enum Opening {
    Sqlite(rusqlite::Error),
    Migration(Access, rusqlite_migration::Error),
    /// Changes that are not yet in the file cannot be read without the right to write.
    LogUnreadable,
    TooNew,
}

impl Opening {
    /// Whether it is for want of the right to write beside the file.
    fn is_denied(&self) -> bool {
        let error = match self {
            Opening::Sqlite(error) => error,
            Opening::Migration(Access::Write, rusqlite_migration::Error::RusqliteError { err, .. }) => err,
            _ => return false,
        };
        matches!(
            error.sqlite_error_code(),
            Some(ErrorCode::ReadOnly | ErrorCode::CannotOpen | ErrorCode::PermissionDenied)
        )
    }
}

/// What went wrong with a step, without the text of the step.
pub(super) fn bare(error: rusqlite_migration::Error) -> Box<dyn std::error::Error + Send + Sync> {
    match error {
        rusqlite_migration::Error::RusqliteError { err, .. } => Box::new(err),
        other => Box::new(other),
    }
}

/// Who only reads need not be told that nobody may write to the file, but what that keeps from being done.
fn unwritable(error: Opening) -> Opening {
    match error {
        Opening::Sqlite(error)
            if matches!(error.sqlite_error_code(), Some(ErrorCode::ReadOnly | ErrorCode::CannotOpen)) =>
        {
            Opening::Migration(Access::Read, error.into())
        }
        other => other,
    }
}

/// Whether a file has the present shape.
pub(super) enum Version {
    Present,
    /// Of an earlier casebook, or empty.
    Earlier,
}

impl From<rusqlite::Error> for Opening {
    fn from(error: rusqlite::Error) -> Self {
        Opening::Sqlite(error)
    }
}

/// The file, open and in the present shape.
pub(super) fn opened(path: &Path, access: Access) -> Result<Connection, Opening> {
    let opened = connect_patiently(path, access).and_then(|connection| up_to_date(connection, path, access));
    match opened {
        Err(error) if access == Access::Read && error.is_denied() => open_unwritable(path, error),
        opened => opened,
    }
}

/// A connection to a file, which is brought to the present shape.
fn up_to_date(mut connection: Connection, path: &Path, access: Access) -> Result<Connection, Opening> {
    match version(&connection)? {
        Version::Present => Ok(connection),
        Version::Earlier => {
            // What only reads brings an old file up to date too: it could not be read else.
            let mut writer = match access {
                Access::Read => Some(connect(path, Access::Write).map_err(unwritable)?),
                Access::Write => None,
            };
            migrate(writer.as_mut().unwrap_or(&mut connection)).map_err(|error| Opening::Migration(access, error))?;
            Ok(connection)
        }
    }
}

/// Opens a file in a folder that may not be written to, where SQLite cannot make the files by which readers and writers
/// tell each other of themselves. Without a log of changes nobody writes, and the file can be read as it is.
fn open_unwritable(path: &Path, denied: Opening) -> Result<Connection, Opening> {
    let log = path.with_file_name(format!("{FILE}-wal"));
    if fs::File::open(path).is_err() || !cfg!(unix) {
        return Err(denied);
    }
    if fs::metadata(log).is_ok_and(|log| log.len() > 0) {
        return Err(Opening::LogUnreadable);
    }
    up_to_date(connect_unchanged(path)?, path, Access::Read)
}

/// A connection to a file that does not change while it is read.
fn connect_unchanged(path: &Path) -> rusqlite::Result<Connection> {
    let escape = |byte: u8| match byte {
        b'/' | b'-' | b'_' | b'.' | b'~' => char::from(byte).to_string(),
        byte if byte.is_ascii_alphanumeric() => char::from(byte).to_string(),
        byte => format!("%{byte:02X}"),
    };
    let name: String = path.as_os_str().as_encoded_bytes().iter().map(|byte| escape(*byte)).collect();
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_URI;
    let connection = Connection::open_with_flags(format!("file:{name}?immutable=1"), flags)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    connection.pragma_update(None, "temp_store", "memory")?;
    Ok(connection)
}

/// Brings a file to the present shape. Another process may do so at the same moment: a step that it did first fails here,
/// and is found done when looked at again.
fn migrate(connection: &mut Connection) -> Result<(), rusqlite_migration::Error> {
    patiently(|| MIGRATIONS.to_latest(connection), |_| true)
}

/// Connects, again where another process makes the same new file: while its journal is set up, SQLite waits for nobody.
fn connect_patiently(path: &Path, access: Access) -> Result<Connection, Opening> {
    let is_busy = |error: &Opening| {
        matches!(error, Opening::Sqlite(rusqlite::Error::SqliteFailure(failure, _))
            if matches!(failure.code, rusqlite::ErrorCode::DatabaseBusy | rusqlite::ErrorCode::DatabaseLocked))
    };
    patiently(|| connect(path, access), is_busy)
}

fn connect(path: &Path, access: Access) -> Result<Connection, Opening> {
    let flags = match access {
        Access::Write => OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE,
        Access::Read => OpenFlags::SQLITE_OPEN_READ_ONLY,
    };
    let connection = Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    connection.busy_timeout(PATIENCE)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    connection.pragma_update(None, "cache_size", -32_000)?;
    connection.pragma_update(None, "temp_store", "memory")?;
    if access == Access::Write {
        // Raw mails are blobs of some kilobytes: fewer overflow pages than with 4 kB. Takes effect on a new file only.
        connection.pragma_update(None, "page_size", 8192)?;
        connection.pragma_update(None, "journal_mode", "wal")?;
        connection.pragma_update(None, "synchronous", "full")?;
        // Pages that one batch after another changes are brought into the file once for four times as many as SQLite does by
        // itself: 32 MB.
        connection.pragma_update(None, "wal_autocheckpoint", 4_000)?;
        connection.pragma_update(None, "foreign_keys", true)?;
        connection.pragma_update(None, "secure_delete", true)?;
    }
    Ok(connection)
}

/// Whether the file has the present shape.
pub(super) fn version(connection: &Connection) -> Result<Version, Opening> {
    let version = MIGRATIONS.current_version(connection);
    match version.map_err(|error| Opening::Migration(Access::Write, error))? {
        SchemaVersion::Outside(_) => Err(Opening::TooNew),
        SchemaVersion::Inside(steps) if steps.get() == STEPS.len() => Ok(Version::Present),
        SchemaVersion::Inside(_) | SchemaVersion::NoneSet => Ok(Version::Earlier),
    }
}

/// Tries what may fail because another process does the same at the moment; after an error that `again` refuses, no more.
fn patiently<T, E>(mut attempt: impl FnMut() -> Result<T, E>, again: impl Fn(&E) -> bool) -> Result<T, E> {
    for _ in 0..OPENING_TRIES {
        match attempt() {
            Err(error) if again(&error) => std::thread::sleep(OPENING_PAUSE),
            decided => return decided,
        }
    }
    attempt()
}
