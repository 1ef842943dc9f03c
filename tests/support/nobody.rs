//! A port at which nobody listens, and which no other program is given meanwhile.

use std::net::SocketAddr;

use tokio::net::TcpSocket;

/// The port, as long as this is kept.
pub(crate) struct Nobody(TcpSocket);

impl Nobody {
    /// Takes any port that is free.
    pub(crate) fn anywhere() -> Self {
        Self::at(SocketAddr::from(([127, 0, 0, 1], 0)))
    }

    /// Takes the port of somebody who is gone.
    pub(crate) fn at(address: SocketAddr) -> Self {
        let socket = TcpSocket::new_v4().expect("a socket");
        socket.set_reuseaddr(true).expect("an option of every system");
        socket.bind(address).expect("nobody else has the port");
        Self(socket)
    }

    pub(crate) fn port(&self) -> u16 {
        self.0.local_addr().expect("an address").port()
    }
}
