//! Subjects: how people and machines speak of well-known errors, for articles that only name them.
//!
//! A vendor's article is often no more than the name of an error with a dry definition, while a mail tells what somebody
//! saw. `kb/subjects/*.toml` says for each well-known error how it is spoken of, in English and Chinese, and what programs
//! print beside it. An imported article takes the words of the subjects that its title names ([`Subjects::of`]).

use std::{
    collections::{HashMap, HashSet},
    ops::Range,
    sync::LazyLock,
};

use serde::Deserialize;

include!(concat!(env!("OUT_DIR"), "/subjects.rs"));

static BUILTIN: LazyLock<Subjects> =
    LazyLock::new(|| Subjects::new(FILES.iter().filter_map(|(_, text)| toml::from_str::<File>(text).ok())));

/// Names in one title: more make a list, which is about none of them.
const MOST: usize = 3;
/// Words of a title that are joined to look for a key. A Chinese character is a word.
const LONGEST: usize = 24;
/// Chinese characters from which a name is one anywhere.
const HAN: usize = 3;
/// Words from which a name of letters is one anywhere: fewer stand in any title by chance.
const WORDS: usize = 3;
/// Digits from which a number is a code.
const DIGITS: usize = 3;
/// Digits from which a number alone is a code: the decimal form of an HRESULT, or its hexadecimal one without `0x`.
const LONG_NUMBER: usize = 8;
/// Words and characters that a title may have besides a name and be about nothing else.
const BESIDE: &[&str] = &[
    "a",
    "alert",
    "alerts",
    "bug",
    "bugcheck",
    "check",
    "code",
    "critical",
    "deprecated",
    "error",
    "how",
    "in",
    "issue",
    "issues",
    "of",
    "on",
    "problem",
    "problems",
    "runbook",
    "stop",
    "the",
    "to",
    "troubleshoot",
    "troubleshooting",
    "warning",
    "tidb",
    "告",
    "警",
    "错",
    "误",
    "故",
    "障",
    "处",
    "理",
    "排",
    "查",
    "问",
    "题",
    "常",
    "见",
    "解",
    "决",
    "方",
    "法",
    "的",
    "诊",
    "断",
];
/// What makes a number of one to three hexadecimal digits a stop code.
const STOP: &[&str] = &["stop", "bugcheck", "bug", "bsod", "蓝", "停"];

/// A well-known error and how it is spoken of.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Subject {
    /// Names and codes by which a title names it.
    pub about: Vec<String>,
    /// How people speak of it in English.
    pub en: Vec<String>,
    /// How people speak of it in Chinese.
    pub zh: Vec<String>,
    /// What programs print beside it.
    #[serde(default)]
    pub says: Vec<String>,
}

impl Subject {
    /// All that is said of it.
    pub fn phrases(&self) -> impl Iterator<Item = &str> {
        self.en.iter().chain(&self.zh).chain(&self.says).map(String::as_str)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    subject: Vec<Subject>,
}

/// Where in a title a key names its subject.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Anywhere.
    Anywhere,
    /// Where it is written as one identifier, or as [`Place::Whole`].
    Identifier,
    /// Where nothing else is said: everyday words.
    Whole,
    /// Where the title speaks of stop codes.
    StopCode,
}

/// A table of subjects.
#[derive(Debug, Default)]
pub struct Subjects {
    all: Vec<Subject>,
    /// The subjects of a key, as [`words`] joins it.
    keys: HashMap<String, Vec<(usize, Place)>>,
}

impl Subjects {
    /// The built-in ones.
    pub fn builtin() -> &'static Subjects {
        &BUILTIN
    }

    fn new(files: impl Iterator<Item = File>) -> Subjects {
        let mut subjects = Subjects::default();
        for subject in files.flat_map(|file| file.subject) {
            let number = subjects.all.len();
            for (about, place) in subject.about.iter().filter_map(|about| Some((about, place(about)?))) {
                let numbers = subjects.keys.entry(words(about).concat()).or_default();
                if numbers.last().is_none_or(|(last, _)| *last != number) {
                    numbers.push((number, place));
                }
            }
            subjects.all.push(subject);
        }
        subjects
    }

    /// All of them.
    pub fn all(&self) -> &[Subject] {
        &self.all
    }

    /// How one is spoken of; nothing where there is none of that number.
    pub fn phrases(&self, number: usize) -> impl Iterator<Item = &str> {
        self.all.get(number).into_iter().flat_map(Subject::phrases)
    }

    /// The numbers of the subjects that a title names, the longest name at each place, in the order of the title; none where
    /// it is a list.
    pub fn of(&self, title: &str) -> Vec<usize> {
        let title = Title::new(title);
        let (mut found, mut names, mut at) = (Vec::new(), 0, 0);
        while at < title.words.len() {
            let mut ends = (at + 1..=title.words.len().min(at + LONGEST)).rev();
            let named = ends.find_map(|end| {
                let numbers = self.keys.get(&title.words[at..end].concat())?;
                let numbers = numbers.iter().filter(|(_, place)| title.allows(*place, at..end));
                let numbers: Vec<usize> = numbers.map(|(number, _)| *number).collect();
                (!numbers.is_empty()).then_some((end, numbers))
            });
            match named {
                Some((end, numbers)) => {
                    let known = found.len();
                    for number in numbers {
                        if !found.contains(&number) {
                            found.push(number);
                        }
                    }
                    names += usize::from(found.len() > known);
                    at = end;
                }
                None => at += 1,
            }
            if names > MOST {
                return Vec::new();
            }
        }
        found
    }
}

