//! Makes the committed data of text analysis from its sources.
//!
//! ```text
//! cargo run -p xtask --bin words -- dict.txt TSCharacters.txt
//! ```
//!
//! `dict.txt` is the word list of Jieba (MIT) as shipped in the crate jieba-rs, `TSCharacters.txt` the character
//! table of OpenCC (Apache-2.0) as shipped in the Python package opencc-python-reimplemented. Chinese words of
//! `kb/terms.toml` are added to the word list, because support language (蓝屏, 回滚, 域控) is missing from it: run this
//! again after adding Chinese words there. Written: `src/text/data/simplified.txt` and `words.fst`.

use std::{
    collections::{BTreeMap, BTreeSet},
    env, fs,
};

use anyhow::{Context, Result};
use tantivy_fst::MapBuilder;

/// Rarer words are mostly names; without them the file is half as large.
const MIN_COUNT: u64 = 4;
/// Count given to words of `kb/terms.toml`: that of an ordinary technical word of the list (补丁 has 128).
const TERM_COUNT: u64 = 100;
/// Costs are stored as this many steps per unit of -ln(probability); must agree with `src/text/segment.rs`.
const COST_STEPS: f64 = 16.0;

fn main() -> Result<()> {
    let mut arguments = env::args().skip(1);
    let words = arguments.next().context("which word list? usage: words dict.txt TSCharacters.txt")?;
    let characters = arguments.next().context("which character table? usage: words dict.txt TSCharacters.txt")?;
    let table = simplified_characters(&read(&characters)?);
    let text: String = table.iter().map(|(from, to)| format!("{from}{to}\n")).collect();
    fs::write("src/text/data/simplified.txt", text).context("cannot write the character table")?;
    let counts = word_counts(&read(&words)?, &read("kb/terms.toml")?, &table)?;
    fs::write("src/text/data/words.fst", automaton(&counts)?).context("cannot write the word list")?;
    println!("{} characters, {} words", table.len(), counts.len());
    Ok(())
}

fn read(path: &str) -> Result<String> {
    fs::read_to_string(path).with_context(|| format!("cannot read `{path}`"))
}

/// One character to one character; both take three bytes of UTF-8, so that every record has the same length.
fn simplified_characters(source: &str) -> BTreeMap<char, char> {
    let first: BTreeMap<char, char> = source
        .lines()
        .filter_map(|line| {
            let (from, to) = line.split_once('\t')?;
            let mut from = from.chars();
            let pair = (from.next()?, to.chars().next()?);
            (from.next().is_none() && pair.0 != pair.1 && pair.0.len_utf8() == 3 && pair.1.len_utf8() == 3)
                .then_some(pair)
        })
        .collect();
    // Follow chains, so that simplifying twice changes nothing; drop what runs in a circle.
    first
        .keys()
        .filter_map(|&from| {
            let mut seen = BTreeSet::from([from]);
            let mut to = from;
            while let Some(&next) = first.get(&to) {
                if !seen.insert(next) {
                    return None;
                }
                to = next;
            }
            Some((from, to))
        })
        .collect()
}

fn is_han(c: char) -> bool {
    matches!(c, '\u{4E00}'..='\u{9FFF}' | '\u{3400}'..='\u{4DBF}')
}

fn word_counts(list: &str, terms: &str, table: &BTreeMap<char, char>) -> Result<BTreeMap<String, u64>> {
    let simplify = |word: &str| word.chars().map(|c| *table.get(&c).unwrap_or(&c)).collect::<String>();
    let mut counts = BTreeMap::new();
    for line in list.lines() {
        let mut columns = line.split(' ');
        let (Some(word), Some(count)) = (columns.next(), columns.next()) else { continue };
        let count: u64 = count.parse().with_context(|| format!("no count in `{line}`"))?;
        if word.chars().all(is_han) && (count >= MIN_COUNT || word.chars().nth(1).is_none()) {
            *counts.entry(simplify(word)).or_insert(0) += count;
        }
    }
    let terms: toml::Table = terms.parse().context("cannot read `kb/terms.toml`")?;
    let groups = terms.get("term").and_then(|terms| terms.as_array()).context("`kb/terms.toml` has no terms")?;
    let words = groups.iter().filter_map(|group| group.get("words")?.as_array()).flatten();
    for word in words.filter_map(|word| word.as_str()) {
        let length = word.chars().count();
        // Longer phrases are left to the synonyms: as words they would hide the words in them.
        if word.chars().all(is_han) && (2..=3).contains(&length) {
            let count = counts.entry(simplify(word)).or_insert(0);
            *count = TERM_COUNT.max(*count);
        }
    }
    Ok(counts)
}

fn automaton(counts: &BTreeMap<String, u64>) -> Result<Vec<u8>> {
    let total: u64 = counts.values().sum();
    let mut builder = MapBuilder::memory();
    for (word, count) in counts {
        let cost = -((*count).max(1) as f64 / total as f64).ln() * COST_STEPS;
        builder.insert(word, cost.round() as u64)?;
    }
    Ok(builder.into_inner()?)
}
