//! Any bytes as what an IMAP server sends: nothing panics, nothing takes more than was allowed, and reading ends.
#![no_main]

use std::{
    io::{self, Read, Write},
    sync::Arc,
    time::Duration,
};

use casebook::imap::{
    name, response,
    wire::{Allowance, Wire},
};

const ALLOWED: u64 = 64 << 10;

struct Server<'a>(&'a [u8]);

impl Read for Server<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.0.read(into)
    }
}

impl Write for Server<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let mut wire = Wire::new(Server(bytes), Arc::new(|| false));
    wire.allow(Allowance { bytes: ALLOWED, literal: ALLOWED / 4, time: Duration::from_secs(5) });
    let mut taken = 0;
    while let Ok(Some(raw)) = wire.receive() {
        taken += raw.text.len() + raw.literals.iter().map(Vec::len).sum::<usize>();
        assert!(taken as u64 <= ALLOWED, "{taken} bytes");
        response::capabilities(&raw.text);
        // What is no response is an ordinary answer.
        let _ = response::parse(raw);
    }
    let decoded = name::decode(bytes);
    if !decoded.contains('\u{fffd}') {
        assert_eq!(name::decode(name::encode(&decoded).as_bytes()), decoded);
    }
});
