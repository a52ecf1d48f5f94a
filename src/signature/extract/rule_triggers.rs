//! The triggers of the rules beside those of the recognizers: one pass finds both, and the recognizers see what they
//! would see without any rule.
//!
//! The pass takes the longest literal at a place and goes on behind it. So that neither hides the other, it is
//! worked out beforehand which triggers of rules can begin inside each literal.

use std::{collections::HashMap, ops::Range};

use super::{super::rules::RuleSet, trigger};
use crate::text::literals::Head;

/// What the hit of each literal means.
#[derive(Debug, Default)]
pub(super) struct RuleTriggers {
    /// Literals of recognizers; those of rules are numbered behind them.
    natives: usize,
    triggers: Vec<Trigger>,
    /// By number of the literal: where a rule has to be asked.
    inside: Vec<Vec<Inside>>,
    /// By number of the literal: which bytes may stand behind it where one of those goes on.
    behind: Vec<Behind>,
    /// By number behind the natives: the recognizer's literal that the rule's literal begins with, and its length.
    native: Vec<Option<(usize, usize)>>,
}

#[derive(Debug)]
struct Trigger {
    word: String,
    head: Head,
    rules: Vec<usize>,
}

/// Bytes by what is left of them without case and without the bit beyond ASCII.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Behind(u64);

impl Behind {
    const ANY: Behind = Behind(u64::MAX);

    fn bit(byte: u8) -> u64 {
        1 << (byte & 0x1F | byte >> 1 & 0x20)
    }

    /// What may stand behind a literal of that length, so that one of its triggers stands in the text.
    fn new(length: usize, inside: &[Inside], triggers: &[Trigger]) -> Self {
        let bytes = inside.iter().map(|inside| triggers[inside.trigger].word.as_bytes().get(length - inside.offset));
        bytes.fold(Behind(0), |all, byte| byte.map_or(Behind::ANY, |&byte| Behind(all.0 | Self::bit(byte))))
    }

    fn holds(self, byte: Option<u8>) -> bool {
        self == Behind::ANY || byte.is_some_and(|byte| self.0 & Self::bit(byte) != 0)
    }
}

/// A trigger that can begin so many bytes behind the beginning of a literal.
#[derive(Debug, Clone, Copy)]
struct Inside {
    offset: usize,
    trigger: usize,
}

impl RuleTriggers {
    pub(super) fn new(rules: &RuleSet) -> Self {
        let mut places: HashMap<&str, usize> = HashMap::new();
        let mut triggers: Vec<Trigger> = Vec::new();
        for (rule, word) in
            rules.rules().enumerate().flat_map(|(rule, one)| one.triggers().iter().map(move |word| (rule, word)))
        {
            let place = *places.entry(word).or_insert_with(|| {
                triggers.push(Trigger { word: word.clone(), head: Head::new(word), rules: Vec::new() });
                triggers.len() - 1
            });
            triggers[place].rules.push(rule);
        }
        let natives: Vec<String> = trigger::words().map(str::to_ascii_lowercase).collect();
        // Thousands of literals by hundreds of triggers: only those that begin alike are compared.
        let by_first = by_first_byte(triggers.iter().map(|trigger| trigger.word.as_str()));
        let natives_by_first = by_first_byte(natives.iter().map(String::as_str));
        let begins = Beginnings::of(triggers.iter().map(|trigger| trigger.word.as_str()));
        let mut inside: Vec<Vec<Inside>> = Vec::with_capacity(natives.len() + triggers.len());
        for native in &natives {
            let mut within: Vec<Inside> = Vec::new();
            for (offset, &byte) in native.as_bytes().iter().enumerate() {
                let next = native.as_bytes().get(offset + 1).copied();
                if !begins.may(byte, next) {
                    continue;
                }
                let alike = by_first[usize::from(byte)].iter().filter(|one| one.goes_on(next));
                let fitting = alike.filter(|one| fits(native, offset, &triggers[one.number].word));
                within.extend(fitting.map(|one| Inside { offset, trigger: one.number }));
            }
            within.sort_by_key(|inside| (inside.trigger, inside.offset));
            inside.push(within);
        }
        let mut native = Vec::with_capacity(triggers.len());
        for trigger in &triggers {
            let own_first = first_byte(&trigger.word);
            let next = trigger.word.as_bytes().get(1).copied();
            let alike = natives_by_first[own_first].iter().filter(|one| one.goes_on(next));
            let begins = alike.map(|one| (one.number, &natives[one.number]));
            let begins = begins.filter(|(_, word)| trigger.word.starts_with(word.as_str()));
            let first = begins.max_by_key(|(_, word)| word.len());
            native.push(first.map(|(number, word)| (number, word.len())));
            let alike = by_first[own_first].iter().filter(|one| one.goes_on(next));
            let shorter = alike.filter(|one| trigger.word.starts_with(&triggers[one.number].word));
            let mut own: Vec<Inside> = shorter.map(|one| Inside { offset: 0, trigger: one.number }).collect();
            // The pass goes on behind the recognizer's literal: what begins inside that is asked for now.
            let passed = first.and_then(|(number, _)| inside.get(number));
            own.extend(passed.into_iter().flatten().filter(|inside| inside.offset > 0));
            inside.push(own);
        }
        let lengths = natives.iter().map(String::len).chain(triggers.iter().map(|trigger| trigger.word.len()));
        let behind = lengths.zip(&inside).map(|(length, inside)| Behind::new(length, inside, &triggers)).collect();
        RuleTriggers { natives: natives.len(), triggers, inside, behind, native }
    }

