//! Search: a person's words or codes become articles and stored cases, with the passages that they stand in.
//!
//! [`Asked::parse`] reads the search string, the same for both, and says which of them its conditions leave; [`App::search`] asks the
//! articles, [`in_cases`] the store. Every edge calls these: values in, values out.

mod ask;
pub mod cases;
mod field;
mod filter;
mod groups;
mod value;

use std::{collections::HashMap, ops::Range};

use serde::Serialize;

pub use ask::{AskError, Asked, Place};
use cases::{CaseHitReport, CaseHits};
pub use filter::{ArticleFilter, UnknownName};
pub use groups::Wanted;

use super::{App, AppError};
use crate::{
    article::{Article, ArticleId, ArticleKind, ArticleStatus},
    catalog,
    index::{Contribution, Query, Suggestion, highlight, letters_apart},
    signature::{Signature, extract::Context},
    store::{CaseStore, StoreError, search::CaseSearch},
    text::terms::Terms,
};

/// Name and version of the JSON form.
pub const SCHEMA: &str = "casebook.search/1";

/// What a signature that the article calls strong adds to the score of its words: who asks for a code wants
/// the article about it before those that mention it.
const STRONG: f32 = 12.0;

/// What a weak signature adds.
const WEAK: f32 = 4.0;

/// What an equivalent is worth of the code itself.
const EQUIVALENT: f32 = 0.8;

/// Readings of a lone code that are looked for: the likeliest.
const MOST_CODES: usize = 3;

/// Bytes of a snippet on either side of its first highlight.
const AROUND: usize = 120;

/// The outcome of a search.
#[derive(Debug, Clone, Serialize)]
pub struct SearchReport {
    /// [`SCHEMA`].
    pub schema: &'static str,
    /// What was asked.
    pub query: String,
    /// The codes that stand in the query.
    pub codes: Vec<CodeReport>,
    /// Articles, best first.
    pub hits: Vec<HitReport>,
    /// Stored cases, best first.
    pub cases: Vec<CaseHitReport>,
    /// Messages and changes that the search over cases does not know yet; 0 but while another process takes mail in.
    #[serde(skip_serializing_if = "is_none")]
    pub behind: u64,
    /// Whether more cases fit than were asked for.
    #[serde(skip_serializing_if = "is_false")]
    pub more_cases: bool,
    /// The query with words that stand in no article put right, as articles write them. What is found, is found by these too.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub did_you_mean: Option<String>,
    /// Where nothing was found, the names among the conditions that no article has.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unknown: Vec<UnknownName>,
}

fn is_false(flag: &bool) -> bool {
    !flag
}

fn is_none(count: &u64) -> bool {
    *count == 0
}

impl SearchReport {
    /// Nothing found yet, for a query with these codes.
    pub fn new(query: &str, signatures: Vec<Signature>) -> Self {
        let query = query.to_string();
        SearchReport {
            schema: SCHEMA,
            query,
            codes: codes(signatures),
            hits: Vec::new(),
            cases: Vec::new(),
            behind: 0,
            more_cases: false,
            did_you_mean: None,
            unknown: Vec::new(),
        }
    }

    /// What was found for a search string as it was written: in the articles by [`App::search`], in the store by [`in_cases`].
    pub fn of(query: &str, articles: Option<SearchReport>, cases: Option<FoundCases>) -> Self {
        let codes = |cases: Option<&FoundCases>| cases.map(|cases| cases.codes.clone()).unwrap_or_default();
        let mut report = articles.unwrap_or_else(|| SearchReport::new(query, codes(cases.as_ref())));
        report.query = query.to_string();
        if let Some(FoundCases { found: CaseHits { hits, behind, more }, .. }) = cases {
            (report.cases, report.behind, report.more_cases) = (hits, behind, more);
        }
        if !report.is_empty() {
            report.unknown.clear();
        }
        report
    }

    /// Whether nothing was found.
    pub fn is_empty(&self) -> bool {
        self.hits.is_empty() && self.cases.is_empty()
    }
}

/// A code that stands in a query.
#[derive(Debug, Clone, Serialize)]
pub struct CodeReport {
    /// In normal form.
    pub signature: Signature,
    /// Its first symbol.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub symbol: Option<String>,
    /// What it means, in English.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub meaning: Option<String>,
    /// What means the same.
    pub equivalents: Vec<Signature>,
}

/// An article that was found.
#[derive(Debug, Clone, Serialize)]
pub struct HitReport {
    /// Its id.
    pub id: ArticleId,
    /// Its title.
    pub title: String,
    /// Its language.
    pub language: String,
    /// How far it can be trusted.
    pub status: ArticleStatus,
    /// A specific issue, or a code in general.
    pub kind: ArticleKind,
    /// The file it was read from.
    pub source: String,
    /// Higher is better; comparable within one search.
    pub score: f32,
    /// The article's signatures that were asked for.
    pub signatures: Vec<Signature>,
    /// The passage that holds most of what was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub snippet: Option<Snippet>,
    /// Parts of the score, largest first.
    pub contributions: Vec<Contribution>,
}

