//! The signatures of a case, counted, with the strongest sightings of each.

use std::collections::HashMap;

use crate::signature::{Occurrence, Signature, SignatureEvidence, SignatureKind, Standing, sight::Sighting};

/// Distinct names kept per case, and as many codes: a driver inventory names thousands of files, none of them matters, and
/// they must not take the place of an error.
pub(super) const MOST_SIGNATURES: usize = 20_000;

/// Counts sightings.
#[derive(Debug, Default)]
pub(super) struct Tally {
    signatures: Vec<SignatureEvidence>,
    /// Where in the list a signature stands.
    known: HashMap<(SignatureKind, String), usize>,
    /// How many are kept: names, and codes.
    kept: [usize; 2],
}

/// What became of a sighting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Counted {
    /// It is kept as one of the strongest of the signature at that place of the list.
    Kept(usize),
    /// It was counted; others are stronger.
    Weak(usize),
    /// There are too many signatures for a further one.
    LeftOut,
}

impl Tally {
    /// Counts a sighting.
    pub(super) fn add(&mut self, part: &str, sighting: Sighting<'_>) -> Counted {
        let occurrence = Occurrence {
            part: part.into(),
            line: sighting.line,
            text: sighting.excerpt(),
            standing: sighting.standing,
            whose: sighting.whose,
            parameters: sighting.parameters,
        };
        let Some(place) = self.place(sighting.signature, occurrence.standing) else { return Counted::LeftOut };
        let evidence = &mut self.signatures[place];
        evidence.count += 1;
        evidence.standing = evidence.standing.min(occurrence.standing);
        if evidence.occurrences.len() < SignatureEvidence::KEPT {
            evidence.occurrences.push(occurrence);
        } else if let Some(weakest) = evidence.occurrences.iter().rposition(|kept| kept.standing > occurrence.standing)
        {
            evidence.occurrences.remove(weakest);
            evidence.occurrences.push(occurrence);
        } else {
            return Counted::Weak(place);
        }
        Counted::Kept(place)
    }

    /// The place of a signature in the list, a new one where it is not known and there is room.
    fn place(&mut self, signature: Signature, standing: Standing) -> Option<usize> {
        let key = (signature.kind, signature.value.to_lowercase());
        if let Some(place) = self.known.get(&key) {
            return Some(*place);
        }
        let kept = &mut self.kept[usize::from(signature.kind.is_code())];
        if *kept >= MOST_SIGNATURES {
            return None;
        }
        *kept += 1;
        let place = self.signatures.len();
        self.known.insert(key, place);
        self.signatures.push(SignatureEvidence { signature, occurrences: Vec::new(), count: 0, standing });
        Some(place)
    }

    /// Counts sightings of a known signature of which nothing more is kept.
    pub(super) fn add_further(&mut self, signature: &Signature, further: u64) {
        if let Some(index) = self.known.get(&(signature.kind, signature.value.to_lowercase())) {
            self.signatures[*index].count += further;
        }
    }

    /// The signatures at their places.
    pub(super) fn finish(self) -> Vec<SignatureEvidence> {
        self.signatures
    }
}

/// Brings signatures into the order of what they tell.
pub(super) fn sort(signatures: &mut [SignatureEvidence]) {
    signatures.sort_by_key(|evidence| (evidence.standing, telling(evidence.signature.kind)));
}

/// How much a kind tells by itself: codes before names, names before files.
fn telling(kind: SignatureKind) -> u8 {
    match kind {
        SignatureKind::File | SignatureKind::Regkey => 2,
        SignatureKind::Kb | SignatureKind::Service | SignatureKind::Inf | SignatureKind::Event => 1,
        // Its words tell, no catalog does.
        SignatureKind::Template => 1,
        _ => 0,
    }
}
