//! Text laid out in lines: what is due before the next piece of text, kept in a few counters.

use super::{Tag, link};

/// Quote marks beyond this are not written.
const MAX_QUOTE_DEPTH: usize = 12;

/// Elements that have no end.
const VOID: [&str; 10] = ["br", "img", "hr", "meta", "input", "link", "base", "col", "wbr", "area"];

/// The text so far and what is due before the next piece of it.
#[derive(Default)]
pub(super) struct Output {
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
    /// Target of the open link, and where its text begins.
    link: Option<(String, usize)>,
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

    /// Visible text, character references decoded.
    pub(super) fn text(&mut self, raw: &str) {
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
                    self.push(line);
                }
            }
            return;
        }
        let mut words = raw.split([' ', '\t', '\n', '\r', '\u{c}']).peekable();
        let mut first = true;
        while let Some(word) = words.next() {
            if !word.is_empty() {
                self.settle();
                self.push(word);
                first = false;
            }
            if words.peek().is_some() || (word.is_empty() && !first) {
                self.blank = self.breaks == 0;
            }
        }
    }

    /// Writes a piece of a line: no-break spaces as blanks, invisible characters dropped.
    fn push(&mut self, text: &str) {
        if text.is_ascii() {
            return self.text.push_str(text);
        }
        let seen = text.chars().filter(|c| !matches!(c, '\u{ad}' | '\u{200b}'..='\u{200d}' | '\u{feff}'));
        self.text.extend(seen.map(|c| if c == '\u{a0}' { ' ' } else { c }));
    }

    /// An opening tag.
    pub(super) fn open(&mut self, tag: &Tag) {
        let name = tag.name.as_str();
        if let Some((hidden, depth)) = &mut self.hidden {
            if hidden == name {
                *depth += 1;
            }
            return;
        }
        if tag.hides() && !tag.self_closing && !VOID.contains(&name) && !matches!(name, "body" | "html") {
            self.hidden = Some((tag.name.clone(), 1));
            return;
        }
        match name {
            "br" => self.hard_break(),
            "p" => self.break_line(if tag.is_tight() { 1 } else { 2 }),
            "li" => {
                self.break_line(1);
                self.settle();
                self.text.push_str("- ");
            }
            "pre" | "textarea" | "listing" => {
                self.break_line(1);
                self.preformatted += 1;
            }
            "blockquote" => {
                self.break_line(1);
                self.flush_breaks();
                self.quotes += usize::from(tag.quotes());
                self.blockquotes.push(tag.quotes());
            }
            "td" | "th" => {
                if self.row_used && self.line_used && self.breaks == 0 {
                    self.cell = true;
                }
                self.row_used = true;
            }
            "a" => {
                self.end_link();
                self.link = tag.target.clone().map(|target| (target, self.text.len()));
            }
            _ => self.block(name),
        }
    }

    /// A closing tag.
    pub(super) fn close(&mut self, name: &str) {
        if let Some((hidden, depth)) = &mut self.hidden {
            if hidden == name {
                *depth -= 1;
            }
            // An unclosed hidden paragraph or cell ends with its kind.
            if *depth == 0 || matches!(name, "body" | "html" | "table") {
                self.hidden = None;
            }
            return;
        }
        match name {
            "br" => self.hard_break(),
            "p" | "li" => self.break_line(1),
            "pre" | "textarea" | "listing" => {
                self.break_line(1);
                self.preformatted = self.preformatted.saturating_sub(1);
            }
            "blockquote" => {
                self.break_line(1);
                if self.blockquotes.pop() == Some(true) {
                    self.flush_breaks();
                    self.quotes -= 1;
                }
            }
            "td" | "th" => {
                // The end of a paragraph in a cell parts no lines.
                self.blank |= self.breaks > 0;
                self.breaks = 0;
            }
            "a" => self.end_link(),
            _ => self.block(name),
        }
    }

    /// The elements that do the same at both ends.
    fn block(&mut self, name: &str) {
        match name {
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => self.break_line(2),
            "div" | "ul" | "ol" | "dl" | "dt" | "dd" | "section" | "article" | "header" | "footer" | "address"
            | "center" | "form" | "fieldset" | "figure" | "main" | "nav" | "hr" | "body" | "caption" => {
                self.break_line(1)
            }
            "table" | "tr" => {
                self.cell = false;
                self.break_line(1);
                self.row_used = false;
            }
            _ => {}
        }
    }

    /// Writes the target of the open link behind its text, if it tells more.
    fn end_link(&mut self) {
        let Some((target, from)) = self.link.take() else { return };
        if let Some(target) = link::worth_printing(&target, self.text.get(from..).unwrap_or_default()) {
            self.blank |= self.line_used && self.breaks == 0;
            self.settle();
            self.text.push('<');
            self.text.push_str(&target);
            self.text.push('>');
        }
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

    /// The text, without blanks at line ends.
    pub(super) fn finish(mut self) -> String {
        self.end_link();
        let mut text = String::with_capacity(self.text.len());
        for line in self.text.split('\n') {
            text.push_str(line.trim_end_matches([' ', '\u{a0}']));
            text.push('\n');
        }
        text.truncate(text.trim_end().len());
        text
    }
}
