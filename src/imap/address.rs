//! Addresses of mail accounts: `imap://` and `imaps://`, RFC 5092.
//!
//! ```text
//! imaps://ann%40example.com@imap.example.com:993/Support/%E5%AE%A2%E6%88%B7
//! ```
//! Names may stand as they are written, without percent signs, and a user with an `@` too: the last `@` before the first
//! slash ends it. No error repeats any of the text, as it may hold a password.

use std::{fmt, net::IpAddr, str::FromStr};

use super::auth::Mechanism;

/// A mail account, and perhaps one of its folders.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// Whether TLS comes first (`imaps`), not by STARTTLS.
    pub implicit_tls: bool,
    /// Name or number of the host, without the brackets of an IPv6 number.
    pub host: String,
    /// Port.
    pub port: u16,
    /// Who logs in.
    pub user: String,
    /// The way to log in that is asked for (`;AUTH=`).
    pub mechanism: Option<Mechanism>,
    /// The folder, for people.
    pub folder: Option<String>,
}

/// Why a text is no address of a mail account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// It holds a password, which everybody can read in the list of processes.
    #[error(
        "the address holds a password, which others on this machine can read: change it, and give it by another way"
    )]
    Password,
    /// Nobody logs in.
    #[error("the address names no user: write it like imaps://user@imap.example.com/INBOX")]
    NoUser,
    /// There is no host.
    #[error("the address names no host: write it like imaps://user@imap.example.com/INBOX")]
    NoHost,
    /// What stands for the port is no number from 1 to 65535.
    #[error("what stands for the port in the address is no number from 1 to 65535")]
    Port,
    /// A percent sign without two hexadecimal digits, or bytes that are no UTF-8.
    #[error("the address is not encoded as it should be: `%` wants two hexadecimal digits, and all of it is UTF-8")]
    Encoding,
    /// `;AUTH=` with something that is not known.
    #[error("the address asks for a way to log in that is not known: PLAIN, LOGIN, XOAUTH2 and OAUTHBEARER are")]
    Mechanism,
    /// It names one message or a search.
    #[error("the address names a message or a search: a server or a folder can be read")]
    Message,
}

/// Whether a text is meant as the address of a mail account.
pub fn is_address(text: &str) -> bool {
    scheme(text).is_some()
}

/// Whether it is `imaps`, and what follows `://`.
fn scheme(text: &str) -> Option<(bool, &str)> {
    let (scheme, rest) = text.split_once("://")?;
    match scheme.to_ascii_lowercase().as_str() {
        "imap" => Some((false, rest)),
        "imaps" => Some((true, rest)),
        _ => None,
    }
}

impl FromStr for Address {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (implicit_tls, rest) = scheme(text).ok_or(AddressError::NoHost)?;
        let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
        let Some((info, place)) = authority.rsplit_once('@') else {
            // A password with a slash in it parts the text too early.
            let password = authority.contains(':') && path.contains('@') && port(authority).is_err();
            return Err(if password { AddressError::Password } else { AddressError::NoUser });
        };
        if info.contains(':') {
            return Err(AddressError::Password);
        }
        let (user, mechanism) = match split_parameter(info, ";AUTH=") {
            Some((user, "*")) => (user, None),
            Some((user, name)) => (user, Some(name.parse().map_err(|()| AddressError::Mechanism)?)),
            None => (info, None),
        };
        let user = decode(user)?;
        if user.is_empty() {
            return Err(AddressError::NoUser);
        }
        let (host, given) = port(place)?;
        if host.is_empty() || host.chars().any(|c| c.is_control() || c.is_whitespace()) {
            return Err(AddressError::NoHost);
        }
        Ok(Address {
            implicit_tls,
            host: host.to_lowercase(),
            port: given.unwrap_or(if implicit_tls { 993 } else { 143 }),
            user,
            mechanism,
            folder: folder(path)?,
        })
    }
}

/// The folder of a path. `;UIDVALIDITY=` is left out: what counts is what the server says now.
fn folder(path: &str) -> Result<Option<String>, AddressError> {
    if path.contains('?') || split_parameter(path, "/;UID=").is_some() {
        return Err(AddressError::Message);
    }
    let path = split_parameter(path, ";UIDVALIDITY=").map_or(path, |(folder, _)| folder);
    let path = decode(path.trim_end_matches('/'))?;
    Ok((!path.is_empty()).then_some(path))
}

/// Host and port, where one is given.
fn port(place: &str) -> Result<(&str, Option<u16>), AddressError> {
    let (host, port) = match place.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((host, behind)) => (host, behind.strip_prefix(':')),
        None => place.split_once(':').map_or((place, None), |(host, port)| (host, Some(port))),
    };
    match port {
        None | Some("") => Ok((host, None)),
        Some(port) => match port.parse() {
            Ok(port) if port > 0 => Ok((host, Some(port))),
            _ => Err(AddressError::Port),
        },
    }
}

/// What stands before and behind a name that is compared without case.
fn split_parameter<'t>(text: &'t str, name: &str) -> Option<(&'t str, &'t str)> {
    let at = text.to_ascii_uppercase().find(name)?;
    Some((&text[..at], &text[at + name.len()..]))
}

