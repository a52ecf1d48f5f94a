//! HTML bodies to readable text, in one pass over the tokens of html5gum.
//!
//! The tokenizer knows the syntax, the rules of what is shown are here: lines follow the block elements, table cells
//! are parted by tabs, quotes get `> ` as in plain text, hidden text is dropped, `pre` keeps its lines. There is no
//! tree, only counters, so that every input takes linear time, however deep it is nested. Where HTML rules drop text
//! that never was markup (an open comment or quote, `a <b`), the source is mended first: no evidence gets lost.

mod layout;
mod link;
pub(crate) mod raw;
mod source;

use html5gum::{DefaultEmitter, EndTag, StartTag, State, Token, Tokenizer};
use layout::Output;
use raw::{SKIPPED, last_ends};

/// The text of an HTML document.
pub(super) fn to_text(html: &str) -> String {
    let mut out = Output::default();
    let html = source::prepare(html);
    let end = read(&html, &mut out);
    let tail = &html[end..];
    if !tail.is_empty() {
        // An open quote or tag has swallowed the rest. Without quotes each bracket ends a tag.
        let tail = tail.replace("=\"", "=").replace("='", "=");
        let end = read(&tail, &mut out);
        out.text(&tail[end..]);
    }
    out.finish()
}

/// Reads tokens until the end of the last whole one, and says where that is.
fn read(html: &str, out: &mut Output) -> usize {
    let mut tokens = Tokenizer::new_with_emitter(html, DefaultEmitter::<usize>::new_with_span());
    let last_ends = last_ends(html);
    let mut end = 0;
    let mut skipped: Option<usize> = None;
    while let Some(Ok(token)) = tokens.next() {
        match token {
            Token::String(text) => {
                end = text.span.end;
                if skipped.is_none() {
                    out.text(&String::from_utf8_lossy(&text.value));
                }
            }
            Token::StartTag(tag) => {
                end = tag.span.end;
                let source = html.get(tag.span.start..tag.span.end).unwrap_or_default();
                let real = source::real_tag(source);
                let tag = if real == 0 {
                    tag
                } else {
                    out.text(&source[..real]);
                    let Some(tag) = inner_tag(&source[real..], out) else { continue };
                    tag
                };
                // The content of these is no markup; without an end it would be the whole rest.
                let which = SKIPPED.iter().position(|name| tag.name.0 == name.as_bytes());
                if let Some(which) = which {
                    if last_ends[which] >= end && !(tag.self_closing && matches!(SKIPPED[which], "xml" | "svg")) {
                        tokens.set_state(State::RawText);
                        skipped = Some(which);
                    }
                    continue;
                }
                out.open(&Tag::read(&tag));
            }
            Token::EndTag(tag) => {
                end = tag.span.end;
                if skipped.take().is_none() {
                    out.close(&name_of(&tag));
                }
            }
            Token::Comment(comment) => end = comment.span.end,
            Token::Doctype(doctype) => end = doctype.span.end,
            Token::Error(_) => {}
        }
    }
    // Positions are trusted only as far as they fit.
    if html.is_char_boundary(end) { end } else { html.len() }
}

/// The tag at the end of a source that began as another one.
fn inner_tag(source: &str, out: &mut Output) -> Option<StartTag<usize>> {
    let tokens = Tokenizer::new_with_emitter(source, DefaultEmitter::<usize>::new_with_span());
    for Ok(token) in tokens {
        match token {
            Token::StartTag(tag) => return Some(tag),
            Token::EndTag(tag) => out.close(&name_of(&tag)),
            Token::String(text) => out.text(&String::from_utf8_lossy(&text.value)),
            _ => {}
        }
    }
    None
}

fn name_of(tag: &EndTag<usize>) -> String {
    String::from_utf8_lossy(&tag.name).into_owned()
}

/// What the layout wants to know of an opening tag.
struct Tag {
    name: String,
    self_closing: bool,
    /// Styles in lower case without blanks, with a semicolon at the end.
    style: String,
    /// Class names in lower case.
    class: String,
    /// `type="cite"`: a quotation and no indent.
    cites: bool,
    hidden: bool,
    target: Option<String>,
}

impl Tag {
    fn read(tag: &StartTag<usize>) -> Self {
        let get = |name: &str| {
            tag.attributes.get(name.as_bytes()).map(|value| String::from_utf8_lossy(&value.value).into_owned())
        };
        let mut style: String =
            get("style").unwrap_or_default().chars().filter(|c| !c.is_whitespace()).collect::<String>().to_lowercase();
        if !style.is_empty() && !style.ends_with(';') {
            style.push(';');
        }
        Tag {
            name: String::from_utf8_lossy(&tag.name).into_owned(),
            self_closing: tag.self_closing,
            style,
            class: get("class").unwrap_or_default().to_lowercase(),
            cites: get("type").is_some_and(|value| value.eq_ignore_ascii_case("cite")),
            hidden: tag.attributes.contains_key(&b"hidden"[..]),
            target: if *tag.name == b"a" { get("href") } else { None },
        }
    }

    fn styled(&self, words: &[&str]) -> bool {
        !self.style.is_empty() && words.iter().any(|word| self.style.contains(word))
    }

    /// Whether the element is not shown.
    fn hides(&self) -> bool {
        self.hidden
            || self.styled(&[
                "display:none",
                "visibility:hidden",
                "mso-hide:all",
                "font-size:0px",
                "font-size:0;",
                "max-height:0px",
                "max-height:0;",
            ])
    }

    /// Whether a paragraph has no space around: Outlook makes each line a paragraph.
    fn is_tight(&self) -> bool {
        ["msonormal", "msoplaintext", "msolist"].iter().any(|word| self.class.contains(word))
            || self.styled(&["margin:0"])
    }

    /// Whether a `blockquote` is a quotation: programs indent with it too.
    fn quotes(&self) -> bool {
        self.cites || !self.styled(&["border:none", "border-width:0", "border:0"])
    }
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
    fn links_tell_what_their_text_does_not() {
        check(
            "see <a href=\"https://example.com/kb/4474419\">this</a> now",
            "see this <https://example.com/kb/4474419> now",
        );
        check("<a href=\"https://example.com/kb/4474419\">KB4474419</a>", "KB4474419");
        check("<a href=https://example.com/>home</a>", "home");
        check("<a href='https://example.com/kb4474419'><img src=x></a>", "<https://example.com/kb4474419>");
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
        check("if a<b then <br>error 5", "if a<b then\nerror 5");
        check("one <!-- two", "one two");
        check("<style>p{}</style>a <style> b", "a b");
        check("see ?a=1&copy=2&region=3", "see ?a=1&copy=2&region=3");
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
