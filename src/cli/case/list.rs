//! `casebook case list`.

use jiff::civil::Date;

use crate::{
    app::{
        cases::{self, CaseList},
        team::customer_of,
    },
    catalog,
    cli::{
        Exit,
        fit::{Fitted, Shape},
        output::{self, Format, clean_line, day, midnight, shorten},
        problem, stored,
    },
    config::Settings,
    signature::Signature,
    store::{CaseFilter, CaseRecord, CaseStatus, Sort, sqlite::Access},
};

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
pub(super) struct Args {
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

/// Lists cases.
pub(super) fn run(args: &Args, settings: &Settings) -> anyhow::Result<Exit> {
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
pub(in crate::cli) fn hint_at_customers(asked: &str, near: &[String]) {
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
