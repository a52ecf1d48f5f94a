//! Full-text index over articles, in memory, and what it finds for a search string or a case.
//!
//! [`ArticleIndex::build`] takes the articles in use; [`ArticleIndex::search`] answers a [`Query`] with [`Hit`]s
//! that say which term matched in which field with what weight: scores are sums of BM25 parts, nothing else.
//! Words are cut by
//! [`crate::text`], so that every engine would index the same terms. Types of tantivy do not leave this module. It
//! reads no files; ties are broken by article id.

pub mod cases;
mod document;
mod engine;
mod highlight;
mod near;
mod query;
mod schema;
mod suggest;

use std::{
    collections::{BTreeMap, HashMap},
    path::Path,
};

use serde::Serialize;
use tantivy::{
    Directory, DocId, DocSet, Index, IndexReader, ReloadPolicy, SegmentReader, SingleSegmentIndexWriter, TERMINATED,
    TantivyDocument, TantivyError, Term,
    directory::{MmapDirectory, RamDirectory},
    query::{EnableScoring, PhraseQuery, Query as _, Scorer, TermQuery},
    schema::{Field, IndexRecordOption},
};

use crate::{
    article::{Article, ArticleId},
    text::terms::Terms,
};

pub use engine::EngineError;
pub use highlight::{highlight, highlight_terms};
pub use near::letters_apart;
pub use query::Query;
pub(crate) use query::beginning;
pub use suggest::Suggestion;

use query::Clause;

/// Memory for building, in bytes; what does not fit makes tantivy's tables grow, nothing fails.
const BUILD_BYTES: usize = 16 << 20;

/// A field of the index.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ArticleField {
    /// Title.
    Title,
    /// Symptoms.
    Symptoms,
    /// Example texts that must match.
    Examples,
    /// Cause.
    Cause,
    /// Resolution and workaround.
    Resolution,
    /// All other sections.
    Other,
    /// Values of signatures, updates with the fix, vendor references.
    Codes,
    /// Id, tags, products, components.
    Tags,
    /// Language, for `language:zh`.
    Language,
}

/// Why the index could not be built or asked.
#[derive(Debug, thiserror::Error)]
pub enum IndexError {
    /// Building failed.
    #[error("cannot build the article index")]
    Build(#[source] EngineError),
    /// Asking failed.
    #[error("cannot search the article index")]
    Search(#[source] EngineError),
}

impl IndexError {
    fn build(error: TantivyError) -> Self {
        IndexError::Build(error.into())
    }

    fn search(error: TantivyError) -> Self {
        IndexError::Search(error.into())
    }
}

/// An article that was found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Hit {
    /// Number of the article among those that the index was built from.
    pub article: usize,
    /// Its id.
    pub id: ArticleId,
    /// Higher is better; comparable within one query.
    pub score: f32,
    /// Why: the parts of the score, largest first.
    pub contributions: Vec<Contribution>,
}

/// A part of a hit's score.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Contribution {
    /// The term in normal form, a concept as `#id`, or a phrase in quotes.
    pub term: String,
    /// Where it stands.
    pub field: ArticleField,
    /// Its part of the score.
    pub score: f32,
}

/// An index over articles.
pub struct ArticleIndex {
    reader: IndexReader,
    fields: Vec<Field>,
    /// For each document of the index the number and id of its article; documents are in order of id.
    articles: Vec<(usize, ArticleId)>,
    terms: Terms,
}

impl ArticleIndex {
    /// Builds the index in memory.
    ///
    /// # Errors
    /// If tantivy fails, which in memory means a fault of the program.
    pub fn build(articles: &[Article], terms: &Terms) -> Result<ArticleIndex, IndexError> {
        Self::write(RamDirectory::create(), articles, terms)
            .and_then(|index| Self::over(&index, articles, terms))
            .map_err(IndexError::build)
    }

    /// Builds the index in an empty folder, for [`ArticleIndex::open`].
    ///
    /// # Errors
    /// If the folder cannot be written to.
    pub fn build_in(folder: &Path, articles: &[Article], terms: &Terms) -> Result<(), IndexError> {
        let write = |directory| Self::write(directory, articles, terms).map(|_| ());
        MmapDirectory::open(folder).map_err(TantivyError::from).and_then(write).map_err(IndexError::build)
    }

    /// Opens the index of the same articles.
    ///
    /// # Errors
    /// If the folder holds none, or one of another number of articles.
    pub fn open(folder: &Path, articles: &[Article], terms: &Terms) -> Result<ArticleIndex, IndexError> {
        let index = Index::open_in_dir(folder).and_then(|index| Self::over(&index, articles, terms));
        let index = index.map_err(IndexError::build)?;
        let held = index.reader.searcher().num_docs();
        if held != articles.len() as u64 {
            let other = TantivyError::SchemaError(format!("{held} articles in place of {}", articles.len()));
            return Err(IndexError::build(other));
        }
        Ok(index)
    }

