//! What is only supposed: an error that a person names in a condition (`if the update fails with …, restart`), in a question whether
//! it is the same one, or as the subject of a search, of an article, of another time. It need not have been met.
//!
//! A condition tells what to do, or what might come. A report has the same words: `when I start the service it fails with …`
//! names the error in its main clause, and `when it fails with …, the screen stays dark` says what happens. So the error must stand
//! in the clause of the condition, right behind its verb or before it, and the main clause must be advice.

use std::{ops::Range, sync::LazyLock};

use regex::Regex;

use super::shape::ascii_words_pattern;

/// Marks between clauses. A colon is none: `if this comes up: 0x…`.
const CLAUSE_ENDS: [char; 12] = ['，', ',', '；', ';', '。', '！', '!', '？', '?', '(', '（', '\n'];

/// Begins a condition.
static CONDITION: LazyLock<Regex> = LazyLock::new(|| {
    ascii_words_pattern(
        r"\b(?:if|should|in case|in the event(?: that)?|unless|provided(?: that)?|suppose|assuming|when|whenever|once|as soon as)\b",
    )
});

/// Of these, those that tell of what happens, too.
const ALSO_OF_FACTS: &[&str] = &["when", "whenever", "once", "as soon as"];

/// Verbs between whoever meets an error and the error. Those of the past tell of a fact behind `when`.
const MEETS: &[&str] = &[
    "fail",
    "fails",
    "end",
    "ends",
    "stop",
    "stops",
    "see",
    "sees",
    "get",
    "gets",
    "receive",
    "receives",
    "encounter",
    "encounters",
    "show",
    "shows",
    "report",
    "reports",
    "return",
    "returns",
    "hit",
    "hits",
    "run",
    "runs",
    "throw",
    "throws",
    "give",
    "gives",
    "abort",
    "aborts",
    "crash",
    "crashes",
    "find",
    "finds",
    "meet",
    "experience",
    "face",
    "log",
    "logs",
    "display",
    "displays",
    "exit",
    "exits",
    "quit",
    "quits",
    "die",
    "dies",
    "terminate",
    "terminates",
    "raise",
    "raises",
    "say",
    "says",
    "come",
    "comes",
    "respond",
    "responds",
    "complain",
    "complains",
    "produce",
    "produces",
    "have",
    "has",
    "is",
    "be",
];
const MET: &[&str] = &[
    "failed",
    "ended",
    "stopped",
    "saw",
    "got",
    "received",
    "encountered",
    "showed",
    "reported",
    "returned",
    "crashed",
    "was",
];

/// Words between the verb and the error.
const FILLERS: &[&str] = &[
    "with",
    "into",
    "up",
    "back",
    "out",
    "the",
    "an",
    "a",
    "any",
    "error",
    "errors",
    "code",
    "codes",
    "message",
    "messages",
    "of",
    "this",
    "that",
    "same",
    "status",
    "result",
    "on",
    "exception",
    "following",
    "number",
    "like",
    "as",
    "again",
];

/// A subject that is a word of its own.
const PRONOUNS: &[&str] =
    &["i", "you", "we", "it", "they", "he", "she", "this", "that", "anyone", "anybody", "someone", "somebody"];

/// Behind such a subject, before the verb.
const ADVERBS: &[&str] = &[
    "still",
    "ever",
    "again",
    "also",
    "do",
    "does",
    "should",
    "would",
    "happen",
    "happens",
    "to",
    "keep",
    "keeps",
    "now",
    "then",
    "suddenly",
    "later",
    "only",
    "instead",
    "continue",
    "continues",
    "getting",
    "seeing",
    "rolled",
];

/// Before a further article within a subject: `one of the clients`, `the job on the server`.
const PREPOSITIONS: &[&str] = &["of", "on", "in", "at", "for", "from", "to", "with", "by", "into"];

