//! Why a mailbox could not be read.

use std::io;

use crate::trust::TrustError;

/// Why something of a mail server failed. No message repeats a password, or an address that may hold one.
#[derive(Debug, thiserror::Error)]
pub enum ImapError {
    /// The server cannot be reached.
    #[error("cannot reach the mail server `{server}`")]
    Connect {
        /// `host:port`.
        server: String,
        /// Why.
        source: io::Error,
    },
    /// The connection was cut, or the server went silent.
    #[error("lost the connection to the mail server")]
    Lost(#[source] io::Error),
    /// The server closed the connection and said so.
    #[error("the mail server ends the connection: {0}")]
    Bye(String),
    /// The certificate of the server, or what it says in TLS, is not to be trusted.
    #[error("no secure connection to `{server}`")]
    Tls {
        /// `host:port`.
        server: String,
        /// Why.
        source: io::Error,
    },
    /// The certificates to be trusted cannot be read.
    #[error(transparent)]
    Certificates(#[from] TrustError),
    /// The server offers no TLS.
    #[error("the mail server offers no TLS (STARTTLS)")]
    NoTls,
    /// The server takes no password over this connection.
    #[error("the mail server takes no password without TLS (LOGINDISABLED)")]
    LoginDisabled,
    /// The server does not know the way in that is asked for.
    #[error("the mail server does not offer {0}")]
    NoMechanism(&'static str),
    /// A wrong password, or an account that is locked.
    #[error("the mail server refuses the login of `{user}`: {said}")]
    Refused {
        /// Who.
        user: String,
        /// In the server's words.
        said: String,
    },
    /// The server refuses a command.
    #[error("the mail server refuses {command}: {said}")]
    No {
        /// Which command, without what it holds.
        command: String,
        /// The response code (RFC 5530), such as `OVERQUOTA`; empty for none.
        code: String,
        /// In the server's words.
        said: String,
    },
    /// What came is no IMAP, or is more than was asked for.
    #[error("the mail server does not keep to IMAP: {0}")]
    Protocol(&'static str),
    /// The server keeps no keywords.
    #[error(
        "the folder `{0}` takes no keywords: the server lets nobody make new ones there (no \\* in PERMANENTFLAGS)"
    )]
    NoKeywords(String),
    /// The program is to end.
    #[error("interrupted")]
    Stopped,
}

impl ImapError {
    /// Whether the same may work later without anybody doing anything: connections are lost, servers restart.
    pub fn is_passing(&self) -> bool {
        match self {
            ImapError::Connect { .. } | ImapError::Lost(_) | ImapError::Bye(_) => true,
            ImapError::No { code, .. } => super::client::is_passing(code),
            _ => false,
        }
    }

    pub(super) fn lost(kind: io::ErrorKind, what: &'static str) -> Self {
        ImapError::Lost(io::Error::new(kind, what))
    }
}
