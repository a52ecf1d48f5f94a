//! What the author of an answer says of what he was helped with, without naming it: that all is well now, or that it is not.
//!
//! To hear `solved` where it is not takes an error out of a case that has it; not to hear it changes nothing. So whatever speaks
//! against it wins.

use std::{ops::Range, sync::LazyLock};

use regex::Regex;

use super::{
    past::{BACK, CLAUSE_ENDS, CODE, UNSURE},
    shape::ascii_words_pattern,
};

/// It all works now, whatever it was: `that fixed it`, `works again`, `好了`.
static WORKS: LazyLock<Regex> = LazyLock::new(|| {
    ascii_words_pattern(concat!(
        r"\b(?:it|this|that|these steps|your (?:advice|script|steps?|hint|fix|workaround)|which) (?:has |have |did |really |finally )*(?:the trick\b|(?:fixe[sd]|solve[sd]|resolve[sd]|cure[sd]|helped|did) (?:it|that|this|the|our|my)\b|helped\b)",
        r"|\b(?:is|are|was|were|has been|have been|got|seems|looks) (?:now |all |finally |already |completely )*(?:fixed|solved|resolved|cured|back to normal|up and running|up again|working(?: again| now| fine)?)\b",
        r"|\b(?:work|run|start|boot|print|install|connect)s? (?:again|now|fine|perfectly|as expected|without (?:any )?(?:errors?|problems?|issues?))\b",
        r"|\bnow (?:it |everything |all |this |that )*works\b|\bproblem solved\b|\bback to normal\b|\b(?:it|everything|all) works\b",
        r"|\b(?:läuft|funktioniert|klappt|geht)(?: es| alles| das)? (?:jetzt|wieder|nun)\b|\b(?:jetzt|nun) (?:läuft|funktioniert|klappt|geht) (?:es|alles|das|wieder)\b|\b(?:ist|wurde) (?:jetzt |nun |damit )*(?:gelöst|behoben)\b",
        r"|(?:已经|已經|已|就|都|后|後|也|终于|終於|现在|現在|目前)(?:可以|能用|正常|好)了|(?:问题|問題|故障)(?:已经|已經|已|就|都|也)?(?:被)?(?:好了|没了|沒了|解决|解決|消失|排除|修复|修復)|(?:解决|解決|修复|修復|搞定|修好|恢复|恢復|处理好|處理好)了|恢复正常|恢復正常|(?:^|[\s，。！,!])好了[，。！,!]|没问题了|沒問題了|不再?报错了|不再?報錯了",
    ))
});

/// Thanks that say `again` of nothing else.
static THANKS: LazyLock<Regex> = LazyLock::new(|| {
    ascii_words_pattern(r"\b(?:thanks|thank you|thx|many thanks)(?: \w+){0,3} again\b|\bagain,? (?:many )?thank")
});

/// It is not said of now: a wish, a condition, a plan.
static WISHED: LazyLock<Regex> = LazyLock::new(|| {
    ascii_words_pattern(concat!(
        r"\b(?:if|whether|until|unless|when|once|hope|hopefully|should|would|could|might|may|must|needs? to|please|only|except|falls|wenn|sobald|nicht)\b",
        r"|如果|是否|希望|要是|等|请|請|应该|應該|可能|怎么|怎麼|如何|只有|除了|之前|以前",
    ))
});

/// What comes behind is another thing than what was solved.
static BUT: LazyLock<Regex> = LazyLock::new(|| {
    ascii_words_pattern(
        r"\b(?:but|however|unfortunately|now we (?:get|see|have)|another|one more|aber|jedoch|allerdings|leider)\b|但|不过|不過|可是|另外|只是|另一|还有个|還有個",
    )
});

/// Of a part only: one of several machines, one way of several.
static PARTLY: LazyLock<Regex> = LazyLock::new(|| {
    ascii_words_pattern(concat!(
        r"\b(?:only|just|except|without|unless|as long as|part(?:ly|ially)|(?:some|most|one|two|half) of)\b",
        r"|\b(?:on|at|for|in|with) (?:(?:the|this|that|one|our|my|his|her|some|most|a|an) )?(?:\w+ )?(?:server|client|machine|pc|laptop|host|node|site|system|user|account|instance|environment|database|network)s?\b",
        r"|只|仅|僅|除了|部分|有些|个别|個別|其中|(?:第.|另外?.?|其他|其它|别的|別的|一)(?:台|臺|个|個)",
    ))
});

/// Somebody says so: who, and the verb.
static SAYS: LazyLock<Regex> = LazyLock::new(|| {
    ascii_words_pattern(
        r"\b(\w+) (?:said|says|told|claims?|claimed|thinks?|believes?)\b|\b(?:supposedly|allegedly|reportedly|apparently)\b|据说|聽說|听说|说是|說是|声称|聲稱",
    )
});

/// It does not work, by other words than [`BACK`].
static CANNOT: LazyLock<Regex> = LazyLock::new(|| {
    ascii_words_pattern(concat!(
        r"\b(?:cannot|can't|unable|not (?:solved|fixed|resolved|gone|working)|(?:does|do|did)(?:n't| not) (?:work|help|connect|start))\b",
        r"|不行|无法|無法|不能|连不上|連不上|打不开|打不開|没有?解决|沒有?解決|没用|沒用|复发|復發",
    ))
});

