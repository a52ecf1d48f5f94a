//! Word from the system that something changed in a folder. Types of notify do not leave this file.

use std::{
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc::{Receiver, SyncSender, sync_channel},
    },
    time::Duration,
};

use notify::{
    ErrorKind, Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher,
    event::{AccessKind, AccessMode, ModifyKind, RemoveKind, RenameMode},
};

use super::settle::Sight;

/// Words that wait: more are not kept, and all folders are looked through instead.
const QUEUE: usize = 1 << 16;

/// A word of the system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Word {
    /// Something is to be seen here.
    Of(PathBuf, Sight),
    /// A folder is gone.
    FolderGone(PathBuf),
}

/// Where the words come from.
pub(super) struct Events {
    watcher: RecommendedWatcher,
    words: Receiver<Word>,
    lost: Arc<AtomicBool>,
}

impl Events {
    /// # Errors
    /// When the system gives none; the text says why.
    pub(super) fn new() -> Result<Self, String> {
        let (sender, words) = sync_channel(QUEUE);
        let lost = Arc::new(AtomicBool::new(false));
        let told = Arc::clone(&lost);
        let watcher = notify::recommended_watcher(move |event: notify::Result<Event>| match event {
            Ok(event) => tell(event, &sender, &told),
            Err(_) => told.store(true, Ordering::Relaxed),
        });
        Ok(Events { watcher: watcher.map_err(|error| error.to_string())?, words, lost })
    }

    /// Asks for word of a folder, not of those in it.
    ///
    /// # Errors
    /// When the system has no more to give. That the folder is gone is none.
    pub(super) fn watch(&mut self, folder: &Path) -> Result<(), String> {
        match self.watcher.watch(folder, RecursiveMode::NonRecursive) {
            Ok(()) => Ok(()),
            Err(_) if !folder.is_dir() => Ok(()),
            Err(error) => Err(match error.kind {
                ErrorKind::MaxFilesWatch => "too many folders for the system (fs.inotify.max_user_watches)".into(),
                _ => error.to_string(),
            }),
        }
    }

    /// Asks for no more word of a folder.
    pub(super) fn unwatch(&mut self, folder: &Path) {
        // It may be gone, and the watch with it.
        let _ = self.watcher.unwatch(folder);
    }

    /// The words that came, after waiting for the first so long at most.
    pub(super) fn wait(&self, most: Duration) -> Vec<Word> {
        let mut words: Vec<Word> = self.words.recv_timeout(most).into_iter().collect();
        words.extend(self.words.try_iter().take(QUEUE));
        words
    }

    /// Whether words were lost since this was asked last.
    pub(super) fn were_lost(&self) -> bool {
        self.lost.swap(false, Ordering::Relaxed)
    }
}

fn tell(event: Event, sender: &SyncSender<Word>, lost: &AtomicBool) {
    if event.need_rescan() {
        lost.store(true, Ordering::Relaxed);
    }
    let Some(word) = word_of(event) else { return };
    // The writer of the queue must not wait: the system's own queue would run over.
    if sender.try_send(word).is_err() {
        lost.store(true, Ordering::Relaxed);
    }
}

fn word_of(mut event: Event) -> Option<Word> {
    // Of a move within the folders the place that it went to stands last.
    let path = event.paths.pop()?;
    let sight = match event.kind {
        EventKind::Remove(RemoveKind::Folder) => return Some(Word::FolderGone(path)),
        EventKind::Modify(ModifyKind::Name(RenameMode::To | RenameMode::Both)) => Sight::Placed,
        EventKind::Modify(ModifyKind::Data(_)) => Sight::Written,
        EventKind::Access(AccessKind::Close(AccessMode::Write)) => Sight::Closed,
        EventKind::Create(_) | EventKind::Modify(_) | EventKind::Any | EventKind::Other => Sight::There,
        // That somebody reads, ourselves among them, is nothing new.
        EventKind::Access(_) | EventKind::Remove(_) => return None,
    };
    Some(Word::Of(path, sight))
}
