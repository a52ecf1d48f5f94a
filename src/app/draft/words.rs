//! What of a case's subject and mails goes into a draft: without case numbers, without who signed.

use regex::Regex;

use crate::{
    mail::{BlockKind, Message},
    store::MessageRecord,
};

/// Characters taken of what the customer wrote.
const MOST_SYMPTOMS: usize = 1_500;
/// Lines below a name that are still who signed: a title, a team, a firm.
const MOST_SIGNED: usize = 5;
/// Characters of such a line at most.
const LONGEST_SIGNED: usize = 60;

/// Words before a case's number that only say what it is.
const LABELS: &str =
    "case|ticket|incident|request|service request|sr|ref|id|no|number|案例|案件|工单|工單|单号|單號|编号|編號|号|號";

/// A subject without the case numbers, whole with what ticket systems add to them (`CAS-77120-AB`), and the brackets around them.
pub(super) fn without_numbers(subject: &str, numbers: &[String]) -> String {
    let mut plain = subject.to_string();
    for number in numbers.iter().filter(|number| !number.trim().is_empty()) {
        let token = format!(
            r"(?:(?:{LABELS})[\s.:：#№-]*)*#?(?-u:\b)(?:[A-Za-z]{{1,8}}-)?{}[A-Za-z0-9_-]*",
            regex::escape(number.trim())
        );
        let inside = r"[^\[\]()【】（）]";
        for pattern in
            [format!(r"(?i)[\[(【（]{inside}{{0,12}}?{token}{inside}{{0,6}}[\])】）]"), format!("(?i){token}")]
        {
            if let Ok(pattern) = Regex::new(&pattern) {
                plain = pattern.replace_all(&plain, " ").into_owned();
            }
        }
    }
    plain.trim_matches([' ', ':', '-', '：', '#', '|', '，', ',']).to_string()
}

/// What somebody newly wrote, without the name and title at its end.
pub(super) fn new_words(message: &Message) -> String {
    let text = message.text_of(BlockKind::New);
    let name = message.from.as_ref().map(|from| (from.name.as_str(), from.address.as_str()));
    let (name, address) = name.unwrap_or_default();
    unsigned(&text, name, address).to_string()
}

/// A text without the lines at its end with which its sender signs.
fn unsigned<'t>(text: &'t str, name: &str, address: &str) -> &'t str {
    let name = name.trim().to_lowercase();
    let local = address.split('@').next().unwrap_or_default().to_lowercase();
    let is_apart = |c: char| !c.is_alphanumeric();
    let known: Vec<&str> = name.split(is_apart).chain(local.split(is_apart)).filter(|word| !word.is_empty()).collect();
    let signs = |line: &str| {
        let line = line.to_lowercase();
        let mut words = line.split(is_apart).filter(|word| !word.is_empty()).peekable();
        let names = words.peek().is_some() && words.all(|word| known.contains(&word));
        names || name.chars().count() > 1 && line.contains(&name)
    };
    let (mut end, mut below) = (text.len(), 0);
    let mut at = text.len();
    for line in text.split_inclusive('\n').rev() {
        at -= line.len();
        let line = line.trim();
        if line.is_empty() {
            continue;
        }
        let is_sentence = line.ends_with(['.', '。', '!', '！', '?', '？', ':', '：', ';', '；']);
        if below > MOST_SIGNED || line.chars().count() > LONGEST_SIGNED || is_sentence || line.contains("0x") {
            break;
        }
        below += 1;
        if signs(line) {
            end = at;
        }
    }
    text[..end].trim_end()
}

/// What the customer wrote first; `closing` is the message that has the summary, by its place.
pub(super) fn first_words(
    messages: &[(MessageRecord, Message)],
    own: impl Fn(&Message) -> bool,
    closing: Option<usize>,
) -> String {
    let mut reports = messages.iter().enumerate().filter(|(number, _)| Some(*number) != closing).map(|(_, one)| one);
    let first = reports.clone().next();
    let from_outside = reports.find(|(record, message)| !record.automatic && !own(message));
    let text = from_outside.or(first).map(|(_, message)| new_words(message)).unwrap_or_default();
    let end = text.char_indices().nth(MOST_SYMPTOMS).map_or(text.len(), |(at, _)| at);
    let mut words = text[..end].trim().to_string();
    if end < text.len() {
        words.push_str(" …");
    }
    words
}

/// How it showed: what the summary says, and what the customer wrote, where the one does not say the other.
pub(super) fn symptoms(problem: &str, words: &str) -> String {
    match (problem.trim(), words.trim()) {
        (problem, words) if words.contains(problem) => words.to_string(),
        (problem, words) if problem.contains(words) => problem.to_string(),
        (problem, words) => format!("{problem}\n\n{words}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_subject(subject: &str, numbers: &[&str], expected: &str) {
        let numbers: Vec<String> = numbers.iter().map(ToString::to_string).collect();
        let words = without_numbers(subject, &numbers);
        assert_eq!(words.split_whitespace().collect::<Vec<_>>().join(" "), expected, "of {subject}");
    }

    #[test]
    fn numbers_go_whole() {
        check_subject("[CAS-77120-AB] scanner offline", &["CAS-77120"], "scanner offline");
        check_subject("[CAS-77120-AB] scanner offline", &["CAS-77120-AB", "CAS-77120"], "scanner offline");
        check_subject("scanner offline (case #88231)", &["88231"], "scanner offline");
        check_subject("[案例号: CAS-20001-AAAA11] 补丁安装失败", &["CAS-20001-AAAA11"], "补丁安装失败");
        check_subject("Ticket 88231: scanner offline", &["88231"], "scanner offline");
        check_subject("【工单 CS-20240117】扫描仪脱机", &["CS-20240117"], "扫描仪脱机");
        check_subject("工单号CS-20240117 扫描仪脱机", &["CS-20240117"], "扫描仪脱机");
        check_subject("INC0071234 scanner [floor 2] offline", &["INC0071234"], "scanner [floor 2] offline");
        check_subject("scanner 0x80070005", &[""], "scanner 0x80070005");
    }

    #[track_caller]
    fn check_signed(text: &str, expected: &str) {
        assert_eq!(unsigned(text, "Jane Roe", "j.roe@support.example"), expected, "of {text}");
    }

    #[test]
    fn who_signed_is_no_part_of_what_was_written() {
        check_signed("Resolution: restart it\n\nJane\nHelpline", "Resolution: restart it");
        check_signed("Restart it.\nJane Roe | Helpline\nAcme Ltd", "Restart it.");
        check_signed("Restart it.\n\n- Jane\n", "Restart it.");
        check_signed("Restart it.\nJane told me to.", "Restart it.\nJane told me to.");
        check_signed("Restart it", "Restart it");
        check_signed("Jane: restart it\n1\n2\n3\n4\n5\n6\n7", "Jane: restart it\n1\n2\n3\n4\n5\n6\n7");
        assert_eq!(unsigned("解决方案：重启\n\n王芳\n技术支持", "王芳", "wf@support.example"), "解决方案：重启");
        assert_eq!(unsigned("重启", "", ""), "重启");
    }

    #[test]
    fn symptoms_say_nothing_twice() {
        assert_eq!(symptoms("It stops", "Hello. It stops at night."), "Hello. It stops at night.");
        assert_eq!(symptoms("", "AMQ9208E"), "AMQ9208E");
        assert_eq!(symptoms("The queue stops", "AMQ9208E"), "The queue stops\n\nAMQ9208E");
        assert_eq!(symptoms("The queue stops", ""), "The queue stops");
    }
}
