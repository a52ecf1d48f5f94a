//! What a report is made of: cases in a few words, with their signatures folded by meaning; [`Builder`] puts it together.

mod builder;

use std::sync::Arc;

pub use builder::{Builder, FormNo, NewCase, Silence, Since};

use crate::signature::Signature;

/// Number of a name in [`Material::names`].
pub type NameNo = u32;

/// Number of a class of signatures in [`Material::classes`].
pub type ClassNo = u32;

/// Everything that a report is made of.
#[derive(Debug, Default)]
pub struct Material {
    /// Customers, products, tags, articles and severities.
    pub names: Vec<String>,
    /// In order of opening.
    pub cases: Vec<ReportCase>,
    /// Threads in which only machines wrote, in order of opening: no figure counts them.
    pub by_machines: Vec<ReportCase>,
    /// Signatures that mean the same, as one.
    pub classes: Vec<Class>,
    /// The articles in use.
    pub articles: Vec<ReportArticle>,
    /// Things set aside in the span because they could not be read.
    pub set_aside: u64,
}

impl Material {
    /// A name by its number.
    pub fn name(&self, number: NameNo) -> &str {
        self.names.get(number as usize).map_or("", String::as_str)
    }

    /// A class by its number.
    pub fn class(&self, number: ClassNo) -> &Class {
        &self.classes[number as usize]
    }
}

/// Signatures that mean the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Class {
    /// The form that most cases have.
    pub name: Signature,
    /// The other forms that were seen.
    pub also: Vec<Signature>,
}

/// What matching said of a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// An article explains it.
    Known,
    /// One may.
    Possible,
    /// None does.
    Unknown,
}

/// A signature of a case, and when it came into it: by the first message that brought it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sighting {
    /// Which.
    pub class: ClassNo,
    /// When that message was sent.
    pub seen: i64,
    /// When the store had it.
    pub came: i64,
}

/// A case in a few words.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ReportCase {
    /// Its id.
    pub id: Arc<str>,
    /// When it began, in seconds since 1970.
    pub opened: i64,
    /// When it was closed last.
    pub closed: Option<i64>,
    /// `P1` to `P4`.
    pub severity: Option<NameNo>,
    /// Who has the problem.
    pub customer: Option<NameNo>,
    /// Product.
    pub product: Option<NameNo>,
    /// Tags in force.
    pub tags: Vec<NameNo>,
    /// What matching said; `None`: nothing yet.
    pub verdict: Option<Verdict>,
    /// The article that it was closed with; only of a closed case.
    pub article: Option<NameNo>,
    /// Articles that match, best first, and whether each explains it.
    pub matches: Vec<(NameNo, bool)>,
    /// Articles that people accepted, and when.
    pub accepted: Vec<(NameNo, i64)>,
    /// Articles that people rejected, and when.
    pub rejected: Vec<(NameNo, i64)>,
    /// The signature that it is about, if it is not silenced.
    pub primary: Option<ClassNo>,
    /// Signatures that count: failing ones and the primary one, ascending, each once.
    pub counted: Vec<Sighting>,
    /// Those that would count but are silenced for its customer.
    pub silenced: Vec<Sighting>,
    /// Whether a message bears no date.
    pub undated: bool,
    /// Whether it was matched with other articles or rules than those in use.
    pub behind: bool,
    /// The least and greatest version of the reader of its messages.
    pub parsers: (u32, u32),
}

impl ReportCase {
    /// The signatures that count.
    pub fn classes(&self) -> impl Iterator<Item = ClassNo> + '_ {
        self.counted.iter().map(|sighting| sighting.class)
    }

    /// Whether it counts a signature.
    pub fn counts(&self, class: ClassNo) -> bool {
        self.classes().any(|one| one == class)
    }
}

/// An article in use. Its translations are the same article.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportArticle {
    /// Its id; of translations the first that is not Chinese.
    pub name: NameNo,
    /// Its title.
    pub title: String,
    /// Its title in Chinese, where that is another one.
    pub title_zh: Option<String>,
    /// Signatures that it names, as classes that cases have.
    pub classes: Vec<ClassNo>,
}
