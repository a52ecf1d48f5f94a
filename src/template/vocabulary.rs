//! The word lists of header and masking. Data only.

use crate::logs::Level;

/// The level that a word names, in any case; single letters only where the place allows them.
pub(super) fn level(word: &[u8], letters: bool) -> Option<Level> {
    if let [letter] = word {
        return match letter {
            _ if !letters => None,
            b'E' | b'F' => Some(Level::Error),
            b'W' => Some(Level::Warning),
            b'I' => Some(Level::Info),
            b'D' | b'V' => Some(Level::Debug),
            _ => None,
        };
    }
    // Most words end here.
    if word.len() > 13
        || !matches!(word.first()? | 0x20, b'a' | b'c'..=b'f' | b'i' | b'n' | b'p' | b's'..=b'w' | 0x80..)
    {
        return None;
    }
    let mut buffer = [0; 13];
    let lower = lower(word, &mut buffer)?;
    Some(match lower {
        b"error" | b"err" | b"fatal" | b"critical" | b"crit" | b"severe" | b"panic" | b"emerg" | b"alert" => {
            Level::Error
        }
        b"warning" | b"warn" => Level::Warning,
        b"info" | b"information" | b"informational" | b"notice" => Level::Info,
        b"debug" | b"trace" | b"verbose" | b"fine" | b"finer" | b"finest" => Level::Debug,
        _ => match std::str::from_utf8(word) {
            Ok("错误" | "錯誤" | "严重" | "嚴重" | "致命") => Level::Error,
            Ok("警告") => Level::Warning,
            Ok("信息" | "資訊") => Level::Info,
            Ok("调试" | "偵錯") => Level::Debug,
            _ => return None,
        },
    })
}

/// Words of a sentence before a time: what follows is no header's stamp.
pub(super) fn leads_to_time(word: &[u8]) -> bool {
    matches!(
        word,
        b"at"
            | b"on"
            | b"since"
            | b"until"
            | b"from"
            | b"to"
            | b"before"
            | b"after"
            | b"is"
            | b"was"
            | b"in"
            | b"of"
            | b"for"
    )
}

/// Keys whose value is the name of a person, a machine or a thing on it.
pub(super) fn names_value(key: &[u8]) -> bool {
    let mut buffer = [0; 12];
    lower(key, &mut buffer).is_some_and(|key| {
        matches!(
            key,
            b"user"
                | b"ruser"
                | b"username"
                | b"user_name"
                | b"login"
                | b"logname"
                | b"account"
                | b"owner"
                | b"host"
                | b"rhost"
                | b"hostname"
                | b"server"
                | b"client"
                | b"node"
                | b"domain"
                | b"name"
                | b"addr"
                | b"address"
                | b"workstation"
                | b"computer"
                | b"machine"
                | b"pod"
                | b"container"
                | b"namespace"
                | b"tenant"
        )
    })
}

/// Keys whose quoted value is the message itself, as structured loggers write it.
pub(super) fn speaks(key: &[u8]) -> bool {
    let mut buffer = [0; 12];
    lower(key, &mut buffer).is_some_and(|key| {
        matches!(
            key,
            b"msg"
                | b"message"
                | b"error"
                | b"err"
                | b"reason"
                | b"cause"
                | b"text"
                | b"desc"
                | b"description"
                | b"detail"
                | b"level"
        )
    })
}

/// Whether the name of a person or a machine stands behind a word.
pub(super) fn name_follows(word: &[u8]) -> bool {
    let mut buffer = [0; 12];
    match word.first() {
        Some(b'u' | b'U' | b'h' | b'H') => {
            lower(word, &mut buffer).is_some_and(|word| matches!(word, b"user" | b"username" | b"host" | b"hostname"))
        }
        Some(byte) if !byte.is_ascii() => std::str::from_utf8(word)
            .is_ok_and(|word| matches!(word, "用户" | "用户名" | "帐户" | "账户" | "账号" | "主机")),
        _ => false,
    }
}

