//! `casebook signatures`.

use std::{
    collections::HashSet,
    io::{self, Write},
    num::NonZeroUsize,
    ops::ControlFlow,
    path::PathBuf,
    thread,
};

use serde::Serialize;

use super::{
    CommonArgs, Exit, input,
    output::{self, clean, shorten},
    problem, unless_missing,
};
use crate::{
    app::{
        self,
        signatures::{Batch, Event, JsonLines, Row, SCHEMA, SignaturesError, signatures, signatures_and_templates},
        triage::Input,
    },
    case::read::Reader,
    intake::Tap,
    parsed::Warning,
    signature::Standing,
};

/// Arguments of `casebook signatures`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  casebook signatures CBS.log
  casebook signatures mail.eml logs.zip --format jsonl
  journalctl -b | casebook signatures - --failing
  casebook signatures app.log --templates

Exit status: 0 some found, 1 none found, 2 nothing could be read, or one of several inputs could not.")]
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
    /// Behind each log its rare failing lines without a code too, as signatures `template:…`; on one thread
    #[arg(long)]
    templates: bool,
    /// Threads that look for signatures; 0: one for each core
    #[arg(long, value_name = "N", env = "CASEBOOK_THREADS", default_value_t = 0)]
    threads: usize,
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
    let (terms, roles) = (app::own_terms(&settings)?, app::roles(&settings));
    let extractor = super::extractor(&settings)?;
    let reader = Reader { extractor: &extractor, terms: terms.as_ref(), roles: &roles };
    let inputs: Vec<Input> = args.files.iter().map(input).collect();
    let cores = || thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
    let threads = NonZeroUsize::new(args.threads).unwrap_or_else(cores);
    if args.format == RowFormat::Jsonl {
        lines(args, &inputs, reader, threads)
    } else {
        rows(args, &inputs, reader, threads)
    }
}

/// Reads the inputs as they are asked for.
fn read<B: Batch>(
    args: &Args,
    inputs: &[Input],
    reader: Reader<'_>,
    batch: B,
    threads: NonZeroUsize,
    tap: &Tap<'_>,
    each: &mut dyn FnMut(Event<'_, B>) -> ControlFlow<()>,
) -> Result<(), SignaturesError> {
    match args.templates {
        true => signatures_and_templates(inputs, reader, batch, tap, each),
        false => signatures(inputs, reader, batch, threads, tap, each),
    }
}

/// Prints JSON lines as they come.
fn lines(args: &Args, inputs: &[Input], reader: Reader<'_>, threads: NonZeroUsize) -> anyhow::Result<Exit> {
    // Batches are large: a buffer of the output's own would only copy them.
    let mut out = io::stdout().lock();
    let (mut written, mut found) = (Ok(()), 0);
    let batch = JsonLines::new(args.failing);
    let outcome = read(args, inputs, reader, batch, threads, &|_| (), &mut |event| {
        match event {
            Event::Batch(batch) => {
                found += batch.rows;
                written = out.write_all(batch.text());
                batch.clear();
            }
            Event::Warning(warning) => problem::warning(&warning),
        }
        if written.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    });
    written?;
    out.flush()?;
    outcome?;
    Ok(unless_missing(inputs, if found == 0 { Exit::Nothing } else { Exit::Found }))
}

/// Prints a table or an object of what was found.
fn rows(args: &Args, inputs: &[Input], reader: Reader<'_>, threads: NonZeroUsize) -> anyhow::Result<Exit> {
    let (mut rows, mut warnings, mut found) = (Vec::new(), Vec::new(), 0u64);
    // With results on the terminal a bar would run through them.
    let bar = output::progress(args.format == RowFormat::Table);
    let outcome = read(args, inputs, reader, Vec::<Row>::new(), threads, &|bytes| bar.inc(bytes), &mut |event| {
        match event {
            Event::Batch(batch) => {
                for row in batch.drain(..) {
                    if args.failing && row.standing != Standing::Failing {
                        continue;
                    }
                    found += 1;
                    if rows.len() < MOST_ROWS {
                        rows.push(row);
                    }
                }
            }
            Event::Warning(warning) => {
                bar.suspend(|| problem::warning(&warning));
                if warnings.len() < MOST_ROWS {
                    warnings.push(warning);
                }
            }
        }
        ControlFlow::Continue(())
    });
    bar.finish_and_clear();
    outcome?;
    match args.format {
        RowFormat::Json => output::json(&Report { schema: SCHEMA, occurrences: &rows, warnings: &warnings })?,
        _ if rows.is_empty() => {}
        _ => print_table(&rows)?,
    }
    if found > rows.len() as u64 {
        problem::warn(format!("{found} occurrences, {} printed; --format jsonl prints all", rows.len()));
    }
    Ok(unless_missing(inputs, if found == 0 { Exit::Nothing } else { Exit::Found }))
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
