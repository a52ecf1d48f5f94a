//! A draft of an answer to a case: what helps, or what is still to be found out, in the customer's language, in the case's
//! thread. Nothing is sent.

mod choice;
mod notes;
mod quotes;
mod text;

use jiff::Timestamp;
use serde::Serialize;

use super::{
    App, AppError,
    cases::CaseError,
    noise::Silence,
    tags::{Reader, part_of},
    team::{self, customer_of},
};
use crate::{
    article::ArticleId,
    case::{CaseEvidence, PartKind},
    mail::{self, Mailbox, Message, Reply},
    matching::CaseView,
    signature::Standing,
    store::{CaseId, CaseRecord, CaseWork, Decision, MessageHash, MessageRecord, StoreError},
};
pub use choice::LeftOut;
use choice::Said;
use notes::{Seen, notes};
use text::{Material, answering, asking};

/// Name and version of the JSON form.
pub const SCHEMA: &str = "casebook.reply/1";

/// What the writer of a draft wants.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReplyWishes {
    /// The articles; without any, what is known.
    pub articles: Vec<String>,
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
    /// The article that it gives, in the customer's language where it is there in it; `None`: it only asks. Of several the first.
    pub article: Option<ArticleId>,
    /// All that it gives: where a case has several faults, one for each.
    pub articles: Vec<ArticleId>,
    /// What is known for the case as well and is not in the draft.
    pub left_out: Vec<LeftOut>,
    /// What whoever sends it should know: what is open and not answered, what the customer says is solved, and steps that he has done
    /// in vain.
    pub notes: Vec<String>,
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
    /// The address of the customer, or of who answers, is none that mail can be sent to.
    #[error("`{0}` is no address that mail can be sent to")]
    Address(String),
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
        accepted.sort_by_key(|one| std::cmp::Reverse(one.at));
        let accepted = accepted.into_iter().map(|one| one.article).collect();
        let said = Said { named: &wishes.articles, accepted };
        let choice = self.choose(&case, findings.as_ref(), &said, &language)?;
        let (record, message) = self.answered(store, &case)?.ok_or_else(|| ReplyError::NoRecipient(case.id.clone()))?;
        let to = reached(message.from.clone().unwrap_or_default())?;
        let from = match &wishes.from {
            Some(from) => reached(from.clone())?,
            None => self.sender(&message).ok_or(ReplyError::NoSender)?,
        };
        let thread = store.messages(&case.id)?;
        let parts: Vec<String> = thread.iter().map(|message| part_of(message.id)).collect();
        let wrote = |message: &&MessageRecord| {
            let own = &self.settings.own_domains.value;
            message.address.eq_ignore_ascii_case(&from.address) || team::is_own(&message.address, own)
        };
        let own: Vec<String> = thread.iter().filter(wrote).map(|message| part_of(message.id)).collect();
        let evidence = self.evidence_of(store, &case, now)?;
        let articles = &choice.articles;
        let notes = notes(articles, &Seen { evidence: &evidence, thread: &parts, own: &own });
        let has_log = evidence.parts.iter().any(|part| part.kind == PartKind::Log);
        let material =
            Material { case: &case, findings: findings.as_ref(), to: &to, own: &own, language: &language, has_log };
        let text = if articles.is_empty() {
            asking(&material, self.reports_fault(&evidence))
        } else {
            Some(answering(articles, &material))
        };
        let text = text.ok_or_else(|| ReplyError::NothingKnown(case.id.clone()))?;
        let digest = record.id.piece(text.as_bytes()).to_string();
        let domain = from.address.rsplit_once('@').map_or("localhost", |(_, domain)| domain);
        let reply = Reply {
            answered: &message,
            message_id: format!("casebook.{}.{}@{domain}", now.as_second(), &digest[..16]),
            date: now,
            fields: [("X-Casebook-Case", case.id.0.clone())]
                .into_iter()
                .chain(articles.iter().map(|article| ("X-Casebook-Article", article.id.0.clone())))
                .collect(),
            from,
            to,
            text,
        };
        let eml = String::from_utf8_lossy(&reply.render()?).into_owned();
        Ok(Draft {
            schema: SCHEMA,
            case: case.id.clone(),
            article: articles.first().map(|article| article.id.clone()),
            articles: articles.iter().map(|article| article.id.clone()).collect(),
            left_out: choice.left_out,
            notes,
            language,
            subject: reply.subject(),
            answers: record.id,
            eml,
            from: reply.from,
            to: reply.to,
            text: reply.text,
        })
    }

    /// The evidence of a case without what is silenced.
    fn evidence_of(&self, store: &dyn CaseWork, case: &CaseRecord, now: Timestamp) -> Result<CaseEvidence, ReplyError> {
        let fields = self.field_rules()?;
        let reader = Reader { extractor: self.extractor()?, terms: &self.terms, rules: &fields, roles: &self.roles };
        let mut evidence = reader.read(store, case)?;
        let noise = store.noise()?;
        let customer = customer_of(case, &self.settings.own_domains.value);
        Silence::of(&noise, customer, now.as_second()).apply(&mut evidence);
        Ok(evidence)
    }

    /// Whether a case may report a fault: its mails are for nothing else.
    fn reports_fault(&self, evidence: &CaseEvidence) -> bool {
        let view = CaseView::new(evidence, &self.terms);
        // Who thanks for one thing and reports another reports.
        let open = || {
            evidence.signatures.iter().any(|one| {
                one.standing == Standing::Failing
                    && one.signature.kind.is_code()
                    && !evidence.solved.contains(&one.signature)
            })
        };
        let goes_on = !evidence.solved.is_empty() && open();
        !view.is_notice() && (goes_on || view.purpose().errand().is_none())
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
        let with_address = || message.recipients.iter().filter(|one| mail::sendable(&one.address).is_some());
        let sender = with_address().find(own).or_else(|| with_address().next()).cloned()?;
        reached(sender).ok()
    }
}

/// A person by the address that mail reaches.
fn reached(person: Mailbox) -> Result<Mailbox, ReplyError> {
    match mail::sendable(&person.address) {
        Some(address) => Ok(Mailbox { address, ..person }),
        None => Err(ReplyError::Address(person.address)),
    }
}