fn decode(text: &str) -> Result<String, AddressError> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, behind)) = rest.split_first() {
        rest = behind;
        if *first != b'%' {
            bytes.push(*first);
            continue;
        }
        let digit = |byte: &u8| char::from(*byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
        let (Some(high), Some(low)) = (rest.first().and_then(digit), rest.get(1).and_then(digit)) else {
            return Err(AddressError::Encoding);
        };
        bytes.push(high << 4 | low);
        rest = &rest[2..];
    }
    match String::from_utf8(bytes) {
        Ok(text) if !text.contains(['\r', '\n', '\0']) => Ok(text),
        _ => Err(AddressError::Encoding),
    }
}

impl Address {
    /// `host:port`, for messages.
    pub fn server(&self) -> String {
        if self.host.contains(':') {
            format!("[{}]:{}", self.host, self.port)
        } else {
            format!("{}:{}", self.host, self.port)
        }
    }

    /// What this account is called in the store: `user@host`, with the port where it is not one of IMAP's own.
    pub fn account(&self) -> String {
        match self.port {
            143 | 993 => format!("{}@{}", self.user, self.host),
            _ => format!("{}@{}", self.user, self.server()),
        }
    }

    /// Whether the host is this machine, so that nobody between can read along.
    pub fn is_loopback(&self) -> bool {
        self.host == "localhost" || self.host.parse().is_ok_and(|number: IpAddr| number.is_loopback())
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.implicit_tls { "imaps" } else { "imap" };
        write!(f, "{scheme}://{}@{}/", self.user, self.server())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn check(text: &str, account: &str, folder: Option<&str>) {
        let address: Address = text.parse().unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!((address.account().as_str(), address.folder.as_deref()), (account, folder), "{text}");
    }

    #[test]
    fn users_hosts_and_folders() {
        check("imap://ann@mail.example.com/INBOX", "ann@mail.example.com", Some("INBOX"));
        check("IMAPS://ann@Mail.Example.com", "ann@mail.example.com", None);
        check("imaps://ann@mail.example.com:993/", "ann@mail.example.com", None);
        check("imap://ann@127.0.0.1:1143/a/b/", "ann@127.0.0.1:1143", Some("a/b"));
        check("imap://ann@[::1]:1143/x", "ann@[::1]:1143", Some("x"));
        check("imaps://ann%40example.com@imap.example.com/R%26D", "ann@example.com@imap.example.com", Some("R&D"));
        check("imaps://ann@example.com@imap.example.com/a@b", "ann@example.com@imap.example.com", Some("a@b"));
        check("imaps://ann@x/%E5%AE%A2%E6%88%B7;UIDVALIDITY=7", "ann@x", Some("客户"));
        check("imaps://ann@x/客户", "ann@x", Some("客户"));
        check("imaps://ann;auth=*@x/", "ann@x", None);
        let oauth: Address = "imaps://ann;AUTH=xoauth2@x/".parse().unwrap();
        assert_eq!(oauth.mechanism, Some(Mechanism::XOAuth2));
    }

    #[track_caller]
    fn check_wrong(text: &str, expected: AddressError) {
        let error = text.parse::<Address>().unwrap_err();
        assert_eq!(error, expected, "{text}");
        assert!(!error.to_string().contains("geheim"), "{error}");
    }

    #[test]
    fn passwords_are_refused_and_never_repeated() {
        check_wrong("imap://ann:geheim@x/", AddressError::Password);
        check_wrong("imap://ann@example.com:geheim@x/", AddressError::Password);
        check_wrong("imap://ann:geheim;AUTH=PLAIN@x/", AddressError::Password);
        check_wrong("imap://ann:ge/geheim@x/", AddressError::Password);
        check_wrong("imap://ann:geheim@geheim@x/", AddressError::Password);
    }

    #[test]
    fn what_is_no_address_says_why() {
        check_wrong("imap://mail.example.com/", AddressError::NoUser);
        check_wrong("imap://@x/", AddressError::NoUser);
        check_wrong("imap://ann@/", AddressError::NoHost);
        check_wrong("imap://ann@x:0/", AddressError::Port);
        check_wrong("imap://ann@x:70000/", AddressError::Port);
        check_wrong("imap://ann@x/%E5%AE", AddressError::Encoding);
        check_wrong("imap://ann@x/%4", AddressError::Encoding);
        check_wrong("imap://ann@x/a%0D%0Ab", AddressError::Encoding);
        check_wrong("imap://ann;AUTH=NTLM@x/", AddressError::Mechanism);
        check_wrong("imap://ann@x/INBOX;UIDVALIDITY=7/;UID=5", AddressError::Message);
        check_wrong("imap://ann@x/INBOX?SUBJECT%20x", AddressError::Message);
    }

    proptest! {
        #[test]
        fn no_text_breaks_it(text in "imaps?://[\\PC:@/;%\\[\\]]{0,40}") {
            let _ = text.parse::<Address>();
        }
    }
}
