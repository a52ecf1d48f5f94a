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
}

impl Purpose {
    /// Of a case: its subjects and what is newly written tell the errand, failing lines of logs are trouble too.
    /// Each text comes with the spans of its sentences.
    pub fn of<'t>(texts: impl IntoIterator<Item = (&'t TextEvidence, &'t [Range<usize>])>) -> Purpose {
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
        self.like.filter(|_| self.errands >= PLAIN && self.calm() > 0.0)
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    errand: Vec<ErrandPhrases>,
    trouble: Vec<TroublePhrases>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ErrandPhrases {
    is: Errand,
    phrases: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct TroublePhrases {
    phrases: Vec<String>,
}

/// The phrases of `kb/errands.toml`, compiled.
#[derive(Debug)]
struct Phrases {
    /// `None` where there are none.
    finder: Option<AhoCorasick>,
    /// For each phrase the errand that it speaks of; `None` of trouble.
    of: Vec<Option<Errand>>,
}

impl Phrases {
    fn new(file: File) -> Phrases {
        let errands = file.errand.into_iter().map(|group| (Some(group.is), group.phrases));
        let troubles = file.trouble.into_iter().map(|group| (None, group.phrases));
        let (of, phrases): (Vec<_>, Vec<_>) =
            errands.chain(troubles).flat_map(|(is, phrases)| phrases.into_iter().map(move |one| (is, one))).unzip();
        let finder = AhoCorasickBuilder::new().match_kind(MatchKind::LeftmostLongest).build(phrases).ok();
        Phrases { finder, of }
    }

    fn purpose<'t>(&self, texts: impl IntoIterator<Item = (&'t TextEvidence, &'t [Range<usize>])>) -> Purpose {
        let (mut said, mut troubles) = (HashMap::new(), 0);
        for (text, sentences) in texts {
            let of_subject = match text.kind {
                TextKind::Subject => true,
                TextKind::New => false,
                TextKind::FailingLog => {
                    troubles += 1;
                    continue;
                }
                TextKind::Cited(_) | TextKind::Quoted => continue,
            };
            for sentence in sentences {
                let sentence = &text.text[sentence.clone()];
                let found = self.find(sentence);
                let troubled = match found.is_empty() {
                    true => line_fails(sentence, Level::Unknown),
                    // What is thanked for, announced or sold has names of faults in it.
                    false => found.iter().any(|phrase| self.of[*phrase].is_none()),
                };
                troubles += usize::from(troubled);
                for phrase in found {
                    *said.entry(phrase).or_insert(false) |= of_subject;
                }
            }
        }
        let mut worths: BTreeMap<Errand, usize> = BTreeMap::new();
        for (phrase, of_subject) in said {
            if let Some(errand) = self.of[phrase] {
                *worths.entry(errand).or_default() += if of_subject { SUBJECT } else { 1 };
            }
        }
        let errands = worths.values().sum();
        let like = worths.into_iter().max_by_key(|(errand, sum)| (*sum, Reverse(*errand)));
        Purpose { errands, troubles, like: like.map(|(errand, _)| errand) }
    }

    /// Numbers of the phrases that a sentence has; a phrase of letters stands for whole words.
    fn find(&self, sentence: &str) -> Vec<usize> {
        let Some(finder) = &self.finder else { return Vec::new() };
        let sentence = fold_text(sentence);
        let joins = |at: usize| {
            let word = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
            word(sentence[..at].chars().next_back()) && word(sentence[at..].chars().next())
        };
        let whole = |found: &aho_corasick::Match| !joins(found.start()) && !joins(found.end());
        finder.find_iter(&sentence).filter(whole).map(|found| found.pattern().as_usize()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::sentence::sentences;

    fn of(texts: &[TextEvidence]) -> Purpose {
        let spans: Vec<_> = texts.iter().map(|text| sentences(&text.text)).collect();
        Purpose::of(texts.iter().zip(spans.iter().map(Vec::as_slice)))
    }

    fn purpose(subject: &str, body: &str) -> Purpose {
        let text = |kind, line, text: &str| TextEvidence { part: "m.eml".into(), line, kind, text: text.into() };
        of(&[text(TextKind::Subject, 0, subject), text(TextKind::New, 1, body)])
    }

    #[track_caller]
    fn reads_like(errand: Errand, subject: &str, body: &str) {
        let purpose = purpose(subject, body);
        assert_eq!(purpose.errand(), Some(errand), "{purpose:?} of {subject:?}");
    }

    #[track_caller]
    fn reports(subject: &str, body: &str) {
        let purpose = purpose(subject, body);
        assert_eq!(purpose.errand(), None, "{purpose:?} of {subject:?}");
    }

    #[test]
    fn mails_without_a_fault() {
        reads_like(
            Errand::Closing,
            "Re: 0x80070005 on the print servers",
            "Hello Mira,\n\nthe patch went in on all four, no error since. Thanks again for staying late. You can close the case.",
        );
        reads_like(
            Errand::Closing,
            "回复：数据库告警",
            "您好，按您说的改了参数，现在一切正常，非常感谢！工单可以关闭。",
        );
        reads_like(
            Errand::Meeting,
            "Workshop: reading crash dumps",
            "You are invited to our workshop. Agenda: STOP 0x50, 0x9F and 0x133. Seats are limited, register now.",
        );
        reads_like(
            Errand::Announcement,
            "【公告】核心交换机计划维护",
            "定于本周六凌晨例行维护，期间会有两次网络中断，请知悉，给您带来不便敬请谅解。",
        );
        reads_like(
            Errand::Commercial,
            "Offer 2291: renewal of the support contract",
            "Please find the quotation for the renewal, 40 subscriptions. We await your purchase order.",
        );
        reads_like(Errand::Planning, "咨询：升级窗口", "我们计划下个月升级，想了解是否支持跨版本，需要多长时间？");
    }

    #[test]
    fn a_fault_is_a_fault_with_thanks_and_a_contract_number() {
        reports("update fails", "Hello,\n\nKB5034441 fails with 0x80070643 on all laptops. Many thanks for your help!");
        reports(
            "contract 4711, server down",
            "Our server crashes every night. What is the cause? We have a support contract. Please help.",
        );
        reports("磁盘打满", "写入延迟一直下不来，业务卡顿，麻烦尽快帮忙看看，报价单另发。");
        reports("hello", "the third node never comes up");
        reports("node 3", "Thanks for the quick answer, and a happy new year! It is the third one.");
    }

    #[test]
    fn a_failing_log_speaks_against_thanks() {
        let text = |kind, text: &str| TextEvidence { part: "m".into(), line: 1, kind, text: text.into() };
        let thanks = text(TextKind::New, "Thanks a lot for the call, everything is fine now. Please close the case.");
        let log = text(TextKind::FailingLog, "error: cannot open /var/lib/x");
        assert!(of(std::slice::from_ref(&thanks)).calm() > 0.0);
        assert_eq!(of(&[thanks, log.clone(), log]).errand(), None);
    }

    #[test]
    fn phrases_are_whole_words_in_folded_form() {
        assert_eq!(purpose("contractor", "the recourse of a drilling").errands, 0);
        let file: File = toml::from_str(include_str!("../../kb/errands.toml")).unwrap();
        let errands = file.errand.iter().flat_map(|group| &group.phrases);
        for phrase in errands.chain(file.trouble.iter().flat_map(|group| &group.phrases)) {
            assert_eq!(fold_text(phrase), *phrase);
        }
    }
}
