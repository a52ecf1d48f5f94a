//! Conditions on articles, held against one.

use std::{cmp::Reverse, collections::BTreeMap};

use jiff::civil::Date;
use serde::Serialize;

use crate::{
    article::{Article, ArticleKind, ArticleStatus},
    catalog::{self, distance},
    signature::{Signature, SignatureKind},
};

/// What an article must be, whatever its words are. Names are compared without regard to case, blanks and hyphens.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ArticleFilter {
    /// A specific issue, or a code in general.
    pub kind: Option<ArticleKind>,
    /// Names a signature of each of these kinds.
    pub signature_kinds: Vec<SignatureKind>,
    /// One of its products.
    pub product: Option<String>,
    /// One of its components.
    pub component: Option<String>,
    /// One of its tags.
    pub tag: Option<String>,
    /// Its language.
    pub language: Option<String>,
    /// Its state. Without one, those that are out of use are left out.
    pub status: Option<ArticleStatus>,
    /// Its severity.
    pub severity: Option<String>,
    /// Who answers for it.
    pub owner: Option<String>,
    /// Its state changed on this day or later.
    pub since: Option<Date>,
    /// Its state changed before this day.
    pub until: Option<Date>,
}

impl ArticleFilter {
    /// Whether there is no condition.
    pub fn is_empty(&self) -> bool {
        *self == ArticleFilter::default()
    }

    /// Whether an article meets all conditions.
    pub fn fits(&self, article: &Article) -> bool {
        fn one_of<'n>(wanted: &Option<String>, mut names: impl Iterator<Item = &'n String>) -> bool {
            wanted.as_ref().is_none_or(|wanted| names.any(|name| same(wanted, name)))
        }
        let applies = || article.applies_to.iter().filter_map(|one| one.product.as_ref());
        let kinds = || article.strong.iter().chain(&article.weak).map(|signature| signature.kind);
        // The last change that is known; an article that tells of none was changed on no day.
        let changed = || article.dates.values().max();
        (match self.status {
            Some(status) => article.status == status,
            None => !article.status.is_retired(),
        }) && self.kind.is_none_or(|kind| article.kind == kind)
            && self.language.as_ref().is_none_or(|language| article.language == *language)
            && one_of(&self.product, article.products.iter().chain(applies()))
            && one_of(&self.component, article.components.iter())
            && one_of(&self.tag, article.tags.iter())
            && one_of(&self.severity, article.severity.iter())
            && one_of(&self.owner, article.owner.iter())
            && self.signature_kinds.iter().all(|kind| kinds().any(|own| own == *kind))
            && self.since.is_none_or(|since| changed().is_some_and(|day| *day >= since))
            && self.until.is_none_or(|until| changed().is_some_and(|day| *day < until))
    }
}

/// A name that is asked of articles and that none of them has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UnknownName {
    /// The condition.
    pub condition: &'static str,
    /// What was asked.
    pub value: String,
    /// The name that is meant, where one is near.
    pub near: Option<String>,
    /// The names that articles have most.
    pub known: Vec<String>,
}

/// Names told at most.
const MOST_TOLD: usize = 8;
/// Slips in a name that still say which is meant.
const SLIPS: usize = 2;

