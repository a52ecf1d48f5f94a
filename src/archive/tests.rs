use std::io::{Cursor, Write};

use ::zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};
use flate2::{Compression, GzBuilder, write::GzEncoder};
use proptest::prelude::*;

use super::*;

const LOG: &str = "2024-01-02 10:11:12, Error                 CBS    Failed [HRESULT = 0x80070005]\r\n";

fn zip_of(entries: &[(&str, &[u8])], method: CompressionMethod) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in entries {
        writer.start_file(*name, SimpleFileOptions::default().compression_method(method)).unwrap();
        writer.write_all(content).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn gzip_of(name: Option<&str>, content: &[u8]) -> Vec<u8> {
    let builder = name.map_or_else(GzBuilder::new, |name| GzBuilder::new().filename(name));
    let mut encoder: GzEncoder<Vec<u8>> = builder.write(Vec::new(), Compression::default());
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}

fn tar_of(entries: &[(&str, u8, &[u8])]) -> Vec<u8> {
    let mut tar = Vec::new();
    for (name, kind, content) in entries {
        let mut header = [0u8; 512];
        header[..name.len()].copy_from_slice(name.as_bytes());
        header[124..135].copy_from_slice(format!("{:011o}", content.len()).as_bytes());
        header[156] = *kind;
        header[257..265].copy_from_slice(b"ustar\x0000");
        header[148..156].copy_from_slice(b"        ");
        let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
        header[148..155].copy_from_slice(format!("{sum:06o}\0").as_bytes());
        tar.extend_from_slice(&header);
        tar.extend_from_slice(content);
        tar.resize(tar.len().next_multiple_of(512), 0);
    }
    tar.resize(tar.len() + 1024, 0);
    tar
}

/// Entries with their content, and the warnings as `part: message`.
fn open_all(part: &str, bytes: &[u8], budget: &Budget) -> (Vec<(String, Vec<u8>)>, Vec<String>) {
    let mut entries = Vec::new();
    let opened = open(part, 0, Cursor::new(bytes), budget, &mut |entry, reader| {
        let mut content = Vec::new();
        reader.read_to_end(&mut content).unwrap();
        entries.push((entry.part.clone(), content));
    });
    (entries, opened.warnings.iter().map(|w| format!("{}: {}", w.part, w.message)).collect())
}

/// Opens and compares the names and texts, and the beginnings of the warnings.
#[track_caller]
fn check(part: &str, bytes: &[u8], entries: &[(&str, &str)], warnings: &[&str]) {
    let (found, warned) = open_all(part, bytes, &Budget::default());
    let found: Vec<(&str, String)> =
        found.iter().map(|(part, content)| (part.as_str(), String::from_utf8_lossy(content).into_owned())).collect();
    let found: Vec<(&str, &str)> = found.iter().map(|(part, content)| (*part, content.as_str())).collect();
    assert_eq!(found, entries);
    assert_eq!(warned.len(), warnings.len(), "{warned:?}");
    for (got, want) in warned.iter().zip(warnings) {
        assert!(got.starts_with(want), "{got} should begin with {want}");
    }
}

#[test]
fn entries_of_a_zip_by_each_method() {
    use CompressionMethod as M;
    for method in [M::Stored, M::Deflated, M::Bzip2, M::Zstd, M::Xz] {
        let zip = zip_of(&[("logs/CBS.log", LOG.as_bytes()), ("b.txt", b"two")], method);
        check("a.zip", &zip, &[("a.zip/logs/CBS.log", LOG), ("a.zip/b.txt", "two")], &[]);
    }
}

#[test]
fn zip_cut_at_its_end_gives_what_came_before_the_cut() {
    let long = LOG.repeat(2000);
    let mut state = 1u32;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        state as u8
    };
    let noise: Vec<u8> = (0..60_000).map(|_| next()).collect();
    let zip = zip_of(&[("a.log", long.as_bytes()), ("b.bin", &noise)], CompressionMethod::Deflated);
    let cut = &zip[..zip.len() - 20_000];
    let (entries, warnings) = open_all("a.zip", cut, &Budget::default());
    assert_eq!(entries[0], ("a.zip/a.log".to_owned(), long.into_bytes()));
    assert_eq!(entries[1].0, "a.zip/b.bin");
    assert!(entries[1].1.len() > 10_000 && noise.starts_with(&entries[1].1));
    assert!(warnings[0].starts_with("a.zip: damaged zip"), "{warnings:?}");
    assert!(warnings[1].starts_with("a.zip/b.bin: broken after"), "{warnings:?}");
}

