//! Documents of other systems become articles: what is the title, what are the symptoms, which signatures define it.
//!
//! A pure core: [`document`] takes one document and says what it tells as a [`Source`], [`mapping`] does so for the records of an
//! export, [`confluence`] for the pages of a space, and [`compose`](fn@compose) makes an article's text of it; folders and files are
//! walked by [`crate::app::import`]. Of a document is taken what it says: its title, its text by headings, and the signatures in
//! them, strong where title or symptoms have them. It gets no condition: [`crate::matching::drawn`] weighs it by words and codes.
//!
//! All that comes in is turned into Markdown (`markdown`, `html`, `docx`), within limits of size and depth.

mod clean;
mod compose;
pub mod confluence;
mod docx;
mod front;
mod html;
mod identity;
mod labels;
pub mod mapping;
mod markdown;
mod seal;
mod title;
mod xml;

use jiff::{Timestamp, civil::Date, tz::TimeZone};

use crate::{
    article::audience,
    parsed::{Parsed, Warning},
};
pub use clean::{Includes, is_fragment};
pub use compose::compose;
pub use identity::{Content, content, distinct_id, is_kin, line_hashes, plain_id};
pub use seal::{Touched, touched};

/// Largest document, in bytes, before its markup is taken away: an article may have less, a page has several times its text.
pub const MAX_DOCUMENT_BYTES: u64 = 32 << 20;

/// Of so many characters of a text one may be a control character: what a terminal left, or a torn place.
const SHARE_ODD: usize = 100;

/// The form of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Markdown with front matter of any kind, or none.
    Markdown,
    /// An HTML page.
    Html,
    /// An office document, `.docx`.
    Docx,
}

impl Form {
    /// The form of a file by the ending of its name.
    pub fn of(name: &str) -> Option<Form> {
        let (_, ending) = name.rsplit_once('.')?;
        match ending.to_lowercase().as_str() {
            "md" | "markdown" => Some(Form::Markdown),
            "html" | "htm" => Some(Form::Html),
            "docx" => Some(Form::Docx),
            _ => None,
        }
    }
}

/// What a document says, in Markdown.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Source {
    /// What it is known by: its path below the folder that is imported, or its system and number. The article's `source`, and what
    /// its id is made of.
    pub path: String,
    /// The article's id, where it is not the one that `path` gives.
    pub id: Option<String>,
    /// Its title, where it names one outside of its text.
    pub title: Option<String>,
    /// What it says in short.
    pub description: Option<String>,
    /// Its text, Markdown.
    pub body: String,
    /// `en` or `zh`, where it says so; otherwise its letters tell.
    pub language: Option<&'static str>,
    /// Labels, as the other system has them.
    pub tags: Vec<String>,
    /// When it was last changed.
    pub updated: Option<Date>,
    /// Where it stands.
    pub url: Option<String>,
    /// Files that it takes in and that were not found.
    pub missing_includes: u64,
}

/// A document as an article.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imported {
    /// The article's id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// The document's path.
    pub source: String,
    /// The article's whole text.
    pub text: String,
}

/// Why a document gives no article.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SourceError {
    /// It has no text beside headings.
    #[error("has no text")]
    Empty,
    /// It is a program or a picture under the name of a text.
    #[error("is no text")]
    Binary,
    /// It is not what its name says.
    #[error("{0}")]
    Form(&'static str),
    /// It is larger than what is read.
    #[error("is larger than {most} bytes")]
    Large {
        /// What is read at most.
        most: u64,
    },
    /// Its text is longer than an article may be.
    #[error("gives {bytes} bytes of text, more than an article may have ({most})")]
    Long {
        /// What it would have.
        bytes: usize,
        /// What it may have.
        most: usize,
    },
    /// A list of pages, no page.
    #[error("lists the pages of an export and is none")]
    Index,
}

/// Reads one document. `path` is its place below the folder that is imported, parted by `/`; `includes` gives the text of files of the
/// same folder, by the same kind of place.
///
/// # Errors
/// When it cannot be read as what its form says.
pub fn document(path: &str, bytes: &[u8], form: Form, includes: Includes<'_>) -> Result<Parsed<Source>, SourceError> {
    if bytes.len() as u64 > MAX_DOCUMENT_BYTES {
        return Err(SourceError::Large { most: MAX_DOCUMENT_BYTES });
    }
    if form == Form::Docx {
        return docx::read(path, bytes);
    }
    let text = crate::logs::decode::decode(bytes).value;
    if !is_text(&text) {
        return Err(SourceError::Binary);
    }
    let text = plain(&text);
    let (head, cleaned) = match form {
        Form::Html if html::is_index(path, &text) => return Err(SourceError::Index),
        Form::Html => {
            let (mut head, mut page) = (html::head(&text), html::page(&text));
            head.title = title::of_page(head.title, &mut page.text);
            (head, page)
        }
        Form::Markdown | Form::Docx => {
            let (head, body) = front::split(&text);
            (head, clean::markdown(&body, path, includes))
        }
    };
    let (title, description) = (head.title, head.description);
    let clean::Cleaned { text: mut body, missing: missing_includes, closed } = cleaned;
    if head.is_internal {
        body = audience::close(&body);
    }
    let warnings = if closed { vec![kept_in(path, &text)] } else { Vec::new() };
    let path = path.to_string();
    let value = Source { path, title, description, body, missing_includes, ..Source::default() };
    Ok(Parsed { value, warnings })
}

/// What is said of a document that keeps something from customers by what does not come into the article. `text` is the document's own.
fn kept_in(path: &str, text: &str) -> Warning {
    let line = (1..).zip(text.lines()).find(|(_, line)| audience::marks(line) > 0).map(|(number, _)| number);
    let message = "says outside of its sections that something is internal: the whole article is kept from customers";
    Warning { part: path.to_string(), line, message: message.to_string() }
}

/// Whether a text is one: a program or a picture under the name of one decodes to control characters.
fn is_text(text: &str) -> bool {
    let odd = |c: &char| *c == '\u{FFFD}' || c.is_control() && !matches!(c, '\n' | '\r' | '\t' | '\u{C}' | '\u{1B}');
    text.chars().filter(odd).count() * SHARE_ODD <= text.chars().count()
}

/// A text with line feeds alone, without what moves a cursor: that has no place in an article.
fn plain(text: &str) -> String {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text).replace("\r\n", "\n").replace('\r', "\n");
    text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect()
}

/// The day of a date as systems write it: ISO 8601, with or without a time, or seconds or milliseconds since 1970.
fn day(text: &str) -> Option<Date> {
    let text = text.trim();
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    if digits == text.len() && digits >= 9 {
        let number: i64 = text.parse().ok()?;
        let seconds = if digits >= 12 { number / 1000 } else { number };
        return Some(TimeZone::UTC.to_datetime(Timestamp::from_second(seconds).ok()?).date());
    }
    let day = text.get(..10)?.replace('/', "-");
    day.parse().ok().filter(|_| !text[10..].starts_with(|c: char| c.is_ascii_digit()))
}

#[cfg(test)]
mod tests;
