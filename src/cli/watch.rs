//! `casebook ingest --watch`: takes in what comes, until it is told to stop.
//!
//! The store is opened anew for each batch, so that others can write between them, and what does not work now (another
//! process writes, the disk is full) is tried again: the mail lies where it lies.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use jiff::Timestamp;
use serde::Serialize;
use signal_hook::{
    consts::signal::{SIGINT, SIGTERM},
    flag,
};

use super::{
    Exit,
    ingest::{Matching, Report, known, render_tagged, warn_of, written},
    kept,
    output::{self, Format, minute, plural},
    problem,
    tagging::{self, How, Which},
};
use crate::{
    app::{
        App, AppError,
        ingest::{Ingest, IngestError, IngestReport, Options, Threads},
        mailbox::MailboxError,
        outgoing::{Outgoing, keywords::Keywords},
        tags::{ApplyReport, TagsError},
    },
    config::Settings,
    imap::folders::Folder,
    intake::watch::{Arrived, Notice, Watch},
    store::{Remedy, StoreError, local::LocalStore, sqlite::Access},
};

/// How often is looked whether to stop, and whether what came is whole.
const TICK: Duration = Duration::from_millis(200);

/// How often cases are looked for that wait to be matched because of what others took in: deliveries among them.
pub(super) const OTHERS: Duration = Duration::from_secs(30);

/// How long to wait before what could not be done is tried again.
const AGAIN: Duration = Duration::from_secs(2);

/// Cases matched at a time: between them is looked whether to stop.
const AT_ONCE: usize = 200;

/// Name and version of the JSON form of what was done in all.
const SCHEMA: &str = "casebook.watch/1";

/// How to watch.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asked {
    pub(super) poll: Option<Duration>,
    pub(super) threads: usize,
    pub(super) matching: Matching,
    pub(super) format: Format,
}

/// What was done in all.
#[derive(Debug, Serialize)]
pub(super) struct Totals {
    schema: &'static str,
    batches: u64,
    created: u64,
    existing: u64,
    quarantined: u64,
    cases_matched: u64,
    tags_given: u64,
}

impl Totals {
    pub(super) fn new() -> Self {
        Totals { schema: SCHEMA, batches: 0, created: 0, existing: 0, quarantined: 0, cases_matched: 0, tags_given: 0 }
    }

    pub(super) fn taken(&mut self, report: &IngestReport) {
        self.batches += 1;
        self.created += report.created;
        self.existing += report.existing;
        self.quarantined += report.quarantined;
    }

    pub(super) fn tagged(&mut self, report: &ApplyReport) {
        self.cases_matched += report.cases;
        self.tags_given += report.added;
    }

    /// Prints what was done in all.
    pub(super) fn print(&self, format: Format) -> anyhow::Result<()> {
        match format {
            Format::Json => output::json_lines([self]),
            Format::Table | Format::Md => output::print(self.render()),
        }
    }

    fn render(&self) -> String {
        let Totals { batches, created, existing, quarantined, cases_matched, tags_given, .. } = *self;
        let aside = if quarantined > 0 { format!(", {quarantined} set aside") } else { String::new() };
        let (messages, batches) = (plural(created, "new message", "new messages"), plural(batches, "batch", "batches"));
        let (cases, tags) = (plural(cases_matched, "case", "cases"), plural(tags_given, "tag", "tags"));
        format!("in all: {messages}, {existing} there before{aside} in {batches}; {cases} matched, {tags} given")
    }
}

/// Takes in what is in these folders and what comes into them.
pub(super) fn run(folders: &[PathBuf], asked: Asked, settings: Settings) -> anyhow::Result<Exit> {
    let stop = stop_flag()?;
    keep_apart(folders, &settings)?;
    let app = App::open(settings.clone())?;
    let outgoing = Outgoing::open(&settings)?;
    let mut watch = Watch::new(folders, asked.poll)
        .map_err(|(path, error)| anyhow::Error::new(error).context(format!("cannot watch `{}`", path.display())))?;
    let mut work = Work::new(&app, &settings, &outgoing, asked, &stop)?;
    let mut totals = Totals::new();
    let mut others = Instant::now();
    while !work.is_stopped() {
        watch.wait(TICK);
        watch.notices().into_iter().for_each(tell);
        let batch = watch.batch();
        let report = match batch.is_empty() {
            true => None,
            // Told to stop while the store was busy: the files are seen again at the next start.
            false => match work.patiently(|work| work.take(&batch))? {
                Some((report, refused)) => {
                    watch.done(&batch, &refused);
                    totals.taken(&report);
                    warn_of(&report);
                    Some(report)
                }
                None => break,
            },
        };
        if report.is_none() && others.elapsed() < OTHERS {
            continue;
        }
        others = Instant::now();
        let tagged = work.tag()?;
        tagged.iter().for_each(|tagged| totals.tagged(tagged));
        print(report.as_ref(), tagged.as_ref(), asked.format)?;
    }
    totals.print(asked.format)?;
    Ok(Exit::Found)
}

