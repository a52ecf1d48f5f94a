//! Articles whose place another took: what is said where a case, or a person, asks for the old one.

use std::collections::HashSet;

use serde::Serialize;

use super::{App, library::Library};
use crate::{
    article::{Article, ArticleId, ArticleStatus},
    matching::{CaseView, condition::hold},
    signature::Standing,
};

/// A superseded article that fits a case, and which to read instead.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Superseded {
    /// The article that is out of use.
    pub article: ArticleId,
    /// The one that took its place, at the end of the chain.
    pub by: ArticleId,
    /// Its title; `None` where it is not among the articles in use.
    pub title: Option<String>,
}

impl Library {
    /// The article that took the place of another, at the end of the chain; `None`: none did.
    pub fn successor<'a>(&'a self, article: &'a Article) -> Option<&'a ArticleId> {
        let mut seen = HashSet::new();
        let mut last = None;
        let mut next = Some(article);
        while let Some(one) = next.filter(|one| seen.insert(&one.id)) {
            let Some(by) = &one.superseded_by else { break };
            last = Some(by);
            next = self.find(&by.0);
        }
        last
    }

    /// What is to be said of an article that is out of use; `None`: it is in use.
    pub fn out_of_use(&self, article: &Article) -> Option<String> {
        match (article.status, self.successor(article)) {
            (ArticleStatus::Superseded, Some(by)) => Some(format!("article `{}` was superseded by `{by}`", article.id)),
            (status, _) if status.is_retired() => Some(format!("article `{}` is archived", article.id)),
            _ => None,
        }
    }
}

impl App {
    /// The superseded articles that fit a case, but for those whose successors are proposed anyway.
    pub(super) fn superseded<'a>(&'a self, view: &CaseView<'a>, proposed: &[&ArticleId]) -> Vec<Superseded> {
        let articles = &self.library.articles;
        let superseded = articles.iter().filter(|article| article.status == ArticleStatus::Superseded);
        superseded
            .filter(|article| fits(article, view))
            .filter_map(|article| {
                let by = self.library.successor(article)?;
                let title = self.library.find(&by.0).map(|one| one.title.clone());
                (!proposed.contains(&by)).then(|| Superseded { article: article.id.clone(), by: by.clone(), title })
            })
            .collect()
    }
}

/// Whether what makes an article certain is there; without a condition, whether something that defines it failed.
fn fits<'a>(article: &'a Article, view: &CaseView<'a>) -> bool {
    match &article.condition {
        Some(condition) => hold(condition, view).is_some_and(|held| !held.quoted),
        None => article.strong.iter().any(|signature| {
            view.signature(signature).is_some_and(|found| found.evidence.standing == Standing::Failing)
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::parse;

    #[test]
    fn the_end_of_a_chain_is_named_and_a_circle_ends() {
        let article = |id: &str, more: &str| {
            parse("t.md", &format!("---\nid: {id}\ntitle: x\nlanguage: en\n{more}---\n")).unwrap().value
        };
        let articles = vec![
            article("a", "superseded_by: b\n"),
            article("b", "superseded_by: c\n"),
            article("c", ""),
            article("d", "superseded_by: e\n"),
            article("e", "superseded_by: d\n"),
            article("f", "status: archived\n"),
        ];
        let library = Library { articles, ..Library::default() };
        let said = |id: &str| library.out_of_use(library.find(id).unwrap());
        assert_eq!(said("a").as_deref(), Some("article `a` was superseded by `c`"));
        assert_eq!(said("c"), None);
        assert!(said("d").is_some() && said("e").is_some());
        assert_eq!(said("f").as_deref(), Some("article `f` is archived"));
    }
}
