//! Markdown of other systems as plain Markdown: marks that only their generators know are taken out.
//!
//! Read are Jekyll and other Liquid (`{% … %}`), Hugo (`{{< … >}}`), MkDocs (`!!! warning`), Docusaurus and VitePress (`:::note`), GitLab
//! and Azure DevOps (`[[_TOC_]]`), directives in the manner of reStructuredText, MyST, Obsidian, and Microsoft Learn. Boxes keep their text
//! under a label, includes are put in where they are known, and control marks go. Code, fenced, indented or within a line, stays as it is.
//!
//! [`Cleaner::text`] walks over the lines; `blocks` knows what begins a block, `inline` what stands within a line.

mod blocks;
mod include;
mod inline;
mod label;
mod tag;
mod tag_blocks;

pub use include::is_fragment;

use std::{collections::HashSet, rc::Rc};

use crate::{
    article::audience::{self, INTERNAL},
    case::CHINESE,
    text::chinese_share,
};
use label::Language;

/// What of a file of the same folder an include takes in, by its place below it; `None`: there is no such file.
pub type Includes<'i> = &'i dyn Fn(&str) -> Option<Rc<str>>;

/// Blocks within blocks beyond this depth are text.
const DEEPEST: usize = 24;

/// A text without marks, and how many includes were not found.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Cleaned {
    pub(super) text: String,
    pub(super) missing: u64,
    /// It says of a part that it is for the own team, and not any more of which: all of it is kept from customers.
    pub(super) closed: bool,
}

/// Takes the marks out. `place` is the document's own, below the folder.
pub(super) fn markdown(text: &str, place: &str, includes: Includes<'_>) -> Cleaned {
    let is_chinese = chinese_share(text.chars()).is_some_and(|share| share >= CHINESE);
    let mut cleaner = Cleaner {
        language: if is_chinese { Language::Chinese } else { Language::English },
        has_liquid: text.contains("{%"),
        includes,
        stack: vec![place.to_string()],
        room: include::MOST_BYTES,
        depth: 0,
        in_list: false,
        in_tabs: false,
        unclosed: HashSet::new(),
        prose: String::new(),
        said: audience::marks(text),
        cleaned: Cleaned::default(),
    };
    cleaner.text(text);
    cleaner.flush();
    let mut cleaned = cleaner.cleaned;
    if cleaner.said > audience::marks(&cleaned.text) {
        cleaned.text = audience::close(&cleaned.text);
        cleaned.closed = true;
    }
    cleaned
}

/// The walk over a text.
struct Cleaner<'i> {
    language: Language,
    /// Whether the document is written for Liquid, which also fills in `{{ name }}`.
    has_liquid: bool,
    includes: Includes<'i>,
    /// The document, and the files that are being taken in.
    stack: Vec<String>,
    /// Bytes of includes that are left.
    room: usize,
    depth: usize,
    /// Within a list indented lines are text.
    in_list: bool,
    /// A rule ends a group of tabs.
    in_tabs: bool,
    /// Tags of the text at hand that have no end.
    unclosed: HashSet<(tag::Engine, String)>,
    /// Text that waits for what stands within its lines.
    prose: String,
    /// How many things in the text, and in what it takes in, keep something from customers.
    said: usize,
    cleaned: Cleaned,
}

