//! An article file becomes an [`Article`]: front matter between `---` lines, then Markdown.
//!
//! A complaint names the file, the line, the key and the value, because a person wrote them and
//! will go there. Reading a folder is left to the callers; this module does no I/O.

use std::collections::HashMap;

use crate::parsed::{Parsed, Warning};
use crate::signature::SignatureError;

use super::audience::{Said, said};
use super::front::read_front_matter;
use super::node::parse_yaml;
use super::sections::parse_sections;
use super::{Article, ArticleId, Subjects};

/// Longest article text in bytes: a hundred times the longest of the starter set.
pub const MAX_ARTICLE_BYTES: usize = 1 << 20;

/// Why an article could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ArticleError {
    /// The text is longer than [`MAX_ARTICLE_BYTES`].
    #[error("`{file}`: {bytes} bytes are more than an article may have ({MAX_ARTICLE_BYTES})")]
    TooLarge {
        /// The article file.
        file: String,
        /// Its size.
        bytes: usize,
    },
    /// The first line is not `---`.
    #[error("`{file}` line 1: front matter must start with a line `---`")]
    NoFrontMatter {
        /// The article file.
        file: String,
    },
    /// No second `---`.
    #[error("`{file}`: front matter is not closed by a line `---`")]
    UnclosedFrontMatter {
        /// The article file.
        file: String,
    },
    /// The front matter is not YAML, or beyond the limits.
    #[error("`{file}` line {line}: {message}")]
    Yaml {
        /// The article file.
        file: String,
        /// Line in the file, from 1.
        line: u64,
        /// What the YAML reader says.
        message: String,
    },
    /// A key that means nothing there.
    #[error("`{file}` line {line}: unknown key `{key}`; known are {known}")]
    UnknownKey {
        /// The article file.
        file: String,
        /// Line in the file, from 1.
        line: u64,
        /// The key with the keys it stands under.
        key: String,
        /// The keys that may stand there.
        known: String,
    },
    /// A key that every article needs.
    #[error("`{file}` line {line}: key `{key}` is missing")]
    MissingKey {
        /// The article file.
        file: String,
        /// Line of the map that should hold it.
        line: u64,
        /// The missing key.
        key: String,
    },
    /// A value of the wrong form.
    #[error("`{file}` line {line}: `{key}` is `{value}`, which is not {expected}")]
    BadValue {
        /// The article file.
        file: String,
        /// Line in the file, from 1.
        line: u64,
        /// The key with the keys it stands under.
        key: String,
        /// The value as written.
        value: String,
        /// What would be right.
        expected: String,
    },
    /// A signature that is not of the form `kind:value`.
    #[error("`{file}` line {line}: `{key}` holds no signature")]
    Signature {
        /// The article file.
        file: String,
        /// Line in the file, from 1.
        line: u64,
        /// The key with the keys it stands under.
        key: String,
        /// What is wrong with it.
        source: SignatureError,
    },
}

impl ArticleError {
    /// The line of the file that it is about, from 1, where there is one.
    pub fn line(&self) -> Option<u64> {
        match self {
            ArticleError::TooLarge { .. } | ArticleError::UnclosedFrontMatter { .. } => None,
            ArticleError::NoFrontMatter { .. } => Some(1),
            ArticleError::Yaml { line, .. }
            | ArticleError::UnknownKey { line, .. }
            | ArticleError::MissingKey { line, .. }
            | ArticleError::BadValue { line, .. }
            | ArticleError::Signature { line, .. } => Some(*line),
        }
    }
}

