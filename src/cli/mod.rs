//! The command line: arguments in, one service call, output out.
//!
//! Each command has a file with its `Args` and its `run`. Results go to standard output, messages to standard
//! error; the exit status is an [`Exit`].

mod care;
mod case;
mod code;
mod config;
mod deliver;
mod demo;
mod diff;
mod eval;
mod fit;
mod ingest;
mod kb;
mod mailbox;
mod mails;
mod man;
mod noise;
mod outbox;
pub mod output;
mod parse;
mod problem;
mod report;
mod search;
mod signatures;
mod similar;
mod tag;
mod tagging;
mod templates;
mod timeline;
mod triage;
mod watch;

use std::{path::Path, process::ExitCode};

use clap::{ColorChoice, CommandFactory, Parser, Subcommand};

pub use config::CommonArgs;

use crate::{
    app::{self, App, AppError, tags::TagsError, triage::Input},
    config::Settings,
    signature::extract::Extractor,
    store::{
        CaseWork,
        local::LocalStore,
        sqlite::{Access, SqliteStore},
    },
};

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Found, or done.
    Found = 0,
    /// Nothing was found.
    Nothing = 1,
    /// Wrong use, or input that could not be read: all of it, or one of several that were named.
    Wrong = 2,
    /// Done, but something of it is left over that only another process can end.
    Unfinished = 3,
    /// A delivery was called wrongly: EX_USAGE of sysexits(3), as those below.
    Misused = 64,
    /// What was delivered can never be stored: EX_DATAERR.
    Unusable = 65,
    /// A delivery must be tried again later: EX_TEMPFAIL.
    TryLater = 75,
    /// A delivery may not write to the case store: EX_NOPERM.
    Denied = 77,
    /// The settings of a delivery are wrong: EX_CONFIG.
    Misconfigured = 78,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        ExitCode::from(exit as u8)
    }
}

/// From a support mail with logs to a matching resolution.
#[derive(Debug, Parser)]
#[command(name = "casebook", version, about, long_about = None, after_help = EXAMPLES, disable_help_subcommand = true)]
struct Cli {
    #[command(flatten)]
    common: CommonArgs,
    #[command(subcommand)]
    command: Command,
}

const EXAMPLES: &str = "\
Examples:
  casebook triage corpus/cases/cas-12143     what is it, is it known, what helps
  casebook triage mail.eml --format json     the same for programs
  casebook code 0x80070005                   explain an error code
  casebook search 蓝屏 krnlmgr.sys           find articles by words or codes
  casebook kb show tms-krnlmgr-blocks-services-en

Exit status: 0 found or done, 1 nothing found, 2 wrong use or unreadable input: all of it, or one of several inputs.";

#[derive(Debug, Subcommand)]
enum Command {
    /// Read mails and logs of a case: signatures, verdict, known issues, resolution
    Triage(triage::Args),
    /// Search the known-issue articles and stored cases by code, words and conditions
    Search(search::Args),
    /// Take mail into the case store
    Ingest(ingest::Args),
    /// Stored cases: list, show, tag, answer, judge matches, close, reopen
    Case(case::Args),
    /// Silence signatures and articles that are known to mean nothing
    Noise(noise::Args),
    /// News of tags that are still to be told to a webhook
    Outbox(outbox::Args),
    /// Report on a month or any span: volume, times, what is new, what rises, what to write next
    Report(report::Args),
    /// Make a year of invented support mail with its case store and reports, to look at
    Demo(demo::Args),
    /// Tag stored cases by rule, say why, try the rules
    Tag(tag::Args),
    /// Check the case store and its index; --fix puts right what can be
    Doctor(care::DoctorArgs),
    /// Copy the case store into a file while it is in use
    Backup(care::BackupArgs),
    /// Put a backup in the place of the case store
    Restore(care::RestoreArgs),
    /// Build the index of stored cases anew
    Reindex(care::ReindexArgs),
    /// Erase a case with everything that is known of it
    Forget(care::ForgetArgs),
    /// Explain error codes and name the articles about them
    Code(code::Args),
    /// Take a message apart: header, new text, quotes, attachments
    Parse(parse::Args),
    /// Print the error signatures in files, occurrence by occurrence
    Signatures(signatures::Args),
    /// Group the lines of logs by what they say; rare failures first
    Templates(templates::Args),
    /// Lay mails and logs on one time line: what failed when
    Timeline(timeline::Args),
    /// Show what only a bad log or bundle has
    Diff(diff::Args),
    /// List, show, check and import known-issue articles
    Kb(kb::Args),
    /// Measure how well labelled cases are answered
    Eval(eval::Args),
    /// Show the settings in force and where each comes from
    Config(config::Args),
    /// Write shell completions to standard output
    Completions(man::CompletionArgs),
    /// Write the man page to standard output, or all of them to a folder
    Man(man::ManArgs),
}

