//! An article's Markdown cut at its headings, and what a heading means in any of its languages.

use std::{collections::HashMap, ops::Range, sync::LazyLock};

use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use super::{Audience, Section, SectionKind};

/// Heading names by meaning, folded: lower case, simplified and traditional.
const NAMES: &[(SectionKind, &[&str])] = &[
    (
        SectionKind::Symptoms,
        &[
            "symptoms",
            "symptom",
            "problem",
            "problem description",
            "meaning",
            "impact",
            "error message",
            "error description",
            "issue",
            "issues",
            "problem",
            "problem description",
            "problem statement",
            "description",
            "observed behavior",
            "observed behaviour",
            "what happens",
            "故障描述",
            "情况描述",
            "错误信息",
            "报错信息",
            "异常现象",
            "问题表现",
            "症状",
            "现象",
            "问题现象",
            "故障现象",
            "问题描述",
            "症狀",
            "現象",
            "問題現象",
            "故障現象",
            "問題描述",
        ],
    ),
    (
        SectionKind::Cause,
        &[
            "cause",
            "causes",
            "root cause",
            "reason",
            "diagnosis",
            "possible causes",
            "root cause analysis",
            "root causes",
            "why does this happen",
            "why this happens",
            "根因",
            "根因分析",
            "原因说明",
            "故障分析",
            "问题分析",
            "问题根因",
            "原因",
            "根本原因",
            "原因分析",
            "问题原因",
            "故障原因",
            "問題原因",
            "故障原因",
        ],
    ),
    (
        SectionKind::Resolution,
        &[
            "resolution",
            "solution",
            "fix",
            "how to fix",
            "how to fix it",
            "how to resolve",
            "how to resolve it",
            "how to solve",
            "steps to resolve",
            "steps to fix",
            "resolution steps",
            "solution steps",
            "what to do",
            "corrective action",
            "corrective actions",
            "解决步骤",
            "解决措施",
            "处理方式",
            "处理措施",
            "修复方法",
            "修复步骤",
            "应对措施",
            "处置方法",
            "处置步骤",
            "如何解决",
            "怎么解决",
            "處理方式",
            "解決步驟",
            "resolutions",
            "solutions",
            "remediation",
            "recovery",
            "解决方案",
            "解决办法",
            "解决方法",
            "处理方法",
            "处理办法",
            "处理步骤",
            "解決方案",
            "解決辦法",
            "解決方法",
            "處理方法",
            "處理辦法",
            "處理步驟",
        ],
    ),
    (
        SectionKind::Workaround,
        &[
            "workaround",
            "workarounds",
            "mitigation",
            "temporary fix",
            "temporary solution",
            "temporary workaround",
            "interim solution",
            "临时解决办法",
            "临时解决方法",
            "临时处理",
            "临时规避",
            "应急处理",
            "应急措施",
            "变通方法",
            "绕过方法",
            "临时措施",
            "临时方案",
            "临时解决方案",
            "规避",
            "规避措施",
            "規避",
            "規避措施",
            "臨時措施",
            "臨時方案",
            "臨時解決方案",
        ],
    ),
    (
        SectionKind::Verify,
        &[
            "verify",
            "verification",
            "how to verify",
            "validation",
            "验证步骤",
            "结果确认",
            "验证",
            "验证方法",
            "确认",
            "結果驗證",
            "驗證",
            "驗證方法",
            "确认方法",
            "確認",
        ],
    ),
    (SectionKind::Risk, &["risk", "risks", "caution", "风险", "风险提示", "注意事项", "風險", "風險提示", "注意事項"]),
];

/// [`NAMES`] by name; of a name that stands twice the first holds.
static BY_NAME: LazyLock<HashMap<&str, SectionKind>> = LazyLock::new(|| {
    let mut by_name = HashMap::new();
    for (kind, names) in NAMES {
        for name in *names {
            by_name.entry(*name).or_insert(*kind);
        }
    }
    by_name
});

