//! What is only supposed: an error that a person names in a condition (`if the update fails with …, restart`), in a question whether
//! it is the same one, or as the subject of a search, of an article, of another time. It need not have been met.
//!
//! A condition tells what to do, or what might come. A report has the same words: `when I start the service it fails with …`
//! names the error in its main clause, and `when it fails with …, the screen stays dark` says what happens. So the error must stand
//! in the clause of the condition, right behind its verb or before it, and the main clause must be advice.

mod words;

use std::ops::Range;

use words::{
    ADVERBS, ADVICE, ADVICE_HAN, AFTER_RU, ALSO_OF_FACTS, APPEARS, ASKED_FOR, ASKS_FOR_HELP, BACK, BEFORE_RU,
    CLAUSE_ENDS, COMPARED, COMPARED_BEHIND_HAN, CONDITION, CONDITION_BEHIND, CONDITION_HAN, DOUBT, ELSEWHERE, FILLERS,
    FROM_OTHERS, HELP, LONG_AGO, MAIN_HAN, MEETS, MEETS_HAN, MET, PREPOSITIONS, PRONOUNS, TODAY, UNRELATED,
    WHEN_BEHIND,
};

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
        // `when it fails with …, we have to restart each time` tells of what happens.
        let tells =
            |advice: &str| of_facts && (matches!(advice, "will" | "would" | "might") || advice.starts_with("we "));
        let advises =
            [main, lead, led].iter().any(|clause| ADVICE.find_iter(clause).any(|advice| !tells(advice.as_str())));
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
        // `It worked last month but today another server fails with …`: what was is not the error.
        let then = || LONG_AGO.is_match(self.clause_before()) || LONG_AGO.is_match(self.behind);
        UNRELATED.is_match(self.behind) || then() && !TODAY.is_match(&all) && ELSEWHERE.is_match(&all)
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
            "When the printer shows 0x80070020, we have to restart the spooler each time.",
            "Whenever Outlook reports 0x80070020, the users will lose their drafts.",
            "It worked last month but today another server fails with 0x80070020.",
            "以前都正常，现在其他电脑也报 0x80070020。",
            "Since this morning Oracle says 0x80070020 and nobody can log in.",
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
