//! `casebook ingest`.

use std::{fmt::Write, path::PathBuf};

use indicatif::ProgressBar;
use jiff::{Timestamp, civil::Date, tz::TimeZone};

use super::{
    CommonArgs, Exit, input,
    output::{self, Format, clean},
    problem,
};
use crate::{
    app::{
        App,
        ingest::{IngestReport, Options, Threads},
    },
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
    /// How to print
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// Takes mail into the store and prints what came of it.
pub fn run(args: &Args, common: &CommonArgs) -> anyhow::Result<Exit> {
    let settings = common.settings(None)?;
    let Some(mut store) = App::store(&settings, Access::Write)? else { anyhow::bail!("no case store") };
    let known = App::store(&settings, Access::Read)?.map(|store| Box::new(store) as Box<dyn CaseStore + Send>);
    let app = App::open(settings)?;
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
    match args.format {
        Format::Json => output::json(&report)?,
        Format::Table | Format::Md => output::print(render(&report).trim_end())?,
    }
    Ok(Exit::Found)
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
