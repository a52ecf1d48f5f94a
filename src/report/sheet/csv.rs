//! A table as CSV (RFC 4180), one value per field: cases beside their number, both ends of an interval.

use super::{Cell, Column, Kind, Lang, Sheet};

/// Writes a table with a head of stable English names. Text from outside that a spreadsheet would run as a formula is led by an
/// apostrophe.
pub fn csv(sheet: &Sheet) -> String {
    let mut text = String::new();
    let head: Vec<String> = sheet.columns.iter().flat_map(names).collect();
    line(&mut text, &head);
    for row in &sheet.rows {
        let fields: Vec<String> =
            sheet.columns.iter().zip(row).flat_map(|(column, cell)| fields(column, cell)).collect();
        line(&mut text, &fields);
    }
    text
}

fn line(text: &mut String, fields: &[String]) {
    for (place, field) in fields.iter().enumerate() {
        if place > 0 {
            text.push(',');
        }
        if field.contains([',', '"', '\n', '\r']) {
            text.push('"');
            text.push_str(&field.replace('"', "\"\""));
            text.push('"');
        } else {
            text.push_str(field);
        }
    }
    text.push_str("\r\n");
}

/// What stands behind a column's name for each of its fields.
fn endings(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::Named => &["", "_symbol"],
        Kind::Figure => &["", "_ids"],
        Kind::Time | Kind::Ratio => &["", "_low", "_high"],
        Kind::Text | Kind::Number | Kind::Chance | Kind::Share | Kind::Change | Kind::Hours | Kind::Moment => &[""],
    }
}

fn names(column: &Column) -> Vec<String> {
    endings(column.kind).iter().map(|ending| format!("{}{ending}", column.key)).collect()
}

fn fields(column: &Column, cell: &Cell) -> Vec<String> {
    let number = |value: Option<f64>| value.map(|value| value.to_string()).unwrap_or_default();
    let found = match cell {
        Cell::None => Vec::new(),
        Cell::Text(text) => vec![harmless(text)],
        Cell::Named(named) => {
            vec![
                named.signature.to_string(),
                harmless(named.symbol.as_deref().or(named.line.as_deref()).unwrap_or_default()),
            ]
        }
        Cell::Figure(figure) => {
            vec![figure.count().to_string(), harmless(&figure.cases().collect::<Vec<_>>().join(" "))]
        }
        Cell::Number(value) => vec![value.to_string()],
        Cell::Time(time) => vec![number(time.hours), number(time.low), number(time.high)],
        Cell::Ratio { ratio, low, high } => vec![number(*ratio), low.to_string(), number(*high)],
        Cell::Moment(..) => vec![cell.shown(Kind::Moment, Lang::En)],
    };
    let count = endings(column.kind).len();
    found.into_iter().chain(std::iter::repeat(String::new())).take(count).collect()
}

fn harmless(text: &str) -> String {
    let text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    if text.starts_with(['=', '+', '-', '@']) { format!("'{text}") } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_quoted_and_no_formula_runs() {
        let column = |key, kind| Column { key, title: String::new(), kind };
        let sheet = Sheet {
            key: "s",
            title: String::new(),
            notes: Vec::new(),
            columns: vec![column("name", Kind::Text), column("ratio", Kind::Ratio)],
            rows: vec![
                vec![Cell::Text("=cmd(\"a\"), b".into()), Cell::Ratio { ratio: None, low: 0.5, high: Some(2.0) }],
                vec![Cell::Text("plain".into()), Cell::None],
            ],
            empty: String::new(),
        };
        assert_eq!(csv(&sheet), "name,ratio,ratio_low,ratio_high\r\n\"'=cmd(\"\"a\"\"), b\",,0.5,2\r\nplain,,,\r\n");
    }
}
