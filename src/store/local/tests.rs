use std::{cell::RefCell, fs};

use super::*;
use crate::{
    index::cases::{Field, Group},
    store::{Added, Forgotten, Sort, conformance, conformance_search},
};

/// Takes the whole of what a message says for one word after the other.
struct PlainReader;

impl WordReader for PlainReader {
    fn terms(&self) -> &Terms {
        Terms::builtin()
    }

    fn words(&self, raw: RawMessage<'_>) -> Vec<MessageWords> {
        let mut words = MessageWords::default();
        words.push_note(&String::from_utf8_lossy(raw.raw), self.terms());
        vec![words]
    }
}

fn open(folder: &Path, access: Access) -> LocalStore {
    LocalStore::open(folder, access, Box::new(PlainReader)).unwrap().unwrap()
}

fn made(folders: &RefCell<Vec<tempfile::TempDir>>) -> LocalStore {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path(), Access::Write);
    folders.borrow_mut().push(folder);
    store
}

#[test]
fn it_does_what_every_store_must() {
    let folders = RefCell::default();
    conformance::run(&|| Box::new(made(&folders)));
}

#[test]
fn it_does_what_every_search_must() {
    let folders = RefCell::default();
    conformance_search::run(&|| made(&folders));
}

fn message(n: u8) -> NewMessage {
    let mut message = conformance::message(n);
    message.words.push_note(&format!("text {n}"), Terms::builtin());
    message
}

fn word(text: &str) -> CaseQuery {
    let any = vec![Clause::term(Field::Text, text, 1.0)];
    CaseQuery { groups: vec![Group { any, required: true }], ..CaseQuery::default() }
}

/// Cases found by a word that every test message has, after the index has followed.
fn count(store: &mut LocalStore) -> usize {
    store.refresh().unwrap();
    assert_eq!((store.lag().unwrap(), store.disagreement().unwrap()), (Lag::None, Disagreement::default()));
    store.search(&word("text"), None, 100).unwrap().items.len()
}

#[test]
fn what_the_index_missed_is_made_up() {
    let folder = tempfile::tempdir().unwrap();
    // Written without an index, as by a process that was killed before it could commit it.
    let mut bare = SqliteStore::open(folder.path(), Access::Write).unwrap().unwrap();
    bare.add(&[message(1), message(2)]).unwrap();
    assert_eq!(open(folder.path(), Access::Read).lag().unwrap(), Lag::NoIndex);
    assert_eq!(count(&mut open(folder.path(), Access::Read)), 2);
    bare.add(&[message(3)]).unwrap();
    assert_eq!(open(folder.path(), Access::Read).lag().unwrap(), Lag::Changes(1));
    // A store that goes on while the index lags: what came before is made up too.
    let mut store = open(folder.path(), Access::Write);
    store.add(&[message(4)]).unwrap();
    assert_eq!(count(&mut store), 4);
}

#[test]
fn an_index_that_does_not_fit_is_built_anew() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = open(folder.path(), Access::Write);
    store.add(&[message(1), message(2)]).unwrap();
    assert_eq!(count(&mut store), 2);
    drop(store);
    // Torn, of another store, and gone.
    let index = folder.path().join(INDEX);
    let meta = index.join("meta.json");
    let good = fs::read_to_string(&meta).unwrap();
    fs::write(&meta, &good[..good.len() / 2]).unwrap();
    assert_eq!(count(&mut open(folder.path(), Access::Read)), 2);
    let store = open(folder.path(), Access::Write);
    follow::renew_identity(store.sqlite.connection()).unwrap();
    drop(store);
    assert_eq!(open(folder.path(), Access::Read).lag().unwrap(), Lag::NoIndex);
    assert_eq!(count(&mut open(folder.path(), Access::Write)), 2);
    fs::remove_dir_all(&index).unwrap();
    assert_eq!(count(&mut open(folder.path(), Access::Read)), 2);
}

#[test]
fn building_that_was_cut_short_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let mut bare = SqliteStore::open(folder.path(), Access::Write).unwrap().unwrap();
    bare.add(&(1..=6).map(message).collect::<Vec<_>>()).unwrap();
    let mut store = open(folder.path(), Access::Write);
    assert!(store.take_writer().unwrap());
    let mut writer = store.writer.take().unwrap();
    writer.reached(follow::last_change(store.sqlite.connection()).unwrap());
    let list = follow::all_messages(store.sqlite.connection(), 0, 3).unwrap();
    store.apply(&mut writer, &list, &mut HashMap::new()).unwrap();
    writer.commit().unwrap();
    assert!(writer.mark().building && writer.mark().highest == 3);
    drop(writer);
    assert_eq!(store.lag().unwrap(), Lag::NoIndex);
    // A case went meanwhile that is in the index, and one came.
    let gone = bare.list(&CaseFilter::default(), Sort::Opened, None, 10).unwrap().items.pop().unwrap().id;
    assert_eq!(bare.forget(&gone).unwrap(), Forgotten::Erased);
    bare.add(&[message(7)]).unwrap();
    assert_eq!(count(&mut store), 6);
}

#[test]
fn a_second_writer_leaves_the_index_to_the_first() {
    let folder = tempfile::tempdir().unwrap();
    let mut first = open(folder.path(), Access::Write);
    first.add(&[message(1)]).unwrap();
    let mut second = open(folder.path(), Access::Write);
    second.add(&[message(2)]).unwrap();
    second.refresh().unwrap();
    assert_eq!(second.lag().unwrap(), Lag::NoIndex);
    assert_eq!(count(&mut first), 2);
    second.refresh().unwrap();
    assert_eq!(second.search(&word("text"), None, 9).unwrap().items.len(), 2);
}

#[test]
fn what_was_erased_leaves_no_trace_in_the_files() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = open(folder.path(), Access::Write);
    let mut secret = message(1);
    secret.words.push_note("verysecretword", Terms::builtin());
    let added = store.add(&[secret, message(2)]).unwrap();
    store.refresh().unwrap();
    // The engine keeps no word as it is written: what counts is that the files of the part that held it are gone.
    let index = folder.path().join(INDEX);
    let parts = || -> HashSet<String> {
        let names = fs::read_dir(&index).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap());
        names.filter_map(|name| Some(name.split_once('.')?.0.to_string())).filter(|name| name.len() == 32).collect()
    };
    let before = parts();
    let Added::Created(case) = &added[0] else { panic!("{added:?}") };
    store.forget(case).unwrap();
    assert!(!before.is_empty() && parts().is_disjoint(&before), "{before:?} {:?}", parts());
    assert_eq!(store.opened().unwrap().unwrap().traces(), 0);
    assert_eq!(store.disagreement().unwrap(), Disagreement::default());
}
