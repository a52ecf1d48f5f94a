//! Automatic messages: replies of machines, delivery reports and newsletters, told by fields and subjects.

use std::sync::LazyLock;

use regex::Regex;

use super::{Message, header::Header, strip_prefixes};

/// Subjects that mail programs give to automatic messages.
static SUBJECT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?ix)^(?:automatic\s(?:reply|response)|auto(?:matic)?[-\s]?(?:reply|response|responder|answer)|out\sof\s(?:the\s)?office|ooo\s?[:：]|abwesen(?:d|heits)|automatische\santwort
        |réponse\sautomatique|absence\sdu\sbureau|respuesta\sautomática|resposta\sautomática|risposta\sautomatica|automatisch\santwoord|automatiskt?\ssvar
        |autosvar|автоответ|автоматический\sответ|自动(?:回复|答复|应答)|自動(?:回覆|回复|答覆|応答|返信)|不在(?:办公室|辦公室)|不在通知|外出自动
        |undeliver(?:able|ed)|delivery\s(?:status\snotification|has\sfailed|failure|report|incomplete|delayed)|mail\sdelivery\s(?:failed|failure|system|subsystem|error)
        |failure\snotice|returned\smail|message\s(?:not\sdelivered|undeliverable)|undelivered\smail|delayed\smail|nicht\szustellbar|unzustellbar|non\sremis|no\sse\spuede\sentregar
        |退信|系统退信|系統退信|邮件退回|未送达|无法(?:投递|传递|送达|传送)|無法(?:傳遞|投遞|送達)|未傳遞的主旨|未传递|投递失败|发送失败.{0,6}退信|来自.{0,20}的退信|read\s?[:：]|已读\s?[:：]|已讀\s?[:：]|not\sread\s?[:：])",
    )
    .expect("a fixed pattern, compiled by the tests")
});

/// Mailboxes that only machines write from.
const DAEMONS: &[&str] = &["mailer-daemon", "postmaster", "mail-daemon", "mailerdaemon"];

/// Whether a mailbox, the part of an address before its `@`, is one that only machines write from.
pub(super) fn is_daemon(mailbox: &str) -> bool {
    DAEMONS.iter().any(|name| mailbox.eq_ignore_ascii_case(name))
}

/// What tells mail to many, as reasons are shown to people. A discussion list, to which one can post (RFC 2369), passes on what
/// people write, and a person answers.
fn bulk(get: &dyn Fn(&str) -> Option<String>, message: &Message) -> Option<String> {
    let answers =
        !message.in_reply_to.is_empty() || strip_prefixes(&message.subject).len() < message.subject.trim().len();
    if answers || get("list-post").is_some_and(|value| value != "no") {
        return None;
    }
    if get("list-unsubscribe").is_some() {
        return Some(NEWSLETTER.into());
    }
    let bulk = get("precedence").filter(|value| matches!(value.as_str(), "bulk" | "junk"));
    bulk.filter(|_| get("list-id").is_none()).map(|value| format!("{BULK}{value}"))
}

/// Reason of a newsletter.
const NEWSLETTER: &str = "List-Unsubscribe";

/// Beginning of the reason of mail that is sent to many.
const BULK: &str = "Precedence: ";

/// Whether a message with that reason reports something new: an alert, or mail to many. What only answers, echoes.
pub(super) fn is_news(reason: &str) -> bool {
    reason == NEWSLETTER
        || reason.starts_with("Auto-Submitted: auto-generated")
        || reason.strip_prefix(BULK).is_some_and(|value| matches!(value, "bulk" | "junk"))
}

/// Why a message is taken for an automatic one, as shown to people.
///
/// `body` is the text as it was sent. `X-Auto-Response-Suppress` says nothing by itself: Exchange and ticket systems set it in people's mail too.
pub(super) fn reason(
    header: &Header,
    content_type: &str,
    report: Option<&String>,
    message: &Message,
    body: &str,
) -> Option<String> {
    let get =
        |name: &str| header.get(name).map(|value| value.trim().to_ascii_lowercase()).filter(|value| !value.is_empty());
    if content_type == "multipart/report" {
        return Some(format!("multipart/report: {}", report.map_or("unknown", String::as_str)));
    }
    // RFC 3834: `no` is a person; a parameter may follow the word.
    if let Some(value) = get("auto-submitted").filter(|value| !value.starts_with("no")) {
        return Some(format!("Auto-Submitted: {value}"));
    }
    for name in ["x-autoreply", "x-autorespond", "x-autoresponder", "x-auto-reply", "x-mail-autoreply"] {
        if let Some(value) = get(name).filter(|value| !matches!(value.as_str(), "no" | "false" | "0")) {
            return Some(format!("{name}: {value}"));
        }
    }
    if let Some(value) = get("precedence").filter(|value| matches!(value.as_str(), "auto_reply" | "auto-reply")) {
        return Some(format!("{BULK}{value}"));
    }
    let subject = message.subject.trim();
    let found = SUBJECT.find(subject).filter(|_| strip_prefixes(subject).len() == subject.len());
    if let Some(found) = found.filter(|found| is_form(found.as_str(), &subject[found.end()..], body)) {
        return Some(format!("subject: {}", found.as_str()));
    }
    let empty_path = get("return-path").is_some_and(|value| value == "<>") || get("x-failed-recipients").is_some();
    let sender = message.from.as_ref().map(|from| from.address.to_ascii_lowercase()).unwrap_or_default();
    let daemon = sender.split('@').next().is_some_and(is_daemon);
    match (empty_path, daemon) {
        (_, true) => Some(format!("from {}", sender.split('@').next().unwrap_or_default())),
        (true, false) => Some("Return-Path: <>".into()),
        (false, false) => bulk(&get, message),
    }
}

