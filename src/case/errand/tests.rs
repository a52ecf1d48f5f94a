use super::*;
use crate::text::sentence::sentences;

fn of(texts: &[TextEvidence]) -> Purpose {
    let spans: Vec<_> = texts.iter().map(|text| sentences(&text.text)).collect();
    Purpose::of(texts.iter().zip(spans.iter().map(Vec::as_slice)))
}

fn purpose(subject: &str, body: &str) -> Purpose {
    let text = |kind, line, text: &str| TextEvidence::new("m.eml", line, kind, text);
    of(&[text(TextKind::Subject, 0, subject), text(TextKind::New, 1, body)])
}

#[track_caller]
fn reads_like(errand: Errand, subject: &str, body: &str) {
    let purpose = purpose(subject, body);
    assert_eq!(purpose.errand(), Some(errand), "{purpose:?} of {subject:?}");
}

#[track_caller]
fn reports(subject: &str, body: &str) {
    let purpose = purpose(subject, body);
    assert_eq!(purpose.errand(), None, "{purpose:?} of {subject:?}");
}

#[test]
fn mails_without_a_fault() {
    reads_like(
        Errand::Closing,
        "Re: 0x80070005 on the print servers",
        "Hello Mira,\n\nthe patch went in on all four, no error since. Thanks again for staying late. You can close the case.",
    );
    reads_like(Errand::Closing, "回复：数据库告警", "您好，按您说的改了参数，现在一切正常，非常感谢！工单可以关闭。");
    reads_like(
        Errand::Meeting,
        "Workshop: reading crash dumps",
        "You are invited to our workshop. Agenda: STOP 0x50, 0x9F and 0x133. Seats are limited, register now.",
    );
    reads_like(
        Errand::Announcement,
        "【公告】核心交换机计划维护",
        "定于本周六凌晨例行维护，期间会有两次网络中断，请知悉，给您带来不便敬请谅解。",
    );
    reads_like(
        Errand::Commercial,
        "Offer 2291: renewal of the support contract",
        "Please find the quotation for the renewal, 40 subscriptions. We await your purchase order.",
    );
    reads_like(Errand::Planning, "咨询：升级窗口", "我们计划下个月升级，想了解是否支持跨版本，需要多长时间？");
}

#[test]
fn a_fault_is_a_fault_with_thanks_and_a_contract_number() {
    reports("update fails", "Hello,\n\nKB5034441 fails with 0x80070643 on all laptops. Many thanks for your help!");
    reports(
        "contract 4711, server down",
        "Our server crashes every night. What is the cause? We have a support contract. Please help.",
    );
    reports("磁盘打满", "写入延迟一直下不来，业务卡顿，麻烦尽快帮忙看看，报价单另发。");
    reports("hello", "the third node never comes up");
    reports("node 3", "Thanks for the quick answer, and a happy new year! It is the third one.");
}

#[test]
fn what_sends_newsletters_fails_too() {
    reports("Newsletter server does not send", "Our newsletter server cannot send: 554 5.7.1 Relay access denied.");
    reports("Newsletter", "Sending our newsletter fails with 554 5.7.1 Relay access denied since Monday.");
    reports("Newsletter cannot be sent", "The newsletter cannot be sent: 554 5.7.1 Relay access denied.");
    reports("培训通知发不出去", "培训通知群发时报错 554 5.7.1 Relay access denied。");
    reads_like(
        Errand::Newsletter,
        "Newsletter: Windows release health",
        "KB5034441 fails with 0x80070643 on small partitions.",
    );
}

#[test]
fn one_plain_phrase_is_enough() {
    for (errand, subject, body) in [
        (Errand::Closing, "0x80070005", "The problem is solved, you can close the ticket. Thanks!"),
        (Errand::Closing, "Re: Cannot log on", "Works again, thank you very much! You can close the ticket."),
        (
            Errand::Closing,
            "Re: printing",
            "Dear team, thank you for your quick help. The issue is resolved, everything works fine again. The ticket can be closed.",
        ),
        (Errand::Closing, "Re: VPN", "It is working now, many thanks. No need to look any further."),
        (Errand::Closing, "Re: 打印", "收到，谢谢！问题已经解决，可以关单了。"),
        (Errand::Closing, "Re: 补丁", "更新已经装上了，不再报 0x800f0922，非常感谢。"),
        (
            Errand::Meeting,
            "Service review",
            "You are invited to our quarterly service review on Friday at 10:00 in room 4.",
        ),
        (Errand::Meeting, "周五评审", "诚邀您参加周五上午十点的服务评审会，地点三楼会议室。"),
        (Errand::Commercial, "licences", "Please send us an offer for 50 more licences of the backup agent."),
        (Errand::Commercial, "授权", "麻烦报个价，我们还需要 50 个备份代理的授权。"),
        (
            Errand::Announcement,
            "Sunday",
            "We will reboot all domain controllers on Sunday from 02:00 to 04:00. Users may not be able to log on in that time.",
        ),
        (Errand::Announcement, "周日", "周日凌晨两点到四点将重启所有域控，期间无法登录，请知悉。"),
        (
            Errand::Newsletter,
            "Newsletter: Windows release health",
            "Known issue: KB5034441 fails with 0x80070643 when the WinRE partition is too small.",
        ),
    ] {
        reads_like(errand, subject, body);
    }
}

#[test]
fn what_is_not_over_is_a_fault() {
    reports("Re: print", "Please do not close the ticket, it still fails with 0x0000011b.");
    reports("Re: print", "Is the issue resolved? It still fails here.");
    reports("Re: 补丁", "问题解决了吗？我们这边还是装不上。");
    reports("Re: 补丁", "先不要关闭工单，问题还没有解决，今天又报错了。");
    reports("newsletter", "Our newsletter server refuses to send: 550 5.7.1, please help.");
    reports("training room", "The PC in our training room does not start.");
}

#[test]
fn an_automatic_answer_alone_says_what_it_is() {
    let text = |line, text: &str| TextEvidence::new("m", line, TextKind::Quoted, text);
    let away = [text(0, "Automatic reply: 0x80070005"), text(1, "I am out of the office until November 20.")];
    assert_eq!(of(&away).errand(), Some(Errand::People));
    let report = TextEvidence { kind: TextKind::New, ..text(1, "It fails.") };
    assert_eq!(of(&[away[1].clone(), report]).errand(), None);
}

#[test]
fn a_failing_log_speaks_against_thanks() {
    let text = |kind, text: &str| TextEvidence::new("m", 1, kind, text);
    let thanks = text(TextKind::New, "Thanks a lot for the call, everything is fine now. Please close the case.");
    let log = text(TextKind::FailingLog, "error: cannot open /var/lib/x");
    assert!(of(std::slice::from_ref(&thanks)).calm() > 0.0);
    assert_eq!(of(&[thanks, log.clone(), log]).errand(), None);
}

#[test]
fn phrases_are_whole_words_in_folded_form() {
    assert_eq!(purpose("contractor", "the recourse of a drilling").errands, 0);
    let file: File = toml::from_str(include_str!("../../../kb/errands.toml")).unwrap();
    let errands = file.errand.iter().flat_map(|group| group.phrases.iter().chain(&group.plain));
    for phrase in errands.chain(file.trouble.iter().flat_map(|group| &group.phrases)).chain(&file.ours) {
        assert_eq!(fold_text(phrase), *phrase);
    }
}
