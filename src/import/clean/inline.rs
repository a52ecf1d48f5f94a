//! Marks of generators within a line. What stands between backticks stays as it is.

use std::{borrow::Cow, ops::Range, sync::LazyLock};

use regex::{Captures, Regex};

use crate::article::audience;

use super::{
    Cleaner, audience_of, label,
    tag::{self, Engine, Tag},
};

/// What is replaced as it stands.
static RULES: LazyLock<Vec<(Regex, &'static str)>> = LazyLock::new(|| {
    let rules = [
        (r"(?s)<!--.*?-->", ""),
        // `[text]({{< ref "page.md" >}})`, `[text]({% link page.md %})`: the page.
        (r#"\]\(\{\{[<%][ ]*(?:rel)?ref[ ]+["'`]?([^"'`\s<>%]+)["'`]?[^{}\n]*[%>]\}\}"#, "]($1"),
        (r"\]\((?:\{\{[^{}\n]*\}\})?\{%-?[ ]*(?:link|post_url)[ ]+([^\s%]+)[ ]*-?%\}", "]($1"),
        // Variables that a generator knows.
        (r"[ ]?\{\{\{[^{}\n]*\}\}\}", ""),
        (
            r"[ ]?\{\{-?[ ]*(?:\.(?:Site|Page|Params|Title)|site|page|include|layout|product|product_name|version|params|var|vars|variables|config|extra|book|jekyll)(?:[.\[][^{}\n]*)?(?:[ ]*\|[^{}\n]*)?[ ]*-?\}\}",
            "",
        ),
        // Attributes of kramdown, Pandoc and MkDocs.
        (r"(?m)^([ \t]*#{1,6} .*?)[ \t]*\{:?[ ]*[.#][^{}\n]*\}[ \t]*$", "$1"),
        // Behind a link or with blanks: `{.items}` is a path of JSON.
        (r"([)\]])\{[ ]*[.#][A-Za-z][\w-]*(?:[ ][^{}\n]*)?\}", "$1"),
        (r"\{[ ]+[.#][A-Za-z][\w-]*(?:[ ][^{}\n]*)?\}", ""),
        (r"\{:[ ]*[A-Za-z.#][^{}\n]*\}", ""),
        (r#"\{[ ]*(?:target|width|height|loading|align|data-[\w-]+)=[^{}\n]*\}"#, ""),
        // Microsoft's marks.
        (r"\[!(?:UICONTROL|DNL)[ ]+([^\]\n]*)\]", "$1"),
        (r"\[!VIDEO[ ]+([^\]\n]*)\]", "<$1>"),
        // Obsidian's comments.
        (r"%%\s[^%\n]*\s%%", ""),
        (r"(?i)</?br ?/?>", " "),
        (r"(?i)<summary>([^<\n]*)</summary>", "**$1**"),
        (r#"<TabItem[ ][^<>\n]*?label=["']([^"'\n]+)["'][^<>\n]*>"#, "**$1**"),
        (r"</?(?:Tabs|TabItem|Tab|CodeGroup|Steps|Step|Card|CardGroup|Accordion|AccordionGroup)(?: [^<>\n]*)?/?>", ""),
        (
            r"(?i)</?(?:details|summary|div|span|p|center|font|a|img|sup|sub|u|b|i|em|strong|kbd|table|thead|tbody|tr|td|th|ul|ol|li|aside|section|figure|figcaption|small|nobr)(?: [^<>\n]*)?/?>",
            "",
        ),
        (r"&nbsp;", " "),
        // A shortcode that is shown.
        (r"\{\{([<%])/\*[ ]?(.*?)[ ]?\*/([%>])\}\}", "{{$1 $2 $3}}"),
    ];
    rules.into_iter().filter_map(|(rule, with)| Regex::new(rule).ok().map(|rule| (rule, with))).collect()
});

/// A name that Liquid fills in.
static OUTPUT: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"[ ]?\{\{-?[ ]*[A-Za-z_][\w.\[\]-]*(?:[ ]*\|[^{}\n]*)?[ ]*-?\}\}").ok());

/// A box in HTML.
static BOX: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r#"(?i)<(?:div|aside|p|section|blockquote)[ ][^<>\n]*?class=["']([^"'\n]*)["'][^<>\n]*>"#).ok()
});

/// A link of a wiki, and what follows it: `[[1]](address)` is none.
static WIKI: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(!?)\[\[([^\[\]|\n]+)(?:\|([^\[\]\n]+))?\]\](\()?").ok());

/// An include within a line.
static INCLUDE: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"\[!(?i:include)[ \t]*\[[^\]\n]*\][ \t]*\(([^)\n]+)\)\]").ok());

