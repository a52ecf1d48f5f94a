//! Why a match was made, as data that table, JSON, Markdown and page can print.

use serde::Serialize;

use crate::signature::{Signature, Standing};

/// One thing that counted for a match, with where it stands.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Evidence {
    /// What sort of evidence it is.
    #[serde(flatten)]
    pub kind: EvidenceKind,
    /// The part, as named in the output.
    pub part: String,
    /// Line in the part, from 1; 0 for a subject.
    pub line: u64,
    /// The line, or the passage, that was used.
    pub text: String,
    /// Its share in the score, 0 to 1.
    pub weight: f64,
    /// Whether it stands only in quoted history, in what somebody answers, or in what was pasted: nobody who reports says it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub quoted: bool,
}

/// What sort of evidence it is.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum EvidenceKind {
    /// A signature of the article was seen.
    Signature {
        /// The article's signature.
        signature: Signature,
        /// What was seen in its stead, where that was an equivalent.
        #[serde(skip_serializing_if = "Option::is_none")]
        seen_as: Option<Signature>,
        /// What the line says of it.
        standing: Standing,
        /// Whether the article calls it strong.
        strong: bool,
    },
    /// A demand of the article's condition is met.
    Condition {
        /// The demand, as the article has it.
        demand: String,
        /// Of a demand for words, those of the case that meet it, where they are other ones.
        #[serde(skip_serializing_if = "Option::is_none")]
        said: Option<String>,
    },
    /// Words of the case and of the article meet.
    Text {
        /// The words, those that weigh most first.
        terms: Vec<String>,
    },
}

impl EvidenceKind {
    /// What was found, in a few words.
    pub fn label(&self) -> String {
        match self {
            EvidenceKind::Signature { signature, seen_as: Some(seen), .. } => format!("{signature} (as {seen})"),
            EvidenceKind::Signature { signature, .. } => signature.to_string(),
            EvidenceKind::Condition { said: Some(said), .. } => format!("says: {said}"),
            EvidenceKind::Condition { demand, said: None } => demand.clone(),
            EvidenceKind::Text { terms } => format!("words: {}", terms.join(", ")),
        }
    }
}
