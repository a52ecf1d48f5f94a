//! Past cases judged twice: with the articles in use and with others. Nothing is stored.

use std::{
    collections::{BTreeSet, HashSet},
    sync::{
        Mutex, PoisonError,
        mpsc::{SyncSender, sync_channel},
    },
    thread,
};

use serde::Serialize;

use super::{OpenReader, Progress, TagsError, reread::Reader};
use crate::{
    app::{App, ingest::Threads, library::Library, matcher::Matcher, noise::Silence, team::customer_of},
    matching::{CaseView, Verdict},
    store::{
        CaseId, CaseRecord, CaseStatus, CaseWork, Decision, StoreError,
        work::{Noise, WorkFilter},
    },
    text::phrase::PhraseBook,
};

/// Name and version of the JSON form.
pub const SCHEMA: &str = "casebook.kb-compare/1";

/// Share of closed cases that may speak against a change before it is warned of.
pub const MOST_CONTRADICTED: f64 = 0.1;

/// Cases told in a report; further ones are counted.
const MOST_TOLD: usize = 1_000;

/// Cases waiting to be counted.
const QUEUE: usize = 64;

/// What a change of articles does to past cases.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CompareReport {
    /// `SCHEMA`.
    pub schema: &'static str,
    /// What was changed, in words.
    pub what: String,
    /// Cases that were judged.
    pub cases: u64,
    /// Cases that get a better verdict.
    pub gained: Split,
    /// Cases that get a worse one.
    pub lost: Split,
    /// Cases of the same verdict that get another article.
    pub changed: Split,
    /// How far closed cases speak against the change.
    pub contradicted: Contradicted,
    /// Each case that differs, by id, at most 1,000.
    pub differences: Vec<Difference>,
}

/// Cases by how they were closed, seen from the article that they get, or lose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Split {
    /// In all.
    pub cases: u64,
    /// Closed with that article, or it was accepted.
    pub same: u64,
    /// Closed with another article, or another was accepted.
    pub other: u64,
    /// Closed without an article.
    pub words: u64,
    /// Not closed.
    pub open: u64,
}

/// How far closed cases speak against a change.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
pub struct Contradicted {
    /// Cases that get an article and were closed with another, and cases that lose the one that they were closed with.
    pub cases: u64,
    /// Cases that differ and were closed with an article.
    pub of: u64,
    /// The one by the other; 0 where there are none.
    pub share: f64,
    /// Whether that is more than [`MOST_CONTRADICTED`].
    pub warning: bool,
}

/// How a case differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Change {
    /// A better verdict.
    Gained,
    /// A worse one.
    Lost,
    /// Another article.
    Changed,
}

/// How a case was closed, seen from the article that it gets, or loses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Closed {
    /// With that article.
    Same,
    /// With another.
    Other,
    /// Without an article.
    Words,
    /// Not at all.
    Open,
}

/// What is said of a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Said {
    /// The verdict.
    pub verdict: Verdict,
    /// The article that gives it; `None`: unknown.
    pub article: Option<String>,
}

/// A case that differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// The case.
    pub case: CaseId,
    /// Its subject.
    pub subject: String,
    /// How it differs.
    pub change: Change,
    /// What is said now.
    pub before: Said,
    /// What would be said.
    pub after: Said,
    /// How it was closed.
    pub closed: Closed,
    /// The article that it was closed with, or that was accepted.
    pub closed_with: Option<String>,
}

/// One set of articles.
struct Side<'a> {
    library: &'a Library,
    matcher: Matcher<'a>,
    book: PhraseBook,
}

/// What the threads share.
struct Judges<'a> {
    reader: Reader<'a>,
    before: Side<'a>,
    after: Side<'a>,
    noise: Vec<Noise>,
    now: i64,
    own: &'a [String],
}

