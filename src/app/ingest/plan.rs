//! Where messages would go: what a dry run says of cases. The rule is the store's own; nothing is written.

use std::{
    collections::{HashMap, HashSet},
    hash::{DefaultHasher, Hash, Hasher},
};

use serde::Serialize;

use crate::store::{
    CaseId, CaseStore, MessageHash, NewMessage, StoreError, ThreadKey,
    thread::{Bearing, Lead, decide},
};

/// Cases that are named of each sort; further ones are counted.
const MOST_NAMED: usize = 1_000;

/// The cases that messages would go to.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Planned {
    /// How many would be new.
    pub new: u64,
    /// How many that are there would get more.
    pub extended: u64,
    /// Those that would be new, at most 1,000.
    pub new_cases: Vec<CaseId>,
    /// Those that would get more, at most 1,000.
    pub extended_cases: Vec<CaseId>,
}

/// A case as it would be.
struct Case {
    id: CaseId,
    numbers: Vec<String>,
    latest: i64,
    new: bool,
    /// It would be joined to another.
    joined: Option<usize>,
}

/// The messages so far.
#[derive(Default)]
pub(super) struct Plan {
    cases: Vec<Case>,
    /// Keys, by hash: those of a million mails are held.
    keys: HashMap<u64, usize>,
    stored: HashMap<CaseId, usize>,
    messages: HashMap<MessageHash, usize>,
    /// Messages by id and content.
    same: HashSet<u64>,
}

fn hashed(of: impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    of.hash(&mut hasher);
    hasher.finish()
}

impl Plan {
    /// Takes a message that the store has not; `false`: one before it was the same.
    pub(super) fn add(&mut self, store: &dyn CaseStore, message: &NewMessage) -> Result<bool, StoreError> {
        let by_id = message.message_id.as_ref().map(|id| hashed((id, message.content.0)));
        if self.messages.contains_key(&message.id) || by_id.is_some_and(|same| !self.same.insert(same)) {
            return Ok(false);
        }
        let mut leads: Vec<(&ThreadKey, usize)> = Vec::new();
        let mut unknown = Vec::new();
        for key in &message.keys {
            let hash = hashed(key.encode());
            let known = match key {
                ThreadKey::Beside(message) => self.messages.get(message),
                _ => self.keys.get(&hash),
            };
            let case = match known {
                Some(case) => Some(*case),
                None => store.case_of(key)?.map(|id| self.of_store(store, id)).transpose()?.flatten(),
            };
            match case {
                Some(case) => leads.push((key, self.root(case))),
                None if !matches!(key, ThreadKey::Beside(_)) => unknown.push(hash),
                None => {}
            }
        }
        let at = message.date.unwrap_or(message.taken);
        let told: Vec<Lead<'_>> = leads
            .iter()
            .map(|(key, case)| {
                let Case { id, numbers, latest, .. } = &self.cases[*case];
                Lead { key, case: id.clone(), numbers: numbers.clone(), latest: *latest }
            })
            .collect();
        let chosen = decide(&message.keys, &told, Bearing { reply: message.reply, at });
        let place = chosen.and_then(|id| leads.iter().map(|(_, case)| *case).find(|case| self.cases[*case].id == id));
        let place = place.unwrap_or_else(|| self.create(message, at));
        for (key, case) in leads {
            let alone = self.cases[case].numbers.is_empty() || self.cases[place].numbers.is_empty();
            if matches!(key, ThreadKey::Id(_)) && case != place && alone {
                self.cases[case].joined = Some(place);
                let numbers = self.cases[case].numbers.clone();
                self.cases[place].numbers.extend(numbers);
            }
        }
        let case = &mut self.cases[place];
        case.latest = case.latest.max(at);
        for key in &message.keys {
            if let ThreadKey::Number(number) = key
                && !case.numbers.contains(number)
            {
                case.numbers.push(number.clone());
            }
        }
        self.keys.extend(unknown.into_iter().map(|key| (key, place)));
        self.messages.insert(message.id, place);
        Ok(true)
    }

    /// What would become of cases.
    pub(super) fn planned(&self) -> Planned {
        let mut planned = Planned::default();
        let touched: HashSet<usize> = self.messages.values().map(|case| self.root(*case)).collect();
        for (place, case) in self.cases.iter().enumerate().filter(|(place, _)| touched.contains(place)) {
            // A new one that an old one is joined to is the old one still.
            let joins_old = || (0..self.cases.len()).any(|other| !self.cases[other].new && self.root(other) == place);
            let new = case.new && !joins_old();
            let (count, named) = match new {
                true => (&mut planned.new, &mut planned.new_cases),
                false => (&mut planned.extended, &mut planned.extended_cases),
            };
            *count += 1;
            if named.len() < MOST_NAMED {
                named.push(case.id.clone());
            }
        }
        planned
    }

    fn root(&self, mut case: usize) -> usize {
        while let Some(other) = self.cases[case].joined.filter(|other| *other != case) {
            case = other;
        }
        case
    }

    fn of_store(&mut self, store: &dyn CaseStore, id: CaseId) -> Result<Option<usize>, StoreError> {
        if let Some(place) = self.stored.get(&id) {
            return Ok(Some(*place));
        }
        let Some(case) = store.case(&id)? else { return Ok(None) };
        let numbers = case.numbers.iter().map(|number| number.to_uppercase()).collect();
        self.cases.push(Case { id: case.id, numbers, latest: case.latest, new: false, joined: None });
        self.stored.insert(id, self.cases.len() - 1);
        Ok(Some(self.cases.len() - 1))
    }

    fn create(&mut self, message: &NewMessage, at: i64) -> usize {
        let hash = message.id.to_string();
        let number = message.fields.numbers.first();
        let id = CaseId(number.cloned().unwrap_or_else(|| format!("C-{}", &hash[..8])));
        self.cases.push(Case { id, numbers: Vec::new(), latest: at, new: true, joined: None });
        self.cases.len() - 1
    }
}
