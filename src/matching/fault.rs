//! Matches grouped by the fault that they explain: a case may have two.
//!
//! Two articles are of one fault where they rest on the same evidence: a code, a line of a log that names codes of both, or codes
//! that a causal chain ties. Words are a weaker tie: a mail tells of all its faults, and `rolls back` is a demand of many articles.
//! They tie an article that rests on words alone, and only where most of its words are the other's too.

use std::collections::{HashMap, HashSet};

use super::{Evidence, EvidenceKind, Match, groups::Groups};
use crate::{
    case::{Part, PartKind, chain::Chain},
    catalog,
    signature::{Signature, Standing},
};

/// What a match rests on, beside words.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Key<'a> {
    /// A code that is seen, in lower case; one for all that mean the same.
    Code(String),
    /// A line of a log.
    Line(&'a str, u64),
    /// A causal chain, by its number.
    Chain(usize),
}

/// A passage that meets a demand for words, or for a name.
type Passage<'a> = (&'a str, u64, &'a str);

/// What a match rests on.
#[derive(Debug, Default)]
struct Basis<'a> {
    keys: HashSet<Key<'a>>,
    passages: HashSet<Passage<'a>>,
}

impl Basis<'_> {
    /// Whether the words of the two tie them: one of them rests on nothing else, and shares most of its own with the other.
    fn tied_by_words(&self, other: &Basis<'_>) -> bool {
        let shared = self.passages.intersection(&other.passages).count();
        let most_of = |basis: &Basis<'_>| basis.keys.is_empty() && 2 * shared > basis.passages.len();
        shared > 0 && (most_of(self) || most_of(other))
    }
}

