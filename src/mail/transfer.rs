//! Transfer encodings undone as far as they go: base64 in even lines by [`super::base64`], other base64 and quoted-printable by
//! mail-parser, and uuencode, which it does not know.
//!
//! None of them fails: what makes no sense is mended before it is decoded, and said to be damaged.

use std::borrow::Cow;

use mail_parser::decoders::{base64::base64_decode, quoted_printable::quoted_printable_decode};

/// What came out, and whether something was skipped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Unpacked {
    pub bytes: Vec<u8>,
    pub damaged: bool,
}

/// Decodes `body` by the value of `Content-Transfer-Encoding`; an unknown one leaves the bytes alone.
pub(super) fn decode(body: &[u8], encoding: &str) -> Unpacked {
    match encoding {
        "base64" | "b64" => base64(body),
        "quoted-printable" | "qp" => quoted_printable(body),
        "x-uuencode" | "uuencode" | "x-uue" | "uue" => {
            uuencoded(body).unwrap_or_else(|| Unpacked { bytes: body.to_vec(), damaged: true })
        }
        _ => Unpacked { bytes: body.to_vec(), damaged: false },
    }
}

/// Base64. mail-parser gives up at the first byte that is none; here such bytes are left out.
pub(super) fn base64(body: &[u8]) -> Unpacked {
    let mut bytes = Vec::with_capacity(body.len() / 4 * 3 + 3);
    if super::base64::read(body, &mut bytes).is_some_and(|lines| body[lines.taken..].trim_ascii().is_empty()) {
        return Unpacked { bytes, damaged: false };
    }
    drop(bytes);
    if is_words(body) {
        return Unpacked { bytes: body.to_vec(), damaged: true };
    }
    if let Some(bytes) = base64_decode(body) {
        return Unpacked { bytes, damaged: false };
    }
    let alien = |byte: &u8| !(byte.is_ascii_alphanumeric() || byte.is_ascii_whitespace() || b"+/-_=".contains(byte));
    let count = body.iter().filter(|byte| alien(byte)).count();
    // What is wrong in more than one character of twenty never was base64: the field lies, the text is there.
    if count * 20 > body.len() {
        return Unpacked { bytes: body.to_vec(), damaged: true };
    }
    let clean: Vec<u8> = body
        .iter()
        .filter(|byte| !alien(byte) && !byte.is_ascii_whitespace())
        // The form for addresses, RFC 4648 section 5.
        .map(|byte| match byte {
            b'-' => b'+',
            b'_' => b'/',
            other => *other,
        })
        .collect();
    match base64_decode(&clean) {
        Some(bytes) => Unpacked { bytes, damaged: count > 0 },
        None => Unpacked { bytes: body.to_vec(), damaged: true },
    }
}

/// Whether a body is words with blanks between: base64 has its blanks at line ends only.
fn is_words(body: &[u8]) -> bool {
    let head = &body.trim_ascii()[..body.trim_ascii().len().min(4096)];
    let blanks = head.windows(2).filter(|pair| pair[0] == b' ' && pair[1].is_ascii_alphabetic()).count();
    blanks * 40 > head.len()
}

/// Quoted-printable. mail-parser gives up at a sign that begins no code; here it stands for itself.
pub(super) fn quoted_printable(body: &[u8]) -> Unpacked {
    let (mended, damaged) = mend_quoted(body);
    match quoted_printable_decode(&mended) {
        Some(bytes) => Unpacked { bytes, damaged },
        None => Unpacked { bytes: body.to_vec(), damaged: true },
    }
}

