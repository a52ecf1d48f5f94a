//! Names of machines in a text: by their form, and by what the words around them say.

use std::{ops::Range, sync::LazyLock};

use regex::Regex;

use super::shape::{fixed_pattern, places};

/// Shortest first part of a whole name that is one by itself.
const SHORTEST_NAME: usize = 3;

/// Names that have the form of a machine's and stand by themselves.
static BARE: LazyLock<Vec<Regex>> = LazyLock::new(|| {
    let shapes = [
        // As Windows names machines that nobody named.
        r"(?:^|[^\w-])(?P<it>(?:DESKTOP|LAPTOP|WIN|MININT)-[A-Z0-9]{7,12})(?:$|[^\w-])",
        // What a machine does, with a number: `SRV-DB02`, `bj-wsus01`, `dc03`.
        r"(?i)(?:^|[^\w.\\/-])(?P<it>(?:[a-z][a-z0-9]{0,14}[-_]){0,4}(?:[a-z]{2,4})?(?:srv|svr|server|db|dc|dns|dhcp|wsus|sccm|exch|mail|mx|web|app|nas|print|prn|vm|vcenter|rds|terminal|proxy|gateway|backup|bkp|erp|crm|master|worker|client|host|laptop|notebook|station|kiosk)[-_]?(?:0\d{1,3}|[1-9]\d{1,2})[a-z]?)(?:$|[^\w.-]|\.(?:$|\s))",
        // Names of several parts, the last of which is a number: `BJ-TELLER-07`, `node-hz-3`.
        r"(?i)(?:^|[^\w.\\/-])(?P<it>(?:[a-z]{2,12}[-_]){0,3}(?:pc|ws|wks|nb|lt|srv|svr|db|dc|ad|node|sql|esx|esxi|fs|file|web|app|app?srv|teller|term|host|vm|kiosk|branch|hq|bj|sh|gz|sz|hz)[-_](?:[a-z]{1,10}[-_]){0,2}[a-z]{0,4}\d{1,5})(?:$|[^\w.-]|\.(?:$|\s))",
    ];
    shapes.into_iter().map(fixed_pattern).collect()
});

/// Lines in which a log or a form names its machine: with a label, as syslog and shells do, or in a sentence. The last sort is
/// sure only where the name looks like one, see [`is_machine`].
static MACHINES: LazyLock<Vec<(Regex, bool)>> = LazyLock::new(|| {
    let sure = [
        r"(?im)\b(?:host ?name|computer ?name|machine ?name|server ?name|node ?name|computer|hostname)\b\s*[:=]\s*(?P<it>[a-z0-9][a-z0-9._-]{2,62})",
        r"(?:主机名称?|计算机名称?|机器名称?|服务器名称?|電腦名稱|主機名稱)\s*[:：=]\s*(?P<it>[A-Za-z0-9][A-Za-z0-9._-]{2,62})",
        r"(?m)^(?:[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d|\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:?\d\d)) (?P<it>[A-Za-z][A-Za-z0-9._-]{2,62}) [\w./-]{1,60}(?:\[\d+\])?: ",
        r"(?m)^\[?[\w.-]{1,32}@(?P<it>[A-Za-z][A-Za-z0-9-]{2,62})[ :][^\n$#]{0,80}[$#] ",
        r"(?:^|[^\\\w:])\\\\(?P<it>[A-Za-z][A-Za-z0-9-]{2,62})\\",
    ];
    let named = [
        r"(?i)\b(?:server|host|machine|computer|workstation|laptop|node|pc|vm|box)s?\s+(?:is\s+|named\s+|called\s+|name\s+)?[\x22'`“(]?(?P<it>[a-z][a-z0-9_-]{2,62})",
        r"(?i)(?:^|[^\w.\\/-])(?P<it>[a-z][a-z0-9_-]{2,62})[\x22'`”)]?\s*(?:这台|這台|那台|服务器|伺服器|主机|主機|机器|终端|节点|電腦|电脑)",
        r"(?:服务器|伺服器|主机|主機|机器|終端|终端|节点|節點|电脑|電腦|计算机|工作站|虚拟机|域控)(?:名称|名稱|名)?(?:是|为|為|叫|：|:)?\s*[“‘\x22'`（(]?(?P<it>[A-Za-z][A-Za-z0-9_-]{2,62})",
    ];
    let all = sure.into_iter().map(|pattern| (pattern, true)).chain(named.into_iter().map(|pattern| (pattern, false)));
    all.map(|(pattern, sure)| (fixed_pattern(pattern), sure)).collect()
});