/// A passage of an article or a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Snippet {
    /// Heading of its section; for a case the part and line.
    pub heading: String,
    /// The passage.
    pub text: String,
    /// What was asked for, as ranges of bytes in the passage.
    pub highlights: Vec<(usize, usize)>,
}

/// What stored cases have of what was asked.
#[derive(Debug)]
pub struct FoundCases {
    codes: Vec<Signature>,
    found: CaseHits,
}

/// Finds stored cases, at most `limit`; [`Asked::in_cases`] tells whether they are asked.
///
/// # Errors
/// When the store cannot be asked.
pub fn in_cases<'t, S: CaseStore + CaseSearch>(
    store: &S,
    asked: &Asked,
    terms: &dyn Fn() -> &'t Terms,
    limit: usize,
) -> Result<FoundCases, StoreError> {
    let wanted = Wanted::read(&asked.words, terms);
    let found = cases::find(store, asked, &wanted, terms, limit)?;
    Ok(FoundCases { codes: wanted.codes, found })
}

impl App {
    /// Finds articles by words, codes and conditions; at most `limit`.
    ///
    /// # Errors
    /// When the index cannot be built or asked.
    pub fn search(&self, asked: &Asked, limit: usize) -> Result<SearchReport, AppError> {
        let index = self.index()?;
        let text = asked.words.as_str();
        let query = index.query(text, &asked.fields)?;
        let signatures = self.codes_of(asked)?;
        let articles = &self.library.articles;
        let fits = |number: &usize| {
            let article = &articles[*number];
            asked.article.fits(article) && asked.signatures.iter().all(|wanted| filter::names(article, wanted))
        };
        let mut found: HashMap<usize, f32> =
            index.scores(&query)?.into_iter().filter(|(number, _)| fits(number)).collect();
        // Conditions alone ask for all that meet them.
        let all = query.is_empty() && !(asked.article.is_empty() && asked.signatures.is_empty());
        let mut by_signature: HashMap<usize, Vec<Signature>> = HashMap::new();
        let codes: Vec<(&Signature, Vec<Signature>)> =
            signatures.iter().map(|signature| (signature, catalog::equivalents(signature))).collect();
        let some = if codes.is_empty() && !all { &[][..] } else { &articles[..] };
        for (number, article) in some.iter().enumerate().filter(|(number, _)| fits(number)) {
            let (bonus, named) = agreement(article, &codes);
            // What must stand in a field is asked of every article.
            if bonus > 0.0 && (asked.fields.is_empty() || found.contains_key(&number)) {
                *found.entry(number).or_default() += bonus;
                by_signature.insert(number, named);
            } else if all {
                found.entry(number).or_default();
            }
        }
        let mut order: Vec<(usize, f32)> = found.into_iter().collect();
        order.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| articles[a.0].id.cmp(&articles[b.0].id)));
        order.truncate(limit);
        let numbers: Vec<usize> = order.iter().map(|(number, _)| *number).collect();
        let mut contributions = index.explain(&query, &numbers)?;
        let hits = order.into_iter().map(|(number, score)| {
            let article = &articles[number];
            HitReport {
                id: article.id.clone(),
                title: article.title.clone(),
                language: article.language.clone(),
                status: article.status,
                kind: article.kind,
                source: article.origin.clone().unwrap_or_else(|| article.source.clone()),
                score,
                signatures: by_signature.remove(&number).unwrap_or_default(),
                snippet: self.snippet(article, &query),
                contributions: contributions.remove(&number).unwrap_or_default(),
            }
        });
        let hits: Vec<HitReport> = hits.collect();
        let did_you_mean = self.put_right(text, query.put_right());
        let unknown = if hits.is_empty() { asked.article.unknown(articles) } else { Vec::new() };
        Ok(SearchReport { hits, did_you_mean, unknown, ..SearchReport::new(text, signatures) })
    }

    /// The codes among the words, and those that must be there.
    fn codes_of(&self, asked: &Asked) -> Result<Vec<Signature>, AppError> {
        let text = asked.words.as_str();
        let found = self.extractor()?.extract(text, Context::Prose).into_iter().map(|found| found.signature);
        let mut signatures: Vec<Signature> = asked.signatures.iter().cloned().chain(found).collect();
        // A lone code or symbol, in any spelling; the parts of words and numbers in a sentence are no codes.
        let lone = !text.trim().contains(char::is_whitespace)
            && !text.ends_with('*')
            && text.contains(|c: char| c.is_ascii_digit() || c == '_');
        if lone {
            let readings = catalog::explain(text).readings.into_iter().take(MOST_CODES);
            signatures.extend(readings.filter_map(|reading| reading.signature));
        }
        let mut seen = std::collections::HashSet::new();
        signatures.retain(|signature| seen.insert(signature.clone()));
        Ok(signatures)
    }

    /// The query with words that stand in no article put right, as an article writes them.
    fn put_right(&self, text: &str, suggestions: &[Suggestion]) -> Option<String> {
        let mut right = String::new();
        let mut done = 0;
        for one in suggestions {
            let article = one.article.and_then(|number| self.library.articles.get(number));
            let typed = text.get(one.span.clone())?.to_lowercase();
            let word = |term: &str| {
                article.and_then(|article| written(article, term, &typed)).unwrap_or_else(|| term.to_string())
            };
            right.push_str(text.get(done..one.span.start)?);
            right.push_str(&one.term.split(' ').map(word).collect::<Vec<_>>().join(" "));
            done = one.span.end;
        }
        right.push_str(text.get(done..)?);
        Some(right).filter(|right| done > 0 && !right.eq_ignore_ascii_case(text))
    }

    /// The line of the article that holds most of what was asked.
    fn snippet(&self, article: &Article, query: &Query) -> Option<Snippet> {
        let lines = article.sections.iter().flat_map(|section| {
            let lines = section.text.lines().filter(|line| !line.trim().is_empty());
            lines.map(move |line| (section.heading.clone(), line.trim()))
        });
        passage(lines, &|line| highlight(line, query, &self.terms))
    }
}

