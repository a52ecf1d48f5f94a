//! `casebook parse`.

use std::path::PathBuf;

use super::{
    Exit, input,
    output::{self, Format, clean},
    problem,
};
use crate::{
    app::parse::{MessageReport, parse},
    mail::Mailbox,
};

/// Arguments of `casebook parse`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  casebook parse mail.eml             header, blocks and attachments
  casebook parse --reply mail.eml     only what its author newly wrote
  casebook parse thread.txt --format json

Exit status: 0 taken apart, 2 no message or not readable.")]
pub struct Args {
    /// A mail, a mailbox or a thread export; - for standard input
    file: PathBuf,
    /// Print only what the author of the first message newly wrote
    #[arg(long)]
    reply: bool,
    /// How to print
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// Takes a message apart and prints it.
pub fn run(args: &Args) -> anyhow::Result<Exit> {
    let report = parse(&input(&args.file))?;
    if args.reply {
        output::print(clean(&report.messages[0].new_text()))?;
    } else if args.format == Format::Json {
        output::json(&report)?;
    } else {
        for message in &report.messages {
            print(message)?;
        }
    }
    if args.reply || args.format != Format::Json {
        report.warnings.iter().for_each(problem::warning);
    }
    Ok(Exit::Found)
}

fn address(mailbox: &Mailbox) -> String {
    match (mailbox.name.as_str(), mailbox.address.as_str()) {
        ("", address) => address.to_string(),
        (name, "") => name.to_string(),
        (name, address) => format!("{name} <{address}>"),
    }
}

fn print(message: &MessageReport) -> anyhow::Result<()> {
    let recipients: Vec<String> = message.recipients.iter().map(address).collect();
    let rows = [
        ("Part", message.part.clone()),
        ("Subject", message.subject.clone()),
        ("From", message.from.as_ref().map(address).unwrap_or_default()),
        ("To", recipients.join(", ")),
        ("Date", message.date.map(|date| date.to_string()).unwrap_or_default()),
        ("Automatic", message.automatic.clone().unwrap_or_default()),
    ];
    for (name, value) in rows.iter().filter(|(_, value)| !value.is_empty()) {
        output::print(format!("{name:<10}{}", clean(value).replace('\n', " ")))?;
    }
    let bold = anstyle::Style::new().bold();
    for block in &message.blocks {
        output::print(format!("\n{bold}{}{bold:#} (from line {})", block.kind.name(), block.line))?;
        output::print(clean(block.text.trim_end()))?;
    }
    for attachment in &message.attachments {
        output::print(format!(
            "\n{bold}attachment{bold:#} {} ({}, {} bytes)",
            clean(&attachment.part),
            clean(&attachment.content_type),
            attachment.bytes
        ))?;
    }
    output::print("")
}
