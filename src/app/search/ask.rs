//! A search string read: words, and conditions such as `status:open`. One grammar for articles and for stored cases.
//!
//! Values in, values out.

use super::{
    field::{self, ArticleOnly, Both, CaseOnly, Named},
    filter::ArticleFilter,
    value::{day, language, midnight, severity},
};
use crate::{
    article::{ArticleKind, ArticleStatus},
    catalog,
    index::{
        ArticleField,
        cases::{ANY_ATTACHMENT, Clause, Field, Group, MessageFilter, Reach, signature_term},
    },
    signature::{Signature, SignatureKind},
    store::{CaseFilter, CaseStatus},
    text::{
        analyze,
        phrase::{QUOTES, required_parts},
    },
};

/// Why a search string cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AskError {
    /// A date is none.
    #[error("`{0}` is not a date like 2024-09-30, 2024-09 or 2024")]
    Date(String),
    /// A status is none.
    #[error("`{0}` is not a status: open or closed of cases, {states} of articles", states = ArticleStatus::NAMES.join(", "))]
    Status(String),
    /// A kind is none.
    #[error(
        "`{0}` is not a kind: specific or generic of articles, article, case, or a kind of signature such as hresult, event or kb"
    )]
    Kind(String),
    /// A severity is none.
    #[error("`{0}` is not a severity: P1, P2, P3 or P4")]
    Severity(String),
    /// A language is none.
    #[error("`{0}` is not a language: en or zh")]
    Language(String),
    /// There is no word, code or condition.
    #[error("there is nothing to search for in `{0}`: name words, codes or conditions")]
    Nothing(String),
    /// A thing that a message cannot have.
    #[error("`{0}` is nothing that a search can ask for: has:attachment")]
    Has(String),
    /// It looks like a condition and is none.
    #[error(
        "there is no condition `{name}:`{meant} {known}, and the kinds of signatures, such as hresult:0x80070005",
        meant = near.map_or("; there are".into(), |near| format!(", did you mean `{near}:`? There are")),
        known = field::all()
    )]
    Unknown {
        /// What was asked.
        name: String,
        /// The condition whose name is nearest.
        near: Option<&'static str>,
    },
    /// Cases have no such field.
    #[error("`{0}` is asked of articles alone")]
    ArticlesOnly(String),
    /// Articles have no such field.
    #[error("`{0}` is asked of cases alone")]
    CasesOnly(String),
    /// Nothing can meet both.
    #[error("`{articles}` is asked of articles alone and `{cases}` of cases alone: nothing meets both")]
    Apart {
        /// A condition on articles.
        articles: String,
        /// A condition on cases.
        cases: String,
    },
}

/// Where to look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Place {
    /// Wherever the conditions can be met.
    #[default]
    All,
    /// In articles.
    Articles,
    /// In stored cases.
    Cases,
}

/// A search string, read.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Asked {
    /// What is left when the conditions are taken away.
    pub words: String,
    /// What must stand in a field of the article.
    pub fields: Vec<(ArticleField, String)>,
    /// Conditions on articles.
    pub article: ArticleFilter,
    /// Conditions on cases.
    pub case: CaseFilter,
    /// Conditions on messages.
    pub message: MessageFilter,
    /// Signatures that must be there, `kind:value`.
    pub signatures: Vec<Signature>,
    /// The first condition that no article can meet, as it was asked.
    pub only_cases: Option<String>,
    /// The first condition that no case can meet, as it was asked.
    pub only_articles: Option<String>,
}

