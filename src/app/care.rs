//! The care of the case store: what goes when a case is forgotten.

use serde::Serialize;

use super::cases::CaseError;
use crate::store::{CaseId, CaseStore};

/// Name and version of the JSON form.
pub const FORGET_SCHEMA: &str = "casebook.forget/1";

/// What goes, or went, with a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ForgetReport {
    /// [`FORGET_SCHEMA`].
    pub schema: &'static str,
    /// The case.
    pub case: CaseId,
    /// Its subject.
    pub subject: String,
    /// Its numbers.
    pub numbers: Vec<String>,
    /// How many messages.
    pub messages: u64,
    /// How many attachments, counted with each message that has them.
    pub attachments: u64,
    /// How many signatures.
    pub signatures: u64,
    /// Bytes of its messages.
    pub bytes: u64,
    /// Whether it is erased.
    pub erased: bool,
    /// Whether another process still reads an earlier state, so that the files hold its bytes until that ends.
    pub lingering: bool,
}

/// What would go with a case.
///
/// # Errors
/// When there is no such case, or the store refuses.
pub fn what_goes(store: &dyn CaseStore, id: &CaseId) -> Result<ForgetReport, CaseError> {
    let case = store.case(id)?.ok_or_else(|| CaseError::Missing(id.clone()))?;
    let messages = store.messages(&case.id)?;
    let mut bytes = 0;
    for message in &messages {
        // Damaged bytes can be erased too.
        bytes += store.raw(message.id).ok().flatten().map_or(0, |raw| raw.len() as u64);
    }
    Ok(ForgetReport {
        schema: FORGET_SCHEMA,
        signatures: store.evidence(&case.id)?.len() as u64,
        case: case.id,
        subject: case.subject,
        numbers: case.numbers,
        messages: messages.len() as u64,
        attachments: messages.iter().map(|message| message.attachments.len() as u64).sum(),
        bytes,
        erased: false,
        lingering: false,
    })
}
