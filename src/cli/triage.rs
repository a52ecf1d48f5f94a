//! `casebook triage`.

use std::{collections::HashSet, fmt::Write, path::PathBuf};

use anstyle::{AnsiColor, Style};
use jiff::Timestamp;

use super::{
    CommonArgs, Exit, input,
    output::{self, Format, clean, clean_line, escape_markdown, plural, shorten},
    problem, unless_missing,
};
use crate::{
    app::{
        App, AppError,
        superseded::Superseded,
        triage::{Input, MatchReport, SignatureReport, TriageError, TriageReport},
    },
    article::{ArticleKind, ArticleStatus, SectionKind},
    case::{PartKind, chain::Step},
    config::Settings,
    facts::Fact,
    matching::{Evidence, Verdict},
    signature::Standing,
    store::{CaseWork, sqlite::Access, work::Noise},
};

/// Arguments of `casebook triage`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  casebook triage corpus/cases/cas-12143
  casebook triage mail.eml CBS.log --limit 2
  casebook triage case/ --format json | jq -r .verdict
  casebook triage - < mail.eml

All paths together are one case. Exit status: 0 known or possible, 1 unknown, 2 nothing could be read,
or one of several paths could not.")]
pub struct Args {
    /// Mails, mailboxes, logs, archives, folders of them; - for standard input
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// How to print
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// Known issues printed at most [env: CASEBOOK_LIMIT] [default: 5]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    limit: Option<u16>,
    /// Print every signature, not only those that matter most
    #[arg(long)]
    all_signatures: bool,
}

/// Signatures in a table where not all are asked for: the next ones are noise in most cases.
const SIGNATURES: usize = 12;

/// Evidence shown of the best match: an engineer checks the first few.
const EVIDENCE: usize = 8;

/// Evidence shown of each further match.
const EVIDENCE_BELOW: usize = 3;

/// Warnings printed for people; JSON has all.
const WARNINGS: usize = 10;

/// Reads the inputs as one case and prints what triage says of it.
pub fn run(args: &Args, common: &CommonArgs) -> anyhow::Result<Exit> {
    let settings = common.settings(args.limit)?;
    let limit = settings.limit.value;
    let noise = noise(&settings);
    let mut app = App::open(settings)?;
    app.heed(noise, Timestamp::now().as_second());
    app.library().warnings.iter().for_each(problem::warning);
    let inputs: Vec<Input> = args.paths.iter().map(input).collect();
    let bar = output::progress(true);
    let outcome = app.triage(&inputs, limit, &|bytes| bar.inc(bytes));
    bar.finish_and_clear();
    if let Err(TriageError::Nothing { warnings, .. }) = &outcome {
        warnings.iter().for_each(problem::warning);
    }
    let report = outcome?;
    match args.format {
        Format::Json => output::json(&report)?,
        Format::Table => output::print(render_table(&report, args.all_signatures).trim_end())?,
        Format::Md => output::print(render_markdown(&report, args.all_signatures).trim_end())?,
    }
    let exit = if report.verdict == Verdict::Unknown { Exit::Nothing } else { Exit::Found };
    Ok(unless_missing(&inputs, exit))
}

/// The list of noise where there is a case store. A store that cannot be asked keeps no case from being triaged.
fn noise(settings: &Settings) -> Vec<Noise> {
    let asked = match App::kept(settings, Access::Read) {
        Ok(Some(store)) => store.noise().map_err(AppError::from),
        Ok(None) | Err(AppError::NoData) => return Vec::new(),
        Err(error) => Err(error),
    };
    asked.unwrap_or_else(|error| {
        problem::warn(format!("the list of noise cannot be read, nothing is silenced: {error}"));
        Vec::new()
    })
}

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

/// What a verdict means for the reader, in one sentence.
fn verdict_sentence(report: &TriageReport) -> &'static str {
    match report.verdict {
        Verdict::Known => "a known issue explains this case",
        Verdict::Possible => "a known issue may fit; see what is missing or speaks against it",
        Verdict::Unknown if report.signatures.iter().all(|one| one.standing != Standing::Failing) => {
            "no error that fails was found, and no known issue fits"
        }
        Verdict::Unknown => "no known issue fits",
    }
}

