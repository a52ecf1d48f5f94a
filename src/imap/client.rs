//! A session with a mail server: the few commands that casebook gives (RFC 9051 section 6).
//!
//! One command at a time. Nothing here changes mail but [`Client::store`].

mod folder;

use std::{path::Path, time::Duration};

pub use folder::{Body, GLIMPSED, Glimpse, Opened, WINDOW};

use super::{
    Address, ImapError, Stop,
    auth::{Login, Mechanism},
    response::{Response, Status, capabilities, parse},
    stream::Stream,
    wire::{Allowance, Wire},
};

/// What an ordinary command may cost.
const ORDINARY: Allowance = Allowance { bytes: 16 << 20, literal: 64 << 10, time: Duration::from_secs(120) };

/// Longest argument in quotes; longer ones are literals.
const LONGEST_QUOTED: usize = 900;

/// How to connect.
#[derive(Debug, Clone, Copy)]
pub struct Target<'t> {
    /// Where.
    pub address: &'t Address,
    /// Whether a password may go over an open connection.
    pub plaintext: bool,
    /// The certificates to be trusted in place of the system's.
    pub ca_file: Option<&'t Path>,
}

/// A part of a command.
enum Piece<'p> {
    Text(String),
    Literal(&'p [u8]),
}

/// How a command ended.
#[derive(Debug, Default)]
struct Done {
    code: String,
    argument: String,
}

/// A session.
pub struct Client {
    wire: Wire<Stream>,
    commands: u64,
    capabilities: Vec<String>,
}

impl Client {
    /// Connects, with TLS as the target wants it. Nobody is logged in yet.
    ///
    /// # Errors
    /// When the server cannot be reached or gives no secure connection.
    pub fn connect(target: Target<'_>, stop: Stop) -> Result<Self, ImapError> {
        let Target { address, plaintext, ca_file } = target;
        let mut stream = Stream::connect(address)?;
        if address.implicit_tls {
            stream = stream.secure(address, ca_file)?;
        }
        let mut client = Client { wire: Wire::new(stream, stop.clone()), commands: 0, capabilities: Vec::new() };
        client.greeting()?;
        if address.implicit_tls || plaintext || address.is_loopback() {
            return Ok(client);
        }
        if client.capabilities.is_empty() {
            client.ask_capabilities()?;
        }
        if !client.can("STARTTLS") {
            return Err(ImapError::NoTls);
        }
        client.command("to begin TLS", &[Piece::Text("STARTTLS".into())], ORDINARY, &mut |_| Ok(()))?;
        let stream = client.wire.into_clean_stream()?.secure(address, ca_file)?;
        // What was said in the clear counts no more (RFC 9051 section 6.2.1).
        Ok(Client { wire: Wire::new(stream, stop), commands: client.commands, capabilities: Vec::new() })
    }

    fn greeting(&mut self) -> Result<(), ImapError> {
        self.wire.allow(ORDINARY);
        match self.receive()? {
            Response::Status { tag: None, status: Status::Ok, code, argument, .. } => {
                if code == "CAPABILITY" {
                    self.capabilities = capabilities(argument.as_bytes());
                }
                Ok(())
            }
            Response::Status { tag: None, status: Status::Bye, text, .. } => Err(ImapError::Bye(text)),
            // Logged in as somebody, before TLS could begin: nobody asked for that.
            Response::Status { tag: None, status: Status::PreAuth, .. } => {
                Err(ImapError::Protocol("it lets everybody in (PREAUTH)"))
            }
            _ => Err(ImapError::Protocol("it does not greet")),
        }
    }

    /// Whether the server can something, by its name in capitals.
    pub fn can(&self, capability: &str) -> bool {
        self.capabilities.iter().any(|known| known == capability)
    }

