//! `casebook tag`: the tags of stored cases by rule.

mod render;

use std::path::PathBuf;

use anyhow::Context;
use jiff::Timestamp;

use super::{
    CommonArgs, Exit,
    kb::print_tests,
    kept,
    mails::Mails,
    output::{self, Format},
    problem,
    tagging::{self, How, Which, with_copy_to},
};
use crate::{
    app::{App, outgoing::Outgoing, tags::Into},
    store::{CaseId, CaseStore, CaseWork, sqlite::Access},
};

/// Arguments of `casebook tag`.
#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true, arg_required_else_help = true)]
pub struct Args {
    #[command(subcommand)]
    command: Option<Command>,
    /// Say why a case has its tags: the same as `casebook tag explain`
    #[arg(long, value_name = "CASE")]
    explain: Option<String>,
    /// How to print the explanation
    #[arg(long, value_enum, default_value_t, requires = "explain")]
    format: Format,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// List the tags in use and what gives them
    List(ListArgs),
    /// Say why a case has its tags
    Explain(ExplainArgs),
    /// Try the examples of the tag rules
    Test(TestArgs),
    /// Match and tag stored cases by the articles and rules as they are now
    Apply(ApplyArgs),
    /// Give a tag another name: in cases, own rules and own articles
    Rename(RenameArgs),
    /// Make a tag one with another that is in use
    Merge(RenameArgs),
}

#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  casebook tag list
  casebook tag list --used --format json

