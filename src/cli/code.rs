//! `casebook code`.

use std::{collections::HashSet, convert::Infallible, ffi::OsString, fmt::Write};

use anstyle::Style;

use super::{
    CommonArgs, Exit,
    output::{self, Format, clean},
    problem,
};
use crate::{
    app::code::{CodeReport, explain},
    catalog::{Parts, Reading, Severity},
};

/// Arguments of `casebook code`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  casebook code 0x80070005
  casebook code -2147024891
  casebook code 'Win32 error 5' E_ACCESSDENIED 0xC1900101-0x20017
  casebook code VPN error 809
  casebook code access            names and meanings that hold a word
  casebook code 密码错误

Each argument is one code; words around a code make one phrase with it. Exit status: 0 all found, 1 some not found.")]
pub struct Args {
    /// Numbers, names, parts of names, messages, phrases
    #[arg(required = true, value_name = "CODE", value_parser = code_as_typed)]
    codes: Vec<String>,
    /// How to print
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// Articles named at most under one reading; the JSON form names all.
const MOST_ARTICLES: usize = 5;

/// The sign that stands for the hyphen of a mistyped negative number until clap is done.
const MINUS: char = '\u{2212}';

/// Arguments with the hyphen of a mistyped negative number out of clap's sight: `-2147O24891` is no number and would be
/// taken for options. Only behind `code` and `search`, and never behind `--`, where clap leaves everything alone.
pub fn hide_mistyped_numbers(args: impl Iterator<Item = OsString>) -> Vec<OsString> {
    let (mut codes, mut done) = (false, false);
    args.map(|arg| {
        codes |= arg == "code" || arg == "search";
        done |= arg == "--";
        let number = arg.to_str().and_then(|text| text.strip_prefix('-'));
        match number.filter(|rest| codes && !done && rest.starts_with(|c: char| c.is_ascii_digit())) {
            Some(rest) => format!("{MINUS}{rest}").into(),
            None => arg,
        }
    })
    .collect()
}

/// An argument as it was typed, before [`hide_mistyped_numbers`].
pub fn as_typed(text: &str) -> Result<String, Infallible> {
    Ok(text.strip_prefix(MINUS).map_or_else(|| text.to_string(), |rest| format!("-{rest}")))
}

/// A code as it was typed; an empty one is nothing to look for.
fn code_as_typed(text: &str) -> Result<String, &'static str> {
    match as_typed(text) {
        Ok(code) if code.trim().is_empty() => Err("a code is needed, not an empty text"),
        Ok(code) => Ok(code),
        Err(never) => match never {},
    }
}

/// Explains codes, names the articles about them and counts the cases that had them.
pub fn run(args: &Args, common: &CommonArgs) -> anyhow::Result<Exit> {
    let settings = common.settings(None)?;
    let report = explain(&args.codes, &settings.kb.value, settings.data.value.as_deref())?;
    report.warnings.iter().for_each(problem::warning);
    match args.format {
        Format::Json => output::json(&report)?,
        Format::Table => {
            for (index, one) in report.codes.iter().enumerate() {
                if index > 0 {
                    output::print("")?;
                }
                output::print(render(one).trim_end())?;
            }
        }
        Format::Md => output::print(render_markdown(&report.codes))?,
    }
    Ok(if report.is_complete() { Exit::Found } else { Exit::Nothing })
}

/// Number in the forms that people meet: as the family writes it, hexadecimal, decimal, signed.
fn numbers(reading: &Reading) -> String {
    let mut forms = vec![reading.value.clone()];
    forms.extend(reading.hex.clone());
    forms.extend(reading.decimal.map(|number| number.to_string()));
    forms.extend(reading.signed.map(|number| number.to_string()));
    let mut seen = HashSet::new();
    forms.retain(|form| seen.insert(form.clone()));
    forms.join(" = ")
}