/// Writes signs that begin no code as code, and so the blank of a signature line, which would go with the blanks that
/// are dropped at line ends.
fn mend_quoted(body: &[u8]) -> (Cow<'_, [u8]>, bool) {
    let mut out: Vec<u8> = Vec::new();
    let (mut taken, mut damaged) = (0, false);
    for at in memchr::memchr2_iter(b'=', b'-', body) {
        let rest = &body[at + 1..];
        if body[at] == b'-' {
            let begins = at == 0 || body[at - 1] == b'\n';
            if begins && (rest.starts_with(b"- \n") || rest.starts_with(b"- \r\n")) {
                out.extend_from_slice(&body[taken..at]);
                out.extend_from_slice(b"--=20");
                taken = at + 3;
            }
            continue;
        }
        let is_code = matches!(rest, [high, low, ..] if high.is_ascii_hexdigit() && low.is_ascii_hexdigit());
        // A soft line break may have blanks before the line end; there are never many.
        let blanks = rest.iter().take(1000).take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        if is_code || matches!(&rest[blanks..], [] | [b'\n', ..] | [b'\r', b'\n', ..]) {
            continue;
        }
        damaged = true;
        out.extend_from_slice(&body[taken..at]);
        out.extend_from_slice(b"=3D");
        taken = at + 1;
    }
    if taken == 0 {
        return (Cow::Borrowed(body), damaged);
    }
    out.extend_from_slice(&body[taken..]);
    (Cow::Owned(out), damaged)
}

/// The content of the first `begin … end` block, or of bare uuencoded lines.
fn uuencoded(body: &[u8]) -> Option<Unpacked> {
    let mut lines = body.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii_end);
    lines.by_ref().find(|line| line.starts_with(b"begin "))?;
    let mut unpacked = Unpacked { bytes: Vec::new(), damaged: true };
    for line in lines {
        if line == b"end" {
            unpacked.damaged = false;
            break;
        }
        uu_line(line, &mut unpacked.bytes);
    }
    Some(unpacked)
}

/// Decodes one uuencoded line: its first byte is the count, four characters make three bytes.
pub(super) fn uu_line(line: &[u8], bytes: &mut Vec<u8>) {
    let value = |byte: &u8| u32::from(byte.wrapping_sub(32) & 0x3f);
    let Some((count, line)) = line.split_first() else { return };
    let (count, begin) = (value(count) as usize, bytes.len());
    for group in line.chunks(4) {
        let bits = (0..4).fold(0, |bits, at| bits << 6 | group.get(at).map_or(0, value));
        bytes.extend_from_slice(&bits.to_be_bytes()[1..]);
    }
    bytes.truncate(begin + count);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(encoding: &str, body: &str, expected: &str) {
        assert_eq!(String::from_utf8_lossy(&decode(body.as_bytes(), encoding).bytes), expected, "in {body:?}");
    }

    #[test]
    fn base64_whole_and_cut() {
        check("base64", "RXJyb3IgMHg4MDA3\r\nMDAwNQ==\r\n", "Error 0x80070005");
        check("base64", "RXJyb3IgMHg4MDA3MDAwNQ", "Error 0x80070005");
        check("base64", "RXJyb3IgMHg4MDA3*MDAwNQ==", "Error 0x80070005");
        check("base64", "This text, said to be base64, is none.", "This text, said to be base64, is none.");
        check("base64", "the text said to be base64 is none", "the text said to be base64 is none");
        check("base64", "RXI=cm9y", "Error");
        check("base64", "Pz8_Pj4-\n", "???>>>");
    }

    #[test]
    fn quoted_printable_whole_and_broken() {
        check("quoted-printable", "a=3Db=\r\nc=C3=A9", "a=bcé");
        check("quoted-printable", "100=% =zz", "100=% =zz");
        check("quoted-printable", "end=", "end");
        check("quoted-printable", "soft=  \nbreak", "softbreak");
        check("quoted-printable", "a=b=c==\nd", "a=b=c=d");
        check("quoted-printable", "-- \nLi  \nLei", "-- \nLi\nLei");
    }

    #[test]
    fn uuencoded_block() {
        check("x-uuencode", "begin 644 a.txt\n#0V%T\n`\nend\n", "Cat");
    }

    #[test]
    fn unknown_encodings_leave_the_bytes() {
        check("x-mystery", "as it is", "as it is");
    }
}
