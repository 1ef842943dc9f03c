//! The load generator: keep-alive HTTP/1.1 over two threads, with prebuilt requests.

use std::io;
use std::net::SocketAddr;
use std::sync::Barrier;
use std::thread;
use std::time::{Duration, Instant};

use tokio::net::TcpStream;
use tokio::task::JoinSet;

use crate::CLIENTS;
use crate::cpu::Run;
use crate::server::token;

/// As many as `pgbench -j 2` has.
pub(crate) const THREADS: usize = 2;

/// What every connection asks, over and over.
pub(crate) struct Load {
    gets: Vec<Vec<Vec<u8>>>,
    puts: Vec<Vec<Vec<u8>>>,
}

impl Load {
    pub(crate) fn new() -> Self {
        let tokens: Vec<_> = (0..CLIENTS).map(token).collect();
        // Another value than the last time, so that every PUT has something to write.
        let puts = |token: &String| vec![put_request(token, "Ada"), put_request(token, "Eva")];
        Self {
            gets: tokens.iter().map(|token| vec![request("GET /customer?type=sep6", token, "")]).collect(),
            puts: tokens.iter().map(puts).collect(),
        }
    }

    /// The requests of each connection, in turn.
    pub(crate) fn gets(&self) -> &[Vec<Vec<u8>>] {
        &self.gets
    }

    /// The requests of each connection, in turn.
    pub(crate) fn puts(&self) -> &[Vec<Vec<u8>>] {
        &self.puts
    }
}

fn put_request(token: &str, first_name: &str) -> Vec<u8> {
    let body = format!(
        r#"{{"type":"sep6","first_name":"{first_name}","last_name":"Lovelace","email_address":"ada@example.com"}}"#
    );
    request("PUT /customer", token, &body)
}

fn request(line: &str, token: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    let about_body = if body.is_empty() {
        String::new()
    } else {
        format!("Content-Type: application/json\r\nContent-Length: {length}\r\n")
    };
    format!(
        "{line} HTTP/1.1\r\nHost: kyc.example.com\r\nAccept: */*\r\nAuthorization: Bearer {token}\r\n{about_body}\r\n{body}"
    )
    .into_bytes()
}

/// Keeps all connections busy for a while, and counts.
pub(crate) fn drive(server: SocketAddr, requests: &[Vec<Vec<u8>>], duration: Duration) -> Run {
    let ready = Barrier::new(THREADS);
    let requests = thread::scope(|scope| {
        let threads: Vec<_> = requests
            .chunks(requests.len().div_ceil(THREADS))
            .map(|share| scope.spawn(|| runtime().block_on(drive_share(server, share, duration, &ready))))
            .collect();
        threads.into_iter().map(|thread| thread.join().expect("every answer is a success")).sum::<u32>()
    });
    Run { requests: requests.into(), seconds: duration.as_secs_f64() }
}

/// Asks once.
pub(crate) fn ask(server: SocketAddr, request: &[u8]) {
    runtime().block_on(async { Connection::open(server).await.ask(request).await });
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime")
}

async fn drive_share(server: SocketAddr, requests: &[Vec<Vec<u8>>], duration: Duration, ready: &Barrier) -> u32 {
    let mut connections = Vec::new();
    for requests in requests {
        connections.push((Connection::open(server).await, requests.clone()));
    }
    ready.wait();
    let end = Instant::now() + duration;
    let asking = connections.into_iter().map(|(connection, requests)| connection.ask_until(end, requests));
    asking.collect::<JoinSet<u32>>().join_all().await.into_iter().sum()
}

/// One connection, asking and waiting by turns.
struct Connection {
    stream: TcpStream,
    received: Vec<u8>,
}

impl Connection {
    async fn open(server: SocketAddr) -> Self {
        let stream = TcpStream::connect(server).await.expect("the server accepts");
        stream.set_nodelay(true).expect("the connection is alive");
        Self { stream, received: Vec::with_capacity(4096) }
    }

    /// Asks in turn, and counts what is answered in time.
    async fn ask_until(mut self, end: Instant, requests: Vec<Vec<u8>>) -> u32 {
        let mut answered = 0;
        for request in requests.iter().cycle() {
            self.ask(request).await;
            if Instant::now() >= end {
                break;
            }
            answered += 1;
        }
        answered
    }

    async fn ask(&mut self, request: &[u8]) {
        // A request is far smaller than an empty send buffer.
        assert_eq!(self.stream.try_write(request).expect("the connection is writable"), request.len());
        self.received.clear();
        loop {
            self.stream.readable().await.expect("the connection is alive");
            match self.stream.try_read_buf(&mut self.received) {
                Ok(0) => panic!("the server closed: {}", String::from_utf8_lossy(&self.received)),
                Ok(_) if is_whole(&self.received) => return,
                Ok(_) => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(error) => panic!("the connection broke: {error}"),
            }
        }
    }
}

/// Tells whether the answer, which has to be a success of known length, has arrived.
fn is_whole(received: &[u8]) -> bool {
    const LENGTH: &[u8] = b"\r\ncontent-length: ";
    let Some(end) = received.windows(4).position(|bytes| bytes == b"\r\n\r\n") else { return false };
    let head = &received[..end];
    assert!(head.starts_with(b"HTTP/1.1 20"), "{}", String::from_utf8_lossy(received));
    let start = head.windows(LENGTH.len()).position(|bytes| bytes == LENGTH).expect("the answer has a length");
    let digits = head[start + LENGTH.len()..].iter().take_while(|byte| byte.is_ascii_digit());
    let length = digits.fold(0, |number, digit| number * 10 + usize::from(digit - b'0'));
    received.len() >= end + 4 + length
}
