//! Which part of a page is its text.

use std::{collections::BTreeMap, sync::LazyLock};

use regex::Regex;

/// An element's attributes, in lower case, those that tell what it is for.
#[derive(Debug, Default, Clone)]
pub(super) struct Tag {
    pub(super) name: String,
    pub(super) attributes: BTreeMap<String, String>,
}

impl Tag {
    pub(super) fn get(&self, name: &str) -> &str {
        self.attributes.get(name).map_or("", String::as_str)
    }
}

/// How much of a page is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scope {
    /// What stands in elements that hold the text, by the page's own word.
    Main(Main),
    /// All but what leads through a site.
    Body,
    /// All.
    Everything,
}

/// The elements by which pages mark their text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Main {
    Element,
    Role,
    WikiContent,
    Article,
}

static MARKS: LazyLock<Vec<(Main, Regex)>> = LazyLock::new(|| {
    let rules = [
        (Main::WikiContent, r#"(?i)id=["']?main-content\b"#),
        (Main::Element, r"(?i)<main[\s>]"),
        (Main::Role, r#"(?i)role=["']?main\b"#),
        (Main::Article, r"(?i)<article[\s>]"),
    ];
    rules.into_iter().filter_map(|(main, rule)| Some((main, Regex::new(rule).ok()?))).collect()
});

/// The scopes to try, the narrowest first.
pub(super) fn scopes(html: &str) -> Vec<Scope> {
    let mains = MARKS.iter().filter(|(_, rule)| rule.is_match(html)).map(|(main, _)| Scope::Main(*main));
    mains.take(1).chain([Scope::Body, Scope::Everything]).collect()
}

/// Whether an element opens the part that holds the text.
pub(super) fn opens_main(tag: &Tag, main: Main) -> bool {
    match main {
        Main::Element => tag.name == "main",
        Main::Role => tag.get("role") == "main",
        Main::WikiContent => tag.get("id") == "main-content",
        Main::Article => tag.name == "article",
    }
}

/// Words of class names and ids of what leads through a site, each whole or parted from others by `-` or `_`.
const FURNITURE: &[&str] = &[
    "breadcrumb",
    "breadcrumbs",
    "cookie",
    "cookies",
    "cookiebanner",
    "cookie-consent",
    "gdpr",
    "navbar",
    "navigation",
    "sidebar",
    "skip-link",
    "skiplink",
    "pagination",
    "site-header",
    "site-footer",
    "page-footer",
    "global-nav",
    "menu",
    "toolbar",
    "share-buttons",
    "related-articles",
    "toc",
    "table-of-contents",
    "feedback",
    "onetrust-banner-sdk",
    "page-metadata",
];

const ROLES: &[&str] = &["navigation", "banner", "contentinfo", "search", "complementary", "alertdialog"];

/// Whether an element leads through a site and says nothing of the matter. Within what the page itself marks as its text a header
/// or an aside belongs to the text.
pub(super) fn is_furniture(tag: &Tag, in_main: bool) -> bool {
    if ROLES.contains(&tag.get("role")) {
        return true;
    }
    match tag.name.as_str() {
        "nav" => return true,
        "header" | "footer" | "aside" => return !in_main,
        // A page may call itself as it likes.
        "html" | "body" | "main" | "article" => return false,
        _ => {}
    }
    let is_one = |word: &str| FURNITURE.contains(&word);
    let names = [tag.get("class"), tag.get("id")];
    names.iter().flat_map(|names| names.split_whitespace()).any(|name| {
        // `breadcrumb-section`, `cookie_notice`: what it is comes first.
        is_one(name) || name.split(['-', '_']).next().is_some_and(|first| first.len() > 3 && is_one(first))
    })
}

/// Whether an element is not shown.
pub(super) fn is_hidden(tag: &Tag) -> bool {
    let style: String = tag.get("style").chars().filter(|c| !c.is_whitespace()).collect();
    tag.attributes.contains_key("hidden")
        || tag.get("aria-hidden") == "true"
        || style.contains("display:none")
        || style.contains("visibility:hidden")
}

/// Whether an element is a block of text.
pub(super) fn is_block(name: &str) -> bool {
    matches!(
        name,
        "p" | "div"
            | "section"
            | "article"
            | "main"
            | "header"
            | "footer"
            | "aside"
            | "figure"
            | "figcaption"
            | "details"
            | "summary"
            | "dl"
            | "dd"
            | "address"
            | "center"
            | "form"
            | "fieldset"
            | "tr"
            | "td"
            | "th"
            | "tbody"
            | "thead"
            | "caption"
            | "ac:layout"
            | "ac:layout-section"
            | "ac:layout-cell"
    )
}
