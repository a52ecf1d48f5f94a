//! Sections that a document marks by words alone: `**Symptoms:** …`, `Problem: …`, 【原因分析】, or a name on a line of its own.
//!
//! Read only where no heading names a section, and where the labels are those of one issue: one says what to do and another what is
//! wrong, or the one is marked, and none comes twice.

use crate::{
    article::{
        SectionKind, parse_sections, section_kind,
        summary::label,
        template::{Language, section_name},
    },
    case::CHINESE,
    text::chinese_share,
};

/// Marks behind a label.
const BEHIND: &[char] = &['*', '_', '】', ']', '］', '」', '〕', ':', '：', ' ', '\t', '\u{3000}'];
/// Marks around the name of a label.
const AROUND: &[char] =
    &['【', '[', '［', '「', '〔', '】', ']', '］', '」', '〕', '*', '_', '#', '-', '+', '■', '●', '◆', '▶', ' '];

/// A label with its line.
struct Label<'t> {
    line: usize,
    kind: SectionKind,
    name: &'t str,
    rest: &'t str,
    /// Whether marks or a line of its own tell it from a word of a sentence.
    marked: bool,
}

/// The text with headings in place of labels; `None`: it has headings, or no labels.
pub(super) fn headed(body: &str) -> Option<String> {
    let sections = parse_sections(body);
    // What is for the own team would be for it in one of the new sections alone.
    if sections.iter().any(|section| section.kind != SectionKind::Other || !section.audience.is_customer()) {
        return None;
    }
    let lines: Vec<&str> = body.lines().collect();
    let labels = labels(&lines);
    if !are_sections(&labels) {
        return None;
    }
    let chinese = chinese_share(body.chars()).is_some_and(|share| share >= CHINESE);
    let language = if chinese { Language::Zh } else { Language::En };
    let mut text = String::with_capacity(body.len() + 200);
    let mut next = labels.iter().peekable();
    for (number, line) in lines.iter().enumerate() {
        let Some(label) = next.next_if(|label| label.line == number) else {
            text.extend([line, "\n"]);
            continue;
        };
        // What only a summary calls so has the name that articles know.
        let name = if section_kind(label.name) == label.kind { label.name } else { section_name(label.kind, language) };
        if !text.is_empty() && !text.ends_with("\n\n") {
            text.push('\n');
        }
        text.extend(["## ", name, "\n\n"]);
        if !label.rest.is_empty() {
            text.extend([label.rest, "\n"]);
        }
    }
    Some(text)
}

/// Whether labels part one issue: something is to be done, and what for is said too or the label is more than a word with a colon.
fn are_sections(labels: &[Label<'_>]) -> bool {
    let answers = |label: &&Label<'_>| matches!(label.kind, SectionKind::Resolution | SectionKind::Workaround);
    let mut names: Vec<String> = labels.iter().map(|label| label.name.to_lowercase()).collect();
    names.sort();
    let repeats = names.windows(2).any(|pair| pair[0] == pair[1]);
    let others = labels.iter().any(|label| !answers(&label));
    !repeats && labels.iter().filter(answers).any(|label| others || label.marked)
}

/// The labels outside of code, quotes and tables.
fn labels<'t>(lines: &[&'t str]) -> Vec<Label<'t>> {
    let mut labels = Vec::new();
    let mut fence: Option<&str> = None;
    for (number, line) in lines.iter().enumerate() {
        let bare = line.trim_start();
        let mark = ["```", "~~~"].into_iter().find(|mark| bare.starts_with(mark));
        if mark.is_some() && (fence.is_none() || fence == mark) {
            fence = if fence.is_some() { None } else { mark };
            continue;
        }
        let is_text = fence.is_none() && line.len() - bare.len() < 4 && !bare.starts_with(['>', '|', '#', '\t']);
        let is_blank = |number: usize| lines.get(number).is_none_or(|line| line.trim().is_empty());
        if is_text {
            labels.extend(label_of(line, number, (number == 0 || is_blank(number - 1), is_blank(number + 1))));
        }
    }
    labels
}

