//! The header of a message or part as mail-parser found it, its values decoded from the raw bytes.
//!
//! mail-parser reads values as UTF-8, and raw bytes of another character set become U+FFFD; so values are taken by
//! their offsets and decoded here. Encoded words in them are left to `words`.

use mail_parser::Header as Found;

use super::charset;

/// Fields beyond this are dropped: real mail has below 200. What [`super::head`] leaves is some more.
const MAX_FIELDS: usize = 2_000 + super::head::MOST_BEHIND;
/// Bytes of one unfolded value: a `To` with thousands of recipients has some 100 KB.
const MAX_VALUE: usize = 256 * 1024;

/// One field: lower-case name and the unfolded bytes of its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Field {
    pub name: String,
    pub value: Vec<u8>,
}

/// The fields of a header.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Header {
    pub fields: Vec<Field>,
    /// The character set tried for raw bytes above ASCII, before guessing.
    pub hint: Option<String>,
}

impl Header {
    /// The fields that mail-parser found in `bytes`.
    pub fn new(found: &[Found<'_>], bytes: &[u8]) -> Self {
        let field = |one: &Found<'_>| Field {
            name: one.name.as_str().to_ascii_lowercase(),
            value: unfold(bytes.get(one.offset_start as usize..one.offset_end as usize).unwrap_or_default()),
        };
        Header { fields: found.iter().take(MAX_FIELDS).map(field).collect(), hint: None }
    }

    /// The first field of a name that is not blank, decoded to Unicode; encoded words still stand in it.
    pub fn get(&self, name: &str) -> Option<String> {
        let mut blank = None;
        for field in self.fields.iter().filter(|field| field.name == name) {
            let text = self.text(&field.value);
            if !text.is_empty() {
                return Some(text);
            }
            blank = Some(text);
        }
        blank
    }

    /// All values of a name, decoded to Unicode.
    pub fn all(&self, name: &str) -> Vec<String> {
        self.fields.iter().filter(|field| field.name == name).map(|field| self.text(&field.value)).collect()
    }

    fn text(&self, value: &[u8]) -> String {
        let value = value.trim_ascii();
        if !value.is_ascii()
            && str::from_utf8(value).is_err()
            && let Some(text) = self.hint.as_deref().and_then(|hint| charset::decode_exactly(value, hint))
        {
            return text;
        }
        charset::decode(value, None).text
    }
}

/// A value on one line: each fold is one blank.
fn unfold(value: &[u8]) -> Vec<u8> {
    let mut lines = value.trim_ascii().split(|byte| *byte == b'\n');
    let first = lines.next().unwrap_or_default();
    let mut joined = first.strip_suffix(b"\r").unwrap_or(first).to_vec();
    joined.truncate(MAX_VALUE);
    for line in lines {
        let line = line.trim_ascii_start();
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if joined.len() + line.len() > MAX_VALUE {
            break;
        }
        joined.push(b' ');
        joined.extend_from_slice(line);
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(mail: &[u8]) -> Header {
        let message = mail_parser::MessageParser::new().parse(mail).unwrap();
        Header::new(&message.parts[0].headers, mail)
    }

    #[test]
    fn folded_values_are_joined() {
        let header = header(b"Subject: one\r\n two\r\n\tthree\r\n\r\nx");
        assert_eq!(header.get("subject").as_deref(), Some("one two three"));
    }

    #[test]
    fn raw_bytes_are_decoded_with_the_hint() {
        let mut mail = b"Subject: ".to_vec();
        mail.extend_from_slice(&encoding_rs::GBK.encode("失败").0);
        mail.extend_from_slice(b"\n\nx");
        let mut header = header(&mail);
        header.hint = Some("gbk".into());
        assert_eq!(header.get("subject").as_deref(), Some("失败"));
    }
}
