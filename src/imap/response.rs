//! Responses of a server, as far as they are asked for (RFC 9051 section 7); the others are passed over.

use super::{ImapError, wire::Raw};

/// Lists in lists: deeper ones are in no response that is asked for.
const DEPTH: usize = 16;

/// How a command, or the connection, stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// Done.
    Ok,
    /// Refused.
    No,
    /// Not understood.
    Bad,
    /// The connection ends.
    Bye,
    /// Logged in from the start.
    PreAuth,
}

/// A response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Response {
    /// The end of the command with this tag, or (`None`) something said between.
    Status {
        /// Which command.
        tag: Option<String>,
        /// How it stands.
        status: Status,
        /// The response code in capitals, `UIDVALIDITY`; empty for none.
        code: String,
        /// What stands behind the code in the brackets.
        argument: String,
        /// Text for people.
        text: String,
    },
    /// The server waits for more.
    Continue,
    /// What the server can, in capitals.
    Capability(Vec<String>),
    /// A folder.
    List(Listed),
    /// Numbers of messages.
    Search(Vec<u32>),
    /// So many messages are in the folder.
    Exists(u32),
    /// Parts of a message.
    Fetch(Fetched),
    /// Something else.
    Other,
}

/// A folder that a server lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Its attributes in capitals, `\NOSELECT`, `\TRASH`.
    pub attributes: Vec<String>,
    /// What parts the levels of its name.
    pub delimiter: Option<char>,
    /// Its name, byte for byte.
    pub wire: Vec<u8>,
}

/// Parts of a message.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Fetched {
    /// Its number in the folder, for good.
    pub uid: Option<u32>,
    /// Its size in bytes.
    pub size: Option<u64>,
    /// Its flags.
    pub flags: Option<Vec<String>>,
    /// Header fields.
    pub header: Option<Vec<u8>>,
    /// All of it; `Some(None)`: the server says that there is nothing.
    pub body: Option<Option<Vec<u8>>>,
}

/// Reads a response.
///
/// # Errors
/// When something that is asked for is not as it should be.
pub fn parse(raw: Raw) -> Result<Response, ImapError> {
    let Raw { text, literals } = raw;
    let (first, rest) = word(&text);
    if first == b"+" {
        return Ok(Response::Continue);
    }
    let (second, behind) = word(rest);
    if let Some(status) = status(second) {
        let tag = (first != b"*").then(|| String::from_utf8_lossy(first).into_owned());
        let (code, argument, text) = code(behind);
        return Ok(Response::Status { tag, status, code, argument, text });
    }
    if first != b"*" {
        return Err(ImapError::Protocol("what it sends is no response"));
    }
    let mut values = Values { text: behind, literals: literals.into_iter(), depth: 0 };
    if let Some(number) = number(second) {
        let (what, behind) = word(behind);
        values.text = behind;
        return match what.to_ascii_uppercase().as_slice() {
            b"EXISTS" => Ok(Response::Exists(number)),
            b"FETCH" => fetch(values.next()?).map(Response::Fetch),
            _ => Ok(Response::Other),
        };
    }
    match second.to_ascii_uppercase().as_slice() {
        b"CAPABILITY" => Ok(Response::Capability(capabilities(behind))),
        b"SEARCH" => behind
            .split(|byte| *byte == b' ')
            .filter(|word| !word.is_empty())
            // Behind the numbers may stand (MODSEQ 5).
            .take_while(|word| !word.starts_with(b"("))
            .map(|word| number(word).ok_or(BROKEN))
            .collect::<Result<_, _>>()
            .map(Response::Search),
        b"LIST" => list(values).map(Response::List),
        _ => Ok(Response::Other),
    }
}

/// What a server can, in capitals: the words of a `CAPABILITY`.
pub fn capabilities(words: &[u8]) -> Vec<String> {
    String::from_utf8_lossy(words).split_ascii_whitespace().map(str::to_ascii_uppercase).collect()
}

const BROKEN: ImapError = ImapError::Protocol("it sends a response that cannot be read");

fn word(text: &[u8]) -> (&[u8], &[u8]) {
    match memchr::memchr(b' ', text) {
        Some(end) => (&text[..end], &text[end + 1..]),
        None => (text, &[]),
    }
}

fn number<T: std::str::FromStr>(word: &[u8]) -> Option<T> {
    let digits = !word.is_empty() && word.iter().all(u8::is_ascii_digit);
    if digits { str::from_utf8(word).ok()?.parse().ok() } else { None }
}

fn status(word: &[u8]) -> Option<Status> {
    match word.to_ascii_uppercase().as_slice() {
        b"OK" => Some(Status::Ok),
        b"NO" => Some(Status::No),
        b"BAD" => Some(Status::Bad),
        b"BYE" => Some(Status::Bye),
        b"PREAUTH" => Some(Status::PreAuth),
        _ => None,
    }
}

/// Code, its argument, and the text behind it.
fn code(text: &[u8]) -> (String, String, String) {
    let text = String::from_utf8_lossy(text);
    let coded = text.strip_prefix('[').and_then(|rest| rest.split_once(']'));
    let Some((code, said)) = coded else { return (String::new(), String::new(), text.trim().to_string()) };
    let (name, argument) = code.split_once(' ').unwrap_or((code, ""));
    (name.to_ascii_uppercase(), argument.trim().to_string(), said.trim().to_string())
}

