//! `casebook kb import`: documents and exports of other systems become articles.

use std::{fmt::Write as _, path::PathBuf};

use super::super::{
    Exit,
    output::{self, Format, clean_line},
    problem,
};
use crate::app::{
    App,
    import::{ImportRequest, State, list_mappings, load_mapping},
};

/// Articles named in the table that were kept; JSON has all.
const NAMED: usize = 20;

/// Arguments of `casebook kb import`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  casebook kb import runbooks/ --to articles/
  casebook kb import Confluence-space-export.zip --to articles/
  casebook kb import faq.csv --mapping osticket --to articles/
  casebook kb import tickets.jsonl --mapping our-desk.toml --to articles/
  casebook kb import --list-mappings
  casebook triage case/ --kb articles/ --kb builtin

Markdown with any front matter or none (.md, .markdown), HTML pages (.html, .htm), Word documents (.docx), and the export of a
Confluence space (HTML or XML, zipped or not) are read. Records of a CSV or JSON export are read by a mapping: see docs/import.md.
Title, symptoms, cause and resolution are found by their headings, in English and Chinese; signatures of title and symptoms define
the article. An article keeps its document's path as `source`. Importing again updates in place, also where a document was moved or
renamed; an article that was edited since is kept. Documents that say the same share one article; those
that are gone are told, and their articles stay. Includes are put in where their file
lies in the folder. README files are left out.

Exit status: 0 imported, 1 some documents could not be, 2 nothing could be read.")]
pub struct Args {
    /// A folder of documents, one document, an archive of them, or an export
    #[arg(value_name = "SRC", required_unless_present = "list_mappings")]
    from: Option<PathBuf>,
    /// The folder of articles to write
    #[arg(long, value_name = "DIR", required_unless_present = "list_mappings")]
    to: Option<PathBuf>,
    /// Read the records of a CSV or JSON export by a mapping: the name of one that is built in, or a TOML file
    #[arg(long, value_name = "FILE|NAME")]
    mapping: Option<String>,
    /// List the mappings that are built in
    #[arg(long)]
    list_mappings: bool,
    /// Write over articles that were edited since they were imported
    #[arg(long)]
    force: bool,
    /// How to print
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// Imports and prints what became of the documents.
pub fn run(app: &App, args: &Args) -> anyhow::Result<Exit> {
    let (Some(from), Some(to), false) = (&args.from, &args.to, args.list_mappings) else { return list(args.format) };
    let mapping = args.mapping.as_deref().map(load_mapping).transpose()?;
    let report = app.import(&ImportRequest { from, to, mapping: mapping.as_ref(), force: args.force })?;
    report.warnings.iter().for_each(problem::warning);
    match args.format {
        Format::Json => output::json(&report)?,
        Format::Table | Format::Md => {
            let kept: Vec<&str> = report
                .articles
                .iter()
                .filter(|article| article.state == State::Edited)
                .map(|article| article.id.as_str())
                .collect();
            let mut text = format!(
                "articles in {}: {} new, {} updated, {} unchanged",
                clean_line(&to.display().to_string()),
                report.created,
                report.updated,
                report.unchanged,
            );
            for (count, what) in [(report.moved, "moved"), (report.copies, "copies")] {
                if count > 0 {
                    let _ = write!(text, ", {count} {what}");
                }
            }
            let _ = write!(text, "; documents left out: {}", report.failed);
            if report.left_out > 0 {
                text.push_str(&format!("; not wanted: {}", report.left_out));
            }
            if report.missing_includes > 0 {
                let _ = write!(text, "; includes not found: {}", report.missing_includes);
            }
            for article in &report.articles {
                let (id, source) = (clean_line(&article.id), clean_line(&article.source));
                if let Some(from) = &article.moved_from {
                    let _ = write!(text, "\nmoved: {id}, from {} to {source}", clean_line(from));
                } else if let Some(of) = &article.copy_of {
                    let _ = write!(text, "\ncopy: {source} says the same as {}, article {id}", clean_line(of));
                }
            }
            if !report.absent.is_empty() {
                let named: Vec<String> = report.absent.iter().take(NAMED).map(|one| clean_line(&one.source)).collect();
                let more = if report.absent.len() > NAMED { ", …" } else { "" };
                let _ = write!(
                    text,
                    "\nnot among these documents any more: {} ({}{more}); their articles are left as they are",
                    report.absent.len(),
                    named.join(", "),
                );
            }
            if !kept.is_empty() {
                let named = kept.iter().take(NAMED).copied().collect::<Vec<_>>().join(", ");
                let more = if kept.len() > NAMED { ", …" } else { "" };
                text.push_str(&format!("\nedited, kept: {} ({named}{more}); --force writes over them", report.edited));
            }
            output::print(text)?;
        }
    }
    Ok(if report.warnings.is_empty() { Exit::Found } else { Exit::Nothing })
}

fn list(format: Format) -> anyhow::Result<Exit> {
    let list = list_mappings();
    match format {
        Format::Json => output::json(&list)?,
        Format::Table | Format::Md => {
            for mapping in &list.mappings {
                let format = mapping.format.unwrap_or("csv, json");
                output::print(format!("{:<20} {:<10} {}", mapping.name, format, mapping.description))?;
            }
        }
    }
    Ok(Exit::Found)
}
