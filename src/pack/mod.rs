//! A set of knowledge that travels to a site without network: dated, signed, within limits.
//!
//! A pack is a zip archive of `manifest.json`, which lists every file with its length and SHA-256, `manifest.sig`, the Ed25519
//! signature of the manifest's bytes, and the files below `files/`. Nothing of it is believed before the signature holds, and
//! nothing is in it that the manifest does not list. Ed25519 comes from `ring`, which the program has for TLS anyway: no further
//! code is trusted. Keys are PEM files as `openssl genpkey -algorithm ed25519` writes them, and `openssl pkeyutl -verify -rawin`
//! verifies `manifest.sig` without this program. No I/O.

mod key;
mod path;

use std::io::{Cursor, Read, Write};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use zip::{CompressionMethod, ZipWriter, result::ZipError, write::SimpleFileOptions};

use crate::archive::{DirectoryError, Opened, open_zip};
pub use key::{KeyError, NewKey, PrivateKey, PublicKey};
pub use path::is_safe;

/// What the manifest calls itself; the number rises when an older program would misread it.
pub const FORMAT: &str = "casebook.pack/1";

/// Bytes of a pack at most: ten times a set of ten thousand articles.
pub const MAX_PACK: u64 = 128 << 20;
/// Files in it at most.
pub const MAX_FILES: usize = 50_000;
/// Bytes of one file at most: what is read of rules.
pub const MAX_FILE: u64 = 4 << 20;
/// Bytes of all files together at most.
pub const MAX_TOTAL: u64 = 512 << 20;
/// Bytes of the manifest at most: a line for each file.
const MAX_MANIFEST: u64 = 16 << 20;

const MANIFEST: &str = "manifest.json";
const SIGNATURE: &str = "manifest.sig";
const FILES: &str = "files/";

/// What a pack is and holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// [`FORMAT`].
    pub format: String,
    /// What the set is called; the same for all its dates.
    pub name: String,
    /// When it was packed, RFC 3339, UTC: of two the later one is newer.
    pub date: String,
    /// Version of the program that packed it.
    pub program: String,
    /// The files, in order of their paths.
    pub files: Vec<Listed>,
}

/// A file of a pack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Listed {
    /// Below the set's folder, parted by `/`.
    pub path: String,
    /// Its length.
    pub bytes: u64,
    /// SHA-256 of its bytes, hexadecimal.
    pub sha256: String,
}

impl Manifest {
    /// When it was packed; `None` where its date is none.
    pub fn packed_at(&self) -> Option<Timestamp> {
        self.date.parse().ok()
    }
}

impl Listed {
    /// Whether these are the bytes of the file.
    pub fn is_of(&self, bytes: &[u8]) -> bool {
        bytes.len() as u64 == self.bytes && sha256(bytes) == self.sha256
    }
}

/// A pack that was opened: what it says is signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pack {
    /// What it is.
    pub manifest: Manifest,
    /// Path and bytes of each file, in the order of the manifest.
    pub files: Vec<(String, Vec<u8>)>,
}

