//! The tokens of a page as blocks of Markdown, in one pass.
//!
//! There is no tree, only counters and short stacks with a limit, so that every page takes linear time, however deep it is nested.

use html5gum::{DefaultEmitter, StartTag, State, Token, Tokenizer};

use super::{
    super::markdown::{Block, Markdown},
    page::{Scope, Tag, is_block, is_furniture, is_hidden, opens_main},
};
use crate::{
    article::audience,
    mail::html::raw::{SKIPPED, last_ends},
};

/// Most text that a page gives: what an article may have is less.
const MOST: usize = 8 << 20;
/// Lists, links and macros that are open at once.
const DEEPEST: usize = 64;

/// Elements without an end.
const VOID: [&str; 12] = ["br", "img", "hr", "meta", "input", "link", "base", "col", "wbr", "area", "source", "track"];

/// Elements whose text is for the machine, or drawn by it.
const MACHINE: [&str; 12] = [
    "head",
    "noscript",
    "iframe",
    "object",
    "canvas",
    "select",
    "button",
    "math",
    "ac:parameter",
    "ac:placeholder",
    "ac:task-id",
    "ac:task-status",
];

/// Panels of Confluence, and what they are called.
const PANELS: [(&str, &str); 6] =
    [("info", "Info"), ("note", "Note"), ("warning", "Warning"), ("tip", "Tip"), ("panel", ""), ("expand", "")];

/// The text of a page, or of what its scope takes of it.
pub(super) fn read(html: &str, scope: Scope) -> String {
    let mut reader = Reader::new(scope);
    let mut tokens = Tokenizer::new_with_emitter(html, DefaultEmitter::<usize>::new_with_span());
    let ends = last_ends(html);
    let mut raw = false;
    while let Some(Ok(token)) = tokens.next() {
        if reader.out.len() > MOST {
            break;
        }
        match token {
            Token::StartTag(tag) => {
                let read = tag_of(&tag);
                if let Some(which) = SKIPPED.iter().position(|name| *name == read.name) {
                    if ends[which] >= tag.span.end && !tag.self_closing {
                        tokens.set_state(State::RawText);
                        raw = true;
                    }
                    continue;
                }
                reader.open(&read);
                // XHTML closes what holds nothing; HTML does so where nothing can be held.
                if tag.self_closing && !VOID.contains(&read.name.as_str()) && is_foreign(&read.name) {
                    reader.close(&read.name);
                }
            }
            // The end of what is no markup.
            Token::EndTag(_) if raw => raw = false,
            Token::EndTag(tag) => reader.close(&String::from_utf8_lossy(&tag.name)),
            Token::String(text) if !raw => reader.text(&String::from_utf8_lossy(&text.value)),
            Token::Comment(text) if !raw => reader.audience(&String::from_utf8_lossy(&text.value)),
            _ => {}
        }
    }
    reader.end_open();
    reader.out.finish()
}

/// Elements of a wiki's own, which are written as XML.
fn is_foreign(name: &str) -> bool {
    name.contains(':')
}

fn tag_of(tag: &StartTag<usize>) -> Tag {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let attributes = tag.attributes.iter().map(|(name, value)| {
        let name = text(name);
        let value = text(&value.value);
        // Names of classes and the like are compared, what people read is not.
        let kept = matches!(name.as_str(), "href" | "alt" | "ri:content-title" | "start");
        let value = if kept { value } else { value.to_lowercase() };
        (name, value)
    });
    Tag { name: text(&tag.name), attributes: attributes.collect() }
}

/// Elements in which a line of text cannot go on.
fn ends_code(name: &str) -> bool {
    matches!(
        name,
        "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "ul" | "ol" | "li" | "dt" | "table" | "tr" | "td" | "th" | "pre"
    ) || is_block(name)
}

struct Reader {
    scope: Scope,
    out: Markdown,
    /// The element that is passed over, and how many of its name are open in it.
    skipped: Option<(String, usize)>,
    /// The element that holds the text, and how many of its name are open in it.
    main: Option<(String, usize)>,
    /// Numbers of the open lists, `None` for lists without.
    lists: Vec<Option<u64>>,
    /// Code that is being read, and how many elements of it are open.
    preformatted: Option<(String, usize)>,
    /// Code within a line.
    code: Option<String>,
    quotes: usize,
    /// The tables around: only the innermost's cells are cells, and those of one that lays out a page are none.
    tables: usize,
    /// The open macros of a wiki.
    macros: Vec<Macro>,
    /// The parameter that is read of the innermost macro: its name, and its text.
    parameter: Option<(String, String)>,
    /// The page to which a wiki's link leads, as long as it has no words of its own.
    page: Option<String>,
    /// Lines for whom a section is that stand below the open heading.
    audiences: usize,
    in_heading: bool,
}

