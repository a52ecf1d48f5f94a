//! How the tables kept by hand write their numbers.
//!
//! `build.rs` takes this file in as well, to make one sorted table of them all; so it knows nothing of the crate.

/// The lines of a table that hold data: neither empty nor a comment.
pub fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'))
}

/// A number as the tables write it for a family: decimal, `0x` and hexadecimal, or packed.
pub fn parse_number(family: &str, text: &str) -> Option<u32> {
    match family {
        "smtp" => smtp_number(text),
        "sqlstate" => sqlstate_number(text),
        "jet" | "mssql" | "krb5" => text.parse::<i32>().ok().map(i32::cast_unsigned),
        "ora" => text.strip_prefix("ORA-").unwrap_or(text).parse().ok(),
        "db2" => text.strip_prefix("SQL").unwrap_or(text).trim_end_matches(['N', 'W', 'C']).parse().ok(),
        "entra" => text.strip_prefix("AADSTS").unwrap_or(text).parse().ok(),
        "program" => program_number(text),
        "product" => product_number(text),
        "http" | "iis" => http_number(text),
        // The reasons have no numbers; their places are marked, so that none is the number of something else.
        "k8s" => text.parse::<u16>().ok().map(|place| 0x4B38_0000 | u32::from(place)),
        // A directory's own `data` code may follow: `49/52e`.
        "ldap" => text.split('/').next()?.parse().ok(),
        _ => match text.strip_prefix("0x") {
            Some(digits) => u32::from_str_radix(digits, 16).ok(),
            None => text.parse().ok(),
        },
    }
}

/// Programs whose exit status `program.tsv` has, in the order of their numbers: append, so that none changes.
pub const PROGRAMS: &[&str] = &[
    "rsync",
    "robocopy",
    "grpc",
    "wget",
    "ssh",
    "tar",
    "grep",
    "diff",
    "fsck",
    "mount",
    "apt",
    "yum",
    "unzip",
    "7z",
    "xcopy",
    "chkdsk",
    "smartctl",
    "ping",
    "psql",
    "pg_isready",
    "systemctl",
    "terraform",
    "ansible",
    "git",
    "nagios",
    "dpkg",
    "timeout",
];

/// Packs the exit status of a program, `rsync 23`, into a number: the program's place above, the status below.
pub fn program_number(text: &str) -> Option<u32> {
    let (program, status) = text.split_once(' ')?;
    let place = u32::try_from(PROGRAMS.iter().position(|name| *name == program)?).ok()?;
    let status: u16 = status.parse().ok()?;
    // From 1, so that no packed number is a small one.
    Some((place + 1) << 16 | u32::from(status))
}

/// How a product writes its codes, see [`PRODUCTS`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Codes {
    /// From 0 up to 65,535.
    Unsigned,
    /// From -32,768 to 32,767.
    Signed,
    /// By name only; the numbers of the table are places in its list.
    Named,
}

/// Products and protocols that have a list of codes of their own, in the order of their numbers: append, so that none
/// changes. A code is read in such a list only where the text names the product, or by its own name.
pub const PRODUCTS: &[(&str, Codes)] = &[
    ("chromium", Codes::Signed),
    ("nss", Codes::Signed),
    ("browser", Codes::Named),
    ("gnutls", Codes::Signed),
    ("sqlite", Codes::Unsigned),
    ("zlib", Codes::Signed),
    ("getaddrinfo", Codes::Signed),
    ("libssh2", Codes::Signed),
    ("ssl-routines", Codes::Unsigned),
    ("nsurl", Codes::Signed),
    ("osstatus", Codes::Signed),
    ("node", Codes::Named),
    ("websocket", Codes::Unsigned),
    ("http2", Codes::Unsigned),
    ("sip", Codes::Unsigned),
    ("ftp", Codes::Unsigned),
    ("ssh-disconnect", Codes::Unsigned),
    ("amqp", Codes::Unsigned),
    ("mqtt", Codes::Unsigned),
    ("nfs", Codes::Unsigned),
    ("oauth", Codes::Named),
    ("pxe", Codes::Named),
    ("efi", Codes::Unsigned),
    ("rdp", Codes::Unsigned),
    ("nps", Codes::Unsigned),
    ("kafka", Codes::Signed),
    ("redis", Codes::Named),
    ("http-sys", Codes::Named),
    ("aws", Codes::Named),
    ("powershell", Codes::Named),
];

/// Place of the first product in the upper half of its packed numbers; those of IIS begin at 400.
pub const FIRST_PRODUCT: u32 = 0x100;

/// Packs a code of a product, `chromium -102`: the product's place in [`PRODUCTS`] above, the code below.
pub fn product_number(text: &str) -> Option<u32> {
    let (product, code) = text.split_once(' ')?;
    let place = PRODUCTS.iter().position(|(name, _)| *name == product)?;
    let &(_, codes) = PRODUCTS.get(place)?;
    let code = match codes {
        Codes::Signed => code.parse::<i16>().ok()?.cast_unsigned(),
        Codes::Unsigned | Codes::Named => code.parse().ok()?,
    };
    Some((FIRST_PRODUCT + u32::try_from(place).ok()?) << 16 | u32::from(code))
}

/// Packs a status of IIS, `500.19`: status above, sub-status below; `500` stays 500.
pub fn http_number(text: &str) -> Option<u32> {
    let Some((status, sub)) = text.split_once('.') else { return text.parse().ok() };
    let status: u16 = status.parse().ok().filter(|status| (100..600).contains(status))?;
    let sub: u16 = sub.parse().ok()?;
    Some(u32::from(status) << 16 | u32::from(sub))
}

/// Packs an enhanced mail status such as `5.7.1` into the number used here; `550` stays 550.
///
/// `None` for what is neither. The three parts have 1, 1 to 3 and 1 to 3 digits (RFC 3463 section 2).
pub fn smtp_number(text: &str) -> Option<u32> {
    let part = |text: &str, longest: usize| -> Option<u32> {
        let fits = !text.is_empty() && text.len() <= longest && text.bytes().all(|byte| byte.is_ascii_digit());
        fits.then(|| text.parse().ok()).flatten()
    };
    let mut parts = text.split('.');
    match (parts.next(), parts.next(), parts.next(), parts.next()) {
        (Some(code), None, None, None) if code.len() == 3 => part(code, 3).filter(|code| (200..600).contains(code)),
        (Some(class), Some(subject), Some(detail), None) => {
            let class = part(class, 1).filter(|class| matches!(class, 2 | 4 | 5))?;
            Some(class * 1_000_000 + part(subject, 3)? * 1000 + part(detail, 3)?)
        }
        _ => None,
    }
}

/// Packs the five characters of an SQLSTATE into a number, base 36. `None` for any other text.
pub fn sqlstate_number(text: &str) -> Option<u32> {
    let fits = text.len() == 5 && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
    // Five digits in base 36 stay below 2^26.
    fits.then(|| u32::from_str_radix(text, 36).ok()).flatten()
}
