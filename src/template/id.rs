//! The id of a template: 12 hexadecimal digits of its text.

use std::{fmt, str::FromStr};

use serde::{Serialize, Serializer};

/// A template's stable name: a hash of its text alone, so that the same event has the same id on every machine, in every run
/// and version that masks alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TemplateId(u64);

impl TemplateId {
    /// The id of a template's text.
    pub fn of(text: &str) -> Self {
        TemplateId(hash(text.as_bytes()) >> 16)
    }
}

/// FNV-1a over 64 bits, with the finalizer of SplitMix64 so that the upper bits, which make the id, hang on every byte.
///
/// Not the standard library's hasher: that one may change between versions, and an id is written into articles.
pub(super) fn hash(bytes: &[u8]) -> u64 {
    let hash = bytes
        .iter()
        .fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3));
    mix(hash)
}

/// The finalizer of SplitMix64.
pub(super) fn mix(mut value: u64) -> u64 {
    value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

impl fmt::Display for TemplateId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:012x}", self.0)
    }
}

/// What was not an id.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("`{0}` is no template id: 12 hexadecimal digits")]
pub struct NoTemplateId(String);

impl FromStr for TemplateId {
    type Err = NoTemplateId;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match u64::from_str_radix(text, 16) {
            Ok(value) if text.len() == 12 && !text.starts_with('+') => Ok(TemplateId(value)),
            _ => Err(NoTemplateId(text.into())),
        }
    }
}

impl Serialize for TemplateId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_fixed_for_good() {
        // Ids stand in articles and stores: this value must never change.
        assert_eq!(TemplateId::of("disk <*> failed").to_string(), "ea207bf17805");
    }

    #[test]
    fn display_is_read_back() {
        let id = TemplateId::of("x");
        assert_eq!(id.to_string().parse(), Ok(id));
        assert!("5c1f".parse::<TemplateId>().is_err() && "+00000000001".parse::<TemplateId>().is_err());
    }
}
