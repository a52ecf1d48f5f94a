//! Records of JSON: one document read as a stream, or a document on each line.

use std::{
    fmt,
    io::{self, BufRead, BufReader, Read},
};

use serde::{
    Deserializer,
    de::{self, DeserializeSeed, IgnoredAny, MapAccess, SeqAccess, Visitor},
};
use serde_json::Value;

use super::{
    ExportError, Raw, TakeRecord,
    field::Pointer,
    json_text::{JsonText, Mender},
    json_value::{Spent, Within},
    text::{MOST_RECORD, Text},
};

/// Reads the records that stand at one of the pointers: an object is one, a list has one in each place. What stands elsewhere takes no
/// memory, and neither does a record that is too large.
pub(super) fn read(source: impl Read, pointers: &[Pointer], take: &mut TakeRecord<'_>) -> Result<(), ExportError> {
    let spent = Spent::new();
    let mut source = JsonText::new(source, &spent);
    let mut stream = Stream { take, spent: &spent, stopped: false };
    // No buffer between: where a record ends the next begins to be counted.
    let mut document = serde_json::Deserializer::from_reader(&mut source);
    let read = Descend { stream: &mut stream, paths: paths(pointers) }.deserialize(&mut document);
    match read.and_then(|()| document.end()) {
        Err(error) if !stream.stopped => {
            let line = (error.line() + source.hidden_lines()) as u64;
            Err(match error.io_error_kind() {
                Some(_) => ExportError::Read(error.into()),
                None => ExportError::Json { line, message: format!("is no sound JSON: {}", without_place(&error)) },
            })
        }
        _ => Ok(()),
    }
}

/// Reads a document on each line, and of each its records. A line that is none, or too large, is told, and the rest goes on.
pub(super) fn read_lines(
    source: impl Read,
    pointers: &[Pointer],
    take: &mut TakeRecord<'_>,
) -> Result<(), ExportError> {
    let mut lines = Lines { source: BufReader::new(Text::new(source)), most: MOST_RECORD, number: 0 };
    let mut text = Vec::new();
    loop {
        let Some(whole) = lines.next(&mut text)? else { return Ok(()) };
        if text.trim_ascii().is_empty() {
            continue;
        }
        let records = if whole { records_of(&text, pointers) } else { vec![Err(too_large(MOST_RECORD))] };
        let bytes = (text.len() / records.len().max(1)) as u64;
        for value in records {
            if !take(Raw { line: Some(lines.number), value }, bytes) {
                return Ok(());
            }
        }
    }
}

/// The records of a line.
fn records_of(text: &[u8], pointers: &[Pointer]) -> Vec<Result<Value, String>> {
    let mut mended = Vec::with_capacity(text.len());
    let mut mender = Mender::default();
    mender.mend(text, true, &mut mended);
    mender.finish(&mut mended);
    let mut records = Vec::new();
    let mut keep = |raw: Raw, _: u64| {
        records.push(raw.value);
        true
    };
    let mut stream = Stream { take: &mut keep, spent: &Spent::new(), stopped: false };
    let mut document = serde_json::Deserializer::from_slice(&mended);
    let read = Descend { stream: &mut stream, paths: paths(pointers) }.deserialize(&mut document);
    match read.and_then(|()| document.end()) {
        Err(error) => vec![Err(format!("is no JSON: {}", without_place(&error)))],
        Ok(()) => records,
    }
}

fn paths(pointers: &[Pointer]) -> Vec<&[String]> {
    pointers.iter().map(|pointer| pointer.0.as_slice()).collect()
}

/// What is wrong; where is told apart from it, and the column is that of the mended text.
fn without_place(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let place = format!(" at line {} column {}", error.line(), error.column());
    text.strip_suffix(&place).unwrap_or(&text).to_string()
}

fn too_large(most: usize) -> String {
    format!("is larger than {most} bytes")
}

/// Lines within a limit.
struct Lines<R> {
    source: R,
    most: usize,
    /// The number of the last one, from 1.
    number: u64,
}

impl<R: BufRead> Lines<R> {
    /// Reads the next line; `Some(false)`: it is too large and was passed over, `None`: there is none.
    fn next(&mut self, text: &mut Vec<u8>) -> io::Result<Option<bool>> {
        text.clear();
        if self.source.by_ref().take(self.most as u64 + 1).read_until(b'\n', text)? == 0 {
            return Ok(None);
        }
        self.number += 1;
        let whole = text.len() <= self.most || text.ends_with(b"\n");
        if !whole {
            self.source.skip_until(b'\n')?;
        }
        Ok(Some(whole))
    }
}

struct Stream<'a, 'b> {
    take: &'a mut TakeRecord<'b>,
    spent: &'a Spent,
    stopped: bool,
}

impl Stream<'_, '_> {
    /// Hands a record out; `false` where no more are wanted.
    fn give(&mut self, value: Value) -> bool {
        let bytes = self.spent.bytes();
        let value = match value {
            _ if self.spent.is_over() => Err(too_large(self.spent.most())),
            Value::Object(_) => Ok(value),
            _ => Err("is no object".to_string()),
        };
        self.spent.begin();
        let goes_on = (self.take)(Raw { line: None, value }, bytes as u64);
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
            return deserializer.deserialize_ignored_any(IgnoredAny).map(|_| ());
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
            stream.spent.begin();
            let value = Within(stream.spent).visit_map(map)?;
            let goes_on = stream.give(value);
            stream.spent.pass();
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
            stream.spent.begin();
            while let Some(value) = list.next_element_seed(Within(stream.spent))? {
                if !stream.give(value) {
                    return Err(stop());
                }
            }
            stream.spent.pass();
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_is_too_large_is_passed_over() {
        let mut lines = Lines { source: &b"123456\n1234\n123456789\n12\n12345"[..], most: 4, number: 0 };
        let mut text = Vec::new();
        let mut found = Vec::new();
        while let Some(whole) = lines.next(&mut text).unwrap() {
            found.push((lines.number, whole));
        }
        assert_eq!(found, [(1, false), (2, true), (3, false), (4, true), (5, false)]);
    }
}
