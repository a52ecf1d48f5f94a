//! Earlier cases that resemble one, and how they ended.
//!
//! Two cases are alike by the signatures that they share, the rarer the more, and by the words that their people use; a
//! concept said in Chinese meets the same one said in English.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    io::Read,
    ops::{ControlFlow, Range},
};

use compact_str::CompactString;
use serde::Serialize;

use super::{cases::CaseError, ingest::Rereader};
use crate::{
    case::{
        Part, Sink, TextKind,
        read::{Stretch, message_texts, read_log},
        words::answers,
    },
    catalog,
    index::cases::{Clause, Field, signature_term},
    intake,
    mail::Message,
    parsed::Warning,
    signature::{Signature, Standing},
    store::{CaseId, CaseRecord, CaseStatus, CaseStore, local::WordReader, search::CaseSearch},
    text::{TokenKind, analyze, common::share, is_pair, phrase::AnalyzedText},
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

/// Words that two cases must share where they share no signature: one or two are chance.
const FEWEST_WORDS: usize = 3;

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
    /// Words that both have, as this case writes them; the other may say it in other words, or in another language.
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
    for word in words(store, &case, reader)? {
        for (field, worth) in [(Field::Subject, 1.5), (Field::Text, 1.0)] {
            clauses.push((sought.len(), Clause::term(field, word.term.clone(), WORDS * worth)));
        }
        sought.push(Sought::Word(word.written));
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
        words.sort_by(|a, b| b.0.total_cmp(&a.0));
        let words = once(words.into_iter().map(|(_, word)| word));
        if signatures.is_empty() && words.len() < FEWEST_WORDS {
            continue;
        }
        signatures.sort_by_key(|signature| signature.cases);
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
            words,
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

/// Words, each once: one that is of a concept is found as such, too.
fn once(words: impl Iterator<Item = String>) -> Vec<String> {
    let mut seen = HashSet::new();
    words.filter(|word| seen.insert(word.to_lowercase())).collect()
}

/// A word of a case.
struct Word {
    /// As the index has it.
    term: String,
    /// As it is written first.
    written: String,
    weight: f32,
}

/// The words that tell most of what the people of a case wrote. Whole words alone: a half of a Chinese one, or a part of a name, is
/// in the index so that it is found, and tells of nothing. Nor do the names of who writes and of where from.
fn words(store: &dyn CaseStore, case: &CaseRecord, reader: &Rereader) -> Result<Vec<Word>, CaseError> {
    let terms = reader.terms();
    let mut counts: HashMap<String, (f32, String)> = HashMap::new();
    let mut names: HashSet<CompactString> = HashSet::new();
    let mut name = |text: &str| names.extend(analyze(text).into_iter().map(|token| token.text));
    case.customer.as_deref().into_iter().for_each(&mut name);
    let messages = store.messages(&case.id)?;
    let mut texts = Texts::default();
    let mut read = HashSet::new();
    for message in messages.iter().filter(|message| !message.automatic).take(MOST_MESSAGES) {
        // Damaged bytes give no words; `doctor` tells of them.
        let Some(raw) = store.raw(message.id).ok().flatten() else { continue };
        if read.insert(crate::store::MessageHash::of(&raw)) {
            intake::read_held("m", &raw, &mut texts);
        }
    }
    texts.people.iter().for_each(|person| name(person));
    for text in &texts.written {
        let analyzed = AnalyzedText::new(text, terms);
        let mut add = |term: &str, span: &Range<usize>| {
            let Some(written) = text.get(span.clone()) else { return };
            counts.entry(term.to_string()).or_insert_with(|| (0.0, written.to_string())).0 += 1.0;
        };
        let mut end = 0;
        for token in analyzed.tokens() {
            let is_part = token.kind == TokenKind::Part || token.span.end <= end;
            end = end.max(token.span.end);
            // Numbers tell one case from another, not what they have in common; short ones are parts.
            let telling = token.text.chars().any(char::is_alphabetic) && token.text.chars().count() > 1;
            let address = token.kind == TokenKind::Name && token.text.contains('@');
            if telling && !is_part && !address && !names.contains(&token.text) && !is_pair(&token.text) {
                add(&token.text, &token.span);
            }
        }
        for found in analyzed.concepts() {
            let own = text
                .get(found.span.clone())
                .is_some_and(|said| analyze(said).iter().all(|token| names.contains(&token.text)));
            if !own {
                add(&format!("#{}", terms.id(found.concept)), &found.span);
            }
        }
    }
    let mut weighed: Vec<Word> = counts
        .into_iter()
        .filter(|(term, _)| share(term) < ORDINARY)
        .map(|(term, (count, written))| {
            let weight = count.sqrt() * -(share(&term) as f32).ln();
            Word { term, written: written.split_whitespace().collect::<Vec<_>>().join(" "), weight }
        })
        .collect();
    weighed.sort_by(|a, b| b.weight.total_cmp(&a.weight).then_with(|| a.term.cmp(&b.term)));
    weighed.truncate(MOST_WORDS);
    Ok(weighed)
}

/// What the people of a case wrote, and who they are.
#[derive(Default)]
struct Texts {
    written: Vec<String>,
    /// Names and addresses of correspondents.
    people: Vec<String>,
}

impl Sink for Texts {
    fn message(&mut self, message: &Message) {
        let answers = answers(message);
        for text in message_texts(message).filter(|text| text.kind != TextKind::Quoted || !answers) {
            self.written.push(text.text.to_string());
        }
        for person in message.from.iter().chain(&message.recipients) {
            self.people.extend([person.name.clone(), person.address.clone()]);
        }
    }

    fn log(&mut self, part: &str, content: &mut dyn Read) {
        // A note is one stretch; of a log the first is enough to know it for one.
        read_log(part, content, |stretch| {
            if let Stretch::Note(note) = stretch {
                self.written.push(note.text.to_string());
            }
            ControlFlow::Break(())
        });
    }

    fn part(&mut self, _: Part) {}

    fn warn(&mut self, _: Warning) {}
}
