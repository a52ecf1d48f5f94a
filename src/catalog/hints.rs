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
    ("nginx", Family::Http),
    ("cloudflare", Family::Http),
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
    ("windows error", Family::Win32),
    ("winerror", Family::Win32),
    ("net helpmsg", Family::Win32),
    ("substatus", Family::Ntstatus),
    ("sub status", Family::Ntstatus),
    ("子状态", Family::Ntstatus),
    ("终止码", Family::Bugcheck),
    ("蓝屏代码", Family::Bugcheck),
    ("unix", Family::Errno),
    ("perror", Family::Errno),
    ("https", Family::Http),
    ("kerb", Family::Kerberos),
    ("windows installer", Family::Msi),
    ("mail", Family::Smtp),
    ("邮件", Family::Smtp),
    ("problem code", Family::Problem),
    ("设备", Family::Problem),
    ("裝置", Family::Problem),
    ("rasdial", Family::Ras),
    ("dial-up", Family::Ras),
    ("拨号", Family::Ras),
    ("wireless", Family::Wlan),
    ("无线", Family::Wlan),
    ("perfmon", Family::Pdh),
    ("性能计数器", Family::Pdh),
    ("edb", Family::Jet),
    ("sql state", Family::Sqlstate),
    ("psql", Family::Sqlstate),
    ("mysql", Family::Mysql),
    ("mariadb", Family::Mysql),
    ("innodb", Family::Mysql),
    ("mssql", Family::Mssql),
    ("sql server", Family::Mssql),
    ("sqlserver", Family::Mssql),
    ("msg", Family::Mssql),
    ("oracle", Family::Ora),
    ("ora", Family::Ora),
    ("tns", Family::Ora),
    ("db2", Family::Db2),
    ("sqlcode", Family::Db2),
    ("mongo", Family::Mongodb),
    ("mongodb", Family::Mongodb),
    ("rpc", Family::Rpc),
    ("dcerpc", Family::Rpc),
    ("nca", Family::Rpc),
    ("dns", Family::Dns),
    ("rcode", Family::Dns),
    ("curl", Family::Curl),
    ("libcurl", Family::Curl),
    ("entra", Family::Entra),
    ("azure ad", Family::Entra),
    ("aad", Family::Entra),
    ("aadsts", Family::Entra),
    ("exit", Family::Exit),
    ("exited", Family::Exit),
    ("systemd", Family::Exit),
    ("systemctl", Family::Exit),
    ("退出码", Family::Exit),
    ("退出代码", Family::Exit),
    ("退出状态", Family::Exit),
    ("verify return code", Family::X509),
    ("verify error", Family::X509),
    ("verify result", Family::X509),
    ("openssl verify", Family::X509),
    ("verification error", Family::X509),
    ("depth lookup", Family::X509),
    ("x509", Family::X509),
    ("x509_v_err", Family::X509),
    ("证书校验", Family::X509),
    ("com_err", Family::Krb5),
    ("gssapi", Family::Krb5),
    ("minor_status", Family::Krb5),
    ("kubernetes", Family::K8s),
    ("k8s", Family::K8s),
    ("kubectl", Family::K8s),
    ("kubelet", Family::K8s),
    ("pod", Family::K8s),
    ("pods", Family::K8s),
    ("docker", Family::Exit),
    ("podman", Family::Exit),
    ("container", Family::Exit),
    ("容器", Family::Exit),
    ("l2tp", Family::Ras),
    ("pptp", Family::Ras),
    ("sstp", Family::Ras),
    ("ikev2", Family::Ras),
    ("pppoe", Family::Ras),
    ("rasclient", Family::Ras),
    ("rasman", Family::Ras),
    ("remote access", Family::Ras),
    ("远程访问", Family::Ras),
    ("宽带连接", Family::Ras),
    ("宽带", Family::Ras),
    ("寬頻", Family::Ras),
    ("撥號", Family::Ras),
];

/// The families that a text names, in the order of the text, each once.
pub fn hints(text: &str) -> Vec<Family> {
    let text = text.to_ascii_lowercase();
    let mut found: Vec<(usize, Family)> =
        HINTS.iter().filter_map(|&(word, family)| word_in(&text, word).map(|start| (start, family))).collect();
    // `SSL verify error 20`: the narrower word says which list of the library is meant.
    found.sort_unstable_by_key(|&(start, family)| (family != Family::X509, start, family));
    let mut families: Vec<Family> = Vec::new();
    for (_, family) in found {
        if !families.contains(&family) {
            families.push(family);
        }
    }
    // `SQL error 9002`: of some database, where none is named.
    if !families.iter().any(|family| DATABASES.contains(family)) && word_in(&text, "sql").is_some() {
        families.extend(SQL);
    }
    // `Code 10` is how the device manager and those who quote it name its problems.
    if families.is_empty() && is_lone_code(&text) {
        families.push(Family::Problem);
    }
    families
}

/// Families of databases.
const DATABASES: &[Family] =
    &[Family::Mssql, Family::Mysql, Family::Ora, Family::Db2, Family::Sqlstate, Family::Mongodb];

/// What `SQL` may mean: of both the one that support meets comes first.
pub const SQL: [Family; 2] = [Family::Mssql, Family::Mysql];

/// Whether a text is `code` and two digits; one digit is as well a system error.
fn is_lone_code(text: &str) -> bool {
    ["code", "代码", "代碼"].iter().any(|word| {
        text.trim().strip_prefix(word).is_some_and(|rest| {
            let digits = rest.trim_start_matches([' ', ':', '#']);
            digits.len() == 2 && digits.bytes().all(|byte| byte.is_ascii_digit())
        })
    })
}

/// Where a word, lower case, first stands in a text of that case: as a whole word where it is ASCII.
pub(super) fn word_in(text: &str, word: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let letter =
        |position: usize| bytes.get(position).is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
    let whole = |start: usize| !word.is_ascii() || !(letter(start + word.len()) || start > 0 && letter(start - 1));
    text.match_indices(word).map(|(start, _)| start).find(|&start| whole(start))
}

/// Whether a token is itself a word that names a family: `win32`, `x509`.
pub fn is_hint(token: &str) -> bool {
    HINTS.iter().any(|(word, _)| word.eq_ignore_ascii_case(token))
}

/// Words that stand around a code and name none.
pub fn is_filler(token: &str) -> bool {
    const FILLERS: &[&str] = &[
        "error",
        "errors",
        "err_code",
        "error_code",
        "status_code",
        "state",
        "level",
        "severity",
        "hresult_code",
        "lasterror",
        "server",
        "sql",
        "substate",
        "problem",
        "wmi",
        "dcom",
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
    FILLERS.iter().any(|filler| filler.eq_ignore_ascii_case(token)) || is_hint(token)
}
