//! What a closed case names that is its customer's, its people's or its machines': it is marked in a draft.

use std::{
    collections::{BTreeSet, HashSet},
    io::Read,
    ops::ControlFlow,
};

use crate::{
    app::team,
    case::{
        Part, Sink,
        read::{Stretch, read_log},
        scrub::{Marked, Scrubber},
    },
    intake,
    mail::{BlockKind, Message, role::is_anybodys},
    parsed::Warning,
    store::{CaseRecord, CaseStore, MessageHash, MessageRecord, StoreError},
};

/// What a case names that is its customer's, or its people's.
pub(super) fn names(
    case: &CaseRecord,
    messages: &[(MessageRecord, Message)],
    machines: Vec<String>,
    own: &[String],
) -> Vec<(String, Marked)> {
    let mut names: Vec<(String, Marked)> = case.customer.iter().map(|name| (name.clone(), Marked::Customer)).collect();
    names.extend(case.numbers.iter().map(|number| (number.clone(), Marked::Number)));
    names.push((case.id.0.clone(), Marked::Number));
    for (_, message) in messages {
        for mailbox in message.from.iter().chain(&message.recipients) {
            names.extend(names_of(&mailbox.name));
            let Some((local, domain)) = mailbox.address.rsplit_once('@') else { continue };
            // Who answers as `support` has no name, and the word stands everywhere.
            if !ROLES.contains(&local.to_lowercase().as_str()) {
                names.push((local.to_string(), Marked::Person));
            }
            let domain = domain.to_lowercase();
            if !is_anybodys(&domain) && !team::is_own(&mailbox.address, own) {
                names.push((domain, Marked::Host));
            }
        }
        let text = message.text_of(BlockKind::New);
        names.extend(Scrubber::machines(&text).into_iter().map(|name| (name, Marked::Host)));
    }
    names.extend(machines.into_iter().map(|name| (name, Marked::Host)));
    names
}

/// Local parts of addresses that name a role (RFC 2142, and what is usual beside it).
const ROLES: &[&str] = &[
    "abuse",
    "admin",
    "administrator",
    "alert",
    "alerts",
    "backup",
    "contact",
    "helpdesk",
    "hostmaster",
    "info",
    "it",
    "mail",
    "monitor",
    "monitoring",
    "no-reply",
    "noc",
    "noreply",
    "office",
    "ops",
    "postmaster",
    "root",
    "sales",
    "security",
    "server",
    "service",
    "servicedesk",
    "support",
    "system",
    "team",
    "user",
    "webmaster",
];

/// A person's name whole and, where it has several words, each; of a Chinese name also the surname with a title.
fn names_of(name: &str) -> Vec<(String, Marked)> {
    let mut names = vec![name.to_string()];
    let words: Vec<&str> = name.split(|c: char| c.is_whitespace() || matches!(c, ',' | '(' | ')' | '"')).collect();
    if words.len() > 1 {
        // A short word is too often one of the language.
        names.extend(
            words.iter().filter(|word| word.chars().count() > 3 || !word.is_ascii()).map(|word| word.to_string()),
        );
    }
    let surname = name.chars().next().filter(|c| !c.is_ascii() && name.chars().count() <= 4);
    for surname in surname.into_iter() {
        names.extend(["先生", "女士", "工", "经理", "总", "老师"].map(|title| format!("{surname}{title}")));
    }
    names.into_iter().map(|name| (name, Marked::Person)).collect()
}

/// Machines named of one case at most.
const MOST_MACHINES: usize = 500;

/// The machines that the logs and the quoted texts of a case name: its lines stand in the draft.
pub(super) fn machines(store: &dyn CaseStore, case: &CaseRecord) -> Result<Vec<String>, StoreError> {
    let mut found = Machines::default();
    let mut read = HashSet::new();
    for record in store.messages(&case.id)? {
        let Some(raw) = store.raw(record.id)? else { continue };
        if read.insert(MessageHash::of(&raw)) {
            intake::read_held("case", &raw, &mut found);
        }
    }
    Ok(found.names.into_iter().collect())
}

/// Takes the names of machines from whatever is read.
#[derive(Default)]
struct Machines {
    names: BTreeSet<String>,
}

impl Machines {
    fn text(&mut self, text: &str) {
        for name in Scrubber::machines(text) {
            if self.names.len() < MOST_MACHINES {
                self.names.insert(name);
            }
        }
    }
}

impl Sink for Machines {
    fn message(&mut self, message: &Message) {
        message.body.iter().for_each(|block| self.text(&block.text));
    }

    fn log(&mut self, part: &str, content: &mut dyn Read) {
        read_log(part, content, |stretch| {
            match stretch {
                Stretch::Note(note) => self.text(note.text),
                Stretch::Log { chunk, .. } => self.text(chunk.text),
            }
            ControlFlow::Continue(())
        });
    }

    fn part(&mut self, _: Part) {}

    fn warn(&mut self, _: Warning) {}
}
