use super::*;

fn profiles() -> Profiles {
    let documents = [
        vec![
            (
                ProfileField::Title,
                "Servicing rolls back because endpoint control protects the registry keys of driver services",
            ),
            (
                ProfileField::Symptoms,
                "Installing the update fails with 0x80070005 while cpu.inf is set up; after the restart the changes are reverted.",
            ),
        ],
        vec![
            (ProfileField::Title, "Printing fails after the spooler stopped"),
            (ProfileField::Symptoms, "打印机脱机，后台打印程序反复停止"),
        ],
    ];
    Profiles::build(documents, Terms::builtin())
}

fn score(text: &str, document: usize) -> f64 {
    let profiles = profiles();
    profiles.score(&profiles.hear(&CaseTerms::of_texts(&[(text, 1.0)], Terms::builtin())), document)
}

#[test]
fn retelling_is_relevant() {
    let en = "The patch is undone: during the reboot it rolls back with access denied 80070005, the cbs log names cpu.inf. The terminal management agent guards the registry of the driver's services.";
    let zh =
        "补丁安装后重启回滚，报错-2147024891，cbs日志里cpu.inf驱动更新失败，管控软件不让修改注册表里驱动服务的项。";
    for text in [en, zh] {
        assert!(score(text, 0) > 0.5, "{} for {text}", score(text, 0));
        assert!(score(text, 1) < 0.15, "{} for {text}", score(text, 1));
    }
}

#[test]
fn unrelated_mail_is_not() {
    for text in [
        "Dear team, please find attached the invoice for March. The amount is due within 30 days. Kind regards",
        "您好，请协助开具三月份的发票，谢谢。如有问题请联系我。",
        "Hello, we would like to install the system on a new computer. Thanks for your help.",
    ] {
        for document in 0..2 {
            assert!(score(text, document) < 0.1, "{} for {text}", score(text, document));
        }
    }
}

#[test]
fn the_case_may_be_empty_or_odd() {
    assert_eq!(score("", 0), 0.0);
    assert_eq!(score("!!!", 0), 0.0);
    assert_eq!(score("registry", 7), 0.0);
    let odd = CaseTerms::of_texts(&[("registry", f64::NAN), ("rollback", 7.0)], Terms::builtin());
    assert!((0.0..=1.0).contains(&profiles().score(&profiles().hear(&odd), 0)));
}

#[test]
fn long_noise_does_not_become_relevant() {
    let noise: String = (0..5_000).map(|n| format!("registry service driver word{n} update restart ")).collect();
    assert!(score(&noise, 0) < 0.4, "{}", score(&noise, 0));
}

#[test]
fn the_matched_terms_explain_the_score() {
    let case = CaseTerms::of_texts(&[("回滚 0x80070005 please", 1.0)], Terms::builtin());
    let profiles = profiles();
    let found = profiles.relevance(&profiles.hear(&case), 0);
    let terms: Vec<&str> = found.matched.iter().map(|matched| matched.term.as_str()).collect();
    assert_eq!(terms, ["#rollback", "0x80070005"]);
    assert_eq!(found.matched[0].field, ProfileField::Title);
}

#[test]
fn every_document_is_heard_as_if_it_stood_alone_in_the_list() {
    // Documents of one to some hundred words, so that their ends lie at any bit.
    let document = |number: usize| (0..=number * 7 % 150).map(|word| format!("word{word}x{} ", number % 3)).collect();
    let documents: Vec<String> = (0..40).map(document).collect();
    let profiles =
        Profiles::build(documents.iter().map(|text| [(ProfileField::Title, text.as_str())]), Terms::builtin());
    let case = CaseTerms::of_texts(&[("word0x0 word3x1 word140x2 word1x2 word9x9", 1.0)], Terms::builtin());
    let heard = profiles.hear(&case);
    for (number, text) in documents.iter().enumerate() {
        let own = CaseTerms::of_texts(&[(text.as_str(), 1.0)], Terms::builtin());
        let mut shared: Vec<&str> = own.iter().map(|(term, _)| term).collect();
        shared.retain(|term| case.iter().any(|(said, _)| said == *term));
        let found = profiles.relevance(&heard, number);
        let mut matched: Vec<&str> = found.matched.iter().map(|one| one.term.as_str()).collect();
        shared.sort_unstable();
        matched.sort_unstable();
        assert_eq!(matched, shared, "document {number}");
        assert_eq!(found.score > 0.0, !shared.is_empty());
    }
}
