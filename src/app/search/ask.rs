//! A search string read: words, and conditions on cases such as `status:open`.
//!
//! Values in, values out.

use jiff::{civil::Date, tz::TimeZone};

use crate::{
    catalog,
    index::{
        ArticleField,
        cases::{ANY_ATTACHMENT, Clause, Field, Group, MessageFilter, signature_term},
    },
    signature::{Signature, SignatureKind},
    store::{CaseFilter, CaseStatus},
    text::phrase::{QUOTES, required_parts},
};

/// Why a search string cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AskError {
    /// A date is none.
    #[error("`{0}` is not a date like 2024-09-30")]
    Date(String),
    /// A status is none.
    #[error("`{0}` is not a status: open or closed")]
    Status(String),
    /// A thing that a message cannot have.
    #[error("`{0}` is nothing that a search can ask for: has:attachment")]
    Has(String),
    /// It looks like a condition and is none.
    #[error("`{0}:` is no condition: {CONDITIONS}, or a kind of signature")]
    Unknown(String),
    /// Cases have no such field.
    #[error("`{0}` is asked of articles alone")]
    ArticlesOnly(String),
}

/// A search string, read.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Asked {
    /// What is left when the conditions are taken away.
    pub words: String,
    /// Conditions on cases.
    pub case: CaseFilter,
    /// Conditions on messages.
    pub message: MessageFilter,
    /// Signatures that must be there, `kind:value`.
    pub signatures: Vec<Signature>,
    /// A condition that no article can meet was asked.
    pub only_cases: bool,
    /// A field of articles was asked, the first of them.
    pub article_field: Option<String>,
}

impl Asked {
    /// Reads a search string. A value with blanks stands in quotes: `customer:"Blue Fjord"`.
    ///
    /// # Errors
    /// When a value cannot be what it is asked for.
    pub fn parse(text: &str) -> Result<Self, AskError> {
        let mut asked = Asked::default();
        for word in words(text) {
            let condition = word.split_once(':').map(|(name, value)| (name, value.trim_matches(QUOTES)));
            match condition {
                Some((name, value)) if !value.is_empty() && !value.starts_with("//") => {
                    if !asked.condition(name, value)? {
                        if ArticleField::ALL.iter().any(|field| field.name().eq_ignore_ascii_case(name)) {
                            asked.article_field.get_or_insert_with(|| name.to_string());
                        } else if looks_like_a_condition(name, value) {
                            return Err(AskError::Unknown(name.to_string()));
                        }
                        asked.word(word);
                    }
                }
                _ => asked.word(word),
            }
        }
        Ok(asked)
    }

    fn word(&mut self, word: &str) {
        if !self.words.is_empty() {
            self.words.push(' ');
        }
        self.words.push_str(word);
    }

    /// Takes a condition; `false` if it is none.
    fn condition(&mut self, name: &str, value: &str) -> Result<bool, AskError> {
        let text = Some(value.to_string());
        match name.to_ascii_lowercase().as_str() {
            "tag" => {
                self.case.tag = text;
                // Articles know it too.
                return Ok(true);
            }
            "status" => {
                self.case.status = Some(match value.to_ascii_lowercase().as_str() {
                    "open" => CaseStatus::Open,
                    "closed" => CaseStatus::Closed,
                    _ => return Err(AskError::Status(value.into())),
                });
            }
            "customer" => self.case.customer = text,
            "product" => self.case.product = text,
            "severity" => self.case.severity = text,
            "after" => self.message.since = Some(day(value)?),
            "before" => self.message.until = Some(day(value)?),
            "from" => {
                let parts = required_parts(value).unwrap_or_default();
                let clause = Clause { field: Field::From, parts, weight: 0.0 };
                self.message.all.push(Group { any: vec![clause], required: true });
            }
            "has" if value.eq_ignore_ascii_case("attachment") => {
                let clause = Clause::term(Field::Attachment, ANY_ATTACHMENT, 0.0);
                self.message.all.push(Group { any: vec![clause], required: true });
            }
            "has" => return Err(AskError::Has(value.into())),
            kind => {
                let Ok(kind) = kind.parse::<SignatureKind>() else { return Ok(false) };
                let signature = Signature::new(kind, value);
                let mut any = vec![clause_of(&signature)];
                any.extend(catalog::equivalents(&signature).iter().map(clause_of));
                self.message.all.push(Group { any, required: true });
                self.signatures.push(signature);
                return Ok(true);
            }
        }
        self.only_cases = true;
        Ok(true)
    }
}

/// The conditions that there are.
const CONDITIONS: &str =
    "tag:, status:, customer:, product:, severity:, from:, after:, before:, has:attachment, title:";

/// Whether somebody who writes this means a condition: a name in small letters before a word. `Error:`, `error:0x80070005`,
/// `kernel32.dll:ntdll` and paths are words of logs.
fn looks_like_a_condition(name: &str, value: &str) -> bool {
    name.len() > 1
        && name.bytes().all(|byte| byte.is_ascii_lowercase())
        && value.starts_with(|c: char| c.is_ascii_alphabetic())
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

/// The beginning of a day in UTC.
fn day(value: &str) -> Result<i64, AskError> {
    let no_date = || AskError::Date(value.into());
    let date: Date = value.parse().map_err(|_| no_date())?;
    let begin = date.to_zoned_datetime(TimeZone::UTC).map_err(|_| no_date())?;
    Ok(begin.timestamp().as_second())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(text: &str) -> Asked {
        Asked::parse(text).unwrap()
    }

    #[test]
    fn conditions_are_taken_out_of_the_words() {
        let asked = ask("printer status:open customer:\"Blue Fjord Bank\" \"access is denied\" tag:product/x 拒绝访问");
        assert_eq!(asked.words, "printer \"access is denied\" 拒绝访问");
        assert_eq!(asked.case.customer.as_deref(), Some("Blue Fjord Bank"));
        assert_eq!((asked.case.status, asked.case.tag.as_deref()), (Some(CaseStatus::Open), Some("product/x")));
        assert!(asked.only_cases);
    }

    #[test]
    fn signatures_may_be_met_by_what_means_the_same() {
        let asked = ask("hresult:0x80070005");
        let terms: Vec<&str> = asked.message.all[0].any.iter().map(|clause| clause.parts[0].1.as_str()).collect();
        assert!(terms.contains(&"hresult:0x80070005") && terms.contains(&"win32:5"), "{terms:?}");
        assert!(!asked.only_cases);
    }

    #[test]
    fn dates_are_days() {
        let asked = ask("after:2024-09-01 before:2024-10-01");
        assert_eq!((asked.message.since, asked.message.until), (Some(1_725_148_800), Some(1_727_740_800)));
        for wrong in ["after:yesterday", "status:lost", "has:fun"] {
            assert!(Asked::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_mistyped_condition_is_told() {
        let error = Asked::parse("bogus:thing").unwrap_err().to_string();
        assert!(error.contains("`bogus:`") && error.contains("status:") && error.contains("customer:"), "{error}");
        for text in ["error:0x80070005", "\"bogus:thing\"", "std::io", "a.dll:b"] {
            assert_eq!(ask(text).words, text);
        }
    }

    #[test]
    fn what_only_looks_like_a_condition_is_words() {
        for text in ["http://example.org/a", "C:\\Windows", "Error:", "title:setup"] {
            assert_eq!(ask(text).words, text);
        }
        assert_eq!(ask("title:setup").article_field.as_deref(), Some("title"));
    }
}
