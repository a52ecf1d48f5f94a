//! Error signatures: normalised error evidence, `kind:value`, such as `hresult:0x80070005`.
//!
//! [`kind`] holds the closed list of kinds, [`occurrence`] what a sighting is. The values here are
//! already in normal form; `extract` finds them in text, helped by [`rules`] that come from files.

pub mod benign;
pub mod extract;
pub mod kind;
pub mod occurrence;
mod recovered;
pub mod rules;
pub mod sight;
pub mod standing;

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

pub use kind::SignatureKind;
pub use occurrence::{Occurrence, SignatureEvidence, Standing, Whose};

/// One normalised piece of error evidence. Equal signatures mean the same thing seen again.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Signature {
    /// What sort of evidence it is.
    pub kind: SignatureKind,
    /// The value in the kind's normal form (see [`SignatureKind`]).
    pub value: String,
}

impl Signature {
    /// A signature from a value that is already in normal form.
    #[inline]
    pub fn new(kind: SignatureKind, value: impl Into<String>) -> Self {
        Signature { kind, value: value.into() }
    }
}

impl fmt::Display for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.kind, self.value)
    }
}

impl<'de> Deserialize<'de> for Signature {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

impl Serialize for Signature {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Why a written signature such as `hresult:0x80070005` could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// There is no colon.
    #[error("`{0}` is not of the form kind:value")]
    NoColon(String),
    /// The word before the colon names no kind.
    #[error("`{0}` is not a known signature kind")]
    UnknownKind(String),
    /// There is nothing behind the colon.
    #[error("`{0}` has an empty value")]
    EmptyValue(String),
}

impl FromStr for Signature {
    type Err = SignatureError;

    /// Reads `kind:value`; the value is taken as it stands.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (kind, value) = text.split_once(':').ok_or_else(|| SignatureError::NoColon(text.into()))?;
        let kind = kind.trim().parse::<SignatureKind>()?;
        let value = value.trim();
        if value.is_empty() {
            return Err(SignatureError::EmptyValue(text.into()));
        }
        Ok(Signature::new(kind, value))
    }
}
