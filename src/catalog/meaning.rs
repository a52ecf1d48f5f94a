//! What a code says to the person who got it: one line in English and Chinese.
//!
//! Own words, in `tables/meanings.tsv`, for the codes that support sees most. A code without a line
//! borrows the one of its nearest equivalent: `0x80070005` has what Win32 error 5 has.

use serde::Serialize;

use super::{Family, entry::signature_of, equivalents, is_message_of_exit, number_of, table::MEANINGS};

/// An explanation in both languages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Meaning {
    /// In English, without full stop.
    pub en: &'static str,
    /// In simplified Chinese, without full stop.
    pub zh: &'static str,
}

/// What a code means, where there is a line for it or for a code that means the same.
pub fn meaning(family: Family, number: u32) -> Option<Meaning> {
    if let Some(own) = own(family, number) {
        return Some(own);
    }
    if is_message_of_exit(family, number) {
        return None;
    }
    let signature = signature_of(family, number, None)?;
    // A library's number for an error of the Kerberos protocol has the signature of that error.
    let protocol = (family == Family::Krb5).then(|| signature.clone());
    protocol.into_iter().chain(equivalents(&signature)).find_map(|other| {
        let family = Family::of_kind(other.kind)?;
        own(family, number_of(&other)?)
    })
}

/// Whether support meets the number, bare as it stands, often enough in this sense that a line was written for it.
///
/// The families whose numbers say nothing without their name, such as a database's, are left out: 1045 alone is a
/// Windows error.
pub fn is_common(family: Family, number: u32) -> bool {
    !matches!(family, Family::Mysql | Family::Mssql | Family::Ora | Family::Exit | Family::Entra | Family::X509)
        && own(family, number).is_some()
}

/// The line of the table for a code.
fn own(family: Family, number: u32) -> Option<Meaning> {
    let row = MEANINGS.by_number(number).find(|row| row.family == family)?;
    let (en, zh) = row.symbol.split_once('\t')?;
    Some(Meaning { en, zh })
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::catalog::{by_family, explain, http_in_hresult, notation, win32_in_hresult};

    #[test]
    fn every_line_names_a_known_code_and_none_stands_twice() {
        let mut seen = HashSet::new();
        for row in MEANINGS.rows() {
            let (family, number) = (row.family, row.number);
            assert!(seen.insert((family, number)), "{row:?}");
            let meaning = own(family, number).unwrap_or_else(|| panic!("{row:?}"));
            let derived =
                family == Family::Hresult && (win32_in_hresult(number).is_some() || http_in_hresult(number).is_some());
            // Printing's error has no name.
            let nameless = (family, number) == (Family::Win32, 283);
            assert!(derived || nameless || !by_family(family, number).is_empty(), "{row:?}");
            assert!(meaning.zh.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c)), "{row:?}");
            assert!(!meaning.zh.ends_with('。') && !meaning.zh.contains('\t'), "{row:?}");
            assert!(!meaning.en.is_empty() && meaning.en.is_ascii() && !meaning.en.ends_with('.'), "{row:?}");
        }
    }

    #[test]
    fn what_support_sees_most_is_said_in_both_languages() {
        let mut codes = 0;
        let mut mute = Vec::new();
        for line in notation::lines(include_str!("../../tests/data/common_codes.tsv")) {
            let (_, list) = line.split_once('\t').unwrap_or_else(|| panic!("`{line}`"));
            for code in list.split(' ') {
                codes += 1;
                let answer = explain(&code.replace('_', " "));
                let first = answer.readings.first();
                let said = first.and_then(|reading| reading.meaning);
                if said.is_none_or(|said| said.en.is_empty() || said.zh.is_empty()) {
                    mute.push(format!("{code}: {:?}", first.map(|reading| (reading.family, reading.symbol))));
                }
            }
        }
        assert!(codes > 700, "{codes}");
        assert!(mute.is_empty(), "{} of {codes} have no meaning: {mute:#?}", mute.len());
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
