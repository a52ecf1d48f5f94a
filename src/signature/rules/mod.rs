//! Rules as data: signatures of vendors and of one's own applications, found by regular expressions in TOML files.
//!
//! The built-in files lie in `kb/rules/`; a user adds files without compiling (`docs/rules.md`). A rule never reads the
//! whole text: from its regex a *trigger* is derived, a literal that every match holds. The triggers go
//! into the one pass that looks for all literals, and only around a hit the regex looks, at a bounded window of
//! the line. What all that may cost is bounded too, see [`budget`].
//!
//! A bad rule is a [`RuleProblem`] with file and line; the other rules go on. This module does no I/O.
//!
//! ```
//! use casebook::signature::{extract::{Context, Extractor}, rules::RuleSet};
//! let text = r#"
//! [[rule]]
//! id = "billing"
//! kind = "app"
//! regex = 'BILL-(?<value>E\d{4})'
//! matches = [{ text = "run stopped: BILL-E1042", value = "billing/E1042" }]
//! rejects = ["BILL-Easter"]
//! "#;
//! let mut rules = RuleSet::default();
//! assert!(rules.add("own.toml", text).is_empty());
//! let found = Extractor::with_rules(rules).extract("账单 BILL-E2000 失败", Context::Prose);
//! assert_eq!(found[0].signature.to_string(), "app:billing/E2000");
//! ```

pub mod budget;
mod file;
mod pattern;
mod run;
#[cfg(test)]
mod tests;
mod value;

use std::{
    ops::{Range, RangeInclusive},
    sync::{
        Arc, LazyLock, OnceLock,
        atomic::{AtomicU64, Ordering},
    },
};

use aho_corasick::AhoCorasick;
use regex_automata::meta::Regex;
use serde::{Deserialize, Serialize};

pub(super) use run::RuleRun;

use super::SignatureKind;
use crate::parsed::Warning;
pub use crate::rule_file::RuleProblem;
use value::{Normalizer, Template};

include!(concat!(env!("OUT_DIR"), "/rules.rs"));

/// Rules of all files together at most: a support team has dozens.
pub const MOST_RULES: usize = 1000;

/// Where a rule looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Where {
    /// Everywhere.
    #[default]
    Any,
    /// Lines that a program wrote.
    Log,
    /// What people wrote.
    Prose,
}

/// One rule, checked.
#[derive(Debug, Serialize, Deserialize)]
pub struct Rule {
    id: String,
    kind: SignatureKind,
    /// What stands before the values of the kind `app`.
    app: String,
    file: String,
    line: u64,
    /// Its regex as written.
    pattern: String,
    /// Compiled when it is first needed: most texts need none.
    #[serde(skip)]
    regex: OnceLock<Regex>,
    triggers: Vec<String>,
    begin: Begin,
    template: Option<Template>,
    normalize: Vec<Normalizer>,
    place: Where,
    near: Vec<String>,
    #[serde(skip)]
    near_words: OnceLock<AhoCorasick>,
    within: usize,
    before: usize,
    after: usize,
    /// Numbers inside a match are part of it and nothing by themselves.
    claims: bool,
    failing: Option<Failing>,
    examples: Vec<Example>,
}

/// When a match says by itself that something failed, or that nothing did.
#[derive(Debug, Clone, Serialize, Deserialize)]
enum Failing {
    /// Always the same.
    Always(bool),
    /// The number in a group lies in this range.
    Number(String, RangeInclusive<u64>),
}

/// Where a match begins, seen from its trigger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
enum Begin {
    /// So many bytes before it.
    At(usize),
    /// Somewhere before it, with this byte where one is known (letters in lower case).
    Somewhere(Option<u8>),
}

/// A text that a rule must find something in, or must leave alone.
#[derive(Debug, Serialize, Deserialize)]
struct Example {
    text: String,
    /// The value to be found; `None`: nothing.
    value: Option<String>,
    line: u64,
}

impl Rule {
    /// Its name, unique among the rules in use.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Kind of the signatures that it finds.
    pub fn kind(&self) -> SignatureKind {
        self.kind
    }

    /// The file that it stands in.
    pub fn file(&self) -> &str {
        &self.file
    }

    /// The line on which it begins, from 1.
    pub fn line(&self) -> u64 {
        self.line
    }

    /// The literals of which every match holds one; found without regard to ASCII case.
    pub fn triggers(&self) -> &[String] {
        &self.triggers
    }

    /// How many examples it carries: texts that must match, and texts that must not.
    pub fn examples(&self) -> (usize, usize) {
        let matching = self.examples.iter().filter(|example| example.value.is_some()).count();
        (matching, self.examples.len() - matching)
    }

    fn problem(&self, line: u64, message: String) -> RuleProblem {
        RuleProblem { file: self.file.clone(), line, rule: Some(self.id.clone()), message }
    }
}

