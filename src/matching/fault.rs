//! Matches grouped by the fault that they explain: a case may have two.
//!
//! Two articles are of one fault where they rest on the same evidence: a code, a line of a log, a passage of a mail, or
//! codes that a causal chain ties. Words that a case shares with both are no such tie: a mail tells of all its faults.

use std::collections::{HashMap, HashSet};

use super::{Evidence, EvidenceKind, Match, groups::Groups};
use crate::{
    case::chain::Chain,
    signature::{Signature, Standing},
};

/// What a match rests on.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Key<'a> {
    /// A code that is seen, in lower case.
    Code(String),
    /// A line, or a passage of it.
    Place(&'a str, u64, &'a str),
    /// A causal chain, by its number.
    Chain(usize),
}

/// For each match the number of its fault, from 1 in the order of the matches.
pub fn faults(matches: &[Match], chains: &[Chain]) -> Vec<usize> {
    let mut groups = Groups::of(matches.len());
    let mut owner: HashMap<Key<'_>, usize> = HashMap::new();
    for (number, found) in matches.iter().enumerate() {
        for key in keys(&found.evidence, chains) {
            let other = *owner.entry(key).or_insert(number);
            groups.join(number, other);
        }
    }
    let mut numbers: HashMap<usize, usize> = HashMap::new();
    (0..matches.len())
        .map(|number| {
            let next = numbers.len() + 1;
            *numbers.entry(groups.first(number)).or_insert(next)
        })
        .collect()
}

fn keys<'a>(evidence: &'a [Evidence], chains: &[Chain]) -> HashSet<Key<'a>> {
    let mut keys = HashSet::new();
    for one in evidence {
        let code = match &one.kind {
            EvidenceKind::Signature { signature, seen_as, standing, .. } => {
                let counts = matches!(standing, Standing::Failing | Standing::Mentioned);
                Some(seen_as.as_ref().unwrap_or(signature).clone()).filter(|_| counts)
            }
            EvidenceKind::Condition { demand } => {
                keys.insert(Key::Place(&one.part, one.line, &one.text));
                demand.parse::<Signature>().ok()
            }
            EvidenceKind::Text { .. } => continue,
        };
        let Some(code) = code.filter(|code| code.kind.is_code()) else { continue };
        let same = |other: &Signature| other.kind == code.kind && other.value.eq_ignore_ascii_case(&code.value);
        let tied = chains.iter().enumerate().filter(|(_, chain)| {
            chain.steps.iter().any(|step| same(&step.signature) || step.part == one.part && step.line == one.line)
        });
        keys.extend(tied.map(|(number, _)| Key::Chain(number)));
        keys.insert(Key::Code(code.to_string().to_lowercase()));
    }
    keys
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        case::chain::{Relation, Step},
        matching::{
            Verdict,
            parts::{Applies, ConditionPart, Parts},
        },
    };

    /// A match that rests on codes, each at a line of its own.
    fn found(codes: &[(&str, u64)]) -> Match {
        let evidence = codes.iter().map(|(code, line)| Evidence {
            kind: EvidenceKind::Signature {
                signature: code.parse().unwrap(),
                seen_as: None,
                standing: Standing::Failing,
                strong: true,
            },
            part: "a.log".into(),
            line: *line,
            text: String::new(),
            weight: 0.5,
        });
        Match {
            article: 0,
            score: 0.5,
            confidence: 0.5,
            verdict: Verdict::Possible,
            evidence: evidence.collect(),
            against: Vec::new(),
            section: None,
            outcome: None,
            parts: Parts {
                signatures: Vec::new(),
                words: 0.0,
                drawn: None,
                condition: ConditionPart::None,
                caps: Vec::new(),
                applies: Applies::CannotTell,
            },
        }
    }

    fn step(code: &str, line: u64) -> Step {
        Step {
            signature: code.parse().unwrap(),
            relation: Relation::FailedWith,
            operation: None,
            part: "a.log".into(),
            line,
            text: String::new(),
        }
    }

    #[test]
    fn same_code_is_one_fault_and_another_is_a_second() {
        let all = [found(&[("win32:5", 1)]), found(&[("bugcheck:0x7B", 9)]), found(&[("win32:5", 4), ("msi:1603", 5)])];
        assert_eq!(faults(&all, &[]), [1, 2, 1]);
        assert_eq!(faults(&[], &[]), [0; 0]);
    }

    #[test]
    fn a_chain_ties_codes() {
        let all = [found(&[("win32:5", 1)]), found(&[("hresult:0x800F0922", 9)])];
        let chain = Chain { steps: vec![step("win32:5", 1), step("hresult:0x800F0922", 9)] };
        assert_eq!(faults(&all, &[]), [1, 2]);
        assert_eq!(faults(&all, &[chain]), [1, 1]);
    }

    #[test]
    fn a_match_that_shares_with_two_ties_them() {
        let all = [found(&[("win32:5", 1)]), found(&[("win32:32", 2)]), found(&[("win32:5", 1), ("win32:32", 2)])];
        assert_eq!(faults(&all, &[]), [1, 1, 1]);
    }
}
