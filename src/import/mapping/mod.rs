//! Exports of other systems by a mapping: which field of a record is the title, which the text, and which records count.
//!
//! A mapping is a TOML file, described in `docs/import.md`; those of common systems stand in `kb/mappings/`. [`Mapping::parse`] reads
//! one, [`read`](fn@read) goes through an export with it, record by record, in bounded memory: only what is joined is kept. A record
//! that cannot be used is told by its number and the rest goes on.

mod csv_records;
mod csv_rows;
mod field;
mod file;
mod json_records;
mod json_text;
mod json_value;
mod record;
mod text;

use std::{
    collections::HashMap,
    fmt,
    io::{self, Read},
};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Source;
pub use file::{MappingError, builtin_names};

use field::{Fields, Filter, Pointer};

/// The form of an export.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// Comma-separated values with a line of names.
    Csv,
    /// One JSON document.
    Json,
    /// A JSON document on each line.
    Jsonl,
}

impl Format {
    /// The form of a file by the ending of its name.
    pub fn of(name: &str) -> Option<Format> {
        let (_, ending) = name.rsplit_once('.')?;
        match ending.to_lowercase().as_str() {
            "csv" | "tsv" => Some(Format::Csv),
            "json" => Some(Format::Json),
            "jsonl" | "ndjson" => Some(Format::Jsonl),
            _ => None,
        }
    }

    /// Its name in a mapping.
    pub fn name(self) -> &'static str {
        match self {
            Format::Csv => "csv",
            Format::Json => "json",
            Format::Jsonl => "jsonl",
        }
    }
}

/// How the texts of records are marked up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum BodyFormat {
    /// HTML, and the storage format of Confluence.
    #[default]
    Html,
    /// Markdown.
    Markdown,
    /// No markup.
    Text,
}

/// Which field of an export's records is what.
#[derive(Debug, Clone, PartialEq)]
pub struct Mapping {
    /// Its name, or the file that it was read from.
    pub name: String,
    /// What it reads.
    pub description: String,
    /// The form of the export; `None`: by the ending of its name.
    pub format: Option<Format>,
    records: Vec<Pointer>,
    delimiter: u8,
    prefix: Option<String>,
    id: Fields,
    title: Fields,
    body: Fields,
    /// Parts of a text that the system keeps apart, by the section that they become.
    sections: Vec<(crate::article::SectionKind, Fields)>,
    body_format: BodyFormat,
    tags: Fields,
    lang: Fields,
    updated: Fields,
    url: Fields,
    filters: Vec<Filter>,
    joins: Vec<Join>,
}

/// Records of another list that belong to a record.
#[derive(Debug, Clone, PartialEq)]
struct Join {
    name: String,
    /// The file beside the export that has them; `None`: the export itself.
    file: Option<String>,
    records: Vec<Pointer>,
    key: Fields,
    on: Fields,
    filters: Vec<Filter>,
}

impl Mapping {
    /// The files beside the export that its records are joined with.
    pub fn joined_files(&self) -> impl Iterator<Item = &str> {
        self.joins.iter().filter_map(|join| join.file.as_deref())
    }
}

/// Why an export cannot be read, or not further.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// It cannot be read.
    #[error("cannot be read: {0}")]
    Read(#[from] io::Error),
    /// It is no CSV.
    #[error("line {line}: {message}")]
    Csv {
        /// The line, from 1.
        line: u64,
        /// What is wrong.
        message: String,
    },
    /// It is no JSON.
    #[error("line {line}: {message}")]
    Json {
        /// The line, from 1.
        line: u64,
        /// What is wrong.
        message: String,
    },
    /// A field that the mapping names is no column.
    #[error("has no column `{column}`; there are {known}")]
    Column {
        /// The column.
        column: String,
        /// Those that are there.
        known: String,
    },
    /// A list that is joined is too large to be kept.
    #[error("`{join}` is joined and has more than {most} records or too much text")]
    Join {
        /// The name of the join.
        join: String,
        /// Records that are kept at most.
        most: usize,
    },
    /// Nothing stands where the records should.
    #[error("has no records at {0}")]
    Nothing(String),
    /// The mapping reads another form.
    #[error("has no ending by which its form is known: name one as `format` in the mapping")]
    Format,
}

/// A record that gave nothing, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordProblem {
    /// Its number in the export, from 1.
    pub record: u64,
    /// The line on which it begins, where that is known.
    pub line: Option<u64>,
    /// What is wrong with it.
    pub message: String,
}

impl fmt::Display for RecordProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "record {}: {}", self.record, self.message)
    }
}

