//! Running the rules: at a trigger's hit the regex looks at a window of its line, within the budget of the stretch.

use std::ops::Range;

use memchr::{memchr, memchr2, memrchr, memrchr2};
use regex_automata::{Anchored, Input, Match, meta::Regex};

use super::{Begin, Failing, Rule, RuleMatch, RuleProblem, RuleSet, Where, budget, pattern, value::normalize};
use crate::signature::{
    SignatureKind,
    extract::{Context, View},
};

/// What the rules have looked at in one stretch of text.
#[derive(Debug, Default)]
pub(in crate::signature) struct RuleRun {
    states: Vec<State>,
    spent: usize,
    allowance: usize,
    /// What the next rule that is switched off leaves to the others.
    rest: usize,
}

/// What one rule has done in a stretch.
#[derive(Debug, Clone, Copy, Default)]
struct State {
    /// End of its last match: hits before it belong to that.
    done: usize,
    /// Bytes that it looked at.
    spent: usize,
    off: bool,
}

impl RuleRun {
    /// Lets a rule look around the hit of one of its triggers.
    pub(in crate::signature) fn look(
        &mut self,
        rules: &RuleSet,
        place: usize,
        text: &str,
        hit: Range<usize>,
        context: Context,
    ) -> Option<RuleMatch> {
        let rule = rules.get(place)?;
        if self.states.is_empty() {
            self.states = vec![State::default(); rules.rules().len()];
            self.allowance = budget::allowance(text.len());
            self.rest = self.allowance / 2;
        }
        let state = self.states.get_mut(place)?;
        if state.off || hit.start < state.done || !rule.place.takes(context) {
            return None;
        }
        let (found, cost) = rule.search(text, hit.clone(), state.done);
        let cost = cost.max(budget::LEAST);
        state.spent += cost;
        self.spent += cost;
        if let Some(found) = &found {
            state.done = found.end();
        }
        if self.spent > self.allowance {
            self.switch_off(rules);
        }
        rule.read(text, found?)
    }

    /// Switches the dearest rule off. The others get half of what the one before got, so that all together never cost
    /// more than twice the allowance.
    fn switch_off(&mut self, rules: &RuleSet) {
        let on = self.states.iter_mut().enumerate().filter(|(_, state)| !state.off);
        if let Some((place, dearest)) = on.max_by_key(|(place, state)| (state.spent, std::cmp::Reverse(*place))) {
            dearest.off = true;
            rules.exceed(place);
        }
        self.allowance = self.allowance.saturating_add(self.rest);
        self.rest /= 2;
    }

    /// Bytes looked at so far.
    #[cfg(test)]
    pub(in crate::signature) fn spent(&self) -> usize {
        self.spent
    }
}

impl Where {
    fn takes(self, context: Context) -> bool {
        match self {
            Where::Any => true,
            Where::Log => matches!(context, Context::Log(_)),
            Where::Prose => context == Context::Prose,
        }
    }
}

impl Rule {
    fn regex(&self) -> &Regex {
        self.regex.get_or_init(|| {
            let never = || Regex::new("[a&&b]").expect("the pattern is fixed");
            // Checked when the rule was read.
            let hir = pattern::parse(&self.pattern);
            hir.and_then(|hir| pattern::compile(&hir)).unwrap_or_else(|_| never())
        })
    }

    /// The match that holds the hit, and the bytes that were looked at.
    fn search(&self, text: &str, hit: Range<usize>, done: usize) -> (Option<Match>, usize) {
        let bytes = text.as_bytes();
        let first = hit.start.saturating_sub(self.before).max(done);
        let first = memrchr(b'\n', &bytes[first..hit.start]).map_or(first, |at| first + at + 1);
        let last = bytes.len().min(hit.end.saturating_add(self.after));
        let end = |start: usize| memchr(b'\n', &bytes[start..last]).map_or(last, |at| start + at);
        match self.begin {
            Begin::At(offset) => {
                let Some(start) = hit.start.checked_sub(offset).filter(|start| *start >= first) else {
                    return (None, 0);
                };
                let end = end(hit.end);
                let found = self.regex().find(Input::new(bytes).range(start..end).anchored(Anchored::Yes));
                let cost = found.map_or(end - start, |found| found.len());
                (found, cost)
            }
            Begin::Somewhere(lead) => {
                let before = &bytes[first..=hit.start];
                let start = match lead {
                    // Far from every beginning nothing is searched.
                    Some(lead) if memrchr2(lead, lead.to_ascii_uppercase(), before).is_none() => return (None, 0),
                    Some(lead) => memchr2(lead, lead.to_ascii_uppercase(), before).map_or(first, |at| first + at),
                    None => first,
                };
                let end = end(hit.end);
                let mut from = start;
                while let Some(found) = self.regex().find(Input::new(bytes).range(from..end)) {
                    if found.start() > hit.start {
                        break;
                    }
                    if found.end() > hit.start {
                        return (Some(found), found.end() - start);
                    }
                    from = found.end();
                }
                (None, end - start)
            }
        }
    }

