//! What is derived of cases and what people said of it: matches, tags, noise, news to be told.
//!
//! Beside [`CaseStore`], with the same promises. A case is *waiting* when something of it changed since its matches and
//! tags were made: the store notes that in the same step as the change, so that none is forgotten whatever is killed.
//! [`CaseWork::settle`] stores findings and tags and takes the case off the list, in one step, if nothing else changed.

use serde::Serialize;

use super::{CaseChange, CaseDecision, CaseId, CaseStore, StoreError, Update};
use crate::{
    matching::{Outcome, ask::Request},
    signature::Signature,
};

/// What matching said of a case.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Findings {
    /// Hash of the knowledge that it was made with.
    pub knowledge: String,
    /// `known`, `possible` or `unknown`, without what is silenced.
    pub verdict: String,
    /// Language of the case, `en` or `zh`.
    pub language: String,
    /// The signature that the case is about, without what is silenced.
    pub primary: Option<Signature>,
    /// The articles proposed, best first.
    pub matches: Vec<StoredMatch>,
    /// What to ask next, where nothing is known.
    pub requests: Vec<Request>,
    /// The signatures that the customer says are solved.
    pub solved: Vec<Signature>,
}

/// An article proposed for a stored case.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StoredMatch {
    /// The article's id.
    pub article: String,
    /// Its title.
    pub title: String,
    /// What it alone gives as verdict.
    pub verdict: String,
    /// 0 to 1.
    pub confidence: f64,
    /// Order within the case.
    pub score: f64,
    /// What was used, as in a triage.
    pub evidence: serde_json::Value,
    /// What speaks against it.
    pub against: Vec<String>,
    /// Which of the case's faults it explains, from 1; `None`: matched by a casebook that did not tell.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fault: Option<u32>,
    /// Whether the issue is the machine's, and fixed on it: `outcome` and `fix`.
    #[serde(flatten)]
    pub outcome: Option<Outcome>,
    /// Why it is silenced, if it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub silenced: Option<String>,
}

/// A tag as the store has it, in force or taken away.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TagRow {
    /// `group/name`.
    pub tag: String,
    /// The rule that gave it; `None`: a person.
    pub rule: Option<String>,
    /// Why.
    pub why: String,
    /// A person took it away: it does not come back.
    pub removed: bool,
}

/// What is stored of a case in one step.
#[derive(Debug, Clone, PartialEq)]
pub struct Settlement {
    /// The case.
    pub case: CaseId,
    /// The version that it was read at.
    pub expected: u64,
    /// What matching said.
    pub findings: Findings,
    /// Tags given and taken by rules.
    pub changes: Vec<CaseChange>,
    /// What is to be told to others of it: a JSON text.
    pub news: Option<String>,
    /// When, in seconds since 1970.
    pub at: i64,
}

/// Which cases are to be worked on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WorkFilter {
    /// Those that changed since they were settled.
    Waiting,
    /// These too that were settled with other knowledge than this.
    Behind(String),
    /// Every case.
    All,
}

/// Something that is known to mean nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Noise {
    /// Its number in the list.
    pub id: i64,
    /// A signature `kind:value`, or an article's id.
    pub what: String,
    /// For this customer; `None`: for all.
    pub customer: Option<String>,
    /// Why.
    pub reason: String,
    /// Since when.
    pub added: i64,
    /// Until when; `None`: for good.
    pub until: Option<i64>,
}

impl Noise {
    /// Whether it silences things of a customer at a time.
    pub fn holds(&self, customer: Option<&str>, now: i64) -> bool {
        let of = |wanted: &String| customer.is_some_and(|customer| customer.to_lowercase() == wanted.to_lowercase());
        self.until.is_none_or(|until| now < until) && self.customer.as_ref().is_none_or(of)
    }

    /// Whether it names this signature or one that means the same.
    pub fn names(&self, signature: &Signature) -> bool {
        let same = |one: &Signature| one.to_string().eq_ignore_ascii_case(&self.what);
        same(signature) || crate::catalog::equivalents(signature).iter().any(same)
    }
}

