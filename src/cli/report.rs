//! `casebook report`.

pub(super) mod print;

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::Context;
use jiff::{Timestamp, ToSpan as _, civil::Date, tz::TimeZone};

use super::{
    CommonArgs, Exit, kept,
    output::{self, counter},
    problem,
};
use crate::{
    app::App,
    logs::clock::{Zone, parse_zone},
    report::{
        Ask, By, Filter, Report,
        alarm::Alarm,
        html,
        sheet::{Lang, NOTES, Sheet, alarm_sheets, csv, notes, sheets},
        span::{Span, SpanError},
    },
    signature::Signature,
    store::sqlite::Access,
};

/// Arguments of `casebook report`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  casebook report                                        the last full month
  casebook report --month 2024-09 --by product
  casebook report --from 2024-07-01 --to 2024-09-30 --customer Northwind
  casebook report --since 7d --section rising --format json
  casebook report --month 2024-09 --format html --lang zh --out 2024-09.html
  casebook report --month 2024-09 --format csv --out 2024-09/
  casebook report --alarm --since 1d                     for a timer: status 0 when there is something

Each figure names its cases: in JSON, CSV and HTML always, in tables and Markdown with --cases. What each means: docs/report.md.
Exit status: 0 reported, 2 wrong use. With --alarm: 0 something is to be looked at, 1 nothing.")]
pub struct Args {
    /// The month, 2024-09 [default: the last full one]
    #[arg(long, value_name = "YYYY-MM", value_parser = parse_month, conflicts_with_all = ["from", "to", "since"])]
    month: Option<Date>,
    /// The first day of the span
    #[arg(long, value_name = "DATE", requires = "to", conflicts_with = "since")]
    from: Option<Date>,
    /// The last day of the span
    #[arg(long, value_name = "DATE", requires = "from", conflicts_with = "since")]
    to: Option<Date>,
    /// The last days, hours or weeks until now: 7d, 24h, 2w
    #[arg(long, value_name = "TIME", value_parser = parse_hours)]
    since: Option<i64>,
    /// Break it down
    #[arg(long, value_enum)]
    by: Option<ByArg>,
    /// Only this customer's cases; a mail domain takes the addresses in it that are customers of their own
    #[arg(long)]
    customer: Option<String>,
    /// Only of this product, windows-7
    #[arg(long)]
    product: Option<String>,
    /// Only of this component, servicing
    #[arg(long)]
    component: Option<String>,
    /// Only of this severity, P1 to P4
    #[arg(long, value_parser = parse_severity)]
    severity: Option<String>,
    /// Only with this tag
    #[arg(long)]
    tag: Option<String>,
    /// Only with this signature or one that means the same
    #[arg(long, value_name = "KIND:VALUE")]
    signature: Option<Signature>,
    /// Time zone that days and months are cut in: +08:00, Asia/Shanghai
    #[arg(long, value_name = "ZONE", default_value = "UTC", value_parser = zone)]
    tz: Zone,
    /// Language of the labels
    #[arg(long, value_enum, default_value_t)]
    lang: LangArg,
    /// How to print
    #[arg(long, value_enum)]
    format: Option<ReportFormat>,
    /// Write to this file; CSV without --section: a file for each section into this folder
    #[arg(long, value_name = "PATH")]
    out: Option<PathBuf>,
    /// Only this section, by its name in CSV: volume, rising, write, notes ...
    #[arg(long, value_name = "NAME")]
    section: Option<String>,
    /// Rows of a list at most
    #[arg(long, default_value_t = 20, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    rows: u32,
    /// Name the cases behind each figure in tables and Markdown too
    #[arg(long)]
    cases: bool,
    /// Look for what cannot wait: a new signature at a second customer, an article on the rise [default span: 7d]
    #[arg(long, conflicts_with_all = ["by", "section"])]
    alarm: bool,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum ByArg {
    /// The product.
    Product,
    /// Who has the problem.
    Customer,
    /// Tags component/…
    Component,
    /// P1 to P4.
    Severity,
}

#[derive(Debug, Clone, Copy, Default, clap::ValueEnum)]
enum LangArg {
    /// English.
    #[default]
    En,
    /// Chinese.
    Zh,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum ReportFormat {
    /// For people, fitted to the terminal.
    Table,
    /// A file for each section, for spreadsheets.
    Csv,
    /// For programs: the stable interface.
    Json,
    /// Markdown, for tickets and mails.
    Md,
    /// One page with charts that needs nothing else.
    Html,
}

/// Hours that an alarm looks back.
const ALARM_HOURS: i64 = 7 * 24;

fn parse_month(text: &str) -> Result<Date, String> {
    format!("{text}-01").parse().map_err(|_| "a month is written 2024-09".to_string())
}

/// Hours of `7d`, `24h` or `2w`.
fn parse_hours(text: &str) -> Result<i64, String> {
    let wrong = || "a time is written 7d, 24h or 2w".to_string();
    let (number, hours) = match text.char_indices().last().ok_or_else(wrong)? {
        (at, 'h') => (&text[..at], 1),
        (at, 'd') => (&text[..at], 24),
        (at, 'w') => (&text[..at], 7 * 24),
        _ => return Err(wrong()),
    };
    let number: u16 = number.parse().map_err(|_| wrong())?;
    if number == 0 { Err(wrong()) } else { Ok(i64::from(number) * hours) }
}

/// `P1` to `P4`, in any case of letters.
fn parse_severity(text: &str) -> Result<String, String> {
    let severity = text.trim().to_ascii_uppercase();
    let known = matches!(severity.as_str(), "P1" | "P2" | "P3" | "P4");
    if known { Ok(severity) } else { Err("a severity is P1, P2, P3 or P4".into()) }
}

fn zone(text: &str) -> Result<Zone, String> {
    parse_zone(text).map_err(|error| error.to_string())
}

impl Args {
    fn lang(&self) -> Lang {
        match self.lang {
            LangArg::En => Lang::En,
            LangArg::Zh => Lang::Zh,
        }
    }

