//! A rule file becomes rules: TOML, read rule by rule, so that one that is wrong does not take the others with it.

use std::{collections::HashSet, ops::Range, sync::OnceLock};

use serde::Deserialize;
use toml::Spanned;

use super::{
    Example, Failing, Rule, RuleProblem, Where, pattern,
    value::{Normalizer, Template},
};
use crate::{
    rule_file::{self, Fault, Lines, is_id},
    signature::SignatureKind,
};

/// Bytes of the line before a trigger that a regex may read, where the rule does not say.
const BEFORE: usize = 96;

/// Bytes of the line behind a trigger, likewise.
const AFTER: usize = 160;

/// Either may be set up to this.
const MOST_REACH: usize = 400;

/// Bytes around a match in which one of the `near` words must stand, where the rule does not say.
const WITHIN: usize = 200;

/// May be set up to this.
const MOST_WITHIN: usize = 1000;

/// Words in `near` at most.
const MOST_NEAR: usize = 64;

/// Examples per rule at most, and their length in bytes.
const MOST_EXAMPLES: usize = 200;
const LONGEST_EXAMPLE: usize = 4000;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleText {
    id: Spanned<String>,
    kind: Spanned<String>,
    app: Option<Spanned<String>>,
    /// Where the shape is described, or what it is: for readers of the file.
    #[serde(default)]
    #[expect(dead_code, reason = "for people")]
    about: String,
    regex: Spanned<String>,
    value: Option<Spanned<String>>,
    #[serde(default)]
    normalize: Vec<Spanned<String>>,
    #[serde(default)]
    context: Where,
    #[serde(default)]
    near: Vec<Spanned<String>>,
    within: Option<Spanned<usize>>,
    before: Option<Spanned<usize>>,
    after: Option<Spanned<usize>>,
    #[serde(default)]
    triggers: Vec<Spanned<String>>,
    #[serde(default)]
    claims: bool,
    failing: Option<FailingText>,
    standing: Option<Spanned<StandingText>>,
    #[serde(default)]
    matches: Vec<Spanned<MatchText>>,
    #[serde(default)]
    rejects: Vec<Spanned<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct FailingText {
    group: Spanned<String>,
    at_least: Option<u64>,
    at_most: Option<u64>,
}

/// What a rule may say of all its matches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum StandingText {
    Failing,
    Mentioned,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct MatchText {
    text: String,
    value: String,
}

/// Reads a rule file: the rules that are right, and what is wrong with the others. The examples are not yet run, and the
/// regexes of a file that is `trusted` are compiled only when they are needed.
pub(super) fn read(file: &str, text: &str, trusted: bool) -> (Vec<Rule>, Vec<RuleProblem>) {
    let lines = Lines::new(text);
    rule_file::read(file, text, &lines, &[], |rule: RuleText, own| rule.check(file, own, &lines, trusted))
}

impl RuleText {
    fn check(self, file: &str, own: &Range<usize>, lines: &Lines, trusted: bool) -> Result<Rule, Fault> {
        let fault = |at: &Range<usize>, message: &str| (at.start, message.to_string());
        for name in [Some(&self.id), self.app.as_ref()].into_iter().flatten() {
            if !is_id(name.get_ref()) {
                return Err(fault(
                    &name.span(),
                    "`id` and `app` are lower-case letters, digits and hyphens, 60 at most",
                ));
            }
        }
        let kind: SignatureKind = self.kind.get_ref().parse().map_err(|_| {
            let known: Vec<&str> = SignatureKind::ALL.iter().map(|kind| kind.name()).collect();
            (self.kind.span().start, format!("`{}` is no kind; there are {}", self.kind.get_ref(), known.join(", ")))
        })?;
        if let (Some(app), true) = (&self.app, kind != SignatureKind::App) {
            return Err(fault(&app.span(), "`app` goes with the kind `app` only"));
        }
        let at = self.regex.span().start;
        let hir = pattern::parse(self.regex.get_ref()).map_err(|message| (at, message))?;
        let regex = OnceLock::new();
        if !trusted {
            regex.get_or_init({
                let compiled = pattern::compile(&hir).map_err(|message| (at, message))?;
                move || compiled
            });
        }
        let groups = pattern::groups(&hir);
        let groups: HashSet<&str> = groups.iter().map(String::as_str).collect();
        let given: Vec<String> = self.triggers.iter().map(|trigger| trigger.get_ref().clone()).collect();
        let triggers_at = self.triggers.first().map_or(at, |trigger| trigger.span().start);
        let (triggers, begin) = pattern::triggers(&hir, &given).map_err(|message| (triggers_at, message))?;
        let template = match &self.value {
            Some(value) if groups.contains("value") => {
                return Err(fault(
                    &value.span(),
                    "`value` and the group `value` are two ways to say the same: keep one",
                ));
            }
            Some(value) => {
                let known = |name: &str| groups.contains(name);
                Some(Template::read(value.get_ref(), known).map_err(|message| (value.span().start, message))?)
            }
            None => None,
        };
        let mut normalize = Vec::with_capacity(self.normalize.len());
        for step in &self.normalize {
            let named = Normalizer::named(step.get_ref()).ok_or_else(|| {
                let known = Normalizer::NAMES.join(", ");
                (step.span().start, format!("`{}` is no normalizer; there are {known}", step.get_ref()))
            })?;
            normalize.push(named);
        }
        let bounded = |given: &Option<Spanned<usize>>, default: usize, most: usize| match given {
            Some(given) if *given.get_ref() > most => Err((given.span().start, format!("it is {most} at most"))),
            Some(given) => Ok(*given.get_ref()),
            None => Ok(default),
        };
        let before = bounded(&self.before, BEFORE, MOST_REACH)?;
        let after = bounded(&self.after, AFTER, MOST_REACH)?;
        let within = bounded(&self.within, WITHIN, MOST_WITHIN)?;
        if let Some(within) = self.within.as_ref().filter(|_| self.near.is_empty()) {
            return Err(fault(&within.span(), "`within` needs words in `near`"));
        }
        if let Some(word) = self.near.iter().find(|word| word.get_ref().trim().len() < 2) {
            return Err(fault(&word.span(), "a word in `near` has two bytes or more"));
        }
        if self.near.len() > MOST_NEAR {
            return Err((own.start, format!("`near` has more than {MOST_NEAR} words")));
        }
        let failing = match (self.failing, self.standing) {
            (Some(_), Some(standing)) => {
                return Err(fault(&standing.span(), "`standing` and `failing` are two ways to say the same: keep one"));
            }
            (Some(failing), None) if !groups.contains(failing.group.get_ref().as_str()) => {
                return Err(fault(&failing.group.span(), "`failing` names a group that the regex does not have"));
            }
            (Some(FailingText { group, at_least, at_most }), None) => {
                let range = at_least.unwrap_or(0)..=at_most.unwrap_or(u64::MAX);
                Some(Failing::Number(group.into_inner(), range))
            }
            (None, Some(standing)) => Some(Failing::Always(*standing.get_ref() == StandingText::Failing)),
            (None, None) => None,
        };
        if self.matches.is_empty() || self.rejects.is_empty() {
            return Err(fault(own, "examples are missing: `matches` and `rejects` need one entry at least"));
        }
        if self.matches.len() + self.rejects.len() > MOST_EXAMPLES {
            return Err((own.start, format!("there are more than {MOST_EXAMPLES} examples")));
        }
        let matching = self.matches.into_iter().map(|example| {
            let line = lines.of(example.span().start);
            let MatchText { text, value } = example.into_inner();
            Example { text, value: Some(value), line }
        });
        let rejected = self.rejects.into_iter().map(|example| {
            let line = lines.of(example.span().start);
            Example { text: example.into_inner(), value: None, line }
        });
        let examples: Vec<Example> = matching.chain(rejected).collect();
        if examples.iter().any(|example| example.text.len() > LONGEST_EXAMPLE) {
            return Err((own.start, format!("an example is longer than {LONGEST_EXAMPLE} bytes")));
        }
        let line = lines.of(own.start);
        let id = self.id.into_inner();
        Ok(Rule {
            app: self.app.map_or_else(|| id.clone(), Spanned::into_inner),
            id,
            kind,
            file: file.to_string(),
            line,
            pattern: self.regex.into_inner(),
            regex,
            triggers,
            begin,
            template,
            normalize,
            place: self.context,
            near: self.near.into_iter().map(Spanned::into_inner).collect(),
            near_words: OnceLock::new(),
            within,
            before,
            after,
            claims: self.claims,
            failing,
            examples,
        })
    }
}
