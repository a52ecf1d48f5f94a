//! XML in one pass: names without their prefixes, text with its references resolved, within a depth.
//!
//! Entities of a document's own are never expanded: a reference to one is dropped, so that no document grows as it is read.

use std::{
    cell::Cell,
    io::{self, BufRead, Read},
};

use quick_xml::{
    Reader, XmlVersion,
    events::{BytesStart, Event},
};

/// Elements that may be open at once: office documents nest tables in text boxes, and end at some thirty.
const DEEPEST: usize = 256;

/// Longest tag, text or comment, in bytes: each is held in memory as a whole.
const LONGEST: u64 = 16 << 20;

/// Why XML cannot be read further.
#[derive(Debug, thiserror::Error)]
pub(super) enum XmlError {
    /// It is not well formed.
    #[error("no sound XML: {0}")]
    Broken(#[from] quick_xml::Error),
    /// It is nested beyond [`DEEPEST`].
    #[error("elements are nested more than {DEEPEST} deep")]
    Deep,
    /// One piece is beyond the limit.
    #[error("a tag or text is larger than {0} bytes")]
    Long(u64),
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
pub(super) fn read(source: impl BufRead, take: impl FnMut(Piece<'_>)) -> Result<(), XmlError> {
    read_within(source, LONGEST, take)
}

/// The bytes of a source, until a piece has more than is left of its room.
struct Metered<'r, R> {
    inner: R,
    room: &'r Cell<u64>,
}

impl<R: BufRead> Read for Metered<'_, R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let count = self.fill_buf()?.read(buf)?;
        self.consume(count);
        Ok(count)
    }
}

impl<R: BufRead> BufRead for Metered<'_, R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.room.get() == 0 {
            return Err(io::Error::other("too long"));
        }
        let room = usize::try_from(self.room.get()).unwrap_or(usize::MAX);
        let bytes = self.inner.fill_buf()?;
        Ok(&bytes[..bytes.len().min(room)])
    }

    fn consume(&mut self, count: usize) {
        self.room.set(self.room.get().saturating_sub(count as u64));
        self.inner.consume(count);
    }
}

fn read_within(source: impl BufRead, longest: u64, mut take: impl FnMut(Piece<'_>)) -> Result<(), XmlError> {
    let room = Cell::new(longest);
    let mut reader = Reader::from_reader(Metered { inner: source, room: &room });
    reader.config_mut().allow_dangling_amp = true;
    let mut buffer = Vec::new();
    let mut depth = 0_usize;
    loop {
        buffer.clear();
        room.set(longest);
        let event = reader.read_event_into(&mut buffer).map_err(|error| match error {
            quick_xml::Error::Io(_) if room.get() == 0 => XmlError::Long(longest),
            error => XmlError::Broken(error),
        });
        match event? {
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

    #[test]
    fn no_piece_takes_more_memory_than_it_may() {
        let long = "x".repeat(100);
        for text in [format!("<a>{long}</a>"), format!("<a b='{long}'/>"), format!("<a><![CDATA[{long}]]></a>")] {
            assert!(matches!(read_within(text.as_bytes(), 64, |_| ()), Err(XmlError::Long(64))), "{text}");
            assert!(read_within(text.as_bytes(), 128, |_| ()).is_ok(), "{text}");
        }
        let many = format!("<a>{}</a>", "x<b/>".repeat(100));
        assert!(read_within(many.as_bytes(), 64, |_| ()).is_ok());
    }
}
