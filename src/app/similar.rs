//! Earlier cases that resemble one, and how they ended.
//!
//! Two cases are alike by the signatures that they share, the rarer the more, and by the words that their people use; a
//! concept said in Chinese meets the same one said in English.

use std::collections::{BTreeMap, HashMap, HashSet};

use serde::Serialize;

use super::{cases::CaseError, ingest::Rereader};
use crate::{
    catalog,
    index::cases::{Clause, Field, signature_term},
    signature::{Signature, Standing},
    store::{
        CaseId, CaseStatus, CaseStore,
        local::{RawMessage, WordReader},
        search::CaseSearch,
    },
    text::{common::share, is_pair},
};

/// Name and version of the JSON form.
pub const SCHEMA: &str = "casebook.similar/1";

/// Signatures of the case that are looked for, the rarest: a log names hundreds of files that every machine has.
const MOST_SIGNATURES: usize = 40;

/// Signatures whose rarity is asked for, the strongest standing first.
const MOST_WEIGHED: usize = 400;

/// Words of the case that are looked for.
const MOST_WORDS: usize = 25;

/// Messages that are read for words: the first ones tell the problem, later ones the way to its end.
const MOST_MESSAGES: usize = 4;

/// What a signature counts by its standing in this case: what failed is what the case is about.
const FAILING: f32 = 1.0;
const NAMED: f32 = 0.4;

/// What an equivalent is worth of the code itself.
const EQUIVALENT: f32 = 0.8;

/// What words count beside signatures: a word that scores as high as a code (both by rarity) says a third of it.
const WORDS: f32 = 0.3;

/// Share of support texts in which a word stands that tells nothing of a case: the least of the table of ordinary words.
const ORDINARY: f64 = 0.1;

/// Words that two cases must share where they share no signature: one alone is chance.
const FEWEST_WORDS: usize = 2;

/// Candidates that are looked at for each case that is printed: some are later ones.
const CANDIDATES: usize = 10;

/// Cases that resemble one.
#[derive(Debug, Clone, Serialize)]
pub struct SimilarReport {
    /// [`SCHEMA`].
    pub schema: &'static str,
    /// The case that was asked about.
    pub case: CaseId,
    /// The most alike first.
    pub similar: Vec<SimilarCase>,
}

/// A case that resembles another.
#[derive(Debug, Clone, Serialize)]
pub struct SimilarCase {
    /// The case.
    pub id: CaseId,
    /// Its subject.
    pub subject: String,
    /// Open or closed.
    pub status: CaseStatus,
    /// Who had the problem.
    pub customer: Option<String>,
    /// When it began, in seconds since 1970.
    pub opened: i64,
    /// When it was closed.
    pub closed: Option<i64>,
    /// The article that resolved it.
    pub article: Option<String>,
    /// How it was resolved, in words.
    pub resolution: Option<String>,
    /// Higher is more alike; comparable within one answer.
    pub score: f32,
    /// What both have, the rarest first.
    pub signatures: Vec<SharedSignature>,
    /// Words that both have; a concept in either language as `#id`.
    pub words: Vec<String>,
}

/// A signature that two cases share.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SharedSignature {
    /// As this case has it.
    pub signature: Signature,
    /// In how many cases it, or what means the same, stands.
    pub cases: u64,
}

/// A thing looked for: a signature with its rarity, or a word.
enum Sought {
    Signature(SharedSignature),
    Word(String),
}

