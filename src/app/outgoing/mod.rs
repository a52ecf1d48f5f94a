//! What casebook tells other systems of the tags of a case.
//!
//! Whatever is told goes through here, so that `--history` and `--dry-run` tell nothing. News for a web address are kept in
//! the store with the change that they tell of, and are sent by a step of their own: none is lost, whatever is killed.
//! Copies in a Maildir and notmuch are told of what changed after it is stored; a further way is one more function over
//! [`CaseTags`]. The keywords of a mail server ([`keywords`]) are written by the runs that know the account.

pub mod keywords;
pub mod maildir;
pub mod notmuch;
pub mod webhook;

use serde::Serialize;

use super::tags::{CaseTags, Judged};
use crate::{
    config::Settings,
    store::{CaseId, CaseTag, CaseWork, StoreError},
};
use maildir::{CopyError, Maildir};
use notmuch::NotmuchError;
use webhook::{Receiver, SendReport, WebhookError};

/// Why others could not be told.
#[derive(Debug, thiserror::Error)]
pub enum OutgoingError {
    /// The web address.
    #[error(transparent)]
    Webhook(#[from] WebhookError),
    /// The Maildir.
    #[error(transparent)]
    Copy(#[from] CopyError),
    /// notmuch.
    #[error(transparent)]
    Notmuch(#[from] NotmuchError),
    /// The store refuses.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Who is told of tags.
#[derive(Default)]
pub struct Outgoing {
    receiver: Option<Receiver>,
    maildir: Option<Maildir>,
    notmuch: bool,
}

impl Outgoing {
    /// Those that the settings name.
    ///
    /// # Errors
    /// When a secret cannot be read, or a Maildir cannot be made.
    pub fn open(settings: &Settings) -> Result<Self, OutgoingError> {
        Ok(Outgoing {
            receiver: settings.webhook.value.as_ref().map(Receiver::open).transpose()?,
            maildir: settings.copy_to.value.as_deref().map(Maildir::open).transpose()?,
            notmuch: settings.notmuch.value,
        })
    }

    /// Nobody: with `--history` and `--dry-run`.
    pub fn nobody() -> Self {
        Outgoing::default()
    }

    /// Whether news are to be written to the outbox.
    pub fn wants_news(&self) -> bool {
        self.receiver.is_some()
    }

    /// Tells of cases that were stored with their tags just now.
    ///
    /// # Errors
    /// When a copy cannot be written or notmuch fails.
    pub fn tell(&self, store: &dyn CaseWork, cases: &[CaseTags]) -> Result<(), OutgoingError> {
        if let Some(maildir) = &self.maildir {
            for one in cases {
                maildir.copy_case(store, &one.case)?;
            }
        }
        if self.notmuch {
            notmuch::tell(store, cases)?;
        }
        Ok(())
    }

    /// Tells of a case whose tags a person changed, unless all its mail is old mail.
    ///
    /// # Errors
    /// As [`Outgoing::tell`].
    pub fn tell_of(&self, store: &dyn CaseWork, case: &CaseId) -> Result<(), OutgoingError> {
        if store.is_quiet(case)? {
            return Ok(());
        }
        self.tell(store, &[CaseTags { case: case.clone(), added: Vec::new(), removed: Vec::new() }])
    }

    /// Sends the news that are due; `None`: there is no receiver.
    ///
    /// # Errors
    /// When the store refuses.
    pub fn send(&self, store: &mut dyn CaseWork, now: i64) -> Result<Option<SendReport>, OutgoingError> {
        self.receiver.as_ref().map(|receiver| receiver.send_due(store, now).map_err(Into::into)).transpose()
    }
}

/// Name and version of the JSON form of news.
pub const NEWS_SCHEMA: &str = "casebook.news/1";

/// News of a case.
#[derive(Debug, Serialize)]
struct News<'n> {
    schema: &'static str,
    case: &'n CaseId,
    numbers: &'n [String],
    subject: &'n str,
    customer: Option<&'n str>,
    verdict: &'n str,
    tags: Vec<&'n str>,
    added: &'n [CaseTag],
    removed: &'n [String],
    matches: Vec<NewsMatch<'n>>,
    at: i64,
}

#[derive(Debug, Serialize)]
struct NewsMatch<'n> {
    article: &'n str,
    title: &'n str,
    verdict: &'n str,
    confidence: f64,
}

/// What is to be told of a case whose tags changed, as JSON.
pub(super) fn news(judged: &Judged, at: i64) -> String {
    let Judged { case, findings, added, removed, .. } = judged;
    let kept = case.tags.iter().map(|tag| tag.tag.as_str()).filter(|tag| !removed.iter().any(|gone| gone == tag));
    let mut tags: Vec<&str> = kept.chain(added.iter().map(|tag| tag.tag.as_str())).collect();
    tags.sort_unstable();
    let heard = findings.matches.iter().filter(|found| found.silenced.is_none());
    let news = News {
        schema: NEWS_SCHEMA,
        case: &case.id,
        numbers: &case.numbers,
        subject: &case.subject,
        customer: case.customer.as_deref(),
        verdict: &findings.verdict,
        tags,
        added,
        removed,
        matches: heard
            .map(|found| NewsMatch {
                article: &found.article,
                title: &found.title,
                verdict: &found.verdict,
                confidence: found.confidence,
            })
            .collect(),
        at,
    };
    // Nothing in it can fail to be written as JSON.
    serde_json::to_string(&news).unwrap_or_default()
}
