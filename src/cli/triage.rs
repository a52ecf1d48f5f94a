//! `casebook triage`: [`table`] and [`markdown`] print what [`words`] says of a report.

mod explain;
mod markdown;
mod table;
mod words;

use std::path::PathBuf;

use jiff::Timestamp;

use super::{
    CommonArgs, Exit, input,
    output::{self, Format},
    problem, unless_missing,
};
use crate::{
    app::{
        App, AppError,
        triage::{Input, TriageError},
    },
    config::Settings,
    matching::Verdict,
    store::{CaseWork, sqlite::Access, work::Noise},
};

/// Arguments of `casebook triage`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  casebook triage corpus/cases/cas-12143
  casebook triage mail.eml CBS.log --limit 2
  casebook triage case/ --format json | jq -r .verdict
  casebook triage case/ --explain
  casebook triage - < mail.eml

All paths together are one case. Exit status: 0 known or possible, 1 unknown, 2 nothing could be read,
or one of several paths could not.")]
pub struct Args {
    /// Mails, mailboxes, logs, archives, folders of them; - for standard input
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// How to print
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// Known issues printed at most [env: CASEBOOK_LIMIT] [default: 5]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    limit: Option<u16>,
    /// Print what the scores of the first five matches are made of
    #[arg(long)]
    explain: bool,
    /// Print every signature, not only those that matter most
    #[arg(long)]
    all_signatures: bool,
}

/// Reads the inputs as one case and prints what triage says of it.
pub fn run(args: &Args, common: &CommonArgs) -> anyhow::Result<Exit> {
    let settings = common.settings(args.limit)?;
    let limit = settings.limit.value;
    let noise = noise(&settings);
    let mut app = App::open(settings)?;
    app.heed(noise, Timestamp::now().as_second());
    app.library().warnings.iter().for_each(problem::warning);
    let inputs: Vec<Input> = args.paths.iter().map(input).collect();
    let bar = output::progress(true);
    let outcome = app.triage(&inputs, limit, &|bytes| bar.inc(bytes));
    bar.finish_and_clear();
    if let Err(TriageError::Nothing { warnings, .. }) = &outcome {
        warnings.iter().for_each(problem::warning);
    }
    let mut report = outcome?;
    if args.explain {
        report.explain();
    }
    match args.format {
        Format::Json => output::json(&report)?,
        Format::Table => output::print(table::render(&report, args.all_signatures).trim_end())?,
        Format::Md => output::print(markdown::render(&report, args.all_signatures).trim_end())?,
    }
    let exit = if report.verdict == Verdict::Unknown { Exit::Nothing } else { Exit::Found };
    Ok(unless_missing(&inputs, exit))
}

/// The list of noise where there is a case store. A store that cannot be asked keeps no case from being triaged.
fn noise(settings: &Settings) -> Vec<Noise> {
    let asked = match App::kept(settings, Access::Read) {
        Ok(Some(store)) => store.noise().map_err(AppError::from),
        Ok(None) | Err(AppError::NoData) => return Vec::new(),
        Err(error) => Err(error),
    };
    asked.unwrap_or_else(|error| {
        problem::warn(format!("the list of noise cannot be read, nothing is silenced: {error}"));
        Vec::new()
    })
}
