//! Codes explained: what a person typed becomes every reading that the catalog has of it, with the articles that name it.

use aho_corasick::AhoCorasick;
use serde::Serialize;

use super::library::{Library, LibraryError};
use crate::{
    article::{self, Article, ArticleId},
    catalog::{self, Explanation, Guess, Reading, Sentence},
    config::BUILTIN,
    parsed::Warning,
    signature::Signature,
};

/// Name and version of the JSON form.
pub const SCHEMA: &str = "casebook.code/1";

/// Codes with what is known of each.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CodesReport {
    /// [`SCHEMA`].
    pub schema: &'static str,
    /// In the order asked.
    pub codes: Vec<CodeReport>,
    /// Own articles that could not be read.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<Warning>,
}

/// What is known of one code: the catalog's [`Explanation`], with articles.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CodeReport {
    /// The query as typed.
    pub query: String,
    /// Every reading, the likeliest first.
    pub readings: Vec<KnownReading>,
    /// What the query is if it is no error code, and what else there is to say.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<Sentence>,
    /// Existing codes near it, when it was not found.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub did_you_mean: Vec<Guess>,
}

/// A reading and the articles that name it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct KnownReading {
    /// The catalog's reading.
    #[serde(flatten)]
    pub reading: Reading,
    /// Articles with the code, or one that means the same, among their signatures; those that it is a strong one of first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub articles: Vec<ArticleName>,
}

/// An article by name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ArticleName {
    /// For `casebook kb show`.
    pub id: ArticleId,
    /// Its title.
    pub title: String,
}

impl CodesReport {
    /// Whether something is known of every code.
    pub fn is_complete(&self) -> bool {
        let known = |code: &CodeReport| code.readings.iter().any(|known| known.reading.symbol.is_some());
        self.codes.iter().all(|code| known(code) || !code.notes.is_empty())
    }
}

/// Explains codes, names, parts of names and messages as a person typed them, and names the articles about them.
///
/// `folders` are those of the settings. The built-in articles are not loaded: only those whose text holds a code are read.
///
/// # Errors
/// When a folder cannot be read. A broken article is a warning.
pub fn explain(codes: &[String], folders: &[String]) -> Result<CodesReport, LibraryError> {
    let explanations: Vec<Explanation> = codes.iter().map(|code| catalog::explain(code)).collect();
    let (articles, warnings) = articles_of(&explanations, folders)?;
    let codes = explanations.into_iter().map(|explanation| report(explanation, &articles)).collect();
    Ok(CodesReport { schema: SCHEMA, codes, warnings })
}

fn report(explanation: Explanation, articles: &[Article]) -> CodeReport {
    let Explanation { query, readings, notes, did_you_mean } = explanation;
    let readings = readings
        .into_iter()
        .map(|reading| KnownReading { articles: articles_on(&reading, articles), reading })
        .collect();
    CodeReport { query, readings, notes, did_you_mean }
}

/// The signature of a reading and those that mean the same.
fn signatures(reading: &Reading) -> impl Iterator<Item = &Signature> {
    reading.signature.iter().chain(reading.equivalents.iter().map(|same| &same.signature))
}

fn articles_on(reading: &Reading, articles: &[Article]) -> Vec<ArticleName> {
    let holds = |listed: &[Signature]| signatures(reading).any(|signature| listed.contains(signature));
    let strong = articles.iter().filter(|article| holds(&article.strong));
    let weak = articles.iter().filter(|article| holds(&article.weak) && !holds(&article.strong));
    strong.chain(weak).map(|article| ArticleName { id: article.id.clone(), title: article.title.clone() }).collect()
}

/// The articles of the folders; of the built-in ones only those that may name a code of the explanations.
fn articles_of(explanations: &[Explanation], folders: &[String]) -> Result<(Vec<Article>, Vec<Warning>), LibraryError> {
    if folders.iter().any(|folder| folder != BUILTIN) {
        let library = Library::load(folders)?;
        return Ok((library.articles, library.warnings));
    }
    if folders.is_empty() {
        return Ok((Vec::new(), Vec::new()));
    }
    let wanted: Vec<String> = explanations
        .iter()
        .flat_map(|explanation| &explanation.readings)
        .flat_map(signatures)
        .map(Signature::to_string)
        .collect();
    // Built from a few hundred short texts at most: forty readings a code, a handful of equivalents each.
    let Ok(finder) = AhoCorasick::builder().ascii_case_insensitive(true).build(&wanted) else {
        return Ok((Vec::new(), Vec::new()));
    };
    let named = article::builtin().filter(|(_, text)| finder.is_match(front_matter(text)));
    let parsed = article::parse_all(named);
    Ok((parsed.value, parsed.warnings))
}

