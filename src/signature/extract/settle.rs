//! What recognizers and rules propose, and which of it stands.

use std::{cmp::Ordering, ops::Range};

use super::{Found, View};
use crate::signature::{Signature, SignatureKind};

/// What a recognizer proposes.
#[derive(Debug)]
pub(super) struct Candidate {
    pub(super) kind: SignatureKind,
    pub(super) value: String,
    /// In the folded text.
    pub(super) span: Range<usize>,
    pub(super) failing: Option<bool>,
    pub(super) by_rule: bool,
}

impl Candidate {
    pub(super) fn found(self, view: &View<'_>) -> Found {
        let Candidate { kind, value, span, failing, .. } = self;
        Found { signature: Signature::new(kind, value), span: view.original(span), failing }
    }
}

/// Orders by place, drops what was proposed twice, and lets one number mean one thing.
pub(super) fn settle(candidates: &mut Vec<Candidate>, mut claimed: Vec<Range<usize>>) {
    claimed.sort_by_key(|claim| claim.start);
    let is_claimed = |span: &Range<usize>| {
        let next = claimed.partition_point(|claim| claim.start <= span.start);
        // Claims of one rule do not overlap; those of a few rules may.
        claimed[..next].iter().rev().take(4).any(|claim| span.end <= claim.end)
    };
    if !claimed.is_empty() {
        candidates.retain(|one| one.by_rule || !is_number(one.kind) || !is_claimed(&one.span));
    }
    sort(candidates);
    // So many were kept, and stand in front.
    let mut settled = 0;
    // Up to here something that was kept stands: what begins behind it overlaps nothing.
    let mut taken = 0;
    for index in 0..candidates.len() {
        let candidate = &candidates[index];
        // Starts are sorted, and a number is short: what overlaps is among the last few.
        let beaten = candidate.span.start < taken
            && candidates[..settled].iter().rev().take(4).any(|kept| {
                let overlap = kept.span.start < candidate.span.end && candidate.span.start < kept.span.end;
                overlap
                    && (kept.kind == candidate.kind && kept.value == candidate.value
                        || kept.span == candidate.span && is_number(kept.kind) && is_number(candidate.kind))
            });
        if !beaten {
            taken = taken.max(candidate.span.end);
            if settled < index {
                candidates.swap(settled, index);
            }
            settled += 1;
        }
    }
    candidates.truncate(settled);
}

/// Orders candidates by place, the longest first. They come nearly in order: each goes back over a few others.
fn sort(candidates: &mut [Candidate]) {
    let mut steps = 8 * candidates.len();
    for index in 1..candidates.len() {
        let before = candidates[..index].iter().rev();
        let over = before.take_while(|before| order(before, &candidates[index]).is_gt()).count();
        candidates[index - over..=index].rotate_right(1);
        steps = match steps.checked_sub(over) {
            Some(steps) => steps,
            None => return candidates.sort_by(order),
        };
    }
}

fn order(a: &Candidate, b: &Candidate) -> Ordering {
    a.span.start.cmp(&b.span.start).then_with(|| {
        let ranks = [a, b].map(|one| (specificity(one.kind), one.kind, &one.value));
        b.span.end.cmp(&a.span.end).then_with(|| ranks[0].cmp(&ranks[1]))
    })
}

/// Kinds of which one and the same number can be only one.
fn is_number(kind: SignatureKind) -> bool {
    use SignatureKind as Kind;
    matches!(
        kind,
        Kind::Hresult
            | Kind::Win32
            | Kind::Ntstatus
            | Kind::Bugcheck
            | Kind::Event
            | Kind::Msi
            | Kind::Errno
            | Kind::Http
            | Kind::Smtp
            | Kind::Kerberos
            | Kind::Mysql
            | Kind::Mssql
            | Kind::Ldap
            | Kind::Rpc
    )
}

/// Lower wins: a recognizer that knows its surroundings beats the general reading as Win32.
fn specificity(kind: SignatureKind) -> u8 {
    match kind {
        SignatureKind::Win32 => 2,
        SignatureKind::Http | SignatureKind::Errno => 1,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn candidates_are_ordered_as_a_stable_sort_does(places in prop::collection::vec((0usize..90, 1usize..6, 0u8..3), 0..160)) {
            let candidate = |&(start, length, kind): &(usize, usize, u8)| Candidate {
                kind: [SignatureKind::Win32, SignatureKind::Http, SignatureKind::Kb][usize::from(kind)],
                value: length.to_string(),
                span: start..start + length,
                failing: None,
                by_rule: false,
            };
            let mut ordered: Vec<Candidate> = places.iter().map(candidate).collect();
            sort(&mut ordered);
            let mut expected: Vec<Candidate> = places.iter().map(candidate).collect();
            expected.sort_by(order);
            let key = |one: &Candidate| (one.span.clone(), one.kind, one.value.clone());
            prop_assert_eq!(ordered.iter().map(key).collect::<Vec<_>>(), expected.iter().map(key).collect::<Vec<_>>());
        }
    }
}
