//! One case for people.

use std::{collections::BTreeSet, fmt::Write};

use anstyle::Style;

use super::super::{
    mails::Mails,
    output::{self, clean, clean_line, minute, shorten},
};
use crate::{
    app::{
        cases::{CaseReport, StoredSignature},
        tags::part_of,
        team::customer_of,
    },
    matching::OutcomeKind,
    store::{CaseStatus, work::Findings},
};

/// Evidence lines printed of a match.
const EVIDENCE: usize = 3;

/// Characters of a line that are printed.
const LONGEST: usize = 160;

/// Signatures printed of one case.
const SHOWN: usize = 20;

/// The case as text.
pub(super) fn render(report: &CaseReport, own: &[String]) -> String {
    let mut text = String::new();
    let bold = Style::new().bold();
    let case = &report.case;
    let _ = writeln!(text, "{bold}{}{bold:#}  {}", clean_line(&case.id.0), clean_line(&case.subject));
    let numbers = case.numbers.join(", ");
    let closed = case.closed.map(minute).unwrap_or_default();
    let open = case.status == CaseStatus::Open;
    let (article, resolution) =
        (case.article.as_deref().unwrap_or_default(), case.resolution.as_deref().unwrap_or_default());
    let earlier: Vec<&str> = [article, resolution].into_iter().filter(|what| open && !what.is_empty()).collect();
    let earlier = if earlier.is_empty() { String::new() } else { format!("closed with {}", earlier.join(", ")) };
    let fields = [
        ("status", case.status.name()),
        ("numbers", &numbers),
        ("severity", case.severity.as_deref().unwrap_or_default()),
        ("customer", customer_of(case, own).unwrap_or_default()),
        ("product", case.product.as_deref().unwrap_or_default()),
        ("opened", &minute(case.opened)),
        ("closed", &closed),
        ("article", if open { "" } else { article }),
        ("resolution", if open { "" } else { resolution }),
        ("earlier", &earlier),
    ];
    for (name, value) in fields.iter().filter(|(_, value)| !value.is_empty()) {
        let _ = writeln!(text, "  {name:<11}{}", clean_line(value));
    }
    let mails = Mails::of(&report.thread);
    for tag in &case.tags {
        let why = match tag.rule.as_deref() {
            Some(rule) => format!("rule {rule}: {}", mails.named(&tag.why)),
            None => "by hand".into(),
        };
        let line = output::wrap(&clean_line(&format!("{} ({why})", tag.tag)), &" ".repeat(13));
        let _ = writeln!(text, "  tag        {}", line.trim_start());
    }
    let _ = writeln!(text, "\n{bold}Thread{bold:#}");
    for (number, message) in (1..).zip(&report.thread) {
        let date = message.date.map_or_else(|| "undated          ".into(), minute);
        let _ =
            writeln!(text, "  {number:>2}. {date}  {}  {}", clean_line(&message.from), clean_line(&message.subject));
        for attachment in &message.attachments {
            let _ = writeln!(text, "                         + {}", clean_line(attachment));
        }
    }
    matches(&mut text, report.findings.as_ref(), &mails);
    let _ = writeln!(text, "\n{bold}Signatures{bold:#}");
    let (silenced, heard): (Vec<&StoredSignature>, Vec<_>) =
        report.signatures.iter().partition(|one| one.silenced.is_some());
    let mut shown: Vec<&StoredSignature> = heard.into_iter().take(SHOWN).collect();
    shown.extend(silenced.into_iter().take(SHOWN));
    for one in &shown {
        signature(&mut text, one, &mails);
    }
    if report.signatures.len() > shown.len() {
        let _ = writeln!(text, "  {} more; --format json has all", report.signatures.len() - shown.len());
    }
    if !report.decisions.is_empty() {
        let _ = writeln!(text, "\n{bold}Decisions{bold:#}");
    }
    for one in &report.decisions {
        let reason = clean_line(&one.reason);
        let _ = writeln!(text, "  {} {}  {reason}", clean_line(&one.article), one.decision.name());
    }
    let _ = writeln!(text, "\n{bold}History{bold:#}");
    for event in &report.events {
        let _ = writeln!(text, "  {}  {}  {}", minute(event.at), event.kind.name(), clean_line(&event.note));
    }
    text
}

