//! `casebook case`: stored cases listed, shown, closed and opened again.

use std::fmt::Write;

use anstyle::Style;
use jiff::Timestamp;

use super::{
    CommonArgs, Exit,
    output::{self, Format, clean, clean_line, day, minute, shorten},
    similar, stored,
};
use crate::{
    app::{
        App,
        cases::{self, CaseList, CaseReport},
    },
    catalog,
    config::Settings,
    signature::Signature,
    store::{CaseChange, CaseFilter, CaseId, CaseRecord, CaseStatus, Sort, sqlite::Access},
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
    List(ListArgs),
    /// Show one case: thread, signatures, tags, what happened
    Show(ShowArgs),
    /// Find earlier cases that resemble one, and how they ended
    Similar(similar::Args),
    /// Close a case: what resolved it
    Close(CloseArgs),
    /// Open a closed case again
    Reopen(ReopenArgs),
}

#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  casebook case list --status open --severity P1
  casebook case list --signature hresult:0x80070005 --failing
  casebook case list --customer Northwind --format json

Exit status: 0 found, 1 none.")]
struct ListArgs {
    /// Only cases with this signature or one that means the same; may be given again
    #[arg(long, value_name = "KIND:VALUE")]
    signature: Vec<Signature>,
    /// The signature must have failed, not only be named
    #[arg(long)]
    failing: bool,
    /// Only open or closed cases
    #[arg(long, value_enum)]
    status: Option<Status>,
    /// Only this customer's
    #[arg(long)]
    customer: Option<String>,
    /// Only of this product, windows-7
    #[arg(long)]
    product: Option<String>,
    /// Only of this severity, P1 to P4
    #[arg(long)]
    severity: Option<String>,
    /// Only with this tag
    #[arg(long)]
    tag: Option<String>,
    /// Order
    #[arg(long, value_enum, default_value_t)]
    sort: SortArg,
    /// Cases printed at most
    #[arg(long, default_value_t = 50, value_name = "N")]
    limit: usize,
    /// How to print
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Status {
    /// Somebody waits for an answer.
    Open,
    /// Closed.
    Closed,
}

#[derive(Debug, Clone, Copy, Default, clap::ValueEnum)]
enum SortArg {
    /// Latest message first.
    #[default]
    Latest,
    /// Opened last first.
    Opened,
    /// By id.
    Id,
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
#[command(after_help = "\
Examples:
  casebook case close CAS-12143-P0Y2F1 --article tms-krnlmgr-blocks-services-zh
  casebook case close INC0071190 --resolution \"share permission restored\"

New mail in a closed case opens it again.")]
struct CloseArgs {
    /// Its id, or a number of any ticket system
    case: String,
    /// The article that resolved it
    #[arg(long, value_name = "ID", required_unless_present = "resolution")]
    article: Option<String>,
    /// How it was resolved, in words
    #[arg(long, value_name = "TEXT")]
    resolution: Option<String>,
}

#[derive(Debug, clap::Args)]
struct ReopenArgs {
    /// Its id, or a number of any ticket system
    case: String,
    /// Why
    #[arg(long, default_value = "opened by hand")]
    reason: String,
}

/// Runs a subcommand.
pub fn run(args: &Args, common: &CommonArgs) -> anyhow::Result<Exit> {
    let settings = common.settings(None)?;
    match &args.command {
        Command::List(args) => run_list(args, &settings),
        Command::Show(args) => run_show(args, &settings),
        Command::Similar(args) => similar::run(args, &settings),
        Command::Close(args) => {
            if let Some(article) = &args.article {
                let app = App::open(settings.clone())?;
                anyhow::ensure!(app.library().find(article).is_some(), "there is no article `{article}`");
            }
            let close = CaseChange::Close {
                article: args.article.clone(),
                resolution: args.resolution.clone(),
                at: Timestamp::now().as_second(),
            };
            run_change(&args.case, close, &settings)
        }
        Command::Reopen(args) => {
            let reopen = CaseChange::Reopen { why: args.reason.clone(), at: Timestamp::now().as_second() };
            run_change(&args.case, reopen, &settings)
        }
    }
}

fn run_list(args: &ListArgs, settings: &Settings) -> anyhow::Result<Exit> {
    let equivalents = args.signature.iter().flat_map(catalog::equivalents);
    let filter = CaseFilter {
        signatures: args.signature.iter().cloned().chain(equivalents).collect(),
        failing: args.failing,
        status: args.status.map(|status| match status {
            Status::Open => CaseStatus::Open,
            Status::Closed => CaseStatus::Closed,
        }),
        customer: args.customer.clone(),
        product: args.product.clone(),
        severity: args.severity.clone(),
        tag: args.tag.clone(),
        ..CaseFilter::default()
    };
    let sort = match args.sort {
        SortArg::Latest => Sort::Latest,
        SortArg::Opened => Sort::Opened,
        SortArg::Id => Sort::Id,
    };
    let found = cases::list(&stored(settings, Access::Read)?, &filter, sort, args.limit)?;
    match args.format {
        Format::Json => output::json(&found)?,
        Format::Table | Format::Md => print_list(&found, args.format)?,
    }
    Ok(if found.cases.is_empty() { Exit::Nothing } else { Exit::Found })
}

fn print_list(found: &CaseList, format: Format) -> anyhow::Result<()> {
    let head = ["case", "status", "sev", "customer", "latest", "mails", "subject"];
    let mut table = if format == Format::Md { output::markdown_table(&head) } else { output::table(&head) };
    for case in &found.cases {
        let CaseRecord { id, status, severity, customer, latest, messages, subject, .. } = case;
        table.add_row([
            clean_line(&id.0),
            status.name().to_string(),
            severity.clone().unwrap_or_default(),
            customer.as_deref().map(clean_line).unwrap_or_default(),
            day(*latest),
            messages.to_string(),
            shorten(&clean_line(subject), 80),
        ]);
    }
    output::print(table.trim_fmt())?;
    if found.more {
        output::print("there are more; --limit prints more")?;
    }
    Ok(())
}

fn run_show(args: &ShowArgs, settings: &Settings) -> anyhow::Result<Exit> {
    let report = cases::show(&stored(settings, Access::Read)?, &CaseId(args.case.clone()))?;
    match args.format {
        Format::Json => output::json(&report)?,
        Format::Table | Format::Md => output::print(render(&report).trim_end())?,
    }
    Ok(Exit::Found)
}

/// Signatures printed of one case.
const SHOWN: usize = 20;

fn render(report: &CaseReport) -> String {
    let mut text = String::new();
    let bold = Style::new().bold();
    let case = &report.case;
    let _ = writeln!(text, "{bold}{}{bold:#}  {}", clean_line(&case.id.0), clean_line(&case.subject));
    let numbers = case.numbers.join(", ");
    let closed = case.closed.map(minute).unwrap_or_default();
    let fields = [
        ("status", case.status.name()),
        ("numbers", &numbers),
        ("severity", case.severity.as_deref().unwrap_or_default()),
        ("customer", case.customer.as_deref().unwrap_or_default()),
        ("product", case.product.as_deref().unwrap_or_default()),
        ("opened", &minute(case.opened)),
        ("closed", &closed),
        ("article", case.article.as_deref().unwrap_or_default()),
        ("resolution", case.resolution.as_deref().unwrap_or_default()),
    ];
    for (name, value) in fields.iter().filter(|(_, value)| !value.is_empty()) {
        let _ = writeln!(text, "  {name:<11}{}", clean_line(value));
    }
    for tag in &case.tags {
        let by = tag.rule.as_deref().map_or_else(|| "by hand".into(), |rule| format!("rule {rule}"));
        let _ = writeln!(text, "  tag        {} ({by}: {})", clean_line(&tag.tag), clean_line(&tag.why));
    }
    let _ = writeln!(text, "\n{bold}Thread{bold:#}");
    for message in &report.thread {
        let date = message.date.map_or_else(|| "undated          ".into(), minute);
        let _ = writeln!(text, "  {date}  {}  {}", clean_line(&message.from), clean_line(&message.subject));
        for attachment in &message.attachments {
            let _ = writeln!(text, "                     + {}", clean_line(attachment));
        }
    }
    let _ = writeln!(text, "\n{bold}Signatures{bold:#}");
    for one in report.signatures.iter().take(SHOWN) {
        let place = match one.seen.evidence.part.as_str() {
            "" => "mail",
            part => part,
        };
        let _ = writeln!(
            text,
            "  {}  {} {}×  {}:{}",
            clean_line(&one.seen.signature.to_string()),
            one.seen.standing.name(),
            one.seen.count,
            clean_line(place),
            one.seen.evidence.line
        );
        if let Some(meaning) = &one.meaning {
            let _ = writeln!(text, "      {}: {}", one.symbol.as_deref().unwrap_or_default(), clean(meaning));
        }
    }
    if report.signatures.len() > SHOWN {
        let _ = writeln!(text, "  {} more; --format json has all", report.signatures.len() - SHOWN);
    }
    let _ = writeln!(text, "\n{bold}History{bold:#}");
    for event in &report.events {
        let _ = writeln!(text, "  {}  {}  {}", minute(event.at), event.kind.name(), clean_line(&event.note));
    }
    text
}

fn run_change(case: &str, change: CaseChange, settings: &Settings) -> anyhow::Result<Exit> {
    let mut store = stored(settings, Access::Write)?;
    let case = cases::change(&mut store, &CaseId(case.into()), &[change])?;
    output::print(format!("{}  {}", clean_line(&case.id.0), case.status.name()))?;
    Ok(Exit::Found)
}
