//! News to a web address: JSON, signed, tried again until it is taken.
//!
//! What is sent is what stands in the outbox of the store. The receiver checks `X-Casebook-Signature`, `sha256=` and the
//! hexadecimal HMAC-SHA256 (RFC 2104) of the body under the secret that both know, and knows by `X-Casebook-Delivery` what
//! it had before: what was sent and not noted, because the program was killed between, is sent again.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use hmac::{Hmac, KeyInit, Mac};
use serde::Serialize;
use sha2::Sha256;
use ureq::{
    Agent,
    tls::{Certificate, RootCerts, TlsConfig},
};

use crate::{
    config::Webhook,
    store::{
        CaseWork, StoreError,
        work::{News, Told},
    },
    trust::{TrustError, certificates},
};

/// Name and version of the JSON form.
pub const SCHEMA: &str = "casebook.outbox/1";

/// How long one try may take in all.
const PATIENCE: Duration = Duration::from_secs(15);

/// News sent per run at most: further ones go with the next.
const AT_ONCE: usize = 1_000;

/// Failures in a row after which a run gives up: the receiver is away.
const MOST_FAILURES: usize = 3;

/// Seconds before the second try; each further one waits twice as long.
const FIRST_WAIT: i64 = 30;

/// Seconds between tries at most: 6 hours.
const LONGEST_WAIT: i64 = 6 * 3600;

/// Bytes of a secret at most, and at least: a shorter one is guessed.
const SECRET: std::ops::RangeInclusive<usize> = 16..=4096;