    fn write(directory: impl Into<Box<dyn Directory>>, articles: &[Article], terms: &Terms) -> tantivy::Result<Index> {
        let (schema, fields) = schema::schema();
        let built = Index::builder().schema(schema).single_segment_index_writer(directory, BUILD_BYTES);
        let mut writer: SingleSegmentIndexWriter = built?;
        for (number, _) in order(articles) {
            let mut document = TantivyDocument::new();
            for (field, text) in document::texts(&articles[number]) {
                document.add_pre_tokenized_text(fields[field as usize], document::tokens(field, &text, terms));
            }
            writer.add_document(document)?;
        }
        writer.finalize()
    }

    fn over(index: &Index, articles: &[Article], terms: &Terms) -> tantivy::Result<ArticleIndex> {
        let (_, fields) = schema::schema();
        let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
        Ok(ArticleIndex { reader, fields, articles: order(articles), terms: terms.clone() })
    }

    /// How many articles it holds.
    pub fn len(&self) -> usize {
        self.articles.len()
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.articles.is_empty()
    }

    /// The best articles for a query, best first, with the reason for each; at most `limit`.
    ///
    /// # Errors
    /// If tantivy fails, which in memory means a fault of the program.
    pub fn search(&self, query: &Query, limit: usize) -> Result<Vec<Hit>, IndexError> {
        let mut scored = self.scored(query).map_err(IndexError::search)?;
        // Documents are in order of id: ties break by it.
        let order = |a: &(usize, f32), b: &(usize, f32)| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0));
        if limit < scored.len() {
            scored.select_nth_unstable_by(limit, order);
            scored.truncate(limit);
        }
        scored.sort_unstable_by(order);
        let documents: Vec<usize> = scored.iter().map(|(document, _)| *document).collect();
        let mut contributions = self.explained(query, &documents).map_err(IndexError::search)?;
        let hit = |(document, score): (usize, f32)| {
            let (article, id) = self.articles[document].clone();
            Hit { article, id, score, contributions: contributions.remove(&document).unwrap_or_default() }
        };
        Ok(scored.into_iter().map(hit).collect())
    }

    /// The score of every article that a query finds, by its number, in no order.
    ///
    /// # Errors
    /// If tantivy fails, which in memory means a fault of the program.
    pub fn scores(&self, query: &Query) -> Result<Vec<(usize, f32)>, IndexError> {
        let scored = self.scored(query).map_err(IndexError::search)?;
        Ok(scored.into_iter().map(|(document, score)| (self.articles[document].0, score)).collect())
    }

    /// What the scores of some articles are made of, largest parts first, by the number of the article.
    ///
    /// # Errors
    /// If tantivy fails, which in memory means a fault of the program.
    pub fn explain(&self, query: &Query, articles: &[usize]) -> Result<HashMap<usize, Vec<Contribution>>, IndexError> {
        let documents = self.articles.iter().enumerate().filter(|(_, (number, _))| articles.contains(number));
        let documents: Vec<usize> = documents.map(|(document, _)| document).collect();
        let found = self.explained(query, &documents).map_err(IndexError::search)?;
        Ok(found.into_iter().map(|(document, parts)| (self.articles[document].0, parts)).collect())
    }

    /// Adds up, document by document, what each clause scores in each field. A common word stands in all articles: only of
    /// those that are wanted is it looked up what made their score.
    fn scored(&self, query: &Query) -> tantivy::Result<Vec<(usize, f32)>> {
        let searcher = self.reader.searcher();
        let scoring = EnableScoring::enabled_from_searcher(&searcher);
        let Some(segment) = searcher.segment_readers().first() else { return Ok(Vec::new()) };
        // `None`: nothing of it was found.
        let mut scores: Vec<Option<f32>> = vec![None; self.articles.len()];
        // How many of the required clauses, from the first on, an article has.
        let (mut required, mut met) = (0_usize, vec![0_usize; self.articles.len()]);
        let mut best = Best::of(self.articles.len());
        for clause in &query.clauses {
            required += usize::from(clause.required);
            let mut add = |document: usize, part: f32| {
                if let (Some(score), Some(met)) = (scores.get_mut(document), met.get_mut(document)) {
                    *score = Some(score.unwrap_or(0.0) + part);
                    *met += usize::from(clause.required && *met + 1 == required);
                }
            };
            for field in fields_of(clause) {
                for parts in &clause.any {
                    let Some(mut scorer) = self.scorer(clause, parts, field, segment, &scoring)? else { continue };
                    while scorer.doc() != TERMINATED {
                        let (document, score) = (scorer.doc(), scorer.score());
                        if clause.any.len() == 1 {
                            add(document as usize, score);
                        } else {
                            best.take(document as usize, score);
                        }
                        scorer.advance();
                    }
                }
                best.drain(&mut add);
            }
        }
        let scored = (0..).zip(scores.into_iter().zip(met));
        Ok(scored.filter_map(|(document, (score, met))| Some((document, score?)).filter(|_| met == required)).collect())
    }

    /// What the scores of some documents are made of, largest parts first.
    fn explained(&self, query: &Query, documents: &[usize]) -> tantivy::Result<HashMap<usize, Vec<Contribution>>> {
        let searcher = self.reader.searcher();
        let scoring = EnableScoring::enabled_from_searcher(&searcher);
        let Some(segment) = searcher.segment_readers().first() else { return Ok(HashMap::new()) };
        let mut documents: Vec<DocId> = documents.iter().filter_map(|document| (*document).try_into().ok()).collect();
        documents.sort_unstable();
        let mut found: HashMap<usize, Vec<Contribution>> = HashMap::new();
        for clause in &query.clauses {
            for field in fields_of(clause) {
                let mut best: BTreeMap<DocId, f32> = BTreeMap::new();
                for parts in &clause.any {
                    let Some(mut scorer) = self.scorer(clause, parts, field, segment, &scoring)? else { continue };
                    for document in &documents {
                        if scorer.doc() < *document {
                            scorer.seek(*document);
                        }
                        if scorer.doc() == *document {
                            let known = best.entry(*document).or_default();
                            *known = known.max(scorer.score());
                        }
                    }
                }
                for (document, score) in best {
                    let one = Contribution { term: clause.label.clone(), field, score };
                    found.entry(document as usize).or_default().push(one);
                }
            }
        }
        for parts in found.values_mut() {
            parts.sort_by(|a, b| {
                b.score.total_cmp(&a.score).then(a.field.cmp(&b.field)).then_with(|| a.term.cmp(&b.term))
            });
        }
        Ok(found)
    }

    /// What one form of a clause scores in one field; `None` where it cannot.
    fn scorer(
        &self,
        clause: &Clause,
        parts: &[(u32, String)],
        field: ArticleField,
        segment: &SegmentReader,
        scoring: &EnableScoring<'_>,
    ) -> tantivy::Result<Option<Box<dyn Scorer>>> {
        let boost = clause.weight * if clause.field.is_some() { field.weight().max(1.0) } else { field.weight() };
        let term = |text: &str| Term::from_field_text(self.fields[field as usize], text);
        let weight = match parts {
            _ if boost <= 0.0 => return Ok(None),
            [] => return Ok(None),
            [(_, text)] => TermQuery::new(term(text), IndexRecordOption::WithFreqs).weight(*scoring)?,
            parts => {
                let terms = parts.iter().map(|(offset, text)| (*offset as usize, term(text))).collect();
                PhraseQuery::new_with_offset(terms).weight(*scoring)?
            }
        };
        weight.scorer(segment, boost).map(Some)
    }
}

