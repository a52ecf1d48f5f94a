//! Link targets worth reading: those that name a KB article or an error code that the text does not show.

use std::sync::LazyLock;

use regex::Regex;

/// Characters of a target that are printed.
const MAX_TARGET: usize = 200;
/// Bytes of a target that are looked at: rewritten links are long, and the real target stands near their beginning.
const MAX_LOOK: usize = 4 * 1024;

/// A KB number or an error code in a target, plain or percent-encoded.
static EVIDENCE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)(?:kb|kbid|help)(?:/|=|-|_|%2f|%3d)?([0-9]{6,7})(?:[^0-9]|$)|(0x[0-9a-f]{8})(?:[^0-9a-f]|$)")
        .expect("a fixed pattern, compiled by the tests")
});

/// The form of `target` to be printed behind the `text` of its link, if it tells what the text does not.
pub(super) fn worth_printing(target: &str, text: &str) -> Option<String> {
    let target = target.trim();
    let look = &target[..target.floor_char_boundary(MAX_LOOK)];
    let text = text.to_ascii_lowercase();
    let untold = EVIDENCE.captures_iter(look).any(|found| {
        let value = found.get(1).or_else(|| found.get(2)).map_or("", |group| group.as_str());
        !value.is_empty() && !text.contains(&value.to_ascii_lowercase())
    });
    untold.then(|| {
        let clean = look.chars().filter(|c| !c.is_control() && !c.is_whitespace() && !matches!(c, '<' | '>'));
        clean.take(MAX_TARGET).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(target: &str, text: &str, printed: bool) {
        assert_eq!(worth_printing(target, text).is_some(), printed, "of {target} behind {text}");
    }

    #[test]
    fn targets_that_tell_more() {
        check("https://support.example.com/help/4474419", "this update", true);
        check("https://support.example.com/kb/4474419/x", "补丁", true);
        check("https://support.example.com/topic/may-kb4474419-x", "here", true);
        check("https://support.example.com/?kbid=976902", "here", true);
        check("https://safe.example.com/?url=https%3A%2F%2Fexample.com%2Fkb%2F4474419&data=1", "here", true);
        check("https://example.com/search?q=0x80070005", "the error", true);
    }

    #[test]
    fn targets_that_do_not() {
        check("https://support.example.com/help/4474419", "KB4474419", false);
        check("https://example.com/search?q=0x80070005", "error 0x80070005", false);
        check("https://example.com/", "home", false);
        check("https://example.com/help/12345678901", "ticket", false);
        check("mailto:li.lei@example.cn", "Li Lei", false);
    }

    #[test]
    fn long_targets_are_cut() {
        let target = format!("https://example.com/kb4474419/{}", "长".repeat(3000));
        assert_eq!(worth_printing(&target, "x").map(|text| text.chars().count()), Some(MAX_TARGET));
    }
}
