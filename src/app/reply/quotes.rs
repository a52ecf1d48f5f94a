//! The lines of a case that a draft quotes.

use crate::store::work::StoredMatch;

/// Lines that are quoted at most.
const MOST: usize = 3;
/// Characters of a line that are quoted.
const LONGEST: usize = 300;
/// Characters of a greeting at most, up to the mark behind it.
const GREETING: usize = 30;

/// The first lines of the case that speak for an article, each once: of two of which one is a piece of the other, the longer.
/// What was quoted or answered proves nothing to who asked: it may be one's own words.
/// `own` are the parts that who answers wrote.
pub(super) fn lines(found: Option<&StoredMatch>, own: &[String]) -> Vec<String> {
    let evidence = found.and_then(|found| found.evidence.as_array()).into_iter().flatten();
    let is_own = |part: &str| {
        own.iter().any(|own| part == own || part.strip_prefix(own).is_some_and(|rest| rest.starts_with('/')))
    };
    let reported = evidence.filter(|one| one["quoted"] != true && one["standing"] != "quoted");
    let reported = reported.filter(|one| !is_own(one["part"].as_str().unwrap_or_default()));
    let texts = reported.map(|one| one["text"].as_str().unwrap_or_default());
    quoted(texts).into_iter().map(|line| format!("    {line}")).collect()
}

fn quoted<'t>(texts: impl Iterator<Item = &'t str>) -> Vec<String> {
    let mut quoted: Vec<&str> = Vec::new();
    for text in texts {
        let line = without_greeting(text.trim().lines().next().unwrap_or_default().trim());
        if line.is_empty() || quoted.iter().any(|other| core(other).contains(core(line))) {
            continue;
        }
        let is_piece = |other: &&str| core(line).contains(core(other));
        match quoted.iter().position(is_piece) {
            Some(at) => {
                quoted.retain(|other| !is_piece(other));
                quoted.insert(at.min(quoted.len()), line);
            }
            None if quoted.len() < MOST => quoted.push(line),
            None => {}
        }
    }
    let shortened = quoted.into_iter().map(|line| match line.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{} …", line[..end].trim_end()),
        None => line.to_string(),
    });
    shortened.collect()
}

/// A line without the marks of what was cut off.
fn core(line: &str) -> &str {
    line.trim_matches(|c: char| c.is_whitespace() || "….。，,；;：:!！".contains(c))
}

/// A line without the greeting that opens it.
fn without_greeting(line: &str) -> &str {
    const CHINESE: [&str; 4] = ["您好", "你好", "大家好", "老师好"];
    const ENGLISH: [&str; 8] =
        ["hi", "hello", "hey", "dear", "good morning", "good afternoon", "good evening", "good day"];
    let marks: &[char] = &[',', '，', '.', '。', '!', '！', ':', '：', ';', '；', '、', '~', '～', '-', '—'];
    let behind =
        |rest: &'_ str| rest.len() - rest.trim_start_matches(|c: char| c.is_whitespace() || marks.contains(&c)).len();
    let greets = CHINESE.iter().filter_map(|word| line.find(word).map(|at| (at, at + word.len()))).min();
    if let Some((at, end)) = greets.filter(|(at, _)| line[..*at].chars().count() <= GREETING / 3) {
        let rest = &line[end..];
        // `您好像`: the word goes on, and so does a sentence before it.
        let ends = rest.is_empty() || rest.starts_with(|c: char| c.is_whitespace() || marks.contains(&c));
        if ends && !line[..at].contains(|c: char| c.is_ascii_digit()) {
            return &rest[behind(rest)..];
        }
    }
    let end = line.find(marks).unwrap_or(line.len());
    let head = line[..end].to_lowercase();
    let opens = ENGLISH
        .iter()
        .any(|word| head.strip_prefix(word).is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric())));
    let is_short = head.chars().count() <= GREETING && head.split_whitespace().count() <= 4;
    if opens && is_short && !head.contains(|c: char| c.is_ascii_digit()) {
        let rest = &line[end..];
        return &rest[behind(rest)..];
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(texts: &[&str], expected: &[&str]) {
        assert_eq!(quoted(texts.iter().copied()), expected, "of {texts:?}");
    }

    #[test]
    fn a_sentence_is_quoted_once() {
        check(
            &[
                "您好，NAS 共享打不开，提示组织的安全策略…",
                "您好，NAS 共享打不开，提示组织的安全策略阻止未经身份验证的来宾访问。",
            ],
            &["NAS 共享打不开，提示组织的安全策略阻止未经身份验证的来宾访问。"],
        );
        check(
            &["error 5: access is denied.", "The pump says error 5: access is denied."],
            &["The pump says error 5: access is denied."],
        );
        check(&["a", "b", "c", "d", "a and more"], &["a and more", "b", "c"]);
        check(&["ab c", "d ef", "x ab c d ef"], &["x ab c d ef"]);
        check(&["", "  "], &[]);
    }

    #[test]
    fn greetings_are_no_evidence() {
        for (line, rest) in [
            ("张工，您好：泵站停机", "泵站停机"),
            ("各位老师好！泵站停机", "泵站停机"),
            ("您好", ""),
            ("Hi team, the pump stops", "the pump stops"),
            ("Good morning - the pump stops", "the pump stops"),
            ("Dear Ann,", ""),
            ("您好像没有权限", "您好像没有权限"),
            ("Highest error: 5", "Highest error: 5"),
            ("Hello for Business fails with 0x80090016, on all", "Hello for Business fails with 0x80090016, on all"),
            ("error 5: hello", "error 5: hello"),
        ] {
            assert_eq!(without_greeting(line), rest, "of {line}");
        }
    }
}
