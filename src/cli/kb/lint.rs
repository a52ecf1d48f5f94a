//! `casebook kb lint`: what the articles lack.

use std::path::PathBuf;

use jiff::civil::Date;

use super::super::{
    Exit,
    output::{self, clean, clean_line, plural},
};
use crate::{
    app::{App, lint::LintReport},
    parsed::Warning,
};

/// Arguments of `casebook kb lint`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  casebook kb lint --kb articles/
  casebook kb lint --kb articles/ --format github
  casebook kb lint --kb builtin --kb articles/ articles/spooler.md
  casebook kb schema > article.schema.json

As a hook of pre-commit, with the articles that a commit changes:
  - id: casebook-lint
    name: lint known issues
    language: system
    entry: casebook kb lint --kb articles
    files: ^articles/.*\\.md$

Each finding has file, line and the name of its rule; docs/articles.md lists the rules. With --format github the findings
are shown at their lines of a pull request.

Exit status: 0 clean, 1 findings or articles that cannot be read, 2 wrong use.")]
pub struct Args {
    /// Articles, or folders of articles, to check among those in use; without, all in use
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Day that reviews are held against; without, today
    #[arg(long, value_name = "DAY")]
    today: Option<Date>,
    /// How to print
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// The rule that a file breaks which cannot be read as an article, or only with something put right.
const UNREADABLE: &str = "unreadable";

/// How findings are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
enum Format {
    /// A line each, for people.
    #[default]
    Table,
    /// For programs: the stable interface.
    Json,
    /// Markdown, for tickets and mails.
    Md,
    /// Workflow commands, which GitHub shows at the lines of a change.
    Github,
}

/// Prints what the articles lack.
pub fn run(app: &App, args: &Args) -> anyhow::Result<Exit> {
    let report = app.lint(&args.paths, args.today.unwrap_or_else(output::today))?;
    match args.format {
        Format::Json => output::json(&report)?,
        Format::Github => {
            for finding in &report.findings {
                command(&finding.source, finding.line, finding.rule.name(), &finding.message)?;
            }
            for Warning { part, line, message } in &report.unreadable {
                command(part, line.unwrap_or(1), UNREADABLE, message)?;
            }
        }
        Format::Table | Format::Md => print(&report, args.format == Format::Md)?,
    }
    Ok(if report.findings.is_empty() && report.unreadable.is_empty() { Exit::Found } else { Exit::Nothing })
}

fn print(report: &LintReport, markdown: bool) -> anyhow::Result<()> {
    let mark = if markdown { "- " } else { "" };
    let unreadable = report.unreadable.iter().map(|Warning { part, line, message }| {
        let line = line.map(|line| format!(":{line}")).unwrap_or_default();
        format!("{part}{line}: {message} [{UNREADABLE}]")
    });
    for finding in unreadable.chain(report.findings.iter().map(ToString::to_string)) {
        let line = clean_line(&finding);
        output::print(format!("{mark}{}", if markdown { output::escape_markdown(&line) } else { line }))?;
    }
    let count = (report.findings.len() + report.unreadable.len()) as u64;
    let (checked, count) = (plural(report.checked as u64, "article", "articles"), plural(count, "finding", "findings"));
    output::print(format!("{checked}, {count}"))
}

/// A workflow command: GitHub shows it at a line of a file.
fn command(file: &str, line: u64, title: &str, message: &str) -> anyhow::Result<()> {
    let (file, title) = (property(file), property(title));
    output::print(format!("::error file={file},line={line},title={title}::{}", data(message)))
}

/// What stands behind the marks of a workflow command: it ends at a line's end.
fn data(text: &str) -> String {
    // Only what would end the line has a meaning there; the terminal is kept safe as well.
    let escaped = text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A");
    clean(&escaped)
}

/// What stands between the marks, where commas and colons part.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_ends_a_workflow_command() {
        assert_eq!(data("50 %\n::error::x"), "50 %25%0A::error::x");
        assert_eq!(property("a,b:c"), "a%2Cb%3Ac");
    }
}
