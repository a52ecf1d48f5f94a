//! The title of a document: by its first heading, by what its head says, or by the name of its file.

use pulldown_cmark::HeadingLevel;

use crate::article::{Heading, SectionKind, cut_level, outline, plain_text, section_kind};

/// Longest title kept, in characters.
const LONGEST: usize = 200;

/// Marks between the title of a page and the name of its site.
const SEPARATORS: &[char] = &[
    '-', '|', '–', '—', ':', '：', '·', '»', '«', '›', '‹', '_', '/', '｜', '－', '•', '(', ')', '（', '）', '[', ']',
];

/// Takes the heading above the sections that opens a text. One that names a section is no title; one of a deeper level than the first
/// is where `any_level` says so, and the sections stand below it.
pub(super) fn take(body: &mut String, any_level: bool) -> Option<String> {
    let headings = outline(body);
    let first = headings.first().filter(|heading| body[..heading.span.start].trim().is_empty())?;
    let is_title = first.level == HeadingLevel::H1 || any_level && first.level < cut_level(&headings);
    if !is_title || !names_a_title(first) {
        return None;
    }
    let (heading, span) = (first.name.clone(), first.span.clone());
    body.replace_range(span, "");
    Some(heading)
}

fn names_a_title(heading: &Heading) -> bool {
    !heading.name.is_empty() && section_kind(&heading.name) == SectionKind::Other
}

/// The title of a page or an office document: its only heading of the first level, or the heading that `named`, the title of its
/// head, names; else that one.
///
/// Heads name the site as well (`Printer fails - Acme`), or what the document was copied from. Where the only first heading is the
/// name of the site, another that the head names is the title. A first heading that does not open the text would end what stands
/// above it, and the name of a site says nothing: it is taken from the text.
pub(super) fn of_page(named: Option<String>, body: &mut String) -> Option<String> {
    let headings = outline(body);
    let is_named = |heading: &&Heading| {
        names_a_title(heading) && named.as_deref().is_some_and(|title| title_names(title, &heading.name))
    };
    let mut firsts = headings.iter().filter(|heading| heading.level == HeadingLevel::H1);
    let only = match (firsts.next(), firsts.next()) {
        (Some(only), None) => Some(only).filter(|only| names_a_title(only)),
        _ => None,
    };
    let Some(only) = only else {
        // The name of the site stands first.
        let heading = headings.iter().filter(|heading| heading.level <= HeadingLevel::H2).rfind(is_named);
        return heading.map(|heading| heading.name.clone()).or(named);
    };
    let below = headings.iter().filter(|heading| heading.level > HeadingLevel::H1 && heading.name != only.name);
    let title = below.filter(|_| is_named(&only)).find(is_named).unwrap_or(only).name.clone();
    let span = only.span.clone();
    if title != only.name || !body[..span.start].trim().is_empty() {
        body.replace_range(span, "");
    }
    Some(title)
}

