//! What documents have in common with a case: their best passage, their title, their symptoms.
//!
//! [`super::relevance`] asks how much of a document's symptoms a case tells, which wants an article written for that. What
//! was imported has its symptoms anywhere, often in one of many passages. For a term `t` of the case with weight `w`:
//!
//! ```text
//! BM25(t, d) = idf(t) × f × (K1 + 1) / (f + K1 × (1 − b + b × length(d) / average))     f: how often d has t
//! idf(t)     = ln(1 + (N − n + 0.5) / (n + 0.5))          N, n: with PRIOR texts in which t has its usual share
//! ```
//!
//! (Robertson and Zaragoza, The Probabilistic Relevance Framework: BM25 and Beyond, 2009.) [`PassageIndex::rank`] gives
//! these sums over passages, titles, symptoms and whole documents; [`crate::matching::drawn`] weighs them. Chinese words
//! weigh less: they meet only Chinese documents, while concepts meet both languages.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::{
    Token, TokenKind, analyze,
    common::share,
    relevance::{MatchedTerm, ProfileField, Relevance},
    terms::Terms,
};

/// As if so many support texts were in every collection, so that scores of a small one and of a large one are alike.
const PRIOR: f64 = 200.0;
const K1: f64 = 1.2;
/// Passages have about one length; documents differ by what they tell.
const B_PASSAGE: f64 = 0.4;
const B_SYMPTOMS: f64 = 0.5;
const B_TITLE: f64 = 0.3;
const B_WHOLE: f64 = 0.75;
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
/// Brings sums of ordinary cases to single digits; a subject has half the words.
const SCALE: f64 = 30.0;
const SUBJECT_SCALE: f64 = 15.0;

/// A document to be indexed.
#[derive(Debug, Clone, Default)]
pub struct Document<'a> {
    /// Its title.
    pub title: &'a str,
    /// Its text by heading.
    pub sections: Vec<DocumentSection<'a>>,
    /// How its subject is spoken of elsewhere.
    pub spoken: Vec<&'a str>,
}

/// A part of a document.
#[derive(Debug, Clone, Copy, Default)]
pub struct DocumentSection<'a> {
    /// Its heading.
    pub heading: &'a str,
    /// Its text.
    pub text: &'a str,
    /// Whether it says how the issue shows.
    pub symptoms: bool,
}

/// A text of a case.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// The text.
    pub text: &'a str,
    /// How far it is heard, 0 to 1.
    pub strength: f64,
    /// Whether it is a subject.
    pub subject: bool,
}

/// What a document has in common with a case. The sums grow with the length of the case.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Ranked {
    /// BM25 of its best passage.
    pub passage: f64,
    /// BM25 of its title.
    pub title: f64,
    /// BM25 of its title with its symptoms.
    pub symptoms: f64,
    /// BM25 of the whole document for the subjects alone.
    pub subject: f64,
    /// Share of what the case says, by idf, that its best passage says too, or its subject is spoken of with: 0 to 1.
    pub explained: f64,
    /// Which section of the document has the best passage.
    pub section: Option<usize>,
    /// The best passage's number.
    unit: Option<u32>,
}

/// What all documents have in common with a case.
#[derive(Debug, Clone, Default)]
pub struct Ranking {
    /// The documents, by number.
    pub documents: Vec<Ranked>,
    /// The terms of the case with their weight, in order.
    query: Vec<(String, f64)>,
}

impl Ranking {
    /// How many different terms the case has.
    pub fn terms(&self) -> usize {
        self.query.len()
    }
}

/// Documents cut into passages.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct PassageIndex {
    whole: Bm25,
    symptoms: Bm25,
    titles: Bm25,
    passages: Bm25,
    /// How the subject of each document is spoken of.
    spoken: Bm25,
    /// Document and section of each passage.
    owners: Vec<(usize, usize)>,
    documents: usize,
}

/// Postings of one kind of unit.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Bm25 {
    postings: HashMap<String, Postings>,
    lengths: Vec<f64>,
}

/// The units that have a term, in order, with its count and then its part of the score.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Postings {
    idf: f64,
    units: Vec<(u32, f32)>,
}

impl Bm25 {
    fn add(&mut self, terms: &HashMap<&str, f64>) {
        let unit = self.lengths.len() as u32;
        for (term, times) in terms {
            // Most terms are known: only a new one is copied.
            match self.postings.get_mut(*term) {
                Some(postings) => postings.units.push((unit, *times as f32)),
                None => {
                    let postings = Postings { idf: 0.0, units: vec![(unit, *times as f32)] };
                    self.postings.insert((*term).to_string(), postings);
                }
            }
        }
        self.lengths.push(terms.values().sum());
    }

