//! What may be spent on opening archives, shared by everything that is read together.

use std::sync::atomic::{AtomicU64, Ordering};

/// The limits of a [`Budget`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Archives within archives: 5 is a mail with a zip of zips of rotated logs and one to spare.
    pub depth: u32,
    /// Entries in all: support bundles hold hundreds; a hundred thousand would take minutes for nothing.
    pub entries: u64,
    /// Bytes after decompression in all: 2 GiB is read in under a minute, and more is not sent by mail.
    pub bytes: u64,
    /// Bytes out per byte in, past the first megabyte of an entry and the first [`Limits::always`] bytes of all that an archive holds, also in archives
    /// within it: each level multiplies. Logs reach 30:1, deflate cannot pass 1032:1: what
    /// comes near it holds one byte repeated.
    pub ratio: u64,
    /// Bytes that an archive may always unpack to, however small it is.
    pub always: u64,
}

impl Limits {
    /// The usual ones.
    pub const USUAL: Limits =
        Limits { depth: 5, entries: 10_000, bytes: 2 * 1024 * 1024 * 1024, ratio: 1000, always: 64 << 20 };
}

impl Default for Limits {
    fn default() -> Self {
        Limits::USUAL
    }
}

/// Counts what is spent. Can be shared between threads.
#[derive(Debug, Default)]
pub struct Budget {
    limits: Limits,
    entries: AtomicU64,
    bytes: AtomicU64,
    /// Bytes that the archives opened so far may unpack to by their own sizes.
    allowed: AtomicU64,
}

impl Budget {
    /// A budget with these limits; [`Budget::default`] has the usual ones.
    pub fn new(limits: Limits) -> Self {
        Budget { limits, ..Budget::default() }
    }

    /// The limits.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Bytes that came out of archives so far.
    pub fn bytes_spent(&self) -> u64 {
        self.bytes.load(Ordering::Relaxed)
    }

    /// Counts an archive of that size that lies in no other.
    pub(super) fn allow(&self, size: u64) {
        let allowed = size.saturating_mul(self.limits.ratio).max(self.limits.always).min(self.limits.bytes);
        self.allowed.fetch_add(allowed, Ordering::Relaxed);
    }

    /// Bytes that may come out in all.
    pub(super) fn most(&self) -> u64 {
        self.limits.bytes.min(self.allowed.load(Ordering::Relaxed))
    }

    /// Counts one entry; `false` if it is one too many.
    pub(super) fn take_entry(&self) -> bool {
        self.entries.fetch_add(1, Ordering::Relaxed) < self.limits.entries
    }

    /// Counts bytes that came out.
    pub(super) fn spend(&self, bytes: u64) {
        self.bytes.fetch_add(bytes, Ordering::Relaxed);
    }

    /// Bytes that may still come out.
    pub(super) fn left(&self) -> u64 {
        self.most().saturating_sub(self.bytes_spent())
    }
}
