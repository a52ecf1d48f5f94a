//! Whether the fix is on the machine of a case, and whether the issue is one of it.

use std::fmt::Write;

use casebook::{app::triage::MatchReport, facts::Fact};

use crate::support::{app, small_cases};

/// What is said of a match, in the words of the table: outcome, and updates or facts.
fn said(found: &MatchReport) -> (&'static str, String) {
    let Some(outcome) = &found.outcome else { return ("none", String::new()) };
    let facts = outcome.fix.look_up.iter().map(|one| format!("{:?}", one.fact).to_lowercase());
    let named: Vec<String> = outcome.fix.install.iter().cloned().chain(facts).collect();
    (outcome.outcome.name(), named.join(" "))
}

#[test]
fn outcomes_are_those_of_the_pairs() {
    let app = app();
    let (mut right, mut wrong, mut count) = (0, String::new(), 0);
    for case in small_cases("tests/data/outcomes.txt") {
        let [_, id, wanted, named] = &case.cells[..] else { panic!("cells of {}", case.name()) };
        let report = case.triage(&app);
        let article = app.library().find(id).unwrap();
        let same =
            |found: &&MatchReport| found.article.id == article.id || article.translations.contains(&found.article.id);
        let found = report.matches.iter().find(same).map_or(("no match", String::new()), said);
        count += 1;
        if found == (wanted.as_str(), named.clone()) {
            right += 1;
            continue;
        }
        let values = |facts: &[Fact]| facts.iter().map(|fact| fact.value.clone()).collect::<Vec<_>>().join(" ");
        let facts = &report.facts;
        let machine = [&facts.product, &facts.build, &facts.update_list].map(|fact| values(fact.as_slice()));
        let (there, not) = (values(&facts.updates), values(&facts.not_installed));
        let _ = writeln!(wrong, "{}: {found:?}, wanted {wanted} {named:?}; {machine:?} +{there} -{not}", case.name());
    }
    assert!(count >= 40, "only {count} cases");
    println!("{right} of {count} right\n{wrong}");
    assert!(right * 100 >= count * 95, "{right} of {count}:\n{wrong}");
}
