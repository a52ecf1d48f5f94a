//! IMAP: mail of a server, read without changing any of it.
//!
//! An adapter: the network stops here. It knows sessions, folders and messages as bytes; what is done with them, and where
//! a run goes on, is the service's ([`crate::app::mailbox`]).
//!
//! Why a client of its own: what is needed are a dozen commands, read strictly. The libraries looked at take a `FETCH` that the
//! server refused, or that was cut off, for one that is complete, and hold up to 512 MB of one answer.
//!
//! | file | what |
//! | --- | --- |
//! | [`address`] | `imaps://user@host/folder` |
//! | [`name`] | folder names in modified UTF-7 |
//! | [`auth`] | passwords and tokens, ways to log in |
//! | `stream` | TCP and TLS |
//! | `wire` | lines and literals, within limits |
//! | `response` | what a server says |
//! | `client` | the commands |
//! | [`folders`] | which folders are meant |
//! | [`keyword`] | tags as keywords |

pub mod address;
pub mod auth;
mod client;
mod error;
pub mod folders;
pub mod keyword;
pub mod name;
pub mod response;
mod stream;
pub mod wire;

pub use address::{Address, AddressError};
pub use client::{Body, Client, GLIMPSED, Glimpse, Opened, Target, WINDOW};
pub use error::ImapError;
pub use response::Listed;
pub use wire::Stop;
