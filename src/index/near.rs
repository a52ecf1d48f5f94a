//! Words that differ from one by a few letters, found in a dictionary without reading it whole.

use tantivy_fst::Automaton;

use crate::text::slips::slips;

/// Longest word that is compared, in bytes: a longer one is no word.
const LONGEST: usize = 40;

/// Accepts the words that are at most so many bytes away from one: one more, one less, another one, or two that changed places
/// (optimal string alignment). The dictionary is walked only where a word can still be near.
#[derive(Debug)]
pub(super) struct Near<'w> {
    word: &'w [u8],
    most: u8,
}

/// What was read of a word: how far it is from each beginning of the other.
#[derive(Debug, Clone, Copy)]
pub(super) struct Distances {
    row: [u8; LONGEST + 1],
    before: [u8; LONGEST + 1],
    last: u8,
}

impl<'w> Near<'w> {
    /// `None` for a word that is too long to be one.
    pub(super) fn new(word: &'w str, most: u8) -> Option<Self> {
        (word.len() <= LONGEST).then_some(Near { word: word.as_bytes(), most })
    }
}

impl Automaton for Near<'_> {
    type State = Distances;

    fn start(&self) -> Distances {
        let row = std::array::from_fn(|at| u8::try_from(at).unwrap_or(u8::MAX));
        Distances { row, before: row, last: 0 }
    }

    fn is_match(&self, state: &Distances) -> bool {
        state.row[self.word.len()] <= self.most
    }

    fn can_match(&self, state: &Distances) -> bool {
        state.row[..=self.word.len()].iter().any(|apart| *apart <= self.most)
    }

    fn accept(&self, state: &Distances, byte: u8) -> Distances {
        let mut next = Distances { row: state.row, before: state.row, last: byte };
        next.row[0] = state.row[0].saturating_add(1);
        for (at, own) in self.word.iter().enumerate() {
            let other = state.row[at].saturating_add(u8::from(*own != byte));
            let mut least = other.min(state.row[at + 1].saturating_add(1)).min(next.row[at].saturating_add(1));
            if at > 0 && *own == state.last && self.word[at - 1] == byte {
                least = least.min(state.before[at - 1].saturating_add(1));
            }
            next.row[at + 1] = least;
        }
        next
    }
}

/// How many letters differ: one more, one less, another one, or two that changed places; `None`: more than `most`.
pub fn letters_apart(one: &str, other: &str, most: usize) -> Option<usize> {
    let (a, b): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    slips(&a, &b, most, char::eq)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_that_differ_are_counted() {
        let of = |a: &str, b: &str| letters_apart(a, b, 2);
        assert_eq!(of("spooler", "spooler"), Some(0));
        assert_eq!(of("spoler", "spooler"), Some(1));
        assert_eq!(of("spoolre", "spooler"), Some(1));
        assert_eq!(of("spolre", "spooler"), Some(2));
        assert_eq!(of("spool", "printer"), None);
        assert_eq!(of("", "ab"), Some(2));
    }

    proptest::proptest! {
        #[test]
        fn the_walk_accepts_what_is_near(one in "[abc]{0,7}", other in "[abc]{0,7}", most in 0u8..3) {
            let near = Near::new(&one, most).unwrap();
            let end = other.bytes().fold(near.start(), |state, byte| near.accept(&state, byte));
            let apart = letters_apart(&one, &other, most.into());
            proptest::prop_assert_eq!(near.is_match(&end), apart.is_some());
            proptest::prop_assert!(!near.is_match(&end) || near.can_match(&end));
        }
    }
}
