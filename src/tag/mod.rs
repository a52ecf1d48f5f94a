//! Tags of a case, `group/name`, and the rules that propose them.
//!
//! A rule is data (`kb/tags.toml`, files of one's own): a [`Demand`] on the evidence of a case, and the tags that it gives.
//! [`TagRules::add`] reads rules, [`TagRules::propose`] holds them against a case and says for each tag why and by which
//! rule. What people set or took away by hand is the store's business; here nothing is known of it. No I/O.
//!
//! ```
//! use casebook::tag::{TagRules, parse_tag};
//! let mut rules = TagRules::default();
//! let text = r#"
//! [[rule]]
//! id = "denied"
//! tag = "cause/access-denied"
//! when = { failing = "win32:5" }
//! matches = ["Setup stops with error 0x80070005"]
//! rejects = ["Setup stops with error 0x80070002"]
//! "#;
//! assert!(rules.add("own.toml", text).is_empty());
//! assert_eq!(rules.rules()[0].id(), "denied");
//! assert_eq!(parse_tag("Team/Windows 7").unwrap(), "team/windows-7");
//! ```

mod demand;
mod file;
mod glob;
mod propose;
mod template;
#[cfg(test)]
mod tests;

use std::sync::Arc;

pub use demand::{Demand, TagCase, TagMatch};
pub use glob::Glob;
pub use propose::{Proposal, article_rule};
use template::Template;

use crate::rule_file::RuleProblem;

/// The built-in rules.
const BUILTIN: &str = include_str!("../../kb/tags.toml");

/// Their file.
const BUILTIN_NAME: &str = "kb/tags.toml";

/// Characters of a group and of a name at most: both stand in tables and in headers of mails.
const LONGEST: usize = 60;

/// Rules of all files together at most.
pub const MOST_RULES: usize = 2000;

/// A text is no tag.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no tag: write `group/name`, letters, digits, `-`, `.`, `_`, `+`, 60 of each at most")]
pub struct NotATag(pub String);

/// The normal form of a tag: lower case, blanks as hyphens. Letters of any script may stand in it.
///
/// # Errors
/// When it is not a group, a slash and a name.
pub fn parse_tag(text: &str) -> Result<String, NotATag> {
    let wrong = || NotATag(text.trim().to_string());
    let (group, name) = text.trim().split_once('/').ok_or_else(wrong)?;
    let [group, name] = [group, name].map(|part| part.split_whitespace().collect::<Vec<_>>().join("-").to_lowercase());
    let fits = |part: &str| {
        let length = part.chars().count();
        (1..=LONGEST).contains(&length) && part.chars().all(is_of_a_tag) && part.starts_with(char::is_alphanumeric)
    };
    if fits(&group) && fits(&name) { Ok(format!("{group}/{name}")) } else { Err(wrong()) }
}

/// Whether a character may stand in a group or a name.
pub(crate) fn is_of_a_tag(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '-' | '.' | '_' | '+')
}

/// The group of a tag in normal form.
pub fn group_of(tag: &str) -> &str {
    tag.split_once('/').map_or(tag, |(group, _)| group)
}

/// What happens to the rules behind one that gave a tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Stop {
    /// They are asked.
    #[default]
    No,
    /// They give no further tag of the same groups: the first product that fits is the product.
    Group,
    /// None is asked any more.
    All,
}

/// A text that a rule must tag, or must not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TagExample {
    /// A note, a log or a mail as it comes.
    pub text: String,
    /// The tag that it must get; `None` where it must get none of the rule's tags.
    pub tag: Option<String>,
    /// Names of attachments that come with it.
    pub attachments: Vec<String>,
    /// Articles that match it as known.
    pub known: Vec<String>,
    /// Whether the rule must tag it.
    pub must: bool,
    /// Its line in the file.
    pub line: u64,
}

/// One rule, checked.
#[derive(Debug)]
pub struct TagRule {
    id: String,
    file: String,
    line: u64,
    templates: Vec<Template>,
    when: Demand,
    priority: i64,
    stop: Stop,
    about: String,
    examples: Vec<TagExample>,
}

impl TagRule {
    /// Its name, unique among the rules in use.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The file that it stands in.
    pub fn file(&self) -> &str {
        &self.file
    }

    /// Its first line there.
    pub fn line(&self) -> u64 {
        self.line
    }

    /// The tags that it gives, as written: `server/{host}`.
    pub fn tags(&self) -> impl Iterator<Item = &str> {
        self.templates.iter().map(Template::written)
    }

    /// Higher ones are asked first.
    pub fn priority(&self) -> i64 {
        self.priority
    }

    /// What it is for, in words.
    pub fn about(&self) -> &str {
        &self.about
    }

    /// Its examples.
    pub fn examples(&self) -> &[TagExample] {
        &self.examples
    }

    /// Something wrong with the rule, at a line of its file.
    pub fn problem(&self, line: u64, message: String) -> RuleProblem {
        RuleProblem { file: self.file.clone(), line, rule: Some(self.id.clone()), message }
    }
}

/// The tag rules in use, in the order in which they are asked.
#[derive(Debug, Clone, Default)]
pub struct TagRules {
    rules: Vec<Arc<TagRule>>,
    /// Tags that no rule gives: `group/name`, or `group/*`.
    vocabulary: Vec<String>,
}

impl TagRules {
    /// The built-in rules.
    pub fn builtin() -> Self {
        let mut rules = TagRules::default();
        // A test checks that they have no problem.
        let _ = rules.add(BUILTIN_NAME, BUILTIN);
        rules
    }

    /// The built-in file: its name and its text.
    pub fn builtin_file() -> (&'static str, &'static str) {
        (BUILTIN_NAME, BUILTIN)
    }

    /// Adds the rules of a file. A rule with the id of one of an earlier file takes its place. Gives what is wrong; a rule
    /// that is wrong is left out. Examples are not run here: they want the whole reading of a case.
    pub fn add(&mut self, file: &str, text: &str) -> Vec<RuleProblem> {
        let (read, vocabulary, mut problems) = file::read(file, text);
        self.vocabulary.extend(vocabulary);
        let mut seen: Vec<String> = Vec::new();
        for rule in read {
            let old = self.rules.iter().position(|old| old.id == rule.id);
            if seen.contains(&rule.id) {
                problems.push(rule.problem(rule.line, "its id is that of an earlier rule of the file".into()));
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
        // Stable: rules of one priority stay in the order of the files.
        self.rules.sort_by_key(|rule| std::cmp::Reverse(rule.priority));
        problems.sort_by_key(|problem| problem.line);
        problems
    }

    /// The tags that rules give or that a vocabulary has, as written: `server/{host}`, `team/*`.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.rules.iter().flat_map(|rule| rule.tags()).chain(self.vocabulary.iter().map(String::as_str))
    }

    /// Whether a tag is one of these.
    pub fn knows(&self, tag: &str) -> bool {
        self.names().any(|name| match name.find(['{', '*']) {
            None => name == tag,
            Some(_) => group_of(name) == group_of(tag),
        })
    }

    /// Takes a rule out; `false`: there is none of that id.
    pub fn disable(&mut self, id: &str) -> bool {
        let before = self.rules.len();
        self.rules.retain(|rule| rule.id != id);
        self.rules.len() < before
    }

    /// The rules in the order in which they are asked.
    pub fn rules(&self) -> &[Arc<TagRule>] {
        &self.rules
    }
}
