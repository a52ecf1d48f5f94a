//! Conditions on articles, held against one.

use jiff::civil::Date;

use crate::{
    article::{Article, ArticleKind, ArticleStatus},
    catalog,
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
