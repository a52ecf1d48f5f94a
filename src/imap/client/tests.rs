use std::{
    io::{BufRead, BufReader, Write},
    net::TcpListener,
    sync::Arc,
    thread::{self, JoinHandle},
};

use super::*;
use crate::imap::auth::SecretSource;

/// A server that greets, then for each step waits for a line that has these words and answers. `TAG` stands for the tag of
/// the last line that had one. Then it is gone.
fn server(greeting: &'static str, steps: &'static [(&'static str, &'static str)]) -> (Address, JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("imap://ann@{}/", listener.local_addr().unwrap()).parse().unwrap();
    let served = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut reader = BufReader::new(stream.try_clone().unwrap());
        stream.write_all(greeting.as_bytes()).unwrap();
        let mut tag = String::new();
        for (expected, answer) in steps {
            let mut line = String::new();
            reader.read_line(&mut line).unwrap();
            assert!(line.contains(expected), "{line:?} for {expected:?}");
            if line.starts_with('c') {
                tag = line.split(' ').next().unwrap().to_string();
            }
            stream.write_all(answer.replace("TAG", &tag).as_bytes()).unwrap();
        }
    });
    (address, served)
}

fn connect(address: &Address) -> Result<Client, ImapError> {
    Client::connect(Target { address, plaintext: false, ca_file: None }, Arc::new(|| false))
}

fn login(client: &mut Client, mechanism: Mechanism, user: &str, password: &str) -> Result<(), ImapError> {
    let secret = SecretSource { given: Some(password.into()), ..SecretSource::default() }.get().unwrap();
    client.login(&Login { user, secret: &secret, mechanism, host: "mail.example.com", port: 993 })
}

const READY: &str = "* OK [CAPABILITY IMAP4rev1 IDLE SPECIAL-USE LIST-EXTENDED] ready\r\n";

/// What a client gets of a server that answers one command so, and is gone then.
#[track_caller]
fn answered<T>(answer: &'static str, ask: impl Fn(&mut Client) -> Result<T, ImapError>) -> Result<T, ImapError> {
    let steps = Box::leak(Box::new([(" ", answer)]));
    let (address, served) = server(READY, steps);
    let outcome = ask(&mut connect(&address).unwrap());
    served.join().unwrap();
    outcome
}

#[test]
fn logins_by_what_the_server_offers() {
    // AG… is NUL ann NUL geheim in Base64.
    let (address, served) = server(
        "* OK hi\r\n",
        &[
            ("CAPABILITY", "* CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR\r\nTAG OK\r\n"),
            ("AUTHENTICATE PLAIN AGFubgBnZWhlaW0=", "TAG OK [CAPABILITY IMAP4rev1 ID] in\r\n"),
            ("ID (\"name\" \"casebook\"", "* ID NIL\r\nTAG NO\r\n"),
        ],
    );
    let mut client = connect(&address).unwrap();
    login(&mut client, Mechanism::Password, "ann", "geheim").unwrap();
    served.join().unwrap();

    let (address, served) = server(
        "* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] hi\r\n",
        &[("AUTHENTICATE PLAIN", "+ \r\n"), ("AGFubgBnZWhlaW0=", "TAG OK [CAPABILITY IMAP4rev1] in\r\n")],
    );
    login(&mut connect(&address).unwrap(), Mechanism::Password, "ann", "geheim").unwrap();
    served.join().unwrap();

    let (address, served) = server(
        "* OK [CAPABILITY IMAP4rev1] hi\r\n",
        &[("LOGIN \"a\\\"b\" {6}", "+ go on\r\n"), ("密码", "* CAPABILITY IMAP4rev1\r\nTAG OK in\r\n")],
    );
    login(&mut connect(&address).unwrap(), Mechanism::Password, "a\"b", "密码").unwrap();
    served.join().unwrap();

    let (address, served) = server(
        "* OK [CAPABILITY IMAP4rev1 AUTH=XOAUTH2 SASL-IR] hi\r\n",
        &[
            ("AUTHENTICATE XOAUTH2 dXNlcj1hbm4BYXV0aD1CZWFyZXIgdG9rAQE=", "+ eyJzdGF0dXMiOiI0MDEifQ==\r\n"),
            ("\r\n", "TAG NO [AUTHENTICATIONFAILED] token is over\r\n"),
        ],
    );
    let refused = login(&mut connect(&address).unwrap(), Mechanism::XOAuth2, "ann", "tok").unwrap_err();
    assert!(matches!(&refused, ImapError::Refused { user, .. } if user == "ann"), "{refused:?}");
    served.join().unwrap();
}

