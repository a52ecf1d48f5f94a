//! The sections that an article needs, and whom they are for.

use super::{Findings, LintRule};
use crate::article::{Article, SectionKind, audience::said, template::TODO};

/// Steps after which a machine may not start or let its users in: they need Verify and Risk.
/// Compared in lower case; commands and names, so that no ordinary word is among them.
const RISKY_STEPS: &[&str] = &[
    "regedit",
    "reg add",
    "reg delete",
    "reg load",
    "hklm\\",
    "hkey_local_machine",
    "new-itemproperty",
    "set-itemproperty",
    "remove-itemproperty",
    "registry",
    "注册表",
    "登錄檔",
    "icacls",
    "takeown",
    "set-acl",
    "chmod",
    "chown",
    "setfacl",
    "permission",
    "权限",
    "權限",
    "sc config",
    "sc.exe",
    "net stop",
    "stop-service",
    "set-service",
    "systemctl disable",
    "systemctl mask",
    "bcdboot",
    "bcdedit",
    "bootrec",
    "diskpart",
    "winpe",
    "grub",
    "dracut",
    "initramfs",
    "safe mode",
    "安全模式",
    "reagentc",
    "group policy",
    "组策略",
    "群組原則",
];

pub(super) fn check(article: &Article, found: &mut Findings<'_>) {
    let last = article.sections.last().map_or_else(|| article.line_of("id"), |section| section.line);
    for kind in [SectionKind::Symptoms, SectionKind::Cause, SectionKind::Resolution] {
        if article.section(kind).is_none() {
            found.line(last, LintRule::MissingSection, format!("section {kind:?} is missing"));
        }
    }
    let steps = [SectionKind::Resolution, SectionKind::Workaround].map(|kind| article.section(kind));
    let risky = steps.into_iter().flatten().find_map(|section| {
        let (line, step) = (section.text_line..).zip(section.text.lines()).find_map(|(line, text)| {
            let text = text.to_lowercase();
            RISKY_STEPS.iter().find(|step| text.contains(*step)).map(|step| (line, step))
        })?;
        Some((line, step))
    });
    if let Some((line, step)) = risky {
        for kind in [SectionKind::Verify, SectionKind::Risk] {
            if article.section(kind).is_none() {
                let why = format!("section {kind:?} is missing, though the steps touch `{step}`");
                found.line(line, LintRule::MissingSection, why);
            }
        }
    }
    for section in article.sections.iter().filter(|section| section.text.trim().is_empty()) {
        found.line(section.line, LintRule::EmptySection, format!("section `{}` has no text", section.heading));
    }
    check_todo(article, found);
}

/// What a template asked for and nobody wrote.
fn check_todo(article: &Article, found: &mut Findings<'_>) {
    if article.title.contains(TODO) {
        let message = format!("the title is still to be written (`{TODO}`), or the article is a draft: `status: wip`");
        found.key("title", LintRule::Unfinished, message);
    }
    for section in &article.sections {
        let Some((line, _)) = (section.text_line..).zip(section.text.lines()).find(|(_, text)| text.contains(TODO))
        else {
            continue;
        };
        let message = format!("section `{}` is still to be written (`{TODO}`)", section.heading);
        found.line(line, LintRule::Unfinished, message);
    }
}

/// A line that says whom a section is for holds for the whole of it, and is to stand where that can be seen.
pub(super) fn check_audience(article: &Article, found: &mut Findings<'_>) {
    for section in &article.sections {
        for (line, text) in (section.text_line..).zip(section.text.lines()) {
            if said(text).is_some() {
                let message = "keeps the whole section from customers; put it right below the section's heading";
                found.line(line, LintRule::Audience, message);
            }
        }
    }
}