/// A role of MyST, before what it marks: `` {ref}`text <target>` ``.
static ROLE: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"\{([a-z][a-z0-9:.+-]*)\}$").ok());

/// Longest run of lines that hold together as a paragraph for a span of code, in bytes.
const LONGEST_SPAN: usize = 2_000;

/// Includes within lines, in one text.
const MOST_INLINE: usize = 200;

impl Cleaner<'_> {
    /// Takes the marks out of the lines of a text.
    pub(super) fn inline(&mut self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        let mut from = 0;
        for code in spans(text) {
            let mut before = self.prose_of(&text[from..code.start]);
            let span = &text[code.clone()];
            from = code.end;
            let role = ROLE.as_ref().and_then(|role| role.captures(&before)).map(|found| found[1].to_string());
            match role {
                Some(role) => {
                    before.truncate(before.len() - role.len() - 2);
                    out.push_str(&before);
                    let inner = span.trim_matches('`');
                    let is_link = ["ref", "doc", "term", "numref", "any", "download", "eq", "abbr"]
                        .iter()
                        .any(|link| role.ends_with(link));
                    match inner.rsplit_once('<').filter(|_| is_link && inner.ends_with('>')) {
                        Some((shown, _)) => out.push_str(shown.trim_end()),
                        None if is_link => out.push_str(inner),
                        None => out.push_str(span),
                    }
                }
                None => {
                    out.push_str(&before);
                    // What Liquid would not touch is shown without its marks.
                    out.push_str(shown_raw(span).unwrap_or(span));
                }
            }
        }
        let last = self.prose_of(&text[from..]);
        out.push_str(&last);
        fold_blank(&out)
    }

    fn prose_of(&mut self, text: &str) -> String {
        // Most text has none of it.
        if !text.contains(['{', '<', '[', '&', '%']) {
            return text.to_string();
        }
        let mut text = Cow::Borrowed(text);
        if text.contains("[!") {
            text = Cow::Owned(self.inline_includes(&text));
        }
        if let Some(boxes) = BOX.as_ref().filter(|_| text.contains("class=")) {
            let head = |found: &Captures<'_>| {
                let label = label::among(&found[1], self.language).filter(|label| !label.is_empty());
                label
                    .and_then(|label| label::head(label, None, self.language))
                    .map(|head| format!("{head} "))
                    .unwrap_or_default()
            };
            text = Cow::Owned(boxes.replace_all(&text, head).into_owned());
        }
        // Links first: their tags tell the page.
        let mut out = text.into_owned();
        for (number, (rule, with)) in RULES.iter().enumerate() {
            if number == 3 {
                out = self.tags(&out);
            }
            let stays = |found: &Captures<'_>| {
                let mut stays = String::new();
                found.expand(with, &mut stays);
                // A tag may hold sections; that it is for the own team closes the whole text.
                let is_tag = found[0].starts_with('<') && !found[0].starts_with("<!--");
                if is_tag || audience::marks(&stays) > 0 { stays } else { stays + &audience_of(&found[0]) }
            };
            if let Cow::Owned(changed) = rule.replace_all(&out, stays) {
                out = changed;
            }
        }
        if let Some(output) = OUTPUT.as_ref().filter(|_| self.has_liquid) {
            out = output.replace_all(&out, "").into_owned();
        }
        if let Some(wiki) = WIKI.as_ref().filter(|_| out.contains("[[")) {
            let shown = |found: &Captures<'_>| {
                let name = found.get(2).map_or("", |name| name.as_str());
                let is_link = found.get(4).is_none() && name.trim() == name && !name.starts_with(['_', ':', '-', '$']);
                match found.get(3) {
                    _ if !is_link => found[0].to_string(),
                    _ if &found[1] == "!" => String::new(),
                    Some(text) => text.as_str().to_string(),
                    None => name.split('#').next().filter(|page| !page.is_empty()).unwrap_or(name).to_string(),
                }
            };
            out = wiki.replace_all(&out, shown).into_owned();
        }
        out
    }

    /// Tags of Liquid and Hugo go; of some stays what they would show.
    fn tags(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        while let Some((span, tag)) = tag::first(rest) {
            out.push_str(&rest[..span.start]);
            out.push_str(&said(&tag).unwrap_or_default());
            rest = &rest[span.end..];
        }
        out.push_str(rest);
        out
    }

    /// Includes within a line: a text of one paragraph stands in their place.
    fn inline_includes(&mut self, text: &str) -> String {
        let Some(include) = INCLUDE.as_ref() else { return text.to_string() };
        let mut out = String::new();
        let mut from = 0;
        for found in include.captures_iter(text).take(MOST_INLINE) {
            let (Some(whole), Some(target)) = (found.get(0), found.get(1)) else { continue };
            out.push_str(&text[from..whole.start()]);
            from = whole.end();
            let Some((included, _)) = self.included(target.as_str()) else { continue };
            out.push_str(&included.split_whitespace().collect::<Vec<_>>().join(" "));
        }
        out.push_str(&text[from..]);
        out
    }
}

