//! The connection: TCP, with TLS from the start or later.

use std::{
    io::{self, Read, Write},
    net::{TcpStream, ToSocketAddrs},
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned, pki_types::ServerName};

use super::{Address, ImapError};
use crate::trust::{TrustError, certificates};

/// How long a connection to one number of the host may take.
const CONNECT: Duration = Duration::from_secs(20);

/// How long TLS may take to begin.
const HANDSHAKE: Duration = Duration::from_secs(60);

/// How long a read waits before it is asked whether the program is to end.
const TICK: Duration = Duration::from_millis(500);

/// How long the server may take no bytes.
const WRITE: Duration = Duration::from_secs(60);

/// A connection to a mail server. Reads return after half a second at the latest.
pub enum Stream {
    /// Whoever sits between can read along.
    Plain(TcpStream),
    /// Nobody can.
    Tls(Box<StreamOwned<ClientConnection, TcpStream>>),
}

impl Stream {
    /// Connects to the first number of the host that answers.
    pub fn connect(address: &Address) -> Result<Self, ImapError> {
        let failed = |source| ImapError::Connect { server: address.server(), source };
        let mut last = io::Error::new(io::ErrorKind::NotFound, "the host has no address");
        for number in (address.host.as_str(), address.port).to_socket_addrs().map_err(failed)? {
            match TcpStream::connect_timeout(&number, CONNECT) {
                Ok(stream) => {
                    let ready = stream
                        .set_read_timeout(Some(TICK))
                        .and_then(|()| stream.set_write_timeout(Some(WRITE)))
                        .and_then(|()| stream.set_nodelay(true));
                    return ready.map(|()| Stream::Plain(stream)).map_err(failed);
                }
                Err(error) => last = error,
            }
        }
        Err(failed(last))
    }

    /// Begins TLS. The certificate must be for the host of the address.
    pub fn secure(self, address: &Address, ca_file: Option<&Path>) -> Result<Self, ImapError> {
        let Stream::Plain(mut tcp) = self else { return Ok(self) };
        let failed = |source| ImapError::Tls { server: address.server(), source };
        let name = ServerName::try_from(address.host.clone()).map_err(|error| failed(io::Error::other(error)))?;
        let config = config(ca_file)?;
        let mut tls = ClientConnection::new(Arc::new(config), name).map_err(|error| failed(io::Error::other(error)))?;
        let deadline = Instant::now() + HANDSHAKE;
        while tls.is_handshaking() {
            match tls.complete_io(&mut tcp) {
                Ok(_) => {}
                Err(error) if matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut) => {
                    if Instant::now() >= deadline {
                        return Err(ImapError::lost(io::ErrorKind::TimedOut, "TLS did not begin in time"));
                    }
                }
                // What TLS refuses is told with this kind; else the connection is gone.
                Err(error) if error.kind() == io::ErrorKind::InvalidData => return Err(failed(error)),
                Err(error) => return Err(ImapError::Lost(error)),
            }
        }
        Ok(Stream::Tls(Box::new(StreamOwned::new(tls, tcp))))
    }
}

/// Trusts what the system trusts, or the certificates in a file alone.
fn config(ca_file: Option<&Path>) -> Result<ClientConfig, ImapError> {
    let mut roots = RootCertStore::empty();
    let trusted = certificates(ca_file)?;
    match ca_file {
        Some(path) => {
            for certificate in trusted {
                let wrong = |error: rustls::Error| TrustError { path: path.into(), reason: error.to_string() };
                roots.add(certificate).map_err(wrong)?;
            }
        }
        // The system's may hold some that are of no use here.
        None => drop(roots.add_parsable_certificates(trusted)),
    }
    let builder = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()));
    // The provider has suites for both versions.
    let builder = builder.with_safe_default_protocol_versions().map_err(|_| ImapError::NoTls)?;
    Ok(builder.with_root_certificates(roots).with_no_client_auth())
}

impl Read for Stream {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Stream::Plain(stream) => stream.read(buffer),
            Stream::Tls(stream) => stream.read(buffer),
        }
    }
}

impl Write for Stream {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Stream::Plain(stream) => stream.write(bytes),
            Stream::Tls(stream) => stream.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Stream::Plain(stream) => stream.flush(),
            Stream::Tls(stream) => stream.flush(),
        }
    }
}
