//! Which cases changed since their messages in a mail account got keywords.

use rusqlite::{Connection, params};

use super::cases::unsigned;
use crate::store::CaseId;

type Result<T> = rusqlite::Result<T>;

pub(super) fn keep(connection: &Connection, account: &str, folder: &str) -> Result<()> {
    connection
        .prepare_cached(
            "INSERT OR IGNORE INTO keyword_folders (account, folder, change)
             VALUES (?1, ?2, coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'keyword_changes'), 0))",
        )?
        .execute([account, folder])
        .map(|_| ())
}

/// Notes that the tags or messages of a case changed, if anybody wants to know.
pub(super) fn changed(connection: &Connection, case: i64) -> Result<()> {
    // In the place of what was noted of it before: the new row stands behind all others.
    connection
        .prepare_cached(
            "INSERT OR REPLACE INTO keyword_changes (case_id) SELECT ?1 WHERE EXISTS (SELECT 1 FROM keyword_folders)",
        )?
        .execute([case])
        .map(|_| ())
}

/// The same of every case with a tag.
pub(super) fn tag_changed(connection: &Connection, tag: &str) -> Result<()> {
    connection
        .execute(
            "INSERT OR REPLACE INTO keyword_changes (case_id)
             SELECT case_id FROM tags WHERE tag = ?1 AND removed = 0 AND EXISTS (SELECT 1 FROM keyword_folders)
             ORDER BY case_id",
            [tag],
        )
        .map(|_| ())
}

/// What waits of a case that becomes part of another waits of that one.
pub(super) fn joined(connection: &Connection, from: i64, into: i64) -> Result<()> {
    if connection.prepare_cached("SELECT 1 FROM keyword_changes WHERE case_id = ?1")?.exists([from])? {
        changed(connection, into)?;
    }
    Ok(())
}

pub(super) fn work(connection: &Connection, account: &str, folder: &str, limit: usize) -> Result<Vec<(u64, CaseId)>> {
    let mut statement = connection.prepare_cached(
        "SELECT k.id, c.name FROM keyword_folders f JOIN keyword_changes k ON k.id > f.change
         JOIN cases c ON c.id = k.case_id WHERE f.account = ?1 AND f.folder = ?2 ORDER BY k.id LIMIT ?3",
    )?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    statement
        .query_map(params![account, folder, limit], |row| Ok((unsigned(row.get(0)?), CaseId(row.get(1)?))))?
        .collect()
}

pub(super) fn given(connection: &Connection, account: &str, folder: &str, change: u64) -> Result<()> {
    connection
        .prepare_cached("UPDATE keyword_folders SET change = max(change, ?3) WHERE account = ?1 AND folder = ?2")?
        .execute(params![account, folder, i64::try_from(change).unwrap_or(i64::MAX)])
        .map(|_| ())
}
