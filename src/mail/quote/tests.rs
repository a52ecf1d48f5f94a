use super::*;

/// The new text of a body, white space squeezed.
#[track_caller]
fn check(context: Context, body: &str, new: &str) {
    let blocks = split(body, &context);
    let found: Vec<&str> =
        blocks.iter().filter(|b| b.kind == BlockKind::New).flat_map(|b| b.text.split_whitespace()).collect();
    let wanted: Vec<&str> = new.split_whitespace().collect();
    assert_eq!(found, wanted, "blocks: {blocks:#?}");
}

#[track_caller]
fn reply(body: &str, new: &str) {
    check(Context::Reply, body, new);
}

#[track_caller]
fn kinds(context: Context, body: &str, expected: &[(BlockKind, u64)]) {
    let found: Vec<(BlockKind, u64)> = split(body, &context).iter().map(|b| (b.kind, b.first_line)).collect();
    assert_eq!(found, expected, "in {body}");
}

#[test]
fn outlook_header_blocks() {
    reply(
        "New text.\n\nFrom: Help Desk <help@example.com>\nSent: Monday, 1 June 2020 10:00\nTo: Li Lei\nSubject: RE: x\n\nOld.",
        "New text.",
    );
    reply(
        "已重启。\n\n发件人: 服务台 <help@example.cn>\n发送时间: 2021年3月9日 14:05\n收件人: 李雷\n主题: 答复: 补丁\n\n请重启。",
        "已重启。",
    );
    reply("已重啟。\n寄件者: 服務台\n寄件日期: 2021/3/9\n收件者: 李雷\n主旨: 補丁\n請重啟。", "已重啟。");
    reply("New.\n________________________________\nFrom: A <a@example.com>\nSent: today\nSubject: x\n\nOld", "New.");
    reply("New.\n\n*From:* A\n*Sent:* 2016-01-27\n*To:* b@example.com\n*Subject:* x\n\nOld", "New.");
}

#[test]
fn separators() {
    reply("New.\n\n-----Original Message-----\nFrom: A\nOld", "New.");
    reply("新。\n-----邮件原件-----\n发件人: A\n旧", "新。");
    reply("新。\n------------------ 原始邮件 ------------------\n发件人: \"A\" <a@example.cn>;\n旧", "新。");
    reply(
        "新。\n------------------&nbsp;原始邮件&nbsp;------------------\n发件人: \"A\" <a@example.cn>;\n发送时间: 今天\n收件人: b\n旧",
        "新。 ------------------&nbsp;原始邮件&nbsp;------------------",
    );
}

#[test]
fn attributions() {
    reply("New.\n\nOn Mon, Jun 1, 2020 at 10:00 AM Help <help@example.com> wrote:\n> Old.", "New.");
    reply("New.\n\nOn Mon, Jun 1, 2020 at 10:00 AM Help Desk of the Firm\n<help@example.com> wrote:\n\n> Old.", "New.");
    reply("新。\n\n在 2021-03-09 14:05:11，\"服务台\" <help@example.cn> 写道：\n旧。", "新。");
    reply("新。\n\n服务台 <help@example.cn> 于2021年3月9日周二 下午2:05写道：\n> 旧。", "新。");
    reply("新。\n\nAt 2021-03-09 14:05:11, \"help\" <help@example.cn> wrote:\n旧", "新。");
    reply("Neu.\n\nAm 01.06.20 um 10:00 schrieb Help Desk:\n> Alt.", "Neu.");
    reply("Nouveau.\n\nLe 1 juin 2020 à 10:00, Help <help@example.com> a écrit :\nAncien.", "Nouveau.");
}

#[test]
fn sentences_with_such_words_are_no_attributions() {
    check(
        Context::Unknown,
        "At 10:30 the service wrote:\nerror 5 in log",
        "At 10:30 the service wrote:\nerror 5 in log",
    );
    check(Context::Unknown, "The installer wrote:\nfailed", "The installer wrote:\nfailed");
    check(Context::Unknown, "From: the first start\nthe service fails.", "From: the first start\nthe service fails.");
    check(Context::Unknown, "系统日志写道：\n事件 7031", "系统日志写道：\n事件 7031");
}

