//! The pass over cases: matched and tagged by several threads, stored batch by batch.

use std::{
    sync::{
        Mutex, PoisonError,
        mpsc::{SyncSender, sync_channel},
    },
    thread,
};

use serde::Serialize;

use super::{
    TagsError,
    judge::{Judge, Judged},
    reread::Reader,
};
use crate::{
    app::{
        App,
        ingest::Threads,
        outgoing::{self, Outgoing},
    },
    catalog,
    store::{
        CaseId, CaseTag, CaseWork, StoreError, Update,
        work::{Settlement, WorkFilter},
    },
    tag::TagRules,
    text::phrase::PhraseBook,
};

/// Name and version of the JSON form.
pub const SCHEMA: &str = "casebook.tag-apply/1";

/// Cases stored in one transaction: each costs one wait for the disk, and a kill loses at most one.
const BATCH: usize = 256;

/// Cases told in a report; further ones are counted.
const MOST_TOLD: usize = 1_000;

/// Judged cases waiting to be stored.
const QUEUE: usize = 64;

/// How to match and tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ApplyOptions {
    /// Store nothing, say what would change.
    pub dry_run: bool,
    /// Threads; 0 for as many as there are processors.
    pub threads: usize,
    /// Now, in seconds since 1970.
    pub now: i64,
    /// Cases worked on at most.
    pub limit: usize,
}

/// How far a pass is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Progress {
    /// Cases judged.
    pub done: u64,
    /// Cases in all.
    pub of: u64,
}

/// What changed of the tags of a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CaseTags {
    /// The case.
    pub case: CaseId,
    /// Tags that it got.
    pub added: Vec<CaseTag>,
    /// Tags that it lost.
    pub removed: Vec<String>,
}

/// What a pass did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ApplyReport {
    /// `SCHEMA`.
    pub schema: &'static str,
    /// Whether nothing was stored.
    pub dry_run: bool,
    /// Cases matched.
    pub cases: u64,
    /// Of these, with a verdict of `known`.
    pub known: u64,
    /// Cases whose tags differ.
    pub changed: u64,
    /// Tags given.
    pub added: u64,
    /// Tags taken away.
    pub removed: u64,
    /// Cases that changed meanwhile: they wait for the next pass.
    pub later: u64,
    /// Cases that wait still.
    pub waiting: u64,
    /// What differs by case, at most 1,000.
    pub changes: Vec<CaseTags>,
}

/// Who is told while a pass goes on.
#[derive(Clone, Copy)]
pub struct Told<'t> {
    /// How far it is.
    pub progress: &'t dyn Fn(Progress),
    /// Of cases that are stored, batch by batch.
    pub outgoing: &'t Outgoing,
}

/// Opens one more handle on the store, for a thread that reads.
pub type OpenReader<'r> = dyn Fn() -> Result<Box<dyn CaseWork + Send>, TagsError> + 'r;

impl App {
    /// Matches and tags cases: all, or those that changed or were matched with other articles or rules. `open` gives each
    /// thread its own handle.
    ///
    /// # Errors
    /// When rules cannot be read, or the store refuses.
    pub fn apply_tags(
        &self,
        store: &mut dyn CaseWork,
        open: &OpenReader<'_>,
        all: bool,
        options: ApplyOptions,
        told: Told<'_>,
    ) -> Result<ApplyReport, TagsError> {
        let knowledge = self.knowledge()?;
        let filter = if all { WorkFilter::All } else { WorkFilter::Behind(knowledge) };
        self.work(store, open, &filter, options, told)
    }

    /// Matches and tags the cases that changed since they were matched: what follows the taking in of mail.
    ///
    /// # Errors
    /// As [`App::apply_tags`].
    pub fn tag_waiting(
        &self,
        store: &mut dyn CaseWork,
        open: &OpenReader<'_>,
        options: ApplyOptions,
        told: Told<'_>,
    ) -> Result<ApplyReport, TagsError> {
        self.work(store, open, &WorkFilter::Waiting, options, told)
    }