impl Cleaner<'_> {
    /// Takes text, line by line.
    fn text(&mut self, text: &str) {
        let lines: Vec<&str> = text.split_inclusive('\n').collect();
        if self.depth >= DEEPEST {
            lines.iter().for_each(|line| self.prose.push_str(line));
            return;
        }
        self.depth += 1;
        let around = std::mem::take(&mut self.unclosed);
        // Where what is open may still end: nothing is looked for behind.
        let last_close = lines.iter().rposition(|line| line.contains("-->"));
        let mut at = 0;
        let mut blank = true;
        while let Some(line) = lines.get(at) {
            at += match self.code(&lines[at..], blank) {
                Some(taken) => taken,
                None if opens_comment(line) && last_close.is_some_and(|close| close > at) => self.comment(&lines[at..]),
                None => self.block(&lines[at..]).unwrap_or_else(|| {
                    self.prose.push_str(line);
                    1
                }),
            };
            blank = lines[at - 1].trim().is_empty();
            self.note_list(lines[at - 1]);
        }
        self.unclosed = around;
        self.depth -= 1;
    }

    /// Code, fenced or indented, goes over as it is; the number of its lines.
    fn code(&mut self, lines: &[&str], behind_blank: bool) -> Option<usize> {
        let line = *lines.first()?;
        if let Some(fence) = Fence::of(line) {
            if let Some(taken) = self.directive_fence(&fence, lines) {
                return Some(taken);
            }
            let end = fence.end(lines);
            self.literal(&lines[..end.lines]);
            return Some(end.lines);
        }
        let is_code = |line: &&&str| line.starts_with("    ") || line.starts_with('\t');
        if behind_blank && !self.in_list && !line.trim().is_empty() && is_code(&&line) {
            let end = lines.iter().take_while(is_code).count();
            self.literal(&lines[..end]);
            return Some(end);
        }
        None
    }

    /// A comment over several lines goes; what stands before and behind it is text.
    fn comment(&mut self, lines: &[&str]) -> usize {
        let Some(end) = lines.iter().skip(1).position(|line| line.contains("-->")).map(|at| at + 1) else {
            self.prose.push_str(lines[0]);
            return 1;
        };
        let before = lines[0].rsplit_once("<!--").map_or("", |(before, _)| before);
        let behind = lines[end].split_once("-->").map_or("", |(_, behind)| behind);
        let is_alone = before.trim().is_empty() && behind.trim().is_empty();
        self.prose.push_str(if is_alone { "" } else { before });
        self.prose.push_str(&audience_of(&lines[..=end].concat()));
        self.prose.push_str(if is_alone { "" } else { behind });
        end + 1
    }

    fn note_list(&mut self, line: &str) {
        let body = line.trim_start();
        if body.trim().is_empty() {
            return;
        }
        let digits = body.bytes().take_while(u8::is_ascii_digit).count();
        let numbered = digits > 0 && (body[digits..].starts_with(". ") || body[digits..].starts_with(") "));
        let is_item = numbered || ["- ", "* ", "+ "].iter().any(|mark| body.starts_with(mark));
        if is_item || !line.starts_with([' ', '\t']) {
            self.in_list = is_item;
        }
    }

    /// Lines that stay as they are.
    fn literal(&mut self, lines: &[&str]) {
        self.flush();
        lines.iter().for_each(|line| self.cleaned.text.push_str(line));
    }

    /// A line of its own, at the indentation of another.
    fn line(&mut self, like: &str, text: &str) {
        let indent = &like[..like.len() - like.trim_start_matches([' ', '\t']).len()];
        self.prose.extend([indent, text, "\n"]);
    }

    /// The text of the file that an include names; `None` where there is none, or it is being taken in already.
    fn included(&mut self, target: &str) -> Option<(String, String)> {
        let from = self.stack.last().map_or("", String::as_str);
        let places = if self.room == 0 { Vec::new() } else { include::places(from, target) };
        let found = places
            .into_iter()
            .filter(|place| self.stack.len() <= include::DEEPEST && !self.stack.contains(place))
            .find_map(|place| Some(((self.includes)(&place)?, place)))
            .filter(|(text, _)| text.len() <= self.room);
        let taken = found.as_ref().map_or(0, |(text, _)| text.len());
        self.room = self.room.saturating_sub(taken.max(include::LEAST_BYTES));
        match found {
            Some((text, place)) => {
                self.said += audience::marks(&text);
                Some((super::front::split(&super::plain(&text)).1, place))
            }
            None => {
                self.cleaned.missing += 1;
                None
            }
        }
    }

    /// Puts in the text of a file, at the indentation of a line.
    fn include(&mut self, like: &str, target: &str) {
        let Some((text, place)) = self.included(target) else { return };
        let indent = &like[..like.len() - like.trim_start_matches([' ', '\t', '>']).len()];
        let mut indented = String::with_capacity(text.len() + 1);
        for line in text.trim_matches('\n').lines() {
            indented.extend([indent, line, "\n"]);
        }
        self.stack.push(place);
        self.text(&indented);
        self.stack.pop();
    }

    /// Puts in a file of code, or the code that stands between two lines.
    fn code_block(&mut self, like: &str, language: &str, code: &str) {
        let indent = &like[..like.len() - like.trim_start_matches([' ', '\t']).len()];
        let longest = code.split(|c| c != '`').map(str::len).max().unwrap_or_default();
        let fence = "`".repeat((longest + 1).max(3));
        self.flush();
        let out = &mut self.cleaned.text;
        out.extend([indent, fence.as_str(), language, "\n"]);
        for line in code.trim_matches('\n').lines() {
            let own = if line.starts_with(indent) { "" } else { indent };
            out.extend([own, line, "\n"]);
        }
        out.extend([indent, fence.as_str(), "\n"]);
    }

    /// Takes what waits over, without the marks within its lines.
    fn flush(&mut self) {
        let prose = std::mem::take(&mut self.prose);
        if !prose.is_empty() {
            let clean = self.inline(&prose);
            self.cleaned.text.push_str(&clean);
        }
    }
}

