//! HTML pages as Markdown: headings, lists, tables and code keep what they are, what leads through a site is left out.
//!
//! `page` decides which part of a page is its text, `reader` turns that into blocks. Pages of Confluence, rendered or in its storage
//! format, are pages like others with a few elements more.

mod page;
mod reader;

use std::sync::LazyLock;

use regex::Regex;

use super::{clean::Cleaned, front::Head};
use crate::{article::audience, mail};

static TITLE: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"(?is)<title(?: [^<>]*)?>(.*?)</title *>").ok());

/// A mark of a page that Confluence exported: its title stands behind the name of its space.
const CONFLUENCE_TITLE: &str = "id=\"title-heading\"";
/// A mark of the list of pages that such an export begins with.
const CONFLUENCE_INDEX: &str = "class=\"pageSectionTitle\"";

/// What the head of a page says of it.
pub(super) fn head(html: &str) -> Head {
    let title = TITLE.as_ref().and_then(|rule| rule.captures(html)).and_then(|found| found.get(1));
    let title = title.map(|text| mail::html_text(text.as_str()).trim().to_string()).filter(|text| !text.is_empty());
    let title = match title {
        Some(title) if html.contains(CONFLUENCE_TITLE) => {
            Some(title.split_once(" : ").map_or(title.as_str(), |(_, title)| title).to_string())
        }
        title => title,
    };
    Head { title, ..Head::default() }
}

/// Whether a page only lists the pages of an export.
pub(super) fn is_index(path: &str, html: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.eq_ignore_ascii_case("index.html") && html.contains(CONFLUENCE_INDEX) && !html.contains(CONFLUENCE_TITLE)
}

/// The text of a page.
pub(super) fn to_markdown(html: &str) -> String {
    page(html).text
}

/// The text of a page. Where leaving out leaves nothing, everything is taken. A page that says within what is left out that something
/// is for the own team is kept from customers as a whole.
pub(super) fn page(html: &str) -> Cleaned {
    let html = with_data(html);
    let texts = page::scopes(&html).into_iter().map(|scope| reader::read(&html, scope));
    let text = texts.into_iter().find(|text| !text.trim().is_empty()).unwrap_or_default();
    let closed = audience::marks(&html) > audience::marks(&text);
    let text = if closed { audience::close(&text) } else { text };
    Cleaned { text, closed, missing: 0 }
}

/// CDATA sections, which HTML reads as comments, as the text they are.
fn with_data(html: &str) -> String {
    const OPEN: &str = "<![CDATA[";
    const CLOSE: &str = "]]>";
    let mut text = String::with_capacity(html.len());
    let mut rest = html;
    while let Some((before, data)) = rest.split_once(OPEN) {
        text.push_str(before);
        let Some((data, after)) = data.split_once(CLOSE) else {
            // None that begins later is closed either.
            text.push_str(data);
            return text;
        };
        for c in data.chars() {
            match c {
                '<' => text.push_str("&lt;"),
                '&' => text.push_str("&amp;"),
                c => text.push(c),
            }
        }
        rest = after;
    }
    text.push_str(rest);
    text
}

#[cfg(test)]
mod tests;
