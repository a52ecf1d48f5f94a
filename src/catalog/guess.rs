//! Codes near a mistyped one. What is given here is a guess and is marked as one.

use super::{Entry, by_number, hand, has_number, meaning, rank, table};

/// Guesses given at most: more would be noise.
const MOST: usize = 8;
/// Longer names are compared no further: the longest in the catalog has 90 characters.
const LONGEST_NAME: usize = 96;

/// Existing codes that differ from typed hexadecimal digits by one slip, the likeliest slip first:
/// a look-alike letter, a digit too few or too many, two digits swapped, one digit wrong.
pub fn numbers_near(typed: &str) -> Vec<u32> {
    let upper = typed.to_ascii_uppercase();
    let body = upper.strip_prefix("0X").or_else(|| upper.strip_prefix("OX")).or_else(|| upper.strip_prefix("0*"));
    let prefixed = body.is_some();
    let digits: Vec<u8> = body.unwrap_or(&upper).bytes().collect();
    // Short numbers have neighbors everywhere: a slip in them says nothing.
    if !(6..=10).contains(&digits.len()) || !digits.iter().all(u8::is_ascii_alphanumeric) {
        return Vec::new();
    }
    if !prefixed && digits.iter().all(u8::is_ascii_alphabetic) {
        return Vec::new();
    }
    let mut found: Vec<(u8, u8, u32)> = Vec::new();
    let mut add = |slip: u8, digits: &[u8]| {
        let Some(number) = value(digits) else { return };
        if !has_number(number) || found.iter().any(|&(_, _, known)| known == number) {
            return;
        }
        let entries = by_number(number);
        let common = entries.iter().any(|entry| meaning::is_common(entry.family, number));
        let carried =
            super::win32_in_hresult(number).is_some_and(|error| meaning::is_common(super::Family::Win32, error));
        let place = entries.first().map_or(u8::MAX, rank::of);
        found.push((slip, if common || carried { 0 } else { place }, number));
    };
    let plain: Vec<u8> = digits.iter().map(|&digit| look_alike(digit)).collect();
    if plain != digits {
        add(0, &plain);
    }
    for place in 0..=plain.len() {
        for &digit in b"0123456789ABCDEF" {
            let mut longer = plain.clone();
            longer.insert(place, digit);
            // The digit most often lost is one of a row of zeros.
            add(if digit == b'0' { 1 } else { 3 }, &longer);
        }
    }
    for place in 0..plain.len() {
        let mut shorter = plain.clone();
        shorter.remove(place);
        add(1, &shorter);
        if place + 1 < plain.len() {
            let mut swapped = plain.clone();
            swapped.swap(place, place + 1);
            add(2, &swapped);
        }
        for &digit in b"0123456789ABCDEF" {
            let mut changed = plain.clone();
            if let Some(slot) = changed.get_mut(place) {
                *slot = digit;
            }
            add(3, &changed);
        }
    }
    // A common code one slip away is likelier than a rare one, whatever the slip.
    found.sort_by_key(|&(slip, place, number)| (place > 0, slip, place, number));
    found.into_iter().map(|(_, _, number)| number).take(MOST).collect()
}

/// Eight digits as a number; other lengths are no code.
fn value(digits: &[u8]) -> Option<u32> {
    let text = std::str::from_utf8(digits).ok().filter(|text| text.len() == 8)?;
    u32::from_str_radix(text, 16).ok()
}

/// The digit that a letter was typed or scanned for.
fn look_alike(letter: u8) -> u8 {
    match letter {
        b'O' | b'Q' => b'0',
        b'I' | b'L' => b'1',
        b'S' => b'5',
        b'Z' => b'2',
        b'G' => b'6',
        other => other,
    }
}

/// Existing names that differ from a typed one by at most two slips, the nearest first.
pub fn symbols_near(typed: &str) -> Vec<Entry> {
    // Below six characters two slips turn any word into any other.
    if !(6..=LONGEST_NAME).contains(&typed.len()) || !typed.is_ascii() {
        return Vec::new();
    }
    let most = if typed.len() < 10 { 1 } else { 2 };
    let mut found: Vec<(usize, u8, Entry)> = table::rows()
        .chain(hand::rows())
        .filter(|entry| entry.symbol.len().abs_diff(typed.len()) <= most)
        .filter_map(|entry| {
            let slips = distance(typed.as_bytes(), entry.symbol.as_bytes(), most)?;
            Some((slips, rank::of(&entry), entry))
        })
        .collect();
    found.sort_by_key(|(slips, place, entry)| (*slips, *place, entry.symbol));
    found.dedup_by_key(|(_, _, entry)| entry.symbol);
    found.into_iter().map(|(_, _, entry)| entry).take(MOST).collect()
}

