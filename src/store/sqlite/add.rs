//! Taking messages in: which case, its fields, its evidence.

use std::collections::HashMap;

use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, params};

use super::{
    keywords,
    lines::{Together, kept_text},
    place::{Placed, alias, place},
    sent, standing_code,
};
use crate::{
    signature::Signature,
    store::{Added, CaseId, EventKind, MessageHash, NewMessage, Source, Sourced, thread::reopens},
};

type Result<T> = rusqlite::Result<T>;

/// Digits of its first message's hash in the name of a case without a number: 2^32 names.
const NAME_DIGITS: usize = 8;

/// Adds messages in one transaction.
pub(super) fn add(connection: &mut Connection, messages: &[NewMessage]) -> Result<Vec<Added>> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let mut batch = Batch::default();
    let added = messages.iter().map(|message| one(&transaction, message, &mut batch)).collect::<Result<_>>()?;
    batch.write(&transaction)?;
    transaction.commit()?;
    Ok(added)
}

/// What the messages of a transaction have in common.
#[derive(Default)]
pub(super) struct Batch<'m> {
    /// Numbers of the signatures that were met: logs name the same again and again.
    signatures: HashMap<&'m Signature, i64>,
    /// Rows of `case_signatures` that are not yet written.
    counts: Vec<Count>,
}

/// A row of `case_signatures`. Rows are ordered by signature first: so they are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Count {
    signature: i64,
    case: i64,
    standing: i64,
    count: i64,
}

impl Batch<'_> {
    /// Writes the rows that wait, by signature: so the index by signature, which grows with the store, is gone through once and
    /// not searched for each row.
    pub(super) fn write(&mut self, transaction: &Transaction<'_>) -> Result<()> {
        // Row by row: of one statement for many rows SQLite keeps every page as it was before, to be able to take it back.
        let mut insert = transaction.prepare_cached(
            "INSERT INTO case_signatures (case_id, signature, standing, count) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT DO UPDATE SET standing = min(standing, excluded.standing), count = count + excluded.count",
        )?;
        self.counts.sort_unstable();
        for Count { signature, case, standing, count } in self.counts.drain(..) {
            insert.execute([case, signature, standing, count])?;
        }
        Ok(())
    }
}

fn one<'m>(transaction: &Transaction<'_>, message: &'m NewMessage, batch: &mut Batch<'m>) -> Result<Added> {
    if let Some(case) = known(transaction, message)? {
        return Ok(Added::Exists(case));
    }
    let Placed { case, unknown } = place(transaction, message, batch)?;
    let case = match case {
        Some(case) => case,
        None => create(transaction, message)?,
    };
    let mut keys = transaction.prepare_cached("INSERT OR IGNORE INTO case_keys (key, case_id) VALUES (?1, ?2)")?;
    for key in unknown {
        keys.execute(params![key, case])?;
    }
    let row = insert(transaction, message, case)?;
    for source in &message.sources {
        add_source(transaction, row, case, source, batch)?;
    }
    let name = join(transaction, message, row, case)?;
    if !message.quiet {
        keywords::changed(transaction, case)?;
    }
    Ok(Added::Created(name))
}

/// The case of the same message: the same bytes, or the same id with the same content by another way.
fn known(transaction: &Transaction<'_>, message: &NewMessage) -> Result<Option<CaseId>> {
    let by_hash = transaction
        .prepare_cached("SELECT c.name FROM messages m JOIN cases c ON c.id = m.case_id WHERE m.hash = ?1")?
        .query_row([&message.id.0[..]], |row| row.get(0))
        .optional()?;
    if by_hash.is_some() {
        return Ok(by_hash.map(CaseId));
    }
    let Some(message_id) = &message.message_id else { return Ok(None) };
    let by_id = transaction
        .prepare_cached(
            "SELECT c.name FROM messages m JOIN cases c ON c.id = m.case_id WHERE m.message_id = ?1 AND m.content = ?2",
        )?
        .query_row(params![message_id, &message.content.0[..]], |row| row.get(0))
        .optional()?;
    Ok(by_id.map(CaseId))
}

