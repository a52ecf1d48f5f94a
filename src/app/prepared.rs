//! What is derived from articles and rules alone, kept between runs: analyzing all of them takes longer than reading a mail.
//!
//! It lies in a folder of the user's cache, named by a hash of the articles, the terms, the rules and the code that derives it, so
//! that nothing stale is ever read. It may be removed at any time. Where it cannot be kept, it is made anew each time;
//! that is no error, but slower.

use std::{
    fs,
    io::{self, Read, Write},
    path::{Path, PathBuf},
};

use serde::{Serialize, de::DeserializeOwned};

use crate::{
    article::Article,
    index::{ArticleIndex, IndexError},
    text::terms::Terms,
};

/// Articles from which keeping is worth a file.
pub(super) const WORTH: usize = 20;
/// Sets that are kept, those made last: the articles of each layer, the list of terms, the rules, how
/// subjects are spoken of, and what is derived of all together.
const MOST_SETS: usize = 16;
/// Hexadecimal digits of a set's name.
const NAME: usize = 32;
/// Bytes of a checksum in front of a file.
const CHECK: usize = 16;
/// Largest file that is read: what 100,000 articles take, and more.
const LARGEST: u64 = 4 << 30;

/// What is kept for one set of articles.
#[derive(Debug, Default)]
pub(super) struct Prepared {
    folder: Option<PathBuf>,
}

impl Prepared {
    /// For what these bytes stand for, in a cache folder; `None`: nothing is kept.
    pub(super) fn of(cache: Option<&Path>, articles: usize, parts: &[&[u8]]) -> Prepared {
        let Some(cache) = cache.filter(|_| articles >= WORTH) else { return Prepared::default() };
        let hash = hash_of_parts(parts.iter().copied().chain([env!("CASEBOOK_ANALYSIS").as_bytes()]));
        Prepared { folder: Some(cache.join(&hash.to_hex()[..NAME])) }
    }

    /// A value that is kept, or made and kept from now on.
    pub(super) fn value<T: Serialize + DeserializeOwned>(&self, name: &str, make: impl FnOnce() -> T) -> T {
        if let Some(kept) = self.kept(name) {
            return kept;
        }
        let made = make();
        self.keep(name, &made);
        made
    }

    /// A value that is kept.
    pub(super) fn kept<T: DeserializeOwned>(&self, name: &str) -> Option<T> {
        read(&self.folder.as_ref()?.join(name))
    }

    /// Keeps a value, where there is a place for it.
    pub(super) fn keep<T: Serialize>(&self, name: &str, value: &T) {
        if let Some(folder) = &self.folder {
            // Without room or rights the next run makes it anew.
            let _ = write(folder, name, value);
        }
    }

    /// The full-text index, opened, or built and kept from now on.
    pub(super) fn index(&self, articles: &[Article], terms: &Terms) -> Result<ArticleIndex, IndexError> {
        let Some(folder) = &self.folder else { return ArticleIndex::build(articles, terms) };
        let place = folder.join("index");
        if let Ok(index) = ArticleIndex::open(&place, articles, terms) {
            return Ok(index);
        }
        // One that cannot be opened is torn, or of another version of the engine.
        let _ = fs::remove_dir_all(&place);
        let kept = make_folder(folder)
            .and_then(|()| tempfile::tempdir_in(folder))
            .ok()
            .filter(|made| ArticleIndex::build_in(made.path(), articles, terms).is_ok())
            // Who comes second finds the place taken by the same index.
            .and_then(|made| fs::rename(made.path(), &place).ok())
            .and_then(|()| ArticleIndex::open(&place, articles, terms).ok());
        kept.map_or_else(|| ArticleIndex::build(articles, terms), Ok)
    }
}

/// A hash of parts, each with its length: nothing runs together.
pub(super) fn hash_of_parts<'p>(parts: impl IntoIterator<Item = &'p [u8]>) -> blake3::Hash {
    let mut hasher = blake3::Hasher::new();
    for part in parts {
        hasher.update(&(part.len() as u64).to_le_bytes()).update(part);
    }
    hasher.finalize()
}

fn read<T: DeserializeOwned>(file: &Path) -> Option<T> {
    let mut bytes = Vec::new();
    fs::File::open(file).ok()?.take(LARGEST).read_to_end(&mut bytes).ok()?;
    let (check, value) = bytes.split_at_checked(CHECK)?;
    (check == checksum(value)).then(|| postcard::from_bytes(value).ok()).flatten()
}

fn write<T: Serialize>(folder: &Path, name: &str, value: &T) -> io::Result<()> {
    let bytes = postcard::to_stdvec(value).map_err(io::Error::other)?;
    make_folder(folder)?;
    // Whole or not at all: another run may read it meanwhile.
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(&checksum(&bytes))?;
    file.write_all(&bytes)?;
    file.persist(folder.join(name)).map_err(|error| error.error)?;
    Ok(())
}