    fn span(&self, now: i64) -> Result<Span, SpanError> {
        let zone: &TimeZone = self.tz.time_zone();
        match (self.month, self.from.zip(self.to), self.since) {
            (Some(month), ..) => Span::month(month, zone, now),
            (_, Some((from, to)), _) if to < from => Err(SpanError::Backwards { from, to }),
            (_, Some((from, to)), _) => {
                let until = to.checked_add(1.day()).map_err(|_| SpanError::Calendar)?;
                Span::days(from, until, zone, now)
            }
            (.., Some(hours)) => Span::last_hours(hours, zone, now),
            _ if self.alarm => Span::last_hours(ALARM_HOURS, zone, now),
            _ => Span::last_month(zone, now),
        }
    }

    fn ask(&self, now: i64) -> Result<Ask, SpanError> {
        let by = self.by.map(|by| match by {
            ByArg::Product => By::Product,
            ByArg::Customer => By::Customer,
            ByArg::Component => By::Component,
            ByArg::Severity => By::Severity,
        });
        let filter = Filter {
            customer: self.customer.clone(),
            product: self.product.clone(),
            component: self.component.clone(),
            severity: self.severity.clone(),
            tag: self.tag.clone(),
            signature: self.signature.clone(),
        };
        Ok(Ask { span: self.span(now)?, by, filter, rows: self.rows as usize })
    }
}

/// Makes the report and prints it.
pub fn run(args: &Args, common: &CommonArgs) -> anyhow::Result<Exit> {
    let settings = common.settings(None)?;
    let format = args.format.unwrap_or(if args.alarm { ReportFormat::Json } else { ReportFormat::Table });
    if format == ReportFormat::Csv && args.out.is_none() && args.section.is_none() {
        anyhow::bail!("CSV is a file for each section: name a folder with --out, or one section with --section");
    }
    if args.section.as_deref() == Some("by") && args.by.is_none() {
        anyhow::bail!("--section by needs --by: product, customer, component or severity");
    }
    let ask = args.ask(Timestamp::now().as_second())?;
    let app = App::open(settings.clone())?;
    app.library().warnings.iter().for_each(problem::warning);
    let store = kept(&settings, Access::Read)?;
    let waiting = counter(true, "{spinner} reading the cases");
    if args.alarm {
        let alarm = app.report_alarm(&store, &ask)?;
        waiting.finish_and_clear();
        print_alarm(args, &ask, &alarm, format)?;
        return Ok(if alarm.raised { Exit::Found } else { Exit::Nothing });
    }
    let report = app.report_span(&store, &ask)?;
    waiting.finish_and_clear();
    print_report(args, &report, format)?;
    Ok(Exit::Found)
}

/// The tables that are asked for.
fn chosen(args: &Args, report: &Report) -> anyhow::Result<Vec<Sheet>> {
    let mut all = sheets(report, args.lang());
    let Some(wanted) = &args.section else { return Ok(all) };
    if wanted == NOTES {
        return Ok(vec![notes(&all, args.lang())]);
    }
    let names: Vec<&str> = all.iter().map(|sheet| sheet.key).chain([NOTES]).collect();
    anyhow::ensure!(names.contains(&wanted.as_str()), "there is no section `{wanted}`: {}", names.join(", "));
    all.retain(|sheet| sheet.key == wanted);
    Ok(all)
}

fn print_report(args: &Args, report: &Report, format: ReportFormat) -> anyhow::Result<()> {
    let sheets = chosen(args, report)?;
    let title = print::title(report, args.lang());
    match format {
        ReportFormat::Csv => write_csv(args, &sheets),
        ReportFormat::Json => {
            let text = match &args.section {
                Some(wanted) if wanted == NOTES => {
                    anyhow::bail!(
                        "notes are words between tables: table, md and csv have them, json has what they say as values"
                    )
                }
                Some(wanted) => output::json_text(&print::json_section(&serde_json::to_value(report)?, wanted)),
                // A year of figures names its cases some ten times over: it is written without a copy.
                None => output::json_text(report),
            };
            deliver(args, &text?)
        }
        ReportFormat::Html => {
            anyhow::ensure!(args.section.is_none(), "a page has all sections: leave --section off");
            deliver(args, html::page(report, args.lang()).trim_end())
        }
        ReportFormat::Table => deliver(args, print::tables(&title, &sheets, args.lang(), args.cases).trim_end()),
        ReportFormat::Md => deliver(args, print::markdown(&title, &sheets, args.lang(), args.cases).trim_end()),
    }
}

fn print_alarm(args: &Args, ask: &Ask, alarm: &Alarm, format: ReportFormat) -> anyhow::Result<()> {
    let lang = args.lang();
    let sheets = alarm_sheets(alarm, &|at| ask.span.minute(at), lang);
    let title = format!("{} {}", lang.pick("To be looked at now", "需要立即关注"), alarm.span);
    match format {
        ReportFormat::Json => deliver(args, &output::json_text(alarm)?),
        ReportFormat::Table => deliver(args, print::tables(&title, &sheets, lang, args.cases).trim_end()),
        ReportFormat::Md => deliver(args, print::markdown(&title, &sheets, lang, args.cases).trim_end()),
        ReportFormat::Csv => write_csv(args, &sheets),
        ReportFormat::Html => anyhow::bail!("an alarm is printed as table, json, md or csv"),
    }
}

/// Prints text, or writes it to the file that was named.
fn deliver(args: &Args, text: &str) -> anyhow::Result<()> {
    let Some(path) = &args.out else { return output::print(text) };
    write_file(path, &format!("{text}\n"))
}

fn write_csv(args: &Args, sheets: &[Sheet]) -> anyhow::Result<()> {
    let Some(folder) = &args.out else {
        return sheets.iter().try_for_each(|sheet| output::print(csv(sheet).trim_end()));
    };
    match sheets {
        // One section is one file, unless there is a folder of that name.
        [sheet] if args.section.is_some() && !is_folder(folder) => write_file(folder, &csv(sheet)),
        _ => write_folder(folder, sheets, args.lang()),
    }
}

/// Whether a path is a folder, or is written as one.
fn is_folder(path: &Path) -> bool {
    path.is_dir() || path.to_string_lossy().ends_with(std::path::is_separator)
}

/// A file of CSV for each section, and one for the notes of all, in a folder that is made where there is none.
pub(super) fn write_folder(folder: &Path, sheets: &[Sheet], lang: Lang) -> anyhow::Result<()> {
    fs::create_dir_all(folder).with_context(|| format!("cannot make the folder `{}`", folder.display()))?;
    // Where they were asked for by themselves, there are no others.
    let notes = Some(notes(sheets, lang)).filter(|_| sheets.iter().all(|sheet| sheet.key != NOTES));
    sheets
        .iter()
        .chain(&notes)
        .try_for_each(|sheet| write_file(&folder.join(format!("{}.csv", sheet.key)), &csv(sheet)))
}

/// Writes a file, without the colors of a terminal.
pub(super) fn write_file(path: &Path, text: &str) -> anyhow::Result<()> {
    let text = anstream::adapter::strip_str(text).to_string();
    fs::write(path, text).with_context(|| format!("cannot write `{}`", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_as_people_write_them() {
        assert_eq!(["7d", "24h", "2w"].map(|text| parse_hours(text).unwrap()), [168, 24, 336]);
        for text in ["", "7", "d", "0d", "-1d", "7天", "99999d", "1.5d"] {
            assert!(parse_hours(text).is_err(), "{text}");
        }
        assert!(parse_month("2024-09").is_ok());
        for text in ["2024-13", "2024", "09-2024", "2024-9", ""] {
            assert!(parse_month(text).is_err(), "{text}");
        }
        assert_eq!(["P1", "p4"].map(|text| parse_severity(text).unwrap()), ["P1", "P4"]);
        for text in ["P5", "P0", "1", "", "P11"] {
            assert!(parse_severity(text).is_err(), "{text}");
        }
    }
}