/// What a heading is about; a heading in two languages (`Symptoms / 症状`) is known by either.
pub fn section_kind(heading: &str) -> SectionKind {
    let known = |part: &str| {
        let part = unnumbered(part.trim().trim_matches(['*', '_']));
        let name = part.trim_end_matches([':', '：', '?', '？']).trim().to_lowercase();
        BY_NAME.get(name.as_str()).copied()
    };
    known(heading)
        .or_else(|| heading.split(['/', '／', '(', '（', ')', '）']).find_map(known))
        .unwrap_or(SectionKind::Other)
}

/// A heading without its number: `1. Symptoms`, `2.3 Cause`, `一、问题现象`, `（二）原因分析`, `③ 根因`.
pub(super) fn unnumbered(heading: &str) -> &str {
    const CHINESE: [char; 11] = ['一', '二', '三', '四', '五', '六', '七', '八', '九', '十', '零'];
    // `①`, `⑴`, `⒈` and the like stand alone.
    let heading = heading.trim_start();
    if let Some(behind) = heading.strip_prefix(|c: char| ('\u{2460}'..='\u{249b}').contains(&c)) {
        return behind.trim_start_matches(['、', '.', '．', ':', '：', ' ', '\t', '\u{3000}']);
    }
    let is_number = |c: char| c.is_ascii_digit() || ('０'..='９').contains(&c) || CHINESE.contains(&c);
    let inner = heading.trim_start_matches(['(', '（', '第']);
    let rest = inner.trim_start_matches(|c: char| is_number(c) || c == '.');
    let behind = rest.trim_start_matches([')', '）', '、', '.', '．', ':', '：', ' ', '\t']);
    // A number that runs into the word is part of it: `3D printers`, `一致性`.
    let number = &inner[..inner.len() - rest.len()];
    let is_apart = number.ends_with('.') || behind.len() < rest.len();
    if !number.is_empty() && is_apart { behind } else { heading }
}

/// Cuts Markdown into sections at first- and second-level headings, in the order of the file.
///
/// Deeper headings stay inside their section. A first-level heading that opens the text and names
/// no section repeats the title and is dropped. Text before the first heading becomes a section
/// [`SectionKind::Other`] with an empty heading.
pub fn parse_sections(markdown: &str) -> Vec<Section> {
    let headings = headings(markdown);
    let mut sections = Vec::with_capacity(headings.len());
    let first = headings.first().map_or(markdown.len(), |heading| heading.span.start);
    // Lines are counted once over the whole text, heading by heading.
    let (mut counted, mut line) = (0, 1);
    push_unless_blank(&mut sections, &markdown[..first], line, line);
    for (index, heading) in headings.iter().enumerate() {
        let end = headings.get(index + 1).map_or(markdown.len(), |next| next.span.start);
        let body = &markdown[heading.span.end..end];
        let kind = section_kind(&heading.name);
        line += newlines(&markdown[counted..heading.span.start]);
        counted = heading.span.start;
        let below = line + newlines(&markdown[heading.span.clone()]);
        if kind == SectionKind::Other && heading.level == HeadingLevel::H1 && sections.is_empty() {
            push_unless_blank(&mut sections, body, line, below);
        } else {
            sections.push(section(kind, heading.name.clone(), body, line, below));
        }
    }
    sections
}

fn push_unless_blank(sections: &mut Vec<Section>, body: &str, line: u64, below: u64) {
    if !body.trim().is_empty() {
        sections.push(section(SectionKind::Other, String::new(), body, line, below));
    }
}

/// A section, without the line that says whom it is for. Such a line keeps the whole section from customers wherever in it
/// it stands: what was meant for a part must not be told by mistake. `line` is that of the heading, `below` that on which `body`
/// begins.
fn section(kind: SectionKind, heading: String, body: &str, line: u64, below: u64) -> Section {
    let is_internal = body.lines().any(|line| audience_line(line) == Some(Audience::Internal));
    let audience = if is_internal { Audience::Internal } else { Audience::Customer };
    let mut start = blank_lines(body);
    let first = body[start..].split_inclusive('\n').next().unwrap_or_default();
    if audience_line(first).is_some() {
        start += first.len();
        start += blank_lines(&body[start..]);
    }
    let text = body[start..].trim_end().replace("\r\n", "\n");
    Section { kind, heading, text, audience, line, text_line: below + newlines(&body[..start]) }
}

