//! The terms of the documents of a collection, weighed, and what a case says of them.
//!
//! Of a collection a case says a small part: what it says is looked up once for all documents, and each document then
//! goes through the terms that it shares with the case, not through its own.

use std::{
    collections::{BTreeMap, HashMap},
    sync::OnceLock,
};

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use super::{
    CERTAIN, CORE_SHARE, CORE_TERMS, CaseTerms, MAX_TERMS, MatchedTerm, PRIOR, ProfileField, RAREST, Relevance,
    TEXT_TERMS, telling_terms,
};
use crate::text::{analyze, common::share, terms::Terms};

/// The terms of all documents of a collection, weighed.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Profiles {
    documents: Vec<Profile>,
    /// The terms of all documents, each once, in order.
    terms: Vec<Term>,
    /// The terms of each document one after the other, those of a document by weight.
    entries: Vec<Entry>,
    /// By what a case looks terms up; made for the first case, since it is made faster than read.
    #[serde(skip)]
    lookup: OnceLock<Lookup>,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Profile {
    /// Where in the entries its own end; they begin where those of the document before it do.
    end: u32,
    /// Sum of all weights, and of the largest.
    full: f64,
    core: f64,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Term {
    text: String,
    probability: f64,
    idf: f64,
}

/// A term of a document.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Entry {
    /// Number of the term.
    term: u32,
    field: ProfileField,
    weight: f64,
}

/// The numbers of terms, and for each the numbers of its entries, one list behind the other.
#[derive(Debug, Clone, Default)]
struct Lookup {
    /// Of articles alone: nobody fills it with what makes a quick hash slow.
    terms: FxHashMap<String, u32>,
    /// By term where its list ends.
    ends: Vec<u32>,
    entries: Vec<u32>,
}

/// What a case says of a collection: see [`Profiles::hear`].
#[derive(Debug, Clone)]
pub struct Heard {
    /// By term how strongly it is said beyond chance; of terms that are not said it means nothing.
    factors: Vec<f64>,
    /// A bit by entry: whether its term is said.
    said: Vec<u64>,
}

