//! What a later mail of the customer says is solved: the failures that its thread told before and that it does not repeat.
//!
//! Who answers `that fixed it` names no code. It is said of what was told before, by the house that opened the case: what this mail
//! or a later one names again fails on, and what the mail reports newly is open. Nothing here is of the own team: an engineer who
//! writes that it should be fixed hopes so.

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;

use super::{TextEvidence, TextKind, chain::Chain};
use crate::{
    mail::{BlockKind, Message, Role, role::is_anybodys},
    signature::{Signature, SignatureEvidence, Standing},
    text::{
        sentence::sentences,
        solved::{Outcome, outcome},
    },
};

/// Bytes of a mail that are asked whether they say so: it stands at the beginning.
const HEAD: usize = 4 << 10;

/// Mails that are told apart: a case of more is a mailbox.
const MOST_MAILS: usize = 20_000;

/// When something was told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum When {
    /// In a mail that was sent then.
    Sent(Timestamp),
    /// By a loose log or an undated mail: nobody knows that it was before anything.
    Unknown,
}

/// A mail of the thread.
struct Mail {
    part: String,
    when: When,
    /// The mail domain of a customer who writes it, the whole address where anybody may have one there; empty of all others.
    house: String,
    /// It answers: its subject is that of what it answers.
    answers: bool,
    outcome: Option<Outcome>,
}

/// The mails of a case and when its signatures were told last.
#[derive(Default)]
pub(super) struct Thread {
    mails: Vec<Mail>,
    /// By the place of a signature when it was last told as failing, or named.
    told: Vec<Option<When>>,
    /// When a person last told of it as gone.
    gone: HashMap<usize, When>,
    /// The part that was asked for last, with its mail: a log has many sightings.
    last: Option<(String, Option<usize>)>,
}

impl Thread {
    /// Takes a message whose author has a role.
    pub(super) fn message(&mut self, message: &Message, role: Role) {
        if self.mails.len() >= MOST_MAILS {
            return;
        }
        let answers = message.is_answer();
        let customer = role == Role::Customer && message.automatic.is_none();
        let address = message.from.as_ref().filter(|_| customer).map_or("", |from| from.address.as_str());
        let house =
            address.rsplit_once('@').map_or("", |(_, domain)| if is_anybodys(domain) { address } else { domain });
        let said = (customer && answers).then(|| {
            let said = message.text_of(BlockKind::New);
            let said = &said[..said.floor_char_boundary(HEAD)];
            outcome(said, &sentences(said))
        });
        self.mails.push(Mail {
            part: message.part.clone(),
            when: message.date.map_or(When::Unknown, When::Sent),
            house: house.to_lowercase(),
            answers,
            outcome: said.flatten(),
        });
    }

    /// Takes a sighting of the signature at a place of the list of signatures.
    pub(super) fn sighting(&mut self, index: usize, part: &str, line: u64, standing: Standing) {
        if !matches!(standing, Standing::Failing | Standing::Mentioned | Standing::Recovered) {
            return;
        }
        if self.last.as_ref().is_none_or(|(last, _)| last != part) {
            let mail = self.mails.iter().rposition(|mail| is_of(part, mail));
            self.last = Some((part.to_string(), mail));
        }
        let mail = self.last.as_ref().and_then(|(_, mail)| self.mails.get((*mail)?));
        // `Re: ORA-12514` names what was told before.
        if line == 0 && mail.is_some_and(|mail| mail.answers) {
            return;
        }
        let when = mail.map_or(When::Unknown, |mail| mail.when);
        if standing == Standing::Recovered {
            // A log that says so tells of its own operations.
            if mail.is_some_and(|mail| mail.part == part) {
                let last = self.gone.entry(index).or_insert(when);
                *last = when.max(*last);
            }
            return;
        }
        if self.told.len() <= index {
            self.told.resize(index + 1, None);
        }
        self.told[index] = self.told[index].max(Some(when));
    }

