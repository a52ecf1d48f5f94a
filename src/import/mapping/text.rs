//! The bytes of an export as text.

use std::io::{self, Read};

use crate::logs::decode::TextReader;

/// Largest record, in bytes of text: an article may have one sixteenth of it.
pub(super) const MOST_RECORD: usize = 16 << 20;

/// Text of any encoding as UTF-8, as a reader, without the mark that some begin it with.
pub(super) struct Text<R> {
    inner: TextReader<R>,
    block: String,
    at: usize,
    begun: bool,
}

impl<R: Read> Text<R> {
    pub(super) fn new(inner: R) -> Self {
        Text { inner: TextReader::new(inner), block: String::new(), at: 0, begun: false }
    }
}

impl<R: Read> Read for Text<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        while self.at == self.block.len() {
            self.block.clear();
            self.at = 0;
            if !self.inner.read_into(&mut self.block)? {
                return Ok(0);
            }
            if !self.begun && !self.block.is_empty() {
                self.begun = true;
                if self.block.starts_with('\u{feff}') {
                    self.at = '\u{feff}'.len_utf8();
                }
            }
        }
        let rest = &self.block.as_bytes()[self.at..];
        let count = rest.len().min(buf.len());
        buf[..count].copy_from_slice(&rest[..count]);
        self.at += count;
        Ok(count)
    }
}
