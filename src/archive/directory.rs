//! The directory of a zip archive, opened within a limit: it is held in memory as a whole before its first entry is seen.
//!
//! How many entries it lists stands in several places, and an archive may have decoys of each. So the limit is kept where the reader
//! of archives reads, not where the number is said to be.

use std::{
    cell::Cell,
    io::{self, Read, Seek, SeekFrom},
    rc::Rc,
};

use zip::{ZipArchive, result::ZipError};

/// Heads of what a directory is made of, and their lengths. Source: APPNOTE.TXT 6.3.10, sections 4.3.12 and 4.3.14.
const ENTRY: (&[u8], usize) = (b"PK\x01\x02", 46);
const END: (&[u8], usize) = (b"PK\x06\x06", 56);
/// Where the record of the end has the number of entries.
const END_COUNT: std::ops::Range<usize> = 32..40;

/// Why a directory cannot be opened.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DirectoryError {
    /// It lists more than it may.
    #[error("its directory lists more than {0} entries")]
    Long(u64),
    /// It is no archive, or a broken one.
    #[error(transparent)]
    Zip(#[from] ZipError),
}

/// An archive whose directory was opened within a limit.
pub(crate) type Opened<R> = ZipArchive<Guarded<R>>;

/// Opens an archive whose directory may list so many entries.
///
/// # Errors
/// When it lists more, or is none.
pub(crate) fn open_zip<R: Read + Seek>(source: R, most: u64) -> Result<Opened<R>, DirectoryError> {
    let guard = Rc::new(Guard { most, seen: Cell::new(0), off: Cell::new(false) });
    let opened = ZipArchive::new(Guarded { inner: source, guard: guard.clone() });
    if guard.is_over() {
        return Err(DirectoryError::Long(most));
    }
    guard.off.set(true);
    Ok(opened?)
}

/// What was seen of a directory.
struct Guard {
    most: u64,
    seen: Cell<u64>,
    /// The directory was read.
    off: Cell<bool>,
}

impl Guard {
    fn is_over(&self) -> bool {
        self.seen.get() > self.most
    }

    /// Looks at what was asked for in one piece. A number is taken at its word: memory is set apart by it.
    fn look(&self, asked: usize, read: &[u8]) {
        if asked == ENTRY.1 && read.starts_with(ENTRY.0) {
            self.seen.set(self.seen.get() + 1);
        } else if asked == END.1
            && read.starts_with(END.0)
            && let Some(count) = read.get(END_COUNT).and_then(|count| count.try_into().ok())
        {
            let count = u64::from_le_bytes(count);
            if count > self.most {
                self.seen.set(count);
            }
        }
    }
}

/// The bytes of an archive; none once its directory proved too long.
pub(crate) struct Guarded<R> {
    inner: R,
    guard: Rc<Guard>,
}

impl<R: Read> Read for Guarded<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        if self.guard.off.get() {
            return self.inner.read(buf);
        }
        let mut count = 0;
        // Whole, so that what is looked at is what was asked for.
        while count < buf.len() && !self.guard.is_over() {
            match self.inner.read(&mut buf[count..]) {
                Ok(0) => break,
                Ok(read) => count += read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        self.guard.look(buf.len(), &buf[..count]);
        if self.guard.is_over() { Err(io::Error::other("the directory is too long")) } else { Ok(count) }
    }
}

impl<R: Seek> Seek for Guarded<R> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.inner.seek(to)
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Write};

    use zip::{ZipWriter, write::SimpleFileOptions};

    use super::*;

    fn archive(entries: usize) -> Vec<u8> {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        for number in 0..entries {
            writer.start_file(format!("{number}"), SimpleFileOptions::default()).unwrap();
            writer.write_all(b"x").unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    /// An archive whose directory is told by a 64-bit record, which says `said` of itself.
    fn wide(entries: usize, said: u64, comment: &[u8]) -> Vec<u8> {
        let mut bytes = archive(entries);
        let end = memchr::memmem::rfind(&bytes, b"PK\x05\x06").unwrap();
        let directory: [u8; 8] = bytes[end + 12..end + 20].try_into().unwrap();
        let [size, at] = [0, 4].map(|from| u32::from_le_bytes(directory[from..from + 4].try_into().unwrap()));
        bytes.truncate(end);
        bytes.extend(record(said, u64::from(size), u64::from(at)));
        bytes.extend(b"PK\x06\x07\0\0\0\0");
        bytes.extend((end as u64).to_le_bytes());
        bytes.extend(1u32.to_le_bytes());
        bytes.extend(b"PK\x05\x06\0\0\0\0\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff");
        bytes.extend((comment.len() as u16).to_le_bytes());
        bytes.extend(comment);
        bytes
    }

    fn record(count: u64, size: u64, at: u64) -> Vec<u8> {
        let mut record = b"PK\x06\x06".to_vec();
        record.extend(44u64.to_le_bytes());
        record.extend([45, 0, 45, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        for number in [count, count, size, at] {
            record.extend(number.to_le_bytes());
        }
        record
    }

    #[track_caller]
    fn check(bytes: &[u8], most: u64, expected: Option<usize>) {
        match (open_zip(Cursor::new(bytes), most), expected) {
            (Ok(archive), Some(count)) => assert_eq!(archive.len(), count),
            (Err(DirectoryError::Long(_)), None) => {}
            (found, _) => panic!("{:?} instead of {expected:?}", found.map(|archive| archive.len())),
        }
    }

    #[test]
    fn a_directory_that_is_too_long_is_not_read() {
        check(&archive(10), 10, Some(10));
        check(&archive(11), 10, None);
        check(&wide(10, 10, b""), 10, Some(10));
        check(&wide(11, 11, b""), 10, None);
    }

    #[test]
    fn decoys_do_not_hide_how_long_it_is() {
        // Another record where the true one is looked for, behind it in the comment.
        check(&wide(11, 11, &record(1, 50, 0)), 10, None);
        check(&wide(3, 3, &record(1, 50, 0)), 10, Some(3));
        assert!(matches!(open_zip(Cursor::new(b"no zip"), 10), Err(DirectoryError::Zip(_))));
    }
}