/// `part:line`, or that it is the subject.
fn place(part: &str, line: u64) -> String {
    if line == 0 { format!("{part} (subject)") } else { format!("{part}:{line}") }
}

/// Matches with the lines that speak for them.
fn matches(text: &mut String, findings: Option<&Findings>, mails: &Mails) {
    let bold = Style::new().bold();
    let Some(findings) = findings else {
        let _ = writeln!(text, "\n{bold}Matches{bold:#}\n  not matched yet: `casebook tag apply` does it");
        return;
    };
    let _ = writeln!(text, "\n{bold}Matches{bold:#}  {}", findings.verdict);
    let faults: BTreeSet<u32> =
        findings.matches.iter().filter(|found| found.silenced.is_none()).filter_map(|found| found.fault).collect();
    for found in &findings.matches {
        let fault = found.fault.filter(|_| faults.len() > 1).map(|fault| format!("  fault {fault}"));
        let silenced = found.silenced.as_ref().map(|why| format!("  silenced: {}", clean_line(why)));
        let _ = writeln!(
            text,
            "  {}  {} {:.2}{}{}\n      {}",
            clean_line(&found.article),
            found.verdict,
            found.confidence,
            fault.unwrap_or_default(),
            silenced.unwrap_or_default(),
            clean_line(&found.title)
        );
        if let Some(outcome) = found.outcome.as_ref().filter(|one| one.outcome != OutcomeKind::Affected) {
            let says = clean_line(outcome.fix.says.in_language(&findings.language));
            let _ = writeln!(text, "      {}: {says}", outcome.outcome.name());
        }
        // Several things found in one line are several evidences: the line is told once.
        let mut lines: Vec<String> = Vec::new();
        let all = || found.evidence.as_array().into_iter().flatten();
        let is_quoted = |one: &&serde_json::Value| one["quoted"] == true;
        for one in all().filter(|one| !is_quoted(one)).chain(all().filter(is_quoted)) {
            let line = shorten(&clean_line(one["text"].as_str().unwrap_or_default()), LONGEST);
            let part = clean_line(one["part"].as_str().unwrap_or_default());
            let at = place(&mails.named(&part), one["line"].as_u64().unwrap_or_default());
            let quoted = if is_quoted(&one) { " (quoted)" } else { "" };
            let line = format!("{at}{quoted}: {line}");
            if lines.len() < EVIDENCE && !lines.contains(&line) {
                lines.push(line);
            }
        }
        for line in lines {
            let _ = writeln!(text, "      {line}");
        }
        for against in &found.against {
            let _ = writeln!(text, "      but: {}", clean_line(against));
        }
    }
    for (number, request) in (1..).zip(&findings.requests) {
        if number == 1 {
            let _ = writeln!(text, "\n{bold}What to ask for{bold:#}");
        }
        let _ = writeln!(text, "  {number}. {}", clean_line(request.ask.in_language(&findings.language)));
    }
}

fn signature(text: &mut String, one: &StoredSignature, mails: &Mails) {
    let seen = &one.seen.evidence;
    let mail = mails.named(&part_of(seen.message));
    let part = if seen.part.is_empty() { mail } else { format!("{mail}/{}", seen.part) };
    let silenced = one.silenced.as_ref().map(|why| format!("  silenced: {}", clean_line(why)));
    let _ = writeln!(
        text,
        "  {}  {} {}×  {}{}",
        clean_line(&one.seen.signature.to_string()),
        one.seen.standing.name(),
        one.seen.count,
        clean_line(&place(&part, seen.line)),
        silenced.unwrap_or_default()
    );
    if let Some(meaning) = &one.meaning {
        let _ = writeln!(text, "      {}: {}", one.symbol.as_deref().unwrap_or_default(), clean(meaning));
    }
}
