//! What is over, and what is not one's own: an error that a person tells of as one that was and is no more, that is not there, or that
//! somebody else has named.
//!
//! Three ways to say that it is over: it is gone (`0x800f0922 is gone`, `no longer get …`, `已经消失`); another has come in its place (`before it was …, now
//! it is …`, `以前报 …，现在变成 …`); it was long ago and was solved then (`last year … and solved it`). Words that take it back (again, still,
//! 又, 仍) leave it as it is, and so does a question.

use std::{ops::Range, sync::LazyLock};

use regex::Regex;

use super::shape::ascii_words_pattern;

/// How a person tells of an error that need not be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Told {
    /// It was there and is no more.
    Over,
    /// It is not there: `0x80070422 is not what we see`, `0x80073712 我们没有遇到`.
    Denied,
    /// Who is written to has named it: `you suspected ORA-00257`, `你们说的 …`.
    Yours,
}

/// Marks between clauses.
pub(super) const CLAUSE_ENDS: [char; 12] = ['，', ',', '；', ';', '。', '！', '!', '？', '?', '\n', '(', '（'];

/// Behind an error: it went away.
static GONE: LazyLock<Regex> = LazyLock::new(|| {
    ascii_words_pattern(concat!(
        r#"^["'”’)\]]*(?: (?:error|code|message|problem|issue|warning|failure|one)s?)*"#,
        r"(?: (?:is|are|was|were|has|have|had|been|now|finally|also|already|then|therefore|thus|just)){0,4} ",
        r"(?:gone\b|went away|disappear(?:s|ed)\b|vanish(?:es|ed)\b|solved\b|resolved\b|fixed\b|cured\b|sorted out\b|taken care of\b|dealt with\b",
        r"|no longer (?:an? (?:issue|problem)|there|present|seen|shown|reported|returned|raised|thrown",
        r"|(?:occur|appear|show|come|happen|pop)s?)\b)",
        r"|^ ?[”」』）)]*(?:的|这个|这种|該|该|错误|錯誤|报错|報錯|问题|問題|代码|代碼|提示|现象|現象|告警|告警|情况|情況)*",
        r"(?:(?:按照?|用了?|用完|通过|通過|经过|經過|照)[^，。；,;]{1,14}?)?(?:已经|已經|已|就|也|都|终于|終於|现在|現在)*(?:消失|没了|沒了|没有了|沒有了|不见了|不見了|被?解决|被?解決|被?修复|被?修復|修好|处理好|處理好|处理完|處理完|搞定|弄好|排除了|恢复正常|恢復正常|正常了|好了)",
    ))
});

/// Behind an error: it is not there.
static ABSENT: LazyLock<Regex> = LazyLock::new(|| {
    ascii_words_pattern(concat!(
        r#"^["'”’)\]]*(?: (?:error|code|message|problem|one)s?)* (?:(?:is|was|are|were) not (?:what|the (?:one|error|code|message|case)|our|seen|shown|there|present|it\b)"#,
        r"|(?:tritt|trat|kommt|kam|erscheint)(?: \w+){0,2}? nicht(?: auf| vor)?\b|(?:ist|war) nicht aufgetreten\b",
        r"|(?:does|did|do|has|have) not (?:appear|occur|come|show|happen|been seen|been there)|never (?:appear|occur|came|come|show|happen))",
        r"|^ ?[”」』）)]*(?:的|这个|这种|該|该|错误|錯誤|报错|報錯|问题|問題|代码|代碼|提示)*(?:我们|我們|我方|这边|這邊|这里|這裡|一直|倒是|也|都|并|並)*",
        r"(?:没有?|沒有?|未曾?|从未|從未|从来没有?|從來沒有?)(?:遇到|碰到|出现|出現|见|見|看到|发生|發生|报过|報過)",
    ))
});

/// Right before an error, in German: there is none.
static NONE: LazyLock<Regex> = LazyLock::new(|| {
    ascii_words_pattern(r"\bkein(?:e[nmrs]?)?(?: (?:fehler|fehlercode|fehlermeldung|meldung|code|error))* $")
});

