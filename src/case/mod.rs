//! The case: what triage knows of it once all parts are read.
//!
//! [`fields`] reads subjects and bodies by rule, [`read`] says whose words a text is and what a sighting in it is worth, [`pasted`] what of a text is a command or an article,
//! [`chain`] which failure led to which, `over` which of them the customer says is solved, [`primary`] which of them the case is about, and [`collect`] gathers the evidence,
//! with rare failing lines that hold no code. No I/O.

pub mod chain;
pub mod collect;
pub mod errand;
pub mod fields;
mod over;
pub mod pasted;
pub mod places;
pub mod primary;
pub mod read;
pub mod scrub;
pub(crate) mod uncoded;
pub mod words;

use std::{collections::HashMap, fmt, io::Read, sync::Arc};

use serde::Serialize;

use crate::{
    facts::MachineFacts,
    mail::Message,
    parsed::Warning,
    signature::{Signature, SignatureEvidence, Whose},
    text::{chinese_share, phrase::AnalyzedText, terms::Terms},
};

/// Fields of the case, read from subjects and bodies by the rules of `kb/fields.toml`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct CaseFields {
    /// The subject without reply prefixes and without what became a field.
    pub subject: String,
    /// Case numbers of all ticket systems, in the order seen.
    pub numbers: Vec<String>,
    /// `P1` to `P4` as named by the ticket system.
    pub severity: Option<String>,
    /// The customer.
    pub customer: Option<String>,
    /// Product id, from the fields or from the facts of the machine.
    pub product: Option<String>,
}

/// All the evidence of one case.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CaseEvidence {
    /// The case's fields.
    pub fields: CaseFields,
    /// Facts of the machine.
    pub facts: MachineFacts,
    /// Signatures, those that matter most first.
    pub signatures: Vec<SignatureEvidence>,
    /// Those that the customer says are solved; where another failure is open they count as recovered.
    pub solved: Vec<Signature>,
    /// Texts of the templates among the signatures, by id.
    pub templates: HashMap<String, String>,
    /// What led to what, the chain that tells most first.
    pub chains: Vec<chain::Chain>,
    /// The signature nearest the root.
    pub primary: Option<primary::Primary>,
    /// Where in their logs the lines with signatures stand.
    pub places: places::Places,
    /// Text in which words are looked for.
    pub texts: Vec<TextEvidence>,
    /// What was read.
    pub parts: Vec<Part>,
    /// What could not be read.
    pub warnings: Vec<Warning>,
}

/// Text of a case in which words are looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextEvidence {
    /// Where it stands.
    pub part: String,
    /// Line of its beginning, from 1; 0 for a subject.
    pub line: u64,
    /// What it is.
    pub kind: TextKind,
    text: String,
    analysis: TextAnalysis,
}

impl TextEvidence {
    /// A text that is analyzed when words are looked for in it.
    pub fn new(part: impl Into<String>, line: u64, kind: TextKind, text: impl Into<String>) -> Self {
        TextEvidence { part: part.into(), line, kind, text: text.into(), analysis: TextAnalysis::default() }
    }

    /// The same with the analysis of the whole text, where one was made when it was read.
    pub fn with_analysis(self, analysis: Option<AnalyzedText>) -> Self {
        TextEvidence { analysis: TextAnalysis(analysis.map(Arc::new)), ..self }
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Its analysis by these terms: the one that there is, or one that is made.
    pub fn analysis(&self, terms: &Terms) -> Arc<AnalyzedText> {
        let known = self.analysis.0.as_ref().filter(|known| known.terms().is_same(terms));
        known.map_or_else(|| Arc::new(AnalyzedText::new(&self.text, terms)), Arc::clone)
    }
}

/// The analysis of a text, where there is one. It follows from the text: two are always equal.
#[derive(Clone, Default)]
struct TextAnalysis(Option<Arc<AnalyzedText>>);

impl PartialEq for TextAnalysis {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for TextAnalysis {}

impl fmt::Debug for TextAnalysis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "there" } else { "none" })
    }
}

/// What a text of a case is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TextKind {
    /// A subject line.
    Subject,
    /// What an author newly wrote, or passed on.
    New,
    /// A log line that says that something failed.
    FailingLog,
    /// What an answer says, a pasted article, or a command.
    Cited(Whose),
    /// Quoted history.
    Quoted,
    /// What was told of a failure that is solved since.
    Over,
}

impl TextKind {
    /// Whether somebody, or a log, tells with it what was met: it is no history and no answer.
    pub fn reports(self) -> bool {
        !matches!(self, TextKind::Cited(_) | TextKind::Quoted | TextKind::Over)
    }

