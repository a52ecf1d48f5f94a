//! A Dovecot of the test's own: in a temporary folder, on free ports of this machine, for any user with one password.

use std::{
    collections::BTreeMap,
    fs,
    io::{self, Write},
    net::{TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

pub const PASSWORD: &str = "geheim";

/// Tries until it answers: a tenth of a second each.
const TRIES: u32 = 300;

/// A server that ends with the test.
pub struct Dovecot {
    child: Child,
    folder: tempfile::TempDir,
    pub port: u16,
    pub tls_port: u16,
}

impl Dovecot {
    /// Starts one; `None`, said on standard error, where there is no Dovecot to start.
    pub fn start() -> Option<Self> {
        let there = Command::new("dovecot").arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
        if there.is_err() {
            // Past the capture of the test harness: that nothing was tested is to be seen.
            let _ = writeln!(
                io::stderr(),
                "SKIPPED: no dovecot here (Debian: dovecot-imapd), mail accounts are not tested"
            );
            return None;
        }
        // A port that was free may be taken by another test before Dovecot has it.
        (0..5).find_map(|_| Self::try_start()).or_else(|| panic!("dovecot does not start"))
    }

    fn try_start() -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let (port, tls_port) = (free_port(), free_port());
        configure(folder.path(), port, tls_port);
        let mut child = Command::new("dovecot")
            .arg("-F")
            .arg("-c")
            .arg(folder.path().join("dovecot.conf"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        for _ in 0..TRIES {
            if TcpStream::connect(("127.0.0.1", port)).is_ok() {
                return Some(Dovecot { child, folder, port, tls_port });
            }
            if child.try_wait().unwrap().is_some() {
                break;
            }
            thread::sleep(Duration::from_millis(100));
        }
        let log = fs::read_to_string(folder.path().join("log")).unwrap_or_default();
        let _ = writeln!(io::stderr(), "dovecot does not start: {log}");
        stop(&mut child);
        None
    }

    pub fn address(&self, user: &str, folder: &str) -> String {
        format!("imap://{user}@127.0.0.1:{}/{folder}", self.port)
    }

    /// Its settings file.
    pub fn settings(&self) -> PathBuf {
        self.folder.path().join("dovecot.conf")
    }

    /// The keywords in use in a user's inbox.
    pub fn keywords(&self, user: &str) -> Vec<String> {
        let text = fs::read_to_string(self.maildir(user, "INBOX").join("dovecot-keywords")).unwrap_or_default();
        text.lines().filter_map(|line| line.split_once(' ')).map(|(_, keyword)| keyword.to_string()).collect()
    }

    /// The certificate of its TLS.
    pub fn certificate(&self) -> PathBuf {
        self.folder.path().join("cert.pem")
    }

    /// The Maildir of a user's folder; it is made where it is missing. `wire` is its name in modified UTF-7.
    pub fn maildir(&self, user: &str, wire: &str) -> PathBuf {
        let path = self.path(user, wire);
        for name in ["cur", "new", "tmp"] {
            fs::create_dir_all(path.join(name)).unwrap();
        }
        give(&self.folder.path().join("mail").join(user));
        path
    }

    fn path(&self, user: &str, wire: &str) -> PathBuf {
        let root = self.folder.path().join("mail").join(user).join("Maildir");
        if wire == "INBOX" { root } else { root.join(format!(".{}", wire.replace('/', "."))) }
    }

    /// Brings a mail.
    pub fn deliver(&self, user: &str, wire: &str, name: &str, mail: &str) {
        let folder = self.maildir(user, wire);
        let path = folder.join("tmp").join(name);
        fs::write(&path, mail).unwrap();
        give(&path);
        fs::rename(path, folder.join("new").join(name)).unwrap();
    }

    /// The mails of a folder: name with flags, and bytes. The server's own files are left out, and what it renames at that
    /// moment.
    pub fn mails(&self, user: &str, wire: &str) -> BTreeMap<String, Vec<u8>> {
        let folder = self.path(user, wire);
        let mut mails = BTreeMap::new();
        for place in ["cur", "new"] {
            for entry in fs::read_dir(folder.join(place)).unwrap() {
                let entry = entry.unwrap();
                let name = format!("{place}/{}", entry.file_name().to_string_lossy());
                if let Ok(bytes) = fs::read(entry.path()) {
                    mails.insert(name, bytes);
                }
            }
        }
        mails
    }

    /// The server forgets what numbers it gave: it counts anew.
    pub fn forget_numbers(&self, user: &str) {
        // The new number is made of the seconds of the clock: within the same one it would be the old one.
        std::thread::sleep(std::time::Duration::from_millis(1_100));
        let folder = self.maildir(user, "INBOX");
        for entry in fs::read_dir(&folder).unwrap() {
            let entry = entry.unwrap();
            if entry.file_name().to_string_lossy().starts_with("dovecot") {
                fs::remove_file(entry.path()).unwrap();
            }
        }
    }
}

impl Drop for Dovecot {
    fn drop(&mut self) {
        stop(&mut self.child);
    }
}

/// Asks the master to end, which ends the others.
fn stop(child: &mut Child) {
    let _ = Command::new("kill").arg(child.id().to_string()).status();
    let _ = child.wait();
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

fn is_root() -> bool {
    let id = Command::new("id").arg("-u").output().unwrap();
    id.stdout.trim_ascii() == b"0"
}

/// Mail belongs to nobody where the tests run as root: Dovecot serves no mail of root's.
fn give(path: &Path) {
    if is_root() {
        let given = Command::new("chown").arg("-R").arg("nobody:nogroup").arg(path).status();
        assert!(given.unwrap().success());
    }
}

fn configure(folder: &Path, port: u16, tls_port: u16) {
    let here = folder.display();
    fs::create_dir(folder.join("mail")).unwrap();
    let (login, user) = if is_root() {
        Command::new("chmod").arg("755").arg(folder).status().unwrap();
        give(&folder.join("mail"));
        (String::new(), "uid=nobody gid=nogroup".to_string())
    } else {
        let id = |flag: &str| {
            let output = Command::new("id").arg(flag).output().unwrap();
            String::from_utf8(output.stdout).unwrap().trim().to_string()
        };
        let (name, group) = (id("-un"), id("-gn"));
        let own =
            format!("default_login_user = {name}\ndefault_internal_user = {name}\ndefault_internal_group = {group}\n");
        (own, format!("uid={name} gid={group}"))
    };
    certificate(folder);
    let text = format!(
        "base_dir = {here}/run
state_dir = {here}/state
log_path = {here}/log
protocols = imap
listen = 127.0.0.1
ssl = yes
ssl_cert = <{here}/cert.pem
ssl_key = <{here}/key.pem
disable_plaintext_auth = no
auth_failure_delay = 0
mail_location = maildir:~/Maildir
mail_max_userip_connections = 100
{login}service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
passdb {{
  driver = static
  args = password={PASSWORD}
}}
userdb {{
  driver = static
  args = {user} home={here}/mail/%u
}}
namespace inbox {{
  inbox = yes
  separator = /
  mailbox Trash {{
    auto = create
    special_use = \\Trash
  }}
}}
"
    );
    fs::write(folder.join("dovecot.conf"), text).unwrap();
}

/// A certificate for this machine that nobody else vouches for.
fn certificate(folder: &Path) {
    let settings = "[req]\ndistinguished_name = name\nx509_extensions = own\nprompt = no\n[name]\nCN = casebook test server\n[own]\nbasicConstraints = critical, CA:FALSE\nsubjectAltName = DNS:localhost, IP:127.0.0.1\n";
    fs::write(folder.join("openssl.cnf"), settings).unwrap();
    let made = Command::new("openssl")
        .args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"])
        .args(["-config", "openssl.cnf", "-keyout", "key.pem", "-out", "cert.pem"])
        .current_dir(folder)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    assert!(made.unwrap().success());
}
