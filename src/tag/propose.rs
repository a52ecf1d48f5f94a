//! The tags that the rules, and the articles that match, give a case.

use std::collections::BTreeSet;

use super::{Stop, TagCase, TagRule, TagRules, demand::Held, group_of};
use crate::matching::Verdict;

/// A tag for a case.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
pub struct Proposal {
    /// The tag in normal form.
    pub tag: String,
    /// The rule that gives it; `article:ID` where an article brings it.
    pub rule: String,
    /// Why: the evidence in words.
    pub why: String,
}

/// The name under which an article stands as the giver of a tag.
pub fn article_rule(id: &str) -> String {
    format!("article:{id}")
}

/// Pieces of evidence told in a why: the rest says no more.
const TOLD: usize = 3;

impl TagRules {
    /// The tags of a case, each once, in order: what articles that are `known` bring, then what rules give in the order of
    /// their priority. Of two that give the same tag the first stands.
    pub fn propose<'a>(&'a self, case: &TagCase<'a>) -> Vec<Proposal> {
        let mut given: Vec<Proposal> = Vec::new();
        let known = case.matches.iter().filter(|found| found.verdict == Verdict::Known);
        for (found, tag) in known.flat_map(|found| found.tags.iter().map(move |tag| (found, tag))) {
            let why = format!("article {} is known", found.article);
            add(&mut given, Proposal { tag: tag.clone(), rule: article_rule(&found.article), why });
        }
        // Groups that a rule closed to those behind it.
        let mut closed: BTreeSet<String> = BTreeSet::new();
        for rule in &self.rules {
            let tags = rule.give(case);
            if tags.is_empty() {
                continue;
            }
            let mut groups: BTreeSet<String> = BTreeSet::new();
            for proposal in tags {
                if !closed.contains(group_of(&proposal.tag)) {
                    groups.insert(group_of(&proposal.tag).to_string());
                    add(&mut given, proposal);
                }
            }
            match rule.stop {
                Stop::No => {}
                Stop::Group => closed.extend(groups),
                Stop::All => break,
            }
        }
        given.sort();
        given
    }
}

fn add(given: &mut Vec<Proposal>, proposal: Proposal) {
    if !given.iter().any(|one| one.tag == proposal.tag) {
        given.push(proposal);
    }
}

impl TagRule {
    /// The tags that this rule alone gives; none where it does not hold.
    pub fn give<'a>(&'a self, case: &TagCase<'a>) -> Vec<Proposal> {
        let Some(held) = self.when.hold(case) else { return Vec::new() };
        let mut given = Vec::new();
        for template in &self.templates {
            if template.names().is_empty() {
                let proposal =
                    Proposal { tag: template.written().to_string(), rule: self.id.clone(), why: told(&held) };
                add(&mut given, proposal);
                continue;
            }
            for (values, why) in &held.values {
                if let Some(tag) = template.fill(values) {
                    add(&mut given, Proposal { tag, rule: self.id.clone(), why: why.clone() });
                }
            }
        }
        given
    }
}

fn told(held: &Held) -> String {
    match held.why.is_empty() {
        true => "nothing speaks against it".to_string(),
        false => held.why.iter().take(TOLD).cloned().collect::<Vec<_>>().join("; "),
    }
}
