//! A stored case read again from its raw messages, as a triage reads it.

use std::collections::HashSet;

use crate::{
    case::{CaseEvidence, collect::Collector, fields::FieldRules},
    intake,
    mail::Roles,
    signature::extract::Extractor,
    store::{CaseRecord, CaseStore, MessageHash, MessageRecord, StoreError},
    text::terms::Terms,
};

/// Digits of a message's hash that name it as a part: 2^48 names within one case.
const PART_DIGITS: usize = 12;

/// What reads a case; threads may share it.
#[derive(Clone, Copy)]
pub(in crate::app) struct Reader<'a> {
    pub(in crate::app) extractor: &'a Extractor,
    pub(in crate::app) terms: &'a Terms,
    pub(in crate::app) rules: &'a FieldRules,
    pub(in crate::app) roles: &'a Roles,
}

/// The name of a stored message as a part of its case.
pub fn part_of(id: MessageHash) -> String {
    id.to_string()[..PART_DIGITS].to_string()
}

impl Reader<'_> {
    /// The evidence of a stored case. The fields that the store has stand.
    pub(in crate::app) fn read(&self, store: &dyn CaseStore, case: &CaseRecord) -> Result<CaseEvidence, StoreError> {
        let mut collector = Collector::new(self.extractor, self.terms).with_roles(self.roles);
        // A thread export holds several messages in the same bytes.
        let mut read: HashSet<MessageHash> = HashSet::new();
        for message in store.messages(&case.id)? {
            let Some(raw) = store.raw(message.id)? else { continue };
            if read.insert(MessageHash::of(&raw)) {
                intake::read_held(&part_name(&message), &raw, &mut collector);
            }
        }
        let (mut evidence, _) = collector.finish(self.rules);
        let fields = &mut evidence.fields;
        fields.numbers.clone_from(&case.numbers);
        for (field, stored) in [
            (&mut fields.severity, &case.severity),
            (&mut fields.customer, &case.customer),
            (&mut fields.product, &case.product),
        ] {
            if stored.is_some() {
                field.clone_from(stored);
            }
        }
        Ok(evidence)
    }
}

/// A mail is named by its hash; a loose log, which is kept as a message of its own, by its file as well.
fn part_name(message: &MessageRecord) -> String {
    let part = part_of(message.id);
    let loose =
        message.message_id.is_none() && message.address.is_empty() && message.from.is_empty() && message.date.is_none();
    let file = message.subject.rsplit(['/', '\\']).next().unwrap_or_default();
    if loose && message.automatic && !file.is_empty() { format!("{part}/{file}") } else { part }
}
