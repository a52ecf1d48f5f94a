//! `casebook case accept|reject|decisions`: what people say of matches.

use anyhow::anyhow;
use jiff::Timestamp;
use serde::Serialize;

use super::super::{
    Exit, kept,
    output::{self, Format, clean_line, day},
    problem, tagging,
};
use crate::{
    app::{App, cases, outgoing::Outgoing},
    config::Settings,
    store::{CaseDecision, CaseId, CaseStore, CaseWork, Decision, sqlite::Access},
};

/// Arguments of `casebook case accept` and `reject`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  casebook case accept CAS-12143-P0Y2F1 tms-krnlmgr-blocks-services-zh
  casebook case reject INC0071190 kms-host-unreachable-0xc004f074 --reason \"the host answers\"

A rejected article, and the same issue in another language, stays away from that case through every later matching.
What was said is kept: `casebook case decisions`.
Exit status: 0 done, 1 it was said already.")]
pub struct Args {
    /// Its id, or a number of any ticket system
    case: String,
    /// The article
    article: String,
    /// Why
    #[arg(long, default_value = "", hide_default_value = true)]
    reason: String,
    /// How to print
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// Name and version of the JSON form of one decision.
const DECIDED_SCHEMA: &str = "casebook.decided/1";

/// What was decided of a case, and what matching says of it since.
#[derive(Serialize)]
struct Decided {
    schema: &'static str,
    case: CaseId,
    article: String,
    decision: Decision,
    /// Whether the article is among the matches since.
    matched: bool,
    verdict: String,
}

/// Arguments of `casebook case decisions`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Exit status: 0 listed, 1 none.")]
pub struct ListArgs {
    /// How to print
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// Notes a decision and matches the case again.
pub fn run(args: &Args, decision: Decision, settings: &Settings) -> anyhow::Result<Exit> {
    let app = App::open(settings.clone())?;
    let article = app.library().find(&args.article);
    let article = article.ok_or_else(|| anyhow!("there is no article `{}`", args.article))?;
    if let Some(why) = app.library().out_of_use(article) {
        problem::warn(why);
    }
    let mut store = kept(settings, Access::Write)?;
    let now = Timestamp::now().as_second();
    let (id, article) = (CaseId(args.case.clone()), args.article.clone());
    let (case, new) = cases::decide(&mut store, &id, article, decision, args.reason.clone(), now)?;
    let outgoing = Outgoing::open(settings)?;
    app.tag_case(&mut store, &case.id, now, &outgoing)?;
    tagging::send(&mut store, &outgoing)?;
    store.refresh()?;
    let findings = store.findings(&case.id)?;
    let has = |id: &str| findings.iter().flat_map(|found| &found.matches).any(|found| found.article == id);
    let translations = app.library().find(&args.article).into_iter().flat_map(|article| &article.translations);
    let matched = has(&args.article) || translations.into_iter().any(|id| has(&id.0));
    if decision == Decision::Accepted && !matched {
        let article = clean_line(&args.article);
        problem::warn(format!("`{article}` is not among the matches; it is taken all the same, since you say so"));
    }
    let verdict = findings.map_or_else(|| "unknown".to_string(), |found| found.verdict);
    let decided =
        Decided { schema: DECIDED_SCHEMA, case: case.id, article: args.article.clone(), decision, matched, verdict };
    match args.format {
        Format::Json => output::json(&decided)?,
        Format::Table | Format::Md => {
            let again = if new { String::new() } else { format!("  was {} already", decision.name()) };
            output::print(format!("{}  {}{again}", clean_line(&decided.case.0), decided.verdict))?
        }
    }
    Ok(if new { Exit::Found } else { Exit::Nothing })
}

/// Name and version of the JSON form.
const SCHEMA: &str = "casebook.decisions/1";

#[derive(Serialize)]
struct Report {
    schema: &'static str,
    decisions: Vec<Row>,
}

#[derive(Serialize)]
struct Row {
    case: CaseId,
    #[serde(flatten)]
    decision: CaseDecision,
}

/// Lists what was said of matches.
pub fn list(args: &ListArgs, settings: &Settings) -> anyhow::Result<Exit> {
    let decisions = kept(settings, Access::Read)?.all_decisions()?;
    let exit = if decisions.is_empty() { Exit::Nothing } else { Exit::Found };
    let rows: Vec<Row> = decisions.into_iter().map(|(case, decision)| Row { case, decision }).collect();
    if args.format == Format::Json {
        output::json(&Report { schema: SCHEMA, decisions: rows })?;
        return Ok(exit);
    }
    let head = ["case", "article", "said", "day", "reason"];
    let mut table = if args.format == Format::Md { output::markdown_table(&head) } else { output::table(&head) };
    for Row { case, decision } in &rows {
        table.add_row([
            clean_line(&case.0),
            clean_line(&decision.article),
            decision.decision.name().to_string(),
            day(decision.at),
            clean_line(&decision.reason),
        ]);
    }
    output::print(table.trim_fmt())?;
    Ok(exit)
}
