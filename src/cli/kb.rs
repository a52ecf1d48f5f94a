//! `casebook kb`: the known-issue articles and the rules.

mod import;
mod new;
mod profile;
mod test;

pub use test::print as print_tests;

use std::collections::BTreeMap;

use clap::Subcommand;
use jiff::civil::Date;
use serde::Serialize;

use super::{
    CommonArgs, Exit,
    output::{self, Format, clean},
    problem,
};
use crate::{
    app::{App, triage::ArticleReport},
    article::{Article, ArticleStatus, lint},
    parsed::Warning,
    signature::Signature,
};

/// Arguments of `casebook kb`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  casebook kb list
  casebook kb show kms-host-unreachable-0xc004f074
  casebook kb lint --kb own-articles
  casebook kb test --rules own-rules --healthy corpus/healthy
  casebook kb new spooler-access-denied --to articles/
  casebook kb profile CBS.log
  casebook kb import runbooks/ --to articles/

Exit status: 0 found or without findings; 1 nothing found, or `kb lint` or `kb test` has findings; 2 articles cannot be read.")]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// List the articles in use
    List {
        /// How to print
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
    /// Show one article
    Show {
        /// The article's id
        id: String,
        /// How to print
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
    /// Check the articles: sections, signatures, links, examples; a finding gives exit status 1
    Lint {
        /// How to print
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
    /// Run all examples: of rules, case fields and articles; and logs of healthy machines
    Test(test::Args),
    /// Write the file of a new article, to be filled in
    New(new::Args),
    /// Make articles of documents: Markdown, HTML
    Import(import::Args),
    /// Show what each recognizer and rule takes over a log
    Profile(profile::Args),
}

/// Lists, shows, checks or tests articles, or profiles the rules.
pub fn run(args: &Args, common: &CommonArgs) -> anyhow::Result<Exit> {
    // Without articles: what they say does not matter there.
    match &args.command {
        Command::Profile(args) => return profile::run(args, common),
        Command::New(args) => return new::run(args, common),
        _ => {}
    }
    let mut settings = common.settings(None)?;
    if matches!(args.command, Command::Test(_)) {
        // Whether an example is met does not hang on how far the article is trusted.
        settings.known_from.value = ArticleStatus::Wip;
    }
    let app = App::open(settings)?;
    app.library().warnings.iter().for_each(problem::warning);
    match &args.command {
        Command::List { format } => list(&app, *format),
        Command::Show { id, format } => show(&app, id, *format),
        Command::Lint { format } => check(&app, *format),
        Command::Test(args) => test::run(&app, args),
        Command::Import(args) => import::run(&app, args),
        Command::Profile(args) => profile::run(args, common),
        Command::New(args) => new::run(args, common),
    }
}

/// Names and versions of the JSON forms.
const LIST_SCHEMA: &str = "casebook.kb-list/1";
const SHOW_SCHEMA: &str = "casebook.kb-show/1";
const LINT_SCHEMA: &str = "casebook.kb-lint/1";

#[derive(Serialize)]
struct List<'a> {
    schema: &'static str,
    articles: Vec<Listed<'a>>,
}

#[derive(Serialize)]
struct Listed<'a> {
    id: &'a str,
    title: &'a str,
    language: &'a str,
    status: ArticleStatus,
    kind: crate::article::ArticleKind,
    severity: &'a Option<String>,
    products: &'a [String],
    tags: &'a [String],
    source: &'a str,
}

fn list(app: &App, format: Format) -> anyhow::Result<Exit> {
    let articles = &app.library().articles;
    if format == Format::Json {
        let listed = articles.iter().map(listed).collect();
        output::json(&List { schema: LIST_SCHEMA, articles: listed })?;
    } else {
        let head = ["id", "lang", "title"];
        let mut table = if format == Format::Md { output::markdown_table(&head) } else { output::table(&head) };
        for article in articles {
            table.add_row([article.id.to_string(), article.language.clone(), clean(&article.title)]);
        }
        output::print(table.trim_fmt())?;
    }
    Ok(if articles.is_empty() { Exit::Nothing } else { Exit::Found })
}

fn listed(article: &Article) -> Listed<'_> {
    Listed {
        id: &article.id.0,
        title: &article.title,
        language: &article.language,
        status: article.status,
        kind: article.kind,
        severity: &article.severity,
        products: &article.products,
        tags: &article.tags,
        source: article.origin.as_deref().unwrap_or(&article.source),
    }
}

