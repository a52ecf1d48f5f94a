//! The lines of a source in which signatures are only listed, in one compressed piece.
//!
//! A log names hundreds of updates and files of which it says nothing more. Such rows are asked for by their signature, and the
//! line of one is shown now and then. So the table `source_lines` has the lines of a source together, a list in JSON packed as
//! messages are, and the text of each row is [`MARK`] and the place of its line in that list. A line that begins with a mark itself
//! and stays in its row has a second one before it.

use std::{
    borrow::Cow,
    collections::{BTreeMap, HashMap, hash_map::Entry},
};

use rusqlite::{Connection, OptionalExtension};

use crate::{
    signature::Standing,
    store::{Source, Sourced, packed},
};

/// Before the place of a line.
const MARK: char = '\u{1}';

/// Rows whose text begins with a mark, in SQL.
const MARKED: &str = "text >= char(1) AND text < char(2)";

/// Rows of a source from which it pays.
const FEWEST: usize = 8;

/// Bytes of the lines of one source, as JSON: far more than its rows can have.
const MOST: usize = 16 << 20;

/// The lines of a source that are kept together.
pub(super) struct Together<'s> {
    pub(super) packed: Vec<u8>,
    places: HashMap<&'s str, usize>,
}

impl<'s> Together<'s> {
    /// `None`: each row keeps its own.
    pub(super) fn of(source: &'s Source) -> Option<Self> {
        let listed: Vec<&str> = source.found.iter().filter(|one| is_listed(one)).map(|one| one.text.as_str()).collect();
        if listed.len() < FEWEST {
            return None;
        }
        // An update and its package mostly stand in one line.
        let (mut lines, mut places) = (Vec::with_capacity(listed.len()), HashMap::with_capacity(listed.len()));
        for line in listed {
            places.entry(line).or_insert_with(|| {
                lines.push(line);
                lines.len() - 1
            });
        }
        let json = serde_json::to_vec(&lines).ok().filter(|json| json.len() <= MOST)?;
        let packed = packed::pack(&json);
        (!packed.is_empty()).then_some(Together { packed, places })
    }

    /// The place of a row's line, where it is among these.
    fn place(&self, one: &Sourced) -> Option<usize> {
        self.places.get(one.text.as_str()).filter(|_| is_listed(one)).copied()
    }
}

/// What is kept as the text of a row of a source with these lines together.
pub(super) fn kept_text<'s>(one: &'s Sourced, together: Option<&Together<'_>>) -> Cow<'s, str> {
    match together.and_then(|together| together.place(one)) {
        Some(place) => format!("{MARK}{place}").into(),
        None if one.text.starts_with(MARK) => format!("{MARK}{}", one.text).into(),
        None => one.text.as_str().into(),
    }
}

/// What a kept text is.
enum Kept<'t> {
    /// The line itself.
    Line(&'t str),
    /// The place of the line among those of its source.
    Place(usize),
}

fn read_kept(text: &str) -> Kept<'_> {
    match text.strip_prefix(MARK) {
        Some(line) if line.starts_with(MARK) => Kept::Line(line),
        Some(place) => place.parse().map_or(Kept::Line(text), Kept::Place),
        None => Kept::Line(text),
    }
}

fn is_listed(one: &Sourced) -> bool {
    one.standing == Standing::Listed
}

/// Gives rows their lines again; those of a source are unpacked once.
pub(super) struct Lines<'c> {
    connection: &'c Connection,
    sources: HashMap<i64, Vec<String>>,
}

impl<'c> Lines<'c> {
    pub(super) fn new(connection: &'c Connection) -> Self {
        Lines { connection, sources: HashMap::new() }
    }

    /// The line of a row of a source by what is kept as its text; empty where the lines are damaged, of which `doctor` tells.
    pub(super) fn of(&mut self, source: i64, text: String) -> rusqlite::Result<String> {
        let place = match read_kept(&text) {
            Kept::Place(place) => place,
            Kept::Line(line) if line.len() < text.len() => return Ok(line.to_string()),
            Kept::Line(_) => return Ok(text),
        };
        let lines = match self.sources.entry(source) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(unknown) => unknown.insert(read(self.connection, source)?),
        };
        Ok(lines.get(place).cloned().unwrap_or_default())
    }
}

