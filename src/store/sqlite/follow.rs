//! What an index that follows the store reads of it.

use std::collections::HashMap;

use rusqlite::{Connection, OptionalExtension, params};

use super::{add::hash, cases::unsigned, lines::Lines, loose, standing_of};
use crate::{
    signature::{Signature, Standing},
    store::{CaseFilter, CaseId, KnownSource, MessageHash, NewMessage, Sourced},
};

type Result<T> = rusqlite::Result<T>;

/// A change of the store, as an index sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::store) struct Change {
    /// Rises.
    pub(in crate::store) id: u64,
    /// Number of the message.
    pub(in crate::store) message: u64,
    /// Number of its case; `None`: the message is gone.
    pub(in crate::store) case: Option<u64>,
}

/// A message as it stands in the store, with its bytes.
#[derive(Debug)]
pub(in crate::store) struct StoredMessage {
    pub(in crate::store) message: u64,
    pub(in crate::store) case: u64,
    pub(in crate::store) at: i64,
    pub(in crate::store) from: String,
    pub(in crate::store) address: String,
    pub(in crate::store) subject: String,
    /// Its place in the bytes.
    pub(in crate::store) piece: u32,
    /// Whether it is no mail but a log or note that lay beside mails.
    pub(in crate::store) loose: bool,
    pub(in crate::store) blob: MessageHash,
    pub(in crate::store) raw: Vec<u8>,
    pub(in crate::store) raw_len: u64,
    pub(in crate::store) parts: Vec<String>,
    /// Each with its line where it failed there: no other lines are indexed.
    pub(in crate::store) found: Vec<(Signature, Standing, String)>,
}

/// Which store this is.
pub(in crate::store) fn identity(connection: &Connection) -> Result<String> {
    connection.query_row("SELECT value FROM meta WHERE key = 'store'", [], |row| row.get(0))
}

/// Makes it another store: what followed the old one must begin anew.
pub(in crate::store) fn renew_identity(connection: &Connection) -> Result<()> {
    connection.execute("UPDATE meta SET value = lower(hex(randomblob(16))) WHERE key = 'store'", []).map(|_| ())
}

/// The number of the last change; 0 before the first.
pub(in crate::store) fn last_change(connection: &Connection) -> Result<u64> {
    let last: Option<i64> = connection
        .prepare_cached("SELECT seq FROM sqlite_sequence WHERE name = 'changes'")?
        .query_row([], |row| row.get(0))
        .optional()?;
    Ok(unsigned(last.unwrap_or(0)))
}

/// The changes behind one, in order.
pub(in crate::store) fn changes(connection: &Connection, after: u64, limit: usize) -> Result<Vec<Change>> {
    let mut statement = connection.prepare_cached(
        "SELECT c.id, c.message, m.case_id FROM changes c LEFT JOIN messages m ON m.id = c.message
         WHERE c.id > ?1 ORDER BY c.id LIMIT ?2",
    )?;
    let read = statement.query_map(params![signed(after), limit.min(1 << 30) as i64], |row| {
        let case: Option<i64> = row.get(2)?;
        Ok(Change { id: unsigned(row.get(0)?), message: unsigned(row.get(1)?), case: case.map(unsigned) })
    })?;
    read.collect()
}

/// The messages behind one by number, as changes that have no number of their own.
pub(in crate::store) fn all_messages(connection: &Connection, after: u64, limit: usize) -> Result<Vec<Change>> {
    let mut statement =
        connection.prepare_cached("SELECT id, case_id FROM messages WHERE id > ?1 ORDER BY id LIMIT ?2")?;
    let read = statement.query_map(params![signed(after), limit.min(1 << 30) as i64], |row| {
        Ok(Change { id: 0, message: unsigned(row.get(0)?), case: Some(unsigned(row.get(1)?)) })
    })?;
    read.collect()
}

fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// The numbers of messages by their hash.
pub(in crate::store) fn numbers<'m>(
    connection: &Connection,
    messages: impl Iterator<Item = &'m NewMessage>,
) -> Result<HashMap<u64, &'m NewMessage>> {
    let mut statement = connection.prepare_cached("SELECT id FROM messages WHERE hash = ?1")?;
    let mut found = HashMap::new();
    for message in messages {
        let number: Option<i64> = statement.query_row([&message.id.0[..]], |row| row.get(0)).optional()?;
        found.extend(number.map(|number| (unsigned(number), message)));
    }
    Ok(found)
}