/// Name and value of the case's fields that are known.
fn case_rows(report: &TriageReport) -> Vec<(&'static str, String)> {
    let case = &report.case;
    let facts = &report.facts;
    let value = |fact: &Option<Fact>| fact.as_ref().map(|fact| fact.value.clone());
    let machine: Vec<String> = [
        value(&facts.product),
        value(&facts.build),
        value(&facts.edition),
        value(&facts.architecture),
        value(&facts.language),
    ]
    .into_iter()
    .flatten()
    .collect();
    let updates: Vec<&str> = facts.updates.iter().map(|fact| fact.value.as_str()).collect();
    let mut rows = vec![
        ("Subject", case.subject.clone()),
        ("Case numbers", case.numbers.join(", ")),
        ("Severity", case.severity.clone().unwrap_or_default()),
        ("Customer", case.customer.clone().unwrap_or_default()),
        ("Product", case.product.clone().unwrap_or_default()),
        ("Machine", machine.join(", ")),
        ("Updates installed", shorten(&updates.join(", "), 120)),
        ("Read", read_summary(report)),
    ];
    rows.retain(|(_, value)| !value.is_empty());
    rows
}

fn read_summary(report: &TriageReport) -> String {
    let count = |kind: PartKind| report.parts.iter().filter(|part| part.kind == kind).count() as u64;
    let lines: u64 = report.parts.iter().filter(|part| part.kind == PartKind::Log).map(|part| part.lines).sum();
    let mut words = vec![plural(count(PartKind::Message), "message", "messages")];
    words.push(format!("{} ({lines} lines)", plural(count(PartKind::Log), "log", "logs")));
    if count(PartKind::Archive) > 0 {
        words.push(plural(count(PartKind::Archive), "archive", "archives"));
    }
    if count(PartKind::Skipped) > 0 {
        words.push(format!("{} not read", plural(count(PartKind::Skipped), "part", "parts")));
    }
    words.join(", ")
}

/// `part:line`, or the part alone for a subject.
fn place(part: &str, line: u64) -> String {
    if line == 0 { format!("{} (subject)", clean_line(part)) } else { format!("{}:{line}", clean_line(part)) }
}

/// The signatures to show: those that failed first; mentions fill up.
fn shown_signatures(report: &TriageReport, all: bool) -> (&[SignatureReport], usize) {
    let most = if all { report.signatures.len() } else { SIGNATURES.min(report.signatures.len()) };
    (&report.signatures[..most], report.signatures.len() - most)
}

/// What a match is worth, in words.
fn standing_of(found: &MatchReport) -> String {
    if let Some(reason) = &found.silenced {
        return format!("silenced: {}", clean_line(reason));
    }
    match found.article.kind {
        ArticleKind::Generic => "general advice on a code that was seen; it explains no case by itself".to_string(),
        ArticleKind::Specific if is_nearest(found) => {
            format!("nearest, but too little speaks for it: confidence {:.2}", found.confidence)
        }
        ArticleKind::Specific => {
            let unproven = match found.article.status {
                ArticleStatus::Validated => "",
                ArticleStatus::Wip => "; the article is still being written",
                _ => "; the article is not yet validated on a case",
            };
            format!("{}, confidence {:.2}{unproven}", found.verdict.name(), found.confidence)
        }
    }
}

/// The evidence to show for a match with that number, each label once, and how much is left out.
fn shown_evidence(found: &MatchReport, number: usize) -> (Vec<&Evidence>, usize) {
    let most = if number == 1 { EVIDENCE } else { EVIDENCE_BELOW };
    let mut seen = HashSet::new();
    let mut shown: Vec<&Evidence> = found.evidence.iter().filter(|one| seen.insert(one.kind.label())).collect();
    let left = shown.len().saturating_sub(most);
    shown.truncate(most);
    (shown, left)
}

fn seen(signature: &SignatureReport) -> String {
    let standing = if signature.silenced.is_some() { "silenced" } else { signature.standing.name() };
    format!("{standing} {}×", signature.count)
}

/// Where the strongest sighting stands.
fn first_place(signature: &SignatureReport) -> String {
    let strongest = signature.occurrences.iter().min_by_key(|occurrence| occurrence.standing);
    strongest.map(|first| place(&first.part, first.line)).unwrap_or_default()
}

