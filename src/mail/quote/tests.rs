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
