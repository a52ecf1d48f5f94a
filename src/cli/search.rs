//! `casebook search`.

use std::{fmt::Write, mem::ManuallyDrop, panic, thread};

use anstyle::{AnsiColor, Style};

use super::{
    CommonArgs, Exit,
    case::list::hint_at_customers,
    code::as_typed,
    no_store,
    output::{self, Format, clean, clean_line, day, plural},
    problem,
};
use crate::{
    app::{
        self, App, cases as stored_cases,
        search::{self, Asked, FoundCases, SearchReport, Snippet, cases::CaseHitReport},
    },
    config::Settings,
    signature::Signature,
    store::{
        CaseStatus, CaseStore,
        local::LocalStore,
        search::{CaseSearch as _, Lag},
        sqlite::Access,
    },
    text::terms::Terms,
};

/// Arguments of `casebook search`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  casebook search 0x80070005
  casebook search 蓝屏 csagent.sys
  casebook search KB4474419 status:open after:2024-09-01
  casebook search 'rollback customer:\"Blue Fjord Bank\" has:attachment' --in cases
  casebook search '\"trust relationship\" domain' --limit 3
  casebook search 'roll* lang:en product:windows-7 kind:specific'
  casebook search instalation of upates fials
  casebook search -2147024891

Words need not all be in an article; of cases, those whose mails say all of them come alone, if there are any. What stands in quotes
must stand so. roll* is the beginning of a word, a code or a name; the last word may be one without the star. Wrong spelling is
forgiven in words and never in codes, update numbers and file names; what was taken for a word is told as `did you mean`.

Conditions, of articles and cases:  kind: product: tag: status: severity: after: before:
of articles:                        lang: component: owner: title: symptoms: cause: resolution:
of cases:                           customer: from: has:attachment
and a signature as kind:value, hresult:0x80070005; one that means the same will do. Values with blanks stand in quotes. Names in
Chinese (语言: 产品: 标签: 状态:) are known too. docs/search.md has all of them with examples.

