//! A triage as a table for people.

use std::fmt::Write;

use anstyle::{AnsiColor, Style};

use super::{
    super::{
        output::{self, clean, clean_line, shorten},
        problem,
    },
    words::{
        FaultGroup, answer, answered, by_fault, case_rows, explained, first_place, outcome_of, place, seen,
        shown_chains, shown_evidence, shown_signatures, signature_meaning, specifics_of, standing_of, superseded,
        verdict_sentence,
    },
};
use crate::{
    app::triage::{MatchReport, TriageReport},
    matching::Verdict,
};

/// Warnings printed for people; JSON has all.
const WARNINGS: usize = 10;

fn heading(text: &str) -> String {
    let bold = Style::new().bold();
    format!("{bold}{text}{bold:#}\n")
}

fn verdict_style(verdict: Verdict) -> Style {
    let color = match verdict {
        Verdict::Known => AnsiColor::Green,
        Verdict::Possible => AnsiColor::Yellow,
        Verdict::Unknown => AnsiColor::Red,
    };
    Style::new().bold().fg_color(Some(color.into()))
}

/// The file's own name and the line: enough to find it; JSON has the whole path.
fn short_place(part: &str, line: u64) -> String {
    let at = place(part, line);
    at.rsplit('/').next().unwrap_or(&at).to_string()
}

/// The report as a table.
pub(super) fn render(report: &TriageReport, all: bool) -> String {
    let mut text = String::new();
    for (name, value) in case_rows(report) {
        let line = output::wrap(&clean_line(&value), &" ".repeat(19));
        let _ = writeln!(text, "{name:<19}{}", line.trim_start());
    }
    let (signatures, left) = shown_signatures(report, all);
    if !signatures.is_empty() {
        let _ = write!(text, "\n{}", heading("Signatures"));
        let mut table = output::table(&["signature", "seen", "where"]);
        for signature in signatures {
            let mut what = format!("{}:{}", signature.kind, clean(&signature.value));
            let meaning = signature_meaning(signature);
            if !meaning.is_empty() {
                what.push_str("\n  ");
                what.push_str(&meaning);
            }
            // The file's own name is enough to find the line; JSON has the whole path.
            let at = first_place(signature);
            let at = at.rsplit('/').next().unwrap_or(&at);
            table.add_row([what, seen(signature), at.to_string()]);
        }
        let _ = writeln!(text, "{}", table.trim_fmt());
        if left > 0 {
            let _ = writeln!(text, "{left} more; --all-signatures shows them");
        }
    }
    if let Some(primary) = &report.primary {
        let _ = write!(text, "\n{}", heading("Primary signature"));
        let at = short_place(&primary.part, primary.line);
        let told = format!("{}:{}  ({at})\n{}", primary.kind, clean(&primary.value), clean_line(&primary.why));
        let _ = writeln!(text, "{}", output::wrap(&told, "  "));
    }
    for (number, (row, steps)) in shown_chains(report, all).enumerate() {
        if number == 0 {
            let _ = write!(text, "\n{}", heading("Causal chain"));
        }
        let _ = writeln!(text, "{}", output::wrap(&clean_line(&row), "  "));
        for (what, step) in steps {
            let at = short_place(&step.part, step.line);
            let _ = writeln!(text, "    - {}  ({at})", shorten(&clean_line(&what), 90));
        }
    }
    let style = verdict_style(report.verdict);
    let word = report.verdict.name().to_uppercase();
    let _ = writeln!(text, "\nVerdict: {style}{word}{style:#} - {}", verdict_sentence(report));
    for one in &report.superseded {
        let _ = writeln!(text, "{}", superseded(one));
    }
    for FaultGroup { fault, matches } in by_fault(report) {
        if let Some(fault) = fault {
            let _ = write!(text, "\n{}", heading(&format!("Fault {fault}")));
        }
        for (number, found) in matches {
            render_match(&mut text, number, found, report);
        }
    }
    if !report.requests.is_empty() {
        let _ = write!(text, "\n{}", heading("What to ask for"));
        for (number, request) in (1..).zip(&report.requests) {
            let asked = format!("{number}. {}", clean_line(request.ask.in_language(report.language)));
            let _ = writeln!(text, "{}", output::wrap(&asked, "   ").trim_start());
        }
    }
    for (fault, best) in answered(report) {
        if let Some(fault) = fault {
            let title = format!("Fault {fault}: {}", clean_line(&best.article.title));
            let _ = write!(text, "\n{}", heading(&title));
        }
        for section in answer(best) {
            let name = section.shown_heading();
            // Text above the first heading has none.
            let _ = write!(text, "\n{}", if name.is_empty() { String::new() } else { heading(&name) });
            let _ = writeln!(text, "{}", output::wrap_markdown(section.text.trim()));
        }
        if !best.article.references.is_empty() {
            let _ = write!(text, "\n{}", heading("References"));
            for reference in &best.article.references {
                let words = [Some(&reference.id), reference.title.as_ref(), reference.url.as_ref()];
                let words: Vec<&str> = words.into_iter().flatten().map(String::as_str).collect();
                let _ = writeln!(text, "- {}", clean_line(&words.join("  ")));
            }
        }
    }
    if !report.warnings.is_empty() {
        let _ = write!(text, "\n{}", heading("Not fully read"));
        for warning in report.warnings.iter().take(WARNINGS) {
            let _ = writeln!(text, "- {}", problem::line_of(warning));
        }
        if report.warnings.len() > WARNINGS {
            let _ = writeln!(text, "- and {} more (--format json)", report.warnings.len() - WARNINGS);
        }
    }
    text
}

/// A match with its number.
fn render_match(text: &mut String, number: usize, found: &MatchReport, report: &TriageReport) {
    let bold = Style::new().bold();
    let title = format!("{number}. {} [{}]", clean_line(&found.article.title), found.article.id);
    let title = output::wrap(&title, "   ");
    let _ = writeln!(text, "\n{bold}{}{bold:#}", title.trim_start());
    let _ = writeln!(text, "   {}", standing_of(found));
    for against in &found.against {
        let _ = writeln!(text, "   against: {}", clean(against));
    }
    if let Some(outcome) = outcome_of(found, report) {
        let _ = writeln!(text, "{}", output::wrap(&outcome, "   "));
    }
    if let Some((head, lines)) = specifics_of(found, report) {
        let _ = writeln!(text, "   {head}");
        for line in lines {
            let _ = writeln!(text, "   - {}", output::wrap(&line, "     ").trim_start());
        }
    }
    if let Some(section) = found.section.as_ref().filter(|section| !section.is_empty()) {
        let _ = writeln!(text, "   section: {}", clean_line(section));
    }
    for line in explained(report, found) {
        let _ = writeln!(text, "   {line}");
    }
    let (shown, left) = shown_evidence(found, number);
    let mut last = "";
    for evidence in shown {
        let label = shorten(&clean(&evidence.kind.label()), 90);
        let quoted = if evidence.quoted { ", quoted" } else { "" };
        let _ = writeln!(text, "   - {label}  ({}{quoted})", place(&evidence.part, evidence.line));
        // Many signatures of one line: the line is quoted once.
        if !evidence.text.is_empty() && evidence.text != last {
            let quote = shorten(&clean(&evidence.text).replace('\n', " "), 200);
            let _ = writeln!(text, "{}", output::wrap(&quote, "       "));
        }
        last = &evidence.text;
    }
    if left > 0 {
        let _ = writeln!(text, "   - and {left} more (--format json)");
    }
}
