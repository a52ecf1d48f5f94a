//! Codes found by words of what they mean, in either language: 程序崩溃, 超时, `program crashed`.

use std::collections::HashSet;

use compact_str::CompactString;

use crate::{
    catalog::{
        Entry, Family, by_family, derive::Sentence, entries_of, hints::is_filler, message, rank, table::MEANINGS,
    },
    signature::Signature,
    text::{TokenKind, analyze},
};

/// A code whose meaning or system message has the words.
#[derive(Debug)]
pub struct Found {
    pub family: Family,
    pub number: u32,
    pub why: Sentence,
}

/// How the words stand in a text, the closer the smaller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    Start,
    Inside,
    /// Each of them, apart or in another form.
    Scattered,
}

/// A text of the tables, and where its code is told.
enum Source {
    Meaning(Entry),
    Message(&'static str),
}

/// Every code that a text names by words, each once; first those of the families that support means most often, in each
/// those whose text has the words as they were typed. None for one character, and for texts with digits or underscores: those
/// are codes or names.
pub fn find(text: &str) -> Vec<Found> {
    let text = text.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
    let is_code = text.contains(|c: char| c.is_ascii_digit() || c == '_');
    let least = if text.is_ascii() { 3 } else { 2 };
    if is_code || text.chars().count() < least {
        return Vec::new();
    }
    let words = words(&text);
    let holds = |known: &str| {
        let tokens: HashSet<CompactString> = analyze(known).into_iter().map(|token| token.text).collect();
        !words.is_empty() && words.iter().all(|word| tokens.contains(word))
    };
    let found = texts().filter_map(|(known, source)| {
        let place = match place_of(&text, &known.to_lowercase()) {
            Some(0) => Place::Start,
            Some(_) => Place::Inside,
            None if holds(known) => Place::Scattered,
            None => return None,
        };
        Some((place, known, source))
    });
    let mut rows: Vec<(Place, u8, usize, Entry, Sentence)> = found
        .flat_map(|(place, known, source)| {
            let (entries, why) = match source {
                Source::Meaning(row) => {
                    let named = by_family(row.family, row.number).into_iter().next();
                    let why = Sentence::new(format!("its meaning has `{text}`"), format!("其含义中有“{text}”"));
                    (vec![named.unwrap_or(row)], why)
                }
                Source::Message(signature) => {
                    let entries = signature.parse::<Signature>().map(|one| entries_of(&one)).unwrap_or_default();
                    let why =
                        Sentence::new(format!("its message is \"{known}\""), format!("对应的系统消息为“{known}”"));
                    (entries, why)
                }
            };
            let length = known.chars().count();
            entries.into_iter().map(move |entry| (place, rank::of(&entry), length, entry, why.clone()))
        })
        .collect();
    rows.sort_by_key(|&(place, rank, length, entry, _)| (rank, place, length, entry.family, entry.number));
    let mut seen = HashSet::new();
    rows.retain(|(_, _, _, entry, _)| seen.insert((entry.family, entry.number)));
    rows.into_iter().map(|(_, _, _, entry, why)| Found { family: entry.family, number: entry.number, why }).collect()
}

/// Every meaning in either language, and every system message.
fn texts() -> impl Iterator<Item = (&'static str, Source)> {
    let meanings = MEANINGS.rows().flat_map(|row| {
        let (en, zh) = row.symbol.split_once('\t').unwrap_or((row.symbol, ""));
        [(en, Source::Meaning(row)), (zh, Source::Meaning(row))]
    });
    meanings.chain(message::texts().map(|(text, signature)| (text, Source::Message(signature))))
}

/// Where one text stands in another; an English one as whole words.
fn place_of(wanted: &str, known: &str) -> Option<usize> {
    let letter = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    let (first, last) = (wanted.chars().next(), wanted.chars().next_back());
    known.match_indices(wanted).map(|(start, _)| start).find(|&start| {
        let before = known[..start].chars().next_back();
        let after = known[start + wanted.len()..].chars().next();
        !(letter(first) && letter(before) || letter(last) && letter(after))
    })
}

/// The words of a query that must all be there, in their normal form.
fn words(text: &str) -> Vec<CompactString> {
    let tokens = analyze(text);
    let telling = |kinds: &[TokenKind]| -> Vec<CompactString> {
        let of_kind = tokens.iter().filter(|token| kinds.contains(&token.kind));
        let telling = of_kind.filter(|token| !text.get(token.span.clone()).is_some_and(is_filler));
        telling.map(|token| token.text.clone()).collect()
    };
    let words = telling(&[TokenKind::Word, TokenKind::Han]);
    if words.is_empty() { telling(&[TokenKind::HanPair]) } else { words }
}