/// Before an error, in its clause: who is written to has named it.
static YOURS: LazyLock<Regex> = LazyLock::new(|| {
    ascii_words_pattern(concat!(
        r"\byou (?:wrote|said|suspected|suggested|mentioned|thought|assumed|told us|asked (?:for|about)|named)(?: (?:that|about|of|it|may|might|could|be|is|was|the|an?|error|code|on|phone|to))*[ :]*$",
        r"|(?:你|您|贵方|贵司)们?(?:之前|上次|昨天|电话里|邮件里|刚才)*(?:说|說|提到|提过|怀疑|懷疑|认为|認為|猜|指出)(?:的|是|可能|过|到|这|那个|那個)*[ :：“「]*$",
    ))
});

/// Before an error: it does not come any more, or another comes in its stead.
static NO_MORE: LazyLock<Regex> = LazyLock::new(|| {
    ascii_words_pattern(concat!(
        r"\b(?:no longer (?:get|see|receive|have|show|report|throw|return|say|log|fail)(?:s|ing|with)*",
        r"|got rid of|instead of|rather than|in place of)",
        r#"(?: (?:with|the|an?|any|that|this|old|previous|earlier|former|error|code|message|of|stop))*[ :"'“‘(#]*$"#,
        r"|(?:取代了?|代替了?|替代了?|而不是|而非)(?:原来|原來|以前|之前|的|错误|錯誤|报错|報錯|代码|代碼)*[ :：“「（(]*$",
    ))
});

/// Before an error: it was mended.
static MENDED: LazyLock<Regex> = LazyLock::new(|| {
    ascii_words_pattern(concat!(
        r"\b(?:recovered from|cleared|resolved|fixed)(?: (?:the|a|an|previous|earlier|last|stale|old|error|errors|failure|fault|alarm|code|status|of))*[ :=#(]*$",
        r"|已(?:清除|修复|修復|解决|解決|恢复|恢復|消除)(?:了|上次|之前|的|错误|錯誤|故障|告警|代码|代碼)*[ :：（(]*$",
    ))
});

/// Before an error: it was that of an earlier run.
static EARLIER_RUN: LazyLock<Regex> = LazyLock::new(|| {
    ascii_words_pattern(concat!(
        r"\b(?:previous|prior|earlier|former|last)(?: \w+)? (?:error|failure|code|status|result)(?: code)?[ :=(]*$",
        r"|(?:上次|上一次|之前|先前|前次)(?:的|运行|執行|执行|安装|安裝)*(?:错误|錯誤|失败|失敗|报错|報錯|结果)(?:代码|代碼|码)?(?:为|是)?[ :：（(]*$",
    ))
});

/// It went well this time.
static WELL_NOW: LazyLock<Regex> = LazyLock::new(|| {
    ascii_words_pattern(
        r"\b(?:succeeded|successful(?:ly)?|success|completed|recovered|ok)\b|成功|正常|已完成|已恢复|已恢復",
    )
});

/// It failed this time too.
static FAILS_NOW: LazyLock<Regex> = LazyLock::new(|| {
    ascii_words_pattern(
        r"\bfail|\bunsuccessful|\berror|\bnot\b|\babort|失败|失敗|错误|錯誤|未成功|不成功|无法|無法|异常|異常",
    )
});

/// Bytes on either side of an error in which a line of a log says that it is over.
const SAID_NEAR: usize = 240;

/// Where a text says first of all that the error before it is gone. 解决办法 and 解决方案 are what is looked for.
fn find_gone(behind: &str) -> Option<Range<usize>> {
    let gone = GONE.find(behind)?.range();
    let is_noun = ["办法", "辦法", "方案", "方法", "思路", "措施", "步骤", "不了", "建议"];
    (!is_noun.iter().any(|word| behind[gone.end..].starts_with(word))).then_some(gone)
}

/// Whether a line of a log says of the error between these two parts of it that it is over: it is solved, or it was of an earlier run
/// and this one went well.
pub(crate) fn is_over_in_log(before: &str, behind: &str) -> bool {
    // A line may be long and hold thousands of errors.
    let near = before.ceil_char_boundary(before.len().saturating_sub(SAID_NEAR));
    let (before, behind) = (&before[near..], &behind[..behind.floor_char_boundary(SAID_NEAR)]);
    let (before, behind) = (before.to_ascii_lowercase(), behind.to_ascii_lowercase());
    let gone = find_gone(&behind).is_some_and(|gone| {
        let rest = &behind[gone.end..];
        !BACK.is_match(rest) && !UNSURE.is_match(rest.split(CLAUSE_ENDS).next().unwrap_or_default())
    });
    let well_now = || WELL_NOW.is_match(&behind) && !FAILS_NOW.is_match(&behind);
    gone || MENDED.is_match(&before) && !FAILS_NOW.is_match(&behind) || EARLIER_RUN.is_match(&before) && well_now()
}

