//! A mail account as the settings describe it, and the way into it.

use std::path::PathBuf;

use super::MailboxError;
use crate::imap::{
    Address, Client, Stop, Target,
    auth::{Login, Mechanism, SecretSource},
    folders::{Choice, Folder, choose},
};

/// Folders that an error names.
const SHOWN: usize = 12;

/// A mail account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Where it is, and whose.
    pub address: Address,
    /// Where the password comes from.
    pub secret: SecretSource,
    /// How to log in, where the address does not say.
    pub mechanism: Option<Mechanism>,
    /// Whether the password may go over an open connection.
    pub plaintext: bool,
    /// The certificates to be trusted in place of the system's.
    pub ca_file: Option<PathBuf>,
    /// Its folders that are meant.
    pub choice: Choice,
}

impl Account {
    /// Connects and logs in.
    ///
    /// # Errors
    /// When there is no password, or the server cannot be reached or refuses.
    pub fn enter(&self, stop: &Stop) -> Result<Client, MailboxError> {
        // Asked for first: who has none needs no connection.
        let secret = self.secret.get()?;
        let Account { address, plaintext, ca_file, .. } = self;
        let target = Target { address, plaintext: *plaintext, ca_file: ca_file.as_deref() };
        let mut client = Client::connect(target, stop.clone())?;
        client.login(&Login {
            user: &address.user,
            secret: &secret,
            mechanism: address.mechanism.or(self.mechanism).unwrap_or(Mechanism::Password),
            host: &address.host,
            port: address.port,
        })?;
        Ok(client)
    }

    /// Its folders that are meant.
    ///
    /// # Errors
    /// When one that is named is not there.
    pub fn folders(&self, client: &mut Client) -> Result<Vec<Folder>, MailboxError> {
        let listed = client.list()?;
        let (folders, missing) = choose(&listed, &self.choice);
        match missing.into_iter().next() {
            None => Ok(folders),
            Some(name) => {
                let (all, _) = choose(&listed, &Choice::Named(vec!["*".into()]));
                let mut there: Vec<&str> = all.iter().take(SHOWN).map(|folder| folder.name.as_str()).collect();
                if all.len() > SHOWN {
                    there.push("others");
                }
                let there = if there.is_empty() { "none".to_string() } else { there.join(", ") };
                Err(MailboxError::NoFolder { name, there })
            }
        }
    }
}