fn create(transaction: &Transaction<'_>, message: &NewMessage) -> Result<i64> {
    let hash = message.id.to_string();
    let at = message.date.unwrap_or(message.taken);
    let number = message.fields.numbers.first();
    let mut name = number.cloned().unwrap_or_else(|| format!("C-{}", &hash[..NAME_DIGITS]));
    // A number can be one that a case without it was named after, if hashes wish it so; the whole hash is nobody else's.
    let taken = transaction
        .prepare_cached("SELECT 1 FROM cases WHERE name = ?1 UNION ALL SELECT 1 FROM case_keys WHERE key = ?2")?
        .exists(params![name, alias(&name)])?;
    if taken {
        name = format!("C-{hash}");
    }
    transaction
        .prepare_cached("INSERT INTO cases (name, opened, latest) VALUES (?1, ?2, ?2)")?
        .execute(params![name, at])?;
    Ok(transaction.last_insert_rowid())
}

fn insert(transaction: &Transaction<'_>, message: &NewMessage, case: i64) -> Result<i64> {
    let blob = blob_row(transaction, message)?;
    transaction
        .prepare_cached(
            "INSERT INTO messages (hash, message_id, content, case_id, date, taken, sender, address, subject, automatic,
                                   quiet, parser, blob, piece)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
        )?
        .execute(params![
            &message.id.0[..],
            message.message_id,
            &message.content.0[..],
            case,
            message.date,
            message.taken,
            message.from,
            message.address,
            message.subject,
            message.automatic,
            message.quiet,
            message.parser,
            blob,
            message.piece,
        ])?;
    Ok(transaction.last_insert_rowid())
}

fn blob_row(transaction: &Transaction<'_>, message: &NewMessage) -> Result<i64> {
    let new = transaction
        .prepare_cached("INSERT INTO blobs (hash, raw_len, data) VALUES (?1, ?2, ?3) ON CONFLICT (hash) DO NOTHING")?
        .execute(params![&message.blob.0[..], signed(message.raw_len), &message.raw[..]])?;
    if new > 0 {
        return Ok(transaction.last_insert_rowid());
    }
    transaction
        .prepare_cached("SELECT id FROM blobs WHERE hash = ?1")?
        .query_row([&message.blob.0[..]], |row| row.get(0))
}

/// What was found in a source, each with the number of its signature.
type Numbered<'m> = Vec<(i64, &'m Sourced)>;

/// The row of a source; its findings are stored when it is seen for the first time, and given then, each with the number of
/// its signature.
fn source_row<'m>(
    transaction: &Transaction<'_>,
    source: &'m Source,
    signatures: &mut HashMap<&'m Signature, i64>,
) -> Result<(i64, Option<Numbered<'m>>)> {
    let new = transaction
        .prepare_cached("INSERT INTO sources (hash, bytes) VALUES (?1, ?2) ON CONFLICT (hash) DO NOTHING")?
        .execute(params![&source.hash.0[..], signed(source.bytes)])?;
    if new == 0 {
        let row = transaction
            .prepare_cached("SELECT id FROM sources WHERE hash = ?1")?
            .query_row([&source.hash.0[..]], |row| row.get(0))?;
        return Ok((row, None));
    }
    let row = transaction.last_insert_rowid();
    let mut found = Vec::with_capacity(source.found.len());
    for one in &source.found {
        let number = match signatures.get(&one.signature) {
            Some(number) => *number,
            None => {
                let number = signature_row(transaction, one.signature.kind.name(), &one.signature.value)?;
                signatures.insert(&one.signature, number);
                number
            }
        };
        found.push((number, one));
    }
    // In the order in which they are kept. Of two that differ in case alone the first stands.
    found.sort_by_key(|(number, _)| *number);
    found.dedup_by_key(|(number, _)| *number);
    let mut insert = transaction.prepare_cached(
        "INSERT INTO source_signatures (source, signature, standing, count, line, text) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?;
    let together = Together::of(source);
    if let Some(together) = &together {
        transaction
            .prepare_cached("INSERT INTO source_lines (source, lines) VALUES (?1, ?2)")?
            .execute(params![row, together.packed])?;
    }
    for (number, one) in &found {
        let standing = standing_code(one.standing);
        let text = kept_text(one, together.as_ref());
        insert.execute(params![row, number, standing, signed(one.count), signed(one.line), text])?;
    }
    Ok((row, Some(found)))
}

fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn signature_row(transaction: &Transaction<'_>, kind: &str, value: &str) -> Result<i64> {
    let there = transaction
        .prepare_cached("SELECT id FROM signatures WHERE kind = ?1 AND value = ?2")?
        .query_row([kind, value], |row| row.get(0))
        .optional()?;
    if let Some(row) = there {
        return Ok(row);
    }
    transaction.prepare_cached("INSERT INTO signatures (kind, value) VALUES (?1, ?2)")?.execute([kind, value])?;
    Ok(transaction.last_insert_rowid())
}

fn add_source<'m>(
    transaction: &Transaction<'_>,
    message: i64,
    case: i64,
    source: &'m Source,
    batch: &mut Batch<'m>,
) -> Result<()> {
    let (row, found) = source_row(transaction, source, &mut batch.signatures)?;
    transaction
        .prepare_cached("INSERT OR IGNORE INTO message_sources (message, source, part) VALUES (?1, ?2, ?3)")?
        .execute(params![message, row, source.part])?;
    let new = transaction
        .prepare_cached("INSERT OR IGNORE INTO case_sources (case_id, source) VALUES (?1, ?2)")?
        .execute([case, row])?;
    if new == 0 {
        return Ok(());
    }
    match found {
        Some(found) => {
            batch.counts.extend(found.iter().map(|(signature, one)| Count {
                signature: *signature,
                case,
                standing: standing_code(one.standing),
                count: signed(one.count),
            }));
        }
        None => {
            let mut known = transaction
                .prepare_cached("SELECT signature, standing, count FROM source_signatures WHERE source = ?1")?;
            let mut rows = known.query([row])?;
            while let Some(row) = rows.next()? {
                let (signature, standing, count) = (row.get(0)?, row.get(1)?, row.get(2)?);
                batch.counts.push(Count { signature, case, standing, count });
            }
        }
    }
    Ok(())
}

