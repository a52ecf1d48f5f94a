//! Records of JSON: one document read as a stream, or a document on each line.

use std::{
    cell::Cell,
    fmt,
    io::{BufRead, BufReader, Read},
};

use serde::{
    Deserialize, Deserializer,
    de::{self, DeserializeSeed, IgnoredAny, MapAccess, SeqAccess, Visitor, value::MapAccessDeserializer},
};
use serde_json::Value;

use super::{
    ExportError, Raw, TakeRecord,
    field::Pointer,
    limited::{Limited, MOST_RECORD, Spent},
};

/// Reads the records that stand at one of the pointers: an object is one, a list has one in each place. What stands elsewhere takes no
/// memory.
pub(super) fn read(source: impl Read, pointers: &[Pointer], take: &mut TakeRecord<'_>) -> Result<(), ExportError> {
    let spent = Cell::new(None);
    let source = BufReader::new(Limited::new(source, &spent));
    let mut stream = Stream { take, spent: &spent, stopped: false };
    let mut document = serde_json::Deserializer::from_reader(source);
    let paths = pointers.iter().map(|pointer| pointer.0.as_slice()).collect();
    let read = Descend { stream: &mut stream, paths }.deserialize(&mut document);
    match read.and_then(|()| document.end()) {
        Err(error) if !stream.stopped => Err(broken(&error)),
        _ => Ok(()),
    }
}

/// Reads a document on each line, and of each its records. A line that is none is told, and the rest goes on.
pub(super) fn read_lines(
    source: impl Read,
    pointers: &[Pointer],
    take: &mut TakeRecord<'_>,
) -> Result<(), ExportError> {
    let spent = Cell::new(Some(0));
    let mut source = BufReader::new(Limited::new(source, &spent));
    let mut text = String::new();
    let mut line = 0;
    loop {
        text.clear();
        spent.set(Some(0));
        if source.by_ref().take(MOST_RECORD + 1).read_line(&mut text)? == 0 {
            return Ok(());
        }
        line += 1;
        if text.trim().is_empty() {
            continue;
        }
        let passed = Cell::new(None);
        let mut records = Vec::new();
        let mut keep = |raw: Raw, _: u64| {
            records.push(raw.value);
            true
        };
        let mut stream = Stream { take: &mut keep, spent: &passed, stopped: false };
        let mut document = serde_json::Deserializer::from_str(&text);
        let paths = pointers.iter().map(|pointer| pointer.0.as_slice()).collect();
        let read = Descend { stream: &mut stream, paths }.deserialize(&mut document);
        if let Err(error) = read.and_then(|()| document.end()) {
            records = vec![Err(format!("is no JSON: {error}"))];
        }
        let bytes = text.len() as u64 / records.len().max(1) as u64;
        for value in records {
            if !take(Raw { line: Some(line), value }, bytes) {
                return Ok(());
            }
        }
    }
}

fn broken(error: &serde_json::Error) -> ExportError {
    let message = if error.is_io() { error.to_string() } else { format!("is no sound JSON: {error}") };
    ExportError::Json { line: error.line() as u64, message }
}

struct Stream<'a, 'b> {
    take: &'a mut TakeRecord<'b>,
    spent: &'a Spent,
    stopped: bool,
}

impl Stream<'_, '_> {
    /// Hands a record out; `false` where no more are wanted.
    fn give(&mut self, value: Value) -> bool {
        let bytes = self.spent.replace(Some(0)).unwrap_or_default();
        let value = if value.is_object() { Ok(value) } else { Err("is no object".to_string()) };
        let goes_on = (self.take)(Raw { line: None, value }, bytes);
        self.stopped |= !goes_on;
        goes_on
    }
}

/// Goes down to the records by all ways that still lead there.
struct Descend<'a, 'b, 'c> {
    stream: &'a mut Stream<'b, 'c>,
    paths: Vec<&'a [String]>,
}

impl Descend<'_, '_, '_> {
    /// The ways that go on below a key or place.
    fn below<'p>(paths: &[&'p [String]], step: &str) -> Vec<&'p [String]> {
        let next = |path: &&'p [String]| {
            let (first, rest) = path.split_first()?;
            (first == "*" || first == step).then_some(rest)
        };
        paths.iter().filter_map(next).collect()
    }
}

fn stop<E: de::Error>() -> E {
    E::custom("no more records are wanted")
}

impl<'de> DeserializeSeed<'de> for Descend<'_, '_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        if self.paths.is_empty() {
            return IgnoredAny::deserialize(deserializer).map(|_| ());
        }
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Descend<'_, '_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("records")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Descend { stream, paths } = self;
        if paths.iter().any(|path| path.is_empty()) {
            stream.spent.set(Some(0));
            let value = Value::deserialize(MapAccessDeserializer::new(map))?;
            let goes_on = stream.give(value);
            stream.spent.set(None);
            return if goes_on { Ok(()) } else { Err(stop()) };
        }
        while let Some(key) = map.next_key::<String>()? {
            let paths = Descend::below(&paths, &key);
            map.next_value_seed(Descend { stream: &mut *stream, paths })?;
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        let Descend { stream, paths } = self;
        if paths.iter().any(|path| path.is_empty()) {
            stream.spent.set(Some(0));
            while let Some(value) = list.next_element::<Value>()? {
                if !stream.give(value) {
                    return Err(stop());
                }
            }
            stream.spent.set(None);
            return Ok(());
        }
        let mut place = 0_usize;
        loop {
            let paths = Descend::below(&paths, &place.to_string());
            if list.next_element_seed(Descend { stream: &mut *stream, paths })?.is_none() {
                return Ok(());
            }
            place += 1;
        }
    }

    // Where a way ends in a value that has no records, there are none.
    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }
}
