//! Rows as JSON lines, written straight from what was seen: millions of them come from one log.

use super::{
    Batch,
    json::{Piece, Quoting, Text},
};
use crate::signature::{SignatureKind, Standing, sight::Sighting};

/// More bytes than any row has between two strings, with room for the pieces that are stored whole.
const FRAME: usize = 4 * Piece::MOST;

/// JSON lines, one per sighting: what [`super::Row`] serializes to, with all escaped that a terminal could act on.
#[derive(Debug)]
pub struct JsonLines {
    text: Text,
    /// How many lines.
    pub rows: u64,
    failing: bool,
    /// The part of the last row and how it is written: thousands of rows have the same.
    part: (String, Vec<u8>),
    /// The last where it is short.
    part_piece: Option<Piece>,
    /// How a row begins, by its kind.
    kinds: Vec<Piece>,
    quoting: Quoting,
}

impl JsonLines {
    /// No lines yet; only of sightings that are failing if `failing`.
    pub fn new(failing: bool) -> Self {
        // The names of kinds and standings hold nothing that is escaped.
        let kind = |kind: &SignatureKind| Piece::new(&[b"{\"kind\":\"", kind.name().as_bytes(), b"\",\"value\":"]);
        JsonLines {
            text: Text::default(),
            rows: 0,
            failing,
            part: (String::new(), Vec::new()),
            part_piece: None,
            kinds: SignatureKind::ALL.iter().map_while(kind).collect(),
            quoting: Quoting::default(),
        }
    }

    /// The lines, each with its line end.
    pub fn text(&self) -> &[u8] {
        self.text.written()
    }

    /// Forgets the lines, and keeps their memory for the next.
    pub fn clear(&mut self) {
        self.text.clear();
        self.rows = 0;
    }

    /// Writes a part down as it stands in every row, with what is around it.
    #[cold]
    fn enter(&mut self, part: &str) {
        let mut text = Text::default();
        text.reserve(FRAME);
        text.push(b",\"part\":");
        self.quoting.push(&mut text, &[part]);
        text.reserve(FRAME);
        text.push(b",\"line\":");
        self.part = (part.to_owned(), text.written().to_vec());
        self.part_piece = Piece::new(&[text.written()]);
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
        if self.part.0 != part || self.part.1.is_empty() {
            self.enter(part);
        }
        self.rows += 1;
        let (out, quoting) = (&mut self.text, self.quoting);
        out.reserve(FRAME);
        match self.kinds.get(sighting.signature.kind as usize) {
            Some(kind) => out.push_piece(kind),
            None => {
                out.push(b"{\"kind\":");
                quoting.push(out, &[sighting.signature.kind.name()]);
                out.reserve(FRAME);
                out.push(b",\"value\":");
            }
        }
        quoting.push(out, &[&sighting.signature.value]);
        out.reserve(FRAME + self.part.1.len());
        match &self.part_piece {
            Some(part) => out.push_piece(part),
            None => out.push_all(&self.part.1),
        }
        out.push_number(sighting.line);
        match (sighting.standing, sighting.whose) {
            (Standing::Listed, None) => out.push(b",\"standing\":\"listed\",\"text\":"),
            (standing, whose) => {
                out.push(b",\"standing\":\"");
                out.push_all(standing.name().as_bytes());
                if let Some(whose) = whose {
                    out.push(b"\",\"whose\":\"");
                    out.push_all(whose.name().as_bytes());
                }
                out.push(b"\",\"text\":");
            }
        }
        quoting.push(out, &sighting.excerpt_parts());
        for (place, parameter) in sighting.parameters.iter().enumerate() {
            out.reserve(FRAME);
            if place == 0 {
                out.push(b",\"parameters\":[");
            } else {
                out.push(b",");
            }
            quoting.push(out, &[parameter]);
        }
        out.reserve(FRAME);
        if !sighting.parameters.is_empty() {
            out.push(b"]");
        }
        out.push(b"}\n");
    }

    fn size(&self) -> usize {
        self.text.written().len()
    }
}

#[cfg(test)]
mod tests {
    use super::{
        super::{Row, json::as_printed},
        *,
    };
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
        assert_eq!(str::from_utf8(lines.text()).unwrap(), as_printed(&row));
        assert_eq!(lines.rows, 1);
    }

    #[test]
    fn lines_are_rows() {
        check("a.dll", 0, "", 0);
        check("a\\b\".dll", u64::MAX, "\t one \u{1}\u{8}\u{c}\u{1f}\u{7f} 错误 \\ \r\n", 3);
        check("a.dll", 7, "a\u{202e}b\u{9b}31m", 0);
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
        assert_eq!((lines.rows, lines.text().len()), (0, 0));
        lines.add("a.log", Sighting { standing: Standing::Failing, ..sighting });
        assert_eq!(lines.rows, 1);
    }
}