impl ArticleFilter {
    /// The names among the conditions that no article has.
    pub(super) fn unknown(&self, articles: &[Article]) -> Vec<UnknownName> {
        type Names = fn(&Article) -> Vec<&String>;
        let products: Names = |article| {
            let applies = article.applies_to.iter().filter_map(|one| one.product.as_ref());
            article.products.iter().chain(applies).collect()
        };
        let conditions: [(&'static str, &Option<String>, Names); 4] = [
            ("product", &self.product, products),
            ("component", &self.component, |article| article.components.iter().collect()),
            ("tag", &self.tag, |article| article.tags.iter().collect()),
            ("owner", &self.owner, |article| article.owner.iter().collect()),
        ];
        let unknown = conditions.into_iter().filter_map(|(condition, value, names)| {
            let value = value.as_ref()?;
            let mut counts: BTreeMap<&String, usize> = BTreeMap::new();
            articles.iter().flat_map(names).for_each(|name| *counts.entry(name).or_default() += 1);
            if counts.keys().any(|name| same(value, name)) {
                return None;
            }
            let near = nearest(value, counts.keys().copied());
            let mut known: Vec<(&String, usize)> = counts.into_iter().collect();
            known.sort_by_key(|(_, count)| Reverse(*count));
            let known = known.into_iter().take(MOST_TOLD).map(|(name, _)| name.clone()).collect();
            Some(UnknownName { condition, value: value.clone(), near, known })
        });
        unknown.collect()
    }
}

/// The name that somebody means who writes another: one with a slip or two, or one that is written short, `win7` for `windows-7`.
fn nearest<'n>(value: &str, names: impl Iterator<Item = &'n String> + Clone) -> Option<String> {
    let plain =
        |text: &str| -> String { text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect() };
    let digits = |text: &str| -> String { text.chars().filter(char::is_ascii_digit).collect() };
    let value = plain(value);
    let is_short_for = |name: &str| {
        let mut letters = name.chars();
        name.starts_with(value.chars().next().unwrap_or('-'))
            && digits(name) == digits(&value)
            && value.chars().all(|c| letters.any(|letter| letter == c))
    };
    let short = names.clone().filter(|name| value.chars().count() > 1 && is_short_for(&plain(name)));
    let slips = |name: &&String| {
        distance(value.as_bytes(), plain(name).as_bytes(), SLIPS).filter(|_| digits(name) == digits(&value))
    };
    let slipped = names.filter_map(|name| slips(&name).map(|slips| (slips, name))).min();
    short.min_by_key(|name| name.len()).or(slipped.map(|(_, name)| name)).cloned()
}

/// Whether an article names a signature or what means the same, among its signatures, its fixes or its references.
pub(super) fn names(article: &Article, wanted: &Signature) -> bool {
    let equivalents = catalog::equivalents(wanted);
    let is_it = |own: &Signature| {
        std::iter::once(wanted)
            .chain(&equivalents)
            .any(|other| other.kind == own.kind && other.value.eq_ignore_ascii_case(&own.value))
    };
    article.strong.iter().chain(&article.weak).any(is_it)
        || article.fixed_in.iter().any(|update| same(update, &wanted.value))
        || article.references.iter().any(|reference| same(&reference.id, &wanted.value))
}

/// `Windows 7` is `windows-7`.
fn same(one: &str, other: &str) -> bool {
    let letters = |text: &str| -> String {
        text.chars().map(|c| if matches!(c, ' ' | '_') { '-' } else { c }).flat_map(char::to_lowercase).collect()
    };
    one == other || letters(one) == letters(other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_is_written_short_is_told() {
        let names = ["windows-7", "windows-10", "windows-server-2019", "sql-server", "linux"].map(str::to_string);
        let near = |value: &str| nearest(value, names.iter());
        for (value, name) in [
            ("win7", "windows-7"),
            ("Win 10", "windows-10"),
            ("win2019", "windows-server-2019"),
            ("sqlserver", "sql-server"),
            ("linus", "linux"),
            ("widnows-7", "windows-7"),
        ] {
            assert_eq!(near(value).as_deref(), Some(name), "{value}");
        }
        for value in ["win8", "macos", "w", ""] {
            assert_eq!(near(value), None, "{value}");
        }
    }

    #[test]
    fn an_article_meets_all_conditions_or_none() {
        let text = "---\nid: pump-sticks\ntitle: Pump sticks\nlanguage: en\nstatus: validated\ndates: {validated: 2024-05-06}\nseverity: P2\n\
                    products: [windows-7]\ncomponents: [spooler]\ntags: [cause/cold]\nfixed_in: [KB5012345]\nsignatures: {strong: [\"hresult:0x80070005\"]}\n---\n\
                    ## Symptoms\nIt sticks.\n";
        let article = crate::article::parse("pump.md", text).unwrap().value;
        let fits = |query: &str| super::super::Asked::parse(query).unwrap().article.fits(&article);
        for query in [
            "product:\"Windows 7\" component:Spooler tag:Cause/Cold lang:en",
            "status:validated severity:p2 kind:specific kind:hresult",
            "after:2024-05-06 before:2024-05-07",
        ] {
            assert!(fits(query), "{query}");
        }
        for query in [
            "product:windows-10",
            "lang:zh",
            "status:wip",
            "kind:generic",
            "kind:event",
            "after:2024-05-07",
            "before:2024-05-06",
            "tag:cause/x",
        ] {
            assert!(!fits(query), "{query}");
        }
        for (signature, expected) in
            [("hresult:0x80070005", true), ("win32:5", true), ("kb:KB5012345", true), ("win32:6", false)]
        {
            assert_eq!(names(&article, &signature.parse().unwrap()), expected, "{signature}");
        }
    }
}