    /// Turns counts into their part of the score.
    fn weigh(&mut self, b: f64) {
        let count = self.filled();
        let average = (self.lengths.iter().sum::<f64>() / count.max(1) as f64).max(1.0);
        for (term, postings) in &mut self.postings {
            postings.idf = idf(term, postings.units.len(), count);
            for (unit, value) in &mut postings.units {
                let f = f64::from(*value);
                let length = self.lengths.get(*unit as usize).copied().unwrap_or(average);
                *value = (postings.idf * f * (K1 + 1.0) / (f + K1 * (1.0 - b + b * length / average))) as f32;
            }
        }
    }

    /// Units that hold something: those of other articles stand empty.
    fn filled(&self) -> usize {
        self.lengths.iter().filter(|length| **length > 0.0).count()
    }

    fn idf(&self, term: &str, filled: usize) -> f64 {
        self.postings.get(term).map_or_else(|| idf(term, 0, filled), |postings| postings.idf)
    }

    /// For each unit the sum of its terms' scores, and of the idf of those that it has.
    fn scores(&self, query: &[(String, f64)]) -> Vec<(f64, f64)> {
        let mut scores = vec![(0.0, 0.0); self.lengths.len()];
        for (term, weight) in query {
            let Some(postings) = self.postings.get(term) else { continue };
            for (unit, value) in &postings.units {
                if let Some((score, met)) = scores.get_mut(*unit as usize) {
                    *score += weight * f64::from(*value);
                    *met += weight * postings.idf;
                }
            }
        }
        scores
    }

    /// What a term scores in a unit.
    fn score(&self, term: &str, unit: u32) -> Option<f64> {
        let units = &self.postings.get(term)?.units;
        let at = units.binary_search_by_key(&unit, |(unit, _)| *unit).ok()?;
        Some(f64::from(units[at].1))
    }
}

/// How telling a term is that stands in `found` of `count` units.
fn idf(term: &str, found: usize, count: usize) -> f64 {
    let (count, n) = (count.max(1) as f64 + PRIOR, found as f64 + PRIOR * share(term));
    (1.0 + (count - n + 0.5) / (n + 0.5)).ln()
}

/// The terms of a text, concepts beside the words that they gather.
fn terms_of(text: &str, terms: &Terms) -> Vec<String> {
    let tokens = analyze(text);
    let concepts = terms.find_concepts(&tokens);
    let mut found: Vec<String> = concepts.iter().map(|found| format!("#{}", terms.id(found.concept))).collect();
    found.extend(tokens.into_iter().filter(tells).map(|token| token.text.into()));
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

/// The terms of a case with their weight, in order: sums of floats must not depend on the order of a hash map.
fn query<'a>(texts: impl Iterator<Item = Asked<'a>>, terms: &Terms) -> Vec<(String, f64)> {
    let mut times: HashMap<String, (f64, f64)> = HashMap::new();
    for asked in texts {
        for term in terms_of(asked.text, terms) {
            let known = times.entry(term).or_insert((0.0, 0.0));
            // A log repeats itself; a person who says a thing twice means it.
            known.0 += if asked.strength >= 1.0 { 1.0 } else { 0.0 };
            known.1 = known.1.max(asked.strength);
        }
    }
    let weigh = |(term, (times, strength)): (String, (f64, f64))| {
        let han = term.chars().next().is_some_and(|first| ('\u{4E00}'..='\u{9FFF}').contains(&first));
        let weight = strength * times.clamp(1.0, MOST_TIMES).sqrt() * if han { HAN } else { 1.0 };
        (term, weight)
    };
    let mut query: Vec<(String, f64)> = times.into_iter().map(weigh).filter(|(_, weight)| *weight > 0.0).collect();
    query.sort_by(|a, b| a.0.cmp(&b.0));
    query
}

