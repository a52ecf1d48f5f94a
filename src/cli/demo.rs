//! `casebook demo`.

use std::{
    fmt::Write as _,
    path::{Path, PathBuf},
};

use indicatif::ProgressBar;
use jiff::{Timestamp, tz::TimeZone};
use serde::Serialize;

use super::{
    CommonArgs, Exit, ingest, kept,
    output::{self, Format, clean_line, plural},
    report::{print, write_file, write_folder},
    tagging::{self, How, Which},
};
use crate::{
    app::{
        App,
        demo::{self, HiddenReport, Places},
        ingest::{Options, Threads},
        outgoing::Outgoing,
        triage::Input,
    },
    config::{Origin, Setting, Settings},
    demo::year::{self, Hidden, MONTHS, Plan, Year},
    report::{
        Ask, Filter, Report, html,
        sheet::{Lang, sheets},
        span::Span,
    },
    store::sqlite::{Access, SqliteStore},
};

/// Arguments of `casebook demo`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  casebook demo year
  casebook demo year --seed 7
  casebook demo small --cases 300
  casebook demo year --format json

Customers and people are invented. The same seed makes the same mails, always. The folder must be new, empty, or of an earlier
demo, of which mails, store and reports are made anew; your own case store is not touched.
Exit status: 0 made, 2 wrong use, or something else is in the folder.")]
pub struct Args {
    /// The folder to make it in
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// Which year: each number has its own
    #[arg(long, default_value_t = Plan::default().seed, value_name = "N")]
    seed: u64,
    /// Cases of the year. With far fewer than 3,000 nothing can be told from chance
    #[arg(long, default_value_t = 3_000, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=100_000))]
    cases: u32,
    /// How to print
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// Cases of a year from which on its reports find most of what is hidden.
const ENOUGH: usize = 2_000;

/// What was made.
#[derive(Serialize)]
struct Made<'m> {
    schema: &'static str,
    folder: String,
    config: String,
    seed: u64,
    cases: usize,
    customers: usize,
    mails: u64,
    known: u64,
    from: String,
    to: String,
    reports: Vec<String>,
    hidden: &'m [HiddenReport],
}

/// Makes a year, takes it in and reports on it.
pub fn run(args: &Args, common: &CommonArgs) -> anyhow::Result<Exit> {
    let plan = Plan { seed: args.seed, cases: args.cases as usize, ..Plan::default() };
    let places = demo::prepare(&args.folder, plan)?;
    let year = Year::new(plan);
    let settings = settings(common, &places)?;
    let mails = step("{spinner} {pos} mails written", |bar| {
        demo::write_mails(&places.mail, &year, &|count| bar.set_position(count))
    })?;
    let app = App::open(settings.clone())?;
    take_in(&app, &settings, &places)?;
    let mut store = kept(&settings, Access::Write)?;
    step("{spinner} {pos} cases closed", |bar| demo::close(&mut store, &year, &|count| bar.set_position(count)))?;
    let how = How { which: Which::Waiting, dry_run: false, threads: 0, limit: usize::MAX };
    let tagged = tagging::run(&app, &mut store, &settings, how, &Outgoing::open(&settings)?)?;
    let reports = step("{spinner} {pos} reports made", |bar| reports(&app, &store, &places, bar))?;
    let hidden = demo::hidden(&year);
    let made = Made {
        schema: demo::SCHEMA,
        folder: args.folder.display().to_string(),
        config: places.config.display().to_string(),
        seed: plan.seed,
        cases: year.cases.len(),
        customers: year.customers(),
        mails,
        known: tagged.known,
        from: demo::label(0),
        to: demo::label(MONTHS - 1),
        reports: reports.iter().map(|path| path.display().to_string()).collect(),
        hidden: &hidden,
    };
    match args.format {
        Format::Json => output::json(&made)?,
        Format::Table | Format::Md => output::print(told(&made).trim_end())?,
    }
    Ok(Exit::Found)
}

/// The settings of the demo, with its own store whatever flags and variables name.
fn settings(common: &CommonArgs, places: &Places) -> anyhow::Result<Settings> {
    let mut settings = common.settings_of(Some(places.config.clone()), None)?;
    settings.data = Setting { value: Some(places.store.clone()), origin: Origin::File(places.config.clone()) };
    Ok(settings)
}

/// A part of the work, with a mark on a terminal of how far it is.
fn step<T, E: Into<anyhow::Error>>(
    template: &str,
    work: impl FnOnce(&ProgressBar) -> Result<T, E>,
) -> anyhow::Result<T> {
    let bar = output::counter(true, template);
    let done = work(&bar).map_err(Into::into);
    bar.finish_and_clear();
    done
}

/// Takes the mails in, as old mail of which nobody is told.
fn take_in(app: &App, settings: &Settings, places: &Places) -> anyhow::Result<()> {
    let mut store = ingest::written(settings)?;
    let now = Timestamp::now().as_second();
    let options = Options { dry_run: false, threads: Threads(0), now, until: None, history: true };
    let inputs = [Input::Path(places.mail.clone())];
    let known = ingest::known(settings)?;
    let report = step("{spinner} {pos} mails taken in", |bar| {
        app.ingest(&inputs, &mut store, known, options, &|progress| bar.set_position(progress.units))
    })?;
    ingest::warn_of(&report);
    Ok(())
}

