//! One rule for case fields, and all rules of a place at once.

use regex::{Regex, RegexSet, RegexSetBuilder};

use super::{Place, REGEX_SIZE};

/// A rule, compiled.
#[derive(Debug)]
pub(super) struct Rule {
    pub(super) places: Vec<Place>,
    pub(super) regex: Regex,
    /// How a number is written in the output.
    pub(super) format: Option<String>,
    /// Whether it fills nothing but the number, which has a digit.
    pub(super) wants_digit: bool,
}

impl Rule {
    /// Whether it may say something of a line, which `has_digit` or not. Most rules match in no line of most mails, and to learn
    /// that alone takes less than to look for what they say.
    pub(super) fn may_fill(&self, line: &str, place: Place, has_digit: bool) -> bool {
        self.places.contains(&place) && (has_digit || !self.wants_digit) && self.regex.is_match(line)
    }
}

/// The rules of one place as one automaton, which tells in one pass over a line the few that match: in 0.13 µs for a subject that
/// takes 1 µs one by one, in 1 µs for a line of a body that takes 5 µs. To make it takes as long as some 4,000 lines one by one.
#[derive(Debug)]
pub(super) struct Together {
    set: RegexSet,
    /// Which rule each pattern of the set is of.
    rules: Vec<usize>,
}

impl Together {
    /// `None` where they are too large together.
    pub(super) fn new(rules: &[Rule], place: Place) -> Option<Self> {
        let here = |number: &usize| rules[*number].places.contains(&place);
        let numbers: Vec<usize> = (0..rules.len()).filter(here).collect();
        let patterns = numbers.iter().map(|number| rules[*number].regex.as_str());
        let set = RegexSetBuilder::new(patterns).size_limit(REGEX_SIZE * numbers.len()).build().ok()?;
        Some(Together { set, rules: numbers })
    }

    /// The numbers of the rules that match in a line, in order.
    pub(super) fn matching(&self, line: &str) -> impl Iterator<Item = usize> {
        self.set.matches(line).into_iter().map(|place| self.rules[place])
    }
}