fn read(connection: &Connection, source: i64) -> rusqlite::Result<Vec<String>> {
    let packed: Option<Vec<u8>> = connection
        .prepare_cached("SELECT lines FROM source_lines WHERE source = ?1")?
        .query_row([source], |row| row.get(0))
        .optional()?;
    Ok(packed.and_then(|packed| unpack(&packed)).unwrap_or_default())
}

fn unpack(packed: &[u8]) -> Option<Vec<String>> {
    serde_json::from_slice(&packed::unpack(packed, MOST).ok()?).ok()
}

/// The sources of which lines are lost, each as its case and part: their list is missing or damaged, or a row asks for more than
/// it has.
pub(super) fn lost(connection: &Connection) -> rusqlite::Result<Vec<String>> {
    let mut last_places: BTreeMap<i64, usize> = BTreeMap::new();
    let mut statement = connection.prepare(&format!("SELECT source, text FROM source_signatures WHERE {MARKED}"))?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        if let Kept::Place(place) = read_kept(row.get_ref(1)?.as_str().unwrap_or_default()) {
            let last = last_places.entry(row.get(0)?).or_default();
            *last = place.max(*last);
        }
    }
    let mut name = connection.prepare(
        "SELECT coalesce((SELECT trim(c.name || ' ' || ms.part) FROM message_sources ms
                          JOIN messages m ON m.id = ms.message JOIN cases c ON c.id = m.case_id
                          WHERE ms.source = s.id ORDER BY m.id, ms.part LIMIT 1), lower(hex(s.hash)))
         FROM sources s WHERE s.id = ?1",
    )?;
    let mut lost = Vec::new();
    for (source, last) in last_places {
        if read(connection, source)?.len() <= last {
            let named = name.query_row([source], |row| row.get(0)).optional()?;
            lost.push(named.unwrap_or_else(|| format!("source {source}")));
        }
    }
    Ok(lost)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        signature::{Signature, SignatureKind},
        store::MessageHash,
    };

    fn source(count: u64) -> Source {
        let found = (0..count).map(|number| Sourced {
            signature: Signature::new(SignatureKind::Kb, format!("KB{number}")),
            standing: if number == 0 { Standing::Failing } else { Standing::Listed },
            count: 1,
            line: number,
            // Two of them in each line.
            text: format!("line {}: \u{1} 程序包 \"x\"", number / 2),
        });
        Source { hash: MessageHash([0; 32]), part: "a.log".into(), bytes: 9, found: found.collect() }
    }

    #[test]
    fn lines_come_back_and_those_of_failures_stay() {
        let connection = Connection::open_in_memory().unwrap();
        connection.execute_batch("CREATE TABLE source_lines (source INTEGER PRIMARY KEY, lines BLOB)").unwrap();
        let source = source(20);
        let together = Together::of(&source).unwrap();
        connection.execute("INSERT INTO source_lines VALUES (7, ?1)", [&together.packed]).unwrap();
        let mut lines = Lines::new(&connection);
        assert_eq!(kept_text(&source.found[0], Some(&together)), source.found[0].text);
        for one in &source.found[1..] {
            let kept = kept_text(one, Some(&together));
            assert!(kept.len() < 4, "{kept:?}");
            assert_eq!(lines.of(7, kept.into()).unwrap(), one.text);
        }
        // Lost with its table: the row is still there.
        assert_eq!(lines.of(8, "\u{1}3".into()).unwrap(), "");
    }

    #[test]
    fn lines_that_begin_with_a_mark_come_back() {
        let connection = Connection::open_in_memory().unwrap();
        let mut lines = Lines::new(&connection);
        for text in ["\u{1}3", "\u{1}0 failed", "\u{1}+3", "\u{1}", "\u{1}\u{1}3", "\u{1}\u{1}", ""] {
            let one = Sourced { text: text.into(), ..source(1).found.remove(0) };
            assert_eq!(lines.of(7, kept_text(&one, None).into()).unwrap(), text, "{text:?}");
        }
        // As it was kept before a second mark was.
        assert_eq!(lines.of(7, "\u{1} KB7 in a line".into()).unwrap(), "\u{1} KB7 in a line");
    }

    #[test]
    fn a_few_keep_their_own() {
        assert!(Together::of(&source(FEWEST as u64)).is_none());
        assert!(Together::of(&source(FEWEST as u64 + 1)).is_some());
    }
}
