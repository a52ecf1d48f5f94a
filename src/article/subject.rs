//! Subjects: how people and machines speak of well-known errors, for articles that only name them.
//!
//! A vendor's article is often no more than the name of an error with a dry definition, while a mail tells what somebody
//! saw. `kb/subjects/*.toml` says for each well-known error how it is spoken of, in English and Chinese, and what programs
//! print beside it. An imported article takes the words of the subjects that its title names ([`Subjects::of`]).

use std::{
    collections::{HashMap, HashSet},
    sync::LazyLock,
};

use serde::Deserialize;

include!(concat!(env!("OUT_DIR"), "/subjects.rs"));

static BUILTIN: LazyLock<Subjects> =
    LazyLock::new(|| Subjects::new(FILES.iter().filter_map(|(_, text)| toml::from_str::<File>(text).ok())));

/// Subjects that one title names: more make a list, which is about none of them.
const MOST: usize = 3;
/// Words of a title that are joined to look for a key. A Chinese character is a word.
const LONGEST: usize = 24;
/// Letters and digits from which a key is one: shorter ones stand in any title.
const SHORTEST: usize = 4;
/// The same for one in Chinese characters.
const SHORTEST_HAN: usize = 2;

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

/// A table of subjects.
#[derive(Debug, Default)]
pub struct Subjects {
    all: Vec<Subject>,
    /// The subjects of a key, as [`words`] joins it.
    keys: HashMap<String, Vec<usize>>,
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
            for key in subject.about.iter().map(|about| words(about).concat()).filter(|key| is_key(key)) {
                let numbers = subjects.keys.entry(key).or_default();
                if numbers.last() != Some(&number) {
                    numbers.push(number);
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
        let words = words(title);
        let mut found: Vec<usize> = Vec::new();
        let mut at = 0;
        while at < words.len() {
            let ends = (at + 1..=words.len().min(at + LONGEST)).rev();
            let named = ends.map(|end| (end, words[at..end].concat())).find_map(|(end, key)| {
                let numbers = self.keys.get(&key)?;
                Some((end, numbers))
            });
            match named {
                Some((end, numbers)) => {
                    found.extend(numbers);
                    at = end;
                }
                None => at += 1,
            }
        }
        let mut seen = HashSet::new();
        found.retain(|number| seen.insert(*number));
        if found.len() > MOST { Vec::new() } else { found }
    }
}

/// Whether joined words can be a key.
fn is_key(key: &str) -> bool {
    let shortest = if key.chars().any(is_han) { SHORTEST_HAN } else { SHORTEST };
    key.chars().count() >= shortest
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
            about = ["DiskFull"]
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
        assert_eq!(first("Disk Full").as_deref(), Some("nothing left"));
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

    #[test]
    fn the_built_in_table_is_whole() {
        for (name, text) in FILES {
            let file: File = toml::from_str(text).unwrap_or_else(|error| panic!("{name}: {error}"));
            for subject in file.subject {
                assert!(!subject.about.is_empty(), "{name}: {subject:?}");
                assert!(!subject.en.is_empty() && !subject.zh.is_empty(), "{name}: {:?}", subject.about);
                let keys = subject.about.iter().filter(|about| is_key(&words(about).concat())).count();
                assert!(keys > 0, "{name}: {:?}", subject.about);
                assert!(subject.phrases().all(|phrase| !phrase.trim().is_empty()), "{name}: {:?}", subject.about);
            }
        }
    }
}