/// What stays of a part that is taken out: the lines that it has for whom its section is.
fn audience_of(part: &str) -> String {
    match audience::marks(part) {
        0 if !part.lines().any(audience::keeps_in) => String::new(),
        // A lone word keeps in as well.
        count => ["\n\n", INTERNAL].concat().repeat(count.max(1)) + "\n\n",
    }
}

/// Whether a comment begins in a line and does not end in it.
fn opens_comment(line: &str) -> bool {
    line.rfind("<!--")
        .is_some_and(|at| !line[at..].contains("-->") && line[..at].matches('`').count().is_multiple_of(2))
}

/// The first line of fenced code.
struct Fence<'l> {
    /// What stands before it: blanks, and marks of a quote.
    before: &'l str,
    mark: char,
    length: usize,
    info: &'l str,
}

/// Where fenced code ends.
struct End {
    /// Lines with both fences.
    lines: usize,
    /// Whether the last of them is a fence.
    closed: bool,
}

impl<'l> Fence<'l> {
    fn of(line: &'l str) -> Option<Self> {
        let body = line.trim_start_matches([' ', '\t', '>']);
        let before = &line[..line.len() - body.len()];
        // The first item of a list may be code at once.
        let body = body.strip_prefix("- ").or_else(|| body.strip_prefix("* ")).unwrap_or(body).trim_start();
        let mark = body.chars().next().filter(|c| matches!(c, '`' | '~'))?;
        let length = body.len() - body.trim_start_matches(mark).len();
        let info = body[length..].trim();
        (length >= 3 && !(mark == '`' && info.contains('`'))).then_some(Fence { before, mark, length, info })
    }

    /// Where the code ends whose first line is this fence's.
    fn end(&self, lines: &[&str]) -> End {
        let quoted = self.before.contains('>');
        for (at, line) in lines.iter().enumerate().skip(1) {
            if quoted && !line.trim_start().starts_with('>') {
                return End { lines: at, closed: false };
            }
            let body = line.trim_start_matches([' ', '\t', '>']).trim_end();
            if body.len() >= self.length && body.chars().all(|c| c == self.mark) {
                return End { lines: at + 1, closed: true };
            }
        }
        End { lines: lines.len(), closed: false }
    }
}

#[cfg(test)]
mod tests;
