//! A table of codes read in place: nothing is unpacked, nothing is built at start-up.
//!
//! Two have codes: [`WINDOWS`], made by `cargo xtask codes` and committed, and [`HAND`], made by `build.rs` from the files
//! kept by hand; a third has meanings. All numbers are little-endian: magic `CBCODES1`; count (u32); `count` records of
//! 8 bytes sorted by upper-case name: number (u32), start of the name in the name block (u24), family (u8); `count`
//! record positions (u16) sorted by number; the names one after the other, each ending where the next begins.

use std::{cmp::Ordering, ops::Range};

use super::{Entry, Family};

/// A table in the layout above.
#[derive(Debug, Clone, Copy)]
pub struct Table {
    bytes: &'static [u8],
    /// The families by their number in the table.
    families: &'static [Family],
}

/// The Windows codes of the Win32 metadata.
pub static WINDOWS: Table = Table {
    bytes: include_bytes!("tables/windows.bin"),
    families: &[
        Family::Hresult,
        Family::Ntstatus,
        Family::Win32,
        Family::Bugcheck,
        Family::Ldap,
        Family::Configret,
        Family::Problem,
        Family::Pdh,
        Family::Jet,
        Family::Http,
        Family::Ras,
        Family::Wlan,
    ],
};
/// The codes of the files kept by hand.
pub static HAND: Table = Table { bytes: include_bytes!(concat!(env!("OUT_DIR"), "/hand.bin")), families: Family::ALL };
/// What codes mean; English and Chinese, parted by a tab, stand where a table of codes has the name.
pub static MEANINGS: Table =
    Table { bytes: include_bytes!(concat!(env!("OUT_DIR"), "/meanings.bin")), families: Family::ALL };

const HEADER: usize = 12;
const RECORD: usize = 8;

impl Table {
    /// How many rows the table has.
    pub fn len(&self) -> usize {
        match self.bytes.get(8..HEADER) {
            Some(&[a, b, c, d]) => u32::from_le_bytes([a, b, c, d]) as usize,
            _ => 0,
        }
    }

    /// The row at a position in the order of names.
    pub fn row(&self, position: usize) -> Option<Entry> {
        let (number, start, family) = self.record(position)?;
        let names = self.names();
        let end = self.record(position + 1).map_or(names.len(), |(_, end, _)| end);
        let symbol = std::str::from_utf8(names.get(start..end)?).ok()?;
        Some(Entry { family: *self.families.get(usize::from(family))?, number, symbol })
    }

    /// Every row with that number; of one number, in the order of names or of the files.
    pub fn by_number(&self, number: u32) -> impl Iterator<Item = Entry> + use<> {
        let table = *self;
        let first =
            table.partition(|position| table.in_number_order(position).is_some_and(|(found, _)| found < number));
        (first..table.len())
            .map_while(move |position| table.in_number_order(position))
            .take_while(move |&(found, _)| found == number)
            .filter_map(move |(_, position)| table.row(position))
    }

