//! A block of bytes read and not yet decoded.

use std::{
    io::{self, Read},
    ops::Deref,
};

/// Bytes read at a time. Larger blocks gain nothing once the read call is paid for.
pub(super) const BLOCK: usize = 128 * 1024;

/// Room that is taken at first: most mails are shorter, and to take room for a whole block costs more than to read them.
const FIRST: usize = 8 * 1024;

/// Room for a block, of which so much is held; it grows with what comes. It is cleared once: a reader handed over as `dyn`
/// has fresh room cleared for each reading.
#[derive(Default)]
pub(super) struct Block {
    room: Vec<u8>,
    held: usize,
}

impl Block {
    /// Reads until the block is full or there is no more.
    pub(super) fn fill(&mut self, reader: &mut impl Read) -> io::Result<()> {
        while self.held < BLOCK {
            if self.held == self.room.len() {
                let room = if self.held == 0 { FIRST } else { BLOCK };
                self.room.resize(room, 0);
            }
            match reader.read(&mut self.room[self.held..]) {
                Ok(0) => break,
                Ok(count) => self.held += count.min(self.room.len() - self.held),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Forgets the first bytes.
    pub(super) fn pass(&mut self, count: usize) {
        self.room.copy_within(count..self.held, 0);
        self.held -= count;
    }
}

impl Deref for Block {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.room[..self.held]
    }
}
