//! Articles that are one answer: an issue in several languages.

use std::collections::HashMap;

use crate::article::Article;

/// For each article in several languages the id that stands for all of them.
pub(super) struct Issues<'a> {
    first: HashMap<&'a str, &'a str>,
    /// Ids by the path of the document that an article was made of.
    by_source: HashMap<&'a str, &'a str>,
}

impl<'a> Issues<'a> {
    pub(super) fn of(articles: &'a [Article]) -> Self {
        let mut issues = Issues { first: HashMap::new(), by_source: HashMap::new() };
        for article in articles {
            let source = article.origin.as_deref().unwrap_or(&article.source);
            issues.by_source.entry(source).or_insert(&article.id.0);
            for other in &article.translations {
                let (one, other) = (issues.root(&article.id.0), issues.root(&other.0));
                if one != other {
                    issues.first.insert(one.max(other), one.min(other));
                }
            }
        }
        issues
    }

    fn root<'i>(&self, mut id: &'i str) -> &'i str
    where
        'a: 'i,
    {
        // Each step goes to a lesser id: it ends.
        while let Some(first) = self.first.get(id) {
            id = first;
        }
        id
    }

    /// The issue of an article, by its id or the document that it was made of, as labels name it. A label of no article is its own.
    pub(super) fn issue<'i>(&self, label: &'i str) -> &'i str
    where
        'a: 'i,
    {
        let id: &'i str = self.by_source.get(label).copied().unwrap_or(label);
        self.root(id)
    }
}
