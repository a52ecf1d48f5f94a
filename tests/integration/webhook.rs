//! Tags told to others, seen from outside: a web server of the test's own, a Maildir.

use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::TcpListener,
    path::Path,
    process::{Command, Stdio},
    sync::{
        Arc,
        mpsc::{Receiver, channel},
    },
    thread,
    time::Duration,
};

use rustls::{
    ServerConfig, ServerConnection, StreamOwned,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
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
fn answer(stream: impl Read + Write, status: u16) -> Delivery {
    let mut reader = BufReader::new(stream);
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
    let stream = reader.get_mut();
    write!(stream, "HTTP/1.1 {status} x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n").unwrap();
    stream.flush().unwrap();
    Delivery { number, signature, body: String::from_utf8(body).unwrap() }
}

/// A certificate authority of the test's own and what it vouches for: `ca.pem`, and `NAME.pem` with `NAME.key` for each name.
fn certificates(folder: &Path, names: &[(&str, &str)]) {
    let openssl = |arguments: &[&str]| {
        let made = Command::new("openssl").args(arguments).current_dir(folder).output().unwrap();
        assert!(made.status.success(), "{made:?}");
    };
    let key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
    let authority = ["-days", "2", "-subj", "/CN=test authority", "-keyout", "ca.key", "-out", "ca.pem"];
    openssl(&[&["req", "-x509"][..], &key, &authority].concat());
    for (file, name) in names {
        let (request, extensions) = (format!("{file}.csr"), format!("{file}.cnf"));
        fs::write(folder.join(&extensions), format!("subjectAltName={name}\nbasicConstraints=critical,CA:FALSE\n"))
            .unwrap();
        let (own, signed) = (format!("{file}.key"), format!("{file}.pem"));
        openssl(&[&["req"][..], &key, &["-subj", "/CN=test", "-keyout", &own, "-out", &request]].concat());
        let by = ["-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2", "-extfile", &extensions];
        openssl(&[&["x509", "-req", "-in", &request, "-out", &signed][..], &by].concat());
    }
}

/// A server over TLS that takes whatever comes with this certificate; who does not trust it gets no further.
fn secure_server(folder: &Path, name: &str) -> (String, Receiver<Delivery>) {
    let chain =
        CertificateDer::pem_file_iter(folder.join(format!("{name}.pem"))).unwrap().map(Result::unwrap).collect();
    let key = PrivateKeyDer::from_pem_file(folder.join(format!("{name}.key"))).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain, key);
    let config = Arc::new(config.unwrap());
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("https://localhost:{}/hook", listener.local_addr().unwrap().port());
    let (deliveries, come) = channel();
    thread::spawn(move || {
        while let Ok((mut stream, _)) = listener.accept() {
            let mut tls = ServerConnection::new(Arc::clone(&config)).unwrap();
            while tls.is_handshaking() && tls.complete_io(&mut stream).is_ok() {}
            if !tls.is_handshaking() && deliveries.send(answer(StreamOwned::new(tls, stream), 200)).is_err() {
                return;
            }
        }
    });
    (url, come)
}

fn settings(folder: &Path, url: &str) -> String {
    settings_with(folder, url, "")
}

fn settings_with(folder: &Path, url: &str, more: &str) -> String {
    fs::write(folder.join("secret"), format!("{SECRET}\n")).unwrap();
    let config = folder.join("casebook.toml");
    fs::write(&config, format!("webhook = {{ url = \"{url}\", secret_file = \"secret\"{more} }}\n")).unwrap();
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
fn a_receiver_with_a_certificate_of_ones_own_is_trusted_by_the_settings_alone() {
    let data = tempfile::tempdir().unwrap();
    certificates(data.path(), &[("here", "DNS:localhost"), ("elsewhere", "DNS:elsewhere.example.com")]);
    let (url, come) = secure_server(data.path(), "here");
    let run = |config: &str, arguments: &[&str]| {
        let output =
            program().arg("--data").arg(data.path()).args(["--config", config]).args(arguments).output().unwrap();
        (
            output.status.code(),
            String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr),
        )
    };
    // Nobody that the system trusts vouches for it.
    let (status, said) = run(&settings(data.path(), &url), &["ingest", &sample()]);
    assert!(status == Some(0) && said.contains("1 change waits to be told"), "{said}");
    assert!(said.contains("certificate of the receiver is not trusted") && said.contains("`ca_file`"), "{said}");
    // One that is vouched for, for another host.
    let (other, none) = secure_server(data.path(), "elsewhere");
    let (status, said) =
        run(&settings_with(data.path(), &other, ", ca_file = \"ca.pem\""), &["outbox", "send", "--now"]);
    assert!(status == Some(1) && said.contains("0 taken, 1 not, 1 wait") && said.contains("localhost"), "{said}");
    fs::write(data.path().join("empty.pem"), "").unwrap();
    for (file, why) in [("no-such.pem", "no-such.pem"), ("empty.pem", "there is none in it")] {
        let config = settings_with(data.path(), &url, &format!(", ca_file = \"{file}\""));
        let (status, said) = run(&config, &["outbox", "send", "--now"]);
        assert!(status == Some(2) && said.contains("cannot read the certificates") && said.contains(why), "{said}");
    }
    let good = settings_with(data.path(), &url, ", ca_file = \"ca.pem\"");
    let (status, said) = run(&good, &["outbox", "send", "--now"]);
    assert!(status == Some(0) && said.contains("1 taken, 0 not, 0 wait"), "{said}");
    let delivery = come.recv().unwrap();
    assert_eq!(delivery.signature, sign(SECRET.as_bytes(), delivery.body.as_bytes()));
    assert!(come.try_recv().is_err() && none.try_recv().is_err(), "what was not trusted got nothing");
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
