//! A triage as Markdown.

use std::fmt::Write;

use super::{
    super::{
        output::{self, escape_markdown, shorten},
        problem,
    },
    words::{
        FaultGroup, answer, answered, by_fault, case_rows, explained, first_place, outcome_of, place, seen,
        shown_chains, shown_evidence, shown_signatures, signature_meaning, specifics_of, standing_of, superseded,
        verdict_sentence,
    },
};
use crate::app::triage::{MatchReport, TriageReport};

/// The report as Markdown.
pub(super) fn render(report: &TriageReport, all: bool) -> String {
    let part = report.parts.first().map_or("", |part| part.part.as_str());
    let subject = if report.case.subject.is_empty() { part } else { &report.case.subject };
    let mut text = format!("# {}\n\n", escape_markdown(subject));
    for (name, value) in case_rows(report) {
        let _ = writeln!(text, "- **{name}**: {}", escape_markdown(&value));
    }
    let _ = writeln!(text, "- **Verdict**: **{}** ({})", report.verdict.name(), verdict_sentence(report));
    let (signatures, left) = shown_signatures(report, all);
    if !signatures.is_empty() {
        let mut table = output::markdown_table(&["signature", "seen", "first at", "meaning"]);
        for signature in signatures {
            table.add_row([
                escape_markdown(&format!("{}:{}", signature.kind, signature.value)),
                seen(signature),
                escape_markdown(&first_place(signature)),
                escape_markdown(&signature_meaning(signature)),
            ]);
        }
        let _ = writeln!(text, "\n## Signatures\n\n{}", table.trim_fmt());
        if left > 0 {
            let _ = writeln!(text, "\n{left} more are left out.");
        }
    }
    if let Some(primary) = &report.primary {
        let what = escape_markdown(&format!("{}:{}", primary.kind, primary.value));
        let (at, why) = (escape_markdown(&place(&primary.part, primary.line)), escape_markdown(&primary.why));
        let _ = writeln!(text, "\n## Primary signature\n\n**{what}** ({at}): {why}");
    }
    for (number, (row, steps)) in shown_chains(report, all).enumerate() {
        if number == 0 {
            text.push_str("\n## Causal chain\n");
        }
        let _ = writeln!(text, "\n{}\n", escape_markdown(&row));
        for (what, step) in steps {
            let quote = escape_markdown(&shorten(&step.text, 200));
            let _ = writeln!(
                text,
                "1. {} ({}): {quote}",
                escape_markdown(&what),
                escape_markdown(&place(&step.part, step.line))
            );
        }
    }
    for one in &report.superseded {
        let _ = writeln!(text, "- {}", escape_markdown(&superseded(one)));
    }
    if !report.matches.is_empty() {
        text.push_str("\n## Known issues\n");
    }
    for FaultGroup { fault, matches } in by_fault(report) {
        if let Some(fault) = fault {
            let _ = writeln!(text, "\n**Fault {fault}**");
        }
        for (number, found) in matches {
            render_match(&mut text, number, found, report);
        }
    }
    if !report.requests.is_empty() {
        text.push_str("\n## What to ask for\n\n");
        for request in &report.requests {
            let _ = writeln!(text, "1. {}", escape_markdown(request.ask.in_language(report.language)));
        }
    }
    for (fault, best) in answered(report) {
        if let Some(fault) = fault {
            let _ = writeln!(text, "\n## Fault {fault}: {}", escape_markdown(&best.article.title));
        }
        let level = if fault.is_some() { "###" } else { "##" };
        for section in answer(best) {
            let name = section.shown_heading();
            // Text above the first heading has none.
            if !name.is_empty() {
                let _ = writeln!(text, "\n{level} {}", escape_markdown(&name));
            }
            let _ = writeln!(text, "\n{}", section.text.trim());
        }
    }
    if !report.warnings.is_empty() {
        text.push_str("\n## Not fully read\n\n");
        for warning in &report.warnings {
            let _ = writeln!(text, "- {}", escape_markdown(&problem::line_of(warning)));
        }
    }
    text
}

/// A match with its number.
fn render_match(text: &mut String, number: usize, found: &MatchReport, report: &TriageReport) {
    let _ = writeln!(text, "\n### {number}. {}\n", escape_markdown(&found.article.title));
    let _ = writeln!(text, "`{}`, {}\n", found.article.id, standing_of(found));
    for against in &found.against {
        let _ = writeln!(text, "- against: {}", escape_markdown(against));
    }
    if let Some(outcome) = outcome_of(found, report) {
        let _ = writeln!(text, "- {}", escape_markdown(&outcome));
    }
    if let Some((head, lines)) = specifics_of(found, report) {
        let _ = writeln!(text, "- {head}");
        for line in lines {
            let _ = writeln!(text, "  - {}", escape_markdown(&line));
        }
    }
    for line in explained(report, found) {
        let _ = writeln!(text, "  - {}", escape_markdown(line.trim_start()));
    }
    for evidence in shown_evidence(found, number).0 {
        let quote = escape_markdown(&shorten(&evidence.text, 200));
        let (label, at) =
            (escape_markdown(&evidence.kind.label()), escape_markdown(&place(&evidence.part, evidence.line)));
        let quoted = if evidence.quoted { ", quoted" } else { "" };
        let _ = writeln!(text, "- **{label}** ({at}{quoted}): {quote}");
    }
}
