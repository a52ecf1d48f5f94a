//! Erasing a case: its rows, its bytes, and what was known only through it.

use rusqlite::{Connection, TransactionBehavior};

use super::cases::row_of;
use crate::store::CaseId;

pub(super) fn forget(connection: &mut Connection, case: &CaseId) -> rusqlite::Result<bool> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let Some(row) = row_of(&transaction, case)? else { return Ok(false) };
    let column = |sql: &str| -> rusqlite::Result<Vec<i64>> {
        transaction.prepare(sql)?.query_map([row], |row| row.get(0))?.collect()
    };
    let sources = column("SELECT source FROM case_sources WHERE case_id = ?1")?;
    let signatures = column("SELECT signature FROM case_signatures WHERE case_id = ?1")?;
    let blobs = column("SELECT DISTINCT blob FROM messages WHERE case_id = ?1")?;
    transaction.execute("DELETE FROM cases WHERE id = ?1", [row])?;
    let erase = |rows: Vec<i64>, sql: &str| -> rusqlite::Result<()> {
        let mut erase = transaction.prepare(sql)?;
        rows.into_iter().try_for_each(|row| erase.execute([row]).map(|_| ()))
    };
    // An attachment that another case has too stays with that case.
    erase(
        sources,
        "DELETE FROM sources WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM message_sources WHERE source = ?1)",
    )?;
    erase(blobs, "DELETE FROM blobs WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM messages WHERE blob = ?1)")?;
    erase(
        signatures,
        "DELETE FROM signatures WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM case_signatures WHERE signature = ?1)",
    )?;
    transaction.commit()?;
    // Erased pages are zeroed in the database; the log still holds them as they were.
    connection.query_row("PRAGMA wal_checkpoint(truncate)", [], |_| Ok(()))?;
    Ok(true)
}
