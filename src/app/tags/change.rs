//! Tags given and taken by hand.

use super::TagsError;
use crate::{
    app::{App, cases},
    store::{CaseChange, CaseId, CaseRecord, CaseStore, CaseTag},
    tag::parse_tag,
};

/// Why a tag stands that a person set.
const BY_HAND: &str = "by hand";

/// Reads `+group/name` and `-group/name`.
///
/// # Errors
/// When one has neither sign, or is no tag.
pub fn parse_changes(written: &[String]) -> Result<Vec<CaseChange>, TagsError> {
    let one = |text: &String| match text.split_at_checked(1) {
        Some(("+", tag)) => Ok(CaseChange::Tag(CaseTag { tag: parse_tag(tag)?, rule: None, why: BY_HAND.to_string() })),
        Some(("-", tag)) => Ok(CaseChange::Untag { tag: parse_tag(tag)?, by_hand: true }),
        _ => Err(TagsError::Change(text.clone())),
    };
    written.iter().map(one).collect()
}

impl App {
    /// Gives tags to a case and takes tags from it, by hand: no rule undoes it.
    ///
    /// # Errors
    /// When a change is not understood, there is no such case, or the store refuses.
    pub fn change_tags(store: &mut dyn CaseStore, case: &CaseId, changes: &[String]) -> Result<CaseRecord, TagsError> {
        Ok(cases::change(store, case, &parse_changes(changes)?)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_say_what_to_do() {
        let read = |text: &str| parse_changes(&[text.to_string()]);
        assert!(matches!(read("+Team/Storage").unwrap()[..], [CaseChange::Tag(ref tag)] if tag.tag == "team/storage"));
        assert!(matches!(read("-team/storage").unwrap()[..], [CaseChange::Untag { by_hand: true, .. }]));
        assert!(matches!(read("team/storage"), Err(TagsError::Change(_))));
        assert!(matches!(read("+storage"), Err(TagsError::Tag(_))));
        assert!(matches!(read(""), Err(TagsError::Change(_))));
    }
}
