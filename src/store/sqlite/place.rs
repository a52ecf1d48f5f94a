//! Which case a message belongs to. Cases that turn out to be one are joined.

use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};

use super::{add::Batch, keywords};
use crate::store::{
    CaseId, NewMessage, ThreadKey,
    thread::{Bearing, Lead, decide},
};

type Result<T> = rusqlite::Result<T>;

/// Where the keys of a message lead.
pub(super) struct Placed {
    /// The case; `None`: it is a new one.
    pub(super) case: Option<i64>,
    /// Keys, as they are kept, that lead nowhere yet.
    pub(super) unknown: Vec<String>,
}

/// The case that the keys lead to. Cases that turn out to be one are joined.
pub(super) fn place(transaction: &Transaction<'_>, message: &NewMessage, batch: &mut Batch<'_>) -> Result<Placed> {
    let mut leads: Vec<Lead<'_>> = Vec::new();
    let mut rows: Vec<i64> = Vec::new();
    let mut unknown = Vec::new();
    for key in &message.keys {
        let columns = |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get(2)?));
        let lead = match key {
            ThreadKey::Beside(message) => transaction
                .prepare_cached(
                    "SELECT c.id, c.name, c.latest FROM messages m JOIN cases c ON c.id = m.case_id WHERE m.hash = ?1",
                )?
                .query_row([&message.0[..]], columns)
                .optional()?,
            key => {
                let kept = key.encode();
                let lead = transaction
                    .prepare_cached(
                        "SELECT c.id, c.name, c.latest FROM case_keys k JOIN cases c ON c.id = k.case_id WHERE k.key = ?1",
                    )?
                    .query_row([&kept], columns)
                    .optional()?;
                if lead.is_none() {
                    unknown.push(kept);
                }
                lead
            }
        };
        let Some((id, name, latest)): Option<(i64, String, i64)> = lead else { continue };
        // Of a thread nearly all keys lead to one case.
        let numbers = match rows.iter().position(|row| *row == id) {
            Some(place) => leads[place].numbers.clone(),
            None => numbers(transaction, id)?,
        };
        leads.push(Lead { key, case: CaseId(name), numbers, latest });
        rows.push(id);
    }
    let bearing = Bearing { reply: message.reply, at: message.date.unwrap_or(message.taken) };
    let Some(chosen) = decide(&message.keys, &leads, bearing) else { return Ok(Placed { case: None, unknown }) };
    let row_of = |case: &CaseId| leads.iter().position(|lead| lead.case == *case).map(|place| rows[place]);
    let case = row_of(&chosen);
    let mut chosen_numbers =
        leads.iter().find(|lead| lead.case == chosen).map(|lead| lead.numbers.clone()).unwrap_or_default();
    if let Some(case) = case {
        for (lead, row) in leads.iter().zip(&rows) {
            // A thread whose messages came out of order was taken for two; two tickets stay two.
            let same_thread = matches!(lead.key, ThreadKey::Id(_));
            if same_thread && *row != case && (lead.numbers.is_empty() || chosen_numbers.is_empty()) {
                // What the joined case has is counted anew.
                batch.write(transaction)?;
                merge(transaction, *row, case)?;
                chosen_numbers.extend(lead.numbers.iter().cloned());
            }
        }
    }
    Ok(Placed { case, unknown })
}

fn numbers(transaction: &Transaction<'_>, case: i64) -> Result<Vec<String>> {
    let mut statement = transaction
        .prepare_cached("SELECT substr(key, 3) FROM case_keys WHERE case_id = ?1 AND key >= 'n:' AND key < 'n;'")?;
    statement.query_map([case], |row| row.get(0))?.collect()
}

/// Moves everything of a case into another and leaves its name as one that leads there.
fn merge(transaction: &Transaction<'_>, from: i64, into: i64) -> Result<()> {
    let gone: Option<String> =
        transaction.query_row("SELECT name FROM cases WHERE id = ?1", [from], |row| row.get(0)).optional()?;
    // Merged already, by an earlier key of the same message.
    let Some(gone) = gone else { return Ok(()) };
    keywords::joined(transaction, from, into)?;
    for sql in [
        "INSERT INTO pending (case_id, quiet) SELECT ?2, quiet FROM pending WHERE case_id = ?1
         ON CONFLICT DO UPDATE SET quiet = min(quiet, excluded.quiet)",
        "UPDATE messages SET case_id = ?2 WHERE case_id = ?1",
        "UPDATE case_keys SET case_id = ?2 WHERE case_id = ?1",
        "UPDATE events SET case_id = ?2 WHERE case_id = ?1",
        "UPDATE OR IGNORE tags SET case_id = ?2 WHERE case_id = ?1",
        "UPDATE OR IGNORE decisions SET case_id = ?2 WHERE case_id = ?1",
        "UPDATE outbox SET case_id = ?2 WHERE case_id = ?1",
        "UPDATE cases SET
             opened = min(cases.opened, other.opened), latest = max(cases.latest, other.latest),
             messages = cases.messages + other.messages,
             subject = CASE WHEN other.opened < cases.opened THEN other.subject ELSE cases.subject END,
             severity = coalesce(cases.severity, other.severity), customer = coalesce(cases.customer, other.customer),
             product = coalesce(cases.product, other.product)
         FROM (SELECT * FROM cases WHERE id = ?1) AS other WHERE cases.id = ?2",
    ] {
        transaction.execute(sql, [from, into])?;
    }
    transaction.execute("DELETE FROM cases WHERE id = ?1", [from])?;
    transaction
        .execute("INSERT OR REPLACE INTO case_keys (key, case_id) VALUES (?1, ?2)", params![alias(&gone), into])?;
    recount(transaction, into)
}

/// The key of a name that a case once had.
pub(super) fn alias(name: &str) -> String {
    format!("c:{}", name.to_uppercase())
}

/// Makes the derived rows of a case anew.
pub(super) fn recount(connection: &Connection, case: i64) -> Result<()> {
    for sql in [
        "DELETE FROM case_sources WHERE case_id = ?1",
        "INSERT OR IGNORE INTO case_sources (case_id, source)
         SELECT ?1, s.source FROM message_sources s JOIN messages m ON m.id = s.message WHERE m.case_id = ?1",
        "DELETE FROM case_signatures WHERE case_id = ?1",
        "INSERT INTO case_signatures (case_id, signature, standing, count)
         SELECT ?1, signature, min(standing), sum(count) FROM source_signatures
         WHERE source IN (SELECT source FROM case_sources WHERE case_id = ?1) GROUP BY signature",
    ] {
        connection.execute(sql, [case])?;
    }
    Ok(())
}