/// What stands behind such a word without being a name.
pub(super) fn no_name(word: &str) -> bool {
    let mut buffer = [0; 12];
    let Some(lower) = lower(word.trim_matches(|c: char| c.is_ascii_punctuation()).as_bytes(), &mut buffer) else {
        return false;
    };
    matches!(
        lower,
        b"" | b"a"
            | b"account"
            | b"accounts"
            | b"agent"
            | b"and"
            | b"are"
            | b"as"
            | b"at"
            | b"by"
            | b"can"
            | b"cannot"
            | b"controller"
            | b"could"
            | b"data"
            | b"did"
            | b"does"
            | b"down"
            | b"for"
            | b"from"
            | b"had"
            | b"has"
            | b"id"
            | b"in"
            | b"input"
            | b"interface"
            | b"is"
            | b"key"
            | b"list"
            | b"lock"
            | b"logged"
            | b"login"
            | b"logon"
            | b"mode"
            | b"name"
            | b"names"
            | b"no"
            | b"not"
            | b"of"
            | b"on"
            | b"or"
            | b"process"
            | b"profile"
            | b"request"
            | b"service"
            | b"session"
            | b"settings"
            | b"space"
            | b"switch"
            | b"table"
            | b"the"
            | b"to"
            | b"unknown"
            | b"unreachable"
            | b"up"
            | b"was"
            | b"will"
            | b"with"
    )
}

/// Sizes and times behind their number, short forms alone: "bytes" and "seconds" are words of the message.
pub(super) fn is_unit(word: &str) -> bool {
    matches!(
        word,
        "B" | "KB"
            | "MB"
            | "GB"
            | "TB"
            | "KiB"
            | "MiB"
            | "GiB"
            | "TiB"
            | "kB"
            | "ms"
            | "us"
            | "µs"
            | "ns"
            | "s"
            | "sec"
            | "secs"
    )
}

/// Words that hold a digit and mean one thing.
pub(super) fn is_term(word: &[u8]) -> bool {
    let mut buffer = [0; 8];
    lower(word, &mut buffer).is_some_and(|word| {
        matches!(
            word,
            b"ipv4"
                | b"ipv6"
                | b"utf8"
                | b"utf-8"
                | b"utf-16"
                | b"sha1"
                | b"sha256"
                | b"sha512"
                | b"md5"
                | b"x86"
                | b"x64"
                | b"x86_64"
                | b"amd64"
                | b"arm64"
                | b"win32"
                | b"base64"
                | b"http2"
                | b"oauth2"
                | b"ext3"
                | b"ext4"
                | b"s3"
                | b"k8s"
                | b"x509"
                | b"log4j"
                | b"jdk8"
                | b"ntlmv2"
                | b"smbv1"
                | b"int32"
                | b"int64"
                | b"uint32"
                | b"uint64"
        )
    })
}

/// Names of months and days as they stand beside numbers in dates.
pub(super) const CALENDAR: &[&str] = &[
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec", "Mon", "Tue", "Wed", "Thu",
    "Fri", "Sat", "Sun", "AM", "PM", "UTC", "GMT",
];

/// The ends of host names; class and property names have dots too, and do not end so.
pub(super) fn is_domain(end: &str) -> bool {
    matches!(
        end,
        "com"
            | "net"
            | "org"
            | "edu"
            | "gov"
            | "mil"
            | "cn"
            | "io"
            | "de"
            | "uk"
            | "hk"
            | "tw"
            | "jp"
            | "fr"
            | "eu"
            | "ru"
            | "us"
            | "local"
            | "lan"
            | "internal"
            | "localdomain"
            | "corp"
            | "example"
            | "test"
            | "invalid"
            | "arpa"
    )
}

/// The word in lower case, if it is no longer than the buffer.
fn lower<'b>(word: &[u8], buffer: &'b mut [u8]) -> Option<&'b [u8]> {
    let lower = buffer.get_mut(..word.len())?;
    lower.copy_from_slice(word);
    lower.make_ascii_lowercase();
    Some(lower)
}