/// Why nothing could be sent.
#[derive(Debug, thiserror::Error)]
pub enum WebhookError {
    /// The secret cannot be read.
    #[error("cannot read the secret in `{}`", .path.display())]
    Secret {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The secret is too short or too long.
    #[error("the secret in `{}` has {length} bytes: from {} to {} are wanted", .path.display(), SECRET.start(), SECRET.end())]
    Length {
        /// The file.
        path: PathBuf,
        /// Its bytes without blanks around.
        length: usize,
    },
    /// The certificates to be trusted cannot be read.
    #[error(transparent)]
    Certificates(#[from] TrustError),
    /// The store refuses.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What was sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SendReport {
    /// [`SCHEMA`].
    pub schema: &'static str,
    /// News that were taken.
    pub sent: u64,
    /// News that were refused or could not be brought.
    pub failed: u64,
    /// News that wait still.
    pub waiting: u64,
    /// What went wrong last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// A receiver, ready to be told.
pub struct Receiver {
    agent: Agent,
    url: String,
    secret: Vec<u8>,
}

impl Receiver {
    /// Reads the secret and makes the connection ready; nothing is sent.
    ///
    /// # Errors
    /// When the secret or the file of certificates cannot be used.
    pub fn open(hook: &Webhook) -> Result<Self, WebhookError> {
        let path = hook.secret_file.clone();
        let read = fs::read(&path).map_err(|source| WebhookError::Secret { path: path.clone(), source })?;
        let secret = read.trim_ascii().to_vec();
        if !SECRET.contains(&secret.len()) {
            return Err(WebhookError::Length { path, length: secret.len() });
        }
        let config = Agent::config_builder()
            .timeout_global(Some(PATIENCE))
            // An answer that leads elsewhere would take the news to where nobody wanted them.
            .max_redirects(0)
            .http_status_as_error(false)
            .user_agent(concat!("casebook/", env!("CARGO_PKG_VERSION")))
            .tls_config(tls(hook.ca_file.as_deref())?)
            .build();
        Ok(Receiver { agent: config.new_agent(), url: hook.url.clone(), secret })
    }

    /// Sends the news that are due, the oldest first, and notes what became of each.
    ///
    /// # Errors
    /// When the store refuses. That the receiver does not take them is in the report.
    pub fn send_due(&self, store: &mut dyn CaseWork, now: i64) -> Result<SendReport, WebhookError> {
        let mut report = SendReport { schema: SCHEMA, sent: 0, failed: 0, waiting: 0, error: None };
        let mut in_a_row = 0;
        for news in store.due_news(now, AT_ONCE)? {
            match self.send(&news) {
                Ok(()) => {
                    store.told(news.id, &Told::Done)?;
                    report.sent += 1;
                    in_a_row = 0;
                }
                Err(error) => {
                    let due = now.saturating_add(wait(news.attempts));
                    store.told(news.id, &Told::Failed { due, error: error.clone() })?;
                    report.failed += 1;
                    report.error = Some(error);
                    in_a_row += 1;
                }
            }
            if in_a_row >= MOST_FAILURES {
                break;
            }
        }
        report.waiting = store.news_count()?;
        Ok(report)
    }

    fn send(&self, news: &News) -> Result<(), String> {
        let answer = self
            .agent
            .post(&self.url)
            .header("Content-Type", "application/json")
            .header("X-Casebook-Delivery", news.id.to_string())
            .header("X-Casebook-Signature", sign(&self.secret, news.body.as_bytes()))
            .send(news.body.as_bytes())
            .map_err(|error| said(&error))?;
        match answer.status().as_u16() {
            200..=299 => Ok(()),
            status => Err(format!("the receiver answered with status {status}")),
        }
    }
}

/// The signature of a body: `sha256=` and the hexadecimal HMAC.
pub fn sign(secret: &[u8], body: &[u8]) -> String {
    // HMAC takes a key of any length.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret) else { return String::new() };
    mac.update(body);
    let digits: String = mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    format!("sha256={digits}")
}

/// Seconds until the next try after so many.
fn wait(attempts: u32) -> i64 {
    FIRST_WAIT.saturating_mul(1_i64.checked_shl(attempts.min(40)).unwrap_or(i64::MAX)).min(LONGEST_WAIT)
}

/// Why nothing could be sent. Of a certificate that is not trusted it is told what helps: it waits until somebody does that.
fn said(error: &ureq::Error) -> String {
    let mut held = match error {
        ureq::Error::Io(error) => error.get_ref(),
        _ => None,
    };
    while let Some(one) = held {
        if let Some(rustls::Error::InvalidCertificate(why)) = one.downcast_ref() {
            return format!(
                "the certificate of the receiver is not trusted ({why}): its name must be that in `url`, and `ca_file` of the \
                 webhook in casebook.toml names who vouches for it where the system knows nobody"
            );
        }
        held = one.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
    }
    error.to_string()
}

/// TLS by the certificates in a file, or by those that the system trusts: an own network has its own.
fn tls(ca_file: Option<&Path>) -> Result<TlsConfig, TrustError> {
    let certificates: Vec<Certificate<'static>> =
        certificates(ca_file)?.iter().map(|one| Certificate::from_der(one.as_ref()).to_owned()).collect();
    Ok(TlsConfig::builder()
        .root_certs(RootCerts::Specific(Arc::new(certificates)))
        .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .build())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signatures_are_those_of_the_standard() {
        // RFC 4231, test case 2.
        assert_eq!(
            sign(b"Jefe", b"what do ya want for nothing?"),
            "sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
    }

    #[test]
    fn each_wait_is_twice_as_long_up_to_six_hours() {
        assert_eq!([0, 1, 2, 9, 10, 4_000_000].map(wait), [30, 60, 120, 15_360, 21_600, 21_600]);
    }

    #[test]
    fn a_short_secret_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let secret_file = folder.path().join("secret");
        let hook = Webhook { url: "http://127.0.0.1:9/".into(), secret_file: secret_file.clone(), ca_file: None };
        assert!(matches!(Receiver::open(&hook), Err(WebhookError::Secret { .. })));
        fs::write(&secret_file, "short\n").unwrap();
        assert!(matches!(Receiver::open(&hook), Err(WebhookError::Length { length: 5, .. })));
    }
}
