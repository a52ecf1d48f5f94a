//! Watched folders: which files in them are new and whole.
//!
//! Two sorts: a Maildir, whose files are whole when they have their name in `new` or `cur` and are the same mail however they
//! are renamed for their flags; and any other folder, a file of which is whole once it was left alone for a second, or was moved
//! there. Nothing in a watched folder is changed, and no file is read here: see [`read_file`](super::read_file).
//!
//! The system is asked for word of each folder before the folder is listed, so that nothing falls between. All folders are
//! looked through when words were lost, every ten minutes for good measure, and, where the system gives no word (network
//! drives), at an interval of its own.

mod events;
mod look;
mod settle;

use std::{
    collections::{HashMap, HashSet},
    fs, io,
    path::{Path, PathBuf, absolute},
    time::{Duration, Instant},
};

use self::{
    events::{Events, Word},
    look::{Id, Identity, Look, id_of, identity},
    settle::{Candidate, Sight, Stamp, State, is_partial},
};
use super::folder::{self, FolderKind, Found};
use crate::parsed::Warning;

/// Files given out at a time: so many a transaction or two takes, and a person sees things move.
const BATCH: usize = 1_000;

/// Bytes of the files given out at a time.
const BATCH_BYTES: u64 = 128 << 20;

/// How often all folders are looked through although the system gives word of them.
const LOOK: Duration = Duration::from_secs(600);

/// The same where it gives none and nobody says how often.
const POLL: Duration = Duration::from_secs(30);

/// How often is asked whether the watched folders are still there.
const CHECK: Duration = Duration::from_secs(1);

/// A file that came and is whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrived {
    /// The watched folder.
    pub root: PathBuf,
    /// The file.
    pub path: PathBuf,
    /// Its name in reports: the path from the watched folder.
    pub part: String,
    id: Id,
    stamp: Stamp,
    of: usize,
}

/// Something to tell about the watched folders themselves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    /// A folder is not there any more.
    Gone(PathBuf),
    /// It is there again.
    Back(PathBuf),
    /// The system gives no word of changes; folders are looked through at this interval instead.
    NoEvents {
        /// Why not.
        why: String,
        /// The interval.
        every: Duration,
    },
    /// Something in a folder cannot be read.
    Unreadable(Warning),
}

/// A watched folder.
struct Root {
    path: PathBuf,
    /// What tells the folder from another one of the same name; `None` while it is not there.
    identity: Option<Identity>,
    /// What was taken, as it was then.
    taken: HashMap<Id, Stamp>,
}

/// A folder in which files are looked for.
#[derive(Debug, Clone)]
struct Place {
    root: usize,
    prefix: String,
    kind: FolderKind,
}

/// Watched folders.
pub struct Watch {
    roots: Vec<Root>,
    events: Option<Events>,
    every: Duration,
    next_look: Instant,
    next_check: Instant,
    places: HashMap<PathBuf, Place>,
    waiting: HashMap<Id, Candidate>,
    notices: Vec<Notice>,
    told: HashSet<String>,
}

impl Watch {
    /// Watches folders. With `poll` the system is not asked for word, and they are looked through at that interval.
    ///
    /// # Errors
    /// With the folder that is not there, or is none.
    pub fn new(folders: &[PathBuf], poll: Option<Duration>) -> Result<Self, (PathBuf, io::Error)> {
        let now = Instant::now();
        let mut roots = Vec::new();
        for named in folders {
            let failed = |error| (named.clone(), error);
            let metadata = fs::metadata(named).map_err(failed)?;
            if !metadata.is_dir() {
                return Err(failed(io::ErrorKind::NotADirectory.into()));
            }
            // The system names what came by its whole path: by a relative one it would not be recognized.
            let path = absolute(named).map_err(failed)?;
            // One folder named twice is one.
            let identity = identity(&path);
            if !roots.iter().any(|root: &Root| root.identity == identity && root.path == path) {
                roots.push(Root { path, identity, taken: HashMap::new() });
            }
        }
        let mut watch = Watch {
            roots,
            events: None,
            every: poll.unwrap_or(LOOK),
            next_look: now,
            next_check: now + CHECK,
            places: HashMap::new(),
            waiting: HashMap::new(),
            notices: Vec::new(),
            told: HashSet::new(),
        };
        if poll.is_none() {
            match Events::new() {
                Ok(events) => watch.events = Some(events),
                Err(why) => watch.no_events(why),
            }
        }
        Ok(watch)
    }

