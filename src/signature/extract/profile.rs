//! Who looks how often, for how long, and with what result: a scan that watches itself.
//!
//! The ordinary scan has a probe that does nothing, and of which nothing is left when it is compiled.

use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

use super::{recognizer::Recognizer, trigger};

/// Who looked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Looked {
    /// The recognizer of this trigger, by the trigger's number.
    Recognizer(usize),
    /// This rule, by its place in the rule set.
    Rule(usize),
}

/// Is told of each look of a scan.
pub trait Probe {
    /// Somebody is about to look.
    fn begin(&mut self);
    /// Somebody looked and proposed so many signatures.
    fn end(&mut self, who: Looked, proposed: usize);
}

/// Watches nothing.
#[derive(Debug, Clone, Copy)]
pub struct NoProbe;

impl Probe for NoProbe {
    #[inline(always)]
    fn begin(&mut self) {}

    #[inline(always)]
    fn end(&mut self, _: Looked, _: usize) {}
}

/// What one recognizer or rule did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    /// How often it looked.
    pub looks: u64,
    /// How many signatures it proposed.
    pub hits: u64,
    /// How long it took.
    pub time: Duration,
}

/// Counts and times every look.
#[derive(Debug)]
pub struct Stopwatch {
    begun: Instant,
    /// What asking for the time twice takes: it is no part of the look.
    overhead: Duration,
    recognizers: HashMap<Recognizer, Tally>,
    rules: HashMap<usize, Tally>,
}

impl Default for Stopwatch {
    fn default() -> Self {
        const ASKED: u32 = 1000;
        let begun = Instant::now();
        let last = (0..ASKED).fold(begun, |_, _| Instant::now());
        Stopwatch {
            begun,
            overhead: last.duration_since(begun) / ASKED,
            recognizers: HashMap::new(),
            rules: HashMap::new(),
        }
    }
}

impl Stopwatch {
    /// The recognizers that looked, by name.
    pub fn recognizers(&self) -> impl Iterator<Item = (String, Tally)> {
        self.recognizers.iter().map(|(recognizer, tally)| (name(*recognizer), *tally))
    }

    /// The rules that looked, by their place in the rule set.
    pub fn rules(&self) -> impl Iterator<Item = (usize, Tally)> {
        self.rules.iter().map(|(rule, tally)| (*rule, *tally))
    }
}

impl Probe for Stopwatch {
    fn begin(&mut self) {
        self.begun = Instant::now();
    }

    fn end(&mut self, who: Looked, proposed: usize) {
        let time = self.begun.elapsed().saturating_sub(self.overhead);
        let tally = match who {
            Looked::Rule(rule) => self.rules.entry(rule).or_default(),
            Looked::Recognizer(pattern) => match trigger::recognizer(pattern) {
                Some(recognizer) => self.recognizers.entry(recognizer).or_default(),
                None => return,
            },
        };
        tally.looks += 1;
        tally.hits += proposed as u64;
        tally.time += time;
    }
}

/// `BareHex` is called `bare-hex`.
fn name(recognizer: Recognizer) -> String {
    let mut name = String::new();
    for letter in format!("{recognizer:?}").chars() {
        if letter.is_ascii_uppercase() && !name.is_empty() {
            name.push('-');
        }
        name.push(letter.to_ascii_lowercase());
    }
    name
}