/// A title in words.
struct Title {
    words: Vec<String>,
    /// Which words are one identifier together.
    identifiers: HashSet<(usize, usize)>,
    /// How many of the first words, and how many of the last, only go beside a name.
    beside: (usize, usize),
    /// It speaks of stop codes.
    stop: bool,
}

impl Title {
    fn new(title: &str) -> Title {
        let (mut all, mut identifiers) = (Vec::new(), HashSet::new());
        for token in title.split(|c: char| !c.is_alphanumeric() && c != '_') {
            let begin = all.len();
            all.append(&mut words(token));
            if parts(token) > 1 {
                identifiers.insert((begin, all.len()));
            }
        }
        let is_beside = |word: &&String| BESIDE.contains(&word.as_str());
        let beside = (all.iter().take_while(is_beside).count(), all.iter().rev().take_while(is_beside).count());
        let stop = all.iter().any(|word| STOP.contains(&word.as_str()));
        Title { words: all, identifiers, beside, stop }
    }

    /// Whether a key may name its subject at these words.
    fn allows(&self, place: Place, span: Range<usize>) -> bool {
        let whole = span.start <= self.beside.0 && self.words.len() - span.end <= self.beside.1;
        match place {
            Place::Anywhere => true,
            Place::Identifier => whole || self.identifiers.contains(&(span.start, span.end)),
            Place::Whole => whole,
            Place::StopCode => self.stop,
        }
    }
}

/// Where in a title a name stands for its subject; `None`: nowhere, as a short number, which may be anything.
fn place(about: &str) -> Option<Place> {
    let words = words(about);
    let han = about.chars().filter(|c| is_han(*c)).count();
    let digits = |word: &str| word.bytes().filter(u8::is_ascii_digit).count();
    let is_number = |word: &&String| word.bytes().all(|byte| byte.is_ascii_digit());
    match words.as_slice() {
        [] => None,
        _ if han >= HAN => Some(Place::Anywhere),
        _ if han > 0 => Some(Place::Whole),
        [code] if code.starts_with("0x") && code.bytes().skip(2).all(|byte| byte.is_ascii_hexdigit()) => {
            Some(if code.len() > 2 + DIGITS { Place::Anywhere } else { Place::StopCode })
        }
        [number] if is_number(&number) => (number.len() >= LONG_NUMBER).then_some(Place::Anywhere),
        // `ORA-12514`, `TiDB 9005`: a number of a product. `error 1642` is one of any.
        words if words.iter().any(|word| digits(word) >= DIGITS) => {
            let owned = words.iter().any(|word| !is_number(&word) && !BESIDE.contains(&word.as_str()));
            Some(if owned { Place::Anywhere } else { Place::Whole })
        }
        words if words.len() >= WORDS || parts(about) >= WORDS => Some(Place::Anywhere),
        _ if parts(about) > 1 => Some(Place::Identifier),
        _ => Some(Place::Whole),
    }
}

/// Parts of an identifier: `KubeJobFailed` has three, `FILE_SYSTEM` two, `Watchdog` and what is none has one.
fn parts(token: &str) -> usize {
    if token.contains(char::is_whitespace) {
        return 1;
    }
    let bytes = token.as_bytes();
    let humps = bytes.windows(2).filter(|two| two[0].is_ascii_lowercase() && two[1].is_ascii_uppercase()).count();
    let joints = bytes.windows(3).filter(|three| three[1] == b'_' && three[0] != b'_' && three[2] != b'_').count();
    1 + humps + joints
}

/// The words of a name in lower case: runs of letters and digits, each Chinese character, codes without leading zeros.
fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut in_word = false;
    for c in name.chars().flat_map(char::to_lowercase) {
        match c.is_alphanumeric() {
            true if is_han(c) => {
                words.push(c.to_string());
                in_word = false;
            }
            true => {
                match words.last_mut().filter(|_| in_word) {
                    Some(word) => word.push(c),
                    None => words.push(c.to_string()),
                }
                in_word = true;
            }
            false => in_word = false,
        }
    }
    for word in &mut words {
        if let Some(digits) = word.strip_prefix("0x").map(|digits| digits.trim_start_matches('0')) {
            *word = format!("0x{digits}");
        }
    }
    words
}

