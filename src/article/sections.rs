//! An article's Markdown cut at its headings, and what a heading means in any of its languages.

mod names;

use std::ops::Range;

use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use super::{
    Audience, Section, SectionKind,
    audience::{heading_keeps_in, is_plain, keeps_in, tag_keeps_in},
};
use names::named;

/// What a heading is about; a heading in two languages (`Symptoms / 症状`) is known by either.
pub fn section_kind(heading: &str) -> SectionKind {
    let known = |part: &str| {
        let part = unnumbered(part.trim().trim_matches(['*', '_']));
        let name = part.trim_end_matches([':', '：', '?', '？']).trim().to_lowercase();
        named(&name)
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

/// Cuts Markdown into sections at its headings of first and second level, or, where it has none, at its shallowest ones, in the
/// order of the file; see `cut_level`.
///
/// Deeper headings stay inside their section. A heading above those of the sections that opens the text repeats the title and is
/// dropped: one of the first level that names no section, another where nothing stands below it. Text before the first heading
/// becomes a section [`SectionKind::Other`] with an empty heading.
///
/// What is not for customers (`audience` knows it) may be said by a section's heading or by any line of it. Where such
/// a line is all that stands above the sections, it keeps all of them in; one right above a heading keeps the section below in as
/// well. Where sections begin below the second level, text above them that is not for customers keeps all below it from them.
pub fn parse_sections(markdown: &str) -> Vec<Section> {
    let mut headings = outline(markdown);
    let cut = cut_level(&headings);
    headings.retain(|heading| heading.level <= cut);
    let mut sections = Vec::with_capacity(headings.len());
    let first = headings.first().map_or(markdown.len(), |heading| heading.span.start);
    // Lines are counted once over the whole text, heading by heading.
    let (mut counted, mut line) = (0, 1);
    push_unless_blank(&mut sections, &markdown[..first], line, line);
    let mut all_closed = says_that_alone(&markdown[..first]) || markdown.lines().any(tag_keeps_in);
    let mut next_closed = ends_with_that(&markdown[..first]);
    let is_internal = |sections: &[Section]| sections.last().is_some_and(|section| !section.audience.is_customer());
    // The level of the text above the sections that keeps all below it from customers; 0: what stands before any heading.
    let mut closed = Some(0).filter(|_| cut > HeadingLevel::H2 && is_internal(&sections));
    for (index, heading) in headings.iter().enumerate() {
        let end = headings.get(index + 1).map_or(markdown.len(), |next| next.span.start);
        let body = &markdown[heading.span.end..end];
        let kind = section_kind(&heading.name);
        line += newlines(&markdown[counted..heading.span.start]);
        counted = heading.span.start;
        let below = line + newlines(&markdown[heading.span.clone()]);
        let opens = kind == SectionKind::Other && sections.is_empty();
        if opens && (heading.level == HeadingLevel::H1 || heading.level < cut && body.trim().is_empty()) {
            push_unless_blank(&mut sections, body, line, below);
            all_closed |= says_that_alone(body) || heading_keeps_in(&markdown[heading.span.clone()]);
        } else {
            sections.push(section(kind, heading.name.clone(), body, line, below));
        }
        let level = heading.level as usize;
        closed = closed.filter(|above| *above < level);
        let is_closed = closed.is_some() || next_closed || heading_keeps_in(&markdown[heading.span.clone()]);
        next_closed = ends_with_that(body);
        if is_closed {
            sections.iter_mut().last().into_iter().for_each(|section| section.audience = Audience::Internal);
        } else if heading.level < cut && cut > HeadingLevel::H2 && !body.trim().is_empty() && is_internal(&sections) {
            closed = Some(level);
        }
    }
    if all_closed {
        sections.iter_mut().for_each(|section| section.audience = Audience::Internal);
    }
    sections
}

/// Whether a text says that it is for the own team, and nothing else.
fn says_that_alone(text: &str) -> bool {
    let mut lines = text.lines().filter(|line| !line.trim().is_empty()).peekable();
    lines.peek().is_some() && lines.all(keeps_in)
}

/// Whether the last line of a text says that it is for the own team, and is not the first one: it may be meant for what follows.
fn ends_with_that(text: &str) -> bool {
    let mut lines = text.lines().filter(|line| !line.trim().is_empty());
    lines.next_back().is_some_and(keeps_in) && lines.next().is_some()
}

/// The level of the headings that part a text into sections: the second, or the shallowest below a title.
///
/// A heading that is the only one of its level and names no section is a title where it is of the first level, or where deeper
/// ones do name sections: `## VPN error 809` above `### Problem` and `### Solution`.
pub(crate) fn cut_level(headings: &[Heading]) -> HeadingLevel {
    let is_named = |heading: &Heading| section_kind(&heading.name) != SectionKind::Other;
    let next = |above: Option<HeadingLevel>| {
        headings.iter().map(|heading| heading.level).filter(|level| above.is_none_or(|above| *level > above)).min()
    };
    let Some(mut level) = next(None) else { return HeadingLevel::H2 };
    while let Some(deeper) = next(Some(level)) {
        let mut at = headings.iter().filter(|heading| heading.level == level);
        let is_lone = at.next().is_some_and(|only| !is_named(only)) && at.next().is_none();
        let told_below = headings.iter().any(|heading| heading.level > level && is_named(heading));
        if !is_lone || level != HeadingLevel::H1 && !told_below {
            break;
        }
        level = deeper;
    }
    level.max(HeadingLevel::H2)
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
    let audience = if body.lines().any(keeps_in) { Audience::Internal } else { Audience::Customer };
    let mut start = blank_lines(body);
    // An import may say it twice.
    while let Some(first) = body[start..].split_inclusive('\n').next()
        && is_plain(first)
    {
        start += first.len();
        start += blank_lines(&body[start..]);
    }
    let text = body[start..].trim_end().replace("\r\n", "\n");
    Section { kind, heading, text, audience, line, text_line: below + newlines(&body[..start]) }
}

/// How many bytes the blank lines at the beginning take; the indentation of the first line of text counts in Markdown and stays.
fn blank_lines(body: &str) -> usize {
    body.split_inclusive('\n').take_while(|line| line.trim().is_empty()).map(str::len).sum()
}

fn newlines(text: &str) -> u64 {
    text.bytes().filter(|byte| *byte == b'\n').count() as u64
}

/// A heading of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Heading {
    pub(crate) level: HeadingLevel,
    /// Without marks.
    pub(crate) name: String,
    /// Its lines.
    pub(crate) span: Range<usize>,
}

/// The headings outside of quotes and lists, in their order.
pub(crate) fn outline(markdown: &str) -> Vec<Heading> {
    let mut found: Vec<Heading> = Vec::new();
    let mut inside: Option<Heading> = None;
    let mut depth = 0usize;
    for (event, span) in Parser::new_ext(markdown, Options::ENABLE_TABLES).into_offset_iter() {
        match event {
            Event::Start(Tag::Heading { level, .. }) if depth == 0 => {
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
    fn the_shallowest_headings_below_a_title_count() {
        let expected = [(SectionKind::Symptoms, "a"), (SectionKind::Resolution, "b")];
        check("### Problem\na\n### Solution\nb\n", &expected);
        check("# VPN error 809\n\n### Problem\na\n### Solution\nb\n", &expected);
        check("## VPN 809 报错\n\n### 问题现象\na\n\n### 解决办法\nb\n", &expected);
        check("# VPN\n## Error 809\n#### Problem\na\n#### Solution\nb\n", &expected);
        // Several headings of a level are sections, whatever stands below them.
        check(
            "## First\n### Problem\na\n## Second\n### Problem\nb\n",
            &[(SectionKind::Other, "### Problem\na"), (SectionKind::Other, "### Problem\nb")],
        );
        check("## Steps\n### Windows\na\n", &[(SectionKind::Other, "### Windows\na")]);
        check("#### Notes\na\n##### more\nb\n", &[(SectionKind::Other, "a\n##### more\nb")]);
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
    fn what_is_for_the_own_team_stays_so_below_a_lone_heading() {
        use Audience::{Customer, Internal};
        let check = |text: &str, expected: &[Audience]| {
            let found: Vec<_> = parse_sections(text).iter().map(|section| section.audience).collect();
            assert_eq!(found, expected, "of {text}");
        };
        let sections = "### Problem\na\n### Solution\nb\n";
        check(&format!("## Notes\naudience: internal\n{sections}"), &[Internal; 3]);
        check(&format!("# VPN\naudience: internal\n\n{sections}"), &[Internal; 3]);
        check(&format!("audience: internal\nx\n\n{sections}"), &[Internal; 3]);
        check(&format!("# VPN\nx\n{sections}"), &[Customer; 3]);
        check(&format!("{sections}### Notes\naudience: internal\nc\n"), &[Customer, Customer, Internal]);
        check("audience: internal\nb\n\n## Problem\na\n", &[Internal, Customer]);
        // With nothing else above the sections it speaks of all of them.
        check("audience: internal\n\n## Problem\na\n## Fix\nb\n", &[Internal; 3]);
        check("# VPN\n\n<!-- audience: internal -->\n\n## Problem\na\n", &[Internal; 2]);
        check("# VPN (internal)\n\n## Problem\na\n", &[Internal]);
        // Right above a heading it may speak of what is above, or below.
        check("## A\na\n\n<!-- audience: internal -->\n## B\nb\n## C\nc\n", &[Internal, Internal, Customer]);
        check("## A\naudience: internal\n## B\nb\n", &[Internal, Customer]);
        check("## A (internal)\na\n## B <!-- audience: internal -->\nb\n", &[Internal; 2]);
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
