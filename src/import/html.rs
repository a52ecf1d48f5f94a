//! HTML pages as Markdown: headings keep their level, the rest is read as mail is.

use std::sync::LazyLock;

use regex::{Captures, Regex};

use super::front::Head;
use crate::mail;

static HEADING: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?is)<h([1-6])(?: [^<>]*)?>(.*?)</h[1-6] *>").ok());
static TITLE: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"(?is)<title(?: [^<>]*)?>(.*?)</title *>").ok());

/// What the head of a page says of it.
pub(super) fn head(html: &str) -> Head {
    let title = TITLE.as_ref().and_then(|rule| rule.captures(html)).and_then(|found| found.get(1));
    let title = title.map(|text| mail::html_text(text.as_str()).trim().to_string()).filter(|text| !text.is_empty());
    Head { title, description: None }
}

/// The text of a page with its headings marked.
pub(super) fn to_markdown(html: &str) -> String {
    let Some(rule) = HEADING.as_ref() else { return mail::html_text(html) };
    let marked = rule.replace_all(html, |found: &Captures<'_>| {
        let level = found[1].parse::<usize>().unwrap_or(1);
        format!("<p>\u{2}{}\u{3}{}</p>", "#".repeat(level), &found[2])
    });
    // Marks of our own, so that a `#` in the text makes no heading, and one of ours stands at the beginning of its line.
    let text = mail::html_text(&marked).replace('\u{3}', " ");
    text.lines()
        .map(|line| line.trim_start().strip_prefix('\u{2}').unwrap_or(line))
        .map(|line| format!("{line}\n"))
        .collect()
}
