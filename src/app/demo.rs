//! A made-up year laid out in a folder: its mails, a case store of them, settings that name it.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use crate::{
    config,
    demo::{
        ending::ending,
        letter::letters,
        people::DESK,
        year::{self, DemoCase, Hidden, Plan, Year},
    },
    signature::Signature,
    store::{CaseChange, CaseStore, Decision, StoreError, ThreadKey, Update},
};

/// Name and version of the JSON form, and of the file that marks a demo's folder.
pub const SCHEMA: &str = "casebook.demo/1";

/// The file that marks a folder as a demo's own.
const MARK: &str = "demo.json";

/// What a demo makes in its folder, and replaces there: folders.
const MAIL: &str = "mail";
const STORE: &str = "store";
const REPORTS: &str = "reports";

/// Why no demo could be made.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// The folder holds something else.
    #[error("`{}` is not empty and no demo of casebook is in it: name a new folder", .0.display())]
    Taken(PathBuf),
    /// A file or folder of it cannot be read or written.
    #[error("cannot use `{}`", .path.display())]
    Io {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A case of the year is not in the store.
    #[error("the case `{0}` did not come into the store")]
    Lost(String),
    /// The store refuses.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The places in a demo's folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Places {
    /// The mails, a folder for each month.
    pub mail: PathBuf,
    /// The case store.
    pub store: PathBuf,
    /// The reports.
    pub reports: PathBuf,
    /// Settings that name the store.
    pub config: PathBuf,
}

/// The mark of a demo's folder. Further keys of later versions do not matter.
#[derive(Serialize, Deserialize)]
struct Mark {
    schema: String,
    seed: u64,
    cases: usize,
}

/// Something hidden in the year, as it is told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HiddenReport {
    /// What.
    pub hidden: Hidden,
    /// The signature that it shows by.
    pub signature: Option<Signature>,
    /// Its months, `2024-07`.
    pub months: Vec<String>,
    /// Cases about it in these months.
    pub cases: usize,
    /// Customers that have them.
    pub customers: usize,
    /// One of these cases.
    pub example: Option<String>,
    /// The customer with the most of them.
    pub customer: Option<String>,
}

/// What is hidden in a year.
pub fn hidden(year: &Year) -> Vec<HiddenReport> {
    let told = |truth: year::Truth| {
        let of = |case: &&DemoCase| case.trouble == truth.trouble && truth.months.contains(&case.month);
        let cases: Vec<&DemoCase> = year.cases.iter().filter(of).collect();
        let mut customers: Vec<usize> = cases.iter().map(|case| case.customer).collect();
        customers.sort_unstable();
        // The first of those that have the most.
        let most = customers.chunk_by(|a, b| a == b).rev().max_by_key(|chunk| chunk.len()).map(|chunk| chunk[0]);
        customers.dedup();
        HiddenReport {
            hidden: truth.hidden,
            signature: truth.trouble().signature.clone(),
            months: truth.months.iter().map(|month| label(*month)).collect(),
            cases: cases.len(),
            customers: customers.len(),
            example: cases.get(cases.len() / 2).map(|case| case.id()),
            customer: most.map(|number| crate::demo::people::customer(number).name),
        }
    };
    year::truths().into_iter().map(told).collect()
}

/// A month of the year, from 0, as `2024-07`.
pub fn label(month: usize) -> String {
    year::month(month).strftime("%Y-%m").to_string()
}

fn fault(path: &Path) -> impl FnOnce(io::Error) -> DemoError + '_ {
    move |source| DemoError::Io { path: path.into(), source }
}

