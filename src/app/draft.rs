//! A closed case becomes the draft of an article: what it showed, what its closing summary says, and the signatures that define it.
//!
//! What the customer's is, is marked; a person reads the draft before others do.

mod names;
mod words;

use std::collections::{BTreeMap, HashSet};

use jiff::civil::Date;
use serde::Serialize;

use super::{App, AppError, cases::CaseError, tags::Reader, team};
use crate::{
    article::{
        ArticleId, is_slug, normalize_signature,
        summary::{Summary, find_parts, find_summary, read_summary},
        template::{DraftParts, Language, render_draft},
    },
    case::{CaseEvidence, scrub::Scrubber},
    mail::{self, Message},
    signature::{Signature, SignatureEvidence, SignatureKind, Standing, Whose},
    store::{CaseId, CaseRecord, CaseStatus, CaseStore, CaseWork, MessageRecord, StoreError},
};

/// Name and version of the JSON form.
pub const SCHEMA: &str = "casebook.kb-draft/1";

/// Signatures of each sort at most: what defines an issue is little.
const MOST_STRONG: usize = 6;
const MOST_WEAK: usize = 12;
/// Log lines that the symptoms show.
const MOST_LINES: usize = 6;
/// Characters of the title.
const LONGEST_TITLE: usize = 120;

/// What the writer of a draft wants.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DraftWishes {
    /// The article's id; without, one is made of the title.
    pub id: Option<String>,
    /// The title; without, the case's subject.
    pub title: Option<String>,
    /// What helped, or a whole summary with labels; without, what the case says.
    pub resolution: Option<String>,
}

/// A draft.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ArticleDraft {
    /// [`SCHEMA`].
    pub schema: &'static str,
    /// The case.
    pub case: CaseId,
    /// The article's id.
    pub id: ArticleId,
    /// The file that it was written to.
    pub file: Option<String>,
    /// The article's text.
    pub text: String,
    /// Where the resolution comes from.
    pub resolution: ResolutionFrom,
    /// What was marked, and how often.
    pub marked: BTreeMap<&'static str, u64>,
    /// What a person should know of it.
    pub notes: Vec<String>,
}

/// Where a draft's resolution comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ResolutionFrom {
    /// It was given.
    Given,
    /// A summary in one of the messages.
    Summary,
    /// What was said when the case was closed.
    Closing,
    /// Nothing says: it is to be written.
    Nothing,
}

