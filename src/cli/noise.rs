//! `casebook noise`: what is known to mean nothing.

use jiff::{Timestamp, civil::Date};
use serde::Serialize;

use super::{
    CommonArgs, Exit, kept,
    output::{self, Format, clean_line, day, midnight},
    problem,
    tagging::{self, How, Which},
};
use crate::{
    app::{
        App,
        noise::{AddedNoise, NoiseList},
        outgoing::Outgoing,
    },
    config::Settings,
    store::{
        sqlite::{Access, SqliteStore},
        work::Noise,
    },
};

/// Arguments of `casebook noise`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Silence a signature or an article
    Add(AddArgs),
    /// List what is silenced
    List(ListArgs),
    /// Hear something again
    Remove(RemoveArgs),
}

#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  casebook noise add event:DCOM/10016 --reason \"every Windows writes it\"
  casebook noise add hresult:0x80070005 --customer Northwind --reason \"their scanner\" --until 2026-12-31

A silenced signature is counted and shown as silenced; it makes no match and no tag. A silenced article is shown as
silenced and makes no verdict and no tag. Cases that it is about are matched again.")]
struct AddArgs {
    /// A signature such as event:DCOM/10016, or the id of an article
    #[arg(value_name = "WHAT")]
    what: String,
    /// For this customer only
    #[arg(long)]
    customer: Option<String>,
    /// Why
    #[arg(long)]
    reason: String,
    /// Until the beginning of this day; without, for good
    #[arg(long, value_name = "DATE")]
    until: Option<Date>,
    /// How to print
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

#[derive(Debug, clap::Args)]
#[command(after_help = "Exit status: 0 listed, 1 none.")]
struct ListArgs {
    /// How to print
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

#[derive(Debug, clap::Args)]
struct RemoveArgs {
    /// Its number in the list
    #[arg(value_name = "NUMBER")]
    id: i64,
    /// How to print
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// Name and version of the JSON form of a change of the list.
const CHANGED_SCHEMA: &str = "casebook.noise-changed/1";

/// What became of the list, and of the cases that it is about.
#[derive(Serialize)]
struct Changed {
    schema: &'static str,
    id: i64,
    what: String,
    outcome: Outcome,
    /// Cases matched again.
    cases: u64,
    /// Of them, those whose tags changed.
    changed: u64,
    /// Cases that still wait to be matched again.
    waiting: u64,
}

#[derive(Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Outcome {
    Silenced,
    WasSilenced,
    Heard,
}

impl Outcome {
    fn words(self) -> &'static str {
        match self {
            Outcome::Silenced => "is silenced",
            Outcome::WasSilenced => "was silenced already",
            Outcome::Heard => "is heard again",
        }
    }
}

/// Cases matched again at once; further ones wait for `tag apply` or the next mail.
const AT_ONCE: usize = 200;

/// Runs a subcommand.
pub fn run(args: &Args, common: &CommonArgs) -> anyhow::Result<Exit> {
    let settings = common.settings(None)?;
    let now = Timestamp::now().as_second();
    match &args.command {
        Command::Add(args) => {
            let app = App::open(settings.clone())?;
            let mut store = kept(&settings, Access::Write)?;
            let noise = Noise {
                id: 0,
                what: args.what.clone(),
                customer: args.customer.clone(),
                reason: args.reason.clone(),
                added: now,
                until: args.until.map(midnight).transpose()?,
            };
            let what = clean_line(&args.what);
            if noise.until.is_some_and(|until| until <= now) {
                problem::warn(format!("the time of `{what}` is over already: it silences nothing"));
            }
            let (id, outcome) = match app.add_noise(&mut store, noise)? {
                AddedNoise::New(id) => (id, Outcome::Silenced),
                AddedNoise::Already(id) => (id, Outcome::WasSilenced),
            };
            finish(&app, &mut store, &settings, (id, args.what.clone(), outcome), args.format)
        }
        Command::Remove(args) => {
            let app = App::open(settings.clone())?;
            let mut store = kept(&settings, Access::Write)?;
            let noise = App::remove_noise(&mut store, args.id)?;
            finish(&app, &mut store, &settings, (noise.id, noise.what, Outcome::Heard), args.format)
        }
        Command::List(args) => {
            let list = App::list_noise(&kept(&settings, Access::Read)?, now)?;
            let exit = if list.noise.is_empty() { Exit::Nothing } else { Exit::Found };
            match args.format {
                Format::Json => output::json(&list)?,
                format => print_list(&list, format)?,
            }
            Ok(exit)
        }
    }
}

/// Matches the cases again that a change of the list is about, and prints both.
fn finish(
    app: &App,
    store: &mut SqliteStore,
    settings: &Settings,
    (id, what, outcome): (i64, String, Outcome),
    format: Format,
) -> anyhow::Result<Exit> {
    let mut changed = Changed { schema: CHANGED_SCHEMA, id, what, outcome, cases: 0, changed: 0, waiting: 0 };
    if outcome != Outcome::WasSilenced {
        let how = How { which: Which::Waiting, dry_run: false, threads: 0, limit: AT_ONCE };
        let report = tagging::run(app, store, settings, how, &Outgoing::open(settings)?)?;
        (changed.cases, changed.changed, changed.waiting) = (report.cases, report.changed, report.waiting);
    }
    if format == Format::Json {
        output::json(&changed)?;
        return Ok(Exit::Found);
    }
    output::print(format!("{id}  {} {}", clean_line(&changed.what), outcome.words()))?;
    if outcome != Outcome::WasSilenced {
        let waiting = match changed.waiting {
            0 => String::new(),
            count => format!("; {count} wait: `casebook tag apply`"),
        };
        let matched = output::plural(changed.cases, "case", "cases");
        output::print(format!("{matched} matched again, {} with other tags{waiting}", changed.changed))?;
    }
    Ok(Exit::Found)
}

fn print_list(list: &NoiseList, format: Format) -> anyhow::Result<()> {
    let head = ["number", "what", "customer", "until", "reason"];
    let mut table = if format == Format::Md { output::markdown_table(&head) } else { output::table(&head) };
    for row in &list.noise {
        let until = row.noise.until.map_or_else(|| "for good".to_string(), day);
        table.add_row([
            row.noise.id.to_string(),
            clean_line(&row.noise.what),
            row.noise.customer.as_deref().map_or_else(|| "all".to_string(), clean_line),
            if row.over { format!("{until} (over)") } else { until },
            clean_line(&row.noise.reason),
        ]);
    }
    output::print(table.trim_fmt())
}