    /// Finds what is solved, and where something else is open takes it out of what is evidence: signatures have recovered, and what
    /// was written of them is history. Where nothing else is open the case is about it still.
    pub(super) fn settle(
        self,
        signatures: &mut [SignatureEvidence],
        texts: &mut [TextEvidence],
        chains: &mut Vec<Chain>,
    ) -> Vec<Signature> {
        let opened = self.mails.iter().filter(|mail| !mail.house.is_empty()).min_by_key(|mail| mail.when);
        let Some(house) = opened.map(|mail| mail.house.clone()) else { return Vec::new() };
        let of_house = self.mails.iter().filter(|mail| mail.house == house && mail.when != When::Unknown);
        let said = of_house.filter_map(|mail| Some((mail.when, mail.outcome?)));
        let (last, back) = said.fold((None, None), |(solved, back), said| match said {
            (when, Outcome::Back) => (solved, back.max(Some(when))),
            (when, Outcome::Solved { but }) => (solved.max(Some((when, but))), back),
        });
        // What is back was not solved.
        let last = last.filter(|(when, _)| back.is_none_or(|back| back < *when));
        let at = last.map(|(when, _)| when);
        let is_over = |index: &usize| {
            let Some(told) = self.told.get(*index).copied().flatten() else { return false };
            at.is_some_and(|at| told < at)
                || self
                    .gone
                    .get(index)
                    .is_some_and(|gone| told < *gone && *gone != When::Unknown && back.is_none_or(|back| back < *gone))
        };
        let failing = (0..signatures.len()).filter(|index| signatures[*index].standing == Standing::Failing);
        let (over, mut open): (Vec<usize>, Vec<usize>) = failing.partition(is_over);
        let solved: Vec<Signature> = over.iter().map(|index| signatures[*index].signature.clone()).collect();
        open.retain(|index| signatures[*index].signature.kind.is_code());
        let but = last.is_some_and(|(_, but)| but);
        if over.is_empty() || !but && open.is_empty() {
            return solved;
        }
        let mail_of = |part: &str| self.mails.iter().rev().find(|mail| is_of(part, mail));
        let is_echo = |part: &str, line| line == 0 && mail_of(part).is_some_and(|mail| mail.answers);
        // The parts that told what is over, and those whose subject repeats it.
        let (mut over_parts, mut echoes): (HashSet<String>, HashSet<String>) = Default::default();
        for index in &over {
            let one = &mut signatures[*index];
            let is_code = one.signature.kind.is_code();
            one.occurrences.retain(|seen| {
                let echo = is_echo(&seen.part, seen.line);
                if echo && is_code {
                    echoes.insert(seen.part.clone());
                }
                !echo
            });
            for seen in one.occurrences.iter_mut().filter(|seen| seen.standing < Standing::Recovered) {
                seen.standing = Standing::Recovered;
                if is_code {
                    over_parts.insert(seen.part.clone());
                }
            }
            one.standing = one.occurrences.iter().map(|seen| seen.standing).min().unwrap_or(Standing::Recovered);
        }
        // What is open is told by whole mails: their other words may be of it.
        let open_parts: HashSet<&str> = open
            .iter()
            .flat_map(|index| &signatures[*index].occurrences)
            .filter(|seen| seen.standing == Standing::Failing && !is_echo(&seen.part, seen.line))
            .map(|seen| seen.part.as_str())
            .collect();
        for text in texts.iter_mut().filter(|text| text.kind.reports()) {
            let before = mail_of(&text.part).is_some_and(|mail| at.is_some_and(|at| mail.when < at));
            let told = before || over_parts.contains(&text.part);
            let echo = text.kind == TextKind::Subject
                && (at.is_some() && is_echo(&text.part, 0) || echoes.contains(&text.part));
            if echo || told && !open_parts.contains(text.part.as_str()) {
                text.kind = TextKind::Over;
            }
        }
        chains.retain(|chain| !chain.steps.iter().all(|step| solved.contains(&step.signature)));
        solved
    }
}

