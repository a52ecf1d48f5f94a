//! Names of folders: modified UTF-7, RFC 3501 section 5.1.3.
//!
//! `客户` is `&W6JiNw-` on the wire. A name that a server gives is kept as it came beside what people read of it, so that it
//! is given back byte for byte.

use base64::{
    Engine, alphabet,
    engine::{GeneralPurpose, general_purpose::NO_PAD},
};

/// Base64 with a comma for the slash, which parts folders, and without padding.
const BASE64: GeneralPurpose = GeneralPurpose::new(&alphabet::IMAP_MUTF7, NO_PAD);

/// A name as it stands on the wire.
pub fn encode(name: &str) -> String {
    encode_but(name, |c| matches!(c, ' '..='~'))
}

/// The same, with the characters encoded that `plain` refuses, be they ASCII or not.
pub(super) fn encode_but(name: &str, plain: impl Fn(char) -> bool) -> String {
    let mut encoded = String::with_capacity(name.len());
    let mut shifted = String::new();
    let shift = |shifted: &mut String, encoded: &mut String| {
        if !shifted.is_empty() {
            let units: Vec<u8> = shifted.encode_utf16().flat_map(u16::to_be_bytes).collect();
            encoded.push('&');
            BASE64.encode_string(units, encoded);
            encoded.push('-');
            shifted.clear();
        }
    };
    for c in name.chars() {
        if !plain(c) {
            shifted.push(c);
            continue;
        }
        shift(&mut shifted, &mut encoded);
        match c {
            '&' => encoded.push_str("&-"),
            c => encoded.push(c),
        }
    }
    shift(&mut shifted, &mut encoded);
    encoded
}

/// What people read of a name on the wire. Servers that send UTF-8 as it is are read too, and what is no modified UTF-7
/// stands as it came.
pub fn decode(wire: &[u8]) -> String {
    let text = String::from_utf8_lossy(wire);
    let mut decoded = String::with_capacity(text.len());
    let mut rest = text.as_ref();
    while let Some((before, shifted)) = rest.split_once('&') {
        decoded.push_str(before);
        let stretch = shifted.split_once('-').and_then(|(stretch, behind)| Some((unshift(stretch)?, behind)));
        match stretch {
            Some((text, behind)) => {
                decoded.push_str(&text);
                rest = behind;
            }
            None => {
                decoded.push('&');
                rest = shifted;
            }
        }
    }
    decoded.push_str(rest);
    decoded
}

/// The text of a stretch between `&` and `-`; an empty one stands for `&` itself.
fn unshift(stretch: &str) -> Option<String> {
    if stretch.is_empty() {
        return Some("&".into());
    }
    let bytes = BASE64.decode(stretch).ok()?;
    let units = bytes.chunks_exact(2);
    if !units.remainder().is_empty() {
        return None;
    }
    char::decode_utf16(units.map(|pair| u16::from_be_bytes([pair[0], pair[1]]))).collect::<Result<_, _>>().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn check(name: &str, wire: &str) {
        assert_eq!(encode(name), wire);
        assert_eq!(decode(wire.as_bytes()), name);
    }

    #[test]
    fn names_of_the_standard() {
        check("INBOX", "INBOX");
        check("客户", "&W6JiNw-");
        check("~peter/mail/台北/日本語", "~peter/mail/&U,BTFw-/&ZeVnLIqe-");
        check("R&D", "R&-D");
        check("Post 📬", "Post &2D3c7A-");
    }

    #[test]
    fn what_is_no_utf_7_stands_as_it_came() {
        assert_eq!(decode("客户".as_bytes()), "客户");
        assert_eq!(decode(b"A&B"), "A&B");
        assert_eq!(decode(b"A&W6Ji-B"), "A&W6Ji-B");
        assert_eq!(decode(b"&2D0-"), "&2D0-", "half of a pair");
        assert_eq!(decode(b"&***-&W6JiNw-"), "&***-客户");
    }

    proptest! {
        #[test]
        fn every_name_comes_back(name in "\\PC{0,20}") {
            let wire = encode(&name);
            prop_assert!(wire.bytes().all(|byte| (b' '..=b'~').contains(&byte)));
            prop_assert_eq!(decode(wire.as_bytes()), name);
        }

        #[test]
        fn no_bytes_break_it(wire in proptest::collection::vec(any::<u8>(), 0..60)) {
            decode(&wire);
        }
    }
}
