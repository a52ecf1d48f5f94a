//! A draft of an answer to a case: what helps, in the customer's language, in the case's thread. Nothing is sent.

use jiff::Timestamp;
use serde::Serialize;

use super::{App, AppError, cases::CaseError, team};
use crate::{
    article::{Article, ArticleId, ArticleKind, SectionKind, plain_text},
    mail::{self, Mailbox, Message, Reply},
    matching::Verdict,
    store::{
        CaseId, CaseRecord, CaseStatus, CaseWork, Decision, MessageHash, MessageRecord, StoreError, work::Findings,
    },
};

/// Name and version of the JSON form.
pub const SCHEMA: &str = "casebook.reply/1";

/// Lines of evidence that a draft quotes.
const QUOTED: usize = 3;

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
    /// The article that it gives, in the customer's language where it is there in it.
    pub article: ArticleId,
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
    /// No article is known for the case, and none is named.
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
        let article = self.article_for(
            &case,
            findings.as_ref(),
            wishes.article.clone().or_else(|| resolved(&case)).or(accepted),
            &language,
        )?;
        let (record, message) = self.answered(store, &case)?.ok_or_else(|| ReplyError::NoRecipient(case.id.clone()))?;
        let to = message.from.clone().unwrap_or_default();
        let from = match &wishes.from {
            Some(from) => from.clone(),
            None => self.sender(&message).ok_or(ReplyError::NoSender)?,
        };
        let text = text(article, &case, findings.as_ref(), &to, &language)?;
        let digest = record.id.piece(text.as_bytes()).to_string();
        let domain = from.address.rsplit_once('@').map_or("localhost", |(_, domain)| domain);
        let reply = Reply {
            answered: &message,
            message_id: format!("casebook.{}.{}@{domain}", now.as_second(), &digest[..16]),
            date: now,
            fields: vec![("X-Casebook-Case", case.id.0.clone()), ("X-Casebook-Article", article.id.0.clone())],
            from,
            to,
            text,
        };
        let eml = String::from_utf8_lossy(&reply.render()?).into_owned();
        Ok(Draft {
            schema: SCHEMA,
            case: case.id.clone(),
            article: article.id.clone(),
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

/// What a draft says, in a language.
struct Phrases {
    greeting: &'static str,
    stranger: &'static str,
    comma: &'static str,
    thanks: &'static str,
    found: &'static str,
    advice: &'static str,
    seen: &'static str,
    helps: &'static str,
    workaround: &'static str,
    again: &'static str,
    regards: &'static str,
}

const EN: Phrases = Phrases {
    greeting: "Dear ",
    stranger: "Dear customer",
    comma: ",",
    thanks: "Thank you for your message about case {case}.",
    found: "What you sent points to a known issue:",
    advice: "For what you sent there is general advice; it need not be the cause:",
    seen: "It shows in these lines:",
    helps: "What helps:",
    workaround: "Until then:",
    again: "If it does not help, please answer this mail, so that your answer stays with the case.",
    regards: "Kind regards",
};

const ZH: Phrases = Phrases {
    greeting: "",
    stranger: "尊敬的客户",
    comma: "，您好：",
    thanks: "关于案例 {case}，您的来信已收到，谢谢。",
    found: "根据您提供的信息，判断为以下已知问题：",
    advice: "针对您提供的信息，有以下一般性建议，未必就是问题的原因：",
    seen: "依据如下：",
    helps: "处理方法：",
    workaround: "临时措施：",
    again: "如果问题依旧，请直接回复本邮件，以便归入同一案例。",
    regards: "此致\n敬礼",
};

fn text(
    article: &Article,
    case: &CaseRecord,
    findings: Option<&Findings>,
    to: &Mailbox,
    language: &str,
) -> Result<String, ReplyError> {
    let phrases = if language == "zh" { ZH } else { EN };
    let section =
        |kind| article.customer_section(kind).map(|section| plain_text(&section.text)).filter(|text| !text.is_empty());
    let (resolution, workaround) = (section(SectionKind::Resolution), section(SectionKind::Workaround));
    if resolution.is_none() && workaround.is_none() {
        return Err(ReplyError::NoResolution(article.id.clone()));
    }
    let name = match to.name.trim() {
        "" => phrases.stranger.to_string(),
        name => format!("{}{name}", phrases.greeting),
    };
    let generic = article.kind == ArticleKind::Generic;
    let mut parts = vec![
        format!("{name}{}", phrases.comma),
        phrases.thanks.replace("{case}", &case.id.0),
        format!("{}\n{}", if generic { phrases.advice } else { phrases.found }, article.title),
    ];
    let lines = evidence_lines(article, findings);
    if !lines.is_empty() {
        parts.push(format!("{}\n{}", phrases.seen, lines.join("\n")));
    }
    if let Some(resolution) = resolution {
        parts.push(format!("{}\n\n{resolution}", phrases.helps));
    }
    if let Some(workaround) = workaround {
        parts.push(format!("{}\n\n{workaround}", phrases.workaround));
    }
    parts.push(phrases.again.to_string());
    parts.push(phrases.regards.to_string());
    Ok(parts.join("\n\n") + "\n")
}

/// The first lines of the case that speak for an article.
fn evidence_lines(article: &Article, findings: Option<&Findings>) -> Vec<String> {
    let same = |id: &str| article.id.0 == id || article.translations.iter().any(|other| other.0 == id);
    let found = findings.and_then(|findings| findings.matches.iter().find(|found| same(&found.article)));
    let mut lines: Vec<String> = Vec::new();
    for one in found.and_then(|found| found.evidence.as_array()).into_iter().flatten() {
        let text = one["text"].as_str().unwrap_or_default().trim();
        let line = format!("    {}", text.lines().next().unwrap_or_default());
        if !text.is_empty() && !lines.contains(&line) && lines.len() < QUOTED {
            lines.push(line);
        }
    }
    lines
}
