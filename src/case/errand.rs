//! What mails are for: whether they report a fault, or thank, invite, announce, bill or ask before doing.
//!
//! `kb/errands.toml` lists how mails without a fault speak. A case that says much of it and tells little of trouble has no
//! known issue, however many codes it names.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, HashMap},
    ops::Range,
    sync::LazyLock,
};

use aho_corasick::{AhoCorasick, AhoCorasickBuilder, MatchKind};
use serde::{Deserialize, Serialize};

use super::{TextEvidence, TextKind};
use crate::{logs::Level, signature::standing::line_fails, text::fold_text};

static BUILTIN: LazyLock<Phrases> =
    LazyLock::new(|| Phrases::new(toml::from_str(include_str!("../../kb/errands.toml")).unwrap_or_default()));

/// What a phrase in a subject counts for: it says what the mail is for.
const SUBJECT: usize = 2;

/// Phrases from which it is said what a mail is for: a fault must not be called none because of a polite word.
const PLAIN: usize = 3;

/// What a mail that reports no fault is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Errand {
    /// It is over; thanks.
    Closing,
    /// An invitation, minutes, training.
    Meeting,
    /// What will be done on purpose.
    Announcement,
    /// News for many.
    Newsletter,
    /// Invoices, contracts, licences.
    Commercial,
    /// Questions before something is done.
    Planning,
    /// Absences, contacts, holidays.
    People,
}

impl Errand {
    /// Whether it is written for many at once, of what many have.
    fn is_for_many(self) -> bool {
        self == Errand::Newsletter
    }

    /// Whether its words name things that fail too: a newsletter is sent by a server, and a training has a room.
    fn names_things(self) -> bool {
        matches!(self, Errand::Newsletter | Errand::Meeting)
    }

    /// As words behind "reads like".
    pub fn named(self) -> &'static str {
        match self {
            Errand::Closing => "thanks or the end of a case",
            Errand::Meeting => "an invitation or training",
            Errand::Announcement => "an announcement",
            Errand::Newsletter => "a newsletter",
            Errand::Commercial => "a commercial matter",
            Errand::Planning => "a question before anything is done",
            Errand::People => "a note on people and dates",
        }
    }
}

/// What the mails of a case are for.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Purpose {
    /// How many different phrases of errands they have; one in a subject counts twice.
    pub errands: usize,
    /// How many sentences and log lines tell of trouble or ask for help.
    pub troubles: usize,
    /// The errand that most of the phrases speak of.
    pub like: Option<Errand>,
    /// Whether a phrase says it that nobody writes who reports a fault.
    pub plain: bool,
    /// How many of the troubles stand in a subject.
    pub of_subjects: usize,
}

