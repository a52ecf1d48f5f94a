//! A value that a cache keeps and that is read only when somebody asks for it: a search looks at the conditions of no article, and
//! reading those of all took a fifth of its time.

use std::{fmt, ops::Deref, sync::OnceLock};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::DeserializeOwned};

/// A value, or the bytes of one that was kept.
///
/// It is kept by postcard alone: to read it wants bytes that are borrowed, which JSON for one has not.
///
/// Whoever keeps it sees to it that only whole bytes of the same code come back: `crate::app::prepared` has a checksum, and a
/// folder for each version of what derives it. Only a mistake there makes them unreadable, so a debug build breaks off, and
/// others take the default.
#[derive(Clone)]
pub struct Deferred<T> {
    kept: Box<[u8]>,
    value: OnceLock<T>,
}

impl<T> From<T> for Deferred<T> {
    fn from(value: T) -> Self {
        Deferred { kept: Box::default(), value: OnceLock::from(value) }
    }
}

impl<T: DeserializeOwned + Default> Deref for Deferred<T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.value.get_or_init(|| {
            postcard::from_bytes(&self.kept).unwrap_or_else(|error| {
                debug_assert!(false, "what was kept is unreadable: {error}");
                T::default()
            })
        })
    }
}

impl<T: DeserializeOwned + Default + PartialEq> PartialEq for Deferred<T> {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl<T: DeserializeOwned + Default + fmt::Debug> fmt::Debug for Deferred<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

impl<T: Serialize + DeserializeOwned + Default> Serialize for Deferred<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let bytes = postcard::to_stdvec(&**self).map_err(serde::ser::Error::custom)?;
        serializer.serialize_bytes(&bytes)
    }
}

impl<'de, T> Deserialize<'de> for Deferred<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let kept = <&'de [u8]>::deserialize(deserializer)?.into();
        Ok(Deferred { kept, value: OnceLock::new() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kept_value_is_the_same() {
        let value = Deferred::from(vec![String::from("x"), String::from("错误")]);
        let kept = postcard::to_stdvec(&value).unwrap();
        let read: Deferred<Vec<String>> = postcard::from_bytes(&kept).unwrap();
        assert!(read.value.get().is_none());
        // Once more without being looked at.
        assert_eq!(postcard::to_stdvec(&read.clone()).unwrap(), kept);
        assert_eq!(read, value);
    }

    #[test]
    #[cfg_attr(debug_assertions, should_panic(expected = "unreadable"))]
    fn what_cannot_be_read_is_the_default_where_it_does_not_break_off() {
        let torn: Deferred<Vec<String>> = postcard::from_bytes(&[2, 200, 1]).unwrap();
        assert!(torn.is_empty());
    }
}
