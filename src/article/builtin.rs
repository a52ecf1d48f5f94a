//! The starter articles, built into the program from `kb/articles/`.

use crate::parsed::Parsed;

use super::{Article, parse_all};

/// File name and text, in the order of the names; written by `build.rs`.
const ARTICLES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/articles.rs"));

/// The starter articles as written: file name within `kb/articles/` and text.
pub fn builtin() -> impl Iterator<Item = (&'static str, &'static str)> {
    ARTICLES.iter().copied()
}

/// The starter articles.
pub fn load_builtin() -> Parsed<Vec<Article>> {
    parse_all(builtin())
}
