//! Known-issue articles: Markdown with YAML front matter.
//!
//! An article says how an issue shows (symptoms, signatures), why (cause) and what helps
//! (resolution, workaround), for which products it holds, and when it is certain (conditions).
//! [`parse`](fn@parse) reads one article's text, [`lint`] says what an article lacks, [`builtin`](fn@builtin)
//! gives the starter set. Files and folders are read elsewhere. The format is described in
//! `docs/articles.md`.

pub(crate) mod audience;
mod builtin;
pub mod condition;
mod deferred;
mod discriminator;
mod fix;
mod front;
pub mod lint;
mod node;
mod normal;
mod parse;
mod plain;
mod sections;
mod status;
mod stored;
pub mod subject;
pub mod summary;
pub mod template;

use std::{borrow::Cow, collections::BTreeMap, fmt};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::signature::Signature;
pub use builtin::{Listing, builtin, listings, load_builtin};
pub use condition::Condition;
pub use deferred::Deferred;
pub use discriminator::{AnswerSource, Discriminator};
pub use fix::Fix;
pub use front::is_slug;
pub use normal::normalize_signature;
pub use parse::{ArticleError, MAX_ARTICLE_BYTES, left_out, parse, parse_all};
pub use plain::plain_text;
pub(crate) use sections::{Heading, cut_level, outline};
pub use sections::{parse_sections, section_kind};
pub use status::ArticleStatus;
pub use subject::Subjects;

/// JSON Schema of the front matter, as published in `docs/`.
pub const SCHEMA: &str = include_str!("../../docs/article.schema.json");

/// An article's id: lower case words joined by hyphens, unique within all folders in use.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ArticleId(pub String);

impl fmt::Display for ArticleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A known issue. Its serialized form is for a cache that knows its order, not for output.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Article {
    /// Its id.
    pub id: ArticleId,
    /// One line: what goes wrong, with what.
    pub title: String,
    /// Language of the text, `en` or `zh`.
    pub language: String,
    /// The same issue in other languages, by article id.
    pub translations: Vec<ArticleId>,
    /// How far it can be trusted.
    pub status: ArticleStatus,
    /// The article that took its place.
    pub superseded_by: Option<ArticleId>,
    /// When each state began, as far as it is said.
    pub dates: BTreeMap<ArticleStatus, Date>,
    /// Who answers for it.
    pub owner: Option<String>,
    /// The day by which somebody has to look at it again.
    pub review: Option<Date>,
    /// A specific issue, or what a bare code means in general.
    pub kind: ArticleKind,
    /// Product ids, `windows-7`.
    pub products: Vec<String>,
    /// Components, `servicing`.
    pub components: Vec<String>,
    /// How bad it usually is, `P1` to `P4`.
    pub severity: Option<String>,
    /// The machines it holds for; empty: any. One entry must fit.
    pub applies_to: Vec<AppliesTo>,
    /// Updates or builds that contain the fix, each as [`Fix::read`] reads it.
    pub fixed_in: Vec<String>,
    /// Signatures that define the issue.
    pub strong: Vec<Signature>,
    /// Signatures that often go with it.
    pub weak: Vec<Signature>,
    /// When the issue is certain: `known` needs it where it is given.
    pub condition: Option<Deferred<Condition>>,
    /// What tells it from issues that look like it.
    pub discriminators: Vec<Discriminator>,
    /// Tags, `group/name`.
    pub tags: Vec<String>,
    /// Vendor references: id and, where there is one, a link.
    pub references: Vec<Reference>,
    /// Texts that must match.
    pub matching_examples: Vec<String>,
    /// Texts that must not match as known.
    pub rejected_examples: Vec<String>,
    /// The text, in the order of the file.
    #[serde(with = "stored")]
    pub sections: Vec<Section>,
    /// Where it was read from, relative to its folder.
    pub source: String,
    /// The document that it was imported from, as a path below the folder that was imported.
    pub origin: Option<String>,
    /// Of an import: the well-known errors that its title names, by their numbers in [`Subjects::builtin`].
    pub subjects: Vec<usize>,
    /// On which line of the file each key of the front matter stands, from 1.
    pub lines: BTreeMap<String, u64>,
}

/// Whether an article explains one issue or a code in general.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ArticleKind {
    /// One issue with one cause.
    #[default]
    Specific,
    /// What a code means wherever it is seen; yields to specific articles and is never `known`.
    Generic,
}

/// Machines an article holds for. All given fields must fit.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct AppliesTo {
    /// Product id, `windows-7`.
    pub product: Option<String>,
    /// Lowest build, inclusive: dotted numbers, compared number by number.
    pub build_min: Option<String>,
    /// Highest build, inclusive.
    pub build_max: Option<String>,
    /// `x64`, `x86`, `arm64`.
    pub architecture: Option<String>,
    /// Language tag.
    pub language: Option<String>,
}

/// A vendor's document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reference {
    /// The vendor's own id, `KB4474419`.
    pub id: String,
    /// What it is.
    #[serde(default)]
    pub title: Option<String>,
    /// Where it stands.
    #[serde(default)]
    pub url: Option<String>,
}

/// A part of an article under one heading.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Section {
    /// What it is about.
    pub kind: SectionKind,
    /// The heading as written.
    pub heading: String,
    /// The Markdown below the heading.
    pub text: String,
    /// Who may read it.
    #[serde(skip_serializing_if = "Audience::is_customer")]
    pub audience: Audience,
    /// The line of its heading, from 1; of the text that [`parse_sections`] was given, or of the article's file.
    #[serde(skip)]
    pub line: u64,
    /// The line on which its text begins, counted alike.
    #[serde(skip)]
    pub text_line: u64,
}

impl Section {
    /// Its heading for one's own team, with a mark where no customer may read it.
    pub fn shown_heading(&self) -> Cow<'_, str> {
        match self.audience {
            Audience::Customer => Cow::Borrowed(&self.heading),
            Audience::Internal => Cow::Owned(format!("{} (internal)", self.heading).trim_start().to_string()),
        }
    }
}

/// Who may read a section.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Audience {
    /// Everybody: it may stand in a reply.
    #[default]
    Customer,
    /// One's own team alone.
    Internal,
}

impl Audience {
    /// Whether everybody may read it.
    pub fn is_customer(&self) -> bool {
        *self == Audience::Customer
    }
}

/// What a section is about, whatever its heading's language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SectionKind {
    /// Symptoms, 症状.
    Symptoms,
    /// Cause, 原因.
    Cause,
    /// Resolution, 解决方案.
    Resolution,
    /// Workaround, 临时措施.
    Workaround,
    /// Verify, 验证.
    Verify,
    /// Risk, 风险.
    Risk,
    /// Anything else.
    Other,
}

impl Article {
    /// Whether nobody said yet what makes it certain: it was imported, and words and codes have to tell.
    pub fn is_drawn(&self) -> bool {
        self.origin.is_some() && self.condition.is_none() && self.kind == ArticleKind::Specific
    }

    /// The first section of a kind.
    pub fn section(&self, kind: SectionKind) -> Option<&Section> {
        self.sections.iter().find(|section| section.kind == kind)
    }

    /// The first section of a kind that a customer may read.
    pub fn customer_section(&self, kind: SectionKind) -> Option<&Section> {
        self.sections.iter().find(|section| section.kind == kind && section.audience.is_customer())
    }

    /// The line on which a key of the front matter stands; where it is absent, that of the front matter's beginning.
    pub fn line_of(&self, key: &str) -> u64 {
        self.lines.get(key).copied().unwrap_or(1)
    }
}
