//! What tells an issue from those that look like it: what to ask for, and which answer speaks for the article.

use serde::{Deserialize, Serialize};

use super::{
    ArticleError,
    condition::parse_text,
    front::Reader,
    node::{Node, Value},
};
use crate::{
    signature::Signature,
    text::{Alternatives, Bilingual},
};

/// What to ask for, and which answer speaks for the article.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Discriminator {
    /// The request in words; `None`: that for the log or command.
    pub ask: Option<Bilingual>,
    /// What yields the answer, where it is no question to a person.
    pub source: Option<AnswerSource>,
    /// Signatures of which one speaks for the article.
    pub signatures: Vec<Signature>,
    /// Words that speak for it, as in a condition.
    pub text: Alternatives,
}

/// What yields an answer.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum AnswerSource {
    /// A log, by its name: `CBS.log`.
    Log(String),
    /// The output of a command: `reagentc /info`.
    Command(String),
}

impl AnswerSource {
    /// The name of the log, or the command.
    pub fn name(&self) -> &str {
        let (AnswerSource::Log(name) | AnswerSource::Command(name)) = self;
        name
    }
}

/// Reads one entry of `discriminators`.
pub(super) fn parse_discriminator(reader: &mut Reader<'_>, node: Node) -> Result<Discriminator, ArticleError> {
    const KEY: &str = "discriminators";
    let line = node.line;
    let mut fields = reader.fields(node, KEY)?;
    let [ask, log, command, signatures, text] =
        ["ask", "log", "command", "signatures", "text"].map(|key| fields.take(key));
    fields.finish()?;
    let ask = ask.map(|node| bilingual(reader, node)).transpose()?;
    let log = log.map(|node| reader.text(node, "discriminators.log")).transpose()?;
    let command = command.map(|node| reader.text(node, "discriminators.command")).transpose()?;
    let source = match (log, command) {
        (Some(_), Some(_)) => return Err(reader.bad_value(line, KEY, "log, command", "one of `log` and `command`")),
        (Some(log), None) => Some(AnswerSource::Log(log)),
        (None, command) => command.map(AnswerSource::Command),
    };
    if ask.is_none() && source.is_none() {
        return Err(reader.bad_value(line, KEY, "nothing to ask for", "something with `ask`, `log` or `command`"));
    }
    let signatures = reader.items(signatures, "discriminators.signatures")?;
    let signatures = signatures
        .into_iter()
        .map(|item| reader.signature(item, "discriminators.signatures"))
        .collect::<Result<Vec<_>, _>>()?;
    let text = match text {
        Some(Node { value: Value::Null, .. }) | None => Alternatives::default(),
        Some(node) => parse_text(reader, node, "discriminators.text")?,
    };
    if signatures.is_empty() && text.is_empty() {
        return Err(reader.bad_value(
            line,
            KEY,
            "no answer",
            "an answer that speaks for the article: `signatures` or `text`",
        ));
    }
    Ok(Discriminator { ask, source, signatures, text })
}

fn bilingual(reader: &Reader<'_>, node: Node) -> Result<Bilingual, ArticleError> {
    let mut fields = reader.fields(node, "discriminators.ask")?;
    let (en, zh) = (fields.required("en")?, fields.required("zh")?);
    fields.finish()?;
    Ok(Bilingual::new(reader.text(en, "discriminators.ask.en")?, reader.text(zh, "discriminators.ask.zh")?))
}