#[test]
fn damaged_directory_does_not_hide_the_entries() {
    let mut zip = zip_of(&[("a.log", LOG.as_bytes()), ("b.log", b"two")], CompressionMethod::Stored);
    let directory = memchr::memmem::find(&zip, b"PK\x01\x02").unwrap();
    zip[directory] = b'X';
    check("a.zip", &zip, &[("a.zip/a.log", LOG), ("a.zip/b.log", "two")], &["a.zip: damaged zip"]);
}

#[test]
fn wrong_checksum_is_told_and_the_text_stays() {
    let mut zip = zip_of(&[("a.log", LOG.as_bytes())], CompressionMethod::Stored);
    let at = memchr::memmem::find(&zip, b"Failed").unwrap();
    zip[at] = b'f';
    check("a.zip", &zip, &[("a.zip/a.log", &LOG.replace("Failed", "failed"))], &["a.zip/a.log: broken after 81 bytes"]);
}

#[test]
fn gzip_of_one_file_and_of_several_members() {
    check("CBS.log.gz", &gzip_of(None, LOG.as_bytes()), &[("CBS.log.gz/CBS.log", LOG)], &[]);
    check("x.gz", &gzip_of(Some("CBS.log"), LOG.as_bytes()), &[("x.gz/CBS.log", LOG)], &[]);
    let two = [gzip_of(None, b"one\n"), gzip_of(None, b"two\n")].concat();
    check("m.eml/a.log.gz", &two, &[("m.eml/a.log.gz/a.log", "one\ntwo\n")], &[]);
    let cut = gzip_of(None, LOG.repeat(50).as_bytes());
    let (entries, warnings) = open_all("a.log.gz", &cut[..cut.len() - 6], &Budget::default());
    assert_eq!(entries[0].1, LOG.repeat(50).into_bytes());
    assert_eq!(warnings.len(), 1);
}

#[test]
fn tar_plain_and_in_gzip() {
    let long = format!("logs/{}/CBS.log", "x".repeat(120));
    let tar = tar_of(&[
        ("logs/", b'5', b""),
        ("logs/a.log", b'0', b"one"),
        ("././@LongLink", b'L', long.as_bytes()),
        ("logs/cut", b'0', b"two"),
        ("link", b'2', b""),
        ("pax", b'x', "18 path=错误.log\n".as_bytes()),
        ("plain", b'0', b"three"),
    ]);
    let expected = [("logs/a.log", "one"), (long.as_str(), "two"), ("错误.log", "three")];
    let parts: Vec<String> = expected.iter().map(|(name, _)| format!("t/{name}")).collect();
    let expected: Vec<(&str, &str)> =
        parts.iter().zip(expected).map(|(part, (_, text))| (part.as_str(), text)).collect();
    check("t", &tar, &expected, &[]);
    check("t", &gzip_of(Some("t.tar"), &tar), &expected, &[]);
    check("t", &tar[..1200], &expected[..1], &["t: cannot be read further"]);
}

#[test]
fn names_are_safe_to_show() {
    #[track_caller]
    fn check(raw: &[u8], expected: &str) {
        assert_eq!(safe_name(raw), expected);
    }
    check(b"../../etc/passwd", "etc/passwd");
    check(b"C:\\Windows\\Logs\\CBS.log", "Windows/Logs/CBS.log");
    check(b"/a//b/./c.log", "a/b/c.log");
    check(b"a\n\x1b[31m.log", "a__[31m.log");
    check("a\u{202e}gol.exe".as_bytes(), "a_gol.exe");
    check(b"", "unnamed");
    check(b"..", "unnamed");
    // 系统日志.txt in GBK
    check(b"\xcf\xb5\xcd\xb3\xc8\xd5\xd6\xbe.txt", "系统日志.txt");
    check("系统日志.txt".as_bytes(), "系统日志.txt");
}

