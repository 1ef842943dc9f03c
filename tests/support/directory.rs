//! An operator's directory of transactions: it answers what it was told for each one, and counts who asks.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use axum::extract::State;
use axum::http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, LOCATION};
use axum::http::{HeaderMap, Method, Uri};
use axum::response::{IntoResponse, Response};
use kycd::http::Router;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use crate::nobody::Nobody;

/// The key that it asks for.
pub(crate) const KEY: &str = "the-key-of-the-directory";

/// What it says of a transaction.
#[derive(Clone, Debug)]
pub(crate) enum Reply {
    /// 200 with JSON.
    Json(Value),
    /// 200 with any body.
    Text(String),
    /// Another status, with a place to go to.
    Status(u16),
    /// Nothing, for half a minute.
    Slow,
    /// The head of an answer, and half a body.
    HangUp,
}

/// The directory, on a thread of its own.
pub(crate) struct Directory {
    pub(crate) url: String,
    address: SocketAddr,
    shelf: Shelf,
    running: Option<(oneshot::Sender<()>, JoinHandle<()>)>,
    /// Who is where it was, once it is down.
    nobody: Option<Nobody>,
}

#[derive(Clone, Default)]
struct Shelf {
    replies: Arc<Mutex<BTreeMap<String, Reply>>>,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Directory {
    /// Serves what it gets to know below `/platform/`.
    pub(crate) fn start() -> Self {
        let shelf = Shelf::default();
        let served = shelf.clone();
        let (listening, ready) = channel();
        let (stop, stopped) = oneshot::channel::<()>();
        let thread = thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            runtime.block_on(async move {
                let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
                listening.send(listener.local_addr().expect("an address")).expect("somebody waits");
                tokio::select! {
                    served = axum::serve(listener, Router::new().fallback(answer).with_state(served)) => {
                        served.expect("it serves on");
                    }
                    _ = stopped => {}
                }
            });
        });
        let address = ready.recv().expect("an address");
        let url = format!("http://{address}/platform/");
        Self { url, address, shelf, running: Some((stop, thread)), nobody: None }
    }

    /// Ends all connections; whoever asks from now on is refused one.
    pub(crate) fn stop(&mut self) {
        let (stop, thread) = self.running.take().expect("it is not down");
        stop.send(()).expect("it serves");
        thread.join().expect("it ends in peace");
        self.nobody = Some(Nobody::at(self.address));
    }

    /// Gets to know a transaction.
    pub(crate) fn know(&self, id: &str, reply: Reply) {
        self.shelf.replies.lock().expect("no thread panicked").insert(id.to_owned(), reply);
    }

    /// Lists the paths that were asked for.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.shelf.asked.lock().expect("no thread panicked").clone()
    }
}

async fn answer(State(shelf): State<Shelf>, method: Method, uri: Uri, headers: HeaderMap) -> Response {
    let path = uri.to_string();
    shelf.asked.lock().expect("no thread panicked").push(format!("{method} {path}"));
    let header = |name| headers.get(name).and_then(|value| value.to_str().ok());
    if header(AUTHORIZATION) != Some(&format!("Bearer {KEY}")) || header(ACCEPT) != Some("application/json") {
        return status(401).into_response();
    }
    let reply = path
        .strip_prefix("/platform/transactions/")
        .and_then(|id| shelf.replies.lock().expect("no thread panicked").get(id).cloned());
    match reply {
        None => status(404).into_response(),
        Some(Reply::Json(body)) => ([(CONTENT_TYPE, "application/json")], body.to_string()).into_response(),
        Some(Reply::Text(body)) => body.into_response(),
        Some(Reply::Status(code)) => (status(code), [(LOCATION, "/platform/transactions/good")]).into_response(),
        Some(Reply::Slow) => {
            tokio::time::sleep(Duration::from_secs(30)).await;
            status(404).into_response()
        }
        Some(Reply::HangUp) => {
            let halves = [Ok("{\"creator\": "), Err(std::io::Error::other("hung up"))];
            axum::body::Body::from_stream(futures_util::stream::iter(halves)).into_response()
        }
    }
}

fn status(code: u16) -> axum::http::StatusCode {
    axum::http::StatusCode::from_u16(code).expect("a status")
}
