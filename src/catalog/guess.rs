//! Codes near a mistyped one. What is given here is a guess and is marked as one.

use super::{Entry, Family, by_family, by_number, meaning, query::hex_digits, rank, table};
use crate::text::slips::slips;

/// Guesses given at most: more would be noise.
const MOST: usize = 8;
/// Longer names are compared no further: the longest in the catalog has 90 characters.
const LONGEST_NAME: usize = 96;

/// Existing codes that differ from a typed number by one slip, the likeliest first: a common code
/// before a rare one; then a digit lost from or added to a row of zeros, two digits swapped, any
/// digit wrong, missing or too many.
pub fn numbers_near(typed: &str) -> Vec<u32> {
    let body = hex_digits(typed);
    let digits: Vec<u8> = body.unwrap_or(typed).to_ascii_uppercase().bytes().filter(|&byte| byte != b'_').collect();
    let digits: Vec<u8> = digits.into_iter().map(look_alike).collect();
    // Short numbers have neighbors everywhere: a slip in them says nothing.
    let hexadecimal = (6..=10).contains(&digits.len()) && digits.iter().all(u8::is_ascii_hexdigit);
    let mut found = Found::default();
    // Letters alone are a word, unless `0x` says otherwise.
    if hexadecimal && (body.is_some() || digits.iter().any(u8::is_ascii_digit)) {
        near(&digits, b"0123456789ABCDEF", &mut |slip, digits| {
            if digits.len() == 8 {
                found.add(slip, u32::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?);
            }
            Some(())
        });
    }
    let decimal = typed.strip_prefix('-').unwrap_or(typed);
    let decimal: Vec<u8> = decimal.to_ascii_uppercase().bytes().map(look_alike).collect();
    // The results that decimal numbers stand for begin at 2147483648 and -2147483648: nine digits
    // at the least with one lost.
    if body.is_none() && (9..=11).contains(&decimal.len()) && decimal.iter().all(u8::is_ascii_digit) {
        let negative = typed.starts_with('-');
        near(&decimal, b"0123456789", &mut |slip, digits| {
            let value: i64 = std::str::from_utf8(digits).ok()?.parse().ok()?;
            let number =
                if negative { i32::try_from(-value).ok().map(i32::cast_unsigned) } else { u32::try_from(value).ok() };
            found.add(slip, number.filter(|&number| number >= 0x8000_0000)?);
            Some(())
        });
    }
    found.sorted()
}

/// The result that a decimal number stands for whose minus was lost: 2146893022 for -2146893022.
pub fn without_its_minus(typed: &str) -> Option<u32> {
    let value: i64 = typed.parse().ok().filter(|_| typed.len() == 10)?;
    let number = i32::try_from(-value).ok()?.cast_unsigned();
    (value > 0 && number >= 0x8000_0000 && !by_number(number).is_empty()).then_some(number)
}

/// Numbers that exist, with what speaks for each.
#[derive(Default)]
struct Found {
    /// Whether it is rare, how unlikely the slip is, its place among readings, the number.
    rows: Vec<(bool, u8, u8, u32)>,
}

impl Found {
    fn add(&mut self, slip: u8, number: u32) {
        if self.rows.iter().any(|&(.., known)| known == number) {
            return;
        }
        let entries = by_number(number);
        // 0x80070652 has no name of its own, and is one of the best known of all.
        let carried = super::win32_in_hresult(number)
            .filter(|&error| by_family(Family::Win32, error).iter().any(|entry| entry.symbol.starts_with("ERROR_")));
        if entries.is_empty() && carried.is_none() {
            return;
        }
        let common = entries.iter().any(|entry| meaning::is_common(entry.family, number))
            || carried.is_some_and(|error| meaning::is_common(Family::Win32, error));
        let place = entries.first().map_or(0, rank::of);
        self.rows.push((!common, slip, place, number));
    }

    /// A common code one slip away is likelier than a rare one, whatever the slip.
    fn sorted(mut self) -> Vec<u32> {
        self.rows.sort_unstable();
        self.rows.into_iter().map(|(.., number)| number).take(MOST).collect()
    }
}

