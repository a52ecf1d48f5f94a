//! What a code says to the person who got it: one line in English and Chinese.
//!
//! Own words, in `tables/meanings.tsv`, for the codes that support sees most. A code without a line
//! borrows the one of its nearest equivalent: `0x80070005` has what Win32 error 5 has.

use std::{collections::HashMap, sync::LazyLock};

use serde::Serialize;

use super::{Family, equivalents, hand, number_of, signature_kind, value_of};
use crate::signature::Signature;

/// An explanation in both languages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Meaning {
    /// In English, without full stop.
    pub en: &'static str,
    /// In simplified Chinese, without full stop.
    pub zh: &'static str,
}

static MEANINGS: LazyLock<HashMap<(Family, u32), Meaning>> =
    LazyLock::new(|| hand::lines(include_str!("tables/meanings.tsv")).filter_map(parse).collect());

/// What a code means, where there is a line for it or for a code that means the same.
pub fn meaning(family: Family, number: u32) -> Option<Meaning> {
    if let Some(&own) = MEANINGS.get(&(family, number)) {
        return Some(own);
    }
    let signature = Signature::new(signature_kind(family, number)?, value_of(family, number));
    equivalents(&signature).iter().find_map(|other| {
        let family = Family::of_kind(other.kind)?;
        MEANINGS.get(&(family, number_of(other)?)).copied()
    })
}

/// Whether support meets the code often enough that a line was written for it.
pub fn is_common(family: Family, number: u32) -> bool {
    MEANINGS.contains_key(&(family, number))
}

fn parse(line: &'static str) -> Option<((Family, u32), Meaning)> {
    let mut fields = line.split('\t');
    let family = Family::from_name(fields.next()?)?;
    let number = hand::parse_number(family, fields.next()?)?;
    let meaning = Meaning { en: fields.next()?, zh: fields.next()? };
    fields.next().is_none().then_some(((family, number), meaning))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::{by_family, http_in_hresult, win32_in_hresult};

    #[test]
    fn every_line_is_read_once_and_names_a_known_code() {
        let lines: Vec<&str> = hand::lines(include_str!("tables/meanings.tsv")).collect();
        assert_eq!(lines.len(), MEANINGS.len(), "no code stands twice");
        for line in lines {
            let ((family, number), meaning) = parse(line).unwrap_or_else(|| panic!("`{line}`"));
            let derived =
                family == Family::Hresult && (win32_in_hresult(number).is_some() || http_in_hresult(number).is_some());
            assert!(derived || !by_family(family, number).is_empty(), "{line}");
            assert!(meaning.zh.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c)), "{line}");
            assert!(!meaning.en.is_empty() && meaning.en.is_ascii() && !meaning.en.ends_with('.'), "{line}");
            assert!(!meaning.zh.ends_with('。'), "{line}");
        }
    }

    #[test]
    fn meaning_is_borrowed_from_an_equivalent() {
        let own = meaning(Family::Win32, 5).expect("common");
        for (family, number) in [(Family::Hresult, 0x8007_0005), (Family::Ntstatus, 0xC000_0022)] {
            assert_eq!(meaning(family, number), Some(own), "{family:?}");
        }
        assert_eq!(meaning(Family::Win32, 60_000), None);
    }
}