/// The text up to the line that closes the front matter; a longer piece would only mean an article read in vain.
fn front_matter(text: &str) -> &str {
    text.split_once("\n---").map_or(text, |(front, _)| front)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn explained(codes: &[&str], folders: &[&str]) -> CodesReport {
        let owned = |texts: &[&str]| texts.iter().map(|text| (*text).to_string()).collect::<Vec<String>>();
        explain(&owned(codes), &owned(folders)).expect("folders can be read")
    }

    #[track_caller]
    fn check(codes: &[&str], complete: bool) {
        let report = explained(codes, &[BUILTIN]);
        assert_eq!(report.codes.len(), codes.len());
        assert_eq!(report.is_complete(), complete, "{codes:?}");
    }

    #[track_caller]
    fn check_articles(code: &str, folders: &[&str], expected: &[&str]) {
        let report = explained(&[code], folders);
        let first = &report.codes[0].readings[0];
        let found: Vec<&str> = first.articles.iter().map(|article| article.id.0.as_str()).collect();
        // Others may name it as a weak signature and follow.
        assert_eq!(
            found.iter().take(expected.len()).collect::<Vec<_>>(),
            expected.iter().collect::<Vec<_>>(),
            "{code}"
        );
        assert_eq!(found.is_empty(), expected.is_empty(), "{code}: {found:?}");
    }

    #[test]
    fn one_unknown_code_makes_the_answer_incomplete() {
        check(&["0x80070005", "拒绝访问"], true);
        check(&["0x80070005", "no-such-code-at-all"], false);
    }

    #[test]
    fn articles_that_name_a_code_are_named_strong_ones_first() {
        check_articles("0x80070005", &[BUILTIN], &["access-denied-generic-0x80070005"]);
        // By an equivalent: the article names win32:5.
        check_articles("0xD0000022", &[BUILTIN], &["access-denied-generic-0x80070005"]);
        check_articles(
            "0x80073712",
            &[BUILTIN],
            &["component-store-corrupt-0x80073712", "cbs-store-corruption-0x800f0831"],
        );
        check_articles("0x80070006", &[BUILTIN], &[]);
        check_articles("0x80070005", &[], &[]);
    }

    #[test]
    fn the_short_way_finds_what_loading_all_articles_finds() {
        let all = Library::load(&[BUILTIN.to_string()]).expect("built in").articles;
        assert!(all.len() > 10);
        let mut seen = 0;
        for signature in all.iter().flat_map(|article| article.strong.iter().chain(&article.weak)) {
            let explanation = catalog::explain(&signature.value);
            let (few, _) = articles_of(std::slice::from_ref(&explanation), &[BUILTIN.to_string()]).expect("built in");
            for reading in &explanation.readings {
                let expected = articles_on(reading, &all);
                seen += expected.len();
                assert_eq!(articles_on(reading, &few), expected, "{signature}");
            }
        }
        assert!(seen > 20, "{seen}");
    }

    #[test]
    fn own_articles_are_named_too() {
        let folder = tempfile::tempdir().expect("a folder");
        let (_, text) = article::builtin().find(|(_, text)| text.contains("hresult:0x80070005")).expect("built in");
        let own = text.replace("id: access-denied-generic-0x80070005", "id: own-access-denied");
        fs::write(folder.path().join("own.md"), own).expect("writable");
        let path = folder.path().to_str().expect("UTF-8");
        check_articles("0x80070005", &[path], &["own-access-denied"]);
        let both = explained(&["0x80070005"], &[BUILTIN, path]);
        let ids: Vec<&str> = both.codes[0].readings[0].articles.iter().map(|article| article.id.0.as_str()).collect();
        assert!(ids.contains(&"own-access-denied") && ids.contains(&"access-denied-generic-0x80070005"), "{ids:?}");
        let missing = explain(&["5".to_string()], &["no-such-folder".to_string()]);
        assert!(matches!(missing, Err(LibraryError::Folder { .. })));
    }
}