/// What an export gives, record by record.
#[derive(Debug)]
pub enum Given {
    /// A document, and the number and line of its record.
    Source(Box<Source>, u64, Option<u64>),
    /// A record that a filter leaves out.
    LeftOut,
    /// A record that cannot be used.
    Problem(RecordProblem),
}

/// Opens the export (`None`) or a file beside it, from its beginning.
pub type Open<'a> = dyn Fn(Option<&str>) -> io::Result<Box<dyn Read + 'a>> + 'a;

/// One record, or why it is none.
struct Raw {
    line: Option<u64>,
    value: Result<Value, String>,
}

/// Records of a join kept in memory.
const MOST_JOINED: usize = 500_000;
/// Bytes of joined records, as they were read.
const MOST_JOINED_BYTES: u64 = 256 << 20;

impl Mapping {
    /// Whether a document is a record that this mapping reads, of an export with this name without its ending.
    pub fn may_name(&self, source: &str, stem: &str) -> bool {
        source.split_once('/').is_some_and(|(prefix, _)| prefix == self.prefix.as_deref().unwrap_or(stem))
    }
}

/// Goes through an export. `stem` is the name of its file without the ending, for mappings that name no system.
///
/// # Errors
/// When it cannot be read further; what was read before was handed out.
pub fn read(mapping: &Mapping, name: &str, open: &Open<'_>, take: &mut dyn FnMut(Given)) -> Result<(), ExportError> {
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let mut joined = HashMap::new();
    for join in &mapping.joins {
        joined.insert(join.name.as_str(), joined_records(mapping, join, name, open)?);
    }
    let mut number = 0;
    let mut room = record::Room::default();
    let names = mapping.own_fields();
    records(mapping, name, &mapping.records, &names, open(None)?, &mut |raw, _| {
        number += 1;
        let problem = |message| Given::Problem(RecordProblem { record: number, line: raw.line, message });
        let given = match raw.value {
            Err(message) => problem(message),
            Ok(value) => match record::source(mapping, stem, &value, &joined, &mut room) {
                Ok(Some(source)) => Given::Source(Box::new(source), number, raw.line),
                Ok(None) => Given::LeftOut,
                Err(message) => problem(message),
            },
        };
        take(given);
        true
    })?;
    if number == 0 {
        let places: Vec<String> = mapping.records.iter().map(|pointer| format!("`{pointer}`")).collect();
        return Err(ExportError::Nothing(places.join(" or ")));
    }
    Ok(())
}

/// Records by their key.
type Joined = HashMap<String, Vec<Value>>;

fn joined_records(mapping: &Mapping, join: &Join, name: &str, open: &Open<'_>) -> Result<Joined, ExportError> {
    let mut joined = Joined::new();
    let (mut count, mut bytes, mut full) = (0, 0, false);
    let name = join.file.as_deref().unwrap_or(name);
    let names = join.own_fields();
    let none = HashMap::new();
    records(mapping, name, &join.records, &names, open(join.file.as_deref())?, &mut |raw, size| {
        let Ok(value) = raw.value else { return true };
        count += 1;
        full = count > MOST_JOINED;
        let scope = field::Scope { record: &value, joined: &none };
        if !full && join.filters.iter().all(|filter| filter.holds(&scope)) {
            for key in join.key.texts(&scope) {
                // Each key keeps a record of its own.
                bytes += size;
                full |= bytes > MOST_JOINED_BYTES;
                if full {
                    break;
                }
                joined.entry(key).or_default().push(value.clone());
            }
        }
        !full
    })?;
    if full { Err(ExportError::Join { join: join.name.clone(), most: MOST_JOINED }) } else { Ok(joined) }
}

/// Takes a record and how many bytes it had; `false` ends the reading.
type TakeRecord<'a> = dyn FnMut(Raw, u64) -> bool + 'a;

fn records(
    mapping: &Mapping,
    name: &str,
    pointers: &[Pointer],
    columns: &[&str],
    source: Box<dyn Read + '_>,
    take: &mut TakeRecord<'_>,
) -> Result<(), ExportError> {
    let format = Format::of(name).filter(|_| mapping.format.is_none()).or(mapping.format).ok_or(ExportError::Format)?;
    match format {
        Format::Csv => {
            let is_tabbed = name.to_lowercase().ends_with(".tsv");
            csv_records::read(source, if is_tabbed { b'\t' } else { mapping.delimiter }, columns, take)
        }
        Format::Json => json_records::read(source, pointers, take),
        Format::Jsonl => json_records::read_lines(source, pointers, take),
    }
}

#[cfg(test)]
mod tests;
