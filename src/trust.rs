//! The certificates that servers are trusted by: those of the system, or those in a file of one's own.

use std::path::{Path, PathBuf};

use rustls::pki_types::{CertificateDer, pem::PemObject};

/// Why a file with certificates cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("cannot read the certificates in `{}`: {reason}", .path.display())]
pub struct TrustError {
    /// The file.
    pub path: PathBuf,
    /// What is wrong.
    pub reason: String,
}

/// The certificates in a PEM file alone, or, without one, those that the system trusts.
///
/// # Errors
/// When the file cannot be read or holds none.
pub fn certificates(ca_file: Option<&Path>) -> Result<Vec<CertificateDer<'static>>, TrustError> {
    let Some(path) = ca_file else { return Ok(rustls_native_certs::load_native_certs().certs) };
    let wrong = |reason: String| TrustError { path: path.into(), reason };
    let read = CertificateDer::pem_file_iter(path).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    let certificates = read.map_err(|error| wrong(error.to_string()))?;
    if certificates.is_empty() {
        return Err(wrong("there is none in it (PEM)".into()));
    }
    Ok(certificates)
}
