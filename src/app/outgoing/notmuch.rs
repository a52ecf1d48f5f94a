//! Tags for notmuch, through its own command: `notmuch tag --batch`.

use std::{
    collections::BTreeSet,
    io::{self, Write},
    process::{Command, Stdio},
};

use crate::{
    app::tags::CaseTags,
    store::{CaseWork, StoreError},
};

/// Why notmuch could not be told.
#[derive(Debug, thiserror::Error)]
pub enum NotmuchError {
    /// Its command cannot be run.
    #[error("cannot run `notmuch`")]
    Run(#[source] io::Error),
    /// It says that it failed.
    #[error("`notmuch tag` failed: {0}")]
    Failed(String),
    /// The store refuses.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Gives the messages of these cases the tags of their case, and takes those that it lost. Messages that notmuch does not
/// know are passed over by it.
///
/// # Errors
/// When `notmuch` is not there or fails, or the store refuses.
pub fn tell(store: &dyn CaseWork, cases: &[CaseTags]) -> Result<(), NotmuchError> {
    let mut batch = String::new();
    for one in cases {
        let Some(case) = store.case(&one.case)? else { continue };
        let given = case.tags.iter().map(|tag| format!("+{}", encode(&tag.tag)));
        // What a person took away, too: it may have been told before.
        let rows = store.tag_rows(&case.id)?;
        let by_hand = rows.iter().filter(|row| row.removed).map(|row| &row.tag);
        let gone: BTreeSet<&String> = one.removed.iter().chain(by_hand).collect();
        let changes: Vec<String> = given.chain(gone.into_iter().map(|tag| format!("-{}", encode(tag)))).collect();
        if changes.is_empty() {
            continue;
        }
        for id in store.messages(&case.id)?.into_iter().filter_map(|message| message.message_id) {
            batch.push_str(&format!("{} -- id:{}\n", changes.join(" "), quote(&id)));
        }
    }
    if batch.is_empty() {
        return Ok(());
    }
    let mut child = Command::new("notmuch")
        .args(["tag", "--batch"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(NotmuchError::Run)?;
    if let Some(mut input) = child.stdin.take() {
        // That it ends early is told by its status.
        let _ = input.write_all(batch.as_bytes());
    }
    let ended = child.wait_with_output().map_err(NotmuchError::Run)?;
    match ended.status.success() {
        true => Ok(()),
        false => Err(NotmuchError::Failed(String::from_utf8_lossy(&ended.stderr).trim().chars().take(300).collect())),
    }
}

/// A tag as `--batch` wants it: everything but plain characters as `%` and two hexadecimal digits.
fn encode(tag: &str) -> String {
    tag.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'.' | b'_' | b'+' => char::from(byte).to_string(),
            byte => format!("%{byte:02x}"),
        })
        .collect()
}

/// A Message-ID as a term of a query: in quotes, with quotes in it doubled.
fn quote(id: &str) -> String {
    let id: String = id.chars().filter(|c| !c.is_control()).collect();
    format!("\"{}\"", id.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_and_ids_cannot_be_read_as_anything_else() {
        assert_eq!(encode("product/windows-7"), "product/windows-7");
        assert_eq!(encode("customer/示例 银行"), "customer/%e7%a4%ba%e4%be%8b%20%e9%93%b6%e8%a1%8c");
        assert_eq!(quote("a\"b\n-- *@x"), "\"a\"\"b-- *@x\"");
    }
}