/// Of several forms that may stand for a clause, what the best of them scores in each document. A beginning of a word stands for
/// words of nearly every document: a table, no map.
struct Best {
    /// By document; `None`: nothing was found in it.
    scores: Vec<Option<f32>>,
    /// The documents that have one.
    found: Vec<usize>,
}

impl Best {
    fn of(documents: usize) -> Best {
        Best { scores: vec![None; documents], found: Vec::new() }
    }

    fn take(&mut self, document: usize, score: f32) {
        match self.scores.get_mut(document) {
            Some(Some(known)) => *known = known.max(score),
            Some(none) => {
                *none = Some(score);
                self.found.push(document);
            }
            None => {}
        }
    }

    /// Gives what was found, and is empty again.
    fn drain(&mut self, mut add: impl FnMut(usize, f32)) {
        for document in self.found.drain(..) {
            if let Some(score) = self.scores[document].take() {
                add(document, score);
            }
        }
    }
}

/// The fields in which a clause is looked for.
fn fields_of(clause: &Clause) -> impl Iterator<Item = ArticleField> {
    ArticleField::ALL.into_iter().filter(|field| clause.field.is_none_or(|wanted| wanted == *field))
}

/// Number and id of each article, by id: documents stand in this order.
fn order(articles: &[Article]) -> Vec<(usize, ArticleId)> {
    let mut order: Vec<(usize, ArticleId)> = articles.iter().map(|article| article.id.clone()).enumerate().collect();
    order.sort_by(|a, b| a.1.cmp(&b.1).then(a.0.cmp(&b.0)));
    order
}

#[cfg(test)]
mod tests;