#[test]
fn same_name_twice_gives_two_parts() {
    let tar = tar_of(&[("a", b'0', b"1"), ("a", b'0', b"2")]);
    check("t", &tar, &[("t/a", "1"), ("t/a#2", "2")], &[]);
}

#[test]
fn encrypted_entry_is_named_not_read() {
    let mut zip = zip_of(&[("a.log", b"secret"), ("b.log", b"open")], CompressionMethod::Stored);
    // The flag in the local header and in the directory.
    zip[6] |= 1;
    let directory = memchr::memmem::find(&zip, b"PK\x01\x02").unwrap();
    zip[directory + 8] |= 1;
    check("a.zip", &zip, &[("a.zip/b.log", "open")], &["a.zip/a.log: not read: it is encrypted"]);
}

#[test]
fn limits_stop_and_say_so() {
    let zeros = LOG.repeat(50_000).into_bytes();
    let zip = zip_of(&[("a", &zeros), ("b", b"x"), ("c", b"y")], CompressionMethod::Deflated);
    let limits = |change: fn(&mut Limits)| {
        let mut limits = Limits::default();
        change(&mut limits);
        let (entries, warnings) = open_all("z", &zip, &Budget::new(limits));
        (entries.iter().map(|(_, content)| content.len()).collect::<Vec<_>>(), warnings)
    };
    let (sizes, warnings) = limits(|limits| limits.bytes = 1000);
    assert_eq!(sizes, [1000]);
    assert!(warnings[0].contains("more than 1000 bytes"), "{warnings:?}");
    let (sizes, warnings) = limits(|limits| limits.entries = 2);
    assert_eq!(sizes.len(), 2);
    assert!(warnings[0].contains("more than 2 entries"), "{warnings:?}");
    let (sizes, warnings) = limits(|limits| limits.ratio = 100);
    assert!(sizes[0] < 3 * 1024 * 1024 && sizes[1..] == [1, 1], "{sizes:?}");
    assert!(warnings[0].contains("more than 100 times"), "{warnings:?}");
    let (sizes, warnings) = limits(|limits| limits.depth = 0);
    assert!(sizes.is_empty() && warnings[0].contains("nested more than 0 deep"));
    let gzip = gzip_of(None, &zeros);
    let (entries, warnings) = open_all("z.gz", &gzip, &Budget::new(Limits { ratio: 10, ..Limits::default() }));
    assert!(entries[0].1.len() < 3 * 1024 * 1024 && warnings[0].contains("times its size"), "{warnings:?}");
}

#[test]
fn archive_within_an_archive_is_opened_by_the_caller() {
    let inner = zip_of(&[("CBS.log", LOG.as_bytes())], CompressionMethod::Deflated);
    let outer = zip_of(&[("inner.zip", &inner)], CompressionMethod::Stored);
    let budget = Budget::default();
    let mut found = Vec::new();
    open("m.eml/o.zip", 0, Cursor::new(outer), &budget, &mut |entry, reader| {
        assert_eq!(kind_of(&entry.head), Some(ArchiveKind::Zip));
        let held = hold(&entry.part, reader).unwrap();
        open(&entry.part, entry.depth, Cursor::new(held), &budget, &mut |entry, _| {
            found.push((entry.part.clone(), entry.depth));
        });
    });
    assert_eq!(found, [("m.eml/o.zip/inner.zip/CBS.log".to_owned(), 2)]);
}

