//! The starter set: each article is found by its own examples and not claimed for what it rejects.

use std::{fmt::Write, fs};

use casebook::article::{Article, ArticleKind};

use crate::support::{app, triage};

/// Whether `found` is the article or the same issue in another language.
fn same_issue(article: &Article, found: &str) -> bool {
    article.id.0 == found || article.translations.iter().any(|id| id.0 == found)
}

#[test]
fn every_article_is_tried_by_its_examples() {
    let app = app();
    let folder = tempfile::tempdir().unwrap();
    let mut wrong = String::new();
    let mut tried = 0;
    for article in &app.library().articles {
        let matching = article.matching_examples.iter().map(|text| (text, true));
        let rejected = article.rejected_examples.iter().map(|text| (text, false));
        for (number, (text, must)) in matching.chain(rejected).enumerate() {
            let path = folder.path().join(format!("{}-{number}.txt", article.id));
            fs::write(&path, text).unwrap();
            let report = triage(&app, std::slice::from_ref(&path));
            let first = report.matches.first();
            let known = report
                .matches
                .iter()
                .any(|found| same_issue(article, &found.article.id.0) && found.verdict.name() == "known");
            let fits = match (must, article.kind) {
                (true, ArticleKind::Generic) => {
                    report.matches.iter().any(|found| same_issue(article, &found.article.id.0))
                }
                (true, ArticleKind::Specific) => {
                    known && first.is_some_and(|first| same_issue(article, &first.article.id.0))
                }
                (false, _) => !known,
            };
            tried += 1;
            if !fits {
                let first = first.map_or("nothing".to_string(), |first| {
                    format!("{} {} {}", first.article.id, first.verdict.name(), first.confidence)
                });
                let head: String = text.chars().take(100).collect();
                let _ = writeln!(
                    wrong,
                    "{} {} example {number}: {first}: {head}",
                    article.id,
                    if must { "match" } else { "reject" }
                );
            }
        }
    }
    assert!(tried > 100, "only {tried} examples");
    assert!(wrong.is_empty(), "wrong:\n{wrong}");
}
