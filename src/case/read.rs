//! How the texts of a case are read: which words of a mail are whose, when a loose text is a note that a person wrote,
//! and what each sighting in them is worth.
//!
//! Whoever lists signatures and whoever collects a case read alike through this. Nothing is kept here, and nothing is
//! opened: readers are handed in.

use std::{cell::OnceCell, io::Read, ops::ControlFlow, sync::LazyLock};

use super::{
    Part, PartKind, TextKind,
    pasted::{Pasted, pasted},
};
use crate::{
    logs::{
        self, Level, LogFormat,
        reader::{Chunk, LogReader},
    },
    mail::{BlockKind, Mailbox, Message, Role, Roles},
    parsed::{Parsed, Warning},
    signature::{
        Standing, Whose,
        extract::{Context, Extractor},
        sight::{Sighting, sight},
    },
    text::{
        past::{Told, told},
        phrase::AnalyzedText,
        supposed::is_supposed,
        terms::Terms,
    },
};

/// A loose text up to this size may be a note that a person wrote; logs are longer.
const LONGEST_NOTE: usize = 64 << 10;

/// Share of lines with a time stamp or a level from which a text is a log.
const LOG_LINES: f64 = 0.2;

/// Fewest such lines in a log: a screen typed off has an `Error:` or `Info:` too.
const FEWEST_LOG_LINES: u32 = 3;

/// A text of a message with what it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MessageText<'m> {
    /// Line of its beginning in the decoded body, from 1; 0 for the subject.
    pub line: u64,
    /// What it is.
    pub kind: TextKind,
    /// The text.
    pub text: &'m str,
}

/// The texts of a message that count: its subject and its blocks, but no signature block and no disclaimer. Everybody reports.
pub fn message_texts(message: &Message) -> impl Iterator<Item = MessageText<'_>> {
    texts_by(message, Role::Customer, &NOBODY)
}

/// Roles by no domain.
pub(super) static NOBODY: LazyLock<Roles> = LazyLock::new(Roles::default);

/// The same for a message whose author has a role.
///
/// A machine's answer repeats the subject and quotes; it is no new word of anybody. What a mail system reports of a delivery is.
/// Who answers names things that he need not have met, unless he passes on what another wrote; the subject of an answer is that of
/// what it answers.
pub fn texts_by<'m>(message: &'m Message, role: Role, roles: &'m Roles) -> impl Iterator<Item = MessageText<'m>> {
    let echo = message.is_echo();
    let answers = answering(role);
    let kind = match answers {
        _ if echo => TextKind::Quoted,
        Some(whose) if !message.is_answer() && !message.has_prefix() => TextKind::Cited(whose),
        _ => TextKind::Subject,
    };
    let subject = MessageText { line: 0, kind, text: &message.subject };
    let echo = echo && !message.is_delivery_report();
    let blocks = message.body.iter().filter_map(move |block| {
        let kind = match block.kind {
            BlockKind::Signature | BlockKind::Disclaimer => return None,
            BlockKind::Quoted => TextKind::Quoted,
            BlockKind::New | BlockKind::Forwarded if echo => TextKind::Quoted,
            BlockKind::New => answers.map_or(TextKind::New, TextKind::Cited),
            BlockKind::Forwarded => {
                let role = forwarded_from(&block.text).map_or(Role::Customer, |from| roles.of_mailbox(&from));
                answering(role).map_or(TextKind::New, TextKind::Cited)
            }
        };
        Some(MessageText { line: block.first_line, kind, text: &block.text })
    });
    std::iter::once(subject).chain(blocks)
}

/// Whose words those of somebody in a role are, where he answers.
fn answering(role: Role) -> Option<Whose> {
    match role {
        Role::Customer | Role::Machine => None,
        Role::OwnTeam => Some(Whose::OwnTeam),
        Role::Vendor => Some(Whose::Vendor),
    }
}

/// Lines of a message that was passed on in which its author is looked for.
const HEAD_LINES: usize = 6;