/// Whether a part is a mail or lies in it.
fn is_of(part: &str, mail: &Mail) -> bool {
    part.strip_prefix(mail.part.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        case::{CaseEvidence, Sink, collect::Collector, fields::FieldRules},
        mail::{self, Roles},
        signature::extract::Extractor,
        text::terms::Terms,
    };

    /// The case of mails, each with its sender and its text; all but the first answer.
    fn case(mails: &[(&str, &str)]) -> CaseEvidence {
        let (extractor, roles) = (Extractor::new(), Roles::new(&["example.org".into()], &[]));
        let mut collector = Collector::new(&extractor, Terms::builtin()).with_roles(&roles);
        for (number, (from, text)) in mails.iter().enumerate() {
            let head = if number == 0 { "Subject: ORA-12514" } else { "Subject: Re: ORA-12514\nIn-Reply-To: <0@x>" };
            let raw = format!(
                "From: {from}\n{head}\nMessage-ID: <{number}@x>\nDate: Wed, 9 Oct 2024 0{number}:00:00 +0000\nContent-Type: text/plain; charset=utf-8\n\n{text}\n"
            );
            collector.message(&mail::parse(&format!("{number}.eml"), raw.as_bytes()).value[0]);
        }
        collector.finish(&FieldRules::builtin()).0
    }

    fn standing(case: &CaseEvidence, value: &str) -> Standing {
        case.signatures.iter().find(|one| one.signature.value == value).unwrap().standing
    }

    fn solved(case: &CaseEvidence) -> Vec<&str> {
        case.solved.iter().map(|one| one.value.as_str()).collect()
    }

    const FIRST: (&str, &str) = ("ann@example.com", "The application cannot connect: ORA-12514.");

    #[test]
    fn what_is_solved_makes_room_for_what_is_new() {
        for text in [
            "按你说的 alter system register 之后好了，谢谢！\n但是现在有的会话报 ORA-04031，共享池不够。",
            "That fixed it, thanks. But now some sessions fail with ORA-04031.",
            "ORA-12514 is gone, now some sessions fail with ORA-04031.",
        ] {
            let case = case(&[FIRST, ("bob@example.com", text)]);
            assert_eq!(standing(&case, "ORA-12514"), Standing::Recovered, "{text}");
            assert_eq!(standing(&case, "ORA-04031"), Standing::Failing, "{text}");
            assert_eq!(solved(&case), ["ORA-12514"], "{text}");
            assert_eq!(case.primary.as_ref().unwrap().value, "ORA-04031", "{text}");
        }
    }

    #[test]
    fn what_is_repeated_or_told_again_later_fails_on() {
        for mails in [
            &[FIRST, ("ann@example.com", "好了，但是过了一会儿又报 ORA-12514。")][..],
            &[FIRST, ("ann@example.com", "好了，谢谢。但是重启之后还是连不上。")],
            &[FIRST, ("ann@example.com", "That fixed it."), ("ann@example.com", "Today we had ORA-12514 again.")],
            &[
                FIRST,
                ("ann@example.com", "That fixed it, but now we see ORA-04031."),
                ("bob@example.com", "The first problem is back since this morning."),
            ],
            // Who answers hopes, and another house speaks of its own.
            &[FIRST, ("tom@example.org", "It is fixed now. Do you see ORA-04031?")],
            &[FIRST, ("eva@elsewhere.example", "It works now, thanks. But we see ORA-04031.")],
        ] {
            let case = case(mails);
            assert_eq!(standing(&case, "ORA-12514"), Standing::Failing, "{mails:?}");
            assert_eq!(solved(&case), [""; 0], "{mails:?}");
        }
    }

    #[test]
    fn strangers_at_one_provider_are_no_house() {
        let of =
            |who: &str| case(&[("ann@gmail.com", FIRST.1), (who, "That fixed it, thanks. But now we see ORA-04031.")]);
        assert_eq!(standing(&of("eve@gmail.com"), "ORA-12514"), Standing::Failing);
        assert_eq!(standing(&of("ann@gmail.com"), "ORA-12514"), Standing::Recovered);
    }

    #[test]
    fn where_nothing_else_is_open_the_case_is_about_it_still() {
        let case = case(&[FIRST, ("ann@example.com", "That fixed it, thank you!")]);
        assert_eq!(solved(&case), ["ORA-12514"]);
        assert_eq!(standing(&case, "ORA-12514"), Standing::Failing);
    }
}