Exit status: 0 listed, 1 none.")]
struct ListArgs {
    /// Only tags that some case has
    #[arg(long)]
    used: bool,
    /// How to print
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

#[derive(Debug, clap::Args)]
#[command(after_help = "\
Example:
  casebook tag explain CAS-12143-P0Y2F1

Exit status: 0 it has tags, 1 it has none.")]
struct ExplainArgs {
    /// Its id, or a number of any ticket system
    case: String,
    /// How to print
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  casebook tag test
  casebook tag test --tags own-tags.toml --format json

Exit status: 0 all as it must be; 1 something is not; 2 something could not be read.")]
struct TestArgs {
    /// How to print
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  casebook tag apply --dry-run       what would differ
  casebook tag apply                 cases that changed, or were matched with other articles or rules
  casebook tag apply --all           every case

What people set or took away stands. A run that is broken off goes on where it was.
Exit status: 0 done, 2 the store or a rule file could not be used.")]
struct ApplyArgs {
    /// Every case, not only those that are behind
    #[arg(long)]
    all: bool,
    /// Say what would differ, store nothing
    #[arg(long)]
    dry_run: bool,
    /// Write the messages with their tags in X-Casebook fields to this Maildir
    #[arg(long, value_name = "MAILDIR")]
    copy_to: Option<PathBuf>,
    /// Threads; 0 for as many as there are processors
    #[arg(long, default_value_t = 0, value_name = "N")]
    threads: usize,
    /// Cases worked on at most
    #[arg(long, default_value_t = usize::MAX, hide_default_value = true, value_name = "N")]
    limit: usize,
    /// How to print
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  casebook tag rename cause/denied cause/access-denied --dry-run
  casebook tag merge team/db team/database

What people set and took away goes along; where a case has both, what a person did stands. Own rule files (--tags) and own
articles (--kb) that name the tag are written anew. What built-in rules give comes back with the next matching, unless a rule of the
same id in your own file takes the place of theirs.
Exit status: 0 done, 1 nothing has the tag, 2 the new name is in use or something cannot be written.")]
struct RenameArgs {
    /// The tag
    old: String,
    /// What it becomes
    new: String,
    /// Say what would change, change nothing
    #[arg(long)]
    dry_run: bool,
    /// How to print
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// Runs a subcommand.
pub fn run(args: &Args, common: &CommonArgs) -> anyhow::Result<Exit> {
    match (&args.command, &args.explain) {
        (Some(Command::List(args)), _) => list(args, common),
        (Some(Command::Explain(args)), _) => explain(&args.case, args.format, common),
        (Some(Command::Test(args)), _) => test(args, common),
        (Some(Command::Apply(args)), _) => apply(args, common),
        (Some(Command::Rename(args)), _) => rename(args, Into::NewName, common),
        (Some(Command::Merge(args)), _) => rename(args, Into::Existing, common),
        (None, Some(case)) => explain(case, args.format, common),
        // Without either, clap prints the help.
        (None, None) => Ok(Exit::Wrong),
    }
}

fn list(args: &ListArgs, common: &CommonArgs) -> anyhow::Result<Exit> {
    let settings = common.settings(None)?;
    let store = App::kept(&settings, Access::Read)?;
    let app = open(settings)?;
    let mut list = app.list_tags(store.as_ref().map(|store| store as &dyn CaseWork))?;
    if args.used {
        list.tags.retain(|row| row.cases > 0);
    }
    match args.format {
        Format::Json => output::json(&list)?,
        Format::Table | Format::Md => output::print(render::list(&list, args.format))?,
    }
    Ok(if list.tags.is_empty() { Exit::Nothing } else { Exit::Found })
}

/// The services, with what is wrong in tag rules of one's own told.
fn open(settings: crate::config::Settings) -> anyhow::Result<App> {
    let app = App::open(settings)?;
    app.tag_rules()?.warnings.iter().for_each(problem::warning);
    Ok(app)
}

fn explain(case: &str, format: Format, common: &CommonArgs) -> anyhow::Result<Exit> {
    let settings = common.settings(None)?;
    let store = kept(&settings, Access::Read)?;
    let report = open(settings)?.explain_tags(&store, &CaseId(case.into()), Timestamp::now().as_second())?;
    match format {
        Format::Json => output::json(&report)?,
        Format::Table | Format::Md => {
            let mails = Mails::of(&store.messages(&report.case)?);
            output::print(render::explanation(&report, &mails).trim_end())?;
        }
    }
    Ok(if report.tags.is_empty() { Exit::Nothing } else { Exit::Found })
}

fn test(args: &TestArgs, common: &CommonArgs) -> anyhow::Result<Exit> {
    let report = App::open(common.settings(None)?)?.test_tag_rules()?;
    print_tests(&report, args.format)
}

fn apply(args: &ApplyArgs, common: &CommonArgs) -> anyhow::Result<Exit> {
    let settings = common.settings(None)?;
    let settings = with_copy_to(settings, args.copy_to.as_ref());
    let mut writer = kept(&settings, if args.dry_run { Access::Read } else { Access::Write })?;
    let which = if args.all { Which::All } else { Which::Behind };
    let how = How { which, dry_run: args.dry_run, threads: args.threads, limit: args.limit };
    let outgoing = if args.dry_run { Outgoing::nobody() } else { Outgoing::open(&settings)? };
    let report = tagging::run(&open(settings.clone())?, &mut writer, &settings, how, &outgoing)
        .context("cannot tag the stored cases")?;
    match args.format {
        Format::Json => output::json(&report)?,
        Format::Table | Format::Md => {
            // A case that is gone meanwhile, or cannot be read, keeps the names that its parts have.
            let mails = |case: &CaseId| Mails::of(&writer.messages(case).unwrap_or_default());
            output::print(render::applied(&report, &mails).trim_end())?
        }
    }
    Ok(Exit::Found)
}

fn rename(args: &RenameArgs, into: Into, common: &CommonArgs) -> anyhow::Result<Exit> {
    let settings = common.settings(None)?;
    let mut store = kept(&settings, if args.dry_run { Access::Read } else { Access::Write })?;
    let report = open(settings)?.rename_tag(&mut store, &args.old, &args.new, into, args.dry_run)?;
    match args.format {
        Format::Json => output::json(&report)?,
        Format::Table | Format::Md => output::print(render::renamed(&report).trim_end())?,
    }
    Ok(if report.cases == 0 && report.files.is_empty() { Exit::Nothing } else { Exit::Found })
}
