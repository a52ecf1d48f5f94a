//! System messages in words: `Access is denied` and 拒绝访问 stand for `win32:5`.
//!
//! The phrases are in `tables/messages.tsv`. One automaton over all of them is built at the first
//! use and reads a text in one pass, whatever its length.

use std::{ops::Range, sync::LazyLock};

use aho_corasick::{AhoCorasick, MatchKind};

use super::hand;
use crate::signature::Signature;

/// A phrase of the table.
struct Phrase {
    text: &'static str,
    signature: Signature,
    /// Too common to mean the code inside other text.
    whole: bool,
}

struct Finder {
    phrases: Vec<Phrase>,
    /// The phrases that count inside other text, by position in `phrases`; `None` if it could not be built.
    automaton: Option<AhoCorasick>,
    positions: Vec<usize>,
}

static FINDER: LazyLock<Finder> = LazyLock::new(|| {
    let phrases: Vec<Phrase> = hand::lines(include_str!("tables/messages.tsv")).filter_map(parse).collect();
    let positions: Vec<usize> =
        phrases.iter().enumerate().filter(|(_, phrase)| !phrase.whole).map(|(position, _)| position).collect();
    let automaton = AhoCorasick::builder()
        .ascii_case_insensitive(true)
        .match_kind(MatchKind::LeftmostLongest)
        .build(positions.iter().filter_map(|&position| phrases.get(position)).map(|phrase| phrase.text))
        .ok();
    Finder { phrases, automaton, positions }
});

/// The signature that a system message stands for, when the text is that message and nothing else
/// but white space and end punctuation. Case does not matter.
pub fn message_signature(text: &str) -> Option<Signature> {
    let text = text.trim_matches(|c: char| c.is_whitespace() || matches!(c, '.' | '。' | '!' | '！' | '"' | '“' | '”'));
    let text = text.replace('\u{2019}', "'");
    FINDER.phrases.iter().find(|phrase| phrase.text.eq_ignore_ascii_case(&text)).map(|phrase| phrase.signature.clone())
}

/// Every system message in a text: byte span and the signature it stands for, in order, not
/// overlapping, the longest where several begin at one place. English phrases must be whole words.
pub fn find_messages(text: &str) -> Vec<(Range<usize>, Signature)> {
    let Some(automaton) = &FINDER.automaton else { return Vec::new() };
    automaton
        .find_iter(text)
        .filter(|found| stands_alone(text, found.span().into()))
        .filter_map(|found| {
            let position = FINDER.positions.get(found.pattern().as_usize())?;
            let phrase = FINDER.phrases.get(*position)?;
            Some((found.start()..found.end(), phrase.signature.clone()))
        })
        .collect()
}

/// Whether no ASCII word runs on over either end. Chinese has no word ends to look at.
fn stands_alone(text: &str, span: Range<usize>) -> bool {
    let bytes = text.as_bytes();
    let word = |position: Option<usize>| {
        position.and_then(|position| bytes.get(position)).is_some_and(|byte| byte.is_ascii_alphanumeric())
    };
    let runs_on_before = word(Some(span.start)) && word(span.start.checked_sub(1));
    let runs_on_after = word(span.end.checked_sub(1)) && word(Some(span.end));
    !runs_on_before && !runs_on_after
}

fn parse(line: &'static str) -> Option<Phrase> {
    let (signature, text) = line.split_once('\t')?;
    let signature = signature.parse().ok()?;
    Some(match text.strip_prefix('=') {
        Some(text) => Phrase { text, signature, whole: true },
        None => Phrase { text, signature, whole: false },
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{catalog, signature::SignatureKind};

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let found: Vec<String> = find_messages(text).iter().map(|(_, signature)| signature.to_string()).collect();
        assert_eq!(found, expected, "in: {text}");
    }

    #[track_caller]
    fn check_whole(text: &str, expected: Option<&str>) {
        assert_eq!(message_signature(text).map(|signature| signature.to_string()).as_deref(), expected, "{text}");
    }

    #[test]
    fn messages_in_text() {
        check("Copy failed: Access is denied.", &["win32:5"]);
        check("ACCESS IS DENIED", &["win32:5"]);
        check("安装失败：拒绝访问。", &["win32:5"]);
        check("安裝失敗：存取被拒。", &["win32:5"]);
        check("错误 1068: 依赖服务或组无法启动。", &["win32:1068"]);
        check("connect: Connection refused; then No route to host", &["errno:ECONNREFUSED", "errno:EHOSTUNREACH"]);
        check("無法連線，因為目標電腦拒絕連線。", &["win32:10061"]);
        check("cp: 无法创建文件: 设备上没有空间", &["errno:ENOSPC"]);
    }

    #[test]
    fn longest_phrase_wins() {
        check(
            "No connection could be made because the target machine actively refused it 192.0.2.7:443",
            &["win32:10061"],
        );
        check("内存资源不足，无法处理此命令", &["win32:8"]);
    }

    #[test]
    fn parts_of_words_are_no_messages() {
        check("Broken pipelines", &[]);
        check("xConnection refused", &[]);
        check("access is granted", &[]);
        check("拒绝来访", &[]);
        check("", &[]);
    }

    #[test]
    fn common_phrases_count_only_alone() {
        check("返回值：参数错误，请重试", &[]);
        check_whole("参数错误。", Some("win32:87"));
        check_whole("Invalid argument", Some("errno:EINVAL"));
        check_whole("invalid argument passed to plugin", None);
    }

    #[test]
    fn whole_messages() {
        check_whole(" Access is denied. ", Some("win32:5"));
        check_whole("the certificate\u{2019}s CN name does not match the passed value", Some("hresult:0x800B010F"));
        check_whole("訪問被拒", Some("win32:5"));
        check_whole("", None);
    }

    #[test]
    fn every_phrase_is_read_and_names_a_known_code() {
        let lines = hand::lines(include_str!("tables/messages.tsv")).count();
        assert_eq!(FINDER.phrases.len(), lines);
        assert!(FINDER.automaton.is_some());
        for phrase in &FINDER.phrases {
            assert!(!phrase.text.is_empty() && phrase.text == phrase.text.trim(), "{}", phrase.text);
            assert_eq!(message_signature(phrase.text).as_ref(), Some(&phrase.signature), "{}", phrase.text);
            let known = match phrase.signature.kind {
                SignatureKind::Errno => !catalog::by_symbol(&phrase.signature.value).is_empty(),
                _ => !catalog::entries_of(&phrase.signature).is_empty(),
            };
            assert!(known, "{}", phrase.signature);
        }
    }

    proptest! {
        #[test]
        fn spans_fit(text in "[ -~拒绝访问。]{0,60}(Access is denied|拒绝访问|Broken pipe)?[ -~问]{0,20}") {
            let mut last = 0;
            for (span, _) in find_messages(&text) {
                prop_assert!(span.start >= last && span.end > span.start);
                prop_assert!(text.get(span.clone()).is_some());
                last = span.end;
            }
        }
    }
}