/// Whether the title of a head is a heading, alone or beside the name of a site.
fn title_names(title: &str, heading: &str) -> bool {
    let (title, heading) = (one_line(title), one_line(heading));
    title == heading
        || title.strip_prefix(heading.as_str()).is_some_and(|rest| rest.trim_start().starts_with(SEPARATORS))
        || title.strip_suffix(heading.as_str()).is_some_and(|rest| rest.trim_end().ends_with(SEPARATORS))
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The fuller of the titles that a document gives itself, with the other one where that names a code more; without any, the name of its
/// file.
pub(super) fn of(given: Option<&str>, heading: Option<&str>, path: &str) -> String {
    // Heads may have marks of code; what stands between angles is no tag there: `HAProxy 503 <NOSRV>`.
    let given = given.map(|text| one_line(&plain_text(&text.replace('<', "\\<")))).unwrap_or_default();
    let heading = heading.map(one_line).unwrap_or_default();
    let (longer, other) =
        if heading.chars().count() >= given.chars().count() { (heading, given) } else { (given, heading) };
    let title = if longer.is_empty() {
        let name = path.rsplit('/').next().unwrap_or(path);
        name.rsplit_once('.').map_or(name, |(stem, _)| stem).replace(['-', '_'], " ")
    } else if names_more(&other, &longer) {
        format!("{longer} ({other})")
    } else {
        longer
    };
    title.chars().filter(|c| !c.is_control()).take(LONGEST).collect()
}

/// Whether a title has a word with a digit that another has not.
fn names_more(title: &str, other: &str) -> bool {
    let other = other.to_lowercase();
    title
        .split(|c: char| c.is_whitespace() || ",;:()[]，；：（）【】「」\"'`".contains(c))
        .filter(|word| word.bytes().any(|byte| byte.is_ascii_digit()))
        .any(|word| !other.contains(&word.to_lowercase()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(body: &str, title: Option<&str>, rest: &str) {
        let mut text = body.to_string();
        assert_eq!(take(&mut text, true).as_deref(), title, "of {body:?}");
        assert_eq!(text.trim(), rest, "of {body:?}");
    }

    #[test]
    fn titles_are_marked_or_underlined() {
        check("\n# Pump sticks #\nx", Some("Pump sticks"), "x");
        check("Pump sticks\n===\nx", Some("Pump sticks"), "x");
        check("泵卡住\r\n======\r\nx", Some("泵卡住"), "x");
        check("Pump sticks\n---\nx", None, "Pump sticks\n---\nx");
        check("# Symptoms\nx", None, "# Symptoms\nx");
        check("- item\n===\nx", None, "- item\n===\nx");
        check("    # code\nx", None, "# code\nx");
        check("", None, "");
    }

    #[test]
    fn a_lone_heading_above_the_sections_is_a_title() {
        check(
            "## VPN error 809\n\n### Problem\nx\n### Solution\ny",
            Some("VPN error 809"),
            "### Problem\nx\n### Solution\ny",
        );
        check("## Problem\nx\n### Solution\ny", None, "## Problem\nx\n### Solution\ny");
        check("## Steps\nx", None, "## Steps\nx");
        let mut body = "## Overview\n### Problem\nx".to_string();
        assert_eq!(take(&mut body, false), None);
    }

    #[track_caller]
    fn check_page(named: &str, body: &str, title: &str, rest: &str) {
        let mut text = body.to_string();
        let named = Some(named.to_string()).filter(|named| !named.is_empty());
        assert_eq!(of_page(named, &mut text).as_deref().unwrap_or_default(), title, "of {body:?}");
        assert_eq!(text.trim(), rest, "of {body:?}");
    }

    #[test]
    fn the_first_heading_of_a_page_is_its_title() {
        check_page("KB 12 - Company Wiki", "# Baz fails\n\nx", "Baz fails", "# Baz fails\n\nx");
        check_page("Baz fails - Wiki", "By Ann\n\n# Baz fails\n\nx", "Baz fails", "By Ann\n\n\nx");
        check_page("打印机脱机_知识库", "# 打印机脱机\n\nx", "打印机脱机", "# 打印机脱机\n\nx");
        check_page("Microsoft Word - Document1", "# Baz fails\nx", "Baz fails", "# Baz fails\nx");
        // Of several, and of none, what the head names.
        check_page("Baz fails | Acme", "# Acme\n# Baz fails\nx", "Baz fails", "# Acme\n# Baz fails\nx");
        check_page("Baz fails | Acme", "## Baz fails\nx", "Baz fails", "## Baz fails\nx");
        check_page("Baz fails | Acme", "# One\nx\n# Two\ny", "Baz fails | Acme", "# One\nx\n# Two\ny");
        check_page("Baz fails", "# Symptoms\nx", "Baz fails", "# Symptoms\nx");
        check_page("", "x", "", "x");
        // The first heading is the name of the site.
        check_page("Baz fails - Acme Support", "# Acme Support\n\n## Baz fails\n\nx", "Baz fails", "## Baz fails\n\nx");
    }

    #[test]
    fn no_code_of_either_title_is_lost() {
        assert_eq!(of(Some("ORA-01555"), Some("Snapshot too old"), "a.md"), "Snapshot too old (ORA-01555)");
        assert_eq!(of(Some("Snapshot too old: ORA-01555"), Some("ORA-01555"), "a.md"), "Snapshot too old: ORA-01555");
        assert_eq!(of(Some("Pump Alarm"), Some("PumpPressureHigh"), "a.md"), "PumpPressureHigh");
        assert_eq!(of(None, None, "x/pump-alarm.md"), "pump alarm");
        assert_eq!(of(Some("HAProxy `503` <NOSRV>"), None, "a.md"), "HAProxy 503 <NOSRV>");
        assert_eq!(of(None, Some("a < b & c_d_e"), "a.md"), "a < b & c_d_e");
    }
}
