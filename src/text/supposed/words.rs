//! The words of conditions, of advice, of searches and of comparisons, in English and Chinese. Data only.

use std::sync::LazyLock;

use regex::Regex;

use crate::text::shape::ascii_words_pattern;

/// Marks between clauses. A colon is none: `if this comes up: 0x…`.
pub(super) const CLAUSE_ENDS: [char; 12] = ['，', ',', '；', ';', '。', '！', '!', '？', '?', '(', '（', '\n'];

/// Begins a condition.
pub(super) static CONDITION: LazyLock<Regex> = LazyLock::new(|| {
    ascii_words_pattern(
        r"\b(?:if|should|in case|in the event(?: that)?|unless|provided(?: that)?|suppose|assuming|when|whenever|once|as soon as)\b",
    )
});

/// Of these, those that tell of what happens, too.
pub(super) const ALSO_OF_FACTS: &[&str] = &["when", "whenever", "once", "as soon as"];

/// Verbs between whoever meets an error and the error. Those of the past tell of a fact behind `when`.
pub(super) const MEETS: &[&str] = &[
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
pub(super) const MET: &[&str] = &[
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
pub(super) const FILLERS: &[&str] = &[
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
pub(super) const PRONOUNS: &[&str] =
    &["i", "you", "we", "it", "they", "he", "she", "this", "that", "anyone", "anybody", "someone", "somebody"];

/// Behind such a subject, before the verb.
pub(super) const ADVERBS: &[&str] = &[
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
pub(super) const PREPOSITIONS: &[&str] = &["of", "on", "in", "at", "for", "from", "to", "with", "by", "into"];

/// Behind an error in a condition: it comes.
pub(super) static APPEARS: LazyLock<Regex> = LazyLock::new(|| {
    ascii_words_pattern(concat!(
        r#"^["'”’)\]]*(?: (?:error|code|message|exception)s?)*(?: (?:still|ever|again|also|then|should|does|do))*"#,
        r" (?:appears?|occurs?|shows?|shown|comes?|happens?|persists?|pops?|turns?|returns?|remains?|exists?|arises?",
        r"|(?:is|are|be|gets?) (?:shown|reported|returned|displayed|logged|seen|raised|thrown|found|present|there|listed|given))\b",
    ))
});

/// What to do, or what might come.
pub(super) static ADVICE: LazyLock<Regex> = LazyLock::new(|| {
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
pub(super) static HELP: LazyLock<Regex> = LazyLock::new(|| {
    ascii_words_pattern(
        r"\b(?:help|why|what (?:to do|should|can|shall|do|is)|how (?:to|can|do|should|shall)|solution|advise)\b",
    )
});

/// Before the condition: whoever asks has met it.
pub(super) static DOUBT: LazyLock<Regex> = LazyLock::new(|| {
    ascii_words_pattern(
        r"\b(?:not sure|unsure|unclear|don't know|do not know|no idea|wonder(?:ing)?|as|looks like|even|not certain)\s*$",
    )
});

/// A condition in Chinese, from its word to the error.
pub(super) static CONDITION_HAN: LazyLock<Regex> = LazyLock::new(|| {
    ascii_words_pattern(concat!(
        r"(?P<word>如果|若是|若|假如|假使|倘若|要是|万一|萬一|一旦|如)(?P<mid>[^，。；！？,;]{0,16}?)",
        r"(?:报|報|出现|出現|遇到|遇上|碰到|看到|见到|提示|显示|顯示|返回|收到|发生|發生|抛出|得到|失败|失敗)",
        r#"(?:了|出|的|错|錯|错误码|错误|錯誤|代码|代碼|失败|失敗|为|為|以下|下列|这个|该|該|如下|提示|信息|报错|報錯|[ :：“「"])*$"#,
    ))
});

/// Between the word and the verb: then the error is in the main clause.
pub(super) const MAIN_HAN: &[&str] = &["就", "则", "則", "便", "都", "才", "会", "會", "即"];

/// Between 如 and the verb. `如图报错` and `如下` show what was met.
pub(super) const AFTER_RU: &[&str] =
    &["", "仍", "仍然", "还", "還", "还是", "再", "再次", "后续", "後續", "又", "继续", "繼續", "依然", " "];

/// Before 如: another word.
pub(super) const BEFORE_RU: &[char] = &['例', '比', '诸', '諸', '譬', '有', '不', '正', '犹', '假', '譬', '宛', '莫'];

/// Behind an error: `…的话`, and `…时，请…` behind a verb of meeting.
pub(super) static CONDITION_BEHIND: LazyLock<Regex> = LazyLock::new(|| {
    ascii_words_pattern(r"^[ ”」]*(?:的?(?:错误|錯誤|报错|報錯|问题|問題|代码|代碼|提示))?的(?:话|話)")
});
pub(super) static WHEN_BEHIND: LazyLock<Regex> = LazyLock::new(|| {
    ascii_words_pattern(
        r"^[ ”」]*(?:的?(?:错误|錯誤|报错|報錯|问题|問題|代码|代碼|提示))?(?:时|時|的时候|的時候|的?情况下|的?情況下)",
    )
});

/// Behind that: what to do.
pub(super) static ADVICE_HAN: LazyLock<Regex> = LazyLock::new(|| {
    ascii_words_pattern(
        r"^[ ”」]*(?:的?(?:错误|錯誤|报错|報錯|问题|問題|代码|代碼|提示))?[，, ]*(?:请|請|可以|可尝试|可先|应当|应该|應該|需要|需|建议|建議|联系|聯繫|务必)",
    )
});

/// What whoever writes asks for himself: 请问, 请求, 请帮忙, 需要支持.
pub(super) const ASKED_FOR: &[char] =
    &['问', '問', '求', '帮', '幫', '协', '協', '教', '各', '大', '专', '專', '尽', '盡', '指', '支', '技', '看', '老'];
pub(super) static MEETS_HAN: LazyLock<Regex> = LazyLock::new(|| {
    ascii_words_pattern(
        r"(?:^|[当當，。；：:\n ])(?:当|當|每当)?(?:出现|出現|遇到|遇上|碰到|看到|收到)(?:了|错误码|错误|錯誤|代码|代碼|[ :：“「])*$",
    )
});

/// Asks what to do about it: who asks has met it.
pub(super) static ASKS_FOR_HELP: LazyLock<Regex> = LazyLock::new(|| {
    ascii_words_pattern(r"怎么办|怎麼辦|怎么处理|怎麼處理|怎么解决|怎么解決|如何|咋办|咋整|为什么|為什麼|什么原因")
});

/// Before an error: who writes has it from an article or a search.
pub(super) static FROM_OTHERS: LazyLock<Regex> = LazyLock::new(|| {
    ascii_words_pattern(concat!(
        // A product that says something may be the one that fails.
        r"\b(?:microsoft|technet|(?:oracle|vmware|red hat)'s (?:docs?|documentation|support|site|kb)|google|bing|chatgpt|copilot|wikipedia|documentation|docs",
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
pub(super) static COMPARED: LazyLock<Regex> = LazyLock::new(|| {
    ascii_words_pattern(concat!(
        r"\b(?:same (?:\w+ )?as|related to|similar to|connected (?:to|with)|linked to|anything to do with|identical (?:to|with)|variant of)",
        r#"(?: (?:the|an?|error|code|issue|problem|known|bug|old|famous|with|from))*[ "'“‘]*$"#,
        r#"|(?:和|跟|与|與|同)(?:那个|那個|之前的|上次的|错误|錯誤|代码|代碼)*[ “「"]*$"#,
    ))
});
pub(super) static COMPARED_BEHIND_HAN: LazyLock<Regex> = LazyLock::new(|| {
    ascii_words_pattern(
        r"^[ ”」]*(?:的?(?:错误|錯誤|问题|問題|报错|報錯))?(?:是不是|是|有没有|有沒有|有)?(?:一回事|一样|一樣|同一个|同一個|有关|有關|关系|關係|相关|相關|类似|類似)",
    )
});

/// It was at another time.
pub(super) static LONG_AGO: LazyLock<Regex> = LazyLock::new(|| {
    ascii_words_pattern(concat!(
        r"\b(?:last (?:year|month|spring|summer|autumn|winter)|(?:\w+ )?(?:months|years) ago|a year ago|in the past|back then|years back)\b",
        r"|去年|前年|几个月前|幾個月前|上个月|上個月|以前|曾经|曾經|几年前|幾年前",
    ))
});

/// It is told of now as well.
pub(super) static TODAY: LazyLock<Regex> = LazyLock::new(|| {
    ascii_words_pattern(
        r"\b(?:but|now|today|since|this (?:morning|week|time)|currently|again|still|same)\b|现在|現在|今天|这次|這次|目前|但|也报|也報|又|同样|同樣",
    )
});

/// On another machine.
pub(super) static ELSEWHERE: LazyLock<Regex> = LazyLock::new(|| {
    ascii_words_pattern(concat!(
        r"\b(?:another|a different|some other|the other|an old|the old|other) (?:\w+ )?(?:servers?|machines?|pcs?|computers?|hosts?|laptops?|vms?|sites?|systems?|databases?|customers?|clients?|clusters?|nodes?)\b",
        r"|(?:另外?一?台|另一个|另一個|别的|別的|其他|其它|旧的?|舊的?|老的?)(?:服务器|伺服器|机器|機器|电脑|電腦|主机|主機|系统|系統|客户|客戶|库|数据库)",
    ))
});

/// It has nothing to do with this, says the end of the sentence.
pub(super) static UNRELATED: LazyLock<Regex> = LazyLock::new(|| {
    ascii_words_pattern(concat!(
        r"(?:^|[ ,;(–-])(?:not related|unrelated|irrelevant|no relation|nothing to do with (?:this|it)|a? ?(?:different|separate) (?:story|issue|problem|matter))(?: (?:to this|here|though|i think))?[.,;!) ]*$",
        r"|(?:无关|無關|没关系|沒關係|没有关系|不相关|不相關|不是一回事|两回事|兩回事|两码事|兩碼事)[^，。,]{0,3}[。.！!]*$",
    ))
});

/// It is there after all.
pub(super) static BACK: LazyLock<Regex> = LazyLock::new(|| {
    ascii_words_pattern(
        r"\b(?:again|back|still|now|today|also here)\b|又|再次|再度|仍|还是|還是|现在|現在|今天|这次也|這次也",
    )
});
