//! Settings, read once at start and passed down; never global.
//!
//! A setting comes from a flag, else a CASEBOOK_* variable, else `casebook.toml`, else the default; where it
//! came from is kept, so that `casebook config` can say it.

use std::{
    fmt, fs,
    io::{self, Read},
    path::{Path, PathBuf},
};

use etcetera::{BaseStrategy, choose_base_strategy};
use serde::Deserialize;

use crate::article::ArticleStatus;

/// The word that stands for the built-in articles among the folders.
pub const BUILTIN: &str = "builtin";

/// Bytes of a settings file that are read: a few lines are ordinary.
const LARGEST: u64 = 1 << 20;

/// The settings file's name.
pub const FILE: &str = "casebook.toml";

/// Why settings could not be read.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("cannot read settings file `{}`", .path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The file is not TOML of the documented shape; the source names line and column.
    #[error("settings file `{}` is not understood", .path.display())]
    Syntax {
        /// The file.
        path: PathBuf,
        /// Why.
        source: toml::de::Error,
    },
    /// A limit of nothing, or one that is no number.
    #[error("the limit `{value}` ({origin}) is not a whole number from 1")]
    Limit {
        /// As given.
        value: String,
        /// Where it came from.
        origin: Origin,
    },
}

/// Where a setting's value came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// A flag on the command line.
    Flag,
    /// An environment variable.
    Variable(&'static str),
    /// A settings file.
    File(PathBuf),
    /// Nothing was said.
    Default,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Origin::Flag => f.write_str("flag"),
            Origin::Variable(name) => write!(f, "variable {name}"),
            Origin::File(path) => write!(f, "file {}", path.display()),
            Origin::Default => f.write_str("default"),
        }
    }
}

/// A value with where it came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting<T> {
    /// The value in force.
    pub value: T,
    /// Where it came from.
    pub origin: Origin,
}

/// All settings in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Article folders in order; [`BUILTIN`] stands for the built-in ones.
    pub kb: Setting<Vec<String>>,
    /// Own field rules, put before the built-in ones.
    pub fields: Setting<Option<PathBuf>>,
    /// Own terms, added to the built-in ones.
    pub terms: Setting<Option<PathBuf>>,
    /// Own weights of articles without conditions, in place of the built-in ones.
    pub weights: Setting<Option<PathBuf>>,
    /// Own list of harmless lines, beside the built-in one.
    pub benign: Setting<Option<PathBuf>>,
    /// Files and folders of own signature rules, added to the built-in ones.
    pub rules: Setting<Vec<PathBuf>>,
    /// Files and folders of own tag rules, added to the built-in ones.
    pub tags: Setting<Vec<PathBuf>>,
    /// Domains of one's own team: who writes from them answers, and reports nothing.
    pub own_domains: Setting<Vec<String>>,
    /// Domains of vendors who are asked for help: they answer too.
    pub vendor_domains: Setting<Vec<String>>,
    /// Web address that is told of tags.
    pub webhook: Setting<Option<Webhook>>,
    /// Maildir for tagged copies of messages.
    pub copy_to: Setting<Option<PathBuf>>,
    /// Whether notmuch is told of tags.
    pub notmuch: Setting<bool>,
    /// The least state in which an article may be `known`; below, it is at most possible.
    pub known_from: Setting<ArticleStatus>,
    /// Words that no customer may read: `kb lint` finds them.
    pub internal: Setting<Vec<String>>,
    /// How mail accounts are read.
    pub imap: Setting<Imap>,
    /// Folder for what is derived from articles; `None`: nothing is kept between runs.
    pub cache: Setting<Option<PathBuf>>,
    /// Folder of the case store; `None` where the system names no folder for data.
    pub data: Setting<Option<PathBuf>>,
    /// Matches and hits printed at most.
    pub limit: Setting<usize>,
}

/// A web address that is told of tags.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Webhook {
    /// `https://…`; `http://` is for the same machine and for tests.
    pub url: String,
    /// File with the secret by which what is sent is signed: not in the settings file, which more people may read.
    pub secret_file: PathBuf,
    /// Certificates to be trusted in place of the system's, in PEM.
    #[serde(default)]
    pub ca_file: Option<PathBuf>,
}

