//! Tagged copies of messages in a Maildir: the message as it came, with `X-Casebook-*` fields before it.
//!
//! The name of a copy is that of its message, so that tagging again writes the same file anew, where a mail program has
//! put it and with the flags that it has set. A file is written beside and then moved: no reader sees half of one.

use std::{
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
    /// The store refuses.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A Maildir for tagged copies.
#[derive(Debug)]
pub struct Maildir {
    root: PathBuf,
}

impl Maildir {
    /// Makes the folders of a Maildir where they are missing.
    ///
    /// # Errors
    /// When they cannot be made.
    pub fn open(root: &Path) -> Result<Self, CopyError> {
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
        for message in store.messages(&case.id)? {
            if let Some(raw) = store.raw(message.id)?.filter(|raw| mail::looks_like_mail(raw)) {
                self.write(message.id, &fields, &raw)?;
                written += 1;
            }
        }
        Ok(written)
    }

    fn write(&self, id: MessageHash, fields: &[u8], raw: &[u8]) -> Result<(), CopyError> {
        let name = format!("{}.{MARK}", &id.to_string()[..32]);
        let place = self.place(&name).unwrap_or_else(|| self.root.join("new").join(&name));
        let beside = self.root.join("tmp").join(format!("{name}.{}", std::process::id()));
        let mut whole = Vec::with_capacity(fields.len() + raw.len());
        // Line ends as the message has them: two sorts in one header confuse some readers.
        let crlf = memchr::memchr(b'\n', raw).is_some_and(|end| raw[..end].ends_with(b"\r"));
        whole.extend(fields.iter().copied().filter(|byte| crlf || *byte != b'\r'));
        whole.extend_from_slice(raw);
        let written = fs::write(&beside, &whole).and_then(|()| fs::rename(&beside, &place));
        written.map_err(|source| CopyError::Write { path: place, source })
    }

    /// Where the copy of a message lies, whatever flags it has.
    fn place(&self, name: &str) -> Option<PathBuf> {
        let plain = self.root.join("new").join(name);
        if plain.exists() {
            return Some(plain);
        }
        let flagged = format!("{name}:2,");
        fs::read_dir(self.root.join("cur")).ok()?.filter_map(Result::ok).map(|entry| entry.path()).find(|path| {
            path.file_name().is_some_and(|found| {
                let found = found.to_string_lossy();
                found == name || found.starts_with(&flagged)
            })
        })
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
            Text::new(value).write_header(&mut fields, name.len() + 2);
        }
    }
    fields
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
            product: None,
            status: CaseStatus::Open,
            opened: 0,
            latest: 0,
            closed: None,
            article: None,
            resolution: None,
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
        maildir.write(id, &fields(&case(&["a/b"]), None), raw).unwrap();
        let name = format!("{}.{MARK}", &id.to_string()[..32]);
        let first = folder.path().join("new").join(&name);
        assert!(fs::read(&first).unwrap().ends_with(raw));
        // A mail program took it in and marked it as seen.
        let seen = folder.path().join("cur").join(format!("{name}:2,S"));
        fs::rename(&first, &seen).unwrap();
        maildir.write(id, &fields(&case(&["a/c", "客户/示例"]), Some(("known".into(), None))), raw).unwrap();
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
}
