//! `casebook completions` and `casebook man`.

use std::{io, path::PathBuf};

use anyhow::Context;
use clap::Command;
use clap_complete::Shell;

use super::Exit;

/// Arguments of `casebook completions`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  casebook completions bash > ~/.local/share/bash-completion/completions/casebook")]
pub struct CompletionArgs {
    /// The shell
    shell: Shell,
}

/// Arguments of `casebook man`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  casebook man | man -l -\n  casebook man --dir ~/.local/share/man/man1")]
pub struct ManArgs {
    /// Folder to write one page per command to
    #[arg(long)]
    dir: Option<PathBuf>,
}

/// Writes completions.
pub fn completions(args: &CompletionArgs, mut command: Command) -> anyhow::Result<Exit> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut command, "casebook", &mut script);
    io::Write::write_all(&mut io::stdout(), &script)?;
    Ok(Exit::Found)
}

/// Writes man pages.
pub fn man(args: &ManArgs, command: Command) -> anyhow::Result<Exit> {
    match &args.dir {
        Some(dir) => {
            std::fs::create_dir_all(dir).with_context(|| format!("cannot make folder `{}`", dir.display()))?;
            clap_mangen::generate_to(command, dir)
                .with_context(|| format!("cannot write man pages to `{}`", dir.display()))?;
        }
        None => clap_mangen::Man::new(command).render(&mut io::stdout())?,
    }
    Ok(Exit::Found)
}
