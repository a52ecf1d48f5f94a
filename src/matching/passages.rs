//! Where in a case the words of a match stand together.

use std::collections::{HashMap, HashSet};

use super::rank::Place;
use crate::{
    case::{CaseEvidence, TextKind},
    text::{
        analyze, is_pair,
        relevance::{Relevance, telling_terms},
        terms::Terms,
    },
};

/// Lines of a case that are looked at: the passage only shows where the words stand, a long case shows it early.
const MOST_LINES: usize = 4_000;

/// Words named as evidence; the rest add little.
const MOST_TERMS: usize = 8;

/// The lines of a case with their terms, analyzed once for many articles.
#[derive(Default)]
pub struct Passages {
    lines: Vec<Line>,
    /// A term's normal form and how the case first writes it.
    written: HashMap<String, String>,
}

struct Line {
    place: Place,
    terms: HashSet<String>,
    quoted: bool,
}

impl Passages {
    /// Analyzes the lines of a case.
    pub fn new(case: &CaseEvidence, terms: &Terms) -> Self {
        let mut passages = Passages::default();
        for text in &case.texts {
            for (number, line) in (text.line..).zip(text.text.lines()).filter(|(_, line)| !line.trim().is_empty()) {
                if passages.lines.len() >= MOST_LINES {
                    return passages;
                }
                let number = if text.kind == TextKind::Subject { 0 } else { number };
                let place = Place { part: text.part.clone(), line: number, text: line.trim().to_string() };
                passages.add(place, line, !text.kind.reports(), terms);
            }
        }
        passages
    }

    fn add(&mut self, place: Place, line: &str, quoted: bool, terms: &Terms) {
        let tokens = analyze(line);
        let concepts = terms.find_concepts(&tokens);
        let words = tokens.iter().map(|token| (token.text.to_string(), token.span.clone()));
        let meant = concepts.iter().map(|found| (format!("#{}", terms.id(found.concept)), found.span.clone()));
        for (term, span) in words.chain(meant) {
            self.written.entry(term).or_insert_with(|| line[span].to_string());
        }
        let terms = telling_terms(&tokens, &concepts, terms).into_iter().map(|(term, _)| term).collect();
        self.lines.push(Line { place, terms, quoted });
    }

    /// The line that holds most of what met; what is newly said before quoted history. `None` where no line holds any.
    pub fn best(&self, relevance: &Relevance) -> Option<Place> {
        let weights: HashMap<&str, f64> =
            relevance.matched.iter().map(|matched| (matched.term.as_str(), matched.weight)).collect();
        let mut best: Option<((bool, f64), &Place)> = None;
        for line in &self.lines {
            let weight: f64 = line.terms.iter().filter_map(|term| weights.get(term.as_str())).sum();
            let rank = (!line.quoted, weight);
            if weight > 0.0 && best.as_ref().is_none_or(|(other, _)| rank > *other) {
                best = Some((rank, &line.place));
            }
        }
        best.map(|(_, place)| place.clone())
    }

    /// The words that met as the case writes them, heaviest first. Neighbors that are no word are left out where there are words:
    /// they tell articles apart, and people nothing.
    pub fn words(&self, relevance: &Relevance) -> Vec<String> {
        let is_word = |term: &&str| !is_pair(term);
        let all = relevance.matched.iter().map(|matched| matched.term.as_str());
        let only_pairs = !all.clone().any(|term| is_word(&term));
        let mut seen = HashSet::new();
        let names = all
            .filter(|term| only_pairs || is_word(term))
            .map(|term| self.written.get(term).map_or_else(|| term.trim_start_matches('#').to_string(), String::clone));
        names.filter(|name| seen.insert(name.to_lowercase())).take(MOST_TERMS).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        case::TextEvidence,
        text::relevance::{MatchedTerm, ProfileField},
    };

    fn words(text: &str, terms: &[&str]) -> Vec<String> {
        let text = TextEvidence { part: "m".into(), line: 1, kind: TextKind::New, text: text.into() };
        let case = CaseEvidence { texts: vec![text], ..CaseEvidence::default() };
        let matched = |term: &&str| MatchedTerm { term: term.to_string(), weight: 1.0, field: ProfileField::Title };
        let relevance = Relevance { score: 1.0, matched: terms.iter().map(matched).collect() };
        Passages::new(&case, Terms::builtin()).words(&relevance)
    }

    #[test]
    fn neighbors_that_are_no_word_are_not_named() {
        assert_eq!(words("更新报错，C 盘只剩 300 MB", &["盘只", "更新", "报错"]), ["更新", "报错"]);
        assert_eq!(words("C 盘只剩 300 MB", &["盘只"]), ["盘只"]);
    }
}
