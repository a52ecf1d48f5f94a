//! `casebook templates`.

use std::{
    io::{self, BufWriter, Write},
    path::PathBuf,
};

use serde::Serialize;

use super::{
    Exit, input,
    output::{self, clean, shorten},
    problem, unless_missing,
};
use crate::{
    app::{
        templates::{Grouped, Order, Row, SCHEMA, templates},
        triage::Input,
    },
    parsed::Warning,
};

/// Arguments of `casebook templates`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  casebook templates app.log                       rare failures first
  casebook templates app.log --sort count          what fills the log
  casebook templates logs.zip --failing --format json
  casebook templates app.log --format tsv          template of each line
  journalctl -b | casebook templates -

Lines that differ in numbers, addresses, paths, hosts or users alone have one template; its id is the same on every
machine. Lines come with their header; no format is to be given.

Exit status: 0 some found, 1 none found, 2 nothing could be read, or one of several inputs could not.")]
pub struct Args {
    /// Logs, archives of logs, mails with logs, folders of them; - for standard input
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// How to print
    #[arg(long, value_enum, default_value_t)]
    format: TemplateFormat,
    /// What comes first
    #[arg(long, value_enum, default_value_t)]
    sort: Sort,
    /// Only templates whose lines say that something failed
    #[arg(long)]
    failing: bool,
    /// Most templates printed in a table or object; 0 for all
    #[arg(long, default_value_t = 200, value_name = "N")]
    limit: usize,
}

/// How templates are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
enum TemplateFormat {
    /// For people.
    #[default]
    Table,
    /// Per line its number, a tab and its template's id; with several logs, a further tab and the log's name.
    Tsv,
    /// One JSON object.
    Json,
}

/// The order of templates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
enum Sort {
    /// Failing ones, then the others; the rarest first.
    #[default]
    Rare,
    /// The most frequent first.
    Count,
    /// As they appear in the log.
    First,
}

#[derive(Serialize)]
struct Report<'a> {
    schema: &'static str,
    lines: u64,
    total: usize,
    templates: &'a [Row],
    warnings: &'a [Warning],
}

/// Prints the templates of logs, or the template of each line.
pub fn run(args: &Args) -> anyhow::Result<Exit> {
    let inputs: Vec<Input> = args.files.iter().map(input).collect();
    let bar = output::progress(true);
    let outcome = templates(&inputs, args.format == TemplateFormat::Tsv, &|bytes| bar.inc(bytes));
    bar.finish_and_clear();
    let grouped = outcome?;
    for warning in &grouped.warnings {
        problem::warning(warning);
    }
    if args.format == TemplateFormat::Tsv {
        print_lines(&grouped)?;
        return Ok(unless_missing(&inputs, if grouped.line_count() == 0 { Exit::Nothing } else { Exit::Found }));
    }
    let order = match args.sort {
        Sort::Rare => Order::Rare,
        Sort::Count => Order::Count,
        Sort::First => Order::First,
    };
    let mut rows = grouped.rows(order);
    rows.retain(|row| row.failing || !args.failing);
    let total = rows.len();
    if args.limit > 0 {
        rows.truncate(args.limit);
    }
    let (lines, warnings) = (grouped.line_count(), &grouped.warnings);
    match args.format {
        TemplateFormat::Json => output::json(&Report { schema: SCHEMA, lines, total, templates: &rows, warnings })?,
        _ if rows.is_empty() => {}
        _ => print_table(&rows, grouped.logs.len() > 1)?,
    }
    if total > rows.len() {
        problem::warn(format!("{total} templates, {} printed; --limit 0 prints all", rows.len()));
    }
    Ok(unless_missing(&inputs, if total == 0 { Exit::Nothing } else { Exit::Found }))
}

fn print_lines(grouped: &Grouped) -> io::Result<()> {
    let mut out = BufWriter::with_capacity(1 << 16, io::stdout().lock());
    for log in &grouped.logs {
        for (line, id) in grouped.lines(log) {
            match grouped.logs.len() {
                1 => writeln!(out, "{line}\t{id}")?,
                _ => writeln!(out, "{line}\t{id}\t{}", clean(&log.part))?,
            }
        }
    }
    out.flush()
}

fn print_table(rows: &[Row], parts: bool) -> anyhow::Result<()> {
    let mut table = output::table(&["template", "lines", "", "first at", "text"]);
    for row in rows {
        let at = if parts { format!("{}:{}", clean(&row.part), row.line) } else { row.line.to_string() };
        let failing = if row.failing { "failing" } else { "" };
        let text = shorten(&clean(&row.text), 240);
        table.add_row([row.id.to_string(), row.count.to_string(), failing.to_string(), at, text]);
    }
    output::print(table.trim_fmt())
}
