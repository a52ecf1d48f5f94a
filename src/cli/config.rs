//! Settings from the command line, and `casebook config`.

use std::path::PathBuf;

use serde_json::json;

use super::{
    Color, Exit,
    output::{self, Format},
};
use crate::config::{Given, Origin, Setting, Settings, load};

/// Flags that every command takes.
#[derive(Debug, clap::Args)]
pub struct CommonArgs {
    /// Folder of articles in place of the built-in ones; may be given again. `builtin` stands for the built-in ones
    /// [env: CASEBOOK_KB, parted like PATH]
    #[arg(long, global = true, value_name = "DIR")]
    kb: Vec<String>,
    /// TOML file of own case-field rules, put before the built-in ones [env: CASEBOOK_FIELDS]
    #[arg(long, global = true, value_name = "FILE")]
    fields: Option<PathBuf>,
    /// TOML file of own terms, added to the built-in ones [env: CASEBOOK_TERMS]
    #[arg(long, global = true, value_name = "FILE")]
    terms: Option<PathBuf>,
    /// Settings file [env: CASEBOOK_CONFIG] [default: casebook.toml here, else in the configuration folder]
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// When to color the output; auto follows the terminal and NO_COLOR
    #[arg(long, global = true, value_enum, default_value_t)]
    pub color: Color,
}

impl CommonArgs {
    /// The settings in force; `limit` is a command's own flag.
    pub fn settings(&self, limit: Option<usize>) -> anyhow::Result<Settings> {
        let variable = |name: &'static str| std::env::var_os(name).filter(|value| !value.is_empty());
        let path = |flag: &Option<PathBuf>, name: &'static str| match flag {
            Some(path) => Some((path.clone(), Origin::Flag)),
            None => variable(name).map(|value| (PathBuf::from(value), Origin::Variable(name))),
        };
        let kb = match self.kb.is_empty() {
            false => Some((self.kb.clone(), Origin::Flag)),
            true => variable("CASEBOOK_KB").map(|value| {
                let folders = std::env::split_paths(&value).map(|path| path.to_string_lossy().into_owned());
                (folders.collect(), Origin::Variable("CASEBOOK_KB"))
            }),
        };
        let given = Given {
            config: path(&self.config, "CASEBOOK_CONFIG").map(|(path, _)| path),
            kb,
            fields: path(&self.fields, "CASEBOOK_FIELDS"),
            terms: path(&self.terms, "CASEBOOK_TERMS"),
            limit: limit.map(|limit| (limit, Origin::Flag)),
        };
        Ok(load(given)?)
    }
}

/// Arguments of `casebook config`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  CASEBOOK_KB=own:builtin casebook config")]
pub struct Args {
    /// How to print
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// Shows each setting, its value and where it came from.
pub fn run(args: &Args, common: &CommonArgs) -> anyhow::Result<Exit> {
    let settings = common.settings(None)?;
    let path = |setting: &Setting<Option<PathBuf>>| {
        setting.value.as_ref().map_or_else(|| "-".to_string(), |path| path.display().to_string())
    };
    let rows = [
        ("kb", settings.kb.value.join(", "), &settings.kb.origin),
        ("fields", path(&settings.fields), &settings.fields.origin),
        ("terms", path(&settings.terms), &settings.terms.origin),
        ("limit", settings.limit.value.to_string(), &settings.limit.origin),
    ];
    match args.format {
        Format::Json => {
            let all: serde_json::Map<_, _> = rows
                .iter()
                .map(|(name, value, origin)| {
                    (name.to_string(), json!({ "value": value, "origin": origin.to_string() }))
                })
                .collect();
            output::json(&all)?;
        }
        Format::Table | Format::Md => {
            let head = ["setting", "value", "from"];
            let mut table =
                if args.format == Format::Md { output::markdown_table(&head) } else { output::table(&head) };
            for (name, value, origin) in rows {
                table.add_row([name.to_string(), value, origin.to_string()]);
            }
            output::print(table.trim_fmt())?;
        }
    }
    Ok(Exit::Found)
}
