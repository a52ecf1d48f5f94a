//! Reading what was stored: raw bytes, messages, evidence, events.

use std::collections::{HashMap, hash_map::Entry};

use rusqlite::{Connection, OptionalExtension, Row, params};

use super::{
    add::hash,
    cases::{row_of, unsigned},
    lines::Lines,
    standing_of,
};
use crate::{
    intake::MOST_ASIDE,
    signature::Signature,
    store::{
        CaseDecision, CaseId, Decision, Event, EventKind, Evidence, MessageHash, MessageRecord, SignatureCount,
        StoreError, packed,
    },
};

type Result<T> = rusqlite::Result<T>;

pub(super) fn known(connection: &Connection, ids: &[MessageHash]) -> Result<Vec<bool>> {
    let mut statement = connection.prepare_cached("SELECT 1 FROM messages WHERE hash = ?1")?;
    ids.iter().map(|id| statement.exists([&id.0[..]])).collect()
}

/// The compressed bytes that a message stands in, their hash, and their length before.
pub(super) fn raw(connection: &Connection, id: MessageHash) -> Result<Option<(MessageHash, Vec<u8>, u64)>> {
    connection
        .prepare_cached(
            "SELECT b.hash, b.data, b.raw_len FROM messages m JOIN blobs b ON b.id = m.blob WHERE m.hash = ?1",
        )?
        .query_row([&id.0[..]], |row| {
            Ok((hash(row.get_ref(0)?.as_blob().unwrap_or_default()), row.get(1)?, unsigned(row.get(2)?)))
        })
        .optional()
}

/// Unpacks stored bytes and holds them against their hash.
pub(in crate::store) fn unpack(id: MessageHash, data: &[u8], length: u64) -> std::result::Result<Vec<u8>, StoreError> {
    let damaged = |reason: String| StoreError::Damaged { id, reason };
    let capacity = usize::try_from(length).unwrap_or(usize::MAX).min(MOST_ASIDE as usize + 1);
    let raw = packed::unpack(data, capacity).map_err(|error| damaged(error.to_string()))?;
    if MessageHash::of(&raw) != id {
        return Err(damaged("its bytes do not have the hash that they were stored under".into()));
    }
    Ok(raw)
}

/// The same where the length is not known.
pub(super) fn unpack_any(id: MessageHash, data: &[u8]) -> std::result::Result<Vec<u8>, StoreError> {
    unpack(id, data, MOST_ASIDE)
}

pub(super) fn messages(connection: &Connection, case: &CaseId) -> Result<Vec<MessageRecord>> {
    let Some(row) = row_of(connection, case)? else { return Ok(Vec::new()) };
    let mut parts = connection
        .prepare_cached("SELECT part FROM message_sources WHERE message = ?1 AND part <> '' ORDER BY part")?;
    let mut statement = connection.prepare_cached(
        "SELECT id, hash, message_id, date, sender, address, subject, automatic FROM messages
         WHERE case_id = ?1 ORDER BY coalesce(date, taken), id",
    )?;
    let mut found = Vec::new();
    let mut rows = statement.query([row])?;
    while let Some(row) = rows.next()? {
        let id: i64 = row.get(0)?;
        found.push(MessageRecord {
            id: hash(row.get_ref(1)?.as_blob().unwrap_or_default()),
            message_id: row.get(2)?,
            date: row.get(3)?,
            from: row.get(4)?,
            address: row.get(5)?,
            subject: row.get(6)?,
            automatic: row.get(7)?,
            attachments: parts.query_map([id], |row| row.get(0))?.collect::<Result<_>>()?,
        });
    }
    Ok(found)
}

pub(super) fn evidence(connection: &Connection, case: &CaseId) -> Result<Vec<SignatureCount>> {
    let Some(row) = row_of(connection, case)? else { return Ok(Vec::new()) };
    let mut statement = connection.prepare_cached(
        "SELECT cs.signature, s.kind, s.value, cs.standing, cs.count FROM case_signatures cs
         JOIN signatures s ON s.id = cs.signature WHERE cs.case_id = ?1
         ORDER BY cs.standing, cs.count DESC, s.kind, s.value",
    )?;
    let mut places = places(connection, row)?;
    let mut found = Vec::new();
    let mut rows = statement.query([row])?;
    while let Some(row) = rows.next()? {
        let kind: String = row.get(1)?;
        // A kind of a later casebook cannot be named here.
        let Ok(kind) = kind.parse() else { continue };
        let Some(evidence) = places.remove(&row.get::<_, i64>(0)?) else { continue };
        found.push(SignatureCount {
            signature: Signature::new(kind, row.get::<_, String>(2)?),
            standing: standing_of(row.get(3)?),
            count: unsigned(row.get(4)?),
            evidence,
        });
    }
    Ok(found)
}

