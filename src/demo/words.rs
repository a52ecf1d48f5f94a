//! What people write around the matter itself, in English and Chinese, and how their programs quote.

use super::letter::Quoted;

/// Words of a language.
pub(super) struct Words {
    pub(super) greetings: &'static [&'static str],
    /// Sentences that leave the matter to the log.
    pub(super) vague: &'static [&'static str],
    pub(super) circumstances: &'static [&'static str],
    pub(super) attached: &'static [&'static str],
    pub(super) here: &'static [&'static str],
    pub(super) thanks: &'static [&'static str],
    pub(super) tell: &'static [&'static str],
    /// The first is the desk's.
    pub(super) regards: &'static [&'static str],
    /// What stands between two sentences.
    pub(super) between: &'static str,
    pub(super) dear: &'static str,
    pub(super) opened: &'static str,
    pub(super) ask: &'static str,
    pub(super) desk: &'static str,
    pub(super) re: &'static str,
    pub(super) case: &'static str,
    pub(super) customer: &'static str,
    pub(super) product: &'static str,
    pub(super) severity: &'static str,
    /// The quote of a mail, in one of two styles.
    pub(super) quote: fn(usize, Quoted<'_>) -> String,
}

pub(super) const EN: Words = Words {
    greetings: &["Hello,", "Dear support team,", "Hi all,", "Hello service desk,"],
    vague: &["Please see the log, that is all it tells us.", "We do not know what this means, the log has it."],
    circumstances: &[
        "It began this morning.",
        "Nothing was changed that we know of.",
        "{count} users wait for it.",
        "A restart helped for an hour.",
        "Please look at it soon.",
        "We had the same some weeks ago.",
        "It happens on {count} machines.",
    ],
    attached: &["The log is attached.", "I attach the log of {host}.", "Attached is what the log says."],
    here: &[
        "Here is the log of {host}.",
        "The log that you asked for is attached.",
        "See the attachment, it is from {host}.",
    ],
    thanks: &[
        "Thank you, all is well again.",
        "That was it, thanks a lot!",
        "Works again, thank you for the quick help.",
    ],
    tell: &[
        "Please tell us whether that helps.",
        "If it does not help, just answer this mail.",
        "We close the case if we hear nothing.",
    ],
    regards: &["Kind regards", "Best regards", "Regards", "Thanks in advance"],
    between: " ",
    dear: "Hello {name},",
    opened: "thank you for your mail. We have opened case {case} and look into it.",
    ask: "Please send us the log of {host}.",
    desk: "Service Desk",
    re: "RE: ",
    case: "Case no",
    customer: "Customer",
    product: "Product",
    severity: "Severity",
    quote: |style, quoted| match style {
        0 => {
            let at = quoted.at.strftime("%a, %d %b %Y at %H:%M");
            let lines: Vec<String> =
                quoted.text.lines().map(|line| format!("> {line}").trim_end().to_string()).collect();
            format!("On {at}, {} <{}> wrote:\n{}\n", quoted.from.name, quoted.from.address, lines.join("\n"))
        }
        _ => header_block(
            &quoted,
            "-----Original Message-----\n",
            ["From: ", "Sent: ", "To: ", "Subject: "],
            "%A, %B %d, %Y %I:%M %p",
        ),
    },
};

pub(super) const ZH: Words = Words {
    greetings: &["您好：", "你好，", "支持团队，您好：", "各位好："],
    vague: &["具体情况请看日志。", "我们看不懂，请看日志。"],
    circumstances: &[
        "今天早上开始出现。",
        "据我们所知没有做过变更。",
        "有 {count} 位用户在等。",
        "重启后好了一个小时。",
        "请尽快处理。",
        "几周前也遇到过。",
        "共 {count} 台机器出现。",
    ],
    attached: &["日志见附件。", "附上 {host} 的日志。", "附件是日志内容。"],
    here: &["{host} 的日志在附件里。", "附上您要的日志，请查收。", "请看附件，来自 {host}。"],
    thanks: &["已恢复，谢谢！", "就是这个原因，多谢。", "可以了，感谢支持。"],
    tell: &["请告知是否有效。", "如果没有效果，请直接回复本邮件。", "如无回复，我们将关闭案例。"],
    regards: &["此致\n敬礼", "谢谢", "祝好", "多谢"],
    between: "",
    dear: "{name}，您好：",
    opened: "来信收到，已登记案例 {case}，我们正在分析。",
    ask: "请提供 {host} 的日志。",
    desk: "服务台",
    re: "回复: ",
    case: "案例号",
    customer: "客户名称",
    product: "产品",
    severity: "严重级别",
    quote: |style, quoted| match style {
        0 => header_block(&quoted, "", ["发件人: ", "发送时间: ", "收件人: ", "主题: "], "%Y年%-m月%-d日 %H:%M"),
        _ => header_block(
            &quoted,
            "------------------ 原始邮件 ------------------\n",
            ["发件人: ", "发送时间: ", "收件人: ", "主题: "],
            "%Y-%m-%d %H:%M:%S",
        ),
    },
};

/// A quote below the fields of its mail, as Outlook writes it.
fn header_block(quoted: &Quoted<'_>, above: &str, [from, sent, to, subject]: [&str; 4], time: &str) -> String {
    format!(
        "{above}{from}{} <{}>\n{sent}{}\n{to}{} <{}>\n{subject}{}\n\n{}",
        quoted.from.name,
        quoted.from.address,
        quoted.at.strftime(time),
        quoted.to.name,
        quoted.to.address,
        quoted.subject,
        quoted.text
    )
}
