//! Codes explained: what a person typed becomes every reading that the catalog has of it, with the articles that name it
//! and the number of past cases.

use std::{collections::HashSet, path::Path};

use serde::Serialize;

use super::library::{Library, LibraryError};
use crate::{
    article::{self, ArticleId},
    catalog::{self, Explanation, Guess, Reading, Sentence},
    config::BUILTIN,
    parsed::Warning,
    signature::Signature,
    store::{
        CaseStore, StoreError,
        sqlite::{Access, SqliteStore},
    },
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

/// A reading, the articles that name it, and how many cases had it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct KnownReading {
    /// The catalog's reading.
    #[serde(flatten)]
    pub reading: Reading,
    /// Articles with the code, or one that means the same, among their signatures; those that it is a strong one of first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub articles: Vec<ArticleName>,
    /// Stored cases that have the code, or one that means the same; `None` without a case store.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cases: Option<u64>,
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

/// Explains codes, names, parts of names and messages as a person typed them, names the articles about them, and counts
/// the stored cases that have them.
///
/// Words and the code among them are one query ([`catalog::explain_all`]).
///
/// `folders` are those of the settings, `data` is the folder of the case store. The built-in articles are not loaded:
/// what they list is known beforehand.
///
/// # Errors
/// When a folder cannot be read. A broken article or case store is a warning.
pub fn explain(codes: &[String], folders: &[String], data: Option<&Path>) -> Result<CodesReport, LibraryError> {
    let explanations: Vec<Explanation> = catalog::explain_all(codes);
    let (listings, mut warnings) = listings(&explanations, folders)?;
    let mut codes: Vec<CodeReport> =
        explanations.into_iter().map(|explanation| report(explanation, &listings)).collect();
    if let Some(data) = data
        && let Err(error) = count_cases(&mut codes, data)
    {
        let cause = std::error::Error::source(&error).map(|cause| format!(": {cause}")).unwrap_or_default();
        warnings.push(Warning::new(data.display().to_string(), format!("cases are not counted: {error}{cause}")));
    }
    Ok(CodesReport { schema: SCHEMA, codes, warnings })
}

fn report(explanation: Explanation, listings: &[Listing]) -> CodeReport {
    let Explanation { query, readings, notes, did_you_mean } = explanation;
    let readings = readings
        .into_iter()
        .map(|reading| KnownReading { articles: articles_on(&reading, listings), cases: None, reading })
        .collect();
    CodeReport { query, readings, notes, did_you_mean }
}

/// Counts the cases of each reading, where there is a case store.
fn count_cases(codes: &mut [CodeReport], data: &Path) -> Result<(), StoreError> {
    let Some(store) = SqliteStore::open(data, Access::Read)? else { return Ok(()) };
    let mut readings: Vec<&mut KnownReading> = codes
        .iter_mut()
        .flat_map(|code| &mut code.readings)
        .filter(|known| known.reading.signature.is_some())
        .collect();
    let groups: Vec<Vec<Signature>> =
        readings.iter().map(|known| signatures(&known.reading).cloned().collect()).collect();
    let counts = store.case_counts(&groups)?;
    for (known, count) in readings.iter_mut().zip(counts) {
        known.cases = Some(count);
    }
    Ok(())
}

/// The signature of a reading and those that mean the same.
fn signatures(reading: &Reading) -> impl Iterator<Item = &Signature> {
    reading.signature.iter().chain(reading.equivalents.iter().map(|same| &same.signature))
}

/// A signature of the explanations that an article lists.
#[derive(Debug)]
struct Listing {
    signature: String,
    strong: bool,
    article: ArticleName,
}

/// The articles that list a reading; those that it is strong for first, each once.
fn articles_on(reading: &Reading, listings: &[Listing]) -> Vec<ArticleName> {
    let wanted: HashSet<String> = signatures(reading).map(Signature::to_string).collect();
    let mut found: Vec<&Listing> = listings.iter().filter(|listing| wanted.contains(&listing.signature)).collect();
    found.sort_by_key(|listing| !listing.strong);
    let mut seen = HashSet::new();
    found
        .into_iter()
        .filter(|listing| seen.insert(&listing.article.id))
        .map(|listing| listing.article.clone())
        .collect()
}

/// What the articles of the folders list of the explanations' signatures, in the order of the articles.
fn listings(explanations: &[Explanation], folders: &[String]) -> Result<(Vec<Listing>, Vec<Warning>), LibraryError> {
    let readings = explanations.iter().flat_map(|explanation| &explanation.readings);
    let wanted: HashSet<String> = readings.flat_map(signatures).map(Signature::to_string).collect();
    if folders.iter().all(|folder| folder == BUILTIN) {
        let listed = if folders.is_empty() { None } else { Some(article::listings()) };
        let listings = listed.into_iter().flatten().filter(|listing| wanted.contains(listing.signature));
        let listings = listings.map(|listing| Listing {
            signature: listing.signature.to_string(),
            strong: listing.strong,
            article: ArticleName { id: ArticleId(listing.id.to_string()), title: listing.title.to_string() },
        });
        return Ok((listings.collect(), Vec::new()));
    }
    let library = Library::load(folders)?;
    let mut listings = Vec::new();
    for article in &library.articles {
        let strong = article.strong.iter().map(|signature| (signature, true));
        for (signature, strong) in strong.chain(article.weak.iter().map(|signature| (signature, false))) {
            let signature = signature.to_string();
            if wanted.contains(&signature) {
                let article = ArticleName { id: article.id.clone(), title: article.title.clone() };
                listings.push(Listing { signature, strong, article });
            }
        }
    }
    Ok((listings, library.warnings))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::store::sqlite;

    fn explained(codes: &[&str], folders: &[&str]) -> CodesReport {
        let owned = |texts: &[&str]| texts.iter().map(|text| (*text).to_string()).collect::<Vec<String>>();
        explain(&owned(codes), &owned(folders), None).expect("folders can be read")
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
    fn cases_are_counted_where_there_is_a_store() {
        let folder = tempfile::tempdir().expect("a folder");
        let codes = ["0xD0000022".to_string(), "6".to_string()];
        let counts = |report: &CodesReport| -> Vec<Option<u64>> {
            report.codes.iter().map(|code| code.readings[0].cases).collect()
        };
        let none = explain(&codes, &[], Some(folder.path())).expect("no folders");
        assert_eq!((counts(&none), none.warnings.len()), (vec![None, None], 0));
        assert!(fs::read_dir(folder.path()).expect("readable").next().is_none(), "nothing is made");

        let store = SqliteStore::open(folder.path(), Access::Write).expect("writable").expect("made");
        let empty = explain(&codes, &[], Some(folder.path())).expect("no folders");
        assert_eq!(counts(&empty), [Some(0), Some(0)]);
        drop(store);

        fs::write(folder.path().join(sqlite::FILE), "no database at all, only some words".repeat(200))
            .expect("writable");
        let broken = explain(&codes, &[], Some(folder.path())).expect("no folders");
        assert_eq!((counts(&broken), broken.warnings.len()), (vec![None, None], 1));
        assert!(broken.is_complete());
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
        let missing = explain(&["5".to_string()], &["no-such-folder".to_string()], None);
        assert!(matches!(missing, Err(LibraryError::Folder { .. })));
    }
}
