//! Documents of Word and its kin (`.docx`) as Markdown: headings by style and outline level, lists, tables, code by its font.
//!
//! A document is a zip archive of XML files, opened as every archive is, within limits; nothing of it reaches the file system.
//! `styles` reads what its styles and lists are, `body` its text. Headers, footers, comments, deleted text and fields are no text.
//!
//! Source: ECMA-376, Office Open XML, part 1.

mod body;
mod styles;

use std::io::{Cursor, Read};

use super::{
    Source, SourceError,
    xml::{self, Piece, XmlError},
};
use crate::{
    archive::{self, Budget, Limits},
    article::audience,
    logs::decode::decode,
    parsed::Parsed,
};

/// Largest file within a document that is read, after decompression: text of a thousand pages has 20 MB of XML.
const LARGEST: u64 = 64 << 20;
/// What one document may unpack to, pictures and all.
const LIMITS: Limits = Limits { depth: 1, entries: 5_000, bytes: 512 << 20, ..Limits::USUAL };

/// Reads a document. `path` names it in warnings and is its identity.
///
/// # Errors
/// When it is no such document.
pub(super) fn read(path: &str, bytes: &[u8]) -> Result<Parsed<Source>, SourceError> {
    let mut parts: [(&str, Option<String>); 4] =
        ["word/document.xml", "word/styles.xml", "word/numbering.xml", "docProps/core.xml"].map(|name| (name, None));
    let mut large = false;
    let mut beside = Vec::new();
    let opened = archive::open(path, 0, Cursor::new(bytes), &Budget::new(LIMITS), &mut |entry, reader| {
        let part = parts.iter_mut().find(|(name, _)| *name == entry.name);
        if part.is_none() && !is_beside(&entry.name) {
            return;
        }
        let mut bytes = Vec::new();
        // The reader gives no errors; what was cut shows as broken XML.
        let _ = reader.take(LARGEST + 1).read_to_end(&mut bytes);
        large |= bytes.len() as u64 > LARGEST;
        let text = decode(&bytes).value;
        match part {
            Some((_, part)) => *part = Some(text),
            None => beside.push(text),
        }
    });
    if large {
        return Err(SourceError::Large { most: LARGEST });
    }
    let [document, style_sheet, numbering, core] = parts.map(|(_, text)| text);
    let Some(document) = document else { return Err(SourceError::Form("has no `word/document.xml`")) };
    let mut styles = styles::Styles::default();
    // A document whose styles are broken is read without.
    if let Some(text) = style_sheet {
        let _ = styles.read_styles(&text);
    }
    if let Some(text) = numbering {
        let _ = styles.read_numbering(&text);
    }
    let mut warnings = opened.warnings;
    let (mut body, broken) = body::read(&document, &styles);
    if let Some(error) = broken {
        warnings.push(crate::parsed::Warning::new(path, format!("read as far as its text is sound: {error}")));
    }
    let said = shown(&document);
    // A word alone in a header is the mark of the whole document.
    let closed = audience::marks(&said) > audience::marks(&body)
        || beside.iter().any(|part| shown(part).lines().any(audience::keeps_in));
    if closed {
        warnings.push(super::kept_in(path, ""));
        body = audience::close(&body);
    }
    let core = core.and_then(|text| properties(&text).ok()).unwrap_or_default();
    let title = super::title::of_page(core.title, &mut body);
    let value = Source { path: path.to_string(), title, body, updated: core.modified, ..Source::default() };
    Ok(Parsed { value, warnings })
}

/// Whether a file of a document has text that is none of the article's, and may yet say whom it is for.
fn is_beside(name: &str) -> bool {
    let parts = ["header", "footer", "comments", "footnotes", "endnotes"];
    let name = name.strip_prefix("word/").and_then(|name| name.strip_suffix(".xml"));
    name.is_some_and(|name| parts.iter().any(|part| name.starts_with(part)))
}

/// The text of a file of a document, hidden or not, a line for each paragraph; of a broken one as far as it is sound.
fn shown(xml: &str) -> String {
    let mut text = String::new();
    let mut in_text = false;
    let _ = xml::read(xml.as_bytes(), |piece| match piece {
        Piece::Open(element) => in_text = element.name() == "t",
        Piece::Text(part) if in_text => text.push_str(part),
        Piece::Text(_) => {}
        Piece::Close(name) => {
            in_text = false;
            if name == "p" {
                text.push('\n');
            }
        }
    });
    text
}

/// What a document says of itself.
#[derive(Debug, Default)]
struct Core {
    title: Option<String>,
    modified: Option<jiff::civil::Date>,
}

fn properties(text: &str) -> Result<Core, XmlError> {
    let mut core = Core::default();
    let mut value = String::new();
    xml::read(text.as_bytes(), |piece| match piece {
        Piece::Open(_) => value.clear(),
        Piece::Text(text) => value.push_str(text),
        Piece::Close("title") => core.title = Some(value.trim().to_string()).filter(|title| !title.is_empty()),
        Piece::Close("modified") => core.modified = super::day(&value),
        Piece::Close(_) => {}
    })?;
    Ok(core)
}

#[cfg(test)]
mod tests;