    /// Logs in.
    ///
    /// # Errors
    /// [`ImapError::Refused`] when the password is wrong.
    pub fn login(&mut self, login: &Login<'_>) -> Result<(), ImapError> {
        if self.capabilities.is_empty() {
            self.ask_capabilities()?;
        }
        let refused = |error| match error {
            // RFC 5530: nothing is wrong with the password.
            ImapError::No { code, said, .. } if !is_passing(&code) => {
                ImapError::Refused { user: login.user.to_string(), said }
            }
            other => other,
        };
        let before = std::mem::take(&mut self.capabilities);
        let can = |capability: &str| before.iter().any(|known| known == capability);
        let done = match login.mechanism {
            Mechanism::Password if can("AUTH=PLAIN") => self.authenticate("PLAIN", login, can("SASL-IR")),
            Mechanism::Password if can("LOGINDISABLED") => return Err(ImapError::LoginDisabled),
            Mechanism::Password => self.command(
                "the login",
                &[Piece::Text("LOGIN".into()), argument(login.user.as_bytes()), argument(login.password().as_bytes())],
                ORDINARY,
                &mut |_| Ok(()),
            ),
            Mechanism::XOAuth2 if can("AUTH=XOAUTH2") => self.authenticate("XOAUTH2", login, can("SASL-IR")),
            Mechanism::OAuthBearer if can("AUTH=OAUTHBEARER") => {
                self.authenticate("OAUTHBEARER", login, can("SASL-IR"))
            }
            other => return Err(ImapError::NoMechanism(other.name())),
        };
        let done = done.map_err(refused)?;
        if done.code == "CAPABILITY" {
            self.capabilities = capabilities(done.argument.as_bytes());
        }
        if self.capabilities.is_empty() {
            self.ask_capabilities()?;
        }
        if self.can("ID") {
            // Some providers open no folder for a program that does not name itself (RFC 2971). That it is refused means nothing.
            let id = concat!("ID (\"name\" \"casebook\" \"version\" \"", env!("CARGO_PKG_VERSION"), "\")");
            match self.command("the name of the program", &[Piece::Text(id.into())], ORDINARY, &mut |_| Ok(())) {
                Err(ImapError::No { .. }) | Ok(_) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// `AUTHENTICATE`, RFC 9051 section 6.2.2.
    fn authenticate(&mut self, name: &str, login: &Login<'_>, at_once: bool) -> Result<Done, ImapError> {
        let response = login.initial_response();
        let tag = self.tag();
        let first = if at_once {
            format!("{tag} AUTHENTICATE {name} {response}\r\n")
        } else {
            format!("{tag} AUTHENTICATE {name}\r\n")
        };
        self.wire.allow(ORDINARY);
        self.wire.send(first.as_bytes())?;
        let mut sent = at_once;
        loop {
            match self.receive()? {
                Response::Continue if !sent => {
                    self.wire.send(format!("{response}\r\n").as_bytes())?;
                    sent = true;
                }
                // An error in detail, before the NO: answered with nothing (RFC 7628 section 3.2.3).
                Response::Continue if login.mechanism == Mechanism::OAuthBearer => self.wire.send(b"AQ==\r\n")?,
                Response::Continue => self.wire.send(b"\r\n")?,
                Response::Capability(known) => self.capabilities = known,
                other => {
                    if let Some(done) = ended(&tag, "the login", other)? {
                        return Ok(done);
                    }
                }
            }
        }
    }

    fn ask_capabilities(&mut self) -> Result<(), ImapError> {
        self.command("to say what it can", &[Piece::Text("CAPABILITY".into())], ORDINARY, &mut |_| Ok(())).map(|_| ())
    }

    /// Takes leave; what the server says to it means nothing.
    pub fn logout(mut self) {
        let tag = self.tag();
        let _ = self.wire.send(format!("{tag} LOGOUT\r\n").as_bytes());
    }

    fn tag(&mut self) -> String {
        self.commands += 1;
        format!("c{}", self.commands)
    }

    fn receive(&mut self) -> Result<Response, ImapError> {
        let late = || ImapError::lost(std::io::ErrorKind::TimedOut, "the server did not answer in time");
        parse(self.wire.receive()?.ok_or_else(late)?)
    }

    /// Gives a command and takes its responses. `phrase` says in an error what the server refuses.
    fn command(
        &mut self,
        phrase: &str,
        pieces: &[Piece<'_>],
        allowance: Allowance,
        take: &mut dyn FnMut(Response) -> Result<(), ImapError>,
    ) -> Result<Done, ImapError> {
        let tag = self.tag();
        self.wire.allow(allowance);
        let mut line = tag.clone().into_bytes();
        for piece in pieces {
            line.push(b' ');
            match piece {
                Piece::Text(text) => line.extend_from_slice(text.as_bytes()),
                Piece::Literal(bytes) => {
                    line.extend_from_slice(format!("{{{}}}\r\n", bytes.len()).as_bytes());
                    self.wire.send(&line)?;
                    loop {
                        match self.receive()? {
                            Response::Continue => break,
                            other => {
                                if ended(&tag, phrase, other)?.is_some() {
                                    return Err(ImapError::Protocol("it ends a command that it has not seen whole"));
                                }
                            }
                        }
                    }
                    line = bytes.to_vec();
                }
            }
        }
        line.extend_from_slice(b"\r\n");
        self.wire.send(&line)?;
        loop {
            match self.receive()? {
                Response::Capability(known) => self.capabilities = known,
                other @ Response::Status { tag: None, status: Status::Ok | Status::No | Status::Bad, .. } => {
                    take(other)?
                }
                other @ Response::Status { .. } => {
                    if let Some(done) = ended(&tag, phrase, other)? {
                        return Ok(done);
                    }
                }
                other => take(other)?,
            }
        }
    }
}

/// Whether a response ends the command with a tag, and how.
fn ended(tag: &str, phrase: &str, response: Response) -> Result<Option<Done>, ImapError> {
    let Response::Status { tag: given, status, code, argument, text } = response else { return Ok(None) };
    match (given, status) {
        (None, Status::Bye) => Err(ImapError::Bye(text)),
        (None, _) => Ok(None),
        (Some(given), _) if given != tag => Err(ImapError::Protocol("it answers what was not asked")),
        (Some(_), Status::Ok) => Ok(Some(Done { code, argument })),
        (Some(_), Status::No | Status::Bad) => Err(ImapError::No { command: phrase.to_string(), code, said: text }),
        (Some(_), Status::Bye | Status::PreAuth) => Err(ImapError::Protocol("it ends a command with no word for it")),
    }
}

/// Whether a response code says that it may be otherwise later (RFC 5530).
pub(super) fn is_passing(code: &str) -> bool {
    matches!(code, "UNAVAILABLE" | "INUSE" | "LIMIT" | "SERVERBUG")
}

/// An argument in quotes where it can stand in them, else a literal: nothing in it is read as a command.
fn argument(bytes: &[u8]) -> Piece<'_> {
    match str::from_utf8(bytes) {
        Ok(text) if text.len() <= LONGEST_QUOTED && text.bytes().all(|byte| matches!(byte, b' '..=b'~')) => {
            Piece::Text(format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"")))
        }
        _ => Piece::Literal(bytes),
    }
}

#[cfg(test)]
mod tests;
