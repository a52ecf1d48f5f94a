//! The table of Windows codes, read in place: nothing is unpacked, nothing is built at start-up.
//!
//! `tables/windows.bin` is made by `cargo xtask codes`. All numbers are little-endian:
//! magic `CBCODES1`; count (u32); `count` records of 8 bytes sorted by upper-case name: number
//! (u32), start of the name in the name block (u24), family (u8); `count` record positions (u16)
//! sorted by number; the names one after the other, each ending where the next begins.

use std::cmp::Ordering;

use super::{Entry, Family};

static BYTES: &[u8] = include_bytes!("tables/windows.bin");
const HEADER: usize = 12;
const RECORD: usize = 8;

/// How many rows the table has.
pub fn len() -> usize {
    match BYTES.get(8..HEADER) {
        Some(&[a, b, c, d]) => u32::from_le_bytes([a, b, c, d]) as usize,
        _ => 0,
    }
}

/// The row at a position in the order of names.
pub fn row(position: usize) -> Option<Entry> {
    let (number, start, family) = record(position)?;
    let end = record(position + 1).map_or(names().len(), |(_, end, _)| end);
    let symbol = std::str::from_utf8(names().get(start..end)?).ok()?;
    Some(Entry { family: family_from_table(family)?, number, symbol })
}

/// Every row with that number, in the order of names.
pub fn by_number(number: u32) -> impl Iterator<Item = Entry> {
    let first = partition(|position| in_number_order(position).is_some_and(|(found, _)| found < number));
    (first..len())
        .map_while(in_number_order)
        .take_while(move |&(found, _)| found == number)
        .filter_map(|(_, position)| row(position))
}

/// Whether any row has that number.
pub fn has_number(number: u32) -> bool {
    by_number(number).next().is_some()
}

/// Every row with that name, whatever its case.
pub fn by_symbol(symbol: &str) -> impl Iterator<Item = Entry> {
    let first = partition(|position| name(position).is_some_and(|found| compare(found, symbol) == Ordering::Less));
    (first..len()).map_while(row).take_while(move |entry| entry.symbol.eq_ignore_ascii_case(symbol))
}

/// Every row, in the order of names.
pub fn rows() -> impl Iterator<Item = Entry> {
    (0..len()).filter_map(row)
}

fn family_from_table(family: u8) -> Option<Family> {
    Some(match family {
        0 => Family::Hresult,
        1 => Family::Ntstatus,
        2 => Family::Win32,
        3 => Family::Bugcheck,
        4 => Family::Ldap,
        5 => Family::Configret,
        6 => Family::Problem,
        7 => Family::Pdh,
        8 => Family::Jet,
        9 => Family::Http,
        10 => Family::Ras,
        11 => Family::Wlan,
        _ => return None,
    })
}

/// Number, start of the name and family at a position in the order of names.
fn record(position: usize) -> Option<(u32, usize, u8)> {
    if position >= len() {
        return None;
    }
    let start = HEADER + position * RECORD;
    match BYTES.get(start..start + RECORD)? {
        &[a, b, c, d, e, f, g, family] => {
            Some((u32::from_le_bytes([a, b, c, d]), u32::from_le_bytes([e, f, g, 0]) as usize, family))
        }
        _ => None,
    }
}

/// Number and record position at a position in the order of numbers.
fn in_number_order(position: usize) -> Option<(u32, usize)> {
    if position >= len() {
        return None;
    }
    let start = HEADER + len() * RECORD + position * 2;
    let position = match BYTES.get(start..start + 2)? {
        &[a, b] => usize::from(u16::from_le_bytes([a, b])),
        _ => return None,
    };
    record(position).map(|(number, _, _)| (number, position))
}

fn names() -> &'static [u8] {
    BYTES.get(HEADER + len() * (RECORD + 2)..).unwrap_or_default()
}

fn name(position: usize) -> Option<&'static str> {
    row(position).map(|entry| entry.symbol)
}

/// Compares without case, in the order in which the table was sorted: by upper-case bytes.
fn compare(left: &str, right: &str) -> Ordering {
    left.bytes().map(|byte| byte.to_ascii_uppercase()).cmp(right.bytes().map(|byte| byte.to_ascii_uppercase()))
}

/// The first position for which `before` no longer holds.
fn partition(before: impl Fn(usize) -> bool) -> usize {
    let (mut low, mut high) = (0, len());
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_is_whole() {
        assert_eq!(BYTES.get(..8), Some(b"CBCODES1".as_slice()));
        assert!(len() > 18_000, "{} rows", len());
        assert_eq!(rows().count(), len());
        let size: usize = rows().map(|entry| entry.symbol.len()).sum();
        assert_eq!(HEADER + len() * (RECORD + 2) + size, BYTES.len());
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
    fn strangers_are_not_found() {
        assert!(!has_number(0xABCD_EF01));
        assert_eq!(by_symbol("E_NOSUCHNAME").count(), 0);
        assert_eq!(by_symbol("").count(), 0);
        assert_eq!(by_symbol("\u{ff25}").count(), 0);
        assert_eq!(by_number(u32::MAX).filter(|entry| entry.family == Family::Win32).count(), 0);
    }
}
