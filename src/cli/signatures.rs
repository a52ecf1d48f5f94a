//! `casebook signatures`.

use std::{
    collections::HashSet,
    io::{self, BufWriter, Write},
    ops::ControlFlow,
    path::PathBuf,
};

use serde::Serialize;

use super::{
    CommonArgs, Exit, input,
    output::{self, clean, shorten},
    problem,
};
use crate::{
    app::{
        self,
        signatures::{Event, Row, SCHEMA, signatures},
        triage::Input,
    },
    parsed::Warning,
    signature::{Standing, extract::Extractor},
};

/// Arguments of `casebook signatures`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  casebook signatures CBS.log
  casebook signatures mail.eml logs.zip --format jsonl
  journalctl -b | casebook signatures - --failing

Exit status: 0 some found, 1 none found, 2 nothing could be read.")]
pub struct Args {
    /// Mails, logs, archives, folders of them; - for standard input
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// How to print
    #[arg(long, value_enum, default_value_t)]
    format: RowFormat,
    /// Only signatures whose line says that something failed
    #[arg(long)]
    failing: bool,
}

/// How occurrences are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
enum RowFormat {
    /// For people.
    #[default]
    Table,
    /// One JSON object per occurrence and line.
    Jsonl,
    /// One JSON object with all occurrences.
    Json,
}

#[derive(Serialize)]
struct Report<'a> {
    schema: &'static str,
    occurrences: &'a [Row],
    warnings: &'a [Warning],
}

/// Occurrences and warnings kept for a table or an object: what a person or a JSON reader can hold. JSON lines stream
/// without a limit.
const MOST_ROWS: usize = 100_000;

/// Prints the signatures in files, occurrence by occurrence.
pub fn run(args: &Args, common: &CommonArgs) -> anyhow::Result<Exit> {
    let settings = common.settings(None)?;
    let terms = app::terms(&settings)?;
    let rules = app::rules::load(&settings)?;
    rules.warnings.iter().for_each(problem::warning);
    let extractor = app::with_benign(Extractor::with_rules(rules.value), &settings)?;
    let inputs: Vec<Input> = args.files.iter().map(input).collect();
    let mut out = BufWriter::with_capacity(1 << 16, io::stdout().lock());
    let mut written = Ok(());
    let (mut rows, mut warnings, mut found) = (Vec::new(), Vec::new(), 0u64);
    // With results on the terminal a bar would run through them.
    let bar = output::progress(args.format == RowFormat::Table);
    let outcome = signatures(&inputs, &extractor, &terms, &|bytes| bar.inc(bytes), &mut |event| {
        match event {
            Event::Seen { sighting, .. } if args.failing && sighting.standing != Standing::Failing => {}
            Event::Seen { part, sighting } => {
                found += 1;
                if args.format == RowFormat::Jsonl {
                    written = write_line(&mut out, &Row::new(part, sighting));
                } else if rows.len() < MOST_ROWS {
                    rows.push(Row::new(part, sighting));
                }
            }
            Event::Warning(warning) => {
                bar.suspend(|| problem::warning(&warning));
                if warnings.len() < MOST_ROWS {
                    warnings.push(warning);
                }
            }
        }
        if written.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    });
    bar.finish_and_clear();
    written?;
    out.flush()?;
    drop(out);
    outcome?;
    match args.format {
        RowFormat::Jsonl => {}
        RowFormat::Json => output::json(&Report { schema: SCHEMA, occurrences: &rows, warnings: &warnings })?,
        RowFormat::Table if rows.is_empty() => {}
        RowFormat::Table => print_table(&rows)?,
    }
    if found > rows.len() as u64 && args.format != RowFormat::Jsonl {
        problem::warn(format!("{found} occurrences, {} printed; --format jsonl prints all", rows.len()));
    }
    Ok(if found == 0 { Exit::Nothing } else { Exit::Found })
}

fn write_line(out: &mut impl Write, row: &Row) -> io::Result<()> {
    serde_json::to_writer(&mut *out, row)?;
    writeln!(out)
}

fn print_table(rows: &[Row]) -> anyhow::Result<()> {
    let mut table = output::table(&["signature", "standing", "at", "line"]);
    let parts: HashSet<&str> = rows.iter().map(|row| row.part.as_str()).collect();
    for row in rows {
        let at = if parts.len() > 1 { format!("{}:{}", clean(&row.part), row.line) } else { row.line.to_string() };
        let signature = format!("{}:{}", row.kind, clean(&row.value));
        table.add_row([signature, row.standing.name().to_string(), at, shorten(&clean(&row.text), 160)]);
    }
    output::print(table.trim_fmt())
}
