//! How alike texts are written: four letters at a time, so that `timeouts`, `timed-out` and `timeout=30` meet without a
//! list of endings.
//!
//! Latin letters and digits count by four, Chinese characters by two: most words have two. A word is looked at with a blank
//! on either side, so that its beginning and its end are four letters too. Texts are compared
//! by the cosine of their TF-IDF vectors, `(1 + ln f) × ln((n + 1) / (df + ½))` over the `n` documents that are
//! compared (Manning, Raghavan and Schütze, Introduction to Information Retrieval, chapter 6).

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

/// Letters of a gram; as many bytes as its number has.
const LETTERS: usize = 4;

/// Marks a pair of Chinese characters: no letter has this bit.
const HAN: u32 = 1 << 31;
/// Bits of one of them.
const HAN_BITS: u32 = 15;

/// Bytes of a text that are looked at: an article says early what it is about, and a long log repeats itself.
const MOST_BYTES: usize = 64 << 10;

/// How often each gram stands in a text, by gram.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Grams(Vec<(u32, u32)>);

/// The number of a Chinese character among those that are counted.
fn han(c: char) -> Option<u32> {
    ('\u{3400}'..='\u{9FFF}').contains(&c).then(|| u32::from(c) - 0x3400)
}

impl Grams {
    /// Counts the grams of texts that are one.
    pub fn of<'t>(texts: impl IntoIterator<Item = &'t str>) -> Grams {
        let mut room = MOST_BYTES;
        let mut all: Vec<u32> = Vec::new();
        let mut word: Vec<u8> = vec![b' '];
        for text in texts {
            let text = &text[..text.floor_char_boundary(room)];
            room -= text.len();
            let mut before = None;
            for c in text.chars() {
                let han = han(c);
                all.extend(before.zip(han).map(|(first, second)| HAN | (first << HAN_BITS) | second));
                before = han;
            }
            for byte in text.bytes().chain([b' ']) {
                if byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.') {
                    word.push(byte.to_ascii_lowercase());
                } else if word.len() > 1 {
                    word.push(b' ');
                    all.extend(
                        word.windows(LETTERS).filter_map(|gram| Some(u32::from_be_bytes(gram.try_into().ok()?))),
                    );
                    word.truncate(1);
                }
            }
        }
        all.sort_unstable();
        Grams(all.chunk_by(|a, b| a == b).map(|same| (same[0], same.len() as u32)).collect())
    }
}

/// The grams of documents, for comparing texts with all of them at once.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct GramIndex {
    /// For each gram what it tells, and in which documents it stands with its part of their vectors.
    grams: HashMap<u32, (f32, Vec<(u32, f32)>)>,
    documents: usize,
}

impl GramIndex {
    /// Indexes documents.
    pub fn build(documents: impl IntoIterator<Item = Grams>) -> GramIndex {
        let documents: Vec<Grams> = documents.into_iter().collect();
        let mut grams: HashMap<u32, (f32, Vec<(u32, f32)>)> = HashMap::new();
        for (number, document) in (0..).zip(&documents) {
            for (gram, times) in &document.0 {
                grams.entry(*gram).or_default().1.push((number, *times as f32));
            }
        }
        let all = documents.len() as f64 + 1.0;
        // In the order of the grams: sums of floats must not depend on the order of a hash map.
        let mut order: Vec<u32> = grams.keys().copied().collect();
        order.sort_unstable();
        let mut squares = vec![0.0; documents.len()];
        for gram in order {
            let Some((idf, postings)) = grams.get_mut(&gram) else { continue };
            *idf = (all / (postings.len() as f64 + 0.5)).ln() as f32;
            for (document, value) in postings {
                *value = (1.0 + value.ln()) * *idf;
                squares[*document as usize] += f64::from(*value).powi(2);
            }
        }
        for (document, value) in grams.values_mut().flat_map(|(_, postings)| postings) {
            *value /= squares[*document as usize].sqrt().max(f64::MIN_POSITIVE) as f32;
        }
        GramIndex { grams, documents: documents.len() }
    }

    /// How alike a text is to each of the documents, 0 to 1. What these share tells least.
    pub fn alike(&self, text: &Grams) -> Vec<f64> {
        let mut sums = vec![0.0; self.documents];
        let mut square = 0.0;
        for (gram, times) in &text.0 {
            let Some((idf, postings)) = self.grams.get(gram) else { continue };
            let value = (1.0 + f64::from(*times).ln()) * f64::from(*idf);
            square += value * value;
            for (document, other) in postings {
                if let Some(sum) = sums.get_mut(*document as usize) {
                    *sum += value * f64::from(*other);
                }
            }
        }
        if square > 0.0 {
            sums.iter_mut().for_each(|sum| *sum /= square.sqrt());
        }
        sums
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn likeness(case: &str, documents: &[&str]) -> Vec<f64> {
        let documents = documents.iter().map(|text| Grams::of([*text]));
        GramIndex::build(documents).alike(&Grams::of([case]))
    }

    #[test]
    fn forms_of_a_word_meet() {
        let found = likeness("the scrapes timed out", &["scraping of targets stops: timeout", "valves are greased"]);
        assert!(found[0] > 0.1 && found[1] < 0.02, "{found:?}");
    }

    #[test]
    fn the_same_text_is_fully_alike_and_no_letters_are_none() {
        let found = likeness("relief valve", &["relief valve", "补丁回滚", ""]);
        assert!((found[0] - 1.0).abs() < 1e-6 && found[1] == 0.0 && found[2] == 0.0, "{found:?}");
        assert_eq!(likeness("", &["a word"]), [0.0]);
        assert!(GramIndex::build([]).alike(&Grams::default()).is_empty());
    }

    #[test]
    fn chinese_words_meet_by_two_characters() {
        let found = likeness("节点磁盘快撑满了", &["磁盘撑满，写不进去", "时钟快了", "disk full"]);
        assert!(found[0] > found[1] && found[2] == 0.0, "{found:?}");
    }

    #[test]
    fn long_texts_are_cut_at_a_character() {
        let long = "错".repeat(MOST_BYTES);
        assert_eq!(Grams::of([long.as_str(), "word"]), Grams::of([&long[..MOST_BYTES / 3 * 3]]));
        assert_eq!(Grams::of(["ab"]).0.len(), 1);
    }
}
