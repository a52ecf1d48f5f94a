//! `casebook timeline`.

use std::{
    collections::{HashMap, HashSet},
    path::PathBuf,
};

use comfy_table::{ColumnConstraint, Width};
use jiff::{SignedDuration, Timestamp, civil::Date, tz::Offset};

use super::{
    CommonArgs, Exit, input,
    output::{self, clean_line, shorten},
    problem, unless_missing,
};
use crate::{
    app::{
        self,
        timeline::{LogReport, Options, Report, Row, When, timeline},
        triage::Input,
    },
    case::read::Reader,
    logs::clock::{Given, ZoneSource},
    timeline::{Kind, hint::Hint},
};

/// Arguments of `casebook timeline`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  casebook timeline case-folder/                            everything that failed, in order
  casebook timeline mail.eml logs.zip --tz 'CBS.log=+08:00' with the zone of a log that does not say
  casebook timeline logs/ --around '2024-09-10 14:32' --window 5m
  casebook timeline logs/ --tz Asia/Shanghai --failing --format md
  journalctl -o short-iso | casebook timeline - --from 2024-09-10

A zone is an offset (+08:00), UTC, or a name (Asia/Shanghai). LOG is the name of a log or of its file, or a
pattern with * and ?. A zone without LOG holds for the times that you give, for the output, and for every log
that does not say its own.

Exit status: 0 something found, 1 nothing found, 2 wrong use or nothing could be read, or one of several inputs could not.")]
pub struct Args {
    /// Mails, logs, archives, folders of them; - for standard input
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Zone of a log, or of all that do not say; may be given several times
    #[arg(long, value_name = "[LOG=]ZONE", allow_hyphen_values = true)]
    tz: Vec<Given>,
    /// Only what is near this time, `2024-09-10 14:32` or with an offset
    #[arg(long, value_name = "TIME")]
    around: Option<String>,
    /// How near: `10m`, `90s`, `2h`
    #[arg(long, value_name = "SPAN", default_value = "10m", value_parser = window)]
    window: SignedDuration,
    /// Only from this time on
    #[arg(long, value_name = "TIME")]
    from: Option<String>,
    /// Only up to this time
    #[arg(long, value_name = "TIME")]
    to: Option<String>,
    /// Only what fails
    #[arg(long)]
    failing: bool,
    /// Rows at most, those that matter most; 0 for all [default: 100, all with json and jsonl]
    #[arg(long, value_name = "N")]
    limit: Option<usize>,
    /// How to print
    #[arg(long, value_enum, default_value_t)]
    format: TimelineFormat,
}

/// How a time line is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
enum TimelineFormat {
    /// For people.
    #[default]
    Table,
    /// One JSON object.
    Json,
    /// One JSON object per row.
    Jsonl,
    /// Markdown, for tickets and mails.
    Md,
}

/// Rows in a table unless more are asked for: some screens full.
const TABLE_ROWS: usize = 100;

/// Characters of a row's text in a table.
const TEXT: usize = 160;

fn window(text: &str) -> Result<SignedDuration, String> {
    let window: SignedDuration = text.parse().map_err(|_| "give a span such as 10m, 90s or 2h".to_string())?;
    if window.is_negative() { Err("a window cannot be negative".into()) } else { Ok(window) }
}

/// Prints mails and logs on one time line.
pub fn run(args: &Args, common: &CommonArgs) -> anyhow::Result<Exit> {
    let settings = common.settings(None)?;
    let (terms, roles) = (app::terms(&settings)?, app::roles(&settings));
    let extractor = super::extractor(&settings)?;
    let reader = Reader { extractor: &extractor, terms: Some(&terms), roles: &roles };
    let inputs: Vec<Input> = args.paths.iter().map(input).collect();
    let people = matches!(args.format, TimelineFormat::Table | TimelineFormat::Md);
    let options = Options {
        zones: args.tz.clone(),
        around: args.around.clone(),
        window: args.window,
        from: args.from.clone(),
        to: args.to.clone(),
        failing: args.failing,
        limit: match args.limit {
            Some(0) => None,
            None if people => Some(TABLE_ROWS),
            limit => limit,
        },
    };
    let bar = output::progress(true);
    let report = timeline(&inputs, &options, reader, Timestamp::now(), &|bytes| bar.inc(bytes), &mut |warning| {
        bar.suspend(|| problem::warning(warning));
    });
    bar.finish_and_clear();
    let report = report?;
    match args.format {
        TimelineFormat::Json => output::json(&report)?,
        TimelineFormat::Jsonl => output::json_lines(&report.rows)?,
        TimelineFormat::Table => print_table(&report)?,
        TimelineFormat::Md => print_markdown(&report)?,
    }
    Ok(unless_missing(&inputs, if report.rows.is_empty() { Exit::Nothing } else { Exit::Found }))
}

