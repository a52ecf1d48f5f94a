//! `casebook kb try` and `casebook kb diff`: what a change of articles would do to past cases.

use jiff::Timestamp;

use super::super::{
    CommonArgs, Exit, kept,
    output::{self, Format, clean_line, escape_markdown, plural, shorten},
    problem, readers,
};
use crate::{
    app::{
        App,
        kb_try::Trial,
        tags::{Closed, CompareReport, Difference, Said, Split},
    },
    config::Settings,
    store::sqlite::Access,
};

/// Arguments of `casebook kb try`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  casebook kb try articles/spooler-access-denied.md
  casebook kb try spooler-access-denied --kb builtin --kb articles
  casebook kb try draft.md --format json | jq '.gained'

The stored cases are read again and matched twice, without the article and with it; a file takes the place of the article in
use that has its id. It counts as validated: a draft shows what it would do. Nothing is stored.

A case gains, loses or changes its verdict. Of each it is told how it was closed: with that article, with another, in words, or
not at all. When more than 10 % of those that were closed with an article speak against the change, a warning says so.

Exit status: 0 told, 1 told with the warning, 2 there is no such article or no case store.")]
pub struct TryArgs {
    /// A file, or the id of an article in use
    article: String,
    #[command(flatten)]
    how: How,
}

/// Arguments of `casebook kb diff`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  casebook kb diff HEAD --kb builtin --kb articles
  casebook kb diff origin/main --kb articles --format json

The articles of the folders that --kb names are taken as they were at the revision, and as they are; every stored case is
matched with both. Rules are those of today on both sides. It needs the `git` command, and folders within a repository.

What is told is what `casebook kb try --help` says.

Exit status: 0 told, 1 told with the warning, 2 git does not give the revision, or there is no case store.")]
pub struct DiffArgs {
    /// A revision of git
    revision: String,
    #[command(flatten)]
    how: How,
}

#[derive(Debug, clap::Args)]
struct How {
    /// Threads; 0 for as many as there are processors
    #[arg(long, value_name = "N", default_value_t = 0)]
    threads: usize,
    /// How to print
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// Tries an article.
pub fn try_article(args: &TryArgs, common: &CommonArgs) -> anyhow::Result<Exit> {
    let settings = common.settings(None)?;
    let app = App::open(settings.clone())?;
    app.library().warnings.iter().for_each(problem::warning);
    run(app.trial(&args.article)?, &settings, &args.how)
}

/// Compares with a revision.
pub fn diff(args: &DiffArgs, common: &CommonArgs) -> anyhow::Result<Exit> {
    let settings = common.settings(None)?;
    let app = App::open(settings.clone())?;
    app.library().warnings.iter().for_each(problem::warning);
    run(app.since(&args.revision)?, &settings, &args.how)
}

fn run(trial: Trial, settings: &Settings, how: &How) -> anyhow::Result<Exit> {
    trial.warnings.iter().for_each(problem::warning);
    let report = compare(&trial, settings, how.threads)?;
    print(&report, how.format)?;
    Ok(if report.contradicted.warning { Exit::Nothing } else { Exit::Found })
}

/// Compares over the store of the settings.
pub fn compare(trial: &Trial, settings: &Settings, threads: usize) -> anyhow::Result<CompareReport> {
    // That there is no store is told in the same words everywhere.
    kept(settings, Access::Read)?;
    let bar = output::counter(true, "{spinner} {pos} cases");
    let now = Timestamp::now().as_second();
    let open = readers(settings);
    let report =
        trial.before.compare(&trial.after, trial.what.clone(), &open, threads, now, &|at| bar.set_position(at.done));
    bar.finish_and_clear();
    Ok(report?)
}

/// Prints what differs, and the warning.
pub fn print(report: &CompareReport, format: Format) -> anyhow::Result<()> {
    if format == Format::Json {
        return output::json(report);
    }
    let cases = plural(report.cases, "case", "cases");
    output::print(clean_line(&format!("{}: {cases} of the store matched twice", report.what)))?;
    let table = |head: &[&str]| if format == Format::Md { output::markdown_table(head) } else { output::table(head) };
    let mut split = table(&["verdict", "cases", "closed with it", "with another", "in words", "open"]);
    for (name, Split { cases, same, other, words, open }) in
        [("gained", report.gained), ("lost", report.lost), ("changed", report.changed)]
    {
        let counts = [cases, same, other, words, open].map(|count| count.to_string());
        split.add_row([name.to_string()].into_iter().chain(counts));
    }
    output::print(split.trim_fmt())?;
    if !report.is_empty() {
        let clean = |text: &str| if format == Format::Md { escape_markdown(text) } else { clean_line(text) };
        let mut rows = table(&["case", "before", "after", "closed", "subject"]);
        for one in &report.differences {
            rows.add_row([
                clean(&one.case.0),
                clean(&said(&one.before)),
                clean(&said(&one.after)),
                clean(&closed(one)),
                clean(&shorten(&one.subject, 60)),
            ]);
        }
        output::print(format!("\n{}", rows.trim_fmt()))?;
        let told = report.differences.len() as u64;
        let all = report.gained.cases + report.lost.cases + report.changed.cases;
        if all > told {
            output::print(format!("{} more are left out", all - told))?;
        }
    }
    if report.contradicted.warning {
        let against = &report.contradicted;
        problem::warn(format!(
            "{} of {} that were closed with an article speak against the change ({:.0} %, more than 10 %)",
            against.cases,
            plural(against.of, "case", "cases"),
            against.share * 100.0
        ));
    }
    Ok(())
}

fn said(said: &Said) -> String {
    match &said.article {
        Some(article) => format!("{} {article}", said.verdict.name()),
        None => said.verdict.name().to_string(),
    }
}

fn closed(one: &Difference) -> String {
    match (one.closed, &one.closed_with) {
        (Closed::Same | Closed::Other, Some(with)) => format!("with {with}"),
        (Closed::Words, _) => "in words".to_string(),
        _ => "open".to_string(),
    }
}