/// Makes a folder ready: a new one, an empty one, or that of an earlier demo, of which mails, store and reports are removed.
///
/// # Errors
/// When something else is in the folder, or it cannot be used.
pub fn prepare(folder: &Path, plan: Plan) -> Result<Places, DemoError> {
    fs::create_dir_all(folder).map_err(fault(folder))?;
    let empty = fs::read_dir(folder).map_err(fault(folder))?.next().is_none();
    let mark = folder.join(MARK);
    if !empty && !is_mark(&mark) {
        return Err(DemoError::Taken(folder.into()));
    }
    let places = Places {
        mail: folder.join(MAIL),
        store: folder.join(STORE),
        reports: folder.join(REPORTS),
        config: folder.join(config::FILE),
    };
    for path in [&places.mail, &places.store, &places.reports] {
        match fs::remove_dir_all(path) {
            Err(source) if source.kind() != io::ErrorKind::NotFound => return Err(fault(path)(source)),
            _ => {}
        }
    }
    // The mark first: whatever is killed behind it, the folder is known again.
    let text = serde_json::json!(Mark { schema: SCHEMA.into(), seed: plan.seed, cases: plan.cases }).to_string();
    fs::write(&mark, text + "\n").map_err(fault(&mark))?;
    let text = format!(
        "# Settings of a made-up year: `casebook --config` takes them.\ndata = \"{STORE}\"\nown_domains = [\"{DESK}\"]\n"
    );
    fs::write(&places.config, text).map_err(fault(&places.config))?;
    fs::create_dir_all(&places.reports).map_err(fault(&places.reports))?;
    Ok(places)
}

fn is_mark(path: &Path) -> bool {
    let family = |schema: &str| schema.rsplit_once('/').map(|(name, _)| name.to_string());
    let read = fs::read(path).ok().and_then(|bytes| serde_json::from_slice::<Mark>(&bytes).ok());
    read.is_some_and(|mark| family(&mark.schema) == family(SCHEMA))
}

/// Writes the mails of a year, a file each; their number. `progress` is told of the number so far.
///
/// # Errors
/// When a file cannot be written.
pub fn write_mails(folder: &Path, year: &Year, progress: &dyn Fn(u64)) -> Result<u64, DemoError> {
    let mut count = 0;
    let mut made: Option<PathBuf> = None;
    for case in &year.cases {
        for letter in letters(year.plan, case) {
            let path = folder.join(&letter.name);
            let parent = path.parent().unwrap_or(folder);
            if made.as_deref() != Some(parent) {
                fs::create_dir_all(parent).map_err(fault(parent))?;
                made = Some(parent.into());
            }
            fs::write(&path, &letter.raw).map_err(fault(&path))?;
            count += 1;
            progress(count);
        }
    }
    Ok(count)
}

/// Closes the cases of a year at their times, as a person of the desk did.
///
/// # Errors
/// When the store refuses, or a case is not in it.
pub fn close(store: &mut dyn CaseStore, year: &Year, progress: &dyn Fn(u64)) -> Result<(), DemoError> {
    for case in &year.cases {
        let ending = ending(year.plan, case);
        let at = case.closed;
        let mut changes = Vec::new();
        if let Some((article, accepted)) = ending.judged {
            let decision = if accepted { Decision::Accepted } else { Decision::Rejected };
            let before = at - (at - case.opened) / 4;
            changes.push(CaseChange::Decide { article, decision, reason: String::new(), at: before });
        }
        changes.push(CaseChange::Close { article: ending.article, resolution: ending.resolution, at });
        let lost = || DemoError::Lost(case.id());
        let id = store.case_of(&ThreadKey::number(&case.id()))?.ok_or_else(lost)?;
        let stored = store.case(&id)?.ok_or_else(lost)?;
        if !matches!(store.update(&id, stored.version, &changes)?, Update::Done(_)) {
            return Err(lost());
        }
        progress(u64::from(case.number));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_of_others_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let plan = Plan::default();
        let own = folder.path().join("own/year");
        let places = prepare(&own, plan).unwrap();
        fs::create_dir_all(places.mail.join("2024-01")).unwrap();
        fs::write(own.join("notes.txt"), "mine").unwrap();
        prepare(&own, Plan { seed: 2, ..plan }).unwrap();
        assert!(!places.mail.exists(), "what an earlier demo made is replaced");
        assert_eq!(fs::read_to_string(own.join("notes.txt")).unwrap(), "mine", "and nothing else");

        let other = folder.path().join("other");
        fs::create_dir_all(other.join("mail")).unwrap();
        fs::write(other.join("mail/precious.eml"), "x").unwrap();
        assert!(matches!(prepare(&other, plan), Err(DemoError::Taken(_))));
        fs::write(other.join(MARK), "{\"schema\": \"another/1\"}").unwrap();
        assert!(matches!(prepare(&other, plan), Err(DemoError::Taken(_))));
        assert!(other.join("mail/precious.eml").exists());
    }
}
