//! Tagged copies of messages in a Maildir: the message as it came, with `X-Casebook-*` fields before it.
//!
//! The name of a copy is that of its message, so that tagging again writes the same file anew, where a mail program has
//! put it and with the flags that it has set. A file is written beside and then moved: no reader sees half of one.

use std::{
    collections::HashMap,
    fs, io,
    path::{Path, PathBuf},
};

use mail_builder::headers::{Header, text::Text};

use crate::{
    mail,
    store::{CaseId, CaseRecord, CaseWork, MessageHash, StoreError},
};

/// The mark in the names of copies; Maildir wants names that nobody else gives.
const MARK: &str = "casebook";

/// Why a copy could not be written.
#[derive(Debug, thiserror::Error)]
pub enum CopyError {
    /// The Maildir cannot be written.
    #[error("cannot write to the Maildir `{}`", .path.display())]
    Write {
        /// The folder or file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The folder holds other things: it would become a Maildir by mistake.
    #[error("`{}` is no Maildir and not empty: name a Maildir, or a folder to be made", .path.display())]
    Other {
        /// The folder.
        path: PathBuf,
    },
    /// The store refuses.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Where the copies with these names lie.
type Places = HashMap<String, PathBuf>;

/// A Maildir for tagged copies.
#[derive(Debug)]
pub struct Maildir {
    root: PathBuf,
}

impl Maildir {
    /// Makes the folders of a Maildir where they are missing.
    ///
    /// # Errors
    /// When they cannot be made, or the folder holds other things.
    pub fn open(root: &Path) -> Result<Self, CopyError> {
        let is_maildir = ["cur", "new"].iter().any(|name| root.join(name).is_dir());
        if !is_maildir && fs::read_dir(root).is_ok_and(|mut entries| entries.next().is_some()) {
            return Err(CopyError::Other { path: root.to_path_buf() });
        }
        for name in ["cur", "new", "tmp"] {
            let path = root.join(name);
            fs::create_dir_all(&path).map_err(|source| CopyError::Write { path, source })?;
        }
        Ok(Maildir { root: root.to_path_buf() })
    }

    /// Writes the mails of a case with its tags; how many. Loose logs and thread exports are no mails.
    ///
    /// # Errors
    /// When the store refuses, or a file cannot be written.
    pub fn copy_case(&self, store: &dyn CaseWork, id: &CaseId) -> Result<u64, CopyError> {
        let Some(case) = store.case(id)? else { return Ok(0) };
        let verdict = store.findings(&case.id)?.map(|found| {
            let known = found.matches.iter().find(|one| one.silenced.is_none()).map(|one| one.article.clone());
            (found.verdict, known)
        });
        let fields = fields(&case, verdict);
        let mut written = 0;
        let mut places = None;
        for message in store.messages(&case.id)? {
            if let Some(raw) = store.raw(message.id)?.filter(|raw| mail::looks_like_mail(raw)) {
                self.write(message.id, &fields, &raw, places.get_or_insert_with(|| self.places()))?;
                written += 1;
            }
        }
        Ok(written)
    }

    fn write(&self, id: MessageHash, fields: &[u8], raw: &[u8], places: &Places) -> Result<(), CopyError> {
        let name = format!("{}.{MARK}", &id.to_string()[..32]);
        let place = places.get(&name).filter(|place| place.exists()).cloned();
        let place = place.unwrap_or_else(|| self.root.join("new").join(&name));
        let beside = self.root.join("tmp").join(format!("{name}.{}", std::process::id()));
        let mut whole = Vec::with_capacity(fields.len() + raw.len());
        // Line ends as the message has them: two sorts in one header confuse some readers.
        let crlf = memchr::memchr(b'\n', raw).is_some_and(|end| raw[..end].ends_with(b"\r"));
        whole.extend(fields.iter().copied().filter(|byte| crlf || *byte != b'\r'));
        whole.extend_from_slice(raw);
        let written = fs::write(&beside, &whole).and_then(|()| fs::rename(&beside, &place));
        written.map_err(|source| CopyError::Write { path: place, source })
    }

    /// Where copies lie, whatever flags they have.
    fn places(&self) -> Places {
        let listed = ["cur", "new"].map(|name| fs::read_dir(self.root.join(name)));
        let entries = listed.into_iter().flatten().flatten().filter_map(Result::ok).map(|entry| entry.path());
        let named = entries.filter_map(|path| {
            let name = path.file_name()?.to_string_lossy();
            let name = name.split_once(":2,").map_or(&*name, |(name, _)| name).to_string();
            name.ends_with(MARK).then_some((name, path))
        });
        named.collect()
    }
}

/// The fields of a case, as they stand before each of its messages; encoded by RFC 2047 where they are not ASCII.
fn fields(case: &CaseRecord, verdict: Option<(String, Option<String>)>) -> Vec<u8> {
    let tags = case.tags.iter().map(|tag| tag.tag.as_str()).collect::<Vec<_>>().join(", ");
    let (verdict, article) = verdict.unwrap_or_default();
    let mut fields = Vec::new();
    for (name, value) in [
        ("X-Casebook-Case", case.id.0.as_str()),
        ("X-Casebook-Tags", &tags),
        ("X-Casebook-Verdict", &verdict),
        ("X-Casebook-Article", article.as_deref().unwrap_or_default()),
    ] {
        let value: String = value.chars().filter(|c| !c.is_control()).collect();
        if !value.is_empty() {
            fields.extend_from_slice(name.as_bytes());
            fields.extend_from_slice(b": ");
            if value.is_ascii() {
                fold(&value, name.len() + 2, &mut fields);
            } else {
                Text::new(value).write_header(&mut fields, name.len() + 2);
            }
        }
    }
    fields
}

/// A value of ASCII as it is, so that filters find its words, on lines of 78 characters where its blanks allow it.
fn fold(value: &str, mut column: usize, fields: &mut Vec<u8>) {
    for (number, word) in value.split(' ').enumerate() {
        if number > 0 {
            let breaks = column + 1 + word.len() > 78;
            fields.extend_from_slice(if breaks { b"\r\n " } else { b" " });
            column = if breaks { 1 } else { column + 1 };
        }
        fields.extend_from_slice(word.as_bytes());
        column += word.len();
    }
    fields.extend_from_slice(b"\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{CaseStatus, CaseTag};

    fn case(tags: &[&str]) -> CaseRecord {
        let tag = |tag: &&str| CaseTag { tag: tag.to_string(), rule: None, why: String::new() };
        CaseRecord {
            id: CaseId("CAS-1\r\nX-Evil: 1".into()),
            version: 1,
            subject: String::new(),
            numbers: Vec::new(),
            severity: None,
            customer: None,
            sender: String::new(),
            product: None,
            status: CaseStatus::Open,
            opened: 0,
            latest: 0,
            closed: None,
            article: None,
            resolution: None,
            verdict: None,
            messages: 1,
            tags: tags.iter().map(tag).collect(),
        }
    }

    #[test]
    fn copies_keep_their_place_their_flags_and_the_message() {
        let folder = tempfile::tempdir().unwrap();
        let maildir = Maildir::open(folder.path()).unwrap();
        let raw = b"From: a@example.com\r\nSubject: x\r\n\r\nbody\r\n";
        let id = MessageHash::of(raw);
        maildir.write(id, &fields(&case(&["a/b"]), None), raw, &maildir.places()).unwrap();
        let name = format!("{}.{MARK}", &id.to_string()[..32]);
        let first = folder.path().join("new").join(&name);
        assert!(fs::read(&first).unwrap().ends_with(raw));
        // A mail program took it in and marked it as seen.
        let seen = folder.path().join("cur").join(format!("{name}:2,S"));
        fs::rename(&first, &seen).unwrap();
        let told = fields(&case(&["a/c", "客户/示例"]), Some(("known".into(), None)));
        maildir.write(id, &told, raw, &maildir.places()).unwrap();
        assert!(!first.exists());
        let text = String::from_utf8(fs::read(&seen).unwrap()).unwrap();
        assert!(text.is_ascii() && !text.contains("\nX-Evil"), "{text}");
        // Read as a subject: readers decode by RFC 2047 the fields that they know.
        let shown = text.replace("Subject: x\r\n", "").replace("X-Casebook-Tags", "Subject");
        let parsed = crate::mail::parse("m", shown.as_bytes()).value;
        assert_eq!(parsed[0].subject, "a/c, 客户/示例", "{text}");
        assert!(text.contains("X-Casebook-Verdict: known\r\n") && text.contains("Subject: x\r\n"), "{text}");
        assert_eq!(fs::read_dir(folder.path().join("tmp")).unwrap().count(), 0);
    }

    #[test]
    fn words_of_ascii_stay_as_they_are() {
        let tags =
            ["cause/access-denied", "component/windows-update", "customer/northwind", "product/windows-7", "x/y"];
        let text = String::from_utf8(fields(&case(&tags), None)).unwrap();
        assert!(tags.iter().all(|tag| text.contains(tag)), "{text}");
        assert!(text.split("\r\n").all(|line| line.len() <= 78), "{text}");
        let mail =
            format!("{text}Subject: x\r\n\r\nx").replace("Subject: x", "X: x").replace("X-Casebook-Tags", "Subject");
        assert_eq!(crate::mail::parse("m", mail.as_bytes()).value[0].subject, tags.join(", "));
    }

    #[test]
    fn a_folder_of_other_things_does_not_become_a_maildir() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("letter.txt"), "x").unwrap();
        assert!(matches!(Maildir::open(folder.path()), Err(CopyError::Other { .. })));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        // One that is to be made, and one that is there, are fine.
        let made = folder.path().join("made");
        Maildir::open(&made).unwrap();
        fs::write(made.join("cur").join("someone-elses"), "x").unwrap();
        Maildir::open(&made).unwrap();
    }
}
