//! The anchor of a literal: the few bytes of it that stand in logs least often.

use std::collections::HashSet;

use super::filter;

/// Bytes of an anchor.
pub(super) const ANCHOR: usize = 4;

/// Makes letters lower case and leaves digits; other bytes fall together in pairs, which a filter may do.
pub(super) const FOLD: u8 = 0x20;

/// Words that logs are full of: a piece of one of them, or of its edge, is not rare, however rare its letters are.
const COMMON: &str = "service services server installation installed installing installer system started starting \
    status state http https value values found user users windows current with without successfully errors \
    application applications default path engine result context link command performance external internal integer \
    validated exit access string during existing process processing request response session package packages update \
    updates driver drivers device devices files component components version operation manager download client \
    connection timeout messages register registry thread handler object memory kernel network interface address \
    number level debug warning information trace java nginx curl post complete completed configuration control policy \
    queue transaction initialized retries retrieve available agent search install error example host \
    data failed task time cache image local size sync check image module program auth authentication publickey simple \
    execute executing exec delay relay repository directory boot reboot reboot-required import by from to of for is \
    not item items set key line in on at no end start stop open close closed read write send sent receive received \
    event log name id type code index table column page file folder root admin account password login group domain \
    node cluster partition container image volume mount disk block sector bytes total free used count limit max min \
    create created delete deleted remove removed add added change changed load loaded unable cannot invalid missing";

/// A word with its edges: blanks on both sides.
fn with_edges(word: &str) -> Vec<u8> {
    [" ", word, " "].concat().into_bytes().into_iter().map(|byte| byte | FOLD).collect()
}

/// Of each literal: where in it the anchor begins, and its bytes, folded: the rarest four of it, or all of a shorter one.
pub(super) fn anchors(words: &[Box<str>]) -> Vec<(u8, Vec<u8>)> {
    let words_with_edges: Vec<Vec<u8>> = COMMON.split_ascii_whitespace().map(with_edges).collect();
    let common: HashSet<&[u8]> = words_with_edges.iter().flat_map(|word| word.windows(ANCHOR)).collect();
    let mut chosen: HashSet<Vec<u8>> = HashSet::new();
    let mut anchor = |word: &str| {
        let folded: Vec<u8> = word.bytes().map(|byte| byte | FOLD).collect();
        let cost = |piece: &[u8]| {
            let common = if common.contains(piece) { 100.0 } else { 1.0 };
            // One anchor for two literals marks fewer places than two.
            let shared = if chosen.contains(piece) { 0.3 } else { 1.0 };
            filter::share(piece) * common * shared
        };
        let pieces = (0_u8..64).zip(folded.windows(ANCHOR));
        let rarest = pieces.min_by(|(_, a), (_, b)| cost(a).total_cmp(&cost(b)));
        let (offset, piece) = rarest.map_or((0, folded.clone()), |(offset, piece)| (offset, piece.to_vec()));
        chosen.insert(piece.clone());
        (offset, piece)
    };
    words.iter().map(|word| anchor(word)).collect()
}
