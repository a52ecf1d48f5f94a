//! The words of a message as a search over cases knows them.
//!
//! Its subject, and what its author newly wrote or passed on; notes that are attached. What it quotes stands in the message
//! that it answers already, so quoted text counts only where the message names none that it answers: a thread pasted into a
//! mail. Logs give no words here: their signatures and failing lines do.

use super::{
    TextKind,
    read::{LONGEST_PROSE, MessageText, message_texts},
};
use crate::{
    mail::Message,
    text::{flat::FlatTokens, phrase::AnalyzedText, terms::Terms},
};

/// Bytes of one text that are read for words: nobody writes more, what follows is a pasted log.
const MOST_TEXT: usize = 64 << 10;

// What was analyzed to tell denials is taken for the words of a whole text: it must not end before the text does.
const _: () = assert!(MOST_TEXT <= LONGEST_PROSE);

/// Whether a message names one that it answers.
pub fn answers(message: &Message) -> bool {
    !message.in_reply_to.is_empty() || !message.references.is_empty()
}

/// What a message can be found by, beside its signatures.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MessageWords {
    /// Words of the subject.
    pub subject: FlatTokens,
    /// Words of the text.
    pub text: FlatTokens,
}

impl MessageWords {
    /// Adds the words of a message, or of one that is enclosed in it.
    pub fn push_message(&mut self, message: &Message, terms: &Terms) {
        let answers = answers(message);
        for text in message_texts(message) {
            self.push(&text, answers, None, terms);
        }
    }

    /// Adds a text of a message; `answers`: see [`answers`]. What is analyzed already is not analyzed again.
    pub fn push(&mut self, text: &MessageText<'_>, answers: bool, analyzed: Option<&AnalyzedText>, terms: &Terms) {
        // Line 0 is a subject, whoever sent it.
        let subject = text.line == 0 && matches!(text.kind, TextKind::Subject | TextKind::Quoted | TextKind::Cited(_));
        if subject && self.subject.is_empty() {
            self.subject.push_text(text.text, terms);
        } else if subject || text.kind != TextKind::Quoted || !answers {
            match analyzed.filter(|_| text.text.len() <= MOST_TEXT) {
                Some(analyzed) => self.text.push_analyzed(analyzed.tokens(), analyzed.concepts(), terms),
                None => self.push_note(text.text, terms),
            }
        }
    }

    /// Adds the words of a text that a person wrote.
    pub fn push_note(&mut self, text: &str, terms: &Terms) {
        self.text.push_text(&text[..text.floor_char_boundary(MOST_TEXT)], terms);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail;

    #[track_caller]
    fn check(mail: &str, subject: &str, text: &[&str], absent: &[&str]) {
        let message = mail::parse("m.eml", mail.as_bytes()).value.remove(0);
        let mut words = MessageWords::default();
        words.push_message(&message, Terms::builtin());
        let has = |tokens: &FlatTokens, word: &str| tokens.iter().any(|token| token.text == word);
        assert!(has(&words.subject, subject), "{:?}", words.subject);
        assert!(text.iter().all(|word| has(&words.text, word)), "{:?}", words.text);
        assert!(absent.iter().all(|word| !has(&words.text, word)), "{:?}", words.text);
    }

    #[test]
    fn quotes_count_where_nothing_is_answered() {
        let quote = "From: a@example.com\nSubject: setup\nHEAD\n\nbroken today\n\nOn Mon, 1 Jul 2024 at 10:00, B wrote:\n> bluescreen seen\n";
        check(
            &quote.replace("HEAD", "In-Reply-To: <1@example.com>"),
            "setup",
            &["today"],
            &["bluescreen", "#bluescreen"],
        );
        check(&quote.replace("\nHEAD", ""), "setup", &["today", "#bluescreen"], &[]);
    }

    #[test]
    fn the_subject_of_a_machine_is_a_subject() {
        let mail = "From: a@example.com\nSubject: disk full\nAuto-Submitted: auto-replied\n\nI am away\n";
        check(mail, "#disk-full", &["away"], &[]);
    }
}
