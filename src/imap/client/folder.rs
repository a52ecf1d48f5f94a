//! Commands about folders and the messages in them.

use std::{collections::BTreeMap, time::Duration};

use super::{Client, ORDINARY, Piece, argument, ended};
use crate::{
    imap::{
        ImapError, Listed,
        name::decode,
        response::{Fetched, Response, parse},
        wire::Allowance,
    },
    intake,
};

/// Numbers that one `SEARCH` asks for: its answer is a line of 2.2 MB at most.
pub const WINDOW: u32 = 200_000;

/// Messages whose sizes are asked for at once: the list of their numbers stays well below the 8,000 bytes that a server must
/// take in a line.
pub const GLIMPSED: usize = 400;

/// Slowest connection over which mail is fetched, in bytes a second.
const SLOWEST: u64 = 4096;

/// A folder that is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Opened {
    /// While this stays the same, the numbers of messages do (RFC 9051 section 2.3.1.1); `None`: they never do.
    pub uid_validity: Option<u32>,
    /// The next message has at least this number.
    pub uid_next: Option<u32>,
    /// Messages in it.
    pub exists: u32,
    /// Whether new keywords may be made.
    pub keywords: bool,
    /// Whether nothing can be changed.
    pub read_only: bool,
}

/// What is asked of a message before it is fetched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Glimpse {
    /// Its number.
    pub uid: u32,
    /// Its size, as the server says.
    pub size: u64,
    /// Its `Message-ID` and `Date`.
    pub header: Vec<u8>,
}

/// A message by its number; `None`: the server has nothing of it.
pub type Body = (u32, Option<Vec<u8>>);

/// A message by its number, with its flags and the field `Message-ID` of its header.
pub type Flagged = (u32, Vec<String>, Vec<u8>);

impl Client {
    /// All folders.
    ///
    /// # Errors
    /// When the server refuses or is lost, as with all that follow.
    pub fn list(&mut self) -> Result<Vec<Listed>, ImapError> {
        // RFC 6154: what a folder is for is told for sure only where it is asked for.
        let uses = self.can("SPECIAL-USE") && self.can("LIST-EXTENDED");
        let command = if uses { "LIST \"\" \"*\" RETURN (SPECIAL-USE)" } else { "LIST \"\" \"*\"" };
        let mut folders = Vec::new();
        self.command("to list its folders", &[Piece::Text(command.into())], ORDINARY, &mut |response| {
            if let Response::List(folder) = response {
                folders.push(folder);
            }
            Ok(())
        })?;
        Ok(folders)
    }

    /// Opens a folder: to read it, which changes nothing in it (`EXAMINE`), or to write.
    ///
    /// # Errors
    /// [`ImapError::No`] when there is no such folder.
    pub fn open(&mut self, wire: &[u8], write: bool) -> Result<Opened, ImapError> {
        let phrase = format!("to open the folder `{}`", decode(wire));
        let command = if write { "SELECT" } else { "EXAMINE" };
        let mut opened = Opened::default();
        let done =
            self.command(&phrase, &[Piece::Text(command.into()), argument(wire)], ORDINARY, &mut |response| {
                match response {
                    Response::Exists(exists) => opened.exists = exists,
                    Response::Status { tag: None, code, argument, .. } => match code.as_str() {
                        "UIDVALIDITY" => opened.uid_validity = argument.parse().ok().filter(|number| *number > 0),
                        "UIDNEXT" => opened.uid_next = argument.parse().ok().filter(|number| *number > 0),
                        "PERMANENTFLAGS" => opened.keywords = argument.contains("\\*"),
                        // RFC 4315: the numbers are others at the next opening.
                        "UIDNOTSTICKY" => opened.uid_validity = None,
                        _ => {}
                    },
                    _ => {}
                }
                Ok(())
            })?;
        opened.read_only = done.code == "READ-ONLY";
        Ok(opened)
    }

    /// The messages with numbers from `low` to `high` (`None`: to the last), in order. `condition` may narrow it further.
    pub fn search(&mut self, low: u32, high: Option<u32>, condition: &str) -> Result<Vec<u32>, ImapError> {
        let end = high.map_or_else(|| "*".to_string(), |high| high.to_string());
        let mut found = Vec::new();
        let command = format!("UID SEARCH UID {low}:{end}{condition}");
        self.command("to search a folder", &[Piece::Text(command)], ORDINARY, &mut |response| {
            if let Response::Search(uids) = response {
                found.extend(uids);
            }
            Ok(())
        })?;
        // `7:*` finds the last message, be its number 5.
        found.retain(|uid| *uid >= low && high.is_none_or(|high| *uid <= high));
        found.sort_unstable();
        found.dedup();
        Ok(found)
    }

    /// The messages with a `Message-ID`.
    pub fn with_id(&mut self, message_id: &str) -> Result<Vec<u32>, ImapError> {
        let mut found = Vec::new();
        let pieces = [Piece::Text("UID SEARCH HEADER Message-ID".into()), argument(message_id.as_bytes())];
        self.command("to search a folder", &pieces, ORDINARY, &mut |response| {
            if let Response::Search(uids) = response {
                found.extend(uids);
            }
            Ok(())
        })?;
        Ok(found)
    }

    /// Sizes and ids of messages, in the order of their numbers; those that are gone are left out.
    pub fn glimpses(&mut self, uids: &[u32]) -> Result<Vec<Glimpse>, ImapError> {
        let command = format!("UID FETCH {} (UID RFC822.SIZE BODY.PEEK[HEADER.FIELDS (MESSAGE-ID DATE)])", set(uids));
        let mut found = BTreeMap::new();
        self.command("the sizes of messages", &[Piece::Text(command)], ORDINARY, &mut |response| {
            if let Response::Fetch(Fetched { uid: Some(uid), size: Some(size), header, .. }) = response
                && uids.contains(&uid)
            {
                found.insert(uid, Glimpse { uid, size, header: header.unwrap_or_default() });
            }
            Ok(())
        })?;
        Ok(found.into_values().collect())
    }

