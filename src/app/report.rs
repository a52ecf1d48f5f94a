//! The report over stored cases, and the alarm: one pass over the store, then pure figures.

use std::collections::HashMap;

use super::{App, AppError, team::customers_domain};
use crate::{
    mail::role::is_anybodys,
    report::{
        self, Ask, Report,
        alarm::{self, Alarm},
        material::{Builder, FormNo, Material, NewCase, Silence, Since, Verdict},
    },
    signature::Signature,
    store::{
        CaseDecision, CaseId, CaseReports, CaseWork, Decision, StoreError,
        figures::{CaseFigures, FailingFigure, FiguresSink, First},
    },
};

/// Characters of the line that is shown for a signature without a name.
const LONGEST_LINE: usize = 80;

impl App {
    /// Reports on a span.
    ///
    /// # Errors
    /// When rules cannot be read, or the store refuses.
    pub fn report_span(&self, store: &(impl CaseReports + CaseWork), ask: &Ask) -> Result<Report, AppError> {
        let mut report = report::build(&self.material(store, ask)?, ask);
        let mut lines: HashMap<Signature, Option<String>> = HashMap::new();
        let mut fault = None;
        report.add_lines(&mut |signature, case| {
            if let Some(known) = lines.get(signature) {
                return known.clone();
            }
            let found = line(store, signature, case).unwrap_or_else(|error| {
                fault = Some(error);
                None
            });
            lines.insert(signature.clone(), found.clone());
            found
        });
        match fault {
            Some(error) => Err(error.into()),
            None => Ok(report),
        }
    }

    /// Looks for what cannot wait for the month's end.
    ///
    /// # Errors
    /// As [`App::report_span`].
    pub fn report_alarm(&self, store: &(impl CaseReports + CaseWork), ask: &Ask) -> Result<Alarm, AppError> {
        Ok(alarm::look(&self.material(store, ask)?, ask))
    }

    /// What the reports are made of.
    fn material(&self, store: &(impl CaseReports + CaseWork), ask: &Ask) -> Result<Material, AppError> {
        let mut builder = Builder::default();
        for noise in store.noise()? {
            // An entry that is over when the span ends silences nothing in it; customers are looked at case by case.
            if noise.until.is_some_and(|until| until <= ask.span.period.from) {
                continue;
            }
            // The others name articles, whose matches the store leaves out.
            if let Ok(signature) = noise.what.parse() {
                builder.silence(&Silence { signature, customer: noise.customer });
            }
        }
        for article in &self.library.articles {
            let translations = article.translations.iter().map(|id| id.0.as_str());
            let signatures = article.strong.iter().chain(&article.weak);
            builder.article(&article.id.0, translations, (&article.title, &article.language), signatures);
        }
        let mut decisions: HashMap<String, Vec<CaseDecision>> = HashMap::new();
        for (case, decision) in store.all_decisions()? {
            decisions.entry(case.0).or_default().push(decision);
        }
        let knowledge = self.knowledge()?;
        let own = &self.settings.own_domains.value;
        let mut collecting = Collecting { builder, forms: HashMap::new(), decisions, knowledge: &knowledge, own };
        store.figures(ask.span.period.until, &mut collecting)?;
        Ok(collecting.builder.finish(store.set_aside(ask.span.period.from..ask.span.period.until)?))
    }
}

/// A line of a case in which a signature stands.
fn line(store: &impl CaseWork, signature: &Signature, case: &str) -> Result<Option<String>, StoreError> {
    let evidence = store.evidence(&CaseId(case.to_string()))?;
    let found = evidence.into_iter().find(|one| one.signature == *signature);
    Ok(found.map(|one| one.evidence.text.trim().chars().take(LONGEST_LINE).collect()))
}

/// Puts what the store hands over into the builder.
struct Collecting<'a> {
    builder: Builder,
    forms: HashMap<u32, FormNo>,
    decisions: HashMap<String, Vec<CaseDecision>>,
    knowledge: &'a str,
    own: &'a [String],
}

