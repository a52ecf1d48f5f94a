//! Alternatives of words as articles and rules have them, made to be looked up for every case.

use std::{
    fmt,
    hash::{Hash, Hasher},
    ops::Deref,
    sync::Arc,
};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Alternatives, each a list of words that must all stand in one sentence: see [`super::phrase`]. Cheap to clone, to hash and
/// to compare with itself; else they are as the plain list.
#[derive(Clone)]
pub struct Alternatives(Arc<Hashed>);

struct Hashed {
    /// Of the words, and as good as they: an article asks for dozens, and every case would hash and compare them all.
    hash: u128,
    words: Vec<Vec<String>>,
}

impl From<Vec<Vec<String>>> for Alternatives {
    fn from(words: Vec<Vec<String>>) -> Self {
        let mut hasher = blake3::Hasher::new();
        // Each with its length, so that nothing runs together.
        for alternative in &words {
            hasher.update(&(alternative.len() as u64).to_le_bytes());
            for word in alternative {
                hasher.update(&(word.len() as u64).to_le_bytes()).update(word.as_bytes());
            }
        }
        let mut hash = [0; 16];
        hasher.finalize_xof().fill(&mut hash);
        Alternatives(Arc::new(Hashed { hash: u128::from_le_bytes(hash), words }))
    }
}

impl Deref for Alternatives {
    type Target = [Vec<String>];

    fn deref(&self) -> &[Vec<String>] {
        &self.0.words
    }
}

impl PartialEq for Alternatives {
    fn eq(&self, other: &Self) -> bool {
        self.0.hash == other.0.hash
    }
}

impl Eq for Alternatives {}

impl Hash for Alternatives {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.0.hash as u64);
    }
}

impl Default for Alternatives {
    fn default() -> Self {
        Vec::new().into()
    }
}

impl fmt::Debug for Alternatives {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.words.fmt(f)
    }
}

impl Serialize for Alternatives {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.words.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Alternatives {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Vec::<Vec<String>>::deserialize(deserializer).map(Alternatives::from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn they_are_as_the_plain_list() {
        let plain = vec![vec!["disk".to_string(), "full".to_string()], vec!["磁盘".to_string()]];
        let made = Alternatives::from(plain.clone());
        assert_eq!(made, Alternatives::from(plain.clone()));
        assert_ne!(made, Alternatives::default());
        assert_eq!((*made).to_vec(), plain);
        assert_eq!(format!("{made:?}"), format!("{plain:?}"));
        let kept = postcard::to_stdvec(&made).unwrap();
        assert_eq!(kept, postcard::to_stdvec(&plain).unwrap());
        assert_eq!(postcard::from_bytes::<Alternatives>(&kept).unwrap(), made);
    }
}
