//! `casebook kb draft`: an article from a closed case.

use std::path::PathBuf;

use super::super::{
    CommonArgs, Exit, kept,
    output::{self, Format, clean, clean_line},
    problem,
};
use crate::{
    app::{
        App,
        draft::{DraftWishes, ResolutionFrom},
        kb_new::write_article,
    },
    store::{CaseId, sqlite::Access},
};

/// Arguments of `casebook kb draft`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  casebook kb draft --from CAS-12143-P0Y2F1
  casebook kb draft --from CAS-12143-P0Y2F1 --to articles/ --id spooler-access-denied
  casebook kb draft --from INC0071190 --to articles/ --resolution \"Cause: a policy took the rights.
Resolution: give the spooler its folder back.\"

Symptoms are the customer's own words and the log lines that failed; cause and resolution come from the summary that closes
the case (a message with a line such as 案例总结 or Case summary, in parts with labels), from --resolution, or from what
`casebook case close --resolution` said. The signatures are the root of the case and what failed with it.

The customer, its people, machines, addresses and numbers are marked, as [person] or [host], as far as the case names them.
Read the draft for what no program can know. It has status `wip` and is never written over a file.

Exit status: 0 written, 1 written and nothing in the case says what helped, 2 there is no such case.")]
pub struct Args {
    /// The case: its id, or a number of any ticket system
    #[arg(long, value_name = "CASE")]
    from: String,
    /// Folder to write to; without, the draft is printed
    #[arg(long, value_name = "DIR")]
    to: Option<PathBuf>,
    /// The article's id; without, one is made of the title
    #[arg(long)]
    id: Option<String>,
    /// The title; without, the case's subject
    #[arg(long, value_name = "TEXT")]
    title: Option<String>,
    /// What helped, or a summary with labels such as `Cause:` and `Resolution:`
    #[arg(long, value_name = "TEXT")]
    resolution: Option<String>,
    /// How to print
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// Writes or prints a draft.
pub fn run(args: &Args, common: &CommonArgs) -> anyhow::Result<Exit> {
    let settings = common.settings(None)?;
    let app = App::open(settings.clone())?;
    let store = kept(&settings, Access::Read)?;
    let wishes = DraftWishes { id: args.id.clone(), title: args.title.clone(), resolution: args.resolution.clone() };
    let mut draft = app.draft(&store, &CaseId(args.from.clone()), &wishes, output::today())?;
    if let Some(folder) = &args.to {
        draft.file = Some(write_article(folder, &draft.id, &draft.text)?.display().to_string());
    }
    draft.notes.iter().for_each(problem::warn);
    if draft.resolution == ResolutionFrom::Nothing {
        problem::warn(
            "nothing in the case says what helped: cause and resolution are to be written (--resolution TEXT)",
        );
    }
    match (args.format, &draft.file) {
        (Format::Json, _) => output::json(&draft)?,
        (_, Some(file)) => {
            let marked: Vec<String> = draft.marked.iter().map(|(what, count)| format!("{what} {count}")).collect();
            let marked = if marked.is_empty() { "nothing".to_string() } else { marked.join(", ") };
            output::print(format!("{}  marked: {marked}", clean_line(file)))?;
        }
        (_, None) => output::print(clean(draft.text.trim_end()))?,
    }
    Ok(if draft.resolution == ResolutionFrom::Nothing { Exit::Nothing } else { Exit::Found })
}
