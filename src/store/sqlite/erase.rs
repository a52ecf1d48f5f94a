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
    transaction.execute("DELETE FROM cases WHERE id = ?1", [row])?;
    {
        // An attachment that another case has too stays with that case.
        let mut erase = transaction.prepare(
            "DELETE FROM sources WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM message_sources WHERE source = ?1)",
        )?;
        for source in sources {
            erase.execute([source])?;
        }
    }
    {
        let mut erase = transaction.prepare(
            "DELETE FROM signatures WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM case_signatures WHERE signature = ?1)",
        )?;
        for signature in signatures {
            erase.execute([signature])?;
        }
    }
    transaction.commit()?;
    // Erased pages are zeroed in the database; the log still holds them as they were.
    connection.query_row("PRAGMA wal_checkpoint(truncate)", [], |_| Ok(()))?;
    Ok(true)
}