impl Asked {
    /// Reads a search string. A value with blanks stands in quotes: `customer:"Blue Fjord"`.
    ///
    /// # Errors
    /// When a value cannot be what it is asked for, or nothing can meet all conditions.
    pub fn parse(text: &str) -> Result<Self, AskError> {
        let mut asked = Asked::default();
        for word in words(text) {
            let condition = word.split_once([':', '：']).map(|(name, value)| (name, value.trim_matches(QUOTES)));
            match condition {
                Some((name, value)) if !value.is_empty() && !value.starts_with("//") => {
                    if !asked.condition(name, value)? {
                        if looks_like_a_condition(name, value) {
                            return Err(AskError::Unknown { name: name.to_string(), near: field::near(name) });
                        }
                        asked.word(word);
                    }
                }
                _ => asked.word(word),
            }
        }
        match (&asked.only_articles, &asked.only_cases) {
            (Some(articles), Some(cases)) => Err(AskError::Apart { articles: articles.clone(), cases: cases.clone() }),
            _ => Ok(asked),
        }
    }

    /// Whether nothing is asked: no condition, and no word that stands in a text.
    pub fn is_empty(&self) -> bool {
        let case = CaseFilter { own: self.case.own.clone(), ..CaseFilter::default() };
        analyze(&self.words).is_empty() && *self == Asked { words: self.words.clone(), case, ..Asked::default() }
    }

    /// Whether articles are asked.
    pub fn in_articles(&self, place: Place) -> bool {
        place != Place::Cases && self.only_cases.is_none()
    }

    /// Whether stored cases are asked.
    pub fn in_cases(&self, place: Place) -> bool {
        place != Place::Articles && self.only_articles.is_none()
    }

    /// Whether something is asked, and the conditions can be met where they are asked.
    ///
    /// # Errors
    /// When nothing is asked, or a condition is of the other place alone.
    pub fn check(&self, place: Place) -> Result<(), AskError> {
        if self.is_empty() {
            return Err(AskError::Nothing(self.words.clone()));
        }
        match (place, &self.only_articles, &self.only_cases) {
            (Place::Cases, Some(asked), _) => Err(AskError::ArticlesOnly(asked.clone())),
            (Place::Articles, _, Some(asked)) => Err(AskError::CasesOnly(asked.clone())),
            _ => Ok(()),
        }
    }

    fn word(&mut self, word: &str) {
        // `0x8007 3712` is one code, as `casebook code` reads it.
        let last = self.words.rfind(' ').map_or(0, |blank| blank + 1);
        if let Some(code) = catalog::joined_halves(&self.words[last..], word) {
            self.words.replace_range(last.., &code);
            return;
        }
        if !self.words.is_empty() {
            self.words.push(' ');
        }
        self.words.push_str(word);
    }

    fn of_cases(&mut self, name: &str) {
        self.only_cases.get_or_insert_with(|| format!("{name}:"));
    }

    fn of_articles(&mut self, name: &str) {
        self.only_articles.get_or_insert_with(|| format!("{name}:"));
    }

    /// Takes a condition; `false` if it is none.
    fn condition(&mut self, name: &str, value: &str) -> Result<bool, AskError> {
        let Some(named) = Named::of(name) else {
            let Ok(kind) = name.to_ascii_lowercase().parse::<SignatureKind>() else { return Ok(false) };
            self.signature(Signature::new(kind, value));
            return Ok(true);
        };
        match named {
            Named::Both(field) => self.of_both(field, name, value)?,
            Named::Cases(field) => {
                self.of_cases(name);
                self.case_field(field, value)?;
            }
            Named::Articles(field) => {
                self.of_articles(name);
                let text = Some(value.to_string());
                match field {
                    ArticleOnly::Language => self.article.language = Some(language(value)?),
                    ArticleOnly::Component => self.article.component = text,
                    ArticleOnly::Owner => self.article.owner = text,
                    ArticleOnly::Text(field) => self.fields.push((field, value.to_string())),
                }
            }
        }
        Ok(true)
    }

