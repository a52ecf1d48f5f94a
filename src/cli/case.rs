//! `casebook case`: stored cases listed, shown, tagged, answered, judged, closed and opened again.

mod judge;
pub(super) mod list;
mod reply;
mod show;

use jiff::Timestamp;

use super::{
    CommonArgs, Exit, kept,
    output::{self, Format, clean_line},
    problem, similar, stored,
};
use crate::{
    app::{
        App,
        cases::{self, CHANGED_SCHEMA, ChangedCase, Closing},
        outgoing::Outgoing,
    },
    config::Settings,
    store::{CaseId, CaseRecord, Decision, sqlite::Access},
};

/// Arguments of `casebook case`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// List stored cases
    List(list::Args),
    /// Show one case: thread, signatures, matches with evidence, tags, what happened
    Show(ShowArgs),
    /// Write a draft that answers the customer; nothing is sent
    Reply(reply::Args),
    /// Say that an article explains a case
    Accept(judge::Args),
    /// Say that an article does not explain a case: it stays away from it
    Reject(judge::Args),
    /// List what people said of matches
    Decisions(judge::ListArgs),
    /// Give tags to a case and take tags from it by hand
    Tag(TagArgs),
    /// Find earlier cases that resemble one, and how they ended
    Similar(similar::Args),
    /// Close a case: what resolved it
    Close(CloseArgs),
    /// Open a closed case again
    Reopen(ReopenArgs),
}

#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  casebook case show CAS-12143-P0Y2F1")]
struct ShowArgs {
    /// Its id, or a number of any ticket system
    case: String,
    /// How to print
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

#[derive(Debug, clap::Args)]
#[command(group = clap::ArgGroup::new("how").args(["article", "resolution"]).required(true).multiple(true))]
#[command(after_help = "\
Examples:
  casebook case close CAS-12143-P0Y2F1 --article tms-krnlmgr-blocks-services-zh
  casebook case close INC0071190 --resolution \"share permission restored\"

Of a case that is closed already it puts right what resolved it. New mail in a closed case opens it again.
Exit status: 0 done, 1 it was closed already with the same.")]
struct CloseArgs {
    /// Its id, or a number of any ticket system
    case: String,
    /// The article that resolved it
    #[arg(long, value_name = "ID")]
    article: Option<String>,
    /// How it was resolved, in words
    #[arg(long, value_name = "TEXT")]
    resolution: Option<String>,
    /// How to print
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  casebook case tag CAS-12143-P0Y2F1 +team/storage
  casebook case tag CAS-12143-P0Y2F1 -- -component/boot +component/servicing

No rule takes away what is given by hand, or gives again what was taken away.")]
struct TagArgs {
    /// Its id, or a number of any ticket system
    case: String,
    /// +group/name gives a tag, -group/name takes it away
    #[arg(required = true, value_name = "±GROUP/NAME", allow_hyphen_values = true)]
    changes: Vec<String>,
    /// How to print
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

impl TagArgs {
    /// The changes and how to print: behind changes, which may begin with a hyphen, clap sees no option any more.
    fn read(&self) -> anyhow::Result<(Vec<String>, Format)> {
        let (mut changes, mut format) = (Vec::new(), self.format);
        let mut rest = self.changes.iter();
        while let Some(word) = rest.next() {
            // What stands before changes that begin with a hyphen.
            if word == "--" {
                continue;
            }
            let value = match word.strip_prefix("--format") {
                Some("") => rest.next().map(String::as_str),
                Some(value) => value.strip_prefix('='),
                None => {
                    changes.push(word.clone());
                    continue;
                }
            };
            format = clap::ValueEnum::from_str(value.unwrap_or_default(), false)
                .map_err(|_| anyhow::anyhow!("--format is table, json or md"))?;
        }
        anyhow::ensure!(!changes.is_empty(), "no tag is given and none is taken away");
        Ok((changes, format))
    }
}

#[derive(Debug, clap::Args)]
struct ReopenArgs {
    /// Its id, or a number of any ticket system
    case: String,
    /// Why
    #[arg(long, default_value = "opened by hand")]
    reason: String,
    /// How to print
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// Runs a subcommand.
pub fn run(args: &Args, common: &CommonArgs) -> anyhow::Result<Exit> {
    let settings = common.settings(None)?;
    match &args.command {
        Command::List(args) => list::run(args, &settings),
        Command::Show(args) => run_show(args, &settings),
        Command::Reply(args) => reply::run(args, &settings),
        Command::Accept(args) => judge::run(args, Decision::Accepted, &settings),
        Command::Reject(args) => judge::run(args, Decision::Rejected, &settings),
        Command::Decisions(args) => judge::list(args, &settings),
        Command::Similar(args) => similar::run(args, &settings),
        Command::Close(args) => {
            if let Some(article) = &args.article {
                let app = App::open(settings.clone())?;
                let found = app.library().find(article);
                let found = found.ok_or_else(|| anyhow::anyhow!("there is no article `{article}`"))?;
                if let Some(why) = app.library().out_of_use(found) {
                    problem::warn(why);
                }
            }
            let mut store = stored(&settings, Access::Write)?;
            let (id, now) = (CaseId(args.case.clone()), Timestamp::now().as_second());
            let (article, resolution) = (args.article.clone(), args.resolution.clone());
            let (case, closing) = cases::close(&mut store, &id, article, resolution, now)?;
            let said = match closing {
                Closing::Closed => "closed",
                Closing::Corrected => "was closed already: what resolved it is put right",
                Closing::Same => "was closed already with the same",
            };
            let exit = print_changed(case, said, args.format)?;
            Ok(if closing == Closing::Same { Exit::Nothing } else { exit })
        }
        Command::Tag(args) => {
            let mut store = kept(&settings, Access::Write)?;
            let (changes, format) = args.read()?;
            let case = App::change_tags(&mut store, &CaseId(args.case.clone()), &changes)?;
            // The store has it: what others refuse is a warning.
            if let Err(error) = Outgoing::open(&settings).and_then(|outgoing| outgoing.tell_of(&store, &case.id)) {
                problem::warn(format!("others are not told: {:#}", anyhow::Error::new(error)));
            }
            let tags: Vec<String> = case.tags.iter().map(|tag| clean_line(&tag.tag)).collect();
            print_changed(case, &tags.join(" "), format)
        }
        Command::Reopen(args) => {
            let mut store = stored(&settings, Access::Write)?;
            let (id, now) = (CaseId(args.case.clone()), Timestamp::now().as_second());
            let (case, was_closed) = cases::reopen(&mut store, &id, args.reason.clone(), now)?;
            let exit = print_changed(case, if was_closed { "open" } else { "was open already" }, args.format)?;
            Ok(if was_closed { exit } else { Exit::Nothing })
        }
    }
}

fn run_show(args: &ShowArgs, settings: &Settings) -> anyhow::Result<Exit> {
    let store = kept(settings, Access::Read)?;
    let own = &settings.own_domains.value;
    let report = cases::show(&store, &CaseId(args.case.clone()), own, Timestamp::now().as_second())?;
    match args.format {
        Format::Json => output::json(&report)?,
        Format::Table | Format::Md => output::print(show::render(&report, own).trim_end())?,
    }
    Ok(Exit::Found)
}

/// Prints what became of a case.
fn print_changed(case: CaseRecord, said: &str, format: Format) -> anyhow::Result<Exit> {
    match format {
        Format::Json => output::json(&ChangedCase { schema: CHANGED_SCHEMA, case })?,
        Format::Table | Format::Md => output::print(format!("{}  {said}", clean_line(&case.id.0)))?,
    }
    Ok(Exit::Found)
}
