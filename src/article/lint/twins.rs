//! Articles that say much the same: found by a sketch of their shingles (Broder 1997, bottom-k), so that ten thousand articles are
//! compared by what they share and not two by two.

use std::collections::HashMap;

use super::{Finding, LintRule};
use crate::article::{Article, ArticleId};

/// Words that a shingle holds; a Chinese character counts as one.
const SHINGLE: usize = 4;
/// Hashes kept of an article: they tell a likeness to within about 0.09.
const SKETCH: usize = 128;
/// Likeness (Jaccard) from which two are told: half of both would have to be written anew to stay below.
const ALIKE: f64 = 0.7;
/// Fewest shingles that can be compared: two short drafts from one template are not one issue.
const LEAST: usize = 30;
/// A hash that more articles share is a phrase of the house and ties nothing.
const MOST_SHARED: usize = 40;

/// Tells of each article that an earlier one says much the same; of translations, and of an article and its successor, that is no
/// wonder.
pub(super) fn check(articles: &[Article], findings: &mut Vec<Finding>) {
    let sketches: Vec<Vec<u64>> =
        articles.iter().map(|article| if article.status.is_retired() { Vec::new() } else { sketch(article) }).collect();
    let mut holders: HashMap<u64, Vec<usize>> = HashMap::new();
    for (number, sketch) in sketches.iter().enumerate() {
        sketch.iter().for_each(|hash| holders.entry(*hash).or_default().push(number));
    }
    for (number, article) in articles.iter().enumerate() {
        let mut shared: HashMap<usize, usize> = HashMap::new();
        for hash in &sketches[number] {
            let others = holders.get(hash).into_iter().filter(|all| all.len() <= MOST_SHARED).flatten();
            others.filter(|other| **other < number).for_each(|other| *shared.entry(*other).or_default() += 1);
        }
        let alike = shared
            .into_iter()
            .filter(|(_, count)| *count * 2 >= sketches[number].len().min(SKETCH))
            .map(|(other, _)| (other, likeness(&sketches[number], &sketches[other])))
            .filter(|(other, likeness)| *likeness >= ALIKE && !are_one(article, &articles[*other]))
            .max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0)));
        if let Some((other, likeness)) = alike {
            let other = &articles[other];
            findings.push(Finding {
                article: article.id.clone(),
                source: article.source.clone(),
                line: article.line_of("id"),
                rule: LintRule::DuplicateText,
                message: format!(
                    "says much the same as `{}` ({}, {:.0} % alike); make them one, or let one supersede the other",
                    other.id,
                    other.source,
                    likeness * 100.0
                ),
            });
        }
    }
}

/// Whether two articles are one issue by their own word.
fn are_one(a: &Article, b: &Article) -> bool {
    let names = |one: &Article, id: &ArticleId| one.translations.contains(id);
    a.id == b.id || names(a, &b.id) || names(b, &a.id)
}

/// The smallest hashes of an article's shingles, in order.
fn sketch(article: &Article) -> Vec<u64> {
    let mut words: Vec<u64> = Vec::new();
    let mut word = None;
    for c in article.sections.iter().flat_map(|section| section.text.chars().chain(['\n'])) {
        if c.is_ascii_alphanumeric() {
            word = Some(with_byte(word.unwrap_or(FNV_OFFSET), c.to_ascii_lowercase() as u8));
            continue;
        }
        words.extend(word.take());
        if c.is_alphanumeric() {
            let bytes = u32::from(c).to_le_bytes();
            words.push(bytes.into_iter().fold(FNV_OFFSET, with_byte));
        }
    }
    let mut hashes: Vec<u64> = words.windows(SHINGLE).map(hash).collect();
    hashes.sort_unstable();
    hashes.dedup();
    if hashes.len() < LEAST {
        return Vec::new();
    }
    hashes.truncate(SKETCH);
    hashes
}

/// FNV-1a of 64 bits. Source: draft-eastlake-fnv, section 5.
const FNV_OFFSET: u64 = 0xcbf2_9ce4_8422_2325;
const FNV_PRIME: u64 = 0x0000_0100_0000_01b3;

fn with_byte(hash: u64, byte: u8) -> u64 {
    (hash ^ u64::from(byte)).wrapping_mul(FNV_PRIME)
}

/// The hash of a shingle by those of its words, the same on every machine and in every version. The smallest are to be any of them, so
/// the bits are mixed at the end (SplitMix64, Steele et al. 2014).
fn hash(words: &[u64]) -> u64 {
    let joined = words.iter().fold(FNV_OFFSET, |hash, word| (hash.rotate_left(23) ^ word).wrapping_mul(FNV_PRIME));
    let mixed = (joined ^ (joined >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

/// How alike two texts are by their sketches, 0 to 1: of the smallest hashes of both together, the share that both have.
fn likeness(a: &[u64], b: &[u64]) -> f64 {
    let (mut i, mut j, mut both, mut all) = (0, 0, 0u32, 0u32);
    while all < SKETCH as u32 && (i < a.len() || j < b.len()) {
        let (left, right) = (a.get(i), b.get(j));
        all += 1;
        match (left, right) {
            (Some(x), Some(y)) if x == y => {
                both += 1;
                i += 1;
                j += 1;
            }
            (Some(x), Some(y)) if x < y => i += 1,
            (Some(_), None) => i += 1,
            _ => j += 1,
        }
    }
    if all == 0 { 0.0 } else { f64::from(both) / f64::from(all) }
}