/// Reads the arguments, runs the command and returns its exit code.
pub fn run() -> ExitCode {
    let cli = match Cli::try_parse_from(code::hide_mistyped_numbers(std::env::args_os())) {
        Ok(cli) => cli,
        Err(error) => {
            let code = match error.use_stderr() {
                true if std::env::args_os().any(|argument| argument == "--deliver") => Exit::Misused,
                true => Exit::Wrong,
                false => Exit::Found,
            };
            // A closed pipe while help is printed is no failure.
            let _ = error.print();
            return code.into();
        }
    };
    cli.common.color.apply();
    // A shell or a transport may limit the size of files (Postfix local(8) does): the signal would kill, the error is told.
    // Where it cannot be caught, it kills.
    #[cfg(unix)]
    let _ = signal_hook::flag::register(signal_hook::consts::SIGXFSZ, std::sync::Arc::default());
    let outcome = match &cli.command {
        Command::Triage(args) => triage::run(args, &cli.common),
        Command::Search(args) => search::run(args, &cli.common),
        Command::Ingest(args) => ingest::run(args, &cli.common),
        Command::Case(args) => case::run(args, &cli.common),
        Command::Noise(args) => noise::run(args, &cli.common),
        Command::Outbox(args) => outbox::run(args, &cli.common),
        Command::Report(args) => report::run(args, &cli.common),
        Command::Demo(args) => demo::run(args, &cli.common),
        Command::Tag(args) => tag::run(args, &cli.common),
        Command::Doctor(args) => care::doctor(args, &cli.common),
        Command::Backup(args) => care::backup(args, &cli.common),
        Command::Restore(args) => care::restore(args, &cli.common),
        Command::Reindex(args) => care::reindex(args, &cli.common),
        Command::Forget(args) => care::forget(args, &cli.common),
        Command::Code(args) => code::run(args, &cli.common),
        Command::Parse(args) => parse::run(args),
        Command::Signatures(args) => signatures::run(args, &cli.common),
        Command::Templates(args) => templates::run(args),
        Command::Timeline(args) => timeline::run(args, &cli.common),
        Command::Diff(args) => diff::run(args, &cli.common),
        Command::Kb(args) => kb::run(args, &cli.common),
        Command::Eval(args) => eval::run(args, &cli.common),
        Command::Config(args) => config::run(args, &cli.common),
        Command::Completions(args) => man::completions(args, Cli::command()),
        Command::Man(args) => man::man(args, Cli::command()),
    };
    match outcome {
        Ok(exit) => exit.into(),
        Err(error) if output::is_closed_pipe(&error) => Exit::Found.into(),
        Err(error) => {
            problem::print(&error);
            Exit::Wrong.into()
        }
    }
}

/// The input that an argument names; `-` is standard input.
fn input(path: impl AsRef<Path>) -> Input {
    let path = path.as_ref();
    if path.as_os_str() == "-" { Input::Stdin } else { Input::Path(path.into()) }
}

/// The case store of the settings; that there is none yet is an error that tells the way to one.
fn stored(settings: &Settings, access: Access) -> anyhow::Result<LocalStore> {
    // Opened to be written, one would be made where there is none.
    let none = App::store(settings, Access::Read)?.is_none();
    let opened = if none { None } else { App::store(settings, access)? };
    opened.ok_or_else(|| no_store(settings))
}

/// The same without its index, for what is derived of cases: it needs none.
fn kept(settings: &Settings, access: Access) -> anyhow::Result<SqliteStore> {
    let none = App::kept(settings, Access::Read)?.is_none();
    let opened = if none { None } else { App::kept(settings, access)? };
    opened.ok_or_else(|| no_store(settings))
}

fn no_store(settings: &Settings) -> anyhow::Error {
    let folder = settings.data.value.as_deref().unwrap_or(Path::new(""));
    anyhow::anyhow!("there is no case store in `{}` yet: `casebook ingest` makes one", folder.display())
}

/// How a command ends that read several inputs: one that is not there or cannot be opened is wrong use, whatever came of the
/// others.
fn unless_missing(inputs: &[Input], exit: Exit) -> Exit {
    let missing = |input: &Input| match input {
        Input::Stdin => false,
        Input::Path(path) => match std::fs::metadata(path) {
            Ok(there) if there.is_dir() => std::fs::read_dir(path).is_err(),
            Ok(there) if there.is_file() => std::fs::File::open(path).is_err(),
            // A pipe is read once: it is not opened again.
            Ok(_) => false,
            Err(_) => true,
        },
    };
    if inputs.iter().any(missing) { Exit::Wrong } else { exit }
}

/// Opens further handles on the store, for threads that read.
fn readers(settings: &Settings) -> impl Fn() -> Result<Box<dyn CaseWork + Send>, TagsError> {
    move || match App::kept(settings, Access::Read)? {
        Some(store) => Ok(Box::new(store)),
        None => Err(AppError::NoData.into()),
    }
}

/// The extractor that the settings ask for; what is wrong in rules of one's own is told.
fn extractor(settings: &Settings) -> anyhow::Result<Extractor> {
    let built = app::extractor(settings)?;
    built.warnings.iter().for_each(problem::warning);
    Ok(built.value)
}

/// When to color the output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum Color {
    /// On a terminal, unless NO_COLOR is set.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

impl Color {
    fn apply(self) {
        match self {
            Color::Auto => {}
            Color::Always => anstream::ColorChoice::Always.write_global(),
            Color::Never => anstream::ColorChoice::Never.write_global(),
        }
    }
}

impl From<Color> for ColorChoice {
    fn from(color: Color) -> Self {
        match color {
            Color::Auto => ColorChoice::Auto,
            Color::Always => ColorChoice::Always,
            Color::Never => ColorChoice::Never,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_are_consistent() {
        Cli::command().debug_assert();
    }
}
