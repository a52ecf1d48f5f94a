//! Settings from the command line, and `casebook config`.

use std::path::PathBuf;

use serde::Serialize;

use super::{
    Color, Exit,
    output::{self, Format, clean},
};
use crate::config::{Given, Imap, Origin, Setting, Settings, cache_folder, load};

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
    /// TOML file of weights for articles without conditions, as `eval --tune` makes it [env: CASEBOOK_WEIGHTS]
    #[arg(long, global = true, value_name = "FILE")]
    weights: Option<PathBuf>,
    /// TOML file of own harmless lines, added to the built-in ones [env: CASEBOOK_BENIGN]
    #[arg(long, global = true, value_name = "FILE")]
    benign: Option<PathBuf>,
    /// TOML file, or folder of files, of own signature rules, added to the built-in ones; may be given again
    /// [env: CASEBOOK_RULES, parted like PATH]
    #[arg(long, global = true, value_name = "PATH")]
    rules: Vec<PathBuf>,
    /// TOML file, or folder of files, of own tag rules, added to the built-in ones; may be given again
    /// [env: CASEBOOK_TAGS, parted like PATH]
    #[arg(long, global = true, value_name = "PATH")]
    tags: Vec<PathBuf>,
    /// Folder of the case store [env: CASEBOOK_DATA] [default: casebook in the data folder]
    #[arg(long, global = true, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Settings file [env: CASEBOOK_CONFIG] [default: casebook/casebook.toml in the configuration folder]
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// When to color the output; auto follows the terminal and NO_COLOR
    #[arg(long, global = true, value_enum, default_value_t)]
    pub color: Color,
}

impl CommonArgs {
    /// The settings in force; `limit` is a command's own flag, CASEBOOK_LIMIT stands in for it.
    pub fn settings(&self, limit: Option<u16>) -> anyhow::Result<Settings> {
        self.settings_of(None, limit)
    }

    /// The same with a settings file in the place of the one that is named or found.
    pub fn settings_of(&self, file: Option<PathBuf>, limit: Option<u16>) -> anyhow::Result<Settings> {
        let variable = |name: &'static str| std::env::var_os(name).filter(|value| !value.is_empty());
        let path = |flag: &Option<PathBuf>, name: &'static str| match flag {
            Some(path) => Some((path.clone(), Origin::Flag)),
            None => variable(name).map(|value| (PathBuf::from(value), Origin::Variable(name))),
        };
        let paths = |flag: &Vec<PathBuf>, name: &'static str| match flag.is_empty() {
            false => Some((flag.clone(), Origin::Flag)),
            true => variable(name).map(|value| (std::env::split_paths(&value).collect(), Origin::Variable(name))),
        };
        let kb = match self.kb.is_empty() {
            false => Some((self.kb.clone(), Origin::Flag)),
            true => variable("CASEBOOK_KB").map(|value| {
                let folders = std::env::split_paths(&value).map(|path| path.to_string_lossy().into_owned());
                (folders.collect(), Origin::Variable("CASEBOOK_KB"))
            }),
        };
        let given = Given {
            config: file.or_else(|| path(&self.config, "CASEBOOK_CONFIG").map(|(path, _)| path)),
            kb,
            fields: path(&self.fields, "CASEBOOK_FIELDS"),
            terms: path(&self.terms, "CASEBOOK_TERMS"),
            weights: path(&self.weights, "CASEBOOK_WEIGHTS"),
            benign: path(&self.benign, "CASEBOOK_BENIGN"),
            rules: paths(&self.rules, "CASEBOOK_RULES"),
            tags: paths(&self.tags, "CASEBOOK_TAGS"),
            copy_to: None,
            cache: path(&None, "CASEBOOK_CACHE"),
            data: path(&self.data, "CASEBOOK_DATA"),
            limit: match limit {
                Some(limit) => Some((limit.to_string(), Origin::Flag)),
                None => variable("CASEBOOK_LIMIT")
                    .map(|value| (value.to_string_lossy().into_owned(), Origin::Variable("CASEBOOK_LIMIT"))),
            },
        };
        let mut settings = load(given)?;
        // The library alone leaves nothing behind on a machine; the program keeps what it would make again.
        settings.cache.value = settings.cache.value.or_else(cache_folder);
        Ok(settings)
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

/// Name and version of the JSON form.
const SCHEMA: &str = "casebook.config/1";

#[derive(Serialize)]
struct Report {
    schema: &'static str,
    kb: SettingReport<Vec<String>>,
    fields: SettingReport<Option<String>>,
    terms: SettingReport<Option<String>>,
    weights: SettingReport<Option<String>>,
    benign: SettingReport<Option<String>>,
    rules: SettingReport<Vec<String>>,
    tags: SettingReport<Vec<String>>,
    own_domains: SettingReport<Vec<String>>,
    vendor_domains: SettingReport<Vec<String>>,
    webhook: SettingReport<Option<String>>,
    copy_to: SettingReport<Option<String>>,
    notmuch: SettingReport<bool>,
    known_from: SettingReport<&'static str>,
    internal: SettingReport<Vec<String>>,
    imap: SettingReport<ImapReport>,
    cache: SettingReport<Option<String>>,
    data: SettingReport<Option<String>>,
    limit: SettingReport<usize>,
}

#[derive(Serialize)]
struct SettingReport<T> {
    value: T,
    origin: String,
}