/// Why there is no draft.
#[derive(Debug, thiserror::Error)]
pub enum DraftError {
    /// A service could not be started.
    #[error(transparent)]
    App(#[from] AppError),
    /// The case cannot be read.
    #[error(transparent)]
    Case(#[from] CaseError),
    /// The store refuses.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The id is none.
    #[error("`{0}` is no article id: lower-case words joined by hyphens, such as `spooler-access-denied`")]
    Id(String),
}

impl App {
    /// Writes the draft of an article from a stored case; `today` is when it is begun.
    ///
    /// # Errors
    /// When there is no such case, or the id that is wanted is none.
    pub fn draft(
        &self,
        store: &dyn CaseWork,
        id: &CaseId,
        wishes: &DraftWishes,
        today: Date,
    ) -> Result<ArticleDraft, DraftError> {
        if let Some(wrong) = wishes.id.as_ref().filter(|id| !is_slug(id)) {
            return Err(DraftError::Id(wrong.clone()));
        }
        let case = store.case(id)?.ok_or_else(|| CaseError::Missing(id.clone()))?;
        let fields = self.field_rules()?;
        let reader = Reader { extractor: self.extractor()?, terms: &self.terms, rules: &fields, roles: &self.roles };
        let evidence = reader.read(store, &case)?;
        let chinese = evidence.language() == "zh";
        let messages = messages(store, &case)?;
        let mut notes = Vec::new();
        if case.status == CaseStatus::Open {
            notes.push(format!("case `{}` is not closed: what helped may not be known yet", case.id));
        }
        let own = |message: &Message| {
            message.from.as_ref().is_some_and(|from| team::is_own(&from.address, &self.settings.own_domains.value))
        };
        let named = names::names(&case, &messages, names::machines(store, &case)?, &self.settings.own_domains.value);
        let mut scrubber = Scrubber::new(named, chinese);
        let Told { summary, resolution, message } = told(&case, &messages, wishes);
        let mut scrub = |text: &str| scrubber.scrub(text.trim());
        let symptoms = words::symptoms(&summary.problem, &words::first_words(&messages, own, message));
        let subject = wishes.title.clone().unwrap_or_else(|| evidence.fields.subject.clone());
        let title: String =
            scrub(&words::without_numbers(&subject, &case.numbers)).split_whitespace().collect::<Vec<_>>().join(" ");
        let title: String = title.chars().take(LONGEST_TITLE).collect();
        let (strong, weak) = signatures(&evidence);
        let lines = lines(&evidence, &strong, &weak, &symptoms);
        let lines: Vec<String> = lines.into_iter().map(&mut scrub).collect();
        let parts = DraftParts {
            title: &title,
            language: if chinese { Language::Zh } else { Language::En },
            today,
            product: case.product.as_deref().filter(|product| is_slug(product)),
            severity: evidence.fields.severity.as_deref().filter(|one| matches!(*one, "P1" | "P2" | "P3" | "P4")),
            strong: &strong,
            weak: &weak,
            symptoms: &scrub(&symptoms),
            lines: &lines,
            cause: &scrub(&summary.cause),
            resolution: &scrub(&summary.resolution),
            notes: &scrub(&summary.other),
        };
        let id = ArticleId(wishes.id.clone().unwrap_or_else(|| id_of(&title, &strong, &case)));
        if strong.is_empty() {
            notes.push("nothing that failed was found in the case: signatures and condition are to be written".into());
        }
        if self.library.find(&id.0).is_some() {
            notes.push(format!("there is an article `{id}` already; choose another id with --id"));
        }
        let text = render_draft(&id, &parts);
        let marked = scrubber.counts();
        Ok(ArticleDraft { schema: SCHEMA, case: case.id, id, file: None, text, resolution, marked, notes })
    }
}

/// The messages of a case, oldest first, with what stands in them.
fn messages(store: &dyn CaseStore, case: &CaseRecord) -> Result<Vec<(MessageRecord, Message)>, StoreError> {
    let mut messages = Vec::new();
    for record in store.messages(&case.id)? {
        let Some(raw) = store.raw(record.id)? else { continue };
        let mut found = mail::parse("", &raw).value;
        let wanted = found.iter().position(|one| one.message_id == record.message_id).unwrap_or(0);
        if wanted < found.len() {
            messages.push((record, found.swap_remove(wanted)));
        }
    }
    Ok(messages)
}

/// What a case says of cause and resolution.
struct Told {
    summary: Summary,
    /// Where the resolution comes from.
    resolution: ResolutionFrom,
    /// The message that has a summary, by its place.
    message: Option<usize>,
}

fn told(case: &CaseRecord, messages: &[(MessageRecord, Message)], wishes: &DraftWishes) -> Told {
    let newest = || messages.iter().enumerate().rev().map(|(number, (_, message))| (number, words::new_words(message)));
    // Headings without an opening line are a form of reports as well: the first message closes nothing.
    let found = newest().find_map(|(number, text)| Some((number, find_summary(&text)?))).or_else(|| {
        let later = newest().take(messages.len().saturating_sub(1));
        later.into_iter().find_map(|(number, text)| Some((number, find_parts(&text)?)))
    });
    let (message, found) = found.unzip();
    let from_mail = found.is_some();
    let mut summary = found.unwrap_or_default();
    let said = |text: &str| -> Summary {
        let read = read_summary(text);
        // Without labels it is what helped.
        if read.resolution.is_empty() && read.cause.is_empty() && read.problem.is_empty() {
            Summary { resolution: text.trim().to_string(), ..Summary::default() }
        } else {
            read
        }
    };
    let take = |summary: &mut Summary, said: Summary| {
        for (into, from) in [
            (&mut summary.problem, said.problem),
            (&mut summary.cause, said.cause),
            (&mut summary.resolution, said.resolution),
            (&mut summary.other, said.other),
        ] {
            if !from.is_empty() {
                *into = from;
            }
        }
    };
    if let Some(given) = &wishes.resolution {
        take(&mut summary, said(given));
        return Told { summary, resolution: ResolutionFrom::Given, message };
    }
    if from_mail && (!summary.resolution.is_empty() || !summary.cause.is_empty()) {
        return Told { summary, resolution: ResolutionFrom::Summary, message };
    }
    let resolution = match &case.resolution {
        Some(closing) => {
            take(&mut summary, said(closing));
            ResolutionFrom::Closing
        }
        None if from_mail => ResolutionFrom::Summary,
        None => ResolutionFrom::Nothing,
    };
    Told { summary, resolution, message }
}

/// The signatures that define the case, and those that went with it: the root first, then what fails.
fn signatures(evidence: &CaseEvidence) -> (Vec<Signature>, Vec<Signature>) {
    let primary = evidence.primary.as_ref().map(|one| Signature::new(one.kind, one.value.clone()));
    let failing = evidence.signatures.iter().filter(|one| one.standing == Standing::Failing);
    // What our engineer found is no report; of a closed case it is what defines the issue.
    let found = |one: &&SignatureEvidence| {
        one.standing == Standing::Cited && one.occurrences.iter().any(|place| place.whose == Some(Whose::OwnTeam))
    };
    let mentioned = evidence.signatures.iter().filter(|one| one.standing == Standing::Mentioned || found(one));
    let in_mail = |part: &str| !part.contains('/');
    let (told, logged): (Vec<_>, Vec<_>) =
        failing.partition(|one| one.occurrences.iter().any(|place| in_mail(&place.part)));
    let mut seen = HashSet::new();
    let mut take = |signature: &Signature| {
        // A line's form is of one program's version: a person decides on it.
        let wanted =
            signature.kind != SignatureKind::Template && normalize_signature(signature).as_ref() == Some(signature);
        wanted && seen.insert(signature.to_string().to_lowercase())
    };
    let mut strong: Vec<Signature> = primary.into_iter().filter(&mut take).collect();
    let mut rest: Vec<Signature> = Vec::new();
    // What people read on the screen defines an issue more than one line of many in a log.
    for one in told.iter().filter(|one| take(&one.signature)) {
        if strong.len() < MOST_STRONG { strong.push(one.signature.clone()) } else { rest.push(one.signature.clone()) }
    }
    rest.extend(
        logged.into_iter().chain(mentioned).filter(|one| take(&one.signature)).map(|one| one.signature.clone()),
    );
    rest.truncate(MOST_WEAK);
    (strong, rest)
}

/// Lines in which something failed that defines the case, or went with it: of logs, and of mails where the symptoms do not have
/// them.
fn lines<'e>(evidence: &'e CaseEvidence, strong: &[Signature], weak: &[Signature], symptoms: &str) -> Vec<&'e str> {
    let mut lines: Vec<&str> = Vec::new();
    for list in [strong, weak] {
        for one in evidence.signatures.iter().filter(|one| list.contains(&one.signature)) {
            let failing = one.occurrences.iter().filter(|place| place.standing == Standing::Failing && place.line > 0);
            let told =
                failing.map(|place| place.text.trim()).filter(|line| !symptoms.contains(line.trim_matches(['…', ' '])));
            for line in told.take(2) {
                if !line.is_empty() && !lines.contains(&line) && lines.len() < MOST_LINES {
                    lines.push(line);
                }
            }
        }
    }
    lines
}

/// An id made of the title's words and the first code; where it has no letters, of the case.
fn id_of(title: &str, strong: &[Signature], case: &CaseRecord) -> String {
    let mut words: Vec<String> = Vec::new();
    // Marks are no words of the article.
    let plain: String = title
        .split('[')
        .enumerate()
        .map(|(n, part)| if n == 0 { part } else { part.split_once(']').map_or(part, |(_, rest)| rest) })
        .collect();
    for word in plain.split(|c: char| !c.is_ascii_alphanumeric()) {
        let word = word.to_lowercase();
        if !word.is_empty() && words.iter().map(String::len).sum::<usize>() < 50 {
            words.push(word);
        }
    }
    let code: Option<String> =
        strong.iter().map(|one| one.value.to_lowercase()).find(|value| is_slug(value) && value.len() < 20);
    words.extend(code.filter(|code| !words.contains(code)));
    let id = words.join("-");
    if is_slug(&id) && id.len() > 3 {
        id
    } else {
        format!("case-{}", &blake3::hash(case.id.0.as_bytes()).to_hex()[..8])
    }
}
