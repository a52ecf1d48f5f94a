//! Which articles explain a case: score, confidence, evidence, verdict.
//!
//! [`score`] says how signals combine and names every weight, [`condition`] tells whether an article's own
//! conditions hold, [`applies`] holds the facts of the machine against `applies_to`, [`fitting`] against products and components,
//! [`outcome`] says whether the fix is on the machine, [`evidence`] is what was truly used, as data. Text relevance comes in as a value (see
//! [`crate::index`]); this module does no I/O.

pub mod applies;
pub mod ask;
pub mod condition;
pub mod drawn;
pub mod evidence;
pub mod fault;
pub mod fitting;
mod groups;
mod hearsay;
pub mod open;
pub mod outcome;
pub mod parts;
pub mod passages;
pub mod profile;
pub mod rank;
pub mod score;
pub mod specific;
pub mod tune;
pub mod view;
pub mod weights;

use serde::Serialize;

pub use evidence::{Evidence, EvidenceKind};
pub use outcome::{Outcome, OutcomeKind};
pub use parts::Parts;
pub use rank::rank;
pub use specific::Specific;
pub use view::CaseView;

/// What triage says of a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// No article fits.
    Unknown,
    /// An article may fit; something that would make it certain is missing or speaks against it.
    Possible,
    /// An article explains the case.
    Known,
}

impl Verdict {
    /// The word for people and for JSON.
    pub fn name(self) -> &'static str {
        match self {
            Verdict::Unknown => "unknown",
            Verdict::Possible => "possible",
            Verdict::Known => "known",
        }
    }
}

/// An article proposed for a case.
#[derive(Debug, Clone, PartialEq)]
pub struct Match {
    /// Index of the article in the slice that was ranked.
    pub article: usize,
    /// Order within one case: higher is better; not comparable between cases.
    pub score: f64,
    /// 0 to 1: how sure that this article explains the case.
    pub confidence: f64,
    /// What this article alone would give as verdict.
    pub verdict: Verdict,
    /// What was used, strongest first.
    pub evidence: Vec<Evidence>,
    /// What speaks against it, in words.
    pub against: Vec<String>,
    /// Of an article without conditions, which of its sections fits best.
    pub section: Option<usize>,
    /// Whether the issue is this machine's, and fixed on it; `None` where the article says neither.
    pub outcome: Option<Outcome>,
    /// Of a generic article, the issues that its code may be a sign of, and what would show each; see [`specific`].
    pub specifics: Vec<Specific>,
    /// What score and confidence are made of.
    pub parts: Parts,
}