/// A word as an article writes it, by its normal form; of several forms the one that is nearest to what was typed.
fn written(article: &Article, term: &str, typed: &str) -> Option<String> {
    let texts = std::iter::once(&article.title)
        .chain(article.sections.iter().map(|section| &section.text))
        .chain(&article.matching_examples);
    let words = texts.flat_map(|text| text.split(|c: char| !c.is_alphanumeric())).map(str::to_lowercase);
    let is_it = |word: &String| {
        let tokens = crate::text::analyze(word);
        tokens.iter().any(|token| token.text == term && token.span == (0..word.len()))
    };
    // The normal form is the beginning of nearly every form, and cheap to look for.
    let beginning: String = term.chars().take(3).collect();
    let forms = words.filter(|word| word.starts_with(&beginning)).filter(is_it);
    forms.min_by_key(|word| letters_apart(word, typed, typed.len()).unwrap_or(usize::MAX))
}

/// Of lines, each with the heading that it stands under, the one that holds most of what is marked in it.
fn passage<'l>(
    lines: impl Iterator<Item = (String, &'l str)>,
    marks: &dyn Fn(&str) -> Vec<Range<usize>>,
) -> Option<Snippet> {
    let (heading, line, spans) = lines
        .map(|(heading, line)| (heading, line, marks(line)))
        .filter(|(.., spans)| !spans.is_empty())
        .reduce(|best, next| if next.2.len() > best.2.len() { next } else { best })?;
    let first = spans.first()?.start;
    let start = line.floor_char_boundary(first.saturating_sub(AROUND));
    let end = line.ceil_char_boundary((first + 2 * AROUND).min(line.len()));
    let inside = spans.iter().filter(|span| span.start >= start && span.end <= end);
    let highlights = inside.map(|span| (span.start - start, span.end - start)).collect();
    Some(Snippet { heading, text: line[start..end].to_string(), highlights })
}

/// What an article's signatures add, and which were asked for.
fn agreement(article: &Article, asked: &[(&Signature, Vec<Signature>)]) -> (f32, Vec<Signature>) {
    let mut bonus = 0.0;
    let mut named = Vec::new();
    for (list, worth) in [(&article.strong, STRONG), (&article.weak, WEAK)] {
        for signature in list {
            let same =
                |other: &Signature| other.kind == signature.kind && other.value.eq_ignore_ascii_case(&signature.value);
            let factor = if asked.iter().any(|(asked, _)| same(asked)) {
                1.0
            } else if asked.iter().any(|(_, equivalents)| equivalents.iter().any(same)) {
                EQUIVALENT
            } else {
                continue;
            };
            bonus += worth * factor;
            named.push(signature.clone());
        }
    }
    (bonus, named)
}

fn codes(signatures: Vec<Signature>) -> Vec<CodeReport> {
    let described = signatures.into_iter().map(|signature| {
        let (symbol, meaning) = super::triage::describe_signature(&signature, "en");
        let equivalents = catalog::equivalents(&signature);
        CodeReport { signature, symbol, meaning, equivalents }
    });
    described.filter(|code| code.symbol.is_some() || code.meaning.is_some()).collect()
}
