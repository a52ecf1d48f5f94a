//! `casebook search`.

use std::fmt::Write;

use anstyle::{AnsiColor, Style};

use super::{
    CommonArgs, Exit,
    output::{self, Format, clean},
    problem,
};
use crate::{
    app::{
        App,
        search::{SearchReport, Snippet},
    },
    signature::Signature,
};

/// Arguments of `casebook search`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  casebook search 0x80070005
  casebook search 蓝屏 csagent.sys
  casebook search '\"trust relationship\" domain' --limit 3
  casebook search -2147024891

Words need not all be in an article; what stands in quotes must stand so; title:word looks in titles.
Exit status: 0 found, 1 nothing found.")]
pub struct Args {
    /// Words, codes, update numbers, file names
    #[arg(required = true, value_name = "QUERY", allow_negative_numbers = true)]
    query: Vec<String>,
    /// How to print
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// Articles printed at most [env: CASEBOOK_LIMIT] [default: 5]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    limit: Option<u16>,
}

/// Finds articles and prints them with the passages that fit.
pub fn run(args: &Args, common: &CommonArgs) -> anyhow::Result<Exit> {
    let settings = common.settings(args.limit)?;
    let limit = settings.limit.value;
    let app = App::open(settings)?;
    app.library().warnings.iter().for_each(problem::warning);
    let report = app.search(&args.query.join(" "), limit)?;
    match args.format {
        Format::Json => output::json(&report)?,
        Format::Table => output::print(render(&report).trim_end())?,
        Format::Md => output::print(render_markdown(&report).trim_end())?,
    }
    Ok(if report.hits.is_empty() { Exit::Nothing } else { Exit::Found })
}

fn joined(signatures: &[Signature]) -> String {
    signatures.iter().map(|signature| clean(&signature.to_string())).collect::<Vec<_>>().join(", ")
}

fn render(report: &SearchReport) -> String {
    let mut text = String::new();
    let bold = Style::new().bold();
    for code in &report.codes {
        let words: Vec<&str> = [code.symbol.as_deref(), code.meaning.as_deref()].into_iter().flatten().collect();
        let _ = writeln!(text, "{bold}{}{bold:#}  {}", code.signature, words.join(": "));
        if !code.equivalents.is_empty() {
            let _ = writeln!(text, "  same as {}", joined(&code.equivalents));
        }
    }
    if !report.codes.is_empty() {
        text.push('\n');
    }
    for (number, hit) in (1..).zip(&report.hits) {
        let _ = writeln!(text, "{number}. {bold}{}{bold:#} [{}]", clean(&hit.title), hit.id);
        if !hit.signatures.is_empty() {
            let _ = writeln!(text, "   {}", joined(&hit.signatures));
        }
        if let Some(snippet) = &hit.snippet {
            let _ = writeln!(text, "   {}: {}", clean(&snippet.heading), marked(snippet));
        }
    }
    if report.hits.is_empty() {
        text.push_str("no article found\n");
    }
    text
}

/// The passage with what was asked for in color.
fn marked(snippet: &Snippet) -> String {
    let style = Style::new().fg_color(Some(AnsiColor::Yellow.into()));
    let mut text = String::new();
    let mut done = 0;
    for (start, end) in &snippet.highlights {
        text.push_str(&clean(&snippet.text[done..*start]));
        let _ = write!(text, "{style}{}{style:#}", clean(&snippet.text[*start..*end]));
        done = *end;
    }
    text.push_str(&clean(&snippet.text[done..]));
    text
}

fn render_markdown(report: &SearchReport) -> String {
    let mut table = output::markdown_table(&["id", "title", "signatures"]);
    for hit in &report.hits {
        table.add_row([hit.id.to_string(), clean(&hit.title).replace('|', "\\|"), joined(&hit.signatures)]);
    }
    table.trim_fmt()
}
