use super::*;

const PATIENCE: Duration = Duration::from_secs(60);

fn watch(folder: &Path, poll: bool) -> Watch {
    Watch::new(&[folder.to_path_buf()], poll.then_some(Duration::from_millis(100))).unwrap()
}

/// Waits for the next batch.
#[track_caller]
fn next(watch: &mut Watch) -> Vec<Arrived> {
    let end = Instant::now() + PATIENCE;
    while Instant::now() < end {
        watch.wait(Duration::from_millis(20));
        let batch = watch.batch();
        if !batch.is_empty() {
            return batch;
        }
    }
    panic!("nothing came; {} wait", watch.waiting());
}

/// Takes what comes until so many files came; their names.
#[track_caller]
fn take(watch: &mut Watch, count: usize) -> Vec<String> {
    let mut parts = Vec::new();
    while parts.len() < count {
        let batch = next(watch);
        watch.done(&batch, &[]);
        parts.extend(batch.into_iter().map(|one| one.part));
    }
    parts.sort();
    parts
}

fn maildir(folder: &Path) {
    for name in ["cur", "new", "tmp"] {
        fs::create_dir_all(folder.join(name)).unwrap();
    }
}

#[test]
fn a_mail_in_a_maildir_comes_once_whatever_its_flags() {
    for poll in [false, true] {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        maildir(folder.path());
        maildir(&path(".Sent"));
        for name in ["cur/1.a:2,S", "new/2.a", "tmp/3.a", ".Sent/cur/1.a:2,", "dovecot-uidlist", "new/.hidden"] {
            fs::write(path(name), "x").unwrap();
        }
        let mut watch = watch(folder.path(), poll);
        assert_eq!(take(&mut watch, 3), [".Sent/cur/1.a:2,", "cur/1.a:2,S", "new/2.a"], "poll: {poll}");
        fs::rename(path("new/2.a"), path("cur/2.a:2,S")).unwrap();
        fs::rename(path("cur/1.a:2,S"), path("cur/1.a:2,RS")).unwrap();
        fs::rename(path("tmp/3.a"), path("new/3.a")).unwrap();
        assert_eq!(take(&mut watch, 1), ["new/3.a"], "poll: {poll}");
        // Seen, and renamed before it was read.
        fs::write(path("new/4.a"), "x").unwrap();
        let batch = next(&mut watch);
        assert_eq!(batch[0].part, "new/4.a");
        fs::rename(path("new/4.a"), path("cur/4.a:2,S")).unwrap();
        watch.done(&batch, &[(0, io::ErrorKind::NotFound.into())]);
        assert_eq!(take(&mut watch, 1), ["cur/4.a:2,S"], "poll: {poll}");
        assert_eq!(watch.notices(), [], "poll: {poll}");
    }
}

#[test]
fn files_come_when_they_are_whole_and_again_when_they_changed() {
    for poll in [false, true] {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        fs::write(path("first.log"), "x").unwrap();
        let mut watch = watch(folder.path(), poll);
        assert_eq!(take(&mut watch, 1), ["first.log"]);
        fs::write(path("empty.log"), "").unwrap();
        fs::write(path("half.zip.part"), "x").unwrap();
        fs::create_dir_all(path("case/logs")).unwrap();
        fs::write(path("case/mail.eml"), "x").unwrap();
        fs::write(path("case/logs/a.log"), "x").unwrap();
        // One case comes together.
        let batch = next(&mut watch);
        assert_eq!(batch.iter().map(|one| one.part.as_str()).collect::<Vec<_>>(), ["case/logs/a.log", "case/mail.eml"]);
        watch.done(&batch, &[]);
        fs::rename(path("half.zip.part"), path("whole.zip")).unwrap();
        fs::write(path("first.log"), "more").unwrap();
        assert_eq!(take(&mut watch, 2), ["first.log", "whole.zip"], "poll: {poll}");
        fs::write(path("last.log"), "x").unwrap();
        assert_eq!(take(&mut watch, 1), ["last.log"], "poll: {poll}");
    }
}

#[test]
fn a_folder_named_by_a_relative_path_is_watched_like_any_other() {
    // Tests run in the package's folder.
    let here = std::env::current_dir().unwrap();
    let folder = tempfile::tempdir_in(&here).unwrap();
    let mut watch = watch(folder.path().strip_prefix(&here).unwrap(), false);
    fs::write(folder.path().join("a.txt"), "x").unwrap();
    assert_eq!(take(&mut watch, 1), ["a.txt"]);
    // What comes now is heard of, long before the folder is looked through again.
    fs::write(folder.path().join("b.txt"), "y").unwrap();
    assert_eq!(take(&mut watch, 1), ["b.txt"]);
}

/// While a writer holds a file open, the system tells so.
#[cfg(target_os = "linux")]
#[test]
fn a_file_that_is_open_does_not_come() {
    use std::io::Write;
    let folder = tempfile::tempdir().unwrap();
    let mut watch = watch(folder.path(), false);
    watch.wait(Duration::ZERO);
    let mut file = fs::File::create(folder.path().join("a.log")).unwrap();
    file.write_all(b"first half").unwrap();
    // Another file, whole and left alone longer than the first must have been.
    fs::write(folder.path().join("b.log"), "x").unwrap();
    assert_eq!(take(&mut watch, 1), ["b.log"]);
    fs::write(folder.path().join("c.log"), "x").unwrap();
    assert_eq!(take(&mut watch, 1), ["c.log"]);
    file.write_all(b", second half").unwrap();
    drop(file);
    let batch = next(&mut watch);
    assert_eq!((batch[0].part.as_str(), batch[0].stamp.bytes), ("a.log", 23));
}

#[test]
fn a_folder_that_is_gone_is_told_and_watched_again_when_it_is_back() {
    let folder = tempfile::tempdir().unwrap();
    let (inner, away) = (folder.path().join("in"), folder.path().join("away"));
    fs::create_dir(&inner).unwrap();
    fs::write(inner.join("a"), "x").unwrap();
    let mut watch = watch(&inner, false);
    assert_eq!(take(&mut watch, 1), ["a"]);
    let wait_for = |watch: &mut Watch, notice: Notice| {
        let end = Instant::now() + PATIENCE;
        loop {
            watch.wait(Duration::from_millis(20));
            let notices = watch.notices();
            if !notices.is_empty() {
                assert_eq!(notices, [notice]);
                return;
            }
            assert!(Instant::now() < end, "{notice:?} did not come");
        }
    };
    fs::rename(&inner, &away).unwrap();
    wait_for(&mut watch, Notice::Gone(inner.clone()));
    fs::create_dir(&inner).unwrap();
    wait_for(&mut watch, Notice::Back(inner.clone()));
    fs::write(inner.join("b"), "x").unwrap();
    // What happens to the folder that it was is nobody's business.
    fs::write(away.join("c"), "x").unwrap();
    assert_eq!(take(&mut watch, 1), ["b"]);
    fs::create_dir(inner.join("case")).unwrap();
    fs::write(inner.join("case/d"), "x").unwrap();
    assert_eq!(take(&mut watch, 1), ["case/d"]);
}

#[test]
fn what_is_no_folder_cannot_be_watched() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, "x").unwrap();
    for path in [file, folder.path().join("none")] {
        let refused = Watch::new(std::slice::from_ref(&path), None).err();
        assert_eq!(refused.map(|(path, _)| path), Some(path));
    }
}
