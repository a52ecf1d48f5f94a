//! Transfer encodings undone as far as they go: base64, quoted-printable, uuencode.
//!
//! None of them fails: what makes no sense is skipped and said to be damaged.

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
        "quoted-printable" | "qp" => quoted_printable(body, false),
        "x-uuencode" | "uuencode" | "x-uue" | "uue" => {
            uuencoded(body).unwrap_or_else(|| Unpacked { bytes: body.to_vec(), damaged: true })
        }
        _ => Unpacked { bytes: body.to_vec(), damaged: false },
    }
}

fn sextet(byte: u8) -> Option<u32> {
    Some(u32::from(match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'+' | b'-' => 62,
        b'/' | b'_' => 63,
        _ => return None,
    }))
}

/// Base64; padding in the middle begins anew, as in joined pieces.
pub(super) fn base64(body: &[u8]) -> Unpacked {
    let mut bytes = Vec::with_capacity(body.len() / 4 * 3);
    let (mut bits, mut count, mut alien) = (0u32, 0u32, 0usize);
    for byte in body {
        if let Some(value) = sextet(*byte) {
            bits = bits << 6 | value;
            count += 1;
            if count == 4 {
                bytes.extend_from_slice(&bits.to_be_bytes()[1..]);
                (bits, count) = (0, 0);
            }
        } else if *byte == b'=' {
            flush(&mut bytes, bits, count);
            (bits, count) = (0, 0);
        } else if !byte.is_ascii_whitespace() {
            alien += 1;
        }
    }
    // What is wrong in more than one character of twenty never was base64: the field lies, the text is there.
    if alien * 20 > body.len() || is_words(body) {
        return Unpacked { bytes: body.to_vec(), damaged: true };
    }
    flush(&mut bytes, bits, count);
    Unpacked { bytes, damaged: alien > 0 || count == 1 }
}

/// Whether a body is words with blanks between: base64 has its blanks at line ends only.
fn is_words(body: &[u8]) -> bool {
    let head = &body.trim_ascii()[..body.trim_ascii().len().min(4096)];
    let blanks = head.windows(2).filter(|pair| pair[0] == b' ' && pair[1].is_ascii_alphabetic()).count();
    blanks * 40 > head.len()
}

fn flush(bytes: &mut Vec<u8>, bits: u32, count: u32) {
    match count {
        2 => bytes.push((bits >> 4) as u8),
        3 => bytes.extend_from_slice(&[(bits >> 10) as u8, (bits >> 2) as u8]),
        _ => {}
    }
}

fn hex(byte: u8) -> Option<u8> {
    (byte as char).to_digit(16).map(|digit| digit as u8)
}

/// Quoted-printable; `in_word` for the form of encoded words, where `_` is a blank.
pub(super) fn quoted_printable(body: &[u8], in_word: bool) -> Unpacked {
    let mut bytes = Vec::with_capacity(body.len());
    let (mut at, mut damaged) = (0, false);
    while at < body.len() {
        match body[at] {
            b'_' if in_word => bytes.push(b' '),
            b'=' => {
                let pair = (body.get(at + 1).copied().and_then(hex), body.get(at + 2).copied().and_then(hex));
                if let (Some(high), Some(low)) = pair {
                    bytes.push(high << 4 | low);
                    at += 3;
                    continue;
                }
                // A soft line break may have blanks before the line end.
                let rest = &body[at + 1..];
                let blanks = rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
                match &rest[blanks..] {
                    [b'\r', b'\n', ..] => at += blanks + 2,
                    [b'\n' | b'\r', ..] => at += blanks + 1,
                    [] => at += blanks,
                    _ => {
                        damaged = true;
                        bytes.push(b'=');
                    }
                }
            }
            byte => bytes.push(byte),
        }
        at += 1;
    }
    Unpacked { bytes, damaged }
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
    }

    #[test]
    fn quoted_printable_whole_and_broken() {
        check("quoted-printable", "a=3Db=\r\nc=C3=A9", "a=bcé");
        check("quoted-printable", "100=% =zz", "100=% =zz");
        check("quoted-printable", "end=", "end");
        check("quoted-printable", "soft=  \nbreak", "softbreak");
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
