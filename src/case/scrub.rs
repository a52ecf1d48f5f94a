//! A case's words made fit for an article: the customer, its people, machines and addresses are marked.
//!
//! What is marked is what the case itself names (its customer, the names and addresses of its mails) and what has the form of an
//! address, a number to call or a path of one person. A name that stands nowhere but in running text cannot be known: a person
//! reads the draft.

use std::{collections::BTreeMap, sync::LazyLock};

use aho_corasick::{AhoCorasick, MatchKind};
use regex::Regex;

use crate::text::{
    machine,
    shape::{fixed_pattern, places},
};

/// What was marked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Marked {
    /// The customer.
    Customer,
    /// A person.
    Person,
    /// A machine.
    Host,
    /// A mailbox or network address.
    Address,
    /// A case number.
    Number,
    /// A telephone number.
    Phone,
    /// A user's folder.
    User,
}

impl Marked {
    /// The name in output.
    pub fn name(self) -> &'static str {
        match self {
            Marked::Customer => "customer",
            Marked::Person => "person",
            Marked::Host => "host",
            Marked::Address => "address",
            Marked::Number => "number",
            Marked::Phone => "phone",
            Marked::User => "user",
        }
    }

    fn mark(self, chinese: bool) -> &'static str {
        match (self, chinese) {
            (Marked::Customer, false) => "[customer]",
            (Marked::Person, false) => "[person]",
            (Marked::Host, false) => "[host]",
            (Marked::Address, false) => "[address]",
            (Marked::Number, false) => "[number]",
            (Marked::Phone, false) => "[phone]",
            (Marked::User, false) => "[user]",
            (Marked::Customer, true) => "[客户]",
            (Marked::Person, true) => "[姓名]",
            (Marked::Host, true) => "[主机]",
            (Marked::Address, true) => "[地址]",
            (Marked::Number, true) => "[编号]",
            (Marked::Phone, true) => "[电话]",
            (Marked::User, true) => "[用户]",
        }
    }
}

/// Shortest name that is looked for: a letter or two stand in every text.
const SHORTEST: usize = 3;

/// What has the form of something of one customer, with the group that is marked.
static SHAPES: LazyLock<Vec<(Regex, Marked)>> = LazyLock::new(|| {
    let shapes = [
        (r"(?i)[\w.+-]{1,64}@(?:[a-z0-9-]{1,63}\.){1,8}[a-z]{2,24}", Marked::Address),
        (r"(?i)\b(?:https?|ftp|smb|ldaps?)://(?P<it>[^/\s:<>()]+)", Marked::Host),
        (r"(?:^|[^\w.])(?P<it>\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3})(?:$|[^\w.]|\.(?:$|\s))", Marked::Address),
        (r"\b(?:[0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2}\b", Marked::Address),
        (r"(?:^|[^\\\w:])\\\\(?P<it>[\w.-]{1,63})\\", Marked::Host),
        (r"(?i)[a-z]:\\(?:users|documents and settings)\\(?P<it>[^\\\s]{1,60})", Marked::User),
        (r"/home/(?P<it>[^/\s]{1,60})", Marked::User),
        (r"(?i)(?:[a-z0-9-]{1,63}\.){1,8}(?:local|internal|intranet|corp|lan)\b", Marked::Host),
        (r"(?:^|[^\w.])(?P<it>\+\d{1,3}[ -]?(?:\(?\d{1,5}\)?[ -]?){2,5}\d{2,4})(?:$|\D)", Marked::Phone),
        (r"(?:^|\D)(?P<it>1[3-9]\d{9})(?:$|\D)", Marked::Phone),
    ];
    shapes.into_iter().map(|(pattern, what)| (fixed_pattern(pattern), what)).collect()
});

/// Marks what is the customer's.
pub struct Scrubber {
    finder: Option<AhoCorasick>,
    kinds: Vec<Marked>,
    chinese: bool,
    counts: BTreeMap<Marked, u64>,
}