/// Of these signatures those that a case has, with their place; the strongest standing first.
pub(super) fn sightings(connection: &Connection, case: &CaseId, wanted: &[Signature]) -> Result<Vec<SignatureCount>> {
    let Some(row) = row_of(connection, case)? else { return Ok(Vec::new()) };
    let mut count = connection.prepare_cached(
        "SELECT s.id, s.value, cs.standing, cs.count FROM signatures s JOIN case_signatures cs ON cs.signature = s.id
         WHERE s.kind = ?1 AND s.value = ?2 AND cs.case_id = ?3",
    )?;
    let mut place = connection.prepare_cached(
        "SELECT m.hash, s.part, f.line, f.text, s.source
         FROM messages m JOIN message_sources s ON s.message = m.id JOIN source_signatures f ON f.source = s.source
         WHERE m.case_id = ?1 AND f.signature = ?2
         ORDER BY f.standing, coalesce(m.date, m.taken), m.id, s.part LIMIT 1",
    )?;
    let mut lines = Lines::new(connection);
    let mut found = Vec::new();
    for one in wanted {
        let counted = count
            .query_row(params![one.kind.name(), one.value, row], |row| {
                let value: String = row.get(1)?;
                Ok((row.get::<_, i64>(0)?, value, row.get::<_, i64>(2)?, row.get::<_, i64>(3)?))
            })
            .optional()?;
        let Some((signature, value, standing, count)) = counted else { continue };
        let evidence = place
            .query_row([row, signature], |row| {
                Ok(Evidence {
                    message: hash(row.get_ref(0)?.as_blob().unwrap_or_default()),
                    part: row.get(1)?,
                    line: unsigned(row.get(2)?),
                    text: lines.of(row.get(4)?, row.get(3)?)?,
                })
            })
            .optional()?;
        let Some(evidence) = evidence else { continue };
        let signature = Signature::new(one.kind, value);
        found.push(SignatureCount { signature, standing: standing_of(standing), count: unsigned(count), evidence });
    }
    found.sort_by_key(|one| one.standing);
    Ok(found)
}

/// The strongest sighting of each signature of a case, the earliest of equals.
fn places(connection: &Connection, case: i64) -> Result<HashMap<i64, Evidence>> {
    let mut statement = connection.prepare_cached(
        "SELECT f.signature, m.hash, s.part, f.line, f.text, s.source
         FROM messages m JOIN message_sources s ON s.message = m.id JOIN source_signatures f ON f.source = s.source
         WHERE m.case_id = ?1 ORDER BY f.standing, coalesce(m.date, m.taken), m.id, s.part",
    )?;
    let mut lines = Lines::new(connection);
    let mut places = HashMap::new();
    let mut rows = statement.query([case])?;
    while let Some(row) = rows.next()? {
        let signature: i64 = row.get(0)?;
        if let Entry::Vacant(place) = places.entry(signature) {
            place.insert(Evidence {
                message: hash(row.get_ref(1)?.as_blob().unwrap_or_default()),
                part: row.get(2)?,
                line: unsigned(row.get(3)?),
                text: lines.of(row.get(5)?, row.get(4)?)?,
            });
        }
    }
    Ok(places)
}

pub(super) fn decisions(connection: &Connection, case: &CaseId) -> Result<Vec<CaseDecision>> {
    let Some(row) = row_of(connection, case)? else { return Ok(Vec::new()) };
    let mut statement = connection
        .prepare_cached("SELECT article, accepted, reason, at FROM decisions WHERE case_id = ?1 ORDER BY article")?;
    statement.query_map([row], read_decision)?.collect()
}

fn read_decision(row: &Row<'_>) -> Result<CaseDecision> {
    let decision = if row.get(1)? { Decision::Accepted } else { Decision::Rejected };
    Ok(CaseDecision { article: row.get(0)?, decision, reason: row.get(2)?, at: row.get(3)? })
}

pub(super) fn all_decisions(connection: &Connection) -> Result<Vec<(CaseId, CaseDecision)>> {
    let mut statement = connection.prepare_cached(
        "SELECT d.article, d.accepted, d.reason, d.at, c.name FROM decisions d JOIN cases c ON c.id = d.case_id
         ORDER BY d.at DESC, c.name, d.article",
    )?;
    statement.query_map([], |row| Ok((CaseId(row.get(4)?), read_decision(row)?)))?.collect()
}

pub(super) fn events(connection: &Connection, case: &CaseId) -> Result<Vec<Event>> {
    let Some(row) = row_of(connection, case)? else { return Ok(Vec::new()) };
    let opened: i64 = connection.query_row("SELECT opened FROM cases WHERE id = ?1", [row], |row| row.get(0))?;
    let mut found = vec![Event { at: opened, kind: EventKind::Opened, note: String::new() }];
    let mut statement =
        connection.prepare_cached("SELECT at, kind, note FROM events WHERE case_id = ?1 ORDER BY at, id")?;
    let mut rows = statement.query([row])?;
    while let Some(row) = rows.next()? {
        let kind: String = row.get(1)?;
        if let Some(kind) = EventKind::from_name(&kind) {
            found.push(Event { at: row.get(0)?, kind, note: row.get(2)? });
        }
    }
    Ok(found)
}

pub(super) fn case_counts(connection: &Connection, groups: &[Vec<Signature>]) -> Result<Vec<u64>> {
    let count = |group: &Vec<Signature>| {
        if group.is_empty() {
            return Ok(0);
        }
        let any = vec!["(kind = ? AND value = ?)"; group.len()].join(" OR ");
        let mut statement = connection.prepare_cached(&format!(
            "SELECT count(DISTINCT case_id) FROM case_signatures
             WHERE signature IN (SELECT id FROM signatures WHERE {any}) AND standing < 30"
        ))?;
        let names = group.iter().flat_map(|one| [one.kind.name(), &one.value]);
        statement.query_row(rusqlite::params_from_iter(names), |row| Ok(unsigned(row.get(0)?)))
    };
    groups.iter().map(count).collect()
}