    fn of_both(&mut self, field: Both, name: &str, value: &str) -> Result<(), AskError> {
        let text = Some(value.to_string());
        match field {
            Both::Tag => (self.case.tag, self.article.tag) = (text.clone(), text),
            Both::Product => (self.case.product, self.article.product) = (text.clone(), text),
            Both::Severity => {
                let severity = Some(severity(value)?);
                (self.case.severity, self.article.severity) = (severity.clone(), severity);
            }
            Both::After => {
                let day = day(value)?;
                (self.message.since, self.article.since) = (Some(midnight(day, value)?), Some(day));
            }
            Both::Before => {
                let day = day(value)?;
                (self.message.until, self.article.until) = (Some(midnight(day, value)?), Some(day));
            }
            Both::Status => self.status(name, value)?,
            Both::Kind => self.kind(name, value)?,
        }
        Ok(())
    }

    fn case_field(&mut self, field: CaseOnly, value: &str) -> Result<(), AskError> {
        let clause = match field {
            CaseOnly::Customer => {
                self.case.customer = Some(value.to_string());
                return Ok(());
            }
            CaseOnly::From => {
                let parts = required_parts(value).unwrap_or_default();
                Clause { field: Field::From, parts, weight: 0.0, reach: Reach::Exact }
            }
            CaseOnly::Has if value.eq_ignore_ascii_case("attachment") => {
                Clause::term(Field::Attachment, ANY_ATTACHMENT, 0.0)
            }
            CaseOnly::Has => return Err(AskError::Has(value.into())),
        };
        self.message.all.push(Group { any: vec![clause], required: true });
        Ok(())
    }

    fn status(&mut self, name: &str, value: &str) -> Result<(), AskError> {
        let state = match value.to_ascii_lowercase().as_str() {
            "open" => CaseStatus::Open,
            "closed" => CaseStatus::Closed,
            other => {
                let status = ArticleStatus::from_name(other).ok_or_else(|| AskError::Status(value.into()))?;
                self.article.status = Some(status);
                self.of_articles(name);
                return Ok(());
            }
        };
        self.case.status = Some(state);
        self.of_cases(name);
        Ok(())
    }

    fn kind(&mut self, name: &str, value: &str) -> Result<(), AskError> {
        match value.to_ascii_lowercase().as_str() {
            "specific" => self.article.kind = Some(ArticleKind::Specific),
            "generic" => self.article.kind = Some(ArticleKind::Generic),
            "article" | "articles" => {}
            "case" | "cases" => {
                self.of_cases(name);
                return Ok(());
            }
            other => {
                let kind: SignatureKind = other.parse().map_err(|_| AskError::Kind(value.into()))?;
                self.article.signature_kinds.push(kind);
                let term = Clause::term(Field::Signature, format!("{}:", kind.name()), 0.0);
                let clause = Clause { reach: Reach::Prefix, ..term };
                self.message.all.push(Group { any: vec![clause], required: true });
                return Ok(());
            }
        }
        self.of_articles(name);
        Ok(())
    }

    fn signature(&mut self, signature: Signature) {
        let mut any = vec![clause_of(&signature)];
        any.extend(catalog::equivalents(&signature).iter().map(clause_of));
        self.message.all.push(Group { any, required: true });
        self.signatures.push(signature);
    }
}

/// Whether somebody who writes this means a condition: a name in small letters before a word, or one that is nearly the name of one.
/// `Error:`, `error:0x80070005`, `kernel32.dll:ntdll` and paths are words of logs.
fn looks_like_a_condition(name: &str, value: &str) -> bool {
    let is_name = name.len() > 1 && name.bytes().all(|byte| byte.is_ascii_lowercase());
    is_name && (value.starts_with(|c: char| c.is_ascii_alphabetic()) || field::near(name).is_some())
}

fn clause_of(signature: &Signature) -> Clause {
    Clause::term(Field::Signature, signature_term(signature), 0.0)
}

/// Words parted by blanks that stand in no quotes.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let mut quoted = false;
    text.split(move |c: char| {
        quoted ^= QUOTES.contains(&c);
        !quoted && c.is_whitespace()
    })
    .filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests;
