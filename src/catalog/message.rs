//! System messages in words: `Access is denied` and 拒绝访问 stand for `win32:5`.
//!
//! The phrases are in `tables/messages.tsv`. All of them are looked for at once, in one pass over a text, whatever its
//! length.

use std::{cmp::Reverse, ops::Range, sync::LazyLock};

use super::notation;
use crate::{signature::Signature, text::literals::Literals};

/// A phrase of the table.
#[derive(Debug, Clone, Copy)]
struct Phrase {
    text: &'static str,
    /// As written, `kind:value`: most look-ups need none of them.
    signature: &'static str,
    /// Too common to mean the code inside other text.
    whole: bool,
}

impl Phrase {
    fn signature(&self) -> Option<Signature> {
        self.signature.parse().ok()
    }
}

/// The phrases in the order of the file.
fn phrases() -> impl Iterator<Item = Phrase> {
    notation::lines(include_str!("tables/messages.tsv")).filter_map(parse)
}

/// Every phrase, with its signature as written.
pub(super) fn texts() -> impl Iterator<Item = (&'static str, &'static str)> {
    phrases().map(|phrase| (phrase.text, phrase.signature))
}

struct Finder {
    /// What they stand for, in the order of the literals.
    signatures: Vec<Signature>,
    /// The phrases that count inside other text. An automaton over a thousand of them takes four times as long to build.
    literals: Literals,
}

static FINDER: LazyLock<Finder> = LazyLock::new(|| {
    let phrases = phrases().filter(|phrase| !phrase.whole);
    let (words, signatures) = phrases.filter_map(|phrase| Some((Box::from(phrase.text), phrase.signature()?))).unzip();
    Finder { signatures, literals: Literals::new(words, |_| true) }
});

/// The signature that a system message stands for, when the text is that message and nothing else
/// but white space and end punctuation. Case does not matter.
pub fn message_signature(text: &str) -> Option<Signature> {
    let text = text.trim_matches(|c: char| c.is_whitespace() || matches!(c, '.' | '。' | '!' | '！' | '"' | '“' | '”'));
    let text = text.replace('\u{2019}', "'");
    phrases().find(|phrase| phrase.text.eq_ignore_ascii_case(&text))?.signature()
}

/// What [`find_messages`] finds, for one short text: what reads long ones in one pass takes longer to build than all the
/// phrases take to be looked for one by one.
pub fn find_messages_once(text: &str) -> Vec<(Range<usize>, Signature)> {
    let flat = text.to_ascii_lowercase();
    let mut found: Vec<(Range<usize>, Phrase)> = Vec::new();
    for phrase in phrases().filter(|phrase| !phrase.whole && phrase.text.len() <= flat.len()) {
        let wanted = phrase.text.to_ascii_lowercase();
        found.extend(flat.match_indices(&wanted).map(|(start, part)| (start..start + part.len(), phrase)));
    }
    // The leftmost, of several the longest; what overlaps it is none, even where it is no whole word.
    found.sort_by_key(|(span, _)| (span.start, Reverse(span.end)));
    let mut end = 0;
    found.retain(|(span, _)| {
        let free = span.start >= end;
        if free {
            end = span.end;
        }
        free
    });
    found.retain(|(span, _)| stands_alone(text, span.clone()));
    found.into_iter().filter_map(|(span, phrase)| Some((span, phrase.signature()?))).collect()
}

/// Every system message in a text: byte span and the signature it stands for, in order, not
/// overlapping, the longest where several begin at one place. English phrases must be whole words.
pub fn find_messages(text: &str) -> Vec<(Range<usize>, Signature)> {
    let finder = &*FINDER;
    finder
        .literals
        .find_iter(text.as_bytes(), 0..text.len())
        .filter(|(_, span)| stands_alone(text, span.clone()))
        .filter_map(|(phrase, span)| Some((span, finder.signatures.get(phrase)?.clone())))
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
        check("System.IO.IOException: 信號等待逾時。", &["win32:121"]);
        check("mount: 錯誤的檔案敘述項", &["errno:EBADF"]);
        check("无法访问共享，因为组织的安全策略阻止未经身份验证的来宾访问。", &["win32:1272"]);
        check("modprobe: could not insert 'nvidia': Key was rejected by service", &["errno:EKEYREJECTED"]);
    }

    #[test]
    fn longest_phrase_wins() {
        check(
            "No connection could be made because the target machine actively refused it 192.0.2.7:443",
            &["win32:10061"],
        );
        check("内存资源不足，无法处理此命令", &["win32:8"]);
        check("open: No such device or address", &["errno:ENXIO"]);
        check("远程过程调用失败且未执行", &["win32:1727"]);
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
        check("Our product key has expired and the network is down", &[]);
        check_whole("The operation timed out.", Some("win32:12002"));
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
        let lines = notation::lines(include_str!("tables/messages.tsv")).count();
        assert_eq!(phrases().count(), lines);
        assert_eq!(FINDER.signatures.len(), phrases().filter(|phrase| !phrase.whole).count());
        for phrase in phrases() {
            assert!(!phrase.text.is_empty() && phrase.text == phrase.text.trim(), "{}", phrase.text);
            let signature = phrase.signature().unwrap_or_else(|| panic!("{phrase:?}"));
            assert_eq!(message_signature(phrase.text).as_ref(), Some(&signature), "{}", phrase.text);
            assert_eq!(find_messages_once(phrase.text), find_messages(phrase.text), "{}", phrase.text);
            let known = match signature.kind {
                SignatureKind::Errno => !catalog::by_symbol(&signature.value).is_empty(),
                _ => !catalog::entries_of(&signature).is_empty(),
            };
            assert!(known, "{signature}");
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
            prop_assert_eq!(find_messages_once(&text), find_messages(&text));
        }
    }
}
