//! Lint: what the articles in use lack, or those that somebody is about to commit.

use std::{
    collections::{BTreeSet, HashSet},
    fs, io,
    path::{Path, PathBuf},
};

use jiff::civil::Date;
use serde::Serialize;

use super::{
    App, AppError,
    library::{NOTHING_LOADED, read_articles},
};
use crate::{
    article::{
        self, Article,
        lint::{Context, Finding},
    },
    catalog::distance,
    parsed::Warning,
    tag::TagRules,
};

/// Name and version of the JSON form.
pub const SCHEMA: &str = "casebook.kb-lint/1";

/// Slips in a tag that still say which is meant.
const SLIPS: usize = 2;

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LintReport {
    /// [`SCHEMA`].
    pub schema: &'static str,
    /// Articles that were checked.
    pub checked: usize,
    /// What they lack.
    pub findings: Vec<Finding>,
    /// Articles that could not be read at all, and what was put right in others.
    pub unreadable: Vec<Warning>,
}

/// Why nothing was checked.
#[derive(Debug, thiserror::Error)]
pub enum LintError {
    /// A service could not be started.
    #[error(transparent)]
    App(#[from] AppError),
    /// A file or folder that is named cannot be read.
    #[error("cannot read `{}`", .path.display())]
    Read {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

impl App {
    /// Checks the articles in use; with `paths`, the articles in these files and folders alone, among all that are in use.
    ///
    /// # Errors
    /// When a path or the tag rules cannot be read.
    pub fn lint(&self, paths: &[PathBuf], today: Date) -> Result<LintReport, LintError> {
        let rules = self.tag_rules().map_err(LintError::App)?.value;
        let is_known =
            |tag: &str| if rules.knows(tag) { Ok(()) } else { Err(advice(tag, &rules, &self.library.articles)) };
        let context = Context { today: Some(today), tags: Some(&is_known), internal: &self.settings.internal.value };
        if paths.is_empty() {
            let articles = &self.library.articles;
            let findings = article::lint::lint(articles, context);
            let mut unreadable = self.library.warnings.clone();
            // What is wrong with each is said of each.
            if unreadable.len() > 1 {
                unreadable.retain(|warning| warning.message != NOTHING_LOADED);
            }
            return Ok(LintReport { schema: SCHEMA, checked: articles.len(), findings, unreadable });
        }
        let mut articles = self.library.articles.clone();
        let mut unreadable = Vec::new();
        let mut named = HashSet::new();
        for path in paths {
            let failed = |source| LintError::Read { path: path.clone(), source };
            for (source, text) in read_articles(path, &mut unreadable).map_err(failed)? {
                match article::parse(&source, &text) {
                    Ok(parsed) => {
                        unreadable.extend(parsed.warnings);
                        add(&mut articles, parsed.value, &named);
                        named.insert(source);
                    }
                    Err(error) => unreadable.push(article::left_out(&source, &error)),
                }
            }
        }
        let mut findings = article::lint::lint(&articles, context);
        findings.retain(|finding| named.contains(&finding.source));
        Ok(LintReport { schema: SCHEMA, checked: named.len(), findings, unreadable })
    }
}

/// Puts an article in the place of the same file's, else of the one with its id that is not to be checked itself, else behind all:
/// of two named files with one id the second is a fault.
fn add(articles: &mut Vec<Article>, article: Article, named: &HashSet<String>) {
    let same_file = |other: &Article| is_same_file(&other.source, &article.source);
    let same_id = |other: &Article| other.id == article.id && !named.contains(&other.source);
    let place = articles.iter().position(same_file);
    match place.or_else(|| articles.iter().position(same_id)) {
        Some(place) => articles[place] = article,
        None => articles.push(article),
    }
}

fn is_same_file(a: &str, b: &str) -> bool {
    a == b
        || Path::new(a).file_name() == Path::new(b).file_name()
            && matches!((fs::canonicalize(a), fs::canonicalize(b)), (Ok(a), Ok(b)) if a == b)
}

/// What to write for a tag that is not known.
fn advice(tag: &str, rules: &TagRules, articles: &[Article]) -> String {
    let written = rules.names().filter(|name| !name.contains(['{', '*']));
    let used = articles.iter().flat_map(|article| &article.tags).map(String::as_str);
    let near: BTreeSet<(usize, &str)> = written
        .chain(used.filter(|tag| rules.knows(tag)))
        .filter_map(|known| distance(tag.as_bytes(), known.as_bytes(), SLIPS).map(|slips| (slips, known)))
        .collect();
    match near.first() {
        Some((_, known)) => format!("did you mean `{known}`?"),
        None => "add it to `vocabulary` in a file of tag rules, or write one that is there".to_string(),
    }
}
