//! HTML bodies to readable text, in one pass over the bytes.
//!
//! A general renderer builds a tree and is quadratic on deep nesting, which mail can be made of; this keeps a
//! few counters instead, so that every input takes linear time. Lines follow the block elements, table cells
//! are parted by tabs, quotes get `> ` as in plain text, hidden text is dropped, `pre` keeps its lines.

use mail_parser::decoders::html::add_html_token;

/// Quote marks beyond this are not written.
const MAX_QUOTE_DEPTH: usize = 12;
/// A tag longer than this is no tag.
const MAX_TAG: usize = 64 * 1024;

/// The text of an HTML document.
pub(super) fn to_text(html: &str) -> String {
    let mut out = Output::default();
    let bytes = html.as_bytes();
    let mut at = 0;
    // A closing tag that was looked for and not found will not be found later either.
    let mut unclosed: Vec<&'static str> = Vec::new();
    while at < bytes.len() {
        let Some(next) = memchr::memchr(b'<', &bytes[at..]).map(|next| at + next) else {
            out.text(&html[at..]);
            break;
        };
        out.text(&html[at..next]);
        at = next;
        let rest = &html[at..];
        if rest.starts_with("<!--") {
            at = memchr::memmem::find(&bytes[at + 4..], b"-->").map_or(at + 4, |end| at + 4 + end + 3);
            continue;
        }
        let letter = rest.as_bytes().get(1).copied().unwrap_or(b' ');
        if !(letter.is_ascii_alphabetic() || matches!(letter, b'/' | b'!' | b'?')) {
            out.text("<");
            at += 1;
            continue;
        }
        let Some(length) = tag_length(rest) else {
            out.text("<");
            at += 1;
            continue;
        };
        let tag = Tag::read(&rest[1..length - 1]);
        at += length;
        if let Some(name) = SKIPPED.iter().find(|name| tag.is(name)).filter(|_| !tag.closing)
            && !unclosed.contains(name)
        {
            match end_of(bytes, at, name) {
                Some(end) => at = end,
                None => unclosed.push(name),
            }
            continue;
        }
        out.tag(&tag);
    }
    out.finish()
}

/// Elements whose content is no text.
const SKIPPED: [&str; 7] = ["script", "style", "title", "template", "noframes", "xml", "svg"];

/// Elements that have no end.
const VOID: [&str; 10] = ["br", "img", "hr", "meta", "input", "link", "base", "col", "wbr", "area"];

fn tag_length(rest: &str) -> Option<usize> {
    let bytes = &rest.as_bytes()[..rest.len().min(MAX_TAG)];
    let mut quote = None;
    for (at, byte) in bytes.iter().enumerate().skip(1) {
        match (quote, byte) {
            (Some(open), byte) if open == *byte => quote = None,
            (Some(_), _) => {}
            (None, b'"' | b'\'') if bytes[at - 1] == b'=' => quote = Some(*byte),
            (None, b'>') => return Some(at + 1),
            // Another tag begins: this one was never closed.
            (None, b'<') => return None,
            _ => {}
        }
    }
    // An open quote: the next bracket ends it.
    memchr::memchr(b'>', bytes).filter(|_| quote.is_some()).map(|end| end + 1)
}

/// Where the content behind the closing tag of `name` goes on.
fn end_of(bytes: &[u8], from: usize, name: &str) -> Option<usize> {
    let mut at = from;
    while let Some(next) = memchr::memmem::find(&bytes[at..], b"</") {
        at += next + 2;
        if bytes.len() - at >= name.len() && bytes[at..at + name.len()].eq_ignore_ascii_case(name.as_bytes()) {
            return Some(memchr::memchr(b'>', &bytes[at..]).map_or(bytes.len(), |end| at + end + 1));
        }
    }
    None
}

struct Tag<'a> {
    name: String,
    attributes: &'a str,
    closing: bool,
}

impl<'a> Tag<'a> {
    fn read(inner: &'a str) -> Self {
        let closing = inner.starts_with('/');
        let inner = inner.trim_start_matches('/');
        let end = inner.find(|c: char| c.is_whitespace() || c == '/').unwrap_or(inner.len());
        Tag { name: inner[..end].to_ascii_lowercase(), attributes: &inner[end..], closing }
    }

    fn is(&self, name: &str) -> bool {
        self.name == name
    }

    fn has(&self, words: &[&str]) -> bool {
        if self.attributes.is_empty() {
            return false;
        }
        let squeezed: String =
            self.attributes.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_lowercase();
        words.iter().any(|word| squeezed.contains(word))
    }

    fn hides(&self) -> bool {
        self.has(&[
            "display:none",
            "visibility:hidden",
            "mso-hide:all",
            "font-size:0px",
            "font-size:0;",
            "max-height:0px",
        ]) || self.attributes.split_whitespace().any(|word| word.eq_ignore_ascii_case("hidden"))
    }
}

