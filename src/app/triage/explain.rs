//! What the scores of a triage are made of.

use serde::Serialize;

use super::{MatchReport, TriageReport};
use crate::{
    article::ArticleId,
    matching::{Parts, Verdict},
};

/// What score and confidence of a match are made of.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Explained {
    /// The article.
    pub article: ArticleId,
    /// What this article alone gives as verdict.
    pub verdict: Verdict,
    /// 0 to 1.
    pub confidence: f64,
    /// The score.
    pub score: f64,
    /// What both are made of.
    pub parts: Parts,
}

/// Matches that are explained: who asks why looks at the first.
const EXPLAINED: usize = 5;

impl TriageReport {
    /// Puts in what the scores of the first matches are made of.
    pub fn explain(&mut self) {
        self.explained = self.matches.iter().take(EXPLAINED).map(explained).collect();
    }
}

/// What the score of a match is made of.
fn explained(found: &MatchReport) -> Explained {
    Explained {
        article: found.article.id.clone(),
        verdict: found.verdict,
        confidence: found.confidence,
        score: found.score,
        parts: found.parts.clone(),
    }
}
