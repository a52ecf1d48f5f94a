//! Matching of a case against the articles in use, alike for mail that just came and for stored cases.

use std::cell::OnceCell;

use crate::{
    article::Article,
    case::TextKind,
    matching::{self, CaseView, Evidence, Match, passages::Passages, rank::TextRelevance},
    text::{
        relevance::{CaseTerms, Profiles},
        terms::Terms,
    },
};

/// Text relevance from which it is named as evidence; below, it moves no match over a threshold.
const SHOWN_RELEVANCE: f64 = 0.1;

/// What matching needs; threads may share it.
#[derive(Clone, Copy)]
pub(super) struct Matcher<'a> {
    pub(super) articles: &'a [Article],
    pub(super) profiles: &'a Profiles,
    pub(super) terms: &'a Terms,
}

impl<'a> Matcher<'a> {
    /// The articles that may explain a case, best first.
    pub(super) fn rank(&self, view: &CaseView<'a>) -> Vec<Match> {
        let case = view.case;
        let texts = case.texts.iter().map(|text| (text.text.as_str(), trust(text.kind)));
        let terms = CaseTerms::new(texts, self.terms);
        // Only where some article's words meet the case's: of most articles they do not.
        let passages = OnceCell::new();
        let relevance = |number: usize| {
            let found = self.profiles.relevance(&terms, number);
            if found.score < SHOWN_RELEVANCE {
                return TextRelevance { score: found.score, ..TextRelevance::default() };
            }
            let passages = passages.get_or_init(|| Passages::new(case, self.terms));
            TextRelevance { score: found.score, terms: passages.words(&found), place: passages.best(&found) }
        };
        let relevance: Vec<TextRelevance> = (0..self.articles.len()).map(relevance).collect();
        matching::rank(self.articles, &relevance, view, case.language())
    }
}

/// How far the words of a text are taken as words of the case.
fn trust(kind: TextKind) -> f64 {
    match kind {
        TextKind::Subject | TextKind::New => 1.0,
        TextKind::FailingLog => 0.8,
        TextKind::Quoted => 0.4,
    }
}

/// Evidence as it is printed.
pub(super) fn shown(evidence: Evidence) -> Evidence {
    Evidence { weight: rounded(evidence.weight), ..evidence }
}

/// Three digits: more would claim a precision that no score has.
pub(super) fn rounded(value: f64) -> f64 {
    (value * 1000.0).round() / 1000.0
}