#[test]
fn a_line_without_attribution_is_quoted_where_it_is_answered() {
    let unknown = |body: &str, new: &str| check(Context::Unknown, body, new);
    unknown("Hello,\n\n> Does it fail at every start?\n\nYes, since Monday.", "Hello, Yes, since Monday.");
    unknown("> 每次启动都会失败吗？\n是的，从周一开始。", "是的，从周一开始。");
    unknown("> Does it fail at every start,\n> or only sometimes?\nAlways.", "Always.");
    unknown("You asked:\n> Please send the log of the installer.\nIt is attached.", "You asked: It is attached.");
    unknown("您问到：\n> 请提供安装日志。\n见附件。", "您问到： 见附件。");
    unknown(
        "My answers are below.\n\n> Please restart the machine.\n\nDone, no change.",
        "My answers are below. Done, no change.",
    );
    // Prompts, commands, output and comparisons are what the sender wrote.
    for body in [
        "> Do you want to continue? [Y/n]\ny",
        "> Are you sure you want to connect (yes/no)?\nyes",
        "> Get-Service spooler\n\nIt is stopped.",
        "> Dism /Online /Cleanup-Image /RestoreHealth.\n\nIt fails.",
        "> 90 % of the machines fail, is that known?\nWe look into it.",
        "> SELECT count(*) FROM jobs WHERE state = 5?\n12",
        "The console shows:\n> Is the service still running?\nand then nothing",
        "I ran the command as you advised:\n> The service cannot be started.\nThat is all.",
        "控制台显示：\n> 服务是否正在运行？\n然后没有反应",
        "It stops with this line\n> Where is the file of the driver?",
        "Two lines of the log:\n> Cannot open the file.\n> Giving up now.\nand it ends",
        "> The service cannot be started.\nThat is all it says.",
    ] {
        unknown(body, body);
    }
}

#[test]
fn answers_between_quotes_are_new() {
    reply("> Which error?\n\n0x800F081F\n\n> Online?\n\nNo.", "0x800F081F No.");
    reply(
        "On Mon, Jun 1, 2020 Help <h@example.com> wrote:\n> Which error?\n0x800F081F\n> Online?\nno",
        "0x800F081F no",
    );
}

#[test]
fn pasted_logs_are_no_quotes() {
    let log = ">>>  [Device Install (Hardware initiated) - USB]\n>>>  Section start 2024/09/10 14:32:53.379\n     ump: failed\n<<<  Section end 2024/09/10 14:32:54.000\n<<<  [Exit status: FAILURE(0xe0000203)]";
    check(Context::Reply, log, log);
    check(Context::Unknown, "I ran:\n> sfc /scannow\nand it failed", "I ran:\n> sfc /scannow\nand it failed");
    let fenced = "see\n```\n# out\n> x\nOn Mon 1/1/2020, A <a@example.com> wrote:\n--\n```\nend";
    check(Context::Reply, fenced, fenced);
    let table = "a\n-----------------\nERROR 1067: it ended\n-----------------\nb";
    check(Context::Reply, table, table);
}

#[test]
fn signatures() {
    reply("Text.\n\n-- \nLi Lei\nExample Ltd", "Text.");
    reply("Text.\n\nBest regards,\nLi Lei\nSupport Engineer\nTel: +86 10 5550 0100", "Text.");
    reply("正文。\n\n谢谢！\n李雷\n运维部\n电话：010-5550 0100", "正文。");
    reply("正文。\n\n李雷\n运维部\n电话：010-5550 0100", "正文。");
    reply("Text.\n\nSent from my iPhone", "Text.");
    reply("正文\n\n发自我的iPhone", "正文");
}

#[test]
fn what_looks_like_a_signature_is_not() {
    reply(
        "I checked:\n-- first point\n-- second point\n\nIs it known?",
        "I checked:\n-- first point\n-- second point\n\nIs it known?",
    );
    reply("Thanks,\nbut it fails with 0x80070005 again.", "Thanks,\nbut it fails with 0x80070005 again.");
    reply("总结：\n----\n问题定义：\n安装失败", "总结：\n----\n问题定义：\n安装失败");
    reply("谢谢\n错误还在", "谢谢\n错误还在");
    reply("Text\n--\nerror 5 in setup.log", "Text\n--\nerror 5 in setup.log");
}

#[test]
fn notices() {
    reply("Text.\n\nThis e-mail and its attachments are confidential and intended solely for the addressee.", "Text.");
    reply("正文。\n\n本邮件及其附件含有保密信息，仅限于发送给上面列出的个人。", "正文。");
    reply("Text.\n\nDisclaimer\n\nThe information contained in this communication is confidential.", "Text.");
    reply("Is this e-mail server known to fail?", "Is this e-mail server known to fail?");
}

