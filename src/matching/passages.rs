//! Where in a case the words of a match stand together.

use std::{
    collections::{HashMap, HashSet},
    ops::Range,
};

use super::{rank::Place, view::CaseView};
use crate::{
    case::{TextEvidence, TextKind},
    text::{
        Token, is_pair,
        relevance::{Relevance, telling},
        terms::Terms,
    },
};

/// Lines of a case that are looked at: the passage only shows where the words stand, a long case shows it early.
const MOST_LINES: usize = 4_000;

/// Words named as evidence; the rest add little.
const MOST_TERMS: usize = 8;

/// The lines of a case with their terms, for many articles.
#[derive(Default)]
pub struct Passages<'a> {
    lines: Vec<Line<'a>>,
    /// The terms by their normal form: their numbers.
    numbers: HashMap<String, u32>,
    /// By number how the case first writes a term.
    written: Vec<&'a str>,
}

struct Line<'a> {
    text: &'a TextEvidence,
    number: u64,
    line: &'a str,
    /// The numbers of its terms, in order.
    terms: Vec<u32>,
}

impl Line<'_> {
    fn place(&self) -> Place {
        let line = if self.text.kind == TextKind::Subject { 0 } else { self.number };
        let quoted = !self.text.kind.reports();
        Place { part: self.text.part.clone(), line, text: self.line.trim().to_string(), quoted }
    }
}

impl<'a> Passages<'a> {
    /// Takes the lines of a case. No token reaches over the end of a line, so that those of a text are those of its lines.
    pub fn new(view: &CaseView<'a>, terms: &Terms) -> Self {
        let mut passages = Passages::default();
        for (text, analyzed) in view.texts() {
            let mut tokens = analyzed.tokens();
            for (number, line) in (text.line..).zip(text.text().lines()) {
                // Lines are parts of their text.
                let start = line.as_ptr() as usize - text.text().as_ptr() as usize;
                let count = tokens.partition_point(|token| token.span.start < start + line.len());
                let (own, rest) = tokens.split_at(count);
                tokens = rest;
                if line.trim().is_empty() {
                    continue;
                }
                if passages.lines.len() >= MOST_LINES {
                    return passages;
                }
                passages.add(text, (number, start, line), own, terms);
            }
        }
        passages
    }

    fn add(
        &mut self,
        text: &'a TextEvidence,
        (number, start, line): (u64, usize, &'a str),
        tokens: &[Token],
        terms: &Terms,
    ) {
        let concepts = terms.find_concepts(tokens);
        let within = |span: &Range<usize>| line.get(span.start.checked_sub(start)?..span.end.checked_sub(start)?);
        let part = |span| within(span).unwrap_or(line);
        for token in tokens {
            self.number(&token.text, part(&token.span));
        }
        for found in &concepts {
            self.number(&format!("#{}", terms.id(found.concept)), part(&found.span));
        }
        let mut own: Vec<u32> = telling(tokens, &concepts, terms).map(|(term, _)| self.number(&term, line)).collect();
        own.sort_unstable();
        own.dedup();
        self.lines.push(Line { text, number, line, terms: own });
    }

    /// The number of a term; `written` is how it stands here.
    fn number(&mut self, term: &str, written: &'a str) -> u32 {
        if let Some(number) = self.numbers.get(term) {
            return *number;
        }
        let number = self.written.len() as u32;
        self.numbers.insert(term.to_string(), number);
        self.written.push(written);
        number
    }

    /// The line that holds most of what met; what is newly said before quoted history. `None` where no line holds any.
    pub fn best(&self, relevance: &Relevance) -> Option<Place> {
        let mut weights = vec![0.0; self.written.len()];
        for matched in &relevance.matched {
            if let Some(number) = self.numbers.get(&matched.term) {
                weights[*number as usize] = matched.weight;
            }
        }
        let mut best: Option<((bool, f64), &Line<'_>)> = None;
        for line in &self.lines {
            let weight: f64 = line.terms.iter().map(|term| weights[*term as usize]).sum();
            let rank = (line.text.kind.reports(), weight);
            if weight > 0.0 && best.as_ref().is_none_or(|(other, _)| rank > *other) {
                best = Some((rank, line));
            }
        }
        best.map(|(_, line)| line.place())
    }

    /// The words that met as the case writes them, heaviest first. Neighbors that are no word are left out where there are words:
    /// they tell articles apart, and people nothing.
    pub fn words(&self, relevance: &Relevance) -> Vec<String> {
        let is_word = |term: &&str| !is_pair(term);
        let all = relevance.matched.iter().map(|matched| matched.term.as_str());
        let only_pairs = !all.clone().any(|term| is_word(&term));
        let mut seen = HashSet::new();
        let names = all.filter(|term| only_pairs || is_word(term)).map(|term| match self.numbers.get(term) {
            Some(number) => self.written[*number as usize].to_string(),
            None => term.trim_start_matches('#').to_string(),
        });
        names.filter(|name| seen.insert(name.to_lowercase())).take(MOST_TERMS).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        case::CaseEvidence,
        text::relevance::{MatchedTerm, ProfileField},
    };

    fn words(text: &str, terms: &[&str]) -> Vec<String> {
        let text = TextEvidence::new("m", 1, TextKind::New, text);
        let case = CaseEvidence { texts: vec![text], ..CaseEvidence::default() };
        let matched = |term: &&str| MatchedTerm { term: term.to_string(), weight: 1.0, field: ProfileField::Title };
        let relevance = Relevance { score: 1.0, matched: terms.iter().map(matched).collect() };
        Passages::new(&CaseView::new(&case, Terms::builtin()), Terms::builtin()).words(&relevance)
    }

    #[test]
    fn the_best_line_is_found_with_its_number() {
        let text = "Hello,\r\n\r\n  the update rolled\r\nback: 0x80070005 in krnlmgr.sys -5\r\n很好\r\n";
        let text = TextEvidence::new("m", 3, TextKind::New, text);
        let case = CaseEvidence { texts: vec![text], ..CaseEvidence::default() };
        let view = CaseView::new(&case, Terms::builtin());
        let passages = Passages::new(&view, Terms::builtin());
        let best = |term: &str| {
            let matched = vec![MatchedTerm { term: term.into(), weight: 1.0, field: ProfileField::Title }];
            passages.best(&Relevance { score: 1.0, matched }).map(|place| (place.line, place.text))
        };
        assert_eq!(best("krnlmgr.sys"), Some((6, "back: 0x80070005 in krnlmgr.sys -5".into())));
        assert_eq!(best("#update"), Some((5, "the update rolled".into())));
        // Words of two lines are no concept of either.
        assert_eq!(best("#rollback"), None);
    }

    #[test]
    fn neighbors_that_are_no_word_are_not_named() {
        assert_eq!(words("更新报错，C 盘只剩 300 MB", &["盘只", "更新", "报错"]), ["更新", "报错"]);
        assert_eq!(words("C 盘只剩 300 MB", &["盘只"]), ["盘只"]);
    }
}