/// What responses are made of.
enum Value {
    /// A word, `NIL` with the others.
    Atom(Vec<u8>),
    /// A text in quotes, or a literal.
    Text(Vec<u8>),
    List(Vec<Value>),
}

impl Value {
    fn text(self) -> Option<Vec<u8>> {
        match self {
            Value::Atom(atom) if atom.eq_ignore_ascii_case(b"NIL") => None,
            Value::Atom(text) | Value::Text(text) => Some(text),
            Value::List(_) => None,
        }
    }

    fn words(self) -> Vec<String> {
        let Value::List(values) = self else { return Vec::new() };
        let words = values.into_iter().filter_map(Value::text);
        words.map(|word| String::from_utf8_lossy(&word).into_owned()).collect()
    }
}

/// Reads values from a text, and literals where `{n}` stands for them.
struct Values<'t> {
    text: &'t [u8],
    literals: std::vec::IntoIter<Vec<u8>>,
    depth: usize,
}

impl Values<'_> {
    fn next(&mut self) -> Result<Value, ImapError> {
        self.text = self.text.trim_ascii_start();
        match self.text.first() {
            None => Err(BROKEN),
            Some(b'(') => self.list(),
            Some(b'"') => self.quoted(),
            Some(b'{' | b'~') if let Some(end) = self.literal_end() => {
                self.text = &self.text[end..];
                self.literals.next().map(Value::Text).ok_or(BROKEN)
            }
            Some(_) => self.atom(),
        }
    }

    /// The end of a `{n}` or `~{n}` at the start.
    fn literal_end(&self) -> Option<usize> {
        let open = usize::from(self.text.first() == Some(&b'~'));
        (self.text.get(open) == Some(&b'{')).then_some(())?;
        memchr::memchr(b'}', self.text).map(|close| close + 1)
    }

    fn list(&mut self) -> Result<Value, ImapError> {
        self.depth += 1;
        if self.depth > DEPTH {
            return Err(BROKEN);
        }
        self.text = &self.text[1..];
        let mut values = Vec::new();
        loop {
            self.text = self.text.trim_ascii_start();
            if let Some(rest) = self.text.strip_prefix(b")") {
                self.text = rest;
                self.depth -= 1;
                return Ok(Value::List(values));
            }
            values.push(self.next()?);
        }
    }

    fn quoted(&mut self) -> Result<Value, ImapError> {
        let mut value = Vec::new();
        let mut at = 1;
        while let Some(byte) = self.text.get(at) {
            match byte {
                b'"' => {
                    self.text = &self.text[at + 1..];
                    return Ok(Value::Text(value));
                }
                b'\\' => {
                    at += 1;
                    value.extend(self.text.get(at));
                }
                other => value.push(*other),
            }
            at += 1;
        }
        Err(BROKEN)
    }

    /// A word. What stands in brackets belongs to it, `BODY[HEADER.FIELDS (DATE)]`.
    fn atom(&mut self) -> Result<Value, ImapError> {
        let mut inside = false;
        let end = self.text.iter().position(|byte| {
            match byte {
                b'[' => inside = true,
                b']' => inside = false,
                _ => {}
            }
            !inside && matches!(byte, b' ' | b'(' | b')' | b'"')
        });
        let (atom, rest) = self.text.split_at(end.unwrap_or(self.text.len()));
        if atom.is_empty() {
            return Err(BROKEN);
        }
        self.text = rest;
        Ok(Value::Atom(atom.to_vec()))
    }
}

fn list(mut values: Values<'_>) -> Result<Listed, ImapError> {
    let attributes = values.next()?.words().iter().map(|word| word.to_ascii_uppercase()).collect();
    let delimiter = values.next()?.text().and_then(|text| text.first().copied()).map(char::from);
    let wire = match values.next()? {
        // A folder may be called NIL.
        Value::Atom(name) | Value::Text(name) => name,
        Value::List(_) => return Err(BROKEN),
    };
    Ok(Listed { attributes, delimiter, wire })
}

fn fetch(value: Value) -> Result<Fetched, ImapError> {
    let Value::List(values) = value else { return Err(BROKEN) };
    let mut fetched = Fetched::default();
    let mut values = values.into_iter();
    while let Some(name) = values.next() {
        let (Value::Atom(name), Some(value)) = (name, values.next()) else { return Err(BROKEN) };
        let name = name.to_ascii_uppercase();
        match name.as_slice() {
            b"UID" => fetched.uid = Some(numbered(value)?),
            b"RFC822.SIZE" => fetched.size = Some(numbered(value)?),
            b"FLAGS" => fetched.flags = Some(value.words()),
            b"BODY[]" => fetched.body = Some(value.text()),
            name if name.starts_with(b"BODY[HEADER.FIELDS") => fetched.header = value.text(),
            _ => {}
        }
    }
    Ok(fetched)
}

fn numbered<T: std::str::FromStr>(value: Value) -> Result<T, ImapError> {
    match value {
        Value::Atom(digits) => number(&digits).ok_or(BROKEN),
        _ => Err(BROKEN),
    }
}

#[cfg(test)]
mod tests;
