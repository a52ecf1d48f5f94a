//! What customers may not read: machines, hosts and addresses of one network, and words that the settings name.

use std::{ops::Range, sync::LazyLock};

use aho_corasick::AhoCorasick;
use regex::Regex;

use super::{Findings, LintRule};
use crate::{
    article::Article,
    text::{
        machine,
        shape::{fixed_pattern, places},
    },
};

/// Names that lead nowhere outside of one network, private addresses (RFC 1918), servers of shares, mailboxes.
/// Each with a character that every such place has: most lines have none of them.
static SHAPES: LazyLock<Vec<(char, Regex, &str)>> = LazyLock::new(|| {
    let shapes = [
        (
            '.',
            r"(?i)(?:^|[^\w./\\@*-])(?P<it>(?:[a-z0-9-]{1,63}\.){1,8}(?:local|internal|intranet|intra|corp|lan|localdomain))(?:$|[^\w.-]|\.(?:$|\W))",
            "a host of one network",
        ),
        (
            '.',
            r"(?:^|[^\w.])(?P<it>(?:10\.\d{1,3}|192\.168|172\.(?:1[6-9]|2\d|3[01]))\.\d{1,3}\.\d{1,3})(?:$|[^\w./]|\.(?:$|\s))",
            "an address of one network (documents have 192.0.2.1, RFC 5737)",
        ),
        ('\\', r"(?:^|[^\w\\:])\\\\(?P<it>[A-Za-z0-9][\w.-]{0,62})\\[A-Za-z0-9]", "a server of one network"),
        (
            '@',
            r"(?i)(?:^|[^\w.+/:-])(?P<it>[\w.+-]{1,64}@(?:[a-z0-9-]{1,63}\.){1,8}[a-z]{2,24})(?:$|[^\w-])",
            "somebody's mailbox",
        ),
    ];
    let shapes = shapes.into_iter();
    shapes.map(|(has, pattern, what)| (has, fixed_pattern(pattern), what)).collect()
});

/// Parts of names that documents use for nobody's (RFC 2606, and vendors' own).
const NOBODYS: &[&str] = &["example", "contoso", "fabrikam", "adatum", "invalid", "test", "domain"];

/// Names of machines that stand for any: `\\server\share`.
const ANY_SERVER: &[&str] = &[
    "server",
    "servername",
    "host",
    "hostname",
    "computer",
    "computername",
    "fileserver",
    "localhost",
    "remote",
    "dc",
    "nas",
];

/// Names that end like those of one network and are the same everywhere.
const EVERYWHERE: &[&str] =
    &["cluster.local", "localhost.localdomain", "rc.local", "hosts.local", "metadata.google.internal"];

/// Words before a number with dots that make it a version.
const VERSION: &[&str] = &["version", "release", "build", "oracle", "版本", "版", " v"];

/// Finds what is for the own team alone.
pub(super) struct Words<'a> {
    words: &'a [String],
    finder: Option<AhoCorasick>,
}

impl<'a> Words<'a> {
    pub(super) fn new(words: &'a [String]) -> Self {
        let finder = AhoCorasick::builder().ascii_case_insensitive(true).build(words).ok();
        Words { words, finder: finder.filter(|_| !words.is_empty()) }
    }

    pub(super) fn check(&self, article: &Article, found: &mut Findings<'_>) {
        self.check_line(article.line_of("title"), &article.title, found);
        for section in article.sections.iter().filter(|section| section.audience.is_customer()) {
            for (line, text) in (section.text_line..).zip(section.text.lines()) {
                self.check_line(line, text, found);
            }
        }
    }

    fn check_line(&self, line: u64, text: &str, found: &mut Findings<'_>) {
        for hit in self.finder.iter().flat_map(|finder| finder.find_iter(text)) {
            let word = &self.words[hit.pattern().as_usize()];
            if !word.is_empty() {
                let message =
                    format!("`{word}` is not for customers; leave it out, or mark the section `audience: internal`");
                found.line(line, LintRule::Internal, message);
            }
        }
        let mut seen: Vec<Range<usize>> = Vec::new();
        let possible = SHAPES.iter().filter(|(has, ..)| text.contains(*has));
        let shaped = possible.flat_map(|(_, pattern, what)| places(pattern, text).into_iter().map(|at| (at, *what)));
        let machines = machine::bare(text).into_iter().map(|at| (at, "the name of a machine"));
        for (place, what) in shaped.chain(machines) {
            let hit = &text[place.clone()];
            // A name within an address is told with it.
            let is_told = seen.iter().any(|other| other.start < place.end && place.start < other.end);
            if !is_told && !is_nobodys(hit, &text[..place.start]) && !is_first_of_any(hit) {
                found.line(line, LintRule::Internal, format!("`{hit}` is {what}; customers do not need it"));
            }
            seen.push(place);
        }
    }
}

/// Whether a name is what documents call the first or second machine of a sort: `dc01`, `nas1`, `web-02`.
fn is_first_of_any(name: &str) -> bool {
    let number = name.trim_start_matches(|c: char| c.is_ascii_alphabetic()).trim_start_matches(['-', '_']);
    number.len() < name.len() && matches!(number, "0" | "1" | "2" | "01" | "02" | "001" | "002")
}

fn is_nobodys(name: &str, before: &str) -> bool {
    let name = name.to_lowercase();
    let labels = || name.split(['.', '@']);
    if name.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') {
        let numbers: Vec<u32> = labels().filter_map(|part| part.parse().ok()).collect();
        let before = before.to_lowercase();
        let before = before.trim_end();
        return numbers.iter().any(|number| *number > 255)
            || numbers.last() == Some(&0)
            || VERSION.iter().any(|word| before.ends_with(word.trim_start()));
    }
    labels().any(|label| NOBODYS.contains(&label))
        || ANY_SERVER.contains(&name.as_str())
        || EVERYWHERE
            .iter()
            .any(|known| name == *known || name.strip_suffix(known).is_some_and(|rest| rest.ends_with('.')))
}
