//! Ways to log in, and where the password or token comes from.

use std::{
    fmt,
    fs::File,
    io::{self, Read},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    str::FromStr,
};

use base64::{Engine, engine::general_purpose::STANDARD};

/// Bytes of a password or token at most: tokens of large directories have some kilobytes.
const LONGEST: u64 = 64 << 10;

/// A way to log in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mechanism {
    /// A password: `AUTHENTICATE PLAIN` (RFC 4616), else `LOGIN`.
    Password,
    /// An OAuth 2 token, as Microsoft and Google take it.
    XOAuth2,
    /// An OAuth 2 token by RFC 7628.
    OAuthBearer,
}

impl FromStr for Mechanism {
    type Err = ();

    fn from_str(name: &str) -> Result<Self, ()> {
        match name.to_ascii_uppercase().as_str() {
            "PASSWORD" | "PLAIN" | "LOGIN" => Ok(Mechanism::Password),
            "XOAUTH2" => Ok(Mechanism::XOAuth2),
            "OAUTHBEARER" => Ok(Mechanism::OAuthBearer),
            _ => Err(()),
        }
    }
}

impl Mechanism {
    /// The name in settings and messages.
    pub fn name(self) -> &'static str {
        match self {
            Mechanism::Password => "password",
            Mechanism::XOAuth2 => "XOAUTH2",
            Mechanism::OAuthBearer => "OAUTHBEARER",
        }
    }
}

/// A password or token. It is never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// Where a password comes from.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SecretSource {
    /// From the environment; before the others.
    pub given: Option<String>,
    /// A file that its owner alone can read.
    pub file: Option<PathBuf>,
    /// A program and its arguments: the first line of what it prints.
    pub command: Vec<String>,
}

/// Why there is no password.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// Nobody says where it is.
    #[error("no password is given for the mail account")]
    Nowhere,
    /// The file cannot be read.
    #[error("cannot read the password file `{}`", .path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Others can read the file.
    #[error("others than its owner can read the password file `{}`", .0.display())]
    Open(PathBuf),
    /// The command cannot be run.
    #[error("cannot run the password command `{program}`")]
    Run {
        /// Its name, without arguments.
        program: String,
        /// Why.
        source: io::Error,
    },
    /// The command failed.
    #[error("the password command `{program}` failed ({status})")]
    Failed {
        /// Its name, without arguments.
        program: String,
        /// How it ended.
        status: String,
    },
    /// There is nothing in it, or more than a line of text.
    #[error("{0} gives no password: its first line is to be text")]
    Empty(String),
}

impl SecretSource {
    /// Gets the password; a command is run each time, as tokens end.
    ///
    /// # Errors
    /// When there is none. The error never holds any of it.
    pub fn get(&self) -> Result<Secret, SecretError> {
        if let Some(given) = &self.given {
            return secret(given.as_bytes(), || "the variable".into());
        }
        if let Some(path) = &self.file {
            let bytes = read_secret_file(path).map_err(|source| SecretError::Read { path: path.clone(), source })?;
            let bytes = bytes.ok_or_else(|| SecretError::Open(path.clone()))?;
            return secret(&bytes, || format!("the file `{}`", path.display()));
        }
        let [program, arguments @ ..] = &self.command[..] else { return Err(SecretError::Nowhere) };
        let failed = |source| SecretError::Run { program: program.clone(), source };
        let mut child = Command::new(program)
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(failed)?;
        let mut printed = Vec::new();
        if let Some(output) = child.stdout.take() {
            output.take(LONGEST).read_to_end(&mut printed).map_err(failed)?;
        }
        let status = child.wait().map_err(failed)?;
        if !status.success() {
            return Err(SecretError::Failed { program: program.clone(), status: status.to_string() });
        }
        secret(&printed, || format!("the command `{program}`"))
    }
}

/// The first line.
fn secret(bytes: &[u8], from: impl Fn() -> String) -> Result<Secret, SecretError> {
    let line = bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    match str::from_utf8(line) {
        Ok(text) if !text.is_empty() && !text.contains('\0') => Ok(Secret(text.into())),
        _ => Err(SecretError::Empty(from())),
    }
}