/// Reads one article. `source` is its name for messages, relative to its folder.
///
/// Warnings tell of what was put right, such as a code in another spelling than the normal form.
pub fn parse(source: &str, text: &str) -> Result<Parsed<Article>, ArticleError> {
    if text.len() > MAX_ARTICLE_BYTES {
        return Err(ArticleError::TooLarge { file: source.into(), bytes: text.len() });
    }
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let (yaml, body) = split_front_matter(source, text)?;
    let front = parse_yaml(source, yaml, 1)?;
    let mut parsed = read_front_matter(source, front)?;
    parsed.value.sections = parse_sections(body);
    let before = text[..text.len() - body.len()].bytes().filter(|byte| *byte == b'\n').count() as u64;
    for section in &mut parsed.value.sections {
        section.line += before;
        section.text_line += before;
    }
    // What was imported has lines of its own kind.
    if parsed.value.origin.is_none() {
        check_audiences(source, body, before)?;
    }
    if parsed.value.is_drawn() {
        parsed.value.subjects = subjects(&parsed.value);
    }
    Ok(parsed)
}

/// What an import is about by its title, or by the name of the document that it was: many are named after an alert.
fn subjects(article: &Article) -> Vec<usize> {
    let titled = Subjects::builtin().of(&article.title);
    if !titled.is_empty() {
        return titled;
    }
    let document = article.origin.as_deref().and_then(|origin| origin.rsplit(['/', '\\']).next()).unwrap_or_default();
    Subjects::builtin().of(document.rsplit_once('.').map_or(document, |(stem, _)| stem))
}

/// A slip in the line that keeps a section from customers would let it out: such an article is not used at all.
fn check_audiences(file: &str, body: &str, before: u64) -> Result<(), ArticleError> {
    for (line, text) in (before + 1..).zip(body.lines()) {
        let quoted = text.trim_start().starts_with('>');
        if let Some(Said::Other(value)) = said(text).filter(|_| !quoted) {
            let key = "audience".to_owned();
            return Err(ArticleError::BadValue {
                file: file.into(),
                line,
                key,
                value,
                expected: "one of internal, customer".into(),
            });
        }
    }
    Ok(())
}

/// Reads many articles. A broken one becomes a warning; of two with one id the later one stays.
///
/// The order is that of the input, a replaced article keeping the place of the earlier one.
pub fn parse_all<'a>(articles: impl IntoIterator<Item = (&'a str, &'a str)>) -> Parsed<Vec<Article>> {
    let mut all = Parsed::clean(Vec::<Article>::new());
    let mut places: HashMap<ArticleId, usize> = HashMap::new();
    for (source, text) in articles {
        match parse(source, text) {
            Ok(parsed) => {
                all.warnings.extend(parsed.warnings);
                add(&mut all, &mut places, parsed.value);
            }
            Err(error) => all.warnings.push(left_out(source, &error)),
        }
    }
    all
}

/// What is said of an article that cannot be read.
pub fn left_out(source: &str, error: &ArticleError) -> Warning {
    let cause = std::error::Error::source(error).map(|cause| format!(": {cause}")).unwrap_or_default();
    Warning { part: source.into(), line: error.line(), message: format!("article left out: {error}{cause}") }
}

fn add(all: &mut Parsed<Vec<Article>>, places: &mut HashMap<ArticleId, usize>, article: Article) {
    match places.get(&article.id).and_then(|place| all.value.get_mut(*place)) {
        Some(earlier) => {
            let message = format!("article `{}` replaces the one of `{}`", article.id, earlier.source);
            all.warnings.push(Warning::new(article.source.clone(), message));
            *earlier = article;
        }
        None => {
            places.insert(article.id.clone(), all.value.len());
            all.value.push(article);
        }
    }
}

/// The YAML between the two `---` lines, and what follows.
fn split_front_matter<'a>(file: &str, text: &'a str) -> Result<(&'a str, &'a str), ArticleError> {
    let mut lines = text.split_inclusive('\n');
    let first = lines.next().unwrap_or_default();
    if first.trim_end() != "---" {
        return Err(ArticleError::NoFrontMatter { file: file.into() });
    }
    let start = first.len();
    let mut end = start;
    for line in lines {
        if line.trim_end() == "---" {
            return Ok((&text[start..end], &text[end + line.len()..]));
        }
        end += line.len();
    }
    Err(ArticleError::UnclosedFrontMatter { file: file.into() })
}

#[cfg(test)]
#[path = "parse_tests.rs"]
mod tests;
