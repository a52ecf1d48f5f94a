//! Mails of a case as people know them: by their place in its thread.

use crate::{app::tags::part_of, store::MessageRecord};

/// The mails of a thread by the names that they have as parts.
pub(super) struct Mails(Vec<String>);

impl Mails {
    /// Of a thread, oldest first.
    pub(super) fn of(thread: &[MessageRecord]) -> Self {
        Mails(thread.iter().map(|message| part_of(message.id)).collect())
    }

    /// A text with mails named by their place.
    pub(super) fn named(&self, text: &str) -> String {
        (1..)
            .zip(&self.0)
            .fold(text.to_string(), |text, (number, short)| text.replace(short, &format!("mail {number}")))
    }
}