/// A page for each month in both languages, and the last month in the other formats; the paths, in order.
fn reports(app: &App, store: &SqliteStore, places: &Places, bar: &ProgressBar) -> anyhow::Result<Vec<PathBuf>> {
    let now = Timestamp::now().as_second();
    let mut paths = Vec::new();
    let mut last: Option<Report> = None;
    for month in 0..MONTHS {
        let span = Span::month(year::month(month), &TimeZone::UTC, now)?;
        let report = app.report_span(store, &Ask { span, by: None, filter: Filter::default(), rows: 20 })?;
        for (lang, ending) in [(Lang::En, "html"), (Lang::Zh, "zh.html")] {
            let path = places.reports.join(format!("{}.{ending}", report.span));
            write_file(&path, &html::page(&report, lang))?;
            paths.push(path);
            bar.inc(1);
        }
        last = Some(report);
    }
    let Some(report) = last else { return Ok(paths) };
    let sheets = sheets(&report, Lang::En);
    let at = |ending: &str| places.reports.join(format!("{}{ending}", report.span));
    let title = print::title(&report, Lang::En);
    write_file(&at(".md"), &print::markdown(&title, &sheets, Lang::En, false))?;
    write_file(&at(".json"), &(output::json_text(&report)? + "\n"))?;
    write_folder(&at("-csv"), &sheets, Lang::En)?;
    paths.extend([at(".md"), at(".json"), at("-csv")]);
    Ok(paths)
}

fn told(made: &Made<'_>) -> String {
    let mut text = String::new();
    let folder = Path::new(&made.folder);
    let name = |path: &str| clean_line(&folder.join(path).display().to_string());
    let (cases, customers) =
        (plural(made.cases as u64, "case", "cases"), plural(made.customers as u64, "customer", "customers"));
    let mails = plural(made.mails, "mail", "mails");
    let _ = writeln!(
        text,
        "{cases} of {customers} in {mails}, {} to {}, all made up (seed {})\n",
        made.from, made.to, made.seed
    );
    let rows = [
        ("mail", "the mails, a folder for each month".to_string()),
        ("store", "the case store of them, each matched, tagged and closed".to_string()),
        ("reports", format!("a page for each month, English and Chinese; {} as Markdown, JSON and CSV, too", made.to)),
        ("casebook.toml", "settings that name the store".to_string()),
    ];
    let width = rows.iter().map(|(path, _)| name(path).len()).max().unwrap_or(0);
    for (path, what) in rows {
        let _ = writeln!(text, "  {:<width$}  {what}", name(path));
    }
    text.push_str("\nHidden in it, for a report to find; only the noise it should not fall for\n");
    for one in made.hidden {
        let _ = writeln!(text, "{}", line(one));
    }
    if made.cases < ENOUGH {
        text.push_str("\nOf so few cases a report can tell little from chance: without --cases there are 3000.\n");
    }
    text.push_str("\nTo try next\n");
    let config = clean_line(&made.config);
    let quoted = |text: &str| if text.contains(' ') { format!("\"{text}\"") } else { text.to_string() };
    let of = |hidden: Hidden| made.hidden.iter().find(move |one| one.hidden == hidden);
    let month = |hidden: Hidden| of(hidden).and_then(|one| one.months.first()).cloned().unwrap_or_default();
    let (outbreak, update) = (month(Hidden::Outbreak), month(Hidden::BadUpdate));
    let mut commands = vec![
        format!("report --month {outbreak}"),
        format!("report --month {outbreak} --lang zh"),
        format!("report --month {update} --section new"),
    ];
    if let Some(customer) = made.hidden.iter().rev().find_map(|one| one.customer.as_deref()) {
        commands.push(format!("report --month {outbreak} --customer {}", quoted(customer)));
    }
    let example = |one: &'_ HiddenReport| one.example.clone();
    let case = of(Hidden::Outbreak).and_then(example).or_else(|| made.hidden.iter().find_map(example));
    if let Some(case) = case {
        commands.push(format!("case show {case}"));
        commands.push(format!("case similar {case}"));
    }
    let _ = writeln!(text, "  look at {} in a browser", name(&format!("reports/{outbreak}.html")));
    for command in commands {
        let _ = writeln!(text, "  casebook --config {} {command}", quoted(&config));
    }
    text
}

/// What is hidden, on a line.
fn line(one: &HiddenReport) -> String {
    let signature = one.signature.as_ref().map(ToString::to_string).unwrap_or_default();
    let what = match one.hidden {
        Hidden::Outbreak => format!("an outbreak of {signature}, three times as often as else"),
        Hidden::BadUpdate => format!("a bad update brings {signature}, which nobody had"),
        Hidden::Noise => format!("noise, {signature} from one customer's probes"),
    };
    let cases = plural(one.cases as u64, "case", "cases");
    let customers = plural(one.customers as u64, "customer", "customers");
    format!("- {}: {what} ({cases}, {customers})", one.months.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::letter::letters;

    /// Without the store, which takes its time: nothing of it is printed.
    #[test]
    fn the_readme_shows_what_is_printed() {
        let year = Year::new(Plan::default());
        let mails = year.cases.iter().map(|case| letters(year.plan, case).len() as u64).sum();
        let hidden = demo::hidden(&year);
        let made = Made {
            schema: demo::SCHEMA,
            folder: "year".into(),
            config: "year/casebook.toml".into(),
            seed: year.plan.seed,
            cases: year.cases.len(),
            customers: year.customers(),
            mails,
            known: 0,
            from: demo::label(0),
            to: demo::label(MONTHS - 1),
            reports: Vec::new(),
            hidden: &hidden,
        };
        let readme = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).unwrap();
        let printed = told(&made);
        assert!(readme.contains(&format!("```text\n{}\n```\n", printed.trim_end())), "{printed}");
    }
}
