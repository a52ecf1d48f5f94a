//! Gzip: one file, of several members perhaps, or a tar.

use std::{
    cell::Cell,
    io::{self, BufReader, Read},
};

use flate2::bufread::MultiGzDecoder;

use super::{ArchiveKind, kind_of, tar, walk::Walk};

/// Hands out the file in a gzip stream, or the files of the tar in it.
pub(super) fn read(source: impl Read, walk: &mut Walk<'_, '_>) {
    let packed = Cell::new(0);
    let source = Counted { inner: source, count: &packed };
    let mut content = MultiGzDecoder::new(BufReader::with_capacity(64 * 1024, source));
    let name = content.header().and_then(|header| header.filename()).map(<[u8]>::to_vec);
    let mut head = Vec::new();
    let peeked = content.by_ref().take(512).read_to_end(&mut head);
    let ratio = walk.budget().limits().ratio;
    let mut content = Bounded { inner: content, packed: &packed, unpacked: head.len() as u64, ratio };
    if kind_of(&head) == Some(ArchiveKind::Tar) {
        return tar::read(&mut head.as_slice().chain(&mut content), Some("tar"), walk);
    }
    let name = name.filter(|name| !name.is_empty()).unwrap_or_else(|| inner_name(walk.part()).into_bytes());
    let broken = peeked.err();
    // An error while peeking comes again, after what was read before it.
    let mut failed = Failed(broken);
    walk.entry(&name, None, None, &mut head.as_slice().chain(&mut failed).chain(&mut content));
}

/// The archive's own name without `.gz`.
fn inner_name(part: &str) -> String {
    let name = part.rsplit('/').next().unwrap_or(part);
    let lower = name.to_ascii_lowercase();
    match lower.strip_suffix(".gz") {
        Some(stem) if !stem.is_empty() => name[..stem.len()].to_owned(),
        _ => name.to_owned(),
    }
}

struct Counted<'a, R> {
    inner: R,
    count: &'a Cell<u64>,
}

impl<R: Read> Read for Counted<'_, R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buf)?;
        self.count.set(self.count.get() + count as u64);
        Ok(count)
    }
}

/// Watches the ratio while it reads: the packed size is not known before.
struct Bounded<'a, R> {
    inner: R,
    packed: &'a Cell<u64>,
    unpacked: u64,
    ratio: u64,
}

impl<R: Read> Read for Bounded<'_, R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        // The buffer before the decoder reads ahead by 64 KB, which only makes the limit a little wider.
        if self.unpacked > 1024 * 1024 && self.unpacked / self.ratio.max(1) > self.packed.get() {
            return Err(io::Error::other(format!("it unpacks to more than {} times its size", self.ratio)));
        }
        let count = self.inner.read(buf)?;
        self.unpacked += count as u64;
        Ok(count)
    }
}

/// Gives one error, then nothing.
struct Failed(Option<io::Error>);

impl Read for Failed {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        self.0.take().map_or(Ok(0), Err)
    }
}
