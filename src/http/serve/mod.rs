//! Accepting connections and talking HTTP/1.1 over them, with limits that `axum::serve` does not have.

mod outgoing;
mod pace;

use std::future::poll_fn;
use std::io;
use std::pin::{Pin, pin};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use hyper::body::{Body as _, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::AsyncWrite;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};
use tower::Service;

pub use pace::Pace;
pub(super) use pace::TooSlow;

use self::outgoing::Outgoing;
use self::pace::Paced;
use super::callers::Peer;

/// How much one client, and all of them, can ask of a listener.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Connections at a time; more wait in the kernel's queue.
    pub connections: usize,
    /// Bytes of request line and header; beyond them the parser answers 431.
    pub header_bytes: usize,
    /// How long a connection may wait for a whole header, idle time before it included.
    pub header_time: Duration,
    /// How fast a body has to come.
    pub body_pace: Pace,
    /// How long a client may leave an answer untaken.
    pub write_time: Duration,
    /// How long a closed connection still takes what the client sends, so that it can read why it was closed.
    pub linger: Duration,
    /// How long requests may take that are in flight at shutdown.
    pub grace: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 4096,
            header_bytes: 16 * 1024,
            header_time: Duration::from_secs(10),
            body_pace: Pace { bytes: 8 * 1024, window: Duration::from_secs(20) },
            write_time: Duration::from_secs(20),
            linger: Duration::from_secs(2),
            grace: Duration::from_secs(20),
        }
    }
}

/// What a request that waits has to look at: whether the server is about to end.
#[derive(Clone)]
pub(super) struct Stopping(watch::Receiver<()>);

impl Stopping {
    /// Waits until the server takes no more requests.
    pub(super) async fn begun(&mut self) {
        // Nothing is ever sent: an error, that the sender is gone, is the message.
        let _ = self.0.changed().await;
    }
}

/// The most that hyper buffers of a connection, and so the largest piece in which a body arrives.
const BUFFER_BYTES: usize = 64 * 1024;
/// How long nobody is accepted after the kernel had nothing to give (out of file descriptors).
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// Serves a router until `shutdown` resolves, then lets requests in flight finish within [`Limits::grace`].
pub async fn serve(listener: TcpListener, router: Router, limits: Limits, shutdown: impl Future<Output = ()>) {
    let mut shutdown = pin!(shutdown);
    // Nothing is ever sent: that the sender is gone is the message.
    let (stop, stopped) = watch::channel(());
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            () = &mut shutdown => break,
            Some(_) = connections.join_next() => {}
            accepted = listener.accept(), if connections.len() < limits.connections => match accepted {
                Ok((stream, peer)) => {
                    let peer = Peer(peer.ip().to_canonical());
                    connections.spawn(converse(stream, peer, router.clone(), limits, Stopping(stopped.clone())));
                }
                Err(error) => pause_after(&error).await,
            },
        }
    }
    drop(listener);
    drop(stop);
    let finish = async { while connections.join_next().await.is_some() {} };
    if timeout(limits.grace, finish).await.is_err() {
        tracing::warn!(connections = connections.len(), "closing connections that did not finish in time");
    }
}

async fn pause_after(error: &io::Error) {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    // These concern the one connection that was not accepted.
    if !matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset) {
        tracing::error!(%error, "cannot accept connections");
        sleep(ACCEPT_PAUSE).await;
    }
}

/// Answers the requests of one connection, one after the other.
async fn converse(stream: TcpStream, peer: Peer, router: Router, limits: Limits, mut stopping: Stopping) {
    // A connection that is already dead cannot be configured; reading from it will tell.
    let _ = stream.set_nodelay(true);
    let told = stopping.clone();
    let service = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(peer);
        request.extensions_mut().insert(told.clone());
        router.clone().call(request.map(|body| incoming(body, limits.body_pace)))
    });
    let mut connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.header_time)
        .max_header_size(limits.header_bytes)
        .max_buf_size(BUFFER_BYTES)
        .serve_connection(TokioIo::new(Outgoing::new(stream, limits.write_time)), service);
    let mut ends = false;
    loop {
        tokio::select! {
            // Its error is the client's: a broken connection, or no HTTP, which hyper has answered already.
            _ = poll_fn(|cx| connection.poll_without_shutdown(cx)) => break,
            () = stopping.begun(), if !ends => {
                ends = true;
                Pin::new(&mut connection).graceful_shutdown();
            }
        }
    }
    // The client may be gone or too slow; either way the connection is closed now.
    let _ = timeout(limits.linger, close(connection.into_parts().io.into_inner().into_inner())).await;
}

fn incoming(body: Incoming, pace: Pace) -> Body {
    if body.is_end_stream() { Body::empty() } else { Body::new(Paced::new(body, pace)) }
}

/// Says that nothing more will come, then discards what does, until the client closes too.
///
/// Closing with unread bytes makes the kernel send a reset, and the client loses the answer that explains it
/// ([RFC 9112 section 9.6](https://www.rfc-editor.org/rfc/rfc9112#section-9.6)).
async fn close(mut stream: TcpStream) -> io::Result<()> {
    poll_fn(|cx| Pin::new(&mut stream).poll_shutdown(cx)).await?;
    let mut discarded = [0; 4096];
    loop {
        stream.readable().await?;
        match stream.try_read(&mut discarded) {
            Ok(0) => return Ok(()),
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(error) => return Err(error),
        }
    }
}
