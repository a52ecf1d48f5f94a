//! `casebook kb new`: a new article's file.

use std::path::PathBuf;

use serde::Serialize;

use super::super::{
    CommonArgs, Exit,
    output::{self, Format, clean_line},
    problem,
};
use crate::{
    app::{kb_new::new_article, library::Library},
    article::{
        ArticleId, ArticleKind,
        template::{Language, Template},
    },
    config::BUILTIN,
};

/// Arguments of `casebook kb new`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  casebook kb new spooler-access-denied --to articles/
  casebook kb new spooler-access-denied-zh --lang zh --to articles/ --title \"打印后台处理程序无法启动：拒绝访问\"
  casebook kb new access-denied-0x80070005 --kind generic --kb articles/

The file gets the id's name and is a draft (status `wip`): what is to be filled in is marked TODO, and the keys that may be
needed stand there as comments. No editor is opened, and a file that is there is never touched. Without --to it goes into the
last folder that --kb names, else into the current one.

Exit status: 0 written, 2 not.")]
pub struct Args {
    /// The article's id: lower-case words joined by hyphens
    id: String,
    /// Language of the text
    #[arg(long, value_enum, default_value_t)]
    lang: Lang,
    /// A specific issue, or what a code means wherever it is seen
    #[arg(long, value_enum, default_value_t)]
    kind: Kind,
    /// What goes wrong, with what, in one line
    #[arg(long, value_name = "TEXT")]
    title: Option<String>,
    /// Folder to write to
    #[arg(long, value_name = "DIR")]
    to: Option<PathBuf>,
    /// How to print
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// The language of a new article.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
enum Lang {
    /// English.
    #[default]
    En,
    /// Chinese.
    Zh,
}

/// The kind of a new article.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
enum Kind {
    /// One issue with one cause.
    #[default]
    Specific,
    /// A code in general.
    Generic,
}

/// Name and version of the JSON form.
const SCHEMA: &str = "casebook.kb-new/1";

#[derive(Serialize)]
struct Report<'a> {
    schema: &'static str,
    id: &'a ArticleId,
    file: String,
    /// The file of an article in use that has this id: the new one will stand in its place.
    replaces: Option<String>,
}

/// Writes a new article.
pub fn run(args: &Args, common: &CommonArgs) -> anyhow::Result<Exit> {
    let folders = common.settings(None)?.kb.value;
    let own = folders.iter().rev().find(|folder| *folder != BUILTIN).map(PathBuf::from);
    let folder = args.to.clone().or(own).unwrap_or_else(|| PathBuf::from("."));
    let id = ArticleId(args.id.clone());
    let template = Template {
        id: &id,
        language: if args.lang == Lang::Zh { Language::Zh } else { Language::En },
        kind: if args.kind == Kind::Generic { ArticleKind::Generic } else { ArticleKind::Specific },
        title: args.title.as_deref(),
        today: output::today(),
    };
    // Folders that are still to be made hold none.
    let replaces = Library::load(&folders).ok().and_then(|library| library.find(&id.0).map(|one| one.source.clone()));
    let file = new_article(&template, &folder)?;
    if let Some(other) = &replaces {
        problem::warn(format!(
            "there is an article `{id}` already, in {}: of two folders the later one stands",
            clean_line(other)
        ));
    }
    let file = file.display().to_string();
    match args.format {
        Format::Json => output::json(&Report { schema: SCHEMA, id: &id, file, replaces })?,
        Format::Table | Format::Md => output::print(clean_line(&file))?,
    }
    Ok(Exit::Found)
}
