//! `casebook kb pack` and `casebook kb install`: a signed set of knowledge for a site without network.

use std::path::PathBuf;

use anyhow::Context;
use jiff::Timestamp;
use serde::Serialize;

use super::{
    super::{
        CommonArgs, Exit,
        output::{self, Format, clean_line, plural},
        problem,
    },
    compare,
};
use crate::{
    app::{
        App, AppError,
        packs::{self, Install},
        tags::CompareReport,
    },
    pack::Manifest,
    store::sqlite::Access,
};

/// Arguments of `casebook kb pack`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  casebook kb pack --new-key team.key
  casebook kb pack articles/ --name acme --key team.key -o acme-2026-03.pack

Packed are the Markdown files of the folder, `layer.toml`, and the rules in `rules/` and `tags/`. The set is dated and signed with
Ed25519. A key is a PEM file (PKCS #8), as `--new-key` or `openssl genpkey -algorithm ed25519` makes it; others must not be able to
read it, and it is never given on the command line itself. `team.key.pub` goes to those who install, by another way than the pack.

Exit status: 0 packed, 2 not.")]
pub struct PackArgs {
    /// The folder of articles
    #[arg(value_name = "DIR", required_unless_present = "new_key")]
    folder: Option<PathBuf>,
    /// What the set is called, whatever its date
    #[arg(long, required_unless_present = "new_key")]
    name: Option<String>,
    /// File of the private key
    #[arg(long, value_name = "FILE", required_unless_present = "new_key")]
    key: Option<PathBuf>,
    /// The pack to write; a file that is there is left alone
    #[arg(short, long, value_name = "FILE", required_unless_present = "new_key")]
    output: Option<PathBuf>,
    /// Make a pair of keys instead: this file, and the same with `.pub`
    #[arg(long, value_name = "FILE", conflicts_with_all = ["folder", "name", "key", "output"])]
    new_key: Option<PathBuf>,
    /// How to print
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// Arguments of `casebook kb install`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  casebook kb install acme-2026-03.pack --key team.key.pub --dry-run
  casebook kb install acme-2026-03.pack --key team.key.pub

The pack is used whole or not at all: it must be signed by the key, hold what its manifest lists and nothing else, name plain paths
only, and keep to the limits (128 MB, 50,000 files, 4 MB each). It takes the place of an earlier set of the same name; what is in
the folder and was not installed is never touched. The cases of the store, if there is one, are matched with the articles in use
and with the new ones, and those whose verdict differs are listed, as `casebook kb try --help` says.

Exit status: 0 installed, 1 installed and closed cases speak against it, or nothing to do; 2 refused.")]
pub struct InstallArgs {
    /// The pack
    file: PathBuf,
    /// File of the public key of whoever packed it
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    /// Folder of the set; without, kb/NAME beside the case store
    #[arg(long, value_name = "DIR")]
    to: Option<PathBuf>,
    /// Check the pack and list the verdicts that would differ, install nothing
    #[arg(long)]
    dry_run: bool,
    /// Install it even if what is there is newer
    #[arg(long)]
    older: bool,
    /// Threads; 0 for as many as there are processors
    #[arg(long, value_name = "N", default_value_t = 0)]
    threads: usize,
    /// How to print
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// Packs a folder, or makes keys.
pub fn pack(args: &PackArgs) -> anyhow::Result<Exit> {
    if let Some(file) = &args.new_key {
        let public = packs::new_key(file)?;
        let (private, public) = (file.display().to_string(), public.display().to_string());
        output::print(clean_line(&format!("{private}  keep it secret; {public}  for those who install")))?;
        return Ok(Exit::Found);
    }
    // Clap asks for all of them where there is no new key.
    let (Some(folder), Some(name), Some(key), Some(to)) = (&args.folder, &args.name, &args.key, &args.output) else {
        return Ok(Exit::Wrong);
    };
    let report = packs::pack(folder, name, key, to, Timestamp::now())?;
    match args.format {
        Format::Json => output::json(&report)?,
        Format::Table | Format::Md => output::print(clean_line(&format!(
            "{}  {} of {}: {} in {}",
            report.file,
            report.name,
            report.date,
            plural(report.articles as u64, "article", "articles"),
            plural(report.files as u64, "file", "files")
        )))?,
    }
    Ok(Exit::Found)
}

/// Name and version of the JSON form.
const SCHEMA: &str = "casebook.kb-install/1";

#[derive(Serialize)]
struct Report<'a> {
    schema: &'static str,
    name: &'a str,
    date: &'a str,
    folder: String,
    /// Date of the set that stood there.
    replaced: Option<&'a str>,
    installed: bool,
    files: usize,
    /// Whether the folder is among those of the settings.
    in_use: bool,
    /// What differs over the cases of the store; `None`: there is no store.
    verdicts: Option<CompareReport>,
}

/// Checks a pack, tells what it changes, and puts it in place.
pub fn install(args: &InstallArgs, common: &CommonArgs) -> anyhow::Result<Exit> {
    let settings = common.settings(None)?;
    let install = packs::check(&args.file, &args.key, args.to.as_deref(), args.older, &settings)?;
    install.warnings.iter().for_each(problem::warning);
    if install.is_there() {
        print(&install, args, None)?;
        return Ok(Exit::Nothing);
    }
    let store = match App::kept(&settings, Access::Read) {
        Err(AppError::NoData) => None,
        opened => opened?,
    };
    let verdicts = match store {
        Some(_) => {
            let trial = install.trial(&App::open(settings.clone())?)?;
            Some(compare::compare(&trial, &settings, args.threads)?)
        }
        None => None,
    };
    if !args.dry_run {
        install.put().context("the set could not be put in place")?;
    }
    let warned = verdicts.as_ref().is_some_and(|report| report.contradicted.warning);
    print(&install, args, verdicts)?;
    Ok(if warned { Exit::Nothing } else { Exit::Found })
}

fn print(install: &Install, args: &InstallArgs, verdicts: Option<CompareReport>) -> anyhow::Result<()> {
    let Manifest { name, date, files, .. } = &install.pack.manifest;
    let folder = install.folder.display().to_string();
    let replaced = install.installed.as_ref().map(|there| there.date.as_str());
    if args.format == Format::Json {
        return output::json(&Report {
            schema: SCHEMA,
            name,
            date,
            folder,
            replaced,
            installed: !args.dry_run && !install.is_there(),
            files: files.len(),
            in_use: install.in_use,
            verdicts,
        });
    }
    if install.is_there() {
        output::print(clean_line(&format!("{name} of {date} is in {folder} already: nothing to do")))?;
        return tell_use(install, &folder);
    }
    match &verdicts {
        Some(report) => {
            compare::print(report, args.format)?;
            output::print("")?;
        }
        None => problem::note("there is no case store: no verdict is compared"),
    }
    let done = if args.dry_run { "would be installed" } else { "installed" };
    let old = replaced.map(|old| format!(", in place of the one of {old}")).unwrap_or_default();
    let count = plural(files.len() as u64, "file", "files");
    output::print(clean_line(&format!("{name} of {date} {done}: {count} in {folder}{old}")))?;
    tell_use(install, &folder)
}

/// How a set comes into use that is in none.
fn tell_use(install: &Install, folder: &str) -> anyhow::Result<()> {
    if install.in_use {
        return Ok(());
    }
    output::print(clean_line(&format!("to use it, name the folder with --kb, or in `kb` of casebook.toml: {folder}")))
}
