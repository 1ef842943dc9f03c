//! Ports for servers that listen where somebody chose before they started.

use std::net::TcpListener;

use kycd::vault::random;

/// A free port that no program is given which asks for any port, or has none of its own when it connects to another.
pub(crate) fn uncommon_port() -> u16 {
    let is_free = |port: &u16| TcpListener::bind(("127.0.0.1", *port)).is_ok();
    let anywhere = 20_000 + u16::from_be_bytes(random::bytes()) % 10_000;
    (anywhere..30_000).chain(20_000..anywhere).find(is_free).expect("a free port")
}