impl Scrubber {
    /// One for a case: `names` are what the case names, each with what it is; marks are in the language of the case.
    pub fn new(names: impl IntoIterator<Item = (String, Marked)>, chinese: bool) -> Self {
        let mut wanted: Vec<(String, Marked)> = Vec::new();
        for (name, kind) in names {
            let name = name.trim().to_string();
            let long = name.chars().count() >= if name.is_ascii() { SHORTEST } else { 2 };
            if long && !wanted.iter().any(|(other, _)| *other == name) {
                wanted.push((name, kind));
            }
        }
        let patterns = wanted.iter().map(|(name, _)| name);
        let finder =
            AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).ascii_case_insensitive(true).build(patterns);
        let finder = finder.ok().filter(|_| !wanted.is_empty());
        Scrubber { finder, kinds: wanted.into_iter().map(|(_, kind)| kind).collect(), chinese, counts: BTreeMap::new() }
    }

    /// The machines that a text names, see `machine::named`.
    pub fn machines(text: &str) -> Vec<String> {
        machine::named(text)
    }

    /// The text with marks.
    pub fn scrub(&mut self, text: &str) -> String {
        let mut spans: Vec<(usize, usize, Marked)> = Vec::new();
        spans.extend(machine::bare(text).into_iter().map(|place| (place.start, place.end, Marked::Host)));
        for (pattern, kind) in SHAPES.iter() {
            for place in places(pattern, text) {
                if *kind != Marked::Address || !is_version(text, place.start, &text[place.clone()]) {
                    spans.push((place.start, place.end, *kind));
                }
            }
        }
        for found in self.finder.iter().flat_map(|finder| finder.find_iter(text)) {
            let kind = self.kinds[found.pattern().as_usize()];
            let start = if kind == Marked::Host { host_start(text, found.start()) } else { found.start() };
            if is_whole(text, start, found.end()) {
                spans.push((start, found.end(), kind));
            }
        }
        // The longest of those that begin alike, and none within another.
        spans.sort_by_key(|(start, end, _)| (*start, std::cmp::Reverse(*end)));
        let (mut scrubbed, mut at) = (String::with_capacity(text.len()), 0);
        for (start, end, kind) in spans {
            if start < at {
                // What reaches further than the last mark is the customer's too.
                at = at.max(end);
                continue;
            }
            scrubbed.push_str(&text[at..start]);
            scrubbed.push_str(kind.mark(self.chinese));
            *self.counts.entry(kind).or_default() += 1;
            at = end;
        }
        scrubbed.push_str(&text[at..]);
        scrubbed
    }

    /// How often what was marked.
    pub fn counts(&self) -> BTreeMap<&'static str, u64> {
        self.counts.iter().map(|(kind, count)| (kind.name(), *count)).collect()
    }
}

/// Four numbers with dots that are a build and no address.
fn is_version(text: &str, start: usize, number: &str) -> bool {
    let numbers = || number.split('.').map(|part| part.parse::<u32>().unwrap_or(u32::MAX));
    if !number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') {
        return false;
    }
    let before = text[..start].trim_end().to_lowercase();
    numbers().any(|part| part > 255)
        || ["version", "build", "release", "版本"].iter().any(|word| before.ends_with(word))
}

/// Where a machine's name begins of which the end is known: `dc01.north.example.com` by its domain.
fn host_start(text: &str, end: usize) -> usize {
    let before = &text[..end];
    if !before.ends_with('.') {
        return end;
    }
    before.trim_end_matches(|c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_')).len()
}

/// Whether a name is no part of a longer word.
fn is_whole(text: &str, start: usize, end: usize) -> bool {
    let is_word = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    let (first, last) = (text[start..end].chars().next(), text[start..end].chars().next_back());
    let (before, after) = (text[..start].chars().next_back(), text[end..].chars().next());
    !(is_word(first) && is_word(before) || is_word(last) && is_word(after))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let names = [
            ("Blue Fjord Bank", Marked::Customer),
            ("Ann", Marked::Person),
            ("CAS-1", Marked::Number),
            ("pumphouse", Marked::Host),
            ("fjord.example", Marked::Host),
            ("陈伟", Marked::Person),
        ];
        let names = names.map(|(name, kind)| (name.to_string(), kind));
        let mut scrubber = Scrubber::new(names, false);
        assert_eq!(scrubber.scrub(text), expected);
    }

    #[test]
    fn what_the_case_names_is_marked() {
        check(
            "Ann of BLUE FJORD BANK (CAS-1) sees it on PUMPHOUSE",
            "[person] of [customer] ([number]) sees it on [host]",
        );
        check("Annual report, pumphouses", "Annual report, pumphouses");
        check("陈伟您好", "[person]您好");
        check("dc01.north.fjord.example, fjord.example", "[host], [host]");
    }

    #[test]
    fn what_has_the_form_of_an_address_is_marked() {
        check("write to it@corp.example.com or +49 30 1234567", "write to [address] or [phone]");
        check(r"\\filesrv3\share and C:\Users\alee\x.log", r"\\[host]\share and C:\Users\[user]\x.log");
        check("at 10.3.0.7, dc01.north.local, https://wiki.north.example/x", "at [address], [host], https://[host]/x");
        check("13800138000 打来", "[phone] 打来");
    }

    #[test]
    fn codes_and_builds_stay() {
        let text = r"KB4474419 0x80070005 build 10.0.17763.1 version 8.0.1.2 HKLM\SYSTEM\CurrentControlSet krnlmgr.sys";
        check(text, text);
        for text in [
            "ORA-01017 CVE-2024-12345 TIMEOUT-30 web2 app v2 db2 mail 05 sql server 2019 MSI-1603 event 1001",
            r"C:\Windows\WinSxS\amd64_web01\x.dll HKLM\app-01 /var/lib/vm-01/x host: Windows Server 2016",
            "error vm0x80070005 SMTP 550 5.7.1 mailbox cpu01 disk0 eth0 sda1 UTF-8 SHA-256 RFC-5321",
        ] {
            check(text, text);
        }
    }

    #[test]
    fn bare_names_of_machines_are_marked() {
        check("SRV-DB02 无法启动，dc03 正常", "[host] 无法启动，[host] 正常");
        check("bj-wsus01 and BJ-TELLER-07 roll back.", "[host] and [host] roll back.");
        check("on DESKTOP-8F3KQ2L it works", "on [host] it works");
        check("(mail01), appsrv12", "([host]), [host]");
    }
}
