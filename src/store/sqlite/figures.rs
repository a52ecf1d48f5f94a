//! The pass over all cases that a report reads: a few scans of indexes, joined here, since a question per case and table would
//! take a hundred times as long.

use std::{collections::HashMap, ops::Range};

use rusqlite::Connection;

use super::{SqliteStore, cases::unsigned, sightings::Sightings};
use crate::{
    signature::Signature,
    store::{
        StoreError,
        figures::{CaseFigures, CaseReports, FailingFigure, FiguresSink, First, MatchFigure},
    },
};

type Result<T> = rusqlite::Result<T>;

/// Values of one column for many cases, each value once.
#[derive(Default)]
struct Values {
    numbers: HashMap<String, u32>,
    texts: Vec<String>,
}

impl Values {
    fn number(&mut self, text: &str) -> u32 {
        if let Some(number) = self.numbers.get(text) {
            return *number;
        }
        let number = u32::try_from(self.texts.len()).unwrap_or(u32::MAX);
        self.texts.push(text.to_string());
        self.numbers.insert(text.to_string(), number);
        number
    }

    fn text(&self, number: u32) -> &str {
        self.texts.get(number as usize).map_or("", String::as_str)
    }
}

/// What belongs to cases, as `(place of the case, item)`, to be read case by case.
struct Runs<T> {
    items: Vec<(u32, T)>,
    at: usize,
}

impl<T: Ord> Runs<T> {
    fn new(mut items: Vec<(u32, T)>) -> Self {
        items.sort_unstable();
        Runs { items, at: 0 }
    }

    /// The items of a case; cases are asked for in their order.
    fn of(&mut self, place: u32) -> &[(u32, T)] {
        let begin = self.at;
        self.at += self.items[begin..].iter().take_while(|(case, _)| *case == place).count();
        &self.items[begin..self.at]
    }
}

/// What the messages of a case tell.
#[derive(Clone, Default)]
struct Mails {
    sender: Option<u32>,
    undated: bool,
    by_person: bool,
    parsers: Option<(u32, u32)>,
}

fn small(number: i64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

fn figures(connection: &Connection, until: i64, sink: &mut dyn FiguresSink) -> Result<()> {
    // One transaction: all scans see the same store.
    let transaction = connection.unchecked_transaction()?;
    let places = places(&transaction, until)?;
    let mut failing = Runs::new(failing(&transaction, &places)?);
    name_signatures(&transaction, &failing.items, sink)?;
    let mut texts = Values::default();
    let mut tags = Runs::new(tags(&transaction, &places, &mut texts)?);
    let mut matches = Runs::new(matches(&transaction, &places, &mut texts)?);
    let mut sightings = Sightings::default();
    let mails = mails(&transaction, &places, &mut texts, &mut sightings)?;
    sightings.find(&transaction)?;
    let mut statement = transaction.prepare_cached(
        "SELECT c.id, c.name, c.opened, c.closed, c.severity, c.customer, c.product, c.article,
                f.verdict, f.knowledge, f.primary_kind, f.primary_value
         FROM cases c LEFT JOIN findings f ON f.case_id = c.id WHERE c.opened < ?1 ORDER BY c.opened, c.name",
    )?;
    let mut rows = statement.query([until])?;
    let mut place = 0;
    while let Some(row) = rows.next()? {
        let text = |column: usize| row.get_ref(column)?.as_str_or_null().map_err(rusqlite::Error::from);
        let primary = match (text(10)?, text(11)?) {
            (Some(kind), Some(value)) => kind.parse().ok().map(|kind| Signature::new(kind, value)),
            _ => None,
        };
        let opened: i64 = row.get(2)?;
        let first = |found: Option<First>| found.unwrap_or(First { seen: opened, came: opened });
        let failing: Vec<FailingFigure> = failing
            .of(place)
            .iter()
            .map(|(_, number)| FailingFigure { number: *number, first: first(sightings.of(place, *number)) })
            .collect();
        let primary_first = match &primary {
            Some(primary) => first(sightings.of_primary(&transaction, (place, row.get(0)?), primary)?),
            None => first(None),
        };
        let tags: Vec<&str> = tags.of(place).iter().map(|(_, tag)| texts.text(*tag)).collect();
        let matches: Vec<MatchFigure> = matches
            .of(place)
            .iter()
            .map(|(_, (_, article, verdict))| MatchFigure {
                article: texts.text(*article),
                verdict: texts.text(*verdict),
            })
            .collect();
        let mails = mails.get(place as usize).cloned().unwrap_or_default();
        sink.case(CaseFigures {
            id: text(1)?.unwrap_or_default(),
            opened,
            closed: row.get(3)?,
            severity: text(4)?,
            customer: text(5)?,
            sender: mails.sender.map_or("", |sender| texts.text(sender)),
            product: text(6)?,
            article: text(7)?,
            verdict: text(8)?,
            knowledge: text(9)?,
            primary: primary.as_ref(),
            primary_first,
            failing: &failing,
            tags: &tags,
            matches: &matches,
            undated: mails.undated,
            by_machines: !mails.by_person,
            parsers: mails.parsers.unwrap_or_default(),
        });
        place += 1;
    }
    Ok(())
}

/// The places of the cases, from 0, in the order in which they are handed over, by their row.
fn places(connection: &Connection, until: i64) -> Result<HashMap<i64, u32>> {
    let mut statement = connection.prepare_cached("SELECT id FROM cases WHERE opened < ?1 ORDER BY opened, name")?;
    let rows = statement.query_map([until], |row| row.get(0))?.collect::<Result<Vec<i64>>>()?;
    Ok(rows.into_iter().zip(0..).collect())
}

fn failing(connection: &Connection, places: &HashMap<i64, u32>) -> Result<Vec<(u32, u32)>> {
    let mut statement =
        connection.prepare_cached("SELECT case_id, signature FROM case_signatures WHERE standing < 10")?;
    let mut rows = statement.query([])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        if let Some(place) = places.get(&row.get(0)?) {
            found.push((*place, small(row.get(1)?)));
        }
    }
    Ok(found)
}