    /// Every row with that name, whatever its case.
    pub fn by_symbol<'a>(&self, symbol: &'a str) -> impl Iterator<Item = Entry> + use<'a> {
        let table = *self;
        let first = table.partition(|position| {
            table.row(position).is_some_and(|found| compare(found.symbol, symbol) == Ordering::Less)
        });
        (first..table.len())
            .map_while(move |position| table.row(position))
            .take_while(move |entry| entry.symbol.eq_ignore_ascii_case(symbol))
    }

    /// Every row, in the order of names.
    pub fn rows(&self) -> impl Iterator<Item = Entry> + use<> {
        let table = *self;
        (0..table.len()).filter_map(move |position| table.row(position))
    }

    /// Family and number of every row; names take longer to read.
    pub fn numbers(&self) -> impl Iterator<Item = (Family, u32)> + use<> {
        let table = *self;
        (0..table.len()).filter_map(move |position| {
            let (number, _, family) = table.record(position)?;
            Some((*table.families.get(usize::from(family))?, number))
        })
    }

    /// Every row whose name contains a text, with the place of the first in the name. Case does not matter, and neither
    /// does whether words are parted by underscores, spaces or hyphens: all names are searched in one pass.
    pub fn containing(&self, part: &str) -> Vec<(Entry, Range<usize>)> {
        let part: Vec<u8> = part.bytes().map(flat).collect();
        let names: Vec<u8> = self.names().iter().copied().map(flat).collect();
        let finder = memchr::memmem::Finder::new(&part);
        let mut found = Vec::new();
        let mut from = 0;
        while let Some(place) = names.get(from..).and_then(|rest| finder.find(rest)).map(|place| from + place) {
            let after = self.partition(|position| self.record(position).is_some_and(|(_, start, _)| start <= place));
            let row = after.checked_sub(1).and_then(|position| Some((self.record(position)?.1, self.row(position)?)));
            let Some((start, entry)) = row else { break };
            let span = place - start..place - start + part.len();
            if span.end <= entry.symbol.len() && !part.is_empty() {
                from = start + entry.symbol.len();
                found.push((entry, span));
            } else {
                // It runs over the end of the name.
                from = place + 1;
            }
        }
        found
    }

    /// Number, start of the name and family at a position in the order of names.
    fn record(&self, position: usize) -> Option<(u32, usize, u8)> {
        if position >= self.len() {
            return None;
        }
        let start = HEADER + position * RECORD;
        match self.bytes.get(start..start + RECORD)? {
            &[a, b, c, d, e, f, g, family] => {
                Some((u32::from_le_bytes([a, b, c, d]), u32::from_le_bytes([e, f, g, 0]) as usize, family))
            }
            _ => None,
        }
    }

    /// Number and record position at a position in the order of numbers.
    fn in_number_order(&self, position: usize) -> Option<(u32, usize)> {
        if position >= self.len() {
            return None;
        }
        let start = HEADER + self.len() * RECORD + position * 2;
        let position = match self.bytes.get(start..start + 2)? {
            &[a, b] => usize::from(u16::from_le_bytes([a, b])),
            _ => return None,
        };
        self.record(position).map(|(number, _, _)| (number, position))
    }

    fn names(&self) -> &'static [u8] {
        self.bytes.get(HEADER + self.len() * (RECORD + 2)..).unwrap_or_default()
    }

    /// The first position for which `before` no longer holds.
    fn partition(&self, before: impl Fn(usize) -> bool) -> usize {
        let (mut low, mut high) = (0, self.len());
        while low < high {
            let middle = low + (high - low) / 2;
            if before(middle) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low
    }
}

/// Compares without case, in the order in which a table is sorted: by upper-case bytes.
fn compare(left: &str, right: &str) -> Ordering {
    left.bytes().map(|byte| byte.to_ascii_uppercase()).cmp(right.bytes().map(|byte| byte.to_ascii_uppercase()))
}

/// A byte of a name as it is compared in a search for a part.
fn flat(byte: u8) -> u8 {
    match byte {
        b' ' | b'-' => b'_',
        byte => byte.to_ascii_uppercase(),
    }
}

/// Every row of every table of codes.
pub fn rows() -> impl Iterator<Item = Entry> {
    WINDOWS.rows().chain(HAND.rows())
}

/// Family and number of every row of every table of codes.
pub fn numbers() -> impl Iterator<Item = (Family, u32)> {
    WINDOWS.numbers().chain(HAND.numbers())
}

/// Every row with that number, of every table of codes.
pub fn by_number(number: u32) -> impl Iterator<Item = Entry> {
    WINDOWS.by_number(number).chain(HAND.by_number(number))
}