/// The label that opens a line. `blank`: whether a blank line stands above and below it.
fn label_of<'t>(line: &'t str, number: usize, blank: (bool, bool)) -> Option<Label<'t>> {
    let bare = line.trim();
    let own_line = section_kind(bare);
    if own_line != SectionKind::Other && !bare.contains([':', '：']) {
        // A name alone is one only as a paragraph, or in marks.
        let marked = bare.starts_with("**") && bare.ends_with("**") || bare.starts_with("__") && bare.ends_with("__");
        let name = bare.trim_matches(AROUND);
        let is_one = marked || blank == (true, true);
        return is_one.then_some(Label { line: number, kind: own_line, name, rest: "", marked });
    }
    let (kind, _) = label(bare).filter(|(kind, _)| *kind != SectionKind::Other)?;
    let bracketed = bare.trim_start_matches(['*', '_']).starts_with(['【', '[', '［', '「', '〔']);
    let ends: &[char] = if bracketed { &['】', ']', '］', '」', '〕'] } else { &[':', '：'] };
    let (name, rest) = bare.split_once(ends).unwrap_or((bare, ""));
    let marked = bracketed || bare.starts_with("**") || bare.starts_with("__");
    let name = name.trim_matches(AROUND);
    // `the\nproblem: it …` goes on with a sentence.
    let begins = marked || blank.0 || !name.starts_with(|c: char| c.is_lowercase());
    begins.then_some(Label { line: number, kind, name, rest: rest.trim_start_matches(BEHIND).trim_end(), marked })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(body: &str, expected: &[(SectionKind, &str)]) {
        let text = headed(body).unwrap_or_else(|| body.to_string());
        let sections = parse_sections(&text);
        let found: Vec<_> = sections.iter().map(|one| (one.kind, one.text.as_str())).collect();
        assert_eq!(found, expected, "of {body}");
    }

    #[test]
    fn labels_part_a_document() {
        use SectionKind::{Cause, Other, Resolution, Symptoms};
        let both = [(Symptoms, "The pump **stops**"), (Resolution, "Restart it")];
        for body in [
            "**Symptoms:** The pump **stops**\n\n**Resolution:** Restart it\n",
            "**Symptoms**: The pump **stops**\n**Resolution**: Restart it\n",
            "Problem: The pump **stops**\nSolution: Restart it\n",
            "**Problem**\n\nThe pump **stops**\n\n**Solution**\n\nRestart it\n",
            "Problem\n\nThe pump **stops**\n\nSolution\n\nRestart it\n",
            "__Issue:__ The pump **stops**\n\n__Fix:__ Restart it\n",
            "- Problem: The pump **stops**\n- Solution: Restart it\n",
            "【问题描述】The pump **stops**\n【解决方案】Restart it\n",
            "问题现象：The pump **stops**\n\n解决办法：Restart it\n",
        ] {
            check(body, &both);
        }
        check("泵停机。\n\n**解决办法：** 重启\n", &[(Other, "泵停机。"), (Resolution, "重启")]);
        check(
            "Issue: x\nRoot cause:\na lock\nb\nAction taken: y\n",
            &[(Symptoms, "x"), (Cause, "a lock\nb"), (Resolution, "y")],
        );
    }

    #[test]
    fn what_is_no_label_stays() {
        for body in [
            "Fix: see below",
            "The pump stops. One\nproblem: it is loud. The\nsolution: none",
            "- Issue: a\n- Fix: b\n- Issue: c\n- Fix: d",
            "```\nProblem: x\nSolution: y\n```",
            "> Problem: x\n> Solution: y",
            "    Problem: x\n    Solution: y",
            "Description: The service stopped.\nReason: timeout",
            "| Problem: | x |\n| --- | --- |\n| Solution: | y |",
        ] {
            assert_eq!(headed(body), None, "of {body}");
        }
        assert_eq!(headed("## Symptoms\nx\n\n**Resolution:** y"), None);
        assert_eq!(headed("audience: internal\n\n**Symptoms:** x\n\n**Resolution:** y"), None);
    }
}
