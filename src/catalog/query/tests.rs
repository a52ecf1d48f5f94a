//! What people type, and what it is taken for.

use proptest::prelude::*;

use super::*;
use crate::catalog::sqlstate_number;

/// The first value of the first number.
#[track_caller]
fn check(input: &str, expected: u32) {
    let query = parse(input);
    let found = query.terms.iter().find_map(|term| match term {
        Term::Number { values, .. } => values.first().map(|(value, _)| *value),
        _ => None,
    });
    assert_eq!(found, Some(expected), "{input}: {query:?}");
}

#[track_caller]
fn check_term(input: &str, expected: Term) {
    assert_eq!(parse(input).terms, [expected], "{input}");
}

#[test]
fn hexadecimal_as_people_type_it() {
    for input in [
        "0x80070005",
        "0X80070005",
        "80070005",
        "ox80070005",
        "0*80070005",
        "0×80070005",
        "０ｘ８００７０００５",
        "错误0x80070005。",
        "error 0x80070005:",
        "0x8007 0005",
        "0x 80070005",
        "80070005h",
        "0x80070005L",
        "(80070005)",
        "hr=0x80070005",
        "x80070005",
        "#80070005",
        "&H80070005",
        "0xFFFFFFFF80070005",
        "ffffffff80070005",
    ] {
        check(input, 0x8007_0005);
    }
    check("C0000022", 0xC000_0022);
    check("7B", 0x7B);
    check("0x0000007B", 0x7B);
    check("0X000007B", 0x7B);
    check("0000007E", 0x7E);
    check("stop 50", 0x50);
    check("蓝屏 50", 0x50);
    check("data 52e", 0x52E);
}

#[test]
fn decimal_as_programs_print_it() {
    check("-2147024891", 0x8007_0005);
    check("2147942405", 0x8007_0005);
    check("−2147024891", 0x8007_0005);
    check("18446744072635809797", 0xC000_0005);
    check("3221225477", 0xC000_0005);
    check("-1073741819", 0xC000_0005);
    check("5", 5);
    check("error 1603", 1603);
    check("-0x7ff8fffb", 0x8007_0005);
}

#[test]
fn other_shapes() {
    check_term("0xC1900101-0x20017", Term::SetupPair(0xC190_0101, 0x20017));
    check_term("0xC1900101 - 0x20017", Term::SetupPair(0xC190_0101, 0x20017));
    check_term("kb4474419", Term::Update("KB4474419".into()));
    check_term("ORA-12514", Term::Exact(Family::Ora, 12514));
    check_term("tns-12541", Term::Exact(Family::Ora, 12541));
    check_term("SQL0911N", Term::Exact(Family::Db2, 911));
    check_term("E11000", Term::Exact(Family::Mongodb, 11000));
    check_term("MY-001045", Term::Exact(Family::Mysql, 1045));
    check_term("cve-2020-0601", Term::Vulnerability("CVE-2020-0601".into()));
    check_term("5.7.1", Term::Exact(Family::Smtp, 5_007_001));
    check_term("42P01", Term::Exact(Family::Sqlstate, sqlstate_number("42P01").unwrap()));
    check_term("500.19", Term::HttpSub(500, 19));
    check_term("HRESULT_FROM_WIN32(5)", Term::FromWin32("5".into()));
    check_term("ERROR_ACCESS_DENIED", Term::Word("ERROR_ACCESS_DENIED".into()));
}

#[test]
fn words_are_no_numbers() {
    for input in ["face", "access", "bad", "0xZZ", "", "拒绝", "KB12", "1.2.3.4.5"] {
        let query = parse(input);
        assert!(!query.terms.iter().any(|term| matches!(term, Term::Number { .. })), "{input}: {query:?}");
    }
}

#[test]
fn hints_are_whole_words() {
    assert_eq!(parse("Win32 error 5").hints, [Family::Win32]);
    assert_eq!(parse("Kerberos 0x18").hints, [Family::Kerberos]);
    assert_eq!(parse("蓝屏代码 0x7B").hints, [Family::Bugcheck]);
    assert_eq!(parse("nonstop 5").hints, []);
    assert_eq!(parse("phrase 5").hints, []);
}

proptest! {
    #[test]
    fn never_panics(input in "\\PC{0,40}") { parse(&input); }

    #[test]
    fn every_form_of_a_number_is_the_number(number in 0x8000_0000_u32..) {
        for input in [format!("{number:#x}"), format!("0x{number:08X}"), number.cast_signed().to_string(), number.to_string()] {
            let query = parse(&input);
            let found = query.terms.iter().any(|term| matches!(term, Term::Number { values, .. }
                if values.first().is_some_and(|(value, _)| *value == number)));
            prop_assert!(found, "{}", input);
        }
    }
}