/// Behind an error in a condition: it comes.
static APPEARS: LazyLock<Regex> = LazyLock::new(|| {
    ascii_words_pattern(concat!(
        r#"^["'”’)\]]*(?: (?:error|code|message|exception)s?)*(?: (?:still|ever|again|also|then|should|does|do))*"#,
        r" (?:appears?|occurs?|shows?|shown|comes?|happens?|persists?|pops?|turns?|returns?|remains?|exists?|arises?",
        r"|(?:is|are|be|gets?) (?:shown|reported|returned|displayed|logged|seen|raised|thrown|found|present|there|listed|given))\b",
    ))
});

/// What to do, or what might come.
static ADVICE: LazyLock<Regex> = LazyLock::new(|| {
    ascii_words_pattern(concat!(
        r"\bplease\b|\b(?:will|would|should|must|shall|might|let (?:me|us) know)\b|\b(?:you|we) (?:can|may|could|need|have to)\b|\b(?:can|could) you\b",
        r"|^(?:and |but |so |then |just |simply |first |also |always |never |maybe |or |again |error |there |here )*(?:do(?:n't| not)?|use|disable|restart|reboot|call|contact|check|run|install",
        r"|uninstall|remove|try|see|open|close|stop|start|follow|make|ask|tell|let|send|report|retry|repeat|wait|ignore|turn|set|change|enable|update",
        r"|upgrade|download|delete|clear|free|add|read|refer|go|verify|ensure|reinstall|reset|roll|apply|switch|click|press|select|choose|copy|mount",
        r"|raise|increase|reduce|lower|skip|repair|rename|reach|inform|notify|write|mail|email|give|kill|move|look|consult|escalate|reply|replace",
        r"|reconnect|log|sign|boot|restore|back|unplug|plug|register|rerun|re-run|continue|proceed|perform|execute|configure|rebuild|recreate",
        r"|stick|keep|leave|find|search|provide|collect|attach|drop|grant|extend|shut|abort|cancel)\b",
    ))
});

/// Before the condition: whoever writes asks for help with it.
static HELP: LazyLock<Regex> = LazyLock::new(|| {
    ascii_words_pattern(
        r"\b(?:help|why|what (?:to do|should|can|shall|do|is)|how (?:to|can|do|should|shall)|solution|advise)\b",
    )
});

/// Before the condition: whoever asks has met it.
static DOUBT: LazyLock<Regex> = LazyLock::new(|| {
    ascii_words_pattern(
        r"\b(?:not sure|unsure|unclear|don't know|do not know|no idea|wonder(?:ing)?|as|looks like|even|not certain)\s*$",
    )
});

/// A condition in Chinese, from its word to the error.
static CONDITION_HAN: LazyLock<Regex> = LazyLock::new(|| {
    ascii_words_pattern(concat!(
        r"(?P<word>如果|若是|若|假如|假使|倘若|要是|万一|萬一|一旦|如)(?P<mid>[^，。；！？,;]{0,16}?)",
        r"(?:报|報|出现|出現|遇到|遇上|碰到|看到|见到|提示|显示|顯示|返回|收到|发生|發生|抛出|得到|失败|失敗)",
        r#"(?:了|出|的|错|錯|错误码|错误|錯誤|代码|代碼|失败|失敗|为|為|以下|下列|这个|该|該|如下|提示|信息|报错|報錯|[ :：“「"])*$"#,
    ))
});

/// Between the word and the verb: then the error is in the main clause.
const MAIN_HAN: &[&str] = &["就", "则", "則", "便", "都", "才", "会", "會", "即"];

/// Between 如 and the verb. `如图报错` and `如下` show what was met.
const AFTER_RU: &[&str] =
    &["", "仍", "仍然", "还", "還", "还是", "再", "再次", "后续", "後續", "又", "继续", "繼續", "依然", " "];

/// Before 如: another word.
const BEFORE_RU: &[char] = &['例', '比', '诸', '諸', '譬', '有', '不', '正', '犹', '假', '譬', '宛', '莫'];