fn checksum(bytes: &[u8]) -> [u8; CHECK] {
    std::array::from_fn({
        let hash = blake3::hash(bytes);
        move |at| hash.as_bytes()[at]
    })
}

/// Makes the folder of a set, and removes the sets that were made longest ago.
fn make_folder(folder: &Path) -> io::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    fs::create_dir_all(folder)?;
    let Some(cache) = folder.parent() else { return Ok(()) };
    let is_set = |name: &str| name.len() == NAME && name.bytes().all(|byte| byte.is_ascii_hexdigit());
    let mut sets: Vec<_> = fs::read_dir(cache)?
        .filter_map(Result::ok)
        .filter(|entry| entry.file_name().to_str().is_some_and(is_set))
        .filter_map(|entry| Some((entry.metadata().ok()?.modified().ok()?, entry.path())))
        .collect();
    sets.sort();
    let old = sets.len().saturating_sub(MOST_SETS);
    for (_, set) in sets.into_iter().take(old) {
        let _ = fs::remove_dir_all(set);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article;

    fn prepared(cache: &Path) -> Prepared {
        Prepared::of(Some(cache), WORTH, &[b"articles"])
    }

    #[test]
    fn a_value_is_made_once() {
        let cache = tempfile::tempdir().unwrap();
        assert_eq!(prepared(cache.path()).value("n", || 7), 7);
        assert_eq!(prepared(cache.path()).value("n", || 8), 7);
        assert_eq!(Prepared::of(Some(cache.path()), WORTH, &[b"others"]).value("n", || 9), 9);
        assert_eq!(Prepared::of(Some(cache.path()), WORTH - 1, &[b"articles"]).value("n", || 1), 1);
        assert_eq!(Prepared::default().value("n", || 1), 1);
    }

    #[test]
    fn torn_or_foreign_files_are_made_anew() {
        let cache = tempfile::tempdir().unwrap();
        let place = prepared(cache.path());
        place.value("n", || String::from("right"));
        let file = place.folder.as_ref().unwrap().join("n");
        let whole = fs::read(&file).unwrap();
        for torn in [&whole[..whole.len() - 1], &whole[..3], &[]] {
            fs::write(&file, torn).unwrap();
            assert_eq!(place.value("n", || String::from("anew")), "anew");
        }
        let mut flipped = whole;
        flipped[CHECK + 2] ^= 1;
        fs::write(&file, flipped).unwrap();
        assert_eq!(place.value("n", || String::from("again")), "again");
    }

    #[test]
    fn where_nothing_can_be_written_nothing_is_kept() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let place = prepared(file.path());
        assert_eq!(place.value("n", || 7), 7);
        assert_eq!(place.value("n", || 8), 8);
        let articles = article::load_builtin().value;
        assert_eq!(place.index(&articles, Terms::builtin()).unwrap().len(), articles.len());
    }

    #[test]
    fn an_index_is_built_once_and_finds_the_same() {
        let cache = tempfile::tempdir().unwrap();
        let articles = article::load_builtin().value;
        let place = prepared(cache.path());
        let found = |index: &ArticleIndex| index.search(&index.query("回滚 access denied", &[]).unwrap(), 5).unwrap();
        let first = found(&place.index(&articles, Terms::builtin()).unwrap());
        assert!(place.folder.as_ref().unwrap().join("index/meta.json").is_file());
        assert_eq!(found(&place.index(&articles, Terms::builtin()).unwrap()), first);
        assert_eq!(found(&ArticleIndex::build(&articles, Terms::builtin()).unwrap()), first);
        // A torn one is built anew, and kept again.
        let meta = place.folder.as_ref().unwrap().join("index/meta.json");
        fs::write(&meta, "{").unwrap();
        assert_eq!(found(&place.index(&articles, Terms::builtin()).unwrap()), first);
        assert!(fs::metadata(&meta).unwrap().len() > 1);
        // Of other articles than it was built from it is no index.
        assert_eq!(place.index(&articles[1..], Terms::builtin()).unwrap().len(), articles.len() - 1);
    }

    #[test]
    fn old_sets_go_and_foreign_folders_stay() {
        let cache = tempfile::tempdir().unwrap();
        fs::create_dir(cache.path().join("photos")).unwrap();
        for number in 0..MOST_SETS as u8 + 3 {
            Prepared::of(Some(cache.path()), WORTH, &[&[number]]).value("n", || 7);
        }
        assert_eq!(fs::read_dir(cache.path()).unwrap().count(), MOST_SETS + 1);
        assert!(cache.path().join("photos").is_dir());
    }
}