/// How mail accounts are read, without anything that may be secret.
#[derive(Serialize)]
struct ImapReport {
    password_file: Option<String>,
    /// The program alone: its arguments may tell more than others should read.
    password_command: Option<String>,
    auth: &'static str,
    plaintext: bool,
    ca_file: Option<String>,
    keywords: bool,
}

impl ImapReport {
    fn of(imap: &Imap) -> Self {
        let path = |path: &Option<PathBuf>| path.as_ref().map(|path| path.display().to_string());
        ImapReport {
            password_file: path(&imap.password_file),
            password_command: imap.password_command.first().cloned(),
            auth: imap.auth.name(),
            plaintext: imap.plaintext,
            ca_file: path(&imap.ca_file),
            keywords: imap.keywords,
        }
    }

    /// Rows of the table.
    fn rows(self) -> [(&'static str, String); 6] {
        let or_none = |text: Option<String>| text.unwrap_or_else(|| "-".to_string());
        [
            ("imap.password_file", or_none(self.password_file)),
            ("imap.password_command", or_none(self.password_command)),
            ("imap.auth", self.auth.to_string()),
            ("imap.plaintext", self.plaintext.to_string()),
            ("imap.ca_file", or_none(self.ca_file)),
            ("imap.keywords", self.keywords.to_string()),
        ]
    }
}

fn reported<T>(value: T, origin: &Origin) -> SettingReport<T> {
    SettingReport { value, origin: origin.to_string() }
}

/// A path as text: JSON has no other, and what is not Unicode in it is marked.
fn text(setting: &Setting<Option<PathBuf>>) -> Option<String> {
    setting.value.as_ref().map(|path| path.display().to_string())
}

/// Shows each setting, its value and where it came from.
pub fn run(args: &Args, common: &CommonArgs) -> anyhow::Result<Exit> {
    let settings = common.settings(None)?;
    let paths = |setting: &Setting<Vec<PathBuf>>| -> Vec<String> {
        setting.value.iter().map(|path| path.display().to_string()).collect()
    };
    let (rules, tags) = (paths(&settings.rules), paths(&settings.tags));
    let webhook = settings.webhook.value.as_ref().map(|hook| hook.url.clone());
    if args.format == Format::Json {
        let Settings { kb, fields, terms, weights, benign, data, limit, own_domains, vendor_domains, .. } = &settings;
        output::json(&Report {
            schema: SCHEMA,
            kb: reported(kb.value.clone(), &kb.origin),
            fields: reported(text(fields), &fields.origin),
            terms: reported(text(terms), &terms.origin),
            weights: reported(text(weights), &weights.origin),
            benign: reported(text(benign), &benign.origin),
            rules: reported(rules, &settings.rules.origin),
            tags: reported(tags, &settings.tags.origin),
            own_domains: reported(own_domains.value.clone(), &own_domains.origin),
            vendor_domains: reported(vendor_domains.value.clone(), &vendor_domains.origin),
            webhook: reported(webhook, &settings.webhook.origin),
            copy_to: reported(text(&settings.copy_to), &settings.copy_to.origin),
            notmuch: reported(settings.notmuch.value, &settings.notmuch.origin),
            known_from: reported(settings.known_from.value.name(), &settings.known_from.origin),
            internal: reported(settings.internal.value.clone(), &settings.internal.origin),
            imap: reported(ImapReport::of(&settings.imap.value), &settings.imap.origin),
            cache: reported(text(&settings.cache), &settings.cache.origin),
            data: reported(text(data), &data.origin),
            limit: reported(limit.value, &limit.origin),
        })?;
        return Ok(Exit::Found);
    }
    let path = |setting| text(setting).unwrap_or_else(|| "-".to_string());
    let list = |all: &[String]| if all.is_empty() { "-".to_string() } else { all.join(", ") };
    let imap = ImapReport::of(&settings.imap.value).rows().map(|(name, value)| (name, value, &settings.imap.origin));
    let rows = [
        ("kb", settings.kb.value.join(", "), &settings.kb.origin),
        ("fields", path(&settings.fields), &settings.fields.origin),
        ("terms", path(&settings.terms), &settings.terms.origin),
        ("weights", path(&settings.weights), &settings.weights.origin),
        ("benign", path(&settings.benign), &settings.benign.origin),
        ("rules", list(&rules), &settings.rules.origin),
        ("tags", list(&tags), &settings.tags.origin),
        ("own_domains", list(&settings.own_domains.value), &settings.own_domains.origin),
        ("vendor_domains", list(&settings.vendor_domains.value), &settings.vendor_domains.origin),
        ("copy_to", path(&settings.copy_to), &settings.copy_to.origin),
        ("notmuch", settings.notmuch.value.to_string(), &settings.notmuch.origin),
        ("known_from", settings.known_from.value.name().to_string(), &settings.known_from.origin),
        ("internal", list(&settings.internal.value), &settings.internal.origin),
        ("webhook", webhook.unwrap_or_else(|| "-".to_string()), &settings.webhook.origin),
        ("cache", path(&settings.cache), &settings.cache.origin),
        ("data", path(&settings.data), &settings.data.origin),
        ("limit", settings.limit.value.to_string(), &settings.limit.origin),
    ];
    let head = ["setting", "value", "from"];
    let mut table = if args.format == Format::Md { output::markdown_table(&head) } else { output::table(&head) };
    for (name, value, origin) in rows.into_iter().chain(imap) {
        table.add_row([name.to_string(), clean(&value), clean(&origin.to_string())]);
    }
    output::print(table.trim_fmt())?;
    Ok(Exit::Found)
}