/// Something to be told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct News {
    /// Never used again: a receiver knows by it what it had before.
    pub id: i64,
    /// What: a JSON text.
    pub body: String,
    /// When it was written.
    pub at: i64,
    /// How often it was tried.
    pub attempts: u32,
    /// Not to be tried before.
    pub due: i64,
    /// What went wrong last.
    pub error: String,
}

/// What became of telling.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Told {
    /// It was taken.
    Done,
    /// It was not; to be tried again from then on.
    Failed {
        /// When.
        due: i64,
        /// Why.
        error: String,
    },
}

/// The part of the store that holds what is derived.
pub trait CaseWork: CaseStore {
    /// Cases to be worked on, in a fixed order, behind `after`, at most `limit`.
    fn work(&self, filter: &WorkFilter, after: Option<&CaseId>, limit: usize) -> Result<Vec<CaseId>, StoreError>;

    /// How many there are.
    fn work_count(&self, filter: &WorkFilter) -> Result<u64, StoreError>;

    /// Whether nobody is to be told of what a case gets now: it waits because of old mail alone, or, where it does not wait,
    /// has no other.
    fn is_quiet(&self, case: &CaseId) -> Result<bool, StoreError>;

    /// Cases whose tags or messages changed since the messages in a folder of a mail account got keywords, the earliest
    /// change first, each once with its last change; none before [`CaseStore::keep_keywords`].
    fn keyword_work(&self, account: &str, folder: &str, limit: usize) -> Result<Vec<(u64, CaseId)>, StoreError>;

    /// Notes that the messages in a folder have the keywords of every change up to this one.
    fn keywords_given(&mut self, account: &str, folder: &str, change: u64) -> Result<(), StoreError>;

    /// What matching said of a case; `None`: nothing yet.
    fn findings(&self, case: &CaseId) -> Result<Option<Findings>, StoreError>;

    /// All tags of a case, those that a person took away with the others.
    fn tag_rows(&self, case: &CaseId) -> Result<Vec<TagRow>, StoreError>;

    /// Every tag in force with the number of its cases, in order.
    fn tag_counts(&self) -> Result<Vec<(String, u64)>, StoreError>;

    /// Stores what was found of cases, all in one step; a case of another version answers [`Update::Conflict`] and goes
    /// on waiting. The version rises only where tags changed.
    fn settle(&mut self, items: &[Settlement]) -> Result<Vec<Update>, StoreError>;

    /// Makes one tag another in all cases, by hand or by rule, taken away or not; where a case has both, what a person
    /// did stands. The number of cases.
    fn rename_tag(&mut self, old: &str, new: &str) -> Result<u64, StoreError>;

    /// Marks the cases with a signature (given with its equivalents) or with a match of an article as waiting. Before
    /// what makes it needful is written, so that a kill between the two forgets nothing.
    fn touch(&mut self, signatures: &[Signature], article: Option<&str>) -> Result<(), StoreError>;

    /// What people said of matches in all cases, the latest first.
    fn all_decisions(&self) -> Result<Vec<(CaseId, CaseDecision)>, StoreError>;

    /// What is known to mean nothing.
    fn noise(&self) -> Result<Vec<Noise>, StoreError>;

    /// Adds to it; the number that it got.
    fn add_noise(&mut self, noise: &Noise) -> Result<i64, StoreError>;

    /// Takes from it; `false` if it is not there.
    fn remove_noise(&mut self, id: i64) -> Result<bool, StoreError>;

    /// Those whose end has come and was not noted yet: their cases are to be touched, then it is to be noted.
    fn ended_noise(&self, now: i64) -> Result<Vec<Noise>, StoreError>;

    /// Notes that the cases of those were touched.
    fn note_ended(&mut self, now: i64) -> Result<(), StoreError>;

    /// News that are due, the oldest first.
    fn due_news(&self, now: i64, limit: usize) -> Result<Vec<News>, StoreError>;

    /// News that are still to be told, due or not.
    fn news_count(&self) -> Result<u64, StoreError>;

    /// Notes what became of telling.
    fn told(&mut self, id: i64, outcome: &Told) -> Result<(), StoreError>;
}