    /// Matches and tags one case and tells of it; `None` if it is not there.
    ///
    /// # Errors
    /// As [`App::apply_tags`].
    pub fn tag_case(
        &self,
        store: &mut dyn CaseWork,
        case: &CaseId,
        now: i64,
        outgoing: &Outgoing,
    ) -> Result<Option<ApplyReport>, TagsError> {
        let rules = self.tag_rules()?.value;
        let fields = self.field_rules()?;
        let judge = self.judge(store, &rules, &fields, now)?;
        let Some(judged) = judge.judge(store, case)? else { return Ok(None) };
        let options = ApplyOptions { dry_run: false, threads: 1, now, limit: 1 };
        let mut report = ApplyReport::new(false);
        store_batch(store, vec![judged], options, outgoing, &mut report)?;
        Ok(Some(report))
    }

    pub(super) fn judge<'a>(
        &'a self,
        store: &dyn CaseWork,
        rules: &'a TagRules,
        fields: &'a crate::case::fields::FieldRules,
        now: i64,
    ) -> Result<Judge<'a>, TagsError> {
        Ok(Judge {
            reader: Reader { extractor: self.extractor()?, terms: &self.terms, rules: fields, roles: &self.roles },
            matcher: self.matcher(),
            rules,
            noise: store.noise()?,
            knowledge: self.knowledge()?,
            book: PhraseBook::default(),
            now,
            own: &self.settings.own_domains.value,
        })
    }

    fn work(
        &self,
        store: &mut dyn CaseWork,
        open: &OpenReader<'_>,
        filter: &WorkFilter,
        options: ApplyOptions,
        told: Told<'_>,
    ) -> Result<ApplyReport, TagsError> {
        if !options.dry_run {
            end_noise(store, options.now)?;
        }
        let ids = store.work(filter, None, options.limit)?;
        let mut report = ApplyReport::new(options.dry_run);
        if !ids.is_empty() {
            let rules = self.tag_rules()?.value;
            let fields = self.field_rules()?;
            let judge = self.judge(store, &rules, &fields, options.now)?;
            let threads = Threads(options.threads).count().min(ids.len());
            let readers = (0..threads).map(|_| open()).collect::<Result<Vec<_>, _>>()?;
            run(store, &judge, readers, ids, options, told, &mut report)?;
        }
        store.refresh()?;
        report.waiting = store.work_count(&WorkFilter::Waiting)?;
        Ok(report)
    }
}

impl ApplyReport {
    fn new(dry_run: bool) -> Self {
        ApplyReport {
            schema: SCHEMA,
            dry_run,
            cases: 0,
            known: 0,
            changed: 0,
            added: 0,
            removed: 0,
            later: 0,
            waiting: 0,
            changes: Vec::new(),
        }
    }

    /// Adds a later pass.
    pub fn join(&mut self, later: ApplyReport) {
        self.cases += later.cases;
        self.known += later.known;
        self.changed += later.changed;
        self.added += later.added;
        self.removed += later.removed;
        self.later += later.later;
        self.waiting = later.waiting;
        let room = MOST_TOLD.saturating_sub(self.changes.len());
        self.changes.extend(later.changes.into_iter().take(room));
    }

    fn count(&mut self, known: bool, tags: CaseTags) {
        self.cases += 1;
        self.known += u64::from(known);
        if tags.added.is_empty() && tags.removed.is_empty() {
            return;
        }
        self.changed += 1;
        self.added += tags.added.len() as u64;
        self.removed += tags.removed.len() as u64;
        if self.changes.len() < MOST_TOLD {
            self.changes.push(tags);
        }
    }
}

/// Cases of noise whose end has come are to be matched again.
fn end_noise(store: &mut dyn CaseWork, now: i64) -> Result<(), StoreError> {
    let ended = store.ended_noise(now)?;
    for one in &ended {
        touch(store, &one.what)?;
    }
    if ended.is_empty() { Ok(()) } else { store.note_ended(now) }
}

