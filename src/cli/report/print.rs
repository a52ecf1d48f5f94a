//! The tables of a report for the terminal and as Markdown.

use std::fmt::Write;

use anstyle::Style;
use serde_json::{Value, json};
use textwrap::core::display_width;

use super::super::{
    fit::{Fitted, Piece, Shape, clipped},
    output::{self, clean_line, escape_markdown, wrap},
};
use crate::report::{
    Report,
    section::Named,
    sheet::{Cell, Column, Kind, Lang, Sheet, filter_words},
};

/// Tables of which people read the notes alone: hundreds of names.
const NAMES_ONLY: &str = "never_matched";

/// Columns of a signature in a table that is narrow, or wide; other formats have it whole.
const LONGEST_SIGNATURE: (usize, usize) = (36, 60);

/// From this width on a table is wide.
const WIDE: u16 = 110;

/// Below this width a table is so narrow that ids of articles break.
const NARROW: u16 = 68;

/// To how few columns they are broken then.
const LEAST_ARTICLE: usize = 36;

/// To how few columns text in a table is broken.
const LEAST_TEXT: usize = 16;

/// Sentences rather than a table.
const SENTENCES: &str = "lead";

/// What stands above a report.
pub(in crate::cli) fn title(report: &Report, lang: Lang) -> String {
    let whole = format!("{} {}", lang.pick("Support cases", "支持案例报告"), report.span);
    std::iter::once(whole).chain(filter_words(report, lang)).collect::<Vec<_>>().join(" · ")
}

pub(super) fn tables(title: &str, sheets: &[Sheet], lang: Lang, cases: bool) -> String {
    let bold = Style::new().bold();
    let mut text = format!("{bold}{}{bold:#}\n", clean_line(title));
    let mut narrow = false;
    for sheet in sheets {
        let _ = writeln!(text, "\n{bold}{}{bold:#}", sheet.title);
        for note in &sheet.notes {
            let _ = writeln!(text, "{}", wrap(&clean_line(note), "  "));
        }
        match sheet.key {
            _ if sheet.rows.is_empty() => {
                let _ = writeln!(text, "{}", wrap(&sheet.empty, "  "));
            }
            NAMES_ONLY => {}
            SENTENCES => sentences(sheet).for_each(|(number, one)| {
                let _ = writeln!(text, "{}", wrap(&format!("{number}. {}", clean_line(&one)), "  "));
            }),
            _ => {
                let (table, left_out) = fitted(sheet, lang).render();
                narrow |= left_out;
                let _ = writeln!(text, "{table}");
            }
        }
    }
    if narrow {
        let said = lang.pick(
            "Columns for which there is no room are left out: a wider terminal, md, csv and html have them.",
            "宽度不足，部分列未显示：更宽的终端以及 md、csv 和 html 格式中有全部列。",
        );
        let _ = writeln!(text, "\n{}", wrap(said, ""));
    }
    if cases {
        let _ = writeln!(text, "\n{bold}{}{bold:#}", behind(lang));
        for (what, ids) in figures(sheets, lang) {
            let _ = writeln!(text, "{}", listed(&wrap(&clean_line(&format!("{what}:")), "  "), &clean_line(&ids)));
        }
    }
    text
}

/// Lines with names behind them, each of which stays whole: half an id cannot be copied.
fn listed(head: &str, names: &str) -> String {
    let most = usize::from(output::width());
    let mut text = head.to_string();
    let mut taken = display_width(head.lines().last().unwrap_or_default());
    for name in names.split_whitespace() {
        let width = display_width(name) + 1;
        if taken + width > most {
            text.push_str("\n ");
            taken = 1;
        }
        text.push(' ');
        text.push_str(name);
        taken += width;
    }
    text
}

pub(in crate::cli) fn markdown(title: &str, sheets: &[Sheet], lang: Lang, cases: bool) -> String {
    let mut text = format!("# {}\n", escape_markdown(title));
    for sheet in sheets {
        let _ = writeln!(text, "\n## {}\n", escape_markdown(&sheet.title));
        for note in &sheet.notes {
            let _ = writeln!(text, "{}\n", escape_markdown(note));
        }
        match sheet.key {
            _ if sheet.rows.is_empty() => {
                let _ = writeln!(text, "{}", escape_markdown(&sheet.empty));
            }
            NAMES_ONLY => {}
            SENTENCES => sentences(sheet).for_each(|(number, one)| {
                let _ = writeln!(text, "{number}. {}", escape_markdown(&one));
            }),
            _ => {
                let head: Vec<&str> = sheet.columns.iter().map(|column| column.title.as_str()).collect();
                let mut table = output::markdown_table(&head);
                for row in &sheet.rows {
                    table.add_row(cells(sheet, row, lang).map(|(kind, cell)| match kind {
                        Kind::Text | Kind::Named => escape_markdown(&cell),
                        _ => cell,
                    }));
                }
                let _ = writeln!(text, "{}", table.trim_fmt());
            }
        }
    }
    if cases {
        let _ = writeln!(text, "\n## {}\n", behind(lang));
        for (what, ids) in figures(sheets, lang) {
            let _ = writeln!(text, "- {}: {}", escape_markdown(&what), escape_markdown(&ids));
        }
    }
    text
}

/// The column that stands below the first one: of an article its title, of what to write the articles that name it.
fn below(sheet: &Sheet) -> Option<usize> {
    let key = match sheet.key {
        "articles" => "title",
        "write" => "named_by",
        _ => return None,
    };
    sheet.columns.iter().position(|column| column.key == key)
}

