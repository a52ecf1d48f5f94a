//! The text of a document, paragraph by paragraph.

use std::collections::HashMap;

use super::{
    super::{
        markdown::{Block, Markdown},
        xml::{self, Element, Piece, XmlError},
    },
    styles::{Kind, Styles, is_monospace, outline, value},
};

/// Most text that a document gives; an article may have less.
const MOST: usize = 8 << 20;

/// Levels of a list. Source: ECMA-376 part 1, section 17.9.6.
const LEVELS: usize = 9;

/// Elements whose text is not shown, or shown a second time by another.
const LEFT_OUT: [&str; 8] =
    ["Fallback", "del", "moveFrom", "instrText", "delText", "footnoteReference", "commentReference", "rt"];

/// The Markdown of a document, and why it could not be read to its end.
pub(super) fn read(document: &str, styles: &Styles) -> (String, Option<XmlError>) {
    let mut body = Body::new(styles);
    let broken = xml::read(document.as_bytes(), |piece| body.take(&piece)).err();
    (body.finish(), broken)
}

struct Body<'a> {
    styles: &'a Styles,
    out: Markdown,
    /// Within an element that is left out: how many of its name are open.
    left_out: Option<(String, usize)>,
    paragraphs: Vec<Paragraph>,
    run: Run,
    /// Within the text of a run.
    in_text: bool,
    /// Code paragraphs that stand together.
    code: String,
    tables: usize,
    /// How far each list has counted, level by level.
    counts: HashMap<String, [u64; LEVELS]>,
    /// Whether a title was seen: headings then stand one below.
    titled: bool,
}

/// A paragraph as it is read; text boxes have paragraphs within one.
#[derive(Default)]
struct Paragraph {
    style: String,
    outline: Option<u8>,
    list: Option<String>,
    level: usize,
    in_properties: bool,
    runs: Vec<(bool, String)>,
}

#[derive(Default)]
struct Run {
    monospace: bool,
    hidden: bool,
}

