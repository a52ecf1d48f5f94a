//! Extraction: the error signatures in a text, with their places.
//!
//! One pass over literal triggers (`0x`, `error`, `.sys`, `错误` …) finds candidate places; only there do the exact recognizers look, and each looks at a bounded stretch, so
//! that time is linear in the text whatever it holds. What a bare number means is decided by the
//! words around it (`label`, `flags`); what only looks like a code is refused there as well.
//!
//! Leaves to others: which part and line a span is in, and what its line says of it
//! ([`super::standing`]).
//!
//! ```
//! use casebook::signature::extract::{Context, Extractor};
//! let found = Extractor::new().extract("安装KB4474419失败，报错为：0x80070005", Context::Prose);
//! let values: Vec<String> = found.iter().map(|found| found.signature.to_string()).collect();
//! assert_eq!(values, ["kb:KB4474419", "hresult:0x80070005"]);
//! ```

mod beside;
mod bounce;
mod codes;
mod com;
mod crash;
mod database;
mod directory;
mod errno;
mod errno_words;
mod event;
mod event_list;
mod event_message;
mod event_table;
mod exception;
mod file;
mod flag_words;
mod flags;
mod framed;
mod hex;
mod installer;
mod kerberos;
mod label;
mod label_words;
mod lex;
mod lines;
mod many;
mod network;
mod number;
mod package;
pub mod profile;
mod recognizer;
mod regkey;
mod rule_triggers;
mod said;
mod service;
mod service_words;
mod settle;
mod setup;
mod smtp;
mod stack;
pub(super) mod stop_code;
mod stop_name;
mod stores;
mod symbol;
#[cfg(test)]
mod tests;
mod trigger;
mod unix;
mod update;
mod view;
mod web;
mod wide;
mod words;

use std::ops::Range;

use super::{
    Signature, SignatureKind,
    benign::BenignRules,
    rules::{RuleRun, RuleSet},
};
use crate::{
    logs::LogFormat,
    text::literals::{HitBuffer, Literals},
};
use flags::{FlagWords, Flags, Surroundings};
use profile::{Looked, NoProbe, Probe};
use rule_triggers::RuleTriggers;
use settle::{Candidate, settle};
pub(super) use view::View;

/// Where a text comes from: it decides how bare numbers and torn codes are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Context {
    /// What a person wrote: mail, forum post. Codes may be broken over a line end.
    Prose,
    /// Lines that a program wrote.
    Log(LogFormat),
}

/// A signature and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// What was found, in normal form.
    pub signature: Signature,
    /// Half-open byte range in the text, on character boundaries.
    pub span: Range<usize>,
    /// Whether it says by itself that something failed, as the severity in a Cisco message does; `None`: it does not say.
    pub failing: Option<bool>,
}

/// Finds signatures in text. Build one and share it: building takes about a millisecond,
/// extracting needs only `&self`.
#[derive(Debug)]
pub struct Extractor {
    triggers: Literals,
    flag_words: Literals,
    /// `None`: the built-in ones.
    benign: Option<Box<BenignRules>>,
    rules: RuleSet,
    rule_triggers: RuleTriggers,
}

impl Default for Extractor {
    fn default() -> Self {
        Self::new()
    }
}

impl Extractor {
    /// An extractor for all kinds, with the built-in rules.
    pub fn new() -> Self {
        Self::with_rules(RuleSet::builtin())
    }

    /// An extractor with these rules besides the recognizers.
    pub fn with_rules(rules: RuleSet) -> Self {
        let rule_triggers = RuleTriggers::new(&rules);
        Extractor {
            triggers: trigger::literals(&rule_triggers),
            flag_words: flags::literals(),
            benign: None,
            rules,
            rule_triggers,
        }
    }

    /// The rules in use.
    pub fn rules(&self) -> &RuleSet {
        &self.rules
    }

    /// The same, with this list of harmless lines in place of the built-in one, where there is one.
    pub fn with_benign(self, rules: Option<BenignRules>) -> Self {
        Extractor { benign: rules.map(Box::new), ..self }
    }

    /// The lines that look like failures and are none.
    pub fn benign(&self) -> &BenignRules {
        self.benign.as_deref().unwrap_or_else(|| BenignRules::builtin())
    }

    /// All signatures in a text, ordered by span. The text is one line, a mail body, or a chunk of
    /// whole log lines. Equal signatures at different places are all given.
    pub fn extract(&self, text: &str, context: Context) -> Vec<Found> {
        self.extract_watched(text, context, &mut NoProbe)
    }

    /// As [`Extractor::extract`]; a probe is told who looks and what comes of it.
    pub fn extract_watched(&self, text: &str, context: Context, probe: &mut impl Probe) -> Vec<Found> {
        let mut memory = Memory::default();
        let view = self.propose(text, context, probe, &mut memory);
        memory.candidates.into_iter().map(|candidate| candidate.found(&view)).collect()
    }

