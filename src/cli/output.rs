//! What commands share when they print: formats, tables, width, closed pipes.

use std::io::{self, IsTerminal, Write};

use comfy_table::{ContentArrangement, ContentLineStyle, LineStyle, Table, TableStyle, presets};
use indicatif::{ProgressBar, ProgressStyle};
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use serde::Serialize;
use serde_json::ser::{CompactFormatter, Formatter, PrettyFormatter};

pub use crate::report::sheet::plural;
use crate::{
    store::CaseStatus,
    text::unseen::{has_no_width, is_unseen},
};

/// How results are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum Format {
    /// For people, fitted to the terminal.
    #[default]
    Table,
    /// For programs: the stable interface.
    Json,
    /// Markdown, for tickets and mails.
    Md,
}

/// Width of tables that do not go to a terminal, in columns: fits a mail and a printed page.
const PIPE_WIDTH: u16 = 100;

/// The narrowest width that tables are fitted to: below, codes would break.
const LEAST_WIDTH: u16 = 60;

/// The widest: longer lines are hard to read.
const MOST_WIDTH: u16 = 160;

/// Columns that a table may take: COLUMNS, the terminal's width, or a fixed width in a pipe.
pub fn width() -> u16 {
    let columns = std::env::var("COLUMNS").ok().and_then(|text| text.parse().ok());
    columns
        .or_else(|| if io::stdout().is_terminal() { Table::new().width() } else { None })
        .unwrap_or(PIPE_WIDTH)
        .clamp(LEAST_WIDTH, MOST_WIDTH)
}

/// The house style of tables for people: a line below the head, blanks between columns.
const STYLE: TableStyle = TableStyle::new()
    .header_lines(ContentLineStyle::new(' ', ' ', ' '))
    .header_separator(LineStyle::new('─', '─', '─', '─'))
    .content_lines(ContentLineStyle::new(' ', ' ', ' '));

/// An empty table for people, fitted to the output's width.
pub fn table(head: &[&str]) -> Table {
    let mut table = Table::new();
    table.load_style(STYLE).set_content_arrangement(ContentArrangement::Dynamic).set_width(width());
    table.set_header(head.to_vec());
    table
}

/// An empty Markdown table; its cells are not broken.
pub fn markdown_table(head: &[&str]) -> Table {
    let mut table = Table::new();
    table.load_style(presets::ASCII_MARKDOWN).set_content_arrangement(ContentArrangement::Disabled);
    table.set_header(head.to_vec());
    table
}

/// Breaks text into lines of the output's width behind an indent; Chinese text breaks between characters.
pub fn wrap(text: &str, indent: &str) -> String {
    let options = textwrap::Options::new(usize::from(width())).initial_indent(indent).subsequent_indent(indent);
    textwrap::fill(text, options)
}

/// Breaks Markdown for reading as it stands: list items hang behind their mark, code stays as it is.
pub fn wrap_markdown(text: &str) -> String {
    let mut wrapped = Vec::new();
    let mut code = false;
    for line in text.lines().map(clean) {
        let body = line.trim_start();
        let fence = body.starts_with("```");
        if code || fence || body.is_empty() {
            code ^= fence;
            wrapped.push(line);
            continue;
        }
        let indent = " ".repeat(line.len() - body.len());
        let mark = body.find(' ').map_or(0, |end| end + 1);
        let is_mark = matches!(&body[..mark], "- " | "* ")
            || body[..mark].trim_end().strip_suffix('.').is_some_and(|n| n.bytes().all(|b| b.is_ascii_digit()));
        let hanging = if is_mark { format!("{indent}{}", " ".repeat(mark)) } else { indent.clone() };
        let options = textwrap::Options::new(usize::from(width())).initial_indent(&indent).subsequent_indent(&hanging);
        wrapped.push(textwrap::fill(body, options));
    }
    wrapped.join("\n")
}

/// A bar that shows on a terminal how many bytes were read, once reading takes a while; elsewhere, and where not `wanted`, it
/// shows nothing.
pub fn progress(wanted: bool) -> ProgressBar {
    if !wanted || !io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::no_length();
    let template = "{spinner} {bytes} read, {bytes_per_sec}";
    bar.set_style(ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_spinner()));
    bar
}