/// It was: before an error that another has followed, or beside one that was solved.
static THEN: LazyLock<Regex> = LazyLock::new(|| {
    ascii_words_pattern(concat!(
        r"\b(?:previously|formerly|earlier|before|at first|initially|originally|used to|until (?:now|then|yesterday|last \w+)",
        r"|yesterday|last (?:time|week|month|year|night|spring|summer|autumn|winter)|in the past|back then|\w+ (?:weeks|months|years) ago|once)\b",
        r"|以前|之前|原来|原來|原先|起初|一开始|一開始|刚开始|剛開始|早先|先前|上次|上一次|去年|上周|上週|上个月|上個月|昨天|前天|曾经|曾經|当时|當時|最初",
    ))
});

/// Behind it: what is now.
static NOW: LazyLock<Regex> = LazyLock::new(|| {
    ascii_words_pattern(concat!(
        r"\b(?:now|today|currently|this time|since (?:yesterday|today|then))\b",
        r"|现在|現在|如今|目前|今天|这次|這次|变成|變成|变为|變為|改为|改為|改报|改報|换成|換成",
    ))
});

/// An error code, as far as one is to be told from a count.
pub(super) static CODE: LazyLock<Regex> = LazyLock::new(|| {
    ascii_words_pattern(
        r"\b0x[0-9a-f]{2,}|-\d{6,}|(?:error|code|event|错误|錯誤|事件|报|報|代码|代碼)\D{0,6}\d{3,}|\b(?:ora|kb)-?\d+|\b(?:e|s|wu|cbs|psfx|spapi|sec|crypt|trust|cert|rpc|ept|dns|nerr|status|error|stg|co|regdb|mk|wsae?)_[a-z_]{4,}",
    )
});

/// It was mended.
static SOLVED: LazyLock<Regex> = LazyLock::new(|| {
    ascii_words_pattern(concat!(
        r"\b(?:solved|resolved|fixed|cured|cleared|got rid of|mended|repaired)\b",
        r"|解决|解決|修复|修復|修好|处理好|處理好|恢复正常|恢復正常",
    ))
});

/// It has come back, or never went.
pub(super) static BACK: LazyLock<Regex> = LazyLock::new(|| {
    ascii_words_pattern(concat!(
        r"\b(?:again|back|still|same|returned|reappear\w*|once more|recur\w*|persists?)\b",
        r"|又|再次|再度|同样|同樣|一样|一樣|仍|还是|還是|依然|依旧|依舊",
    ))
});

/// It was not mended, or nobody knows whether.
pub(super) static UNSURE: LazyLock<Regex> = LazyLock::new(|| {
    ascii_words_pattern(concat!(
        r"\b(?:not|never|isn't|wasn't|didn't|hasn't|cannot|can't|unable)\b",
        r"|没有?解|沒有?解|未|无法|無法|不能|怎么|怎麼|如何|能否|请|請|吗|嗎",
    ))
});

/// How a text tells of the error at `span`, where it need not be there. `sentences` are those of the text.
pub(crate) fn told(text: &str, sentences: &[Range<usize>], span: &Range<usize>) -> Option<Told> {
    let index = sentences.partition_point(|sentence| sentence.end <= span.start);
    let sentence = sentences.get(index).filter(|one| one.start <= span.start && span.end <= one.end)?;
    let (before, behind) = (text.get(sentence.start..span.start)?, text.get(span.end..sentence.end)?);
    if behind.trim_end().ends_with(['?', '？']) {
        return None;
    }
    let (before, behind) = (before.to_ascii_lowercase(), behind.to_ascii_lowercase());
    let error = text.get(span.clone())?.to_ascii_lowercase();
    let is_back = |text: &str| BACK.is_match(text) && !names_another(text, &error);
    let is_in_doubt = |text: &str| is_back(text) || UNSURE.is_match(text);
    let clause_before = before.rsplit(CLAUSE_ENDS).next().unwrap_or_default();
    if ABSENT.is_match(&behind) || NONE.is_match(clause_before) {
        return Some(Told::Denied);
    }
    if NO_MORE.is_match(clause_before) {
        return Some(Told::Over);
    }
    if let Some(gone) = find_gone(&behind) {
        let rest = &behind[gone.end..];
        let clause = rest.split(CLAUSE_ENDS).next().unwrap_or_default();
        return (!is_back(rest) && !UNSURE.is_match(clause)).then_some(Told::Over);
    }
    let next =
        sentences.get(index + 1).and_then(|next| text.get(next.clone())).unwrap_or_default().to_ascii_lowercase();
    let followed = is_followed(&before, &behind, &next, &error);
    if followed || is_solved_long_ago(&before, &behind) && !is_in_doubt(&behind) && !is_back(&next) {
        return Some(Told::Over);
    }
    YOURS.is_match(clause_before).then_some(Told::Yours)
}

