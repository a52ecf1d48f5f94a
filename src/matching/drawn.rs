//! Articles without conditions of their own, as imports are: what words, letters and codes together say.
//!
//! ```text
//! score    = Σ weight × feature                                   features: [`Features`]; weights: `kb/weights.toml`
//! share    = e^score / Σ e^score over these articles              which one, if any
//! answered = 1 / (1 + e^−(constant + share × ln(share of the first two, [`Question::share`]) + explained × ln(SMOOTH + how much of the
//!            case the first explains) + length × ln(1 + terms of the case)
//!            + foreign, unmet × codes that the first leaves open + ahead × how far it is ahead of subjects that no
//!            article is about: [`Open`] + calm × how little the case reports a fault: [`crate::case::errand::Purpose`]))      whether any
//! confidence = answered × share
//! ```
//!
//! A long case is explained by a smaller share of its words: hence its length. From [`ANSWERED`] on a match is possible,
//! from [`score::KNOWN`] of confidence on known.

use super::{
    Verdict,
    open::Open,
    parts::DrawnParts,
    score,
    view::CaseView,
    weights::{Features, Question, Weights},
};
use crate::{
    article::Article,
    signature::{SignatureKind, Standing},
    text::{
        grams::{GramIndex, Grams},
        passage::{Ranked, Ranking},
    },
};

/// As if so many articles more were in use, of which none names the code: a small collection is no less sure.
pub(super) const PRIOR: f64 = 200.0;
/// Brings codes and letters to the scale of words.
const CODES: f64 = 5.6;
pub(super) const LETTERS: f64 = 5.0;
/// Articles that are compared letter by letter: the best by all else.
const COMPARED: usize = 64;
/// Probability that some article answers, from which the verdict is possible.
pub const ANSWERED: f64 = 0.6;
/// Confidence from which an article behind the first is possible too.
const SECOND: f64 = 0.1;

/// What signatures and the subjects that a case sounds like tell of an article.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Told {
    /// [`Features::codes`].
    pub codes: f64,
    /// [`Features::spoken`].
    pub spoken: f64,
    /// [`Open::ahead`].
    pub ahead: f64,
    /// [`Open::foreign`].
    pub foreign: f64,
    /// [`Open::unmet`].
    pub unmet: f64,
}

/// What is said of one article.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Answer {
    /// Comparable within one case.
    pub score: f64,
    /// 0 to 1.
    pub confidence: f64,
    /// What this article alone gives as verdict.
    pub verdict: Verdict,
    /// Which of its sections fits best.
    pub section: Option<usize>,
    /// The part of words and letters in the score, 0 to 1.
    pub words: f64,
    /// What score and confidence are made of.
    pub parts: DrawnParts,
}

/// What a case and the articles without conditions have in common.
#[derive(Debug, Clone, Default)]
pub struct Drawn {
    /// Number and features of each of them.
    pub articles: Vec<(usize, Features)>,
    /// What each leaves open, in the same order.
    pub open: Vec<Open>,
    /// Their best sections, in the same order.
    sections: Vec<Option<usize>>,
    /// How many terms the case has.
    pub terms: usize,
    /// How little the case reports a fault, [`crate::case::errand::Purpose::calm`].
    pub calm: f64,
}

impl Drawn {
    /// Gathers features. `told` gives what signatures tell of an article that is in use, see [`code`] and [`codes`];
    /// `None` for all others.
    pub fn gather(
        articles: &[Article],
        ranking: &Ranking,
        view: &CaseView<'_>,
        case: &Grams,
        weights: &Weights,
        told: impl Fn(&Article) -> Option<Told>,
    ) -> Drawn {
        let mut drawn = Drawn { terms: ranking.terms(), calm: view.purpose().calm(), ..Drawn::default() };
        for (number, (article, ranked)) in articles.iter().zip(&ranking.documents).enumerate() {
            let Some(told) = article.is_drawn().then(|| told(article)).flatten() else { continue };
            let Told { codes, spoken, ahead, foreign, unmet } = told;
            drawn.articles.push((number, Features { codes, spoken, ..features(ranked) }));
            drawn.open.push(Open { explained: ranked.explained, foreign, unmet, ahead });
            drawn.sections.push(ranked.section);
        }
        drawn.compare_letters(articles, case, weights);
        drawn
    }

    /// Compares the best ones letter by letter.
    fn compare_letters(&mut self, articles: &[Article], case: &Grams, weights: &Weights) {
        let mut best: Vec<usize> = (0..self.articles.len()).collect();
        let score = |at: &usize| weights.order.score(&self.articles[*at].1);
        best.sort_by(|a, b| score(b).total_cmp(&score(a)).then(a.cmp(b)));
        best.truncate(COMPARED);
        let texts = GramIndex::build(best.iter().map(|at| grams(&articles[self.articles[*at].0])));
        for (at, alike) in best.into_iter().zip(texts.alike(case)) {
            self.articles[at].1.letters = alike * LETTERS;
        }
    }

