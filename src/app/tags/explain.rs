//! Why a case has its tags, and which tags there are.

use std::collections::BTreeMap;

use serde::Serialize;

use super::TagsError;
use crate::{
    app::{App, cases::CaseError},
    store::{CaseId, CaseWork, work::TagRow},
    tag::{Proposal, TagRules},
};

/// Name and version of the JSON form of an explanation.
pub const EXPLAIN_SCHEMA: &str = "casebook.tag-explain/1";
/// Name and version of the JSON form of a list.
pub const LIST_SCHEMA: &str = "casebook.tags/1";

/// Why a case has its tags.
#[derive(Debug, Serialize)]
pub struct ExplainReport {
    /// `EXPLAIN_SCHEMA`.
    pub schema: &'static str,
    /// The case.
    pub case: CaseId,
    /// Its tags, and those that it would have.
    pub tags: Vec<Explained>,
}

/// How a tag stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum TagState {
    /// A rule gave it, and gives it now.
    Given,
    /// A person set it.
    ByHand,
    /// A person took it away; a rule would give it.
    TakenAway,
    /// A rule gives it now and the case has not got it yet: `tag apply` gives it.
    Coming,
    /// A rule gave it and gives it no more: `tag apply` takes it.
    Going,
}

impl TagState {
    /// The name in output.
    pub fn name(self) -> &'static str {
        match self {
            TagState::Given => "given",
            TagState::ByHand => "by hand",
            TagState::TakenAway => "taken away by hand",
            TagState::Coming => "coming",
            TagState::Going => "going",
        }
    }
}

/// A tag with why.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Explained {
    /// `group/name`.
    pub tag: String,
    /// How it stands.
    pub state: TagState,
    /// The rule that gives it, `article:ID` where an article does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    /// The file of the rule.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// Its line there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u64>,
    /// The evidence in words.
    pub why: String,
}

/// Every tag in use.
#[derive(Debug, Serialize)]
pub struct TagList {
    /// `LIST_SCHEMA`.
    pub schema: &'static str,
    /// In order.
    pub tags: Vec<TagListRow>,
}

/// A tag with how many cases have it and what gives it.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct TagListRow {
    /// `group/name`; with placeholders where a rule fills them.
    pub tag: String,
    /// Cases that have it.
    pub cases: u64,
    /// Rules and articles that can give it.
    pub rules: Vec<String>,
}

impl App {
    /// Why a case has its tags, by the rules as they are now; nothing is changed.
    ///
    /// # Errors
    /// When there is no such case, rules cannot be read, or the store refuses.
    pub fn explain_tags(&self, store: &dyn CaseWork, case: &CaseId, now: i64) -> Result<ExplainReport, TagsError> {
        let rules = self.tag_rules()?.value;
        let fields = self.field_rules()?;
        let judged = self.judge(store, &rules, &fields, now)?.judge(store, case)?;
        let judged = judged.ok_or_else(|| CaseError::Missing(case.clone()))?;
        let rows = store.tag_rows(&judged.case.id)?;
        Ok(ExplainReport {
            schema: EXPLAIN_SCHEMA,
            case: judged.case.id,
            tags: explained(&rows, &judged.proposals, &rules),
        })
    }

    /// Every tag that a case has or that a rule or an article can give.
    ///
    /// # Errors
    /// When rules cannot be read, or the store refuses.
    pub fn list_tags(&self, store: Option<&dyn CaseWork>) -> Result<TagList, TagsError> {
        let mut tags: BTreeMap<String, TagListRow> = BTreeMap::new();
        let row = |tag: &str| TagListRow { tag: tag.to_string(), cases: 0, rules: Vec::new() };
        for (tag, cases) in store.map(CaseWork::tag_counts).transpose()?.unwrap_or_default() {
            tags.insert(tag.clone(), TagListRow { cases, ..row(&tag) });
        }
        for rule in self.tag_rules()?.value.rules() {
            for tag in rule.tags() {
                tags.entry(tag.to_string()).or_insert_with(|| row(tag)).rules.push(rule.id().to_string());
            }
        }
        for article in &self.library.articles {
            for tag in &article.tags {
                let giver = crate::tag::article_rule(&article.id.0);
                tags.entry(tag.clone()).or_insert_with(|| row(tag)).rules.push(giver);
            }
        }
        Ok(TagList { schema: LIST_SCHEMA, tags: tags.into_values().collect() })
    }
}

fn explained(rows: &[TagRow], proposals: &[Proposal], rules: &TagRules) -> Vec<Explained> {
    let place = |id: Option<&String>| {
        let rule = rules.rules().iter().find(|rule| Some(rule.id()) == id.map(String::as_str));
        rule.map(|rule| (rule.file().to_string(), rule.line())).unzip()
    };
    let mut all: BTreeMap<String, Explained> = BTreeMap::new();
    for proposal in proposals {
        let (file, line) = place(Some(&proposal.rule));
        let Proposal { tag, rule, why } = proposal.clone();
        all.insert(tag.clone(), Explained { tag, state: TagState::Coming, rule: Some(rule), file, line, why });
    }
    for row in rows {
        let (file, line) = place(row.rule.as_ref());
        let own = |state| Explained {
            tag: row.tag.clone(),
            state,
            rule: row.rule.clone(),
            file: file.clone(),
            line,
            why: row.why.clone(),
        };
        match (all.get_mut(&row.tag), row.removed, row.rule.is_some()) {
            (Some(given), true, _) => given.state = TagState::TakenAway,
            // Nothing would give it: there is nothing to tell.
            (None, true, _) => {}
            (Some(given), false, true) => given.state = TagState::Given,
            (None, false, true) => drop(all.insert(row.tag.clone(), own(TagState::Going))),
            (_, false, false) => drop(all.insert(row.tag.clone(), own(TagState::ByHand))),
        }
    }
    all.into_values().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_is_told() {
        let row = |tag: &str, rule: Option<&str>, removed| TagRow {
            tag: tag.into(),
            rule: rule.map(str::to_string),
            why: String::new(),
            removed,
        };
        let rows = [
            row("a/given", Some("r"), false),
            row("a/going", Some("r"), false),
            row("a/hand", None, false),
            row("a/off", None, true),
            row("a/over", None, true),
        ];
        let proposal = |tag: &str| Proposal { tag: tag.into(), rule: "r".into(), why: "seen".into() };
        let told = explained(&rows, &["a/given", "a/off", "a/new"].map(proposal), &TagRules::default());
        let told: Vec<(&str, &str)> = told.iter().map(|one| (one.tag.as_str(), one.state.name())).collect();
        let expected = [
            ("a/given", "given"),
            ("a/going", "going"),
            ("a/hand", "by hand"),
            ("a/new", "coming"),
            ("a/off", "taken away by hand"),
        ];
        assert_eq!(told, expected);
    }
}
