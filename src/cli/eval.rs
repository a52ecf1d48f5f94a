//! `casebook eval`: how well labelled cases are answered.

use std::{
    fmt::Write as _,
    fs,
    io::{Read as _, Write as _},
    path::{Path, PathBuf},
};

use anyhow::Context as _;

use super::{
    CommonArgs, Exit,
    output::{self, Format, clean_line, plural},
    problem,
};
use crate::{
    app::{
        App,
        eval::{Calibration, CaseResult, Comparison, EvalReport, Labelled, Measures, earlier, read_table},
        new_file::{self, Readers},
        tune::{Order, TuneReport},
    },
    utf8,
};

/// Bytes of a table: a hundred thousand cases.
const LARGEST: u64 = 16 << 20;

/// Arguments of `casebook eval`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  casebook eval cases.tsv --kb articles/
  casebook eval win.tsv ops.tsv --kb articles/ --format json | jq .all
  casebook eval cases.tsv --floor recall@1=0.8,mrr=0.85
  casebook eval win.tsv ops.tsv --kb articles/ --tune weights.toml
  casebook eval win.tsv ops.tsv --kb articles/ --weights weights.toml
  casebook eval cases.tsv --format json > before.json; casebook eval cases.tsv --weights new.toml --compare before.json
  casebook eval cases.tsv --explain --format json | jq '.explained[0].matches[0].parts'

A table is tab-separated with a head: case (a folder or file beside the table), articles (ids or sources parted by commas; - where
none applies), and where there are such lang and style. Measured are MRR@10, recall at 1, 5 and 10, nDCG@10, how well it is said
that no article applies, and how far confidence can be taken at its word (ECE).

--tune fits the weights of imported articles to the cases and writes them to a file for --weights, or for `weights` in
casebook.toml. What it prints as cross-validated comes from weights that had not seen the case: expect that much, not more.