/// Letters inserted, removed, changed or swapped between two names, case ignored, if at most `most`.
fn distance(left: &[u8], right: &[u8], most: usize) -> Option<usize> {
    // Names share long beginnings and ends; what lies between is short.
    let same = left.iter().zip(right).take_while(|(a, b)| a.eq_ignore_ascii_case(b)).count();
    let (left, right) = (left.get(same..)?, right.get(same..)?);
    let same = left.iter().rev().zip(right.iter().rev()).take_while(|(a, b)| a.eq_ignore_ascii_case(b)).count();
    let (left, right) = (left.get(..left.len() - same)?, right.get(..right.len() - same)?);
    if left.len().abs_diff(right.len()) > most {
        return None;
    }
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=right.len()).collect();
    for (row, a) in left.iter().enumerate() {
        let mut line = vec![row + 1];
        for (column, b) in right.iter().enumerate() {
            let changed = last.get(column)? + usize::from(!a.eq_ignore_ascii_case(b));
            let removed = last.get(column + 1)? + 1;
            let inserted = line.get(column)? + 1;
            let mut best = changed.min(removed).min(inserted);
            let crossed =
                row > 0 && column > 0 && same_letter(left.get(row - 1), b) && same_letter(right.get(column - 1), a);
            if crossed && let Some(swapped) = before.get(column - 1) {
                best = best.min(swapped + 1);
            }
            line.push(best);
        }
        // Every path runs through each row, so nothing below can get better again.
        if line.iter().min().is_some_and(|&least| least > most) {
            return None;
        }
        before = std::mem::replace(&mut last, line);
    }
    last.last().copied().filter(|&slips| slips <= most)
}

fn same_letter(left: Option<&u8>, right: &u8) -> bool {
    left.is_some_and(|left| left.eq_ignore_ascii_case(right))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(typed: &str, expected: u32) {
        let found = numbers_near(typed);
        assert!(found.contains(&expected), "{typed}: {found:X?}");
    }

    #[track_caller]
    fn check_symbol(typed: &str, expected: &str) {
        let found = symbols_near(typed);
        assert!(found.iter().any(|entry| entry.symbol == expected), "{typed}: {found:?}");
    }

    #[test]
    fn one_slip() {
        check("0x8007005", 0x8007_0005);
        check("0x800700005", 0x8007_0005);
        check("0x8007OOO5", 0x8007_0005);
        check("0x80700005", 0x8007_0005);
        check("0x80244O22", 0x8024_4022);
        check("8024402", 0x8024_402C);
    }

    #[test]
    fn nothing_near() {
        assert!(numbers_near("0x5").is_empty());
        assert!(numbers_near("zzzzzzzz").is_empty());
        assert!(numbers_near("0x12345678").is_empty());
        assert!(symbols_near("hello").is_empty());
        assert!(symbols_near("COMPLETELY_DIFFERENT").is_empty());
    }

    #[test]
    fn names_with_slips() {
        check_symbol("E_ACESSDENIED", "E_ACCESSDENIED");
        check_symbol("ERROR_ACCESS_DENEID", "ERROR_ACCESS_DENIED");
        check_symbol("econnrefusd", "ECONNREFUSED");
        check_symbol("STATUS_ACCES_DENID", "STATUS_ACCESS_DENIED");
    }

    #[test]
    fn distance_counts_slips() {
        let count = |a: &str, b: &str| distance(a.as_bytes(), b.as_bytes(), 2);
        assert_eq!(count("ABC", "ABC"), Some(0));
        assert_eq!(count("ABC", "ACB"), Some(1));
        assert_eq!(count("ABC", "ABCD"), Some(1));
        assert_eq!(count("ABC", "XYZ"), None);
        assert_eq!(count("", "AB"), Some(2));
    }
}
