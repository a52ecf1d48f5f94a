//! When each signature of a case was first seen: by the first message with a source in which it fails. A few scans of indexes,
//! joined here, as all that a report reads.

use std::collections::HashMap;

use rusqlite::{Connection, OptionalExtension};

use crate::{signature::Signature, store::figures::First};

type Result<T> = rusqlite::Result<T>;

/// What is known of when signatures came. Everything is sorted once and looked up by halves: many rows would make slow tables.
#[derive(Default)]
pub(super) struct Sightings {
    /// Messages by their row, each with the place of its case and when it came.
    messages: Vec<(i64, u32, First)>,
    /// The failing signatures, by the place of the case and the number of the signature.
    failing: Vec<((u32, u32), First)>,
    /// Numbers of signatures that cases are about.
    numbers: HashMap<Signature, Option<u32>>,
}

impl Sightings {
    /// A message of the case at a place.
    pub(super) fn message(&mut self, row: i64, place: u32, first: First) {
        self.messages.push((row, place, first));
    }

    /// Finds when each signature first failed, of the messages that were told before.
    pub(super) fn find(&mut self, connection: &Connection) -> Result<()> {
        self.messages.sort_unstable_by_key(|one| one.0);
        let mut statement = connection.prepare_cached(
            "SELECT source, signature FROM source_signatures INDEXED BY source_signatures_failing
             WHERE standing < 10 ORDER BY source",
        )?;
        let sources = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let sources = sources.collect::<Result<Vec<(i64, u32)>>>()?;
        let mut statement = connection.prepare_cached("SELECT message, source FROM message_sources")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let source: i64 = row.get(1)?;
            let begin = sources.partition_point(|one| one.0 < source);
            let mut numbers = sources[begin..].iter().take_while(|one| one.0 == source).peekable();
            if numbers.peek().is_none() {
                continue;
            }
            let Some((place, first)) = self.of_message(row.get(0)?) else { continue };
            self.failing.extend(numbers.map(|(_, number)| ((place, *number), first)));
        }
        self.failing.sort_unstable_by_key(|one| one.0);
        self.failing.dedup_by(|next, one| {
            let same = next.0 == one.0;
            if same {
                one.1 = one.1.or_earlier(next.1);
            }
            same
        });
        Ok(())
    }

    fn of_message(&self, row: i64) -> Option<(u32, First)> {
        let at = self.messages.binary_search_by_key(&row, |one| one.0).ok()?;
        self.messages.get(at).map(|(_, place, first)| (*place, *first))
    }

    /// When a signature first failed in the case at a place.
    pub(super) fn of(&self, place: u32, number: u32) -> Option<First> {
        let at = self.failing.binary_search_by_key(&(place, number), |one| one.0).ok()?;
        self.failing.get(at).map(|one| one.1)
    }

    /// The same of the signature that a case is about, which need not fail in it: then when it first stood there.
    pub(super) fn of_primary(
        &mut self,
        connection: &Connection,
        (place, case): (u32, i64),
        primary: &Signature,
    ) -> Result<Option<First>> {
        let number = match self.numbers.get(primary) {
            Some(number) => *number,
            None => {
                let number = number(connection, primary)?;
                self.numbers.insert(primary.clone(), number);
                number
            }
        };
        let Some(number) = number else { return Ok(None) };
        if let Some(first) = self.of(place, number) {
            return Ok(Some(first));
        }
        let mut statement = connection.prepare_cached(
            "SELECT m.id FROM messages m JOIN message_sources s ON s.message = m.id
             JOIN source_signatures f ON f.source = s.source AND f.signature = ?2 WHERE m.case_id = ?1",
        )?;
        let mut rows = statement.query([case, i64::from(number)])?;
        let mut found: Option<First> = None;
        while let Some(row) = rows.next()? {
            if let Some((_, first)) = self.of_message(row.get(0)?) {
                found = Some(found.map_or(first, |found| found.or_earlier(first)));
            }
        }
        Ok(found)
    }
}

/// The number of a signature; `None`: nothing stored has it.
fn number(connection: &Connection, signature: &Signature) -> Result<Option<u32>> {
    let mut statement = connection.prepare_cached("SELECT id FROM signatures WHERE kind = ?1 AND value = ?2")?;
    statement.query_row([signature.kind.name(), &signature.value], |row| row.get(0)).optional()
}
