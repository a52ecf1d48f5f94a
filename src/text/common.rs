//! Ordinary words: in what share of support texts a term stands, before any collection is counted.
//!
//! With twenty articles, counting alone would take `please` for as telling as `krnlmgr.sys`. The table
//! `data/common_words.txt` tells them apart; [`crate::index`] joins it with what its articles count.

use std::{collections::HashMap, sync::LazyLock};

use super::analyze;

static SHARES: LazyLock<HashMap<String, f64>> = LazyLock::new(|| read(include_str!("data/common_words.txt")));

/// Share of a word that is not in the table: by judgement, well below the least of the table (0.1), so that an
/// unlisted word always tells more than a listed one.
const UNLISTED: f64 = 0.005;
/// Share of a concept that is not in the table: twice that of a word, because it gathers several.
const UNLISTED_CONCEPT: f64 = 0.01;

/// In what share of support texts a term stands, above 0 and below 1. The term is a token's normal form, or a
/// concept as `#id`.
pub fn share(term: &str) -> f64 {
    match SHARES.get(term) {
        Some(share) => *share,
        None if term.starts_with('#') => UNLISTED_CONCEPT,
        None => UNLISTED,
    }
}

fn read(table: &str) -> HashMap<String, f64> {
    let mut shares: HashMap<String, f64> = HashMap::new();
    for line in table.lines().filter(|line| !line.starts_with('#')) {
        let mut words = line.split_whitespace();
        let Some(share) = words.next().and_then(|share| share.parse::<f64>().ok()) else { continue };
        for word in words {
            let term = if word.starts_with('#') {
                Some(word.to_string())
            } else {
                // The whole word is the widest token.
                analyze(word).into_iter().max_by_key(|token| token.length).map(|token| token.text.into())
            };
            if let Some(term) = term {
                let known = shares.entry(term).or_insert(share);
                *known = known.max(share);
            }
        }
    }
    shares
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::terms::Terms;

    #[test]
    fn ordinary_words_stand_out() {
        for term in ["the", "plea", "问题", "error", "#install"] {
            assert!(share(term) >= 0.2, "{term}: {}", share(term));
        }
        for term in ["krnlmgr.sys", "0x80070005", "#rollback"] {
            assert!(share(term) < 0.02, "{term}");
        }
    }

    #[test]
    fn shares_are_shares_and_concepts_exist() {
        let wide = Terms::builtin().with_glossary();
        let ids: Vec<&str> = (0..wide.len() as u32).map(|concept| wide.id(concept)).collect();
        assert!(SHARES.len() > 500);
        for (term, share) in SHARES.iter() {
            assert!(*share > 0.0 && *share < 1.0);
            if let Some(id) = term.strip_prefix('#') {
                assert!(ids.contains(&id), "no concept {id}");
            }
        }
    }
}
