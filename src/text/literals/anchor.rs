//! The anchor of a literal: the few bytes of it that stand in logs least often.

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

/// How often a piece of a common word stands in logs, on the average.
const COMMON_SHARE: f32 = 3e-4;

/// A word with its edges: blanks on both sides.
fn with_edges(word: &str) -> Vec<u8> {
    [" ", word, " "].concat().into_bytes().into_iter().map(|byte| byte | FOLD).collect()
}

/// How often pieces of literals stand in logs.
pub(super) struct Rareness {
    /// In order: thousands of pieces are asked for, and hashing one takes longer.
    common: Vec<u32>,
}

impl Rareness {
    pub(super) fn new() -> Self {
        let words: Vec<Vec<u8>> = COMMON.split_ascii_whitespace().map(with_edges).collect();
        let mut common: Vec<u32> = words.iter().flat_map(|word| word.windows(ANCHOR)).filter_map(number).collect();
        common.sort_unstable();
        common.dedup();
        Rareness { common }
    }

    /// Of a piece of a literal, folded.
    pub(super) fn of(&self, piece: &[u8]) -> f32 {
        let is_common = number(piece).is_some_and(|piece| self.common.binary_search(&piece).is_ok());
        let common = if is_common { COMMON_SHARE } else { 0.0 };
        filter::share(piece) + common
    }
}

/// A piece as long as an anchor, as a number.
fn number(piece: &[u8]) -> Option<u32> {
    piece.try_into().ok().map(u32::from_le_bytes)
}
