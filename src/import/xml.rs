//! XML in one pass: names without their prefixes, text with its references resolved, within a depth.
//!
//! Entities of a document's own are never expanded: a reference to one is dropped, so that no document grows as it is read.

use std::io::BufRead;

use quick_xml::{
    Reader, XmlVersion,
    events::{BytesStart, Event},
};

/// Elements that may be open at once: office documents nest tables in text boxes, and end at some thirty.
const DEEPEST: usize = 256;

/// Why XML cannot be read further.
#[derive(Debug, thiserror::Error)]
pub(super) enum XmlError {
    /// It is not well formed.
    #[error("no sound XML: {0}")]
    Broken(#[from] quick_xml::Error),
    /// It is nested beyond [`DEEPEST`].
    #[error("elements are nested more than {DEEPEST} deep")]
    Deep,
    /// It ends within an element.
    #[error("it ends within an element: a part is missing")]
    Cut,
}

/// What stands next.
pub(super) enum Piece<'a> {
    /// An element begins; one that holds nothing is followed by its [`Piece::Close`].
    Open(&'a Element<'a>),
    /// The element of that name ends.
    Close(&'a str),
    /// Text, or a part of it.
    Text(&'a str),
}

/// An element's name, without its prefix, and its attributes.
pub(super) struct Element<'a> {
    tag: &'a BytesStart<'a>,
}

impl Element<'_> {
    pub(super) fn name(&self) -> &str {
        self.tag.local_name().into_inner()
    }

    /// An attribute by its name without prefix.
    pub(super) fn get(&self, name: &str) -> Option<String> {
        let mut attributes = self.tag.attributes();
        let found = attributes.with_checks(false).filter_map(Result::ok);
        let found = { found }.find(|one| one.key.local_name().into_inner() == name)?;
        // One whose references make no sense is taken as written.
        Some(
            found
                .normalized_value(XmlVersion::Implicit1_0)
                .map_or_else(|_| found.value.to_string(), |value| value.into_owned()),
        )
    }
}

/// Reads pieces one after the other to the end.
///
/// # Errors
/// Where it is broken; the pieces before were handed out.
pub(super) fn read(source: impl BufRead, mut take: impl FnMut(Piece<'_>)) -> Result<(), XmlError> {
    let mut reader = Reader::from_reader(source);
    reader.config_mut().allow_dangling_amp = true;
    let mut buffer = Vec::new();
    let mut depth = 0_usize;
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer)? {
            Event::Start(tag) => {
                depth += 1;
                if depth > DEEPEST {
                    return Err(XmlError::Deep);
                }
                take(Piece::Open(&Element { tag: &tag }));
            }
            Event::Empty(tag) => {
                take(Piece::Open(&Element { tag: &tag }));
                take(Piece::Close(tag.local_name().into_inner()));
            }
            Event::End(tag) => {
                depth = depth.saturating_sub(1);
                take(Piece::Close(tag.local_name().into_inner()));
            }
            Event::Text(text) => take(Piece::Text(&text.xml10_content())),
            Event::CData(text) => take(Piece::Text(&text.xml10_content())),
            Event::GeneralRef(reference) => {
                let mut one = [0; 4];
                let text: &str = match (reference.resolve_char_ref().ok().flatten(), &*reference) {
                    (Some(c), _) => c.encode_utf8(&mut one),
                    (None, "lt") => "<",
                    (None, "gt") => ">",
                    (None, "amp") => "&",
                    (None, "quot") => "\"",
                    (None, "apos") => "'",
                    _ => continue,
                };
                take(Piece::Text(text));
            }
            Event::Eof if depth > 0 => return Err(XmlError::Cut),
            Event::Eof => return Ok(()),
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_torn_file_is_no_whole_one() {
        let mut texts = Vec::new();
        let mut take = |piece: Piece<'_>| {
            if let Piece::Text(text) = piece {
                texts.push(text.trim().to_string());
            }
        };
        assert!(read(&b"<a><b>x</b></a>"[..], &mut take).is_ok());
        assert!(matches!(read(&b"<a><b>y</b>"[..], &mut take), Err(XmlError::Cut)));
        assert_eq!(texts.join(""), "xy");
    }
}
