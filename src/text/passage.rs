//! Documents ranked by their best passage and as a whole: BM25 over words, names, codes and concepts.
//!
//! [`super::relevance`] asks how much of a document's symptoms a case tells, which wants an article written for that. What
//! was imported has its symptoms anywhere, often in one of many passages: there the best passage decides, and the whole
//! document helps. For a term `t` of the case with weight `w`:
//!
//! ```text
//! BM25(t, d) = idf(t) × f × (K1 + 1) / (f + K1 × (1 − b + b × length(d) / average))     f: how often d has t
//! idf(t)     = ln(1 + (N − n + 0.5) / (n + 0.5))          N, n: with PRIOR texts in which t has its usual share
//! score      = WHOLE × Σ w × BM25(t, document) + max over passages of Σ w × BM25(t, passage)
//! ```
//!
//! (Robertson and Zaragoza, The Probabilistic Relevance Framework: BM25 and Beyond, 2009.) Chinese words weigh less:
//! they meet only Chinese documents, while concepts meet both languages.

use std::collections::HashMap;

use super::{Token, TokenKind, analyze, common::share, terms::Terms};

/// As if so many support texts were in every collection, so that scores of a small one and of a large one are alike.
const PRIOR: f64 = 200.0;
const K1: f64 = 1.2;
/// Passages have about one length; documents differ by what they tell.
const B_PASSAGE: f64 = 0.4;
const B_WHOLE: f64 = 0.75;
/// Part of the whole document in the score.
const WHOLE: f64 = 0.5;
/// Terms of a passage, and how many of them the next one repeats.
const PASSAGE: usize = 160;
const OVERLAP: usize = 40;
/// How often the words of a title count in its document, and those of a heading in its passage.
const TITLE_TIMES: usize = 3;
const HEADING_TIMES: usize = 2;
/// Share of support texts from which a word tells nothing.
const ORDINARY: f64 = 0.3;
/// Weight of a Chinese word of the case.
const HAN: f64 = 0.6;
/// A term counts in a case as often as this at most.
const MOST_TIMES: f64 = 2.0;
/// Documents, passages and terms kept: the first ones of a hostile collection.
const MOST_PASSAGES: usize = 2_000_000;
/// Brings scores of ordinary cases to single digits.
const SCALE: f64 = 30.0;

/// A document to be indexed.
#[derive(Debug, Clone, Default)]
pub struct Document<'a> {
    /// Its title.
    pub title: &'a str,
    /// Its text by heading.
    pub sections: Vec<(&'a str, &'a str)>,
}

/// How well a document answers a case.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Ranked {
    /// The score; comparable between cases of like length.
    pub score: f64,
    /// Which section of the document has the best passage.
    pub section: Option<usize>,
}

/// Documents cut into passages.
#[derive(Debug, Clone, Default)]
pub struct PassageIndex {
    whole: Bm25,
    passages: Bm25,
    /// Document and section of each passage.
    owners: Vec<(usize, usize)>,
    documents: usize,
}

/// Postings of one kind of unit.
#[derive(Debug, Clone, Default)]
struct Bm25 {
    postings: HashMap<String, Vec<(u32, f32)>>,
    lengths: Vec<f64>,
}

impl Bm25 {
    fn add(&mut self, terms: &HashMap<&str, f64>) {
        let unit = self.lengths.len() as u32;
        for (term, times) in terms {
            self.postings.entry((*term).to_string()).or_default().push((unit, *times as f32));
        }
        self.lengths.push(terms.values().sum());
    }

    /// Turns counts into their part of the score.
    fn weigh(&mut self, b: f64) {
        let count = self.lengths.len().max(1) as f64;
        let average = (self.lengths.iter().sum::<f64>() / count).max(1.0);
        let count = count + PRIOR;
        for (term, postings) in &mut self.postings {
            let n = postings.len() as f64 + PRIOR * share(term);
            let idf = (1.0 + (count - n + 0.5) / (n + 0.5)).ln();
            for (unit, value) in postings {
                let f = f64::from(*value);
                let length = self.lengths.get(*unit as usize).copied().unwrap_or(average);
                *value = (idf * f * (K1 + 1.0) / (f + K1 * (1.0 - b + b * length / average))) as f32;
            }
        }
    }

    fn scores(&self, query: &HashMap<String, f64>) -> Vec<f64> {
        let mut scores = vec![0.0; self.lengths.len()];
        // In the order of the words: sums of floats must not depend on the order of a hash map.
        let mut words: Vec<(&String, &f64)> = query.iter().collect();
        words.sort_by_key(|(word, _)| *word);
        for (term, weight) in words {
            for (unit, value) in self.postings.get(term).into_iter().flatten() {
                if let Some(score) = scores.get_mut(*unit as usize) {
                    *score += weight * f64::from(*value);
                }
            }
        }
        scores
    }
}

/// The terms of a text, concepts beside the words that they gather.
fn terms_of(text: &str, terms: &Terms) -> Vec<String> {
    let tokens = analyze(text);
    let concepts = terms.find_concepts(&tokens);
    let mut found: Vec<String> = concepts.iter().map(|found| format!("#{}", terms.id(found.concept))).collect();
    found.extend(tokens.into_iter().filter(tells).map(|token| token.text));
    found.retain(|term| share(term) < ORDINARY);
    found
}

