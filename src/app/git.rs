//! Files of a folder as they were at a revision, through the `git` command.

use std::{
    collections::BTreeMap,
    io::{self, BufRead, BufReader, Write},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread,
};

use crate::article::MAX_ARTICLE_BYTES;

/// Files read of a revision at most.
const MOST_FILES: usize = 100_000;

/// Why a revision cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum GitError {
    /// There is no git.
    #[error("the `git` command cannot be run")]
    NoGit(#[source] io::Error),
    /// Git says no.
    #[error("git does not give `{revision}` of `{}`: {message}", .folder.display())]
    Refused {
        /// The folder.
        folder: PathBuf,
        /// The revision.
        revision: String,
        /// What git says, its first line.
        message: String,
    },
    /// The repository has lost a file.
    #[error("git has lost `{path}` of `{}`: its repository is damaged, or has only a part of the files", .folder.display())]
    Unreadable {
        /// The folder.
        folder: PathBuf,
        /// The file below it.
        path: String,
    },
    /// What git answers is cut off or of another form.
    #[error("git breaks off while it gives the files of `{}`", .0.display())]
    Broken(PathBuf),
}

/// The Markdown and TOML files that a folder had at a revision, by their path below it; a folder that was not there had none. Links
/// and files that are no text are passed over.
///
/// # Errors
/// When there is no git, the folder is in no repository, or there is no such revision.
pub(super) fn files_at(folder: &Path, revision: &str) -> Result<Vec<(String, String)>, GitError> {
    let refused = |message: &str| GitError::Refused {
        folder: folder.into(),
        revision: revision.into(),
        message: message.lines().next().unwrap_or("no reason given").trim().to_string(),
    };
    // It would be taken for an option.
    if revision.starts_with('-') {
        return Err(refused("a revision does not begin with `-`"));
    }
    let answer = |arguments: &[&str]| -> Result<Vec<u8>, GitError> {
        let output = git(folder).args(arguments).output().map_err(GitError::NoGit)?;
        let said = String::from_utf8_lossy(&output.stderr);
        if output.status.success() { Ok(output.stdout) } else { Err(refused(said.trim_start_matches("fatal: "))) }
    };
    answer(&["rev-parse", "--verify", "--quiet", &format!("{revision}^{{tree}}")]).map_err(|error| match error {
        GitError::Refused { folder, revision, message } if message == "no reason given" || message.is_empty() => {
            GitError::Refused { folder, revision, message: "there is no such revision".into() }
        }
        other => other,
    })?;
    // Paths below the folder, whatever the repository's root.
    let listing = answer(&["ls-tree", "-r", "-z", "-l", revision, "."])?;
    let mut wanted: BTreeMap<String, String> = BTreeMap::new();
    for entry in listing.split(|byte| *byte == 0).filter(|entry| !entry.is_empty()) {
        let entry = String::from_utf8_lossy(entry);
        let Some((head, path)) = entry.split_once('\t') else { continue };
        let fields: Vec<&str> = head.split_whitespace().collect();
        let [mode, "blob", id, size] = fields[..] else { continue };
        let is_file = mode.starts_with("100");
        let lower = path.to_lowercase();
        if !is_file || !(lower.ends_with(".md") || lower.ends_with(".toml")) {
            continue;
        }
        // Git has no number for an object that it cannot read.
        let Ok(size) = size.parse::<usize>() else {
            return Err(GitError::Unreadable { folder: folder.into(), path: path.to_string() });
        };
        if size <= MAX_ARTICLE_BYTES && wanted.len() < MOST_FILES {
            wanted.insert(path.to_string(), id.to_string());
        }
    }
    blobs(folder, wanted)
}

/// A call of git in a folder: it takes no lock, fetches nothing and runs no program of the repository.
fn git(folder: &Path) -> Command {
    let mut command = Command::new("git");
    command.arg("-C").arg(folder).args(["-c", "core.fsmonitor=false", "--no-pager"]);
    command.env("GIT_OPTIONAL_LOCKS", "0").env("GIT_NO_LAZY_FETCH", "1").env("LC_ALL", "C").stdin(Stdio::null());
    command
}

/// The texts of blobs, in one call.
fn blobs(folder: &Path, wanted: BTreeMap<String, String>) -> Result<Vec<(String, String)>, GitError> {
    let mut call = git(folder);
    call.args(["cat-file", "--batch"]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = call.spawn().map_err(GitError::NoGit)?;
    let broken = || GitError::Broken(folder.into());
    let (input, output) = (child.stdin.take(), child.stdout.take());
    let (Some(mut input), Some(output)) = (input, output) else { return Err(broken()) };
    let asked: String = wanted.values().map(|id| format!("{id}\n")).collect();
    let read = thread::scope(|scope| {
        // Beside the reading: both pipes are short.
        scope.spawn(move || input.write_all(asked.as_bytes()));
        let mut output = BufReader::new(output);
        wanted.into_keys().map(|path| blob(&mut output).map(|bytes| (path, bytes))).collect::<Option<Vec<_>>>()
    });
    // What it read is whole, or it is not taken: how it ends says nothing more.
    let _ = child.wait();
    let files = read.ok_or_else(broken)?;
    Ok(files.into_iter().filter_map(|(path, bytes)| Some((path, String::from_utf8(bytes).ok()?))).collect())
}

/// One answer: `id type length`, the bytes, a line end.
fn blob(output: &mut impl BufRead) -> Option<Vec<u8>> {
    let mut head = String::new();
    output.read_line(&mut head).ok()?;
    let length: usize =
        head.trim_end().rsplit(' ').next()?.parse().ok().filter(|length| *length <= MAX_ARTICLE_BYTES)?;
    let mut bytes = vec![0; length + 1];
    output.read_exact(&mut bytes).ok()?;
    bytes.pop();
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_of_git_are_taken_whole_or_not_at_all() {
        let mut answers: &[u8] = b"1234 blob 3\nab\n\n5678 missing\n";
        assert_eq!(blob(&mut answers).as_deref(), Some(&b"ab\n"[..]));
        assert_eq!(blob(&mut answers), None);
        assert_eq!(blob(&mut &b"1234 blob 9\nab\n"[..]), None);
    }
}
