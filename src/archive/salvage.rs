//! Zip archives without a usable central directory, read by their local headers.
//!
//! Mail servers cut large attachments, and a zip keeps its directory at the end. Each file has a header of
//! its own before its data, though, so all that came before the cut can be read, and most of the file that
//! was cut. Source of the layout: APPNOTE.TXT 6.3.10, sections 4.3.7 and 4.4.

use std::io::{self, BufReader, Read, Seek, SeekFrom};

use flate2::bufread::DeflateDecoder;

use super::{
    walk::{Exactly, Walk},
    zip::is_apple_double,
};

const SIGNATURE: &[u8; 4] = b"PK\x03\x04";
const HEADER: usize = 30;
const BLOCK: usize = 64 * 1024;

/// Hands out the files whose local headers are found.
pub(super) fn read(source: impl Read + Seek, walk: &mut Walk<'_, '_>) {
    let mut source = BufReader::with_capacity(BLOCK, source);
    let mut position = 0;
    // Each header costs a seek: as many as there may be entries, read or not.
    for _ in 0..walk.budget().limits().entries {
        if walk.stopped() {
            return;
        }
        match next_header(&mut source, position) {
            Ok(Some(at)) => match file(&mut source, at, walk) {
                Ok(end) => position = end.max(at + SIGNATURE.len() as u64),
                Err(error) => return walk.warn(format!("ends within an entry: {error}")),
            },
            Ok(None) => return,
            Err(error) => return walk.warn(format!("cannot be read further: {error}")),
        }
    }
}

/// Offset of the next local header at or after `from`.
fn next_header(source: &mut (impl Read + Seek), from: u64) -> io::Result<Option<u64>> {
    source.seek(SeekFrom::Start(from))?;
    let mut window = Vec::with_capacity(BLOCK + 3);
    let mut start = from;
    loop {
        let read = source.by_ref().take(BLOCK as u64).read_to_end(&mut window)?;
        if let Some(at) = memchr::memmem::find(&window, SIGNATURE) {
            return Ok(Some(start + at as u64));
        }
        if read == 0 {
            return Ok(None);
        }
        // A signature may lie across two blocks.
        let keep = window.len().min(SIGNATURE.len() - 1);
        let dropped = window.len() - keep;
        window.drain(..dropped);
        start += dropped as u64;
    }
}

/// Hands out the file whose header is at `at`; returns where to look for the next.
fn file<R: Read + Seek>(source: &mut BufReader<R>, at: u64, walk: &mut Walk<'_, '_>) -> io::Result<u64> {
    source.seek(SeekFrom::Start(at))?;
    let mut header = [0; HEADER];
    source.read_exact(&mut header)?;
    let short = |offset: usize| u16::from_le_bytes([header[offset], header[offset + 1]]);
    let long = |offset: usize| u64::from(short(offset)) | u64::from(short(offset + 2)) << 16;
    let (flags, method) = (short(6), short(8));
    let (compressed, size) = (long(18), long(22));
    let (name_length, extra_length) = (short(26), short(28));
    let mut name = vec![0; usize::from(name_length)];
    source.read_exact(&mut name)?;
    let data = at + HEADER as u64 + u64::from(name_length) + u64::from(extra_length);
    source.seek(SeekFrom::Start(data))?;
    // Bit 3: the sizes come after the data; all ones: they are in the zip64 field.
    let known = flags & 8 == 0 && compressed != 0xffff_ffff;
    let after = |end: u64| if known { data + compressed } else { end };
    if name.ends_with(b"/") || is_apple_double(&name) {
        return Ok(after(data));
    }
    if flags & 1 != 0 {
        walk.warn_entry(&name, "not read: it is encrypted".to_owned());
        return Ok(after(data));
    }
    let size = known.then_some(size);
    match method {
        0 if known => {
            let mut content = Exactly::new(source, compressed);
            walk.entry(&name, size, Some(compressed), &mut content);
            Ok(data + compressed)
        }
        8 => {
            let limit = if known { compressed } else { u64::MAX };
            let mut content = DeflateDecoder::new(source.take(limit));
            // Without a known size, what the file was packed from is only known at its end: the limit
            // on all bytes then stands alone.
            walk.entry(&name, size, known.then_some(compressed), &mut content);
            Ok(after(data + content.total_in()))
        }
        _ => {
            walk.warn_entry(&name, format!("not read: method {method} in a damaged zip"));
            Ok(after(data))
        }
    }
}
