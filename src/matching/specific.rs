//! What would make general advice specific: of a code that many issues share, the issues that it may be, and what would show each.
//!
//! What would show an issue is taken from its article: the answers that its author says to ask for, what its condition misses, the
//! signatures that define it and are not seen, and the logs in which these would stand.

use std::collections::HashSet;

use serde::Serialize;

use super::{
    Match, Verdict,
    ask::{self, RequestKind},
    condition::partly,
    parts::Cap,
    view::CaseView,
};
use crate::{
    article::{Article, ArticleKind, Condition},
    signature::{Signature, SignatureEvidence},
    text::Bilingual,
};

/// Issues named for one generic article.
const MOST_ISSUES: usize = 4;

/// Things named for one issue.
const MOST_TELLING: usize = 3;

/// An issue that the code of a generic article may be a sign of.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Specific {
    /// Its article, by id.
    pub article: String,
    /// The article's title.
    pub title: String,
    /// The codes of the case that it shares with the generic article.
    pub shares: Vec<Signature>,
    /// What would show that it is this one.
    pub would_tell: Vec<Telling>,
}

/// Something that would show which issue it is.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Telling {
    /// What sort of evidence it is.
    pub kind: TellingKind,
    /// In words.
    pub what: Bilingual,
}

/// What sort of evidence would tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum TellingKind {
    /// What a person knows.
    Question,
    /// The output of a command.
    Command,
    /// A log.
    Log,
    /// A demand of the article's condition.
    Condition,
    /// A signature that defines the issue.
    Signature,
}

/// The issues that a generic match may be a sign of, best first. `ranked` are all matches of the case, best first.
pub fn specifics<'a>(articles: &'a [Article], generic: &Match, ranked: &[Match], view: &CaseView<'a>) -> Vec<Specific> {
    let found = |signature: &Signature| view.signature(signature).map(|found| found.evidence);
    let seen: Vec<&SignatureEvidence> = articles[generic.article].strong.iter().filter_map(found).collect();
    let may = |one: &&Match| {
        articles[one.article].kind == ArticleKind::Specific
            && one.verdict != Verdict::Known
            && !one.parts.caps.contains(&Cap::Contradicted)
    };
    let specific = ranked.iter().filter(may).filter_map(|one| {
        let article = &articles[one.article];
        let mut demanded = Vec::new();
        article.condition.iter().for_each(|condition| demands(condition, &mut demanded));
        let named = article.strong.iter().chain(&article.weak).chain(demanded).filter_map(found);
        let mut shares: Vec<Signature> = Vec::new();
        for evidence in named.filter(|one| seen.iter().any(|seen| std::ptr::eq(*seen, *one))) {
            if !shares.contains(&evidence.signature) {
                shares.push(evidence.signature.clone());
            }
        }
        if shares.is_empty() {
            return None;
        }
        let would_tell = telling(article, view)?;
        Some(Specific { article: article.id.0.clone(), title: article.title.clone(), shares, would_tell })
    });
    specific.take(MOST_ISSUES).collect()
}

/// The signatures that a condition asks for by themselves.
fn demands<'a>(condition: &'a Condition, found: &mut Vec<&'a Signature>) {
    match condition {
        Condition::All(parts) | Condition::Any(parts) => parts.iter().for_each(|part| demands(part, found)),
        Condition::Signature(signature) | Condition::Failing(signature) => found.push(signature),
        _ => {}
    }
}

/// What would show an issue, what its author says first; `None` where something that is seen rules it out, or nothing is known to
/// tell.
fn telling<'a>(article: &'a Article, view: &CaseView<'a>) -> Option<Vec<Telling>> {
    let mut all: Vec<Telling> = Vec::new();
    for request in ask::open_discriminators(article, view).map(ask::request_of) {
        let kind = match request.kind {
            RequestKind::Log => TellingKind::Log,
            RequestKind::Command => TellingKind::Command,
            RequestKind::Question => TellingKind::Question,
        };
        all.push(Telling { kind, what: request.ask });
    }
    match &article.condition {
        Some(condition) => {
            let partly = partly(condition, view);
            if partly.ruled_out.is_some() {
                return None;
            }
            all.extend(partly.missing.into_iter().map(|demand| Telling {
                kind: TellingKind::Condition,
                what: Bilingual::new(
                    format!("that the case shows {demand}"),
                    format!("案例中出现 {}", demand.replace(" or ", " 或 ")),
                ),
            }));
        }
        None => {
            let unseen = article.strong.iter().filter(|signature| view.signature(signature).is_none());
            all.extend(unseen.map(|signature| Telling {
                kind: TellingKind::Signature,
                what: Bilingual::new(format!("the signature {signature}"), format!("特征 {signature}")),
            }));
        }
    }
    let logs = ask::derived(article, view);
    let logs = logs.into_iter().map(|source| Telling { kind: TellingKind::Log, what: source.ask.clone() });
    // One log at least: it is what a person can send.
    let room = MOST_TELLING - usize::from(logs.len() > 0);
    all.truncate(room);
    all.extend(logs);
    let mut known = HashSet::new();
    all.retain(|one| known.insert(one.what.en.clone()));
    all.truncate(MOST_TELLING);
    (!all.is_empty()).then_some(all)
}
