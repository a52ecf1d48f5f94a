//! Products and protocols that have a list of codes of their own: `websocket 1006`, `Chrome error -102`.
//!
//! The same number means something else in each, so it is read so only where the text names the product. Names, which
//! are their own, are found like all others.

use super::{
    by_family,
    family::Family,
    hints::word_in,
    notation::{self, Codes, FIRST_PRODUCT, PRODUCTS},
};

/// Words by which a text names a product, lower case, besides the name of the list itself.
const NAMES: &[(&str, &str)] = &[
    ("chrome", "chromium"),
    ("google chrome", "chromium"),
    ("edge", "chromium"),
    ("msedge", "chromium"),
    ("electron", "chromium"),
    ("webview2", "chromium"),
    ("cef", "chromium"),
    ("谷歌浏览器", "chromium"),
    ("firefox", "nss"),
    ("thunderbird", "nss"),
    ("pr_error", "nss"),
    ("火狐", "nss"),
    ("sqlite3", "sqlite"),
    ("gzip", "zlib"),
    ("inflate", "zlib"),
    ("gai", "getaddrinfo"),
    ("eai", "getaddrinfo"),
    ("gai_strerror", "getaddrinfo"),
    ("nsurlerrordomain", "nsurl"),
    ("nsurlerror", "nsurl"),
    ("cfnetwork", "nsurl"),
    ("kcferrordomaincfnetwork", "nsurl"),
    ("nsosstatuserrordomain", "osstatus"),
    ("keychain", "osstatus"),
    ("finder", "osstatus"),
    ("websockets", "websocket"),
    ("close code", "websocket"),
    ("wss", "websocket"),
    ("h2", "http2"),
    ("http/2", "http2"),
    ("nghttp2", "http2"),
    ("goaway", "http2"),
    ("rst_stream", "http2"),
    ("voip", "sip"),
    ("ftps", "ftp"),
    ("filezilla", "ftp"),
    ("vsftpd", "ftp"),
    ("ssh disconnect", "ssh-disconnect"),
    ("ssh_msg_disconnect", "ssh-disconnect"),
    ("received disconnect", "ssh-disconnect"),
    ("sent disconnect", "ssh-disconnect"),
    ("rabbitmq", "amqp"),
    ("reply-code", "amqp"),
    ("mosquitto", "mqtt"),
    ("nfs4", "nfs"),
    ("nfsv4", "nfs"),
    ("nfsd", "nfs"),
    ("uefi", "efi"),
    ("mstsc", "rdp"),
    ("remote desktop", "rdp"),
    ("discreason", "rdp"),
    ("远程桌面", "rdp"),
    ("遠端桌面", "rdp"),
    ("network policy server", "nps"),
    ("radius", "nps"),
    ("ias", "nps"),
    ("网络策略服务器", "nps"),
    ("httperr", "http-sys"),
    ("http.sys", "http-sys"),
];

/// The products that a text names, in its order.
pub fn named(text: &str) -> Vec<&'static str> {
    let text = text.to_ascii_lowercase();
    let own = PRODUCTS.iter().map(|&(name, _)| (name, name));
    let mut found: Vec<(usize, &'static str)> = own
        .chain(NAMES.iter().copied())
        .filter_map(|(word, product)| word_in(&text, word).map(|start| (start, product)))
        .collect();
    found.sort_unstable();
    let mut products: Vec<&'static str> = Vec::new();
    for (_, product) in found {
        if !products.contains(&product) {
            products.push(product);
        }
    }
    products
}

/// Product, way of writing and code of a packed number; `None` for any other number.
fn parts(number: u32) -> Option<(&'static str, Codes, i32)> {
    let place = usize::try_from((number >> 16).checked_sub(FIRST_PRODUCT)?).ok()?;
    let &(name, codes) = PRODUCTS.get(place)?;
    let code = u16::try_from(number & 0xFFFF).ok()?;
    let code = if codes == Codes::Signed { i32::from(code.cast_signed()) } else { i32::from(code) };
    Some((name, codes, code))
}

/// The product that a packed number belongs to.
pub fn of(number: u32) -> Option<&'static str> {
    parts(number).map(|(name, ..)| name)
}

/// A code of a product as written: `websocket 1006`, `redis WRONGTYPE`.
pub fn text(number: u32) -> String {
    match parts(number) {
        Some((name, Codes::Named, _)) => {
            let entry = by_family(Family::Product, number).into_iter().next();
            format!("{name} {}", entry.map_or("?", |entry| entry.symbol))
        }
        Some((name, _, code)) => format!("{name} {code}"),
        None => "?".to_string(),
    }
}

/// The number under which the tables have a code of a product, if they have it. `code` is as typed, negative as two's
/// complement of 32 bits.
pub fn number(product: &str, code: u32) -> Option<u32> {
    let &(_, codes) = PRODUCTS.iter().find(|(name, _)| *name == product)?;
    let written = match codes {
        Codes::Named => return None,
        // Negative codes are quoted without their sign too: `Chrome error 102`.
        Codes::Signed => code.cast_signed(),
        Codes::Unsigned => i32::try_from(code).ok()?,
    };
    let known = |code: i32| {
        let number = notation::parse_number("product", &format!("{product} {code}"))?;
        (!by_family(Family::Product, number).is_empty()).then_some(number)
    };
    known(written).or_else(|| (codes == Codes::Signed).then(|| known(written.checked_neg()?)).flatten())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::table;

    #[test]
    fn products_are_named_by_whole_words() {
        assert_eq!(named("Chrome error -102"), ["chromium"]);
        assert_eq!(named("WebSocket close code 1006"), ["websocket"]);
        assert_eq!(named("远程桌面断开 516"), ["rdp"]);
        assert_eq!(named("Remote Desktop: NPS reason 16"), ["rdp", "nps"]);
        assert!(named("gossip 486").is_empty() && named("knowledge 5").is_empty());
    }

    #[test]
    fn a_code_is_written_as_it_came() {
        for written in ["chromium -102", "websocket 1006", "sqlite 5", "kafka -1"] {
            assert_eq!(notation::product_number(written).map(text).as_deref(), Some(written));
        }
        assert_eq!(notation::product_number("sqlite -1"), None);
        assert_eq!(notation::product_number("nosuch 1"), None);
        assert_eq!(number("chromium", 102), notation::product_number("chromium -102"));
        assert_eq!(number("redis", 1), None);
    }

    #[test]
    fn every_name_stands_for_a_list_that_has_rows() {
        for (_, product) in NAMES {
            assert!(PRODUCTS.iter().any(|(name, _)| name == product), "{product}");
        }
        for (product, _) in PRODUCTS {
            let rows =
                table::rows().filter(|entry| entry.family == Family::Product && of(entry.number) == Some(*product));
            assert!(rows.count() > 2, "{product}");
        }
    }
}
