//! `casebook diff`.

use std::path::PathBuf;

use comfy_table::{ColumnConstraint, Table, Width};

use super::{
    CommonArgs, Exit, input,
    output::{self, Format, clean_line, shorten},
    problem,
};
use crate::{
    app::{
        self,
        diff::{FactDifference, Report, Side, diff},
    },
    case::read::Reader,
    compare::{Difference, How},
};

/// Arguments of `casebook diff`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  casebook diff good/CBS.log bad/CBS.log        what only the bad log has
  casebook diff healthy.zip broken.zip          the same of two bundles
  casebook diff before/ after/ --both --format md

What fails comes first, then the rarest. Ids, times, hosts and paths are masked, so that two machines compare.

Exit status: 0 something differs, 1 nothing does, 2 wrong use or a side that cannot be read.")]
pub struct Args {
    /// Log, mail, archive or folder of a machine that is well; - for standard input
    good: PathBuf,
    /// The same of one that is not
    bad: PathBuf,
    /// Show what only GOOD has, too
    #[arg(long)]
    both: bool,
    /// Rows of each sort at most; 0 for all [default: 25, all with json]
    #[arg(long, value_name = "N")]
    limit: Option<usize>,
    /// How to print
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// Rows of each sort that people are shown unless they ask for more.
const ROWS: usize = 25;

/// Characters of a row's text.
const TEXT: usize = 160;

/// Prints what only the bad side has.
pub fn run(args: &Args, common: &CommonArgs) -> anyhow::Result<Exit> {
    let settings = common.settings(None)?;
    let (terms, roles) = (app::terms(&settings)?, app::roles(&settings));
    let extractor = super::extractor(&settings)?;
    let reader = Reader { extractor: &extractor, terms: Some(&terms), roles: &roles };
    let bar = output::progress(true);
    let report =
        diff(&input(&args.good), &input(&args.bad), args.both, reader, &|bytes| bar.inc(bytes), &mut |warning| {
            bar.suspend(|| problem::warning(warning));
        });
    bar.finish_and_clear();
    let mut report = report?;
    let differs = report.differs();
    let limit = match args.limit {
        Some(0) => usize::MAX,
        Some(limit) => limit,
        None if args.format == Format::Json => usize::MAX,
        None => ROWS,
    };
    let all = [&report.signatures, &report.templates, &report.events].map(Vec::len);
    for list in [&mut report.signatures, &mut report.templates, &mut report.events] {
        list.truncate(limit);
    }
    match args.format {
        Format::Json => output::json(&report)?,
        Format::Table | Format::Md => print(&report, all, args.format)?,
    }
    Ok(if differs { Exit::Found } else { Exit::Nothing })
}

fn print(report: &Report, all: [usize; 3], format: Format) -> anyhow::Result<()> {
    let markdown = format == Format::Md;
    if markdown {
        output::print("# What differs\n")?;
    }
    let side = |side: &Side| format!("{} parts, {} lines", side.parts, side.lines);
    output::print(format_args!("GOOD: {}; BAD: {}", side(&report.good), side(&report.bad)))?;
    if !report.differs() {
        return output::print("Nothing differs.");
    }
    let lists = [("Signatures", &report.signatures), ("Templates", &report.templates), ("Events", &report.events)];
    for ((title, list), all) in lists.into_iter().zip(all).filter(|((_, list), _)| !list.is_empty()) {
        heading(title, markdown)?;
        let mut table = empty(&["difference", "good", "bad", "what", "at", "line"], markdown);
        for difference in list {
            table.add_row(row(difference, markdown));
        }
        output::print(trimmed(&table, markdown))?;
        if list.len() < all {
            output::print(format_args!("{} of {all} are shown; --limit 0 shows all.", list.len()))?;
        }
    }
    if !report.facts.is_empty() {
        heading("Machines", markdown)?;
        let mut table = empty(&["fact", "good", "bad"], markdown);
        for FactDifference { fact, good, bad } in &report.facts {
            let value = |value: &Option<String>| value.as_ref().map_or("-".to_owned(), |value| clean_line(value));
            table.add_row([fact.to_string(), value(good), value(bad)]);
        }
        output::print(trimmed(&table, markdown))?;
    }
    Ok(())
}

fn heading(title: &str, markdown: bool) -> anyhow::Result<()> {
    if markdown { output::print(format_args!("\n## {title}\n")) } else { output::print(format_args!("\n{title}")) }
}

fn empty(head: &[&str], markdown: bool) -> Table {
    if markdown {
        return output::markdown_table(head);
    }
    let mut table = output::table(head);
    for (column, most) in [(3, 28), (4, 24)] {
        if let Some(column) = table.column_mut(column) {
            column.set_constraint(ColumnConstraint::UpperBoundary(Width::Percentage(most)));
        }
    }
    table
}

fn trimmed(table: &Table, markdown: bool) -> String {
    if markdown { table.to_string() } else { table.trim_fmt() }
}

fn row(difference: &Difference, markdown: bool) -> [String; 6] {
    let Difference { name, how, good, bad, first } = difference;
    let how = match how {
        How::FailsInBad => "fails",
        How::OnlyBad => "only bad",
        How::FarMore => "far more",
        How::OnlyGood => "only good",
    };
    let words: Vec<&str> = first.text.split_whitespace().collect();
    let cells = [
        how.to_owned(),
        good.to_string(),
        bad.to_string(),
        clean_line(name),
        format!("{}:{}", clean_line(&first.part), first.line),
        shorten(&clean_line(&words.join(" ")), TEXT),
    ];
    if markdown { cells.map(|cell| output::escape_markdown(&cell)) } else { cells }
}