#[test]
fn no_password_goes_where_none_is_wanted() {
    let (address, served) = server("* OK [CAPABILITY IMAP4rev1 LOGINDISABLED] hi\r\n", &[]);
    let error = login(&mut connect(&address).unwrap(), Mechanism::Password, "ann", "geheim").unwrap_err();
    assert!(matches!(error, ImapError::LoginDisabled), "{error:?}");
    served.join().unwrap();
    let (address, served) = server("* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] hi\r\n", &[]);
    let error = login(&mut connect(&address).unwrap(), Mechanism::OAuthBearer, "ann", "tok").unwrap_err();
    assert!(matches!(error, ImapError::NoMechanism("OAUTHBEARER")), "{error:?}");
    served.join().unwrap();
}

/// The same server by a number that does not tell that it is this machine.
fn elsewhere(address: &Address) -> Address {
    Address { host: "0.0.0.0".into(), ..address.clone() }
}

#[cfg(unix)]
#[test]
fn tls_comes_first_or_nothing_does() {
    let (address, served) = server("* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] hi\r\n", &[]);
    assert!(matches!(connect(&elsewhere(&address)), Err(ImapError::NoTls)));
    served.join().unwrap();
    // Whoever sits between may add commands behind the answer: they are not taken for what was said in TLS.
    let injected = [("STARTTLS", "TAG OK begin\r\n* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] hi\r\n")];
    let (address, served) = server("* OK [CAPABILITY IMAP4rev1 STARTTLS] hi\r\n", Box::leak(Box::new(injected)));
    let error = connect(&elsewhere(&address)).err().unwrap();
    assert!(matches!(error, ImapError::Protocol(_)), "{error:?}");
    served.join().unwrap();
    let (address, served) = server("* PREAUTH hi\r\n", &[]);
    assert!(matches!(connect(&elsewhere(&address)), Err(ImapError::Protocol(_))));
    served.join().unwrap();
}

/// What came, and how it ended.
fn bodies(client: &mut Client) -> Result<(Vec<Body>, Result<(), ImapError>), ImapError> {
    Ok(client.bodies(&[Glimpse { uid: 7, size: 3, header: Vec::new() }]))
}

#[test]
fn what_is_cut_or_refused_is_never_taken_for_whole() {
    let abc = [(7, Some(b"abc".to_vec()))];
    let whole = answered("* 1 FETCH (UID 7 BODY[] {3}\r\nabc)\r\nTAG OK done\r\n", bodies).unwrap();
    assert_eq!(whole.0, abc);
    assert!(whole.1.is_ok());
    // What came before the cut came whole.
    let (came, cut) = answered("* 1 FETCH (UID 7 BODY[] {3}\r\nabc)\r\n", bodies).unwrap();
    assert_eq!(came, abc);
    assert!(matches!(cut, Err(ImapError::Lost(_))), "{cut:?}");
    let (came, cut) = answered("* 1 FETCH (UID 7 BODY[] {3}\r\nab", bodies).unwrap();
    assert!(came.is_empty() && matches!(cut, Err(ImapError::Lost(_))), "{came:?} {cut:?}");
    let (came, refused) = answered("* 1 FETCH (UID 7 BODY[] {3}\r\nabc)\r\nTAG NO [SERVERBUG] x\r\n", bodies).unwrap();
    assert_eq!(came, abc);
    let refused = refused.unwrap_err();
    assert!(matches!(&refused, ImapError::No { .. }) && refused.is_passing(), "{refused:?}");
    let bye = answered("* BYE going down\r\n", bodies).unwrap().1.unwrap_err();
    assert!(matches!(&bye, ImapError::Bye(said) if said == "going down"), "{bye:?}");
}

