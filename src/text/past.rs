//! What is over: an error that a person tells of as one that was, and is no more.
//!
//! Three ways to say so: it is gone (`0x800f0922 is gone`, `no longer get …`, `已经消失`); another has come in its place (`before it was …, now
//! it is …`, `以前报 …，现在变成 …`); it was long ago and was solved then (`last year … and solved it`). Words that take it back (again, still,
//! 又, 仍) leave it as it is, and so does a question.

use std::{ops::Range, sync::LazyLock};

use regex::Regex;

use super::shape::fixed_pattern;

/// Marks between clauses.
const CLAUSE_ENDS: [char; 12] = ['，', ',', '；', ';', '。', '！', '!', '？', '?', '\n', '(', '（'];

/// Behind an error: it went away.
static GONE: LazyLock<Regex> = LazyLock::new(|| {
    fixed_pattern(concat!(
        r#"^["'”’)\]]*(?: (?:error|code|message|problem|issue|warning|failure|one)s?)*"#,
        r"(?: (?:is|are|was|were|has|have|had|been|now|finally|also|already|then|therefore|thus|just)){0,4} ",
        r"(?:gone\b|went away|disappear(?:s|ed)\b|vanish(?:es|ed)\b|solved\b|resolved\b|fixed\b|cured\b",
        r"|no longer (?:an? (?:issue|problem)|there|present|seen|shown|reported|returned|raised|thrown",
        r"|(?:occur|appear|show|come|happen|pop)s?)\b)",
        r"|^ ?[”」』）)]*(?:的|这个|这种|該|该|错误|錯誤|报错|報錯|问题|問題|代码|代碼|提示|现象|現象|告警|告警|情况|情況)*",
        r"(?:已经|已經|已|就|也|都|终于|終於|现在|現在)*(?:消失|没了|沒了|没有了|沒有了|不见了|不見了|被?解决|被?解決|被?修复|被?修復|好了)",
    ))
});

/// Before an error: it does not come any more, or another comes in its stead.
static NO_MORE: LazyLock<Regex> = LazyLock::new(|| {
    fixed_pattern(concat!(
        r"\b(?:no longer (?:get|see|receive|have|show|report|throw|return|say|log|fail)(?:s|ing|with)*",
        r"|got rid of|instead of|rather than|in place of)",
        r#"(?: (?:with|the|an?|any|that|this|old|previous|earlier|former|error|code|message|of|stop))*[ :"'“‘(#]*$"#,
        r"|(?:取代了?|代替了?|替代了?|而不是|而非)(?:原来|原來|以前|之前|的|错误|錯誤|报错|報錯|代码|代碼)*[ :：“「（(]*$",
    ))
});

/// It was: before an error that another has followed, or beside one that was solved.
static THEN: LazyLock<Regex> = LazyLock::new(|| {
    fixed_pattern(concat!(
        r"\b(?:previously|formerly|earlier|before|at first|initially|originally|used to|until (?:now|then|yesterday|last \w+)",
        r"|yesterday|last (?:time|week|month|year|night|spring|summer|autumn|winter)|in the past|back then|\w+ (?:weeks|months|years) ago|once)\b",
        r"|以前|之前|原来|原來|原先|起初|一开始|一開始|刚开始|剛開始|早先|先前|上次|上一次|去年|上周|上週|上个月|上個月|昨天|前天|曾经|曾經|当时|當時|最初",
    ))
});

/// Behind it: what is now.
static NOW: LazyLock<Regex> = LazyLock::new(|| {
    fixed_pattern(concat!(
        r"\b(?:now|today|currently|this time|since (?:yesterday|today|then))\b",
        r"|现在|現在|如今|目前|今天|这次|這次|变成|變成|变为|變為|改为|改為|改报|改報|换成|換成",
    ))
});

/// An error code, as far as one is to be told from a count.
static CODE: LazyLock<Regex> = LazyLock::new(|| {
    fixed_pattern(
        r"\b0x[0-9a-f]{2,}|-\d{6,}|(?:error|code|event|错误|錯誤|事件|报|報|代码|代碼)\D{0,6}\d{3,}|\b(?:ora|kb)-?\d+|\b[a-z]+_[a-z_]{4,}",
    )
});

/// It was mended.
static SOLVED: LazyLock<Regex> = LazyLock::new(|| {
    fixed_pattern(concat!(
        r"\b(?:solved|resolved|fixed|cured|cleared|got rid of|mended|repaired)\b",
        r"|解决|解決|修复|修復|修好|处理好|處理好|恢复正常|恢復正常",
    ))
});

/// It has come back, or never went.
static BACK: LazyLock<Regex> = LazyLock::new(|| {
    fixed_pattern(concat!(
        r"\b(?:again|back|still|same|returned|reappear\w*|once more|recur\w*|persists?)\b",
        r"|又|再次|再度|同样|同樣|一样|一樣|仍|还是|還是|依然|依旧|依舊",
    ))
});

/// It was not mended, or nobody knows whether.
static UNSURE: LazyLock<Regex> = LazyLock::new(|| {
    fixed_pattern(concat!(
        r"\b(?:not|never|isn't|wasn't|didn't|hasn't|cannot|can't|unable)\b",
        r"|没有?解|沒有?解|未|无法|無法|不能|怎么|怎麼|如何|能否|请|請|吗|嗎",
    ))
});

