//! How far mail accounts were taken in, and which of their mails are there.

use rusqlite::{Connection, OptionalExtension, params};

use crate::store::{MailGlimpse, MailboxMark};

type Result<T> = rusqlite::Result<T>;

pub(super) fn holds(connection: &Connection, mails: &[MailGlimpse]) -> Result<Vec<bool>> {
    let mut statement = connection.prepare_cached(
        "SELECT EXISTS (SELECT 1 FROM messages m JOIN blobs b ON b.id = m.blob
                        WHERE m.message_id = ?1 AND m.date = ?2 AND b.raw_len = ?3)",
    )?;
    let bytes = |mail: &MailGlimpse| i64::try_from(mail.bytes).unwrap_or(i64::MAX);
    mails
        .iter()
        .map(|mail| statement.query_row(params![mail.message_id, mail.date, bytes(mail)], |row| row.get(0)))
        .collect()
}

pub(super) fn mark(connection: &Connection, account: &str, folder: &str) -> Result<Option<MailboxMark>> {
    connection
        .prepare_cached("SELECT uid_validity, uid FROM mailboxes WHERE account = ?1 AND folder = ?2")?
        .query_row([account, folder], |row| Ok(MailboxMark { uid_validity: row.get(0)?, uid: row.get(1)? }))
        .optional()
}

pub(super) fn set_mark(connection: &Connection, account: &str, folder: &str, mark: MailboxMark) -> Result<()> {
    connection
        .prepare_cached(
            "INSERT OR REPLACE INTO mailboxes (account, folder, uid_validity, uid) VALUES (?1, ?2, ?3, ?4)",
        )?
        .execute(params![account, folder, mark.uid_validity, mark.uid])
        .map(|_| ())
}