/// How mail accounts are read. The account itself is named by who reads it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Imap {
    /// File with the password or token in its first line: its owner alone may read it.
    pub password_file: Option<PathBuf>,
    /// A program with its arguments that prints the password or token.
    pub password_command: Vec<String>,
    /// How to log in.
    pub auth: ImapAuth,
    /// Whether a password may go over an open connection.
    pub plaintext: bool,
    /// Certificates to be trusted in place of the system's, in PEM.
    pub ca_file: Option<PathBuf>,
    /// Whether tags of cases are written to their messages as keywords.
    pub keywords: bool,
}

/// How to log in to a mail account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ImapAuth {
    /// With a password.
    #[default]
    Password,
    /// With an OAuth 2 token, as Microsoft and Google take it.
    XOAuth2,
    /// With an OAuth 2 token by RFC 7628.
    OAuthBearer,
}

impl ImapAuth {
    /// The name in the settings file.
    pub fn name(self) -> &'static str {
        match self {
            ImapAuth::Password => "password",
            ImapAuth::XOAuth2 => "xoauth2",
            ImapAuth::OAuthBearer => "oauthbearer",
        }
    }
}

/// What was given on the command line or in the environment; `None`: nothing.
#[derive(Debug, Clone, Default)]
pub struct Given {
    /// Settings file named by the user.
    pub config: Option<PathBuf>,
    /// Article folders.
    pub kb: Option<(Vec<String>, Origin)>,
    /// Field rules.
    pub fields: Option<(PathBuf, Origin)>,
    /// Terms.
    pub terms: Option<(PathBuf, Origin)>,
    /// Weights.
    pub weights: Option<(PathBuf, Origin)>,
    /// Harmless lines.
    pub benign: Option<(PathBuf, Origin)>,
    /// Signature rules.
    pub rules: Option<(Vec<PathBuf>, Origin)>,
    /// Tag rules.
    pub tags: Option<(Vec<PathBuf>, Origin)>,
    /// Maildir for tagged copies.
    pub copy_to: Option<(PathBuf, Origin)>,
    /// Folder for what is derived from articles.
    pub cache: Option<(PathBuf, Origin)>,
    /// Folder of the case store.
    pub data: Option<(PathBuf, Origin)>,
    /// Limit, as written.
    pub limit: Option<(String, Origin)>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct File {
    kb: Option<Vec<String>>,
    fields: Option<PathBuf>,
    terms: Option<PathBuf>,
    weights: Option<PathBuf>,
    benign: Option<PathBuf>,
    rules: Option<Vec<PathBuf>>,
    tags: Option<Vec<PathBuf>>,
    own_domains: Option<Vec<String>>,
    vendor_domains: Option<Vec<String>>,
    webhook: Option<Webhook>,
    copy_to: Option<PathBuf>,
    notmuch: Option<bool>,
    known_from: Option<KnownFrom>,
    internal: Option<Vec<String>>,
    imap: Option<Imap>,
    cache: Option<PathBuf>,
    data: Option<PathBuf>,
    limit: Option<i64>,
}

/// The states that `known_from` takes.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum KnownFrom {
    Wip,
    NotValidated,
    Validated,
}

impl From<KnownFrom> for ArticleStatus {
    fn from(from: KnownFrom) -> Self {
        match from {
            KnownFrom::Wip => ArticleStatus::Wip,
            KnownFrom::NotValidated => ArticleStatus::NotValidated,
            KnownFrom::Validated => ArticleStatus::Validated,
        }
    }
}

/// Matches printed where nothing else is said: more than an engineer reads.
const LIMIT: usize = 5;

