//! Where in a case the words of a match stand together.

use std::collections::{HashMap, HashSet};

use super::rank::Place;
use crate::{
    case::{CaseEvidence, TextKind},
    text::{
        analyze,
        relevance::{Relevance, telling_terms},
        terms::Terms,
    },
};

/// Lines of a case that are looked at: the passage only shows where the words stand, a long case shows it early.
const MOST_LINES: usize = 4_000;

/// Words named as evidence; the rest add little.
const MOST_TERMS: usize = 8;

/// The lines of a case with their terms, analyzed once for many articles.
pub struct Passages {
    lines: Vec<(Place, HashSet<String>, bool)>,
}

impl Passages {
    /// Analyzes the lines of a case.
    pub fn new(case: &CaseEvidence, terms: &Terms) -> Self {
        let lines = case.texts.iter().flat_map(|text| {
            let first = text.line;
            (first..).zip(text.text.lines()).filter(|(_, line)| !line.trim().is_empty()).map(move |(number, line)| {
                let number = if text.kind == TextKind::Subject { 0 } else { number };
                let tokens = analyze(line);
                let concepts = terms.find_concepts(&tokens);
                let words = telling_terms(&tokens, &concepts, terms).into_iter().map(|(term, _)| term).collect();
                let place = Place { part: text.part.clone(), line: number, text: line.trim().to_string() };
                (place, words, text.kind == TextKind::Quoted)
            })
        });
        Passages { lines: lines.take(MOST_LINES).collect() }
    }

    /// The line that holds most of what met; what is newly said before quoted history. `None` where no line holds any.
    pub fn best(&self, relevance: &Relevance) -> Option<Place> {
        let weights: HashMap<&str, f64> =
            relevance.matched.iter().map(|matched| (matched.term.as_str(), matched.weight)).collect();
        let mut best: Option<((bool, f64), &Place)> = None;
        for (place, words, quoted) in &self.lines {
            let weight: f64 = words.iter().filter_map(|word| weights.get(word.as_str())).sum();
            let rank = (!quoted, weight);
            if weight > 0.0 && best.as_ref().is_none_or(|(other, _)| rank > *other) {
                best = Some((rank, place));
            }
        }
        best.map(|(_, place)| place.clone())
    }
}

/// The words that met, heaviest first, as people read them: a concept by its id.
pub fn words(relevance: &Relevance) -> Vec<String> {
    let names = relevance.matched.iter().map(|matched| matched.term.trim_start_matches('#').to_string());
    names.take(MOST_TERMS).collect()
}