/// Is set by SIGINT and SIGTERM; the second of them ends the program at once.
pub(super) fn stop_flag() -> anyhow::Result<Arc<AtomicBool>> {
    let stop = Arc::new(AtomicBool::new(false));
    for signal in [SIGINT, SIGTERM] {
        // In this order: the first signal finds the flag not set yet.
        flag::register_conditional_shutdown(signal, 128 + signal, Arc::clone(&stop))?;
        flag::register(signal, Arc::clone(&stop))?;
    }
    Ok(stop)
}

/// What casebook itself writes must not be taken for mail that came.
fn keep_apart(folders: &[PathBuf], settings: &Settings) -> anyhow::Result<()> {
    for own in [&settings.data.value, &settings.copy_to.value].into_iter().flatten() {
        // What is not there yet lies where its folder lies.
        let real = |path: &Path| path.ancestors().find_map(|above| fs::canonicalize(above).ok());
        let inside = |folder: &&PathBuf| match (fs::canonicalize(folder), real(own)) {
            (Ok(folder), Some(own)) => own.starts_with(folder),
            _ => false,
        };
        if let Some(folder) = folders.iter().find(inside) {
            let (own, folder) = (own.display(), folder.display());
            anyhow::bail!("casebook writes to `{own}`, which lies in the watched folder `{folder}`");
        }
    }
    Ok(())
}

/// With what is worked.
pub(super) struct Work<'w> {
    app: &'w App,
    pub(super) ingest: Ingest<'w>,
    settings: &'w Settings,
    outgoing: &'w Outgoing,
    pub(super) asked: Asked,
    stop: &'w AtomicBool,
    /// It was told that what does not work is tried again.
    busy: bool,
}

/// What could not be opened, by its place in the batch.
type Refused = Vec<(usize, std::io::Error)>;

impl<'w> Work<'w> {
    /// Ready for the first batch.
    pub(super) fn new(
        app: &'w App,
        settings: &'w Settings,
        outgoing: &'w Outgoing,
        asked: Asked,
        stop: &'w AtomicBool,
    ) -> anyhow::Result<Self> {
        let ingest = app.open_ingest([None, None])?;
        Ok(Work { app, ingest, settings, outgoing, asked, stop, busy: false })
    }

    /// Opens the store for a batch.
    pub(super) fn open(&mut self) -> anyhow::Result<(LocalStore, Options)> {
        let store = written(self.settings)?;
        self.ingest.reopen(known(self.settings)?);
        let now = Timestamp::now().as_second();
        let threads = Threads(self.asked.threads);
        Ok((store, Options { dry_run: false, threads, now, until: None, history: false }))
    }

    pub(super) fn is_stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    /// Takes a batch in.
    fn take(&mut self, batch: &[Arrived]) -> anyhow::Result<(IngestReport, Refused)> {
        let (mut store, options) = self.open()?;
        Ok(self.ingest.files(batch, &mut store, options)?)
    }

    /// Matches and tags the cases that wait; `None` if none was. What does not work is a warning: they wait on.
    pub(super) fn tag(&mut self) -> anyhow::Result<Option<ApplyReport>> {
        // A folder in which nothing came yet.
        if App::kept(self.settings, Access::Read)?.is_none() {
            return Ok(None);
        }
        let mut all: Option<ApplyReport> = None;
        let mut left = self.asked.matching.limit();
        while left > 0 && !self.is_stopped() {
            let how =
                How { which: Which::Waiting, dry_run: false, threads: self.asked.threads, limit: left.min(AT_ONCE) };
            let matched = kept(self.settings, Access::Write)
                .and_then(|mut store| tagging::run(self.app, &mut store, self.settings, how, self.outgoing));
            let report = match matched {
                Ok(report) => report,
                Err(error) if output::is_closed_pipe(&error) => return Err(error),
                Err(error) => {
                    problem::warn(format!("cases wait to be matched: {error:#}"));
                    break;
                }
            };
            left = left.saturating_sub(AT_ONCE);
            let over = report.waiting == 0 || report.cases == 0;
            match &mut all {
                None => all = Some(report),
                Some(sum) => sum.join(report),
            }
            if over {
                break;
            }
        }
        Ok(all.filter(|report| report.cases > 0))
    }