impl Purpose {
    /// Of a case: its subjects and what is newly written tell the errand, failing lines of logs are trouble too.
    /// Each text comes with the spans of its sentences.
    pub fn of<'t>(texts: impl IntoIterator<Item = (&'t TextEvidence, &'t [Range<usize>]), IntoIter: Clone>) -> Purpose {
        BUILTIN.purpose(texts)
    }

    /// How little of a fault there is in what is said: 0 and more, 0 where trouble outweighs all else.
    ///
    /// The logarithm of how many times as often an errand is said as trouble, as if once more of each: long mails say more of
    /// everything, and a word of thanks alone tells nothing.
    pub fn calm(&self) -> f64 {
        ((1 + self.errands) as f64 / (2 + self.troubles) as f64).ln().max(0.0)
    }

    /// What the mails are for, where it is plain that they report no fault.
    pub fn errand(&self) -> Option<Errand> {
        let said = self.errands >= PLAIN && self.calm() > 0.0;
        let quiet = |errand| match errand {
            // The subject still says what was wrong.
            Errand::Closing => self.troubles == self.of_subjects,
            _ => self.troubles == 0,
        };
        self.like.filter(|like| said || self.plain && (quiet(*like) || self.calm() > 0.0))
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    errand: Vec<ErrandPhrases>,
    trouble: Vec<TroublePhrases>,
    /// Words for those who write.
    ours: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ErrandPhrases {
    is: Errand,
    phrases: Vec<String>,
    /// Phrases of which one alone says it.
    #[serde(default)]
    plain: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct TroublePhrases {
    phrases: Vec<String>,
    /// Whether who writes so has the trouble, or wants help.
    #[serde(default)]
    own: bool,
}

/// What a phrase says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Says {
    /// What the mail is for.
    Errand(Errand),
    /// The same, and nobody writes it who reports a fault.
    Plainly(Errand),
    /// That something is broken.
    Trouble,
    /// That the writer has the trouble, or wants help.
    OwnTrouble,
}

impl Says {
    fn errand(self) -> Option<Errand> {
        if let Says::Errand(errand) | Says::Plainly(errand) = self { Some(errand) } else { None }
    }
}

/// The phrases of `kb/errands.toml`, compiled.
#[derive(Debug)]
struct Phrases {
    /// `None` where there are none.
    finder: Option<AhoCorasick>,
    /// What each phrase says.
    says: Vec<Says>,
    /// Finds words for those who write.
    ours: Option<AhoCorasick>,
}

impl Phrases {
    fn new(file: File) -> Phrases {
        let mut all: Vec<(Says, String)> = Vec::new();
        let mut add = |says, phrases: Vec<String>| all.extend(phrases.into_iter().map(|one| (says, one)));
        for group in file.errand {
            add(Says::Errand(group.is), group.phrases);
            add(Says::Plainly(group.is), group.plain);
        }
        for group in file.trouble {
            add(if group.own { Says::OwnTrouble } else { Says::Trouble }, group.phrases);
        }
        let (says, phrases): (Vec<_>, Vec<_>) = all.into_iter().unzip();
        let build = |phrases| AhoCorasickBuilder::new().match_kind(MatchKind::LeftmostLongest).build(phrases).ok();
        Phrases { finder: build(phrases), says, ours: build(file.ours) }
    }

    fn purpose<'t>(
        &self,
        texts: impl IntoIterator<Item = (&'t TextEvidence, &'t [Range<usize>]), IntoIter: Clone>,
    ) -> Purpose {
        let texts = texts.into_iter();
        // An automatic answer counts as quoted: where there is nothing else, it says what it is for.
        let alone = !texts.clone().any(|(text, _)| text.kind.reports());
        let (mut said, mut troubles, mut of_others, mut of_subjects) = (HashMap::new(), 0, 0, 0);
        let mut failing_subject = false;
        for (text, sentences) in texts {
            let of_subject = match text.kind {
                TextKind::Subject => true,
                TextKind::New => false,
                TextKind::FailingLog => {
                    troubles += 1;
                    continue;
                }
                TextKind::Quoted if alone => text.line == 0,
                TextKind::Cited(_) | TextKind::Quoted | TextKind::Over => continue,
            };
            for sentence in sentences {
                let sentence = fold_text(&text.text[sentence.clone()]);
                let found = self.find(&sentence);
                let troubled = match found.is_empty() {
                    true => line_fails(&sentence, Level::Unknown),
                    // What is thanked for, announced or sold has names of faults in it.
                    false => found.iter().any(|phrase| self.says[*phrase].errand().is_none()),
                };
                let things = !found.is_empty()
                    && found.iter().all(|phrase| self.says[*phrase].errand().is_some_and(Errand::names_things));
                let fails = things && line_fails(&sentence, Level::Unknown);
                // `Newsletter cannot be sent`: the subject itself says so.
                failing_subject |= of_subject && (fails || troubled);
                let own = found.iter().any(|phrase| self.says[*phrase] == Says::OwnTrouble)
                    || whole(self.ours.as_ref(), &sentence).next().is_some()
                    || failing_subject;
                let troubled = troubled || fails && own;
                troubles += usize::from(troubled && own);
                of_others += usize::from(troubled && !own);
                of_subjects += usize::from(troubled && of_subject);
                for phrase in found {
                    *said.entry(phrase).or_insert(false) |= of_subject;
                }
            }
        }
        let mut worths: BTreeMap<Errand, (bool, usize)> = BTreeMap::new();
        let (mut plain, mut for_many) = (false, false);
        for (phrase, of_subject) in said {
            let Some(errand) = self.says[phrase].errand() else { continue };
            let plainly = matches!(self.says[phrase], Says::Plainly(_));
            for_many |= of_subject && errand.is_for_many();
            plain |= plainly || for_many;
            let worth = worths.entry(errand).or_default();
            worth.0 |= plainly;
            worth.1 += if of_subject { SUBJECT } else { 1 };
        }
        // What is written for many tells of faults that many have.
        troubles += if for_many { 0 } else { of_others };
        let errands = worths.values().map(|(_, sum)| sum).sum();
        let like = worths.into_iter().max_by_key(|(errand, worth)| (*worth, Reverse(*errand)));
        Purpose { errands, troubles, like: like.map(|(errand, _)| errand), plain, of_subjects }
    }

    /// Numbers of the phrases that a sentence in folded form has.
    fn find(&self, sentence: &str) -> Vec<usize> {
        whole(self.finder.as_ref(), sentence).map(|found| found.pattern().as_usize()).collect()
    }
}

/// What is found in a sentence in folded form; a phrase of letters stands for whole words.
fn whole<'s>(finder: Option<&'s AhoCorasick>, sentence: &'s str) -> impl Iterator<Item = aho_corasick::Match> {
    let joins = |at: usize| {
        let word = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
        word(sentence[..at].chars().next_back()) && word(sentence[at..].chars().next())
    };
    let found = finder.into_iter().flat_map(move |finder| finder.find_iter(sentence));
    found.filter(move |found| !joins(found.start()) && !joins(found.end()))
}

#[cfg(test)]
mod tests;