/// Every row with that name, of every table of codes.
pub fn by_symbol(symbol: &str) -> impl Iterator<Item = Entry> {
    WINDOWS.by_symbol(symbol).chain(HAND.by_symbol(symbol))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::{
        files::{FAMILIES, FILES},
        notation,
    };

    #[test]
    fn tables_are_whole() {
        for (table, least) in [(WINDOWS, 18_000), (HAND, 8_000), (MEANINGS, 600)] {
            assert_eq!(table.bytes.get(..8), Some(b"CBCODES1".as_slice()));
            assert!(table.len() > least, "{} rows", table.len());
            assert_eq!(table.rows().count(), table.len());
            let size: usize = table.rows().map(|entry| entry.symbol.len()).sum();
            assert_eq!(HEADER + table.len() * (RECORD + 2) + size, table.bytes.len());
        }
    }

    #[test]
    fn families_are_known_by_their_place() {
        let names: Vec<&str> = Family::ALL.iter().map(|family| family.name()).collect();
        assert_eq!(names, FAMILIES);
        assert!(FILES.iter().all(|(family, _)| FAMILIES.contains(family)));
    }

    #[test]
    fn every_row_is_found_by_number_and_by_name() {
        for entry in rows() {
            assert!(by_number(entry.number).any(|found| found == entry), "{entry:?}");
            assert!(by_symbol(entry.symbol).any(|found| found == entry), "{entry:?}");
            assert!(by_symbol(&entry.symbol.to_lowercase()).any(|found| found == entry), "{entry:?}");
        }
    }

    #[test]
    fn no_row_stands_twice() {
        for entry in rows() {
            assert_eq!(by_number(entry.number).filter(|found| *found == entry).count(), 1, "{entry:?}");
        }
    }

    #[test]
    fn files_name_their_source_and_names_have_no_space_around_them() {
        for (family, file) in FILES {
            let path = format!("{}/src/catalog/tables/{file}", env!("CARGO_MANIFEST_DIR"));
            let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
            assert!(text.starts_with("# "), "{file} names its source");
            assert!(notation::lines(&text).count() > 3, "{family} {file}");
        }
        for entry in rows() {
            assert_eq!(entry.symbol, entry.symbol.trim(), "{entry:?}");
            assert!(!entry.symbol.is_empty() && !entry.symbol.contains('\t'), "{entry:?}");
        }
    }

    #[test]
    fn of_two_names_the_first_of_the_file_comes_first() {
        let text = include_str!("tables/kerberos.tsv");
        let mut twice = 0;
        let rows: Vec<(&str, &str)> = notation::lines(text).filter_map(|line| line.split_once('\t')).collect();
        for pair in rows.windows(2) {
            let [(number, first), (next, second)] = pair else { continue };
            if number == next {
                let names: Vec<&str> = HAND
                    .by_number(notation::parse_number("kerberos", number).unwrap())
                    .filter(|entry| entry.family == Family::Kerberos)
                    .map(|entry| entry.symbol)
                    .collect();
                let place = |name: &str| names.iter().position(|found| *found == name);
                assert!(place(first) < place(second), "{names:?}");
                twice += 1;
            }
        }
        assert!(twice > 3, "{twice}");
    }

    #[test]
    fn parts_of_names_are_found_where_they_stand() {
        for part in ["ACCESS_DENIED", "access denied", "NOT-FOUND", "_E_", "S", "timeout"] {
            let wanted: Vec<u8> = part.bytes().map(flat).collect();
            let expected: Vec<(Entry, usize)> = rows()
                .filter_map(|entry| {
                    let name: Vec<u8> = entry.symbol.bytes().map(flat).collect();
                    let place = name.windows(wanted.len()).position(|window| window == wanted)?;
                    Some((entry, place))
                })
                .collect();
            let found: Vec<(Entry, usize)> = [WINDOWS, HAND]
                .iter()
                .flat_map(|table| table.containing(part))
                .map(|(entry, span)| (entry, span.start))
                .collect();
            assert!(found == expected && !found.is_empty(), "{part}: {} {}", found.len(), expected.len());
        }
        assert!(WINDOWS.containing("").is_empty());
    }

    #[test]
    fn strangers_are_not_found() {
        assert!(by_number(0xABCD_EF01).next().is_none());
        assert_eq!(by_symbol("E_NOSUCHNAME").count(), 0);
        assert_eq!(by_symbol("").count(), 0);
        assert_eq!(by_symbol("\u{ff25}").count(), 0);
        assert_eq!(by_number(u32::MAX).filter(|entry| entry.family == Family::Win32).count(), 0);
    }
}