impl Profiles {
    /// Weighs documents: each a list of texts with their field.
    pub fn build<'a, D>(documents: impl IntoIterator<Item = D>, terms: &Terms) -> Profiles
    where
        D: IntoIterator<Item = (ProfileField, &'a str)>,
    {
        let terms_of = |(field, text)| {
            let tokens = analyze(text);
            (field, telling_terms(&tokens, &terms.find_concepts(&tokens), terms))
        };
        Profiles::from_terms(documents.into_iter().map(|document| document.into_iter().map(terms_of).collect()))
    }

    /// As [`Profiles::build`], from the [`telling_terms`] of each text.
    pub fn from_terms(documents: impl IntoIterator<Item = Vec<(ProfileField, Vec<(String, f64)>)>>) -> Profiles {
        let mut counts: HashMap<String, u32> = HashMap::new();
        let mut all: Vec<BTreeMap<String, (ProfileField, f64)>> = Vec::new();
        for document in documents {
            let mut found: BTreeMap<String, (ProfileField, f64)> = BTreeMap::new();
            for (field, terms) in document {
                for (term, kind) in terms {
                    let known = found.entry(term).or_insert((field, kind));
                    known.0 = known.0.min(field);
                    known.1 = known.1.max(kind);
                }
            }
            for term in found.keys() {
                *counts.entry(term.clone()).or_insert(0) += 1;
            }
            all.push(found);
        }
        let mut counts: Vec<(String, u32)> = counts.into_iter().collect();
        counts.sort_unstable();
        // Weights are scaled as in a collection of no documents, whatever its size: the constants were tried so.
        let weighed_by = |(text, count): &(String, u32)| idf(probability(text, *count, 0), 0).powi(2);
        let weighed_by: Vec<f64> = counts.iter().map(weighed_by).collect();
        let terms = counts.into_iter().map(|(text, count)| {
            let probability = probability(&text, count, all.len());
            Term { text, probability, idf: idf(probability, all.len()) }
        });
        let mut profiles = Profiles { terms: terms.collect(), ..Profiles::default() };
        for document in all {
            profiles.add(document, &weighed_by);
        }
        profiles
    }

    /// Adds a document whose terms are known.
    fn add(&mut self, document: BTreeMap<String, (ProfileField, f64)>, weighed_by: &[f64]) {
        let weigh = |(text, (field, kind)): (String, (ProfileField, f64))| {
            let term = self.number(&text)?;
            Some(Entry { term, field, weight: kind * (weighed_by[term as usize] * field.weight()) })
        };
        let mut entries: Vec<Entry> = document.into_iter().filter_map(weigh).collect();
        // Terms are numbered in the order of their texts.
        entries.sort_by(|a, b| b.weight.total_cmp(&a.weight).then_with(|| a.term.cmp(&b.term)));
        entries.truncate(MAX_TERMS);
        let full = entries.iter().map(|entry| entry.weight).sum();
        let core = entries.iter().take(CORE_TERMS).map(|entry| entry.weight).sum();
        self.entries.append(&mut entries);
        self.documents.push(Profile { end: self.entries.len() as u32, full, core });
    }

    /// How many documents there are.
    pub fn len(&self) -> usize {
        self.documents.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.documents.is_empty()
    }

    /// Whether any document has this term.
    pub fn contains(&self, term: &str) -> bool {
        self.number(term).is_some()
    }

    /// How much a term tells, 0 to 1.
    pub fn idf(&self, term: &str) -> f64 {
        match self.number(term) {
            Some(number) => self.terms[number as usize].idf,
            None => idf(probability(term, 0, self.len()), self.len()),
        }
    }

    fn number(&self, term: &str) -> Option<u32> {
        self.terms.binary_search_by(|known| known.text.as_str().cmp(term)).ok().map(|number| number as u32)
    }

    /// What a case says of the documents.
    pub fn hear(&self, case: &CaseTerms) -> Heard {
        let lookup = self.lookup.get_or_init(|| Lookup::of(&self.terms, &self.entries));
        let texts = (case.len() as f64 / TEXT_TERMS - 1.0).max(0.0);
        let mut heard = Heard {
            factors: vec![0.0; self.terms.len()],
            said: vec![0; self.entries.len().div_ceil(u64::BITS as usize)],
        };
        for (term, strength) in case.iter() {
            let Some(&number) = lookup.terms.get(term) else { continue };
            let by_chance = 1.0 - (1.0 - self.terms[number as usize].probability).powf(texts);
            heard.factors[number as usize] = strength * (1.0 - by_chance);
            for entry in lookup.of_term(number) {
                heard.said[*entry as usize / u64::BITS as usize] |= 1 << (entry % u64::BITS);
            }
        }
        heard
    }

    /// The relevance of the document with this number, without what made it; 0 for a number that there is not.
    pub fn score(&self, heard: &Heard, document: usize) -> f64 {
        let (mut sum, mut certain) = (0.0, 0.0);
        for entry in self.met(heard, document) {
            let factor = heard.factors[entry.term as usize];
            sum += entry.weight * factor;
            certain += self.terms[entry.term as usize].idf.powi(2) * factor * entry.field.weight().min(1.0);
        }
        let Some(profile) = self.documents.get(document).filter(|profile| profile.full > 0.0) else { return 0.0 };
        let core = (sum / profile.core).min(1.0);
        let score =
            (sum / profile.full).powf(1.0 - CORE_SHARE) * core.powf(CORE_SHARE) * (1.0 - (-certain / CERTAIN).exp());
        score.clamp(0.0, 1.0)
    }

    /// The relevance of the document with this number; nothing for a number that there is not.
    pub fn relevance(&self, heard: &Heard, document: usize) -> Relevance {
        let matched = self.met(heard, document).map(|entry| MatchedTerm {
            term: self.terms[entry.term as usize].text.clone(),
            weight: entry.weight * heard.factors[entry.term as usize],
            field: entry.field,
        });
        let mut matched: Vec<MatchedTerm> = matched.filter(|one| one.weight > 0.0).collect();
        matched.sort_by(|a, b| b.weight.total_cmp(&a.weight).then_with(|| a.term.cmp(&b.term)));
        Relevance { score: self.score(heard, document), matched }
    }

    /// The entries of a document whose terms a case says, in their order: sums of floats depend on it.
    fn met<'p>(&'p self, heard: &'p Heard, document: usize) -> impl Iterator<Item = &'p Entry> {
        let end = self.documents.get(document).map_or(0, |profile| profile.end);
        let start = document.checked_sub(1).and_then(|before| self.documents.get(before)).map_or(0, |one| one.end);
        ones(&heard.said, start..end).map(|entry| &self.entries[entry as usize])
    }
}

/// The numbers within a range whose bits are set, in order.
fn ones(bits: &[u64], range: std::ops::Range<u32>) -> impl Iterator<Item = u32> {
    let words = range.start / u64::BITS..range.end.div_ceil(u64::BITS);
    words.flat_map(move |word| {
        let mut left = bits[word as usize];
        let base = word * u64::BITS;
        if base < range.start {
            left &= u64::MAX << (range.start - base);
        }
        if range.end - base < u64::BITS {
            left &= !(u64::MAX << (range.end - base));
        }
        std::iter::from_fn(move || {
            let next = (left != 0).then(|| base + left.trailing_zeros());
            left &= left.wrapping_sub(1);
            next
        })
    })
}

impl Lookup {
    fn of(terms: &[Term], entries: &[Entry]) -> Lookup {
        let mut ends = vec![0; terms.len()];
        for entry in entries {
            ends[entry.term as usize] += 1;
        }
        let mut sum = 0;
        for end in &mut ends {
            sum += *end;
            *end = sum;
        }
        let mut places = vec![0; entries.len()];
        // Each list is filled from its end to its beginning.
        let mut next = ends.clone();
        for (number, entry) in (0..).zip(entries) {
            let place = &mut next[entry.term as usize];
            *place -= 1;
            places[*place as usize] = number;
        }
        let terms = terms.iter().zip(0..).map(|(term, number)| (term.text.clone(), number)).collect();
        Lookup { terms, ends, entries: places }
    }

    fn of_term(&self, term: u32) -> &[u32] {
        let start = term.checked_sub(1).map_or(0, |before| self.ends[before as usize]);
        &self.entries[start as usize..self.ends[term as usize] as usize]
    }
}

fn probability(term: &str, count: u32, documents: usize) -> f64 {
    (f64::from(count) + PRIOR * share(term)) / (documents as f64 + PRIOR)
}

fn idf(probability: f64, documents: usize) -> f64 {
    let rarest = (PRIOR * RAREST) / (documents as f64 + PRIOR);
    (probability.ln() / rarest.ln()).clamp(0.0, 1.0)
}
