//! An ingest that goes on: inputs, or mails that are held in memory, batch after batch into one store.

use std::{
    collections::HashMap,
    io,
    path::PathBuf,
    sync::{Mutex, PoisonError},
};

use super::{
    IngestError, IngestReport, KnownSources, Options, Progress,
    feed::{Feed, Folders},
    pipeline::{self, Batch},
    plan::Plan,
};
use crate::{
    app::{App, triage::Input},
    case::fields::FieldRules,
    intake::watch::Arrived,
    store::{Added, CaseId, CaseStore, MessageHash, StoreError},
};

/// A mail that is held in memory: one that a server sent, or that was handed over by a mail transport.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// Its name in reports, such as `INBOX/4711`.
    pub part: String,
    /// Its bytes as they came.
    pub raw: Vec<u8>,
}

/// What became of a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fate {
    /// It is new in the store, in this case.
    Created(CaseId),
    /// It was there before.
    Existing,
    /// It was sent after [`Options::until`] and is left out.
    Later,
    /// It broke its reader, and is set aside with its bytes.
    Quarantined,
}

/// What takes mail in, kept ready between batches.
pub struct Ingest<'a> {
    app: &'a App,
    rules: FieldRules,
    sources: KnownSources,
    known: Option<Box<dyn CaseStore + Send>>,
    /// Where mails lie, so that a log that comes later goes with them.
    folders: Folders,
    /// Where the messages of a dry run would go.
    plan: Plan,
}

/// Handles on the store for the threads that read and take apart.
pub type Known = [Option<Box<dyn CaseStore + Send>>; 2];

/// What became of units by the hash of their bytes, where somebody wants to know.
type Fates = Option<HashMap<MessageHash, Fate>>;

impl App {
    /// Makes ready to take in batch after batch. `known` are two more handles on the same store, to be asked by the threads
    /// that read and take apart: what is there already is not read again.
    ///
    /// # Errors
    /// When rules or articles of the settings cannot be used.
    pub fn open_ingest(&self, known: Known) -> Result<Ingest<'_>, IngestError> {
        let [known, sources] = known;
        // Built here, so that the first batch finds it.
        self.extractor()?;
        let (rules, sources) = (self.field_rules()?, KnownSources::of(sources));
        Ok(Ingest { app: self, rules, sources, known, folders: Folders::new(), plan: Plan::default() })
    }
}

impl Ingest<'_> {
    /// Takes other handles on the store: whoever goes on for days opens them anew for each batch, since a backup may have been
    /// put in the place of the store.
    pub fn reopen(&mut self, known: Known) {
        let [known, sources] = known;
        self.known = known;
        self.sources = KnownSources::of(sources);
    }

    /// Takes inputs in. That there is nothing to read in them is no error here.
    ///
    /// # Errors
    /// When the store refuses. What cannot be read is in the report.
    pub fn inputs(
        &mut self,
        inputs: &[Input],
        store: &mut dyn CaseStore,
        options: Options,
        progress: &(dyn Fn(Progress) + Sync),
    ) -> Result<IngestReport, IngestError> {
        let paths: Vec<PathBuf> = inputs
            .iter()
            .filter_map(|input| match input {
                Input::Path(path) => Some(path.clone()),
                Input::Stdin => None,
            })
            .collect();
        let feed = Feed::Inputs { paths, stdin: inputs.contains(&Input::Stdin) };
        self.run(feed, store, options, progress, &mut None)
    }

    /// Takes mails in that are held in memory, each as one mail whatever it looks like. The fates are in the order of the
    /// mails. When this returns, all of them are on the disk: whoever sent them may forget them then, and not before. A
    /// batch that failed may be given again. In a dry run the report alone tells.
    ///
    /// # Errors
    /// When the store refuses.
    pub fn mails(
        &mut self,
        mails: &[Mail],
        store: &mut dyn CaseStore,
        options: Options,
    ) -> Result<(IngestReport, Vec<Fate>), IngestError> {
        let ids: Vec<MessageHash> = mails.iter().map(|mail| MessageHash::of(&mail.raw)).collect();
        let mut fates = Some(HashMap::new());
        let report = self.run(Feed::Mails(mails), store, options, &|_| (), &mut fates)?;
        let fates = fates.unwrap_or_default();
        // What was not written was there.
        let fate = |id| fates.get(id).cloned().unwrap_or(Fate::Existing);
        Ok((report, ids.iter().map(fate).collect()))
    }

    /// Takes files in that arrived in watched folders; with the report come those that could not be opened, by their places.
    ///
    /// # Errors
    /// When the store refuses: the batch may be given again.
    pub fn files(
        &mut self,
        files: &[Arrived],
        store: &mut dyn CaseStore,
        options: Options,
    ) -> Result<(IngestReport, Vec<(usize, io::Error)>), IngestError> {
        let refused = Mutex::default();
        let feed = Feed::Files { files, refused: &refused };
        let report = self.run(feed, store, options, &|_| (), &mut None)?;
        Ok((report, refused.into_inner().unwrap_or_else(PoisonError::into_inner)))
    }

    fn run(
        &mut self,
        feed: Feed<'_>,
        store: &mut dyn CaseStore,
        options: Options,
        progress: &(dyn Fn(Progress) + Sync),
        fates: &mut Fates,
    ) -> Result<IngestReport, IngestError> {
        let reading = self.app.reading(&self.rules, &self.sources, options)?;
        let mut report = IngestReport::new(options.dry_run);
        let known = self.known.as_deref_mut();
        let job = pipeline::Job { feed, folders: &mut self.folders, reading, known, options };
        let plan = &mut self.plan;
        pipeline::run(job, progress, &mut report, &mut |batch, report| {
            write(store, batch, options, report, (fates, plan))
        })?;
        store.refresh()?;
        if options.dry_run {
            let planned = plan.planned();
            report.cases = planned.new_cases.iter().chain(&planned.extended_cases).cloned().collect();
            report.planned = Some(planned);
        }
        Ok(report)
    }
}