impl App {
    /// Judges every stored case with these articles and with those of `after`, and tells what differs. Both read the cases by the
    /// same rules. `open` gives each thread its own handle.
    ///
    /// # Errors
    /// When rules cannot be read, or the store refuses.
    pub fn compare(
        &self,
        after: &App,
        what: String,
        open: &OpenReader<'_>,
        threads: usize,
        now: i64,
        progress: &dyn Fn(Progress),
    ) -> Result<CompareReport, TagsError> {
        let store = open()?;
        let ids = store.work(&WorkFilter::All, None, usize::MAX)?;
        let fields = self.field_rules()?;
        let judges = Judges {
            reader: Reader { extractor: self.extractor()?, terms: &self.terms, rules: &fields, roles: &self.roles },
            before: self.side(),
            after: after.side(),
            noise: store.noise()?,
            now,
            own: &self.settings.own_domains.value,
        };
        let threads = Threads(threads).count().min(ids.len().max(1));
        let readers = (0..threads).map(|_| open()).collect::<Result<Vec<_>, _>>()?;
        let mut report = CompareReport::new(what);
        run(&judges, readers, ids, progress, &mut report)?;
        report.conclude();
        Ok(report)
    }

    fn side(&self) -> Side<'_> {
        Side { library: &self.library, matcher: self.matcher(), book: PhraseBook::default() }
    }
}

fn run(
    judges: &Judges<'_>,
    readers: Vec<Box<dyn CaseWork + Send>>,
    ids: Vec<CaseId>,
    progress: &dyn Fn(Progress),
    report: &mut CompareReport,
) -> Result<(), StoreError> {
    let of = ids.len() as u64;
    let ids = Mutex::new(ids.into_iter());
    thread::scope(|scope| {
        let (done, judged) = sync_channel(QUEUE);
        for reader in readers {
            let (ids, done) = (&ids, done.clone());
            scope.spawn(move || judge_all(judges, &*reader, ids, &done));
        }
        drop(done);
        for outcome in judged {
            report.cases += 1;
            progress(Progress { done: report.cases, of });
            if let Some(difference) = outcome? {
                report.count(difference);
            }
        }
        Ok(())
    })
}

fn judge_all(
    judges: &Judges<'_>,
    store: &dyn CaseWork,
    ids: &Mutex<std::vec::IntoIter<CaseId>>,
    done: &SyncSender<Result<Option<Difference>, StoreError>>,
) {
    loop {
        let next = ids.lock().unwrap_or_else(PoisonError::into_inner).next();
        let Some(id) = next else { return };
        // When the counter fails, nobody listens any more.
        if done.send(judges.judge(store, &id)).is_err() {
            return;
        }
    }
}

impl Judges<'_> {
    /// How a case differs; `None`: not at all.
    fn judge(&self, store: &dyn CaseWork, id: &CaseId) -> Result<Option<Difference>, StoreError> {
        let Some(case) = store.case(id)? else { return Ok(None) };
        let decisions = store.decisions(&case.id)?;
        let said_no = decisions.iter().filter(|one| one.decision == Decision::Rejected);
        let rejected: HashSet<&str> = said_no.map(|one| one.article.as_str()).collect();
        let silence = Silence::of(&self.noise, customer_of(&case, self.own), self.now);
        let mut evidence = self.reader.read(store, &case)?;
        silence.apply(&mut evidence);
        let say = |side: &Side<'_>| {
            let view = CaseView::new(&evidence, side.matcher.terms).with_book(&side.book);
            let best = side.matcher.rank(&view).into_iter().find(|found| {
                let article = &side.library.articles[found.article];
                let is_rejected = rejected.contains(article.id.0.as_str())
                    || article.translations.iter().any(|id| rejected.contains(id.0.as_str()));
                !is_rejected && silence.of_article(article).is_none()
            });
            let best = best.filter(|found| found.verdict != Verdict::Unknown);
            Said {
                verdict: best.as_ref().map_or(Verdict::Unknown, |found| found.verdict),
                article: best.map(|found| side.library.articles[found.article].id.0.clone()),
            }
        };
        let (before, after) = (say(&self.before), say(&self.after));
        let change = match (before.verdict.cmp(&after.verdict), &before.article, &after.article) {
            (std::cmp::Ordering::Less, ..) => Change::Gained,
            (std::cmp::Ordering::Greater, ..) => Change::Lost,
            (_, Some(one), Some(other)) if !self.is_one_issue(one, other) => Change::Changed,
            _ => return Ok(None),
        };
        let accepted = decisions.iter().filter(|one| one.decision == Decision::Accepted).max_by_key(|one| one.at);
        let closed_with = closed_with(&case).or_else(|| accepted.map(|one| one.article.clone()));
        let about = if change == Change::Lost { &before.article } else { &after.article };
        let closed = match (&closed_with, about) {
            (Some(with), Some(about)) if self.is_one_issue(with, about) => Closed::Same,
            (Some(_), _) => Closed::Other,
            (None, _) if case.status == CaseStatus::Closed => Closed::Words,
            (None, _) => Closed::Open,
        };
        Ok(Some(Difference { case: case.id, subject: case.subject, change, before, after, closed, closed_with }))
    }

    /// Whether two ids are one issue: in two languages, or one in the other's place.
    fn is_one_issue(&self, a: &str, b: &str) -> bool {
        let names = |id: &str| -> BTreeSet<String> {
            let mut names = BTreeSet::from([id.to_string()]);
            for library in [self.before.library, self.after.library] {
                if let Some(article) = library.find(id) {
                    names.extend(article.translations.iter().map(|id| id.0.clone()));
                    names.extend(library.successor(article).map(|id| id.0.clone()));
                }
            }
            names
        };
        !names(a).is_disjoint(&names(b))
    }
}