/// Who wrote a message that was passed on, as its head shows.
fn forwarded_from(text: &str) -> Option<Mailbox> {
    let names = ["from", "发件人", "寄件者", "寄件人", "von", "de"];
    text.lines().take(HEAD_LINES).find_map(|line| {
        let (name, value) = line.trim_matches(['*', '>', ' ']).split_once([':', '：'])?;
        let name = name.trim_matches(['*', ' ']).to_lowercase();
        let address =
            value.split(['<', '>', '[', ']', ' ', '"', '(', ')', ';', ',']).find(|word| word.contains('@'))?;
        let address = address.trim_start_matches("mailto:").to_string();
        names.contains(&name.as_str()).then(|| Mailbox { name: String::new(), address })
    })
}

/// Bytes of a text in which denials are looked for: nobody writes more, what follows is a pasted log, and its analysis would
/// take many times its size in memory.
pub(super) const LONGEST_PROSE: usize = 256 << 10;

/// Reads what people wrote where no case is collected: message by message, note by note.
#[derive(Debug, Clone, Copy)]
pub struct Reader<'a> {
    /// Finds signatures.
    pub extractor: &'a Extractor,
    /// Words that mean the same. `None`: the built-in ones, which are made when a person's text comes.
    pub terms: Option<&'a Terms>,
    /// By which domains it is told who reports and who answers.
    pub roles: &'a Roles,
}

impl<'a> Reader<'a> {
    /// The texts of a message that count.
    pub fn texts<'m>(&self, message: &'m Message) -> impl Iterator<Item = MessageText<'m>>
    where
        'a: 'm,
    {
        texts_by(message, self.roles.of_one(message), self.roles)
    }

    /// As [`sight_prose`].
    pub fn sight_prose<'t>(&self, text: &MessageText<'t>, each: impl FnMut(Sighting<'t>)) {
        sight_prose(self.extractor, self.terms.unwrap_or_else(|| Terms::builtin()), text, each);
    }
}

/// Finds the signatures of a text that a person wrote. What is quoted, what an answer, a command or a pasted article names, and
/// what its sentence denies, is marked so.
pub fn sight_prose<'t>(extractor: &Extractor, terms: &Terms, text: &MessageText<'t>, each: impl FnMut(Sighting<'t>)) {
    sight_analyzed(extractor, terms, text, &pasted_in(text), &OnceCell::new(), each);
}

/// What is pasted in a text that reports; of another kind all is known already.
pub fn pasted_in(text: &MessageText<'_>) -> Vec<Pasted> {
    if text.kind == TextKind::New { pasted(text.text) } else { Vec::new() }
}

/// As [`sight_prose`], with what is pasted in the text as [`pasted_in`] finds it; leaves the analysis of the text to who needs it
/// after, where it was needed. What is longer than is looked at for denials is analyzed to there.
pub fn sight_analyzed<'t>(
    extractor: &Extractor,
    terms: &Terms,
    text: &MessageText<'t>,
    pasted: &[Pasted],
    // Analyzed only where it is needed, and once: most texts name no signature.
    analyzed: &OnceCell<AnalyzedText>,
    mut each: impl FnMut(Sighting<'t>),
) {
    let head = &text.text[..text.text.floor_char_boundary(LONGEST_PROSE)];
    sight(extractor, text.text, text.line, Context::Prose, |mut sighting| {
        if text.kind == TextKind::Quoted {
            sighting.standing = Standing::Quoted;
        } else if sighting.span.end <= head.len()
            && analyzed.get_or_init(|| AnalyzedText::new(head, terms)).denies(&sighting.span)
        {
            sighting.standing = Standing::Denied;
        } else if sighting.signature.kind.is_code()
            && sighting.span.end <= head.len()
            && let Some(told) =
                told(head, analyzed.get_or_init(|| AnalyzedText::new(head, terms)).sentences(), &sighting.span)
        {
            (sighting.standing, sighting.whose) = match told {
                Told::Over => (Standing::Recovered, None),
                Told::Denied => (Standing::Denied, None),
                Told::Yours => (Standing::Cited, Some(Whose::OwnTeam)),
            };
        } else if let Some(whose) = whose(text.kind, pasted, sighting.span.start) {
            (sighting.standing, sighting.whose) = (Standing::Cited, Some(whose));
        } else if sighting.signature.kind.is_code()
            && sighting.standing == Standing::Failing
            && sighting.span.end <= head.len()
            && is_supposed(head, analyzed.get_or_init(|| AnalyzedText::new(head, terms)).sentences(), &sighting.span)
        {
            sighting.standing = Standing::Mentioned;
        }
        each(sighting);
    });
}

