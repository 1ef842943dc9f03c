//! A small router of the tests' own behind the real edge.

use std::io::{self, Write};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

use axum::extract::{Path, RawQuery, Request, State};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum::routing::{delete, get};
use axum::{Json, Router};
use kycd::domain::submission::RawValue;
use kycd::http::body::{self, FileContent, FileSink, PartKind};
use kycd::http::{ApiError, Limits, Query, serve, with_cors, with_edge};
use kycd::telemetry::Line;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::{Notify, oneshot};
use tracing::Subscriber;

use crate::raw_http::{Answer, exchange, request};

/// The edge on a port of its own, stopped when dropped.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    pub(crate) gate: Arc<Gate>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// More than two sockets buffer.
pub(crate) const LARGE: usize = 64 << 20;

/// Where the request to `/slow` waits.
#[derive(Default)]
pub(crate) struct Gate {
    pub(crate) waiting: AtomicUsize,
    pub(crate) most_waiting: AtomicUsize,
    pub(crate) arrived: Notify,
    pub(crate) open: Notify,
}

/// What a server has logged.
#[derive(Clone, Default)]
pub(crate) struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    pub(crate) fn lines(&self) -> Vec<String> {
        let bytes = self.0.lock().expect("no writer panicked");
        String::from_utf8_lossy(&bytes).lines().map(str::to_owned).collect()
    }
}

impl Log {
    /// What writes events into this log.
    pub(crate) fn subscriber(&self, line: Line) -> impl Subscriber + Send + Sync + use<> {
        let log = self.clone();
        tracing_subscriber::fmt().event_format(line).with_writer(move || log.clone()).finish()
    }
}

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("no writer panicked").write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Server {
    pub(crate) fn start() -> Self {
        Self::start_with(Limits::default())
    }

    pub(crate) fn start_with(limits: Limits) -> Self {
        Self::start_logging(limits, &Log::default())
    }

    /// Starts with the given limits and writes the log of this server alone to `log`.
    pub(crate) fn start_logging(limits: Limits, log: &Log) -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).expect("a free port");
        let address = listener.local_addr().expect("an address");
        let gate = Arc::<Gate>::default();
        let router = with_edge(routes(gate.clone()));
        let (stop, stopped) = oneshot::channel::<()>();
        let shutdown = async {
            let _ = stopped.await;
        };
        let subscriber = log.subscriber(Line::Text);
        let thread = std::thread::spawn(move || {
            tracing::subscriber::with_default(subscriber, || {
                runtime.block_on(serve(listener, router, limits, shutdown));
            });
        });
        Self { address, gate, stop: Some(stop), thread: Some(thread) }
    }

    /// Asks the server to stop, without waiting for it.
    pub(crate) fn stop(&mut self) {
        self.stop = None;
    }

    /// Waits until the server has stopped.
    pub(crate) fn join(&mut self) {
        self.thread.take().expect("not joined before").join().expect("the server ends in peace");
    }

    #[track_caller]
    pub(crate) fn get(&self, path: &str) -> Answer {
        exchange(self.address, request(&format!("GET {path}"), "", b""))
    }

    #[track_caller]
    pub(crate) fn put(&self, content_type: &str, body: impl AsRef<[u8]>) -> Answer {
        let headers = format!("content-type: {content_type}\r\n");
        exchange(self.address, request("PUT /customer", &headers, body.as_ref()))
    }

    #[track_caller]
    pub(crate) fn put_json(&self, body: impl AsRef<[u8]>) -> Answer {
        self.put("application/json", body)
    }

    #[track_caller]
    pub(crate) fn put_form(&self, body: impl AsRef<[u8]>) -> Answer {
        self.put("application/x-www-form-urlencoded", body)
    }

    #[track_caller]
    pub(crate) fn put_multipart(&self, body: impl AsRef<[u8]>) -> Answer {
        self.put("multipart/form-data; boundary=XX", body)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop();
        if let Some(thread) = self.thread.take() {
            thread.join().expect("the server ends in peace");
        }
    }
}

fn routes(gate: Arc<Gate>) -> Router {
    let sep = Router::new()
        .route("/customer", get(get_customer).put(put_customer))
        .route("/customer/{account}", delete(async |Path(account): Path<String>| account.len().to_string()));
    Router::new()
        .merge(with_cors(sep))
        .route("/kyc-proof/{provider}", get(async || "proven"))
        .route("/slow", get(slow))
        .route("/large", get(async || vec![0; LARGE]))
        .route("/panic", get(panicking))
        .route("/wordy", get(async || ApiError::bad_request("é".repeat(400))))
        .route(
            "/busy",
            get(async || ApiError::Unavailable { retry_after: Duration::from_secs(7), cause: Some("busy".into()) }),
        )
        .route("/token", get(async || ApiError::Unauthorized))
        .route("/broken", get(async || ApiError::internal(std::io::Error::other("secret cause"))))
        .with_state(gate)
}

async fn get_customer(RawQuery(query): RawQuery) -> Result<String, ApiError> {
    Ok(Query::parse(query.as_deref())?.get("memo").unwrap_or("none").to_owned())
}

async fn put_customer(request: Request) -> Result<impl IntoResponse, ApiError> {
    let mut files = Files::default();
    let classify = |name: &str| match name {
        "photo_id_front" | "photo_id_back" | "photo_proof_residence" => PartKind::File,
        "unknown" => PartKind::Ignored,
        _ => PartKind::Text,
    };
    let pairs = body::read(request, &body::Limits::default(), classify, &mut files).await?;
    let pairs: Vec<Value> = pairs.into_iter().map(|(name, value)| json!([name, shown(value)])).collect();
    Ok((StatusCode::ACCEPTED, Json(json!({ "pairs": pairs, "files": files.0 }))))
}

fn shown(value: RawValue) -> String {
    match value {
        RawValue::Text(text) => format!("text {text}"),
        RawValue::Number(number) => format!("number {number}"),
        RawValue::Other => "other".to_owned(),
    }
}

/// Counts what it is given.
#[derive(Default)]
struct Files(Vec<Value>);

impl FileSink for Files {
    async fn store(&mut self, field: &str, content: &mut FileContent) -> Result<(), ApiError> {
        let (mut bytes, mut largest) = (0, 0);
        while let Some(chunk) = content.chunk().await? {
            bytes += chunk.len();
            largest = largest.max(chunk.len());
        }
        self.0.push(json!({ "field": field, "bytes": bytes, "largest": largest }));
        Ok(())
    }
}

async fn slow(State(gate): State<Arc<Gate>>) -> &'static str {
    let waiting = gate.waiting.fetch_add(1, Ordering::SeqCst) + 1;
    gate.most_waiting.fetch_max(waiting, Ordering::SeqCst);
    gate.arrived.notify_one();
    gate.open.notified().await;
    gate.waiting.fetch_sub(1, Ordering::SeqCst);
    "finished"
}

async fn panicking() -> &'static str {
    panic!("secret words")
}