#[test]
fn forwards() {
    use BlockKind::*;
    kinds(
        Context::Unknown,
        "请处理\n\n---------- Forwarded message ---------\nFrom: A\n\ntext",
        &[(New, 1), (Forwarded, 3)],
    );
    kinds(
        Context::Forward,
        "FYI\n\nFrom: A <a@example.com>\nSent: x\nTo: b\nSubject: c\n\ntext",
        &[(New, 1), (Forwarded, 3)],
    );
    kinds(Context::Unknown, "From: A <a@example.com>\nSent: x\nTo: b\nSubject: c\n\ntext", &[(Forwarded, 1)]);
    kinds(
        Context::Reply,
        "ok\n\nFrom: A <a@example.com>\nSent: x\nTo: b\nSubject: c\n\ntext",
        &[(New, 1), (Quoted, 3)],
    );
    kinds(Context::Forward, "转发\n\n-----原始邮件-----\n发件人: A\n\n正文", &[(New, 1), (Forwarded, 3)]);
}

#[test]
fn line_numbers_are_those_of_the_body() {
    use BlockKind::*;
    kinds(Context::Reply, "\n\na\n\n> q\n> q\n\nb\n\n-- \nc", &[(New, 3), (Quoted, 5), (New, 8), (Signature, 10)]);
}

proptest::proptest! {
    #[test]
    fn every_full_line_is_in_one_block(
        lines in proptest::collection::vec(
            "(> |>> |>>>  \\[)?(On 1/1/2020, A <a@example\\.com> wrote:|From: a|Sent: b|Subject: c|-- |Thanks|谢谢|发件人：a|主题：b|-----Original Message-----|```|text [0-9]{1,3}|)",
            0..24,
        ),
    ) {
        let body = lines.join("\n");
        for context in [Context::Reply, Context::Forward, Context::Unknown] {
            let blocks = split(&body, &context);
            let mut seen = 0;
            for block in &blocks {
                for (offset, line) in block.text.split('\n').enumerate() {
                    let at = block.first_line as usize - 1 + offset;
                    proptest::prop_assert_eq!(lines[at].as_str(), line);
                    seen += usize::from(!line.trim().is_empty());
                }
            }
            proptest::prop_assert_eq!(seen, lines.iter().filter(|line| !line.trim().is_empty()).count());
        }
    }
}

/// Attributions as mail programs write them in their languages.
const ATTRIBUTIONS: &[&str] = &[
    "On Tue, 2011-03-01 at 18:02 +0530, Help Desk wrote:",
    "On Mar 5, 2014, at 10:00 AM, Help Desk <help@example.com> wrote:",
    "On Mon, Jun 1, 2020 at 10:00 AM Help Desk <\nhelp@example.com> wrote:",
    "On 2020-06-01 10:00:00,\"Help\"<help@example.com> wrote：",
    "2016-03-03 17:21 GMT+01:00 Help Desk <help@example.com>:",
    "2016-03-03 17:21 GMT+01:00 Help Desk\n<help@example.com>:",
    "Help Desk <help@example.com> wrote on Mon, 1 Jun 2020 at 10:00:",
    "Quoting Help Desk <help@example.com>:",
    "Zitat von Help Desk <help@example.com>:",
    "Am Mo., 1. Juni 2020 um 10:00 Uhr schrieb Help <help@example.com>:",
    "El 1 jun 2020, a las 10:00, Help <help@example.com> escribió:",
    "El lun., 1 jun. 2020 a las 10:00, Help (<help@example.com>) escribió:",
    "Em seg., 1 de jun. de 2020 às 10:00, Help <help@example.com> escreveu:",
    "Il giorno lun 1 giu 2020 alle ore 10:00 Help <help@example.com> ha scritto:",
    "Op ma 1 jun. 2020 om 10:00 schreef Help <help@example.com>:",
    "Den mån 1 juni 2020 kl 10:00 skrev Help <help@example.com>:",
    "Den 1. juni 2020 kl. 10.00 skrev Help Desk <help@example.com>:",
    "pon., 1 cze 2020 o 10:00 Help <help@example.com> napisał(a):",
    "W dniu 01.06.2020 o 10:00, Help pisze:",
    "po 1. 6. 2020 v 10:00 odesílatel Help <help@example.com> napsal:",
    "пн, 1 июн. 2020 г. в 10:00, Help <help@example.com>:",
    "1 июня 2020 г., 10:00 пользователь Help <help@example.com> написал:",
    "01.06.2020 10:00, Help пишет:",
    "2020年6月1日(月) 10:00 Help <help@example.com>:",
    "2020/06/01 10:00、Help <help@example.com>のメール:",
    "2020년 6월 1일 (월) 오전 10:00, Help <help@example.com>님이 작성:",
    "ke 1. kesäk. 2020 klo 10.00 Help (help@example.com) kirjoitti:",
    "1 Haz 2020 Pzt, 10:00 tarihinde Help <help@example.com> şunu yazdı:",
    "Help Desk <help@example.com>于2020年6月1日 周一上午10:00写道：",
    "Help Desk <help@example.com> 于2020年6月1日周一\n上午10:00写道：",
    "在 2020年6月1日，10:00，Help <help@example.com> 写道：",
    "在 2020/6/1 10:00, Help 写道:",
    "于 2020年6月1日 10:00, Help 写道:",
    "在2020年06月01日 10:00，服务台<help@example.cn> 写道：",
    "---- On Mon, 01 Jun 2020 10:00:00 +0800 help@example.com wrote ----",
    "------------------ Original ------------------",
    "---Original---",
    "---原始邮件---",
    "-------- 原始消息 --------",
    "---- 回复的原邮件 ----",
    "-----Oorspronkelijk bericht-----",
];