/// A mark that shows on a terminal how many things are done and of what, under the conditions of [`progress`].
pub fn counter(wanted: bool, template: &str) -> ProgressBar {
    let bar = progress(wanted);
    bar.set_style(ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_spinner()));
    bar
}

/// JSON, laid out as `F` does it, in which what a terminal could act on is escaped: it is the same value for a program.
struct SafeJson<F>(F);

impl<F: Formatter> Formatter for SafeJson<F> {
    fn begin_array<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.begin_array(out)
    }

    fn end_array<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_array(out)
    }

    fn begin_array_value<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_array_value(out, first)
    }

    fn end_array_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_array_value(out)
    }

    fn begin_object<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.begin_object(out)
    }

    fn end_object<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_object(out)
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_object_key(out, first)
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.begin_object_value(out)
    }

    fn end_object_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_object_value(out)
    }

    fn write_string_fragment<W: ?Sized + Write>(&mut self, out: &mut W, text: &str) -> io::Result<()> {
        let mut rest = text;
        while let Some(at) = rest.find(is_unseen) {
            let c = rest[at..].chars().next().unwrap_or_default();
            out.write_all(&rest.as_bytes()[..at])?;
            for unit in c.encode_utf16(&mut [0; 2]) {
                write!(out, "\\u{unit:04x}")?;
            }
            rest = &rest[at + c.len_utf8()..];
        }
        out.write_all(rest.as_bytes())
    }
}

/// Prints a value as JSON on standard output.
///
/// # Errors
/// When standard output cannot be written.
pub fn json(value: &impl Serialize) -> anyhow::Result<()> {
    let mut out = io::BufWriter::new(io::stdout().lock());
    write_json(&mut out, value)?;
    writeln!(out)?;
    out.flush()?;
    Ok(())
}

/// Prints values as JSON, each on a line of its own.
///
/// # Errors
/// When standard output cannot be written.
pub fn json_lines<'v, T: Serialize + 'v>(values: impl IntoIterator<Item = &'v T>) -> anyhow::Result<()> {
    let mut out = io::BufWriter::new(io::stdout().lock());
    for value in values {
        write_with(&mut out, value, CompactFormatter)?;
        writeln!(out)?;
    }
    out.flush()?;
    Ok(())
}

/// What [`json`] prints as text, for what goes to a file.
///
/// # Errors
/// When the value cannot be written as JSON.
pub fn json_text(value: &impl Serialize) -> anyhow::Result<String> {
    let mut text = Vec::new();
    write_json(&mut text, value)?;
    Ok(String::from_utf8(text)?)
}

fn write_json(out: &mut impl Write, value: &impl Serialize) -> io::Result<()> {
    write_with(out, value, PrettyFormatter::new())
}

fn write_with(out: &mut impl Write, value: &impl Serialize, layout: impl Formatter) -> io::Result<()> {
    let mut serializer = serde_json::Serializer::with_formatter(out, SafeJson(layout));
    value.serialize(&mut serializer).map_err(io::Error::from)
}

/// Prints text for people on standard output; colors go where they are wanted.
///
/// # Errors
/// When standard output cannot be written.
pub fn print(text: impl std::fmt::Display) -> anyhow::Result<()> {
    writeln!(anstream::stdout(), "{text}")?;
    Ok(())
}

/// Makes text from outside safe for a terminal: control characters, which could move the cursor or
/// change the title, become a visible mark, as do those that make a line read as another; tabs become a blank, and
/// what has no width is left out.
pub fn clean(text: &str) -> String {
    text.chars()
        .filter(|c| !has_no_width(*c))
        .map(|c| match c {
            '\t' => ' ',
            '\n' => '\n',
            c if is_unseen(c) => '\u{FFFD}',
            c => c,
        })
        .collect()
}

/// As [`clean`], on one line: a line end in a name could make the rest read as a line of ours.
pub fn clean_line(text: &str) -> String {
    clean(text).replace('\n', " ")
}

/// Markdown takes some characters as marks; in a table a bar would end the cell.
///
/// Addresses are broken, so that a ticket system makes no links and calls nobody by what a mail says.
pub fn escape_markdown(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in clean_line(text).chars() {
        if matches!(c, '|' | '*' | '_' | '`' | '<' | '>' | '[' | ']' | '\\' | '#' | '&' | '~' | '$') {
            escaped.push('\\');
        }
        escaped.push(c);
        if c == '@' {
            // Zero width: not seen, and no name any more.
            escaped.push('\u{200C}');
        }
    }
    escaped.replace("://", "\\://").replace("www.", "www\\.")
}

