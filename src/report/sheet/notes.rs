//! What the tables say in words, as a table of its own.

use super::{
    Cell, Kind, Lang, Sheet,
    tables::{Columns, sheet, text},
};

/// Name of the table of [`notes`].
pub const NOTES: &str = "notes";

/// What stands in words before tables, and in place of empty ones, as a table: for formats that have tables alone.
pub fn notes(sheets: &[Sheet], lang: Lang) -> Sheet {
    let told = |sheet: &Sheet| {
        let empty = Some(sheet.empty.clone()).filter(|_| sheet.rows.is_empty());
        let all: Vec<String> = sheet.notes.iter().cloned().chain(empty).collect();
        all.into_iter().map(|note| vec![text(sheet.key), text(&sheet.title), Cell::Text(note)]).collect::<Vec<_>>()
    };
    let columns: Columns<'_> = &[
        ("section", "section", "章节", Kind::Text),
        ("title", "title", "标题", Kind::Text),
        ("note", "note", "说明", Kind::Text),
    ];
    sheet(lang, NOTES, ("Notes", "说明"), columns, sheets.iter().flat_map(told).collect())
}
