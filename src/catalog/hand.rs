//! The tables kept by hand: readable TSV files, one per family, read at the first look-up.
//!
//! Each file names its source and date in its head. A line that does not parse is left out; a test
//! asserts that there is none.

use std::sync::LazyLock;

use super::{Entry, Family, entry};

/// The files, and the family whose numbers they hold.
const FILES: &[(Family, &str)] = &[
    (Family::Hresult, include_str!("tables/cbs.tsv")),
    (Family::Hresult, include_str!("tables/clr.tsv")),
    (Family::Hresult, include_str!("tables/upgrade.tsv")),
    (Family::Hresult, include_str!("tables/delivery.tsv")),
    (Family::Hresult, include_str!("tables/sccm.tsv")),
    (Family::Ntstatus, include_str!("tables/exception.tsv")),
    (Family::Msi, include_str!("tables/msi.tsv")),
    (Family::Tls, include_str!("tables/tls.tsv")),
    (Family::Signal, include_str!("tables/signal.tsv")),
    (Family::Sqlstate, include_str!("tables/sqlstate.tsv")),
    (Family::Bugcheck, include_str!("tables/bugcheck.tsv")),
    (Family::Kerberos, include_str!("tables/kerberos.tsv")),
    (Family::Errno, include_str!("tables/errno.tsv")),
    (Family::Http, include_str!("tables/http.tsv")),
    (Family::Smtp, include_str!("tables/smtp.tsv")),
];

/// All rows, sorted by number, and the order of their positions by upper-case name.
struct Rows {
    by_number: Vec<Entry>,
    by_symbol: Vec<(String, usize)>,
}

// About 1,400 rows: read in a fraction of a millisecond, so nothing is prepared for it.
static ROWS: LazyLock<Rows> = LazyLock::new(|| {
    let mut by_number: Vec<Entry> =
        FILES.iter().flat_map(|&(family, text)| lines(text).filter_map(move |line| parse(family, line))).collect();
    // Stable: where a number has two names, the file's order decides.
    by_number.sort_by_key(|entry| entry.number);
    let mut by_symbol: Vec<(String, usize)> =
        by_number.iter().enumerate().map(|(position, entry)| (entry.symbol.to_ascii_uppercase(), position)).collect();
    by_symbol.sort_unstable();
    Rows { by_number, by_symbol }
});

/// Every row with that number.
pub fn by_number(number: u32) -> impl Iterator<Item = Entry> {
    let rows = &ROWS.by_number;
    let first = rows.partition_point(|entry| entry.number < number);
    rows.iter().copied().skip(first).take_while(move |entry| entry.number == number)
}

/// Every row with that name, whatever its case.
pub fn by_symbol(symbol: &str) -> impl Iterator<Item = Entry> {
    let symbol = symbol.to_ascii_uppercase();
    let first = ROWS.by_symbol.partition_point(|(found, _)| *found < symbol);
    ROWS.by_symbol
        .iter()
        .skip(first)
        .take_while(move |(found, _)| *found == symbol)
        .filter_map(|&(_, position)| ROWS.by_number.get(position).copied())
}

/// Every row, by number.
pub fn rows() -> impl Iterator<Item = Entry> {
    ROWS.by_number.iter().copied()
}

/// The lines of a table that hold data: neither empty nor a comment.
pub fn lines(text: &'static str) -> impl Iterator<Item = &'static str> {
    text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'))
}

/// A number as the tables write it for a family: decimal, `0x` and hexadecimal, or packed.
pub fn parse_number(family: Family, text: &str) -> Option<u32> {
    match family {
        Family::Smtp => entry::smtp_number(text),
        Family::Sqlstate => entry::sqlstate_number(text),
        Family::Jet => text.parse::<i32>().ok().map(i32::cast_unsigned),
        _ => match text.strip_prefix("0x") {
            Some(digits) => u32::from_str_radix(digits, 16).ok(),
            None => text.parse().ok(),
        },
    }
}

fn parse(family: Family, line: &'static str) -> Option<Entry> {
    let (number, symbol) = line.split_once('\t')?;
    Some(Entry { family, number: parse_number(family, number)?, symbol })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_read() {
        for &(family, text) in FILES {
            assert!(text.starts_with("# "), "{family:?} names its source");
            assert!(lines(text).count() > 3, "{family:?}");
            for line in lines(text) {
                let entry = parse(family, line).unwrap_or_else(|| panic!("{family:?}: `{line}`"));
                assert_eq!(entry.symbol, entry.symbol.trim(), "{line}");
                assert!(!entry.symbol.is_empty() && !entry.symbol.contains('\t'), "{line}");
            }
        }
    }

    #[test]
    fn every_row_is_found_by_number_and_by_name() {
        for entry in rows() {
            assert!(by_number(entry.number).any(|found| found == entry), "{entry:?}");
            assert!(by_symbol(&entry.symbol.to_lowercase()).any(|found| found == entry), "{entry:?}");
        }
    }

    #[test]
    fn no_row_stands_twice() {
        for entry in rows() {
            assert_eq!(by_number(entry.number).filter(|found| *found == entry).count(), 1, "{entry:?}");
        }
    }
}