fn tells(token: &Token) -> bool {
    match token.kind {
        TokenKind::Code | TokenKind::Name => true,
        TokenKind::Word | TokenKind::Part | TokenKind::Number => token.text.chars().count() > 1,
        // Two characters that no list knows as a word are often one of a trade.
        TokenKind::Han | TokenKind::HanPair => true,
        TokenKind::HanChar => false,
    }
}

fn count<'t>(terms: impl IntoIterator<Item = (&'t str, usize)>) -> HashMap<&'t str, f64> {
    let mut counts = HashMap::new();
    for (term, times) in terms {
        *counts.entry(term).or_insert(0.0) += times as f64;
    }
    counts
}

impl PassageIndex {
    /// Indexes documents.
    pub fn build<'a>(documents: impl IntoIterator<Item = Document<'a>>, terms: &Terms) -> Self {
        let mut index = PassageIndex::default();
        for (number, document) in documents.into_iter().enumerate() {
            index.documents = number + 1;
            let title = terms_of(document.title, terms);
            let sections: Vec<(Vec<String>, Vec<String>)> = document
                .sections
                .iter()
                .map(|(heading, text)| (terms_of(heading, terms), terms_of(text, terms)))
                .collect();
            let in_title = title.iter().map(|term| (term.as_str(), TITLE_TIMES));
            let in_text = sections.iter().flat_map(|(heading, text)| heading.iter().chain(text));
            index.whole.add(&count(in_title.chain(in_text.map(|term| (term.as_str(), 1)))));
            for (section, (heading, text)) in sections.iter().enumerate() {
                let mut start = 0;
                loop {
                    let end = text.len().min(start + PASSAGE + OVERLAP);
                    let passage = text.get(start..end).unwrap_or_default();
                    let all = passage.iter().chain(&title).map(|term| (term.as_str(), 1));
                    let headed = heading.iter().map(|term| (term.as_str(), HEADING_TIMES));
                    if index.owners.len() < MOST_PASSAGES {
                        index.passages.add(&count(all.chain(headed)));
                        index.owners.push((number, section));
                    }
                    start += PASSAGE;
                    if start >= text.len() {
                        break;
                    }
                }
            }
        }
        index.whole.weigh(B_WHOLE);
        index.passages.weigh(B_PASSAGE);
        index
    }

    /// How well each document answers a case, given as texts with their strength between 0 and 1.
    pub fn rank<'a>(&self, texts: impl IntoIterator<Item = (&'a str, f64)>, terms: &Terms) -> Vec<Ranked> {
        let mut times: HashMap<String, (f64, f64)> = HashMap::new();
        for (text, strength) in texts {
            for term in terms_of(text, terms) {
                let known = times.entry(term).or_insert((0.0, 0.0));
                // A log repeats itself; a person who says a thing twice means it.
                known.0 += if strength >= 1.0 { 1.0 } else { 0.0 };
                known.1 = known.1.max(strength);
            }
        }
        let query: HashMap<String, f64> = times
            .into_iter()
            .map(|(term, (times, strength))| {
                let han = term.chars().next().is_some_and(|first| ('\u{4E00}'..='\u{9FFF}').contains(&first));
                let weight = strength * times.clamp(1.0, MOST_TIMES).sqrt() * if han { HAN } else { 1.0 };
                (term, weight)
            })
            .collect();
        let mut ranked = vec![Ranked::default(); self.documents];
        let mut best = vec![0.0; self.documents];
        for (score, (document, section)) in self.passages.scores(&query).into_iter().zip(&self.owners) {
            if let (Some(best), Some(ranked)) = (best.get_mut(*document), ranked.get_mut(*document))
                && score > *best
            {
                *best = score;
                ranked.section = Some(*section);
            }
        }
        for ((ranked, passage), whole) in ranked.iter_mut().zip(best).zip(self.whole.scores(&query)) {
            ranked.score = (passage + WHOLE * whole) / SCALE;
        }
        ranked
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn index() -> PassageIndex {
        let long = "The pump is described here in general words. ".repeat(80);
        let texts = [
            ("Node clock skew", vec![("Meaning", "The clock of a node runs ahead of the others by half a second")]),
            (
                "Manual of the pump",
                vec![("Overview", long.as_str()), ("Valve sticks", "The relief valve sticks after a cold night")],
            ),
            ("补丁回滚", vec![("现象", "安装补丁后重启回滚，提示拒绝访问")]),
        ];
        let documents = texts.map(|(title, sections)| Document { title, sections });
        PassageIndex::build(documents, Terms::builtin())
    }

    fn best(text: &str) -> (usize, Ranked) {
        let ranked = index().rank([(text, 1.0)], Terms::builtin());
        let best = ranked.iter().enumerate().max_by(|a, b| a.1.score.total_cmp(&b.1.score)).unwrap();
        (best.0, *best.1)
    }

    #[test]
    fn one_passage_of_a_long_document_is_found() {
        let (document, ranked) = best("after a cold night the relief valve is stuck");
        assert_eq!((document, ranked.section), (1, Some(1)));
        assert_eq!(best("the node's clock is ahead").0, 0);
    }

    #[test]
    fn languages_meet_in_concepts() {
        assert_eq!(best("the patch rolls back with access denied").0, 2);
    }

    #[test]
    fn nothing_in_common_scores_nothing() {
        let ranked = index().rank([("zebra quagga", 1.0)], Terms::builtin());
        assert!(ranked.iter().all(|ranked| ranked.score == 0.0), "{ranked:?}");
        assert!(PassageIndex::default().rank([("zebra", 1.0)], Terms::builtin()).is_empty());
    }
}