    /// As [`Extractor::extract`], with memory that was used before.
    pub(super) fn extract_with<'t>(
        &self,
        text: &'t str,
        context: Context,
        memory: &'t mut Memory,
    ) -> impl ExactSizeIterator<Item = Found> + use<'t> {
        let view = self.propose(text, context, &mut NoProbe, memory);
        memory.candidates.drain(..).map(move |candidate| candidate.found(&view))
    }

    /// Leaves what is found in the memory.
    fn propose<'t>(&self, text: &'t str, context: Context, probe: &mut impl Probe, memory: &mut Memory) -> View<'t> {
        let view = View::new(text);
        let Memory { candidates, triggers, flag_words } = memory;
        candidates.reserve(text.len() / TEXT_PER_CANDIDATE);
        let mut scan = Scan {
            text: &view.text,
            bytes: view.text.as_bytes(),
            context,
            flag_words: FlagWords::new(&self.flag_words, std::mem::take(flag_words)),
            candidates,
            claimed: Vec::new(),
            surroundings: None,
            parameters_end: 0,
            key_end: 0,
            report_end: 0,
            unit_end: 0,
            stack_end: 0,
            report_fields_end: 0,
            stop_names_end: 0,
            replies_end: 0,
        };
        let mut run = RuleRun::default();
        let (bytes, buffer) = (view.text.as_bytes(), std::mem::take(triggers));
        let mut literals = self.triggers.find_iter_with(bytes, 0..bytes.len(), buffer);
        while let Some((literal, place)) = literals.next() {
            self.rule_triggers.hits(literal, scan.bytes, &place, |rule, hit| {
                probe.begin();
                let found = run.look(&self.rules, rule, scan.text, hit, context);
                probe.end(Looked::Rule(rule), usize::from(found.is_some()));
                if let (Some(found), Some(rule)) = (found, self.rules.get(rule)) {
                    scan.claimed.extend(found.claimed);
                    let (kind, value, span) = (rule.kind(), found.value, found.span);
                    scan.candidates.push(Candidate { kind, value, span, failing: found.failing, by_rule: true });
                }
            });
            let from = match self.rule_triggers.native(literal, &place) {
                Some((pattern, place)) => {
                    let before = scan.candidates.len();
                    probe.begin();
                    let end = trigger::go_on_from(pattern, &place);
                    trigger::recognize(&mut scan, pattern, place);
                    probe.end(Looked::Recognizer(pattern), scan.candidates.len() - before);
                    end
                }
                // What begins inside a rule's trigger is found as if there were no rule.
                None => place.start + 1,
            };
            literals.go_on(from);
        }
        *triggers = literals.into_buffer();
        *flag_words = scan.flag_words.into_buffer();
        settle(scan.candidates, scan.claimed);
        view
    }
}

/// Memory for what is found in a text, to be used for the next.
#[derive(Debug, Default)]
pub(super) struct Memory {
    /// Empty between two texts.
    candidates: Vec<Candidate>,
    triggers: HitBuffer,
    flag_words: HitBuffer,
}

/// Bytes of a log for which room for one candidate is taken at first: a fuller one has twice as many.
const TEXT_PER_CANDIDATE: usize = 512;

/// One pass over one text: what the recognizers share.
struct Scan<'a> {
    text: &'a str,
    bytes: &'a [u8],
    context: Context,
    flag_words: FlagWords<'a>,
    candidates: &'a mut Vec<Candidate>,
    /// Where a rule says that numbers are parts of its match and nothing by themselves.
    claimed: Vec<Range<usize>>,
    /// Of the line looked at last.
    surroundings: Option<Surroundings>,
    /// End of the parameter list of the last stop code: addresses stand there.
    parameters_end: usize,
    /// End of the last registry key: keys are not looked for inside keys.
    key_end: usize,
    /// End of the last kernel report that was read.
    report_end: usize,
    /// End of the last unit whose status was read.
    unit_end: usize,
    /// End of the last stack that was read.
    stack_end: usize,
    /// End of the last list of an error report.
    report_fields_end: usize,
    /// Up to where names of stop codes were looked for.
    stop_names_end: usize,
    /// Up to where the replies of a mail server were read line by line.
    replies_end: usize,
}

impl Scan<'_> {
    fn push(&mut self, kind: SignatureKind, value: impl Into<String>, span: Range<usize>) {
        self.candidates.push(Candidate { kind, value: value.into(), span, failing: None, by_rule: false });
    }

    fn is_prose(&self) -> bool {
        self.context == Context::Prose
    }

    /// The subjects that the line around `at` speaks of.
    fn line_flags(&mut self, at: usize) -> Flags {
        self.surroundings(at).line_flags
    }

    /// The subjects spoken of on the line, or just before it.
    fn near_flags(&mut self, at: usize) -> Flags {
        self.surroundings(at);
        let (bytes, words) = (self.bytes, &mut self.flag_words);
        self.surroundings.as_mut().map_or(Flags::default(), |known| known.near_flags(bytes, words))
    }

    fn surroundings(&mut self, at: usize) -> &mut Surroundings {
        let cached = self.surroundings.take().filter(|known| known.covers(at));
        let known = cached.unwrap_or_else(|| Surroundings::read(self.bytes, at, &mut self.flag_words));
        self.surroundings.insert(known)
    }
}
