//! What a draft says: the issue with what helps, or what is still to be found out.

use super::ReplyError;
use crate::{
    article::{Article, ArticleKind, SectionKind, plain_text},
    mail::Mailbox,
    matching::{Outcome, OutcomeKind, ask::Request},
    store::{
        CaseRecord,
        work::{Findings, StoredMatch},
    },
};

/// Lines of evidence that a draft quotes.
const QUOTED: usize = 3;

/// What a draft says, in a language.
struct Phrases {
    greeting: &'static str,
    stranger: &'static str,
    comma: &'static str,
    thanks: &'static str,
    found: &'static str,
    advice: &'static str,
    seen: &'static str,
    fix_missing: &'static str,
    fix_there: &'static str,
    other_machine: &'static str,
    asks: &'static str,
    asks_first: &'static str,
    helps: &'static str,
    workaround: &'static str,
    again: &'static str,
    regards: &'static str,
}

const EN: Phrases = Phrases {
    greeting: "Dear ",
    stranger: "Dear customer",
    comma: ",",
    thanks: "Thank you for your message about case {case}.",
    found: "What you sent points to a known issue:",
    advice: "For what you sent there is general advice; it need not be the cause:",
    seen: "It shows in these lines:",
    fix_missing: "On the machine that you sent data of, the fix is not installed: {updates}.",
    fix_there: "You have the fix already ({updates}); it need not be installed again. As it still fails, please check the other steps.",
    other_machine: "By what you sent, this machine is not one that the issue is described for ({facts}). Please tell us if it shows on another one.",
    asks: "So that we can be sure, please send us:",
    asks_first: "To find the cause, we need the following. Please send us:",
    helps: "What helps:",
    workaround: "Until then:",
    again: "If it does not help, please answer this mail, so that your answer stays with the case.",
    regards: "Kind regards",
};

const ZH: Phrases = Phrases {
    greeting: "",
    stranger: "尊敬的客户",
    comma: "，您好：",
    thanks: "关于案例 {case}，您的来信已收到，谢谢。",
    found: "根据您提供的信息，判断为以下已知问题：",
    advice: "针对您提供的信息，有以下一般性建议，未必就是问题的原因：",
    seen: "依据如下：",
    fix_missing: "从您提供的信息看，该机器尚未安装修复：{updates}。",
    fix_there: "您的机器已有该修复（{updates}），无需再次安装。由于问题仍然存在，请检查其余步骤。",
    other_machine: "从您提供的信息看，这台机器（{facts}）不在该问题的适用范围内。如果问题出现在其他机器上，请告诉我们。",
    asks: "为便于确认，请提供：",
    asks_first: "为查明原因，请提供以下信息：",
    helps: "处理方法：",
    workaround: "临时措施：",
    again: "如果问题依旧，请直接回复本邮件，以便归入同一案例。",
    regards: "此致\n敬礼",
};

/// What a draft is made of.
pub(super) struct Material<'a> {
    pub(super) case: &'a CaseRecord,
    pub(super) findings: Option<&'a Findings>,
    pub(super) to: &'a Mailbox,
    pub(super) language: &'a str,
}

impl Material<'_> {
    fn phrases(&self) -> Phrases {
        if self.language == "zh" { ZH } else { EN }
    }

    /// Greeting and thanks.
    fn beginning(&self) -> Vec<String> {
        let phrases = self.phrases();
        let name = match self.to.name.trim() {
            "" => phrases.stranger.to_string(),
            name => format!("{}{name}", phrases.greeting),
        };
        vec![format!("{name}{}", phrases.comma), phrases.thanks.replace("{case}", &self.case.id.0)]
    }

    /// Requests as a list.
    fn requests(&self, heading: &str) -> Option<String> {
        let requests: &[Request] = self.findings.map_or(&[], |findings| &findings.requests);
        let lines: Vec<String> = (1..)
            .zip(requests)
            .map(|(number, request)| format!("{number}. {}", request.ask.in_language(self.language)))
            .collect();
        (!lines.is_empty()).then(|| format!("{heading}\n{}", lines.join("\n")))
    }

    fn found(&self, article: &Article) -> Option<&StoredMatch> {
        let same = |id: &str| article.id.0 == id || article.translations.iter().any(|other| other.0 == id);
        self.findings?.matches.iter().find(|found| same(&found.article))
    }
}

/// A draft that asks for what would tell the cause; `None`: there is nothing to ask for.
pub(super) fn asking(material: &Material<'_>) -> Option<String> {
    let phrases = material.phrases();
    let requests = material.requests(phrases.asks_first)?;
    let mut parts = material.beginning();
    parts.extend([requests, phrases.regards.to_string()]);
    Some(parts.join("\n\n") + "\n")
}

