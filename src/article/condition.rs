//! Conditions: when the evidence makes an article certain.
//!
//! A condition is a tree of `all`, `any`, `not` over leaves. A leaf is a signature
//! (`inf:cpu.inf`), a signature that must be failing (`failing hresult:0x80070005`), or words
//! (`text: rollback | 回滚`): alternatives parted by `|`, each a phrase whose words must stand
//! together in what the case newly says or in a failing log line. Words are compared after
//! analysis, so that case, width, Traditional Chinese and the synonyms of `kb/terms.toml` do not
//! matter. A leaf with several words parted by `&` asks for all of them in one sentence.

use crate::signature::Signature;

/// A tree of demands on the evidence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Condition {
    /// Every one must hold.
    All(Vec<Condition>),
    /// At least one must hold.
    Any(Vec<Condition>),
    /// It must not hold.
    Not(Box<Condition>),
    /// A signature or an equivalent is in the evidence (not only quoted).
    Signature(Signature),
    /// A signature or an equivalent is in the evidence and failing.
    Failing(Signature),
    /// One of these phrases is in the evidence; each is a list of words of which all must stand in
    /// one sentence.
    Text(Vec<Vec<String>>),
}