/// The article that a case is closed with.
fn closed_with(case: &CaseRecord) -> Option<String> {
    case.article.clone().filter(|_| case.status == CaseStatus::Closed)
}

impl CompareReport {
    /// No case is compared yet.
    fn new(what: String) -> Self {
        CompareReport {
            schema: SCHEMA,
            what,
            cases: 0,
            gained: Split::default(),
            lost: Split::default(),
            changed: Split::default(),
            contradicted: Contradicted::default(),
            differences: Vec::new(),
        }
    }

    fn count(&mut self, difference: Difference) {
        let split = match difference.change {
            Change::Gained => &mut self.gained,
            Change::Lost => &mut self.lost,
            Change::Changed => &mut self.changed,
        };
        split.cases += 1;
        *match difference.closed {
            Closed::Same => &mut split.same,
            Closed::Other => &mut split.other,
            Closed::Words => &mut split.words,
            Closed::Open => &mut split.open,
        } += 1;
        if self.differences.len() < MOST_TOLD {
            self.differences.push(difference);
        }
    }

    fn conclude(&mut self) {
        let splits = [self.gained, self.lost, self.changed];
        let of: u64 = splits.iter().map(|split| split.same + split.other).sum();
        let cases = self.gained.other + self.changed.other + self.lost.same;
        let share = if of == 0 { 0.0 } else { cases as f64 / of as f64 };
        self.contradicted = Contradicted { cases, of, share, warning: share > MOST_CONTRADICTED };
        // The threads finish in any order.
        self.differences.sort_by(|a, b| a.case.cmp(&b.case));
    }

    /// Whether any case differs.
    pub fn is_empty(&self) -> bool {
        self.gained.cases + self.lost.cases + self.changed.cases == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn closed_cases_speak_against_a_change() {
        let said = |verdict, article: &str| Said { verdict, article: Some(article.to_string()) };
        let mut report = CompareReport::new(String::new());
        for (case, change, closed) in [
            ("C-4", Change::Gained, Closed::Same),
            ("C-3", Change::Gained, Closed::Other),
            ("C-2", Change::Lost, Closed::Same),
            ("C-1", Change::Lost, Closed::Other),
            ("C-0", Change::Changed, Closed::Open),
        ] {
            report.count(Difference {
                case: CaseId(case.into()),
                subject: String::new(),
                change,
                before: said(Verdict::Possible, "a"),
                after: said(Verdict::Known, "b"),
                closed,
                closed_with: None,
            });
        }
        report.conclude();
        assert_eq!((report.contradicted.cases, report.contradicted.of), (2, 4));
        assert!(report.contradicted.warning && !report.is_empty());
        assert_eq!((report.gained.cases, report.gained.same, report.changed.open), (2, 1, 1));
        assert_eq!(report.differences[0].case.0, "C-0");
    }
}