/// Behind an error: `…的话`, and `…时，请…` behind a verb of meeting.
static CONDITION_BEHIND: LazyLock<Regex> = LazyLock::new(|| {
    ascii_words_pattern(r"^[ ”」]*(?:的?(?:错误|錯誤|报错|報錯|问题|問題|代码|代碼|提示))?的(?:话|話)")
});
static WHEN_BEHIND: LazyLock<Regex> = LazyLock::new(|| {
    ascii_words_pattern(
        r"^[ ”」]*(?:的?(?:错误|錯誤|报错|報錯|问题|問題|代码|代碼|提示))?(?:时|時|的时候|的時候|的?情况下|的?情況下)",
    )
});

/// Behind that: what to do.
static ADVICE_HAN: LazyLock<Regex> = LazyLock::new(|| {
    ascii_words_pattern(
        r"^[ ”」]*(?:的?(?:错误|錯誤|报错|報錯|问题|問題|代码|代碼|提示))?[，, ]*(?:请|請|可以|可尝试|可先|应当|应该|應該|需要|需|建议|建議|联系|聯繫|务必)",
    )
});

/// What whoever writes asks for himself: 请问, 请求, 请帮忙, 需要支持.
const ASKED_FOR: &[char] =
    &['问', '問', '求', '帮', '幫', '协', '協', '教', '各', '大', '专', '專', '尽', '盡', '指', '支', '技', '看', '老'];
static MEETS_HAN: LazyLock<Regex> = LazyLock::new(|| {
    ascii_words_pattern(
        r"(?:^|[当當，。；：:\n ])(?:当|當|每当)?(?:出现|出現|遇到|遇上|碰到|看到|收到)(?:了|错误码|错误|錯誤|代码|代碼|[ :：“「])*$",
    )
});

/// Asks what to do about it: who asks has met it.
static ASKS_FOR_HELP: LazyLock<Regex> = LazyLock::new(|| {
    ascii_words_pattern(r"怎么办|怎麼辦|怎么处理|怎麼處理|怎么解决|怎么解決|如何|咋办|咋整|为什么|為什麼|什么原因")
});

/// Before an error: who writes has it from an article or a search.
static FROM_OTHERS: LazyLock<Regex> = LazyLock::new(|| {
    ascii_words_pattern(concat!(
        r"\b(?:microsoft|technet|oracle|vmware|red hat|google|bing|chatgpt|copilot|wikipedia|documentation|docs",
        r"|the (?:docs?|documentation|manual|internet|web|forum|article|kb|knowledge base|help page|website|release notes))",
        r"(?:'s (?:docs?|documentation|site|page|article|website|kb))?",
        r" (?:says?|states?|writes?|claims?|lists?|describes?|explains?|documents?|tells?(?: us| me)?|mentions?)(?: (?:that|the|an?|error|code|about|of))*",
        r#"[ :"'“‘]*$"#,
        r"|\b(?:according to (?:microsoft|oracle|google|the (?:docs?|documentation|manual|article|kb)))[,:]?(?: (?:the|error|code))* *$",
        r"|\b(?:googled|searched (?:(?:the (?:web|internet|net|forums?|kb|knowledge base|docs)|online|google) )?for|searching (?:the web )?for|looked up|read (?:up )?(?:about|on)",
        r"|found (?:articles?|posts?|threads?|pages?|something|nothing|hints?) (?:about|on|for|with|online about)|asked (?:google|chatgpt|copilot)(?: about| for)?|researched)",
        r#"(?: (?:the|an?|error|code|for|about|message|of))*[ :"'“‘]*$"#,
        r"|(?:微软|微軟|官方|官网|官網|文档|文檔|手册|手冊|网上|網上|百度|谷歌|知乎|论坛|論壇|资料|資料)(?:上|里|裡|的|文档|官网|论坛|页面|知识库|资料)*",
        r#"(?:说|說|称|稱|写|寫|解释|解釋|提到|介绍|介紹|指出)(?:是|了|的|道|着|错误|代码|这个)*[ :：“「"]*$"#,
        r"|(?:百度|谷歌|必应|网上|網上|上网|上網)(?:查|搜|搜索)?(?:了一下|一下|了|过|過|到)*(?:错误代码|错误码|错误|代码|关键字)?",
        r#"[ :：“「"]*$"#,
    ))
});