/// A table in the width that there is.
fn fitted(sheet: &Sheet, lang: Lang) -> Fitted {
    let below = below(sheet);
    let shown = || (0..sheet.columns.len()).filter(move |place| Some(*place) != below);
    let columns = shown().map(|place| {
        let column = &sheet.columns[place];
        (column.title.clone(), shape(sheet.key, column))
    });
    let mut table = Fitted::new(columns);
    for row in &sheet.rows {
        table.row(shown().map(|place| {
            let (column, cell) = (&sheet.columns[place], &row[place]);
            let mut piece = match cell {
                Cell::Named(named) => two_lines(named, lang),
                _ => clean_line(&cell.shown(column.kind, lang)).into(),
            };
            if let (0, Some(below)) = (place, below) {
                let told = clean_line(&row[below].shown(Kind::Text, lang));
                if sheet.key == "write" && !told.is_empty() {
                    let title = &sheet.columns[below].title;
                    piece.below.push(format!("{title}{}{told}", lang.pick(" ", "：")));
                } else if !told.is_empty() {
                    piece.below.push(told);
                }
            }
            piece
        }));
    }
    table
}

/// How a column is fitted.
fn shape(sheet: &str, column: &Column) -> Shape {
    // What says least without the others goes first; nobody reads a likelihood before the ratio.
    let rank = match (sheet, column.key) {
        (_, "season" | "q_without") => 12,
        (_, "p") => 11,
        (_, "q") => 10,
        (_, "customers_before" | "sum" | "top_cases") => 9,
        (_, "rejected") => 8,
        (_, "accepted" | "primary" | "expected") => 7,
        ("known", "closed") => 6,
        ("by", "median") | (_, "silent_days" | "reached") => 5,
        ("by", "closed") | ("signatures" | "rising" | "fading" | "seasonal" | "watch", "before") => 4,
        ("known", "hours") | ("by", "explained") | (_, "change" | "possible") => 3,
        ("by", "top") | ("articles", "resolved") | ("write", "hours") | (_, "severe" | "share") => 2,
        (_, "customers") => 1,
        _ => 0,
    };
    // A code that is broken cannot be copied, nor the id of an article.
    let whole = column.kind != Kind::Text || matches!(column.key, "article" | "period" | "group" | "way" | "section");
    let least = match column.key {
        // Where a line holds little else, it breaks none the less, between its words.
        "article" if output::width() < NARROW => Some(LEAST_ARTICLE),
        _ => (!whole).then_some(LEAST_TEXT),
    };
    Shape { right: column.kind.is_number(), least, rank }
}

/// A signature, and below it what it is called or a line that has it.
fn two_lines(named: &Named, lang: Lang) -> Piece {
    let longest = if output::width() < WIDE { LONGEST_SIGNATURE.0 } else { LONGEST_SIGNATURE.1 };
    let signature = clipped(&clean_line(&named.signature.to_string()), longest);
    Piece { text: signature, below: named.told(lang).map(|told| clean_line(&told)).into_iter().collect() }
}

fn behind(lang: Lang) -> &'static str {
    lang.pick("The cases behind the figures", "各数字对应的案例")
}

fn sentences(sheet: &Sheet) -> impl Iterator<Item = (usize, String)> + '_ {
    let last = sheet.columns.len().saturating_sub(1);
    let said = sheet.rows.iter().filter_map(move |row| match row.get(last) {
        Some(Cell::Text(text)) => Some(text.clone()),
        _ => None,
    });
    (1..).zip(said)
}

fn cells<'s>(sheet: &'s Sheet, row: &'s [Cell], lang: Lang) -> impl Iterator<Item = (Kind, String)> + 's {
    sheet.columns.iter().zip(row).map(move |(column, cell)| (column.kind, cell.shown(column.kind, lang)))
}

/// Each figure that is not nothing: where it stands, and its cases.
fn figures(sheets: &[Sheet], lang: Lang) -> Vec<(String, String)> {
    let mut all = Vec::new();
    for sheet in sheets {
        for row in &sheet.rows {
            let name = sheet.columns.first().zip(row.first()).map(|(column, cell)| cell.shown(column.kind, lang));
            for (column, cell) in sheet.columns.iter().zip(row) {
                let Cell::Figure(figure) = cell else { continue };
                if figure.count() == 0 {
                    continue;
                }
                let ids: Vec<&str> = figure.cases().collect();
                let what =
                    [sheet.title.as_str(), name.as_deref().unwrap_or_default(), column.title.as_str()].join(" / ");
                all.push((format!("{what} ({})", figure.count()), ids.join(" ")));
            }
        }
    }
    all
}

/// The part of the JSON form that holds a section, under the head of the whole.
pub(super) fn json_section(report: &Value, section: &str) -> Value {
    // Sections of one part of the report are told by its name.
    let part = match section {
        "times" | "periods" => "volume",
        "fading" | "seasonal" | "watch" => "rising",
        "new" | "singletons" | "returned" => "fresh",
        "never_matched" => "articles",
        "silenced" => "signatures",
        "definitions" => "quality",
        other => other,
    };
    let mut found = json!({});
    for key in ["schema", "span", "from", "until", "under_way", "zone", "made", "filter", "most_hours", part] {
        found[key] = report[key].clone();
    }
    found
}
