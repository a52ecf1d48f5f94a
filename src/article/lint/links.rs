//! Articles that name each other: translations, successors, links in the text.

use std::{collections::HashMap, sync::LazyLock};

use regex::Regex;

use super::{Findings, LintRule};
use crate::article::{Article, ArticleId};

pub(super) fn check(article: &Article, by_id: &HashMap<&ArticleId, &Article>, found: &mut Findings<'_>) {
    check_translations(article, by_id, found);
    check_successor(article, by_id, found);
    // What was imported has the links of the place that it came from.
    if article.origin.is_none() {
        check_links(article, by_id, found);
    }
}

fn check_translations(article: &Article, by_id: &HashMap<&ArticleId, &Article>, found: &mut Findings<'_>) {
    for id in &article.translations {
        let message = match by_id.get(id) {
            None => format!("translation `{id}` does not exist"),
            Some(other) if other.language == article.language => format!("translation `{id}` is in the same language"),
            Some(other) if !other.translations.contains(&article.id) => {
                format!("translation `{id}` does not link back")
            }
            // One issue must not be known in one language and unknown in the other.
            Some(other)
                if (&other.condition, &other.strong, &other.weak)
                    != (&article.condition, &article.strong, &article.weak) =>
            {
                format!("condition or signatures differ from translation `{id}`")
            }
            Some(other) if other.status.is_retired() && !article.status.is_retired() => {
                format!("translation `{id}` is {}", other.status.name())
            }
            Some(_) => continue,
        };
        found.key("translations", LintRule::Translation, message);
    }
}

fn check_successor(article: &Article, by_id: &HashMap<&ArticleId, &Article>, found: &mut Findings<'_>) {
    let Some(id) = &article.superseded_by else { return };
    let message = match by_id.get(id) {
        None => format!("`{id}`, which took its place, does not exist"),
        Some(other) if other.id == article.id => "an article cannot take its own place".to_string(),
        Some(other) if other.status.is_retired() => {
            let next = other.superseded_by.as_ref().map(|next| format!("; name `{next}`")).unwrap_or_default();
            format!("`{id}`, which took its place, is itself {}{next}", other.status.name())
        }
        Some(_) => return,
    };
    found.key("superseded_by", LintRule::DeadReference, message);
}

/// Targets of Markdown links that name a file beside the article.
static LINK: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"\]\(<?(?P<target>[^)\s>#:]{1,300}\.md)(?:#[^)\s>]*)?>?(?:\s[^)]*)?\)").ok());

fn check_links(article: &Article, by_id: &HashMap<&ArticleId, &Article>, found: &mut Findings<'_>) {
    let Some(pattern) = LINK.as_ref() else { return };
    for section in &article.sections {
        for (line, text) in (section.text_line..).zip(section.text.lines()) {
            for target in pattern.captures_iter(text).filter_map(|found| found.name("target")) {
                let target = target.as_str();
                let id = target.rsplit('/').next().and_then(|name| name.strip_suffix(".md")).unwrap_or(target);
                match by_id.get(&ArticleId(id.to_string())) {
                    None => found.line(line, LintRule::DeadReference, format!("`{target}` leads to no article")),
                    Some(other) if other.status.is_retired() && !article.status.is_retired() => {
                        let message = format!("`{target}` leads to an article that is {}", other.status.name());
                        found.line(line, LintRule::DeadReference, message);
                    }
                    Some(_) => {}
                }
            }
        }
    }
}