    /// The triggers, in the order of their numbers behind the recognizers'.
    pub(super) fn words(&self) -> impl Iterator<Item = &str> {
        self.triggers.iter().map(|trigger| trigger.word.as_str())
    }

    /// Tells of each rule whose trigger begins in the literal found at `start`.
    #[inline]
    pub(super) fn hits(
        &self,
        literal: usize,
        bytes: &[u8],
        place: &Range<usize>,
        mut each: impl FnMut(usize, Range<usize>),
    ) {
        if !self.behind.get(literal).is_some_and(|behind| behind.holds(bytes.get(place.end).copied())) {
            return;
        }
        let start = place.start;
        for inside in self.inside.get(literal).into_iter().flatten() {
            let trigger = &self.triggers[inside.trigger];
            let at = start + inside.offset..start + inside.offset + trigger.word.len();
            let stands = match trigger.head.stands_at(bytes, at.start) {
                Some(stands) if !stands || trigger.head.is_whole() => stands,
                _ => bytes.get(at.clone()).is_some_and(|part| part.eq_ignore_ascii_case(trigger.word.as_bytes())),
            };
            if stands {
                trigger.rules.iter().for_each(|&rule| each(rule, at.clone()));
            }
        }
    }

    /// The recognizer's literal in the literal found at a place, with its place.
    #[inline]
    pub(super) fn native(&self, literal: usize, place: &Range<usize>) -> Option<(usize, Range<usize>)> {
        match literal.checked_sub(self.natives) {
            None => Some((literal, place.clone())),
            Some(number) => {
                let (native, length) = (*self.native.get(number)?)?;
                Some((native, place.start..place.start + length))
            }
        }
    }
}

fn first_byte(word: &str) -> usize {
    word.as_bytes().first().copied().unwrap_or(0).into()
}

/// With which two bytes words begin: hardly any of the places inside literals begins one.
struct Beginnings(Box<[[u64; 4]; 256]>);

impl Beginnings {
    fn of<'w>(words: impl Iterator<Item = &'w str>) -> Self {
        let mut seconds = Box::new([[0; 4]; 256]);
        for word in words {
            let own = &mut seconds[first_byte(word)];
            match word.as_bytes().get(1) {
                Some(&second) => own[usize::from(second >> 6)] |= 1 << (second & 63),
                None => *own = [u64::MAX; 4],
            }
        }
        Beginnings(seconds)
    }

    /// Whether a word may begin with these bytes; no second one: the text ends behind the first.
    fn may(&self, first: u8, second: Option<u8>) -> bool {
        let seconds = &self.0[usize::from(first)];
        match second {
            Some(second) => seconds[usize::from(second >> 6)] >> (second & 63) & 1 == 1,
            None => *seconds != [0; 4],
        }
    }
}

/// A word of those that begin with the same byte.
struct Alike {
    number: usize,
    /// Its second byte, where it has one: it tells most of them apart at no cost.
    second: Option<u8>,
}

impl Alike {
    /// Whether it may stand over a text that goes on with this byte behind the first, or ends there.
    fn goes_on(&self, next: Option<u8>) -> bool {
        self.second.is_none() || next.is_none() || self.second == next
    }
}

/// Words in their order, by the first byte of each.
fn by_first_byte<'w>(words: impl Iterator<Item = &'w str>) -> Vec<Vec<Alike>> {
    let mut lists: Vec<Vec<Alike>> = std::iter::repeat_with(Vec::new).take(256).collect();
    for (number, word) in words.enumerate() {
        lists[first_byte(word)].push(Alike { number, second: word.as_bytes().get(1).copied() });
    }
    lists
}

/// Whether a trigger can begin so far behind the beginning of a literal: what of either lies over the other is equal.
fn fits(literal: &str, offset: usize, word: &str) -> bool {
    let (rest, word) = (&literal.as_bytes()[offset..], word.as_bytes());
    let shared = rest.len().min(word.len());
    // A longer literal would have been found in place of this one.
    rest[..shared] == word[..shared] && (offset > 0 || word.len() <= rest.len())
}
