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
    let fields = Asked::parse(text).map(|asked| asked.fields).unwrap_or_default();
    if let Some(index) = &*INDEX {
        let query = index.query(text, &fields).expect("any text can be asked");
        index.search(&query, 5).expect("a query that was read can be asked");
    }
});
