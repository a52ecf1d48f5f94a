//! The starter articles, built into the program from `kb/articles/`.

use crate::parsed::Parsed;

use super::{Article, parse_all};

/// File name and text, in the order of the names; written by `build.rs`.
const ARTICLES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/articles.rs"));

/// Which article lists which signature, a line each; written by `build.rs`.
const LISTINGS: &str = include_str!(concat!(env!("OUT_DIR"), "/listings.tsv"));

/// A signature that a starter article lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Listing {
    /// `kind:value` in normal form.
    pub signature: &'static str,
    /// Whether it defines the issue; otherwise it often goes with it.
    pub strong: bool,
    /// The article's id.
    pub id: &'static str,
    /// The article's title.
    pub title: &'static str,
}

/// The signatures that the starter articles list, in the order of the articles. No article is read for it.
pub fn listings() -> impl Iterator<Item = Listing> {
    LISTINGS.lines().filter_map(|line| {
        let mut fields = line.split('\t');
        let (signature, list) = (fields.next()?, fields.next()?);
        Some(Listing { signature, strong: list == "strong", id: fields.next()?, title: fields.next()? })
    })
}

/// The starter articles as written: file name within `kb/articles/` and text.
pub fn builtin() -> impl Iterator<Item = (&'static str, &'static str)> {
    ARTICLES.iter().copied()
}

/// The starter articles.
pub fn load_builtin() -> Parsed<Vec<Article>> {
    parse_all(builtin())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn listings_are_what_the_articles_say() {
        let listed: Vec<(String, bool, String, String)> = listings()
            .map(|one| (one.signature.to_string(), one.strong, one.id.to_string(), one.title.to_string()))
            .collect();
        let mut expected = Vec::new();
        for article in load_builtin().value {
            let strong = article.strong.iter().map(|signature| (signature, true));
            for (signature, strong) in strong.chain(article.weak.iter().map(|signature| (signature, false))) {
                // In normal form: an article that needs mending does not belong to the starter set.
                expected.push((signature.to_string(), strong, article.id.0.clone(), article.title.clone()));
            }
        }
        assert!(expected.len() > 80, "{}", expected.len());
        assert_eq!(listed, expected);
    }
}
