//! The words around a code: which family they name, and which of them say nothing.

use super::Family;

/// Words that name a family, in English and Chinese, and the family.
const HINTS: &[(&str, Family)] = &[
    ("win32", Family::Win32),
    ("system error", Family::Win32),
    ("getlasterror", Family::Win32),
    ("系统错误", Family::Win32),
    ("系統錯誤", Family::Win32),
    ("winsock", Family::Win32),
    ("socket", Family::Win32),
    ("ntstatus", Family::Ntstatus),
    ("nt status", Family::Ntstatus),
    ("hresult", Family::Hresult),
    ("bugcheck", Family::Bugcheck),
    ("bug check", Family::Bugcheck),
    ("stop code", Family::Bugcheck),
    ("stop error", Family::Bugcheck),
    ("stop", Family::Bugcheck),
    ("bsod", Family::Bugcheck),
    ("blue screen", Family::Bugcheck),
    ("bluescreen", Family::Bugcheck),
    ("蓝屏", Family::Bugcheck),
    ("藍屏", Family::Bugcheck),
    ("藍色畫面", Family::Bugcheck),
    ("停止代码", Family::Bugcheck),
    ("停止碼", Family::Bugcheck),
    ("终止代码", Family::Bugcheck),
    ("errno", Family::Errno),
    ("linux", Family::Errno),
    ("posix", Family::Errno),
    ("http", Family::Http),
    ("iis", Family::Http),
    ("kerberos", Family::Kerberos),
    ("krb", Family::Kerberos),
    ("krb5", Family::Kerberos),
    ("kdc", Family::Kerberos),
    ("msi", Family::Msi),
    ("msiexec", Family::Msi),
    ("installer", Family::Msi),
    ("安装程序", Family::Msi),
    ("ldap", Family::Ldap),
    ("smtp", Family::Smtp),
    ("ndr", Family::Smtp),
    ("退信", Family::Smtp),
    ("device manager", Family::Problem),
    ("cm_prob", Family::Problem),
    ("设备管理器", Family::Problem),
    ("裝置管理員", Family::Problem),
    ("vpn", Family::Ras),
    ("ras", Family::Ras),
    ("wlan", Family::Wlan),
    ("wifi", Family::Wlan),
    ("wi-fi", Family::Wlan),
    ("pdh", Family::Pdh),
    ("esent", Family::Jet),
    ("ese", Family::Jet),
    ("jet", Family::Jet),
    ("tls", Family::Tls),
    ("ssl", Family::Tls),
    ("schannel", Family::Tls),
    ("signal", Family::Signal),
    ("信号", Family::Signal),
    ("sqlstate", Family::Sqlstate),
    ("postgres", Family::Sqlstate),
    ("postgresql", Family::Sqlstate),
    ("configret", Family::Configret),
];

/// The families that a text names, in the order of the text, each once.
pub fn hints(text: &str) -> Vec<Family> {
    let text = text.to_ascii_lowercase();
    let bytes = text.as_bytes();
    let mut found: Vec<(usize, Family)> = HINTS
        .iter()
        .filter_map(|&(word, family)| {
            text.match_indices(word)
                .find(|(start, _)| {
                    let letter = |position: usize| {
                        bytes.get(position).is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
                    };
                    !word.is_ascii() || !(letter(start + word.len()) || *start > 0 && letter(start - 1))
                })
                .map(|(start, _)| (start, family))
        })
        .collect();
    found.sort_unstable();
    let mut families: Vec<Family> = Vec::new();
    for (_, family) in found {
        if !families.contains(&family) {
            families.push(family);
        }
    }
    families
}

/// Words that stand around a code and name none.
pub fn is_filler(token: &str) -> bool {
    const FILLERS: &[&str] = &[
        "error",
        "errors",
        "err",
        "code",
        "codes",
        "errorcode",
        "exit",
        "return",
        "returned",
        "returns",
        "with",
        "failed",
        "failure",
        "status",
        "result",
        "hr",
        "rc",
        "gle",
        "the",
        "of",
        "is",
        "in",
        "on",
        "at",
        "and",
        "or",
        "windows",
        "exception",
        "event",
        "id",
        "no",
        "number",
        "value",
        "data",
        "hex",
        "dec",
        "what",
        "stop",
        "update",
        "alert",
        "device",
        "manager",
        "blue",
        "screen",
        "bug",
        "check",
        "system",
        "name",
        "got",
        "we",
        "get",
        "a",
        "an",
        "to",
        "for",
        "from",
    ];
    FILLERS.iter().any(|filler| filler.eq_ignore_ascii_case(token))
        || HINTS.iter().any(|(word, _)| word.eq_ignore_ascii_case(token))
}
