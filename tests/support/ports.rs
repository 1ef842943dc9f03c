//! Ports for servers that listen where somebody chose before they started.

use std::mem;
use std::net::{TcpListener, UdpSocket};

use kycd::vault::random;

/// A free port that no program is given which asks for any port, or has none of its own when it connects to another;
/// nor is any other test before this process ends.
pub(crate) fn uncommon_port() -> u16 {
    let anywhere = 20_000 + u16::from_be_bytes(random::bytes()) % 10_000;
    (anywhere..30_000).chain(20_000..anywhere).find(|port| take(*port)).expect("a free port")
}

/// Nothing here speaks UDP, so whoever has the UDP port of the same number owns this one; it is kept until the process
/// ends.
fn take(port: u16) -> bool {
    let address = ("127.0.0.1", port);
    TcpListener::bind(address).is_ok() && UdpSocket::bind(address).map(mem::forget).is_ok()
}