/// What a tag shows within a line: the text of a tooltip, the words of a picture.
pub(super) fn said(tag: &Tag<'_>) -> Option<String> {
    if tag.closes {
        return None;
    }
    match (tag.engine, tag.name) {
        (Engine::Hugo, "figure" | "img" | "image") => {
            let words =
                tag.value("caption").or_else(|| tag.value("alt")).or_else(|| tag.value("title")).unwrap_or_default();
            tag.value("src")
                .or_else(|| tag.plain(0))
                .map(|source| format!("![{}]({source})", words.replace(['[', ']'], "")))
        }
        (_, "glossary_tooltip" | "tooltip" | "term" | "badge" | "kbd") => {
            tag.value("text").or_else(|| tag.plain(0)).map(str::to_string)
        }
        (_, "button" | "link") => tag.value("text").or_else(|| tag.value("label")).map(str::to_string),
        (Engine::Liquid, "include") => tag.value("content").or_else(|| tag.value("text")).map(str::to_string),
        _ => None,
    }
}

/// Spans of code within lines, and what stands between Liquid's `raw` and its end.
fn spans(text: &str) -> Vec<Range<usize>> {
    let mut spans = Vec::new();
    let bytes = text.as_bytes();
    // Runs that have no end are looked for once for each length, not again from every run.
    let mut open_ended: Vec<(usize, usize)> = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'`' => {
                let length = run(bytes, at);
                let known = open_ended.iter().any(|(own, until)| *own == length && at < *until);
                let end = if known { None } else { closing(bytes, at + length, length) };
                match end {
                    Some(end) => {
                        spans.push(at..end);
                        at = end;
                    }
                    None => {
                        if !known {
                            open_ended.retain(|(own, _)| *own != length);
                            open_ended.push((length, paragraph_end(bytes, at)));
                        }
                        at += length;
                    }
                }
            }
            b'\\' => at += 2,
            b'{' if text[at..].starts_with("{%") => match raw(&text[at..]) {
                Some(length) => {
                    spans.push(at..at + length);
                    at += length;
                }
                None => at += 1,
            },
            _ => at += 1,
        }
    }
    spans
}

fn run(bytes: &[u8], at: usize) -> usize {
    bytes[at..].iter().take_while(|byte| **byte == b'`').count()
}

/// The end of a span, whose closing run is as long as the opening one, within the paragraph.
fn closing(bytes: &[u8], from: usize, length: usize) -> Option<usize> {
    let end = paragraph_end(bytes, from);
    let mut at = from;
    while at < end {
        if bytes[at] == b'`' {
            let found = run(bytes, at);
            if found == length {
                return Some(at + found);
            }
            at += found;
        } else {
            at += 1;
        }
    }
    None
}

fn paragraph_end(bytes: &[u8], from: usize) -> usize {
    let window = &bytes[from..bytes.len().min(from + LONGEST_SPAN)];
    window.windows(2).position(|pair| pair == b"\n\n").map_or(from + window.len(), |at| from + at)
}

/// The length of `{% raw %}…{% endraw %}` at the beginning of a text, within a line.
fn raw(text: &str) -> Option<usize> {
    let (head, _) = tag::read(text).filter(|(_, tag)| tag.name == "raw" && !tag.closes)?;
    let line = &text[..text.floor_char_boundary(LONGEST_SPAN)];
    let line = &line[..line.find('\n').unwrap_or(line.len())];
    let rest = line.get(head..)?;
    let at = rest.find("{% endraw").or_else(|| rest.find("{%- endraw")).map(|at| at + head)?;
    Some(at + line[at..].find("%}")? + 2)
}

/// What stands between Liquid's `raw` and its end.
fn shown_raw(span: &str) -> Option<&str> {
    let inner = &span[span.find("%}").filter(|_| span.starts_with("{%"))? + 2..];
    inner.rfind("{%").map(|end| &inner[..end])
}

/// No more than one blank line in a row.
fn fold_blank(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut blank = 0;
    for line in text.split_inclusive('\n') {
        blank = if line.trim().is_empty() { blank + 1 } else { 0 };
        if blank <= 1 || !line.ends_with('\n') {
            out.push_str(if blank > 0 && line.ends_with('\n') { "\n" } else { line });
        }
    }
    out
}
