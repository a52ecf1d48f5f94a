//! Stored cases: listed, shown, closed and opened again.

use serde::Serialize;

use super::{
    noise::Silence,
    team::{customer_of, domain_asked, first_answer},
    triage::describe_signature,
};
use crate::signature::Standing;
use crate::store::{
    CaseChange, CaseDecision, CaseFilter, CaseId, CaseRecord, CaseStatus, CaseStore, CaseWork, Decision, Event,
    MessageRecord, SignatureCount, Sort, StoreError, Update, work::Findings,
};

/// Name and version of the JSON form of a list.
pub const LIST_SCHEMA: &str = "casebook.cases/1";
/// Name and version of the JSON form of one case.
pub const CASE_SCHEMA: &str = "casebook.case/1";

/// Times that a change is tried when another writer comes between.
const TRIES: usize = 5;

/// Cases that a filter lets through.
#[derive(Debug, Serialize)]
pub struct CaseList {
    /// [`LIST_SCHEMA`].
    pub schema: &'static str,
    /// In order.
    pub cases: Vec<CaseRecord>,
    /// Whether there are more than were asked for.
    pub more: bool,
}

/// Name and version of the JSON form of a case that was changed.
pub const CHANGED_SCHEMA: &str = "casebook.case-changed/1";

/// A case as a change left it.
#[derive(Debug, Serialize)]
pub struct ChangedCase {
    /// [`CHANGED_SCHEMA`].
    pub schema: &'static str,
    /// The case.
    pub case: CaseRecord,
}

/// One case with all that is stored of it.
#[derive(Debug, Serialize)]
pub struct CaseReport {
    /// [`CASE_SCHEMA`].
    pub schema: &'static str,
    /// The case.
    pub case: CaseRecord,
    /// Its messages, oldest first.
    pub thread: Vec<MessageRecord>,
    /// Its signatures, the strongest standing first; those that are silenced are counted and marked.
    pub signatures: Vec<StoredSignature>,
    /// Verdict and matches; `None` where it was not matched yet.
    pub findings: Option<Findings>,
    /// What people said of matches.
    pub decisions: Vec<CaseDecision>,
    /// What happened.
    pub events: Vec<Event>,
}

/// A signature of a stored case with what it means.
#[derive(Debug, Serialize)]
pub struct StoredSignature {
    /// What was seen.
    #[serde(flatten)]
    pub seen: SignatureCount,
    /// The symbol that the catalog gives first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub symbol: Option<String>,
    /// What it means.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub meaning: Option<String>,
    /// Why it is silenced, if it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub silenced: Option<String>,
}

/// Why a case could not be changed.
#[derive(Debug, thiserror::Error)]
pub enum CaseError {
    /// There is no such case.
    #[error("there is no case `{0}`")]
    Missing(CaseId),
    /// Others change it all the time.
    #[error("case `{0}` is being changed by others")]
    Contested(CaseId),
    /// The store refuses.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Lists cases, at most `limit`, each with the customer that it counts for. `own` are the domains of the own team.
///
/// # Errors
/// When the store refuses.
pub fn list(
    store: &dyn CaseStore,
    filter: &CaseFilter,
    sort: Sort,
    limit: usize,
    own: &[String],
) -> Result<CaseList, StoreError> {
    let page = store.list(filter, sort, None, limit)?;
    let cases = page.items.into_iter().map(|case| with_customer(case, own)).collect();
    Ok(CaseList { schema: LIST_SCHEMA, cases, more: page.next.is_some() })
}

/// A case with the customer that it counts for, where no mail names one.
fn with_customer(case: CaseRecord, own: &[String]) -> CaseRecord {
    let customer = customer_of(&case, own).map(str::to_string);
    CaseRecord { customer, ..case }
}

/// Sets what a filter asks of customers by its text: of those that cases name, and of mail domains.
pub fn ask_customer(filter: &mut CaseFilter, customer: Option<&str>, own: &[String]) {
    filter.customer = customer.map(str::to_string);
    filter.domain = customer.and_then(|customer| domain_asked(customer, own));
    filter.own = own.to_vec();
}

/// Customers named near one that no case has.
const MOST_NEAR: usize = 4;

/// Cases that are looked through for them.
const LOOKED_THROUGH: usize = 200;

/// Letters at the beginning of a name that make another one near.
const BEGINNING: usize = 4;

/// Customers like one that no case has: whose names hold it, hold a word of it, or begin like it. Empty: it is there, or none is like it.
///
/// # Errors
/// When the store refuses.
pub fn near_customers(store: &dyn CaseStore, customer: &str, own: &[String]) -> Result<Vec<String>, StoreError> {
    let named = |wanted: &str, limit| -> Result<Vec<CaseRecord>, StoreError> {
        let mut filter = CaseFilter::default();
        ask_customer(&mut filter, Some(wanted), own);
        Ok(store.list(&filter, Sort::Latest, None, limit)?.items)
    };
    let plain = customer.replace(['*', '?'], " ");
    let plain = plain.trim();
    if plain.is_empty() || !named(customer, 1)?.is_empty() {
        return Ok(Vec::new());
    }
    let words = plain.split_whitespace().filter(|word| word.chars().count() >= 2).map(|word| format!("*{word}*"));
    let beginning: String = plain.chars().take(BEGINNING).collect();
    let wider = [format!("*{plain}*")].into_iter().chain(words).chain([format!("{beginning}*")]);
    for wanted in wider {
        let mut near: Vec<String> = Vec::new();
        for case in named(&wanted, LOOKED_THROUGH)? {
            let Some(name) = customer_of(&case, own) else { continue };
            if near.len() < MOST_NEAR && !near.iter().any(|other| other.eq_ignore_ascii_case(name)) {
                near.push(name.to_string());
            }
        }
        if !near.is_empty() {
            return Ok(near);
        }
    }
    Ok(Vec::new())
}

/// One case by its id, by a number of any ticket system, or by a name that it once had. `own` are the domains of the own
/// team.
///
/// # Errors
/// When there is none, or the store refuses.
pub fn show(store: &dyn CaseWork, id: &CaseId, own: &[String], now: i64) -> Result<CaseReport, CaseError> {
    let case = store.case(id)?.ok_or_else(|| CaseError::Missing(id.clone()))?;
    let noise = store.noise()?;
    let silence = Silence::of(&noise, customer_of(&case, own), now);
    let findings = store.findings(&case.id)?;
    let solved = findings.as_ref().map_or(&[][..], |found| &found.solved);
    let signatures = store.evidence(&case.id)?.into_iter().map(|mut seen| {
        if solved.contains(&seen.signature) {
            seen.standing = seen.standing.max(Standing::Recovered);
        }
        let (symbol, meaning) = describe_signature(&seen.signature, "en");
        let silenced = silence.of_signature(&seen.signature).map(str::to_string);
        StoredSignature { seen, symbol, meaning, silenced }
    });
    let mut signatures: Vec<StoredSignature> = signatures.collect();
    signatures.sort_by_key(|one| one.seen.standing);
    let thread = store.messages(&case.id)?;
    let mut events = store.events(&case.id)?;
    events.extend(first_answer(&thread, case.opened, own));
    events.sort_by_key(|event| event.at);
    Ok(CaseReport {
        schema: CASE_SCHEMA,
        signatures,
        thread,
        findings,
        decisions: store.decisions(&case.id)?,
        events,
        case: with_customer(case, own),
    })
}

/// What closing a case did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Closing {
    /// It was open and is closed.
    Closed,
    /// It was closed: what resolved it is told otherwise now, and the time of its close stays.
    Corrected,
    /// It was closed with the same: nothing changed.
    Same,
}