fn print_table(report: &Report) -> anyhow::Result<()> {
    if !report.logs.is_empty() {
        let mut logs = output::table(&["log", "from", "to", "zone", "undated"]);
        for log in &report.logs {
            let name = clean_line(&log.part);
            logs.add_row([name, edge(log.first), edge(log.last), zone(log), log.undated.to_string()]);
        }
        output::print(logs.trim_fmt())?;
    }
    for line in notes(report) {
        output::print(output::wrap(&line, ""))?;
    }
    if report.rows.is_empty() {
        return output::print("Nothing failed or was notable in what was asked for.");
    }
    output::print("")?;
    let mut table = output::table(&["time", "at", "what", "text"]);
    if let Some(column) = table.column_mut(0) {
        column.set_constraint(ColumnConstraint::ContentWidth);
    }
    if let Some(column) = table.column_mut(1) {
        column.set_constraint(ColumnConstraint::UpperBoundary(Width::Percentage(24)));
    }
    if let Some(column) = table.column_mut(2) {
        column.set_constraint(ColumnConstraint::UpperBoundary(Width::Percentage(30)));
    }
    let names = short_names(report);
    let mut day: Option<Date> = None;
    for row in &report.rows {
        let date = row.time.map(|time| time.civil.date());
        if date.is_some() && date != day {
            day = date;
            table.add_row([date.map(|date| date.to_string()).unwrap_or_default()]);
        }
        table.add_row([clock(row), at(row, &names), what(row, 3), text(row, TEXT)]);
    }
    output::print(table.trim_fmt())
}

fn print_markdown(report: &Report) -> anyhow::Result<()> {
    output::print("# Time line\n")?;
    if !report.logs.is_empty() {
        let mut logs = output::markdown_table(&["log", "format", "from", "to", "zone", "undated lines"]);
        for log in &report.logs {
            let undated = format!("{} of {}", log.undated, log.lines);
            let row = [clean_line(&log.part), log.format.clone(), edge(log.first), edge(log.last), zone(log), undated];
            logs.add_row(row.map(|cell| output::escape_markdown(&cell)));
        }
        output::print(format_args!("{logs}\n"))?;
    }
    for line in notes(report) {
        output::print(format_args!("- {}", output::escape_markdown(&line)))?;
    }
    let mut table = output::markdown_table(&["time", "at", "what", "text"]);
    for row in &report.rows {
        let date = row.time.map_or(String::new(), |time| format!("{} ", time.civil.date()));
        let cells = [format!("{date}{}", clock(row)), at(row, &HashMap::new()), what(row, usize::MAX), text(row, TEXT)];
        table.add_row(cells.map(|cell| output::escape_markdown(&cell)));
    }
    output::print(format_args!("\n{table}"))
}

/// `14:32:53.379 +08`, `~14:32:53 ?`
fn clock(row: &Row) -> String {
    let Some(time) = row.time else { return "no time".into() };
    let mark = if row.inherited { "~" } else { "" };
    format!("{mark}{}", moment(time))
}

/// The time of day with its offset.
fn moment(time: When) -> String {
    let milliseconds = match time.civil.subsec_nanosecond() / 1_000_000 {
        0 => String::new(),
        milliseconds => format!(".{milliseconds:03}"),
    };
    format!("{}{milliseconds} {}", time.civil.strftime("%H:%M:%S"), offset(time.offset))
}

fn offset(offset: Option<Offset>) -> String {
    let Some(offset) = offset else { return "?".into() };
    let minutes = offset.seconds() / 60;
    let sign = if minutes < 0 { '-' } else { '+' };
    let (hours, minutes) = (minutes.abs() / 60, minutes.abs() % 60);
    if minutes == 0 { format!("{sign}{hours:02}") } else { format!("{sign}{hours:02}:{minutes:02}") }
}

/// The first or last time of a log.
fn edge(time: Option<When>) -> String {
    time.map_or("no time".into(), |time| time.civil.strftime("%Y-%m-%d %H:%M:%S").to_string())
}

fn zone(log: &LogReport) -> String {
    let ZoneSource::Unknown = log.zone.source else {
        return match &log.zone.zone {
            Some(zone) => format!("{zone}, {}", log.zone.source),
            None => log.zone.source.to_string(),
        };
    };
    if log.first.is_some_and(|first| first.offset.is_some()) {
        // Kernel messages count from the start, and the start is known.
        return "counted from the start".into();
    }
    if log.first.is_some() { "unknown".into() } else { String::new() }
}