/// Whose words stand at a place of a text, where they are no report.
fn whose(kind: TextKind, pasted: &[Pasted], at: usize) -> Option<Whose> {
    if let TextKind::Cited(whose) = kind {
        return Some(whose);
    }
    let next = pasted.partition_point(|one| one.span.end <= at);
    pasted.get(next).filter(|one| one.span.contains(&at)).map(|one| one.whose)
}

/// A stretch of a text that is read as lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stretch<'c> {
    /// A whole loose text that a person wrote: symptoms retold, a chat, a form.
    Note(MessageText<'c>),
    /// Whole lines of a log.
    Log {
        /// The lines.
        chunk: Chunk<'c>,
        /// Bytes of the log that were read before them.
        before: u64,
    },
}

/// Reads a text as lines, stretch by stretch, until its end or until `each` breaks off; what it was read as, and what
/// could not be read.
pub fn read_log(
    part: &str,
    content: &mut dyn Read,
    mut each: impl FnMut(Stretch<'_>) -> ControlFlow<()>,
) -> Parsed<Part> {
    let mut reader = LogReader::new(content);
    let (mut first, mut note) = (true, false);
    let script = is_script(part);
    let mut warnings = Vec::new();
    loop {
        let before = reader.bytes();
        let stretch = match reader.next_chunk() {
            Ok(Some(chunk))
                if script || std::mem::take(&mut first) && chunk.format == LogFormat::Plain && is_note(chunk.text) =>
            {
                note = true;
                let kind = if script { TextKind::Cited(Whose::Script) } else { TextKind::New };
                Stretch::Note(MessageText { line: chunk.first_line, kind, text: chunk.text })
            }
            Ok(Some(chunk)) => Stretch::Log { chunk, before },
            Ok(None) => break,
            Err(error) => {
                let message = format!("cannot read on after line {}: {error}", reader.lines());
                warnings.push(Warning::new(part, message));
                break;
            }
        };
        if each(stretch).is_break() {
            break;
        }
    }
    warnings.extend(reader.warnings(part));
    let read = Part {
        part: part.into(),
        kind: PartKind::Log,
        format: if note { "note" } else { reader.format().name() }.into(),
        encoding: Some(reader.encoding().to_string()),
        bytes: reader.bytes(),
        lines: reader.lines(),
    };
    Parsed { value: read, warnings }
}

/// Endings of files that hold scripts. A `.reg` file may be what a registry held: it is read.
const SCRIPTS: &[&str] = &["bash", "bat", "cmd", "ksh", "ps1", "psd1", "psm1", "py", "sh", "vbs", "wsf"];

/// Whether a file's name says that it is a script: it names what it can handle, not what happened.
fn is_script(part: &str) -> bool {
    let name = part.rsplit(['/', '\\']).next().unwrap_or_default();
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending).to_ascii_lowercase();
    SCRIPTS.contains(&ending.as_str())
}

