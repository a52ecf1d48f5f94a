//! What a draft says: the issue with what helps, or what is still to be found out.

use super::quotes;
use crate::{
    article::{Article, ArticleKind, SectionKind, plain_text},
    mail::Mailbox,
    matching::{Outcome, OutcomeKind, Verdict, ask::Request},
    store::{
        CaseRecord,
        work::{Findings, StoredMatch},
    },
};

/// What a draft says, in a language.
struct Phrases {
    greeting: &'static str,
    stranger: &'static str,
    comma: &'static str,
    thanks: &'static str,
    found: &'static str,
    advice: &'static str,
    several: &'static str,
    part: &'static str,
    seen: &'static str,
    fix_missing: &'static str,
    fix_there: &'static str,
    other_machine: &'static str,
    asks: &'static str,
    asks_first: &'static str,
    questions: [&'static str; 4],
    risk: &'static str,
    verify: &'static str,
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
    several: "What you sent shows {count} separate issues. Each has its own part below.",
    part: "=== Issue {number} ===",
    seen: "It shows in these lines:",
    fix_missing: "On the machine that you sent data of, the fix is not installed: {updates}.",
    fix_there: "You have the fix already ({updates}); it need not be installed again. As it still fails, please check the other steps.",
    other_machine: "By what you sent, this machine is not one that the issue is described for ({facts}). Please tell us if it shows on another one.",
    asks: "So that we can be sure, please send us:",
    asks_first: "To find the cause, we need the following. Please send us:",
    questions: [
        "the exact message, and what is being done when it comes; a picture of the screen helps",
        "since when it happens, how often, and what was changed before: an update, a program, a setting",
        "whether it happens on one machine, for one user or in one place only, or on all",
        "the log of that time, of the program or of the system, and when it last happened",
    ],
    risk: "Before you begin, please note:",
    verify: "How to see that it helped:",
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
    several: "您提供的信息反映了 {count} 个不同的问题，下面分别说明。",
    part: "=== 问题 {number} ===",
    seen: "依据如下：",
    fix_missing: "从您提供的信息看，该机器尚未安装修复：{updates}。",
    fix_there: "您的机器已有该修复（{updates}），无需再次安装。由于问题仍然存在，请检查其余步骤。",
    other_machine: "从您提供的信息看，这台机器（{facts}）不在该问题的适用范围内。如果问题出现在其他机器上，请告诉我们。",
    asks: "为便于确认，请提供：",
    asks_first: "为查明原因，请提供以下信息：",
    questions: [
        "完整的提示或报错原文，以及出现时正在做什么操作；最好附上截图",
        "从什么时候开始、多久出现一次，之前做过什么变更（更新、安装软件、修改设置）",
        "只有一台机器、一个用户或一个地点出现，还是全部都出现",
        "最近一次出现的时间，以及当时的程序日志或系统日志",
    ],
    risk: "操作之前请注意：",
    verify: "如何确认已经解决：",
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
    /// The messages that who answers wrote, by the names that they have as parts.
    pub(super) own: &'a [String],
    pub(super) language: &'a str,
    /// Whether a log came with the case.
    pub(super) has_log: bool,
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

    /// What is asked for: what the case points to, and where no error is named, what is asked first of any fault.
    fn asked(&self, reports_fault: bool) -> Vec<String> {
        let requests: &[Request] = self.findings.map_or(&[], |findings| &findings.requests);
        let mut asked: Vec<String> =
            requests.iter().map(|request| request.ask.in_language(self.language).replace('`', "")).collect();
        let names_error = self.findings.is_some_and(|findings| findings.primary.is_some());
        if reports_fault && (asked.is_empty() || !names_error) {
            let [message, when_where @ .., log] = self.phrases().questions;
            // Who named a code has sent the message.
            let message = (!names_error).then_some(message);
            // What is asked for already says which log, and one that is there is not asked for again.
            let log = (asked.is_empty() && !self.has_log).then_some(log);
            asked.extend(message.into_iter().chain(when_where).chain(log).map(str::to_string));
        }
        asked
    }

    fn found(&self, article: &Article) -> Option<&StoredMatch> {
        let same = |id: &str| article.id.0 == id || article.translations.iter().any(|other| other.0 == id);
        self.findings?.matches.iter().find(|found| same(&found.article))
    }
}

/// Lines as a numbered list under a heading; `None` where there are none.
fn listed(heading: &str, lines: &[String]) -> Option<String> {
    let lines: Vec<String> = (1..).zip(lines).map(|(number, line)| format!("{number}. {line}")).collect();
    (!lines.is_empty()).then(|| format!("{heading}\n{}", lines.join("\n")))
}

/// A draft that asks for what would tell the cause: what the case points to, or where nothing is known of it what is asked first of
/// any fault; `None`: there is nothing to ask for.
pub(super) fn asking(material: &Material<'_>, reports_fault: bool) -> Option<String> {
    let phrases = material.phrases();
    let requests = listed(phrases.asks_first, &material.asked(reports_fault))?;
    let mut parts = material.beginning();
    parts.extend([requests, phrases.regards.to_string()]);
    Some(parts.join("\n\n") + "\n")
}

/// Whether an article says something that helps and that a customer may read.
pub(super) fn helps(article: &Article) -> bool {
    [SectionKind::Resolution, SectionKind::Workaround].into_iter().any(|kind| for_customers(article, kind).is_some())
}

/// A section that a customer may read, as plain text.
fn for_customers(article: &Article, kind: SectionKind) -> Option<String> {
    article.customer_section(kind).map(|section| plain_text(&section.text)).filter(|text| !text.is_empty())
}

/// A draft that tells what helps: of several issues each under its own heading.
pub(super) fn answering(articles: &[&Article], material: &Material<'_>) -> String {
    let phrases = material.phrases();
    let mut parts = material.beginning();
    if articles.len() > 1 {
        parts.push(phrases.several.replace("{count}", &articles.len().to_string()));
    }
    for (number, article) in (1..).zip(articles) {
        if articles.len() > 1 {
            parts.push(phrases.part.replace("{number}", &number.to_string()));
        }
        parts.extend(issue(article, material));
    }
    let known = |article: &&Article| material.found(article).is_none_or(|found| found.verdict == Verdict::Known.name());
    if !articles.iter().all(known) {
        parts.extend(listed(phrases.asks, &material.asked(false)));
    }
    parts.push(phrases.again.to_string());
    parts.push(phrases.regards.to_string());
    parts.join("\n\n") + "\n"
}

/// What is said of one issue: what it is, where it shows, what helps.
fn issue(article: &Article, material: &Material<'_>) -> Vec<String> {
    let phrases = material.phrases();
    let generic = article.kind == ArticleKind::Generic;
    let mut parts = vec![format!("{}\n{}", if generic { phrases.advice } else { phrases.found }, article.title)];
    let found = material.found(article);
    let lines = quotes::lines(found, material.own);
    if !lines.is_empty() {
        parts.push(format!("{}\n{}", phrases.seen, lines.join("\n")));
    }
    let outcome = found.and_then(|found| found.outcome.as_ref());
    parts.extend(outcome.and_then(|outcome| fix_words(outcome, &phrases, material.language)));
    let there = outcome.map_or(&[][..], |outcome| &outcome.fix.installed);
    if let Some(risk) = for_customers(article, SectionKind::Risk) {
        parts.push(format!("{}\n\n{risk}", phrases.risk));
    }
    let resolution = for_customers(article, SectionKind::Resolution).map(|text| without_installed(&text, there));
    if let Some(resolution) = resolution.filter(|text| !text.is_empty()) {
        parts.push(format!("{}\n\n{resolution}", phrases.helps));
    }
    if let Some(workaround) = for_customers(article, SectionKind::Workaround) {
        parts.push(format!("{}\n\n{workaround}", phrases.workaround));
    }
    if let Some(verify) = for_customers(article, SectionKind::Verify) {
        parts.push(format!("{}\n\n{verify}", phrases.verify));
    }
    parts
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