    /// What is said of each, by the number of the article.
    pub fn answers(&self, weights: &Weights) -> Vec<(usize, Answer)> {
        let scores: Vec<f64> = self.articles.iter().map(|(_, features)| weights.order.score(features)).collect();
        let best = scores.iter().copied().fold(0.0, f64::max);
        let all: f64 = scores.iter().map(|score| (score - best).exp()).sum();
        let open = self.open.iter().copied();
        let question = Question::of(scores.iter().copied().zip(open), self.terms, self.calm);
        let answered = weights.answered.probability(&question);
        let answer = |at: usize| {
            let (number, features) = self.articles[at];
            let share = if best > 0.0 { (scores[at] - best).exp() / all } else { 0.0 };
            let parts = DrawnParts { features, weights: weights.order, share, answered };
            let confidence = parts.confidence();
            let possible = answered >= ANSWERED && (scores[at] >= best || confidence >= SECOND);
            let verdict = match possible {
                true if confidence >= score::KNOWN => Verdict::Known,
                true => Verdict::Possible,
                false => Verdict::Unknown,
            };
            let codes = weights.order.codes * features.codes;
            let words = if scores[at] > 0.0 { 1.0 - codes / scores[at] } else { 0.0 };
            (number, Answer { score: scores[at], confidence, verdict, section: self.sections[at], words, parts })
        };
        (0..scores.len()).map(answer).collect()
    }
}

fn features(ranked: &Ranked) -> Features {
    Features {
        passage: ranked.passage.sqrt(),
        title: ranked.title,
        symptoms: ranked.symptoms,
        subject: ranked.subject,
        ..Features::default()
    }
}

fn grams(article: &Article) -> Grams {
    let sections = article.sections.iter().flat_map(|section| [section.heading.as_str(), section.text.as_str()]);
    Grams::of([article.title.as_str()].into_iter().chain(sections))
}

/// What a signature of an article is to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rank {
    /// Its title names it.
    Title,
    /// It defines the issue.
    Strong,
    /// It goes with the issue.
    Weak,
}

impl Rank {
    fn weight(self) -> f64 {
        match self {
            Rank::Title => 2.0,
            Rank::Strong => 1.0,
            Rank::Weak => 0.3,
        }
    }
}

/// What a signature that is seen tells, where `named` of `articles` name it.
pub fn code(kind: SignatureKind, standing: Standing, rank: Rank, named: usize, articles: usize) -> f64 {
    let standing = match standing {
        Standing::Failing => 1.0,
        Standing::Mentioned => 0.8,
        Standing::Cited | Standing::Quoted => 0.4,
        Standing::Recovered => 0.2,
        Standing::Listed => 0.1,
        Standing::Denied => 0.0,
    };
    // Files, services and classes of exceptions stand in logs of every fault.
    let kind = match kind {
        SignatureKind::File
        | SignatureKind::Template
        | SignatureKind::Service
        | SignatureKind::Regkey
        | SignatureKind::Exception => 0.4,
        _ => 1.0,
    };
    standing * kind * rank.weight() * (1.0 + (articles as f64 + PRIOR) / (1.0 + named as f64)).ln() / CODES
}

/// What all that are seen tell of an article: a list of forty codes names the one that is asked for by chance.
pub fn codes(sum: f64, article: &Article) -> f64 {
    let named = article.strong.len() as f64 * Rank::Strong.weight() + article.weak.len() as f64 * Rank::Weak.weight();
    sum / (2.0 + named).ln()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(scores: &[(f64, f64)], terms: usize, calm: f64) -> Vec<Answer> {
        let articles: Vec<(usize, Features)> = (0..)
            .zip(scores)
            .map(|(number, (passage, _))| (number, Features { passage: *passage, ..Features::default() }))
            .collect();
        let open = scores.iter().map(|(_, explained)| Open { explained: *explained, ..Open::default() }).collect();
        let sections = vec![None; scores.len()];
        let drawn = Drawn { articles, open, sections, terms, calm };
        drawn.answers(Weights::builtin()).into_iter().map(|(_, answer)| answer).collect()
    }

    #[test]
    fn one_far_ahead_that_explains_much_is_known() {
        let found = drawn(&[(4.0, 0.4), (1.5, 0.05), (0.5, 0.01)], 90, 0.0);
        assert_eq!(found[0].verdict, Verdict::Known);
        assert!(found[0].confidence > 0.9 && found[1].confidence < 0.01, "{found:?}");
        assert_eq!((found[1].verdict, found[0].words), (Verdict::Unknown, 1.0));
    }

    #[test]
    fn of_two_alike_none_is_known() {
        let found = drawn(&[(4.0, 0.4), (3.98, 0.4), (0.5, 0.01)], 90, 0.0);
        assert_eq!(found[0].verdict, Verdict::Possible);
        assert_eq!(found[1].verdict, Verdict::Possible);
        assert!((found[0].confidence - found[1].confidence).abs() < 0.1, "{found:?}");
    }

    #[test]
    fn what_explains_little_of_a_case_is_unknown_and_so_is_nothing_at_all() {
        assert_eq!(drawn(&[(1.0, 0.02), (0.5, 0.02)], 90, 0.0)[0].verdict, Verdict::Unknown);
        let nothing = drawn(&[(0.0, 0.0), (0.0, 0.0)], 90, 0.0);
        assert!(nothing.iter().all(|one| one.verdict == Verdict::Unknown && one.confidence == 0.0), "{nothing:?}");
        assert!(drawn(&[], 0, 0.0).is_empty());
    }

    #[test]
    fn thanks_are_no_case() {
        let found = drawn(&[(4.0, 0.4), (1.5, 0.05)], 90, 2.0);
        assert_eq!(found[0].verdict, Verdict::Unknown);
    }

    #[test]
    fn a_rare_code_in_the_title_tells_most() {
        let told = |rank, named| code(SignatureKind::Hresult, Standing::Failing, rank, named, 200);
        assert!(told(Rank::Title, 1) > told(Rank::Strong, 1) && told(Rank::Strong, 1) > told(Rank::Strong, 50));
        assert_eq!(code(SignatureKind::Hresult, Standing::Denied, Rank::Title, 1, 200), 0.0);
    }
}