/// The beginning of a day, UTC, in seconds since 1970.
///
/// # Errors
/// When there is no such day, which a calendar date never is.
pub fn midnight(day: Date) -> anyhow::Result<i64> {
    Ok(day.at(0, 0, 0, 0).to_zoned_datetime(TimeZone::UTC)?.timestamp().as_second())
}

/// The day of a time in seconds since 1970, UTC.
pub fn day(at: i64) -> String {
    Timestamp::from_second(at).map_or_else(|_| "?".into(), |at| at.strftime("%Y-%m-%d").to_string())
}

/// Today, UTC.
pub fn today() -> Date {
    jiff::tz::Offset::UTC.to_datetime(Timestamp::now()).date()
}

/// The minute of a time in seconds since 1970, UTC.
pub fn minute(at: i64) -> String {
    Timestamp::from_second(at).map_or_else(|_| "?".into(), |at| at.strftime("%Y-%m-%d %H:%MZ").to_string())
}

/// How what once resolved a case is told: of a case that was opened again, as something earlier.
pub fn ended(status: CaseStatus, what: &str) -> String {
    match status {
        CaseStatus::Closed => format!("resolved by {}", clean_line(what)),
        CaseStatus::Open => format!("earlier closed with {}", clean_line(what)),
    }
}

/// Shortens text to a number of characters, with a mark where something is left out.
pub fn shorten(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_string();
    }
    let mut short: String = text.chars().take(most.saturating_sub(1)).collect();
    short.push('…');
    short
}

/// Whether an error is a reader that went away, as `head` does: no failure of ours.
pub fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error
        .chain()
        .any(|cause| cause.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_are_made_visible() {
        assert_eq!(clean("a\x1b[31mb\tc\u{202E}d\u{200F}"), "a\u{FFFD}[31mb c\u{FFFD}d\u{FFFD}");
        assert_eq!(clean_line("a\nVerdict: KNOWN"), "a Verdict: KNOWN");
        assert_eq!(clean_line("a\u{2028}Verdict: KNOWN\u{2029}"), "a\u{FFFD}Verdict: KNOWN\u{FFFD}");
        assert_eq!(clean("ad\u{200B}m\u{2060}in\u{FEFF}\u{E0041}"), "admin");
    }

    #[test]
    fn json_keeps_its_value_and_moves_no_cursor() {
        let value = serde_json::json!({"a\u{9b}": ["\u{202e}x\u{7f}", "\u{2028}\u{200b}\u{e0041}", "中文 \u{1F600} \" \\ \n", 1, null, {}, []]});
        let mut written = Vec::new();
        write_json(&mut written, &value).unwrap();
        let text = String::from_utf8(written).unwrap();
        assert!(!text.chars().any(|c| c != '\n' && is_unseen(c)), "{text:?}");
        assert!(text.contains("\\u202ex\\u007f") && text.contains("中文"), "{text}");
        assert_eq!(serde_json::from_str::<serde_json::Value>(&text).unwrap(), value);
        let mut line = Vec::new();
        write_with(&mut line, &value, CompactFormatter).unwrap();
        let line = String::from_utf8(line).unwrap();
        assert!(!line.chars().any(is_unseen), "{line:?}");
        assert_eq!(serde_json::from_str::<serde_json::Value>(&line).unwrap(), value);
    }

    #[test]
    fn list_items_hang_and_code_stays() {
        let item = format!("1. {}", "word ".repeat(60));
        let wrapped = wrap_markdown(&item);
        assert!(wrapped.lines().skip(1).all(|line| line.starts_with("   w")), "{wrapped}");
        let code = format!("```\n{}\n```", "x".repeat(300));
        assert_eq!(wrap_markdown(&code), code);
    }

    #[test]
    fn an_open_case_is_not_resolved() {
        assert_eq!(ended(CaseStatus::Closed, "a"), "resolved by a");
        assert_eq!(ended(CaseStatus::Open, "a"), "earlier closed with a");
    }

    #[test]
    fn short_text_stays_whole() {
        assert_eq!(shorten("蓝屏", 2), "蓝屏");
        assert_eq!(shorten("蓝屏错误", 3), "蓝屏…");
    }
}
