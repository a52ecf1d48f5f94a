//! Merging: masked messages that differ in one word, where that word has many values, are one template.
//!
//! Works on distinct masked messages in the order of their text, so neither the order of the log nor how often a
//! line stands in it changes the outcome. Each round costs the number of words; a message is merged at most once a round.

use std::collections::{HashMap, HashSet};

use super::{id::mix, mask::WILD};

/// Different words at one place that make it a variable. With four, the fixed words of a log's few states
/// (`started`, `stopped`, `paused`, `resumed`) become one on the Loghub logs; with eight, names stay apart.
const MANY: usize = 5;

/// Constant words a message needs for its first word to be a variable: `sshd startup succeeded` is too little.
const CONSTANT_AT_FIRST: usize = 4;

/// Rounds: each makes one more word of a message a variable.
const ROUNDS: usize = 8;

/// A masked message, before and after merging.
pub(super) struct Masked<'t> {
    pub text: &'t str,
    /// Failing and sound lines are never merged with each other: a rare failure would drown.
    pub failing: bool,
}

/// The text of each message's template. `messages` are sorted by text and distinct.
pub(super) fn merge(messages: &[Masked<'_>]) -> Vec<String> {
    let mut words: Vec<&str> = vec![WILD];
    let mut known: HashMap<&str, u32> = HashMap::from([(WILD, 0)]);
    let mut forms: Vec<Form> = Vec::with_capacity(messages.len());
    for message in messages {
        let word = |word| {
            *known.entry(word).or_insert_with(|| {
                words.push(word);
                u32::try_from(words.len() - 1).expect("fewer words than the bytes that a miner keeps")
            })
        };
        forms.push(Form { words: message.text.split(' ').map(word).collect(), failing: message.failing });
    }
    for _ in 0..ROUNDS {
        if !round(&mut forms, &words) {
            break;
        }
    }
    forms.iter().map(|form| form.words.iter().map(|word| words[*word as usize]).collect::<Vec<_>>().join(" ")).collect()
}

/// A message's words by number.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Form {
    words: Vec<u32>,
    failing: bool,
}

/// Forms that are alike but for one place.
struct Alike {
    place: usize,
    /// Positions in the list of distinct forms, rising.
    members: Vec<usize>,
}

/// Merges what is alike; whether anything was.
fn round(forms: &mut [Form], words: &[&str]) -> bool {
    let mut seen = HashSet::new();
    let distinct: Vec<Form> = forms.iter().filter(|form| seen.insert(*form)).cloned().collect();
    let mut groups = alike(&distinct);
    groups.retain(|group| is_variable(group, &distinct, words));
    // The largest first: what varies most is least likely to be a word of the message.
    groups.sort_by_key(|group| (std::cmp::Reverse(group.members.len()), group.members[0], group.place));
    let mut merged: HashMap<&Form, usize> = HashMap::new();
    for group in &groups {
        if group.members.iter().all(|member| !merged.contains_key(&distinct[*member])) {
            merged.extend(group.members.iter().map(|member| (&distinct[*member], group.place)));
        }
    }
    for form in forms.iter_mut() {
        if let Some(place) = merged.get(form) {
            form.words[*place] = 0;
        }
    }
    !merged.is_empty()
}

/// Groups of at least two forms that differ in one place alone.
fn alike(forms: &[Form]) -> Vec<Alike> {
    let term = |place: usize, word: u32| mix((place as u64) << 32 | u64::from(word));
    let mut places = Vec::new();
    for (number, form) in forms.iter().enumerate() {
        // The sum of its words without the one at a place, so that each place costs one step.
        let seed = mix(u64::MAX - ((form.words.len() as u64) << 1 | u64::from(form.failing)));
        let sum = form.words.iter().enumerate().fold(seed, |sum, (place, word)| sum.wrapping_add(term(place, *word)));
        if form.words.len() > 1 {
            places.extend(
                form.words
                    .iter()
                    .enumerate()
                    .map(|(place, word)| (mix(sum.wrapping_sub(term(place, *word))), place, number)),
            );
        }
    }
    places.sort_unstable();
    places
        .chunk_by(|left, right| (left.0, left.1) == (right.0, right.1))
        .filter(|chunk| chunk.len() > 1)
        .map(|chunk| Alike { place: chunk[0].1, members: chunk.iter().map(|(.., number)| *number).collect() })
        .collect()
}

