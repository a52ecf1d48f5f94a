//! Search over stored cases: words and conditions become cases, each with the place that fits best.

use std::collections::HashSet;

use serde::Serialize;

use super::{Snippet, ask::Asked, groups::Wanted, passage};
use crate::{
    app::team::customer_of,
    case::{TextKind, read::message_texts},
    index::{cases::Group, highlight_terms},
    intake,
    mail::Message,
    signature::{Signature, Standing},
    store::{
        CaseId, CaseStatus, CaseStore, MessageHash, StoreError,
        search::{CaseQuery, CaseSearch, FoundCase, Lag},
    },
    text::terms::Terms,
};

/// A case that was found.
#[derive(Debug, Clone, Serialize)]
pub struct CaseHitReport {
    /// The case.
    pub id: CaseId,
    /// Its subject.
    pub subject: String,
    /// Open or closed.
    pub status: CaseStatus,
    /// Who has the problem.
    pub customer: Option<String>,
    /// Product.
    pub product: Option<String>,
    /// When it began, in seconds since 1970.
    pub opened: i64,
    /// When its latest message was sent.
    pub latest: i64,
    /// The article that resolved it.
    pub article: Option<String>,
    /// How it was resolved, in words.
    pub resolution: Option<String>,
    /// Higher is better; comparable within one search.
    pub score: f32,
    /// How many of its messages fit.
    pub messages: u32,
    /// How many it has.
    pub of_messages: u64,
    /// The one that fits best.
    pub message: MessageHash,
    /// When that was sent.
    pub date: i64,
    /// The signatures of the case that were asked for, the strongest standing first.
    pub signatures: Vec<SeenReport>,
    /// Where what was asked stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub snippet: Option<Snippet>,
}

/// A signature that was asked for.
#[derive(Debug, Clone, Serialize)]
pub struct SeenReport {
    /// Which.
    pub signature: Signature,
    /// How it stands in the case.
    pub standing: Standing,
    /// How often.
    pub count: u64,
    /// The attachment; empty for a mail's body.
    pub part: String,
    /// Line, from 1.
    pub line: u64,
}

/// Cases that were found.
#[derive(Debug, Clone, Default)]
pub struct CaseHits {
    /// Best first.
    pub hits: Vec<CaseHitReport>,
    /// Changes of the store that the search does not know yet.
    pub behind: u64,
    /// Whether there are more than were asked for.
    pub more: bool,
}

/// Finds cases, at most `limit`. Where no message says all of the words, those count that say some.
///
/// # Errors
/// When the store refuses.
pub fn find<'t, S: CaseStore + CaseSearch>(
    store: &S,
    asked: &Asked,
    wanted: &Wanted,
    terms: &dyn Fn() -> &'t Terms,
    limit: usize,
) -> Result<CaseHits, StoreError> {
    // Every case would meet it.
    if asked.is_empty() {
        return Ok(CaseHits::default());
    }
    let mut query =
        CaseQuery { groups: wanted.groups.clone(), message: asked.message.clone(), case: asked.case.clone() };
    let mut found = store.search(&query, None, limit)?;
    if found.items.is_empty()
        && let Some(groups) = wanted.forgiving()
    {
        query.groups = groups;
        found = store.search(&query, None, limit)?;
    }
    if found.items.is_empty() && wanted.groups.len() > 1 {
        query.groups = wanted.groups.iter().map(|group| Group { required: false, ..group.clone() }).collect();
        found = store.search(&query, None, limit)?;
    }
    let behind = match store.lag()? {
        Lag::Changes(count) => count,
        Lag::None | Lag::NoIndex => 0,
    };
    let signatures: Vec<Signature> = asked.signatures.iter().chain(&wanted.signatures).cloned().collect();
    let words = wanted.terms();
    let report = |hit| report(store, hit, &asked.case.own, &signatures, &words, terms);
    let more = found.next.is_some();
    Ok(CaseHits { hits: found.items.into_iter().map(report).collect::<Result<_, _>>()?, behind, more })
}

fn report<'t, S: CaseStore + CaseSearch>(
    store: &S,
    hit: FoundCase,
    own: &[String],
    signatures: &[Signature],
    wanted: &HashSet<&str>,
    terms: &dyn Fn() -> &'t Terms,
) -> Result<CaseHitReport, StoreError> {
    let seen = if signatures.is_empty() { Vec::new() } else { store.sightings(&hit.case.id, signatures)? };
    let snippet = match seen.first() {
        // The line that the store keeps of a signature: nothing need be read again.
        Some(best) => {
            let text = best.evidence.text.trim().to_string();
            let none = Terms::default();
            let highlights = highlight_terms(&text, wanted, &none).into_iter().map(|span| (span.start, span.end));
            Some(Snippet {
                heading: place(&best.evidence.part, best.evidence.line),
                highlights: highlights.collect(),
                text,
            })
        }
        None if wanted.is_empty() => None,
        None => passage_of(store, hit.message, wanted, terms())?,
    };
    let case = hit.case;
    Ok(CaseHitReport {
        customer: customer_of(&case, own).map(str::to_string),
        id: case.id,
        subject: case.subject,
        status: case.status,
        product: case.product,
        opened: case.opened,
        latest: case.latest,
        article: case.article,
        resolution: case.resolution,
        score: hit.score,
        messages: hit.messages,
        of_messages: case.messages,
        message: hit.message,
        date: hit.date,
        signatures: seen
            .into_iter()
            .map(|one| SeenReport {
                signature: one.signature,
                standing: one.standing,
                count: one.count,
                part: one.evidence.part,
                line: one.evidence.line,
            })
            .collect(),
        snippet,
    })
}

/// A place in a message, for people.
fn place(part: &str, line: u64) -> String {
    match (part, line) {
        ("", 0) => "subject".into(),
        ("", line) => format!("mail:{line}"),
        (part, line) => format!("{part}:{line}"),
    }
}

/// The line of a message that holds most of what was asked.
fn passage_of(
    store: &dyn CaseStore,
    message: MessageHash,
    wanted: &HashSet<&str>,
    terms: &Terms,
) -> Result<Option<Snippet>, StoreError> {
    // A damaged message is found all the same; `doctor` tells of it.
    let Some(raw) = store.raw(message).unwrap_or_default() else { return Ok(None) };
    let lines = lines_of(&intake::messages_of("", &raw).value);
    let lines = lines.iter().map(|(line, text)| (place("", *line), text.as_str()));
    Ok(passage(lines, &|text| highlight_terms(text, wanted, terms)))
}

/// Lines of mails that are looked at for a passage.
const MOST_LINES: usize = 2_000;

/// The lines of messages, of each the quoted ones last.
fn lines_of(messages: &[Message]) -> Vec<(u64, String)> {
    let mut found = Vec::new();
    for message in messages {
        let mut texts: Vec<_> = message_texts(message).collect();
        texts.sort_by_key(|text| text.kind == TextKind::Quoted);
        for text in texts {
            let lines = (text.line..).zip(text.text.lines()).filter(|(_, line)| !line.trim().is_empty());
            let room = MOST_LINES.saturating_sub(found.len());
            found.extend(lines.take(room).map(|(number, line)| (number, line.trim().to_string())));
        }
    }
    found
}
