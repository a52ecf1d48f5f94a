//! `casebook case similar`.

use std::fmt::Write;

use anstyle::Style;

use super::{
    Exit,
    output::{self, Format, clean_line, day, escape_markdown},
};
use crate::{
    app::{
        ingest::Rereader,
        similar::{self, SimilarReport},
    },
    config::Settings,
    store::{CaseId, CaseStatus, CaseStore, sqlite::Access},
};

/// Arguments of `casebook case similar`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Example:
  casebook case similar CAS-12143-P0Y2F1

Earlier cases that share signatures, the rarer the more, or words, in either language; and how they ended.
Exit status: 0 found, 1 none.")]
pub struct Args {
    /// Its id, or a number of any ticket system
    case: String,
    /// Cases printed at most
    #[arg(long, default_value_t = 5, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    limit: u16,
    /// How to print
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// Finds and prints them.
pub fn run(args: &Args, settings: &Settings) -> anyhow::Result<Exit> {
    let mut store = super::stored(settings, Access::Read)?;
    store.refresh()?;
    let reader = Rereader::new(settings)?;
    let report = similar::find(&store, &CaseId(args.case.clone()), &reader, usize::from(args.limit))?;
    match args.format {
        Format::Json => output::json(&report)?,
        Format::Table => output::print(render(&report).trim_end())?,
        Format::Md => output::print(render_markdown(&report))?,
    }
    Ok(if report.similar.is_empty() { Exit::Nothing } else { Exit::Found })
}

fn render(report: &SimilarReport) -> String {
    let mut text = String::new();
    let bold = Style::new().bold();
    if report.similar.is_empty() {
        text.push_str("no earlier case resembles it\n");
    }
    for (number, one) in (1..).zip(&report.similar) {
        let _ = writeln!(text, "{number}. {bold}{}{bold:#}  {}", clean_line(&one.id.0), clean_line(&one.subject));
        let closed = one.closed.map(|at| format!(", closed {}", day(at))).unwrap_or_default();
        let _ = writeln!(text, "   {}, opened {}{closed}", one.status.name(), day(one.opened));
        if let Some(article) = &one.article {
            let _ = writeln!(text, "   {}", output::ended(one.status, &format!("article {article}")));
        }
        if let Some(resolution) = &one.resolution {
            let words = if one.status == CaseStatus::Closed { "resolution" } else { "earlier resolution" };
            let _ = writeln!(text, "   {words}: {}", clean_line(resolution));
        }
        for shared in one.signatures.iter().take(5) {
            let signature = clean_line(&shared.signature.to_string());
            let _ = writeln!(text, "   both have {signature}  (in {} cases)", shared.cases);
        }
        let words: Vec<String> = one.words.iter().take(8).map(|word| clean_line(word)).collect();
        if !words.is_empty() {
            let _ = writeln!(text, "   words: {}", words.join(", "));
        }
    }
    text
}

fn render_markdown(report: &SimilarReport) -> String {
    let mut table = output::markdown_table(&["case", "status", "opened", "subject", "resolved by", "both have"]);
    for one in &report.similar {
        let closed = one.status == CaseStatus::Closed;
        let ended = one.article.as_deref().or(one.resolution.as_deref()).filter(|_| closed).unwrap_or_default();
        let shared: Vec<String> = one.signatures.iter().take(3).map(|one| one.signature.to_string()).collect();
        table.add_row([
            escape_markdown(&one.id.0),
            one.status.name().to_string(),
            day(one.opened),
            escape_markdown(&one.subject),
            escape_markdown(ended),
            escape_markdown(&shared.join(", ")),
        ]);
    }
    table.trim_fmt()
}