/// Marks the cases that a noise is about as waiting.
pub(in crate::app) fn touch(store: &mut dyn CaseWork, what: &str) -> Result<(), StoreError> {
    match what.parse::<crate::signature::Signature>() {
        Ok(signature) => {
            let mut all = catalog::equivalents(&signature);
            all.push(signature);
            store.touch(&all, None)
        }
        Err(_) => store.touch(&[], Some(what)),
    }
}

fn settlement(judged: Judged, now: i64, news: bool) -> Settlement {
    let changed = !judged.added.is_empty() || !judged.removed.is_empty();
    let news = (news && changed && !judged.quiet).then(|| outgoing::news(&judged, now));
    Settlement {
        case: judged.case.id,
        expected: judged.case.version,
        findings: judged.findings,
        changes: judged.changes,
        news,
        at: now,
    }
}

/// The threads judge, the caller stores.
fn run(
    store: &mut dyn CaseWork,
    judge: &Judge<'_>,
    readers: Vec<Box<dyn CaseWork + Send>>,
    ids: Vec<CaseId>,
    options: ApplyOptions,
    told: Told<'_>,
    report: &mut ApplyReport,
) -> Result<(), TagsError> {
    let of = ids.len() as u64;
    let ids = Mutex::new(ids.into_iter());
    thread::scope(|scope| {
        let (done, judged) = sync_channel::<Result<Option<Judged>, StoreError>>(QUEUE);
        for reader in readers {
            let (ids, done) = (&ids, done.clone());
            scope.spawn(move || judge_all(judge, &*reader, ids, &done));
        }
        drop(done);
        let mut batch = Vec::new();
        let mut seen = 0;
        for outcome in judged {
            seen += 1;
            if let Some(judged) = outcome? {
                batch.push(judged);
            }
            if batch.len() >= BATCH {
                store_batch(store, std::mem::take(&mut batch), options, told.outgoing, report)?;
                (told.progress)(Progress { done: seen, of });
            }
        }
        store_batch(store, batch, options, told.outgoing, report)?;
        (told.progress)(Progress { done: seen, of });
        Ok(())
    })
}

fn judge_all(
    judge: &Judge<'_>,
    reader: &dyn CaseWork,
    ids: &Mutex<std::vec::IntoIter<CaseId>>,
    done: &SyncSender<Result<Option<Judged>, StoreError>>,
) {
    loop {
        let next = ids.lock().unwrap_or_else(PoisonError::into_inner).next();
        let Some(id) = next else { return };
        // When the writer fails, nobody listens any more.
        if done.send(judge.judge(reader, &id)).is_err() {
            return;
        }
    }
}

fn store_batch(
    store: &mut dyn CaseWork,
    batch: Vec<Judged>,
    options: ApplyOptions,
    outgoing: &Outgoing,
    report: &mut ApplyReport,
) -> Result<(), TagsError> {
    let loud: Vec<bool> = batch.iter().map(|one| !one.quiet).collect();
    let told: Vec<(bool, CaseTags)> = batch
        .iter()
        .map(|one| {
            let tags = CaseTags { case: one.case.id.clone(), added: one.added.clone(), removed: one.removed.clone() };
            (one.findings.verdict == crate::matching::Verdict::Known.name(), tags)
        })
        .collect();
    let outcomes = if options.dry_run || batch.is_empty() {
        vec![Update::Done(0); batch.len()]
    } else {
        let news = outgoing.wants_news();
        let items: Vec<Settlement> = batch.into_iter().map(|judged| settlement(judged, options.now, news)).collect();
        store.settle(&items)?
    };
    if !options.dry_run {
        let stored = told.iter().zip(&outcomes).zip(loud);
        let stored = stored.filter(|((_, outcome), loud)| *loud && matches!(outcome, Update::Done(_)));
        outgoing.tell(store, &stored.map(|(((_, tags), _), _)| tags.clone()).collect::<Vec<_>>())?;
    }
    for ((known, tags), outcome) in told.into_iter().zip(outcomes) {
        match outcome {
            Update::Done(_) => report.count(known, tags),
            Update::Conflict(_) => report.later += 1,
            Update::Missing => {}
        }
    }
    Ok(())
}