/// Calls `add` with every sequence of digits one slip away from the given one.
fn near(digits: &[u8], alphabet: &[u8], add: &mut impl FnMut(u8, &[u8]) -> Option<()>) {
    add(0, digits);
    for place in 0..=digits.len() {
        for &digit in alphabet {
            let mut longer = digits.to_vec();
            longer.insert(place, digit);
            // The digit most often lost is one of a row, of zeros above all.
            let beside = [place.checked_sub(1), Some(place)];
            let row = beside.into_iter().flatten().any(|place| digits.get(place) == Some(&digit));
            add(if digit == b'0' || row { 1 } else { 3 }, &longer);
        }
    }
    for place in 0..digits.len() {
        let mut shorter = digits.to_vec();
        let gone = shorter.remove(place);
        add(if place > 0 && digits.get(place - 1) == Some(&gone) { 1 } else { 2 }, &shorter);
        if place + 1 < digits.len() {
            let mut swapped = digits.to_vec();
            swapped.swap(place, place + 1);
            add(2, &swapped);
        }
        for &digit in alphabet {
            let mut changed = digits.to_vec();
            if let Some(slot) = changed.get_mut(place) {
                // B and 8, 0 and D look alike in small type.
                let alike = matches!((*slot, digit), (b'B', b'8') | (b'8', b'B') | (b'0', b'D') | (b'D', b'0'));
                *slot = digit;
                add(if alike { 1 } else { 3 }, &changed);
            }
        }
    }
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

/// Existing names that differ from a typed one by at most one to three slips, by its length; the nearest first,
/// of equally near ones those that support meets most.
pub fn symbols_near(typed: &str) -> Vec<Entry> {
    // Below six characters two slips turn any word into any other.
    if !(6..=LONGEST_NAME).contains(&typed.len()) || !typed.is_ascii() {
        return Vec::new();
    }
    let most = match typed.len() {
        ..10 => 1,
        10..24 => 2,
        _ => 3,
    };
    let own = letters(typed.as_bytes());
    let mut found: Vec<(usize, bool, u8, Entry)> = table::rows()
        .filter(|entry| entry.symbol.len().abs_diff(typed.len()) <= most)
        // Nearly all names are too far already by the letters that they have, which is told without comparing places.
        .filter(|entry| (letters(entry.symbol.as_bytes()) ^ own).count_ones() as usize <= 2 * most)
        .filter_map(|entry| {
            let slips = distance(typed.as_bytes(), entry.symbol.as_bytes(), most)?;
            Some((slips, !meaning::is_common(entry.family, entry.number), rank::of(&entry), entry))
        })
        .collect();
    found.sort_by_key(|(slips, rare, place, entry)| (*slips, *rare, *place, entry.symbol));
    found.dedup_by_key(|(.., entry)| entry.symbol);
    found.into_iter().map(|(.., entry)| entry).take(MOST).collect()
}

/// Which letters and digits a name has, a bit each. A slip adds one at most, and takes one at most away.
fn letters(name: &[u8]) -> u64 {
    name.iter().fold(0, |bits, byte| {
        bits | 1
            << match byte.to_ascii_uppercase() {
                letter @ b'A'..=b'Z' => letter - b'A',
                digit @ b'0'..=b'9' => 26 + digit - b'0',
                b'_' => 36,
                _ => 37,
            }
    })
}

/// Letters inserted, removed, changed or swapped between two names, case ignored, if at most `most`.
pub fn distance(left: &[u8], right: &[u8], most: usize) -> Option<usize> {
    slips(left, right, most, u8::eq_ignore_ascii_case)
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
        check("0x80073B12", 0x8007_3712);
        check("0xB0070005", 0x8007_0005);
        check("0x00070005", 0x8007_0005);
        check("-214702489", 0x8007_0005);
        check("-21470248911", 0x8007_0005);
        check("2147942450", 0x8007_0032);
        check("0x80070625", 0x8007_0652);
    }

    #[test]
    fn nothing_near() {
        assert!(numbers_near("0x5").is_empty());
        assert!(numbers_near("zzzzzzzz").is_empty());
        assert!(numbers_near("0x12345678").is_empty());
        assert!(numbers_near("1234567890").is_empty());
        assert!(numbers_near("13800138000").is_empty());
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