#[test]
fn what_was_not_asked_for_is_not_kept() {
    let other = "* 1 FETCH (UID 8 BODY[] {3}\r\nxyz)\r\n* 2 FETCH (FLAGS ())\r\n* 9 EXPUNGE\r\n* 3 FETCH (UID 7 BODY[] NIL)\r\nTAG OK\r\n";
    assert_eq!(answered(other, bodies).unwrap().0, [(7, None)]);
    let glimpse = |client: &mut Client| client.glimpses(&[7]);
    let header = "* 1 FETCH (UID 7 RFC822.SIZE 5 BODY[HEADER.FIELDS (MESSAGE-ID DATE)] {6}\r\nA: b\r\n)\r\nTAG OK\r\n";
    let expected = Glimpse { uid: 7, size: 5, header: b"A: b\r\n".to_vec() };
    assert_eq!(answered(header, glimpse).unwrap(), [expected]);
    // A header of a megabyte, where two short fields were asked for.
    let long = "* 1 FETCH (UID 7 RFC822.SIZE 5 BODY[HEADER.FIELDS (MESSAGE-ID DATE)] {1000000}\r\n";
    assert!(matches!(answered(long, glimpse), Err(ImapError::Protocol(_))));
    let foreign = answered("x1 OK\r\n", glimpse).unwrap_err();
    assert!(matches!(foreign, ImapError::Protocol(_)), "{foreign:?}");
}

#[test]
fn folders_are_opened_and_searched() {
    let told = "* FLAGS (\\Seen)\r\n* OK [PERMANENTFLAGS (\\Seen \\*)] x\r\n* 3 EXISTS\r\n* OK [UIDVALIDITY 9] x\r\n* OK [UIDNEXT 12] x\r\nTAG OK [READ-WRITE] x\r\n";
    let opened = answered(told, |client| client.open("客户".as_bytes(), true)).unwrap_err();
    // No modified UTF-7: it goes as a literal, for which this server does not wait.
    assert!(matches!(opened, ImapError::Protocol(_)), "{opened:?}");
    let opened = answered(told, |client| client.open(b"a \"b\"", true)).unwrap();
    let expected = Opened { uid_validity: Some(9), uid_next: Some(12), exists: 3, keywords: true, read_only: false };
    assert_eq!(opened, expected);
    let found = answered("* SEARCH 9 5 7\r\n* SEARCH 7 4000000000\r\nTAG OK\r\n", |client| client.search(6, None, ""));
    assert_eq!(found.unwrap(), [7, 9, 4_000_000_000]);
    let none = answered("TAG NO [NONEXISTENT] no such folder\r\n", |client| client.open(b"x", false)).unwrap_err();
    assert!(none.to_string().contains("to open the folder `x`: no such folder"), "{none}");
}

#[test]
fn idle_ends_with_news_or_with_its_time() {
    let (address, served) = server(
        READY,
        &[
            ("IDLE", "* OK still here\r\n+ idling\r\n* 4 EXISTS\r\n"),
            ("DONE", "TAG OK\r\n"),
            ("IDLE", "+ idling\r\n* OK still here\r\n* 1 EXPUNGE\r\n"),
            ("DONE", "* 5 EXISTS\r\nTAG OK\r\n"),
            ("IDLE", "+ idling\r\n"),
            ("DONE", "TAG OK\r\n"),
            ("IDLE", "TAG BAD what?\r\n"),
        ],
    );
    let mut client = connect(&address).unwrap();
    assert!(client.idle(Duration::from_secs(60)).unwrap());
    assert!(client.idle(Duration::ZERO).unwrap(), "what comes with the end counts");
    assert!(!client.idle(Duration::ZERO).unwrap());
    assert!(matches!(client.idle(Duration::ZERO), Err(ImapError::No { .. })));
    served.join().unwrap();
}
