//! Tags for people.

use std::fmt::Write;

use anstyle::Style;

use super::super::{
    mails::Mails,
    output::{self, Format, clean_line, plural, shorten},
};
use crate::{
    app::tags::{ApplyReport, ExplainReport, RenameReport, TagList},
    store::CaseId,
};

/// Cases of a pass that are printed; JSON has more.
const SHOWN: usize = 50;

/// Characters of a why that are printed.
const LONGEST_WHY: usize = 300;

pub(super) fn list(list: &TagList, format: Format) -> String {
    let head = ["tag", "cases", "given by"];
    let mut table = if format == Format::Md { output::markdown_table(&head) } else { output::table(&head) };
    for row in &list.tags {
        table.add_row([clean_line(&row.tag), row.cases.to_string(), shorten(&clean_line(&row.rules.join(", ")), 200)]);
    }
    table.trim_fmt()
}

pub(super) fn explanation(report: &ExplainReport, mails: &Mails) -> String {
    let bold = Style::new().bold();
    let mut text = String::new();
    let _ = writeln!(text, "{bold}{}{bold:#}", clean_line(&report.case.0));
    if report.tags.is_empty() {
        let _ = writeln!(text, "  no tags, and no rule gives one");
    }
    for tag in &report.tags {
        let by = match (&tag.rule, &tag.file, tag.line) {
            (Some(rule), Some(file), Some(line)) => format!("rule {rule} ({file}:{line})"),
            (Some(rule), ..) => rule.clone(),
            (None, ..) => String::new(),
        };
        let _ = writeln!(text, "\n  {bold}{}{bold:#}  {}", clean_line(&tag.tag), tag.state.name());
        // Of what a person did the state says all.
        if tag.rule.is_some() {
            let _ = writeln!(text, "    {}", clean_line(&by));
            let _ = writeln!(text, "    {}", shorten(&clean_line(&mails.named(&tag.why)), LONGEST_WHY));
        }
    }
    text
}

/// `mails` are those of a case.
pub(super) fn applied(report: &ApplyReport, mails: &dyn Fn(&CaseId) -> Mails) -> String {
    let mut text = String::new();
    for one in report.changes.iter().take(SHOWN) {
        let _ = writeln!(text, "{}", clean_line(&one.case.0));
        let mails = mails(&one.case);
        for tag in &one.added {
            let rule = tag.rule.as_deref().unwrap_or_default();
            let why = shorten(&clean_line(&mails.named(&tag.why)), LONGEST_WHY);
            let _ = writeln!(text, "  + {}  ({}: {why})", clean_line(&tag.tag), clean_line(rule));
        }
        for tag in &one.removed {
            let _ = writeln!(text, "  - {}", clean_line(tag));
        }
    }
    if report.changed > SHOWN as u64 {
        let _ = writeln!(text, "and {}", plural(report.changed - SHOWN as u64, "more case", "more cases"));
    }
    let would = if report.dry_run { "would change" } else { "changed" };
    let _ = writeln!(
        text,
        "{} matched, {} known; {} {would}: {} given, {} taken away",
        plural(report.cases, "case", "cases"),
        report.known,
        report.changed,
        plural(report.added, "tag", "tags"),
        report.removed
    );
    if report.later > 0 {
        let _ = writeln!(text, "{} changed meanwhile and wait for the next run", report.later);
    }
    text
}

pub(super) fn renamed(report: &RenameReport) -> String {
    let mut text = String::new();
    let would = if report.dry_run { "would become" } else { "is now" };
    let (old, new) = (clean_line(&report.old), clean_line(&report.new));
    if report.cases == 0 && report.files.is_empty() {
        let _ = writeln!(text, "no case and no own rule or article has {old}");
    } else {
        let _ = writeln!(text, "{old} {would} {new} in {}", plural(report.cases, "case", "cases"));
    }
    for file in &report.files {
        let _ = writeln!(text, "  {}: {}", clean_line(&file.file), plural(file.places as u64, "place", "places"));
    }
    if !report.again.is_empty() {
        let _ = writeln!(text, "built in, and so given again by the next matching: {}", report.again.join(", "));
    }
    text
}
