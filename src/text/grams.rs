//! How alike texts are written: four letters at a time, so that `timeouts`, `timed-out` and `timeout=30` meet without a
//! list of endings.
//!
//! Only Latin letters and digits count: Chinese words are short, and what they mean stands in concepts. A word is
//! looked at with a blank on either side, so that its beginning and its end are four letters too. Texts are compared
//! by the cosine of their TF-IDF vectors, `(1 + ln f) × ln((n + 1) / (df + ½))` over the `n` documents that are
//! compared (Manning, Raghavan and Schütze, Introduction to Information Retrieval, chapter 6).

use std::collections::HashMap;

/// Letters of a gram; as many bytes as its number has.
const LETTERS: usize = 4;

/// Bytes of a text that are looked at: an article says early what it is about, and a long log repeats itself.
const MOST_BYTES: usize = 64 << 10;

/// How often each gram stands in a text, by gram.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Grams(Vec<(u32, u32)>);

impl Grams {
    /// Counts the grams of texts that are one.
    pub fn of<'t>(texts: impl IntoIterator<Item = &'t str>) -> Grams {
        let mut room = MOST_BYTES;
        let mut all: Vec<u32> = Vec::new();
        let mut word: Vec<u8> = vec![b' '];
        for text in texts {
            let text = &text[..text.floor_char_boundary(room)];
            room -= text.len();
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

    /// The part of the gram's weight that its count makes, by gram, for those that have a weight.
    fn vector(&self, idf: &HashMap<u32, f64>) -> Vec<(u32, f64)> {
        let weighed = self.0.iter().filter_map(|(gram, times)| {
            let idf = idf.get(gram)?;
            Some((*gram, (1.0 + f64::from(*times).ln()) * idf))
        });
        let vector: Vec<(u32, f64)> = weighed.collect();
        let length = vector.iter().map(|(_, value)| value * value).sum::<f64>().sqrt();
        if length > 0.0 { vector.into_iter().map(|(gram, value)| (gram, value / length)).collect() } else { vector }
    }
}

/// How alike a case is to each of some documents, 0 to 1. What the documents share tells least.
pub fn alike(case: &Grams, documents: &[Grams]) -> Vec<f64> {
    let mut counts: HashMap<u32, u32> = HashMap::new();
    for (gram, _) in documents.iter().flat_map(|document| &document.0) {
        *counts.entry(*gram).or_default() += 1;
    }
    let all = documents.len() as f64 + 1.0;
    let idf: HashMap<u32, f64> =
        counts.into_iter().map(|(gram, count)| (gram, (all / (f64::from(count) + 0.5)).ln())).collect();
    let asked: HashMap<u32, f64> = case.vector(&idf).into_iter().collect();
    documents
        .iter()
        .map(|document| {
            let met = document.vector(&idf).into_iter().filter_map(|(gram, value)| Some(value * asked.get(&gram)?));
            met.sum::<f64>()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn likeness(case: &str, documents: &[&str]) -> Vec<f64> {
        let documents: Vec<Grams> = documents.iter().map(|text| Grams::of([*text])).collect();
        alike(&Grams::of([case]), &documents)
    }

    #[test]
    fn forms_of_a_word_meet() {
        let found = likeness("the scrapes timed out", &["scraping of targets stops: timeout", "valves are greased"]);
        assert!(found[0] > 0.1 && found[1] < 0.02, "{found:?}");
    }

    #[test]
    fn the_same_text_is_fully_alike_and_no_letters_are_none() {
        let found = likeness("relief valve", &["relief valve", "补丁回滚", ""]);
        assert!((found[0] - 1.0).abs() < 1e-9 && found[1] == 0.0 && found[2] == 0.0, "{found:?}");
        assert_eq!(likeness("", &["a word"]), [0.0]);
        assert!(alike(&Grams::default(), &[]).is_empty());
    }

    #[test]
    fn long_texts_are_cut_at_a_character() {
        let long = "错".repeat(MOST_BYTES);
        assert_eq!(Grams::of([long.as_str(), "word"]), Grams::default());
        assert_eq!(Grams::of(["ab"]).0.len(), 1);
    }
}