Exit status: 0 found, 1 nothing found.")]
pub struct Args {
    /// Words, codes, update numbers, file names, conditions
    #[arg(required = true, value_name = "QUERY", allow_negative_numbers = true, value_parser = as_typed)]
    query: Vec<String>,
    /// Where to look; all: in articles, and in cases where there are any
    #[arg(long = "in", value_enum, default_value_t, value_name = "WHERE")]
    place: Place,
    /// How to print
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// Articles, and cases, printed at most [env: CASEBOOK_LIMIT] [default: 5]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    limit: Option<u16>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
enum Place {
    /// Articles and cases.
    #[default]
    All,
    /// Articles only.
    Articles,
    /// Cases only.
    Cases,
}

impl From<Place> for search::Place {
    fn from(place: Place) -> Self {
        match place {
            Place::All => search::Place::All,
            Place::Articles => search::Place::Articles,
            Place::Cases => search::Place::Cases,
        }
    }
}

/// Finds articles and cases and prints them with the passages that fit.
pub fn run(args: &Args, common: &CommonArgs) -> anyhow::Result<Exit> {
    let settings = common.settings(args.limit)?;
    let limit = settings.limit.value;
    let text = args.query.join(" ");
    let mut asked = Asked::parse(&text)?;
    let place = args.place.into();
    asked.check(place)?;
    let customer = asked.case.customer.clone();
    stored_cases::ask_customer(&mut asked.case, customer.as_deref(), &settings.own_domains.value);
    let in_articles = asked.in_articles(place);
    // Each takes some milliseconds to open.
    let (articles, cases) = thread::scope(|scope| {
        let cases = || asked.in_cases(place).then(|| cases(&settings, args.place, &asked, limit));
        if !in_articles {
            return (None, cases());
        }
        let cases = scope.spawn(cases);
        let articles = articles(settings.clone(), &asked, limit);
        (Some(articles), cases.join().unwrap_or_else(|panic| panic::resume_unwind(panic)))
    });
    let report = SearchReport::of(&text, articles.transpose()?, cases.transpose()?.flatten());
    if report.behind > 0 {
        problem::warn(format!("another process takes mail in: {} changes are not searched yet", report.behind));
    }
    for one in &report.unknown {
        let meant = match &one.near {
            Some(near) => format!("did you mean `{}:{near}`?", one.condition),
            None => format!("articles have {}", one.known.join(", ")),
        };
        problem::warn(clean_line(&format!("no article has `{}:{}`; {meant}", one.condition, one.value)));
    }
    if let Some(customer) = customer.filter(|_| report.cases.is_empty())
        && let Some(store) = App::store(&settings, Access::Read)?
    {
        hint_at_customers(&customer, &stored_cases::near_customers(&store, &customer, &settings.own_domains.value)?);
    }
    match args.format {
        Format::Json => output::json(&report)?,
        Format::Table => output::print(render(&report, in_articles).trim_end())?,
        Format::Md => output::print(render_markdown(&report).trim_end())?,
    }
    Ok(if report.is_empty() { Exit::Nothing } else { Exit::Found })
}

fn articles(settings: Settings, asked: &Asked, limit: usize) -> anyhow::Result<SearchReport> {
    // The system takes all memory back at once, faster than it is given back piece by piece.
    let app = ManuallyDrop::new(App::open(settings)?);
    app.library().warnings.iter().for_each(problem::warning);
    Ok(app.search(asked, limit)?)
}

fn cases(settings: &Settings, place: Place, asked: &Asked, limit: usize) -> anyhow::Result<Option<FoundCases>> {
    let Some(store) = store(settings, place)? else { return Ok(None) };
    let own = app::own_terms(settings)?;
    // Made when words are asked: a code needs none.
    let terms = || -> &Terms { own.as_ref().unwrap_or_else(|| Terms::builtin()) };
    Ok(Some(search::in_cases(&store, asked, &terms, limit)?))
}

/// The store with its index brought up to date. Where articles are asked too, what is wrong with it is a warning.
fn store(settings: &Settings, place: Place) -> anyhow::Result<Option<LocalStore>> {
    let opened = App::store(settings, Access::Read).map_err(anyhow::Error::from).and_then(|store| {
        let Some(mut store) = store else { return Ok(None) };
        if store.lag()? == Lag::NoIndex {
            problem::warn("the index of cases is being built; this takes a while, once");
        }
        store.refresh()?;
        Ok(Some(store))
    });
    match (opened, place) {
        (Ok(None), Place::Cases) => Err(no_store(settings)),
        (Err(error), Place::All) if settings.data.value.is_some() => {
            problem::warn(format!("cases are not searched: {error:#}"));
            Ok(None)
        }
        (Err(_), Place::All) => Ok(None),
        (opened, _) => opened,
    }
}

fn joined(signatures: &[Signature]) -> String {
    signatures.iter().map(|signature| clean(&signature.to_string())).collect::<Vec<_>>().join(", ")
}

fn render(report: &SearchReport, in_articles: bool) -> String {
    let mut text = String::new();
    let bold = Style::new().bold();
    for code in &report.codes {
        let words: Vec<&str> = [code.symbol.as_deref(), code.meaning.as_deref()].into_iter().flatten().collect();
        let _ = writeln!(text, "{bold}{}{bold:#}  {}", code.signature, words.join(": "));
        if !code.equivalents.is_empty() {
            let _ = writeln!(text, "  same as {}", joined(&code.equivalents));
        }
    }
    if !report.codes.is_empty() {
        text.push('\n');
    }
    if let Some(right) = &report.did_you_mean {
        let _ = writeln!(text, "did you mean: {}", clean_line(right));
    }
    for (number, hit) in (1..).zip(&report.hits) {
        let _ = writeln!(text, "{number}. {bold}{}{bold:#} [{}]", clean_line(&hit.title), hit.id);
        if !hit.signatures.is_empty() {
            let _ = writeln!(text, "   {}", joined(&hit.signatures));
        }
        if let Some(snippet) = &hit.snippet {
            let _ = writeln!(text, "   {}", placed(snippet));
        }
    }
    if report.hits.is_empty() && in_articles {
        text.push_str("no article found\n");
    }
    if !report.cases.is_empty() {
        let _ = writeln!(text, "{}{bold}Cases{bold:#}", if in_articles { "\n" } else { "" });
    } else if !in_articles {
        text.push_str("no case found\n");
    }
    for (number, hit) in (1..).zip(&report.cases) {
        render_case(number, hit, &mut text);
    }
    if report.more_cases {
        text.push_str("there are more cases; --limit prints more\n");
    }
    text
}

fn render_case(number: usize, hit: &CaseHitReport, text: &mut String) {
    let bold = Style::new().bold();
    let _ = writeln!(text, "{number}. {bold}{}{bold:#}  {}", clean_line(&hit.id.0), clean_line(&hit.subject));
    let customer = hit.customer.as_deref().map(|name| format!(", {}", clean_line(name))).unwrap_or_default();
    let all = plural(hit.of_messages, "mail", "mails");
    // What fits is told of a case that has other mails too.
    let mails = if u64::from(hit.messages) < hit.of_messages { format!("{} of {all}", hit.messages) } else { all };
    let _ = writeln!(text, "   {}{customer}, {} to {}; {mails}", hit.status.name(), day(hit.opened), day(hit.latest));
    let ended = hit.article.as_deref().or(hit.resolution.as_deref());
    if let Some(ended) = ended {
        let _ = writeln!(text, "   {}", output::ended(hit.status, ended));
    }
    for one in hit.signatures.iter().take(3) {
        let signature = clean_line(&one.signature.to_string());
        let _ = writeln!(text, "   {signature}  {} {}×", one.standing.name(), one.count);
    }
    if let Some(snippet) = &hit.snippet {
        let _ = writeln!(text, "   {}", placed(snippet));
    }
}

/// The passage under its heading. What an article says before its first has none.
fn placed(snippet: &Snippet) -> String {
    let passage = marked(snippet);
    if snippet.heading.is_empty() { passage } else { format!("{}: {passage}", clean_line(&snippet.heading)) }
}

/// The passage with what was asked for in color.
fn marked(snippet: &Snippet) -> String {
    let style = Style::new().fg_color(Some(AnsiColor::Yellow.into()));
    let mut text = String::new();
    let mut done = 0;
    for (start, end) in &snippet.highlights {
        text.push_str(&clean_line(&snippet.text[done..*start]));
        let _ = write!(text, "{style}{}{style:#}", clean_line(&snippet.text[*start..*end]));
        done = *end;
    }
    text.push_str(&clean_line(&snippet.text[done..]));
    text
}

fn render_markdown(report: &SearchReport) -> String {
    let mut text = String::new();
    if !report.hits.is_empty() || report.cases.is_empty() {
        let mut table = output::markdown_table(&["id", "title", "signatures"]);
        for hit in &report.hits {
            table.add_row([hit.id.to_string(), clean(&hit.title).replace('|', "\\|"), joined(&hit.signatures)]);
        }
        text = table.trim_fmt();
    }
    if !report.cases.is_empty() {
        let mut table = output::markdown_table(&["case", "status", "latest", "subject", "resolved by"]);
        for hit in &report.cases {
            let closed = hit.status == CaseStatus::Closed;
            let ended = hit.article.as_deref().or(hit.resolution.as_deref()).filter(|_| closed).unwrap_or_default();
            table.add_row([
                output::escape_markdown(&hit.id.0),
                hit.status.name().to_string(),
                day(hit.latest),
                output::escape_markdown(&hit.subject),
                output::escape_markdown(ended),
            ]);
        }
        let parted = if text.is_empty() { "" } else { "\n\n" };
        let _ = write!(text, "{parted}{}", table.trim_fmt());
    }
    text
}
