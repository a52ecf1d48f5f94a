//! Rows as JSON lines, written straight from what was seen: millions of them come from one log.

use super::{Batch, json::Quoting};
use crate::signature::{Standing, sight::Sighting};

/// JSON lines, one per sighting; the same bytes that [`super::Row`] serializes to.
#[derive(Debug, Default)]
pub struct JsonLines {
    /// The lines, each with its line end.
    pub text: Vec<u8>,
    /// How many.
    pub rows: u64,
    failing: bool,
    /// The part of the last row and how it is written: thousands of rows have the same.
    part: (String, Vec<u8>),
    quoting: Quoting,
}

impl JsonLines {
    /// No lines yet; only of sightings that are failing if `failing`.
    pub fn new(failing: bool) -> Self {
        JsonLines { failing, ..JsonLines::default() }
    }
}

impl Batch for JsonLines {
    fn fresh(&self) -> Self {
        JsonLines::new(self.failing)
    }

    fn add(&mut self, part: &str, sighting: Sighting<'_>) {
        if self.failing && sighting.standing != Standing::Failing {
            return;
        }
        self.rows += 1;
        let (out, quoting) = (&mut self.text, self.quoting);
        // The names of kinds and standings hold nothing that is escaped.
        out.extend_from_slice(b"{\"kind\":\"");
        out.extend_from_slice(sighting.signature.kind.name().as_bytes());
        out.extend_from_slice(b"\",\"value\":");
        quoting.push(out, &[&sighting.signature.value]);
        if self.part.0 != part || self.part.1.is_empty() {
            self.part = (part.to_owned(), b",\"part\":".to_vec());
            quoting.push(&mut self.part.1, &[part]);
            self.part.1.extend_from_slice(b",\"line\":");
        }
        out.extend_from_slice(&self.part.1);
        push_number(out, sighting.line);
        out.extend_from_slice(b",\"standing\":\"");
        out.extend_from_slice(sighting.standing.name().as_bytes());
        if let Some(whose) = sighting.whose {
            out.extend_from_slice(b"\",\"whose\":\"");
            out.extend_from_slice(whose.name().as_bytes());
        }
        out.extend_from_slice(b"\",\"text\":");
        quoting.push(out, &sighting.excerpt_parts());
        for (place, parameter) in sighting.parameters.iter().enumerate() {
            out.extend_from_slice(if place == 0 { b",\"parameters\":[" } else { b"," });
            quoting.push(out, &[parameter]);
        }
        out.extend_from_slice(if sighting.parameters.is_empty() { b"}\n" } else { b"]}\n" });
    }

    fn size(&self) -> usize {
        self.text.len()
    }
}

fn push_number(out: &mut Vec<u8>, number: u64) {
    let mut digits = [0; 20];
    let (mut at, mut rest) = (digits.len(), number);
    loop {
        at -= 1;
        digits[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    out.extend_from_slice(&digits[at..]);
}

#[cfg(test)]
mod tests {
    use super::{super::Row, *};
    use crate::signature::{Signature, SignatureKind, Whose};

    #[track_caller]
    fn check(value: &str, line: u64, text: &str, at: usize) {
        let sighting = Sighting {
            signature: Signature::new(SignatureKind::File, value),
            line,
            text,
            at,
            span: at..at,
            standing: Standing::Listed,
            whose: (line == u64::MAX).then_some(Whose::Command),
            parameters: if line == 0 { vec!["0xC0000005".into(), "0x0".into()] } else { Vec::new() },
        };
        let mut lines = JsonLines::new(false);
        lines.add("a \"part\".log", sighting.clone());
        let row = serde_json::to_string(&Row::new("a \"part\".log", sighting)).unwrap() + "\n";
        assert_eq!(String::from_utf8(lines.text).unwrap(), row);
        assert_eq!(lines.rows, 1);
    }

    #[test]
    fn lines_are_rows() {
        check("a.dll", 0, "", 0);
        check("a\\b\".dll", u64::MAX, "\t one \u{1}\u{8}\u{c}\u{1f}\u{7f} 错误 \\ \r\n", 3);
        check("a.dll", 1234, &"前 C:\\x\ty ".repeat(100), 500);
    }

    #[test]
    fn what_is_not_failing_is_left_out_where_asked() {
        let mut lines = JsonLines::new(true);
        let signature = Signature::new(SignatureKind::File, "a.dll");
        let sighting = Sighting {
            signature,
            line: 1,
            text: "a.dll",
            at: 0,
            span: 0..5,
            standing: Standing::Listed,
            whose: None,
            parameters: Vec::new(),
        };
        lines.add("a.log", sighting.clone());
        assert_eq!((lines.rows, lines.text.len()), (0, 0));
        lines.add("a.log", Sighting { standing: Standing::Failing, ..sighting });
        assert_eq!(lines.rows, 1);
    }
}
