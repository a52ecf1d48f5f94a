//! Things that could not be parsed, kept byte for byte.

use rusqlite::{Connection, OptionalExtension, params};

use super::add::hash;
use crate::store::{MessageHash, Quarantined};

type Result<T> = rusqlite::Result<T>;

pub(super) fn put(connection: &Connection, item: &Quarantined) -> Result<()> {
    connection.execute(
        "INSERT OR REPLACE INTO quarantine (hash, data, part, error, parser, at, history)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        params![&item.id.0[..], item.raw, item.part, item.error, item.parser, item.at, item.history],
    )?;
    Ok(())
}

pub(super) fn list(connection: &Connection) -> Result<Vec<Quarantined>> {
    let mut statement =
        connection.prepare_cached("SELECT hash, part, error, parser, at, history FROM quarantine ORDER BY at, part")?;
    let read = statement.query_map([], |row| {
        Ok(Quarantined {
            id: hash(row.get_ref(0)?.as_blob().unwrap_or_default()),
            raw: Vec::new(),
            part: row.get(1)?,
            error: row.get(2)?,
            parser: row.get(3)?,
            at: row.get(4)?,
            history: row.get(5)?,
        })
    })?;
    read.collect()
}

pub(super) fn raw(connection: &Connection, id: MessageHash) -> Result<Option<Vec<u8>>> {
    connection
        .prepare_cached("SELECT data FROM quarantine WHERE hash = ?1")?
        .query_row([&id.0[..]], |row| row.get(0))
        .optional()
}

pub(super) fn release(connection: &Connection, id: MessageHash) -> Result<bool> {
    Ok(connection.execute("DELETE FROM quarantine WHERE hash = ?1", [&id.0[..]])? > 0)
}