/// What the author of an answer says of what he was helped with, without naming it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// All is well now. `but`: he goes on to something else.
    Solved { but: bool },
    /// It has come back, or never went.
    Back,
}

/// Whether a text says that all is well now (`按你说的做之后好了`), or that it is as it was. `None` where it says neither, asks or
/// wishes for it, says it of a part, of an error that it names or as another's word, or takes it back in another sentence without
/// naming another error.
pub(crate) fn outcome(text: &str, sentences: &[Range<usize>]) -> Option<Outcome> {
    let sentences: Vec<String> =
        sentences.iter().filter_map(|sentence| text.get(sentence.clone())).map(str::to_lowercase).collect();
    let fails_on = |sentence: &str| {
        let sentence = THANKS.replace_all(sentence, " ");
        (BACK.is_match(&sentence) || CANNOT.is_match(&sentence)) && !CODE.is_match(&sentence)
    };
    let found = sentences.iter().enumerate().find_map(|(at, sentence)| Some((at, WORKS.find(sentence)?)));
    let Some((at, found)) = found else {
        return sentences.iter().any(|sentence| fails_on(sentence)).then_some(Outcome::Back);
    };
    let whole = &sentences[at];
    let (before, rest) = (&whole[..found.start()], &whole[found.end()..]);
    let clause = before.rsplit(CLAUSE_ENDS).next().unwrap_or_default();
    let asks = whole.trim_end().ends_with(['?', '？']) || whole.contains(['吗', '嗎']);
    let by_another = SAYS.captures_iter(before).any(|said| said.get(1).is_none_or(|who| who.as_str() != "you"));
    if asks || CODE.is_match(before) || UNSURE.is_match(clause) || WISHED.is_match(clause) || by_another {
        return None;
    }
    if [clause, rest.split(CLAUSE_ENDS).next().unwrap_or_default()].iter().any(|part| PARTLY.is_match(part)) {
        return None;
    }
    let behind = &sentences[at + 1..];
    if sentences[..at].iter().chain(behind).any(|other| fails_on(other)) || fails_on(rest) {
        return None;
    }
    Some(Outcome::Solved { but: BUT.is_match(rest) || behind.iter().any(|sentence| BUT.is_match(sentence)) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::sentence::sentences;

    #[track_caller]
    fn check_solved(text: &str, expected: Option<Outcome>) {
        assert_eq!(outcome(text, &sentences(text)), expected, "{text}");
    }

    #[test]
    fn an_answer_says_that_all_is_well_now() {
        for text in [
            "That fixed it, thank you!",
            "We did as you said and the printer works again. Thanks again for the quick help.",
            "The issue is resolved now.",
            "Hallo Tom,\n\nmit 1Gi läuft es jetzt seit zwei Stunden ohne Neustart. Danke!",
            "按照您的步骤处理后问题解决了，谢谢！",
            "重启之后已经正常了。",
        ] {
            check_solved(text, Some(Outcome::Solved { but: false }));
        }
        for text in [
            "按你说的 alter system register 之后好了，谢谢！\n但是现在有的会话报 ORA-04031，共享池不够。",
            "That solved it. But now we get ORA-04031 in some sessions.",
            "好了，谢谢。不过另一台又报 ORA-04031。",
        ] {
            check_solved(text, Some(Outcome::Solved { but: true }));
        }
    }

    #[test]
    fn what_is_taken_back_wished_for_or_said_of_one_error_is_not_all_well() {
        for text in [
            "重启之后好了，但是过了一会儿又不行了。",
            "It works now, but after a restart it is the same again.",
            "Is it fixed in the next update?",
            "Please close it when it is resolved.",
            "We hope that it is fixed soon.",
            "ORA-12514 is fixed, the rest is as before.",
            "问题解决了吗？",
            "The update fails with 0x80070005.",
        ] {
            check_solved(text, None);
        }
    }

    #[test]
    fn what_is_said_of_a_part_or_by_another_is_not_all_well() {
        for text in [
            "This is not solved. It works now only on the test system. We also see ORA-04031.",
            "The first server is still down with the same error. On the second server it is fixed. But now ORA-04031 there.",
            "Tom said it is fixed, but I have no access. And ORA-04031 comes.",
            "It works now on the old client. ORA-04031 fails too.",
            "It works fine without the firewall, so the firewall is it.",
            "另一台好了，这台没动。",
        ] {
            check_solved(text, None);
        }
    }

    #[test]
    fn what_has_come_back_or_never_went() {
        for text in [
            "Unfortunately the problem is back since this morning, the application cannot connect.",
            "又出现了，还是连不上。",
            "It is not fixed.",
            "还没有解决。",
            "以前都好了的，现在不行。",
        ] {
            let found = outcome(text, &sentences(text));
            assert!(matches!(found, Some(Outcome::Back) | None), "{text}");
        }
        check_solved("The problem is back since this morning.", Some(Outcome::Back));
        check_solved("又出现了，还是连不上。", Some(Outcome::Back));
        check_solved("Here is the log. Thanks again!", None);
    }
}
