//! `casebook ingest`.

use std::{
    fmt::Write,
    fs,
    io::IsTerminal,
    path::{Path, PathBuf},
};

use indicatif::{ProgressBar, ProgressStyle};
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use serde::Serialize;

use super::{
    CommonArgs, Exit, input, kept,
    output::{self, Format, clean, clean_line, minute},
    problem,
    tagging::{self, How, Which, with_copy_to},
};
use crate::{
    app::{
        App,
        ingest::{IngestReport, Options, Progress, Threads},
        outgoing::Outgoing,
        tags::ApplyReport,
    },
    config::Settings,
    store::{CaseStore, CaseWork, Quarantined, sqlite::Access},
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

Taking in the same mail again changes nothing. What breaks the reader is set aside: --failed list shows it, --failed retry
reads it again. Exit status: 0 taken in, 1 nothing was set aside (--failed list), 2 nothing could be read or stored.")]
pub struct Args {
    /// Mails, mailboxes, Maildirs, thread exports, archives, folders of them; - for standard input
    #[arg(required_unless_present = "failed", value_name = "PATH")]
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
    /// Threads that take mails apart; 0 for as many as there are processors
    #[arg(long, default_value_t = 0, value_name = "N")]
    threads: usize,
    /// When to match and tag the cases that got mail
    #[arg(long, value_enum, default_value_t, value_name = "WHEN")]
    matching: Matching,
    /// Write the mails with their tags in X-Casebook fields to this Maildir
    #[arg(long, value_name = "MAILDIR")]
    copy_to: Option<PathBuf>,
    /// How to print
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// When cases are matched and tagged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
enum Matching {
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
    fn limit(self) -> usize {
        match self {
            Matching::Some => 1_000,
            Matching::All => usize::MAX,
            Matching::Later => 0,
        }
    }
}

/// What `--format json` prints.
#[derive(Serialize)]
struct Report<'r> {
    #[serde(flatten)]
    taken: &'r IngestReport,
    #[serde(skip_serializing_if = "Option::is_none")]
    tagged: Option<&'r ApplyReport>,
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
    let settings = common.settings(None)?;
    if args.failed == Some(Failed::List) {
        return list_failed(args.format, &settings);
    }
    let Some(mut store) = App::store(&settings, Access::Write)? else { anyhow::bail!("no case store") };
    let settings = with_copy_to(settings, args.copy_to.as_ref());
    let until = args.until.map(|day| day.at(23, 59, 59, 0).to_zoned_datetime(TimeZone::UTC)).transpose()?;
    let options = Options {
        dry_run: args.dry_run,
        threads: Threads(args.threads),
        now: Timestamp::now().as_second(),
        until: until.map(|day| day.timestamp().as_second()),
        history: args.history,
    };
    let app = App::open(settings.clone())?;
    if !args.dry_run {
        // Kept in the store, so that cases that wait for a later matching are told of by nobody then either.
        kept(&settings, Access::Write)?.set_quiet(args.history)?;
    }
    let report = if args.failed == Some(Failed::Retry) {
        app.retry(&mut store, options)?
    } else {
        let handle = || -> anyhow::Result<_> {
            Ok(App::store(&settings, Access::Read)?.map(|store| Box::new(store) as Box<dyn CaseStore + Send>))
        };
        let known = [handle()?, handle()?];
        let inputs: Vec<_> = args.paths.iter().map(input).collect();
        let bar = bar(&args.paths);
        let report = app.ingest(&inputs, &mut store, known, options, &|progress| show(&bar, progress))?;
        bar.finish_and_clear();
        report
    };
    report.warnings.iter().for_each(problem::warning);
    if report.more_warnings > 0 {
        problem::warn(format!("{} further warnings are left out", report.more_warnings));
    }
    // The store lets go of what it holds of the index before the next step writes.
    drop(store);
    let tagged = if args.dry_run { None } else { Some(tag(&app, &settings, args)?) };
    match args.format {
        Format::Json => output::json(&Report { taken: &report, tagged: tagged.as_ref() })?,
        Format::Table | Format::Md => {
            output::print(render(&report).trim_end())?;
            if let Some(tagged) = &tagged {
                output::print(render_tagged(tagged).trim_end())?;
            }
        }
    }
    Ok(Exit::Found)
}

/// Matches and tags the cases that got mail.
fn tag(app: &App, settings: &Settings, args: &Args) -> anyhow::Result<ApplyReport> {
    let mut store = kept(settings, Access::Write)?;
    let how = How { which: Which::Waiting, dry_run: false, threads: args.threads, limit: args.matching.limit() };
    tagging::run(app, &mut store, settings, how, &Outgoing::open(settings)?)
}

fn render_tagged(report: &ApplyReport) -> String {
    let mut text = format!("{} cases matched, {} known, {} tags given", report.cases, report.known, report.added);
    if report.waiting > 0 {
        let _ = write!(text, "; {} cases wait: `casebook tag apply` matches them", report.waiting);
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
    bar.set_message(format!("{} mails, {:.0}/s", progress.units, progress.units as f64 / seconds));
}

fn render(report: &IngestReport) -> String {
    let mut text = String::new();
    let done = if report.dry_run { "would be new" } else { "new" };
    let _ = writeln!(text, "{} messages {done}, {} there before", report.created, report.existing);
    for (count, what) in
        [(report.later, "messages later than asked for"), (report.quarantined, "set aside: see the warnings")]
    {
        if count > 0 {
            let _ = writeln!(text, "{count} {what}");
        }
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