/// A draft that tells what helps.
///
/// # Errors
/// When the article has nothing that helps and that a customer may read.
pub(super) fn answering(article: &Article, material: &Material<'_>) -> Result<String, ReplyError> {
    let phrases = material.phrases();
    let section =
        |kind| article.customer_section(kind).map(|section| plain_text(&section.text)).filter(|text| !text.is_empty());
    let (resolution, workaround) = (section(SectionKind::Resolution), section(SectionKind::Workaround));
    if resolution.is_none() && workaround.is_none() {
        return Err(ReplyError::NoResolution(article.id.clone()));
    }
    let generic = article.kind == ArticleKind::Generic;
    let mut parts = material.beginning();
    parts.push(format!("{}\n{}", if generic { phrases.advice } else { phrases.found }, article.title));
    let found = material.found(article);
    let lines = evidence_lines(found);
    if !lines.is_empty() {
        parts.push(format!("{}\n{}", phrases.seen, lines.join("\n")));
    }
    let outcome = found.and_then(|found| found.outcome.as_ref());
    parts.extend(outcome.and_then(|outcome| fix_words(outcome, &phrases, material.language)));
    let there = outcome.map_or(&[][..], |outcome| &outcome.fix.installed);
    if let Some(resolution) = resolution.map(|text| without_installed(&text, there)).filter(|text| !text.is_empty()) {
        parts.push(format!("{}\n\n{resolution}", phrases.helps));
    }
    if let Some(workaround) = workaround {
        parts.push(format!("{}\n\n{workaround}", phrases.workaround));
    }
    if found.is_some_and(|found| found.verdict != "known") {
        parts.extend(material.requests(phrases.asks));
    }
    parts.push(phrases.again.to_string());
    parts.push(phrases.regards.to_string());
    Ok(parts.join("\n\n") + "\n")
}

/// What is said of the fix; nothing where the article just applies.
fn fix_words(outcome: &Outcome, phrases: &Phrases, language: &str) -> Option<String> {
    let fix = &outcome.fix;
    let separator = if language == "zh" { "、" } else { ", " };
    let names = |updates: &[String]| match (updates.is_empty(), &fix.build) {
        (true, Some(build)) => build.clone(),
        _ => updates.join(separator),
    };
    match outcome.outcome {
        OutcomeKind::FixNotInstalled => Some(phrases.fix_missing.replace("{updates}", &names(&fix.install))),
        OutcomeKind::FixInstalledStillFailing => Some(phrases.fix_there.replace("{updates}", &names(&fix.installed))),
        OutcomeKind::NotAffected => {
            let facts: Vec<&str> = fix.because.iter().map(|fact| fact.value.as_str()).collect();
            Some(phrases.other_machine.replace("{facts}", &facts.join(separator)))
        }
        OutcomeKind::CannotTell => {
            let lines = fix.look_up.iter().map(|one| format!("- {}", one.what.in_language(language)));
            Some(format!("{}\n{}", phrases.asks, lines.collect::<Vec<_>>().join("\n")))
        }
        OutcomeKind::Affected => None,
    }
}

/// Steps of a list without those that only install what is installed, numbered anew.
fn without_installed(text: &str, installed: &[String]) -> String {
    if installed.is_empty() {
        return text.to_string();
    }
    // A step is its line with a number, and what is indented below.
    let mut steps: Vec<Vec<&str>> = Vec::new();
    for line in text.lines() {
        match steps.last_mut() {
            Some(step) if step_text(line).is_none() => step.push(line),
            _ => steps.push(vec![line]),
        }
    }
    let kept = steps.into_iter().filter(|step| !only_installs(&step.join("\n"), installed));
    let mut number = 0;
    let lines = kept.flat_map(|step| {
        let numbered = step.first().and_then(|line| step_text(line)).map(|text| {
            number += 1;
            format!("{number}. {text}")
        });
        let rest = step.into_iter().skip(usize::from(numbered.is_some())).map(str::to_string);
        numbered.into_iter().chain(rest).collect::<Vec<_>>()
    });
    lines.collect::<Vec<_>>().join("\n").trim().to_string()
}

/// What stands behind the number of a step.
fn step_text(line: &str) -> Option<&str> {
    let rest = line.trim_start_matches(|c: char| c.is_ascii_digit());
    if rest.len() == line.len() { None } else { rest.strip_prefix(". ") }
}

/// Whether a step says to install updates, all of which are installed.
fn only_installs(step: &str, installed: &[String]) -> bool {
    let says = step.to_lowercase();
    let verb = ["install", "安装", "安裝", "wusa"].iter().any(|word| says.contains(word));
    let mut named = step.match_indices("KB").filter_map(|(at, _)| {
        let digits = step[at + 2..].find(|c: char| !c.is_ascii_digit()).unwrap_or(step.len() - at - 2);
        (digits >= 5).then(|| &step[at..at + 2 + digits])
    });
    let first = named.next();
    let is_there = |update: &str| installed.iter().any(|one| one == update);
    verb && first.is_some_and(is_there) && named.all(is_there)
}

/// The first lines of the case that speak for an article.
fn evidence_lines(found: Option<&StoredMatch>) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for one in found.and_then(|found| found.evidence.as_array()).into_iter().flatten() {
        let text = one["text"].as_str().unwrap_or_default().trim();
        let line = format!("    {}", text.lines().next().unwrap_or_default());
        if !text.is_empty() && !lines.contains(&line) && lines.len() < QUOTED {
            lines.push(line);
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_that_install_what_is_there_are_left_out() {
        let text = "1. See what is there.\n2. Install KB4490628.\n       wusa KB4490628.msu\n3. Install KB4474419 after KB4490628.\n4. Restart.";
        let there = ["KB4490628".to_string()];
        assert_eq!(
            without_installed(text, &there),
            "1. See what is there.\n2. Install KB4474419 after KB4490628.\n3. Restart."
        );
        assert_eq!(without_installed(text, &[]), text);
        let both = ["KB4490628".to_string(), "KB4474419".to_string()];
        assert_eq!(without_installed(text, &both), "1. See what is there.\n2. Restart.");
        assert_eq!(without_installed("安装 KB4474419。", &both), "");
    }
}