/// Why a pack cannot be made or used.
#[derive(Debug, thiserror::Error)]
pub enum PackError {
    /// It is no zip archive, or a broken one.
    #[error("is no pack: {0}")]
    Archive(#[from] ZipError),
    /// Its bytes, which lie in memory by then, are not those that were packed.
    #[error("is damaged: {0}")]
    Damaged(#[from] std::io::Error),
    /// A part that every pack has is not there.
    #[error("is no pack: `{0}` is not in it")]
    Missing(&'static str),
    /// The signature is not that of the key.
    #[error("is not signed by this key, or was changed since")]
    Signature,
    /// The manifest cannot be understood.
    #[error("has a manifest that is not understood")]
    Manifest(#[source] serde_json::Error),
    /// It was made by a later casebook.
    #[error("is of the form `{0}`, which this version of casebook does not know")]
    Format(String),
    /// A path that could lead out of the folder, or that some system could not write.
    #[error("names a file `{0}`, which is not a plain path below its folder")]
    Path(String),
    /// Two paths that are one file on systems that do not tell capital letters apart.
    #[error("names the file `{0}` twice, when capital letters are not told apart: on some systems they are one")]
    Twice(String),
    /// A file is not what the manifest says.
    #[error("holds a file `{0}` that is not the one that was signed")]
    File(String),
    /// There is something in it that the manifest does not list.
    #[error("holds files that its manifest does not list")]
    Unlisted,
    /// It is larger than a limit allows.
    #[error("is too large: {what} is more than {most}")]
    TooLarge {
        /// What.
        what: String,
        /// The limit.
        most: u64,
    },
    /// Its date is none.
    #[error("has the date `{0}`: a time such as `2026-03-01T00:00:00Z` is wanted")]
    Date(String),
    /// Its name is none.
    #[error("has the name `{0}`: lower-case words joined by hyphens are wanted")]
    Name(String),
}

/// Packs files under a name and date, signed.
///
/// # Errors
/// When a path, the name or a size is not allowed.
pub fn seal(name: &str, date: &str, files: &[(String, Vec<u8>)], key: &PrivateKey) -> Result<Vec<u8>, PackError> {
    let mut listed: Vec<Listed> = files
        .iter()
        .map(|(path, bytes)| Listed { path: path.clone(), bytes: bytes.len() as u64, sha256: sha256(bytes) })
        .collect();
    listed.sort_by(|a, b| a.path.cmp(&b.path));
    let manifest = Manifest {
        format: FORMAT.to_string(),
        name: name.to_string(),
        date: date.to_string(),
        program: env!("CARGO_PKG_VERSION").to_string(),
        files: listed,
    };
    check(&manifest)?;
    let text = serde_json::to_vec_pretty(&manifest).map_err(PackError::Manifest)?;
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    // No time of the clock: the same files give the same archive.
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    let mut add = |name: &str, bytes: &[u8]| -> Result<(), PackError> {
        zip.start_file(name, options)?;
        Ok(zip.write_all(bytes)?)
    };
    add(MANIFEST, &text)?;
    add(SIGNATURE, &key.sign(&text))?;
    let mut sorted: Vec<&(String, Vec<u8>)> = files.iter().collect();
    sorted.sort_by(|a, b| a.0.cmp(&b.0));
    for (path, bytes) in sorted {
        add(&format!("{FILES}{path}"), bytes)?;
    }
    Ok(zip.finish()?.into_inner())
}

/// Opens a pack: the signature first, then everything against the manifest.
///
/// # Errors
/// When anything in it is not as it must be: a pack is used whole or not at all.
pub fn open(bytes: &[u8], key: &PublicKey) -> Result<Pack, PackError> {
    if bytes.len() as u64 > MAX_PACK {
        return Err(PackError::TooLarge { what: "the archive".into(), most: MAX_PACK });
    }
    // Before the signature only that much of it is believed: it takes memory for each entry.
    let most = MAX_FILES as u64 + 2;
    let mut archive = open_zip(Cursor::new(bytes), most).map_err(|error| match error {
        DirectoryError::Long(most) => PackError::TooLarge { what: "the number of its entries".into(), most },
        DirectoryError::Zip(error) => PackError::Archive(error),
    })?;
    let text = entry(&mut archive, MANIFEST, MAX_MANIFEST)?.ok_or(PackError::Missing(MANIFEST))?;
    let signature = entry(&mut archive, SIGNATURE, 64)?.ok_or(PackError::Missing(SIGNATURE))?;
    if !key.verifies(&text, &signature) {
        return Err(PackError::Signature);
    }
    let manifest: Manifest = serde_json::from_slice(&text).map_err(PackError::Manifest)?;
    check(&manifest)?;
    if archive.len() != manifest.files.len() + 2 {
        return Err(PackError::Unlisted);
    }
    let mut files = Vec::with_capacity(manifest.files.len());
    for listed in &manifest.files {
        let wrong = || PackError::File(listed.path.clone());
        let found = entry(&mut archive, &format!("{FILES}{}", listed.path), listed.bytes)?.ok_or_else(wrong)?;
        if !listed.is_of(&found) {
            return Err(wrong());
        }
        files.push((listed.path.clone(), found));
    }
    Ok(Pack { manifest, files })
}

/// What a manifest must keep to, whoever signed it.
fn check(manifest: &Manifest) -> Result<(), PackError> {
    if manifest.format != FORMAT {
        return Err(PackError::Format(manifest.format.clone()));
    }
    if !is_safe(&manifest.name) || manifest.name.contains('/') || !crate::article::is_slug(&manifest.name) {
        return Err(PackError::Name(manifest.name.clone()));
    }
    if manifest.files.len() > MAX_FILES {
        return Err(PackError::TooLarge { what: "the number of its files".into(), most: MAX_FILES as u64 });
    }
    let mut total = 0u64;
    let mut folded: Vec<String> = Vec::with_capacity(manifest.files.len());
    for listed in &manifest.files {
        if !is_safe(&listed.path) {
            return Err(PackError::Path(listed.path.clone()));
        }
        if listed.bytes > MAX_FILE {
            return Err(PackError::TooLarge { what: format!("`{}`", listed.path), most: MAX_FILE });
        }
        total = total.saturating_add(listed.bytes);
        folded.push(listed.path.to_lowercase());
    }
    if total > MAX_TOTAL {
        return Err(PackError::TooLarge { what: "all of it".into(), most: MAX_TOTAL });
    }
    // On some systems they would be one file.
    folded.sort_unstable();
    match folded.windows(2).find(|pair| pair[0] == pair[1]) {
        Some(pair) => Err(PackError::Twice(pair[0].clone())),
        None if manifest.packed_at().is_none() => Err(PackError::Date(manifest.date.clone())),
        None => Ok(()),
    }
}

/// An entry's bytes, at most so many; `None`: it is not there.
fn entry(archive: &mut Opened<Cursor<&[u8]>>, name: &str, most: u64) -> Result<Option<Vec<u8>>, PackError> {
    let Some(index) = archive.index_for_name(name) else { return Ok(None) };
    let file = archive.by_index(index)?;
    let mut bytes = Vec::new();
    // The length that an archive states of itself is nobody's word.
    file.take(most.saturating_add(1)).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > most {
        return Err(PackError::TooLarge { what: format!("`{name}`"), most });
    }
    Ok(Some(bytes))
}

fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use zip::ZipArchive;

    use super::*;

    fn keys() -> (PrivateKey, PublicKey) {
        let new = NewKey::generate().unwrap();
        (PrivateKey::from_pem(&new.private).unwrap(), PublicKey::from_pem(&new.public).unwrap())
    }

    fn files() -> Vec<(String, Vec<u8>)> {
        vec![("b/x.md".into(), b"two".to_vec()), ("a.md".into(), vec![b'a'; 100_000])]
    }

    #[test]
    fn what_is_sealed_can_be_opened_with_its_key_alone() {
        let (private, public) = keys();
        let sealed = seal("acme", "2026-03-01T00:00:00Z", &files(), &private).unwrap();
        assert_eq!(seal("acme", "2026-03-01T00:00:00Z", &files(), &private).unwrap(), sealed);
        let pack = open(&sealed, &public).unwrap();
        assert_eq!((pack.manifest.name.as_str(), pack.files.len()), ("acme", 2));
        assert_eq!(pack.files[1], ("b/x.md".to_string(), b"two".to_vec()));
        assert!(matches!(open(&sealed, &keys().1), Err(PackError::Signature)));
        assert!(matches!(open(b"no zip", &public), Err(PackError::Archive(_))));
    }

    #[test]
    fn a_damaged_pack_is_told_as_such() {
        let (private, public) = keys();
        let sealed = seal("acme", "2026-03-01T00:00:00Z", &files(), &private).unwrap();
        let mut said = std::collections::BTreeSet::new();
        for at in (0..sealed.len()).step_by(7) {
            let mut torn = sealed.clone();
            torn[at] ^= 0x55;
            // What no reader looks at, such as the time of a file, may be anything.
            let Err(error) = open(&torn, &public) else { continue };
            said.insert(error.to_string().split(':').next().unwrap_or_default().to_string());
        }
        assert!(said.contains("is damaged"), "{said:?}");
    }

    /// The same archive with one entry in another's place, or one more.
    fn with(sealed: &[u8], name: &str, bytes: &[u8]) -> Vec<u8> {
        let mut archive = ZipArchive::new(Cursor::new(sealed)).unwrap();
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        let options = SimpleFileOptions::default();
        let mut add = |name: &str, bytes: &[u8]| {
            zip.start_file(name, options).unwrap();
            zip.write_all(bytes).unwrap();
        };
        let mut replaced = false;
        for index in 0..archive.len() {
            let mut file = archive.by_index(index).unwrap();
            let own = file.name().unwrap().to_string();
            let mut content = Vec::new();
            file.read_to_end(&mut content).unwrap();
            replaced |= own == name;
            add(&own, if own == name { bytes } else { &content });
        }
        if !replaced {
            add(name, bytes);
        }
        zip.finish().unwrap().into_inner()
    }

    #[test]
    fn what_was_changed_or_added_is_refused() {
        let (private, public) = keys();
        let sealed = seal("acme", "2026-03-01T00:00:00Z", &files(), &private).unwrap();
        let opened = |name: &str, bytes: &[u8]| open(&with(&sealed, name, bytes), &public);
        assert!(matches!(opened("files/b/x.md", b"owt"), Err(PackError::File(_))));
        assert!(matches!(opened("files/b/x.md", b"twofold"), Err(PackError::TooLarge { .. })));
        assert!(matches!(opened("files/c.md", b"new"), Err(PackError::Unlisted)));
        assert!(matches!(opened("files/../../c.md", b"new"), Err(PackError::Unlisted)));
        assert!(matches!(opened(MANIFEST, b"{}"), Err(PackError::Signature)));
        assert!(matches!(opened(SIGNATURE, b""), Err(PackError::Signature)));
    }

    #[test]
    fn a_signature_lets_no_path_out_and_no_limit_be_passed() {
        let (private, _) = keys();
        let sealed = |path: &str, bytes: usize| {
            seal("acme", "2026-03-01T00:00:00Z", &[(path.to_string(), vec![0; bytes])], &private)
        };
        for path in ["../x.md", "/x.md", "a/../../x.md", "a\\x.md", "C:x.md", "a//x.md", "", ".git/config.md", "con.md"]
        {
            assert!(matches!(sealed(path, 1), Err(PackError::Path(_))), "{path}");
        }
        assert!(matches!(sealed("x.md", MAX_FILE as usize + 1), Err(PackError::TooLarge { .. })));
        let twice = [("x.md".to_string(), vec![1]), ("X.md".to_string(), vec![2])];
        assert!(matches!(seal("acme", "d", &twice, &private), Err(PackError::Twice(_))));
        assert!(matches!(seal("../acme", "d", &[], &private), Err(PackError::Name(_))));
        assert!(matches!(seal("acme", "yesterday", &[], &private), Err(PackError::Date(_))));
    }
}