    /// Messages, byte for byte, without marking them as read; those that are gone are left out, and `None` stands for one
    /// that the server has nothing of. Those that came whole before something failed are given beside the error.
    pub fn bodies(&mut self, wanted: &[Glimpse]) -> (Vec<Body>, Result<(), ImapError>) {
        let size: u64 = wanted.iter().map(|glimpse| glimpse.size).sum();
        // Exchange estimates sizes.
        let bytes = size.saturating_mul(2).saturating_add(intake::MOST_MAIL + ORDINARY.bytes);
        let time = ORDINARY.time + Duration::from_secs(size / SLOWEST);
        let allowance = Allowance { bytes, literal: intake::MOST_MAIL, time };
        let uids: Vec<u32> = wanted.iter().map(|glimpse| glimpse.uid).collect();
        let command = format!("UID FETCH {} (UID BODY.PEEK[])", set(&uids));
        let mut found = BTreeMap::new();
        let ended = self.command("to send messages", &[Piece::Text(command)], allowance, &mut |response| {
            if let Response::Fetch(Fetched { uid: Some(uid), body: Some(body), .. }) = response
                && uids.contains(&uid)
            {
                found.insert(uid, body);
            }
            Ok(())
        });
        (found.into_iter().collect(), ended.map(drop))
    }

    /// The flags of messages.
    pub fn flags(&mut self, uids: &[u32]) -> Result<Vec<(u32, Vec<String>)>, ImapError> {
        let mut found = Vec::new();
        let command = format!("UID FETCH {} (UID FLAGS)", set(uids));
        self.command("the flags of messages", &[Piece::Text(command)], ORDINARY, &mut |response| {
            if let Response::Fetch(Fetched { uid: Some(uid), flags: Some(flags), .. }) = response
                && uids.contains(&uid)
            {
                found.push((uid, flags));
            }
            Ok(())
        })?;
        Ok(found)
    }

    /// The flags and ids of messages.
    pub fn flags_and_ids(&mut self, uids: &[u32]) -> Result<Vec<Flagged>, ImapError> {
        let mut found = Vec::new();
        let command = format!("UID FETCH {} (UID FLAGS BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)])", set(uids));
        self.command("the flags of messages", &[Piece::Text(command)], ORDINARY, &mut |response| {
            if let Response::Fetch(Fetched { uid: Some(uid), flags: Some(flags), header, .. }) = response
                && uids.contains(&uid)
            {
                found.push((uid, flags, header.unwrap_or_default()));
            }
            Ok(())
        })?;
        Ok(found)
    }

    /// Gives or takes keywords of a message. They must be atoms.
    pub fn store(&mut self, uid: u32, give: bool, keywords: &[String]) -> Result<(), ImapError> {
        let sign = if give { '+' } else { '-' };
        let command = format!("UID STORE {uid} {sign}FLAGS.SILENT ({})", keywords.join(" "));
        self.command("to change keywords", &[Piece::Text(command)], ORDINARY, &mut |_| Ok(())).map(|_| ())
    }

    /// Asks for news of the open folder; whether some came in. It also keeps the connection from being closed.
    pub fn noop(&mut self) -> Result<bool, ImapError> {
        let mut news = false;
        self.command("to answer", &[Piece::Text("NOOP".into())], ORDINARY, &mut |response| {
            news |= matches!(response, Response::Exists(_));
            Ok(())
        })?;
        Ok(news)
    }

    /// Waits for news of the open folder (`IDLE`, RFC 2177), `time` at the most; whether some came.
    pub fn idle(&mut self, time: Duration) -> Result<bool, ImapError> {
        let tag = self.tag();
        self.wire.allow(ORDINARY);
        self.wire.send(format!("{tag} IDLE\r\n").as_bytes())?;
        let mut news = false;
        loop {
            match self.receive()? {
                Response::Continue => break,
                Response::Exists(_) => news = true,
                other => {
                    if ended(&tag, "to wait (IDLE)", other)?.is_some() {
                        return Ok(news);
                    }
                }
            }
        }
        self.wire.allow(Allowance { time, ..ORDINARY });
        while !news {
            let Some(raw) = self.wire.receive()? else { break };
            match parse(raw)? {
                Response::Exists(_) => news = true,
                other => {
                    if ended(&tag, "to wait (IDLE)", other)?.is_some() {
                        return Ok(news);
                    }
                }
            }
        }
        self.wire.allow(ORDINARY);
        self.wire.send(b"DONE\r\n")?;
        loop {
            match self.receive()? {
                Response::Exists(_) => news = true,
                other => {
                    if ended(&tag, "to wait (IDLE)", other)?.is_some() {
                        return Ok(news);
                    }
                }
            }
        }
    }
}

/// Numbers as a set: `1:3,7`.
fn set(uids: &[u32]) -> String {
    let mut text = String::new();
    let mut rest = uids;
    while let Some(first) = rest.first() {
        let mut end = 1;
        while rest.get(end).is_some_and(|next| Some(*next) == rest[end - 1].checked_add(1)) {
            end += 1;
        }
        if !text.is_empty() {
            text.push(',');
        }
        text.push_str(&first.to_string());
        if end > 1 {
            text.push_str(&format!(":{}", rest[end - 1]));
        }
        rest = &rest[end..];
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_given_in_short() {
        assert_eq!(set(&[1, 2, 3, 7, 9, 10, u32::MAX]), "1:3,7,9:10,4294967295");
        assert_eq!(set(&[5]), "5");
    }
}
