//! The words of all sources and systems, looked for in a case in one pass: one by one they took more time than all articles.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

use super::source::{File, Source};

/// What a word is for.
#[derive(Debug, Clone, Copy)]
enum For {
    /// A source may explain it.
    Source(usize),
    /// A line of a source contains it.
    Shown(usize),
    /// It speaks of a system.
    System(usize),
    /// It tells of something that does not work.
    Trouble,
}

/// The words with what they are for.
struct Finder {
    /// `None` where there are none.
    words: Option<AhoCorasick>,
    is_for: Vec<For>,
}

static FINDER: LazyLock<Finder> = LazyLock::new(|| Finder::of(File::builtin()));

impl Finder {
    fn of(file: &File) -> Finder {
        let mut all: Vec<(For, &String)> = file.trouble.iter().map(|word| (For::Trouble, word)).collect();
        for (number, source) in file.source.iter().enumerate() {
            all.extend(source.words.iter().map(|word| (For::Source(number), word)));
            all.extend(source.shows.iter().map(|word| (For::Shown(number), word)));
        }
        for (number, system) in file.system.iter().enumerate() {
            all.extend(system.words.iter().map(|word| (For::System(number), word)));
        }
        let (is_for, words): (Vec<For>, Vec<&String>) = all.into_iter().unzip();
        Finder { words: AhoCorasick::new(words).ok(), is_for }
    }
}

/// Which of the words what is said has.
#[derive(Debug, Clone, Default)]
pub(in crate::matching) struct Words {
    /// By source how many of the words that it may explain.
    sources: Vec<usize>,
    shown: Vec<bool>,
    systems: Vec<bool>,
    trouble: bool,
}

impl Words {
    /// Those of a text in lower case.
    pub(in crate::matching) fn of(said: &str) -> Words {
        let file = File::builtin();
        let mut found = Words {
            sources: vec![0; file.source.len()],
            shown: vec![false; file.source.len()],
            systems: vec![false; file.system.len()],
            trouble: false,
        };
        let Some(words) = &FINDER.words else { return found };
        // By word where its last place ends, and whether it was found: its places do not overlap.
        let mut ends = vec![(0, false); FINDER.is_for.len()];
        for place in words.find_overlapping_iter(said) {
            let (end, known) = &mut ends[place.pattern().as_usize()];
            if *known || place.start() < *end {
                continue;
            }
            *end = place.end();
            let [word, before, behind] = [&said[place.range()], &said[..place.start()], &said[place.end()..]];
            *known = match FINDER.is_for[place.pattern().as_usize()] {
                For::Source(_) => begins(word, before),
                For::System(_) => begins(word, before) && ends_word(word, behind),
                For::Shown(_) | For::Trouble => true,
            };
        }
        for (is_for, _) in FINDER.is_for.iter().zip(&ends).filter(|(_, (_, known))| *known) {
            match is_for {
                For::Source(number) => found.sources[*number] += 1,
                For::Shown(number) => found.shown[*number] = true,
                For::System(number) => found.systems[*number] = true,
                For::Trouble => found.trouble = true,
            }
        }
        found
    }

    /// How many of the words that a source may explain.
    pub(in crate::matching) fn of_source(&self, source: &Source) -> usize {
        self.sources.get(source.number).copied().unwrap_or(0)
    }

    /// Whether there is what lines of a source contain.
    pub(super) fn shows(&self, source: &Source) -> bool {
        self.shown.get(source.number).copied().unwrap_or(false)
    }

    /// Whether a system, by its number, is spoken of.
    pub(super) fn speaks_of(&self, system: usize) -> bool {
        self.systems.get(system).copied().unwrap_or(false)
    }

    /// Whether something does not work.
    pub(super) fn tell_trouble(&self) -> bool {
        self.trouble
    }
}

/// Whether a word begins where it stands: `database` begins none in `mailboxdatabasecopy`.
fn begins(word: &str, before: &str) -> bool {
    let joins = |c: char| c.is_ascii_alphanumeric();
    !word.starts_with(joins) || !before.ends_with(joins)
}

/// Whether a word ends where it stands; a version may stand at its end: `ubuntu22.04`.
fn ends_word(word: &str, behind: &str) -> bool {
    let letter = |c: char| c.is_ascii_alphabetic();
    !word.ends_with(letter) || !behind.starts_with(letter)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What stands before and behind a word at each of its places, one by one.
    fn places<'t>(text: &'t str, word: &'t str) -> impl Iterator<Item = (&'t str, &'t str)> {
        text.match_indices(word).map(move |(at, _)| (&text[..at], &text[at + word.len()..]))
    }

    #[test]
    fn all_at_once_is_as_one_by_one() {
        let file = File::builtin();
        let mut texts: Vec<String> =
            ["", "ubuntu22.04 的日志", "xno no no", "mailboxdatabasecopy", "Setup fails.\nThe databases are gone"]
                .map(str::to_lowercase)
                .to_vec();
        // Every word alone, within another, and beside the next one.
        let words: Vec<&String> =
            file.source.iter().flat_map(|source| source.words.iter().chain(&source.shows)).collect();
        texts.extend(words.iter().map(|word| format!("x{word} {word}y")));
        texts.extend(words.windows(2).map(|two| format!("{}{} {}", two[0], two[1], two[0])));
        assert!(texts.len() > 100);
        for text in &texts {
            let found = Words::of(text);
            for source in Source::all() {
                let begun = |word: &&String| places(text, word).any(|(before, _)| begins(word, before));
                assert_eq!(
                    found.of_source(source),
                    source.words.iter().filter(begun).count(),
                    "{}: {text}",
                    source.name
                );
                assert_eq!(found.shows(source), source.shows.iter().any(|word| text.contains(word.as_str())), "{text}");
            }
            for (number, system) in file.system.iter().enumerate() {
                let is = |word: &String| {
                    places(text, word).any(|(before, behind)| begins(word, before) && ends_word(word, behind))
                };
                assert_eq!(found.speaks_of(number), system.words.iter().any(is), "{text}");
            }
            assert_eq!(found.tell_trouble(), file.trouble.iter().any(|word| text.contains(word.as_str())), "{text}");
        }
    }
}
