//! `casebook case reply`: a draft for the customer.

use std::{
    io::{self, Write},
    path::PathBuf,
    str::FromStr,
};

use anyhow::Context;
use jiff::Timestamp;

use super::super::{
    Exit, kept,
    output::{self, clean_line},
    problem,
};
use crate::{
    app::{App, reply::ReplyWishes},
    config::Settings,
    mail::Mailbox,
    store::{CaseId, sqlite::Access},
};

/// Arguments of `casebook case reply`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  casebook case reply CAS-12143-P0Y2F1 > draft.eml
  casebook case reply INC0071190 --article smb1-disabled-share-unreachable --from \"Support <support@example.com>\" -o draft.eml

The draft is RFC 5322, in the thread of the customer's last message and in the customer's language where the article is
there in it. It holds what customers may read: no section with `audience: internal`. Look it over and send it from your mail program: casebook sends nothing.
Where no article is known it asks for what would tell the cause. Where the case has several faults, each that is known has a
part of its own; what is known and left out, what is open, and which steps the customer did in vain is told as warnings.
Exit status: 0 written, 2 nothing is known or asked for, or nobody can be answered.")]
pub struct Args {
    /// Its id, or a number of any ticket system
    case: String,
    /// The article that helps, once for each fault; without, the one that closed the case, was accepted or is known
    #[arg(long, value_name = "ID")]
    article: Vec<String>,
    /// Who answers; without, the own address that the customer wrote to
    #[arg(long, value_name = "ADDRESS")]
    from: Option<Sender>,
    /// File to write in place of standard output
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// How to print
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// How a draft is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
enum Format {
    /// The message as RFC 5322.
    #[default]
    Eml,
    /// The text alone.
    Text,
    /// For programs: the stable interface.
    Json,
}

/// `Name <address>`, or an address alone.
#[derive(Debug, Clone)]
struct Sender(Mailbox);

impl FromStr for Sender {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (name, address) = match text.rsplit_once('<') {
            Some((name, address)) => (name.trim().trim_matches('"'), address.trim().trim_end_matches('>')),
            None => ("", text.trim()),
        };
        match address.rsplit_once('@') {
            Some((local, domain)) if !local.is_empty() && !domain.is_empty() && !address.contains(' ') => {
                Ok(Sender(Mailbox { name: name.to_string(), address: address.to_string() }))
            }
            _ => Err("an address is wanted, such as `Support <support@example.com>`".to_string()),
        }
    }
}

/// Writes a draft.
pub fn run(args: &Args, settings: &Settings) -> anyhow::Result<Exit> {
    let app = App::open(settings.clone())?;
    let store = kept(settings, Access::Read)?;
    let wishes =
        ReplyWishes { articles: args.article.clone(), from: args.from.as_ref().map(|sender| sender.0.clone()) };
    let draft = app.reply(&store, &CaseId(args.case.clone()), &wishes, Timestamp::now())?;
    for article in draft.articles.iter().filter_map(|id| app.library().find(&id.0)) {
        let id = &article.id;
        if article.status < settings.known_from.value {
            problem::warn(format!("article `{id}` is not yet validated: read it with care before it goes out"));
        }
        if article.language != draft.language {
            let language = clean_line(&draft.language);
            problem::warn(format!("the case is in `{language}`; article `{id}` is not there in it"));
        }
    }
    for left in &draft.left_out {
        problem::warn(format!("not in the draft: `{}`: {}", clean_line(&left.article.0), clean_line(&left.why)));
    }
    for note in &draft.notes {
        problem::warn(clean_line(note));
    }
    if args.format == Format::Json {
        output::json(&draft)?;
        return Ok(Exit::Found);
    }
    let text = if args.format == Format::Eml { &draft.eml } else { &draft.text };
    match &args.output {
        Some(path) => {
            std::fs::write(path, text).with_context(|| format!("cannot write `{}`", path.display()))?;
            let to = clean_line(&draft.to.address);
            let ids: Vec<&str> = draft.articles.iter().map(|id| id.0.as_str()).collect();
            let what = if ids.is_empty() {
                "with what is to be asked".to_string()
            } else {
                format!("with {}", ids.join(", "))
            };
            output::print(format!("{}  to {to}, {what}", path.display()))?;
        }
        // As it is: what is in it came through the draft's own checks, and a mail program reads it.
        None => io::stdout().lock().write_all(text.as_bytes())?,
    }
    Ok(Exit::Found)
}
