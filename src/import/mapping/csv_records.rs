//! Records of a CSV file.

use std::io::Read;

use serde_json::{Map, Value};

use super::{
    ExportError, Raw, TakeRecord,
    csv_rows::{Limits, Row, Rows},
    text::Text,
};

/// How databases write that a field has no value.
const NULLS: [&str; 2] = ["NULL", "\\N"];

/// Columns that are told where one is missed, and letters of each.
const MOST_TOLD: usize = 20;
const MOST_LETTERS: usize = 40;

/// Reads the records of a CSV file with a line of names.
pub(super) fn read(
    source: impl Read,
    delimiter: u8,
    columns: &[&str],
    take: &mut TakeRecord<'_>,
) -> Result<(), ExportError> {
    let mut rows = Rows::new(Text::new(source), delimiter, Limits::default());
    let names = match rows.next()? {
        None => Vec::new(),
        Some(Row { fields: Ok(fields), .. }) => fields.iter().map(|name| name.trim().to_string()).collect(),
        Some(Row { line, fields: Err(error), .. }) => {
            return Err(ExportError::Csv { line, message: format!("the row of names {error}") });
        }
    };
    if let Some(missing) = columns.iter().find(|column| !names.iter().any(|name| name == *column)) {
        return Err(ExportError::Column { column: missing.to_string(), known: told(&names) });
    }
    rows.expect(names.len());
    while let Some(Row { line, bytes, fields }) = rows.next()? {
        let value = match fields {
            Err(error) => Err(error.to_string()),
            Ok(fields) if fields.len() > names.len() => {
                Err(format!("has {} fields, and the first line names {}", fields.len(), names.len()))
            }
            Ok(fields) => {
                let fields = names.iter().zip(fields).filter(|(_, value)| !NULLS.contains(&value.as_str()));
                Ok(Value::Object(fields.map(|(name, value)| (name.clone(), Value::from(value))).collect::<Map<_, _>>()))
            }
        };
        if !take(Raw { line: Some(line), value }, bytes as u64) {
            return Ok(());
        }
    }
    Ok(())
}

/// The first names of columns, each in short.
fn told(names: &[String]) -> String {
    let short = |name: &String| {
        let begin: String = name.chars().take(MOST_LETTERS).collect();
        let more = if begin.len() < name.len() { "…" } else { "" };
        format!("`{begin}{more}`")
    };
    let mut told: Vec<String> = names.iter().take(MOST_TOLD).map(short).collect();
    if names.len() > MOST_TOLD {
        told.push(format!("and {} more", names.len() - MOST_TOLD));
    }
    told.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_told_in_short() {
        assert_eq!(told(&["id".into(), "x".repeat(50)]), format!("`id`, `{}…`", "x".repeat(40)));
        assert!(told(&vec!["a".to_string(); 1000]).ends_with("`a`, and 980 more"));
    }
}
