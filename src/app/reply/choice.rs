//! Which articles a draft gives: those that a person said, or for each fault of the case the one that is known.

use serde::Serialize;

use super::ReplyError;
use crate::{
    app::App,
    article::{Article, ArticleId},
    matching::Verdict,
    store::{
        CaseRecord, CaseStatus,
        work::{Findings, StoredMatch},
    },
};

/// An article that is known for a case and that its draft does not give.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LeftOut {
    /// The article.
    pub article: ArticleId,
    /// Why.
    pub why: String,
}

/// What people said of a case's articles.
pub(super) struct Said<'a> {
    /// Named for this draft.
    pub(super) named: &'a [String],
    /// Accepted for the case, the last first.
    pub(super) accepted: Vec<String>,
}

/// The articles of a draft, in the customer's language where they are there in it; none: nothing is known.
#[derive(Default)]
pub(super) struct Choice<'a> {
    pub(super) articles: Vec<&'a Article>,
    pub(super) left_out: Vec<LeftOut>,
}

impl App {
    /// Chooses by what was named; or by what closed the case, was accepted last, or is known, and where that explains one fault of
    /// several, by what was accepted or is known for each of the others; or by what an earlier close named.
    ///
    /// # Errors
    /// When what a person said cannot be given, or nothing that is known can.
    pub(super) fn choose(
        &self,
        case: &CaseRecord,
        findings: Option<&Findings>,
        said: &Said<'_>,
        language: &str,
    ) -> Result<Choice<'_>, ReplyError> {
        let matches = findings.map_or(&[][..], |found| &found.matches);
        let heard: Vec<&StoredMatch> = matches.iter().filter(|found| found.silenced.is_none()).collect();
        // Who names an article, or closed the case with it, wants that one alone.
        let resolved = || case.article.clone().filter(|_| case.status == CaseStatus::Closed);
        let alone = if said.named.is_empty() { resolved().into_iter().collect() } else { said.named.to_vec() };
        let first = if alone.is_empty() { said.accepted.first().cloned().into_iter().collect() } else { alone.clone() };
        let mut choice = Choice::default();
        for id in &first {
            let article = self.sendable(id, language)?;
            if choice.articles.iter().all(|other| other.id != article.id) {
                choice.articles.push(article);
            }
        }
        let mut explained: Vec<u32> = first.iter().filter_map(|id| self.fault_of(id, &heard)).collect();
        let known = heard.iter().filter(|found| found.verdict == Verdict::Known.name()).map(|found| &found.article);
        let mut refused = None;
        // What explains none of the faults found is said against all of them.
        let against_all = !first.is_empty() && explained.is_empty();
        for id in said.accepted.iter().chain(known) {
            let Some(fault) = self.fault_of(id, &heard) else { continue };
            let article = ArticleId(id.clone());
            if against_all || explained.contains(&fault) {
                let is_told = |one: &LeftOut| self.is_same_issue(id, &one.article.0);
                let given = choice.articles.iter().any(|one| self.is_same_issue(id, &one.id.0));
                if !given && !choice.left_out.iter().any(is_told) {
                    let whose = if against_all { "known for the case" } else { "known for the same fault" };
                    let why = format!("{whose}; `--article {id}` gives it");
                    choice.left_out.push(LeftOut { article, why });
                }
                continue;
            }
            explained.push(fault);
            if !alone.is_empty() {
                let why = format!("explains another fault of the case; `--article {id}` beside the other gives both");
                choice.left_out.push(LeftOut { article, why });
                continue;
            }
            match self.sendable(id, language) {
                Ok(article) => choice.articles.push(article),
                Err(error) => {
                    choice.left_out.push(LeftOut { article, why: error.to_string() });
                    refused.get_or_insert(error);
                }
            }
        }
        match (choice.articles.is_empty(), refused, &case.article) {
            (true, Some(error), _) => Err(error),
            (true, None, Some(earlier)) => {
                choice.articles.push(self.sendable(earlier, language)?);
                Ok(choice)
            }
            _ => Ok(choice),
        }
    }

    /// Whether two articles are one, or one in two languages.
    fn is_same_issue(&self, one: &str, other: &str) -> bool {
        let translations = self.library.find(one).map_or(&[][..], |article| &article.translations);
        one == other || translations.iter().any(|id| id.0 == other)
    }

    /// The fault that an article explains, by itself or in another language.
    fn fault_of(&self, id: &str, heard: &[&StoredMatch]) -> Option<u32> {
        let translations = self.library.find(id).map_or(&[][..], |article| &article.translations);
        let found =
            heard.iter().find(|found| found.article == id || translations.iter().any(|other| other.0 == found.article));
        // A store that was filled before faults were told apart has one.
        found.map(|found| found.fault.unwrap_or(1))
    }

    /// An article that is in use and says something that helps and that a customer may read.
    fn sendable(&self, id: &str, language: &str) -> Result<&Article, ReplyError> {
        let article = self.library.find(id).ok_or_else(|| ReplyError::NoArticle(id.to_string()))?;
        if let Some(why) = self.library.out_of_use(article) {
            return Err(ReplyError::OutOfUse(why));
        }
        let in_language = |one: &&Article| one.language == language && !one.status.is_retired();
        let mut translations = article.translations.iter().filter_map(|id| self.library.find(&id.0));
        let article =
            if article.language == language { None } else { translations.find(in_language) }.unwrap_or(article);
        if super::text::helps(article) { Ok(article) } else { Err(ReplyError::NoResolution(article.id.clone())) }
    }
}
