//! Records of a CSV file.

use std::{cell::Cell, io::Read};

use serde_json::{Map, Value};

use super::{ExportError, Raw, TakeRecord, limited::Limited};

/// How databases write that a field has no value.
const NULLS: [&str; 2] = ["NULL", "\\N"];

/// Reads the records of a CSV file with a line of names.
pub(super) fn read(
    source: impl Read,
    delimiter: u8,
    columns: &[&str],
    take: &mut TakeRecord<'_>,
) -> Result<(), ExportError> {
    let spent = Cell::new(Some(0));
    let source = Limited::new(source, &spent);
    let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).flexible(true).from_reader(source);
    let names: Vec<String> = reader.headers().map_err(broken)?.iter().map(|name| name.trim().to_string()).collect();
    if let Some(missing) = columns.iter().find(|column| !names.iter().any(|name| name == *column)) {
        let known = names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        return Err(ExportError::Column { column: missing.to_string(), known });
    }
    let mut record = csv::StringRecord::new();
    loop {
        let size = spent.replace(Some(0)).unwrap_or_default();
        let line = reader.position().line();
        if !reader.read_record(&mut record).map_err(broken)? {
            return Ok(());
        }
        let line = record.position().map_or(line, csv::Position::line);
        let value = if record.len() > names.len() {
            Err(format!("has {} fields, and the first line names {}", record.len(), names.len()))
        } else {
            let fields = names.iter().zip(&record).filter(|(_, value)| !NULLS.contains(value));
            let fields: Map<String, Value> = fields.map(|(name, value)| (name.clone(), Value::from(value))).collect();
            Ok(Value::Object(fields))
        };
        if !take(Raw { line: Some(line), value }, size) {
            return Ok(());
        }
    }
}

fn broken(error: csv::Error) -> ExportError {
    let line = error.position().map_or(0, csv::Position::line);
    match error.into_kind() {
        csv::ErrorKind::Io(error) => ExportError::Read(error),
        kind => ExportError::Csv { line, message: format!("is no CSV: {kind:?}") },
    }
}
