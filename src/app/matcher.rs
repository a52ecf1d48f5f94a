//! Matching of a case against the articles in use, alike for mail that just came and for stored cases.

use std::cell::OnceCell;

use crate::{
    article::{Article, ArticleKind, ArticleStatus},
    case::TextKind,
    matching::{
        self, CaseView, Evidence, Match, Verdict,
        ask::{self, Request},
        drawn::Drawn,
        passages::Passages,
        rank::{Named, TextRelevance},
        score,
        specific::specifics,
        weights::Weights,
    },
    text::{
        grams::GramIndex,
        passage::{Asked, PassageIndex, Ranking},
        relevance::{CaseTerms, Profiles, Relevance},
        terms::Terms,
    },
};

/// Text relevance from which it is named as evidence; below, it moves no match over a threshold.
const SHOWN_RELEVANCE: f64 = 0.1;

/// Confidence from which an article without conditions is listed: where none is possible, a person may look at the nearest.
const NEAREST: f64 = 0.001;

/// What matching needs; threads may share it.
#[derive(Clone, Copy)]
pub(super) struct Matcher<'a> {
    pub(super) articles: &'a [Article],
    pub(super) named: &'a Named,
    pub(super) profiles: &'a Profiles,
    /// Of the articles without conditions their passages, and how all subjects are spoken of; `None` where there are none.
    pub(super) drawn: Option<(&'a PassageIndex, &'a GramIndex)>,
    /// How those are ranked.
    pub(super) weights: &'a Weights,
    pub(super) terms: &'a Terms,
    /// Those with the glossary, for the articles without conditions; the same where there are none.
    pub(super) wide: &'a Terms,
    /// The least state in which an article may be known.
    pub(super) known_from: ArticleStatus,
}

impl<'a> Matcher<'a> {
    /// The articles that may explain a case, best first: those that are possible, and behind them the nearest of the
    /// articles without conditions, for a person to look at.
    pub(super) fn rank(&self, view: &CaseView<'a>) -> Vec<Match> {
        self.rank_and_ask(view, |_| false).0
    }

    /// The same, and what to ask for where none is known. What is silenced is no candidate.
    pub(super) fn rank_and_ask(
        &self,
        view: &CaseView<'a>,
        is_silenced: impl Fn(&Match) -> bool,
    ) -> (Vec<Match>, Vec<Request>) {
        let mut ranked = self.rank_all(view);
        ranked.iter_mut().for_each(|found| self.hold_back(found));
        // Stable: among equals the order stays.
        ranked.sort_by_key(|found| std::cmp::Reverse(found.verdict));
        let heard = ranked.iter().filter(|found| !is_silenced(found));
        let verdict = heard.clone().map(|found| found.verdict).max().unwrap_or(Verdict::Unknown);
        let candidates: Vec<&Match> = heard.filter(|found| ask::is_candidate(found)).take(ask::CANDIDATES).collect();
        let requests = ask::requests(self.articles, &candidates, verdict, view);
        for number in 0..ranked.len() {
            let found = &ranked[number];
            if self.articles[found.article].kind == ArticleKind::Generic && found.confidence >= score::POSSIBLE {
                ranked[number].specifics = specifics(self.articles, found, &ranked, view);
            }
        }
        ranked.retain(|found| {
            let floor = if self.articles[found.article].is_drawn() { NEAREST } else { score::POSSIBLE };
            found.confidence >= floor
        });
        (ranked, requests)
    }

    /// What the articles without conditions have in common with a case.
    pub(super) fn drawn(&self, view: &CaseView<'a>) -> (Ranking, Drawn) {
        let Some((passages, subjects)) = self.drawn else { return Default::default() };
        let asked = view.case.texts.iter().map(|text| Asked {
            text: text.text(),
            strength: heard(text.kind),
            subject: text.kind == TextKind::Subject,
        });
        let ranking = passages.rank(asked, self.wide);
        let drawn = matching::rank::gather(self.articles, self.named, &ranking, subjects, view, self.weights);
        (ranking, drawn)
    }

    /// An article that is not trusted enough yet is at most possible, however sure the match is.
    fn hold_back(&self, found: &mut Match) {
        let status = self.articles[found.article].status;
        if found.verdict == Verdict::Known && status < self.known_from {
            found.verdict = Verdict::Possible;
            let why = if status == ArticleStatus::Wip { "is still being written" } else { "is not yet validated" };
            found.against.push(format!("the article {why}: it is at most possible (status `{}`)", status.name()));
        }
    }

    /// All articles, best first.
    fn rank_all(&self, view: &CaseView<'a>) -> Vec<Match> {
        let case = view.case;
        let said = CaseTerms::of_analyzed(view.texts().map(|(text, analyzed)| (analyzed, trust(text.kind))));
        let heard = self.profiles.hear(&said);
        let (ranking, drawn) = self.drawn(view);
        let answers = drawn.answers(self.weights);
        // Only where some article's words meet the case's: of most articles they do not.
        let passages = OnceCell::new();
        let mut answered = answers.iter().peekable();
        let relevance = |number: usize| {
            let answer = answered.next_if(|(article, _)| *article == number);
            let found = match (answer, self.drawn) {
                (Some((_, answer)), Some(_)) if answer.confidence < NEAREST => return TextRelevance::default(),
                (Some((_, answer)), Some((index, _))) => index.met(&ranking, number, answer.words),
                // What made it is looked for where it is shown: of most articles it is not.
                _ => match self.profiles.score(&heard, number) {
                    score if score < SHOWN_RELEVANCE => Relevance { score, matched: Vec::new() },
                    _ => self.profiles.relevance(&heard, number),
                },
            };
            if found.score < SHOWN_RELEVANCE {
                return TextRelevance { score: found.score, ..TextRelevance::default() };
            }
            let passages = passages.get_or_init(|| Passages::new(view, self.wide));
            TextRelevance { score: found.score, terms: passages.words(&found), place: passages.best(&found) }
        };
        let relevance: Vec<TextRelevance> = (0..self.articles.len()).map(relevance).collect();
        matching::rank(self.articles, self.named, &relevance, &answers, view, case.language())
    }
}

/// What a text is to passages: history and answers say little, and of a log the failing lines half as much as a person.
fn heard(kind: TextKind) -> f64 {
    match kind {
        TextKind::Subject | TextKind::New => 1.0,
        TextKind::FailingLog => 0.5,
        TextKind::Quoted | TextKind::Over | TextKind::Cited(_) => 0.15,
    }
}

/// How far the words of a text are taken as words of the case.
fn trust(kind: TextKind) -> f64 {
    match kind {
        TextKind::Subject | TextKind::New => 1.0,
        TextKind::FailingLog => 0.8,
        TextKind::Quoted | TextKind::Over | TextKind::Cited(_) => 0.4,
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
