//! Rows as JSON lines, written straight from what was seen: millions of them come from one log.

use super::{
    Batch,
    json::{Output, Piece, Quoting},
};
use crate::signature::{SignatureKind, Standing, sight::Sighting};

/// More bytes than any row has between two strings, with room for the pieces that are stored whole.
const FRAME: usize = 4 * Piece::MOST;

/// JSON lines, one per sighting: what [`super::Row`] serializes to, with all escaped that a terminal could act on.
#[derive(Debug)]
pub struct JsonLines {
    text: Output,
    /// How many lines.
    pub rows: u64,
    failing: bool,
    /// The part of the last row and how it is written: thousands of rows have the same.
    part: (String, Vec<u8>),
    /// The last where it is short.
    part_piece: Option<Piece>,
    /// How a row begins, by its kind: [`SignatureKind::ALL`] has them in their order.
    kinds: Vec<Piece>,
    quoting: Quoting,
}

impl JsonLines {
    /// No lines yet; only of sightings that are failing if `failing`.
    pub fn new(failing: bool) -> Self {
        // The names of kinds and standings hold nothing that is escaped.
        let kind = |kind: &SignatureKind| {
            Piece::new(&[b"{\"kind\":\"", kind.name().as_bytes(), b"\",\"value\":"]).expect("a name of a kind is short")
        };
        JsonLines {
            text: Output::default(),
            rows: 0,
            failing,
            part: (String::new(), Vec::new()),
            part_piece: None,
            kinds: SignatureKind::ALL.iter().map(kind).collect(),
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
        let mut text = Output::default();
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
        out.push_piece(&self.kinds[sighting.signature.kind as usize]);
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

    fn sighting(value: &str) -> Sighting<'_> {
        Sighting {
            signature: Signature::new(SignatureKind::File, value),
            line: 1,
            text: "a.dll",
            at: 0,
            span: 0..5,
            standing: Standing::Listed,
            whose: None,
            parameters: Vec::new(),
        }
    }

    /// Adds sightings, each in a part, and holds what is written against rows.
    #[track_caller]
    fn check_all(lines: &mut JsonLines, sightings: &[(&str, Sighting<'_>)]) {
        let mut rows = String::new();
        for (part, sighting) in sightings {
            lines.add(part, sighting.clone());
            rows += &(serde_json::to_string(&Row::new(part, sighting.clone())).unwrap() + "\n");
        }
        assert_eq!(str::from_utf8(lines.text()).unwrap(), as_printed(&rows));
        assert_eq!(lines.rows, sightings.len() as u64);
    }

    #[track_caller]
    fn check(value: &str, line: u64, text: &str, at: usize) {
        let whose = (line == u64::MAX).then_some(Whose::Command);
        let parameters = if line == 0 { vec!["0xC0000005".into(), "0x0".into()] } else { Vec::new() };
        let sighting = Sighting { line, text, at, span: at..at, whose, parameters, ..sighting(value) };
        check_all(&mut JsonLines::new(false), &[("a \"part\".log", sighting)]);
    }

    #[test]
    fn lines_are_rows() {
        check("a.dll", 0, "", 0);
        check("a\\b\".dll", u64::MAX, "\t one \u{1}\u{8}\u{c}\u{1f}\u{7f} 错误 \\ \r\n", 3);
        check("a.dll", 7, "a\u{202e}b\u{9b}31m", 0);
        check("a.dll", 1234, &"前 C:\\x\ty ".repeat(100), 500);
    }

    #[test]
    fn rows_of_several_parts_follow_each_other() {
        // One whose frame is a piece, and one whose frame is longer than a piece can be.
        let (short, long) = ("a.log", format!("logs.zip/{}/b \"c\".log", "folder".repeat(Piece::MOST)));
        let rows = [(short, "a.dll"), (short, "b.dll"), (&long, "c.dll"), (&long, "d.dll"), (short, "e.dll")]
            .map(|(part, value)| (part, sighting(value)));
        let mut lines = JsonLines::new(false);
        check_all(&mut lines, &rows);
        // The memory of a batch is used for the next.
        lines.clear();
        assert_eq!((lines.rows, lines.size()), (0, 0));
        check_all(&mut lines, &rows[2..]);
        lines.clear();
        check_all(&mut lines, &rows[..1]);
    }

    #[test]
    fn rows_of_every_kind_and_standing() {
        let of_kind = |kind: &SignatureKind| Sighting { signature: Signature::new(*kind, "x"), ..sighting("") };
        let kinds = SignatureKind::ALL.iter().map(|kind| ("a.log", of_kind(kind)));
        let standings =
            [Standing::Failing, Standing::Recovered, Standing::Mentioned, Standing::Listed, Standing::Cited];
        let standings = standings.map(|standing| ("a.log", Sighting { standing, ..sighting("a.dll") }));
        check_all(&mut JsonLines::new(false), &kinds.chain(standings).collect::<Vec<_>>());
    }

    #[test]
    fn what_is_not_failing_is_left_out_where_asked() {
        let mut lines = JsonLines::new(true);
        lines.add("a.log", sighting("a.dll"));
        assert_eq!((lines.rows, lines.text().len()), (0, 0));
        lines.add("a.log", Sighting { standing: Standing::Failing, ..sighting("a.dll") });
        assert_eq!(lines.rows, 1);
    }
}