    /// Waits for something to happen, at most so long, and takes note of it.
    pub fn wait(&mut self, most: Duration) {
        let mut lost = false;
        let mut words = Vec::new();
        match &self.events {
            Some(events) => {
                words = events.wait(most);
                lost = events.were_lost();
            }
            None => std::thread::sleep(most),
        }
        let now = Instant::now();
        for word in words {
            match word {
                Word::Of(path, sight) => self.see(&path, sight, now),
                Word::FolderGone(path) => self.forget(&path),
            }
        }
        if lost {
            // New folders may be among what was lost: all are asked for anew.
            self.places.clear();
            self.next_look = now;
        }
        if now >= self.next_check {
            self.next_check = now + CHECK;
            self.check();
        }
        if now >= self.next_look {
            self.next_look = now + self.every;
            self.look(now);
        }
    }

    /// What is to be told since this was asked last.
    pub fn notices(&mut self) -> Vec<Notice> {
        std::mem::take(&mut self.notices)
    }

    /// Files that came and are whole, in the order of names, a batch of them; [`Watch::done`] is told of it. What lies in one
    /// folder of a watched folder comes together.
    pub fn batch(&mut self) -> Vec<Arrived> {
        let now = Instant::now();
        self.settle(now);
        let held: HashSet<(usize, String)> = self
            .waiting
            .values()
            .filter(|one| one.state(now) == State::Wait && !one.is_overdue(now))
            .filter_map(Candidate::group)
            .map(|(root, group)| (root, group.to_string()))
            .collect();
        let is_held =
            |one: &Candidate| one.group().is_some_and(|(root, group)| held.contains(&(root, group.to_string())));
        let whole = self.waiting.iter().filter(|(_, one)| one.state(now) != State::Wait && !is_held(one));
        let mut whole: Vec<(usize, &str, Id)> = whole.map(|(id, one)| (one.root, one.part.as_str(), *id)).collect();
        whole.sort_unstable();
        let mut bytes = 0;
        let ids: Vec<Id> = whole
            .into_iter()
            .take(BATCH)
            .map(|(_, _, id)| id)
            .take_while(|id| {
                // The first comes however large it is.
                let room = bytes < BATCH_BYTES;
                bytes += self.waiting.get(id).map_or(0, |one| one.stamp.bytes);
                room
            })
            .collect();
        let arrived = |id: Id| {
            let Candidate { path, part, root, stamp, .. } = self.waiting.remove(&id)?;
            Some(Arrived { root: self.roots[root].path.clone(), path, part, id, stamp, of: root })
        };
        ids.into_iter().filter_map(arrived).collect()
    }

    /// Takes note that files were taken in, but for those that could not be opened, by their places in the batch. What was
    /// renamed meanwhile is seen again under its new name, the others are tried again at the next look.
    pub fn done(&mut self, batch: &[Arrived], refused: &[(usize, io::Error)]) {
        let refused: HashMap<usize, &io::Error> = refused.iter().map(|(place, error)| (*place, error)).collect();
        for (place, one) in batch.iter().enumerate() {
            match refused.get(&place) {
                None => drop(self.roots[one.of].taken.insert(one.id, one.stamp)),
                Some(error) if error.kind() == io::ErrorKind::NotFound => {}
                Some(error) => self.unreadable(&one.part, format!("cannot open: {error}")),
            }
        }
    }

    /// How many files were seen that are not whole yet, or wait for their batch.
    pub fn waiting(&self) -> usize {
        self.waiting.len()
    }

    /// Looks again at what was left alone long enough: it may have been written to without a word.
    fn settle(&mut self, now: Instant) {
        self.waiting.retain(|_, one| {
            if one.state(now) != State::Look {
                return true;
            }
            match fs::symlink_metadata(&one.path) {
                // Nothing is in it yet: the next word of it, or the next look, brings it again.
                Ok(metadata) if metadata.is_file() && metadata.len() > 0 => {
                    one.see(Sight::There, Stamp::of(&metadata), now);
                    true
                }
                _ => false,
            }
        });
    }