/// Brings the case's own row up to date with a message that is in it as `row`, and gives its name.
fn join(transaction: &Transaction<'_>, message: &NewMessage, row: i64, case: i64) -> Result<CaseId> {
    let fields = &message.fields;
    let (opened, messages, closed, name): (i64, i64, Option<i64>, String) = transaction
        .prepare_cached("SELECT opened, messages, closed, name FROM cases WHERE id = ?1")?
        .query_row([case], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))?;
    let sent: Option<i64> = transaction
        .prepare_cached(concat!("SELECT ", sent!(), " FROM messages WHERE id = ?1"))?
        .query_row([row], |row| row.get(0))?;
    let at = sent.unwrap_or(if messages > 0 { opened } else { message.taken });
    // Mail comes in any order: what the earliest message says of the case stands.
    let first = messages == 0 || at < opened;
    transaction
        .prepare_cached(
            "UPDATE cases SET version = version + 1, messages = messages + 1,
                 opened = min(opened, ?2), latest = max(latest, ?2),
                 subject = CASE WHEN ?3 OR subject = '' THEN ?4 ELSE subject END,
                 severity = CASE WHEN ?3 THEN coalesce(?5, severity) ELSE coalesce(severity, ?5) END,
                 customer = CASE WHEN ?3 THEN coalesce(?6, customer) ELSE coalesce(customer, ?6) END,
                 product = CASE WHEN ?3 THEN coalesce(?7, product) ELSE coalesce(product, ?7) END
             WHERE id = ?1",
        )?
        .execute(params![case, at, first, fields.subject, fields.severity, fields.customer, fields.product])?;
    if let Some((closed, at)) = closed.and_then(|closed| Some((closed, reopens(message, closed)?))) {
        transaction.execute("UPDATE cases SET closed = NULL WHERE id = ?1", [case])?;
        let note = format!("new message after it was closed at {}", minute(closed));
        event(transaction, case, at, EventKind::Reopened, &note)?;
    }
    Ok(CaseId(name))
}

/// A time as people read it, as the events beside it are told.
fn minute(at: i64) -> String {
    jiff::Timestamp::from_second(at).map_or_else(|_| at.to_string(), |at| at.strftime("%Y-%m-%d %H:%MZ").to_string())
}

pub(super) fn event(connection: &Connection, case: i64, at: i64, kind: EventKind, note: &str) -> Result<()> {
    connection
        .prepare_cached("INSERT INTO events (case_id, at, kind, note) VALUES (?1, ?2, ?3, ?4)")?
        .execute(params![case, at, kind.name(), note])?;
    Ok(())
}

/// A hash as it stands in a row.
pub(super) fn hash(bytes: &[u8]) -> MessageHash {
    let mut hash = [0; 32];
    let length = bytes.len().min(32);
    hash[..length].copy_from_slice(&bytes[..length]);
    MessageHash(hash)
}
