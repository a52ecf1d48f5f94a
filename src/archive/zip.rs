//! Zip archives by their central directory.

use std::io::{Read, Seek, SeekFrom};

use zip::{CompressionMethod, ZipArchive, result::ZipError};

use super::{
    directory::{DirectoryError, open_zip},
    salvage,
    walk::Walk,
};

/// Largest LZMA dictionary: it is allocated before the first byte comes out, and its size is the sender's word.
const MAX_DICTIONARY: u32 = 128 * 1024 * 1024;

/// The file type bits of a Unix mode, and a symbolic link's.
const FILE_TYPE: u32 = 0o170_000;
const SYMBOLIC_LINK: u32 = 0o120_000;

/// Longest directory that is read as a whole: it is held in memory before its first entry is seen.
const MAX_LISTED: u64 = 100_000;

/// Hands out the entries of a zip archive, or what is left of a broken one.
pub(super) fn read(mut source: impl Read + Seek, walk: &mut Walk<'_, '_>) {
    let broken = match open_zip(&mut source, MAX_LISTED) {
        Ok(mut archive) => {
            for index in 0..archive.len() {
                if walk.stopped() {
                    break;
                }
                entry(&mut archive, index, walk);
            }
            return;
        }
        Err(error @ DirectoryError::Long(_)) => format!("read from its beginning: {error}"),
        Err(error @ DirectoryError::Zip(_)) => format!("damaged zip, read from its beginning: {error}"),
    };
    walk.warn(broken);
    if let Err(error) = source.seek(SeekFrom::Start(0)) {
        return walk.warn(format!("cannot be read: {error}"));
    }
    salvage::read(source, walk);
}

fn entry<R: Read + Seek>(archive: &mut ZipArchive<R>, index: usize, walk: &mut Walk<'_, '_>) {
    let name = match archive.by_index_raw(index) {
        Ok(mut file) => {
            let name = file.name_raw().to_vec();
            let link = file.unix_mode().is_some_and(|mode| mode & FILE_TYPE == SYMBOLIC_LINK);
            if file.is_dir() || link || is_apple_double(&name) {
                return;
            }
            if file.encrypted() {
                return walk.warn_entry(&name, "not read: it is encrypted".to_owned());
            }
            if file.compression() == CompressionMethod::Lzma && lzma_dictionary(&mut file) > MAX_DICTIONARY {
                return walk.warn_entry(&name, "not read: its dictionary is too large".to_owned());
            }
            name
        }
        Err(error) => return walk.warn(format!("entry {} cannot be read: {error}", index + 1)),
    };
    match archive.by_index(index) {
        Ok(mut file) => {
            let (size, compressed) = (file.size(), file.compressed_size());
            walk.entry(&name, Some(size), Some(compressed), &mut file);
        }
        Err(ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED)) => {
            walk.warn_entry(&name, "not read: it is encrypted".to_owned());
        }
        Err(error) => walk.warn_entry(&name, format!("cannot be read: {error}")),
    }
}

/// The resource forks that macOS packs beside each file: never of interest.
pub(super) fn is_apple_double(name: &[u8]) -> bool {
    name.starts_with(b"__MACOSX/")
}

/// The dictionary size that an LZMA entry asks for. Source: APPNOTE.TXT 6.3.10, section 5.8.8.
fn lzma_dictionary(raw: &mut impl Read) -> u32 {
    let mut head = [0; 9];
    match raw.read_exact(&mut head) {
        Ok(()) => u32::from_le_bytes([head[5], head[6], head[7], head[8]]),
        Err(_) => 0,
    }
}
