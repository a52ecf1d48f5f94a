//! `casebook kb import`: documents of other systems become articles.

use std::path::PathBuf;

use super::super::{
    Exit,
    output::{self, Format, clean_line},
    problem,
};
use crate::app::App;

/// Arguments of `casebook kb import`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  casebook kb import runbooks/ --to articles/
  casebook triage case/ --kb articles/ --kb builtin

Markdown with any front matter or none (.md, .markdown) and HTML pages (.html, .htm) are read. Title, symptoms, cause and
resolution are found by their headings, in English and Chinese; signatures of title and symptoms define the article. An
article keeps its document's path as `source`. Importing again updates in place; README files are left out.

Exit status: 0 imported, 1 some documents could not be, 2 nothing could be read.")]
pub struct Args {
    /// A folder of documents, or one document
    #[arg(value_name = "SRC")]
    from: PathBuf,
    /// The folder of articles to write
    #[arg(long, value_name = "DIR")]
    to: PathBuf,
    /// How to print
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// Imports and prints what became of the documents.
pub fn run(app: &App, args: &Args) -> anyhow::Result<Exit> {
    let report = app.import(&args.from, &args.to)?;
    report.warnings.iter().for_each(problem::warning);
    match args.format {
        Format::Json => output::json(&report)?,
        Format::Table | Format::Md => output::print(format!(
            "articles in {}: {} new, {} updated, {} unchanged; documents left out: {}",
            clean_line(&args.to.display().to_string()),
            report.created,
            report.updated,
            report.unchanged,
            report.warnings.len()
        ))?,
    }
    Ok(if report.warnings.is_empty() { Exit::Found } else { Exit::Nothing })
}