#[derive(Default)]
struct Macro {
    name: String,
    title: String,
}

impl Reader {
    fn new(scope: Scope) -> Reader {
        Reader {
            scope,
            out: Markdown::default(),
            skipped: None,
            main: None,
            lists: Vec::new(),
            preformatted: None,
            code: None,
            quotes: 0,
            tables: 0,
            macros: Vec::new(),
            parameter: None,
            page: None,
            audiences: 0,
            in_heading: false,
        }
    }

    /// What a comment says of whom the text is for stays as a line of its own.
    fn audience(&mut self, comment: &str) {
        if self.is_read() && self.preformatted.is_none() {
            self.audiences += audience::marks(comment).max(usize::from(comment.lines().any(audience::keeps_in)));
            self.write_audiences();
        }
    }

    fn write_audiences(&mut self) {
        if self.in_heading {
            return;
        }
        for _ in 0..std::mem::take(&mut self.audiences) {
            self.out.begin(Block::Paragraph);
            self.out.text(audience::INTERNAL);
            self.out.end();
        }
    }

    /// What is open at the end of the page loses no text.
    fn end_open(&mut self) {
        self.in_heading = false;
        if let Some((code, _)) = self.preformatted.take() {
            self.out.code_block(&code);
        }
        self.end_code();
        if let Some((_, text)) = self.parameter.take() {
            self.out.text(&text);
        }
        self.write_audiences();
    }

    /// Code within a line ends at the latest where a block begins or ends.
    fn end_code(&mut self) {
        if let Some(code) = self.code.take() {
            self.out.code(&code);
        }
    }

    fn is_read(&self) -> bool {
        self.skipped.is_none() && (self.main.is_some() || !matches!(self.scope, Scope::Main(_)))
    }

    fn text(&mut self, text: &str) {
        if let Some((_, value)) = &mut self.parameter {
            value.push_str(text);
        } else if !self.is_read() {
        } else if let Some((code, _)) = &mut self.preformatted {
            code.push_str(text);
        } else if let Some(code) = &mut self.code {
            code.push_str(text);
        } else {
            if !text.trim().is_empty() {
                self.page = None;
            }
            self.out.text(text);
        }
    }

    fn open(&mut self, tag: &Tag) {
        let name = tag.name.as_str();
        if let Some((skipped, depth)) = &mut self.skipped {
            *depth += usize::from(skipped == name);
            return;
        }
        if let Scope::Main(main) = self.scope {
            match &mut self.main {
                // Ends within code are not counted either.
                Some((of, depth)) => *depth += usize::from(of == name && self.preformatted.is_none()),
                None if opens_main(tag, main) => self.main = Some((tag.name.clone(), 1)),
                None => return,
            }
        }
        if name == "ac:parameter" && self.macros.last().is_some() {
            self.parameter = Some((tag.get("ac:name").to_string(), String::new()));
            return;
        }
        let left_out = MACHINE.contains(&name)
            || is_hidden(tag)
            || self.scope != Scope::Everything && is_furniture(tag, self.main.is_some());
        if left_out && !VOID.contains(&name) && !matches!(name, "html" | "body") {
            self.skipped = Some((tag.name.clone(), 1));
            return;
        }
        if let Some((code, depth)) = &mut self.preformatted {
            match name {
                "br" | "p" | "div" | "li" => code.push('\n'),
                "pre" | "textarea" | "listing" | "ac:plain-text-body" => *depth += 1,
                _ => {}
            }
            return;
        }
        if ends_code(name) {
            self.end_code();
        }
        match name {
            "br" if self.code.is_none() => self.out.break_line(),
            "hr" => self.out.end(),
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => {
                // A table with headings in it lays out the page.
                self.out.end_table();
                self.out.begin(Block::Heading(name.as_bytes()[1] - b'0'));
                self.in_heading = true;
            }
            "ul" | "ol" | "ac:task-list" => {
                let start = tag.get("start").parse().unwrap_or(1);
                if self.lists.len() < DEEPEST {
                    self.lists.push((name == "ol").then_some(start));
                }
                self.out.in_list(self.lists.len().saturating_sub(1));
            }
            "li" | "dt" | "ac:task" => {
                let depth = self.lists.len().max(1);
                let number = self.lists.last_mut().and_then(Option::as_mut).map(|number| {
                    *number = number.saturating_add(1);
                    *number - 1
                });
                self.out.begin(Block::Item { depth, number });
            }
            "pre" | "textarea" | "listing" => self.preformatted = Some((String::new(), 1)),
            "ac:plain-text-body" => self.preformatted = Some((String::new(), 1)),
            "code" | "tt" | "kbd" | "samp" => self.code = self.code.take().or_else(|| Some(String::new())),
            "blockquote" => {
                self.quotes += 1;
                self.out.begin(Block::Quote);
            }
            "table" => {
                self.tables += 1;
                if self.tables == 1 {
                    self.out.table(true);
                }
            }
            "tr" if self.tables == 1 => self.table_part(Markdown::row),
            "td" | "th" if self.tables == 1 => self.table_part(Markdown::cell),
            "img" => self.out.text(&[" ", tag.get("alt"), " "].concat()),
            "ac:structured-macro" | "ac:macro" if self.macros.len() < DEEPEST => {
                self.macros.push(Macro { name: tag.get("ac:name").to_string(), title: String::new() });
            }
            "ac:rich-text-body" => self.panel(),
            "ri:page" => self.page = Some(tag.get("ri:content-title").to_string()),
            name if is_block(name) => self.block(),
            _ => {}
        }
    }