#[derive(Default)]
struct Output {
    text: String,
    /// Line ends wanted before the next text.
    breaks: usize,
    /// A tab is wanted before the next text: a new cell of a row.
    cell: bool,
    /// A blank is wanted before the next text.
    blank: bool,
    /// Something stands in the current line.
    line_used: bool,
    quotes: usize,
    /// For each open `blockquote`, whether it quotes; indents do not.
    blockquotes: Vec<bool>,
    preformatted: usize,
    /// Name of the hidden element and how many of its name are open in it.
    hidden: Option<(String, usize)>,
    row_used: bool,
}

impl Output {
    fn break_line(&mut self, count: usize) {
        self.blank = false;
        if !self.cell {
            self.breaks = self.breaks.max(count);
        }
    }

    /// Writes what is due before visible text.
    fn settle(&mut self) {
        if self.cell {
            self.cell = false;
            self.text.push('\t');
        } else if self.breaks > 0 && !self.text.is_empty() {
            if self.line_used || self.breaks > 1 {
                let count = self.breaks.min(3) - usize::from(!self.line_used);
                for at in 0..count {
                    self.text.push('\n');
                    if at + 1 < count {
                        self.mark();
                    }
                }
            }
            self.line_used = false;
        } else if self.blank && self.line_used {
            self.text.push(' ');
        }
        self.breaks = 0;
        self.blank = false;
        if !self.line_used {
            self.mark();
            self.line_used = true;
        }
    }

    fn mark(&mut self) {
        for _ in 0..self.quotes.min(MAX_QUOTE_DEPTH) {
            self.text.push_str("> ");
        }
    }

    fn hard_break(&mut self) {
        self.blank = false;
        if self.cell {
            return;
        }
        self.breaks = if self.breaks == 0 { 1 } else { self.breaks + 1 };
    }

    fn text(&mut self, raw: &str) {
        if raw.is_empty() || self.hidden.is_some() {
            return;
        }
        if self.preformatted > 0 {
            for (at, line) in raw.split('\n').enumerate() {
                if at > 0 {
                    self.hard_break();
                }
                let line = line.trim_end_matches('\r');
                if !line.is_empty() {
                    self.settle();
                    decode_entities(line, &mut self.text);
                }
            }
            return;
        }
        let mut words = raw.split([' ', '\t', '\n', '\r', '\u{c}']).peekable();
        let mut first = true;
        while let Some(word) = words.next() {
            if !word.is_empty() {
                self.settle();
                decode_entities(word, &mut self.text);
                first = false;
            }
            if words.peek().is_some() || (word.is_empty() && !first) {
                self.blank = self.breaks == 0;
            }
        }
    }

    fn tag(&mut self, tag: &Tag<'_>) {
        if let Some((name, depth)) = &mut self.hidden {
            if *name == tag.name {
                *depth = if tag.closing { *depth - 1 } else { *depth + 1 };
            }
            // An unclosed hidden paragraph or cell ends with its kind.
            let ended = *depth == 0 || (tag.closing && matches!(tag.name.as_str(), "body" | "html" | "table"));
            if ended {
                self.hidden = None;
            }
            return;
        }
        let opens = !tag.closing && !VOID.contains(&tag.name.as_str());
        if opens && !tag.is("body") && !tag.is("html") && tag.hides() && !tag.attributes.ends_with('/') {
            self.hidden = Some((tag.name.clone(), 1));
            return;
        }
        match tag.name.as_str() {
            "br" => self.hard_break(),
            "p" => {
                // Outlook makes each line a paragraph without space between.
                let tight = tag.has(&["msonormal", "msoplaintext", "msolist", "margin:0"]) || tag.closing;
                self.break_line(if tight { 1 } else { 2 });
            }
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => self.break_line(2),
            "div" | "ul" | "ol" | "dl" | "dt" | "dd" | "section" | "article" | "header" | "footer" | "address"
            | "center" | "form" | "fieldset" | "figure" | "main" | "nav" | "hr" | "body" | "caption" => {
                self.break_line(1)
            }
            "li" => {
                self.break_line(1);
                if !tag.closing {
                    self.settle();
                    self.text.push_str("- ");
                }
            }
            "pre" | "textarea" | "listing" => {
                self.break_line(1);
                self.preformatted =
                    if tag.closing { self.preformatted.saturating_sub(1) } else { self.preformatted + 1 };
            }
            "blockquote" => self.blockquote(tag),
            "table" | "tr" => {
                self.cell = false;
                self.break_line(1);
                self.row_used = false;
            }
            "td" | "th" if tag.closing => {
                // The end of a paragraph in a cell parts no lines.
                self.blank |= self.breaks > 0;
                self.breaks = 0;
            }
            "td" | "th" => {
                if self.row_used && self.line_used && self.breaks == 0 {
                    self.cell = true;
                }
                self.row_used = true;
            }
            _ => {}
        }
    }