/// Whether a text names an error, and not this one.
fn names_another(text: &str, error: &str) -> bool {
    !text.contains(error) && CODE.is_match(text)
}

/// Whether another error has come in place of one: that was then, this is now.
fn is_followed(before: &str, behind: &str, next: &str, error: &str) -> bool {
    if !THEN.is_match(before) || NOW.is_match(before) {
        return false;
    }
    let rest = [behind, next].concat();
    let Some(now) = NOW.find(&rest) else { return false };
    let behind = &rest[now.end()..];
    let code = CODE.find(behind).map_or(behind.len(), |code| code.start());
    // `now it comes 3000 times a day`, `today the same happened` are the same one.
    names_another(behind, error) && !BACK.is_match(&behind[..code])
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
        let told = told(text, &sentences(text), &(start..start + error.len()));
        assert_eq!(told == Some(Told::Over), expected, "{told:?}: {error} in: {text}");
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
            "0x800f0922 is sorted out, thanks.",
            "0x800f0922 按你们的方法处理好了。现在应用连库又报 ORA-12514。",
            "0x800f0922 的问题已解决，现在应用连库又报 ORA-12514。",
            "0x800f0922 修好了，但是 0x80070070 又来了，C 盘只剩 300 MB。",
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
    fn what_is_not_there_and_what_others_named() {
        let of = |text: &str| {
            let (start, end) = (text.find("0x").unwrap(), text.find("0x").unwrap() + 10);
            told(text, &sentences(text), &(start..end))
        };
        for text in [
            "0x80070422 is not what we see.",
            "0x80073712 我们没有遇到。",
            "Wir haben keinen Fehler 0x80073712.",
            "Es gibt hier kein 0x80073712.",
            "0x80073712 tritt bei uns nicht auf.",
            "0x80073712 这个报错没有出现过，只是更新很慢。",
            "你们说的 0x80073712 我们没有遇到，现在的现象是进度条一直停在 30%。",
        ] {
            assert_eq!(of(text), Some(Told::Denied), "{text}");
        }
        for text in [
            "You wrote that 0x80073712 is a damaged component store.",
            "You suspected 0x80073712 on the phone, but the store is sound.",
            "您好，昨天电话里你们说可能是 0x80073712，我们查了不是这个原因。",
        ] {
            assert_eq!(of(text), Some(Told::Yours), "{text}");
        }
        for text in [
            "We did as you said, and it fails with 0x80073712.",
            "您说的步骤都做了，还是报 0x80073712。",
            "The log you asked for has 0x80073712.",
            "没有 0x80073712 以外的报错。",
            "Keine Verbindung zum Server, 0x80073712.",
            "Das Update kann nicht installiert werden (0x80073712).",
        ] {
            assert_eq!(of(text), None, "{text}");
        }
    }

    #[test]
    fn what_comes_back_or_is_asked_for_is_not_over() {
        for text in [
            "0x80070005 is not gone.",
            "0x80070005 was solved last week, but today it is back.",
            "Yesterday the update failed with 0x80070005 and since then event_log_service crashes.",
            "Yesterday the update failed with 0x80070005. Today the same happened, event 1000 was logged.",
            "We solved 0x80070005 last year with DISM, now it came again.",
            "How can 0x80070005 be solved?",
            "Is 0x80070005 fixed in the next update?",
            "Previously 0x80070005 came once a week, now it comes 3000 times.",
            "Before the restart the update failed with 0x80070005.",
            "It failed with 0x80070005 yesterday and the server is down now.",
            "0x80070005 请问怎么解决？",
            "0x80070005 还没有解决。",
            "网上搜了 0x80070005 的解决办法都不行。",
            "去年用 DISM 解决过 0x80070005，今天又出现了。",
            "The files are gone and setup reports 0x80070005.",
        ] {
            check(text, "0x80070005", false);
        }
    }
}