/// The last name of each part, where no other part has the same: the head of the table has the whole.
fn short_names(report: &Report) -> HashMap<&str, &str> {
    let last = |part: &'_ str| part.rfind(['/', '#']).map_or(0, |at| at + usize::from(part.as_bytes()[at] == b'/'));
    let logs: HashSet<&str> = report.logs.iter().map(|log| log.part.as_str()).collect();
    let mut met: HashMap<&str, u32> = HashMap::new();
    for part in &logs {
        *met.entry(&part[last(part)..]).or_default() += 1;
    }
    logs.into_iter().map(|part| (part, &part[last(part)..])).filter(|(_, name)| met[name] == 1).collect()
}

fn at(row: &Row, names: &HashMap<&str, &str>) -> String {
    let part = clean_line(names.get(row.part.as_str()).unwrap_or(&row.part.as_str()));
    if matches!(row.kind, Kind::Mail | Kind::Received) { part } else { format!("{part}:{}", row.line) }
}

/// The signatures, at most so many, or else what the row is; a mail says both.
fn what(row: &Row, most: usize) -> String {
    let mut names = clean_line(&row.signatures.iter().take(most).cloned().collect::<Vec<_>>().join(" "));
    if row.signatures.len() > most {
        names.push_str(&format!(" +{}", row.signatures.len() - most));
    }
    match row.kind {
        _ if names.is_empty() => row.kind.name().into(),
        Kind::Failing => names,
        kind => format!("{} {names}", kind.name()),
    }
}

fn text(row: &Row, most: usize) -> String {
    // Logs set off their columns by many blanks.
    let words: Vec<&str> = row.text.split_whitespace().collect();
    let text = shorten(&clean_line(&words.join(" ")), most);
    let Some(until) = row.until else {
        return if row.count > 1 { format!("{text} ×{}", row.count) } else { text };
    };
    let same_day = row.time.is_some_and(|time| time.civil.date() == until.civil.date());
    let until = if same_day { moment(until) } else { format!("{} {}", until.civil.date(), moment(until)) };
    if row.kind == Kind::Gap {
        format!("{text}, until {until}")
    } else {
        format!("{text} ×{} until {until}", row.count)
    }
}

/// What is to be known of the times: zones that are unknown, what was assumed, what was left out.
fn notes(report: &Report) -> Vec<String> {
    let zone = report.zone.to_string();
    let mut notes = vec![format!("Times are in {}.", if zone == "+00:00" { "UTC" } else { &zone })];
    let unknown: Vec<String> = report
        .logs
        .iter()
        .filter(|log| log.first.is_some_and(|first| first.offset.is_none()))
        .map(|log| clean_line(&log.part))
        .collect();
    if !unknown.is_empty() {
        notes.push(format!(
            "Zone unknown, times as written and marked `?`: {}. --tz LOG=ZONE places them.",
            shorten(&unknown.join(", "), 300)
        ));
    }
    for hint in &report.hints {
        notes.push(match hint {
            Hint::SameEvents { part, zone, events, other } => {
                let events = if *events == 1 { "1 event stands".into() } else { format!("{events} events stand") };
                let (part, other) = (clean_line(part), clean_line(other));
                format!("Hint: {events} in both {part} and {other} if the first is in {zone}: --tz '{part}={zone}'")
            }
            Hint::Machine { part, line, zone } => {
                format!("Hint: {}:{line} says that the machine is set to {zone}: --tz {zone}", clean_line(part))
            }
        });
    }
    for log in &report.logs {
        let part = clean_line(&log.part);
        if let Some(year) = log.year.as_ref().filter(|year| year.assumed) {
            notes.push(format!("{part}: its stamps have no year; {} is assumed from {}.", year.year, year.from));
        }
        if let Some(order) = log.order.filter(|order| order.assumed) {
            let order = match order.order {
                crate::logs::clock::Order::Ymd => "year/month/day",
                crate::logs::clock::Order::Mdy => "month/day/year",
                crate::logs::clock::Order::Dmy => "day/month/year",
            };
            notes.push(format!("{part}: its dates are taken as {order}; it does not tell."));
        }
        if log.doubtful > 0 {
            let rows = log.doubtful;
            notes.push(format!("{part}: {rows} rows stand in an hour that its zone has twice or not at all."));
        }
    }
    if report.rows.iter().any(|row| row.inherited) {
        notes.push("A line without a time of its own has that of the line before it, marked `~`.".into());
    }
    if report.left_out > 0 {
        let (shown, all) = (report.rows.len(), report.rows.len() + report.left_out);
        notes.push(format!("{shown} of {all} rows are shown, those that matter most; --limit 0 shows all."));
    }
    notes
}