    /// Something is to be seen at a path.
    fn see(&mut self, path: &Path, sight: Sight, now: Instant) {
        let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else { return };
        let Some(place) = self.places.get(folder) else { return };
        let name = name.to_string_lossy();
        let Ok(metadata) = fs::symlink_metadata(path) else { return self.forget(path) };
        if metadata.is_dir() {
            if place.kind.wants_folder(&name) {
                self.next_look = now;
            }
            return;
        }
        if metadata.is_file() && place.kind.wants_file(&name) {
            let (root, part, kind) = (place.root, format!("{}{name}", place.prefix), place.kind);
            self.found(Found { path: path.into(), part }, root, kind, sight, Some(Stamp::of(&metadata)), now);
        }
    }

    /// If this was a folder, it is none any more, and none are in it: another one of its name is asked about anew.
    fn forget(&mut self, path: &Path) {
        if self.places.contains_key(path) {
            self.places.retain(|folder, _| !folder.starts_with(path));
        }
    }

    /// A file is there; its stamp is looked up where it is not known yet and matters. Returns what it is known by.
    fn found(
        &mut self,
        file: Found,
        root: usize,
        kind: FolderKind,
        sight: Sight,
        stamp: Option<Stamp>,
        now: Instant,
    ) -> Option<Id> {
        let Found { path, part } = file;
        let message = kind == FolderKind::Messages;
        if !message && is_partial(&path.file_name()?.to_string_lossy()) {
            return None;
        }
        let id = id_of(&path, message)?;
        let taken = self.roots[root].taken.get(&id);
        // A mail in a Maildir never changes: only its name does.
        if message && taken.is_some() {
            return Some(id);
        }
        let stamp = stamp.or_else(|| fs::symlink_metadata(&path).ok().map(|metadata| Stamp::of(&metadata)))?;
        if taken == Some(&stamp) {
            // Nothing was written to it after all.
            self.waiting.remove(&id);
            return Some(id);
        }
        let one =
            self.waiting.entry(id).or_insert_with(|| Candidate::new(path.clone(), part.clone(), root, stamp, now));
        (one.path, one.part) = (path, part);
        one.see(if message { Sight::Placed } else { sight }, stamp, now);
        Some(id)
    }

    /// Looks through all folders.
    fn look(&mut self, now: Instant) {
        for root in 0..self.roots.len() {
            if self.roots[root].identity.is_none() {
                continue;
            }
            let path = self.roots[root].path.clone();
            let place = Place { root, prefix: String::new(), kind: FolderKind::Plain };
            let mut look = Look { watch: self, place, now, seen: HashSet::new(), whole: true };
            folder::walk(&path, &mut look);
            let Look { seen, whole, .. } = look;
            // What is gone need not be remembered.
            if whole {
                self.roots[root].taken.retain(|id, _| seen.contains(id));
            }
        }
    }

    /// Whether the watched folders are there.
    fn check(&mut self) {
        for root in 0..self.roots.len() {
            let path = self.roots[root].path.clone();
            let (before, now) = (self.roots[root].identity, identity(&path));
            if before == now {
                continue;
            }
            self.roots[root].identity = now;
            // Another folder of the same name may stand in its place.
            self.waiting.retain(|_, one| one.root != root);
            let gone: Vec<PathBuf> =
                self.places.iter().filter(|(_, place)| place.root == root).map(|(path, _)| path.clone()).collect();
            for folder in gone {
                self.places.remove(&folder);
                if let Some(events) = &mut self.events {
                    events.unwatch(&folder);
                }
            }
            match (before, now) {
                (Some(_), None) => self.notices.push(Notice::Gone(path)),
                (None, Some(_)) => self.notices.push(Notice::Back(path)),
                _ => {}
            }
            if now.is_some() {
                self.next_look = Instant::now();
            }
        }
    }

    /// Goes on without the system's words.
    fn no_events(&mut self, why: String) {
        self.events = None;
        self.every = POLL;
        self.next_look = Instant::now();
        self.notices.push(Notice::NoEvents { why, every: POLL });
    }

    /// Tells once of a thing that it cannot be read.
    fn unreadable(&mut self, part: &str, message: String) {
        let warning = Warning::new(part, message);
        if self.told.insert(format!("{part}: {}", warning.message)) {
            self.notices.push(Notice::Unreadable(warning));
        }
    }
}

#[cfg(test)]
mod tests;
