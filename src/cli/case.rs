//! `casebook case`: stored cases listed, shown, tagged, answered, judged, closed and opened again.

mod judge;
mod reply;
mod show;

use jiff::{Timestamp, civil::Date};

use super::{
    CommonArgs, Exit,
    fit::{Fitted, Shape},
    kept,
    output::{self, Format, clean_line, day, midnight, shorten},
    problem, similar, stored,
};
use crate::{
    app::{
        App,
        cases::{self, CHANGED_SCHEMA, CaseList, ChangedCase, Closing},
        outgoing::Outgoing,
        team::customer_of,
    },
    catalog,
    config::Settings,
    signature::Signature,
    store::{CaseFilter, CaseId, CaseRecord, CaseStatus, Decision, Sort, sqlite::Access},
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
#[command(after_help = "\
Examples:
  casebook case list --status open --severity P1
  casebook case list --signature hresult:0x80070005 --failing
  casebook case list --customer 'Northwind*' --format json
  casebook case list --customer northwind.example.com
  casebook case list --tag cause/access-denied --columns case,tags,subject
  casebook case list --match tms-krnlmgr-blocks-services-zh --verdict known

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
    /// Only this customer's: by name, or by mail domain where a case names none; * stands for any text, here and below
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
    /// Only those that this article matches
    #[arg(long = "match", value_name = "ARTICLE")]
    matched: Option<String>,
    /// Only with this verdict
    #[arg(long, value_enum)]
    verdict: Option<VerdictArg>,
    /// Only those that this article resolved
    #[arg(long, value_name = "ID")]
    article: Option<String>,
    /// Only those opened on this day or later
    #[arg(long, value_name = "DATE")]
    since: Option<Date>,
    /// Only those opened before this day
    #[arg(long, value_name = "DATE")]
    before: Option<Date>,
    /// What to print of each, parted by commas
    #[arg(long, value_enum, value_delimiter = ',', default_values_t = COLUMNS)]
    columns: Vec<Column>,
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

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum VerdictArg {
    /// An article explains it.
    Known,
    /// An article may explain it.
    Possible,
    /// None does.
    Unknown,
}

/// The columns of a list that are printed where none are named.
const COLUMNS: [Column; 8] = [
    Column::Case,
    Column::Status,
    Column::Severity,
    Column::Customer,
    Column::Verdict,
    Column::Latest,
    Column::Messages,
    Column::Subject,
];

/// A column of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Column {
    /// Its id.
    Case,
    /// Open or closed.
    Status,
    /// P1 to P4.
    Severity,
    /// Who has the problem.
    Customer,
    /// Whether an article explains it.
    Verdict,
    /// The product.
    Product,
    /// Day of the first message.
    Opened,
    /// Day of the latest message.
    Latest,
    /// Day on which it was closed.
    Closed,
    /// Number of messages.
    Messages,
    /// The article that resolved it.
    Article,
    /// Its tags.
    Tags,
    /// Its subject.
    Subject,
}

impl VerdictArg {
    fn name(self) -> &'static str {
        match self {
            VerdictArg::Known => "known",
            VerdictArg::Possible => "possible",
            VerdictArg::Unknown => "unknown",
        }
    }
}

impl std::fmt::Display for Column {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let name = clap::ValueEnum::to_possible_value(self);
        f.write_str(name.as_ref().map_or("", |name| name.get_name()))
    }
}

