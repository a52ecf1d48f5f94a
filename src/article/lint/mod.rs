//! What an article lacks: the checks an author runs before others rely on the article.
//!
//! An article that cannot be read at all is an [`super::ArticleError`]; here are the faults of
//! articles that can. Whether the examples match is tried by the matching, not here. Nothing is read and no clock is asked:
//! [`Context`] tells what is known beside the articles.

mod links;
mod parts;
#[cfg(test)]
mod tests;
mod twins;
mod wording;

use std::{
    collections::{HashMap, HashSet},
    fmt,
};

use jiff::civil::Date;
use serde::Serialize;

use super::{Article, ArticleId, ArticleKind, ArticleStatus, Condition, Fix, normal::normalize_signature};
use crate::signature::Signature;

/// What an article was found to lack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The article.
    pub article: ArticleId,
    /// Its file.
    pub source: String,
    /// The line of the file that it is about, from 1.
    pub line: u64,
    /// Which rule it breaks.
    pub rule: LintRule,
    /// What to do about it: lower case, no full stop.
    pub message: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {} [{}]", self.source, self.line, self.message, self.rule.name())
    }
}

/// The rules, in the order in which they are checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum LintRule {
    /// Two articles share an id.
    DuplicateId,
    /// A signature is not in normal form.
    SignatureForm,
    /// An entry of `fixed_in` that names neither update nor build.
    FixedIn,
    /// A tag that no rule gives and no vocabulary has.
    UnknownTag,
    /// A translation does not exist, is not in another language, does not link back, or differs in what it matches.
    Translation,
    /// A successor or another article that is named does not exist.
    DeadReference,
    /// The day of the next review is over.
    ReviewPassed,
    /// States that follow each other have dates that do not.
    Dates,
    /// A line that says whom a section is for stands within it.
    Audience,
    /// Text for customers names a host, an address or a word that is for the own team.
    Internal,
    /// A section that every article, or one with such steps, must have is absent.
    MissingSection,
    /// A section has a heading and no text.
    EmptySection,
    /// A place that a template left to be filled in.
    Unfinished,
    /// No vendor reference.
    NoReference,
    /// Too few examples to test the article by.
    NoExamples,
    /// A specific article without a condition, or a generic one with one.
    Condition,
    /// No signature and no condition: nothing leads to the article.
    NoSignature,
    /// Another article says much the same.
    DuplicateText,
}

impl LintRule {
    /// The name in output.
    pub fn name(self) -> &'static str {
        match self {
            LintRule::DuplicateId => "duplicate-id",
            LintRule::SignatureForm => "signature-form",
            LintRule::FixedIn => "fixed-in",
            LintRule::UnknownTag => "unknown-tag",
            LintRule::Translation => "translation",
            LintRule::DeadReference => "dead-reference",
            LintRule::ReviewPassed => "review-passed",
            LintRule::Dates => "dates",
            LintRule::Audience => "audience",
            LintRule::Internal => "internal",
            LintRule::MissingSection => "missing-section",
            LintRule::EmptySection => "empty-section",
            LintRule::Unfinished => "unfinished",
            LintRule::NoReference => "no-reference",
            LintRule::NoExamples => "no-examples",
            LintRule::Condition => "condition",
            LintRule::NoSignature => "no-signature",
            LintRule::DuplicateText => "duplicate-text",
        }
    }
}

/// Tells whether a tag is known, and if not what to write.
pub type TagCheck<'a> = dyn Fn(&str) -> Result<(), String> + 'a;

/// What is known beside the articles themselves.
#[derive(Clone, Copy, Default)]
pub struct Context<'a> {
    /// The day against which reviews are held; `None`: they are not looked at.
    pub today: Option<Date>,
    /// Whether a tag is known, and what to write for one that is not; `None`: tags are not looked at.
    pub tags: Option<&'a TagCheck<'a>>,
    /// Words that no customer may read, compared without case.
    pub internal: &'a [String],
}

/// Fewest examples that must match: a mail, a log and another language.
pub const MIN_MATCHING_EXAMPLES: usize = 3;
/// Fewest examples that must be rejected: look-alikes come in more than one way.
pub const MIN_REJECTED_EXAMPLES: usize = 2;

/// Checks articles one by one and against each other; findings in the order of the articles and of their lines.
pub fn lint(articles: &[Article], context: Context<'_>) -> Vec<Finding> {
    let mut by_id: HashMap<&ArticleId, &Article> = HashMap::new();
    let mut findings = Vec::new();
    for article in articles {
        let mut found = Findings { article, all: &mut findings };
        if let Some(earlier) = by_id.insert(&article.id, article) {
            let message = format!("id is already taken by `{}`; choose another", earlier.source);
            found.key("id", LintRule::DuplicateId, message);
        }
    }
    let words = wording::Words::new(context.internal);
    for article in articles {
        let mut found = Findings { article, all: &mut findings };
        check_signatures(article, &mut found);
        check_fixes(article, &mut found);
        check_tags(article, context, &mut found);
        links::check(article, &by_id, &mut found);
        // What is out of use may go on lacking things; nobody is given it.
        if article.status.is_retired() {
            continue;
        }
        check_dates(article, context, &mut found);
        words.check(article, &mut found);
        parts::check_audience(article, &mut found);
        if article.status != ArticleStatus::Wip {
            parts::check(article, &mut found);
            check_condition(article, &mut found);
            check_examples(article, &mut found);
        }
    }
    twins::check(articles, &mut findings);
    let order: HashMap<&str, usize> = articles.iter().enumerate().map(|(i, a)| (a.source.as_str(), i)).collect();
    findings.sort_by_key(|finding| (order.get(finding.source.as_str()).copied(), finding.line, finding.rule));
    findings
}