/// Beginnings of subjects that people choose too, for what happens to their mail: `Mail delivery failed since Monday`, `退信问题`.
const OF_PEOPLE_TOO: &[&str] = &[
    "undeliver",
    "delivery",
    "mail delivery",
    "returned mail",
    "message ",
    "delayed",
    "退信",
    "邮件退回",
    "未送达",
    "无法",
    "投递失败",
];

/// Bytes of a text in which a mail system says what it reports.
const REPORT_HEAD: usize = 4 << 10;

/// Words in the text of a report of a mail system.
const OF_REPORTS: &[&str] = &[
    "could not be delivered",
    "couldn't be delivered",
    "wasn't delivered",
    "was not delivered",
    "delivery has failed",
    "delivery failed",
    "failed permanently",
    "delivery to the following",
    "undeliverable",
    "did not reach",
    "final-recipient",
    "diagnostic-code",
    "remote server returned",
    "this is the mail system",
    "自动生成",
    "未能送达",
    "无法送达",
    "投递失败",
    "传递失败",
    "收件人地址",
];

/// Whether a subject is one that a program gave. What people call their trouble with mail too is told by what a program puts behind
/// it, a colon and the subject of what came back, or by the text.
fn is_form(beginning: &str, rest: &str, body: &str) -> bool {
    let beginning = beginning.to_lowercase();
    if !OF_PEOPLE_TOO.iter().any(|one| beginning.starts_with(one)) || rest.trim_start().starts_with([':', '：']) {
        return true;
    }
    let head = body[..body.floor_char_boundary(REPORT_HEAD)].to_lowercase();
    // Nothing is said in it: a report whose text is an attachment.
    head.trim().is_empty() || OF_REPORTS.iter().any(|words| head.contains(words))
}

#[cfg(test)]
mod tests {
    #[track_caller]
    fn check(fields: &str, expected: Option<&str>) {
        let mail = format!("{fields}\n\ntext");
        let parsed = crate::mail::parse("mail.eml", mail.as_bytes());
        assert_eq!(parsed.value[0].automatic.as_deref(), expected, "of {fields:?}");
    }

    #[test]
    fn machines() {
        check("Subject: x\nAuto-Submitted: auto-replied", Some("Auto-Submitted: auto-replied"));
        check("Subject: x\nX-Autoreply: yes", Some("x-autoreply: yes"));
        check("Subject: x\nPrecedence: auto_reply", Some("Precedence: auto_reply"));
        check("Subject: x\nReturn-Path: <>", Some("Return-Path: <>"));
        check("From: Mail <MAILER-DAEMON@example.com>\nSubject: x", Some("from mailer-daemon"));
        check(
            "Content-Type: multipart/report; report-type=delivery-status; boundary=b",
            Some("multipart/report: delivery-status"),
        );
        check("Subject: Automatic reply: setup fails", Some("subject: Automatic reply"));
        check("Subject: 自动回复: 安装失败", Some("subject: 自动回复"));
        check("Subject: =?utf-8?B?57O757uf6YCA5L+h?=", Some("subject: 系统退信"));
        let report = "Subject: Mail delivery failed\n\nYour message could not be delivered.";
        assert!(crate::mail::parse("mail.eml", report.as_bytes()).value[0].automatic.is_some());
        check("Subject: Undeliverable: x", Some("subject: Undeliverable"));
        check(
            "Subject: June\nList-Unsubscribe: <https://example.com/u>\nList-Id: <news.example.com>",
            Some("List-Unsubscribe"),
        );
        check("Subject: June\nList-Unsubscribe: <mailto:u@example.com>\nList-Post: NO", Some("List-Unsubscribe"));
        check("Subject: Host down\nPrecedence: bulk", Some("Precedence: bulk"));
    }

    #[test]
    fn what_machines_report_is_read_and_what_they_echo_is_not() {
        let news = |fields: &str| {
            let parsed = crate::mail::parse("mail.eml", format!("Subject: x\n{fields}\n\ntext").as_bytes());
            parsed.value[0].is_generated()
        };
        assert!(news("Auto-Submitted: auto-generated") && news("Precedence: bulk") && news("List-Unsubscribe: <a>"));
        assert!(!news("Auto-Submitted: auto-replied") && !news("Precedence: auto_reply") && !news("X-Autoreply: yes"));
        assert!(!news("From: a@example.com"));
    }

    #[test]
    fn people() {
        check("Subject: setup fails\nAuto-Submitted: no", None);
        check("Subject: x\nX-Auto-Response-Suppress: All", None);
        check("Subject: RE: Undeliverable: x", None);
        check("Subject: Mail delivery failed", None);
        check("Subject: 退信问题", None);
        check("Subject: Office cannot be installed", None);
        check("Subject: 邮件无法发送", None);
        check("Subject: x\nPrecedence: bulk\nList-Id: <support.example.com>", None);
        // What people write to a list that all may post to, and what they answer.
        let list = "Precedence: list\nList-Id: <support.example.com>\nList-Unsubscribe: <mailto:l@example.com>";
        check(&format!("Subject: x\n{list}\nList-Post: <mailto:support@example.com>"), None);
        check("Subject: Re: June\nList-Unsubscribe: <https://example.com/u>", None);
        check("Subject: June\nIn-Reply-To: <1@example.com>\nPrecedence: bulk", None);
        check("Subject: x\nPrecedence: normal\nReturn-Path: <a@example.com>", None);
    }
}
