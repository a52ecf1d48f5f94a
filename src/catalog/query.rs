//! What a person typed as a code, taken apart: hints for a family, numbers, names, known shapes.
//!
//! Tolerant of what is seen in mail: full-width digits, `0*80070005`, a letter O for a zero, no
//! `0x`, negative and unsigned decimal, sign extension to 64 bits, a code cut by a space.

use unicode_normalization::UnicodeNormalization;

mod number;
mod shape;

pub use number::{hex_digits, number};
pub use shape::join as joined_halves;

use super::{
    Family, by_symbol,
    hints::{hints, is_filler, is_hint},
};
use shape::{directory_data, join, shape, spaced_pair, update, wrapped};

/// Longer input is cut: a code with the sentence around it is far shorter.
const LONGEST: usize = 2_000;
/// Terms looked at in one query.
const MOST_TERMS: usize = 16;

/// A query taken apart.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query {
    /// The text after width, sign and quote forms were made one.
    pub text: String,
    /// Families that the words around the code name, as they came.
    pub hints: Vec<Family>,
    /// What stands there, in order.
    pub terms: Vec<Term>,
}

/// One thing in a query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Term {
    /// A number, with every way it may have been meant, the likeliest first. `text` is as typed.
    Number {
        /// As typed, after normalizing.
        text: String,
        /// The values it may have, with the form that gives each.
        values: Vec<(u32, Form)>,
        /// The number as it should have been typed, where a slip was read through.
        mended: Option<String>,
    },
    /// A word that may be a symbolic name.
    Word(String),
    /// Result and phase of a failed Windows upgrade: `0xC1900101-0x20017`.
    SetupPair(u32, u32),
    /// `HRESULT_FROM_WIN32(...)`: the argument as typed.
    FromWin32(String),
    /// `HRESULT_FROM_NT(...)`: the argument as typed.
    FromNt(String),
    /// A code of a family whose values have a shape of their own: mail status, SQLSTATE.
    Exact(Family, u32),
    /// HTTP status with the IIS sub-status.
    HttpSub(u32, u32),
    /// Number of a Microsoft update, `KB4474419`.
    Update(String),
    /// `CVE-2020-0601`.
    Vulnerability(String),
}

/// How a number was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Hexadecimal with `0x`, or eight digits.
    Hex,
    /// Digits that are hexadecimal only if somebody left out `0x`.
    BareHex,
    /// Decimal.
    Decimal,
    /// Negative decimal.
    Negative,
}

/// Takes a query apart. Never fails: what is not understood is a word.
pub fn parse(input: &str) -> Query {
    let text = normalize(input);
    let hints = hints(&text);
    let mut terms = Vec::new();
    let tokens = tokens(&text);
    let mut next = 0;
    while let Some(&token) = tokens.get(next) {
        if terms.len() == MOST_TERMS {
            break;
        }
        let following = tokens.get(next + 1).copied();
        next += 1;
        if is_hint(token) {
            // `x509` and `db2` are words, though they could be read as numbers.
        } else if let Some(term) = following.and_then(|following| spaced_pair(token, following)) {
            next += 1;
            terms.push(term);
        } else if let Some(joined) = following.and_then(|following| join(token, following)) {
            next += 1;
            terms.extend(number(&joined, &hints));
        } else if let Some(term) = directory_data(token, following) {
            next += 1;
            terms.push(term);
        } else if let Some(term) = update(token, following).or_else(|| wrapped(token, following)) {
            next += 1;
            terms.push(term);
        } else if let Some(term) = shape(token, &hints).or_else(|| number(token, &hints)) {
            terms.push(term);
        } else if token.bytes().any(|byte| byte.is_ascii_alphabetic()) && !is_filler(token) {
            terms.push(Term::Word(token.to_string()));
        }
    }
    // `550 5.7.1`: the second says which family the first belongs to.
    let mut hints = hints;
    for term in &terms {
        if let Term::Exact(family, _) = term
            && !hints.contains(family)
        {
            hints.push(*family);
        }
    }
    // `203/EXEC` of systemd: number and name of one exit status.
    let is_exit = |pair: &[&str]| {
        let &[number, name] = pair else { return false };
        let entries = by_symbol(&format!("EXIT_{name}"));
        entries.iter().any(|entry| entry.family == Family::Exit && entry.number.to_string() == number)
    };
    if tokens.windows(2).any(is_exit) && !hints.contains(&Family::Exit) {
        hints.push(Family::Exit);
        terms.retain(|term| !matches!(term, Term::Word(_)));
    }
    Query { text, hints, terms }
}

/// Width, minus signs and the typing slips that cannot mean anything else.
fn normalize(input: &str) -> String {
    let end = input.char_indices().nth(LONGEST).map_or(input.len(), |(end, _)| end);
    let text: String = input.get(..end).unwrap_or_default().nfkc().collect();
    let text: String = text
        .chars()
        .map(|c| match c {
            '\u{2212}' | '\u{2010}'..='\u{2014}' => '-',
            '\u{2018}' | '\u{2019}' => '\'',
            '\u{00d7}' => 'x',
            c if c.is_control() => ' ',
            c => c,
        })
        .collect();
    text.trim().to_string()
}

/// Runs of ASCII letters, digits and `_ . * # -`, without punctuation at the ends.
pub fn tokens(text: &str) -> Vec<&str> {
    text.split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '*' | '#' | '-' | '&')))
        .map(|token| token.trim_end_matches(['.', '-', '*', '#', '&']).trim_start_matches(['.', '*', '#']))
        .map(|token| if is_negative(token) { token } else { token.trim_start_matches('-') })
        .filter(|token| !token.is_empty())
        .collect()
}

fn is_negative(token: &str) -> bool {
    token.strip_prefix('-').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
}

#[cfg(test)]
mod tests;