fn name_signatures(connection: &Connection, failing: &[(u32, u32)], sink: &mut dyn FiguresSink) -> Result<()> {
    let mut wanted: Vec<u32> = failing.iter().map(|(_, number)| *number).collect();
    wanted.sort_unstable();
    wanted.dedup();
    let mut statement = connection.prepare_cached("SELECT id, kind, value FROM signatures ORDER BY id")?;
    let mut rows = statement.query([])?;
    let mut wanted = wanted.into_iter().peekable();
    while let Some(row) = rows.next()? {
        let number = small(row.get(0)?);
        while wanted.next_if(|next| *next < number).is_some() {}
        if wanted.next_if_eq(&number).is_none() {
            continue;
        }
        // A kind of a later casebook is skipped, as everywhere.
        if let Ok(kind) = row.get_ref(1)?.as_str()?.parse() {
            sink.signature(number, Signature::new(kind, row.get_ref(2)?.as_str()?));
        }
    }
    Ok(())
}

fn tags(connection: &Connection, places: &HashMap<i64, u32>, texts: &mut Values) -> Result<Vec<(u32, u32)>> {
    let mut statement =
        connection.prepare_cached("SELECT case_id, tag FROM tags WHERE removed = 0 ORDER BY tag, case_id")?;
    let mut rows = statement.query([])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        if let Some(place) = places.get(&row.get(0)?) {
            // In order of the tags, so that their numbers are so too.
            found.push((*place, texts.number(row.get_ref(1)?.as_str()?)));
        }
    }
    Ok(found)
}

/// A match: its rank, and the numbers of its article and its verdict.
type Ranked = (u32, u32, u32);

fn matches(connection: &Connection, places: &HashMap<i64, u32>, texts: &mut Values) -> Result<Vec<(u32, Ranked)>> {
    let mut statement = connection.prepare_cached(
        "SELECT case_id, place, article, verdict FROM matches INDEXED BY matches_article WHERE silenced IS NULL",
    )?;
    let mut rows = statement.query([])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let Some(place) = places.get(&row.get(0)?) else { continue };
        let article = texts.number(row.get_ref(2)?.as_str()?);
        found.push((*place, (small(row.get(1)?), article, texts.number(row.get_ref(3)?.as_str()?))));
    }
    Ok(found)
}

fn mails(
    connection: &Connection,
    places: &HashMap<i64, u32>,
    texts: &mut Values,
    sightings: &mut Sightings,
) -> Result<Vec<Mails>> {
    let mut found = vec![Mails::default(); places.len()];
    // By date within a case; those without one come first, and count for the sender only where no other does.
    let mut statement = connection.prepare_cached(
        "SELECT case_id, date, parser, address, id, taken FROM messages INDEXED BY messages_case ORDER BY case_id, date",
    )?;
    let mut rows = statement.query([])?;
    let mut dated = None;
    while let Some(row) = rows.next()? {
        let Some(place) = places.get(&row.get(0)?) else { continue };
        let Some(mails) = found.get_mut(*place as usize) else { continue };
        let (date, parser): (Option<i64>, u32) = (row.get(1)?, row.get(2)?);
        sightings.message(row.get(4)?, *place, First::of(date, row.get(5)?));
        let undated = date.is_none();
        mails.undated |= undated;
        let (least, greatest) = mails.parsers.unwrap_or((parser, parser));
        mails.parsers = Some((least.min(parser), greatest.max(parser)));
        let first_dated = !undated && dated != Some(*place);
        if first_dated {
            dated = Some(*place);
        }
        let address = row.get_ref(3)?.as_str()?;
        if !address.is_empty() && (mails.sender.is_none() || first_dated) {
            mails.sender = Some(texts.number(address));
        }
    }
    // A log that was handed in by itself is marked as automatic, and no machine sent it.
    let mut statement = connection.prepare_cached(
        "SELECT case_id FROM messages WHERE automatic = 0 OR message_id IS NULL AND sender = '' AND address = ''",
    )?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let mails = places.get(&row.get(0)?).and_then(|place| found.get_mut(*place as usize));
        if let Some(mails) = mails {
            mails.by_person = true;
        }
    }
    Ok(found)
}

impl CaseReports for SqliteStore {
    fn figures(&self, until: i64, sink: &mut dyn FiguresSink) -> std::result::Result<(), StoreError> {
        figures(&self.connection, until, sink).map_err(|error| self.fault(error))
    }

    fn set_aside(&self, span: Range<i64>) -> std::result::Result<u64, StoreError> {
        let count = self.connection.query_row(
            "SELECT count(*) FROM quarantine WHERE at >= ?1 AND at < ?2",
            [span.start, span.end],
            |row| row.get(0).map(unsigned),
        );
        count.map_err(|error| self.fault(error))
    }
}
