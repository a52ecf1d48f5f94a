//! Which case a message belongs to: the keys that tie messages together, and the rule over what they lead to.
//!
//! Pure values; a store looks the keys up. In order of trust: a number of a ticket system, the ids of the messages that
//! it answers (RFC 5322 section 3.6.4), and, for a reply that names none, its subject with its correspondent.

use super::record::{CaseId, MessageHash, NewMessage};
use crate::mail::{self, Message};

/// Something that a message shares with others of its case.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ThreadKey {
    /// Number of a ticket system, upper case.
    Number(String),
    /// Id of the message itself, or of one that it answers.
    Id(String),
    /// Folded subject and the correspondents' domains, for a reply without ids; see `ThreadKey::subject`.
    Subject(String),
    /// A message that lies in the same folder, for a loose log. Looked up, not kept.
    Beside(MessageHash),
}

/// Message ids looked up per message: the newest, which are last.
const MOST_IDS: usize = 50;

/// Shortest subject that tells one case from another: `help` does not.
const SHORTEST_SUBJECT: usize = 12;

impl ThreadKey {
    /// A number as written.
    pub fn number(written: &str) -> Self {
        ThreadKey::Number(written.trim().to_uppercase())
    }

    /// A message id, with or without angle brackets. The part before the `@` is compared exactly (RFC 5322), so is
    /// all of it.
    pub fn id(written: &str) -> Self {
        ThreadKey::Id(written.trim().trim_matches(['<', '>']).to_string())
    }

    /// The subject without reply prefixes, with the domains of all correspondents; `None` where the subject is too
    /// short to tell cases apart.
    fn subject(message: &Message) -> Option<Self> {
        let subject = mail::strip_prefixes(&message.subject).split_whitespace().collect::<Vec<_>>().join(" ");
        if subject.len() < SHORTEST_SUBJECT {
            return None;
        }
        let mut domains: Vec<String> = message
            .from
            .iter()
            .chain(&message.recipients)
            .filter_map(|mailbox| Some(mailbox.address.rsplit_once('@')?.1.to_lowercase()))
            .collect();
        domains.sort();
        domains.dedup();
        Some(ThreadKey::Subject(format!("{}\u{1f}{}", subject.to_lowercase(), domains.join(","))))
    }

    /// The key as one text, as stores keep it.
    pub fn encode(&self) -> String {
        match self {
            ThreadKey::Number(number) => format!("n:{number}"),
            ThreadKey::Id(id) => format!("i:{id}"),
            ThreadKey::Subject(subject) => format!("s:{subject}"),
            ThreadKey::Beside(message) => format!("b:{message}"),
        }
    }
}

/// The keys of a message, the most trusted first. `numbers` are those that the field rules found.
pub fn keys(message: &Message, numbers: &[String]) -> Vec<ThreadKey> {
    let mut keys: Vec<ThreadKey> = numbers.iter().map(|number| ThreadKey::number(number)).collect();
    let newest = message.references.len().saturating_sub(MOST_IDS);
    let answered = message.in_reply_to.iter().take(MOST_IDS).chain(&message.references[newest..]);
    // A report that mail was not delivered belongs to that mail.
    let bounced = message.bounced.iter().flat_map(|bounced| bounced.ids.iter().rev().take(MOST_IDS));
    let ids = answered.chain(bounced).chain(&message.message_id).filter(|id| !id.trim().is_empty());
    keys.extend(ids.map(|id| ThreadKey::id(id)));
    if message.in_reply_to.is_empty() && message.references.is_empty() && message.bounced.is_none() {
        keys.extend(ThreadKey::subject(message));
    }
    let mut seen = std::collections::HashSet::new();
    keys.retain(|key| seen.insert(key.clone()));
    keys
}

/// What a key leads to in the store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lead<'k> {
    /// The key.
    pub key: &'k ThreadKey,
    /// The case that holds it.
    pub case: CaseId,
    /// The numbers of that case, upper case.
    pub numbers: Vec<String>,
    /// When that case saw its latest message, in seconds since 1970.
    pub latest: i64,
}

/// A subject alone ties messages no farther apart than this, in seconds: 60 days. Later, the same words are most often a new
/// problem.
const SUBJECT_REACH: i64 = 60 * 24 * 3600;

/// Mail that was sent so long before a case was closed, in seconds (3 days), is old mail from another mailbox when it comes
/// behind the close; what is younger was on its way, or waited to be taken in, and whoever closed the case did not know it.
const ON_ITS_WAY: i64 = 3 * 24 * 3600;

/// When a message opens a case again that was closed; `None`: it does not. Whoever closed it knew what was there: what is sent,
/// or comes, afterwards counts.
pub fn reopens(message: &NewMessage, closed: i64) -> Option<i64> {
    if message.automatic || message.own {
        return None;
    }
    let sent = message.date.unwrap_or(message.taken);
    if sent > closed {
        return Some(sent);
    }
    (message.taken >= closed && sent > closed - ON_ITS_WAY).then_some(message.taken)
}

/// What of a message the rule looks at, beside its keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bearing {
    /// Whether its subject calls it a reply.
    pub reply: bool,
    /// When it was sent, or else taken in.
    pub at: i64,
}

