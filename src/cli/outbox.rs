//! `casebook outbox`: news that are still to be told.

use jiff::Timestamp;
use serde::Serialize;

use super::{
    CommonArgs, Exit, kept,
    output::{self, Format, clean_line, minute, shorten},
};
use crate::{
    app::outgoing::Outgoing,
    store::{CaseWork, sqlite::Access, work::News},
};

/// Arguments of `casebook outbox`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// List the news that are still to be told to the webhook
    List(FormatArgs),
    /// Send those that are due
    Send(SendArgs),
}

#[derive(Debug, clap::Args)]
#[command(after_help = "Exit status: 0 listed, 1 none.")]
struct FormatArgs {
    /// How to print
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

#[derive(Debug, clap::Args)]
#[command(after_help = "\
`casebook ingest` and `casebook tag apply` send what is due as well. What is refused is tried again after 30 seconds, then
after twice as long each time, up to 6 hours.

Exit status: 0 all that was due was taken, 1 something was not.")]
struct SendArgs {
    /// Those too that are to be tried again later
    #[arg(long)]
    now: bool,
    /// How to print
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// Name and version of the JSON form of the list.
const SCHEMA: &str = "casebook.outbox-list/1";

/// News listed at most.
const MOST: usize = 10_000;

#[derive(Serialize)]
struct Report {
    schema: &'static str,
    news: Vec<News>,
}

/// Runs a subcommand.
pub fn run(args: &Args, common: &CommonArgs) -> anyhow::Result<Exit> {
    let settings = common.settings(None)?;
    match &args.command {
        Command::List(args) => {
            let news = kept(&settings, Access::Read)?.due_news(i64::MAX, MOST)?;
            let exit = if news.is_empty() { Exit::Nothing } else { Exit::Found };
            match args.format {
                Format::Json => output::json(&Report { schema: SCHEMA, news })?,
                format => print_list(&news, format)?,
            }
            Ok(exit)
        }
        Command::Send(args) => {
            let mut store = kept(&settings, Access::Write)?;
            let now = if args.now { i64::MAX } else { Timestamp::now().as_second() };
            let Some(sent) = Outgoing::open(&settings)?.send(&mut store, now)? else {
                anyhow::bail!("no webhook is set: `webhook` in casebook.toml names one");
            };
            match args.format {
                Format::Json => output::json(&sent)?,
                Format::Table | Format::Md => {
                    let error = sent.error.as_deref().map(|error| format!(": {}", clean_line(error)));
                    let (taken, failed, waiting) = (sent.sent, sent.failed, sent.waiting);
                    let error = error.unwrap_or_default();
                    output::print(format!("{taken} taken, {failed} not, {waiting} wait{error}"))?;
                }
            }
            Ok(if sent.failed == 0 { Exit::Found } else { Exit::Nothing })
        }
    }
}

fn print_list(news: &[News], format: Format) -> anyhow::Result<()> {
    if news.is_empty() {
        return output::print("nothing waits to be told");
    }
    let head = ["number", "written", "tries", "next", "error", "what"];
    let mut table = if format == Format::Md { output::markdown_table(&head) } else { output::table(&head) };
    for one in news {
        table.add_row([
            one.id.to_string(),
            minute(one.at),
            one.attempts.to_string(),
            minute(one.due),
            clean_line(&one.error),
            told_of(&one.body),
        ]);
    }
    output::print(table.trim_fmt())
}

/// What news tell, in short: the case, and the tags that it got and lost.
fn told_of(body: &str) -> String {
    let news: serde_json::Value = serde_json::from_str(body).unwrap_or_default();
    let text = |value: &serde_json::Value| value.as_str().map(clean_line).unwrap_or_default();
    let each = |name: &str| news[name].as_array().cloned().unwrap_or_default();
    let added = each("added").iter().map(|tag| format!(" +{}", text(&tag["tag"]))).collect::<String>();
    let removed = each("removed").iter().map(|tag| format!(" -{}", text(tag))).collect::<String>();
    shorten(&format!("{}{added}{removed}", text(&news["case"])), 120)
}