/// What `kb show --format json` tells beyond what a triage tells of an article.
#[derive(Serialize)]
struct Shown<'a> {
    schema: &'static str,
    #[serde(flatten)]
    article: ArticleReport,
    components: &'a [String],
    translations: &'a [crate::article::ArticleId],
    superseded_by: &'a Option<crate::article::ArticleId>,
    dates: &'a BTreeMap<ArticleStatus, Date>,
    owner: &'a Option<String>,
    review: &'a Option<Date>,
    applies_to: &'a [crate::article::AppliesTo],
    fixed_in: &'a [String],
    strong: &'a [Signature],
    weak: &'a [Signature],
}

fn show(app: &App, id: &str, format: Format) -> anyhow::Result<Exit> {
    let Some(article) = app.library().find(id) else {
        problem::warn(format!("no article `{}`; `casebook kb list` shows all", clean(id)));
        return Ok(Exit::Nothing);
    };
    if format == Format::Json {
        output::json(&Shown {
            schema: SHOW_SCHEMA,
            article: article.into(),
            components: &article.components,
            translations: &article.translations,
            superseded_by: &article.superseded_by,
            dates: &article.dates,
            owner: &article.owner,
            review: &article.review,
            applies_to: &article.applies_to,
            fixed_in: &article.fixed_in,
            strong: &article.strong,
            weak: &article.weak,
        })?;
        return Ok(Exit::Found);
    }
    output::print(render(article, format))?;
    Ok(Exit::Found)
}

fn render(article: &Article, format: Format) -> String {
    let bold = if format == Format::Md { anstyle::Style::new() } else { anstyle::Style::new().bold() };
    let mut text = format!("{bold}# {}{bold:#}\n\n", clean(&article.title));
    let joined = |signatures: &[Signature]| {
        signatures.iter().map(|signature| format!("`{}`", clean(&signature.to_string()))).collect::<Vec<_>>().join(", ")
    };
    let ids: Vec<String> = article.references.iter().map(|reference| reference.id.clone()).collect();
    let translations: Vec<String> = article.translations.iter().map(ToString::to_string).collect();
    let since = article.dates.get(&article.status).map(|day| format!(" since {day}")).unwrap_or_default();
    let rows = [
        ("Id", article.id.to_string()),
        ("Status", format!("{}{since}", article.status.name())),
        ("Superseded by", article.superseded_by.as_ref().map(ToString::to_string).unwrap_or_default()),
        ("Owner", clean(article.owner.as_deref().unwrap_or_default())),
        ("Review by", article.review.map(|day| day.to_string()).unwrap_or_default()),
        ("Other languages", translations.join(", ")),
        ("Products", article.products.join(", ")),
        ("Severity", article.severity.clone().unwrap_or_default()),
        ("Strong signatures", joined(&article.strong)),
        ("Weak signatures", joined(&article.weak)),
        ("Fixed in", article.fixed_in.join(", ")),
        ("Tags", article.tags.join(", ")),
        ("References", ids.join(", ")),
        ("File", article.source.clone()),
    ];
    for (name, value) in rows.iter().filter(|(_, value)| !value.is_empty()) {
        text.push_str(&format!("- {name}: {value}\n"));
    }
    for section in &article.sections {
        text.push_str(&format!(
            "\n{bold}## {}{bold:#}\n\n{}\n",
            clean(&section.shown_heading()),
            output::wrap_markdown(section.text.trim())
        ));
    }
    text.truncate(text.trim_end().len());
    text
}

#[derive(Serialize)]
struct Lint<'a> {
    schema: &'static str,
    findings: &'a [lint::Finding],
    /// Articles that could not be read at all.
    unreadable: &'a [Warning],
}

/// Prints what the articles lack. Exit status 1: something does.
fn check(app: &App, format: Format) -> anyhow::Result<Exit> {
    let library = app.library();
    let findings = lint::lint(&library.articles);
    if format == Format::Json {
        output::json(&Lint { schema: LINT_SCHEMA, findings: &findings, unreadable: &library.warnings })?;
    } else {
        for finding in &findings {
            output::print(finding)?;
        }
        let count = library.articles.len();
        output::print(format!("{count} articles, {} findings", findings.len() + library.warnings.len()))?;
    }
    Ok(if findings.is_empty() && library.warnings.is_empty() { Exit::Found } else { Exit::Nothing })
}