/// Joins what was given with the settings file and the defaults.
///
/// Without a named file, `casebook.toml` in the user's configuration folder is read. Paths in a file are relative to it.
///
/// # Errors
/// When a named or found file cannot be read or understood, or when a limit is no whole number from 1.
pub fn load(given: Given) -> Result<Settings, ConfigError> {
    let path = given.config.clone().or_else(found_file);
    let file = path.as_deref().map(read).transpose()?.unwrap_or_default();
    let origin = || path.clone().map_or(Origin::Default, Origin::File);
    let beside = |name: PathBuf| match path.as_deref().and_then(Path::parent) {
        Some(folder) => folder.join(name),
        None => name,
    };
    let folder = |name: String| {
        if name == BUILTIN { name } else { beside(PathBuf::from(name)).to_string_lossy().into_owned() }
    };
    let limit = |text: String, origin: Origin| match text.trim().parse() {
        Ok(number) if number > 0 => Ok((number, origin)),
        _ => Err(ConfigError::Limit { value: text, origin }),
    };
    // Wrong in the file is wrong, even where a flag takes its place: as with any other key.
    let file_limit = file.limit.map(|number| limit(number.to_string(), origin())).transpose()?;
    let given_limit = given.limit.map(|(text, origin)| limit(text, origin)).transpose()?;
    Ok(Settings {
        kb: pick(
            given.kb,
            file.kb.map(|all| all.into_iter().map(folder).collect()),
            origin(),
            vec![BUILTIN.to_string()],
        ),
        fields: pick(some(given.fields), file.fields.map(|name| Some(beside(name))), origin(), None),
        terms: pick(some(given.terms), file.terms.map(|name| Some(beside(name))), origin(), None),
        weights: pick(some(given.weights), file.weights.map(|name| Some(beside(name))), origin(), None),
        benign: pick(some(given.benign), file.benign.map(|name| Some(beside(name))), origin(), None),
        rules: pick(given.rules, file.rules.map(|all| all.into_iter().map(beside).collect()), origin(), Vec::new()),
        tags: pick(given.tags, file.tags.map(|all| all.into_iter().map(beside).collect()), origin(), Vec::new()),
        own_domains: pick(None, file.own_domains, origin(), Vec::new()),
        vendor_domains: pick(None, file.vendor_domains, origin(), Vec::new()),
        webhook: pick(
            None,
            file.webhook.map(|hook| {
                let (secret_file, ca_file) = (beside(hook.secret_file), hook.ca_file.map(beside));
                Some(Webhook { secret_file, ca_file, ..hook })
            }),
            origin(),
            None,
        ),
        copy_to: pick(some(given.copy_to), file.copy_to.map(|name| Some(beside(name))), origin(), None),
        notmuch: pick(None, file.notmuch, origin(), false),
        known_from: pick(None, file.known_from.map(Into::into), origin(), ArticleStatus::NotValidated),
        internal: pick(None, file.internal, origin(), Vec::new()),
        imap: pick(
            None,
            file.imap.map(|imap| Imap {
                password_file: imap.password_file.map(beside),
                ca_file: imap.ca_file.map(beside),
                ..imap
            }),
            origin(),
            Imap::default(),
        ),
        cache: pick(some(given.cache), file.cache.map(|name| Some(beside(name))), origin(), None),
        data: pick(some(given.data), file.data.map(|name| Some(beside(name))), origin(), data_folder()),
        limit: pick(given_limit, file_limit.map(|(number, _)| number), origin(), LIMIT),
    })
}

fn some<T>(given: Option<(T, Origin)>) -> Option<(Option<T>, Origin)> {
    given.map(|(value, origin)| (Some(value), origin))
}

fn pick<T>(given: Option<(T, Origin)>, file: Option<T>, file_origin: Origin, default: T) -> Setting<T> {
    match (given, file) {
        (Some((value, origin)), _) => Setting { value, origin },
        (None, Some(value)) => Setting { value, origin: file_origin },
        (None, None) => Setting { value: default, origin: Origin::Default },
    }
}

/// Never the current folder: who unpacks a case there must not get the sender's settings with it.
fn found_file() -> Option<PathBuf> {
    let home = choose_base_strategy().ok()?.config_dir().join("casebook").join(FILE);
    home.is_file().then_some(home)
}

/// Where the system wants programs to keep what they can make anew: `~/.cache/casebook` by XDG.
pub fn cache_folder() -> Option<PathBuf> {
    Some(choose_base_strategy().ok()?.cache_dir().join("casebook"))
}

/// Where the system wants programs to keep data: `~/.local/share/casebook` by XDG.
fn data_folder() -> Option<PathBuf> {
    Some(choose_base_strategy().ok()?.data_dir().join("casebook"))
}

fn read(path: &Path) -> Result<File, ConfigError> {
    let mut bytes = Vec::new();
    let text = fs::File::open(path)
        .and_then(|file| file.take(LARGEST).read_to_end(&mut bytes))
        .and_then(|_| Ok(crate::utf8::text(bytes)?))
        .map_err(|source| ConfigError::Read { path: path.into(), source })?;
    toml::from_str(&text).map_err(|source| ConfigError::Syntax { path: path.into(), source })
}

#[cfg(test)]
mod tests;
