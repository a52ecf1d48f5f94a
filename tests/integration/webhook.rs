//! Tags told to others, seen from outside: a web server of the test's own, a Maildir.

use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    path::Path,
    process::{Command, Stdio},
    sync::mpsc::{Receiver, channel},
    thread,
    time::Duration,
};

use casebook::app::outgoing::webhook::sign;

use crate::support::{json, program, root};

const SECRET: &str = "a secret of the test";

/// What came to the server.
struct Delivery {
    number: u64,
    signature: String,
    body: String,
}

/// A server that answers with these statuses, one after the other; then it is gone.
fn server(statuses: &'static [u16]) -> (String, Receiver<Delivery>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/hook", listener.local_addr().unwrap());
    let (deliveries, come) = channel();
    thread::spawn(move || {
        for status in statuses {
            let (stream, _) = listener.accept().unwrap();
            deliveries.send(answer(stream, *status)).unwrap();
        }
    });
    (url, come)
}

/// Reads a request and answers it.
fn answer(mut stream: TcpStream, status: u16) -> Delivery {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let (mut length, mut number, mut signature) = (0, 0, String::new());
    let mut line = String::new();
    while reader.read_line(&mut line).unwrap() > 0 && line.trim() != "" {
        if let Some((name, value)) = line.split_once(':') {
            match name.to_lowercase().as_str() {
                "content-length" => length = value.trim().parse().unwrap(),
                "x-casebook-delivery" => number = value.trim().parse().unwrap(),
                "x-casebook-signature" => signature = value.trim().to_string(),
                _ => {}
            }
        }
        line.clear();
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    write!(stream, "HTTP/1.1 {status} x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n").unwrap();
    Delivery { number, signature, body: String::from_utf8(body).unwrap() }
}

fn settings(folder: &Path, url: &str) -> String {
    fs::write(folder.join("secret"), format!("{SECRET}\n")).unwrap();
    let config = folder.join("casebook.toml");
    fs::write(&config, format!("webhook = {{ url = \"{url}\", secret_file = \"secret\" }}\n")).unwrap();
    config.to_str().unwrap().to_string()
}

fn sample() -> String {
    root("corpus/cases/cas-12143").to_str().unwrap().to_string()
}

#[test]
fn news_are_signed_and_sent_again_until_they_are_taken() {
    let data = tempfile::tempdir().unwrap();
    let (url, come) = server(&[503, 200, 200]);
    let config = settings(data.path(), &url);
    let with = |arguments: &[&str]| json(data.path(), &[&["--config", config.as_str()][..], arguments].concat());
    with(&["ingest", &sample()]);
    let refused = come.recv().unwrap();
    let waiting = with(&["outbox", "list"]);
    let [news] = &waiting["news"].as_array().unwrap()[..] else { panic!("{waiting}") };
    assert_eq!((news["id"].as_u64(), news["attempts"].as_u64()), (Some(refused.number), Some(1)));
    assert!(news["error"].as_str().unwrap().contains("503"), "{news}");
    // Its time has not come yet.
    assert_eq!(with(&["outbox", "send"])["sent"], 0);
    assert_eq!(with(&["outbox", "send", "--now"])["sent"], 1);
    let taken = come.recv().unwrap();
    assert_eq!((taken.number, &taken.body), (refused.number, &refused.body));
    assert_eq!(taken.signature, sign(SECRET.as_bytes(), taken.body.as_bytes()));
    let body: serde_json::Value = serde_json::from_str(&taken.body).unwrap();
    assert_eq!((body["schema"].as_str(), body["case"].as_str()), (Some("casebook.news/1"), Some("CAS-12143-P0Y2F1")));
    assert_eq!(body["verdict"], "known");
    assert!(body["tags"].as_array().unwrap().contains(&"customer/icbc".into()), "{body}");
    assert_eq!(with(&["outbox", "list"])["news"], serde_json::json!([]));
    // Nothing changes, nothing is told; a judgement changes tags.
    with(&["tag", "apply", "--all"]);
    let reject = ["--config", &config, "case", "reject", "CAS-12143-P0Y2F1", "tms-krnlmgr-blocks-services-zh"];
    program().arg("--data").arg(data.path()).args(reject).assert().code(0);
    let told = come.recv().unwrap();
    assert!(told.number > taken.number);
    assert!(
        told.body.contains("\"removed\":[\"cause/third-party-driver\"")
            || told.body.contains("cause/third-party-driver")
    );
}

#[test]
fn an_absent_receiver_loses_nothing_and_old_mail_tells_nobody() {
    let data = tempfile::tempdir().unwrap();
    // Bound and let go: nobody listens there.
    let url = format!("http://{}/", TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap());
    let config = settings(data.path(), &url);
    let with = |arguments: &[&str]| json(data.path(), &[&["--config", config.as_str()][..], arguments].concat());
    with(&["ingest", "--dry-run", &sample()]);
    with(&["ingest", "--history", "--matching", "later", &sample()]);
    assert_eq!(with(&["tag", "apply"])["changed"], 1);
    assert_eq!(with(&["outbox", "list"])["news"], serde_json::json!([]));
    let other = data.path().join("other.eml");
    fs::write(&other, "From: a@example.com\nSubject: INC0071999 printer\nMessage-ID: <1@x>\nDate: Tue, 10 Sep 2024 08:00:00 +0000\n\nThe disk is full: ENOSPC\n").unwrap();
    let report = with(&["ingest", other.to_str().unwrap()]);
    assert_eq!(report["tagged"]["changed"], 1, "taking in goes on");
    assert_eq!(with(&["outbox", "list"])["news"].as_array().unwrap().len(), 1);
}

#[test]
fn old_mail_and_a_delivery_beside_it_do_not_change_what_the_other_tells() {
    let data = tempfile::tempdir().unwrap();
    let url = format!("http://{}/", TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap());
    let config = settings(data.path(), &url);
    let with = |arguments: &[&str]| json(data.path(), &[&["--config", config.as_str()][..], arguments].concat());
    let mail = |number: u32| {
        format!(
            "From: a@example.com\nSubject: INC000000{number} printer\nMessage-ID: <{number}@x>\nDate: Tue, 10 Sep 2024 08:00:00 +0000\n\nThe disk is full: ENOSPC\n"
        )
    };
    // It has begun, and its mail comes only when the delivery is over.
    let mut history = Command::new(assert_cmd::cargo::cargo_bin("casebook"))
        .args(["--config", &config, "--data"])
        .arg(data.path())
        .args(["ingest", "--history", "--matching", "later", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    while !data.path().join("cases.db").exists() {
        assert!(history.try_wait().unwrap().is_none(), "it ended before its mail came");
        thread::sleep(Duration::from_millis(20));
    }
    let deliver = |number: u32| {
        let arguments = ["--config", &config, "ingest", "--deliver"];
        program().arg("--data").arg(data.path()).args(arguments).write_stdin(mail(number)).assert().code(0);
    };
    deliver(1);
    history.stdin.take().unwrap().write_all(mail(2).as_bytes()).unwrap();
    assert!(history.wait().unwrap().success());
    deliver(3);
    let applied = with(&["tag", "apply"]);
    assert_eq!(applied["changed"], 3, "{applied}");
    let told = with(&["outbox", "list"]);
    let bodies: Vec<&str> =
        told["news"].as_array().unwrap().iter().map(|news| news["body"].as_str().unwrap()).collect();
    assert_eq!(bodies.len(), 2, "{told}");
    assert!(bodies[0].contains("INC0000001") && bodies[1].contains("INC0000003"), "{told}");
    // However often old mail is matched.
    with(&["noise", "add", "errno:ENOSPC", "--reason", "test"]);
    with(&["tag", "apply"]);
    let after = with(&["outbox", "list"]);
    assert!(!after.to_string().contains("INC0000002"), "{after}");
}

#[test]
fn copies_carry_the_tags_of_their_case() {
    let (data, copies) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let mail = data.path().join("mail.eml");
    let text = "From: a@example.com\nSubject: INC0071999 printer\nMessage-ID: <1@x>\nDate: Tue, 10 Sep 2024 08:00:00 +0000\n\nThe disk is full: ENOSPC\n";
    fs::write(&mail, text).unwrap();
    let to = copies.path().to_str().unwrap();
    json(data.path(), &["ingest", "--copy-to", to, mail.to_str().unwrap()]);
    let files = || -> Vec<String> {
        let entries = fs::read_dir(copies.path().join("new")).unwrap();
        entries.map(|entry| fs::read_to_string(entry.unwrap().path()).unwrap()).collect()
    };
    let first = files();
    assert_eq!(first.len(), 1);
    assert!(first[0].starts_with("X-Casebook-Case: INC0071999\n") && first[0].ends_with(text), "{}", first[0]);
    assert!(first[0].contains("cause/disk-full"), "{}", first[0]);
    program().arg("--data").arg(data.path()).args(["case", "tag", "INC0071999", "+team/storage"]).assert().code(0);
    json(data.path(), &["tag", "apply", "--all", "--copy-to", to]);
    let again = files();
    assert_eq!(again.len(), 1, "the same file anew");
    assert!(again[0].contains("team/storage"), "{}", again[0]);
}