/// A message with its bytes and what was found in it.
pub(in crate::store) fn message(connection: &Connection, number: u64) -> Result<Option<StoredMessage>> {
    let mut statement = connection.prepare_cached(concat!(
        "SELECT m.id, m.case_id, coalesce(m.date, m.taken), m.sender, m.address, m.subject, m.piece, ",
        loose!(),
        ", b.hash, b.data, b.raw_len FROM messages m JOIN blobs b ON b.id = m.blob WHERE m.id = ?1",
    ))?;
    let read = statement.query_row([signed(number)], |row| {
        Ok(StoredMessage {
            message: unsigned(row.get(0)?),
            case: unsigned(row.get(1)?),
            at: row.get(2)?,
            from: row.get(3)?,
            address: row.get(4)?,
            subject: row.get(5)?,
            piece: row.get(6)?,
            loose: row.get(7)?,
            blob: hash(row.get_ref(8)?.as_blob().unwrap_or_default()),
            raw: row.get(9)?,
            raw_len: unsigned(row.get(10)?),
            parts: Vec::new(),
            found: Vec::new(),
        })
    });
    let Some(mut read) = read.optional()? else { return Ok(None) };
    let mut parts = connection
        .prepare_cached("SELECT part FROM message_sources WHERE message = ?1 AND part <> '' ORDER BY part")?;
    read.parts = parts.query_map([signed(number)], |row| row.get(0))?.collect::<Result<_>>()?;
    let mut found = connection.prepare_cached(
        "SELECT s.kind, s.value, f.standing, iif(f.standing < 10, f.text, '')
         FROM message_sources ms JOIN source_signatures f ON f.source = ms.source JOIN signatures s ON s.id = f.signature
         WHERE ms.message = ?1 ORDER BY ms.part, f.line, f.signature",
    )?;
    let mut rows = found.query([signed(number)])?;
    while let Some(row) = rows.next()? {
        let kind: String = row.get(0)?;
        if let Ok(kind) = kind.parse() {
            read.found.push((Signature::new(kind, row.get::<_, String>(1)?), standing_of(row.get(2)?), row.get(3)?));
        }
    }
    Ok(Some(read))
}

/// What was found in a source that a message of this parser has; with the product of that message's case.
pub(in crate::store) fn source(connection: &Connection, id: MessageHash, parser: u32) -> Result<Option<KnownSource>> {
    let known: Option<(i64, Option<String>)> = connection
        .prepare_cached(
            "SELECT s.id, c.product FROM sources s JOIN message_sources ms ON ms.source = s.id
             JOIN messages m ON m.id = ms.message JOIN cases c ON c.id = m.case_id
             WHERE s.hash = ?1 AND m.parser = ?2 LIMIT 1",
        )?
        .query_row(params![&id.0[..], parser], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let Some((source, product)) = known else { return Ok(None) };
    let mut statement = connection.prepare_cached(
        "SELECT s.kind, s.value, f.standing, f.count, f.line, f.text
         FROM source_signatures f JOIN signatures s ON s.id = f.signature WHERE f.source = ?1",
    )?;
    let mut lines = Lines::new(connection);
    let mut found = Vec::new();
    let mut rows = statement.query([source])?;
    while let Some(row) = rows.next()? {
        let kind: String = row.get(0)?;
        let Ok(kind) = kind.parse() else { continue };
        found.push(Sourced {
            signature: Signature::new(kind, row.get::<_, String>(1)?),
            standing: standing_of(row.get(2)?),
            count: unsigned(row.get(3)?),
            line: unsigned(row.get(4)?),
            text: lines.of(source, row.get(5)?)?,
        });
    }
    Ok(Some(KnownSource { found, product }))
}

/// The numbers of the cases that a filter lets through.
pub(in crate::store) fn case_numbers(connection: &Connection, filter: &CaseFilter) -> Result<Vec<u64>> {
    super::cases::numbers(connection, filter)
}

/// The name of a case and the hash of a message by their numbers.
pub(in crate::store) fn names(
    connection: &Connection,
    case: u64,
    message: u64,
) -> Result<Option<(CaseId, MessageHash)>> {
    connection
        .prepare_cached(
            "SELECT c.name, m.hash FROM cases c JOIN messages m ON m.case_id = c.id WHERE c.id = ?1 AND m.id = ?2",
        )?
        .query_row([signed(case), signed(message)], |row| {
            Ok((CaseId(row.get(0)?), hash(row.get_ref(1)?.as_blob().unwrap_or_default())))
        })
        .optional()
}

/// The name of a case by its number.
pub(in crate::store) fn case_name(connection: &Connection, case: u64) -> Result<Option<CaseId>> {
    connection
        .prepare_cached("SELECT name FROM cases WHERE id = ?1")?
        .query_row([signed(case)], |row| row.get(0).map(CaseId))
        .optional()
}