/// Beginnings of names that stand where machines' names do and are products, codes or architectures.
const NO_MACHINES: &[&str] = &[
    "windows", "win", "w2k", "sql", "mssql", "mysql", "db2", "oracle", "exchange", "office", "ubuntu", "rhel",
    "centos", "debian", "sles", "kylin", "uos", "vsphere", "esxi", "hyper", "x64", "x86", "amd64", "arm64", "kb",
    "cve", "ora", "0x", "http", "sp", "r2", "m365", "o365", "python", "java", "jdk", "tls", "ipv", "smb", "utf", "sha",
    "tms",
];

/// Whether a word that stands where a machine is named looks like its name: with a digit or in parts, and no product.
fn is_machine(name: &str) -> bool {
    let folded = name.to_ascii_lowercase();
    let letters = folded.bytes().take_while(u8::is_ascii_lowercase).count();
    let product = NO_MACHINES.iter().any(|start| {
        folded
            .strip_prefix(start)
            .is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_lowercase() || c == '-' || c == '_'))
    });
    // `up-to-date`, `built-in`: words in parts have no digit and no large letters.
    let large = name.len() > 3
        && name.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'_'));
    let parts = name.contains(['-', '_']) && large;
    let numbered = letters > 1 && name.bytes().any(|byte| byte.is_ascii_digit());
    !product && (parts || numbered)
}

/// The machines that a text names: with a label, at a prompt, in the head of a log's line, or in a sentence that says what
/// they are. Of a whole name the first part too.
pub(crate) fn named(text: &str) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for (pattern, sure) in MACHINES.iter() {
        let found =
            places(pattern, text).into_iter().map(|place| text[place.clone()].trim_end_matches(['.', '-', '_']));
        for name in found.filter(|name| *sure || is_machine(name)) {
            let first = name.split('.').next().filter(|first| first.len() >= SHORTEST_NAME && is_machine(first));
            for name in [Some(name), first].into_iter().flatten() {
                if !names.iter().any(|known| known == name) {
                    names.push(name.to_string());
                }
            }
        }
    }
    names
}

/// Where names stand that have the form of a machine's, whatever is said around them: `SRV-DB02`, `dc03`, `DESKTOP-8F3KQ2L`.
pub(crate) fn bare(text: &str) -> Vec<Range<usize>> {
    // Each form has a digit or a hyphen.
    if !text.bytes().any(|byte| byte.is_ascii_digit() || byte == b'-') {
        return Vec::new();
    }
    let mut found: Vec<Range<usize>> = BARE.iter().flat_map(|pattern| places(pattern, text)).collect();
    found.sort_by_key(|place| (place.start, std::cmp::Reverse(place.end)));
    // A name may have several of the forms.
    found.dedup_by(|next, before| next.start < before.end);
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn machines_are_named_by_logs_and_forms() {
        assert_eq!(named("Host Name:   PUMP-01\n主机名：泵站\n计算机名: PC7-A\n"), ["PUMP-01", "PC7-A"]);
    }

    #[track_caller]
    fn check_machines(text: &str, expected: &[&str]) {
        assert_eq!(named(text), expected, "of {text}");
    }

    #[test]
    fn machines_are_named_by_sentences_prompts_and_logs() {
        check_machines("The server PUMPHZ7 does not start.", &["PUMPHZ7"]);
        check_machines("on host `pump7` and node pump-8a", &["pump7", "pump-8a"]);
        check_machines("PUMPHZ7 这台机器无法启动，主机 pump8 正常", &["PUMPHZ7", "pump8"]);
        check_machines("服务器名称为 BJ-PUMP", &["BJ-PUMP"]);
        check_machines("Sep 10 10:00:00 pumphouse sshd[17]: Failed password\n", &["pumphouse"]);
        check_machines("[root@pumphouse ~]# mount /data\n", &["pumphouse"]);
        check_machines("Computer: pump7.north.example\n", &["pump7.north.example", "pump7"]);
    }

    #[test]
    fn what_stands_where_machines_do_and_is_none() {
        check_machines("The server is up-to-date. Machines with Windows 10 and SQL2019 servers.", &[]);
        check_machines("server Win2016, host esxi67, Win7 终端，SQL2019 服务器，x64 机器", &[]);
        check_machines("the server fails with 0x80070005; computer KB4474419", &[]);
        check_machines("the server error_log and the host built-in account", &[]);
    }

    #[test]
    fn machines_are_known_by_their_form() {
        let found = |text: &str| bare(text).into_iter().map(|place| text[place].to_string()).collect::<Vec<_>>();
        assert_eq!(found("SRV-DB02 fails on host dc03."), ["SRV-DB02", "dc03"]);
        assert_eq!(found("Event 1001 of db2 on Windows Server 2016, MSI-1603"), Vec::<String>::new());
    }
}
