//! The reader of an ingest: walks the inputs and hands out units, each loose log with the mails that lie beside it.

use std::{
    borrow::Cow,
    collections::HashMap,
    io::{self, Read},
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use super::{Mail, pipeline::Outlet};
use crate::{
    case::{Part, Sink},
    intake::{self, watch::Arrived},
    mail::Message,
    parsed::Warning,
    store::{CaseStore, MessageHash},
};

/// Mails of one folder that a loose log in it is tied to; a folder of more is a mailbox, whose logs belong to nobody.
const MOST_BESIDE: usize = 50;

/// Bytes of loose logs that wait for the mails beside them.
const MOST_WAITING: usize = 64 << 20;

/// A mail, a thread export or a loose log.
pub(super) struct Unit {
    pub(super) part: String,
    pub(super) raw: Vec<u8>,
    /// The hash of `raw`.
    pub(super) id: MessageHash,
    pub(super) kind: UnitKind,
}

pub(super) enum UnitKind {
    /// A mail or a thread export.
    Whole,
    /// A loose log, and the mails beside it.
    Loose(Vec<MessageHash>),
}

/// What is read.
pub(super) enum Feed<'f> {
    /// Files, folders, and then perhaps standard input.
    Inputs { paths: Vec<PathBuf>, stdin: bool },
    /// Mails that are held already.
    Mails(&'f [Mail]),
    /// Files of watched folders, and which of them could not be opened, by their places.
    Files { files: &'f [Arrived], refused: &'f Mutex<Vec<(usize, io::Error)>> },
}

/// The mails of each folder; one more than [`MOST_BESIDE`] marks a mailbox.
pub(super) type Folders = HashMap<PathBuf, Vec<MessageHash>>;

/// Reads inputs.
pub(super) struct Feeder<'p> {
    outlet: Outlet<'p>,
    known: Option<&'p mut (dyn CaseStore + Send + 'static)>,
    /// The input that is read.
    root: PathBuf,
    mails: &'p mut Folders,
    /// Loose logs with their folders, until all mails are known.
    waiting: Vec<(PathBuf, Unit)>,
    waiting_bytes: usize,
}