    /// A row or cell, or, in a table that lays out the page, a block.
    fn table_part(&mut self, begin: fn(&mut Markdown)) {
        if self.out.is_table() { begin(&mut self.out) } else { self.block() }
    }

    /// A block of text where it stands. The first paragraph of an item goes on with it.
    fn block(&mut self) {
        self.out.paragraph(if self.quotes > 0 { Block::Quote } else { Block::Paragraph });
    }

    /// The name of a panel stands before what it says.
    fn panel(&mut self) {
        let Some(open) = self.macros.last() else { return };
        let Some((_, called)) = PANELS.iter().find(|(name, _)| *name == open.name) else { return };
        let said: Vec<&str> = [*called, open.title.trim()].into_iter().filter(|text| !text.is_empty()).collect();
        if !said.is_empty() {
            let said = said.join(": ");
            self.out.begin(Block::Paragraph);
            self.out.text(&said);
            self.out.end();
        }
    }

    fn close(&mut self, name: &str) {
        if let Some((skipped, depth)) = &mut self.skipped {
            if skipped == name {
                *depth -= 1;
                if *depth == 0 {
                    self.skipped = None;
                }
            }
            return;
        }
        if name == "ac:parameter" {
            if let (Some((of, value)), Some(open)) = (self.parameter.take(), self.macros.last_mut()) {
                match (open.name.as_str(), of.as_str()) {
                    ("jira", "key") => self.out.text(&[" ", &value, " "].concat()),
                    (_, "title") => open.title = value,
                    _ => {}
                }
            }
            return;
        }
        if let Some((code, depth)) = &mut self.preformatted {
            if matches!(name, "pre" | "textarea" | "listing" | "ac:plain-text-body") {
                *depth -= 1;
                if *depth == 0 {
                    let code = std::mem::take(code);
                    self.preformatted = None;
                    self.out.code_block(&code);
                }
            }
            return;
        }
        if ends_code(name) {
            self.end_code();
        }
        match name {
            "ul" | "ol" | "ac:task-list" => {
                self.lists.pop();
                self.out.in_list(self.lists.len());
            }
            "code" | "tt" | "kbd" | "samp" => self.end_code(),
            "blockquote" => {
                self.out.end();
                self.quotes = self.quotes.saturating_sub(1);
            }
            "table" => {
                self.tables = self.tables.saturating_sub(1);
                if self.tables == 0 {
                    self.out.table(false);
                }
            }
            "ac:structured-macro" | "ac:macro" => {
                self.macros.pop();
                self.out.end();
            }
            "ac:link" => {
                if let Some(page) = self.page.take() {
                    self.out.text(&page);
                }
            }
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => {
                self.out.end();
                self.in_heading = false;
                self.write_audiences();
            }
            "li" | "dt" | "dd" | "ac:task" => self.out.end(),
            name if is_block(name) => self.out.end(),
            _ => {}
        }
        if let Some((of, depth)) = &mut self.main
            && of == name
        {
            *depth -= 1;
            if *depth == 0 {
                self.out.end();
                self.main = None;
            }
        }
    }
}