/// Whether a text tells of the error at `span` as one that is over. `sentences` are those of the text.
pub(crate) fn is_over(text: &str, sentences: &[Range<usize>], span: &Range<usize>) -> bool {
    let index = sentences.partition_point(|sentence| sentence.end <= span.start);
    let Some(sentence) = sentences.get(index).filter(|one| one.start <= span.start && span.end <= one.end) else {
        return false;
    };
    let (Some(before), Some(behind)) = (text.get(sentence.start..span.start), text.get(span.end..sentence.end)) else {
        return false;
    };
    if behind.trim_end().ends_with(['?', '？']) {
        return false;
    }
    let (before, behind) = (before.to_ascii_lowercase(), behind.to_ascii_lowercase());
    let is_in_doubt = |text: &str| BACK.is_match(text) || UNSURE.is_match(text);
    let clause_before = before.rsplit(CLAUSE_ENDS).next().unwrap_or_default();
    if NO_MORE.is_match(clause_before) {
        return true;
    }
    if let Some(gone) = GONE.find(&behind) {
        return !is_in_doubt(&behind[gone.end()..]);
    }
    let next =
        sentences.get(index + 1).and_then(|next| text.get(next.clone())).unwrap_or_default().to_ascii_lowercase();
    is_followed(&before, &behind, &next, text.get(span.clone()).unwrap_or_default())
        || is_solved_long_ago(&before, &behind) && !is_in_doubt(&behind) && !BACK.is_match(&next)
}

/// Whether another error has come in place of one: that was then, this is now.
fn is_followed(before: &str, behind: &str, next: &str, error: &str) -> bool {
    if !THEN.is_match(before) || NOW.is_match(before) {
        return false;
    }
    let rest = [behind, next].concat();
    let Some(now) = NOW.find(&rest) else { return false };
    let error = error.to_ascii_lowercase();
    let others = CODE.find_iter(&rest[now.end()..]);
    // `now it comes 3000 times a day` is the same one.
    let mut others = others.filter(|other| other.as_str() != error);
    others.next().is_some() && !rest[now.end()..].contains(&error)
}

/// Whether an error was met and solved at another time.
fn is_solved_long_ago(before: &str, behind: &str) -> bool {
    let then = THEN.is_match(before) || THEN.find(behind).is_some_and(|at| at.start() < 40);
    then && SOLVED.is_match(behind)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::sentence::sentences;

    #[track_caller]
    fn check(text: &str, error: &str, expected: bool) {
        let start = text.find(error).unwrap();
        let over = is_over(text, &sentences(text), &(start..start + error.len()));
        assert_eq!(over, expected, "{error} in: {text}");
    }

    #[test]
    fn what_is_gone_is_over() {
        for text in [
            "Thanks, after enlarging the partition the update installed, the error 0x800f0922 is gone.",
            "The error 0x800f0922 no longer occurs after enlarging the partition.",
            "0x800f0922 has disappeared since Monday.",
            "We no longer get the error 0x800f0922 on these machines.",
            "0x800f0922 was solved by your script.",
            "扩大分区后 0x800f0922 报错已经消失了。",
            "0x800f0922 的问题已解决，谢谢。",
        ] {
            check(text, "0x800f0922", true);
        }
    }

    #[test]
    fn what_another_has_followed_is_over() {
        for text in [
            "0x80070005 no longer appears, now it is 0x80070422.",
            "0x80070005 is gone, now we get 0x80070422.",
            "Instead of 0x80070005 we now get 0x80070422.",
            "Since yesterday 0x80070422 instead of 0x80070005.",
            "Before the change it said 0x80070005, now it says 0x80070422.",
            "At first we saw 0x80070005. Now it is 0x80070422.",
            "以前报 0x80070005，现在变成 0x80070422。",
            "原来的错误是 0x80070005，重启后现在报 0x80070422。",
        ] {
            check(text, "0x80070005", true);
            check(text, "0x80070422", false);
        }
    }

    #[test]
    fn what_was_solved_long_ago_is_over() {
        let text = "We had 0x80073712 on PC1 last year and solved it with DISM. Now the screen of PC2 flickers.";
        check(text, "0x80073712", true);
        check("去年遇到过 0x80073712，用 DISM 修复了。这次是屏幕闪烁。", "0x80073712", true);
    }

    #[test]
    fn what_comes_back_or_is_asked_for_is_not_over() {
        for text in [
            "0x80070005 is not gone.",
            "0x80070005 was solved last week, but today it is back.",
            "We solved 0x80070005 last year with DISM, now it came again.",
            "How can 0x80070005 be solved?",
            "Is 0x80070005 fixed in the next update?",
            "Previously 0x80070005 came once a week, now it comes 3000 times.",
            "Before the restart the update failed with 0x80070005.",
            "It failed with 0x80070005 yesterday and the server is down now.",
            "0x80070005 请问怎么解决？",
            "0x80070005 还没有解决。",
            "去年用 DISM 解决过 0x80070005，今天又出现了。",
            "The files are gone and setup reports 0x80070005.",
        ] {
            check(text, "0x80070005", false);
        }
    }
}
