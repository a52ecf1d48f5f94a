//! Raw bytes as they are kept: compressed, and base64 in them decoded first.
//!
//! Most of a long mail is an attachment in base64, which hides from a compressor what repeats: a log takes three quarters of its
//! size so, and a twentieth when it is decoded. [`unpack`] gives every byte again. Bytes without base64, and all that earlier
//! versions stored, are one frame of zstd. Else:
//!
//! ```text
//! mark, count, of each stretch of base64: bytes before it, characters of a line, 1 for CRLF, bytes decoded; frame of zstd
//! ```
//!
//! The numbers are LEB128, the frame holds what was decoded and then what stands before, between and behind the stretches.

use std::{cell::RefCell, io};

use zstd::bulk::{Compressor, Decompressor};

use crate::mail::base64;

/// Before what holds decoded base64. A frame of zstd begins with `28 B5 2F FD`.
const MARK: &[u8] = b"\xCBb64";

/// How hard bytes are compressed: 3 is zstd's own default; mails of some kilobytes gain little beyond.
const LEVEL: i32 = 3;

/// The same of what is longer than [`LONG`]: most of it is a log, which takes half the time for a tenth more.
const LEVEL_OF_LONG: i32 = 1;

/// Bytes that are long.
const LONG: usize = 64 << 10;

/// Fewest bytes that a stretch of base64 decodes to.
const SHORTEST: usize = 96;

/// Stretches of base64: a mail of more has them compressed as they are.
const MOST_STRETCHES: usize = 10_000;

