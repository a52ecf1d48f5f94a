//! The plain-text export of a mail thread, as ticket systems write it: a subject line, then numbered messages with
//! sender, time and content.
//!
//! ```text
//! 邮件主题：回复: 补丁安装失败
//! ====第1封邮件====
//! 发件人：李雷
//! 发送时间：2024-09-10 14:32:53+00:00
//! 邮件内容:
//! …
//! ```

use std::sync::LazyLock;

use regex::Regex;

use super::{Mailbox, Message, address, automatic, date, header::Header, quote, subject};
use crate::parsed::{Parsed, Warning};

/// Messages of one export.
const MAX_MESSAGES: usize = 10_000;

static SEPARATOR: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)^\s*[=＝]{2,}\s*(?:第\s*([0-9０-９一二三四五六七八九十百零〇]{1,6})\s*封\s*(?:邮件|郵件)?|(?:e-?mail|message|mail)\s*#?\s*([0-9]{1,6}))\s*[=＝]{2,}\s*$")
        .expect("a fixed pattern, compiled by the tests")
});

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Field {
    Subject,
    From,
    Date,
    To,
    Content,
}

/// Labels of fields, without blanks.
const LABELS: &[(Field, &[&str])] = &[
    (Field::Subject, &["邮件主题", "郵件主題", "主题", "主題", "subject", "邮件标题"]),
    (Field::From, &["发件人", "發件人", "寄件者", "寄件人", "发送人", "from", "sender"]),
    (Field::Date, &["发送时间", "發送時間", "发件时间", "时间", "日期", "发送日期", "寄件日期", "sent", "date"]),
    (Field::To, &["收件人", "收件者", "抄送", "副本", "to", "cc"]),
    (Field::Content, &["邮件内容", "郵件內容", "内容", "內容", "正文", "邮件正文", "content", "body"]),
];

/// The field that a line begins with, and its value.
fn field(line: &str) -> Option<(Field, &str)> {
    let line = line.trim_start_matches(['\u{feff}', ' ', '\t', '\u{3000}']);
    // The longest label has four characters, blanks between them allowed for.
    let (end, colon) = line.char_indices().take(16).find(|(_, c)| matches!(c, ':' | '：' | '︰' | '﹕'))?;
    let word: String = line[..end].chars().filter(|c| !c.is_whitespace()).collect::<String>().to_lowercase();
    let (field, _) = LABELS.iter().find(|(_, words)| words.contains(&word.as_str()))?;
    Some((*field, line[end + colon.len_utf8()..].trim()))
}

/// Whether a text is such an export: a separator near its top, and below it a field of a message.
pub fn looks_like_thread_export(text: &str) -> bool {
    // The subject and some notes may stand above; a real export has its first separator within the first lines.
    let lines: Vec<&str> = text.lines().take(60).collect();
    let Some(at) = lines.iter().position(|line| line.len() < 200 && SEPARATOR.is_match(line)) else { return false };
    let below = lines[at + 1..].iter().filter(|line| !line.trim().is_empty()).take(4);
    below.filter_map(|line| field(line)).any(|(field, _)| field != Field::Subject)
}

/// Reads an export. Each message has the part `thread.txt#2` by its place; line numbers of blocks are those of
/// the file. Missing fields stay empty, with a warning for senders and times.
pub fn parse_thread_export(part: &str, text: &str) -> Parsed<Vec<Message>> {
    let mut parsed = Parsed::clean(Vec::new());
    let lines: Vec<&str> = text.split('\n').map(|line| line.trim_end_matches('\r')).collect();
    let is_separator = |line: &str| line.len() < 200 && SEPARATOR.is_match(line);
    let mut begins: Vec<usize> = (0..lines.len()).filter(|at| is_separator(lines[*at])).collect();
    if begins.len() > MAX_MESSAGES {
        parsed.warnings.push(Warning::new(part, "too many messages, the rest are read as text of the last one"));
        begins.truncate(MAX_MESSAGES);
    }
    let top = &lines[..begins.first().copied().unwrap_or(lines.len())];
    let subject = top.iter().find_map(|line| field(line).filter(|(field, _)| *field == Field::Subject));
    let subject = subject.map(|(_, value)| value.to_owned()).unwrap_or_default();
    if begins.is_empty() {
        parsed.warnings.push(Warning::new(part, "no message separators found"));
    }
    for (number, begin) in begins.iter().enumerate() {
        let end = begins.get(number + 1).copied().unwrap_or(lines.len());
        let name = format!("{part}#{}", number + 1);
        let message = read_message(&name, &subject, &lines, begin + 1, end, &mut parsed.warnings);
        parsed.value.push(message);
    }
    parsed
}