    /// Writes the keywords that wait for these folders.
    pub(super) fn write_keywords(&self, keywords: Option<&Keywords>, folders: &[Folder]) -> anyhow::Result<()> {
        let Some(keywords) = keywords else { return Ok(()) };
        let Some(mut store) = App::kept(self.settings, Access::Write)? else { return Ok(()) };
        if keywords.wait(&store, folders)? {
            keywords.write(&mut store)?;
        }
        Ok(())
    }

    /// Does something, again and again while what stops it may pass; `None` if it was told to stop meanwhile.
    fn patiently<T>(&mut self, mut attempt: impl FnMut(&mut Self) -> anyhow::Result<T>) -> anyhow::Result<Option<T>> {
        loop {
            match attempt(self) {
                Ok(done) => {
                    self.busy = false;
                    return Ok(Some(done));
                }
                Err(error) if !may_pass(&error) => return Err(error),
                Err(_) if self.is_stopped() => return Ok(None),
                Err(error) => {
                    if !self.busy {
                        problem::warn(format!("{error:#}; it is tried again until it works"));
                    }
                    self.busy = true;
                }
            }
            let until = Instant::now() + AGAIN;
            while Instant::now() < until && !self.is_stopped() {
                thread::sleep(TICK);
            }
        }
    }
}

/// Whether time may help.
pub(super) fn may_pass(error: &anyhow::Error) -> bool {
    let store = |error: &StoreError| error.remedy() == Remedy::Wait;
    let app = |error: &AppError| matches!(error, AppError::Store(error) if store(error));
    let ingest = |error: &IngestError| match error {
        IngestError::Store(error) => store(error),
        IngestError::App(error) => app(error),
        IngestError::Nothing { .. } => false,
    };
    let tags = |error: &TagsError| match error {
        TagsError::Store(error) => store(error),
        TagsError::App(error) => app(error),
        _ => false,
    };
    let mailbox = |error: &MailboxError| matches!(error, MailboxError::Ingest(error) if ingest(error));
    error.downcast_ref().is_some_and(mailbox)
        || error.downcast_ref().is_some_and(store)
        || error.downcast_ref().is_some_and(app)
        || error.downcast_ref().is_some_and(ingest)
        || error.downcast_ref().is_some_and(tags)
}

fn tell(notice: Notice) {
    match notice {
        Notice::Gone(path) => {
            problem::warn(format!("`{}` is gone: it is watched again when it is back", path.display()))
        }
        Notice::Back(path) => problem::warn(format!("`{}` is back", path.display())),
        Notice::NoEvents { why, every } => {
            let seconds = every.as_secs();
            problem::warn(format!(
                "the system tells of no changes ({why}): folders are looked through every {seconds} s"
            ));
        }
        Notice::Unreadable(warning) => problem::warning(&warning),
    }
}

/// One line for what was done.
pub(super) fn print(taken: Option<&IngestReport>, tagged: Option<&ApplyReport>, format: Format) -> anyhow::Result<()> {
    if format == Format::Json {
        return match (taken, tagged) {
            (Some(taken), tagged) => output::json_lines([&Report { taken, tagged }]),
            (None, Some(tagged)) => output::json_lines([tagged]),
            (None, None) => Ok(()),
        };
    }
    let mut words = Vec::new();
    if let Some(report) = taken {
        let aside = match report.quarantined {
            0 => String::new(),
            count => format!(", {count} set aside"),
        };
        words.push(format!(
            "{} new, {} there before{aside}",
            plural(report.created, "message", "messages"),
            report.existing
        ));
    }
    words.extend(tagged.map(render_tagged));
    if words.is_empty() {
        return Ok(());
    }
    output::print(format!("{}  {}", minute(Timestamp::now().as_second()), words.join("; ")))
}
