//! MIME structure: the parts of a message, within limits.
//!
//! mail-parser finds the parts and their headers in a mail that `mend` has put in order. Contents are taken from the raw
//! bytes by its offsets: attachments must keep their bytes, texts are decoded again by `charset` where their set is
//! absent, unknown or false. Each enclosed message is opened by itself, so that its depth can be limited.

use std::sync::LazyLock;

use mail_parser::{HeaderName, MessageParser, MessagePart, PartType};

use super::{
    charset,
    head::Head,
    header::Header,
    html, mend,
    parameters::{self, Parameters},
    transfer, uu,
};

/// Levels of multiparts and enclosed messages; real mail has below ten.
const MAX_DEPTH: usize = 24;
/// Leaf parts of one mail.
const MAX_PARTS: usize = 2_000;
/// Enclosed messages of one mail.
const MAX_MESSAGES: usize = 200;
/// Bytes of enclosed messages within each other that are opened.
const MAX_OPEN: usize = 16 * 1024 * 1024;
/// Body text of one message kept as text, in bytes.
const MAX_BODY: usize = 16 * 1024 * 1024;

/// Said of a multipart whose parts cannot be found.
const NO_PARTS: &str = "multipart without parts, read as text";

/// A part that is not body text.
#[derive(Debug)]
pub(super) struct Leaf {
    pub name: Option<String>,
    pub content_type: String,
    pub bytes: Vec<u8>,
}

/// One message taken apart.
#[derive(Debug, Default)]
pub(super) struct Opened {
    pub header: Header,
    /// Media type and parameters of the whole.
    pub content_type: Parameters,
    pub body: String,
    pub leaves: Vec<Leaf>,
    /// Enclosed messages with the name that they had as a part.
    pub enclosed: Vec<(Option<String>, Opened)>,
    /// What could not be read of this message itself.
    pub problems: Vec<String>,
}

/// How much was read of the mail so far.
#[derive(Debug, Default)]
pub(super) struct Budget {
    parts: usize,
    messages: usize,
    /// Bytes of the enclosed messages that lie around the one that is read.
    open: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Plain,
    Html,
}

/// Body text of a subtree.
struct Text {
    form: Form,
    text: String,
}

/// Only the structure is asked for: other fields and all contents are taken by their offsets.
static PARSER: LazyLock<MessageParser> =
    LazyLock::new(|| MessageParser::new().header_content_type(HeaderName::ContentType).default_header_ignore());

/// A message as mail-parser sees it, with the bytes that its offsets point into.
struct Source<'a> {
    parts: &'a [MessagePart<'a>],
    bytes: &'a [u8],
}

impl<'a> Source<'a> {
    fn body(&self, part: &MessagePart<'_>) -> &'a [u8] {
        self.bytes.get(part.offset_body as usize..part.offset_end as usize).unwrap_or_default()
    }
}

/// Opens a message that begins with its header.
pub(super) fn open(bytes: &[u8], depth: usize, budget: &mut Budget) -> Opened {
    let mut opened = Opened::default();
    let mut notes = Vec::new();
    let (mended, masked) = mend::mend(bytes, &mut notes);
    notes.into_iter().for_each(|problem| note(&mut opened, problem));
    let found = PARSER.parse(masked.as_deref().unwrap_or(&mended)).unwrap_or_default();
    let source = Source { parts: &found.parts, bytes: &mended };
    let mut texts = Vec::new();
    let body = match found.parts.first() {
        Some(root) => {
            opened.header = Header::new(&root.headers, &mended);
            opened.content_type = content_type(&opened.header);
            opened.header.hint = opened.content_type.named.get("charset").cloned();
            let header = opened.header.clone();
            part(&source, root, header, depth, Place::Root, &mut opened, &mut texts, budget);
            mended.get(root.offset_body as usize..).unwrap_or_default()
        }
        None => &mended,
    };
    if opened.header.hint.is_none() {
        opened.header.hint = first_charset(body, &opened.content_type);
    }
    for text in texts {
        let text = match text.form {
            Form::Plain => text.text,
            Form::Html => html::to_text(&text.text),
        };
        if !opened.body.is_empty() && !opened.body.ends_with('\n') {
            opened.body.push('\n');
        }
        opened.body.push_str(&text);
    }
    // Nothing came out of a mail whose structure is broken: better its raw text than none.
    let empty = opened.body.trim().is_empty() && opened.leaves.is_empty() && opened.enclosed.is_empty();
    if empty && (found.parts.is_empty() || opened.problems.iter().any(|problem| problem == NO_PARTS)) {
        opened.body = line_ends(&charset::decode(&body[..body.len().min(MAX_BODY)], None).text);
    }
    opened
}

/// The character set that the first text part names: raw header bytes are likely in it too.
fn first_charset(body: &[u8], content_type: &Parameters) -> Option<String> {
    if !content_type.value.starts_with("multipart/") {
        return None;
    }
    // Part headers stand near the top; far below, a log may hold such words.
    let head = String::from_utf8_lossy(&body[..body.len().min(8192)]).to_ascii_lowercase();
    let at = head.find("charset=")? + "charset=".len();
    let label: String = head[at..].trim_start_matches('"').chars().take_while(|c| !" \";\r\n".contains(*c)).collect();
    Some(label).filter(|label| !label.is_empty() && label != "us-ascii")
}

fn content_type(header: &Header) -> Parameters {
    // Where the field stands twice, the one that opens the parts wins.
    let all: Vec<Parameters> = header.all("content-type").iter().map(|value| parameters::parameters(value)).collect();
    let at = all.iter().position(|one| one.named.contains_key("boundary"));
    let mut found = at.or_else(|| all.iter().position(|one| !one.value.is_empty())).map(|at| all[at].clone());
    let found = found.get_or_insert_with(Parameters::default);
    if !found.value.contains('/') {
        found.value = match found.value.as_str() {
            "html" => "text/html".into(),
            "multipart" => "multipart/mixed".into(),
            _ => "text/plain".into(),
        };
    }
    std::mem::take(found)
}

/// Where a part stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Root,
    Digest,
    Inside,
}