/// Whether the place in which a group differs is a variable.
fn is_variable(group: &Alike, forms: &[Form], words: &[&str]) -> bool {
    let values: Vec<&str> =
        group.members.iter().map(|member| words[forms[*member].words[group.place] as usize]).collect();
    let first = &forms[group.members[0]].words;
    let constant = first
        .iter()
        .enumerate()
        .filter(|(place, word)| *place != group.place && is_constant(words[**word as usize]))
        .count();
    let known = values.iter().any(|value| bare(value) == WILD) || same_key(&values) || same_shape(&values);
    let many = values.len() >= MANY;
    known && constant >= 2 || many && constant >= if group.place == 0 { CONSTANT_AT_FIRST } else { 1 }
}

fn is_constant(word: &str) -> bool {
    word.chars().any(char::is_alphabetic)
}

/// A word without the punctuation around it.
fn bare(word: &str) -> &str {
    word.trim_matches(|c: char| c.is_ascii_punctuation() && !WILD.contains(c))
}

/// `ws=null`, `ws=Source{<*>}`: values of one key, one of them with a variable in it.
fn same_key(values: &[&str]) -> bool {
    let key = |value: &str| value.split_once('=').map(|(key, _)| key.to_owned());
    let first = key(values[0]);
    first.is_some() && values.iter().all(|value| key(value) == first) && values.iter().any(|value| value.contains(WILD))
}

/// `chdir(<*>)`, `chdir(home)`: one has a variable where the others have a word, behind the same beginning.
fn same_shape(values: &[&str]) -> bool {
    values.iter().filter_map(|value| value.split_once(WILD)).any(|(before, after)| {
        before.ends_with(['=', '(', ':', '[', '{', '"', '\'', '/'])
            && values.iter().all(|value| {
                value.len() >= before.len() + after.len() && value.starts_with(before) && value.ends_with(after)
            })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(texts: &[&str], expected: &[&str]) {
        let mut sorted = texts.to_vec();
        sorted.sort_unstable();
        let messages: Vec<Masked<'_>> = sorted.iter().map(|text| Masked { text, failing: false }).collect();
        let mut merged = merge(&messages);
        merged.dedup();
        assert_eq!(merged, expected, "of {texts:?}");
    }

    #[test]
    fn many_words_at_one_place_are_a_variable() {
        check(
            &["removing ftp", "removing echo", "removing time", "removing login", "removing shell"],
            &["removing <*>"],
        );
    }

    #[test]
    fn few_words_are_words() {
        check(&["disk opened", "disk closed"], &["disk closed", "disk opened"]);
    }

    #[test]
    fn first_words_need_company() {
        let few = ["a is up", "b is up", "c is up", "d is up", "e is up"];
        check(&few, &few);
        let long: Vec<String> = few.iter().map(|text| format!("{text} and takes requests")).collect();
        check(&long.iter().map(String::as_str).collect::<Vec<_>>(), &["<*> is up and takes requests"]);
    }

    #[test]
    fn places_known_to_vary_take_any_word() {
        check(&["synchronized to <*> again", "synchronized to LOCAL again"], &["synchronized to <*> again"]);
        check(&["chdir(<*>) failed now", "chdir(home) failed now"], &["<*> failed now"]);
        check(&["lock ws=null taken", "lock ws=Source{<*>} taken"], &["lock <*> taken"]);
    }

    #[test]
    fn two_places_vary() {
        let names = ["a", "b", "c", "d", "e"];
        let texts: Vec<String> =
            names.iter().flat_map(|x| names.iter().map(move |y| format!("move {x} to {y} now"))).collect();
        check(&texts.iter().map(String::as_str).collect::<Vec<_>>(), &["move <*> to <*> now"]);
    }

    #[test]
    fn failures_do_not_drown() {
        let texts = ["job copy ended", "job dump ended", "job lost ended", "job move ended", "job sort ended"];
        let merged = merge(&texts.map(|text| Masked { text, failing: text.contains("lost") }));
        assert_eq!(merged[2], "job lost ended");
    }
}