/// Whom a line says that a section is for; `None`: it says nothing of that.
pub(super) fn audience_line(line: &str) -> Option<Audience> {
    let (key, value) = audience_parts(line)?;
    if !["audience", "受众", "受眾", "读者"].iter().any(|name| key.eq_ignore_ascii_case(name)) {
        return None;
    }
    match value.to_lowercase().as_str() {
        "internal" | "内部" | "內部" => Some(Audience::Internal),
        // What is quoted opens nothing: it may be what a customer wrote.
        "customer" | "客户" | "客戶" if !line.trim_start().starts_with('>') => Some(Audience::Customer),
        _ => None,
    }
}

/// Key and value of a line that may say whom a section is for, whatever marks stand around them: emphasis, a quote, a list's
/// dash, a comment.
pub(super) fn audience_parts(line: &str) -> Option<(&str, &str)> {
    let marks = |c: char| c.is_whitespace() || "*_`~>-+[](){}<!#\"'|".contains(c);
    let (key, value) = line.trim_matches(marks).split_once([':', '：', '='])?;
    Some((key.trim_matches(marks), value.trim_matches(marks)))
}

/// How many bytes the blank lines at the beginning take; the indentation of the first line of text counts in Markdown and stays.
fn blank_lines(body: &str) -> usize {
    body.split_inclusive('\n').take_while(|line| line.trim().is_empty()).map(str::len).sum()
}

fn newlines(text: &str) -> u64 {
    text.bytes().filter(|byte| *byte == b'\n').count() as u64
}

struct Heading {
    level: HeadingLevel,
    name: String,
    span: Range<usize>,
}

