//! `casebook ingest`.

use std::{fmt::Write, path::PathBuf};

use indicatif::ProgressBar;
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use serde::Serialize;

use super::{
    CommonArgs, Exit,
    case::kept,
    input,
    output::{self, Format, clean},
    problem,
    tagging::{self, How, Which, with_copy_to},
};
use crate::{
    app::{
        App,
        ingest::{IngestReport, Options, Threads},
        outgoing::Outgoing,
        tags::ApplyReport,
    },
    config::Settings,
    store::{CaseStore, sqlite::Access},
};

/// Arguments of `casebook ingest`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  casebook ingest ~/Maildir
  casebook ingest archive-2023.mbox case-folder/
  casebook ingest --dry-run ~/Maildir
  cat mail.eml | casebook ingest -

Taking in the same mail again changes nothing. Exit status: 0 taken in, 2 nothing could be read or stored.")]
pub struct Args {
    /// Mails, mailboxes, Maildirs, thread exports, archives, folders of them; - for standard input
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Say what would be taken in, store nothing
    #[arg(long)]
    dry_run: bool,
    /// Leave out messages sent after this day
    #[arg(long, value_name = "DATE")]
    until: Option<Date>,
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

/// Takes mail into the store and prints what came of it.
pub fn run(args: &Args, common: &CommonArgs) -> anyhow::Result<Exit> {
    let settings = common.settings(None)?;
    let Some(mut store) = App::store(&settings, Access::Write)? else { anyhow::bail!("no case store") };
    let known = App::store(&settings, Access::Read)?.map(|store| Box::new(store) as Box<dyn CaseStore + Send>);
    let settings = with_copy_to(settings, args.copy_to.as_ref());
    let app = App::open(settings.clone())?;
    let inputs: Vec<_> = args.paths.iter().map(input).collect();
    let until = args.until.map(|day| day.at(23, 59, 59, 0).to_zoned_datetime(TimeZone::UTC)).transpose()?;
    let options = Options {
        dry_run: args.dry_run,
        threads: Threads(args.threads),
        now: Timestamp::now().as_second(),
        until: until.map(|day| day.timestamp().as_second()),
    };
    let bar = output::progress(true);
    let told = |progress: crate::app::ingest::Progress| show(&bar, progress);
    let report = app.ingest(&inputs, &mut store, known, options, &told)?;
    bar.finish_and_clear();
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

fn show(bar: &ProgressBar, progress: crate::app::ingest::Progress) {
    bar.set_position(progress.bytes);
    bar.set_message(format!("{} mails", progress.units));
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