/// Notes what a person says of an article; whether that is new: the same again, or again without a reason, changes nothing.
///
/// # Errors
/// As [`change`].
pub fn decide(
    store: &mut dyn CaseWork,
    id: &CaseId,
    article: String,
    decision: Decision,
    reason: String,
    at: i64,
) -> Result<(CaseRecord, bool), CaseError> {
    let case = store.case(id)?.ok_or_else(|| CaseError::Missing(id.clone()))?;
    let said = store.decisions(&case.id)?;
    let same = |one: &CaseDecision| {
        one.article == article && one.decision == decision && (reason.is_empty() || one.reason == reason)
    };
    if said.iter().any(same) {
        return Ok((case, false));
    }
    let case = change(store, id, &[CaseChange::Decide { article, decision, reason, at }])?;
    Ok((case, true))
}

/// Closes a case with an article, words or both. Of a case that is closed it puts right what resolved it.
///
/// # Errors
/// As [`change`].
pub fn close(
    store: &mut dyn CaseStore,
    id: &CaseId,
    article: Option<String>,
    resolution: Option<String>,
    at: i64,
) -> Result<(CaseRecord, Closing), CaseError> {
    let case = store.case(id)?.ok_or_else(|| CaseError::Missing(id.clone()))?;
    let closing = match case.status {
        CaseStatus::Open => Closing::Closed,
        CaseStatus::Closed if case.article == article && case.resolution == resolution => {
            return Ok((case, Closing::Same));
        }
        CaseStatus::Closed => Closing::Corrected,
    };
    Ok((change(store, id, &[CaseChange::Close { article, resolution, at }])?, closing))
}

/// Opens a closed case again; with whether it was closed. What is open stays as it is, and nothing is noted.
///
/// # Errors
/// As [`change`].
pub fn reopen(store: &mut dyn CaseStore, id: &CaseId, why: String, at: i64) -> Result<(CaseRecord, bool), CaseError> {
    let case = store.case(id)?.ok_or_else(|| CaseError::Missing(id.clone()))?;
    if case.status == CaseStatus::Open {
        return Ok((case, false));
    }
    Ok((change(store, id, &[CaseChange::Reopen { why, at }])?, true))
}

/// Changes a case as it stands, again when another change came first.
///
/// # Errors
/// When there is no such case, others change it all the time, or the store refuses.
pub fn change(store: &mut dyn CaseStore, id: &CaseId, changes: &[CaseChange]) -> Result<CaseRecord, CaseError> {
    for _ in 0..TRIES {
        let case = store.case(id)?.ok_or_else(|| CaseError::Missing(id.clone()))?;
        match store.update(&case.id, case.version, changes)? {
            Update::Done(_) => {
                store.refresh()?;
                return store.case(&case.id)?.ok_or_else(|| CaseError::Missing(id.clone()));
            }
            Update::Conflict(_) => {}
            Update::Missing => return Err(CaseError::Missing(id.clone())),
        }
    }
    Err(CaseError::Contested(id.clone()))
}