/// Reads a file that its owner alone can read, its first 64 KB at most; `None`: others can read it.
///
/// # Errors
/// When it cannot be read.
pub fn read_secret_file(path: &Path) -> io::Result<Option<Vec<u8>>> {
    let file = File::open(path)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        if file.metadata()?.mode() & 0o077 != 0 {
            return Ok(None);
        }
    }
    let mut bytes = Vec::new();
    file.take(LONGEST).read_to_end(&mut bytes)?;
    Ok(Some(bytes))
}

/// Who logs in, where and how.
#[derive(Debug, Clone)]
pub struct Login<'l> {
    /// The user.
    pub user: &'l str,
    /// The password or token.
    pub secret: &'l Secret,
    /// How.
    pub mechanism: Mechanism,
    /// Host, which OAUTHBEARER names.
    pub host: &'l str,
    /// Port, which OAUTHBEARER names.
    pub port: u16,
}

impl Login<'_> {
    /// The initial response of the mechanism (RFC 4616, RFC 7628) in Base64.
    pub(super) fn initial_response(&self) -> String {
        let Login { user, secret: Secret(secret), host, port, .. } = self;
        STANDARD.encode(match self.mechanism {
            Mechanism::Password => format!("\0{user}\0{secret}"),
            Mechanism::XOAuth2 => format!("user={user}\x01auth=Bearer {secret}\x01\x01"),
            Mechanism::OAuthBearer => {
                let user = user.replace('=', "=3D").replace(',', "=2C");
                format!("n,a={user},\x01host={host}\x01port={port}\x01auth=Bearer {secret}\x01\x01")
            }
        })
    }

    /// The password itself, for `LOGIN`.
    pub(super) fn password(&self) -> &str {
        &self.secret.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn response(mechanism: Mechanism) -> String {
        let secret = Secret("tok".into());
        let login = Login { user: "a,b=c", secret: &secret, mechanism, host: "mail.example.com", port: 993 };
        String::from_utf8(STANDARD.decode(login.initial_response()).unwrap()).unwrap()
    }

    #[test]
    fn responses_are_those_of_the_standards() {
        assert_eq!(response(Mechanism::Password), "\0a,b=c\0tok");
        assert_eq!(response(Mechanism::XOAuth2), "user=a,b=c\x01auth=Bearer tok\x01\x01");
        assert_eq!(
            response(Mechanism::OAuthBearer),
            "n,a=a=2Cb=3Dc,\x01host=mail.example.com\x01port=993\x01auth=Bearer tok\x01\x01"
        );
    }

    #[test]
    fn a_secret_is_never_shown() {
        let given = SecretSource { given: Some("geheim".into()), ..SecretSource::default() };
        let secret = given.get().unwrap();
        assert!(!format!("{secret:?}").contains("geheim"));
        assert_eq!(secret.0, "geheim");
    }

    #[cfg(unix)]
    #[test]
    fn a_file_is_for_its_owner_alone() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("password");
        let source = SecretSource { file: Some(path.clone()), ..SecretSource::default() };
        assert!(matches!(source.get(), Err(SecretError::Read { .. })));
        fs::write(&path, "geheim\r\nnote\n").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        assert!(matches!(source.get(), Err(SecretError::Open(_))));
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        assert_eq!(source.get().unwrap().0, "geheim");
        fs::write(&path, "\n").unwrap();
        assert!(matches!(source.get(), Err(SecretError::Empty(_))));
    }

    #[cfg(unix)]
    #[test]
    fn a_command_prints_it() {
        let source = |words: &[&str]| SecretSource {
            command: words.iter().map(ToString::to_string).collect(),
            ..SecretSource::default()
        };
        assert_eq!(source(&["printf", "geheim\\nmore\\n"]).get().unwrap().0, "geheim");
        assert!(matches!(source(&["false"]).get(), Err(SecretError::Failed { .. })));
        assert!(matches!(source(&["/no/such/program"]).get(), Err(SecretError::Run { .. })));
        assert!(matches!(source(&[]).get(), Err(SecretError::Nowhere)));
    }
}