/// Before an error, in a question: is it that one?
static COMPARED: LazyLock<Regex> = LazyLock::new(|| {
    ascii_words_pattern(concat!(
        r"\b(?:same (?:\w+ )?as|related to|similar to|connected (?:to|with)|linked to|anything to do with|identical (?:to|with)|variant of)",
        r#"(?: (?:the|an?|error|code|issue|problem|known|bug|old|famous|with|from))*[ "'“‘]*$"#,
        r#"|(?:和|跟|与|與|同)(?:那个|那個|之前的|上次的|错误|錯誤|代码|代碼)*[ “「"]*$"#,
    ))
});
static COMPARED_BEHIND_HAN: LazyLock<Regex> = LazyLock::new(|| {
    ascii_words_pattern(
        r"^[ ”」]*(?:的?(?:错误|錯誤|问题|問題|报错|報錯))?(?:是不是|是|有没有|有沒有|有)?(?:一回事|一样|一樣|同一个|同一個|有关|有關|关系|關係|相关|相關|类似|類似)",
    )
});

/// It was at another time.
static LONG_AGO: LazyLock<Regex> = LazyLock::new(|| {
    ascii_words_pattern(concat!(
        r"\b(?:last (?:year|month|spring|summer|autumn|winter)|(?:\w+ )?(?:months|years) ago|a year ago|in the past|back then|years back)\b",
        r"|去年|前年|几个月前|幾個月前|上个月|上個月|以前|曾经|曾經|几年前|幾年前",
    ))
});

/// On another machine.
static ELSEWHERE: LazyLock<Regex> = LazyLock::new(|| {
    ascii_words_pattern(concat!(
        r"\b(?:another|a different|some other|the other|an old|the old|other) (?:\w+ )?(?:servers?|machines?|pcs?|computers?|hosts?|laptops?|vms?|sites?|systems?|databases?|customers?|clients?|clusters?|nodes?)\b",
        r"|(?:另外?一?台|另一个|另一個|别的|別的|其他|其它|旧的?|舊的?|老的?)(?:服务器|伺服器|机器|機器|电脑|電腦|主机|主機|系统|系統|客户|客戶|库|数据库)",
    ))
});

/// It has nothing to do with this, says the end of the sentence.
static UNRELATED: LazyLock<Regex> = LazyLock::new(|| {
    ascii_words_pattern(concat!(
        r"(?:^|[ ,;(–-])(?:not related|unrelated|irrelevant|no relation|nothing to do with (?:this|it)|a? ?(?:different|separate) (?:story|issue|problem|matter))(?: (?:to this|here|though|i think))?[.,;!) ]*$",
        r"|(?:无关|無關|没关系|沒關係|没有关系|不相关|不相關|不是一回事|两回事|兩回事|两码事|兩碼事)[^，。,]{0,3}[。.！!]*$",
    ))
});

/// It is there after all.
static BACK: LazyLock<Regex> = LazyLock::new(|| {
    ascii_words_pattern(
        r"\b(?:again|back|still|now|today|also here)\b|又|再次|再度|仍|还是|還是|现在|現在|今天|这次也|這次也",
    )
});

