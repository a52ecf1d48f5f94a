//! What an article lacks: the checks an author runs before others rely on the article.
//!
//! An article that cannot be read at all is an [`super::ArticleError`]; here are the faults of
//! articles that can. Whether the examples match is tried by the matching, not here.

use std::collections::{HashMap, HashSet};
use std::fmt;

use serde::Serialize;

use super::normal::normalize_signature;
use super::template::TODO;
use super::{Article, ArticleId, ArticleKind, ArticleStatus, Condition, SectionKind};

/// What an article was found to lack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The article.
    pub article: ArticleId,
    /// Its file, relative to its folder.
    pub source: String,
    /// Which rule it breaks.
    pub rule: LintRule,
    /// What to do about it: lower case, no full stop.
    pub message: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` ({}): {}", self.article, self.source, self.message)
    }
}

/// The rules, in the order in which they are checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum LintRule {
    /// Two articles share an id.
    DuplicateId,
    /// A section that every article, or one with such steps, must have is absent.
    MissingSection,
    /// A section has a heading and no text.
    EmptySection,
    /// A place that a template left to be filled in.
    Unfinished,
    /// A signature is not in normal form.
    SignatureForm,
    /// A translation does not exist, is not in another language, does not link back, or differs in what it matches.
    Translation,
    /// No vendor reference.
    NoReference,
    /// Too few examples to test the article by.
    NoExamples,
    /// A specific article without a condition, or a generic one with one.
    Condition,
    /// No signature and no condition: nothing leads to the article.
    NoSignature,
}

/// Fewest examples that must match: a mail, a log and another language.
pub const MIN_MATCHING_EXAMPLES: usize = 3;
/// Fewest examples that must be rejected: look-alikes come in more than one way.
pub const MIN_REJECTED_EXAMPLES: usize = 2;

/// Steps after which a machine may not start or let its users in: they need Verify and Risk.
/// Compared in lower case; commands and names, so that no ordinary word is among them.
const RISKY_STEPS: &[&str] = &[
    "regedit",
    "reg add",
    "reg delete",
    "reg load",
    "hklm\\",
    "hkey_local_machine",
    "new-itemproperty",
    "set-itemproperty",
    "registry",
    "注册表",
    "登錄檔",
    "icacls",
    "takeown",
    "permission",
    "权限",
    "權限",
    "sc config",
    "sc.exe",
    "net stop",
    "stop-service",
    "bcdboot",
    "bcdedit",
    "bootrec",
    "diskpart",
    "winpe",
    "safe mode",
    "安全模式",
    "reagentc",
    "group policy",
    "组策略",
    "群組原則",
];

/// Checks articles one by one and against each other; findings in the order of the articles.
pub fn lint(articles: &[Article]) -> Vec<Finding> {
    let mut by_id: HashMap<&ArticleId, &Article> = HashMap::new();
    let mut findings = Vec::new();
    for article in articles {
        let mut found = Findings { article, all: &mut findings };
        if let Some(earlier) = by_id.insert(&article.id, article) {
            found.add(LintRule::DuplicateId, format!("id is already taken by `{}`; choose another", earlier.source));
        }
    }
    for article in articles {
        let mut found = Findings { article, all: &mut findings };
        check_signatures(article, &mut found);
        check_translations(article, &by_id, &mut found);
        // A draft lacks things, and what is out of use may go on lacking them.
        if !is_unfinished(article) {
            check_sections(article, &mut found);
            check_condition(article, &mut found);
            check_examples(article, &mut found);
            check_todo(article, &mut found);
        }
    }
    let order: HashMap<&str, usize> = articles.iter().enumerate().map(|(i, a)| (a.source.as_str(), i)).collect();
    findings.sort_by_key(|finding| (order.get(finding.source.as_str()).copied(), finding.rule));
    findings
}

struct Findings<'a> {
    article: &'a Article,
    all: &'a mut Vec<Finding>,
}

impl Findings<'_> {
    fn add(&mut self, rule: LintRule, message: impl Into<String>) {
        let (article, source) = (self.article.id.clone(), self.article.source.clone());
        self.all.push(Finding { article, source, rule, message: message.into() });
    }
}

/// Whether it is being written, or out of use.
fn is_unfinished(article: &Article) -> bool {
    article.status == ArticleStatus::Wip || article.status.is_retired()
}

/// What a template asked for and nobody wrote.
fn check_todo(article: &Article, found: &mut Findings<'_>) {
    if article.title.contains(TODO) {
        found.add(
            LintRule::Unfinished,
            format!("the title is still to be written (`{TODO}`), or is the article a draft: `status: wip`"),
        );
    }
    for section in article.sections.iter().filter(|section| section.text.contains(TODO)) {
        found.add(LintRule::Unfinished, format!("section `{}` is still to be written (`{TODO}`)", section.heading));
    }
}

fn check_sections(article: &Article, found: &mut Findings<'_>) {
    for kind in [SectionKind::Symptoms, SectionKind::Cause, SectionKind::Resolution] {
        if article.section(kind).is_none() {
            found.add(LintRule::MissingSection, format!("section {kind:?} is missing"));
        }
    }
    let steps = [SectionKind::Resolution, SectionKind::Workaround].map(|kind| article.section(kind));
    let steps: String = steps.into_iter().flatten().map(|section| section.text.to_lowercase()).collect();
    if let Some(step) = RISKY_STEPS.iter().find(|step| steps.contains(*step)) {
        for kind in [SectionKind::Verify, SectionKind::Risk] {
            if article.section(kind).is_none() {
                let why = format!("section {kind:?} is missing, though the steps touch `{step}`");
                found.add(LintRule::MissingSection, why);
            }
        }
    }
    for section in article.sections.iter().filter(|section| section.text.trim().is_empty()) {
        found.add(LintRule::EmptySection, format!("section `{}` has no text", section.heading));
    }
}

fn check_signatures(article: &Article, found: &mut Findings<'_>) {
    let mut signatures: Vec<_> = article.strong.iter().chain(&article.weak).collect();
    if let Some(condition) = &article.condition {
        collect_signatures(condition, &mut signatures);
    }
    let mut seen = HashSet::new();
    for signature in signatures.into_iter().filter(|signature| seen.insert(*signature)) {
        match normalize_signature(signature) {
            Some(normal) if normal == *signature => {}
            Some(normal) => found.add(LintRule::SignatureForm, format!("write `{signature}` as `{normal}`")),
            None => found.add(
                LintRule::SignatureForm,
                format!("`{signature}` is no {}; an example is `{}`", signature.kind, signature.kind.example()),
            ),
        }
    }
}

fn check_condition(article: &Article, found: &mut Findings<'_>) {
    let specific = article.kind == ArticleKind::Specific;
    match (&article.condition, specific) {
        // Words and codes decide for what was imported.
        (None, true) if article.is_drawn() => {}
        (None, true) => found.add(LintRule::Condition, "no condition says when the issue is certain"),
        (Some(_), false) => found.add(LintRule::Condition, "a generic article is never certain; drop the condition"),
        _ => {}
    }
    if article.strong.is_empty() && article.weak.is_empty() && article.condition.is_none() {
        found.add(LintRule::NoSignature, "neither signature nor condition leads to it");
    }
}

fn collect_signatures<'a>(condition: &'a Condition, into: &mut Vec<&'a crate::signature::Signature>) {
    match condition {
        Condition::All(parts) | Condition::Any(parts) => parts.iter().for_each(|part| collect_signatures(part, into)),
        Condition::Not(part) => collect_signatures(part, into),
        Condition::Signature(signature) | Condition::Failing(signature) => into.push(signature),
        Condition::Text(_) => {}
    }
}

fn check_translations(article: &Article, by_id: &HashMap<&ArticleId, &Article>, found: &mut Findings<'_>) {
    for id in &article.translations {
        match by_id.get(id) {
            None => found.add(LintRule::Translation, format!("translation `{id}` does not exist")),
            Some(other) if other.language == article.language => {
                found.add(LintRule::Translation, format!("translation `{id}` is in the same language"));
            }
            Some(other) if !other.translations.contains(&article.id) => {
                found.add(LintRule::Translation, format!("translation `{id}` does not link back"));
            }
            // One issue must not be known in one language and unknown in the other.
            Some(other)
                if (&other.condition, &other.strong, &other.weak)
                    != (&article.condition, &article.strong, &article.weak) =>
            {
                found.add(LintRule::Translation, format!("condition or signatures differ from translation `{id}`"));
            }
            Some(_) => {}
        }
    }
}

fn check_examples(article: &Article, found: &mut Findings<'_>) {
    if article.references.is_empty() {
        found.add(LintRule::NoReference, "no vendor reference");
    }
    let (matching, rejected) = (article.matching_examples.len(), article.rejected_examples.len());
    if matching < MIN_MATCHING_EXAMPLES || rejected < MIN_REJECTED_EXAMPLES {
        let wanted = format!("{MIN_MATCHING_EXAMPLES} that match and {MIN_REJECTED_EXAMPLES} that are rejected");
        found.add(LintRule::NoExamples, format!("{matching} and {rejected} examples are too few; give {wanted}"));
    }
}

#[cfg(test)]
#[path = "lint_tests.rs"]
mod tests;