    /// Whether it tells of the machine as it is: what an old mail says may be over, an article is of any machine. An engineer
    /// writes down what he was told on the telephone.
    pub fn tells_facts(self) -> bool {
        self.reports() || self == TextKind::Cited(Whose::OwnTeam)
    }
}

/// Where intake hands what it reads, part by part, in the order of the input.
pub trait Sink {
    /// A mail or a thread export that is no part of another message, before it is taken apart. `true`: the sink keeps it
    /// whole, and it is not opened.
    fn whole(&mut self, _part: &str, _raw: &[u8]) -> bool {
        false
    }
    /// Bytes up to which the sink wants what is too large to be read, to set it aside; `None`: it takes the beginning of it.
    fn sets_aside(&self) -> Option<u64> {
        None
    }
    /// A mail or a thread export that is too large to be read, whole; only where [`Sink::sets_aside`] says so.
    fn aside(&mut self, _part: &str, _raw: &[u8], _why: &str) {}
    /// A message. Its attachments are handed over as parts of their own and are gone from it.
    fn message(&mut self, message: &Message);
    /// A text to be read as lines; bytes as they are in the file.
    fn log(&mut self, part: &str, content: &mut dyn Read);
    /// A container, or something that is not read.
    fn part(&mut self, part: Part);
    /// What could not be read.
    fn warn(&mut self, warning: Warning);
}

/// One thing that was read: a message, an attachment, a log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Part {
    /// Its name in the output, `mail-1.eml/logs.zip/CBS.log`.
    pub part: String,
    /// What it was read as: `message`, `log`, `archive`, `skipped`.
    pub kind: PartKind,
    /// Format or media type: `cbs`, `application/zip`.
    pub format: String,
    /// Text encoding, where it is text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encoding: Option<String>,
    /// Bytes read, after decompression.
    pub bytes: u64,
    /// Lines read.
    pub lines: u64,
}

/// What a part was read as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum PartKind {
    /// An e-mail.
    Message,
    /// Text read as lines.
    Log,
    /// A container whose entries are parts themselves.
    Archive,
    /// Not text and not a container: not read.
    Skipped,
}

/// Share of Chinese characters among the letters from which a case counts as Chinese: Chinese support
/// mail is full of Latin names and pasted lines, and its characters are words; English mail has no Chinese at all.
pub const CHINESE: f64 = 0.08;

/// The same for the failing lines of logs: only the system's own message at the end of a line is translated.
const CHINESE_LOG: f64 = 0.01;

impl CaseEvidence {
    /// The language that the people of the case write, `zh` or `en`; where nobody writes, that of its failing log lines.
    pub fn language(&self) -> &'static str {
        let chinese = match self.chinese_share(|kind| kind != TextKind::FailingLog) {
            Some(share) => share >= CHINESE,
            None => self.chinese_share(|kind| kind == TextKind::FailingLog).is_some_and(|share| share >= CHINESE_LOG),
        };
        if chinese { "zh" } else { "en" }
    }

    /// Share of Chinese characters among the letters of some texts; `None` where they have no letters.
    fn chinese_share(&self, wanted: impl Fn(TextKind) -> bool) -> Option<f64> {
        // An article is in the language of its vendor, a command in none.
        let pasted = |kind| matches!(kind, TextKind::Cited(whose) if !whose.answers());
        let texts = self.texts.iter().filter(|text| wanted(text.kind) && !pasted(text.kind));
        chinese_share(texts.flat_map(|text| text.text.chars()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(texts: &[(TextKind, &str)], expected: &str) {
        let text = |(kind, text): &(TextKind, &str)| TextEvidence::new("a", 1, *kind, *text);
        let case = CaseEvidence { texts: texts.iter().map(text).collect(), ..CaseEvidence::default() };
        assert_eq!(case.language(), expected, "{texts:?}");
    }

    #[test]
    fn people_decide_the_language_and_logs_where_nobody_writes() {
        check(&[(TextKind::New, "安装 KB4474419 后回滚，CBS.log 里是 0x80070005")], "zh");
        check(&[(TextKind::New, "it rolls back"), (TextKind::FailingLog, "Error 5: 拒绝访问。")], "en");
        check(&[(TextKind::FailingLog, "!!!  dvi: Add Service: Failed to create service. Error 5: 拒绝访问。")], "zh");
        check(&[(TextKind::FailingLog, "!!!  dvi: Error 5: Access is denied.")], "en");
        check(&[], "en");
    }
}