impl<'p> Feeder<'p> {
    pub(super) fn new(
        outlet: Outlet<'p>,
        known: Option<&'p mut (dyn CaseStore + Send + 'static)>,
        mails: &'p mut Folders,
    ) -> Self {
        Feeder { outlet, known, root: PathBuf::new(), mails, waiting: Vec::new(), waiting_bytes: 0 }
    }

    pub(super) fn read(mut self, feed: Feed<'_>) {
        match feed {
            Feed::Inputs { paths, stdin } => self.inputs(&paths, stdin),
            // A mail whatever it looks like: whoever hands it over says so.
            Feed::Mails(mails) => {
                for Mail { part, raw } in mails {
                    if !self.outlet.closed {
                        self.mail(part.clone(), raw.as_slice().into(), MessageHash::of(raw));
                    }
                }
            }
            Feed::Files { files, refused } => self.files(files, refused),
        }
        self.release();
    }

    fn inputs(&mut self, paths: &[PathBuf], stdin: bool) {
        for path in paths {
            self.root.clone_from(path);
            if !self.outlet.closed {
                intake::read_mailbox(path, &|_| (), self);
            }
        }
        if stdin && !self.outlet.closed {
            self.root = PathBuf::new();
            intake::read_stdin(io::stdin().lock(), &|_| (), self);
        }
    }

    fn files(&mut self, files: &[Arrived], refused: &Mutex<Vec<(usize, io::Error)>>) {
        for (place, file) in files.iter().enumerate() {
            self.root.clone_from(&file.root);
            if self.outlet.closed {
                return;
            }
            if let Err(error) = intake::read_file(&file.path, &file.part, &|_| (), self) {
                refused.lock().unwrap_or_else(PoisonError::into_inner).push((place, error));
            }
        }
    }

    /// Hands out a mail, unless the store has it.
    fn mail(&mut self, part: String, raw: Cow<'_, [u8]>, id: MessageHash) {
        if self.has_any(&[id]) {
            self.outlet.known(raw.len() as u64);
        } else {
            self.outlet.unit(Unit { part, raw: raw.into_owned(), id, kind: UnitKind::Whole });
        }
    }

    /// Whether the store has one of these messages. A store that cannot be asked is asked again when they are added.
    fn has_any(&self, ids: &[MessageHash]) -> bool {
        self.known.as_ref().is_some_and(|store| store.known(ids).is_ok_and(|known| known.contains(&true)))
    }

    /// The folder that a part lies in: the input's own, or one below it. Archives are no folders.
    fn folder(&self, part: &str) -> PathBuf {
        if !self.root.is_dir() {
            return self.root.parent().map(Path::to_path_buf).unwrap_or_default();
        }
        let mut below = part;
        while let Some((folder, _)) = below.rsplit_once('/') {
            let path = self.root.join(folder);
            if self.mails.contains_key(&path) || path.is_dir() {
                return path;
            }
            below = folder;
        }
        self.root.clone()
    }

    /// Hands out the loose logs: those of a folder without mails go with the mails of the nearest folder above.
    fn release(&mut self) {
        self.waiting_bytes = 0;
        for (folder, mut unit) in std::mem::take(&mut self.waiting) {
            let beside = folder
                .ancestors()
                .take_while(|above| above.starts_with(&self.root) || *above == folder)
                .find_map(|above| self.mails.get(above).filter(|mails| mails.len() <= MOST_BESIDE));
            let beside = beside.cloned().unwrap_or_default();
            // It is stored already, beside whichever of them came first then.
            let id = unit.id;
            let beside_each: Vec<MessageHash> = beside.iter().map(|mail| id.piece(&mail.0)).collect();
            if self.has_any(if beside.is_empty() { std::slice::from_ref(&id) } else { &beside_each }) {
                self.outlet.known(unit.raw.len() as u64);
                continue;
            }
            unit.kind = UnitKind::Loose(beside);
            self.outlet.unit(unit);
        }
    }
}

impl Sink for Feeder<'_> {
    fn whole(&mut self, part: &str, raw: &[u8]) -> bool {
        if self.outlet.closed {
            return true;
        }
        let id = MessageHash::of(raw);
        let folder = self.folder(part);
        let mails = self.mails.entry(folder).or_default();
        if mails.len() <= MOST_BESIDE {
            mails.push(id);
        }
        self.mail(part.into(), raw.into(), id);
        true
    }

    fn sets_aside(&self) -> Option<u64> {
        Some(intake::MOST_ASIDE)
    }

    fn aside(&mut self, part: &str, raw: &[u8], why: &str) {
        if !self.outlet.closed {
            self.outlet.aside(part, raw, why);
        }
    }

    fn log(&mut self, part: &str, content: &mut dyn Read) {
        if self.outlet.closed {
            return;
        }
        let mut raw = Vec::new();
        if let Err(error) = content.take(intake::MOST_MAIL + 1).read_to_end(&mut raw) {
            self.outlet.warn(Warning::new(part, format!("cannot be read to its end: {error}")));
        }
        if raw.len() as u64 > intake::MOST_MAIL {
            let most = intake::MOST_MAIL;
            return self
                .outlet
                .warn(Warning::new(part, format!("larger than {most} bytes: not stored, triage reads it")));
        }
        self.waiting_bytes += raw.len();
        let folder = self.folder(part);
        let id = MessageHash::of(&raw);
        self.waiting.push((folder, Unit { part: part.into(), raw, id, kind: UnitKind::Loose(Vec::new()) }));
        if self.waiting_bytes > MOST_WAITING {
            self.release();
        }
    }

    /// Every message was kept whole before it came to this.
    fn message(&mut self, _: &Message) {}

    fn part(&mut self, _: Part) {}

    fn warn(&mut self, warning: Warning) {
        self.outlet.warn(warning);
    }
}