impl<'a> Body<'a> {
    fn new(styles: &'a Styles) -> Body<'a> {
        Body {
            styles,
            out: Markdown::default(),
            left_out: None,
            paragraphs: Vec::new(),
            run: Run::default(),
            in_text: false,
            code: String::new(),
            tables: 0,
            counts: HashMap::new(),
            titled: false,
        }
    }

    fn take(&mut self, piece: &Piece<'_>) {
        if self.out.len() + self.code.len() > MOST {
            return;
        }
        match piece {
            Piece::Open(element) => self.open(element),
            Piece::Close(name) => self.close(name),
            Piece::Text(text) if self.in_text && self.left_out.is_none() => self.say(text),
            Piece::Text(_) => {}
        }
    }

    fn say(&mut self, text: &str) {
        if self.run.hidden {
            return;
        }
        let Some(paragraph) = self.paragraphs.last_mut() else { return };
        match paragraph.runs.last_mut() {
            Some((monospace, said)) if *monospace == self.run.monospace => said.push_str(text),
            _ => paragraph.runs.push((self.run.monospace, text.to_string())),
        }
    }

    fn open(&mut self, element: &Element<'_>) {
        let name = element.name();
        if let Some((of, depth)) = &mut self.left_out {
            *depth += usize::from(of == name);
            return;
        }
        if LEFT_OUT.contains(&name) {
            self.left_out = Some((name.to_string(), 1));
            return;
        }
        let in_properties = self.paragraphs.last().is_some_and(|paragraph| paragraph.in_properties);
        match name {
            "p" => self.paragraphs.push(Paragraph::default()),
            "r" => self.run = Run::default(),
            "t" => self.in_text = true,
            "tab" if !in_properties => self.say("\t"),
            "br" | "cr" => self.say("\n"),
            "noBreakHyphen" => self.say("-"),
            "rFonts" if !in_properties => {
                self.run.monospace |= element.get("ascii").is_some_and(|font| is_monospace(&font));
            }
            "rStyle" if !in_properties => self.run.monospace |= self.styles.is_code(&value(element)),
            "vanish" if !in_properties => {
                self.run.hidden = !matches!(value(element).as_str(), "0" | "false" | "off");
            }
            "tbl" => {
                self.end_code();
                self.tables += 1;
                if self.tables == 1 {
                    self.out.table(true);
                }
            }
            "tr" if self.tables == 1 => self.out.row(),
            "tc" if self.tables == 1 => self.out.cell(),
            _ => {
                let Some(paragraph) = self.paragraphs.last_mut() else { return };
                match name {
                    "pPr" => paragraph.in_properties = true,
                    "pStyle" => paragraph.style = value(element),
                    "outlineLvl" => paragraph.outline = outline(element),
                    "numId" => paragraph.list = Some(value(element)),
                    "ilvl" => paragraph.level = value(element).parse().unwrap_or(0),
                    _ => {}
                }
            }
        }
    }

    fn close(&mut self, name: &str) {
        if let Some((of, depth)) = &mut self.left_out {
            if of == name {
                *depth -= 1;
                if *depth == 0 {
                    self.left_out = None;
                }
            }
            return;
        }
        match name {
            "t" => self.in_text = false,
            "pPr" => {
                if let Some(paragraph) = self.paragraphs.last_mut() {
                    paragraph.in_properties = false;
                }
            }
            "p" => {
                if let Some(paragraph) = self.paragraphs.pop() {
                    self.write(paragraph);
                }
            }
            "tbl" => {
                self.tables = self.tables.saturating_sub(1);
                if self.tables == 0 {
                    self.end_code();
                    self.out.table(false);
                }
            }
            _ => {}
        }
    }

    fn write(&mut self, paragraph: Paragraph) {
        let said: String = paragraph.runs.iter().map(|(_, text)| text.as_str()).collect();
        let kind = match (self.styles.kind(&paragraph.style), paragraph.outline) {
            (Kind::Text, Some(level)) => Kind::Heading(level),
            (kind, _) => kind,
        };
        let all_code = paragraph.runs.iter().all(|(monospace, text)| *monospace || text.trim().is_empty());
        let is_code = kind == Kind::Code || kind == Kind::Text && all_code && !paragraph.runs.is_empty();
        if kind == Kind::Contents {
            return;
        }
        if said.trim().is_empty() {
            // An empty line within code belongs to it.
            if !self.code.is_empty() {
                self.code.push('\n');
            }
            return;
        }
        if is_code && self.tables == 0 {
            self.code.push_str(&said);
            self.code.push('\n');
            return;
        }
        self.end_code();
        let list = paragraph.list.as_deref().or_else(|| self.styles.list(&paragraph.style)).filter(|list| *list != "0");
        match (kind, list) {
            (Kind::Title, _) => {
                self.out.in_list(0);
                self.out.begin(Block::Heading(if self.titled { 2 } else { 1 }));
                self.titled = true;
            }
            (Kind::Heading(level), _) => {
                self.out.in_list(0);
                self.out.begin(Block::Heading(level.saturating_add(u8::from(self.titled)).min(6)));
            }
            (_, Some(list)) => {
                let number = self.styles.is_numbered(list, paragraph.level).then(|| self.count(list, paragraph.level));
                self.out.begin(Block::Item { depth: paragraph.level.saturating_add(1), number });
            }
            _ => {
                self.out.in_list(0);
                self.out.begin(Block::Paragraph);
            }
        }
        for (monospace, text) in paragraph.runs {
            for (index, line) in text.split('\n').enumerate() {
                if index > 0 {
                    self.out.break_line();
                }
                if monospace { self.out.code(line) } else { self.out.text(line) }
            }
        }
        self.out.end();
    }

    /// The next number of a list at a level; the levels below begin again.
    fn count(&mut self, list: &str, level: usize) -> u64 {
        let counts = self.counts.entry(list.to_string()).or_default();
        let level = level.min(LEVELS - 1);
        counts.iter_mut().skip(level + 1).for_each(|count| *count = 0);
        counts[level] += 1;
        counts[level]
    }

    fn end_code(&mut self) {
        let code = std::mem::take(&mut self.code);
        self.out.code_block(&code);
    }

    fn finish(mut self) -> String {
        self.end_code();
        self.out.finish()
    }
}