/// The case that the leads agree on, in order of trust; `None`: a new case.
///
/// A number decides alone. Message ids decide unless the message bears a number of a system that their case already has
/// another number of: customers answer an old mail with a new ticket. A subject decides only for a reply. Messages in the same
/// folder decide if they are all of one case.
pub fn decide(keys: &[ThreadKey], leads: &[Lead<'_>], bearing: Bearing) -> Option<CaseId> {
    let numbers: Vec<&str> = keys
        .iter()
        .filter_map(|key| match key {
            ThreadKey::Number(number) => Some(number.as_str()),
            _ => None,
        })
        .collect();
    let of = |wanted: fn(&ThreadKey) -> bool| leads.iter().filter(move |lead| wanted(lead.key));
    if let Some(lead) = of(|key| matches!(key, ThreadKey::Number(_))).next() {
        return Some(lead.case.clone());
    }
    let contradicts = |lead: &&Lead<'_>| {
        numbers.iter().any(|number| lead.numbers.iter().any(|other| other != number && system(other) == system(number)))
    };
    let by_id = of(|key| matches!(key, ThreadKey::Id(_))).find(|lead| !contradicts(lead));
    let near = |lead: &&Lead<'_>| (lead.latest - bearing.at).abs() <= SUBJECT_REACH;
    let by_subject = || {
        of(|key| matches!(key, ThreadKey::Subject(_))).find(|lead| bearing.reply && near(lead) && !contradicts(lead))
    };
    let beside = || {
        let mut cases = of(|key| matches!(key, ThreadKey::Beside(_)));
        let first = cases.next()?;
        cases.all(|lead| lead.case == first.case).then_some(first)
    };
    by_id.or_else(by_subject).or_else(beside).map(|lead| lead.case.clone())
}

/// Which ticket system a number is of: the letters that it begins with.
fn system(number: &str) -> &str {
    let end = number.find(|c: char| c.is_ascii_digit()).unwrap_or(number.len());
    &number[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lead<'k>(key: &'k ThreadKey, case: &str, numbers: &[&str]) -> Lead<'k> {
        Lead { key, case: CaseId(case.into()), numbers: numbers.iter().map(|n| (*n).to_string()).collect(), latest: 0 }
    }

    const REPLY: Bearing = Bearing { reply: true, at: 0 };
    const FIRST: Bearing = Bearing { reply: false, at: 0 };

    #[test]
    fn numbers_come_before_ids() {
        let keys = [ThreadKey::number("inc0001"), ThreadKey::id("<a@x>")];
        let leads = [lead(&keys[0], "INC0001", &["INC0001"]), lead(&keys[1], "C-1", &[])];
        assert_eq!(decide(&keys, &leads, FIRST), Some(CaseId("INC0001".into())));
    }

    #[test]
    fn a_new_ticket_in_an_old_thread_is_a_new_case() {
        let keys = [ThreadKey::number("INC0002"), ThreadKey::id("a@x")];
        assert_eq!(decide(&keys, &[lead(&keys[1], "INC0001", &["INC0001"])], REPLY), None);
        // A number of another system is no other ticket.
        let other = [lead(&keys[1], "CAS-9", &["CAS-9"])];
        assert_eq!(decide(&keys, &other, REPLY), Some(CaseId("CAS-9".into())));
    }

    #[test]
    fn subjects_tie_replies_only() {
        let keys = [ThreadKey::Subject("s".into())];
        let leads = [lead(&keys[0], "C-1", &[])];
        assert_eq!(decide(&keys, &leads, REPLY), Some(CaseId("C-1".into())));
        assert_eq!(decide(&keys, &leads, FIRST), None);
        assert_eq!(decide(&keys, &leads, Bearing { reply: true, at: SUBJECT_REACH + 1 }), None);
    }

    #[test]
    fn keys_of_a_message() {
        let mail = "From: a@example.com\nTo: s@example.org\nSubject: Re: Update rolls back at 9%\nMessage-ID: <2@x>\nIn-Reply-To: <1@x>\nReferences: <0@x> <1@x>\n\nx\n";
        let message = mail::parse("m", mail.as_bytes()).value.remove(0);
        let found: Vec<String> = keys(&message, &["CAS-1".into()]).iter().map(ThreadKey::encode).collect();
        assert_eq!(found, ["n:CAS-1", "i:1@x", "i:0@x", "i:2@x"]);
        let bare = mail.replace("In-Reply-To: <1@x>\nReferences: <0@x> <1@x>\n", "");
        let message = mail::parse("m", bare.as_bytes()).value.remove(0);
        let found: Vec<String> = keys(&message, &[]).iter().map(ThreadKey::encode).collect();
        assert_eq!(found, ["i:2@x", "s:update rolls back at 9%\u{1f}example.com,example.org"]);
        let report = "From: MAILER-DAEMON@mx\nSubject: failure notice\nMessage-ID: <r@mx>\n\nSubject: Re: Update\nMessage-ID: <3@x>\nReferences: <2@x>\n";
        let message = mail::parse("m", report.as_bytes()).value.remove(0);
        let found: Vec<String> = keys(&message, &[]).iter().map(ThreadKey::encode).collect();
        assert_eq!(found, ["i:3@x", "i:2@x", "i:r@mx"]);
    }
}