/// Severity, facility and code in words.
fn render_fields(fields: &Parts) -> String {
    let severity = match fields.severity {
        Severity::Success => "success",
        Severity::Information => "information",
        Severity::Warning => "warning",
        Severity::Error => "error",
    };
    let facility = match fields.facility_name {
        Some(name) => format!("{} {name}", fields.facility),
        None => fields.facility.to_string(),
    };
    let customer = if fields.customer { ", defined by an application" } else { "" };
    format!("severity {severity}, facility {facility}, code {0} = 0x{0:X}{customer}", fields.code)
}

fn render(explained: &CodeReport) -> String {
    let bold = Style::new().bold();
    let dim = Style::new().dimmed();
    let mut text = String::new();
    let mut named = HashSet::new();
    for known in &explained.readings {
        let reading = &known.reading;
        let name = reading.symbol.unwrap_or("(no name known)");
        let _ = writeln!(text, "{bold}{name}{bold:#}  {}  {dim}{}{dim:#}", numbers(reading), reading.family.title());
        let mut seen = HashSet::new();
        let also: Vec<&str> = reading.also.iter().copied().filter(|name| seen.insert(*name)).take(8).collect();
        if !also.is_empty() {
            let _ = writeln!(text, "  also      {}", also.join(", "));
        }
        if let Some(meaning) = &reading.meaning {
            let _ = writeln!(text, "  means     {}", meaning.en);
            let _ = writeln!(text, "            {}", meaning.zh);
        }
        if reading.success {
            let _ = writeln!(text, "  success   it says that all went well");
        }
        if let Some(fields) = &reading.fields {
            let _ = writeln!(text, "  fields    {}", render_fields(fields));
        }
        if let Some(derivation) = &reading.derivation {
            let _ = writeln!(text, "  because   {}", derivation.en);
        }
        if !reading.equivalents.is_empty() {
            let same: Vec<String> = reading
                .equivalents
                .iter()
                .map(|one| match one.symbols.first() {
                    Some(symbol) => format!("{} {symbol}", one.signature),
                    None => one.signature.to_string(),
                })
                .collect();
            let _ = writeln!(text, "  same as   {}", same.join(", "));
        }
        // Once per code: readings that mean the same have the same articles.
        let articles = known.articles.iter().filter(|article| named.insert(&article.id)).take(MOST_ARTICLES);
        for (index, article) in articles.enumerate() {
            let label = if index == 0 { "articles" } else { "" };
            let _ = writeln!(text, "  {label:8}  {} [{}]", clean(&article.title), article.id);
        }
        if let Some(count) = known.cases.filter(|count| *count > 0) {
            let _ = writeln!(text, "  cases     {count} in the case store");
        }
    }
    for note in &explained.notes {
        let _ = writeln!(text, "{}", note.en);
    }
    if explained.readings.is_empty() && explained.notes.is_empty() {
        let _ = writeln!(text, "{}: not found", clean(&explained.query));
    }
    if !explained.did_you_mean.is_empty() {
        let near: Vec<String> =
            explained.did_you_mean.iter().map(|near| format!("{} {}", near.entry.value(), near.entry.symbol)).collect();
        let _ = writeln!(text, "did you mean (a guess): {}", near.join(", "));
    }
    text
}

fn render_markdown(explained: &[CodeReport]) -> String {
    let readings = || explained.iter().flat_map(|one| &one.readings);
    let counted = readings().any(|known| known.cases.is_some());
    let mut head = vec!["code", "name", "family", "meaning", "articles"];
    head.extend(counted.then_some("cases"));
    let mut table = output::markdown_table(&head);
    for known in readings() {
        let reading = &known.reading;
        let articles: Vec<&str> = known.articles.iter().map(|article| article.id.0.as_str()).collect();
        let meaning = reading.meaning.as_ref().map_or("", |meaning| meaning.en);
        let mut row = vec![
            numbers(reading),
            reading.symbol.unwrap_or("").to_string(),
            reading.family.title().to_string(),
            meaning.to_string(),
            articles.join(", "),
        ];
        row.extend(counted.then(|| known.cases.map(|count| count.to_string()).unwrap_or_default()));
        table.add_row(row);
    }
    table.trim_fmt()
}