impl Column {
    fn head(self) -> &'static str {
        match self {
            Column::Case => "case",
            Column::Status => "status",
            Column::Severity => "sev",
            Column::Customer => "customer",
            Column::Verdict => "verdict",
            Column::Product => "product",
            Column::Opened => "opened",
            Column::Latest => "latest",
            Column::Closed => "closed",
            Column::Messages => "mails",
            Column::Article => "article",
            Column::Tags => "tags",
            Column::Subject => "subject",
        }
    }

    /// How it is fitted: what says least of a case goes first where there is little room.
    fn shape(self) -> Shape {
        let (least, rank) = match self {
            // An id that is broken cannot be copied.
            Column::Case => (None, 0),
            Column::Subject => (Some(24), 0),
            Column::Tags => (Some(16), 0),
            Column::Customer | Column::Product => (Some(10), 0),
            Column::Severity | Column::Verdict | Column::Article => (None, 0),
            Column::Status => (None, 1),
            Column::Opened | Column::Closed => (None, 0),
            Column::Latest => (None, 2),
            Column::Messages => (None, 3),
        };
        Shape { right: self == Column::Messages, least, rank }
    }

    fn cell(self, case: &CaseRecord, own: &[String]) -> String {
        let text = |text: &Option<String>| text.as_deref().map(clean_line).unwrap_or_default();
        match self {
            Column::Case => clean_line(&case.id.0),
            Column::Status => case.status.name().to_string(),
            Column::Severity => text(&case.severity),
            Column::Customer => customer_of(case, own).map(clean_line).unwrap_or_default(),
            Column::Verdict => text(&case.verdict),
            Column::Product => text(&case.product),
            Column::Opened => day(case.opened),
            Column::Latest => day(case.latest),
            Column::Closed => case.closed.map(day).unwrap_or_default(),
            Column::Messages => case.messages.to_string(),
            Column::Article if case.status == CaseStatus::Open => String::new(),
            Column::Article => text(&case.article),
            Column::Tags => case.tags.iter().map(|tag| clean_line(&tag.tag)).collect::<Vec<_>>().join(" "),
            Column::Subject => shorten(&clean_line(&case.subject), 80),
        }
    }
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
        Command::List(args) => run_list(args, &settings),
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

fn run_list(args: &ListArgs, settings: &Settings) -> anyhow::Result<Exit> {
    let own = &settings.own_domains.value;
    let equivalents = args.signature.iter().flat_map(catalog::equivalents);
    let mut filter = CaseFilter {
        signatures: args.signature.iter().cloned().chain(equivalents).collect(),
        failing: args.failing,
        status: args.status.map(|status| match status {
            Status::Open => CaseStatus::Open,
            Status::Closed => CaseStatus::Closed,
        }),
        product: args.product.clone(),
        severity: args.severity.clone(),
        tag: args.tag.clone(),
        since: args.since.map(midnight).transpose()?,
        until: args.before.map(midnight).transpose()?,
        article: args.article.clone(),
        matched: args.matched.clone(),
        verdict: args.verdict.map(|verdict| verdict.name().to_string()),
        ..CaseFilter::default()
    };
    cases::ask_customer(&mut filter, args.customer.as_deref(), own);
    let sort = match args.sort {
        SortArg::Latest => Sort::Latest,
        SortArg::Opened => Sort::Opened,
        SortArg::Id => Sort::Id,
    };
    let store = stored(settings, Access::Read)?;
    let found = cases::list(&store, &filter, sort, args.limit, own)?;
    if let Some(customer) = args.customer.as_deref().filter(|_| found.cases.is_empty()) {
        hint_at_customers(customer, &cases::near_customers(&store, customer, own)?);
    }
    match args.format {
        Format::Json => output::json(&found)?,
        Format::Table | Format::Md => print_list(&found, &args.columns, own, args.format)?,
    }
    Ok(if found.cases.is_empty() { Exit::Nothing } else { Exit::Found })
}

/// Says which customers there are that are called nearly so.
pub(super) fn hint_at_customers(asked: &str, near: &[String]) {
    if near.is_empty() {
        return;
    }
    let near: Vec<String> = near.iter().map(|name| format!("`{}`", clean_line(name))).collect();
    let asked = clean_line(asked);
    problem::warn(format!("no case is of customer `{asked}`; there is {} (`*` stands for any text)", near.join(", ")));
}

fn print_list(found: &CaseList, columns: &[Column], own: &[String], format: Format) -> anyhow::Result<()> {
    if format == Format::Md {
        let head: Vec<&str> = columns.iter().map(|column| column.head()).collect();
        let mut table = output::markdown_table(&head);
        for case in &found.cases {
            table.add_row(columns.iter().map(|column| column.cell(case, own)));
        }
        output::print(table.trim_fmt())?;
    } else {
        // Columns that were asked for by name are all there.
        let asked = columns != COLUMNS;
        let shape = |column: &Column| Shape { rank: if asked { 0 } else { column.shape().rank }, ..column.shape() };
        let mut table = Fitted::new(columns.iter().map(|column| (column.head().to_string(), shape(column))));
        for case in &found.cases {
            table.row(columns.iter().map(|column| column.cell(case, own).into()));
        }
        output::print(table.render().0)?;
    }
    if found.more {
        output::print("there are more; --limit prints more")?;
    }
    Ok(())
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
