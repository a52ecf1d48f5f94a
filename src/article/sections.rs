//! An article's Markdown cut at its headings, and what a heading means in any of its languages.

use std::ops::Range;

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

/// What a heading is about; a heading in two languages (`Symptoms / 症状`) is known by either.
pub fn section_kind(heading: &str) -> SectionKind {
    let known = |part: &str| {
        let name = part.trim().trim_end_matches([':', '：']).trim().to_lowercase();
        NAMES.iter().find(|(_, names)| names.contains(&name.as_str())).map(|(kind, _)| *kind)
    };
    known(heading)
        .or_else(|| heading.split(['/', '／', '(', '（', ')', '）']).find_map(known))
        .unwrap_or(SectionKind::Other)
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
    push_unless_blank(&mut sections, &markdown[..first], line);
    for (index, heading) in headings.iter().enumerate() {
        let end = headings.get(index + 1).map_or(markdown.len(), |next| next.span.start);
        let body = &markdown[heading.span.end..end];
        let kind = section_kind(&heading.name);
        line += markdown[counted..heading.span.start].bytes().filter(|byte| *byte == b'\n').count() as u64;
        counted = heading.span.start;
        if kind == SectionKind::Other && heading.level == HeadingLevel::H1 && sections.is_empty() {
            push_unless_blank(&mut sections, body, line);
        } else {
            sections.push(section(kind, heading.name.clone(), body, line));
        }
    }
    sections
}

fn push_unless_blank(sections: &mut Vec<Section>, body: &str, line: u64) {
    if !body.trim().is_empty() {
        sections.push(section(SectionKind::Other, String::new(), body, line));
    }
}

/// A section, without the line that says whom it is for. Such a line keeps the whole section from customers wherever in it
/// it stands: what was meant for a part must not be told by mistake.
fn section(kind: SectionKind, heading: String, body: &str, line: u64) -> Section {
    let text = trimmed(body);
    let is_internal = text.lines().any(|line| audience_line(line) == Some(Audience::Internal));
    let audience = if is_internal { Audience::Internal } else { Audience::Customer };
    let text = match text.split_once('\n').unwrap_or((&text, "")) {
        (first, rest) if audience_line(first).is_some() => trimmed(rest),
        _ => text,
    };
    Section { kind, heading, text, audience, line }
}

/// Whom a line says that a section is for; `None`: it says nothing of that.
pub(super) fn audience_line(line: &str) -> Option<Audience> {
    let (key, value) = line.split_once([':', '：'])?;
    if !key.trim().eq_ignore_ascii_case("audience") {
        return None;
    }
    match value.trim().to_lowercase().as_str() {
        "internal" => Some(Audience::Internal),
        "customer" => Some(Audience::Customer),
        _ => None,
    }
}

/// Without blank lines around; the indentation of the first line counts in Markdown and stays.
fn trimmed(body: &str) -> String {
    let body = body.trim_end();
    let mut start = 0;
    for line in body.split_inclusive('\n') {
        if !line.trim().is_empty() {
            break;
        }
        start += line.len();
    }
    body[start..].replace("\r\n", "\n")
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
        let found: Vec<_> = sections.iter().map(|s| (s.audience, s.text.as_str(), s.line)).collect();
        let expected = [
            (Audience::Customer, "intro", 1),
            (Audience::Internal, "b", 3),
            (Audience::Customer, "c", 8),
            (Audience::Internal, "### x\naudience: internal\nd", 12),
        ];
        assert_eq!(found, expected);
    }
    #[test]
    fn code_in_a_heading_is_part_of_its_name() {
        let sections = parse_sections("## Event `4771`\nx\n");
        assert_eq!(sections[0].heading, "Event 4771");
    }
}
