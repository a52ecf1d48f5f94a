//! Articles without conditions of their own, as imports are: what words and codes together say.
//!
//! ```text
//! evidence   = words + codes        words: text::passage; codes: Σ standing × rank × ln(1 + (N + PRIOR) / (1 + n)) / CODES
//! confidence = 1 / (1 + e^(−STEEP × (evidence − EVEN))), at most MOST
//! ```
//!
//! `n` of `N` articles name the code. Both sums grow with what is found, so that a short mail that says little stays unknown.
//! The constants were set on 40 labelled cases over 235 vendors' articles; the order hardly depends on them.

use crate::signature::{SignatureKind, Standing};

/// Evidence at which an article is as likely wrong as right. From 3.37 on, a match is possible, from 4.61 on known.
const EVEN: f64 = 3.84;
/// How fast confidence grows with evidence.
const STEEP: f64 = 1.8;
/// The most that words and codes alone can make certain: nobody said when the article holds.
const MOST: f64 = 0.95;
/// As if so many articles more were in use, of which none names the code: a small collection is no less sure.
const PRIOR: f64 = 200.0;
/// Brings codes to the scale of words.
const CODES: f64 = 5.6;

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

/// What a signature that is seen adds to the evidence, where `named` of `articles` name it.
pub fn code(kind: SignatureKind, standing: Standing, rank: Rank, named: usize, articles: usize) -> f64 {
    let standing = match standing {
        Standing::Failing => 1.0,
        Standing::Mentioned => 0.8,
        Standing::Quoted => 0.4,
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

/// How sure evidence makes, 0 to 1.
pub fn confidence(evidence: f64) -> f64 {
    (1.0 / (1.0 + (-STEEP * (evidence - EVEN)).exp())).min(MOST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn confidence_grows_with_evidence_and_a_rare_code_in_the_title_tells_most() {
        assert!(confidence(0.0) < 0.05 && confidence(EVEN) == 0.5 && confidence(8.0) > 0.9);
        let told = |rank, named| code(SignatureKind::Hresult, Standing::Failing, rank, named, 200);
        assert!(told(Rank::Title, 1) > told(Rank::Strong, 1) && told(Rank::Strong, 1) > told(Rank::Strong, 50));
        assert_eq!(code(SignatureKind::Hresult, Standing::Denied, Rank::Title, 1, 200), 0.0);
    }
}