/// What a rule found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct RuleMatch {
    pub value: String,
    /// Where the value stands, or the whole match where it is put together.
    pub span: Range<usize>,
    /// The whole match, where numbers in it are nothing by themselves.
    pub claimed: Option<Range<usize>>,
    /// Whether the match itself says that something failed.
    pub failing: Option<bool>,
}

/// The rules in use. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct RuleSet {
    rules: Vec<Arc<Rule>>,
    /// How often each rule was switched off since somebody asked.
    exceeded: Arc<Vec<AtomicU64>>,
}

static BUILT_IN: LazyLock<Vec<Arc<Rule>>> = LazyLock::new(|| {
    let mut set = RuleSet::default();
    for (file, text) in FILES {
        // A test checks that they have no problem, and that their examples pass.
        let _ = set.read(file, text, false);
    }
    set.rules
});

impl RuleSet {
    /// The built-in rules.
    pub fn builtin() -> Self {
        RuleSet::of(BUILT_IN.clone())
    }

    /// The built-in rule files: name and text.
    pub fn builtin_files() -> impl Iterator<Item = (&'static str, &'static str)> {
        FILES.iter().copied()
    }

    /// Rules that were read before, in their order.
    pub(crate) fn of_read(rules: Vec<Rule>) -> Self {
        RuleSet::of(rules.into_iter().map(Arc::new).collect())
    }

    fn of(rules: Vec<Arc<Rule>>) -> Self {
        let exceeded = Arc::new(rules.iter().map(|_| AtomicU64::new(0)).collect());
        RuleSet { rules, exceeded }
    }

    /// Adds the rules of a file. A rule with the id of an earlier one takes its place. Gives what is wrong; a rule that
    /// is wrong, or fails one of its examples, is left out.
    pub fn add(&mut self, file: &str, text: &str) -> Vec<RuleProblem> {
        self.read(file, text, true)
    }

    fn read(&mut self, file: &str, text: &str, try_examples: bool) -> Vec<RuleProblem> {
        let (rules, mut problems) = file::read(file, text, !try_examples);
        let mut seen: Vec<String> = Vec::new();
        for rule in rules {
            let failed = if try_examples { rule.try_examples() } else { Vec::new() };
            let old = self.rules.iter().position(|old| old.id == rule.id);
            if seen.contains(&rule.id) {
                problems.push(rule.problem(rule.line, "its id is that of an earlier rule of the file".into()));
            } else if !failed.is_empty() {
                problems.extend(failed);
            } else if self.rules.len() >= MOST_RULES && old.is_none() {
                problems.push(rule.problem(rule.line, format!("there are more than {MOST_RULES} rules")));
            } else {
                seen.push(rule.id.clone());
                match old {
                    Some(place) => self.rules[place] = Arc::new(rule),
                    None => self.rules.push(Arc::new(rule)),
                }
            }
        }
        *self = RuleSet::of(std::mem::take(&mut self.rules));
        problems.sort_by_key(|problem| problem.line);
        problems
    }

    /// Takes a rule out; `false`: there is none of that id.
    pub fn disable(&mut self, id: &str) -> bool {
        let before = self.rules.len();
        self.rules.retain(|rule| rule.id != id);
        *self = RuleSet::of(std::mem::take(&mut self.rules));
        self.rules.len() < before
    }

    /// The rules, built-in ones first.
    pub fn rules(&self) -> impl ExactSizeIterator<Item = &Rule> {
        self.rules.iter().map(AsRef::as_ref)
    }

    pub(super) fn get(&self, place: usize) -> Option<&Rule> {
        self.rules.get(place).map(AsRef::as_ref)
    }

    /// Notes that a rule was switched off for the rest of a stretch.
    pub(super) fn exceed(&self, place: usize) {
        if let Some(count) = self.exceeded.get(place) {
            count.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// The rules that were switched off since this was last asked, with the number of stretches of text in which that
    /// happened. Several threads that ask share what there is to tell.
    pub fn take_exceeded(&self) -> Vec<(&Rule, u64)> {
        let counts = self.exceeded.iter().map(|count| count.swap(0, Ordering::Relaxed));
        self.rules().zip(counts).filter(|(_, count)| *count > 0).collect()
    }

    /// [`RuleSet::take_exceeded`] as warnings on a part.
    pub fn take_warnings(&self, part: &str) -> Vec<Warning> {
        let warning = |(rule, count): (&Rule, u64)| {
            let message = format!(
                "rule `{}` looked at more than its share and was left off for the rest of {count} stretches; see `casebook kb profile`",
                rule.id
            );
            Warning::new(part, message)
        };
        self.take_exceeded().into_iter().map(warning).collect()
    }
}
