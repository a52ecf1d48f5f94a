//! What the articles did: cases that they resolved, matched, or were rejected for.

use std::collections::{BTreeMap, HashSet};

use serde::Serialize;

use crate::report::{
    Figure,
    material::{NameNo, ReportCase},
    view::View,
};

/// What the articles did.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Articles {
    /// Articles that did anything in the span, those that resolved most first.
    pub rows: Vec<ArticleRow>,
    /// Further ones that are not listed.
    pub left_out: usize,
    /// Articles in use.
    pub in_use: usize,
    /// Ids of those that matched no stored case, ever and whatever the filter.
    pub never_matched: Vec<String>,
}

/// An article.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ArticleRow {
    /// Its id; of translations the one that is not Chinese.
    pub article: String,
    /// Its title; empty where it is no longer in use.
    pub title: String,
    /// Its title in Chinese, where that is another one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title_zh: Option<String>,
    /// Cases closed with it in the span.
    pub resolved: Figure,
    /// Cases opened in the span that it explains.
    pub explained: Figure,
    /// Cases opened in the span that it may explain.
    pub possible: Figure,
    /// Cases for which people accepted it in the span.
    pub accepted: Figure,
    /// Cases for which people rejected it in the span.
    pub rejected: Figure,
}

#[derive(Default)]
struct Did<'m> {
    resolved: Vec<&'m ReportCase>,
    explained: Vec<&'m ReportCase>,
    possible: Vec<&'m ReportCase>,
    accepted: Vec<&'m ReportCase>,
    rejected: Vec<&'m ReportCase>,
}

pub(in crate::report) fn section(view: &View<'_>) -> Articles {
    let mut did: BTreeMap<NameNo, Did<'_>> = BTreeMap::new();
    let period = &view.span.period;
    for case in view.closed(period) {
        if let Some(article) = case.article {
            did.entry(article).or_default().resolved.push(case);
        }
    }
    for case in view.here() {
        for (article, explains) in &case.matches {
            let did = did.entry(*article).or_default();
            if *explains { &mut did.explained } else { &mut did.possible }.push(case);
        }
    }
    for case in &view.cases {
        for (article, _) in case.accepted.iter().filter(|(_, at)| period.holds(*at)) {
            did.entry(*article).or_default().accepted.push(case);
        }
        for (article, _) in case.rejected.iter().filter(|(_, at)| period.holds(*at)) {
            did.entry(*article).or_default().rejected.push(case);
        }
    }
    let mut did: Vec<(NameNo, Did<'_>)> = did.into_iter().collect();
    let weight = |did: &Did<'_>| {
        [&did.resolved, &did.explained, &did.accepted, &did.possible, &did.rejected].map(|cases| cases.len())
    };
    let id = |article: NameNo| view.material.name(article);
    did.sort_by(|(a, x), (b, y)| weight(y).cmp(&weight(x)).then_with(|| id(*a).cmp(id(*b))));
    let left_out = did.len().saturating_sub(view.ask.rows);
    did.truncate(view.ask.rows);
    let in_use = |article: NameNo| view.material.articles.iter().find(|one| one.name == article);
    let row = |(article, did): (NameNo, Did<'_>)| {
        let used = in_use(article);
        ArticleRow {
            article: id(article).to_string(),
            title: used.map(|one| one.title.clone()).unwrap_or_default(),
            title_zh: used.and_then(|one| one.title_zh.clone()),
            resolved: Figure::of(did.resolved),
            explained: Figure::of(did.explained),
            possible: Figure::of(did.possible),
            accepted: Figure::of(did.accepted),
            rejected: Figure::of(did.rejected),
        }
    };
    let matched: HashSet<NameNo> =
        view.material.cases.iter().flat_map(|case| case.matches.iter().map(|(article, _)| *article)).collect();
    let never = view.material.articles.iter().filter(|article| !matched.contains(&article.name));
    let mut never_matched: Vec<String> = never.map(|article| id(article.name).to_string()).collect();
    never_matched.sort_unstable();
    Articles { rows: did.into_iter().map(row).collect(), left_out, in_use: view.material.articles.len(), never_matched }
}
