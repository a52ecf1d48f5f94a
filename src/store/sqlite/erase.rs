//! Erasing a case: its rows, its bytes, and what was known only through it.

use rusqlite::{Connection, TransactionBehavior};

use super::cases::row_of;
use crate::store::{CaseId, Forgotten};

pub(super) fn forget(connection: &mut Connection, case: &CaseId) -> rusqlite::Result<Forgotten> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let Some(row) = row_of(&transaction, case)? else { return Ok(Forgotten::Missing) };
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
    // Erased pages are zeroed in the newest state of the database; the file, and its log, still hold them as they were.
    Ok(if settle(connection)? { Forgotten::Erased } else { Forgotten::Lingering })
}

/// Brings all that was written into the file and empties its log, so that nothing is left of what was erased. Waits for
/// others as long as for every lock; `false` if one of them still reads an earlier state.
pub(super) fn settle(connection: &Connection) -> rusqlite::Result<bool> {
    connection.query_row("PRAGMA wal_checkpoint(truncate)", [], |row| row.get::<_, bool>(0)).map(|busy| !busy)
}

#[cfg(test)]
mod tests {
    use std::{fs, time::Duration};

    use super::*;
    use crate::store::{
        CaseStore, MessageHash,
        conformance::message,
        sqlite::{Access, SqliteStore},
    };

    #[test]
    fn what_another_process_still_reads_lingers_and_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let mut store = SqliteStore::open(folder.path(), Access::Write).unwrap().unwrap();
        store.connection.busy_timeout(Duration::from_millis(20)).unwrap();
        let mut secret = message(1);
        // As it comes where nothing can be packed.
        let raw: Vec<u8> = (0..20_000u32).flat_map(|n| n.wrapping_mul(0x9E37_79B9).to_le_bytes()).collect();
        (secret.blob, secret.raw_len) = (MessageHash::of(&raw), raw.len() as u64);
        secret.raw = zstd::bulk::compress(&raw, 1).unwrap().into();
        let part = secret.raw[1000..1100].to_vec();
        let case = match store.add(&[secret, message(2)]).unwrap().remove(0) {
            crate::store::Added::Created(case) => case,
            crate::store::Added::Exists(case) => panic!("{case}"),
        };
        let holds = || {
            let files = fs::read_dir(folder.path()).unwrap();
            files
                .filter(|file| memchr::memmem::find(&fs::read(file.as_ref().unwrap().path()).unwrap(), &part).is_some())
                .count()
        };
        let reader = SqliteStore::open(folder.path(), Access::Read).unwrap().unwrap();
        reader.connection.execute_batch("BEGIN; SELECT count(*) FROM messages").unwrap();
        assert_eq!(store.forget(&case).unwrap(), Forgotten::Lingering);
        assert!(holds() > 0);
        assert!(!settle(&store.connection).unwrap());
        drop(reader);
        assert!(settle(&store.connection).unwrap());
        assert_eq!(holds(), 0);
        assert_eq!(store.forget(&case).unwrap(), Forgotten::Missing);
    }
}