/// Why stored bytes do not come back.
#[derive(Debug, thiserror::Error)]
pub enum UnpackError {
    /// The compressed frame is torn, or holds more than it may.
    #[error("{0}")]
    Frame(#[from] io::Error),
    /// What says where base64 stood makes no sense.
    #[error("its list of encoded parts is torn")]
    List,
}

/// A stretch of base64.
struct Stretch {
    /// Bytes between it and the one before.
    before: usize,
    /// Characters of a line.
    length: usize,
    crlf: bool,
    /// Bytes that it decodes to.
    decoded: usize,
}

/// Packs raw bytes; empty if they cannot be.
pub fn pack(raw: &[u8]) -> Vec<u8> {
    let mut content = Vec::new();
    let stretches = take_base64(raw, &mut content);
    if stretches.is_empty() {
        return compress(raw).unwrap_or_default();
    }
    let mut packed = MARK.to_vec();
    put(&mut packed, stretches.len());
    for one in &stretches {
        for number in [one.before, one.length, usize::from(one.crlf), one.decoded] {
            put(&mut packed, number);
        }
    }
    let Some(frame) = compress(&content) else { return Vec::new() };
    packed.extend_from_slice(&frame);
    packed
}

/// Moves what base64 decodes to, and behind it all the other bytes, into `content`.
fn take_base64(raw: &[u8], content: &mut Vec<u8>) -> Vec<Stretch> {
    let (mut stretches, mut rest): (Vec<Stretch>, Vec<(usize, usize)>) = Default::default();
    let (mut from, mut at) = (0, 0);
    // An encoded body stands behind a blank line.
    while let Some(end) = memchr::memchr(b'\n', &raw[at..]).map(|end| at + end + 1) {
        at = end;
        let blank = [&b"\r\n"[..], b"\n"].into_iter().find(|blank| raw[end..].starts_with(blank));
        let Some(body) = blank.map(|blank| end + blank.len()) else { continue };
        if !raw[body..].iter().take(16).all(|byte| byte.is_ascii_alphanumeric() || b"+/".contains(byte)) {
            continue;
        }
        let before = content.len();
        let Some(lines) = base64::read(&raw[body..], content) else { continue };
        let decoded = content.len() - before;
        if decoded < SHORTEST {
            content.truncate(before);
            continue;
        }
        rest.push((from, body));
        stretches.push(Stretch { before: body - from, length: lines.length, crlf: lines.crlf, decoded });
        (at, from) = (body + lines.taken, body + lines.taken);
        if stretches.len() == MOST_STRETCHES {
            break;
        }
    }
    if !stretches.is_empty() {
        rest.iter().for_each(|(from, to)| content.extend_from_slice(&raw[*from..*to]));
        content.extend_from_slice(&raw[from..]);
    }
    stretches
}

fn compress(bytes: &[u8]) -> Option<Vec<u8>> {
    thread_local! {
        // To make one takes longer than to compress a mail with it.
        static COMPRESSOR: RefCell<Option<Compressor<'static>>> = RefCell::new(Compressor::new(LEVEL).ok());
    }
    let level = if bytes.len() > LONG { LEVEL_OF_LONG } else { LEVEL };
    COMPRESSOR.with_borrow_mut(|compressor| {
        let compressor = compressor.as_mut()?;
        compressor.set_compression_level(level).ok()?;
        compressor.compress(bytes).ok()
    })
}

fn decompress(packed: &[u8], most: usize) -> io::Result<Vec<u8>> {
    thread_local! {
        // As of the compressor.
        static DECOMPRESSOR: RefCell<Option<Decompressor<'static>>> = RefCell::new(Decompressor::new().ok());
    }
    DECOMPRESSOR.with_borrow_mut(|decompressor| match decompressor {
        Some(decompressor) => decompressor.decompress(packed, most),
        None => zstd::bulk::decompress(packed, most),
    })
}

/// Gives the raw bytes again, `most` at the most.
///
/// # Errors
/// When they are torn, or more.
pub fn unpack(packed: &[u8], most: usize) -> Result<Vec<u8>, UnpackError> {
    let Some(mut packed) = packed.strip_prefix(MARK) else { return Ok(decompress(packed, most)?) };
    let count = take(&mut packed).filter(|count| *count <= MOST_STRETCHES).ok_or(UnpackError::List)?;
    let stretch = |packed: &mut &[u8]| {
        let (before, length) = (take(packed)?, take(packed)?);
        let (crlf, decoded) = (take(packed)? != 0, take(packed)?);
        (length > 0 && length % 4 == 0 && length <= most).then_some(Stretch { before, length, crlf, decoded })
    };
    let stretches: Option<Vec<Stretch>> = (0..count).map(|_| stretch(&mut packed)).collect();
    let stretches = stretches.ok_or(UnpackError::List)?;
    let content = decompress(packed, most)?;
    let decoded = stretches.iter().try_fold(0, |sum: usize, one| sum.checked_add(one.decoded));
    let Some((mut decoded, mut rest)) = decoded.and_then(|length| content.split_at_checked(length)) else {
        return Err(UnpackError::List);
    };
    let mut raw = Vec::with_capacity(most.min(content.len() * 3 / 2));
    for one in &stretches {
        let Some((before, behind)) = rest.split_at_checked(one.before) else { return Err(UnpackError::List) };
        let (bytes, further) = decoded.split_at(one.decoded);
        raw.extend_from_slice(before);
        base64::write(bytes, one.length, one.crlf, &mut raw);
        if raw.len() > most {
            return Err(UnpackError::List);
        }
        (decoded, rest) = (further, behind);
    }
    raw.extend_from_slice(rest);
    if raw.len() > most { Err(UnpackError::List) } else { Ok(raw) }
}

fn put(out: &mut Vec<u8>, mut number: usize) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

fn take(bytes: &mut &[u8]) -> Option<usize> {
    let mut number = 0_usize;
    for shift in (0..usize::BITS).step_by(7) {
        let (&byte, rest) = bytes.split_first()?;
        *bytes = rest;
        let bits = usize::from(byte & 0x7f);
        number |= bits.checked_shl(shift).filter(|shifted| shifted >> shift == bits)?;
        if byte < 0x80 {
            return Some(number);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn coded(bytes: &[u8], length: usize, crlf: bool) -> Vec<u8> {
        let mut out = Vec::new();
        base64::write(bytes, length, crlf, &mut out);
        out
    }

    #[track_caller]
    fn comes_back(raw: &[u8]) -> usize {
        let packed = pack(raw);
        let unpacked = unpack(&packed, raw.len()).unwrap();
        assert!(unpacked == raw, "{} bytes became {}", raw.len(), unpacked.len());
        packed.len()
    }

    fn mail(parts: &[&[u8]]) -> Vec<u8> {
        let mut raw = b"From: a@example.com\r\n\r\n".to_vec();
        for part in parts {
            raw.extend_from_slice(b"--b\r\nContent-Transfer-Encoding: base64\r\n\r\n");
            raw.extend_from_slice(part);
            raw.extend_from_slice(b"\r\n");
        }
        raw.extend_from_slice(b"--b--\r\n");
        raw
    }

    #[test]
    fn every_byte_comes_back() {
        comes_back(b"");
        comes_back(b"no mail at all");
        comes_back(b"\n\n\n\r\n\r\n");
        let log = "2024-09-10 10:00:00 INFO line\r\n".repeat(900).into_bytes();
        let (long, short) = (coded(&log, 76, true), coded(&log[..200], 76, true));
        comes_back(&mail(&[&long, &short, b"plain words", &long]));
        comes_back(&mail(&[&coded(&log, 64, false), &coded(&log, 40_000, true), &coded(&log[..1000], 4, true)]));
        // Cut in the middle of a line, and with a line that is broken.
        comes_back(&mail(&[&long])[..5_000]);
        let mut broken = mail(&[&long]);
        broken[3_000] = b'*';
        comes_back(&broken);
        broken[3_000] = b'\n';
        comes_back(&broken);
    }

    #[test]
    fn a_log_in_base64_is_compressed_as_a_log() {
        let log: Vec<u8> = (0..3_000)
            .flat_map(|number| {
                format!("2024-09-10 10:{:02}:00 INFO session {number} done\r\n", number % 60).into_bytes()
            })
            .collect();
        let raw = mail(&[&coded(&log, 76, true)]);
        let size = comes_back(&raw);
        assert!(size * 8 < raw.len(), "{size} of {}", raw.len());
    }

    #[test]
    fn what_earlier_versions_stored_is_read() {
        let raw = mail(&[b"words"]);
        assert_eq!(unpack(&zstd::bulk::compress(&raw, 3).unwrap(), raw.len()).unwrap(), raw);
    }

    #[test]
    fn torn_bytes_are_errors() {
        let raw = mail(&[&coded(&b"0123456789".repeat(900), 76, true)]);
        let packed = pack(&raw);
        assert!(packed.starts_with(MARK));
        // Of nothing at all zstd makes nothing: the hash tells.
        for end in 1..packed.len() {
            assert!(unpack(&packed[..end], raw.len()).is_err(), "{end}");
        }
        assert!(unpack(&packed, raw.len() - 1).is_err());
        for at in MARK.len()..MARK.len() + 8 {
            for bit in 0..8 {
                let mut torn = packed.clone();
                torn[at] ^= 1 << bit;
                // Never more than asked for, whatever the list says.
                assert!(unpack(&torn, raw.len()).map_or(true, |back| back.len() <= raw.len()), "{at}");
            }
        }
    }

    proptest! {
        #[test]
        fn anything_comes_back(parts in prop::collection::vec((prop::collection::vec(any::<u8>(), 0..2_000), 1..30_usize, any::<bool>()), 0..4), cut in 0..4_000_usize) {
            let parts: Vec<Vec<u8>> = parts.iter().map(|(bytes, length, crlf)| coded(bytes, length * 4, *crlf)).collect();
            let raw = mail(&parts.iter().map(Vec::as_slice).collect::<Vec<_>>());
            comes_back(&raw[..raw.len().min(cut)]);
            comes_back(&raw);
        }
    }
}
