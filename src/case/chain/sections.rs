//! Device installation logs: the operation that failed inside a section, and the section's exit status.

use memchr::memmem;

use super::{Piece, Relation, Step, by_line, is_error, seconds};
use crate::{
    logs::reader::Chunk,
    signature::{SignatureKind, sight::Sighting},
};

const BEGIN: &[u8] = b">>>  [";
const START: &str = ">>>  Section start ";
const EXIT: &str = "<<<  [Exit status";

/// Lines between naming a service and the failure of its installation.
const SERVICE_NEAR: u64 = 40;

/// What is known of the section that goes on.
#[derive(Debug, Default)]
pub(super) struct Reader {
    inf: Option<Step>,
    /// Whether the log calls the file the driver package that is configured.
    inf_named: bool,
    service: Option<Step>,
    steps: Vec<Step>,
    time: Option<i64>,
}

impl Reader {
    pub(super) fn feed(&mut self, part: &str, chunk: &Chunk<'_>, sightings: &[Sighting<'_>], found: &mut Vec<Piece>) {
        let text = chunk.text.as_bytes();
        let mut begins = memmem::find_iter(text, BEGIN).filter(|at| *at == 0 || text[at - 1] == b'\n').peekable();
        let mut starts = memmem::find_iter(text, START).peekable();
        for line in by_line(sightings) {
            let at = line[0].span.start - line[0].at.min(line[0].span.start);
            while begins.next_if(|begin| *begin <= at).is_some() {
                self.end(found);
            }
            while let Some(start) = starts.next_if(|start| *start <= at) {
                self.time = self.time.or(stamp(chunk.text, start));
            }
            self.line(part, line);
            if line[0].text.starts_with(EXIT) {
                self.end(found);
            }
        }
        if begins.next().is_some() {
            self.end(found);
        }
        for start in starts {
            self.time = self.time.or(stamp(chunk.text, start));
        }
    }

    fn line(&mut self, part: &str, line: &[Sighting<'_>]) {
        let said = line[0].text;
        for sighting in line.iter().filter(|one| one.signature.kind == SignatureKind::Inf) {
            let named = said.starts_with(">>>")
                || ["Driver Package", "Driver package", "Driver INF"].iter().any(|word| said.contains(word));
            if self.steps.is_empty() && (named || !self.inf_named) {
                self.inf = Some(Step::new(part, sighting, Relation::Subject));
                self.inf_named = named;
            }
        }
        let service = line.iter().find(|one| one.signature.kind == SignatureKind::Service);
        if let Some(sighting) = service {
            let operation = operation(said);
            let failing = line.iter().any(is_error);
            if operation.is_some() || failing {
                let mut step = Step::new(part, sighting, Relation::FailedOperation);
                step.operation = operation;
                let same = |known: &Step| known.means(&step.signature);
                if operation.is_none()
                    && let Some(known) = self.service.as_ref().filter(|known| same(known))
                {
                    step.operation = known.operation;
                }
                if self.steps.is_empty() {
                    self.service = Some(step);
                }
            }
        }
        for error in line.iter().filter(|one| is_error(one)) {
            if self.steps.iter().any(|step| step.means(&error.signature)) {
                continue;
            }
            let relation = if self.steps.is_empty() { Relation::FailedWith } else { Relation::BubbledUpAs };
            if self.steps.is_empty()
                && !said.starts_with(EXIT)
                && let Some(service) =
                    self.service.take_if(|service| error.line - service.line.min(error.line) <= SERVICE_NEAR)
            {
                self.steps.push(service);
            }
            self.steps.push(Step::new(part, error, relation));
        }
    }

    /// Ends the section, whether the log says how or not.
    pub(super) fn end(&mut self, found: &mut Vec<Piece>) {
        let Reader { inf, steps, time, .. } = std::mem::take(self);
        if steps.is_empty() {
            return;
        }
        let steps = inf.into_iter().chain(steps).collect();
        found.push(Piece { steps, time, log: true });
    }
}

fn stamp(text: &str, start: usize) -> Option<i64> {
    seconds(text[start + START.len()..].lines().next()?)
}

/// What is done to the service of a line, in the words of the set-up file.
fn operation(line: &str) -> Option<&'static str> {
    let known = [
        ("AddService", "AddService"),
        ("Add Service", "AddService"),
        ("add service", "AddService"),
        ("DelService", "DelService"),
        ("Delete Service", "DelService"),
    ];
    known.iter().find(|(words, _)| line.contains(words)).map(|(_, operation)| *operation)
}
