//! Stored messages read again, for their words alone: no signature is looked for, no log is read.

use std::{borrow::Cow, io::Read, ops::ControlFlow, sync::OnceLock};

use crate::{
    app::{self, AppError},
    case::{
        Part, Sink,
        read::{Stretch, read_log},
        words::MessageWords,
    },
    config::Settings,
    intake,
    mail::Message,
    parsed::Warning,
    store::local::{RawMessage, WordReader},
    text::terms::Terms,
};

/// Reads the words of stored messages as an ingest does.
pub struct Rereader {
    terms: OnceLock<Cow<'static, Terms>>,
}

impl Rereader {
    /// With the terms of the settings.
    ///
    /// # Errors
    /// When the file of own terms cannot be used.
    pub fn new(settings: &Settings) -> Result<Self, AppError> {
        let terms = OnceLock::new();
        if settings.terms.value.is_some() {
            // The built-in ones are read when they are needed: most commands need none.
            let _ = terms.set(app::terms(settings)?);
        }
        Ok(Rereader { terms })
    }
}

impl WordReader for Rereader {
    fn terms(&self) -> &Terms {
        self.terms.get_or_init(|| Cow::Borrowed(Terms::builtin()))
    }

    fn words(&self, raw: RawMessage<'_>) -> Vec<MessageWords> {
        let mut words = Words { terms: self.terms(), part: "m", found: Vec::new() };
        if raw.loose {
            words.message(&Message { part: "m".into(), subject: raw.name.into(), ..Message::default() });
            words.log("m", &mut { raw.raw });
        } else {
            intake::read_whole("m", raw.raw, &mut words);
        }
        words.found
    }
}

/// Takes the words of one unit's messages; enclosed ones are part of the one that holds them.
struct Words<'t> {
    terms: &'t Terms,
    part: &'static str,
    found: Vec<MessageWords>,
}

impl Sink for Words<'_> {
    fn message(&mut self, message: &Message) {
        if !message.part.starts_with(&format!("{}/", self.part)) || self.found.is_empty() {
            self.found.push(MessageWords::default());
        }
        if let Some(last) = self.found.last_mut() {
            last.push_message(message, self.terms);
        }
    }

    fn log(&mut self, part: &str, content: &mut dyn Read) {
        let Some(last) = self.found.last_mut() else { return };
        // A note is one stretch; of a log the first is enough to know it for one.
        read_log(part, content, |stretch| {
            if let Stretch::Note(note) = stretch {
                last.push_note(note.text, self.terms);
            }
            ControlFlow::Break(())
        });
    }

    fn part(&mut self, _: Part) {}

    fn warn(&mut self, _: Warning) {}
}
