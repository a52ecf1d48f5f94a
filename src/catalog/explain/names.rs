//! Names as people write them: with spaces, without underscores, without the beginning that a family gives them.

use std::{cmp::Reverse, collections::HashSet};

use super::{
    super::{Entry, Family, by_symbol, derive::Sentence, query, query::Query, query::Term, rank, search_symbol, table},
    answer::Answer,
    words,
};

/// Beginnings that a family gives its names and that people leave out: ACCESS_DENIED, PREAUTH_FAILED.
pub const PREFIXES: &[&str] = &[
    "ERROR_",
    "STATUS_",
    "E_",
    "CBS_E_",
    "PSFX_E_",
    "WU_E_",
    "KDC_ERR_",
    "KRB_AP_ERR_",
    "CM_PROB_",
    "SPAPI_E_",
    "WBEM_E_",
    "CERT_E_",
    "CRYPT_E_",
    "SEC_E_",
    "RPC_S_",
    "BG_E_",
    "VSS_E_",
    "SCHED_E_",
    "SL_E_",
    "ER_",
    "LDAP_",
    "CURLE_",
    "NERR_",
    "X509_V_ERR_",
    "KRB5_",
    "KRB5KDC_ERR_",
];
/// Those of [`PREFIXES`] that a name has in Windows itself rather than in one component.
pub const WINDOWS_PREFIXES: &[&str] = &["ERROR_", "STATUS_", "E_"];
/// Names given at most for a part of a name, and codes for words of their meaning.
const MOST_FOUND: usize = 20;

impl Answer {
    /// Nothing was a code: the name written with spaces, else names that contain the words.
    pub fn part_of_name(&mut self, query: &Query) {
        let tokens = query::tokens(&query.text);
        let whole = tokens.join("_");
        // `crash loop back off`: some names run their words together.
        for entry in by_symbol(&whole).into_iter().chain(by_symbol(&tokens.concat())) {
            self.exact(entry.family, entry.number, None);
        }
        if !self.readings.is_empty() {
            return;
        }
        self.spaced_names(&tokens);
        if !self.readings.is_empty() {
            return;
        }
        let words: Vec<&str> = query
            .terms
            .iter()
            .filter_map(|term| match term {
                Term::Word(word) => Some(word.as_str()),
                _ => None,
            })
            .collect();
        let joined = words.join("_");
        // People write a name with and without underscores: E_ACCESS_DENIED, ACCESSDENIED. The whole
        // name counts before any that merely holds it.
        let squeezed = if words.len() == 1 { by_squeezed_name(&joined) } else { Vec::new() };
        let (same, mut longer): (Vec<Entry>, Vec<Entry>) =
            squeezed.into_iter().partition(|entry| squeeze(entry.symbol) == squeeze(&joined));
        for entry in same {
            self.exact(entry.family, entry.number, None);
        }
        let mut part = &whole;
        let mut found = search_symbol(part, usize::MAX);
        if found.is_empty() && joined != whole {
            part = &joined;
            found = search_symbol(part, usize::MAX);
        }
        if found.is_empty() {
            found.append(&mut longer);
        }
        // `RPC server unavailable`: the name with most of the words, though others hold the longest of them too.
        found.sort_by_key(|entry| Reverse(tokens.iter().filter(|token| has_part(entry.symbol, token)).count()));
        let why = Sentence::new(format!("the name contains `{part}`"), format!("名称中包含“{part}”"));
        let by_name = found.into_iter().map(|entry| (entry.family, entry.number, why.clone()));
        let by_meaning = words::find(&query.text).into_iter().map(|found| (found.family, found.number, found.why));
        let mut seen = HashSet::new();
        let mut rest = 0;
        for (family, number, why) in by_name.chain(by_meaning) {
            if !seen.insert((family, number)) {
                continue;
            }
            if seen.len() <= MOST_FOUND {
                self.exact(family, number, Some(why));
            } else {
                rest += 1;
            }
        }
        if rest > 0 {
            self.notes.push(Sentence::new(
                format!("{rest} more codes have `{0}` in their name or meaning: add a word", query.text),
                format!("另有 {rest} 个代码的名称或含义中有“{}”：请再加一个词", query.text),
            ));
        }
    }

    /// Names written with spaces among other words: `blue screen IRQL NOT LESS OR EQUAL in nvlddmkm`.
    fn spaced_names(&mut self, tokens: &[&str]) {
        /// Words of the longest name that anybody writes so.
        const LONGEST: usize = 10;
        let tokens = tokens.get(..tokens.len().min(2 * LONGEST)).unwrap_or_default();
        let mut start = 0;
        while start < tokens.len() {
            let found = (2..=LONGEST.min(tokens.len() - start)).rev().find_map(|length| {
                let mut entries = by_symbol(&tokens.get(start..start + length)?.join("_"));
                // `file not found` is not what a remote call answers.
                entries.retain(|entry| !matches!(entry.family, Family::Program | Family::Product));
                (!entries.is_empty()).then_some((length, entries))
            });
            let (length, entries) = found.unwrap_or((1, Vec::new()));
            for entry in entries {
                self.exact(entry.family, entry.number, None);
            }
            start += length;
        }
    }
}

/// Whether one of the parts of a name is a word.
fn has_part(symbol: &str, word: &str) -> bool {
    symbol.split('_').any(|part| part.eq_ignore_ascii_case(word))
}

fn squeeze(text: &str) -> String {
    text.replace(['_', ' ', '-'], "").to_ascii_uppercase()
}

/// Names that end with a text when underscores are left out.
fn by_squeezed_name(text: &str) -> Vec<Entry> {
    let wanted = squeeze(text);
    if wanted.len() < 6 {
        return Vec::new();
    }
    let ends = |name: &str| {
        let mut letters = name.bytes().rev().filter(|byte| !matches!(byte, b'_' | b' ' | b'-'));
        wanted.bytes().rev().all(|byte| letters.next().is_some_and(|letter| letter.eq_ignore_ascii_case(&byte)))
    };
    let mut found: Vec<Entry> = table::rows().filter(|entry| ends(entry.symbol)).collect();
    rank::sort(&mut found);
    found.truncate(MOST_FOUND);
    found
}