fn signature_meaning(signature: &SignatureReport) -> String {
    match (&signature.symbol, &signature.meaning) {
        (Some(symbol), Some(meaning)) => format!("{symbol}: {meaning}"),
        (Some(text), None) | (None, Some(text)) => text.clone(),
        (None, None) => String::new(),
    }
}

/// Chains shown where not everything is asked for.
const CHAINS: usize = 3;

/// The chains to show: each as its row, with what each step is and where it is said.
fn shown_chains(report: &TriageReport, all: bool) -> impl Iterator<Item = (String, Vec<(String, &Step)>)> {
    let most = if all { report.chains.len() } else { CHAINS };
    report.chains.iter().take(most).map(|chain| {
        let steps = chain.steps.iter().map(|step| (format!("{} {step}", step.relation.words()), step)).collect();
        (chain.to_string(), steps)
    })
}

/// The file's own name and the line: enough to find it; JSON has the whole path.
fn short_place(part: &str, line: u64) -> String {
    let at = place(part, line);
    at.rsplit('/').next().unwrap_or(&at).to_string()
}

fn render_table(report: &TriageReport, all: bool) -> String {
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
    for (number, found) in (1..).zip(&report.matches) {
        let bold = Style::new().bold();
        let title = format!("{number}. {} [{}]", clean_line(&found.article.title), found.article.id);
        let title = output::wrap(&title, "   ");
        let _ = writeln!(text, "\n{bold}{}{bold:#}", title.trim_start());
        let _ = writeln!(text, "   {}", standing_of(found));
        for against in &found.against {
            let _ = writeln!(text, "   against: {}", clean(against));
        }
        if let Some(section) = &found.section {
            let _ = writeln!(text, "   section: {}", clean_line(section));
        }
        let (shown, left) = shown_evidence(found, number);
        let mut last = "";
        for evidence in shown {
            let label = shorten(&clean(&evidence.kind.label()), 90);
            let _ = writeln!(text, "   - {label}  ({})", place(&evidence.part, evidence.line));
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
    if let Some(best) = heard(report) {
        for section in answer(best) {
            let _ = write!(text, "\n{}", heading(&section.shown_heading()));
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

/// The best match, unless it is silenced, those stand behind all others, or only the nearest of what does not fit.
fn heard(report: &TriageReport) -> Option<&MatchReport> {
    report.matches.first().filter(|best| best.silenced.is_none() && !is_nearest(best))
}

/// Whether too little speaks for an article to be more than the nearest one.
fn is_nearest(found: &MatchReport) -> bool {
    found.article.kind == ArticleKind::Specific && found.verdict == Verdict::Unknown
}

/// Which article to read in place of one that fits and is out of use.
fn superseded(one: &Superseded) -> String {
    let title = one.title.as_deref().map(|title| format!(": {}", clean_line(title))).unwrap_or_default();
    format!("`{}` fits and was superseded by `{}`{title}", one.article, one.by)
}

/// The sections that answer the case: what to do, and what to mind.
fn answer(found: &MatchReport) -> impl Iterator<Item = &crate::article::Section> {
    let wanted =
        [SectionKind::Cause, SectionKind::Resolution, SectionKind::Workaround, SectionKind::Verify, SectionKind::Risk];
    wanted.into_iter().flat_map(|kind| found.article.sections.iter().filter(move |section| section.kind == kind))
}

fn render_markdown(report: &TriageReport, all: bool) -> String {
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
    for (number, found) in (1..).zip(&report.matches) {
        let _ = writeln!(text, "\n### {number}. {}\n", escape_markdown(&found.article.title));
        let _ = writeln!(text, "`{}`, {}\n", found.article.id, standing_of(found));
        for against in &found.against {
            let _ = writeln!(text, "- against: {}", escape_markdown(against));
        }
        for evidence in shown_evidence(found, number).0 {
            let quote = escape_markdown(&shorten(&evidence.text, 200));
            let (label, at) =
                (escape_markdown(&evidence.kind.label()), escape_markdown(&place(&evidence.part, evidence.line)));
            let _ = writeln!(text, "- **{label}** ({at}): {quote}");
        }
    }
    if let Some(best) = heard(report) {
        for section in answer(best) {
            let _ = writeln!(text, "\n## {}\n\n{}", escape_markdown(&section.shown_heading()), section.text.trim());
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
