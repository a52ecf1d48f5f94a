//! That every word of the tables is defined.

use std::collections::BTreeSet;

use jiff::tz::TimeZone;

use super::{material, september};
use crate::report::{
    Ask, By, build,
    sheet::{Cell, Lang, Sheet, csv, notes, sheets},
};

/// The report's tables with every breakdown, in a language.
fn all(lang: Lang) -> Vec<Sheet> {
    let material = material(&[("A", "2024-09-10", None, Some("a"), &["win32:5"])]);
    let kinds = [By::Product, By::Customer, By::Component, By::Severity];
    let of = |by| sheets(&build(&material, &Ask { by: Some(by), ..september(&TimeZone::UTC) }), lang);
    kinds.into_iter().flat_map(of).collect()
}

/// Tables whose first column says what the row is.
const SAID_IN_ROWS: [&str; 4] = ["volume", "times", "known", "quality"];

#[test]
fn every_heading_and_row_is_a_term_of_the_definitions_in_both_languages() {
    for lang in [Lang::En, Lang::Zh] {
        let all = all(lang);
        let definitions = all.iter().find(|sheet| sheet.key == "definitions").unwrap();
        let mut terms = BTreeSet::new();
        for row in &definitions.rows {
            let [Cell::Text(term), Cell::Text(told)] = &row[..] else { panic!("{row:?}") };
            assert!(told.chars().count() > 10, "{term}: {told}");
            for one in term.split(['；', ';']) {
                assert!(terms.insert(one.trim().to_lowercase()), "`{one}` is defined twice");
            }
        }
        let mut used = BTreeSet::new();
        for sheet in all.iter().filter(|sheet| !matches!(sheet.key, "definitions" | "lead")) {
            used.extend(sheet.columns.iter().map(|column| column.title.clone()));
            if SAID_IN_ROWS.contains(&sheet.key) {
                used.extend(sheet.rows.iter().map(|row| row[0].shown(sheet.columns[0].kind, lang)));
            }
        }
        assert!(used.len() > 60, "{}", used.len());
        let undefined: Vec<&String> = used.iter().filter(|word| !terms.contains(&word.to_lowercase())).collect();
        assert!(undefined.is_empty(), "{undefined:#?}");
    }
}

#[test]
fn notes_are_a_table_of_their_own() {
    for lang in [Lang::En, Lang::Zh] {
        let material = material(&[("A", "2024-09-10", None, Some("a"), &["win32:5"])]);
        let sheets = sheets(&build(&material, &september(&TimeZone::UTC)), lang);
        let notes = notes(&sheets, lang);
        let said: usize = sheets.iter().map(|sheet| sheet.notes.len() + usize::from(sheet.rows.is_empty())).sum();
        assert!(said > 10);
        assert_eq!((notes.rows.len(), csv(&notes).lines().next()), (said, Some("section,title,note")));
        assert!(notes.rows.iter().all(|row| row.len() == notes.columns.len()));
    }
}