    fn blockquote(&mut self, tag: &Tag<'_>) {
        self.break_line(1);
        if tag.closing {
            if self.blockquotes.pop() == Some(true) {
                self.flush_breaks();
                self.quotes -= 1;
            }
            return;
        }
        let quotes = !tag.has(&["border:none", "border-width:0", "border:0"]) || tag.has(&["type=\"cite", "type=cite"]);
        self.flush_breaks();
        self.quotes += usize::from(quotes);
        self.blockquotes.push(quotes);
    }

    /// Ends the line now, so that what is due belongs to the quote level that it was written at.
    fn flush_breaks(&mut self) {
        if self.line_used {
            self.text.push('\n');
            self.line_used = false;
        }
        self.cell = false;
        self.breaks = self.breaks.saturating_sub(1);
    }

    fn finish(self) -> String {
        let mut text = String::with_capacity(self.text.len());
        for line in self.text.split('\n') {
            text.push_str(line.trim_end_matches([' ', '\u{a0}']));
            text.push('\n');
        }
        text.truncate(text.trim_end().len());
        text
    }
}

/// Character references decoded; what is none stays.
fn decode_entities(text: &str, out: &mut String) {
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        // The longest name has 32 letters.
        let end = rest.bytes().skip(1).take(34).position(|byte| !byte.is_ascii_alphanumeric() && byte != b'#');
        let end = end.map_or(rest.len().min(35), |end| end + 1);
        let closed = rest.as_bytes().get(end) == Some(&b';');
        match &rest[..end] {
            "&nbsp" | "&#160" | "&#xa0" | "&#xA0" => out.push(' '),
            "&zwnj" | "&zwj" | "&shy" | "&#8203" | "&#65279" => {}
            "&lt" => out.push('<'),
            "&gt" => out.push('>'),
            "&amp" => out.push('&'),
            _ if closed => add_html_token(out, &rest.as_bytes()[..end + 1], false),
            other => out.push_str(other),
        }
        rest = &rest[end + usize::from(closed)..];
    }
    out.push_str(rest);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(html: &str, expected: &str) {
        assert_eq!(to_text(html), expected, "of {html}");
    }

    #[test]
    fn blocks_make_lines() {
        check("<div>one</div><div>two<br>three</div>", "one\ntwo\nthree");
        check("<p>one</p><p>two</p>", "one\n\ntwo");
        check("<p class=MsoNormal>one</p><p class=MsoNormal>two</p>", "one\ntwo");
        check("a<br><br>b", "a\n\nb");
        check("one\n  two <b>three</b>four", "one two threefour");
        check("<ul><li>a<li>b</ul>", "- a\n- b");
    }

    #[test]
    fn tables_keep_cells_apart() {
        check(
            "<table><tr><td>Error</td><td>0x80070005</td></tr><tr><td>KB</td><td>1</td></tr></table>",
            "Error\t0x80070005\nKB\t1",
        );
        check("<tr><td><p>Error</p></td><td><p>5</p></td></tr>", "Error\t5");
    }

    #[test]
    fn quotes_are_marked() {
        check("a<blockquote type=cite>b<br>c</blockquote>d", "a\n> b\n> c\nd");
        check("<blockquote><blockquote>x</blockquote>y</blockquote>", "> > x\n> y");
        check("<blockquote style=\"margin:0 0 0 40px; border: none\">indent</blockquote>", "indent");
    }

    #[test]
    fn what_is_no_text_is_dropped() {
        check("<style>p{}</style><title>t</title><script>if(a<b)</script>x<!-- c -->y", "xy");
        check("a<div style='display: none'>b<div>c</div></div>d", "ad");
        check("a<!--[if gte mso 9]><xml>z</xml><![endif]-->b", "ab");
    }

    #[test]
    fn entities() {
        check("&lt;a&gt; &amp;&nbsp;&eacute;&#x4e2d;&#25991; &nosuch; &", "<a> & é中文 &nosuch; &");
        check("a&ltb", "a&ltb");
    }

    #[test]
    fn preformatted_text_keeps_its_lines() {
        check("<pre>a  b\n  c\n</pre>d", "a  b\n  c\nd");
    }

    #[test]
    fn broken_markup_loses_nothing() {
        check("a < b <c", "a < b <c");
        check("1 <2 and <style> 3", "1 <2 and 3");
        check("<a href=\"x>text</a>", "text");
    }

    proptest::proptest! {
        #[test]
        fn anything_is_read_without_panic(
            html in "\\PC{0,60}|(<|>|/|td|tr|p|blockquote|pre| |style=\"display:none\"|&|amp;|#x4e2d;|\n|<!--|-->|文){0,60}",
        ) {
            to_text(&html);
        }
    }
}