#[test]
fn archives_within_archives_do_not_multiply() {
    let blank = vec![b'\n'; 900_000];
    let inner: Vec<(String, Vec<u8>)> = (0..20)
        .map(|number| (format!("{number}.zip"), zip_of(&[("a.log", &blank)], CompressionMethod::Deflated)))
        .collect();
    let inner: Vec<(&str, &[u8])> = inner.iter().map(|(name, zip)| (name.as_str(), zip.as_slice())).collect();
    let outer = zip_of(&inner, CompressionMethod::Deflated);
    let budget = Budget::new(Limits { ratio: 10, always: 2_000_000, ..Limits::default() });
    let mut warnings = Vec::new();
    let mut opened = open("o.zip", 0, Cursor::new(outer), &budget, &mut |entry, reader| {
        let held = hold(&entry.part, reader).unwrap();
        let inner = open(&entry.part, entry.depth, Cursor::new(held), &budget, &mut |_, reader| {
            std::io::copy(reader, &mut std::io::sink()).unwrap();
        });
        warnings.extend(inner.warnings);
    });
    warnings.append(&mut opened.warnings);
    assert!(budget.bytes_spent() < 2_200_000, "{}", budget.bytes_spent());
    assert!(warnings.iter().any(|warning| warning.message.contains("more than 2000000 bytes")), "{warnings:?}");
}

#[test]
fn directory_that_claims_too_much_is_not_held() {
    let mut zip = zip_of(&[("a.log", LOG.as_bytes())], CompressionMethod::Stored);
    let end = memchr::memmem::rfind(&zip, b"PK\x05\x06").unwrap();
    // The counts of the plain record say that there is a wide one, which stands before it, with its place between.
    zip[end + 8..end + 20].fill(0xff);
    let mut record = [0u8; 76];
    record[..5].copy_from_slice(b"PK\x06\x06\x2c");
    record[24..32].copy_from_slice(&5_000_000u64.to_le_bytes());
    record[32..40].copy_from_slice(&5_000_000u64.to_le_bytes());
    record[56..60].copy_from_slice(b"PK\x06\x07");
    record[64..72].copy_from_slice(&(end as u64).to_le_bytes());
    zip.splice(end..end, record);
    check("a.zip", &zip, &[("a.zip/a.log", LOG)], &["a.zip: read from its beginning"]);
}

#[test]
fn kinds_by_magic() {
    assert_eq!(kind_of(b"PK\x03\x04"), Some(ArchiveKind::Zip));
    assert_eq!(kind_of(b"\x1f\x8b\x08\x00"), Some(ArchiveKind::Gzip));
    assert_eq!(kind_of(b"PKZIP is a name"), None);
    assert_eq!(kind_of(b""), None);
    assert_eq!(unsupported_name(b"7z\xbc\xaf\x27\x1c"), Some("7z"));
    check("a.7z", b"7z\xbc\xaf\x27\x1c....", &[], &["a.7z: 7z archives cannot be opened"]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn damage_never_panics(at in 0usize..4000, value in any::<u8>(), cut in 0usize..4000, kind in 0usize..4) {
        let mut bytes = match kind {
            0 => zip_of(&[("a.log", LOG.as_bytes()), ("b.log", b"two")], CompressionMethod::Deflated),
            1 => zip_of(&[("a.log", LOG.as_bytes())], CompressionMethod::Zstd),
            2 => gzip_of(Some("a"), LOG.as_bytes()),
            _ => tar_of(&[("a", b'0', LOG.as_bytes()), ("x", b'x', b"12 path=abc\n"), ("b", b'0', b"2")]),
        };
        let length = bytes.len();
        bytes[at % length] = value;
        bytes.truncate(length - cut % length / 4);
        open_all("x", &bytes, &Budget::default());
    }

    #[test]
    fn noise_never_panics(mut bytes in proptest::collection::vec(any::<u8>(), 0..600), kind in 0usize..3) {
        let magic: &[u8] = [&b"PK\x03\x04"[..], b"\x1f\x8b\x08", b""][kind];
        if bytes.len() >= magic.len() {
            bytes[..magic.len()].copy_from_slice(magic);
        }
        open_all("x", &bytes, &Budget::default());
    }
}
