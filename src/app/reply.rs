//! A draft of an answer to a case: what helps, or what is still to be found out, in the customer's language, in the case's
//! thread. Nothing is sent.

mod text;

use jiff::Timestamp;
use serde::Serialize;

use super::{App, AppError, cases::CaseError, team};
use crate::{
    article::{Article, ArticleId},
    mail::{self, Mailbox, Message, Reply},
    matching::Verdict,
    store::{
        CaseId, CaseRecord, CaseStatus, CaseWork, Decision, MessageHash, MessageRecord, StoreError, work::Findings,
    },
};
use text::{Material, answering, asking};

/// Name and version of the JSON form.
pub const SCHEMA: &str = "casebook.reply/1";

/// What the writer of a draft wants.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReplyWishes {
    /// The article; without one, what is known.
    pub article: Option<String>,
    /// Who answers; without, the own address that the customer wrote to.
    pub from: Option<Mailbox>,
}

/// A draft.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Draft {
    /// [`SCHEMA`].
    pub schema: &'static str,
    /// The case.
    pub case: CaseId,
    /// The article that it gives, in the customer's language where it is there in it; `None`: it only asks.
    pub article: Option<ArticleId>,
    /// `en` or `zh`.
    pub language: String,
    /// Who answers.
    pub from: Mailbox,
    /// To whom.
    pub to: Mailbox,
    /// The subject.
    pub subject: String,
    /// The message that it answers.
    pub answers: MessageHash,
    /// The text.
    pub text: String,
    /// The whole as RFC 5322.
    pub eml: String,
}

