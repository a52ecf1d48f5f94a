//! Text that people write for this program: articles, rules, mappings, tables. It must be UTF-8, or it is said where it is not.
//!
//! Mails and logs are another matter: they are read in whatever encoding they have, by [`crate::logs::decode`]. No I/O.

use std::io;

use crate::logs::encoding;

/// Bytes that are no UTF-8.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("is no UTF-8 text{}", encoding.map_or(String::new(), |name| format!(": it looks like {name}, save it as UTF-8")))]
pub struct NotText {
    /// The first line that is none, from 1.
    pub line: u64,
    /// The encoding that it seems to have.
    encoding: Option<&'static str>,
}

impl From<NotText> for io::Error {
    /// The line goes into the text, for whoever has no other place for it.
    fn from(error: NotText) -> io::Error {
        io::Error::new(io::ErrorKind::InvalidData, format!("line {}: {error}", error.line))
    }
}

/// The text of a file.
///
/// # Errors
/// When it is no UTF-8.
pub fn text(bytes: Vec<u8>) -> Result<String, NotText> {
    String::from_utf8(bytes).map_err(|error| {
        let valid = error.utf8_error().valid_up_to();
        let bytes = error.as_bytes();
        let encoding = if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
            Some("UTF-16")
        } else {
            encoding::is_everyday_gbk(bytes).then_some("GBK")
        };
        NotText { line: line_behind(&bytes[..valid]), encoding }
    })
}

/// The line in which what stands before ends, from 1.
pub(crate) fn line_behind(before: &[u8]) -> u64 {
    1 + memchr::memchr_iter(b'\n', before).count() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(bytes: &[u8], line: u64, message: &str) {
        let error = text(bytes.to_vec()).unwrap_err();
        assert_eq!((error.line, error.to_string().as_str()), (line, message));
        assert_eq!(io::Error::from(error).to_string(), format!("line {line}: {message}"));
    }

    #[test]
    fn what_is_no_text_is_told_with_its_line() {
        assert_eq!(text("泵\n".into()), Ok("泵\n".to_string()));
        check(b"one\ntwo \xff\n", 2, "is no UTF-8 text");
        check(b"\xff\xfea\0", 1, "is no UTF-8 text: it looks like UTF-16, save it as UTF-8");
        let gbk = b"---\ntitle: \xbe\xdc\xbe\xf8\xb7\xc3\xce\xca\n";
        check(gbk, 2, "is no UTF-8 text: it looks like GBK, save it as UTF-8");
    }
}
