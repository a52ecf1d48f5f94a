//! Tag rules held against their examples.

use std::collections::BTreeMap;

use super::load::load_checked;
use crate::{
    app::{
        App, AppError,
        kb_test::{Failure, KbTestReport, SCHEMA, Tested},
    },
    case::{CaseEvidence, Part, PartKind, Sink, collect::Collector, fields::FieldRules},
    intake,
    matching::{CaseView, Verdict},
    parsed::Warning,
    rule_file::RuleProblem,
    signature::extract::Extractor,
    tag::{TagCase, TagExample, TagMatch, TagRule},
    text::terms::Terms,
};

/// The name of an example as a part.
const PART: &str = "example";

/// Characters of a failing example that are shown.
const SHOWN: usize = 100;

impl App {
    /// Tries every example of the tag rules in use.
    ///
    /// # Errors
    /// When rules cannot be read.
    pub fn test_tag_rules(&self) -> Result<KbTestReport, AppError> {
        let (rules, mut wrong) = load_checked(&self.settings)?;
        let fields = self.field_rules()?;
        let mut tried = wrong.len();
        for rule in rules.rules() {
            for example in rule.examples() {
                tried += 1;
                wrong.extend(failed_example(rule, example, self.extractor()?, &self.terms, &fields));
            }
        }
        let failures = wrong.into_iter().map(|problem| {
            let Warning { part, line, message } = problem.into();
            Failure { tested: Tested::Tags, file: part, line, message }
        });
        Ok(KbTestReport {
            schema: SCHEMA,
            tried: BTreeMap::from([(Tested::Tags, tried)]),
            failures: failures.collect(),
        })
    }
}

/// What is wrong with an example; `None`: nothing.
pub(in crate::app) fn failed_example(
    rule: &TagRule,
    example: &TagExample,
    extractor: &Extractor,
    terms: &Terms,
    fields: &FieldRules,
) -> Option<RuleProblem> {
    let evidence = example_case(example, extractor, terms, fields);
    let view = CaseView::new(&evidence, terms);
    let known = |id: &String| TagMatch { article: id.clone(), verdict: Verdict::Known, tags: Vec::new() };
    let matches: Vec<TagMatch> = example.known.iter().map(known).collect();
    let verdict = if matches.is_empty() { Verdict::Unknown } else { Verdict::Known };
    let given = rule.give(&TagCase { view: &view, matches: &matches, verdict });
    let names: Vec<&str> = given.iter().map(|one| one.tag.as_str()).collect();
    let right = match (example.must, &example.tag) {
        (true, Some(tag)) => names.contains(&tag.as_str()),
        (true, None) => !names.is_empty(),
        (false, Some(tag)) => !names.contains(&tag.as_str()),
        (false, None) => names.is_empty(),
    };
    if right {
        return None;
    }
    let shown = example.text.split_whitespace().collect::<Vec<_>>().join(" ");
    let shown = &shown[..shown.floor_char_boundary(SHOWN)];
    let given = if names.is_empty() { "nothing".to_string() } else { names.join(", ") };
    let wanted = match (example.must, &example.tag) {
        (true, Some(tag)) => format!("must give `{tag}`"),
        (true, None) => "must give a tag".to_string(),
        (false, _) => "must give none".to_string(),
    };
    Some(rule.problem(example.line, format!("{wanted}, and gives {given}: `{shown}`")))
}

/// An example as a case: its text as it comes, and what lies beside it.
fn example_case(example: &TagExample, extractor: &Extractor, terms: &Terms, fields: &FieldRules) -> CaseEvidence {
    let mut collector = Collector::new(extractor, terms);
    if !example.text.is_empty() {
        intake::read_held(PART, example.text.as_bytes(), &mut collector);
    }
    for name in &example.attachments {
        collector.part(Part {
            part: format!("{PART}/{name}"),
            kind: PartKind::Log,
            format: "plain".into(),
            encoding: None,
            bytes: 1,
            lines: 1,
        });
    }
    collector.finish(fields).0
}
