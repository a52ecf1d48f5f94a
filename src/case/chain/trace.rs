//! Stack traces: exceptions with the ones that caused them.
//!
//! Java and most others tell the outermost first and then `Caused by:`; .NET writes ` ---> ` before each inner one;
//! Python tells the root first and says so between the two.

use super::{Piece, Relation, Step, by_line};
use crate::signature::{SignatureKind, Standing, sight::Sighting};

/// Lines of a trace between an exception and its cause.
const NEAR: u64 = 250;

/// Exceptions of one trace.
const DEEPEST: usize = 10;

#[derive(Debug, Default)]
pub(super) struct Reader {
    /// From the outermost to the root.
    steps: Vec<Step>,
    line: u64,
}

impl Reader {
    pub(super) fn feed(&mut self, part: &str, sightings: &[Sighting<'_>], found: &mut Vec<Piece>) {
        for line in by_line(sightings) {
            let Some(first) = line.iter().find(|one| one.signature.kind == SignatureKind::Exception) else { continue };
            let said = first.text.trim_start();
            let caused = [
                "Caused by:",
                "caused by:",
                "Inner exception:",
                "Inner Exception",
                "InnerException:",
                "Nested exception",
                "---> ",
            ]
            .iter()
            .any(|word| said.starts_with(word));
            // A frame of the stack names exceptions too, in its functions.
            if said.starts_with("at ") || said.starts_with("File \"") {
                continue;
            }
            if !caused {
                self.end(part, found);
            } else if self.steps.is_empty() || first.line.saturating_sub(self.line) > NEAR {
                self.end(part, found);
                continue;
            }
            self.line = first.line;
            let mut last_end = None;
            for one in line.iter().filter(|one| one.standing != Standing::Denied && one.signature.kind.is_code()) {
                if matches!(one.signature.kind, SignatureKind::Stack | SignatureKind::Template)
                    || self.steps.len() >= DEEPEST
                {
                    continue;
                }
                // Two exceptions of one line are a cause only behind an arrow; a code behind an exception says what it is.
                let between = last_end.and_then(|end| one.text.get(end..one.at)).unwrap_or_default();
                let inner = between.contains("--->")
                    || between.contains("caused by")
                    || between.contains("nested exception is");
                let tied = last_end.is_none() || inner || one.signature.kind != SignatureKind::Exception;
                if tied && !self.steps.iter().any(|step| step.signature == one.signature) {
                    self.steps.push(Step::new(part, one, Relation::BubbledUpAs));
                    last_end = Some(one.at);
                }
            }
        }
    }

    pub(super) fn end(&mut self, _part: &str, found: &mut Vec<Piece>) {
        let mut steps = std::mem::take(&mut self.steps);
        steps.reverse();
        if let Some(first) = steps.first_mut() {
            first.relation = Relation::FailedWith;
        }
        // One exception with a code is one failure, no chain.
        if steps.iter().filter(|step| step.signature.kind == SignatureKind::Exception).count() > 1 {
            found.push(Piece { steps, time: None, log: true });
        }
    }
}
