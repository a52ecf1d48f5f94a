//! Archives opened within limits: zip, gzip, tar and tar in gzip.
//!
//! Entries stream to the caller one after the other and are never unpacked to files; their names are for
//! display only. The caller looks at [`Entry::head`] to decide what an entry is, and opens an entry that
//! is an archive by holding it with [`hold`] and calling [`open`] on it with the entry's depth. What
//! entries mean (a log, a mail) is left to the caller. This module does no I/O but on the readers handed
//! to it, and never fails: what cannot be read becomes a warning, and what was read stays.
//!
//! ```
//! use std::io::{Cursor, Read};
//! use casebook::archive::{Budget, open};
//!
//! # let tar = vec![0u8; 1024];
//! let mut texts = Vec::new();
//! let opened = open("logs.tar", 0, Cursor::new(tar), &Budget::default(), &mut |entry, reader| {
//!     let mut text = String::new();
//!     if reader.read_to_string(&mut text).is_ok() {
//!         texts.push((entry.part.clone(), text));
//!     }
//! });
//! assert_eq!(opened.warnings.len(), 1); // this one is no archive
//! ```

mod budget;
mod directory;
mod gzip;
mod kind;
mod name;
mod salvage;
mod tar;
mod walk;
mod zip;

pub use budget::{Budget, Limits};
pub(crate) use directory::{DirectoryError, Opened, open_zip};
pub use kind::{ArchiveKind, kind_of, unsupported_name};
pub use name::safe_name;

use std::io::{self, Read, Seek, SeekFrom};

use crate::parsed::{Parsed, Warning};
use walk::Walk;

/// How much of an entry [`Entry::head`] shows: what recognition by content needs.
pub const HEAD: usize = 16 * 1024;

/// An archive inside an archive is held in memory to be read, up to this size. Larger logs are common
/// inside archives, larger archives inside archives are not.
pub const MAX_HELD: u64 = 64 * 1024 * 1024;

/// An entry of an archive, as its reader is handed out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Where it is: the archive's part, a slash and the safe name; unique within the archive.
    pub part: String,
    /// The safe name with its folders, `logs/CBS.log`; never to be used as a path.
    pub name: String,
    /// How deep it lies: 1 in an archive that is a file or an attachment. To be handed to [`open`].
    pub depth: u32,
    /// The size that the archive states; it may be wrong.
    pub size: Option<u64>,
    /// Its first bytes, at most [`HEAD`]; the reader gives them again.
    pub head: Vec<u8>,
}

/// Receives each entry with a reader over its content.
///
/// The reader gives no errors: where the data is broken or a limit is reached it ends, and a warning
/// tells. An entry that is not read to its end is passed over.
pub type Sink<'a> = dyn FnMut(&Entry, &mut dyn Read) + 'a;

/// Opens an archive and hands each of its files to `sink`.
///
/// `part` names the archive in the output; `depth` is 0 for a file or attachment, [`Entry::depth`] for an
/// entry of another archive. The kind is told by content. `budget` is shared by all that belongs together,
/// a case say.
pub fn open(part: &str, depth: u32, mut source: impl Read + Seek, budget: &Budget, sink: &mut Sink<'_>) -> Parsed<()> {
    let mut walk = Walk::new(part, depth, budget, sink);
    if depth >= budget.limits().depth {
        walk.warn(format!("not opened: archives are nested more than {} deep", budget.limits().depth));
        return walk.finish();
    }
    let mut head = Vec::new();
    let mut size = || {
        source.by_ref().take(512).read_to_end(&mut head)?;
        let size = source.seek(SeekFrom::End(0))?;
        source.seek(SeekFrom::Start(0)).map(|_| size)
    };
    match size() {
        Ok(size) if depth == 0 => budget.allow(size),
        Ok(_) => {}
        Err(error) => {
            walk.warn(format!("cannot be read: {error}"));
            return walk.finish();
        }
    }
    match kind_of(&head) {
        Some(ArchiveKind::Zip) => zip::read(source, &mut walk),
        Some(ArchiveKind::Gzip) => gzip::read(source, &mut walk),
        Some(ArchiveKind::Tar) => {
            let mut source = io::BufReader::with_capacity(64 * 1024, source);
            tar::read(&mut source, None, &mut walk);
        }
        None => match unsupported_name(&head) {
            Some(name) => walk.warn(format!("{name} archives cannot be opened")),
            None => walk.warn("is no archive of a known kind".to_owned()),
        },
    }
    walk.finish()
}

/// Reads an entry to memory, so that it can be opened as an archive itself.
///
/// # Errors
/// A warning about `part` if it is larger than [`MAX_HELD`].
pub fn hold(part: &str, reader: &mut dyn Read) -> Result<Vec<u8>, Warning> {
    let mut bytes = Vec::new();
    match reader.take(MAX_HELD + 1).read_to_end(&mut bytes) {
        Ok(_) if bytes.len() as u64 > MAX_HELD => {
            Err(Warning::new(part, format!("not opened: an inner archive may have {MAX_HELD} bytes")))
        }
        Ok(_) => Ok(bytes),
        Err(error) => Err(Warning::new(part, format!("cannot be read: {error}"))),
    }
}

#[cfg(test)]
mod tests;
