//! `casebook kb test`: the examples of all knowledge in use.

use std::path::PathBuf;

use super::super::{
    Exit,
    output::{self, Format, clean},
};
use crate::{
    app::{
        App,
        kb_test::{Failure, KbTestReport},
    },
    parsed::Warning,
};

/// Arguments of `casebook kb test`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  casebook kb test
  casebook kb test --rules own-rules --kb own-articles --kb builtin
  casebook kb test --healthy corpus/healthy
  casebook kb test --format json | jq -r '.failures[] | \"\\(.file):\\(.line): \\(.message)\"'

Tried are: each text that a signature rule or a case-field rule must match or reject; each example of an article,
which must find it as known and first, or must not; with --healthy, logs that must give no known issue.

Exit status: 0 all as it must be; 1 something is not; 2 something could not be read.")]
pub struct Args {
    /// Folder of logs of machines that are well: none may give a known issue
    #[arg(long, value_name = "DIR")]
    healthy: Option<PathBuf>,
    /// How to print
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// Runs the examples and prints what fails.
pub fn run(app: &App, args: &Args) -> anyhow::Result<Exit> {
    let bar = output::counter(true, "{spinner} {pos} tried");
    let outcome = app.test(args.healthy.as_deref(), &|| bar.inc(1));
    bar.finish_and_clear();
    print(&outcome?, args.format)
}

/// Prints what fails of examples.
pub fn print(report: &KbTestReport, format: Format) -> anyhow::Result<Exit> {
    if format == Format::Json {
        output::json(report)?;
    } else {
        for failure in &report.failures {
            output::print(line(failure))?;
        }
        output::print(summary(report))?;
    }
    Ok(if report.failures.is_empty() { Exit::Found } else { Exit::Nothing })
}

fn line(failure: &Failure) -> String {
    let Failure { file, line, message, .. } = failure.clone();
    clean(&super::super::problem::line_of(&Warning { part: file, line, message }))
}

fn summary(report: &KbTestReport) -> String {
    let tried: Vec<String> = report.tried.iter().map(|(tested, count)| format!("{} {count}", tested.name())).collect();
    let total: usize = report.tried.values().sum();
    format!("{total} tried ({}), {} failed", tried.join(", "), report.failures.len())
}