--compare holds the figures against those of an earlier run, case by case: p is the probability that chance alone makes such a
difference (randomization test of reciprocal ranks, McNemar's exact test of the others).

Exit status: 0 measured, 1 below a floor, 2 a table, or a case of one, cannot be read.")]
pub struct Args {
    /// Tables of labelled cases
    #[arg(required = true, value_name = "TABLE")]
    tables: Vec<PathBuf>,
    /// Least values: mrr, recall@1, recall@5, recall@10, ndcg, none-f1
    #[arg(long, value_name = "MEASURE=VALUE", value_delimiter = ',')]
    floor: Vec<Floor>,
    /// Fit weights to the cases and write them to this file, which must not exist
    #[arg(long, value_name = "FILE", conflicts_with = "floor")]
    tune: Option<PathBuf>,
    /// What `eval --format json` printed earlier, to be held against
    #[arg(long, value_name = "FILE", conflicts_with = "tune")]
    compare: Option<PathBuf>,
    /// With --format json: what the scores of each case's first five matches are made of
    #[arg(long, conflicts_with = "tune")]
    explain: bool,
    /// How to print
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// A least value of a measure.
#[derive(Debug, Clone, PartialEq)]
struct Floor {
    name: String,
    least: f64,
}

/// Measures by their names.
fn named(measures: &Measures) -> [(&'static str, f64); 6] {
    [
        ("mrr", measures.mrr),
        ("recall@1", measures.recall_at_1),
        ("recall@5", measures.recall_at_5),
        ("recall@10", measures.recall_at_10),
        ("ndcg", measures.ndcg),
        ("none-f1", measures.none_f1),
    ]
}

impl std::str::FromStr for Floor {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (name, least) = text.split_once('=').ok_or("a floor is written MEASURE=VALUE")?;
        let number = least.parse().ok().filter(|least: &f64| least.is_finite());
        let least = number.ok_or_else(|| format!("`{least}` is no number"))?;
        let known = named(&Measures::default());
        if !known.iter().any(|(known, _)| *known == name) {
            let names: Vec<&str> = known.iter().map(|(name, _)| *name).collect();
            return Err(format!("`{name}` is no measure; known are {}", names.join(", ")));
        }
        Ok(Floor { name: name.to_string(), least })
    }
}

/// Evaluates and prints.
pub fn run(args: &Args, common: &CommonArgs) -> anyhow::Result<Exit> {
    let app = App::open(common.settings(None)?)?;
    app.library().warnings.iter().for_each(problem::warning);
    let mut cases = Vec::new();
    for table in &args.tables {
        let shown = table.display();
        let bytes = read_file(table).with_context(|| format!("cannot read the table `{shown}`"))?;
        let read = read_table(&shown.to_string(), bytes).with_context(|| format!("cannot use the table `{shown}`"))?;
        let folder = table.parent().unwrap_or(Path::new(""));
        let placed = |one: Labelled| Labelled { case: folder.join(&one.case).display().to_string(), ..one };
        cases.extend(read.into_iter().map(placed));
    }
    if let Some(file) = &args.tune {
        return tune(&app, &cases, file, args.format);
    }
    let before = args.compare.as_deref().map(read_earlier).transpose()?;
    let bar = output::counter(true, "{spinner} {pos} cases tried");
    let mut report = app.eval(cases, Path::new(""), args.explain, &|count| bar.set_position(count as u64))?;
    bar.finish_and_clear();
    report.warnings.iter().for_each(problem::warning);
    if let Some(before) = &before {
        report.compare(before);
        let paired = report.comparison.as_ref().is_some_and(|comparison| comparison.cases > 0);
        anyhow::ensure!(paired, "the earlier evaluation has none of these cases: cases are told apart by their path");
    }
    match args.format {
        Format::Json => output::json(&report)?,
        format => output::print(render(&report, format).trim_end())?,
    }
    anyhow::ensure!(report.all.cases > 0, "none of the cases could be read");
    // A case that is gone must not raise a figure over its floor.
    if report.unread > 0 {
        problem::warn(format!("the figures are without {}", plural(report.unread as u64, "case", "cases")));
    }
    let mut well = true;
    for floor in &args.floor {
        let found =
            named(&report.all).into_iter().find(|(name, _)| *name == floor.name).map_or(0.0, |(_, value)| value);
        if found < floor.least {
            problem::warn(format!("{} is {found:.3}, below {:.3}", floor.name, floor.least));
            well = false;
        }
    }
    Ok(match (report.unread, well) {
        (0, true) => Exit::Found,
        (0, false) => Exit::Nothing,
        _ => Exit::Wrong,
    })
}

/// A file that is not too large.
fn read_file(path: &Path) -> anyhow::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let read = fs::File::open(path)?.take(LARGEST).read_to_end(&mut bytes)?;
    anyhow::ensure!((read as u64) < LARGEST, "it is larger than {LARGEST} bytes");
    Ok(bytes)
}

fn read_earlier(file: &Path) -> anyhow::Result<Vec<CaseResult>> {
    let shown = file.display();
    let text = read_file(file).and_then(|bytes| Ok(utf8::text(bytes)?));
    let text = text.with_context(|| format!("cannot read the earlier evaluation `{shown}`"))?;
    earlier(&text).with_context(|| format!("cannot use the earlier evaluation `{shown}`"))
}

/// Fits weights, writes them and prints how good they are.
fn tune(app: &App, cases: &[Labelled], file: &Path, format: Format) -> anyhow::Result<Exit> {
    let shown = file.display();
    // Before the work is done: a file that is there is somebody's.
    let mut out =
        new_file::open(file, Readers::Usual).with_context(|| format!("cannot make the file of weights `{shown}`"))?;
    let bar = output::counter(true, "{spinner} {pos} cases read");
    let report = app.tune(cases, &|count| bar.set_position(count as u64));
    bar.finish_and_clear();
    if report.is_err() {
        let _ = fs::remove_file(file);
    }
    let report = report?;
    report.warnings.iter().for_each(problem::warning);
    let text = toml::to_string(&report.weights).context("cannot write weights as TOML")?;
    let head = format!("# Fitted to {} labelled cases by `casebook eval --tune`.\n\n", report.cases);
    out.write_all((head + &text).as_bytes()).with_context(|| format!("cannot write the weights to `{shown}`"))?;
    match format {
        Format::Json => output::json(&report)?,
        format => output::print(render_tuned(&report, format).trim_end())?,
    }
    Ok(Exit::Found)
}

fn render_tuned(report: &TuneReport, format: Format) -> String {
    let head = ["weights", "MRR", "recall@1", "none F1"];
    let mut table = if format == Format::Md { output::markdown_table(&head) } else { output::table(&head) };
    let mut row = |name: &str, order: &Order| {
        let figures = [order.mrr, order.recall_at_1, order.none_f1].map(|figure| format!("{figure:.3}"));
        table.add_row(std::iter::once(name.to_string()).chain(figures));
    };
    row("in force", &report.before);
    row("cross-validated", &report.cross_validated);
    let curve = render_calibration("Reliability, cross-validated", &report.calibration, format);
    format!("{}\n\n{} cases, {} parts.\n\n{curve}", table.trim_fmt(), report.cases, report.folds)
}

/// The reliability curve: confidence of first matches against how many of them are right.
fn render_calibration(name: &str, calibration: &Calibration, format: Format) -> String {
    let head = ["confidence", "cases", "mean", "right"];
    let mut table = if format == Format::Md { output::markdown_table(&head) } else { output::table(&head) };
    for bin in &calibration.bins {
        let figures = [format!("{:.3}", bin.confidence), format!("{:.3}", bin.right)];
        let span = format!("{:.1} to {:.1}", bin.from, bin.to);
        table.add_row([span, bin.cases.to_string()].into_iter().chain(figures));
    }
    format!("{name}: ECE {:.3}\n\n{}\n", calibration.ece, table.trim_fmt())
}

fn render_compared(comparison: &Comparison, format: Format) -> String {
    let head = ["measure", "before", "now", "better", "worse", "p"];
    let mut table = if format == Format::Md { output::markdown_table(&head) } else { output::table(&head) };
    for one in &comparison.differences {
        let figures = [one.before, one.now].map(|figure| format!("{figure:.3}"));
        let counts = [one.better, one.worse].map(|count| count.to_string());
        let cells = std::iter::once(one.measure.to_string()).chain(figures).chain(counts);
        table.add_row(cells.chain(std::iter::once(chance(one.p))));
    }
    let unpaired = match comparison.unpaired {
        0 => String::new(),
        count => format!("; {count} only in one of the two, or labelled otherwise"),
    };
    format!("{}\n\n{} cases in both{unpaired}", table.trim_fmt(), comparison.cases)
}

fn chance(p: f64) -> String {
    if p < 0.001 { "<0.001".to_string() } else { format!("{p:.3}") }
}

fn render(report: &EvalReport, format: Format) -> String {
    let head = ["cases", "of", "MRR@10", "recall@1", "@5", "@10", "nDCG@10", "none P", "none R", "none F1"];
    let mut table = if format == Format::Md { output::markdown_table(&head) } else { output::table(&head) };
    let all = std::iter::once(("all", &report.all));
    for (name, group) in all.chain(report.groups.iter().map(|(name, group)| (name.as_str(), group))) {
        let figures = [
            group.mrr,
            group.recall_at_1,
            group.recall_at_5,
            group.recall_at_10,
            group.ndcg,
            group.none_precision,
            group.none_recall,
            group.none_f1,
        ];
        let cells = [clean_line(name), group.cases.to_string()].into_iter();
        table.add_row(cells.chain(figures.iter().map(|figure| format!("{figure:.3}"))));
    }
    let curve = render_calibration("Reliability of first matches", &report.calibration, format);
    let mut text = format!("{}\n\n{curve}", table.trim_fmt());
    if let Some(comparison) = &report.comparison {
        let _ = writeln!(text, "\n{}", render_compared(comparison, format));
    }
    if !report.misses.is_empty() {
        text.push_str("\nMisses\n");
    }
    for miss in &report.misses {
        let wanted = if miss.wanted.is_empty() { "none".to_string() } else { miss.wanted.join(", ") };
        let got: Vec<String> = miss.got.iter().map(|(id, confidence)| format!("{id} {confidence:.2}")).collect();
        let rank = if miss.rank == 0 { "not found".to_string() } else { format!("rank {}", miss.rank) };
        let line = format!(
            "- {} ({}): {}; wanted {wanted}, {rank}; got {}",
            miss.case,
            miss.group,
            miss.verdict.name(),
            got.join(", ")
        );
        let _ = writeln!(text, "{}", clean_line(&line));
    }
    text
}
