//! Ties the pieces of one case into chains.
//!
//! Two pieces are tied where both are about the same thing (a driver set-up file, a service) and one ends with the code
//! that the other begins with, be it in another form (`win32:5`, `0x80070005`); where one ends with the very thing that
//! the other begins with; or where a device installation log and a servicing log tell of the same code within minutes.

use super::{Chain, MOST_CHAINS, MOST_STEPS, Piece, Relation, Step, prose::Reported};
use crate::signature::{Signature, SignatureKind as Kind};

/// Seconds between pieces about the same file: a driver that fails at two days is two failures.
const SAME_THING: i64 = 24 * 60 * 60;

/// Seconds between pieces that share a code alone.
const SAME_CODE: i64 = 5 * 60;

pub(super) fn join(mut pieces: Vec<Piece>, reported: &[Reported]) -> Vec<Chain> {
    // What people say is tied to what logs say last, so that a log's own chain stays whole.
    pieces.sort_by_key(|piece| !piece.log);
    let mut joined: Vec<Piece> = Vec::new();
    for piece in pieces {
        let mut piece = piece;
        // Once a tie is made the longer piece may be tied to a further one.
        while let Some((index, steps)) =
            joined.iter().enumerate().find_map(|(index, other)| Some((index, tie(other, &piece)?)))
        {
            let other = joined.remove(index);
            piece = Piece { steps, time: other.time.or(piece.time), log: other.log || piece.log };
        }
        joined.push(piece);
    }
    for piece in &mut joined {
        insert_reported(&mut piece.steps, reported);
    }
    joined.sort_by_key(|piece| std::cmp::Reverse((piece.log, ends_in_update(piece), piece.steps.len())));
    let mut chains: Vec<Chain> = Vec::new();
    for piece in joined {
        let told =
            |chain: &Chain| piece.steps.iter().all(|step| chain.steps.iter().any(|other| other.means(&step.signature)));
        if chains.len() < MOST_CHAINS && piece.steps.len() > 1 && !chains.iter().any(told) {
            chains.push(Chain { steps: piece.steps });
        }
    }
    chains
}

fn ends_in_update(piece: &Piece) -> bool {
    piece.steps.last().is_some_and(|step| matches!(step.signature.kind, Kind::Kb | Kind::Package))
}

/// Both pieces as one, in whichever order they go together.
fn tie(a: &Piece, b: &Piece) -> Option<Vec<Step>> {
    follow(a, b).or_else(|| follow(b, a))
}

/// The steps of both where the second goes on with the first.
fn follow(first: &Piece, second: &Piece) -> Option<Vec<Step>> {
    let apart = first.time.zip(second.time).map(|(a, b)| (a - b).abs());
    // A person retells days later; what two logs tell must be of one time.
    let logs = first.log && second.log;
    let within = |seconds: i64| !logs || apart.is_none_or(|apart| apart <= seconds);
    let last = first.steps.last()?;
    let start = second.steps.iter().position(|step| step.signature.kind.is_code());
    let shared = thing(first).zip(thing(second)).map(|(a, b)| a.means(&b.signature));
    // The same thing, and its error in one form and the other.
    if let Some(start) = start
        && last.signature.kind.is_code()
        && last.means(&second.steps[start].signature)
        && second.steps[..start].iter().all(|step| first.steps.iter().any(|known| known.means(&step.signature)))
        && (shared == Some(true) && within(SAME_THING)
            || shared.is_none() && logs && first.steps.len() > 1 && apart.is_some_and(|apart| apart <= SAME_CODE))
    {
        return Some(appended(&first.steps, &second.steps[start..]));
    }
    // One ends with what the other begins with: `… → cpu.inf`, `cpu.inf → KB…`.
    let head = second.steps.first()?;
    if last.means(&head.signature) && within(SAME_THING) && (!logs || !last.signature.kind.is_code()) {
        return Some(appended(&first.steps, &second.steps[1..]));
    }
    // Both begin with one set-up file, and the second says only what came of it.
    let effects = second.steps[1..].iter().all(|step| matches!(step.signature.kind, Kind::Kb | Kind::Package));
    let same_head =
        first.steps.first().is_some_and(|step| step.signature.kind == Kind::Inf && step.means(&head.signature));
    (same_head && effects && within(SAME_THING)).then(|| appended(&first.steps, &second.steps[1..]))
}

/// The set-up file or service that a piece is about.
fn thing(piece: &Piece) -> Option<&Step> {
    let of = |kind: Kind| piece.steps.iter().find(|step| step.signature.kind == kind);
    of(Kind::Inf).or_else(|| of(Kind::Service))
}

fn appended(first: &[Step], second: &[Step]) -> Vec<Step> {
    let mut steps = first.to_vec();
    for step in second {
        if steps.len() >= MOST_STEPS || steps.iter().any(|known| known.signature == step.signature) {
            continue;
        }
        let mut step = step.clone();
        // The same failure in the words of the layer above.
        if step.relation == Relation::FailedWith && steps.last().is_some_and(|last| last.signature.kind.is_code()) {
            step.relation = Relation::BubbledUpAs;
        }
        steps.push(step);
    }
    steps
}

/// Puts the code that an update was said to fail with before it, where it means what the chain already has.
fn insert_reported(steps: &mut Vec<Step>, reported: &[Reported]) {
    let Some(update) = steps.last().map(|step| step.signature.clone()).filter(|last: &Signature| last.kind == Kind::Kb)
    else {
        return;
    };
    let code = reported.iter().find(|one| {
        one.update == update
            && steps.iter().any(|step| step.means(&one.code.signature))
            && !steps.iter().any(|step| step.signature == one.code.signature)
    });
    if let Some(code) = code.filter(|_| steps.len() < MOST_STEPS) {
        steps.insert(steps.len() - 1, code.code.clone());
    }
}