#[allow(clippy::too_many_arguments)]
fn part(
    source: &Source<'_>,
    found: &MessagePart<'_>,
    header: Header,
    depth: usize,
    place: Place,
    message: &mut Opened,
    texts: &mut Vec<Text>,
    budget: &mut Budget,
) {
    let body = source.body(found);
    let header = &header;
    let mut kind = content_type(header);
    if place == Place::Digest && header.get("content-type").is_none() {
        kind.value = "message/rfc822".into();
    }
    if kind.value.starts_with("multipart/") {
        if depth >= MAX_DEPTH {
            note(message, "parts nested too deep, the inner ones are not read");
            return leaf(header, &kind, body, message, budget);
        }
        if let PartType::Multipart(children) = &found.body
            && !children.is_empty()
        {
            return multipart(source, &kind, children, depth, message, texts, budget);
        }
        note(message, NO_PARTS);
        kind.value = "text/plain".into();
    }
    let encoding = transfer_encoding(header);
    if kind.value == "message/rfc822" || kind.value == "message/global" {
        let unpacked = transfer::decode(body, &encoding);
        let is_mail = !Head::read(&unpacked.bytes).is_empty();
        let size = unpacked.bytes.len();
        // Each level of a chain is held while the next is read: one large enclosed mail is ordinary, a chain of them is not.
        let fits = budget.open == 0 || budget.open + size <= MAX_OPEN;
        if is_mail && fits && depth < MAX_DEPTH && budget.messages < MAX_MESSAGES {
            budget.messages += 1;
            budget.open += size;
            let enclosed = open(&unpacked.bytes, depth + 1, budget);
            budget.open -= size;
            message.enclosed.push((file_name(header, &kind), enclosed));
            return;
        }
        if is_mail {
            note(message, "too many enclosed messages, the rest are kept as attachments");
        }
        return leaf(header, &kind, body, message, budget);
    }
    let form = match kind.value.as_str() {
        "text/plain" | "text" | "text/enriched" => Some(Form::Plain),
        "text/html" | "application/xhtml+xml" => Some(Form::Html),
        _ => None,
    };
    let disposition = parameters::parameters(&header.get("content-disposition").unwrap_or_default());
    let named = file_name(header, &kind).is_some();
    let is_body =
        disposition.value != "attachment" && (!named || (place == Place::Root && disposition.value.is_empty()));
    match form.filter(|_| is_body) {
        Some(form) => {
            budget.parts += 1;
            if budget.parts > MAX_PARTS {
                return note(message, "too many parts, the rest are not read");
            }
            texts.push(body_text(form, &kind, body, &encoding, message));
        }
        None => leaf(header, &kind, body, message, budget),
    }
}

fn transfer_encoding(header: &Header) -> String {
    let value = header.get("content-transfer-encoding").unwrap_or_default().to_ascii_lowercase();
    value.trim_matches(|c: char| c == '"' || c == ';' || c.is_whitespace()).to_owned()
}