struct Findings<'a> {
    article: &'a Article,
    all: &'a mut Vec<Finding>,
}

impl Findings<'_> {
    /// Something about a key of the front matter.
    fn key(&mut self, key: &str, rule: LintRule, message: impl Into<String>) {
        self.line(self.article.line_of(key), rule, message);
    }

    fn line(&mut self, line: u64, rule: LintRule, message: impl Into<String>) {
        let (article, source) = (self.article.id.clone(), self.article.source.clone());
        self.all.push(Finding { article, source, line, rule, message: message.into() });
    }
}

fn check_signatures(article: &Article, found: &mut Findings<'_>) {
    let listed = article.strong.iter().chain(&article.weak).map(|signature| (signature, "signatures"));
    let mut demanded = Vec::new();
    if let Some(condition) = &article.condition {
        collect_signatures(condition, &mut demanded);
    }
    let mut seen = HashSet::new();
    for (signature, key) in listed.chain(demanded.into_iter().map(|signature| (signature, "condition"))) {
        if !seen.insert(signature) {
            continue;
        }
        match normalize_signature(signature) {
            Some(normal) if normal == *signature => {}
            Some(normal) => found.key(key, LintRule::SignatureForm, format!("write `{signature}` as `{normal}`")),
            None => found.key(
                key,
                LintRule::SignatureForm,
                format!("`{signature}` is no {}; an example is `{}`", signature.kind, signature.kind.example()),
            ),
        }
    }
}

fn collect_signatures<'a>(condition: &'a Condition, into: &mut Vec<&'a Signature>) {
    match condition {
        Condition::All(parts) | Condition::Any(parts) => parts.iter().for_each(|part| collect_signatures(part, into)),
        Condition::Not(part) => collect_signatures(part, into),
        Condition::Signature(signature) | Condition::Failing(signature) => into.push(signature),
        Condition::Text(_) => {}
        Condition::Count { of, .. } | Condition::InLog { of, .. } => into.extend(of.signatures()),
        Condition::Within { of, .. } | Condition::Then(of) | Condition::SameSection(of) => {
            into.extend(of.iter().flat_map(|leaf| leaf.signatures()));
        }
    }
}

fn check_condition(article: &Article, found: &mut Findings<'_>) {
    let specific = article.kind == ArticleKind::Specific;
    match (&article.condition, specific) {
        // Words and codes decide for what was imported.
        (None, true) if article.is_drawn() => {}
        (None, true) => {
            found.key("condition", LintRule::Condition, "no condition says when the issue is certain");
        }
        (Some(_), false) => {
            let message = "a generic article is never certain; drop the condition";
            found.key("condition", LintRule::Condition, message);
        }
        _ => {}
    }
    if article.strong.is_empty() && article.weak.is_empty() && article.condition.is_none() && !article.is_drawn() {
        found.key("signatures", LintRule::NoSignature, "neither signature nor condition leads to it");
    }
}

fn check_fixes(article: &Article, found: &mut Findings<'_>) {
    for entry in &article.fixed_in {
        if let Err(wrong) = Fix::read(entry) {
            found.key("fixed_in", LintRule::FixedIn, format!("`{entry}`: {wrong}"));
        }
    }
}

fn check_tags(article: &Article, context: Context<'_>, found: &mut Findings<'_>) {
    let Some(is_known) = context.tags else { return };
    for tag in &article.tags {
        if let Err(advice) = is_known(tag) {
            found.key("tags", LintRule::UnknownTag, format!("tag `{tag}` is not known; {advice}"));
        }
    }
}

fn check_dates(article: &Article, context: Context<'_>, found: &mut Findings<'_>) {
    if let (Some(review), Some(today)) = (article.review, context.today)
        && review < today
    {
        let whose = article.owner.as_deref().map(|owner| format!(" by {owner}")).unwrap_or_default();
        let message = format!("was to be looked at again{whose} by {review}; do so, and set the next day");
        found.key("review", LintRule::ReviewPassed, message);
    }
    let days: Vec<_> = article.dates.iter().collect();
    for pair in days.windows(2) {
        if let [(earlier, from), (later, to)] = pair
            && from > to
        {
            let message = format!("`{}` began on {to}, before `{}` on {from}", later.name(), earlier.name());
            found.key("dates", LintRule::Dates, message);
        }
    }
}

fn check_examples(article: &Article, found: &mut Findings<'_>) {
    if article.references.is_empty() && !article.is_drawn() {
        found.key("references", LintRule::NoReference, "no vendor reference");
    }
    let (matching, rejected) = (article.matching_examples.len(), article.rejected_examples.len());
    if matching < MIN_MATCHING_EXAMPLES || rejected < MIN_REJECTED_EXAMPLES {
        let wanted = format!("{MIN_MATCHING_EXAMPLES} that match and {MIN_REJECTED_EXAMPLES} that are rejected");
        let message = format!("{matching} and {rejected} examples are too few; give {wanted}");
        found.key("examples", LintRule::NoExamples, message);
    }
}
