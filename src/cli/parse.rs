//! `casebook parse`.

use std::{
    fs::File,
    io::{self, Read},
    path::PathBuf,
};

use anyhow::Context;
use serde::Serialize;

use super::{
    Exit,
    output::{self, clean},
    problem,
};
use crate::{
    intake::MOST_MAIL,
    logs::decode,
    mail::{self, Block, BlockKind, Mailbox, Message},
    parsed::{Parsed, Warning},
};

/// Arguments of `casebook parse`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  casebook parse mail.eml             header, blocks and attachments
  casebook parse --reply mail.eml     only what its author newly wrote
  casebook parse thread.txt --format json")]
pub struct Args {
    /// A mail or a thread export; - for standard input
    file: PathBuf,
    /// Print only what the author of the first message newly wrote
    #[arg(long)]
    reply: bool,
    /// How to print
    #[arg(long, value_enum, default_value_t)]
    format: output::Format,
}

#[derive(Debug, Serialize)]
struct MessageReport<'m> {
    part: &'m str,
    message_id: &'m Option<String>,
    in_reply_to: &'m [String],
    references: &'m [String],
    subject: &'m str,
    from: &'m Option<Mailbox>,
    recipients: &'m [Mailbox],
    date: Option<String>,
    automatic: &'m Option<String>,
    blocks: Vec<BlockReport<'m>>,
    attachments: Vec<AttachmentReport<'m>>,
}

#[derive(Debug, Serialize)]
struct BlockReport<'m> {
    kind: BlockKind,
    line: u64,
    text: &'m str,
}

#[derive(Debug, Serialize)]
struct AttachmentReport<'m> {
    part: &'m str,
    name: &'m Option<String>,
    content_type: &'m str,
    bytes: usize,
}

#[derive(Debug, Serialize)]
struct Report<'m> {
    schema: &'static str,
    messages: Vec<MessageReport<'m>>,
    warnings: &'m [Warning],
}

/// Takes a message apart and prints it.
pub fn run(args: &Args) -> anyhow::Result<Exit> {
    let name = args.file.file_name().map_or_else(|| "-".into(), |name| name.to_string_lossy().into_owned());
    let bytes = read(&args.file)?;
    let Parsed { value: messages, warnings } = parse(&name, &bytes);
    if args.format != output::Format::Json {
        for warning in &warnings {
            problem::warn(format!("{}: {}", clean(&warning.part), clean(&warning.message)));
        }
    }
    let Some(first) = messages.first() else {
        anyhow::bail!("`{}` holds no message", args.file.display());
    };
    if args.reply {
        output::print(new_text(first))?;
    } else if args.format == output::Format::Json {
        let messages = messages.iter().map(report).collect();
        output::json(&Report { schema: "casebook.parse/1", messages, warnings: &warnings })?;
    } else {
        for message in &messages {
            print(message)?;
        }
    }
    Ok(Exit::Found)
}

fn read(path: &PathBuf) -> anyhow::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let reader: Box<dyn Read> = if path.as_os_str() == "-" {
        Box::new(io::stdin().lock())
    } else {
        Box::new(File::open(path).with_context(|| format!("cannot open `{}`", path.display()))?)
    };
    reader.take(MOST_MAIL).read_to_end(&mut bytes).with_context(|| format!("cannot read `{}`", path.display()))?;
    Ok(bytes)
}

/// A thread export is told by its content; anything else is read as a mail.
fn parse(name: &str, bytes: &[u8]) -> Parsed<Vec<Message>> {
    let text = decode::decode(bytes).value;
    if mail::looks_like_thread_export(&text) {
        mail::parse_thread_export(name, &text)
    } else {
        mail::parse(name, bytes)
    }
}

fn new_text(message: &Message) -> String {
    let wanted = |block: &&Block| matches!(block.kind, BlockKind::New);
    let texts: Vec<&str> = message.body.iter().filter(wanted).map(|block| block.text.trim_matches('\n')).collect();
    clean(&texts.join("\n"))
}

fn report(message: &Message) -> MessageReport<'_> {
    MessageReport {
        part: &message.part,
        message_id: &message.message_id,
        in_reply_to: &message.in_reply_to,
        references: &message.references,
        subject: &message.subject,
        from: &message.from,
        recipients: &message.recipients,
        date: message.date.map(|date| date.to_string()),
        automatic: &message.automatic,
        blocks: message
            .body
            .iter()
            .map(|block| BlockReport { kind: block.kind, line: block.first_line, text: &block.text })
            .collect(),
        attachments: message
            .attachments
            .iter()
            .map(|attachment| AttachmentReport {
                part: &attachment.part,
                name: &attachment.name,
                content_type: &attachment.content_type,
                bytes: attachment.bytes.len(),
            })
            .collect(),
    }
}

fn address(mailbox: &Mailbox) -> String {
    match (mailbox.name.as_str(), mailbox.address.as_str()) {
        ("", address) => address.to_string(),
        (name, "") => name.to_string(),
        (name, address) => format!("{name} <{address}>"),
    }
}

fn print(message: &Message) -> anyhow::Result<()> {
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
    for block in &message.body {
        let kind = format!("{:?}", block.kind).to_lowercase();
        output::print(format!("\n{bold}{kind}{bold:#} (from line {})", block.first_line))?;
        output::print(clean(block.text.trim_end()))?;
    }
    for attachment in &message.attachments {
        output::print(format!(
            "\n{bold}attachment{bold:#} {} ({}, {} bytes)",
            clean(&attachment.part),
            clean(&attachment.content_type),
            attachment.bytes.len()
        ))?;
    }
    output::print("")
}
