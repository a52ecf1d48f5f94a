//! Styles and lists of a document: which paragraphs are headings, which text is code, which lists have numbers.

use std::collections::HashMap;

use super::super::xml::{self, Element, Piece, XmlError};

/// Styles that a style may stand upon, one on the other.
const DEEPEST: usize = 16;
/// Styles and lists that are kept of a document; programs write some hundreds.
const MOST: usize = 20_000;

/// Names of the heading styles as programs write them, folded: a level follows. The first is Word's own in all languages.
const HEADINGS: &[&str] = &[
    "heading",
    "标题",
    "標題",
    "見出し",
    "제목",
    "überschrift",
    "titre",
    "título",
    "titolo",
    "заголовок",
    "nagłówek",
    "kop",
    "rubrik",
    "overskrift",
    "otsikko",
    "başlık",
];

/// Names of the style of a document's title.
const TITLES: &[&str] = &["title", "标题", "標題", "表題", "제목", "titel", "título", "titolo", "название", "tytuł"];

/// Words of the names of styles whose text is code.
const CODE: &[&str] = &[
    "code",
    "preformatted",
    "source",
    "listing",
    "console",
    "terminal",
    "verbatim",
    "plain text",
    "代码",
    "代碼",
    "源码",
    "预设格式",
    "預設格式",
    "纯文本",
];

/// Words of the names of fonts whose letters are of one width.
const MONOSPACE: &[&str] =
    &["mono", "consolas", "courier", "menlo", "monaco", "lucida console", "cascadia", "fixedsys", "terminal", "等宽"];

/// What a paragraph is by its style.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Title,
    /// Level from 1.
    Heading(u8),
    Code,
    /// A line of the table of contents.
    Contents,
}

#[derive(Debug, Default, Clone)]
struct Style {
    name: String,
    based_on: Option<String>,
    outline: Option<u8>,
    font: Option<String>,
    list: Option<String>,
}

/// The styles and lists of a document.
#[derive(Debug, Default)]
pub(super) struct Styles {
    styles: HashMap<String, Style>,
    /// The definition that a list uses.
    lists: HashMap<String, String>,
    /// Of a definition and a level: whether it counts.
    numbered: HashMap<(String, usize), bool>,
}

/// The value of an element's attribute `val`.
pub(super) fn value(element: &Element<'_>) -> String {
    element.get("val").unwrap_or_default()
}

/// A level that an outline names: 0 to 8 are levels 1 to 9, 9 is text.
pub(super) fn outline(element: &Element<'_>) -> Option<u8> {
    value(element).parse::<u8>().ok().filter(|level| *level < 9).map(|level| level + 1)
}

/// Whether a font's letters are of one width.
pub(super) fn is_monospace(font: &str) -> bool {
    let font = font.to_lowercase();
    MONOSPACE.iter().any(|word| font.contains(word))
}

impl Styles {
    pub(super) fn read_styles(&mut self, text: &str) -> Result<(), XmlError> {
        let mut open: Option<(String, Style)> = None;
        xml::read(text.as_bytes(), |piece| match piece {
            Piece::Open(element) => match (element.name(), &mut open) {
                ("style", _) => open = Some((element.get("styleId").unwrap_or_default(), Style::default())),
                ("name", Some((_, style))) => style.name = fold(&value(element)),
                ("basedOn", Some((_, style))) => style.based_on = Some(value(element)),
                ("outlineLvl", Some((_, style))) => style.outline = outline(element),
                ("rFonts", Some((_, style))) => style.font = element.get("ascii"),
                ("numId", Some((_, style))) => style.list = Some(value(element)),
                _ => {}
            },
            Piece::Close("style") => {
                if let Some((id, style)) = open.take().filter(|_| self.styles.len() < MOST) {
                    self.styles.insert(id, style);
                }
            }
            _ => {}
        })
    }

    pub(super) fn read_numbering(&mut self, text: &str) -> Result<(), XmlError> {
        let (mut definition, mut level, mut list) = (String::new(), 0, String::new());
        xml::read(text.as_bytes(), |piece| {
            let Piece::Open(element) = piece else { return };
            match element.name() {
                "abstractNum" => definition = element.get("abstractNumId").unwrap_or_default(),
                "lvl" => level = element.get("ilvl").and_then(|level| level.parse().ok()).unwrap_or(0),
                "numFmt" if self.numbered.len() < MOST => {
                    let counts = !matches!(value(element).as_str(), "bullet" | "none");
                    self.numbered.insert((definition.clone(), level), counts);
                }
                "num" => list = element.get("numId").unwrap_or_default(),
                "abstractNumId" if self.lists.len() < MOST => {
                    self.lists.insert(list.clone(), value(element));
                }
                _ => {}
            }
        })
    }

    /// Whether a list counts at a level, from 0.
    pub(super) fn is_numbered(&self, list: &str, level: usize) -> bool {
        let definition = self.lists.get(list).cloned().unwrap_or_default();
        self.numbered.get(&(definition, level)).copied().unwrap_or(false)
    }

    /// The list that a style puts its paragraphs into.
    pub(super) fn list(&self, style: &str) -> Option<&str> {
        self.chain(style).find_map(|style| style.list.as_deref()).filter(|list| *list != "0")
    }

    /// Whether a style's font, or that of one it stands upon, is for code.
    pub(super) fn is_code(&self, style: &str) -> bool {
        self.kind(style) == Kind::Code
    }

    /// What a paragraph of a style is.
    pub(super) fn kind(&self, style: &str) -> Kind {
        for (depth, one) in self.chain(style).enumerate() {
            if one.name.starts_with("toc") || one.name.starts_with("目录") || one.name.starts_with("目錄") {
                return Kind::Contents;
            }
            let level = HEADINGS.iter().find_map(|name| {
                let level = one.name.strip_prefix(name)?.trim_start();
                level.parse::<u8>().ok().filter(|level| (1..=9).contains(level))
            });
            if let Some(level) = level.or(one.outline) {
                return Kind::Heading(level);
            }
            if TITLES.contains(&one.name.as_str()) {
                return Kind::Title;
            }
            // Words in the name of a style that others stand upon mean little.
            let called = depth == 0 && CODE.iter().any(|word| one.name.contains(word));
            if called || one.font.as_deref().is_some_and(is_monospace) {
                return Kind::Code;
            }
        }
        if self.styles.contains_key(style) {
            return Kind::Text;
        }
        // A document without its style sheet: the ids are all there is.
        let id = fold(style);
        let level = HEADINGS.iter().find_map(|name| id.strip_prefix(name)?.trim_start().parse::<u8>().ok());
        match level {
            Some(level) if (1..=9).contains(&level) => Kind::Heading(level),
            _ if id == "title" => Kind::Title,
            _ => Kind::Text,
        }
    }

    /// A style and those that it stands upon.
    fn chain(&self, id: &str) -> impl Iterator<Item = &Style> {
        std::iter::successors(self.styles.get(id), |style| self.styles.get(style.based_on.as_deref()?)).take(DEEPEST)
    }
}

fn fold(name: &str) -> String {
    name.trim().to_lowercase()
}
