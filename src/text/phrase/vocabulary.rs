//! Phrases ruled out by what a case says at all, before they are looked for.

use super::{AnalyzedText, Phrase, Word};
use crate::text::terms::Terms;

/// Alternatives of which each is a phrase, ready for many cases.
#[derive(Debug, Clone)]
pub struct Phrases {
    phrases: Vec<Phrase>,
    /// What they ask of a vocabulary, in one row: all articles together have thousands of words, and to go through those of each
    /// phrase from one piece of memory to the next takes longer than to compare them.
    ///
    /// Of each list of words: its length in the row without this number, and of each word how many tokens and concepts it may
    /// begin with, and these.
    asked: Vec<u64>,
}

impl Phrases {
    /// Compiles alternatives.
    pub fn compile(alternatives: &[Vec<String>], terms: &Terms) -> Phrases {
        let phrase = |words: &Vec<String>| Phrase::compile(std::slice::from_ref(words), terms);
        let phrases: Vec<Phrase> = alternatives.iter().map(phrase).collect();
        let mut asked = Vec::new();
        for words in phrases.iter().flat_map(|phrase| &phrase.alternatives) {
            let start = asked.len();
            asked.push(0);
            for Word { firsts, concepts, .. } in words {
                asked.extend([firsts.len() as u64, concepts.len() as u64]);
                asked.extend(firsts);
                asked.extend(concepts.iter().copied().map(u64::from));
            }
            asked[start] = (asked.len() - start - 1) as u64;
        }
        Phrases { phrases, asked }
    }

    /// One phrase for each alternative.
    pub fn phrases(&self) -> &[Phrase] {
        &self.phrases
    }
}

/// What stands in several texts together, so that a phrase that stands in none of them is ruled out at once.
///
/// Of each token a bit is kept: what it rules out stands nowhere, and of the rest a few percent are looked for in vain.
#[derive(Debug, Clone, Default)]
pub struct Vocabulary {
    tokens: Bits,
    concepts: Bits,
}

/// Bits kept for each token.
const BITS: usize = 32;

/// A set of bits by hash.
#[derive(Debug, Clone, Default)]
struct Bits(Vec<u64>);

impl Bits {
    /// Room for so many bits at least.
    fn of(bits: usize) -> Bits {
        Bits(vec![0; bits.div_ceil(u64::BITS as usize).next_power_of_two()])
    }

    fn set(&mut self, hash: u64) {
        let last = self.0.len() - 1;
        self.0[(hash / 64) as usize & last] |= 1 << (hash % 64);
    }

    fn has(&self, hash: u64) -> bool {
        let last = self.0.len().wrapping_sub(1);
        self.0.get((hash / 64) as usize & last).is_some_and(|word| word & 1 << (hash % 64) != 0)
    }
}

impl Vocabulary {
    /// The vocabulary of these texts, all analyzed by the same terms.
    pub fn of<'t>(texts: impl IntoIterator<Item = &'t AnalyzedText>) -> Self {
        let texts: Vec<_> = texts.into_iter().collect();
        let concepts = texts.first().map_or(0, |text| text.terms.len());
        let mut all = Vocabulary {
            tokens: Bits::of(BITS * texts.iter().map(|text| text.tokens.len()).sum::<usize>()),
            concepts: Bits::of(concepts),
        };
        for text in texts {
            text.looked_up().by_text.iter().for_each(|(hash, _)| all.tokens.set(*hash));
            text.concepts.iter().for_each(|found| all.concepts.set(found.concept.into()));
        }
        all
    }

    /// Whether a phrase may stand in one of the texts; `false`: it does not.
    pub fn may_hold(&self, phrase: &Phrase) -> bool {
        let word = |word: &Word| {
            word.firsts.iter().any(|first| self.tokens.has(*first))
                || word.concepts.iter().any(|concept| self.concepts.has((*concept).into()))
        };
        phrase.alternatives.iter().any(|words| words.iter().all(word))
    }

    /// Whether one of these phrases may.
    pub fn may_hold_any(&self, phrases: &Phrases) -> bool {
        let mut rest = phrases.asked.as_slice();
        while let Some((length, behind)) = rest.split_first() {
            let Some((words, next)) = behind.split_at_checked(*length as usize) else { return false };
            if self.may_have_all(words) {
                return true;
            }
            rest = next;
        }
        false
    }

    fn may_have_all(&self, mut words: &[u64]) -> bool {
        while let [tokens, concepts, rest @ ..] = words {
            let Some((tokens, rest)) = rest.split_at_checked(*tokens as usize) else { return false };
            let Some((concepts, rest)) = rest.split_at_checked(*concepts as usize) else { return false };
            if !tokens.iter().any(|one| self.tokens.has(*one)) && !concepts.iter().any(|one| self.concepts.has(*one)) {
                return false;
            }
            words = rest;
        }
        true
    }
}