impl PassageIndex {
    /// Indexes documents.
    pub fn build<'a>(documents: impl IntoIterator<Item = Document<'a>>, terms: &Terms) -> Self {
        let mut index = PassageIndex::default();
        for document in documents {
            index.add(&document, terms);
        }
        index.whole.weigh(B_WHOLE);
        index.symptoms.weigh(B_SYMPTOMS);
        index.titles.weigh(B_TITLE);
        index.passages.weigh(B_PASSAGE);
        index
    }

    fn add(&mut self, document: &Document<'_>, terms: &Terms) {
        let number = self.documents;
        self.documents += 1;
        let title = terms_of(document.title, terms);
        let sections: Vec<(Vec<String>, Vec<String>)> = document
            .sections
            .iter()
            .map(|section| (terms_of(section.heading, terms), terms_of(section.text, terms)))
            .collect();
        let titled = |times: usize| title.iter().map(move |term| (term.as_str(), times));
        let in_text = sections.iter().flat_map(|(heading, text)| heading.iter().chain(text));
        let telling = document.sections.iter().zip(&sections).filter(|(section, _)| section.symptoms);
        let telling = telling.flat_map(|(_, (heading, text))| heading.iter().chain(text));
        self.whole.add(&count(titled(TITLE_TIMES).chain(in_text.map(|term| (term.as_str(), 1)))));
        self.symptoms.add(&count(titled(1).chain(telling.map(|term| (term.as_str(), 1)))));
        self.titles.add(&count(titled(1)));
        let spoken: Vec<String> = document.spoken.iter().flat_map(|phrase| terms_of(phrase, terms)).collect();
        self.spoken.add(&count(spoken.iter().map(|term| (term.as_str(), 1))));
        for (section, (heading, text)) in sections.iter().enumerate() {
            for start in (0..text.len().max(1)).step_by(PASSAGE) {
                if self.owners.len() >= MOST_PASSAGES {
                    return;
                }
                let passage = text.get(start..text.len().min(start + PASSAGE + OVERLAP)).unwrap_or_default();
                let headed = heading.iter().map(|term| (term.as_str(), HEADING_TIMES));
                let all = passage.iter().map(|term| (term.as_str(), 1)).chain(titled(1)).chain(headed);
                self.passages.add(&count(all));
                self.owners.push((number, section));
            }
        }
    }

    /// What each document has in common with a case.
    pub fn rank<'a>(&self, texts: impl IntoIterator<Item = Asked<'a>>, terms: &Terms) -> Ranking {
        let texts: Vec<Asked<'a>> = texts.into_iter().collect();
        let subjects = query(texts.iter().copied().filter(|asked| asked.subject), terms);
        let query = query(texts.into_iter(), terms);
        let filled = self.passages.filled();
        let said: f64 = query.iter().map(|(term, weight)| weight * self.passages.idf(term, filled)).sum();
        let mut documents = vec![Ranked::default(); self.documents];
        let passages = self.passages.scores(&query);
        for ((unit, (score, met)), (document, section)) in (0..).zip(passages).zip(&self.owners) {
            if let Some(ranked) = documents.get_mut(*document)
                && score / SCALE > ranked.passage
            {
                ranked.passage = score / SCALE;
                ranked.explained = met / said;
                ranked.section = Some(*section);
                ranked.unit = Some(unit);
            }
        }
        for (term, weight) in &query {
            let idf = self.passages.idf(term, filled);
            for (document, _) in self.spoken.postings.get(term).map_or(&[][..], |postings| &postings.units) {
                let Some(ranked) = documents.get_mut(*document as usize) else { continue };
                let is_met = ranked.unit.is_some_and(|unit| self.passages.score(term, unit).is_some());
                ranked.explained += if is_met { 0.0 } else { weight * idf / said };
            }
        }
        let (titles, symptoms) = (self.titles.scores(&query), self.symptoms.scores(&query));
        let wholes = self.whole.scores(&subjects);
        for (ranked, ((title, symptoms), whole)) in
            documents.iter_mut().zip(titles.into_iter().zip(symptoms).zip(wholes))
        {
            ranked.title = title.0 / SCALE;
            ranked.symptoms = symptoms.0 / SCALE;
            ranked.subject = whole.0 / SUBJECT_SCALE;
        }
        Ranking { documents, query }
    }

    /// What of a case stands in the best passage of a document, heaviest first; `score` is taken over.
    pub fn met(&self, ranking: &Ranking, document: usize, score: f64) -> Relevance {
        let unit = ranking.documents.get(document).and_then(|ranked| ranked.unit);
        let mut matched: Vec<MatchedTerm> = ranking
            .query
            .iter()
            .filter_map(|(term, weight)| {
                let weight = weight * self.passages.score(term, unit?)?;
                Some(MatchedTerm { term: term.clone(), weight, field: ProfileField::Other })
            })
            .collect();
        matched.sort_by(|a, b| b.weight.total_cmp(&a.weight).then_with(|| a.term.cmp(&b.term)));
        Relevance { score, matched }
    }
}

#[cfg(test)]
mod tests;
