//! Ed25519 keys as PEM (RFC 7468): the private one PKCS #8 (RFC 8410 section 7), the public one SubjectPublicKeyInfo (section 4).

use base64::{Engine, engine::general_purpose::STANDARD};
use ring::{
    rand::{SecureRandom, SystemRandom},
    signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey},
};

/// What stands before the 32 bytes of a private key: version 0, the algorithm, an octet string in an octet string.
const PRIVATE_HEAD: &[u8] =
    &[0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];
/// What stands before the 32 bytes of a public key: the algorithm, a bit string.
const PUBLIC_HEAD: &[u8] = &[0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];

const PRIVATE: &str = "PRIVATE KEY";
const PUBLIC: &str = "PUBLIC KEY";

/// Why a key cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// No PEM block of that label.
    #[error("holds no `-----BEGIN {0}-----`")]
    NoPem(&'static str),
    /// A key of another algorithm, or a broken one.
    #[error("holds no Ed25519 key in its `{0}`")]
    NotEd25519(&'static str),
    /// The system gives no random bytes.
    #[error("the system gives no random bytes")]
    NoRandom,
}

/// A key that signs.
pub struct PrivateKey(Ed25519KeyPair);

impl PrivateKey {
    /// Reads a PEM file's text.
    ///
    /// # Errors
    /// When it holds no Ed25519 key.
    pub fn from_pem(text: &str) -> Result<Self, KeyError> {
        // Either version of PKCS #8: with the public key behind the private one, or without.
        let pair = Ed25519KeyPair::from_pkcs8_maybe_unchecked(&pem(text, PRIVATE)?);
        pair.map(PrivateKey).map_err(|_| KeyError::NotEd25519(PRIVATE))
    }

    /// The signature of bytes, 64 bytes.
    pub fn sign(&self, bytes: &[u8]) -> Vec<u8> {
        self.0.sign(bytes).as_ref().to_vec()
    }
}

/// A key that verifies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PublicKey([u8; 32]);

impl PublicKey {
    /// Reads a PEM file's text.
    ///
    /// # Errors
    /// When it holds no Ed25519 key.
    pub fn from_pem(text: &str) -> Result<Self, KeyError> {
        let der = pem(text, PUBLIC)?;
        let key = der.strip_prefix(PUBLIC_HEAD).and_then(|key| key.try_into().ok());
        key.map(PublicKey).ok_or(KeyError::NotEd25519(PUBLIC))
    }

    /// Whether a signature is that of bytes.
    pub fn verifies(&self, bytes: &[u8], signature: &[u8]) -> bool {
        UnparsedPublicKey::new(&ED25519, self.0).verify(bytes, signature).is_ok()
    }
}

/// A new pair of keys, as the texts of two PEM files.
pub struct NewKey {
    /// To be kept secret.
    pub private: String,
    /// For those who verify.
    pub public: String,
}

impl NewKey {
    /// Makes one of the system's random bytes.
    ///
    /// # Errors
    /// When the system gives none.
    pub fn generate() -> Result<Self, KeyError> {
        let mut seed = [0; 32];
        SystemRandom::new().fill(&mut seed).map_err(|_| KeyError::NoRandom)?;
        let pair = Ed25519KeyPair::from_seed_unchecked(&seed).map_err(|_| KeyError::NotEd25519(PRIVATE))?;
        let public = pair.public_key().as_ref();
        Ok(NewKey {
            private: write(PRIVATE, &[PRIVATE_HEAD, &seed].concat()),
            public: write(PUBLIC, &[PUBLIC_HEAD, public].concat()),
        })
    }
}

/// The bytes of the first PEM block of a label.
fn pem(text: &str, label: &'static str) -> Result<Vec<u8>, KeyError> {
    let (begin, end) = (format!("-----BEGIN {label}-----"), format!("-----END {label}-----"));
    let inner = text.split_once(&begin).and_then(|(_, rest)| rest.split_once(&end)).ok_or(KeyError::NoPem(label))?.0;
    let digits: String = inner.split_whitespace().collect();
    STANDARD.decode(digits).map_err(|_| KeyError::NotEd25519(label))
}

/// A key is shorter than a line of PEM, 64 characters.
fn write(label: &str, der: &[u8]) -> String {
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", STANDARD.encode(der))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The keys of RFC 8410 section 10.1 and 10.3.
    const GIVEN_PRIVATE: &str = "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n-----END PRIVATE KEY-----\n";
    const GIVEN_PUBLIC: &str = "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n-----END PUBLIC KEY-----\n";

    #[test]
    fn keys_of_other_programs_are_read() {
        let (private, public) =
            (PrivateKey::from_pem(GIVEN_PRIVATE).unwrap(), PublicKey::from_pem(GIVEN_PUBLIC).unwrap());
        assert!(public.verifies(b"abc", &private.sign(b"abc")));
        assert!(!public.verifies(b"abd", &private.sign(b"abc")));
        assert_eq!(PublicKey::from_pem(GIVEN_PRIVATE), Err(KeyError::NoPem(PUBLIC)));
        assert!(matches!(
            PrivateKey::from_pem(&GIVEN_PUBLIC.replace("PUBLIC", "PRIVATE")),
            Err(KeyError::NotEd25519(_))
        ));
        assert_eq!(
            PublicKey::from_pem("-----BEGIN PUBLIC KEY-----\n!\n-----END PUBLIC KEY-----"),
            Err(KeyError::NotEd25519(PUBLIC))
        );
    }

    #[test]
    fn new_keys_are_pairs_and_differ() {
        let (one, other) = (NewKey::generate().unwrap(), NewKey::generate().unwrap());
        let signed = PrivateKey::from_pem(&one.private).unwrap().sign(b"x");
        assert!(PublicKey::from_pem(&one.public).unwrap().verifies(b"x", &signed));
        assert!(!PublicKey::from_pem(&other.public).unwrap().verifies(b"x", &signed));
    }
}
