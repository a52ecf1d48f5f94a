//! `casebook ingest`.

use std::{
    fmt::Write,
    fs,
    io::IsTerminal,
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::Context;
use indicatif::{ProgressBar, ProgressStyle};
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use serde::Serialize;

use super::{
    CommonArgs, Exit, deliver, input, kept, mailbox, no_store,
    output::{self, Format, clean, clean_line, minute, plural},
    problem,
    tagging::{self, How, Which, with_copy_to},
    unless_missing,
    watch::{self, Asked},
};
use crate::{
    app::{
        App,
        ingest::{IngestError, IngestReport, Known, Options, Progress, Threads},
        outgoing::Outgoing,
        tags::ApplyReport,
    },
    config::Settings,
    store::{CaseStore, Quarantined, local::LocalStore, sqlite::Access},
};

/// Arguments of `casebook ingest`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  casebook ingest ~/Maildir
  casebook ingest archive-2023.mbox case-folder/
  casebook ingest --history old-mail/ --until 2023-12-31
  casebook ingest --dry-run ~/Maildir
  casebook ingest --failed list
  cat mail.eml | casebook ingest -
  casebook ingest --watch ~/Maildir /srv/cases
  casebook ingest --deliver < mail.eml      as a mail transport calls it
  casebook ingest --watch imaps://support@imap.example.com/INBOX
  casebook ingest imaps://support@imap.example.com/ --folder 'Support/*' --folder 客户

Taking in the same mail again changes nothing. What breaks the reader is set aside: --failed list shows it, --failed retry
reads it again. Of a mail account nothing is changed; its password comes from CASEBOOK_IMAP_PASSWORD, or from
`password_file` or `password_command` below [imap] in casebook.toml, see docs/mailbox.md.

Exit status: 0 taken in, 1 nothing was set aside (--failed list), 2 nothing could be read or stored, or one of several
inputs could not be. --deliver ends with the statuses of sysexits(3): 0 the mail is on the disk, 65 there was none, 75 try
again later, 77 no right to the case store, 78 wrong settings.")]
pub struct Args {
    /// Mails, mailboxes, Maildirs, thread exports, archives, folders of them; - for standard input; or one mail account:
    /// imaps://user@host/folder
    #[arg(required_unless_present_any = ["failed", "deliver"], value_name = "PATH|ADDRESS")]
    paths: Vec<PathBuf>,
    /// Say what would be taken in, store nothing
    #[arg(long)]
    dry_run: bool,
    /// Years of old mail: times are those of the servers that each came by, and nothing goes out because of it
    #[arg(long)]
    history: bool,
    /// Leave out messages sent after this day
    #[arg(long, value_name = "DATE")]
    until: Option<Date>,
    /// Show what was set aside, or read it again
    #[arg(long, value_enum, value_name = "WHAT", conflicts_with = "paths")]
    failed: Option<Failed>,
    /// Keep going: take in what is in these Maildirs and folders, or in this mail account, then what comes into them, until
    /// SIGINT or SIGTERM
    #[arg(long, conflicts_with_all = ["dry_run", "history", "until", "failed"])]
    watch: bool,
    /// Look through the watched folders so often (seconds), for drives and mail servers that tell of no changes
    #[arg(long, requires = "watch", value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..=86_400))]
    poll: Option<u64>,
    /// Store one mail from standard input, as procmail, sieve, maildrop and Postfix hand it over; nothing is matched
    #[arg(long, conflicts_with_all = ["paths", "watch", "dry_run", "history", "until", "failed", "matching", "copy_to", "format", "threads", "poll", "folders", "all_folders", "plaintext", "write_keywords"])]
    deliver: bool,
    /// Let a mail wait (status 75) where the settings or rights are wrong, too
    #[arg(long, requires = "deliver")]
    defer: bool,
    /// Threads that take mails apart; 0 for as many as there are processors
    #[arg(long, default_value_t = 0, value_name = "N")]
    threads: usize,
    /// When to match and tag the cases that got mail
    #[arg(long, value_enum, default_value_t, value_name = "WHEN")]
    matching: Matching,
    /// Write the mails with their tags in X-Casebook fields to this Maildir
    #[arg(long, value_name = "MAILDIR")]
    copy_to: Option<PathBuf>,
    #[command(flatten)]
    mailbox: mailbox::MailboxArgs,
    /// How to print
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// When cases are matched and tagged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub(super) enum Matching {
    /// Behind the taking in, up to 1,000 cases; the others wait for `casebook tag apply`.
    #[default]
    Some,
    /// All of them, behind the taking in.
    All,
    /// None: they wait for `casebook tag apply`.
    Later,
}

impl Matching {
    /// Cases at most.
    pub(super) fn limit(self) -> usize {
        match self {
            Matching::Some => 1_000,
            Matching::All => usize::MAX,
            Matching::Later => 0,
        }
    }
}

/// What `--format json` prints.
#[derive(Serialize)]
pub(super) struct Report<'r> {
    #[serde(flatten)]
    pub(super) taken: &'r IngestReport,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) tagged: Option<&'r ApplyReport>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Failed {
    /// What was set aside, and why.
    List,
    /// Read it again.
    Retry,
}

/// Name and version of the JSON form of a list of what was set aside.
const FAILED_SCHEMA: &str = "casebook.failed/1";

#[derive(Serialize)]
struct FailedReport {
    schema: &'static str,
    failed: Vec<Quarantined>,
}

/// Takes mail into the store and prints what came of it.
pub fn run(args: &Args, common: &CommonArgs) -> anyhow::Result<Exit> {
    if args.deliver {
        return Ok(deliver::run(common, args.defer));
    }
    let settings = common.settings(None)?;
    if args.failed == Some(Failed::List) {
        return list_failed(args.format, &settings);
    }
    let account = args.mailbox.account(&args.paths, &settings.imap.value)?;
    let settings = with_copy_to(settings, args.copy_to.as_ref());
    if args.watch {
        let poll = args.poll.map(Duration::from_secs);
        let asked = Asked { poll, threads: args.threads, matching: args.matching, format: args.format };
        return match &account {
            Some(account) => mailbox::watch(account, &args.mailbox, asked, &settings),
            None => watch::run(&args.paths, asked, settings),
        };
    }
    let mut store = written(&settings)?;
    let until = args.until.map(|day| day.at(23, 59, 59, 0).to_zoned_datetime(TimeZone::UTC)).transpose()?;
    let options = Options {
        dry_run: args.dry_run,
        threads: Threads(args.threads),
        now: Timestamp::now().as_second(),
        until: until.map(|day| day.timestamp().as_second()),
        history: args.history,
    };
    let app = App::open(settings.clone())?;
    let keywords = args.mailbox.keywords(account.as_ref(), &settings.imap.value, &mailbox::never());
    let inputs: Vec<_> = args.paths.iter().map(input).collect();
    let report = if args.failed == Some(Failed::Retry) {
        app.retry(&mut store, options)?
    } else if let Some(account) = &account {
        let ingest = app.open_ingest(known(&settings)?)?;
        mailbox::take(account, ingest, &mut store, options, keywords.is_some())?
    } else {
        let bar = bar(&args.paths);
        let taken = app.ingest(&inputs, &mut store, known(&settings)?, options, &|progress| show(&bar, progress));
        bar.finish_and_clear();
        if let Err(IngestError::Nothing { warnings, .. }) = &taken {
            warnings.iter().for_each(problem::warning);
        }
        taken?
    };
    warn_of(&report);
    // The store lets go of what it holds of the index before the next step writes.
    drop(store);
    let tagged = if args.dry_run { None } else { Some(tag(&app, &settings, args)?) };
    match args.format {
        Format::Json => output::json(&Report { taken: &report, tagged: tagged.as_ref() })?,
        Format::Table | Format::Md => {
            output::print(render(&report).trim_end())?;
            if let Some(tagged) = &tagged {
                output::print(render_tagged(tagged))?;
            }
        }
    }
    if let Some(keywords) = keywords.filter(|_| !args.dry_run) {
        keywords
            .write(&mut kept(&settings, Access::Write)?)
            .context("keywords wait for the next run that writes them")?;
    }
    Ok(if account.is_some() { Exit::Found } else { unless_missing(&inputs, Exit::Found) })
}

/// The store, to be written; made where there is none.
pub(super) fn written(settings: &Settings) -> anyhow::Result<LocalStore> {
    App::store(settings, Access::Write)?.ok_or_else(|| no_store(settings))
}

/// Handles on the store for the threads that read.
pub(super) fn known(settings: &Settings) -> anyhow::Result<Known> {
    let handle = || -> anyhow::Result<_> {
        Ok(App::store(settings, Access::Read)?.map(|store| Box::new(store) as Box<dyn CaseStore + Send>))
    };
    Ok([handle()?, handle()?])
}

/// Tells what could not be read.
pub(super) fn warn_of(report: &IngestReport) {
    report.warnings.iter().for_each(problem::warning);
    if report.more_warnings > 0 {
        let more = plural(report.more_warnings, "further warning is", "further warnings are");
        problem::warn(format!("{more} left out"));
    }
}

/// Matches and tags the cases that got mail.
fn tag(app: &App, settings: &Settings, args: &Args) -> anyhow::Result<ApplyReport> {
    let mut store = kept(settings, Access::Write)?;
    let how = How { which: Which::Waiting, dry_run: false, threads: args.threads, limit: args.matching.limit() };
    tagging::run(app, &mut store, settings, how, &Outgoing::open(settings)?)
}

pub(super) fn render_tagged(report: &ApplyReport) -> String {
    let (cases, tags) = (plural(report.cases, "case", "cases"), plural(report.added, "tag", "tags"));
    let mut text = format!("{cases} matched, {} known, {tags} given", report.known);
    if report.waiting > 0 {
        let wait = plural(report.waiting, "case waits", "cases wait");
        let _ = write!(text, "; {wait}: `casebook tag apply` matches what waits");
    }
    text
}

fn list_failed(format: Format, settings: &Settings) -> anyhow::Result<Exit> {
    let store = App::store(settings, Access::Read)?;
    let failed = store.map(|store| store.quarantined()).transpose()?.unwrap_or_default();
    let exit = if failed.is_empty() { Exit::Nothing } else { Exit::Found };
    if format == Format::Json {
        output::json(&FailedReport { schema: FAILED_SCHEMA, failed })?;
        return Ok(exit);
    }
    if failed.is_empty() {
        output::print("nothing was set aside")?;
        return Ok(exit);
    }
    let head = ["when", "part", "error", "id"];
    let mut table = if format == Format::Md { output::markdown_table(&head) } else { output::table(&head) };
    for item in &failed {
        table.add_row([minute(item.at), clean_line(&item.part), clean_line(&item.error), item.id.to_string()]);
    }
    output::print(table.trim_fmt())?;
    Ok(exit)
}

/// A bar over all bytes of the inputs, on a terminal; standard input has no end that is known.
fn bar(paths: &[PathBuf]) -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let template = "{bar:30} {bytes}/{total_bytes}  {msg}  {eta} left";
    let bar = ProgressBar::new(paths.iter().map(|path| size(path)).sum::<u64>().max(1));
    bar.set_style(ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar
}

/// Bytes of a file, or of all files below a folder; links are not followed.
fn size(path: &Path) -> u64 {
    match fs::metadata(path) {
        Ok(metadata) if metadata.is_dir() => {
            let entries = fs::read_dir(path).into_iter().flatten().flatten();
            let of = |entry: fs::DirEntry| match entry.file_type() {
                Ok(kind) if kind.is_dir() => size(&entry.path()),
                Ok(kind) if kind.is_file() => entry.metadata().map_or(0, |metadata| metadata.len()),
                _ => 0,
            };
            entries.map(of).sum()
        }
        Ok(metadata) => metadata.len(),
        Err(_) => 0,
    }
}

fn show(bar: &ProgressBar, progress: Progress) {
    bar.set_position(progress.bytes);
    let seconds = bar.elapsed().as_secs_f64().max(0.001);
    let mails = plural(progress.units, "mail", "mails");
    bar.set_message(format!("{mails}, {:.0}/s", progress.units as f64 / seconds));
}

fn render(report: &IngestReport) -> String {
    let mut text = String::new();
    let done = if report.dry_run { "would be new" } else { "new" };
    let _ =
        writeln!(text, "{} {done}, {} there before", plural(report.created, "message", "messages"), report.existing);
    if let Some(planned) = &report.planned {
        let (new, extended) = (plural(planned.new, "case", "cases"), planned.extended);
        let _ = writeln!(text, "{new} would be new, {extended} that are there would get more");
    }
    if report.later > 0 {
        let _ = writeln!(text, "{} later than asked for", plural(report.later, "message", "messages"));
    }
    if report.quarantined > 0 {
        let _ = writeln!(text, "{} set aside: `casebook ingest --failed list` shows why", report.quarantined);
    }
    const SHOWN: usize = 20;
    if !report.cases.is_empty() {
        let names: Vec<String> = report.cases.iter().take(SHOWN).map(|case| clean(&case.0)).collect();
        let more = report.cases.len().saturating_sub(SHOWN);
        let rest = if more > 0 { format!(" and {more} more") } else { String::new() };
        let _ = writeln!(text, "cases: {}{rest}", names.join(", "));
    }
    text
}
