//! The care of the case store: `casebook reindex`, `backup`, `restore`, `doctor`, `forget`.

use std::{
    fmt::Write as _,
    io::{self, BufRead, IsTerminal, Write as _},
    path::PathBuf,
};

use indicatif::ProgressBar;
use serde::Serialize;

use super::{
    CommonArgs, Exit,
    output::{self, Format, clean_line},
    problem, stored,
};
use crate::{
    app::{
        App, AppError,
        care::{self, ForgetReport},
    },
    store::{
        CaseId, CaseStore, Forgotten,
        health::Fault,
        search::{CaseSearch, Lag},
        sqlite::{Access, SqliteStore},
    },
};

/// Arguments of `casebook reindex`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Example:
  casebook reindex

The index follows the store by itself; build it anew after own terms (--terms) have changed, or when `doctor` asks for it.")]
pub struct ReindexArgs {
    /// How to print
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// Arguments of `casebook backup`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Example:
  casebook backup /backup/cases-2024-09-30.db

The file is the store as it stood at one moment; mail may be taken in meanwhile. The index is not in it: it is built anew.")]
pub struct BackupArgs {
    /// The file to write
    file: PathBuf,
    /// Replace the file if there is one
    #[arg(long)]
    force: bool,
    /// How to print
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// Arguments of `casebook restore`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Example:
  casebook restore /backup/cases-2024-09-30.db --data /srv/casebook

What the store held before is gone with --force: back it up first.")]
pub struct RestoreArgs {
    /// A file that `casebook backup` wrote
    file: PathBuf,
    /// Replace the store that is there
    #[arg(long)]
    force: bool,
    /// How to print
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// Arguments of `casebook doctor`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  casebook doctor
  casebook doctor --fix

Every stored mail is held against its hash, what is derived against what it is derived from, the index against the store.
With --fix nothing of what was erased is left in the files of the store either.
Exit status: 0 all is well, or was put right; 1 something is wrong, or stays wrong; with --fix 3 all is well, but another
command still reads the store as it was before, so that its files may hold what was erased.")]
pub struct DoctorArgs {
    /// Put right what can be
    #[arg(long)]
    fix: bool,
    /// How to print
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// Arguments of `casebook forget`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Example:
  casebook forget CAS-12143-P0Y2F1

Erases the case with its mails, byte for byte, and everything that was read from them, in the store and in the index. An
attachment that another case has too stays with that case. Backups, and the mailbox that the mail came from, keep it.
Where another command still reads the store as it was before, the bytes stay in its files until that one ends: end it, and
run `casebook doctor --fix`, which tells when nothing is left.
Exit status: 0 erased, 1 not confirmed at the terminal, 2 there is no such case, or no terminal to ask at and no --yes, 3 erased, but bytes
are left until another command ends.")]
pub struct ForgetArgs {
    /// Its id, or a number of any ticket system
    case: String,
    /// Do not ask
    #[arg(long)]
    yes: bool,
    /// How to print
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

fn counter(what: &str) -> ProgressBar {
    output::counter(true, &format!("{{spinner}} {{pos}} mails {what}, {{per_sec}}"))
}

#[derive(Serialize)]
struct ReindexReport {
    schema: &'static str,
    messages: u64,
}

/// Builds the index anew.
pub fn reindex(args: &ReindexArgs, common: &CommonArgs) -> anyhow::Result<Exit> {
    let mut store = stored(&common.settings(None)?, Access::Write)?;
    let bar = counter("indexed");
    let messages = store.rebuild(&mut |count| bar.set_position(count))?;
    bar.finish_and_clear();
    match args.format {
        Format::Json => output::json(&ReindexReport { schema: "casebook.reindex/1", messages })?,
        Format::Table | Format::Md => output::print(format!("{messages} messages indexed"))?,
    }
    Ok(Exit::Found)
}

#[derive(Serialize)]
struct CopyReport {
    schema: &'static str,
    file: String,
    messages: u64,
    cases: u64,
}

impl CopyReport {
    fn print(&self, format: Format, done: &str) -> anyhow::Result<Exit> {
        match format {
            Format::Json => output::json(self)?,
            Format::Table | Format::Md => {
                let cases = output::plural(self.cases, "case", "cases");
                output::print(format!("{cases} with {} {done}", output::plural(self.messages, "message", "messages")))?;
            }
        }
        Ok(Exit::Found)
    }
}

/// Writes a backup.
pub fn backup(args: &BackupArgs, common: &CommonArgs) -> anyhow::Result<Exit> {
    let store = stored(&common.settings(None)?, Access::Read)?;
    let copied = store.sqlite().backup(&args.file, args.force)?;
    let file = args.file.display().to_string();
    let report = CopyReport { schema: "casebook.backup/1", file, messages: copied.messages, cases: copied.cases };
    report.print(args.format, "are in the backup")
}

/// Restores a backup.
pub fn restore(args: &RestoreArgs, common: &CommonArgs) -> anyhow::Result<Exit> {
    let settings = common.settings(None)?;
    let folder = settings.data.value.as_ref().ok_or(AppError::NoData)?;
    let copied = SqliteStore::restore(folder, &args.file, args.force)?;
    let file = args.file.display().to_string();
    let report = CopyReport { schema: "casebook.restore/1", file, messages: copied.messages, cases: copied.cases };
    // The index of what was there before does not fit any more.
    if let Some(mut store) = App::store(&settings, Access::Write)? {
        store.refresh()?;
    }
    report.print(args.format, "are restored")
}

#[derive(Serialize)]
struct DoctorReport {
    schema: &'static str,
    messages: u64,
    faults: Vec<Fault>,
}

/// Checks the store.
pub fn doctor(args: &DoctorArgs, common: &CommonArgs) -> anyhow::Result<Exit> {
    let access = if args.fix { Access::Write } else { Access::Read };
    let mut store = stored(&common.settings(None)?, access)?;
    let bar = counter("checked");
    let mut messages = 0;
    let faults = store.check(args.fix, &mut |count| {
        messages = messages.max(count);
        bar.set_position(count);
    })?;
    bar.finish_and_clear();
    let behind = faults.is_empty() && store.lag()? != Lag::None;
    let report = DoctorReport { schema: "casebook.doctor/1", messages, faults };
    let well = report.faults.iter().all(|fault| fault.mended);
    match args.format {
        Format::Json => output::json(&report)?,
        Format::Table | Format::Md => output::print(render_faults(&report).trim_end())?,
    }
    if !well {
        problem::warn(if args.fix {
            "what is left cannot be put right: restore a backup"
        } else {
            "`casebook doctor --fix` puts right what can be"
        });
    }
    if behind {
        problem::note("the index of cases is behind, as a delivery leaves it: the next search brings it up to date");
    }
    if args.fix && !store.sqlite().settle()? {
        problem::warn(format!("{LINGERING} what was erased, if anything was"));
        if well {
            return Ok(Exit::Unfinished);
        }
    }
    Ok(if well { Exit::Found } else { Exit::Nothing })
}

fn render_faults(report: &DoctorReport) -> String {
    let mut text = String::new();
    if report.faults.is_empty() {
        let _ = writeln!(text, "{} stored mails checked: all is well", report.messages);
    }
    for fault in &report.faults {
        let mended = if fault.mended { " (put right)" } else { "" };
        let _ = writeln!(text, "{}: {}{mended}", fault.kind.describe(), fault.count);
        for example in &fault.examples {
            let _ = writeln!(text, "  {}", clean_line(example));
        }
    }
    text
}

/// Erases a case.
pub fn forget(args: &ForgetArgs, common: &CommonArgs) -> anyhow::Result<Exit> {
    let mut store = stored(&common.settings(None)?, Access::Write)?;
    let mut report = care::what_goes(&store, &CaseId(args.case.clone()))?;
    if args.format != Format::Json {
        output::print(render_going(&report).trim_end())?;
    }
    let confirmed = args.yes || ask(&report.case.0)?;
    if confirmed {
        let forgotten = store.forget(&report.case)?;
        report.erased = forgotten != Forgotten::Missing;
        report.lingering = forgotten == Forgotten::Lingering;
    }
    match (args.format, report.erased) {
        (Format::Json, _) => output::json(&report)?,
        (_, true) if report.lingering => output::print("erased, but not yet from the files of the store")?,
        (_, true) => output::print("erased; backups keep what they hold")?,
        (_, false) => output::print("nothing was erased")?,
    }
    if report.lingering {
        problem::warn(format!("{LINGERING} the erased case"));
        return Ok(Exit::Unfinished);
    }
    Ok(if report.erased { Exit::Found } else { Exit::Nothing })
}

/// Behind it stands what it holds.
const LINGERING: &str = "another command still reads the store as it was before: end it, then run `casebook doctor --fix`; \
                         until then the files of the store hold bytes of";

fn render_going(report: &ForgetReport) -> String {
    let mut text = String::new();
    let _ = writeln!(text, "{}  {}", clean_line(&report.case.0), clean_line(&report.subject));
    let numbers = report.numbers.join(", ");
    if !numbers.is_empty() {
        let _ = writeln!(text, "  numbers      {}", clean_line(&numbers));
    }
    let _ = writeln!(text, "  mails        {} ({} bytes)", report.messages, report.bytes);
    let _ = writeln!(text, "  attachments  {}", report.attachments);
    let _ = writeln!(text, "  signatures   {}", report.signatures);
    text
}

/// Asks on the terminal; elsewhere nobody could answer.
fn ask(case: &str) -> anyhow::Result<bool> {
    anyhow::ensure!(io::stdin().is_terminal(), "nothing is erased without --yes, or an answer at a terminal");
    let mut out = io::stderr().lock();
    write!(out, "Erase this case for good? Type {} to go on: ", clean_line(case))?;
    out.flush()?;
    let mut answer = String::new();
    io::stdin().lock().read_line(&mut answer)?;
    Ok(answer.trim().eq_ignore_ascii_case(case))
}