/// The earlier cases that resemble a case, at most `limit`.
///
/// # Errors
/// When there is no such case, or the store refuses.
pub fn find<S: CaseStore + CaseSearch>(
    store: &S,
    id: &CaseId,
    reader: &Rereader,
    limit: usize,
) -> Result<SimilarReport, CaseError> {
    let case = store.case(id)?.ok_or_else(|| CaseError::Missing(id.clone()))?;
    let mut sought = Vec::new();
    // Each clause with the number of the thing that it looks for.
    let mut clauses: Vec<(usize, Clause)> = Vec::new();
    for (signature, weight) in signatures(store, &case.id)? {
        let equivalents = catalog::equivalents(&signature.signature);
        let number = sought.len();
        let clause = |signature: &Signature, worth: f32| {
            (number, Clause::term(Field::Signature, signature_term(signature), weight * worth))
        };
        clauses.push(clause(&signature.signature, 1.0));
        clauses.extend(equivalents.iter().map(|other| clause(other, EQUIVALENT)));
        sought.push(Sought::Signature(signature));
    }
    for word in words(store, &case.id, reader)? {
        for (field, worth) in [(Field::Subject, 1.5), (Field::Text, 1.0)] {
            clauses.push((sought.len(), Clause::term(field, word.clone(), WORDS * worth)));
        }
        sought.push(Sought::Word(word));
    }
    let (numbers, clauses): (Vec<usize>, Vec<Clause>) = clauses.into_iter().unzip();
    // Of the clauses of one thing the best counts.
    let mut found: HashMap<CaseId, BTreeMap<usize, f32>> = HashMap::new();
    for (number, by_case) in numbers.into_iter().zip(store.cases_by_clause(&clauses)?) {
        for (other, score) in by_case {
            let best = found.entry(other).or_default().entry(number).or_insert(0.0);
            *best = best.max(score);
        }
    }
    found.remove(&case.id);
    let mut order: Vec<(CaseId, f32)> =
        found.iter().map(|(other, parts)| (other.clone(), parts.values().sum())).collect();
    order.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    let mut similar = Vec::new();
    for (other, score) in order.into_iter().take(limit.saturating_mul(CANDIDATES)) {
        let Some(earlier) = store.case(&other)?.filter(|other| other.opened <= case.opened) else { continue };
        let parts = found.remove(&other).unwrap_or_default();
        let mut signatures = Vec::new();
        let mut words: Vec<(f32, String)> = Vec::new();
        for (number, part) in parts {
            match &sought[number] {
                Sought::Signature(signature) => signatures.push(signature.clone()),
                Sought::Word(word) => words.push((part, word.clone())),
            }
        }
        if signatures.is_empty() && words.len() < FEWEST_WORDS {
            continue;
        }
        signatures.sort_by_key(|signature| signature.cases);
        words.sort_by(|a, b| b.0.total_cmp(&a.0));
        similar.push(SimilarCase {
            id: earlier.id,
            subject: earlier.subject,
            status: earlier.status,
            customer: earlier.customer,
            opened: earlier.opened,
            closed: earlier.closed,
            article: earlier.article,
            resolution: earlier.resolution,
            score,
            signatures,
            words: words.into_iter().map(|(_, word)| word).collect(),
        });
        if similar.len() == limit {
            break;
        }
    }
    Ok(SimilarReport { schema: SCHEMA, case: case.id, similar })
}

/// The signatures of a case that others have too, each with its weight; the heaviest first.
fn signatures<S: CaseStore + CaseSearch>(store: &S, case: &CaseId) -> Result<Vec<(SharedSignature, f32)>, CaseError> {
    let evidence = store.evidence(case)?.into_iter();
    let named = |standing| matches!(standing, Standing::Failing | Standing::Recovered | Standing::Mentioned);
    let evidence: Vec<_> = evidence.filter(|one| named(one.standing)).take(MOST_WEIGHED).collect();
    let groups: Vec<Vec<Signature>> = evidence
        .iter()
        .map(|one| std::iter::once(one.signature.clone()).chain(catalog::equivalents(&one.signature)).collect())
        .collect();
    let counts = store.case_counts(&groups)?;
    let all = store.size()?.max(1) as f32;
    let mut weighed: Vec<(SharedSignature, f32)> = evidence
        .into_iter()
        .zip(counts)
        // What nobody else has leads nowhere.
        .filter(|(_, cases)| *cases > 1)
        .map(|(one, cases)| {
            let standing = if one.standing == Standing::Failing { FAILING } else { NAMED };
            let rarity = (1.0 + all / cases as f32).ln();
            (SharedSignature { signature: one.signature, cases }, standing * rarity)
        })
        .collect();
    weighed.sort_by(|a, b| b.1.total_cmp(&a.1));
    weighed.truncate(MOST_SIGNATURES);
    Ok(weighed)
}

/// The words that tell most of what the people of a case wrote.
fn words(store: &dyn CaseStore, case: &CaseId, reader: &Rereader) -> Result<Vec<String>, CaseError> {
    let mut counts: HashMap<String, f32> = HashMap::new();
    let messages = store.messages(case)?;
    let mut read = HashSet::new();
    for message in messages.iter().filter(|message| !message.automatic).take(MOST_MESSAGES) {
        // Damaged bytes give no words; `doctor` tells of them.
        let Some(raw) = store.raw(message.id).ok().flatten() else { continue };
        if !read.insert(crate::store::MessageHash::of(&raw)) {
            continue;
        }
        let raw = RawMessage { raw: &raw, name: &message.subject, loose: false };
        for words in reader.words(raw) {
            for token in words.subject.iter().chain(words.text.iter()) {
                // Numbers tell one case from another, not what they have in common; short ones are parts.
                let telling = token.text.chars().any(char::is_alphabetic) && token.text.chars().count() > 1;
                if telling && share(token.text) < ORDINARY && !is_pair(token.text) {
                    *counts.entry(token.text.to_string()).or_default() += 1.0;
                }
            }
        }
    }
    let mut weighed: Vec<(f32, String)> =
        counts.into_iter().map(|(word, count)| (count.sqrt() * -(share(&word) as f32).ln(), word)).collect();
    weighed.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    weighed.truncate(MOST_WORDS);
    Ok(weighed.into_iter().map(|(_, word)| word).collect())
}
