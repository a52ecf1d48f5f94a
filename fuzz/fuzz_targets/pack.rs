//! Any bytes as a pack, whole and behind a good signature: it is used whole or not at all.
#![no_main]

use std::sync::LazyLock;

use casebook::pack::{self, NewKey, PrivateKey, PublicKey};

static KEYS: LazyLock<Option<(PrivateKey, PublicKey)>> = LazyLock::new(|| {
    let key = NewKey::generate().ok()?;
    Some((PrivateKey::from_pem(&key.private).ok()?, PublicKey::from_pem(&key.public).ok()?))
});

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let Some((private, public)) = &*KEYS else { return };
    assert!(pack::open(bytes, public).is_err(), "nobody signed it");
    let files = [("articles/a.md".to_string(), bytes.to_vec())];
    if let Ok(sealed) = pack::seal("set", "2026-01-01T00:00:00Z", &files, private) {
        let opened = pack::open(&sealed, public).expect("what was sealed opens");
        assert_eq!(opened.files, files);
    }
});