/// Whether a loose text is a note that a person wrote (symptoms retold, a chat, a form), not a log: few of its
/// lines carry what a log line begins with.
fn is_note(text: &str) -> bool {
    if text.len() > LONGEST_NOTE {
        return false;
    }
    let (mut all, mut logged, mut dated) = (0u32, 0u32, 0u32);
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        let record = logs::read_record(LogFormat::Plain, line);
        all += 1;
        // `[09:02] name: …` is a chat: logs tell the second.
        dated += u32::from(record.time.is_some_and(|time| time.len() >= "2024-01-01 00:00:00".len()));
        let stamped = record.time.is_some_and(|time| time.len() >= "00:00:00".len());
        let installer =
            line.starts_with("MSI (") || line.starts_with("Action ended ") || line.starts_with("Action start ");
        logged += u32::from(stamped || installer || record.level != Level::Unknown);
    }
    // Two lines that were cut out of a log are one still: no person begins each line with date and time.
    let cut = all > 0 && dated == all;
    !cut && (logged < FEWEST_LOG_LINES || f64::from(logged) < f64::from(all) * LOG_LINES)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        mail,
        signature::sight::{SightMemory, sight_chunk},
    };

    #[test]
    fn screens_and_chats_are_notes_and_logs_are_not() {
        assert!(is_note("File: \\Boot\\BCD\nStatus: 0xc000000f\nInfo: an error occurred\n"));
        assert!(is_note("[09:02] ann: it rolls back\n[09:03] bob: which one\n[09:04] ann: the sha2 one\n"));
        assert!(!is_note(&"2024-01-01 10:00:00 INFO started\n".repeat(5)));
        assert!(!is_note("2024-01-01T10:00:00+08:00 0 [ERROR] Too many connections\n"));
        assert!(is_note("Error 0x80070005 when it installs\n") && is_note(""));
    }

    #[track_caller]
    fn check_standings(text: &str, expected: &[(&str, Standing)]) {
        let extractor = Extractor::new();
        let mut seen = Vec::new();
        let read = read_log("note.txt", &mut text.as_bytes(), |stretch| {
            match stretch {
                Stretch::Note(note) => sight_prose(&extractor, Terms::builtin(), &note, |sighting| {
                    seen.push((sighting.signature.to_string(), sighting.standing));
                }),
                Stretch::Log { chunk, .. } => {
                    sight_chunk(&extractor, &chunk, &mut SightMemory::default(), |sighting| {
                        seen.push((sighting.signature.to_string(), sighting.standing));
                    });
                }
            }
            ControlFlow::Continue(())
        });
        assert_eq!(read.warnings, []);
        let seen: Vec<_> = seen.iter().map(|(signature, standing)| (signature.as_str(), *standing)).collect();
        assert_eq!(seen, expected, "of {text}");
    }

    #[test]
    fn code_in_a_note_has_been_met() {
        check_standings("Setup says 0x80070005\n", &[("hresult:0x80070005", Standing::Failing)]);
        check_standings("安装时出现 0x80070005\n", &[("hresult:0x80070005", Standing::Failing)]);
    }

    #[test]
    fn what_a_note_denies_is_denied() {
        check_standings("We never had krnlmgr.sys here.\n", &[("file:krnlmgr.sys", Standing::Denied)]);
        check_standings("与 krnlmgr.sys 无关。\n", &[("file:krnlmgr.sys", Standing::Denied)]);
    }

    #[test]
    fn log_lines_without_failure_are_listed() {
        let line = "2024-09-09 10:00:00 INFO service: loaded krnlmgr.sys\n";
        check_standings(&line.repeat(4), &[("file:krnlmgr.sys", Standing::Listed); 4]);
    }

    #[test]
    fn reading_ends_where_it_is_broken_off() {
        let text = "2024-09-09 10:00:00 INFO nothing\n".repeat(40_000);
        let mut stretches = 0;
        let read = read_log("a.log", &mut text.as_bytes(), |_| {
            stretches += 1;
            ControlFlow::Break(())
        });
        assert_eq!(stretches, 1);
        assert!(read.value.lines < 40_000);
    }

    #[track_caller]
    fn check_kinds(mail: &str, expected: &[TextKind]) {
        let messages = mail::parse("mail.eml", mail.as_bytes()).value;
        let kinds: Vec<TextKind> = message_texts(&messages[0]).map(|text| text.kind).collect();
        assert_eq!(kinds, expected, "of {mail}");
    }

    #[test]
    fn blocks_of_a_mail_are_told_apart() {
        let mail = "From: a@example.com\nSubject: setup\n\nIt fails.\n\n-- \nA. Example\n";
        check_kinds(mail, &[TextKind::Subject, TextKind::New]);
        let reply = "From: a@example.com\nSubject: Re: setup\n\nStill fails.\n\nOn Mon, 1 Jul 2024 at 10:00, B wrote:\n> Try again.\n";
        check_kinds(reply, &[TextKind::Subject, TextKind::New, TextKind::Quoted]);
    }

    #[test]
    fn what_a_mail_system_reports_is_new() {
        let mail =
            "From: MAILER-DAEMON@example.com\nSubject: Undelivered Mail Returned to Sender\n\n550 5.1.1 user unknown\n";
        check_kinds(mail, &[TextKind::Quoted, TextKind::New]);
    }

    #[test]
    fn nothing_in_a_machines_answer_is_new() {
        let mail =
            "From: a@example.com\nSubject: Automatic reply: 0x80070005\nAuto-Submitted: auto-replied\n\nI am away.\n";
        check_kinds(mail, &[TextKind::Quoted, TextKind::Quoted]);
    }
}