/// First- and second-level headings outside of quotes and lists.
fn headings(markdown: &str) -> Vec<Heading> {
    let mut found: Vec<Heading> = Vec::new();
    let mut inside: Option<Heading> = None;
    let mut depth = 0usize;
    for (event, span) in Parser::new_ext(markdown, Options::ENABLE_TABLES).into_offset_iter() {
        match event {
            Event::Start(Tag::Heading { level, .. }) if depth == 0 && level <= HeadingLevel::H2 => {
                inside = Some(Heading { level, name: String::new(), span });
                depth += 1;
            }
            Event::End(TagEnd::Heading(_)) => {
                depth = depth.saturating_sub(1);
                if let Some(mut heading) = inside.take() {
                    heading.name = heading.name.trim().to_owned();
                    found.push(heading);
                }
            }
            Event::Start(_) => depth += 1,
            Event::End(_) => depth = depth.saturating_sub(1),
            Event::Text(text) | Event::Code(text) => {
                if let Some(heading) = inside.as_mut() {
                    heading.name.push_str(&text);
                }
            }
            _ => {}
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_kind(heading: &str, expected: SectionKind) {
        assert_eq!(section_kind(heading), expected, "in: {heading}");
    }

    #[test]
    fn english_heading() {
        check_kind("Symptoms", SectionKind::Symptoms)
    }
    #[test]
    fn case_and_colon_do_not_matter() {
        check_kind("ROOT CAUSE:", SectionKind::Cause)
    }
    #[test]
    fn simplified_heading() {
        check_kind("解决办法：", SectionKind::Resolution)
    }
    #[test]
    fn traditional_heading() {
        check_kind("驗證", SectionKind::Verify)
    }
    #[test]
    fn two_languages() {
        check_kind("风险 / Risk", SectionKind::Risk)
    }
    #[test]
    fn workaround_in_chinese() {
        check_kind("临时措施", SectionKind::Workaround)
    }
    #[test]
    fn other_word_that_begins_alike() {
        check_kind("Cause of death report", SectionKind::Other)
    }

    #[track_caller]
    fn check(markdown: &str, expected: &[(SectionKind, &str)]) {
        let found: Vec<_> = parse_sections(markdown).into_iter().map(|s| (s.kind, s.text)).collect();
        let expected: Vec<_> = expected.iter().map(|(kind, text)| (*kind, (*text).to_owned())).collect();
        assert_eq!(found, expected, "in: {markdown}");
    }

    #[test]
    fn order_of_the_file_is_kept() {
        check("## Cause\nb\n\n## Symptoms\na\n", &[(SectionKind::Cause, "b"), (SectionKind::Symptoms, "a")])
    }
    #[test]
    fn title_is_dropped() {
        check("# The title\n\n## Cause\nb\n", &[(SectionKind::Cause, "b")])
    }
    #[test]
    fn text_before_the_first_heading_is_kept() {
        check("intro\n\n## Cause\nb\n", &[(SectionKind::Other, "intro"), (SectionKind::Cause, "b")])
    }
    #[test]
    fn heading_in_a_code_block_is_text() {
        check("## Cause\n```\n## Fix\n```\n", &[(SectionKind::Cause, "```\n## Fix\n```")])
    }
    #[test]
    fn heading_in_a_quote_is_text() {
        check("## Cause\n> # Fix\n", &[(SectionKind::Cause, "> # Fix")])
    }
    #[test]
    fn deeper_heading_stays_inside() {
        check("## 原因\n### Risk\nc\n", &[(SectionKind::Cause, "### Risk\nc")])
    }
    #[test]
    fn underlined_heading() {
        check("Risk\n----\nc\r\nd\r\n", &[(SectionKind::Risk, "c\nd")])
    }
    #[test]
    fn a_section_for_the_own_team_is_told_apart() {
        let sections = parse_sections(
            "intro\n\n## Cause\n\nAudience: internal\n\nb\n## Fix\n\naudience: customer\nc\n## Risk\n### x\naudience: internal\nd\n",
        );
        let found: Vec<_> = sections.iter().map(|s| (s.audience, s.text.as_str(), s.line, s.text_line)).collect();
        let expected = [
            (Audience::Customer, "intro", 1, 1),
            (Audience::Internal, "b", 3, 7),
            (Audience::Customer, "c", 8, 11),
            (Audience::Internal, "### x\naudience: internal\nd", 12, 13),
        ];
        assert_eq!(found, expected);
    }
    #[test]
    fn code_in_a_heading_is_part_of_its_name() {
        let sections = parse_sections("## Event `4771`\nx\n");
        assert_eq!(sections[0].heading, "Event 4771");
    }

    #[test]
    fn headings_are_known_as_teams_write_them() {
        for (heading, kind) in [
            ("1. Symptoms", SectionKind::Symptoms),
            ("2.3 Root Cause Analysis", SectionKind::Cause),
            ("一、问题现象", SectionKind::Symptoms),
            ("（二）原因分析", SectionKind::Cause),
            ("三、解决步骤", SectionKind::Resolution),
            ("**How to resolve**", SectionKind::Resolution),
            ("Why does this happen?", SectionKind::Cause),
            ("临时解决办法", SectionKind::Workaround),
            ("3D printers", SectionKind::Other),
            ("一致性检查", SectionKind::Other),
            ("2024.1", SectionKind::Other),
            ("", SectionKind::Other),
            ("1.", SectionKind::Other),
        ] {
            assert_eq!(section_kind(heading), kind, "{heading}");
        }
    }

    #[test]
    fn a_section_is_internal_however_the_line_is_marked() {
        for line in [
            "audience: internal",
            "**audience: internal**",
            "> audience: internal",
            "- audience：internal",
            "`audience: internal`",
            "<!-- audience: internal -->",
            "[audience: internal]",
            "audience = internal",
            "受众：内部",
            "**Audience**: Internal",
        ] {
            let sections = parse_sections(&format!("## Note\n{line}\n\nnot for customers\n"));
            assert_eq!(sections[0].audience, Audience::Internal, "{line}");
            assert!(!sections[0].text.contains("udience"), "{line}");
        }
        let told = parse_sections("## Note\nThe audience: internal staff and guests.\n");
        assert_eq!(told[0].audience, Audience::Customer);
    }
}
