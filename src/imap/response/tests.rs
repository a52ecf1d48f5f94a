use super::*;
use proptest::prelude::*;

fn read(text: &str, literals: &[&str]) -> Result<Response, ImapError> {
    let literals = literals.iter().map(|one| one.as_bytes().to_vec()).collect();
    parse(Raw { text: text.as_bytes().to_vec(), literals })
}

#[track_caller]
fn check(text: &str, expected: Response) {
    assert_eq!(read(text, &[]).unwrap(), expected, "{text}");
}

fn said(tag: Option<&str>, status: Status, code: &str, argument: &str, text: &str) -> Response {
    let [code, argument, text] = [code, argument, text].map(str::to_string);
    Response::Status { tag: tag.map(str::to_string), status, code, argument, text }
}

#[test]
fn how_things_stand() {
    check("* OK [UIDVALIDITY 17] UIDs valid", said(None, Status::Ok, "UIDVALIDITY", "17", "UIDs valid"));
    check("a7 NO [OVERQUOTA] Quota exceeded", said(Some("a7"), Status::No, "OVERQUOTA", "", "Quota exceeded"));
    check("a7 ok", said(Some("a7"), Status::Ok, "", "", ""));
    check("* BYE 服务器维护", said(None, Status::Bye, "", "", "服务器维护"));
    check("* OK [half", said(None, Status::Ok, "", "", "[half"));
    check("+ idling", Response::Continue);
    check("+", Response::Continue);
}

#[test]
fn data() {
    check("* CAPABILITY IMAP4rev1 idle", Response::Capability(vec!["IMAP4REV1".into(), "IDLE".into()]));
    check("* SEARCH", Response::Search(vec![]));
    check("* SEARCH 2 84 882 (MODSEQ 9)", Response::Search(vec![2, 84, 882]));
    check("* 23 EXISTS", Response::Exists(23));
    check("* 23 EXPUNGE", Response::Other);
    check("* FLAGS (\\Answered)", Response::Other);
}

#[track_caller]
fn check_list(text: &str, attributes: &[&str], delimiter: Option<char>, name: &str) {
    let attributes = attributes.iter().map(ToString::to_string).collect();
    check(text, Response::List(Listed { attributes, delimiter, wire: name.into() }));
}

#[test]
fn folders() {
    check_list("* LIST (\\HasNoChildren \\Trash) \"/\" Trash", &["\\HASNOCHILDREN", "\\TRASH"], Some('/'), "Trash");
    check_list("* LIST () \".\" \"INBOX.a \\\"b\\\"\"", &[], Some('.'), "INBOX.a \"b\"");
    check_list("* LIST () NIL NIL", &[], None, "NIL");
    check_list("* LIST () \"\\\\\" &W6JiNw- (\"OLDNAME\" (\"x\"))", &[], Some('\\'), "&W6JiNw-");
    let literal = read("* LIST () \"/\" {3}", &["a\"b"]).unwrap();
    assert_eq!(literal, Response::List(Listed { attributes: vec![], delimiter: Some('/'), wire: b"a\"b".to_vec() }));
}

#[test]
fn parts_of_messages() {
    let text = "* 12 FETCH (FLAGS (\\Seen work) UID 4711 RFC822.SIZE 44827 BODY[HEADER.FIELDS (MESSAGE-ID DATE)] {5} BODY[] {3})";
    let expected = Fetched {
        uid: Some(4711),
        size: Some(44827),
        flags: Some(vec!["\\Seen".into(), "work".into()]),
        header: Some(b"A: b\n".to_vec()),
        body: Some(Some(b"c)\"".to_vec())),
    };
    assert_eq!(read(text, &["A: b\n", "c)\""]).unwrap(), Response::Fetch(expected));
    let odd = "* 1 FETCH (MODSEQ (65402) BODY[] NIL X-GM-LABELS (\"\\\\Inbox\" a) INTERNALDATE \"17-Jul-1996 02:44:25 -0700\" uid 3)";
    assert_eq!(
        read(odd, &[]).unwrap(),
        Response::Fetch(Fetched { uid: Some(3), body: Some(None), ..Fetched::default() })
    );
}

#[test]
fn what_is_wrong_is_an_error() {
    for text in [
        "",
        "rubbish",
        "HTTP/1.1 400 Bad Request",
        "* 1 FETCH",
        "* 1 FETCH (UID",
        "* 1 FETCH (UID x)",
        "* 1 FETCH (UID 99999999999)",
        "* 1 FETCH (UID 1 BODY[] {5})",
        "* 1 FETCH (BODY[] \"abc)",
        "* SEARCH 1 x",
        "* LIST () \"/\"",
    ] {
        assert!(matches!(read(text, &[]), Err(ImapError::Protocol(_))), "{text}");
    }
    let deep = format!("* 1 FETCH {}", "(".repeat(1_000_000));
    assert!(matches!(read(&deep, &[]), Err(ImapError::Protocol(_))));
}

proptest! {
    #[test]
    fn no_response_breaks_it(
        text in "(\\* |a1 |\\+)?(OK |[0-9]{1,11} FETCH |LIST |SEARCH |CAPABILITY )?([(){}\\[\\]\" ~0-9a-zA-Z\\\\*]|BODY\\[\\] |UID |客){0,60}",
        literals in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..5), 0..3),
    ) {
        let _ = parse(Raw { text: text.into_bytes(), literals });
    }
}
