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
                TextKind::Cited(_) | TextKind::Quoted => continue,
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
    fn what_sends_newsletters_fails_too() {
        reports("Newsletter server does not send", "Our newsletter server cannot send: 554 5.7.1 Relay access denied.");
        reports("Newsletter", "Sending our newsletter fails with 554 5.7.1 Relay access denied since Monday.");
        reports("Newsletter cannot be sent", "The newsletter cannot be sent: 554 5.7.1 Relay access denied.");
        reports("培训通知发不出去", "培训通知群发时报错 554 5.7.1 Relay access denied。");
        reads_like(
            Errand::Newsletter,
            "Newsletter: Windows release health",
            "KB5034441 fails with 0x80070643 on small partitions.",
        );
    }

    #[test]
    fn one_plain_phrase_is_enough() {
        for (errand, subject, body) in [
            (Errand::Closing, "0x80070005", "The problem is solved, you can close the ticket. Thanks!"),
            (Errand::Closing, "Re: Cannot log on", "Works again, thank you very much! You can close the ticket."),
            (
                Errand::Closing,
                "Re: printing",
                "Dear team, thank you for your quick help. The issue is resolved, everything works fine again. The ticket can be closed.",
            ),
            (Errand::Closing, "Re: VPN", "It is working now, many thanks. No need to look any further."),
            (Errand::Closing, "Re: 打印", "收到，谢谢！问题已经解决，可以关单了。"),
            (Errand::Closing, "Re: 补丁", "更新已经装上了，不再报 0x800f0922，非常感谢。"),
            (
                Errand::Meeting,
                "Service review",
                "You are invited to our quarterly service review on Friday at 10:00 in room 4.",
            ),
            (Errand::Meeting, "周五评审", "诚邀您参加周五上午十点的服务评审会，地点三楼会议室。"),
            (Errand::Commercial, "licences", "Please send us an offer for 50 more licences of the backup agent."),
            (Errand::Commercial, "授权", "麻烦报个价，我们还需要 50 个备份代理的授权。"),
            (
                Errand::Announcement,
                "Sunday",
                "We will reboot all domain controllers on Sunday from 02:00 to 04:00. Users may not be able to log on in that time.",
            ),
            (Errand::Announcement, "周日", "周日凌晨两点到四点将重启所有域控，期间无法登录，请知悉。"),
            (
                Errand::Newsletter,
                "Newsletter: Windows release health",
                "Known issue: KB5034441 fails with 0x80070643 when the WinRE partition is too small.",
            ),
        ] {
            reads_like(errand, subject, body);
        }
    }

    #[test]
    fn what_is_not_over_is_a_fault() {
        reports("Re: print", "Please do not close the ticket, it still fails with 0x0000011b.");
        reports("Re: print", "Is the issue resolved? It still fails here.");
        reports("Re: 补丁", "问题解决了吗？我们这边还是装不上。");
        reports("Re: 补丁", "先不要关闭工单，问题还没有解决，今天又报错了。");
        reports("newsletter", "Our newsletter server refuses to send: 550 5.7.1, please help.");
        reports("training room", "The PC in our training room does not start.");
    }

    #[test]
    fn an_automatic_answer_alone_says_what_it_is() {
        let text =
            |line, text: &str| TextEvidence { part: "m".into(), line, kind: TextKind::Quoted, text: text.into() };
        let away = [text(0, "Automatic reply: 0x80070005"), text(1, "I am out of the office until November 20.")];
        assert_eq!(of(&away).errand(), Some(Errand::People));
        let report = TextEvidence { kind: TextKind::New, ..text(1, "It fails.") };
        assert_eq!(of(&[away[1].clone(), report]).errand(), None);
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
        let errands = file.errand.iter().flat_map(|group| group.phrases.iter().chain(&group.plain));
        for phrase in errands.chain(file.trouble.iter().flat_map(|group| &group.phrases)).chain(&file.ours) {
            assert_eq!(fold_text(phrase), *phrase);
        }
    }
}