/// Whether the error at `span` is only supposed. `sentences` are those of the text.
pub(crate) fn is_supposed(text: &str, sentences: &[Range<usize>], span: &Range<usize>) -> bool {
    let index = sentences.partition_point(|sentence| sentence.end <= span.start);
    let Some(sentence) = sentences.get(index).filter(|one| one.start <= span.start && span.end <= one.end) else {
        return false;
    };
    let (Some(before), Some(behind)) = (text.get(sentence.start..span.start), text.get(span.end..sentence.end)) else {
        return false;
    };
    let parts = Parts { before: &before.to_ascii_lowercase(), behind: &behind.to_ascii_lowercase() };
    parts.is_condition()
        || parts.is_condition_han()
        || FROM_OTHERS.is_match(parts.before)
        || parts.is_compared()
        || parts.is_of_another_time()
}

/// What stands before an error in its sentence, and what behind, in lower case.
struct Parts<'t> {
    before: &'t str,
    behind: &'t str,
}

impl<'t> Parts<'t> {
    fn clause_before(&self) -> &'t str {
        self.before.rsplit(CLAUSE_ENDS).next().unwrap_or_default()
    }

    fn asks(&self) -> bool {
        self.behind.trim_end().ends_with(['?', '？'])
    }

    fn is_condition(&self) -> bool {
        let clause = self.clause_before();
        let Some(condition) = CONDITION.find_iter(clause).last() else { return false };
        let (lead, between) = (clause[..condition.start()].trim(), &clause[condition.end()..]);
        let word = condition.as_str();
        let earlier = &self.before[..self.before.len() - clause.len()];
        let of_facts = ALSO_OF_FACTS.contains(&word);
        if HELP.is_match(lead) || HELP.is_match(earlier) {
            return false;
        }
        if word == "should" && !matches!(lead, "" | "and" | "but" | "so" | "or") || DOUBT.is_match(lead) {
            return false;
        }
        let Some(subject) = self.subject(word, between) else { return false };
        let is_first = matches!(subject.first(), Some(&("i" | "we" | "my" | "our")));
        if self.asks() && subject.first() != Some(&"you") || of_facts && is_first {
            return false;
        }
        let main = self.behind.split_once([',', '，']).map_or(self.behind, |(_, main)| main).trim_start();
        let main = main.split_once(" then ").map_or(main, |(_, main)| main);
        let led = earlier.trim_end_matches([',', '，', ' ']).rsplit(CLAUSE_ENDS).next().unwrap_or_default().trim();
        let lone = lead.is_empty() && led.is_empty() && main.trim_matches(['.', ':', ' ', '"', '!']).is_empty();
        let advises = [main, lead, led].iter().any(|clause| ADVICE.is_match(clause));
        advises || !of_facts && (subject.first() == Some(&"you") || lone)
    }

    /// The subject of a condition in whose clause the error stands; `None` where it does not.
    fn subject<'c>(&self, word: &str, between: &'c str) -> Option<Vec<&'c str>> {
        let words: Vec<&str> = between
            .split([' ', '\n'])
            .map(|word| word.trim_matches(['"', '\'', '“', '‘', ':', '`', '*']))
            .filter(|word| !word.is_empty())
            .collect();
        let fillers = words.iter().rev().take_while(|word| FILLERS.contains(word)).count();
        let (rest, filled) = words.split_at(words.len() - fillers);
        if rest.is_empty() {
            let of = matches!(word, "in case" | "in the event") && filled.first() == Some(&"of");
            return (of || APPEARS.is_match(self.behind)).then(Vec::new);
        }
        let (verb, subject) = rest.split_last()?;
        let past = MET.contains(verb);
        if !MEETS.contains(verb) && !past || past && ALSO_OF_FACTS.contains(&word) {
            return None;
        }
        is_subject(subject).then(|| subject.to_vec())
    }

    fn is_condition_han(&self) -> bool {
        if ASKS_FOR_HELP.is_match(self.before) || ASKS_FOR_HELP.is_match(self.behind) {
            return false;
        }
        let clause = self.clause_before();
        if let Some(found) = CONDITION_HAN.captures(clause)
            && let (Some(word), Some(mid)) = (found.name("word"), found.name("mid"))
        {
            let (word, before, mid) = (word.as_str(), &clause[..word.start()], mid.as_str());
            let is_word = match word {
                "如" => AFTER_RU.contains(&mid) && !before.ends_with(BEFORE_RU),
                "若" => !mid.starts_with('干'),
                _ => true,
            };
            let in_main = MAIN_HAN.iter().any(|word| mid.contains(word));
            if is_word && !in_main && (word != "一旦" || advises_han(self.behind)) {
                return true;
            }
        }
        CONDITION_BEHIND.is_match(self.behind)
            || MEETS_HAN.is_match(self.before)
                && WHEN_BEHIND.find(self.behind).is_some_and(|when| advises_han(&self.behind[when.end()..]))
    }

    fn is_compared(&self) -> bool {
        let asks = self.asks() || self.behind.trim_end_matches(['。', '.', ' ']).ends_with(['吗', '嗎', '么']);
        COMPARED.is_match(self.clause_before())
            && asks
            && (self.before.ends_with(|c: char| c.is_ascii())
                && self.before.contains(|c: char| c.is_ascii_alphabetic())
                || COMPARED_BEHIND_HAN.is_match(self.behind))
    }

    fn is_of_another_time(&self) -> bool {
        let all = [self.before, self.behind].concat();
        if BACK.is_match(self.behind) || self.asks() {
            return false;
        }
        UNRELATED.is_match(self.behind) || LONG_AGO.is_match(&all) && ELSEWHERE.is_match(&all)
    }
}