/// For each match the number of its fault, from 1 in the order of the matches. `parts` are those of the case.
pub fn faults(matches: &[Match], chains: &[Chain], parts: &[Part]) -> Vec<usize> {
    let logs: HashSet<&str> =
        parts.iter().filter(|part| part.kind == PartKind::Log).map(|part| part.part.as_str()).collect();
    let bases: Vec<Basis<'_>> = matches.iter().map(|found| basis(&found.evidence, chains, &logs)).collect();
    let mut groups = Groups::of(matches.len());
    let mut owner: HashMap<&Key<'_>, usize> = HashMap::new();
    for (number, basis) in bases.iter().enumerate() {
        for key in &basis.keys {
            let other = *owner.entry(key).or_insert(number);
            groups.join(number, other);
        }
        for (other, earlier) in bases[..number].iter().enumerate() {
            if basis.tied_by_words(earlier) {
                groups.join(number, other);
            }
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

fn basis<'a>(evidence: &'a [Evidence], chains: &[Chain], logs: &HashSet<&str>) -> Basis<'a> {
    let mut basis = Basis::default();
    for one in evidence {
        let code = match &one.kind {
            EvidenceKind::Signature { signature, seen_as, standing, .. } => {
                let counts = matches!(standing, Standing::Failing | Standing::Mentioned);
                Some(seen_as.as_ref().unwrap_or(signature).clone()).filter(|_| counts)
            }
            EvidenceKind::Condition { demand, .. } => match demand.parse::<Signature>() {
                Ok(signature) => Some(signature),
                Err(_) => {
                    basis.passages.insert((&one.part, one.line, &one.text));
                    None
                }
            },
            EvidenceKind::Text { .. } => None,
        };
        let Some(code) = code else { continue };
        if !code.kind.is_code() {
            // A file or an update is named by whoever has to do with it: it ties no more than a word does.
            if matches!(one.kind, EvidenceKind::Condition { .. }) {
                basis.passages.insert((&one.part, one.line, &one.text));
            }
            continue;
        }
        let same = |other: &Signature| other.kind == code.kind && other.value.eq_ignore_ascii_case(&code.value);
        let tied = chains.iter().enumerate().filter(|(_, chain)| {
            chain.steps.iter().any(|step| same(&step.signature) || step.part == one.part && step.line == one.line)
        });
        basis.keys.extend(tied.map(|(number, _)| Key::Chain(number)));
        basis.keys.insert(Key::Code(meant(&code)));
        // A line of a log is one event; one of a mail may be a whole paragraph.
        if logs.contains(one.part.as_str()) {
            basis.keys.insert(Key::Line(&one.part, one.line));
        }
    }
    basis
}

/// One name for all codes that mean the same.
fn meant(code: &Signature) -> String {
    let all = catalog::equivalents(code).into_iter().map(|one| one.to_string());
    let first = all.chain([code.to_string()]).min().unwrap_or_default();
    first.to_lowercase()
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
            quoted: false,
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
            specifics: Vec::new(),
            parts: Parts {
                signatures: Vec::new(),
                words: 0.0,
                drawn: None,
                condition: ConditionPart::None,
                caps: Vec::new(),
                applies: Applies::CannotTell,
                fitting: crate::matching::fitting::Fitting::default(),
            },
        }
    }

    fn parts() -> [Part; 1] {
        [Part {
            part: "a.log".into(),
            kind: PartKind::Log,
            format: "plain".into(),
            encoding: None,
            bytes: 1,
            lines: 99,
        }]
    }

    /// A match that rests on codes, and on words in the mail.
    fn found_by_words(codes: &[(&str, u64)], words: &[&str]) -> Match {
        let mut found = found(codes);
        found.evidence.extend(words.iter().map(|words| Evidence {
            kind: EvidenceKind::Condition { demand: format!("says: {words}"), said: None },
            part: "mail.eml".into(),
            line: 3,
            text: (*words).into(),
            weight: 0.0,
            quoted: false,
        }));
        found
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
        assert_eq!(faults(&all, &[], &parts()), [1, 2, 1]);
        assert_eq!(faults(&[], &[], &[]), [0; 0]);
    }

    #[test]
    fn a_chain_ties_codes() {
        let all = [found(&[("win32:5", 1)]), found(&[("hresult:0x800F0922", 9)])];
        let chain = Chain { steps: vec![step("win32:5", 1), step("hresult:0x800F0922", 9)] };
        assert_eq!(faults(&all, &[], &parts()), [1, 2]);
        assert_eq!(faults(&all, &[chain], &parts()), [1, 1]);
    }

    #[test]
    fn a_common_word_makes_no_fault_of_two() {
        let update = found_by_words(&[("hresult:0x80070005", 1)], &["rolls back"]);
        let printer = found_by_words(&[("win32:283", 9)], &["rolls back"]);
        assert_eq!(faults(&[update.clone(), printer], &[], &parts()), [1, 2]);
        let words = found_by_words(&[], &["rolls back", "does not print"]);
        assert_eq!(faults(&[update.clone(), words], &[], &parts()), [1, 2]);
        // Nothing but these words: there is nothing to tell them apart by.
        let words = found_by_words(&[], &["rolls back"]);
        assert_eq!(faults(&[update, words], &[], &parts()), [1, 1]);
        let two = [found_by_words(&[], &["rolls back", "at 9%"]), found_by_words(&[], &["at 9%", "rolls back", "TMS"])];
        assert_eq!(faults(&two, &[], &parts()), [1, 1]);
    }

    #[test]
    fn a_paragraph_that_names_two_codes_ties_nothing_and_a_line_of_a_log_does() {
        let mut all = [found(&[("win32:5", 7)]), found(&[("bugcheck:0x7B", 7)])];
        assert_eq!(faults(&all, &[], &parts()), [1, 1]);
        all.iter_mut().flat_map(|one| &mut one.evidence).for_each(|one| one.part = "mail.eml".into());
        assert_eq!(faults(&all, &[], &parts()), [1, 2]);
    }

    #[test]
    fn codes_that_mean_the_same_are_one_fault() {
        let all = [found(&[("win32:5", 1)]), found(&[("hresult:0x80070005", 9)])];
        assert_eq!(faults(&all, &[], &parts()), [1, 1]);
    }

    #[test]
    fn a_match_that_shares_with_two_ties_them() {
        let all = [found(&[("win32:5", 1)]), found(&[("win32:32", 2)]), found(&[("win32:5", 1), ("win32:32", 2)])];
        assert_eq!(faults(&all, &[], &parts()), [1, 1, 1]);
    }
}