    /// What a match means; `None` where its value or its surroundings do not fit.
    fn read(&self, text: &str, found: Match) -> Option<RuleMatch> {
        if !self.is_near(text, &found) {
            return None;
        }
        let mut captures = self.regex().create_captures();
        let input = Input::new(text.as_bytes()).range(found.range()).anchored(Anchored::Yes);
        self.regex().search_captures(&input, &mut captures);
        let whole = text.floor_char_boundary(found.start())..text.ceil_char_boundary(found.end());
        let group = captures
            .get_group_by_name("value")
            .map(|span| text.floor_char_boundary(span.start)..text.ceil_char_boundary(span.end));
        let value = match (&self.template, &group) {
            (Some(template), _) => template.fill(text, &captures)?,
            (None, Some(span)) => text.get(span.clone())?.to_string(),
            (None, None) => text.get(whole.clone())?.to_string(),
        };
        let mut value = normalize(value, &self.normalize)?;
        if self.kind == SignatureKind::App {
            value = format!("{}/{value}", self.app);
        }
        let failing = self.failing.as_ref().and_then(|failing| match failing {
            Failing::Always(fails) => Some(*fails),
            Failing::Number(group, range) => {
                let span = captures.get_group_by_name(group)?;
                text.get(span.range())?.parse().ok().map(|number: u64| range.contains(&number))
            }
        });
        let claimed = self.claims.then(|| whole.clone());
        let span = if self.template.is_some() { whole } else { group.unwrap_or(whole) };
        (span.start < span.end).then_some(RuleMatch { value, span, claimed, failing })
    }

    /// Whether one of the words that must be near is.
    fn is_near(&self, text: &str, found: &Match) -> bool {
        if self.near.is_empty() {
            return true;
        }
        let words = self.near_words.get_or_init(|| {
            let built = aho_corasick::AhoCorasick::builder().ascii_case_insensitive(true).build(&self.near);
            built.expect("few short words make a small automaton")
        });
        let from = found.start().saturating_sub(self.within);
        let to = text.len().min(found.end().saturating_add(self.within));
        words.is_match(&text.as_bytes()[from..to])
    }

    /// The values that this rule alone finds in a text, each once.
    pub(super) fn values(&self, text: &str) -> Vec<String> {
        let view = View::new(text);
        let folded = view.text.as_ref();
        let low = folded.to_ascii_lowercase();
        let mut hits: Vec<Range<usize>> = Vec::new();
        for trigger in &self.triggers {
            let found = memchr::memmem::find_iter(low.as_bytes(), trigger.as_bytes());
            hits.extend(found.map(|at| at..at + trigger.len()));
        }
        hits.sort_by_key(|hit| hit.start);
        let mut values: Vec<String> = Vec::new();
        let mut done = 0;
        for hit in hits {
            if hit.start < done {
                continue;
            }
            if let (Some(found), _) = self.search(folded, hit, done) {
                done = found.end();
                let read = self.read(folded, found).map(|found| found.value);
                values.extend(read.filter(|value| !values.contains(value)));
            }
        }
        values
    }

    /// Runs the examples: what is wrong.
    pub fn try_examples(&self) -> Vec<RuleProblem> {
        let shown = |values: &[String]| match values {
            [] => "nothing".to_string(),
            values => format!("`{}`", values.join("`, `")),
        };
        let wrong = self.examples.iter().filter_map(|example| {
            let values = self.values(&example.text);
            let message = match &example.value {
                Some(value) if values.contains(value) => return None,
                Some(value) => format!("the example `{}` gives {}, not `{value}`", example.text, shown(&values)),
                None if values.is_empty() => return None,
                None => format!("`{}` is rejected, and gives {}", example.text, shown(&values)),
            };
            Some(self.problem(example.line, message))
        });
        wrong.collect()
    }
}
