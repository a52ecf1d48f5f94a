//! `casebook kb`: the known-issue articles and the rules.

mod compare;
mod draft;
mod import;
mod lint;
mod new;
mod pack;
mod profile;
mod test;

pub use test::print as print_tests;

use std::collections::BTreeMap;

use clap::Subcommand;
use jiff::civil::Date;
use serde::Serialize;

use super::{
    CommonArgs, Exit,
    output::{self, Format, clean, clean_line},
    problem,
};
use crate::{
    app::{App, layers::Layer, library::Hidden, triage::ArticleReport},
    article::{Article, ArticleStatus},
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
    Lint(lint::Args),
    /// Run all examples: of rules, case fields and articles; and logs of healthy machines
    Test(test::Args),
    /// Print the JSON Schema of an article's front matter, for editors and CI
    Schema,
    /// Pack a folder of articles and rules, dated and signed, for a site without network
    Pack(pack::PackArgs),
    /// Check a pack and put it in place, with the verdicts that it changes
    Install(pack::InstallArgs),
    /// Write the draft of an article from a closed case
    Draft(draft::Args),
    /// Show which past cases an article would give another verdict
    Try(compare::TryArgs),
    /// Show which past cases get another verdict by what changed since a revision of git
    Diff(compare::DiffArgs),
    /// Write the file of a new article, to be filled in
    New(new::Args),
    /// Make articles of documents: Markdown, HTML
    Import(import::Args),
    /// Show what each recognizer and rule takes over a log
    Profile(profile::Args),
}

/// Lists, shows, checks or tests articles, or profiles the rules.
pub fn run(args: &Args, common: &CommonArgs) -> anyhow::Result<Exit> {
    match &args.command {
        Command::List { format } => list(&open(common)?, *format),
        Command::Show { id, format } => show(&open(common)?, id, *format),
        // It prints what is wrong with articles itself.
        Command::Lint(args) => lint::run(&App::open(common.settings(None)?)?, args),
        Command::Test(args) => {
            let mut settings = common.settings(None)?;
            // Whether an example is met does not hang on how far the article is trusted.
            settings.known_from.value = ArticleStatus::Wip;
            test::run(&warned(App::open(settings)?), args)
        }
        Command::Import(args) => import::run(&open(common)?, args),
        // Without articles, or with others: each opens what it needs.
        Command::Profile(args) => profile::run(args, common),
        Command::New(args) => new::run(args, common),
        Command::Pack(args) => pack::pack(args),
        Command::Install(args) => pack::install(args, common),
        Command::Draft(args) => draft::run(args, common),
        Command::Try(args) => compare::try_article(args, common),
        Command::Diff(args) => compare::diff(args, common),
        Command::Schema => {
            output::print(crate::article::SCHEMA.trim_end())?;
            Ok(Exit::Found)
        }
    }
}

/// The articles in use; what could not be read of them is told.
fn open(common: &CommonArgs) -> anyhow::Result<App> {
    Ok(warned(App::open(common.settings(None)?)?))
}

fn warned(app: App) -> App {
    app.library().warnings.iter().for_each(problem::warning);
    app
}

/// Names and versions of the JSON forms.
const LIST_SCHEMA: &str = "casebook.kb-list/1";
const SHOW_SCHEMA: &str = "casebook.kb-show/1";

#[derive(Serialize)]
struct List<'a> {
    schema: &'static str,
    articles: Vec<Listed<'a>>,
    /// Articles of lower layers that upper ones replace or switch off.
    hidden: &'a [Hidden],
}

#[derive(Serialize)]
struct Listed<'a> {
    id: &'a str,
    title: &'a str,
    language: &'a str,
    layer: Layer,
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
        let listed = articles.iter().map(|article| listed(app, article)).collect();
        output::json(&List { schema: LIST_SCHEMA, articles: listed, hidden: &app.library().hidden })?;
    } else {
        let head = ["id", "lang", "layer", "title"];
        let mut table = if format == Format::Md { output::markdown_table(&head) } else { output::table(&head) };
        for article in articles {
            table.add_row([
                article.id.to_string(),
                article.language.clone(),
                app.library().layer_of(article).name().to_string(),
                clean(&article.title),
            ]);
        }
        output::print(table.trim_fmt())?;
        for one in &app.library().hidden {
            let how = if one.off { "switched off" } else { "replaced" };
            output::print(clean_line(&format!("{} of layer {} is {how} by {}", one.id, one.layer.name(), one.by)))?;
        }
    }
    Ok(if articles.is_empty() { Exit::Nothing } else { Exit::Found })
}

fn listed<'a>(app: &'a App, article: &'a Article) -> Listed<'a> {
    Listed {
        layer: app.library().layer_of(article),
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
        let heading = section.shown_heading();
        // Text above the first heading has none.
        if !heading.is_empty() {
            text.push_str(&format!("\n{bold}## {}{bold:#}\n", clean(&heading)));
        }
        text.push_str(&format!("\n{}\n", output::wrap_markdown(section.text.trim())));
    }
    text.truncate(text.trim_end().len());
    text
}