fn body_text(form: Form, kind: &Parameters, body: &[u8], encoding: &str, message: &mut Opened) -> Text {
    let unpacked = transfer::decode(body, encoding);
    if unpacked.damaged {
        note(message, "text part with a damaged transfer encoding");
    }
    let mut bytes = unpacked.bytes.as_slice();
    if bytes.len() > MAX_BODY {
        note(message, "text too long, the rest is not read");
        bytes = &bytes[..MAX_BODY];
    }
    let meta = (form == Form::Html).then(|| meta_charset(bytes)).flatten();
    let label = kind.named.get("charset").cloned().or(meta);
    let decoded = charset::decode(bytes, label.as_deref());
    if decoded.damaged {
        note(message, &format!("text with bytes that are not {}", decoded.encoding.to_ascii_lowercase()));
    }
    let text = match form {
        Form::Plain => uu::take_out(line_ends(&decoded.text), &mut message.leaves),
        Form::Html => decoded.text,
    };
    Text { form, text }
}

fn line_ends(text: &str) -> String {
    if text.contains('\r') { text.replace("\r\n", "\n").replace('\r', "\n") } else { text.to_owned() }
}

/// The character set that an HTML document names itself.
fn meta_charset(bytes: &[u8]) -> Option<String> {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(2048)]).to_ascii_lowercase();
    let at = head.find("charset=")? + "charset=".len();
    Some(head[at..].trim_start_matches(['"', '\'']).chars().take_while(|c| !" \"';/>".contains(*c)).collect())
}

fn multipart(
    source: &Source<'_>,
    kind: &Parameters,
    children: &[u32],
    depth: usize,
    message: &mut Opened,
    texts: &mut Vec<Text>,
    budget: &mut Budget,
) {
    let place = if kind.value == "multipart/digest" { Place::Digest } else { Place::Inside };
    let mut branches: Vec<Vec<Text>> = Vec::new();
    for child in children.iter().filter_map(|number| source.parts.get(*number as usize)) {
        if budget.parts > MAX_PARTS {
            note(message, "too many parts, the rest are not read");
            break;
        }
        let mut header = Header::new(&child.headers, source.bytes);
        header.hint = message.header.hint.clone();
        let mut found = Vec::new();
        part(source, child, header, depth + 1, place, message, &mut found, budget);
        branches.push(found);
    }
    if kind.value == "multipart/alternative" {
        texts.extend(best(branches));
    } else {
        texts.extend(branches.into_iter().flatten());
    }
}

/// The version of a text to read: the plain one, unless it is blank or only says that there is HTML.
fn best(branches: Vec<Vec<Text>>) -> Vec<Text> {
    let weight = |branch: &[Text], form| {
        let texts = branch.iter().filter(|text| text.form == form);
        texts.map(|text| text.text.chars().filter(|c| !c.is_whitespace()).count()).sum::<usize>()
    };
    let plain = branches.iter().position(|branch| weight(branch, Form::Plain) > 0);
    let rich = branches.iter().rposition(|branch| branch.iter().any(|text| text.form == Form::Html));
    let chosen = match (plain, rich) {
        (Some(plain), Some(rich)) if plain != rich => {
            let stub = weight(&branches[plain], Form::Plain);
            let says_html = branches[plain].iter().any(|text| text.text.to_lowercase().contains("html"));
            // Such notes are one or two sentences.
            if says_html && stub < 200 && weight(&branches[rich], Form::Html) > stub * 4 { rich } else { plain }
        }
        (Some(plain), _) => plain,
        (None, Some(rich)) => rich,
        (None, None) => return branches.into_iter().flatten().collect(),
    };
    branches.into_iter().nth(chosen).unwrap_or_default()
}

fn file_name(header: &Header, kind: &Parameters) -> Option<String> {
    let disposition = parameters::parameters(&header.get("content-disposition").unwrap_or_default());
    let name =
        disposition.named.get("filename").or_else(|| kind.named.get("name")).or_else(|| disposition.named.get("name"));
    name.map(|name| name.trim().to_owned()).filter(|name| !name.is_empty())
}

fn leaf(header: &Header, kind: &Parameters, body: &[u8], message: &mut Opened, budget: &mut Budget) {
    budget.parts += 1;
    if budget.parts > MAX_PARTS {
        return note(message, "too many parts, the rest are not read");
    }
    let name = file_name(header, kind);
    let unpacked = transfer::decode(body, &transfer_encoding(header));
    if unpacked.damaged {
        let shown = name.as_deref().unwrap_or(&kind.value);
        note(message, &format!("attachment `{}` has a damaged transfer encoding", shown.escape_debug()));
    }
    message.leaves.push(Leaf { name, content_type: kind.value.clone(), bytes: unpacked.bytes });
}

/// A problem said once.
fn note(message: &mut Opened, problem: &str) {
    // A mail of thousands of broken parts needs no thousands of warnings.
    if message.problems.len() < 50 && !message.problems.iter().any(|said| said == problem) {
        message.problems.push(problem.to_owned());
    }
}
