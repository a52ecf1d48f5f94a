//! Absolute relevance of a document for a case, 0 to 1: how much of what the document tells is said in the case.
//!
//! A *term* is a concept (`#rollback`), a word that belongs to no concept, a code or a name. For a term `t`:
//!
//! ```text
//! p(t)     = (documents with t + PRIOR × share(t)) / (documents + PRIOR)      share: see text::common
//! idf(t)   = ln(1 / p(t)) / ln((documents + PRIOR) / (PRIOR × 0.005)),  0 to 1
//! weight   = idf(t)² × kind(t) × field(t)         the strongest field of the document that has it
//! chance   = 1 − (1 − p(t)) ^ (terms of the case / TEXT_TERMS)            0 while the case is short
//! found(t) = weight × strength in the case × (1 − chance)                     0 where the case lacks it
//! full     = Σ found / Σ weight
//! core     = Σ found / Σ of the CORE_TERMS largest weights, at most 1
//! score    = full^0.3 × core^0.7 × certainty
//! ```
//!
//! The constants were tried on labelled cases over some 230 articles; ranking hardly depends on them. `full` alone
//! would punish a long article: nobody retells all of it. `core` alone would favor it: something always meets.
//! `chance` takes from long cases what they hold by mere length. `certainty` rises with the sum of idf found, so
//! that one or two ordinary words never make much of a short title. The squared idf makes ordinary words weigh next
//! to nothing.

mod profiles;

use std::borrow::Cow;

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use super::{
    Token, TokenKind,
    phrase::AnalyzedText,
    terms::{ConceptMatch, Terms},
};
pub use profiles::{Heard, Profiles};

/// Strength of the built-in shares: as if so many support texts had been counted before.
const PRIOR: f64 = 50.0;
/// Share of the rarest terms, for scaling idf to 0..1; that of an unlisted word.
const RAREST: f64 = 0.005;
/// Terms of an ordinary mail: below this a case holds nothing by length alone.
const TEXT_TERMS: f64 = 60.0;
/// Terms that make the core of a document: about those of a title and a symptom.
const CORE_TERMS: usize = 6;
/// Exponent of the core; the rest goes to the full sum.
const CORE_SHARE: f64 = 0.7;
/// Sum of found idf at which the certainty is 1 − 1/e: one or two telling terms.
const CERTAIN: f64 = 1.0;
/// Terms kept of one document or case, those with the largest weight first.
const MAX_TERMS: usize = 4_000;

/// Where in a document a text stands, from most to least telling.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ProfileField {
    /// The title.
    Title,
    /// How the issue shows.
    Symptoms,
    /// Example texts that must match.
    Examples,
    /// Cause and everything else.
    Other,
}

impl ProfileField {
    /// Weight: what is in the title is what it is about; other sections describe repairs as much as the issue.
    fn weight(self) -> f64 {
        match self {
            ProfileField::Title => 2.0,
            ProfileField::Symptoms => 1.0,
            ProfileField::Examples => 0.8,
            ProfileField::Other => 0.15,
        }
    }
}

/// What a case says: its terms with the strength of the strongest text that has them.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct CaseTerms {
    strengths: FxHashMap<String, f64>,
}

impl CaseTerms {
    /// From texts with a strength between 0 and 1 each (subject and new text 1, a failing log line less).
    pub fn of_analyzed<'a>(texts: impl IntoIterator<Item = (&'a AnalyzedText, f64)>) -> CaseTerms {
        let mut case = CaseTerms::default();
        for (text, strength) in texts {
            let strength = if strength.is_nan() { 0.0 } else { strength.clamp(0.0, 1.0) };
            for (term, _) in telling(text.tokens(), text.concepts(), text.terms()) {
                match case.strengths.get_mut(term.as_ref()) {
                    Some(known) => *known = known.max(strength),
                    None => {
                        case.strengths.insert(term.into_owned(), strength);
                    }
                }
            }
        }
        case
    }

    /// From texts that are analyzed here.
    #[cfg(test)]
    pub(crate) fn of_texts(texts: &[(&str, f64)], terms: &Terms) -> CaseTerms {
        let analyzed: Vec<_> =
            texts.iter().map(|(text, strength)| (AnalyzedText::new(text, terms), *strength)).collect();
        CaseTerms::of_analyzed(analyzed.iter().map(|(text, strength)| (text, *strength)))
    }

    /// How many different terms there are.
    pub fn len(&self) -> usize {
        self.strengths.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.strengths.is_empty()
    }

    /// The terms with their strength, in no order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, f64)> {
        self.strengths.iter().map(|(term, strength)| (term.as_str(), *strength))
    }
}

/// How relevant a document is for a case, and why.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Relevance {
    /// 0 to 1, see the module's formula.
    pub score: f64,
    /// What the case says of the document, heaviest first.
    pub matched: Vec<MatchedTerm>,
}

/// A term of a document that a case says too.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MatchedTerm {
    /// Normal form of a word, or a concept as `#id`.
    pub term: String,
    /// Its part of the sum.
    pub weight: f64,
    /// Where in the document it stands: the most telling place.
    pub field: ProfileField,
}

/// The terms of a text that can tell something, each with the weight of its kind. A word that belongs to a concept
/// is the concept.
pub fn telling_terms(tokens: &[Token], concepts: &[ConceptMatch], terms: &Terms) -> Vec<(String, f64)> {
    telling(tokens, concepts, terms).map(|(term, kind)| (term.into_owned(), kind)).collect()
}

/// As [`telling_terms`]; most terms of a case were met before, and are not copied.
pub(crate) fn telling<'t>(
    tokens: &'t [Token],
    concepts: &'t [ConceptMatch],
    terms: &Terms,
) -> impl Iterator<Item = (Cow<'t, str>, f64)> {
    let meant = concepts.iter().map(|concept| (Cow::Owned(format!("#{}", terms.id(concept.concept))), 1.0));
    // Concepts come in order of position, and so do tokens: no concept before `next` reaches a later token.
    let mut next = 0;
    let mut covered = 0;
    let said = tokens.iter().filter_map(move |token| {
        while let Some(concept) = concepts.get(next).filter(|concept| concept.position <= token.position) {
            covered = covered.max(concept.position + concept.length);
            next += 1;
        }
        if token.position + token.length <= covered {
            return None;
        }
        kind_weight(token).map(|kind| (Cow::Borrowed(token.text.as_str()), kind))
    });
    meant.chain(said)
}

/// Weight of a kind of token; `None` for what tells nothing by itself. A plain word has half the weight of a
/// concept: another author takes another one.
fn kind_weight(token: &Token) -> Option<f64> {
    let chars = token.text.chars().count();
    match token.kind {
        TokenKind::Code => Some(1.0),
        // Paths meet by their parts.
        TokenKind::Name => (!token.text.contains('\\') && chars > 1).then_some(1.0),
        TokenKind::Word | TokenKind::Part if token.text.bytes().all(|b| b.is_ascii_digit()) => {
            (chars > 3).then_some(0.5)
        }
        TokenKind::Word | TokenKind::Part => (chars > 1).then_some(0.5),
        TokenKind::Number => (chars > 2).then_some(0.5),
        TokenKind::Han => Some(0.5),
        TokenKind::HanPair | TokenKind::HanChar => None,
    }
}

#[cfg(test)]
mod tests;
