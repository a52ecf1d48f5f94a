//! `casebook signatures`.

use std::{
    collections::HashSet,
    io::{self, BufWriter, Read, Write},
    path::PathBuf,
};

use serde::Serialize;

use super::{
    Exit,
    output::{self, clean, shorten},
    problem,
};
use crate::{
    case::{Part, Sink},
    intake,
    logs::reader::LogReader,
    mail::{BlockKind, Message},
    parsed::Warning,
    signature::{
        SignatureKind, Standing,
        extract::{Context, Extractor},
        sight::{Sighting, sight},
    },
};

/// Arguments of `casebook signatures`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  casebook signatures CBS.log
  casebook signatures mail.eml logs.zip --format jsonl
  journalctl -b | casebook signatures - --failing

Exit status: 0 some found, 1 none, 2 a file could not be read.")]
pub struct Args {
    /// Mails, logs, archives, folders of them; - for standard input
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// How to print
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// Only signatures whose line says that something failed
    #[arg(long)]
    failing: bool,
}

/// How occurrences are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
enum Format {
    /// For people.
    #[default]
    Table,
    /// One JSON object per occurrence and line.
    Jsonl,
    /// One JSON array.
    Json,
}

/// One occurrence as printed.
#[derive(Debug, Serialize)]
struct Row {
    kind: SignatureKind,
    value: String,
    part: String,
    line: u64,
    standing: Standing,
    text: String,
}

/// Takes occurrences as intake brings them.
struct Printer<'a> {
    extractor: &'a Extractor,
    args: &'a Args,
    out: BufWriter<io::StdoutLock<'static>>,
    rows: Vec<Row>,
    found: u64,
    warnings: u64,
    failed: Option<io::Error>,
}

/// Occurrences kept for a table or an array: what a person or a JSON reader can hold. JSON lines stream without a limit.
const MOST_ROWS: usize = 100_000;

impl Printer<'_> {
    fn scan(&mut self, part: &str, first_line: u64, text: &str, context: Context, quoted: bool) {
        let extractor = self.extractor;
        sight(extractor, text, first_line, context, |sighting| self.row(part, quoted, sighting));
    }

    fn row(&mut self, part: &str, quoted: bool, sighting: Sighting<'_>) {
        let standing = if quoted { Standing::Quoted } else { sighting.standing };
        if self.failed.is_some() || (self.args.failing && standing != Standing::Failing) {
            return;
        }
        self.found += 1;
        let text = sighting.excerpt();
        let Sighting { signature, line, .. } = sighting;
        let row = Row { kind: signature.kind, value: signature.value, part: part.into(), line, standing, text };
        if self.args.format == Format::Jsonl {
            let written = serde_json::to_writer(&mut self.out, &row).map_err(io::Error::from);
            self.failed = written.and_then(|()| writeln!(self.out)).err();
        } else if self.rows.len() < MOST_ROWS {
            self.rows.push(row);
        }
    }
}

impl Sink for Printer<'_> {
    fn message(&mut self, message: &Message) {
        self.scan(&message.part, 0, &message.subject, Context::Prose, message.automatic.is_some());
        for block in &message.body {
            match block.kind {
                BlockKind::Signature | BlockKind::Disclaimer => {}
                kind => {
                    let quoted = kind == BlockKind::Quoted;
                    self.scan(&message.part, block.first_line, &block.text, Context::Prose, quoted);
                }
            }
        }
    }

    fn log(&mut self, part: &str, content: &mut dyn Read) {
        let mut reader = LogReader::new(content);
        while self.failed.is_none() {
            match reader.next_chunk() {
                Ok(Some(chunk)) => {
                    self.scan(part, chunk.first_line, chunk.text, Context::Log(chunk.format), false);
                }
                Ok(None) => break,
                Err(error) => {
                    let message = format!("cannot read on after line {}: {error}", reader.lines());
                    self.warn(Warning::new(part, message));
                    break;
                }
            }
        }
        for warning in reader.warnings(part) {
            self.warn(warning);
        }
    }

    fn part(&mut self, _: Part) {}

    fn warn(&mut self, warning: Warning) {
        self.warnings += 1;
        problem::warn(format!("{}: {}", clean(&warning.part), clean(&warning.message)));
    }
}

/// Prints the signatures in files, occurrence by occurrence.
pub fn run(args: &Args) -> anyhow::Result<Exit> {
    let extractor = Extractor::new();
    let mut printer = Printer {
        extractor: &extractor,
        args,
        out: BufWriter::with_capacity(1 << 16, io::stdout().lock()),
        rows: Vec::new(),
        found: 0,
        warnings: 0,
        failed: None,
    };
    // With results on the terminal a bar would run through them.
    let bar = output::progress(args.format == Format::Table);
    let tap = |bytes| bar.inc(bytes);
    for file in &args.files {
        if file.as_os_str() == "-" {
            intake::read_stdin(io::stdin().lock(), &tap, &mut printer);
        } else {
            intake::read_path(file, &tap, &mut printer);
        }
    }
    bar.finish_and_clear();
    if let Some(error) = printer.failed {
        return Err(error.into());
    }
    printer.out.flush()?;
    let (rows, found, warnings) = (printer.rows, printer.found, printer.warnings);
    drop(printer.out);
    match args.format {
        Format::Jsonl => {}
        Format::Json => output::json(&rows)?,
        Format::Table if rows.is_empty() => {}
        Format::Table => print_table(&rows)?,
    }
    if found > rows.len() as u64 && args.format != Format::Jsonl {
        problem::warn(format!("{found} occurrences, {} printed; --format jsonl prints all", rows.len()));
    }
    Ok(match (found, warnings) {
        (0, 0) => Exit::Nothing,
        (0, _) => Exit::Wrong,
        _ => Exit::Found,
    })
}

fn print_table(rows: &[Row]) -> anyhow::Result<()> {
    let mut table = output::table(&["signature", "standing", "at", "line"]);
    let many: HashSet<&str> = rows.iter().map(|row| row.part.as_str()).collect();
    for row in rows {
        let at = if many.len() > 1 { format!("{}:{}", clean(&row.part), row.line) } else { row.line.to_string() };
        let standing = format!("{:?}", row.standing).to_lowercase();
        table.add_row([format!("{}:{}", row.kind, clean(&row.value)), standing, at, shorten(&clean(&row.text), 160)]);
    }
    output::print(table.trim_fmt())
}
