//! `casebook kb profile`: what each recognizer and rule takes.

use std::path::PathBuf;

use super::super::{
    CommonArgs, Exit, input,
    output::{self, Format, clean},
    problem,
};
use crate::app::{
    profile::{ProfileReport, Source, profile},
    triage::Input,
};

/// Arguments of `casebook kb profile`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  casebook kb profile CBS.log
  casebook kb profile bundle.zip mail.eml --rules own-rules
  casebook kb profile app.log --format json | jq '.rows[] | select(.source == \"rule\")'

The scan watches itself, which takes time of its own: compare shares, not seconds.

Exit status: 0 read, 2 nothing could be read, or one of several inputs could not.")]
pub struct Args {
    /// Mails, logs, archives, folders of them; - for standard input
    #[arg(required = true, value_name = "LOG")]
    logs: Vec<PathBuf>,
    /// How to print
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// Profiles a scan and prints its rows, what took most first.
pub fn run(args: &Args, common: &CommonArgs) -> anyhow::Result<Exit> {
    let extractor = super::super::extractor(&common.settings(None)?)?;
    let inputs: Vec<Input> = args.logs.iter().map(input).collect();
    let bar = output::progress(true);
    let report = profile(&inputs, &extractor, &|bytes| bar.inc(bytes));
    bar.finish_and_clear();
    let Some(report) = report else {
        let names: Vec<String> = inputs.iter().map(ToString::to_string).collect();
        anyhow::bail!("nothing to read in {}", names.join(", "));
    };
    report.warnings.iter().for_each(problem::warning);
    if args.format == Format::Json {
        output::json(&report)?;
    } else {
        print(&report, args.format)?;
    }
    Ok(super::super::unless_missing(&inputs, Exit::Found))
}

fn print(report: &ProfileReport, format: Format) -> anyhow::Result<()> {
    let head = ["what", "name", "share", "time", "looks", "hits", "left off"];
    let mut table = if format == Format::Md { output::markdown_table(&head) } else { output::table(&head) };
    for row in &report.rows {
        let what = match row.source {
            Source::Recognizer => "recognizer",
            Source::Rule => "rule",
            Source::Scan => "scan",
        };
        let off = if row.switched_off > 0 { row.switched_off.to_string() } else { String::new() };
        table.add_row([
            what.to_string(),
            clean(&row.name),
            format!("{:.1} %", row.share * 100.0),
            format!("{:.1} ms", row.micros as f64 / 1000.0),
            row.looks.to_string(),
            row.hits.to_string(),
            off,
        ]);
    }
    output::print(table.trim_fmt())?;
    let seconds = report.micros as f64 / 1e6;
    output::print(format!(
        "\n{:.1} MB in {seconds:.2} s; all rules together {:.1} %",
        report.bytes as f64 / 1e6,
        report.rules_share * 100.0
    ))
}
