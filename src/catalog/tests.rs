//! The catalog as a whole: every row is found in every form that people write.

use super::{table::rows, *};

#[test]
fn counts() {
    let mut total = 0;
    for &family in Family::ALL {
        let count = rows().filter(|entry| entry.family == family).count();
        println!("{:10} {count:6}", family.name());
        total += count;
        // The phases of an upgrade are made of two lists and need no rows.
        assert!(count > 3 || family == Family::Setup, "{family:?}");
    }
    println!("{:10} {total:6}", "all");
    assert!(
        (30_000..33_000).contains(&total),
        "{total} names: mend the figure in docs/catalog.md and the module's head"
    );
}

/// Whether an explanation names a row: by its name or as another name of the same number.
#[track_caller]
fn check(query: &str, entry: &Entry) {
    let found = explain(query).readings.iter().any(|reading| {
        reading.family == entry.family && (reading.symbol == Some(entry.symbol) || reading.also.contains(&entry.symbol))
    });
    assert!(found, "{query} does not name {entry:?}");
}

#[test]
fn every_row_is_named_by_its_number_in_every_form() {
    // The forms differ in how they are taken apart, not in the table: each row is asked for in one
    // of them, and neighbors in different ones.
    for (place, entry) in rows().enumerate() {
        let number = entry.number;
        let plain = entry.family.has_plain_numbers();
        let query = match (place % 4, plain) {
            (0, true) => format!("0x{number:08X}"),
            (1, true) => number.to_string(),
            (2, true) => number.cast_signed().to_string(),
            _ => entry.value(),
        };
        check(&query, &entry);
    }
}

#[test]
fn every_row_is_named_by_its_name() {
    // A label with spaces is a sentence; names have none.
    for entry in rows().filter(|entry| !entry.family.has_labels() && !entry.symbol.contains(' ')) {
        check(entry.symbol, &entry);
    }
}
