//! Which folders of an account are meant.

use super::{Listed, name};
use crate::tag::Glob;

/// A folder of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folder {
    /// Its name for people.
    pub name: String,
    /// Its name for the server, byte for byte.
    pub wire: Vec<u8>,
}

impl Folder {
    /// Its name in the store.
    pub fn key(&self) -> String {
        String::from_utf8_lossy(&self.wire).into_owned()
    }
}

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Choice {
    /// These, by name or by a pattern with `*` and `?`.
    Named(Vec<String>),
    /// All that hold mail that came in: neither trash nor junk nor drafts nor what was sent.
    All,
}

/// Uses of folders (RFC 6154) whose mail is not taken in with all others. `\Flagged` shows messages of other folders again.
const LEFT_OUT: &[&str] = &["\\TRASH", "\\JUNK", "\\DRAFTS", "\\SENT", "\\FLAGGED"];

/// Uses of folders.
const USES: &[&str] = &["\\TRASH", "\\JUNK", "\\DRAFTS", "\\SENT", "\\FLAGGED", "\\ALL", "\\ARCHIVE"];

/// What such folders are called where the server does not tell uses: in mail programs and by providers, in both languages.
const USUAL_NAMES: &[&str] = &[
    "trash",
    "deleted items",
    "deleted messages",
    "deleted",
    "junk",
    "junk e-mail",
    "junk email",
    "spam",
    "bulk mail",
    "drafts",
    "draft",
    "sent",
    "sent items",
    "sent messages",
    "sent mail",
    "outbox",
    "已删除",
    "已删除邮件",
    "垃圾箱",
    "垃圾邮件",
    "草稿",
    "草稿箱",
    "已发送",
    "已发送邮件",
    "已发送信件",
    "发件箱",
];

/// The folders that are asked for, in the server's order, and the names that none has.
pub fn choose(listed: &[Listed], choice: &Choice) -> (Vec<Folder>, Vec<String>) {
    let open = |folder: &&Listed| {
        !folder.attributes.iter().any(|attribute| attribute == "\\NOSELECT" || attribute == "\\NONEXISTENT")
            // Neither a line nor a literal can hold it.
            && !folder.wire.contains(&0)
    };
    let folder = |listed: &Listed| Folder { name: name::decode(&listed.wire), wire: listed.wire.clone() };
    match choice {
        Choice::All => {
            let tells = listed.iter().any(|folder| has_use(folder, USES));
            let wanted = |folder: &&Listed| match tells {
                true => !has_use(folder, LEFT_OUT),
                false => !is_usual(folder),
            };
            (listed.iter().filter(open).filter(wanted).map(folder).collect(), Vec::new())
        }
        Choice::Named(names) => {
            let mut chosen: Vec<Folder> = Vec::new();
            let mut missing = Vec::new();
            for wanted in names {
                let found: Vec<_> =
                    listed.iter().filter(open).filter(|folder| fits(folder, wanted)).map(folder).collect();
                if found.is_empty() {
                    missing.push(wanted.clone());
                }
                for one in found {
                    if !chosen.contains(&one) {
                        chosen.push(one);
                    }
                }
            }
            (chosen, missing)
        }
    }
}

fn has_use(folder: &Listed, uses: &[&str]) -> bool {
    folder.attributes.iter().any(|attribute| uses.contains(&attribute.as_str()))
}

/// Whether the last level of the name is what such folders are called.
fn is_usual(folder: &Listed) -> bool {
    let name = name::decode(&folder.wire).to_lowercase();
    let last = folder.delimiter.and_then(|delimiter| name.rsplit(delimiter).next()).unwrap_or(&name);
    USUAL_NAMES.contains(&last)
}

/// Whether a folder has a name, or fits a pattern. Levels may be parted by `/` whatever the server parts them by. `INBOX`
/// alone is written in any case of letters (RFC 9051 section 5.1).
fn fits(folder: &Listed, wanted: &str) -> bool {
    let name = name::decode(&folder.wire);
    let slashed = match folder.delimiter {
        Some(delimiter) if delimiter != '/' => name.replace(delimiter, "/"),
        _ => name.clone(),
    };
    if wanted.contains(['*', '?']) {
        let pattern = Glob::new(wanted);
        return pattern.fits(&name) || pattern.fits(&slashed);
    }
    name == wanted || slashed == wanted || (wanted.eq_ignore_ascii_case("inbox") && name.eq_ignore_ascii_case("inbox"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listed(folders: &[(&str, &[&str])], delimiter: char) -> Vec<Listed> {
        let one = |(name, attributes): &(&str, &[&str])| Listed {
            attributes: attributes.iter().map(ToString::to_string).collect(),
            delimiter: Some(delimiter),
            wire: name::encode(name).into_bytes(),
        };
        folders.iter().map(one).collect()
    }

    #[track_caller]
    fn check(listed: &[Listed], choice: Choice, expected: &[&str], missing: &[&str]) {
        let (folders, none) = choose(listed, &choice);
        assert_eq!(folders.iter().map(|folder| folder.name.as_str()).collect::<Vec<_>>(), expected);
        assert_eq!(none, missing);
    }

    fn named(names: &[&str]) -> Choice {
        Choice::Named(names.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn names_and_patterns() {
        let all =
            listed(&[("INBOX", &[]), ("Support", &["\\NOSELECT"]), ("Support.A", &[]), ("Support.客户", &[])], '.');
        check(&all, named(&["inbox"]), &["INBOX"], &[]);
        check(&all, named(&["Support/客户", "Support.客户", "support.A"]), &["Support.客户"], &["support.A"]);
        check(&all, named(&["Support/*", "INBOX"]), &["Support.A", "Support.客户", "INBOX"], &[]);
        check(&all, named(&["Support"]), &[], &["Support"]);
    }

    #[test]
    fn all_but_what_did_not_come_in() {
        let told =
            listed(&[("INBOX", &[]), ("Gelöscht", &["\\TRASH"]), ("Sent", &["\\SENT"]), ("Trash/notes", &[])], '/');
        check(&told, Choice::All, &["INBOX", "Trash/notes"], &[]);
        let untold = listed(&[("INBOX", &[]), ("INBOX/Sent Items", &[]), ("草稿箱", &[]), ("Sentinel", &[])], '/');
        check(&untold, Choice::All, &["INBOX", "Sentinel"], &[]);
    }
}
