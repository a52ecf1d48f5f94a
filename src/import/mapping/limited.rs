//! The bytes of an export as text, within a limit for each record.

use std::{
    cell::Cell,
    io::{self, Read},
};

use crate::logs::decode::TextReader;

/// Largest record, in bytes of text: an article may have one sixteenth of it.
pub(super) const MOST_RECORD: u64 = 16 << 20;

/// How many bytes were read since the record began; `None`: what is read is passed over and takes no memory.
pub(super) type Spent = Cell<Option<u64>>;

/// Text of any encoding as UTF-8, as a reader; fails where one record is larger than [`MOST_RECORD`].
pub(super) struct Limited<'a, R> {
    inner: TextReader<R>,
    text: String,
    at: usize,
    begun: bool,
    spent: &'a Spent,
}

impl<'a, R: Read> Limited<'a, R> {
    pub(super) fn new(inner: R, spent: &'a Spent) -> Self {
        Limited { inner: TextReader::new(inner), text: String::new(), at: 0, begun: false, spent }
    }
}

impl<R: Read> Read for Limited<'_, R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        while self.at == self.text.len() {
            self.text.clear();
            self.at = 0;
            if !self.inner.read_into(&mut self.text)? {
                return Ok(0);
            }
            if !self.begun && !self.text.is_empty() {
                self.begun = true;
                if self.text.starts_with('\u{feff}') {
                    self.at = '\u{feff}'.len_utf8();
                }
            }
        }
        let rest = &self.text.as_bytes()[self.at..];
        let count = rest.len().min(buf.len());
        buf[..count].copy_from_slice(&rest[..count]);
        self.at += count;
        if let Some(spent) = self.spent.get() {
            let spent = spent + count as u64;
            self.spent.set(Some(spent));
            if spent > MOST_RECORD {
                return Err(io::Error::other(format!("a record has more than {MOST_RECORD} bytes")));
            }
        }
        Ok(count)
    }
}