fn read_message(
    part: &str,
    subject: &str,
    lines: &[&str],
    begin: usize,
    end: usize,
    warnings: &mut Vec<Warning>,
) -> Message {
    let mut message = Message { part: part.to_owned(), subject: subject.to_owned(), ..Message::default() };
    let line_of = |at: usize| Some(at as u64 + 1);
    let (mut at, mut first) = (begin, None);
    while at < end {
        let line = lines[at];
        match field(line) {
            Some((Field::Content, value)) => {
                // The text may begin on the line of the label.
                first = Some(value).filter(|value| !value.is_empty());
                at += usize::from(first.is_none());
                break;
            }
            Some((Field::Subject, value)) if !value.is_empty() => message.subject = value.to_owned(),
            Some((Field::From, value)) if message.from.is_none() => message.from = mailboxes(value).into_iter().next(),
            Some((Field::To, value)) => message.recipients.extend(mailboxes(value)),
            Some((Field::Date, value)) if message.date.is_none() => match date::parse(value) {
                Some(sent) => {
                    message.date = Some(sent.time);
                    if !sent.zoned {
                        let text = "time without zone, taken as UTC".into();
                        warnings.push(Warning { part: part.into(), line: line_of(at), message: text });
                    }
                }
                None if value.is_empty() => {}
                None => {
                    let text = "time that cannot be read".into();
                    warnings.push(Warning { part: part.into(), line: line_of(at), message: text });
                }
            },
            Some(_) => {}
            None if line.trim().is_empty() => {}
            // Text without the label of the content.
            None => break,
        }
        at += 1;
    }
    if message.from.is_none() {
        warnings.push(Warning { part: part.into(), line: line_of(begin), message: "message without sender".into() });
    }
    let mut body: Vec<&str> = lines[at.min(end)..end].to_vec();
    if let (Some(text), Some(line)) = (first, body.first_mut()) {
        *line = text;
    }
    let body = body.join("\n");
    message.body = quote::split(&body, &subject::context(&message.subject, true));
    for block in &mut message.body {
        block.first_line += at as u64;
    }
    message.automatic = automatic::reason(&Header::default(), "", None, &message, &body);
    message
}

/// Senders of exports are often names only, commas and all.
fn mailboxes(value: &str) -> Vec<Mailbox> {
    if value.contains('@') {
        return address::parse(value);
    }
    let names = value.split([';', '；']).map(str::trim).filter(|name| !name.is_empty());
    names.map(|name| Mailbox { name: name.to_owned(), address: String::new() }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::BlockKind;

    const THREAD: &str = "邮件主题：回复: 安装失败\n\n====第1封邮件====\n\n发件人：李 雷\n发送时间：2024-09-10 14:32:53.379000+08:00\n邮件内容:\n您好：\n错误 0x80070005\n\n==== 第 2 封邮件 ====\n发件人 : Han Mei <han@example.cn>\n邮件内容： 已收到\n\n====第3封邮件====\n发送时间: 不详\n没有标签的正文\n";

    #[test]
    fn messages_and_fields() {
        for text in [THREAD.to_owned(), THREAD.replace('\n', "\r\n"), THREAD.replace('：', ":")] {
            assert!(looks_like_thread_export(&text));
            let parsed = parse_thread_export("thread.txt", &text);
            let [first, second, third] = &parsed.value[..] else { panic!("{parsed:?}") };
            assert_eq!(first.part, "thread.txt#1");
            assert_eq!(first.subject, "回复: 安装失败");
            assert_eq!(first.from.as_ref().unwrap().name, "李 雷");
            assert_eq!(first.date.unwrap().to_string(), "2024-09-10T06:32:53.379Z");
            assert_eq!(first.body[0].first_line, 8);
            assert!(first.text_of(BlockKind::New).ends_with("0x80070005"));
            assert_eq!(second.from.as_ref().unwrap().address, "han@example.cn");
            assert_eq!((second.text_of(BlockKind::New).as_str(), second.body[0].first_line), ("已收到", 13));
            assert_eq!((third.text_of(BlockKind::New).as_str(), third.body[0].first_line), ("没有标签的正文", 17));
            let warned: Vec<Option<u64>> = parsed.warnings.iter().map(|warning| warning.line).collect();
            assert_eq!(warned, [Some(16), Some(16)]);
        }
    }

    #[test]
    fn other_texts_are_no_exports() {
        assert!(!looks_like_thread_export("发件人：a\n发送时间：b\n"));
        assert!(!looks_like_thread_export("====第1封邮件====\njust text\n"));
        assert!(!looks_like_thread_export("==== 1 ====\nfrom: a"));
        assert!(!looks_like_thread_export(""));
    }

    proptest::proptest! {
        #[test]
        fn block_lines_are_lines_of_the_file(
            lines in proptest::collection::vec("====第[0-9]封邮件====|发件人：a|发送时间：2024-01-01|邮件内容:|邮件内容:b|text|> q|", 0..24),
        ) {
            let text = lines.join("\n");
            for message in parse_thread_export("t", &text).value {
                for block in message.body {
                    let line = lines[block.first_line as usize - 1].as_str();
                    proptest::prop_assert!(line.ends_with(block.text.split('\n').next().unwrap()));
                }
            }
        }
    }
}