impl FiguresSink for Collecting<'_> {
    fn signature(&mut self, number: u32, signature: Signature) {
        self.forms.insert(number, self.builder.signature(&signature));
    }

    fn case(&mut self, case: CaseFigures<'_>) {
        let known = |one: &FailingFigure| {
            let form = *self.forms.get(&one.number)?;
            Some(Since { form, seen: one.first.seen, came: one.first.came })
        };
        let mut since: Vec<Since> = case.failing.iter().filter_map(known).collect();
        let failing: Vec<FormNo> = since.iter().map(|one| one.form).collect();
        let primary = case.primary.map(|signature| self.builder.signature(signature));
        let First { seen, came } = case.primary_first;
        // It may stand among the failing ones, which say the same.
        since.extend(primary.map(|form| Since { form, seen, came }));
        let decisions = self.decisions.get(case.id).map(Vec::as_slice).unwrap_or_default();
        let judged = |how: Decision| -> Vec<(&str, i64)> {
            decisions.iter().filter(|one| one.decision == how).map(|one| (one.article.as_str(), one.at)).collect()
        };
        let sender = stand_in(case.sender, self.own);
        // A ticket system, or who judged it, took it for a case.
        let judged_a_case = is_numbered(case.id) || !decisions.is_empty() || case.article.is_some();
        let known = crate::matching::Verdict::Known.name();
        self.builder.case(&NewCase {
            id: case.id,
            opened: case.opened,
            closed: case.closed,
            severity: case.severity,
            customer: case.customer.map(str::trim).filter(|name| !name.is_empty()),
            sender,
            by_machines: case.by_machines && !judged_a_case,
            product: case.product,
            tags: case.tags,
            verdict: case.verdict.map(verdict),
            article: case.article,
            matches: case.matches.iter().map(|one| (one.article, one.verdict == known)).collect(),
            accepted: judged(Decision::Accepted),
            rejected: judged(Decision::Rejected),
            primary,
            failing: &failing,
            since: &since,
            undated: case.undated,
            behind: case.knowledge.is_some_and(|with| with != self.knowledge),
            parsers: case.parsers,
        });
    }
}

fn verdict(name: &str) -> Verdict {
    use crate::matching::Verdict as Found;
    match name {
        name if name == Found::Known.name() => Verdict::Known,
        name if name == Found::Possible.name() => Verdict::Possible,
        _ => Verdict::Unknown,
    }
}

/// What stands for a customer whom no case names: the mail domain of who opened it, or the address where anybody may have one in that
/// domain; nothing where that is the own team.
fn stand_in<'s>(sender: &'s str, own: &[String]) -> Option<&'s str> {
    let sender = sender.trim();
    let domain = customers_domain(sender, own)?;
    Some(if is_anybodys(domain) { sender } else { domain })
}

/// Whether a case bears a number of a ticket system: the others are named by `C-` and digits of a hash.
fn is_numbered(id: &str) -> bool {
    !id.strip_prefix("C-").is_some_and(|digits| digits.len() >= 8 && digits.bytes().all(|b| b.is_ascii_hexdigit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_opened_a_case_stands_for_its_customer() {
        let own = ["example.org".to_string()];
        assert_eq!(stand_in("ann@Northwind.example.com", &own), Some("Northwind.example.com"));
        assert_eq!(stand_in("ann@QQ.com", &own), Some("ann@QQ.com"), "their customers are not one");
        assert_eq!(stand_in("support@example.org", &own), None);
        assert_eq!(stand_in("nobody", &own), None);
        assert_eq!(stand_in("", &own), None);
    }

    #[test]
    fn numbers_of_ticket_systems_are_told_from_hashes() {
        assert!(is_numbered("INC0071190") && is_numbered("C-1") && is_numbered("CAS-12143-P0Y2F1"));
        assert!(!is_numbered("C-0a1b2c3d"));
    }
}
