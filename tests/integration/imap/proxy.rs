//! A proxy before a mail server: it keeps what the client says, and may cut the first connection.

use std::{
    io::{Read, Write},
    net::{Shutdown, TcpListener, TcpStream},
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

/// A proxy.
pub struct Proxy {
    pub port: u16,
    said: Arc<Mutex<Vec<u8>>>,
    /// Connections that are let through yet.
    left: Arc<AtomicUsize>,
}

impl Proxy {
    /// Before the server at `port`. The first connection is cut behind so many bytes of the server's.
    pub fn start(port: u16, cut: Option<usize>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let own = listener.local_addr().unwrap().port();
        let said = Arc::new(Mutex::new(Vec::new()));
        let left = Arc::new(AtomicUsize::new(usize::MAX));
        let (kept, allowed) = (Arc::clone(&said), Arc::clone(&left));
        thread::spawn(move || {
            let mut cut = cut;
            for client in listener.incoming() {
                if allowed.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_err() {
                    continue;
                }
                let (Ok(client), Ok(server)) = (client, TcpStream::connect(("127.0.0.1", port))) else { return };
                let limit = cut.take().unwrap_or(usize::MAX);
                let (from, to) = (client.try_clone().unwrap(), server.try_clone().unwrap());
                let kept = Arc::clone(&kept);
                thread::spawn(move || pass(from, to, usize::MAX, Some(&kept)));
                thread::spawn(move || pass(server, client, limit, None));
            }
        });
        Proxy { port: own, said, left }
    }

    /// Lets so many further connections through, and drops those behind them.
    pub fn refuse_after(&self, connections: usize) {
        self.left.store(connections, Ordering::SeqCst);
    }

    /// What clients said so far, in lines.
    pub fn said(&self) -> Vec<String> {
        let said = String::from_utf8_lossy(&self.said.lock().unwrap()).into_owned();
        said.lines().map(str::to_string).collect()
    }

    /// Commands that fetched messages whole.
    pub fn fetched(&self) -> Vec<String> {
        self.said().into_iter().filter(|line| line.contains("BODY.PEEK[])")).collect()
    }
}

fn pass(mut from: TcpStream, mut to: TcpStream, mut left: usize, kept: Option<&Mutex<Vec<u8>>>) {
    let mut buffer = [0; 4096];
    while let Ok(read @ 1..) = from.read(&mut buffer) {
        let part = &buffer[..read.min(left)];
        left -= part.len();
        if let Some(kept) = kept {
            kept.lock().unwrap().extend_from_slice(part);
        }
        if to.write_all(part).is_err() || left == 0 {
            break;
        }
    }
    let _ = from.shutdown(Shutdown::Both);
    let _ = to.shutdown(Shutdown::Both);
}