fn is_han(c: char) -> bool {
    ('\u{3400}'..='\u{9FFF}').contains(&c)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn subjects() -> Subjects {
        let text = r#"
            [[subject]]
            about = ["0xEA", "THREAD_STUCK_IN_DEVICE_DRIVER"]
            en = ["display driver hangs"]
            zh = ["显卡驱动卡死"]

            [[subject]]
            about = ["DiskFullNow"]
            en = ["nothing left"]
            zh = ["磁盘满"]

            [[subject]]
            about = ["DiskFullSoon", "磁盘将满"]
            en = ["fills up"]
            zh = ["快满了"]
            says = ["predict_linear"]
        "#;
        Subjects::new([toml::from_str::<File>(text).unwrap()].into_iter())
    }

    #[test]
    fn a_title_names_its_subject_as_vendors_write_it() {
        let subjects = subjects();
        let first = |title: &str| subjects.of(title).first().map(|number| subjects.all()[*number].en[0].clone());
        for title in
            ["Bug Check 0xEA: THREAD_STUCK_IN_DEVICE_DRIVER", "Stop 0x000000ea", "Thread stuck in device driver"]
        {
            assert_eq!(first(title).as_deref(), Some("display driver hangs"), "{title}");
        }
        assert_eq!(first("Disk full now").as_deref(), Some("nothing left"));
        // The longest name at a place stands.
        assert_eq!(subjects.of("Disk Full Soon (warning)").len(), 1);
        assert_eq!(first("节点磁盘将满的处理").as_deref(), Some("fills up"));
        assert_eq!(first("A full disk"), None);
        assert_eq!(first("0xEA00"), None);
    }

    #[test]
    fn hostile_titles_end() {
        let title = "0x ".repeat(20_000) + &"磁".repeat(20_000);
        assert!(subjects().of(&title).is_empty());
    }

    /// Titles of other things, in which the words of well-known errors stand by chance.
    #[test]
    fn everyday_titles_name_nothing() {
        for title in [
            "File system almost full on node",
            "VPN client: authentication failed",
            "Invalid password when unlocking BitLocker",
            "Connection failure to print server",
            "Recovering a deleted mailbox",
            "Duplicate entry in contact list",
            "Exchange CU upgrade failed",
            "Reboot required after installing agent",
            "Update available: agent 4.2",
            "Memory management in Redis",
            "Registry error after restore",
            "Setup failure of the scanner",
            "Security system log full",
            "Cache manager tuning",
            "Slow query in the billing report",
            "Watchdog timeout of the UPS",
            "Event ID 9006 in Exchange",
            "Invoice 53300",
            "Error 0x5: access denied",
            "Printer offline after the move",
            "打印机脱机",
            "How to ask for a new badge",
        ] {
            let named = Subjects::builtin().of(title);
            let named: Vec<&str> =
                named.iter().map(|number| Subjects::builtin().all()[*number].about[0].as_str()).collect();
            assert!(named.is_empty(), "{title}: {named:?}");
        }
    }

    #[test]
    fn titles_of_vendors_name_theirs() {
        for (title, about) in [
            ("Info Inhibitor", "InfoInhibitor"),
            ("Watchdog", "Watchdog"),
            ("Alert: KubeletDown (critical)", "KubeletDown"),
            ("What to do at TargetDown in a test cluster", "TargetDown"),
            ("Stop error 0x0000000A", "0xA"),
            ("蓝屏 0x0000000A 的处理", "0xA"),
            ("etcdMembersDown and etcdNoLeader", "etcdMembersDown"),
            ("FILE_SYSTEM (22)", "0x22"),
        ] {
            let named = Subjects::builtin().of(title);
            let abouts: Vec<&String> =
                named.iter().flat_map(|number| &Subjects::builtin().all()[*number].about).collect();
            assert!(abouts.iter().any(|one| *one == about), "{title}: {abouts:?}");
        }
    }

    #[test]
    fn the_built_in_table_is_whole() {
        for (name, text) in FILES {
            let file: File = toml::from_str(text).unwrap_or_else(|error| panic!("{name}: {error}"));
            for subject in file.subject {
                assert!(!subject.about.is_empty(), "{name}: {subject:?}");
                assert!(!subject.en.is_empty() && !subject.zh.is_empty(), "{name}: {:?}", subject.about);
                for about in &subject.about {
                    assert!(place(about).is_some(), "{name}: `{about}` names nothing");
                }
                assert!(subject.phrases().all(|phrase| !phrase.trim().is_empty()), "{name}: {:?}", subject.about);
            }
        }
    }
}
