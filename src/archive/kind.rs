//! Archives told by their first bytes.

/// The archives that can be opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ArchiveKind {
    /// Zip, also with another program's data before it cut off.
    Zip,
    /// Gzip: one file, or a tar.
    Gzip,
    /// Tar, uncompressed.
    Tar,
}

/// Tells an archive by its first bytes; `None` for anything else.
///
/// For tar the first 512 bytes are needed, for the others 4.
pub fn kind_of(head: &[u8]) -> Option<ArchiveKind> {
    match head {
        [b'P', b'K', 3, 4, ..] | [b'P', b'K', 5, 6, ..] | [b'P', b'K', 7, 8, b'P', b'K', ..] => Some(ArchiveKind::Zip),
        [0x1f, 0x8b, 8, ..] => Some(ArchiveKind::Gzip),
        // POSIX.1-1988, ustar format: the magic is at offset 257, both for POSIX and for GNU.
        _ if head.get(257..262) == Some(b"ustar") => Some(ArchiveKind::Tar),
        _ => None,
    }
}

/// The name of an archive format that is recognized but cannot be opened.
pub fn unsupported_name(head: &[u8]) -> Option<&'static str> {
    const NAMES: [(&[u8], &str); 6] = [
        (b"7z\xbc\xaf\x27\x1c", "7z"),
        (b"Rar!\x1a\x07", "RAR"),
        (b"MSCF\0\0\0\0", "cabinet"),
        (b"\xfd7zXZ\0", "xz"),
        (b"BZh", "bzip2"),
        (b"\x28\xb5\x2f\xfd", "Zstandard"),
    ];
    NAMES.iter().find(|(magic, _)| head.starts_with(magic)).map(|(_, name)| *name)
}