/// Writes a batch.
fn write(
    store: &mut dyn CaseStore,
    batch: Batch,
    options: Options,
    report: &mut IngestReport,
    (fates, plan): (&mut Fates, &mut Plan),
) -> Result<(), StoreError> {
    let mut messages = match batch {
        Batch::Broken(item) => {
            if !options.dry_run {
                store.quarantine(&item)?;
            }
            fates.iter_mut().for_each(|fates| drop(fates.insert(item.id, Fate::Quarantined)));
            return Ok(());
        }
        Batch::Messages(messages) => messages,
    };
    if let Some(until) = options.until {
        let before = messages.len();
        messages.retain(|message| {
            let kept = message.date.is_none_or(|date| date <= until);
            if let Some(fates) = fates.as_mut().filter(|_| !kept) {
                fates.entry(message.blob).or_insert(Fate::Later);
            }
            kept
        });
        report.later += (before - messages.len()) as u64;
    }
    if options.dry_run {
        let ids: Vec<_> = messages.iter().map(|message| message.id).collect();
        let known = store.known(&ids)?;
        for (message, known) in messages.iter().zip(known) {
            match !known && plan.add(&*store, message)? {
                true => report.created += 1,
                false => report.existing += 1,
            }
        }
        return Ok(());
    }
    let added = store.add(&messages)?;
    report.count(&added);
    if let Some(fates) = fates {
        for (message, added) in messages.iter().zip(added) {
            if let Added::Created(case) = added {
                fates.insert(message.blob, Fate::Created(case));
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        app::ingest::{
            Rereader, Threads,
            feed::{Unit, UnitKind},
        },
        config::{Given, load},
        store::{
            local::LocalStore,
            sqlite::{Access, SqliteStore},
        },
    };

    fn mail(part: &str, raw: &str) -> Mail {
        Mail { part: part.into(), raw: raw.into() }
    }

    #[test]
    fn mails_in_memory_are_taken_in_batch_after_batch_and_each_tells_its_fate() {
        let folder = tempfile::tempdir().unwrap();
        let config = folder.path().join("casebook.toml");
        std::fs::write(&config, "").unwrap();
        let settings = load(Given { config: Some(config), ..Given::default() }).unwrap();
        let open = |access| {
            let reader = Rereader::new(&settings).unwrap();
            LocalStore::open(folder.path(), access, Box::new(reader)).unwrap().unwrap()
        };
        let mut store = open(Access::Write);
        let handle = || Some(Box::new(open(Access::Read)) as Box<dyn CaseStore + Send>);
        let known = [handle(), handle()];
        let app = App::open(settings.clone()).unwrap();
        let mut ingest = app.open_ingest(known).unwrap();
        let options =
            Options { dry_run: false, threads: Threads(2), now: 5, until: Some(1_726_000_000), history: false };
        let first = mail("INBOX/1", "From: a@example.com\nSubject: INC0000007 printer\n\nIt fails.\n");
        let created = |case: &str| Fate::Created(CaseId(case.into()));
        let (report, fates) = ingest.mails(std::slice::from_ref(&first), &mut store, options).unwrap();
        assert_eq!((report.created, report.units, fates), (1, 1, vec![created("INC0000007")]));
        let batch = vec![
            first,
            mail("INBOX/2", "From: a@example.com\nSubject: INC0000008 x\nDate: Fri, 1 Jan 2100 00:00:00 +0000\n\nx\n"),
            // Nothing that looks like a mail; the server says that it is one.
            mail("INBOX/3", "INC0000009 no header at all\n"),
            mail("INBOX/4", "From: b@example.com\nSubject: Re: INC0000007 printer\n\nStill.\n"),
        ];
        let (report, fates) = ingest.mails(&batch, &mut store, options).unwrap();
        assert_eq!((report.created, report.existing, report.later), (2, 1, 1));
        assert_eq!((&fates[0], &fates[1], &fates[3]), (&Fate::Existing, &Fate::Later, &created("INC0000007")));
        assert!(matches!(fates[2], Fate::Created(_)), "{fates:?}");
        assert_eq!(store.raw(MessageHash::of(&batch[2].raw)).unwrap().as_ref(), Some(&batch[2].raw));
        let (report, fates) = ingest.mails(&[], &mut store, options).unwrap();
        assert_eq!((report.units, fates), (0, Vec::new()));
    }

    #[test]
    fn what_breaks_the_reader_is_kept_and_told() {
        let folder = tempfile::tempdir().unwrap();
        let mut store = SqliteStore::open(folder.path(), Access::Write).unwrap().unwrap();
        let id = MessageHash::of(b"x");
        let unit = Unit { part: "INBOX/5".into(), raw: b"x".to_vec(), id, kind: UnitKind::Whole };
        let item = pipeline::broken(unit, "it broke", 5, false);
        let options = Options { dry_run: false, threads: Threads(1), now: 5, until: None, history: false };
        let mut fates = Some(HashMap::new());
        let mut report = IngestReport::new(false);
        write(&mut store, Batch::Broken(item), options, &mut report, (&mut fates, &mut Plan::default())).unwrap();
        assert_eq!(fates.unwrap(), HashMap::from([(id, Fate::Quarantined)]));
        assert_eq!(store.quarantined_raw(id).unwrap().as_deref(), Some(&b"x"[..]));
    }
}
