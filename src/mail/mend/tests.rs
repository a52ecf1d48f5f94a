use super::*;

const TEXT: &str = "Content-Type: text/plain\n\n";

fn multi(boundary: &str) -> String {
    format!("Content-Type: multipart/mixed; boundary={boundary}\n\n")
}

/// The bodies of the parts that mail-parser finds in the mended mail, and what was said.
#[track_caller]
fn check(mail: &str, bodies: &[&str], said: &[&str]) {
    let mut notes = Vec::new();
    let (mended, masked) = mend(mail.as_bytes(), &mut notes);
    let masked = masked.as_deref().unwrap_or(&mended);
    assert_eq!(masked.len(), mended.len());
    let found = mail_parser::MessageParser::new().parse(masked).unwrap();
    let parts = found.parts.iter().filter(|part| !matches!(part.body, mail_parser::PartType::Multipart(_)));
    let found: Vec<String> = parts
        .map(|part| String::from_utf8_lossy(&mended[part.offset_body as usize..part.offset_end as usize]).into())
        .collect();
    assert_eq!(found, bodies, "of {mail}");
    assert_eq!(notes, said, "of {mail}");
}

#[test]
fn mail_in_order_is_left_alone() {
    let mail = format!("{}--b\n{TEXT}one\n--b\n\ntwo\n--b--\n", multi("b"));
    assert!(matches!(mend(mail.as_bytes(), &mut Vec::new()), (Cow::Borrowed(_), _)));
    check(&mail, &["one", "two"], &[]);
}

#[test]
fn delimiters_stand_alone_on_their_line() {
    check(&format!("{}--b\n{TEXT}set --b\n--bc\nx--b\n--b--\n", multi("b")), &["set --b\n--bc\nx--b"], &[]);
    let inner = format!("{}--b1\n{TEXT}one\n--b1--\n", multi("b1"));
    check(&format!("{}--b\n{inner}--b\n{TEXT}two\n--b--\n", multi("b")), &["one", "two"], &[]);
}

#[test]
fn missing_ends_are_put_in() {
    let inner = format!("{}--c\n{TEXT}one\n", multi("c"));
    check(&format!("{}--b\n{inner}--b\n{TEXT}two\n--b--\n", multi("b")), &["one", "two"], &[]);
    check(&format!("{}--b\n{TEXT}cut", multi("b")), &["cut"], &[CUT]);
}

#[test]
fn parts_behind_the_end_are_read() {
    let mail = format!("{}--b\n{TEXT}one\n--b--\n--b\n{TEXT}two\n--b--\n", multi("b"));
    check(&mail, &["one", "", "two"], &[]);
}

#[test]
fn parts_without_a_header_or_its_end() {
    check(&format!("{}--b\none\n--b\n\ntwo\n--b--\n", multi("b")), &["one", "two"], &[]);
    check(&format!("{}--b\nContent-Type: text/plain\n--b\n\ntwo\n--b--\n", multi("b")), &["", "two"], &[]);
}

#[test]
fn false_boundaries_are_guessed() {
    check(&format!("{}--b\n{TEXT}one\n--b--\n", multi("B")), &["one"], &[GUESSED]);
    check(&format!("{}--==x==\n{TEXT}one\n--==x==--\n", multi("b")), &["one"], &[GUESSED]);
    check(&format!("{}--b\n{TEXT}one\n--b--\n", multi("\"b \"")), &["one"], &[]);
}

#[test]
fn few_and_many_boundaries_are_found_alike() {
    let parts: String = (0..3).map(|number| format!("--b{number}\n{TEXT}x --b1 -----b\n--b{number}--\n")).collect();
    let named = |count: usize| -> String { (0..count).map(|number| format!("boundary=b{number} ")).collect() };
    let found = |text: &str| {
        let found = Boundaries::find(text.as_bytes());
        let lines: Vec<_> = found.lines.iter().map(|one| (one.at, one.next, one.closing)).collect();
        (found.hits, lines)
    };
    let (few, many) = (format!("{}\n{parts}", named(3)), format!("{}\n{parts}", named(3 + FEW)));
    let shift = many.len() - few.len();
    let (hits, lines) = found(&few);
    let moved: Vec<usize> = hits.iter().map(|at| at + shift).collect();
    let moved_lines: Vec<_> = lines.iter().map(|(at, next, closing)| (at + shift, next + shift, *closing)).collect();
    assert_eq!(found(&many), (moved, moved_lines));
    assert_eq!((hits.len(), lines.len()), (9, 6));
}

#[test]
fn words_of_types_in_boundaries_stay() {
    let mail = "Content-Type: multipart/digest; boundary=digest-rfc822\n\n--digest-rfc822\n\none\n--digest-rfc822--\n";
    check(mail, &["one"], &[]);
}

#[test]
fn enclosed_messages_stay_one_part() {
    let inner = format!("Content-Type: message/rfc822\n\n{}--b1\n{TEXT}one\n--b1--", multi("b1"));
    let body = inner.split_once("\n\n").unwrap().1;
    check(&format!("{}--b\n{inner}\n--b\n{TEXT}two\n--b--\n", multi("b")), &[body, "two"], &[]);
}