/// Why there is no draft.
#[derive(Debug, thiserror::Error)]
pub enum ReplyError {
    /// A service could not be started.
    #[error(transparent)]
    App(#[from] AppError),
    /// The case cannot be read.
    #[error(transparent)]
    Case(#[from] CaseError),
    /// The store refuses.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// No article is known for the case, none is named, and there is nothing to ask for.
    #[error("no article is known for case `{0}`")]
    NothingKnown(CaseId),
    /// There is no such article.
    #[error("there is no article `{0}`")]
    NoArticle(String),
    /// The article is out of use.
    #[error("{0}")]
    OutOfUse(String),
    /// The article says nothing that helps and that a customer may read.
    #[error("article `{0}` has neither a resolution nor a workaround for customers")]
    NoResolution(ArticleId),
    /// Nobody wrote whom an answer would reach.
    #[error("case `{0}` has no message with an address that could be answered")]
    NoRecipient(CaseId),
    /// It is not known who answers.
    #[error("it is not known who answers: the message names no recipient")]
    NoSender,
    /// The draft cannot be written.
    #[error("cannot write the draft")]
    Write(#[from] std::io::Error),
}

impl App {
    /// Writes a draft that answers the customer's last message.
    ///
    /// # Errors
    /// When there is no such case, nothing is known, or there is nobody to answer.
    pub fn reply(
        &self,
        store: &dyn CaseWork,
        id: &CaseId,
        wishes: &ReplyWishes,
        now: Timestamp,
    ) -> Result<Draft, ReplyError> {
        let case = store.case(id)?.ok_or_else(|| CaseError::Missing(id.clone()))?;
        let findings = store.findings(&case.id)?;
        let language = findings.as_ref().map_or("en", |found| found.language.as_str()).to_string();
        let mut accepted: Vec<_> = store.decisions(&case.id)?;
        accepted.retain(|one| one.decision == Decision::Accepted);
        accepted.sort_by_key(|one| one.at);
        let accepted = accepted.pop().map(|one| one.article);
        let said = wishes.article.clone().or_else(|| resolved(&case)).or(accepted);
        let article = match self.article_for(&case, findings.as_ref(), said, &language) {
            Err(ReplyError::NothingKnown(_)) => None,
            article => Some(article?),
        };
        let (record, message) = self.answered(store, &case)?.ok_or_else(|| ReplyError::NoRecipient(case.id.clone()))?;
        let to = message.from.clone().unwrap_or_default();
        let from = match &wishes.from {
            Some(from) => from.clone(),
            None => self.sender(&message).ok_or(ReplyError::NoSender)?,
        };
        let material = Material { case: &case, findings: findings.as_ref(), to: &to, language: &language };
        let text = match article {
            Some(article) => answering(article, &material)?,
            None => asking(&material).ok_or_else(|| ReplyError::NothingKnown(case.id.clone()))?,
        };
        let digest = record.id.piece(text.as_bytes()).to_string();
        let domain = from.address.rsplit_once('@').map_or("localhost", |(_, domain)| domain);
        let reply = Reply {
            answered: &message,
            message_id: format!("casebook.{}.{}@{domain}", now.as_second(), &digest[..16]),
            date: now,
            fields: [("X-Casebook-Case", case.id.0.clone())]
                .into_iter()
                .chain(article.map(|article| ("X-Casebook-Article", article.id.0.clone())))
                .collect(),
            from,
            to,
            text,
        };
        let eml = String::from_utf8_lossy(&reply.render()?).into_owned();
        Ok(Draft {
            schema: SCHEMA,
            case: case.id.clone(),
            article: article.map(|article| article.id.clone()),
            language,
            subject: reply.subject(),
            answers: record.id,
            eml,
            from: reply.from,
            to: reply.to,
            text: reply.text,
        })
    }

    /// The article that a person said, or the one that is known, or the one that an earlier close named; in the language of the case where there is a translation.
    fn article_for(
        &self,
        case: &CaseRecord,
        findings: Option<&Findings>,
        said: Option<String>,
        language: &str,
    ) -> Result<&Article, ReplyError> {
        let known = || {
            let heard = findings?.matches.iter().find(|found| found.silenced.is_none())?;
            (heard.verdict == Verdict::Known.name()).then(|| heard.article.clone())
        };
        let id = said.or_else(known).or_else(|| case.article.clone());
        let id = id.ok_or_else(|| ReplyError::NothingKnown(case.id.clone()))?;
        let article = self.library.find(&id).ok_or(ReplyError::NoArticle(id))?;
        if let Some(why) = self.library.out_of_use(article) {
            return Err(ReplyError::OutOfUse(why));
        }
        if article.language == language {
            return Ok(article);
        }
        let mut translations = article.translations.iter().filter_map(|id| self.library.find(&id.0));
        Ok(translations.find(|other| other.language == language && !other.status.is_retired()).unwrap_or(article))
    }

    /// The last message that a person outside the own team wrote, with its address.
    fn answered(
        &self,
        store: &dyn CaseWork,
        case: &CaseRecord,
    ) -> Result<Option<(MessageRecord, Message)>, StoreError> {
        let own = &self.settings.own_domains.value;
        for record in store.messages(&case.id)?.into_iter().rev() {
            if record.automatic || record.address.is_empty() || team::is_own(&record.address, own) {
                continue;
            }
            let Some(raw) = store.raw(record.id)? else { continue };
            let mut messages = mail::parse("", &raw).value;
            let wanted = messages.iter().position(|one| one.message_id == record.message_id).unwrap_or(0);
            if wanted < messages.len() {
                return Ok(Some((record, messages.swap_remove(wanted))));
            }
        }
        Ok(None)
    }

    /// The own address among those that a message was sent to, else the first of them.
    fn sender(&self, message: &Message) -> Option<Mailbox> {
        let own = |one: &&Mailbox| team::is_own(&one.address, &self.settings.own_domains.value);
        let with_address = || message.recipients.iter().filter(|one| one.address.contains('@'));
        with_address().find(own).or_else(|| with_address().next()).cloned()
    }
}

/// The article that closed a case which is closed.
fn resolved(case: &CaseRecord) -> Option<String> {
    case.article.clone().filter(|_| case.status == CaseStatus::Closed)
}