/// Whether a Chinese text begins with advice.
fn advises_han(text: &str) -> bool {
    ADVICE_HAN.find(text).is_some_and(|advice| !text[advice.end()..].starts_with(ASKED_FOR))
}

/// Whether words are one subject, and not a clause before the one with the error: `I start the service it`.
fn is_subject(words: &[&str]) -> bool {
    let Some((first, rest)) = words.split_first() else { return true };
    if words.len() > 9 || first.ends_with("ing") && words.len() > 1 {
        return false;
    }
    if PRONOUNS.contains(first) && !matches!(*first, "this" | "that") {
        return rest.iter().all(|word| ADVERBS.contains(word) || FILLERS.contains(word));
    }
    let article = |word: &str| matches!(word, "the" | "a" | "an" | "my" | "our" | "your" | "this" | "any" | "some");
    words.windows(2).all(|pair| {
        !PRONOUNS.contains(&pair[1]) && pair[1] != "and" && (!article(pair[1]) || PREPOSITIONS.contains(&pair[0]))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::sentence::sentences;

    #[track_caller]
    fn check(text: &str, expected: bool) {
        let start = text.find("0x").unwrap();
        let supposed = is_supposed(text, &sentences(text), &(start..start + 10));
        assert_eq!(supposed, expected, "in: {text}");
    }

    #[test]
    fn conditions_are_supposed() {
        for text in [
            "If the update fails with 0x80070020, disable the antivirus.",
            "If you see 0x80070020, disable the antivirus.",
            "If it ends with 0x800f081f, use a mounted ISO as source.",
            "When 0x80070020 appears, restart the service.",
            "In case of 0x80070020 please restart.",
            "In case you see 0x80070020 call the help desk.",
            "Should you get 0x80070020, call the DBA.",
            "Should the installation on one of the clients stop with error 0x80070020, we will come back to you.",
            "Once the job reports 0x80070020, kill it.",
            "Please call us if the setup shows error code 0x80070020.",
            "Restart the service if 0x80070020 is displayed.",
            "Let me know if it fails with 0x80070020.",
            "If the result is 0x80070020 then rerun the script.",
            "Hi team, if the backup job ends with 0x80070020 again just rerun it.",
            "若报错 0x80070020，请关闭杀毒软件。",
            "如报 0x80070020，请联系 DBA。",
            "如出现以下报错：0x80070020，请先重启",
            "如仍提示 0x80070020，属于正常现象。",
            "万一出现 0x80070020，请联系 DBA。",
            "要是出现 0x80070020 就联系我。",
            "倘若安装后遇到错误 0x80070020，可以忽略。",
            "一旦出现 0x80070020，请立即停止。",
            "报 0x80070020 的话，重启即可。",
            "遇到 0x80070020 时，请关闭杀毒软件。",
        ] {
            check(text, true);
        }
    }

    #[test]
    fn reports_are_met() {
        for text in [
            "When installing, the update fails with 0x80070020.",
            "When installing the update fails with 0x80070020.",
            "When I start the service it fails with 0x80070020.",
            "When I start the service, it fails with 0x80070020.",
            "If I start the service it fails with 0x80070020.",
            "Even if I run it as administrator, it ends with 0x80070020.",
            "When the service starts the update fails with 0x80070020.",
            "When the update failed with 0x80070020, we restarted the server.",
            "When 0x80070020 appears the screen stays dark.",
            "When I get 0x80070020, please tell me what to do.",
            "What should I do if it fails with 0x80070020?",
            "I don't know if 0x80070020 is shown for all users.",
            "The setup should run but stops with 0x80070020.",
            "Once a day the job fails with 0x80070020.",
            "Please help, the update fails with 0x80070020.",
            "Please tell me what to do when 0x80070020 appears.",
            "Could you please help if it ends with 0x80070020",
            "Every time we reboot we get 0x80070020.",
            "每次安装时报错 0x80070020。",
            "安装时出现 0x80070020，请帮忙看看。",
            "一启动就报 0x80070020。",
            "如果启动服务就会报 0x80070020。",
            "如图，报错 0x80070020。",
            "如下报错 0x80070020",
            "若干台电脑报 0x80070020。",
            "碰到 0x80070020 错误，需要支持。",
            "出现 0x80070020 时请帮忙看看。",
            "出现错误代码 0x80070020，请联系管理员",
            "更新失败，出现 0x80070020 请求协助",
            "若报错 0x80070020，该怎么办？",
            "启动时提示 0x80070020，请问如何解决？",
            "更新出现 0x80070020 时系统卡死。",
        ] {
            check(text, false);
        }
    }

    #[test]
    fn what_others_say_and_ask_is_supposed() {
        for text in [
            "Microsoft says 0x80070005 means access denied.",
            "The documentation lists 0x80070005 as harmless.",
            "According to Microsoft, 0x80070005 means access denied.",
            "I googled 0x80070005 and found nothing.",
            "We searched the web for error 0x80070005.",
            "I read about 0x80070005 in a forum.",
            "微软文档说 0x80070005 是拒绝访问。",
            "我百度了一下 0x80070005，没找到。",
            "网上说 0x80070005 是权限问题。",
            "Is this the same as 0x80070005?",
            "Could that be related to the known error 0x80070005?",
            "这和 0x80070005 是一回事吗？",
            "Last year we had 0x80070005 on another server, not related.",
            "Two months ago an old laptop had 0x80070005.",
            "We also saw 0x80070005 once, but that is a different issue.",
            "去年另一台服务器报过 0x80070005。",
            "还有个 0x80070005，跟这次无关。",
        ] {
            check(text, true);
        }
        for text in [
            "The installer says 0x80070005.",
            "Our admin says 0x80070005 comes up on all machines.",
            "We searched the log for errors and found 0x80070005.",
            "I get the same error as yesterday, 0x80070005.",
            "How is 0x80070005 solved?",
            "We had 0x80070005 last year on another server, and now it is back.",
            "The update fails with 0x80070005, which is not related to the antivirus.",
            "另一台电脑也报 0x80070005。",
            "安装报 0x80070005，网上的方法都试过了。",
            "The same as last week: 0x80070005 on all clients.",
        ] {
            check(text, false);
        }
    }
}