#[test]
fn attributions_of_many_programs() {
    for attribution in ATTRIBUTIONS {
        reply(&format!("New text.\n\n{attribution}\n> Old."), "New text.");
        if attribution.contains('@') || attribution.starts_with('-') {
            reply(&format!("New text.\n\n{attribution}\n\nOld."), "New text.");
        }
    }
}

#[test]
fn forward_lines_of_many_programs() {
    for line in [
        "---------- Forwarded message ---------",
        "-------- Forwarded Message --------",
        "Begin forwarded message:",
        "-------- 转发的消息 --------",
        "---------- 转发的邮件 ----------",
        "-------- 转发邮件信息 --------",
        "-------- Weitergeleitete Nachricht --------",
        "下面是被转发的邮件：",
    ] {
        let body = format!("see below\n\n{line}\nFrom: A\n\ntext");
        kinds(Context::Unknown, &body, &[(BlockKind::New, 1), (BlockKind::Forwarded, 3)]);
    }
}

#[test]
fn notices_of_many_firms() {
    for notice in [
        "This email and any files transmitted with it are confidential and intended solely for the use of the addressee.",
        "CONFIDENTIALITY NOTICE: This message is for the named person only and may hold privileged matter. This message is confidential.",
        "The information in this e-mail is confidential and may be legally privileged.",
        "If you are not the intended recipient, please delete this message.",
        "此电子邮件及其附件可能包含机密信息，请勿转发。",
        "重要提示：本邮件（包括任何附件）仅供指定的收件人使用。",
        "如您并非本邮件的预期收件人，请删除。",
        "如果您错误地收到了本邮件，请通知发件人。",
        "CAUTION: This email originated from outside of the organization. Do not click links.",
    ] {
        reply(&format!("Text 文。\n\n{notice}"), "Text 文。");
    }
}

#[test]
fn mobile_lines_of_many_programs() {
    for line in [
        "Sent from my iPhone",
        "Sent from my Galaxy",
        "Sent from Outlook for Android<https://example.com/x>",
        "Get Outlook for iOS",
        "Sent from Yahoo Mail on Android",
        "Sent via BlackBerry",
        "发自我的iPhone",
        "发自我的 iPad",
        "从我的iPhone发送",
        "发自 网易邮箱大师",
        "来自我的华为手机",
        "Von meinem iPhone gesendet",
        "Envoyé de mon iPhone",
        "iPhoneから送信",
    ] {
        reply(&format!("Text.\n\n{line}"), "Text.");
        reply(&format!("Text.\n\n{line}\n\nOn 1 Jun 2020, at 10:00, Help <help@example.com> wrote:\n\n> Old"), "Text.");
    }
    reply(
        "Logs were\nsent from the server to the proxy and got lost.",
        "Logs were\nsent from the server to the proxy and got lost.",
    );
    let text = "Sent from my laptop it works,\nfrom the phone it fails.";
    reply(text, text);
}

#[test]
fn logs_and_tables_stay_new() {
    for text in [
        "It shows:\nFrom: 10.0.0.1\nTo: 10.0.0.2\nthen stops",
        "C:\\> dism /online\nError: 0x800f081f\n\nC:\\> exit",
        "2024-01-01 10:00:00, Info  CBS  Failed\n--------\n2024-01-01 10:00:01, Info",
        "| a | b |\n|---|---|\n| 1 | 2 |",
        "1. open\n2. run\n-- then it fails\n--\nnext try: error",
        "版本：10.0\n日期：2024-01-01\n主题：安装\n结果失败",
        "您好\n\n谢谢\n\n请问 0x80070005 是什么错误？",
        "Hi,\n\nRegards,\nLi\n\nPS: the code is 0x80070005",
    ] {
        reply(text, text);
    }
}
