//! Tar streams: POSIX ustar with the long names of GNU and pax.
//!
//! Source: POSIX.1-2017, pax, sections "ustar Interchange Format" and "pax Interchange Format"; the GNU
//! tar manual, "Basic Tar Format".

use std::io::{self, Read};

use super::{
    walk::{Exactly, Walk},
    zip::is_apple_double,
};

const BLOCK: usize = 512;

/// Longest name or pax header that is read; the rest is passed over.
const LONGEST: u64 = 64 * 1024;

/// Hands out the files of a tar stream. `inside` names the stream in warnings where it is not the archive itself.
pub(super) fn read(source: &mut dyn Read, inside: Option<&str>, walk: &mut Walk<'_, '_>) {
    if let Err(error) = entries(source, walk) {
        let what = inside.map_or_else(String::new, |inside| format!("{inside} "));
        walk.warn(format!("{what}cannot be read further: {error}"));
    }
}

fn entries(source: &mut dyn Read, walk: &mut Walk<'_, '_>) -> io::Result<()> {
    let mut long_name: Option<Vec<u8>> = None;
    let mut long_size: Option<u64> = None;
    while !walk.stopped() {
        let mut header = [0; BLOCK];
        if !read_block(source, &mut header)? || header.iter().all(|byte| *byte == 0) {
            return Ok(());
        }
        if !checksum_fits(&header) {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "a header is broken"));
        }
        let stated = number(&header[124..136]);
        let kind = header[156];
        let size = if matches!(kind, b'L' | b'K' | b'x' | b'g') { stated } else { long_size.take().unwrap_or(stated) };
        let padded = size.div_ceil(BLOCK as u64).saturating_mul(BLOCK as u64);
        let mut data = source.take(padded);
        match kind {
            b'L' => long_name = Some(until_nul(&text(&mut data, size)?).to_vec()),
            b'x' => {
                let pax = text(&mut data, size)?;
                if let Some(path) = pax_value(&pax, b"path") {
                    long_name = Some(path.to_vec());
                }
                long_size = pax_value(&pax, b"size").and_then(|size| std::str::from_utf8(size).ok()?.parse().ok());
            }
            b'0' | 0 | b'7' => {
                let name = long_name.take().unwrap_or_else(|| ustar_name(&header));
                if !is_apple_double(&name) && !name.ends_with(b"/") {
                    let mut content = Exactly::new(&mut data, size);
                    walk.entry(&name, Some(size), None, &mut content);
                }
            }
            // Folders, links, devices: nothing to read.
            _ => {
                if kind != b'g' && kind != b'K' {
                    long_name = None;
                }
            }
        }
        let left = data.limit();
        if io::copy(&mut data, &mut io::sink())? < left {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    }
    Ok(())
}

/// Fills a block; `false` at a clean end.
fn read_block(source: &mut dyn Read, block: &mut [u8; BLOCK]) -> io::Result<bool> {
    let mut filled = 0;
    while filled < BLOCK {
        match source.read(&mut block[filled..]) {
            Ok(0) if filled == 0 => return Ok(false),
            Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
            Ok(count) => filled += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(true)
}

fn text(data: &mut dyn Read, size: u64) -> io::Result<Vec<u8>> {
    let mut text = Vec::new();
    data.take(size.min(LONGEST)).read_to_end(&mut text)?;
    Ok(text)
}

/// The sum of the header's bytes, its own field taken as blanks.
fn checksum_fits(header: &[u8; BLOCK]) -> bool {
    let sum: u64 =
        header.iter().enumerate().map(|(at, byte)| if (148..156).contains(&at) { 32 } else { u64::from(*byte) }).sum();
    number(&header[148..156]) == sum
}

/// An octal number, or with the high bit set a binary one, as GNU writes large sizes.
fn number(field: &[u8]) -> u64 {
    if field.first().is_some_and(|byte| byte & 0x80 != 0) {
        let low = &field[field.len().saturating_sub(8)..];
        return low.iter().fold(0, |value, byte| value << 8 | u64::from(*byte)) & (u64::MAX >> 1);
    }
    let digits = field.iter().skip_while(|byte| **byte == b' ').take_while(|byte| matches!(byte, b'0'..=b'7'));
    digits.fold(0, |value, byte| value * 8 + u64::from(byte - b'0'))
}

fn ustar_name(header: &[u8; BLOCK]) -> Vec<u8> {
    let name = until_nul(&header[..100]);
    let prefix = until_nul(&header[345..500]);
    // Only POSIX headers have a prefix; GNU keeps times there.
    if prefix.is_empty() || &header[257..263] != b"ustar\0" {
        return name.to_vec();
    }
    [prefix, b"/", name].concat()
}

fn until_nul(field: &[u8]) -> &[u8] {
    &field[..memchr::memchr(0, field).unwrap_or(field.len())]
}

/// A value of a pax header, whose records are `length key=value\n`.
fn pax_value<'a>(mut records: &'a [u8], key: &[u8]) -> Option<&'a [u8]> {
    while let Some(blank) = memchr::memchr(b' ', records) {
        let length: usize = std::str::from_utf8(&records[..blank]).ok()?.parse().ok()?;
        let record = records.get(blank + 1..length)?;
        if let Some(value) = record.strip_prefix(key).and_then(|rest| rest.strip_prefix(b"=")) {
            return Some(value.strip_suffix(b"\n").unwrap_or(value));
        }
        records = &records[length..];
    }
    None
}
