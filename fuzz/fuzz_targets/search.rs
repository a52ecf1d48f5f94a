//! Any text as what a person searches for, in articles and in cases.
#![no_main]

use std::sync::LazyLock;

use casebook::{app::search::Asked, article, index::ArticleIndex, text::terms::Terms};

static INDEX: LazyLock<Option<ArticleIndex>> = LazyLock::new(|| {
    // A few: the index is built before the first text.
    let articles = article::parse_all(article::builtin().take(5)).value;
    ArticleIndex::build(&articles, Terms::builtin()).ok()
});

libfuzzer_sys::fuzz_target!(|text: &str| {
    // What is no query is an ordinary answer.
    let _ = Asked::parse(text);
    if let Some(index) = &*INDEX {
        let query = index.parse_query(text);
        index.search(&query, 5).expect("a query that was read can be asked");
    }
});
